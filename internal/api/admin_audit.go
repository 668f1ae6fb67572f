package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is the trails: of a business, for those who run it and for
// operators, and of the platform.

// registerTrail declares what the members of a business read of its trail.
func (a *API) registerTrail() {
	register(a, operation{
		ID: "list-audit", Method: http.MethodGet, Path: "/businesses/{business_id}/audit", Tags: tagBusiness, Authz: mayReadAudit,
		Summary: "Who changed what, the newest first", Description: trailFilters,
	}, a.listAudit)
}

const trailFilters = "`action` is one name (`booking.created`) or all that begin alike (`booking.*`). A cursor goes with the filter that made it."

// registerPlatformTrail declares what operators read of trails.
func (a *API) registerPlatformTrail() {
	register(a, operation{
		ID: "admin-list-audit", Method: http.MethodGet, Path: "/admin/audit", Tags: tagAdmin, Authz: platform(),
		Summary: "What operators decided, the newest first", Description: trailFilters,
	}, a.adminListAudit)
	register(a, operation{
		ID: "admin-list-business-audit", Method: http.MethodGet, Path: "/admin/businesses/{business_id}/audit", Tags: tagAdmin, Authz: platform(),
		Summary: "Who changed what in a business, the newest first", Description: trailFilters,
	}, a.adminListBusinessAudit)
	register(a, operation{
		ID: "admin-verify-business-audit", Method: http.MethodGet, Path: "/admin/businesses/{business_id}/audit/verify", Tags: tagAdmin, Authz: platform(),
		Summary:     "Recompute the hash chain of a business's trail",
		Description: "Finds every entry that was changed, moved, put in or removed, the newest included. Takes about a second for a hundred thousand entries.",
	}, a.adminVerifyAudit)
}

// TrailFilter is embedded by the inputs of trails.
type TrailFilter struct {
	Action  string     `query:"action" maxLength:"100" doc:"A name, or the beginning of names with .* behind it" example:"booking.*"`
	ActorID id.Of[any] `query:"actor_id" doc:"An account or an API key"`
	Subject string     `query:"subject" maxLength:"200" example:"booking:01936b2f-7c1e-7000-8000-000000000000"`
	From    instant    `query:"from" doc:"At or after"`
	To      instant    `query:"to" doc:"Before"`
}

func (f TrailFilter) filter() audit.Filter {
	return audit.Filter{Action: f.Action, ActorID: f.ActorID, Subject: f.Subject, From: f.From.UTC(), To: f.To.UTC()}
}

// AuditView is one entry of a business's trail.
type AuditView struct {
	Seq       int64          `json:"seq" doc:"Orders all writes of the business"`
	At        time.Time      `json:"at"`
	ActorKind string         `json:"actor_kind" enum:"customer,member,operator,system,api_key"`
	ActorID   *id.Of[any]    `json:"actor_id" doc:"The account or the API key; null for guests and the system"`
	ActorName *string        `json:"actor_name" doc:"Of a member or an API key; null where it is not known or not shown"`
	RequestID string         `json:"request_id"`
	Action    string         `json:"action" example:"resource.created"`
	Subject   string         `json:"subject" example:"resource:01936b2f-7c1e-7000-8000-000000000000"`
	Detail    map[string]any `json:"detail" doc:"Ids and codes; never personal data"`
}

type auditInput struct {
	InBusiness
	TrailFilter
	Paging
}

// numbered is a position in the trail of a business.
type numbered struct {
	At  time.Time `json:"t"`
	Seq int64     `json:"s"`
}

func (a *API) listAudit(ctx context.Context, in *auditInput) (*data[list[AuditView]], error) {
	b, err := a.Businesses.Get(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	// Who the operators are, and the accounts of customers, are no affair of the business.
	shown := func(k string) bool { return k == string(tenant.Member) || k == string(tenant.APIKey) }
	return a.trailPage(ctx, b, in.TrailFilter, in.Paging, shown)
}

type adminAuditInput struct {
	BusinessID business.ID `path:"business_id"`
	TrailFilter
	Paging
}

func (a *API) adminListBusinessAudit(ctx context.Context, in *adminAuditInput) (*data[list[AuditView]], error) {
	b, err := a.Businesses.Get(ctx, in.BusinessID)
	if err != nil {
		return nil, err
	}
	return a.trailPage(ctx, b, in.TrailFilter, in.Paging, func(string) bool { return true })
}

// trailPage is one page; named tells of which kinds of actors the names are shown.
func (a *API) trailPage(ctx context.Context, b *business.Business, f TrailFilter, p Paging, named func(kind string) bool) (*data[list[AuditView]], error) {
	bound := []any{b.ID, f}
	var at numbered
	var before *audit.Record
	if more, err := p.after(ctx, a, bound, &at); err != nil {
		return nil, err
	} else if more {
		before = &audit.Record{At: at.At, Seq: at.Seq}
	}
	rows, err := a.Trail.List(ctx, b.ID, f.filter(), before, p.Limit+1)
	if err != nil {
		return nil, err
	}
	zone := b.Zone()
	return pageOf(ctx, a, p, bound, rows, func(r *audit.Record) AuditView {
		v := AuditView{
			Seq: r.Seq, At: r.At.In(zone), ActorKind: r.ActorKind, ActorID: r.ActorID.Ptr(), RequestID: r.RequestID,
			Action: r.Action, Subject: r.Subject, Detail: r.Detail,
		}
		if named(r.ActorKind) {
			v.ActorName = orNull(r.ActorName)
		}
		return v
	}, func(r *audit.Record) numbered { return numbered{r.At, r.Seq} })
}

// orNull is nil for nothing.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// VerdictView is what a walk along the hash chain found.
type VerdictView struct {
	OK       bool   `json:"ok"`
	Entries  int64  `json:"entries" doc:"That hold, up to the first fault"`
	BrokenAt *int64 `json:"broken_at" doc:"The first sequence that was changed, moved or removed; null when none was"`
}

type verifyAuditInput struct {
	BusinessID business.ID `path:"business_id"`
}

func (a *API) adminVerifyAudit(ctx context.Context, in *verifyAuditInput) (*data[VerdictView], error) {
	v, err := a.Trail.Verify(ctx, in.BusinessID)
	if err != nil {
		return nil, err
	}
	out := VerdictView{OK: v.OK(), Entries: v.Entries}
	if !v.OK() {
		out.BrokenAt = &v.BrokenAt
	}
	return &data[VerdictView]{out}, nil
}

// PlatformAuditView is one entry of the platform's trail.
type PlatformAuditView struct {
	ID        id.Of[any]     `json:"id"`
	At        time.Time      `json:"at"`
	ActorID   *id.Of[any]    `json:"actor_id" doc:"The operator's account; null for the system"`
	ActorName *string        `json:"actor_name"`
	Action    string         `json:"action" example:"business.approved"`
	Subject   string         `json:"subject"`
	Reason    string         `json:"reason"`
	Detail    map[string]any `json:"detail"`
}

func platformAuditView(r *audit.PlatformRecord) PlatformAuditView {
	return PlatformAuditView{
		ID: r.ID, At: r.At.UTC(), ActorID: r.ActorID.Ptr(), ActorName: orNull(r.ActorName), Action: r.Action, Subject: r.Subject,
		Reason: r.Reason, Detail: r.Detail,
	}
}

type platformAuditInput struct {
	TrailFilter
	Paging
}

func (a *API) adminListAudit(ctx context.Context, in *platformAuditInput) (*data[list[PlatformAuditView]], error) {
	var at dated
	var before *audit.PlatformRecord
	if more, err := in.after(ctx, a, in.TrailFilter, &at); err != nil {
		return nil, err
	} else if more {
		before = &audit.PlatformRecord{At: at.At, ID: at.ID}
	}
	rows, err := a.Trail.ListPlatform(ctx, in.filter(), before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, in.TrailFilter, rows, platformAuditView,
		func(r *audit.PlatformRecord) dated { return dated{r.At, r.ID} })
}
