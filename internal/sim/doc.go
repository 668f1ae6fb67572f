// Package sim plays the whole program without network: its handler is called in
// process, its jobs are stepped through, its mails go to a recorder, all on a
// real PostgreSQL and on a clock that the driver moves. One seed decides
// everything that people do and everything that fails, so that a seed gives the
// same outcome again, in any process.
//
// It is tests only. What is played are shops of different kinds with customers
// who have habits, staff who change hours, leave, prices and rules, operators,
// and faults between all of that: commits that fail, answers that are lost,
// workers that die, mails that are refused, processes that begin anew.
//
// After each day nothing may overlap; at the end all invariants hold, and what
// customers and shops wrote down of each answer is what the database has.
package sim
