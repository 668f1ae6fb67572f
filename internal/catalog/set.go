package catalog

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Bounds of sets.
const (
	MaxSets        = 100 // of a business, archived ones included
	MinSetServices = 2
	MaxSetServices = 10
)

// Set is several services, one after the other, for one price. It is bookable
// when all of its services are.
type Set struct {
	ID          SetID       `db:"id"`
	CategoryID  CategoryID  `db:"category_id"` // zero: none
	Name        locale.Text `db:"name"`
	Description locale.Text `db:"description"`
	ServiceIDs  []ServiceID `db:"service_ids"` // in order, two to ten
	Price       int64       `db:"price"`       // yen, tax included; in the place of the prices of its services
	ActiveFrom  *clock.Date `db:"active_from"` // first business date on which it may begin; nil: since ever
	ActiveTo    *clock.Date `db:"active_to"`   // last business date on which it may begin; nil: for ever
	Position    int         `db:"position"`
	Active      bool        `db:"active"`
	Version     int64       `db:"version"`
	CreatedAt   time.Time   `db:"created_at"`
	UpdatedAt   time.Time   `db:"updated_at"`
}

// SetFields are what may be left out: of a new set it takes the default, of a
// changed one it stays.
type SetFields struct {
	Description locale.Text `json:"description,omitempty"`
	Position    *int        `json:"position,omitempty" doc:"Place in lists; at the end unless given" minimum:"0" maximum:"100000"`
	Active      *bool       `json:"active,omitempty" doc:"false: archived, cannot be booked"`

	CategoryID *CategoryID `json:"-"` // the zero id: none
	ActiveFrom *clock.Date `json:"-"` // the zero date: since ever
	ActiveTo   *clock.Date `json:"-"` // the zero date: for ever
}

// CreateSetInput is a new set.
type CreateSetInput struct {
	Name       locale.Text `json:"name"`
	ServiceIDs []ServiceID `json:"service_ids" doc:"In the order in which they are served; all taxed alike, and all priced by the person or none" minItems:"2" maxItems:"10"`
	Price      money.Money `json:"price"`
	SetFields
}

// UpdateSetInput changes a set; what is left out stays.
type UpdateSetInput struct {
	Name       locale.Text  `json:"name,omitempty"`
	ServiceIDs []ServiceID  `json:"service_ids,omitempty" doc:"In the order in which they are served" minItems:"2" maxItems:"10"`
	Price      *money.Money `json:"price,omitempty"`
	SetFields
}

func (in *CreateSetInput) set(v *fault.Fields) Set {
	x := Set{Name: in.Name.Line(), Description: locale.Text{}, ServiceIDs: in.ServiceIDs, Active: true}
	x.Name.Check(v, "body.name", MaxName, true)
	setMoney(v, "body.price", &x.Price, &in.Price, maxPrice)
	in.apply(&x, v)
	return x
}

func (in *UpdateSetInput) applyTo(x *Set, v *fault.Fields) {
	if in.Name != nil {
		x.Name = in.Name.Line()
		x.Name.Check(v, "body.name", MaxName, true)
	}
	setMoney(v, "body.price", &x.Price, in.Price, maxPrice)
	if in.ServiceIDs != nil {
		x.ServiceIDs = in.ServiceIDs
	}
	in.apply(x, v)
}

func (in *SetFields) apply(x *Set, v *fault.Fields) {
	if in.Description != nil {
		x.Description = in.Description.Lines()
		x.Description.Check(v, "body.description", MaxDescription, false)
	}
	set(v, "body.position", &x.Position, in.Position, 0, maxPosition)
	setTrue(&x.Active, in.Active)
	if in.CategoryID != nil {
		x.CategoryID = *in.CategoryID
	}
	setDate(&x.ActiveFrom, in.ActiveFrom)
	setDate(&x.ActiveTo, in.ActiveTo)
	checkPeriod(v, x.ActiveFrom, x.ActiveTo)
}

// checkSet notes what a set names that the business does not have, and services
// that do not go together: one tax rate, so that the price lies at one rate, and
// all priced by the person or none, so that it can be said for how many it is.
func (x *shelf) checkSet(s *Set, v *fault.Fields) error {
	const at = "body.service_ids"
	v.Check(len(s.ServiceIDs) >= MinSetServices, at, "too_few", fault.Args{"min": MinSetServices})
	v.Check(len(s.ServiceIDs) <= MaxSetServices, at, "too_many", fault.Args{"max": MaxSetServices})
	var first *Service
	for i, sid := range s.ServiceIDs[:min(len(s.ServiceIDs), MaxSetServices+1)] {
		item := at + "[" + strconv.Itoa(i) + "]"
		svc, ok := x.service(sid)
		if !v.Check(ok, item, "unknown_id") {
			continue
		}
		if first == nil {
			first = svc
		}
		alike := svc.TaxPercent == first.TaxPercent && svc.PerPerson == first.PerPerson
		v.Check(alike || !s.Active, item, "catalog.set_mixed")
	}
	v.Check(s.CategoryID.IsZero() || x.category(s.CategoryID), "body.category_id", "unknown_id")
	return v.Err()
}

func (x *shelf) set(sid SetID) (*Set, bool) {
	i := slices.IndexFunc(x.sets, func(s Set) bool { return s.ID == sid })
	if i < 0 {
		return &Set{}, false
	}
	return &x.sets[i], true
}

// CreateSet adds a set at the end of the list.
func (c *Catalog) CreateSet(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateSetInput, claim *idempotency.Claim) (*Set, error) {
	return c.addSet(ctx, actor, bid, claim, "set.created", func(have *shelf) (Set, error) {
		var v fault.Fields
		x := in.set(&v)
		if err := have.checkSet(&x, &v); err != nil {
			return Set{}, err
		}
		x.Position = place(in.Position, have.lastSet())
		return x, nil
	})
}

// addSet adds the set that build makes of what the business has.
func (c *Catalog) addSet(
	ctx context.Context, actor tenant.Actor, bid business.ID, claim *idempotency.Claim, action string, build func(*shelf) (Set, error),
) (*Set, error) {
	var out *Set
	err := c.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		x, err := build(have)
		switch {
		case err != nil:
			return business.Done{}, err
		case len(have.sets) >= MaxSets:
			return business.Done{}, limitReached(MaxSets)
		}
		x.ID, x.Version, x.CreatedAt, x.UpdatedAt = id.New[Set](ch.Now), 1, ch.Now, ch.Now
		writeSet(ch.Tx.Batch(), bid, &x)
		out = &x
		return business.Done{Action: action, Subject: setSubject(x.ID), Result: out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (x *shelf) lastSet() int {
	last := 0
	for i := range x.sets {
		last = max(last, x.sets[i].Position)
	}
	return last
}

// UpdateSet changes a set; bookings keep the price that they were made with.
// precondition.stale unless expect is its version.
func (c *Catalog) UpdateSet(ctx context.Context, actor tenant.Actor, bid business.ID, sid SetID, expect int64, in UpdateSetInput) (*Set, error) {
	var out *Set
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		x, found := have.set(sid)
		if err := checkVersion(found, x.Version, expect); err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		in.applyTo(x, &v)
		if err := have.checkSet(x, &v); err != nil {
			return business.Done{}, err
		}
		x.Version, x.UpdatedAt = x.Version+1, ch.Now
		writeSet(ch.Tx.Batch(), bid, x)
		out = x
		return business.Done{Action: "set.changed", Subject: setSubject(sid)}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteSet removes a set that no booking can speak of and archives any other.
func (c *Catalog) DeleteSet(ctx context.Context, actor tenant.Actor, bid business.ID, sid SetID, expect int64) error {
	return c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		have, err := readShelf(ctx, ch)
		if err != nil {
			return business.Done{}, err
		}
		x, found := have.set(sid)
		if err := checkVersion(found, x.Version, expect); err != nil {
			return business.Done{}, err
		}
		used, err := inUse(ctx, ch.Tx, setInUse, bid, sid)
		if err != nil {
			return business.Done{}, err
		}
		if !used {
			ch.Tx.Later(deleteSet, bid, sid)
			return business.Done{Action: "set.deleted", Subject: setSubject(sid)}, nil
		}
		x.Active, x.Version, x.UpdatedAt = false, x.Version+1, ch.Now
		writeSet(ch.Tx.Batch(), bid, x)
		return business.Done{Action: "set.archived", Subject: setSubject(sid)}, nil
	})
}

// Set reads one; not_found when there is none.
func (c *Catalog) Set(ctx context.Context, bid business.ID, sid SetID) (*Set, error) {
	var out Set
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(setByID, bid, sid), &out, &found)
	if err := c.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, business.ErrNotFound
	}
	return &out, nil
}

// Sets lists sets in their order, archived ones too, after the given one (nil:
// from the first), at most limit.
func (c *Catalog) Sets(ctx context.Context, bid business.ID, after *Set, limit int) ([]Set, error) {
	if after == nil {
		after = &Set{Position: -1}
	}
	var out []Set
	var b pg.Batch
	pg.Collect(b.Queue(listSets, bid, after.Position, [16]byte(after.ID), limit), &out)
	err := c.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// QueueSets queues the reading of all sets, inactive ones too, in their order.
func QueueSets(b *pg.Batch, bid business.ID, dst *[]Set) { pg.Collect(b.Queue(allSets, bid), dst) }

func setSubject(sid SetID) string { return "set:" + sid.String() }
