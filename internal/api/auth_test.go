package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

const passphrase = "five small words for me"

// identity is the real API of this domain on a database of its own.
type identity struct {
	*bench
	db  *pg.DB
	svc *auth.Service
}

func newIdentity(t *testing.T) *identity {
	t.Helper()
	db := pgtest.New(t)
	i := &identity{db: db}
	i.bench = newBench(t, func(d *Deps) {
		d.DB = db
		i.svc = auth.New(db, d.Clock, d.Ring, auth.Options{PublicURL: site, Work: auth.Work{MemoryKiB: 64, Passes: 1}})
		d.Auth = i.svc
	})
	i.gate = i.svc
	i.registerAuth()
	i.registerFactors()
	return i
}

// answer is a decoded answer.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// post sends a body; words are as in bench.ask.
func (i *identity) post(t *testing.T, path, body string, words ...string) answer {
	t.Helper()
	return i.call(t, http.MethodPost, path, body, words...)
}

func (i *identity) call(t *testing.T, method, path, body string, words ...string) answer {
	t.Helper()
	w := i.ask(method, "/api/v1"+path, body, words...)
	a := answer{status: w.Code, header: w.Header(), raw: w.Body.String(), body: map[string]any{}}
	if a.raw != "" {
		if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
			t.Fatalf("%s %s: %v: %s", method, path, err, a.raw)
		}
	}
	return a
}

func (a answer) is(name string) bool {
	b, _ := a.body[name].(bool)
	return b
}

func (a answer) text(name string) string {
	s, _ := a.body[name].(string)
	return s
}

func (i *identity) count(t *testing.T, sql string) (n int) {
	t.Helper()
	if err := i.db.ReadPool().QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const hana = `{"email":"Hana@Example.jp","password":"five small words for me","family_name":"山田","given_name":"花子"}`

func (i *identity) login(t *testing.T) answer {
	t.Helper()
	a := i.post(t, "/auth/login", `{"email":"hana@example.jp","password":"`+passphrase+`"}`)
	if a.status != http.StatusOK {
		t.Fatalf("login: %d %s", a.status, a.raw)
	}
	return a
}

func TestAuth_FromRegisteringToSigningOut(t *testing.T) {
	t.Parallel()
	i := newIdentity(t)
	reg := i.post(t, "/auth/register", hana, "Accept-Language: en")
	const want = `{"user":{"email":"hana@example.jp","family_name":"山田","given_name":"花子","locale":"en","email_verified":false}}`
	if reg.status != http.StatusCreated || strings.TrimSpace(reg.raw) != want || reg.header.Get("Location") != "" {
		t.Errorf("register: %d %s %v", reg.status, reg.raw, reg.header)
	}
	in := i.login(t)
	if keys := slices.Sorted(maps.Keys(in.body)); fmt.Sprint(keys) != "[access_token expires_in refresh_token token_type]" ||
		in.text("token_type") != "Bearer" || in.body["expires_in"] != 900.0 || in.header.Get("Cache-Control") != "no-store" {
		t.Errorf("login: %s", in.raw)
	}
	me := i.call(t, http.MethodGet, "/me", "", "as:"+in.text("access_token"))
	if me.status != http.StatusOK || me.text("email") != "hana@example.jp" || me.text("locale") != "en" || me.is("email_verified") ||
		me.is("operator") || me.text("created_at") != "2026-12-01T05:30:00Z" || len(me.text("id")) != 36 {
		t.Errorf("me: %d %s", me.status, me.raw)
	}
	token := i.mailToken(t)
	for range 2 {
		if v := i.post(t, "/auth/verify-email", `{"token":"`+token+`"}`); v.status != http.StatusNoContent || v.raw != "" {
			t.Errorf("verify: %d %s", v.status, v.raw)
		}
	}
	if me := i.call(t, http.MethodGet, "/me", "", "as:"+in.text("access_token")); !me.is("email_verified") {
		t.Errorf("me, verified: %s", me.raw)
	}
	next := i.post(t, "/auth/refresh", `{"refresh_token":"`+in.text("refresh_token")+`"}`)
	if next.status != http.StatusOK || next.text("refresh_token") == in.text("refresh_token") || next.body["expires_in"] != 900.0 {
		t.Errorf("refresh: %d %s", next.status, next.raw)
	}
	if out := i.post(t, "/auth/logout", "", "as:"+next.text("access_token")); out.status != http.StatusNoContent {
		t.Errorf("logout: %d %s", out.status, out.raw)
	}
	for _, access := range []string{in.text("access_token"), next.text("access_token")} {
		if me := i.call(t, http.MethodGet, "/me", "", "as:"+access); me.status != http.StatusUnauthorized || me.text("code") != "auth.session_ended" {
			t.Errorf("me after logout: %d %s", me.status, me.raw)
		}
	}
	if strings.Contains(i.bench.log.String(), passphrase) || strings.Contains(i.bench.log.String(), token) ||
		strings.Contains(i.bench.log.String(), "hana@") || strings.Contains(i.bench.log.String(), in.text("refresh_token")) {
		t.Error("a secret or an address is in the log")
	}
}

// mailToken is the token of the newest mail.
func (i *identity) mailToken(t *testing.T) string {
	t.Helper()
	var m auth.MessageID
	if err := i.db.ReadPool().QueryRow(t.Context(), "SELECT id FROM account_messages ORDER BY created_at DESC LIMIT 1").Scan(&m); err != nil {
		t.Fatal(err)
	}
	mail, err := i.svc.Mail(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return mail.Token
}

func TestAuth_KnownAddress_SameBytes(t *testing.T) {
	t.Parallel()
	i := newIdentity(t)
	first := i.post(t, "/auth/register", hana)
	second := i.post(t, "/auth/register", strings.Replace(hana, "five small", "some other", 1))
	for _, h := range []http.Header{first.header, second.header} {
		h.Del("X-Request-Id")
		h.Del("RateLimit")
	}
	if first.status != second.status || first.raw != second.raw || fmt.Sprint(first.header) != fmt.Sprint(second.header) {
		t.Errorf("%d %s %v\n%d %s %v", first.status, first.raw, first.header, second.status, second.raw, second.header)
	}
	if strings.Contains(first.raw, `"id"`) {
		t.Errorf("an id is shown: %s", first.raw)
	}
	if n := i.count(t, "SELECT count(*) FROM account_messages WHERE kind = 'account_exists'"); n != 1 {
		t.Errorf("%d mails that tell of the attempt", n)
	}
}

func TestAuth_Refusals(t *testing.T) {
	t.Parallel()
	i := newIdentity(t)
	i.post(t, "/auth/register", hana)
	in := i.login(t)
	refresh := `{"refresh_token":"` + in.text("refresh_token") + `"}`
	i.post(t, "/auth/refresh", refresh)
	i.clock.Advance(auth.Grace + time.Second)
	for _, c := range []struct {
		name, method, path, body string
		words                    []string
		status                   int
		code, fields             string
	}{
		{"nobody", "GET", "/me", "", nil, 401, "auth.required", ""},
		{"no token", "GET", "/me", "", []string{"as:no.such.token"}, 401, "auth.token_invalid", ""},
		{"refresh as access", "GET", "/me", "", []string{"as:" + in.text("refresh_token")}, 401, "auth.token_invalid", ""},
		{"logout of nobody", "POST", "/auth/logout", "", nil, 401, "auth.required", ""},
		{"logout-all of nobody", "POST", "/auth/logout-all", "", nil, 401, "auth.required", ""},
		{"wrong password", "POST", "/auth/login", `{"email":"hana@example.jp","password":"x"}`, nil, 401, "auth.invalid_credentials", ""},
		{"unknown address", "POST", "/auth/login", `{"email":"nobody@example.jp","password":"` + passphrase + `"}`, nil, 401, "auth.invalid_credentials", ""},
		{"empty login", "POST", "/auth/login", `{}`, nil, 422, "validation.failed", "body.email=required body.password=required"},
		{"blank login", "POST", "/auth/login", `{"email":" ","password":""}`, nil, 422, "validation.failed", "body.email=required body.password=required"},
		{"no JSON", "POST", "/auth/login", `{`, nil, 400, "request.malformed", "body=request.malformed"},
		{"unknown property", "POST", "/auth/login", `{"email":"a@example.jp","password":"x","operator":true}`, nil, 422, "validation.failed", "body.operator=unknown_property"},
		{"wrong types", "POST", "/auth/login", `{"email":1,"password":[]}`, nil, 422, "validation.failed", "body.email=type_string body.password=type_string"},
		{"access as refresh", "POST", "/auth/refresh", `{"refresh_token":"` + in.text("access_token") + `"}`, nil, 401, "auth.refresh_invalid", ""},
		{"used refresh token", "POST", "/auth/refresh", refresh, nil, 401, "auth.refresh_reused", ""},
		{"empty refresh token", "POST", "/auth/refresh", `{"refresh_token":""}`, nil, 422, "validation.failed", "body.refresh_token=too_short"},
		{"forged link", "POST", "/auth/verify-email", `{"token":"AAAA"}`, nil, 422, "auth.link_invalid", ""},
		{"resend to no address", "POST", "/auth/resend-verification", `{"email":"x"}`, nil, 422, "validation.failed", "body.email=email"},
		{
			"register with everything wrong", "POST", "/auth/register", `{"email":"x","password":"short","family_name":"","given_name":"\u200b","locale":"ja"}`, nil, 422, "validation.failed",
			"body.email=email body.family_name=required body.given_name=required body.password=too_short",
		},
		{"register with a guessable password", "POST", "/auth/register", strings.Replace(hana, passphrase, "passwordpassword", 1), nil, 422, "validation.failed", "body.password=auth.password_guessable"},
		{"register as operator", "POST", "/auth/register", strings.Replace(hana, "{", `{"operator":true,`, 1), nil, 422, "validation.failed", "body.operator=unknown_property"},
		{"register in French", "POST", "/auth/register", strings.Replace(hana, "{", `{"locale":"fr",`, 1), nil, 422, "validation.failed", "body.locale=not_allowed"},
	} {
		a := i.call(t, c.method, c.path, c.body, c.words...)
		if a.status != c.status || a.text("code") != c.code || fieldsOf(a) != c.fields {
			t.Errorf("%s: %d %s %q; want %d %s %q\n%s", c.name, a.status, a.text("code"), fieldsOf(a), c.status, c.code, c.fields, a.raw)
		}
		if strings.Contains(a.raw, "passwordpassword") || strings.Contains(a.raw, passphrase) {
			t.Errorf("%s: the password is echoed: %s", c.name, a.raw)
		}
	}
	if n := i.count(t, "SELECT count(*) FROM users"); n != 1 {
		t.Errorf("%d accounts", n)
	}
}

// fieldsOf are the field faults as "location=code", sorted.
func fieldsOf(a answer) string {
	var out []string
	list, _ := a.body["errors"].([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		out = append(out, fmt.Sprintf("%v=%v", m["location"], m["code"]))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestAuth_TooManyAttempts_TellsWhenToComeAgain(t *testing.T) {
	t.Parallel()
	i := newIdentity(t)
	const body = `{"email":"hana@example.jp","password":"x"}`
	for range 5 {
		if a := i.post(t, "/auth/login", body); a.status != http.StatusUnauthorized {
			t.Fatalf("%d %s", a.status, a.raw)
		}
	}
	for lang, want := range map[locale.Lang]string{locale.JA: "約12秒後", locale.EN: "about 12 seconds"} {
		a := i.post(t, "/auth/login", body, "Accept-Language: "+string(lang))
		if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "12" || a.text("code") != "auth.too_many_attempts" ||
			!strings.Contains(a.text("detail"), want) {
			t.Errorf("%d %v %s", a.status, a.header, a.raw)
		}
	}
}

// R12 for this path: twenty requests with one key make one account and one mail.
func TestAuth_Register_OneKeyInParallel_OneEffect(t *testing.T) {
	t.Parallel()
	i := newIdentity(t)
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range 20 {
		wg.Go(func() {
			<-start
			w := i.ask(http.MethodPost, "/api/v1/auth/register", hana, "Idempotency-Key: one")
			mu.Lock()
			defer mu.Unlock()
			seen[strconv.Itoa(w.Code)]++
		})
	}
	close(start)
	wg.Wait()
	if seen["201"] == 0 || seen["201"]+seen["409"] != 20 {
		t.Errorf("answers: %v", seen)
	}
	again := i.post(t, "/auth/register", hana, "Idempotency-Key: one")
	if again.status != http.StatusCreated || again.header.Get("Idempotent-Replayed") != "true" || !strings.Contains(again.raw, "hana@example.jp") {
		t.Errorf("replay: %d %v %s", again.status, again.header, again.raw)
	}
	other := i.post(t, "/auth/register", strings.Replace(hana, "five", "four", 1), "Idempotency-Key: one")
	if other.status != http.StatusUnprocessableEntity || other.text("code") != "idempotency.mismatch" {
		t.Errorf("another password: %d %s", other.status, other.raw)
	}
	if users, mails := i.count(t, "SELECT count(*) FROM users"), i.count(t, "SELECT count(*) FROM account_messages"); users != 1 || mails != 1 {
		t.Errorf("%d accounts, %d mails", users, mails)
	}
}

func TestAuth_LogoutAll_EndsEveryDevice(t *testing.T) {
	t.Parallel()
	i := newIdentity(t)
	i.post(t, "/auth/register", hana)
	phone, tablet := i.login(t), i.login(t)
	if a := i.post(t, "/auth/logout-all", "", "as:"+phone.text("access_token")); a.status != http.StatusNoContent {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := i.call(t, http.MethodGet, "/me", "", "as:"+tablet.text("access_token")); a.status != http.StatusUnauthorized {
		t.Errorf("the other device: %d %s", a.status, a.raw)
	}
	if a := i.post(t, "/auth/refresh", `{"refresh_token":"`+tablet.text("refresh_token")+`"}`); a.status != http.StatusUnauthorized {
		t.Errorf("the other device's refresh: %d %s", a.status, a.raw)
	}
	// A client whose token has run out, or was ended, still can sign in and refresh.
	if a := i.post(t, "/auth/login", `{"email":"hana@example.jp","password":"`+passphrase+`"}`, "as:"+phone.text("access_token")); a.status != http.StatusOK {
		t.Errorf("sign in with an ended token beside: %d %s", a.status, a.raw)
	}
}
