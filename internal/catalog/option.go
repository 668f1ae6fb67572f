package catalog

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// OptionFields are what may be left out: of a new option it takes the default,
// of a changed one it stays.
type OptionFields struct {
	DurationMinutes *int  `json:"duration_minutes,omitempty" doc:"Lengthens the service; 0 unless given" minimum:"0" maximum:"480" multipleOf:"5"`
	Position        *int  `json:"position,omitempty" doc:"Place in lists; at the end unless given" minimum:"0" maximum:"100000"`
	Active          *bool `json:"active,omitempty" doc:"false: archived, cannot be booked"`
}

// CreateOptionInput is a new option. Which services it may be added to is said by the services.
type CreateOptionInput struct {
	Name  locale.Text `json:"name"`
	Price money.Money `json:"price"`
	OptionFields
}

// Validate reports every fault of the input.
func (in *CreateOptionInput) Validate() error {
	var v fault.Fields
	in.option(&v)
	return v.Err()
}

func (in *CreateOptionInput) option(v *fault.Fields) Option {
	o := Option{Name: in.Name.Line(), Active: true, ServiceIDs: []ServiceID{}}
	o.Name.Check(v, "body.name", MaxName, true)
	setMoney(v, "body.price", &o.Price, &in.Price, maxPrice)
	in.apply(&o, v)
	return o
}

// UpdateOptionInput changes an option; what is left out stays.
type UpdateOptionInput struct {
	Name  locale.Text  `json:"name,omitempty"`
	Price *money.Money `json:"price,omitempty"`
	OptionFields
}

func (in *UpdateOptionInput) applyTo(o *Option, v *fault.Fields) {
	if in.Name != nil {
		o.Name = in.Name.Line()
		o.Name.Check(v, "body.name", MaxName, true)
	}
	setMoney(v, "body.price", &o.Price, in.Price, maxPrice)
	in.apply(o, v)
}

func (in *OptionFields) apply(o *Option, v *fault.Fields) {
	setMinutes(v, "body.duration_minutes", &o.DurationMinutes, in.DurationMinutes, 0, maxExtra)
	set(v, "body.position", &o.Position, in.Position, 0, maxPosition)
	setTrue(&o.Active, in.Active)
}

// CreateOption adds an option at the end of the list.
func (c *Catalog) CreateOption(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateOptionInput, claim *idempotency.Claim) (*Option, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Option
	err := c.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		var have tally
		var b pg.Batch
		pg.CollectOne(b.Queue(tallyOptions, bid), &have, nil)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		if have.Count >= MaxOptions {
			return business.Done{}, limitReached(MaxOptions)
		}
		o := in.option(&fault.Fields{})
		o.ID, o.Version, o.CreatedAt, o.UpdatedAt = id.New[Option](ch.Now), 1, ch.Now, ch.Now
		o.Position = place(in.Position, have.Last)
		writeOption(ch.Tx.Batch(), bid, &o)
		out = &o
		return business.Done{Action: "option.created", Subject: optionSubject(o.ID), Result: out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UpdateOption changes an option; precondition.stale unless expect is its version.
func (c *Catalog) UpdateOption(ctx context.Context, actor tenant.Actor, bid business.ID, oid OptionID, expect int64, in UpdateOptionInput) (*Option, error) {
	var out *Option
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		o, err := c.lockedOption(ctx, ch, oid, expect)
		if err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		in.applyTo(o, &v)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		o.Version, o.UpdatedAt = o.Version+1, ch.Now
		writeOption(ch.Tx.Batch(), bid, o)
		out = o
		return business.Done{Action: "option.changed", Subject: optionSubject(oid)}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteOption removes an option that no booking can speak of and archives any other.
func (c *Catalog) DeleteOption(ctx context.Context, actor tenant.Actor, bid business.ID, oid OptionID, expect int64) error {
	return c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		o, err := c.lockedOption(ctx, ch, oid, expect)
		if err != nil {
			return business.Done{}, err
		}
		used, err := inUse(ctx, ch.Tx, optionInUse, bid, oid)
		if err != nil {
			return business.Done{}, err
		}
		if !used {
			ch.Tx.Later(deleteOption, bid, oid)
			return business.Done{Action: "option.deleted", Subject: optionSubject(oid)}, nil
		}
		o.Active, o.Version, o.UpdatedAt = false, o.Version+1, ch.Now
		writeOption(ch.Tx.Batch(), bid, o)
		return business.Done{Action: "option.archived", Subject: optionSubject(oid)}, nil
	})
}

// Option reads one; not_found when there is none.
func (c *Catalog) Option(ctx context.Context, bid business.ID, oid OptionID) (*Option, error) {
	var out Option
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(optionByID, bid, oid), &out, &found)
	if err := c.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, business.ErrNotFound
	}
	return &out, nil
}

// Options lists options in their order, after the given one (nil: from the first), at most limit.
func (c *Catalog) Options(ctx context.Context, bid business.ID, after *Option, limit int) ([]Option, error) {
	if after == nil {
		after = &Option{Position: -1}
	}
	var out []Option
	var b pg.Batch
	pg.Collect(b.Queue(listOptions, bid, after.Position, [16]byte(after.ID), limit), &out)
	err := c.db.ReadTenant(ctx, bid, &b)
	return out, err
}

func (c *Catalog) lockedOption(ctx context.Context, ch *business.Change, oid OptionID, expect int64) (*Option, error) {
	var o Option
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(optionByID, ch.Business.ID, oid), &o, &found)
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	return &o, checkVersion(found, o.Version, expect)
}

func optionSubject(oid OptionID) string { return "option:" + oid.String() }
