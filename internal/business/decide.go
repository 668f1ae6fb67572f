package business

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/outbox"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// MaxReason is the longest reason of a decision in characters.
const MaxReason = 500

// Decision is what an operator decides about a business.
type Decision string

// The decisions.
const (
	Approve   Decision = "approve"
	Reject    Decision = "reject"
	Suspend   Decision = "suspend"
	Reinstate Decision = "reinstate"
)

// step is a path between statuses with the name that trails know it by.
type step struct {
	from   []Status
	to     Status
	action string
}

// steps are all changes of status that there are.
var (
	submitStep = step{[]Status{Draft, Rejected}, PendingReview, "business.submitted"}
	decisions  = map[Decision]step{
		Approve:   {[]Status{PendingReview}, Approved, "business.approved"},
		Reject:    {[]Status{PendingReview}, Rejected, "business.rejected"},
		Suspend:   {[]Status{Approved}, Suspended, "business.suspended"},
		Reinstate: {[]Status{Suspended}, Approved, "business.reinstated"},
	}
)

// DecideInput is a decision with its reason, which the business reads.
type DecideInput struct {
	Decision Decision
	Reason   string
	Silent   bool // no mail to the owners: for a past that is told
}

// Validate reports every fault of the input.
func (in *DecideInput) Validate() error {
	var v fault.Fields
	_, known := decisions[in.Decision]
	v.Check(known, "path.decision", "unknown_id")
	if reason := jp.CleanText(in.Reason); v.Check(reason != "", "body.reason", "required") {
		v.Check(utf8.RuneCountInString(reason) <= MaxReason, "body.reason", "too_long", fault.Args{"max": MaxReason})
	}
	return v.Err()
}

var owners = pg.Register("business.owners",
	`SELECT user_id FROM members WHERE business_id = $1 AND role = 'owner' ORDER BY id LIMIT 100`)

// Decide is an operator's word on a business. It stands in the platform's trail
// with its reason, and in the business's own, and each owner is told by mail. It
// answers business.wrong_status where the decision does not fit the status.
func (s *Service) Decide(ctx context.Context, actor tenant.Actor, bid ID, in DecideInput) (*Business, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	reason := jp.CleanText(in.Reason)
	return s.advance(ctx, actor, bid, decisions[in.Decision], func(c *Change, st step) error {
		before := c.Business.Status
		c.Business.StatusReason = reason
		audit.AppendPlatform(c.Tx.Batch(), audit.PlatformEntry{
			ID: id.New[audit.PlatformEntry](c.Now), At: c.Now, Actor: actor, Action: st.action, Subject: subject(bid), Reason: reason,
			Detail: map[string]any{"from": before, "to": st.to},
		})
		if in.Silent {
			return nil
		}
		return tellOwners(ctx, c, st.action, reason)
	})
}

// tellOwners queues a mail to each owner, in whose language it is written when it
// is sent.
func tellOwners(ctx context.Context, c *Change, event, reason string) error {
	var list [][16]byte
	pg.CollectColumn(c.Tx.Later(owners, c.Business.ID), &list)
	if err := c.Tx.Run(ctx, &pg.Batch{}); err != nil {
		return err
	}
	for _, user := range list {
		outbox.Queue(c.Tx.Batch(), c.Business.ID, outbox.Message{
			Event: event, Detail: map[string]any{"user_id": id.Of[any](user), "reason": reason},
		}, c.Now)
	}
	return nil
}

// Submit asks the operators to approve. It answers business.incomplete with the
// fields that customers would miss: a name, opening hours, a service that can
// be booked, a phone number or an e-mail address.
func (s *Service) Submit(ctx context.Context, actor tenant.Actor, bid ID) (*Business, error) {
	return s.advance(ctx, actor, bid, submitStep, func(c *Change, _ step) error {
		c.Business.StatusReason = ""
		return s.checkComplete(ctx, c)
	})
}

func (s *Service) checkComplete(ctx context.Context, c *Change) error {
	var lacking []string
	if c.Business.Name[string(locale.JA)] == "" {
		lacking = append(lacking, "name")
	}
	if c.Business.Phone == "" && c.Business.Email == "" {
		lacking = append(lacking, "phone")
	}
	for _, check := range s.complete {
		more, err := check(ctx, c.Tx, c.Business.ID)
		if err != nil {
			return err
		}
		lacking = append(lacking, more...)
	}
	if len(lacking) == 0 {
		return nil
	}
	f := *ErrIncomplete
	for _, field := range lacking {
		f.Fields = append(f.Fields, fault.Field{Location: "business." + field, Code: "business.missing_" + field})
	}
	return &f
}

// advance takes one step and does what comes with it.
func (s *Service) advance(ctx context.Context, actor tenant.Actor, bid ID, st step, with func(*Change, step) error) (*Business, error) {
	var out *Business
	err := s.changer.Do(ctx, actor, bid, nil, func(c *Change) (Done, error) {
		out = c.Business
		before := out.Status
		if !slices.Contains(st.from, before) {
			return Done{}, ErrStatus.With(fault.Args{"status": string(before)}).WithExtra("business_status", string(before))
		}
		if err := with(c, st); err != nil {
			return Done{}, err
		}
		out.Status, out.Version, out.UpdatedAt = st.to, out.Version+1, c.Now
		writeRow(c.Tx.Batch(), out)
		writeDirectory(c.Tx.Batch(), out)
		return Done{Action: st.action, Subject: subject(bid), Detail: map[string]any{"from": before, "to": st.to}}, nil
	})
	if err != nil {
		return nil, err
	}
	s.forget(out.Slug)
	return out, nil
}
