package api

import (
	"net/http"
	"slices"
	"testing"

	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

func TestInvariants_OperatorsSeeTheLastLook_AndAskForAnother(t *testing.T) {
	t.Parallel()
	p := newPremises(t)
	const all, run = "/admin/invariants", "/admin/invariants/run"
	fresh := p.want(http.StatusOK, "operator", "GET", all, "")
	if got := fresh.items("name"); !slices.Equal(got, verify.Names()) || fresh.items("state")[0] != "unknown" || fresh.text("items.0.checked_at") != "" {
		t.Errorf("before any look: %s", fresh.raw)
	}
	p.refuse(p.do("", "GET", all, ""), 401, "auth.required")
	p.refuse(p.do("founder", "GET", all, ""), 403, "auth.forbidden")
	p.refuse(p.do("founder", "POST", run, `{}`), 403, "auth.forbidden")
	p.refuse(p.do("operator", "POST", run, `{"invariants":["I3","I6"]}`), 422, "verify.unknown_invariant")

	asked := p.want(http.StatusAccepted, "operator", "POST", run, `{"invariants":["I3"]}`)
	if got := asked.items("waiting"); len(got) != len(verify.Names()) || got[slices.Index(verify.Names(), "I3")] != "true" || got[0] != "false" {
		t.Errorf("asked: %s", asked.raw)
	}
	p.want(http.StatusAccepted, "operator", "POST", run, `{}`) // of all, I3 waits already
	var n int
	err := p.db.ReadPool().QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'verify.invariant' AND queue = 'bulk'`).Scan(&n)
	if err != nil || n != len(verify.Names()) {
		t.Errorf("%d jobs for %d invariants: %v", n, len(verify.Names()), err)
	}
	trail := p.want(http.StatusOK, "operator", "GET", "/admin/audit?action=invariants.asked", "")
	if got := trail.items("detail"); len(got) != 2 || !slices.Contains(got, `{"invariants":["I3"]}`) {
		t.Errorf("trail: %s", trail.raw)
	}

	// What workers do, with a breach to be found.
	p.found("a-shop")
	if _, err := p.db.WritePool().Exec(t.Context(), `UPDATE directory SET slug = 'elsewhere'`); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Verifier.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	found := p.want(http.StatusOK, "operator", "GET", all+"?limit=1", "")
	next := p.want(http.StatusOK, "operator", "GET", all+"?limit=100&cursor="+found.text("next_cursor"), "")
	if got := slices.Concat(found.items("name"), next.items("name")); !slices.Equal(got, verify.Names()) || next.text("next_cursor") != "" {
		t.Errorf("pages: %q", got)
	}
	at := slices.Index(next.items("name"), "I11")
	if next.items("state")[at] != "broken" || next.items("breaches")[at] == "0" || found.items("state")[0] != "holds" {
		t.Errorf("found: %s", next.raw)
	}
}
