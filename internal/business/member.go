package business

import (
	"context"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// MemberID names a membership.
type MemberID = id.Of[Member]

// Member is a user who works for a business.
type Member struct {
	ID            MemberID    `db:"id"`
	UserID        [16]byte    `db:"user_id"`
	Role          tenant.Role `db:"role"`
	ResourceID    id.Of[any]  `db:"resource_id"` // who they are among the staff; zero for none
	FamilyName    string      `db:"family_name"`
	GivenName     string      `db:"given_name"`
	Email         string      `db:"email"`
	EmailVerified bool        `db:"email_verified"`
	Version       int64       `db:"version"`
	CreatedAt     time.Time   `db:"created_at"`
}

// Team knows who works for a business, and who is asked to. It is safe for
// concurrent use.
type Team struct {
	db      *pg.DB
	clock   clock.Clock
	ring    *secret.Ring
	changed func(user [16]byte, bid ID)
}

// NewTeam makes it. changed is called after each commit that changed what
// somebody is in a business; it must not block, and may be nil.
func NewTeam(db *pg.DB, clk clock.Clock, ring *secret.Ring, changed func(user [16]byte, bid ID)) *Team {
	if changed == nil {
		changed = func([16]byte, ID) {}
	}
	return &Team{db: db, clock: clk, ring: ring, changed: changed}
}

// Members lists who works for the business, in the order in which they came,
// after the given one (zero: from the first), at most limit.
func (t *Team) Members(ctx context.Context, bid ID, after MemberID, limit int) ([]Member, error) {
	var out []Member
	var b pg.Batch
	pg.Collect(b.Queue(listMembers, bid, [16]byte(after), limit), &out)
	err := t.db.ReadTenant(ctx, bid, &b)
	return out, err
}

// Member reads one; not_found for an absent or foreign one.
func (t *Team) Member(ctx context.Context, bid ID, member MemberID) (*Member, error) {
	var out Member
	var found bool
	var b pg.Batch
	pg.CollectOne(b.Queue(memberByID, bid, member), &out, &found)
	if err := t.db.ReadTenant(ctx, bid, &b); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNotFound
	}
	return &out, nil
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

// Add makes a user a member without asking them: for the program's own commands.
// It answers business.member_exists for one who is, and names the field of a
// user or resource that is absent or taken.
func (t *Team) Add(ctx context.Context, actor tenant.Actor, bid ID, in MemberInput) (*Member, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Member
	err := t.do(ctx, actor, bid, opening{}, func(c *teamChange) (Done, error) {
		if err := c.checkResource(ctx, in.ResourceID, MemberID{}); err != nil {
			return Done{}, err
		}
		out = &Member{ID: id.New[Member](c.now), UserID: in.UserID, Role: in.Role, ResourceID: in.ResourceID, Version: 1, CreatedAt: c.now}
		c.insert(out)
		return Done{Action: "member.added", Subject: memberSubject(out.ID), Detail: map[string]any{"role": in.Role}}, nil
	})
	if pg.Constraint(err) == "user_businesses_user_id_fkey" {
		var v fault.Fields
		v.Add("body.user_id", "unknown_id")
		return nil, v.Err()
	}
	if err != nil {
		return nil, memberFault(err)
	}
	return out, nil
}

// memberFault tells by which constraint a membership was refused.
func memberFault(err error) error {
	switch pg.Constraint(err) {
	case "members_user_key", "user_businesses_pkey":
		return ErrMember.Because(err)
	case "invitations_pending_key":
		return ErrInvited.Because(err)
	}
	return err
}

func memberSubject(m MemberID) string { return "member:" + m.String() }

const memberColumns = `m.id, m.user_id, m.role, m.resource_id, m.version, m.created_at, u.family_name, u.given_name, u.email,
	u.email_verified_at IS NOT NULL AS email_verified
	FROM members m JOIN users u ON u.id = m.user_id`

var (
	listMembers = pg.Register("business.members",
		`SELECT `+memberColumns+` WHERE m.business_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3`)
	memberByID = pg.Register("business.member",
		`SELECT `+memberColumns+` WHERE m.business_id = $1 AND m.id = $2`)
	memberByUser = pg.Register("business.member_of_user",
		`SELECT `+memberColumns+` WHERE m.business_id = $1 AND m.user_id = $2`)
	memberByEmail = pg.Register("business.member_of_email",
		`SELECT `+memberColumns+` WHERE m.business_id = $1 AND m.user_id = (SELECT id FROM users WHERE email = $2)`)
	countOwners = pg.Register("business.count_owners",
		`SELECT count(*) FROM members WHERE business_id = $1 AND role = 'owner'`)
	updateMember = pg.Register("business.update_member",
		`UPDATE members SET role = $3, resource_id = $4, version = $5 WHERE business_id = $1 AND id = $2`)
	updateWorks = pg.Register("business.update_works",
		`UPDATE user_businesses SET role = $3, resource_id = $4 WHERE user_id = $1 AND tenant_id = $2`)
	deleteMember = pg.Register("business.delete_member",
		`DELETE FROM members WHERE business_id = $1 AND id = $2`)
	deleteWorks = pg.Register("business.delete_works",
		`DELETE FROM user_businesses WHERE user_id = $1 AND tenant_id = $2`)
	staffResource = pg.Register("business.staff_resource",
		`SELECT r.kind, coalesce((SELECT m.id FROM members m WHERE m.business_id = $1 AND m.resource_id = $2),
		     '00000000-0000-0000-0000-000000000000') AS member
		 FROM resources r WHERE r.business_id = $1 AND r.id = $2`)
	// What changes a team takes turns here; bookings go on meanwhile.
	lockTeam = pg.Register("business.lock_team",
		`SELECT slug, name, status, locale FROM businesses WHERE business_id = $1 FOR NO KEY UPDATE`)
)
