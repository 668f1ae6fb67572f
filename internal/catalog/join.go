package catalog

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Bounds of joins.
const (
	MaxJoins       = 100 // of a business, archived ones included
	MinJoinMembers = 2
	MaxJoinMembers = 8
)

// JoinID names a join.
type JoinID = id.Of[Join]

// Join is tables (seats or rooms of one kind) that are put together for a party
// which none of them takes alone. It takes all units of all of them, and is out
// of use as long as one of them is.
type Join struct {
	ID          JoinID       `db:"id"`
	Name        locale.Text  `db:"name"`
	ResourceIDs []ResourceID `db:"resource_ids"` // two to eight
	MinParty    int          `db:"min_party"`
	MaxParty    int          `db:"max_party"`
	Position    int          `db:"position"`
	Active      bool         `db:"active"`
	Version     int64        `db:"version"`
	CreatedAt   time.Time    `db:"created_at"`
	UpdatedAt   time.Time    `db:"updated_at"`
}

const joinColumns = `id, name, resource_ids, min_party, max_party, position, active, version, created_at, updated_at`

var (
	allJoins = pg.Register("catalog.all_joins",
		`SELECT `+joinColumns+` FROM resource_joins WHERE business_id = $1 ORDER BY position, id`)
	joinByID = pg.Register("catalog.join_by_id",
		`SELECT `+joinColumns+` FROM resource_joins WHERE business_id = $1 AND id = $2`)
	listJoins = pg.Register("catalog.list_joins",
		`SELECT `+joinColumns+` FROM resource_joins
		 WHERE business_id = $1 AND (position, id) > ($2, $3::uuid) ORDER BY position, id LIMIT $4`)
	tallyJoins = pg.Register("catalog.tally_joins",
		`SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM resource_joins WHERE business_id = $1`)
	upsertJoin = pg.Register("catalog.upsert_join",
		`INSERT INTO resource_joins (business_id, `+joinColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		 ON CONFLICT (business_id, id) DO UPDATE SET name = excluded.name, resource_ids = excluded.resource_ids,
		     min_party = excluded.min_party, max_party = excluded.max_party, position = excluded.position,
		     active = excluded.active, version = excluded.version, updated_at = excluded.updated_at`)
	deleteJoin = pg.Register("catalog.delete_join", `DELETE FROM resource_joins WHERE business_id = $1 AND id = $2`)
)

// QueueJoins queues the reading of all joins, in their order.
func QueueJoins(b *pg.Batch, bid business.ID, dst *[]Join) {
	pg.Collect(b.Queue(allJoins, bid), dst)
}

func writeJoin(b *pg.Batch, bid business.ID, x *Join) {
	b.Queue(upsertJoin, bid, x.ID, x.Name, x.ResourceIDs, x.MinParty, x.MaxParty, x.Position, x.Active, x.Version, x.CreatedAt, x.UpdatedAt)
}

// CreateJoinInput is a new join.
type CreateJoinInput struct {
	Name        locale.Text  `json:"name" doc:"Such as {\"ja\": \"テーブル1・2\"}"`
	ResourceIDs []ResourceID `json:"resource_ids" doc:"The tables: seats, or rooms" minItems:"2" maxItems:"8"`
	MinParty    *int         `json:"min_party,omitempty" doc:"Smallest party that it serves; 1 unless given. Tables that take the party alone always come first" minimum:"1" maximum:"500"`
	MaxParty    int          `json:"max_party" doc:"Largest party that it serves" minimum:"1" maximum:"500" example:"8"`
	Position    *int         `json:"position,omitempty" doc:"Place in lists, and in the choice among joins as large; at the end unless given" minimum:"0" maximum:"100000"`
	Active      *bool        `json:"active,omitempty" doc:"false: out of use"`
}

// UpdateJoinInput changes a join; what is left out stays.
type UpdateJoinInput struct {
	Name        locale.Text  `json:"name,omitempty"`
	ResourceIDs []ResourceID `json:"resource_ids,omitempty" doc:"The tables: seats, or rooms" minItems:"2" maxItems:"8"`
	MinParty    *int         `json:"min_party,omitempty" minimum:"1" maximum:"500"`
	MaxParty    *int         `json:"max_party,omitempty" minimum:"1" maximum:"500"`
	Position    *int         `json:"position,omitempty" minimum:"0" maximum:"100000"`
	Active      *bool        `json:"active,omitempty" doc:"false: out of use"`
}

func (in *CreateJoinInput) join(v *fault.Fields) Join {
	x := Join{MinParty: 1, MaxParty: in.MaxParty, Active: true}
	all := UpdateJoinInput{in.Name, in.ResourceIDs, in.MinParty, &in.MaxParty, in.Position, in.Active}
	if all.Name == nil {
		all.Name = locale.Text{}
	}
	if all.ResourceIDs == nil {
		all.ResourceIDs = []ResourceID{}
	}
	all.applyTo(&x, v)
	return x
}

func (in *UpdateJoinInput) applyTo(x *Join, v *fault.Fields) {
	if in.Name != nil {
		x.Name = in.Name.Line()
		x.Name.Check(v, "body.name", MaxName, true)
	}
	if in.ResourceIDs != nil {
		x.ResourceIDs = in.ResourceIDs
		const at = "body.resource_ids"
		v.Check(len(x.ResourceIDs) >= MinJoinMembers, at, "too_few", fault.Args{"min": MinJoinMembers})
		v.Check(len(x.ResourceIDs) <= MaxJoinMembers, at, "too_many", fault.Args{"max": MaxJoinMembers})
		for i, rid := range x.ResourceIDs {
			v.Check(!slices.Contains(x.ResourceIDs[:i], rid), at+"["+strconv.Itoa(i)+"]", "duplicate")
		}
	}
	setParty(v, &x.MinParty, &x.MaxParty, in.MinParty, in.MaxParty)
	set(v, "body.position", &x.Position, in.Position, 0, maxPosition)
	setTrue(&x.Active, in.Active)
}

// checkMembers notes members that the business does not have, or of kinds that
// are not put together: seats with seats, rooms with rooms.
func (x *Join) checkMembers(v *fault.Fields, resources []Resource) {
	var kind Kind
	for i, rid := range x.ResourceIDs {
		at := "body.resource_ids[" + strconv.Itoa(i) + "]"
		k := slices.IndexFunc(resources, func(r Resource) bool { return r.ID == rid })
		if !v.Check(k >= 0, at, "unknown_id") {
			continue
		}
		is := resources[k].Kind
		if kind == "" && (is == Seat || is == Room) {
			kind = is
		}
		v.Check(is == kind, at, "catalog.join_kind")
	}
}

// CreateJoin adds a join at the end of the list.
func (c *Catalog) CreateJoin(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateJoinInput, claim *idempotency.Claim) (*Join, error) {
	var out *Join
	err := c.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		var have tally
		var resources []Resource
		var b pg.Batch
		pg.CollectOne(b.Queue(tallyJoins, bid), &have, nil)
		QueueResources(&b, bid, &resources)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		x := in.join(&v)
		x.checkMembers(&v, resources)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		if have.Count >= MaxJoins {
			return business.Done{}, limitReached(MaxJoins)
		}
		x.ID, x.Version, x.CreatedAt, x.UpdatedAt = id.New[Join](ch.Now), 1, ch.Now, ch.Now
		x.Position = place(in.Position, have.Last)
		writeJoin(ch.Tx.Batch(), bid, &x)
		out = &x
		return business.Done{Action: "join.created", Subject: joinSubject(x.ID), Result: out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// UpdateJoin changes a join; bookings keep the tables that they have.
// precondition.stale unless expect is its version.
func (c *Catalog) UpdateJoin(ctx context.Context, actor tenant.Actor, bid business.ID, jid JoinID, expect int64, in UpdateJoinInput) (*Join, error) {
	var out *Join
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		var resources []Resource
		x, err := lockedJoin(ctx, ch, jid, expect, &resources)
		if err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		in.applyTo(x, &v)
		x.checkMembers(&v, resources)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		x.Version, x.UpdatedAt = x.Version+1, ch.Now
		writeJoin(ch.Tx.Batch(), bid, x)
		out = x
		return business.Done{Action: "join.changed", Subject: joinSubject(jid)}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// DeleteJoin removes a join; bookings keep the tables that they have.
// precondition.stale unless expect is its version.
func (c *Catalog) DeleteJoin(ctx context.Context, actor tenant.Actor, bid business.ID, jid JoinID, expect int64) error {
	return c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if _, err := lockedJoin(ctx, ch, jid, expect, new([]Resource)); err != nil {
			return business.Done{}, err
		}
		ch.Tx.Later(deleteJoin, bid, jid)
		return business.Done{Action: "join.deleted", Subject: joinSubject(jid)}, nil
	})
}

// Join reads one; not_found when there is none.
func (c *Catalog) Join(ctx context.Context, bid business.ID, jid JoinID) (*Join, error) {
	var out Join
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(joinByID, bid, jid), &out, &found)
	if err := c.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, business.ErrNotFound
	}
	return &out, nil
}

// Joins lists joins in their order, after the given one (nil: from the first), at most limit.
func (c *Catalog) Joins(ctx context.Context, bid business.ID, after *Join, limit int) ([]Join, error) {
	if after == nil {
		after = &Join{Position: -1}
	}
	var out []Join
	var b pg.Batch
	pg.Collect(b.Queue(listJoins, bid, after.Position, [16]byte(after.ID), limit), &out)
	err := c.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// lockedJoin reads a join, and all resources, under the lock of the change.
func lockedJoin(ctx context.Context, ch *business.Change, jid JoinID, expect int64, resources *[]Resource) (*Join, error) {
	var x Join
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(joinByID, ch.Business.ID, jid), &x, &found)
	QueueResources(&b, ch.Business.ID, resources)
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	return &x, checkVersion(found, x.Version, expect)
}

func joinSubject(jid JoinID) string { return "join:" + jid.String() }
