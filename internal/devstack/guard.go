package devstack

import (
	"fmt"
	"os/exec"
	"strconv"
	"syscall"
)

// guard stops the server when this process ends, on systems without a death
// signal: a small shell reads from a pipe that only we hold, and its end means
// that we are gone. It ends with the server.
func guard(p *Postgres) error {
	sh := exec.Command("/bin/sh", "-c", "read -r line; kill -INT "+strconv.Itoa(p.pid)) //nolint:noctx // outlives ctx; a number
	sh.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := sh.StdinPipe()
	if err != nil {
		return fmt.Errorf("guard of PostgreSQL: %w", err)
	}
	if err := sh.Start(); err != nil {
		return fmt.Errorf("guard of PostgreSQL: %w", err)
	}
	go func() {
		<-p.done
		_ = sh.Process.Kill()
		_ = sh.Wait()
		_ = pipe.Close()
	}()
	return nil
}
