package demo_test

import (
	"context"
	"net/netip"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// checkContents looks at what the shops are.
func (w *world) checkContents() {
	w.t.Helper()
	for _, slug := range slugs {
		bid := w.business(slug)
		for sql, least := range map[string]int64{
			`SELECT count(*) FROM businesses WHERE business_id = $1 AND status = 'approved' AND terms_version = '1' AND booking_window_days >= 29`: 1,
			`SELECT count(DISTINCT weekday) FROM opening_hours WHERE business_id = $1`:                                                             7,
			`SELECT count(*) FROM special_days WHERE business_id = $1 AND ranges <> '[]'`:                                                          4,
			`SELECT count(*) FROM services WHERE business_id = $1 AND name ? 'en'`:                                                                 4,
			`SELECT count(*) FROM service_options WHERE business_id = $1`:                                                                          2,
		} {
			if n := w.count(sql, bid); n < least {
				w.t.Errorf("%s: %d, at least %d were expected: %s", slug, n, least, sql)
			}
		}
	}
	hana, midori, yoru := w.business("hana-salon"), w.business("midori-clinic"), w.business("yoru-bar")
	for sql, want := range map[string]int64{
		`SELECT count(*) FROM resources WHERE business_id = $1 AND kind = 'staff'`:                     6,
		`SELECT count(*) FROM resources WHERE business_id = $1 AND kind = 'staff' AND NOT nominatable`: 1,
		`SELECT count(*) FROM resources WHERE business_id = $1 AND kind = 'seat'`:                      4,
		`SELECT count(*) FROM requirements r JOIN services s ON s.business_id = r.business_id AND s.id = r.service_id
		 WHERE r.business_id = $1 AND s.name->>'ja' = 'カラー' AND r.kind = 'staff' AND r.gap_start_minute = 30 AND r.gap_end_minute = 60`: 1,
	} {
		if n := w.count(sql, hana); n != want {
			w.t.Errorf("hana-salon: %d, not %d: %s", n, want, sql)
		}
	}
	if n := w.count(`SELECT count(*) FROM businesses WHERE business_id = $1 AND booking_mode = 'approval'`, midori); n != 1 {
		w.t.Error("the clinic does not approve its bookings")
	}
	if n := w.count(`SELECT count(*) FROM resources WHERE business_id = $1 AND kind = 'equipment'`, midori); n != 1 {
		w.t.Errorf("the clinic has %d machines", n)
	}
	if n := w.count(`SELECT count(*) FROM opening_hours WHERE business_id = $1 AND start_minute = 1080 AND end_minute = 1560`, yoru); n != 7 {
		w.t.Errorf("the bar is open from 18:00 to 26:00 on %d days", n)
	}
	if n := w.count(`SELECT count(*) FROM opening_hours WHERE business_id = $1 AND weekday = 8 AND end_minute = 1680`, yoru); n != 1 {
		w.t.Error("the bar is not open longer before holidays")
	}
	if n := w.count(`SELECT count(*) FROM service_periods WHERE business_id = $1`, yoru); n != 2 {
		w.t.Errorf("the bar's day has %d parts", n)
	}
}

// checkVolume looks at how much life there is.
func (w *world) checkVolume() {
	w.t.Helper()
	for _, slug := range slugs {
		for sql, least := range map[string]int{
			`SELECT count(*) FROM customers WHERE business_id = $1`:                                                           120,
			`SELECT count(*) FROM bookings WHERE business_id = $1`:                                                            550,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND source = 'walk_in'`:                                     10,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND source = 'public'`:                                      30,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND source = 'console'`:                                     100,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND status = 'completed'`:                                   300,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND status = 'no_show'`:                                     7,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND status = 'cancelled'`:                                   20,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND status = 'confirmed'`:                                   60,
			`SELECT count(*) FROM booking_history WHERE business_id = $1 AND action = 'reschedule'`:                           7,
			`SELECT count(*) FROM booking_segments WHERE business_id = $1 AND (nominated OR staff_id IS NULL)`:                50,
			`SELECT count(DISTINCT business_date) FROM bookings WHERE business_id = $1 AND business_date <= '2027-01-09'`:     84,
			`SELECT count(*) FROM bookings WHERE business_id = $1 AND business_date BETWEEN '2026-12-11' AND '2026-12-17'`:    22,
			`SELECT count(*) FROM booking_history WHERE business_id = $1 AND action = 'check_in' AND at > '2026-12-01 00:00'`: 30,
		} {
			if n := w.count(sql, w.business(slug)); n < int64(w.scaled(least)) {
				w.t.Errorf("%s: %d, at least %d were expected: %s", slug, n, w.scaled(least), sql)
			}
		}
	}
	if n := w.count(`SELECT count(*) FROM customers`); n != int64(4*w.deps.Percent) {
		w.t.Errorf("%d customers", n)
	}
	if n := w.count(`SELECT count(*) FROM customers WHERE created_at = $1`, w.deps.Now); n > int64(w.scaled(20)) {
		w.t.Errorf("%d customers came all at once", n)
	}
	w.none("everybody has a phone, a reading of the name, and at most an address that leads nowhere",
		`SELECT family_name FROM customers WHERE phone = '' OR (locale = 'ja' AND family_name_kana = '') OR email <> '' AND email NOT LIKE '%.example'`)
}

// checkPresent looks at the moment of the test: salon and clinic are open.
func (w *world) checkPresent() {
	w.t.Helper()
	if n := w.count(`SELECT count(*) FROM bookings WHERE business_id = $1 AND status = 'pending_approval'`, w.business("midori-clinic")); n < 3 {
		w.t.Errorf("%d requests wait for the clinic", n)
	}
	for _, slug := range slugs[:2] {
		if n := w.count(`SELECT count(*) FROM bookings WHERE business_id = $1 AND status = 'checked_in'`, w.business(slug)); n == 0 {
			w.t.Errorf("%s: nobody is there", slug)
		}
	}
}

// checkFill measures the chairs of the salon on the coming days.
func (w *world) checkFill() {
	w.t.Helper()
	w.none("chairs are taken for at most 60 % of a day", `SELECT (a.starts_at AT TIME ZONE 'Asia/Tokyo')::date::text
	    FROM allocations a JOIN resources r ON r.business_id = a.business_id AND r.id = a.resource_id AND r.kind = 'seat'
	    WHERE a.business_id = $1 AND a.starts_at > $2 GROUP BY (a.starts_at AT TIME ZONE 'Asia/Tokyo')::date
	    HAVING sum(extract(epoch FROM a.ends_at - a.starts_at) / 60) > 0.6 * 4 * 600`, w.business("hana-salon"), w.deps.Now)
}

// secondFactor goes on with a sign-in by the code that the command prints.
func (w *world) secondFactor(people *auth.Service, begun error) (auth.Tokens, error) {
	w.t.Helper()
	f, ok := fault.As(begun)
	if !ok {
		w.t.Fatalf("the operator needs no second factor: %v", begun)
	}
	token, _ := f.Extra["challenge_token"].(string)
	code, err := demo.OperatorCode(w.deps.Now)
	if err != nil {
		w.t.Fatal(err)
	}
	return people.SecondFactor(context.Background(), auth.SecondFactorInput{ChallengeToken: token, Proof: auth.Proof{Code: code}})
}

func (w *world) checkSignIns() {
	w.t.Helper()
	ctx := context.Background()
	people := auth.New(w.db, clock.NewManual(w.deps.Now), w.deps.Ring, auth.Options{})
	works := map[string]string{}
	for _, a := range demo.Accounts() {
		tokens, err := people.Login(ctx, auth.LoginInput{Email: a.Email, Password: demo.Passphrase, Address: netip.MustParseAddr("192.0.2.1")})
		if a.Operator {
			tokens, err = w.secondFactor(people, err)
		}
		if err != nil {
			w.t.Fatalf("%s: %v", a.Email, err)
		}
		p, err := people.Authenticate(ctx, tokens.Access)
		if err != nil || !p.EmailVerified || p.Operator != a.Operator || p.Strong != a.Operator {
			w.t.Fatalf("%s: %+v, %v", a.Email, p, err)
		}
		var roles []string
		for _, slug := range slugs {
			job, member, err := people.Role(ctx, p.UserID, w.business(slug))
			if err != nil {
				w.t.Fatal(err)
			}
			if member {
				roles = append(roles, slug+" "+string(job.Role))
			}
		}
		works[a.Email] = strings.Join(roles, ", ")
	}
	want := map[string]string{
		"owner@hana-salon.example": "hana-salon owner", "staff@hana-salon.example": "hana-salon staff",
		"owner@midori-clinic.example": "midori-clinic owner", "owner@yoru-bar.example": "yoru-bar owner", "operator@omotenashi.example": "",
	}
	if d := cmp.Diff(want, works); d != "" {
		w.t.Error(d)
	}
	if n := w.count(`SELECT count(*) FROM members m JOIN resources r ON r.business_id = m.business_id AND r.id = m.resource_id
	    WHERE m.role = 'staff' AND r.kind = 'staff'`); n != 1 {
		w.t.Errorf("%d staff accounts are among the staff", n)
	}
}
