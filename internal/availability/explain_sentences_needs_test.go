package availability

import (
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

func sentencesOfNeeds() []sentence {
	exception := func(resource int, note string, ranges ...schedule.Range) func(*parlour) {
		return func(p *parlour) {
			p.nominate(tanaka)
			p.exceptions = append(p.exceptions, schedule.Exception{ResourceID: resourceID(resource), Date: tuesday, Ranges: ranges, Note: note})
		}
	}
	seats := func(p *parlour) { // seat A is out of the way
		p.book(seatA, 1, "AAAA", p.time(14, 0), p.time(17, 0), 0, 0)
	}
	return []sentence{
		{
			name: "staff off",
			set:  do(exception(tanaka, "")),
			ja:   []string{"staff_off: 田中さんは2026年12月1日(火)、お休みです。"},
			en:   []string{"staff_off: Tanaka is off on Tue 1 Dec 2026."},
		},
		{
			name: "staff off, with a note",
			set:  do(exception(tanaka, "研修")),
			ja:   []string{"staff_off: 田中さんは2026年12月1日(火)、お休みです（研修）。"},
			en:   []string{"staff_off: Tanaka is off on Tue 1 Dec 2026 (研修)."},
		},
		{
			name: "staff comes later",
			set:  do(exception(tanaka, "", openFrom(900, 1200)...)),
			ja:   []string{"staff_off: 田中さんの勤務時間外です。2026年12月1日(火)の勤務は15:00〜20:00です。"},
			en:   []string{"staff_off: Outside the shift of Tanaka, which is 15:00–20:00 on Tue 1 Dec 2026."},
		},
		{
			name: "staff off by the week",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.snap.shifts[resourceID(tanaka)] = &schedule.Pattern{Weeks: []schedule.Week{{time.Monday: openFrom(600, 1200)}}}
			}),
			ja: []string{"staff_off: 田中さんは2026年12月1日(火)、お休みです。"},
			en: []string{"staff_off: Tanaka is off on Tue 1 Dec 2026."},
		},
		{
			name: "staff on leave, whatever the shifts say",
			set: do(func(p *parlour) {
				exception(tanaka, "研修", openFrom(600, 1200)...)(p)
				p.snap.leaves = map[catalog.ResourceID][]schedule.Leave{resourceID(tanaka): {{FromDate: tuesday.AddDays(-3), ToDate: tuesday, Note: "発熱"}}}
			}),
			ja: []string{"staff_on_leave: 田中さんは2026年12月1日(火)、休暇のためお休みです。"},
			en: []string{"staff_on_leave: Tanaka is on leave on Tue 1 Dec 2026."},
		},
		{
			name: "staff on a break",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.snap.breaks = map[catalog.ResourceID]*schedule.Week{resourceID(tanaka): {time.Tuesday: {
					{StartMinute: 720, EndMinute: 780}, {StartMinute: 900, EndMinute: 915}, {StartMinute: 920, EndMinute: 930},
				}}}
			}),
			ja: []string{"staff_on_break: 15:00〜15:15、15:20〜15:30は田中さんの休憩時間です。"},
			en: []string{"staff_on_break: Tanaka is on a break 15:00–15:15, 15:20–15:30."},
		},
		{
			name: "staff off rather than on a break",
			set: do(func(p *parlour) {
				exception(tanaka, "", openFrom(900, 1200)...)(p)
				p.snap.breaks = map[catalog.ResourceID]*schedule.Week{resourceID(tanaka): {time.Tuesday: openFrom(900, 960)}}
			}),
			ja: []string{"staff_off: 田中さんの勤務時間外です。2026年12月1日(火)の勤務は15:00〜20:00です。"},
			en: []string{"staff_off: Outside the shift of Tanaka, which is 15:00–20:00 on Tue 1 Dec 2026."},
		},
		{
			name: "seats out of use for an hour, at clean-up too",
			set: do(func(p *parlour) {
				p.snap.breaks = map[catalog.ResourceID]*schedule.Week{
					resourceID(seatA): {time.Tuesday: openFrom(870, 900)}, resourceID(seatB): {time.Tuesday: openFrom(930, 935)},
				}
			}),
			ja: []string{
				"resource_on_break: 14:30〜15:00は席Aをご利用いただけない時間帯です。",
				"resource_on_break: 15:30〜15:35は席Bをご利用いただけない時間帯です。",
				"fragmented: 時間帯ごとに空いている席はありますが、通してお使いいただける席がありません。",
			},
			en: []string{
				"resource_on_break: Seat A is not available 14:30–15:00.",
				"resource_on_break: Seat B is not available 15:30–15:35.",
				"fragmented: A seat is free for each part of the time, but none for the whole.",
			},
		},
		{
			name: "staff off, and booked",
			set: do(func(p *parlour) {
				exception(tanaka, "早退", openFrom(600, 840)...)(p)
				p.book(tanaka, 1, "K7M2", p.time(14, 30), p.time(15, 0), 0, 0)
			}),
			ja: []string{
				"staff_off: 田中さんの勤務時間外です。2026年12月1日(火)の勤務は10:00〜14:00です（早退）。",
				"staff_booked: 14:30〜15:00は田中さんに別のご予約（K7M2）が入っています。",
			},
			en: []string{
				"staff_off: Outside the shift of Tanaka, which is 10:00–14:00 on Tue 1 Dec 2026 (早退).",
				"staff_booked: Tanaka has another booking (K7M2) 14:30–15:00.",
			},
		},
		{
			name: "seats off",
			set: do(func(p *parlour) {
				exception(seatA, "修理中")(p)
				exception(seatB, "", openFrom(600, 720)...)(p)
			}),
			ja: []string{
				"resource_off: 席Aは2026年12月1日(火)、ご利用いただけません（修理中）。",
				"resource_off: 席Bの利用時間外です。2026年12月1日(火)にご利用いただけるのは10:00〜12:00です。",
			},
			en: []string{
				"resource_off: Seat A is not available on Tue 1 Dec 2026 (修理中).",
				"resource_off: Seat B is available only 10:00–12:00 on Tue 1 Dec 2026.",
			},
		},
		{
			name: "staff booked",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.book(tanaka, 1, "K7M2", p.time(14, 0), p.time(15, 0), 0, 0)
			}),
			ja: []string{"staff_booked: 14:00〜15:00は田中さんに別のご予約（K7M2）が入っています。"},
			en: []string{"staff_booked: Tanaka has another booking (K7M2) 14:00–15:00."},
		},
		{
			name: "staff held",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.hold(tanaka, p.time(14, 0), p.time(15, 0), p.time(9, 10))
			}),
			ja: []string{"staff_held: 14:00〜15:00は田中さんを別のお客様が仮押さえ中です（09:10まで）。"},
			en: []string{"staff_held: Tanaka is held for another customer 14:00–15:00, until 09:10 at the latest."},
		},
		{
			name: "a hold that is over",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.hold(tanaka, p.time(14, 0), p.time(15, 0), p.now)
			}),
			ja: []string{},
			en: []string{},
		},
		{
			name: "a hold that is over, and a booking",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.hold(tanaka, p.time(14, 0), p.time(15, 0), p.now)
				p.book(tanaka, 1, "K7M2", p.time(14, 0), p.time(15, 0), 0, 0)
			}),
			ja: []string{"staff_booked: 14:00〜15:00は田中さんに別のご予約（K7M2）が入っています。"},
			en: []string{"staff_booked: Tanaka has another booking (K7M2) 14:00–15:00."},
		},
		{
			name: "all staff taken",
			set: do(func(p *parlour) {
				p.book(tanaka, 1, "K7M2", p.time(14, 0), p.time(16, 0), 0, 0)
				p.book(sato, 1, "P3Q4", p.time(14, 30), p.time(15, 30), 0, 0)
			}),
			ja: []string{
				"staff_booked: 14:30〜15:30は佐藤さんに別のご予約（P3Q4）が入っています。",
				"staff_booked: 14:00〜16:00は田中さんに別のご予約（K7M2）が入っています。",
			},
			en: []string{
				"staff_booked: Sato has another booking (P3Q4) 14:30–15:30.",
				"staff_booked: Tanaka has another booking (K7M2) 14:00–16:00.",
			},
		},
		{
			name: "their clean-up",
			set: do(func(p *parlour) {
				seats(p)
				p.book(seatB, 1, "K7M2", p.time(13, 0), p.time(14, 25), 0, 10)
			}),
			ja: []string{
				"resource_booked: 14:25〜14:35は席Bに別のご予約（K7M2）の片付け時間が入っています。",
				"resource_booked: 14:00〜17:00は席Aに別のご予約（AAAA）が入っています。",
			},
			en: []string{
				"resource_booked: Seat B is taken 14:25–14:35 by the clean-up after another booking (K7M2).",
				"resource_booked: Seat A has another booking (AAAA) 14:00–17:00.",
			},
		},
		{
			name: "their preparation",
			set: do(func(p *parlour) {
				seats(p)
				p.book(seatB, 1, "K7M2", p.time(15, 40), p.time(16, 0), 15, 10)
			}),
			ja: []string{
				"resource_booked: 15:25〜15:40は席Bに別のご予約（K7M2）の準備時間が入っています。",
				"resource_booked: 14:00〜17:00は席Aに別のご予約（AAAA）が入っています。",
			},
			en: []string{
				"resource_booked: Seat B is taken 15:25–15:40 by the preparation of another booking (K7M2).",
				"resource_booked: Seat A has another booking (AAAA) 14:00–17:00.",
			},
		},
		{
			name: "our clean-up",
			set: do(func(p *parlour) {
				seats(p)
				p.book(seatB, 1, "K7M2", p.time(15, 30), p.time(16, 0), 0, 0)
			}),
			ja: []string{
				"resource_booked: 終了後に10分の片付けが必要ですが、15:30〜16:00は席Bに別のご予約（K7M2）が入っています。",
				"resource_booked: 14:00〜17:00は席Aに別のご予約（AAAA）が入っています。",
			},
			en: []string{
				"resource_booked: 10 minutes of clean-up are needed afterwards, but Seat B has another booking (K7M2) 15:30–16:00.",
				"resource_booked: Seat A has another booking (AAAA) 14:00–17:00.",
			},
		},
		{
			name: "our preparation",
			set: do(func(p *parlour) {
				seats(p)
				p.book(seatB, 1, "K7M2", p.time(14, 0), p.time(14, 30), 0, 0)
			}),
			ja: []string{
				"resource_booked: 開始前に5分の準備が必要ですが、14:00〜14:30は席Bに別のご予約（K7M2）が入っています。",
				"resource_booked: 14:00〜17:00は席Aに別のご予約（AAAA）が入っています。",
			},
			en: []string{
				"resource_booked: 5 minutes of preparation are needed before the start, but Seat B has another booking (K7M2) 14:00–14:30.",
				"resource_booked: Seat A has another booking (AAAA) 14:00–17:00.",
			},
		},
		{
			name: "a seat held",
			set: do(func(p *parlour) {
				seats(p)
				p.hold(seatB, p.time(14, 0), p.time(15, 0), p.time(9, 10))
			}),
			ja: []string{
				"resource_held: 14:00〜15:00は席Bを別のお客様が仮押さえ中です（09:10まで）。",
				"resource_booked: 14:00〜17:00は席Aに別のご予約（AAAA）が入っています。",
			},
			en: []string{
				"resource_held: Seat B is held for another customer 14:00–15:00, until 09:10 at the latest.",
				"resource_booked: Seat A has another booking (AAAA) 14:00–17:00.",
			},
		},
		{
			name: "too few units",
			set: do(func(p *parlour) {
				p.question.PartySize = 3
				p.service().Requirements = []catalog.Requirement{{ID: catalog.RequirementID{3}, Kind: catalog.Equipment, Units: 1, PerPerson: true}}
				p.book(basins, 1, "K7M2", p.time(14, 0), p.time(15, 0), 0, 0)
				p.book(basins, 2, "P3Q4", p.time(15, 0), p.time(16, 0), 0, 0)
			}),
			ja: []string{
				"capacity: シャンプー台の空きが足りません（必要3、空き2、定員4）。",
				"resource_booked: 14:00〜15:00はシャンプー台に別のご予約（K7M2）が入っています。",
				"resource_booked: 15:00〜16:00はシャンプー台に別のご予約（P3Q4）が入っています。",
				"fragmented: 時間帯ごとに空いている設備はありますが、通してお使いいただける設備がありません。",
			},
			en: []string{
				"capacity: Shampoo basins does not have enough left: 3 needed, 2 free of 4.",
				"resource_booked: Shampoo basins has another booking (K7M2) 14:00–15:00.",
				"resource_booked: Shampoo basins has another booking (P3Q4) 15:00–16:00.",
				"fragmented: A piece of equipment is free for each part of the time, but none for the whole.",
			},
		},
		{
			name: "each part is free, of staff",
			set: do(func(p *parlour) {
				p.book(tanaka, 1, "K7M2", p.time(14, 0), p.time(15, 0), 0, 0)
				p.book(sato, 1, "P3Q4", p.time(15, 0), p.time(15, 30), 0, 0)
			}),
			ja: []string{
				"staff_booked: 14:00〜15:00は田中さんに別のご予約（K7M2）が入っています。",
				"staff_booked: 15:00〜15:30は佐藤さんに別のご予約（P3Q4）が入っています。",
				"fragmented: 時間帯ごとに空いている担当者はいますが、通して担当できる担当者がいません。",
			},
			en: []string{
				"staff_booked: Tanaka has another booking (K7M2) 14:00–15:00.",
				"staff_booked: Sato has another booking (P3Q4) 15:00–15:30.",
				"fragmented: A staff member is free for each part of the time, but none for the whole.",
			},
		},
		{
			name: "each part is free, of seats",
			set: do(func(p *parlour) {
				p.book(seatA, 1, "K7M2", p.time(14, 0), p.time(14, 30), 0, 0)
				p.book(seatB, 1, "P3Q4", p.time(15, 0), p.time(15, 30), 0, 0)
			}),
			ja: []string{
				"resource_booked: 開始前に5分の準備が必要ですが、14:00〜14:30は席Aに別のご予約（K7M2）が入っています。",
				"resource_booked: 15:00〜15:30は席Bに別のご予約（P3Q4）が入っています。",
				"fragmented: 時間帯ごとに空いている席はありますが、通してお使いいただける席がありません。",
			},
			en: []string{
				"resource_booked: 5 minutes of preparation are needed before the start, but Seat A has another booking (K7M2) 14:00–14:30.",
				"resource_booked: Seat B has another booking (P3Q4) 15:00–15:30.",
				"fragmented: A seat is free for each part of the time, but none for the whole.",
			},
		},
		{
			name: "not both at once",
			set: do(func(p *parlour) {
				p.service().Requirements = append(p.service().Requirements, catalog.Requirement{ID: catalog.RequirementID{4}, Kind: catalog.Staff, Units: 1})
				p.book(sato, 1, "P3Q4", p.time(14, 30), p.time(15, 30), 0, 0)
			}),
			ja: []string{
				"staff_booked: 14:30〜15:30は佐藤さんに別のご予約（P3Q4）が入っています。",
				"combination: 必要な担当者が同時にはそろいません。",
			},
			en: []string{
				"staff_booked: Sato has another booking (P3Q4) 14:30–15:30.",
				"combination: Each staff member that is needed could be had alone, but not all at the same time.",
			},
		},
		{
			name: "the visit of a night, on the day before",
			set: func(p *parlour) time.Time {
				p.snap.Hours.Week[time.Tuesday] = openFrom(1200, 1560)
				p.nominate(tanaka)
				p.book(tanaka, 1, "K7M2", p.time(24, 0), p.time(25, 0), 0, 0)
				return p.time(24, 30)
			},
			ja: []string{"staff_booked: 24:00 (翌0:00)〜25:00 (翌1:00)は田中さんに別のご予約（K7M2）が入っています。"},
			en: []string{"staff_booked: Tanaka has another booking (K7M2) 00:00 (+1 day)–01:00 (+1 day)."},
		},
	}
}
