package transfer

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Kind is what a file is about.
type Kind string

// The kinds of imports.
const (
	Customers Kind = "customers"
	Services  Kind = "services"
	Staff     Kind = "staff"
	Bookings  Kind = "bookings"
)

// Kinds are all of them.
var Kinds = []Kind{Customers, Services, Staff, Bookings}

// Column is a column that imports understand and exports write.
type Column struct {
	Name string   // stable: of exports in English, and of what is reported
	JA   string   // of exports in Japanese
	Also []string // further names that other systems give it
}

// Columns are those of each kind.
var Columns = map[Kind][]Column{
	Customers: {
		{"id", "顧客ID", []string{"ID", "顧客番号", "会員番号", "customer_id", "お客様番号", "顧客コード", "No", "No."}},
		{"family_name", "姓", []string{"苗字", "名字", "氏", "last_name", "surname"}},
		{"given_name", "名", []string{"下の名前", "first_name"}},
		{"family_name_kana", "セイ", []string{"姓カナ", "姓かな", "せい", "姓(カナ)", "姓フリガナ", "苗字カナ", "last_name_kana"}},
		{"given_name_kana", "メイ", []string{"名カナ", "名かな", "めい", "名(カナ)", "名フリガナ", "first_name_kana"}},
		{"full_name", "氏名", []string{"お名前", "名前", "顧客名", "お客様名", "name", "customer"}},
		{"full_name_kana", "フリガナ", []string{"ふりがな", "氏名カナ", "氏名(カナ)", "お名前カナ", "カナ", "かな", "顧客名カナ", "name_kana"}},
		{"phone", "電話番号", []string{"電話", "TEL", "携帯", "携帯電話", "携帯番号", "mobile", "telephone"}},
		{"email", "メールアドレス", []string{"メール", "Eメール", "mail", "e-mail"}},
		{"birth_date", "生年月日", []string{"誕生日", "birthday", "date_of_birth"}},
		{"locale", "言語", []string{"language"}},
		{"tags", "タグ", []string{"ラベル", "分類", "tag", "labels"}},
		{"note", "メモ", []string{"備考", "特記事項", "notes", "memo", "remarks"}},
	},
	Services: {
		{"id", "メニューID", []string{"ID", "メニュー番号", "service_id", "商品コード", "No", "No."}},
		{"name", "メニュー名", []string{"メニュー", "名称", "サービス名", "施術名", "コース名", "service", "title"}},
		{"name_en", "メニュー名(英語)", []string{"英語名", "name(english)"}},
		{"description", "説明", []string{"内容", "詳細", "メニュー説明"}},
		{"duration", "所要時間", []string{"時間", "所要時間(分)", "施術時間", "duration_minutes", "minutes"}},
		{"price", "料金", []string{"価格", "金額", "税込価格", "料金(税込)", "金額(税込)", "amount"}},
		{"tax_percent", "税率", []string{"消費税率", "tax", "tax_rate"}},
		{"per_person", "人数分", []string{"一人あたり", "1人あたり"}},
		{"min_party", "最少人数", []string{"最小人数", "min_persons"}},
		{"max_party", "最大人数", []string{"定員", "max_persons"}},
		{"nomination", "指名", []string{"指名可否"}},
		{"staff", "担当", []string{"担当者", "スタッフ", "対応スタッフ", "担当スタッフ"}},
		{"room", "個室", []string{"部屋", "ルーム", "rooms"}},
		{"seat", "席", []string{"座席", "テーブル", "seats", "table"}},
		{"equipment", "設備", []string{"機器", "機材"}},
		{"active", "公開", []string{"表示", "有効", "掲載"}},
	},
	Staff: {
		{"id", "スタッフID", []string{"ID", "スタッフ番号", "社員番号", "staff_id", "resource_id", "No", "No."}},
		{"name", "スタッフ名", []string{"名前", "氏名", "担当", "担当者", "担当者名", "スタッフ", "名称", "staff"}},
		{"name_en", "スタッフ名(英語)", []string{"英語名", "name(english)"}},
		{"kind", "種別", []string{"種類", "区分", "type"}},
		{"capacity", "台数", []string{"定員数", "同時対応数", "units"}},
		{"min_party", "最少人数", []string{"最小人数", "min_persons"}},
		{"max_party", "最大人数", []string{"max_persons"}},
		{"nominatable", "指名可", []string{"指名", "指名可否"}},
		{"nomination_fee", "指名料", []string{"指名料金", "fee"}},
		{"active", "在籍", []string{"有効", "公開", "表示"}},
	},
	Bookings: {
		{"id", "予約ID", []string{"ID", "予約番号", "booking_id", "reservation_id", "No", "No."}},
		{"start", "日時", []string{"予約日時", "来店日時", "開始日時", "datetime"}},
		{"date", "日付", []string{"予約日", "来店日", "利用日"}},
		{"time", "時刻", []string{"時間", "開始時刻", "開始時間", "来店時刻", "予約時間", "start_time"}},
		{"status", "状態", []string{"ステータス", "予約状況", "予約ステータス", "state"}},
		{"services", "メニュー", []string{"メニュー名", "サービス", "施術", "コース", "予約メニュー", "service", "menu"}},
		{"staff", "担当", []string{"担当者", "スタッフ", "スタッフ名", "担当スタッフ"}},
		{"nominated", "指名", []string{"指名有無", "指名あり", "nomination"}},
		{"party_size", "人数", []string{"予約人数", "来店人数", "persons", "party"}},
		{"total", "合計金額", []string{"金額", "料金", "合計", "price", "amount"}},
		{"family_name", "姓", []string{"苗字", "名字", "last_name", "surname"}},
		{"given_name", "名", []string{"下の名前", "first_name"}},
		{"family_name_kana", "セイ", []string{"姓カナ", "姓かな", "せい", "姓(カナ)", "last_name_kana"}},
		{"given_name_kana", "メイ", []string{"名カナ", "名かな", "めい", "名(カナ)", "first_name_kana"}},
		{"full_name", "氏名", []string{"お名前", "名前", "顧客名", "お客様名", "予約者名", "customer", "name"}},
		{"full_name_kana", "フリガナ", []string{"ふりがな", "氏名カナ", "お名前カナ", "カナ", "予約者名カナ", "name_kana"}},
		{"phone", "電話番号", []string{"電話", "TEL", "携帯", "携帯電話", "mobile", "telephone"}},
		{"email", "メールアドレス", []string{"メール", "Eメール", "mail", "e-mail"}},
		{"note", "メモ", []string{"備考", "ご要望", "notes", "memo", "remarks"}},
	},
}

// needed are the columns without which a file of the kind says nothing: one of each list.
var needed = map[Kind][][]string{
	Customers: {{"family_name", "given_name", "full_name", "phone", "email"}},
	Services:  {{"name"}},
	Staff:     {{"name"}},
	Bookings:  {{"start", "date"}, {"services"}},
}

// layout is how a file is to be read.
type layout struct {
	Comma   string   `json:"comma,omitempty"`
	Columns []string `json:"columns,omitempty"` // the names of its columns in order; "" for an unknown one
	Unknown []string `json:"unknown,omitempty"` // headers that say nothing to us, as written
	Doubled []string `json:"doubled,omitempty"` // columns that stand there twice: the first one counts
}

// Bounds of what is kept of unknown headers.
const (
	maxUnknown = 50
	maxHeader  = 60
)

// plainHeader is a header as it is compared: any width and case, without blanks,
// underscores and what stands around it.
func plainHeader(s string) string {
	s = strings.ToLower(norm.NFKC.String(strings.TrimPrefix(s, bom)))
	s = strings.NewReplacer("(必須)", "", "【必須】", "", "(任意)", "").Replace(s)
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _*※　・\t\r\n", r) {
			return -1
		}
		return r
	}, s)
}

// read finds out which column each header names; false when the file lacks what
// its kind needs.
func (l *layout) read(kind Kind, header []string) bool {
	names := map[string]string{}
	for _, c := range slices.Backward(Columns[kind]) { // the first one to claim a name has it
		for _, n := range append(slices.Clone(c.Also), c.JA, c.Name) {
			names[plainHeader(n)] = c.Name
		}
	}
	for _, c := range Columns[kind] {
		names[plainHeader(c.Name)], names[plainHeader(c.JA)] = c.Name, c.Name
	}
	l.Columns = make([]string, len(header))
	for i, h := range header {
		name, known := names[plainHeader(h)]
		switch {
		case !known && strings.TrimSpace(h) != "" && len(l.Unknown) < maxUnknown:
			l.Unknown = append(l.Unknown, shortened(h))
		case known && slices.Contains(l.Columns, name):
			l.Doubled = append(l.Doubled, name)
		case known:
			l.Columns[i] = name
		}
	}
	return l.complete(kind)
}

func (l *layout) complete(kind Kind) bool {
	for _, oneOf := range needed[kind] {
		if !slices.ContainsFunc(oneOf, func(n string) bool { return slices.Contains(l.Columns, n) }) {
			return false
		}
	}
	return true
}

// shortened is a header as it may be kept and shown.
func shortened(h string) string {
	runes := []rune(oneLine(h))
	return string(runes[:min(len(runes), maxHeader)])
}

// cells are what a line says, by the names of the columns; what is empty is not there.
type cells map[string]string

// cells reads a line by the layout.
func (l *layout) cells(r row) cells {
	out := cells{}
	for i, name := range l.Columns {
		if name != "" && i < len(r.Cells) {
			if v := unguarded(strings.TrimSpace(r.Cells[i])); v != "" {
				out[name] = v
			}
		}
	}
	return out
}

// content is all that a line says, in a form that is the same for the same line.
func (c cells) content() []byte {
	names := make([]string, 0, len(c))
	for n := range c {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString(n + "\x00" + c[n] + "\x00")
	}
	return []byte(b.String())
}
