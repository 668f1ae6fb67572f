package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// This file is the operators' side: judging businesses, and the platform's trail.

var tagAdmin = []string{"Admin"}

func (a *API) registerAdmin() {
	register(a, operation{
		ID: "admin-list-businesses", Method: http.MethodGet, Path: "/admin/businesses", Tags: tagAdmin, Authz: platform(),
		Summary: "Businesses by status, the oldest first",
	}, a.adminListBusinesses)
	register(a, operation{
		ID: "admin-get-business", Method: http.MethodGet, Path: "/admin/businesses/{business_id}", Tags: tagAdmin, Authz: platform(),
		Summary: "A business with its owners and what was decided on it",
	}, a.adminGetBusiness)
	for _, d := range []struct {
		decision business.Decision
		summary  string
	}{
		{business.Approve, "Approve a business that waits for it: it becomes public"},
		{business.Reject, "Reject a business that waits for approval"},
		{business.Suspend, "Suspend a public business: it can be read by its members and changed by nobody"},
		{business.Reinstate, "Make a suspended business public again"},
	} {
		register(a, operation{
			ID: string(d.decision) + "-business", Method: http.MethodPost, Path: "/admin/businesses/{business_id}/" + string(d.decision),
			Tags: tagAdmin, Authz: platform(), Errors: []string{"business.wrong_status"},
			Summary: d.summary, Description: "The business reads the reason, and its owners are told by mail.",
		}, func(ctx context.Context, in *decideInput) (*versioned[BusinessView], error) {
			return versionedBusiness(a.Businesses.Decide(ctx, actor(ctx), in.BusinessID, business.DecideInput{
				Decision: d.decision, Reason: in.Body.Reason,
			}))
		})
	}
	a.registerPlatformTrail()
	a.registerFlags()
	a.registerUsersAdmin()
	a.registerJobsAdmin()
	a.registerInvariants()
	a.registerHealthAdmin()
}

// DecisionInput is why an operator decides so.
type DecisionInput struct {
	Reason string `json:"reason" doc:"For the business and for the trail" minLength:"1" maxLength:"500"`
}

type decideInput struct {
	BusinessID business.ID `path:"business_id"`
	Body       DecisionInput
}

// AdminListing is a business as operators list it.
type AdminListing struct {
	ListingView
	Status    business.Status `json:"status" enum:"draft,pending_review,approved,suspended,rejected"`
	CreatedAt time.Time       `json:"created_at"`
}

type adminBusinessesInput struct {
	Paging
	Status business.Status `query:"status" enum:"draft,pending_review,approved,suspended,rejected" doc:"All when left out"`
	Query  string          `query:"q" maxLength:"200" doc:"Words of name, place or slug, in any kana, width and case; four at most" example:"花"`
}

// dated is a position in a list by time.
type dated struct {
	At time.Time  `json:"t"`
	ID id.Of[any] `json:"i"`
}

func (a *API) adminListBusinesses(ctx context.Context, in *adminBusinessesInput) (*data[list[AdminListing]], error) {
	var at dated
	var after *business.Listing
	filter := []any{in.Status, in.Query}
	if more, err := in.after(ctx, a, filter, &at); err != nil {
		return nil, err
	} else if more {
		after = &business.Listing{CreatedAt: at.At, ID: business.ID(at.ID)}
	}
	rows, err := a.Businesses.ByStatus(ctx, in.Status, in.Query, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, filter, rows, func(l *business.Listing) AdminListing {
		return AdminListing{ListingView{l.ID, l.Slug, l.Name, l.Vertical, l.Prefecture, l.City}, l.Status, l.CreatedAt.UTC()}
	}, func(l *business.Listing) dated { return dated{l.CreatedAt, id.Of[any](l.ID)} })
}

// OwnerView is an owner as operators reach them.
type OwnerView struct {
	UserID     auth.UserID `json:"user_id"`
	FamilyName string      `json:"family_name"`
	GivenName  string      `json:"given_name"`
	Email      string      `json:"email"`
	Since      time.Time   `json:"since"`
}

// AdminBusinessView is a business as operators judge it.
type AdminBusinessView struct {
	Business  BusinessView        `json:"business"`
	FoundedBy *auth.UserID        `json:"founded_by" doc:"The account; null where it is not known"`
	Founder   *string             `json:"founder_name"`
	Owners    []OwnerView         `json:"owners"`
	Decisions []PlatformAuditView `json:"decisions" doc:"Of operators, the newest first, at most 50"`
}

type adminBusinessInput struct {
	BusinessID business.ID `path:"business_id"`
}

func (a *API) adminGetBusiness(ctx context.Context, in *adminBusinessInput) (*data[AdminBusinessView], error) {
	o, err := a.Businesses.Overview(ctx, in.BusinessID)
	if err != nil {
		return nil, err
	}
	v := AdminBusinessView{
		Business: businessView(&o.Business), FoundedBy: auth.UserID(o.Founding.ActorID).Ptr(), Founder: orNull(o.Founding.ActorName),
	}
	for _, p := range o.Owners {
		v.Owners = append(v.Owners, OwnerView{p.UserID, p.FamilyName, p.GivenName, p.Email, p.CreatedAt.In(o.Zone())})
	}
	for i := range o.Decisions {
		v.Decisions = append(v.Decisions, platformAuditView(&o.Decisions[i]))
	}
	return &data[AdminBusinessView]{v}, nil
}
