// Package availability answers when a plan can be booked, with whom, and why not.
//
// It has two halves. The pure half is the engine: no clock, no database, no
// errors, only bits. The other half loads a business into the engine, keeps it,
// and owns the table allocations (reads, takes, releases).
//
// # The engine
//
// Time is an axis of five-minute steps counted from the epoch. Local rules
// (opening hours, shifts, the grid of starts) are laid on it once, when a Frame
// is built; after that midnight, 25:00 and clock changes are nothing special.
//
//	Frame    some days of one business: opening, grid, and per resource when it works and what is taken;
//	         a View is some of its days, for nothing
//	Plan     what a booking occupies, relative to its start: needs, each with its candidates
//	         alone or put together (joins), and where its parts may begin at all (masks)
//	Search   all free starts of a plan in a frame: bitsets, no allocation once warm
//	Choose   who serves one start: the same staff throughout, then the fairest
//	Reasons  why a start is not free
//
// Their invariants, proven against a slow oracle by property tests:
//
//   - Search, Free, Choose and Reasons agree: a start is free exactly when
//     Choose finds picks and Reasons finds nothing.
//   - A staff member is listed at a start exactly when the plan nominating them is free there.
//   - Remaining is exactly how many bookings of the plan fit at that start at once
//     (where many needs compete for a dozen or more of the same resources, it may
//     be fewer than fit, never more).
//   - What lies outside the frame counts as closed, off and taken: an engine
//     that knows too little refuses, it never sells.
//   - The zone of the process and of the database session play no part.
//
// A visit may last differently by its start: as long as a table is kept then, see
// turn.go. Snapshot.At resolves it at one start; Snapshot.Find searches once for
// each length, among the starts that have it. Tables are put together only for
// plans with one need of their kind: then a join with a member that would do
// alone never serves a party more, and how many fit is how many joins can be had
// at once beside the tables that do alone.
//
// A Frame is read-only once filled and may be shared; a Search belongs to one goroutine.
package availability
