package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// signedUp makes an account by the service, as people do, and signs it in.
func (p *premises) signedUp(email, family, given string) (auth.UserID, auth.Tokens) {
	p.t.Helper()
	const passphrase = "five small words for me"
	uid, err := p.Auth.CreateUser(p.t.Context(), auth.Person{Email: email, Password: passphrase, FamilyName: family, GivenName: given})
	if err != nil {
		p.t.Fatal(err)
	}
	tokens, err := p.Auth.Login(p.t.Context(), auth.LoginInput{Email: email, Password: passphrase, UserAgent: "test"})
	if err != nil {
		p.t.Fatal(err)
	}
	return uid, tokens
}

func TestUsersAdmin_FindReadAndEnd(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	uid, _ := p.signedUp("owner@midori.example", "緑川", "サトシ")
	p.accounts["midori"] = Principal{UserID: uid, EmailVerified: true}
	p.want(http.StatusCreated, "midori", "POST", "/businesses", `{"name":{"ja":"みどり"},"vertical":"clinic","slug":"midori"}`)
	at := "/admin/users/" + uid.String()

	list := p.want(http.StatusOK, "operator", "GET", "/admin/users?q=%EF%BD%BB%EF%BE%84%EF%BD%BC+midori&status=active", "")
	if got := list.items("email"); !slices.Equal(got, []string{"owner@midori.example"}) {
		t.Errorf("found %q", got)
	}
	first := p.want(http.StatusOK, "operator", "GET", "/admin/users?limit=2", "")
	rest := p.want(http.StatusOK, "operator", "GET", "/admin/users?limit=100&cursor="+first.text("next_cursor"), "")
	if n := len(first.items("id")) + len(rest.items("id")); n != len(p.accounts) || slices.Contains(rest.items("id"), first.items("id")[1]) {
		t.Errorf("%d accounts of %d", n, len(p.accounts))
	}
	p.refuse(p.do("operator", "GET", "/admin/users?q=x&limit=2&cursor="+first.text("next_cursor"), ""), 422, "validation.failed", "query.cursor cursor")
	p.refuse(p.do("operator", "GET", "/admin/users?status=asleep", ""), 422, "validation.failed", "query.status not_allowed")
	p.refuse(p.do("founder", "GET", "/admin/users", ""), 403, "auth.forbidden")
	p.refuse(p.do("operator", "GET", "/admin/users/"+id.New[auth.User](testNow).String(), ""), 404, "not_found")
	u := p.want(http.StatusOK, "operator", "GET", at, "")
	if u.text("status") != "active" || !strings.Contains(u.raw, `"second_factor":false`) || !strings.Contains(u.raw, `"slug":"midori"`) || !strings.Contains(u.raw, `"role":"owner"`) ||
		strings.Contains(u.raw, "password") {
		t.Errorf("detail: %s", u.raw)
	}

	sessions := p.want(http.StatusOK, "operator", "GET", at+"/sessions", "")
	if len(sessions.items("id")) != 1 || sessions.items("current")[0] != "false" {
		t.Fatalf("sessions: %s", sessions.raw)
	}
	p.refuse(p.do("operator", "GET", "/admin/users/"+id.New[auth.User](testNow).String()+"/sessions", ""), 404, "not_found")
	session := at + "/sessions/" + sessions.items("id")[0]
	p.refuse(p.do("operator", "DELETE", session, ""), 422, "validation.failed", "query.reason required")
	p.want(http.StatusNoContent, "operator", "DELETE", session+"?reason=%E7%B4%9B%E5%A4%B1", "")
	p.refuse(p.do("operator", "DELETE", session+"?reason=x", ""), 404, "not_found")
	if got := p.do("operator", "GET", at+"/sessions", "").items("id"); len(got) != 0 {
		t.Errorf("still %q", got)
	}
	p.want(http.StatusNoContent, "operator", "DELETE", at+"/sessions?reason=x", "")

	p.refuse(p.do("operator", "POST", at+"/disable", `{"reason":" "}`), 422, "validation.failed", "body.reason required")
	p.refuse(p.do("operator", "POST", at+"/enable", `{"reason":"x"}`), 409, "auth.account_status")
	p.refuse(p.do("operator", "POST", "/admin/users/"+p.accounts["operator"].UserID.String()+"/disable", `{"reason":"x"}`), 409, "auth.own_account")
	off := p.want(http.StatusOK, "operator", "POST", at+"/disable", `{"reason":"規約違反のため"}`)
	if off.text("status") != "disabled" || off.text("disabled_reason") != "規約違反のため" || off.text("disabled_at") == "" {
		t.Errorf("disabled: %s", off.raw)
	}
	if got := p.do("operator", "GET", "/admin/users?status=disabled", "").items("id"); !slices.Equal(got, []string{uid.String()}) {
		t.Errorf("disabled: %q", got)
	}
	p.refuse(p.do("operator", "POST", at+"/disable", `{"reason":"x"}`), 409, "auth.account_status")
	if on := p.want(http.StatusOK, "operator", "POST", at+"/enable", `{"reason":"解決しました"}`); on.text("status") != "active" || on.body["disabled_at"] != nil {
		t.Errorf("enabled: %s", on.raw)
	}
	got := p.want(http.StatusOK, "operator", "GET", "/admin/audit?subject=user:"+uid.String()+"&action=user.*", "").items("action")
	slices.Sort(got)
	if !slices.Equal(got, []string{"user.disabled", "user.enabled", "user.session_ended", "user.signed_out"}) {
		t.Errorf("trail: %q", got)
	}
}

// The whole life of a business, as its owner and the operators live it.
func TestAdmin_WholeLifeOfABusiness(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	at := "/admin" + strings.TrimPrefix(s.path, basePath)
	decide := func(how, reason string) {
		p.clock.Advance(time.Second)
		p.want(http.StatusOK, "operator", "POST", at+"/"+how, `{"reason":"`+reason+`"}`)
	}
	status := func(want string) {
		t.Helper()
		if got := p.want(http.StatusOK, "founder", "GET", s.path, "").text("status"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	status("draft")
	p.refuse(p.do("operator", "POST", at+"/approve", `{"reason":"x"}`), 409, "business.wrong_status")
	p.want(http.StatusOK, "founder", "POST", s.path+"/submit", "")
	p.refuse(p.do("founder", "POST", s.path+"/submit", ""), 409, "business.wrong_status")
	decide("reject", "電話番号をご確認ください")
	status("rejected")
	own := p.want(http.StatusOK, "founder", "GET", s.path, "")
	if own.text("status_reason") != "電話番号をご確認ください" {
		t.Errorf("the owner reads %s", own.raw)
	}
	p.want(http.StatusOK, "founder", "PATCH", s.path, `{"phone":"03-9876-5432"}`, own.etag())
	p.want(http.StatusOK, "founder", "POST", s.path+"/submit", "")
	status("pending_review")
	decide("approve", "確認しました")
	decide("suspend", "苦情のため")
	status("suspended")
	p.refuse(p.do("founder", "POST", s.path+"/submit", ""), 409, "business.suspended")
	decide("reinstate", "解決しました")
	status("approved")

	o := p.want(http.StatusOK, "operator", "GET", at, "")
	var reasons []string
	decisions, _ := o.body["decisions"].([]any)
	for _, d := range decisions {
		reasons = append(reasons, d.(map[string]any)["reason"].(string)) //nolint:errcheck,forcetypeassert // a panic tells it
	}
	if !slices.Equal(reasons, []string{"解決しました", "苦情のため", "確認しました", "電話番号をご確認ください"}) || o.text("founder_name") != "山田 花子" ||
		o.text("founded_by") != p.accounts["founder"].UserID.String() || !strings.Contains(o.raw, `"email":"founder@shop.example"`) {
		t.Errorf("overview: %s", o.raw)
	}
	p.refuse(p.do("operator", "GET", "/admin/businesses/"+id.New[any](testNow).String(), ""), 404, "not_found")
	for query, want := range map[string]int{"q=HANA+salon": 1, "q=%E6%B8%8B%E8%B0%B7&status=approved": 1, "q=hana&status=draft": 0, "q=nothing": 0, "q=h%25a": 0} {
		if got := p.do("operator", "GET", "/admin/businesses?"+query, "").items("slug"); len(got) != want {
			t.Errorf("%s finds %q", query, got)
		}
	}

	if got := p.want(http.StatusOK, "operator", "GET", at+"/audit/verify", ""); !strings.Contains(got.raw, `"ok":true`) || got.body["broken_at"] != nil || got.body["entries"].(float64) < 10 { //nolint:errcheck,forcetypeassert // a panic tells it
		t.Errorf("chain: %s", got.raw)
	}
	p.refuse(p.do("operator", "GET", "/admin/businesses/"+id.New[any](testNow).String()+"/audit/verify", ""), 404, "not_found")
	p.refuse(p.do("operator", "GET", "/admin/businesses/"+id.New[any](testNow).String()+"/audit", ""), 404, "not_found")
	p.member(s.path, "manager", tenant.Manager)
	seen := p.want(http.StatusOK, "manager", "GET", s.path+"/audit?action=business.*&limit=2", "")
	if !slices.Equal(seen.items("actor_name"), []string{"null", "null"}) || !slices.Equal(seen.items("actor_kind"), []string{"operator", "operator"}) {
		t.Errorf("who the operators are is shown: %s", seen.raw)
	}
	all := p.want(http.StatusOK, "operator", "GET", at+"/audit?action=business.*&limit=100", "")
	if got := all.items("actor_name"); !slices.Equal(all.items("action")[:2], []string{"business.reinstated", "business.suspended"}) || got[0] != "山田 花子" {
		t.Errorf("operators read %s", all.raw)
	}
	next := seen.text("next_cursor")
	if rest := p.want(http.StatusOK, "manager", "GET", s.path+"/audit?action=business.*&limit=100&cursor="+next, ""); len(rest.items("seq")) != len(all.items("seq"))-2 {
		t.Errorf("pages: %s", rest.raw)
	}
	p.refuse(p.do("manager", "GET", s.path+"/audit?action=business.approved&cursor="+next, ""), 422, "validation.failed", "query.cursor cursor")
	p.refuse(p.do("manager", "GET", s.path+"/audit?action=B*&from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z", ""), 422, "validation.failed",
		"query.action format", "query.to audit.empty_range")
	if got := p.want(http.StatusOK, "manager", "GET", s.path+"/audit?to=2020-01-01T00:00:00Z", ""); len(got.items("seq")) != 0 {
		t.Errorf("before all: %s", got.raw)
	}
}
