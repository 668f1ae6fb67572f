package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// pathsOfR08 are the histories that a confirmed booking may have when it is moved,
// checked in and cancelled at once: those who named a version win at most once,
// the customer's link names none.
var pathsOfR08 = []string{
	"create, reschedule", "create, reschedule, cancel", "create, reschedule, reschedule", "create, reschedule, reschedule, cancel",
	"create, cancel", "create, check_in",
}

// R08 over HTTP: one booking, moved, checked in and cancelled by the business and
// by its customer at once, on two servers: one history, one step after the other.
func TestProof_R08_OneBooking_ManyActions_OneLinearHistory(t *testing.T) {
	t.Parallel()
	s := newStage(t, 2)
	x := s.openShop("r08-salon", 2)
	seen := map[string]int{}
	for round := range pgtest.Rounds(2, 60) {
		if round > 0 {
			s.clock.Advance(24 * time.Hour)
			x.owner = s.signIn(door(x.slug))
		}
		made := s.must(http.StatusCreated, http.MethodPost, x.site("/bookings"), x.wish(x.hour(0, 20), round))
		booking, link := x.path("/bookings/"+made.text("booking.id")), "/public/bookings/"+made.text("manage_token")
		answers := s.atOnce(15, func(i, server int) (answer, error) {
			switch i % 5 {
			case 0:
				return s.try(server, http.MethodPost, booking+"/reschedule", map[string]any{"start": x.hour(0, 21)}, x.owner, `If-Match: "1"`)
			case 1:
				return s.try(server, http.MethodPost, link+"/cancel", nil)
			case 2:
				return s.try(server, http.MethodPost, booking+"/check-in", nil, x.owner, `If-Match: "1"`)
			case 3:
				return s.try(server, http.MethodPost, booking+"/cancel", nil, x.owner, `If-Match: "1"`)
			}
			// The customer's moves go elsewhere each, or they would be one another's.
			return s.try(server, http.MethodPost, link+"/reschedule", map[string]any{"start": x.hour(1, 9+i)})
		})
		history := s.must(http.StatusOK, http.MethodGet, booking+"/history", nil, x.owner)
		path, fault := linearHistory(history, answers)
		if fault != "" {
			t.Fatalf("round %d: %s\n%s\n%v", round, fault, history.raw, statuses(answers))
		}
		seen[path]++
	}
	t.Logf("R08: histories %v", seen)
}

// linearHistory looks at a history and at those who made it: versions count from
// one, each step begins where the last one ended, each but the first was
// acknowledged to just one, and all others were told that they came too late.
func linearHistory(history answer, answers []answer) (path, fault string) {
	items, _ := history.at("items").([]any)
	var actions []string
	before, moves := "", 0
	for i := range items {
		at := fmt.Sprintf("items.%d.", i)
		if history.at(at+"version") != float64(i+1) || history.text(at+"from") != before {
			return "", "it is no line at " + at
		}
		before = history.text(at + "to")
		if actions = append(actions, history.text(at+"action")); actions[i] == "reschedule" {
			moves++
		}
	}
	told := map[any]int{}
	for _, a := range answers {
		version := a.at("version")
		if version == nil {
			version = a.at("booking.version")
		}
		late := []string{"booking.wrong_state", "precondition.stale"}
		switch {
		case a.status == http.StatusOK:
			told[version]++
		case !slices.Contains(late, a.code()) || a.status != http.StatusConflict && a.status != http.StatusPreconditionFailed:
			return "", fmt.Sprintf("an answer is %d %s", a.status, a.raw)
		}
	}
	for version := 2; version <= len(items); version++ {
		if told[float64(version)] != 1 {
			return "", fmt.Sprintf("version %d was acknowledged to %d", version, told[float64(version)])
		}
	}
	if path = strings.Join(actions, ", "); len(told) != len(items)-1 {
		return path, fmt.Sprintf("versions %v were acknowledged", told)
	}
	short := path
	for moves > 2 { // the customer may move as often as they like
		short, moves = strings.Replace(short, "reschedule, reschedule", "reschedule", 1), moves-1
	}
	if !slices.Contains(pathsOfR08, short) {
		return path, "the path is not allowed"
	}
	return path, ""
}
