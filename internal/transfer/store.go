package transfer

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

const importColumns = `i.id, i.kind, i.status, i.dry_run, i.name, i.charset, i.layout, i.total, i.next_line, i.created, i.updated, i.unchanged,
	i.refused, i.error, i.actor_kind, i.actor_id, i.created_at, i.updated_at, p.parts, p.bytes`

const importTables = ` FROM imports i CROSS JOIN LATERAL (SELECT count(*)::integer AS parts, coalesce(sum(p.size), 0) AS bytes
	FROM import_parts p WHERE p.business_id = i.business_id AND p.import_id = i.id) p`

var (
	insertImport = pg.Register("transfer.insert_import",
		`INSERT INTO imports (business_id, id, kind, status, name, charset, actor_kind, actor_id, created_at, updated_at)
		 VALUES ($1, $2, $3, 'receiving', $4, $5, $6, $7, $8, $8)`)
	countOpen = pg.Register("transfer.count_open",
		`SELECT count(*) FROM imports WHERE business_id = $1 AND status IN ('receiving', 'queued', 'running', 'checked', 'failed')
		     AND EXISTS (SELECT FROM import_parts p WHERE p.business_id = $1 AND p.import_id = imports.id)`)
	importByID = pg.Register("transfer.import_by_id", `SELECT `+importColumns+importTables+` WHERE i.business_id = $1 AND i.id = $2`)
	lockImport = pg.Register("transfer.lock_import",
		`SELECT `+importColumns+importTables+` WHERE i.business_id = $1 AND i.id = $2 FOR NO KEY UPDATE OF i`)
	listImports = pg.Register("transfer.list_imports",
		`SELECT `+importColumns+importTables+` WHERE i.business_id = $1 AND (i.created_at, i.id) < ($2::timestamptz, $3::uuid)
		 ORDER BY i.created_at DESC, i.id DESC LIMIT $4`)
	deleteImport = pg.Register("transfer.delete_import", `DELETE FROM imports WHERE business_id = $1 AND id = $2`)
	startImport  = pg.Register("transfer.start_import",
		`UPDATE imports SET status = 'queued', dry_run = $3, layout = '{}', total = 0, next_line = 1, created = 0, updated = 0, unchanged = 0,
		     refused = 0, error = '', actor_kind = $4, actor_id = $5, updated_at = $6 WHERE business_id = $1 AND id = $2`)
	prepareImport = pg.Register("transfer.prepare_import",
		`UPDATE imports SET status = 'running', charset = $3, layout = $4, total = $5, next_line = 2, updated_at = $6
		 WHERE business_id = $1 AND id = $2 AND status = 'queued'`)
	endImport = pg.Register("transfer.end_import",
		`UPDATE imports SET status = $3, error = $4, layout = $5, updated_at = $6
		 WHERE business_id = $1 AND id = $2 AND status IN ('queued', 'running') AND next_line = $7`)
	touchImport = pg.Register("transfer.touch_import", `UPDATE imports SET updated_at = $3 WHERE business_id = $1 AND id = $2`)

	putPart = pg.Register("transfer.put_part",
		`INSERT INTO import_parts (business_id, import_id, position, size, body) VALUES ($1, $2, $3, $4, $5)
		 ON CONFLICT (business_id, import_id, position) DO UPDATE SET size = excluded.size, body = excluded.body`)
	getPart = pg.Register("transfer.get_part",
		`SELECT body FROM import_parts WHERE business_id = $1 AND import_id = $2 AND position = $3`)
	lastPart = pg.Register("transfer.last_part",
		`SELECT coalesce(max(position), 0) FROM import_parts WHERE business_id = $1 AND import_id = $2`)
	deleteParts = pg.Register("transfer.delete_parts", `DELETE FROM import_parts WHERE business_id = $1 AND import_id = $2`)

	insertLines = pg.Register("transfer.insert_lines",
		`INSERT INTO import_lines (business_id, import_id, line, outcome, subject_id, errors, picks)
		 SELECT $1, $2, x.line, x.outcome, x.subject_id, x.errors, x.picks
		 FROM jsonb_to_recordset($3::jsonb) AS x (line integer, outcome text, subject_id uuid, errors jsonb, picks jsonb)`)
	deleteLines = pg.Register("transfer.delete_lines", `DELETE FROM import_lines WHERE business_id = $1 AND import_id = $2`)
	listLines   = pg.Register("transfer.list_lines",
		`SELECT line, outcome, subject_id, errors FROM import_lines WHERE business_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT $4`)
	listOutcome = pg.Register("transfer.list_lines_of_outcome",
		`SELECT line, outcome, subject_id, errors FROM import_lines
		 WHERE business_id = $1 AND import_id = $2 AND outcome = $5 AND line > $3 ORDER BY line LIMIT $4`)
	listTried = pg.Register("transfer.list_tried",
		`SELECT line, outcome, picks FROM import_lines WHERE business_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT $4`)
	advance = pg.Register("transfer.advance",
		`SELECT import_advance($1::uuid, $2::uuid, $3::integer, $4::integer, $5::timestamptz, $6::integer, $7::integer, $8::integer, $9::integer)`)

	getKeys = pg.Register("transfer.keys",
		`SELECT key, subject_id, content FROM import_keys WHERE business_id = $1 AND kind = $2 AND key = ANY ($3::bytea[])`)
	putKeys = pg.Register("transfer.put_keys",
		`INSERT INTO import_keys (business_id, kind, key, subject_id, content)
		 SELECT $1, $2, unnest($3::bytea[]), unnest($4::uuid[]), unnest($5::bytea[])
		 ON CONFLICT (business_id, kind, key) DO UPDATE SET subject_id = excluded.subject_id, content = excluded.content`)

	sweepParts = pg.Register("transfer.sweep_parts",
		`DELETE FROM import_parts p USING imports i WHERE p.business_id = $1 AND i.business_id = $1 AND i.id = p.import_id AND i.updated_at < $2`)
	sweepImports = pg.Register("transfer.sweep_imports", `DELETE FROM imports WHERE business_id = $1 AND created_at < $2 AND updated_at < $2`)
)

// stateElsewhere is what import_advance raises.
const stateElsewhere = "OC007"

// keyRow is what a line came to before.
type keyRow struct {
	Key     []byte   `db:"key"`
	Subject [16]byte `db:"subject_id"`
	Content []byte   `db:"content"`
}

// record is what becomes of a line, with what it is known by.
type record struct {
	Line    int                       `json:"line"`
	Outcome Outcome                   `json:"outcome"`
	Subject *subjectID                `json:"subject_id"`
	Errors  []Problem                 `json:"errors"`
	Picks   []availability.Allocation `json:"picks"`

	key, content []byte
}

// triedRow is what a line of a dry run would have come to.
type triedRow struct {
	Line    int                       `db:"line"`
	Outcome Outcome                   `db:"outcome"`
	Picks   []availability.Allocation `db:"picks"`
}

// queueRecords queues the outcomes of lines and takes the import on to the line
// where the work goes on; the batch fails with stateElsewhere when it is not at
// from any more.
func queueRecords(b *pg.Batch, bid business.ID, im *Import, from, to int, recs []record, now time.Time) {
	count := map[Outcome]int{}
	for i := range recs {
		count[recs[i].Outcome]++
		if recs[i].Errors == nil {
			recs[i].Errors = []Problem{}
		}
		if recs[i].Picks == nil {
			recs[i].Picks = []availability.Allocation{}
		}
	}
	if len(recs) > 0 {
		raw, err := json.Marshal(recs)
		if err != nil {
			panic(fmt.Sprintf("transfer: records: %v", err)) // plain values
		}
		b.Queue(insertLines, bid, im.ID, string(raw))
	}
	if !im.DryRun {
		queueKeys(b, bid, im.Kind, recs)
	}
	b.Queue(advance, bid, im.ID, from, to, now, count[Created], count[Updated], count[Unchanged], count[Refused])
}

// queueKeys queues that the lines are known from now on; of lines with one key
// the last one counts.
func queueKeys(b *pg.Batch, bid business.ID, kind Kind, recs []record) {
	last := map[string]int{}
	for i := range recs {
		if recs[i].Outcome != Refused && recs[i].Subject != nil {
			last[string(recs[i].key)] = i
		}
	}
	keys, subjects, contents := [][]byte{}, [][16]byte{}, [][]byte{}
	for i := range recs {
		if r := &recs[i]; r.Outcome != Refused && r.Subject != nil && last[string(r.key)] == i {
			keys, subjects, contents = append(keys, r.key), append(subjects, *r.Subject), append(contents, r.content)
		}
	}
	if len(keys) > 0 {
		b.Queue(putKeys, bid, string(kind), keys, subjects, contents)
	}
}

// Sweep queues the removal of uploads that nobody finished, and of imports of long ago.
func Sweep(b *pg.Batch, bid business.ID, now time.Time) {
	b.Queue(sweepParts, bid, now.Add(-keepParts))
	b.Queue(sweepImports, bid, now.Add(-keepImport))
}
