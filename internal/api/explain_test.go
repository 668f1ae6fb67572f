package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// inQuestion is a Tuesday on which the shop is open.
const inQuestion = "2026-12-08T14:00:00+09:00"

// why asks about the start in question and gives "free" or the first reason as "kind: message".
func (p *premises) why(s shopIDs, words ...string) string {
	p.t.Helper()
	a := p.want(http.StatusOK, "founder", "GET", s.path+"/availability/explain?service_id="+s.cut+"&start="+url.QueryEscape(inQuestion), "", words...)
	slot, _ := a.body["slot"].(map[string]any)
	if reasons, _ := slot["reasons"].([]any); len(reasons) > 0 {
		first, _ := reasons[0].(map[string]any)
		kind, _ := first["kind"].(string)
		message, _ := first["message"].(string)
		return kind + ": " + message
	}
	if free, _ := slot["free"].(bool); !free {
		p.t.Errorf("neither free nor a reason: %s", a.raw)
	}
	return "free"
}

func TestExplain_FollowsWhatIsMended(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.filled("hana-salon")
	if got := p.why(s); !strings.HasPrefix(got, "business_not_bookable: 店舗が下書き") {
		t.Error(got)
	}
	p.want(http.StatusOK, "founder", "POST", s.path+"/submit", "")
	p.want(http.StatusOK, "operator", "POST", "/admin"+strings.TrimPrefix(s.path, basePath)+"/approve", `{"reason":"確認しました"}`)
	if got := p.why(s); got != "free" {
		t.Error(got)
	}
	special := s.path + "/special-days/2026-12-08"
	day := p.want(http.StatusOK, "founder", "PUT", special, `{"ranges":[],"note":{"ja":"棚卸し","en":"Stocktaking"}}`)
	if got := p.why(s); got != "date_closed: 2026年12月8日(火)は臨時休業日です（棚卸し）。" {
		t.Error(got)
	}
	if got := p.why(s, "Accept-Language: en"); got != "date_closed: Closed on Tue 8 Dec 2026 as an exception (Stocktaking)." {
		t.Error(got)
	}
	p.want(http.StatusOK, "founder", "DELETE", special, "", day.etag())
	x := p.booked(s, time.Date(2026, 12, 8, 5, 0, 0, 0, time.UTC))
	if got := p.why(s); got != "resource_booked: 14:00〜15:00は席に別のご予約（"+x.Code+"）が入っています。" {
		t.Error(got)
	}
	if a := p.want(http.StatusOK, "founder", "GET", s.path+"/availability/explain?service_id="+s.cut+"&date=2026-12-08", ""); strings.Contains(a.raw, "山田") ||
		!strings.Contains(a.raw, `"slot":null`) || !strings.Contains(a.raw, x.ID.String()) || strings.Count(a.raw, `"starts":`) < 5 {
		t.Errorf("the strip: %s", a.raw)
	}
}

// booked books the shop's cut for a customer.
func (p *premises) booked(s shopIDs, start time.Time) *booking.Booking {
	p.t.Helper()
	bid, _ := id.Parse[business.Business](s.path[strings.LastIndexByte(s.path, '/')+1:])
	cut, _ := id.Parse[catalog.Service](s.cut)
	service := booking.New(p.db, p.clock, p.Ring, p.Availability, func(business.ID) {})
	x, err := service.Create(p.t.Context(), tenant.Actor{Kind: tenant.Customer}, bid, booking.CreateInput{
		Request:      booking.Request{Start: start, Request: availability.Request{Items: []availability.Item{{ServiceID: cut}}}},
		Customer:     customer.Input{FamilyName: "山田", GivenName: "花子", Phone: "090-1234-5678", Email: "hanako@customer.example"},
		TermsVersion: "1",
	}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return x
}

func TestExplain_IsForMembers_AndNamesWhatIsWrongWithTheQuestion(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	p.member(s.path, "helper", tenant.Assistant)
	at := s.path + "/availability/explain?"
	const absent = "01936b2f-7c1e-7000-8000-000000000000"
	good := "service_id=" + s.cut + "&start=2026-12-08T14:00:00%2B09:00"
	for _, who := range []string{"founder", "helper"} {
		p.want(http.StatusOK, who, "GET", at+good+"&staff_id="+s.suzuki+"&option_ids="+s.option+"&party_size=1", "")
	}
	p.refuse(p.do("stranger", "GET", at+good, ""), 404, "not_found")
	p.refuse(p.do("", "GET", at+good, ""), 401, "auth.required")
	for query, fields := range map[string][]string{
		"service_id=" + s.cut:                                 {"query.start required"},
		good + "&date=2026-12-08":                             {"query.date not_both"},
		"start=2026-12-08T14:00:00Z":                          {"query.service_id required"},
		strings.Replace(good, s.cut, absent, 1):               {"query.service_id unknown_id"},
		good + "&staff_id=" + absent:                          {"query.staff_id unknown_id"},
		good + "&staff_id=" + s.chair:                         {"query.staff_id unknown_id"},
		good + "&option_ids=" + absent + "," + s.option:       {"query.option_ids[0] unknown_id"},
		good + "&party_size=0":                                {"query.party_size too_small"},
		"service_id=" + s.cut + "&start=2030-01-01T00:00:00Z": {"query.start out_of_range"},
		"service_id=" + s.cut + "&start=2020-01-01T00:00:00Z": {"query.start out_of_range"},
		"service_id=" + s.cut + "&date=2030-01-01":            {"query.date out_of_range"},
		"service_id=" + s.cut + "&date=0001-01-01":            {"query.date out_of_range"},
		"service_id=" + s.cut + "&date=9999-12-31":            {"query.date out_of_range"},
	} {
		p.refuse(p.do("founder", "GET", at+query, ""), 422, "validation.failed", fields...)
	}
}
