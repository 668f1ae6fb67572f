package audit

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Record is an entry as it was kept.
type Record struct {
	Seq       int64          `db:"seq"`
	At        time.Time      `db:"at"`
	ActorKind string         `db:"actor_kind"`
	ActorID   id.Of[any]     `db:"actor_id"` // zero for guests and the system
	RequestID string         `db:"request_id"`
	Action    string         `db:"action"`
	Subject   string         `db:"subject"`
	Detail    map[string]any `db:"detail"`
}

// PlatformRecord is an entry of the platform's trail as it was kept.
type PlatformRecord struct {
	ID      id.Of[any]     `db:"id"`
	At      time.Time      `db:"at"`
	ActorID id.Of[any]     `db:"actor_id"` // zero for the system
	Action  string         `db:"action"`
	Subject string         `db:"subject"`
	Reason  string         `db:"reason"`
	Detail  map[string]any `db:"detail"`
}

var (
	list = pg.Register("audit.list",
		`SELECT seq, at, actor_kind, actor_id, request_id, action, subject, detail FROM audit_entries
		 WHERE business_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`)
	listPlatform = pg.Register("audit.list_platform",
		`SELECT id, at, actor_id, action, subject, reason, detail FROM platform_audit
		 WHERE (at, id) < ($1::timestamptz, $2::uuid) ORDER BY at DESC, id DESC LIMIT $3`)
)

// Trail reads the trails.
type Trail struct{ db *pg.DB }

// NewTrail makes it.
func NewTrail(db *pg.DB) *Trail { return &Trail{db: db} }

// List reads a business's trail, the newest entry first, before the given
// sequence (0: from the newest), at most limit.
func (t *Trail) List(ctx context.Context, business [16]byte, before int64, limit int) ([]Record, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	var out []Record
	var b pg.Batch
	pg.Collect(b.Queue(list, business, before, limit), &out)
	err := t.db.ReadTenant(ctx, business, &b)
	return out, err
}

// ListPlatform reads the platform's trail, the newest entry first, before the
// given one (nil: from the newest), at most limit.
func (t *Trail) ListPlatform(ctx context.Context, before *PlatformRecord, limit int) ([]PlatformRecord, error) {
	if before == nil {
		before = &PlatformRecord{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
	var out []PlatformRecord
	var b pg.Batch
	pg.Collect(b.Queue(listPlatform, before.At, [16]byte(before.ID), limit), &out)
	err := t.db.Read(ctx, &b)
	return out, err
}
