package auth

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// register makes an account a second later than anything before.
func (w *world) register(t *testing.T, email string) User {
	t.Helper()
	w.clock.Advance(time.Second)
	if _, err := w.Register(t.Context(), RegisterInput(person(email)), nil); err != nil {
		t.Fatal(err)
	}
	u, err := w.ByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestVerifyEmail_TakesEffectAtOnce_InEveryProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.register(t, "hana@example.jp")
	elsewhere := w.another(t)
	access := w.login(t, "hana@example.jp").Access
	if w.principal(t, access).EmailVerified || elsewhere.principal(t, access).EmailVerified {
		t.Fatal("verified already")
	}
	token := w.mail(t, w.mails(t)[0]).Token
	wantCode(t, "the link", w.VerifyEmail(t.Context(), token), "")
	if !w.principal(t, access).EmailVerified || !elsewhere.principal(t, access).EmailVerified {
		t.Error("not seen as verified")
	}
	wantCode(t, "the link again", w.VerifyEmail(t.Context(), token), "")
	if n := count(t, w, "SELECT count(*) FROM users WHERE email_verified_at = $1", w.clock.Now()); n != 1 {
		t.Error("the moment is not noted")
	}
}

func TestVerifyEmail_LinkIsTheSameAtEachTry_AndNotStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.register(t, "hana@example.jp")
	m := w.mails(t)[0]
	first := w.mail(t, m)
	w.clock.Advance(time.Hour)
	if again := w.another(t).mail(t, m); again != first {
		t.Errorf("%+v, then %+v", first, again)
	}
	if n := count(t, w, "SELECT count(*) FROM account_messages m, river_job j WHERE m::text LIKE $1 OR j.args::text LIKE $1 OR j.args::text LIKE '%hana%'", "%"+first.Token+"%"); n != 0 {
		t.Error("the link, or the address, is stored with mail or job")
	}
}

func TestVerifyEmail_ForgedOldOrForeign_NoneAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	hana := w.register(t, "hana@example.jp")
	now := w.clock.Now()
	taro := w.register(t, "taro@example.jp")
	token := w.mail(t, w.mails(t)[0]).Token
	encode := func(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
	foreign, err := secret.New(make([]byte, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	until := now.Add(LinkLife)
	raw := w.linkToken(purposeVerify, hana.ID, until, hana.Email)
	later := append([]byte(nil), raw...)
	later[22]++
	swapped := append(append([]byte(nil), taro.ID[:]...), raw[16:]...)
	for name, forged := range map[string]string{
		"no base64":         "???",
		"short":             token[:len(token)-2],
		"long":              token + "AAAA",
		"later expiry":      encode(later),
		"another person":    encode(swapped),
		"another address":   encode(w.linkToken(purposeVerify, hana.ID, until, taro.Email)),
		"another purpose":   encode(w.linkToken(purposeReset, hana.ID, until, hana.Email)),
		"unknown person":    encode(w.linkToken(purposeVerify, id.New[User](now), until, hana.Email)),
		"other master key":  encode((&Service{ring: foreign}).linkToken(purposeVerify, hana.ID, until, hana.Email)),
		"a refresh token":   w.login(t, "hana@example.jp").Refresh,
		"nothing but zeros": strings.Repeat("A", len(token)),
	} {
		wantCode(t, name, w.VerifyEmail(t.Context(), forged), "auth.link_invalid")
	}
	if err := w.VerifyEmail(t.Context(), ""); fieldCodes(err)["body.token"] != "required" {
		t.Errorf("empty: %v", err)
	}
	w.clock.Set(until)
	w.clock.Advance(time.Second)
	wantCode(t, "two days later", w.VerifyEmail(t.Context(), token), "auth.link_expired")
	w.clock.Set(until)
	if n := count(t, w, "SELECT count(*) FROM users WHERE email_verified_at IS NOT NULL"); n != 0 {
		t.Errorf("%d accounts are verified", n)
	}
	wantCode(t, "at the last moment", w.VerifyEmail(t.Context(), token), "")
	w.exec(t, "UPDATE users SET email = 'new@example.jp', email_verified_at = NULL WHERE id = $1", hana.ID)
	wantCode(t, "after the address changed", w.VerifyEmail(t.Context(), token), "auth.link_invalid")
}

func TestResendVerification_OnlyWhereAwaited_SameWorkAlways(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.register(t, "hana@example.jp")
	w.user(t, "verified@example.jp")
	gone := w.register(t, "gone@example.jp")
	w.exec(t, "UPDATE users SET disabled_at = now() WHERE id = $1", gone.ID)
	for _, c := range []struct {
		email string
		mails int
	}{
		{"Hana@example.jp", 1},
		{"verified@example.jp", 0},
		{"nobody@example.jp", 0},
		{"gone@example.jp", 0},
	} {
		w.clock.Advance(time.Second)
		mails, jobs := len(w.mails(t)), count(t, w, "SELECT count(*) FROM river_job")
		wantCode(t, c.email, w.ResendVerification(t.Context(), c.email, netip.Addr{}), "")
		if n := len(w.mails(t)) - mails; n != c.mails {
			t.Errorf("%s: %d mails, want %d", c.email, n, c.mails)
		}
		if n := count(t, w, "SELECT count(*) FROM river_job") - jobs; n != 1 {
			t.Errorf("%s: %d jobs, want 1", c.email, n)
		}
	}
	mails := w.mails(t)
	token := w.mail(t, mails[len(mails)-1]).Token
	wantCode(t, "the new link", w.VerifyEmail(t.Context(), token), "")
	for _, bad := range []string{"", "hana"} {
		if err := w.ResendVerification(t.Context(), bad, netip.Addr{}); fieldCodes(err)["body.email"] == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestResendVerification_NoMoreThanFiveAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.register(t, "hana@example.jp")
	for range 10 {
		w.clock.Advance(time.Minute)
		wantCode(t, "again", w.ResendVerification(t.Context(), "hana@example.jp", netip.Addr{}), "")
	}
	if n := len(w.mails(t)); n != mailsPerHour {
		t.Errorf("%d mails, want %d", n, mailsPerHour)
	}
}

func TestMail_FateIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.register(t, "hana@example.jp")
	m := w.mails(t)[0]
	state := func(want string) {
		t.Helper()
		if n := count(t, w, "SELECT count(*) FROM account_messages WHERE status || ' ' || attempts || ' ' || last_error = $1", want); n != 1 {
			t.Errorf("the mail is not %q", want)
		}
	}
	state("queued 0 ")
	wantCode(t, "failed", w.MarkFailed(t.Context(), m, "mail: connect\n 421", false), "")
	state("queued 1 mail: connect 421")
	wantCode(t, "failed for good", w.MarkFailed(t.Context(), m, "mail: recipient 550", true), "")
	state("failed 2 mail: recipient 550")
	wantCode(t, "sent", w.MarkSent(t.Context(), m), "")
	state("sent 3 mail: recipient 550")
	if !w.mail(t, m).Sent {
		t.Error("not known as sent")
	}
	wantCode(t, "late failure", w.MarkFailed(t.Context(), m, "x", true), "")
	wantCode(t, "sent twice", w.MarkSent(t.Context(), m), "")
	state("sent 3 mail: recipient 550")
	_, err := w.Mail(t.Context(), newMail(w.clock.Now()))
	wantCode(t, "no such mail", err, "not_found")
	w.exec(t, "UPDATE users SET disabled_at = now()")
	_, err = w.Mail(t.Context(), m)
	wantCode(t, "a disabled account's mail", err, "not_found")
}
