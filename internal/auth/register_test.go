package auth

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// mails are the ids of messages in order of their making.
func (w *world) mails(t *testing.T) []MessageID {
	t.Helper()
	var rows []struct{ ID MessageID }
	var b pg.Batch
	pg.Collect(b.Queue(&pg.Statement{SQL: "SELECT id FROM account_messages ORDER BY created_at, id"}), &rows)
	if err := w.db.Read(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	out := make([]MessageID, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}

func (w *world) mail(t *testing.T, m MessageID) Mail {
	t.Helper()
	got, err := w.Mail(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRegister_MakesAccountAndMailAndJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	out, err := w.Register(t.Context(), RegisterInput{
		Email: " Hana@Example.jp", Password: passphrase, FamilyName: " 山田\u202e", GivenName: "花 子", Locale: "en",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Registered{Email: "hana@example.jp", FamilyName: "山田", GivenName: "花 子", Locale: "en"}); out != want {
		t.Errorf("answered %+v, want %+v", out, want)
	}
	u, err := w.ByEmail(t.Context(), "hana@example.jp")
	if err != nil || u.EmailVerified || u.Operator || u.FamilyName != "山田" || u.Locale != "en" || !u.CreatedAt.Equal(w.clock.Now()) {
		t.Errorf("stored %+v, %v", u, err)
	}
	mails := w.mails(t)
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	m := w.mail(t, mails[0])
	if m.To != "hana@example.jp" || m.Kind != MailVerify || m.Locale != "en" || m.FamilyName != "山田" || m.GivenName != "花 子" ||
		!m.Expires.Equal(w.clock.Now().Add(LinkLife)) || m.Sent {
		t.Errorf("mail %+v", m)
	}
	if n := count(t, w, `SELECT count(*) FROM river_job WHERE kind = 'account.send' AND queue = 'messages' AND args = jsonb_build_object('message_id', $1::text)`,
		mails[0].String()); n != 1 {
		t.Errorf("%d jobs for the mail", n)
	}
	p := w.principal(t, w.login(t, "hana@example.jp").Access) // signing in works before verification
	if p.EmailVerified {
		t.Error("verified without a link")
	}
}

// S18: a known address gets the same answer after the same work, and another
// mail; its account stays as it is.
func TestRegister_KnownAddress_SameAnswerOtherMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	in := RegisterInput(person("hana@example.jp"))
	hashes := func(f func()) int64 {
		before := w.passwords.done.Load()
		f()
		return w.passwords.done.Load() - before
	}
	var first, second Registered
	var err1, err2 error
	cost1 := hashes(func() { first, err1 = w.Register(t.Context(), in, nil) })
	before := count(t, w, "SELECT hashtext(string_agg(u::text, '')) FROM users u")
	in.Password, in.Email = "quite another passphrase", "HANA@example.jp"
	w.clock.Advance(time.Minute)
	cost2 := hashes(func() { second, err2 = w.Register(t.Context(), in, nil) })
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if first != second || cost1 != cost2 {
		t.Errorf("answers %+v (%d hashes) and %+v (%d hashes)", first, cost1, second, cost2)
	}
	if after := count(t, w, "SELECT hashtext(string_agg(u::text, '')) FROM users u"); after != before {
		t.Error("the account was changed")
	}
	mails := w.mails(t)
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	if m := w.mail(t, mails[1]); m.Kind != MailExists || m.Token != "" || m.To != "hana@example.jp" {
		t.Errorf("mail %+v", m)
	}
	w.login(t, "hana@example.jp")
}

func TestRegister_ManyTimes_FewMails_SameWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for range 12 {
		if _, err := w.Register(t.Context(), RegisterInput(person("hana@example.jp")), nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.mails(t)); n != 1+mailsPerHour {
		t.Errorf("%d mails, want %d", n, 1+mailsPerHour)
	}
	if n := count(t, w, "SELECT count(*) FROM river_job"); n != 12 {
		t.Errorf("%d jobs: the work differs", n)
	}
	w.clock.Advance(time.Hour)
	if _, err := w.Register(t.Context(), RegisterInput(person("hana@example.jp")), nil); err != nil {
		t.Fatal(err)
	}
	if n := len(w.mails(t)); n != mailsPerHour+2 {
		t.Errorf("%d mails an hour later", n)
	}
}

func TestRegister_SameAddressAtOnce_OneAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range 12 {
		wg.Go(func() {
			<-start
			if _, err := w.Register(t.Context(), RegisterInput(person("hana@example.jp")), nil); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	if n := count(t, w, "SELECT count(*) FROM users"); n != 1 {
		t.Errorf("%d accounts", n)
	}
	if n := count(t, w, "SELECT count(*) FROM account_messages WHERE kind = 'verify_email'"); n != 1 {
		t.Errorf("%d verification mails", n)
	}
}

// One key, one effect: the claim stands in the transaction of the registration.
func TestRegister_IdempotencyKey_OneEffectAndReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	claim := func(body string) *idempotency.Claim {
		c := idempotency.New(pgtest.Ring(t), idempotency.Scope{Actor: "guest", Route: "register"}, "key-1", []byte(body), w.clock.Now())
		c.Render = func(result any) (int, any, error) { return 201, result, nil }
		return c
	}
	if _, err := w.Register(t.Context(), RegisterInput(person("hana@example.jp")), claim("a")); err != nil {
		t.Fatal(err)
	}
	again := claim("a")
	_, err := w.Register(t.Context(), RegisterInput(person("hana@example.jp")), again)
	answer, err := again.Replay(t.Context(), w.db, err)
	if err != nil || answer.Status != 201 || !strings.Contains(string(answer.Body), "hana@example.jp") {
		t.Errorf("replay: %+v, %v", answer, err)
	}
	other := claim("b")
	_, err = w.Register(t.Context(), RegisterInput(person("taro@example.jp")), other)
	_, err = other.Replay(t.Context(), w.db, err)
	wantCode(t, "another body", err, "idempotency.mismatch")
	if users, mails := count(t, w, "SELECT count(*) FROM users"), len(w.mails(t)); users != 1 || mails != 1 {
		t.Errorf("%d accounts, %d mails", users, mails)
	}
}

func TestRegister_FaultsOfInput_AllAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	long := strings.Repeat("あ", MaxName+1)
	for _, c := range []struct {
		in   RegisterInput
		want map[string]string
	}{
		{RegisterInput{}, map[string]string{
			"body.email": "required", "body.family_name": "required", "body.given_name": "required", "body.password": "required",
		}},
		{RegisterInput{Email: "hana", FamilyName: long, GivenName: "\u200b\u202e ", Password: "short", Locale: "fr"}, map[string]string{
			"body.email": "email", "body.family_name": "too_long", "body.given_name": "required", "body.password": "too_short", "body.locale": "not_allowed",
		}},
		{RegisterInput{Email: strings.Repeat("a", 250) + "@example.jp", FamilyName: "a", GivenName: "b", Password: "passwordpassword"}, map[string]string{
			"body.email": "too_long", "body.password": "auth.password_guessable",
		}},
	} {
		_, err := w.Register(t.Context(), c.in, nil)
		if got := fieldCodes(err); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
		if verr := c.in.Validate(); fmt.Sprint(verr) != fmt.Sprint(err) {
			t.Errorf("Validate says %v", verr)
		}
	}
	if w.passwords.done.Load() != 0 || count(t, w, "SELECT count(*) FROM users") != 0 {
		t.Error("bad input had an effect")
	}
}

func TestCreateOperator_IsAudited_AndNothingElseMakesOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	plain := w.user(t, "hana@example.jp")
	_, err := w.CreateOperator(t.Context(), person("Hana@example.jp"))
	wantCode(t, "an account that exists", err, "auth.email_taken")
	_, err = w.CreateUser(t.Context(), person("hana@example.jp"))
	wantCode(t, "a second account", err, "auth.email_taken")
	_, err = w.CreateOperator(t.Context(), Person{Email: "op@example.jp", Password: "short", FamilyName: "a", GivenName: "b"})
	if fieldCodes(err)["body.password"] != "too_short" {
		t.Errorf("a short password: %v", err)
	}
	operator, err := w.CreateOperator(t.Context(), person("op@example.jp"))
	if err != nil {
		t.Fatal(err)
	}
	if p := w.principal(t, w.login(t, "op@example.jp").Access); !p.Operator || p.UserID != operator {
		t.Errorf("signed in as %+v", p)
	}
	if p := w.principal(t, w.login(t, "hana@example.jp").Access); p.Operator || p.UserID != plain {
		t.Errorf("signed in as %+v", p)
	}
	if n := count(t, w, "SELECT count(*) FROM platform_audit WHERE action = 'operator.created' AND subject = $1", "user:"+operator.String()); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	if n := count(t, w, "SELECT count(*) FROM platform_audit"); n != 1 {
		t.Errorf("%d audit entries in all", n)
	}
}
