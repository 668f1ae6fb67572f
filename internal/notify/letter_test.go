package notify

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
)

var update = flag.Bool("update", false, "write the golden files")

var noon = time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC) // 12:00 in Tokyo

func forTexts() *Service {
	return New(Options{
		Clock:      clock.NewManual(noon),
		ManageURL:  func(_, _ [16]byte, _ int) string { return "https://book.example.jp/manage/TOKEN" },
		AccountURL: func(kind, token string) string { return "https://book.example.jp/" + kind + "/" + token },
	})
}

// salon is a booking of two services, one of them with a nominated stylist.
func salon(event string, status booking.Status, lang locale.Lang) *message {
	expires := time.Date(2026, 12, 2, 3, 0, 0, 0, time.UTC)
	return &message{
		claimed: claimed{Event: event, Detail: map[string]any{}},
		ID:      [16]byte{1},
		Booking: bookingRow{
			Code: "AB23CD45", Status: status, Locale: lang,
			Guest:    customer.Guest{FamilyName: "山田", GivenName: "花子", Email: "hanako@example.jp"},
			StartsAt: time.Date(2026, 12, 5, 5, 30, 0, 0, time.UTC), EndsAt: time.Date(2026, 12, 5, 7, 0, 0, 0, time.UTC),
			Date: clock.Date{Year: 2026, Month: 12, Day: 5}, PartySize: 1, ExpiresAt: &expires, Total: 12100, Currency: "JPY",
			Policy: booking.Policy{
				Steps: []business.PolicyStep{{HoursBefore: 0, Percent: 100}, {HoursBefore: 3, Percent: 80}, {HoursBefore: 24, Percent: 50}},

				CancelNoticeMinutes: 60,
			},
			BusinessName: locale.Text{"ja": "花サロン", "en": "Hana Salon"}, BusinessPhone: "+81312345678", BusinessEmail: "shop@hana-salon.example",
			BusinessAddress: []string{"1500001", "東京都", "渋谷区", "神宮前1-2-3"}, Timezone: "Asia/Tokyo", LinkGeneration: 1,
		},
		Segments: []segmentRow{
			{
				ServiceName: locale.Text{"ja": "カット", "en": "Haircut"}, StaffName: locale.Text{"ja": "佐藤", "en": "Sato"},
				Options: []booking.OptionSnapshot{{Name: locale.Text{"ja": "シャンプー", "en": "Shampoo"}}},
			},
			{ServiceName: locale.Text{"ja": "カラー", "en": "Colour"}},
		},
	}
}

// bar is a table for four that is booked past midnight; the bar gives no e-mail address.
func bar(event string, status booking.Status, lang locale.Lang) *message {
	m := salon(event, status, lang)
	b := &m.Booking
	b.StartsAt, b.EndsAt = time.Date(2026, 12, 5, 16, 30, 0, 0, time.UTC), time.Date(2026, 12, 5, 17, 0, 0, 0, time.UTC)
	b.PartySize, b.Total, b.Policy = 4, 0, booking.Policy{}
	b.BusinessName, b.BusinessEmail, b.BusinessPhone = locale.Text{"ja": "夜バー"}, "", ""
	b.BusinessAddress = []string{"", "", "", ""}
	m.Segments = []segmentRow{{ServiceName: locale.Text{"ja": "お席のみ", "en": "Table"}}}
	return m
}

func TestCompose_GoldenMails(t *testing.T) {
	t.Parallel()
	fee := func(n int64, by string) func(*message) {
		return func(m *message) { m.Booking.CancelFee, m.Detail["by"] = &n, by }
	}
	tests := []struct {
		name   string
		make   func(string, booking.Status, locale.Lang) *message
		event  string
		status booking.Status
		change func(*message)
	}{
		{"confirmed", salon, booking.EventConfirmed, booking.Confirmed, nil},
		{"confirmed_past_midnight", bar, booking.EventConfirmed, booking.Confirmed, nil},
		{"confirmed_but_cancelled_since", salon, booking.EventConfirmed, booking.Cancelled, nil},
		{"requested", salon, booking.EventRequested, booking.PendingApproval, nil},
		{"requested_and_answered_since", salon, booking.EventRequested, booking.Confirmed, func(m *message) { m.Booking.ExpiresAt = nil }},
		{"declined", salon, booking.EventDeclined, booking.Declined, func(m *message) { m.Detail["reason"] = "当日は貸切のため\r\n" }},
		{"expired", salon, booking.EventExpired, booking.Expired, nil},
		{"rescheduled", salon, booking.EventRescheduled, booking.Confirmed, nil},
		{"cancelled_by_customer", salon, booking.EventCancelled, booking.Cancelled, fee(6050, "customer")},
		{"cancelled_by_business", salon, booking.EventCancelled, booking.Cancelled, fee(0, "business")},
		{"link", salon, booking.EventLink, booking.Confirmed, nil},
	}
	for _, test := range tests {
		for _, lang := range locale.Langs {
			t.Run(test.name+"."+string(lang), func(t *testing.T) {
				t.Parallel()
				m := test.make(test.event, test.status, lang)
				if test.change != nil {
					test.change(m)
				}
				mail, err := forTexts().compose(m)
				if err != nil {
					t.Fatal(err)
				}
				checkMail(t, mail)
				golden(t, "booking_"+test.name+"."+string(lang), mail)
			})
		}
	}
}

func TestComposeAccount_GoldenMails(t *testing.T) {
	t.Parallel()
	for _, kind := range accountKinds() {
		for _, lang := range locale.Langs {
			t.Run(kind+"."+string(lang), func(t *testing.T) {
				t.Parallel()
				m := auth.Mail{To: "taro@example.jp", Kind: kind, Locale: lang, FamilyName: "鈴木", GivenName: "太郎"}
				if locale.Has(lang, "mail.account."+kind+".action") {
					m.Token, m.Expires = "TOKEN", noon.AddDate(0, 0, 2)
				}
				mail, err := forTexts().composeAccount(auth.MessageID{1}, m)
				if err != nil {
					t.Fatal(err)
				}
				checkMail(t, mail)
				golden(t, "account_"+kind+"."+string(lang), mail)
			})
		}
	}
}

// accountKinds are the kinds of mails to accounts that have words.
func accountKinds() (kinds []string) {
	for _, key := range locale.Keys(locale.JA) {
		if kind, ok := strings.CutPrefix(strings.TrimSuffix(key, ".subject"), "mail.account."); ok && strings.HasSuffix(key, ".subject") {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// unfilled finds the key of a text that is not there, and arguments that nobody filled in.
var unfilled = regexp.MustCompile(`mail\.[a-z_]+\.|\{[a-z_]+\}`)

// checkMail looks for what no mail may hold.
func checkMail(t *testing.T, m email.Mail) {
	t.Helper()
	for _, s := range []string{m.Subject, m.Text, m.HTML} {
		if unfilled.MatchString(s) || strings.Contains(s, "<no value>") {
			t.Errorf("a text is missing: %s", s)
		}
	}
	if m.ID == "" || m.To == "" || m.Language == "" || m.Date != noon {
		t.Errorf("mail %+v", m)
	}
}

func golden(t *testing.T, name string, m email.Mail) {
	t.Helper()
	head := "From: " + m.FromName + "\nReply-To: " + m.ReplyTo + "\nTo: " + m.ToName + " <" + m.To + ">\nSubject: " + m.Subject + "\n\n"
	for ext, got := range map[string]string{".txt": head + m.Text, ".html": m.HTML} {
		path := filepath.Join("testdata", name+ext)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s (-want +got; go test -update writes it anew):\n%s", path, d)
		}
	}
}

func TestCompose_HostileTextsStayText(t *testing.T) {
	t.Parallel()
	evil := "<script>alert(1)</script>\r\nBcc: x@example.com\u202e\u200b"
	m := salon(booking.EventDeclined, booking.Declined, locale.JA)
	m.Booking.BusinessName = locale.Text{"ja": evil}
	m.Booking.Guest.FamilyName, m.Booking.Guest.GivenName = evil, evil
	m.Segments[0].ServiceName, m.Segments[0].StaffName = locale.Text{"ja": evil}, locale.Text{"ja": evil}
	m.Segments[0].Options[0].Name = locale.Text{"ja": evil}
	m.Detail["reason"] = evil
	mail, err := forTexts().compose(m)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(mail.HTML, "<script") {
		t.Errorf("markup in the HTML: %s", mail.HTML)
	}
	for _, s := range []string{mail.Subject, mail.FromName, mail.ToName} {
		if strings.ContainsAny(s, "\r\n\u202e\u200b") {
			t.Errorf("header text %q", s)
		}
	}
	if strings.ContainsAny(mail.Text, "\r\u202e\u200b") || strings.Contains(mail.Text, "\nBcc:") {
		t.Errorf("text %q", mail.Text)
	}
}

func TestCompose_UnknownLanguageIsJapanese(t *testing.T) {
	t.Parallel()
	m := salon(booking.EventConfirmed, booking.Confirmed, "fr")
	mail, err := forTexts().compose(m)
	if err != nil || mail.Language != "ja" {
		t.Errorf("language %q, %v", mail.Language, err)
	}
}
