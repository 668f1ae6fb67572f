package demo

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/customer"
)

// Shares of a hundred customers.
const (
	withEmail   = 25
	visitorsPer = 6
)

// dice are random numbers that are the same for the same shop and subject.
func dice(slug, subject string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(slug + "\x00" + subject))
	return rand.New(rand.NewPCG(h.Sum64(), 0x6f6d6f74656e6173)) //nolint:gosec // a demo needs the same numbers again, not secret ones
}

// people are the customers of a shop: the same ones each time.
//
// No range of numbers is set aside for fiction in Japan. Exchanges there never
// begin with 0 or 1, so that 03-1123-4567 reaches nobody; visitors have numbers
// of the American range that is set aside.
func (s *shop) people(n int) []customer.Input {
	r := dice(s.slug(), "people")
	taken := map[string]bool{}
	list := make([]customer.Input, 0, n)
	for len(list) < n {
		p := s.somebody(r, len(list))
		if key := p.FamilyName + p.GivenName; !taken[key] && !taken[p.Phone] {
			taken[key], taken[p.Phone] = true, true
			list = append(list, p)
		}
	}
	return list
}

func (s *shop) somebody(r *rand.Rand, i int) customer.Input {
	if r.IntN(100) < visitorsPer {
		family, given := pick(r, visitorFamilies), pick(r, visitorGivens)
		return customer.Input{FamilyName: family, GivenName: given, Phone: fmt.Sprintf("+1 202-555-01%02d", i%100), Locale: "en"}
	}
	family, given := pick(r, familyNames), pick(r, givenNames)
	p := customer.Input{
		FamilyName: family.kanji, FamilyNameKana: family.kana, GivenName: given.kanji, GivenNameKana: given.kana,
		Phone: s.area, Locale: "ja",
	}
	for len(p.Phone) < len("0312345678") {
		p.Phone += strconv.Itoa(r.IntN(10))
	}
	if r.IntN(100) < withEmail {
		p.Email = given.latin + "." + family.latin + "@mail.example"
	}
	return p
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
