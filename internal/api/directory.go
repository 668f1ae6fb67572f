package api

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// This file is how customers find a business and read its menu.

var tagDirectory = []string{"Directory"}

func (a *API) registerDirectory() {
	register(a, operation{
		ID: "search-businesses", Method: http.MethodGet, Path: "/public/businesses", Tags: tagDirectory, Authz: public(),
		Summary: "Find a business", Description: "All words of q must occur in its name, place or address, in any kana, width and case.",
	}, a.searchBusinesses)
	register(a, operation{
		ID: "get-profile", Method: http.MethodGet, Path: "/public/businesses/{slug}", Tags: tagDirectory, Authz: public(),
		Summary: "A business as its customers see it",
	}, a.getProfile)
	a.registerMenu()
}

// ListingView is a business in the directory.
type ListingView struct {
	ID         business.ID       `json:"id"`
	Slug       string            `json:"slug"`
	Name       locale.Text       `json:"name"`
	Vertical   business.Vertical `json:"vertical" enum:"hair_salon,nail_eyelash,spa_massage,clinic,restaurant,fitness,lodging,lesson"`
	Prefecture string            `json:"prefecture"`
	City       string            `json:"city"`
}

// listed is a position in the directory.
type listed struct {
	Key []byte      `json:"k"`
	ID  business.ID `json:"i"`
}

type searchInput struct {
	Paging
	Query      string            `query:"q" maxLength:"100" doc:"Words"`
	Vertical   business.Vertical `query:"vertical" enum:"hair_salon,nail_eyelash,spa_massage,clinic,restaurant,fitness,lodging,lesson"`
	Prefecture string            `query:"prefecture" maxLength:"20" doc:"東京都, 東京 or Tokyo"`
}

func (a *API) searchBusinesses(ctx context.Context, in *searchInput) (*data[list[ListingView]], error) {
	filter := business.SearchInput{Query: in.Query, Vertical: string(in.Vertical), Prefecture: in.Prefecture}
	var at listed
	var after *business.Listing
	if more, err := in.after(ctx, a, filter, &at); err != nil {
		return nil, err
	} else if more {
		after = &business.Listing{SortKey: at.Key, ID: at.ID}
	}
	rows, err := a.Businesses.Search(ctx, filter, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, a, in.Paging, filter, rows,
		func(l *business.Listing) ListingView {
			return ListingView{l.ID, l.Slug, l.Name, l.Vertical, l.Prefecture, l.City}
		},
		func(l *business.Listing) listed { return listed{l.SortKey, l.ID} })
}

// ProfileView is a business as its customers see it.
type ProfileView struct {
	ID                 business.ID       `json:"id"`
	Slug               string            `json:"slug"`
	Name               locale.Text       `json:"name"`
	Description        locale.Text       `json:"description,omitempty"`
	Vertical           business.Vertical `json:"vertical" enum:"hair_salon,nail_eyelash,spa_massage,clinic,restaurant,fitness,lodging,lesson"`
	PostalCode         string            `json:"postal_code"`
	Prefecture         string            `json:"prefecture"`
	City               string            `json:"city"`
	AddressLine        string            `json:"address_line"`
	Phone              string            `json:"phone" doc:"E.164, or empty"`
	PhoneNational      string            `json:"phone_national" doc:"As it is written in the country"`
	Email              string            `json:"email"`
	AccentColor        string            `json:"accent_color" doc:"#rrggbb of its pages; empty: that of the platform"`
	Timezone           string            `json:"timezone"`
	Currency           string            `json:"currency"`
	Locale             locale.Lang       `json:"locale"`
	Hours              HoursView         `json:"hours" doc:"In effect on every date but the closing and special days"`
	ClosingRules       []ClosingDays     `json:"closing_rules" doc:"When it closes regularly"`
	SpecialDays        []SpecialDate     `json:"special_days" doc:"From today to the end of the booking window"`
	Booking            BookingRules      `json:"booking"`
	CancellationPolicy PolicyView        `json:"cancellation_policy"`
	TermsVersion       string            `json:"terms_version" doc:"What a booking consents to"`
	Terms              locale.Text       `json:"terms,omitempty"`
	Photos             []PhotoView       `json:"photos" doc:"In their order; the first is the cover"`
	Links              ProfileLinks      `json:"links"`
}

// SpecialDate is a date on which a business is open unlike its week.
type SpecialDate struct {
	Date   clock.Date       `json:"date"`
	Ranges []schedule.Range `json:"ranges" doc:"None: closed"`
	Note   locale.Text      `json:"note,omitempty"`
}

// BookingRules are what a customer needs to know before booking.
type BookingRules struct {
	Mode              business.Mode `json:"mode" enum:"instant,approval" doc:"approval: the business answers first"`
	ApprovalHours     int           `json:"approval_hours" doc:"A request lapses after so many hours without an answer"`
	GridMinutes       int           `json:"grid_minutes"`
	MinNoticeMinutes  int           `json:"min_notice_minutes"`
	BookingWindowDays int           `json:"booking_window_days"`
	FirstDate         clock.Date    `json:"first_date" doc:"Today, at the business"`
	LastDate          clock.Date    `json:"last_date" doc:"The last date that is open for booking"`
	HoldMinutes       int           `json:"hold_minutes"`
	MaxItems          int           `json:"max_items" doc:"Services in one visit"`
	BookingCalendar
}

// ProfileLinks are where to go on, below this server.
type ProfileLinks struct {
	Self         string `json:"self"`
	Services     string `json:"services"`
	Availability string `json:"availability"`
	Bookings     string `json:"bookings"`
}

type profileInput struct{ InSite }

func (a *API) getProfile(ctx context.Context, in *profileInput) (*data[ProfileView], error) {
	snap, err := a.site(ctx, in.InSite)
	if err != nil {
		return nil, err
	}
	return &data[ProfileView]{profileView(snap, a.Clock.Now())}, nil
}

// site is what customers may see of a business; not_found for one that is not public.
func (a *API) site(ctx context.Context, in InSite) (*availability.Snapshot, error) {
	bid, err := in.open(ctx, a)
	if err != nil {
		return nil, err
	}
	return a.Availability.Snapshot(ctx, bid)
}

func profileView(snap *availability.Snapshot, now time.Time) ProfileView {
	b := &snap.Business
	today, last := clock.DateOf(now.In(snap.Zone)), snap.LastDate(now)
	self := basePath + "/public/businesses/" + b.Slug
	v := ProfileView{
		ID: b.ID, Slug: b.Slug, Name: b.Name, Description: b.Description, Vertical: b.Vertical, PostalCode: b.PostalCode,
		Prefecture: b.Prefecture, City: b.City, AddressLine: b.AddressLine, Phone: b.Phone, PhoneNational: jp.NationalPhone(b.Phone),
		Email: b.Email, AccentColor: b.AccentColor, Timezone: b.Timezone, Currency: b.Currency, Locale: b.Locale, Hours: hoursView(&snap.Hours.Rows),
		ClosingRules: closingDaysOf(snap.Hours.Closings, today), SpecialDays: specialDates(snap.Hours.Special, today, last),
		Booking: BookingRules{
			Mode: b.BookingMode, ApprovalHours: b.ApprovalHours, GridMinutes: b.GridMinutes, MinNoticeMinutes: b.MinNoticeMinutes,
			BookingWindowDays: b.BookingWindowDays, FirstDate: today, LastDate: last, HoldMinutes: b.HoldMinutes, MaxItems: b.MaxItems,
			BookingCalendar: bookingCalendar(b, now),
		},
		CancellationPolicy: policyView(booking.PolicyOf(b)),
		TermsVersion:       b.TermsVersion, Terms: b.Terms, Photos: photoViews(snap.Photos),
		Links: ProfileLinks{self, self + "/services", self + "/availability", self + "/bookings"},
	}
	return v
}

// closingDaysOf are the closing rules that are not over.
func closingDaysOf(rules []schedule.ClosingRule, today clock.Date) []ClosingDays {
	out := []ClosingDays{}
	for i := range rules {
		if end := rules[i].ToDate; end == nil || !end.Before(today) {
			out = append(out, closingDays(&rules[i]))
		}
	}
	return out
}

func specialDates(special map[clock.Date]schedule.SpecialDay, from, to clock.Date) []SpecialDate {
	out := []SpecialDate{}
	for _, date := range slices.SortedFunc(maps.Keys(special), func(x, y clock.Date) int { return cmp.Compare(x.DaysSince(y), 0) }) {
		if d := special[date]; !date.Before(from) && !date.After(to) {
			out = append(out, SpecialDate{date, d.Ranges, d.Note})
		}
	}
	return out
}
