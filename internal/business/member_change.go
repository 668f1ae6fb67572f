package business

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/outbox"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// opening is what a change of a team begins with.
type opening struct {
	claim     *idempotency.Claim
	member    MemberID // who is to be changed; zero: nobody yet
	suspended bool     // goes on in a suspended business too
}

// teamChange is a change of who works for a business that is under way. Such
// changes of one business take turns, so that what was read holds.
type teamChange struct {
	team    *Team
	tx      *pg.Tx
	now     time.Time
	bid     ID
	shop    teamRow
	self    *Member // the actor's own membership; nil for none
	member  *Member // the one that the step names
	owners  int64
	touched [][16]byte // users whose role changes
}

type teamRow struct {
	Slug   string      `db:"slug"`
	Name   locale.Text `db:"name"`
	Status Status      `db:"status"`
	Locale locale.Lang `db:"locale"`
}

// do runs fn in one transaction, and tells of the roles that it changed.
func (t *Team) do(ctx context.Context, actor tenant.Actor, bid ID, st opening, fn func(*teamChange) (Done, error)) error {
	var c *teamChange
	err := t.db.InTenant(ctx, bid, func(tx *pg.Tx) error {
		c = &teamChange{team: t, tx: tx, now: t.clock.Now(), bid: bid}
		if err := c.begin(ctx, actor, st); err != nil {
			return err
		}
		done, err := fn(c)
		if err != nil {
			return err
		}
		if err := st.claim.Store(tx.Batch(), done.Result); err != nil {
			return err
		}
		audit.Append(tx.Batch(), bid, audit.Entry{At: c.now, Actor: actor, Action: done.Action, Subject: done.Subject, Detail: done.Detail}, nil)
		return nil
	})
	if c != nil && (err == nil || fault.KindOf(err) == fault.Unavailable) { // which may have been committed
		for _, user := range c.touched {
			t.changed(user, bid)
		}
	}
	return err
}

// begin takes the turn and reads, in one round trip.
func (c *teamChange) begin(ctx context.Context, actor tenant.Actor, st opening) error {
	var found, isMember, known bool
	var self, member Member
	var owners []int64
	st.claim.Begin(c.tx.Batch())
	var b pg.Batch
	pg.CollectOne(b.Queue(lockTeam, c.bid), &c.shop, &found)
	pg.CollectOne(b.Queue(memberByUser, c.bid, actor.UserID), &self, &isMember)
	pg.CollectOne(b.Queue(memberByID, c.bid, st.member), &member, &known)
	pg.CollectColumn(b.Queue(countOwners, c.bid), &owners)
	if err := c.tx.Run(ctx, &b); err != nil {
		return err
	}
	byPlatform := actor.Kind == tenant.Operator || actor.Kind == tenant.System
	switch {
	case !found, !known && !st.member.IsZero():
		return ErrNotFound
	case c.shop.Status == Suspended && !st.suspended && !byPlatform:
		return ErrSuspended
	}
	if isMember {
		c.self = &self
	}
	c.member, c.owners = &member, owners[0]
	return nil
}

// rule answers auth.forbidden unless the actor may, as what they now are, give
// and take the roles: owners all, managers those of staff and assistants. What
// the edge knows of them may be older.
func (c *teamChange) rule(roles ...tenant.Role) error {
	if c.self == nil || !rules(c.self.Role, roles...) {
		return ErrForbidden
	}
	return nil
}

func rules(role tenant.Role, over ...tenant.Role) bool {
	switch role {
	case tenant.Owner:
		return true
	case tenant.Manager:
		return !slices.Contains(over, tenant.Owner) && !slices.Contains(over, tenant.Manager)
	case tenant.Staff, tenant.Assistant:
	}
	return false
}

// keepsOwner answers business.last_owner when the member is the only owner.
func (c *teamChange) keepsOwner(m *Member) error {
	if m.Role == tenant.Owner && c.owners <= 1 {
		return ErrLastOwner
	}
	return nil
}

// checkResource names the fault of a resource that is not of the staff, or that
// is another member.
func (c *teamChange) checkResource(ctx context.Context, resource [16]byte, of MemberID) error {
	if resource == [16]byte{} {
		return nil
	}
	var v fault.Fields
	r, err := pg.SelectOne[struct {
		Kind   string   `db:"kind"`
		Member MemberID `db:"member"`
	}](ctx, c.tx, staffResource, c.bid, resource)
	switch {
	case errors.Is(err, pg.ErrNoRows):
		v.Add("body.resource_id", "unknown_id")
	case err != nil:
		return err
	case r.Kind != "staff":
		v.Add("body.resource_id", "business.not_staff")
	case !r.Member.IsZero() && r.Member != of:
		v.Add("body.resource_id", "business.resource_taken")
	}
	return v.Err()
}

func (c *teamChange) insert(m *Member) {
	writeMember(c.tx.Batch(), c.bid, m)
	c.touched = append(c.touched, m.UserID)
}

// write keeps a changed member, and what is looked up at each request in step.
func (c *teamChange) write(m *Member) {
	m.Version++
	c.tx.Later(updateMember, c.bid, m.ID, m.Role, nilIfZero(m.ResourceID), m.Version)
	c.tx.Later(updateWorks, m.UserID, c.bid, m.Role, nilIfZero(m.ResourceID))
	c.touched = append(c.touched, m.UserID)
}

func (c *teamChange) remove(m *Member) {
	c.tx.Later(deleteMember, c.bid, m.ID)
	c.tx.Later(deleteWorks, m.UserID, c.bid)
	c.touched = append(c.touched, m.UserID)
}

// UpdateMemberInput changes a membership; what is nil stays.
type UpdateMemberInput struct {
	Role       *tenant.Role
	ResourceID *[16]byte // zero: none any more
}

// Validate reports every fault of the input.
func (in *UpdateMemberInput) Validate() error {
	var v fault.Fields
	if in.Role != nil {
		checkOneOf(&v, "body.role", *in.Role, givenRoles)
	}
	return v.Err()
}

// givenRoles are those that members give; an owner is made by handing over.
var givenRoles = []tenant.Role{tenant.Manager, tenant.Staff, tenant.Assistant}

// Update changes what a member is. It answers precondition.stale for another
// version, auth.forbidden for whom the actor may not change, business.own_role
// for the actor's own role, and business.last_owner for the only owner.
func (t *Team) Update(ctx context.Context, actor tenant.Actor, bid ID, member MemberID, expect int64, in UpdateMemberInput) (*Member, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	var out *Member
	err := t.do(ctx, actor, bid, opening{member: member}, func(c *teamChange) (Done, error) {
		m := c.member
		out = m
		before := m.Role
		if err := c.mayUpdate(actor, in); err != nil {
			return Done{}, err
		}
		if m.Version != expect {
			return Done{}, ErrStale
		}
		if in.Role != nil {
			m.Role = *in.Role
		}
		if in.ResourceID != nil {
			if err := c.checkResource(ctx, *in.ResourceID, m.ID); err != nil {
				return Done{}, err
			}
			m.ResourceID = *in.ResourceID
		}
		c.write(m)
		return Done{Action: "member.changed", Subject: memberSubject(m.ID), Detail: map[string]any{
			"from": before, "to": m.Role, "resource": in.ResourceID != nil,
		}}, nil
	})
	if err != nil {
		return nil, memberFault(err)
	}
	return out, nil
}

func (c *teamChange) mayUpdate(actor tenant.Actor, in UpdateMemberInput) error {
	m := c.member
	self := m.UserID == actor.UserID
	switch {
	case !self && !rules(actor.Role, m.Role):
		return ErrForbidden
	case in.Role == nil || *in.Role == m.Role:
	case self:
		return ErrOwnRole
	case m.Role == tenant.Owner && c.owners <= 1:
		return ErrLastOwner
	}
	given := []tenant.Role{}
	if !self {
		given = append(given, m.Role)
	}
	if in.Role != nil && !self {
		given = append(given, *in.Role)
	}
	return c.rule(given...)
}

// Remove ends a membership; the resource that the member was stays. It answers
// like Update, and business.own_role for the actor, who may leave instead.
func (t *Team) Remove(ctx context.Context, actor tenant.Actor, bid ID, member MemberID, expect int64) error {
	return t.do(ctx, actor, bid, opening{member: member}, func(c *teamChange) (Done, error) {
		m := c.member
		switch {
		case m.UserID == actor.UserID:
			return Done{}, ErrOwnRole
		case !rules(actor.Role, m.Role):
			return Done{}, ErrForbidden
		}
		if err := c.keepsOwner(m); err != nil {
			return Done{}, err
		}
		if err := c.rule(m.Role); err != nil {
			return Done{}, err
		}
		if m.Version != expect {
			return Done{}, ErrStale
		}
		c.remove(m)
		return Done{Action: "member.removed", Subject: memberSubject(m.ID), Detail: map[string]any{"role": m.Role}}, nil
	})
}

// Leave ends the actor's own membership, of a suspended business too. It
// answers business.last_owner for the only owner.
func (t *Team) Leave(ctx context.Context, actor tenant.Actor, bid ID) error {
	return t.do(ctx, actor, bid, opening{suspended: true}, func(c *teamChange) (Done, error) {
		if c.self == nil {
			return Done{}, ErrNotFound
		}
		if err := c.keepsOwner(c.self); err != nil {
			return Done{}, err
		}
		c.remove(c.self)
		return Done{Action: "member.left", Subject: memberSubject(c.self.ID), Detail: map[string]any{"role": c.self.Role}}, nil
	})
}

// Messages to those whose business changes hands.
const (
	EventBecameOwner = "member.became_owner"
	EventGaveOver    = "member.gave_over"
)

// Transfer makes a member an owner in the place of the actor, who becomes a
// manager; both are told by mail. It answers auth.forbidden for an actor who is
// no owner, business.own_role for the actor, business.member_unverified for one
// whose address nobody confirmed, and business.wrong_role for one who is an
// owner already.
func (t *Team) Transfer(ctx context.Context, actor tenant.Actor, bid ID, member MemberID) (*Member, error) {
	var out *Member
	err := t.do(ctx, actor, bid, opening{member: member}, func(c *teamChange) (Done, error) {
		m := c.member
		out = m
		switch {
		case c.self == nil || c.self.Role != tenant.Owner:
			return Done{}, ErrForbidden
		case m.ID == c.self.ID:
			return Done{}, ErrOwnRole
		case m.Role == tenant.Owner:
			return Done{}, ErrAlreadyOwner
		case !m.EmailVerified:
			return Done{}, ErrMemberUnverified
		}
		from := m.Role
		m.Role, c.self.Role = tenant.Owner, tenant.Manager
		c.write(m)
		c.write(c.self)
		c.tell(EventBecameOwner, m, c.self)
		c.tell(EventGaveOver, c.self, m)
		return Done{Action: "member.ownership_transferred", Subject: memberSubject(m.ID), Detail: map[string]any{
			"from": from, "previous_owner": c.self.ID,
		}}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// tell queues a mail to one member about another.
func (c *teamChange) tell(event string, to, about *Member) {
	outbox.Queue(c.tx.Batch(), c.bid, outbox.Message{Event: event, Detail: map[string]any{
		"user_id": id.Of[any](to.UserID).String(), "other_id": id.Of[any](about.UserID).String(),
	}}, c.now)
}
