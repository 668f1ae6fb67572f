package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

// now is a Monday morning, before the shop opens.
var now = time.Date(2026, 11, 30, 8, 0, 0, 0, mustZone("Asia/Tokyo"))

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

var owner = tenant.Actor{Kind: tenant.Member, UserID: [16]byte{1}, Role: tenant.Owner}

// shop is a business with its own database, open every day from 10 to 20, with
// two people (佐藤, 鈴木) who cut (カット, an hour, 5,500 yen) and colour (カラー, 90 minutes).
type shop struct {
	tb       testing.TB
	url      string
	db       *pg.DB
	id       business.ID
	avail    *availability.Service
	transfer *transfer.Service
	bookings *booking.Service
}

func newShop(tb testing.TB) *shop {
	tb.Helper()
	url := pgtest.NewURL(tb)
	s := &shop{tb: tb, url: url, db: pgtest.Open(tb, url), id: id.New[business.Business](now)}
	s.wire(pgtest.Ring(tb), transfer.Options{})
	s.sql(`INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode,
	    approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	    terms_version, created_at, updated_at)
	    VALUES ($1, 'shop', '{"ja":"店"}', 'hair_salon', 'approved', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $2, $2)`, s.id, now)
	s.sql(`INSERT INTO business_seq (business_id) VALUES ($1)`, s.id)
	s.sql(`INSERT INTO schedule_versions (business_id) VALUES ($1)`, s.id)
	s.sql(`INSERT INTO opening_hours (business_id, weekday, start_minute, end_minute) SELECT $1, d, 600, 1200 FROM generate_series(0, 6) d`, s.id)
	for i, name := range []string{"佐藤", "鈴木"} {
		s.sql(`INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active, created_at, updated_at)
		    VALUES ($1, $2, 'staff', jsonb_build_object('ja', $3::text), 1, 1, 500, true, 550, $4, true, $5, $5)`, s.id, id.New[catalog.Resource](now), name, i, now)
	}
	for i, name := range []string{"カット", "カラー"} {
		sid := id.New[catalog.Service](now)
		s.sql(`INSERT INTO services (business_id, id, name, duration_minutes, price, tax_percent, min_party, max_party, nomination, position, active, created_at, updated_at)
		    VALUES ($1, $2, jsonb_build_object('ja', $3::text), $4, $5, 10, 1, 1, 'optional', $6, true, $7, $7)`, s.id, sid, name, 60+30*i, 5500+2200*i, i, now)
		s.sql(`INSERT INTO requirements (business_id, id, service_id, position, kind, units, per_person, before_minutes, after_minutes, resource_ids)
		    VALUES ($1, $2, $3, 0, 'staff', 1, false, 0, 0, '{}')`, s.id, id.New[catalog.Requirement](now), sid)
	}
	return s
}

// wire makes the services of a program on the shop's database.
func (s *shop) wire(ring *secret.Ring, o transfer.Options) {
	clk := clock.NewManual(now)
	s.avail = availability.New(s.db, clk)
	menu := catalog.New(s.db, business.NewChanger(s.db, clk, s.avail.ScheduleChanged))
	s.bookings = booking.New(s.db, clk, ring, s.avail, func(business.ID) {})
	people := customer.New(s.db, clk, ring, booking.Records{})
	s.transfer = transfer.New(s.db, clk, ring, s.avail, people, menu, s.bookings, business.NewTeam(s.db, clk, ring, nil), o)
}

func (s *shop) sql(sql string, args ...any) {
	s.tb.Helper()
	err := s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: sql}, args...)
		return nil
	})
	if err != nil {
		s.tb.Fatalf("%s: %v", sql, err)
	}
	s.avail.ScheduleChanged(s.id)
}

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

func (s *shop) texts(sql string) []string {
	s.tb.Helper()
	var out []string
	var b pg.Batch
	pg.CollectColumn(b.Queue(&pg.Statement{SQL: sql}), &out)
	if err := s.db.ReadTenant(context.Background(), s.id, &b); err != nil {
		s.tb.Fatalf("%s: %v", sql, err)
	}
	return out
}

// upload sends a file in parts of so many bytes.
func (s *shop) upload(kind transfer.Kind, file []byte, part int) transfer.ID {
	s.tb.Helper()
	im, err := s.transfer.Create(context.Background(), owner, s.id, transfer.CreateInput{Kind: kind, Name: "test.csv"}, nil)
	if err != nil {
		s.tb.Fatal(err)
	}
	for position := 1; len(file) > 0; position++ {
		n := min(part, len(file))
		if err := s.transfer.PutPart(context.Background(), owner, s.id, im.ID, position, file[:n]); err != nil {
			s.tb.Fatal(err)
		}
		file = file[n:]
	}
	return im.ID
}

// start has an import worked on to its end.
func (s *shop) start(iid transfer.ID, dry bool) *transfer.Import {
	s.tb.Helper()
	ctx := context.Background()
	if _, err := s.transfer.Start(ctx, owner, s.id, iid, dry, nil); err != nil {
		s.tb.Fatal(err)
	}
	if err := s.transfer.Work(ctx, transfer.WorkArgs{BusinessID: s.id.String(), ImportID: iid.String()}); err != nil {
		s.tb.Fatal(err)
	}
	return s.get(iid)
}

func (s *shop) get(iid transfer.ID) *transfer.Import {
	s.tb.Helper()
	im, err := s.transfer.Get(context.Background(), s.id, iid)
	if err != nil {
		s.tb.Fatal(err)
	}
	return im
}

// outcomes are "line outcome [column code]…" of all lines.
func (s *shop) outcomes(iid transfer.ID) string {
	s.tb.Helper()
	lines, err := s.transfer.Lines(context.Background(), s.id, iid, "", 0, 100_000)
	if err != nil {
		s.tb.Fatal(err)
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%d %s", l.Line, l.Outcome)
		for _, e := range l.Errors {
			fmt.Fprintf(&b, " [%s %s]", e.Column, e.Code)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// both tries a file and then brings it in for good: the outcomes must be the
// same, and the first must change nothing.
func (s *shop) both(kind transfer.Kind, file string) (*transfer.Import, string) {
	s.tb.Helper()
	iid := s.upload(kind, []byte(file), 1<<20)
	before := s.state()
	if im := s.start(iid, true); im.Status != transfer.Checked {
		s.tb.Fatalf("after a dry run: %+v", im)
	}
	tried := s.outcomes(iid)
	if after := s.state(); after != before {
		s.tb.Errorf("a dry run changed something:\n%s\nand then\n%s", before, after)
	}
	im := s.start(iid, false)
	if im.Status != transfer.Done {
		s.tb.Fatalf("after the run: %+v", im)
	}
	really := s.outcomes(iid)
	if tried != really {
		s.tb.Errorf("the dry run said\n%s\nand the run\n%s", tried, really)
	}
	if n := im.Created + im.Updated + im.Unchanged + im.Refused; n != im.Total || n != strings.Count(really, "\n") {
		s.tb.Errorf("%d lines counted, %d in all: %s", n, im.Total, really)
	}
	return im, really
}

// state is all that a dry run must leave as it is.
func (s *shop) state() string {
	var out []string
	for _, table := range []string{"customers", "customer_words", "customer_notes", "bookings", "allocations", "booking_history", "services", "resources", "requirements", "import_keys", "messages"} {
		out = append(out, s.texts(`SELECT '`+table+` ' || md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM `+table+` t`)...)
	}
	return strings.Join(out, "\n")
}

func shiftJIS(tb testing.TB, s string) []byte {
	tb.Helper()
	out, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte(s))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// export writes a kind, and fails when that fails.
func (s *shop) export(kind string, format transfer.Format, charset transfer.Charset) string {
	s.tb.Helper()
	var b bytes.Buffer
	_, err := s.transfer.Export(context.Background(), owner, s.id, transfer.ExportInput{Kind: kind, Format: format, Charset: charset, Lang: "ja"}, &b)
	if err != nil {
		s.tb.Fatalf("export %s: %v", kind, errors.Unwrap(err))
	}
	return b.String()
}
