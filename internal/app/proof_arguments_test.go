package app_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

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
		if sql, ok := told[st.Name+" $"+strconv.Itoa(i+1)]; ok {
			out[i] = []byte(p.promised(sql))
			continue
		}
		out[i] = []byte(p.argument(sortless.Replace(st.SQL), i+1, p.typeOf(d, i), tenant))
	}
	return out
}

func (p *prober) typeOf(d *pgconn.StatementDescription, i int) string {
	p.t.Helper()
	name, known := p.types[d.ParamOIDs[i]]
	if !known {
		if err := p.conn.QueryRow(p.t.Context(), `SELECT $1::oid::regtype::text`, d.ParamOIDs[i]).Scan(&name); err != nil {
			p.t.Fatal(err)
		}
		p.types[d.ParamOIDs[i]] = name
	}
	return name
}

// sortless takes away what stands between a column and its comparison.
var sortless = strings.NewReplacer(` COLLATE "C"`, "")

var insertedColumns = regexp.MustCompile(`(?is)(?:insert into \w+(?: as \w+)?|update \w+ set) \(([^)]*)\)\s*(?:values \(|select |= row\()`)

// argument guesses a parameter by what it is compared with or inserted into.
func (p *prober) argument(sql string, n int, kind, tenant string) string {
	param := `\$` + strconv.Itoa(n) + paramEnd
	compared := regexp.MustCompile(`(?i)(\w+)\)?\s*(=|<>|>=|<=|>|<)\s*(ANY\s*\()?` + param).FindStringSubmatch(sql)
	if regexp.MustCompile(param[:len(param)-len(paramEnd)] + `::text = ''`).MatchString(sql) {
		return "" // a filter that may be left out
	}
	if v := p.listed(sql, param); v != "" {
		return v
	}
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
		column = insertedInto(sql, param)
	}
	if column == "business_id" || column == "" && n == 1 && kind == "uuid" {
		return tenant
	}
	if v, ok := extremes[kind][operator]; ok {
		return v
	}
	if v := p.sample(sql, column, kind); v != nil {
		return *v
	}
	return plain[kind]
}

// leastKeys is what comes before the first row of any table that is exported.
const leastKeys = `{"id": "00000000-0000-0000-0000-000000000000", "business_id": "00000000-0000-0000-0000-000000000000",
	"resource_id": "00000000-0000-0000-0000-000000000000", "service_id": "00000000-0000-0000-0000-000000000000",
	"option_id": "00000000-0000-0000-0000-000000000000", "rank_id": "00000000-0000-0000-0000-000000000000",
	"booking_id": "00000000-0000-0000-0000-000000000000", "date": "-infinity", "seq": -1, "version": -1, "week": -1, "weekday": -1, "start_minute": -1}`

// told are the arguments that no comparison tells, from rows of the tenant ($1).
var told = map[string]string{
	"audit.list_subject $6": `SELECT subject FROM audit_entries WHERE business_id = $1 AND actor_id IS NOT NULL ORDER BY actor_id::text LIMIT 1`,
	"audit.sequences $1":    `SELECT array_agg(business_id)::text FROM businesses WHERE business_id = $1`,
	"booking.end_hold $2":   `SELECT id::text FROM holds WHERE business_id = $1 AND status = 'active' LIMIT 1`,
	"booking.forget_reasons $2": `SELECT b.customer_id::text FROM booking_reasons r JOIN bookings b USING (business_id)
		WHERE business_id = $1 AND b.id = r.booking_id LIMIT 1`,
	"booking.mark_outside $3":     `SELECT array_agg(true)::text FROM bookings WHERE business_id = $1`,
	"booking.schedule_guard $2":   `SELECT (v.version + h.revision)::text FROM schedule_versions v, holiday_calendar h WHERE v.business_id = $1`,
	"booking.standing $3":         `SELECT (now() - interval '3 days')::text FROM businesses WHERE business_id = $1`,
	"business.member_of_email $2": `SELECT u.email FROM members m JOIN users u ON u.id = m.user_id WHERE m.business_id = $1 LIMIT 1`,
	"business.staff_resource $2":  `SELECT id::text FROM resources WHERE business_id = $1 LIMIT 1`,
	"catalog.insert_hours $3": `SELECT jsonb_agg(jsonb_build_object('weekday', weekday, 'ranges', jsonb_build_array(to_jsonb(h))))::text
		FROM service_hours h WHERE business_id = $1`,
	"catalog.order_services $3": `SELECT array_agg(position + 1 ORDER BY t::text)::text FROM services t WHERE business_id = $1`,
	"customer.set_tags $3":      `SELECT '{new}' FROM businesses WHERE business_id = $1`,
	"customer.take_identity $3": `SELECT identity_key FROM customers WHERE business_id = $1 AND merged_into IS NOT NULL
		ORDER BY merged_into::text LIMIT 1`,
	"customer.upsert $2":  `SELECT gen_random_uuid()::text FROM businesses WHERE business_id = $1`,
	"customer.upsert $11": `SELECT 'new' FROM businesses WHERE business_id = $1`,
	"idempotency.erase $2": `SELECT b.customer_id::text FROM idempotency_keys k JOIN bookings b USING (business_id)
		WHERE business_id = $1 AND b.id = k.subject LIMIT 1`,
	"notify.booking $2":            mailOfBooking,
	"notify.claim $2":              mailOfBooking,
	"notify.record $2":             mailOfBooking,
	"notify.segments $2":           mailOfBooking,
	"schedule.clear_exceptions $2": `SELECT array_agg(resource_id ORDER BY date)::text FROM resource_exceptions WHERE business_id = $1`,
	"schedule.clear_exceptions $3": `SELECT array_agg(date ORDER BY date)::text FROM resource_exceptions WHERE business_id = $1`,
	"schedule.write_exceptions $5": `SELECT '{"ja": "新"}' FROM businesses WHERE business_id = $1`,
	"transfer.end_import $2":       queuedImport,
	"transfer.end_import $7":       `SELECT next_line::text FROM imports WHERE business_id = $1 AND status = 'queued'`,
	"transfer.prepare_import $2":   queuedImport,
}

const (
	mailOfBooking = `SELECT id::text FROM messages WHERE business_id = $1 AND status = 'sending'`
	queuedImport  = `SELECT id::text FROM imports WHERE business_id = $1 AND status = 'queued'`
)

// extremes let comparisons be true for any row; plain are values of no meaning.
var (
	extremes = map[string]map[string]string{
		"uuid":                     {">": "00000000-0000-0000-0000-000000000000", "<": "ffffffff-ffff-ffff-ffff-ffffffffffff", "<>": "00000000-0000-0000-0000-000000000000"},
		"timestamp with time zone": {">": "2000-01-01Z", ">=": "2000-01-01Z", "<": "2100-01-01Z", "<=": "2100-01-01Z"},
		"date":                     {">": "2000-01-01", ">=": "2000-01-01", "<": "2100-01-01", "<=": "2100-01-01"},
		"integer":                  {">": "-1", ">=": "-1", "<": "100000", "<=": "100000"},
		"bigint":                   {">": "-1", ">=": "-1", "<": "100000", "<=": "100000"},
		"text":                     {">": "", ">=": "", "<": "~", "<=": "~"},
		"bytea":                    {"<": `\xff`},
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
func (p *prober) sample(sql, column, kind string) *string {
	p.t.Helper()
	for _, table := range p.tablesFor(sql, column) {
		if p.holds[table][column] == "" {
			continue
		}
		pick := fmt.Sprintf(`(SELECT %s::text FROM %s WHERE business_id = $1 AND %[1]s IS NOT NULL ORDER BY 1 LIMIT 1)`, column, table)
		if strings.HasSuffix(kind, "[]") && p.holds[table][column] != "ARRAY" {
			pick = fmt.Sprintf(`(SELECT array_agg(DISTINCT %s)::text FROM %s WHERE business_id = $1 AND %[1]s IS NOT NULL)`, column, table)
		}
		if v := p.one("SELECT " + pick); v != nil {
			return v
		}
	}
	return nil
}

// one is a text of the tenant's rows; nil when there is none.
func (p *prober) one(sql string) (v *string) {
	p.t.Helper()
	if err := p.conn.QueryRow(p.t.Context(), sql, p.tenant).Scan(&v); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		p.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// promised is one, of rows that the fixture promises.
func (p *prober) promised(sql string) string {
	p.t.Helper()
	v := p.one(sql)
	if v == nil {
		p.t.Fatalf("the fixture has no row for %s", sql)
	}
	return *v
}

// paramEnd is what follows the number of a parameter.
const paramEnd = `(?:\D|$)`

// insertedInto is the column that an INSERT, or an UPDATE of a whole row, gives the parameter to.
func insertedInto(sql, param string) string {
	at := insertedColumns.FindStringSubmatchIndex(sql)
	if at == nil {
		return ""
	}
	columns := strings.Split(sql[at[2]:at[3]], ",")
	for i, value := range listOf(sql[at[1]:]) {
		if i < len(columns) && regexp.MustCompile(param).MatchString(value) {
			return strings.TrimSpace(columns[i])
		}
	}
	return ""
}

// listOf is the values at the beginning of the text, up to the bracket that ends them, or FROM.
func listOf(text string) (out []string) {
	depth, from := 0, 0
	for i, c := range text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		end := depth < 0 || depth == 0 && listEnds.MatchString(text[i:])
		if end || depth == 0 && c == ',' {
			out, from = append(out, text[from:i]), i+1
		}
		if end {
			return out
		}
	}
	return append(out, text[from:])
}

var (
	listEnds = regexp.MustCompile(`^(?i)\sFROM\s`)
	unnested = regexp.MustCompile(`(?i)unnest\(([^)]*)\)(?: WITH ORDINALITY)?(?: AS)? (\w+) \(([^)]*)\)`)
	written  = regexp.MustCompile(`(?i)(?:insert into|update) (\w+)`)
)

// listed is a list of whole rows: those of the tenant, in an order that is the
// same for every parameter of the statement.
func (p *prober) listed(sql, param string) string {
	p.t.Helper()
	if regexp.MustCompile(`jsonb_to_recordset\(` + param).MatchString(sql) {
		if table := written.FindStringSubmatch(sql); table != nil {
			return value(p.one(fmt.Sprintf(`SELECT jsonb_agg(to_jsonb(t))::text FROM %s t WHERE business_id = $1`, table[1])))
		}
	}
	for _, list := range unnested.FindAllStringSubmatch(sql, -1) {
		columns := strings.Split(list[3], ",")
		for i, arg := range strings.Split(list[1], ",") {
			if i >= len(columns) || !regexp.MustCompile(param).MatchString(arg) {
				continue
			}
			column := strings.TrimSpace(columns[i])
			if into := insertedInto(sql, `\b`+list[2]+`\.`+column+`\b`); into != "" {
				column = into
			}
			for _, table := range p.tablesIn(sql) {
				if p.holds[table][column] != "" {
					return value(p.one(fmt.Sprintf(`SELECT array_agg(%s ORDER BY t::text)::text FROM %s t WHERE business_id = $1`, column, table)))
				}
			}
		}
	}
	return ""
}

// value is a text, or none.
func value(v *string) string {
	if v == nil {
		return ""
	}
	return *v
}
