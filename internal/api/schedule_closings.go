package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is when a business closes regularly: every Wednesday, the second and third Tuesday.

func (a *API) registerClosingRules() {
	register(a, operation{
		ID: "list-closing-rules", Method: http.MethodGet, Path: "/businesses/{business_id}/closing-rules", Tags: tagSchedule, Authz: mayReadSchedule,
		Summary: "Regular closings, the oldest rule first",
	}, a.listClosingRules)
	register(a, operation{
		ID: "create-closing-rule", Method: http.MethodPost, Path: "/businesses/{business_id}/closing-rules", Tags: tagSchedule,
		Authz: mayManageSchedule, Status: http.StatusCreated, Idempotent: true, Errors: []string{codeSuspended, codeLimit},
		Summary: "Close regularly",
		Description: "A closing beats weekdays, holidays and eves; a special day beats it. One that a holiday moves comes on the next day within two weeks " +
			"that is open, no holiday and named by no rule; special days do not move it. Bookings that were made stay.",
	}, a.createClosingRule)
	register(a, operation{
		ID: "get-closing-rule", Method: http.MethodGet, Path: "/businesses/{business_id}/closing-rules/{closing_rule_id}", Tags: tagSchedule,
		Authz: mayReadSchedule, Summary: "A regular closing",
	}, a.getClosingRule)
	register(a, operation{
		ID: "set-closing-rule", Method: http.MethodPut, Path: "/businesses/{business_id}/closing-rules/{closing_rule_id}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Replace a regular closing", Description: "Bookings that were made stay.",
	}, a.setClosingRule)
	register(a, operation{
		ID: "delete-closing-rule", Method: http.MethodDelete, Path: "/businesses/{business_id}/closing-rules/{closing_rule_id}", Tags: tagSchedule,
		Authz: mayManageSchedule, IfMatch: true, Errors: []string{codeSuspended},
		Summary: "No longer close so",
	}, a.deleteClosingRule)
}

// ClosingDays is when a business closes regularly, for programs and in words.
type ClosingDays struct {
	Weekday   int                `json:"weekday" doc:"0 is Sunday"`
	Nths      []int              `json:"nths" doc:"Which of the month; none: every week"`
	OnHoliday schedule.OnHoliday `json:"on_holiday" enum:"close,open,next_day" doc:"What becomes of it on a national holiday"`
	FromDate  *clock.Date        `json:"from_date" doc:"The first date; null: since ever"`
	ToDate    *clock.Date        `json:"to_date" doc:"The last date; null: for ever"`
	Note      locale.Text        `json:"note,omitempty"`
	Words     locale.Text        `json:"words" doc:"The rule as people say it, such as 第2・第3火曜日（祝日の場合は翌営業日）"`
}

func closingDays(r *schedule.ClosingRule) ClosingDays {
	v := ClosingDays{
		Weekday: r.Weekday, Nths: r.Nths, OnHoliday: r.OnHoliday, FromDate: r.FromDate, ToDate: r.ToDate, Note: r.Note, Words: locale.Text{},
	}
	for _, lang := range locale.Langs {
		v.Words[string(lang)] = r.Words(lang)
	}
	return v
}

// ClosingRuleView is a regular closing, as members see it.
type ClosingRuleView struct {
	ID schedule.ClosingRuleID `json:"id"`
	ClosingDays
	Version int64 `json:"version"`
}

func closingRuleView(r *schedule.ClosingRule) ClosingRuleView {
	return ClosingRuleView{r.ID, closingDays(r), r.Version}
}

func (a *API) listClosingRules(ctx context.Context, _ *businessInput) (*data[list[ClosingRuleView]], error) {
	rules, err := a.Schedule.ClosingRules(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	return whole(rules, closingRuleView), nil
}

type createClosingRuleInput struct {
	InBusiness
	Keyed
	ImpactQuery
	Body schedule.ClosingRuleInput
}

// ChangedClosingRule is a regular closing as it is now, and what the change does.
type ChangedClosingRule struct {
	ClosingRuleView
	ImpactBody
}

func (a *API) createClosingRule(ctx context.Context, in *createClosingRuleInput) (*createdOrTried[ChangedClosingRule], error) {
	bid := businessID(ctx)
	ctx, impact := in.impact(ctx)
	v, replayed, err := idempotent(ctx, a, effect[*schedule.ClosingRule, ChangedClosingRule]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(r *schedule.ClosingRule) ChangedClosingRule {
			return ChangedClosingRule{closingRuleView(r), impactBody(ctx, impact)}
		},
		Do: func(c *idempotency.Claim) (*schedule.ClosingRule, error) {
			return a.Schedule.CreateClosingRule(ctx, actor(ctx), bid, in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &createdOrTried[ChangedClosingRule]{in.status(), below(bid, "closing-rules", v.ID), replayedHeader(replayed), v}, nil
}

// InClosingRule is embedded by inputs about one closing rule.
type InClosingRule struct {
	InBusiness
	ClosingRuleID schedule.ClosingRuleID `path:"closing_rule_id"`
}

type closingRuleInput struct{ InClosingRule }

func (a *API) getClosingRule(ctx context.Context, in *closingRuleInput) (*versioned[ClosingRuleView], error) {
	r, err := a.Schedule.ClosingRule(ctx, businessID(ctx), in.ClosingRuleID)
	if err != nil {
		return nil, err
	}
	return &versioned[ClosingRuleView]{etag(r.Version), closingRuleView(r)}, nil
}

type setClosingRuleInput struct {
	InClosingRule
	Precondition
	ImpactQuery
	Body schedule.ClosingRuleInput
}

func (a *API) setClosingRule(ctx context.Context, in *setClosingRuleInput) (*versioned[ChangedClosingRule], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	r, err := a.Schedule.SetClosingRule(ctx, actor(ctx), businessID(ctx), in.ClosingRuleID, expect, in.Body)
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedClosingRule]{etag(r.Version), ChangedClosingRule{closingRuleView(r), impactBody(ctx, impact)}}, nil
}

type deleteClosingRuleInput struct {
	InClosingRule
	Precondition
	ImpactQuery
}

func (a *API) deleteClosingRule(ctx context.Context, in *deleteClosingRuleInput) (*data[ImpactBody], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	if err := a.Schedule.DeleteClosingRule(ctx, actor(ctx), businessID(ctx), in.ClosingRuleID, expect); err != nil {
		return nil, err
	}
	return &data[ImpactBody]{impactBody(ctx, impact)}, nil
}
