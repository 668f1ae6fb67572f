package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
)

func sentencesOfIntake() []sentence {
	return append(sentencesOfStops(), sentencesOfLimits()...)
}

func sentencesOfStops() []sentence {
	stop := func(of func(*parlour) *business.Standby, until bool) func(*parlour) time.Time {
		return do(func(p *parlour) {
			x := of(p)
			if x.Stopped = true; until {
				x.StoppedUntil = new(p.time(42, 0))
			}
		})
	}
	shop := func(p *parlour) *business.Standby { return &p.snap.Business.Standby }
	both := func(until bool, resources ...int) func(*parlour) time.Time {
		return do(func(p *parlour) {
			for _, i := range resources {
				stop(func(p *parlour) *business.Standby { return &p.snap.Resources[i].Standby }, until)(p)
			}
		})
	}
	return []sentence{
		{
			name: "stopped",
			set:  stop(shop, false),
			ja:   []string{"not_accepting: 現在、ご予約の受付を停止しています。"},
			en:   []string{"not_accepting: No bookings are taken at the moment."},
		},
		{
			name: "stopped for a while",
			set:  stop(shop, true),
			ja:   []string{"not_accepting: 現在、ご予約の受付を停止しています。2026年12月2日(水) 18:00に再開します。"},
			en:   []string{"not_accepting: No bookings are taken at the moment. They are taken again from Wed 2 Dec 2026 18:00."},
		},
		{
			name: "stopped until a moment ago",
			set: do(func(p *parlour) {
				p.snap.Business.Standby = business.Standby{Stopped: true, StoppedUntil: &p.now}
				p.snap.Resources[tanaka].Standby = p.snap.Business.Standby
			}),
			ja: []string{},
			en: []string{},
		},
		{
			name: "staff stopped",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				both(false, tanaka)(p)
			}),
			ja: []string{"staff_stopped: 田中さんは現在、ご予約の受付を停止しています。"},
			en: []string{"staff_stopped: Tanaka takes no bookings from customers at the moment."},
		},
		{
			name: "seats stopped for a while",
			set:  both(true, seatA, seatB),
			ja: []string{
				"resource_stopped: 席Aは現在、ご予約の受付を停止しています。2026年12月2日(水) 18:00に再開します。",
				"resource_stopped: 席Bは現在、ご予約の受付を停止しています。2026年12月2日(水) 18:00に再開します。",
			},
			en: []string{
				"resource_stopped: Seat A takes no bookings from customers at the moment, and again from Wed 2 Dec 2026 18:00.",
				"resource_stopped: Seat B takes no bookings from customers at the moment, and again from Wed 2 Dec 2026 18:00.",
			},
		},
	}
}

func sentencesOfLimits() []sentence {
	pace := func(x business.Pace) func(*parlour) time.Time {
		return do(func(p *parlour) {
			x.Minutes = 60
			p.snap.Business.Pace, p.question.PartySize = &x, 3
			p.arrivals = []Arrival{{Date: tuesday, StartsAt: p.time(14, 0), Bookings: 1, Persons: 2}, {Date: tuesday, StartsAt: p.time(15, 0), Bookings: 9, Persons: 9}}
		})
	}
	return []sentence{
		{
			name: "the day before, past the deadline",
			set:  do(func(p *parlour) { p.snap.Business.BookingCutoff = &business.Cutoff{DaysBefore: 1, Minute: 1200} }),
			ja:   []string{"too_soon: 受付を締め切りました。2026年12月1日(火)のご予約の締切は2026年11月30日(月) 20:00です。"},
			en:   []string{"too_soon: Booking has ended: for Tue 1 Dec 2026 it had to be made before Mon 30 Nov 2026 20:00."},
		},
		{
			name: "a month that has not opened",
			set: func(p *parlour) time.Time {
				p.snap.Business.BookingOpens = &business.Opening{MonthsBefore: 3, Day: new(1), Minute: 600}
				return p.time(24*90+14, 30)
			},
			ja: []string{"beyond_window: 2027年3月1日(月)のご予約は、2026年12月1日(火) 10:00から承ります。"},
			en: []string{"beyond_window: Bookings for Mon 1 Mar 2027 are taken from Tue 1 Dec 2026 10:00 on."},
		},
		{
			name: "a full day",
			set: do(func(p *parlour) {
				p.snap.Business.MaxPerDay = new(2)
				p.arrivals = []Arrival{{Date: tuesday, StartsAt: p.time(11, 0), Bookings: 2, Persons: 2}}
			}),
			ja: []string{"day_full: 2026年12月1日(火)のご予約は、1日の上限（2件）に達しています。"},
			en: []string{"day_full: Tue 1 Dec 2026 has all the bookings that a day takes (2)."},
		},
		{
			name: "a full hour",
			set:  pace(business.Pace{Bookings: new(1)}),
			ja:   []string{"interval_full: 14:00〜15:00に始まるご予約は、上限（1件）に達しています。"},
			en:   []string{"interval_full: All bookings that may begin 14:00–15:00 have been made (1)."},
		},
		{
			name: "too many heads in an hour",
			set:  pace(business.Pace{Bookings: new(5), Persons: new(4)}),
			ja:   []string{"interval_full: 14:00〜15:00にご来店いただける人数は4名様までのため、3名様では承れません（ご予約済み2名様）。"},
			en:   []string{"interval_full: At most 4 persons may arrive 14:00–15:00, and 2 are booked: there is no room for a party of 3."},
		},
	}
}
