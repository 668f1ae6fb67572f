package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
)

// This file is the switch at the counter: no more customers for now, of the
// business or of one resource.

func (a *API) registerAccepting() {
	register(a, operation{
		ID: "stop-accepting", Method: http.MethodPost, Path: "/businesses/{business_id}/stop-accepting", Tags: tagBusiness, Authz: mayStopAccepting,
		Errors:  []string{codeSuspended},
		Summary: "Take no more bookings from customers",
		Description: "At once: for the business, or for one resource, which customers are then not given. What was booked stays, and members go on booking. " +
			"With until it ends by itself, else with resume-accepting. Once more changes nothing but the end.",
	}, a.stopAccepting)
	register(a, operation{
		ID: "resume-accepting", Method: http.MethodPost, Path: "/businesses/{business_id}/resume-accepting", Tags: tagBusiness, Authz: mayStopAccepting,
		Errors:  []string{codeSuspended},
		Summary: "Take bookings from customers again", Description: "Ends a stop of the business, or of one resource. Once more changes nothing.",
	}, a.resumeAccepting)
}

// AcceptingView is whether customers are taken in.
type AcceptingView struct {
	ResourceID       *catalog.ResourceID `json:"resource_id" doc:"Whose state it is; null: the business's"`
	Accepting        bool                `json:"accepting"`
	AcceptingAgainAt *time.Time          `json:"accepting_again_at" doc:"When a stop ends by itself; null: there is none, or somebody must resume"`
	Version          int64               `json:"version" doc:"Of the business, or of the resource"`
}

type stopInput struct {
	InBusiness
	Body *struct {
		Until      *time.Time          `json:"until,omitempty" doc:"When bookings are taken again by themselves, at most 366 days ahead; without it, when somebody resumes" example:"2026-12-01T18:00:00+09:00"`
		ResourceID *catalog.ResourceID `json:"resource_id,omitempty" doc:"For this one alone; without it, for the business"`
	} `required:"false"`
}

func (a *API) stopAccepting(ctx context.Context, in *stopInput) (*data[AcceptingView], error) {
	var until *time.Time
	var resource *catalog.ResourceID
	if in.Body != nil {
		until, resource = in.Body.Until, in.Body.ResourceID
	}
	if resource != nil {
		return a.acceptingResource(ctx)(a.Catalog.StopResource(ctx, actor(ctx), businessID(ctx), *resource, until))
	}
	return a.acceptingBusiness(a.Businesses.StopAccepting(ctx, actor(ctx), businessID(ctx), until))
}

type resumeInput struct {
	InBusiness
	Body *struct {
		ResourceID *catalog.ResourceID `json:"resource_id,omitempty" doc:"For this one alone; without it, for the business"`
	} `required:"false"`
}

func (a *API) resumeAccepting(ctx context.Context, in *resumeInput) (*data[AcceptingView], error) {
	if in.Body != nil && in.Body.ResourceID != nil {
		return a.acceptingResource(ctx)(a.Catalog.ResumeResource(ctx, actor(ctx), businessID(ctx), *in.Body.ResourceID))
	}
	return a.acceptingBusiness(a.Businesses.ResumeAccepting(ctx, actor(ctx), businessID(ctx)))
}

func (a *API) acceptingBusiness(b *business.Business, err error) (*data[AcceptingView], error) {
	if err != nil {
		return nil, err
	}
	return &data[AcceptingView]{acceptingView(&b.Standby, b.Version, a.Clock.Now(), b.Zone())}, nil
}

func (a *API) acceptingResource(ctx context.Context) func(*catalog.Resource, error) (*data[AcceptingView], error) {
	return func(r *catalog.Resource, err error) (*data[AcceptingView], error) {
		if err != nil {
			return nil, err
		}
		zone, err := a.zoneOf(ctx)
		if err != nil {
			return nil, err
		}
		v := acceptingView(&r.Standby, r.Version, a.Clock.Now(), zone)
		v.ResourceID = &r.ID
		return &data[AcceptingView]{v}, nil
	}
}

func acceptingView(s *business.Standby, version int64, now time.Time, zone *time.Location) AcceptingView {
	return AcceptingView{Accepting: s.AcceptingAt(now), AcceptingAgainAt: inZone(s.AcceptingAgain(now), zone), Version: version}
}
