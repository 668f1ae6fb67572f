package sim_test

import "slices"

// plan is a shop before it is founded.
type plan struct {
	slug, vertical, zone string
	settings             map[string]any
	weekly               []weekday
	staff                []string
	daysOff              bool // each of the staff has two days of the week off
	things               []thing
	menu                 []dish
	customers            int
	pause                [2]int // of a customer between two visits, in days
}

type thing struct {
	kind, name  string
	units       int
	least, most int
}

type dish struct {
	name       string
	minutes    int
	price      int
	needs      []need
	party      [2]int
	perPerson  bool
	nomination string
	option     bool
}

// need is one of a kind; of those named, or else of all.
type need struct {
	kind string
	of   []string
	more map[string]any
}

// span is a time of the business day, weekday what a day of the week has of them.
type (
	span struct {
		Start int `json:"start_minute"`
		End   int `json:"end_minute"`
	}
	weekday struct {
		Day    int    `json:"weekday"`
		Ranges []span `json:"ranges"`
	}
)

func open(from, to int, days ...int) (week []weekday) {
	for _, d := range days {
		week = append(week, weekday{d, []span{{from, to}}})
	}
	return week
}

// joined has each day of the week once.
func joined(week []weekday) (out []weekday) {
	for _, d := range week {
		i := slices.IndexFunc(out, func(o weekday) bool { return o.Day == d.Day })
		if i < 0 {
			out = append(out, weekday{d.Day, nil})
			i = len(out) - 1
		}
		out[i].Ranges = append(out[i].Ranges, d.Ranges...)
	}
	return out
}

func policy(steps ...[2]int) map[string]any {
	list := []map[string]int{}
	for _, s := range steps {
		list = append(list, map[string]int{"hours_before": s[0], "percent": s[1]})
	}
	return map[string]any{"steps": list}
}

func one(kind string, minutes map[string]any) need { return need{kind: kind, more: minutes} }

// after is the clean-up behind a visit.
func after(minutes int) map[string]any { return map[string]any{"after_minutes": minutes} }

// salon has stylists who are asked for by name, and fewer chairs than stylists.
func salon() plan {
	return plan{
		slug: "sim-salon", vertical: "hair_salon", zone: "Asia/Tokyo", customers: 45, pause: [2]int{5, 24},
		settings: map[string]any{
			"grid_minutes": 30, "min_notice_minutes": 60, "booking_window_days": 40, "cancellation_policy": policy([2]int{24, 30}, [2]int{2, 100}),
			"max_open_per_customer": 3,
		},
		weekly: append(open(600, 1140, 2, 3, 4, 5), open(540, 1080, 0, 6)...),
		staff:  []string{"佐藤", "高橋", "伊藤"}, daysOff: true,
		things: []thing{{kind: "seat", name: "席1"}, {kind: "seat", name: "席2"}},
		menu: []dish{
			{name: "カット", minutes: 60, price: 5500, needs: []need{one("staff", nil), one("seat", after(10))}, option: true},
			{name: "カラー", minutes: 90, price: 8800, needs: []need{one("staff", map[string]any{"gap_start_minute": 30, "gap_end_minute": 60}), one("seat", nil)}},
			{name: "前髪", minutes: 15, price: 1100, needs: []need{one("staff", nil), one("seat", nil)}},
		},
	}
}

// clinic answers each request itself.
func clinic() plan {
	return plan{
		slug: "sim-clinic", vertical: "clinic", zone: "Asia/Tokyo", customers: 40, pause: [2]int{6, 30},
		settings: map[string]any{
			"grid_minutes": 15, "booking_mode": "approval", "approval_hours": 24, "min_notice_minutes": 120, "booking_window_days": 30,
			"cancel_notice_minutes": 60, "change_cutoff": map[string]int{"days_before": 1, "minute": 1200},
		},
		weekly: append(open(570, 780, 1, 2, 3, 4, 5, 6), open(870, 1140, 1, 2, 4, 5)...),
		staff:  []string{"山本医師", "井上医師"},
		things: []thing{{kind: "room", name: "診察室"}, {kind: "equipment", name: "レーザー"}},
		menu: []dish{
			{name: "診察", minutes: 30, price: 3300, needs: []need{one("staff", nil), one("room", after(5))}, nomination: "none"},
			{name: "照射", minutes: 45, price: 14300, needs: []need{one("staff", nil), one("room", map[string]any{"before_minutes": 5, "after_minutes": 15}), one("equipment", nil)}},
		},
	}
}

// bar has tables, sells its counter by the seat and closes at two in the morning.
func bar() plan {
	return plan{
		slug: "sim-bar", vertical: "restaurant", zone: "Asia/Tokyo", customers: 45, pause: [2]int{5, 24},
		settings: map[string]any{
			"grid_minutes": 30, "min_notice_minutes": 0, "booking_window_days": 60, "cancellation_policy": policy([2]int{24, 50}, [2]int{3, 100}),
			"pace": map[string]any{"minutes": 30, "persons": 12}, "fairness": "round_robin",
		},
		weekly: append(open(1080, 1560, 1, 2, 3, 4, 0), open(1020, 1680, 5, 6)...),
		things: []thing{
			{kind: "seat", name: "2名卓", units: 2, least: 1, most: 2},
			{kind: "seat", name: "4名卓", units: 2, least: 2, most: 4},
			{kind: "seat", name: "カウンター", units: 6, least: 1, most: 3},
			{kind: "room", name: "個室", units: 1, least: 4, most: 8},
		},
		menu: []dish{
			{name: "テーブル", minutes: 120, price: 550, party: [2]int{1, 4}, perPerson: true, needs: []need{{kind: "seat", of: []string{"2名卓", "4名卓"}, more: after(15)}}},
			{name: "カウンター席", minutes: 90, price: 550, party: [2]int{1, 3}, perPerson: true, needs: []need{{kind: "seat", of: []string{"カウンター"}, more: map[string]any{"per_person": true}}}},
			{name: "個室コース", minutes: 150, price: 8800, party: [2]int{4, 8}, perPerson: true, needs: []need{one("room", after(30))}},
		},
	}
}

// abroad is a studio whose nights have 23 and 25 hours now and then.
func abroad() plan {
	return plan{
		slug: "sim-abroad", vertical: "spa_massage", zone: "America/New_York", customers: 35, pause: [2]int{5, 24},
		settings: map[string]any{
			"grid_minutes": 15, "min_notice_minutes": 30, "booking_window_days": 21, "fairness": "priority", "cancellation_policy": policy([2]int{12, 50}),
			"max_per_customer_day": 1,
		},
		weekly: open(1200, 1680, 0, 1, 3, 4, 5, 6), // eight in the evening to four
		staff:  []string{"Ann", "Bob"},
		things: []thing{{kind: "room", name: "A"}, {kind: "room", name: "B"}},
		menu: []dish{
			{name: "深夜コース", minutes: 75, price: 9900, needs: []need{one("staff", nil), one("room", after(15))}},
			{name: "足つぼ", minutes: 40, price: 4400, needs: []need{one("staff", nil), one("room", nil)}, nomination: "required"},
		},
	}
}
