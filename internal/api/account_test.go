package api

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
)

// signedIn is an identity with hana's account and her access token.
func signedIn(t *testing.T) (*identity, string) {
	t.Helper()
	i := newIdentity(t)
	i.post(t, "/auth/register", hana)
	return i, "as:" + i.login(t).text("access_token")
}

func TestAccount_ForgottenPassword(t *testing.T) {
	t.Parallel()
	i, as := signedIn(t)
	i.clock.Advance(time.Second)
	if a := i.post(t, "/auth/forgot-password", `{"email":"hana@example.jp"}`); a.status != http.StatusNoContent || a.raw != "" {
		t.Fatalf("forgot: %d %s", a.status, a.raw)
	}
	token := i.mailToken(t)
	bad := i.post(t, "/auth/reset-password", `{"token":"`+token+`","password":"short"}`, "Accept-Language: en")
	if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.raw, "body.password") || strings.Contains(bad.raw, `"short"`) {
		t.Errorf("a bad one: %d %s", bad.status, bad.raw)
	}
	if a := i.post(t, "/auth/reset-password", `{"token":"`+token+`","password":"quite another set of words"}`); a.status != http.StatusNoContent {
		t.Errorf("reset: %d %s", a.status, a.raw)
	}
	if a := i.post(t, "/auth/reset-password", `{"token":"`+token+`","password":"quite another set of words"}`); a.text("code") != "auth.link_invalid" || a.status != 422 {
		t.Errorf("again: %d %s", a.status, a.raw)
	}
	if a := i.call(t, http.MethodGet, "/me", "", as); a.text("code") != "auth.session_ended" {
		t.Errorf("the old session: %s", a.raw)
	}
	if s := i.bench.log.String(); strings.Contains(s, token) || strings.Contains(s, "another set") || strings.Contains(s, "hana@") {
		t.Error("a secret or an address is in the log")
	}
}

func TestAccount_ChangesByThePerson(t *testing.T) {
	t.Parallel()
	i, as := signedIn(t)
	for _, c := range []struct {
		name, method, path, body string
		words                    []string
		status                   int
		want                     string
	}{
		{"wrong password", "POST", "/auth/change-password", `{"current_password":"x","new_password":"quite another set of words"}`, []string{as}, 422, `"body.current_password"`},
		{"nobody", "POST", "/auth/change-password", `{"current_password":"x","new_password":"y"}`, nil, 401, "auth.required"},
		{"right password", "POST", "/auth/change-password", `{"current_password":"` + passphrase + `","new_password":"quite another set of words"}`, []string{as}, 204, ""},
		{"wrong password for an address", "POST", "/me/email", `{"email":"new@example.jp","password":"` + passphrase + `"}`, []string{as}, 422, `"body.password"`},
		{"the same address", "POST", "/me/email", `{"email":"HANA@example.jp","password":"quite another set of words"}`, []string{as}, 422, "auth.email_unchanged"},
		{"another address", "POST", "/me/email", `{"email":"new@example.jp","password":"quite another set of words"}`, []string{as}, 204, ""},
		{"nobody's address", "POST", "/me/email", `{"email":"new@example.jp","password":"x"}`, nil, 401, "auth.required"},
		{"a forged link", "POST", "/auth/confirm-email", `{"token":"AAAA"}`, nil, 422, "auth.link_invalid"},
		{"another name", "PATCH", "/me", `{"family_name":" 佐藤 ","locale":"en"}`, []string{as}, 200, `"family_name":"佐藤"`},
		{"a name that is none", "PATCH", "/me", `{"given_name":" "}`, []string{as}, 422, `"body.given_name"`},
		{"what is not theirs to change", "PATCH", "/me", `{"operator":true}`, []string{as}, 422, "unknown_property"},
		{"nobody's name", "PATCH", "/me", `{"family_name":"x"}`, nil, 401, "auth.required"},
	} {
		if a := i.call(t, c.method, c.path, c.body, c.words...); a.status != c.status || !strings.Contains(a.raw, c.want) {
			t.Errorf("%s: %d %s; want %d %s", c.name, a.status, a.raw, c.status, c.want)
		}
	}
	var m auth.MessageID
	if err := i.db.ReadPool().QueryRow(t.Context(), "SELECT id FROM account_messages WHERE kind = 'confirm_email'").Scan(&m); err != nil {
		t.Fatal(err)
	}
	mail, err := i.svc.Mail(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if a := i.post(t, "/auth/confirm-email", `{"token":"`+mail.Token+`"}`); a.status != http.StatusNoContent {
		t.Errorf("confirm: %d %s", a.status, a.raw)
	}
	if me := i.call(t, http.MethodGet, "/me", "", as); me.text("email") != "new@example.jp" || !me.is("email_verified") || me.is("operator") {
		t.Errorf("me: %s", me.raw)
	}
}

func TestAccount_Devices(t *testing.T) {
	t.Parallel()
	i, as := signedIn(t)
	i.clock.Advance(time.Second)
	const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
	other := i.post(t, "/auth/login", `{"email":"hana@example.jp","password":"`+passphrase+`"}`, "User-Agent: "+phone)
	first := i.call(t, http.MethodGet, "/me/sessions?limit=1", "", as)
	items, _ := first.body["items"].([]any)
	if len(items) != 1 || first.text("next_cursor") == "" {
		t.Fatalf("first page: %s", first.raw)
	}
	item, _ := items[0].(map[string]any)
	if item["device"] != "Safari, iPhone" || item["user_agent"] != phone || fmt.Sprint(item["current"], item["strong"]) != "false false" ||
		item["created_at"] != "2026-12-01T05:30:01Z" || item["last_active_at"] != item["created_at"] || item["address"] == "" {
		t.Errorf("the phone: %v", item)
	}
	second := i.call(t, http.MethodGet, "/me/sessions?limit=1&cursor="+first.text("next_cursor"), "", as, "Accept-Language: en")
	if !strings.Contains(second.raw, `"current":true`) || !strings.Contains(second.raw, "Unknown device") || second.body["next_cursor"] != nil {
		t.Errorf("second page: %s", second.raw)
	}
	i.post(t, "/auth/register", strings.Replace(hana, "Hana@", "taro@", 1))
	taro := "as:" + i.post(t, "/auth/login", `{"email":"taro@example.jp","password":"`+passphrase+`"}`).text("access_token")
	path := fmt.Sprint("/me/sessions/", item["id"])
	foreign, absent := i.call(t, http.MethodDelete, path, "", taro), i.call(t, http.MethodDelete, "/me/sessions/01939d2c-0000-7000-8000-000000000000", "", taro)
	delete(foreign.body, "request_id")
	delete(absent.body, "request_id")
	if foreign.status != http.StatusNotFound || fmt.Sprint(foreign.body) != fmt.Sprint(absent.body) {
		t.Errorf("foreign: %s, absent: %s", foreign.raw, absent.raw)
	}
	if a := i.call(t, http.MethodGet, "/me/sessions?cursor="+first.text("next_cursor"), "", taro); a.status != http.StatusUnprocessableEntity {
		t.Errorf("another's cursor: %d", a.status)
	}
	if a := i.call(t, http.MethodDelete, path, "", as); a.status != http.StatusNoContent {
		t.Errorf("revoke: %d %s", a.status, a.raw)
	}
	if a := i.call(t, http.MethodGet, "/me", "", "as:"+other.text("access_token")); a.text("code") != "auth.session_ended" {
		t.Errorf("the revoked session: %s", a.raw)
	}
	if a := i.call(t, http.MethodGet, "/me", "", as); a.status != http.StatusOK {
		t.Errorf("this session: %s", a.raw)
	}
}

// S18: the same answer, byte for byte, whether there is an account.
func TestAccount_SameAnswerForStrangers(t *testing.T) {
	t.Parallel()
	i, _ := signedIn(t)
	for _, c := range []struct{ path, body string }{
		{"/auth/login", `{"email":"%s@example.jp","password":"wrong"}`},
		{"/auth/forgot-password", `{"email":"%s@example.jp"}`},
		{"/auth/resend-verification", `{"email":"%s@example.jp"}`},
	} {
		known, unknown := i.post(t, c.path, fmt.Sprintf(c.body, "hana")), i.post(t, c.path, fmt.Sprintf(c.body, "nobody"))
		for _, a := range []answer{known, unknown} {
			a.header.Del("X-Request-Id")
			a.header.Del("RateLimit")
			delete(a.body, "request_id")
		}
		if known.status != unknown.status || fmt.Sprint(known.body) != fmt.Sprint(unknown.body) || fmt.Sprint(known.header) != fmt.Sprint(unknown.header) {
			t.Errorf("%s: %d %s %v\nof a stranger: %d %s %v", c.path, known.status, known.raw, known.header, unknown.status, unknown.raw, unknown.header)
		}
	}
}

// Anybody checks a token with the published keys only.
func TestKeys_ArePublished(t *testing.T) {
	t.Parallel()
	i, as := signedIn(t)
	w := i.ask(http.MethodGet, "/.well-known/jwks.json", "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/jwk-set+json" || w.Header().Get("Cache-Control") != "public, max-age=300" {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	var set struct {
		Keys []struct{ Kty, Crv, Alg, Use, Kid, X, D string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &set); err != nil || len(set.Keys) != 2 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	_, err := jwt.Parse(strings.TrimPrefix(as, "as:"), func(token *jwt.Token) (any, error) {
		for _, k := range set.Keys {
			if k.Kid == token.Header["kid"] && k.Kty == "OKP" && k.Crv == "Ed25519" && k.D == "" {
				x, err := base64.RawURLEncoding.DecodeString(k.X)
				return ed25519.PublicKey(x), err
			}
		}
		return nil, jwt.ErrTokenUnverifiable
	}, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithTimeFunc(i.clock.Now))
	if err != nil {
		t.Error(err)
	}
}
