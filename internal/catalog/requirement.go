package catalog

import (
	"slices"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
)

// RequirementInput is one thing that a service occupies: one of some resources.
type RequirementInput struct {
	Kind           Kind         `json:"kind" enum:"staff,room,seat,equipment"`
	ResourceIDs    []ResourceID `json:"resource_ids,omitempty" doc:"One of these; any active one of the kind when left out" maxItems:"300"`
	Units          *int         `json:"units,omitempty" doc:"Units of one and the same resource; 1 unless given" minimum:"1" maximum:"200"`
	PerPerson      bool         `json:"per_person,omitempty" doc:"The units are for each person of the party"`
	BeforeMinutes  int          `json:"before_minutes,omitempty" doc:"Preparation before the service" minimum:"0" maximum:"240" multipleOf:"5"`
	AfterMinutes   int          `json:"after_minutes,omitempty" doc:"Clean-up after the service" minimum:"0" maximum:"240" multipleOf:"5"`
	GapStartMinute *int         `json:"gap_start_minute,omitempty" doc:"From this minute of the service the resource is free (processing time)" minimum:"5" maximum:"1440" multipleOf:"5"`
	GapEndMinute   *int         `json:"gap_end_minute,omitempty" doc:"From this minute of the service it is needed again" minimum:"5" maximum:"1440" multipleOf:"5"`
}

// requirement reads one and notes what is wrong with it alone.
func (in *RequirementInput) requirement(v *fault.Fields, at string) Requirement {
	r := Requirement{
		Kind: in.Kind, ResourceIDs: in.ResourceIDs, Units: 1, PerPerson: in.PerPerson,
		BeforeMinutes: in.BeforeMinutes, AfterMinutes: in.AfterMinutes, GapStartMinute: in.GapStartMinute, GapEndMinute: in.GapEndMinute,
	}
	if r.ResourceIDs == nil {
		r.ResourceIDs = []ResourceID{}
	}
	checkOneOf(v, at+".kind", in.Kind, Kinds)
	v.Check(len(in.ResourceIDs) <= maxCandidate, at+".resource_ids", "too_many", fault.Args{"max": maxCandidate})
	seen := map[ResourceID]bool{}
	for i, rid := range in.ResourceIDs {
		v.Check(!seen[rid], at+".resource_ids["+strconv.Itoa(i)+"]", "duplicate")
		seen[rid] = true
	}
	set(v, at+".units", &r.Units, in.Units, 1, maxCapacity)
	setMinutes(v, at+".before_minutes", new(int), &in.BeforeMinutes, 0, maxBuffer)
	setMinutes(v, at+".after_minutes", new(int), &in.AfterMinutes, 0, maxBuffer)
	return r
}

// checkGap notes a processing gap that is half, out of step, or not inside the service.
func (r *Requirement) checkGap(v *fault.Fields, at string, duration int) {
	start, end := r.GapStartMinute, r.GapEndMinute
	switch {
	case start == nil && end == nil:
		return
	case start == nil:
		v.Add(at+".gap_start_minute", "required_with", fault.Args{"other": "gap_end_minute"})
		return
	case end == nil:
		v.Add(at+".gap_end_minute", "required_with", fault.Args{"other": "gap_start_minute"})
		return
	}
	setMinutes(v, at+".gap_start_minute", new(int), start, minuteStep, maxDuration)
	setMinutes(v, at+".gap_end_minute", new(int), end, minuteStep, maxDuration)
	if v.Check(*start < *end, at+".gap_end_minute", "above", fault.Args{"min": *start}) {
		v.Check(*end <= duration, at+".gap_end_minute", "catalog.gap_outside", fault.Args{"max": duration})
	}
}

// checkRequirements notes what is wrong with the requirements of a whole
// service; resources are all that the business has.
func (s *Service) checkRequirements(v *fault.Fields, resources []Resource) {
	const at = "body.requirements"
	v.Check(len(s.Requirements) > 0, at, "too_few", fault.Args{"min": 1})
	v.Check(len(s.Requirements) <= maxNeeds, at, "too_many", fault.Args{"max": maxNeeds})
	staffed := false
	for i := range s.Requirements {
		r, item := &s.Requirements[i], at+"["+strconv.Itoa(i)+"]"
		staffed = staffed || r.Kind == Staff
		r.checkGap(v, item, s.DurationMinutes)
		r.checkCandidates(v, item+".resource_ids", resources)
	}
	v.Check(staffed || s.Nomination == NominationNone, "body.nomination", "catalog.nomination_needs_staff")
}

func (r *Requirement) checkCandidates(v *fault.Fields, at string, resources []Resource) {
	for i, rid := range r.ResourceIDs {
		item := at + "[" + strconv.Itoa(i) + "]"
		k := slices.IndexFunc(resources, func(x Resource) bool { return x.ID == rid })
		if v.Check(k >= 0, item, "unknown_id") {
			v.Check(resources[k].Kind == r.Kind, item, "catalog.wrong_kind", fault.Args{"kind": string(r.Kind)})
		}
	}
}

// number gives the requirements of a service their ids.
func (s *Service) number(now time.Time) {
	for i := range s.Requirements {
		if r := &s.Requirements[i]; r.ID.IsZero() {
			r.ID, r.ServiceID = id.New[Requirement](now), s.ID
		}
	}
}
