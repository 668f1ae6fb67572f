package audit

import (
	"regexp"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Bounds of what a trail is searched for, in bytes.
const (
	MaxAction  = 100
	MaxSubject = 200
)

// Filter is what is looked for in a trail; zero fields take all.
type Filter struct {
	Action  string    // "booking.created", or "booking.*" for all that begin with "booking."
	ActorID [16]byte  // an account, or an API key
	Subject string    // "booking:<id>"
	From    time.Time // at or after
	To      time.Time // before
}

var actionPattern = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*(\.\*)?$`)

// Validate reports every fault of the filter.
func (f *Filter) Validate() error {
	var v fault.Fields
	if f.Action != "" {
		v.Check(len(f.Action) <= MaxAction && actionPattern.MatchString(f.Action), "query.action", "format")
	}
	v.Check(len(f.Subject) <= MaxSubject, "query.subject", "too_long", fault.Args{"max": MaxSubject})
	if !f.From.IsZero() && !f.To.IsZero() {
		v.Check(f.From.Before(f.To), "query.to", "audit.empty_range")
	}
	return v.Err()
}

// last is behind all other text in the order of bytes.
const last = "\U0010FFFF"

// actions is the range of names that the filter takes, both ends included.
func (f *Filter) actions() (from, to string) {
	if f.Action == "" {
		return "", last
	}
	if prefix, ok := strings.CutSuffix(f.Action, "*"); ok {
		return prefix, prefix + last
	}
	return f.Action, f.Action
}

// forever is after every entry.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// until is the bound of a page: all entries before the instant, or the place in
// the trail (where given, and where it is the earlier one).
func (f *Filter) until(at time.Time, placed bool) (bound time.Time, byTime bool) {
	bound, byTime = forever, true
	if !f.To.IsZero() {
		bound = f.To
	}
	if placed && at.Before(bound) {
		return at, false
	}
	return bound, byTime
}

// lead is the filter whose index a search goes by: the one that leaves the fewest.
func (f *Filter) lead() lead {
	switch {
	case f.Subject != "":
		return bySubject
	case f.ActorID != [16]byte{}:
		return byActor
	case f.Action != "":
		return byAction
	}
	return byTime
}

type lead int

const (
	byTime lead = iota
	bySubject
	byActor
	byAction
)
