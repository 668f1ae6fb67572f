package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// This file is a business as its members see it: profile, settings, submission,
// its trail.

var tagBusiness = []string{"Business"}

// Codes that changes of a business's records may answer.
const (
	codeSuspended = "business.suspended"
	codeSlugTaken = "business.slug_taken"
	codeLimit     = "business.limit_reached"
)

func (a *API) registerBusinesses() {
	register(a, operation{
		ID: "list-businesses", Method: http.MethodGet, Path: "/businesses", Tags: tagBusiness, Authz: person(),
		Summary: "The businesses that the caller works for",
	}, a.listBusinesses)
	register(a, operation{
		ID: "found-business", Method: http.MethodPost, Path: "/businesses", Tags: tagBusiness, Authz: person(),
		Status: http.StatusCreated, Idempotent: true, Errors: []string{"auth.email_unverified", codeSlugTaken},
		Summary: "Found a business", Description: "As a draft that the caller owns. Needs an account whose e-mail address is confirmed.",
	}, a.foundBusiness)
	register(a, operation{
		ID: "get-business", Method: http.MethodGet, Path: "/businesses/{business_id}", Tags: tagBusiness, Authz: mayReadBusiness,
		Summary: "A business",
	}, a.getBusiness)
	register(a, operation{
		ID: "update-business", Method: http.MethodPatch, Path: "/businesses/{business_id}", Tags: tagBusiness, Authz: mayChangeBusiness,
		IfMatch: true, Errors: []string{codeSuspended, codeSlugTaken},
		Summary: "Change what people read of a business",
	}, a.updateBusiness)
	register(a, operation{
		ID: "get-settings", Method: http.MethodGet, Path: "/businesses/{business_id}/settings", Tags: tagBusiness, Authz: mayReadSettings,
		Summary: "How a business takes bookings",
	}, a.getSettings)
	register(a, operation{
		ID: "update-settings", Method: http.MethodPatch, Path: "/businesses/{business_id}/settings", Tags: tagBusiness, Authz: mayChangeSettings,
		IfMatch: true, Errors: []string{codeSuspended},
		Summary: "Change how a business takes bookings", Description: "Bookings that were made keep the policy that they were made under.",
	}, a.updateSettings)
	register(a, operation{
		ID: "submit-business", Method: http.MethodPost, Path: "/businesses/{business_id}/submit", Tags: tagBusiness, Authz: maySubmit,
		Errors:  []string{"business.incomplete", "business.wrong_status", codeSuspended},
		Summary: "Ask the platform to approve a business", Description: "From draft or rejected. A 409 business.incomplete names what is missing.",
	}, a.submitBusiness)
	a.registerAccepting()
	a.registerTrail()
	a.registerMembers()
}

// BusinessView is a business as its members see it.
type BusinessView struct {
	ID            business.ID       `json:"id"`
	Slug          string            `json:"slug"`
	Name          locale.Text       `json:"name"`
	Description   locale.Text       `json:"description,omitempty"`
	Vertical      business.Vertical `json:"vertical" enum:"hair_salon,nail_eyelash,spa_massage,clinic,restaurant,fitness,lodging,lesson"`
	Status        business.Status   `json:"status" enum:"draft,pending_review,approved,suspended,rejected"`
	StatusReason  string            `json:"status_reason" doc:"The platform's word on its last decision; may be empty"`
	Timezone      string            `json:"timezone"`
	Currency      string            `json:"currency"`
	Locale        locale.Lang       `json:"locale"`
	PostalCode    string            `json:"postal_code" doc:"Seven digits, or empty"`
	Prefecture    string            `json:"prefecture"`
	City          string            `json:"city"`
	AddressLine   string            `json:"address_line"`
	Phone         string            `json:"phone" doc:"E.164, or empty"`
	PhoneNational string            `json:"phone_national" doc:"As it is written in the country"`
	Email         string            `json:"email"`
	AccentColor   string            `json:"accent_color" doc:"#rrggbb of its pages; empty: that of the platform"`
	Version       int64             `json:"version"`
	CreatedAt     time.Time         `json:"created_at"`
	UpdatedAt     time.Time         `json:"updated_at"`
}

func businessView(b *business.Business) BusinessView {
	zone := b.Zone()
	return BusinessView{
		ID: b.ID, Slug: b.Slug, Name: b.Name, Description: b.Description, Vertical: b.Vertical, Status: b.Status,
		StatusReason: b.StatusReason, Timezone: b.Timezone, Currency: b.Currency, Locale: b.Locale, PostalCode: b.PostalCode,
		Prefecture: b.Prefecture, City: b.City, AddressLine: b.AddressLine, Phone: b.Phone, PhoneNational: jp.NationalPhone(b.Phone),
		Email: b.Email, AccentColor: b.AccentColor, Version: b.Version, CreatedAt: b.CreatedAt.In(zone), UpdatedAt: b.UpdatedAt.In(zone),
	}
}

// WorkView is a business that somebody works for.
type WorkView struct {
	ID     business.ID     `json:"id"`
	Slug   string          `json:"slug"`
	Name   locale.Text     `json:"name"`
	Status business.Status `json:"status" enum:"draft,pending_review,approved,suspended,rejected"`
	Role   tenant.Role     `json:"role" enum:"owner,manager,staff,assistant"`
}

func (a *API) listBusinesses(ctx context.Context, in *struct{ Paging }) (*data[list[WorkView]], error) {
	var after business.ID
	if _, err := in.after(ctx, a, nil, &after); err != nil {
		return nil, err
	}
	rows, err := a.Businesses.OfUser(ctx, principal(ctx).UserID, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, nil, rows,
		func(w *business.Work) WorkView { return WorkView{w.ID, w.Slug, w.Name, w.Status, w.Role} },
		func(w *business.Work) business.ID { return w.ID })
}

type foundInput struct {
	Keyed
	Body business.FoundInput
}

func (a *API) foundBusiness(ctx context.Context, in *foundInput) (*created[BusinessView], error) {
	v, replayed, err := idempotent(ctx, a, effect[*business.Business, BusinessView]{
		Key: in.IdempotencyKey, Request: in, Status: http.StatusCreated, Render: businessView,
		Do: func(c *idempotency.Claim) (*business.Business, error) {
			return a.Businesses.Found(ctx, actor(ctx), in.Body, c)
		},
	})
	if err != nil {
		return nil, err
	}
	return &created[BusinessView]{basePath + "/businesses/" + v.ID.String(), replayedHeader(replayed), v}, nil
}

type businessInput struct{ InBusiness }

func (a *API) getBusiness(ctx context.Context, _ *businessInput) (*versioned[BusinessView], error) {
	return versionedBusiness(a.Businesses.Get(ctx, businessID(ctx)))
}

type updateBusinessInput struct {
	InBusiness
	Precondition
	Body business.UpdateInput
}

func (a *API) updateBusiness(ctx context.Context, in *updateBusinessInput) (*versioned[BusinessView], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	return versionedBusiness(a.Businesses.Update(ctx, actor(ctx), businessID(ctx), expect, in.Body))
}

func (a *API) submitBusiness(ctx context.Context, _ *businessInput) (*versioned[BusinessView], error) {
	return versionedBusiness(a.Businesses.Submit(ctx, actor(ctx), businessID(ctx)))
}

func versionedBusiness(b *business.Business, err error) (*versioned[BusinessView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[BusinessView]{etag(b.Version), businessView(b)}, nil
}

// SettingsView is how a business takes bookings.
type SettingsView struct {
	Timezone            string                      `json:"timezone"`
	Currency            string                      `json:"currency"`
	Locale              locale.Lang                 `json:"locale"`
	GridMinutes         int                         `json:"grid_minutes"`
	BookingMode         business.Mode               `json:"booking_mode" enum:"instant,approval"`
	ApprovalHours       int                         `json:"approval_hours"`
	MinNoticeMinutes    int                         `json:"min_notice_minutes"`
	BookingWindowDays   int                         `json:"booking_window_days"`
	ChangeNoticeMinutes int                         `json:"change_notice_minutes"`
	CancelNoticeMinutes int                         `json:"cancel_notice_minutes"`
	HoldMinutes         int                         `json:"hold_minutes"`
	MaxItems            int                         `json:"max_items"`
	CancellationPolicy  business.CancellationPolicy `json:"cancellation_policy"`
	TermsVersion        string                      `json:"terms_version"`
	Terms               locale.Text                 `json:"terms,omitempty"`
	TurnMinutes         []business.TurnTime         `json:"turn_minutes" doc:"How long a table is kept, by ascending size of the party; empty: as long as each service says"`
	Fairness            business.Fairness           `json:"fairness" enum:"least_booked,round_robin,priority"`
	EmbedOrigins        []string                    `json:"embed_origins" doc:"Whose pages may show the booking form in a frame"`
	EmbedSnippet        string                      `json:"embed_snippet" doc:"The line that puts the booking form into such a page"`
	SettingsRules
	Version int64 `json:"version" doc:"That of the business"`
}

func (a *API) getSettings(ctx context.Context, _ *businessInput) (*versioned[SettingsView], error) {
	return a.versionedSettings(a.Businesses.Get(ctx, businessID(ctx)))
}

type updateSettingsInput struct {
	InBusiness
	Precondition
	ImpactQuery
	Body SettingsPatch
}

// ChangedSettings are the settings as they were changed, and whom that concerns.
type ChangedSettings struct {
	SettingsView
	ImpactBody
}

func (a *API) updateSettings(ctx context.Context, in *updateSettingsInput) (*versioned[ChangedSettings], error) {
	expect, err := in.expect()
	if err != nil {
		return nil, err
	}
	ctx, impact := in.impact(ctx)
	v, err := a.versionedSettings(a.Businesses.UpdateSettings(ctx, actor(ctx), businessID(ctx), expect, in.Body.input()))
	if err != nil {
		return nil, err
	}
	return &versioned[ChangedSettings]{v.ETag, ChangedSettings{v.Body, impactBody(ctx, impact)}}, nil
}

func (a *API) versionedSettings(b *business.Business, err error) (*versioned[SettingsView], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[SettingsView]{etag(b.Version), SettingsView{
		Timezone: b.Timezone, Currency: b.Currency, Locale: b.Locale, GridMinutes: b.GridMinutes, BookingMode: b.BookingMode,
		ApprovalHours: b.ApprovalHours, MinNoticeMinutes: b.MinNoticeMinutes, BookingWindowDays: b.BookingWindowDays,
		ChangeNoticeMinutes: b.ChangeNoticeMinutes, CancelNoticeMinutes: b.CancelNoticeMinutes, HoldMinutes: b.HoldMinutes,
		MaxItems: b.MaxItems, CancellationPolicy: b.CancellationPolicy, TermsVersion: b.TermsVersion, Terms: b.Terms, TurnMinutes: b.TurnMinutes,
		Fairness: b.Fairness, EmbedOrigins: b.EmbedOrigins, EmbedSnippet: business.EmbedSnippet(a.PublicURL, b.Slug), SettingsRules: settingsRules(b, a.Clock.Now()), Version: b.Version,
	}}, nil
}
