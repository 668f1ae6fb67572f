package availability

import (
	"context"
	"fmt"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file and its siblings say why a start is not free, to those who can mend
// it. A start is free here exactly when customers are offered it.

// Question is about one service, by the rules that customers are bound to.
type Question struct {
	ServiceID catalog.ServiceID
	StaffID   *catalog.ResourceID // the nominated one, nil for whoever is free
	OptionIDs []catalog.OptionID
	PartySize int         // 0: the least that the service takes
	Lang      locale.Lang // of the sentences
	Notes     bool        // show the notes of exceptions, which are for the business alone
}

// Explanation says why a start is free or not, or the same of a whole day.
type Explanation struct {
	Date     clock.Date `json:"date" format:"date" doc:"The business day; 00:30 on a day that closes at 26:00 belongs to the day before"`
	Timezone string     `json:"timezone" doc:"IANA zone of the business" example:"Asia/Tokyo"`
	Slot     *Explained `json:"slot" doc:"The start that was asked about; null for a day"`
	Strip    []Stretch  `json:"strip" doc:"The starts of the day that was asked about, in order; empty for a start"`
}

// Explained is why one start is free or not.
type Explained struct {
	Start     time.Time            `json:"start"`
	End       time.Time            `json:"end" doc:"When the customer would leave, without clean-up"`
	Free      bool                 `json:"free" doc:"Customers are offered this start"`
	Message   string               `json:"message" doc:"Who and what would serve it; of a start that is not free, the first reason"`
	Reasons   []Cause              `json:"reasons" doc:"All that stands against it, what is to be mended first in front; at most 100. Empty exactly when it is free"`
	Serving   []ServedBy           `json:"serving" doc:"Who and what would serve it, one entry a requirement; empty when it is not free"`
	StaffIDs  []catalog.ResourceID `json:"staff_ids" doc:"The staff who can be nominated at this start, as in availability"`
	Remaining int                  `json:"remaining" doc:"How many more bookings of it fit at this start"`
}

// ServedBy is who or what would serve one requirement.
type ServedBy struct {
	Requirement CauseRequirement `json:"requirement"`
	Resource    CauseResource    `json:"resource"`
	Units       int              `json:"units" doc:"How many of its units"`
	Start       time.Time        `json:"start" doc:"With preparation"`
	End         time.Time        `json:"end" doc:"With clean-up"`
}

// Stretch is neighbouring starts of a day of which the same is to be said.
type Stretch struct {
	Start  time.Time `json:"start" doc:"The first of the starts"`
	End    time.Time `json:"end" doc:"One step of the grid after the last of them"`
	Starts int       `json:"starts" doc:"How many starts these are" minimum:"1"`
	Free   bool      `json:"free"`
	Reason *Cause    `json:"reason" doc:"What is to be mended first; null when they are free"`
}

// maxCauses bounds the reasons of one answer.
const maxCauses = 100

// Explain says why a start is free or not. The schedule is the present one and
// what is taken is read anew, in one round trip. It answers an Invalid fault for
// a service, staff member or option that the business does not have, and for a
// start that lies more than a year back or three ahead; not_found for an absent business.
func (s *Service) Explain(ctx context.Context, bid business.ID, q Question, start time.Time) (*Explanation, error) {
	now := s.clock.Now()
	var v fault.Fields
	v.Check(!start.Before(now.AddDate(-1, 0, 0)) && !start.After(now.AddDate(3, 0, 0)), "query.start", "out_of_range")
	if err := v.Err(); err != nil {
		return nil, err
	}
	e, err := s.explainer(ctx, bid, q, now, func(zone *time.Location) (clock.Date, int) { return DaysAround(start, zone) })
	if err != nil {
		return nil, err
	}
	return &Explanation{Date: e.date(start), Timezone: e.Zone.String(), Slot: e.slot(start), Strip: []Stretch{}}, nil
}

// ExplainDay is Explain for all starts of a business day.
func (s *Service) ExplainDay(ctx context.Context, bid business.ID, q Question, date clock.Date) (*Explanation, error) {
	now := s.clock.Now()
	var v fault.Fields
	v.Check(!date.Before(clock.DateOf(now.AddDate(-1, 0, 0))) && !date.After(clock.DateOf(now.AddDate(3, 0, 0))), "query.date", "out_of_range")
	if err := v.Err(); err != nil {
		return nil, err
	}
	e, err := s.explainer(ctx, bid, q, now, func(*time.Location) (clock.Date, int) { return date, 1 })
	if err != nil {
		return nil, err
	}
	e.day = &date
	return &Explanation{Date: date, Timezone: e.Zone.String(), Strip: e.strip()}, nil
}

// explainer reads what is taken on some days and gets ready to judge their
// starts. A snapshot that turns out to be old is read again.
func (s *Service) explainer(
	ctx context.Context, bid business.ID, q Question, now time.Time, span func(*time.Location) (clock.Date, int),
) (*explainer, error) {
	for last := false; ; last = true {
		snap, err := s.Snapshot(ctx, bid)
		if err != nil {
			return nil, err
		}
		from, days := span(snap.Zone)
		f, err := snap.Frame(from, days, Freedom{})
		if err != nil {
			return nil, fmt.Errorf("frame of %s: %w", from, err)
		}
		var version int64
		var taken []claim
		var b pg.Batch
		business.QueueScheduleVersion(&b, bid, &version)
		queueClaims(&b, bid, f, &taken)
		var arrivals []Arrival
		snap.queueArrivals(&b, f, now, &arrivals)
		if err := s.store.db.ReadTenant(ctx, bid, &b); err != nil {
			return nil, err
		}
		if version == snap.Version || last {
			snap.Limit(f, arrivals, now)
			return snap.explainer(q, f, taken, now)
		}
		s.ScheduleChanged(bid)
	}
}
