package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/jobs"
)

type stepArgs struct {
	Do string `json:"do"`
}

func (stepArgs) Kind() string { return "test.step" }

// Outside of River an attempt is what it is in it: with its number in the
// context, panics caught, and its error telling what becomes of the job.
func TestStep_TellsWhatBecomesOfTheJob(t *testing.T) {
	t.Parallel()
	r := jobs.NewRunner(jobs.Options{Log: slog.New(slog.DiscardHandler)})
	var seen jobs.Attempt
	jobs.Add(r, func(ctx context.Context, a stepArgs) error {
		seen = jobs.AttemptOf(ctx)
		switch a.Do {
		case "panic":
			panic("planted")
		case "cancel":
			return jobs.Cancel(errors.New("planted"))
		case "snooze":
			return jobs.Snooze(7 * time.Second)
		case "fail":
			return errors.New("planted")
		}
		return nil
	})
	for _, c := range []struct {
		args   string
		number int
		ended  bool
		pause  time.Duration
		free   bool
	}{
		{`{"do":""}`, 1, true, 0, false},
		{`{"do":"fail"}`, 1, false, 5 * time.Second, false},
		{`{"do":"panic"}`, 2, false, 30 * time.Second, false},
		{`{"do":"fail"}`, 3, true, 0, false},
		{`{"do":"cancel"}`, 1, true, 0, false},
		{`{"do":"snooze"}`, 3, false, 7 * time.Second, true},
		{`{"do":1}`, 1, false, 5 * time.Second, false},
	} {
		seen = jobs.Attempt{}
		a := jobs.Attempt{JobID: 4, Kind: "test.step", Number: c.number, Max: 3}
		err := r.Step(t.Context(), a, []byte(c.args))
		if ended := a.Ended(err); ended != c.ended {
			t.Errorf("%s at attempt %d: %v, ended %t", c.args, c.number, err, ended)
		}
		if pause, free := a.Pause(err); !c.ended && (pause != c.pause || free != c.free) {
			t.Errorf("%s at attempt %d: again in %s, free %t", c.args, c.number, pause, free)
		}
		if c.args != `{"do":1}` && seen != a {
			t.Errorf("%s: the worker is told of attempt %+v", c.args, seen)
		}
	}
	if err := r.Step(t.Context(), jobs.Attempt{Kind: "test.other", Max: 1}, nil); err == nil {
		t.Error("a kind that nobody knows was worked on")
	}
	jobs.Periodic(r, "test.tick", time.Hour, func(context.Context) error { return errors.New("planted") })
	if ticks := r.Ticks(); len(ticks) != 1 || ticks[0] != (jobs.Tick{Name: "test.tick", Every: time.Hour}) {
		t.Errorf("ticks %v", ticks)
	}
	if err := r.Step(t.Context(), jobs.Attempt{Kind: "test.tick", Number: 1, Max: 3}, nil); err == nil {
		t.Error("the tick did not run")
	}
}
