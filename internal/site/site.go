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

// Accounts is what the pages do for people's accounts.
type Accounts interface {
	VerifyEmail(ctx context.Context, token string) error
}

// Site serves the pages.
type Site struct {
	accounts Accounts
	log      *slog.Logger
}

// New makes the site.
func New(accounts Accounts, log *slog.Logger) *Site { return &Site{accounts: accounts, log: log} }

// Mount registers the pages' patterns.
func (s *Site) Mount(mount func(pattern string, h http.Handler)) {
	protect := http.NewCrossOriginProtection()
	mount("GET "+AccountPath(auth.MailVerify, "{token}"), http.HandlerFunc(s.askVerify))
	mount("POST "+AccountPath(auth.MailVerify, "{token}"), protect.Handler(http.HandlerFunc(s.verify)))
	mount("GET /site.css", http.HandlerFunc(style))
}

// page is what a template shows.
type page struct {
	Lang   locale.Lang
	Title  string
	Text   string
	Action string // the button of the form; empty: no form
}

func (s *Site) askVerify(w http.ResponseWriter, r *http.Request) {
	lang := locale.Match(r.Header.Get("Accept-Language"))
	s.show(w, r, http.StatusOK, page{
		Lang: lang, Title: locale.T(lang, "site.verify.title", nil), Text: locale.T(lang, "site.verify.ask", nil),
		Action: locale.T(lang, "site.verify.action", nil),
	})
}

func (s *Site) verify(w http.ResponseWriter, r *http.Request) {
	lang := locale.Match(r.Header.Get("Accept-Language"))
	p := page{Lang: lang, Title: locale.T(lang, "site.verify.title", nil), Text: locale.T(lang, "site.verify.done", nil)}
	status := http.StatusOK
	if err := s.accounts.VerifyEmail(r.Context(), r.PathValue("token")); err != nil {
		f, known := fault.As(err)
		if !known {
			s.log.ErrorContext(r.Context(), "verify page", "error", err)
			f = fault.New(fault.Internal, "internal")
		}
		status = http.StatusUnprocessableEntity
		switch f.Kind { //nolint:exhaustive // all others are the link's
		case fault.Internal:
			status = http.StatusInternalServerError
		case fault.Unavailable:
			status = http.StatusServiceUnavailable
			w.Header().Set("Retry-After", "2")
		}
		p.Text = locale.T(lang, f.Code, f.Args)
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
