package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func (a *API) registerMembers() {
	register(a, operation{
		ID: "list-members", Method: http.MethodGet, Path: "/businesses/{business_id}/members", Tags: tagBusiness, Authz: mayReadMembers,
		Summary: "Who works for a business, in the order in which they came",
	}, a.listMembers)
}

// MemberView is somebody who works for a business.
type MemberView struct {
	ID         business.MemberID   `json:"id"`
	UserID     auth.UserID         `json:"user_id"`
	Role       tenant.Role         `json:"role" enum:"owner,manager,staff,assistant"`
	ResourceID *catalog.ResourceID `json:"resource_id" doc:"Who they are among the staff; null for none"`
	FamilyName string              `json:"family_name"`
	GivenName  string              `json:"given_name"`
	Email      string              `json:"email"`
	CreatedAt  time.Time           `json:"created_at"`
}

type membersInput struct {
	InBusiness
	Paging
}

func (a *API) listMembers(ctx context.Context, in *membersInput) (*data[list[MemberView]], error) {
	var after business.MemberID
	if _, err := in.after(ctx, a, nil, &after); err != nil {
		return nil, err
	}
	b, err := a.Businesses.Get(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	rows, err := a.Businesses.Members(ctx, b.ID, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	zone := b.Zone()
	return pageOf(ctx, a, in.Paging, nil, rows, func(m *business.Member) MemberView {
		return MemberView{
			ID: m.ID, UserID: m.UserID, Role: m.Role, ResourceID: catalog.ResourceID(m.ResourceID).Ptr(),
			FamilyName: m.FamilyName, GivenName: m.GivenName, Email: m.Email, CreatedAt: m.CreatedAt.In(zone),
		}
	}, func(m *business.Member) business.MemberID { return m.ID })
}
