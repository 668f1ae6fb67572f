package api

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/id"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// A remembered day, filled with the time and the holds, is byte for byte the
// answer encoded at once, whatever its texts say.
func TestLedgerDay_IsTheAnswerEncodedAtOnce(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 1, 14, 30, 0, 0, time.FixedZone("", 9*3600))
	hold := LedgerHold{ResourceID: id.New[catalog.Resource](at), Unit: 1, Start: at, End: at.Add(time.Hour), ExpiresAt: at.Add(time.Minute)}
	for _, name := range []string{"担当 1", `"now":"x","seq":1`, `,"seq":7,"holds":[],"summary":{}`, `\`, "<&>", "\u2028"} {
		for _, holds := range [][]LedgerHold{nil, {hold}, {hold, hold}} {
			v := LedgerView{
				Date: clock.Date{Year: 2026, Month: 12, Day: 1}, Timezone: "Asia/Tokyo", Now: at, Seq: 12, GridMinutes: 15, Holds: holds,
				Resources: []LedgerColumn{{Kind: catalog.Staff, Name: locale.Text{"ja": name}, Capacity: 1}},
				Bookings:  []ConsoleBooking{{Customer: CustomerView{FamilyName: name}, OverrideReason: name}},
			}
			snap := new(availability.Snapshot)
			day, err := newLedgerDay(&v, snap)
			if err != nil {
				t.Fatal(err)
			}
			v.Now = at.Add(time.Second)
			if v.Holds == nil {
				v.Holds = []LedgerHold{}
			}
			got, err := day.answer(v.Now, v.Holds)
			if err != nil {
				t.Fatal(err)
			}
			newFiller(reflect.TypeFor[LedgerView]()).value(reflect.ValueOf(&v).Elem())
			want, err := compact(v)
			if err != nil || !bytes.Equal(got.Body.JSON, want) {
				t.Errorf("%q, %d holds: %v\n%s\nwant\n%s", name, len(holds), err, got.Body.JSON, want)
			}
		}
	}
}

func TestLedgers_RememberOnlyWhatAllSeeAlike(t *testing.T) {
	t.Parallel()
	l, snap := newLedgers(), new(availability.Snapshot)
	for sees, kept := range map[reach]bool{all: true, not: true, own: false} {
		k := ledgerKey{date: clock.Date{Year: 2026, Month: 12, Day: 1}, sees: sees}
		l.keep(k, &ledgerDay{snap: snap})
		if _, ok := l.get(k, snap); ok != kept {
			t.Errorf("reach %d: kept %t", sees, ok)
		}
		if _, ok := l.get(k, new(availability.Snapshot)); ok {
			t.Errorf("reach %d: kept over a change of the schedule", sees)
		}
	}
}
