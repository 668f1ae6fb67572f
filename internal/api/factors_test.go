package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
)

const site = "https://book.example.jp"

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// registered is hana, signed in by the password alone.
func registered(t *testing.T) (*identity, string) {
	t.Helper()
	i := newIdentity(t)
	i.post(t, "/auth/register", hana)
	return i, "as:" + i.login(t).text("access_token")
}

// enrol sets an app up and gives its secret and the recovery codes.
func (i *identity) enrol(t *testing.T, who string) (secret string, codes []any) {
	t.Helper()
	s := i.post(t, "/me/totp", `{"password":"`+passphrase+`"}`, who)
	if s.status != http.StatusOK || !strings.HasPrefix(s.text("uri"), "otpauth://totp/") {
		t.Fatalf("start: %d %s", s.status, s.raw)
	}
	c := i.post(t, "/me/totp/confirm", `{"code":"`+authtest.Code(t, s.text("secret"), i.clock.Now())+`"}`, who)
	codes, _ = c.body["recovery_codes"].([]any)
	if c.status != http.StatusOK || len(codes) != 10 {
		t.Fatalf("confirm: %d %s", c.status, c.raw)
	}
	i.clock.Advance(30 * time.Second)
	return s.text("secret"), codes
}

const loginHana = `{"email":"hana@example.jp","password":"` + passphrase + `"}`

func TestFactors_SignInByCode(t *testing.T) {
	t.Parallel()
	i, who := registered(t)
	secret, codes := i.enrol(t, who)
	in := i.post(t, "/auth/login", loginHana)
	if in.status != http.StatusUnauthorized || in.text("code") != "auth.second_factor_required" || jsonOf(t, in.body["methods"]) != `["totp","recovery_code"]` ||
		in.text("access_token") != "" {
		t.Fatalf("login: %d %s", in.status, in.raw)
	}
	second := func(proof string) answer {
		return i.post(t, "/auth/second-factor", `{"challenge_token":"`+in.text("challenge_token")+`",`+proof+`}`)
	}
	if a := second(`"code":"000000"`); a.status != http.StatusUnauthorized || a.text("code") != "auth.second_factor_invalid" {
		t.Errorf("a wrong code: %d %s", a.status, a.raw)
	}
	code := authtest.Code(t, secret, i.clock.Now())
	ok := second(`"code":"` + code + `"`)
	if ok.status != http.StatusOK || ok.text("refresh_token") == "" || ok.body["expires_in"] != 900.0 {
		t.Fatalf("second factor: %d %s", ok.status, ok.raw)
	}
	if a := second(`"code":"` + code + `"`); a.text("code") != "auth.challenge_invalid" {
		t.Errorf("again: %d %s", a.status, a.raw)
	}
	me := "as:" + ok.text("access_token")
	f := i.call(t, http.MethodGet, "/me/factors", "", me)
	if jsonOf(t, f.body) != `{"passkeys":[],"recovery_codes_left":10,"required":false,"totp":{"confirmed_at":"2026-12-01T05:30:00Z"}}` {
		t.Errorf("factors: %s", f.raw)
	}
	fresh := i.post(t, "/me/recovery-codes", "", me)
	if list, _ := fresh.body["recovery_codes"].([]any); fresh.status != http.StatusOK || len(list) != 10 || slices.Contains(list, codes[0]) {
		t.Errorf("new codes: %d %s", fresh.status, fresh.raw)
	}
	if a := i.call(t, http.MethodDelete, "/me/totp", "", me); a.status != 422 || fieldsOf(a) != "body.password=required" {
		t.Errorf("remove without the password: %d %s", a.status, a.raw)
	}
	if a := i.call(t, http.MethodDelete, "/me/totp", `{"password":"`+passphrase+`"}`, me); a.status != http.StatusNoContent {
		t.Errorf("remove: %d %s", a.status, a.raw)
	}
	i.login(t)
	for _, word := range []string{secret, code, in.text("challenge_token"), codes[0].(string), passphrase} { //nolint:errcheck,forcetypeassert // a text
		if strings.Contains(i.bench.log.String(), word) {
			t.Errorf("the log shows %q", word)
		}
	}
}

// The browser's own JSON goes in and comes out, and a passkey alone signs in.
func TestFactors_Passkeys(t *testing.T) {
	t.Parallel()
	i, who := registered(t)
	k := authtest.NewPasskey(t, site)
	begin := i.post(t, "/me/passkeys/options", `{"password":"`+passphrase+`"}`, who)
	options, _ := begin.body["options"].(map[string]any)
	if begin.status != http.StatusOK || options["challenge"] == "" || options["rp"] == nil || options["user"] == nil {
		t.Fatalf("options: %d %s", begin.status, begin.raw)
	}
	made := i.post(t, "/me/passkeys", `{"challenge_token":"`+begin.text("challenge_token")+`","name":"電話","passkey":`+string(k.Make(t, options))+`}`, who)
	key, _ := made.body["passkey"].(map[string]any)
	id, _ := key["id"].(string)
	if list, _ := made.body["recovery_codes"].([]any); made.status != http.StatusCreated || len(list) != 10 ||
		made.header.Get("Location") != "/api/v1/me/passkeys/"+id {
		t.Fatalf("add: %d %v %s", made.status, made.header, made.raw)
	}
	if a := i.call(t, http.MethodPatch, "/me/passkeys/"+id, `{"name":"会社の電話"}`, who); a.status != http.StatusOK || a.text("name") != "会社の電話" {
		t.Errorf("rename: %d %s", a.status, a.raw)
	}
	ask := i.post(t, "/auth/passkey/options", "")
	in := i.post(t, "/auth/passkey", `{"challenge_token":"`+ask.text("challenge_token")+`","passkey":`+string(k.Sign(t, ask.body["options"]))+`}`)
	if in.status != http.StatusOK || in.text("access_token") == "" {
		t.Fatalf("sign in: %d %s", in.status, in.raw)
	}
	half := i.post(t, "/auth/login", loginHana)
	whole := i.post(t, "/auth/second-factor",
		`{"challenge_token":"`+half.text("challenge_token")+`","passkey":`+string(k.Sign(t, half.body["passkey_options"]))+`}`)
	if jsonOf(t, half.body["methods"]) != `["passkey","recovery_code"]` || whole.status != http.StatusOK {
		t.Errorf("as second factor: %s\n%d %s", half.raw, whole.status, whole.raw)
	}
	k.Origin = "https://evil.example"
	ask = i.post(t, "/auth/passkey/options", "")
	bad := i.post(t, "/auth/passkey", `{"challenge_token":"`+ask.text("challenge_token")+`","passkey":`+string(k.Sign(t, ask.body["options"]))+`}`)
	if bad.status != http.StatusUnauthorized || bad.text("code") != "auth.passkey_invalid" {
		t.Errorf("another origin: %d %s", bad.status, bad.raw)
	}
	again := i.post(t, "/me/passkeys/options", "", who)
	options, _ = again.body["options"].(map[string]any)
	refused := i.post(t, "/me/passkeys", `{"challenge_token":"`+again.text("challenge_token")+`","name":"x","passkey":`+string(k.Make(t, options))+`}`, who)
	if refused.status != 422 || refused.text("code") != "auth.passkey_refused" {
		t.Errorf("add from another origin: %d %s", refused.status, refused.raw)
	}
	gone := i.call(t, http.MethodDelete, "/me/passkeys/"+id, `{"password":"`+passphrase+`"}`, who)
	if gone.status != http.StatusNoContent {
		t.Errorf("remove: %d %s", gone.status, gone.raw)
	}
	if a := i.call(t, http.MethodDelete, "/me/passkeys/"+id, "", who); a.status != http.StatusForbidden || a.text("code") != "auth.strong_required" || a.is("enrolled") {
		t.Errorf("remove again, as nobody strong: %d %s", a.status, a.raw)
	}
}

func TestFactors_StepUp(t *testing.T) {
	t.Parallel()
	i, who := registered(t)
	secret, codes := i.enrol(t, who)
	if _, err := i.db.WritePool().Exec(t.Context(), "UPDATE sessions SET strong_at = NULL"); err != nil {
		t.Fatal(err)
	}
	if a := i.post(t, "/me/recovery-codes", "", who); a.status != http.StatusForbidden || a.text("code") != "auth.strong_required" || !a.is("enrolled") {
		t.Errorf("a weak session: %d %s", a.status, a.raw)
	}
	for body, want := range map[string]string{
		`{}`: "body=auth.one_proof", `{"code":"000000"}`: "body.code=auth.code_wrong", `{"recovery_code":"x"}`: "body.recovery_code=auth.code_wrong",
		`{"code":"000000","recovery_code":"x"}`: "body=auth.one_proof",
	} {
		if a := i.post(t, "/me/step-up", body, who); a.status != 422 || fieldsOf(a) != want {
			t.Errorf("%s: %d %s", body, a.status, a.raw)
		}
	}
	if a := i.post(t, "/me/step-up", `{"code":"`+authtest.Code(t, secret, i.clock.Now())+`"}`, who); a.status != http.StatusNoContent {
		t.Errorf("step up: %d %s", a.status, a.raw)
	}
	if a := i.post(t, "/me/recovery-codes", "", who); a.status != http.StatusOK {
		t.Errorf("a strong session: %d %s", a.status, a.raw)
	}
	if a := i.post(t, "/me/step-up", jsonOf(t, map[string]any{"recovery_code": codes[1]}), who); a.status != 422 {
		t.Errorf("an old recovery code: %d %s", a.status, a.raw)
	}
}

// S04: who runs the platform does nothing there without a second factor, in any
// operation of the document.
func TestFactors_Operators_EveryAdminOperation(t *testing.T) {
	t.Parallel()
	a := realAPI(t)
	n := 0
	for _, op := range a.operations {
		if op.Authz.Audience != audiencePlatform {
			continue
		}
		n++
		for who, enrolled := range map[string]string{"half-operator": "true", "new-operator": "false"} {
			w := (&bench{API: a}).ask(op.Method, pathOf(op, "", ""), "{}", "as:"+who, `If-Match: "1"`)
			p := problemOf(t, w)
			if w.Code != http.StatusForbidden || p.Code != "auth.strong_required" || !strings.Contains(w.Body.String(), `"enrolled":`+enrolled) {
				t.Errorf("%s as %s: %d %s", op.ID, who, w.Code, w.Body)
			}
		}
	}
	if n < 6 {
		t.Errorf("%d operations of the platform", n)
	}
}

// An operator begins with the password alone, can enrol, and then has the platform.
func TestFactors_Operator_EnrolsFirst(t *testing.T) {
	t.Parallel()
	i := newIdentity(t)
	_, err := i.svc.CreateOperator(t.Context(), auth.Person{Email: "hana@example.jp", Password: passphrase, FamilyName: "運営", GivenName: "花子"})
	if err != nil {
		t.Fatal(err)
	}
	who := "as:" + i.login(t).text("access_token")
	if a := i.call(t, http.MethodGet, "/admin/thing", "", who); a.status != http.StatusForbidden || a.text("code") != "auth.strong_required" || a.is("enrolled") {
		t.Errorf("before: %d %s", a.status, a.raw)
	}
	if a := i.call(t, http.MethodGet, "/me/factors", "", who); !a.is("required") {
		t.Errorf("factors: %s", a.raw)
	}
	i.enrol(t, who)
	if a := i.ask(http.MethodGet, "/api/v1/admin/thing", "", who); a.Code != http.StatusOK {
		t.Errorf("after, at once: %d %s", a.Code, a.Body)
	}
	if a := i.call(t, http.MethodDelete, "/me/totp", `{"password":"`+passphrase+`"}`, who); a.status != http.StatusConflict || a.text("code") != "auth.factor_forced" {
		t.Errorf("the last one: %d %s", a.status, a.raw)
	}
}
