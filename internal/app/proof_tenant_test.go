package app_test

import (
	"fmt"
	"strings"
	"time"
)

// hire makes somebody a member of the shop in the role, and signs them in.
func (x *shop) hire(role string) (bearer string) {
	x.t.Helper()
	bearer = x.join(x.slug + "-" + role)
	x.exec(`INSERT INTO user_businesses (user_id, tenant_id, role) SELECT id, $1, $2 FROM users WHERE email = $3`, x.id, role, door(x.slug+"-"+role))
	x.exec(`INSERT INTO members (business_id, id, user_id, role, created_at) SELECT $1, gen_random_uuid(), id, $2, now() FROM users WHERE email = $3`,
		x.id, role, door(x.slug+"-"+role))
	x.clock.Advance(31 * time.Second) // who asked before may be remembered for half a minute
	return bearer
}

// settled waits until all mails of what happened so far are out.
func (s *stage) settled() {
	s.t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for s.count(`SELECT (SELECT count(*) FROM messages WHERE status IN ('queued', 'sending')) +
		(SELECT count(*) FROM account_messages WHERE status IN ('queued', 'sending'))`) > 0 {
		select {
		case <-late:
			s.t.Fatal("mails are not sent")
		case <-tick.C:
		}
	}
}

// fingerprint is all content of the database, a line a table, but for what the
// queue keeps of itself, and the counts of guesses, which refusals raise.
func (s *stage) fingerprint() string {
	s.t.Helper()
	rows, err := s.admin.Query(s.t.Context(), `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
		AND relname !~ '^(river|goose|rate_limits|sign_in_failures)' ORDER BY 1`)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	var parts []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			s.t.Fatal(err)
		}
		parts = append(parts, fmt.Sprintf(`SELECT '%s ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\n' ORDER BY t::text)), '') FROM %[1]s t`, table))
	}
	parts = append(parts, `SELECT 'jobs ' || count(*) FROM river_job WHERE kind <> 'clean.installation' AND kind NOT IN ('clean.businesses', 'bookings.rejudge')`)
	var out string
	err = s.admin.QueryRow(s.t.Context(), `SELECT string_agg(line, E'\n') FROM (`+strings.Join(parts, " UNION ALL ")+`) AS x (line)`).Scan(&out)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// difference is the lines of two fingerprints that differ.
func difference(before, after string) string {
	var out []string
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			out = append(out, a[i]+" → "+b[i])
		}
	}
	return strings.Join(out, "; ")
}
