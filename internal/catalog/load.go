package catalog

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	resourceColumns = `id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active,
		rank_id, stopped, stopped_until, version, created_at, updated_at,
		` + media.ColumnOfResource("resources")
	serviceColumns = `id, name, description, duration_minutes, price, tax_percent, per_person, min_party, max_party,
		nomination, position, active, category_id, active_from, active_to, customers, gender_note, min_age_note, max_age_note, turn,
		version, created_at, updated_at,
		(SELECT coalesce(jsonb_agg(jsonb_build_object('weekday', d.weekday, 'ranges', d.ranges) ORDER BY d.weekday), '[]')
		 FROM (SELECT h.weekday, jsonb_agg(jsonb_build_object('start_minute', h.start_minute, 'end_minute', h.end_minute)
		           ORDER BY h.start_minute) AS ranges
		       FROM service_hours h WHERE h.business_id = v.business_id AND h.service_id = v.id GROUP BY h.weekday) d) AS hours,
		(SELECT coalesce(jsonb_agg(jsonb_build_object('rank_id', p.rank_id, 'price', p.price) ORDER BY k.position, k.id), '[]')
		 FROM service_prices p JOIN staff_ranks k ON k.business_id = p.business_id AND k.id = p.rank_id
		 WHERE p.business_id = v.business_id AND p.service_id = v.id) AS prices,
		` + media.ColumnOfService("v")
	optionColumns = `id, name, duration_minutes, price, position, active, version, created_at, updated_at,
		ARRAY(SELECT l.service_id FROM service_option_links l
		      WHERE l.business_id = o.business_id AND l.option_id = o.id ORDER BY l.service_id) AS service_ids`
	requirementColumns = `id, service_id, kind, resource_ids, units, per_person, before_minutes, after_minutes,
		gap_start_minute, gap_end_minute`
)

var (
	allResources = pg.Register("catalog.resources",
		`SELECT `+resourceColumns+` FROM resources WHERE business_id = $1 ORDER BY position, id`)
	allServices = pg.Register("catalog.services",
		`SELECT `+serviceColumns+` FROM services v WHERE business_id = $1 ORDER BY position, id`)
	allRequirements = pg.Register("catalog.requirements",
		`SELECT `+requirementColumns+` FROM requirements WHERE business_id = $1 ORDER BY service_id, position, id`)
	allLinks = pg.Register("catalog.links",
		`SELECT l.service_id, l.option_id FROM service_option_links l
		 JOIN service_options o ON o.business_id = l.business_id AND o.id = l.option_id
		 WHERE l.business_id = $1 ORDER BY o.position, o.id`)
	resourceVersion = pg.Register("catalog.resource_version", `SELECT version FROM resources WHERE business_id = $1 AND id = $2`)
	touchResource   = pg.Register("catalog.touch_resource",
		`UPDATE resources SET version = version + 1, updated_at = $3 WHERE business_id = $1 AND id = $2`)
	allOptions = pg.Register("catalog.options",
		`SELECT `+optionColumns+` FROM service_options o WHERE business_id = $1 ORDER BY position, id`)
)

// QueueResources queues the reading of all resources of a business, inactive
// ones too, in their order.
func QueueResources(b *pg.Batch, bid business.ID, dst *[]Resource) {
	pg.Collect(b.Queue(allResources, bid), dst)
}

// QueueVersion queues the reading of a resource's version; 0 for an absent one.
func QueueVersion(b *pg.Batch, bid business.ID, rid ResourceID, dst *int64) {
	b.Queue(resourceVersion, bid, rid).Query(func(rows pgx.Rows) error {
		*dst = 0
		list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err == nil && len(list) > 0 {
			*dst = list[0]
		}
		return err
	})
}

// Touch defers a new version of a resource, for what shares its version. It
// answers not_found for an absent one, precondition.stale unless expect is the present version.
func Touch(ctx context.Context, ch *business.Change, rid ResourceID, expect int64) error {
	var version int64
	var b pg.Batch
	QueueVersion(&b, ch.Business.ID, rid, &version)
	if err := ch.Tx.Run(ctx, &b); err != nil {
		return err
	}
	if err := checkVersion(version > 0, version, expect); err != nil {
		return err
	}
	ch.Tx.Later(touchResource, ch.Business.ID, rid, ch.Now)
	return nil
}

// QueueOptions queues the reading of all options, inactive ones too, in their order.
func QueueOptions(b *pg.Batch, bid business.ID, dst *[]Option) {
	pg.Collect(b.Queue(allOptions, bid), dst)
}

// QueueServices queues the reading of all services, inactive ones too, in their
// order, with their options (inactive ones too) and requirements.
func QueueServices(b *pg.Batch, bid business.ID, dst *[]Service) {
	p := parts{dst: dst}
	pg.Collect(b.Queue(allServices, bid), dst)
	p.queue(b.Queue(allRequirements, bid), b.Queue(allLinks, bid))
}

// parts composes services with what stands in other tables.
type parts struct {
	dst *[]Service
	at  map[ServiceID]int
}

// queue reads requirements and then links, in this order, after the services.
func (p *parts) queue(requirements, links *pgx.QueuedQuery) {
	requirements.Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Requirement])
		p.index()
		for _, r := range list {
			if s := p.service(r.ServiceID); s != nil {
				s.Requirements = append(s.Requirements, r)
			}
		}
		return err
	})
	links.Query(func(rows pgx.Rows) error {
		var sid ServiceID
		var oid OptionID
		_, err := pgx.ForEachRow(rows, []any{&sid, &oid}, func() error {
			if s := p.service(sid); s != nil {
				s.Options = append(s.Options, oid)
			}
			return nil
		})
		return err
	})
}

// service is nil for one that was made after the services were read.
func (p *parts) service(sid ServiceID) *Service {
	if i, ok := p.at[sid]; ok {
		return &(*p.dst)[i]
	}
	return nil
}

func (p *parts) index() {
	p.at = make(map[ServiceID]int, len(*p.dst))
	for i := range *p.dst {
		s := &(*p.dst)[i]
		s.Options, s.Requirements = []OptionID{}, []Requirement{}
		p.at[s.ID] = i
	}
}
