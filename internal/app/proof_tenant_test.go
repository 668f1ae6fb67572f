package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Each operation of the document is asked by everybody who may not: guests,
// owners of other businesses, members of too low a role, owners who are no
// operators. What is another's is the same, byte for byte, as what is not there.
func TestProof_S09_EveryOperation_RefusesWhoMayNot(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("own-salon", 2)
	y := s.found("foreign-salon", s.join("foreign"), 1).approved(x.operator)
	roles := map[string]string{"owner": x.owner, "manager": x.hire("manager"), "staff": x.hire("staff"), "assistant": x.hire("assistant")}
	d, operations := s.readDocument()
	m := &matrix{stage: s, d: d, f: x.facts(), absent: absent(), foreign: y}
	s.settled()
	s.stopWorkers()
	before := s.fingerprint()
	for _, e := range operations {
		m.guests(e)
		switch e.Authz.Audience {
		case "business":
			m.strangers(e, y.owner)
			m.lowRoles(e, roles)
		case "platform":
			m.want(e, 403, "auth.forbidden", m.ask(e, m.f, nil, x.owner))
		}
	}
	if after := s.fingerprint(); after != before {
		t.Errorf("refused requests changed something: %s", difference(before, after))
	}
	for _, e := range operations {
		m.foreignThings(e)
	}
	t.Logf("%d operations, %d refusals", len(operations), m.refusals)
}

type matrix struct {
	*stage
	d        *document
	f        facts
	absent   facts // ids of nothing
	foreign  *shop // another one
	refusals int
}

// absent are well-formed names of things that are not.
func absent() facts {
	out := facts{}
	for i, name := range []string{"business_id", "service_id", "staff_id", "resource_id", "option_id", "booking_id"} {
		out[name] = fmt.Sprintf("01936b2f-7c1e-7000-8000-%012d", i)
	}
	return out
}

func (m *matrix) ask(e *endpoint, f, other facts, words ...string) answer {
	m.t.Helper()
	return m.stage.ask(0, e.method, e.target(m.d, f, other), m.d.sane(e, f), append(e.headers(f), words...)...)
}

func (m *matrix) want(e *endpoint, status int, code string, a answer) {
	m.t.Helper()
	m.refusals++
	if a.status != status || a.code() != code || a.header.Get("Content-Type") != "application/problem+json" {
		m.t.Errorf("%s: %d %s, want %d %s", e.ID, a.status, a.raw, status, code)
	}
}

func (m *matrix) guests(e *endpoint) {
	m.t.Helper()
	if e.Authz.Audience == "public" {
		return
	}
	a := m.ask(e, m.f, nil)
	m.want(e, http.StatusUnauthorized, "auth.required", a)
	if a.header.Get("WWW-Authenticate") == "" {
		m.t.Errorf("%s: 401 without WWW-Authenticate", e.ID)
	}
	m.refusals++
	if forged := m.ask(e, m.f, nil, "Bearer x"+strings.TrimPrefix(m.foreign.owner, "Bearer ")); forged.status != http.StatusUnauthorized {
		m.t.Errorf("%s: a forged token: %d %s", e.ID, forged.status, forged.raw)
	}
}

// strangers are signed in and work elsewhere.
func (m *matrix) strangers(e *endpoint, stranger string) {
	m.t.Helper()
	theirs := m.ask(e, m.f, nil, stranger)
	m.want(e, http.StatusNotFound, "not_found", theirs)
	m.same(e, "another's business", theirs, m.ask(e, m.f, m.absent, stranger))
}

func (m *matrix) lowRoles(e *endpoint, roles map[string]string) {
	m.t.Helper()
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		if !slices.Contains(e.Authz.Roles, role) {
			m.want(e, http.StatusForbidden, "auth.forbidden", m.ask(e, m.f, nil, roles[role]))
		}
	}
}

// foreignThings are another business's services, staff and bookings, named in
// the owner's own business, in the path and in the body.
func (m *matrix) foreignThings(e *endpoint) {
	m.t.Helper()
	if e.Authz.Audience != "business" {
		return
	}
	in, with := maps.Clone(m.f), maps.Clone(m.f)
	in["business_id"] = m.foreign.id
	for name, id := range m.absent {
		for _, key := range []string{name, "+" + name} {
			if _, known := with[key]; known {
				with[key] = id
			}
		}
	}
	with["business_id"] = m.foreign.id
	named := regexp.MustCompile(`_id\}.*_id\}`).MatchString(e.path) || strings.Contains(fmt.Sprint(m.d.sane(e, m.f)), "_id")
	if !named {
		return
	}
	theirs := m.ask(e, in, nil, m.foreign.owner)
	if theirs.status != http.StatusNotFound && theirs.status != http.StatusUnprocessableEntity {
		m.t.Errorf("%s: another's thing: %d %s", e.ID, theirs.status, theirs.raw)
	}
	m.same(e, "another's thing", theirs, m.ask(e, with, nil, m.foreign.owner))
}

var requestIDs = regexp.MustCompile(`"request_id":"[^"]*"`)

// same compares two answers to the byte, but for the id of the request.
func (m *matrix) same(e *endpoint, what string, a, b answer) {
	m.t.Helper()
	m.refusals++
	x, y := requestIDs.ReplaceAll(a.raw, nil), requestIDs.ReplaceAll(b.raw, nil)
	if a.status != b.status || string(x) != string(y) {
		m.t.Errorf("%s: %s is told from one that is not there:\n%d %s\n%d %s", e.ID, what, a.status, x, b.status, y)
	}
	for _, h := range []http.Header{a.header, b.header} {
		h.Del("Date")
		h.Del("X-Request-Id")
		h.Del("RateLimit") // counts down
		h.Del("Content-Length")
	}
	if p, q := fmt.Sprint(a.header), fmt.Sprint(b.header); p != q {
		m.t.Errorf("%s: %s is told by its headers:\n%s\n%s", e.ID, what, p, q)
	}
}

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
// queue keeps of itself.
func (s *stage) fingerprint() string {
	s.t.Helper()
	rows, err := s.admin.Query(s.t.Context(), `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
		AND relname !~ '^(river|goose)' ORDER BY 1`)
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
	parts = append(parts, `SELECT 'jobs ' || count(*) FROM river_job WHERE kind <> 'clean.installation' AND kind <> 'clean.businesses'`)
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
