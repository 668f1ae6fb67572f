package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// How far the demo reaches.
const (
	historyDays = 60 // visits before the day of the first seeding
	longestLead = 55 // visits after today, fewer and fewer
	windowDays  = 60 // booking window of the shops
	foundedDays = 120
	catchUpDays = 31 // of a longer absence only the end is told
)

// zone is where the three shops are.
const zone = "Asia/Tokyo"

// ErrOtherBusinesses is the answer for a database that is in real use.
var ErrOtherBusinesses = fault.New(fault.Conflict, "demo.other_businesses")

// Deps are what the demo needs.
type Deps struct {
	DB   *pg.DB
	Ring *secret.Ring
	Log  *slog.Logger
	Now  time.Time // the present, at which the told past ends
	// Force makes a demo beside businesses that are not its own.
	Force bool
	// Changed is called after each commit that changed a business, from several
	// goroutines; it must not block. nil: nobody else remembers anything of this database.
	Changed func(business.ID)
	// Photos is where the files of photos lie; nil: the demo has none.
	Photos media.Blobs
	// Percent is how much of the usual volume to make, for tests; 0: all of it.
	Percent int
}

// Report is what was done.
type Report struct {
	Seeded    bool // the demo was made, or its making brought to its end
	ToppedUp  bool // the days since the last time were told
	Bookings  int  // made
	Changes   int  // of bookings: check-ins, visits that are over, cancellations
	Refused   int  // wishes for which nothing was free, as happens in life
	Customers int  // who come to the three shops
}

// Seed makes the demo, once: it goes on where an interrupted one ended, tops up
// one whose last told day is before today, and else does nothing. Processes that
// start together wait for the one that does it. It answers ErrOtherBusinesses
// for a database with businesses but without a demo, unless forced.
//
// Workers should not run meanwhile: they judge the requests of the told past by
// today's clock, and let those expire that the shop is about to answer.
func Seed(ctx context.Context, d Deps) (Report, error) {
	return d.tell(ctx, func(known map[string]state) error {
		if len(known) > 0 {
			return nil
		}
		n, err := countStrangers(ctx, d.DB)
		if err == nil && n > 0 && !d.Force {
			return ErrOtherBusinesses.With(fault.Args{"count": n})
		}
		return err
	})
}

// errNoDemo ends a TopUp early.
var errNoDemo = errors.New("no demo")

// TopUp keeps the dates of a demo fresh, where there is one: bookings for the
// days that came into reach, and what became of those whose time has passed.
func TopUp(ctx context.Context, d Deps) (Report, error) {
	r, err := d.tell(ctx, func(known map[string]state) error {
		if len(known) == 0 {
			return errNoDemo
		}
		return nil
	})
	if errors.Is(err, errNoDemo) {
		return Report{}, nil
	}
	return r, err
}

// tell runs the shops' lives up to now, under the lock.
func (d Deps) tell(ctx context.Context, allowed func(map[string]state) error) (Report, error) {
	d = d.withDefaults()
	var r Report
	err := locked(ctx, d.DB, func() error {
		known, err := readStates(ctx, d.DB)
		if err == nil {
			err = allowed(known)
		}
		if err != nil {
			return err
		}
		if err := d.switchOn(ctx); err != nil {
			return err
		}
		if d.fresh(known) {
			return nil
		}
		r, err = d.tellAll(ctx)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("demo: %w", err)
	}
	return r, nil
}

func (d Deps) withDefaults() Deps {
	if d.Changed == nil {
		d.Changed = func(business.ID) {}
	}
	if d.Percent == 0 {
		d.Percent = 100
	}
	d.Now = d.Now.UTC().Truncate(time.Second)
	return d
}

// fresh tells whether every shop's life was told until today.
func (d Deps) fresh(known map[string]state) bool {
	for _, s := range shops() {
		st := known[s.slug()]
		if st.SeededAt == nil || dateIn(st.LivedUntil).Before(dateIn(d.Now)) {
			return false
		}
	}
	return true
}

func (d Deps) tellAll(ctx context.Context) (Report, error) {
	all := shops()
	slugs := make([]string, len(all))
	for i, s := range all {
		slugs[i] = s.slug()
	}
	opened := clock.Instant(dateIn(d.Now).AddDays(-foundedDays), hm(9, 0), tokyo())
	if err := write(ctx, d.DB, reserve, slugs, opened); err != nil {
		return Report{}, err
	}
	known, err := readStates(ctx, d.DB)
	if err != nil {
		return Report{}, err
	}
	ids, err := ensureAccounts(ctx, auth.New(d.DB, clock.NewManual(opened), d.Ring, auth.Options{}))
	if err != nil {
		return Report{}, err
	}
	return d.live(ctx, all, known, ids)
}

// live tells the lives of the shops side by side; the first error ends all.
func (d Deps) live(ctx context.Context, all []*shop, known map[string]state, ids map[string]auth.UserID) (Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lives := make([]*life, len(all))
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for i, s := range all {
		lives[i] = newLife(d, s, known[s.slug()], ids)
		wg.Go(func() {
			if errs[i] = lives[i].run(ctx); errs[i] != nil {
				errs[i] = fmt.Errorf("%s: %w", s.slug(), errs[i])
				cancel()
			}
		})
	}
	wg.Wait()
	var r Report
	for _, l := range lives {
		r.add(l.report)
	}
	return r, firstCause(errs)
}

// firstCause prefers what went wrong to what was cancelled because of it.
func firstCause(errs []error) error {
	var cancelled error
	for _, err := range errs {
		switch {
		case err == nil:
		case errors.Is(err, context.Canceled):
			cancelled = err
		default:
			return err
		}
	}
	return cancelled
}

func (r *Report) add(o Report) {
	r.Seeded, r.ToppedUp = r.Seeded || o.Seeded, r.ToppedUp || o.ToppedUp
	r.Bookings, r.Changes, r.Refused, r.Customers = r.Bookings+o.Bookings, r.Changes+o.Changes, r.Refused+o.Refused, r.Customers+o.Customers
}

var tokyo = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic(fmt.Sprintf("demo: %v", err)) // zone data is compiled in
	}
	return loc
})

// dateIn is the date of an instant where the shops are.
func dateIn(t time.Time) clock.Date { return clock.DateOf(t.In(tokyo())) }
