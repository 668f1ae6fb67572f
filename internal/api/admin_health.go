package api

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// This file is what the installation stands on, as operators see it.

// healthLimit bounds the look at each dependency: one that hangs is shown as failed.
const healthLimit = 3 * time.Second

// maxClockSkew is how far the clocks of program and database may differ:
// deadlines are computed with the one and compared in the other.
const maxClockSkew = 2 * time.Second

// Installation is what the program is, for those who run it.
type Installation struct {
	Version   string
	StartedAt time.Time
	Mail      func(ctx context.Context) error // says hello to the mail server; nil: none is configured here
}

func (a *API) registerHealthAdmin() {
	register(a, operation{
		ID: "admin-get-health", Method: http.MethodGet, Path: "/admin/health", Tags: tagAdmin, Authz: platform(),
		Summary: "The program, and what it stands on",
		Description: "Each dependency is asked when this is asked, for at most 3 seconds. What failed is told by its name only: the log of the server has the words. " +
			"`unset`: not configured in this process.",
	}, a.adminGetHealth)
}

// The states of a dependency.
const (
	healthOK     = "ok"
	healthFailed = "failed"
	healthUnset  = "unset"
)

// DependencyView is something that the program stands on.
type DependencyView struct {
	Name    string `json:"name" enum:"postgresql,clock,workers,mail" doc:"clock: that of the database against the program's; workers: that any process works on jobs"`
	State   string `json:"state" enum:"ok,failed,unset"`
	Version string `json:"version,omitempty" example:"16.4" doc:"As it calls itself"`
	TookMs  int64  `json:"took_ms" doc:"Until it answered"`
}

// MigrationView is a step of the database's schema.
type MigrationView struct {
	Version int64  `json:"version" example:"5"`
	Name    string `json:"name" example:"shops"`
	Applied bool   `json:"applied"`
}

// HealthView is the program of the process that answered, and what it stands on.
type HealthView struct {
	Version      string           `json:"version" example:"1.4.0"`
	Go           string           `json:"go" example:"go1.25.1"`
	StartedAt    time.Time        `json:"started_at"`
	Now          time.Time        `json:"now"`
	Dependencies []DependencyView `json:"dependencies"`
	Migrations   []MigrationView  `json:"migrations" doc:"Those that this program knows, the first one first; empty when the database does not answer"`
}

func (a *API) adminGetHealth(ctx context.Context, _ *struct{}) (*data[HealthView], error) {
	v := HealthView{
		Version: a.Installation.Version, Go: runtime.Version(), StartedAt: a.Installation.StartedAt.UTC(), Now: a.Clock.Now().UTC(),
		Migrations: []MigrationView{},
	}
	var wait sync.WaitGroup
	var database [2]DependencyView
	var workers, mail DependencyView
	wait.Go(func() { database, v.Migrations = a.databaseHealth(ctx) })
	wait.Go(func() { workers = a.workersHealth(ctx) })
	wait.Go(func() { mail = a.mailHealth(ctx) })
	wait.Wait()
	v.Dependencies = append(database[:], workers, mail)
	return &data[HealthView]{v}, nil
}

// databaseHealth is PostgreSQL, its clock, and its schema.
func (a *API) databaseHealth(ctx context.Context) ([2]DependencyView, []MigrationView) {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	server, clocks := DependencyView{Name: "postgresql", State: healthFailed}, DependencyView{Name: "clock", State: healthFailed}
	steps := []MigrationView{}
	standing, err := pg.Stand(ctx, a.DB, a.Clock.Now)
	if err != nil {
		a.Log.WarnContext(ctx, "dependency failed", "dependency", server.Name, "error", err)
		return [2]DependencyView{server, clocks}, steps
	}
	server.State, server.Version, server.TookMs = healthOK, standing.Version, standing.Took.Milliseconds()
	if standing.Skew.Abs() <= maxClockSkew {
		clocks.State = healthOK
	}
	migrations, err := pg.Migrations(ctx, a.DB)
	if err != nil {
		a.Log.WarnContext(ctx, "migrations cannot be read", "error", err)
	}
	for _, m := range migrations {
		steps = append(steps, MigrationView(m))
	}
	return [2]DependencyView{server, clocks}, steps
}

// workersHealth is whether anybody works on jobs.
func (a *API) workersHealth(ctx context.Context) DependencyView {
	return a.look(ctx, "workers", func(ctx context.Context) (bool, error) { return jobs.Working(ctx, a.DB) })
}

// mailHealth is whether the mail server says hello.
func (a *API) mailHealth(ctx context.Context) DependencyView {
	if a.Installation.Mail == nil {
		return DependencyView{Name: "mail", State: healthUnset}
	}
	return a.look(ctx, "mail", func(ctx context.Context) (bool, error) { return true, a.Installation.Mail(ctx) })
}

// look asks a dependency within the limit. Why it failed is for the log.
func (a *API) look(ctx context.Context, name string, ask func(context.Context) (bool, error)) DependencyView {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	asked := a.Clock.Now()
	good, err := ask(ctx)
	v := DependencyView{Name: name, State: healthFailed, TookMs: a.Clock.Now().Sub(asked).Milliseconds()}
	if err != nil {
		a.Log.WarnContext(ctx, "dependency failed", "dependency", name, "error", err)
	} else if good {
		v.State = healthOK
	}
	return v
}
