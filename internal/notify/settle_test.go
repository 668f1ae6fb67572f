package notify

import (
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
)

// A worker dies at the last attempt: its job is given up, and nobody would ever
// say what became of the message.
func TestSettle_MessagesOfDeadJobs_HaveFailed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asItWas := messageFate{Status: "queued"}
	killed, waiting, replayed, sent := b.queue(t, booking.EventConfirmed), b.queue(t, booking.EventLink), b.queue(t, booking.EventLink), b.queue(t, booking.EventLink)
	b.execTenant(t, `UPDATE messages SET status = 'sending', attempts = 8 WHERE id = $1`, killed.MessageID)
	b.execTenant(t, `UPDATE messages SET status = 'sent' WHERE id = $1`, sent.MessageID)
	b.execTenant(t, `UPDATE river_job SET state = 'discarded', attempt = 8, finalized_at = now() WHERE args ->> 'message_id' <> $1`, waiting.MessageID)
	b.execTenant(t, `INSERT INTO river_job (args, kind, max_attempts, queue, state) SELECT args, kind, 8, queue, 'available' FROM river_job
		WHERE args ->> 'message_id' = $1`, replayed.MessageID)
	b.execTenant(t, `INSERT INTO river_job (args, kind, max_attempts, queue, state, finalized_at)
		SELECT v::jsonb, 'message.send', 8, 'messages', 'cancelled', now() FROM unnest($1::text[]) AS v`,
		[]string{`{}`, `{"business_id": 7, "message_id": "' OR true"}`, `[]`})
	for _, want := range []int64{1, 0} { // the second time there is nothing left to do
		if n, err := b.Settle(t.Context()); n != want || err != nil {
			t.Errorf("settled %d, %v; want %d", n, err, want)
		}
	}
	b.checkFate(t, killed, messageFate{Status: "failed", Attempts: 8, LastError: "outcome unknown"})
	b.checkFate(t, waiting, asItWas)
	b.checkFate(t, replayed, asItWas)
	b.checkFate(t, sent, messageFate{Status: "sent"})
	var actions string
	if err := b.db.ReadPool().QueryRow(t.Context(), `SELECT string_agg(action || ' ' || detail::text, '; ') FROM platform_audit`).Scan(&actions); err != nil {
		t.Fatal(err)
	}
	if actions != `messages.settled {"messages": 1}` {
		t.Errorf("trail: %s", actions)
	}
}
