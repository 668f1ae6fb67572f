package sim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/jobs"
)

// rescue is how long a job of a worker that died lies until another one takes it.
const rescue = 3 * time.Minute

// A night's round of a periodic task stands for all of its day's: what is swept
// an hour later is swept all the same, and a year has 8,760 hours. Invariants,
// which take longer the more there is, have one each fortnight.
const (
	tickEvery   = 24 * time.Hour
	verifyEvery = 14 * tickEvery
)

// queue is River's, worked off one job after the other.
type queue struct {
	ticked map[string]time.Time
	worked int
	died   int
}

type job struct {
	ID       int64
	Kind     string
	Args     json.RawMessage
	Attempt  int
	Max      int
	Due      time.Time
	Attempts int
}

// The order is that of urgency, as far as one worker can have it.
const nextJobs = `SELECT id, kind, args, attempt, max_attempts, due FROM (
	    SELECT *, CASE state WHEN 'running' THEN attempted_at + $2::interval ELSE scheduled_at END AS due
	    FROM river_job WHERE state IN ('available', 'scheduled', 'retryable', 'running')) j
	WHERE due <= $1 ORDER BY due, array_position(ARRAY['money', 'messages', 'default', 'bulk'], queue), id LIMIT 50`

// work does all jobs that are due up to an instant, each when it is due.
func (w *world) work(end time.Time) {
	w.t.Helper()
	for range 1000 {
		list := w.dueJobs(end)
		if len(list) == 0 && !w.tick() {
			return
		}
		for _, j := range list {
			w.reach(j.Due)
			w.step(j)
		}
	}
	w.fail("jobs bring forth jobs without end")
}

func (w *world) dueJobs(end time.Time) []job {
	w.t.Helper()
	rows, err := w.admin.Query(w.t.Context(), nextJobs, end, rescue)
	if err != nil {
		w.fail("jobs: %v", err)
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (j job, err error) {
		return j, r.Scan(&j.ID, &j.Kind, &j.Args, &j.Attempt, &j.Max, &j.Due)
	})
	if err != nil {
		w.fail("jobs: %v", err)
	}
	return list
}

// died is the panic by which a worker's process ends in the middle of a job.
type died struct{}

// step makes one attempt at a job, in one process or another. A worker that dies
// before, within or after it leaves the row as it took it.
func (w *world) step(j job) {
	w.t.Helper()
	a := jobs.Attempt{JobID: j.ID, Kind: j.Kind, Number: j.Attempt + 1, Max: j.Max}
	now := w.clock.Now()
	w.wrote = now
	w.queue.worked++
	if a.Number > a.Max { // rescued once too often
		w.exec(`DELETE FROM river_job WHERE id = $1`, j.ID)
		w.journal.add(fmt.Sprintf("%s job %s lost", stamp(now), j.Kind))
		return
	}
	before, after := w.trouble(0.7), w.trouble(0.7)
	var err error
	if !before {
		disarm := w.armSometimes(3)
		err = w.nodes[w.rng.IntN(len(w.nodes))].Jobs.Step(w.t.Context(), a, j.Args)
		disarm()
	}
	if w.post.died {
		before, w.post.died = true, false
	}
	outcome := "done"
	switch pause, free := a.Pause(err); {
	case before, after:
		outcome = "died"
		w.queue.died++
		w.exec(`UPDATE river_job SET state = 'running', attempt = $2, attempted_at = $3 WHERE id = $1`, j.ID, a.Number, now)
	case a.Ended(err):
		if err != nil {
			outcome = "ended: " + err.Error()
		}
		w.exec(`DELETE FROM river_job WHERE id = $1`, j.ID)
	default:
		outcome = fmt.Sprintf("again in %s: %s", pause, err)
		number := a.Number
		if free {
			number--
		}
		w.exec(`UPDATE river_job SET state = 'retryable', attempt = $2, scheduled_at = $3 WHERE id = $1`, j.ID, number, now.Add(pause))
	}
	w.journal.add(fmt.Sprintf("%s job %s %d: %s", stamp(now), j.Kind, a.Number, outcome))
}

// tick runs the periodic tasks whose time has come, and tells whether there were any.
func (w *world) tick() (ran bool) {
	w.t.Helper()
	if w.queue.ticked == nil {
		w.queue.ticked = map[string]time.Time{}
	}
	now := w.clock.Now()
	for _, t := range w.nodes[0].Jobs.Ticks() {
		every := max(t.Every, tickEvery)
		if strings.HasPrefix(t.Name, "verify") {
			every = verifyEvery
		}
		if now.Sub(w.queue.ticked[t.Name]) < every {
			continue
		}
		w.queue.ticked[t.Name], ran = now, true
		if err := w.nodes[0].Jobs.Step(w.t.Context(), jobs.Attempt{Kind: t.Name, Number: 1, Max: 3}, nil); err != nil {
			w.fail("%s: %v", t.Name, err)
		}
	}
	return ran
}

func stamp(at time.Time) string { return at.UTC().Format("06-01-02 15:04:05") }
