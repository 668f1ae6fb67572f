package site

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// wish is what a customer has chosen so far, as it stands in the addresses and
// forms of the pages.
type wish struct {
	service catalog.ServiceID
	also    []catalog.ServiceID // in the same visit, after it
	set     catalog.SetID
	options []catalog.OptionID
	staff   catalog.ResourceID // zero: whoever is free
	party   int                // 0: the least that the service takes
	start   time.Time          // zero: not chosen yet
}

// readWish reads what can be read; what cannot is as if it was not there, and the
// pages ask for it again.
func readWish(q url.Values) wish {
	var w wish
	w.service, _ = id.Parse[catalog.Service](q.Get("service"))
	w.set, _ = id.Parse[catalog.Set](q.Get("set"))
	w.staff, _ = id.Parse[catalog.Resource](q.Get("staff"))
	w.party, _ = strconv.Atoi(q.Get("party"))
	w.start, _ = time.Parse(time.RFC3339, q.Get("start"))
	for _, text := range q["also"] {
		if x, err := id.Parse[catalog.Service](text); err == nil && len(w.also) < maxAlso && x != w.service && !slices.Contains(w.also, x) {
			w.also = append(w.also, x)
		}
	}
	if !w.set.IsZero() {
		w.also = nil
	}
	for _, text := range q["option"] {
		if x, err := id.Parse[catalog.Option](text); err == nil && len(w.options) < maxOptions {
			w.options = append(w.options, x)
		}
	}
	return w
}

// Bounds of what an address may ask for; shops bound it further.
const (
	maxOptions = 20
	maxAlso    = 9
)

// query is the wish as it stands in an address.
func (w wish) query() url.Values {
	q := url.Values{}
	if !w.service.IsZero() {
		q.Set("service", w.service.String())
	}
	if !w.set.IsZero() {
		q.Set("set", w.set.String())
	}
	for _, x := range w.also {
		q.Add("also", x.String())
	}
	for _, x := range w.options {
		q.Add("option", x.String())
	}
	if !w.staff.IsZero() {
		q.Set("staff", w.staff.String())
	}
	if w.party > 0 {
		q.Set("party", strconv.Itoa(w.party))
	}
	if !w.start.IsZero() {
		q.Set("start", w.start.Format(time.RFC3339))
	}
	return q
}

// with is the query with one value more.
func (w wish) with(key, value string) url.Values {
	q := w.query()
	q.Set(key, value)
	return q
}

// fields are the wish as hidden fields of a form, in an order that stays.
func (w wish) fields(but ...string) []hidden {
	q := w.query()
	var out []hidden
	for _, name := range []string{"service", "set", "also", "option", "staff", "party", "start"} {
		if slices.Contains(but, name) {
			continue
		}
		for _, value := range q[name] {
			out = append(out, hidden{name, value})
		}
	}
	return out
}

type hidden struct{ Name, Value string }

// services are those of the wish: of a set, all of its own. False when the shop
// does not offer it.
func (w wish) services(snap *availability.Snapshot, now time.Time) ([]*catalog.Service, bool) {
	if !w.set.IsZero() {
		set, ok := snap.Set(w.set)
		if !ok {
			return nil, false
		}
		if _, ok := offered(snap, set, now); !ok {
			return nil, false
		}
		out := make([]*catalog.Service, len(set.ServiceIDs))
		for i, sid := range set.ServiceIDs {
			out[i] = snap.Services[sid]
		}
		return out, true
	}
	out := make([]*catalog.Service, 0, 1+len(w.also))
	for _, sid := range append([]catalog.ServiceID{w.service}, w.also...) {
		x := snap.Services[sid]
		if !onOffer(snap, x, now) {
			return nil, false
		}
		out = append(out, x)
	}
	return out, true
}

func onOffer(snap *availability.Snapshot, x *catalog.Service, now time.Time) bool {
	return x != nil && x.Active && !x.Ended(snap.Today(now))
}

// known is the wish without what else was to be done that the shop does not offer,
// or not as much of it in one visit.
func (w wish) known(snap *availability.Snapshot, now time.Time) wish {
	w.also = slices.DeleteFunc(slices.Clone(w.also), func(x catalog.ServiceID) bool { return !onOffer(snap, snap.Services[x], now) })
	w.also = w.also[:min(len(w.also), max(snap.Business.MaxItems-1, 0))]
	return w
}

// offered tells whether all services of a set are on offer, and how long they last.
func offered(snap *availability.Snapshot, x *catalog.Set, now time.Time) (minutes int, ok bool) {
	today := snap.Today(now)
	if !x.Active || x.Ended(today) {
		return 0, false
	}
	for _, sid := range x.ServiceIDs {
		s := snap.Services[sid]
		if s == nil || !s.Active || s.Ended(today) {
			return 0, false
		}
		minutes += s.DurationMinutes
	}
	return minutes, true
}

// name is what the wish is called.
func (w wish) name(h head, snap *availability.Snapshot) string {
	if set, ok := snap.Set(w.set); ok && !w.set.IsZero() {
		return h.In(set.Name)
	}
	var names []string
	for _, sid := range append([]catalog.ServiceID{w.service}, w.also...) {
		if x := snap.Services[sid]; x != nil {
			names = append(names, h.In(x.Name))
		}
	}
	return strings.Join(names, " + ")
}

// question is the wish as a question for free starts.
func (w wish) question(from, to clock.Date) availability.Query {
	q := availability.Query{ServiceID: w.service, Also: w.also, From: from, To: to, StaffID: w.staff.Ptr(), OptionIDs: w.options, PartySize: w.party}
	if !w.set.IsZero() {
		q.SetID = &w.set
	}
	return q
}

// request is the wish as what is to be booked; not_found for what is not offered.
func (w wish) request(snap *availability.Snapshot, now time.Time) (booking.Request, error) {
	if _, ok := w.services(snap, now); !ok || w.start.IsZero() {
		return booking.Request{}, fault.New(fault.NotFound, "not_found")
	}
	q := w.question(clock.Date{}, clock.Date{})
	return booking.Request{Start: w.start, Request: q.Request(snap)}, nil
}
