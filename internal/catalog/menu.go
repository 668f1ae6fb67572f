package catalog

import (
	"context"
	"slices"
	"strconv"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// ServiceFields are what may be left out: of a new service it takes the
// default, of a changed one it stays.
type ServiceFields struct {
	Description locale.Text `json:"description,omitempty"`
	TaxPercent  *int        `json:"tax_percent,omitempty" doc:"Consumption tax inside the price; 10 unless given" enum:"8,10"`
	PerPerson   *bool       `json:"per_person,omitempty" doc:"The price is for each person of the party"`
	MinParty    *int        `json:"min_party,omitempty" doc:"1 unless given" minimum:"1" maximum:"500"`
	MaxParty    *int        `json:"max_party,omitempty" doc:"As min_party unless given" minimum:"1" maximum:"500"`
	Nomination  *Nomination `json:"nomination,omitempty" doc:"Whether customers choose who serves them; optional where staff is required, else none, unless given" enum:"none,optional,required"`
	Position    *int        `json:"position,omitempty" doc:"Place in lists; at the end unless given" minimum:"0" maximum:"100000"`
	Active      *bool       `json:"active,omitempty" doc:"false: archived, cannot be booked"`
	OptionIDs   []OptionID  `json:"option_ids,omitempty" doc:"What may be added to it" maxItems:"100"`
	ServiceTerms
}

// CreateServiceInput is a new service.
type CreateServiceInput struct {
	Name            locale.Text        `json:"name"`
	DurationMinutes int                `json:"duration_minutes" minimum:"5" maximum:"1440" multipleOf:"5" example:"60"`
	Price           money.Money        `json:"price"`
	Requirements    []RequirementInput `json:"requirements" doc:"All that it occupies: one of these staff and one of these chairs" minItems:"1" maxItems:"8"`
	ServiceFields
}

// Validate reports every fault of the input that shows without the business's resources and options.
func (in *CreateServiceInput) Validate() error {
	var v fault.Fields
	s := in.service(&v)
	for i := range s.Requirements {
		s.Requirements[i].ResourceIDs = nil // looked up later
	}
	s.checkRequirements(&v, nil)
	return v.Err()
}

func (in *CreateServiceInput) service(v *fault.Fields) Service {
	s := Service{
		Name: in.Name.Line(), Description: locale.Text{}, TaxPercent: 10, MinParty: 1, MaxParty: 1, Nomination: NominationNone,
		Active: true, Customers: AllCustomers, GenderNote: AnyGender, Hours: []DayHours{}, Prices: []RankPrice{}, Options: []OptionID{},
	}
	if in.MinParty != nil {
		s.MaxParty = *in.MinParty
	}
	s.Name.Check(v, "body.name", MaxName, true)
	setMinutes(v, "body.duration_minutes", &s.DurationMinutes, &in.DurationMinutes, minuteStep, maxDuration)
	setMoney(v, "body.price", &s.Price, &in.Price, maxPrice)
	s.Requirements = readRequirements(v, in.Requirements)
	if slices.ContainsFunc(s.Requirements, func(r Requirement) bool { return r.Kind == Staff }) {
		s.Nomination = NominationOptional
	}
	in.apply(&s, v)
	return s
}

// UpdateServiceInput changes a service; what is left out stays. Requirements and
// options that are given replace all that it had.
type UpdateServiceInput struct {
	Name            locale.Text        `json:"name,omitempty"`
	DurationMinutes *int               `json:"duration_minutes,omitempty" minimum:"5" maximum:"1440" multipleOf:"5" example:"60"`
	Price           *money.Money       `json:"price,omitempty"`
	Requirements    []RequirementInput `json:"requirements,omitempty" minItems:"1" maxItems:"8"`
	ServiceFields
}

func (in *UpdateServiceInput) applyTo(s *Service, v *fault.Fields) {
	if in.Name != nil {
		s.Name = in.Name.Line()
		s.Name.Check(v, "body.name", MaxName, true)
	}
	setMinutes(v, "body.duration_minutes", &s.DurationMinutes, in.DurationMinutes, minuteStep, maxDuration)
	setMoney(v, "body.price", &s.Price, in.Price, maxPrice)
	if in.Requirements != nil {
		s.Requirements = readRequirements(v, in.Requirements)
	}
	in.apply(s, v)
}

func (in *ServiceFields) apply(s *Service, v *fault.Fields) {
	if in.Description != nil {
		s.Description = in.Description.Lines()
		s.Description.Check(v, "body.description", MaxDescription, false)
	}
	if in.TaxPercent != nil {
		s.TaxPercent = *in.TaxPercent
		v.Check(s.TaxPercent == 8 || s.TaxPercent == 10, "body.tax_percent", "not_allowed", fault.Args{"values": "8, 10"})
	}
	setTrue(&s.PerPerson, in.PerPerson)
	setParty(v, &s.MinParty, &s.MaxParty, in.MinParty, in.MaxParty)
	if in.Nomination != nil {
		s.Nomination = *in.Nomination
		checkOneOf(v, "body.nomination", s.Nomination, Nominations)
	}
	set(v, "body.position", &s.Position, in.Position, 0, maxPosition)
	setTrue(&s.Active, in.Active)
	if in.OptionIDs != nil {
		s.Options = in.OptionIDs
	}
	in.ServiceTerms.apply(s, v)
}

func readRequirements(v *fault.Fields, in []RequirementInput) []Requirement {
	out := make([]Requirement, 0, len(in))
	for i := range in[:min(len(in), maxNeeds+1)] {
		out = append(out, in[i].requirement(v, "body.requirements["+strconv.Itoa(i)+"]"))
	}
	return out
}

// checkOptions notes options that are unknown or named twice.
func (s *Service) checkOptions(v *fault.Fields, options []Option) {
	v.Check(len(s.Options) <= maxExtras, "body.option_ids", "too_many", fault.Args{"max": maxExtras})
	seen := map[OptionID]bool{}
	for i, oid := range s.Options {
		at := "body.option_ids[" + strconv.Itoa(i) + "]"
		known := slices.ContainsFunc(options, func(o Option) bool { return o.ID == oid })
		v.Check(known, at, "unknown_id")
		v.Check(!seen[oid], at, "duplicate")
		seen[oid] = true
	}
}

// shelf is all that a business has, read inside a change.
type shelf struct {
	resources  []Resource
	services   []Service
	options    []Option
	categories []Category
	ranks      []Rank
	sets       []Set
}

func readShelf(ctx context.Context, ch *business.Change) (*shelf, error) {
	var x shelf
	var b pg.Batch
	QueueResources(&b, ch.Business.ID, &x.resources)
	QueueServices(&b, ch.Business.ID, &x.services)
	QueueOptions(&b, ch.Business.ID, &x.options)
	QueueCategories(&b, ch.Business.ID, &x.categories)
	QueueRanks(&b, ch.Business.ID, &x.ranks)
	QueueSets(&b, ch.Business.ID, &x.sets)
	err := ch.Tx.Run(ctx, &b)
	return &x, err
}

func (x *shelf) service(sid ServiceID) (*Service, bool) {
	i := slices.IndexFunc(x.services, func(s Service) bool { return s.ID == sid })
	if i < 0 {
		return &Service{}, false
	}
	return &x.services[i], true
}

func (x *shelf) lastService() int {
	last := 0
	for i := range x.services {
		last = max(last, x.services[i].Position)
	}
	return last
}

func (x *shelf) check(s *Service, v *fault.Fields) error {
	s.checkRequirements(v, x.resources)
	s.checkOptions(v, x.options)
	x.checkTerms(s, v)
	return v.Err()
}

// CreateService adds a service at the end of the menu.
func (c *Catalog) CreateService(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateServiceInput, claim *idempotency.Claim) (*Service, error) {
	var out *Service
	err := c.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		if len(have.services) >= MaxServices {
			return business.Done{}, limitReached(MaxServices)
		}
		var v fault.Fields
		s := in.service(&v)
		if err := have.check(&s, &v); err != nil {
			return business.Done{}, err
		}
		s.ID, s.Version, s.CreatedAt, s.UpdatedAt = id.New[Service](ch.Now), 1, ch.Now, ch.Now
		s.Position = place(in.Position, have.lastService())
		s.number(ch.Now)
		writeService(ch.Tx.Batch(), bid, &s)
		out = &s
		return business.Done{Action: "service.created", Subject: serviceSubject(s.ID), Result: out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UpdateService changes a service; bookings that were made keep what they were
// made with. It answers precondition.stale unless expect is its version.
func (c *Catalog) UpdateService(ctx context.Context, actor tenant.Actor, bid business.ID, sid ServiceID, expect int64, in UpdateServiceInput) (*Service, error) {
	var out *Service
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		s, found := have.service(sid)
		if err := checkVersion(found, s.Version, expect); err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		in.applyTo(s, &v)
		if err := have.check(s, &v); err != nil {
			return business.Done{}, err
		}
		s.Version, s.UpdatedAt = s.Version+1, ch.Now
		s.number(ch.Now)
		writeService(ch.Tx.Batch(), bid, s)
		out = s
		return business.Done{Action: "service.changed", Subject: serviceSubject(sid)}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteService removes a service that no booking can speak of and archives any other.
func (c *Catalog) DeleteService(ctx context.Context, actor tenant.Actor, bid business.ID, sid ServiceID, expect int64) error {
	return c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		s, found := have.service(sid)
		if err := checkVersion(found, s.Version, expect); err != nil {
			return business.Done{}, err
		}
		used, err := inUse(ctx, ch.Tx, serviceInUse, bid, sid)
		if err != nil {
			return business.Done{}, err
		}
		if !used {
			ch.Tx.Later(deleteService, bid, sid)
			return business.Done{Action: "service.deleted", Subject: serviceSubject(sid)}, nil
		}
		s.Active, s.Version, s.UpdatedAt = false, s.Version+1, ch.Now
		writeService(ch.Tx.Batch(), bid, s)
		return business.Done{Action: "service.archived", Subject: serviceSubject(sid)}, nil
	})
}

// Services are all services in their order, inactive ones too.
func (c *Catalog) Services(ctx context.Context, bid business.ID) ([]Service, error) {
	var out []Service
	var b pg.Batch
	QueueServices(&b, bid, &out)
	err := c.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// Service reads one; not_found when there is none.
func (c *Catalog) Service(ctx context.Context, bid business.ID, sid ServiceID) (*Service, error) {
	all, err := c.Services(ctx, bid)
	if err != nil {
		return nil, err
	}
	s, found := (&shelf{services: all}).service(sid)
	if !found {
		return nil, business.ErrNotFound
	}
	return s, nil
}

func serviceSubject(sid ServiceID) string { return "service:" + sid.String() }
