package app_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// planted is what the database says when it is broken on purpose.
const planted = "PLANTED-9c41-s3cret"

// A database that fails in the middle of a booking tells its reasons to the log,
// and to nobody else; and not even the log learns who booked.
func TestProof_PlantedSecret_NeverLeaves(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	x := s.openShop("secret-salon", 1)
	f := x.facts()
	s.settled()
	const english = "Accept-Language: en"
	book := func() answer {
		return s.ask(0, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1, 10), 555, map[string]any{"note": "秘密のメモ"}), english)
	}
	for _, c := range []struct {
		name          string
		wreck, mend   string
		ask           func() answer
		status        int
		inLog, beside string // what the log must tell; what must not leave beside the planted word
	}{
		{
			"a function raises", `CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '` + planted + ` %', NEW.guest; END $$;
			CREATE TRIGGER planted BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION planted()`, `DROP FUNCTION planted CASCADE`,
			book, 500, planted, "plpgsql",
		},
		{
			"a row breaks a rule, and PostgreSQL shows the row in its detail", `ALTER TABLE bookings ADD CONSTRAINT "` + planted + `" CHECK (false) NOT VALID`,
			`ALTER TABLE bookings DROP CONSTRAINT "` + planted + `"`, book, 500, planted, "violates",
		},
		{
			"a privilege is gone", `REVOKE SELECT ON customers, users, holds FROM omotenashi_app`, `GRANT SELECT ON customers, users, holds TO omotenashi_app`,
			func() answer { return s.ask(0, http.MethodGet, "/me", nil, x.owner, english) }, 500, "permission denied", "permission",
		},
		{
			"a table is gone", `ALTER TABLE booking_history RENAME TO "` + planted + `"`, `ALTER TABLE "` + planted + `" RENAME TO booking_history`,
			func() answer {
				id, _ := f["booking_id"].(string)
				return s.ask(0, http.MethodGet, x.path("/bookings/"+id+"/history"), nil, x.owner, english)
			}, 500, "does not exist", "relation",
		},
		{
			"the connections are cut", `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'omotenashi'`,
			`SELECT`, nil, 0, "", "",
		},
	} {
		s.exec(c.wreck)
		if c.ask != nil {
			a := c.ask()
			wantSilent(t, c.name, a, c.status, planted, c.beside, "SQLSTATE", "pgx", ".go", "goroutine")
			if !strings.Contains(s.servers[0].log.String(), c.inLog) || !strings.Contains(s.servers[0].log.String(), a.text("request_id")) {
				t.Errorf("%s: the log does not tell why", c.name)
			}
		}
		s.exec(c.mend)
	}
	// Whole again: what was refused left nothing, and nobody needs to be told to start anew.
	a := book()
	for range 20 { // each cut connection may show once
		if a.status != http.StatusServiceUnavailable {
			break
		}
		wantSilent(t, "cut", a, http.StatusServiceUnavailable, "terminat", "SQLSTATE", "EOF")
		a = book()
	}
	if a.status != http.StatusCreated {
		t.Errorf("mended: %d %s", a.status, a.raw)
	}
	s.wantNothingSecret("234-1555", "2341555", guestMail(555), "秘密のメモ", passphrase, strings.TrimPrefix(x.owner, "Bearer "), a.text("manage_token"))
}

// wantSilent checks a server's error: the status, and no word of the reasons.
func wantSilent(t *testing.T, name string, a answer, status int, words ...string) {
	t.Helper()
	if fault := incomplete(a, "en"); a.status != status || fault != "" {
		t.Errorf("%s: %d %s: %s", name, a.status, a.raw, fault)
	}
	for _, w := range words {
		// The id of the request is random letters, which may spell anything.
		whole := strings.ReplaceAll(fmt.Sprintf("%v %s", a.header, a.raw), a.text("request_id"), "")
		if strings.Contains(whole, w) {
			t.Errorf("%s: the answer tells %q: %s", name, w, whole)
		}
	}
}

// A lock that is never given up ends as 503 with Retry-After, not as 500, and
// leaves the server well.
func TestProof_LockedTable_IsUnavailable(t *testing.T) {
	t.Parallel()
	s := newStage(t, 1)
	x := s.openShop("locked-salon", 1)
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	a := s.ask(0, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1, 10), 1), "Idempotency-Key: locked")
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || strings.Contains(string(a.raw), "bookings") || strings.Contains(string(a.raw), "lock") {
		t.Errorf("locked: %d %s", a.status, a.raw)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(1, 10), 1), "Idempotency-Key: locked")
}
