// Package business is the tenant: who it is, how it takes bookings, who works
// for it, whether the platform shows it.
//
// It owns businesses, schedule_versions, members, user_businesses, invitations and
// directory, and reads users to know a founder and to name members. Invariants: the row of directory says the same as the business,
// because one transaction writes both; only approved businesses are public;
// a suspended one can be read by its members and changed by nobody but an
// operator; whatever decides availability changes under Begin, which locks
// bookings out and makes a new version of the schedule.
package business
