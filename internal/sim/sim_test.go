package sim_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// Each kind of shop lives through a year with a 29 February in it, alone on its
// installation. Quickly, those of the other tests live through some days.
func TestSim_ShopYear(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"salon", "clinic", "bar", "abroad"}[:pgtest.Rounds(0, 4)] {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, story{seed: 7, begin: leapYear, days: 366, shops: []plan{plans[name]()}})
		})
	}
}

// The same seed has the same outcome: once more in this process, and in another
// one, which is told of the seed as anybody is who replays it.
func TestSim_SameSeed_SameOutcome(t *testing.T) {
	t.Parallel()
	if !pgtest.Full() {
		playTwice(t, story{seed: 2, begin: leapYear, days: 2, shops: []plan{salon()}})
		return
	}
	s := story{seed: 11, begin: leapYear, days: 12, shops: []plan{salon(), clinic(), bar(), abroad()}}
	want := playTwice(t, s)
	if got := elsewhere(t, s); got != want {
		t.Errorf("another process ends with %s, this one with %s", got, want)
	}
}

// Seeds that once found something are played every time; SIM_SEED plays another
// one, as the message of a failure says.
func TestSim_Replay(t *testing.T) {
	t.Parallel()
	for _, s := range stories(t) {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			play(t, s)
		})
	}
}

// leapYear begins in October: year's end, the end of February and both changes
// of clocks are in it.
var leapYear = clock.Date{Year: 2027, Month: time.October, Day: 1}

// play plays a story, looks at everything, and tells of it.
func play(t *testing.T, s story) *world {
	t.Helper()
	began := time.Now() //nolint:forbidigo // a figure to print
	w := newWorld(t, s)
	w.play()
	w.checkEnd()
	w.print(time.Since(began)) //nolint:forbidigo // as above
	return w
}

// playTwice fails when the second time differs from the first.
func playTwice(t *testing.T, s story) (digest string) {
	t.Helper()
	first, second := play(t, s), play(t, s)
	digest = first.journal.digest()
	if digest != second.journal.digest() {
		t.Errorf("%s: the second time differs in %s", s, first.journal.differs(&second.journal))
	}
	return digest
}

var toldDigest = regexp.MustCompile(`digest ([0-9a-f]{24})`)

// elsewhere plays the story in another process.
func elsewhere(t *testing.T, s story) (digest string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, "-test.run", "^TestSim_Replay$", "-test.v")
	c.Env = append(os.Environ(), s.environ()...)
	out, err := c.CombinedOutput()
	found := toldDigest.FindSubmatch(out)
	if err != nil || found == nil {
		t.Fatalf("another process: %v\n%s", err, out)
	}
	return string(found[1])
}

// stories are those of the environment, else those that are kept.
func stories(t *testing.T) []story {
	t.Helper()
	if os.Getenv("SIM_SEED") != "" {
		return []story{readStory(t, os.Getenv("SIM_SEED"), os.Getenv("SIM_BEGIN"), os.Getenv("SIM_DAYS"), os.Getenv("SIM_SHOPS"))}
	}
	raw, err := os.ReadFile(filepath.Join("testdata", "seeds.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var list []story
	for line := range strings.Lines(string(raw)) {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) == 4 {
			list = append(list, readStory(t, f[0], f[1], f[2], f[3]))
		} else if len(f) != 0 {
			t.Fatalf("no story: %q", line)
		}
	}
	if len(list) == 0 {
		t.Fatal("no story is kept")
	}
	return list[:min(len(list), pgtest.Rounds(1, len(list)))]
}
