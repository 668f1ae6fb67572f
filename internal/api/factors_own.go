package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
)

// How the rules of adding and removing are told.
const (
	toAdd = "The first factor of an account needs the present password, a further one a session that has shown a factor. " +
		"Other sessions end, and this one counts as having shown a factor."
	toRemove = "Needs a session that has shown a factor, and for the last one the present password, of at least 15 characters. " +
		"Operators cannot remove the last one. Other sessions end."
)

var (
	errorsOfAdding   = []string{"auth.strong_required", "auth.too_many_attempts"}
	errorsOfRemoving = []string{"auth.strong_required", "auth.too_many_attempts", "auth.factor_forced", "auth.password_too_short_alone", "not_found"}
)

func (a *API) registerOwnTOTP() {
	register(a, operation{
		ID: "start-totp", Method: http.MethodPost, Path: "/me/totp", Tags: tagIdentity, Authz: person(),
		Summary:     "Make a secret for an authenticator app",
		Description: "It counts once it is confirmed by its first code, within 15 minutes; until then an app that is in use goes on. " + toAdd,
		Errors:      errorsOfAdding,
	}, a.startTOTP)
	register(a, operation{
		ID: "confirm-totp", Method: http.MethodPost, Path: "/me/totp/confirm", Tags: tagIdentity, Authz: person(),
		Summary:     "Confirm an authenticator app by its first code",
		Description: "The first factor of an account brings ten recovery codes. A wrong code is 422 with `auth.code_wrong`.",
		Errors:      []string{"auth.strong_required", "auth.too_many_attempts", "auth.totp_not_started"},
	}, a.confirmTOTP)
	register(a, operation{
		ID: "remove-totp", Method: http.MethodDelete, Path: "/me/totp", Tags: tagIdentity, Authz: person(), Status: http.StatusNoContent,
		Summary: "Remove the authenticator app", Description: toRemove, Errors: errorsOfRemoving,
	}, a.removeTOTP)
}

func (a *API) registerOwnPasskeys() {
	register(a, operation{
		ID: "start-passkey", Method: http.MethodPost, Path: "/me/passkeys/options", Tags: tagIdentity, Authz: person(),
		Summary: "Begin to add a passkey", Description: toAdd, Errors: append([]string{"auth.passkey_limit"}, errorsOfAdding...),
	}, a.startPasskey)
	register(a, operation{
		ID: "add-passkey", Method: http.MethodPost, Path: "/me/passkeys", Tags: tagIdentity, Authz: person(), Status: http.StatusCreated,
		Summary:     "Add the passkey that the browser made",
		Description: "In the session that began it, within 5 minutes. The first factor of an account brings ten recovery codes.",
		Errors:      []string{"auth.strong_required", "auth.passkey_refused", "auth.passkey_known", "auth.passkey_limit"},
	}, a.addPasskey)
	register(a, operation{
		ID: "rename-passkey", Method: http.MethodPatch, Path: "/me/passkeys/{passkey_id}", Tags: tagIdentity, Authz: person(),
		Summary: "Give a passkey another name",
	}, a.renamePasskey)
	register(a, operation{
		ID: "remove-passkey", Method: http.MethodDelete, Path: "/me/passkeys/{passkey_id}", Tags: tagIdentity, Authz: person(),
		Status: http.StatusNoContent, Summary: "Remove a passkey", Description: toRemove, Errors: errorsOfRemoving,
	}, a.removePasskey)
}

// PresentPassword is the password of who is signed in.
type PresentPassword struct {
	Password string `json:"password,omitempty" maxLength:"1000" doc:"The present one, where it is needed"`
}

type passwordInput struct {
	Body *PresentPassword
}

// shown is the password, if there is one.
func (p *PresentPassword) shown() string {
	if p == nil {
		return ""
	}
	return p.Password
}

// TOTPSecretView is what an app is set up with.
type TOTPSecretView struct {
	Secret string `json:"secret" doc:"For typing in, in base32"`
	URI    string `json:"uri" doc:"For a QR code" example:"otpauth://totp/Omotenashi%20Connect:hanako@example.jp?algorithm=SHA1&digits=6&issuer=Omotenashi%20Connect&period=30&secret=…"`
}

func (a *API) startTOTP(ctx context.Context, in *passwordInput) (*data[TOTPSecretView], error) {
	s, err := a.Auth.StartTOTP(ctx, principal(ctx), in.Body.shown())
	if err != nil {
		return nil, err
	}
	return &data[TOTPSecretView]{TOTPSecretView(s)}, nil
}

// CodeBody is a code of an authenticator app.
type CodeBody struct {
	Code string `json:"code" minLength:"1" maxLength:"40" example:"123456"`
}

type confirmTOTPInput struct{ Body CodeBody }

func (a *API) confirmTOTP(ctx context.Context, in *confirmTOTPInput) (*data[RecoveryCodesView], error) {
	codes, err := a.Auth.ConfirmTOTP(ctx, principal(ctx), in.Body.Code)
	if err != nil {
		return nil, err
	}
	return &data[RecoveryCodesView]{RecoveryCodesView{codes}}, nil
}

func (a *API) removeTOTP(ctx context.Context, in *passwordInput) (*empty, error) {
	return &empty{}, a.Auth.RemoveTOTP(ctx, principal(ctx), in.Body.shown())
}

func (a *API) startPasskey(ctx context.Context, in *passwordInput) (*data[PasskeyChallengeView], error) {
	c, err := a.Auth.StartPasskey(ctx, principal(ctx), in.Body.shown())
	if err != nil {
		return nil, err
	}
	return passkeyChallenge(c)
}

// AddPasskeyBody is a challenge and what the browser made.
type AddPasskeyBody struct {
	ChallengeToken string      `json:"challenge_token" minLength:"1" maxLength:"100"`
	Name           string      `json:"name" minLength:"1" maxLength:"100" doc:"By which its owner knows it" example:"花子のスマートフォン"`
	Passkey        Attestation `json:"passkey"`
}

type addPasskeyInput struct{ Body AddPasskeyBody }

// AddedPasskeyView is a new passkey.
type AddedPasskeyView struct {
	RecoveryCodesView
	Passkey PasskeyView `json:"passkey"`
}

type addedPasskey struct {
	Location string `header:"Location" doc:"Where it is renamed and removed"`
	Body     AddedPasskeyView
}

func (a *API) addPasskey(ctx context.Context, in *addPasskeyInput) (*addedPasskey, error) {
	p, codes, err := a.Auth.AddPasskey(ctx, principal(ctx), in.Body.ChallengeToken, in.Body.Name, in.Body.Passkey.json())
	if err != nil {
		return nil, err
	}
	return &addedPasskey{
		Location: basePath + "/me/passkeys/" + p.ID.String(),
		Body:     AddedPasskeyView{RecoveryCodesView{codes}, passkeyView(p)},
	}, nil
}

// PasskeyNameBody is a name.
type PasskeyNameBody struct {
	Name string `json:"name" minLength:"1" maxLength:"100" example:"花子のスマートフォン"`
}

type renamePasskeyInput struct {
	PasskeyID auth.PasskeyID `path:"passkey_id"`
	Body      PasskeyNameBody
}

func (a *API) renamePasskey(ctx context.Context, in *renamePasskeyInput) (*data[PasskeyView], error) {
	p, err := a.Auth.RenamePasskey(ctx, principal(ctx).UserID, in.PasskeyID, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return &data[PasskeyView]{passkeyView(p)}, nil
}

type removePasskeyInput struct {
	PasskeyID auth.PasskeyID `path:"passkey_id"`
	Body      *PresentPassword
}

func (a *API) removePasskey(ctx context.Context, in *removePasskeyInput) (*empty, error) {
	return &empty{}, a.Auth.RemovePasskey(ctx, principal(ctx), in.PasskeyID, in.Body.shown())
}

// What toJSON() of a browser's PublicKeyCredential gives; the names are WebAuthn's.

// Assertion is what a passkey signed.
type Assertion struct {
	Credential
	Response AssertionResponse `json:"response"`
}

// AssertionResponse is the signature and what was signed, in base64url.
type AssertionResponse struct {
	ClientDataJSON    string `json:"clientDataJSON" maxLength:"10000"`
	AuthenticatorData string `json:"authenticatorData" maxLength:"10000"`
	Signature         string `json:"signature" maxLength:"5000"`
	UserHandle        string `json:"userHandle,omitempty" maxLength:"100"`
}

// Attestation is a new passkey.
type Attestation struct {
	Credential
	Response AttestationResponse `json:"response"`
}

// AttestationResponse is the new key, in base64url.
type AttestationResponse struct {
	ClientDataJSON     string   `json:"clientDataJSON" maxLength:"10000"`
	AttestationObject  string   `json:"attestationObject" maxLength:"50000"`
	AuthenticatorData  string   `json:"authenticatorData,omitempty" maxLength:"10000"`
	PublicKey          string   `json:"publicKey,omitempty" maxLength:"5000"`
	PublicKeyAlgorithm int64    `json:"publicKeyAlgorithm,omitempty"`
	Transports         []string `json:"transports,omitempty" maxItems:"10"`
}

// Credential names a passkey.
type Credential struct {
	ID                     string         `json:"id" minLength:"1" maxLength:"1400" doc:"In base64url"`
	RawID                  string         `json:"rawId" minLength:"1" maxLength:"1400" doc:"The same"`
	Type                   string         `json:"type" enum:"public-key"`
	Attachment             string         `json:"authenticatorAttachment,omitempty" maxLength:"40"`
	ClientExtensionResults map[string]any `json:"clientExtensionResults,omitempty" doc:"Taken and not looked at"`
}

// json is what the browser gave, without what we did not ask for.
func (x Assertion) json() json.RawMessage {
	x.ClientExtensionResults = nil
	raw, _ := json.Marshal(x) //nolint:errchkjson // strings
	return raw
}

// json is what the browser gave, without what we did not ask for.
func (x Attestation) json() json.RawMessage {
	x.ClientExtensionResults = nil
	raw, _ := json.Marshal(x) //nolint:errchkjson // strings and a number
	return raw
}
