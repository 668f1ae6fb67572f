package demo

import (
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
)

// midoriClinic is a skin clinic that answers each request itself: doctors,
// nurses, rooms that are cleaned after use, and one machine.
func midoriClinic() *shop {
	return &shop{
		found: business.FoundInput{
			Name: text("みどり皮膚科クリニック", "Midori Skin Clinic"), Vertical: business.Clinic,
			Profile: business.Profile{
				Slug: new("midori-clinic"), PostalCode: new("530-0001"), Prefecture: new("大阪府"), City: new("大阪市北区"),
				AddressLine: new("梅田0-0-2 みどりメディカルビル4階"), Phone: new("06-1145-0012"), Email: new("info@midori-clinic.example"),
				Description: text(
					"大阪・梅田の皮膚科・美容皮膚科です。土曜・日曜も診療しております。ご予約の内容を確認のうえ、担当よりお返事いたします。",
					"A skin clinic in Umeda, Osaka, open at weekends too. We confirm each request after looking at it."),
			},
		},
		settings: business.SettingsInput{
			GridMinutes: new(15), BookingMode: new(business.Approval), ApprovalHours: new(48), MinNoticeMinutes: new(120),
			BookingWindowDays: new(windowDays), ChangeNoticeMinutes: new(120), CancelNoticeMinutes: new(60), TermsVersion: new("1"), MaxItems: new(3),
			CancellationPolicy: &business.CancellationPolicy{Steps: []business.PolicyStep{{HoursBefore: 3, Percent: 50}}},
			Terms: text(
				"保険証をお持ちください。混み具合により、診察の開始が前後することがございます。3時間前を過ぎてのキャンセルは、自由診療の料金の50%を申し受けます。",
				"Please bring your insurance card. Your consultation may begin a little earlier or later. Cancelling from 3 hours before costs 50% of the price."),
		},
		hours: schedule.WeekInput{Weekly: append(
			daily(from(hm(9, 30), hm(13, 0), hm(14, 30), hm(19, 0)), mon, tue, wed, thu, fri), daily(from(hm(9, 30), hm(17, 0)), sat, sun)...)},
		special: midoriSpecial, leaves: 9,
		resources: midoriResources(), options: midoriOptions(), menu: midoriMenu(), categories: midoriCategories(),
		owner:     &midoriOwner,
		customers: 120, area: "061", visits: [7]int{9, 9, 8, 10, 8, 10, 12}, busy: []int{5, 5, 4, 2, 3, 4, 5, 4},
		online: 12, walkIns: 5, reserve: 10,
		notes: []string{"初診です。", "肌のかゆみが続いています。", "紹介状があります。", "夕方以降の時間が希望です。"},
	}
}

// midoriSpecial has consultations in the evening on the second Wednesday of a month.
func midoriSpecial(d clock.Date) *schedule.SpecialDayInput {
	if s := yearEnd(d, from(hm(9, 30), hm(14, 0)), from(hm(10, 0), hm(15, 0))); s != nil {
		return s
	}
	if int(d.Weekday()) == wed && 8 <= d.Day && d.Day <= 14 {
		return &schedule.SpecialDayInput{
			Ranges: from(hm(9, 30), hm(13, 0), hm(14, 30), hm(20, 30)), Note: text("第2水曜日は20時30分まで診療いたします", "Open until 20:30 on the second Wednesday"),
		}
	}
	return nil
}

func midoriResources() []resource {
	day, weekend := from(hm(9, 30), hm(13, 0), hm(14, 30), hm(20, 30)), from(hm(9, 30), hm(17, 0))
	nurse := func(ja, en string, off ...int) resource {
		return resource{
			name: text(ja, en), kind: catalog.Staff, shifts: shifts(day, weekend, off...), onLeave: true,
			fields: catalog.ResourceFields{Nominatable: new(false)},
		}
	}
	return []resource{
		{name: text("山本 直樹 院長", "Dr. Naoki Yamamoto"), kind: catalog.Staff, shifts: shifts(day, weekend, thu, sun)},
		{name: text("井上 由美 医師", "Dr. Yumi Inoue"), kind: catalog.Staff, shifts: shifts(day, weekend, mon, tue)},
		nurse("木村 真央", "Mao Kimura", wed, sun),
		nurse("林 千尋", "Chihiro Hayashi", mon, thu),
		nurse("清水 亮", "Ryo Shimizu", fri, sat),
		{name: text("診察室 1", "Consulting room 1"), kind: catalog.Room},
		{name: text("診察室 2", "Consulting room 2"), kind: catalog.Room},
		{name: text("施術室", "Treatment room"), kind: catalog.Room},
		{name: text("点滴ベッド", "Drip beds"), kind: catalog.Room, fields: catalog.ResourceFields{Capacity: new(2)}},
		{name: text("レーザー機器", "Laser"), kind: catalog.Equipment},
	}
}

func midoriOptions() []option {
	return []option{
		{name: text("鎮静パック", "Calming mask"), minutes: 15, price: 2200},
		{name: text("麻酔クリーム", "Numbing cream"), minutes: 15, price: 1650},
	}
}

func midoriMenu() []service {
	doctors := []string{"山本 直樹 院長", "井上 由美 医師"}
	nurses := []string{"木村 真央", "林 千尋", "清水 亮"}
	consulting := need{kind: catalog.Room, of: []string{"診察室 1", "診察室 2"}, after: 5}
	treated := need{kind: catalog.Room, of: []string{"施術室"}, before: 5, after: 15}
	alone := catalog.ServiceFields{MaxParty: new(1), Nomination: new(catalog.NominationNone)}
	return []service{
		{
			name: text("一般診察", "Consultation"), minutes: 30, price: 3300, weight: 46,
			description: text("皮膚のお悩み全般をご相談いただけます。付き添いの方はお一人までご一緒いただけます。", "For any trouble with your skin. One person may accompany you."),
			fields:      catalog.ServiceFields{MinParty: new(1), MaxParty: new(2)},
			needs:       []need{{kind: catalog.Staff, of: doctors}, consulting},
		},
		{
			name: text("美容カウンセリング", "Aesthetic counselling"), minutes: 30, price: 2200, weight: 14, fields: catalog.ServiceFields{MaxParty: new(1)},
			needs: []need{{kind: catalog.Staff, of: doctors}, consulting},
		},
		{
			name: text("レーザートーニング", "Laser toning"), minutes: 45, price: 14300, weight: 16, options: []string{"鎮静パック", "麻酔クリーム"}, fields: alone,
			description: text("お肌の状態を確認しながら、看護師が照射いたします。", "A nurse treats you after checking your skin."),
			needs:       []need{{kind: catalog.Staff, of: nurses}, treated, {kind: catalog.Equipment, after: 10}},
		},
		{
			name: text("ケミカルピーリング", "Chemical peeling"), minutes: 40, price: 8800, weight: 12, options: []string{"鎮静パック"}, fields: alone,
			needs: []need{{kind: catalog.Staff, of: nurses}, treated},
		},
		{
			name: text("点滴", "Drip infusion"), minutes: 60, price: 6600, weight: 12, fields: alone,
			needs: []need{{kind: catalog.Staff, of: nurses, gap: [2]int{15, 50}}, {kind: catalog.Room, of: []string{"点滴ベッド"}, after: 10}},
		},
	}
}

func midoriCategories() []category {
	return []category{
		{text("診察・相談", "Consultations"), []string{"一般診察", "美容カウンセリング"}},
		{text("施術", "Treatments"), []string{"レーザートーニング", "ケミカルピーリング", "点滴"}},
	}
}
