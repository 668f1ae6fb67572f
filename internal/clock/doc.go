// Package clock owns time: the injected clock, local dates, and the way from a
// date and minutes of its business day to an instant. It is the only package
// that reads the machine's clock.
package clock

import (
	_ "time/tzdata" // the zones are compiled in: a machine without them changes nothing
)
