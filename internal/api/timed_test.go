package api

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestTimed_EndsInTime_WithItsParent_AndWithTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		late := &timed{Context: t.Context(), limit: time.Second}
		<-late.Done()
		if !errors.Is(late.Err(), context.DeadlineExceeded) {
			t.Errorf("after its time: %v", late.Err())
		}
		late.end()

		parent, cancel := context.WithCancel(t.Context())
		of := &timed{Context: parent, limit: time.Hour}
		child, end := context.WithTimeout(of, time.Minute)
		defer end()
		cancel()
		<-child.Done()
		if !errors.Is(of.Err(), context.Canceled) {
			t.Errorf("without its parent: %v", of.Err())
		}
		of.end()

		waiting := &timed{Context: t.Context(), limit: time.Hour}
		done := waiting.Done()
		waiting.end()
		<-done

		idle := &timed{Context: t.Context(), limit: time.Hour}
		idle.end()
		<-idle.Done()
		if !errors.Is(idle.Err(), context.Canceled) {
			t.Errorf("what begins after the end: %v", idle.Err())
		}
		if at, ok := (&timed{Context: t.Context(), limit: time.Hour}).Deadline(); !ok || !at.Equal(time.Now().Add(time.Hour)) { //nolint:forbidigo // the bubble's
			t.Errorf("deadline %s", at)
		}
	})
}

// What waits for nothing has no timer.
func TestTimed_AnswersFromMemory_WithoutATimer(t *testing.T) {
	t.Parallel()
	x := &timed{Context: t.Context(), limit: time.Hour}
	_ = x.Value("key")
	if x.inner != nil {
		t.Error("a timer runs")
	}
	x.end()
}
