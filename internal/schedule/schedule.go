package schedule

import (
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// Week is ranges by weekday, Sunday first, each day's in ascending order.
type Week [7][]Range

// On are the ranges of a date by the week alone.
func (w *Week) On(d clock.Date) []Range { return w[d.Weekday()] }

// Empty tells whether no day has a range.
func (w *Week) Empty() bool {
	for _, day := range w {
		if len(day) > 0 {
			return false
		}
	}
	return true
}

// SpecialDay replaces the weekly hours of one date.
type SpecialDay struct {
	Date    clock.Date  `db:"date"`
	Ranges  []Range     `db:"ranges"` // none: closed
	Note    locale.Text `db:"note"`   // for customers; may be empty
	Version int64       `db:"version"`
}

// Exception replaces the weekly shifts of one resource on one date.
type Exception struct {
	ResourceID catalog.ResourceID `db:"resource_id"`
	Date       clock.Date         `db:"date"`
	Ranges     []Range            `db:"ranges"` // none: does not work
	Note       string             `db:"note"`   // for the business alone
	Version    int64              `db:"version"`
}
