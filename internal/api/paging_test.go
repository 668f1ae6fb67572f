package api

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"testing"
)

type fakeList struct {
	Items      []int   `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

func (b *bench) page(t *testing.T, query string) fakeList {
	t.Helper()
	w := b.ask("GET", "/api/v1/public/pages?"+query, "")
	var l fakeList
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || w.Code != 200 {
		t.Fatalf("%s: %d %s", query, w.Code, w.Body)
	}
	return l
}

func TestPaging_WalksToTheEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var all []int
	query := "limit=2&q=x"
	for range 3 {
		l := b.page(t, query)
		all = append(all, l.Items...)
		if l.NextCursor == nil {
			break
		}
		query = "limit=2&q=x&cursor=" + url.QueryEscape(*l.NextCursor)
	}
	if !slices.Equal(all, []int{1, 2, 3, 4, 5}) {
		t.Errorf("got %v", all)
	}
	if l := b.page(t, ""); len(l.Items) != 5 || l.NextCursor != nil {
		t.Errorf("without a limit: %+v", l)
	}
	if w := b.ask("GET", "/api/v1/public/pages", ""); w.Body.String() != `{"items":[1,2,3,4,5],"next_cursor":null}` {
		t.Errorf("got %s", w.Body)
	}
}

func TestPaging_ForeignCursor_IsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	good := *b.page(t, "limit=2&q=x").NextCursor
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	const want = "Unprocessable Entity: validation.failed [query.cursor cursor]"
	for name, target := range map[string]string{
		"another filter": "pages?q=y&cursor=" + good,
		"no filter":      "pages?cursor=" + good,
		"another list":   "other-pages?q=x&cursor=" + good,
		"changed":        "pages?q=x&cursor=" + base64.RawURLEncoding.EncodeToString(raw),
		"cut":            "pages?q=x&cursor=" + good[:10],
		"garbled":        "pages?q=x&cursor=!!",
		"a number":       "pages?q=x&cursor=5",
	} {
		w := b.ask("GET", "/api/v1/public/"+target, "")
		if got := found(problemOf(t, w)); got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if l := b.page(t, "limit=1&q=x&cursor="+good); !slices.Equal(l.Items, []int{3}) {
		t.Errorf("the limit may change between pages: %+v", l)
	}
}
