package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
)

// This file is what a person shows beside the password, and how it is looked after.

func (a *API) registerFactors() {
	a.registerSecondStep()
	a.registerOwnTOTP()
	a.registerOwnPasskeys()
	register(a, operation{
		ID: "get-factors", Method: http.MethodGet, Path: "/me/factors", Tags: tagIdentity, Authz: person(),
		Summary: "The second factors of the person who is signed in",
	}, a.getFactors)
	register(a, operation{
		ID: "make-recovery-codes", Method: http.MethodPost, Path: "/me/recovery-codes", Tags: tagIdentity, Authz: person(),
		Summary:     "Make ten new recovery codes; the old ones are worth nothing",
		Description: "They are shown once. Needs a session that has shown a second factor.",
		Errors:      []string{"auth.strong_required"},
	}, a.makeRecoveryCodes)
	register(a, operation{
		ID: "step-up", Method: http.MethodPost, Path: "/me/step-up", Tags: tagIdentity, Authz: person(), Status: http.StatusNoContent,
		Summary: "Show a second factor in this session",
		Description: "For a session that was opened before there was a factor. Exactly one of code and recovery_code; a wrong one is 422 " +
			"with `auth.code_wrong`.",
		Errors: []string{"auth.too_many_attempts"},
	}, a.stepUp)
}

func (a *API) registerSecondStep() {
	register(a, operation{
		ID: "second-factor", Method: http.MethodPost, Path: "/auth/second-factor", Tags: tagIdentity, Authz: public(),
		Summary: "Go on with a sign-in whose password was right",
		Description: "With the challenge_token of the 401 `auth.second_factor_required`, and exactly one of code, recovery_code and passkey. " +
			"A challenge lives 5 minutes and bears 5 tries; a code is taken once.",
		Errors: []string{"auth.second_factor_invalid", "auth.challenge_invalid", "auth.too_many_attempts"},
	}, a.secondFactor)
	register(a, operation{
		ID: "passkey-options", Method: http.MethodPost, Path: "/auth/passkey/options", Tags: tagIdentity, Authz: public(),
		Summary: "Begin a sign-in by passkey, without address and password",
	}, a.passkeyOptions)
	register(a, operation{
		ID: "passkey-sign-in", Method: http.MethodPost, Path: "/auth/passkey", Tags: tagIdentity, Authz: public(),
		Summary: "Sign in by passkey", Errors: []string{"auth.passkey_invalid", "auth.challenge_invalid"},
	}, a.passkeySignIn)
}

// device is what the caller signs in on.
func device(ctx context.Context) auth.Device {
	return auth.Device{UserAgent: clientAgent(ctx), Address: callOf(ctx).address}
}

// SecondFactorBody is a challenge and what answers it: exactly one of the other three.
type SecondFactorBody struct {
	ChallengeToken string     `json:"challenge_token" minLength:"1" maxLength:"100"`
	Code           string     `json:"code,omitempty" maxLength:"40" doc:"Six digits of the authenticator app" example:"123456"`
	RecoveryCode   string     `json:"recovery_code,omitempty" maxLength:"40" example:"abcde-12345"`
	Passkey        *Assertion `json:"passkey,omitempty"`
}

type secondFactorInput struct{ Body SecondFactorBody }

func (a *API) secondFactor(ctx context.Context, in *secondFactorInput) (*data[TokensView], error) {
	p := auth.Proof{Code: in.Body.Code, RecoveryCode: in.Body.RecoveryCode}
	if in.Body.Passkey != nil {
		p.Passkey = in.Body.Passkey.json()
	}
	t, err := a.Auth.SecondFactor(ctx, auth.SecondFactorInput{ChallengeToken: in.Body.ChallengeToken, Proof: p, From: device(ctx)})
	if err != nil {
		return nil, err
	}
	return tokensView(t), nil
}

// PasskeyChallengeView is what the browser is asked.
type PasskeyChallengeView struct {
	ChallengeToken string         `json:"challenge_token" doc:"To be sent back with the browser's answer, within 5 minutes"`
	Options        map[string]any `json:"options" doc:"For parseRequestOptionsFromJSON or parseCreationOptionsFromJSON of WebAuthn, as publicKey"`
}

func passkeyChallenge(c auth.PasskeyChallenge) (*data[PasskeyChallengeView], error) {
	raw, err := json.Marshal(c.Options)
	if err != nil {
		return nil, err
	}
	v := PasskeyChallengeView{ChallengeToken: c.Token}
	if err := json.Unmarshal(raw, &v.Options); err != nil {
		return nil, err
	}
	return &data[PasskeyChallengeView]{v}, nil
}

func (a *API) passkeyOptions(ctx context.Context, _ *struct{}) (*data[PasskeyChallengeView], error) {
	c, err := a.Auth.PasskeyOptions(ctx)
	if err != nil {
		return nil, err
	}
	return passkeyChallenge(c)
}

// PasskeySignInBody is a challenge and the passkey's answer.
type PasskeySignInBody struct {
	ChallengeToken string    `json:"challenge_token" minLength:"1" maxLength:"100"`
	Passkey        Assertion `json:"passkey"`
}

type passkeySignInInput struct{ Body PasskeySignInBody }

func (a *API) passkeySignIn(ctx context.Context, in *passkeySignInInput) (*data[TokensView], error) {
	t, err := a.Auth.PasskeySignIn(ctx, in.Body.ChallengeToken, in.Body.Passkey.json(), device(ctx))
	if err != nil {
		return nil, err
	}
	return tokensView(t), nil
}

// FactorsView is what a person can show beside the password.
type FactorsView struct {
	TOTP          *TOTPView     `json:"totp" doc:"An authenticator app; null for none"`
	Passkeys      []PasskeyView `json:"passkeys"`
	RecoveryCodes int           `json:"recovery_codes_left"`
	Required      bool          `json:"required" doc:"This account may not be without a second factor"`
}

// TOTPView is an authenticator app.
type TOTPView struct {
	ConfirmedAt time.Time `json:"confirmed_at"`
}

// PasskeyView is a passkey.
type PasskeyView struct {
	ID         auth.PasskeyID `json:"id"`
	Name       string         `json:"name" example:"花子のスマートフォン"`
	CreatedAt  time.Time      `json:"created_at"`
	LastUsedAt *time.Time     `json:"last_used_at" doc:"null: never yet"`
}

func passkeyView(p auth.Passkey) PasskeyView { return PasskeyView{p.ID, p.Name, p.CreatedAt, p.UsedAt} }

func (a *API) getFactors(ctx context.Context, _ *struct{}) (*data[FactorsView], error) {
	f, err := a.Auth.Factors(ctx, principal(ctx).UserID)
	if err != nil {
		return nil, err
	}
	v := FactorsView{RecoveryCodes: f.RecoveryCodes, Required: f.Required}
	if !f.TOTPSince.IsZero() {
		v.TOTP = &TOTPView{f.TOTPSince}
	}
	for _, p := range f.Passkeys {
		v.Passkeys = append(v.Passkeys, passkeyView(p))
	}
	return &data[FactorsView]{v}, nil
}

// RecoveryCodesView is shown once.
type RecoveryCodesView struct {
	RecoveryCodes []string `json:"recovery_codes" doc:"Each opens the account once beside the password. Shown now and never again; empty unless new ones were made" example:"[\"abcde-12345\"]"`
}

func (a *API) makeRecoveryCodes(ctx context.Context, _ *struct{}) (*data[RecoveryCodesView], error) {
	codes, err := a.Auth.MakeRecoveryCodes(ctx, principal(ctx))
	if err != nil {
		return nil, err
	}
	return &data[RecoveryCodesView]{RecoveryCodesView{codes}}, nil
}

// StepUpBody is a code: exactly one of the two.
type StepUpBody struct {
	Code         string `json:"code,omitempty" maxLength:"40" example:"123456"`
	RecoveryCode string `json:"recovery_code,omitempty" maxLength:"40" example:"abcde-12345"`
}

type stepUpInput struct{ Body StepUpBody }

func (a *API) stepUp(ctx context.Context, in *stepUpInput) (*empty, error) {
	return &empty{}, a.Auth.StepUp(ctx, principal(ctx), auth.Proof{Code: in.Body.Code, RecoveryCode: in.Body.RecoveryCode})
}
