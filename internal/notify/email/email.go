package email

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
)

// Mail is one mail to one person.
type Mail struct {
	ID       string // unique and the same at each try: the Message-ID is made of it, so that a duplicate is recognisable
	FromName string // shown with the configured address; "" shows the configured name
	ReplyTo  string // an address, or ""
	To       string // the address alone
	ToName   string // may be ""
	Subject  string
	Text     string // plain text, UTF-8
	HTML     string // the same as HTML, or ""
	Language string // "ja", "en": for Content-Language
	Date     time.Time
}

// Sender sends mails.
type Sender interface {
	// Send answers nil when the mail was accepted, else an *Error.
	Send(ctx context.Context, m Mail) error
}

// Error is why a mail was not, or perhaps not, accepted.
type Error struct {
	Stage     string // address, connect, sign-in, sender, recipient, text, answer
	Code      int    // of the server's reply, 0 when there was none
	Enhanced  string // such as "5.1.1", or ""
	Permanent bool   // trying again will not help
	Unsure    bool   // it may have been accepted
	cause     error
}

// Error is safe to store and to show: it holds no address.
func (e *Error) Error() string {
	s := "mail: " + e.Stage
	if e.Code != 0 {
		s += fmt.Sprintf(" %d", e.Code)
	}
	if e.Enhanced != "" {
		s += " " + e.Enhanced
	}
	if e.Unsure {
		s += " (outcome unknown)"
	}
	return s
}

// Unwrap gives the cause, whose text may name people.
func (e *Error) Unwrap() error { return e.cause }

// oneLine makes a text fit for a header: control and direction marks become
// spaces, so that no text can begin a header of its own or show another's name
// backwards; a text that looks like an encoded word is no longer one, or readers
// would decode what was kept out here.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == '\u200b' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "=?", "= ?")), " ")
}

// parseAddress accepts one bare address.
func parseAddress(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", fmt.Errorf("not an address: %w", err)
	}
	return a.Address, nil
}
