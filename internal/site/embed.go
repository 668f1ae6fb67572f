package site

import (
	_ "embed" // the script for pages of shops
	"net/http"
	"net/url"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the booking form in a frame of a page of the shop's own. Its pages
// are those of the booking site under addresses of their own, which alone may be
// framed, by the origins that the shop named. A frame of another site has no
// cookies: the language stands in the address like everything else, and forms need
// none, as their requests come from the frame's own origin. What can be done with
// a booking that was made is not among them: it opens a page of its own.

// embedPrefix is what the addresses of embedded pages begin with.
const embedPrefix = "/embed/"

//go:embed templates/embed.js
var embedScript []byte

func (s *shops) mountEmbedded(get, post func(path string, h func(*visitor) error)) {
	get(business.EmbedPath, embedder)
	get(embedPrefix+"{slug}", s.shop)
	get(embedPrefix+"{lang}/{slug}", s.shop)
	get(embedPrefix+"{lang}/{slug}/{page}", s.page(map[string]func(*visitor) error{"times": s.times, "details": s.details, "done": s.done}))
	post(embedPrefix+"{lang}/{slug}/{page}", s.page(map[string]func(*visitor) error{"hold": s.hold, "details": s.book}))
}

// embedder writes the script that puts the frame into a page.
func embedder(v *visitor) error {
	h := v.w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, _ = v.w.Write(embedScript) // the client may be gone
	return nil
}

// base is what the addresses of a shop's pages begin with.
func (v *visitor) base(snap *availability.Snapshot) string {
	if v.embed {
		return embedPrefix + string(v.lang) + "/" + snap.Business.Slug
	}
	return "/" + snap.Business.Slug
}

// inFrame is the address of the page, or of the shop after a form, in a language.
func (v *visitor) inFrame(l locale.Lang) string {
	path := embedPrefix + string(l) + "/" + v.PathValue("slug")
	if page := v.PathValue("page"); page != "" && v.Method == http.MethodGet {
		path += "/" + page
	}
	return path
}

// framing is who may frame the page.
func (v *visitor) framing() string {
	if !v.embed || len(v.framers) == 0 {
		return "'none'"
	}
	return strings.Join(v.framers, " ")
}

// done is the end of the way in a frame: what was booked, and the way to a page of
// its own where it can be changed.
func (s *shops) done(v *visitor) error {
	v.private = true
	snap, err := s.open(v)
	if err != nil {
		return err
	}
	token := v.URL.Query().Get("booking")
	m, err := s.Bookings.Open(v.Context(), token)
	if err != nil {
		return err
	}
	if m.BusinessID != snap.Business.ID {
		return fault.New(fault.NotFound, "not_found")
	}
	x := &linked{m, snap, booking.ManagePath(token)}
	return s.showManaged(v, x, http.StatusOK, managedPage{New: true})
}

// manageIn is the address of the booking's own page in a language.
func (x *linked) manageIn(l locale.Lang) string {
	return at(x.path, url.Values{"lang": {string(l)}})
}
