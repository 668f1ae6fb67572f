package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// enlist asks somebody by mail, who makes an account and accepts by the link.
func (x *shop) enlist(name string, ask map[string]any) (bearer string) {
	x.t.Helper()
	ask["email"] = door(name)
	x.must(http.StatusCreated, http.MethodPost, x.path("/invitations"), ask, x.owner)
	x.must(http.StatusCreated, http.MethodPost, "/auth/register", map[string]any{
		"email": door(name), "password": passphrase, "family_name": "証明", "given_name": name,
	})
	bearer = x.signIn(door(name))
	token := x.letter(door(name), "/invitations/").link(x.t, "/invitations/")
	if got := x.must(http.StatusOK, http.MethodGet, "/public/invitations/"+token, nil).text("email"); got != name[:1]+"•••@proof.example" {
		x.t.Errorf("masked address %q", got)
	}
	x.must(http.StatusOK, http.MethodPost, "/me/invitations/accept", map[string]any{"token": token}, bearer)
	if me := x.must(http.StatusOK, http.MethodGet, "/me", nil, bearer); me.at("email_verified") != any(true) {
		x.t.Errorf("the link does not verify the address: %s", me.raw)
	}
	return bearer
}

// visit enters a booking for one of the staff.
func (x *shop) visit(start, staff string, guest int) answer {
	x.t.Helper()
	body := x.wish(start, guest, map[string]any{"staff_id": staff, "note": "窓側の席"})
	delete(body, "consent")
	return x.must(http.StatusCreated, http.MethodPost, x.path("/bookings"), body, x.owner)
}

// Staff see their own, assistants receive guests, contact is for whom it
// concerns; who is removed is out in every process, and the business changes
// hands with a mail to both.
func TestProof_Team_EachSeesTheirPart_AndNobodyAfterwards(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.found("team-salon", s.join("team-owner"), 2)
	stylist := x.enlist("stylist", map[string]any{"role": "staff", "resource_id": x.staff[0]})
	desk := x.enlist("desk", map[string]any{"role": "assistant"})
	manager := x.enlist("manager", map[string]any{"role": "manager"})
	mine, theirs := x.visit(s.hour(0, 14), x.staff[0], 1), x.visit(s.hour(0, 15), x.staff[1], 2)
	own, other := x.path("/bookings/"+mine.text("id")), x.path("/bookings/"+theirs.text("id"))

	x.ledgerShows(x.owner, true, true)
	x.ledgerShows(stylist, true, false)
	x.ledgerShows(desk, false, false)
	x.ledgerShows(manager, true, true)
	days := "?from=" + s.day(0) + "&to=" + s.day(0)
	list := s.must(http.StatusOK, http.MethodGet, x.path("/bookings"+days), nil, stylist)
	if list.at("items.length") != 1.0 || list.text("items.0.id") != mine.text("id") || list.text("items.0.customer.phone") == "" {
		t.Errorf("the stylist's bookings: %s", list.raw)
	}
	s.must(http.StatusForbidden, http.MethodGet, x.path("/bookings"+days), nil, desk)
	s.must(http.StatusOK, http.MethodGet, own+"/history", nil, stylist)
	version := "If-Match: " + theirs.header.Get("ETag")
	for path, method := range map[string]string{
		"": http.MethodGet, "/history": http.MethodGet, "/cancel": http.MethodPost, "/check-in": http.MethodPost, "/no-show": http.MethodPost,
	} {
		hidden := s.must(http.StatusNotFound, method, other+path, nil, stylist, version)
		absent := s.must(http.StatusNotFound, method, x.path("/bookings/"+x.id+path), nil, stylist, version)
		if x, y := requestIDs.ReplaceAll(hidden.raw, nil), requestIDs.ReplaceAll(absent.raw, nil); string(x) != string(y) {
			t.Errorf("%s: another's booking is told from none:\n%s\n%s", path, x, y)
		}
	}
	s.must(http.StatusForbidden, http.MethodPost, other+"/cancel", nil, desk, version)
	in := s.must(http.StatusOK, http.MethodPost, other+"/check-in", nil, desk, version)
	if in.text("status") != "checked_in" || in.text("customer.phone")+in.text("customer.email")+in.text("note") != "" {
		t.Errorf("checked in: %s", in.raw)
	}
	x.removedEverywhere("stylist", stylist)
	x.handedOver("desk", desk)
	s.wantNothingSecret(door("stylist"), "窓側の席", passphrase)
}

// ledgerShows reads the day: all names, and the contact of mine and of theirs. What
// the day brings in is for the owner, also when others read it before and after.
func (x *shop) ledgerShows(bearer string, mine, theirs bool) {
	x.t.Helper()
	l := x.must(http.StatusOK, http.MethodGet, x.path("/ledger"), nil, bearer)
	for at, shown := range map[string]bool{"bookings.0": mine, "bookings.1": theirs} {
		contact := l.text(at+".customer.phone") != "" && l.text(at+".customer.email") != "" && l.text(at+".note") != ""
		nothing := l.text(at+".customer.phone")+l.text(at+".customer.email")+l.text(at+".note") == ""
		if l.text(at+".customer.family_name") != "山田" || contact != shown || nothing == shown {
			x.t.Errorf("%s: contact shown %t, want %t: %s", at, contact, shown, l.raw)
		}
	}
	for _, sum := range []string{"expected_takings", "completed_takings"} {
		if shown := l.text("summary."+sum+".currency") == "JPY"; shown != (bearer == x.owner) {
			x.t.Errorf("%s: shown %t: %s", sum, shown, l.raw)
		}
	}
}

// S07: both servers know the member; after the removal at one, neither does,
// and the clock of what is remembered stands still meanwhile.
func (x *shop) removedEverywhere(name, bearer string) {
	x.t.Helper()
	for server := range x.servers {
		if a := x.ask(server, http.MethodGet, x.path(""), nil, bearer); a.status != http.StatusOK {
			x.t.Fatalf("server %d: %s", server, a.raw)
		}
	}
	id := x.member(name)
	x.must(http.StatusNoContent, http.MethodDelete, x.path("/members/"+id), nil, x.owner, x.version("/members/"+id))
	x.must(http.StatusNotFound, http.MethodGet, x.path(""), nil, bearer)
	late := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for x.ask(1, http.MethodGet, x.path(""), nil, bearer).status != http.StatusNotFound {
		select {
		case <-late:
			x.t.Fatal("the other server still lets in who was removed")
		case <-tick.C:
		}
	}
}

// member is the membership of an account.
func (x *shop) member(name string) string {
	x.t.Helper()
	list := x.must(http.StatusOK, http.MethodGet, x.path("/members"), nil, x.owner)
	items, _ := list.at("items").([]any)
	for _, item := range items {
		if m := (answer{body: item}); m.text("email") == door(name) {
			return m.text("id")
		}
	}
	x.t.Fatalf("%s is no member: %s", name, list.raw)
	return ""
}

func (x *shop) handedOver(name, bearer string) {
	x.t.Helper()
	hand := func(password string) map[string]any {
		return map[string]any{"member_id": x.member(name), "password": password}
	}
	wrong := x.must(http.StatusUnprocessableEntity, http.MethodPost, x.path("/transfer-ownership"), hand("not the right words"), x.owner)
	if wrong.text("errors.0.code") != "auth.password_wrong" || wrong.text("errors.0.location") != "body.password" {
		x.t.Errorf("a wrong password: %s", wrong.raw)
	}
	x.must(http.StatusForbidden, http.MethodPost, x.path("/transfer-ownership"), hand(passphrase), bearer)
	got := x.must(http.StatusOK, http.MethodPost, x.path("/transfer-ownership"), hand(passphrase), x.owner)
	if got.text("role") != "owner" {
		x.t.Errorf("%s", got.raw)
	}
	x.must(http.StatusForbidden, http.MethodPatch, x.path("/settings"), map[string]any{"max_items": 3}, x.owner, `If-Match: "1"`)
	x.must(http.StatusOK, http.MethodGet, x.path("/settings"), nil, bearer)
	for _, to := range []string{name, "team-owner"} {
		if m := x.letter(door(to), "オーナー"); !strings.Contains(m.Subject, "証明サロン") {
			x.t.Errorf("mail to %s: %q", to, m.Subject)
		}
	}
}
