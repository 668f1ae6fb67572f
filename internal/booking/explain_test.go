package booking_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// Why a start is free or not, held against what booking it then does.

func (s *shop) explain(svc catalog.ServiceID, start time.Time, staff *catalog.ResourceID) *availability.Explained {
	s.tb.Helper()
	q := availability.Question{ServiceID: svc, StaffID: staff, Lang: locale.JA}
	x, err := s.avail.Explain(context.Background(), s.id, q, start)
	if err != nil {
		s.tb.Fatalf("explain: %v", err)
	}
	return x.Slot
}

// because is the kind, the overlap and the code of the first reason.
func (s *shop) because(svc catalog.ServiceID, start time.Time, staff *catalog.ResourceID) string {
	s.tb.Helper()
	x := s.explain(svc, start, staff)
	if x.Free {
		return "free"
	}
	return fmt.Sprint(x.Reasons[0].Kind, " ", x.Reasons[0].Overlap, " ", x.Reasons[0].Subject.Code)
}

func TestExplain_SaysFree_ExactlyWhereCreateBooks(t *testing.T) {
	t.Parallel()
	for range pgtest.Rounds(1, 30) {
		seed := uint64(time.Now().UnixNano()) //nolint:forbidigo // a seed
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := newTown(t, seed)
			offered := map[catalog.ServiceID][]time.Time{}
			for _, svc := range w.services {
				for d := range townDays + 2 {
					offered[svc] = append(offered[svc], w.stripOf(svc, clock.DateOf(at(d, 0, 0)))...)
				}
			}
			free := 0
			for range pgtest.Rounds(30, 200) {
				svc := w.services[w.IntN(len(w.services))]
				start := at(0, 0, 0).Add(time.Duration(w.IntN((townDays+2)*288)*5) * time.Minute)
				if list := offered[svc]; len(list) > 0 && w.IntN(3) > 0 {
					start = list[w.IntN(len(list))]
				}
				free += w.tryExplained(svc, start)
			}
			t.Logf("%d of the starts were free", free)
		})
	}
}

// stripOf is the free starts of a day.
func (w *town) stripOf(svc catalog.ServiceID, date clock.Date) []time.Time {
	w.tb.Helper()
	x, err := w.avail.ExplainDay(context.Background(), w.id, availability.Question{ServiceID: svc, Lang: locale.EN}, date)
	if err != nil {
		w.tb.Fatal(err)
	}
	var out []time.Time
	for _, s := range x.Strip {
		for i := range s.Starts {
			if s.Free {
				out = append(out, s.Start.Add(s.End.Sub(s.Start)/time.Duration(s.Starts)*time.Duration(i)))
			}
		}
	}
	return out
}

// tryExplained books the start and compares; 1 for one that is free.
func (w *town) tryExplained(svc catalog.ServiceID, start time.Time) int {
	w.tb.Helper()
	in := wish(svc, start)
	in.PartySize, in.Short = 0, true
	if w.required(svc) {
		in.Items[0].StaffID = &w.staff[w.IntN(len(w.staff))]
	}
	x := w.explain(svc, start, in.Items[0].StaffID)
	made, err := w.service.Create(context.Background(), guest, w.id, in, nil)
	if x.Free != (err == nil) || x.Free == (len(x.Reasons) > 0) {
		w.tb.Errorf("%s is free: %v, because %v, but booking it: %v", start, x.Free, x.Reasons, err)
	}
	if err != nil {
		return 0
	}
	if again := w.explain(svc, start, in.Items[0].StaffID); again.Free != (x.Remaining > 1) && !w.linked[svc] {
		w.tb.Errorf("%s: %d remained, and after one booking it is free: %v", start, x.Remaining, again.Free)
	}
	w.do(made, booking.ActCancel)
	return 1
}

func TestExplain_NamesTheBookingAndWhichPartOfItIsInTheWay(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	anna := s.staff(1)[0]
	seat := s.resource(res{kind: catalog.Seat})
	cut := s.menu(60, 5000, need{kind: catalog.Staff, ids: []catalog.ResourceID{anna}}, need{kind: catalog.Seat, ids: []catalog.ResourceID{seat}, before: 10, after: 30})
	x := s.mustBook(wish(cut, at(1, 12, 0)))
	for start, want := range map[time.Time]string{
		at(1, 12, 0):  "staff_booked visit " + x.Code,
		at(1, 11, 30): "staff_booked visit " + x.Code,
		at(1, 13, 0):  "resource_booked clean_up " + x.Code, // our preparation meets it as well
		at(1, 13, 30): "resource_booked clean_up " + x.Code,
		at(1, 11, 0):  "resource_booked preparation " + x.Code,
		at(1, 10, 30): "resource_booked preparation " + x.Code, // during our clean-up
		at(1, 14, 0):  "free",
		at(1, 10, 0):  "free",
	} {
		if got := s.because(cut, start, nil); got != want {
			t.Errorf("%s: %s, want %s", start, got, want)
		}
	}
	s.do(x, booking.ActCancel)
	if got := s.because(cut, at(1, 12, 0), nil); got != "free" {
		t.Errorf("cancelled, and still %s", got)
	}
}

// What serves several services of one visit is one allocation: all of it is the customer's time.
func TestExplain_OneSeatOverTwoServices_IsTheVisitUntilItsEnd(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	seat := s.resource(res{kind: catalog.Seat})
	cut := s.menu(60, 5000, need{kind: catalog.Seat, ids: []catalog.ResourceID{seat}, after: 30})
	in := wish(cut, at(1, 12, 0))
	in.Items = append(in.Items, availability.Item{ServiceID: cut})
	x := s.mustBook(in)
	for start, want := range map[time.Time]string{
		at(1, 13, 30): "resource_booked visit " + x.Code,
		at(1, 14, 0):  "resource_booked clean_up " + x.Code,
		at(1, 14, 30): "free",
	} {
		if got := s.because(cut, start, nil); got != want {
			t.Errorf("%s: %s, want %s", start, got, want)
		}
	}
}

// What is taken is read anew, and so is a schedule that another program changed.
func TestExplain_SeesWhatAnotherProgramDid(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	anna := s.staff(1)[0]
	cut := s.menu(60, 5000, need{kind: catalog.Staff, ids: []catalog.ResourceID{anna}})
	other := s.twice()[1]
	if got := s.because(cut, at(1, 12, 0), &anna); got != "free" {
		t.Fatal(got)
	}
	h, err := other.Hold(context.Background(), guest, s.id, booking.HoldInput{Request: wish(cut, at(1, 12, 0)).Request}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if x := s.explain(cut, at(1, 12, 0), &anna); x.Reasons[0].Kind != availability.CauseStaffHeld || !x.Reasons[0].Subject.ExpiresAt.Equal(h.ExpiresAt) {
		t.Errorf("held: %+v", x.Reasons)
	}
	s.clock.Set(h.ExpiresAt)
	if got := s.because(cut, at(1, 12, 0), &anna); got != "free" {
		t.Errorf("the hold is over: %s", got)
	}
	err = s.db.InTenant(context.Background(), s.id, func(tx *pg.Tx) error { // behind the back of this program
		tx.Later(&pg.Statement{SQL: `INSERT INTO special_days (business_id, date, ranges, note, version) VALUES ($1, $2, '[]', '{"ja":"棚卸し"}', 1)`}, s.id, clock.DateOf(at(1, 0, 0)))
		tx.Later(&pg.Statement{SQL: `UPDATE schedule_versions SET version = version + 1 WHERE business_id = $1`}, s.id)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if x := s.explain(cut, at(1, 12, 0), nil); x.Reasons[0].Kind != availability.CauseDateClosed || x.Reasons[0].Subject.Name != "棚卸し" {
		t.Errorf("closed: %+v", x.Reasons)
	}
}
