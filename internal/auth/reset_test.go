package auth

import (
	"net/netip"
	"sync"
	"testing"
	"time"
)

const newPassphrase = "quite another set of words"

// newest is the newest mail of a kind.
func (w *world) newest(t *testing.T, kind string) Mail {
	t.Helper()
	var found Mail
	for _, m := range w.mails(t) {
		if m := w.mail(t, m); m.Kind == kind {
			found = m
		}
	}
	if found.Kind == "" {
		t.Fatalf("no mail %s", kind)
	}
	return found
}

// forgot asks for the link of a new password, a second later than anything before.
func (w *world) forgot(t *testing.T, email string) string {
	t.Helper()
	w.clock.Advance(time.Second)
	wantCode(t, "forgot", w.ForgotPassword(t.Context(), email, netip.Addr{}), "")
	return w.newest(t, MailReset).Token
}

func (w *world) signIn(t *testing.T, password string) error {
	t.Helper()
	_, err := w.Login(t.Context(), LoginInput{Email: "hana@example.jp", Password: password})
	return err
}

func TestResetPassword_Once_EndsSessions_VerifiesTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.register(t, "hana@example.jp")
	elsewhere := w.another(t)
	tokens := w.login(t, "hana@example.jp")
	elsewhere.principal(t, tokens.Access)
	link := w.forgot(t, " HANA@example.jp")
	if m := w.newest(t, MailReset); m.To != "hana@example.jp" || !m.Expires.Equal(w.clock.Now().Add(ResetLife)) {
		t.Errorf("mail %+v", m)
	}
	if offer, err := w.ResetOffer(t.Context(), link); err != nil || offer != (ResetOffer{Email: "hana@example.jp", MinPassword: MinPassword}) {
		t.Errorf("%+v, %v", offer, err)
	}
	err := w.ResetPassword(t.Context(), link, "too short")
	if fieldCodes(err)["body.password"] != "too_short" {
		t.Errorf("a bad password: %v", err)
	}
	wantCode(t, "looking and failing use nothing up", w.ResetPassword(t.Context(), link, newPassphrase), "")
	wantCode(t, "again", w.ResetPassword(t.Context(), link, passphrase), "auth.link_invalid")
	wantCode(t, "the old password", w.signIn(t, passphrase), "auth.invalid_credentials")
	wantCode(t, "the new password", w.signIn(t, newPassphrase), "")
	_, err = w.Authenticate(t.Context(), tokens.Access)
	wantCode(t, "an old session here", err, "auth.session_ended")
	_, err = w.Refresh(t.Context(), tokens.Refresh)
	wantCode(t, "its refresh token", err, "auth.refresh_invalid")
	w.clock.Advance(CacheLife)
	_, err = elsewhere.Authenticate(t.Context(), tokens.Access)
	wantCode(t, "and elsewhere", err, "auth.session_ended")
	if u, err := w.ByEmail(t.Context(), "hana@example.jp"); err != nil || !u.EmailVerified {
		t.Errorf("%+v, %v", u, err)
	}
	if m := w.newest(t, MailPasswordChanged); m.To != "hana@example.jp" || m.Token != "" {
		t.Errorf("notice %+v", m)
	}
}

func TestResetPassword_DeadLinks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(t *testing.T, w *world, user UserID)
		code  string
	}{
		"too old":          {func(_ *testing.T, w *world, _ UserID) { w.clock.Advance(ResetLife + time.Second) }, "auth.link_expired"},
		"password changed": {changesPassword, "auth.link_invalid"},
		"address changed": {func(t *testing.T, w *world, user UserID) {
			t.Helper()
			w.exec(t, "UPDATE users SET email = 'other@example.jp' WHERE id = $1", user)
		}, "auth.link_invalid"},
		"account disabled": {isDisabled, "auth.link_invalid"},
		"account gone":     {isGone, "auth.link_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			user := w.user(t, "hana@example.jp")
			link := w.forgot(t, "hana@example.jp")
			c.spoil(t, w, user)
			before := w.passwords.done.Load()
			wantCode(t, name, w.ResetPassword(t.Context(), link, passphrase+" and more"), c.code)
			_, err := w.ResetOffer(t.Context(), link)
			wantCode(t, name+", looked at", err, c.code)
			wantCode(t, "a link of another kind", w.VerifyEmail(t.Context(), link), "auth.link_invalid")
			if n := w.passwords.done.Load() - before; n != 0 {
				t.Errorf("a dead link cost %d hashes", n)
			}
		})
	}
}

// Of two who use one link at once, one sets the password.
func TestResetPassword_InParallel_OneWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	link := w.forgot(t, "hana@example.jp")
	results := make([]error, 4)
	gun := make(chan struct{})
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			<-gun
			results[i] = w.ResetPassword(t.Context(), link, newPassphrase)
		})
	}
	close(gun)
	wg.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else {
			wantCode(t, "a loser", err, "auth.link_invalid")
		}
	}
	if n := count(t, w, "SELECT count(*) FROM account_messages WHERE kind = 'password_changed'"); won != 1 || n != 1 {
		t.Errorf("%d won, %d notices", won, n)
	}
}

// S01, S04: a reset opens no account that has a second factor, and its password
// may be shorter.
func TestResetPassword_SecondFactorStays_EightCharactersDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.guarded(t, "hana@example.jp")
	link := w.forgot(t, "hana@example.jp")
	if offer, err := w.ResetOffer(t.Context(), link); err != nil || offer.MinPassword != MinPasswordBeside {
		t.Errorf("%+v, %v", offer, err)
	}
	for password, code := range map[string]string{"kV7#xq2": "too_short", "sakura12345": "auth.password_guessable"} {
		if err := w.ResetPassword(t.Context(), link, password); fieldCodes(err)["body.password"] != code {
			t.Errorf("%q: %v", password, err)
		}
	}
	wantCode(t, "eight characters", w.ResetPassword(t.Context(), link, "kV7#xq2m"), "")
	wantCode(t, "signing in", w.signIn(t, "kV7#xq2m"), "auth.second_factor_required")
}

func TestForgotPassword_FewMailsAnHour_NoneToTheDisabled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	gone := w.user(t, "gone@example.jp")
	w.exec(t, "UPDATE users SET disabled_at = now() WHERE id = $1", gone)
	for range 8 {
		w.clock.Advance(time.Minute)
		wantCode(t, "forgot", w.ForgotPassword(t.Context(), "hana@example.jp", netip.Addr{}), "")
		wantCode(t, "forgot", w.ForgotPassword(t.Context(), "gone@example.jp", netip.Addr{}), "")
	}
	if n := len(w.mails(t)); n != mailsPerHour {
		t.Errorf("%d mails, want %d", n, mailsPerHour)
	}
	for _, bad := range []string{"", "hana"} {
		if err := w.ForgotPassword(t.Context(), bad, netip.Addr{}); fieldCodes(err)["body.email"] == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestChangePassword_EndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	elsewhere := w.another(t)
	here, there := w.login(t, "hana@example.jp"), w.login(t, "hana@example.jp")
	p := w.principal(t, here.Access)
	elsewhere.principal(t, there.Access)
	change := func(current, next string) error {
		return w.ChangePassword(t.Context(), p, ChangePasswordInput{Current: current, New: next})
	}
	for _, c := range []struct{ current, next, at, code string }{
		{"", newPassphrase, "body.current_password", "required"},
		{passphrase, "", "body.new_password", "required"},
		{passphrase + "!", newPassphrase, "body.current_password", "auth.password_wrong"},
		{passphrase, "kV7#xq2mkV7#xq", "body.new_password", "too_short"},
		{passphrase, "password12345678", "body.new_password", "auth.password_guessable"},
	} {
		if err := change(c.current, c.next); fieldCodes(err)[c.at] != c.code {
			t.Errorf("%+v: %v", c, err)
		}
	}
	w.clock.Advance(time.Minute) // guesses are limited
	wantCode(t, "change", change(passphrase, newPassphrase), "")
	w.principal(t, here.Access)
	if _, err := w.Refresh(t.Context(), here.Refresh); err != nil {
		t.Errorf("this session: %v", err)
	}
	_, err := w.Refresh(t.Context(), there.Refresh)
	wantCode(t, "another session", err, "auth.refresh_invalid")
	_, err = w.Authenticate(t.Context(), there.Access)
	wantCode(t, "another session here", err, "auth.session_ended")
	w.clock.Advance(CacheLife)
	_, err = elsewhere.Authenticate(t.Context(), there.Access)
	wantCode(t, "another session elsewhere", err, "auth.session_ended")
	wantCode(t, "the new password", w.signIn(t, newPassphrase), "")
	w.newest(t, MailPasswordChanged)
}

// Who holds a session may not try passwords without end, in any process.
func TestChangePassword_GuessesAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	elsewhere := w.another(t)
	guess := func(w *world, from string) error {
		in := ChangePasswordInput{Current: "no idea", New: newPassphrase, Address: netip.MustParseAddr(from)}
		return w.ChangePassword(t.Context(), Principal{UserID: user}, in)
	}
	for range 5 {
		wantCode(t, "a guess", guess(w, "203.0.113.1"), "validation.failed")
	}
	wantCode(t, "the sixth", guess(w, "203.0.113.1"), "auth.too_many_attempts")
	wantCode(t, "elsewhere", guess(elsewhere, "198.51.100.1"), "auth.too_many_attempts")
	err := w.ChangeEmail(t.Context(), Principal{UserID: user}, ChangeEmailInput{Email: "new@example.jp", Password: passphrase})
	wantCode(t, "by another way", err, "auth.too_many_attempts")
	w.login(t, "hana@example.jp")
	w.clock.Advance(12 * time.Second)
	wantCode(t, "after waiting", guess(w, "203.0.113.1"), "validation.failed")
}

// What happens to an account and ends the links that were sent to it.

func changesPassword(t *testing.T, w *world, user UserID) {
	t.Helper()
	wantCode(t, "change", w.ChangePassword(t.Context(), Principal{UserID: user}, ChangePasswordInput{Current: passphrase, New: newPassphrase}), "")
}

func isDisabled(t *testing.T, w *world, user UserID) {
	t.Helper()
	w.exec(t, "UPDATE users SET disabled_at = now() WHERE id = $1", user)
}

func isGone(t *testing.T, w *world, user UserID) {
	t.Helper()
	w.exec(t, "DELETE FROM users WHERE id = $1", user)
}
