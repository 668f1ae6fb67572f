package app_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// R10: the history of each place, which is one unit of a resource on one day, is
// linearizable: there is an order of the operations, each at some moment between
// its request and its answer, in which no place is ever taken by two and nobody was
// refused a stylist who was free.

// occupied is a stretch of a place in minutes of a common axis, and whose it is.
type occupied struct {
	owner    string
	from, to int
}

// placeStep is an operation at one place.
type placeStep struct {
	owner   string     // who takes, moves or gives back; after it all that they have here is has
	drops   string     // a hold that ends with it
	has     []occupied // may be empty
	refused *occupied  // somebody wished for it and was told that it is taken; owner's and drops's own do not count
}

// oncePlace is a place as it must be: nobody's, or somebody's. A state is the
// stretches that are taken, in order.
var oncePlace = porcupine.Model{
	Init: func() any { return []occupied(nil) },
	Step: func(state, input, _ any) (bool, any) {
		taken, _ := state.([]occupied)
		s, _ := input.(placeStep)
		others := slices.DeleteFunc(slices.Clone(taken), func(o occupied) bool { return o.owner == s.owner || s.drops != "" && o.owner == s.drops })
		if s.refused != nil {
			return clashes(others, *s.refused), taken
		}
		for _, o := range s.has {
			if clashes(others, o) {
				return false, taken
			}
		}
		others = append(others, s.has...)
		slices.SortFunc(others, func(a, b occupied) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.owner, b.owner)) })
		return true, others
	},
	Equal: func(a, b any) bool {
		x, _ := a.([]occupied)
		y, _ := b.([]occupied)
		return slices.Equal(x, y)
	},
	DescribeOperation: func(input, _ any) string { return fmt.Sprintf("%+v", input) },
}

func clashes(list []occupied, with occupied) bool {
	return slices.ContainsFunc(list, func(o occupied) bool { return o.from < with.to && with.from < o.to })
}

// longest is how long one place may be thought about; what is not decided by then fails.
const longest = time.Minute

// linear tells whether the operations of a place could have happened one after the other.
func linear(list []porcupine.Operation) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(oncePlace, list, longest)
}

// noted is a version of a booking, or a hold, as the database wrote it down.
type noted struct {
	Booking   string
	Version   int64
	Status    string
	ExpiresAt *time.Time `json:"expires_at"`
	At        time.Time
	Picks     []struct {
		Resource string `json:"resource_id"`
		Unit     int
		Start    time.Time `json:"starts_at"`
		End      time.Time `json:"ends_at"`
	}
}

// places are what it takes, by place: resource, unit and day.
func (w noted) places(owner string) map[string][]occupied {
	out := map[string][]occupied{}
	if !slices.Contains([]string{"", "pending_payment", "pending_approval", "confirmed", "checked_in"}, w.Status) {
		return out
	}
	for _, p := range w.Picks {
		at := placeAt(p.Resource, p.Unit, p.Start)
		out[at] = append(out[at], occupied{owner, int(p.Start.Unix() / 60), int(p.End.Unix() / 60)})
	}
	return out
}

func placeAt(resource string, unit int, start time.Time) string {
	return fmt.Sprintf("%s/%d/%s", resource, unit, start.In(tokyo()).Format(time.DateOnly))
}

// line gathers the operations of each place.
type line struct {
	versions map[string]noted // by booking and version
	holds    map[string]noted // by the token's hold
	at       map[string][]porcupine.Operation
}

// checkLine checks every place of the history.
func (h *history) checkLine(t *testing.T) {
	t.Helper()
	l := &line{versions: map[string]noted{}, holds: map[string]noted{}, at: map[string][]porcupine.Operation{}}
	for _, w := range rowsOf[noted](h, `SELECT jsonb_build_object('Booking', booking, 'Version', version, 'Status', status, 'expires_at', expires_at, 'At', at, 'Picks', picks) FROM proof.versions`) {
		l.versions[fmt.Sprintf("%s %d", w.Booking, w.Version)] = w
	}
	for _, w := range rowsOf[noted](h, `SELECT jsonb_build_object('Booking', hold, 'expires_at', expires_at, 'Picks', picks) FROM proof.holds`) {
		l.holds[w.Booking] = w
	}
	for _, e := range h.events {
		l.add(t, e)
	}
	l.lapse(h.lapses)
	operations, refusals := 0, 0
	for _, at := range slices.Sorted(maps.Keys(l.at)) {
		list := l.at[at]
		operations += len(list)
		for _, o := range list {
			if s, _ := o.Input.(placeStep); s.refused != nil {
				refusals++
			}
		}
		if r := linear(list); r != porcupine.Ok {
			t.Errorf("the history of %s is no order of operations (%s):\n%s", at, r, tellLine(list))
		}
	}
	t.Logf("R10: %d places, %d operations on them, %d of them refusals: linearizable", len(l.at), operations, refusals)
	if operations == 0 || refusals == 0 {
		t.Error("too little to prove anything")
	}
}

// rowsOf are the rows of a query that gives one JSON object each.
func rowsOf[T any](h *history, sql string) []T {
	h.t.Helper()
	rows, err := h.admin.Query(h.t.Context(), sql)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var raw []byte
		var v T
		if err = rows.Scan(&raw); err == nil {
			err = json.Unmarshal(raw, &v)
		}
		if err != nil {
			h.t.Fatal(err)
		}
		out = append(out, v)
	}
	if rows.Err() != nil {
		h.t.Fatal(rows.Err())
	}
	return out
}

// add puts an event to all the places that it concerns.
func (l *line) add(t *testing.T, e event) {
	t.Helper()
	put := func(at string, s placeStep) {
		l.at[at] = append(l.at[at], porcupine.Operation{ClientId: e.client, Input: s, Call: e.call, Return: e.answer})
	}
	hold := holdOfToken(e.hold)
	if w := e.refused; w != nil {
		o := occupied{from: int(w.from.Unix() / 60), to: int(w.to.Unix() / 60)}
		put(placeAt(w.staff, 1, w.from), placeStep{owner: w.except, drops: holdOfToken(w.except), refused: &o})
		return
	}
	touched := map[string]bool{}
	owner, now := e.booking, map[string][]occupied{}
	switch {
	case e.booking != "":
		w, known := l.versions[fmt.Sprintf("%s %d", e.booking, e.version)]
		if !known {
			t.Errorf("version %d of booking %s was acknowledged and is not written down", e.version, e.booking)
		}
		now = w.places(owner)
		for at := range l.versions[fmt.Sprintf("%s %d", e.booking, e.version-1)].places(owner) {
			touched[at] = true
		}
	case e.held:
		owner = hold
		now = l.holds[hold].places(owner)
	default:
		owner = hold // it was released
	}
	for at := range l.holds[hold].places(hold) {
		touched[at] = true
	}
	for at := range now {
		touched[at] = true
	}
	for at := range touched {
		put(at, placeStep{owner: owner, drops: hold, has: now[at]})
	}
}

// lapse ends holds and requests in the step of the clock that passed their time:
// from then on they keep nobody out, whenever their rows go. What was still being
// made in that step ends by the time it was answered at the latest.
func (l *line) lapse(steps []passage) {
	end := func(w noted, owner string) {
		i, _ := slices.BinarySearchFunc(steps, *w.ExpiresAt, func(p passage, t time.Time) int { return p.to.Compare(t) })
		if i == len(steps) {
			return
		}
		for at := range w.places(owner) {
			answer := steps[i].answer
			for _, o := range l.at[at] {
				if s, _ := o.Input.(placeStep); s.owner == owner && len(s.has) > 0 && o.Call < steps[i].answer {
					answer = max(answer, o.Return+1)
				}
			}
			l.at[at] = append(l.at[at], porcupine.Operation{ClientId: historyClients, Input: placeStep{owner: owner}, Call: steps[i].call, Return: answer})
		}
	}
	for id, w := range l.holds {
		end(w, id)
	}
	for _, w := range l.versions {
		next, changed := l.versions[fmt.Sprintf("%s %d", w.Booking, w.Version+1)]
		if w.Status == "pending_approval" && w.ExpiresAt != nil && (!changed || !next.At.Before(*w.ExpiresAt)) {
			end(w, w.Booking)
		}
	}
}

// holdOfToken is the id of the hold that a token is for; empty for none.
func holdOfToken(token string) string {
	raw, err := secret.Decode(token)
	if err != nil || len(raw) < 32 {
		return ""
	}
	return id.Of[booking.Hold](raw[16:32]).String()
}

func tellLine(list []porcupine.Operation) string {
	var out strings.Builder
	for _, o := range slices.SortedFunc(slices.Values(list), func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) }) {
		s, _ := o.Input.(placeStep)
		fmt.Fprintf(&out, "%12d–%-12d client %2d: %s has %v, drops %q, refused %v\n", o.Call, o.Return, o.ClientId, s.owner, s.has, s.drops, s.refused)
	}
	return out.String()
}

// A hold that was made while the clock passed its time may have got the place only
// after that, from somebody who left it then; one that stood before may not.
func TestProof_R10_HoldThatLapsesAsItIsMade(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 2, 12, 0, 0, 0, tokyo())
	var w noted
	raw := `{"expires_at": "2026-11-02T12:05:00+09:00", "Picks": [{"resource_id": "chair", "Unit": 1, "starts_at": "2026-11-03T10:00:00+09:00", "ends_at": "2026-11-03T11:00:00+09:00"}]}`
	if err := json.Unmarshal([]byte(raw), &w); err != nil {
		t.Fatal(err)
	}
	at := slices.Collect(maps.Keys(w.places("h")))[0]
	for answered, want := range map[int64]porcupine.CheckResult{60: porcupine.Ok, 35: porcupine.Illegal} {
		h, a := w.places("h")[at], w.places("a")[at]
		l := &line{holds: map[string]noted{"h": w}, at: map[string][]porcupine.Operation{at: {
			{Call: 0, Return: 1, Input: placeStep{owner: "a", has: a}},
			{Call: 10, Return: answered, Input: placeStep{owner: "h", has: h}},
			{Call: 40, Return: 50, Input: placeStep{owner: "a"}},
			{Call: 70, Return: 71, Input: placeStep{owner: "b", has: w.places("b")[at]}},
		}}}
		l.lapse([]passage{{call: 20, answer: 21, to: noon.Add(5 * time.Minute)}})
		if got := linear(l.at[at]); got != want {
			t.Errorf("answered at %d: %s, want %s", answered, got, want)
		}
	}
}

// The checker itself is tried: a double sale, and a refusal of what was free, must
// be found, and what can be put in an order must not.
func TestProof_R10_DoubleSale_IsRefused(t *testing.T) {
	t.Parallel()
	ten := func(owner string) placeStep { return placeStep{owner: owner, has: []occupied{{owner, 600, 660}}} }
	gone := func(owner string) placeStep { return placeStep{owner: owner} }
	no := func(from, to int) placeStep { return placeStep{refused: &occupied{from: from, to: to}} }
	op := func(call, answer int64, s placeStep) porcupine.Operation {
		return porcupine.Operation{Input: s, Call: call, Return: answer}
	}
	for name, c := range map[string]struct {
		list []porcupine.Operation
		want porcupine.CheckResult
	}{
		"sold twice, one after the other":     {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, ten("b"))}, porcupine.Illegal},
		"sold twice at once":                  {[]porcupine.Operation{op(0, 9, ten("a")), op(0, 9, ten("b"))}, porcupine.Illegal},
		"an overlap by half":                  {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, placeStep{owner: "b", has: []occupied{{"b", 630, 690}}})}, porcupine.Illegal},
		"sold again after it was given back":  {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, gone("a")), op(4, 5, ten("b"))}, porcupine.Ok},
		"given back while the next one asks":  {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 9, gone("a")), op(3, 5, ten("b"))}, porcupine.Ok},
		"sold before it was given back":       {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, ten("b")), op(4, 5, gone("a"))}, porcupine.Illegal},
		"refused while it was taken":          {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, no(630, 690))}, porcupine.Ok},
		"refused though nobody had it":        {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, no(660, 720))}, porcupine.Illegal},
		"refused after it was given back":     {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, gone("a")), op(4, 5, no(600, 660))}, porcupine.Illegal},
		"moved to where it overlaps itself":   {[]porcupine.Operation{op(0, 1, ten("a")), op(2, 3, placeStep{owner: "a", has: []occupied{{"a", 630, 690}}})}, porcupine.Ok},
		"a hold that a booking takes over":    {[]porcupine.Operation{op(0, 1, ten("h")), op(2, 3, placeStep{owner: "a", drops: "h", has: []occupied{{"a", 600, 660}}})}, porcupine.Ok},
		"somebody else's hold is booked over": {[]porcupine.Operation{op(0, 1, ten("h")), op(2, 3, ten("a"))}, porcupine.Illegal},
	} {
		if got := linear(c.list); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
