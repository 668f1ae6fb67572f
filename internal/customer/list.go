package customer

import (
	"context"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Filter is which customers to list. Empty fields do not filter.
type Filter struct {
	Query string // beginnings of names or kana, an address, a phone number, or its last four digits
	Tag   string
	Row   string // one of jp.IndexRows
}

// lists are the statements of the list: each kind of filter is a part of its own,
// so that the plan can begin with it.
var lists = func() (all [8]*pg.Statement) {
	for i := range all {
		name, sql := listSQL(i&byWords != 0, i&byTag != 0, i&byOwn != 0)
		all[i] = pg.Register(name, sql)
	}
	return all
}()

const (
	byWords = 1 << iota
	byTag
	byOwn
)

// listSQL reads a page and, for its rows alone, their visits. Only comparisons
// that leak nothing reach an index under the policies: words are compared as ranges.
func listSQL(words, tag, own bool) (name, sql string) {
	var b strings.Builder
	name = "customer.list"
	b.WriteString(`SELECT ` + profile + `, ` + visits + ` FROM (
	 SELECT c.* FROM customers c
	 WHERE c.business_id = $1 AND c.merged_into IS NULL AND c.erased_at IS NULL AND (c.sort_key, c.id) > ($2::bytea, $3::uuid)
	   AND c.sort_key < $12::bytea
	   AND $6::text IS NOT NULL AND $7::text IS NOT NULL AND $8::text[] IS NOT NULL AND $9::text[] IS NOT NULL
	   AND $10::text IS NOT NULL AND $11::uuid IS NOT NULL`)
	if words {
		name += "_words"
		b.WriteString(`
	   AND c.id IN (SELECT w.customer_id FROM customer_words w WHERE w.business_id = $1 AND w.word >= $6 AND w.word < $7)
	   AND NOT EXISTS (SELECT FROM unnest($8, $9) r (low, high) WHERE NOT EXISTS (
	       SELECT FROM customer_words w WHERE w.business_id = $1 AND w.customer_id = c.id AND w.word >= r.low AND w.word < r.high))`)
	}
	if tag {
		name += "_tag"
		b.WriteString(`
	   AND c.id IN (SELECT t.customer_id FROM customer_tags t WHERE t.business_id = $1 AND t.tag = $10)`)
	}
	if own {
		name += "_own"
		b.WriteString(`
	   AND ` + servedBy("$11"))
	}
	b.WriteString(`
	 ORDER BY c.sort_key, c.id LIMIT $5) c ` + visitsOf("$4::timestamptz") + `
	 ORDER BY c.sort_key, c.id`)
	return name, b.String()
}

// servedBy tells that a staff resource serves or served customer c of business $1.
func servedBy(staff string) string {
	return `EXISTS (SELECT FROM booking_segments g JOIN bookings k ON k.business_id = g.business_id AND k.id = g.booking_id
	       WHERE g.business_id = $1 AND g.staff_id = ` + staff + ` AND k.business_id = $1 AND k.customer_id = c.id)`
}

// lastKey is behind every sort key.
var lastKey = []byte{0xFF}

// List reads customers by their kana, behind the position (nil: from the first),
// at most limit. Whoever is bound to their own sees their own.
func (s *Service) List(ctx context.Context, a tenant.Actor, bid business.ID, f Filter, after *Position, limit int) ([]Customer, error) {
	from, to := []byte{}, lastKey
	if f.Row != "" {
		from, to = jp.IndexRow(f.Row)
	}
	if after == nil {
		after = &Position{SortKey: from}
	}
	words, tag := spans(f.Query), jp.CleanName(f.Tag)
	var which int
	first, low, high := span{}, []string{}, []string{}
	if len(words) > 0 {
		which |= byWords
		first = words[0]
		for _, w := range words[1:] {
			low, high = append(low, w.from), append(high, w.to)
		}
	}
	if tag != "" {
		which |= byTag
	}
	if a.Own {
		which |= byOwn
	}
	var rows []listRow
	var b pg.Batch
	pg.Collect(b.Queue(lists[which], bid, after.SortKey, [16]byte(after.ID), s.clock.Now(), limit, first.from, first.to, low, high, tag, a.Staff, to), &rows)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	out := make([]Customer, len(rows))
	for i := range rows {
		out[i] = rows[i].customer()
	}
	return out, nil
}
