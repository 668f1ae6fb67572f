package app

import (
	"context"
	"fmt"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Inside is a process without network and without time of its own: it listens
// nowhere, tells and hears nothing of other processes and works on no job unless
// it is told to. A simulation calls its handler and steps through its jobs.
type Inside struct {
	Handler http.Handler
	Jobs    *jobs.Runner // for Step; it is not started
	program *program
}

// OpenInside makes everything that Serve would, on the migrated database of the
// configuration. Links begin with the base URL.
func OpenInside(ctx context.Context, c config.Config, o Options, baseURL string) (*Inside, error) {
	o = o.withDefaults()
	p, err := openProgram(ctx, c, o, newLogger(c, o), false, baseURL)
	if err != nil {
		return nil, err
	}
	i := &Inside{program: p}
	if p.jobsDB, err = p.openPool(ctx, c.JobConns, 1); err != nil {
		p.close()
		return nil, fmt.Errorf("connections of jobs: %w", err)
	}
	if i.Jobs, err = p.newRunner(baseURL); err != nil {
		p.close()
		return nil, err
	}
	i.Handler = p.handler(baseURL)
	return i, nil
}

// Forget drops what the process remembers, as it does when it may have missed
// what another one changed.
func (i *Inside) Forget() { i.program.changes.heard(pg.Everything) }

// Close gives the connections back.
func (i *Inside) Close() { i.program.close() }
