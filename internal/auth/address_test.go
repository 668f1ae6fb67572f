package auth

import (
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// wish asks for another address, a second later than anything before.
func (w *world) wish(t *testing.T, user UserID, email string) error {
	t.Helper()
	w.clock.Advance(time.Second)
	return w.ChangeEmail(t.Context(), Principal{UserID: user}, ChangeEmailInput{Email: email, Password: passphrase})
}

func TestChangeEmail_TakesEffectWhenConfirmed_AndTellsTheOldAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.register(t, "hana@example.jp").ID
	stale := w.mail(t, w.mails(t)[0]).Token
	access := w.login(t, "hana@example.jp").Access
	wantCode(t, "wish", w.wish(t, user, "Hana.New@example.jp"), "")
	m := w.newest(t, MailConfirm)
	if m.To != "hana.new@example.jp" || m.Token == "" || !m.Expires.Equal(w.clock.Now().Add(LinkLife)) {
		t.Errorf("mail %+v", m)
	}
	if notice := w.newest(t, MailChangeAsked); notice.To != "hana@example.jp" || notice.Token != "" {
		t.Errorf("notice %+v", notice)
	}
	w.login(t, "hana@example.jp") // nothing has changed
	wantCode(t, "confirm", w.ConfirmEmail(t.Context(), m.Token), "")
	if notice := w.newest(t, MailEmailChanged); notice.To != "hana@example.jp" {
		t.Errorf("notice %+v", notice)
	}
	if notice := w.newest(t, MailChangeAsked); notice.To != "hana@example.jp" {
		t.Errorf("a notice that was slow goes to %s", notice.To)
	}
	u, err := w.ByEmail(t.Context(), "hana.new@example.jp")
	if err != nil || u.ID != user || !u.EmailVerified || !w.principal(t, access).EmailVerified {
		t.Errorf("%+v, %v", u, err)
	}
	w.login(t, "hana.new@example.jp")
	wantCode(t, "the old address", w.signIn(t, passphrase), "auth.invalid_credentials")
	wantCode(t, "again", w.ConfirmEmail(t.Context(), m.Token), "auth.link_invalid")
	wantCode(t, "the link of the old address", w.VerifyEmail(t.Context(), stale), "auth.link_invalid")
	if n := count(t, w, "SELECT count(*) FROM users WHERE search_key = '山田 花子 hana.new@example.jp' AND pending_email IS NULL"); n != 1 {
		t.Error("not found by the new address")
	}
}

// S18: a known address gets another mail; the caller sees no difference.
func TestChangeEmail_KnownAddress_IsToldInstead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	hana := w.user(t, "hana@example.jp")
	w.user(t, "taro@example.jp")
	jobs := count(t, w, "SELECT count(*) FROM river_job")
	wantCode(t, "wish", w.wish(t, hana, "taro@example.jp"), "")
	if m := w.newest(t, MailExists); m.To != "taro@example.jp" || m.Token != "" {
		t.Errorf("mail %+v", m)
	}
	w.newest(t, MailChangeAsked)
	if n := count(t, w, "SELECT count(*) FROM river_job") - jobs; n != 2 {
		t.Errorf("%d jobs, want 2", n)
	}
}

func TestChangeEmail_Refusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	for _, c := range []struct{ email, password, at, code string }{
		{"", passphrase, "body.email", "required"},
		{"hana", passphrase, "body.email", "email"},
		{"new@example.jp", "", "body.password", "required"},
		{"new@example.jp", "wrong", "body.password", "auth.password_wrong"},
		{"HANA@example.jp", passphrase, "body.email", "auth.email_unchanged"},
	} {
		err := w.ChangeEmail(t.Context(), Principal{UserID: user}, ChangeEmailInput{Email: c.email, Password: c.password})
		if fieldCodes(err)[c.at] != c.code {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if n := len(w.mails(t)); n != 0 {
		t.Errorf("%d mails", n)
	}
}

func TestConfirmEmail_DeadLinks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(t *testing.T, w *world, user UserID)
		code  string
	}{
		"too old": {func(_ *testing.T, w *world, _ UserID) { w.clock.Advance(LinkLife + time.Second) }, "auth.link_expired"},
		"another wish since": {func(t *testing.T, w *world, user UserID) {
			t.Helper()
			wantCode(t, "wish", w.wish(t, user, "newer@example.jp"), "")
		}, "auth.link_invalid"},
		"password changed": {changesPassword, "auth.link_invalid"},
		"taken meanwhile": {func(t *testing.T, w *world, _ UserID) {
			t.Helper()
			w.user(t, "new@example.jp")
		}, "auth.email_taken"},
		"account disabled": {isDisabled, "auth.link_invalid"},
		"account gone":     {isGone, "auth.link_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			user := w.user(t, "hana@example.jp")
			wantCode(t, "wish", w.wish(t, user, "new@example.jp"), "")
			token := w.newest(t, MailConfirm).Token
			wantCode(t, "as another link", w.VerifyEmail(t.Context(), token), "auth.link_invalid")
			c.spoil(t, w, user)
			wantCode(t, name, w.ConfirmEmail(t.Context(), token), c.code)
			if n := count(t, w, "SELECT count(*) FROM users WHERE id = $1 AND email <> 'hana@example.jp'", user); n != 0 {
				t.Error("the address changed")
			}
		})
	}
}

func TestUpdateProfile_ChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	access := w.login(t, "hana@example.jp").Access
	if p := w.principal(t, access); p.Locale != "ja" {
		t.Fatalf("%+v", p)
	}
	name, en, blank, de := " サトウ ", locale.EN, " ", locale.Lang("de")
	u, err := w.UpdateProfile(t.Context(), user, ProfileInput{FamilyName: &name, Locale: &en})
	if err != nil || u.FamilyName != "サトウ" || u.GivenName != "花子" || u.Locale != "en" {
		t.Errorf("%+v, %v", u, err)
	}
	if me, err := w.Me(t.Context(), user); err != nil || me != u || w.principal(t, access).Locale != "en" {
		t.Errorf("%+v, %v", me, err)
	}
	if n := count(t, w, "SELECT count(*) FROM users WHERE search_key = 'さとう 花子 hana@example.jp'"); n != 1 {
		t.Error("not found by the new name")
	}
	_, err = w.UpdateProfile(t.Context(), user, ProfileInput{GivenName: &blank, Locale: &de})
	if got := fieldCodes(err); len(got) != 2 || got["body.given_name"] != "required" || got["body.locale"] != "not_allowed" {
		t.Errorf("%v", got)
	}
	_, err = w.UpdateProfile(t.Context(), UserID{9}, ProfileInput{FamilyName: &name})
	wantCode(t, "nobody", err, "not_found")
}
