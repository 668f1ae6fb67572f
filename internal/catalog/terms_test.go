package catalog_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

func day(m time.Month, d int) *clock.Date { return &clock.Date{Year: 2026, Month: m, Day: d} }

func (b *bench) rank(name string) *catalog.Rank {
	b.tb.Helper()
	x, err := b.catalog.CreateRank(b.tb.Context(), owner, b.shop, catalog.CreateLabelInput{Name: ja(name)}, nil)
	b.must(err)
	return x
}

func (b *bench) category(name string) *catalog.Category {
	b.tb.Helper()
	x, err := b.catalog.CreateCategory(b.tb.Context(), owner, b.shop, catalog.CreateLabelInput{Name: ja(name)}, nil)
	b.must(err)
	return x
}

func TestService_KeepsItsTerms_AndGivesThemUp(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	top, category := b.rank("トップ"), b.category("カット")
	in := cut("ランチ", catalog.RequirementInput{Kind: catalog.Seat})
	in.ServiceTerms = catalog.ServiceTerms{
		Customers: new(catalog.NewCustomers), GenderNote: new(catalog.Women), Turn: new(true),
		Hours: []catalog.DayHours{
			{Weekday: 5, Ranges: []catalog.MinuteRange{{StartMinute: 1020, EndMinute: 1560}, {StartMinute: 660, EndMinute: 840}}},
			{Weekday: 1, Ranges: []catalog.MinuteRange{{StartMinute: 660, EndMinute: 840}}},
		},
		Prices:     []catalog.RankPriceInput{{RankID: top.ID, Price: money.Yen(6600)}},
		CategoryID: &category.ID, ActiveFrom: day(12, 1), ActiveTo: day(12, 31), MinAgeNote: new(0), MaxAgeNote: new(12),
	}
	made, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	b.must(err)
	got, err := b.catalog.Service(t.Context(), b.shop, made.ID)
	b.must(err)
	if d := cmp.Diff(made, got); d != "" {
		t.Errorf("what was made is not what is kept: %s", d)
	}
	friday := clock.Date{Year: 2026, Month: 12, Day: 4}
	ranges, restricted := got.StartsOn(friday)
	if d := cmp.Diff([]catalog.MinuteRange{{StartMinute: 660, EndMinute: 840}, {StartMinute: 1020, EndMinute: 1560}}, ranges); d != "" || !restricted {
		t.Errorf("on Friday: %v %s", restricted, d)
	}
	// Another change leaves them, and those that can be none are taken away.
	_, err = b.catalog.UpdateService(t.Context(), owner, b.shop, made.ID, 1, catalog.UpdateServiceInput{Price: new(money.Yen(1))})
	b.must(err)
	change := catalog.UpdateServiceInput{ServiceFields: catalog.ServiceFields{ServiceTerms: catalog.ServiceTerms{
		Hours: []catalog.DayHours{}, Prices: []catalog.RankPriceInput{}, CategoryID: &catalog.CategoryID{}, ActiveFrom: &clock.Date{},
		ActiveTo: &clock.Date{}, MinAgeNote: new(-1), MaxAgeNote: new(-1),
	}}}
	_, err = b.catalog.UpdateService(t.Context(), owner, b.shop, made.ID, 2, change)
	b.must(err)
	got, err = b.catalog.Service(t.Context(), b.shop, made.ID)
	b.must(err)
	if got.Customers != catalog.NewCustomers || got.GenderNote != catalog.Women || !got.Turn || got.Restricted() || len(got.Prices) != 0 ||
		!got.CategoryID.IsZero() || got.MinAgeNote != nil || got.MaxAgeNote != nil {
		t.Errorf("got %+v", got)
	}
}

func TestService_Terms_NameEveryFault(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	top := b.rank("トップ")
	in := cut("カット", catalog.RequirementInput{Kind: catalog.Staff})
	in.ServiceTerms = catalog.ServiceTerms{
		Customers: new(catalog.Customers("vip")), GenderNote: new(catalog.GenderNote("x")),
		Hours: []catalog.DayHours{
			{Weekday: 1, Ranges: []catalog.MinuteRange{{StartMinute: 600, EndMinute: 700}, {StartMinute: 690, EndMinute: 800}}},
			{Weekday: 1, Ranges: []catalog.MinuteRange{{StartMinute: 600, EndMinute: 700}}},
			{Weekday: 7},
			{Weekday: 2, Ranges: []catalog.MinuteRange{}},
			{Weekday: 3, Ranges: []catalog.MinuteRange{{StartMinute: 601, EndMinute: 1805}}},
			{Weekday: 4, Ranges: []catalog.MinuteRange{{StartMinute: 700, EndMinute: 700}}},
		},
		Prices: []catalog.RankPriceInput{
			{RankID: top.ID, Price: money.Money{Amount: -1, Currency: money.JPY}}, {RankID: top.ID, Price: money.Yen(1)}, {RankID: catalog.RankID{1}, Price: money.Yen(1)},
		},
		CategoryID: &catalog.CategoryID{1}, ActiveFrom: day(12, 2), ActiveTo: day(12, 1), MinAgeNote: new(121), MaxAgeNote: new(20),
	}
	_, err := b.catalog.CreateService(t.Context(), owner, b.shop, in, nil)
	refused(t, err, "validation.failed", "body.customers not_allowed", "body.gender_note not_allowed", "body.hours[0].ranges schedule.overlap",
		"body.hours[1].weekday duplicate", "body.hours[2].weekday out_of_range", "body.hours[3].ranges too_few",
		"body.hours[4].ranges[0].start_minute multiple_of", "body.hours[4].ranges[0].end_minute too_large",
		"body.hours[5].ranges[0].end_minute above", "body.prices[0].price.amount too_small", "body.prices[1].rank_id duplicate",
		"body.prices[2].rank_id unknown_id", "body.category_id unknown_id", "body.active_to before_from", "body.min_age_note too_large",
		"body.max_age_note too_small")
}

// StartsOn, read literally for a service that runs over a year's end and 29 February.
func TestService_StartsOn_EveryDateOfFourYears(t *testing.T) {
	t.Parallel()
	from, to := clock.Date{Year: 2027, Month: 12, Day: 20}, clock.Date{Year: 2028, Month: 2, Day: 29}
	s := catalog.Service{ActiveFrom: &from, ActiveTo: &to, Hours: []catalog.DayHours{{Weekday: 6, Ranges: []catalog.MinuteRange{{StartMinute: 1500, EndMinute: 1800}}}}}
	open, saturdays := 0, 0
	for d := (clock.Date{Year: 2026, Month: 1, Day: 1}); d.Year < 2030; d = d.AddDays(1) {
		ranges, restricted := s.StartsOn(d)
		inside := d.String() >= "2027-12-20" && d.String() <= "2028-02-29"
		if want := inside && d.UTC().Weekday() == time.Saturday; !restricted || (len(ranges) == 1) != want {
			t.Fatalf("%s: %v %v, want %v", d, ranges, restricted, want)
		} else if want {
			saturdays++
		}
		whole := s
		whole.Hours = nil
		if _, restricted := whole.StartsOn(d); !restricted {
			open++
		} else if inside {
			t.Fatalf("%s is within the active dates", d)
		}
		if got := s.Ended(d); got != (d.String() > "2028-02-29") {
			t.Fatalf("%s: ended %v", d, got)
		}
	}
	if open != 72 || saturdays != 10 {
		t.Errorf("%d dates, %d Saturdays", open, saturdays)
	}
	if ranges, restricted := (&catalog.Service{}).StartsOn(from); restricted || ranges != nil {
		t.Error("a service without terms is restricted")
	}
}

func TestPriceFor_RankOfWhoWasAskedFor(t *testing.T) {
	t.Parallel()
	top, assistant := catalog.RankID{1}, catalog.RankID{2}
	s := catalog.Service{Price: 5500, Prices: []catalog.RankPrice{{RankID: top, Price: 7700}, {RankID: assistant, Price: 0}}}
	for _, c := range []struct {
		staff *catalog.Resource
		want  int64
	}{
		{nil, 5500},
		{&catalog.Resource{}, 5500},
		{&catalog.Resource{RankID: catalog.RankID{3}}, 5500},
		{&catalog.Resource{RankID: top}, 7700},
		{&catalog.Resource{RankID: assistant}, 0},
	} {
		if got := s.PriceFor(c.staff); got != c.want {
			t.Errorf("%+v: %d, want %d", c.staff, got, c.want)
		}
	}
}
