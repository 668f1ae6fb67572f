package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// memberPath is where somebody's membership is.
func (p *premises) memberPath(shop, name string) string {
	p.t.Helper()
	list := p.want(http.StatusOK, "founder", "GET", shop+"/members?limit=100", "")
	i := slices.Index(list.items("user_id"), p.accounts[name].UserID.String())
	if i < 0 {
		p.t.Fatalf("%s is no member", name)
	}
	return shop + "/members/" + list.items("id")[i]
}

// link is the token that the mail of an invitation has.
func (p *premises) link(shop string, a answer) string {
	p.t.Helper()
	var x struct {
		ID         business.InvitationID
		Generation int
	}
	if err := json.Unmarshal([]byte(a.raw), &x); err != nil {
		p.t.Fatal(err)
	}
	bid, err := id.Parse[business.Business](shop[strings.LastIndexByte(shop, '/')+1:])
	if err != nil {
		p.t.Fatal(err)
	}
	list, err := p.Team.Invitations(p.t.Context(), bid, "", business.InvitationID{}, 100)
	if err != nil {
		p.t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(i business.Invitation) bool { return i.ID == x.ID })
	return business.InvitationToken(pgtest.Ring(p.t), bid, x.ID, list[i].Generation, list[i].ExpiresAt)
}

func TestMembers_ReadChangedRemoved(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	for _, name := range []string{"manager", "staff", "assistant"} {
		p.member(s.path, name, tenant.Role(name))
	}
	staff, manager := p.memberPath(s.path, "staff"), p.memberPath(s.path, "manager")
	got := p.want(http.StatusOK, "manager", "GET", staff, "")
	if got.text("role") != "staff" || got.text("email") != "staff@shop.example" || got.body["resource_id"] != nil || got.header.Get("ETag") != `"1"` {
		t.Errorf("%s", got.raw)
	}
	p.refuse(p.do("staff", "GET", staff, ""), 403, "auth.forbidden")
	p.refuse(p.do("founder", "GET", s.path+"/members/"+shop.String(), ""), 404, "not_found")
	p.refuse(p.do("stranger", "GET", staff, ""), 404, "not_found")
	p.refuse(p.do("founder", "PATCH", staff, `{"role":"assistant"}`), 428, "precondition.required", "header.If-Match required")
	p.refuse(p.do("founder", "PATCH", staff, `{"role":"owner"}`, got.etag()), 422, "validation.failed", "body.role not_allowed")
	got = p.want(http.StatusOK, "manager", "PATCH", staff, `{"resource_id":"`+s.sato+`"}`, got.etag())
	if got.text("resource_id") != s.sato || got.header.Get("ETag") != `"2"` || got.text("role") != "staff" {
		t.Errorf("%s", got.raw)
	}
	assistant := p.memberPath(s.path, "assistant")
	p.refuse(p.do("manager", "PATCH", assistant, `{"resource_id":"`+s.sato+`"}`, `If-Match: "1"`), 422, "validation.failed", "body.resource_id business.resource_taken")
	p.refuse(p.do("manager", "PATCH", assistant, `{"resource_id":"`+s.chair+`"}`, `If-Match: "1"`), 422, "validation.failed", "body.resource_id business.not_staff")
	got = p.want(http.StatusOK, "founder", "PATCH", staff, `{"resource_id":null,"role":"assistant"}`, got.etag())
	if got.body["resource_id"] != nil || got.text("role") != "assistant" {
		t.Errorf("%s", got.raw)
	}
	p.refuse(p.do("manager", "PATCH", staff, `{"role":"manager"}`, got.etag()), 403, "auth.forbidden")
	p.refuse(p.do("manager", "PATCH", manager, `{"role":"staff"}`, `If-Match: "1"`), 409, "business.own_role")
	p.refuse(p.do("manager", "DELETE", p.memberPath(s.path, "founder"), "", `If-Match: "1"`), 403, "auth.forbidden")
	p.refuse(p.do("founder", "DELETE", staff, "", `If-Match: "1"`), 412, "precondition.stale")
	p.want(http.StatusOK, "staff", "GET", s.path, "") // remembers the role
	p.want(http.StatusNoContent, "founder", "DELETE", staff, "", got.etag())
	p.refuse(p.do("staff", "GET", s.path, ""), 404, "not_found") // at once
	p.refuse(p.do("founder", "POST", s.path+"/leave", ""), 409, "business.last_owner")
	p.want(http.StatusNoContent, "manager", "POST", s.path+"/leave", "")
	p.refuse(p.do("manager", "GET", s.path, ""), 404, "not_found")
	for name, want := range map[string]int{"founder": 1, "manager": 0, "staff": 0} {
		if n := len(p.want(http.StatusOK, name, "GET", "/businesses", "").items("id")); n != want {
			t.Errorf("%s works for %d", name, n)
		}
	}
}

func TestInvitations_AskedAnswered(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	p.member(s.path, "manager", tenant.Manager)
	ask := `{"email":"stranger@shop.example","role":"staff","resource_id":"` + s.sato + `","locale":"en"}`
	a := p.want(http.StatusCreated, "manager", "POST", s.path+"/invitations", ask, "Idempotency-Key: k1")
	again := p.want(http.StatusCreated, "manager", "POST", s.path+"/invitations", ask, "Idempotency-Key: k1")
	if again.raw != a.raw || again.header.Get("Idempotent-Replayed") != "true" || a.text("status") != "pending" || a.text("email") != "stranger@shop.example" {
		t.Errorf("%s\n%s", a.raw, again.raw)
	}
	p.refuse(p.do("manager", "POST", s.path+"/invitations", ask), 409, "invitation.pending")
	p.refuse(p.do("manager", "POST", s.path+"/invitations", `{"email":"x@shop.example","role":"manager"}`), 403, "auth.forbidden")
	p.refuse(p.do("founder", "POST", s.path+"/invitations", `{"email":"x@shop.example","role":"owner"}`), 422, "validation.failed", "body.role not_allowed")
	p.refuse(p.do("founder", "POST", s.path+"/invitations", `{"email":"manager@shop.example","role":"staff"}`), 409, "business.member_exists")
	token := p.link(s.path, a)
	card := p.want(http.StatusOK, "", "GET", "/public/invitations/"+token, "")
	if card.text("email") != "s•••@shop.example" || card.text("role") != "staff" || strings.Contains(card.raw, "stranger") || strings.Contains(card.raw, s.sato) {
		t.Errorf("%s", card.raw)
	}
	p.refuse(p.do("", "GET", "/public/invitations/"+token+"x", ""), 404, "not_found")
	p.refuse(p.do("", "POST", "/me/invitations/accept", `{"token":"`+token+`"}`), 401, "auth.required")
	p.refuse(p.do("operator", "POST", "/me/invitations/accept", `{"token":"`+token+`"}`), 403, "invitation.other_address")
	joined := p.want(http.StatusOK, "stranger", "POST", "/me/invitations/accept", `{"token":"`+token+`"}`)
	if joined.text("resource_id") != s.sato || !strings.Contains(joined.raw, `"slug":"hana-salon"`) {
		t.Errorf("%s", joined.raw)
	}
	p.want(http.StatusOK, "stranger", "GET", s.path+"/services", "")
	p.refuse(p.do("", "POST", "/public/invitations/decline", `{"token":"`+token+`"}`), 409, "invitation.used")

	b := p.want(http.StatusCreated, "founder", "POST", s.path+"/invitations", `{"email":"operator@shop.example","role":"manager"}`)
	one := s.path + "/invitations/" + b.text("id")
	old := p.link(s.path, b)
	p.refuse(p.do("manager", "POST", one+"/resend", ""), 403, "auth.forbidden")
	p.want(http.StatusOK, "founder", "POST", one+"/resend", "")
	p.refuse(p.do("operator", "POST", "/me/invitations/accept", `{"token":"`+old+`"}`), 409, "invitation.replaced")
	p.want(http.StatusNoContent, "", "POST", "/public/invitations/decline", `{"token":"`+p.link(s.path, b)+`"}`)
	p.refuse(p.do("operator", "POST", "/me/invitations/accept", `{"token":"`+p.link(s.path, b)+`"}`), 409, "invitation.declined")
	p.refuse(p.do("founder", "DELETE", one, ""), 409, "invitation.declined")
	c := p.want(http.StatusCreated, "founder", "POST", s.path+"/invitations", `{"email":"operator@shop.example","role":"staff"}`)
	p.want(http.StatusNoContent, "manager", "DELETE", s.path+"/invitations/"+c.text("id"), "")
	p.refuse(p.do("operator", "POST", "/me/invitations/accept", `{"token":"`+p.link(s.path, c)+`"}`), 409, "invitation.revoked")
	got := p.want(http.StatusOK, "manager", "GET", s.path+"/invitations", "").items("status")
	slices.Sort(got) // they were made at one instant
	if !slices.Equal(got, []string{"accepted", "declined", "revoked"}) {
		t.Errorf("%v", got)
	}
	if got := p.want(http.StatusOK, "manager", "GET", s.path+"/invitations?status=declined", "").items("id"); !slices.Equal(got, []string{b.text("id")}) {
		t.Errorf("%v", got)
	}
	p.refuse(p.do("stranger", "GET", s.path+"/invitations", ""), 403, "auth.forbidden")
	other := p.found("other-salon")
	p.refuse(p.do("founder", "POST", other+"/invitations/"+c.text("id")+"/resend", ""), 404, "not_found")
}
