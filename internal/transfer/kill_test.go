package transfer_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
)

const patience = 30 * time.Second

// Of a worker that is killed at work.
const (
	envURL  = "TRANSFER_TEST_URL"
	envShop = "TRANSFER_TEST_SHOP"
)

// TestMain lets the test binary play a worker.
func TestMain(m *testing.M) {
	if url := os.Getenv(envURL); url != "" {
		playWorker(url)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// playWorker works until it is killed; it returns only when something went wrong.
func playWorker(url string) {
	db, err := pg.Open(context.Background(), pg.Options{URL: url, UnsafeNoSync: true})
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return
	}
	bid, err := id.Parse[business.Business](os.Getenv(envShop))
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return
	}
	var tb noTest
	s := &shop{tb: &tb, db: db, id: bid}
	s.wire(pgtest.Ring(&tb), transfer.Options{Slice: 10})
	if err := s.runner().Start(context.Background()); err != nil {
		fmt.Fprintln(os.Stdout, err)
		return
	}
	select {}
}

// noTest is what a worker has in the place of a test.
type noTest struct{ testing.TB }

func (noTest) Helper() {}

func (s *shop) runner() *jobs.Runner {
	r := jobs.NewRunner(jobs.Options{
		DB: s.db, Log: slog.New(slog.DiscardHandler), Poll: 20 * time.Millisecond,
		Backoff: func(int) time.Duration { return time.Millisecond },
	})
	jobs.Add(r, s.transfer.Work)
	return r
}

// until waits for a number that the shop's rows give.
func (s *shop) until(what string, reached func() bool) {
	s.tb.Helper()
	late := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-late:
			s.tb.Fatalf("waited in vain for %s: %s", what, s.texts(`SELECT i::text FROM imports i`))
		case <-tick.C:
		}
	}
}

// killedAt has a process work on the import and kills it when it has come to a line.
func (s *shop) killedAt(iid transfer.ID, line int64) {
	s.tb.Helper()
	s.due()
	cmd := exec.CommandContext(context.Background(), os.Args[0])
	cmd.Env = append(os.Environ(), envURL+"="+s.url, envShop+"="+s.id.String())
	if err := cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
	s.until("the worker", func() bool {
		return s.count(`SELECT next_line FROM imports WHERE id = $1`, iid) >= line || s.count(`SELECT count(*) FROM imports WHERE id = $1 AND status IN ('done', 'failed')`, iid) > 0
	})
	if err := cmd.Process.Kill(); err != nil {
		s.tb.Fatal(err)
	}
	_ = cmd.Wait()
	s.due()
}

// due has the job worked on now: the queue's clock is the machine's, and a job of
// a dead worker is its own again only after some minutes.
func (s *shop) due() {
	s.tb.Helper()
	for _, sql := range []string{`UPDATE river_job SET state = 'available', attempt = 0, scheduled_at = now() WHERE state <> 'completed'`, `DELETE FROM river_leader`} {
		if _, err := s.db.WritePool().Exec(context.Background(), sql); err != nil {
			s.tb.Fatal(err)
		}
	}
}

// A worker that dies repeats nothing and loses nothing: bookings, each in a
// transaction of its own, and customers, some at a time.
func TestImport_WorkerKilled_GoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.wire(pgtest.Ring(t), transfer.Options{Slice: 10})
	var file strings.Builder
	file.WriteString("日時,メニュー,氏名,電話番号\n")
	for day := range pgtest.Rounds(8, 40) {
		for hour := range 20 { // ten hours for two people
			fmt.Fprintf(&file, "%s %d:00,カット,客%d 子,090-1%03d-%04d\n", now.AddDate(0, 0, day+1).Format(time.DateOnly), 10+hour/2, hour, day, hour)
		}
	}
	for kind, content := range map[transfer.Kind]string{transfer.Bookings: file.String(), transfer.Customers: list(300)} {
		iid := s.upload(kind, []byte(content), 1000*pgtest.Rounds(10, 30))
		total := strings.Count(content, "\n") - 1
		if _, err := s.transfer.Start(t.Context(), owner, s.id, iid, false, nil); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			s.killedAt(iid, int64(total*(i+1)/5))
		}
		r := s.runner()
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.until("the end", func() bool {
			return s.count(`SELECT count(*) FROM imports WHERE id = $1 AND status IN ('done', 'failed')`, iid) > 0
		})
		if err := r.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		im := s.get(iid)
		want := total
		if kind == transfer.Customers {
			want = total * 9 / 10
		}
		if im.Status != transfer.Done || im.Created != want || im.Created+im.Refused != total {
			t.Errorf("%s: %+v", kind, im)
		}
		if n := s.count(`SELECT count(*) FROM import_lines WHERE import_id = $1`, iid); n != int64(total) {
			t.Errorf("%s: %d lines of %d", kind, n, total)
		}
		if n := s.count(`SELECT count(*) FROM ` + string(kind) + ` c WHERE ` + map[transfer.Kind]string{transfer.Bookings: "true", transfer.Customers: "given_name = '名'"}[kind]); n != int64(want) {
			t.Errorf("%s: %d were made of %d", kind, n, want)
		}
		if n := s.count(`SELECT count(*) FROM audit_entries WHERE action = $1`, map[transfer.Kind]string{transfer.Bookings: "booking.created", transfer.Customers: "customer.created"}[kind]); n != int64(want) {
			t.Errorf("%s: %d entries in the trail", kind, n)
		}
	}
}

// A dry run that is broken off goes on with what it would have taken before.
func TestImport_DryRun_GoesOnAsIfItHadNotEnded(t *testing.T) {
	t.Parallel()
	const bookings = "日時,メニュー,担当,氏名\n2026-12-01 14:00,カット,佐藤,一 子\n2026-12-01 15:00,カット,佐藤,二 子\n2026-12-01 14:30,カット,佐藤,三 子\n2026-12-01 14:00,カット,鈴木,四 子\n"
	const customers = "姓,名,電話番号,メール\n山田,花子,090-1234-5678,\n田中,次郎,090-1234-5679,\n山田,花子,090-1234-5678,h@example.com\n山田,花子,090-1234-5678,h@example.com\n"
	for kind, x := range map[transfer.Kind][2]string{
		transfer.Bookings:  {bookings, "2 created\n3 created\n4 refused [ booking.slot_taken]\n5 created\n"},
		transfer.Customers: {customers, "2 created\n3 created\n4 updated\n5 unchanged\n"},
	} {
		s := newShop(t)
		iid := s.upload(kind, []byte(x[0]), 1<<20)
		if im := s.start(iid, true); im.Status != transfer.Checked {
			t.Fatalf("%+v", im)
		}
		whole := s.outcomes(iid)
		if kind == transfer.Bookings && whole != x[1] {
			t.Errorf("%s: %s", kind, whole)
		}
		// As if it had been broken off behind the third line.
		s.sql(`DELETE FROM import_lines WHERE line > 3`)
		s.sql(`UPDATE imports SET status = 'running', next_line = 4`)
		if err := s.transfer.Work(t.Context(), transfer.WorkArgs{BusinessID: s.id.String(), ImportID: iid.String()}); err != nil {
			t.Fatal(err)
		}
		if again := s.outcomes(iid); again != whole {
			t.Errorf("%s: in one go\n%s\nbroken off\n%s", kind, whole, again)
		}
	}
}
