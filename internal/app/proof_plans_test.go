package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/bench/bulk"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// bounded are the tables that stay small however many businesses there are.
// Every other one grows, if only with the number of businesses.
var bounded = []string{
	"holiday_overrides", "holiday_calendar", "feature_flags", "demo_state", "goose_db_version",
	"river_client", "river_client_queue", "river_leader", "river_migration", "river_notification", "river_queue",
}

// wholeTables are the statements that are meant to look at all rows of a table
// that grows: they run by themselves, on a schedule or for an operator.
var wholeTables = []string{
	"verify.", // the invariants, over all tenants
}

// What one statement may look at. Lists that are read to their end have bounds
// of their own: a page of an export, a business's whole menu.
const (
	mostRemoved = 300  // rows that a filter throws away, beside three for each that is kept
	mostBuffers = 1500 // pages, beside twenty for each row that is found or changed
	largePages  = 40   // from so many on, a table must be read by an index
)

// Every statement of the program finds its rows by an index in tables that are
// large, under the role that serves and with a plan for any arguments: nothing
// reads a table that grows from end to end, not even inside a function or for a
// foreign key.
func TestProof_Plans_NoStatementReadsATableFromEndToEnd(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // class C: the large tables take seconds
		return
	}
	p := newPlanner(t)
	tried := 0
	p.checkItself()
	p.forgetScans()
	for _, st := range pg.Statements() {
		if p.isWhole(st) || len(p.growingIn(st.SQL)) == 0 {
			continue
		}
		tried++
		for _, fault := range p.faults(st) {
			t.Errorf("%s: %s", st.Name, fault)
		}
	}
	p.wantIndexesUsed()
	t.Logf("%d statements of tables that grow were planned; the large ones are %s", tried, strings.Join(p.large, ", "))
}

// forgetScans has the server count from now on which indexes are read.
func (p *planner) forgetScans() {
	p.t.Helper()
	for _, sql := range []string{`SELECT pg_stat_force_next_flush()`, `SELECT pg_stat_reset()`} {
		if _, err := p.conn.Exec(p.t.Context(), sql); err != nil {
			p.t.Fatal(err)
		}
	}
}

// wantIndexesUsed wants each index of a large table to be read by a statement, or
// to keep a promise: whatever else it is, every write pays for it.
func (p *planner) wantIndexesUsed() {
	p.t.Helper()
	if _, err := p.conn.Exec(p.t.Context(), `SELECT pg_stat_force_next_flush()`); err != nil {
		p.t.Fatal(err)
	}
	for _, name := range names(p.t, p.conn, `
		SELECT s.indexrelname FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid)
		WHERE s.idx_scan = 0 AND s.relname = ANY ('{`+strings.Join(p.large, ",")+`}') AND NOT i.indisunique AND NOT i.indisexclusion
		  AND s.relname NOT LIKE 'river_%' ORDER BY 1`) {
		if name != "holds_starts_idx" { // booking_limits counts by it where a shop has a pace, for which the arguments here ask nothing
			p.t.Errorf("%s: no statement reads it", name)
		}
	}
}

// checkItself shows that what has no index is found, in a statement and in what it calls.
func (p *planner) checkItself() {
	p.t.Helper()
	missing := map[string]string{"by a column without an index": `SELECT email FROM users WHERE family_name = $1`}
	if len(p.large) > 0 {
		missing["within a function"] = `SELECT query_to_xml('SELECT count(*) FROM booking_codes WHERE booking_id::text = ' || quote_literal($1::text), true, true, '')::text`
		missing["through all of a business's"] = `SELECT code FROM bookings WHERE business_id = $1 AND cancel_fee > $2`
	}
	for what, sql := range missing {
		if found := p.faults(&pg.Statement{Name: "proof " + what, SQL: sql}); len(found) == 0 {
			p.t.Errorf("nobody objected to a search %s", what)
		}
	}
}

// planner looks at plans in a large database.
type planner struct {
	*prober
	large []string // tables of many pages
}

func newPlanner(t *testing.T) *planner {
	t.Helper()
	s := &stage{t: t, url: pgtest.NewURL(t)}
	size := bulk.Size{Businesses: 200, Bookings: 40_000}
	if err := bulk.Fill(t.Context(), s.url, size, clock.System{}.Now()); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, sql := range fillPlatform {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if _, err := conn.Exec(t.Context(), `VACUUM (ANALYZE)`); err != nil {
		t.Fatal(err)
	}
	// The busiest of all: what is read by business alone shows there.
	ids := names(t, conn, `SELECT business_id::text FROM bookings GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 2`)
	p := &planner{prober: newProber(s, ids[0], ids[1])}
	p.large = names(t, conn, fmt.Sprintf(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relpages >= %d`, largePages))
	return p
}

// fillPlatform makes rows in the large tables of the platform and of what the loader leaves out.
var fillPlatform = []string{
	`INSERT INTO users (id, email, password_hash, family_name, given_name, locale, email_verified_at, created_at, search_key)
	 SELECT gen_random_uuid(), 'plan-' || i || '@bulk.example', '!', '計画', i::text, 'ja', CASE WHEN i % 50 > 0 THEN now() END,
	     now() - i * interval '1 minute', '計画 ' || i || ' plan-' || i || '@bulk.example' FROM generate_series(1, 20000) i`,
	`INSERT INTO sessions (id, user_id, token_hash, rotated_at, created_at, expires_at)
	 SELECT gen_random_uuid(), id, sha256(email::bytea), created_at, created_at, created_at + interval '7 days' FROM users`,
	`INSERT INTO account_messages (id, user_id, kind, status, created_at, sent_at)
	 SELECT gen_random_uuid(), id, 'verify_email', 'sent', created_at, created_at FROM users`,
	`INSERT INTO platform_audit (id, at, actor_id, action, subject)
	 SELECT gen_random_uuid(), created_at, id, 'user.disabled', 'user:' || id FROM users`,
	`INSERT INTO account_idempotency_keys (actor, route, key_hash, body_hash, status, answer, created_at)
	 SELECT id::text, 'create-business', sha256(email::bytea), sha256(email::bytea), 201, sha256(email::bytea), created_at FROM users`,
	`INSERT INTO challenges (id, token_hash, user_id, purpose, created_at, expires_at)
	 SELECT gen_random_uuid(), sha256(email::bytea), id, 'sign_in', created_at, created_at + interval '5 minutes' FROM users`,
	`INSERT INTO rate_limits (key, due) SELECT sha256(email::bytea), created_at FROM users`,
	`INSERT INTO sign_in_failures (network, account, at) SELECT sha256((id::text)::bytea), sha256(email::bytea), created_at FROM users`,
	`INSERT INTO api_keys (id, tenant_id, name, hint, key_hash, scopes, created_by, created_at, expires_at)
	 SELECT gen_random_uuid(), b.business_id, 'plan', 'plan', sha256(u.email::bytea), '{}', u.id, now(), now() + interval '1 year'
	 FROM (SELECT *, row_number() OVER () AS n FROM users) u JOIN (SELECT *, row_number() OVER () AS n FROM businesses) b ON b.n = u.n / 20 + 1`, // twenty each is the most
	`INSERT INTO river_job (args, kind, max_attempts, priority, queue, state, created_at, scheduled_at, finalized_at, metadata, tags)
	 SELECT jsonb_build_object('message_id', i), 'message.send', 8, 1, 'messages',
	     CASE WHEN i % 100 = 0 THEN 'available' WHEN i % 1000 = 1 THEN 'discarded' ELSE 'completed' END::river_job_state, now(), now(),
	     CASE WHEN i % 100 = 0 THEN NULL ELSE now() END, '{}', '{}' FROM generate_series(1, 20000) i`,
	`INSERT INTO holds (business_id, id, status, request, picks, expires_at, created_at, starts_at, business_date)
	 SELECT business_id, gen_random_uuid(), CASE WHEN n % 40 = 0 THEN 'active' ELSE 'used' END, '{}', '[]', now(), now() - n * interval '1 hour', now(), current_date
	 FROM (SELECT business_id, row_number() OVER () AS n FROM bookings LIMIT 20000) b`,
}
