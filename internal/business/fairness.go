package business

import "github.com/omotenashi-connect/omotenashi/internal/fault"

// Fairness is who of several free staff gets a booking for which nobody was
// nominated. Rooms, seats and equipment know none: the smallest that fits is taken.
type Fairness string

// The rules.
const (
	LeastBooked Fairness = "least_booked" // who has the least booked on the business day
	RoundRobin  Fairness = "round_robin"  // who was given a booking longest ago
	Priority    Fairness = "priority"     // who comes first in the order of the staff
)

// Fairnesses are all of them.
var Fairnesses = []Fairness{LeastBooked, RoundRobin, Priority}

func (in *SettingsInput) applyFairness(b *Business, v *fault.Fields) {
	if in.Fairness != nil {
		b.Fairness = *in.Fairness
		checkOneOf(v, "body.fairness", b.Fairness, Fairnesses)
	}
}
