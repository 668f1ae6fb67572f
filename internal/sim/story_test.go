package sim_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
)

// story is what is played. The same story has the same outcome.
type story struct {
	seed  uint64
	begin clock.Date // in Japan
	days  int
	shops []plan
}

var plans = map[string]func() plan{"salon": salon, "clinic": clinic, "bar": bar, "abroad": abroad}

// readStory reads a story as a line of the kept ones and the environment have it.
func readStory(t *testing.T, seed, begin, days, shops string) story {
	t.Helper()
	var s story
	var err error
	if s.seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
		t.Fatal(err)
	}
	if s.begin, err = clock.ParseDate(cmp.Or(begin, leapYear.String())); err != nil {
		t.Fatal(err)
	}
	if s.days, err = strconv.Atoi(cmp.Or(days, "30")); err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(cmp.Or(shops, "salon,clinic,bar,abroad"), ",") {
		p, known := plans[name]
		if !known {
			t.Fatalf("no shop %q", name)
		}
		s.shops = append(s.shops, p())
	}
	return s
}

func (s story) names() string {
	names := make([]string, len(s.shops))
	for i, p := range s.shops {
		names[i] = strings.TrimPrefix(p.slug, "sim-")
	}
	return strings.Join(names, ",")
}

// String is the line by which the story is kept.
func (s story) String() string { return fmt.Sprintf("%d %s %d %s", s.seed, s.begin, s.days, s.names()) }

// environ is by what another process plays the story.
func (s story) environ() []string {
	return []string{
		fmt.Sprintf("SIM_SEED=%d", s.seed), "SIM_BEGIN=" + s.begin.String(), fmt.Sprintf("SIM_DAYS=%d", s.days), "SIM_SHOPS=" + s.names(),
	}
}

// print tells what the story was made of.
func (w *world) print(took time.Duration) {
	w.t.Helper()
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(w.tally)) {
		fmt.Fprintf(&b, "\n%7d %s", w.tally[k], k)
	}
	w.t.Logf("%s: digest %s in %.1f s, %.1f days of a shop a second: %d requests, %d jobs of which %d died, %d bookings%s",
		w.story, w.journal.digest(), took.Seconds(), float64(w.story.days*len(w.shops))/took.Seconds(), w.calls, w.queue.worked, w.queue.died, len(w.records), &b)
}
