package business_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

func TestFound_MakesADraftThatItsFounderOwns(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("hana-salon", func(in *business.FoundInput) {
		in.PostalCode, in.Prefecture, in.Phone, in.Email = new("〒１５０−０００１"), new("Tokyo"), new("０３ー1234ー5678"), new("info@hana.example")
	})
	if x.Status != business.Draft || x.Slug != "hana-salon" || x.Timezone != "Asia/Tokyo" || x.Currency != "JPY" || x.Locale != locale.JA ||
		x.PostalCode != "1500001" || x.Prefecture != "東京都" || x.Phone != "+81312345678" || x.Version != 1 || !x.CreatedAt.Equal(now) {
		t.Errorf("got %+v", x)
	}
	if x.GridMinutes != 30 || x.BookingMode != business.Instant || x.BookingWindowDays != 60 || x.HoldMinutes != 10 || x.TermsVersion != "1" {
		t.Errorf("settings %+v", x.Settings)
	}
	got, err := b.business.Get(t.Context(), x.ID)
	if err != nil || got.Slug != x.Slug || got.Phone != x.Phone || got.CancellationPolicy.Steps == nil {
		t.Errorf("read back %+v, %v", got, err)
	}
	if got := b.texts(x.ID, `SELECT action || ' ' || request_id FROM audit_entries WHERE business_id = $1 AND seq = 1`, x.ID); !slices.Equal(got, []string{"business.founded r-1"}) {
		t.Errorf("audit %q", got)
	}
	works, err := b.business.OfUser(t.Context(), b.owner.UserID, business.ID{}, 10)
	if err != nil || len(works) != 1 || works[0].ID != x.ID || works[0].Role != tenant.Owner || works[0].Status != business.Draft {
		t.Errorf("works for %+v, %v", works, err)
	}
	members, err := b.team.Members(t.Context(), x.ID, business.MemberID{}, 10)
	if err != nil || len(members) != 1 || members[0].UserID != b.owner.UserID || members[0].Email != "owner@shop.example" {
		t.Errorf("members %+v, %v", members, err)
	}
}

func TestFound_NeedsAVerifiedAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := business.FoundInput{Name: ja("店"), Vertical: business.Clinic}
	_, err := b.business.Found(t.Context(), b.user("new", false), in, nil)
	refused(t, err, "auth.email_unverified")
	_, err = b.business.Found(t.Context(), tenant.Actor{UserID: [16]byte{1}}, in, nil)
	refused(t, err, "auth.email_unverified")
}

func TestFound_MakesASlugWhereNoneIsGiven(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	pattern := regexp.MustCompile(`^[a-z0-9](-?[a-z0-9])*$`)
	for name, prefix := range map[string]string{"花サロン": "shop-", "Hana Salon 渋谷": "hana-salon-", "Ｃａｆé 24": "caf-24-", "あ-A": "shop-"} {
		x := b.found("", func(in *business.FoundInput) { in.Name = ja(name) })
		if !strings.HasPrefix(x.Slug, prefix) || !pattern.MatchString(x.Slug) || len(x.Slug) > 60 {
			t.Errorf("%s: slug %q, want %s…", name, x.Slug, prefix)
		}
	}
	x := b.found("", func(in *business.FoundInput) { in.Name = locale.Text{"ja": "花", "en": strings.Repeat("long ", 19)} })
	if !strings.HasPrefix(x.Slug, "long-long-") || len(x.Slug) > 60 {
		t.Errorf("slug %q", x.Slug)
	}
}

func TestFound_SlugBelongsToOneBusiness(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.found("hana-salon")
	_, err := b.business.Found(t.Context(), b.owner, business.FoundInput{
		Name: ja("店"), Vertical: business.Clinic, Profile: business.Profile{Slug: new("hana-salon")},
	}, nil)
	refused(t, err, "business.slug_taken")
	if works, err := b.business.OfUser(t.Context(), b.owner.UserID, business.ID{}, 10); err != nil || len(works) != 1 {
		t.Errorf("left behind: %+v, %v", works, err)
	}
}

func TestFoundInput_NamesEveryFault(t *testing.T) {
	t.Parallel()
	in := business.FoundInput{
		Name: locale.Text{"en": strings.Repeat("x", 101), "not a tag": "y"}, Vertical: "bakery",
		Profile: business.Profile{
			Slug: new("Hana"), Description: locale.Text{"ja": strings.Repeat("あ", 2001)}, PostalCode: new("12"), Prefecture: new("California"),
			City: new(strings.Repeat("市", 101)), AddressLine: new(strings.Repeat("町", 101)), Phone: new("110"), Email: new("a@b@c"),
		},
		Base: business.Base{Timezone: new("Local"), Currency: new("USD"), Locale: new(locale.Lang("fr"))},
	}
	refused(t, in.Validate(), "validation.failed",
		"body.name.ja required", "body.name.en too_long", "body.name language", "body.vertical not_allowed", "body.slug business.slug_format",
		"body.description.ja too_long", "body.postal_code postal_code", "body.prefecture prefecture", "body.city too_long",
		"body.address_line too_long", "body.phone phone", "body.email email", "body.timezone timezone", "body.currency not_allowed",
		"body.locale not_allowed")
	for slug, code := range map[string]string{"ab": "too_short", strings.Repeat("a", 61): "too_long", "a--b": "business.slug_format", "-ab": "business.slug_format", "admin": "business.slug_reserved"} {
		in := business.UpdateInput{Profile: business.Profile{Slug: &slug}}
		refused(t, in.Validate(), "validation.failed", "body.slug "+code)
	}
}

func TestFoundInput_StripsWhatNobodySees(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.found("", func(in *business.FoundInput) {
		in.Name = locale.Text{"ja": " 花\u202e サロン\u200b ", "en": "  "}
		in.Description = ja("一行目\r\n二行目\x07")
		in.Email = new("")
	})
	if x.Name["ja"] != "花 サロン" || len(x.Name) != 1 || x.Description["ja"] != "一行目\n二行目" {
		t.Errorf("got %q, %q", x.Name, x.Description)
	}
}

func TestBase_ZonesThatEveryMachineKnows(t *testing.T) {
	t.Parallel()
	for zone, ok := range map[string]bool{
		"Asia/Tokyo": true, "UTC": true, "America/Argentina/Buenos_Aires": true, "Etc/GMT+9": true,
		"": false, "Local": false, "posixrules": false, "posix/Asia/Tokyo": false, "right/Asia/Tokyo": false, "Asia/Edo": false,
		"../etc/passwd": false, "Asia/Tokyo\x00": false, "JST-9": false, "/Asia/Tokyo": false,
	} {
		in := business.SettingsInput{Base: business.Base{Timezone: &zone}}
		if err := in.Validate(); (err == nil) != ok {
			t.Errorf("zone %q: %v", zone, err)
		}
	}
}

func TestUpdate_ChangesRowDirectoryAndScheduleTogether(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.approved("hana-salon")
	before, told := b.version(x.ID), len(b.changed)
	got, err := b.business.Update(t.Context(), b.owner, x.ID, x.Version, business.UpdateInput{
		Name: ja("花の家"), Vertical: new(business.SpaMassage), Profile: business.Profile{Slug: new("hana-no-ie"), City: new("渋谷区")},
	})
	if err != nil || got.Version != x.Version+1 || got.Name["ja"] != "花の家" || got.Phone != x.Phone {
		t.Fatalf("got %+v, %v", got, err)
	}
	if b.version(x.ID) == before || len(b.changed) != told+1 || b.changed[told] != x.ID {
		t.Errorf("schedule version %s → %s, told %v", before, b.version(x.ID), b.changed[told:])
	}
	found, err := b.business.Search(t.Context(), business.SearchInput{Query: "渋谷 花の家", Vertical: "spa_massage"}, nil, 10)
	if err != nil || len(found) != 1 || found[0].Slug != "hana-no-ie" {
		t.Errorf("directory %+v, %v", found, err)
	}
	if _, err := b.business.BySlug(t.Context(), "hana-salon"); err == nil {
		t.Error("the old slug still leads to it")
	}
	if p, err := b.business.BySlug(t.Context(), "hana-no-ie"); err != nil || p.ID != x.ID {
		t.Errorf("new slug: %+v, %v", p, err)
	}
}

func TestUpdate_RefusesStaleTakenForeignAndSuspended(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.found("taken-slug")
	x := b.approved("hana-salon")
	name := business.UpdateInput{Name: ja("花")}
	_, err := b.business.Update(t.Context(), b.owner, x.ID, x.Version-1, name)
	refused(t, err, "precondition.stale")
	_, err = b.business.Update(t.Context(), b.owner, x.ID, x.Version, business.UpdateInput{Profile: business.Profile{Slug: new("taken-slug")}})
	refused(t, err, "business.slug_taken")
	_, err = b.business.Update(t.Context(), b.owner, business.ID{1}, 1, name)
	refused(t, err, "not_found")
	x = b.decide(x.ID, business.Suspend)
	_, err = b.business.Update(t.Context(), b.owner, x.ID, x.Version, name)
	refused(t, err, "business.suspended")
	if got, err := b.business.Get(t.Context(), x.ID); err != nil || got.Name["ja"] != "花サロン" || got.Slug != "hana-salon" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestGet_ForeignTenantSeesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x, y := b.found("first-shop"), b.found("second-shop")
	if rows := b.texts(y.ID, `SELECT slug FROM businesses WHERE business_id = $1`, x.ID); len(rows) != 0 {
		t.Errorf("the second business reads %q", rows)
	}
	if rows := b.texts(y.ID, `SELECT user_id::text FROM members`); len(rows) != 1 {
		t.Errorf("the second business reads %d members", len(rows))
	}
	_, err := b.business.Get(t.Context(), business.ID{7})
	refused(t, err, "not_found")
}

func TestAdd_OnceAndOnlyWhoExists(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x, staff := b.found("hana-salon"), b.user("staff", true)
	b.clock.Advance(time.Second)
	in := business.MemberInput{UserID: staff.UserID, Role: tenant.Staff}
	if _, err := b.team.Add(t.Context(), b.owner, x.ID, in); err != nil {
		t.Fatal(err)
	}
	_, err := b.team.Add(t.Context(), b.owner, x.ID, in)
	refused(t, err, "business.member_exists")
	_, err = b.team.Add(t.Context(), b.owner, x.ID, business.MemberInput{UserID: [16]byte{5}, Role: tenant.Staff})
	refused(t, err, "validation.failed", "body.user_id unknown_id")
	other := b.user("other", true)
	_, err = b.team.Add(t.Context(), b.owner, x.ID, business.MemberInput{UserID: other.UserID, Role: tenant.Staff, ResourceID: [16]byte{5}})
	refused(t, err, "validation.failed", "body.resource_id unknown_id")
	_, err = b.team.Add(t.Context(), b.owner, x.ID, business.MemberInput{Role: "boss"})
	refused(t, err, "validation.failed", "body.user_id required", "body.role not_allowed")
	works, err := b.business.OfUser(t.Context(), staff.UserID, business.ID{}, 10)
	if err != nil || len(works) != 1 || works[0].Role != tenant.Staff {
		t.Errorf("works for %+v, %v", works, err)
	}
	first, err := b.team.Members(t.Context(), x.ID, business.MemberID{}, 1)
	b.must(err)
	rest, err := b.team.Members(t.Context(), x.ID, first[0].ID, 10)
	if err != nil || len(rest) != 1 || rest[0].ID == first[0].ID {
		t.Errorf("pages %+v and %+v, %v", first, rest, err)
	}
}
