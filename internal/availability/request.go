package availability

import (
	"fmt"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// Item is one wished item of a visit.
type Item struct {
	ServiceID catalog.ServiceID   `json:"service_id"`
	StaffID   *catalog.ResourceID `json:"staff_id,omitempty"`
	OptionIDs []catalog.OptionID  `json:"option_ids,omitempty"`
}

// Request is a wished visit: items one after the other.
type Request struct {
	Items     []Item `json:"items"`
	PartySize int    `json:"party_size"`
}

// Part is one item resolved against the catalogue.
type Part struct {
	Service         *catalog.Service
	Options         []*catalog.Option
	Staff           *catalog.Resource // the nominated one, nil for フリー
	Offset          int               // steps from the visit's start
	DurationMinutes int               // with options
}

// Visit is a request resolved against one version of a schedule.
type Visit struct {
	Parts     []Part
	PartySize int
	Plan      Plan
}

// Places is where the parts of a request stand in what the caller sent.
type Places struct {
	Item  func(item int, field string) string // "body.items[0].service_id"
	Items string                              // "body.items"
	Party string                              // "body.party_size"
}

// Resolve makes a visit of a request, or notes every fault at its place.
func (s *Snapshot) Resolve(r Request, v *fault.Fields, at Places) Visit {
	out := Visit{PartySize: r.PartySize}
	if !v.Check(len(r.Items) > 0, at.Items, "required") ||
		!v.Check(len(r.Items) <= s.Business.MaxItems, at.Items, "too_many", fault.Args{"max": s.Business.MaxItems}) {
		return out
	}
	faults := v.Len()
	offset := 0
	for i, item := range r.Items {
		p, ok := s.part(item, v, func(field string) string { return at.Item(i, field) })
		if !ok {
			continue
		}
		if p.Service.MinParty > r.PartySize || p.Service.MaxParty < r.PartySize {
			v.Add(at.Party, "booking.party_size", fault.Args{"min": p.Service.MinParty, "max": p.Service.MaxParty})
		}
		p.Offset = offset
		offset += p.DurationMinutes / StepMinutes
		out.Parts = append(out.Parts, p)
	}
	if v.Len() > faults {
		return out
	}
	out.Plan = s.plan(out.Parts, offset, r.PartySize)
	return out
}

func (s *Snapshot) part(item Item, v *fault.Fields, at func(string) string) (Part, bool) {
	svc := s.Services[item.ServiceID]
	if svc == nil || !svc.Active {
		v.Add(at("service_id"), "unknown_id")
		return Part{}, false
	}
	p := Part{Service: svc, DurationMinutes: svc.DurationMinutes}
	faults := v.Len()
	for j, oid := range item.OptionIDs {
		loc := fmt.Sprintf("%s[%d]", at("option_ids"), j)
		o := s.Options[oid]
		if o == nil || !o.Active || !slices.Contains(svc.Options, oid) {
			v.Add(loc, "unknown_id")
			continue
		}
		if !v.Check(!slices.Contains(item.OptionIDs[:j], oid), loc, "duplicate") {
			continue
		}
		p.Options = append(p.Options, o)
		p.DurationMinutes += o.DurationMinutes
	}
	s.nominate(&p, item.StaffID, v, at("staff_id"))
	return p, v.Len() == faults
}

// nominate checks the wish for a staff member.
func (s *Snapshot) nominate(p *Part, staff *catalog.ResourceID, v *fault.Fields, at string) {
	if staff == nil {
		v.Check(p.Service.Nomination != catalog.NominationRequired, at, "required")
		return
	}
	if !v.Check(p.Service.Nomination != catalog.NominationNone, at, "booking.no_nomination") {
		return
	}
	for _, r := range p.Service.Nominatable(s.Resources) {
		if r.ID == *staff {
			p.Staff = r
			return
		}
	}
	v.Add(at, "unknown_id")
}

// candidates are the resources that can meet a requirement for a party, as
// indexes in the business's order.
func (s *Snapshot) candidates(r *catalog.Requirement, party int) []int {
	var out []int
	for i := range s.Resources {
		if r.Accepts(&s.Resources[i], party) {
			out = append(out, i)
		}
	}
	return out
}

func (s *Snapshot) plan(parts []Part, length, party int) Plan {
	plan := Plan{Length: length}
	for i, p := range parts {
		first := true
		for j := range p.Service.Requirements {
			r := &p.Service.Requirements[j]
			need := s.need(i, p, r, party)
			if r.Kind == catalog.Staff && first {
				first = false
				if p.Staff != nil {
					need.Candidates = []int{s.index[p.Staff.ID]}
				}
			}
			plan.Needs = append(plan.Needs, need)
		}
	}
	return plan
}

func (s *Snapshot) need(segment int, p Part, r *catalog.Requirement, party int) Need {
	from := p.Offset - r.BeforeMinutes/StepMinutes
	to := p.Offset + (p.DurationMinutes+r.AfterMinutes)/StepMinutes
	n := Need{
		Segment: segment, Candidates: s.candidates(r, party), Units: r.UnitsFor(party),
		Staff: r.Kind == catalog.Staff, Unnamed: p.Service.Nomination == catalog.NominationNone,
		Spans: []Span{{From: from, To: to}},
	}
	if r.GapStartMinute != nil && r.GapEndMinute != nil {
		n.Spans = []Span{
			{From: from, To: p.Offset + *r.GapStartMinute/StepMinutes},
			{From: p.Offset + *r.GapEndMinute/StepMinutes, To: to},
		}
	}
	return n
}

// Length is how long the customer stays.
func (v *Visit) Length() time.Duration {
	return time.Duration(v.Plan.Length) * StepMinutes * time.Minute
}

// Item is the wish that a part was resolved from.
func (v *Visit) Item(i int) Item {
	p := &v.Parts[i]
	item := Item{ServiceID: p.Service.ID}
	if p.Staff != nil {
		item.StaffID = &p.Staff.ID
	}
	for _, o := range p.Options {
		item.OptionIDs = append(item.OptionIDs, o.ID)
	}
	return item
}

// Revisit makes a visit of parts that were resolved before, in order, by the
// requirements that their services have now.
func (s *Snapshot) Revisit(parts []Part, party int) Visit {
	offset := 0
	for i := range parts {
		parts[i].Offset = offset
		offset += parts[i].DurationMinutes / StepMinutes
	}
	return Visit{Parts: parts, PartySize: party, Plan: s.plan(parts, offset, party)}
}
