package main

import (
	"context"
	"errors"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/config"
)

type verifyCmd struct {
	JSON bool     `name:"json" help:"Tell it to a program."`
	Only []string `help:"Names of invariants, as I1,I3; all when left out."`
	Data string   `help:"Folder of a running dev server (OMOTENASHI_DATA)." type:"path"`
}

// Run looks.
func (c verifyCmd) Run(p *process) error {
	err := p.with(map[string]string{"OMOTENASHI_DATA": c.Data}, func(ctx context.Context, cfg config.Config, o app.Options) error {
		return app.Verify(ctx, cfg, o, app.VerifyOptions{Only: c.Only, JSON: c.JSON})
	})
	if err == nil || errors.Is(err, app.ErrBreaches) {
		return err
	}
	return &unknownOutcome{err}
}

// unknownOutcome is an error after which nobody knows whether anything is wrong.
type unknownOutcome struct{ cause error }

// Error tells the cause.
func (u *unknownOutcome) Error() string { return u.cause.Error() }

// Unwrap gives the cause.
func (u *unknownOutcome) Unwrap() error { return u.cause }
