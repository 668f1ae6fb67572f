package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"
)

// movesTable is the table of cases that the browser's judge of moves is put to as well.
type movesTable struct {
	Hours     [][2]string `json:"hours"`
	Resources []struct {
		Name        string       `json:"name"`
		Kind        string       `json:"kind"`
		Works       *[][2]string `json:"works"`
		Capacity    int          `json:"capacity"`
		Nominatable *bool        `json:"nominatable"`
	} `json:"resources"`
	Services []struct {
		Name    string      `json:"name"`
		Minutes int         `json:"minutes"`
		Needs   []movesNeed `json:"needs"`
	} `json:"services"`
	Bookings []movesBooking `json:"bookings"`
	Cases    []movesCase    `json:"cases"`
}

type movesNeed struct {
	Kind   string   `json:"kind"`
	Of     []string `json:"of"`
	Before int      `json:"before"`
	After  int      `json:"after"`
	Gap    []int    `json:"gap"`
}

type movesBooking struct {
	Name      string `json:"name"`
	Service   string `json:"service"`
	Start     string `json:"start"`
	By        any    `json:"by"`
	Nominated bool   `json:"nominated"`
	Cancelled bool   `json:"cancelled"`
	Override  bool   `json:"override"`
}

type movesCase struct {
	Says    string `json:"says"`
	Booking string `json:"booking"`
	Start   string `json:"start"`
	Day     int    `json:"day"`
	To      string `json:"to"`
	Lasts   int    `json:"lasts"`
	Kind    string `json:"kind"`
	Soft    bool   `json:"soft"`
	Consent bool   `json:"consent"`
}

// movesDay is the day of the table over the API. It stands tomorrow.
type movesDay struct {
	*shop
	ids      map[string]string // of resources and services, by their names in the table
	bookings map[string]string // of bookings, as they are placed now
	table    movesTable
}

// The ledger tells before a block is dropped what the server will say. Here the
// server is asked: it moves the booking, or refuses; and where it refuses, whether
// a reason would do.
func TestProof_Ledger_MovesAreAsTheBrowserJudgesThem(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/moves.json")
	if err != nil {
		t.Fatal(err)
	}
	var table movesTable
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	s := newStage(t, 1)
	d := &movesDay{
		shop: s.found("moves", s.join("moves"), 0), ids: map[string]string{}, bookings: map[string]string{}, table: table,
	}
	d.furnish()
	d.approved(s.appoint())
	for _, b := range table.Bookings {
		d.place(b)
	}
	for _, c := range table.Cases {
		if got, want := d.verdict(c), fmt.Sprintf("%s soft=%v consent=%v", c.Kind, c.Soft, c.Consent); got != want {
			t.Errorf("%s: %s: the server says %q, the table %q", c.Booking, c.Says, got, want)
		}
	}
	t.Logf("%d moves are as the table has them", len(table.Cases))
}

// furnish makes the hours, the staff and the menus of the table.
func (d *movesDay) furnish() {
	d.t.Helper()
	tomorrow := d.day(1)
	week := []map[string]any{}
	for weekday := range 7 { // the night of the table's day must be free
		week = append(week, map[string]any{"weekday": weekday, "ranges": minutesOf([][2]string{{"10:00", "18:00"}})})
	}
	d.must(http.StatusOK, http.MethodPut, d.path("/hours"), map[string]any{"weekly": week}, d.owner, d.version(""))
	d.must(http.StatusOK, http.MethodPut, d.path("/special-days/"+tomorrow), map[string]any{"ranges": minutesOf(d.table.Hours)}, d.owner)
	for _, r := range d.table.Resources {
		body := map[string]any{"kind": r.Kind, "name": map[string]string{"ja": r.Name}}
		if r.Capacity != 0 {
			body["capacity"] = r.Capacity
		}
		if r.Nominatable != nil {
			body["nominatable"] = *r.Nominatable
		}
		d.ids[r.Name] = d.add("resources", body)
		if r.Works != nil {
			d.must(http.StatusOK, http.MethodPut, d.path("/resources/"+d.ids[r.Name]+"/exceptions/"+tomorrow), map[string]any{"ranges": minutesOf(*r.Works)}, d.owner)
		}
	}
	for _, v := range d.table.Services {
		needs := []map[string]any{}
		for _, n := range v.Needs {
			needs = append(needs, d.need(n))
		}
		d.ids[v.Name] = d.add("services", map[string]any{
			"name": map[string]string{"ja": v.Name}, "duration_minutes": v.Minutes, "price": yen(5500), "requirements": needs,
		})
	}
}

func (d *movesDay) need(n movesNeed) map[string]any {
	of := []string{}
	for _, name := range n.Of {
		of = append(of, d.ids[name])
	}
	need := map[string]any{"kind": n.Kind, "resource_ids": of, "before_minutes": n.Before, "after_minutes": n.After}
	if len(n.Gap) == 2 {
		need["gap_start_minute"], need["gap_end_minute"] = n.Gap[0], n.Gap[1]
	}
	return need
}

func minutesOf(spans [][2]string) []map[string]int {
	out := []map[string]int{}
	for _, s := range spans {
		out = append(out, map[string]int{"start_minute": minuteOf(s[0]), "end_minute": minuteOf(s[1])})
	}
	return out
}

func minuteOf(clock string) int {
	h, _ := strconv.Atoi(clock[:2])
	m, _ := strconv.Atoi(clock[3:])
	return h*60 + m
}

// at is an instant of the table's day.
func (d *movesDay) at(clock string, days int) string {
	n := d.clock.Now().In(tokyo())
	return time.Date(n.Year(), n.Month(), n.Day()+1+days, 0, minuteOf(clock), 0, 0, tokyo()).Format(time.RFC3339)
}

// place enters a booking as the table has it, and cancels the one that stood for it before.
func (d *movesDay) place(b movesBooking) {
	d.t.Helper()
	if old := d.bookings[b.Name]; old != "" && !b.Cancelled {
		d.must(http.StatusOK, http.MethodPost, d.path("/bookings/"+old+"/cancel"), map[string]any{"silent": true}, d.owner, d.version("/bookings/"+old))
	}
	staff, _ := b.By.(string)
	body := map[string]any{"service_id": d.ids[b.Service], "start": d.at(b.Start, 0), "customer": map[string]any{"family_name": b.Name}}
	if b.Nominated {
		body["staff_id"] = d.ids[staff]
	}
	if b.Override {
		body["override_reason"] = "常連のお客様のため"
	}
	id := d.must(http.StatusCreated, http.MethodPost, d.path("/bookings"), body, d.owner).text("id")
	d.bookings[b.Name] = id
	if staff != "" && !b.Nominated {
		d.must(http.StatusOK, http.MethodPost, d.path("/bookings/"+id+"/reschedule"),
			map[string]any{"start": d.at(b.Start, 0), "staff_id": d.ids[staff]}, d.owner, d.version("/bookings/"+id))
	}
	if b.Cancelled {
		d.must(http.StatusOK, http.MethodPost, d.path("/bookings/"+id+"/cancel"), map[string]any{"silent": true}, d.owner, d.version("/bookings/"+id))
	}
}

// verdict asks the server for a move, and leaves the day as it was.
func (d *movesDay) verdict(c movesCase) string {
	d.t.Helper()
	body := map[string]any{"start": d.at(c.Start, c.Day), "silent": true}
	if c.To != "" {
		body["staff_id"] = d.ids[c.To]
	}
	if c.Lasts != 0 {
		body["duration_minutes"] = c.Lasts
	}
	a := d.move(c.Booking, body)
	consent := a.code() == "booking.nomination_consent"
	if consent {
		body["customer_consented"] = true
		a = d.move(c.Booking, body)
	}
	kind, soft := "free", false
	if a.status != http.StatusOK {
		body["override_reason"] = "店長の判断"
		soft = d.move(c.Booking, body).status == http.StatusOK
		kind = kindOfMove(a, soft)
	}
	if a.status == http.StatusOK || soft {
		for _, b := range d.table.Bookings {
			if b.Name == c.Booking {
				d.place(b)
			}
		}
	}
	return fmt.Sprintf("%s soft=%v consent=%v", kind, soft, consent)
}

func (d *movesDay) move(name string, body map[string]any) answer {
	d.t.Helper()
	id := d.bookings[name]
	return d.ask(0, http.MethodPost, d.path("/bookings/"+id+"/reschedule"), body, d.owner, d.version("/bookings/"+id))
}

// kindOfMove is a refusal in the words of the table. The server calls one who does not work taken; what a reason
// mends is no booking of somebody else's.
func kindOfMove(a answer, soft bool) string {
	fault := a.text("errors.0.location") + " " + a.text("errors.0.code")
	switch {
	case a.code() == "booking.wrong_state":
		return "state"
	case a.code() == "booking.slot_taken" && soft:
		return "off"
	case a.code() == "booking.slot_taken":
		return "taken"
	case fault == "body.start booking.closed":
		return "closed"
	case fault == "body.start booking.too_soon":
		return "past"
	case fault == "body.staff_id unknown_id":
		return "unable"
	}
	return fmt.Sprintf("%d %s %s", a.status, a.code(), fault)
}
