package booking

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// Policy is the cancellation policy as it was when the booking was made.
type Policy struct {
	Steps               []business.PolicyStep `json:"steps"`
	ChangeNoticeMinutes int                   `json:"change_notice_minutes" doc:"Changes by the customer end so long before the start"`
	CancelNoticeMinutes int                   `json:"cancel_notice_minutes" doc:"Cancelling by the customer ends so long before the start"`
	ChangeCutoff        *business.Cutoff      `json:"change_cutoff,omitempty"` // in the place of the minutes
	CancelCutoff        *business.Cutoff      `json:"cancel_cutoff,omitempty"`
	Timezone            string                `json:"timezone,omitempty"` // of the cutoffs
}

// percentAt is the share due when a booking that starts at start is cancelled at
// now: of the steps that have begun, the one nearest to the start.
func (p Policy) percentAt(start, now time.Time) int {
	percent, nearest := 0, -1
	for _, s := range p.Steps {
		begun := !now.Before(start.Add(-time.Duration(s.HoursBefore) * time.Hour))
		if begun && (nearest < 0 || s.HoursBefore < nearest) {
			percent, nearest = s.Percent, s.HoursBefore
		}
	}
	return percent
}

// Fee is what cancelling costs at now; yen are rounded down, in the customer's favour.
func (p Policy) Fee(total int64, start, now time.Time) int64 {
	return money.Percent(total, int64(p.percentAt(start, now)), money.Floor)
}

// FreeUntil is the last moment of cancelling at no cost: when the earliest step
// that costs begins; the start when none does.
func (p Policy) FreeUntil(start time.Time) time.Time {
	free := start
	for _, s := range p.Steps {
		if begins := start.Add(-time.Duration(s.HoursBefore) * time.Hour); s.Percent > 0 && begins.Before(free) {
			free = begins
		}
	}
	return free
}

// ChangeUntil is before when the customer may move a visit of a business date;
// never later than its start.
func (p Policy) ChangeUntil(date clock.Date, start time.Time) time.Time {
	return p.until(p.ChangeCutoff, p.ChangeNoticeMinutes, date, start)
}

// CancelUntil is before when the customer may cancel a visit of a business date;
// never later than its start.
func (p Policy) CancelUntil(date clock.Date, start time.Time) time.Time {
	return p.until(p.CancelCutoff, p.CancelNoticeMinutes, date, start)
}

func (p Policy) until(cutoff *business.Cutoff, notice int, date clock.Date, start time.Time) time.Time {
	if cutoff == nil {
		return start.Add(-time.Duration(notice) * time.Minute)
	}
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil { // it was the business's, and those are checked
		return start
	}
	if deadline := cutoff.Deadline(date, zone); deadline.Before(start) {
		return deadline.UTC()
	}
	return start
}

// changeable tells whether the customer may still move the visit.
func (x *Booking) changeable(now time.Time) bool {
	return now.Before(x.Policy.ChangeUntil(x.Date, x.StartsAt))
}

// cancellable tells whether the customer may still cancel the visit.
func (x *Booking) cancellable(now time.Time) bool {
	return now.Before(x.Policy.CancelUntil(x.Date, x.StartsAt))
}

// PolicyOf is a business's policy as it is now.
func PolicyOf(b *business.Business) Policy {
	p := Policy{
		Steps: b.CancellationPolicy.Steps, ChangeNoticeMinutes: b.ChangeNoticeMinutes, CancelNoticeMinutes: b.CancelNoticeMinutes,
		ChangeCutoff: b.ChangeCutoff, CancelCutoff: b.CancelCutoff,
	}
	if p.ChangeCutoff != nil || p.CancelCutoff != nil {
		p.Timezone = b.Timezone
	}
	if p.Steps == nil {
		p.Steps = []business.PolicyStep{}
	}
	return p
}
