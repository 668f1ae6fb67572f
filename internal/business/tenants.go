package business

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var listTenants = pg.Register("business.tenants",
	`SELECT tenant_id FROM directory WHERE tenant_id > $1 ORDER BY tenant_id LIMIT $2`)

// Tenants lists all businesses of the installation in the order of their ids,
// after the given one (the zero id: from the first); for background work that
// goes through them one by one.
func Tenants(ctx context.Context, db *pg.DB, after [16]byte, limit int) ([]ID, error) {
	var out []ID
	var b pg.Batch
	pg.CollectColumn(b.Queue(listTenants, after, limit), &out)
	return out, db.Read(ctx, &b)
}
