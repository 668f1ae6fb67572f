package api

import (
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// This file is when, to whom and for how much a service is offered, both ways.

// ServiceTerms are what a service may also have none of: null takes it away.
type ServiceTerms struct {
	CategoryID nullable[catalog.CategoryID] `json:"category_id,omitzero" doc:"Under which it stands in the menu; null: under none"`
	ActiveFrom nullable[clock.Date]         `json:"active_from,omitzero" doc:"First business date on which it may start; null: since ever"`
	ActiveTo   nullable[clock.Date]         `json:"active_to,omitzero" doc:"Last business date on which it may start; null: for ever"`
	MinAgeNote nullable[int]                `json:"min_age_note,omitzero" doc:"From which age it is meant; shown, not enforced; null: any" minimum:"0" maximum:"120"`
	MaxAgeNote nullable[int]                `json:"max_age_note,omitzero" doc:"Up to which age it is meant; shown, not enforced; null: any" minimum:"0" maximum:"120"`
}

func (t *ServiceTerms) into(in *catalog.ServiceTerms) {
	in.CategoryID, in.ActiveFrom, in.ActiveTo = t.CategoryID.or(catalog.CategoryID{}), t.ActiveFrom.or(clock.Date{}), t.ActiveTo.or(clock.Date{})
	in.MinAgeNote, in.MaxAgeNote = t.MinAgeNote.or(-1), t.MaxAgeNote.or(-1)
}

// or is nil for a property that was left out, and none for null.
func (n nullable[T]) or(none T) *T {
	if n.Set && n.Value == nil {
		return &none
	}
	return n.Value
}

// CreateServiceBody is a new service.
type CreateServiceBody struct {
	ServiceTerms // in front: its properties are those of the document
	catalog.CreateServiceInput
}

func (b *CreateServiceBody) input() catalog.CreateServiceInput {
	in := b.CreateServiceInput
	b.ServiceTerms.into(&in.ServiceFields.ServiceTerms)
	return in
}

// UpdateServiceBody changes a service.
type UpdateServiceBody struct {
	ServiceTerms
	catalog.UpdateServiceInput
}

func (b *UpdateServiceBody) input() catalog.UpdateServiceInput {
	in := b.UpdateServiceInput
	b.ServiceTerms.into(&in.ServiceFields.ServiceTerms)
	return in
}

// RankPriceView is the price of a service when a staff member of a rank is asked for.
type RankPriceView struct {
	RankID catalog.RankID `json:"rank_id"`
	Price  money.Money    `json:"price"`
}

// TermsView is when, to whom and for how much a service is offered, as members see it.
type TermsView struct {
	CategoryID *catalog.CategoryID `json:"category_id" doc:"Null: under none"`
	ActiveFrom *clock.Date         `json:"active_from" doc:"First business date on which it may start; null: since ever"`
	ActiveTo   *clock.Date         `json:"active_to" doc:"Last business date on which it may start; null: for ever"`
	Customers  catalog.Customers   `json:"customers" enum:"all,new,returning"`
	GenderNote catalog.GenderNote  `json:"gender_note" enum:"any,women,men"`
	MinAgeNote *int                `json:"min_age_note" doc:"Null: any"`
	MaxAgeNote *int                `json:"max_age_note" doc:"Null: any"`
	Turn       bool                `json:"turn" doc:"It lasts as long as a table is kept"`
	Hours      []catalog.DayHours  `json:"hours" doc:"It may start only within these; empty: whenever the business is open"`
	Prices     []RankPriceView     `json:"prices"`
}

func termsView(s *catalog.Service) TermsView {
	v := TermsView{
		CategoryID: s.CategoryID.Ptr(), ActiveFrom: s.ActiveFrom, ActiveTo: s.ActiveTo, Customers: s.Customers, GenderNote: s.GenderNote,
		MinAgeNote: s.MinAgeNote, MaxAgeNote: s.MaxAgeNote, Turn: s.Turn, Hours: s.Hours, Prices: make([]RankPriceView, len(s.Prices)),
	}
	for i, p := range s.Prices {
		v.Prices[i] = RankPriceView{p.RankID, money.Yen(p.Price)}
	}
	return v
}
