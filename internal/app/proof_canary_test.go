package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// S34: whatever people type, are sent or hold goes through the whole program,
// each in a spelling that occurs nowhere else; no log and no job shows any of it.
func TestProof_S34_Canaries_AreInNoLogAndNoJob(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() { // a life of a shop of its own
		return
	}
	s := newStage(t, 2)
	x := s.openShop("canary-salon", 2)
	x.platformFacts() // keys are switched on
	secrets := append(s.canaryAccount(), x.canaryTeam()...)
	secrets = append(secrets, x.canaryCustomer()...)
	s.settled()
	s.wantNothingSecret(secrets...)
	for _, secret := range secrets {
		if n := s.count(`SELECT count(*) FROM river_job WHERE strpos(args::text || coalesce(errors::text, ''), ` + quoted(secret) + `) > 0`); n > 0 {
			t.Errorf("%d jobs show %q", n, secret)
		}
	}
	if jobs := s.count(`SELECT count(*) FROM river_job`); len(secrets) < 25 || jobs < 5 {
		t.Errorf("%d secrets, %d jobs prove little", len(secrets), jobs)
	}
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// canaryAccount is a person's account from its making to a forgotten password.
func (s *stage) canaryAccount() []string {
	s.t.Helper()
	const email, first, second = "kanaria.tori@proof.example", "kanaria no uta wo kiku", "kanaria wa mou utawanai"
	login := func(password string) answer {
		return s.ask(0, http.MethodPost, "/auth/login", map[string]any{"email": email, "password": password})
	}
	s.must(http.StatusCreated, http.MethodPost, "/auth/register", map[string]any{"email": email, "password": first, "family_name": "金糸雀", "given_name": "さえずり"})
	verify := s.letter(email, "/verify-email/").link(s.t, "/verify-email/")
	s.must(http.StatusNoContent, http.MethodPost, "/auth/verify-email", map[string]any{"token": verify})
	wrong := s.ask(1, http.MethodPost, "/auth/login", map[string]any{"email": email, "password": first + " wrong"})
	if wrong.status != http.StatusUnauthorized {
		s.t.Errorf("a wrong password: %d %s", wrong.status, wrong.raw)
	}
	in := login(first)
	bearer := "Bearer " + in.text("access_token")
	app := s.must(http.StatusOK, http.MethodPost, "/me/totp", map[string]any{"password": first}, bearer)
	s.apps[email] = app.text("secret")
	codes := s.must(http.StatusOK, http.MethodPost, "/me/totp/confirm", map[string]any{"code": authtest.Code(s.t, s.apps[email], s.clock.Now())}, bearer).
		text("recovery_codes.0")
	s.must(http.StatusNoContent, http.MethodPost, "/auth/forgot-password", map[string]any{"email": email})
	reset := s.letter(email, "/reset-password/").link(s.t, "/reset-password/")
	s.must(http.StatusNoContent, http.MethodPost, "/auth/reset-password", map[string]any{"token": reset, "password": second})
	half := login(second)
	recovered := s.must(http.StatusOK, http.MethodPost, "/auth/second-factor", map[string]any{"challenge_token": half.text("challenge_token"), "recovery_code": codes})
	return []string{
		email, "kanaria.tori", "金糸雀", "さえずり", first, second, verify, reset, in.text("access_token"), in.text("refresh_token"), app.text("secret"), codes,
		half.text("challenge_token"), recovered.text("access_token"), recovered.text("refresh_token"),
	}
}

// canaryTeam is an invitation and a key, and an operator who looks for a person.
func (x *shop) canaryTeam() []string {
	x.t.Helper()
	invited := door("kanaria-invited")
	x.must(http.StatusCreated, http.MethodPost, x.path("/invitations"), map[string]any{"email": invited, "role": "assistant"}, x.owner)
	token := x.letter(invited, "/invitations/").link(x.t, "/invitations/")
	bearer := x.join("kanaria-invited")
	x.must(http.StatusOK, http.MethodGet, "/public/invitations/"+token, nil)
	x.must(http.StatusOK, http.MethodPost, "/me/invitations/accept", map[string]any{"token": token}, bearer)
	key := x.must(http.StatusCreated, http.MethodPost, x.path("/api-keys"), map[string]any{"name": "鍵", "scopes": []string{"customers:read"}, "expires_in_days": 5}, x.owner)
	x.must(http.StatusOK, http.MethodGet, x.path("/customers"), nil, "Bearer "+key.text("key"))
	x.must(http.StatusOK, http.MethodGet, "/admin/users?q="+url.QueryEscape(invited), nil, x.operator)
	return []string{invited, token, key.text("key"), strings.TrimPrefix(bearer, "Bearer ")}
}

// canaryCustomer is a customer from the booking to the erasure.
func (x *shop) canaryCustomer() []string {
	x.t.Helper()
	const mail, phone, national, allergy, health = "kanaria.guest@customer.example", "+818098761234", "080-9876-1234", "金糸雀は蕎麦が苦手", "金糸雀は腰を痛めている"
	held := x.must(http.StatusCreated, http.MethodPost, x.site("/holds"), map[string]any{"service_id": x.service, "start": x.hour(3, 10)})
	booked := x.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(3, 10), 1, map[string]any{
		"hold_token": held.text("hold_token"), "note": "金糸雀の籠を持参します",
		"customer": map[string]any{"family_name": "鳥籠", "given_name": "ゆかり", "family_name_kana": "とりかご", "phone": national, "email": mail},
	}), "Idempotency-Key: kanaria")
	link := booked.text("manage_token")
	x.must(http.StatusOK, http.MethodGet, "/public/bookings/"+link, nil)
	found := x.must(http.StatusOK, http.MethodGet, x.path("/customers?q="+url.QueryEscape(national)), nil, x.owner)
	at := "/customers/" + found.text("items.0.id")
	x.must(http.StatusOK, http.MethodPatch, x.path(at), map[string]any{"birth_date": "1987-06-05"}, x.owner, x.version(at))
	for kind, body := range map[string]string{"allergy": allergy, "health": health} {
		x.must(http.StatusCreated, http.MethodPost, x.path(at+"/notes"), map[string]any{"kind": kind, "body": body}, x.owner)
	}
	x.must(http.StatusOK, http.MethodGet, x.path(at+"/notes"), nil, x.owner)
	x.must(http.StatusOK, http.MethodGet, x.path(at+"/export"), nil, x.owner)
	x.must(http.StatusOK, http.MethodPost, "/public/bookings/"+link+"/cancel", map[string]any{"reason": "金糸雀が逃げました"})
	x.must(http.StatusOK, http.MethodPost, x.path(at+"/erase"), map[string]any{"reason": "customer_request"}, x.owner, x.version(at))
	return []string{
		mail, "kanaria.guest", phone, "8098761234", national, "鳥籠", "ゆかり", "トリカゴ", allergy, health, "1987-06-05", "金糸雀の籠を持参", "金糸雀が逃げ", link, held.text("hold_token"),
	}
}
