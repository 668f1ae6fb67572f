package notify

import (
	"fmt"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is mails about who works for a business: to whoever is asked to, to
// both sides when it changes hands, and to its owners when the platform decides.

// memberRow is what such a mail is made of, as it is when the mail goes out.
type memberRow struct {
	BusinessID   [16]byte                  `db:"business_id"`
	BusinessName locale.Text               `db:"business_name"`
	Timezone     string                    `db:"timezone"`
	Email        string                    `db:"email"`
	Locale       locale.Lang               `db:"locale"`
	FamilyName   string                    `db:"family_name"` // of the addressee; empty for whoever has no account
	GivenName    string                    `db:"given_name"`
	OtherFamily  string                    `db:"other_family"` // who asks, or the other side
	OtherGiven   string                    `db:"other_given"`
	Invitation   [16]byte                  `db:"invitation"` // zero: of no invitation
	Role         tenant.Role               `db:"role"`
	Status       business.InvitationStatus `db:"status"`
	Generation   int                       `db:"generation"`
	ExpiresAt    time.Time                 `db:"expires_at"`
}

var loadMember = pg.Register("notify.member",
	`SELECT b.business_id, b.name AS business_name, b.timezone, coalesce(i.email, u.email, '') AS email, coalesce(i.locale, u.locale, b.locale) AS locale,
	        coalesce(u.family_name, '') AS family_name, coalesce(u.given_name, '') AS given_name,
	        coalesce(o.family_name, '') AS other_family, coalesce(o.given_name, '') AS other_given,
	        coalesce(i.id, '00000000-0000-0000-0000-000000000000') AS invitation, coalesce(i.role, '') AS role,
	        coalesce(i.status, '') AS status, coalesce(i.generation, 0) AS generation, coalesce(i.expires_at, m.created_at) AS expires_at
	 FROM messages m
	 JOIN businesses b ON b.business_id = m.business_id
	 LEFT JOIN invitations i ON i.business_id = m.business_id AND i.id = (m.detail ->> 'invitation_id')::uuid
	 LEFT JOIN users u ON u.id = (m.detail ->> 'user_id')::uuid
	 LEFT JOIN users o ON o.id = coalesce(i.invited_by, (m.detail ->> 'other_id')::uuid)
	 WHERE m.business_id = $1 AND m.id = $2 AND m.booking_id IS NULL`)

// memberWriter writes such a mail in one language.
type memberWriter struct {
	*memberRow
	event string
	lang  locale.Lang
	zone  *time.Location
}

// composeMember writes the mail of a message about a member.
func (s *Service) composeMember(m *message) (email.Mail, error) {
	r := m.Member
	if r.Email == "" {
		return email.Mail{}, errNoAddress
	}
	invited := m.Event == business.EventInvited
	if invited && (r.Status != business.Pending || !s.o.Clock.Now().Before(r.ExpiresAt)) {
		return email.Mail{}, errOver
	}
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil {
		return email.Mail{}, fmt.Errorf("zone of the business: %w", err)
	}
	w := &memberWriter{memberRow: r, event: "mail." + m.Event, lang: langOf(r.Locale), zone: zone}
	if !locale.Has(w.lang, w.event+".subject") {
		return email.Mail{}, fmt.Errorf("no text for event %q", m.Event)
	}
	l := w.letter()
	if invited {
		l.Action = &action{w.t(w.event + ".action"), s.o.InvitationURL(r.BusinessID, r.Invitation, r.Generation, r.ExpiresAt)}
		l.Sections = []section{{Title: w.t("mail.section.invitation"), Rows: w.rows()}}
	}
	if reason, _ := m.Detail["reason"].(string); clean(reason) != "" { // of a decision on the business
		l.Lead = append(l.Lead, locale.T(w.lang, "mail.decision.reason", map[string]any{"reason": clean(reason)}))
		l.Notes = []string{w.t("mail.note.decision")}
	}
	markup, err := l.html()
	if err != nil {
		return email.Mail{}, err
	}
	return email.Mail{
		ID: id.Of[message](m.ID).String(), To: r.Email, ToName: w.name(r.FamilyName, r.GivenName), Subject: l.Subject,
		Text: l.text(), HTML: markup, Language: string(w.lang), Date: s.o.Clock.Now(),
	}, nil
}

// t is a text, with all that such mails speak of.
func (w *memberWriter) t(key string) string {
	return locale.T(w.lang, key, map[string]any{
		"business": clean(w.BusinessName.In(w.lang)), "other": w.other(), "name": w.name(w.FamilyName, w.GivenName),
	})
}

func (w *memberWriter) name(family, given string) string {
	if w.lang == locale.EN {
		family, given = given, family
	}
	return clean(strings.TrimSpace(family + " " + given))
}

// other is who asks, or the other side; the business where that account is gone.
func (w *memberWriter) other() string {
	if name := w.name(w.OtherFamily, w.OtherGiven); name != "" {
		return name
	}
	return clean(w.BusinessName.In(w.lang))
}

func (w *memberWriter) letter() *letter {
	l := &letter{
		Lang: w.lang, Subject: w.t(w.event + ".subject"), Greeting: w.t("mail.greeting"), Lead: paragraphs(w.t(w.event + ".lead")),
		After: paragraphs(w.t(w.event + ".after")), Signed: []string{"Omotenashi Connect"}, Notes: []string{w.t("mail.note.member")},
	}
	if w.name(w.FamilyName, w.GivenName) == "" {
		l.Greeting = "" // that of guests would be wrong here
	}
	return l
}

func (w *memberWriter) rows() []row {
	local := w.ExpiresAt.In(w.zone)
	until := locale.FormatDate(w.lang, clock.DateOf(local)) + " " + local.Format("15:04 MST")
	return []row{
		{w.t("mail.row.business"), clean(w.BusinessName.In(w.lang))},
		{w.t("mail.row.role"), w.t("mail.role." + string(w.Role))},
		{w.t("mail.row.invited_by"), w.other()},
		{w.t("mail.row.until"), until},
	}
}
