package app_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// The matrix (S09): every operation of the document is asked by each of seven
// actors for what is their own, another business's, another customer's, deleted
// and absent. The oracle is x-authz; what is another's or gone is the same, byte
// for byte, as what was never there.

// actors are the seven, in the order of what they may do.
var actors = []string{"anonymous", "customer", "assistant", "staff", "manager", "owner", "operator"}

// ownership is whose the thing is that an operation is asked for.
type ownership string

const (
	own           ownership = "own"
	otherBusiness ownership = "other business"
	otherCustomer ownership = "other customer"
	deleted       ownership = "deleted"
	absent        ownership = "absent"
)

// matrix is one run.
type matrix struct {
	*stage
	d      *document
	words  map[string]string   // by actor: the Authorization header
	things map[ownership]facts // ids and tokens by the name of their parameter; own has all that a request needs
	staff  facts               // what is not the staff member's own, though the business's
	cells  map[ownership]int
}

// newMatrix opens three shops and fills ours with one of everything that can be named.
func newMatrix(t *testing.T) *matrix {
	t.Helper()
	s := newStage(t, 2)
	x := s.openShop("own-salon", 2)
	y := s.found("foreign-salon", s.join("foreign"), 1).approved(x.operator)
	draft := s.found("draft-salon", s.join("drafter"), 1)
	d, _ := s.readDocument()
	m := &matrix{
		stage: s, d: d, cells: map[ownership]int{}, things: map[ownership]facts{},
		words: map[string]string{
			"customer": s.join("visitor"), "assistant": x.hire("assistant"), "staff": x.hire("staff"), "manager": x.hire("manager"),
			"owner": x.owner, "operator": x.operator,
		},
	}
	ours := x.facts()
	for _, dated := range []string{"/special-days/", "/resources/" + x.staff[0] + "/exceptions/"} {
		x.must(http.StatusOK, http.MethodPut, x.path(dated+x.day(5)), map[string]any{"ranges": []any{}}, x.owner)
	}
	x.must(http.StatusOK, http.MethodPut, "/admin/holidays/"+x.day(5), map[string]any{"holiday": false, "reason": "証明のため"}, x.operator)
	ours["passkey_id"], ours["+token"] = s.passkey("visitor"), "no such token"
	m.things[own] = ours
	m.things[otherBusiness] = y.records("foreign")
	m.things[otherBusiness]["slug"] = draft.slug
	delete(m.things[otherBusiness], "invitation_token") // who holds it may, whoever they are
	m.things[otherCustomer] = facts{"session_id": s.sessionID("foreign"), "passkey_id": s.passkey("foreign")}
	m.things[deleted] = x.remains()
	m.things[absent] = facts{
		"slug": "nobodys-salon", "job_id": "999999999", "flag": "nobodys_flag", "postal_code": "0000000", "manage_token": strings.Repeat("A", len(ours.text("manage_token"))),
		"hold_token": strings.Repeat("A", 43), "invitation_token": strings.Repeat("A", len(ours.text("invitation_token"))),
	}
	for i, name := range []string{
		"business_id", "service_id", "category_id", "rank_id", "set_id", "staff_id", "resource_id", "option_id", "booking_id", "customer_id", "note_id", "member_id", "invitation_id", "key_id",
		"user_id", "session_id", "passkey_id", "other_id", "closing_rule_id", "leave_id", "join_id", "import_id", "photo_id",
	} {
		m.things[absent][name] = fmt.Sprintf("01936b2f-7c1e-7000-8000-%012d", i)
	}
	// The staff member serves the first column; what the second serves is the business's, and not theirs.
	s.exec(`UPDATE members SET resource_id = $1 WHERE business_id = $2 AND role = 'staff' AND user_id = (SELECT id FROM users WHERE email = $3)`,
		x.staff[0], x.id, door(x.slug+"-staff"))
	s.exec(`UPDATE user_businesses SET resource_id = $1 WHERE tenant_id = $2 AND user_id = (SELECT id FROM users WHERE email = $3)`,
		x.staff[0], x.id, door(x.slug+"-staff"))
	m.staff = x.served(x.staff[1], 11)
	m.staff["leave_id"] = x.add("leaves", map[string]any{"resource_id": x.staff[1], "from_date": x.day(320), "to_date": x.day(321)})
	maps.Copy(ours, x.served(x.staff[0], 13))
	ours["leave_id"] = x.add("leaves", map[string]any{"resource_id": x.staff[0], "from_date": x.day(330), "to_date": x.day(331)})
	s.clock.Advance(time.Minute) // what was remembered of roles and flags is not any more
	s.settled()
	s.stopWorkers()
	return m
}

// served is a booking that a column of the ledger serves, its customer, and a note on them.
func (x *shop) served(staff string, hour int) facts {
	x.t.Helper()
	a := x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(8, hour), hour, map[string]any{"staff_id": staff}))
	f := facts{"booking_id": a.text("booking.id")}
	f["customer_id"] = x.must(http.StatusOK, http.MethodGet, x.path("/bookings/"+a.text("booking.id")), nil, x.owner).text("customer.id")
	f["note_id"] = x.must(http.StatusCreated, http.MethodPost, x.path("/customers/"+f.text("customer_id")+"/notes"),
		map[string]any{"kind": "general", "body": "静かな席がお好み"}, x.owner).text("id")
	return f
}

// records are one of each that the business keeps, by the names of their parameters.
func (x *shop) records(name string) facts {
	x.t.Helper()
	f := facts{"business_id": x.id, "service_id": x.service, "staff_id": x.staff[0], "resource_id": x.staff[0], "option_id": x.option}
	f["category_id"] = x.add("service-categories", map[string]any{"name": map[string]string{"ja": "分類"}})
	f["rank_id"] = x.add("staff-ranks", map[string]any{"name": map[string]string{"ja": "ランク"}})
	f["set_id"] = x.add("service-sets", map[string]any{
		"name": map[string]string{"ja": "セット"}, "price": yen(9900), "service_ids": []string{x.service, x.service},
	})
	maps.Copy(f, x.served(x.staff[0], 15))
	f["other_id"] = x.must(http.StatusCreated, http.MethodPost, x.path("/customers"), map[string]any{"family_name": "別", "given_name": name}, x.owner).text("id")
	x.must(http.StatusCreated, http.MethodPost, x.path("/invitations"), map[string]any{"email": door("invited-" + name), "role": "staff"}, x.owner)
	f["invitation_id"] = x.must(http.StatusOK, http.MethodGet, x.path("/invitations"), nil, x.owner).text("items.0.id")
	f["invitation_token"] = x.letter(door("invited-"+name), "/invitations/").link(x.t, "/invitations/")
	f["member_id"] = x.must(http.StatusOK, http.MethodGet, x.path("/members"), nil, x.owner).text("items.0.id")
	f["key_id"] = x.must(http.StatusCreated, http.MethodPost, x.path("/api-keys"),
		map[string]any{"name": "証明", "scopes": []string{"catalog:read"}, "expires_in_days": 30}, x.owner).text("id")
	f["closing_rule_id"] = x.add("closing-rules", neverCloses)
	f["photo_id"] = x.photograph()
	f["leave_id"] = x.add("leaves", map[string]any{"resource_id": x.staff[len(x.staff)-1], "from_date": x.day(300), "to_date": x.day(301)})
	f["import_id"] = x.add("imports", map[string]any{"kind": "customers"})
	rooms := []string{x.add("resources", room), x.add("resources", room)}
	f["resource_ids"], f["join_id"] = rooms, x.add("resource-joins", roomsOf(rooms))
	return f
}

// room is needed by no service of the proofs.
var room = map[string]any{"kind": "room", "name": map[string]string{"ja": "個室", "en": "Room"}}

// roomsOf puts rooms together.
func roomsOf(rooms []string) map[string]any {
	return map[string]any{"name": map[string]string{"ja": "続き部屋"}, "resource_ids": rooms, "max_party": 8}
}

// neverCloses is a rule that closes nothing within the time of the proofs.
var neverCloses = map[string]any{"weekday": 1, "nths": []int{1}, "on_holiday": "close", "from_date": "2100-01-01"}

// remains are names of what was there and is gone.
func (x *shop) remains() facts {
	x.t.Helper()
	f := facts{}
	gone := func(status int, name, kind string, body map[string]any) {
		id := x.add(kind, body)
		x.must(status, http.MethodDelete, x.path("/"+kind+"/"+id), nil, x.owner, x.version("/"+kind+"/"+id))
		f[name] = id
	}
	gone(http.StatusOK, "resource_id", "resources", map[string]any{"kind": "staff", "name": map[string]string{"ja": "退職者"}})
	gone(http.StatusNoContent, "option_id", "service-options", map[string]any{"name": map[string]string{"ja": "終了"}, "price": yen(100), "duration_minutes": 5})
	gone(http.StatusOK, "service_id", "services", map[string]any{
		"name": map[string]string{"ja": "終了"}, "price": yen(100), "duration_minutes": 30, "requirements": []map[string]any{{"kind": "staff"}},
	})
	gone(http.StatusOK, "closing_rule_id", "closing-rules", neverCloses)
	gone(http.StatusOK, "leave_id", "leaves", map[string]any{"resource_id": x.staff[0], "from_date": x.day(310), "to_date": x.day(311)})
	gone(http.StatusNoContent, "category_id", "service-categories", map[string]any{"name": map[string]string{"ja": "終了"}})
	gone(http.StatusNoContent, "rank_id", "staff-ranks", map[string]any{"name": map[string]string{"ja": "終了"}})
	gone(http.StatusNoContent, "set_id", "service-sets", map[string]any{
		"name": map[string]string{"ja": "終了"}, "price": yen(100), "service_ids": []string{x.service, x.service},
	})
	gone(http.StatusOK, "join_id", "resource-joins", roomsOf([]string{x.add("resources", room), x.add("resources", room)}))
	photo := "/photos/" + x.photograph()
	x.must(http.StatusNoContent, http.MethodDelete, x.path(photo), nil, x.owner)
	f["photo_id"], f["staff_id"] = strings.TrimPrefix(photo, "/photos/"), f["resource_id"]
	served := x.served(x.staff[0], 17)
	note := "/customers/" + served.text("customer_id") + "/notes/" + served.text("note_id")
	x.must(http.StatusNoContent, http.MethodDelete, x.path(note), nil, x.owner, x.version(note))
	f["note_id"] = served["note_id"]
	return f
}

// one is one text that SQL answers, as a superuser.
func (s *stage) one(sql string, args ...any) (out string) {
	s.t.Helper()
	if err := s.admin.QueryRow(s.t.Context(), sql, args...).Scan(&out); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return out
}

func (s *stage) userID(name string) string {
	return s.one(`SELECT id::text FROM users WHERE email = $1`, door(name))
}

func (s *stage) sessionID(name string) string {
	return s.one(`SELECT s.id::text FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1 LIMIT 1`, door(name))
}

// passkey gives an account one that nobody holds, and names it.
func (s *stage) passkey(name string) string {
	return s.one(`INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at)
		SELECT gen_random_uuid(), id, convert_to($1, 'UTF8'), '{}', '証明', now() FROM users WHERE email = $1 RETURNING id::text`, door(name))
}

func TestProof_S09_Matrix_EveryOperationActorAndOwnership(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	_, operations := m.readDocument()
	before := m.fingerprint()
	looked := sampled(t, operations)
	for _, e := range operations {
		for _, actor := range actors {
			m.gate(e, actor)
		}
	}
	for _, e := range looked {
		for _, actor := range actors {
			m.elsewhere(e, actor)
			m.others(e, actor)
		}
	}
	if after := m.fingerprint(); after != before {
		t.Errorf("questions changed something: %s", difference(before, after))
	}
	for _, e := range looked {
		for _, actor := range actors {
			m.reads(e, actor)
		}
	}
	total := 0
	for _, n := range m.cells {
		total += n
	}
	t.Logf("%d operations, %d cells: %v", len(operations), total, m.cells)
}

// sampled are all operations in a full run, and one of fourteen, by the seed, in a quick one.
func sampled(t *testing.T, operations []*endpoint) []*endpoint {
	t.Helper()
	out := slices.Clone(operations)
	rand.New(rand.NewPCG(seedOf(t), 1)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:pgtest.Rounds(len(out)/14, len(out))]
}

// verdict is what the oracle says of an actor and an operation on a business's own things.
func (e *endpoint) verdict(actor string) (status int, code string) {
	switch {
	case e.Authz.Audience == "public":
	case actor == "anonymous":
		return http.StatusUnauthorized, "auth.required"
	case e.Authz.Audience == "platform" && actor != "operator":
		return http.StatusForbidden, "auth.forbidden"
	case e.Authz.Audience == "business" && (actor == "customer" || actor == "operator"):
		return http.StatusNotFound, "not_found"
	case e.Authz.Audience == "business" && !slices.Contains(e.Authz.Roles, actor):
		return http.StatusForbidden, "auth.forbidden"
	}
	return 0, ""
}

// with is things of ours, some of which are put over.
func (m *matrix) with(over facts) facts {
	f := maps.Clone(m.things[own])
	for name, v := range over {
		if _, optional := f["+"+name]; optional {
			f["+"+name] = v
			continue
		}
		f[name] = v
	}
	return f
}

// ask sends an operation with things of ours, some of which are put over.
func (m *matrix) ask(e *endpoint, actor string, over facts, query string) answer {
	m.t.Helper()
	f := m.with(over)
	words := e.headers(f)
	if w := m.words[actor]; w != "" {
		words = append(words, w)
	}
	target := e.target(m.d, f, nil)
	if query != "" {
		sign := "?"
		if strings.Contains(target, "?") {
			sign = "&"
		}
		target += sign + query
	}
	return m.stage.ask(0, e.method, target, m.d.sane(e, f), words...)
}

// gate asks whether the actor is let in, by a parameter that nobody knows: who is
// let in is told so and nothing happens, who is not hears that first.
func (m *matrix) gate(e *endpoint, actor string) {
	m.t.Helper()
	m.cells[own]++
	a := m.ask(e, actor, nil, "zz_unknown=1")
	status, code := e.verdict(actor)
	if status == 0 {
		status, code = http.StatusUnprocessableEntity, "validation.failed"
	}
	m.want(e, actor, own, status, code, a)
	if status == http.StatusUnauthorized && a.header.Get("WWW-Authenticate") == "" {
		m.t.Errorf("%s: 401 without WWW-Authenticate", e.ID)
	}
}

// elsewhere asks members of ours in another's business, where they are nobody.
func (m *matrix) elsewhere(e *endpoint, actor string) {
	m.t.Helper()
	if e.Authz.Audience != "business" {
		return
	}
	m.cells[otherBusiness]++
	m.cells[absent]++
	theirs := m.ask(e, actor, facts{"business_id": m.things[otherBusiness]["business_id"]}, "")
	if actor == "anonymous" {
		m.want(e, actor, otherBusiness, http.StatusUnauthorized, "auth.required", theirs)
		return
	}
	m.want(e, actor, otherBusiness, http.StatusNotFound, "not_found", theirs)
	m.same(e, actor, otherBusiness, theirs, m.ask(e, actor, facts{"business_id": m.things[absent]["business_id"]}, ""))
}

var pathID = regexp.MustCompile(`\{(\w+)\}`)

// others asks for things of ours, but one that is another's, gone or was never
// there: in the path and in the body.
func (m *matrix) others(e *endpoint, actor string) {
	m.t.Helper()
	for _, name := range m.named(e) {
		never := m.ask(e, actor, facts{name: m.things[absent][name]}, "")
		m.cells[absent]++
		if status, code := e.verdict(actor); status != 0 {
			m.want(e, actor, absent, status, code, never)
		} else if !m.gone(e, name, never) {
			m.t.Errorf("%s by %s: an absent %s: %d %s", e.ID, actor, name, never.status, never.raw)
		}
		for _, o := range []ownership{otherBusiness, otherCustomer, deleted} {
			things := m.things[o]
			if o == otherCustomer && actor == "staff" && e.Authz.Audience == "business" {
				things = m.staff
			}
			// What is archived is gone for customers; the console shows it, to be taken up again.
			archived := o == deleted && e.Authz.Audience == "business" && slices.Contains([]string{"resource_id", "staff_id", "service_id", "option_id", "set_id"}, name)
			everybodys := o == otherBusiness && e.Authz.Audience == "platform" // all businesses are the operators' to judge
			if v, ok := things[name]; ok && !archived && !everybodys {
				m.cells[o]++
				m.same(e, actor, o, m.ask(e, actor, facts{name: v}, ""), never)
			}
		}
	}
}

// named are the things that a request of the operation names, but the business.
func (m *matrix) named(e *endpoint) []string {
	var out []string
	for _, match := range pathID.FindAllStringSubmatch(e.path, -1) {
		if _, ok := m.things[absent][match[1]]; ok && (match[1] != "business_id" || e.Authz.Audience == "platform") {
			out = append(out, match[1])
		}
	}
	body := fmt.Sprint(m.d.sane(e, m.things[own]))
	for name, v := range m.things[absent] {
		if !slices.Contains(out, name) && name != "business_id" && fmt.Sprint(m.d.sane(e, m.with(facts{name: v}))) != body {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// gone tells whether the answer says that there is no such thing: in the path by
// 404, in the body by naming the field.
func (m *matrix) gone(e *endpoint, name string, a answer) bool {
	if strings.Contains(e.path, "{"+name+"}") { // who must first show a second factor learns not even that
		return a.status == http.StatusNotFound || a.code() == "auth.strong_required"
	}
	return a.status == http.StatusNotFound || a.status == http.StatusUnprocessableEntity
}

// reads asks every actor that is let in to read what is theirs, really.
func (m *matrix) reads(e *endpoint, actor string) {
	m.t.Helper()
	if status, _ := e.verdict(actor); status != 0 || e.method != http.MethodGet {
		return
	}
	if a := m.ask(e, actor, nil, ""); a.status != http.StatusOK {
		m.t.Errorf("%s by %s: %d %s", e.ID, actor, a.status, a.raw)
	}
}

func (m *matrix) want(e *endpoint, actor string, o ownership, status int, code string, a answer) {
	m.t.Helper()
	if a.status != status || a.code() != code || a.header.Get("Content-Type") != "application/problem+json" {
		m.t.Errorf("%s by %s, %s: %d %s, want %d %s", e.ID, actor, o, a.status, a.raw, status, code)
	}
}

var requestIDs = regexp.MustCompile(`"request_id":"[^"]*"`)

// same compares two answers to the byte, but for the id of the request.
func (m *matrix) same(e *endpoint, actor string, o ownership, a, b answer) {
	m.t.Helper()
	x, y := requestIDs.ReplaceAll(a.raw, nil), requestIDs.ReplaceAll(b.raw, nil)
	if a.status != b.status || string(x) != string(y) {
		m.t.Errorf("%s by %s: %s is told from what is not there:\n%d %s\n%d %s", e.ID, actor, o, a.status, x, b.status, y)
	}
	for _, h := range []http.Header{a.header, b.header} {
		for _, name := range []string{"Date", "X-Request-Id", "RateLimit", "Content-Length"} { // RateLimit counts down
			h.Del(name)
		}
	}
	if p, q := fmt.Sprint(a.header), fmt.Sprint(b.header); p != q {
		m.t.Errorf("%s by %s: %s is told by its headers:\n%s\n%s", e.ID, actor, o, p, q)
	}
}
