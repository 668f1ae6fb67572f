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

// plant is a breach that is planted behind the program's back, and the one
// invariant that must find it.
type plant struct {
	name, invariant string
	sql             []string // $B a business, $A the other, and what happened there: $CONFIRMED, $WAITING, $CANCELLED, $UNDONE, $HOLD
	example         string   // a part of an example
	breaches        int64    // 0: one
}

var plants = []plant{
	{name: "a unit is taken twice", invariant: "I1", example: "overlaps another", sql: []string{
		`ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap`,
		`INSERT INTO allocations (business_id, resource_id, unit, starts_at, ends_at, booking_id, segment)
		     SELECT business_id, resource_id, unit, starts_at - interval '2 days', ends_at - interval '2 days' + n * interval '1 minute', booking_id, segment
		     FROM allocations, generate_series(0, 1) AS n WHERE booking_id = '$UNDONE'`,
	}, breaches: 2},
	{name: "the wall is gone", invariant: "I1", example: "constraint:allocations_no_overlap", sql: []string{
		`ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap`,
	}},
	{name: "a history leaps", invariant: "I3", example: "booking:$CANCELLED", sql: []string{
		`UPDATE booking_history SET from_status = 'checked_in' WHERE booking_id = '$CANCELLED' AND version = 2`,
	}},
	{name: "a history takes a path that there is not", invariant: "I3", example: "cancelled to no_show", sql: []string{
		`UPDATE booking_history SET action = 'no_show', from_status = 'cancelled', to_status = 'no_show', version = 3 WHERE booking_id = '$CANCELLED' AND version = 2`,
		`INSERT INTO booking_history (business_id, booking_id, version, at, actor_kind, action, from_status, to_status)
		     SELECT business_id, booking_id, 2, at, 'member', 'cancel', 'confirmed', 'cancelled' FROM booking_history WHERE booking_id = '$CANCELLED' AND version = 3`,
		`UPDATE bookings SET version = 3, status = 'no_show' WHERE id = '$CANCELLED'`,
	}},
	{name: "a history ends elsewhere than in the present status", invariant: "I3", example: "booking:$CANCELLED", sql: []string{
		`UPDATE bookings SET status = 'no_show' WHERE id = '$CANCELLED'`,
	}},
	{name: "an undo goes where it did not come from", invariant: "I3", example: "undo from no_show to checked_in", sql: []string{
		`UPDATE booking_history SET to_status = 'checked_in' WHERE booking_id = '$UNDONE' AND version = 3`,
		`UPDATE booking_history SET action = 'complete', from_status = 'checked_in', to_status = 'completed' WHERE booking_id = '$UNDONE' AND version = 4`,
		`UPDATE bookings SET status = 'completed' WHERE id = '$UNDONE'`, `DELETE FROM allocations WHERE booking_id = '$UNDONE'`,
	}},
	{name: "a change is not counted", invariant: "I4", example: "booking:$CONFIRMED version:2 after 1", sql: []string{
		`UPDATE bookings SET version = 2 WHERE id = '$CONFIRMED'`,
	}},
	{name: "a history has a gap", invariant: "I4", example: "booking:$CANCELLED", sql: []string{
		`UPDATE booking_history SET version = 5 WHERE booking_id = '$CANCELLED' AND version = 2`, `UPDATE bookings SET version = 5 WHERE id = '$CANCELLED'`,
	}},
	{name: "a hold stands past its time", invariant: "I5", example: "hold:$HOLD stands past", sql: []string{
		`UPDATE holds SET expires_at = '2026-11-30T07:58:00+09:00' WHERE id = '$HOLD'`, `UPDATE allocations SET expires_at = '2026-11-30T07:58:00+09:00' WHERE hold_id = '$HOLD'`,
	}},
	{name: "a request waits past its time", invariant: "I5", example: "booking:$WAITING stands past", sql: []string{
		`UPDATE bookings SET expires_at = '2026-11-30T07:58:00+09:00' WHERE id = '$WAITING'`,
		`UPDATE allocations SET expires_at = '2026-11-30T07:58:00+09:00' WHERE booking_id = '$WAITING'`,
	}},
	{name: "a booking that stands holds nothing", invariant: "I5", example: "booking:$CONFIRMED occupies something else", sql: []string{
		`DELETE FROM allocations WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a booking holds another hour than it says", invariant: "I5", example: "booking:$CONFIRMED occupies something else", sql: []string{
		`UPDATE allocations SET starts_at = starts_at + interval '10 minutes' WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a cancelled booking holds on", invariant: "I5", example: "booking:$CANCELLED occupies something else", sql: []string{
		`INSERT INTO allocations (business_id, resource_id, unit, starts_at, ends_at, booking_id, segment)
		     SELECT business_id, (picks -> 0 ->> 'resource_id')::uuid, 1, starts_at - interval '20 days', ends_at - interval '20 days', booking_id, 0
		     FROM booking_segments WHERE booking_id = '$CANCELLED'`,
	}},
	{name: "what a confirmed booking holds would fall free", invariant: "I5", example: "booking:$CONFIRMED occupies until another expiry", sql: []string{
		`UPDATE allocations SET expires_at = '2026-12-01T00:00:00+09:00' WHERE booking_id = '$CONFIRMED'`,
	}},
	{name: "a request waits for ever", invariant: "I5", example: "booking:$WAITING waits without an end", sql: []string{
		`UPDATE bookings SET expires_at = NULL WHERE id = '$WAITING'`, `UPDATE allocations SET expires_at = NULL WHERE booking_id = '$WAITING'`,
	}},
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
