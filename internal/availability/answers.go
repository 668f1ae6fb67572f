package availability

import (
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// rememberedAnswers bounds the memory for encoded answers, in bytes; one of a
// month is some 130 kB.
const rememberedAnswers = 32 << 20

// scratch is the room in which answers are written, at first.
const scratch = 32 << 10

// answerKey is everything that an answer follows from: the calendar as it was
// loaded, the question, and which of its starts are within the deadlines.
type answerKey struct {
	calendar uint64
	service  catalog.ServiceID
	staff    catalog.ResourceID
	from, to clock.Date
	party    int
	window   Window
}

// answers remembers answers as they went out. A calendar that was loaded anew
// has another serial, so that nothing is ever dropped by hand; what nobody asks
// for any more goes after Staleness.
type answers struct {
	encoded *otter.Cache[answerKey, []byte]
}

func newAnswers() *answers {
	return &answers{encoded: otter.Must(&otter.Options[answerKey, []byte]{
		MaximumWeight:    rememberedAnswers,
		Weigher:          func(_ answerKey, b []byte) uint32 { return uint32(min(len(b), rememberedAnswers)) },
		ExpiryCalculator: otter.ExpiryWriting[answerKey, []byte](Staleness),
	})}
}

// key is that of a question, false for one that is not remembered: with options
// or of several services, or for days that the calendar does not have.
func (q *Query) key(k *Calendar, now time.Time) (answerKey, bool) {
	if q.SetID != nil || len(q.Also) > 0 || len(q.OptionIDs) > 0 || q.From.Before(k.From) || q.To.After(k.To) {
		return answerKey{}, false
	}
	key := answerKey{
		calendar: k.serial, service: q.ServiceID, from: q.From, to: q.To, party: q.PartySize, window: k.WindowIn(k.Frame, now),
	}
	if q.StaffID != nil {
		key.staff = *q.StaffID
	}
	return key, true
}
