package site

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// managedPage is a booking by its link: right after it was made, and ever after.
type managedPage struct {
	head
	New                     bool // it was made just now
	Done                    string
	Code, Status, When, For string
	Items                   []managedItem
	Lines                   []priceLine
	Total, Tax              string
	Address, Map            string
	Phone, Tel              string
	FreeUntil               string // empty: it is over, or nothing ever costs
	Calendar, Share         string // addresses of elsewhere
	Move, Cancel            string // empty: not any more
	Over                    string // why neither is possible
	Policy                  []string
	Note                    string
	Again                   string // to book again
	Manage                  string // a page of its own where all this can be done; empty: it is this one
	Pending                 bool   // the shop has not answered yet
	Keep                    keep
}

// keep is what the device remembers of a booking, to show it without a connection.
type keep struct {
	Code, Shop, When, Path string
	Ends                   int64 // Unix time, after which it is forgotten
	Live                   bool  // false: forget it at once
}

func kept(h head, x *linked) keep {
	return keep{
		x.Code, h.In(x.snap.Business.Name), moment(h.Lang, x.StartsAt, x.snap.Zone), x.path, x.EndsAt.Unix(),
		x.Status == booking.Confirmed || x.Status.Pending(),
	}
}

type managedItem struct{ Name, Time, Staff string }

// linked is the booking of a link with the shop's schedule.
type linked struct {
	*booking.Managed
	snap *availability.Snapshot
	path string
}

func (s *shops) linked(v *visitor) (*linked, error) {
	v.private = true
	token := v.PathValue("token")
	m, err := s.Bookings.Open(v.Context(), token)
	if err != nil {
		return nil, err
	}
	snap, err := s.Availability.Snapshot(v.Context(), m.BusinessID)
	return &linked{m, snap, booking.ManagePath(token)}, err
}

// private has nothing of a link told to anybody.
func (s *shops) private(v *visitor, x *linked) head {
	h := s.bar(v, x.snap)
	if x.snap.Business.Status != "approved" {
		h.Shop.Href = ""
	}
	if !v.embed {
		for i, l := range h.Switch {
			h.Switch[i].Href = x.manageIn(l.Lang)
		}
	}
	return h
}

func (s *shops) managed(v *visitor) error {
	x, err := s.linked(v)
	if err != nil {
		return err
	}
	q := v.URL.Query()
	done := ""
	switch q.Get("done") {
	case "moved", "cancelled":
		done = q.Get("done")
	}
	p := managedPage{New: q.Get("new") != ""}
	if done != "" {
		p.Done = s.head(v, "").T("done." + done)
	}
	return s.showManaged(v, x, http.StatusOK, p)
}

// refused shows the booking with why what was asked for is not possible.
func (s *shops) refused(v *visitor, x *linked, status int, why string) error {
	return s.showManaged(v, x, status, managedPage{Over: why})
}

// showManaged shows the booking, with what the page says of what was just done.
func (s *shops) showManaged(v *visitor, x *linked, status int, p managedPage) error {
	b := &x.snap.Business
	h := s.private(v, x)
	p.Code, p.Status, p.When = x.Code, h.T("status."+string(x.Status)), moment(v.lang, x.StartsAt, x.snap.Zone)
	p.For = strings.TrimSpace(x.Guest.FamilyName + " " + x.Guest.GivenName)
	p.Total, p.Address, p.Phone, p.Tel = yen(x.Total, x.Currency), address(b), jp.NationalPhone(b.Phone), b.Phone
	p.Policy, p.Note, p.Again = policyLines(v.lang, x.Policy), x.Note, v.base(x.snap)
	p.Pending = x.Status == booking.PendingApproval
	h.Title = h.T("managed.title", "code", x.Code) + " | " + h.Title
	if p.Address != "" {
		p.Map = mapLink(p.Address)
	}
	for _, l := range x.Lines {
		p.Lines = append(p.Lines, priceLine{h.In(l.Name), yen(l.Amount, x.Currency)})
	}
	for i := range x.Segments {
		seg := &x.Segments[i]
		item := managedItem{Name: h.In(seg.ServiceName), Time: locale.FormatTime(v.lang, seg.StartsAt, x.Date, x.snap.Zone)}
		if r, ok := x.snap.Resource(seg.StaffID); ok && seg.Nominated {
			item.Staff = h.In(r.Name)
		}
		p.Items = append(p.Items, item)
	}
	p.ways(x, h, v.now)
	if v.embed {
		p.Manage, p.Move, p.Cancel = x.manageIn(v.lang), "", ""
	} else {
		p.Keep = kept(h, x)
	}
	p.head = h
	return s.show(v, status, "managed", p)
}

// ways are what may still be done.
func (p *managedPage) ways(x *linked, h head, now time.Time) {
	if x.CanReschedule && x.snap.Business.AcceptingAt(now) {
		p.Move = x.path + "/times"
	}
	if x.CanCancel {
		p.Cancel = x.path + "/cancel"
		if x.FreeUntil.After(now) && x.FreeUntil.Before(x.StartsAt) {
			p.FreeUntil = moment(h.Lang, x.FreeUntil, x.snap.Zone)
		}
	}
	if x.Status != booking.Confirmed && !x.Status.Pending() {
		return
	}
	if p.Over == "" && !x.CanCancel && !x.CanReschedule {
		p.Over = h.T("over")
	}
	p.Calendar, p.Share = calendarLink(h, x), shareLink(h, x)
}

func mapLink(address string) string {
	return "https://www.google.com/maps/search/?api=1&query=" + url.QueryEscape(address)
}

// calendarLink puts the visit into the customer's calendar on the web.
func calendarLink(h head, x *linked) string {
	const stamp = "20060102T150405Z"
	q := url.Values{
		"action": {"TEMPLATE"}, "text": {h.In(x.snap.Business.Name)}, "location": {address(&x.snap.Business)},
		"dates": {x.StartsAt.UTC().Format(stamp) + "/" + x.EndsAt.UTC().Format(stamp)}, "details": {h.T("code", "code", x.Code)},
	}
	return "https://calendar.google.com/calendar/render?" + q.Encode()
}

// shareLink tells a friend when and where, without the link that may cancel.
func shareLink(h head, x *linked) string {
	text := h.In(x.snap.Business.Name) + "\n" + moment(h.Lang, x.StartsAt, x.snap.Zone) + "\n" + address(&x.snap.Business)
	return "https://line.me/R/share?text=" + url.QueryEscape(text)
}

// again is what the booking was for, as a wish for another start.
func (x *linked) again(q url.Values) wish {
	var w wish
	w.set = x.SetID
	for i := range x.Segments {
		switch sid := x.Segments[i].ServiceID; {
		case !w.set.IsZero():
		case i == 0:
			w.service = sid
		default:
			w.also = append(w.also, sid)
		}
		for _, o := range x.Segments[i].Options {
			w.options = append(w.options, o.ID)
		}
		if x.Segments[i].Nominated && w.staff.IsZero() {
			w.staff = x.Segments[i].StaffID
		}
	}
	w.party = x.PartySize
	w.start, _ = time.Parse(time.RFC3339, q.Get("start"))
	return w
}

// moveTimes shows the times that the visit may be moved to.
func (s *shops) moveTimes(v *visitor) error {
	x, err := s.linked(v)
	if err != nil {
		return err
	}
	return s.showMove(v, x, http.StatusOK, "", nil)
}

func (s *shops) showMove(v *visitor, x *linked, status int, notice string, near []booking.Alternative) error {
	if !x.CanReschedule {
		return s.refused(v, x, http.StatusConflict, locale.T(v.lang, "booking.change_deadline", nil))
	}
	w := x.again(url.Values{})
	list, ok := w.services(x.snap, v.now)
	if !ok || len(x.Segments) != len(list) { // no longer on the menu
		return s.refused(v, x, http.StatusConflict, s.head(v, "").T("call_to_move"))
	}
	w = w.fitting(x.snap, list)
	h := s.private(v, x)
	h.Title = h.T("move.title") + " | " + h.Title
	p := timesPage{
		head: h, Name: h.T("move.title"), Notice: notice, Stopped: !x.snap.Business.AcceptingAt(v.now),
		Action: x.path + "/move", Back: x.path, BackText: h.T("back.booking"),
	}
	p.Length, p.Price = w.name(h, x.snap), h.T("move.now", "when", moment(v.lang, x.StartsAt, x.snap.Zone))
	for _, a := range near {
		p.Near = append(p.Near, slotButton{a.Start.Format(time.RFC3339), moment(v.lang, a.Start, x.snap.Zone), ""})
	}
	if err := s.week(v, &p, x.snap, w, x.path+"/times"); err != nil {
		return err
	}
	return s.show(v, status, "times", p)
}

// move moves the visit to the start that was tapped.
func (s *shops) move(v *visitor) error {
	x, err := s.linked(v)
	if err != nil {
		return err
	}
	w := x.again(v.PostForm)
	if w.start.IsZero() {
		return s.showMove(v, x, http.StatusUnprocessableEntity, locale.T(v.lang, "required", nil), nil)
	}
	_, err = s.Bookings.RescheduleByLink(v.Context(), s.guest(v), v.PathValue("token"), booking.MoveInput{Start: w.start}, nil)
	if f, ok := fault.As(err); ok && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		return s.showMove(v, x, statusOf(f), s.notice(v, f), near(f))
	}
	if err != nil {
		return err
	}
	return redirect(v, x.path, url.Values{"done": {"moved"}})
}

// cancelPage says what cancelling costs before it is done.
type cancelPage struct {
	head
	When, Fee, Text string
	Action, Back    string
	Free            bool
}

func (s *shops) askCancel(v *visitor) error {
	x, err := s.linked(v)
	if err != nil {
		return err
	}
	if !x.CanCancel {
		return s.refused(v, x, http.StatusConflict, locale.T(v.lang, "booking.cancel_deadline", nil))
	}
	h := s.private(v, x)
	h.Title = h.T("cancel.title") + " | " + h.Title
	p := cancelPage{
		head: h, When: moment(v.lang, x.StartsAt, x.snap.Zone), Free: x.FeeNow == 0, Fee: yen(x.FeeNow, x.Currency),
		Action: x.path + "/cancel", Back: x.path,
	}
	return s.show(v, http.StatusOK, "cancel", p)
}

func (s *shops) cancel(v *visitor) error {
	x, err := s.linked(v)
	if err != nil {
		return err
	}
	_, err = s.Bookings.CancelByLink(v.Context(), s.guest(v), v.PathValue("token"), v.PostForm.Get("reason"), nil)
	if errors.Is(err, booking.ErrState) && x.Status == booking.Cancelled { // the button was pressed twice
		err = nil
	}
	if f, ok := fault.As(err); ok && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		return s.refused(v, x, statusOf(f), s.notice(v, f))
	}
	if err != nil {
		return err
	}
	return redirect(v, x.path, url.Values{"done": {"cancelled"}})
}
