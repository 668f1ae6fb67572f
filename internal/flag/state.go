package flag

import (
	"maps"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// State is how far a flag is on.
type State struct {
	Name       string       `db:"name"`
	Killed     bool         `db:"killed"`  // off for all, whatever else is set
	Percent    int          `db:"percent"` // 0 to 100 of all businesses
	Businesses []id.Of[any] `db:"tenants"` // on for these in any case
	Version    int64        `db:"version"`
	UpdatedAt  time.Time    `db:"updated_at"` // zero for one that was never set
}

// initial is the state of a flag that was never set: off.
func initial(name string) State { return State{Name: name, Businesses: []id.Of[any]{}, Version: 1} }

// on tells whether the state lets the business in.
func (s *State) on(f *Flag, business [16]byte) bool {
	switch {
	case s.Killed:
		return false
	case slices.Contains(s.Businesses, id.Of[any](business)):
		return true
	}
	return f.bucket(business) < s.Percent
}

// snapshot is what a process knows of all flags; it is not changed once it is out.
type snapshot struct {
	states map[string]State
	until  time.Time // when to look again
}

// of is the state of a flag.
func (s *snapshot) of(name string) State {
	if s != nil {
		if x, ok := s.states[name]; ok {
			return x
		}
	}
	return initial(name)
}

// with is the snapshot with what was read, good until the instant. Of a flag that
// is known in two versions the later one holds: what was read may have been
// overtaken by a change made here meanwhile.
func (s *snapshot) with(rows []State, until time.Time) *snapshot {
	out := &snapshot{states: make(map[string]State, len(rows)), until: until}
	if s != nil {
		maps.Copy(out.states, s.states)
	}
	for _, x := range rows {
		if x.Version > out.of(x.Name).Version {
			out.states[x.Name] = x
		}
	}
	return out
}
