package app_test

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
)

// shop is a business that was founded, filled and approved over the API: open
// around the clock, one service of an hour that one of its staff and the one
// chair of each serves.
type shop struct {
	*stage
	slug, id string
	owner    string // signed in, for the Authorization header
	operator string
	staff    []string
	service  string
	option   string
}

// door is an account's address, made of a name.
func door(name string) string { return name + "@proof.example" }

// join makes an account, verifies its address by its mail and signs it in.
func (s *stage) join(name string) (bearer string) {
	s.t.Helper()
	s.must(http.StatusCreated, http.MethodPost, "/auth/register", map[string]any{
		"email": door(name), "password": passphrase, "family_name": "証明", "given_name": name,
	})
	token := s.letter(door(name), "/verify-email/").link(s.t, "/verify-email/")
	s.must(http.StatusNoContent, http.MethodPost, "/auth/verify-email", map[string]any{"token": token})
	return s.signIn(door(name))
}

func (s *stage) signIn(email string) (bearer string) {
	s.t.Helper()
	a := s.ask(0, http.MethodPost, "/auth/login", map[string]any{"email": email, "password": passphrase})
	if a.code() == "auth.second_factor_required" {
		a = s.secondFactor(email, a)
	}
	if a.status != http.StatusOK {
		s.t.Fatalf("sign in as %s: %d %s", email, a.status, a.raw)
	}
	return "Bearer " + a.text("access_token")
}

// secondFactor goes on with a sign-in as somebody with an authenticator app.
func (s *stage) secondFactor(email string, begun answer) answer {
	s.t.Helper()
	s.clock.Advance(30 * time.Second) // each code is taken once
	return s.ask(0, http.MethodPost, "/auth/second-factor", map[string]any{
		"challenge_token": begun.text("challenge_token"), "code": authtest.Code(s.t, s.apps[email], s.clock.Now()),
	})
}

// enrol gives an account an authenticator app.
func (s *stage) enrol(email, bearer string) {
	s.t.Helper()
	s.apps[email] = s.must(http.StatusOK, http.MethodPost, "/me/totp", map[string]any{"password": passphrase}, bearer).text("secret")
	code := authtest.Code(s.t, s.apps[email], s.clock.Now())
	s.must(http.StatusOK, http.MethodPost, "/me/totp/confirm", map[string]any{"code": code}, bearer)
}

// appoint makes an operator as the command does, with a second factor, and signs it in.
func (s *stage) appoint() (bearer string) {
	s.t.Helper()
	err := app.CreateOperator(s.t.Context(), settings(s.t, s.environ(false)), app.Options{Clock: s.clock, UnsafeNoSync: true, UnsafeHashing: cheap}, app.Operator{
		Email: door("operator"), Passphrase: passphrase, FamilyName: "運営", GivenName: "花子",
	})
	if err != nil && !strings.Contains(err.Error(), "email") {
		s.t.Fatal(err)
	}
	s.clock.Advance(time.Second) // trails are in the order of time
	bearer = s.signIn(door("operator"))
	if s.apps[door("operator")] == "" {
		s.enrol(door("operator"), bearer)
	}
	s.clock.Advance(time.Second)
	return bearer
}

// found founds and fills a business, and leaves it a draft.
func (s *stage) found(slug, owner string, staff int) *shop {
	s.t.Helper()
	x := &shop{stage: s, slug: slug, owner: owner}
	x.id = s.must(http.StatusCreated, http.MethodPost, "/businesses", map[string]any{
		"name": map[string]string{"ja": "証明サロン " + slug, "en": "Proof salon " + slug}, "vertical": "hair_salon", "slug": slug,
		"prefecture": "東京都", "city": "渋谷区", "phone": "03-1234-5678",
	}, owner).text("id")
	x.open()
	chairs := []string{}
	for i := range staff {
		n := strconv.Itoa(i + 1)
		x.staff = append(x.staff, x.add("resources", map[string]any{
			"kind": "staff", "name": map[string]string{"ja": "担当 " + n, "en": "Stylist " + n}, "nomination_fee": yen(550),
		}))
		chairs = append(chairs, x.add("resources", map[string]any{"kind": "seat", "name": map[string]string{"ja": "席 " + n}}))
	}
	x.option = x.add("service-options", map[string]any{"name": map[string]string{"ja": "炭酸スパ", "en": "Spa"}, "price": yen(1650), "duration_minutes": 30})
	x.service = x.add("services", map[string]any{
		"name": map[string]string{"ja": "カット", "en": "Haircut"}, "duration_minutes": 60, "price": yen(5500), "option_ids": []string{x.option},
		"requirements": []map[string]any{
			{"kind": "staff", "resource_ids": x.staff}, {"kind": "seat", "resource_ids": chairs},
		},
	})
	return x
}

// open sets the hours to the whole of every day.
func (x *shop) open() {
	x.t.Helper()
	week := []map[string]any{}
	for d := range 7 {
		week = append(week, map[string]any{"weekday": d, "ranges": []map[string]int{{"start_minute": 0, "end_minute": 1440}}})
	}
	x.must(http.StatusOK, http.MethodPut, x.path("/hours"), map[string]any{"weekly": week}, x.owner, x.version(""))
}

// approved submits the business and has it approved.
func (x *shop) approved(operator string) *shop {
	x.t.Helper()
	x.operator = operator
	x.must(http.StatusOK, http.MethodPost, x.path("/submit"), nil, x.owner)
	x.must(http.StatusOK, http.MethodPost, "/admin/businesses/"+x.id+"/approve", map[string]any{"reason": "審査の結果、問題はございません"}, operator)
	x.clock.Advance(time.Minute) // other servers may remember the draft for half a minute
	return x
}

// openShop is a shop in one call.
func (s *stage) openShop(slug string, staff int) *shop {
	s.t.Helper()
	return s.found(slug, s.join(slug), staff).approved(s.appoint())
}

// set changes the business's settings.
func (x *shop) set(change map[string]any) {
	x.t.Helper()
	x.must(http.StatusOK, http.MethodPatch, x.path("/settings"), change, x.owner, x.version(""))
}

func (x *shop) path(below string) string { return "/businesses/" + x.id + below }

func (x *shop) site(below string) string { return "/public/businesses/" + x.slug + below }

// version is the If-Match for what is at the path.
func (x *shop) version(below string) string {
	x.t.Helper()
	return "If-Match: " + x.must(http.StatusOK, http.MethodGet, x.path(below), nil, x.owner).header.Get("ETag")
}

// add creates a record and gives its id.
func (x *shop) add(what string, body map[string]any) string {
	x.t.Helper()
	return x.must(http.StatusCreated, http.MethodPost, x.path("/"+what), body, x.owner).text("id")
}

func yen(n int) map[string]any { return map[string]any{"amount": n, "currency": "JPY"} }

// hour is a start so many days from today, on the hour.
func (s *stage) hour(days, hour int) string {
	n := s.clock.Now().In(tokyo())
	return time.Date(n.Year(), n.Month(), n.Day()+days, hour, 0, 0, 0, tokyo()).Format(time.RFC3339)
}

// day is a date so many days from today.
func (s *stage) day(days int) string {
	return s.clock.Now().In(tokyo()).AddDate(0, 0, days).Format(time.DateOnly)
}

// wish is a booking of the shop's service by somebody; more is put over it.
func (x *shop) wish(start string, guest int, more ...map[string]any) map[string]any {
	body := map[string]any{
		"service_id": x.service, "start": start, "consent": map[string]any{"terms_version": "1"},
		"customer": map[string]any{
			"family_name": "山田", "given_name": "花子" + strconv.Itoa(guest), "phone": guestPhone(guest), "email": guestMail(guest),
		},
	}
	for _, m := range more {
		maps.Copy(body, m)
	}
	return body
}

func guestPhone(n int) string { return "090-1234-" + strconv.Itoa(1000+n) }

func guestMail(n int) string { return "guest" + strconv.Itoa(n) + "@customer.example" }
