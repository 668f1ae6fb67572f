package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

func on(year, month, day int) clock.Date {
	return clock.Date{Year: year, Month: time.Month(month), Day: day}
}

func TestPattern_Turn_Table(t *testing.T) {
	t.Parallel()
	ab := Pattern{Weeks: make([]Week, 2), Anchor: on(2026, 12, 2)} // a Wednesday: week A begins on Monday, 30 November
	abc := Pattern{Weeks: make([]Week, 3), Anchor: on(2026, 12, 6)}
	for _, c := range []struct {
		p    *Pattern
		date clock.Date
		want int
	}{
		{&ab, on(2026, 11, 29), 1}, // the Sunday before
		{&ab, on(2026, 11, 30), 0},
		{&ab, on(2026, 12, 6), 0},
		{&ab, on(2026, 12, 7), 1},
		// 2026 has 53 weeks by ISO: week 53 is followed by week 1, and turns go on as ever.
		{&ab, on(2026, 12, 28), 0},
		{&ab, on(2027, 1, 3), 0},
		{&ab, on(2027, 1, 4), 1},
		{&ab, on(2027, 12, 27), 0},
		{&ab, on(2028, 1, 3), 1},
		{&ab, on(2028, 2, 29), 1},
		{&ab, on(2025, 12, 29), 0}, // a year before the anchor
		{&ab, on(2025, 12, 28), 1},
		{&abc, on(2026, 12, 6), 0}, // the anchor is a Sunday: its week ends with it
		{&abc, on(2026, 12, 7), 1},
		{&abc, on(2026, 12, 14), 2},
		{&abc, on(2026, 12, 21), 0},
		{&abc, on(2026, 11, 29), 2},
		{&abc, on(2026, 11, 16), 1},
		{&Pattern{Weeks: make([]Week, 1)}, on(2026, 12, 7), 0},
	} {
		if got := c.p.Turn(c.date); got != c.want {
			t.Errorf("%s of %d weeks from %s: turn %d, want %d", c.date, len(c.p.Weeks), c.p.Anchor, got, c.want)
		}
	}
}

// A thousand days from the anchor on, week after week by counting.
func TestPattern_Turn_CountsWeeks(t *testing.T) {
	t.Parallel()
	for n := 1; n <= MaxWeeks; n++ {
		p := Pattern{Weeks: make([]Week, n), Anchor: on(2023, 12, 29)} // a Friday
		turn := 0
		for d := 1; d < 1200; d++ {
			date := p.Anchor.AddDays(d)
			if date.Weekday() == time.Monday {
				if turn++; turn == n {
					turn = 0
				}
			}
			if got := p.Turn(date); got != turn {
				t.Fatalf("%s of %d weeks: turn %d, want %d", date, n, got, turn)
			}
		}
	}
}

// oracle walks minute after minute of the wall clock: who is at work is asked of
// every rule anew, on the business days that the minute may belong to.
type oracle struct {
	r    Roster
	open func(clock.Date) []Range
}

// works tells whether a minute of a date's shift is worked.
func (o oracle) works(d clock.Date, minute int) bool {
	inside := func(list []Range, m int) bool {
		for _, r := range list {
			for x := r.StartMinute; x < r.EndMinute; x++ {
				if x == m {
					return true
				}
			}
		}
		return false
	}
	for _, l := range o.r.Leaves {
		for day := l.FromDate; ; day = day.AddDays(1) {
			if day == d {
				return false
			}
			if day == l.ToDate {
				break
			}
		}
	}
	if b := o.r.Breaks; b != nil { // a break of yesterday at 25:00 is one at 1:00
		if inside(b[d.Weekday()], minute) || inside(b[d.AddDays(-1).Weekday()], minute+1440) || inside(b[d.AddDays(1).Weekday()], minute-1440) {
			return false
		}
	}
	if e, found := o.r.Exceptions[d]; found {
		return inside(e.Ranges, minute)
	}
	if p := o.r.Pattern; p != nil && len(p.Weeks) > 0 {
		first := p.Anchor
		for first.Weekday() != time.Monday {
			first = first.AddDays(-1)
		}
		week := 0
		for first.AddDays(7*week + 6).Before(d) { // later than that week
			week++
		}
		for d.Before(first.AddDays(7 * week)) {
			week--
		}
		for week < 0 {
			week += len(p.Weeks)
		}
		return inside(p.Weeks[week%len(p.Weeks)][d.Weekday()], minute)
	}
	return inside(o.open(d), minute)
}

func drawDay(t *rapid.T, label string) []Range {
	at := rapid.IntRange(0, 200).Draw(t, label) * 5
	out := []Range{}
	for range rapid.SampledFrom([]int{0, 1, 1, 2, 3}).Draw(t, "ranges") {
		end := min(at+rapid.IntRange(1, 120).Draw(t, "length")*5, clock.MaxMinute)
		if at >= end {
			break
		}
		out = append(out, Range{at, end})
		at = end + rapid.SampledFrom([]int{0, 5, 60}).Draw(t, "between")
	}
	return out
}

func drawWeek(t *rapid.T, label string) Week {
	var w Week
	for d := range w {
		w[d] = drawDay(t, fmt.Sprint(label, " ", d))
	}
	return w
}

func drawRoster(t *rapid.T, from clock.Date, days int) Roster {
	r := Roster{Exceptions: map[clock.Date]Exception{}}
	if rapid.IntRange(0, 3).Draw(t, "has shifts") > 0 {
		r.Pattern = &Pattern{Anchor: from.AddDays(rapid.IntRange(-400, 400).Draw(t, "anchor"))}
		for range rapid.IntRange(1, MaxWeeks).Draw(t, "weeks") {
			r.Pattern.Weeks = append(r.Pattern.Weeks, drawWeek(t, "shifts"))
		}
		if r.Pattern.Empty() {
			r.Pattern = nil
		}
	}
	if rapid.Bool().Draw(t, "has breaks") {
		w := drawWeek(t, "breaks")
		r.Breaks = &w
	}
	date := func(label string) clock.Date { return from.AddDays(rapid.IntRange(-2, days+2).Draw(t, label)) }
	for range rapid.IntRange(0, 3).Draw(t, "exceptions") {
		d := date("exception")
		r.Exceptions[d] = Exception{Date: d, Ranges: drawDay(t, "exception")}
	}
	for range rapid.IntRange(0, 2).Draw(t, "leaves") {
		l := Leave{FromDate: date("leave")}
		l.ToDate = l.FromDate.AddDays(rapid.IntRange(0, 4).Draw(t, "days of leave"))
		r.Leaves = append(r.Leaves, l)
	}
	return r
}

func TestRoster_On_EqualsOracle(t *testing.T) {
	t.Parallel()
	starts := []clock.Date{on(2026, 12, 26), on(2020, 12, 27), on(2028, 2, 26), on(2027, 12, 30), on(2024, 12, 28), on(2026, 3, 27)}
	rapid.Check(t, func(t *rapid.T) {
		from, days := rapid.SampledFrom(starts).Draw(t, "from"), 9
		r := drawRoster(t, from, days)
		hours := drawWeek(t, "hours")
		open := func(d clock.Date) []Range { return hours.On(d) }
		o := oracle{r, open}
		for i := range days {
			d := from.AddDays(i)
			before := fmt.Sprintf("%+v", r)
			ranges, source := r.On(d, open)
			if !slices.IsSortedFunc(ranges, func(a, b Range) int { return a.EndMinute - b.StartMinute - 1 }) {
				t.Fatalf("%s: %v is not in order", d, ranges)
			}
			pauses := r.BreaksOn(d, open)
			for m := 0; m < clock.MaxMinute; m += 5 {
				got := slices.ContainsFunc(ranges, func(r Range) bool { return r.StartMinute <= m && m < r.EndMinute })
				if want := o.works(d, m); got != want {
					t.Fatalf("%s %d: works %v, oracle %v\nranges %v (%s)\nroster %+v", d, m, got, want, ranges, source, r)
				}
				pause := slices.ContainsFunc(pauses, func(r Range) bool { return r.StartMinute <= m && m < r.EndMinute })
				free := oracle{Roster{Pattern: r.Pattern, Exceptions: r.Exceptions, Leaves: r.Leaves}, open}
				if want := free.works(d, m) && !got; pause != want {
					t.Fatalf("%s %d: break %v, oracle %v (%v)", d, m, pause, want, pauses)
				}
			}
			if after := fmt.Sprintf("%+v", r); after != before {
				t.Fatalf("asking changed the roster:\n%s\n%s", before, after)
			}
		}
	})
}

func TestRoster_On_Precedence(t *testing.T) {
	t.Parallel()
	day := on(2026, 12, 1) // a Tuesday
	open := func(clock.Date) []Range { return []Range{{600, 1200}} }
	week := Week{}
	week[time.Tuesday] = []Range{{540, 1080}}
	pause := Week{}
	pause[time.Tuesday] = []Range{{720, 780}}
	r := Roster{}
	check := func(source Source, want ...Range) {
		t.Helper()
		got, by := r.On(day, open)
		if by != source || !slices.Equal(got, want) {
			t.Errorf("%v by %s, want %v by %s", got, by, want, source)
		}
	}
	check(SourceOpen, Range{600, 1200})
	r.Breaks = &pause
	check(SourceOpen, Range{600, 720}, Range{780, 1200})
	r.Pattern = &Pattern{Weeks: []Week{week}}
	check(SourceWeek, Range{540, 720}, Range{780, 1080})
	r.Exceptions = map[clock.Date]Exception{day: {Ranges: []Range{{700, 750}, {760, 900}}}}
	check(SourceDate, Range{700, 720}, Range{780, 900})
	r.Leaves = []Leave{{FromDate: day.AddDays(-1), ToDate: day}}
	check(SourceLeave)
	if !(&Roster{Pattern: &Pattern{}}).Unrestricted() || r.Unrestricted() {
		t.Error("which roster is unrestricted?")
	}
}

func TestShiftsInput_RefusesWhatIsNoPattern(t *testing.T) {
	t.Parallel()
	day := func(d int, minutes ...int) WeekDay {
		x := WeekDay{Weekday: d}
		for i := 0; i < len(minutes); i += 2 {
			x.Ranges = append(x.Ranges, Range{minutes[i], minutes[i+1]})
		}
		return x
	}
	anchor, old := on(2026, 12, 1), on(1999, 12, 31)
	for name, c := range map[string]struct {
		in   ShiftsInput
		want string
	}{
		"nothing":      {ShiftsInput{}, "body.weekly required"},
		"both":         {ShiftsInput{Weekly: []WeekDay{}, Weeks: []TurnInput{{}}}, "body.weekly not_both"},
		"no weeks":     {ShiftsInput{Weeks: []TurnInput{}}, "body.weeks too_few"},
		"five":         {ShiftsInput{Weeks: make([]TurnInput, 5), AnchorDate: &anchor}, "body.weeks too_many"},
		"no anchor":    {ShiftsInput{Weeks: make([]TurnInput, 2)}, "body.anchor_date required"},
		"an old one":   {ShiftsInput{Weeks: make([]TurnInput, 2), AnchorDate: &old}, "body.anchor_date out_of_range"},
		"no weekday":   {ShiftsInput{Weeks: []TurnInput{{[]WeekDay{day(7)}}}}, "body.weeks[0].weekly[0].weekday out_of_range"},
		"a day twice":  {ShiftsInput{Weekly: []WeekDay{day(1), day(1)}}, "body.weekly[1].weekday duplicate"},
		"into Tuesday": {ShiftsInput{Weekly: []WeekDay{day(1, 1200, 1560), day(2, 60, 300)}}, "body.weekly[0].ranges schedule.overlap_next_day"},
		"into the next turn's Monday": {
			ShiftsInput{Weeks: []TurnInput{{[]WeekDay{day(0, 1200, 1560)}}, {[]WeekDay{day(1, 60, 300)}}}, AnchorDate: &anchor},
			"body.weeks[0].weekly[0].ranges schedule.overlap_next_day",
		},
		"its own Monday is weeks away": {
			ShiftsInput{Weeks: []TurnInput{{[]WeekDay{day(0, 1200, 1560), day(1, 60, 300)}}, {}}, AnchorDate: &anchor}, "",
		},
		"one week as weeks": {ShiftsInput{Weeks: []TurnInput{{[]WeekDay{day(1, 600, 900)}}}}, ""},
		"lifted":            {ShiftsInput{Weekly: []WeekDay{}}, ""},
	} {
		if got := faults(c.in.Validate()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestBulkInput_RefusesWhatIsNoEdit(t *testing.T) {
	t.Parallel()
	monday := on(2026, 12, 7)
	sunday := monday.AddDays(-8)
	good := func(change func(*BulkInput)) BulkInput {
		in := BulkInput{ResourceIDs: []catalog.ResourceID{{1}}, FromDate: monday, ToDate: monday.AddDays(6), Action: BulkSet, Ranges: []Range{}}
		change(&in)
		return in
	}
	for name, c := range map[string]struct {
		change func(*BulkInput)
		want   string
	}{
		"good":              {func(*BulkInput) {}, ""},
		"nobody":            {func(in *BulkInput) { in.ResourceIDs = nil }, "body.resource_ids required"},
		"too many":          {func(in *BulkInput) { in.ResourceIDs = many(51) }, "body.resource_ids too_many"},
		"somebody twice":    {func(in *BulkInput) { in.ResourceIDs = append(many(2), in.ResourceIDs...) }, "body.resource_ids[2] duplicate"},
		"backwards":         {func(in *BulkInput) { in.ToDate = monday.AddDays(-1) }, "body.to_date schedule.before_from"},
		"too long":          {func(in *BulkInput) { in.ToDate = monday.AddDays(92) }, "body.to_date schedule.span_too_long"},
		"no weekdays":       {func(in *BulkInput) { in.Weekdays = []int{} }, "body.weekdays too_few"},
		"no weekday":        {func(in *BulkInput) { in.Weekdays = []int{7} }, "body.weekdays[0] out_of_range"},
		"a weekday twice":   {func(in *BulkInput) { in.Weekdays = []int{1, 1} }, "body.weekdays[1] duplicate"},
		"no action":         {func(in *BulkInput) { in.Action, in.Ranges = "swap", nil }, "body.action not_allowed"},
		"nothing to set":    {func(in *BulkInput) { in.Ranges = nil }, "body.ranges required"},
		"overlapping":       {func(in *BulkInput) { in.Ranges = []Range{{600, 700}, {650, 800}} }, "body.ranges schedule.overlap"},
		"ranges to clear":   {func(in *BulkInput) { in.Action = BulkClear }, "body.ranges not_both"},
		"nothing to copy":   {func(in *BulkInput) { in.Action, in.Ranges = BulkCopy, nil }, "body.source_from_date required"},
		"another weekday":   {func(in *BulkInput) { in.Action, in.Ranges, in.SourceFromDate = BulkCopy, nil, &sunday }, "body.source_from_date schedule.copy_weekday"},
		"a source to set":   {func(in *BulkInput) { in.SourceFromDate = &sunday }, "body.source_from_date not_both"},
		"a very long notes": {func(in *BulkInput) { in.Note = string(slices.Repeat([]rune{'あ'}, 201)) }, "body.note too_long"},
	} {
		in := good(c.change)
		if got := faults(in.Validate()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func many(n int) []catalog.ResourceID {
	out := make([]catalog.ResourceID, n)
	for i := range out {
		out[i] = catalog.ResourceID{byte(i + 1)}
	}
	return out
}

// faults are the places and codes of an Invalid fault.
func faults(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	var out []string
	for _, x := range f.Fields {
		out = append(out, x.Location+" "+x.Code)
	}
	return strings.Join(out, ", ")
}
