package site

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// detailsPage asks who comes, with what is to be booked, what it costs, and what
// cancelling would cost above the button.
type detailsPage struct {
	head
	Name, When, Staff string
	Lines             []priceLine
	Total, Tax        string
	Policy            []string
	Terms             string
	TermsVersion      string
	Approval          bool // the shop answers first

	Action string
	Wish   []hidden
	Key    string // of this form: sent twice, it books once
	Until  string // when the hold ends, for the script; empty: there is none
	// UntilText is the same for people.
	UntilText string
	Notice    string
	Near      []slotButton
	Change    string // back to the times
	Fields    []input
	Note      input
	Agreed    bool
	Unwell    string // what is wrong with the consent
}

type priceLine struct{ Name, Amount string }

// input is a field of the form, with what was typed and what is wrong with it.
type input struct {
	Name, Label, Type, Mode, Auto, Value, Error, Example string
	Required                                             bool
	Kana                                                 string // the field whose reading it is
	Latin                                                string // the example for who does not read the other
}

// formFields are the fields in order: name, label, type, keyboard, what browsers fill in.
var formFields = []input{
	{Name: "family_name", Type: "text", Auto: "family-name", Example: "山田", Latin: "Yamada", Required: true},
	{Name: "given_name", Type: "text", Auto: "given-name", Example: "花子", Latin: "Hanako", Required: true},
	{Name: "family_name_kana", Type: "text", Auto: "off", Example: "ヤマダ", Kana: "family_name"},
	{Name: "given_name_kana", Type: "text", Auto: "off", Example: "ハナコ", Kana: "given_name"},
	{Name: "phone", Type: "tel", Mode: "tel", Auto: "tel", Example: "090 1234 5678", Required: true},
	{Name: "email", Type: "email", Mode: "email", Auto: "email", Example: "hanako@example.com"},
}

func (s *shops) details(v *visitor) error {
	snap, err := s.open(v)
	if err != nil {
		return err
	}
	return s.showDetails(v, snap, v.URL.Query(), http.StatusOK, nil)
}

// showDetails shows the form as it was filled in; refused, when given, is what was
// wrong with it.
func (s *shops) showDetails(v *visitor, snap *availability.Snapshot, form url.Values, status int, refused *fault.Fault) error {
	w := readWish(form)
	r, err := w.request(snap, v.now)
	if err != nil {
		return err
	}
	quote, err := s.Bookings.Quote(v.Context(), snap.Business.ID, r, false)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid { // the start has passed, or the menu changed
		return s.showTimes(v, snap, w, s.notice(v, f), nil)
	}
	if err != nil {
		return err
	}
	base := v.base(snap)
	h := s.bar(v, snap)
	h.Title = h.T("details.title") + " | " + h.Title
	p := detailsPage{
		head: h, Name: w.name(h, snap), When: moment(v.lang, w.start, snap.Zone), Total: yen(quote.Price.Total, quote.Price.Currency),
		Policy: policyLines(v.lang, quote.Policy), Terms: snap.Business.Terms.In(v.lang), TermsVersion: quote.TermsVersion,
		Approval: snap.Business.BookingMode == business.Approval,
		Action:   base + "/details", Key: form.Get("key"), Change: at(base+"/times", w.query()), Agreed: form.Get("terms") != "",
	}
	if staff, ok := snap.Resource(w.staff); ok && !w.staff.IsZero() {
		p.Staff = h.In(staff.Name)
	}
	p.price(quote.Price)
	if p.Key == "" {
		p.Key = rand.Text()
	}
	p.Wish = w.fields()
	p.keepHold(form, v.now, snap.Zone)
	p.fill(form, refused)
	if refused != nil {
		p.Notice = locale.T(v.lang, refused.Code, refused.Args)
		for _, x := range near(refused) {
			p.Near = append(p.Near, slotButton{x.Start.Format(time.RFC3339), moment(v.lang, x.Start, snap.Zone), ""})
		}
		if len(p.Near) > 0 { // the hold is of a start that is gone
			p.Until, p.Wish = "", w.fields("start")
		}
	}
	return s.show(v, status, "details", p)
}

func (p *detailsPage) price(x booking.Price) {
	for _, l := range x.Lines {
		name := p.In(l.Name)
		if l.Kind == booking.LineNomination {
			name = p.T("nomination", "name", name)
		}
		if l.Quantity > 1 {
			name += " × " + strconv.Itoa(l.Quantity)
		}
		p.Lines = append(p.Lines, priceLine{name, yen(l.Amount, x.Currency)})
	}
	for _, t := range x.Tax {
		p.Tax = strings.TrimPrefix(p.Tax+", "+p.T("tax", "percent", t.Percent, "tax", yen(t.Tax, x.Currency)), ", ")
	}
}

// keepHold keeps the hold that the form brought, as long as it may stand.
func (p *detailsPage) keepHold(form url.Values, now time.Time, zone *time.Location) {
	token, until := form.Get("hold"), form.Get("until")
	ends, err := strconv.ParseInt(until, 10, 64)
	if token == "" || err != nil || !time.Unix(ends, 0).After(now) {
		return
	}
	p.Until, p.UntilText = until, p.T("held.until", "time", time.Unix(ends, 0).In(zone).Format("15:04"))
	p.Wish = append(p.Wish, hidden{"hold", token}, hidden{"until", until})
}

// fill fills in what was typed, and beside each field what is wrong with it.
func (p *detailsPage) fill(form url.Values, refused *fault.Fault) {
	wrong := map[string]string{}
	if refused != nil {
		for _, f := range refused.Fields {
			name := strings.TrimPrefix(strings.TrimPrefix(f.Location, "body."), "customer.")
			wrong[name] = locale.T(p.Lang, f.Code, f.Args)
		}
	}
	for _, f := range formFields {
		f.Label = p.T("field." + f.Name)
		if f.Latin != "" && p.Lang != locale.JA {
			f.Example = f.Latin
		}
		f.Value, f.Error = form.Get(f.Name), wrong[f.Name]
		p.Fields = append(p.Fields, f)
	}
	p.Note = input{Name: "note", Label: p.T("field.note"), Value: form.Get("note"), Error: wrong["note"]}
	if p.Unwell = wrong["consent.terms_version"]; p.Unwell != "" && !p.Agreed { // nothing was renewed: the box was left empty
		p.Unwell = p.T("agree.must")
	}
}

// book takes the form. Whatever is wrong with it, what was typed stays; a start
// that was just taken is offered three others, each one tap away.
func (s *shops) book(v *visitor) error {
	snap, err := s.open(v)
	if err != nil {
		return err
	}
	w := readWish(v.PostForm)
	r, err := w.request(snap, v.now)
	if err != nil {
		return err
	}
	token, err := s.bookOnce(v, snap, r, v.PostForm)
	if err == nil {
		if v.embed { // where a booking can be cancelled must not be framed
			return redirect(v, v.base(snap)+"/done", url.Values{"booking": {token}})
		}
		return redirect(v, booking.ManagePath(token), url.Values{"new": {"1"}})
	}
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	switch f.Kind { //nolint:exhaustive // all others are no fault of the form
	case fault.Conflict, fault.Invalid:
		form := v.PostForm
		if !errors.Is(err, idempotency.ErrInFlight) {
			form.Del("key") // a key is for one intent
		}
		return s.showDetails(v, snap, form, statusOf(f), f)
	case fault.Unavailable, fault.Throttled:
		return s.showDetails(v, snap, v.PostForm, http.StatusServiceUnavailable, f)
	}
	return err
}

func statusOf(f *fault.Fault) int {
	if f.Kind == fault.Conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// booked is the stored answer of a form.
type booked struct {
	Token string `json:"token"`
}

// bookOnce books what a form says, once however often it is sent, and gives the
// secret of the link.
func (s *shops) bookOnce(v *visitor, snap *availability.Snapshot, r booking.Request, form url.Values) (string, error) {
	in := booking.CreateInput{
		Request: r, HoldToken: form.Get("hold"), Note: form.Get("note"),
		Customer: customer.Input{
			FamilyName: form.Get("family_name"), GivenName: form.Get("given_name"), FamilyNameKana: form.Get("family_name_kana"),
			GivenNameKana: form.Get("given_name_kana"), Phone: form.Get("phone"), Email: form.Get("email"), Locale: string(v.lang),
		},
		TermsVersion: form.Get("terms"),
	}
	claim, err := s.claim(snap.Business.ID, "site-book", form.Get("key"), in)
	if err != nil {
		return "", err
	}
	x, err := s.Bookings.Create(v.Context(), s.guest(v), snap.Business.ID, in, claim)
	if err == nil {
		return s.Bookings.ManageToken(x), nil
	}
	stored, err := claim.Replay(v.Context(), s.DB, err)
	if err != nil {
		return "", err
	}
	var b booked
	return b.Token, json.Unmarshal(stored.Body, &b)
}

// claim makes a form that is sent twice have one effect.
func (s *shops) claim(bid business.ID, route, key string, in any) (*idempotency.Claim, error) {
	if key == "" || len(key) > idempotency.MaxKey {
		return nil, nil //nolint:nilnil // a nil claim is a request without a key
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	raw := [16]byte(bid)
	c := idempotency.New(s.Ring, idempotency.Scope{Actor: "guest", Route: route, Business: &raw}, key, s.Ring.MAC("idempotency/request", body), s.Clock.Now())
	c.Render = func(result any) (int, any, error) {
		x, ok := result.(*booking.Booking)
		if !ok {
			return 0, nil, errors.New("site: the result of a form is no booking")
		}
		return http.StatusCreated, booked{s.Bookings.ManageToken(x)}, nil
	}
	return c, nil
}
