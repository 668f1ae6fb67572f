package demo

import (
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// yoruBar is a bar that is open until two in the morning: tables of which there
// are several alike, a counter that is sold by the seat, and a private room.
func yoruBar() *shop {
	return &shop{
		found: business.FoundInput{
			Name: text("酒場 よる", "Yoru Bar & Dining"), Vertical: business.Restaurant,
			Profile: business.Profile{
				Slug: new("yoru-bar"), PostalCode: new("810-0801"), Prefecture: new("福岡県"), City: new("福岡市博多区"),
				AddressLine: new("中洲0-0-3 よるビル1階"), Phone: new("092-112-0035"), Email: new("info@yoru-bar.example"),
				Description: text(
					"中洲の路地にある小さな酒場です。玄界灘の魚と九州の焼酎を、夜中の2時までお楽しみいただけます。",
					"A small bar in an alley of Nakasu. Fish of the Genkai Sea and shochu of Kyushu until two in the morning."),
			},
		},
		settings: business.SettingsInput{
			GridMinutes: new(30), BookingMode: new(business.Instant), MinNoticeMinutes: new(0), BookingWindowDays: new(windowDays),
			TermsVersion: new("1"), MaxItems: new(1),
			CancellationPolicy: &business.CancellationPolicy{Steps: []business.PolicyStep{{HoursBefore: 24, Percent: 50}, {HoursBefore: 3, Percent: 100}}},
			Terms: text(
				"お席は2時間制です。24時間前を過ぎてのキャンセルは料金の50%、3時間前からは100%を申し受けます。20歳未満の方へのお酒のご提供はいたしません。",
				"Tables are for two hours. Cancelling costs 50% from 24 hours and 100% from 3 hours before the visit. We serve no alcohol to anyone under 20."),
		},
		hours: schedule.WeekInput{Weekly: daily(from(hm(18, 0), hm(26, 0)), sun, mon, tue, wed, thu, fri, sat)},
		eve:   &schedule.Row{Ranges: from(hm(18, 0), hm(28, 0))},
		periods: []schedule.PeriodInput{
			{Name: text("ディナー", "Dinner"), StartMinute: hm(18, 0), EndMinute: hm(22, 0)},
			{Name: text("バータイム", "Bar"), StartMinute: hm(22, 0), EndMinute: hm(28, 0)},
		},
		special: yoruSpecial,
		resources: []resource{
			table(text("2名さまテーブル", "Tables for two"), catalog.Seat, 4, 1, 2),
			table(text("4名さまテーブル", "Tables for four"), catalog.Seat, 3, 1, 4),
			table(text("8名さまテーブル", "Table for eight"), catalog.Seat, 1, 4, 8),
			table(text("カウンター", "Counter"), catalog.Seat, 8, 1, 3),
			table(text("個室「月」", "Private room Tsuki"), catalog.Room, 1, 4, 8),
		},
		options: []option{
			{name: text("飲み放題", "All you can drink"), price: 2200},
			{name: text("お誕生日デザート", "Birthday dessert"), price: 880},
		},
		menu: yoruMenu(), categories: yoruCategories(), owner: &yoruOwner,
		customers: 120, area: "0921", visits: [7]int{8, 7, 8, 8, 9, 14, 15}, busy: []int{4, 6, 6, 5, 4, 3, 2, 1},
		online: 60, walkIns: 14, reserve: 6,
		notes: []string{"甲殻類のアレルギーがあります。", "誕生日のお祝いです。", "静かな席を希望します。", "少し遅れるかもしれません。", "ベビーカーで伺います。"},
	}
}

// yoruSpecial opens an hour earlier on the first Monday of a month.
func yoruSpecial(d clock.Date) *schedule.SpecialDayInput {
	if s := yearEnd(d, from(hm(17, 0), hm(26, 0)), from(hm(17, 0), hm(23, 0))); s != nil {
		return s
	}
	if int(d.Weekday()) == mon && d.Day <= 7 {
		return &schedule.SpecialDayInput{
			Ranges: from(hm(17, 0), hm(26, 0)), Note: text("第1月曜日は17時から営業いたします", "Open from 17:00 on the first Monday of the month"),
		}
	}
	return nil
}

func table(name map[string]string, kind catalog.Kind, units, least, most int) resource {
	return resource{name: name, kind: kind, fields: catalog.ResourceFields{Capacity: new(units), MinParty: new(least), MaxParty: new(most)}}
}

func yoruMenu() []service {
	tables := need{kind: catalog.Seat, of: []string{"2名さまテーブル", "4名さまテーブル", "8名さまテーブル"}, after: 15}
	parties := func(least, most int) catalog.ServiceFields {
		return catalog.ServiceFields{MinParty: new(least), MaxParty: new(most), PerPerson: new(true)}
	}
	return []service{
		{
			name: text("テーブル席(2時間)", "Table (two hours)"), minutes: 120, price: 550, weight: 46, fields: parties(1, 8), needs: []need{tables},
			description: text("お席のみのご予約です。お通し代としてお一人さま550円を頂戴いたします。", "A table only; a cover charge of 550 yen per person includes a small dish."),
			parties:     []int{1, 2, 2, 2, 2, 3, 3, 4, 4, 6}, options: []string{"お誕生日デザート"},
		},
		{
			name: text("カウンター席", "Counter seats"), minutes: 90, price: 550, weight: 26, fields: parties(1, 3), parties: []int{1, 1, 2, 2, 3},
			needs: []need{{kind: catalog.Seat, of: []string{"カウンター"}, perPerson: true}},
		},
		{
			name: text("旬魚のおまかせコース", "Seasonal fish course"), minutes: 120, price: 6600, weight: 20, fields: parties(2, 8), needs: []need{tables},
			description: text("前菜、お造り、焼き物、食事、甘味の7品です。", "Seven dishes from starter to dessert."),
			parties:     []int{2, 2, 2, 3, 4, 4, 5, 8}, options: []string{"飲み放題", "お誕生日デザート"},
		},
		{
			name: text("個室コース(2時間半)", "Private room course"), minutes: 150, price: 8800, weight: 8, fields: parties(4, 8), parties: []int{4, 5, 6, 8},
			needs: []need{{kind: catalog.Room, of: []string{"個室「月」"}, after: 30}}, options: []string{"飲み放題"},
		},
	}
}

func yoruCategories() []category {
	return []category{
		{text("お席のみ", "Seats"), []string{"テーブル席(2時間)", "カウンター席"}},
		{text("コース", "Courses"), []string{"旬魚のおまかせコース", "個室コース(2時間半)"}},
	}
}
