package availability

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the same answer for customers: the kind of reason and a polite
// sentence, nothing of who or what, of other bookings or of notes. Two businesses
// with different causes of one kind answer the same.

// PlainKind is why a start is not free, as customers are told.
type PlainKind string

// The kinds.
const (
	PlainClosed      PlainKind = "closed"            // the business is closed over some of the visit
	PlainPast        PlainKind = "past"              // it has gone by
	PlainTooLate     PlainKind = "too_late"          // the deadline for booking has passed
	PlainTooEarly    PlainKind = "too_early"         // the date is not open for booking yet
	PlainNoStart     PlainKind = "not_a_start"       // between two starts on offer
	PlainPaused      PlainKind = "not_accepting"     // the business takes no bookings for now
	PlainNotOffered  PlainKind = "not_offered"       // not this service, not for such a party, or not at that time
	PlainUnavailable PlainKind = "staff_unavailable" // the staff member who was asked for
	PlainFull        PlainKind = "full"              // nobody or nothing is left for it
)

// PlainReason is why a start is not free.
type PlainReason struct {
	Kind    PlainKind `json:"kind" doc:"Stable; more may come" enum:"closed,past,too_late,too_early,not_a_start,not_accepting,not_offered,staff_unavailable,full"`
	Message string    `json:"message" doc:"In the language of the request" example:"申し訳ございません。この時間はご予約を承れる空きがございません。"`
}

// PlainExplanation says to customers why a start is free or not, or the same of a whole day.
type PlainExplanation struct {
	Date     clock.Date     `json:"date" format:"date" doc:"The business day; 00:30 on a day that closes at 26:00 belongs to the day before"`
	Timezone string         `json:"timezone" doc:"IANA zone of the business" example:"Asia/Tokyo"`
	Slot     *PlainSlot     `json:"slot" doc:"The start that was asked about; null for a day"`
	Strip    []PlainStretch `json:"strip" doc:"The starts of the day that was asked about, in order; empty for a start"`
}

// PlainSlot is whether one start is free.
type PlainSlot struct {
	Start  time.Time    `json:"start"`
	End    time.Time    `json:"end" doc:"When the customer would leave"`
	Free   bool         `json:"free"`
	Reason *PlainReason `json:"reason" doc:"Null exactly when it is free"`
}

// PlainStretch is neighbouring starts of a day of which the same is to be said.
type PlainStretch struct {
	Start  time.Time    `json:"start" doc:"The first of the starts"`
	End    time.Time    `json:"end" doc:"One step of the grid after the last of them"`
	Starts int          `json:"starts" doc:"How many starts these are" minimum:"1"`
	Free   bool         `json:"free"`
	Reason *PlainReason `json:"reason" doc:"Null exactly when they are free"`
}

// ExplainPlainly is Explain for customers. It knows what availability knows:
// not_found for a business that takes no bookings from customers, an Invalid fault
// for what they cannot ask for.
func (s *Service) ExplainPlainly(ctx context.Context, bid business.ID, q Question, start time.Time) (*PlainExplanation, error) {
	if err := s.offered(ctx, bid, &q); err != nil {
		return nil, err
	}
	x, err := s.Explain(ctx, bid, q, start)
	if err != nil {
		return nil, err
	}
	slot := PlainSlot{Start: x.Slot.Start, End: x.Slot.End, Free: x.Slot.Free}
	if len(x.Slot.Reasons) > 0 {
		slot.Reason = plainly(q, &x.Slot.Reasons[0])
	}
	return &PlainExplanation{Date: x.Date, Timezone: x.Timezone, Slot: &slot, Strip: []PlainStretch{}}, nil
}

// ExplainDayPlainly is ExplainPlainly for all starts of a business day.
func (s *Service) ExplainDayPlainly(ctx context.Context, bid business.ID, q Question, date clock.Date) (*PlainExplanation, error) {
	if err := s.offered(ctx, bid, &q); err != nil {
		return nil, err
	}
	x, err := s.ExplainDay(ctx, bid, q, date)
	if err != nil {
		return nil, err
	}
	out := &PlainExplanation{Date: x.Date, Timezone: x.Timezone, Strip: []PlainStretch{}}
	for i := range x.Strip {
		out.add(q, &x.Strip[i])
	}
	return out, nil
}

// add adds a stretch behind the others; where customers are told the same as of
// the one before, it is one with it: they do not see where one booking ends and the next begins.
func (x *PlainExplanation) add(q Question, s *Stretch) {
	next := PlainStretch{Start: s.Start, End: s.End, Starts: s.Starts, Free: s.Free}
	if s.Reason != nil {
		next.Reason = plainly(q, s.Reason)
	}
	if n := len(x.Strip); n > 0 {
		last := &x.Strip[n-1]
		if last.End.Equal(next.Start) && last.Free == next.Free && (next.Free || *last.Reason == *next.Reason) {
			last.End = next.End
			last.Starts += next.Starts
			return
		}
	}
	x.Strip = append(x.Strip, next)
}

// offered refuses what availability would refuse, in its words.
func (s *Service) offered(ctx context.Context, bid business.ID, q *Question) error {
	snap, err := s.Snapshot(ctx, bid)
	if err != nil {
		return err
	}
	if !snap.Business.Public() {
		return ErrNotFound
	}
	q.Notes = false
	var v fault.Fields
	item := Item{ServiceID: q.ServiceID, StaffID: q.StaffID, OptionIDs: q.OptionIDs}
	snap.resolve(Request{Items: []Item{item}, PartySize: q.PartySize}, &v, inQuery, true)
	return v.Err()
}

// plainly is a cause as customers are told.
func plainly(q Question, c *Cause) *PlainReason {
	kind := plainKinds[c.Kind]
	if kind == PlainFull && q.StaffID != nil && c.Resource != nil && c.Resource.ID == *q.StaffID {
		kind = PlainUnavailable
	}
	return &PlainReason{Kind: kind, Message: locale.T(q.Lang, "explain.plain."+string(kind), nil)}
}

// plainKinds say how customers are told each kind of cause; a test demands all.
var plainKinds = map[CauseKind]PlainKind{
	CauseNotBookable:     PlainPaused,
	CauseNotAccepting:    PlainPaused,
	CauseInactive:        PlainNotOffered,
	CauseNoNomination:    PlainUnavailable,
	CauseStaffInactive:   PlainUnavailable,
	CauseNotForService:   PlainUnavailable,
	CauseNotNominatable:  PlainUnavailable,
	CausePartySize:       PlainNotOffered,
	CausePast:            PlainPast,
	CauseDateClosed:      PlainClosed,
	CauseOutsideHours:    PlainClosed,
	CauseAfterClosing:    PlainClosed,
	CauseTooSoon:         PlainTooLate,
	CauseBeyondWindow:    PlainTooEarly,
	CauseOffGrid:         PlainNoStart,
	CauseNotOnDate:       PlainNotOffered,
	CauseServiceHours:    PlainNotOffered,
	CauseDayFull:         PlainFull,
	CauseIntervalFull:    PlainFull,
	CauseNoResource:      PlainNotOffered,
	CauseStaffStopped:    PlainFull,
	CauseResourceStopped: PlainFull,
	CauseStaffOnLeave:    PlainFull,
	CauseStaffOff:        PlainFull,
	CauseResourceOff:     PlainFull,
	CauseStaffOnBreak:    PlainFull,
	CauseResourceOnBreak: PlainFull,
	CauseCapacity:        PlainFull,
	CauseStaffBooked:     PlainFull,
	CauseStaffHeld:       PlainFull,
	CauseResourceBooked:  PlainFull,
	CauseResourceHeld:    PlainFull,
	CauseFragmented:      PlainFull,
	CauseCombination:     PlainFull,
}
