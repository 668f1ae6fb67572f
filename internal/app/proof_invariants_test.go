package app_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// looksAtInvariants asks for a look as an operator, plants a breach and has it
// told everywhere: to operators, in the figures, to the log, by the command.
func (s *stage) looksAtInvariants(operator string) {
	s.t.Helper()
	if got := s.look(operator); slices.ContainsFunc(got, func(state string) bool { return state != "holds" }) || len(got) != len(verify.Names()) {
		s.t.Errorf("a healthy installation: %v", got)
	}
	if out, err := s.verify(app.VerifyOptions{}); err != nil || strings.Count(out, "ok   ") != len(verify.Names()) {
		s.t.Errorf("a healthy installation: %v\n%s", err, out)
	}
	s.exec(`UPDATE directory SET slug = slug || '-elsewhere'`)
	if got := s.look(operator); got[slices.Index(verify.Names(), "I11")] != "broken" {
		s.t.Errorf("after the breach: %v", got)
	}
	figures := s.figures()
	for _, line := range []string{`omotenashi_invariant_breaches{invariant="I11"} 1`, `omotenashi_invariant_breaches{invariant="I3"} 0`, `omotenashi_invariant_checked_timestamp_seconds{invariant="I13"} 1`} {
		if !strings.Contains(figures, line) {
			s.t.Errorf("the figures lack %s", line)
		}
	}
	if log := s.servers[0].log.String(); !strings.Contains(log, "an invariant is in breach") || !strings.Contains(log, `"invariant":"I11"`) {
		s.t.Error("the log does not tell of the breach")
	}
	out, err := s.verify(app.VerifyOptions{Only: []string{"I1", "I11"}, JSON: true})
	var told struct {
		Invariants []struct {
			Name     string
			Breaches int
			Examples []string
		}
	}
	if jsonErr := json.Unmarshal([]byte(out), &told); jsonErr != nil || !errors.Is(err, app.ErrBreaches) || len(told.Invariants) != 2 || told.Invariants[1].Breaches != 1 ||
		!strings.Contains(told.Invariants[1].Examples[0], "business:") {
		s.t.Errorf("by the command: %v, %v\n%s", err, jsonErr, out)
	}
	if _, err := s.verify(app.VerifyOptions{Only: []string{"I99"}}); err == nil || errors.Is(err, app.ErrBreaches) {
		s.t.Errorf("an unknown one: %v", err)
	}
	s.exec(`UPDATE directory d SET slug = b.slug FROM businesses b WHERE b.business_id = d.tenant_id`)
	if _, err := s.verify(app.VerifyOptions{Only: []string{"I11"}}); err != nil || !strings.Contains(s.figures(), `omotenashi_invariant_breaches{invariant="I11"} 0`) {
		s.t.Errorf("mended: %v", err)
	}
}

// look has all invariants looked at now and gives their states, in their order.
func (s *stage) look(operator string) []string {
	s.t.Helper()
	s.must(http.StatusAccepted, http.MethodPost, "/admin/invariants/run", map[string]any{}, operator)
	late := time.After(patience)
	for {
		a := s.must(http.StatusOK, http.MethodGet, "/admin/invariants", nil, operator)
		if !strings.Contains(string(a.raw), `"waiting":true`) {
			states := []string{}
			items, _ := a.at("items").([]any)
			for _, x := range items {
				states = append(states, answer{body: x}.text("state"))
			}
			return states
		}
		select {
		case <-late:
			s.t.Fatalf("nobody looks: %s", a.raw)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// verify runs the command on the stage's database.
func (s *stage) verify(v app.VerifyOptions) (string, error) {
	s.t.Helper()
	var out strings.Builder
	err := app.Verify(s.t.Context(), settings(s.t, s.environ(false)), app.Options{Out: &out, Clock: s.clock, UnsafeNoSync: true}, v)
	return out.String(), err
}

// figures are those of the first server.
func (s *stage) figures() string {
	s.t.Helper()
	_, body := call(s.t, http.MethodGet, "http://"+s.servers[0].Private+"/metrics", "")
	return string(body)
}
