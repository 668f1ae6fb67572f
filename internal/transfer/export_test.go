package transfer_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

// What is exported can be brought in again, by another business as well: the
// same people, word for word, whatever was typed for a name.
func TestExport_OfCustomers_IsReadByTheImport(t *testing.T) {
	t.Parallel()
	from, to := newShop(t), newShop(t)
	from.both(transfer.Customers, people)
	from.both(transfer.Customers, "姓,名,電話番号,メール,タグ\n\"=HYPERLINK(\"\"http://x\"\")\",@SUM(A1),+1 202-456-1111,,-1\n\"'山\"\"田,\",\"=1\",,q@example.com,\n+81,－5,,,\n無番,号,,,\n")
	for _, charset := range []transfer.Charset{transfer.UTF8, transfer.ShiftJIS} {
		file := from.export("customers", transfer.CSV, charset)
		plain := file
		if charset == transfer.ShiftJIS {
			var err error
			if plain, err = japanese.ShiftJIS.NewDecoder().String(file); err != nil {
				t.Fatal(err)
			}
		} else if !strings.HasPrefix(file, "\ufeff顧客ID,姓,名,") {
			t.Errorf("begins %.40q", file)
		}
		for cell := range strings.FieldsFuncSeq(strings.TrimPrefix(plain, "\ufeff"), func(r rune) bool { return r == ',' || r == '\n' }) {
			if strings.ContainsAny(strings.TrimPrefix(cell, `"`)[:min(1, len(strings.TrimPrefix(cell, `"`)))], "=+-@") {
				t.Errorf("%q is a formula", cell)
			}
		}
		iid := from.upload(transfer.Customers, []byte(file), 100_000)
		before := from.state()
		if im := from.start(iid, true); im.Unchanged != im.Total || im.Total != 7 {
			t.Errorf("back at home, %s:\n%s", charset, from.outcomes(iid))
		}
		if from.state() != before {
			t.Error("a dry run changed something")
		}
	}
	iid := to.upload(transfer.Customers, []byte(from.export("customers", transfer.CSV, transfer.UTF8)), 100_000)
	if im := to.start(iid, false); im.Created != 7 {
		t.Errorf("%+v\n%s", im, to.outcomes(iid))
	}
	const who = `SELECT family_name || '|' || given_name || '|' || family_name_kana || '|' || phone || '|' || email || '|' || (birth_date IS NULL) FROM customers ORDER BY 1`
	if a, b := strings.Join(from.texts(who), "\n"), strings.Join(to.texts(who), "\n"); a != b {
		t.Errorf("at home\n%s\nelsewhere\n%s", a, b)
	}
}

func TestExport_OfTheMenu_ChangesNothingAtHome(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.both(transfer.Staff, "スタッフ名,種別\n個室A,個室\n=1+1,スタッフ\n")
	s.both(transfer.Services, "メニュー名,所要時間,料金,担当,個室\nヘッドスパ,45分,4400,佐藤,個室A\n")
	for kind, export := range map[transfer.Kind]string{transfer.Services: "services", transfer.Staff: "resources", transfer.Bookings: "bookings"} {
		if kind == transfer.Bookings {
			s.both(kind, "日時,メニュー,担当,氏名,電話番号\n2026-12-01 14:00,カット+カラー,佐藤,山田 花子,090-1234-5678\n2026-11-01 14:00,カット,,山田 花子,090-1234-5678\n")
		}
		before := s.state()
		iid := s.upload(kind, []byte(s.export(export, transfer.CSV, transfer.UTF8)), 100_000)
		im := s.start(iid, true)
		if im.Unchanged != im.Total || im.Total < 2 || s.state() != before {
			t.Errorf("%s:\n%s%s", kind, s.outcomes(iid), s.export(export, transfer.CSV, transfer.UTF8))
		}
	}
}

// Every kind, in every form that it has.
func TestExport_EveryKind(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.both(transfer.Customers, people)
	s.both(transfer.Bookings, "日時,メニュー,氏名\n2026-12-01 14:00,カット,山田 花子\n2026-11-01 14:00,カット,山田 花子\n")
	for _, kind := range transfer.ExportKinds() {
		var all map[string]any
		raw := s.export(kind, transfer.JSON, transfer.UTF8)
		if err := json.Unmarshal([]byte(raw), &all); err != nil {
			t.Errorf("%s: %v: %.200s", kind, err, raw)
		}
		if kind == transfer.Everything {
			for name, want := range map[string]int{"customers": 5, "customer_notes": 1, "bookings": 2, "booking_history": 3, "services": 2, "resources": 2, "opening_hours": 7, "business": 1} {
				if list, _ := all[name].([]any); len(list) != want {
					t.Errorf("%d %s, want %d", len(list), name, want)
				}
			}
			continue
		}
		for _, charset := range []transfer.Charset{transfer.UTF8, transfer.ShiftJIS} {
			lines := strings.Split(strings.TrimSpace(s.export(kind, transfer.CSV, charset)), "\r\n")
			if list, _ := all["items"].([]any); len(lines)-1 < len(list) || lines[0] == "" {
				t.Errorf("%s: %d lines for %d items", kind, len(lines), len(list))
			}
		}
	}
	if n := s.count(`SELECT count(*) FROM audit_entries WHERE action = 'business.exported' AND detail ->> 'complete' = 'true' AND (detail ->> 'records')::int >= 0`); n != int64(len(transfer.ExportKinds())*3-2) {
		t.Errorf("%d entries in the trail", n)
	}
	raw := s.export("customer-notes", transfer.JSON, transfer.UTF8)
	if !strings.Contains(raw, "カラーは①番") {
		t.Errorf("notes %s", raw)
	}
}

// More than a page of each, once.
func TestExport_PagesMeet(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.start(s.upload(transfer.Customers, []byte(list(1200)), 1<<20), false)
	raw := s.export("customers", transfer.CSV, transfer.UTF8)
	if n := strings.Count(raw, "\r\n"); n != 1081 {
		t.Errorf("%d lines", n)
	}
	if n := strings.Count(s.export("audit", transfer.JSON, transfer.UTF8), `"seq"`); n < 1080 {
		t.Errorf("%d entries of the trail", n)
	}
}

type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("gone")
	}
	return len(p), nil
}

func TestExport_ReaderGone_IsToldAsIncomplete(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, err := s.transfer.Export(context.Background(), owner, s.id, transfer.ExportInput{Kind: "all", Format: transfer.JSON, Charset: transfer.UTF8}, &broken{left: 100})
	if err == nil {
		t.Error("nobody noticed")
	}
	if n := s.count(`SELECT count(*) FROM audit_entries WHERE action = 'business.exported' AND detail ->> 'complete' = 'false'`); n != 1 {
		t.Errorf("%d entries", n)
	}
	for _, in := range []transfer.ExportInput{
		{Kind: "cats", Format: transfer.CSV, Charset: transfer.UTF8},
		{Kind: "all", Format: transfer.CSV, Charset: transfer.UTF8},
		{Kind: "audit", Format: "xml", Charset: transfer.UTF8},
		{Kind: "audit", Format: transfer.JSON, Charset: transfer.ShiftJIS},
	} {
		if _, err := s.transfer.Export(context.Background(), owner, s.id, in, &broken{}); err == nil {
			t.Errorf("%+v was taken", in)
		}
	}
}
