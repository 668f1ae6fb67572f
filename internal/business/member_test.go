package business_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// hire adds a new account to the team, and gives it as an actor and a member.
func (b *bench) hire(bid business.ID, name string, role tenant.Role) (tenant.Actor, *business.Member) {
	b.tb.Helper()
	a := b.user(name, true)
	a.Role = role
	m, err := b.team.Add(b.tb.Context(), b.owner, bid, business.MemberInput{UserID: a.UserID, Role: role})
	b.must(err)
	return a, m
}

// me is the membership of an actor.
func (b *bench) me(bid business.ID, a tenant.Actor) *business.Member {
	b.tb.Helper()
	list, err := b.team.Members(b.tb.Context(), bid, business.MemberID{}, 100)
	b.must(err)
	for i := range list {
		if list[i].UserID == a.UserID {
			return &list[i]
		}
	}
	b.tb.Fatalf("%v is no member", a.UserID)
	return nil
}

// works is what is looked up of an account at each request: role and resource.
func (b *bench) works(bid business.ID, a tenant.Actor) string {
	b.tb.Helper()
	out := b.texts(bid, `SELECT role || ' ' || coalesce(resource_id::text, '-') FROM user_businesses WHERE tenant_id = $1 AND user_id = $2`, bid, a.UserID)
	if len(out) == 0 {
		return ""
	}
	return out[0]
}

func (b *bench) resource(bid business.ID, kind catalog.Kind) catalog.ResourceID {
	b.tb.Helper()
	r, err := b.catalog.CreateResource(b.tb.Context(), b.owner, bid, catalog.CreateResourceInput{Kind: kind, Name: ja("佐藤")}, nil)
	b.must(err)
	return r.ID
}

// Who may change whom, in the service too: what the edge knows may be older.
func TestTeam_WhoMayChangeWhom(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	actors := map[string]tenant.Actor{"owner": b.owner}
	targets := map[string]business.MemberID{}
	for _, role := range []tenant.Role{tenant.Manager, tenant.Staff, tenant.Assistant} {
		a, _ := b.hire(x.ID, string(role), role)
		actors[string(role)] = a
	}
	for _, role := range []tenant.Role{tenant.Owner, tenant.Manager, tenant.Staff, tenant.Assistant} {
		_, m := b.hire(x.ID, "target-"+string(role), role)
		targets[string(role)] = m.ID
	}
	outsider := b.user("outsider", true)
	outsider.Role = tenant.Owner // of elsewhere, or not any more
	actors["outsider"] = outsider
	may := map[string][]string{"owner": {"owner", "manager", "staff", "assistant"}, "manager": {"staff", "assistant"}}
	stale := int64(99) // what may be done fails at the version, so that nothing changes
	for who, a := range actors {
		for target, mid := range targets {
			want := "auth.forbidden"
			if slices.Contains(may[who], target) {
				want = "precondition.stale"
			}
			_, err := b.team.Update(t.Context(), a, x.ID, mid, stale, business.UpdateMemberInput{ResourceID: &[16]byte{}})
			refused(t, err, want)
			refused(t, b.team.Remove(t.Context(), a, x.ID, mid, stale), want)
			for _, role := range []tenant.Role{tenant.Manager, tenant.Staff} {
				given := want
				if role == tenant.Manager && who != "owner" && tenant.Role(target) != tenant.Manager {
					given = "auth.forbidden"
				}
				_, err := b.team.Update(t.Context(), a, x.ID, mid, stale, business.UpdateMemberInput{Role: &role})
				refused(t, err, given)
			}
		}
	}
	_, err := b.team.Update(t.Context(), b.owner, x.ID, targets["staff"], 1, business.UpdateMemberInput{Role: new(tenant.Owner)})
	refused(t, err, "validation.failed", "body.role not_allowed")
}

func TestTeam_Update_KeepsBothTablesInStep(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x, y := b.found("hana-salon"), b.found("other-salon")
	staff, chair := b.resource(x.ID, catalog.Staff), b.resource(x.ID, catalog.Seat)
	foreign := b.resource(y.ID, catalog.Staff)
	hana, m := b.hire(x.ID, "hana", tenant.Staff)
	taro, other := b.hire(x.ID, "taro", tenant.Staff)
	set := func(m *business.Member, in business.UpdateMemberInput) (*business.Member, error) {
		return b.team.Update(t.Context(), b.owner, x.ID, m.ID, m.Version, in)
	}
	b.roles = nil
	m, err := set(m, business.UpdateMemberInput{ResourceID: (*[16]byte)(&staff)})
	b.must(err)
	if got, want := b.works(x.ID, hana), "staff "+staff.String(); got != want || m.Version != 2 || m.ResourceID != id.Of[any](staff) {
		t.Errorf("got %q, want %q: %+v", got, want, m)
	}
	if !slices.Equal(b.roles, [][16]byte{hana.UserID}) {
		t.Errorf("told of %v", b.roles)
	}
	for want, r := range map[string]catalog.ResourceID{
		"body.resource_id business.resource_taken": staff, "body.resource_id business.not_staff": chair, "body.resource_id unknown_id": foreign,
	} {
		_, err = set(other, business.UpdateMemberInput{ResourceID: (*[16]byte)(&r)})
		refused(t, err, "validation.failed", want)
	}
	m, err = set(m, business.UpdateMemberInput{Role: new(tenant.Assistant), ResourceID: (*[16]byte)(&staff)}) // one's own is no clash
	b.must(err)
	if got, want := b.works(x.ID, hana), "assistant "+staff.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	m, err = set(m, business.UpdateMemberInput{ResourceID: &[16]byte{}})
	b.must(err)
	if got := b.works(x.ID, hana); got != "assistant -" || !m.ResourceID.IsZero() {
		t.Errorf("got %q, %+v", got, m)
	}
	_, err = b.team.Update(t.Context(), b.owner, y.ID, m.ID, m.Version, business.UpdateMemberInput{})
	refused(t, err, "not_found")
	b.must(b.team.Remove(t.Context(), b.owner, x.ID, m.ID, m.Version))
	b.must(b.team.Leave(t.Context(), taro, x.ID))
	if b.works(x.ID, hana) != "" || b.works(x.ID, taro) != "" || len(b.texts(x.ID, `SELECT id::text FROM members`)) != 1 {
		t.Error("who is gone still works there")
	}
	_, err = b.team.Member(t.Context(), x.ID, m.ID)
	refused(t, err, "not_found")
	refused(t, b.team.Leave(t.Context(), taro, x.ID), "not_found")
	if n := b.texts(x.ID, `SELECT count(*)::text FROM resources`)[0]; n != "2" {
		t.Errorf("%s resources are left", n)
	}
	got := b.texts(x.ID, `SELECT action FROM audit_entries WHERE action LIKE 'member.%' ORDER BY seq`)
	want := []string{"member.added", "member.added", "member.changed", "member.changed", "member.changed", "member.removed", "member.left"}
	if !slices.Equal(got, want) {
		t.Errorf("trail %v", got)
	}
}

func TestTeam_OwnRole_LastOwner_Suspended(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.approved("hana-salon")
	manager, m := b.hire(x.ID, "manager", tenant.Manager)
	own := b.me(x.ID, b.owner)
	for _, role := range []tenant.Role{tenant.Manager, tenant.Staff} {
		_, err := b.team.Update(t.Context(), b.owner, x.ID, own.ID, own.Version, business.UpdateMemberInput{Role: &role})
		refused(t, err, "business.own_role")
	}
	_, err := b.team.Update(t.Context(), manager, x.ID, m.ID, m.Version, business.UpdateMemberInput{Role: new(tenant.Staff)})
	refused(t, err, "business.own_role")
	refused(t, b.team.Remove(t.Context(), manager, x.ID, m.ID, m.Version), "business.own_role")
	refused(t, b.team.Leave(t.Context(), b.owner, x.ID), "business.last_owner")
	b.decide(x.ID, business.Suspend)
	_, err = b.team.Update(t.Context(), b.owner, x.ID, m.ID, m.Version, business.UpdateMemberInput{Role: new(tenant.Staff)})
	refused(t, err, "business.suspended")
	_, err = b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: "x@shop.example", Role: tenant.Staff}, nil)
	refused(t, err, "business.suspended")
	b.must(b.team.Leave(t.Context(), manager, x.ID)) // nobody is kept
}

func TestTeam_Transfer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon")
	staff, m := b.hire(x.ID, "staff", tenant.Staff)
	unverified, own := b.user("unverified", false), b.me(x.ID, b.owner)
	u, err := b.team.Add(t.Context(), b.owner, x.ID, business.MemberInput{UserID: unverified.UserID, Role: tenant.Manager})
	b.must(err)
	for want, mid := range map[string]business.MemberID{"business.member_unverified": u.ID, "business.own_role": own.ID, "not_found": {9}} {
		_, err := b.team.Transfer(t.Context(), b.owner, x.ID, mid)
		refused(t, err, want)
	}
	_, err = b.team.Transfer(t.Context(), staff, x.ID, own.ID)
	refused(t, err, "auth.forbidden")
	got, err := b.team.Transfer(t.Context(), b.owner, x.ID, m.ID)
	if err != nil || got.Role != tenant.Owner || b.works(x.ID, b.owner) != "manager -" || b.works(x.ID, staff) != "owner -" {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = b.team.Transfer(t.Context(), b.owner, x.ID, m.ID)
	refused(t, err, "auth.forbidden")
	mails := b.texts(x.ID, `SELECT event || ' ' || (detail ->> 'user_id') FROM messages ORDER BY event`)
	want := []string{"member.became_owner " + id.Of[any](staff.UserID).String(), "member.gave_over " + id.Of[any](b.owner.UserID).String()}
	if !slices.Equal(mails, want) {
		t.Errorf("mails %v", mails)
	}
}

// Two owners who demote each other, or leave, or remove each other at once:
// whatever happens, one is left.
func TestTeam_AnOwnerIsAlwaysLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for round := range 12 {
		x := b.found("")
		rival, theirs := b.hire(x.ID, x.Slug, tenant.Owner)
		own := b.me(x.ID, b.owner)
		act := func(a tenant.Actor, other *business.Member) error {
			switch round % 3 {
			case 0:
				_, err := b.team.Update(t.Context(), a, x.ID, other.ID, other.Version, business.UpdateMemberInput{Role: new(tenant.Manager)})
				return err
			case 1:
				return b.team.Remove(t.Context(), a, x.ID, other.ID, other.Version)
			}
			return b.team.Leave(t.Context(), a, x.ID)
		}
		errs := together(func() error { return act(b.owner, theirs) }, func() error { return act(rival, own) })
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if fault.CodeOf(err) != "business.last_owner" {
				t.Errorf("round %d: %v", round, err)
			}
		}
		if n := b.texts(x.ID, `SELECT count(*)::text FROM members WHERE role = 'owner'`)[0]; n != "1" || done != 1 {
			t.Errorf("round %d: %s owners, %d of two done", round, n, done)
		}
	}
}

// together runs all at once, and gives their errors.
func together(fns ...func() error) []error {
	var start, done sync.WaitGroup
	start.Add(1)
	errs := make([]error, len(fns))
	for i, f := range fns {
		done.Go(func() {
			start.Wait()
			errs[i] = f()
		})
	}
	start.Done()
	done.Wait()
	return errs
}

// Another business's members and invitations are neither read nor changed.
func TestTeam_OtherTenants(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x, y := b.found("first-shop"), b.found("second-shop")
	_, m := b.hire(x.ID, "staff", tenant.Staff)
	inv, err := b.team.Invite(t.Context(), b.owner, x.ID, business.InviteInput{Email: "new@shop.example", Role: tenant.Staff}, nil)
	b.must(err)
	for name, err := range map[string]error{
		"remove": b.team.Remove(t.Context(), b.owner, y.ID, m.ID, m.Version),
		"revoke": b.team.Revoke(t.Context(), b.owner, y.ID, inv.ID),
		"read":   second(b.team.Member(t.Context(), y.ID, m.ID)),
		"resend": second(b.team.Resend(t.Context(), b.owner, y.ID, inv.ID)),
		"hand":   second(b.team.Transfer(t.Context(), b.owner, y.ID, m.ID)),
	} {
		if fault.CodeOf(err) != "not_found" {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, err := b.team.Invitations(t.Context(), y.ID, "", business.InvitationID{}, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	// A link binds its business: its own key opens nothing of another.
	forged := business.InvitationToken(pgtest.Ring(t), y.ID, inv.ID, 1, inv.ExpiresAt)
	_, err = b.team.OpenInvitation(t.Context(), forged)
	refused(t, err, "not_found")
}

func second[T any](_ T, err error) error { return err }
