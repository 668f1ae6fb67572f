package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestServices_FromCreationToArchive(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	at := s.path + "/services/" + s.cut
	a := p.want(http.StatusOK, "founder", "GET", at, "")
	if a.header.Get("ETag") != `"1"` || !strings.Contains(a.raw, `"price":{"amount":5500,"currency":"JPY"}`) ||
		!strings.Contains(a.raw, `"gap_start_minute":null`) || !strings.Contains(a.raw, `"option_ids":["`+s.option+`"]`) || a.text("nomination") != "optional" {
		t.Errorf("got %s", a.raw)
	}
	b := p.want(http.StatusOK, "founder", "PATCH", at, `{"price":{"amount":6000,"currency":"JPY"},"option_ids":[],"description":{"ja":"説明"}}`, a.etag())
	if b.header.Get("ETag") != `"2"` || !strings.Contains(b.raw, `"option_ids":[]`) || !strings.Contains(b.raw, `"description":{"ja":"説明"}`) {
		t.Errorf("got %s", b.raw)
	}
	p.refuse(p.do("founder", "PATCH", at, `{"position":3}`, a.etag()), 412, "precondition.stale")
	p.refuse(p.do("founder", "DELETE", at, ""), 428, "precondition.required", "header.If-Match required")
	if gone := p.want(http.StatusOK, "founder", "DELETE", at, "", b.etag()); !strings.Contains(gone.raw, `"affected_bookings":[]`) {
		t.Errorf("deleted: %s", gone.raw)
	}
	p.refuse(p.do("founder", "GET", at, ""), 404, "not_found")
}

func TestServices_RefusalsNameEveryField(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	post := func(body string) answer { return p.do("founder", "POST", s.path+"/services", body) }
	p.refuse(post(`{}`), 422, "validation.failed", "body.name required", "body.duration_minutes required", "body.price required", "body.requirements required")
	p.refuse(post(`{"name":{"ja":"x"},"duration_minutes":7,"price":{"amount":1.5,"currency":"JPY"},"requirements":[{"kind":"staff","color":"red"}]}`), 422, "validation.failed",
		"body.duration_minutes multiple_of", "body.price.amount type_integer", "body.requirements[0].color unknown_property")
	p.refuse(post(`{"name":{"ja":"x"},"duration_minutes":60,"price":{"amount":-1,"currency":"USD"},"requirements":[{"kind":"seat","resource_ids":["`+s.sato+
		`","01936b2f-7c1e-7000-8000-000000000000"],"gap_start_minute":10,"gap_end_minute":65}],"option_ids":["`+s.cut+`"]}`), 422, "validation.failed",
		"body.price.amount too_small", "body.price.currency not_allowed", "body.requirements[0].resource_ids[0] catalog.wrong_kind",
		"body.requirements[0].resource_ids[1] unknown_id", "body.requirements[0].gap_end_minute catalog.gap_outside", "body.option_ids[0] unknown_id")
	p.refuse(post(`{"name":{"ja":"x"},"duration_minutes":60,"price":{"amount":1,"currency":"JPY"},"requirements":[]}`), 422, "validation.failed", "body.requirements too_few")
}

func TestOptionsAndResources_ChangeUnderTheirVersion(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	for _, c := range []struct {
		gone             int
		at, change, want string
	}{
		{http.StatusNoContent, s.path + "/service-options/" + s.option, `{"price":{"amount":2200,"currency":"JPY"}}`, `"price":{"amount":2200,"currency":"JPY"}`},
		{http.StatusOK, s.path + "/resources/" + s.sato, `{"nomination_fee":{"amount":0,"currency":"JPY"},"active":false}`, `"active":false`},
	} {
		a := p.want(http.StatusOK, "founder", "GET", c.at, "")
		b := p.want(http.StatusOK, "founder", "PATCH", c.at, c.change, a.etag())
		if !strings.Contains(b.raw, c.want) || b.header.Get("ETag") != `"2"` {
			t.Errorf("got %s", b.raw)
		}
		p.refuse(p.do("founder", "PATCH", c.at, c.change, a.etag()), 412, "precondition.stale")
		p.refuse(p.do("founder", "DELETE", c.at, "", a.etag()), 412, "precondition.stale")
		p.want(c.gone, "founder", "DELETE", c.at, "", b.etag())
		p.refuse(p.do("founder", "PATCH", c.at, c.change, `If-Match: "3"`), 404, "not_found")
	}
	at := s.path + "/resources/" + s.chair // a service lists it
	p.want(http.StatusOK, "founder", "DELETE", at, "", `If-Match: "1"`)
	if a := p.want(http.StatusOK, "founder", "GET", at, ""); !strings.Contains(a.raw, `"active":false`) {
		t.Errorf("got %s", a.raw)
	}
	p.refuse(p.do("founder", "POST", s.path+"/resources", `{"kind":"staff","name":{"ja":""},"capacity":0}`), 422, "validation.failed", "body.capacity too_small")
	p.refuse(p.do("founder", "GET", s.path+"/resources/none", ""), 422, "validation.failed", "path.resource_id format_id")
}

func TestMenu_ShowsWhatCustomersMayBook(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	p.want(http.StatusCreated, "founder", "POST", s.path+"/services",
		`{"name":{"ja":"休止中"},"duration_minutes":30,"price":{"amount":1,"currency":"JPY"},"active":false,"requirements":[{"kind":"staff"}]}`)
	p.want(http.StatusCreated, "founder", "POST", s.path+"/services",
		`{"name":{"ja":"指名なし"},"duration_minutes":30,"price":{"amount":1,"currency":"JPY"},"nomination":"none","requirements":[{"kind":"staff"}]}`)
	a := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon/services", "")
	if got := a.items("name"); !slices.Equal(got, []string{`{"ja":"カット"}`, `{"ja":"指名なし"}`}) {
		t.Errorf("menu %q", got)
	}
	if got, want := a.items("staff"), []string{`[{"id":"` + s.sato + `","name":{"ja":"佐藤"},"nomination_fee":{"amount":550,"currency":"JPY"},"photo":null,"price":{"amount":5500,"currency":"JPY"},"rank":null}]`, `[]`}; !slices.Equal(got, want) {
		t.Errorf("staff %q", got)
	}
	if got := a.items("options")[0]; !strings.Contains(got, s.option) || !strings.Contains(got, `"duration_minutes":15`) {
		t.Errorf("options %s", got)
	}
	first := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon/services?limit=1", "")
	second := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon/services?limit=1&cursor="+first.text("next_cursor"), "")
	if got := slices.Concat(first.items("id"), second.items("id")); !slices.Equal(got, a.items("id")) || second.body["next_cursor"] != nil {
		t.Errorf("pages %q", got)
	}
	// A change shows at once.
	p.want(http.StatusOK, "founder", "DELETE", s.path+"/services/"+s.cut, "", `If-Match: "1"`)
	if got := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon/services", "").items("name"); !slices.Equal(got, []string{`{"ja":"指名なし"}`}) {
		t.Errorf("after a change %q", got)
	}
}
