package availability

import (
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jp"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// holiday makes one of a date k days after Tuesday.
func holiday(p *parlour, k int) {
	p.snap.Hours.Holidays.Extra = append(p.snap.Hours.Holidays.Extra, jp.Holiday{Date: tuesday.AddDays(k), JA: "式典の日", EN: "Ceremony"})
}

// closes adds a rule.
func closes(p *parlour, weekday time.Weekday, on schedule.OnHoliday, note string, nths ...int) {
	p.snap.Hours.Closings = append(p.snap.Hours.Closings, schedule.ClosingRule{
		ID: schedule.ClosingRuleID{byte(5 + len(p.snap.Hours.Closings))}, Weekday: int(weekday), Nths: nths, OnHoliday: on, Note: locale.Text{"ja": note},
	})
}

func sentencesOfHours() []sentence {
	row := func(ranges ...schedule.Range) *schedule.Row { return &schedule.Row{Ranges: ranges} }
	lunch := schedule.Range{StartMinute: 660, EndMinute: 780}
	return []sentence{
		{
			name: "a regular closing",
			set:  do(func(p *parlour) { closes(p, time.Tuesday, schedule.MoveOnHoliday, "", 1, 3) }),
			ja:   []string{"date_closed: 2026年12月1日(火)は定休日「第1・第3火曜日（祝日の場合は翌営業日）」にあたります。"},
			en:   []string{"date_closed: Tue 1 Dec 2026 is a regular closing day: 1st and 3rd Tuesday of the month (the next business day instead of a holiday)."},
		},
		{
			name: "a closing that a holiday moved",
			set: do(func(p *parlour) {
				closes(p, time.Monday, schedule.MoveOnHoliday, "設備点検")
				holiday(p, -1)
			}),
			ja: []string{"date_closed: 2026年11月30日(月)が祝日のため、2026年12月1日(火)に定休日「毎週月曜日（祝日の場合は翌営業日）」を振り替えています（設備点検）。"},
			en: []string{"date_closed: Closed on Tue 1 Dec 2026 in place of Mon 30 Nov 2026, which is a holiday: Every Monday (the next business day instead of a holiday) (設備点検)."},
		},
		{
			name: "closed on holidays",
			set: do(func(p *parlour) {
				p.snap.Hours.Holiday = row()
				holiday(p, 0)
			}),
			ja: []string{"date_closed: 2026年12月1日(火)は祝日（式典の日）のため休業日です。"},
			en: []string{"date_closed: Closed on Tue 1 Dec 2026, a national holiday (Ceremony)."},
		},
		{
			name: "closed on eves",
			set: do(func(p *parlour) {
				p.snap.Hours.Eve = row()
				holiday(p, 1)
			}),
			ja: []string{"date_closed: 2026年12月1日(火)は祝前日のため休業日です。"},
			en: []string{"date_closed: Closed on Tue 1 Dec 2026, the eve of a national holiday."},
		},
		{
			name: "outside the hours of holidays",
			set: do(func(p *parlour) {
				p.snap.Hours.Holiday = row(lunch)
				holiday(p, 0)
			}),
			ja: []string{"outside_hours: 営業時間外です。2026年12月1日(火)は祝日（式典の日）で、営業時間は11:00〜13:00です。"},
			en: []string{"outside_hours: Outside the opening hours, which are 11:00–13:00 on Tue 1 Dec 2026, a national holiday (Ceremony)."},
		},
		{
			name: "outside the hours of eves",
			set: do(func(p *parlour) {
				p.snap.Hours.Eve = row(lunch)
				holiday(p, 1)
			}),
			ja: []string{"outside_hours: 営業時間外です。2026年12月1日(火)は祝前日で、営業時間は11:00〜13:00です。"},
			en: []string{"outside_hours: Outside the opening hours, which are 11:00–13:00 on Tue 1 Dec 2026, the eve of a national holiday."},
		},
	}
}

func TestExplain_NamesTheRuleThatClosesTheDay(t *testing.T) {
	t.Parallel()
	subject := func(change func(*parlour)) CauseSubject {
		p := newParlour(t)
		change(p)
		return p.explain(locale.JA, p.time(14, 30)).Reasons[0].Subject
	}
	none := &schedule.Row{}
	rule := schedule.ClosingRuleID{5}.String()
	at := func(hour int) *time.Time {
		x := clock.Instant(tuesday, hour*60, loadZone(t, "Asia/Tokyo")).In(loadZone(t, "Asia/Tokyo"))
		return &x
	}
	for name, c := range map[string]struct {
		change func(*parlour)
		want   CauseSubject
	}{
		"rule":    {func(p *parlour) { closes(p, time.Tuesday, "close", "") }, CauseSubject{Type: SubjectClosingRule, ID: rule, Date: "2026-12-01", Name: "毎週火曜日"}},
		"holiday": {func(p *parlour) { holiday(p, 0); p.snap.Hours.Holiday = none }, CauseSubject{Type: SubjectHolidayHours, Date: "2026-12-01"}},
		"eve":     {func(p *parlour) { holiday(p, 1); p.snap.Hours.Eve = none }, CauseSubject{Type: SubjectEveHours, Date: "2026-12-01"}},
		"weekday": {func(p *parlour) { p.snap.Hours.Week[2] = openFrom(960, 1200) }, CauseSubject{Type: SubjectHours, Date: "2026-12-01", Start: at(16), End: at(20)}},
	} {
		got := subject(c.change)
		same := got.Type == c.want.Type && got.ID == c.want.ID && got.Date == c.want.Date && got.Name == c.want.Name
		if !same || (got.Start == nil) != (c.want.Start == nil) || got.Start != nil && (!got.Start.Equal(*c.want.Start) || !got.End.Equal(*c.want.End)) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
