package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// isWhole tells the statements that are meant to look at everything.
func (p *planner) isWhole(st *pg.Statement) bool {
	return slices.ContainsFunc(wholeTables, func(begins string) bool { return strings.HasPrefix(st.Name, begins) })
}

// growingIn are the tables that the statement names and that grow.
func (p *planner) growingIn(sql string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(strings.ToLower(sql), func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }) {
		if !slices.Contains(bounded, word) && (p.holds[word] != nil || slices.Contains(ours, word)) {
			out = append(out, word)
		}
	}
	return out
}

// faults are what is wrong with how the statement finds its rows. It is planned
// for any arguments, as a prepared statement in the end is; run in a transaction
// that is rolled back, with the arguments of the busiest business; and counted
// by the server, which sees what functions and foreign keys read, too.
func (p *planner) faults(st *pg.Statement) (found []string) {
	p.t.Helper()
	args := p.literals(st)
	forced := p.explain(st, args, "SET LOCAL enable_seqscan = off", "EXPLAIN (FORMAT JSON)", nil)
	for _, n := range forced.nodes {
		if n.Type == "Seq Scan" && !slices.Contains(bounded, n.Relation) && n.Relation != "" {
			found = append(found, "no index leads to the rows of "+n.Relation)
		}
	}
	reads := map[string]int{}
	run := p.explain(st, args, "SELECT 1", "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)", reads)
	if run.refused {
		run = p.explain(st, args, "SELECT 1", "EXPLAIN (FORMAT JSON)", nil)
	}
	for _, n := range run.nodes {
		if n.Type == "Seq Scan" && slices.Contains(p.large, n.Relation) {
			found = append(found, n.Relation+" is read from end to end")
		}
		if removed := n.Removed * n.Loops; removed > mostRemoved+3*n.Rows*n.Loops {
			found = append(found, fmt.Sprintf("%s %s of %s throws %.0f rows away and keeps %.0f (finds by %s, judges by %s)",
				n.Type, n.Index, n.Relation, removed, n.Rows*n.Loops, n.Finds, n.Judges))
		}
	}
	for _, table := range p.large {
		if reads[table] > 0 && !slices.Contains(bounded, table) {
			found = append(found, fmt.Sprintf("%s is read from end to end %d times", table, reads[table]))
		}
	}
	if most := mostBuffers + 20*run.touched(); run.buffers() > most {
		found = append(found, fmt.Sprintf("%.0f pages for %.0f rows", run.buffers(), run.touched()))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// literals are the arguments as SQL; those that the fixture has no row for have no meaning.
func (p *planner) literals(st *pg.Statement) []string {
	p.t.Helper()
	d, err := p.conn.Prepare(p.t.Context(), st.Name, st.SQL)
	if err != nil {
		p.t.Fatalf("%s: %v", st.Name, err)
	}
	out := make([]string, len(d.ParamOIDs))
	for i := range out {
		kind := p.typeOf(d, i)
		v := ""
		if sql, ok := told[st.Name+" $"+strconv.Itoa(i+1)]; ok {
			if v = value(p.one(sql)); v == "" {
				v = plain[kind]
			}
		} else {
			v = p.argument(sortless.Replace(st.SQL), i+1, kind, p.tenant)
		}
		out[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
		if v == "" && kind != "text" {
			out[i] = "NULL"
		}
	}
	return out
}

// plan is one statement's.
type plan struct {
	nodes   []node
	refused bool // the statement met an error, such as a row that stands already
}

type node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Finds    string  `json:"Index Cond"`
	Judges   string  `json:"Filter"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Hit      float64 `json:"Shared Hit Blocks"`
	Read     float64 `json:"Shared Read Blocks"`
	Plans    []node  `json:"Plans"`
}

// buffers are the pages that all of it looked at: the topmost node counts for all below it.
func (x *plan) buffers() float64 {
	if len(x.nodes) == 0 {
		return 0
	}
	return x.nodes[0].Hit + x.nodes[0].Read
}

// touched is how many rows the plan handled where it handled the most, of each table.
func (x *plan) touched() (n float64) {
	most := 0.0
	for _, node := range x.nodes {
		rows := node.Rows * max(node.Loops, 1)
		if most = max(most, rows); node.Relation != "" {
			n += rows
		}
	}
	return max(n, most)
}

// explain runs a statement under EXPLAIN as the serving role, and takes it back.
// reads, when given, receives how often each table was read from end to end.
func (p *planner) explain(st *pg.Statement, args []string, setting, how string, reads map[string]int) (out plan) {
	p.t.Helper()
	ctx := p.t.Context()
	tx, err := p.conn.Begin(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	before := p.read(tx)
	for _, sql := range []string{"SET LOCAL plan_cache_mode = force_generic_plan", setting, "SET LOCAL ROLE " + pg.AppRole} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			p.t.Fatal(err)
		}
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.business_id', $1, true)", p.tenant); err != nil {
		p.t.Fatal(err)
	}
	call := ""
	if len(args) > 0 {
		call = "(" + strings.Join(args, ", ") + ")"
	}
	result := p.conn.PgConn().ExecParams(ctx, how+" EXECUTE "+pgx.Identifier{st.Name}.Sanitize()+call, nil, nil, nil, nil).Read()
	if result.Err != nil {
		if reads == nil {
			p.t.Errorf("%s %s: %v", st.Name, call, result.Err)
		}
		return plan{refused: true}
	}
	var top []struct{ Plan node }
	if err := json.Unmarshal(result.Rows[0][0], &top); err != nil {
		p.t.Fatalf("%s: %v", st.Name, err)
	}
	for _, t := range top {
		out.add(t.Plan)
	}
	if reads != nil {
		if _, err := tx.Exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
			return out // a reference to nothing; the statement itself was seen
		}
		for table, n := range p.read(tx) {
			reads[table] = n - before[table]
		}
	}
	return out
}

func (x *plan) add(n node) {
	x.nodes = append(x.nodes, n)
	for _, below := range n.Plans {
		x.add(below)
	}
}

// read is how often the transaction read each table from end to end so far.
func (p *planner) read(tx pgx.Tx) map[string]int {
	p.t.Helper()
	rows, err := tx.Query(p.t.Context(), `SELECT relname, seq_scan FROM pg_stat_xact_user_tables`)
	if err != nil {
		p.t.Fatal(err)
	}
	out := map[string]int{}
	var table string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&table, &n}, func() error { out[table] = n; return nil }); err != nil {
		p.t.Fatal(err)
	}
	return out
}
