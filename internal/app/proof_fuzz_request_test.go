package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// fuzzRequest is one request, with what the judge must know of it.
type fuzzRequest struct {
	op     *fuzzOp
	by     *person
	server int
	target string
	given  map[string]string // the path's parameters
	body   any
	words  []string
	lang   string // of the answer; empty: either
	flaw   string // what was spoilt; empty: nothing, so far as the document tells
	never  bool   // the flaw must never be let through
	key    string // the Idempotency-Key
}

func (r *fuzzRequest) above() map[string]string {
	in := maps.Clone(r.given)
	delete(in, strings.Trim(r.op.parts[len(r.op.parts)-1], "{}"))
	return in
}

func (r *fuzzRequest) String() string {
	s := fmt.Sprintf("%s as %s: %s %s", r.op.OperationID, r.by.role, r.op.method, r.target)
	for _, word := range r.words {
		if !strings.HasPrefix(word, "Bearer ") {
			s += fmt.Sprintf(" [%.60s]", word)
		}
	}
	if r.flaw != "" {
		s += " (" + r.flaw + ")"
	}
	if r.body != nil {
		s += fmt.Sprintf(" %.1500s", encoded(r.body))
	}
	return s
}

var fuzzRoles = []string{"owner", "manager", "staff", "assistant", "rival", "wanderer", "operator", "guest"}

// Languages that are asked for, and what must be answered; empty: whichever.
var fuzzLanguages = [][2]string{
	{"ja", "ja"},
	{"en", "en"},
	{"", "ja"},
	{"en-US,en;q=0.9,ja;q=0.8", "en"},
	{"ja-JP, en;q=0.5", "ja"},
	{"fr", "ja"},
	{"ko,en;q=0.1", "en"},
	{"en;q=0, ja", "ja"},
	{"*", ""},
	{"\xff\xfe", "ja"},
	{"x;q=y", ""},
	{strings.Repeat("a-", 4000), ""},
	{"zh-Hant;q=1, en-GB;q=0.3", "en"},
}

// compose makes a request of any operation by anybody; of those of the story's
// themes more often. What the operation is about is made first, where it is missing.
func (w *world) compose(d dice) *fuzzRequest {
	op := oneOf(d, w.doc.operations)
	if d.chance(65) {
		op = oneOf(d, w.doc.tagged[oneOf(d, w.themes)])
	}
	anybody := 25
	if d.calm = d.chance(50); d.calm {
		anybody = 0
	}
	return w.composeOf(d, op, anybody)
}

// composeOf is a request of the operation, with what comes before it.
func (w *world) composeOf(d dice, op *fuzzOp, anybody int) *fuzzRequest {
	by := w.actor(d, op, anybody)
	in := map[string]string{"business_id": w.scope(d, by)}
	if op.authz.Audience == "person" {
		in["by"] = by.role
	}
	if d.calm || d.chance(80) {
		w.prepare(d, op, in, 2)
	}
	r := w.request(d, op, by, in)
	if d.mischief(56) {
		w.damage(d, r)
	}
	return r
}

// fuzzBefore are links that the document cannot tell: what brings the token, by
// mail or in its answer, and what the second factor is of.
var fuzzBefore = map[string][]string{
	"reset-password": {"forgot-password"}, "confirm-email": {"change-email"}, "verify-email": {"resend-verification"}, "refresh-tokens": {"login"},
	"second-factor": {"start-totp", "confirm-totp", "login"}, "confirm-totp": {"start-totp"}, "step-up": {"start-totp", "confirm-totp"}, "make-recovery-codes": {"step-up"}, "remove-totp": {"start-totp", "confirm-totp", "step-up"},
	"update-service-photo": {"put-service-photo"}, "delete-service-photo": {"put-service-photo"}, "update-resource-photo": {"put-resource-photo"}, "delete-resource-photo": {"put-resource-photo"},
	"start-import": {"put-import-part"}, "reinstate-business": {"suspend-business"}, "set-service-order": {"create-service-category"}, "undo-booking": {"cancel-booking"}, "get-invitation": {"create-invitation"}, "accept-invitation": {"create-invitation"}, "decline-invitation": {"create-invitation"},
}

// prepare makes what the path names and memory lacks: …/services/{service_id}
// is made by POST …/services, or found in their list, a date is made by PUT.
func (w *world) prepare(d dice, op *fuzzOp, in map[string]string, depth int) {
	if steps := fuzzBefore[op.OperationID]; len(steps) > 0 && d.chance(70) {
		w.lead(d, op, steps, in)
	}
	for i, part := range op.parts {
		name, ok := parameterName(part)
		if !ok || in[name] != "" || depth == 0 || w.memory.one(strings.Join(op.parts[:i], "/"), name, in) != nil {
			continue
		}
		maker := w.doc.maker(op.parts[:i], name)
		if maker == nil || maker == op {
			continue
		}
		w.prepare(d, maker, in, depth-1)
		by := w.actor(d, maker, 0)
		if op.authz.Audience == "person" { // one's own
			by = w.people[in["by"]]
		}
		w.ask1(w.request(dice{d.Rand, true}, maker, by, in))
	}
}

// lead asks for what comes before, and waits for the mail that it sends.
func (w *world) lead(d dice, op *fuzzOp, steps []string, in map[string]string) {
	for _, id := range steps {
		before := w.doc.byID(id)
		if before == nil {
			w.t.Fatalf("%s is no operation", id)
		}
		by := w.actor(d, before, 0)
		if one := w.people[in["by"]]; one != nil && op.authz.Audience == "person" { // one's own
			by = one
		} else if op.authz.Audience == "public" && before.authz.Audience == "person" { // of who signs in then
			by = w.people["wanderer"]
		}
		r := w.request(dice{d.Rand, true}, before, by, in)
		a := w.ask1(r)
		for name, v := range r.given { // what was done to one thing is followed up on that one
			if a.status < 300 && strings.Contains(op.path, "{"+name+"}") {
				in[name] = v
			}
		}
		if a.status < 300 && (strings.Contains(op.path, "_token") || op.body != nil && op.body.Properties["token"] != nil) {
			w.letters()
		}
	}
}

// request is one as it should be: by the actor, about the business.
func (w *world) request(d dice, op *fuzzOp, by *person, in map[string]string) *fuzzRequest {
	lang := oneOf(d, fuzzLanguages)
	r := &fuzzRequest{op: op, by: by, given: map[string]string{}, lang: lang[1]}
	if len(w.servers) > 1 && d.chance(20) {
		r.server = 1
	}
	w.asking = op
	if strings.Contains(op.path, "token") || op.body != nil && op.body.Properties["token"] != nil {
		w.post()
	}
	r.target = w.address(d, r, in)
	if r.by.bearer != "" {
		r.words = append(r.words, r.by.bearer)
	}
	if lang[0] != "" {
		r.words = append(r.words, "Accept-Language: "+lang[0])
	}
	if op.body != nil {
		known := maps.Clone(in)
		maps.Copy(known, r.given)
		r.body = w.value(d, "", op.body, known)
	}
	if op.file {
		r.body, r.words = op.sane.body, append(r.words, "Content-Type: "+op.sane.kind)
	}
	w.conditions(d, r)
	return r
}

// actor is mostly somebody who may, in so many of a hundred cases anybody; for what ends one's own way in, it is
// somebody who is soon replaced.
func (w *world) actor(d dice, op *fuzzOp, anybody int) *person {
	if op.hazardous() && anybody == 0 {
		return w.people["wanderer"]
	}
	if op.hazardous() {
		return w.people[oneOf(d, []string{"wanderer", "wanderer", "wanderer", "guest"})]
	}
	roles := op.authz.Roles
	switch op.authz.Audience {
	case "public":
		roles = []string{"guest"}
	case "platform":
		roles = []string{"operator"}
	case "person":
		roles = []string{"owner", "wanderer", "rival"}
	}
	if anybody == 0 && slices.Contains(roles, "owner") {
		roles = []string{"owner", "owner", "owner", "manager", "rival"}
		if !slices.Contains(op.authz.Roles, "manager") {
			roles = []string{"owner", "owner", "rival"}
		}
	}
	if d.chance(anybody) || len(roles) == 0 {
		roles = fuzzRoles
	}
	if key := w.people["key"]; key != nil && op.authz.Scope != "" && d.chance(15) {
		return key
	}
	role := oneOf(d, roles)
	if role == "owner" && anybody > 0 && d.chance(25) {
		role = "rival"
	}
	return w.people[role]
}

// scope is whose business it is about: mostly one's own.
func (w *world) scope(d dice, by *person) string {
	own, other := w.mine.id, w.theirs.id
	if by.role == "rival" {
		own, other = other, own
	}
	switch n := d.below(100); {
	case d.calm && by.role != "operator":
	case n >= 92:
		return other
	case n >= 82 || by.role == "operator" && n >= 60: // among them those that were founded on the way
		own = w.theirs.id
		if list := w.memory.known("business_id", map[string]string{"by": by.role}); len(list) > 0 {
			own = oneOf(d, list).value
		}
	}
	return own
}

// address fills the path and adds what is asked of the query.
func (w *world) address(d dice, r *fuzzRequest, in map[string]string) string {
	path := r.op.path
	about := w.about(d, r.op, in)
	for _, part := range r.op.parts {
		name, ok := parameterName(part)
		if !ok {
			continue
		}
		v := about[name]
		if v == "" {
			known := maps.Clone(in)
			maps.Copy(known, r.given)
			v = fmt.Sprint(w.value(d, name, r.op.params.GetByInAndName("path", name).Schema.Value, known))
		}
		if v == "" { // an empty one is another address
			v = "%00"
		}
		r.given[name] = v
		path = strings.Replace(path, part, escaped(v), 1)
	}
	q := url.Values{}
	for _, p := range r.op.params {
		if p.Value.In == "query" && (p.Value.Required || d.chance(35)) {
			q.Set(p.Value.Name, inQuery(w.value(d, p.Value.Name, p.Value.Schema.Value, in)))
		}
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// about is what the address names with all that it is part of: the exception of
// that resource, the note on that customer.
func (w *world) about(d dice, op *fuzzOp, in map[string]string) map[string]string {
	last := ""
	for _, p := range op.parts {
		if name, ok := parameterName(p); ok {
			last = name
		}
	}
	x := w.memory.one(op.above(last), last, in)
	if x == nil || in[last] != "" || d.mischief(30) || d.calm && d.chance(20) {
		return in
	}
	out := maps.Clone(in)
	maps.Copy(out, x.in)
	out[last] = x.value
	return out
}

// escaped is one segment of a path; what is escaped already stays so.
func escaped(v string) string {
	if v == "%00" {
		return v
	}
	return url.PathEscape(v)
}

func inQuery(v any) string {
	if list, ok := v.([]any); ok {
		texts := make([]string, len(list))
		for i, one := range list {
			texts[i] = inQuery(one)
		}
		return strings.Join(texts, ",")
	}
	if r, ok := v.(interface{ MarshalJSON() ([]byte, error) }); ok {
		b, _ := r.MarshalJSON()
		return string(b)
	}
	return fmt.Sprint(v)
}

// conditions sets the key of the intent and the version that is expected.
func (w *world) conditions(d dice, r *fuzzRequest) {
	if r.op.idempotent && d.chance(60) {
		r.key = fmt.Sprintf("key-%d-%d", w.worlds, len(w.keys))
		if len(w.keys) > 0 && d.mischief(15) {
			r.key = oneOf(d, w.keys)
		}
		w.keys = append(w.keys, r.key)
		r.words = append(r.words, "Idempotency-Key: "+r.key)
	}
	if !r.op.ifMatch {
		return
	}
	switch n := d.below(20); {
	case n < 14 || d.calm:
		if tag := w.version(r); tag != "" {
			r.words = append(r.words, "If-Match: "+tag)
		}
	case n < 18:
		r.flaw, r.never = "a version that never was", true
		r.words = append(r.words, `If-Match: "987654321"`)
	case n == 18:
		_, dated := parameterName(r.op.parts[len(r.op.parts)-1])
		r.flaw, r.never = "no version", r.op.method != http.MethodPut || !dated // what is put for the first time has none
	default:
		r.flaw = "a version of whatever"
		r.words = append(r.words, `If-Match: "`+strconv.Itoa(1+d.below(4))+`"`)
	}
}

// version asks for the thing that is to be changed, or for what it is part of.
func (w *world) version(r *fuzzRequest) string {
	path, _, _ := strings.Cut(r.target, "?")
	for strings.Count(path, "/") > 3 {
		if op, given := w.doc.match(http.MethodGet, path); op != nil {
			get := &fuzzRequest{op: op, by: r.by, server: r.server, target: path, given: given, lang: "ja"}
			if r.by.bearer != "" {
				get.words = []string{r.by.bearer}
			}
			a := w.ask1(get)
			if tag := a.header.Get("ETag"); tag != "" || r.op.method == http.MethodPut && a.status == http.StatusNotFound {
				return tag
			}
		}
		path = path[:strings.LastIndexByte(path, '/')]
	}
	return ""
}
