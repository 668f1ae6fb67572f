// Package demo fills an installation with three living shops: a hair salon, a
// clinic that approves its bookings and a bar that closes at two in the morning,
// with staff, menus, shifts, customers, and ninety days of bookings around today.
//
// It goes through the services like any client, on a clock of its own that runs
// through the past: whatever stands in the database could have happened. What
// happens on a day is a function of the shop and the date alone, so that the
// demo of one day is always the same, and a later start goes on where the last
// one ended: the days that came into reach are booked, the visits since then
// have taken place.
//
// It owns demo_state. Its sign-ins have a passphrase that everybody knows: they
// exist where the demo was asked for, and nowhere else.
package demo
