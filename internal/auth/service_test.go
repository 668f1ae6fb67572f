package auth

import (
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/tenant"
)

// S07: what ends a session is noticed at once where it was done and within the
// life of the cache elsewhere.
func TestAuthenticate_EndsAtOnceHere_AndWithinHalfAMinuteElsewhere(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, w *world, p Principal){
		"logout": func(t *testing.T, w *world, p Principal) {
			t.Helper()
			wantCode(t, "logout", w.Logout(t.Context(), p.SessionID), "")
		},
		"logout everywhere": func(t *testing.T, w *world, p Principal) {
			t.Helper()
			wantCode(t, "logout everywhere", w.LogoutAll(t.Context(), p.UserID), "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			elsewhere := w.another(t)
			w.user(t, "hana@example.jp")
			w.user(t, "taro@example.jp")
			access, bystander := w.login(t, "hana@example.jp").Access, w.login(t, "taro@example.jp").Access
			p := w.principal(t, access)
			w.principal(t, bystander)
			elsewhere.principal(t, access)
			end(t, w, p)
			_, err := w.Authenticate(t.Context(), access)
			wantCode(t, "here", err, "auth.session_ended")
			w.clock.Advance(CacheLife)
			_, err = elsewhere.Authenticate(t.Context(), access)
			wantCode(t, "elsewhere", err, "auth.session_ended")
			w.principal(t, bystander)
			end(t, w, p) // twice does no harm
		})
	}
}

func TestAuthenticate_LogoutAll_EndsEveryDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	phone, tablet := w.login(t, "hana@example.jp"), w.login(t, "hana@example.jp")
	wantCode(t, "logout everywhere", w.LogoutAll(t.Context(), user), "")
	for _, tokens := range []Tokens{phone, tablet} {
		_, err := w.Authenticate(t.Context(), tokens.Access)
		wantCode(t, "access", err, "auth.session_ended")
		_, err = w.Refresh(t.Context(), tokens.Refresh)
		wantCode(t, "refresh", err, "auth.refresh_invalid")
	}
}

func TestAuthenticate_DisabledAccount_WithinHalfAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	access := w.login(t, "hana@example.jp").Access
	w.principal(t, access)
	w.exec(t, "UPDATE users SET disabled_at = now() WHERE id = $1", user)
	w.clock.Advance(CacheLife)
	_, err := w.Authenticate(t.Context(), access)
	wantCode(t, "disabled", err, "auth.session_ended")
}

// A remembered token still runs out by the second, and costs no second query.
func TestAuthenticate_RememberedToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	access := w.login(t, "hana@example.jp").Access
	w.clock.Advance(AccessLife - 10*time.Second)
	w.principal(t, access)
	before := w.db.Stats()["read"].AcquireCount()
	for range 10 {
		w.principal(t, access)
	}
	if n := w.db.Stats()["read"].AcquireCount() - before; n != 0 {
		t.Errorf("%d queries for a remembered token", n)
	}
	w.clock.Advance(10 * time.Second)
	_, err := w.Authenticate(t.Context(), access)
	wantCode(t, "run out while remembered", err, "auth.token_expired")
	_, err = w.Authenticate(t.Context(), "no.such.token")
	wantCode(t, "a forged one", err, "auth.token_invalid")
}

func TestAuthenticate_TokenOfAnothersSession_IsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.user(t, "hana@example.jp")
	taro := w.user(t, "taro@example.jp")
	session := w.principal(t, w.login(t, "hana@example.jp").Access).SessionID
	mixed, err := w.keys.sign(taro, session)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Authenticate(t.Context(), mixed)
	wantCode(t, "person and session of two", err, "auth.session_ended")
}

func TestRole_OfMembersOnly_ChangedWithinHalfAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	elsewhere := w.another(t)
	hana, taro := w.user(t, "hana@example.jp"), w.user(t, "taro@example.jp")
	one, two := id.New[int](w.clock.Now()), id.New[int](w.clock.Now())
	role := func(w *world, user UserID, business id.Of[int], want tenant.Role) {
		t.Helper()
		got, ok, err := w.Role(t.Context(), user, business)
		if err != nil || got.Role != want || ok != (want != "") {
			t.Errorf("got %q, %t, %v; want %q", got, ok, err, want)
		}
	}
	role(w, hana, one, "")
	w.exec(t, "INSERT INTO user_businesses (user_id, tenant_id, role) VALUES ($1, $2, 'owner'), ($3, $4, 'staff')", hana, one, taro, two)
	role(w, hana, one, tenant.Owner) // that there was none is not remembered
	role(w, hana, two, "")
	role(w, taro, two, tenant.Staff)
	role(w, taro, one, "")
	role(elsewhere, hana, one, tenant.Owner)
	w.exec(t, "UPDATE user_businesses SET role = 'assistant' WHERE user_id = $1", hana)
	role(w, hana, one, tenant.Owner)
	w.clock.Advance(CacheLife)
	role(w, hana, one, tenant.Assistant)
	w.exec(t, "DELETE FROM user_businesses WHERE user_id = $1", hana)
	w.clock.Advance(CacheLife)
	role(w, hana, one, "")
	role(elsewhere, hana, one, "")
}

func TestMe_AndByEmail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	user := w.user(t, "hana@example.jp")
	me, err := w.Me(t.Context(), user)
	if err != nil || me.ID != user || me.Email != "hana@example.jp" || me.FamilyName != "山田" || !me.EmailVerified || me.Operator {
		t.Errorf("%+v, %v", me, err)
	}
	if same, err := w.ByEmail(t.Context(), "ＨＡＮＡ@example.jp"); err != nil || same != me {
		t.Errorf("%+v, %v", same, err)
	}
	_, err = w.Me(t.Context(), id.New[User](w.clock.Now()))
	wantCode(t, "nobody", err, "not_found")
	for _, email := range []string{"nobody@example.jp", "", "x\x00"} {
		_, err = w.ByEmail(t.Context(), email)
		wantCode(t, email, err, "not_found")
	}
}

func TestSweep_RemovesOnlyWhatIsLongOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.register(t, "hana@example.jp")
	w.login(t, "hana@example.jp")
	sweep := func(want int64) {
		t.Helper()
		if n, err := w.Sweep(t.Context()); n != want || err != nil {
			t.Errorf("swept %d, %v; want %d", n, err, want)
		}
	}
	w.clock.Advance(RefreshLife + 30*24*time.Hour)
	sweep(0)
	w.clock.Advance(time.Microsecond)
	sweep(1)
	w.clock.Advance(60 * 24 * time.Hour)
	sweep(1)
	if n := count(t, w, "SELECT count(*) FROM users"); n != 1 {
		t.Error("the account went too")
	}
}
