package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/id"
)

func TestFlags_OperatorsSetThem_WithVersionReasonAndTrail(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	path := p.found("hana-salon")
	bid := path[strings.LastIndexByte(path, '/')+1:]
	list := p.want(http.StatusOK, "operator", "GET", "/admin/flags?limit=100", "")
	if !slices.Contains(list.items("name"), "business_api_keys") || !slices.Contains(list.items("updated_at"), "null") {
		t.Errorf("list: %s", list.raw)
	}
	const at = "/admin/flags/business_api_keys"
	f := p.want(http.StatusOK, "operator", "GET", at, "")
	if f.header.Get("ETag") != `"1"` || f.body["percent"] != 0.0 || f.text("what") == "" || f.text("owner") == "" || f.text("remove_by") == "" {
		t.Errorf("flag: %s", f.raw)
	}
	features := func() string { return p.want(http.StatusOK, "founder", "GET", path+"/features", "").raw }
	if got := features(); !strings.Contains(got, `"features":[]`) {
		t.Errorf("features: %s", got)
	}
	p.refuse(p.do("operator", "PUT", at, `{"killed":false,"percent":10,"reason":"x"}`), 428, "precondition.required", "header.If-Match required")
	p.refuse(p.do("operator", "PUT", at, `{"killed":false,"percent":10,"reason":"x"}`, `If-Match: "7"`), 412, "precondition.stale")
	p.refuse(p.do("operator", "PUT", at, `{"percent":101}`, f.etag()), 422, "validation.failed", "body.killed required", "body.percent too_large", "body.reason required")
	p.refuse(p.do("operator", "PUT", at, `{"killed":false,"percent":1,"reason":"x","business_ids":["`+id.New[any](testNow).String()+`"]}`, f.etag()), 422,
		"validation.failed", "body.business_ids[0] unknown_id")
	p.refuse(p.do("operator", "PUT", "/admin/flags/no_such_flag", `{"killed":false,"percent":1,"reason":"x"}`, f.etag()), 404, "not_found")
	p.refuse(p.do("operator", "GET", "/admin/flags/no_such_flag", ""), 404, "not_found")
	p.refuse(p.do("founder", "GET", at, ""), 403, "auth.forbidden")
	f = p.want(http.StatusOK, "operator", "PUT", at, `{"killed":false,"percent":0,"business_ids":["`+bid+`"],"reason":"先行してお試しいただくため"}`, f.etag())
	if f.header.Get("ETag") != `"2"` || f.text("updated_at") == "" || !strings.Contains(f.raw, bid) {
		t.Errorf("set: %s", f.raw)
	}
	if got := features(); !strings.Contains(got, `["business_api_keys"]`) {
		t.Errorf("features: %s", got)
	}
	p.want(http.StatusOK, "operator", "PUT", at, `{"killed":true,"percent":100,"business_ids":["`+bid+`"],"reason":"障害のため"}`, f.etag())
	if got := features(); !strings.Contains(got, `"features":[]`) {
		t.Errorf("killed: %s", got)
	}
	p.refuse(p.do("founder", "POST", path+"/api-keys", keyBody), 403, "flag.off")
	trail := p.want(http.StatusOK, "operator", "GET", "/admin/audit?action=flag.changed&subject=flag:business_api_keys", "")
	if got := trail.items("reason"); len(got) != 2 || !slices.Contains(got, "障害のため") || trail.items("actor_name")[0] != "山田 花子" {
		t.Errorf("trail: %s", trail.raw)
	}
}
