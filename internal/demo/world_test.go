package demo_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var tokyo = mustZone("Asia/Tokyo")

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// now is a Thursday afternoon whose coming month holds New Year's short days.
var now = time.Date(2026, 12, 10, 15, 10, 0, 0, tokyo)

var slugs = []string{"hana-salon", "midori-clinic", "yoru-bar"}

// world is an installation with the demo.
type world struct {
	t    *testing.T
	db   *pg.DB
	deps demo.Deps
}

func newWorld(t *testing.T, percent int) *world {
	t.Helper()
	db := pgtest.New(t)
	return &world{t: t, db: db, deps: demo.Deps{
		DB: db, Ring: pgtest.Ring(t), Log: slog.New(slog.DiscardHandler), Now: now, Percent: percent,
	}}
}

func (w *world) seed() demo.Report {
	w.t.Helper()
	r, err := demo.Seed(context.Background(), w.deps)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) topUp() demo.Report {
	w.t.Helper()
	r, err := demo.TopUp(context.Background(), w.deps)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// scaled is a number of the whole demo for as much of it as was made.
func (w *world) scaled(n int) int { return n * w.deps.Percent / 100 }

// found founds a business that is not the demo's.
func (w *world) found(slug string) {
	w.t.Helper()
	ctx, clk := context.Background(), clock.NewManual(w.deps.Now)
	people := auth.New(w.db, clk, w.deps.Ring, auth.Options{})
	uid, err := people.CreateUser(ctx, auth.Person{Email: slug + "@shops.example", Password: "a long enough passphrase", FamilyName: "本物", GivenName: "太郎"})
	if err != nil {
		w.t.Fatal(err)
	}
	in := business.FoundInput{Name: locale.Text{"ja": "本物の店"}, Vertical: business.Lesson}
	in.Slug = &slug
	_, err = business.New(w.db, clk, business.NewChanger(w.db, clk, nil)).Found(ctx, tenant.Actor{Kind: tenant.Member, UserID: uid}, in, nil)
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) bookings() *booking.Service {
	clk := clock.NewManual(w.deps.Now)
	return booking.New(w.db, clk, w.deps.Ring, availability.New(w.db, clk), func(business.ID) {})
}

// bookTomorrow books the first free time of tomorrow as somebody who tries the demo.
func (w *world) bookTomorrow(slug string) booking.ID {
	w.t.Helper()
	ctx, bid := context.Background(), w.business(slug)
	avail := availability.New(w.db, clock.NewManual(w.deps.Now))
	snap, err := avail.Snapshot(ctx, bid)
	if err != nil {
		w.t.Fatal(err)
	}
	in := booking.CreateInput{
		Request: booking.Request{
			Start:   w.answer(slug, 1).Days[0].Slots[0].Start,
			Request: availability.Request{Items: []availability.Item{{ServiceID: snap.Menu[0].ID}}, PartySize: 1},
		},
		Customer:     customer.Input{FamilyName: "試", GivenName: "す子", Phone: "03-1999-0000"},
		TermsVersion: "1",
	}
	x, err := w.bookings().Create(ctx, tenant.Actor{Kind: tenant.Customer}, bid, in, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return x.ID
}

// cancelAll cancels whatever a shop still expects.
func (w *world) cancelAll(slug string) {
	w.t.Helper()
	bid, s := w.business(slug), w.bookings()
	for _, x := range platform[booking.ID](w, `SELECT id FROM bookings WHERE business_id = $1 AND status IN ('pending_approval', 'confirmed')`, bid) {
		c := booking.Change{Actor: tenant.Actor{Kind: tenant.Member, Role: tenant.Owner}, Business: bid, Booking: x, Silent: true}
		if _, err := s.Cancel(context.Background(), c); err != nil {
			w.t.Fatal(err)
		}
	}
}

// platform runs a query over all businesses and gives its first column.
func platform[T any](w *world, sql string, args ...any) []T {
	w.t.Helper()
	var out []T
	err := w.db.InPlatform(context.Background(), func(tx *pg.Tx) error {
		pg.CollectColumn(tx.Later(&pg.Statement{SQL: sql}, args...), &out)
		return nil
	})
	if err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return out
}

func (w *world) count(sql string, args ...any) int64 {
	w.t.Helper()
	return platform[int64](w, sql, args...)[0]
}

// none fails unless the query, whose rows would be wrong, gives no row.
func (w *world) none(rule, sql string, args ...any) {
	w.t.Helper()
	if rows := platform[string](w, sql, args...); len(rows) > 0 {
		w.t.Errorf("%s: %d rows, such as %s", rule, len(rows), rows[0])
	}
}

func (w *world) business(slug string) business.ID {
	w.t.Helper()
	return platform[business.ID](w, `SELECT tenant_id FROM directory WHERE slug = $1`, slug)[0]
}

// fingerprint is everything that is told of bookings, without random ids and codes.
func (w *world) fingerprint() []string {
	w.t.Helper()
	return platform[string](w, `SELECT concat_ws(' ', d.slug, b.created_at, b.starts_at, b.status, b.source, b.total, b.version, b.updated_at, b.guest->>'phone',
	        (SELECT string_agg(r.name->>'ja', ',' ORDER BY s.position) FROM booking_segments s JOIN resources r
	         ON r.business_id = s.business_id AND r.id = s.staff_id WHERE s.business_id = b.business_id AND s.booking_id = b.id))
	    FROM bookings b JOIN directory d ON d.tenant_id = b.business_id ORDER BY 1`)
}

// checkInvariants asks what must hold of any installation.
func (w *world) checkInvariants() {
	w.t.Helper()
	w.none("no two allocations overlap",
		`SELECT a.id::text FROM allocations a JOIN allocations b ON b.business_id = a.business_id AND b.resource_id = a.resource_id
		 AND b.unit = a.unit AND b.id > a.id AND b.during && a.during`)
	w.none("what occupies is allocated, and nothing else",
		`SELECT b.code || ' ' || b.status FROM bookings b
		 WHERE (b.status IN ('pending_payment', 'pending_approval', 'confirmed', 'checked_in'))
		     <> EXISTS (SELECT FROM allocations a WHERE a.business_id = b.business_id AND a.booking_id = b.id)`)
	w.none("a version is a row of history",
		`SELECT b.code FROM bookings b
		 WHERE b.version <> (SELECT count(*) FROM booking_history h WHERE h.business_id = b.business_id AND h.booking_id = b.id)`)
	w.none("the history is one path that ends in the status",
		`SELECT b.code FROM bookings b JOIN LATERAL (
		     SELECT string_agg(h.from_status, ',' ORDER BY h.version) AS froms, ',' || string_agg(h.to_status, ',' ORDER BY h.version) AS tos
		     FROM booking_history h WHERE h.business_id = b.business_id AND h.booking_id = b.id) p ON true
		 WHERE p.froms || ',' || b.status <> p.tos`)
	w.none("the times of a history run forward",
		`SELECT h.booking_id::text FROM booking_history h JOIN booking_history g
		 ON g.business_id = h.business_id AND g.booking_id = h.booking_id AND g.version = h.version + 1 AND g.at < h.at`)
	w.none("nothing is booked after its start, but who stands at the door",
		`SELECT code FROM bookings WHERE created_at > starts_at AND source <> 'walk_in'`)
	w.none("nothing happened in the future", `SELECT code FROM bookings WHERE updated_at > $1`, w.deps.Now)
	w.none("every audit trail is without a gap",
		`SELECT s.business_id::text FROM business_seq s
		 WHERE s.seq <> (SELECT count(*) FROM audit_entries a WHERE a.business_id = s.business_id)`)
	w.none("the past is over",
		`SELECT code || ' ' || status FROM bookings WHERE ends_at < $1::timestamptz - interval '30 minutes'
		 AND status IN ('pending_approval', 'confirmed', 'checked_in')`, w.deps.Now)
}

// answer is when the first service of a shop's list is free on the coming days.
func (w *world) answer(slug string, party int) availability.Answer {
	w.t.Helper()
	bid := w.business(slug)
	avail := availability.New(w.db, clock.NewManual(w.deps.Now))
	snap, err := avail.Snapshot(context.Background(), bid)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(snap.Menu, func(s catalog.Service) bool { return s.Active })
	if first := snap.Menu[i]; first.Nomination == catalog.NominationRequired {
		w.t.Errorf("%s: the first service needs a nomination", slug)
	}
	today := clock.DateOf(w.deps.Now.In(tokyo))
	raw, err := avail.AnswerJSON(context.Background(), bid, availability.Query{
		ServiceID: snap.Menu[i].ID, From: today.AddDays(1), To: today.AddDays(29), PartySize: party,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	var a availability.Answer
	if err := json.Unmarshal(raw, &a); err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) checkFreeTimes() {
	w.t.Helper()
	for _, slug := range slugs {
		for party := range 3 {
			days := w.answer(slug, party).Days
			if len(days) != 29 {
				w.t.Fatalf("%s: %d days", slug, len(days))
			}
			for _, d := range days {
				if len(d.Slots) < 2 {
					w.t.Errorf("%s, party of %d: %d free starts on %s (%s)", slug, party, len(d.Slots), d.Date, d.State)
				}
			}
		}
	}
}

func (w *world) checkQuiet() {
	w.t.Helper()
	if n := w.count(`SELECT count(*) FROM messages`); n < int64(w.scaled(8)) || n > 60 {
		w.t.Errorf("%d messages", n)
	}
	w.none("mails are of visits to come", `SELECT m.event FROM messages m JOIN bookings b ON b.business_id = m.business_id AND b.id = m.booking_id
	    WHERE b.created_at < $1 AND m.created_at < $1 AND b.business_date <= $1::date`, now)
	if n := w.count(`SELECT count(*) FROM river_job`); n > 250 {
		w.t.Errorf("%d jobs", n)
	}
	if n := w.count(`SELECT count(*) FROM account_messages`); n != 0 {
		w.t.Errorf("%d mails to accounts", n)
	}
}
