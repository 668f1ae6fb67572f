package catalog

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// MaxRanks is how many ranks of staff a business may have.
const MaxRanks = 20

// ErrRankInUse refuses to delete a rank that staff hold or prices name.
var ErrRankInUse = fault.New(fault.Conflict, "catalog.rank_in_use")

type ofStaff struct{}

// Rank is a grade of staff, such as トップスタイリスト: it may decide prices.
type Rank = Label[ofStaff]

var ranks = newLabels[ofStaff]("rank", "staff_ranks", MaxRanks, ErrRankInUse,
	`SELECT EXISTS (SELECT FROM resources r WHERE r.business_id = $1 AND r.rank_id = $2)
	     OR EXISTS (SELECT FROM service_prices p WHERE p.business_id = $1 AND p.rank_id = $2)`)

// QueueRanks queues the reading of all ranks in their order.
func QueueRanks(b *pg.Batch, bid business.ID, dst *[]Rank) {
	pg.Collect(b.Queue(ranks.all, bid), dst)
}

// CreateRank adds a rank at the end of the list.
func (c *Catalog) CreateRank(ctx context.Context, actor tenant.Actor, bid business.ID, in CreateLabelInput, claim *idempotency.Claim) (*Rank, error) {
	return ranks.create(ctx, c, actor, bid, in, claim)
}

// UpdateRank changes a rank; precondition.stale unless expect is its version.
func (c *Catalog) UpdateRank(ctx context.Context, actor tenant.Actor, bid business.ID, rid RankID, expect int64, in UpdateLabelInput) (*Rank, error) {
	return ranks.update(ctx, c, actor, bid, rid, expect, in)
}

// DeleteRank removes a rank that no staff hold, archived ones too, and that no
// price names; any other is ErrRankInUse.
func (c *Catalog) DeleteRank(ctx context.Context, actor tenant.Actor, bid business.ID, rid RankID, expect int64) error {
	return ranks.delete(ctx, c, actor, bid, rid, expect)
}

// Rank reads one; not_found when there is none.
func (c *Catalog) Rank(ctx context.Context, bid business.ID, rid RankID) (*Rank, error) {
	return ranks.one(ctx, c, bid, rid)
}

// Ranks lists ranks in their order, after the given one (nil: from the first), at most limit.
func (c *Catalog) Ranks(ctx context.Context, bid business.ID, after *Rank, limit int) ([]Rank, error) {
	return ranks.page(ctx, c, bid, after, limit)
}
