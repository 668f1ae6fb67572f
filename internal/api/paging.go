package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
)

// Paging is embedded by the inputs of lists.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many, at most"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before; only with the same filter"`
}

// list is the body of lists.
type list[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Gets the next page; null at the end"`
}

const cursorPurpose = "cursor"

// after reads the cursor into position, which the service gave for the last item
// of the page before; false on the first page. A cursor of another list, filter
// or business, or one that was changed, is a 422.
func (p Paging) after(ctx context.Context, a *API, filter, position any) (bool, error) {
	if p.Cursor == "" {
		return false, nil
	}
	sealed, err := secret.Decode(p.Cursor)
	if err != nil {
		return false, errCursor()
	}
	raw, err := a.Ring.Open(cursorPurpose, sealed, cursorContext(ctx, filter))
	if err != nil {
		return false, errCursor()
	}
	if err := json.Unmarshal(raw, position); err != nil {
		return false, errCursor()
	}
	return true, nil
}

func errCursor() error {
	var v fault.Fields
	v.Add("query.cursor", "cursor")
	return v.Err()
}

// nextCursor seals the position of the last item; position nil is the end.
func nextCursor[K any](ctx context.Context, a *API, filter any, position *K) (*string, error) {
	if position == nil {
		return nil, nil //nolint:nilnil // the end of a list is no cursor, and no error
	}
	raw, err := json.Marshal(position)
	if err != nil {
		return nil, fmt.Errorf("cursor: %w", err)
	}
	s := secret.Encode(a.Ring.Seal(cursorPurpose, raw, cursorContext(ctx, filter)))
	return &s, nil
}

// cursorContext binds a cursor to the list that made it.
func cursorContext(ctx context.Context, filter any) []byte {
	c := callOf(ctx)
	raw, err := json.Marshal([]any{c.route, c.business, filter})
	if err != nil {
		panic(fmt.Sprintf("api: filter of %s: %v", c.route, err))
	}
	sum := sha256.Sum256(raw)
	return sum[:]
}
