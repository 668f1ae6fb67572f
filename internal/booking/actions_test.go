package booking_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is short ways to do things with a shop and to say what came of it.

// code names the outcome of a call: "ok", the fault's code, or everything that
// an unforeseen error says.
func code(err error) string {
	if err == nil {
		return "ok"
	}
	if f, ok := fault.As(err); ok {
		return f.Code
	}
	switch pg.State(err) {
	case pg.StateInFlight:
		return "in flight"
	case pg.StateStored:
		return "stored"
	}
	return "unforeseen: " + err.Error()
}

// fields are the faults of single fields as "location code".
func fields(err error) []string {
	var out []string
	if f, ok := fault.As(err); ok {
		for _, x := range f.Fields {
			out = append(out, x.Location+" "+x.Code)
		}
	}
	return out
}

// atOnce runs fn n times in parallel behind a barrier and counts the outcomes.
func atOnce(n int, fn func(i int) error) map[string]int {
	out := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			err := fn(i)
			mu.Lock()
			defer mu.Unlock()
			out[code(err)]++
		})
	}
	close(start)
	wg.Wait()
	return out
}

// wantOutcomes compares counts of outcomes.
func wantOutcomes(t *testing.T, what string, got, want map[string]int) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// book books as a guest, or as somebody else.
func (s *shop) book(in booking.CreateInput) (*booking.Booking, error) {
	return s.service.Create(context.Background(), guest, s.id, in, nil)
}

func (s *shop) mustBook(in booking.CreateInput) *booking.Booking {
	s.tb.Helper()
	x, err := s.book(in)
	if err != nil {
		s.tb.Fatalf("book: %v", err)
	}
	return x
}

// enter books at the counter.
func (s *shop) enter(in booking.CreateInput) (*booking.Booking, error) {
	if in.Source == "" {
		in.Source = booking.Console
	}
	return s.service.Create(context.Background(), member, s.id, in, nil)
}

func (s *shop) mustEnter(in booking.CreateInput) *booking.Booking {
	s.tb.Helper()
	x, err := s.enter(in)
	if err != nil {
		s.tb.Fatalf("enter: %v", err)
	}
	return x
}

func (s *shop) hold(svc catalog.ServiceID, start time.Time) (*booking.Hold, error) {
	return s.service.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: wish(svc, start).Request}, nil)
}

func (s *shop) mustHold(svc catalog.ServiceID, start time.Time) *booking.Hold {
	s.tb.Helper()
	h, err := s.hold(svc, start)
	if err != nil {
		s.tb.Fatalf("hold: %v", err)
	}
	return h
}

// by is a member's change of a booking, whatever its version.
func (s *shop) by(x *booking.Booking) booking.Change {
	return booking.Change{Actor: member, Business: s.id, Booking: x.ID, Reason: "電話で依頼"}
}

// read reads a booking.
func (s *shop) read(x *booking.Booking) *booking.Booking {
	s.tb.Helper()
	got, err := s.service.Get(context.Background(), member, s.id, x.ID)
	if err != nil {
		s.tb.Fatalf("read: %v", err)
	}
	return got
}

// path is the history of a booking as "create, cancel, undo".
func (s *shop) path(x *booking.Booking) string {
	s.tb.Helper()
	list, err := s.service.History(context.Background(), member, s.id, x.ID)
	if err != nil {
		s.tb.Fatalf("history: %v", err)
	}
	out := ""
	for i, h := range list {
		if i > 0 {
			out += ", "
		}
		out += string(h.Action)
	}
	return out
}

// events are the messages about a booking, in order.
func (s *shop) events(x *booking.Booking) []string {
	s.tb.Helper()
	return s.texts(`SELECT event FROM messages WHERE business_id = $1 AND booking_id = $2 ORDER BY created_at, id`, s.id, x.ID)
}

// action does one thing to a booking as a member.
type action func(*shop, *booking.Booking) error

// actions are all that members do to a booking, by the name in its history.
var actions = map[booking.Action]action{
	booking.ActApprove:  change((*booking.Service).Approve),
	booking.ActDecline:  change((*booking.Service).Decline),
	booking.ActCheckIn:  change((*booking.Service).CheckIn),
	booking.ActComplete: change((*booking.Service).Complete),
	booking.ActNoShow:   change((*booking.Service).NoShow),
	booking.ActCancel:   change((*booking.Service).Cancel),
	booking.ActUndo:     change((*booking.Service).Undo),
	booking.ActReschedule: func(s *shop, x *booking.Booking) error {
		_, err := s.service.Reschedule(context.Background(), s.by(x), booking.MoveInput{Start: x.StartsAt.Add(time.Hour)})
		return err
	},
	booking.ActExpire: func(s *shop, x *booking.Booking) error { return s.expire(x) },
}

func change(fn func(*booking.Service, context.Context, booking.Change) (*booking.Booking, error)) action {
	return func(s *shop, x *booking.Booking) error {
		_, err := fn(s.service, context.Background(), s.by(x))
		return err
	}
}

// do does one thing to a booking as a member; it fails the test when it is refused.
func (s *shop) do(x *booking.Booking, list ...booking.Action) *booking.Booking {
	s.tb.Helper()
	for _, a := range list {
		if err := actions[a](s, x); err != nil {
			s.tb.Fatalf("%s: %v", a, err)
		}
	}
	return s.read(x)
}

// expire runs the job that ends a pending booking.
func (s *shop) expire(x *booking.Booking) error {
	return s.service.WorkExpire(context.Background(), booking.ExpireArgs{BusinessID: s.id.String(), BookingID: x.ID.String()})
}

// expireHold runs the job that ends a hold.
func (s *shop) expireHold(h *booking.Hold) error {
	return s.service.WorkExpireHold(context.Background(), booking.ExpireHoldArgs{BusinessID: s.id.String(), HoldID: h.ID.String()})
}

// isFault tells whether the error is the fault, by its code.
func isFault(err error, f *fault.Fault) bool { return errors.Is(err, f) }

func mustID(tb testing.TB, text string) booking.ID {
	tb.Helper()
	x, err := id.Parse[booking.Booking](text)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// alternatives are the starts that come with a refusal.
func alternatives(err error) []time.Time {
	var out []time.Time
	if f, ok := fault.As(err); ok {
		list, _ := f.Extra["alternatives"].([]booking.Alternative)
		for _, a := range list {
			out = append(out, a.Start)
		}
	}
	return out
}
