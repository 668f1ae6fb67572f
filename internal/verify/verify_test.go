package verify_test

import (
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

func TestRun_HealthyInstallation_FindsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if broken := w.broken(); len(broken) > 0 {
		t.Errorf("in breach: %v", broken)
	}
	all := w.run()
	for _, name := range verify.Names() {
		if all[name].Checked == 0 || all[name].What == "" || all[name].Took <= 0 {
			t.Errorf("%s looked at nothing: %+v", name, all[name])
		}
	}
	some := w.run("I4", "I3")
	if len(some) != 2 || some["I3"].Checked != all["I3"].Checked {
		t.Errorf("of two: %+v", some)
	}
	if _, err := w.verifier.Run(t.Context(), "I3", "I99"); fault.CodeOf(err) != verify.ErrUnknown.Code {
		t.Errorf("an unknown one: %v", err)
	}
	w.looksOnly()
}

// looksOnly: a look changes nothing, not even by mistake, and the serving role
// sees no tenant's rows when it does not take the platform's.
func (w *world) looksOnly() {
	t := w.t
	t.Helper()
	if err := w.db.Survey(t.Context(), time.Minute, func(tx *pg.Tx) error {
		_, err := tx.Exec(t.Context(), &pg.Statement{SQL: `DELETE FROM messages`})
		return err
	}); pg.State(err) != "25006" {
		t.Errorf("a survey may write: %v", err)
	}
	var rows int
	if err := w.db.ReadPool().QueryRow(t.Context(), `SELECT (SELECT count(*) FROM bookings) + (SELECT count(*) FROM booking_history) + (SELECT count(*) FROM messages)`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// Each breach is found by its own invariant and disturbs no other. A quick run
// plants some of them, others each time.
func TestRun_PlantedBreach_IsFoundByItsInvariantAlone(t *testing.T) {
	t.Parallel()
	chosen := slices.Clone(plants)
	rand.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	for _, p := range chosen[:pgtest.Rounds(2, len(chosen))] {
		t.Run(p.invariant+" "+p.name, func(t *testing.T) {
			t.Parallel()
			newWorld(t).plant(p)
		})
	}
}

// plant plants the breach in the first shop and looks who finds it.
func (w *world) plant(p plant) {
	w.t.Helper()
	s := &w.shops[0]
	in := strings.NewReplacer("$B", s.id.String(), "$A", w.shops[1].id.String(), "$CONFIRMED", s.confirmed.ID.String(), "$WAITING", s.waiting.ID.String(),
		"$CANCELLED", s.cancelled.ID.String(), "$UNDONE", s.undone.ID.String(), "$HOLD", s.hold.ID.String())
	for _, sql := range p.sql {
		w.own(in.Replace(sql))
	}
	if got := w.broken(); !slices.Equal(got, []string{p.invariant}) {
		w.t.Errorf("in breach: %v, want %s alone", got, p.invariant)
	}
	r := w.run(p.invariant)[p.invariant]
	if r.Breaches != max(p.breaches, 1) || !strings.Contains(strings.Join(r.Examples, "; "), in.Replace(p.example)) {
		w.t.Errorf("%d breaches, %q; want %d, with %q", r.Breaches, r.Examples, max(p.breaches, 1), in.Replace(p.example))
	}
}

// The shops of the demo went through everything that the services can do.
func TestRun_Demo_FindsNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, err := demo.Seed(t.Context(), demo.Deps{DB: db, Ring: pgtest.Ring(t), Log: slog.New(slog.DiscardHandler), Now: now, Percent: pgtest.Rounds(1, 50)})
	if err != nil {
		t.Fatal(err)
	}
	results, err := verify.New(db, clock.NewManual(now)).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		t.Logf("%s: %d breaches in %d rows, %s", r.Name, r.Breaches, r.Checked, r.Took)
		if r.Breaches != 0 {
			t.Errorf("%s: %d breaches in %d rows: %q", r.Name, r.Breaches, r.Checked, r.Examples)
		}
	}
}

// Holidays changed, and bookings are still being judged by them: nobody can say
// yet which of them are astray, and none is told to be.
func TestRun_WhileBookingsAreJudged_WaitsForTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.own(`DELETE FROM opening_hours`, `INSERT INTO river_job (args, kind, max_attempts, queue, state) VALUES ('{}', 'bookings.rejudge', 8, 'bulk', 'available')`)
	results, err := w.verifier.Run(t.Context(), "I1", "I2")
	if fault.CodeOf(err) != verify.ErrJudging.Code || len(results) != 1 || results[0].Name != "I1" {
		t.Errorf("%v, %+v", err, results)
	}
	w.own(`UPDATE river_job SET state = 'discarded', finalized_at = now() WHERE kind = 'bookings.rejudge'`) // then nobody will judge them
	if r := w.run("I2")["I2"]; r.Breaches != 6 {
		t.Errorf("%+v", r)
	}
}

// Every breach is counted, some are named; what is kept is the newest look.
func TestLook_KeepsTheNewest_AndBoundsWhatItNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.own(`INSERT INTO user_businesses (user_id, tenant_id, role) SELECT gen_random_uuid(), tenant_id, 'owner' FROM directory, generate_series(1, 30)`)
	results, err := w.verifier.Look(t.Context(), "I11")
	if err != nil || len(results) != 1 || results[0].Breaches != 60 || len(results[0].Examples) != verify.MaxExamples {
		t.Fatalf("%v, %+v", err, results)
	}
	if err := w.verifier.Keep(t.Context(), now.AddDate(0, 0, -1), []verify.Result{{Name: "I11"}, {Name: "I12", Checked: 7}}); err != nil {
		t.Fatal(err)
	}
	if err := w.verifier.Schedule(t.Context()); err != nil {
		t.Fatal(err)
	}
	last, err := w.verifier.Results(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range last {
		switch {
		case r.Waiting: // those of the hour are not due yet
			t.Errorf("%s waits", r.Name)
		case r.Name == "I11" && (r.Breaches != 60 || !r.CheckedAt.Equal(w.clock.Now())), r.Name == "I12" && r.Checked != 7,
			r.Name != "I11" && r.Name != "I12" && !r.CheckedAt.IsZero():
			t.Errorf("%+v", r)
		}
	}
}
