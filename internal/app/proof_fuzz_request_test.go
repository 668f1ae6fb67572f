package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
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
	{"ja", "ja"}, {"en", "en"}, {"", "ja"}, {"en-US,en;q=0.9,ja;q=0.8", "en"}, {"ja-JP, en;q=0.5", "ja"}, {"fr", "ja"}, {"ko,en;q=0.1", "en"}, {"en;q=0, ja", "ja"}, {"*", ""}, {"\xff\xfe", "ja"}, {"x;q=y", ""},
	{strings.Repeat("a-", 4000), ""}, {"zh-Hant;q=1, en-GB;q=0.3", "en"},
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
// mail or in its answer.
var fuzzBefore = map[string]string{
	"reset-password": "forgot-password", "confirm-email": "change-email", "verify-email": "resend-verification", "second-factor": "login", "refresh-tokens": "login", "get-invitation": "create-invitation",
	"accept-invitation": "create-invitation", "decline-invitation": "create-invitation", "confirm-totp": "start-totp", "make-recovery-codes": "step-up", "remove-totp": "step-up",
}

// prepare makes what the path names and memory lacks: …/services/{service_id}
// is made by POST …/services, or found in their list, a date is made by PUT.
func (w *world) prepare(d dice, op *fuzzOp, in map[string]string, depth int) {
	if before := w.doc.byID(fuzzBefore[op.OperationID]); before != nil && d.chance(70) {
		a := w.ask1(w.request(dice{d.Rand, true}, before, w.actor(d, before, 0), in))
		if a.status < 300 && (strings.Contains(op.path, "token") || op.body != nil && op.body.Properties["token"] != nil) {
			w.letters()
		}
	}
	for i, part := range op.parts {
		name, ok := parameterName(part)
		if !ok || in[name] != "" || depth == 0 || slices.ContainsFunc(w.memory.known(name, in), func(x *thing) bool { return !x.dead }) {
			continue
		}
		maker := w.doc.maker(op.parts[:i], name)
		if maker == nil || maker == op {
			continue
		}
		w.prepare(d, maker, in, depth-1)
		w.ask1(w.request(dice{d.Rand, true}, maker, w.actor(d, maker, 0), in))
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
		w.post(w.people["wanderer"].email)
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
	var names []string
	for _, p := range op.parts {
		if name, ok := parameterName(p); ok && name != "business_id" {
			names = append(names, name)
		}
	}
	if len(names) < 2 || d.mischief(30) {
		return in
	}
	for _, x := range slices.Backward(w.memory.known(names[len(names)-1], in)) {
		if _, whole := x.in[names[0]]; whole && !x.dead {
			out := maps.Clone(in)
			maps.Copy(out, x.in)
			out[names[len(names)-1]] = x.value
			return out
		}
	}
	return in
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
		r.words = append(r.words, `If-Match: "`+fmt.Sprint(1+d.below(4))+`"`)
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

// damage spoils one part of a request.
func (w *world) damage(d dice, r *fuzzRequest) {
	path, query, _ := strings.Cut(r.target, "?")
	switch n := d.below(20); {
	case n < 11 && r.body != nil:
		if body, ok := r.body.(map[string]any); ok {
			r.body, r.flaw = spoil(d, body)
		}
	case n < 13 && r.body != nil:
		kind := oneOf(d, []string{"text/plain", "application/xml", "application/json; charset=utf-16", ";;;", ""})
		r.words, r.flaw = append(r.words, "Content-Type: "+kind), "content type "+kind
	case n < 15 && len(r.given) > 0:
		parts := strings.Split(path, "/")
		var at []int
		for i, p := range r.op.parts {
			if strings.HasPrefix(p, "{") {
				at = append(at, i)
			}
		}
		i, v := oneOf(d, at), oneOf(d, hostileInPath)
		parts[i] = v
		r.given = maps.Clone(r.given)
		r.given[strings.Trim(r.op.parts[i], "{}")] = v
		r.target, r.flaw = strings.TrimSuffix(strings.Join(parts, "/")+"?"+query, "?"), "path"
	case n < 17:
		name := "zz_unknown"
		if len(r.op.params) > 0 {
			name = oneOf(d, r.op.params).Value.Name
		}
		r.target, r.flaw = withQuery(r.target, name, oneOf(d, hostileInQuery)), "query "+name
	case n < 18 && (r.op.ifMatch || r.op.idempotent):
		name := "Idempotency-Key"
		if r.op.ifMatch {
			name = "If-Match"
		}
		r.words = append(slices.DeleteFunc(slices.Clone(r.words), func(w string) bool { return strings.HasPrefix(w, name) }), name+": "+oneOf(d, hostileInHeader))
		r.key, r.flaw = "", "header "+name
	default:
		r.words = append(slices.DeleteFunc(slices.Clone(r.words), func(w string) bool { return strings.HasPrefix(w, "Bearer") }), "Authorization: "+oneOf(d, []string{"Bearer x.y.z", "Basic eDp5", "Bearer", "\xff", "Bearer " + strings.Repeat("a", 3000)}))
		r.flaw = "token"
	}
}
