package devstack

import (
	"bytes"
	"encoding/base64"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
)

// mailDepth bounds parts within parts.
const mailDepth = 8

// readMail takes a mail apart as far as it can be read; it never fails, since a
// broken mail is just what one wants to look at.
func readMail(id string, received time.Time, raw []byte) *caught {
	m := &caught{ID: id, Received: received, To: []string{}, Links: []string{}}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		m.Subject, m.Text = "(unreadable)", strings.ToValidUTF8(string(raw), "�")
		return m
	}
	m.From, m.Subject = decodeWords(msg.Header.Get("From")), decodeWords(msg.Header.Get("Subject"))
	for to := range strings.SplitSeq(msg.Header.Get(headerTo), ",") {
		if to = strings.TrimSpace(to); to != "" {
			m.To = append(m.To, to)
		}
	}
	m.readPart(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body, mailDepth)
	m.Links = links(m.Text, m.html)
	return m
}

func decodeWords(s string) string {
	out, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		return strings.ToValidUTF8(s, "�")
	}
	return strings.ToValidUTF8(out, "�")
}

// readPart keeps the first plain text and the first HTML.
func (m *caught) readPart(contentType, encoding string, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth > 0 {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				return
			}
			m.readPart(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, depth-1)
		}
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	raw, _ := io.ReadAll(body) // what could be read is shown
	text := strings.ToValidUTF8(strings.ReplaceAll(string(raw), "\r\n", "\n"), "�")
	switch {
	case kind == "text/html" && m.html == "":
		m.html = text
	case kind == "text/plain" && m.Text == "":
		m.Text = text
	}
}

var (
	urlInText = regexp.MustCompile(`https?://[^\s<>"'()（）「」、。]+`)
	urlInHTML = regexp.MustCompile(`(?i)href\s*=\s*["'](https?://[^"']+)["']`)
)

// links are the addresses of a mail in order, each once.
func links(text, markup string) []string {
	found := urlInText.FindAllString(text, -1)
	for _, m := range urlInHTML.FindAllStringSubmatch(markup, -1) {
		found = append(found, html.UnescapeString(m[1]))
	}
	out := []string{}
	for _, u := range found {
		if u = strings.TrimRight(u, ".,;:!?"); !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}
