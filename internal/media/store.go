package media

import (
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

const columns = `id, name, sizes, alt, resource_id, service_id, position, created_at`

// ofShop are the photos that show neither a resource nor a service.
const ofShop = `resource_id IS NULL AND service_id IS NULL`

// inRow is a photo as part of a row of another table, NULL for none.
const inRow = `(SELECT jsonb_build_object('id', p.id, 'name', p.name, 'sizes', p.sizes, 'alt', p.alt) FROM photos p
	WHERE p.business_id = `

// ColumnOfResource and ColumnOfService are the column photo of a statement that
// reads rows of that table under the given name.
func ColumnOfResource(table string) string {
	return inRow + table + `.business_id AND p.resource_id = ` + table + `.id) AS photo`
}

// ColumnOfService is as ColumnOfResource.
func ColumnOfService(table string) string {
	return inRow + table + `.business_id AND p.service_id = ` + table + `.id) AS photo`
}

var (
	listOfShop = pg.Register("media.of_shop",
		`SELECT `+columns+` FROM photos WHERE business_id = $1 AND `+ofShop+` ORDER BY position, id`)
	byID = pg.Register("media.by_id",
		`SELECT `+columns+` FROM photos WHERE business_id = $1 AND id = $2 AND `+ofShop)
	byResource = pg.Register("media.by_resource", `SELECT `+columns+` FROM photos WHERE business_id = $1 AND resource_id = $2`)
	byService  = pg.Register("media.by_service", `SELECT `+columns+` FROM photos WHERE business_id = $1 AND service_id = $2`)

	hasResource = pg.Register("media.has_resource", `SELECT true FROM resources WHERE business_id = $1 AND id = $2`)
	hasService  = pg.Register("media.has_service", `SELECT true FROM services WHERE business_id = $1 AND id = $2`)

	insert = pg.Register("media.insert",
		`INSERT INTO photos (business_id, id, name, sizes, resource_id, service_id, alt, position, created_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
	replace = pg.Register("media.replace", `UPDATE photos SET name = $3, sizes = $4 WHERE business_id = $1 AND id = $2`)
	setAlt  = pg.Register("media.set_alt", `UPDATE photos SET alt = $3 WHERE business_id = $1 AND id = $2`)
	remove  = pg.Register("media.delete", `DELETE FROM photos WHERE business_id = $1 AND id = $2`)
	order   = pg.Register("media.order",
		`UPDATE photos p SET position = x.position FROM unnest($2::uuid[]) WITH ORDINALITY AS x (id, position)
		 WHERE p.business_id = $1 AND p.id = x.id`)
	// The same picture once more keeps its name; one that was given up has no content any more.
	keepFile = pg.Register("media.keep_file",
		`INSERT INTO photo_files (business_id, name, content, sizes, used_at) VALUES ($1, $2, $3, $4, $5)
		 ON CONFLICT (business_id, content) DO UPDATE SET used_at = greatest(photo_files.used_at, excluded.used_at) RETURNING name`)
	// Whoever shows a file notes it first: a sweep that is just looking at it waits, and looks again.
	useFile = pg.Register("media.use_file",
		`UPDATE photo_files SET used_at = greatest(used_at, $3) WHERE business_id = $1 AND name = $2 AND content IS NOT NULL RETURNING true`)
	giveUp = pg.Register("media.give_up",
		`UPDATE photo_files f SET content = NULL WHERE business_id = $1 AND content IS NOT NULL AND used_at < $2
		 AND NOT EXISTS (SELECT FROM photos p WHERE p.business_id = f.business_id AND p.name = f.name)`)
	givenUp = pg.Register("media.given_up",
		`SELECT name, sizes FROM photo_files WHERE business_id = $1 AND content IS NULL LIMIT 500`)
	deleteFiles = pg.Register("media.delete_files",
		`DELETE FROM photo_files WHERE business_id = $1 AND name = ANY ($2) AND content IS NULL`)
)

// QueueOfShop queues the reading of the photos of the shop itself, in their order.
func QueueOfShop(b *pg.Batch, bid business.ID, dst *[]Photo) {
	pg.Collect(b.Queue(listOfShop, bid), dst)
}

// queue reads whether the resource or service is there; of the shop, nothing is read.
func (o Owner) queue(b *pg.Batch, bid business.ID, owned *[]bool) {
	switch {
	case !o.Resource.IsZero():
		pg.CollectColumn(b.Queue(hasResource, bid, o.Resource), owned)
	case !o.Service.IsZero():
		pg.CollectColumn(b.Queue(hasService, bid, o.Service), owned)
	}
}

// queue reads the photo of an owner, or of the shop by its id.
func (t Target) queue(b *pg.Batch, bid business.ID, dst *Photo, found *bool) {
	switch {
	case !t.Resource.IsZero():
		pg.CollectOne(b.Queue(byResource, bid, t.Resource), dst, found)
	case !t.Service.IsZero():
		pg.CollectOne(b.Queue(byService, bid, t.Service), dst, found)
	default:
		pg.CollectOne(b.Queue(byID, bid, t.ID), dst, found)
	}
}
