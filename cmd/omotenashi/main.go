// Command omotenashi is the whole program: server, workers, and the tools of
// whoever runs it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/config"
)

// version is set by the build.
var version = "dev"

// Exit codes: 2 is a wrong call or configuration, 1 anything that went wrong later.
// Of verify, 1 is a breach and 2 that it could not look.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitUnknown = 2
)

type commands struct {
	Serve   serveCmd   `cmd:"" help:"Answer HTTP, and work on jobs unless --workers=false"`
	Worker  workerCmd  `cmd:"" help:"Work on jobs only"`
	Dev     devCmd     `cmd:"" help:"Run everything on an embedded default: PostgreSQL, mail catcher, demo"`
	Migrate migrateCmd `cmd:"" help:"Bring the database to the newest schema (DATABASE_ADMIN_URL, else DATABASE_URL)"`
	Doctor  doctorCmd  `cmd:"" help:"Look at this installation and tell what is wrong"`
	Verify  verifyCmd  `cmd:"" help:"Look whether what is stored agrees with itself: 0 it does, 1 it does not, 2 nobody could tell"`
	Demo    demoCmd    `cmd:"" help:"Make the three shops of the demo, or bring them up to date"`
	Admin   adminCmd   `cmd:"" help:"Accounts of operators"`
	OpenAPI openapiCmd `cmd:"" name:"openapi" help:"Print the OpenAPI document"`
	Version versionCmd `cmd:"" help:"Print the version"`
}

// process is what a command gets from the outside.
type process struct {
	ctx     context.Context //nolint:containedctx // one command is one context
	environ map[string]string
	out     io.Writer
	err     io.Writer
	in      *os.File
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal drains; with the handler gone a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	p := &process{ctx: ctx, environ: config.Environ(), out: os.Stdout, err: os.Stderr, in: os.Stdin}
	os.Exit(p.main(os.Args[1:]))
}

// main runs a command line and gives the exit code.
func (p *process) main(args []string) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c, kong.Name("omotenashi"), kong.Description("Booking for hospitality and service businesses."),
		kong.UsageOnError(), kong.Writers(p.out, p.err), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(p.err, err)
		return exitFailed
	}
	k, err := parser.Parse(args)
	if exited >= 0 { // help was asked for
		return exited
	}
	if err != nil {
		fmt.Fprintf(p.err, "omotenashi: %v (--help tells more)\n", err)
		return exitUsage
	}
	return p.code(k.Run(p))
}

// code tells an error to the person, and gives the exit code.
func (p *process) code(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintf(p.err, "omotenashi: %v\n", err)
	if _, ok := errors.AsType[*config.Error](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[*unknownOutcome](err); ok {
		return exitUnknown
	}
	return exitFailed
}

func (p *process) options() app.Options {
	return app.Options{Version: version, Out: p.out, Log: p.err}
}
