package availability

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// mend changes what a reason names, and fails when the reason stays.
func (s *storefront) mend(t *rapid.T, start time.Time, c Cause) {
	t.Helper()
	if !s.mendRule(start, c) && !s.mendNeed(c) {
		return
	}
	for _, still := range s.explained(t, start).Reasons {
		if identity(still) == identity(c) {
			t.Fatalf("%s: mended and still there: %+v", start.In(s.zone), c)
		}
	}
}

// identity is a reason without its words.
func identity(c Cause) [6]string {
	out := [6]string{string(c.Kind), string(c.Subject.Type), c.Subject.ID, c.Subject.Code}
	if c.Requirement != nil {
		out[4] = c.Requirement.ID.String()
	}
	if c.Resource != nil {
		out[5] = c.Resource.ID.String()
	}
	return out
}

// mendRule changes a rule of the business; false for what is none.
func (s *storefront) mendRule(start time.Time, c Cause) bool {
	switch c.Kind {
	case CauseNotBookable:
		s.snap.Business.Status = business.Approved
	case CausePast:
		s.now = start.Add(-48 * time.Hour)
	case CauseDateClosed, CauseOutsideHours, CauseAfterClosing:
		if c.Subject.Type == SubjectClosingRule {
			s.snap.Hours.Closings = slices.DeleteFunc(s.snap.Hours.Closings, func(r schedule.ClosingRule) bool { return r.ID.String() == c.Subject.ID })
			return true
		}
		date, err := clock.ParseDate(c.Subject.Date)
		if err != nil {
			return false
		}
		s.special = []schedule.SpecialDay{{Date: date, Ranges: openFrom(0, 1800)}, {Date: date.AddDays(1), Ranges: openFrom(0, 1800)}}
	case CauseOffGrid:
		s.snap.Business.GridMinutes = 5
		return start.Unix()%300 == 0
	default:
		return s.mendIntake(c)
	}
	return true
}

// mendNeed changes the menu, somebody's shift or what is taken; false where
// nothing alone is to be changed.
func (s *storefront) mendNeed(c Cause) bool {
	svc := s.service()
	switch c.Kind {
	case CauseInactive:
		svc.Active = true
	case CauseNotOnDate, CauseServiceHours:
		svc.Hours, svc.ActiveFrom, svc.ActiveTo = nil, nil, nil
	case CauseNoNomination:
		svc.Nomination = catalog.NominationOptional
	case CauseNotForService:
		s.question.StaffID = nil // it was a wish
	case CauseStaffInactive, CauseNotNominatable, CausePartySize, CauseNoResource:
		s.opened(func(x *catalog.Resource) {
			x.Active, x.MinParty, x.MaxParty, x.Nominatable = true, 1, 500, x.Kind == catalog.Staff
		})
		svc.MinParty, svc.MaxParty = 1, 500
		if i := s.requirement(c); i >= 0 {
			svc.Requirements[i].Kind, svc.Requirements[i].ResourceIDs = catalog.Staff, nil
		}
	case CauseCapacity:
		s.opened(func(x *catalog.Resource) { x.MinParty, x.MaxParty = 1, 500 })
		svc.Requirements[s.requirement(c)].PerPerson = false
		s.drop(func(x claim) bool { return c.Resource != nil && x.ResourceID == c.Resource.ID })
	case CauseStaffOff, CauseResourceOff:
		s.onDuty(c)
	case CauseStaffOnLeave:
		s.snap.leaves[c.Resource.ID] = nil
	case CauseStaffOnBreak, CauseResourceOnBreak:
		delete(s.snap.breaks, c.Resource.ID)
	case CauseStaffBooked, CauseResourceBooked:
		s.drop(func(x claim) bool { return x.BookingID != nil && id.Of[any](*x.BookingID).String() == c.Subject.ID })
	case CauseStaffHeld, CauseResourceHeld:
		s.drop(func(x claim) bool { return x.HoldID != nil && x.ResourceID == c.Resource.ID })
	default:
		return false
	}
	return true
}

func (s *storefront) opened(change func(*catalog.Resource)) {
	for i := range s.snap.Resources {
		change(&s.snap.Resources[i])
	}
}

func (s *storefront) requirement(c Cause) int {
	return slices.IndexFunc(s.service().Requirements, func(r catalog.Requirement) bool { return c.Requirement != nil && r.ID == c.Requirement.ID })
}

func (s *storefront) drop(which func(claim) bool) { s.claims = slices.DeleteFunc(s.claims, which) }

// onDuty has a resource work around the clock on the date that the reason names, and on its neighbours.
func (s *storefront) onDuty(c Cause) {
	date, err := clock.ParseDate(c.Subject.Date)
	if err != nil {
		return
	}
	s.exceptions = slices.DeleteFunc(s.exceptions, func(e schedule.Exception) bool { return e.ResourceID == c.Resource.ID })
	for d := -1; d <= 1; d++ {
		s.exceptions = append(s.exceptions, schedule.Exception{ResourceID: c.Resource.ID, Date: date.AddDays(d), Ranges: openFrom(0, 1800)})
	}
}

// A strip has the starts of its day, each with what is said of it alone.
func TestExplain_Strip_SaysOfEachStartWhatIsSaidOfItAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawStorefront(t)
		date := s.from.AddDays(rapid.IntRange(0, storefrontDays-1).Draw(t, "day"))
		e := s.explainerOn(t, date, 1)
		e.day = &date
		strip := e.strip()
		starts, asked := s.offered(t)
		var free []time.Time
		if asked {
			for step := range starts.Day(date.DaysSince(starts.Frame.Days[0].Date)) {
				free = append(free, starts.Frame.Instant(step))
			}
		}
		grid := time.Duration(s.snap.Business.GridMinutes) * time.Minute
		for i, x := range strip {
			if x.Starts < 1 || x.Free != (x.Reason == nil) || i > 0 && x.Start.Before(strip[i-1].End) || !x.Start.Add(time.Duration(x.Starts)*grid).Equal(x.End) {
				t.Fatalf("stretch %d: %+v", i, x)
			}
			for n := range x.Starts {
				start := x.Start.Add(time.Duration(n) * grid)
				if x.Free {
					if len(free) == 0 || !free[0].Equal(start) {
						t.Fatalf("%s is free in the strip; offered next: %v", start, free)
					}
					free = free[1:]
					continue
				}
				alone := s.explained(t, start)
				if len(alone.Reasons) == 0 || alone.Reasons[0].Kind != x.Reason.Kind && alone.Reasons[0].Kind != CauseOutsideHours {
					t.Fatalf("%s: %+v in the strip, alone %+v", start, x.Reason, alone.Reasons)
				}
			}
		}
		if len(free) > 0 {
			t.Fatalf("offered, and not free in the strip: %v", free)
		}
	})
}

func TestExplain_Strip_MergesWhatIsTheSame(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.nominate(tanaka)
	p.book(tanaka, 1, "K7M2", p.time(14, 0), p.time(16, 0), 0, 0)
	p.now = p.time(9, 10)
	var got []string
	for _, x := range p.strip(tuesday) {
		text := x.Start.Format("15:04") + "–" + x.End.Format("15:04") + " "
		if x.Reason != nil {
			text += x.Reason.Message
		}
		got = append(got, text)
	}
	want := []string{
		"10:00–11:30 受付を締め切りました。ご予約は開始の2時間前までです。",
		"11:30–12:30 ",
		"12:30–13:00 所要時間が1時間のため、13:00までの営業時間内に終わりません。",
		"13:00–14:00 営業時間外です。2026年12月1日(火)の営業時間は10:00〜13:00、14:00〜20:00です。",
		"14:00–16:00 14:00〜16:00は田中さんに別のご予約（K7M2）が入っています。",
		"16:00–19:30 ",
		"19:30–20:00 所要時間が1時間のため、20:00までの営業時間内に終わりません。",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	closed := p.strip(tuesday.AddDays(1))
	if len(closed) != 1 || closed[0].Starts != 48 || closed[0].Reason.Kind != CauseDateClosed {
		t.Errorf("a closed day: %+v", closed)
	}
}

func TestExplain_Strip_LeavesOutWhatBelongsToTheNightBefore(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.snap.Hours.Week[time.Tuesday] = openFrom(1200, 1560)
	p.special = []schedule.SpecialDay{{Date: tuesday.AddDays(1), Ranges: openFrom(60, 600)}}
	if got := p.strip(tuesday.AddDays(1)); len(got) != 2 || !got[0].Start.Equal(p.time(26, 0)) || got[0].Starts != 15 || !got[0].Free {
		t.Errorf("got %+v", got)
	}
	if got := p.strip(tuesday); len(got) != 1 || !got[0].Free || !got[0].End.Equal(p.time(26, 0)) { // it goes on into Wednesday's hours
		t.Errorf("the night before: %+v", got)
	}
}
