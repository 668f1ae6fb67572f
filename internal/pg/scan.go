package pg

import "github.com/jackc/pgx/v5"

// CollectScan reads all rows of a queued statement into dst like Collect, in the
// order of its columns and not by their names: for what is read hundreds of rows
// at a time. targets are where the columns of a row go.
func CollectScan[T any](q *pgx.QueuedQuery, dst *[]T, targets func(*T) []any) {
	q.Query(func(rows pgx.Rows) error {
		defer rows.Close()
		list := []T{}
		var row, none T
		into := targets(&row)
		for rows.Next() {
			row = none // what was read before is not written into again
			if err := rows.Scan(into...); err != nil {
				return err
			}
			list = append(list, row)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		*dst = list
		return nil
	})
}
