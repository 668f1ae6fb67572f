package verify_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
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
}

// Each breach is found by its own invariant and disturbs no other. A quick run
// plants some of them, others each time.
func TestRun_PlantedBreach_IsFoundByItsInvariantAlone(t *testing.T) {
	t.Parallel()
	chosen := slices.Clone(plants)
	rand.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	for _, p := range chosen[:pgtest.Rounds(3, len(chosen))] {
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
