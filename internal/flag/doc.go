// Package flag switches what is new on for some businesses before all.
//
// What flags there are, the program says (flags.go): each with what it does, who
// answers for it, and the date by which it is gone from the code. How far each
// is on stands in feature_flags, which this package owns, and operators change it.
//
// Invariants:
//   - A flag that was never set is off.
//   - The kill switch beats the list of businesses, which beats the percentage.
//   - Whether a business is among so many per cent depends on the names of both
//     alone: who is in at ten per cent is in at twenty.
//   - A change holds at once in the process that made it and within 30 seconds in
//     the others. While PostgreSQL is away, what was last known holds.
package flag
