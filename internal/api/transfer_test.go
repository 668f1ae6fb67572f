package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

// withTransfer opens the premises' way in and out for files.
func withTransfer(t *testing.T) *premises {
	t.Helper()
	p := newPremises(t)
	d := p.Deps
	d.Bookings = booking.New(p.db, d.Clock, d.Ring, d.Availability, func(business.ID) {})
	d.Customers = customer.New(p.db, d.Clock, d.Ring, booking.Records{})
	d.Transfer = transfer.New(p.db, d.Clock, d.Ring, d.Availability, d.Customers, d.Catalog, d.Bookings, d.Team, transfer.Options{})
	gate := p.gate
	p.bench.API = New(d)
	p.gate = gate
	return p
}

const csvType = "Content-Type: text/csv"

func TestImports_FromTheFileToItsLines(t *testing.T) {
	t.Parallel()
	p := withTransfer(t)
	shop := p.found("a-shop")
	at := shop + "/imports"
	made := p.want(http.StatusCreated, "founder", "POST", at, `{"kind":"customers","name":"顧客.csv"}`, "Idempotency-Key: one")
	if again := p.want(http.StatusCreated, "founder", "POST", at, `{"kind":"customers","name":"顧客.csv"}`, "Idempotency-Key: one"); again.raw != made.raw {
		t.Errorf("replayed as %s", again.raw)
	}
	one := at + "/" + made.text("id")
	p.refuse(p.do("founder", "POST", one+"/start", `{}`), http.StatusConflict, "import.parts_missing")
	raw, err := japanese.ShiftJIS.NewEncoder().String("姓,名,電話番号,好きな色\n髙橋,花子,090-1234-5678,青\n山田,太郎,12,赤\n")
	if err != nil {
		t.Fatal(err)
	}
	p.want(http.StatusNoContent, "founder", "PUT", one+"/parts/1", raw[:20], csvType)
	p.want(http.StatusNoContent, "founder", "PUT", one+"/parts/2", raw[20:], csvType+"; charset=Shift_JIS")
	if a := p.do("founder", "PUT", one+"/parts/3", "x", "Content-Type: application/json"); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON was taken: %d %s", a.status, a.raw)
	}
	p.refuse(p.do("founder", "PUT", one+"/parts/51", "x", csvType), http.StatusUnprocessableEntity, "validation.failed", "path.position too_large")
	p.refuse(p.do("founder", "PUT", one+"/parts/1", "", csvType), http.StatusUnprocessableEntity, "validation.failed", "body required")
	if a := p.do("founder", "PUT", one+"/parts/1", strings.Repeat("x", 1<<20+1), csvType); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("too much was taken: %d", a.status)
	}
	if a := p.want(http.StatusOK, "founder", "POST", one+"/start", `{"dry_run":true}`); a.text("status") != "queued" {
		t.Errorf("%s", a.raw)
	}
	p.refuse(p.do("founder", "POST", one+"/start", `{}`), http.StatusConflict, "import.wrong_state")
	bid := shop[strings.LastIndexByte(shop, '/')+1:]
	if err := p.Transfer.Work(t.Context(), transfer.WorkArgs{BusinessID: bid, ImportID: made.text("id")}); err != nil {
		t.Fatal(err)
	}
	a := p.want(http.StatusOK, "founder", "GET", one, "")
	if a.text("status") != "checked" || a.text("charset") != "shift_jis" || a.body["created"] != 1.0 || a.body["refused"] != 1.0 ||
		!strings.Contains(a.raw, `"unknown_columns":["好きな色"]`) {
		t.Errorf("%s", a.raw)
	}
	lines := p.want(http.StatusOK, "founder", "GET", one+"/lines?outcome=refused", "", "Accept-Language: en")
	if !strings.Contains(lines.raw, `"line":3,"outcome":"refused","subject_id":null,"errors":[{"column":"phone","code":"phone","message":"Please check the phone number."}]`) {
		t.Errorf("%s", lines.raw)
	}
	first := p.want(http.StatusOK, "founder", "GET", one+"/lines?limit=1", "")
	second := p.want(http.StatusOK, "founder", "GET", one+"/lines?limit=1&cursor="+first.text("next_cursor"), "")
	if !strings.Contains(first.raw, `"line":2`) || !strings.Contains(second.raw, `"line":3`) || second.body["next_cursor"] != nil {
		t.Errorf("%s\n%s", first.raw, second.raw)
	}
	if n := len(p.want(http.StatusOK, "founder", "GET", at+"?limit=1", "").items("id")); n != 1 {
		t.Errorf("%d imports", n)
	}
	p.want(http.StatusNoContent, "founder", "DELETE", one, "")
	p.want(http.StatusNotFound, "founder", "GET", one, "")
	p.want(http.StatusNotFound, "stranger", "GET", at, "")
}

func TestExports_AsFilesOfSpreadsheets(t *testing.T) {
	t.Parallel()
	p := withTransfer(t)
	shop := p.found("a-shop")
	at := shop + "/exports/"
	p.want(http.StatusCreated, "founder", "POST", shop+"/customers", `{"family_name":"𠮷野","given_name":"=1+1","phone":"090-1234-5678"}`)
	w := p.ask("GET", at+"customers", "", "as:founder")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), `attachment; filename="customers-`) ||
		!strings.HasPrefix(w.Body.String(), "\ufeff顧客ID,姓,") || !strings.Contains(w.Body.String(), ",𠮷野,'=1+1,") || !strings.Contains(w.Body.String(), ",090-1234-5678,") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	w = p.ask("GET", at+"customers?charset=shift_jis", "", "as:founder", "Accept-Language: en")
	if plain, err := japanese.ShiftJIS.NewDecoder().String(w.Body.String()); err != nil || w.Header().Get(signsReplaced) != "1" || !strings.Contains(plain, "id,family_name") || !strings.Contains(plain, "〓野") {
		t.Errorf("%v %s", w.Header(), plain)
	}
	w = p.ask("GET", at+"all", "", "as:founder")
	var all map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil || w.Header().Get("Content-Type") != "application/json" || len(all) != len(transfer.ExportKinds())+2 {
		t.Errorf("%v: %d members, %v", err, len(all), w.Header())
	}
	p.refuse(p.do("founder", "GET", at+"cats", ""), http.StatusUnprocessableEntity, "validation.failed", "path.kind not_allowed")
	p.refuse(p.do("founder", "GET", at+"audit?format=json&charset=shift_jis", ""), http.StatusUnprocessableEntity, "validation.failed", "query.charset not_allowed")
	p.want(http.StatusNotFound, "stranger", "GET", at+"all", "")
	p.member(shop, "manager", tenant.Manager)
	p.want(http.StatusForbidden, "manager", "GET", at+"customers", "")
}

// hasty is a connection whose time for reading ends, as a server's does, unless it is taken off.
type hasty struct {
	*httptest.ResponseRecorder
	endless bool
}

func (c *hasty) SetReadDeadline(t time.Time) error {
	c.endless = t.IsZero()
	return nil
}

// A server takes a client for gone when its time for reading is over, which is shorter than a long export.
func TestExports_OutliveTheTimeForReading(t *testing.T) {
	t.Parallel()
	p := withTransfer(t)
	r := httptest.NewRequest(http.MethodGet, p.found("a-shop")+"/exports/all", http.NoBody)
	r.Header.Set("Authorization", "Bearer founder")
	c := &hasty{ResponseRecorder: httptest.NewRecorder()}
	p.ServeHTTP(c, r)
	if c.Code != http.StatusOK || !c.endless {
		t.Errorf("%d %s, endless %v", c.Code, c.Body, c.endless)
	}
}

// The kinds that the document names are those that there are.
func TestExports_KindsOfTheDocument(t *testing.T) {
	t.Parallel()
	params, _ := documentOps(t)["export-records"]["parameters"].([]any)
	for _, x := range params {
		m, _ := x.(map[string]any)
		if m["name"] != "kind" {
			continue
		}
		schema, _ := m["schema"].(map[string]any)
		var got []string
		list, _ := schema["enum"].([]any)
		for _, k := range list {
			s, _ := k.(string)
			got = append(got, s)
		}
		if !slices.Equal(got, transfer.ExportKinds()) {
			t.Errorf("the document has %q,\nthere are %q", got, transfer.ExportKinds())
		}
		return
	}
	t.Error("no kinds")
}
