package catalog

import (
	"context"
	"slices"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/money"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// ResourceFields are what may be left out: of a new resource it takes the
// default, of a changed one it stays.
type ResourceFields struct {
	Capacity      *int         `json:"capacity,omitempty" doc:"Units: how many bookings, or persons, it serves at once; 1 unless given" minimum:"1" maximum:"200"`
	MinParty      *int         `json:"min_party,omitempty" doc:"Smallest party that it serves; 1 unless given" minimum:"1" maximum:"500"`
	MaxParty      *int         `json:"max_party,omitempty" doc:"Largest party that it serves; 500 unless given" minimum:"1" maximum:"500"`
	Nominatable   *bool        `json:"nominatable,omitempty" doc:"Whether customers may choose it; staff only, who can be unless it is said"`
	NominationFee *money.Money `json:"nomination_fee,omitempty" doc:"For each service that the customer chose this staff member for"`
	Position      *int         `json:"position,omitempty" doc:"Place in lists; at the end unless given" minimum:"0" maximum:"100000"`
	Active        *bool        `json:"active,omitempty" doc:"false: archived, takes no bookings"`

	RankID *RankID `json:"-"` // staff only; the zero id: none
}

// CreateResourceInput is a new resource.
type CreateResourceInput struct {
	Kind Kind        `json:"kind" enum:"staff,room,seat,equipment"`
	Name locale.Text `json:"name"`
	ResourceFields
}

// Validate reports every fault of the input.
func (in *CreateResourceInput) Validate() error {
	var v fault.Fields
	in.resource(&v)
	return v.Err()
}

func (in *CreateResourceInput) resource(v *fault.Fields) Resource {
	x := Resource{Kind: in.Kind, Name: in.Name.Line(), Capacity: 1, MinParty: 1, MaxParty: maxParty, Nominatable: in.Kind == Staff, Active: true}
	checkOneOf(v, "body.kind", in.Kind, Kinds)
	x.Name.Check(v, "body.name", MaxName, true)
	in.apply(&x, v)
	return x
}

// UpdateResourceInput changes a resource; what is left out stays.
type UpdateResourceInput struct {
	Name locale.Text `json:"name,omitempty"`
	ResourceFields
}

func (in *UpdateResourceInput) applyTo(x *Resource, v *fault.Fields) {
	if in.Name != nil {
		x.Name = in.Name.Line()
		x.Name.Check(v, "body.name", MaxName, true)
	}
	in.apply(x, v)
}

func (in *ResourceFields) apply(x *Resource, v *fault.Fields) {
	set(v, "body.capacity", &x.Capacity, in.Capacity, 1, maxCapacity)
	setParty(v, &x.MinParty, &x.MaxParty, in.MinParty, in.MaxParty)
	setTrue(&x.Nominatable, in.Nominatable)
	v.Check(!x.Nominatable || x.Kind == Staff, "body.nominatable", "catalog.nomination_staff_only")
	setMoney(v, "body.nomination_fee", &x.NominationFee, in.NominationFee, maxFee)
	v.Check(x.NominationFee == 0 || x.Kind == Staff, "body.nomination_fee", "catalog.nomination_staff_only")
	set(v, "body.position", &x.Position, in.Position, 0, maxPosition)
	setTrue(&x.Active, in.Active)
	if in.RankID != nil {
		x.RankID = *in.RankID
	}
	v.Check(x.RankID.IsZero() || x.Kind == Staff, "body.rank_id", "catalog.rank_staff_only")
}

// checkRank notes a rank that the business does not have.
func (x *Resource) checkRank(v *fault.Fields, ranks []Rank) {
	known := slices.ContainsFunc(ranks, func(r Rank) bool { return r.ID == x.RankID })
	v.Check(x.RankID.IsZero() || known, "body.rank_id", "unknown_id")
}

// CreateResource adds a resource at the end of the list.
func (c *Catalog) CreateResource(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateResourceInput, claim *idempotency.Claim) (*Resource, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Resource
	err := c.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		var have tally
		var ranks []Rank
		var b pg.Batch
		pg.CollectOne(b.Queue(tallyResources, bid), &have, nil)
		QueueRanks(&b, bid, &ranks)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		if have.Count >= MaxResources {
			return business.Done{}, limitReached(MaxResources)
		}
		var v fault.Fields
		x := in.resource(&v)
		x.checkRank(&v, ranks)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		x.ID, x.Version, x.CreatedAt, x.UpdatedAt = id.New[Resource](ch.Now), 1, ch.Now, ch.Now
		x.Position = place(in.Position, have.Last)
		writeResource(ch.Tx.Batch(), bid, &x)
		out = &x
		return business.Done{Action: "resource.created", Subject: resourceSubject(x.ID), Detail: map[string]any{"kind": x.Kind}, Result: out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UpdateResource changes a resource; precondition.stale unless expect is its version.
func (c *Catalog) UpdateResource(ctx context.Context, actor tenant.Actor, bid business.ID, rid ResourceID, expect int64, in UpdateResourceInput) (*Resource, error) {
	var out *Resource
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		x, ranks, err := c.lockedResource(ctx, ch, rid, expect)
		if err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		in.applyTo(x, &v)
		x.checkRank(&v, ranks)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		x.Version, x.UpdatedAt = x.Version+1, ch.Now
		writeResource(ch.Tx.Batch(), bid, x)
		out = x
		return business.Done{Action: "resource.changed", Subject: resourceSubject(rid)}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteResource removes a resource that nothing speaks of. Any other is
// archived: it takes no more bookings, and those that it has stay.
func (c *Catalog) DeleteResource(ctx context.Context, actor tenant.Actor, bid business.ID, rid ResourceID, expect int64) error {
	return c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		x, _, err := c.lockedResource(ctx, ch, rid, expect)
		if err != nil {
			return business.Done{}, err
		}
		used, err := inUse(ctx, ch.Tx, resourceInUse, bid, rid)
		if err != nil {
			return business.Done{}, err
		}
		if !used {
			ch.Tx.Later(deleteResource, bid, rid)
			return business.Done{Action: "resource.deleted", Subject: resourceSubject(rid)}, nil
		}
		x.Active, x.Version, x.UpdatedAt = false, x.Version+1, ch.Now
		writeResource(ch.Tx.Batch(), bid, x)
		return business.Done{Action: "resource.archived", Subject: resourceSubject(rid)}, nil
	})
}

// Resource reads one; not_found when there is none.
func (c *Catalog) Resource(ctx context.Context, bid business.ID, rid ResourceID) (*Resource, error) {
	var out Resource
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(resourceByID, bid, rid), &out, &found)
	if err := c.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, business.ErrNotFound
	}
	return &out, nil
}

// Resources lists resources of a kind (empty: of all) in their order, after the
// given one (nil: from the first), at most limit.
func (c *Catalog) Resources(ctx context.Context, bid business.ID, kind Kind, after *Resource, limit int) ([]Resource, error) {
	if kind != "" {
		var v fault.Fields
		if !checkOneOf(&v, "query.kind", kind, Kinds) {
			return nil, v.Err()
		}
	}
	if after == nil {
		after = &Resource{Position: -1}
	}
	var out []Resource
	var b pg.Batch
	pg.Collect(b.Queue(listResources, bid, kind, after.Position, [16]byte(after.ID), limit), &out)
	err := c.db.ReadTenant(ctx, bid, &b)
	return out, err
}

func (c *Catalog) lockedResource(ctx context.Context, ch *business.Change, rid ResourceID, expect int64) (*Resource, []Rank, error) {
	var x Resource
	var ranks []Rank
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(resourceByID, ch.Business.ID, rid), &x, &found)
	QueueRanks(&b, ch.Business.ID, &ranks)
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return nil, nil, err
	}
	return &x, ranks, checkVersion(found, x.Version, expect)
}

func resourceSubject(rid ResourceID) string { return "resource:" + rid.String() }
