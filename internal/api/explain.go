package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// This file is why a time is not free, for the members who can mend it.

func (a *API) registerExplain() {
	register(a, operation{
		ID: "explain-availability", Method: http.MethodGet, Path: "/businesses/{business_id}/availability/explain", Tags: tagConsole,
		Authz: mayReadLedger, Summary: "Why a time is free or not",
		Description: "Of one start, or with date of all starts of a business day as a strip: every rule, booking or shift that stands against it by the " +
			"rules that customers are bound to, what is to be mended first in front. Of bookings it shows code and times, nothing of the customer.",
	}, a.explain)
	a.registerPublicExplain()
}

// ExplainQuery is embedded by inputs that ask why a time is not free.
type ExplainQuery struct {
	ServiceID catalog.ServiceID  `query:"service_id" required:"true"`
	Start     instant            `query:"start" doc:"The start in question; this or date"`
	Date      clock.Date         `query:"date" doc:"The business day in question; this or start"`
	StaffID   catalog.ResourceID `query:"staff_id" doc:"With this staff member; whoever is free when absent"`
	OptionIDs []string           `query:"option_ids,explode" maxItems:"20" doc:"Repeated, or separated by commas"`
	PartySize int                `query:"party_size" minimum:"1" maximum:"500" doc:"Persons; the least that the service takes when absent"`
}

// question is what is asked, in the language of the request.
func (in *ExplainQuery) question(ctx context.Context) (availability.Question, error) {
	var v fault.Fields
	v.Check(!in.Start.IsZero() || !in.Date.IsZero(), "query.start", "required")
	v.Check(in.Start.IsZero() || in.Date.IsZero(), "query.date", "not_both", fault.Args{"other": "start"})
	if err := v.Err(); err != nil {
		return availability.Question{}, err
	}
	options, err := parseIDs[catalog.Option]("option_ids", in.OptionIDs, 20)
	return availability.Question{
		ServiceID: in.ServiceID, StaffID: in.StaffID.Ptr(), OptionIDs: options, PartySize: in.PartySize, Lang: language(ctx),
	}, err
}

type explainInput struct {
	InBusiness
	ExplainQuery
}

func (a *API) explain(ctx context.Context, in *explainInput) (*data[availability.Explanation], error) {
	q, err := in.question(ctx)
	if err != nil {
		return nil, err
	}
	q.Notes = callOf(ctx).role != "" // keys that may read bookings need not know why somebody is off
	var out *availability.Explanation
	if in.Date.IsZero() {
		out, err = a.Availability.Explain(ctx, businessID(ctx), q, in.Start.Time)
	} else {
		out, err = a.Availability.ExplainDay(ctx, businessID(ctx), q, in.Date)
	}
	if err != nil {
		return nil, err
	}
	return &data[availability.Explanation]{*out}, nil
}
