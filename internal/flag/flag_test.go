package flag_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/flag"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Flags of the tests; those of the program are beside them in this binary.
var (
	walls = flag.Define(flag.Flag{Name: "test_walls", What: "Walls are papered", Owner: "tests", Remove: farAway})
	doors = flag.Define(flag.Flag{Name: "test_doors", What: "Doors are painted", Owner: "tests", Remove: farAway})

	farAway  = clock.Date{Year: 2999, Month: 1, Day: 1}
	operator = tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{7}}
)

// This is the one test that goes by the machine's clock, since that is its
// point: a flag that outlives its date is taken out, on or off, with its code.
func TestFlags_NoneOutlivesItsDate(t *testing.T) {
	t.Parallel()
	today := clock.DateOf(clock.System{}.Now())
	for _, f := range flag.Overdue(flag.All(), today) {
		t.Errorf("%s was to be gone after %s; %s answers for it: make it part of the program or take it out", f.Name, f.Remove, f.Owner)
	}
	if n := len(flag.All()); n < 3 {
		t.Errorf("only %d flags: the list is wrong", n)
	}
}

func TestOverdue_FromTheDayAfter(t *testing.T) {
	t.Parallel()
	f := &flag.Flag{Name: "old", Remove: clock.Date{Year: 2027, Month: 3, Day: 31}}
	if got := flag.Overdue([]*flag.Flag{f}, clock.Date{Year: 2027, Month: 3, Day: 31}); len(got) != 0 {
		t.Error("overdue on its last day")
	}
	if got := flag.Overdue([]*flag.Flag{f}, clock.Date{Year: 2027, Month: 4, Day: 1}); len(got) != 1 {
		t.Error("not overdue on the day after")
	}
}

func TestDefine_RefusesWhatIsIncomplete(t *testing.T) {
	t.Parallel()
	for _, f := range []flag.Flag{
		{},
		{Name: "no_date", What: "x", Owner: "y"},
		{Name: "no_owner", What: "x", Remove: farAway},
		{Name: "no_words", Owner: "x", Remove: farAway},
		{Name: "Bad Name", What: "x", Owner: "y", Remove: farAway},
		*walls,
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v was taken", f)
				}
			}()
			flag.Define(f)
		}()
	}
}

// bench is a service on a database of its own.
type bench struct {
	*flag.Service
	t     *testing.T
	db    *pg.DB
	clock *clock.Manual
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, db: pgtest.New(t), clock: clock.NewManual(time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC))}
	b.Service = flag.New(b.db, b.clock, nil)
	return b
}

func (b *bench) set(name string, expect int64, in flag.SetInput) {
	b.t.Helper()
	in.Reason = "試験のため"
	if _, err := b.Set(b.t.Context(), operator, name, expect, in); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.db.WritePool().Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

// business is one in the directory.
func (b *bench) business(slug string) id.Of[any] {
	b.t.Helper()
	bid := id.New[any](b.clock.Now())
	b.exec(`INSERT INTO directory VALUES ($1, $2, '{"ja": "店"}', 'clinic', '', '', 'draft', '', '', $3)`, bid, slug, b.clock.Now())
	return bid
}

// businesses are random ids.
func businesses(n int) [][16]byte {
	out := make([][16]byte, n)
	for i := range out {
		_, _ = rand.Read(out[i][:])
	}
	return out
}

func TestOn_SpreadsByPercent_AndWhoIsInStaysIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	all := businesses(20_000)
	in := map[[16]byte]bool{}
	for i, percent := range []int{0, 1, 10, 50, 99, 100} {
		b.set(walls.Name, int64(i+1), flag.SetInput{Percent: percent})
		n := 0
		for _, bid := range all {
			on := b.On(t.Context(), walls, bid)
			if in[bid] && !on {
				t.Fatalf("%x was in, and is out at %d%%", bid, percent)
			}
			if in[bid] = on; on {
				n++
			}
		}
		// Four standard deviations of the binomial are 1.42 % of 20,000 at the widest.
		if got := float64(n) * 100 / float64(len(all)); got < float64(percent)-1.5 || got > float64(percent)+1.5 || percent%100 == 0 && n != len(all)*percent/100 {
			t.Errorf("at %d%% it is on for %.2f%%", percent, got)
		}
	}
	b.set(doors.Name, 1, flag.SetInput{Percent: 50})
	b.set(walls.Name, 7, flag.SetInput{Percent: 50})
	same := 0
	for _, bid := range all {
		if b.On(t.Context(), doors, bid) == b.On(t.Context(), walls, bid) {
			same++
		}
	}
	if same < 9_000 || same > 11_000 {
		t.Errorf("two flags go together for %d of 20,000", same)
	}
}

// The names of flag and business alone decide, in every process and version of
// the program: these were computed once.
func TestOn_IsTheSameInEveryProcess(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(walls.Name, 1, flag.SetInput{Percent: 50})
	got := ""
	for i := range 16 {
		got += fmt.Sprintf("%t ", b.On(t.Context(), walls, [16]byte{15: byte(i)}))
	}
	other := flag.New(b.db, b.clock, nil)
	again := ""
	for i := range 16 {
		again += fmt.Sprintf("%t ", other.On(t.Context(), walls, [16]byte{15: byte(i)}))
	}
	const want = "true false false false true true true true false true false false false false true true "
	if got != again || got != want {
		t.Errorf("got  %q\nthen %q\nwant %q", got, again, want)
	}
}

func TestOn_ListAndKill(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	listed, stranger := b.business("listed"), b.business("stranger")
	on := func() string {
		return fmt.Sprintf("%t %t", b.On(t.Context(), walls, listed), b.On(t.Context(), walls, stranger))
	}
	want := func(what, state string) {
		t.Helper()
		if got := on(); got != state {
			t.Errorf("%s: %s, want %s", what, got, state)
		}
	}
	want("never set", "false false")
	if err := b.Require(t.Context(), walls, listed); fault.CodeOf(err) != "flag.off" {
		t.Errorf("never set: %v", err)
	}
	b.set(walls.Name, 1, flag.SetInput{Businesses: []id.Of[any]{listed, listed}})
	want("listed", "true false")
	if err := b.Require(t.Context(), walls, listed); err != nil {
		t.Error(err)
	}
	b.set(doors.Name, 1, flag.SetInput{Percent: 100})
	if got := b.Features(t.Context(), listed); !slices.Equal(got, []string{"test_doors", "test_walls"}) {
		t.Errorf("features: %q", got)
	}
	b.set(walls.Name, 2, flag.SetInput{Businesses: []id.Of[any]{listed}, Percent: 100})
	want("all", "true true")
	b.set(walls.Name, 3, flag.SetInput{Businesses: []id.Of[any]{listed}, Percent: 100, Killed: true})
	want("killed", "false false")
	if got := b.Features(t.Context(), listed); !slices.Equal(got, []string{"test_doors"}) {
		t.Errorf("features: %q", got)
	}
	b.set(walls.Name, 4, flag.SetInput{Businesses: []id.Of[any]{listed}})
	want("alive again", "true false")
}

// A change bites at once where it is made, and within half a minute elsewhere.
func TestSet_HoldsHereAtOnce_ElsewhereWithinHalfAMinute(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	elsewhere := flag.New(b.db, b.clock, nil)
	x := [16]byte{1}
	for i, on := range []bool{true, false, true} {
		if elsewhere.On(t.Context(), walls, x) == on {
			t.Fatalf("change %d: known before it was made", i)
		}
		b.clock.Advance(flag.Life - time.Second)
		b.set(walls.Name, int64(i+1), flag.SetInput{Percent: 100, Killed: !on})
		if b.On(t.Context(), walls, x) != on {
			t.Errorf("change %d: not here at once", i)
		}
		b.clock.Advance(time.Second)
		if elsewhere.On(t.Context(), walls, x) != on {
			t.Errorf("change %d: not elsewhere after %s", i, flag.Life)
		}
	}
	if flag.Life > 25*time.Second {
		t.Error("half a minute leaves no time to read")
	}
}

// Without PostgreSQL what was last known holds; who never knew holds all off.
func TestOn_WithoutADatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(walls.Name, 1, flag.SetInput{Percent: 100})
	x := [16]byte{1}
	if !b.On(t.Context(), walls, x) {
		t.Fatal("not on")
	}
	fresh := flag.New(b.db, b.clock, nil)
	b.db.Close()
	for range 5 {
		b.clock.Advance(time.Hour)
		if !b.On(t.Context(), walls, x) {
			t.Error("what was last known is forgotten")
		}
		if fresh.On(t.Context(), walls, x) {
			t.Error("on, out of nothing")
		}
	}
}

func TestSet_VersionsRefusalsAndTrail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	shop := b.business("shop")
	set := func(name string, expect int64, in flag.SetInput) error {
		_, err := b.Set(ctx, operator, name, expect, in)
		return err
	}
	fields := func(err error) string {
		f, _ := fault.As(err)
		if f == nil {
			return fmt.Sprint(err)
		}
		out := []string{f.Code}
		for _, x := range f.Fields {
			out = append(out, x.Location+" "+x.Code)
		}
		return strings.Join(out, ", ")
	}
	for want, err := range map[string]error{
		"not_found":          set("no_such_flag", 1, flag.SetInput{Reason: "x"}),
		"precondition.stale": set(walls.Name, 2, flag.SetInput{Reason: "x"}),
		"validation.failed, body.percent too_small, body.reason required":                             set(walls.Name, 1, flag.SetInput{Percent: -1, Reason: " \n"}),
		"validation.failed, body.percent too_large, body.business_ids too_many, body.reason too_long": set(walls.Name, 1, flag.SetInput{Percent: 101, Reason: strings.Repeat("あ", 501), Businesses: make([]id.Of[any], 201)}),
		"validation.failed, body.business_ids[0] unknown_id, body.business_ids[2] unknown_id":         set(walls.Name, 1, flag.SetInput{Reason: "x", Businesses: []id.Of[any]{{1}, shop, {2}}}),
	} {
		if got := fields(err); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	b.set(walls.Name, 1, flag.SetInput{Percent: 10})
	b.set(walls.Name, 2, flag.SetInput{Percent: 20, Businesses: []id.Of[any]{shop}})
	if got := fields(set(walls.Name, 1, flag.SetInput{Reason: "x"})); got != "precondition.stale" {
		t.Errorf("an old version: %s", got)
	}
	d, err := b.Get(ctx, walls.Name)
	if err != nil || d.Version != 3 || d.Percent != 20 || d.What != walls.What || !d.UpdatedAt.Equal(b.clock.Now()) {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := b.Get(ctx, "no_such_flag"); fault.CodeOf(err) != "not_found" {
		t.Errorf("no such flag: %v", err)
	}
	var trail string
	err = b.db.ReadPool().QueryRow(ctx, `SELECT string_agg(action || ' ' || subject || ' ' || reason || ' ' || (detail->>'percent') || ' ' || (detail->>'added'), E'\n' ORDER BY detail->>'percent')
	    FROM platform_audit WHERE actor_id = $1`, operator.UserID).Scan(&trail)
	if want := "flag.changed flag:test_walls 試験のため [0, 10] []\nflag.changed flag:test_walls 試験のため [10, 20] [\"" + shop.String() + "\"]"; err != nil || trail != want {
		t.Errorf("trail %s, %v\nwant %s", trail, err, want)
	}
}

// Of two operators who change one flag at once, one is told that it is stale.
func TestSet_AtOnce_OneIsStale(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for expect := range int64(3) {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = b.Set(t.Context(), operator, walls.Name, expect+1, flag.SetInput{Percent: i, Reason: "x"})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if fault.CodeOf(err) != "precondition.stale" {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("version %d was changed %d times", expect+1, won)
		}
	}
}
