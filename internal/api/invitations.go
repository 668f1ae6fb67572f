package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is how people come to work for a business: they are asked by mail,
// and answer by the link in it.

// invitationOver is why a link cannot be followed any more.
var invitationOver = []string{"invitation.expired", "invitation.revoked", "invitation.declined", "invitation.used", "invitation.replaced"}

func (a *API) registerInvitations() {
	const path = "/businesses/{business_id}/invitations"
	register(a, operation{
		ID: "list-invitations", Method: http.MethodGet, Path: path, Tags: tagMembers, Authz: mayReadMembers,
		Summary: "Who was asked to work for a business, in the order in which they were asked",
	}, a.listInvitations)
	register(a, operation{
		ID: "create-invitation", Method: http.MethodPost, Path: path, Tags: tagMembers, Authz: mayManageMembers,
		Status: http.StatusCreated, Idempotent: true,
		Errors:  []string{codeSuspended, codeLimit, "business.member_exists", "invitation.pending", "invitation.too_often"},
		Summary: "Ask somebody to work for a business",
		Description: "Sends a link that can be followed for 7 days. Owners ask for every role but owner, managers for staff and assistants. " +
			"At most 50 wait for an answer.",
	}, a.createInvitation)
	register(a, operation{
		ID: "resend-invitation", Method: http.MethodPost, Path: path + "/{invitation_id}/resend", Tags: tagMembers, Authz: mayManageMembers,
		Errors:  append([]string{codeSuspended, "invitation.too_often"}, invitationOver...),
		Summary: "Send a new link", Description: "The old one ends. About 5 times an hour; one that expired can be sent again.",
	}, a.resendInvitation)
	register(a, operation{
		ID: "revoke-invitation", Method: http.MethodDelete, Path: path + "/{invitation_id}", Tags: tagMembers, Authz: mayManageMembers,
		Status: http.StatusNoContent, Errors: append([]string{codeSuspended}, invitationOver...),
		Summary: "Take an invitation back",
	}, a.revokeInvitation)
	register(a, operation{
		ID: "get-invitation", Method: http.MethodGet, Path: "/public/invitations/{invitation_token}", Tags: tagMembers, Authz: public(),
		Summary: "An invitation by its link", Description: "Changes nothing.",
	}, a.openInvitation)
	register(a, operation{
		ID: "accept-invitation", Method: http.MethodPost, Path: "/me/invitations/accept", Tags: tagMembers, Authz: person(),
		Errors:  append([]string{"not_found", codeSuspended, "business.member_exists", "invitation.other_address"}, invitationOver...),
		Summary: "Become a member by the link of an invitation",
		Description: "For the account that has the address which the link was sent to; the link verifies it. " +
			"Accepting again answers the same.",
	}, a.acceptInvitation)
	register(a, operation{
		ID: "decline-invitation", Method: http.MethodPost, Path: "/public/invitations/decline", Tags: tagMembers, Authz: public(),
		Status: http.StatusNoContent, Errors: append([]string{"not_found"}, invitationOver...),
		Summary: "Answer an invitation with no", Description: "By the link alone; an account is not needed.",
	}, a.declineInvitation)
}

// InvitationView is an invitation as the business sees it.
type InvitationView struct {
	ID         business.InvitationID     `json:"id"`
	Email      string                    `json:"email"`
	Role       tenant.Role               `json:"role" enum:"manager,staff,assistant"`
	ResourceID *catalog.ResourceID       `json:"resource_id" doc:"Who they will be among the staff; null for none"`
	Locale     locale.Lang               `json:"locale"`
	Status     business.InvitationStatus `json:"status" enum:"pending,accepted,declined,revoked,expired"`
	InvitedBy  Person                    `json:"invited_by"`
	CreatedAt  time.Time                 `json:"created_at"`
	ExpiresAt  time.Time                 `json:"expires_at"`
	SettledAt  *time.Time                `json:"settled_at" doc:"When it was answered or taken back; else null"`
}

// Person is somebody with an account; the names are empty when it is gone.
type Person struct {
	UserID     auth.UserID `json:"user_id"`
	FamilyName string      `json:"family_name"`
	GivenName  string      `json:"given_name"`
}

func invitationView(x *business.Invitation, zone *time.Location) InvitationView {
	return InvitationView{
		ID: x.ID, Email: x.Email, Role: x.Role, ResourceID: catalog.ResourceID(x.ResourceID).Ptr(), Locale: x.Locale, Status: x.Status,
		InvitedBy: Person{auth.UserID(x.InvitedBy), x.FamilyName, x.GivenName}, CreatedAt: x.CreatedAt.In(zone),
		ExpiresAt: x.ExpiresAt.In(zone), SettledAt: inZone(x.SettledAt, zone),
	}
}

type listInvitationsInput struct {
	InBusiness
	Paging
	Status business.InvitationStatus `query:"status" enum:"pending,accepted,declined,revoked,expired"`
}

func (a *API) listInvitations(ctx context.Context, in *listInvitationsInput) (*data[list[InvitationView]], error) {
	var after business.InvitationID
	if _, err := in.after(ctx, a, in.Status, &after); err != nil {
		return nil, err
	}
	zone, err := a.zoneOf(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := a.Team.Invitations(ctx, businessID(ctx), in.Status, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, in.Status, rows, func(x *business.Invitation) InvitationView { return invitationView(x, zone) },
		func(x *business.Invitation) business.InvitationID { return x.ID })
}

type inviteInput struct {
	InBusiness
	Keyed
	Body struct {
		Email      string              `json:"email" maxLength:"254" example:"hanako@example.jp"`
		Role       tenant.Role         `json:"role" enum:"manager,staff,assistant"`
		ResourceID *catalog.ResourceID `json:"resource_id,omitempty" doc:"Who they will be among the staff"`
		Locale     locale.Lang         `json:"locale,omitempty" doc:"Of the mail; the business's when absent"`
	}
}

func (a *API) createInvitation(ctx context.Context, in *inviteInput) (*created[InvitationView], error) {
	bid := businessID(ctx)
	zone, err := a.zoneOf(ctx)
	if err != nil {
		return nil, err
	}
	ask := business.InviteInput{Email: in.Body.Email, Role: in.Body.Role, Locale: in.Body.Locale}
	if in.Body.ResourceID != nil {
		ask.ResourceID = *in.Body.ResourceID
	}
	v, replayed, err := idempotent(ctx, a, effect[*business.Invitation, InvitationView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(x *business.Invitation) InvitationView { return invitationView(x, zone) },
		Do: func(c *idempotency.Claim) (*business.Invitation, error) {
			return a.Team.Invite(ctx, actor(ctx), bid, ask, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[InvitationView]{below(bid, "invitations", v.ID), replayedHeader(replayed), v}, nil
}

type invitationInput struct {
	InBusiness
	InvitationID business.InvitationID `path:"invitation_id"`
}

func (a *API) resendInvitation(ctx context.Context, in *invitationInput) (*data[InvitationView], error) {
	zone, err := a.zoneOf(ctx)
	if err != nil {
		return nil, err
	}
	x, err := a.Team.Resend(ctx, actor(ctx), businessID(ctx), in.InvitationID)
	if err != nil {
		return nil, err
	}
	return &data[InvitationView]{invitationView(x, zone)}, nil
}

func (a *API) revokeInvitation(ctx context.Context, in *invitationInput) (*empty, error) {
	return &empty{}, a.Team.Revoke(ctx, actor(ctx), businessID(ctx), in.InvitationID)
}

// InvitationCard is an invitation as its link shows it.
type InvitationCard struct {
	Business  locale.Text               `json:"business"`
	Role      tenant.Role               `json:"role" enum:"manager,staff,assistant"`
	InvitedBy InviterView               `json:"invited_by"`
	Email     string                    `json:"email" doc:"Masked" example:"h•••@example.jp"`
	Status    business.InvitationStatus `json:"status" enum:"pending,accepted,declined,revoked,expired"`
	Replaced  bool                      `json:"replaced" doc:"A newer link was sent; this one cannot be followed any more"`
	ExpiresAt time.Time                 `json:"expires_at"`
}

// InviterView is who asks; the names are empty when that account is gone.
type InviterView struct {
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
}

type openInvitationInput struct {
	Token string `path:"invitation_token" maxLength:"200"`
}

func (a *API) openInvitation(ctx context.Context, in *openInvitationInput) (*data[InvitationCard], error) {
	x, err := a.Team.OpenInvitation(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	return &data[InvitationCard]{InvitationCard{
		Business: x.Business, Role: x.Role, InvitedBy: InviterView{x.FamilyName, x.GivenName}, Email: x.Masked, Status: x.Status,
		Replaced: x.Replaced, ExpiresAt: x.ExpiresAt.In(x.Zone),
	}}, nil
}

// InvitationAnswer is the secret of an invitation's link.
type InvitationAnswer struct {
	Token string `json:"token" minLength:"1" maxLength:"200"`
}

type answerInvitationInput struct{ Body InvitationAnswer }

// MembershipView is what somebody became.
type MembershipView struct {
	Business WorkView            `json:"business"`
	MemberID business.MemberID   `json:"member_id"`
	Resource *catalog.ResourceID `json:"resource_id" doc:"Who they are among the staff; null for none"`
}

func (a *API) acceptInvitation(ctx context.Context, in *answerInvitationInput) (*data[MembershipView], error) {
	j, err := a.Team.Accept(ctx, actor(ctx), in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &data[MembershipView]{MembershipView{
		Business: WorkView{j.Business, j.Slug, j.Name, j.Status, j.Member.Role},
		MemberID: j.Member.ID, Resource: catalog.ResourceID(j.Member.ResourceID).Ptr(),
	}}, nil
}

func (a *API) declineInvitation(ctx context.Context, in *answerInvitationInput) (*empty, error) {
	return &empty{}, a.Team.Decline(ctx, actor(ctx), in.Body.Token)
}
