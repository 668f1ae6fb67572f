package site

import (
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// directoryPage is how customers find a shop: by trade, place and words.
type directoryPage struct {
	head
	Query, Vertical, Prefecture string
	Verticals                   []choice
	Prefectures                 []choice
	Shops                       []shopCard
	More                        string // the next page; empty: this is the last
	Searched                    bool
}

type choice struct {
	Value, Name string
	Chosen      bool
}

type shopCard struct{ Href, Name, Trade, Place string }

const cardsPerPage = 24

func (s *shops) directory(v *visitor) error {
	q := v.URL.Query()
	in := business.SearchInput{Query: q.Get("q"), Vertical: q.Get("vertical"), Prefecture: q.Get("prefecture")}
	h := s.head(v, "")
	h.Title = h.T("directory.title")
	h.found(s.PublicURL, "/", h.T("directory.about"))
	p := directoryPage{
		head: h, Query: in.Query, Vertical: in.Vertical, Prefecture: in.Prefecture,
		Searched: in.Query != "" || in.Vertical != "" || in.Prefecture != "",
	}
	for _, x := range business.Verticals {
		p.Verticals = append(p.Verticals, choice{string(x), tradeName(v.lang, x), string(x) == in.Vertical})
	}
	for _, x := range jp.Prefectures() {
		p.Prefectures = append(p.Prefectures, choice{x, x, x == in.Prefecture})
	}
	after := placeOf(q.Get("after"))
	rows, err := s.Businesses.Search(v.Context(), in, after, cardsPerPage+1)
	if err != nil && fault.KindOf(err) != fault.Invalid { // a trade or a place that is none finds nothing
		return err
	}
	if len(rows) > cardsPerPage {
		rows = rows[:cardsPerPage]
		q.Set("after", placeText(&rows[cardsPerPage-1]))
		p.More = "/?" + q.Encode()
	}
	for _, x := range rows {
		p.Shops = append(p.Shops, shopCard{"/" + x.Slug, x.Name.In(v.lang), tradeName(v.lang, x.Vertical), x.Prefecture + x.City})
	}
	return s.show(v, http.StatusOK, "directory", p)
}

// placeText is where a page of the directory ends, as it stands in an address.
func placeText(x *business.Listing) string {
	return base64.RawURLEncoding.EncodeToString(append(x.ID[:], x.SortKey...))
}

// placeOf reads it; nil, the beginning, for what is none.
func placeOf(text string) *business.Listing {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	const size = len(business.ID{})
	if err != nil || len(raw) <= size {
		return nil
	}
	return &business.Listing{ID: business.ID(raw[:size]), SortKey: raw[size:]}
}

func tradeName(lang locale.Lang, x business.Vertical) string {
	return locale.T(lang, "shop.trade."+string(x), nil)
}

// at is the address of a path with a query.
func at(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
