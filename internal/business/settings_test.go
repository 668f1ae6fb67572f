package business_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

func TestUpdateSettings_WhatIsLeftOutStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	got, err := b.business.UpdateSettings(t.Context(), b.owner, x.ID, 1, business.SettingsInput{
		GridMinutes: new(15), BookingMode: new(business.Approval), CancelNoticeMinutes: new(120),
		CancellationPolicy: &business.CancellationPolicy{Steps: []business.PolicyStep{{HoursBefore: 2, Percent: 100}, {HoursBefore: 24, Percent: 50}}},
		Terms:              ja("規約"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := x.Settings
	want.GridMinutes, want.BookingMode, want.CancelNoticeMinutes, want.Terms = 15, business.Approval, 120, ja("規約")
	want.CancellationPolicy.Steps = []business.PolicyStep{{HoursBefore: 24, Percent: 50}, {HoursBefore: 2, Percent: 100}} // the earliest first
	read, err := b.business.Get(t.Context(), x.ID)
	b.must(err)
	if d := cmp.Diff(want, read.Settings); d != "" || got.Version != 2 {
		t.Errorf("version %d, %s", got.Version, d)
	}
	_, err = b.business.UpdateSettings(t.Context(), b.owner, x.ID, 1, business.SettingsInput{GridMinutes: new(5)})
	refused(t, err, "precondition.stale")
}

func TestUpdateSettings_TermsChangeUnderANewVersionOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	ctx := t.Context()
	_, err := b.business.UpdateSettings(ctx, b.owner, x.ID, 1, business.SettingsInput{Terms: ja("規約")}) // the first text of version 1
	b.must(err)
	_, err = b.business.UpdateSettings(ctx, b.owner, x.ID, 2, business.SettingsInput{Terms: ja("新しい規約")})
	refused(t, err, "validation.failed", "body.terms_version business.terms_version_same")
	_, err = b.business.UpdateSettings(ctx, b.owner, x.ID, 2, business.SettingsInput{Terms: ja("規約"), HoldMinutes: new(5)}) // as it was
	b.must(err)
	_, err = b.business.UpdateSettings(ctx, b.owner, x.ID, 3, business.SettingsInput{Terms: ja("新しい規約"), TermsVersion: new("2")})
	b.must(err)
}

func TestSettingsInput_NamesEveryFault(t *testing.T) {
	t.Parallel()
	many := make([]business.PolicyStep, 11)
	for i := range many {
		many[i] = business.PolicyStep{HoursBefore: i}
	}
	for _, c := range []struct {
		name string
		in   business.SettingsInput
		want []string
	}{
		{"below", business.SettingsInput{
			GridMinutes: new(7), BookingMode: new(business.Mode("maybe")), ApprovalHours: new(0), MinNoticeMinutes: new(-1), BookingWindowDays: new(0),
			ChangeNoticeMinutes: new(-1), CancelNoticeMinutes: new(-1), HoldMinutes: new(0), MaxItems: new(0), TermsVersion: new(" \u200b"),
		}, []string{
			"body.grid_minutes not_allowed", "body.booking_mode not_allowed", "body.approval_hours too_small", "body.min_notice_minutes too_small",
			"body.booking_window_days too_small", "body.change_notice_minutes too_small", "body.cancel_notice_minutes too_small",
			"body.hold_minutes too_small", "body.max_items too_small", "body.terms_version required",
		}},
		{"above", business.SettingsInput{
			ApprovalHours: new(169), MinNoticeMinutes: new(43201), BookingWindowDays: new(367), ChangeNoticeMinutes: new(43201),
			CancelNoticeMinutes: new(43201), HoldMinutes: new(61), MaxItems: new(11), TermsVersion: new(strings.Repeat("1", 41)),
			Terms: locale.Text{"en": "terms"},
		}, []string{
			"body.approval_hours too_large", "body.min_notice_minutes too_large", "body.booking_window_days too_large",
			"body.change_notice_minutes too_large", "body.cancel_notice_minutes too_large", "body.hold_minutes too_large",
			"body.max_items too_large", "body.terms_version too_long", "body.terms.ja required",
		}},
		{"steps out of bounds", policy(business.PolicyStep{HoursBefore: -1, Percent: 101}), []string{
			"body.cancellation_policy.steps[0].hours_before too_small", "body.cancellation_policy.steps[0].percent too_large",
		}},
		{"too many steps", policy(many...), []string{"body.cancellation_policy.steps too_many"}},
		{"a step twice", policy(business.PolicyStep{HoursBefore: 2}, business.PolicyStep{HoursBefore: 2}), []string{"body.cancellation_policy.steps duplicate"}},
		{
			"cheaper later", policy(business.PolicyStep{HoursBefore: 24, Percent: 50}, business.PolicyStep{HoursBefore: 2, Percent: 20}),
			[]string{"body.cancellation_policy.steps business.policy_order"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.in.Validate(), "validation.failed", c.want...)
		})
	}
}

func policy(steps ...business.PolicyStep) business.SettingsInput {
	return business.SettingsInput{CancellationPolicy: &business.CancellationPolicy{Steps: steps}}
}

func TestSettingsInput_Rules_NameEveryFault(t *testing.T) {
	t.Parallel()
	in := business.SettingsInput{Rules: business.RulesInput{
		BookingCutoff: new(&business.Cutoff{DaysBefore: -1, Minute: 1801}), ChangeCutoff: new(&business.Cutoff{DaysBefore: 61, Minute: -1}),
		BookingOpens: new(&business.Opening{MonthsBefore: 0, Day: new(32), Minute: 1801}), MaxOpenPerCustomer: new(new(0)),
		MaxPerCustomerDay: new(new(101)), MaxPerDay: new(new(10001)), Pace: new(&business.Pace{Minutes: 50, Persons: new(0)}),
	}}
	refused(t, in.Validate(), "validation.failed",
		"body.booking_cutoff.days_before too_small", "body.booking_cutoff.minute too_large", "body.change_cutoff.days_before too_large",
		"body.change_cutoff.minute too_small", "body.booking_opens.months_before too_small", "body.booking_opens.day too_large",
		"body.booking_opens.minute too_large", "body.max_open_per_customer too_small", "body.max_per_customer_day too_large",
		"body.max_per_day too_large", "body.pace.minutes not_allowed", "body.pace.persons too_small")
	in = business.SettingsInput{Rules: business.RulesInput{Pace: new(&business.Pace{Minutes: 60})}}
	refused(t, in.Validate(), "validation.failed", "body.pace business.pace_empty")
}

func TestUpdateSettings_Rules_AreKeptAndTakenAway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	rules := business.RulesInput{
		BookingCutoff: new(&business.Cutoff{DaysBefore: 1, Minute: 1200}), BookingOpens: new(&business.Opening{MonthsBefore: 3, Day: new(1)}),
		MaxPerDay: new(new(40)), Pace: new(&business.Pace{Minutes: 15, Bookings: new(3)}),
	}
	_, err := b.business.UpdateSettings(t.Context(), b.owner, x.ID, 1, business.SettingsInput{Rules: rules})
	b.must(err)
	_, err = b.business.UpdateSettings(t.Context(), b.owner, x.ID, 2, business.SettingsInput{Rules: business.RulesInput{Pace: new((*business.Pace)(nil))}})
	b.must(err)
	read, err := b.business.Get(t.Context(), x.ID)
	b.must(err)
	want := x.Settings
	want.BookingCutoff, want.BookingOpens, want.MaxPerDay = *rules.BookingCutoff, *rules.BookingOpens, *rules.MaxPerDay
	if d := cmp.Diff(want, read.Settings); d != "" {
		t.Error(d)
	}
}
