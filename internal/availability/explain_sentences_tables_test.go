package availability

import (
	"pgregory.net/rapid"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// sentencesOfTables are of services with hours and dates of their own, of tables
// put together, and of periods that end stays.
func sentencesOfTables() []sentence {
	onDate := func(days int) *clock.Date {
		d := tuesday.AddDays(days)
		return &d
	}
	together := do(func(p *parlour) { p.putTogether() })
	return []sentence{
		{
			name: "outside the hours of the service",
			set: do(func(p *parlour) {
				p.service().Hours = []catalog.DayHours{{Weekday: 2, Ranges: []catalog.MinuteRange{{StartMinute: 660, EndMinute: 840}, {StartMinute: 1080, EndMinute: 1200}}}}
			}),
			ja: []string{"outside_service_hours: 「カット」の提供時間外です。2026年12月1日(火)に開始できるのは11:00〜14:00、18:00〜20:00です。"},
			en: []string{"outside_service_hours: Haircut is not offered at this time. On Tue 1 Dec 2026 it may start only within 11:00–14:00, 18:00–20:00."},
		},
		{
			name: "not offered on the weekday",
			set: do(func(p *parlour) {
				p.service().Hours = []catalog.DayHours{{Weekday: 1, Ranges: []catalog.MinuteRange{{StartMinute: 660, EndMinute: 840}}}}
			}),
			ja: []string{"service_not_on_date: 「カット」は2026年12月1日(火)には提供していません。"},
			en: []string{"service_not_on_date: Haircut is not offered on Tue 1 Dec 2026."},
		},
		{
			name: "not on the menu yet",
			set:  do(func(p *parlour) { p.service().ActiveFrom = onDate(1) }),
			ja:   []string{"service_not_on_date: 「カット」は2026年12月2日(水)からのメニューです。2026年12月1日(火)はご予約いただけません。"},
			en:   []string{"service_not_on_date: Haircut is on the menu from Wed 2 Dec 2026; it cannot be booked for Tue 1 Dec 2026."},
		},
		{
			name: "not on the menu any more",
			set:  do(func(p *parlour) { p.service().ActiveTo = onDate(-1) }),
			ja:   []string{"service_not_on_date: 「カット」は2026年11月30日(月)までのメニューです。2026年12月1日(火)はご予約いただけません。"},
			en:   []string{"service_not_on_date: Haircut is on the menu until Mon 30 Nov 2026; it cannot be booked for Tue 1 Dec 2026."},
		},
		{
			name: "seats put together",
			set:  together,
			ja:   []string{},
			en:   []string{},
		},
		{
			name: "seats put together, one of them taken",
			set: do(func(p *parlour) {
				p.putTogether()
				p.book(seatB, 1, "K7M2", p.time(15, 0), p.time(16, 0), 0, 0)
			}),
			ja: []string{"resource_booked: 15:00〜16:00は席Bに別のご予約（K7M2）が入っています。"},
			en: []string{"resource_booked: Seat B has another booking (K7M2) 15:00–16:00."},
		},
		{
			name: "a stay that ends with its period is no longer than that",
			set: do(func(p *parlour) {
				p.snap.Periods = []schedule.Period{{StartMinute: 840, EndMinute: 900, EndsStay: true}}
				p.book(seatB, 1, "K7M2", p.time(15, 10), p.time(16, 0), 0, 0)
				p.book(seatA, 1, "K7M2", p.time(15, 10), p.time(16, 0), 0, 0)
			}),
			ja: []string{},
			en: []string{},
		},
		{
			name: "a turn that goes on past closing",
			set: do(func(p *parlour) {
				p.service().Turn = true
				p.snap.Business.TurnMinutes = []business.TurnTime{{MaxParty: 1, Minutes: 400}}
			}),
			ja: []string{"ends_after_closing: 所要時間が6時間40分のため、20:00までの営業時間内に終わりません。"},
			en: []string{"ends_after_closing: The visit takes 6 hours 40 minutes and would not end within the opening hours, which last until 20:00."},
		},
	}
}

// putTogether has the seats take a party of three together, and of two alone.
func (p *parlour) putTogether() {
	p.snap.Resources[seatA].MaxParty, p.snap.Resources[seatB].MaxParty = 2, 2
	p.joins = []catalog.Join{{
		ResourceIDs: []catalog.ResourceID{resourceID(seatA), resourceID(seatB)}, MinParty: 3, MaxParty: 4, Active: true,
	}}
	p.question.PartySize = 3
}

// drawTables gives the service hours and dates of its own and a turn time, the
// day periods, and puts seats or rooms together.
func (s *storefront) drawTables(t *rapid.T) {
	svc := s.service()
	if rapid.IntRange(0, 3).Draw(t, "own hours") == 0 {
		for d := range 7 {
			var ranges []catalog.MinuteRange
			for _, r := range drawRanges(t) {
				ranges = append(ranges, catalog.MinuteRange(r))
			}
			if len(ranges) > 0 {
				svc.Hours = append(svc.Hours, catalog.DayHours{Weekday: d, Ranges: ranges})
			}
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "own dates") == 0 {
		from := s.from.AddDays(rapid.IntRange(-1, 3).Draw(t, "since"))
		to := from.AddDays(rapid.IntRange(0, 3).Draw(t, "until"))
		svc.ActiveFrom, svc.ActiveTo = &from, &to
	}
	svc.Turn = rapid.Bool().Draw(t, "turn")
	if rapid.IntRange(0, 2).Draw(t, "periods") == 0 {
		turn := 5 * rapid.IntRange(3, 40).Draw(t, "turn time")
		s.snap.Periods = []schedule.Period{
			{StartMinute: 600, EndMinute: 870, EndsStay: rapid.Bool().Draw(t, "ends stay"), TurnMinutes: &turn}, {StartMinute: 1020, EndMinute: 1500, EndsStay: true},
		}
	}
	var seats []catalog.ResourceID
	for i := range s.snap.Resources {
		if x := &s.snap.Resources[i]; x.Kind == catalog.Seat {
			x.MaxParty = rapid.SampledFrom([]int{1, 1, 2}).Draw(t, "seats")
			seats = append(seats, x.ID)
		}
	}
	if len(seats) > 1 {
		s.joins = []catalog.Join{{ResourceIDs: seats, MinParty: 2, MaxParty: 3, Active: rapid.IntRange(0, 4).Draw(t, "in force") > 0}}
	}
}
