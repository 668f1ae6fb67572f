package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is how a person signs in, and who that is.

var tagIdentity = []string{"Identity"}

func (a *API) registerAuth() {
	register(a, operation{
		ID: "register", Method: http.MethodPost, Path: "/auth/register", Tags: tagIdentity, Authz: public(),
		Status: http.StatusCreated, Idempotent: true,
		Summary: "Make an account",
		Description: "Sends a mail with which the address is verified. The answer is the same for an address that has an account, " +
			"which gets a different mail. Signing in works before the address is verified, founding a business does not.",
	}, a.registerPerson)
	register(a, operation{
		ID: "login", Method: http.MethodPost, Path: "/auth/login", Tags: tagIdentity, Authz: public(),
		Summary: "Sign in", Description: "Attempts are limited to 5 a minute per account and network, and 30 per network.",
		Errors: []string{"auth.invalid_credentials", "auth.too_many_attempts", "auth.second_factor_required"},
	}, a.login)
	register(a, operation{
		ID: "refresh-tokens", Method: http.MethodPost, Path: "/auth/refresh", Tags: tagIdentity, Authz: public(),
		Summary: "Exchange a refresh token for a new pair",
		Description: "A refresh token is used once and lives 7 days. For 10 seconds the same token gets the same successor, " +
			"for the case that the answer was lost; any later its use ends the session.",
		Errors: []string{"auth.refresh_invalid", "auth.refresh_reused"},
	}, a.refreshTokens)
	register(a, operation{
		ID: "logout", Method: http.MethodPost, Path: "/auth/logout", Tags: tagIdentity, Authz: person(),
		Summary: "End this session",
	}, a.logout)
	register(a, operation{
		ID: "logout-all", Method: http.MethodPost, Path: "/auth/logout-all", Tags: tagIdentity, Authz: person(),
		Summary: "End all sessions of this person",
	}, a.logoutAll)
	register(a, operation{
		ID: "verify-email", Method: http.MethodPost, Path: "/auth/verify-email", Tags: tagIdentity, Authz: public(),
		Summary: "Verify an e-mail address with the token of its mail", Errors: []string{"auth.link_invalid", "auth.link_expired"},
	}, a.verifyEmail)
	register(a, operation{
		ID: "resend-verification", Method: http.MethodPost, Path: "/auth/resend-verification", Tags: tagIdentity, Authz: public(),
		Summary: "Send the verification mail again", Description: sameAnswer, Errors: []string{"auth.too_many_attempts"},
	}, a.resendVerification)
	register(a, operation{
		ID: "get-me", Method: http.MethodGet, Path: "/me", Tags: tagIdentity, Authz: person(), Summary: "The person who is signed in",
		Errors: []string{"not_found"},
	}, a.getMe)
	a.registerAccount()
	a.registerSessions()
	a.mountKeys()
}

// RegisterBody is what a person gives to have an account.
type RegisterBody struct {
	Email      string      `json:"email" maxLength:"254" doc:"Stored in lower case" example:"hanako@example.jp"`
	Password   string      `json:"password" maxLength:"1000" doc:"15 to 128 characters of any kind; what is easy to guess is refused" example:"five small words of mine"`
	FamilyName string      `json:"family_name" maxLength:"100" example:"山田"`
	GivenName  string      `json:"given_name" maxLength:"100" example:"花子"`
	Locale     locale.Lang `json:"locale,omitempty" doc:"Language of mails; that of the request when absent"`
}

type registerInput struct {
	Keyed
	Body RegisterBody
}

// AccountView is an account as it was asked for.
type AccountView struct {
	Email         string      `json:"email"`
	FamilyName    string      `json:"family_name"`
	GivenName     string      `json:"given_name"`
	Locale        locale.Lang `json:"locale"`
	EmailVerified bool        `json:"email_verified"`
}

// RegisteredView is the same whether the address had an account before or not.
type RegisteredView struct {
	User AccountView `json:"user"`
}

func (a *API) registerPerson(ctx context.Context, in *registerInput) (*outcome[RegisteredView], error) {
	p := auth.RegisterInput{
		Email: in.Body.Email, Password: in.Body.Password, FamilyName: in.Body.FamilyName, GivenName: in.Body.GivenName, Locale: in.Body.Locale,
	}
	if p.Locale == "" {
		p.Locale = language(ctx)
	}
	// A plain hash of the request is stored with the key: the password must not be in it, or it could be guessed from there.
	request := p
	request.Password = base64.RawStdEncoding.EncodeToString(a.Ring.MAC("api/register", []byte(p.Password)))
	view, replayed, err := idempotent(ctx, a, effect[auth.Registered, RegisteredView]{
		Key: in.IdempotencyKey, Request: request, Status: http.StatusCreated, Render: registeredView,
		Do: func(c *idempotency.Claim) (auth.Registered, error) { return a.Auth.Register(ctx, p, c) },
	})
	if err != nil {
		return nil, err
	}
	return &outcome[RegisteredView]{Replayed: replayedHeader(replayed), Body: view}, nil
}

func registeredView(r auth.Registered) RegisteredView {
	return RegisteredView{AccountView{Email: r.Email, FamilyName: r.FamilyName, GivenName: r.GivenName, Locale: r.Locale}}
}

// LoginBody is what somebody signs in with.
type LoginBody struct {
	Email    string `json:"email" maxLength:"254" example:"owner@hana-salon.example"`
	Password string `json:"password" maxLength:"1000" example:"five small words of mine"`
}

type loginInput struct{ Body LoginBody }

// TokensView is what a client holds.
type TokensView struct {
	AccessToken  string `json:"access_token" doc:"For the Authorization header, as Bearer"`
	TokenType    string `json:"token_type" enum:"Bearer"`
	ExpiresIn    int    `json:"expires_in" doc:"Seconds that the access token is valid" example:"900"`
	RefreshToken string `json:"refresh_token" doc:"For one exchange by /auth/refresh, within 7 days"`
}

func tokensView(t auth.Tokens) *data[TokensView] {
	return &data[TokensView]{TokensView{
		AccessToken: t.Access, TokenType: "Bearer", ExpiresIn: int(t.ExpiresIn / time.Second), RefreshToken: t.Refresh,
	}}
}

func (a *API) login(ctx context.Context, in *loginInput) (*data[TokensView], error) {
	t, err := a.Auth.Login(ctx, auth.LoginInput{
		Email: in.Body.Email, Password: in.Body.Password, UserAgent: clientAgent(ctx), Address: callOf(ctx).address,
	})
	if err != nil {
		return nil, err
	}
	return tokensView(t), nil
}

// RefreshBody is a refresh token.
type RefreshBody struct {
	RefreshToken string `json:"refresh_token" minLength:"1" maxLength:"1000"`
}

type refreshInput struct{ Body RefreshBody }

func (a *API) refreshTokens(ctx context.Context, in *refreshInput) (*data[TokensView], error) {
	t, err := a.Auth.Refresh(ctx, in.Body.RefreshToken)
	if err != nil {
		return nil, err
	}
	return tokensView(t), nil
}

func (a *API) logout(ctx context.Context, _ *struct{}) (*empty, error) {
	return &empty{}, a.Auth.Logout(ctx, principal(ctx).SessionID)
}

func (a *API) logoutAll(ctx context.Context, _ *struct{}) (*empty, error) {
	return &empty{}, a.Auth.LogoutAll(ctx, principal(ctx).UserID)
}

// VerifyBody is the token of a link in a mail.
type VerifyBody struct {
	Token string `json:"token" minLength:"1" maxLength:"1000"`
}

type verifyInput struct{ Body VerifyBody }

func (a *API) verifyEmail(ctx context.Context, in *verifyInput) (*empty, error) {
	return &empty{}, a.Auth.VerifyEmail(ctx, in.Body.Token)
}

// AddressBody names an account by its address.
type AddressBody struct {
	Email string `json:"email" maxLength:"254" example:"hanako@example.jp"`
}

type resendInput struct{ Body AddressBody }

func (a *API) resendVerification(ctx context.Context, in *resendInput) (*empty, error) {
	return &empty{}, a.Auth.ResendVerification(ctx, in.Body.Email, callOf(ctx).address)
}

// PersonView is the person who is signed in.
type PersonView struct {
	ID            auth.UserID `json:"id"`
	Email         string      `json:"email"`
	FamilyName    string      `json:"family_name"`
	GivenName     string      `json:"given_name"`
	Locale        locale.Lang `json:"locale"`
	Operator      bool        `json:"operator" doc:"Runs this installation"`
	EmailVerified bool        `json:"email_verified"`
	CreatedAt     time.Time   `json:"created_at"`
}

func (a *API) getMe(ctx context.Context, _ *struct{}) (*data[PersonView], error) {
	u, err := a.Auth.Me(ctx, principal(ctx).UserID)
	if err != nil {
		return nil, err
	}
	return &data[PersonView]{PersonView(u)}, nil
}
