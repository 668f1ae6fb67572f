package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
)

// This file is why a time is not free, for customers.

func (a *API) registerPublicExplain() {
	register(a, operation{
		ID: "explain-public-availability", Method: http.MethodGet, Path: "/public/businesses/{slug}/availability/explain", Tags: tagBooking,
		Authz: public(), Summary: "Why a time is not free", Errors: []string{"not_found"},
		Description: "Of one start, or with date of all starts of a business day as a strip: the kind of reason and a sentence, nothing of who or what it is.",
	}, a.explainPublic)
}

type explainPublicInput struct {
	InSite
	ExplainQuery
}

func (a *API) explainPublic(ctx context.Context, in *explainPublicInput) (*data[availability.PlainExplanation], error) {
	q, err := in.question(ctx)
	if err != nil {
		return nil, err
	}
	bid, err := in.open(ctx, a)
	if err != nil {
		return nil, err
	}
	var out *availability.PlainExplanation
	if in.Date.IsZero() {
		out, err = a.Availability.ExplainPlainly(ctx, bid, q, in.Start.Time)
	} else {
		out, err = a.Availability.ExplainDayPlainly(ctx, bid, q, in.Date)
	}
	if err != nil {
		return nil, err
	}
	return &data[availability.PlainExplanation]{*out}, nil
}
