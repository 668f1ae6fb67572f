package app_test

import (
	"strings"
	"testing"
	"time"
)

// The whole life of a shop and of its bookings, over HTTP, on two servers.
func TestProof_Life_FromFoundingToTheLedger(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	y := &story{stage: s, kept: map[string]string{
		"operator": s.appoint(), "rival": s.join("rival"), "passphrase": passphrase, "today": s.day(0), "visit_day": s.day(2),
		"week":  `[` + strings.Join(weekdays(`"ranges":[{"start_minute":0,"end_minute":1440}]`), ",") + `]`,
		"early": s.hour(2, 10), "late": s.hour(2, 14), "noon": s.hour(0, 12), "evening": s.hour(0, 18), "next": s.hour(3, 10), "other": s.hour(3, 12),
	}}
	for _, act := range []struct {
		name   string
		scenes []scene
	}{
		{"somebody registers", lifeRegister()},
		{"an owner founds a shop", lifeFound()},
		{"the shop is filled", lifeFill()},
		{"the platform approves", lifeApprove()},
		{"a customer finds a time", lifeBrowse()},
		{"and books it", lifeBook()},
		{"moves it and cancels it", lifeManage()},
		{"the counter", lifeCounter()},
		{"the counter changes its mind", lifeUndo()},
		{"the shop answers first", lifeApproval()},
		{"the platform suspends", lifeSuspend()},
	} {
		y.play(t, act.name, act.scenes)
	}
	if n := s.overlaps(); n != 0 {
		t.Errorf("%d pairs overlap", n)
	}
	y.wantNothingSecret(append(canaries(y), y.kept["hold"], y.kept["token"], y.kept["verify"], y.kept["refresh"])...)
}

// canaries are what no log may show of the life.
func canaries(y *story) []string {
	return []string{
		passphrase, "5550-1234", "55501234", "hanako@customer.example", "life@proof.example", "肌が少し弱い", "山田",
		strings.TrimPrefix(y.kept["owner"], "Bearer "), strings.TrimPrefix(y.kept["operator"], "Bearer "),
	}
}

func weekdays(with string) []string {
	out := make([]string, 7)
	for d := range out {
		out[d] = `{"weekday":` + string(rune('0'+d)) + `,` + with + `}`
	}
	return out
}

func lifeRegister() []scene {
	const who = `{"email":"life@proof.example","password":"$passphrase","family_name":"佐藤","given_name":"美咲","locale":"en"}`
	return []scene{
		{
			does: "registers", call: "POST /auth/register", send: who, gives: 201,
			shows: map[string]any{"user.email": "life@proof.example", "user.email_verified": false},
		},
		{
			does: "a short password is refused with its field, in the language asked for", call: "POST /auth/register",
			send: strings.Replace(who, "$passphrase", "short", 1), with: []string{"Accept-Language: en"}, gives: 422,
			shows: map[string]any{"code": "validation.failed", "errors.0.location": "body.password", "header Content-Type": "application/problem+json"},
		},
		{
			does: "signs in before the address is verified", call: "POST /auth/login", send: `{"email":"life@proof.example","password":"$passphrase"}`,
			gives: 200, shows: map[string]any{"token_type": "Bearer", "expires_in": 900}, keeps: map[string]string{"owner": "access_token", "refresh": "refresh_token"},
		},
		{
			does: "with a wrong password not", call: "POST /auth/login", send: `{"email":"life@proof.example","password":"not it, but long enough"}`,
			gives: 401, shows: map[string]any{"code": "auth.invalid_credentials"},
		},
		{does: "is known", as: "owner", call: "GET /me", gives: 200, shows: map[string]any{"email": "life@proof.example", "operator": false}},
		{does: "nobody is not", call: "GET /me", gives: 401, shows: map[string]any{"code": "auth.required"}},
		{
			does: "founds nothing before the address is verified", as: "owner", call: "POST /businesses",
			send: `{"name":{"ja":"早すぎる店"},"vertical":"clinic"}`, gives: 403, shows: map[string]any{"code": "auth.email_unverified"},
		},
		{
			does: "verifies by the link of the mail, which is English", call: "POST /auth/verify-email", send: `{"token":"$verify"}`, gives: 204,
			first: func(y *story) {
				m := y.letter("life@proof.example", "/verify-email/")
				if !strings.Contains(m.Text, "Omotenashi") || strings.Contains(m.Text, "確認") {
					y.t.Errorf("mail: %s %s", m.Subject, m.Text)
				}
				y.kept["verify"] = m.link(y.t, "/verify-email/")
			},
		},
		{does: "a forged link is refused", call: "POST /auth/verify-email", send: `{"token":"AAAA$verify"}`, gives: 422, shows: map[string]any{"code": "auth.link_invalid"}},
		{does: "is verified", as: "owner", call: "GET /me", gives: 200, shows: map[string]any{"email_verified": true}},
	}
}

func lifeFound() []scene {
	const shop = `{"name":{"ja":"命サロン","en":"Life salon"},"vertical":"hair_salon","slug":"life-salon","prefecture":"東京","phone":"03-5555-6666"}`
	return []scene{
		{
			does: "founds a draft", as: "owner", call: "POST /businesses", send: shop, gives: 201,
			shows: map[string]any{"status": "draft", "prefecture": "東京都", "phone": "+81355556666", "version": 1},
			keeps: map[string]string{"shop": "id", "slug": "slug", "where": "header Location"},
		},
		{does: "another's slug is taken", as: "rival", call: "POST /businesses", send: shop, gives: 409, shows: map[string]any{"code": "business.slug_taken"}},
		{does: "which nobody sees in the directory", call: "GET /public/businesses/$slug", gives: 404, shows: map[string]any{"code": "not_found"}},
		{
			does: "an empty shop cannot be submitted", as: "owner", call: "POST /businesses/$shop/submit", gives: 409,
			shows: map[string]any{"code": "business.incomplete", "errors.length": 2},
		},
		{does: "it is the owner's", as: "owner", call: "GET /businesses", gives: 200, shows: map[string]any{"items.0.id": "$shop", "items.0.role": "owner"}},
		{does: "and nobody else's", as: "rival", call: "GET /businesses/$shop", gives: 404, shows: map[string]any{"code": "not_found"}},
	}
}

func lifeFill() []scene {
	const base = "POST /businesses/$shop"
	return []scene{
		{
			does: "hours need the version that they replace", as: "owner", call: "PUT /businesses/$shop/hours", send: `{"weekly":$week}`,
			gives: 428, shows: map[string]any{"code": "precondition.required"},
		},
		{
			does: "and the present one", as: "owner", call: "PUT /businesses/$shop/hours", send: `{"weekly":$week}`, with: []string{`If-Match: "9"`},
			gives: 412, shows: map[string]any{"code": "precondition.stale"},
		},
		{
			does: "open around the clock", as: "owner", call: "PUT /businesses/$shop/hours", send: `{"weekly":$week}`, with: []string{`If-Match: "1"`},
			gives: 200, shows: map[string]any{"weekly.6.ranges.0.end_minute": 1440, "header ETag": `"2"`},
		},
		{
			does: "a stylist with a fee", as: "owner", call: base + "/resources", gives: 201, keeps: map[string]string{"misaki": "id"},
			send: `{"kind":"staff","name":{"ja":"佐藤 美咲","en":"Misaki"},"nomination_fee":{"amount":550,"currency":"JPY"}}`,
		},
		{
			does: "another one", as: "owner", call: base + "/resources", gives: 201, keeps: map[string]string{"kenta": "id"},
			send: `{"kind":"staff","name":{"ja":"高橋 健太","en":"Kenta"}}`,
		},
		{
			does: "who works from noon", as: "owner", call: "PUT /businesses/$shop/resources/$kenta/shifts", with: []string{`If-Match: "1"`}, gives: 200,
			send: `{"weekly":` + `[` + strings.Join(weekdays(`"ranges":[{"start_minute":720,"end_minute":1200}]`), ",") + `]}`,
		},
		{
			does: "one chair", as: "owner", call: base + "/resources", send: `{"kind":"seat","name":{"ja":"席","en":"Chair"},"capacity":2}`, gives: 201,
			keeps: map[string]string{"chair": "id"},
		},
		{
			does: "an option", as: "owner", call: base + "/service-options", gives: 201, keeps: map[string]string{"spa": "id"},
			send: `{"name":{"ja":"炭酸スパ","en":"Spa"},"price":{"amount":1650,"currency":"JPY"},"duration_minutes":30}`,
		},
		{
			does: "a requirement on somebody else's chair is named", as: "owner", call: base + "/services", gives: 422,
			send:  `{"name":{"ja":"カット"},"duration_minutes":60,"price":{"amount":5500,"currency":"JPY"},"requirements":[{"kind":"seat","resource_ids":["$misaki","$shop"]}]}`,
			shows: map[string]any{"errors.0.location": "body.requirements[0].resource_ids[0]", "errors.1.location": "body.requirements[0].resource_ids[1]"},
		},
		{
			does: "a haircut: one of the staff and a chair, which is cleaned", as: "owner", call: base + "/services", gives: 201, keeps: map[string]string{"cut": "id"},
			send: `{"name":{"ja":"カット","en":"Haircut"},"duration_minutes":60,"price":{"amount":5500,"currency":"JPY"},"option_ids":["$spa"],
				"requirements":[{"kind":"staff"},{"kind":"seat","after_minutes":10}]}`,
		},
		{
			does: "the rules of cancelling", as: "owner", call: "PATCH /businesses/$shop/settings", with: []string{`If-Match: "2"`}, gives: 200,
			send:  `{"cancellation_policy":{"steps":[{"hours_before":72,"percent":50},{"hours_before":2,"percent":100}]},"hold_minutes":15}`,
			shows: map[string]any{"terms_version": "1", "cancellation_policy.steps.0.percent": 50, "version": 3},
		},
	}
}

func lifeApprove() []scene {
	const decide = `{"reason":"書類を確認いたしました"}`
	return []scene{
		{does: "asks for approval", as: "owner", call: "POST /businesses/$shop/submit", gives: 200, shows: map[string]any{"status": "pending_review"}},
		{does: "owners are no operators", as: "owner", call: "POST /admin/businesses/$shop/approve", send: decide, gives: 403, shows: map[string]any{"code": "auth.forbidden"}},
		{does: "guests even less", call: "POST /admin/businesses/$shop/approve", send: decide, gives: 401},
		{
			does: "the operator sees who waits", as: "operator", call: "GET /admin/businesses?status=pending_review", gives: 200,
			shows: map[string]any{"items.0.slug": "life-salon", "items.length": 1},
		},
		{does: "a decision needs a reason", as: "operator", call: "POST /admin/businesses/$shop/approve", send: `{"reason":" "}`, gives: 422, shows: map[string]any{"errors.0.location": "body.reason"}},
		{does: "approves", as: "operator", call: "POST /admin/businesses/$shop/approve", send: decide, gives: 200, shows: map[string]any{"status": "approved"}},
		{does: "once", as: "operator", call: "POST /admin/businesses/$shop/approve", send: decide, gives: 409, shows: map[string]any{"code": "business.wrong_status"}},
		{
			does: "the trail keeps why", as: "operator", call: "GET /admin/audit", gives: 200,
			shows: map[string]any{"items.0.action": "business.approved", "items.0.reason": "書類を確認いたしました"},
			then:  func(y *story, _ answer) { y.clock.Advance(time.Minute) },
		},
	}
}

func lifeSuspend() []scene {
	return []scene{
		{does: "suspends", as: "operator", call: "POST /admin/businesses/$shop/suspend", send: `{"reason":"確認中"}`, gives: 200, shows: map[string]any{"status": "suspended"}},
		{
			does: "customers do not find it", call: "GET /public/businesses?q=life-salon", gives: 200, shows: map[string]any{"items.length": 0},
			then: func(y *story, _ answer) { y.clock.Advance(time.Minute) },
		},
		{does: "nor its page", call: "GET /public/businesses/$slug", gives: 404},
		{does: "nor may they book", call: "POST /public/businesses/$slug/bookings", send: `{"service_id":"$cut","start":"$other","customer":{"family_name":"山田","given_name":"花子","phone":"090-5550-1234"},"consent":{"terms_version":"1"}}`, gives: 404},
		{
			does: "its members read and change nothing", as: "owner", call: "POST /businesses/$shop/resources", send: `{"kind":"room","name":{"ja":"個室"}}`, gives: 409,
			shows: map[string]any{"code": "business.suspended"},
		},
		{does: "they read", as: "owner", call: "GET /businesses/$shop", gives: 200, shows: map[string]any{"status_reason": "確認中"}},
		{does: "reinstates", as: "operator", call: "POST /admin/businesses/$shop/reinstate", send: `{"reason":"問題ございません"}`, gives: 200, shows: map[string]any{"status": "approved"}},
	}
}
