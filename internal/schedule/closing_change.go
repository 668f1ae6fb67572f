package schedule

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var (
	allClosings = pg.Register("schedule.closing_rules",
		`SELECT id, weekday, nths, on_holiday, from_date, to_date, note, version FROM closing_rules WHERE business_id = $1 ORDER BY id`)
	insertClosing = pg.Register("schedule.insert_closing_rule",
		`INSERT INTO closing_rules (business_id, id, weekday, nths, on_holiday, from_date, to_date, note, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`)
	updateClosing = pg.Register("schedule.update_closing_rule",
		`UPDATE closing_rules SET weekday = $3, nths = $4, on_holiday = $5, from_date = $6, to_date = $7, note = $8, version = $9, updated_at = $10
		 WHERE business_id = $1 AND id = $2`)
	deleteClosing = pg.Register("schedule.delete_closing_rule", `DELETE FROM closing_rules WHERE business_id = $1 AND id = $2`)
)

// QueueClosings queues the reading of all closing rules, the oldest first.
func QueueClosings(b *pg.Batch, bid business.ID, dst *[]ClosingRule) {
	pg.Collect(b.Queue(allClosings, bid), dst)
}

// ClosingRules lists the closing rules, the oldest first; MaxClosings at most.
func (s *Service) ClosingRules(ctx context.Context, bid business.ID) ([]ClosingRule, error) {
	var out []ClosingRule
	var b pg.Batch
	QueueClosings(&b, bid, &out)
	err := s.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// ClosingRule reads one; not_found when there is none.
func (s *Service) ClosingRule(ctx context.Context, bid business.ID, rid ClosingRuleID) (*ClosingRule, error) {
	list, err := s.ClosingRules(ctx, bid)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].ID == rid {
			return &list[i], nil
		}
	}
	return nil, business.ErrNotFound
}

// CreateClosingRule adds a regular closing. Bookings that were made stay. It
// answers business.limit_reached when there are MaxClosings.
func (s *Service) CreateClosingRule(ctx context.Context, actor tenant.Actor, bid business.ID, in ClosingRuleInput, claim *idempotency.Claim) (*ClosingRule, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out ClosingRule
	err := s.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		list, err := closings(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		if len(list) >= MaxClosings {
			return business.Done{}, business.ErrLimit.With(fault.Args{"max": MaxClosings})
		}
		out = in.read(&fault.Fields{})
		out.ID = id.New[ClosingRule](ch.Now)
		ch.Tx.Later(insertClosing, out.values(ch)...)
		return business.Done{Action: "closing_rule.created", Subject: closingSubject(out.ID), Result: &out}, nil
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// SetClosingRule replaces a closing rule. It answers not_found for an absent one,
// precondition.stale unless expect is its version.
func (s *Service) SetClosingRule(ctx context.Context, actor tenant.Actor, bid business.ID, rid ClosingRuleID, expect int64, in ClosingRuleInput) (*ClosingRule, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out ClosingRule
	err := s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := expectClosing(ctx, ch, rid, expect); err != nil {
			return business.Done{}, err
		}
		out = in.read(&fault.Fields{})
		out.ID, out.Version = rid, expect+1
		ch.Tx.Later(updateClosing, out.values(ch)...)
		return business.Done{Action: "closing_rule.changed", Subject: closingSubject(rid)}, nil
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// DeleteClosingRule removes a closing rule, with the answers of SetClosingRule.
func (s *Service) DeleteClosingRule(ctx context.Context, actor tenant.Actor, bid business.ID, rid ClosingRuleID, expect int64) error {
	return s.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if err := expectClosing(ctx, ch, rid, expect); err != nil {
			return business.Done{}, err
		}
		ch.Tx.Later(deleteClosing, bid, rid)
		return business.Done{Action: "closing_rule.deleted", Subject: closingSubject(rid)}, nil
	})
}

// values are the columns of a rule as they are written.
func (r *ClosingRule) values(ch *business.Change) []any {
	return []any{ch.Business.ID, r.ID, r.Weekday, r.Nths, r.OnHoliday, r.FromDate, r.ToDate, r.Note, r.Version, ch.Now}
}

func closings(ctx context.Context, ch *business.Change) ([]ClosingRule, error) {
	var list []ClosingRule
	var b pg.Batch
	QueueClosings(&b, ch.Business.ID, &list)
	err := ch.Tx.Run(ctx, &b)
	return list, err
}

func expectClosing(ctx context.Context, ch *business.Change, rid ClosingRuleID, expect int64) error {
	list, err := closings(ctx, ch)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].ID == rid {
			return checkExpected(list[i].Version, &expect)
		}
	}
	return business.ErrNotFound
}

func closingSubject(rid ClosingRuleID) string { return "closing_rule:" + rid.String() }
