package business_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var now = time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)

// bench is an installation with one founder.
type bench struct {
	tb       testing.TB
	db       *pg.DB
	clock    *clock.Manual
	business *business.Service
	team     *business.Team
	catalog  *catalog.Catalog
	schedule *schedule.Service
	owner    tenant.Actor
	changed  []business.ID // what the hook was told
	roles    [][16]byte    // whose roles changed, as the other hook was told
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	b := &bench{tb: tb, db: pgtest.New(tb), clock: clock.NewManual(now)}
	changer := business.NewChanger(b.db, b.clock, func(bid business.ID) { b.changed = append(b.changed, bid) })
	b.business = business.New(b.db, b.clock, changer, schedule.Complete, catalog.Complete)
	b.team = business.NewTeam(b.db, b.clock, pgtest.Ring(tb), func(user [16]byte, bid business.ID) { b.roles = append(b.roles, user) })
	b.catalog, b.schedule = catalog.New(b.db, changer), schedule.New(b.db, changer)
	b.owner = b.user("owner", true)
	return b
}

// user makes an account and gives it as an owner's actor.
func (b *bench) user(name string, verified bool) tenant.Actor {
	b.tb.Helper()
	uid := id.New[auth.User](now)
	var at *time.Time
	if verified {
		at = &now
	}
	var batch pg.Batch
	batch.Queue(&pg.Statement{SQL: `INSERT INTO users (id, email, password_hash, family_name, given_name, locale, email_verified_at, created_at)
	    VALUES ($1, $2, '', '山田', $3, 'ja', $4, $5)`}, uid, name+"@shop.example", name, at, now)
	if err := b.db.Write(b.tb.Context(), &batch); err != nil {
		b.tb.Fatal(err)
	}
	return tenant.Actor{Kind: tenant.Member, UserID: uid, Role: tenant.Owner, RequestID: "r-1"}
}

var operator = tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{9}}

func (b *bench) found(slug string, change ...func(*business.FoundInput)) *business.Business {
	b.tb.Helper()
	in := business.FoundInput{Name: ja("花サロン"), Vertical: business.HairSalon, Profile: business.Profile{Phone: new("03-1234-5678")}}
	if slug != "" {
		in.Slug = &slug
	}
	for _, f := range change {
		f(&in)
	}
	out, err := b.business.Found(b.tb.Context(), b.owner, in, nil)
	if err != nil {
		b.tb.Fatal(err)
	}
	return out
}

// fill gives a business all that it needs to be submitted.
func (b *bench) fill(bid business.ID) {
	b.tb.Helper()
	ctx := b.tb.Context()
	_, version, err := b.schedule.Hours(ctx, bid)
	b.must(err)
	_, _, err = b.schedule.SetHours(ctx, b.owner, bid, version, schedule.HoursInput{WeekInput: schedule.WeekInput{
		Weekly: []schedule.WeekDay{{Weekday: 1, Ranges: []schedule.Range{{StartMinute: 600, EndMinute: 1200}}}},
	}})
	b.must(err)
	_, err = b.catalog.CreateResource(ctx, b.owner, bid, catalog.CreateResourceInput{Kind: catalog.Staff, Name: ja("佐藤")}, nil)
	b.must(err)
	_, err = b.catalog.CreateService(ctx, b.owner, bid, catalog.CreateServiceInput{
		Name: ja("カット"), DurationMinutes: 60, Price: money.Yen(5500), Requirements: []catalog.RequirementInput{{Kind: catalog.Staff}},
	}, nil)
	b.must(err)
}

// approved founds, fills, submits and approves a business.
func (b *bench) approved(slug string, change ...func(*business.FoundInput)) *business.Business {
	b.tb.Helper()
	x := b.found(slug, change...)
	b.fill(x.ID)
	_, err := b.business.Submit(b.tb.Context(), b.owner, x.ID)
	b.must(err)
	return b.decide(x.ID, business.Approve)
}

func (b *bench) decide(bid business.ID, d business.Decision) *business.Business {
	b.tb.Helper()
	x, err := b.business.Decide(b.tb.Context(), operator, bid, business.DecideInput{Decision: d, Reason: "理由"})
	b.must(err)
	return x
}

func (b *bench) must(err error) {
	b.tb.Helper()
	if err != nil {
		b.tb.Fatal(err)
	}
}

// texts is the first column of a query, as the business sees it.
func (b *bench) texts(bid business.ID, sql string, args ...any) []string {
	b.tb.Helper()
	var out []string
	var batch pg.Batch
	pg.CollectColumn(batch.Queue(&pg.Statement{SQL: sql}, args...), &out)
	if err := b.db.ReadTenant(context.Background(), bid, &batch); err != nil {
		b.tb.Fatalf("%s: %v", sql, err)
	}
	return out
}

func (b *bench) version(bid business.ID) string {
	b.tb.Helper()
	return b.texts(bid, `SELECT version::text FROM schedule_versions WHERE business_id = $1`, bid)[0]
}

func ja(s string) locale.Text { return locale.Text{"ja": s} }

// refused checks the code of a fault and, where given, its fields as "location code".
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
	if len(fields) > 0 && !slices.Equal(got, fields) {
		tb.Errorf("fields of %s:\n got  %s\n want %s", code, strings.Join(got, ", "), strings.Join(fields, ", "))
	}
	if !errors.Is(err, fault.New(f.Kind, code)) {
		tb.Errorf("%v is not itself", err)
	}
}
