package schedule

import (
	"encoding/json"
	"testing"
)

func TestRange_Valid_IsWithinOneBusinessDayInSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		start, end int
		want       bool
	}{
		{0, 1800, true},
		{600, 1200, true},
		{1200, 1560, true},
		{1795, 1800, true},
		{0, 5, true},
		{600, 600, false},
		{1200, 600, false},
		{-5, 600, false},
		{600, 1805, false},
		{601, 1200, false},
		{600, 1201, false},
		{0, 0, false},
	} {
		if got := (Range{c.start, c.end}).Valid(); got != c.want {
			t.Errorf("Range{%d, %d}.Valid() = %v, want %v", c.start, c.end, got, c.want)
		}
	}
}

func TestRange_JSON_NamesItsUnit(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(Range{600, 1560})
	if err != nil || string(b) != `{"start_minute":600,"end_minute":1560}` {
		t.Fatalf("got %s, %v", b, err)
	}
}
