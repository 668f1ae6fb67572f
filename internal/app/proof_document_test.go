package app_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// The proofs over every operation read the API's own document: an operation that
// is new is proven without anybody thinking of it.

type document struct {
	Paths      map[string]map[string]*endpoint
	Components struct{ Schemas map[string]*schema }
}

type endpoint struct {
	ID    string `json:"operationId"`
	Authz struct {
		Audience string
		Roles    []string
	} `json:"x-authz"`
	Parameters  []parameter
	RequestBody *struct {
		Required bool
		Content  map[string]struct{ Schema *schema }
	}
	method, path string // the path as the tests ask for it: without /api/v1
}

type parameter struct {
	Name, In string
	Required bool
	Schema   *schema
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Pattern    string
	Enum       []any
	Examples   []any
	Minimum    *float64
	Maximum    *float64
	MinLength  *int
	MaxLength  *int
	MinItems   *int
	MaxItems   *int
	Properties map[string]*schema
	Required   []string
	Items      *schema
	AnyOf      []*schema
}

// readDocument asks a server for its document. Operations that suspend a business
// or end the caller's session come last.
func (s *stage) readDocument() (*document, []*endpoint) {
	s.t.Helper()
	d := &document{}
	a := s.ask(0, http.MethodGet, "/openapi.json", nil)
	if err := json.Unmarshal(a.raw, d); err != nil {
		s.t.Fatal(err)
	}
	var out []*endpoint
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			e := d.Paths[path][method]
			e.method, e.path = strings.ToUpper(method), strings.TrimPrefix(path, "/api/v1")
			out = append(out, e)
		}
	}
	if len(out) < 70 {
		s.t.Fatalf("only %d operations", len(out))
	}
	slices.SortStableFunc(out, func(a, b *endpoint) int { return cmp.Compare(a.harm(), b.harm()) })
	return d, out
}

// harm orders operations by what is left for those after them.
func (e *endpoint) harm() int {
	switch {
	case strings.Contains(e.ID, "logout") || e.ID == "change-password":
		return 3
	case e.Authz.Audience == "platform" || e.ID == "leave-business":
		return 2
	case e.method == http.MethodDelete:
		return 1
	}
	return 0
}

// body is the schema of the operation's body; nil when it has none.
func (d *document) body(e *endpoint) *schema {
	if e.RequestBody == nil {
		return nil
	}
	return d.resolve(e.RequestBody.Content["application/json"].Schema)
}

func (d *document) resolve(x *schema) *schema {
	for x != nil && x.Ref != "" {
		x = d.Components.Schemas[x.Ref[strings.LastIndexByte(x.Ref, '/')+1:]]
	}
	return x
}

// kind is the schema's type, of several the first.
func (x *schema) kind() string {
	switch t := x.Type.(type) {
	case string:
		return t
	case []any:
		k, _ := t[0].(string)
		return k
	}
	return ""
}

// facts are values for parameters and properties, by their names, that are sane
// in this installation. Names that begin with + are given though they are optional.
type facts map[string]any

func (f facts) of(name string) (v any, given bool) {
	if v, ok := f["+"+name]; ok {
		return v, true
	}
	v, ok := f[name]
	return v, ok
}

// text is a value that is a text; empty when it is none.
func (f facts) text(name string) string {
	s, _ := f[name].(string)
	return s
}

// sample is a sane value of the schema.
func (d *document) sample(x *schema, name string, f facts) any {
	x = d.resolve(x)
	if v, ok := f.of(name); ok && (len(x.Enum) == 0 || slices.Contains(x.Enum, v)) {
		if texts, localized := v.(map[string]any); !localized || x.kind() != "string" {
			return v
		} else if ja, ok := texts["ja"]; ok { // the name of something that has it in one language
			return ja
		}
	}
	switch {
	case len(x.Enum) > 0:
		return x.Enum[0]
	case len(x.AnyOf) > 0:
		return d.sample(x.AnyOf[0], name, f)
	case x.kind() == "object":
		return d.sampleObject(x, f)
	case len(x.Examples) > 0:
		return x.Examples[0]
	}
	switch x.kind() {
	case "array": // service_ids are each a service_id
		n := 1
		if x.MinItems != nil {
			n = max(n, *x.MinItems)
		}
		return slices.Repeat([]any{d.sample(x.Items, strings.TrimSuffix(name, "s"), f)}, n)
	case "integer", "number":
		if x.Minimum != nil {
			return *x.Minimum
		}
		return 1
	case "boolean":
		return false
	}
	return "x"
}

func (d *document) sampleObject(x *schema, f facts) map[string]any {
	out := map[string]any{}
	for name, p := range x.Properties {
		if _, wanted := f["+"+name]; wanted || slices.Contains(x.Required, name) {
			out[name] = d.sample(p, name, f)
		}
	}
	return out
}

// facts are those of the shop.
func (x *shop) facts() facts {
	x.t.Helper()
	booked := x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(9, 10), 77))
	held := x.must(http.StatusCreated, http.MethodPost, x.site("/holds"), map[string]any{"service_id": x.service, "start": x.hour(9, 12)})
	f := x.platformFacts()
	maps.Copy(f, x.records("own"))
	maps.Copy(f, facts{
		"business_id": x.id, "slug": x.slug, "+service_id": x.service, "staff_id": x.staff[0], "resource_id": x.staff[0], "option_id": x.option,
		"booking_id": booked.text("booking.id"), "manage_token": booked.text("manage_token"), "hold_token": held.text("hold_token"),
		"date": x.day(5), "from": x.day(1), "to": x.day(3), "+start": x.hour(9, 14), "+customer": x.wish("", 7)["customer"],
		"terms_version": "1", "amount": 1000, "currency": "JPY", "email": door("nobody"), "password": passphrase, "code": "7K3M9PQX", "phone": "090-1234-5678",
		"+reason": "証明のため", "name": map[string]any{"ja": "名前"}, "duration_minutes": 60, "If-Match": `"1"`, "Idempotency-Key": "", "+silent": true,
		"start_minute": 600, "end_minute": 1200, "passkey_id": x.id, "flag": "business_api_keys", "+expires_in_days": 30, "confirm": true,
		"current_password": passphrase, "new_password": passphrase + " anew", "postal_code": "1500001", "+family_name": "証明",
		"+from_date": x.day(20), "+to_date": x.day(20),
		"+weekly": []any{map[string]any{"weekday": 0, "ranges": []any{map[string]any{"start_minute": 600, "end_minute": 1200}}}},
	})
	return f
}

// platformFacts are somebody whom operators may end, in an installation with every flag on.
func (x *shop) platformFacts() facts {
	x.t.Helper()
	x.join("victim")
	x.exec(`INSERT INTO feature_flags (name, percent, version, updated_at) VALUES ('business_api_keys', 100, 2, now()) ON CONFLICT DO NOTHING`)
	x.clock.Advance(time.Minute) // the server may remember that it was off
	return facts{"user_id": x.userID("victim"), "session_id": x.sessionID("victim"), "job_id": x.deadJob()}
}

// deadJob is a job that was given up, of a kind that nobody knows.
func (s *stage) deadJob() string {
	s.t.Helper()
	return strconv.Itoa(s.count(`INSERT INTO river_job (state, attempt, max_attempts, kind, queue, args, errors, finalized_at)
		VALUES ('discarded', 8, 8, 'proof.dead', 'bulk', '{}', ARRAY['{"error": "timeout"}'::jsonb], now()) RETURNING id`))
}

// target is the path of a request with a value for each parameter; one of them
// may be another one's.
func (e *endpoint) target(d *document, f facts, other facts) string {
	path := e.path
	for _, p := range e.Parameters {
		if p.In == "path" {
			v, ok := other[p.Name].(string)
			if !ok {
				v = fmt.Sprint(d.sample(p.Schema, p.Name, f))
			}
			path = strings.Replace(path, "{"+p.Name+"}", v, 1)
		}
	}
	sign := "?"
	for _, p := range e.Parameters {
		if _, wanted := f["+"+p.Name]; p.In == "query" && (wanted || p.Required) {
			v, _ := d.sample(p.Schema, p.Name, f).(string)
			path, sign = path+sign+p.Name+"="+v, "&"
		}
	}
	return path
}

// headers are sane ones for the parameters of the operation.
func (e *endpoint) headers(f facts) []string {
	var out []string
	for _, p := range e.Parameters {
		if v, _ := f[p.Name].(string); p.In == "header" && v != "" {
			out = append(out, p.Name+": "+v)
		}
	}
	if _, kind := e.file(); kind != "" {
		out = append(out, "Content-Type: "+kind)
	}
	return out
}

// file is a sane body of an operation that takes no JSON, and its type; nothing
// for any other.
func (e *endpoint) file() (body, kind string) {
	if e.RequestBody != nil {
		for kind := range e.RequestBody.Content {
			if sane, ok := files[kind]; ok {
				return sane.body, sane.kind
			}
		}
	}
	return "", ""
}

// files are sane bodies that are no JSON, by their type in the document.
var files = map[string]struct{ body, kind string }{
	"text/csv":            {filePart, "text/csv"},
	"multipart/form-data": {photoBody, photoBodyType},
}

// filePart is a file that fits, of people.
const filePart = "姓,名,電話番号\n証明,一子,090-1234-5678\n"

// sane is a body that fits; nil for an operation without one.
func (d *document) sane(e *endpoint, f facts) any {
	if body, kind := e.file(); kind != "" {
		return body
	}
	if x := d.body(e); x != nil {
		return d.sampleObject(x, f)
	}
	return nil
}

// needsFactor are operations that want a second factor, or a password where it is the first: none can be made up.
var needsFactor = []string{
	"second-factor", "passkey-sign-in", "step-up", "start-totp", "start-passkey", "add-passkey", "make-recovery-codes", "remove-totp", "remove-passkey",
}

// The samples are sane: else the proofs that change one thing of them would
// prove no more than that nonsense is refused.
func TestProof_Document_SamplesAreLetThrough(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // a sample of every operation
		return
	}
	s := newStage(t, 1)
	x := s.openShop("sane-salon", 2)
	d, operations := s.readDocument()
	f := x.facts()
	through := map[int]int{}
	for _, e := range operations {
		who := x.owner
		if e.Authz.Audience == "platform" {
			who = x.operator
		}
		a := s.ask(0, e.method, e.target(d, f, nil), d.sane(e, f), append(e.headers(f), who)...)
		through[a.status]++
		// Links and sessions cannot be made up, and not every state allows everything.
		invented := slices.Contains([]string{"verify-email", "login", "refresh-tokens", "logout-all", "confirm-email", "reset-password"}, e.ID) || slices.Contains(needsFactor, e.ID)
		if a.status >= 500 || !invented &&
			(a.status == 400 || a.status == 401 || a.status == 403 || a.status == 422) {
			t.Errorf("%s: %d %s", e.ID, a.status, a.raw)
		}
	}
	t.Logf("%d operations, answers by status: %v", len(operations), through)
}
