package business

import (
	"context"
	"encoding/binary"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

const (
	purposeInvitation = "business/invitation"
	invitationRaw     = 16 + 16 + 4 + 8 // business, invitation, generation, expiry
	invitationTag     = 16
)

// InvitationToken is the secret of an invitation's link. It is derived from the
// invitation, the link's generation and its expiry, so nothing secret is stored;
// a new generation ends the old link.
func InvitationToken(ring *secret.Ring, b ID, invitation InvitationID, generation int, expires time.Time) string {
	raw := make([]byte, 0, invitationRaw+invitationTag)
	raw = append(append(raw, b[:]...), invitation[:]...)
	raw = binary.BigEndian.AppendUint32(raw, uint32(generation))     //nolint:gosec // counts what was sent
	raw = binary.BigEndian.AppendUint64(raw, uint64(expires.Unix())) //nolint:gosec // after 1970
	raw = append(raw, ring.MAC(purposeInvitation, raw)[:invitationTag]...)
	return secret.Encode(raw)
}

// InvitationPath is the path of the page that a link leads to, below the public URL.
func InvitationPath(token string) string { return "/invitations/" + token }

// link is what a token says.
type link struct {
	business   ID
	invitation InvitationID
	generation int
	expires    time.Time
}

// openLink answers not_found for a token that we did not make.
func (t *Team) openLink(token string) (link, error) {
	raw, err := secret.Decode(token)
	if err != nil || len(raw) != invitationRaw+invitationTag ||
		!secret.Equal(raw[invitationRaw:], t.ring.MAC(purposeInvitation, raw[:invitationRaw])[:invitationTag]) {
		return link{}, ErrNotFound
	}
	return link{
		business: ID(raw[:16]), invitation: InvitationID(raw[16:32]), generation: int(binary.BigEndian.Uint32(raw[32:36])),
		expires: time.Unix(int64(binary.BigEndian.Uint64(raw[36:44])), 0), //nolint:gosec // ours
	}, nil
}

// stands answers why the link cannot be followed any more, nil when it can.
func (l link) stands(x *Invitation, now time.Time) error {
	switch {
	case x.Status != Pending:
		return settled(x.Status)
	case x.Generation != l.generation:
		return ErrInvitationReplaced
	case !now.Before(l.expires), !now.Before(x.ExpiresAt):
		return ErrInvitationExpired
	}
	return nil
}

// settled is the refusal for an invitation that is over.
func settled(s InvitationStatus) error {
	switch s {
	case Accepted:
		return ErrInvitationUsed
	case Declined:
		return ErrInvitationDeclined
	case Revoked:
		return ErrInvitationRevoked
	case Expired, Pending:
	}
	return ErrInvitationExpired
}

// InvitationCard is what a link shows, to whoever holds it.
type InvitationCard struct {
	*Invitation
	Business locale.Text
	Zone     *time.Location
	Masked   string // the address, but for most of its letters
	Replaced bool   // there is a newer link
}

// Stands answers why the link cannot be followed any more, nil when it can.
func (c *InvitationCard) Stands() error {
	switch {
	case c.Status != Pending:
		return settled(c.Status)
	case c.Replaced:
		return ErrInvitationReplaced
	}
	return nil
}

// OpenInvitation shows the invitation of a link; it changes nothing.
func (t *Team) OpenInvitation(ctx context.Context, token string) (*InvitationCard, error) {
	l, err := t.openLink(token)
	if err != nil {
		return nil, err
	}
	var x Invitation
	var shop Business
	var found, known bool
	var b pg.Batch
	pg.CollectOne(b.Queue(invitationByID, l.business, l.invitation), &x, &found)
	QueueByID(&b, l.business, &shop, &known)
	if err := t.db.ReadTenant(ctx, l.business, &b); err != nil {
		return nil, err
	}
	if !found || !known {
		return nil, ErrNotFound
	}
	return &InvitationCard{
		Invitation: x.at(t.clock.Now()), Business: shop.Name, Zone: shop.Zone(), Masked: maskEmail(x.Email),
		Replaced: x.Status == Pending && x.Generation != l.generation,
	}, nil
}

// maskEmail leaves the first letter and the domain: "h•••@example.jp".
func maskEmail(s string) string {
	local, domain, _ := strings.Cut(s, "@")
	return local[:min(1, len(local))] + "•••@" + domain
}

// Joined is a membership that came of an invitation.
type Joined struct {
	Business ID
	Slug     string
	Name     locale.Text
	Status   Status // of the business
	Member   Member
}

// Accept makes the account a member, as the link's invitation says, and
// verifies its address, which the link went to. It answers
// invitation.other_address for an account of another address, the refusal that
// stands in the way of a link that cannot be followed any more, and
// business.member_exists. Who follows a link again that made them a member is
// answered as before.
func (t *Team) Accept(ctx context.Context, actor tenant.Actor, token string) (*Joined, error) {
	l, err := t.openLink(token)
	if err != nil {
		return nil, err
	}
	var out *Joined
	err = t.do(ctx, actor, l.business, opening{}, func(c *teamChange) (Done, error) {
		x, err := c.addressed(ctx, actor, l)
		if err != nil {
			return Done{}, err
		}
		out = &Joined{Business: l.business, Slug: c.shop.Slug, Name: c.shop.Name, Status: c.shop.Status}
		if x.Status == Accepted && c.self != nil {
			out.Member = *c.self
			return Done{}, errAgain
		}
		if err := l.stands(x, c.now); err != nil {
			return Done{}, err
		}
		if c.self != nil {
			return Done{}, ErrMember
		}
		if err := c.join(ctx, x, actor, &out.Member); err != nil {
			return Done{}, err
		}
		return Done{Action: "invitation.accepted", Subject: invitationSubject(x.ID), Detail: map[string]any{
			"member": out.Member.ID, "role": x.Role, "resource": !out.Member.ResourceID.IsZero(),
		}}, nil
	})
	if err != nil && !isAgain(err) {
		return nil, memberFault(err)
	}
	return out, nil
}

// addressed reads the link's invitation for the account that it is addressed to.
func (c *teamChange) addressed(ctx context.Context, actor tenant.Actor, l link) (*Invitation, error) {
	var x Invitation
	var found bool
	var emails []string
	var b pg.Batch
	pg.CollectOne(b.Queue(invitationByID, c.bid, l.invitation), &x, &found)
	pg.CollectColumn(b.Queue(emailOfUser, actor.UserID), &emails)
	if err := c.tx.Run(ctx, &b); err != nil {
		return nil, err
	}
	switch {
	case !found:
		return nil, ErrNotFound
	case len(emails) != 1 || emails[0] != x.Email:
		return nil, ErrOtherAddress
	}
	return &x, nil
}

var emailOfUser = pg.Register("business.email_of_user", `SELECT email FROM users WHERE id = $1 AND disabled_at IS NULL`)

// join adds the member. A resource that became somebody else's, or that is gone,
// keeps nobody out.
func (c *teamChange) join(ctx context.Context, x *Invitation, actor tenant.Actor, m *Member) error {
	*m = Member{
		ID: id.New[Member](c.now), UserID: actor.UserID, Role: x.Role, ResourceID: x.ResourceID, Email: x.Email, EmailVerified: true,
		Version: 1, CreatedAt: c.now,
	}
	switch err := c.checkResource(ctx, m.ResourceID, MemberID{}); {
	case err == nil:
	case fault.KindOf(err) == fault.Invalid:
		m.ResourceID = id.Of[any]{}
	default:
		return err
	}
	c.insert(m)
	auth.VerifyByLink(c.tx.Batch(), actor.UserID, x.Email, c.now)
	c.tx.Later(settleInvitation, c.bid, x.ID, Accepted, c.now)
	return nil
}

// Decline answers an invitation with no, by its link alone. Declining again
// changes nothing.
func (t *Team) Decline(ctx context.Context, actor tenant.Actor, token string) error {
	l, err := t.openLink(token)
	if err != nil {
		return err
	}
	err = t.do(ctx, actor, l.business, opening{suspended: true}, func(c *teamChange) (Done, error) {
		x, err := c.invitation(ctx, l.invitation)
		if err != nil {
			return Done{}, err
		}
		if x.Status == Declined && x.Generation == l.generation {
			return Done{}, errAgain
		}
		if err := l.stands(x, c.now); err != nil {
			return Done{}, err
		}
		c.tx.Later(settleInvitation, c.bid, x.ID, Declined, c.now)
		return Done{Action: "invitation.declined", Subject: invitationSubject(x.ID)}, nil
	})
	if isAgain(err) {
		return nil
	}
	return err
}
