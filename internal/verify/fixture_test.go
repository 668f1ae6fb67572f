package verify_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

var tokyo = time.FixedZone("JST", 9*60*60)

// now is a Monday morning, before the shops open.
var now = time.Date(2026, 11, 30, 8, 0, 0, 0, tokyo)

var (
	guest  = tenant.Actor{Kind: tenant.Customer}
	member = tenant.Actor{Kind: tenant.Member, UserID: [16]byte{1}, Role: tenant.Owner}
)

// world is an installation with two shops, in which a little of everything happened.
type world struct {
	t        *testing.T
	url      string
	db       *pg.DB
	clock    *clock.Manual
	bookings *booking.Service
	verifier *verify.Verifier
	shops    []shop
}

// shop is a business that is open from 10 to 20, with two on the staff and one service of an hour.
type shop struct {
	id      business.ID
	staff   []catalog.ResourceID
	service catalog.ServiceID
	// What happened there; the statuses are those in which they are now.
	confirmed, waiting, cancelled, undone *booking.Booking
	hold                                  *booking.Hold
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, url: pgtest.NewURL(t), clock: clock.NewManual(now)}
	w.db = pgtest.Open(t, w.url)
	w.bookings = booking.New(w.db, w.clock, pgtest.Ring(t), availability.New(w.db, w.clock), func(business.ID) {})
	w.verifier = verify.New(w.db, w.clock)
	for _, slug := range []string{"one", "two"} {
		w.shops = append(w.shops, w.live(slug))
	}
	return w
}

// own runs statements as the owner of the database, whom neither policies nor
// triggers bind, and no constraint that is checked by one.
func (w *world) own(statements ...string) {
	w.t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, w.url)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range append([]string{"SET session_replication_role = replica"}, statements...) {
		tag, err := conn.Exec(ctx, sql)
		if err != nil {
			w.t.Fatalf("%s: %v", sql, err)
		}
		if changes := strings.HasPrefix(sql, "UPDATE") || strings.HasPrefix(sql, "DELETE") || strings.HasPrefix(sql, "INSERT"); changes && tag.RowsAffected() == 0 {
			w.t.Fatalf("%s: changed nothing", sql)
		}
	}
}

// live founds a shop and has a little of everything happen there.
func (w *world) live(slug string) shop {
	w.t.Helper()
	s := shop{id: id.New[business.Business](now), service: id.New[catalog.Service](now)}
	bid := s.id.String()
	q := strings.NewReplacer("$B", "'"+bid+"'", "$S", "'"+s.service.String()+"'", "$U", "'"+slug+"'", "$N", "'"+now.Format(time.RFC3339)+"'")
	w.own(q.Replace(`INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode,
	    approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	    terms_version, created_at, updated_at) VALUES ($B, $U, '{"ja":"店"}', 'hair_salon', 'approved', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant',
	    24, 0, 60, 0, 0, 10, 5, '1', $N, $N)`),
		q.Replace(`INSERT INTO directory (tenant_id, slug, name, vertical, prefecture, city, status, search, sort_key, created_at)
	    VALUES ($B, $U, '{"ja":"店"}', 'hair_salon', '', '', 'approved', '', '', $N)`),
		q.Replace(`INSERT INTO business_seq (business_id) VALUES ($B)`), q.Replace(`INSERT INTO schedule_versions (business_id) VALUES ($B)`),
		q.Replace(`INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute) SELECT $B, d, 600, 1200 FROM generate_series(0, 6) d`),
		q.Replace(`INSERT INTO services (business_id, id, name, duration_minutes, price, tax_percent, min_party, max_party, nomination, position, active, created_at, updated_at)
	    VALUES ($B, $S, '{"ja":"カット"}', 60, 5500, 10, 1, 500, 'optional', 0, true, $N, $N)`))
	for range 2 {
		r := id.New[catalog.Resource](now)
		w.own(strings.ReplaceAll(q.Replace(`INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active,
	    created_at, updated_at) VALUES ($B, $R, 'staff', '{"ja":"担当"}', 1, 1, 500, true, 0, 0, true, $N, $N)`), "$R", "'"+r.String()+"'"))
		s.staff = append(s.staff, r)
	}
	w.own(q.Replace(`INSERT INTO requirements (business_id, id, service_id, position, kind, units, per_person, before_minutes, after_minutes, resource_ids)
	    VALUES ($B, gen_random_uuid(), $S, 0, 'staff', 1, false, 0, 10, ARRAY(SELECT id FROM resources WHERE business_id = $B))`))
	w.visit(&s, slug)
	return s
}

// visit has customers come and go.
func (w *world) visit(s *shop, slug string) {
	w.t.Helper()
	s.confirmed = w.book(s, guest, at(1, 10), slug+"-confirmed")
	s.cancelled = w.change(w.bookings.Cancel, w.book(s, guest, at(1, 12), slug+"-cancelled"))
	s.undone = w.change(w.bookings.Undo, w.change(w.bookings.NoShow, w.book(s, member, at(0, 8), "")))
	s.undone = w.change(w.bookings.CheckIn, s.undone)
	w.own("UPDATE businesses SET booking_mode = 'approval'", "UPDATE schedule_versions SET version = version + 1")
	s.waiting = w.book(s, guest, at(1, 14), slug+"-waiting")
	w.change(w.bookings.Approve, w.book(s, guest, at(1, 16), slug+"-approved"))
	w.own("UPDATE businesses SET booking_mode = 'instant'", "UPDATE schedule_versions SET version = version + 1")
	in := booking.HoldInput{Request: wish(s, at(1, 18)).Request}
	var err error
	if s.hold, err = w.bookings.Hold(w.t.Context(), guest, s.id, in, nil); err != nil {
		w.t.Fatal(err)
	}
}

func at(days, hour int) time.Time { return time.Date(2026, 11, 30+days, hour, 0, 0, 0, tokyo) }

func wish(s *shop, start time.Time) booking.CreateInput {
	return booking.CreateInput{
		Request:      booking.Request{Start: start, Request: availability.Request{Items: []availability.Item{{ServiceID: s.service}}, PartySize: 1}},
		Customer:     customer.Input{FamilyName: "山田", GivenName: "花子", Phone: "090-1234-5678", Email: "hanako@example.com"},
		TermsVersion: "1",
	}
}

// book books, under a key where one is given; outside hours for a member.
func (w *world) book(s *shop, who tenant.Actor, start time.Time, key string) *booking.Booking {
	w.t.Helper()
	in := wish(s, start)
	if who.OfBusiness() {
		in.Override = "常連のお客様"
	}
	var claim *idempotency.Claim
	if key != "" {
		claim = idempotency.New(pgtest.Ring(w.t), idempotency.Scope{Business: (*[16]byte)(&s.id), Actor: "guest", Route: "create-booking"}, key, []byte("{}"), w.clock.Now())
		claim.Render = func(any) (int, any, error) { return 201, map[string]any{}, nil }
	}
	x, err := w.bookings.Create(w.t.Context(), who, s.id, in, claim)
	if err != nil {
		w.t.Fatal(err)
	}
	return x
}

// change takes one step with a booking, a second later.
func (w *world) change(step func(context.Context, booking.Change) (*booking.Booking, error), x *booking.Booking) *booking.Booking {
	w.t.Helper()
	w.clock.Advance(time.Second)
	out, err := step(w.t.Context(), booking.Change{Actor: member, Business: x.BusinessID, Booking: x.ID, Expect: x.Version, Reason: "お電話にて"})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// run looks at the invariants.
func (w *world) run(only ...string) map[string]verify.Result {
	w.t.Helper()
	results, err := w.verifier.Run(w.t.Context(), only...)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]verify.Result{}
	for _, r := range results {
		out[r.Name] = r
	}
	return out
}

// broken are the names of the invariants in breach, with their examples logged.
func (w *world) broken() []string {
	w.t.Helper()
	out := []string{}
	for name, r := range w.run() {
		if r.Breaches != 0 {
			out = append(out, name)
			w.t.Logf("%s: %d of %d: %s", name, r.Breaches, r.Checked, strings.Join(r.Examples, "; "))
		}
	}
	slices.Sort(out)
	return out
}
