package booking_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// The registered statements of everything that booking imports are understood
// by the server, as the role that serves.
func TestStatements_AllPrepare(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	seen := map[string]bool{}
	for _, st := range pg.Statements() {
		domain, _, _ := strings.Cut(st.Name, ".")
		seen[domain] = true
		if err := s.prepare(st); err != nil {
			t.Errorf("%s: %v", st.Name, err)
		}
	}
	for _, domain := range []string{"booking", "availability", "business", "catalog", "schedule", "customer", "audit", "jobs", "outbox", "idempotency"} {
		if !seen[domain] {
			t.Errorf("no statement of %s", domain)
		}
	}
}

// prepare has the server read the statement.
func (s *shop) prepare(st *pg.Statement) error {
	conn, err := s.db.ReadPool().Acquire(context.Background())
	if err != nil {
		return err
	}
	defer conn.Release()
	_, err = conn.Conn().Prepare(context.Background(), "", st.SQL)
	return err
}

// another is a second business in the shop's database, with the same hours.
func (s *shop) another() *shop {
	s.tb.Helper()
	o := &shop{tb: s.tb, url: s.url, db: s.db, clock: s.clock, avail: s.avail, service: s.service, id: id.New[business.Business](now)}
	o.found("other")
	return o
}

// samples are arguments that find rows of the shop, for each statement of
// booking and availability that touches its tables. The number is of rows
// returned or changed under its own tenant.
func (s *shop) samples(x *booking.Booking, h *booking.Hold) map[string]sample {
	b, day, none := s.id, x.Date, map[string]any{}
	key := x.Guest.IdentityKey()
	fresh := id.New[booking.Booking](now)
	owner, end := x.Segments[0].Picks[0], x.EndsAt.Add(72*time.Hour)
	return map[string]sample{
		"booking.insert": {1, []any{
			b, fresh, "CODE", x.Status, x.Source, nil, nil, x.Guest, x.StartsAt, x.EndsAt, day, 1, nil, 0, "JPY", x.Lines, x.Policy, none, "", "ja", false, "", now, nil,
		}},
		"booking.insert_segments": {1, []any{b, x.ID, `[{"service_id":"` + x.Segments[0].ServiceID.String() + `","service_name":{},"options":[],"duration_minutes":5,
			"starts_at":"2026-12-01T00:00:00Z","ends_at":"2026-12-01T00:05:00Z","nominated":false,"picks":[]}]`}},
		"booking.delete_segments":           {1, []any{b, x.ID}},
		"booking.insert_history":            {1, []any{b, x.ID, 2, now, "system", nil, "cancel", "confirmed", "cancelled", none}},
		"booking.insert_reason":             {1, []any{b, x.ID, 1, "理由"}},
		"booking.customer_rule":             {1, []any{b, key, false, true}},
		"booking.customer_expected":         {1, []any{b, x.CustomerID, now}},
		"booking.move_to_customer":          {1, []any{b, x.CustomerID, x.CustomerID}},
		"booking.forget_guest":              {1, []any{b, x.CustomerID}},
		"booking.forget_reasons":            {0, []any{b, x.CustomerID}}, // nobody wrote one
		"booking.forget_messages":           {1, []any{b, x.CustomerID}},
		"booking.of_customer":               {1, []any{b, x.CustomerID, end, [16]byte{}, true, [16]byte{}, 20}},
		"booking.told_customer":             {1, []any{b, x.CustomerID, 20}},
		"booking.link_proves":               {1, []any{b, x.ID}},
		"booking.update":                    {1, []any{b, x.ID, "cancelled", x.StartsAt, x.EndsAt, day, nil, 0, x.Lines, false, "", false, 0, 2, now}},
		"booking.by_id":                     {1, []any{b, x.ID}},
		"booking.lock_by_id":                {1, []any{b, x.ID}},
		"booking.history":                   {1, []any{b, x.ID}},
		"booking.last_history":              {1, []any{b, x.ID}},
		"booking.customer_by_key":           {1, []any{b, key}},
		"booking.links_sent":                {0, []any{b, x.ID, "booking.confirmed", now.Add(-time.Hour)}}, // a count, see below
		"booking.is_served_by":              {1, []any{b, x.ID, owner.ResourceID}},
		"booking.list_own":                  {1, []any{b, day, day, "", "", "", "", time.Unix(0, 0), [16]byte{}, 20, owner.ResourceID}},
		"booking.list":                      {1, []any{b, day, day, "", "", "", "", time.Unix(0, 0), [16]byte{}, 20}},
		"booking.list_own_outside":          {1, []any{b, day, day, "", "", "", "", time.Unix(0, 0), [16]byte{}, 20, owner.ResourceID}},
		"booking.list_outside":              {1, []any{b, day, day, "", "", "", "", time.Unix(0, 0), [16]byte{}, 20}},
		"booking.standing":                  {1, []any{b, now, now, [16]byte{}, 20}},
		"booking.mark_outside":              {1, []any{b, []booking.ID{x.ID}, []bool{false}}},
		"booking.ledger_day":                {1, []any{b, day, 20}},
		"booking.ledger_first":              {1, []any{b, day, 20}},
		"booking.ledger_holds":              {2, []any{b, x.StartsAt, end, now}},
		"booking.sequence":                  {1, []any{b}},
		"booking.schedule_guard":            {1, []any{b, s.version()}},
		"booking.insert_hold":               {1, []any{b, fresh, h.Request, h.Picks, h.ExpiresAt, h.CreatedAt, x.StartsAt, x.Date, 1}},
		"booking.page_of_all":               {1, []any{b, [16]byte{}, 10}},
		"booking.known":                     {1, []any{b, []booking.ID{x.ID}}},
		"booking.lock_hold":                 {1, []any{b, h.ID}},
		"booking.end_hold":                  {1, []any{b, h.ID, "expired"}},
		"booking.sweep_holds":               {1, []any{b, end}},
		"availability.take":                 {1, []any{b, fresh, nil, nil, []catalog.ResourceID{owner.ResourceID}, []int32{9}, []time.Time{x.StartsAt}, []time.Time{x.EndsAt}, []int32{0}}},
		"availability.release_booking":      {1, []any{b, x.ID}},
		"availability.release_hold":         {1, []any{b, h.ID}},
		"availability.keep_booking":         {1, []any{b, x.ID}},
		"availability.hand_over":            {1, []any{b, h.ID, x.ID, nil}},
		"availability.claims":               {3, []any{b, x.StartsAt, x.EndsAt}},
		"availability.arrivals":             {2, []any{b, x.Date, x.Date, now}},
		"availability.given":                {3, []any{b, now}},
		"availability.busy":                 {3, []any{b, x.StartsAt, x.EndsAt}},
		"availability.busy_spans":           {3, []any{b, x.StartsAt, x.EndsAt}},
		"availability.resources_of_booking": {1, []any{b, x.ID}},
		"availability.sweep":                {3, []any{b, end}},
	}
}

type sample struct {
	rows int64
	args []any
}

// tenantless are statements that show no row: locks, limits, which only count,
// and the way from a code to its business.
var tenantless = []string{
	"availability.lock_resources", "booking.lock_schedule", "booking.lock_resources", "booking.lock_resources_of_hold", "booking.by_code", "booking.insert_code", "booking.limits",
}

// Row-level security stands alone (S12): under another tenant, each statement
// that names our business and our rows sees and changes nothing.
func TestStatements_S12_UnderAnotherTenant_SeeAndChangeNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := s.another()
	s.staff(3)
	svc := s.menu(60, 5500, need{kind: catalog.Staff})
	x, h := s.mustBook(wish(svc, at(1, 14, 0))), s.mustHold(svc, at(1, 14, 0))
	ended := s.mustHold(svc, at(1, 14, 0))
	s.sql(`UPDATE holds SET status = 'released' WHERE id = $1`, ended.ID)
	s.sql(`UPDATE bookings SET outside_rules = true`)
	s.checked = true // a hold was ended by force
	samples := s.samples(x, h)
	for _, st := range pg.Statements() {
		if domain, _, _ := strings.Cut(st.Name, "."); domain != "booking" && domain != "availability" || slices.Contains(tenantless, st.Name) {
			continue
		}
		c, ok := samples[st.Name]
		if !ok {
			t.Errorf("%s is not tried: give it a sample", st.Name)
			continue
		}
		if n, err := s.rows(s.id, st, c.args); n != c.rows && st.Name != "booking.links_sent" || err != nil {
			t.Errorf("%s under its own tenant touches %d rows, %v; want %d, or the test proves nothing", st.Name, n, err, c.rows)
		}
		for whose, tenant := range map[string][16]byte{"another": other.id, "no": {}} {
			n, err := s.rows(tenant, st, c.args)
			if st.Name == "booking.links_sent" && n == 1 {
				n = 0 // the row is the count, which no customer sees
			}
			if refused := slices.Contains([]string{"42501", pg.StateScheduleChanged, pg.StateReturningOnly}, pg.State(err)); n > 0 || err != nil && !refused {
				t.Errorf("%s under %s tenant touches %d rows, %v", st.Name, whose, n, err)
			}
		}
	}
}

// rows runs a statement under a tenant and rolls back; it gives the rows
// returned or changed.
func (s *shop) rows(tenant [16]byte, st *pg.Statement, args []any) (int64, error) {
	rollback := errors.New("rollback")
	var n int64
	err := s.db.InTenant(context.Background(), tenant, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: `SET CONSTRAINTS ALL DEFERRED`})
		if strings.HasPrefix(st.Name, "booking.insert_segments") {
			tx.Later(&pg.Statement{SQL: `DELETE FROM booking_segments`})
		}
		var err error
		if n, err = tx.Exec(context.Background(), st, args...); err != nil {
			return err
		}
		return rollback
	})
	if errors.Is(err, rollback) {
		err = nil
	}
	return n, err
}

// version is that of the shop's schedule.
func (s *shop) version() int64 { return s.count(`SELECT version FROM schedule_versions`) }

// A second business's services know nothing of ours, whatever they are asked.
func TestService_S12_ForeignIDs_AreAbsent(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := s.another()
	staff := s.staff(1)
	other.staff(1)
	svc, theirs := s.menu(60, 5500, need{kind: catalog.Staff}), other.menu(60, 5500, need{kind: catalog.Staff})
	x := s.mustBook(wish(svc, at(1, 14, 0)))
	for a, do := range actions {
		if err := do(other, x); code(err) != "not_found" && a != booking.ActExpire || a == booking.ActExpire && err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	_, get := other.service.Get(context.Background(), member, other.id, x.ID)
	_, history := other.service.History(context.Background(), member, other.id, x.ID)
	if code(get) != "not_found" || code(history) != "not_found" {
		t.Errorf("get %v, history %v", get, history)
	}
	if _, err := other.book(wish(svc, at(1, 15, 0))); !slices.Equal(fields(err), []string{"body.items[0].service_id unknown_id"}) {
		t.Errorf("a foreign service: %v", err)
	}
	in := wish(theirs, at(1, 15, 0))
	in.Items[0].StaffID = &staff[0]
	if _, err := other.book(in); !slices.Equal(fields(err), []string{"body.items[0].staff_id unknown_id"}) {
		t.Errorf("foreign staff: %v", err)
	}
	list, err := other.service.List(context.Background(), member, other.id, booking.Filter{From: x.Date, To: x.Date}, booking.Mark{}, 20)
	if err != nil || len(list) > 0 {
		t.Errorf("list: %v, %d", err, len(list))
	}
	ledger, err := other.service.Ledger(context.Background(), other.id, x.Date)
	if err != nil || len(ledger.Bookings)+len(ledger.Held) > 0 {
		t.Errorf("ledger: %v", err)
	}
	if got := s.read(x); got.Version != 1 {
		t.Error("it was changed")
	}
}
