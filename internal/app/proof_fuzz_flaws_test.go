package app_test

import (
	"maps"
	"slices"
	"strings"
)

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

// spoil breaks one place of a body, whichever.
func spoil(d dice, body map[string]any) (any, string) {
	places := []func() string{func() string { body["zz_unknown"] = 1; return "an unknown property" }}
	var walk func(at string, m map[string]any)
	walk = func(at string, m map[string]any) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			places = append(places,
				func() string { m[name] = oneOf(d, hostileAnywhere); return at + name + " hostile" },
				func() string {
					m[name] = oneOf(d, slices.Concat(hostileTexts, hostileNumbers, hostileTimes))
					return at + name + " odd"
				},
				func() string { delete(m, name); return at + name + " missing" },
				func() string { m[name] = oneOf(d, fuzzHarms); return at + name + " harmful" },
			)
			switch x := m[name].(type) {
			case map[string]any:
				walk(at+name+".", x)
			case []any:
				if len(x) > 0 {
					if one, ok := x[0].(map[string]any); ok {
						walk(at+name+"[0].", one)
					}
				}
			}
		}
	}
	walk("", body)
	if d.chance(5) {
		return oneOf(d, malformed), "malformed"
	}
	what := oneOf(d, places)()
	return body, what
}
