package devstack

import (
	"embed"
	"encoding/json"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

//go:embed mailpage/*
var mailFiles embed.FS

var mailPages = template.Must(template.New("").Funcs(template.FuncMap{"linked": linked}).ParseFS(mailFiles, "mailpage/*.html"))

// What pages may do. A mail is hostile by assumption: its HTML is shown in a
// sandbox without scripts, forms, an origin or the network; links open in a tab of their own.
const (
	mailPagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	mailHTMLPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
		"form-action 'none'; frame-ancestors 'self'"
)

// Handler shows the caught mails below /dev/mail: a page for people, and
// /dev/mail.json for scripts (?to= filters by recipient; newest first). It
// answers only when it was addressed by number or as localhost, so that no
// foreign site can be made to point here and read.
func (m *Mail) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/mail", m.listPage)
	mux.HandleFunc("GET /dev/mail.json", m.listJSON)
	mux.HandleFunc("GET /dev/mail/style.css", m.style)
	mux.HandleFunc("GET /dev/mail/{id}", m.mailPage)
	mux.HandleFunc("GET /dev/mail/{id}/html", m.mailHTML)
	mux.HandleFunc("GET /dev/mail/{id}/source", m.mailSource)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", mailPagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if !addressedDirectly(r.Host) {
			http.Error(w, "open this page as http://localhost or by its address", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func addressedDirectly(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost"
}

func (m *Mail) listPage(w http.ResponseWriter, r *http.Request) {
	render(w, "list.html", map[string]any{"Mails": m.box.list(r.URL.Query().Get("to")), "To": r.URL.Query().Get("to")})
}

func (m *Mail) listJSON(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"items": m.box.list(r.URL.Query().Get("to"))})
}

func (m *Mail) mailPage(w http.ResponseWriter, r *http.Request) {
	if c := m.box.find(r.PathValue("id")); c != nil {
		render(w, "mail.html", map[string]any{"Mail": c, "HTML": c.html != ""})
		return
	}
	http.NotFound(w, r)
}

func (m *Mail) mailHTML(w http.ResponseWriter, r *http.Request) {
	c := m.box.find(r.PathValue("id"))
	if c == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", mailHTMLPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// The mail as it came is the point; the policy above takes its teeth.
	_, _ = w.Write([]byte(`<base target="_blank">` + c.html))
}

func (m *Mail) mailSource(w http.ResponseWriter, r *http.Request) {
	c := m.box.find(r.PathValue("id"))
	if c == nil {
		http.NotFound(w, r)
		return
	}
	raw, err := m.box.source(c)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(raw)
}

func (m *Mail) style(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, mailFiles, "mailpage/style.css")
}

func render(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = mailPages.ExecuteTemplate(w, name, data) // the reader went away
}

// linked is the text, escaped, with its http and https addresses as links.
func linked(text string) template.HTML {
	var b strings.Builder
	end := 0
	for _, at := range urlInText.FindAllStringIndex(text, -1) {
		u := strings.TrimRight(text[at[0]:at[1]], ".,;:!?")
		b.WriteString(template.HTMLEscapeString(text[end:at[0]]))
		b.WriteString(`<a target="_blank" rel="noopener noreferrer" href="` + template.HTMLEscapeString(u) + `">` + template.HTMLEscapeString(u) + `</a>`)
		end = at[0] + len(u)
	}
	b.WriteString(template.HTMLEscapeString(text[end:]))
	return template.HTML(b.String()) //nolint:gosec // every piece was escaped above
}
