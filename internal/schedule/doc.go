// Package schedule is when a business is open and when its resources work.
//
// It owns opening_hours, special_days, resource_shifts and resource_exceptions.
// All times are minutes of the business day, 0 to 1800 (30:00), in steps of
// five. Invariants: ranges of one day do not overlap, nor does the end of a day
// past midnight overlap the start of the next; a special day replaces the weekly
// hours of its date and an exception the weekly shifts of its date; a resource
// without any weekly shift works whenever the business is open.
//
// Weekly hours share the version of the business, weekly shifts that of the
// resource; special days and exceptions have versions of their own.
package schedule
