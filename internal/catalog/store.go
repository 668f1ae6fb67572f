package catalog

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	tallyResources = pg.Register("catalog.tally_resources",
		`SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM resources WHERE business_id = $1`)
	tallyOptions = pg.Register("catalog.tally_options",
		`SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM service_options WHERE business_id = $1`)
)

// tally is how many rows there are, and the position of the last.
type tally struct {
	Count int `db:"count"`
	Last  int `db:"last"`
}

var (
	resourceByID = pg.Register("catalog.resource_by_id",
		`SELECT `+resourceColumns+` FROM resources WHERE business_id = $1 AND id = $2`)
	listResources = pg.Register("catalog.list_resources",
		`SELECT `+resourceColumns+` FROM resources
		 WHERE business_id = $1 AND ($2 = '' OR kind = $2) AND (position, id) > ($3, $4::uuid)
		 ORDER BY position, id LIMIT $5`)
	upsertResource = pg.Register("catalog.upsert_resource",
		`INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position,
		     active, rank_id, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		 ON CONFLICT (business_id, id) DO UPDATE SET name = excluded.name, capacity = excluded.capacity,
		     min_party = excluded.min_party, max_party = excluded.max_party, nominatable = excluded.nominatable,
		     nomination_fee = excluded.nomination_fee, position = excluded.position, active = excluded.active,
		     rank_id = excluded.rank_id, version = excluded.version, updated_at = excluded.updated_at`)
	deleteResource = pg.Register("catalog.delete_resource", `DELETE FROM resources WHERE business_id = $1 AND id = $2`)
	// Bookings name resources in snapshots: any booking since may.
	resourceInUse = pg.Register("catalog.resource_in_use",
		`SELECT EXISTS (SELECT FROM requirements q WHERE q.business_id = $1 AND $2 = ANY (q.resource_ids))
		     OR EXISTS (SELECT FROM members m WHERE m.business_id = $1 AND m.resource_id = $2)
		     OR EXISTS (SELECT FROM resource_joins j WHERE j.business_id = $1 AND $2 = ANY (j.resource_ids))
		     OR EXISTS (SELECT FROM allocations a WHERE a.business_id = $1 AND a.resource_id = $2)
		     OR EXISTS (SELECT FROM bookings k JOIN resources r ON r.business_id = k.business_id AND r.id = $2
		                WHERE k.business_id = $1 AND k.created_at >= r.created_at)`)

	optionByID = pg.Register("catalog.option_by_id",
		`SELECT `+optionColumns+` FROM service_options o WHERE business_id = $1 AND id = $2`)
	listOptions = pg.Register("catalog.list_options",
		`SELECT `+optionColumns+` FROM service_options o
		 WHERE business_id = $1 AND (position, id) > ($2, $3::uuid) ORDER BY position, id LIMIT $4`)
	upsertOption = pg.Register("catalog.upsert_option",
		`INSERT INTO service_options (business_id, id, name, duration_minutes, price, position, active, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		 ON CONFLICT (business_id, id) DO UPDATE SET name = excluded.name, duration_minutes = excluded.duration_minutes,
		     price = excluded.price, position = excluded.position, active = excluded.active, version = excluded.version,
		     updated_at = excluded.updated_at`)
	deleteOption = pg.Register("catalog.delete_option", `DELETE FROM service_options WHERE business_id = $1 AND id = $2`)
	optionInUse  = pg.Register("catalog.option_in_use",
		`SELECT EXISTS (SELECT FROM bookings k JOIN service_options o ON o.business_id = k.business_id AND o.id = $2
		                WHERE k.business_id = $1 AND k.created_at >= o.created_at)`)

	upsertService = pg.Register("catalog.upsert_service",
		`INSERT INTO services (business_id, id, name, description, duration_minutes, price, tax_percent, per_person, min_party,
		     max_party, nomination, position, active, category_id, active_from, active_to, customers, gender_note, min_age_note,
		     max_age_note, turn, version, created_at, updated_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
		 ON CONFLICT (business_id, id) DO UPDATE SET name = excluded.name, description = excluded.description,
		     duration_minutes = excluded.duration_minutes, price = excluded.price, tax_percent = excluded.tax_percent,
		     per_person = excluded.per_person, min_party = excluded.min_party, max_party = excluded.max_party,
		     nomination = excluded.nomination, position = excluded.position, active = excluded.active,
		     category_id = excluded.category_id, active_from = excluded.active_from, active_to = excluded.active_to,
		     customers = excluded.customers, gender_note = excluded.gender_note, min_age_note = excluded.min_age_note,
		     max_age_note = excluded.max_age_note, turn = excluded.turn, version = excluded.version, updated_at = excluded.updated_at`)
	deleteService = pg.Register("catalog.delete_service", `DELETE FROM services WHERE business_id = $1 AND id = $2`)
	serviceInUse  = pg.Register("catalog.service_in_use",
		`SELECT EXISTS (SELECT FROM service_sets x WHERE x.business_id = $1 AND $2 = ANY (x.service_ids))
		     OR EXISTS (SELECT FROM bookings k JOIN services s ON s.business_id = k.business_id AND s.id = $2
		                WHERE k.business_id = $1 AND k.created_at >= s.created_at)`)
	deleteRequirements = pg.Register("catalog.delete_requirements",
		`DELETE FROM requirements WHERE business_id = $1 AND service_id = $2`)
	insertRequirements = pg.Register("catalog.insert_requirements",
		`INSERT INTO requirements (business_id, service_id, id, position, kind, units, per_person, before_minutes, after_minutes,
		     gap_start_minute, gap_end_minute, resource_ids)
		 SELECT $1, $2, x.id, x.position, x.kind, x.units, x.per_person, x.before_minutes, x.after_minutes,
		     x.gap_start_minute, x.gap_end_minute, x.resource_ids
		 FROM jsonb_to_recordset($3::jsonb) AS x (id uuid, position integer, kind text, units integer, per_person boolean,
		     before_minutes integer, after_minutes integer, gap_start_minute integer, gap_end_minute integer, resource_ids uuid[])`)
	deleteLinks = pg.Register("catalog.delete_links",
		`DELETE FROM service_option_links WHERE business_id = $1 AND service_id = $2`)
	insertLinks = pg.Register("catalog.insert_links",
		`INSERT INTO service_option_links (business_id, service_id, option_id) SELECT $1, $2, unnest($3::uuid[])`)
	deleteHours = pg.Register("catalog.delete_hours", `DELETE FROM service_hours WHERE business_id = $1 AND service_id = $2`)
	insertHours = pg.Register("catalog.insert_hours",
		`INSERT INTO service_hours (business_id, service_id, weekday, start_minute, end_minute)
		 SELECT $1, $2, d.weekday, r.start_minute, r.end_minute
		 FROM jsonb_to_recordset($3::jsonb) AS d (weekday integer, ranges jsonb)
		 CROSS JOIN LATERAL jsonb_to_recordset(d.ranges) AS r (start_minute integer, end_minute integer)`)
	deletePrices = pg.Register("catalog.delete_prices", `DELETE FROM service_prices WHERE business_id = $1 AND service_id = $2`)
	insertPrices = pg.Register("catalog.insert_prices",
		`INSERT INTO service_prices (business_id, service_id, rank_id, price)
		 SELECT $1, $2, p.rank_id, p.price FROM jsonb_to_recordset($3::jsonb) AS p (rank_id uuid, price bigint)`)
)

func writeResource(b *pg.Batch, bid business.ID, x *Resource) {
	b.Queue(upsertResource, bid, x.ID, x.Kind, x.Name, x.Capacity, x.MinParty, x.MaxParty, x.Nominatable, x.NominationFee,
		x.Position, x.Active, x.RankID, x.Version, x.CreatedAt, x.UpdatedAt)
}

func writeOption(b *pg.Batch, bid business.ID, o *Option) {
	b.Queue(upsertOption, bid, o.ID, o.Name, o.DurationMinutes, o.Price, o.Position, o.Active, o.Version, o.CreatedAt, o.UpdatedAt)
}

func writeService(b *pg.Batch, bid business.ID, s *Service) {
	b.Queue(upsertService, bid, s.ID, s.Name, s.Description, s.DurationMinutes, s.Price, s.TaxPercent, s.PerPerson, s.MinParty,
		s.MaxParty, s.Nomination, s.Position, s.Active, s.CategoryID, s.ActiveFrom, s.ActiveTo, s.Customers, s.GenderNote, s.MinAgeNote,
		s.MaxAgeNote, s.Turn, s.Version, s.CreatedAt, s.UpdatedAt)
	b.Queue(deleteRequirements, bid, s.ID)
	b.Queue(insertRequirements, bid, s.ID, requirementRows(s.Requirements))
	b.Queue(deleteLinks, bid, s.ID)
	b.Queue(insertLinks, bid, s.ID, s.Options)
	b.Queue(deleteHours, bid, s.ID)
	b.Queue(insertHours, bid, s.ID, jsonText(s.Hours))
	b.Queue(deletePrices, bid, s.ID)
	b.Queue(insertPrices, bid, s.ID, jsonText(s.Prices))
}

// requirementRow is a row as insertRequirements reads it.
type requirementRow struct {
	ID             RequirementID `json:"id"`
	Position       int           `json:"position"`
	Kind           Kind          `json:"kind"`
	Units          int           `json:"units"`
	PerPerson      bool          `json:"per_person"`
	BeforeMinutes  int           `json:"before_minutes"`
	AfterMinutes   int           `json:"after_minutes"`
	GapStartMinute *int          `json:"gap_start_minute"`
	GapEndMinute   *int          `json:"gap_end_minute"`
	ResourceIDs    []ResourceID  `json:"resource_ids"`
}

func requirementRows(list []Requirement) string {
	rows := make([]requirementRow, len(list))
	for i, r := range list {
		rows[i] = requirementRow{
			ID: r.ID, Position: i, Kind: r.Kind, Units: r.Units, PerPerson: r.PerPerson, BeforeMinutes: r.BeforeMinutes,
			AfterMinutes: r.AfterMinutes, GapStartMinute: r.GapStartMinute, GapEndMinute: r.GapEndMinute, ResourceIDs: r.ResourceIDs,
		}
	}
	return jsonText(rows)
}

// jsonText is a list as statements take it.
func jsonText(list any) string {
	raw, err := json.Marshal(list)
	if err != nil {
		panic(fmt.Sprintf("catalog: %T: %v", list, err)) // plain values
	}
	return string(raw)
}

// inUse asks whether anything speaks of a row.
func inUse(ctx context.Context, tx *pg.Tx, s *pg.Statement, bid business.ID, row [16]byte) (used bool, err error) {
	var b pg.Batch
	b.Queue(s, bid, row).QueryRow(func(r pgx.Row) error { return r.Scan(&used) })
	err = tx.Run(ctx, &b)
	return used, err
}
