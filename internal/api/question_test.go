package api

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

// A question that was asked before takes a shorter way, and is answered and
// refused just as before: the same bytes and headers, by what is true by then.
func TestAvailability_AskedAgain_IsAnsweredAlike(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	s := p.approved("hana-salon")
	base := "/public/businesses/hana-salon/availability?service_id="
	ask := base + s.cut + "&from=2026-12-08&to=2026-12-09"
	told := func(a answer) http.Header {
		h := maps.Clone(a.header)
		h.Del("X-Request-Id")
		h.Del("RateLimit")
		return h
	}
	first := p.want(http.StatusOK, "", "GET", ask, "")
	for range 2 {
		again := p.want(http.StatusOK, "", "GET", ask, "")
		if again.raw != first.raw || !maps.EqualFunc(told(again), told(first), slices.Equal) {
			t.Errorf("first %v %s\nagain %v %s", told(first), first.raw, told(again), again.raw)
		}
	}
	if a := p.want(http.StatusOK, "", "GET", ask+"&party_size=1", ""); a.raw != first.raw {
		t.Errorf("another address of the same question: %s", a.raw)
	}
	for range 2 {
		p.refuse(p.do("", "GET", base+s.cut+"&from=2026-12-08&to=2027-12-09", ""), 422, "validation.failed", "query.to range_too_long")
		p.refuse(p.do("", "GET", ask+"&to=2026-12-10", ""), 422, "validation.failed", "query.to duplicate")
		p.refuse(p.do("", "GET", ask+"&colour=red", ""), 422, "validation.failed", "query.colour unknown_property")
	}
	service := p.do("founder", "GET", s.path+"/services/"+s.cut, "")
	p.want(http.StatusOK, "founder", "PATCH", s.path+"/services/"+s.cut, `{"active":false}`, service.etag())
	for range 2 {
		p.refuse(p.do("", "GET", ask, ""), 422, "validation.failed", "query.service_id unknown_id")
	}
}
