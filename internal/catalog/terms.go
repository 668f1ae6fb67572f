package catalog

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// ServiceTerms are when, to whom and for how much a service is offered; what is
// left out takes the default, or stays. Lists that are given replace what there was.
type ServiceTerms struct {
	Customers  *Customers       `json:"customers,omitempty" doc:"Whose bookings it takes: new are those without a booking yet, returning those with one that was not cancelled; members may book it for anybody. all unless given" enum:"all,new,returning"`
	GenderNote *GenderNote      `json:"gender_note,omitempty" doc:"For whom it is meant; shown, not enforced" enum:"any,women,men"`
	Turn       *bool            `json:"turn,omitempty" doc:"It lasts as long as a table is kept (turn_minutes of the business); duration_minutes is what is shown as usual"`
	Hours      []DayHours       `json:"hours,omitempty" doc:"It may start only within these, by weekday; empty: whenever the business is open" maxItems:"7"`
	Prices     []RankPriceInput `json:"prices,omitempty" doc:"Where another price holds when a staff member of a rank is asked for; whoever is free costs price" maxItems:"20"`

	CategoryID *CategoryID `json:"-"` // the zero id: none
	ActiveFrom *clock.Date `json:"-"` // the zero date: since ever
	ActiveTo   *clock.Date `json:"-"` // the zero date: for ever
	MinAgeNote *int        `json:"-"` // below zero: none
	MaxAgeNote *int        `json:"-"` // below zero: none
}

// RankPriceInput is the price of a service when a staff member of a rank is asked for.
type RankPriceInput struct {
	RankID RankID      `json:"rank_id"`
	Price  money.Money `json:"price"`
}

const maxAge = 120

func (in *ServiceTerms) apply(s *Service, v *fault.Fields) {
	if in.Customers != nil {
		s.Customers = *in.Customers
		checkOneOf(v, "body.customers", s.Customers, []Customers{AllCustomers, NewCustomers, ReturningCustomers})
	}
	if in.GenderNote != nil {
		s.GenderNote = *in.GenderNote
		checkOneOf(v, "body.gender_note", s.GenderNote, []GenderNote{AnyGender, Women, Men})
	}
	setTrue(&s.Turn, in.Turn)
	if in.Hours != nil {
		s.Hours = readHours(v, in.Hours)
	}
	if in.Prices != nil {
		s.Prices = readPrices(v, in.Prices)
	}
	if in.CategoryID != nil {
		s.CategoryID = *in.CategoryID
	}
	setDate(&s.ActiveFrom, in.ActiveFrom)
	setDate(&s.ActiveTo, in.ActiveTo)
	checkPeriod(v, s.ActiveFrom, s.ActiveTo)
	setAge(v, "body.min_age_note", &s.MinAgeNote, in.MinAgeNote)
	setAge(v, "body.max_age_note", &s.MaxAgeNote, in.MaxAgeNote)
	if s.MinAgeNote != nil && s.MaxAgeNote != nil {
		v.Check(*s.MinAgeNote <= *s.MaxAgeNote, "body.max_age_note", "too_small", fault.Args{"min": *s.MinAgeNote})
	}
}

// setDate takes a date that was given; the zero date takes it away.
func setDate(dst **clock.Date, src *clock.Date) {
	switch {
	case src == nil:
	case src.IsZero():
		*dst = nil
	default:
		*dst = src
	}
}

func setAge(v *fault.Fields, at string, dst **int, src *int) {
	switch {
	case src == nil:
	case *src < 0:
		*dst = nil
	default:
		*dst = src
		checkBounds(v, at, *src, 0, maxAge)
	}
}

func checkPeriod(v *fault.Fields, from, to *clock.Date) {
	if from != nil && to != nil {
		v.Check(!to.Before(*from), "body.active_to", "before_from")
	}
}

// maxRanges bounds the ranges of one day.
const maxRanges = 12

// readHours checks when a service may start and puts it in order.
func readHours(v *fault.Fields, in []DayHours) []DayHours {
	const at = "body.hours"
	v.Check(len(in) <= 7, at, "too_many", fault.Args{"max": 7})
	var given [7]bool
	out := []DayHours{}
	for i, d := range in[:min(len(in), 8)] {
		item := at + "[" + strconv.Itoa(i) + "]"
		if !v.Check(0 <= d.Weekday && d.Weekday <= 6, item+".weekday", "out_of_range") ||
			!v.Check(!given[d.Weekday], item+".weekday", "duplicate") {
			continue
		}
		given[d.Weekday] = true
		out = append(out, DayHours{d.Weekday, readRanges(v, item+".ranges", d.Ranges)})
	}
	slices.SortFunc(out, func(a, b DayHours) int { return cmp.Compare(a.Weekday, b.Weekday) })
	return out
}

func readRanges(v *fault.Fields, at string, in []MinuteRange) []MinuteRange {
	before := v.Len()
	v.Check(len(in) > 0, at, "too_few", fault.Args{"min": 1})
	v.Check(len(in) <= maxRanges, at, "too_many", fault.Args{"max": maxRanges})
	for i := range in[:min(len(in), maxRanges+1)] {
		r, item := in[i], at+"["+strconv.Itoa(i)+"]"
		setMinutes(v, item+".start_minute", new(int), &r.StartMinute, 0, clock.MaxMinute-minuteStep)
		setMinutes(v, item+".end_minute", new(int), &r.EndMinute, minuteStep, clock.MaxMinute)
		if v.Len() == before {
			v.Check(r.StartMinute < r.EndMinute, item+".end_minute", "above", fault.Args{"min": r.StartMinute})
		}
	}
	out := slices.SortedFunc(slices.Values(in), func(a, b MinuteRange) int { return cmp.Compare(a.StartMinute, b.StartMinute) })
	for i := 1; v.Len() == before && i < len(out); i++ {
		v.Check(out[i-1].EndMinute <= out[i].StartMinute, at, "schedule.overlap")
	}
	return out
}

func readPrices(v *fault.Fields, in []RankPriceInput) []RankPrice {
	const at = "body.prices"
	v.Check(len(in) <= MaxRanks, at, "too_many", fault.Args{"max": MaxRanks})
	out := []RankPrice{}
	for i, p := range in[:min(len(in), MaxRanks+1)] {
		item := at + "[" + strconv.Itoa(i) + "]"
		r := RankPrice{RankID: p.RankID}
		setMoney(v, item+".price", &r.Price, &p.Price, maxPrice)
		v.Check(!slices.ContainsFunc(out, func(x RankPrice) bool { return x.RankID == p.RankID }), item+".rank_id", "duplicate")
		out = append(out, r)
	}
	return out
}

// checkTerms notes what a service names that the business does not have, and
// sets that would no longer add up: all services of one that can be booked are
// taxed alike, and priced by the person or not.
func (x *shelf) checkTerms(s *Service, v *fault.Fields) {
	v.Check(s.CategoryID.IsZero() || x.category(s.CategoryID), "body.category_id", "unknown_id")
	for i, p := range s.Prices {
		known := slices.ContainsFunc(x.ranks, func(r Rank) bool { return r.ID == p.RankID })
		v.Check(known, "body.prices["+strconv.Itoa(i)+"].rank_id", "unknown_id")
	}
	for i := range x.sets {
		set := &x.sets[i]
		if !set.Active || !slices.Contains(set.ServiceIDs, s.ID) {
			continue
		}
		for _, sid := range set.ServiceIDs {
			if other, ok := x.service(sid); ok && sid != s.ID {
				v.Check(other.TaxPercent == s.TaxPercent, "body.tax_percent", "catalog.set_mixed")
				v.Check(other.PerPerson == s.PerPerson, "body.per_person", "catalog.set_mixed")
			}
		}
	}
}

func (x *shelf) category(cid CategoryID) bool {
	return slices.ContainsFunc(x.categories, func(c Category) bool { return c.ID == cid })
}
