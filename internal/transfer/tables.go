package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file exports tables as they are: what is small, or speaks for itself.

// table is a table of the business, in the order of a key.
type table struct {
	kind, name string
	key        []string // "date date": columns with their types, behind business_id
	read       *pg.Statement
}

// plain is a table that is read as it is; its statement has the table's name.
func plain(kind, name string, key ...string) table {
	t := table{kind: kind, name: name, key: key}
	t.read = pg.Register("transfer.export_"+name, t.sql())
	return t
}

// What the records of package catalog are in JSON.
var (
	plainServices  = plain("services", "services", "id uuid")
	plainOptions   = plain("options", "service_options", "id uuid")
	plainResources = plain("resources", "resources", "id uuid")
)

var tables = []table{
	plain("business", "businesses", "business_id uuid"),
	plain("opening-hours", "opening_hours", "weekday integer", "start_minute integer"),
	plain("special-days", "special_days", "date date"),
	plain("closing-rules", "closing_rules", "id uuid"),
	plain("periods", "service_periods", "id uuid"),
	plain("shifts", "resource_shifts", "resource_id uuid", "week integer", "weekday integer", "start_minute integer"),
	plain("shift-exceptions", "resource_exceptions", "resource_id uuid", "date date"),
	plain("breaks", "resource_breaks", "resource_id uuid", "weekday integer", "start_minute integer"),
	plain("leaves", "leaves", "id uuid"),
	plain("resource-joins", "resource_joins", "id uuid"),
	plain("staff-ranks", "staff_ranks", "id uuid"),
	plain("service-categories", "service_categories", "id uuid"),
	plain("service-sets", "service_sets", "id uuid"),
	plain("service-hours", "service_hours", "service_id uuid", "weekday integer", "start_minute integer"),
	plain("service-prices", "service_prices", "service_id uuid", "rank_id uuid"),
	plain("service-options", "service_option_links", "service_id uuid", "option_id uuid"),
	plain("requirements", "requirements", "id uuid"),
	plain("consents", "customer_consents", "id uuid"),
	plain("booking-history", "booking_history", "booking_id uuid", "version bigint"),
	plain("booking-reasons", "booking_reasons", "booking_id uuid", "version bigint"),
	plain("audit", "audit_entries", "seq bigint"),
}

// before is the least value of a type and what comes before it.
var before = map[string]string{
	"uuid": "00000000-0000-0000-0000-000000000000", "integer": "-1", "bigint": "-1", "date": "-infinity",
}

// sql reads a page behind the row that $2 has the key of.
func (t *table) sql() string {
	var columns, values []string
	for _, k := range t.key {
		name, kind, _ := strings.Cut(k, " ")
		columns, values = append(columns, "t."+name), append(values, fmt.Sprintf("($2::jsonb ->> '%s')::%s", name, kind))
	}
	by := strings.Join(columns, ", ")
	return fmt.Sprintf("SELECT to_json(t)::text AS row FROM %s t WHERE t.business_id = $1 AND (%s) > (%s) ORDER BY %s LIMIT $3",
		t.name, by, strings.Join(values, ", "), by)
}

// first is the key before every row.
func (t *table) first() string {
	key := map[string]string{}
	for _, k := range t.key {
		name, kind, _ := strings.Cut(k, " ")
		key[name] = before[kind]
	}
	return string(encode(key))
}

var columnsOfTable = pg.Register("transfer.columns_of_table",
	`SELECT attname::text FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'business_id'
	 ORDER BY attnum`)

func tableSources() []source {
	out := make([]source, len(tables))
	for i := range tables {
		t := &tables[i]
		out[i] = source{kind: t.kind, header: t.header, page: t.page}
	}
	return out
}

func (t *table) header(ctx context.Context, x *export) ([]Column, error) {
	var names []string
	var b pg.Batch
	pg.CollectColumn(b.Queue(columnsOfTable, t.name), &names)
	if err := x.s.db.ReadTenant(ctx, x.bid, &b); err != nil {
		return nil, err
	}
	out := make([]Column, len(names))
	for i, n := range names {
		out[i] = Column{Name: n}
	}
	return out, nil
}

func (t *table) page(ctx context.Context, x *export, after string) (items []item, next string, err error) {
	if after == "" {
		after = t.first()
	}
	var rows []string
	var b pg.Batch
	b.Queue(t.read, x.bid, after, exportPage).Query(func(r pgx.Rows) (err error) {
		rows, err = pgx.CollectRows(r, pgx.RowTo[string])
		return err
	})
	if err := x.s.db.ReadTenant(ctx, x.bid, &b); err != nil {
		return nil, "", err
	}
	for _, raw := range rows {
		i := item{json: []byte(raw)}
		if x.in.Format == CSV {
			if i.cells, err = cellsOf(i.json); err != nil {
				return nil, "", err
			}
		}
		items = append(items, i)
	}
	if len(rows) == exportPage {
		next = rows[len(rows)-1]
	}
	return items, next, nil
}

// cellsOf are the values of a row in the order of its columns.
func cellsOf(raw []byte) ([]string, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var out []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		if name != "business_id" {
			out = append(out, cellOf(v))
		}
	}
	return out, nil
}

// cellOf is a value as a cell: of a text in several languages the Japanese one.
func cellOf(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	var t locale.Text
	if json.Unmarshal(v, &t) == nil && t[string(locale.JA)] != "" {
		return t[string(locale.JA)]
	}
	if string(v) == "null" || string(v) == "{}" || string(v) == "[]" {
		return ""
	}
	return string(v)
}
