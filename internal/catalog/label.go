package catalog

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Label is a name in an order, by which other records are grouped: a category of
// the menu, a rank of staff.
type Label[T any] struct {
	ID        id.Of[T]    `db:"id"`
	Name      locale.Text `db:"name"`
	Position  int         `db:"position"`
	Version   int64       `db:"version"`
	CreatedAt time.Time   `db:"created_at"`
	UpdatedAt time.Time   `db:"updated_at"`
}

// CreateLabelInput is a new category or rank.
type CreateLabelInput struct {
	Name     locale.Text `json:"name"`
	Position *int        `json:"position,omitempty" doc:"Place in lists; at the end unless given" minimum:"0" maximum:"100000"`
}

// UpdateLabelInput changes a category or rank; what is left out stays.
type UpdateLabelInput struct {
	Name     locale.Text `json:"name,omitempty"`
	Position *int        `json:"position,omitempty" doc:"Place in lists" minimum:"0" maximum:"100000"`
}

// Validate reports every fault of the input.
func (in *CreateLabelInput) Validate() error {
	var v fault.Fields
	in.Name.Line().Check(&v, "body.name", MaxName, true)
	set(&v, "body.position", new(int), in.Position, 0, maxPosition)
	return v.Err()
}

// labels is one kind of label: where it is kept, and how many there may be.
type labels[T any] struct {
	noun  string // of the trail: "category.created"
	most  int
	inUse error // the refusal to delete one that something speaks of

	all, byID, list, tally, upsert, remove, used *pg.Statement
}

const labelColumns = `id, name, position, version, created_at, updated_at`

// newLabels registers the statements of a kind; used asks whether anything speaks of label $2.
func newLabels[T any](noun, table string, most int, inUse error, used string) *labels[T] {
	return &labels[T]{
		noun: noun, most: most, inUse: inUse,
		all: pg.Register("catalog.all_"+table,
			`SELECT `+labelColumns+` FROM `+table+` WHERE business_id = $1 ORDER BY position, id`),
		byID: pg.Register("catalog."+noun+"_by_id",
			`SELECT `+labelColumns+` FROM `+table+` WHERE business_id = $1 AND id = $2`),
		list: pg.Register("catalog.list_"+table,
			`SELECT `+labelColumns+` FROM `+table+`
			 WHERE business_id = $1 AND (position, id) > ($2, $3::uuid) ORDER BY position, id LIMIT $4`),
		tally: pg.Register("catalog.tally_"+table,
			`SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM `+table+` WHERE business_id = $1`),
		upsert: pg.Register("catalog.upsert_"+noun,
			`INSERT INTO `+table+` (business_id, `+labelColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
			 ON CONFLICT (business_id, id) DO UPDATE SET name = excluded.name, position = excluded.position,
			     version = excluded.version, updated_at = excluded.updated_at`),
		remove: pg.Register("catalog.delete_"+noun, `DELETE FROM `+table+` WHERE business_id = $1 AND id = $2`),
		used:   pg.Register("catalog."+noun+"_in_use", used),
	}
}

func (l *labels[T]) write(b *pg.Batch, bid business.ID, x *Label[T]) {
	b.Queue(l.upsert, bid, x.ID, x.Name, x.Position, x.Version, x.CreatedAt, x.UpdatedAt)
}

func (l *labels[T]) create(
	ctx context.Context, c *Catalog, actor tenant.Actor, bid business.ID, in CreateLabelInput, claim *idempotency.Claim,
) (*Label[T], error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Label[T]
	err := c.changer.Do(ctx, actor, bid, claim, func(ch *business.Change) (business.Done, error) {
		var have tally
		var b pg.Batch
		pg.CollectOne(b.Queue(l.tally, bid), &have, nil)
		if err := ch.Tx.Run(ctx, &b); err != nil {
			return business.Done{}, err
		}
		if have.Count >= l.most {
			return business.Done{}, limitReached(l.most)
		}
		out = &Label[T]{
			ID: id.New[T](ch.Now), Name: in.Name.Line(), Position: place(in.Position, have.Last), Version: 1,
			CreatedAt: ch.Now, UpdatedAt: ch.Now,
		}
		l.write(ch.Tx.Batch(), bid, out)
		return business.Done{Action: l.noun + ".created", Subject: l.subject(out.ID), Result: out}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (l *labels[T]) update(
	ctx context.Context, c *Catalog, actor tenant.Actor, bid business.ID, lid id.Of[T], expect int64, in UpdateLabelInput,
) (*Label[T], error) {
	var out *Label[T]
	err := c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		x, err := l.locked(ctx, ch, lid, expect)
		if err != nil {
			return business.Done{}, err
		}
		var v fault.Fields
		if in.Name != nil {
			x.Name = in.Name.Line()
			x.Name.Check(&v, "body.name", MaxName, true)
		}
		set(&v, "body.position", &x.Position, in.Position, 0, maxPosition)
		if err := v.Err(); err != nil {
			return business.Done{}, err
		}
		x.Version, x.UpdatedAt = x.Version+1, ch.Now
		l.write(ch.Tx.Batch(), bid, x)
		out = x
		return business.Done{Action: l.noun + ".changed", Subject: l.subject(lid)}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// delete removes a label that nothing speaks of; any other is the kind's inUse.
func (l *labels[T]) delete(ctx context.Context, c *Catalog, actor tenant.Actor, bid business.ID, lid id.Of[T], expect int64) error {
	return c.changer.Do(ctx, actor, bid, nil, func(ch *business.Change) (business.Done, error) {
		if _, err := l.locked(ctx, ch, lid, expect); err != nil {
			return business.Done{}, err
		}
		used, err := inUse(ctx, ch.Tx, l.used, bid, lid)
		if err != nil {
			return business.Done{}, err
		}
		if used {
			return business.Done{}, l.inUse
		}
		ch.Tx.Later(l.remove, bid, lid)
		return business.Done{Action: l.noun + ".deleted", Subject: l.subject(lid)}, nil
	})
}

func (l *labels[T]) one(ctx context.Context, c *Catalog, bid business.ID, lid id.Of[T]) (*Label[T], error) {
	var out Label[T]
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(l.byID, bid, lid), &out, &found)
	if err := c.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, business.ErrNotFound
	}
	return &out, nil
}

func (l *labels[T]) page(ctx context.Context, c *Catalog, bid business.ID, after *Label[T], limit int) ([]Label[T], error) {
	if after == nil {
		after = &Label[T]{Position: -1}
	}
	var out []Label[T]
	var b pg.Batch
	pg.Collect(b.Queue(l.list, bid, after.Position, [16]byte(after.ID), limit), &out)
	err := c.db.ReadTenant(ctx, bid, &b)
	return out, err
}

func (l *labels[T]) locked(ctx context.Context, ch *business.Change, lid id.Of[T], expect int64) (*Label[T], error) {
	var x Label[T]
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(l.byID, ch.Business.ID, lid), &x, &found)
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	return &x, checkVersion(found, x.Version, expect)
}

func (l *labels[T]) subject(lid id.Of[T]) string { return l.noun + ":" + lid.String() }
