package business

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// maxStop is how far ahead a stop may end by itself.
const maxStop = 366 * 24 * time.Hour

// CheckUntil notes the end of a stop that has passed, or that is too far ahead.
func CheckUntil(v *fault.Fields, until *time.Time, now time.Time) {
	if until == nil {
		return
	}
	v.Check(until.After(now), "body.until", "business.until_past")
	v.Check(!until.After(now.Add(maxStop)), "body.until", "out_of_range")
}

var writeStandby = pg.Register("business.standby",
	`UPDATE businesses SET stopped = $2, stopped_until = $3, version = version + 1, updated_at = $4 WHERE business_id = $1`)

// StopAccepting takes in no more customers: at once, and until an instant where
// one is given, else until somebody resumes. What was booked stays; members go
// on booking. A stop that stands already is given its new end; the same once
// more changes nothing.
func (s *Service) StopAccepting(ctx context.Context, actor tenant.Actor, bid ID, until *time.Time) (*Business, error) {
	var v fault.Fields
	CheckUntil(&v, until, s.clock.Now())
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.standby(ctx, actor, bid, "business.stopped_accepting", Standby{Stopped: true, StoppedUntil: until})
}

// ResumeAccepting takes customers in again.
func (s *Service) ResumeAccepting(ctx context.Context, actor tenant.Actor, bid ID) (*Business, error) {
	return s.standby(ctx, actor, bid, "business.resumed_accepting", Standby{})
}

func (s *Service) standby(ctx context.Context, actor tenant.Actor, bid ID, action string, to Standby) (*Business, error) {
	var out *Business
	err := s.changer.Do(ctx, actor, bid, nil, func(c *Change) (Done, error) {
		out = c.Business
		if !out.Change(to, c.Now) {
			return Done{}, errAgain
		}
		out.Version, out.UpdatedAt = out.Version+1, c.Now
		c.Tx.Later(writeStandby, bid, to.Stopped, to.StoppedUntil, c.Now)
		return Done{Action: action, Subject: subject(bid), Detail: to.Detail()}, nil
	})
	if err != nil && !isAgain(err) {
		return nil, err
	}
	return out, nil
}
