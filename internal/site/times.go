package site

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// timesPage is when a wish can be had: a week at a glance, and the starts of one
// of its days, each a button.
type timesPage struct {
	head
	Name, Length, Price string
	Notice              string // what happened to the start that was asked for
	Near                []slotButton
	Stopped             bool

	Action  string   // of the form that holds a start
	Wish    []hidden // of that form
	Choose  string   // of the form that chooses staff and options; empty: nothing to choose
	Options []optionBox
	Also    []optionBox // what else may be done in the same visit
	AlsoOn  bool        // some of it was chosen
	Staff   []choice
	Parties []choice
	Fixed   []hidden // of that form

	Days         []dayTab
	Before, Next string // other weeks
	Date         string
	State        string // of the day, in words; empty: it has starts
	Why          string // it is so; may be empty
	Parts        []slotPart
	Earliest     *slotButton
	Back         string
	BackText     string
}

type optionBox struct {
	choice
	More string // minutes and price
}

// dayTab is one day of the week: ○, △ or ×, and what that means in a word.
type dayTab struct {
	Href, Name, Mark, Word string
	Day, Weekday           string // short, where the month stands below
	Current                bool
}

type slotPart struct {
	Name  string
	Slots []slotButton
}

// slotButton is a start that one tap takes.
type slotButton struct {
	Value, Text, Note string
}

const weekDays = 7

// fewStarts is how many starts make a day one with a few left.
const fewStarts = 3

func (s *shops) times(v *visitor) error {
	snap, err := s.open(v)
	if err != nil {
		return err
	}
	return s.showTimes(v, snap, readWish(v.URL.Query()), "", nil)
}

// showTimes shows the times of a wish, with what happened to the start that was
// asked for before and starts near it.
func (s *shops) showTimes(v *visitor, snap *availability.Snapshot, w wish, notice string, near []booking.Alternative) error {
	w = w.known(snap, v.now)
	list, ok := w.services(snap, v.now)
	if !ok {
		return fault.New(fault.NotFound, "not_found")
	}
	base := v.base(snap)
	w = w.fitting(snap, list)
	h := s.bar(v, snap)
	h.Title = h.T("times.title", "service", w.name(h, snap)) + " | " + h.Title
	p := timesPage{
		head: h, Name: w.name(h, snap), Notice: notice, Stopped: !snap.Business.AcceptingAt(v.now),
		Action: base + "/hold", Wish: w.fields("start"), Choose: base + "/times", Back: base, BackText: h.T("back.menu"),
	}
	p.Length, p.Price = w.sums(h, snap, list)
	p.choices(w, snap, list)
	p.more(w, snap, v.now)
	if d := v.FormValue("date"); d != "" {
		p.Fixed = append(p.Fixed, hidden{"date", d})
	}
	status := http.StatusOK
	if notice != "" {
		status = http.StatusConflict
	}
	for _, x := range near {
		p.Near = append(p.Near, slotButton{x.Start.Format(time.RFC3339), moment(v.lang, x.Start, snap.Zone), ""})
	}
	err := s.week(v, &p, snap, w, base+"/times")
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid && len(w.also) > 0 { // not in one visit
		w.also = nil
		return s.showTimes(v, snap, w, h.T("also.not"), nil)
	}
	if err != nil {
		return err
	}
	return s.show(v, status, "times", p)
}

// fitting is the wish without options and staff that its services do not have.
func (w wish) fitting(snap *availability.Snapshot, list []*catalog.Service) wish {
	w.options = slices.DeleteFunc(slices.Clone(w.options), func(o catalog.OptionID) bool {
		x := snap.Options[o]
		return x == nil || !x.Active || !slices.ContainsFunc(list, func(svc *catalog.Service) bool { return slices.Contains(svc.Options, o) })
	})
	if !slices.ContainsFunc(nominatable(snap, list), func(r *catalog.Resource) bool { return r.ID == w.staff }) {
		w.staff = catalog.ResourceID{}
	}
	least, most := parties(list)
	if w.party < least || w.party > most {
		w.party = 0
	}
	return w
}

// nominatable are who can be asked for by any of the services, each once.
func nominatable(snap *availability.Snapshot, list []*catalog.Service) []*catalog.Resource {
	var out []*catalog.Resource
	for _, svc := range list {
		for _, r := range svc.Nominatable(snap.Resources) {
			if r.Active && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// parties are the smallest and the largest party that all services take.
func parties(list []*catalog.Service) (least, most int) {
	least, most = 1, list[0].MaxParty
	for _, svc := range list {
		least, most = max(least, svc.MinParty), min(most, svc.MaxParty)
	}
	return least, most
}

// sums are how long the wish takes and what it costs as chosen, without a start.
func (w wish) sums(h head, snap *availability.Snapshot, list []*catalog.Service) (length, price string) {
	minutes, amount, persons := 0, int64(0), max(w.party, 1)
	staff, _ := snap.Resource(w.staff)
	if w.staff.IsZero() {
		staff = nil
	}
	for _, svc := range list {
		heads := int64(1)
		if svc.PerPerson {
			heads = int64(persons)
		}
		minutes += svc.DurationMinutes
		amount += svc.PriceFor(staff) * heads
		for _, o := range w.options {
			if x := snap.Options[o]; x != nil && slices.Contains(svc.Options, o) {
				minutes += x.DurationMinutes
				amount += x.Price * heads
			}
		}
	}
	if set, ok := snap.Set(w.set); ok && !w.set.IsZero() {
		amount = set.Price
	}
	if staff != nil {
		amount += staff.NominationFee
	}
	return h.T("minutes", "n", minutes), yen(amount, snap.Business.Currency)
}

// choices fills in what can be chosen beside the time.
func (p *timesPage) choices(w wish, snap *availability.Snapshot, list []*catalog.Service) {
	seen := map[catalog.OptionID]bool{}
	for _, svc := range list {
		for _, o := range svc.Options {
			x := snap.Options[o]
			if x == nil || !x.Active || seen[o] {
				continue
			}
			seen[o] = true
			more := "+" + yen(x.Price, snap.Business.Currency)
			if x.DurationMinutes > 0 {
				more += " · +" + p.T("minutes", "n", x.DurationMinutes)
			}
			p.Options = append(p.Options, optionBox{choice{o.String(), p.In(x.Name), slices.Contains(w.options, o)}, more})
		}
	}
	for _, r := range nominatable(snap, list) {
		name := apart(p.In(r.Name))
		if r.NominationFee > 0 {
			name += " (+" + yen(r.NominationFee, snap.Business.Currency) + ")"
		}
		p.Staff = append(p.Staff, choice{r.ID.String(), name, r.ID == w.staff})
	}
	if least, most := parties(list); most > 1 {
		for n := least; n <= min(most, mostShown); n++ {
			p.Parties = append(p.Parties, choice{strconv.Itoa(n), p.T("persons", "n", n), n == max(w.party, least)})
		}
	}
	p.Fixed = w.fields("option", "also", "staff", "party", "start")
}

// more fills in what else may be done in the same visit, where the shop takes
// several services in one.
func (p *timesPage) more(w wish, snap *availability.Snapshot, now time.Time) {
	if !w.set.IsZero() || snap.Business.MaxItems < 2 {
		return
	}
	for i := range snap.Menu {
		x := &snap.Menu[i]
		if x.ID == w.service || !onOffer(snap, x, now) {
			continue
		}
		more := p.T("minutes", "n", x.DurationMinutes) + " · " + yen(x.Price, snap.Business.Currency)
		chosen := slices.Contains(w.also, x.ID)
		p.AlsoOn = p.AlsoOn || chosen
		p.Also = append(p.Also, optionBox{choice{x.ID.String(), p.In(x.Name), chosen}, more})
	}
}

// mostShown is the largest party that is offered in the list; larger ones call.
const mostShown = 20

// week fills in the week around the day asked for, and the starts of that day:
// of the first day that has any, where none is asked for.
func (s *shops) week(v *visitor, p *timesPage, snap *availability.Snapshot, w wish, path string) error {
	today, last := snap.Today(v.now), snap.LastDate(v.now)
	asked := askedDate(v, w, snap)
	if asked.Before(today) || asked.After(last) {
		asked = clock.Date{}
	}
	from := today
	if asked != (clock.Date{}) {
		from = today.AddDays(asked.DaysSince(today) / weekDays * weekDays)
	}
	answer, err := s.answer(v, snap, w.question(from, from.AddDays(weekDays-1)))
	if err != nil {
		return err
	}
	if asked == (clock.Date{}) && answer.NextAvailable != nil && !starts(answer) { // nothing this week: the first that has some
		first := clock.DateOf(answer.NextAvailable.In(snap.Zone))
		from = today.AddDays(first.DaysSince(today) / weekDays * weekDays)
		if answer, err = s.answer(v, snap, w.question(from, from.AddDays(weekDays-1))); err != nil {
			return err
		}
	}
	day := chosenDay(answer, asked)
	q := w.query()
	q.Del("start")
	for i := range answer.Days {
		p.Days = append(p.Days, tab(p.head, &answer.Days[i], i == day, path, q))
	}
	if !from.AddDays(-1).Before(today) {
		p.Before = dated(path, q, from.AddDays(-weekDays))
	}
	if next := from.AddDays(weekDays); !next.After(last) {
		p.Next = dated(path, q, next)
	}
	p.fillDay(snap, &answer.Days[day])
	p.earliest(v.lang, snap, answer)
	return nil
}

// askedDate is the day of the address, else that of the start that was asked for;
// zero for none.
func askedDate(v *visitor, w wish, snap *availability.Snapshot) clock.Date {
	if d, err := clock.ParseDate(v.FormValue("date")); err == nil {
		return d
	}
	if w.start.IsZero() {
		return clock.Date{}
	}
	return clock.DateOf(w.start.In(snap.Zone))
}

// answer is availability as the API gives it, from the same memory.
func (s *shops) answer(v *visitor, snap *availability.Snapshot, q availability.Query) (*availability.Answer, error) {
	raw, err := s.Availability.AnswerJSON(v.Context(), snap.Business.ID, q)
	if err != nil {
		return nil, err
	}
	var a availability.Answer
	return &a, json.Unmarshal(raw, &a)
}

func starts(a *availability.Answer) bool {
	return slices.ContainsFunc(a.Days, func(d availability.Daily) bool { return len(d.Slots) > 0 })
}

// chosenDay is the place of the day asked for, else of the first with starts.
func chosenDay(a *availability.Answer, asked clock.Date) int {
	for i := range a.Days {
		if a.Days[i].Date == asked || asked == (clock.Date{}) && len(a.Days[i].Slots) > 0 {
			return i
		}
	}
	return 0
}

func dated(path string, q url.Values, d clock.Date) string {
	c := maps.Clone(q)
	c.Set("date", d.String())
	return at(path, c)
}

func tab(h head, d *availability.Daily, current bool, path string, q url.Values) dayTab {
	t := dayTab{
		Href: dated(path, q, d.Date), Name: dayName(h.Lang, d.Date), Day: strconv.Itoa(d.Date.Day), Weekday: weekdayOf(h.Lang, d.Date),
		Mark: "×", Word: h.T("day." + string(d.State)), Current: current,
	}
	switch n := len(d.Slots); {
	case n > fewStarts:
		t.Mark = "○"
	case n > 0:
		t.Mark, t.Word = "△", h.T("day.few")
	case d.State == availability.StateClosed:
		t.Mark = "休"
		if h.Lang == locale.EN {
			t.Mark = "–"
		}
	}
	return t
}

// fillDay fills in the starts of a day by its parts, or why it has none.
func (p *timesPage) fillDay(snap *availability.Snapshot, d *availability.Daily) {
	p.Date = dayName(p.Lang, d.Date)
	if len(d.Slots) == 0 {
		p.State = p.T("state." + string(d.State))
		switch d.State { //nolint:exhaustive // the others say it all
		case availability.StateClosed:
			p.Why = closedWhy(p.head, snap, d.Date)
		case availability.StateNotYet:
			p.Why = p.T("why.not_yet", "opening", p.In(business.OpeningInWords(snap.Business.BookingOpens, snap.Business.BookingWindowDays)))
		case availability.StatePast:
			p.Why = p.T("why.past", "deadline", p.In(business.DeadlineInWords(snap.Business.BookingCutoff, snap.Business.MinNoticeMinutes)))
		}
		return
	}
	noon, evening := clock.Instant(d.Date, 12*60, snap.Zone), clock.Instant(d.Date, 17*60, snap.Zone)
	parts := [3]slotPart{{Name: p.T("part.morning")}, {Name: p.T("part.afternoon")}, {Name: p.T("part.evening")}}
	for _, x := range d.Slots {
		i := 0
		switch {
		case !x.Start.Before(evening):
			i = 2
		case !x.Start.Before(noon):
			i = 1
		}
		parts[i].Slots = append(parts[i].Slots, p.slot(snap, d.Date, x))
	}
	for _, part := range parts {
		if len(part.Slots) > 0 {
			p.Parts = append(p.Parts, part)
		}
	}
}

func (p *timesPage) slot(snap *availability.Snapshot, day clock.Date, x availability.Slot) slotButton {
	b := slotButton{Value: x.Start.Format(time.RFC3339), Text: locale.FormatTime(p.Lang, x.Start, day, snap.Zone)}
	if x.Remaining == 1 {
		b.Note = p.T("last_one")
	}
	return b
}

// earliest is the first start that is free at all, where it is on another day.
func (p *timesPage) earliest(lang locale.Lang, snap *availability.Snapshot, a *availability.Answer) {
	if a.NextAvailable == nil || len(p.Parts) > 0 && p.Parts[0].Slots[0].Value == a.NextAvailable.In(snap.Zone).Format(time.RFC3339) {
		return
	}
	x := a.NextAvailable.In(snap.Zone)
	p.Earliest = &slotButton{Value: x.Format(time.RFC3339), Text: moment(lang, x, snap.Zone)}
}

// hold keeps the start that was tapped while the customer fills in who they are.
// One that was just taken shows what else is near.
func (s *shops) hold(v *visitor) error {
	snap, err := s.open(v)
	if err != nil {
		return err
	}
	w := readWish(v.PostForm)
	r, err := w.request(snap, v.now)
	if err != nil {
		return err
	}
	held, err := s.Bookings.Hold(v.Context(), s.guest(v), snap.Business.ID, booking.HoldInput{Request: r}, nil)
	if f, ok := fault.As(err); ok && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		return s.showTimes(v, snap, w, s.notice(v, f), near(f))
	}
	if err != nil {
		return err
	}
	q := w.with("hold", s.Bookings.HoldToken(held))
	q.Set("until", strconv.FormatInt(held.ExpiresAt.Unix(), 10))
	return redirect(v, v.base(snap)+"/details", q)
}

// notice is what was wrong with a start, in words.
func (s *shops) notice(v *visitor, f *fault.Fault) string {
	if len(f.Fields) > 0 {
		return locale.T(v.lang, f.Fields[0].Code, f.Fields[0].Args)
	}
	return locale.T(v.lang, f.Code, f.Args)
}

// near are the starts that a refusal offers.
func near(f *fault.Fault) []booking.Alternative {
	list, _ := f.Extra["alternatives"].([]booking.Alternative)
	return list
}
