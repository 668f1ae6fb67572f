package notify

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func forMembers() *Service {
	s := forTexts()
	s.o.InvitationURL = func(_, _ [16]byte, _ int, _ time.Time) string { return "https://book.example.jp/invitations/TOKEN" }
	return s
}

// asked is a message about somebody who is asked to work for a salon.
func asked(event string, lang locale.Lang) *message {
	return &message{
		ID: [16]byte{1}, claimed: claimed{Event: event, Detail: map[string]any{}},
		Member: &memberRow{
			BusinessName: locale.Text{"ja": "花サロン", "en": "Hana Salon"}, Timezone: "Asia/Tokyo", Email: "hanako@example.jp", Locale: lang,
			OtherFamily: "佐藤", OtherGiven: "健", Invitation: [16]byte{2}, Role: tenant.Staff, Status: business.Pending, Generation: 1,
			ExpiresAt: noon.AddDate(0, 0, 7),
		},
	}
}

func TestComposeMember_GoldenMails(t *testing.T) {
	t.Parallel()
	for _, event := range []string{business.EventInvited, business.EventBecameOwner, business.EventGaveOver} {
		for _, lang := range locale.Langs {
			name := strings.ReplaceAll(event, ".", "_") + "." + string(lang)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				m := asked(event, lang)
				if event != business.EventInvited {
					m.Member.FamilyName, m.Member.GivenName = "山田", "花子"
				}
				mail, err := forMembers().compose(m)
				if err != nil {
					t.Fatal(err)
				}
				checkMail(t, mail)
				golden(t, name, mail)
			})
		}
	}
}

// A link that leads nowhere any more is not sent.
func TestComposeMember_InvitationThatIsOver_IsNotSent(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*memberRow){
		"revoked":  func(r *memberRow) { r.Status = business.Revoked },
		"accepted": func(r *memberRow) { r.Status = business.Accepted },
		"expired":  func(r *memberRow) { r.ExpiresAt = noon },
		"gone":     func(r *memberRow) { r.Status = "" },
	} {
		m := asked(business.EventInvited, locale.JA)
		change(m.Member)
		if mail, err := forMembers().compose(m); !errors.Is(err, errOver) {
			t.Errorf("%s: %v, %s", name, err, mail.Text)
		}
	}
	m := asked(business.EventBecameOwner, locale.JA)
	m.Member.Email = ""
	if _, err := forMembers().compose(m); !errors.Is(err, errNoAddress) {
		t.Errorf("an account that is gone: %v", err)
	}
}

func TestComposeMember_HostileTextsStayText(t *testing.T) {
	t.Parallel()
	evil := "<script>alert(1)</script>\r\nBcc: x@example.com\u202e\u200b"
	m := asked(business.EventInvited, locale.JA)
	m.Member.BusinessName = locale.Text{"ja": evil}
	m.Member.OtherFamily, m.Member.OtherGiven, m.Member.FamilyName = evil, evil, evil
	mail, err := forMembers().compose(m)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(mail.HTML, "<script") || strings.ContainsAny(mail.Subject+mail.ToName, "\r\n\u202e\u200b") || strings.Contains(mail.Text, "\nBcc:") {
		t.Errorf("%q\n%q\n%s", mail.Subject, mail.Text, mail.HTML)
	}
}
