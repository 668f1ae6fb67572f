package auth

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

var theOperator = tenant.Actor{Kind: tenant.Operator, UserID: [16]byte{0xff}}

func TestAccounts_FindsByNameAddressAndStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for i, p := range []Person{
		{Email: "hanako@example.jp", FamilyName: "山田", GivenName: "ハナコ"},
		{Email: "taro@example.jp", FamilyName: "山田", GivenName: "太郎"},
		{Email: "anna@example.com", FamilyName: "Schmidt", GivenName: "Ａｎｎａ"},
		{Email: "per_cent@example.com", FamilyName: "100%", GivenName: "x"},
	} {
		p.Password, p.Locale = passphrase, "ja"
		w.clock.Advance(time.Second)
		if _, err := w.CreateUser(t.Context(), p); err != nil {
			t.Fatal(i, err)
		}
	}
	w.exec(t, `UPDATE users SET email_verified_at = NULL WHERE email = 'taro@example.jp'`)
	w.exec(t, `UPDATE users SET disabled_at = now() WHERE email = 'anna@example.com'`)
	for name, test := range map[string]struct {
		query  string
		status AccountStatus
		want   string
	}{
		"all, the newest first":  {"", "", "per_cent anna taro hanako"},
		"family name":            {"山田", "", "taro hanako"},
		"kana in another script": {"はなこ", "", "hanako"},
		"half-width kana":        {"ﾊﾅｺ 山田", "", "hanako"},
		"part of an address":     {"EXAMPLE.com", "", "per_cent anna"},
		"both words":             {"山田 taro", "", "taro"},
		"not both":               {"山田 anna", "", ""},
		"no wildcard":            {"r_c", "", "per_cent"},
		"nor the other":          {"0%", "", "per_cent"},
		"no wildcard at all":     {"h%o", "", ""},
		"unverified":             {"", AccountUnverified, "taro"},
		"disabled":               {"", AccountDisabled, "anna"},
		"active":                 {"", AccountActive, "per_cent hanako"},
		"active by name":         {"山田", AccountActive, "hanako"},
	} {
		for _, size := range []int{1, 10} {
			var got []string
			var below *Account
			for {
				rows, err := w.Accounts(t.Context(), test.query, test.status, below, size)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range rows {
					local, _, _ := strings.Cut(a.Email, "@")
					got = append(got, local)
				}
				if len(rows) < size {
					break
				}
				below = &rows[len(rows)-1]
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%s in pages of %d: %q, want %q", name, size, got, test.want)
			}
		}
	}
	_, err := w.Accounts(t.Context(), "", "sleeping", nil, 1)
	wantCode(t, "no such status", err, "validation.failed")
}

// S07: what an operator ends is over at once here, and within half a minute elsewhere.
func TestDisable_EndsEverything_AndEnableOpensTheDoorAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	elsewhere := w.another(t)
	user := w.user(t, "hana@example.jp")
	tokens := w.login(t, "hana@example.jp")
	elsewhere.principal(t, tokens.Access)
	wantCode(t, "oneself", w.Disable(t.Context(), tenant.Actor{Kind: tenant.Operator, UserID: user}, user, "x"), "auth.own_account")
	wantCode(t, "no reason", w.Disable(t.Context(), theOperator, user, " \n"), "validation.failed")
	wantCode(t, "nobody", w.Disable(t.Context(), theOperator, UserID{9}, "x"), "not_found")
	wantCode(t, "enable an open one", w.Enable(t.Context(), theOperator, user, "x"), "auth.account_status")
	wantCode(t, "disable", w.Disable(t.Context(), theOperator, user, "規約違反のため"), "")
	wantCode(t, "disable again", w.Disable(t.Context(), theOperator, user, "x"), "auth.account_status")
	_, err := w.Authenticate(t.Context(), tokens.Access)
	wantCode(t, "here", err, "auth.session_ended")
	w.clock.Advance(CacheLife)
	_, err = elsewhere.Authenticate(t.Context(), tokens.Access)
	wantCode(t, "elsewhere", err, "auth.session_ended")
	_, err = w.Refresh(t.Context(), tokens.Refresh)
	wantCode(t, "refresh", err, "auth.refresh_invalid")
	a, err := w.Account(t.Context(), user)
	if err != nil || a.Status() != AccountDisabled || a.DisabledReason != "規約違反のため" || a.DisabledAt == nil || a.SecondFactor {
		t.Errorf("account %+v, %v", a, err)
	}
	wantCode(t, "enable", w.Enable(t.Context(), theOperator, user, "誤りでした"), "")
	w.principal(t, w.login(t, "hana@example.jp").Access)
	_, err = w.Authenticate(t.Context(), tokens.Access)
	wantCode(t, "the old session stays over", err, "auth.session_ended")
	if got := platformTrail(t, w, user); !slices.Equal(got, []string{"user.disabled 規約違反のため", "user.enabled 誤りでした"}) {
		t.Errorf("trail %q", got)
	}
}

func platformTrail(t *testing.T, w *world, user UserID) []string {
	t.Helper()
	var out string
	if err := w.db.ReadPool().QueryRow(t.Context(), `SELECT coalesce(string_agg(action || ' ' || reason, '|' ORDER BY at, action), '') FROM platform_audit
	    WHERE subject = 'user:' || $1 AND actor_id = $2`, user.String(), theOperator.UserID).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return strings.Split(out, "|")
}

func TestSignOut_EndsOneSessionOrAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user, other := w.user(t, "hana@example.jp"), w.user(t, "taro@example.jp")
	phone, tablet, bystander := w.login(t, "hana@example.jp"), w.login(t, "hana@example.jp"), w.login(t, "taro@example.jp")
	session := w.principal(t, phone.Access).SessionID
	wantCode(t, "another's", w.SignOutSession(t.Context(), theOperator, other, session, "x"), "not_found")
	wantCode(t, "no reason", w.SignOutSession(t.Context(), theOperator, user, session, ""), "validation.failed")
	wantCode(t, "one", w.SignOutSession(t.Context(), theOperator, user, session, "端末の紛失"), "")
	wantCode(t, "again", w.SignOutSession(t.Context(), theOperator, user, session, "x"), "not_found")
	_, err := w.Authenticate(t.Context(), phone.Access)
	wantCode(t, "the phone", err, "auth.session_ended")
	w.principal(t, tablet.Access)
	wantCode(t, "all", w.SignOut(t.Context(), theOperator, user, "乗っ取りの疑い"), "")
	_, err = w.Authenticate(t.Context(), tablet.Access)
	wantCode(t, "the tablet", err, "auth.session_ended")
	w.principal(t, bystander.Access)
	wantCode(t, "nobody", w.SignOut(t.Context(), theOperator, UserID{9}, "x"), "not_found")
	if got := platformTrail(t, w, user); !slices.Equal(got, []string{"user.session_ended 端末の紛失", "user.signed_out 乗っ取りの疑い"}) {
		t.Errorf("trail %q", got)
	}
}
