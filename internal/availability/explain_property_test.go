package availability

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// storefront is a made-up business, a wish and what is taken.
type storefront struct {
	*parlour
	zone *time.Location
	from clock.Date
}

const storefrontDays = 4

var storefrontZones = []string{"Asia/Tokyo", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}

func drawStorefront(t *rapid.T) *storefront {
	zone := rapid.SampledFrom(storefrontZones).Draw(t, "zone")
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	from := rapid.SampledFrom([]clock.Date{
		tuesday, {Year: 2026, Month: 3, Day: 27}, {Year: 2026, Month: 10, Day: 24}, {Year: 2026, Month: 3, Day: 7}, {Year: 2026, Month: 12, Day: 30},
	}).Draw(t, "from")
	s := &storefront{zone: loc, from: from, parlour: &parlour{snap: &Snapshot{shifts: map[catalog.ResourceID]*schedule.Pattern{}}}}
	often := rapid.Map(rapid.IntRange(0, 9), func(n int) bool { return n > 0 })
	s.snap.Business = business.Business{
		ID: business.ID{1}, Timezone: zone, Status: business.Approved,
		Settings: business.Settings{
			GridMinutes: rapid.SampledFrom(business.Grids).Draw(t, "grid"), BookingMode: business.Instant, MaxItems: 5,
			MinNoticeMinutes:  rapid.SampledFrom([]int{0, 0, 7, 120, 1500}).Draw(t, "notice"),
			BookingWindowDays: rapid.SampledFrom([]int{1, 2, 3, 60}).Draw(t, "window"),
		},
	}
	if !often.Draw(t, "approved") {
		s.snap.Business.Status = rapid.SampledFrom(business.Statuses).Draw(t, "status")
	}
	if rapid.Bool().Draw(t, "approval mode") {
		s.snap.Business.BookingMode = business.Approval
	}
	for d := range 7 {
		s.snap.Hours.Week[d] = drawRanges(t)
	}
	s.drawRules(t)
	if rapid.Bool().Draw(t, "special") {
		s.special = []schedule.SpecialDay{{Date: from.AddDays(rapid.IntRange(-1, storefrontDays).Draw(t, "on")), Ranges: drawRanges(t)}}
	}
	s.drawPeople(t, often)
	s.drawService(t, often)
	s.drawTables(t)
	s.drawClaims(t)
	s.drawIntake(t)
	s.now = clock.Instant(from, 0, loc).Add(time.Duration(rapid.IntRange(-24*60, 48*60).Draw(t, "now")) * time.Minute)
	s.question = Question{Lang: locale.JA, ServiceID: s.service().ID, PartySize: rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "party")}
	if rapid.Bool().Draw(t, "nominated") {
		s.nominate(rapid.IntRange(0, 2).Draw(t, "whom"))
	}
	return s
}

// drawRules are hours of holidays and eves, regular closings, and a holiday
// beside those of the law.
func (s *storefront) drawRules(t *rapid.T) {
	row := func(name string) *schedule.Row {
		if rapid.IntRange(0, 3).Draw(t, name) > 0 {
			return nil
		}
		return &schedule.Row{Ranges: drawRanges(t)}
	}
	s.snap.Hours.Holiday, s.snap.Hours.Eve = row("holidays"), row("eves")
	if rapid.Bool().Draw(t, "holiday") {
		holiday := jp.Holiday{Date: s.from.AddDays(rapid.IntRange(-1, storefrontDays).Draw(t, "on")), JA: "祝日", EN: "Holiday"}
		s.snap.Hours.Holidays.Extra = []jp.Holiday{holiday}
	}
	for i := range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "closings") {
		s.snap.Hours.Closings = append(s.snap.Hours.Closings, schedule.ClosingRule{
			ID: schedule.ClosingRuleID{byte(5 + i)}, Weekday: rapid.IntRange(0, 6).Draw(t, "weekday"),
			OnHoliday: rapid.SampledFrom([]schedule.OnHoliday{schedule.MoveOnHoliday, schedule.CloseOnHoliday, schedule.OpenOnHoliday}).Draw(t, "on holiday"),
		})
	}
}

// drawRanges are up to three stretches of a day, in order; mostly one that is long.
func drawRanges(t *rapid.T) []schedule.Range {
	at := rapid.IntRange(1, 150).Draw(t, "opens") * 5
	var out []schedule.Range
	for range rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3}).Draw(t, "ranges") {
		end := min(at+rapid.IntRange(6, 140).Draw(t, "length")*5, clock.MaxMinute)
		if at >= end {
			break
		}
		out = append(out, schedule.Range{StartMinute: at, EndMinute: end})
		at = end + rapid.SampledFrom([]int{0, 5, 60}).Draw(t, "break")
	}
	return out
}

// drawPeople are three staff and some things.
func (s *storefront) drawPeople(t *rapid.T, often *rapid.Generator[bool]) {
	for i := range rapid.IntRange(3, 6).Draw(t, "resources") {
		x := catalog.Resource{
			ID: resourceID(i), Kind: catalog.Staff, Name: locale.Text{"ja": fmt.Sprint("資源", i)}, Capacity: 1, MinParty: 1,
			MaxParty: rapid.SampledFrom([]int{1, 2, 500, 500}).Draw(t, "party"), Active: often.Draw(t, "active"),
		}
		if i > 2 {
			x.Kind = rapid.SampledFrom([]catalog.Kind{catalog.Seat, catalog.Room}).Draw(t, "kind")
			x.Capacity = rapid.SampledFrom([]int{1, 1, 2, 4}).Draw(t, "capacity")
		} else {
			x.Nominatable = often.Draw(t, "nominatable")
		}
		s.snap.Resources = append(s.snap.Resources, x)
		if rapid.IntRange(0, 2).Draw(t, "shifts") == 0 {
			w := &schedule.Pattern{Anchor: s.from, Weeks: make([]schedule.Week, rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "weeks"))}
			for d := range 7 * len(w.Weeks) {
				w.Weeks[d/7][d%7] = drawRanges(t)
			}
			s.snap.shifts[x.ID] = w
		}
		s.drawAbsence(t, &x)
		if rapid.IntRange(0, 3).Draw(t, "exception") == 0 {
			date := s.from.AddDays(rapid.IntRange(-1, storefrontDays).Draw(t, "on"))
			s.exceptions = append(s.exceptions, schedule.Exception{ResourceID: x.ID, Date: date, Ranges: drawRanges(t), Note: "用事"})
		}
	}
}

// drawAbsence is breaks of anybody and anything, and leave of staff.
func (s *storefront) drawAbsence(t *rapid.T, x *catalog.Resource) {
	if s.snap.breaks == nil {
		s.snap.breaks, s.snap.leaves = map[catalog.ResourceID]*schedule.Week{}, map[catalog.ResourceID][]schedule.Leave{}
	}
	if rapid.IntRange(0, 3).Draw(t, "breaks") == 0 {
		w := &schedule.Week{}
		for d := range 7 {
			at := rapid.IntRange(0, 340).Draw(t, "break") * 5
			w[d] = openFrom(at, at+rapid.IntRange(1, 12).Draw(t, "break of")*5)
		}
		s.snap.breaks[x.ID] = w
	}
	if x.Kind == catalog.Staff && rapid.IntRange(0, 4).Draw(t, "leave") == 0 {
		from := s.from.AddDays(rapid.IntRange(-1, storefrontDays).Draw(t, "leave from"))
		s.snap.leaves[x.ID] = []schedule.Leave{{
			ID: schedule.LeaveID(x.ID), ResourceID: x.ID, FromDate: from, ToDate: from.AddDays(rapid.IntRange(0, 2).Draw(t, "leave of")),
		}}
	}
}

func (s *storefront) drawService(t *rapid.T, often *rapid.Generator[bool]) {
	svc := catalog.Service{
		ID: catalog.ServiceID{9}, Name: locale.Text{"ja": "メニュー"}, DurationMinutes: rapid.IntRange(1, 30).Draw(t, "duration") * 5,
		MinParty: 1, MaxParty: rapid.SampledFrom([]int{1, 2, 10}).Draw(t, "max party"), Active: often.Draw(t, "service active"),
		Nomination: rapid.SampledFrom(catalog.Nominations).Draw(t, "nomination"),
	}
	kinds := []catalog.Kind{catalog.Staff, catalog.Staff, catalog.Seat, catalog.Room}
	for i := range rapid.IntRange(1, 3).Draw(t, "requirements") {
		r := catalog.Requirement{
			ID: catalog.RequirementID{byte(i + 1)}, Kind: rapid.SampledFrom(kinds).Draw(t, "of kind"), Units: 1,
			BeforeMinutes: rapid.SampledFrom([]int{0, 0, 10}).Draw(t, "before"), AfterMinutes: rapid.SampledFrom([]int{0, 0, 15}).Draw(t, "after"),
			PerPerson: rapid.IntRange(0, 4).Draw(t, "per person") == 0,
		}
		if r.Kind == catalog.Staff && rapid.Bool().Draw(t, "listed") {
			r.ResourceIDs = []catalog.ResourceID{resourceID(rapid.IntRange(0, 2).Draw(t, "who")), resourceID(0)}
		}
		if svc.DurationMinutes > 30 && rapid.IntRange(0, 3).Draw(t, "gap") == 0 {
			from, to := 15, svc.DurationMinutes-10
			r.GapStartMinute, r.GapEndMinute = &from, &to
		}
		svc.Requirements = append(svc.Requirements, r)
	}
	s.snap.Menu = []catalog.Service{svc}
}

// drawClaims are bookings and holds; some are over, some on units that are gone.
func (s *storefront) drawClaims(t *rapid.T) {
	midnight := clock.Instant(s.from, 0, s.zone)
	for i := range rapid.IntRange(0, 25).Draw(t, "bookings") {
		r := rapid.IntRange(0, len(s.snap.Resources)-1).Draw(t, "taken")
		from := midnight.Add(time.Duration(rapid.IntRange(-60, storefrontDays*288).Draw(t, "from")*5) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(2, 30).Draw(t, "for")*5) * time.Minute)
		unit := rapid.IntRange(1, s.snap.Resources[r].Capacity+1).Draw(t, "unit")
		if rapid.IntRange(0, 3).Draw(t, "held") > 0 {
			s.book(r, unit, fmt.Sprint("C", i), from, to, rapid.SampledFrom([]int{0, 5}).Draw(t, "b"), rapid.SampledFrom([]int{0, 10}).Draw(t, "a"))
			continue
		}
		s.hold(r, from, to, midnight.Add(time.Duration(rapid.IntRange(-600, 3600).Draw(t, "until"))*time.Minute))
		s.claims[len(s.claims)-1].HoldID = &[16]byte{byte(i), 1}
	}
}

func (s *storefront) explainerOn(t *rapid.T, from clock.Date, days int) *explainer {
	s.snap.compile(s.special, s.exceptions, nil)
	s.snap.keepJoins(s.joins)
	f, err := s.snap.Frame(from, days, Freedom{})
	if err != nil {
		t.Fatal(err)
	}
	s.snap.Limit(f, s.arrivals, s.now)
	e, err := s.snap.explainer(s.question, f, s.claims, s.now)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (s *storefront) explained(t *rapid.T, start time.Time) *Explained {
	from, days := DaysAround(start, s.zone)
	return s.explainerOn(t, from, days).slot(start)
}

// offered is what customers are offered: nothing where their question is refused.
func (s *storefront) offered(t *rapid.T) (*Starts, bool) {
	s.snap.compile(s.special, s.exceptions, nil)
	s.snap.keepJoins(s.joins)
	f, err := s.snap.Frame(s.from.AddDays(-2), storefrontDays+4, Freedom{})
	if err != nil {
		t.Fatal(err)
	}
	plain := make([]Taken, len(s.claims))
	for i, c := range s.claims {
		plain[i] = c.Taken
	}
	s.snap.Restrict(f, s.now)
	s.snap.Limit(f, s.arrivals, s.now)
	s.snap.Occupy(f, plain, s.now, nil)
	q := s.question
	visit, err := (&Query{ServiceID: q.ServiceID, From: s.from, To: s.from, StaffID: q.StaffID, PartySize: q.PartySize}).resolve(s.snap)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		t.Fatal(err)
	}
	if err != nil || !s.snap.Business.Public() {
		return nil, false
	}
	var search Search
	return s.snap.Find(&search, f, &visit, s.snap.WindowIn(f, s.now)), true
}

// What explain calls free is exactly what customers are offered, with the same
// staff; the rest has a reason; and mending the first reason makes it vanish.
func TestExplain_AgreesWithWhatIsOffered(t *testing.T) {
	t.Parallel()
	seen := map[CauseKind]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := drawStorefront(t)
		starts, asked := s.offered(t)
		free := func(x time.Time) bool {
			return asked && starts.Frame.Floor(x) >= 0 && starts.Frame.Instant(starts.Frame.Floor(x)).Equal(x) && starts.Free.Has(starts.Frame.Floor(x))
		}
		for range 4 {
			start := clock.Instant(s.from, 0, s.zone).Add(time.Duration(rapid.IntRange(0, storefrontDays*288).Draw(t, "start")*5) * time.Minute)
			if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
				start = start.Add(time.Duration(rapid.IntRange(1, 299).Draw(t, "seconds")) * time.Second)
			}
			x := s.explained(t, start)
			if x.Free != free(start) || x.Free == (len(x.Reasons) > 0) {
				t.Fatalf("%s: offered %v, explained %+v", start.In(s.zone), free(start), x)
			}
			if x.Free {
				step := starts.Frame.Floor(start)
				var staff []catalog.ResourceID
				for _, r := range starts.AppendStaff(nil, step) {
					staff = append(staff, starts.Frame.Resources[r].ID)
				}
				if !slices.Equal(x.StaffIDs, staff) && len(staff)+len(x.StaffIDs) > 0 || x.Remaining != starts.Remaining(step) || len(x.Serving) < len(s.service().Requirements) {
					t.Fatalf("%s: staff %v of %v, remaining %d, serving %v", start.In(s.zone), x.StaffIDs, staff, x.Remaining, x.Serving)
				}
				continue
			}
			for _, c := range x.Reasons {
				wellFormed(t, c)
				seen[c.Kind]++
			}
			s.mend(t, start, x.Reasons[0])
			starts, asked = s.offered(t)
		}
	})
	for _, k := range CauseKinds {
		if seen[k] == 0 {
			t.Logf("%s was never met", k)
		}
	}
}

func wellFormed(t *rapid.T, c Cause) {
	if !slices.Contains(CauseKinds, c.Kind) || c.Subject.Type == "" || c.Message == "" || strings.ContainsAny(c.Message, "{}") || strings.HasPrefix(c.Message, "explain.") {
		t.Fatalf("malformed: %+v", c)
	}
	if booked := c.Kind == CauseStaffBooked || c.Kind == CauseResourceBooked; booked != (c.Subject.Code != "") || booked != (c.Subject.Type == SubjectBooking) {
		t.Fatalf("a booking has its code: %+v", c)
	}
}
