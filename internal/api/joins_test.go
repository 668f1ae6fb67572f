package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestJoins_FromCreationToDeletion(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	table := func(name string) string {
		return p.want(http.StatusCreated, "founder", "POST", s.path+"/resources", `{"kind":"seat","name":{"ja":"`+name+`"},"max_party":2}`).text("id")
	}
	one, two := table("1"), table("2")
	all := s.path + "/resource-joins"
	body := `{"name":{"ja":"1・2"},"resource_ids":["` + one + `","` + two + `"],"min_party":3,"max_party":4}`
	tried := p.want(http.StatusOK, "founder", "POST", all+"?dry_run=true", body)
	if !strings.Contains(tried.raw, `"dry_run":true`) || len(p.want(http.StatusOK, "founder", "GET", all, "").items("id")) > 0 {
		t.Errorf("tried %s", tried.raw)
	}
	a := p.want(http.StatusCreated, "founder", "POST", all, body, "Idempotency-Key: k")
	at := all + "/" + a.text("id")
	if again := p.want(http.StatusCreated, "founder", "POST", all, body, "Idempotency-Key: k"); again.raw != a.raw || !strings.HasSuffix(a.header.Get("Location"), at) {
		t.Errorf("again %s, %v", again.raw, a.header)
	}
	got := p.want(http.StatusOK, "founder", "GET", at, "")
	if got.header.Get("ETag") != `"1"` || !strings.Contains(got.raw, `"resource_ids":["`+one+`","`+two+`"],"min_party":3,"max_party":4,"position":1,"active":true,"version":1`) {
		t.Errorf("got %s", got.raw)
	}
	p.refuse(p.do("founder", "PATCH", at, `{"max_party":5}`), 428, "precondition.required", "header.If-Match required")
	p.want(http.StatusOK, "founder", "PATCH", at+"?dry_run=true", `{"max_party":5}`, got.etag())
	b := p.want(http.StatusOK, "founder", "PATCH", at, `{"max_party":5}`, got.etag())
	if b.header.Get("ETag") != `"2"` || !strings.Contains(b.raw, `"affected_bookings":[]`) {
		t.Errorf("got %s", b.raw)
	}
	p.refuse(p.do("founder", "DELETE", at, "", got.etag()), 412, "precondition.stale")
	p.refuse(p.do("founder", "POST", all, `{"name":{"ja":"x"},"resource_ids":["`+one+`","`+s.sato+`"],"max_party":4}`), 422, "validation.failed",
		"body.resource_ids[1] catalog.join_kind")
	if ids := p.want(http.StatusOK, "founder", "GET", all, "").items("id"); !slices.Equal(ids, []string{a.text("id")}) {
		t.Errorf("list %q", ids)
	}
	p.want(http.StatusOK, "founder", "DELETE", at, "", b.etag())
	p.refuse(p.do("founder", "GET", at, ""), 404, "not_found")
}

func TestSettings_TurnTimes(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	a := p.want(http.StatusOK, "founder", "GET", s.path+"/settings", "")
	if !strings.Contains(a.raw, `"turn_minutes":[]`) {
		t.Errorf("got %s", a.raw)
	}
	a = p.want(http.StatusOK, "founder", "PATCH", s.path+"/settings", `{"turn_minutes":[{"max_party":2,"minutes":90}]}`, a.etag())
	if !strings.Contains(a.raw, `"turn_minutes":[{"max_party":2,"minutes":90}]`) {
		t.Errorf("got %s", a.raw)
	}
	p.refuse(p.do("founder", "PATCH", s.path+"/settings", `{"turn_minutes":[{"max_party":4,"minutes":90},{"max_party":2,"minutes":95}]}`, a.etag()), 422,
		"validation.failed", "body.turn_minutes[1].max_party above")
}
