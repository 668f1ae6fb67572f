package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// rememberedLedgers bounds the memory for encoded days, in bytes; one of sixty
// bookings is some 110 kB.
const rememberedLedgers = 32 << 20

// ledgerKey is one day as callers of one kind see it. What staff see is each
// one's own: they have no days here.
type ledgerKey struct {
	business business.ID
	date     clock.Date
	sees     reach // of contacts
	takings  bool
}

// ledgerDay is the answer of a day as it went out, without what changes while
// nobody writes: the time, and the slots held. It stands as long as the business
// has written nothing, which each request asks the database, and as long as its
// schedule is the one that was shown.
type ledgerDay struct {
	seq                    int64
	snap                   *availability.Snapshot
	before, between, after []byte // the time; and behind it, the holds
}

// ledgers remembers days. A tablet at the counter asks for the same one all day.
type ledgers struct {
	days    *otter.Cache[ledgerKey, *ledgerDay]
	flights singleflight.Group
}

func newLedgers() *ledgers {
	return &ledgers{days: otter.Must(&otter.Options[ledgerKey, *ledgerDay]{
		MaximumWeight: rememberedLedgers,
		Weigher: func(_ ledgerKey, d *ledgerDay) uint32 {
			return uint32(min(len(d.before)+len(d.between)+len(d.after), rememberedLedgers))
		},
		ExpiryCalculator: otter.ExpiryWriting[ledgerKey, *ledgerDay](availability.Staleness),
	})}
}

// get is a remembered day that shows the schedule as it is.
func (l *ledgers) get(k ledgerKey, snap *availability.Snapshot) (*ledgerDay, bool) {
	if k.sees == own {
		return nil, false
	}
	d, ok := l.days.GetIfPresent(k)
	return d, ok && d.snap == snap
}

func (l *ledgers) keep(k ledgerKey, d *ledgerDay) {
	if k.sees != own {
		l.days.Set(k, d)
	}
}

// together reads a day once for all who found at the same time that it is to be
// read with the write of that number in it. What it reads began after that write
// was seen, so that it has it. The reading outlives the caller who began it, and
// everybody waits only for as long as he may.
func (l *ledgers) together(
	ctx context.Context, k ledgerKey, seq int64, snap *availability.Snapshot, read func(context.Context) (*ledgerDay, error),
) (*ledgerDay, error) {
	flight := fmt.Sprintf("%s %s %d %t %d %p", k.business, k.date, k.sees, k.takings, seq, snap)
	done := l.flights.DoChan(flight, func() (any, error) {
		reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestReading)
		defer cancel()
		return read(reading)
	})
	select {
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, "unavailable", ctx.Err()).After(time.Second)
	case r := <-done:
		day, _ := r.Val.(*ledgerDay)
		return day, r.Err
	}
}

// longestReading bounds a reading that several wait for.
const longestReading = 5 * time.Second

// The members of an answer between which it is cut: they stand there once, and
// nothing in front of them can look like them, as texts have their quotes escaped.
var (
	nowMember   = []byte(`"now":`)
	seqMember   = []byte(`,"seq":`)
	holdsMember = []byte(`"holds":`)
	sumMember   = []byte(`,"summary":`)
)

// newLedgerDay encodes a day, and cuts out what is filled in later.
func newLedgerDay(v *LedgerView, snap *availability.Snapshot) (*ledgerDay, error) {
	whole := *v
	whole.Holds = nil
	newFiller(reflect.TypeFor[LedgerView]()).value(reflect.ValueOf(&whole).Elem())
	raw, err := compact(whole)
	if err != nil {
		return nil, err
	}
	now := bytes.Index(raw, nowMember) + len(nowMember)
	seq := bytes.Index(raw, seqMember)
	holds := bytes.LastIndex(raw, holdsMember) + len(holdsMember)
	sum := bytes.LastIndex(raw, sumMember)
	if now < len(nowMember) || seq < now || holds < seq || sum < holds {
		return nil, fmt.Errorf("ledger of %s: its members are not where they should be", v.Date)
	}
	return &ledgerDay{seq: v.Seq, snap: snap, before: raw[:now:now], between: raw[seq:holds:holds], after: raw[sum:]}, nil
}

// answer is the day with what is so now.
func (d *ledgerDay) answer(now time.Time, holds []LedgerHold) (*data[encoded[LedgerView]], error) {
	at, err := compact(now)
	if err != nil {
		return nil, err
	}
	held, err := compact(holds)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(d.before)+len(at)+len(d.between)+len(held)+len(d.after))
	for _, part := range [][]byte{d.before, at, d.between, held, d.after} {
		out = append(out, part...)
	}
	return &data[encoded[LedgerView]]{encoded[LedgerView]{out}}, nil
}

// compact is the JSON of a value as answers carry it.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
