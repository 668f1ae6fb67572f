// Package schedule is when a business is open and when its resources work.
//
// It owns opening_hours, closing_rules, special_days, service_periods,
// holiday_overrides and holiday_calendar, and of resources resource_shifts,
// resource_breaks, resource_exceptions and leaves. All times are minutes of the
// business day, 0 to 1800 (30:00), in steps of five.
//
// When a business is open on a date, the first of these decides that speaks of
// it: its special day; a closing rule; the row of national holidays; the row of
// their eves; its weekday. Which dates are holidays is the law's word, as
// operators correct it, and the same for the whole installation. When a resource
// works: its leave; the exception of the date; its weekly shifts, whose weeks may
// take turns; breaks are taken out of both. A resource without any weekly shift
// works whenever the business is open.
//
// Invariants: ranges of one day do not overlap, nor does the end of a day past
// midnight overlap the start of one that may follow; periods of one weekday do
// not overlap.
//
// Weekly hours and periods share the version of the business, weekly shifts and
// breaks that of the resource; closing rules, special days, exceptions and leaves
// have versions of their own. The revision of the holidays is part of the version
// of every business's schedule.
package schedule
