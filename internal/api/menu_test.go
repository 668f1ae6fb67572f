package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestCategories_HoldServicesAndSets(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	a := p.want(http.StatusCreated, "founder", "POST", s.path+"/service-categories", `{"name":{"ja":"カット","en":"Cuts"}}`, "Idempotency-Key: once")
	again := p.want(http.StatusCreated, "founder", "POST", s.path+"/service-categories", `{"name":{"ja":"カット","en":"Cuts"}}`, "Idempotency-Key: once")
	if again.raw != a.raw || again.header.Get("Idempotent-Replayed") != "true" || a.header.Get("Location") != s.path+"/service-categories/"+a.text("id") {
		t.Errorf("got %s, then %s", a.raw, again.raw)
	}
	at, cut := s.path+"/service-categories/"+a.text("id"), s.path+"/services/"+s.cut
	p.want(http.StatusOK, "founder", "PATCH", cut, `{"category_id":"`+a.text("id")+`"}`, `If-Match: "1"`)
	p.refuse(p.do("founder", "DELETE", at, "", `If-Match: "1"`), 409, "catalog.category_in_use")
	p.refuse(p.do("founder", "PATCH", cut, `{"category_id":"01936b2f-7c1e-7000-8000-000000000000"}`, `If-Match: "2"`), 422, "validation.failed", "body.category_id unknown_id")
	b := p.want(http.StatusOK, "founder", "PATCH", cut, `{"category_id":null}`, `If-Match: "2"`)
	if !strings.Contains(b.raw, `"category_id":null`) {
		t.Errorf("got %s", b.raw)
	}
	changed := p.want(http.StatusOK, "founder", "PATCH", at, `{"name":{"ja":"カット・パーマ"}}`, `If-Match: "1"`)
	p.refuse(p.do("founder", "PATCH", at, `{"position":1}`, `If-Match: "1"`), 412, "precondition.stale")
	if got := p.want(http.StatusOK, "founder", "GET", s.path+"/service-categories", "").items("name"); !slices.Equal(got, []string{`{"ja":"カット・パーマ"}`}) {
		t.Errorf("list %q", got)
	}
	p.want(http.StatusNoContent, "founder", "DELETE", at, "", changed.etag())
	p.refuse(p.do("founder", "GET", at, ""), 404, "not_found")
	p.member(s.path, "helper", "assistant")
	p.want(http.StatusOK, "helper", "GET", s.path+"/service-categories", "")
	p.refuse(p.do("helper", "POST", s.path+"/service-categories", `{"name":{"ja":"x"}}`), 403, "auth.forbidden")
}

func TestService_TermsOverTheWire(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	cut := s.path + "/services/" + s.cut
	fresh := p.want(http.StatusOK, "founder", "GET", cut, "")
	for _, part := range []string{
		`"active_from":null`, `"customers":"all"`, `"gender_note":"any"`, `"min_age_note":null`, `"turn":false`, `"hours":[]`, `"prices":[]`,
	} {
		if !strings.Contains(fresh.raw, part) {
			t.Errorf("lacks %s: %s", part, fresh.raw)
		}
	}
	rank := p.want(http.StatusCreated, "founder", "POST", s.path+"/staff-ranks", `{"name":{"ja":"トップスタイリスト"}}`).text("id")
	a := p.want(http.StatusOK, "founder", "PATCH", cut, `{"active_from":"2026-12-10","active_to":"2027-02-28","customers":"new","gender_note":"women",
	    "min_age_note":18,"max_age_note":60,"turn":true,"hours":[{"weekday":2,"ranges":[{"start_minute":660,"end_minute":840}]}],
	    "prices":[{"rank_id":"`+rank+`","price":{"amount":7700,"currency":"JPY"}}]}`, `If-Match: "1"`)
	for _, part := range []string{
		`"active_from":"2026-12-10","active_to":"2027-02-28","customers":"new","gender_note":"women","min_age_note":18,"max_age_note":60,"turn":true`,
		`"hours":[{"weekday":2,"ranges":[{"start_minute":660,"end_minute":840}]}]`, `"prices":[{"rank_id":"` + rank + `","price":{"amount":7700,"currency":"JPY"}}]`,
	} {
		if !strings.Contains(a.raw, part) {
			t.Errorf("lacks %s: %s", part, a.raw)
		}
	}
	b := p.want(http.StatusOK, "founder", "PATCH", cut, `{"active_from":null,"active_to":null,"min_age_note":null,"hours":[]}`, `If-Match: "2"`)
	if !strings.Contains(b.raw, `"active_from":null,"active_to":null,"customers":"new","gender_note":"women","min_age_note":null,"max_age_note":60,"turn":true,"hours":[]`) {
		t.Errorf("got %s", b.raw)
	}
	p.refuse(p.do("founder", "PATCH", cut, `{"active_from":"2026-02-30","min_age_note":121,"hours":[{"weekday":7,"ranges":[]}],"customers":"vip"}`, `If-Match: "3"`), 422,
		"validation.failed", "body.active_from format_date", "body.min_age_note too_large", "body.hours[0].weekday too_large", "body.hours[0].ranges too_few",
		"body.customers not_allowed")
	// Staff hold the rank until it is taken from them.
	sato := s.path + "/resources/" + s.sato
	if x := p.want(http.StatusOK, "founder", "PATCH", sato, `{"rank_id":"`+rank+`"}`, `If-Match: "1"`); !strings.Contains(x.raw, `"rank_id":"`+rank+`"`) {
		t.Errorf("got %s", x.raw)
	}
	p.refuse(p.do("founder", "DELETE", s.path+"/staff-ranks/"+rank, "", `If-Match: "1"`), 409, "catalog.rank_in_use")
	if x := p.want(http.StatusOK, "founder", "PATCH", sato, `{"rank_id":null}`, `If-Match: "2"`); !strings.Contains(x.raw, `"rank_id":null`) {
		t.Errorf("got %s", x.raw)
	}
	p.refuse(p.do("founder", "POST", s.path+"/resources", `{"kind":"seat","name":{"ja":"席"},"rank_id":"`+rank+`"}`), 422, "validation.failed", "body.rank_id catalog.rank_staff_only")
}

func TestDuplicate_OverTheWire(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	a := p.want(http.StatusCreated, "founder", "POST", s.path+"/services/"+s.cut+"/duplicate", "", "Idempotency-Key: copy")
	again := p.want(http.StatusCreated, "founder", "POST", s.path+"/services/"+s.cut+"/duplicate", "", "Idempotency-Key: copy")
	if again.raw != a.raw || !strings.Contains(a.raw, `"name":{"ja":"カット のコピー"}`) || !strings.Contains(a.raw, `"active":false`) || !strings.Contains(a.raw, s.option) {
		t.Errorf("got %s, then %s", a.raw, again.raw)
	}
	set := p.want(http.StatusCreated, "founder", "POST", s.path+"/service-sets", `{"name":{"ja":"二回"},"service_ids":["`+s.cut+`","`+s.cut+
		`"],"price":{"amount":10000,"currency":"JPY"}}`)
	b := p.want(http.StatusCreated, "founder", "POST", s.path+"/service-sets/"+set.text("id")+"/duplicate", "")
	if b.text("id") == set.text("id") || !strings.Contains(b.raw, `"name":{"ja":"二回 のコピー"}`) || !strings.Contains(b.raw, `"active":false`) {
		t.Errorf("got %s", b.raw)
	}
	p.refuse(p.do("founder", "POST", s.path+"/services/01936b2f-7c1e-7000-8000-000000000000/duplicate", ""), 404, "not_found")
}

func TestOrders_InOneCall(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	cat := p.want(http.StatusCreated, "founder", "POST", s.path+"/service-categories", `{"name":{"ja":"カット"}}`).text("id")
	second := p.want(http.StatusCreated, "founder", "POST", s.path+"/services/"+s.cut+"/duplicate", "").text("id")
	a := p.want(http.StatusOK, "founder", "PUT", s.path+"/service-order", `{"groups":[{"category_id":null,"service_ids":["`+second+`"]},{"category_id":"`+cat+`","service_ids":["`+s.cut+`"]}]}`)
	want := `{"groups":[{"category_id":"` + cat + `","service_ids":["` + s.cut + `"]},{"category_id":null,"service_ids":["` + second + `"]}]}`
	if got := strings.TrimSpace(a.raw); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := strings.TrimSpace(p.want(http.StatusOK, "founder", "GET", s.path+"/service-order", "").raw); got != want {
		t.Errorf("kept %s", got)
	}
	p.refuse(p.do("founder", "PUT", s.path+"/service-order", `{"groups":[{"category_id":null,"service_ids":["`+s.cut+`","`+s.cut+`"]}]}`), 422, "validation.failed",
		"body.groups[0].service_ids[1] duplicate")
	b := p.want(http.StatusOK, "founder", "PUT", s.path+"/resource-order", `{"resource_ids":["`+s.chair+`","`+s.suzuki+`"]}`)
	if got := strings.TrimSpace(b.raw); got != `{"resource_ids":["`+s.chair+`","`+s.suzuki+`","`+s.sato+`"]}` {
		t.Errorf("got %s", got)
	}
	if got := p.want(http.StatusOK, "founder", "GET", s.path+"/resources", "").items("id"); !slices.Equal(got, []string{s.chair, s.suzuki, s.sato}) {
		t.Errorf("list %q", got)
	}
}

func TestMenu_InItsOrder_WithPricesDatesAndSets(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	p.serveBookings()
	s := p.approved("hana-salon")
	add := func(what, body string) string {
		return p.want(http.StatusCreated, "founder", "POST", s.path+"/"+what, body).text("id")
	}
	rank, top, last := add("staff-ranks", `{"name":{"ja":"トップ"}}`), add("service-categories", `{"name":{"ja":"一"}}`), add("service-categories", `{"name":{"ja":"二"}}`)
	service := func(name, more string) string {
		return add("services", `{"name":{"ja":"`+name+`"},"duration_minutes":30,"price":{"amount":3000,"currency":"JPY"},"requirements":[{"kind":"staff"}]`+more+`}`)
	}
	late := service("後", `,"category_id":"`+last+`"`)
	first := service("先", `,"category_id":"`+top+`","prices":[{"rank_id":"`+rank+`","price":{"amount":4000,"currency":"JPY"}}]`)
	over := service("終", `,"active_to":"2026-11-30"`)
	coming := service("冬", `,"active_from":"2026-12-20","customers":"returning"`)
	p.want(http.StatusOK, "founder", "PATCH", s.path+"/resources/"+s.sato, `{"rank_id":"`+rank+`"}`, `If-Match: "1"`)
	for _, x := range []string{`"` + first + `","` + late, `"` + first + `","` + over} {
		add("service-sets", `{"name":{"ja":"セット"},"service_ids":[`+x+`"],"price":{"amount":5000,"currency":"JPY"},"category_id":"`+top+`"}`)
	}
	const menu = "/public/businesses/hana-salon/services"
	a := p.want(http.StatusOK, "", "GET", menu, "")
	if got := a.items("id"); !slices.Equal(got, []string{first, late, s.cut, coming}) {
		t.Errorf("menu %q", a.items("name"))
	}
	if got := a.items("category"); got[0] != `{"id":"`+top+`","name":{"ja":"一"}}` || got[2] != "null" {
		t.Errorf("categories %q", got)
	}
	staff := `{"id":"` + s.sato + `","name":{"ja":"佐藤"},"nomination_fee":{"amount":550,"currency":"JPY"},"photo":null,"price":{"amount":4000,"currency":"JPY"},"rank":{"id":"` + rank + `","name":{"ja":"トップ"}}}`
	if got := a.items("staff")[0]; got != "["+staff+"]" {
		t.Errorf("staff %s", got)
	}
	if got := a.items("active_from")[3] + a.items("customers")[3]; got != "2026-12-20returning" {
		t.Errorf("coming: %s", got)
	}
	var paged []string
	for next := ""; ; {
		x := p.want(http.StatusOK, "", "GET", menu+"?limit=1"+next, "")
		paged = append(paged, x.items("id")...)
		if x.body["next_cursor"] == nil {
			break
		}
		next = "&cursor=" + x.text("next_cursor")
	}
	if !slices.Equal(paged, a.items("id")) {
		t.Errorf("page by page %q", paged)
	}
	b := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon/service-sets", "")
	if got := b.items("regular_price"); !slices.Equal(got, []string{`{"amount":6000,"currency":"JPY"}`}) || b.items("duration_minutes")[0] != "60" ||
		!strings.Contains(b.raw, `"services":[{"id":"`+first+`","name":{"ja":"先"},"duration_minutes":30}`) {
		t.Errorf("sets %s", b.raw)
	}
	p.bookTheSet(b.items("id")[0], first, late)
}

// bookTheSet asks about a set, prices it and books it.
func (p *premises) bookTheSet(set string, services ...string) {
	p.t.Helper()
	const shop = "/public/businesses/hana-salon"
	p.refuse(p.do("", "GET", shop+"/availability?from=2026-12-01&to=2026-12-01", ""), 422, "validation.failed", "query.service_id required")
	p.refuse(p.do("", "GET", shop+"/availability?from=2026-12-01&to=2026-12-01&set_id="+set+"&service_id="+services[0], ""), 422, "validation.failed", "query.set_id not_both")
	free := p.want(http.StatusOK, "", "GET", shop+"/availability?from=2026-12-08&to=2026-12-08&set_id="+set, "")
	if !strings.Contains(free.raw, `"start":"2026-12-08T14:00:00+09:00","end":"2026-12-08T15:00:00+09:00"`) {
		p.t.Errorf("free %s", free.raw)
	}
	wish := `{"start":"2026-12-08T14:00:00+09:00","set_id":"` + set + `"`
	q := p.want(http.StatusOK, "", "POST", shop+"/quotes", wish+`}`)
	if !strings.Contains(q.raw, `"total":{"amount":5000,"currency":"JPY"}`) || !strings.Contains(q.raw, `{"kind":"set","name":{"ja":"セット"},"quantity":1,"amount":{"amount":-1000,"currency":"JPY"},"tax_percent":10}`) {
		p.t.Errorf("quote %s", q.raw)
	}
	p.refuse(p.do("", "POST", shop+"/quotes", wish+`,"service_id":"`+services[0]+`"}`), 422, "validation.failed", "body.service_id booking.not_the_set")
	booked := p.want(http.StatusCreated, "", "POST", shop+"/bookings", wish+`,"customer":{"family_name":"山田","given_name":"花子","phone":"090-1234-5678"},"consent":{"terms_version":"1"}}`)
	if !strings.Contains(booked.raw, `"set":{"id":"`+set+`","name":{"ja":"セット"}}`) {
		p.t.Errorf("booked %s", booked.raw)
	}
}

func TestBooking_OfNewCustomersOnly(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	p.serveBookings()
	s := p.approved("hana-salon")
	p.want(http.StatusOK, "founder", "PATCH", s.path+"/services/"+s.cut, `{"customers":"new"}`, `If-Match: "1"`)
	const rest = `","customer":{"family_name":"山田","given_name":"花子","phone":"090-1234-5678"},"consent":{"terms_version":"1"}}`
	const bookings = "/public/businesses/hana-salon/bookings"
	p.want(http.StatusCreated, "", "POST", bookings, `{"start":"2026-12-08T14:00:00+09:00","service_id":"`+s.cut+rest)
	p.refuse(p.do("", "POST", bookings, `{"start":"2026-12-15T14:00:00+09:00","service_id":"`+s.cut+rest), 409, "booking.new_customers_only")
	p.want(http.StatusOK, "founder", "PATCH", s.path+"/services/"+s.cut, `{"customers":"returning"}`, `If-Match: "2"`)
	other := strings.ReplaceAll(rest, "1234", "4321")
	p.refuse(p.do("", "POST", bookings, `{"start":"2026-12-15T14:00:00+09:00","service_id":"`+s.cut+other), 409, "booking.returning_customers_only")
	p.want(http.StatusCreated, "founder", "POST", s.path+"/bookings", `{"start":"2026-12-15T14:00:00+09:00","service_id":"`+s.cut+`","customer":{"family_name":"鈴木","phone":"090-4321-5678"}}`)
}
