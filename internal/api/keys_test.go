package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/flag"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// What a key may do at the edge, before any service: its own business, within its
// scope, and nothing that is about people.
func TestKeys_AtTheEdge(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	read := func(who, bid string) string {
		w := b.ask("GET", basePath+"/businesses/"+bid+"/things/"+thing.String(), "", "as:"+who)
		if w.Code == http.StatusOK {
			return w.Body.String()
		}
		return found(problemOf(t, w))
	}
	if got := read("omk_things:read", shop.String()); !strings.Contains(got, `"api_key/manager/`) {
		t.Errorf("within its scope: %s", got)
	}
	for _, c := range []struct{ got, want string }{
		{read("omk_other:read", shop.String()), "Forbidden: auth.scope_missing"},
		{read("omk_things:read", other.String()), "Not Found: not_found"},
		{read("omk_expired", shop.String()), "Unauthorized: auth.key_expired"},
		{read("omk_things:read", "x"), "Unprocessable Entity: validation.failed [path.business_id format_id]"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	foreign := b.ask("GET", basePath+"/businesses/"+other.String()+"/things/"+thing.String(), "", "as:omk_things:read").Body.String()
	absent := b.ask("GET", basePath+"/businesses/"+id.New[business.Business](testNow).String()+"/things/"+thing.String(), "", "as:omk_other:read").Body.String()
	if withoutID(foreign) != withoutID(absent) {
		t.Errorf("another's business\n%s\nan absent one\n%s", foreign, absent)
	}
	for path, want := range map[string]string{
		"/me/thing": "Forbidden: auth.key_not_allowed", "/admin/thing": "Forbidden: auth.key_not_allowed",
	} {
		if got := found(problemOf(t, b.ask("GET", basePath+path, "", "as:omk_things:read"))); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if w := b.ask("PATCH", basePath+"/businesses/"+shop.String()+"/things/"+thing.String(), `{"name":"x"}`, "as:omk_things:read", `If-Match: "3"`); w.Code != http.StatusForbidden ||
		problemOf(t, w).Code != "auth.key_not_allowed" {
		t.Errorf("an operation without a scope: %d %s", w.Code, w.Body)
	}
	if w := b.ask("GET", basePath+"/public/self", "", "as:omk_things:read"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "customer//") {
		t.Errorf("on the booking site it is a guest: %d %s", w.Code, w.Body)
	}
	if w := b.ask("POST", basePath+"/auth/thing", "", "as:omk_things:read"); problemOf(t, w).Code != "auth.key_not_allowed" {
		t.Errorf("where people sign in: %s", w.Body)
	}
	ja := b.ask("GET", basePath+"/businesses/"+shop.String()+"/things/"+thing.String(), "", "as:omk_other:read", "Accept-Language: ja")
	if !strings.Contains(ja.Body.String(), "「things:read」") {
		t.Errorf("the scope is not named: %s", ja.Body)
	}
}

// withoutID is a problem without what differs in each.
func withoutID(body string) string {
	before, rest, _ := strings.Cut(body, `"request_id":"`)
	_, after, _ := strings.Cut(rest, `"`)
	return before + after
}

// The limit of a key is its own, as that of a person is.
func TestKeys_AreLimitedLikePeople(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(d *Deps) { d.Limits = LimitOptions{Reads: 60, Writes: 60, Burst: 2} })
	path := basePath + "/businesses/" + shop.String() + "/things/" + thing.String()
	for range 2 * signedFactor {
		if w := b.ask("GET", path, "", "as:omk_things:read"); w.Code != http.StatusOK {
			t.Fatalf("within the limit: %d %s", w.Code, w.Body)
		}
	}
	if w := b.ask("GET", path, "", "as:omk_things:read"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("beyond: %d %s", w.Code, w.Body)
	}
	if w := b.ask("GET", path, "", "as:owner"); w.Code != http.StatusOK {
		t.Errorf("somebody else: %d %s", w.Code, w.Body)
	}
}

// enable switches the flag on for all.
func (p *premises) enable(f *flag.Flag) {
	p.t.Helper()
	d, err := p.Flags.Get(p.t.Context(), f.Name)
	if err == nil {
		_, err = p.Flags.Set(p.t.Context(), tenant.Worker(), f.Name, d.Version, flag.SetInput{Percent: 100, Reason: "試験のため"})
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

const keyBody = `{"name":"予約サイト","scopes":["catalog:read","business:read"],"expires_in_days":90}`

func TestKeys_FromCreationToRevocation(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	keysPath := s.path + "/api-keys"
	p.refuse(p.do("founder", "POST", keysPath, keyBody), 403, "flag.off")
	p.enable(flag.BusinessAPIKeys)
	if got := p.want(http.StatusOK, "founder", "GET", s.path+"/features", ""); got.raw != `{"features":["business_api_keys"]}`+"\n" && !strings.Contains(got.raw, `["business_api_keys"]`) {
		t.Errorf("features: %s", got.raw)
	}
	made := p.want(http.StatusCreated, "founder", "POST", keysPath, keyBody, "Idempotency-Key: one")
	again := p.want(http.StatusCreated, "founder", "POST", keysPath, keyBody, "Idempotency-Key: one")
	key := made.text("key")
	if made.raw != again.raw || again.header.Get("Idempotent-Replayed") != "true" || made.text("hint") != key[:8] || made.text("status") != "active" ||
		made.header.Get("Location") != keysPath+"/"+made.text("id") {
		t.Errorf("first %s\nagain %s", made.raw, again.raw)
	}
	p.refuse(p.do("founder", "POST", keysPath, strings.Replace(keyBody, "90", "91", 1), "Idempotency-Key: one"), 422, "idempotency.mismatch")
	list := p.want(http.StatusOK, "founder", "GET", keysPath, "")
	if len(list.items("id")) != 1 || strings.Contains(list.raw, key) || list.items("last_used_at")[0] != "null" {
		t.Errorf("list: %s", list.raw)
	}
	p.want(http.StatusOK, key, "GET", s.path+"/services", "")
	p.want(http.StatusOK, key, "GET", s.path, "")
	p.refuse(p.do(key, "GET", s.path+"/hours", ""), 403, "auth.scope_missing")
	p.refuse(p.do(key, "POST", s.path+"/resources", `{"kind":"room","name":{"ja":"部屋"}}`), 403, "auth.scope_missing")
	p.refuse(p.do(key, "GET", s.path+"/settings", ""), 403, "auth.key_not_allowed")
	p.refuse(p.do(key, "GET", keysPath, ""), 403, "auth.key_not_allowed")
	p.refuse(p.do(key, "GET", "/businesses", ""), 403, "auth.key_not_allowed")
	p.refuse(p.do(key, "GET", "/me", ""), 403, "auth.key_not_allowed")
	p.refuse(p.do(key, "GET", "/admin/businesses", ""), 403, "auth.key_not_allowed")
	p.refuse(p.do(key, "POST", "/auth/login", `{"email":"a@b.jp","password":"x"}`), 403, "auth.key_not_allowed")
	p.refuse(p.do(key, "GET", p.found("other-salon"), ""), 404, "not_found")
	one := p.want(http.StatusOK, "founder", "GET", keysPath+"/"+made.text("id"), "")
	if one.text("last_used_at") == "" || !strings.HasSuffix(one.text("created_at"), "+09:00") || one.body["key"] != nil {
		t.Errorf("one: %s", one.raw)
	}
	p.want(http.StatusNoContent, "founder", "DELETE", keysPath+"/"+made.text("id"), "")
	p.want(http.StatusNoContent, "founder", "DELETE", keysPath+"/"+made.text("id"), "")
	p.refuse(p.do(key, "GET", s.path, ""), 401, "auth.key_revoked")
	p.refuse(p.do(key[:len(key)-1], "GET", s.path, ""), 401, "auth.key_unknown")
	if got := p.do("founder", "GET", keysPath, "").items("status"); !slices.Equal(got, []string{"revoked"}) {
		t.Errorf("statuses %q", got)
	}
	trail := p.want(http.StatusOK, "founder", "GET", s.path+"/audit?action=api_key.*", "")
	if got := trail.items("action"); !slices.Equal(got, []string{"api_key.revoked", "api_key.created"}) || !slices.Equal(trail.items("actor_name"), []string{"山田 花子", "山田 花子"}) {
		t.Errorf("trail: %s", trail.raw)
	}
}

func TestKeys_RefusalsAndWalls(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	p.enable(flag.BusinessAPIKeys)
	path, foreign := p.found("hana-salon"), p.found("other-salon")
	keysPath := path + "/api-keys"
	p.refuse(p.do("founder", "POST", keysPath, `{}`), 422, "validation.failed", "body.name required", "body.scopes required")
	p.refuse(p.do("founder", "POST", keysPath, `{"name":"x","scopes":["everything"],"expires_in_days":400}`), 422, "validation.failed",
		"body.scopes[0] not_allowed", "body.expires_in_days too_large")
	p.refuse(p.do("founder", "POST", keysPath, `{"name":"x","scopes":["catalog:read"]}`), 422, "validation.failed", "body.expires_at required")
	p.refuse(p.do("founder", "POST", keysPath, `{"name":"x","scopes":["catalog:read"],"expires_at":"2020-01-01T00:00:00Z"}`), 422, "validation.failed", "body.expires_at auth.key_lifetime")
	p.refuse(p.do("founder", "POST", keysPath, `{"name":"x","scopes":["catalog:read"],"expires_at":"2027-01-01T00:00:00Z","expires_in_days":3}`), 422, "validation.failed",
		"body.expires_at auth.key_expiry")
	made := p.want(http.StatusCreated, "founder", "POST", keysPath, keyBody)
	for _, method := range []string{"GET", "DELETE"} {
		p.refuse(p.do("founder", method, foreign+"/api-keys/"+made.text("id"), ""), 404, "not_found")
		p.refuse(p.do("founder", method, keysPath+"/"+id.New[auth.APIKey](testNow).String(), ""), 404, "not_found")
		p.refuse(p.do("stranger", method, keysPath+"/"+made.text("id"), ""), 404, "not_found")
	}
	for range auth.MaxKeys - 1 {
		p.want(http.StatusCreated, "founder", "POST", keysPath, keyBody)
	}
	p.refuse(p.do("founder", "POST", keysPath, keyBody), 409, "auth.key_limit")
	if got := len(p.do("founder", "GET", keysPath+"?limit=15", "").items("id")); got != 15 {
		t.Errorf("a page of %d", got)
	}
}

// What the document offers as scopes is what the table of permissions has.
func TestKeys_ScopesOfTheDocument(t *testing.T) {
	t.Parallel()
	s := New(Deps{}).huma.OpenAPI().Components.Schemas.Map()["KeyBody"]
	var got []string
	for _, v := range s.Properties["scopes"].Items.Enum {
		got = append(got, v.(string)) //nolint:errcheck,forcetypeassert // a panic tells it
	}
	if !slices.Equal(got, scopes) {
		t.Errorf("the document offers %q, the table has %q", got, scopes)
	}
}
