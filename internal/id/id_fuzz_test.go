package id

import (
	"encoding/json"
	"strings"
	"testing"
)

// An id that was read is written in one form, whatever the case it was read in,
// and in no other form than that of 36 characters.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"01936b2f-7c1e-7000-8000-000000000001", "01936B2F-7C1E-7000-8000-000000000001", "00000000-0000-0000-0000-000000000000", "{01936b2f-7c1e-7000-8000-000000000001}", "urn:uuid:01936b2f-7c1e-7000-8000-000000000001",
		"01936b2f7c1e70008000000000000001", "", "01936b2f-7c1e-7000-8000-00000000000g", "01936b2f_7c1e_7000_8000_000000000001",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		type thing struct{}
		x, err := Parse[thing](s)
		if err != nil {
			if !x.IsZero() {
				t.Errorf("%q: %s beside %v", s, x, err)
			}
			return
		}
		if x.String() != strings.ToLower(s) {
			t.Errorf("%q was read as %s", s, x)
		}
		raw, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		var again Of[thing]
		if err := json.Unmarshal(raw, &again); err != nil || again != x {
			t.Errorf("%q came back as %s, %v", s, again, err)
		}
		if (x.Ptr() == nil) != x.IsZero() {
			t.Errorf("%q: %v", s, x.Ptr())
		}
	})
}
