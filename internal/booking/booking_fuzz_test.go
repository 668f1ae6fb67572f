package booking

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// Nobody makes a manage link or a hold's token but us, nor one of the other; each
// has one spelling.
func FuzzOpenToken(f *testing.F) {
	ring := pgtest.Ring(f)
	b, x, h := business.ID{1}, ID{2}, HoldID{3} // the same in every process of a fuzz run
	good := ManageToken(ring, b, x, 3)
	held := HoldToken(ring, b, h)
	for _, s := range []string{good, held, "", good[:len(good)-1], good + "A", good + "=", strings.ToUpper(good), base64.RawURLEncoding.EncodeToString(make([]byte, 50)), good[:20] + "\n" + good[20:]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		bid, bookingID, generation, ok := openToken(ring, purposeManage, token)
		if ok && (token != good || bid != [16]byte(b) || bookingID != [16]byte(x) || generation != 3) {
			t.Errorf("%q opened booking %x of %x", token, bookingID, bid)
		}
		if _, hold, _, ok := openToken(ring, purposeHold, token); ok && (token != held || hold != [16]byte(h)) {
			t.Errorf("%q opened hold %x", token, hold)
		}
		if token == good && !ok {
			t.Error("a link of ours does not open")
		}
	})
}

// A code as people type it becomes letters and digits, the same when typed again.
func FuzzCleanCode(f *testing.F) {
	for _, s := range []string{"7K3M9PQX", "７ｋ３ｍ-９ｐｑｘ", " 7K3M 9PQX ", "ーー", "あ", "\x00", "\xff", "ﬁ", "ß", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code := CleanCode(s)
		if strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" || CleanCode(code) != code || CleanCode(strings.ToLower(code)) != code {
			t.Errorf("%q became %q", s, code)
		}
		if made := newCode(); CleanCode(strings.ToLower(made[:4]+"-"+made[4:])) != made {
			t.Errorf("%s is not read back", made)
		}
	})
}
