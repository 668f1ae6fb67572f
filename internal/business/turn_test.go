package business_test

import (
	"slices"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
)

func TestTurnTimes_AscendByTheParty(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	if _, ok := x.TurnFor(2); ok || x.TurnMinutes == nil {
		t.Errorf("a new business: %+v", x.TurnMinutes)
	}
	turns := []business.TurnTime{{MaxParty: 2, Minutes: 90}, {MaxParty: 4, Minutes: 120}}
	got, err := b.business.UpdateSettings(t.Context(), b.owner, x.ID, 1, business.SettingsInput{TurnMinutes: &turns})
	b.must(err)
	read, err := b.business.Get(t.Context(), x.ID)
	b.must(err)
	if !slices.Equal(read.TurnMinutes, turns) || !slices.Equal(got.TurnMinutes, turns) {
		t.Errorf("kept %+v", read.TurnMinutes)
	}
	for party, want := range map[int]int{1: 90, 2: 90, 3: 120, 4: 120, 5: 120, 400: 120} {
		if minutes, ok := read.TurnFor(party); !ok || minutes != want {
			t.Errorf("for %d: %d", party, minutes)
		}
	}
	cleared, err := b.business.UpdateSettings(t.Context(), b.owner, x.ID, 2, business.SettingsInput{TurnMinutes: &[]business.TurnTime{}})
	if b.must(err); len(cleared.TurnMinutes) > 0 {
		t.Errorf("cleared %+v", cleared.TurnMinutes)
	}
}

func TestTurnTimes_RefusalsNameEveryStep(t *testing.T) {
	t.Parallel()
	in := business.SettingsInput{TurnMinutes: &[]business.TurnTime{
		{MaxParty: 0, Minutes: 10}, {MaxParty: 4, Minutes: 61}, {MaxParty: 4, Minutes: 725}, {MaxParty: 501, Minutes: 60},
	}}
	refused(t, in.Validate(), "validation.failed", "body.turn_minutes[0].max_party too_small", "body.turn_minutes[0].minutes too_small",
		"body.turn_minutes[1].minutes multiple_of", "body.turn_minutes[2].minutes too_large", "body.turn_minutes[2].max_party above",
		"body.turn_minutes[3].max_party too_large")
	in.TurnMinutes = new(make([]business.TurnTime, 21))
	refused(t, in.Validate(), "validation.failed", "body.turn_minutes too_many")
}
