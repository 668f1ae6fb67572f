package jobs_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var theOperator = tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{7}}

func TestReplay_IsTriedAnew_WithAllAttempts_AndTheTrailKnowsWhy(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	l := jobs.NewDeadList(db, clock.System{})
	job := deadJob(t, db, "test.kind", "discarded", clock.System{}.Now())
	if err := l.Replay(t.Context(), theOperator, job, " 復旧したため "); err != nil {
		t.Fatal(err)
	}
	done := make(chan jobs.Attempt, 1)
	r := jobs.NewRunner(quick(db, io.Discard))
	jobs.Add(r, func(ctx context.Context, _ testArgs) error {
		done <- jobs.AttemptOf(ctx)
		return nil
	})
	start(t, r)
	if got, want := receive(t, done), (jobs.Attempt{JobID: job, Kind: "test.kind", Number: 1, Max: jobs.MaxAttempts}); got != want {
		t.Errorf("attempt %+v, want %+v", got, want)
	}
	waitState(t, db, "completed")
	var action, subject, reason, detail string
	err := db.ReadPool().QueryRow(t.Context(), `SELECT action, subject, reason, detail::text FROM platform_audit WHERE actor_id = $1`, theOperator.UserID).
		Scan(&action, &subject, &reason, &detail)
	if err != nil {
		t.Fatal(err)
	}
	if action != "job.replayed" || reason != "復旧したため" || !strings.HasPrefix(subject, "job:") || !strings.Contains(detail, `"test.kind"`) || strings.Contains(detail, "planted") {
		t.Errorf("trail: %s of %s because %s: %s", action, subject, reason, detail)
	}
}

func TestReplay_OnlyOfTheDead_OnlyOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	l := jobs.NewDeadList(db, clock.System{})
	now := clock.System{}.Now()
	dead, done := deadJob(t, db, "test.a", "cancelled", now), deadJob(t, db, "test.b", "completed", now)
	for _, x := range []struct {
		job    int64
		reason string
		want   string
	}{
		{dead + 1000, "x", "not_found"},
		{done, "x", "job.not_dead"},
		{dead, " \u200b ", "validation.failed"},
		{dead, strings.Repeat("字", jobs.MaxReason+1), "validation.failed"},
		{dead, strings.Repeat("字", jobs.MaxReason), ""},
		{dead, "again", "job.not_dead"},
	} {
		err := l.Replay(t.Context(), theOperator, x.job, x.reason)
		if got := fault.CodeOf(err); err == nil && x.want != "" || err != nil && got != x.want {
			t.Errorf("job %d because %.10q: %v, want %q", x.job, x.reason, err, x.want)
		}
	}
	var n int
	if err := db.ReadPool().QueryRow(t.Context(), `SELECT count(*) FROM platform_audit`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d entries in the trail (%v), want that of the one replay", n, err)
	}
}
