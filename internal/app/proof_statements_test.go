package app_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
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
	every := pgtest.Rounds(3, 1) // in a quick run one of three, others each time
	first := int(seedOf(t) % uint64(every))
	for i, st := range pg.Statements() {
		if i%every != first || len(p.tablesIn(st.SQL)) == 0 || strings.HasPrefix(st.Name, "verify.") { // of no tenant: they count what their role sees
			continue
		}
		tried++
		args := p.arguments(st)
		own := p.run(x.id, st, args)
		// A row that stands already, or that others lean on, was found as well.
		if own.rows > 0 || own.changes > 0 || slices.Contains([]string{"23503", "23505"}, own.state) {
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
	if seen*100 < tried*97 {
		t.Errorf("the arguments prove little; without effect even as the tenant: %q", unseen)
	}
}

// fillEverything leaves rows in every table of the shop.
func (x *shop) fillEverything() {
	x.t.Helper()
	x.must(http.StatusOK, http.MethodPut, x.path("/special-days/"+x.day(20)), map[string]any{"ranges": []any{}}, x.owner)
	x.add("closing-rules", map[string]any{"weekday": 1, "nths": []int{1}, "on_holiday": "close", "from_date": "2100-01-01", "to_date": "2100-12-31"})
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
	x.fillMenu()
	x.fillCustomers()
	x.fillImports()
	x.fillPhotos()
	x.fillStates()
}

// fillMenu leaves rows in every table of the menu and of how resources are grouped.
func (x *shop) fillMenu() {
	x.t.Helper()
	name := func(ja string) map[string]string { return map[string]string{"ja": ja} }
	tables := []string{}
	for _, n := range []string{"卓 1", "卓 2"} {
		tables = append(tables, x.add("resources", map[string]any{"kind": "seat", "name": name(n)}))
	}
	x.add("resource-joins", map[string]any{"name": name("卓 1・2"), "resource_ids": tables, "max_party": 4})
	category := x.add("service-categories", map[string]any{"name": name("カラー"), "position": 7})
	rank := x.add("staff-ranks", map[string]any{"name": name("店長")})
	service := x.add("services", map[string]any{
		"name": name("カラー"), "duration_minutes": 60, "price": yen(7700), "category_id": category,
		"requirements": []map[string]any{{"kind": "staff", "resource_ids": x.staff}},
		"hours":        []map[string]any{{"weekday": 2, "ranges": []map[string]int{{"start_minute": 660, "end_minute": 840}}}},
		"prices":       []map[string]any{{"rank_id": rank, "price": yen(8800)}},
	})
	x.add("service-sets", map[string]any{"name": name("カットとカラー"), "service_ids": []string{x.service, service}, "price": yen(12000)})
}

// fillStates leaves rows in the states that some statements look for: bookings
// outside of the rules, a hold that is over, a mail and an import under way.
func (x *shop) fillStates() {
	x.t.Helper()
	hold := x.must(http.StatusCreated, http.MethodPost, x.site("/holds"), map[string]any{"service_id": x.service, "start": x.hour(3, 14)}).text("hold_token")
	x.must(http.StatusNoContent, http.MethodDelete, "/public/holds/"+hold, nil)
	x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1, 18), 900, map[string]any{"staff_id": x.staff[0]})) // of a customer with tags
	x.must(http.StatusOK, http.MethodPut, x.path("/special-days/"+x.day(1)), map[string]any{"ranges": []any{}}, x.owner)
	x.settled()
	x.exec(`UPDATE messages SET status = 'sending' WHERE business_id = $1 AND id = (SELECT min(id::text)::uuid FROM messages WHERE booking_id IS NOT NULL)`, x.id)
	x.exec(`INSERT INTO imports (business_id, id, kind, status, created_at, updated_at) VALUES ($1, gen_random_uuid(), 'customers', 'queued', now(), now())`, x.id)
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

// fillPhotos leaves photos, and a file that is given up.
func (x *shop) fillPhotos() {
	x.t.Helper()
	x.photograph()
	x.exec(`INSERT INTO photo_files (business_id, name, sizes, used_at) VALUES ($1, $2, '[]', now())`, x.id, strings.Repeat("0", 64))
}

// fillCustomers leaves rows in every table of customers.
func (x *shop) fillCustomers() {
	x.t.Helper()
	ids := []string{}
	for range 2 {
		ids = append(ids, x.add("customers", map[string]any{
			"family_name": "山田", "given_name": "花子" + strconv.Itoa(900+len(ids)), "phone": guestPhone(900 + len(ids)),
			"tags": []string{"VIP"}, "birth_date": "1990-01-01",
		}))
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
	types  map[uint32]string            // by the type's number
	holds  map[string]map[string]string // of a table, the type of each column
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
	p := &prober{stage: s, conn: conn, tenant: tenant, types: map[uint32]string{}, holds: map[string]map[string]string{}}
	p.tables = names(s.t, conn, `SELECT relname FROM pg_class WHERE oid IN (`+tenantTables+`)`)
	for _, column := range names(s.t, conn, `SELECT table_name || '.' || column_name || '.' || data_type FROM information_schema.columns WHERE table_schema = 'public'`) {
		words := strings.SplitN(column, ".", 3)
		table, name := words[0], words[1]
		if p.holds[table] == nil {
			p.holds[table] = map[string]string{}
		}
		p.holds[table][name] = words[2]
	}
	return p
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
