package business_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func (b *bench) invite(bid business.ID, email string, role tenant.Role) *business.Invitation {
	b.tb.Helper()
	x, err := b.team.Invite(b.tb.Context(), b.owner, bid, business.InviteInput{Email: email, Role: role}, nil)
	b.must(err)
	return x
}

// token is the link's secret as the mail has it.
func (b *bench) token(x *business.Invitation) string {
	b.tb.Helper()
	return business.InvitationToken(pgtest.Ring(b.tb), x.BusinessID, x.ID, x.Generation, x.ExpiresAt)
}

// guest is an account that is no member.
func (b *bench) guest(name string, verified bool) tenant.Actor {
	b.tb.Helper()
	a := b.user(name, verified)
	a.Kind, a.Role = tenant.Customer, ""
	return a
}

func TestInvite_AcceptedOnce_VerifiesTheAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	staff := b.resource(x.ID, catalog.Staff)
	in := business.InviteInput{Email: " ＨＡＮＡ@shop.example", Role: tenant.Staff, ResourceID: staff, Locale: "en"}
	inv, err := b.team.Invite(t.Context(), b.owner, x.ID, in, nil)
	b.must(err)
	if inv.Email != "hana@shop.example" || inv.Locale != "en" || inv.ExpiresAt != now.Add(7*24*time.Hour) || inv.Status != business.Pending {
		t.Errorf("%+v", inv)
	}
	hana, taro := b.guest("hana", false), b.guest("taro", true)
	token := b.token(inv)
	card, err := b.team.OpenInvitation(t.Context(), token)
	if err != nil || card.Business["ja"] != "花サロン" || card.Masked != "h•••@shop.example" || card.GivenName != "owner" || card.Replaced {
		t.Errorf("%+v, %v", card, err)
	}
	_, err = b.team.Accept(t.Context(), taro, token)
	refused(t, err, "invitation.other_address")
	for _, bad := range []string{"", "x", token[:len(token)-2], token + "A", strings.Repeat("A", len(token)), "ü" + token} {
		_, err = b.team.Accept(t.Context(), hana, bad)
		refused(t, err, "not_found")
		refused(t, b.team.Decline(t.Context(), hana, bad), "not_found")
	}
	for range 2 { // again answers the same
		j, err := b.team.Accept(t.Context(), hana, token)
		if err != nil || j.Business != x.ID || j.Slug != "hana-salon" || j.Member.Role != tenant.Staff {
			t.Fatalf("%+v, %v", j, err)
		}
	}
	if got, want := b.works(x.ID, hana), "staff "+staff.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := b.texts(x.ID, `SELECT (email_verified_at IS NOT NULL)::text FROM users WHERE id = $1`, hana.UserID); got[0] != "true" {
		t.Error("the address is not verified")
	}
	refused(t, b.team.Decline(t.Context(), hana, token), "invitation.used")
	refused(t, b.team.Revoke(t.Context(), b.owner, x.ID, inv.ID), "invitation.used")
	_, err = b.team.Resend(t.Context(), b.owner, x.ID, inv.ID)
	refused(t, err, "invitation.used")
	_, err = b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: "hana@shop.example", Role: tenant.Staff}, nil)
	refused(t, err, "business.member_exists")
	b.must(b.team.Leave(t.Context(), hana, x.ID))
	_, err = b.team.Accept(t.Context(), hana, token)
	refused(t, err, "invitation.used")
	got := b.texts(x.ID, `SELECT action FROM audit_entries WHERE action LIKE 'invitation.%' OR action LIKE 'member.%' ORDER BY seq`)
	if want := []string{"invitation.created", "invitation.accepted", "member.left"}; !slices.Equal(got, want) {
		t.Errorf("trail %v", got)
	}
	if got := b.texts(x.ID, `SELECT detail::text FROM audit_entries WHERE detail::text LIKE '%@%'`); len(got) != 0 {
		t.Errorf("the trail tells of a person: %v", got)
	}
}

// Each link that cannot be followed any more says why.
func TestInvitation_LinksThatAreOver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	for name, end := range map[string]func(*business.Invitation){
		"replaced": func(inv *business.Invitation) { b.must(second(b.team.Resend(t.Context(), b.owner, x.ID, inv.ID))) },
		"revoked":  func(inv *business.Invitation) { b.must(b.team.Revoke(t.Context(), b.owner, x.ID, inv.ID)) },
		"declined": func(inv *business.Invitation) { b.must(b.team.Decline(t.Context(), tenant.Actor{}, b.token(inv))) },
	} {
		who, inv := b.guest(name, true), b.invite(x.ID, name+"@shop.example", tenant.Assistant)
		end(inv)
		_, err := b.team.Accept(t.Context(), who, b.token(inv))
		refused(t, err, "invitation."+name)
		card, err := b.team.OpenInvitation(t.Context(), b.token(inv))
		if err != nil || card.Replaced != (name == "replaced") || name != "replaced" && string(card.Status) != name {
			t.Errorf("%s: %+v, %v", name, card, err)
		}
		if b.works(x.ID, who) != "" {
			t.Errorf("%s: is a member", name)
		}
		err = b.team.Decline(t.Context(), tenant.Actor{}, b.token(inv)) // declining again changes nothing
		if name == "declined" && err != nil || name != "declined" && fault.CodeOf(err) != "invitation."+name {
			t.Errorf("decline %s: %v", name, err)
		}
	}
	late, inv := b.guest("late", true), b.invite(x.ID, "late@shop.example", tenant.Staff)
	b.clock.Advance(business.InvitationLife - time.Second)
	if _, err := b.team.OpenInvitation(t.Context(), b.token(inv)); err != nil {
		t.Error(err)
	}
	b.clock.Advance(time.Second)
	_, err := b.team.Accept(t.Context(), late, b.token(inv))
	refused(t, err, "invitation.expired")
	again, err := b.team.Resend(t.Context(), b.owner, x.ID, inv.ID)
	b.must(err)
	_, err = b.team.Accept(t.Context(), late, b.token(inv))
	refused(t, err, "invitation.replaced")
	b.must(second(b.team.Accept(t.Context(), late, b.token(again))))
}

func TestInvite_OnePendingAnAddress_AndLimits(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	inv := b.invite(x.ID, "hana@shop.example", tenant.Staff)
	_, err := b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: "HANA@shop.example", Role: tenant.Assistant}, nil)
	refused(t, err, "invitation.pending")
	for range 5 {
		_, err = b.team.Resend(t.Context(), b.owner, x.ID, inv.ID)
		b.must(err)
	}
	_, err = b.team.Resend(t.Context(), b.owner, x.ID, inv.ID)
	refused(t, err, "invitation.too_often")
	if f, _ := fault.As(err); f.RetryAfter <= 0 || f.RetryAfter > 12*time.Minute {
		t.Errorf("again after %s", f.RetryAfter)
	}
	b.must(b.team.Revoke(t.Context(), b.owner, x.ID, inv.ID)) // which is no way around the limit
	_, err = b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: "hana@shop.example", Role: tenant.Staff}, nil)
	refused(t, err, "invitation.too_often")
	b.clock.Advance(12 * time.Minute)
	inv = b.invite(x.ID, "hana@shop.example", tenant.Staff)
	b.clock.Advance(business.InvitationLife) // one that expired makes room for another
	if again := b.invite(x.ID, "hana@shop.example", tenant.Staff); again.ID == inv.ID {
		t.Error("the same invitation")
	}
	b.clock.Advance(time.Minute)
	b.fillInvitations(x.ID, business.MaxInvitations-1)
	_, err = b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: "more@shop.example", Role: tenant.Staff}, nil)
	refused(t, err, "business.limit_reached")
	for status, want := range map[business.InvitationStatus]int{"": 52, business.Pending: 50, business.Revoked: 1, business.Expired: 1} {
		list, err := b.team.Invitations(t.Context(), x.ID, status, business.InvitationID{}, 100)
		if err != nil || len(list) != want {
			t.Errorf("%d are %q, want %d; %v", len(list), status, want, err)
		}
	}
	b.clock.Advance(100 * 24 * time.Hour)
	var sweep pg.Batch
	business.SweepInvitations(&sweep, x.ID, b.clock.Now())
	b.must(b.db.BatchTenant(t.Context(), x.ID, &sweep))
	if got := b.texts(x.ID, `SELECT id::text FROM invitations`); len(got) != 0 {
		t.Errorf("%d invitations are kept", len(got))
	}
}

// fillInvitations adds pending ones without their mails.
func (b *bench) fillInvitations(bid business.ID, n int) {
	b.tb.Helper()
	var batch pg.Batch
	batch.Queue(&pg.Statement{SQL: `INSERT INTO invitations (business_id, id, email, role, locale, status, invited_by, created_at, expires_at)
	    SELECT $1, gen_random_uuid(), 'm' || n || '@shop.example', 'staff', 'ja', 'pending', $2, $3::timestamptz, $3::timestamptz + interval '7 days'
	    FROM generate_series(1, $4) n`}, bid, b.owner.UserID, b.clock.Now(), n)
	b.must(b.db.BatchTenant(b.tb.Context(), bid, &batch))
}

func TestInvite_WhoMayInviteWhom(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	manager, _ := b.hire(x.ID, "manager", tenant.Manager)
	staff, m := b.hire(x.ID, "staff", tenant.Staff)
	ask := func(a tenant.Actor, role tenant.Role) error {
		in := business.InviteInput{Email: fmt.Sprintf("%s-%s@shop.example", a.Role, role), Role: role}
		return second(b.team.Invite(t.Context(), a, x.ID, in, nil))
	}
	b.must(ask(b.owner, tenant.Manager))
	b.must(ask(manager, tenant.Staff))
	b.must(ask(manager, tenant.Assistant))
	refused(t, ask(manager, tenant.Manager), "auth.forbidden")
	refused(t, ask(staff, tenant.Assistant), "auth.forbidden")
	refused(t, ask(b.owner, tenant.Owner), "validation.failed", "body.role not_allowed")
	refused(t, ask(b.user("nobody", true), tenant.Staff), "auth.forbidden")
	above := b.invite(x.ID, "above@shop.example", tenant.Manager)
	refused(t, b.team.Revoke(t.Context(), manager, x.ID, above.ID), "auth.forbidden")
	refused(t, second(b.team.Resend(t.Context(), manager, x.ID, above.ID)), "auth.forbidden")
	r := b.resource(x.ID, catalog.Staff)
	b.must(second(b.team.Update(t.Context(), b.owner, x.ID, m.ID, m.Version, business.UpdateMemberInput{ResourceID: (*[16]byte)(&r)})))
	in := business.InviteInput{Email: "not an address", Role: "boss", Locale: "fr"}
	_, err := b.team.Invite(t.Context(), b.owner, x.ID, in, nil)
	refused(t, err, "validation.failed", "body.email email", "body.role not_allowed", "body.locale not_allowed")
	in = business.InviteInput{Email: "a@shop.example", Role: tenant.Staff, ResourceID: r}
	_, err = b.team.Invite(t.Context(), b.owner, x.ID, in, nil)
	refused(t, err, "validation.failed", "body.resource_id business.resource_taken")
}

// Who they were to be is somebody else by then: they come in all the same.
func TestAccept_ResourceIsTaken_ComesInWithout(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	r := b.resource(x.ID, catalog.Staff)
	inv, err := b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: "hana@shop.example", Role: tenant.Staff, ResourceID: r}, nil)
	b.must(err)
	taro := b.user("taro", true)
	b.must(second(b.team.Add(t.Context(), b.owner, x.ID, business.MemberInput{UserID: taro.UserID, Role: tenant.Staff, ResourceID: r})))
	hana := b.guest("hana", true)
	if j, err := b.team.Accept(t.Context(), hana, b.token(inv)); err != nil || !j.Member.ResourceID.IsZero() {
		t.Errorf("%+v, %v", j, err)
	}
	if got := b.works(x.ID, hana); got != "staff -" {
		t.Errorf("got %q", got)
	}
}

// At once: two accept, one accepts what another revokes, two invite one address.
func TestInvitation_Races(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	for round := range 6 {
		name := fmt.Sprintf("hana%d", round)
		hana := b.guest(name, true)
		ask := func() error {
			return second(b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: name + "@shop.example", Role: tenant.Staff}, nil))
		}
		if errs := together(ask, ask); (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("round %d: asked twice: %v", round, errs)
		}
		list, err := b.team.Invitations(t.Context(), x.ID, business.Pending, business.InvitationID{}, 10)
		if err != nil || len(list) != 1 {
			t.Fatalf("round %d: %d pending, %v", round, len(list), err)
		}
		inv := &list[0]
		accept := func() error { return second(b.team.Accept(t.Context(), hana, b.token(inv))) }
		revoke := func() error { return b.team.Revoke(t.Context(), b.owner, x.ID, inv.ID) }
		errs := together(accept, accept, revoke)
		n := b.texts(x.ID, `SELECT count(*)::text FROM members WHERE user_id = $1`, hana.UserID)[0]
		joined := errs[0] == nil && errs[1] == nil && fault.CodeOf(errs[2]) == "invitation.used"
		gone := errs[2] == nil && fault.CodeOf(errs[0]) == "invitation.revoked" && fault.CodeOf(errs[1]) == "invitation.revoked"
		if !joined && !gone || joined != (n == "1") || gone != (n == "0") {
			t.Errorf("round %d: %s memberships, %v", round, n, errs)
		}
	}
}
