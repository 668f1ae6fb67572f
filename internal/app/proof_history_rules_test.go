package app_test

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// This file is what the owners in a history change about their shops meanwhile,
// and the time that goes on.

// match is the If-Match for what is at the path of a house.
func (c *client) match(x *house, below string) (string, bool) {
	a, _, _, ok := c.ask("get", x, http.MethodGet, x.path(below), nil)
	return "If-Match: " + a.header.Get("ETag"), ok
}

// day is one of the next few.
func (c *client) day(from, n int) string {
	return c.clock.Now().In(tokyo()).AddDate(0, 0, from+c.IntN(n)).Format(time.DateOnly)
}

// hours gives a house other opening hours; it is always open by day.
func (c *client) hours() {
	x := c.house()
	match, ok := c.match(x, "/hours")
	if !ok {
		return
	}
	opens, closes := 60*c.IntN(11), 60*(19+c.IntN(6))
	week := []map[string]any{}
	for d := range 7 {
		week = append(week, map[string]any{"weekday": d, "ranges": []map[string]int{{"start_minute": opens, "end_minute": closes}}})
	}
	c.ask("hours", x, http.MethodPut, x.path("/hours"), map[string]any{"weekly": week}, match)
}

// special closes a day early, or takes that back.
func (c *client) special() {
	x := c.house()
	if c.oneIn(2) {
		day := c.day(1, 2)
		c.ask("ordinary day", x, http.MethodDelete, x.path("/special-days?from="+day+"&to="+day), nil)
		return
	}
	ranges := []map[string]int{{"start_minute": 600, "end_minute": 60 * (15 + c.IntN(6))}}
	c.ask("special day", x, http.MethodPut, x.path("/special-days"), map[string]any{"dates": []string{c.day(1, 2)}, "ranges": ranges, "replace": true})
}

// asking is the house whose staff come and go.
func (c *client) asking() *house { return c.houses[1] }

// leave is a day off for a stylist, or its end.
func (c *client) leave() {
	x := c.asking()
	a, _, _, ok := c.ask("leaves", x, http.MethodGet, x.path("/leaves?limit=100"), nil)
	if !ok {
		return
	}
	if list, _ := a.at("items").([]any); len(list) > 2 {
		at := fmt.Sprintf("items.%d.", c.IntN(len(list)))
		version, _ := a.at(at + "version").(float64)
		c.ask("leave over", x, http.MethodDelete, x.path("/leaves/"+a.text(at+"id")), nil, fmt.Sprintf(`If-Match: "%d"`, int(version)))
		return
	}
	day := c.day(1, 2)
	body := map[string]any{"resource_id": x.staff[c.IntN(2)], "from_date": day, "to_date": day, "kind": "paid"}
	c.ask("leave", x, http.MethodPost, x.path("/leaves"), body, c.key())
}

// shifts sets when the staff works on some days, or takes that back.
func (c *client) shifts() {
	x := c.asking()
	body := map[string]any{"action": "clear", "from_date": c.day(1, 1), "to_date": c.day(2, 1), "resource_ids": x.staff[:1+c.IntN(2)]}
	if c.oneIn(2) {
		body["action"], body["ranges"] = "set", []map[string]int{{"start_minute": 60 * (8 + c.IntN(4)), "end_minute": 60 * (17 + c.IntN(4))}}
	}
	c.ask("shifts", x, http.MethodPost, x.path("/shifts/bulk"), body, c.key())
}

// stop throws the switch of a house or of one of its staff, and mostly throws it
// back a little later.
func (c *client) stop() {
	x := c.house()
	body := map[string]any{}
	if x == c.asking() && c.oneIn(2) {
		body["resource_id"] = x.staff[c.IntN(2)]
	}
	c.ask("stop", x, http.MethodPost, x.path("/stop-accepting"), body)
	if !c.oneIn(6) {
		c.read()
		c.ask("resume", x, http.MethodPost, x.path("/resume-accepting"), body)
	}
}

// resume takes everybody in again.
func (c *client) resume() { c.resumeAt(c.house()) }

func (c *client) resumeAt(x *house) {
	for _, body := range []map[string]any{{}, {"resource_id": x.staff[0]}, {"resource_id": x.staff[1]}} {
		c.ask("resume", x, http.MethodPost, x.path("/resume-accepting"), body)
	}
}

// settings changes limits and deadlines.
func (c *client) settings() {
	x := c.house()
	match, ok := c.match(x, "/settings")
	if !ok {
		return
	}
	some := func(n int) any {
		if c.oneIn(2) {
			return nil
		}
		return n
	}
	changes := []map[string]any{
		{"max_per_day": some(12 + c.IntN(10))},
		{"pace": map[string]any{"minutes": 30, "bookings": some(2 + c.IntN(3))}},
		{"max_open_per_customer": some(6)},
		{"max_per_customer_day": some(3)},
		{"cancel_notice_minutes": 60 * c.IntN(2), "change_notice_minutes": 60 * c.IntN(2)},
		{"hold_minutes": 5 + c.IntN(10)},
		{"fairness": []string{"least_booked", "round_robin", "priority"}[c.IntN(3)]},
		{"approval_hours": 1 + c.IntN(2)},
	}
	c.ask("settings", x, http.MethodPatch, x.path("/settings"), changes[c.IntN(len(changes))], match)
}

// bring imports a few customers, some of whom are known already.
func (c *client) bring() {
	x := c.house()
	a, _, _, ok := c.ask("import", x, http.MethodPost, x.path("/imports"), map[string]any{"kind": "customers", "name": "顧客.csv"}, c.key())
	if !ok {
		return
	}
	at := x.path("/imports/" + a.text("id"))
	lines := "姓,名,電話番号\n"
	for range 3 {
		n := c.IntN(60)
		lines += "山田,花子" + strconv.Itoa(n) + "," + guestPhone(n) + "\n"
	}
	if _, _, _, ok = c.ask("import part", x, http.MethodPut, at+"/parts/1", lines, "Content-Type: text/csv"); ok {
		c.ask("import start", x, http.MethodPost, at+"/start", map[string]any{"dry_run": c.oneIn(3)}, c.key())
	}
}

// merge makes one customer of two.
func (c *client) merge() {
	x := c.house()
	a, _, _, ok := c.ask("customers", x, http.MethodGet, x.path("/customers?limit=50"), nil)
	list, _ := a.at("items").([]any)
	if !ok || len(list) < 12 { // some must stay
		return
	}
	into, other := a.text(fmt.Sprintf("items.%d.id", c.IntN(len(list)))), a.text(fmt.Sprintf("items.%d.id", c.IntN(len(list))))
	if match, ok := c.match(x, "/customers/"+into); ok {
		c.ask("merge", x, http.MethodPost, x.path("/customers/"+into+"/merge"), map[string]any{"other_id": other}, match, c.key())
	}
}

// time lets some minutes go by, and brings the queue what is due by then.
func (c *client) time() { c.pass(time.Duration(2+c.IntN(7)) * time.Minute) }

// pass has the clock of all go on.
func (h *history) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := passage{call: h.moment()}
	h.clock.Advance(d)
	p.answer, p.to = h.moment(), h.clock.Now()
	h.lapses = append(h.lapses, p)
	if err := h.due(); err != nil {
		h.flaws = append(h.flaws, err.Error())
	}
}

// due makes jobs due that are so by our clock: the queue goes by the machine's.
func (h *history) due() error {
	_, err := h.admin.Exec(h.t.Context(), `UPDATE river_job SET scheduled_at = now(), state = 'available'
		WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at > now() AND scheduled_at <= $1`, h.clock.Now())
	return err
}
