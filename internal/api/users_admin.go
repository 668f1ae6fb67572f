package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is the accounts as operators see and end them.

func (a *API) registerUsersAdmin() {
	register(a, operation{
		ID: "admin-list-users", Method: http.MethodGet, Path: "/admin/users", Tags: tagAdmin, Authz: platform(),
		Summary: "Accounts, the newest first",
	}, a.adminListUsers)
	register(a, operation{
		ID: "admin-get-user", Method: http.MethodGet, Path: "/admin/users/{user_id}", Tags: tagAdmin, Authz: platform(),
		Summary: "An account, and for whom it works",
	}, a.adminGetUser)
	register(a, operation{
		ID: "admin-list-user-sessions", Method: http.MethodGet, Path: "/admin/users/{user_id}/sessions", Tags: tagAdmin, Authz: platform(),
		Summary: "Where an account is signed in, the newest first",
	}, a.adminListSessions)
	register(a, operation{
		ID: "admin-end-user-sessions", Method: http.MethodDelete, Path: "/admin/users/{user_id}/sessions", Tags: tagAdmin, Authz: platform(),
		Summary: "Sign an account out everywhere",
	}, a.adminEndSessions)
	register(a, operation{
		ID: "admin-end-user-session", Method: http.MethodDelete, Path: "/admin/users/{user_id}/sessions/{session_id}", Tags: tagAdmin, Authz: platform(),
		Summary: "End one session of an account",
	}, a.adminEndSession)
	register(a, operation{
		ID: "disable-user", Method: http.MethodPost, Path: "/admin/users/{user_id}/disable", Tags: tagAdmin, Authz: platform(),
		Errors:  []string{"auth.own_account", "auth.account_status"},
		Summary: "Disable an account", Description: "Ends its sessions, everywhere within half a minute. Operators cannot disable themselves.",
	}, a.disableUser)
	register(a, operation{
		ID: "enable-user", Method: http.MethodPost, Path: "/admin/users/{user_id}/enable", Tags: tagAdmin, Authz: platform(),
		Errors: []string{"auth.account_status"}, Summary: "Let a disabled account in again",
	}, a.enableUser)
}

// AdminUserView is an account as operators list it.
type AdminUserView struct {
	ID             auth.UserID        `json:"id"`
	Email          string             `json:"email"`
	FamilyName     string             `json:"family_name"`
	GivenName      string             `json:"given_name"`
	Locale         locale.Lang        `json:"locale"`
	Operator       bool               `json:"operator"`
	EmailVerified  bool               `json:"email_verified"`
	Status         auth.AccountStatus `json:"status" enum:"active,unverified,disabled"`
	DisabledAt     *time.Time         `json:"disabled_at"`
	DisabledReason string             `json:"disabled_reason"`
	CreatedAt      time.Time          `json:"created_at"`
}

func adminUserView(u *auth.Account) AdminUserView {
	return AdminUserView{
		ID: u.ID, Email: u.Email, FamilyName: u.FamilyName, GivenName: u.GivenName, Locale: u.Locale, Operator: u.Operator,
		EmailVerified: u.EmailVerified, Status: u.Status(), DisabledAt: inZone(u.DisabledAt, time.UTC), DisabledReason: u.DisabledReason,
		CreatedAt: u.CreatedAt.UTC(),
	}
}

type adminUsersInput struct {
	Paging
	Query  string             `query:"q" maxLength:"200" doc:"Words of names and address, in any kana, width and case; four at most" example:"花子"`
	Status auth.AccountStatus `query:"status" enum:"active,unverified,disabled" doc:"All when left out"`
}

func (a *API) adminListUsers(ctx context.Context, in *adminUsersInput) (*data[list[AdminUserView]], error) {
	filter := []any{in.Query, in.Status}
	var at dated
	var below *auth.Account
	if more, err := in.after(ctx, a, filter, &at); err != nil {
		return nil, err
	} else if more {
		below = &auth.Account{User: auth.User{CreatedAt: at.At, ID: auth.UserID(at.ID)}}
	}
	rows, err := a.Auth.Accounts(ctx, in.Query, in.Status, below, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, filter, rows, adminUserView,
		func(u *auth.Account) dated { return dated{At: u.CreatedAt, ID: [16]byte(u.ID)} })
}

// AdminUserDetail is an account with all that operators see of it.
type AdminUserDetail struct {
	AdminUserView
	SecondFactor bool       `json:"second_factor" doc:"Has one"`
	Businesses   []WorkView `json:"businesses" doc:"For whom it works, at most 100"`
}

type adminUserInput struct {
	UserID auth.UserID `path:"user_id"`
}

func (a *API) adminGetUser(ctx context.Context, in *adminUserInput) (*data[AdminUserDetail], error) {
	u, err := a.Auth.Account(ctx, in.UserID)
	if err != nil {
		return nil, err
	}
	works, err := a.Businesses.OfUser(ctx, in.UserID, business.ID{}, 100)
	if err != nil {
		return nil, err
	}
	v := AdminUserDetail{AdminUserView: adminUserView(&u), SecondFactor: u.SecondFactor}
	for _, w := range works {
		v.Businesses = append(v.Businesses, WorkView{w.ID, w.Slug, w.Name, w.Status, w.Role})
	}
	return &data[AdminUserDetail]{v}, nil
}

type adminSessionsInput struct {
	Paging
	UserID auth.UserID `path:"user_id"`
}

func (a *API) adminListSessions(ctx context.Context, in *adminSessionsInput) (*data[list[SessionView]], error) {
	if _, err := a.Auth.Account(ctx, in.UserID); err != nil {
		return nil, err
	}
	return a.sessionsPage(ctx, in.UserID, in.Paging)
}

// Explained is embedded by inputs without a body that need a reason.
type Explained struct {
	Reason string `query:"reason" required:"true" minLength:"1" maxLength:"500" doc:"For the trail"`
}

type adminEndSessionsInput struct {
	Explained
	UserID auth.UserID `path:"user_id"`
}

func (a *API) adminEndSessions(ctx context.Context, in *adminEndSessionsInput) (*empty, error) {
	return &empty{}, a.Auth.SignOut(ctx, actor(ctx), in.UserID, in.Reason)
}

type adminEndSessionInput struct {
	Explained
	UserID    auth.UserID    `path:"user_id"`
	SessionID auth.SessionID `path:"session_id"`
}

func (a *API) adminEndSession(ctx context.Context, in *adminEndSessionInput) (*empty, error) {
	return &empty{}, a.Auth.SignOutSession(ctx, actor(ctx), in.UserID, in.SessionID, in.Reason)
}

type judgeUserInput struct {
	UserID auth.UserID `path:"user_id"`
	Body   ReasonInput
}

// ReasonInput is why an operator does so.
type ReasonInput struct {
	Reason string `json:"reason" doc:"For the trail" minLength:"1" maxLength:"500"`
}

func (a *API) disableUser(ctx context.Context, in *judgeUserInput) (*data[AdminUserView], error) {
	return a.judged(ctx, in.UserID, a.Auth.Disable(ctx, actor(ctx), in.UserID, in.Body.Reason))
}

func (a *API) enableUser(ctx context.Context, in *judgeUserInput) (*data[AdminUserView], error) {
	return a.judged(ctx, in.UserID, a.Auth.Enable(ctx, actor(ctx), in.UserID, in.Body.Reason))
}

// judged is the account as it is after a change that went well.
func (a *API) judged(ctx context.Context, user auth.UserID, err error) (*data[AdminUserView], error) {
	if err != nil {
		return nil, err
	}
	u, err := a.Auth.Account(ctx, user)
	if err != nil {
		return nil, err
	}
	return &data[AdminUserView]{adminUserView(&u)}, nil
}
