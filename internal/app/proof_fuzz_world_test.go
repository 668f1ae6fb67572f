package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"
)

// person is somebody who asks.
type person struct {
	role    string // guest, owner, manager, staff, assistant, operator, rival, wanderer
	email   string
	bearer  string
	refresh string // the token that gets the next bearer
}

// world is what one sequence of requests lives in: two businesses of its own,
// and people who outlive it.
type world struct {
	*fuzzer
	mine, theirs *shop
	memory       *memory
	story        []string // what was asked, for the reader of a failure
	keys         []string // of idempotency
	fault        string   // the first
	themes       []string // tags of operations that this story asks more often
	asking       *fuzzOp  // what a request is being made of
	box          string   // the address that was named last
	moved        bool     // members may have other roles now
}

// people are made once a run; each costs the hash of a password.
func (f *fuzzer) gather() {
	f.t.Helper()
	f.people = map[string]*person{"guest": {role: "guest"}, "operator": {role: "operator", email: door("operator"), bearer: f.appoint()}}
	for _, role := range []string{"owner", "manager", "staff", "assistant", "rival", "wanderer"} {
		f.people[role] = f.somebody(role)
	}
}

// unflag turns every feature on.
func (f *fuzzer) unflag() {
	f.t.Helper()
	operator := f.people["operator"].bearer
	list, _ := f.must(http.StatusOK, http.MethodGet, "/admin/flags", nil, operator).at("items").([]any)
	for _, x := range list {
		one := answer{body: x}
		path := "/admin/flags/" + one.text("name")
		f.must(http.StatusOK, http.MethodPut, path, map[string]any{"killed": false, "percent": 100, "reason": "全機能の確認のため"},
			operator, "If-Match: "+f.must(http.StatusOK, http.MethodGet, path, nil, operator).header.Get("ETag"))
	}
}

func (f *fuzzer) somebody(role string) *person {
	f.t.Helper()
	f.accounts++
	name := fmt.Sprintf("%s-%d", role, f.accounts)
	return &person{role: role, email: door(name), bearer: f.join(name)}
}

// wake makes sure that people still stand: others may have ended their sessions
// or accounts in the sequence before.
func (f *fuzzer) wake() {
	f.t.Helper()
	f.clock.Advance(31 * time.Second) // a server may remember for half a minute who stood
	for _, role := range fuzzRoles {
		if p := f.people[role]; p.bearer != "" && f.ask(0, http.MethodGet, "/me", nil, p.bearer).status != http.StatusOK {
			f.comeBack(p)
		}
	}
}

// comeBack signs somebody in again, as somebody new where that is not possible.
func (f *fuzzer) comeBack(p *person) {
	f.t.Helper()
	a := answer{}
	if p.refresh != "" { // costs no password's hash
		a = f.ask(0, http.MethodPost, "/auth/refresh", map[string]any{"refresh_token": p.refresh})
	}
	if a.text("access_token") == "" {
		a = f.ask(0, http.MethodPost, "/auth/login", map[string]any{"email": p.email, "password": passphrase})
	}
	if a.code() == "auth.second_factor_required" && f.apps[p.email] != "" {
		a = f.secondFactor(p.email, a)
	}
	switch token := a.text("access_token"); {
	case token != "":
		p.bearer, p.refresh = "Bearer "+token, a.text("refresh_token")
	case p.role == "operator":
		f.t.Fatalf("the operator cannot sign in any more: %d %s", a.status, a.raw)
	default:
		*p = *f.somebody(p.role)
	}
}

// pass lets time go by: holds end, approvals are late, guests are due, and who
// is signed in gets the next token.
func (f *fuzzer) pass(t time.Duration) {
	f.t.Helper()
	f.clock.Advance(t)
	for _, role := range fuzzRoles {
		if p := f.people[role]; p.bearer != "" {
			f.comeBack(p)
		}
	}
}

// newWorld founds the businesses over the API and employs the people. Every
// other one approves its bookings by hand, and every other rival is a draft yet.
func (f *fuzzer) newWorld(themes []string) *world {
	f.t.Helper()
	f.wake()
	f.unflag()
	delete(f.people, "key")
	f.worlds++
	w := &world{fuzzer: f, memory: newMemory(), themes: themes}
	w.mine = f.found(fmt.Sprintf("fuzz-%d", f.worlds), f.people["owner"].bearer, 2)
	w.theirs = f.found(fmt.Sprintf("rival-%d", f.worlds), f.people["rival"].bearer, 1)
	for _, x := range []*shop{w.mine, w.theirs} {
		f.slugs[x.slug] = x.id
		w.memory.add("business_id", x.id, nil)
		w.memory.add("slug", x.slug, map[string]string{"business_id": x.id})
		for _, id := range x.staff {
			w.memory.add("staff_id", id, map[string]string{"business_id": x.id})
		}
	}
	w.memory.addOf("/api/v1/admin/jobs", "job_id", w.mine.deadJob(), nil)
	if f.worlds%2 == 1 {
		w.mine.set(map[string]any{"booking_mode": "approval"})
	}
	for _, role := range []string{"manager", "staff", "assistant"} {
		w.mine.employ(role, f.people[role].email)
	}
	w.open(w.mine)
	switch f.worlds % 4 {
	case 0, 1:
		w.open(w.theirs)
	case 2:
		w.theirs.must(http.StatusOK, http.MethodPost, w.theirs.path("/submit"), nil, w.theirs.owner)
	}
	return w
}

// open has a business approved, learns what it has, and books something there.
func (w *world) open(x *shop) {
	w.t.Helper()
	x.must(http.StatusOK, http.MethodPost, x.path("/submit"), nil, x.owner)
	x.must(http.StatusOK, http.MethodPost, "/admin/businesses/"+x.id+"/approve", map[string]any{"reason": "審査の結果、問題はございません"}, w.people["operator"].bearer)
	for _, path := range []string{"/resources", "/service-options", "/services", "/members"} {
		w.take(http.MethodGet, x.path(path), x.owner, nil)
	}
	w.take(http.MethodGet, x.site(""), "", nil)
	w.take(http.MethodPost, x.site("/bookings"), "", x.wish(x.hour(2, 10), w.worlds))
	soon := w.clock.Now().In(tokyo()).Truncate(time.Hour).Add(time.Hour)
	w.take(http.MethodPost, x.site("/bookings"), "", x.wish(soon.Format(time.RFC3339), w.worlds+500))
	w.take(http.MethodPost, x.site("/holds"), "", map[string]any{"service_id": x.service, "start": x.hour(2, 12)})
}

// employ gives an account a role, as an invitation does.
func (x *shop) employ(role, email string) {
	x.t.Helper()
	x.exec(`INSERT INTO user_businesses (user_id, tenant_id, role) SELECT id, $1, $2 FROM users WHERE email = $3`, x.id, role, email)
	x.exec(`INSERT INTO members (business_id, id, user_id, role, created_at) SELECT $1, gen_random_uuid(), id, $2, now() FROM users WHERE email = $3`, x.id, role, email)
}

// take asks for what is surely given, and learns from the answer.
func (w *world) take(method, path, bearer string, body any) {
	w.t.Helper()
	op, given := w.doc.match(method, "/api/v1"+path)
	if op == nil {
		w.t.Fatalf("no operation at %s %s", method, path)
	}
	var words []string
	if bearer != "" {
		words = append(words, bearer)
	}
	a := w.ask(0, method, path, body, words...)
	if a.status >= 300 {
		w.t.Fatalf("%s %s: %d %s", method, path, a.status, a.raw)
	}
	w.learn(w.memory, &fuzzRequest{op: op, target: "/api/v1" + path, given: given, by: &person{}}, a)
}

// letters waits a moment for a mail that brings a token, and reads it.
func (w *world) letters() {
	w.t.Helper()
	late := time.After(400 * time.Millisecond) // many a mail is not sent, and that is not told
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	newest := func() string {
		w.post()
		if list := w.memory.things["mailed_token"]; len(list) > 0 {
			return list[len(list)-1].value
		}
		return ""
	}
	for before := newest(); before == newest(); {
		select {
		case <-late:
			return
		case <-tick.C:
		}
	}
}

// post reads what came by mail to the wanderer and to the address that was named
// last: the last part of a link is a token, the one before it tells what for.
func (w *world) post() {
	w.t.Helper()
	for _, to := range []string{w.people["wanderer"].email, w.box} {
		if to == "" {
			continue
		}
		rec := httptest.NewRecorder()
		w.mail.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/dev/mail.json?to="+url.QueryEscape(to), nil))
		var list struct{ Items []struct{ Links []string } }
		if err := json.Unmarshal(rec.Body.Bytes(), &list); err != nil {
			w.t.Fatal(err)
		}
		for _, letter := range slices.Backward(list.Items[:min(len(list.Items), 10)]) { // the newest last
			for _, link := range letter.Links {
				w.memory.addLink(link)
			}
		}
	}
}

func (m *memory) addLink(link string) {
	parts := strings.Split(strings.TrimSuffix(link, "/"), "/")
	if n := len(parts); n > 3 && len(parts[n-1]) > 20 {
		m.add("mailed_token", parts[n-1], map[string]string{"for": parts[n-2]})
	}
}
