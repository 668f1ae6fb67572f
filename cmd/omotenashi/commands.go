package main

import (
	"context"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/config"
)

// Flags stand for variables; the help names them.

type serveCmd struct {
	Addr        string `help:"Address to listen on (OMOTENASHI_ADDR)."`
	PrivateAddr string `help:"Address of metrics and health (OMOTENASHI_PRIVATE_ADDR)."`
	Workers     string `help:"Whether to work on jobs too: true or false (OMOTENASHI_WORKERS)."`
}

// Run serves until a signal.
func (c serveCmd) Run(p *process) error {
	return p.with(map[string]string{
		"OMOTENASHI_ADDR": c.Addr, "OMOTENASHI_PRIVATE_ADDR": c.PrivateAddr, "OMOTENASHI_WORKERS": c.Workers,
	}, app.Serve)
}

type workerCmd struct {
	PrivateAddr string `help:"Address of metrics and health (OMOTENASHI_PRIVATE_ADDR)."`
}

// Run works until a signal.
func (c workerCmd) Run(p *process) error {
	return p.with(map[string]string{"OMOTENASHI_PRIVATE_ADDR": c.PrivateAddr}, app.Worker)
}

type devCmd struct {
	Addr string `help:"Address to listen on (OMOTENASHI_ADDR)."`
	Data string `help:"Folder for all data (OMOTENASHI_DATA)." type:"path"`
	Demo bool   `help:"Make the shops of the demo." default:"true" negatable:""`
}

// Run runs everything until a signal.
func (c devCmd) Run(p *process) error {
	flags := map[string]string{"OMOTENASHI_ADDR": c.Addr, "OMOTENASHI_DATA": c.Data}
	return p.with(flags, func(ctx context.Context, cfg config.Config, o app.Options) error {
		o.NoDemo = !c.Demo
		return app.Dev(ctx, cfg, o)
	})
}

type migrateCmd struct{}

// Run migrates.
func (migrateCmd) Run(p *process) error { return p.with(nil, app.Migrate) }

type doctorCmd struct {
	Config bool   `help:"Print the table of all settings and do no more."`
	Data   string `help:"Folder for all data (OMOTENASHI_DATA)." type:"path"`
}

// Run examines.
func (c doctorCmd) Run(p *process) error {
	if c.Config {
		fmt.Fprint(p.out, config.Table())
		return nil
	}
	return p.with(map[string]string{"OMOTENASHI_DATA": c.Data}, app.Doctor)
}

type demoCmd struct {
	Make demoMakeCmd `cmd:"" default:"withargs" help:"Make the demo, or bring it up to date"`
	Code demoCodeCmd `cmd:"" help:"Print the code with which the demo's operator signs in now"`
}

type demoCodeCmd struct{}

// Run prints the code.
func (demoCodeCmd) Run(p *process) error { return p.with(nil, app.DemoCode) }

type demoMakeCmd struct {
	Force bool   `help:"Also in a database with businesses of its own."`
	Data  string `help:"Folder of a running dev server (OMOTENASHI_DATA)." type:"path"`
}

// Run makes the demo.
func (c demoMakeCmd) Run(p *process) error {
	return p.with(map[string]string{"OMOTENASHI_DATA": c.Data}, func(ctx context.Context, cfg config.Config, o app.Options) error {
		return app.Demo(ctx, cfg, o, c.Force)
	})
}

type openapiCmd struct{}

// Run prints the document.
func (openapiCmd) Run(p *process) error {
	doc, err := app.OpenAPI()
	if err != nil {
		return err
	}
	_, err = p.out.Write(doc)
	return err
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(p *process) error {
	_, err := fmt.Fprintln(p.out, version)
	return err
}

// with runs a command under the configuration of the environment and its flags.
func (p *process) with(flags map[string]string, run func(context.Context, config.Config, app.Options) error) error {
	for k, v := range flags {
		if v == "" {
			delete(flags, k)
		}
	}
	c, err := config.Load(p.environ, flags)
	if err != nil {
		return err
	}
	return run(p.ctx, c, p.options())
}
