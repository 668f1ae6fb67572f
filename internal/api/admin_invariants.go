package api

import (
	"context"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// This file is what operators see of the invariants of the installation.

func (a *API) registerInvariants() {
	register(a, operation{
		ID: "admin-list-invariants", Method: http.MethodGet, Path: "/admin/invariants", Tags: tagAdmin, Authz: platform(),
		Summary: "What must hold of everything stored, and what the last look found",
		Description: "Each is looked at once an hour. `broken` asks for a person: examples name some of the rows by their ids. " +
			"A result that is hours old says as much: nobody looks, or no look comes to its end.",
	}, a.adminListInvariants)
	register(a, operation{
		ID: "run-invariants", Method: http.MethodPost, Path: "/admin/invariants/run", Tags: tagAdmin, Authz: platform(), Status: http.StatusAccepted,
		Errors: []string{"verify.unknown_invariant"}, Summary: "Have invariants looked at now",
		Description: "They are looked at one after the other, as soon as a worker is free: `waiting` tells of which. Asked for again meanwhile, none is looked at twice. " +
			"The answer is what was found until then.",
	}, a.runInvariants)
}

// The states of an invariant.
const (
	invariantUnknown = "unknown" // nobody looked yet
	invariantHolds   = "holds"
	invariantBroken  = "broken"
)

// InvariantView is an invariant with what the last look at it found.
type InvariantView struct {
	Name      string     `json:"name" example:"I3"`
	What      string     `json:"what" doc:"What must hold"`
	State     string     `json:"state" enum:"unknown,holds,broken" doc:"At the last look"`
	Waiting   bool       `json:"waiting" doc:"A look at it is due or under way"`
	CheckedAt *time.Time `json:"checked_at" doc:"Null: nobody looked yet"`
	Checked   int64      `json:"checked" doc:"Rows that were looked at"`
	Breaches  int64      `json:"breaches"`
	Examples  []string   `json:"examples" doc:"Some of the breaches, by ids; never personal data"`
	TookMs    int64      `json:"took_ms"`
}

func invariantView(r *verify.Last) InvariantView {
	v := InvariantView{
		Name: r.Name, What: r.What, State: invariantUnknown, Waiting: r.Waiting, Checked: r.Checked, Breaches: r.Breaches,
		Examples: r.Examples, TookMs: r.Took.Milliseconds(),
	}
	if r.CheckedAt.IsZero() {
		return v
	}
	at := r.CheckedAt.UTC()
	v.CheckedAt, v.State = &at, invariantHolds
	if r.Breaches > 0 {
		v.State = invariantBroken
	}
	return v
}

// invariantsPage is a page of the invariants in their order, behind the one at a place.
func (a *API) invariantsPage(ctx context.Context, p Paging, all []verify.Last) (*data[list[InvariantView]], error) {
	var after string
	if _, err := p.after(ctx, a, nil, &after); err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Name == after {
			all = all[i+1:]
			break
		}
	}
	return pageOf(ctx, a, p, nil, all, invariantView, func(r *verify.Last) string { return r.Name })
}

func (a *API) adminListInvariants(ctx context.Context, in *struct{ Paging }) (*data[list[InvariantView]], error) {
	all, err := a.Verifier.Results(ctx)
	if err != nil {
		return nil, err
	}
	return a.invariantsPage(ctx, in.Paging, all)
}

type runInvariantsInput struct {
	Body struct {
		Invariants []string `json:"invariants,omitempty" maxItems:"50" doc:"Their names; all when left out" example:"[\"I1\",\"I3\"]"`
	}
}

func (a *API) runInvariants(ctx context.Context, in *runInvariantsInput) (*data[list[InvariantView]], error) {
	all, err := a.Verifier.Ask(ctx, actor(ctx), in.Body.Invariants...)
	if err != nil {
		return nil, err
	}
	return a.invariantsPage(ctx, Paging{Limit: len(all)}, all)
}
