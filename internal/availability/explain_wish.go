package availability

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// explainer judges the starts of one visit in one frame.
type explainer struct {
	*Snapshot
	words
	notes  bool
	day    *clock.Date // whose starts are judged, for a strip: its sentences hold for every start of a run
	frame  *Frame
	visit  Visit // as it is from the start that is judged on
	part   Part  // of it
	party  int
	plan   *Plan
	links  links
	wish   []Cause // what stands against any start
	claims [][]claim

	now, earliest, latest time.Time
}

// explainer gets ready to judge the starts of a frame in which nothing is taken
// yet; an Invalid fault for what the business does not have.
func (s *Snapshot) explainer(q Question, f *Frame, taken []claim, now time.Time) (*explainer, error) {
	e := &explainer{Snapshot: s, words: words{q.Lang, s.Zone}, notes: q.Notes, frame: f, now: now}
	e.earliest, e.latest = s.Window(now)
	if err := e.resolve(q); err != nil {
		return nil, err
	}
	s.Restrict(f, now)
	plain := make([]Taken, len(taken))
	e.claims = make([][]claim, len(s.Resources))
	for i, c := range taken {
		plain[i] = c.Taken
		if r, ok := s.index[c.ResourceID]; ok && !c.ExpiredAt(now) {
			e.claims[r] = append(e.claims[r], c)
		}
	}
	s.Occupy(f, plain, now, nil)
	return e, nil
}

// resolve makes the visit. Where customers would be refused a wish, members are
// told why: only what the business does not have at all is a fault.
func (e *explainer) resolve(q Question) error {
	var v fault.Fields
	svc := e.Services[q.ServiceID]
	if svc == nil {
		v.Add("query.service_id", "unknown_id")
		return v.Err()
	}
	e.part = Part{Service: svc, OwnMinutes: svc.DurationMinutes}
	e.party = e.PartyOf(Request{Items: []Item{{ServiceID: svc.ID}}, PartySize: q.PartySize})
	e.addOptions(&e.part, q.OptionIDs, &v, "query.option_ids")
	if q.StaffID != nil {
		x, ok := e.Snapshot.Resource(*q.StaffID)
		if v.Check(ok && x.Kind == catalog.Staff, "query.staff_id", "unknown_id") {
			e.part.Staff = x
		}
	}
	e.part.DurationMinutes = e.lasts(&e.part, e.party, nil, 0)
	v.Check(e.part.DurationMinutes <= MaxVisitMinutes, "query.service_id", "booking.visit_too_long", fault.Args{"max": MaxVisitMinutes})
	v.Check(len(svc.Requirements) <= MaxNeeds, "query.service_id", "booking.visit_too_large")
	if err := v.Err(); err != nil {
		return err
	}
	e.lay(e.Revisit([]Part{e.part}, e.party))
	e.wish = append(append(e.againstBusiness(), e.againstStop()...), e.againstService()...)
	e.wish = append(e.wish, e.againstStaff()...)
	return nil
}

// lay has the explainer judge the visit as it is from some start on.
func (e *explainer) lay(v Visit) {
	e.visit, e.part, e.plan = v, v.Parts[0], &v.Plan
	e.links.find(e.plan)
}

func (e *explainer) againstBusiness() []Cause {
	if e.Business.Public() {
		return nil
	}
	key := "business_not_bookable.draft"
	switch e.Business.Status {
	case business.PendingReview:
		key = "business_not_bookable.pending_review"
	case business.Rejected:
		key = "business_not_bookable.rejected"
	case business.Suspended:
		key = "business_not_bookable.suspended"
	case business.Draft, business.Approved:
	}
	return []Cause{{Kind: CauseNotBookable, Message: e.say(key, nil), Subject: setting("status")}}
}

func (e *explainer) againstService() []Cause {
	var list []Cause
	svc := e.part.Service
	args := fault.Args{"service": svc.Name.In(e.lang)}
	if !svc.Active {
		list = append(list, Cause{Kind: CauseInactive, Message: e.say("service_inactive", args), Subject: e.service()})
	}
	if e.party < svc.MinParty || e.party > svc.MaxParty {
		args["limits"], args["party"] = e.parties(svc.MinParty, svc.MaxParty), e.parties(e.party, e.party)
		list = append(list, Cause{Kind: CausePartySize, Message: e.say("party_size", args), Subject: e.service()})
	}
	return list
}

// againstStaff is why the staff member cannot be nominated for the service at
// all; none exactly when customers can.
func (e *explainer) againstStaff() []Cause {
	svc, x := e.part.Service, e.part.Staff
	if x == nil {
		return nil
	}
	args := fault.Args{"service": svc.Name.In(e.lang), "staff": e.person(x)}
	var list []Cause
	add := func(wrong bool, kind CauseKind, subject CauseSubject) {
		if wrong {
			list = append(list, Cause{Kind: kind, Message: e.say(string(kind), args), Subject: subject, Resource: e.named(x)})
		}
	}
	add(svc.Nomination == catalog.NominationNone, CauseNoNomination, e.service())
	add(!x.Active, CauseStaffInactive, e.resource(x))
	add(!lists(svc, x), CauseNotForService, e.resource(x))
	add(!x.Nominatable, CauseNotNominatable, e.resource(x))
	if e.party < x.MinParty || e.party > x.MaxParty {
		list = append(list, Cause{
			Kind: CausePartySize, Subject: e.resource(x), Resource: e.named(x),
			Message: e.say("party_size.staff", fault.Args{
				"staff": e.person(x), "limits": e.parties(x.MinParty, x.MaxParty), "party": e.parties(e.party, e.party),
			}),
		})
	}
	serves := slices.ContainsFunc(svc.Nominatable(e.Resources), func(r *catalog.Resource) bool { return r.ID == x.ID })
	add(len(list) == 0 && !serves, CauseNotForService, e.resource(x))
	return list
}

func setting(property string) CauseSubject { return CauseSubject{Type: SubjectSetting, Name: property} }

func (e *explainer) service() CauseSubject {
	return CauseSubject{Type: SubjectService, ID: e.part.Service.ID.String(), Name: e.part.Service.Name.In(e.lang)}
}

func (e *explainer) resource(x *catalog.Resource) CauseSubject {
	return CauseSubject{Type: SubjectResource, ID: x.ID.String(), Name: x.Name.In(e.lang)}
}

func (e *explainer) named(x *catalog.Resource) *CauseResource {
	return &CauseResource{ID: x.ID, Name: x.Name.In(e.lang)}
}
