package site

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

//go:embed templates
var files embed.FS

var pages = template.Must(template.ParseFS(files, "templates/*.html"))

// AccountPath is the page, below the public URL, to which the link of a mail of
// that kind to an account leads: /verify-email/… for verify_email.
func AccountPath(kind, token string) string {
	return "/" + strings.ReplaceAll(kind, "_", "-") + "/" + token
}

// Accounts is what the pages do for people's accounts; auth.Service is the one.
type Accounts interface {
	VerifyEmail(ctx context.Context, token string) error
	ConfirmEmail(ctx context.Context, token string) error
	ResetOffer(ctx context.Context, token string) (auth.ResetOffer, error)
	ResetPassword(ctx context.Context, token, password string) error
}

// Site serves the pages.
type Site struct {
	accounts Accounts
	log      *slog.Logger
	console  string // below the public URL; empty: there is none
}

// New makes the site.
func New(accounts Accounts, log *slog.Logger) *Site { return &Site{accounts: accounts, log: log} }

// LinkConsole has the pages lead on to the console, which is at that path with a
// slash behind it. Without it they say what to do and link nowhere.
func (s *Site) LinkConsole(path string) { s.console = path }

// Mount registers the pages' patterns.
func (s *Site) Mount(mount func(pattern string, h http.Handler)) {
	protect := http.NewCrossOriginProtection()
	both := func(kind string, get, post http.HandlerFunc) {
		mount("GET "+AccountPath(kind, "{token}"), get)
		mount("POST "+AccountPath(kind, "{token}"), protect.Handler(post))
	}
	ask, do := s.button("site.verify", s.accounts.VerifyEmail)
	both(auth.MailVerify, ask, do)
	ask, do = s.button("site.confirm", s.accounts.ConfirmEmail)
	both(auth.MailConfirm, ask, do)
	both(auth.MailReset, s.askPassword, s.setPassword)
	mount("GET /site.css", http.HandlerFunc(style))
}

// page is what a template shows.
type page struct {
	Lang   locale.Lang
	Title  string
	Text   string
	Action string // the button of the form; empty: no form
	Field  *field // of the form, if it has one
	Next   *next  // where to go on; nil: nowhere
}

// next is a link on to the console.
type next struct{ To, Label string }

// leading is the page with a link to a path of the console, if there is one.
func (s *Site) leading(p page, to, key string) page {
	if s.console != "" {
		p.Next = &next{To: s.console + to, Label: p.text(key, nil)}
	}
	return p
}

// field is where a new password is typed.
type field struct {
	Label string
	Hint  string
	Error string // what was wrong with what was typed before
	Owner string // whose it is, for the memory of browsers
	Least int    // characters
}

// button makes the pair of pages of which one asks, by the texts of key, and the
// other does it.
func (s *Site) button(key string, do func(ctx context.Context, token string) error) (get, post http.HandlerFunc) {
	get = func(w http.ResponseWriter, r *http.Request) {
		p := newPage(r, key)
		p.Text, p.Action = p.text(key+".ask", nil), p.text(key+".action", nil)
		s.show(w, r, http.StatusOK, p)
	}
	post = func(w http.ResponseWriter, r *http.Request) {
		p := newPage(r, key)
		if err := do(r.Context(), r.PathValue("token")); err != nil {
			s.refuse(w, r, p, err)
			return
		}
		p.Text = p.text(key+".done", nil)
		s.show(w, r, http.StatusOK, s.leading(p, "", "site.console"))
	}
	return get, post
}

func newPage(r *http.Request, key string) page {
	p := page{Lang: locale.Match(r.Header.Get("Accept-Language"))}
	p.Title = p.text(key+".title", nil)
	return p
}

func (p page) text(key string, args map[string]any) string { return locale.T(p.Lang, key, args) }

// refuse shows what was wrong, without its cause.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, p page, err error) {
	f, known := fault.As(err)
	if !known {
		s.log.ErrorContext(r.Context(), "page of an account", "error", err)
		f = fault.New(fault.Internal, "internal")
	}
	status := http.StatusUnprocessableEntity
	switch f.Kind { //nolint:exhaustive // all others are the link's
	case fault.Internal:
		status = http.StatusInternalServerError
	case fault.Unavailable:
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "2")
	}
	if p.Text == "" {
		p.Text = p.text(f.Code, f.Args)
	}
	s.show(w, r, status, p)
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, p page) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "page.html", p); err != nil {
		s.log.ErrorContext(r.Context(), "page", "error", err)
		http.Error(w, locale.T(p.Lang, "internal", nil), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(p.Lang))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client may be gone
}

func style(w http.ResponseWriter, _ *http.Request) {
	raw, err := files.ReadFile("templates/site.css")
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(raw) // the client may be gone
}
