package api

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/idempotency"
)

// Keyed is embedded by the inputs of creating and paying operations.
type Keyed struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"255" doc:"A random text of the caller's, new for each intent: sent again within 24 h, the same request has one effect and the same answer" example:"8f1e7a52-6a3f-4a8e-9a51-0c8f2f0b7f6d"`
}

// effect is one request that must have one effect.
type effect[R, T any] struct {
	Key      string       // in.IdempotencyKey; empty: as often as it is sent
	Business *business.ID // whose keys these are; nil: the account's own
	Request  any          // what was asked, all of it: the whole input is right
	Status   int          // of the answer
	// Render makes of the service's result what is answered. It runs within the
	// service's transaction and after it: no effects.
	Render func(R) T
	// Do calls the service, which begins and stores the claim in its transaction.
	Do func(*idempotency.Claim) (R, error)
}

// idempotent runs the effect, or gives the answer that it had before: replayed
// is then true. Faults: idempotency.in_flight, idempotency.mismatch, and those
// of Do.
func idempotent[R, T any](ctx context.Context, a *API, e effect[R, T]) (answer T, replayed bool, err error) {
	claim, err := e.claim(ctx, a)
	if err != nil {
		return answer, false, err
	}
	result, err := e.Do(claim)
	if err == nil {
		return e.Render(result), false, nil
	}
	stored, err := claim.Replay(ctx, a.DB, err)
	if err != nil {
		return answer, false, err
	}
	if err := json.Unmarshal(stored.Body, &answer); err != nil {
		return answer, false, fmt.Errorf("stored answer of %s: %w", callOf(ctx).route, err)
	}
	return answer, true, nil
}

func (e effect[R, T]) claim(ctx context.Context, a *API) (*idempotency.Claim, error) {
	if e.Key == "" {
		return nil, nil //nolint:nilnil // a nil claim is a request without a key
	}
	body, err := json.Marshal(e.Request)
	if err != nil {
		return nil, fmt.Errorf("idempotent request: %w", err)
	}
	// A plain hash would let what was asked (a phone number, a password) be guessed from the stored row.
	body = a.Ring.MAC("idempotency/request", body)
	c := callOf(ctx)
	scope := idempotency.Scope{Actor: "guest"}
	if c.op != nil {
		scope.Route = c.op.ID
	}
	if c.signedIn {
		scope.Actor = c.principal.UserID.String()
	}
	if e.Business != nil {
		b := [16]byte(*e.Business)
		scope.Business = &b
	}
	claim := idempotency.New(a.Ring, scope, e.Key, body, a.Clock.Now())
	claim.Render = func(result any) (int, any, error) {
		r, ok := result.(R)
		if !ok {
			return 0, nil, fmt.Errorf("idempotent %s: service stored %T, not %T", scope.Route, result, r)
		}
		return e.Status, e.Render(r), nil
	}
	return claim, nil
}

// replayedHeader is the value of Idempotent-Replayed.
func replayedHeader(replayed bool) string {
	if replayed {
		return "true"
	}
	return ""
}
