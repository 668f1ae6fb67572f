package availability

import (
	"cmp"
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
	Items     []Item         `json:"items"`
	PartySize int            `json:"party_size"`
	SetID     *catalog.SetID `json:"set_id,omitempty"` // whose services the items are
}

// Part is one item resolved against the catalogue.
type Part struct {
	Service         *catalog.Service
	Options         []*catalog.Option
	Staff           *catalog.Resource // the nominated one, nil for フリー
	Assigned        *catalog.Resource // whom the business gives a フリー part to, nil for whoever is free
	Offset          int               // steps from the visit's start
	DurationMinutes int               // with options, from the start for which it was resolved
	OwnMinutes      int               // without, of what is no turn: see Snapshot.At
	ExtraMinutes    int               // of the options
}

// Visit is a request resolved against one version of a schedule.
type Visit struct {
	Parts     []Part
	Set       *catalog.Set // nil for none
	PartySize int
	Plan      Plan
}

// Places is where the parts of a request stand in what the caller sent.
type Places struct {
	Item  func(item int, field string) string // "body.items[0].service_id"
	Items string                              // "body.items"
	Party string                              // "body.party_size"
	Set   string                              // "body.set_id"
}

// MaxVisitMinutes is how long one visit may last: frames judge no longer ones.
const MaxVisitMinutes = 24 * 60

// PartyOf is the size of the party that a request is for: the least that all of
// its services take where it names none.
func (s *Snapshot) PartyOf(r Request) int {
	if r.PartySize != 0 {
		return r.PartySize
	}
	party := 1
	for _, item := range r.Items {
		if svc := s.Services[item.ServiceID]; svc != nil {
			party = max(party, svc.MinParty)
		}
	}
	return party
}

// ResolveAt is Resolve for a known start: the visit lasts as long as it does then.
func (s *Snapshot) ResolveAt(r Request, start time.Time, v *fault.Fields, at Places) Visit {
	faults := v.Len()
	out := s.Resolve(r, v, at)
	if v.Len() > faults {
		return out
	}
	out = s.At(out, start)
	v.Check(out.Plan.Length <= MaxVisitMinutes/StepMinutes, at.Items, "booking.visit_too_long", fault.Args{"max": MaxVisitMinutes})
	return out
}

// Resolve makes a visit of a request, or notes every fault at its place. It lasts
// as long as it does outside all periods; see At.
func (s *Snapshot) Resolve(r Request, v *fault.Fields, at Places) Visit {
	return s.resolve(r, v, at, false)
}

// resolve is Resolve, also for somebody who only asks: whom to nominate, where
// that is required, is what the answer tells.
func (s *Snapshot) resolve(r Request, v *fault.Fields, at Places, asks bool) Visit {
	faults := v.Len()
	set := s.expand(&r, v, at)
	r.PartySize = s.PartyOf(r)
	out := Visit{Set: set, PartySize: r.PartySize}
	if v.Len() > faults {
		return out
	}
	if !v.Check(len(r.Items) > 0, at.Items, "required") ||
		!v.Check(len(r.Items) <= s.mostItems(set), at.Items, "too_many", fault.Args{"max": s.Business.MaxItems}) {
		return out
	}
	offset, needs := 0, 0
	for i, item := range r.Items {
		p, ok := s.part(item, r.PartySize, v, func(field string) string { return at.Item(i, field) })
		if p.Service != nil && item.StaffID == nil {
			v.Check(asks || p.Service.Nomination != catalog.NominationRequired, at.Item(i, "staff_id"), "required")
		}
		if !ok {
			continue
		}
		if p.Service.MinParty > r.PartySize || p.Service.MaxParty < r.PartySize {
			v.Add(at.Party, "booking.party_size", fault.Args{"min": p.Service.MinParty, "max": p.Service.MaxParty})
		}
		p.Offset, p.DurationMinutes = offset, s.lasts(&p, r.PartySize, nil, 0)
		offset += p.DurationMinutes / StepMinutes
		needs += len(p.Service.Requirements)
		out.Parts = append(out.Parts, p)
	}
	v.Check(offset <= MaxVisitMinutes/StepMinutes, at.Items, "booking.visit_too_long", fault.Args{"max": MaxVisitMinutes})
	v.Check(needs <= MaxNeeds, at.Items, "booking.visit_too_large")
	if v.Len() > faults {
		return out
	}
	out.Plan = s.plan(out.Parts, offset, r.PartySize)
	return s.bound(out)
}

func (s *Snapshot) part(item Item, party int, v *fault.Fields, at func(string) string) (Part, bool) {
	svc := s.Services[item.ServiceID]
	if svc == nil || !svc.Active {
		v.Add(at("service_id"), "unknown_id")
		return Part{}, false
	}
	p := Part{Service: svc, OwnMinutes: svc.DurationMinutes}
	faults := v.Len()
	s.addOptions(&p, item.OptionIDs, v, at("option_ids"))
	s.nominate(&p, item.StaffID, party, v, at("staff_id"))
	return p, v.Len() == faults
}

// addOptions adds options to a part, or notes those that its service does not take.
func (s *Snapshot) addOptions(p *Part, ids []catalog.OptionID, v *fault.Fields, at string) {
	for j, oid := range ids {
		loc := fmt.Sprintf("%s[%d]", at, j)
		o := s.Options[oid]
		if o == nil || !o.Active || !slices.Contains(p.Service.Options, oid) {
			v.Add(loc, "unknown_id")
			continue
		}
		if !v.Check(!slices.Contains(ids[:j], oid), loc, "duplicate") {
			continue
		}
		p.Options = append(p.Options, o)
		p.ExtraMinutes += o.DurationMinutes
	}
}

// nominate checks the wish for a staff member. It decides the first of the
// service's staff requirements: who cannot serve that one cannot be asked for.
func (s *Snapshot) nominate(p *Part, staff *catalog.ResourceID, party int, v *fault.Fields, at string) {
	if staff == nil || !v.Check(p.Service.Nomination != catalog.NominationNone, at, "booking.no_nomination") {
		return
	}
	for _, r := range p.Service.Nominatable(s.Resources) {
		if r.ID != *staff || !lists(p.Service, r) {
			continue
		}
		p.Staff = r
		if party < r.MinParty || party > r.MaxParty {
			v.Add(at, "booking.party_size", fault.Args{"min": r.MinParty, "max": r.MaxParty})
		}
		return
	}
	v.Add(at, "unknown_id")
}

// asked is the requirement that a nomination decides, nil when there is none.
func asked(svc *catalog.Service) *catalog.Requirement {
	for i := range svc.Requirements {
		if r := &svc.Requirements[i]; r.Kind == catalog.Staff {
			return r
		}
	}
	return nil
}

// lists tells whether the requirement that a nomination decides takes the staff member.
func lists(svc *catalog.Service, staff *catalog.Resource) bool {
	r := asked(svc)
	return r != nil && (len(r.ResourceIDs) == 0 || slices.Contains(r.ResourceIDs, staff.ID))
}

// Assign finds the staff member whom the business may give a part to: one who
// meets the requirement for a party, nominatable or not.
func (s *Snapshot) Assign(svc *catalog.Service, staff catalog.ResourceID, party int) (*catalog.Resource, bool) {
	x, ok := s.Resource(staff)
	r := asked(svc)
	return x, ok && r != nil && r.Accepts(x, party)
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
	plan := Plan{Length: length, Party: party}
	var before []int // the needs of the part before, as indexes in plan.Needs
	for i, p := range parts {
		first := true
		var now []int
		for j := range p.Service.Requirements {
			r := &p.Service.Requirements[j]
			need := s.need(i, p, r, party)
			if r.Kind == catalog.Staff && first {
				first = false
				need.Candidates = s.serving(&p, need.Candidates)
			}
			now = append(now, plan.follow(before, now, need, s.kindOf, p.Offset))
		}
		before = now
		if rule, ok := s.starts.of[p.Service.ID]; ok {
			plan.Starts = append(plan.Starts, StartMask{rule, p.Offset})
		}
	}
	s.keepLoneJoins(&plan)
	return plan
}

// serving keeps those candidates who may serve the part: the one who was chosen,
// nobody when that one cannot; and where somebody must be chosen yet, those who can be.
func (s *Snapshot) serving(p *Part, candidates []int) []int {
	chosen := cmp.Or(p.Staff, p.Assigned)
	if chosen == nil && p.Service.Nomination != catalog.NominationRequired {
		return candidates
	}
	return slices.DeleteFunc(candidates, func(i int) bool {
		r := &s.Resources[i]
		return chosen != nil && r.ID != chosen.ID || chosen == nil && !r.Nominatable
	})
}

func (s *Snapshot) need(segment int, p Part, r *catalog.Requirement, party int) Need {
	from := p.Offset - r.BeforeMinutes/StepMinutes
	to := p.Offset + (p.DurationMinutes+r.AfterMinutes)/StepMinutes
	n := Need{
		Segment: segment, Candidates: s.candidates(r, party), Units: r.UnitsFor(party),
		Staff: r.Kind == catalog.Staff, Unnamed: p.Service.Nomination == catalog.NominationNone,
		Spans: []Span{{From: from, To: to}},
	}
	n.Joins = s.joinsFor(r, party, n.Candidates)
	if r.GapStartMinute != nil && r.GapEndMinute != nil {
		n.Spans = around(n.Spans[0], p.Offset+*r.GapStartMinute/StepMinutes, p.Offset+*r.GapEndMinute/StepMinutes)
	}
	return n
}

// around is what a gap leaves of a span. A gap may reach to the end, and a part
// that was booked before may be shorter than the gap of today.
func around(whole Span, gapFrom, gapTo int) []Span {
	var out []Span
	for _, s := range []Span{{whole.From, min(gapFrom, whole.To)}, {max(gapTo, whole.From), whole.To}} {
		if s.From < s.To {
			out = append(out, s)
		}
	}
	return out
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
		if p := &parts[i]; p.OwnMinutes == 0 {
			p.OwnMinutes = max(p.DurationMinutes-p.ExtraMinutes, 0)
		}
		parts[i].Offset = offset
		offset += parts[i].DurationMinutes / StepMinutes
	}
	return Visit{Parts: parts, PartySize: party, Plan: s.plan(parts, offset, party)}
}
