package business

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// MemberID names a membership.
type MemberID = id.Of[Member]

// Member is a user who works for a business.
type Member struct {
	ID         MemberID    `db:"id"`
	UserID     [16]byte    `db:"user_id"`
	Role       tenant.Role `db:"role"`
	ResourceID id.Of[any]  `db:"resource_id"` // who they are among the staff; zero for none
	FamilyName string      `db:"family_name"`
	GivenName  string      `db:"given_name"`
	Email      string      `db:"email"`
	CreatedAt  time.Time   `db:"created_at"`
}

var listMembers = pg.Register("business.members",
	`SELECT m.id, m.user_id, m.role, m.resource_id, m.created_at, u.family_name, u.given_name, u.email
	 FROM members m JOIN users u ON u.id = m.user_id
	 WHERE m.business_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3`)

// Members lists who works for the business, in the order in which they came,
// after the given one (zero: from the first), at most limit.
func (s *Service) Members(ctx context.Context, bid ID, after MemberID, limit int) ([]Member, error) {
	var out []Member
	var b pg.Batch
	pg.Collect(b.Queue(listMembers, bid, [16]byte(after), limit), &out)
	err := s.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// MemberInput is a new membership.
type MemberInput struct {
	UserID     [16]byte
	Role       tenant.Role
	ResourceID [16]byte // of the business's staff; zero for none
}

// Validate reports every fault of the input.
func (in *MemberInput) Validate() error {
	var v fault.Fields
	v.Check(in.UserID != [16]byte{}, "body.user_id", "required")
	checkOneOf(&v, "body.role", in.Role, []tenant.Role{tenant.Owner, tenant.Manager, tenant.Staff, tenant.Assistant})
	return v.Err()
}

// AddMember makes a user a member. It answers business.member_exists for one
// who is, and names the field of a user or resource that is absent.
func (s *Service) AddMember(ctx context.Context, actor tenant.Actor, bid ID, in MemberInput) (*Member, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Member
	err := s.changer.Do(ctx, actor, bid, nil, func(c *Change) (Done, error) {
		out = &Member{ID: id.New[Member](c.Now), UserID: in.UserID, Role: in.Role, ResourceID: in.ResourceID, CreatedAt: c.Now}
		writeMember(c.Tx.Batch(), bid, out)
		return Done{Action: "member.added", Subject: "member:" + out.ID.String(), Detail: map[string]any{"role": in.Role}}, nil
	})
	var v fault.Fields
	switch pg.Constraint(err) {
	case "members_user_key":
		return nil, ErrMember.Because(err)
	case "user_businesses_user_id_fkey":
		v.Add("body.user_id", "unknown_id")
		return nil, v.Err()
	case "members_resource_fkey":
		v.Add("body.resource_id", "unknown_id")
		return nil, v.Err()
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
