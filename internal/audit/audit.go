// Package audit is the append-only trail of a business: who did what, in an
// order that cannot be rewritten unseen.
//
// It owns audit_entries and business_seq. Append is the last statement of every
// writing transaction of a business: it bumps the sequence, which orders all
// writes, and adds the entry to the hash chain. Details hold ids, codes and
// names of fields, never personal data.
package audit

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Entry is one thing that was done.
type Entry struct {
	At      time.Time
	Actor   tenant.Actor
	Action  string         // "booking.created"
	Subject string         // "booking:<id>"
	Detail  map[string]any // no personal data
}

var appendEntry = pg.Register("audit.append",
	`SELECT audit_append($1, $2::timestamptz, $3::text, $4::uuid, $5::text, $6::text, $7::text, $8::jsonb)`)

// Append queues the entry as the last statement of a business's transaction.
// seq, when given, receives the business's new sequence.
func Append(b *pg.Batch, business [16]byte, e Entry, seq *int64) {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		panic(fmt.Sprintf("audit: detail of %s: %v", e.Action, err)) // details are plain values
	}
	if e.Detail == nil {
		detail = []byte("{}")
	}
	q := b.Queue(appendEntry, business, e.At, string(e.Actor.Kind), e.Actor.User(), e.Actor.RequestID, e.Action, e.Subject, string(detail))
	if seq != nil {
		q.QueryRow(func(row pgx.Row) error { return row.Scan(seq) })
	}
}

var appendPlatform = pg.Register("audit.append_platform",
	`INSERT INTO platform_audit (id, at, actor_id, action, subject, reason, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)`)

// PlatformEntry is what an operator, or the program across businesses, did.
type PlatformEntry struct {
	ID      [16]byte
	At      time.Time
	Actor   tenant.Actor
	Action  string
	Subject string
	Reason  string
	Detail  map[string]any
}

// AppendPlatform queues an entry of the platform's own trail.
func AppendPlatform(b *pg.Batch, e PlatformEntry) {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	b.Queue(appendPlatform, e.ID, e.At, e.Actor.User(), e.Action, e.Subject, e.Reason, e.Detail)
}
