package business

import (
	"context"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// Listing is a business as directories show it.
type Listing struct {
	ID         ID          `db:"tenant_id"`
	Slug       string      `db:"slug"`
	Name       locale.Text `db:"name"`
	Vertical   Vertical    `db:"vertical"`
	Prefecture string      `db:"prefecture"`
	City       string      `db:"city"`
	Status     Status      `db:"status"`
	SortKey    []byte      `db:"sort_key"` // for the next page
	CreatedAt  time.Time   `db:"created_at"`
}

const listing = `tenant_id, slug, name, vertical, prefecture, city, status, sort_key, created_at`

// Words of a search beyond these are not looked at.
const maxWords = 4

var (
	search = pg.Register("business.search",
		`SELECT `+listing+` FROM directory
		 WHERE status = 'approved' AND (sort_key, tenant_id) > ($1::bytea, $2::uuid)
		   AND ($3 = '' OR vertical = $3) AND ($4 = '' OR prefecture = $4)
		   AND search LIKE $5 AND search LIKE $6 AND search LIKE $7 AND search LIKE $8
		 ORDER BY sort_key, tenant_id LIMIT $9`)
	byStatus = map[bool]struct{ all, search *pg.Statement }{ // whether of one status
		false: {all: oldest("business.oldest", ""), search: oldest("business.oldest_search", anyWords)},
		true:  {all: oldest("business.by_status", "status = $4 AND "), search: oldest("business.by_status_search", "status = $4 AND "+ofWords)},
	}
	ofUser = pg.Register("business.of_user",
		`SELECT d.tenant_id, d.slug, d.name, d.vertical, d.prefecture, d.city, d.status, d.sort_key, d.created_at, u.role
		 FROM user_businesses u JOIN directory d ON d.tenant_id = u.tenant_id
		 WHERE u.user_id = $1 AND u.tenant_id > $2 ORDER BY u.tenant_id LIMIT $3`)
	bySlug = pg.Register("business.by_slug", `SELECT tenant_id, slug, status FROM directory WHERE slug = $1`)
)

const (
	anyWords = `search LIKE $4 AND search LIKE $5 AND search LIKE $6 AND search LIKE $7 AND `
	ofWords  = `search LIKE $5 AND search LIKE $6 AND search LIKE $7 AND search LIKE $8 AND `
)

func oldest(name, where string) *pg.Statement {
	return pg.Register(name, `SELECT `+listing+` FROM directory
		 WHERE `+where+`(created_at, tenant_id) > ($1::timestamptz, $2::uuid) ORDER BY created_at, tenant_id LIMIT $3`)
}

// SearchInput is what is looked for in the public directory; empty fields take all.
type SearchInput struct {
	Query      string // words that all must occur; in any kana, width and case
	Vertical   string
	Prefecture string
}

// Validate reports every fault of the input.
func (in *SearchInput) Validate() error {
	var v fault.Fields
	if in.Vertical != "" {
		checkOneOf(&v, "query.vertical", Vertical(in.Vertical), Verticals)
	}
	if in.Prefecture != "" {
		_, ok := jp.ParsePrefecture(in.Prefecture)
		v.Check(ok, "query.prefecture", "prefecture")
	}
	return v.Err()
}

// Search lists approved businesses by the order of their names, after the given
// one (nil: from the first), at most limit.
func (s *Service) Search(ctx context.Context, in SearchInput, after *Listing, limit int) ([]Listing, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	prefecture, _ := jp.ParsePrefecture(in.Prefecture)
	if after == nil {
		after = &Listing{SortKey: []byte{}}
	}
	args := []any{after.SortKey, [16]byte(after.ID), in.Vertical, prefecture}
	patterns := [maxWords]any{"%", "%", "%", "%"}
	for i, w := range jp.Words(in.Query, maxWords) {
		patterns[i] = "%" + likeEscape.Replace(w) + "%"
	}
	args = append(append(args, patterns[:]...), limit)
	var out []Listing
	var b pg.Batch
	pg.Collect(b.Queue(search, args...), &out)
	err := s.db.Read(ctx, &b)
	return out, err
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// ByStatus lists businesses of a status (empty: of all) for operators, the
// oldest first, after the given one (nil: from the first), at most limit: those
// whose names, place and slug have every word of the query, in any kana, width
// and case; an empty one takes all.
func (s *Service) ByStatus(ctx context.Context, status Status, query string, after *Listing, limit int) ([]Listing, error) {
	if status != "" {
		var v fault.Fields
		checkOneOf(&v, "query.status", status, Statuses)
		if err := v.Err(); err != nil {
			return nil, err
		}
	}
	if after == nil {
		after = &Listing{}
	}
	args := []any{after.CreatedAt, [16]byte(after.ID), limit}
	if status != "" {
		args = append(args, status)
	}
	find := byStatus[status != ""].all
	if words := jp.Words(query, maxWords); len(words) > 0 {
		find = byStatus[status != ""].search
		for i := range maxWords {
			args = append(args, "%"+likeEscape.Replace(words[min(i, len(words)-1)])+"%")
		}
	}
	var out []Listing
	var b pg.Batch
	pg.Collect(b.Queue(find, args...), &out)
	err := s.db.Read(ctx, &b)
	return out, err
}

// Work is a business that a user works for.
type Work struct {
	Listing
	Role tenant.Role `db:"role"`
}

// OfUser lists the businesses that a user works for, the first founded first,
// after the given one (zero: from the first), at most limit.
func (s *Service) OfUser(ctx context.Context, user [16]byte, after ID, limit int) ([]Work, error) {
	var out []Work
	var b pg.Batch
	pg.Collect(b.Queue(ofUser, user, [16]byte(after), limit), &out)
	err := s.db.Read(ctx, &b)
	return out, err
}

// Public is the way from a slug to its business.
type Public struct {
	ID     ID     `db:"tenant_id"`
	Slug   string `db:"slug"`
	Status Status `db:"status"`
}

// BySlug finds an approved business; any other is not_found. The answer may be
// 30 seconds old where another process changed the business.
func (s *Service) BySlug(ctx context.Context, slug string) (Public, error) {
	p, err := s.OfAnyStatus(ctx, slug)
	if err == nil && p.Status != Approved {
		return Public{}, ErrNotFound
	}
	return p, err
}

// OfAnyStatus finds a business by its slug whatever its status, for those who are
// told why there is nothing to book; not_found for none. It is as old as BySlug.
func (s *Service) OfAnyStatus(ctx context.Context, slug string) (Public, error) {
	p, ok := s.slugs.GetIfPresent(slug)
	if !ok {
		if len(slug) > maxSlug || !slugPattern.MatchString(slug) {
			return Public{}, ErrNotFound
		}
		changes := s.changes.Load()
		var b pg.Batch
		pg.CollectOne(b.Queue(bySlug, slug), &p, &ok)
		if err := s.db.Read(ctx, &b); err != nil {
			return Public{}, err
		}
		if !ok {
			return Public{}, ErrNotFound
		}
		if s.changes.Load() == changes {
			s.slugs.Set(slug, p)
		}
	}
	return p, nil
}

// forget drops what is remembered of slugs.
func (s *Service) forget(slugs ...string) {
	s.changes.Add(1)
	for _, slug := range slugs {
		s.slugs.Invalidate(slug)
	}
}
