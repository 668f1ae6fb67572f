package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

func (a *API) registerSessions() {
	register(a, operation{
		ID: "list-sessions", Method: http.MethodGet, Path: "/me/sessions", Tags: tagIdentity, Authz: person(),
		Summary: "Where the person is signed in, the newest first",
	}, a.listSessions)
	register(a, operation{
		ID: "revoke-session", Method: http.MethodDelete, Path: "/me/sessions/{session_id}", Tags: tagIdentity, Authz: person(),
		Summary: "End one session of the person", Errors: []string{"not_found"},
	}, a.revokeSession)
}

// SessionView is one device on which the person is signed in.
type SessionView struct {
	ID           auth.SessionID `json:"id"`
	CreatedAt    time.Time      `json:"created_at"`
	LastActiveAt time.Time      `json:"last_active_at" doc:"To within a quarter of an hour"`
	UserAgent    string         `json:"user_agent"`
	Device       string         `json:"device" doc:"The user agent for people" example:"Safari, iPhone"`
	Address      string         `json:"address" doc:"From where it was opened" example:"203.0.113.7"`
	Current      bool           `json:"current" doc:"The session of this very request"`
	Strong       bool           `json:"strong" doc:"A second factor was shown in it"`
}

type sessionsInput struct{ Paging }

func (a *API) listSessions(ctx context.Context, in *sessionsInput) (*data[list[SessionView]], error) {
	return a.sessionsPage(ctx, principal(ctx).UserID, in.Paging)
}

// sessionsPage is one page of where a person is signed in.
func (a *API) sessionsPage(ctx context.Context, user auth.UserID, p Paging) (*data[list[SessionView]], error) {
	who := principal(ctx)
	var below auth.SessionMark
	if _, err := p.after(ctx, a, user, &below); err != nil {
		return nil, err
	}
	rows, err := a.Auth.Sessions(ctx, user, below, p.Limit+1)
	if err != nil {
		return nil, err
	}
	unknown := locale.T(language(ctx), "auth.device.unknown", nil)
	return pageOf(ctx, a, p, user, rows, func(s *auth.OpenSession) SessionView {
		return SessionView{
			ID: s.ID, CreatedAt: s.CreatedAt.UTC(), LastActiveAt: s.RotatedAt.UTC(), UserAgent: s.UserAgent, Address: s.Address, Strong: s.Strong,
			Device: cmp.Or(auth.DeviceName(s.UserAgent), unknown), Current: s.ID == who.SessionID,
		}
	}, func(s *auth.OpenSession) auth.SessionMark { return auth.SessionMark{CreatedAt: s.CreatedAt, ID: s.ID} })
}

type sessionInput struct {
	SessionID auth.SessionID `path:"session_id"`
}

func (a *API) revokeSession(ctx context.Context, in *sessionInput) (*empty, error) {
	return &empty{}, a.Auth.Revoke(ctx, principal(ctx).UserID, in.SessionID)
}
