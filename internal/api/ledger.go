package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

func (a *API) registerLedger() {
	register(a, operation{
		ID: "get-ledger", Method: http.MethodGet, Path: "/businesses/{business_id}/ledger", Tags: tagConsole, Authz: mayReadLedger,
		Summary: "All that the day view needs, in one answer",
		Description: "Every role sees the whole day with names and times. How to reach a customer, and notes, are empty for assistants, and for staff " +
			"in bookings that they do not serve. Takings are for owners.",
	}, a.getLedger)
}

// LedgerColumn is one resource and when it works on the day.
type LedgerColumn struct {
	ID       catalog.ResourceID `json:"id"`
	Kind     catalog.Kind       `json:"kind" enum:"staff,room,seat,equipment"`
	Name     locale.Text        `json:"name"`
	Capacity int                `json:"capacity"`
	Always   bool               `json:"always" doc:"No shifts: it serves whenever it is needed"`
	Works    []schedule.Range   `json:"works" doc:"Minutes of the business day; with always false and none, it is off"`
}

// LedgerHold is a slot that a customer is about to book.
type LedgerHold struct {
	ResourceID catalog.ResourceID `json:"resource_id"`
	Unit       int                `json:"unit"`
	Start      time.Time          `json:"start"`
	End        time.Time          `json:"end"`
	ExpiresAt  time.Time          `json:"expires_at"`
}

// LedgerSummary is the day in numbers.
type LedgerSummary struct {
	Bookings         int          `json:"bookings" doc:"That occupy or were completed"`
	PendingApproval  int          `json:"pending_approval"`
	Cancelled        int          `json:"cancelled"`
	NoShows          int          `json:"no_shows"`
	ExpectedTakings  *money.Money `json:"expected_takings" doc:"Of what occupies or was completed, tax included; null for roles that do not see takings"`
	CompletedTakings *money.Money `json:"completed_takings"`
}

// LedgerView is the day view.
type LedgerView struct {
	Date          clock.Date          `json:"date"`
	Timezone      string              `json:"timezone"`
	Now           time.Time           `json:"now"`
	Seq           int64               `json:"seq" doc:"Of the business's writes: what changes later has a higher one"`
	GridMinutes   int                 `json:"grid_minutes"`
	Hours         []schedule.Range    `json:"hours" doc:"Opening hours of the day; none: closed"`
	Resources     []LedgerColumn      `json:"resources"`
	Bookings      []ConsoleBooking    `json:"bookings" doc:"Of every status, in order of their start"`
	FirstVisits   []booking.ID        `json:"first_visits" doc:"Ids of the bookings with which a known customer comes for the first time"`
	Holds         []LedgerHold        `json:"holds"`
	Summary       LedgerSummary       `json:"summary"`
	OwnResourceID *catalog.ResourceID `json:"own_resource_id" doc:"For staff: which of the resources they are, as they change what they serve only; null for all other roles"`
}

type ledgerInput struct {
	InBusiness
	Date clock.Date `query:"date" doc:"The business day; today when absent"`
}

func (a *API) getLedger(ctx context.Context, in *ledgerInput) (*data[encoded[LedgerView]], error) {
	bid := businessID(ctx)
	snap, err := a.Availability.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	if in.Date.IsZero() {
		in.Date = snap.Today(a.Clock.Now())
	}
	role := callOf(ctx).role
	key := ledgerKey{business: bid, date: in.Date, sees: maySeeContact.reach(role), takings: maySeeTakings.reach(role) == all}
	if day, ok := a.ledgers.get(key, snap); ok {
		state, err := a.Bookings.LedgerState(ctx, bid, snap.Zone, in.Date)
		if err != nil {
			return nil, err
		}
		if state.Seq != day.seq { // all who watch the day come at once
			day, err = a.ledgers.together(ctx, key, state.Seq, snap, func(ctx context.Context) (*ledgerDay, error) {
				_, day, err := a.readLedger(ctx, key, snap)
				return day, err
			})
			if err != nil {
				return nil, err
			}
		}
		if day.seq >= state.Seq {
			return day.answer(state.Now.In(snap.Zone), ledgerHolds(state.Held, snap.Zone))
		}
	}
	v, day, err := a.readLedger(ctx, key, snap)
	if err != nil {
		return nil, err
	}
	return day.answer(v.Now, v.Holds)
}

// readLedger reads a day anew, and remembers it.
func (a *API) readLedger(ctx context.Context, key ledgerKey, snap *availability.Snapshot) (LedgerView, *ledgerDay, error) {
	l, err := a.Bookings.Ledger(ctx, key.business, key.date)
	if err != nil {
		return LedgerView{}, nil, err
	}
	v := ledgerView(ctx, l, snap)
	if key.takings {
		v.Summary.sum(l.Bookings, snap.Business.Currency)
	}
	day, err := newLedgerDay(&v, snap)
	if err != nil {
		return LedgerView{}, nil, err
	}
	a.ledgers.keep(key, day)
	return v, day, nil
}

func ledgerView(ctx context.Context, l *booking.Ledger, snap *availability.Snapshot) LedgerView {
	v := LedgerView{
		Date: l.Date, Timezone: l.Zone.String(), Now: l.Now.In(l.Zone), Seq: l.Seq, GridMinutes: l.Grid, Hours: l.Hours, FirstVisits: l.First,
		Summary: summary(l.Bookings),
	}
	for _, c := range l.Columns {
		v.Resources = append(v.Resources, LedgerColumn{
			ID: c.Resource.ID, Kind: c.Resource.Kind, Name: c.Resource.Name, Capacity: c.Resource.Capacity, Always: !c.Restricted, Works: c.Works,
		})
	}
	for _, b := range l.Bookings {
		v.Bookings = append(v.Bookings, consoleBooking(ctx, b, snap))
	}
	v.Holds = ledgerHolds(l.Held, l.Zone)
	if c := callOf(ctx); maySeeContact.reach(c.role) == own {
		v.OwnResourceID = catalog.ResourceID(c.staff).Ptr()
	}
	return v
}

func ledgerHolds(held []availability.Taken, zone *time.Location) []LedgerHold {
	out := make([]LedgerHold, 0, len(held))
	for _, h := range held {
		out = append(out, LedgerHold{
			ResourceID: h.ResourceID, Unit: int(h.Unit), Start: h.StartsAt.In(zone), End: h.EndsAt.In(zone), ExpiresAt: h.ExpiresAt.In(zone),
		})
	}
	return out
}

func summary(list []*booking.Booking) LedgerSummary {
	var s LedgerSummary
	for _, b := range list {
		switch b.Status {
		case booking.PendingApproval:
			s.PendingApproval++
		case booking.Cancelled:
			s.Cancelled++
		case booking.NoShow:
			s.NoShows++
		case booking.Completed, booking.PendingPayment, booking.Confirmed, booking.CheckedIn, booking.Declined, booking.Expired:
		}
		if counts(b) {
			s.Bookings++
		}
	}
	return s
}

// counts tells whether a booking is one of the day's.
func counts(b *booking.Booking) bool { return b.Status.Occupies() || b.Status == booking.Completed }

// sum fills in the takings.
func (s *LedgerSummary) sum(list []*booking.Booking, currency string) {
	s.ExpectedTakings, s.CompletedTakings = &money.Money{Currency: currency}, &money.Money{Currency: currency}
	for _, b := range list {
		if counts(b) {
			s.ExpectedTakings.Amount += b.Total
		}
		if b.Status == booking.Completed {
			s.CompletedTakings.Amount += b.Total
		}
	}
}
