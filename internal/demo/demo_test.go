package demo_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// The demo as it is met by whoever starts the program for the first time, on the
// same day again, and three days later. In a full run it is the whole of it.
func TestSeed_NewDatabase_LivesAndStaysFresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t, pgtest.Rounds(30, 100))
	customers := int64(4 * w.deps.Percent)
	first := w.seed()
	t.Logf("first: %+v", first)
	if !first.Seeded || first.ToppedUp || int64(first.Customers) != customers {
		t.Errorf("report = %+v", first)
	}
	w.checkContents()
	w.checkVolume()
	w.checkPresent()
	w.checkInvariants()
	w.checkFreeTimes()
	w.checkFill()
	w.checkQuiet()
	w.checkSignIns()

	before := w.fingerprint()
	if again := w.seed(); again != (demo.Report{}) {
		t.Errorf("second time: %+v", again)
	}
	if !slices.Equal(before, w.fingerprint()) {
		t.Error("the second time changed bookings")
	}

	w.deps.Now = now.AddDate(0, 0, 3).Add(-90 * time.Minute)
	later := w.topUp()
	t.Logf("three days later: %+v", later)
	if later.Seeded || !later.ToppedUp || later.Bookings < w.scaled(40) || later.Changes < w.scaled(80) {
		t.Errorf("report = %+v", later)
	}
	if n := int64(len(before) + later.Bookings); n != w.count(`SELECT count(*) FROM bookings`) {
		t.Errorf("bookings: %d were expected", n)
	}
	w.checkInvariants()
	w.checkFreeTimes()
	w.checkQuiet()
	if n := w.count(`SELECT count(*) FROM customers`); n != customers {
		t.Errorf("%d customers three days later", n)
	}
}

// Two databases tell the same of the same day, one of them in pieces.
func TestSeed_Interrupted_TellsTheSame(t *testing.T) {
	if !pgtest.Full() { // a whole demo, twice
		return
	}
	t.Parallel()
	days := pgtest.Rounds(6, 12)
	whole, broken := newWorld(t, days), newWorld(t, days)
	whole.seed()
	want := whole.fingerprint()
	for _, changes := range []int64{5, 40, 80, 200}[:pgtest.Rounds(3, 4)] { // within the building of the shops, and later
		ctx, cancel := context.WithCancel(context.Background())
		var seen atomic.Int64
		broken.deps.Changed = func(business.ID) {
			if seen.Add(1) == changes {
				cancel()
			}
		}
		if _, err := demo.Seed(ctx, broken.deps); err == nil {
			t.Fatalf("after %d changes: it was not interrupted", changes)
		}
		cancel()
	}
	broken.deps.Changed = nil
	if r := broken.seed(); !r.Seeded {
		t.Errorf("report = %+v", r)
	}
	if d := cmp.Diff(want, broken.fingerprint()); d != "" {
		t.Errorf("in one go (-) and in pieces (+):\n%s", d)
	}
	broken.checkInvariants()
	broken.checkSignIns()
}

func TestSeed_StartedTogether_IsDoneOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	var wg sync.WaitGroup
	reports, errs := make([]demo.Report, 3), make([]error, 3)
	for i := range reports {
		wg.Go(func() { reports[i], errs[i] = demo.Seed(context.Background(), w.deps) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	seeded := 0
	for _, r := range reports {
		if r.Seeded {
			seeded++
		} else if r != (demo.Report{}) {
			t.Errorf("one who waited did %+v", r)
		}
	}
	if n := w.count(`SELECT count(*) FROM directory`); seeded != 1 || n != 3 {
		t.Errorf("seeded %d times, %d businesses", seeded, n)
	}
}

func TestSeed_DatabaseInUse_IsRefusedUnlessForced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	w.found("real-shop")
	_, err := demo.Seed(context.Background(), w.deps)
	if !errors.Is(err, demo.ErrOtherBusinesses) || fault.KindOf(err) != fault.Conflict {
		t.Fatalf("err = %v", err)
	}
	if n := w.count(`SELECT (SELECT count(*) FROM users WHERE email LIKE '%.example') + (SELECT count(*) FROM demo_state)`); n != 1 {
		t.Errorf("%d rows of a demo that was refused", n-1)
	}
	if r, err := demo.TopUp(context.Background(), w.deps); err != nil || r != (demo.Report{}) {
		t.Errorf("there is nothing to top up: %+v, %v", r, err)
	}
	w.deps.Force = true
	w.seed()
	w.deps.Force = false
	w.found("another-shop") // whoever tries the demo may found one
	w.deps.Now = now.AddDate(0, 0, 1)
	if r := w.seed(); !r.ToppedUp {
		t.Errorf("a demo beside other businesses: %+v", r)
	}
}

func TestTopUp_AfterMonths_TellsTheLastOnly(t *testing.T) {
	if !pgtest.Full() { // another whole demo
		return
	}
	t.Parallel()
	w := newWorld(t, 12)
	w.seed()
	w.deps.Now = now.AddDate(0, 5, 0).Add(11 * time.Hour) // two in the morning: the bar is about to close
	r := w.topUp()
	if !r.ToppedUp || r.Bookings > w.scaled(1200) {
		t.Errorf("report = %+v", r)
	}
	w.checkInvariants()
	w.checkFreeTimes()
}

func TestTopUp_WhatVisitorsOfTheDemoDid_Stands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 12)
	w.seed()
	own := w.bookTomorrow("hana-salon")
	w.cancelAll("midori-clinic")
	cancelled := w.count(`SELECT count(*) FROM bookings WHERE status = 'cancelled' AND business_id = $1`, w.business("midori-clinic"))
	w.deps.Now = now.AddDate(0, 0, 2)
	w.topUp()
	w.checkInvariants()
	if n := w.count(`SELECT count(*) FROM bookings WHERE id = $1 AND status = 'completed' AND version = 2`, own); n != 1 {
		t.Error("the visit that somebody booked to try the demo is not over")
	}
	if n := w.count(`SELECT count(*) FROM bookings WHERE status = 'cancelled' AND business_id = $1`, w.business("midori-clinic")); n < cancelled {
		t.Errorf("%d of %d cancelled bookings are left", n, cancelled)
	}
}

func TestSeed_AtNight_TheBarHasGuests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	w.deps.Now = time.Date(2026, 6, 6, 0, 20, 0, 0, tokyo) // Friday's business day
	w.seed()
	if n := w.count(`SELECT count(*) FROM bookings WHERE status = 'checked_in' AND business_date = '2026-06-05' AND business_id = $1`, w.business("yoru-bar")); n == 0 {
		t.Error("nobody is there")
	}
	w.checkInvariants()
}
