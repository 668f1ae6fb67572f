package catalog

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// MaxCategories is how many categories a business may have.
const MaxCategories = 100

// ErrCategoryInUse refuses to delete a category that services or sets stand under.
var ErrCategoryInUse = fault.New(fault.Conflict, "catalog.category_in_use")

type ofMenu struct{}

// Category is a heading of the menu.
type Category = Label[ofMenu]

var categories = newLabels[ofMenu]("category", "service_categories", MaxCategories, ErrCategoryInUse,
	`SELECT EXISTS (SELECT FROM services s WHERE s.business_id = $1 AND s.category_id = $2)
	     OR EXISTS (SELECT FROM service_sets x WHERE x.business_id = $1 AND x.category_id = $2)`)

// QueueCategories queues the reading of all categories in their order.
func QueueCategories(b *pg.Batch, bid business.ID, dst *[]Category) {
	pg.Collect(b.Queue(categories.all, bid), dst)
}

// CreateCategory adds a heading at the end of the menu.
func (c *Catalog) CreateCategory(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateLabelInput, claim *idempotency.Claim) (*Category, error) {
	return categories.create(ctx, c, actor, bid, in, claim)
}

// UpdateCategory changes a category; precondition.stale unless expect is its version.
func (c *Catalog) UpdateCategory(ctx context.Context, actor tenant.Actor, bid business.ID, cid CategoryID, expect int64, in UpdateLabelInput) (*Category, error) {
	return categories.update(ctx, c, actor, bid, cid, expect, in)
}

// DeleteCategory removes a category under which nothing stands, archived
// services too; any other is ErrCategoryInUse.
func (c *Catalog) DeleteCategory(ctx context.Context, actor tenant.Actor, bid business.ID, cid CategoryID, expect int64) error {
	return categories.delete(ctx, c, actor, bid, cid, expect)
}

// Category reads one; not_found when there is none.
func (c *Catalog) Category(ctx context.Context, bid business.ID, cid CategoryID) (*Category, error) {
	return categories.one(ctx, c, bid, cid)
}

// Categories lists categories in their order, after the given one (nil: from the first), at most limit.
func (c *Catalog) Categories(ctx context.Context, bid business.ID, after *Category, limit int) ([]Category, error) {
	return categories.page(ctx, c, bid, after, limit)
}
