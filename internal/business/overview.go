package business

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// overviewRows bounds what an overview lists of each kind.
const overviewRows = 50

// Overview is a business as operators judge it.
type Overview struct {
	Business
	Founding  audit.Record // its first entry: who founded it, and when
	Owners    []Proprietor
	Decisions []audit.PlatformRecord // of operators, the newest first, at most 50
}

// Proprietor is an owner as operators reach them.
type Proprietor struct {
	UserID     [16]byte  `db:"user_id"`
	FamilyName string    `db:"family_name"`
	GivenName  string    `db:"given_name"`
	Email      string    `db:"email"`
	CreatedAt  time.Time `db:"created_at"` // of the membership
}

var listOwners = pg.Register("business.list_owners",
	`SELECT m.user_id, u.family_name, u.given_name, u.email, m.created_at FROM members m JOIN users u ON u.id = m.user_id
	 WHERE m.business_id = $1 AND m.role = 'owner' ORDER BY m.id LIMIT $2`)

// Overview reads a business with who owns it and what was decided on it, in one
// round trip; not_found when there is none. It is for operators.
func (s *Service) Overview(ctx context.Context, bid ID) (*Overview, error) {
	out := &Overview{}
	var founding []audit.Record
	var found bool
	var b pg.Batch
	QueueByID(&b, bid, &out.Business, &found)
	pg.Collect(b.Queue(listOwners, bid, overviewRows), &out.Owners)
	audit.QueueFirst(&b, bid, &founding)
	audit.QueueAbout(&b, subject(bid), overviewRows, &out.Decisions)
	if err := s.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	if len(founding) > 0 {
		out.Founding = founding[0]
	}
	return out, nil
}
