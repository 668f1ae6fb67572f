package pg

import (
	"context"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

// Standing is how the database answers a program that serves.
type Standing struct {
	Version string        // 16.4, as the server calls itself
	Took    time.Duration // of one question and its answer
	Skew    time.Duration // the server's clock behind (or, negative, before) ours, beyond what the way explains
}

// Stand asks the database what it is. It does not wait longer than ctx.
func Stand(ctx context.Context, db *DB, now func() time.Time) (Standing, error) {
	var s Standing
	var theirs time.Time
	asked := now()
	err := db.write.QueryRow(ctx, "SELECT current_setting('server_version'), clock_timestamp()").Scan(&s.Version, &theirs)
	if err != nil {
		return s, Translate(err)
	}
	answered := now()
	s.Took = answered.Sub(asked)
	switch {
	case theirs.Before(asked):
		s.Skew = asked.Sub(theirs)
	case theirs.After(answered):
		s.Skew = answered.Sub(theirs)
	}
	return s, nil
}

// Migration is one step of the schema that this program knows.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Migrations are the steps of the schema, the first one first, and whether the
// database has made them.
func Migrations(ctx context.Context, db *DB) ([]Migration, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var done []int64
	err = db.write.QueryRow(ctx, "SELECT coalesce(array_agg(DISTINCT version_id), '{}') FROM goose_db_version WHERE is_applied").Scan(&done)
	if err != nil && State(err) != "42P01" { // no table: nothing was applied
		return nil, Translate(err)
	}
	applied := make(map[int64]bool, len(done))
	for _, v := range done {
		applied[v] = true
	}
	out := make([]Migration, 0, len(files))
	for _, f := range files {
		number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(f), ".sql"), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, Migration{Version: version, Name: name, Applied: applied[version]})
	}
	return out, nil
}
