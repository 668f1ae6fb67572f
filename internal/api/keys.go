package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/flag"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
)

// This file is the keys with which other programs act for a business, and what
// is switched on for it.

func (a *API) registerKeys() {
	register(a, operation{
		ID: "list-api-keys", Method: http.MethodGet, Path: "/businesses/{business_id}/api-keys", Tags: tagBusiness, Authz: mayManageKeys,
		Summary: "The API keys of a business, in the order in which they were made", Description: "Those that expired or were revoked as well.",
	}, a.listKeys)
	register(a, operation{
		ID: "create-api-key", Method: http.MethodPost, Path: "/businesses/{business_id}/api-keys", Tags: tagBusiness, Authz: mayManageKeys,
		Status: http.StatusCreated, Idempotent: true, Errors: []string{"flag.off", "auth.key_limit", codeSuspended},
		Summary: "Create an API key",
		Description: "The key is in this answer and nowhere else: only its hash is kept. Programs send it as `Authorization: Bearer omk_…`. " +
			"It may do what its scopes say, in this business alone. At most 20 live keys.",
	}, a.createKey)
	register(a, operation{
		ID: "get-api-key", Method: http.MethodGet, Path: "/businesses/{business_id}/api-keys/{key_id}", Tags: tagBusiness, Authz: mayManageKeys,
		Summary: "An API key",
	}, a.getKey)
	register(a, operation{
		ID: "revoke-api-key", Method: http.MethodDelete, Path: "/businesses/{business_id}/api-keys/{key_id}", Tags: tagBusiness, Authz: mayManageKeys,
		Summary: "Revoke an API key", Description: "Takes effect within half a minute everywhere. A key that was revoked stays so.",
	}, a.revokeKey)
	register(a, operation{
		ID: "get-features", Method: http.MethodGet, Path: "/businesses/{business_id}/features", Tags: tagBusiness, Authz: mayReadBusiness,
		Summary: "What is switched on for a business", Description: "Of the features that not every business has yet.",
	}, a.getFeatures)
}

// KeyView is an API key without the key itself.
type KeyView struct {
	ID         auth.APIKeyID `json:"id"`
	Name       string        `json:"name"`
	Hint       string        `json:"hint" doc:"How the key begins, to tell keys apart" example:"omk_k3v9"`
	Scopes     []string      `json:"scopes"`
	Status     string        `json:"status" enum:"active,expired,revoked"`
	CreatedBy  auth.UserID   `json:"created_by" doc:"The account"`
	CreatedAt  time.Time     `json:"created_at"`
	ExpiresAt  time.Time     `json:"expires_at"`
	LastUsedAt *time.Time    `json:"last_used_at" doc:"To the minute; null: never"`
	RevokedAt  *time.Time    `json:"revoked_at"`
}

// NewKeyView is an API key in the one answer that shows it.
type NewKeyView struct {
	KeyView
	Key string `json:"key" doc:"Shown this once"`
}

func (a *API) keyView(k *auth.APIKey, zone *time.Location) KeyView {
	v := KeyView{
		ID: k.ID, Name: k.Name, Hint: k.Hint, Scopes: k.Scopes, Status: "active", CreatedBy: k.CreatedBy,
		CreatedAt: k.CreatedAt.In(zone), ExpiresAt: k.ExpiresAt.In(zone), LastUsedAt: inZone(k.LastUsedAt, zone), RevokedAt: inZone(k.RevokedAt, zone),
	}
	switch {
	case k.RevokedAt != nil:
		v.Status = "revoked"
	case !a.Clock.Now().Before(k.ExpiresAt):
		v.Status = "expired"
	}
	return v
}

type keysInput struct {
	InBusiness
	Paging
}

func (a *API) listKeys(ctx context.Context, in *keysInput) (*data[list[KeyView]], error) {
	var after auth.APIKeyID
	if _, err := in.after(ctx, a, nil, &after); err != nil {
		return nil, err
	}
	b, err := a.Businesses.Get(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	rows, err := a.Auth.APIKeys(ctx, b.ID, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	zone := b.Zone()
	return pageOf(ctx, a, in.Paging, nil, rows,
		func(k *auth.APIKey) KeyView { return a.keyView(k, zone) },
		func(k *auth.APIKey) auth.APIKeyID { return k.ID })
}

// KeyBody is a new API key.
type KeyBody struct {
	Name          string    `json:"name" minLength:"1" maxLength:"100" doc:"For people, to tell keys apart" example:"Website"`
	Scopes        []string  `json:"scopes" minItems:"1" maxItems:"20" enum:"business:read,catalog:read,catalog:write,schedule:read,schedule:write,bookings:read,bookings:write,customers:read,customers:write" doc:"What it may do"`
	ExpiresAt     time.Time `json:"expires_at,omitzero" doc:"At most a year ahead. Either this or expires_in_days"`
	ExpiresInDays int       `json:"expires_in_days,omitempty" minimum:"1" maximum:"366" example:"90"`
}

type createKeyInput struct {
	InBusiness
	Keyed
	Body KeyBody
}

func (a *API) createKey(ctx context.Context, in *createKeyInput) (*created[NewKeyView], error) {
	bid := businessID(ctx)
	if err := a.Flags.Require(ctx, flag.BusinessAPIKeys, bid); err != nil {
		return nil, err
	}
	b, err := a.Businesses.Get(ctx, bid)
	if err != nil {
		return nil, err
	}
	v, replayed, err := idempotent(ctx, a, effect[auth.NewAPIKey, NewKeyView]{
		Key: in.IdempotencyKey, Business: &bid, Request: in, Status: http.StatusCreated,
		Render: func(k auth.NewAPIKey) NewKeyView { return NewKeyView{a.keyView(&k.APIKey, b.Zone()), k.Text} },
		Do: func(c *idempotency.Claim) (auth.NewAPIKey, error) {
			return a.Auth.CreateAPIKey(ctx, actor(ctx), bid, scopes, auth.APIKeyInput{
				Name: in.Body.Name, Scopes: in.Body.Scopes, ExpiresAt: in.Body.ExpiresAt, ExpiresInDays: in.Body.ExpiresInDays,
			}, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[NewKeyView]{basePath + "/businesses/" + bid.String() + "/api-keys/" + v.ID.String(), replayedHeader(replayed), v}, nil
}

type keyInput struct {
	InBusiness
	KeyID auth.APIKeyID `path:"key_id"`
}

func (a *API) getKey(ctx context.Context, in *keyInput) (*data[KeyView], error) {
	b, err := a.Businesses.Get(ctx, businessID(ctx))
	if err != nil {
		return nil, err
	}
	k, err := a.Auth.APIKey(ctx, b.ID, in.KeyID)
	if err != nil {
		return nil, err
	}
	return &data[KeyView]{a.keyView(&k, b.Zone())}, nil
}

func (a *API) revokeKey(ctx context.Context, in *keyInput) (*empty, error) {
	return &empty{}, a.Auth.RevokeAPIKey(ctx, actor(ctx), businessID(ctx), in.KeyID)
}

// FeaturesView is what is switched on.
type FeaturesView struct {
	Features []string `json:"features" doc:"Names, sorted" example:"[\"business_api_keys\"]"`
}

func (a *API) getFeatures(ctx context.Context, _ *businessInput) (*data[FeaturesView], error) {
	return &data[FeaturesView]{FeaturesView{a.Flags.Features(ctx, businessID(ctx))}}, nil
}
