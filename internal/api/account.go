package api

import (
	"context"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// This file is what people change of their own accounts.

const sameAnswer = "The answer never tells whether there is such an account."

func (a *API) registerAccount() {
	register(a, operation{
		ID: "forgot-password", Method: http.MethodPost, Path: "/auth/forgot-password", Tags: tagIdentity, Authz: public(),
		Summary: "Send the mail with which a new password is set", Errors: []string{"auth.too_many_attempts"},
		Description: sameAnswer + " The link in the mail can be used once, within an hour.",
	}, a.forgotPassword)
	register(a, operation{
		ID: "reset-password", Method: http.MethodPost, Path: "/auth/reset-password", Tags: tagIdentity, Authz: public(),
		Summary: "Set a new password with the token of a mail", Errors: []string{"auth.link_invalid", "auth.link_expired"},
		Description: "Ends all sessions. The address counts as verified then. A second factor is demanded as before.",
	}, a.resetPassword)
	register(a, operation{
		ID: "change-password", Method: http.MethodPost, Path: "/auth/change-password", Tags: tagIdentity, Authz: person(),
		Summary: "Set a new password, showing the present one", Errors: []string{"auth.too_many_attempts"},
		Description: "Ends the other sessions. Attempts are limited to 5 a minute.",
	}, a.changePassword)
	register(a, operation{
		ID: "change-email", Method: http.MethodPost, Path: "/me/email", Tags: tagIdentity, Authz: person(),
		Summary: "Ask for another e-mail address", Errors: []string{"auth.too_many_attempts"},
		Description: "Nothing changes until the link in the mail to the new address is followed, within 48 hours. " +
			"The answer never tells whether the new address has an account.",
	}, a.changeEmail)
	register(a, operation{
		ID: "confirm-email", Method: http.MethodPost, Path: "/auth/confirm-email", Tags: tagIdentity, Authz: public(),
		Summary: "Make a new e-mail address the account's with the token of its mail",
		Errors:  []string{"auth.link_invalid", "auth.link_expired", "auth.email_taken"},
	}, a.confirmEmail)
	register(a, operation{
		ID: "update-me", Method: http.MethodPatch, Path: "/me", Tags: tagIdentity, Authz: person(),
		Summary: "Change name or language of the person who is signed in", Errors: []string{"not_found"},
	}, a.updateMe)
}

func (a *API) forgotPassword(ctx context.Context, in *resendInput) (*empty, error) {
	return &empty{}, a.Auth.ForgotPassword(ctx, in.Body.Email, callOf(ctx).address)
}

// ResetPasswordBody is a new password and what allows it to be set.
type ResetPasswordBody struct {
	Token    string `json:"token" minLength:"1" maxLength:"1000" doc:"Of the link in the mail"`
	Password string `json:"password" maxLength:"1000" doc:"15 to 128 characters of any kind, 8 or more where there is a second factor" example:"five other words of mine"`
}

type resetPasswordInput struct{ Body ResetPasswordBody }

func (a *API) resetPassword(ctx context.Context, in *resetPasswordInput) (*empty, error) {
	return &empty{}, a.Auth.ResetPassword(ctx, in.Body.Token, in.Body.Password)
}

// ChangePasswordBody is the present password and the new one.
type ChangePasswordBody struct {
	CurrentPassword string `json:"current_password" maxLength:"1000" example:"five small words of mine"`
	NewPassword     string `json:"new_password" maxLength:"1000" doc:"15 to 128 characters of any kind, 8 or more where there is a second factor" example:"five other words of mine"`
}

type changePasswordInput struct{ Body ChangePasswordBody }

func (a *API) changePassword(ctx context.Context, in *changePasswordInput) (*empty, error) {
	return &empty{}, a.Auth.ChangePassword(ctx, principal(ctx), auth.ChangePasswordInput{
		Current: in.Body.CurrentPassword, New: in.Body.NewPassword, Address: callOf(ctx).address,
	})
}

// ChangeEmailBody is the address that shall be the account's.
type ChangeEmailBody struct {
	Email    string `json:"email" maxLength:"254" example:"hanako.new@example.jp"`
	Password string `json:"password" maxLength:"1000" doc:"The present one" example:"five small words of mine"`
}

type changeEmailInput struct{ Body ChangeEmailBody }

func (a *API) changeEmail(ctx context.Context, in *changeEmailInput) (*empty, error) {
	return &empty{}, a.Auth.ChangeEmail(ctx, principal(ctx), auth.ChangeEmailInput{
		Email: in.Body.Email, Password: in.Body.Password, Address: callOf(ctx).address,
	})
}

func (a *API) confirmEmail(ctx context.Context, in *verifyInput) (*empty, error) {
	return &empty{}, a.Auth.ConfirmEmail(ctx, in.Body.Token)
}

// UpdateMeBody is what to change; what is absent stays as it is.
type UpdateMeBody struct {
	FamilyName *string      `json:"family_name,omitempty" maxLength:"100" example:"山田"`
	GivenName  *string      `json:"given_name,omitempty" maxLength:"100" example:"花子"`
	Locale     *locale.Lang `json:"locale,omitempty" doc:"Language of mails"`
}

type updateMeInput struct{ Body UpdateMeBody }

func (a *API) updateMe(ctx context.Context, in *updateMeInput) (*data[PersonView], error) {
	u, err := a.Auth.UpdateProfile(ctx, principal(ctx).UserID, auth.ProfileInput(in.Body))
	if err != nil {
		return nil, err
	}
	return &data[PersonView]{PersonView(u)}, nil
}
