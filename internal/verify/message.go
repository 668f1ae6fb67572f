package verify

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is about messages: none is lost, none is sent again and again.

// tells are the entries of a history that the customer is told of, with the event
// that they are told: actions, statuses from which, statuses to which, events.
func tells(time.Time) []any {
	var actions, from, to, events []string
	for _, s := range booking.Steps() {
		if e := booking.EventOf(s); e != "" {
			actions, from, to, events = append(actions, string(s.Action)), append(from, string(s.From)), append(to, string(s.To)), append(events, e)
		}
	}
	return []any{actions, from, to, events}
}

// settling is how long a message may be without a live job before that is a
// breach: messages of jobs that died are settled every few minutes.
func settling(now time.Time) []any { return []any{now.Add(-10 * time.Minute)} }

// recently is since when the jobs of mails to accounts are all still there: those
// that were done are removed after some hours.
func recently(now time.Time) []any { return []any{now.Add(-5 * time.Hour)} }

// Messages are made at the instant of the entry that they tell of. Two entries of
// one instant have two messages.
const told = `
	due AS (
	    SELECT h.business_id, h.booking_id, t.event, h.at, count(*) AS entries,
	        count(*) FILTER (WHERE h.actor_kind IN ('customer', 'system') OR h.detail ->> 'told' = 'true') AS certain
	    FROM booking_history h
	    JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS t (action, f, t, event) ON t.action = h.action AND t.f = h.from_status AND t.t = h.to_status
	    GROUP BY 1, 2, 3, 4
	), made AS (
	    SELECT business_id, booking_id, event, created_at AS at, count(*) AS messages FROM messages
	    WHERE booking_id IS NOT NULL AND event <> '` + booking.EventLink + `' GROUP BY 1, 2, 3, 4
	), live AS MATERIALIZED (
	    SELECT args ->> 'message_id' AS message FROM river_job
	    WHERE kind IN ('message.send', 'account.send') AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')
	), dead AS MATERIALIZED (
	    SELECT args ->> 'message_id' AS message, max(finalized_at) AS at FROM river_job
	    WHERE kind IN ('message.send', 'account.send') AND state IN ('cancelled', 'completed', 'discarded') GROUP BY 1
	), idle AS MATERIALIZED (
	    SELECT m.business_id, m.id, m.status FROM messages m LEFT JOIN dead d ON d.message = m.id::text
	    WHERE m.status IN ('queued', 'sending') AND (d.at IS NULL OR d.at < $5::timestamptz)
	      AND NOT EXISTS (SELECT FROM live l WHERE l.message = m.id::text)
	)`

// Whoever is a customer, and the program itself, cannot keep quiet: what they do
// is told where there is an address. Members may; what is told at their word says so.
var untold = pg.Register("verify.untold", counted(told+`, broken AS MATERIALIZED (
	    SELECT 'business:' || e.business_id || ' booking:' || e.booking_id || ' was not told of ' || e.event AS example
	    FROM due e LEFT JOIN made m USING (business_id, booking_id, event, at)
	    JOIN bookings b ON b.business_id = e.business_id AND b.id = e.booking_id AND b.guest ->> 'email' <> ''
	    WHERE e.certain > coalesce(m.messages, 0)
	    UNION ALL
	    SELECT 'business:' || business_id || ' message:' || id || ' waits and nobody will send it' FROM idle WHERE status = 'queued'
	    UNION ALL
	    SELECT 'account_message:' || a.id || ' waits and nobody will send it' FROM account_messages a JOIN users u ON u.id = a.user_id
	    LEFT JOIN dead d ON d.message = a.id::text
	    WHERE a.status IN ('queued', 'sending') AND u.disabled_at IS NULL AND a.created_at > $6::timestamptz AND (d.at IS NULL OR d.at < $5::timestamptz)
	      AND NOT EXISTS (SELECT FROM live l WHERE l.message = a.id::text)
	)`, `(SELECT count(*) FROM messages) + (SELECT count(*) FROM account_messages) + (SELECT coalesce(sum(certain), 0) FROM due)`))

// A message that may have been sent twice is never sent again. One that is being
// sent while no job sends it has a fate that nobody knows and nobody will see.
var repeated = pg.Register("verify.repeated", counted(told+`, broken AS MATERIALIZED (
	    SELECT 'business:' || business_id || ' message:' || id || ' may have been sent ' || unsure + 1 || ' times' AS example
	    FROM messages WHERE status = 'sent' AND unsure >= 2
	    UNION ALL
	    SELECT 'business:' || m.business_id || ' booking:' || m.booking_id || ' was told of ' || m.event || ' ' || m.messages || ' times for '
	        || coalesce(e.entries, 0) || ' entries'
	    FROM made m LEFT JOIN due e USING (business_id, booking_id, event, at) WHERE m.messages > coalesce(e.entries, 0)
	    UNION ALL
	    SELECT 'business:' || business_id || ' message:' || id || ' is being sent by nobody' FROM idle WHERE status = 'sending'
	)`, `SELECT count(*) FROM messages`))
