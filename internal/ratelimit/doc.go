// Package ratelimit says how often something may be done: so many times a
// period, with a burst, for each key.
//
// The rule is GCRA: a key is one instant, the time at which its debt is paid
// off, so that there are no windows whose edges let twice as much through, and
// a refused attempt costs nothing: nobody is ever locked out for good. State is
// in the process and bounded; keys that owe nothing are forgotten, and when
// too many owe something, those that owe least go first.
package ratelimit
