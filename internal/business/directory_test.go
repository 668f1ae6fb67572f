package business_test

import (
	"slices"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

func TestSearch_FindsAnyWidthKanaAndCase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for slug, name := range map[string]locale.Text{
		"hana-salon": {"ja": "ハナ サロン", "en": "Hana Salon"}, "midori": {"ja": "みどり医院"}, "percent": {"ja": "100%_オフ"},
	} {
		b.approved(slug, func(in *business.FoundInput) {
			in.Name, in.Prefecture, in.City = name, new("東京都"), new("渋谷区")
		})
	}
	b.found("draft-hana", func(in *business.FoundInput) { in.Name = ja("ハナ 準備中") })
	for query, want := range map[string][]string{
		"はな":          {"hana-salon"},
		"ﾊﾅ　ｻﾛﾝ":      {"hana-salon"},
		"HANA":        {"hana-salon"},
		"渋谷 ミドリ":      {"midori"},
		"渋谷 みどり 新宿":   {},
		"%":           {"percent"},
		"0%_":         {"percent"},
		`\`:           {},
		"":            {"percent", "hana-salon", "midori"}, // 1, ハ, み
		"東京":          {"percent", "hana-salon", "midori"},
		"\u202e":      {"percent", "hana-salon", "midori"},
		"' OR 1=1 --": {},
	} {
		got, err := b.business.Search(t.Context(), business.SearchInput{Query: query}, nil, 10)
		if err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		if slugs := slugsOf(got); !slices.Equal(slugs, want) {
			t.Errorf("%q: got %q, want %q", query, slugs, want)
		}
	}
}

func slugsOf(list []business.Listing) []string {
	out := []string{}
	for _, l := range list {
		out = append(out, l.Slug)
	}
	return out
}

func TestSearch_FiltersAndChecksItsInput(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.approved("tokyo-salon", func(in *business.FoundInput) { in.Prefecture = new("東京都") })
	b.approved("osaka-bar", func(in *business.FoundInput) { in.Prefecture, in.Vertical = new("大阪府"), business.Restaurant })
	for _, c := range []struct {
		in   business.SearchInput
		want []string
	}{
		{business.SearchInput{Prefecture: "Osaka"}, []string{"osaka-bar"}},
		{business.SearchInput{Vertical: "hair_salon"}, []string{"tokyo-salon"}},
		{business.SearchInput{Vertical: "hair_salon", Prefecture: "大阪"}, []string{}},
	} {
		got, err := b.business.Search(t.Context(), c.in, nil, 10)
		if err != nil || !slices.Equal(slugsOf(got), c.want) {
			t.Errorf("%+v: got %q, %v", c.in, slugsOf(got), err)
		}
	}
	_, err := b.business.Search(t.Context(), business.SearchInput{Vertical: "bakery", Prefecture: "California"}, nil, 10)
	refused(t, err, "validation.failed", "query.vertical not_allowed", "query.prefecture prefecture")
	_, err = b.business.ByStatus(t.Context(), "gone", "", nil, 10)
	refused(t, err, "validation.failed", "query.status not_allowed")
}

func TestSearch_PagesMeetEveryBusinessOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	names := []string{"あ", "い", "い", "う", "渡辺", "Zoo"}
	for i, n := range names {
		b.approved("shop-"+string(rune('a'+i)), func(in *business.FoundInput) { in.Name = ja(n) })
	}
	var got []string
	var after *business.Listing
	for {
		page, err := b.business.Search(t.Context(), business.SearchInput{}, after, 2)
		b.must(err)
		if len(page) == 0 {
			break
		}
		for _, l := range page {
			got = append(got, l.Name["ja"])
		}
		after = &page[len(page)-1]
	}
	if !slices.Equal(got, []string{"Zoo", "あ", "い", "い", "う", "渡辺"}) {
		t.Errorf("got %q", got)
	}
}

func TestByStatus_OldestFirstInPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, slug := range []string{"shop-c", "shop-a", "shop-b"} {
		b.found(slug)
		b.clock.Advance(time.Minute)
	}
	first, err := b.business.ByStatus(t.Context(), business.Draft, "", nil, 2)
	b.must(err)
	rest, err := b.business.ByStatus(t.Context(), "", "", &first[1], 2)
	b.must(err)
	if got := append(slugsOf(first), slugsOf(rest)...); !slices.Equal(got, []string{"shop-c", "shop-a", "shop-b"}) {
		t.Errorf("got %q", got)
	}
	if none, err := b.business.ByStatus(t.Context(), business.Approved, "", nil, 2); err != nil || len(none) != 0 {
		t.Errorf("approved: %+v, %v", none, err)
	}
}

func TestBySlug_HostileSlugsAreAbsent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, slug := range []string{"", "nobody", "a\x00b", "HANA", "../admin", "花", "a'--", string(make([]byte, 5000))} {
		_, err := b.business.BySlug(t.Context(), slug)
		refused(t, err, "not_found")
	}
}
