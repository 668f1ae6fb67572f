package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// The shops that are read: open ten hours a day, of which half are booked.
const (
	shopStaff    = 8
	shopDays     = 32 // from tomorrow on, that are half booked
	windowDays   = 45
	openingHour  = 10
	openHours    = 10
	ledgerStaff  = 12
	perStaff     = 5 // bookings of one of the staff in the ledger's day
	fullShops    = 16
	quickShops   = 2
	seeders      = 6 // bookings made at once
	benchZone    = "Asia/Tokyo"
	hourMinutes  = 60
	gridMinutes  = 15
	passphrase   = "a passphrase of the bench"
	ownerAddress = "owner@bench.example"
)

// A shop is a business that the bench founds through the program's own services,
// beside those that are loaded.
type shop struct {
	id      business.ID
	slug    string
	zone    *time.Location
	staff   []catalog.ResourceID
	service catalog.ServiceID
	first   clock.Date // tomorrow: the first day that is booked
}

// A maker founds shops.
type maker struct {
	*rig
	business *business.Service
	catalog  *catalog.Catalog
	schedule *schedule.Service
	bookings *booking.Service
	people   *auth.Service
	owner    tenant.Actor
	operator tenant.Actor
}

func (r *rig) newMaker(ctx context.Context) (*maker, error) {
	var clk clock.System
	avail := availability.New(r.db, clk)
	changer := business.NewChanger(r.db, clk, avail.ScheduleChanged)
	m := &maker{
		rig: r, business: business.New(r.db, clk, changer, schedule.Complete, catalog.Complete), catalog: catalog.New(r.db, changer),
		schedule: schedule.New(r.db, changer), bookings: booking.New(r.db, clk, r.ring, avail, avail.BookingsChanged),
		people: auth.New(r.db, clk, r.ring, auth.Options{}),
	}
	owner, err := m.people.CreateUser(ctx, auth.Person{
		Email: ownerAddress, Password: passphrase, FamilyName: "計測", GivenName: "花子", Locale: "ja",
	})
	if err != nil {
		return nil, err
	}
	operator, err := m.people.CreateOperator(ctx, auth.Person{
		Email: "operator@bench.example", Password: passphrase, FamilyName: "運営", GivenName: "太郎", Locale: "ja",
	})
	m.owner = tenant.Actor{Kind: tenant.Member, Role: tenant.Owner, UserID: owner}
	m.operator = tenant.Actor{Kind: tenant.Operator, UserID: operator}
	return m, err
}

// openShops founds the shops that are read, and the one whose day is looked at.
func (r *rig) openShops(ctx context.Context) error {
	m, err := r.newMaker(ctx)
	if err != nil {
		return err
	}
	n := fullShops
	if r.quick {
		n = quickShops
	}
	for i := range n {
		s, err := m.found(ctx, fmt.Sprintf("bench-read-%d", i), shopStaff)
		if err != nil {
			return err
		}
		if err := m.halfBook(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.slug, err)
		}
		r.shops = append(r.shops, s)
	}
	if r.cold, err = m.found(ctx, "bench-cold", shopStaff); err != nil {
		return err
	}
	if err := errors.Join(m.halfBook(ctx, r.cold), m.shorten(ctx, r.cold)); err != nil {
		return err
	}
	if r.ledger, err = m.found(ctx, "bench-ledger", ledgerStaff); err != nil {
		return err
	}
	if err := m.book(ctx, r.ledger, m.ledgerDay(r.ledger)); err != nil {
		return err
	}
	_, err = r.admin.Exec(ctx, "ANALYZE bookings, booking_segments, allocations, customers")
	return err
}

// found founds, furnishes and opens a shop: one service of an hour, which one of
// the staff and a chair serve.
func (m *maker) found(ctx context.Context, slug string, staff int) (*shop, error) {
	x, err := m.business.Found(ctx, m.owner, business.FoundInput{
		Name: locale.Text{"ja": "計測サロン " + slug, "en": "Bench salon"}, Vertical: business.HairSalon,
		Profile: business.Profile{Slug: &slug, Prefecture: new("東京都"), City: new("渋谷区"), Phone: new("03-1234-5678")},
	}, nil)
	if err != nil {
		return nil, err
	}
	s := &shop{id: x.ID, slug: slug}
	if s.zone, err = time.LoadLocation(benchZone); err != nil {
		return nil, err
	}
	s.first = clock.DateOf(time.Now().In(s.zone)).AddDays(1)
	_, err = m.business.UpdateSettings(ctx, m.owner, s.id, x.Version, business.SettingsInput{
		GridMinutes: new(gridMinutes), BookingMode: new(business.Instant), MinNoticeMinutes: new(0), BookingWindowDays: new(windowDays), TermsVersion: new("1"),
	})
	if err != nil {
		return nil, err
	}
	if err := m.furnish(ctx, s, staff); err != nil {
		return nil, err
	}
	return s, m.open(ctx, s)
}

func (m *maker) furnish(ctx context.Context, s *shop, staff int) error {
	_, version, err := m.schedule.Hours(ctx, s.id)
	if err != nil {
		return err
	}
	if _, _, err = m.schedule.SetHours(ctx, m.owner, s.id, version, schedule.HoursInput{WeekInput: everyDay()}); err != nil {
		return err
	}
	var chairs []catalog.ResourceID
	for i := range staff {
		if err := m.hire(ctx, s, i); err != nil {
			return err
		}
		chair, err := m.catalog.CreateResource(ctx, m.owner, s.id, catalog.CreateResourceInput{
			Kind: catalog.Seat, Name: locale.Text{"ja": fmt.Sprintf("席 %d", i+1)},
		}, nil)
		if err != nil {
			return err
		}
		chairs = append(chairs, chair.ID)
	}
	x, err := m.catalog.CreateService(ctx, m.owner, s.id, catalog.CreateServiceInput{
		Name: locale.Text{"ja": "カット", "en": "Haircut"}, DurationMinutes: hourMinutes, Price: money.Yen(5500),
		Requirements: []catalog.RequirementInput{{Kind: catalog.Staff, ResourceIDs: s.staff}, {Kind: catalog.Seat, ResourceIDs: chairs}},
	}, nil)
	if err != nil {
		return err
	}
	s.service = x.ID
	return nil
}

// hire adds one of the staff, with shifts as long as the shop is open.
func (m *maker) hire(ctx context.Context, s *shop, i int) error {
	x, err := m.catalog.CreateResource(ctx, m.owner, s.id, catalog.CreateResourceInput{
		Kind: catalog.Staff, Name: locale.Text{"ja": fmt.Sprintf("担当 %d", i+1), "en": fmt.Sprintf("Stylist %d", i+1)},
	}, nil)
	if err != nil {
		return err
	}
	s.staff = append(s.staff, x.ID)
	_, version, err := m.schedule.Shifts(ctx, s.id, x.ID)
	if err != nil {
		return err
	}
	_, _, err = m.schedule.SetShifts(ctx, m.owner, s.id, x.ID, version, schedule.ShiftsInput{Weekly: everyDay().Weekly})
	return err
}

func everyDay() schedule.WeekInput {
	var w schedule.WeekInput
	for d := range 7 {
		w.Weekly = append(w.Weekly, schedule.WeekDay{Weekday: d, Ranges: []schedule.Range{
			{StartMinute: openingHour * hourMinutes, EndMinute: (openingHour + openHours) * hourMinutes},
		}})
	}
	return w
}

// open has the shop approved.
func (m *maker) open(ctx context.Context, s *shop) error {
	if _, err := m.business.Submit(ctx, m.owner, s.id); err != nil {
		return err
	}
	_, err := m.business.Decide(ctx, m.operator, s.id, business.DecideInput{
		Decision: business.Approve, Reason: "計測のための店舗です。", Silent: true,
	})
	return err
}

// A wish is one booking to be made.
type wish struct {
	staff catalog.ResourceID
	start time.Time
}

// slots are the starts of the days with one booking an hour for each of the
// staff: every other hour of each is taken by halfBook, the others stay free.
// All are on the hour, so that a chair is free wherever a stylist is.
func (s *shop) slots(days int, taken bool) []wish {
	var out []wish
	for day := range days {
		for i, staff := range s.staff {
			for k := range openHours - 1 { // the last one would end after closing
				if (k+i)%2 == 0 != taken {
					continue
				}
				minute := (openingHour + k) * hourMinutes
				out = append(out, wish{staff, clock.Instant(s.first.AddDays(day), minute, s.zone)})
			}
		}
	}
	return out
}

func (m *maker) halfBook(ctx context.Context, s *shop) error {
	return m.book(ctx, s, s.slots(shopDays, true))
}

// ledgerDay is five bookings for each of the twelve, all on the first day.
func (m *maker) ledgerDay(s *shop) []wish {
	var out []wish
	for _, staff := range s.staff {
		for k := range perStaff {
			out = append(out, wish{staff, clock.Instant(s.first, (openingHour+2*k)*hourMinutes, s.zone)})
		}
	}
	return out
}

// book makes the bookings, several at once, as customers do.
func (m *maker) book(ctx context.Context, s *shop, wishes []wish) error {
	errs := make([]error, seeders)
	var wg sync.WaitGroup
	for i := range seeders {
		wg.Go(func() {
			for k := i; k < len(wishes) && errs[i] == nil; k += seeders {
				errs[i] = m.bookOne(ctx, s, wishes[k], k)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (m *maker) bookOne(ctx context.Context, s *shop, w wish, k int) error {
	in := booking.CreateInput{
		Request: booking.Request{Start: w.start, Request: availability.Request{Items: []availability.Item{{ServiceID: s.service, StaffID: &w.staff}}}},
		Short:   true, TermsVersion: "1",
		Customer: customer.Input{
			FamilyName: "山田", GivenName: fmt.Sprintf("花子%d", k%300), FamilyNameKana: "ヤマダ", GivenNameKana: "ハナコ",
			Phone: fmt.Sprintf("090%08d", 10_000_000+k%300), Email: fmt.Sprintf("hanako%d@bench.example", k%300), Locale: "ja",
		},
	}
	_, err := m.bookings.Create(ctx, tenant.Actor{Kind: tenant.Anonymous, Lang: locale.JA}, s.id, in, nil)
	return err
}

// availabilityPath asks for the free starts of the shop's service with any of the staff.
func (s *shop) availabilityPath(days int) string {
	return fmt.Sprintf("/api/v1/public/businesses/%s/availability?service_id=%s&from=%s&to=%s", s.slug, s.service, s.first, s.first.AddDays(days-1))
}

// availabilityOn asks for the day that comes so many days after the first.
func (s *shop) availabilityOn(day int) string {
	on := s.first.AddDays(day)
	return fmt.Sprintf("/api/v1/public/businesses/%s/availability?service_id=%s&from=%s&to=%s", s.slug, s.service, on, on)
}

// booking is the POST of a booking, as a customer's browser sends it.
func (s *shop) booking(w wish, key string) request {
	return post("/api/v1/public/businesses/"+s.slug+"/bookings", key, map[string]any{
		"start": w.start.In(s.zone).Format(time.RFC3339), "service_id": s.service, "staff_id": w.staff,
		"customer": map[string]any{"family_name": "佐藤", "given_name": "一郎", "phone": "090-2222-3333", "email": "ichiro@bench.example"},
		"consent":  map[string]any{"terms_version": "1"},
	})
}

// A console is somebody signed in.
type console struct{ bearer string }

// signIn signs the owner in over HTTP.
func (r *rig) signIn(ctx context.Context) (*console, error) {
	a, err := call(ctx, r.program.addr, http.MethodPost, "/api/v1/auth/login", map[string]string{"email": ownerAddress, "password": passphrase}, "")
	if err != nil {
		return nil, err
	}
	token, err := field(a.Body, "access_token")
	return &console{bearer: "Bearer " + token}, err
}
