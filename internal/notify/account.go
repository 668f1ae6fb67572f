package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
)

// Accounts is where mails to accounts come from, and where their fate is kept.
type Accounts interface {
	Mail(ctx context.Context, message auth.MessageID) (auth.Mail, error)
	MarkSent(ctx context.Context, message auth.MessageID) error
	MarkFailed(ctx context.Context, message auth.MessageID, why string, last bool) error
}

// WorkAccount sends the mail to an account that the job names; it does nothing
// for one that does not exist or was sent. An error has the job tried again.
func (s *Service) WorkAccount(ctx context.Context, a auth.SendArgs) error {
	message, err := id.Parse[auth.Mail](a.MessageID)
	if err != nil {
		return jobs.Cancel(fmt.Errorf("arguments: %w", err))
	}
	m, err := s.o.Accounts.Mail(ctx, message)
	if f, ok := fault.As(err); ok && f.Kind == fault.NotFound {
		return nil
	}
	if err != nil || m.Sent {
		return err
	}
	event := "account." + m.Kind
	record := func(ctx context.Context, f fate) error {
		if f.Status == statusSent {
			return s.o.Accounts.MarkSent(ctx, message)
		}
		return s.o.Accounts.MarkFailed(ctx, message, f.Error, f.Status == statusFailed)
	}
	return s.deliver(ctx, event, 0, record, func() (email.Mail, error) { return s.composeAccount(message, m) })
}

// accountZone is where times in mails to accounts are told.
const accountZone = "Asia/Tokyo"

// composeAccount writes a mail of any kind that has its words, with a link if
// there is one to follow.
func (s *Service) composeAccount(message auth.MessageID, m auth.Mail) (email.Mail, error) {
	lang := langOf(m.Locale)
	key := "mail.account." + m.Kind
	if !locale.Has(lang, key+".subject") {
		return email.Mail{}, fmt.Errorf("no text for mail %q", m.Kind)
	}
	zone, err := time.LoadLocation(accountZone)
	if err != nil {
		return email.Mail{}, errors.Join(errors.New("zone"), err)
	}
	t := func(key string, args map[string]any) string { return locale.T(lang, key, args) }
	name := clean(m.FamilyName + " " + m.GivenName)
	if lang == locale.EN {
		name = clean(m.GivenName + " " + m.FamilyName)
	}
	local := m.Expires.In(zone)
	until := locale.FormatDate(lang, clock.DateOf(local)) + " " + local.Format("15:04 MST")
	l := &letter{
		Lang: lang, Subject: t(key+".subject", nil), Greeting: t("mail.greeting", map[string]any{"name": name}),
		Lead:   paragraphs(t(key+".lead", map[string]any{"until": until})),
		After:  paragraphs(t(key+".after", nil)),
		Signed: []string{"Omotenashi Connect"},
		Notes:  []string{t("mail.note.account", nil)},
	}
	if m.Token != "" {
		l.Action = &action{t(key+".action", nil), s.o.AccountURL(m.Kind, m.Token)}
	}
	markup, err := l.html()
	if err != nil {
		return email.Mail{}, err
	}
	return email.Mail{
		ID: message.String(), To: m.To, ToName: name, Subject: l.Subject, Text: l.text(), HTML: markup,
		Language: string(lang), Date: s.o.Clock.Now(),
	}, nil
}
