package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// thing is a value that an answer named: an id, a token, a start.
type thing struct {
	value string
	in    map[string]string // the path parameters that it was met with
	of    string            // the collection that it is one of, if it was met there
	dead  bool              // deleted; it is used all the same, now and then
}

// memory is what answers told, by the name under which requests ask for it. It
// is what links operations: what one created, the next reads, changes, deletes.
type memory struct {
	things map[string][]*thing
	tags   map[string]string // the newest ETag of each address
}

const remembered = 60 // things of a name, the newest

func newMemory() *memory { return &memory{things: map[string][]*thing{}, tags: map[string]string{}} }

// add remembers a value; one that is known moves to the end.
func (m *memory) add(name, value string, in map[string]string) { m.addOf("", name, value, in) }

// addOf is add for one of a collection.
func (m *memory) addOf(of, name, value string, in map[string]string) {
	if value == "" || len(value) > 600 {
		return
	}
	list := m.things[name]
	for i, x := range list {
		if x.value == value && maps.Equal(x.in, in) {
			if of != "" {
				x.of, x.dead = of, false
			}
			m.things[name] = append(slices.Delete(list, i, i+1), x)
			return
		}
	}
	list = append(list, &thing{value: value, in: maps.Clone(in), of: of})
	m.things[name] = list[max(0, len(list)-remembered):]
}

// known are the values of a name that fit what the address already says.
func (m *memory) known(name string, in map[string]string) []*thing {
	var out, sure []*thing // sure: met in that very business
	for _, x := range m.things[name] {
		if x.fits(in) {
			out = append(out, x)
			if b := in["business_id"]; b != "" && x.in["business_id"] == b {
				sure = append(sure, x)
			}
		}
	}
	if len(sure) > 0 {
		return sure
	}
	return out
}

// one is the newest living thing of a collection.
func (m *memory) one(of, name string, in map[string]string) *thing {
	for _, x := range slices.Backward(m.known(name, in)) {
		if x.of == of && !x.dead {
			return x
		}
	}
	return nil
}

// fits tells whether the thing was met where the other parameters say.
func (x *thing) fits(in map[string]string) bool {
	for name, v := range in {
		if w, ok := x.in[name]; ok && w != v {
			return false
		}
	}
	return true
}

// learn takes all that an answer names.
func (f *fuzzer) learn(m *memory, r *fuzzRequest, a answer) {
	m.add("challenge_token", a.text("challenge_token"), nil) // of a sign-in that goes on
	if a.status >= 300 {
		return
	}
	if key := a.text("key"); strings.HasPrefix(key, "omk_") {
		f.people["key"] = &person{role: "key", bearer: "Bearer " + key} // a program's way in
	}
	if secret := a.text("secret"); secret != "" && r.by.email != "" && len(secret)%8 == 0 {
		f.apps[r.by.email] = secret // an authenticator app's
	}
	path, _, _ := strings.Cut(r.target, "?")
	if tag := a.header.Get("ETag"); tag != "" {
		m.tags[path] = tag
	}
	if r.op.method == http.MethodDelete {
		m.bury(r)
		return
	}
	in := f.where(r)
	if last, ok := parameterName(r.op.parts[len(r.op.parts)-1]); ok && r.op.method == http.MethodPut {
		m.addOf(r.op.above(last), last, r.given[last], r.above())
	}
	if to := a.header.Get("Location"); to != "" {
		if op, given := f.doc.match(http.MethodGet, to); op != nil {
			f.learnPath(m, op, given)
		} else if op, given := f.doc.match(http.MethodDelete, to); op != nil {
			f.learnPath(m, op, given)
		}
	}
	whole := maps.Clone(in)
	maps.Copy(whole, r.given)
	f.learnList(m, r, a, whole)
	f.learnValue(m, "", a.body, in)
}

// where is what the answer belongs to: a shop's name in addresses and its id are one.
func (f *fuzzer) where(r *fuzzRequest) map[string]string {
	in := map[string]string{}
	for name, v := range r.given {
		switch name {
		case "slug":
			if id, ok := f.slugs[v]; ok {
				in["business_id"] = id
			}
		case "business_id":
			in[name] = v
		}
	}
	if len(in) == 0 && r.by != nil {
		in["by"] = r.by.role // a business of their own
	}
	return in
}

func (f *fuzzer) learnPath(m *memory, op *fuzzOp, given map[string]string) {
	above := map[string]string{}
	for _, p := range op.parts {
		if name, ok := parameterName(p); ok {
			m.addOf(op.above(name), name, given[name], above)
			above[name] = given[name]
		}
	}
}

// learnList learns what the things are named by that stand in a list: the ids at
// …/services are service_ids.
func (f *fuzzer) learnList(m *memory, r *fuzzRequest, a answer, in map[string]string) {
	name := f.doc.below(r.op.path)
	list, _ := a.at("items").([]any)
	if name == "" {
		return
	}
	for _, one := range append(list[:min(len(list), 20):min(len(list), 20)], a.body) {
		for _, by := range []string{"id", "name", "date"} {
			if v := (answer{body: one}).text(by); v != "" {
				m.addOf(r.op.path, name, v, in)
				break
			}
		}
	}
}

// learnValue walks an answer: "id" below "service" is a service_id; *_id, *_token
// and slugs have their names with them.
func (f *fuzzer) learnValue(m *memory, key string, v any, in map[string]string) {
	switch x := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			f.learnValue(m, name, x[name], in)
		}
		if kind, ok := x["kind"].(string); ok && f.kinds[kind] {
			id, _ := x["id"].(string)
			m.add(kind+"_id", id, in)
		}
	case []any:
		for _, one := range x[:min(len(x), 8)] {
			f.learnValue(m, key, one, in)
		}
	case string:
		if f.worthKeeping(key) {
			m.add(strings.TrimSuffix(key, "s"), x, in)
		}
	}
	inner, isMap := v.(map[string]any)
	if id, ok := inner["id"].(string); isMap && ok && key != "" && key != "items" {
		m.add(strings.TrimSuffix(key, "s")+"_id", id, in)
	}
}

func (f *fuzzer) worthKeeping(key string) bool {
	for _, end := range []string{"_id", "_ids", "_token", "_cursor", "_version"} {
		if strings.HasSuffix(key, end) {
			return true
		}
	}
	return f.doc.named[key] || key == "start" || key == "code" || key == "token" || key == "key" || key == "secret"
}

// bury marks what was deleted.
func (m *memory) bury(r *fuzzRequest) {
	name, ok := parameterName(r.op.parts[len(r.op.parts)-1])
	if !ok {
		return
	}
	for _, x := range m.things[name] {
		if x.value == r.given[name] {
			x.dead = true
		}
	}
}
