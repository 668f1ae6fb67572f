package app_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// This file is what the clients of a history do about bookings.

// wish is a visit by chance. Few people wish for it, so that some are the same;
// some say who is to serve.
func (c *client) wish(x *house) (body map[string]any, w *wanted) {
	service, start, minutes := x.services[c.IntN(len(x.services))], c.start(), 60
	body = map[string]any{"service_id": service, "start": start.Format(time.RFC3339)}
	if x.parties && service != x.service {
		body["party_size"] = 1 + c.IntN(4)
		return body, nil
	}
	if c.oneIn(6) {
		body["option_ids"], minutes = []string{x.option}, 90
	}
	if c.oneIn(2) {
		staff := x.staff[c.IntN(len(x.staff))]
		body["staff_id"] = staff
		w = &wanted{staff: staff, from: start, to: start.Add(time.Duration(minutes) * time.Minute)}
	}
	return body, w
}

// person is one of some who come again and again.
func (c *client) person() map[string]any {
	n := c.IntN(40)
	return map[string]any{
		"family_name": "山田", "given_name": "花子" + strconv.Itoa(n), "phone": guestPhone(n), "email": guestMail(n),
	}
}

// refused notes a refusal that says that somebody was there first.
func (c *client) refused(x *house, a answer, w *wanted, except string, call, end int64) {
	if w != nil && x.exact && a.code() == "booking.slot_taken" {
		of := *w
		of.except = except
		c.record(event{call: call, answer: end, refused: &of})
	}
}

// book is a customer's booking; some send it twice, as a phone does on a bad line.
func (c *client) book() {
	x := c.house()
	body, w := c.wish(x)
	c.bookSo("book", x, body, w, "")
}

// bookSo tells whether it was booked.
func (c *client) bookSo(kind string, x *house, body map[string]any, w *wanted, hold string) bool {
	body = maps.Clone(body)
	body["customer"], body["consent"] = c.person(), map[string]any{"terms_version": "1"}
	if hold != "" {
		body["hold_token"] = hold
	}
	key := c.key()
	a, call, end, ok := c.ask(kind, nil, http.MethodPost, x.site("/bookings"), body, key)
	if !ok {
		c.refused(x, a, w, hold, call, end)
		return false
	}
	c.made(x, a, "booking.", a.text("manage_token"), event{call: call, answer: end, hold: hold})
	if c.oneIn(8) {
		b, _, _, _ := c.ask("replay", nil, http.MethodPost, x.site("/bookings"), body, key)
		if b.status != a.status || !bytes.Equal(a.raw, b.raw) || b.header.Get("Idempotent-Replayed") != "true" {
			c.flaw("a booking that was sent again was answered\n%d %s\nfirst it was\n%d %s", b.status, b.raw, a.status, a.raw)
		}
	}
	return true
}

// enter is a booking by phone, or of somebody who stands at the counter.
func (c *client) enter() {
	x := c.house()
	body, w := c.wish(x)
	body["customer"], body["silent"] = c.person(), c.oneIn(2)
	a, call, end, ok := c.ask("enter", x, http.MethodPost, x.path("/bookings"), body, c.key())
	if !ok {
		c.refused(x, a, w, "", call, end)
		return
	}
	c.made(x, a, "", "", event{call: call, answer: end})
}

func (c *client) walkIn() {
	x := c.house()
	now := c.clock.Now().In(tokyo())
	if now.Hour() >= 21 { // until the next day
		return
	}
	body, _ := c.wish(x)
	delete(body, "staff_id")
	body["start"], body["walk_in"] = now.Truncate(5*time.Minute).Format(time.RFC3339), true
	if a, call, end, ok := c.ask("walk-in", x, http.MethodPost, x.path("/bookings"), body, c.key()); ok {
		c.made(x, a, "", "", event{call: call, answer: end})
	}
}

func (c *client) hold() {
	x := c.house()
	body, w := c.wish(x)
	a, call, end, ok := c.ask("hold", nil, http.MethodPost, x.site("/holds"), body, c.key())
	if !ok {
		c.refused(x, a, w, "", call, end)
		return
	}
	k := &kept{house: x, token: a.text("hold_token"), body: body}
	c.record(event{call: call, answer: end, hold: k.token, held: true})
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	c.holds = append(c.holds, k)
}

// kept is one of the latest holds.
func (c *client) kept() *kept {
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	latest := c.holds[max(0, len(c.holds)-12):]
	if len(latest) == 0 {
		return nil
	}
	return latest[c.IntN(len(latest))]
}

// confirm books what a hold keeps, now and then something else.
func (c *client) confirm() {
	k := c.kept()
	if k == nil {
		return
	}
	body := k.body
	if c.oneIn(6) {
		body, _ = c.wish(k.house)
	}
	c.bookSo("confirm hold", k.house, body, nil, k.token)
}

func (c *client) release() {
	if k := c.kept(); k != nil {
		if _, call, end, ok := c.ask("release", nil, http.MethodDelete, "/public/holds/"+k.token, nil); ok {
			c.record(event{call: call, answer: end, hold: k.token})
		}
	}
}

// act is an action of the owner's on a booking of one of the statuses.
func (c *client) act(action string, statuses ...string) func() {
	return func() {
		v := c.visit(statuses...)
		if v == nil {
			return
		}
		body := map[string]any{"reason": "店舗の都合により"}
		path := v.house.path("/bookings/" + v.id + "/" + action)
		if a, call, end, ok := c.ask(action, v.house, http.MethodPost, path, body, c.version(v), c.key()); ok {
			c.acknowledged(v, a, "", event{call: call, answer: end})
		}
	}
}

// late notes who did not come, of those who should be here.
func (c *client) late() {
	for range 6 {
		v := c.visit("confirmed")
		if v == nil {
			return
		}
		c.history.mu.Lock()
		due := v.status == "confirmed" && !v.start.After(c.clock.Now())
		c.history.mu.Unlock()
		if due || c.oneIn(12) {
			path := v.house.path("/bookings/" + v.id + "/no-show")
			if a, call, end, ok := c.ask("no-show", v.house, http.MethodPost, path, nil, c.version(v), c.key()); ok {
				c.acknowledged(v, a, "", event{call: call, answer: end})
			}
			return
		}
	}
}

// move is a move by the owner.
func (c *client) move() {
	v := c.visit("confirmed", "pending_approval")
	if v == nil {
		return
	}
	body := map[string]any{"start": c.start().Format(time.RFC3339), "customer_consented": true}
	if c.oneIn(3) && !v.house.parties {
		body["staff_id"] = v.house.staff[c.IntN(len(v.house.staff))]
	}
	a, call, end, ok := c.ask("move", v.house, http.MethodPost, v.house.path("/bookings/"+v.id+"/reschedule"), body, c.version(v), c.key())
	if ok {
		c.acknowledged(v, a, "", event{call: call, answer: end})
	}
}

// linked is one of the bookings that a customer has the link of.
func (c *client) linked() *visit {
	for range 8 {
		if v := c.visit("confirmed", "pending_approval"); v != nil && v.token != "" {
			return v
		}
	}
	return nil
}

func (c *client) moveByLink() {
	v := c.linked()
	if v == nil {
		return
	}
	body := map[string]any{"start": c.start().Format(time.RFC3339)}
	if a, call, end, ok := c.ask("move by link", nil, http.MethodPost, "/public/bookings/"+v.token+"/reschedule", body, c.key()); ok {
		c.acknowledged(v, a, "booking.", event{call: call, answer: end})
	}
}

func (c *client) cancelByLink() {
	if v := c.linked(); v != nil {
		if a, call, end, ok := c.ask("cancel by link", nil, http.MethodPost, "/public/bookings/"+v.token+"/cancel", nil, c.key()); ok {
			c.acknowledged(v, a, "booking.", event{call: call, answer: end})
		}
	}
}

// read is one of the views; none may show a place twice.
func (c *client) read() {
	x := c.house()
	day := c.clock.Now().In(tokyo()).AddDate(0, 0, c.IntN(3)).Format(time.DateOnly)
	switch c.IntN(5) {
	case 0:
		c.ask("availability", nil, http.MethodGet, x.site("/availability?service_id="+x.services[0]+"&from="+day+"&to="+day), nil)
	case 1:
		c.ask("ledger", x, http.MethodGet, x.path("/ledger?date="+day), nil)
	case 2:
		c.ask("list", x, http.MethodGet, x.path("/bookings?from="+day+"&to="+day), nil)
	case 3:
		start := c.start().Format(time.RFC3339)
		c.ask("explain", x, http.MethodGet, x.path("/availability/explain?service_id="+x.services[0]+"&start="+urlTime(start)), nil)
	case 4:
		if v := c.linked(); v != nil {
			a, _, _, ok := c.ask("link", nil, http.MethodGet, "/public/bookings/"+v.token, nil)
			if ok && a.text("booking.id") != v.id {
				c.flaw("the link of %s shows %s", v.id, a.raw)
			}
		}
	}
}

func urlTime(s string) string { return fmt.Sprintf("%s%%2B%s", s[:len(s)-6], s[len(s)-5:]) }
