package booking_test

import (
	"context"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
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

// now is a Monday morning, before the shop opens.
var now = time.Date(2026, 11, 30, 8, 0, 0, 0, tokyo)

// shop is a business with its own database, open every day from 10 to 20.
type shop struct {
	tb      testing.TB
	db      *pg.DB
	url     string
	clock   *clock.Manual
	avail   *availability.Service
	service *booking.Service
	id      business.ID

	second  *pg.DB // of a second program, see twice
	checked bool   // the invariants are checked already
}

// res describes a resource of a shop.
type res struct {
	kind     catalog.Kind
	capacity int
	fee      int
}

// newShop makes a shop without resources or menu.
func newShop(tb testing.TB) *shop {
	tb.Helper()
	url := pgtest.NewURL(tb)
	s := &shop{tb: tb, url: url, db: pgtest.Open(tb, url), clock: clock.NewManual(now), id: id.New[business.Business](now)}
	s.avail, s.service = s.process(s.db)
	s.found("shop")
	tb.Cleanup(func() {
		if !s.checked {
			s.checkInvariants()
		}
	})
	return s
}

// found founds the shop: approved, and open from 10 to 20.
func (s *shop) found(slug string) {
	s.tb.Helper()
	s.sql(`INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode,
	    approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	    cancellation_policy, terms_version, created_at, updated_at)
	    VALUES ($1, $3, '{"ja":"店"}', 'hair_salon', 'approved', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5,
	    '{"steps":[{"hours_before":24,"percent":50},{"hours_before":2,"percent":100}]}', '1', $2, $2)`, s.id, now, slug)
	s.sql(`INSERT INTO business_seq (business_id) VALUES ($1)`, s.id)
	s.sql(`INSERT INTO schedule_versions (business_id) VALUES ($1)`, s.id)
	s.sql(`INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute) SELECT $1, d, 600, 1200 FROM generate_series(0, 6) d`, s.id)
}

// process is a second program on the same database: its own caches and gates.
func (s *shop) process(db *pg.DB) (*availability.Service, *booking.Service) {
	avail := availability.New(db, s.clock)
	return avail, booking.New(db, s.clock, pgtest.Ring(s.tb), avail, func(business.ID) {})
}

// sql runs a statement as the shop and makes the schedule new.
func (s *shop) sql(sql string, args ...any) {
	s.tb.Helper()
	err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: sql}, args...)
		tx.Later(&pg.Statement{SQL: `UPDATE schedule_versions SET version = version + 1 WHERE business_id = $1`}, s.id)
		return nil
	})
	if err != nil {
		s.tb.Fatalf("%s: %v", sql, err)
	}
	s.avail.ScheduleChanged(s.id)
}

// count is the one number that a query of the shop gives.
func (s *shop) count(sql string, args ...any) int64 {
	s.tb.Helper()
	var n []int64
	var b pg.Batch
	pg.CollectColumn(b.Queue(&pg.Statement{SQL: sql}, args...), &n)
	if err := s.db.ReadTenant(context.Background(), s.id, &b); err != nil {
		s.tb.Fatalf("%s: %v", sql, err)
	}
	return n[0]
}

// texts is the first column of all rows, as the shop sees them.
func (s *shop) texts(sql string, args ...any) []string {
	s.tb.Helper()
	var out []string
	var b pg.Batch
	pg.CollectColumn(b.Queue(&pg.Statement{SQL: sql}, args...), &out)
	if err := s.db.ReadTenant(context.Background(), s.id, &b); err != nil {
		s.tb.Fatalf("%s: %v", sql, err)
	}
	return out
}

// set changes settings: "booking_mode = 'approval', hold_minutes = 5".
func (s *shop) set(settings string) {
	s.tb.Helper()
	s.sql(`UPDATE businesses SET `+settings+` WHERE business_id = $1`, s.id)
}

func (s *shop) resource(r res) catalog.ResourceID {
	s.tb.Helper()
	rid := id.New[catalog.Resource](now)
	s.sql(`INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active, created_at, updated_at)
	    VALUES ($1, $2, $3, '{"ja":"担当"}', $4, 1, 500, $5, $6, 0, true, $7, $7)`, s.id, rid, r.kind, max(r.capacity, 1), r.kind == catalog.Staff, r.fee, now)
	return rid
}

func (s *shop) staff(n int) []catalog.ResourceID {
	out := make([]catalog.ResourceID, n)
	for i := range out {
		out[i] = s.resource(res{kind: catalog.Staff})
	}
	return out
}

// need is one requirement of a service.
type need struct {
	kind          catalog.Kind
	ids           []catalog.ResourceID
	before, after int
	gap           [2]int
	perPerson     bool
}

func (s *shop) menu(minutes int, price int64, needs ...need) catalog.ServiceID {
	s.tb.Helper()
	sid := id.New[catalog.Service](now)
	s.sql(`INSERT INTO services (business_id, id, name, duration_minutes, price, tax_percent, min_party, max_party, nomination, position, active, created_at, updated_at)
	    VALUES ($1, $2, '{"ja":"カット"}', $3, $4, 10, 1, 500, 'optional', 0, true, $5, $5)`, s.id, sid, minutes, price, now)
	for i, n := range needs {
		var gapStart, gapEnd *int
		if n.gap[1] > 0 {
			gapStart, gapEnd = &n.gap[0], &n.gap[1]
		}
		if n.ids == nil {
			n.ids = []catalog.ResourceID{}
		}
		s.sql(`INSERT INTO requirements (business_id, id, service_id, position, kind, units, per_person, before_minutes, after_minutes, gap_start_minute, gap_end_minute, resource_ids)
		    VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11)`, s.id, id.New[catalog.Requirement](now), sid, i, n.kind, n.perPerson, n.before, n.after, gapStart, gapEnd, n.ids)
	}
	return sid
}

var guest = tenant.Actor{Kind: tenant.Customer}

var member = tenant.Actor{Kind: tenant.Member, UserID: [16]byte{1}, Role: tenant.Owner}

// at is a wall time of the shop's day, so many days ahead.
func at(days, hour, minute int) time.Time {
	return time.Date(2026, 11, 30+days, hour, minute, 0, 0, tokyo)
}

// wish is a booking of one service.
func wish(svc catalog.ServiceID, start time.Time) booking.CreateInput {
	return booking.CreateInput{
		Request: booking.Request{Start: start, Request: availability.Request{Items: []availability.Item{{ServiceID: svc}}, PartySize: 1}},
		Customer: customer.Input{
			FamilyName: "山田", GivenName: "花子", FamilyNameKana: "やまだ", GivenNameKana: "はなこ", Phone: "090-1234-5678", Email: "hanako@example.com",
		},
		TermsVersion: "1",
	}
}
