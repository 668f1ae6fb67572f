// Package booking is the write path: holds and bookings, from the first request
// to the last change, and the day's ledger.
//
// Invariants: what occupies time is in allocations and is taken under the locks
// of its resources in one canonical order, through one code path, whatever the
// way in; a booking's status follows the machine in machine.go; each change is
// one row of history and one version; everything that a change brings about
// (history, audit, message, job, stored answer) commits with it or not at all.
//
// It owns bookings, booking_segments, booking_history, booking_reasons (what people
// wrote to a change, kept apart so that it can be forgotten), booking_codes and holds.
// The table allocations belongs to package availability.
package booking
