// Package notify sends what the outbox holds: it renders each message in its
// reader's language from the booking as it now stands, hands it to the mail
// server, and records its fate in the row that announced it.
//
// A message is sent at least once and at most twice, twice only when a process
// died, or the connection broke, between the server's acceptance and our record
// of it. Two such attempts end a message: it is then failed, visibly, rather
// than sent a third time. The package reads tables of the core and writes the
// fate columns of messages only.
package notify
