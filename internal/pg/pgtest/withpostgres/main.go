// Withpostgres runs a command beside a throw-away PostgreSQL that all test
// binaries under it share: withpostgres COMMAND [ARGUMENT]...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
	}
	os.Exit(code) //nolint:forbidigo // this is the main, and the command's own code is its answer
}

// run gives the command's exit code; an error is our own.
func run(command []string) (int, error) {
	if len(command) == 0 {
		return 2, errors.New("usage: withpostgres COMMAND [ARGUMENT]")
	}
	ctx := context.Background()
	admin, err := pgtest.Serve(ctx)
	if err != nil {
		return 1, err
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), pgtest.SharedEnv+"="+admin)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
