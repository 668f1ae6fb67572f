package jobs_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

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

func TestGiveUp_OnlyOfTheDiscarded_AndCanBeTriedAnew(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	l := jobs.NewDeadList(db, clock.System{})
	now := clock.System{}.Now()
	dead, given := deadJob(t, db, "test.a", "discarded", now), deadJob(t, db, "test.b", "cancelled", now)
	for _, x := range []struct {
		job    int64
		reason string
		want   string
	}{
		{dead + 1000, "x", "not_found"},
		{given, "x", "job.not_discarded"},
		{dead, " ", "validation.failed"},
		{dead, " 宛先の店舗が閉店したため ", ""},
		{dead, "again", "job.not_discarded"},
	} {
		err := l.GiveUp(t.Context(), theOperator, x.job, x.reason)
		if got := fault.CodeOf(err); err == nil && x.want != "" || err != nil && got != x.want {
			t.Errorf("job %d because %q: %v, want %q", x.job, x.reason, err, x.want)
		}
	}
	var reason, detail string
	err := db.ReadPool().QueryRow(t.Context(), `SELECT reason, detail::text FROM platform_audit WHERE action = 'job.discarded'`).Scan(&reason, &detail)
	if err != nil || reason != "宛先の店舗が閉店したため" || !strings.Contains(detail, `"test.a"`) || strings.Contains(detail, "planted") {
		t.Errorf("trail: because %q: %s: %v", reason, detail, err)
	}
	if left, err := l.List(t.Context(), jobs.DeadFilter{State: jobs.Discarded}, nil, 10); err != nil || len(left) != 0 {
		t.Errorf("left on the list: %v: %v", left, err)
	}
	if err := l.Replay(t.Context(), theOperator, dead, "やはり必要"); err != nil {
		t.Errorf("tried anew: %v", err)
	}
}

func TestKinds_TellsOfEachHowItStands(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	now := clock.System{}.Now().Truncate(time.Microsecond)
	add := func(kind, state string, due time.Time, failed bool) {
		t.Helper()
		_, err := db.WritePool().Exec(t.Context(), `INSERT INTO river_job (state, attempt, max_attempts, kind, queue, args, scheduled_at, finalized_at, errors)
			VALUES ($1::text::river_job_state, 1, 8, $2, 'default', '{}', $3::timestamptz,
			        CASE WHEN $1::text IN ('discarded', 'cancelled', 'completed') THEN $3::timestamptz END,
			        CASE WHEN $4 THEN ARRAY['{"error": "timeout"}'::jsonb] END)`, state, kind, due, failed)
		if err != nil {
			t.Fatal(err)
		}
	}
	oldest := now.Add(-time.Hour)
	add("a.kind", "available", oldest, false)
	add("a.kind", "retryable", now.Add(-time.Minute), true)
	add("a.kind", "retryable", now.Add(time.Hour), true)
	add("a.kind", "scheduled", now.Add(time.Hour), false)
	add("a.kind", "running", now.Add(-2*time.Hour), false)
	add("a.kind", "discarded", now.Add(-3*time.Hour), true)
	add("b.kind", "cancelled", now, true)
	add("c.kind", "completed", now, false)
	got, err := jobs.NewDeadList(db, clock.System{}).Kinds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if got[i].OldestDue != nil && !got[i].OldestDue.Equal(oldest) {
			t.Errorf("oldest of %s: %s, want %s", got[i].Kind, got[i].OldestDue, oldest)
		}
		got[i].OldestDue = nil
	}
	want := []jobs.KindTally{
		{Kind: "a.kind", Waiting: 2, Later: 2, Failing: 2, Running: 1, Dead: 1},
		{Kind: "b.kind", Cancelled: 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("kinds:\n%+v\nwant\n%+v", got, want)
	}
}

func TestWorking_WhileARunnerRuns(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if working, err := jobs.Working(t.Context(), db); working || err != nil {
		t.Fatalf("nobody works: %v, %v", working, err)
	}
	_, err := db.WritePool().Exec(t.Context(),
		`INSERT INTO river_leader (name, leader_id, elected_at, expires_at) VALUES ('default', 'a worker', now(), now() + interval '10 seconds')`)
	if err != nil {
		t.Fatal(err)
	}
	if working, err := jobs.Working(t.Context(), db); !working || err != nil {
		t.Errorf("somebody works: %v, %v", working, err)
	}
}
