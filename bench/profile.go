package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

// profileSeconds are less than the shortest figure under load takes.
const profileSeconds = 3

// profile takes a CPU profile of the program while a figure runs, when the run
// was asked for profiles; the returned function waits for it.
func (r *rig) profile(ctx context.Context, name string) (done func() error) {
	if r.profiles == "" {
		return func() error { return nil }
	}
	got := make(chan error, 1)
	go func() {
		a, err := call(ctx, r.program.private, http.MethodGet, fmt.Sprintf("/debug/pprof/profile?seconds=%d", profileSeconds), nil, "")
		if err == nil {
			err = os.WriteFile(filepath.Join(r.profiles, name+".pprof"), a.Body, 0o600)
		}
		got <- err
	}()
	return func() error { return <-got }
}
