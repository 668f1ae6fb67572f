package business

import "time"

// Standby is whether a business or a resource takes customers in (受付停止). What
// was booked stays, and members go on booking. A stop may end by itself: nobody
// has to come back for it, and no job has to run.
type Standby struct {
	Stopped      bool       `db:"stopped"`       // customers are not taken in before StoppedUntil
	StoppedUntil *time.Time `db:"stopped_until"` // nil: until somebody says so
}

// AcceptingAt tells whether customers are taken in at now.
func (s *Standby) AcceptingAt(now time.Time) bool {
	return !s.Stopped || s.StoppedUntil != nil && !now.Before(*s.StoppedUntil)
}

// AcceptingAgain is when a stop that stands at now ends by itself; nil for none,
// and for one that does not.
func (s *Standby) AcceptingAgain(now time.Time) *time.Time {
	if s.AcceptingAt(now) {
		return nil
	}
	return s.StoppedUntil
}

// Change puts another state in the place of this one; false where the two are
// alike for whoever asks at now.
func (s *Standby) Change(to Standby, now time.Time) bool {
	if s.same(to, now) {
		return false
	}
	*s = to
	return true
}

func (s *Standby) same(o Standby, now time.Time) bool {
	if s.AcceptingAt(now) || o.AcceptingAt(now) {
		return s.AcceptingAt(now) == o.AcceptingAt(now)
	}
	a, b := s.StoppedUntil, o.StoppedUntil
	return a == b || a != nil && b != nil && a.Equal(*b)
}

// Detail is what the audit trail keeps of a change to this state.
func (s *Standby) Detail() map[string]any {
	if s.StoppedUntil == nil {
		return nil
	}
	return map[string]any{"until": s.StoppedUntil.UTC()}
}
