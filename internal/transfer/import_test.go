package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

const people = `会員番号,姓,名,フリガナ,携帯電話,メール,生年月日,タグ,備考,好きな色
101,髙橋,花子,ﾀｶﾊｼ ﾊﾅｺ,０９０－１２３４－５６７８,hanako@Example.com,昭和60年4月1日,VIP、常連,"カラーは①番
10:00〜が希望",青
102,田中,一郎,たなか いちろう,03-1234-5678,,,,,
103,山本,,,123,だめ,令和99年1月1日,,,

104,佐々木,次郎,,090-1234-5679,,,,,
101,髙橋,花子,,090-1234-5678,,,,,
`

func TestImport_Customers_ComeOnceAndAreChanged(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	im, got := s.both(transfer.Customers, people)
	const want = "2 created\n3 created\n4 refused [phone phone] [email email] [birth_date customer.birth_date]\n6 created\n7 unchanged\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if len(im.Layout.Unknown) != 1 || im.Layout.Unknown[0] != "好きな色" || im.Charset != transfer.UTF8 {
		t.Errorf("layout %+v, charset %s", im.Layout, im.Charset)
	}
	row := s.texts(`SELECT family_name || given_name || ' ' || family_name_kana || given_name_kana || ' ' || phone || ' ' || email || ' ' ||
	    (SELECT string_agg(tag, '+' ORDER BY tag) FROM customer_tags t WHERE t.customer_id = c.id) FROM customers c WHERE family_name = '髙橋'`)
	if len(row) != 1 || row[0] != "髙橋花子 タカハシハナコ +819012345678 hanako@example.com VIP+常連" {
		t.Errorf("kept as %q", row)
	}
	if n := s.count(`SELECT count(*) FROM customer_notes`); n != 1 {
		t.Errorf("%d notes", n)
	}
	if n := s.count(`SELECT count(*) FROM customers WHERE birth_date IS NOT NULL`); n != 1 {
		t.Errorf("%d birth dates", n)
	}
	// The uploads are gone, and what is kept says nothing of what was written.
	if n := s.count(`SELECT count(*) FROM import_parts`); n != 0 {
		t.Errorf("%d parts are left", n)
	}
	if kept := strings.Join(s.texts(`SELECT l::text FROM import_lines l`), ""); strings.Contains(kept, "山本") || strings.Contains(kept, "123,") {
		t.Errorf("lines keep what was written: %s", kept)
	}
}

func TestImport_Customers_TheSameFileAgain_ChangesNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.both(transfer.Customers, people)
	before := s.state()
	if _, got := s.both(transfer.Customers, people); strings.Contains(got, "created") || strings.Contains(got, "updated") {
		t.Errorf("the same file again:\n%s", got)
	}
	if s.state() != before {
		t.Error("the same file again changed something")
	}
	_, got := s.both(transfer.Customers, "会員番号,姓,名,携帯電話\n101,髙橋,華子,090-1234-5678\n102,田中,一郎,090-1234-5679\n")
	// 102 takes a number that somebody else has: under another name, it is another person.
	if got != "2 updated\n3 updated\n" {
		t.Error(got)
	}
	if n := s.count(`SELECT count(*) FROM customers WHERE given_name = '華子' AND given_name_kana = 'ハナコ'`); n != 1 {
		t.Error("what the line does not say was not kept")
	}
	_, got = s.both(transfer.Customers, "会員番号,姓,名,携帯電話\n102,佐々木,次郎,090-1234-5679\n,髙橋,華子,090-1234-5678\n")
	if got != "2 refused [ customer.exists]\n3 unchanged\n" {
		t.Error(got)
	}
}

func TestImport_Customers_ShiftJIS_InManyParts(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	raw := shiftJIS(t, strings.NewReplacer("〜", "～").Replace(people))
	iid := s.upload(transfer.Customers, raw, len(raw)/40) // cut in the midst of signs and lines
	im := s.start(iid, false)
	if im.Charset != transfer.ShiftJIS || im.Created != 3 || im.Refused != 1 || im.Unchanged != 1 {
		t.Errorf("%+v\n%s", im, s.outcomes(iid))
	}
	if n := s.count(`SELECT count(*) FROM customers WHERE family_name = '髙橋'`); n != 1 {
		t.Error("髙橋 did not arrive")
	}
}

func TestImport_Bookings_GoTheOneWay(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const file = "予約番号,日時,メニュー,担当,指名,状態,氏名,電話番号,合計金額\n" +
		"1,2026/12/01(火) 14:00,カット,佐藤,○,予約確定,山田 花子,090-1234-5678,\n" +
		"2,2026/12/01 14:30,カット,佐藤,×,予約確定,鈴木 一郎,,\n" + // taken by the first
		"3,2026/12/01 14:30,カット+カラー,,,,田中 次郎,,\"¥9,900\"\n" + // by whoever is free
		"4,2026/12/01 15:00,カット,鈴木,,,誰か,,\n" + // who is busy with the third
		"5,2026/12/01 08:00,カット,,,,朝 早子,,\n" + // closed
		"6,2026/11/02 11:00,カラー,鈴木,○,来店済,山田 花子,090-1234-5678,\"7,000円\"\n" +
		"7,2026/11/03 11:00,カット,,,無断キャンセル,山田 花子,090-1234-5678,\n" +
		"8,2026/11/04 11:00,カット,,,予約確定,山田 花子,090-1234-5678,\n" +
		"9,2026/12/05 11:00,パーマ,,,,山田 花子,090-1234-5678,\n" +
		"10,2026/12/05 11:00,カット,,,来店済,山田 花子,090-1234-5678,\n" +
		"11,2026/12/06 11:00,カット,,,キャンセル,山田 花子,090-1234-5678,\n" +
		"1,2026/12/01 16:00,カット,,,,山田 花子,090-1234-5678,\n"
	_, got := s.both(transfer.Bookings, file)
	const want = "2 created\n3 refused [ booking.slot_taken]\n4 created\n5 refused [ booking.slot_taken]\n6 refused [start booking.closed]\n" +
		"7 created\n8 created\n9 refused [status import.over]\n10 refused [services import.unknown_name]\n11 refused [start booking.too_early]\n" +
		"12 created\n13 refused [id import.booking_known]\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := s.texts(`SELECT status || ' ' || total || ' ' || version FROM bookings ORDER BY starts_at`); strings.Join(got, ", ") !=
		"completed 7000 2, no_show 5500 2, confirmed 6050 1, confirmed 9900 1, cancelled 5500 2" {
		t.Errorf("bookings %q", got)
	}
	if n := s.count(`SELECT count(*) FROM messages`); n != 0 {
		t.Errorf("%d messages were made", n)
	}
	if n := s.count(`SELECT count(*) FROM customers`); n != 2 {
		t.Errorf("%d customers, want the two who have a number or came", n)
	}
	if n := s.count(`SELECT count(*) FROM allocations`); n != 3 {
		t.Errorf("%d allocations, want three", n)
	}
	before := s.state()
	if _, again := s.both(transfer.Bookings, file); strings.Contains(again, "created") || s.state() != before {
		t.Errorf("the same file again:\n%s", again)
	}
}

func TestImport_Record_CannotBeUndoneIntoAFullSlot(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.both(transfer.Bookings, "日時,メニュー,状態,氏名\n2026-12-01 14:00,カット,キャンセル,山田 花子\n")
	if n := s.count(`SELECT count(*) FROM bookings WHERE status = 'cancelled'`); n != 1 {
		t.Fatal("not recorded")
	}
	s.undo(t)
}

func TestImport_ServicesAndStaff(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, got := s.both(transfer.Staff, "スタッフ名,種別,指名料,在籍\n佐藤,,\"¥1,100\",○\n高田,スタッフ,,\n個室A,個室,,\nA卓,机,,\n鈴木,スタッフ,550円,○\n")
	if got != "2 updated\n3 created\n4 created\n5 refused [kind import.kind]\n6 unchanged\n" {
		t.Error(got)
	}
	const menu = "メニュー名,所要時間,料金,担当,個室,指名,説明\n" +
		"カット,1時間,\"¥6,000\",,,,\n" +
		"ヘッドスパ,45分,4400,佐藤、高田,個室A,必須,極上の\n" +
		"カラー,90,7700,,,,\n" +
		"パーマ,だめ,10000,,,,\n" +
		"眉カット,,,,,,\n" +
		"まつげ,30,3000,いない人,,,\n" +
		"端数,33,3000,,,,\n"
	_, got = s.both(transfer.Services, menu)
	const want = "2 updated\n3 created\n4 unchanged\n5 refused [duration import.duration]\n6 refused [duration required] [price required]\n" +
		"7 refused [staff import.unknown_name]\n8 refused [duration multiple_of]\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := s.texts(`SELECT kind || cardinality(resource_ids) FROM requirements r JOIN services s ON s.id = r.service_id WHERE s.name ->> 'ja' = 'ヘッドスパ' ORDER BY 1`); strings.Join(got, ",") != "room1,staff2" {
		t.Errorf("ヘッドスパ needs %q", got)
	}
	before := s.state()
	if _, again := s.both(transfer.Services, menu); strings.Contains(again, "created") || strings.Contains(again, "updated") || s.state() != before {
		t.Errorf("the same file again:\n%s", again)
	}
}

func TestImport_WhatIsNoSuchFile_Fails(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for file, code := range map[string]string{"山田,花子,090-1234-5678\n": "import.header", "x": "import.header", "姓,\"名\n": "import.header"} {
		if im := s.start(s.upload(transfer.Customers, []byte(file), 1<<20), false); im.Status != transfer.Failed || im.Error != code {
			t.Errorf("%q: %s %s", file, im.Status, im.Error)
		} else if err := s.transfer.Delete(context.Background(), owner, s.id, im.ID); err != nil {
			t.Error(err)
		}
	}
	if kept := strings.Join(s.texts(`SELECT i::text FROM imports i`), ""); strings.Contains(kept, "山田") {
		t.Errorf("kept: %s", kept)
	}
	many := "姓\n" + strings.Repeat("x\n", transfer.MaxLines+1)
	if im := s.start(s.upload(transfer.Customers, []byte(many), 1<<20), false); im.Error != "import.too_many_lines" {
		t.Errorf("%s %s", im.Status, im.Error)
	}
	im := s.start(s.upload(transfer.Customers, []byte("姓,名\n\"a\"b,c\n山田,花子\n"), 1<<20), false)
	if got := s.outcomes(im.ID); got != "2 refused [ import.quote]\n3 created\n" {
		t.Error(got)
	}
}

func TestImport_StatesAndBounds(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := context.Background()
	im, err := s.transfer.Create(ctx, owner, s.id, transfer.CreateInput{Kind: transfer.Customers}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.transfer.Start(ctx, owner, s.id, im.ID, false, nil); !errors.Is(err, transfer.ErrParts) {
		t.Errorf("started without parts: %v", err)
	}
	if err := s.transfer.PutPart(ctx, owner, s.id, im.ID, 2, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.transfer.Start(ctx, owner, s.id, im.ID, false, nil); !errors.Is(err, transfer.ErrParts) {
		t.Errorf("started with a gap: %v", err)
	}
	for _, position := range []int{0, transfer.MaxParts + 1} {
		if err := s.transfer.PutPart(ctx, owner, s.id, im.ID, position, []byte("x")); err == nil {
			t.Errorf("part %d was taken", position)
		}
	}
	if err := s.transfer.PutPart(ctx, owner, s.id, im.ID, 1, []byte("姓\n山田\n")); err != nil {
		t.Fatal(err)
	}
	if im = s.start(im.ID, false); im.Status != transfer.Done {
		t.Fatalf("%+v", im)
	}
	if _, err := s.transfer.Start(ctx, owner, s.id, im.ID, false, nil); !errors.Is(err, transfer.ErrState) {
		t.Errorf("started twice: %v", err)
	}
	if err := s.transfer.PutPart(ctx, owner, s.id, im.ID, 1, []byte("x")); !errors.Is(err, transfer.ErrState) {
		t.Errorf("a part after the end: %v", err)
	}
	if n := s.count(`SELECT count(*) FROM import_parts WHERE body::text LIKE '%' || encode('山田'::bytea, 'hex') || '%'`); n != 0 {
		t.Error("a part is not sealed")
	}
	for range 5 {
		s.upload(transfer.Customers, []byte("x"), 1)
	}
	if _, err := s.transfer.Create(ctx, owner, s.id, transfer.CreateInput{Kind: transfer.Customers}, nil); !errors.Is(err, transfer.ErrOpen) {
		t.Errorf("a sixth open import: %v", err)
	}
	if err := s.transfer.Delete(ctx, owner, s.id, im.ID); err != nil {
		t.Error(err)
	}
	if _, err := s.transfer.Lines(ctx, s.id, im.ID, "", 0, 10); !errors.Is(err, transfer.ErrNotFound) {
		t.Errorf("lines of a deleted import: %v", err)
	}
	if _, err := s.transfer.Create(ctx, owner, s.id, transfer.CreateInput{Kind: "cats", Charset: "ebcdic", Name: strings.Repeat("x", 101)}, nil); err == nil {
		t.Error("nonsense was taken")
	}
}

// list makes a file of so many customers, every tenth of whom is at fault.
func list(n int) string {
	var b strings.Builder
	b.WriteString("id,family_name,given_name,phone\n")
	for i := range n {
		phone := fmt.Sprintf("090-%04d-%04d", 1000+i/10000, i%10000)
		if i%10 == 9 {
			phone = "x"
		}
		fmt.Fprintf(&b, "%d,客%d,名,%s\n", i, i, phone)
	}
	return b.String()
}

// Ten thousand lines in a full run.
func TestImport_ManyLines(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	n := pgtest.Rounds(500, 10_000)
	im := s.start(s.upload(transfer.Customers, []byte(list(n)), 200_000), false)
	if im.Created != n*9/10 || im.Refused != n/10 || im.Total != n {
		t.Errorf("%+v", im)
	}
	if got := s.count(`SELECT count(*) FROM customers`); got != int64(n*9/10) {
		t.Errorf("%d customers", got)
	}
}
