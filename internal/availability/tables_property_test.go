package availability

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// diner is a made-up restaurant: tables, joins of them, periods, turn times, and
// menus with hours and dates of their own.
type diner struct {
	snap  *Snapshot
	joins []catalog.Join
	from  clock.Date
	taken []Taken
	items []Item
	party int
}

const dinerDays = 3

func drawDiner(t *rapid.T) *diner {
	at := rapid.SampledFrom(places()).Draw(t, "place")
	d := &diner{from: at.date, party: rapid.IntRange(1, 9).Draw(t, "party")}
	d.snap = &Snapshot{Business: business.Business{ID: business.ID{1}, Timezone: at.zone, Status: business.Approved, Settings: business.Settings{
		GridMinutes: rapid.SampledFrom([]int{5, 15, 15, 30}).Draw(t, "grid"), BookingWindowDays: 60, MaxItems: 5,
	}}}
	for w := range 7 {
		d.snap.Hours.Week[w] = drawRanges(t)
	}
	for i := range rapid.IntRange(3, 6).Draw(t, "tables") {
		d.snap.Resources = append(d.snap.Resources, catalog.Resource{
			ID: resourceID(i), Kind: rapid.SampledFrom([]catalog.Kind{catalog.Seat, catalog.Seat, catalog.Seat, catalog.Room}).Draw(t, "kind"),
			Name: locale.Text{"ja": fmt.Sprint("卓", i)}, Capacity: rapid.SampledFrom([]int{1, 1, 1, 2, 4}).Draw(t, "units"), MinParty: 1,
			MaxParty: rapid.SampledFrom([]int{2, 2, 4, 6}).Draw(t, "seats"), Active: rapid.IntRange(0, 9).Draw(t, "active") > 0,
		})
	}
	d.drawJoins(t)
	d.drawPeriods(t)
	d.drawMenus(t)
	d.drawTaken(t)
	return d
}

func (d *diner) drawJoins(t *rapid.T) {
	for i := range rapid.IntRange(0, 5).Draw(t, "joins") {
		j := catalog.Join{
			ID: catalog.JoinID{byte(i + 1)}, MinParty: rapid.IntRange(1, 5).Draw(t, "from"), Position: rapid.IntRange(0, 3).Draw(t, "position"),
			Active: rapid.IntRange(0, 9).Draw(t, "in force") > 0,
		}
		j.MaxParty = j.MinParty + rapid.IntRange(0, 6).Draw(t, "to")
		first := rapid.IntRange(0, len(d.snap.Resources)-1).Draw(t, "first")
		for k := range d.snap.Resources {
			r := &d.snap.Resources[k]
			if r.Kind == d.snap.Resources[first].Kind && (k == first || rapid.Bool().Draw(t, "member")) {
				j.ResourceIDs = append(j.ResourceIDs, r.ID)
			}
		}
		if len(j.ResourceIDs) > 1 {
			d.joins = append(d.joins, j)
		}
	}
	slices.SortStableFunc(d.joins, func(a, b catalog.Join) int { return a.Position - b.Position })
}

func (d *diner) drawPeriods(t *rapid.T) {
	minute := func(label string) int { return 5 * rapid.IntRange(0, 60).Draw(t, label) }
	for at := 300 + minute("first"); len(d.snap.Periods) < 3 && rapid.Bool().Draw(t, "period"); {
		p := schedule.Period{StartMinute: at, EndMinute: min(at+60+4*minute("long"), clock.MaxMinute), EndsStay: rapid.Bool().Draw(t, "ends stay")}
		if p.EndMinute <= p.StartMinute {
			break
		}
		if rapid.Bool().Draw(t, "turn of the period") {
			n := 15 + minute("turn")
			p.TurnMinutes = &n
		}
		if rapid.IntRange(0, 2).Draw(t, "some days") == 0 {
			p.Weekdays = []int{int(d.from.Weekday()), int(d.from.AddDays(2).Weekday())}
		}
		d.snap.Periods = append(d.snap.Periods, p)
		at = p.EndMinute + minute("until the next")
	}
	if rapid.Bool().Draw(t, "turn times") {
		d.snap.Business.TurnMinutes = []business.TurnTime{{MaxParty: 2, Minutes: 15 + minute("two")}, {MaxParty: 4, Minutes: 15 + minute("four")}}
	}
}

func (d *diner) drawMenus(t *rapid.T) {
	for i := range rapid.IntRange(1, 2).Draw(t, "parts") {
		svc := catalog.Service{
			ID: catalog.ServiceID{9, byte(i)}, Name: locale.Text{"ja": "メニュー"}, DurationMinutes: 5 * rapid.IntRange(1, 36).Draw(t, "usual"),
			MinParty: 1, MaxParty: 20, Active: true, Nomination: catalog.NominationNone, Turn: rapid.Bool().Draw(t, "is a turn"),
		}
		for range rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "requirements") {
			r := catalog.Requirement{
				Kind: rapid.SampledFrom([]catalog.Kind{catalog.Seat, catalog.Seat, catalog.Room}).Draw(t, "of kind"), Units: 1,
				PerPerson: rapid.IntRange(0, 3).Draw(t, "per person") == 0, AfterMinutes: rapid.SampledFrom([]int{0, 0, 10}).Draw(t, "after"),
			}
			for k := range d.snap.Resources {
				if x := &d.snap.Resources[k]; x.Kind == r.Kind && rapid.IntRange(0, 9).Draw(t, "left out") > 0 {
					r.ResourceIDs = append(r.ResourceIDs, x.ID)
				}
			}
			if rapid.Bool().Draw(t, "any") {
				r.ResourceIDs = nil
			}
			svc.Requirements = append(svc.Requirements, r)
		}
		d.drawOffer(t, &svc)
		d.snap.Menu = append(d.snap.Menu, svc)
		d.items = append(d.items, Item{ServiceID: svc.ID})
	}
}

// drawOffer gives a service hours and dates of its own.
func (d *diner) drawOffer(t *rapid.T, svc *catalog.Service) {
	if rapid.IntRange(0, 2).Draw(t, "own hours") == 0 {
		for w := range 7 {
			var day catalog.DayHours
			for _, r := range drawRanges(t) {
				day.Ranges = append(day.Ranges, catalog.MinuteRange(r))
			}
			if day.Weekday = w; len(day.Ranges) > 0 {
				svc.Hours = append(svc.Hours, day)
			}
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "own dates") == 0 {
		from := d.from.AddDays(rapid.IntRange(-1, 1).Draw(t, "since"))
		to := from.AddDays(rapid.IntRange(0, 3).Draw(t, "until"))
		svc.ActiveFrom, svc.ActiveTo = &from, &to
	}
}

func (d *diner) drawTaken(t *rapid.T) {
	midnight := clock.Instant(d.from, 0, d.snap.Business.Zone())
	for range rapid.IntRange(0, 12).Draw(t, "bookings") {
		r := &d.snap.Resources[rapid.IntRange(0, len(d.snap.Resources)-1).Draw(t, "table")]
		from := midnight.Add(time.Duration(rapid.IntRange(0, dinerDays*288).Draw(t, "from")*5) * time.Minute)
		d.taken = append(d.taken, Taken{
			ResourceID: r.ID, Unit: int32(rapid.IntRange(1, r.Capacity).Draw(t, "unit")),
			StartsAt: from, EndsAt: from.Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "for")*5) * time.Minute),
		})
	}
}

// date is the business day of an instant within the hours: the first whose hours
// it falls into; false outside all hours.
func (d *diner) date(x time.Time) (clock.Date, bool) {
	today := clock.DateOf(x.In(d.snap.Zone))
	for back := 3; back >= -1; back-- {
		day := today.AddDays(-back)
		for _, r := range d.snap.Hours.On(day) {
			if !x.Before(clock.Instant(day, r.StartMinute, d.snap.Zone)) && x.Before(clock.Instant(day, r.EndMinute, d.snap.Zone)) {
				return day, true
			}
		}
	}
	return clock.Date{}, false
}

// oracle tells what is true of a start, minute by minute and table by table: how
// long the visit lasts, and how many parties like this one fit.
func (d *diner) oracle(start time.Time) (end time.Time, remaining int) {
	open := func(from, to time.Time) bool {
		for x := from; x.Before(to); x = x.Add(5 * time.Minute) {
			if _, ok := d.date(x); !ok {
				return false
			}
		}
		return true
	}
	allowed := start.In(d.snap.Zone).Minute()%d.snap.Business.GridMinutes == 0
	type need struct {
		part, requirement int
		from, to          time.Time
	}
	var needs []need
	at := start
	for i, item := range d.items {
		svc := d.snap.Services[item.ServiceID]
		day, ok := d.date(at)
		if !ok {
			return start, 0
		}
		allowed = allowed && d.offers(svc, day, at)
		to := at.Add(time.Duration(d.length(svc, day, at)) * time.Minute)
		for k, r := range svc.Requirements {
			needs = append(needs, need{i, k, at, to.Add(time.Duration(r.AfterMinutes) * time.Minute)})
		}
		at = to
	}
	if !allowed || at.Sub(start) > 24*time.Hour || !open(start, at) {
		return at, 0
	}
	if len(needs) != 1 { // what needs compete for is the engine's own oracle's
		return at, -1
	}
	r := &d.snap.Services[d.items[0].ServiceID].Requirements[needs[0].requirement]
	return at, d.fit(r, needs[0].from, needs[0].to)
}

func (d *diner) offers(svc *catalog.Service, day clock.Date, x time.Time) bool {
	if svc.ActiveFrom != nil && (day.Before(*svc.ActiveFrom) || day.After(*svc.ActiveTo)) {
		return false
	}
	for _, h := range svc.Hours {
		for _, r := range h.Ranges {
			if h.Weekday == int(day.Weekday()) && !x.Before(clock.Instant(day, r.StartMinute, d.snap.Zone)) && x.Before(clock.Instant(day, r.EndMinute, d.snap.Zone)) {
				return true
			}
		}
	}
	return len(svc.Hours) == 0
}

// length reads the rule of precedence literally.
func (d *diner) length(svc *catalog.Service, day clock.Date, x time.Time) int {
	minutes := svc.DurationMinutes
	turns := d.snap.Business.TurnMinutes
	if svc.Turn && len(turns) > 0 {
		minutes = turns[len(turns)-1].Minutes
		for _, turn := range slices.Backward(turns) {
			if d.party <= turn.MaxParty {
				minutes = turn.Minutes
			}
		}
	}
	for _, p := range d.snap.Periods {
		ends := clock.Instant(day, p.EndMinute, d.snap.Zone)
		if len(p.Weekdays) > 0 && !slices.Contains(p.Weekdays, int(day.Weekday())) || x.Before(clock.Instant(day, p.StartMinute, d.snap.Zone)) || !x.Before(ends) {
			continue
		}
		if svc.Turn && p.TurnMinutes != nil {
			minutes = *p.TurnMinutes
		}
		if left := int(ends.Sub(x) / time.Minute); p.EndsStay && left < minutes {
			minutes = left
		}
	}
	return minutes
}

// fit is the greatest number of parties that fit at once, by trying every set of
// free single tables (as often as their units allow) and of free joins.
func (d *diner) fit(r *catalog.Requirement, from, to time.Time) int {
	free := func(x *catalog.Resource) int {
		n := 0
		for u := range x.Capacity {
			if !slices.ContainsFunc(d.taken, func(t Taken) bool {
				return t.ResourceID == x.ID && int(t.Unit) == u+1 && t.StartsAt.Before(to) && t.EndsAt.After(from)
			}) {
				n++
			}
		}
		return n
	}
	type way struct {
		tables uint // as a set
		times  int
	}
	var ways []way
	for i := range d.snap.Resources {
		if x := &d.snap.Resources[i]; r.Accepts(x, d.party) {
			ways = append(ways, way{1 << i, free(x) / r.UnitsFor(d.party)})
		}
	}
	for _, j := range d.joins {
		w := way{times: 1}
		for _, id := range j.ResourceIDs {
			i := d.snap.index[id]
			x := &d.snap.Resources[i]
			w.tables |= 1 << i
			if !x.Active || x.Kind != r.Kind || free(x) < x.Capacity || len(r.ResourceIDs) > 0 && !slices.Contains(r.ResourceIDs, id) {
				w.times = 0
			}
		}
		if !j.Active || d.party < j.MinParty || d.party > j.MaxParty {
			w.times = 0
		}
		ways = append(ways, w)
	}
	best := 0
	for set := range uint(1) << len(ways) {
		sum, used := 0, uint(0)
		for i, w := range ways {
			if set>>i&1 != 0 {
				if used&w.tables != 0 {
					sum = -1 << 20
				}
				used |= w.tables
				sum += w.times
			}
		}
		best = max(best, sum)
	}
	return best
}

// Every start of a restaurant is judged as the rules read: how long the visit
// lasts, whether it may start, how many fit; and Search, Free, Choose and Reasons
// say the same of it, with the visit resolved at that very start.
func TestTables_EqualOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawDiner(t)
		d.snap.compile(nil, nil, nil)
		d.snap.keepJoins(d.joins)
		whole, err := d.snap.Frame(d.from.AddDays(-1), dinerDays+2, Freedom{})
		if err != nil {
			t.Fatal(err)
		}
		now := clock.Instant(d.from, 0, d.snap.Zone)
		d.snap.Occupy(whole, d.taken, now, nil)
		f := whole
		if rapid.Bool().Draw(t, "in a view") {
			f = whole.View(1, dinerDays)
		}
		var v fault.Fields
		visit := d.snap.Resolve(Request{Items: d.items, PartySize: d.party}, &v, inQuery)
		if err := v.Err(); err != nil {
			t.Fatal(err)
		}
		var search Search
		w := f.Window(time.Time{}, time.Time{})
		starts := d.snap.Find(&search, f, &visit, w)
		for i := range f.Days {
			for _, span := range f.Days[i].starts {
				for step := span.From; step < span.To; step++ {
					d.compare(t, f, starts, visit, step)
				}
			}
		}
	})
}

func (d *diner) compare(t *rapid.T, f *Frame, starts *Starts, visit Visit, step int) {
	start := f.Instant(step)
	where := func() string {
		return fmt.Sprintf("%s of %+v\njoins %+v\nperiods %+v\ntaken %+v", start.In(d.snap.Zone), d.snap.Menu, d.joins, d.snap.Periods, d.taken)
	}
	end, want := d.oracle(start)
	at := d.snap.At(visit, start)
	if got := f.Instant(step + at.Plan.Length); want != 0 && !got.Equal(end) {
		t.Fatalf("%s: resolved to %s, oracle %s", where(), got, end)
	}
	if err := at.Plan.Validate(len(f.Resources)); err != nil {
		t.Fatalf("%s: %v", where(), err)
	}
	got := starts.Remaining(step)
	if want >= 0 && got != want {
		t.Fatalf("%s: remaining %d, oracle %d", where(), got, want)
	}
	if got > 0 && !f.Instant(step+starts.LengthAt(step)).Equal(end) {
		t.Fatalf("%s: ends %s, oracle %s", where(), f.Instant(step+starts.LengthAt(step)), end)
	}
	picks, chosen := f.Choose(&at.Plan, starts.Window, step, Options{})
	if free, reasons := f.Free(&at.Plan, starts.Window, step), f.Reasons(&at.Plan, starts.Window, step); free != (got > 0) || chosen != free || (len(reasons) == 0) != free {
		t.Fatalf("%s: remaining %d, free %v, chosen %v, reasons %v", where(), got, free, chosen, reasons)
	}
	d.comparePicks(t, &at.Plan, picks)
}

// comparePicks checks that tables alone come before joins, and the smallest join first.
func (d *diner) comparePicks(t *rapid.T, p *Plan, picks []Pick) {
	served := make([][]int, len(p.Needs))
	for _, pick := range picks {
		served[pick.Need] = append(served[pick.Need], pick.Resource)
		if len(p.Needs[pick.Need].Joins) > 0 && !slices.Contains(p.Needs[pick.Need].Candidates, pick.Resource) &&
			len(pick.Units) != d.snap.Resources[pick.Resource].Capacity {
			t.Fatalf("a join takes all of each table: %+v", pick)
		}
	}
	if len(picks) == 0 {
		return
	}
	for n, list := range served {
		joined := slices.ContainsFunc(p.Needs[n].Joins, func(j []int) bool { return slices.Equal(j, list) })
		if alone := len(list) == 1 && slices.Contains(p.Needs[n].Candidates, list[0]); alone == joined {
			t.Fatalf("need %d is served by %v", n, list)
		}
	}
}

// The packing of joins is the greatest there is.
func TestPacker_FindsTheMost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		joins := make([][]int, rapid.IntRange(1, 13).Draw(t, "joins"))
		for i := range joins {
			joins[i] = rapid.SliceOfNDistinct(rapid.IntRange(0, 11), 2, 4, rapid.ID).Draw(t, "join")
		}
		var k packer
		k.begin(joins)
		set := joinSet{rapid.Uint64Range(0, 1<<len(joins)-1).Draw(t, "free")}
		best := 0
	next:
		for try := range uint64(1) << len(joins) {
			if try&^set[0] != 0 {
				continue
			}
			used := 0
			for rest := try; rest != 0; rest &= rest - 1 {
				for _, r := range joins[bits.TrailingZeros64(rest)] {
					if used>>r&1 != 0 {
						continue next
					}
					used |= 1 << r
				}
			}
			best = max(best, bits.OnesCount64(try))
		}
		k.patience = packing
		if got := k.most(set); got != best {
			t.Fatalf("joins %v of %b: %d, want %d", joins, set[0], got, best)
		}
		k.patience = 0
		if got := k.most(set); got > best || got == 0 && best > 0 {
			t.Fatalf("joins %v of %b without patience: %d of %d", joins, set[0], got, best)
		}
	})
}
