package app_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// raw is JSON that no Go value is written as.
func raw(text string) json.RawMessage { return json.RawMessage(text) }

// Hostile values by the type that they stand in for; anything is hostile to another type.
var (
	hostileAnywhere = []any{
		nil, true,
		map[string]any{},
		[]any{},
		[]any{[]any{}},
		[]any{nil},
		raw(`-1`), raw(`0.1`), raw(`1e300`), raw(`9223372036854775808`), raw(`1e999`),
		"", "\x00", "a\x00b", "\x1b[31m", raw(`"\ud800"`), raw(`"\udc00\ud800"`), "\u202egnp.exe", "\u200b\u200d\ufeff", "' OR 1=1 --", "<script>alert(1)</script>",
		"=cmd|' /C calc'!A0", "\r\nBcc: everybody@example.jp", "%s%n%x", "${jndi:ldap://x}", "../../etc/passwd",
		map[string]any{"__proto__": map[string]any{"x": 1}},
		raw(strings.Repeat("[", 40) + strings.Repeat("]", 40)), raw(`{"a":` + strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40) + `}`),
	}
	hostileTexts = []any{
		strings.Repeat("あ", 20_000), strings.Repeat("a", 300), strings.Repeat("👨‍👩‍👧", 100), strings.Repeat("e\u0301", 2000), " ", "\u3000", "\u00a0", "\n", "ｱｲｳ", "𝔘𝔫𝔦",
	}
	hostileNumbers = []any{
		raw(`0`), raw(`-2147483649`), raw(`2147483648`), raw(`-9223372036854775809`), raw(`99999999999999999999999999999999`), raw(`1e-400`), raw(`-0`), raw(`3.0000000001`),
		raw(`7`), raw(`"5"`), raw(`1000001`), raw(`100000001`),
	}
	hostileIDs = []any{
		"not-an-id", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "01936b2f-7c1e-7000-8000-00000000000", "{01936b2f-7c1e-7000-8000-000000000001}",
		"01936B2F-7C1E-7000-8000-000000000001", "urn:uuid:01936b2f-7c1e-7000-8000-000000000001",
	}
	hostileTimes = []any{
		"0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "10000-01-01T00:00:00Z", "2026-02-30T10:00:00+09:00",
		"2026-12-01T24:00:00+09:00", "2026-12-01T10:00:60Z", "2026-12-01T10:00:00+24:00", "2026-12-01T10:00:00", "2026-12-01", "2026-12-01T10:00:00.000000001Z", "1969-12-31T23:59:59Z",
		"2026-12-01t10:00:00z", "2262-04-11T23:47:16.854775808Z", "-0001-01-01T00:00:00Z", "2026-12-01T10:01:00+09:00", "now",
	}
	hostileDates = []any{
		"0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "2026-00-00", "-2026-01-01", "2026-1-1", "20261201", "2026-12-01T00:00:00Z", "１２", "1900-01-01",
		"2200-01-01",
	}
)

// hostile are values for a schema, with whatever lies within it made hostile too.
func (d *document) hostile(x *schema, name string, f facts) []any {
	x = d.resolve(x)
	out := append([]any{}, hostileAnywhere...)
	switch {
	case len(x.AnyOf) > 0:
		return append(out, d.hostile(x.AnyOf[0], name, f)...)
	case x.kind() == "object":
		return append(out, d.hostileObjects(x, name, f)...)
	case x.kind() == "array":
		return append(out, d.hostileArrays(x, f)...)
	case x.kind() == "integer", x.kind() == "number":
		return append(append(out, hostileNumbers...), x.beyond()...)
	case x.kind() != "string":
		return out
	}
	out = append(out, hostileTexts...)
	switch x.Format {
	case "date-time":
		return append(out, hostileTimes...)
	case "date":
		return append(out, hostileDates...)
	case "uuid":
		return append(out, hostileIDs...)
	}
	return out
}

// beyond are the numbers next to the bounds, on the wrong side.
func (x *schema) beyond() []any {
	var out []any
	if x.Minimum != nil {
		out = append(out, *x.Minimum-1)
	}
	if x.Maximum != nil {
		out = append(out, *x.Maximum+1)
	}
	return out
}

// hostileObjects are sane but for one property: hostile, missing, or unknown.
func (d *document) hostileObjects(x *schema, name string, f facts) []any {
	sane := map[string]any{}
	if v, ok := f.of(name); ok {
		if m, ok := v.(map[string]any); ok {
			maps.Copy(sane, m)
		}
	} else {
		sane = d.sampleObject(x, f)
	}
	with := func(name string, v any) map[string]any {
		m := maps.Clone(sane)
		m[name] = v
		return m
	}
	var out []any
	for _, name := range sortedNames(x.Properties) {
		for _, v := range d.hostile(x.Properties[name], name, f) {
			out = append(out, with(name, v))
		}
	}
	for _, name := range x.Required {
		m := maps.Clone(sane)
		delete(m, name)
		out = append(out, m)
	}
	for _, name := range []string{"zz_unknown", "id", "business_id", "status", "version", "", "\u202e", strings.Repeat("n", 500), "a\x00"} {
		if x.Properties[name] == nil {
			out = append(out, with(name, 1))
		}
	}
	return out
}

func (d *document) hostileArrays(x *schema, f facts) []any {
	one := d.sample(x.Items, "", f)
	var out []any
	for _, v := range d.hostile(x.Items, "", f) {
		out = append(out, []any{v})
	}
	for _, n := range []int{2, 21, 400} {
		many := make([]any, n)
		for i := range many {
			many[i] = one
		}
		out = append(out, many)
	}
	return out
}

// malformed are bodies that are wrong as a whole, or no JSON.
var malformed = []string{
	``, ` `, `[]`, `"x"`, `1`, `null`, `true`, `{`, `}`, `{"a":}`, `{"a":1}{"a":1}`, `{"a":1} x`, "\xff", "{\"a\":\"\xff\"}", "\ufeff{}", `{"a":1,"a":2}`, `{'a':1}`, `{a:1}`, `{"a":01}`,
	`{"a":NaN}`, `{"a":"\u12"}`, "{\"a\":\"\n\"}", `<xml/>`, `a=1&b=2`, strings.Repeat(`[`, 20_000), strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000),
	`{"a":"` + strings.Repeat("x", 2<<20) + `"}`, `{"a":1e999}`, `{"a":"\u0000"}`, `{"":1}`, `{"a":` + strings.Repeat("1", 5000) + `}`,
}

// Hostile texts for addresses and headers, escaped as they go out.
var (
	hostileInPath = []string{
		"%00", "a%00b", "%ff%fe", "%1b%5b31m", "%e2%80%aegnp", "-1", "0", "x", "null", "..%2f..%2fetc", "%2e%2e", "00000000-0000-0000-0000-000000000000", "9999-12-31", "0000-01-01", "0001-01-01", "2026-02-30",
		"10000-01-01", "%E3%81%82", "a%2Fb", "%27%20OR%201=1--", "*", strings.Repeat("a", 300), strings.Repeat("%E3%81%82", 300), "1e9", "01936b2f-7c1e-7000-8000-000000000009", "%25", "a;b", "a%0d%0ab",
	}
	hostileInQuery = append([]string{
		"", "true", "1.5", "-9223372036854775809", "99999999999999999999", "1e5", "a&a=b", "%5B%5D", "a,b,,", strings.Repeat("a,", 200), "0001-01-01T00:00:00Z", "1900-01-01", "2200-01-01", "9999-12-30", "%F0%9F%92%A9",
	}, hostileInPath...)
	hostileInHeader = []string{
		strings.Repeat("k", 256), strings.Repeat("k", 20_000), "\xff\xfe", "あ", "*", `W/"1"`, `"`, `""`, `"x"`, `"-1"`, `"1", "2"`, `"99999999999999999999"`, `1`, `"1`, "null", "' OR 1=1 --", "a\tb", `"0"`, `"1.0"`, `"01"`,
	}
)

func sortedNames(m map[string]*schema) []string { return slices.Sorted(maps.Keys(m)) }
