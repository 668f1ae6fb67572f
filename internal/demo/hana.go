package demo

import (
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// hanaSalon is a hair salon: six staff, one of whom cannot be nominated, four
// chairs, and a colour that leaves the stylist free while it works.
func hanaSalon() *shop {
	return &shop{
		found: business.FoundInput{
			Name: text("ヘアサロン はな", "Hana Hair Salon"), Vertical: business.HairSalon,
			Profile: business.Profile{
				Slug: new("hana-salon"), PostalCode: new("150-0001"), Prefecture: new("東京都"), City: new("渋谷区"),
				AddressLine: new("神宮前0-0-1 はなビル2階"), Phone: new("03-1123-0087"), Email: new("info@hana-salon.example"),
				Description: text(
					"表参道から少し入った、落ち着いた雰囲気の美容室です。お一人おひとりの髪質に合わせてご提案いたします。お子さま連れのお客さまも歓迎しております。",
					"A quiet hair salon just off Omotesando. We suggest what suits your hair. Children are welcome."),
			},
		},
		settings: business.SettingsInput{
			GridMinutes: new(30), BookingMode: new(business.Instant), MinNoticeMinutes: new(30), BookingWindowDays: new(windowDays),
			TermsVersion: new("1"), MaxItems: new(4),
			CancellationPolicy: &business.CancellationPolicy{Steps: []business.PolicyStep{{HoursBefore: 24, Percent: 30}, {HoursBefore: 2, Percent: 100}}},
			Terms: text(
				"ご予約の時間に15分以上遅れる場合は、メニューの変更をお願いすることがございます。前日の同じ時刻を過ぎてのキャンセルは料金の30%、2時間前からは100%を申し受けます。",
				"If you are more than 15 minutes late we may have to change the menu. Cancelling costs 30% from 24 hours and 100% from 2 hours before the visit."),
		},
		hours:   schedule.WeekInput{Weekly: append(daily(from(hm(10, 0), hm(20, 0)), mon, tue, wed, thu, fri), daily(from(hm(9, 0), hm(19, 0)), sat, sun)...)},
		special: hanaSpecial, leaves: 6,
		resources: hanaResources(), options: hanaOptions(), menu: hanaMenu(), categories: hanaCategories(), sets: hanaSets(),
		owner: &hanaOwner, staff: &hanaStaff, works: "高橋 健太",
		customers: 160, area: "031", visits: [7]int{13, 8, 8, 8, 8, 10, 14}, busy: []int{3, 4, 4, 3, 3, 4, 5, 5, 4, 2},
		online: 62, walkIns: 8, reserve: 8,
		notes: []string{"初めて伺います。よろしくお願いいたします。", "前髪は長めに残したいです。", "子どもを連れて伺います。", "頭皮が少し敏感です。", "前回と同じ色味でお願いします。"},
	}
}

// hanaSpecial stays open longer on the last Friday of a month.
func hanaSpecial(d clock.Date) *schedule.SpecialDayInput {
	if s := yearEnd(d, from(hm(9, 0), hm(16, 0)), from(hm(11, 0), hm(18, 0))); s != nil {
		return s
	}
	if int(d.Weekday()) == fri && d.AddDays(7).Month != d.Month {
		return &schedule.SpecialDayInput{
			Ranges: from(hm(10, 0), hm(21, 30)), Note: text("月末の金曜日は21時30分まで営業いたします", "Open until 21:30 on the last Friday of the month"),
		}
	}
	return nil
}

func hanaResources() []resource {
	early := func(off ...int) schedule.WeekInput {
		return shifts(from(hm(10, 0), hm(19, 0)), from(hm(9, 0), hm(18, 0)), off...)
	}
	late := func(off ...int) schedule.WeekInput {
		return shifts(from(hm(11, 0), hm(20, 0)), from(hm(10, 0), hm(19, 0)), off...)
	}
	list := []resource{
		stylist(text("佐藤 美咲", "Misaki Sato"), 1100, early(mon, tue)),
		stylist(text("高橋 健太", "Kenta Takahashi"), 550, late(tue, wed)),
		stylist(text("伊藤 彩", "Aya Ito"), 550, early(wed, thu)),
		stylist(text("渡辺 翔", "Sho Watanabe"), 330, late(thu, mon)),
		stylist(text("中村 さくら", "Sakura Nakamura"), 0, shifts(from(hm(10, 0), hm(17, 0)), from(hm(9, 0), hm(17, 0)), fri, sun)),
		{
			name: text("小林 陸(アシスタント)", "Riku Kobayashi (assistant)"), kind: catalog.Staff, shifts: early(mon, fri),
			fields: catalog.ResourceFields{Nominatable: new(false)},
		},
	}
	for _, n := range []string{"1", "2", "3", "4"} {
		list = append(list, resource{name: text("セット面 "+n, "Chair "+n), kind: catalog.Seat})
	}
	return list
}

func stylist(name map[string]string, fee int64, week schedule.WeekInput) resource {
	return resource{
		name: name, kind: catalog.Staff, shifts: week, onLeave: true, fields: catalog.ResourceFields{NominationFee: yen(fee)},
	}
}

// shifts is a week of weekdays and weekend days, without the days off.
func shifts(weekdays, weekend []schedule.Range, off ...int) schedule.WeekInput {
	var in schedule.WeekInput
	for d := sun; d <= sat; d++ {
		ranges := weekdays
		if d == sun || d == sat {
			ranges = weekend
		}
		for _, o := range off {
			if o == d {
				ranges = nil
			}
		}
		if ranges != nil {
			in.Weekly = append(in.Weekly, schedule.WeekDay{Weekday: d, Ranges: ranges})
		}
	}
	return in
}

func hanaOptions() []option {
	return []option{
		{name: text("炭酸スパ", "Carbonated scalp care"), minutes: 15, price: 1650},
		{name: text("眉カット", "Eyebrow trim"), minutes: 10, price: 1100},
		{name: text("ロング料金", "Long hair"), price: 1100},
		{name: text("ダメージケア", "Damage care"), minutes: 10, price: 2200},
	}
}

func hanaMenu() []service {
	stylists := []string{"佐藤 美咲", "高橋 健太", "伊藤 彩", "渡辺 翔", "中村 さくら"}
	chair := need{kind: catalog.Seat}
	cleaned := need{kind: catalog.Seat, after: 10}
	alone := catalog.ServiceFields{MaxParty: new(1)}
	return []service{
		{
			name: text("カット", "Haircut"), minutes: 60, price: 5500, weight: 40, options: []string{"炭酸スパ", "眉カット"},
			description: text("シャンプー・ブロー込み。付き添いのお子さまはお一人までご一緒いただけます。", "With shampoo and blow-dry. One child may accompany you."),
			fields:      catalog.ServiceFields{MinParty: new(1), MaxParty: new(2)},
			needs:       []need{{kind: catalog.Staff, of: stylists}, chair}, then: []string{"トリートメント", "ヘッドスパ"},
		},
		{
			name: text("カラー", "Colour"), minutes: 90, price: 8800, weight: 22, options: []string{"ロング料金", "ダメージケア"}, fields: alone,
			description: text("お薬を置いている間は、お席でゆっくりお過ごしください。", "Relax at your chair while the colour works."),
			needs:       []need{{kind: catalog.Staff, of: stylists, gap: [2]int{30, 60}}, cleaned}, then: []string{"トリートメント"},
		},
		{
			name: text("カット+カラー", "Haircut and colour"), minutes: 120, price: 13200, weight: 12, options: []string{"ロング料金", "ダメージケア"}, fields: alone,
			needs: []need{{kind: catalog.Staff, of: stylists, gap: [2]int{30, 60}}, cleaned},
		},
		{
			name: text("パーマ", "Perm"), minutes: 120, price: 12100, weight: 8, options: []string{"ロング料金"}, fields: alone,
			needs: []need{{kind: catalog.Staff, of: stylists, gap: [2]int{40, 75}}, cleaned},
		},
		{
			name: text("トリートメント", "Treatment"), minutes: 30, price: 3850, weight: 6, fields: alone,
			needs: []need{{kind: catalog.Staff}, chair},
		},
		{
			name: text("ヘッドスパ", "Head spa"), minutes: 40, price: 4950, weight: 9, fields: alone,
			needs: []need{{kind: catalog.Staff}, chair},
		},
		{
			name: text("前髪カット", "Fringe trim"), minutes: 15, price: 1100, weight: 3, fields: alone,
			needs: []need{{kind: catalog.Staff, of: stylists}, chair},
		},
	}
}

func hanaCategories() []category {
	return []category{
		{text("カット・カラー・パーマ", "Cut, colour, perm"), []string{"カット", "カラー", "カット+カラー", "パーマ", "前髪カット"}},
		{text("ケア", "Care"), []string{"トリートメント", "ヘッドスパ"}},
	}
}

func hanaSets() []set {
	return []set{{
		name: text("カット・トリートメントセット", "Haircut and treatment"), category: "ケア", services: []string{"カット", "トリートメント"}, price: 8250,
		description: text("カットの後にトリートメントで髪を整えます。別々のご予約より1,100円お得です。", "A haircut, then a treatment: 1,100 yen less than both on their own."),
	}}
}
