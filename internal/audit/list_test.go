package audit_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func TestList_FindsByEveryFilterAndPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	bid, other := b.business("filters"), b.business("other")
	hana, taro := b.user(1, "山田", "花子"), b.user(2, "佐藤", "太郎")
	entry := func(actor [16]byte, action, subject string) audit.Entry {
		return audit.Entry{Actor: tenant.Actor{Kind: tenant.Member, UserID: actor}, Action: action, Subject: subject}
	}
	b.append(bid,
		entry(hana, "booking.created", "booking:1"), entry(taro, "booking.cancelled", "booking:1"), entry(hana, "bookings.x", "booking:2"),
		entry(hana, "member.added", "member:1"), entry(taro, "booking.created", "booking:3"), entry(hana, "booking.approved", "booking:3"))
	b.append(other, entry(hana, "booking.created", "booking:1"))
	minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
	for name, test := range map[string]struct {
		filter audit.Filter
		want   []int64
	}{
		"all":                 {audit.Filter{}, []int64{6, 5, 4, 3, 2, 1}},
		"one action":          {audit.Filter{Action: "booking.created"}, []int64{5, 1}},
		"a family of actions": {audit.Filter{Action: "booking.*"}, []int64{6, 5, 2, 1}},
		"no such action":      {audit.Filter{Action: "nothing.*"}, nil},
		"an actor":            {audit.Filter{ActorID: taro}, []int64{5, 2}},
		"actor and action":    {audit.Filter{ActorID: hana, Action: "booking.*"}, []int64{6, 1}},
		"a subject":           {audit.Filter{Subject: "booking:1"}, []int64{2, 1}},
		"subject and actor":   {audit.Filter{Subject: "booking:1", ActorID: taro}, []int64{2}},
		"all of them":         {audit.Filter{Subject: "booking:3", ActorID: hana, Action: "booking.approved"}, []int64{6}},
		"from is included":    {audit.Filter{From: minute(4)}, []int64{6, 5}},
		"to is not":           {audit.Filter{To: minute(2)}, []int64{2, 1}},
		"a range of one":      {audit.Filter{From: minute(2), To: minute(3), Action: "bookings.*"}, []int64{3}},
	} {
		for _, size := range []int{1, 2, 100} {
			if got := b.walk(bid, test.filter, size); !slices.Equal(got, test.want) {
				t.Errorf("%s in pages of %d: %v, want %v", name, size, got, test.want)
			}
		}
	}
	rows, err := b.List(t.Context(), bid, audit.Filter{Subject: "booking:1"}, nil, 10)
	if err != nil || len(rows) != 2 || rows[0].ActorName != "佐藤 太郎" || rows[1].ActorName != "山田 花子" {
		t.Errorf("names: %+v, %v", rows, err)
	}
}

// walk reads the trail to its end in pages.
func (b *bench) walk(bid [16]byte, f audit.Filter, size int) (seqs []int64) {
	b.t.Helper()
	var before *audit.Record
	for {
		rows, err := b.List(b.t.Context(), bid, f, before, size)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, r := range rows {
			seqs = append(seqs, r.Seq)
		}
		if len(rows) < size {
			return seqs
		}
		before = &rows[len(rows)-1]
	}
}

func TestListPlatform_FindsByEveryFilterAndPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	hana := b.user(1, "山田", "花子")
	var batch pg.Batch
	for i, action := range []string{"business.approved", "flag.changed", "business.rejected", "user.disabled"} {
		e := audit.PlatformEntry{ID: [16]byte{byte(i + 1)}, At: start.Add(time.Duration(i/2) * time.Minute), Action: action, Subject: fmt.Sprintf("thing:%d", i%2), Reason: "理由"}
		if i > 0 {
			e.Actor.UserID = hana
		}
		audit.AppendPlatform(&batch, e)
	}
	if err := b.db.Write(t.Context(), &batch); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		filter audit.Filter
		want   string
	}{
		"all":        {audit.Filter{}, "user.disabled business.rejected flag.changed business.approved"},
		"family":     {audit.Filter{Action: "business.*"}, "business.rejected business.approved"},
		"one action": {audit.Filter{Action: "flag.changed"}, "flag.changed"},
		"actor":      {audit.Filter{ActorID: hana, Action: "business.*"}, "business.rejected"},
		"subject":    {audit.Filter{Subject: "thing:0"}, "business.rejected business.approved"},
		"time":       {audit.Filter{To: start.Add(time.Second)}, "flag.changed business.approved"},
	} {
		for _, size := range []int{1, 10} {
			var got []string
			var before *audit.PlatformRecord
			for {
				rows, err := b.ListPlatform(t.Context(), test.filter, before, size)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					got = append(got, r.Action)
					if (r.ActorName == "山田 花子") != (r.ActorID == id.Of[any](hana)) {
						t.Errorf("%s is named %q", r.ActorID, r.ActorName)
					}
				}
				if len(rows) < size {
					break
				}
				before = &rows[len(rows)-1]
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%s in pages of %d: %v, want %s", name, size, got, test.want)
			}
		}
	}
}

func TestFilter_NamesEveryFault(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"Booking", "booking.", "*", ".*", "booking.*.x", "a'b", strings.Repeat("a", 101)} {
		f := audit.Filter{Action: action, Subject: strings.Repeat("x", 201), From: start, To: start}
		err, ok := fault.As(f.Validate())
		if !ok || len(err.Fields) != 3 || err.Fields[0].Code != "format" || err.Fields[1].Code != "too_long" || err.Fields[2].Code != "audit.empty_range" {
			t.Errorf("%q: %v", action, err)
		}
	}
}

// Each search goes by an index, as the serving role under the policies, and
// looks at about as many rows as it answers, among many of its own and of others.
func TestList_GoesByAnIndex(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	bid, other := b.business("large"), b.business("large-too")
	b.exec(`INSERT INTO audit_entries SELECT t.b, n, $3::timestamptz + n * interval '1 second', 'member', ('00000000-0000-0000-0000-' || lpad((n % 50)::text, 12, '0'))::uuid,
	    'r', CASE WHEN n % 2000 = 7 THEN 'member.added' ELSE 'booking.' || chr(97 + n % 20) END, 'booking:' || n / 4, '{}', ''
	    FROM generate_series(1, 8000) n, (VALUES ($1::uuid), ($2::uuid)) t(b)`, bid, other, start)
	b.exec(`INSERT INTO platform_audit SELECT gen_random_uuid(), at, actor_id, action, subject, '', '{}' FROM audit_entries WHERE business_id = $1`, bid)
	b.exec(`ANALYZE audit_entries, platform_audit`)
	middle := start.Add(4000 * time.Second)
	for name, f := range map[string]audit.Filter{
		"newest": {}, "time": {From: middle, To: middle.Add(time.Hour)}, "rare action": {Action: "member.*"}, "actions": {Action: "booking.*", To: middle},
		"actor": {ActorID: [16]byte{15: 0x17}}, "subject": {Subject: "booking:17"},
	} {
		f.Subject = strings.TrimSpace(f.Subject)
		if rows, err := b.List(t.Context(), bid, f, nil, 4); err != nil || len(rows) != 4 {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
		if rows, err := b.ListPlatform(t.Context(), f, nil, 4); err != nil || len(rows) != 4 {
			t.Errorf("%s of the platform: %d rows, %v", name, len(rows), err)
		}
	}
	for name, args := range map[string][]any{
		"audit.list": nil, "audit.list_subject": {"booking:17", nil, "", "~"}, "audit.list_actor": {[16]byte{15: 0x17}, "", "~"}, "audit.list_action": {"booking.", "booking.~"},
	} {
		b.indexed(bid, name, append([]any{bid, middle, int64(0), start, 20}, args...))
		b.indexed(bid, strings.Replace(name, "list", "list_platform", 1), append([]any{middle, [16]byte{}, start, 20}, args...))
	}
}

var wasted = regexp.MustCompile(`Rows Removed by (Filter|Index Recheck): \d\d`)

// indexed fails for a plan that reads a table from end to end, or throws rows away.
func (b *bench) indexed(bid [16]byte, name string, args []any) {
	b.t.Helper()
	i := slices.IndexFunc(pg.Statements(), func(s *pg.Statement) bool { return s.Name == name })
	if i < 0 {
		b.t.Fatalf("no statement %s", name)
	}
	var plan []string
	err := b.db.InTenant(b.t.Context(), bid, func(tx *pg.Tx) error {
		plan = nil
		tx.Later(&pg.Statement{SQL: `SET LOCAL plan_cache_mode = force_generic_plan`})
		explain := &pg.Statement{SQL: `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ` + pg.Statements()[i].SQL}
		tx.Later(explain, args...).Query(func(rows pgx.Rows) error {
			var err error
			plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
		return tx.Run(b.t.Context(), &pg.Batch{})
	})
	if err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
	text := strings.Join(plan, "\n")
	if strings.Contains(text, "Seq Scan on audit_entries") || strings.Contains(text, "Seq Scan on platform_audit") || wasted.MatchString(text) {
		b.t.Errorf("%s:\n%s", name, text)
	}
}
