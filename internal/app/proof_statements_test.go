package app_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// S12, by what happens: every statement of the program is run as the serving
// role with the arguments of one tenant: as that tenant, as nobody, and as
// another tenant. As nobody and as another it sees and changes nothing.
func TestProof_S12_EveryStatement_SeesNothingOfAnotherTenant(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	x := s.openShop("rls-salon", 2)
	x.fillEverything()
	y := s.found("rls-other", s.join("rlsother"), 1)
	p := newProber(s, x.id, y.id)
	var seen, tried int
	var unseen []string
	for _, st := range pg.Statements() {
		if len(p.tablesIn(st.SQL)) == 0 {
			continue
		}
		tried++
		args := p.arguments(st)
		own := p.run(x.id, st, args)
		// A row that stands already, or that others lean on, was found as well.
		if own.rows > 0 || own.changes > 0 || strings.HasPrefix(own.state, "23") {
			seen++
		} else {
			unseen = append(unseen, st.Name+" "+own.state)
		}
		absent := p.run("", st, p.argumentsOf(st, "00000000-0000-7000-8000-000000000000"))
		for who, tenant := range map[string]string{"nobody": "", "another tenant": y.id} {
			got := p.run(tenant, st, args)
			if got.changes > 0 || got.rows > 0 && got.text != absent.text || strings.HasPrefix(got.state, "23") {
				t.Errorf("%s as %s: %d rows, %d changes, state %s: %s", st.Name, who, got.rows, got.changes, got.state, got.text)
			}
		}
	}
	t.Logf("%d statements speak of tenants' tables; %d of them found or changed rows as the tenant itself, none as nobody or as another", tried, seen)
	if seen*100 < tried*85 {
		t.Errorf("the arguments prove little; without effect even as the tenant: %q", unseen)
	}
}

// fillEverything leaves rows in every table of the shop.
func (x *shop) fillEverything() {
	x.t.Helper()
	x.must(http.StatusOK, http.MethodPut, x.path("/special-days/"+x.day(20)), map[string]any{"ranges": []any{}}, x.owner)
	x.add("closing-rules", neverCloses)
	lunch := map[string]any{"periods": []map[string]any{{"name": map[string]string{"ja": "ランチ"}, "weekdays": []int{1}, "start_minute": 660, "end_minute": 900}}}
	x.must(http.StatusOK, http.MethodPut, x.path("/periods"), lunch, x.owner, x.version("/periods"))
	x.must(http.StatusOK, http.MethodPut, x.path("/resources/"+x.staff[1]+"/exceptions/"+x.day(21)), map[string]any{"ranges": []any{}}, x.owner)
	shifts := map[string]any{"weekly": []map[string]any{{"weekday": 1, "ranges": []map[string]int{{"start_minute": 600, "end_minute": 1200}}}}}
	x.must(http.StatusOK, http.MethodPut, x.path("/resources/"+x.staff[1]+"/shifts"), shifts, x.owner, x.version("/resources/"+x.staff[1]))
	x.must(http.StatusOK, http.MethodPut, x.path("/resources/"+x.staff[1]+"/breaks"), shifts, x.owner, x.version("/resources/"+x.staff[1]))
	x.add("leaves", map[string]any{"resource_id": x.staff[1], "from_date": x.day(22), "to_date": x.day(23)})
	x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1, 10), 1), "Idempotency-Key: filled")
	x.must(http.StatusCreated, http.MethodPost, x.site("/holds"), map[string]any{"service_id": x.service, "start": x.hour(1, 14)})
	x.set(map[string]any{"booking_mode": "approval"})
	x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1, 16), 2))
	x.must(http.StatusCreated, http.MethodPost, x.path("/invitations"), map[string]any{"email": door("invited"), "role": "manager"}, x.owner)
	x.fillCustomers()
	x.fillImports()
}

// fillImports leaves an import that is over, and one that waits.
func (x *shop) fillImports() {
	x.t.Helper()
	var at string
	for range 2 {
		at = "/imports/" + x.add("imports", map[string]any{"kind": "customers"})
		x.must(http.StatusNoContent, http.MethodPut, x.path(at+"/parts/1"), filePart, x.owner, "Content-Type: text/csv")
		if x.count(`SELECT count(*) FROM import_lines`) > 0 {
			return
		}
		x.must(http.StatusOK, http.MethodPost, x.path(at+"/start"), map[string]any{}, x.owner)
		late := time.After(patience)
		for x.must(http.StatusOK, http.MethodGet, x.path(at), nil, x.owner).text("status") != "done" {
			select {
			case <-late:
				x.t.Fatal("the import did not end")
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// fillCustomers leaves rows in every table of customers.
func (x *shop) fillCustomers() {
	x.t.Helper()
	ids := []string{}
	for range 2 {
		ids = append(ids, x.add("customers", map[string]any{"family_name": "山田", "phone": guestPhone(900 + len(ids)), "tags": []string{"VIP"}, "birth_date": "1990-01-01"}))
	}
	x.add("customers/"+ids[0]+"/notes", map[string]any{"kind": "allergy", "body": "そば"})
	x.add("customers/"+ids[0]+"/consents", map[string]any{"purpose": "health_data", "granted": true, "version": "1"})
	gone := x.add("customers", map[string]any{"family_name": "山田", "phone": guestPhone(910)})
	x.must(http.StatusOK, http.MethodPost, x.path("/customers/"+ids[1]+"/merge"), map[string]any{"other_id": gone}, x.owner, x.version("/customers/"+ids[1]))
	told := x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(2, 10), 3)).text("manage_token")
	x.must(http.StatusOK, http.MethodPost, "/public/bookings/"+told+"/cancel", map[string]any{"reason": "急用のため"})
}

// prober runs statements with the arguments of one tenant.
type prober struct {
	*stage
	conn   *pgx.Conn
	tables []string // of tenants
	tenant string
}

func newProber(s *stage, tenant, other string) *prober {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	if tenant == other {
		s.t.Fatal("one tenant proves nothing")
	}
	return &prober{stage: s, conn: conn, tenant: tenant, tables: names(s.t, conn, `SELECT relname FROM pg_class WHERE oid IN (`+tenantTables+`)`)}
}

// ours are the functions of the schema that touch tenants' rows.
var ours = []string{"schedule_guard", "schedule_change", "take_allocations", "audit_append", "idempotency_claim"}

func (p *prober) tablesIn(sql string) []string {
	words := strings.FieldsFunc(strings.ToLower(sql), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
	})
	var out []string
	for _, t := range append(slices.Clone(p.tables), ours...) {
		if slices.Contains(words, t) {
			out = append(out, t)
		}
	}
	return out
}

// outcome is what a statement did.
type outcome struct {
	rows, changes int
	text, state   string // the rows; the SQLSTATE of a refusal
}

// run runs a statement in a transaction that is rolled back.
func (p *prober) run(tenant string, st *pg.Statement, args [][]byte) (got outcome) {
	p.t.Helper()
	ctx := p.t.Context()
	tx, err := p.conn.Begin(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	before := p.changed(tx)
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE "+pg.AppRole); err != nil {
		p.t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.business_id', $1, true)", tenant); err != nil {
		p.t.Fatal(err)
	}
	result := p.conn.PgConn().ExecParams(ctx, st.SQL, args, nil, nil, nil).Read()
	if result.Err != nil {
		return outcome{state: pg.State(result.Err)}
	}
	got = outcome{rows: len(result.Rows), text: fmt.Sprintf("%q", result.Rows)}
	got.changes = p.changed(tx) - before
	return got
}

// changed counts the rows of tenants that the transaction wrote so far.
func (p *prober) changed(tx pgx.Tx) int {
	p.t.Helper()
	var n int
	if err := tx.QueryRow(p.t.Context(), `SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int FROM pg_stat_xact_user_tables
		WHERE relname = ANY($1)`, p.tables).Scan(&n); err != nil {
		p.t.Fatal(err)
	}
	return n
}

// arguments are values of the tenant's own rows for each parameter.
func (p *prober) arguments(st *pg.Statement) [][]byte { return p.argumentsOf(st, p.tenant) }

func (p *prober) argumentsOf(st *pg.Statement, tenant string) [][]byte {
	p.t.Helper()
	d, err := p.conn.Prepare(p.t.Context(), st.Name, st.SQL)
	if err != nil {
		p.t.Fatalf("%s: %v", st.Name, err)
	}
	out := make([][]byte, len(d.ParamOIDs))
	for i := range out {
		out[i] = []byte(p.argument(st.SQL, i+1, p.typeOf(d, i), tenant))
	}
	return out
}

func (p *prober) typeOf(d *pgconn.StatementDescription, i int) string {
	p.t.Helper()
	var name string
	if err := p.conn.QueryRow(p.t.Context(), `SELECT $1::oid::regtype::text`, d.ParamOIDs[i]).Scan(&name); err != nil {
		p.t.Fatal(err)
	}
	return name
}

var insertedColumns = regexp.MustCompile(`(?is)insert into \w+(?: as \w+)? \(([^)]*)\)\s*(?:values \(|select )`)

// argument guesses a parameter by what it is compared with or inserted into.
func (p *prober) argument(sql string, n int, kind, tenant string) string {
	param := `\$` + strconv.Itoa(n) + `(?:\D|$)`
	compared := regexp.MustCompile(`(?i)(\w+)\)?\s*(=|<>|>=|<=|>|<)\s*(ANY\s*\()?` + param).FindStringSubmatch(sql)
	column, operator := "", "="
	leads := regexp.MustCompile(`(?i)\((\w+)[^(),]*,[^()]*\) < \(` + param).FindStringSubmatch(sql)
	switch {
	case leads != nil && regexp.MustCompile(`\) >= \(`+param).MatchString(sql): // between two rows that begin with it
		column = strings.ToLower(leads[1])
	case regexp.MustCompile(`(?i)\) < \([^)]*` + param).MatchString(sql):
		operator = "<"
	case regexp.MustCompile(`(?i)\) >= \([^)]*` + param).MatchString(sql):
		operator = ">="
	case regexp.MustCompile(`(?i)\) > \([^)]*` + param).MatchString(sql), regexp.MustCompile(`(?i)BETWEEN ` + param).MatchString(sql):
		operator = ">"
	case regexp.MustCompile(`(?i)BETWEEN \S+ AND ` + param).MatchString(sql), regexp.MustCompile(`(?i)\) < \([^)]*` + param).MatchString(sql):
		operator = "<"
	case compared != nil:
		column, operator = strings.ToLower(compared[1]), compared[2]
	case regexp.MustCompile(`(?i)limit\s+` + param).MatchString(sql):
		return "100"
	default:
		if list := insertedColumns.FindStringSubmatch(sql); list != nil {
			if columns := strings.Split(list[1], ","); n <= len(columns) {
				column = strings.TrimSpace(columns[n-1])
			}
		}
	}
	if column == "business_id" || column == "" && n == 1 && kind == "uuid" {
		return tenant
	}
	if v, ok := extremes[kind][operator]; ok {
		return v
	}
	if v := p.sample(sql, column, kind); v != "" {
		return v
	}
	return plain[kind]
}

// leastKeys is what comes before the first row of any table that is exported.
const leastKeys = `{"id": "00000000-0000-0000-0000-000000000000", "business_id": "00000000-0000-0000-0000-000000000000",
	"resource_id": "00000000-0000-0000-0000-000000000000", "service_id": "00000000-0000-0000-0000-000000000000",
	"option_id": "00000000-0000-0000-0000-000000000000", "rank_id": "00000000-0000-0000-0000-000000000000",
	"booking_id": "00000000-0000-0000-0000-000000000000", "date": "-infinity", "seq": -1, "version": -1, "week": -1, "weekday": -1, "start_minute": -1}`

// extremes let comparisons be true for any row; plain are values of no meaning.
var (
	extremes = map[string]map[string]string{
		"uuid":                     {">": "00000000-0000-0000-0000-000000000000", "<": "ffffffff-ffff-ffff-ffff-ffffffffffff", "<>": "00000000-0000-0000-0000-000000000000"},
		"timestamp with time zone": {">": "2000-01-01Z", ">=": "2000-01-01Z", "<": "2100-01-01Z", "<=": "2100-01-01Z"},
		"date":                     {">": "2000-01-01", ">=": "2000-01-01", "<": "2100-01-01", "<=": "2100-01-01"},
		"integer":                  {">": "-1", ">=": "-1", "<": "100000", "<=": "100000"},
		"bigint":                   {">": "-1", ">=": "-1", "<": "100000", "<=": "100000"},
		"text":                     {">": "", ">=": "", "<": "~", "<=": "~"},
	}
	plain = map[string]string{
		"uuid": "00000000-0000-7000-8000-000000000001", "timestamp with time zone": "2026-01-01Z", "date": "2026-01-01", "integer": "5", "bigint": "1",
		"text": "x", "boolean": "true", "jsonb": leastKeys, "bytea": `\x00`, "interval": "1 day", "smallint": "1",
		"uuid[]": "{}", "text[]": "{}", "integer[]": "{}", "bigint[]": "{}", "timestamp with time zone[]": "{}", "date[]": "{}", "jsonb[]": "{}", "boolean[]": "{}", "bytea[]": "{}",
	}
)

// tablesFor are those that the statement speaks of, first the one whose alias
// stands before the column: "c.id" of "customers c".
func (p *prober) tablesFor(sql, column string) []string {
	tables := p.tablesIn(sql)
	alias := regexp.MustCompile(`\b(\w+)\.` + column + `\s*(?:=|<>|>=|<=|>|<)\s*\$`).FindStringSubmatch(sql)
	if alias == nil {
		return tables
	}
	for i, t := range tables {
		if regexp.MustCompile(`(?i)\b` + t + `\s+(?:AS\s+)?` + alias[1] + `\b`).MatchString(sql) {
			return append([]string{t}, slices.Delete(slices.Clone(tables), i, i+1)...)
		}
	}
	return tables
}

// sample is a value, or an array of all, of the column in a row of the tenant.
func (p *prober) sample(sql, column, kind string) string {
	p.t.Helper()
	for _, table := range p.tablesFor(sql, column) {
		var has bool
		if err := p.conn.QueryRow(p.t.Context(), `SELECT EXISTS (SELECT FROM information_schema.columns
			WHERE table_schema = 'public' AND table_name = $1 AND column_name = $2)`, table, column).Scan(&has); err != nil || !has {
			continue
		}
		pick := fmt.Sprintf(`(SELECT %s::text FROM %s WHERE business_id = $1 AND %[1]s IS NOT NULL ORDER BY 1 LIMIT 1)`, column, table)
		if strings.HasSuffix(kind, "[]") {
			pick = fmt.Sprintf(`(SELECT array_agg(DISTINCT %s)::text FROM %s WHERE business_id = $1 AND %[1]s IS NOT NULL)`, column, table)
		}
		var v *string
		if err := p.conn.QueryRow(p.t.Context(), "SELECT "+pick, p.tenant).Scan(&v); err != nil {
			p.t.Fatalf("%s: %v", pick, err)
		}
		if v != nil {
			return *v
		}
	}
	return ""
}
