package api

import "context"

// pageOf makes a page of rows that were read with a limit of one more than the
// page holds. key is the position of a row, by which the next page begins.
func pageOf[T, V, K any](ctx context.Context, a *API, p Paging, filter any, rows []T, view func(*T) V, key func(*T) K) (*data[list[V]], error) {
	more := len(rows) > p.Limit
	rows = rows[:min(len(rows), p.Limit)]
	out := list[V]{Items: make([]V, len(rows))}
	for i := range rows {
		out.Items[i] = view(&rows[i])
	}
	if !more {
		return &data[list[V]]{out}, nil
	}
	last := key(&rows[len(rows)-1])
	var err error
	out.NextCursor, err = nextCursor(ctx, a, filter, &last)
	return &data[list[V]]{out}, err
}
