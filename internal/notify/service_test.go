package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/notify/email"
	"github.com/omotenashi-connect/omotenashi/internal/outbox"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// fakeSender answers what it is told to, in order, then accepts.
type fakeSender struct {
	mu      sync.Mutex
	answers []error
	sent    []email.Mail
}

func (f *fakeSender) Send(_ context.Context, m email.Mail) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, m)
	if len(f.answers) == 0 {
		return nil
	}
	err := f.answers[0]
	f.answers = f.answers[1:]
	return err
}

// bench is a service on a database of its own with one booked business.
type bench struct {
	*Service
	db       *pg.DB
	sender   *fakeSender
	business business.ID
	booking  booking.ID
	outcomes []string
}

func newBench(t *testing.T, answers ...error) *bench {
	t.Helper()
	db := pgtest.New(t)
	b := &bench{db: db, sender: &fakeSender{answers: answers}}
	b.business, b.booking = seed(t, db, "hanako@example.jp")
	o := forTexts().o
	o.DB, o.Sender, o.Log = db, b.sender, slog.New(slog.DiscardHandler)
	o.Observe = func(event, outcome string) { b.outcomes = append(b.outcomes, event+" "+outcome) }
	b.Service = New(o)
	return b
}

// seed makes a business and a confirmed booking of it.
func seed(t *testing.T, db *pg.DB, address string) (business.ID, booking.ID) {
	t.Helper()
	bid, kid := id.New[business.Business](noon), id.New[booking.Booking](noon)
	resource, service := id.New[struct{}](noon), id.New[struct{}](noon)
	conn, err := db.WritePool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	exec("BEGIN")
	exec("SELECT set_config('app.business_id', $1, true)", bid.String())
	exec(`INSERT INTO businesses (business_id, slug, name, vertical, status, timezone, currency, locale, grid_minutes, booking_mode, approval_hours,
		min_notice_minutes, booking_window_days, change_notice_minutes, cancel_notice_minutes, hold_minutes, max_items, terms_version, created_at, updated_at)
		VALUES ($1, 'hana-salon', '{"ja": "花サロン"}', 'hair_salon', 'approved', 'Asia/Tokyo', 'JPY', 'ja', 30, 'instant', 24, 0, 60, 0, 0, 10, 5, '1', $2, $2)`, bid, noon)
	exec(`INSERT INTO resources (business_id, id, kind, name, capacity, min_party, max_party, nominatable, nomination_fee, position, active, created_at, updated_at)
		VALUES ($1, $2, 'staff', '{"ja": "佐藤"}', 1, 1, 1, true, 0, 1, true, $3, $3)`, bid, resource, noon)
	exec(`INSERT INTO services (business_id, id, name, duration_minutes, price, tax_percent, min_party, max_party, nomination, position, active, created_at, updated_at)
		VALUES ($1, $2, '{"ja": "カット"}', 60, 5500, 10, 1, 1, 'optional', 1, true, $3, $3)`, bid, service, noon)
	exec(`INSERT INTO bookings (business_id, id, code, status, source, guest, starts_at, ends_at, business_date, party_size, total, currency, price_lines, policy,
		locale, created_at, updated_at)
		VALUES ($1, $2, 'AB23CD45', 'confirmed', 'public', jsonb_build_object('family_name', '山田', 'given_name', '花子', 'email', $3::text),
		        $4, $4::timestamptz + interval '1 hour', '2026-12-01', 1, 5500, 'JPY', '[]', '{"steps": []}', 'ja', $4, $4)`, bid, kid, address, noon)
	exec(`INSERT INTO booking_segments (business_id, booking_id, position, service_id, service_name, options, duration_minutes, starts_at, ends_at, staff_id, nominated, picks)
		VALUES ($1, $2, 0, $3, '{"ja": "カット"}', '[]', 60, $4, $4::timestamptz + interval '30 minutes', $5, true, '[]'),
		       ($1, $2, 1, $3, '{"ja": "仕上げ"}', '[]', 30, $4::timestamptz + interval '30 minutes', $4::timestamptz + interval '1 hour', $5, false, '[]')`,
		bid, kid, service, noon, resource)
	exec("COMMIT")
	return bid, kid
}

// queue puts a message into the outbox and gives its job's arguments.
func (b *bench) queue(t *testing.T, event string) outbox.SendArgs {
	t.Helper()
	var batch pg.Batch
	mid := outbox.Queue(&batch, b.business, outbox.Message{BookingID: b.booking, Event: event}, clock.System{}.Now()) // River looks at the real clock
	if err := b.db.BatchTenant(t.Context(), b.business, &batch); err != nil {
		t.Fatal(err)
	}
	return outbox.SendArgs{BusinessID: b.business.String(), MessageID: mid.String()}
}

type messageFate struct {
	Status    string `db:"status"`
	Attempts  int    `db:"attempts"`
	Unsure    int    `db:"unsure"`
	LastError string `db:"last_error"`
	Dated     bool   `db:"dated"`
}

var readFate = pg.Register("notify_test.fate",
	`SELECT status, attempts, unsure, last_error, sent_at IS NOT NULL AS dated FROM messages WHERE business_id = $1 AND id = $2`)

func (b *bench) checkFate(t *testing.T, a outbox.SendArgs, want messageFate) {
	t.Helper()
	mid, err := id.Parse[outbox.Message](a.MessageID)
	if err != nil {
		t.Fatal(err)
	}
	var got messageFate
	var batch pg.Batch
	pg.CollectOne(batch.Queue(readFate, b.business, mid), &got, nil)
	if err := b.db.ReadTenant(t.Context(), b.business, &batch); err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("fate %+v, want %+v", got, want)
	}
}

var (
	refusedForNow  = &email.Error{Stage: "recipient", Code: 450}
	refusedForGood = &email.Error{Stage: "recipient", Code: 550, Permanent: true}
	unsure         = &email.Error{Stage: "answer", Unsure: true}
)

func TestWork_SendsOnce_EvenWhenRunTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a := b.queue(t, booking.EventConfirmed)
	for range 2 {
		if err := b.Work(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.sender.sent) != 1 {
		t.Fatalf("%d mails", len(b.sender.sent))
	}
	m := b.sender.sent[0]
	if m.To != "hanako@example.jp" || m.ID != a.MessageID || !strings.Contains(m.Text, "メニュー：カット、仕上げ") || !strings.Contains(m.Text, "担当（ご指名）：佐藤") {
		t.Errorf("mail %+v", m)
	}
	b.checkFate(t, a, messageFate{Status: "sent", Attempts: 1, Dated: true})
	if got := fmt.Sprint(b.outcomes); got != "[booking.confirmed sent]" {
		t.Errorf("counted %s", got)
	}
}

// Outside a job every attempt is the last one: the fates of earlier ones are proven
// with the runner, in TestWorker_TriesAgain….
func TestWork_RecordsEachFate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		event   string
		answer  error
		mails   int
		wantErr bool
		want    messageFate
	}{
		{"refused for now, for the last time", booking.EventConfirmed, refusedForNow, 1, true, messageFate{Status: "failed", Attempts: 1, LastError: "mail: recipient 450"}},
		{"refused for good", booking.EventConfirmed, refusedForGood, 1, false, messageFate{Status: "failed", Attempts: 1, LastError: "mail: recipient 550"}},
		{"unknown error", booking.EventConfirmed, errors.New("planted-secret"), 1, true, messageFate{Status: "failed", Attempts: 1, LastError: "mail: not sent"}},
		{"unknown event", "booking.unheard", nil, 0, true, messageFate{Status: "failed", Attempts: 1, LastError: "the message cannot be written"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var answers []error
			if test.answer != nil {
				answers = append(answers, test.answer)
			}
			b := newBench(t, answers...)
			a := b.queue(t, test.event)
			err := b.Work(t.Context(), a)
			if (err != nil) != test.wantErr {
				t.Errorf("error %v", err)
			}
			if len(b.sender.sent) != test.mails {
				t.Errorf("%d mails", len(b.sender.sent))
			}
			b.checkFate(t, a, test.want)
		})
	}
}

func TestWork_WithoutAddress_IsSkipped(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.execTenant(t, "UPDATE bookings SET guest = guest - 'email' WHERE business_id = $1", b.business)
	a := b.queue(t, booking.EventConfirmed)
	if err := b.Work(t.Context(), a); err != nil || len(b.sender.sent) != 0 {
		t.Errorf("%v, %d mails", err, len(b.sender.sent))
	}
	b.checkFate(t, a, messageFate{Status: "skipped", Attempts: 1, LastError: "no e-mail address"})
}

func (b *bench) execTenant(t *testing.T, sql string, args ...any) {
	t.Helper()
	conn, err := b.db.WritePool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, s := range []struct {
		sql  string
		args []any
	}{{"BEGIN", nil}, {"SELECT set_config('app.business_id', $1, true)", []any{b.business.String()}}, {sql, args}, {"COMMIT", nil}} {
		if _, err := conn.Exec(t.Context(), s.sql, s.args...); err != nil {
			t.Fatalf("%s: %v", s.sql, err)
		}
	}
}

func TestWork_FoundInTheMiddleOfSending_IsSentOnceMoreAndNotTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a := b.queue(t, booking.EventConfirmed)
	died := func() { // as a process leaves it that died between the server's acceptance and the record
		b.execTenant(t, "UPDATE messages SET status = 'sending' WHERE business_id = $1", b.business)
	}
	died()
	if err := b.Work(t.Context(), a); err != nil || len(b.sender.sent) != 1 {
		t.Fatalf("%v, %d mails", err, len(b.sender.sent))
	}
	b.checkFate(t, a, messageFate{Status: "sent", Attempts: 1, Unsure: 1, Dated: true})
	died()
	if err := b.Work(t.Context(), a); err != nil || len(b.sender.sent) != 1 {
		t.Fatalf("%v, %d mails: it was sent a third time", err, len(b.sender.sent))
	}
	b.checkFate(t, a, messageFate{Status: "failed", Attempts: 2, Unsure: 2, LastError: "outcome unknown twice"})
}

func TestWork_GoneOrForeign_IsLeftAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a := b.queue(t, booking.EventConfirmed)
	foreign := outbox.SendArgs{BusinessID: id.New[business.Business](noon).String(), MessageID: a.MessageID}
	gone := outbox.SendArgs{BusinessID: a.BusinessID, MessageID: id.New[outbox.Message](noon).String()}
	for _, args := range []outbox.SendArgs{foreign, gone} {
		if err := b.Work(t.Context(), args); err != nil {
			t.Errorf("%+v: %v", args, err)
		}
	}
	if len(b.sender.sent) != 0 {
		t.Errorf("%d mails", len(b.sender.sent))
	}
	b.checkFate(t, a, messageFate{Status: "queued"})
	if err := b.Work(t.Context(), outbox.SendArgs{BusinessID: "x", MessageID: a.MessageID}); err == nil {
		t.Error("unreadable arguments are no error")
	}
}

// fakeAccounts is one mail and what was recorded of it.
type fakeAccounts struct {
	mail   auth.Mail
	err    error
	record string
}

func (f *fakeAccounts) Mail(context.Context, auth.MessageID) (auth.Mail, error) { return f.mail, f.err }

func (f *fakeAccounts) MarkSent(context.Context, auth.MessageID) error {
	f.record += "sent;"
	return nil
}

func (f *fakeAccounts) MarkFailed(_ context.Context, _ auth.MessageID, why string, last bool) error {
	f.record += fmt.Sprintf("%s %v;", why, last)
	return nil
}

func TestWorkAccount_SendsAndRecords(t *testing.T) {
	t.Parallel()
	verify := auth.Mail{To: "taro@example.jp", Kind: auth.MailVerify, Locale: "ja", FamilyName: "鈴木", GivenName: "太郎", Token: "TOKEN", Expires: noon}
	done := verify
	done.Sent = true
	tests := []struct {
		name    string
		mail    auth.Mail
		err     error
		answer  error
		mails   int
		wantErr bool
		record  string
	}{
		{"sent", verify, nil, nil, 1, false, "sent;"},
		{"sent before", done, nil, nil, 0, false, ""},
		{"nobody to write to", auth.Mail{}, fault.New(fault.NotFound, "not_found"), nil, 0, false, ""},
		{"no database", auth.Mail{}, fault.New(fault.Unavailable, "unavailable"), nil, 0, true, ""},
		{"refused", verify, nil, refusedForNow, 1, true, "mail: recipient 450 true;"},
		{"refused for good", verify, nil, refusedForGood, 1, false, "mail: recipient 550 true;"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sender := &fakeSender{}
			if test.answer != nil {
				sender.answers = []error{test.answer}
			}
			accounts := &fakeAccounts{mail: test.mail, err: test.err}
			o := forTexts().o
			o.Sender, o.Accounts, o.Log, o.Clock = sender, accounts, slog.New(slog.DiscardHandler), clock.NewManual(noon)
			err := New(o).WorkAccount(t.Context(), auth.SendArgs{MessageID: auth.MessageID{1}.String()})
			if (err != nil) != test.wantErr || len(sender.sent) != test.mails || accounts.record != test.record {
				t.Errorf("error %v, %d mails, recorded %q", err, len(sender.sent), accounts.record)
			}
		})
	}
}
