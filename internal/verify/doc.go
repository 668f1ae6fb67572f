// Package verify looks whether what is stored agrees with itself: the invariants
// of the whole installation, each of which holds at every instant whatever
// happened before. It owns invariant_results, where the last look at each is
// kept; of everything else it only reads.
//
// An invariant is one statement over the rows of all tenants, in a snapshot and
// a read-only transaction of its own, that counts the rows in breach and names
// some of them by their ids. Two of them are no matter of SQL and are judged by
// the very code that writes, business by business: whether bookings keep hours
// and shifts, and the hash chains of the trails. A look takes no lock that a
// booking would wait for, and holds no more in memory than one page of one
// business.
//
// Invariants of what does not exist yet (waitlist, money, roll-ups: I6, I7, I8
// and I14) come with it.
package verify
