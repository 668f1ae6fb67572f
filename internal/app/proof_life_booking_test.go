package app_test

import (
	"fmt"
	"strings"
)

// lifeVisit is what the customer of the life wishes.
const (
	lifeVisit    = `"service_id":"$cut","staff_id":"$misaki","option_ids":["$spa"],"start":"$early"`
	lifeCustomer = `"customer":{"family_name":"山田","given_name":"花子","family_name_kana":"やまだ","phone":"０９０－5550－1234","email":"hanako@customer.example","locale":"en"},
		"consent":{"terms_version":"1"}`
	lifeTimes = "GET /public/businesses/$slug/availability?service_id=$cut&from=$visit_day&to=$visit_day"
)

// offered tells whether the day has the start with the staff member.
func offered(y *story, a answer, start, staff string) bool {
	slots, _ := a.at("days.0.slots").([]any)
	for _, slot := range slots {
		one := answer{body: slot}
		if one.text("start") != y.fill(start) {
			continue
		}
		list, _ := one.at("staff_ids").([]any)
		for _, id := range list {
			if id == y.fill(staff) {
				return true
			}
		}
	}
	return false
}

func wantOffered(start, staff string, want bool) func(*story, answer) string {
	return func(y *story, a answer) string {
		if got := offered(y, a, start, staff); got != want {
			return fmt.Sprintf("%s with %s offered: %v", start, staff, got)
		}
		return ""
	}
}

func lifeBrowse() []scene {
	return []scene{
		{
			does: "finds the shop by a word in another kana and width", call: "GET /public/businesses?q=%E5%91%BD+%EF%BC%AC%EF%BD%89%EF%BD%86%EF%BD%85", gives: 200,
			shows: map[string]any{"items.0.slug": "life-salon", "items.0.id": "$shop", "next_cursor": nil},
		},
		{does: "nothing where there is nothing", call: "GET /public/businesses?q=life&prefecture=Osaka", gives: 200, shows: map[string]any{"items.length": 0}},
		{does: "its page names the terms", call: "GET /public/businesses/$slug", gives: 200, shows: map[string]any{"terms_version": "1", "booking.mode": "instant"}},
		{
			does: "its menu", call: "GET /public/businesses/$slug/services", gives: 200,
			shows: map[string]any{"items.0.id": "$cut", "items.0.price.amount": 5500, "items.0.options.0.id": "$spa", "items.0.staff.0.nomination_fee.amount": 550, "items.0.staff.length": 2},
		},
		{
			does: "free times: in the morning one stylist", call: lifeTimes, gives: 200,
			shows: map[string]any{"timezone": "Asia/Tokyo", "days.0.state": "open", "days.0.date": "$visit_day"},
			soon:  true, sees: wantOffered("$early", "$misaki", true),
		},
		{does: "and not the one who comes at noon", call: lifeTimes, gives: 200, soon: true, sees: wantOffered("$early", "$kenta", false)},
		{
			does: "what it costs", call: "POST /public/businesses/$slug/quotes", send: `{` + lifeVisit + `}`, gives: 200,
			shows: map[string]any{"price.total.amount": 7700, "price.lines.length": 3, "duration_minutes": 90, "price.tax.0.tax.amount": 700, "terms_version": "1"},
		},
		{
			does: "a time that is not offered is refused with near ones", call: "POST /public/businesses/$slug/holds",
			send: strings.Replace(`{`+lifeVisit+`}`, "$misaki", "$kenta", 1), gives: 409,
			shows: map[string]any{"code": "booking.slot_taken", "alternatives.0.staff_ids.0": "$kenta"},
		},
		{
			does: "holds the time", call: "POST /public/businesses/$slug/holds", send: `{` + lifeVisit + `}`, gives: 201,
			shows: map[string]any{"expires_at": present{}}, keeps: map[string]string{"hold": "hold_token"},
		},
		{does: "so that it is offered to nobody else", call: lifeTimes, gives: 200, soon: true, sees: wantOffered("$early", "$misaki", false)},
	}
}

func lifeBook() []scene {
	const book = "POST /public/businesses/$slug/bookings"
	return []scene{
		{
			does: "a rival is refused, with near times", call: book, send: `{` + lifeVisit + `,` + lifeCustomer + `}`, with: []string{"Accept-Language: en"}, gives: 409,
			shows: map[string]any{"code": "booking.slot_taken", "alternatives.length": 3, "request_id": present{}},
		},
		{
			does: "old terms are refused", call: book, send: `{` + lifeVisit + `,` + strings.Replace(lifeCustomer, `"1"`, `"0"`, 1) + `,"hold_token":"$hold"}`, gives: 422,
			shows: map[string]any{"errors.0.location": "body.consent.terms_version"},
		},
		{
			does: "books with the hold", call: book, send: `{` + lifeVisit + `,` + lifeCustomer + `,"hold_token":"$hold","note":"肌が少し弱いです"}`, gives: 201,
			shows: map[string]any{
				"booking.status": "confirmed", "booking.start": "$early", "booking.items.0.staff.id": "$misaki", "booking.price.total.amount": 7700,
				"booking.version": 1, "booking.cancellation_policy.steps.length": 2, "booking.items.0.options.0.price.amount": 1650,
			},
			keeps: map[string]string{"token": "manage_token", "link": "manage_url", "code": "booking.code", "booking": "booking.id"},
		},
		{
			does: "a hold is used once", call: book, send: `{` + lifeVisit + `,` + lifeCustomer + `,"hold_token":"$hold"}`, gives: 409,
			shows: map[string]any{"code": "booking.slot_taken"},
		},
		{does: "nor released after", call: "DELETE /public/holds/$hold", gives: 404},
		{
			does: "the mail has the link, and the link shows the booking", call: "GET /manage/$token", gives: 200,
			shows: map[string]any{"header Content-Type": "text/html; charset=utf-8", "header Referrer-Policy": "no-referrer"},
			first: func(y *story) {
				m := y.letter("hanako@customer.example", y.kept["link"])
				if !strings.Contains(m.Text, "Life salon") || !strings.Contains(m.Text, "¥7,700") || !strings.Contains(m.Text, y.kept["code"]) {
					y.t.Errorf("mail: %s\n%s", m.Subject, m.Text)
				}
			},
		},
		{
			does: "what may be changed, and what cancelling costs now", call: "GET /public/bookings/$token", gives: 200,
			shows: map[string]any{"can_cancel": true, "can_reschedule": true, "cancellation_fee.amount": 3850, "business.slug": "$slug", "customer.family_name": "山田"},
		},
		{does: "a forged link shows nothing", call: "GET /public/bookings/$token$token", gives: 404, shows: map[string]any{"code": "not_found"}},
	}
}

func lifeManage() []scene {
	const by = "POST /public/bookings/$token"
	return []scene{
		{
			does: "moves it", call: by + "/reschedule", send: `{"start":"$late"}`, gives: 200,
			shows: map[string]any{"booking.start": "$late", "booking.id": "$booking", "booking.code": "$code", "booking.version": 2, "booking.items.0.staff.id": "$misaki"},
		},
		{does: "the first time is offered again", call: lifeTimes, gives: 200, soon: true, sees: wantOffered("$early", "$misaki", true)},
		{does: "the new one is not", call: lifeTimes, gives: 200, soon: true, sees: wantOffered("$late", "$misaki", false)},
		{does: "loses the link and asks for it", call: "POST /public/bookings/find", send: `{"code":"$code","phone":"+81 90 5550 1234"}`, gives: 204},
		{does: "with a wrong number nobody learns anything", call: "POST /public/bookings/find", send: `{"code":"$code","phone":"090-5550-9999"}`, gives: 204},
		{
			does: "cancels, at the price of the policy", call: by + "/cancel", send: `{"reason":"都合により"}`, gives: 200,
			shows: map[string]any{"booking.status": "cancelled", "fee.amount": 3850, "booking.version": 3},
		},
		{does: "once", call: by + "/cancel", gives: 409, shows: map[string]any{"code": "booking.wrong_state"}},
		{does: "moves no more", call: by + "/reschedule", send: `{"start":"$early"}`, gives: 409, shows: map[string]any{"code": "booking.wrong_state"}},
		{does: "the slot is offered again", call: lifeTimes, gives: 200, soon: true, sees: wantOffered("$late", "$misaki", true)},
		{
			does: "each step had its mail, and the wrong number none", call: "GET /public/bookings/$token", gives: 200, shows: map[string]any{"can_cancel": false, "booking.status": "cancelled"},
			first: func(y *story) {
				for _, word := range []string{"is cancelled", "booking changed", "the link to your booking"} {
					y.letter("hanako@customer.example", word)
				}
				if n := len(y.mails("hanako@customer.example", "")); n != 4 {
					y.t.Errorf("%d mails", n)
				}
			},
		},
		{
			does: "the history tells all", as: "owner", call: "GET /businesses/$shop/bookings/$booking/history", gives: 200,
			shows: map[string]any{"items.0.action": "create", "items.1.action": "reschedule", "items.2.action": "cancel", "items.2.actor": "customer", "items.2.reason": "都合により"},
		},
	}
}

func lifeCounter() []scene {
	const at = "/businesses/$shop"
	return []scene{
		{
			does: "a walk-in without a name, off the grid", as: "owner", call: "POST " + at + "/bookings", gives: 201,
			send:  `{"service_id":"$cut","start":"$walk","walk_in":true}`,
			first: func(y *story) { y.kept["walk"] = strings.Replace(y.kept["noon"], "T12:00", "T10:05", 1) },
			shows: map[string]any{"status": "checked_in", "source": "walk_in", "customer.id": nil, "items.0.staff": nil, "header ETag": `"1"`},
			keeps: map[string]string{"walkin": "id"},
		},
		{
			does: "a phone booking for noon", as: "owner", call: "POST " + at + "/bookings", gives: 201, keeps: map[string]string{"phoned": "id"},
			send:  `{"service_id":"$cut","start":"$noon","staff_id":"$kenta","customer":{"family_name":"鈴木","given_name":"一郎","phone":"03-5550-1234"},"note":"肌が少し弱いです"}`,
			shows: map[string]any{"status": "confirmed", "source": "console", "customer.phone": "+81355501234", "serving.length": 2},
		},
		{
			does: "never two on one", as: "owner", call: "POST " + at + "/bookings", gives: 409,
			send:  `{"service_id":"$cut","start":"$noon","staff_id":"$kenta","override_reason":"押し込みたい"}`,
			shows: map[string]any{"code": "booking.slot_taken"},
		},
		{
			does: "the ledger shows the day", as: "owner", call: "GET " + at + "/ledger?date=$today", gives: 200,
			shows: map[string]any{
				"bookings.length": 2, "bookings.0.id": "$walkin", "bookings.1.id": "$phoned", "resources.length": 3, "summary.bookings": 2,
				"summary.expected_takings.amount": 11000, "hours.0.end_minute": 1440, "holds.length": 0, "date": "$today", "seq": present{},
			},
		},
		{
			does: "the cancelled one stands in its own day", as: "owner", call: "GET " + at + "/ledger?date=$visit_day", gives: 200,
			shows: map[string]any{"summary.cancelled": 1, "summary.bookings": 0, "summary.expected_takings.amount": 0},
		},
		{
			does: "found by the last digits of the phone", as: "owner", call: "GET " + at + "/bookings?from=$today&to=$visit_day&q=1234", gives: 200,
			shows: map[string]any{"items.length": 2},
		},
		{does: "and by status", as: "owner", call: "GET " + at + "/bookings?from=$today&to=$visit_day&status=checked_in", gives: 200, shows: map[string]any{"items.0.id": "$walkin", "items.length": 1}},
	}
}

func lifeUndo() []scene {
	const walkIn, phoned = "POST /businesses/$shop/bookings/$walkin", "POST /businesses/$shop/bookings/$phoned"
	return []scene{
		{does: "a change needs the version", as: "owner", call: phoned + "/check-in", gives: 428, shows: map[string]any{"code": "precondition.required"}},
		{does: "not an old one", as: "owner", call: phoned + "/check-in", with: []string{`If-Match: "7"`}, gives: 412, shows: map[string]any{"code": "precondition.stale"}},
		{does: "checks in", as: "owner", call: phoned + "/check-in", with: []string{`If-Match: "1"`}, gives: 200, shows: map[string]any{"status": "checked_in", "header ETag": `"2"`}},
		{does: "undo needs a reason", as: "owner", call: phoned + "/undo", with: []string{`If-Match: "2"`}, gives: 422, shows: map[string]any{"errors.0.location": "body.reason"}},
		{does: "undoes", as: "owner", call: phoned + "/undo", with: []string{`If-Match: "2"`}, send: `{"reason":"別のお客様でした"}`, gives: 200, shows: map[string]any{"status": "confirmed", "version": 3}},
		{does: "once", as: "owner", call: phoned + "/undo", with: []string{`If-Match: "3"`}, send: `{"reason":"もう一度"}`, gives: 409, shows: map[string]any{"code": "booking.nothing_to_undo"}},
		{does: "nobody failed to come before the time", as: "owner", call: phoned + "/no-show", with: []string{`If-Match: "3"`}, gives: 409, shows: map[string]any{"code": "booking.too_early"}},
		{does: "completes the walk-in", as: "owner", call: walkIn + "/complete", with: []string{`If-Match: "1"`}, gives: 200, shows: map[string]any{"status": "completed"}},
		{
			does: "its place is taken at once", as: "owner", call: "POST /businesses/$shop/bookings", send: `{"service_id":"$cut","staff_id":"$misaki","start":"$walk"}`,
			gives: 201, keeps: map[string]string{"after": "id"},
		},
		{does: "so that the completion cannot be undone", as: "owner", call: walkIn + "/undo", with: []string{`If-Match: "2"`}, send: `{"reason":"早すぎた"}`, gives: 409, shows: map[string]any{"code": "booking.slot_taken"}},
		{does: "the shop cancels the later one, at no cost", as: "owner", call: "POST /businesses/$shop/bookings/$after/cancel", with: []string{`If-Match: "1"`}, gives: 200, shows: map[string]any{"status": "cancelled"}},
		{does: "and then it can", as: "owner", call: walkIn + "/undo", with: []string{`If-Match: "2"`}, send: `{"reason":"早すぎた"}`, gives: 200, shows: map[string]any{"status": "checked_in", "version": 3}},
		{does: "moves the phone booking to the evening, to the other stylist", as: "owner", call: phoned + "/reschedule", send: `{"start":"$evening","staff_id":"$misaki"}`, with: []string{`If-Match: "3"`}, gives: 409, shows: map[string]any{"code": "booking.nomination_consent"}},
		{
			does: "with the customer's consent", as: "owner", call: phoned + "/reschedule", send: `{"start":"$evening","staff_id":"$misaki","customer_consented":true}`,
			with: []string{`If-Match: "3"`}, gives: 200, shows: map[string]any{"start": "$evening", "items.0.staff.id": "$misaki"},
		},
		{
			does: "all of it stands in the trail, without a name", as: "owner", call: "GET /businesses/$shop/audit?limit=3", gives: 200,
			shows: map[string]any{"items.0.action": "booking.reschedule", "items.0.actor_kind": "member", "next_cursor": present{}},
		},
	}
}

func lifeApproval() []scene {
	const wish = `{"service_id":"$cut","staff_id":"$misaki","start":"$next",` + `"customer":{"family_name":"山田","given_name":"花子","phone":"090-5550-1234","email":"jiro@customer.example"},"consent":{"terms_version":"1"}}`
	return []scene{
		{
			does: "the shop wants to answer first", as: "owner", call: "PATCH /businesses/$shop/settings", send: `{"booking_mode":"approval"}`, with: []string{"If-Match: $etag"}, gives: 200,
			first: func(y *story) {
				y.kept["etag"] = y.ask(0, "GET", "/businesses/"+y.kept["shop"], nil, y.kept["owner"]).header.Get("ETag")
			},
			shows: map[string]any{"booking_mode": "approval"},
		},
		{
			does: "a request waits", call: "POST /public/businesses/$slug/bookings", send: wish, gives: 201, keeps: map[string]string{"asked": "booking.id", "askedtoken": "manage_token"},
			shows: map[string]any{"booking.status": "pending_approval", "booking.expires_at": present{}},
		},
		{does: "and keeps its slot", call: "POST /public/businesses/$slug/bookings", send: wish, gives: 409, shows: map[string]any{"code": "booking.slot_taken"}},
		{does: "is approved", as: "owner", call: "POST /businesses/$shop/bookings/$asked/approve", with: []string{`If-Match: "1"`}, gives: 200, shows: map[string]any{"status": "confirmed", "expires_at": nil}},
		{
			does: "once", as: "owner", call: "POST /businesses/$shop/bookings/$asked/approve", with: []string{`If-Match: "2"`}, gives: 409, shows: map[string]any{"code": "booking.wrong_state"},
			first: func(y *story) { y.letter("jiro@customer.example", "確定") },
		},
		{
			does: "another request", call: "POST /public/businesses/$slug/bookings", send: strings.Replace(wish, "$next", "$other", 1), gives: 201,
			keeps: map[string]string{"unwanted": "booking.id"},
		},
		{does: "is declined only with a reason", as: "owner", call: "POST /businesses/$shop/bookings/$unwanted/decline", with: []string{`If-Match: "1"`}, gives: 422, shows: map[string]any{"errors.0.location": "body.reason"}},
		{
			does: "which the customer reads", as: "owner", call: "POST /businesses/$shop/bookings/$unwanted/decline", send: `{"reason":"満席のため承れません"}`, with: []string{`If-Match: "1"`}, gives: 200,
			shows: map[string]any{"status": "declined"}, then: func(y *story, _ answer) { y.letter("jiro@customer.example", "満席のため承れません") },
		},
	}
}
