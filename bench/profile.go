package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// With -profiles each figure leaves in the folder where its time went: CPU and
// allocations of the program, times of statements, and what backends waited for.
const (
	profileSeconds = 3 // less than the shortest figure under load takes
	waitSample     = 5 * time.Millisecond
)

// statementSettings have the server count what its statements cost, functions'
// own ones too.
var statementSettings = map[string]string{"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "all"}

// profile watches the program and its database while a figure runs, when the run
// was asked for it; the returned function waits for what it saw.
func (r *rig) profile(ctx context.Context, name string) (done func() error) {
	if r.profiles == "" {
		return func() error { return nil }
	}
	if _, err := r.admin.Exec(ctx, `SELECT pg_stat_statements_reset()`); err != nil {
		return func() error { return err }
	}
	var running sync.WaitGroup
	errs := make([]error, 3)
	for i, watch := range []func(context.Context, string) error{
		func(ctx context.Context, name string) error { return r.pprof(ctx, "profile", name+".cpu.pprof") },
		func(ctx context.Context, name string) error { return r.pprof(ctx, "allocs", name+".allocs.pprof") },
		r.waits,
	} {
		running.Go(func() { errs[i] = watch(ctx, name) })
	}
	return func() error {
		running.Wait()
		return errors.Join(append(errs, r.statements(ctx, name))...)
	}
}

func (r *rig) pprof(ctx context.Context, kind, file string) error {
	a, err := call(ctx, r.program.private, http.MethodGet, fmt.Sprintf("/debug/pprof/%s?seconds=%d", kind, profileSeconds), nil, "")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.profiles, file), a.Body, 0o600)
}

// waits counts what the program's backends were doing, looked at again and again.
func (r *rig) waits(ctx context.Context, name string) error {
	const look = `SELECT coalesce(wait_event_type || ' ' || wait_event, 'running') FROM pg_stat_activity
		WHERE usename = $1 AND state <> 'idle'`
	seen := map[string]int{}
	tick := time.NewTicker(waitSample)
	defer tick.Stop()
	for end := time.Now().Add(profileSeconds * time.Second); time.Now().Before(end); <-tick.C {
		list, err := r.texts(ctx, look)
		if err != nil {
			return err
		}
		for _, w := range list {
			seen[w]++
		}
	}
	return r.note(name+".waits.txt", []string{fmt.Sprint(seen)})
}

// statements lists what cost the most in the database.
func (r *rig) statements(ctx context.Context, name string) error {
	list, err := r.texts(ctx, `
		SELECT format('%s ms %s calls %s µs %s', round(total_exec_time), calls, round(mean_exec_time * 1000), left(regexp_replace(query, '\s+', ' ', 'g'), 100))
		FROM pg_stat_statements s JOIN pg_roles u ON u.oid = s.userid WHERE u.rolname = $1 ORDER BY total_exec_time DESC LIMIT 40`)
	if err != nil {
		return err
	}
	return r.note(name+".statements.txt", list)
}

func (r *rig) note(file string, lines []string) error {
	return os.WriteFile(filepath.Join(r.profiles, file), []byte(strings.Join(lines, "\n")+"\n"), 0o600)
}

// texts is one column of what the serving role is asked about.
func (r *rig) texts(ctx context.Context, sql string) ([]string, error) {
	rows, err := r.admin.Query(ctx, sql, pg.AppRole)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
