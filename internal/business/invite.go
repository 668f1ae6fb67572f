package business

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/outbox"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// InvitationID names an invitation.
type InvitationID = id.Of[Invitation]

// InvitationLife is how long a link of an invitation can be followed.
const InvitationLife = 7 * 24 * time.Hour

// MaxInvitations is how many of one business may wait for an answer.
const MaxInvitations = 50

// invitationKept is how long an invitation that is over can be read.
const invitationKept = 90 * 24 * time.Hour

// InvitationStatus is where an invitation stands.
type InvitationStatus string

// The statuses; only a pending one can be answered.
const (
	Pending  InvitationStatus = "pending"
	Accepted InvitationStatus = "accepted"
	Declined InvitationStatus = "declined"
	Revoked  InvitationStatus = "revoked"
	Expired  InvitationStatus = "expired"
)

// Invitation asks somebody to work for a business.
type Invitation struct {
	BusinessID ID               `db:"business_id"`
	ID         InvitationID     `db:"id"`
	Email      string           `db:"email"`
	Role       tenant.Role      `db:"role"`
	ResourceID id.Of[any]       `db:"resource_id"` // who they will be among the staff; zero for none
	Locale     locale.Lang      `db:"locale"`
	Status     InvitationStatus `db:"status"`
	Generation int              `db:"generation"` // of the link
	InvitedBy  [16]byte         `db:"invited_by"`
	FamilyName string           `db:"family_name"` // of who invited; empty when that account is gone
	GivenName  string           `db:"given_name"`
	CreatedAt  time.Time        `db:"created_at"`
	ExpiresAt  time.Time        `db:"expires_at"`
	SettledAt  *time.Time       `db:"settled_at"`
}

// at is the invitation as it stands at the instant: one whose time is over has expired.
func (x *Invitation) at(now time.Time) *Invitation {
	if x.Status == Pending && !now.Before(x.ExpiresAt) {
		x.Status = Expired
	}
	return x
}

// EventInvited is the message that brings the link.
const EventInvited = "member.invited"

const invitationColumns = `i.business_id, i.id, i.email, i.role, i.resource_id, i.locale, i.status, i.generation, i.invited_by, i.created_at,
	i.expires_at, i.settled_at, coalesce(u.family_name, '') AS family_name, coalesce(u.given_name, '') AS given_name
	FROM invitations i LEFT JOIN users u ON u.id = i.invited_by`

var (
	listInvitations = pg.Register("business.invitations",
		`SELECT `+invitationColumns+` WHERE i.business_id = $1 AND i.id > $2
		   AND ($4::text = '' OR $4 = CASE WHEN i.status = 'pending' AND i.expires_at <= $5 THEN 'expired' ELSE i.status END)
		 ORDER BY i.id LIMIT $3`)
	invitationByID = pg.Register("business.invitation",
		`SELECT `+invitationColumns+` WHERE i.business_id = $1 AND i.id = $2`)
	insertInvitation = pg.Register("business.insert_invitation",
		`INSERT INTO invitations (business_id, id, email, role, resource_id, locale, status, generation, invited_by, created_at, expires_at)
		 VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $10)`)
	renewInvitation = pg.Register("business.renew_invitation",
		`UPDATE invitations SET generation = $3, expires_at = $4 WHERE business_id = $1 AND id = $2`)
	settleInvitation = pg.Register("business.settle_invitation",
		`UPDATE invitations SET status = $3, settled_at = $4 WHERE business_id = $1 AND id = $2`)
	expireInvitation = pg.Register("business.expire_invitation",
		`UPDATE invitations SET status = 'expired', settled_at = expires_at
		 WHERE business_id = $1 AND email = $2 AND status = 'pending' AND expires_at <= $3`)
	countInvitations = pg.Register("business.count_invitations",
		`SELECT count(*) FROM invitations WHERE business_id = $1 AND status = 'pending' AND expires_at > $2`)
	takeInvitation = pg.Register("business.take_invitation",
		`SELECT greatest(rate_take($1, $2, '12 minutes', 6), rate_take($3, $2, '5 minutes', 100))`)
	sweepInvitations = pg.Register("business.sweep_invitations",
		`DELETE FROM invitations WHERE business_id = $1 AND coalesce(settled_at, expires_at) < $2`)
)

// SweepInvitations queues the removal of a business's invitations that have
// been over for three months.
func SweepInvitations(b *pg.Batch, bid ID, now time.Time) {
	b.Queue(sweepInvitations, bid, now.Add(-invitationKept))
}

// Invitations lists those of a business in the order in which they were made,
// after the given one, at most limit; of one status, or of all when it is empty.
func (t *Team) Invitations(ctx context.Context, bid ID, status InvitationStatus, after InvitationID, limit int) ([]Invitation, error) {
	now := t.clock.Now()
	var out []Invitation
	var b pg.Batch
	pg.Collect(b.Queue(listInvitations, bid, [16]byte(after), limit, status, now), &out)
	err := t.db.ReadTenant(ctx, bid, &b)
	for i := range out {
		out[i].at(now)
	}
	return out, err
}

// InviteInput is who is asked to be what.
type InviteInput struct {
	Email      string
	Role       tenant.Role
	ResourceID [16]byte    // of the business's staff; zero for none
	Locale     locale.Lang // of the mail; the business's when empty
}

// Validate reports every fault of the input, and puts the address into the one
// spelling by which accounts are found.
func (in *InviteInput) Validate() error {
	var v fault.Fields
	email, ok := auth.NormalEmail(in.Email)
	v.Check(ok, "body.email", "email")
	in.Email = email
	checkOneOf(&v, "body.role", in.Role, givenRoles)
	if in.Locale != "" {
		checkOneOf(&v, "body.locale", in.Locale, locale.Langs)
	}
	return v.Err()
}

// Invite asks somebody by mail. It answers auth.forbidden for a role that the
// actor cannot give, business.member_exists for a member, invitation.pending
// for who was asked and has not answered, business.limit_reached, and
// invitation.too_often.
func (t *Team) Invite(ctx context.Context, actor tenant.Actor, bid ID, in InviteInput, claim *idempotency.Claim) (*Invitation, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	if !rules(actor.Role, in.Role) {
		return nil, ErrForbidden
	}
	var out *Invitation
	err := t.do(ctx, actor, bid, opening{claim: claim}, func(c *teamChange) (Done, error) {
		if err := c.mayInvite(ctx, in); err != nil {
			return Done{}, err
		}
		out = &Invitation{
			BusinessID: bid, ID: id.New[Invitation](c.now), Email: in.Email, Role: in.Role, ResourceID: in.ResourceID, Locale: in.Locale,
			Status: Pending, Generation: 1, InvitedBy: c.self.UserID, FamilyName: c.self.FamilyName, GivenName: c.self.GivenName,
			CreatedAt: c.now, ExpiresAt: c.now.Add(InvitationLife).Truncate(time.Second),
		}
		if out.Locale == "" {
			out.Locale = c.shop.Locale
		}
		c.tx.Later(expireInvitation, bid, out.Email, c.now)
		c.tx.Later(insertInvitation, bid, out.ID, out.Email, out.Role, nilIfZero(out.ResourceID), out.Locale, out.Generation, out.InvitedBy,
			out.CreatedAt, out.ExpiresAt)
		c.send(out)
		return Done{Action: "invitation.created", Subject: invitationSubject(out.ID), Detail: map[string]any{"role": out.Role}, Result: out}, nil
	})
	if err != nil {
		return nil, memberFault(err)
	}
	return out, nil
}

// mayInvite checks the rights of the actor, and that there is room.
func (c *teamChange) mayInvite(ctx context.Context, in InviteInput) error {
	if err := c.rule(in.Role); err != nil {
		return err
	}
	if err := c.checkResource(ctx, in.ResourceID, MemberID{}); err != nil {
		return err
	}
	var member Member
	var isMember bool
	var waiting []int64
	var b pg.Batch
	pg.CollectOne(b.Queue(memberByEmail, c.bid, in.Email), &member, &isMember)
	pg.CollectColumn(b.Queue(countInvitations, c.bid, c.now), &waiting)
	wait := c.take(&b, in.Email)
	if err := c.tx.Run(ctx, &b); err != nil {
		return err
	}
	switch {
	case isMember:
		return ErrMember
	case waiting[0] >= MaxInvitations:
		return ErrLimit.With(fault.Args{"max": MaxInvitations})
	}
	return tooOften(*wait)
}

// take counts a mail to the address, of which one business has six sent at once
// and five an hour after that, and a hundred to all addresses.
func (c *teamChange) take(b *pg.Batch, email string) *[]time.Duration {
	key := func(parts ...[]byte) []byte { return c.team.ring.MAC("business/invitation-limit", parts...)[:16] }
	wait := &[]time.Duration{}
	pg.CollectColumn(b.Queue(takeInvitation, key(c.bid[:], []byte(email)), c.now, key(c.bid[:])), wait)
	return wait
}

func tooOften(wait []time.Duration) error {
	if d := slices.Max(wait); d > 0 {
		return ErrInvitedTooOften.After(d)
	}
	return nil
}

// send queues the mail with the link as it is when the mail goes out.
func (c *teamChange) send(x *Invitation) {
	outbox.Queue(c.tx.Batch(), c.bid, outbox.Message{Event: EventInvited, Detail: map[string]any{"invitation_id": x.ID.String()}}, c.now)
}

func invitationSubject(x InvitationID) string { return "invitation:" + x.String() }

// Resend makes a new link, which ends the old one, and sends it for another
// seven days. It answers invitation.* for one that was answered or revoked;
// one that expired can be sent again.
func (t *Team) Resend(ctx context.Context, actor tenant.Actor, bid ID, invitation InvitationID) (*Invitation, error) {
	var out *Invitation
	err := t.do(ctx, actor, bid, opening{}, func(c *teamChange) (Done, error) {
		x, err := c.invitation(ctx, invitation)
		if err != nil {
			return Done{}, err
		}
		if err := c.rule(x.Role); err != nil {
			return Done{}, err
		}
		if x.Status != Pending {
			return Done{}, settled(x.Status)
		}
		if err := c.mayResend(ctx, x); err != nil {
			return Done{}, err
		}
		x.Generation, x.ExpiresAt = x.Generation+1, c.now.Add(InvitationLife).Truncate(time.Second)
		c.tx.Later(renewInvitation, bid, x.ID, x.Generation, x.ExpiresAt)
		c.send(x)
		out = x
		return Done{Action: "invitation.resent", Subject: invitationSubject(x.ID), Detail: map[string]any{"generation": x.Generation}}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *teamChange) mayResend(ctx context.Context, x *Invitation) error {
	var b pg.Batch
	wait := c.take(&b, x.Email)
	if err := c.tx.Run(ctx, &b); err != nil {
		return err
	}
	return tooOften(*wait)
}

// Revoke takes an invitation back; its link opens nothing any more. One that is
// revoked stays so; one that was answered is refused with invitation.*.
func (t *Team) Revoke(ctx context.Context, actor tenant.Actor, bid ID, invitation InvitationID) error {
	return t.do(ctx, actor, bid, opening{}, func(c *teamChange) (Done, error) {
		x, err := c.invitation(ctx, invitation)
		if err != nil {
			return Done{}, err
		}
		if err := c.rule(x.Role); err != nil {
			return Done{}, err
		}
		if x.Status != Pending {
			return Done{}, settled(x.Status)
		}
		c.tx.Later(settleInvitation, bid, x.ID, Revoked, c.now)
		return Done{Action: "invitation.revoked", Subject: invitationSubject(x.ID), Detail: map[string]any{"role": x.Role}}, nil
	})
}

// invitation reads one as its row says: a pending one may have expired.
func (c *teamChange) invitation(ctx context.Context, invitation InvitationID) (*Invitation, error) {
	x, err := pg.SelectOne[Invitation](ctx, c.tx, invitationByID, c.bid, invitation)
	if errors.Is(err, pg.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &x, nil
}
