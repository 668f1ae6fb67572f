// Package outbox keeps messages to be sent: a message is a row and a job of the
// same transaction as the event that it tells of. It owns the table messages;
// package notify renders and sends.
package outbox

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// ID names a message.
type ID = id.Of[Message]

// Message is what is to be told about a booking, or about the members of a
// business. Who gets it and in which words is decided when it is sent, from the
// booking, the invitation or the member as they then stand.
type Message struct {
	BookingID [16]byte       // zero: about members
	Event     string         // "booking.confirmed"
	Detail    map[string]any // facts of the moment, no personal data
}

// SendArgs is the job that sends one message.
type SendArgs struct {
	BusinessID string `json:"business_id"`
	MessageID  string `json:"message_id"`
}

// Kind is the job's kind.
func (SendArgs) Kind() string { return "message.send" }

var insert = pg.Register("outbox.insert",
	`INSERT INTO messages (business_id, id, booking_id, event, channel, detail, created_at)
	 VALUES ($1, $2, $3, $4, 'email', $5, $6)`)

// Queue adds the message and its job to the transaction's batch.
func Queue(b *pg.Batch, business [16]byte, m Message, now time.Time) ID {
	mid := id.New[Message](now)
	if m.Detail == nil {
		m.Detail = map[string]any{}
	}
	var booking *[16]byte
	if m.BookingID != [16]byte{} {
		booking = &m.BookingID
	}
	b.Queue(insert, business, mid, booking, m.Event, m.Detail, now)
	jobs.Enqueue(b, jobs.Messages, SendArgs{BusinessID: id.Of[struct{}](business).String(), MessageID: mid.String()}, now, now)
	return mid
}
