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
	ActorID   id.Of[any]     `db:"actor_id"`   // zero for guests and the system
	ActorName string         `db:"actor_name"` // of the account or the key; empty when unknown
	RequestID string         `db:"request_id"`
	Action    string         `db:"action"`
	Subject   string         `db:"subject"`
	Detail    map[string]any `db:"detail"`
}

// PlatformRecord is an entry of the platform's trail as it was kept.
type PlatformRecord struct {
	ID        id.Of[any]     `db:"id"`
	At        time.Time      `db:"at"`
	ActorID   id.Of[any]     `db:"actor_id"`   // zero for the system
	ActorName string         `db:"actor_name"` // empty when unknown
	Action    string         `db:"action"`
	Subject   string         `db:"subject"`
	Reason    string         `db:"reason"`
	Detail    map[string]any `db:"detail"`
}

// The statements by what they go by. Each begins with the bounds of the page;
// then come what it goes by and what it looks through.
var (
	lists = map[lead]*pg.Statement{
		byTime:    pg.Register("audit.list", named(page("", "", ""))),
		bySubject: pg.Register("audit.list_subject", named(page("subject", "$6", `AND ($7::uuid IS NULL OR actor_id = $7) `+actionIn("$8", "$9")))),
		byActor:   pg.Register("audit.list_actor", named(page("actor_id", "$6", actionIn("$7", "$8")))),
		byAction:  pg.Register("audit.list_action", named(eachAction("audit_entries", "business_id = $1 AND ", "$6", "$7", page(byteAction, "n.name", ""), "at DESC, seq DESC LIMIT $5"))),
	}
	platformLists = map[lead]*pg.Statement{
		byTime:    pg.Register("audit.list_platform", namedPlatform(platformPage("", "", ""))),
		bySubject: pg.Register("audit.list_platform_subject", namedPlatform(platformPage("subject", "$5", `AND ($6::uuid IS NULL OR actor_id = $6) `+actionIn("$7", "$8")))),
		byActor:   pg.Register("audit.list_platform_actor", namedPlatform(platformPage("actor_id", "$5", actionIn("$6", "$7")))),
		byAction:  pg.Register("audit.list_platform_action", namedPlatform(eachAction("platform_audit", "", "$5", "$6", platformPage(byteAction, "n.name", ""), "at DESC, id DESC LIMIT $4"))),
	}
)

const byteAction = `action COLLATE "C"`

// actionIn looks through what another column has found. The column is hidden from
// the index of actions: a plan for any arguments takes a range for narrow, and the
// range of all actions would read the whole trail.
func actionIn(from, to string) string {
	return `AND (action || '') COLLATE "C" BETWEEN ` + from + ` AND ` + to
}

// page reads the rows whose column is of the value (all without one). Column and
// place are compared as one, so that no other index than the column's will do:
// one by time alone would be read from end to end for what is rare.
func page(column, value, and string) string {
	where, order := `(at, seq) < ($2::timestamptz, $3::bigint) AND at >= $4`, ``
	if column != "" {
		where = `(` + column + `, at, seq) < (` + value + `, $2::timestamptz, $3::bigint) AND (` + column + `, at) >= (` + value + `, $4)`
		order = column + ` DESC, `
	}
	return `SELECT seq, at, actor_kind, actor_id, request_id, action, subject, detail FROM audit_entries
	WHERE business_id = $1 AND ` + where + ` ` + and + ` ORDER BY ` + order + `at DESC, seq DESC LIMIT $5`
}

func platformPage(column, value, and string) string {
	where, order := `(at, id) < ($1::timestamptz, $2::uuid) AND at >= $3`, ``
	if column != "" {
		where = `(` + column + `, at, id) < (` + value + `, $1::timestamptz, $2::uuid) AND (` + column + `, at) >= (` + value + `, $3)`
		order = column + ` DESC, `
	}
	return `SELECT id, at, actor_id, action, subject, reason, detail FROM platform_audit
	WHERE ` + where + ` ` + and + ` ORDER BY ` + order + `at DESC, id DESC LIMIT $4`
}

// eachAction reads a page of each action in a range and the newest of them all.
// There are some dozens of actions in a trail of any length: the first step jumps
// from one to the next, so that a rare one is not looked for among all the others.
func eachAction(table, tenant, from, to, page, order string) string {
	next := func(alias, after string) string {
		return `(SELECT ` + alias + `.action COLLATE "C" FROM ` + table + ` ` + alias + ` WHERE ` + tenant + alias + `.action COLLATE "C" ` + after +
			` AND ` + alias + `.action COLLATE "C" <= ` + to + ` ORDER BY ` + alias + `.action COLLATE "C" LIMIT 1)`
	}
	return `WITH RECURSIVE names (name) AS (` + next("f", ">= "+from) + ` UNION ALL SELECT ` + next("g", "> n.name") + ` FROM names n WHERE n.name IS NOT NULL)
	SELECT p.* FROM names n CROSS JOIN LATERAL (` + page + `) p WHERE n.name IS NOT NULL ORDER BY p.` + order
}

// named adds who the actors are, to the rows of the page alone: keys are looked up
// row by row, or a plan for any arguments may read those of every business.
func named(page string) string {
	return `SELECT e.*, coalesce(k.name, u.family_name || ' ' || u.given_name, '') AS actor_name FROM (` + page + `) e
	LEFT JOIN users u ON u.id = e.actor_id LEFT JOIN LATERAL (SELECT name FROM api_keys
	     WHERE id = e.actor_id AND tenant_id = $1 LIMIT 1) k ON true ORDER BY e.at DESC, e.seq DESC`
}

func namedPlatform(page string) string {
	return `SELECT e.*, coalesce(u.family_name || ' ' || u.given_name, '') AS actor_name FROM (` + page + `) e
	LEFT JOIN users u ON u.id = e.actor_id ORDER BY e.at DESC, e.id DESC`
}

var first = pg.Register("audit.first", named(`SELECT seq, at, actor_kind, actor_id, request_id, action, subject, detail FROM audit_entries
	WHERE business_id = $1 AND seq = 1`))

// QueueFirst adds the reading of the entry with which a business's trail begins:
// its founding. To be sent as the business.
func QueueFirst(b *pg.Batch, business [16]byte, dst *[]Record) {
	pg.Collect(b.Queue(first, business), dst)
}

// QueueAbout adds the reading of what the platform's trail says of a subject, the
// newest first, at most limit.
func QueueAbout(b *pg.Batch, subject string, limit int, dst *[]PlatformRecord) {
	f := Filter{Subject: subject}
	args := append([]any{forever, [16]byte{}, time.Time{}, limit}, f.arguments()...)
	pg.Collect(b.Queue(platformLists[bySubject], args...), dst)
}

// Trail reads the trails.
type Trail struct{ db *pg.DB }

// NewTrail makes it.
func NewTrail(db *pg.DB) *Trail { return &Trail{db: db} }

// List reads a business's trail, the newest entry first, before the given one
// (nil: from the newest), at most limit. It answers faults of the filter.
func (t *Trail) List(ctx context.Context, business [16]byte, f Filter, before *Record, limit int) ([]Record, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if before == nil {
		before = &Record{}
	}
	at, byTime := f.until(before.At, before.Seq > 0)
	seq := before.Seq
	if byTime {
		seq = 0
	}
	args := append([]any{business, at, seq, f.From, limit}, f.arguments()...)
	var out []Record
	var b pg.Batch
	pg.Collect(b.Queue(lists[f.lead()], args...), &out)
	err := t.db.ReadTenant(ctx, business, &b)
	return out, err
}

// ListPlatform reads the platform's trail, the newest entry first, before the
// given one (nil: from the newest), at most limit. It answers faults of the filter.
func (t *Trail) ListPlatform(ctx context.Context, f Filter, before *PlatformRecord, limit int) ([]PlatformRecord, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if before == nil {
		before = &PlatformRecord{}
	}
	at, byTime := f.until(before.At, !before.ID.IsZero())
	place := [16]byte(before.ID)
	if byTime {
		place = [16]byte{}
	}
	args := append([]any{at, place, f.From, limit}, f.arguments()...)
	var out []PlatformRecord
	var b pg.Batch
	pg.Collect(b.Queue(platformLists[f.lead()], args...), &out)
	err := t.db.Read(ctx, &b)
	return out, err
}

// arguments are those of what the search goes by and looks through.
func (f *Filter) arguments() []any {
	from, to := f.actions()
	switch f.lead() {
	case bySubject:
		var actor *[16]byte
		if f.ActorID != [16]byte{} {
			actor = &f.ActorID
		}
		return []any{f.Subject, actor, from, to}
	case byActor:
		return []any{f.ActorID, from, to}
	case byAction:
		return []any{from, to}
	case byTime:
	}
	return nil
}
