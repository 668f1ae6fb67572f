package availability

import "time"

// StepMinutes is the length of a step. Every local rule is a multiple of it.
const StepMinutes = 5

const (
	stepSeconds = StepMinutes * 60
	stepsPerDay = 24 * 60 / StepMinutes // of a day without a clock change
)

// Timeline is a stretch of the axis of steps, which are counted from the epoch
// in UTC and know no zone. Steps are numbered from 0 to Steps-1 within it.
type Timeline struct {
	Base  int64 // unix seconds / 300 of step 0
	Steps int
}

// Floor is the step that x lies in; it may be outside the timeline.
func (t Timeline) Floor(x time.Time) int { return floorStep(x.Unix()) - int(t.Base) }

// Ceil is the first step that begins at x or after; it may be outside the timeline.
func (t Timeline) Ceil(x time.Time) int {
	s := x.Unix()
	if x.Nanosecond() > 0 {
		s++
	}
	return floorStep(s+stepSeconds-1) - int(t.Base)
}

// Instant is when the step begins, in UTC.
func (t Timeline) Instant(step int) time.Time { return time.Unix(t.unix(step), 0).UTC() }

func (t Timeline) unix(step int) int64 { return (t.Base + int64(step)) * stepSeconds }

// floorStep rounds towards the past, before 1970 too.
func floorStep(seconds int64) int {
	step := seconds / stepSeconds
	if seconds%stepSeconds < 0 {
		step--
	}
	return int(step)
}

// Window bounds the starts that are allowed, in steps, half-open: From is the
// first that the deadline leaves, To is where dates that are not open yet begin.
type Window struct {
	From, To int
	Stopped  bool // no start at all is allowed: the business takes nobody in
}

// Window is the starts not before earliest and before latest. A zero time is no
// bound on its side.
func (f *Frame) Window(earliest, latest time.Time) Window {
	w := Window{From: 0, To: f.Steps}
	if !earliest.IsZero() {
		w.From = f.Ceil(earliest)
	}
	if !latest.IsZero() {
		w.To = f.Ceil(latest)
	}
	return w
}

func (w Window) has(step int) bool { return !w.Stopped && w.From <= step && step < w.To }
