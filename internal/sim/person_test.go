package sim_test

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/auth/authtest"
)

const passphrase = "five small words for a year"

// person is somebody with an account, and what their browser keeps.
type person struct {
	w       *world
	email   string
	secret  string // in their authenticator app
	access  string
	until   time.Time // of access
	refresh string
	renews  time.Time // until when refresh is good
	over    time.Time // until when anybody stays signed in
}

// join makes an account, whose address is verified by its mail.
func (w *world) join(name string) *person {
	w.t.Helper()
	p := &person{w: w, email: name + "@house.example"}
	w.must(call{op: "register", body: map[string]any{"email": p.email, "password": passphrase, "family_name": "店主", "given_name": name}})
	w.work(w.clock.Now().Add(time.Hour))
	w.must(call{op: "verify-email", body: map[string]any{"token": w.post.link(p.email, "/verify-email/")}})
	return p
}

// operator is made by the command, and shows a second factor from then on.
func (w *world) operator() *person {
	w.t.Helper()
	p := &person{w: w, email: "boss@platform.example"}
	err := app.CreateOperator(w.t.Context(), w.config, w.options(), app.Operator{
		Email: p.email, Passphrase: passphrase, FamilyName: "運営", GivenName: "花子",
	})
	if err != nil {
		w.fail("operator: %v", err)
	}
	bearer := p.bearer()
	p.secret = w.must(call{op: "start-totp", body: map[string]any{"password": passphrase}, bearer: bearer}).text("secret")
	w.must(call{op: "confirm-totp", body: map[string]any{"code": authtest.Code(w.t, p.secret, w.clock.Now())}, bearer: bearer, still: true})
	p.access, p.refresh = "", ""
	return p
}

// bearer signs in, or stays signed in, as browsers do.
func (p *person) bearer() string {
	w := p.w
	w.t.Helper()
	now := w.clock.Now()
	if p.access != "" && now.Before(p.until.Add(-time.Minute)) {
		return p.access
	}
	if p.refresh != "" && now.Before(p.renews.Add(-time.Minute)) && now.Before(p.over.Add(-time.Minute)) {
		c := call{op: "refresh-tokens", body: map[string]any{"refresh_token": p.refresh}}
		a := w.must(c)
		if w.trouble(5) { // the answer was lost: the same successor within the grace
			again := w.must(c)
			if again.text("refresh_token") != a.text("refresh_token") {
				w.fail("another successor of a refresh token: %s", again.raw)
			}
			a = again
		}
		return p.keep(a)
	}
	a := w.ask(call{op: "login", body: map[string]any{"email": p.email, "password": passphrase}})
	if a.code() == "auth.second_factor_required" {
		w.clock.Advance(30 * time.Second) // each code is taken once
		a = w.must(call{op: "second-factor", still: true, body: map[string]any{
			"challenge_token": a.text("challenge_token"), "code": authtest.Code(w.t, p.secret, w.clock.Now()),
		}})
	}
	if !a.ok() {
		w.fail("sign in as %s: %s", p.email, a.raw)
	}
	p.over = w.clock.Now().Add(90 * 24 * time.Hour)
	return p.keep(a)
}

func (p *person) keep(a answer) string {
	now := p.w.clock.Now()
	p.access, p.until = a.text("access_token"), now.Add(time.Duration(a.number("expires_in"))*time.Second)
	p.refresh, p.renews = a.text("refresh_token"), now.Add(7*24*time.Hour)
	return p.access
}

// enlist asks somebody by mail to work for the shop, and they do.
func (s *shop) enlist(name, role string) *person {
	s.t.Helper()
	p := &person{w: s.world, email: name + "@house.example"}
	s.must(call{op: "create-invitation", in: []string{s.id}, body: map[string]any{"email": p.email, "role": role}, bearer: s.owner.bearer(), key: true})
	s.must(call{op: "register", body: map[string]any{"email": p.email, "password": passphrase, "family_name": "店長", "given_name": name}})
	s.work(s.clock.Now().Add(2 * time.Hour))
	token := s.post.link(p.email, "/invitations/")
	s.must(call{op: "accept-invitation", body: map[string]any{"token": token}, bearer: p.bearer()})
	return p
}
