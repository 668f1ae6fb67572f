package catalog

import (
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

const setColumns = `id, category_id, name, description, service_ids, price, active_from, active_to, position, active, version,
		created_at, updated_at`

var (
	allSets = pg.Register("catalog.sets",
		`SELECT `+setColumns+` FROM service_sets WHERE business_id = $1 ORDER BY position, id`)
	setByID = pg.Register("catalog.set_by_id",
		`SELECT `+setColumns+` FROM service_sets WHERE business_id = $1 AND id = $2`)
	listSets = pg.Register("catalog.list_sets",
		`SELECT `+setColumns+` FROM service_sets
		 WHERE business_id = $1 AND (position, id) > ($2, $3::uuid) ORDER BY position, id LIMIT $4`)
	upsertSet = pg.Register("catalog.upsert_set",
		`INSERT INTO service_sets (business_id, id, category_id, name, description, service_ids, price, active_from, active_to, position,
		     active, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		 ON CONFLICT (business_id, id) DO UPDATE SET category_id = excluded.category_id, name = excluded.name,
		     description = excluded.description, service_ids = excluded.service_ids, price = excluded.price,
		     active_from = excluded.active_from, active_to = excluded.active_to, position = excluded.position,
		     active = excluded.active, version = excluded.version, updated_at = excluded.updated_at`)
	deleteSet = pg.Register("catalog.delete_set", `DELETE FROM service_sets WHERE business_id = $1 AND id = $2`)
	setInUse  = pg.Register("catalog.set_in_use",
		`SELECT EXISTS (SELECT FROM bookings k JOIN service_sets x ON x.business_id = k.business_id AND x.id = $2
		                WHERE k.business_id = $1 AND k.created_at >= x.created_at)`)
)

func writeSet(b *pg.Batch, bid business.ID, x *Set) {
	b.Queue(upsertSet, bid, x.ID, x.CategoryID, x.Name, x.Description, x.ServiceIDs, x.Price, x.ActiveFrom, x.ActiveTo, x.Position,
		x.Active, x.Version, x.CreatedAt, x.UpdatedAt)
}
