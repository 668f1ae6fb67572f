package catalog_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var now = time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)

var owner = tenant.Actor{Kind: tenant.Member, Role: tenant.Owner}

// bench is two businesses with a catalogue each.
type bench struct {
	tb      testing.TB
	db      *pg.DB
	clock   *clock.Manual
	catalog *catalog.Catalog
	shop    business.ID
	other   business.ID
	told    int // how often the hook was called
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	b := &bench{tb: tb, db: pgtest.New(tb), clock: clock.NewManual(now)}
	b.shop, b.other = b.business("shop"), b.business("other")
	b.catalog = catalog.New(b.db, business.NewChanger(b.db, b.clock, func(business.ID) { b.told++ }))
	return b
}

func (b *bench) business(slug string) business.ID {
	b.tb.Helper()
	bid := id.New[business.Business](now)
	b.sql(bid, `INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode,
	    approval_hours, min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items,
	    terms_version, created_at, updated_at)
	    VALUES ($1, $2, '{"ja":"店"}', 'hair_salon', 'draft', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $3, $3)`, bid, slug, now)
	b.sql(bid, `INSERT INTO business_seq (business_id) VALUES ($1)`, bid)
	b.sql(bid, `INSERT INTO schedule_versions (business_id) VALUES ($1)`, bid)
	return bid
}

func (b *bench) sql(bid business.ID, sql string, args ...any) {
	b.tb.Helper()
	b.must(b.db.InTenant(b.tb.Context(), bid, func(tx *pg.Tx) error {
		tx.Later(&pg.Statement{SQL: sql}, args...)
		return nil
	}))
}

func (b *bench) texts(sql string) []string {
	b.tb.Helper()
	var out []string
	var batch pg.Batch
	pg.CollectColumn(batch.Queue(&pg.Statement{SQL: sql}), &out)
	b.must(b.db.ReadTenant(b.tb.Context(), b.shop, &batch))
	return out
}

func (b *bench) must(err error) {
	b.tb.Helper()
	if err != nil {
		b.tb.Fatal(err)
	}
}

func (b *bench) resource(kind catalog.Kind, name string) *catalog.Resource {
	b.tb.Helper()
	x, err := b.catalog.CreateResource(b.tb.Context(), owner, b.shop, catalog.CreateResourceInput{Kind: kind, Name: ja(name)}, nil)
	b.must(err)
	return x
}

func (b *bench) option(name string) *catalog.Option {
	b.tb.Helper()
	x, err := b.catalog.CreateOption(b.tb.Context(), owner, b.shop, catalog.CreateOptionInput{Name: ja(name), Price: money.Yen(500)}, nil)
	b.must(err)
	return x
}

func (b *bench) service(name string, needs ...catalog.RequirementInput) *catalog.Service {
	b.tb.Helper()
	x, err := b.catalog.CreateService(b.tb.Context(), owner, b.shop, cut(name, needs...), nil)
	b.must(err)
	return x
}

func cut(name string, needs ...catalog.RequirementInput) catalog.CreateServiceInput {
	return catalog.CreateServiceInput{Name: ja(name), DurationMinutes: 60, Price: money.Yen(5500), Requirements: needs}
}

func ja(s string) locale.Text { return locale.Text{"ja": s} }

func refused(tb testing.TB, err error, code string, fields ...string) {
	tb.Helper()
	f, ok := fault.As(err)
	if !ok || f.Code != code {
		tb.Errorf("got %v, want %s", err, code)
		return
	}
	var got []string
	for _, x := range f.Fields {
		got = append(got, x.Location+" "+x.Code)
	}
	slices.Sort(got)
	slices.Sort(fields)
	if !slices.Equal(got, fields) {
		tb.Errorf("fields of %s:\n got  %s\n want %s", code, strings.Join(got, ", "), strings.Join(fields, ", "))
	}
}
