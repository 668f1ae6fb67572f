package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// What our reader accepts means what encoding/json says; what it refuses is told by a code of ours.
func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":[1,2.5,-0,1e3,"x",true,null,{"b":{}}]}`, `{"a":1,"a":2}`, `[`, `"\ud800"`, `"\u0000"`, `{"a.b":1}`, `1e999`, "\xff",
		` {"a" : "\n" } `, `[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got, want any
		if err := decodeJSON(data, &got); err != nil {
			code, _, ok := strings.Cut(err.Error(), separator)
			if !ok || strings.ContainsAny(code, " {\"") {
				t.Errorf("%q: message %q", data, err)
			}
			return
		}
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("%q: accepted, but %v", data, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", data, d)
		}
	})
}

// An ETag of ours is read back; nothing else is read as a version.
func FuzzPrecondition(f *testing.F) {
	for _, seed := range []string{`"1"`, `1`, `""`, `"01"`, `W/"1"`, `*`, `"9223372036854775807"`, `"9223372036854775808"`, `"1", "2"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		n, err := Precondition{header}.expect()
		if err == nil && etag(n) != header {
			t.Errorf("%q was read as %d", header, n)
		}
		if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.NoPrecondition {
			t.Errorf("%q: %v", header, err)
		}
	})
}

// Nobody makes a cursor but us.
func FuzzCursor(f *testing.F) {
	a := newAPI(Deps{Ring: pgtest.Ring(f), Clock: clock.System{}})
	ctx := withCall(f.Context(), &call{route: "/x", header: http.Header{}})
	position := 7
	good, err := nextCursor(ctx, a, "filter", &position)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(*good)
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		var got int
		more, err := Paging{Cursor: cursor}.after(ctx, a, "filter", &got)
		switch {
		case err != nil && fault.KindOf(err) != fault.Invalid:
			t.Errorf("%q: %v", cursor, err)
		case more && got != 7: // the only position that was ever sealed
			t.Errorf("%q was accepted as %d", cursor, got)
		}
	})
}

// Whatever a client sends as ids of request and trace, the log and the header stay clean.
func FuzzRequestID(f *testing.F) {
	for _, seed := range []string{"", "abc", "a\nb", "a b", strings.Repeat("x", 100), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, id := range []string{requestID(s), "t" + traceID(s)} {
			if id == "" || len(id) > 64 || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }) {
				t.Errorf("%q became %q", s, id)
			}
		}
		if a := agent(s); !isText(a) || len([]rune(a)) > 200 {
			t.Errorf("%q became %q", s, a)
		}
	})
}
