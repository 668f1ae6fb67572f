package customer_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var now = time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)

var manager = tenant.Actor{Kind: tenant.Member, UserID: [16]byte{1}, Role: tenant.Manager}

// shop is a business with its own database.
type shop struct {
	t       *testing.T
	url     string
	db      *pg.DB
	clock   *clock.Manual
	service *customer.Service
	id      business.ID
}

// noBookings is a business that nobody booked at.
type noBookings struct{}

func (noBookings) QueueExpected(*pg.Batch, business.ID, customer.ID, time.Time, *bool) {}
func (noBookings) QueueMove(*pg.Batch, business.ID, customer.ID, customer.ID)          {}
func (noBookings) QueueForget(*pg.Batch, business.ID, customer.ID)                     {}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, url: pgtest.NewURL(t), clock: clock.NewManual(now)}
	s.db = pgtest.Open(t, s.url)
	s.service = customer.New(s.db, s.clock, pgtest.Ring(t), noBookings{})
	s.id = s.found("shop")
	return s
}

func (s *shop) found(slug string) business.ID {
	s.t.Helper()
	bid := id.New[business.Business](now)
	s.sqlAs(bid, `INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode,
	    approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	    terms_version, created_at, updated_at)
	    VALUES ($1, $3, '{"ja":"店"}', 'hair_salon', 'approved', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $2, $2)`, bid, now, slug)
	s.sqlAs(bid, `INSERT INTO business_seq (business_id) VALUES ($1)`, bid)
	return bid
}

func (s *shop) sqlAs(bid business.ID, sql string, args ...any) {
	s.t.Helper()
	var b pg.Batch
	b.Queue(&pg.Statement{SQL: sql}, args...)
	if err := s.db.BatchTenant(s.t.Context(), bid, &b); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// texts is the first column of all rows, as the shop sees them.
func (s *shop) texts(sql string, args ...any) []string {
	s.t.Helper()
	var out []string
	var b pg.Batch
	pg.CollectColumn(b.Queue(&pg.Statement{SQL: sql}, args...), &out)
	if err := s.db.ReadTenant(s.t.Context(), s.id, &b); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// admin runs a statement as a superuser.
func (s *shop) admin(sql string, args ...any) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// book brings a guest as a booking does.
func (s *shop) book(in customer.Input) customer.ID {
	s.t.Helper()
	var v fault.Fields
	g := in.Normalize(&v, "body", true, locale.JA)
	if err := v.Err(); err != nil {
		s.t.Fatal(err)
	}
	s.clock.Advance(time.Second)
	var b pg.Batch
	cid := customer.Upsert(&b, s.id, g, s.clock.Now())
	if err := s.db.BatchTenant(s.t.Context(), s.id, &b); err != nil {
		s.t.Fatal(err)
	}
	if g.IdentityKey() == nil {
		return cid
	}
	known, err := id.Parse[customer.Guest](s.texts(`SELECT coalesce(merged_into, id)::text FROM customers WHERE identity_key = $1`, *g.IdentityKey())[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return known
}

func (s *shop) who(cid customer.ID) customer.Who {
	return customer.Who{Actor: manager, Business: s.id, Customer: cid}
}

func (s *shop) get(cid customer.ID) *customer.Customer {
	s.t.Helper()
	c, err := s.service.Get(s.t.Context(), s.who(cid))
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// refused fails unless the error has the code.
func refused(t *testing.T, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}
