package booking

import (
	"context"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/money"
)

// TaxShare is the consumption tax inside a total, for one rate.
type TaxShare struct {
	Percent int
	Sum     int64 // tax included
	Tax     int64
}

// Price is what a visit costs, tax included.
type Price struct {
	Currency string
	Lines    []Line
	Total    int64
	Tax      []TaxShare // once per rate for the whole document, highest rate first
}

// priceOf adds up a visit: services and options, per person where the service
// says so, and the fee of each nominated staff member once. A service costs what
// the rank of the nominated staff member makes of it; a set costs the same
// whoever serves it, with options and fees on top.
func priceOf(v *availability.Visit, currency string) Price {
	p := Price{Currency: currency}
	var asked []catalog.ResourceID
	for _, part := range v.Parts {
		n := heads(part.Service, v.PartySize)
		p.add(Line{
			Kind: LineService, Name: part.Service.Name, Quantity: n, Amount: part.Service.PriceFor(part.Staff) * int64(n),
			TaxPercent: part.Service.TaxPercent,
		})
		for _, o := range part.Options {
			p.add(Line{Kind: LineOption, Name: o.Name, Quantity: n, Amount: o.Price * int64(n), TaxPercent: part.Service.TaxPercent})
		}
		if part.Staff != nil {
			asked = append(asked, part.Staff.ID)
			p.addNomination(part.Staff, asked, part.Service.TaxPercent)
		}
	}
	p.addSet(v)
	p.Tax = taxOf(p.Lines)
	return p
}

// heads is how many times the service is paid for.
func heads(s *catalog.Service, party int) int {
	if s.PerPerson {
		return party
	}
	return 1
}

// addSet adds the line that brings the services of a set to its price. They are
// all taxed alike, and paid for by the person or not, so the set is as well.
func (p *Price) addSet(v *availability.Visit) {
	if v.Set == nil {
		return
	}
	first := v.Parts[0].Service
	n := heads(first, v.PartySize)
	amount := v.Set.Price * int64(n)
	for _, l := range p.Lines {
		if l.Kind == LineService {
			amount -= l.Amount
		}
	}
	p.add(Line{Kind: LineSet, Name: v.Set.Name, Quantity: n, Amount: amount, TaxPercent: first.TaxPercent})
}

func (p *Price) add(l Line) {
	p.Lines = append(p.Lines, l)
	p.Total += l.Amount
}

// addNomination adds the fee unless the same person was asked for before.
func (p *Price) addNomination(staff *catalog.Resource, asked []catalog.ResourceID, percent int) {
	if slices.Contains(asked[:len(asked)-1], staff.ID) {
		return
	}
	if staff.NominationFee > 0 {
		p.add(Line{Kind: LineNomination, Name: staff.Name, Quantity: 1, Amount: staff.NominationFee, TaxPercent: percent})
	}
}

// taxOf is the tax inside the lines, rounded once per rate.
func taxOf(lines []Line) []TaxShare {
	out := []TaxShare{}
	for _, percent := range []int{10, 8} {
		s := TaxShare{Percent: percent}
		found := false
		for _, l := range lines {
			if l.TaxPercent == percent {
				s.Sum += l.Amount
				found = true
			}
		}
		if found {
			s.Tax = money.IncludedTax(s.Sum, int64(percent), money.Floor)
			out = append(out, s)
		}
	}
	return out
}

// Quote is what a visit would cost, and under which conditions.
type Quote struct {
	Price           Price
	Policy          Policy
	DurationMinutes int
	TermsVersion    string // to consent to
}

// Quote prices a visit without placing it: nothing is written, and nobody
// promises that the slot is free.
func (s *Service) Quote(ctx context.Context, bid business.ID, r Request, short bool) (*Quote, error) {
	snap, err := s.avail.Snapshot(ctx, bid)
	if err != nil {
		return nil, err
	}
	d, err := s.wish(snap, r, short)
	if err != nil {
		return nil, err
	}
	return &Quote{
		Price: priceOf(&d.visit, snap.Business.Currency), Policy: PolicyOf(&snap.Business),
		DurationMinutes: d.visit.Plan.Length * availability.StepMinutes, TermsVersion: snap.Business.TermsVersion,
	}, nil
}

// Price is the booking's price as it was sold.
func (x *Booking) Price() Price {
	return Price{Currency: x.Currency, Lines: x.Lines, Total: x.Total, Tax: taxOf(x.Lines)}
}
