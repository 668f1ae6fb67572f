package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

func TestValidation_Body_NamesFieldAndCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const invalid = "Unprocessable Entity: validation.failed"
	deep := strings.Repeat(`{"parts":[`, 40) + strings.Repeat(`]}`, 40)
	for _, x := range []struct{ name, body, want string }{
		{"empty", ``, invalid + " [body required]"},
		{"null", `null`, invalid + " [body type_object]"},
		{"array", `[]`, invalid + " [body type_object]"},
		{"broken", `{"name": "a`, "Bad Request: request.malformed [body request.malformed]"},
		{"trailing", `{"name":"ab"} x`, "Bad Request: request.malformed [body request.malformed]"},
		{"trailing comma", `{"name":"ab",}`, "Bad Request: request.malformed [body request.malformed]"},
		{"not UTF-8", "{\"name\":\"a\xff\"}", "Bad Request: request.malformed [body request.malformed]"},
		{"name twice", `{"name":"ab","name":"cd"}`, "Bad Request: request.duplicate_name [body.name request.duplicate_name]"},
		{"name twice within", `{"name":"ab","parts":[{"name":"a","name":"b"}]}`, "Bad Request: request.duplicate_name [body.parts[0].name request.duplicate_name]"},
		{"missing", `{}`, invalid + " [body.name required]"},
		{"missing within", `{"name":"ab","parts":[{"name":"a"},{}]}`, invalid + " [body.parts[1].name required]"},
		{"unknown", `{"name":"ab","nope":1}`, invalid + " [body.nope unknown_property]"},
		{"unknown within", `{"name":"ab","parts":[{"name":"a","price":1}]}`, invalid + " [body.parts[0].price unknown_property]"},
		{"other case", `{"name":"ab","NAME":"cd"}`, invalid + " [body.NAME unknown_property]"},
		{"hostile name", `{"name":"ab","a.b[0]":1}`, invalid + ` [body["a.b[0]"] unknown_property]`},
		{"empty name", `{"name":"ab","":1}`, invalid + ` [body[""] unknown_property]`},
		{"null for text", `{"name":null}`, invalid + " [body.name type_string]"},
		{"type text", `{"name":5}`, invalid + " [body.name type_string]"},
		{"type integer", `{"name":"ab","count":"5"}`, invalid + " [body.count type_integer]"},
		{"fraction", `{"name":"ab","big":1.5}`, invalid + " [body.big type_integer]"},
		{"type number", `{"name":"ab","ratio":"x"}`, invalid + " [body.ratio type_number]"},
		{"type boolean", `{"name":"ab","on":1}`, invalid + " [body.on type_boolean]"},
		{"type array", `{"name":"ab","tags":"x"}`, invalid + " [body.tags type_array]"},
		{"type object", `{"name":"ab","title":"x"}`, invalid + " [body.title type_object]"},
		{"too short", `{"name":"a"}`, invalid + " [body.name too_short]"},
		{"too long", `{"name":"あいうえおか"}`, invalid + " [body.name too_long]"},
		{"too small", `{"name":"ab","count":-5}`, invalid + " [body.count too_small]"},
		{"too large", `{"name":"ab","count":1000005}`, invalid + " [body.count too_large]"},
		{"step", `{"name":"ab","count":7}`, invalid + " [body.count multiple_of]"},
		{"above", `{"name":"ab","ratio":0}`, invalid + " [body.ratio above]"},
		{"below", `{"name":"ab","ratio":1}`, invalid + " [body.ratio below]"},
		{"beyond int64", `{"name":"ab","big":9223372036854775808}`, invalid + " [body.big out_of_range]"},
		{"beyond float64", `{"name":"ab","big":1e999}`, invalid + " [body.big out_of_range]"},
		{"integer as exponent", `{"name":"ab","big":1e3}`, invalid + " [body.big out_of_range]"},
		{"enum", `{"name":"ab","color":"blue"}`, invalid + " [body.color not_allowed]"},
		{"language", `{"name":"ab","lang":"fr"}`, invalid + " [body.lang not_allowed]"},
		{"email", `{"name":"ab","mail":"a@"}`, invalid + " [body.mail format_email]"},
		{"uri", `{"name":"ab","site":"http://[::1"}`, invalid + " [body.site format_uri]"},
		{"instant", `{"name":"ab","at":"2026-12-01"}`, invalid + " [body.at format_date_time]"},
		{"instant at no offset", `{"name":"ab","at":"2026-12-01T10:00:00+24:00"}`, invalid + " [body.at format_date_time]"},
		{"time", `{"name":"ab","clock":"25"}`, invalid + " [body.clock format_time]"},
		{"date", `{"name":"ab","date":"2026-02-30"}`, invalid + " [body.date format_date]"},
		{"id", `{"name":"ab","ref":"x"}`, invalid + " [body.ref format_id]"},
		{"id in another form", `{"name":"ab","ref":"0191d0c27b7e7000800000000000000a"}`, invalid + " [body.ref format_id]"},
		{"pattern", `{"name":"ab","slug":"A"}`, invalid + " [body.slug format]"},
		{"too few", `{"name":"ab","tags":[]}`, invalid + " [body.tags too_few]"},
		{"too many", `{"name":"ab","tags":["a","b","c"]}`, invalid + " [body.tags too_many]"},
		{"duplicate", `{"name":"ab","tags":["a","a"]}`, invalid + " [body.tags duplicate]"},
		{"too few properties", `{"name":"ab","extra":{}}`, invalid + " [body.extra too_few]"},
		{"too many properties", `{"name":"ab","extra":{"a":"","b":"","c":""}}`, invalid + " [body.extra too_many]"},
		{"required with", `{"name":"ab","start":"1"}`, invalid + " [body.end required_with]"},
		{"text without Japanese", `{"name":"ab","title":{"en":"x"}}`, invalid + " [body.title.ja required]"},
		{"text of numbers", `{"name":"ab","title":{"ja":"x","en":1}}`, invalid + " [body.title.en type_string]"},
		{"NUL", `{"name":"a\u0000"}`, invalid + " [body.name invalid_text]"},
		{"control within", `{"name":"ab","parts":[{"name":"\u001b"}]}`, invalid + " [body.parts[0].name invalid_text]"},
		{"deep", `{"name":"ab","parts":[` + deep + `]}`, invalid + " [body.parts[0]" + strings.Repeat(".parts[0]", 15) + ".parts too_deep]"},
		{"several", `{"name":"a","count":3,"x":1}`, invalid + " [body.count multiple_of] [body.name too_short] [body.x unknown_property]"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			for _, lang := range []string{"ja", "en"} {
				w := b.ask("POST", "/api/v1/public/things", x.body, "Accept-Language: "+lang)
				if got := found(problemOf(t, w)); got != x.want {
					t.Errorf("got  %s\nwant %s", got, x.want)
				}
			}
		})
	}
}

func TestValidation_MessagesCarryTheBounds(t *testing.T) {
	t.Parallel()
	w := newBench(t).ask("POST", "/api/v1/public/things", `{"name":"abcdef","count":1000005,"color":"x","start":"1"}`, "Accept-Language: en")
	for _, want := range []string{"at most 5 characters", "at most 1000000.", "one of: red, green", "required when start is given"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %q in %s", want, w.Body)
		}
	}
}

func TestValidation_ValuesAreNotEchoed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, body := range []string{
		`{"name":"ab","password":"` + canary + `"}`,
		`{"name":{"` + canary + `":1}}`,
		`{"name":"ab","ref":"` + canary + `"}`,
		`{"name":"ab","date":"` + canary + `"}`,
		`{"name":"ab","mail":"` + canary + `"}`,
		`{"name":"ab","password":"` + canary,
	} {
		problemOf(t, b.ask("POST", "/api/v1/public/things", body))
	}
	if strings.Contains(b.log.String(), canary) {
		t.Errorf("the canary sings in the log: %s", b.log)
	}
}

func TestValidation_WrongEverywhere_AnswerIsBounded(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	body.WriteString(`{"name":"ab"`)
	for n := range 5000 {
		fmt.Fprintf(&body, `,"x%d":1`, n)
	}
	body.WriteString(`}`)
	w := newBench(t).ask("POST", "/api/v1/public/things", body.String())
	if p := problemOf(t, w); len(p.Errors) != maxFieldErrors {
		t.Errorf("%d errors, want %d", len(p.Errors), maxFieldErrors)
	}
}

func TestValidation_Parameters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const invalid = "Unprocessable Entity: validation.failed"
	for _, x := range []struct{ query, want string }{
		{"things/abc", invalid + " [query.must required]"},
		{"things/abcdefghijk?must=1", invalid + " [path.slug too_long]"},
		{"things/a%00b?must=1", invalid + " [path.slug invalid_text]"},
		{"things/a%ffb?must=1", invalid + " [path.slug invalid_text]"},
		{"things/a?must=%00", invalid + " [query.must invalid_text]"},
		{"things/a?must=%zz", invalid + " [query format]"},
		{"things/a?must=1;x=2", invalid + " [query format]"},
		{"things/a?must=1&must=2", invalid + " [query.must duplicate]"},
		{"things/a?must=1&nope=1", invalid + " [query.nope unknown_property]"},
		{"things/a?must=1&%3Cb%3E=1", invalid + ` [query["<b>"] unknown_property]`},
		{"things/a?must=1&n=x", invalid + " [query.n type_integer]"},
		{"things/a?must=1&n=0", invalid + " [query.n too_small]"},
		{"things/a?must=1&n=99999999999999999999", invalid + " [query.n type_integer]"},
		{"things/a?must=1&f=x", invalid + " [query.f type_number]"},
		{"things/a?must=1&on=x", invalid + " [query.on type_boolean]"},
		{"things/a?must=1&kind=c", invalid + " [query.kind not_allowed]"},
		{"things/a?must=1&date=2026-13-01", invalid + " [query.date format_date]"},
		{"things/a?must=1&at=tomorrow", invalid + " [query.at format_date_time]"},
		{"things/a?must=1&staff_id=1", invalid + " [query.staff_id format_id]"},
		{"things/a?must=1&ids=1", invalid + " [query.ids[0] format_id]"},
		{"pages?limit=0", invalid + " [query.limit too_small]"},
		{"pages?limit=101", invalid + " [query.limit too_large]"},
	} {
		w := b.ask("GET", "/api/v1/public/"+x.query, "")
		if got := found(problemOf(t, w)); got != x.want {
			t.Errorf("%s:\ngot  %s\nwant %s", x.query, got, x.want)
		}
	}
}

func TestParameters_Lenient(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	one, two := thing.String(), other.String()
	for query, want := range map[string]string{
		"at=2026-12-01T14:30:00%2B09:00":     `"at":"2026-12-01T14:30:00+09:00"`,
		"at=2026-12-01T14:30:00+09:00":       `"at":"2026-12-01T14:30:00+09:00"`, // the plus was not escaped
		"ids=" + one + "," + two:             `"ids":["` + one + `","` + two + `"]`,
		"ids=" + one + "&ids=" + two:         `"ids":["` + one + `","` + two + `"]`,
		"date=2026-12-01":                    `"date":"2026-12-01"`,
		"date=2026-12-01&n=5&kind=a&on=true": `"ids":[]`,
	} {
		w := b.ask("GET", "/api/v1/public/things/a?must=1&"+query, "")
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

func TestBody_TypeAndSize(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	fits := `{"name":"ab"}` + strings.Repeat(" ", 51) // 64 bytes
	for _, x := range []struct {
		name, body, header string
		status             int
		code               string
	}{
		{"JSON", fits, "Content-Type: application/json", 204, ""},
		{"JSON with charset", fits, "Content-Type: application/json; charset=UTF-8", 204, ""},
		{"no type", fits, "", 204, ""},
		{"form", fits, "Content-Type: application/x-www-form-urlencoded", 415, "request.media_type"},
		{"text", fits, "Content-Type: text/plain", 415, "request.media_type"},
		{"JSON like", fits, "Content-Type: application/vnd.x+json", 415, "request.media_type"},
		{"another charset", fits, "Content-Type: application/json; charset=shift_jis", 415, "request.media_type"},
		{"compressed", fits, "Content-Encoding: gzip", 415, "request.media_type"},
		{"no type at all", fits, "Content-Type: ;;", 415, "request.media_type"},
		{"no body", "", "", 204, ""},
		{"no body of a type", "", "Content-Type: text/plain", 204, ""},
		{"one byte too much", fits + " ", "", 413, "request.too_large"},
		{"far too much", strings.Repeat(" ", 1000), "", 413, "request.too_large"},
	} {
		w := b.ask("POST", "/api/v1/public/small", x.body, x.header)
		if w.Code != x.status {
			t.Errorf("%s: got %d %s, want %d", x.name, w.Code, w.Body, x.status)
		}
		if x.code == "" {
			continue
		}
		if p := problemOf(t, w); p.Code != x.code {
			t.Errorf("%s: got %s, want %s", x.name, p.Code, x.code)
		}
	}
	w := b.ask("POST", "/api/v1/public/small", strings.Repeat(" ", 65), "Accept-Language: en")
	if !strings.Contains(w.Body.String(), "64 bytes") {
		t.Errorf("the bound is not told: %s", w.Body)
	}
}

// Chunked, the length is known only while reading.
func TestBody_TooLargeWithoutLength(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := httptest.NewRequest("POST", "/api/v1/public/small", bytes.NewReader(make([]byte, 1000)))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	if p := problemOf(t, w); w.Code != 413 || p.Code != "request.too_large" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestBody_DefaultBoundIsAMegabyte(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := `{"name":"ab"}`
	fits := body + strings.Repeat(" ", defaultMaxBody-len(body))
	if w := b.ask("POST", "/api/v1/public/things", fits); w.Code != 200 {
		t.Errorf("1 MB: %d", w.Code)
	}
	if w := b.ask("POST", "/api/v1/public/things", fits+" "); w.Code != 413 {
		t.Errorf("1 MB and a byte: %d", w.Code)
	}
}

func TestAnswer_ArraysAreNeverNull(t *testing.T) {
	t.Parallel()
	w := newBench(t).ask("POST", "/api/v1/public/things", `{"name":"ab"}`)
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.Body.String(), `"tags":[]`) || !strings.Contains(w.Body.String(), `"colors":[]`) || got["owner"] != nil {
		t.Errorf("got %s", w.Body)
	}
}

func TestAnswer_EncodedByHand(t *testing.T) {
	t.Parallel()
	w := newBench(t).ask("GET", "/api/v1/public/raw", "")
	if w.Body.String() != `{"raw":1}` || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("got %s, %v", w.Body, w.Header())
	}
}

// The framework's other refusals cannot be brought about quickly: they are tried one by one.
func TestFrameworkError_OtherRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	op := b.huma.OpenAPI().Paths["/api/v1/public/small"].Post
	for _, x := range []struct {
		status int
		msg    string
		errs   []error
		want   string
	}{
		{408, "request body read timeout", nil, "Request Timeout: request.timeout"},
		{415, "", []error{errors.New(canary)}, "Unsupported Media Type: request.media_type"},
		{413, "", nil, "Request Entity Too Large: request.too_large"},
		{500, "cannot read request body", []error{errors.New(canary)}, "Bad Request: request.malformed"},
		{500, canary, []error{errors.New(canary)}, "Internal Server Error: internal"},
		{406, canary, nil, "Internal Server Error: internal"},
		{422, canary, []error{errors.New(canary)}, "Unprocessable Entity: validation.failed [body invalid]"},
		{422, canary, []error{&huma.ErrorDetail{Location: "body.x", Message: canary, Value: canary}}, "Unprocessable Entity: validation.failed [body.x invalid]"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/", nil)
		r = r.WithContext(withCall(r.Context(), &call{header: w.Header(), requestID: "r", lang: "en"}))
		err := frameworkError(humago.NewContext(op, r, w), x.status, x.msg, x.errs...)
		p, ok := err.(*Problem)
		if !ok || found(*p) != x.want {
			t.Errorf("%d %s: got %v, want %s", x.status, x.msg, err, x.want)
			continue
		}
		if shown, err := json.Marshal(p); err != nil || strings.Contains(string(shown), canary) {
			t.Errorf("the canary sings: %s %v", shown, err)
		}
	}
}
