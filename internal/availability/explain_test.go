package availability

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// parlour is a small salon whose rules a test changes: Tanaka and Sato, seat A
// and seat B, a basins of four; a cut of an hour, with clean-up of the seat.
// It is Tuesday, 1 December 2026, nine in the morning.
type parlour struct {
	tb         testing.TB
	snap       *Snapshot
	special    []schedule.SpecialDay
	exceptions []schedule.Exception
	claims     []claim
	arrivals   []Arrival
	joins      []catalog.Join
	now        time.Time
	question   Question
}

const (
	tanaka = iota
	sato
	seatA
	seatB
	basins
)

func openFrom(start, end int) []schedule.Range {
	return []schedule.Range{{StartMinute: start, EndMinute: end}}
}

func newParlour(tb testing.TB) *parlour {
	tb.Helper()
	p := &parlour{tb: tb, snap: &Snapshot{
		Business: business.Business{
			ID: business.ID{1}, Status: business.Approved, Timezone: "Asia/Tokyo",
			Settings: business.Settings{GridMinutes: 30, BookingMode: business.Instant, MinNoticeMinutes: 120, BookingWindowDays: 60, MaxItems: 5},
		},
		shifts: map[catalog.ResourceID]*schedule.Pattern{},
	}}
	for d := range 7 {
		p.snap.Hours.Week[d] = []schedule.Range{{StartMinute: 600, EndMinute: 780}, {StartMinute: 840, EndMinute: 1200}}
	}
	p.snap.Hours.Week[time.Wednesday] = nil
	names := [][2]string{{"田中", "Tanaka"}, {"佐藤", "Sato"}, {"席A", "Seat A"}, {"席B", "Seat B"}, {"シャンプー台", "Shampoo basins"}}
	for i, n := range names {
		x := catalog.Resource{
			ID: resourceID(i), Kind: catalog.Seat, Name: locale.Text{"ja": n[0], "en": n[1]}, Capacity: 1, MinParty: 1, MaxParty: 10, Active: true,
		}
		if i <= sato {
			x.Kind, x.Nominatable = catalog.Staff, true
		}
		p.snap.Resources = append(p.snap.Resources, x)
	}
	p.snap.Resources[basins].Kind, p.snap.Resources[basins].Capacity = catalog.Equipment, 4
	p.snap.Menu = []catalog.Service{{
		ID: catalog.ServiceID{9}, Name: locale.Text{"ja": "カット", "en": "Haircut"}, DurationMinutes: 60, MinParty: 1, MaxParty: 4,
		Nomination: catalog.NominationOptional, Active: true, Requirements: []catalog.Requirement{
			{ID: catalog.RequirementID{1}, Kind: catalog.Staff, Units: 1},
			{ID: catalog.RequirementID{2}, Kind: catalog.Seat, Units: 1, BeforeMinutes: 5, AfterMinutes: 10},
		},
	}}
	p.now = clock.Instant(tuesday, 540, loadZone(tb, "Asia/Tokyo"))
	p.question = Question{ServiceID: catalog.ServiceID{9}, Notes: true, Lang: locale.JA}
	return p
}

func (p *parlour) service() *catalog.Service { return &p.snap.Menu[0] }

func (p *parlour) nominate(i int) {
	rid := p.snap.Resources[i].ID
	p.question.StaffID = &rid
}

// time is a minute of Tuesday's business day.
func (p *parlour) time(hour, minute int) time.Time {
	return clock.Instant(tuesday, hour*60+minute, loadZone(p.tb, "Asia/Tokyo"))
}

// book takes a resource for a visit with preparation and clean-up around it.
func (p *parlour) book(resource, unit int, code string, from, to time.Time, before, after int) {
	var raw [16]byte
	copy(raw[:], code)
	p.claims = append(p.claims, claim{
		Taken: Taken{
			ResourceID: p.snap.Resources[resource].ID, Unit: int32(unit), BookingID: &raw,
			StartsAt: from.Add(-time.Duration(before) * time.Minute), EndsAt: to.Add(time.Duration(after) * time.Minute),
		},
		Code: &code, ServesFrom: &from, ServesTo: &to,
	})
}

func (p *parlour) hold(resource int, from, to, until time.Time) {
	p.claims = append(p.claims, claim{Taken: Taken{
		ResourceID: p.snap.Resources[resource].ID, Unit: 1, HoldID: &[16]byte{7}, StartsAt: from, EndsAt: to, ExpiresAt: &until,
	}})
}

func (p *parlour) explainer(lang locale.Lang, from clock.Date, days int) *explainer {
	p.tb.Helper()
	p.snap.compile(p.special, p.exceptions, nil)
	p.snap.keepJoins(p.joins)
	f, err := p.snap.Frame(from, days, Freedom{})
	if err != nil {
		p.tb.Fatal(err)
	}
	p.snap.Limit(f, p.arrivals, p.now)
	q := p.question
	q.Lang = lang
	e, err := p.snap.explainer(q, f, p.claims, p.now)
	if err != nil {
		p.tb.Fatal(err)
	}
	return e
}

func (p *parlour) explain(lang locale.Lang, start time.Time) *Explained {
	p.tb.Helper()
	from, days := DaysAround(start, loadZone(p.tb, "Asia/Tokyo"))
	return p.explainer(lang, from, days).slot(start)
}

func (p *parlour) strip(date clock.Date) []Stretch {
	p.tb.Helper()
	e := p.explainer(locale.JA, date, 1)
	e.day = &date
	return e.strip()
}

// told is kinds and sentences.
func told(list []Cause) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, string(c.Kind)+": "+c.Message)
	}
	return out
}

func TestExplain_SentencesOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, c := range sentences() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newParlour(t)
			start := p.time(14, 30)
			if c.set != nil {
				if at := c.set(p); !at.IsZero() {
					start = at
				}
			}
			for lang, want := range map[locale.Lang][]string{locale.JA: c.ja, locale.EN: c.en} {
				if diff := cmp.Diff(want, told(p.explain(lang, start).Reasons)); diff != "" {
					t.Errorf("%s: %s", lang, diff)
				}
			}
		})
	}
}

// Every kind is among the sentences, and every text of them is.
func TestExplain_EveryKindAndEveryTextIsShown(t *testing.T) {
	t.Parallel()
	elsewhere := []string{"explain.free", "explain.too_soon.any"} // of free starts, and of strips
	customers := "explain.plain."                                 // see TestExplainPlainly
	all := ""
	for _, c := range sentences() {
		all += strings.Join(c.ja, "\n") + "\n"
	}
	for _, k := range CauseKinds {
		if !strings.Contains(all, string(k)+": ") {
			t.Errorf("no sentence of kind %s", k)
		}
	}
	for _, key := range locale.Keys(locale.JA) {
		if !strings.HasPrefix(key, "explain.") || strings.HasPrefix(key, "explain.value.") || strings.HasPrefix(key, customers) || slices.Contains(elsewhere, key) {
			continue
		}
		pattern := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(locale.T(locale.JA, key, nil)), ".*")
		if !regexp.MustCompile(": " + pattern).MatchString(all) {
			t.Errorf("no sentence of %s", key)
		}
	}
}

func TestExplain_FreeStart_SaysWhoAndWhatWouldServe(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.book(seatA, 1, "K7M2", p.time(15, 0), p.time(16, 0), 5, 10)
	got := p.explain(locale.JA, p.time(14, 0))
	if !got.Free || len(got.Reasons) > 0 || got.Message != "14:00〜15:00はご予約いただけます（担当者：田中さん、席：席B）。" {
		t.Errorf("got %+v", got)
	}
	if len(got.Serving) != 2 || got.Serving[1].Resource.Name != "席B" || !got.Serving[1].End.Equal(p.time(15, 10)) || !got.Serving[1].Start.Equal(p.time(13, 55)) {
		t.Errorf("serving %+v", got.Serving)
	}
	if !slices.Equal(got.StaffIDs, []catalog.ResourceID{resourceID(tanaka), resourceID(sato)}) || got.Remaining != 1 {
		t.Errorf("staff %v, remaining %d", got.StaffIDs, got.Remaining)
	}
	if got := p.explain(locale.EN, p.time(14, 0)).Message; got != "14:00–15:00 can be booked (staff member: Tanaka, seat: Seat B)." {
		t.Error(got)
	}
}

func TestExplain_Subjects_NameWhatIsToBeChanged(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.nominate(tanaka)
	p.book(tanaka, 1, "K7M2", p.time(14, 0), p.time(15, 0), 0, 5)
	p.hold(seatA, p.time(14, 0), p.time(15, 0), p.time(9, 10))
	p.book(seatB, 1, "B2", p.time(15, 30), p.time(16, 0), 0, 0)
	p.exceptions = []schedule.Exception{{ResourceID: resourceID(tanaka), Date: tuesday, Ranges: openFrom(900, 1200), Note: "研修"}}
	got := p.explain(locale.JA, p.time(14, 30)).Reasons
	if len(got) != 5 { // and seat B during its clean-up, and that each part is free of seats
		t.Fatalf("%d reasons: %+v", len(got), got)
	}
	off, booked, held := got[0].Subject, got[1].Subject, got[2].Subject
	if off.Type != SubjectException || off.ID != resourceID(tanaka).String() || off.Date != "2026-12-01" || off.Name != "研修" || !off.Start.Equal(p.time(15, 0)) {
		t.Errorf("exception %+v", off)
	}
	if booked.Type != SubjectBooking || booked.Code != "K7M2" || booked.ID != id.Of[any](*p.claims[0].BookingID).String() ||
		!booked.End.Equal(p.time(15, 5)) || !got[1].FreeAt.Equal(p.time(15, 5)) || got[1].Overlap != OverlapVisit {
		t.Errorf("booking %+v", got[1])
	}
	if held.Type != SubjectHold || held.ID != "" || !held.ExpiresAt.Equal(p.time(9, 10)) || got[2].Kind != CauseResourceHeld || got[2].Requirement.Kind != catalog.Seat {
		t.Errorf("hold %+v", got[2])
	}
	p.question.Notes = false
	if got := p.explain(locale.JA, p.time(14, 30)).Reasons[0]; strings.Contains(got.Message, "研修") || got.Subject.Name != "" {
		t.Errorf("a note for the business alone is shown: %+v", got)
	}
}

func TestExplain_CandidatesComeInTheOrderInWhichTheyGetFree(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.book(tanaka, 1, "LATE", p.time(14, 0), p.time(16, 0), 0, 0)
	p.book(sato, 1, "SOON", p.time(14, 0), p.time(15, 0), 0, 0)
	if got := p.explain(locale.JA, p.time(14, 0)).Reasons; len(got) != 2 || got[0].Subject.Code != "SOON" || got[1].Subject.Code != "LATE" {
		t.Errorf("got %+v", got)
	}
	p.book(sato, 1, "NEXT", p.time(15, 0), p.time(16, 30), 0, 0)
	if got := p.explain(locale.JA, p.time(14, 0)).Reasons; got[0].Subject.Code != "LATE" || !got[1].FreeAt.Equal(p.time(16, 30)) {
		t.Errorf("back to back, Sato is free later: %+v", got)
	}
}

// While the colour works the stylist may be free or not: it is when they are needed that counts.
func TestExplain_FreeAt_FollowsTheLastPartThatIsTaken(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.nominate(tanaka)
	from, to := 15, 45
	p.service().Requirements[0].GapStartMinute, p.service().Requirements[0].GapEndMinute = &from, &to
	p.book(tanaka, 1, "GAP", p.time(14, 15), p.time(14, 30), 0, 0)
	p.book(tanaka, 1, "LAST", p.time(14, 45), p.time(15, 30), 0, 0)
	if got := p.explain(locale.JA, p.time(14, 0)).Reasons; len(got) != 1 || got[0].Subject.Code != "LAST" || !got[0].FreeAt.Equal(p.time(15, 30)) {
		t.Errorf("got %+v", got)
	}
}

func TestExplain_TakenForDays_HasNoFreeAt(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.nominate(tanaka)
	p.book(tanaka, 1, "LONG", p.time(-48, 0), p.time(96, 0), 0, 0)
	if got := p.explain(locale.JA, p.time(14, 0)).Reasons; len(got) != 1 || got[0].FreeAt != nil {
		t.Errorf("got %+v", got)
	}
}

func TestExplain_ManyBookings_AreBounded(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.snap.Resources[basins].Capacity = 150
	p.service().Requirements = []catalog.Requirement{{ID: catalog.RequirementID{3}, Kind: catalog.Equipment, Units: 1}}
	for i := range 150 {
		p.book(basins, i+1, string(rune('一'+i)), p.time(14, 0), p.time(15, 0), 0, 0)
	}
	if got := p.explain(locale.JA, p.time(14, 0)); got.Free || len(got.Reasons) != maxCauses {
		t.Errorf("%d reasons", len(got.Reasons))
	}
}

// The same booking over several units, or around a processing gap, is one reason.
func TestExplain_ABookingIsNamedOnce(t *testing.T) {
	t.Parallel()
	p := newParlour(t)
	p.service().Requirements = []catalog.Requirement{{ID: catalog.RequirementID{3}, Kind: catalog.Equipment, Units: 1}}
	for u := range 4 {
		p.book(basins, u+1, "PARTY", p.time(14, 0), p.time(14, 30), 0, 0)
		p.book(basins, u+1, "PARTY", p.time(14, 45), p.time(15, 0), 0, 0)
	}
	want := []string{
		"capacity: シャンプー台の空きが足りません（必要1、空き0、定員4）。",
		"resource_booked: 14:00〜14:30はシャンプー台に別のご予約（PARTY）が入っています。",
	}
	if diff := cmp.Diff(want, told(p.explain(locale.JA, p.time(14, 0)).Reasons)); diff != "" {
		t.Error(diff)
	}
}
