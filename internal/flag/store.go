package flag

import (
	"context"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	readAll = pg.Register("flag.all",
		`SELECT name, killed, percent, tenants, version, updated_at FROM feature_flags ORDER BY name LIMIT 1000`)
	lock = pg.Register("flag.lock",
		`SELECT name, killed, percent, tenants, version, updated_at FROM feature_flags WHERE name = $1 FOR UPDATE`)
	unknown = pg.Register("flag.unknown_businesses",
		`SELECT n::int FROM unnest($1::uuid[]) WITH ORDINALITY AS x (id, n)
		 WHERE NOT EXISTS (SELECT FROM directory d WHERE d.tenant_id = x.id) ORDER BY n`)
	// The first change of a flag inserts its row; of two first ones, the later finds nothing to update.
	write = pg.Register("flag.write",
		`INSERT INTO feature_flags AS f (name, killed, percent, tenants, version, updated_at) VALUES ($1, $2, $3, $4, $5::bigint + 1, $6)
		 ON CONFLICT (name) DO UPDATE SET killed = excluded.killed, percent = excluded.percent, tenants = excluded.tenants,
		     version = excluded.version, updated_at = excluded.updated_at
		 WHERE f.version = $5::bigint`)
)

// read reads the state of every flag that was ever set.
func (s *Service) read(ctx context.Context) ([]State, error) {
	var rows []State
	var b pg.Batch
	pg.Collect(b.Queue(readAll), &rows)
	err := s.db.Read(ctx, &b)
	return rows, err
}
