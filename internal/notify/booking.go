package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
)

// kind is what the mail of an event has beside its text.
type kind struct {
	states []booking.Status // in which the booking then is; in another one the mail says so
	policy bool             // tells the cancellation policy
	link   bool             // has the link to the booking
}

var kinds = map[string]kind{
	booking.EventConfirmed:   {states: []booking.Status{booking.Confirmed, booking.CheckedIn, booking.Completed}, policy: true, link: true},
	booking.EventRequested:   {states: []booking.Status{booking.PendingApproval, booking.PendingPayment}, policy: true, link: true},
	booking.EventDeclined:    {states: []booking.Status{booking.Declined}},
	booking.EventExpired:     {states: []booking.Status{booking.Expired}},
	booking.EventRescheduled: {states: []booking.Status{booking.Confirmed, booking.PendingApproval, booking.CheckedIn, booking.Completed}, policy: true, link: true},
	booking.EventCancelled:   {states: []booking.Status{booking.Cancelled}},
	booking.EventLink:        {policy: true, link: true},
}

// compose writes the mail of a message.
func (s *Service) compose(m *message) (email.Mail, error) {
	if m.Member != nil {
		return s.composeMember(m)
	}
	k, known := kinds[m.Event]
	if !known {
		return email.Mail{}, fmt.Errorf("no text for event %q", m.Event)
	}
	b := &m.Booking
	if b.Guest.Email == "" {
		return email.Mail{}, errNoAddress
	}
	zone, err := time.LoadLocation(b.Timezone)
	if err != nil {
		return email.Mail{}, fmt.Errorf("zone of the business: %w", err)
	}
	w := &writer{message: m, kind: k, lang: langOf(b.Locale), zone: zone}
	l := w.letter()
	if k.link {
		l.Action = &action{w.t("mail.action." + m.Event), s.o.ManageURL(b.BusinessID, b.ID, b.LinkGeneration)}
	}
	markup, err := l.html()
	if err != nil {
		return email.Mail{}, err
	}
	return email.Mail{
		ID: id.Of[message](m.ID).String(), FromName: w.business(), ReplyTo: b.BusinessEmail,
		To: b.Guest.Email, ToName: w.guest(), Subject: l.Subject, Text: l.text(), HTML: markup,
		Language: string(w.lang), Date: s.o.Clock.Now(),
	}, nil
}

func langOf(l locale.Lang) locale.Lang {
	lang, _ := locale.Parse(string(l))
	return lang
}

// writer writes about one booking in one language.
type writer struct {
	*message
	kind kind
	lang locale.Lang
	zone *time.Location
}

// t is a text; its arguments come in pairs of name and value.
func (w *writer) t(key string, pairs ...any) string {
	args := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return locale.T(w.lang, key, args)
}

// word is a text of the event at hand, "" when it has none of the name.
func (w *writer) word(name string, pairs ...any) string {
	key := "mail." + w.Event + "." + name
	if by := "mail." + w.Event + ".by_" + w.fact("by") + "." + name; locale.Has(w.lang, by) {
		key = by
	}
	if !locale.Has(w.lang, key) {
		return ""
	}
	return w.t(key, pairs...)
}

// fact is a text among the facts of the moment, cleaned; "" when absent.
func (w *writer) fact(name string) string {
	s, _ := w.Detail[name].(string)
	return clean(s)
}

func (w *writer) letter() *letter {
	l := &letter{
		Lang:     w.lang,
		Subject:  w.word("subject", "business", w.business(), "date", locale.FormatDate(w.lang, w.Booking.Date)),
		Greeting: w.t("mail.greeting", "name", w.guest()),
		Signed:   w.signature(),
		Notes:    []string{w.t("mail.note.automatic", "business", w.business())},
	}
	if w.guest() == "" {
		l.Greeting = w.t("mail.greeting.unknown")
	}
	lead := "lead"
	if w.deadline() == "" && w.word("lead_answered") != "" { // it was answered before the mail went out
		lead = "lead_answered"
	}
	l.Lead = paragraphs(w.word(lead, "business", w.business(), "deadline", w.deadline()))
	if reason := w.fact("reason"); reason != "" && w.Event == booking.EventDeclined {
		l.Lead = append(l.Lead, w.t("mail.reason", "reason", reason))
	}
	l.Sections = append(l.Sections, section{Title: w.t("mail.section.booking"), Rows: w.rows()})
	if w.kind.policy {
		l.Sections = append(l.Sections, section{Title: w.t("mail.section.policy"), Lines: w.policy()})
	}
	l.After = paragraphs(w.word("after"))
	if w.kind.link {
		l.Notes = append(l.Notes, w.t("mail.note.link"))
	}
	if w.Booking.BusinessEmail == "" {
		l.Notes = append(l.Notes, w.t("mail.note.no_reply"))
	}
	return l
}

// paragraphs are the parts of a text that line breaks divide.
func paragraphs(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func (w *writer) business() string { return clean(w.Booking.BusinessName.In(w.lang)) }

func (w *writer) guest() string {
	first, second := w.Booking.Guest.FamilyName, w.Booking.Guest.GivenName
	if w.lang == locale.EN {
		first, second = second, first
	}
	return clean(strings.TrimSpace(first + " " + second))
}

// deadline is until when the business answers a request.
func (w *writer) deadline() string {
	if w.Booking.ExpiresAt == nil {
		return ""
	}
	return w.moment(*w.Booking.ExpiresAt)
}

// moment is an instant as date and wall time.
func (w *writer) moment(t time.Time) string {
	local := t.In(w.zone)
	return locale.FormatDate(w.lang, clock.DateOf(local)) + " " + local.Format("15:04")
}

func (w *writer) rows() []row {
	b := &w.Booking
	rows := []row{
		{w.t("mail.row.business"), w.business()},
		{w.t("mail.row.code"), b.Code},
		{w.t("mail.row.date"), locale.FormatDate(w.lang, b.Date)},
		{w.t("mail.row.time"), w.times()},
		{w.t("mail.row.services"), w.services()},
	}
	if staff := w.staff(); staff != "" {
		rows = append(rows, row{w.t("mail.row.staff"), staff})
	}
	if b.PartySize > 1 {
		rows = append(rows, row{w.t("mail.row.party"), w.t("mail.value.party", "n", b.PartySize)})
	}
	rows = append(rows, row{w.t("mail.row.total"), w.t("mail.value.total", "amount", w.yen(b.Total))})
	if w.Event == booking.EventCancelled && b.CancelFee != nil {
		fee := w.t("mail.value.no_fee")
		if *b.CancelFee > 0 {
			fee = w.yen(*b.CancelFee) // not a price: whether it is taxed is the business's affair
		}
		rows = append(rows, row{w.t("mail.row.fee"), fee})
	}
	if !slices.Contains(w.kind.states, b.Status) { // the booking went on since the event
		rows = append(rows, row{w.t("mail.row.status"), w.t("mail.status." + string(b.Status))})
	}
	return rows
}

func (w *writer) yen(n int64) string {
	return locale.FormatMoney(money.Money{Amount: n, Currency: w.Booking.Currency})
}

// times is "14:30〜15:30", and past midnight as the business counts: "25:30 (翌1:30)".
func (w *writer) times() string {
	b := &w.Booking
	zone, _ := b.StartsAt.In(w.zone).Zone()
	return w.t("mail.value.times", "zone", zone,
		"start", locale.FormatTime(w.lang, b.StartsAt, b.Date, w.zone), "end", locale.FormatTime(w.lang, b.EndsAt, b.Date, w.zone))
}

func (w *writer) services() string {
	var names []string
	for _, s := range w.Segments {
		name := clean(s.ServiceName.In(w.lang))
		var options []string
		for _, o := range s.Options {
			options = append(options, clean(o.Name.In(w.lang)))
		}
		if len(options) > 0 {
			name = w.t("mail.value.service_options", "service", name, "options", strings.Join(options, w.t("mail.value.comma")))
		}
		names = append(names, name)
	}
	return strings.Join(names, w.t("mail.value.comma"))
}

// staff is who was nominated; who serves a free choice is not told.
func (w *writer) staff() string {
	var names []string
	for _, s := range w.Segments {
		if name := clean(s.StaffName.In(w.lang)); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, w.t("mail.value.comma"))
}

func (w *writer) policy() []string {
	b := &w.Booking
	steps := slices.Clone(b.Policy.Steps)
	steps = slices.DeleteFunc(steps, func(s business.PolicyStep) bool { return s.Percent == 0 })
	slices.SortFunc(steps, func(x, y business.PolicyStep) int { return y.HoursBefore - x.HoursBefore })
	if len(steps) == 0 {
		return append([]string{w.t("mail.policy.free")}, w.notice()...)
	}
	lines := []string{w.t("mail.policy.until", "when", w.moment(b.Policy.FreeUntil(b.StartsAt)))}
	for _, s := range steps {
		key, n := "mail.policy.hours", s.HoursBefore
		switch {
		case n == 0:
			key = "mail.policy.start"
		case n%24 == 0:
			key, n = "mail.policy.days", n/24
		}
		lines = append(lines, w.t(key, "n", n, "percent", s.Percent))
	}
	return append(lines, w.notice()...)
}

// notice is until when the customer may cancel alone.
func (w *writer) notice() []string {
	p := &w.Booking.Policy
	if p.CancelNoticeMinutes == 0 && p.CancelCutoff == nil {
		return nil
	}
	return []string{w.t("mail.policy.notice", "when", w.moment(p.CancelUntil(w.Booking.Date, w.Booking.StartsAt)))}
}

func (w *writer) signature() []string {
	b := &w.Booking
	out := []string{w.business()}
	if a := b.BusinessAddress; len(a) == 4 && a[1]+a[2]+a[3] != "" {
		address := clean(a[1] + a[2] + a[3])
		if a[0] != "" {
			address = "〒" + jp.FormatPostal(a[0]) + " " + address
		}
		out = append(out, address)
	}
	if b.BusinessPhone != "" {
		out = append(out, w.t("mail.phone", "phone", jp.NationalPhone(b.BusinessPhone)))
	}
	return out
}

// clean makes one visible line of a text that somebody typed.
func clean(s string) string { return jp.CleanName(s) }
