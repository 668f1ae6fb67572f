package customer_test

import (
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

func TestNormalize_Email(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Hanako.Yamada@Example.COM": "Hanako.Yamada@example.com",
		" a+b@c.example ":           "a+b@c.example",
		"":                          "",
		"a@b.example\u200b":         "refused",
		"a@b.example\r\nBcc: c@d.e": "refused",
		"山田@example.jp":             "refused",
		"A <a@b.example>":           "refused",
		"a@b.example,c@d.example":   "refused",
		"no at sign":                "refused",
	} {
		var v fault.Fields
		g := customer.Input{Email: in}.Normalize(&v, "body.customer", true, locale.JA)
		got := g.Email
		if v.Len() > 0 {
			got = "refused"
		}
		if got != want {
			t.Errorf("%q = %q, want %q", in, got, want)
		}
	}
}

func TestIdentityKey_SamePersonHoweverWritten(t *testing.T) {
	t.Parallel()
	key := func(in customer.Input) string {
		var v fault.Fields
		g := in.Normalize(&v, "body.customer", false, locale.JA)
		if err := v.Err(); err != nil {
			t.Fatal(err)
		}
		return *g.IdentityKey()
	}
	a := key(customer.Input{FamilyName: "ヤマダ", GivenName: "はなこ", Phone: "090-1234-5678"})
	b := key(customer.Input{FamilyName: "やまだ ", GivenName: "ハナコ", Phone: "０９０１２３４５６７８"})
	c := key(customer.Input{FamilyName: "やまだ", GivenName: "ハナコ", Phone: "090-1234-5679"})
	if a != b || a == c {
		t.Errorf("keys %q, %q, %q: want the first two the same", a, b, c)
	}
}
