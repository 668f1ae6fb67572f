package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// MaxExamples bounds how many breaches are named; all of them are counted.
const MaxExamples = 20

// statementLimit is how long one statement may look: a table of some ten million
// rows is read in that time, and who looks for longer looks at a sick database.
const statementLimit = 5 * time.Minute

// ErrUnknown is the answer for a name that no invariant has.
var ErrUnknown = fault.New(fault.Invalid, "verify.unknown_invariant")

// Result is what a look at one invariant found.
type Result struct {
	Name     string // "I3"
	What     string // must hold, in a sentence for operators
	Checked  int64  // rows that were looked at
	Breaches int64
	Examples []string // at most MaxExamples, by ids: "business:<id> booking:<id> ..."
	Took     time.Duration
}

// found is what a check counts.
type found struct {
	Checked  int64    `db:"checked"`
	Breaches int64    `db:"breaches"`
	Examples []string `db:"examples"`
}

// add counts a breach and names it while there are few.
func (f *found) add(example string) {
	if f.Breaches++; len(f.Examples) < MaxExamples {
		f.Examples = append(f.Examples, example)
	}
}

// invariant is one rule with the way to look at it.
type invariant struct {
	name, what string
	check      func(ctx context.Context, v *Verifier) (found, error)
}

// invariants are all of them, in the order in which they are told.
var invariants = []invariant{
	{"I1", "No unit of a resource is taken twice at one time, and the wall that refuses it stands", bySQL(overlaps)},
	{"I2", "Every booking that stands is within hours and shifts, or marked as outside", strays},
	{"I3", "The history of every booking is an allowed path that ends in its present status", bySQL(histories, stepColumns)},
	{"I4", "The version of every booking is the number of its changes", bySQL(versions)},
	{"I5", "What stands occupies just what it says, and nothing waits past its time", bySQL(occupied, instants)},
	{"I9", "Every event has its message, and every message that waits has its job", bySQL(untold, tells, settling, recently)},
	{"I10", "No message is sent more than twice, or more often than there was to tell, or for ever", bySQL(repeated, tells, settling)},
	{"I11", "Rows belong to the business of what they refer to, and lookups lead to what they name", bySQL(orphans)},
	{"I12", "A key had one effect, which is there", bySQL(effects)},
	{"I13", "The hash chain of every trail verifies", chains},
}

// Names are the invariants that there are, in the order in which they are told.
func Names() []string {
	out := make([]string, len(invariants))
	for i, x := range invariants {
		out[i] = x.name
	}
	return out
}

// Verifier looks at the invariants of one installation.
type Verifier struct {
	db    *pg.DB
	clock clock.Clock
	trail *audit.Trail
}

// New makes a verifier. The clock is the one by which bookings expire.
func New(db *pg.DB, clk clock.Clock) *Verifier {
	return &Verifier{db: db, clock: clk, trail: audit.NewTrail(db)}
}

// Run looks at the named invariants, or at all of them, one after the other, and
// writes nothing. Breaches are no error. An invariant that could not be looked at
// is missing from the results and told in the error; the others are there.
// ErrUnknown for a name that there is not.
func (v *Verifier) Run(ctx context.Context, only ...string) ([]Result, error) {
	chosen, err := choose(only)
	if err != nil {
		return nil, err
	}
	var out []Result
	var errs []error
	for _, x := range chosen {
		r, err := v.look(ctx, x)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, r)
	}
	return out, errors.Join(errs...)
}

// look looks at one invariant.
func (v *Verifier) look(ctx context.Context, x invariant) (Result, error) {
	start := clock.System{}.Now()
	f, err := x.check(ctx, v)
	if err != nil {
		return Result{}, fmt.Errorf("invariant %s: %w", x.name, err)
	}
	return Result{x.name, x.what, f.Checked, f.Breaches, f.Examples, clock.System{}.Now().Sub(start)}, nil
}

// choose gives the named invariants in their order; all for no names.
func choose(only []string) ([]invariant, error) {
	for _, name := range only {
		if !slices.Contains(Names(), name) {
			return nil, ErrUnknown
		}
	}
	if len(only) == 0 {
		return invariants, nil
	}
	return slices.DeleteFunc(slices.Clone(invariants), func(x invariant) bool { return !slices.Contains(only, x.name) }), nil
}

// bySQL is a check by one statement, which gives one row of checked, breaches and
// examples. args, when given, are its arguments.
func bySQL(s *pg.Statement, args ...func(now time.Time) []any) func(context.Context, *Verifier) (found, error) {
	return func(ctx context.Context, v *Verifier) (out found, err error) {
		var with []any
		for _, f := range args {
			with = append(with, f(v.clock.Now())...)
		}
		err = v.db.Survey(ctx, statementLimit, func(tx *pg.Tx) error {
			out, err = pg.SelectOne[found](ctx, tx, s, with...)
			return err
		})
		return out, err
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// counted ends a statement whose table broken has a column example: it counts
// what was looked at, and the breaches, and names some of them.
func counted(broken, checked string) string {
	return `WITH ` + broken + `
		SELECT (` + checked + `)::bigint AS checked, (SELECT count(*) FROM broken) AS breaches,
		    ARRAY(SELECT example FROM broken ORDER BY example LIMIT ` + itoa(MaxExamples) + `) AS examples`
}
