package availability

import (
	"slices"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// sentence is what is said of a cut at 14:30, or at the time that set gives.
type sentence struct {
	name   string
	set    func(*parlour) time.Time
	ja, en []string
}

// do is a set that leaves the time.
func do(f func(*parlour)) func(*parlour) time.Time {
	return func(p *parlour) time.Time {
		f(p)
		return time.Time{}
	}
}

// start is a set that is nothing but a time.
func start(day, hour, minute int) func(*parlour) time.Time {
	return func(p *parlour) time.Time { return p.time(24*day+hour, minute) }
}

func sentences() []sentence {
	return slices.Concat(sentencesOfWishes(), sentencesOfTimes(), sentencesOfHours(), sentencesOfIntake(), sentencesOfTables(), sentencesOfNeeds())
}

func sentencesOfWishes() []sentence {
	status := func(s business.Status) func(*parlour) time.Time {
		return do(func(p *parlour) { p.snap.Business.Status = s })
	}
	return []sentence{
		{
			name: "free",
			ja:   []string{},
			en:   []string{},
		},
		{
			name: "draft",
			set:  status(business.Draft),
			ja:   []string{"business_not_bookable: 店舗が下書きのままのため、お客様からのご予約をまだ受け付けていません。公開の審査を申請してください。"},
			en:   []string{"business_not_bookable: Customers cannot book yet: the business is still a draft. Please submit it for approval."},
		},
		{
			name: "in review",
			set:  status(business.PendingReview),
			ja:   []string{"business_not_bookable: 店舗が公開の審査中のため、お客様からのご予約をまだ受け付けていません。"},
			en:   []string{"business_not_bookable: Customers cannot book yet: the business is being reviewed."},
		},
		{
			name: "rejected",
			set:  status(business.Rejected),
			ja:   []string{"business_not_bookable: 公開の審査が承認されていないため、お客様からのご予約を受け付けていません。"},
			en:   []string{"business_not_bookable: Customers cannot book: the business was not approved."},
		},
		{
			name: "suspended",
			set:  status(business.Suspended),
			ja:   []string{"business_not_bookable: 店舗の利用が停止されているため、ご予約を受け付けていません。"},
			en:   []string{"business_not_bookable: Customers cannot book: the business is suspended."},
		},
		{
			name: "archived service",
			set:  do(func(p *parlour) { p.service().Active = false }),
			ja:   []string{"service_inactive: 「カット」は、現在ご予約を受け付けていないメニューです。"},
			en:   []string{"service_inactive: Haircut is archived and takes no bookings."},
		},
		{
			name: "a party too large",
			set:  do(func(p *parlour) { p.question.PartySize = 5 }),
			ja:   []string{"party_size: 「カット」をご利用いただける人数は1〜4名様です（ご希望は5名様）。"},
			en:   []string{"party_size: Haircut is for parties of 1 to 4; this is for a party of 5."},
		},
		{
			name: "a party too large for the staff member",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.snap.Resources[tanaka].MaxParty, p.question.PartySize = 1, 2
			}),
			ja: []string{"party_size: 田中さんが承れる人数は1名様です（ご希望は2名様）。"},
			en: []string{"party_size: Tanaka takes a party of 1; this is for a party of 2."},
		},
		{
			name: "no nomination",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.service().Nomination = catalog.NominationNone
			}),
			ja: []string{"no_nomination: 「カット」は、担当者を指名できないメニューです。"},
			en: []string{"no_nomination: No staff member can be asked for with Haircut."},
		},
		{
			name: "archived staff member",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.snap.Resources[tanaka].Active = false
			}),
			ja: []string{"staff_inactive: 田中さんは現在、ご予約を受け付けていません（アーカイブ済み）。"},
			en: []string{"staff_inactive: Tanaka is archived and takes no bookings."},
		},
		{
			name: "not of this service",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.service().Requirements[0].ResourceIDs = []catalog.ResourceID{resourceID(sato)}
			}),
			ja: []string{"staff_not_for_service: 田中さんは「カット」を担当していません。"},
			en: []string{"staff_not_for_service: Tanaka does not do Haircut."},
		},
		{
			name: "not to be nominated",
			set: do(func(p *parlour) {
				p.nominate(tanaka)
				p.snap.Resources[tanaka].Nominatable = false
			}),
			ja: []string{"staff_not_nominatable: 田中さんは指名を受け付けていません。"},
			en: []string{"staff_not_nominatable: Tanaka cannot be asked for by customers."},
		},
		{
			name: "nobody to be nominated",
			set: do(func(p *parlour) {
				p.service().Nomination = catalog.NominationRequired
				p.snap.Resources[tanaka].Nominatable, p.snap.Resources[sato].Nominatable = false, false
			}),
			ja: []string{"staff_not_nominatable: 「カット」は指名が必要なメニューですが、指名できる担当者がいません。"},
			en: []string{"staff_not_nominatable: A staff member must be chosen for Haircut, and none of them can be."},
		},
		{
			name: "no seat",
			set:  do(func(p *parlour) { p.snap.Resources[seatA].Active, p.snap.Resources[seatB].Active = false, false }),
			ja:   []string{"no_resource: 「カット」に必要な席が登録されていないか、すべて受付を停止しています。"},
			en:   []string{"no_resource: Haircut needs a seat, and none has been entered or all are archived."},
		},
		{
			name: "no seat for so many",
			set: do(func(p *parlour) {
				p.question.PartySize = 2
				p.snap.Resources[seatA].MaxParty, p.snap.Resources[seatB].MaxParty = 1, 1
			}),
			ja: []string{"capacity: 2名様でご利用いただける席がありません。"},
			en: []string{"capacity: There is no seat for a party of 2."},
		},
		{
			name: "nobody for so many",
			set: do(func(p *parlour) {
				p.question.PartySize = 3
				p.snap.Resources[tanaka].MaxParty, p.snap.Resources[sato].MaxParty = 1, 2
			}),
			ja: []string{"capacity: 3名様を承れる担当者がいません。"},
			en: []string{"capacity: There is no staff member for a party of 3."},
		},
	}
}

func sentencesOfTimes() []sentence {
	special := func(note string, ranges ...schedule.Range) func(*parlour) time.Time {
		return do(func(p *parlour) {
			p.special = []schedule.SpecialDay{{Date: tuesday, Ranges: ranges, Note: locale.Text{"ja": note, "en": note}}}
		})
	}
	return []sentence{
		{
			name: "past",
			set:  start(0, 9, 0),
			ja: []string{
				"past: すでに過ぎた時刻です。",
				"outside_hours: 営業時間外です。2026年12月1日(火)の営業時間は10:00〜13:00、14:00〜20:00です。",
			},
			en: []string{
				"past: This time has passed.",
				"outside_hours: Outside the opening hours, which are 10:00–13:00, 14:00–20:00 on Tue 1 Dec 2026.",
			},
		},
		{
			name: "too soon",
			set:  start(0, 10, 30),
			ja:   []string{"too_soon: 受付を締め切りました。開始の2時間前（08:30）までのご予約が必要です。"},
			en:   []string{"too_soon: Booking has ended: it must be made 2 hours ahead, by 08:30."},
		},
		{
			name: "too soon since yesterday",
			set: func(p *parlour) time.Time {
				p.snap.Business.MinNoticeMinutes = 25*60 + 30
				return p.time(15, 0)
			},
			ja: []string{"too_soon: 受付を締め切りました。開始の1日1時間30分前（2026年11月30日(月) 13:30）までのご予約が必要です。"},
			en: []string{"too_soon: Booking has ended: it must be made 1 day 1 hour 30 minutes ahead, by Mon 30 Nov 2026 13:30."},
		},
		{
			name: "beyond the window",
			set:  start(61, 14, 30),
			ja:   []string{"beyond_window: ご予約は60日先まで承っています。この日の受付は2026年12月2日(水)に始まります。"},
			en:   []string{"beyond_window: Bookings are taken 60 days ahead. This date opens on Wed 2 Dec 2026."},
		},
		{
			name: "off the grid",
			set:  start(0, 14, 40),
			ja:   []string{"off_grid: 開始時刻は30分刻みです。前後の開始時刻は14:30と15:00です。"},
			en:   []string{"off_grid: Start times are 30 minutes apart. The nearest are 14:30 and 15:00."},
		},
		{
			name: "off every step",
			set:  func(p *parlour) time.Time { return p.time(14, 30).Add(time.Second) },
			ja:   []string{"off_grid: 開始時刻は30分刻みです。前後の開始時刻は14:30と15:00です。"},
			en:   []string{"off_grid: Start times are 30 minutes apart. The nearest are 14:30 and 15:00."},
		},
		{
			name: "closing day",
			set:  start(1, 14, 30),
			ja:   []string{"date_closed: 2026年12月2日(水)は定休日です。"},
			en:   []string{"date_closed: Wed 2 Dec 2026 is a regular closing day."},
		},
		{
			name: "closed as an exception",
			set:  special("年末休業"),
			ja:   []string{"date_closed: 2026年12月1日(火)は臨時休業日です（年末休業）。"},
			en:   []string{"date_closed: Closed on Tue 1 Dec 2026 as an exception (年末休業)."},
		},
		{
			name: "closed as an exception, no note",
			set:  special(""),
			ja:   []string{"date_closed: 2026年12月1日(火)は臨時休業日です。"},
			en:   []string{"date_closed: Closed on Tue 1 Dec 2026 as an exception."},
		},
		{
			name: "never open",
			set:  do(func(p *parlour) { p.snap.Hours.Week = schedule.Week{} }),
			ja:   []string{"date_closed: 営業時間がまだ登録されていません。"},
			en:   []string{"date_closed: No opening hours have been entered yet."},
		},
		{
			name: "lunch",
			set:  start(0, 13, 30),
			ja:   []string{"outside_hours: 営業時間外です。2026年12月1日(火)の営業時間は10:00〜13:00、14:00〜20:00です。"},
			en:   []string{"outside_hours: Outside the opening hours, which are 10:00–13:00, 14:00–20:00 on Tue 1 Dec 2026."},
		},
		{
			name: "after closing",
			set:  start(0, 20, 30),
			ja:   []string{"outside_hours: 営業時間外です。2026年12月1日(火)の営業時間は10:00〜13:00、14:00〜20:00です。"},
			en:   []string{"outside_hours: Outside the opening hours, which are 10:00–13:00, 14:00–20:00 on Tue 1 Dec 2026."},
		},
		{
			name: "shorter hours",
			set:  special("社員\n研修", schedule.Range{StartMinute: 600, EndMinute: 720}),
			ja:   []string{"outside_hours: 営業時間外です。2026年12月1日(火)の営業時間は10:00〜12:00です（社員 研修）。"},
			en:   []string{"outside_hours: Outside the opening hours, which are 10:00–12:00 on Tue 1 Dec 2026 (社員 研修)."},
		},
		{
			name: "into lunch",
			set:  start(0, 12, 30),
			ja:   []string{"ends_after_closing: 所要時間が1時間のため、13:00までの営業時間内に終わりません。"},
			en:   []string{"ends_after_closing: The visit takes 1 hour and would not end within the opening hours, which last until 13:00."},
		},
		{
			name: "over closing, at night",
			set: func(p *parlour) time.Time {
				p.snap.Hours.Week[time.Tuesday] = openFrom(1200, 1560)
				return p.time(25, 30)
			},
			ja: []string{"ends_after_closing: 所要時間が1時間のため、26:00 (翌2:00)までの営業時間内に終わりません。"},
			en: []string{"ends_after_closing: The visit takes 1 hour and would not end within the opening hours, which last until 02:00 (+1 day)."},
		},
		{
			name: "after closing, at night",
			set: func(p *parlour) time.Time {
				p.snap.Hours.Week[time.Tuesday] = openFrom(1200, 1560)
				return p.time(27, 0)
			},
			ja: []string{"outside_hours: 営業時間外です。2026年12月1日(火)の営業時間は20:00〜26:00です。"},
			en: []string{"outside_hours: Outside the opening hours, which are 20:00–26:00 on Tue 1 Dec 2026."},
		},
		{
			name: "before opening, after a night",
			set: func(p *parlour) time.Time {
				p.snap.Hours.Week[time.Tuesday] = openFrom(1200, 1560)
				p.snap.Hours.Week[time.Wednesday] = openFrom(600, 1200)
				return p.time(24+8, 0)
			},
			ja: []string{"outside_hours: 営業時間外です。2026年12月2日(水)の営業時間は10:00〜20:00です。"},
			en: []string{"outside_hours: Outside the opening hours, which are 10:00–20:00 on Wed 2 Dec 2026."},
		},
	}
}
