package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// S12: what the catalogue of the migrated database says of the tables of tenants.

// tenantTables are all tables with a column business_id.
const tenantTables = `SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'business_id' AND NOT a.attisdropped`

// catalogue is a superuser's connection to a fresh database.
func catalogue(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.NewURL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// names is the first column of all rows.
func names(t *testing.T, conn *pgx.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// none fails for each row of a query that should have none.
func none(t *testing.T, conn *pgx.Conn, what, sql string, args ...any) {
	t.Helper()
	if got := names(t, conn, sql, args...); len(got) > 0 {
		t.Errorf("%s: %q", what, got)
	}
}

func TestCatalog_S12_EveryTenantTable_IsUnderForcedRowSecurity(t *testing.T) {
	t.Parallel()
	conn := catalogue(t)
	if n := len(names(t, conn, `SELECT relname FROM pg_class WHERE oid IN (`+tenantTables+`)`)); n < 15 {
		t.Fatalf("only %d tables of tenants: the search is wrong", n)
	}
	none(t, conn, "not forced", `SELECT relname FROM pg_class WHERE oid IN (`+tenantTables+`) AND NOT (relrowsecurity AND relforcerowsecurity)`)
	none(t, conn, "views of tenants' rows that do not ask as the caller", `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm') AND a.attname = 'business_id'`)
	none(t, conn, "functions that run as their owner", `SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`)
}

// The policies are compared with one that is written as the quality bar has it,
// so that no way of printing them matters.
func TestCatalog_S12_EveryPolicy_HasExactlyTheForm(t *testing.T) {
	t.Parallel()
	conn := catalogue(t)
	if _, err := conn.Exec(t.Context(), `CREATE TABLE probe (business_id uuid);
		CREATE POLICY tenant ON probe TO omotenashi_app
			USING (business_id = (select nullif(current_setting('app.business_id', true), '')::uuid))
			WITH CHECK (business_id = (select nullif(current_setting('app.business_id', true), '')::uuid))`); err != nil {
		t.Fatal(err)
	}
	form := names(t, conn, `SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'probe'::regclass`)[0]
	if _, err := conn.Exec(t.Context(), `DROP TABLE probe`); err != nil {
		t.Fatal(err)
	}
	const app = `'omotenashi_app'::regrole = ANY(p.polroles)`
	none(t, conn, "tables without a policy for the serving role", `SELECT c.relname FROM pg_class c WHERE c.oid IN (`+tenantTables+`)
		AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polpermissive AND `+app+`)`)
	none(t, conn, "policies of another form", `SELECT p.polrelid::regclass || ' ' || p.polname FROM pg_policy p WHERE `+app+`
		AND (pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM $1 OR pg_get_expr(p.polwithcheck, p.polrelid) IS DISTINCT FROM $1)`, form)
	none(t, conn, "policies for everybody", `SELECT polrelid::regclass || ' ' || polname FROM pg_policy WHERE 0 = ANY(polroles)`)
	none(t, conn, "policies for somebody else", `SELECT p.polrelid::regclass || ' ' || p.polname || ' ' || r FROM pg_policy p, unnest(p.polroles) AS r
		WHERE r::regrole::text NOT IN ('omotenashi_app', 'omotenashi_owner', 'omotenashi_platform')`)
	none(t, conn, "open policies of others than the platform", `SELECT p.polrelid::regclass || ' ' || p.polname FROM pg_policy p
		WHERE pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM $1 AND p.polroles <> ARRAY['omotenashi_platform'::regrole::oid]`, form)
}

func TestCatalog_S12_EveryKeyOfATenantTable_BeginsWithTheBusiness(t *testing.T) {
	t.Parallel()
	conn := catalogue(t)
	none(t, conn, "constraints", `SELECT k.conrelid::regclass || ' ' || k.conname FROM pg_constraint k
		JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
		WHERE k.conrelid IN (`+tenantTables+`) AND k.contype IN ('p', 'u', 'x', 'f') AND a.attname <> 'business_id'`)
	none(t, conn, "foreign keys that end elsewhere than at the business", `SELECT k.conrelid::regclass || ' ' || k.conname FROM pg_constraint k
		JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = k.confkey[1]
		WHERE k.conrelid IN (`+tenantTables+`) AND k.contype = 'f' AND a.attname <> 'business_id'`)
	none(t, conn, "foreign keys into a tenant's table from outside", `SELECT k.conrelid::regclass || ' ' || k.conname FROM pg_constraint k
		WHERE k.confrelid IN (`+tenantTables+`) AND k.conrelid NOT IN (`+tenantTables+`)`)
	none(t, conn, "unique indexes", `SELECT i.indexrelid::regclass::text FROM pg_index i LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
		WHERE i.indrelid IN (`+tenantTables+`) AND (i.indisunique OR i.indisexclusion) AND a.attname IS DISTINCT FROM 'business_id'`)
	none(t, conn, "tables without a primary key", `SELECT relname FROM pg_class WHERE oid IN (`+tenantTables+`)
		AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')`)
	none(t, conn, "nullable", `SELECT attrelid::regclass::text FROM pg_attribute WHERE attrelid IN (`+tenantTables+`) AND attname = 'business_id' AND NOT attnotnull`)
	none(t, conn, "references that would be nulled with the business in them", `SELECT conrelid::regclass || ' ' || conname FROM pg_constraint
		WHERE conrelid IN (`+tenantTables+`) AND contype = 'f' AND confdeltype IN ('n', 'd') AND coalesce(array_length(confdelsetcols, 1), 0) = 0`)
}

func TestCatalog_S12_TheServingRole_MayNotMore(t *testing.T) {
	t.Parallel()
	conn := catalogue(t)
	none(t, conn, "rights of the role", `SELECT rolname FROM pg_roles WHERE rolname = 'omotenashi_app'
		AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)`)
	none(t, conn, "what it owns", `SELECT pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
		WHERE refclassid = 'pg_authid'::regclass AND refobjid = 'omotenashi_app'::regrole AND deptype = 'o'`)
	none(t, conn, "roles whose rights it has without taking them", `SELECT rolname FROM pg_roles
		WHERE rolname IN ('omotenashi_platform', 'omotenashi_owner', 'omotenashi_backup') AND pg_has_role('omotenashi_app', oid, 'USAGE')`)
	none(t, conn, "roles that it can take", `SELECT rolname FROM pg_roles
		WHERE rolname <> 'omotenashi_app' AND rolname <> 'omotenashi_platform' AND pg_has_role('omotenashi_app', oid, 'MEMBER')`)
	none(t, conn, "rows that it may rewrite", `SELECT role || ' ' || priv || ' ' || tab FROM unnest(ARRAY['omotenashi_app', 'omotenashi_platform']) AS role,
		unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS priv, unnest(ARRAY['audit_entries', 'booking_history', 'platform_audit']) AS tab
		WHERE has_table_privilege(role, tab, priv) OR priv = 'UPDATE' AND has_any_column_privilege(role, tab, priv)`)
	none(t, conn, "tables that it may empty or rebuild", `SELECT priv || ' ' || c.relname FROM pg_class c, unnest(ARRAY['TRUNCATE', 'TRIGGER', 'REFERENCES']) AS priv
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege('omotenashi_app', c.oid, priv)`)
	if names(t, conn, `SELECT has_schema_privilege('omotenashi_app', 'public', 'CREATE')::text`)[0] != "false" {
		t.Error("it may make tables")
	}
}

// As the role: what the catalogue says is what happens.
func TestCatalog_S12_TheServingRole_CannotRewriteTrails(t *testing.T) {
	t.Parallel()
	conn := catalogue(t)
	if _, err := conn.Exec(t.Context(), "SET ROLE "+pg.AppRole); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`UPDATE audit_entries SET action = ''`, `DELETE FROM audit_entries`, `TRUNCATE audit_entries`, `UPDATE booking_history SET action = ''`,
		`DELETE FROM booking_history`, `UPDATE platform_audit SET reason = ''`, `DELETE FROM platform_audit`,
		`ALTER TABLE bookings DISABLE ROW LEVEL SECURITY`, `DROP POLICY tenant ON bookings`, `CREATE TABLE mine ()`,
	} {
		if _, err := conn.Exec(t.Context(), sql); pg.State(err) != "42501" {
			t.Errorf("%s: %v", sql, err)
		}
	}
	_, err := conn.Exec(t.Context(), `INSERT INTO customers (business_id, id, family_name) SELECT gen_random_uuid(), gen_random_uuid(), ''`)
	if pg.State(err) != "42501" {
		t.Errorf("a row of a tenant without the tenant: %v", err)
	}
}

// Every statement that the program has is one that the schema knows and that the
// serving role may run.
func TestCatalog_EveryStatement_IsPrepared(t *testing.T) {
	t.Parallel()
	conn := catalogue(t)
	if _, err := conn.Exec(t.Context(), "SET ROLE "+pg.AppRole); err != nil {
		t.Fatal(err)
	}
	all := pg.Statements()
	domains := map[string]bool{}
	for _, s := range all {
		domain, _, _ := strings.Cut(s.Name, ".")
		domains[domain] = true
		if _, err := conn.Prepare(t.Context(), s.Name, s.SQL); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	for _, d := range []string{
		"audit", "auth", "availability", "booking", "business", "catalog", "customer", "demo", "idempotency", "jobs", "notify", "schedule",
	} {
		if !domains[d] {
			t.Errorf("no statement of %s: is its package imported here?", d)
		}
	}
	t.Logf("%d statements of %d domains", len(all), len(domains))
}
