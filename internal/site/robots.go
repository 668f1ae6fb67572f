package site

import (
	"encoding/xml"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// robots tells search engines what is for them.
func (s *shops) robots(v *visitor) error {
	h := v.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	_, _ = v.w.Write([]byte("User-agent: *\nDisallow: /api/\nDisallow: /manage/\nSitemap: " + s.PublicURL + "/sitemap.xml\n")) // the client may be gone
	return nil
}

// mostMapped is how many shops one map may have, by its format's own bound for
// addresses: each shop has one a language, and one for either.
const mostMapped = 50_000 / 3

type siteMap struct {
	XMLName xml.Name    `xml:"urlset"`
	Space   string      `xml:"xmlns,attr"`
	Pages   []mappedURL `xml:"url"`
}

type mappedURL struct {
	Address string `xml:"loc"`
}

// siteMap lists the pages of all shops that customers may see.
func (s *shops) siteMap(v *visitor) error {
	rows, err := s.Businesses.Search(v.Context(), business.SearchInput{}, nil, mostMapped)
	if err != nil {
		return err
	}
	m := siteMap{Space: "http://www.sitemaps.org/schemas/sitemap/0.9", Pages: []mappedURL{{s.PublicURL + "/"}}}
	for i := range rows {
		address := s.PublicURL + "/" + rows[i].Slug
		m.Pages = append(m.Pages, mappedURL{address})
		for _, l := range locale.Langs {
			m.Pages = append(m.Pages, mappedURL{address + "?lang=" + string(l)})
		}
	}
	raw, err := xml.Marshal(m)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/xml; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	_, _ = v.w.Write([]byte(xml.Header)) // the client may be gone
	_, _ = v.w.Write(raw)
	return nil
}
