package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is who works for a business.

var tagMembers = []string{"Members"}

func (a *API) registerMembers() {
	register(a, operation{
		ID: "list-members", Method: http.MethodGet, Path: "/businesses/{business_id}/members", Tags: tagMembers, Authz: mayReadMembers,
		Summary: "Who works for a business, in the order in which they came",
	}, a.listMembers)
	register(a, operation{
		ID: "get-member", Method: http.MethodGet, Path: "/businesses/{business_id}/members/{member_id}", Tags: tagMembers, Authz: mayReadMembers,
		Summary: "A member",
	}, a.getMember)
	register(a, operation{
		ID: "update-member", Method: http.MethodPatch, Path: "/businesses/{business_id}/members/{member_id}", Tags: tagMembers,
		Authz: mayManageMembers, IfMatch: true, Errors: []string{codeSuspended, "business.last_owner", "business.own_role"},
		Summary: "Change what a member is",
		Description: "Owners change everybody, managers change staff and assistants; nobody changes their own role. " +
			"An owner is made by handing the business over. Takes effect at once.",
	}, a.updateMember)
	register(a, operation{
		ID: "remove-member", Method: http.MethodDelete, Path: "/businesses/{business_id}/members/{member_id}", Tags: tagMembers,
		Authz: mayManageMembers, IfMatch: true, Status: http.StatusNoContent,
		Errors:  []string{codeSuspended, "business.last_owner", "business.own_role"},
		Summary: "Remove a member", Description: "Takes effect at once. The resource that they were stays, with its bookings.",
	}, a.removeMember)
	register(a, operation{
		ID: "leave-business", Method: http.MethodPost, Path: "/businesses/{business_id}/leave", Tags: tagMembers, Authz: mayLeave,
		Status: http.StatusNoContent, Errors: []string{"business.last_owner"},
		Summary: "Stop working for a business", Description: "The only owner hands the business over first.",
	}, a.leaveBusiness)
	register(a, operation{
		ID: "transfer-ownership", Method: http.MethodPost, Path: "/businesses/{business_id}/transfer-ownership", Tags: tagMembers,
		Authz: mayTransferOwnership,
		Errors: []string{
			codeSuspended, "business.own_role", "business.already_owner", "business.member_unverified", "auth.too_many_attempts",
		},
		Summary: "Hand the business over to a member", Description: "The caller becomes a manager. Both are told by mail.",
	}, a.transferOwnership)
	a.registerInvitations()
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
	Version    int64               `json:"version"`
	CreatedAt  time.Time           `json:"created_at"`
}

func memberView(m *business.Member, zone *time.Location) MemberView {
	return MemberView{
		ID: m.ID, UserID: m.UserID, Role: m.Role, ResourceID: catalog.ResourceID(m.ResourceID).Ptr(),
		FamilyName: m.FamilyName, GivenName: m.GivenName, Email: m.Email, Version: m.Version, CreatedAt: m.CreatedAt.In(zone),
	}
}

// zoneOf is where the business is.
func (a *API) zoneOf(ctx context.Context) (*time.Location, error) {
	b, err := a.Businesses.Get(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	return b.Zone(), nil
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
	zone, err := a.zoneOf(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := a.Team.Members(ctx, businessID(ctx), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows, func(m *business.Member) MemberView { return memberView(m, zone) },
		func(m *business.Member) business.MemberID { return m.ID })
}

// OneMember is embedded by inputs about one member.
type OneMember struct {
	InBusiness
	MemberID business.MemberID `path:"member_id"`
}

type memberInput struct{ OneMember }

func (a *API) getMember(ctx context.Context, in *memberInput) (*versioned[MemberView], error) {
	m, err := a.Team.Member(ctx, businessID(ctx), in.MemberID)
	return a.versionedMember(ctx, m, err)
}

func (a *API) versionedMember(ctx context.Context, m *business.Member, err error) (*versioned[MemberView], error) {
	if err != nil {
		return nil, err
	}
	zone, err := a.zoneOf(ctx)
	if err != nil {
		return nil, err
	}
	return &versioned[MemberView]{etag(m.Version), memberView(m, zone)}, nil
}

// nullable is a property that may be left out, or null: Set tells which.
type nullable[T any] struct {
	Set   bool
	Value *T
}

// UnmarshalJSON is called for null too.
func (n *nullable[T]) UnmarshalJSON(b []byte) error {
	n.Set = true
	return json.Unmarshal(b, &n.Value)
}

func (nullable[T]) describes() reflect.Type { return reflect.TypeFor[*T]() }

type updateMemberInput struct {
	OneMember
	Precondition
	Body struct {
		Role       *tenant.Role                 `json:"role,omitempty" enum:"manager,staff,assistant"`
		ResourceID nullable[catalog.ResourceID] `json:"resource_id,omitzero" doc:"Who they are among the staff, at most one member each; null for nobody"`
	}
}

func (a *API) updateMember(ctx context.Context, in *updateMemberInput) (*versioned[MemberView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	change := business.UpdateMemberInput{Role: in.Body.Role}
	if r := in.Body.ResourceID; r.Set {
		change.ResourceID = &[16]byte{}
		if r.Value != nil {
			*change.ResourceID = *r.Value
		}
	}
	m, err := a.Team.Update(ctx, actor(ctx), businessID(ctx), in.MemberID, expect, change)
	return a.versionedMember(ctx, m, err)
}

type removeMemberInput struct {
	OneMember
	Precondition
}

func (a *API) removeMember(ctx context.Context, in *removeMemberInput) (*empty, error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return &empty{}, a.Team.Remove(ctx, actor(ctx), businessID(ctx), in.MemberID, expect)
}

func (a *API) leaveBusiness(ctx context.Context, _ *businessInput) (*empty, error) {
	return &empty{}, a.Team.Leave(ctx, actor(ctx), businessID(ctx))
}

type transferInput struct {
	InBusiness
	Body struct {
		MemberID business.MemberID `json:"member_id" doc:"Who becomes the owner; their address is verified"`
		Password string            `json:"password" maxLength:"1000" doc:"Of the caller, asked for again"`
	}
}

func (a *API) transferOwnership(ctx context.Context, in *transferInput) (*versioned[MemberView], error) {
	if err := a.Auth.CheckPassword(ctx, principal(ctx).UserID, in.Body.Password, callOf(ctx).address); err != nil {
		return nil, err
	}
	m, err := a.Team.Transfer(ctx, actor(ctx), businessID(ctx), in.Body.MemberID)
	return a.versionedMember(ctx, m, err)
}
