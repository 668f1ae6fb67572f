package site

import (
	"bytes"
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Shops are what the booking site stands on: the same services as the API's.
type Shops struct {
	DB           *pg.DB
	Clock        clock.Clock
	Ring         *secret.Ring
	Businesses   *business.Service
	Availability *availability.Service
	Bookings     *booking.Service
	PublicURL    string // without a slash at the end
	// Guest is whoever is asking, as histories and the audit trail name them.
	Guest func(context.Context) tenant.Actor
}

// shops serves the booking site.
type shops struct {
	Shops
	log   *slog.Logger
	pages map[string]*template.Template
	cards *cards
}

// MountShops registers the pages that customers book on: the directory, a page of
// each shop, its free times, the customer's details, and the booking by its link.
// All of it works without a script, and a GET changes nothing.
func (s *Site) MountShops(mount func(pattern string, h http.Handler), o Shops) {
	x := &shops{Shops: o, log: s.log, pages: shopPages(), cards: newCards()}
	protect := http.NewCrossOriginProtection()
	get := func(path string, h func(*visitor) error) { mount("GET "+path, x.serve(h)) }
	post := func(path string, h func(*visitor) error) { mount("POST "+path, protect.Handler(x.serve(h))) }
	get("/{$}", x.directory)
	get("/robots.txt", x.robots)
	get("/sitemap.xml", x.siteMap)
	get("/manifest.webmanifest", x.manifest)
	get("/sw.js", x.serviceWorker)
	get("/offline/{lang}", x.offline)
	get("/assets/icon/{file}", x.icon)
	get("/assets/accent/{file}", x.accent)
	get("/{slug}", x.shop)
	// Patterns with a word behind the slug would be in the way of our own addresses.
	get("/{slug}/{page}", x.page(map[string]func(*visitor) error{"times": x.times, "details": x.details, "card.png": x.card}))
	post("/{slug}/{page}", x.page(map[string]func(*visitor) error{"hold": x.hold, "details": x.book}))
	link := booking.ManagePath("{token}")
	get(link, x.managed)
	get(link+"/times", x.moveTimes)
	post(link+"/move", x.move)
	get(link+"/cancel", x.askCancel)
	post(link+"/cancel", x.cancel)
	x.mountEmbedded(get, post)
	mountAssets(mount)
}

// page is a page of a shop by its name.
func (s *shops) page(of map[string]func(*visitor) error) func(*visitor) error {
	return func(v *visitor) error {
		if h, ok := of[v.PathValue("page")]; ok {
			return h(v)
		}
		return fault.New(fault.NotFound, "not_found")
	}
}

// visitor is one request of somebody who looks for a time, or has one.
type visitor struct {
	*http.Request
	w    http.ResponseWriter
	lang locale.Lang
	now  time.Time

	private bool     // the address is a secret
	embed   bool     // in a frame of a page of the shop's own
	framers []string // whose pages those are
}

// maxDetails bounds what a form may send: the longest note, escaped.
const maxDetails = 64 << 10 // bytes

func (s *shops) serve(h func(*visitor) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visitor{Request: r, w: w, lang: chosenLang(w, r), now: s.Clock.Now()}
		v.embed = strings.HasPrefix(r.URL.Path, embedPrefix)
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, maxDetails)
			if err := r.ParseForm(); err != nil {
				s.refuse(v, fault.Wrap(fault.Malformed, "request.malformed", err)) //nolint:contextcheck // it is the visitor's
				return
			}
		}
		if err := h(v); err != nil {
			s.refuse(v, err) //nolint:contextcheck // it is the visitor's
		}
	})
}

// langCookie remembers the language that somebody chose.
const langCookie = "lang"

// chosenLang is the language of the address, else the one chosen before, else
// what the browser asks for.
func chosenLang(w http.ResponseWriter, r *http.Request) locale.Lang {
	for _, l := range locale.Langs {
		if r.PathValue("lang") == string(l) { // a frame has no cookies
			return l
		}
	}
	asked := r.URL.Query().Get("lang")
	for _, l := range locale.Langs {
		if asked == string(l) {
			http.SetCookie(w, &http.Cookie{ //nolint:gosec // a language is no secret, and dev has no TLS
				Name: langCookie, Value: asked, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, HttpOnly: true,
			})
			return l
		}
	}
	if c, err := r.Cookie(langCookie); err == nil {
		for _, l := range locale.Langs {
			if c.Value == string(l) {
				return l
			}
		}
	}
	return locale.Match(r.Header.Get("Accept-Language"))
}

// head is what every page has.
type head struct {
	Lang      locale.Lang
	Title     string
	About     string // for search engines and cards
	Canonical string // absolute, without a language; empty: not to be found by search engines
	Switch    []langLink
	Data      any // structured data, written as JSON-LD; nil: none
	Shop      *shopHead
	Script    string
	Style     string
	Accent    string // the style sheet of the shop's colour; empty: ours
	Theme     string // the colour itself
	Icon      string
	Image     string // absolute: what is shown where the page is shared; empty: nothing
	Offline   string // the page of the device's own bookings
	Embed     bool   // in a frame: what leads elsewhere opens a page of its own
}

type langLink struct {
	Lang    locale.Lang
	Name    string
	Href    string
	Current bool
}

// shopHead is the bar of a shop's pages.
type shopHead struct{ Name, Href string }

// Locale is the language as cards name it.
func (h head) Locale() string {
	if h.Lang == locale.EN {
		return "en_US"
	}
	return "ja_JP"
}

// T is a text of the site in the page's language.
func (h head) T(key string, pairs ...any) string {
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			panic("site: the name of an argument of " + key + " is no text")
		}
		args[name] = pairs[i+1]
		if text, ok := pairs[i+1].(string); ok {
			args[name] = apart(text)
		}
	}
	return locale.T(h.Lang, "shop."+key, args)
}

// In is a text of a business in the page's language.
func (h head) In(t locale.Text) string { return t.In(h.Lang) }

func (s *shops) head(v *visitor, title string) head {
	h := head{
		Lang: v.lang, Title: title, Script: assetPath("site.js"), Style: assetPath("shop.css"), Theme: platformAccent, Icon: iconPath(iconSizes[0]),
		Offline: offlinePath(v.lang), Embed: v.embed,
	}
	for _, l := range locale.Langs {
		q := v.URL.Query()
		q.Set("lang", string(l))
		path := v.URL.Path
		if v.Method != http.MethodGet {
			path, q = "/"+v.PathValue("slug"), url.Values{"lang": {string(l)}}
		}
		if v.embed {
			path = v.inFrame(l)
			q.Del("lang")
		}
		h.Switch = append(h.Switch, langLink{l, langNames[l], at(path, q), l == v.lang})
	}
	return h
}

var langNames = map[locale.Lang]string{locale.JA: "日本語", locale.EN: "English"}

// found makes a page one that search engines may show, in either language.
func (h *head) found(publicURL, path, about string) {
	h.Canonical, h.About = publicURL+path, about
}

// policyOfPages: nothing from elsewhere, no script in the page itself.
const policyOfPages = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "

// show writes a page. Pages of one person are never kept.
func (s *shops) show(v *visitor, status int, name string, page any) error {
	var b bytes.Buffer
	if err := s.pages[name].ExecuteTemplate(&b, "layout", page); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.lang))
	h.Set("Content-Security-Policy", policyOfPages+v.framing())
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("Referrer-Policy", "same-origin")
	if v.private {
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b.Bytes()) // the client may be gone
	return nil
}

// messagePage says what happened and what to do.
type messagePage struct {
	head
	Text, Action, Href string
}

// refuse shows an error that no page of its own explains, without its cause.
func (s *shops) refuse(v *visitor, err error) {
	f, known := fault.As(err)
	if !known {
		f = fault.Wrap(fault.Internal, "internal", err)
	}
	h := s.head(v, "")
	p := messagePage{Text: locale.T(v.lang, f.Code, f.Args), Action: h.T("back.directory"), Href: "/"}
	status := http.StatusUnprocessableEntity
	switch f.Kind { //nolint:exhaustive // all others are of what was sent
	case fault.Internal:
		s.log.ErrorContext(v.Context(), "page of the booking site", "error", err)
		status = http.StatusInternalServerError
	case fault.NotFound:
		status, p.Text = s.absent(v, h)
	case fault.Malformed:
		status = http.StatusBadRequest
		p.Text = h.T("malformed")
	case fault.Conflict:
		status = http.StatusConflict
	case fault.Unavailable, fault.Throttled:
		status = http.StatusServiceUnavailable
		v.w.Header().Set("Retry-After", "2")
		p.Action, p.Href = h.T("again"), v.URL.RequestURI()
	}
	h.Title = h.T("sorry")
	p.head = h
	if err := s.show(v, status, "message", p); err != nil {
		s.log.ErrorContext(v.Context(), "page", "error", err)
		http.Error(v.w, locale.T(v.lang, "internal", nil), http.StatusInternalServerError)
	}
}

// absent is what is said of what is not there: of a shop that is closed for now,
// that it is, and of one that is not open yet.
func (s *shops) absent(v *visitor, h head) (status int, text string) {
	if v.PathValue("token") != "" {
		return http.StatusNotFound, h.T("absent.booking")
	}
	x, err := s.Businesses.OfAnyStatus(v.Context(), v.PathValue("slug"))
	if err != nil {
		return http.StatusNotFound, h.T("absent.shop")
	}
	switch x.Status {
	case business.Suspended:
		return http.StatusForbidden, h.T("absent.suspended")
	case business.Draft, business.PendingReview:
		return http.StatusNotFound, h.T("absent.not_yet")
	case business.Approved:
		return http.StatusNotFound, h.T("absent.page")
	case business.Rejected:
	}
	return http.StatusNotFound, h.T("absent.shop")
}

// redirect leads on after a form was taken.
func redirect(v *visitor, path string, q url.Values) error {
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	http.Redirect(v.w, v.Request, path, http.StatusSeeOther)
	return nil
}

func shopPages() map[string]*template.Template {
	out := map[string]*template.Template{}
	for _, name := range []string{"directory", "shop", "times", "details", "managed", "cancel", "message", "offline"} {
		out[name] = template.Must(template.New(name).Funcs(template.FuncMap{"join": strings.Join}).
			ParseFS(files, "templates/shops/layout.html", "templates/shops/parts.html", "templates/shops/"+name+".html"))
	}
	return out
}

func (s *shops) guest(v *visitor) tenant.Actor {
	a := s.Guest(v.Context())
	a.Lang = v.lang
	return a
}
