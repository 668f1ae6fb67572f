package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestProfile_TellsAllThatACustomerNeeds(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	p.want(http.StatusOK, "founder", "PUT", s.path+"/special-days/2026-12-25", `{"ranges":[],"note":{"ja":"臨時休業"}}`)
	p.want(http.StatusOK, "founder", "PUT", s.path+"/special-days/2026-11-30", `{"ranges":[]}`) // has passed
	settings := p.want(http.StatusOK, "founder", "GET", s.path+"/settings", "")
	p.want(http.StatusOK, "founder", "PATCH", s.path+"/settings", `{"terms":{"ja":"規約"},"booking_window_days":30,
	    "cancellation_policy":{"steps":[{"hours_before":24,"percent":50}]}}`, settings.etag())
	a := p.want(http.StatusOK, "", "GET", "/public/businesses/hana-salon", "")
	for _, part := range []string{
		`"slug":"hana-salon"`, `"prefecture":"東京都"`, `"phone":"+81312345678","phone_national":"03-1234-5678"`, `"timezone":"Asia/Tokyo"`,
		`{"weekday":2,"ranges":[{"start_minute":600,"end_minute":780},{"start_minute":840,"end_minute":1200}]}`,
		`"special_days":[{"date":"2026-12-25","ranges":[],"note":{"ja":"臨時休業"}}]`,
		`"booking":{"mode":"instant","approval_hours":24,"grid_minutes":30,"min_notice_minutes":0,"booking_window_days":30,"first_date":"2026-12-01","last_date":"2026-12-31"`,
		`"cancellation_policy":{"steps":[{"hours_before":24,"percent":50}]`, `"terms_version":"1","terms":{"ja":"規約"}`,
		`"services":"/api/v1/public/businesses/hana-salon/services"`,
	} {
		if !strings.Contains(a.raw, part) {
			t.Errorf("lacks %s: %s", part, a.raw)
		}
	}
	for _, secret := range []string{"status", "version", "status_reason", "created_at"} {
		if slices.Contains(keys(a.body), secret) {
			t.Errorf("shows %s", secret)
		}
	}
}

func TestDirectory_PagesAndFilters(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	for _, slug := range []string{"shop-a", "shop-b", "shop-c"} {
		p.approved(slug)
	}
	p.found("draft-shop")
	var got []string
	next := ""
	for {
		a := p.want(http.StatusOK, "", "GET", "/public/businesses?limit=2&q=hana"+next, "")
		got = append(got, a.items("slug")...)
		if a.body["next_cursor"] == nil {
			break
		}
		next = "&cursor=" + a.text("next_cursor")
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"shop-a", "shop-b", "shop-c"}) {
		t.Errorf("got %q", got)
	}
	p.refuse(p.do("", "GET", "/public/businesses?limit=2&q=other"+next, ""), 422, "validation.failed", "query.cursor cursor")
	p.refuse(p.do("", "GET", "/public/businesses?vertical=bakery", ""), 422, "validation.failed", "query.vertical not_allowed")
	p.refuse(p.do("", "GET", "/public/businesses?page=2", ""), 422, "validation.failed", "query.page unknown_property")
	p.refuse(p.do("", "GET", "/public/businesses?prefecture=California", ""), 422, "validation.failed", "query.prefecture prefecture")
	for _, slug := range []string{"nobody", "draft-shop", "HANA", "%E8%8A%B1", "a%27--"} {
		p.refuse(p.do("", "GET", "/public/businesses/"+slug, ""), 404, "not_found")
		p.refuse(p.do("", "GET", "/public/businesses/"+slug+"/services", ""), 404, "not_found")
	}
	for query, want := range map[string]int{"%25": 0, "_": 0, "%E3%81%AF%E3%81%AA": 0, "%E8%8A%B1": 3, "%E2%80%AE": 3} {
		if got := p.want(http.StatusOK, "", "GET", "/public/businesses?q="+query, "").items("id"); len(got) != want {
			t.Errorf("q=%s: %d", query, len(got))
		}
	}
}
