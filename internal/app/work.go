package app

import "github.com/omotenashi-connect/omotenashi/internal/jobs"

// newRunner makes the runner with every kind of job and every periodic task.
func (p *program) newRunner() (*jobs.Runner, error) {
	r := jobs.NewRunner(jobs.Options{DB: p.jobsDB, Log: p.log, Observe: p.metrics.Job})
	return r, nil
}
