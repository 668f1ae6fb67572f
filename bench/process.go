package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

const (
	startTime = 30 * time.Second // for a process to be ready
	lookPause = 2 * time.Millisecond
)

// A process is the program, or a helper of the bench, beside this process.
type process struct {
	addr, private string // host:port
	pid           int
	log           string // file of its JSON lines
	cmd           *exec.Cmd
	ended         chan error
}

// A readyLine is what a process logs when it answers.
type readyLine struct {
	Msg     string `json:"msg"`
	Addr    string `json:"addr"`
	Private string `json:"private_addr"`
}

// spawn starts a command and waits until it has logged that it is ready. Its log
// goes to a file, as under most service managers, and not through this process,
// whose CPU the program would then share.
func spawn(ctx context.Context, dir, name string, env map[string]string, command string, args ...string) (*process, error) {
	p := &process{log: filepath.Join(dir, name+".log"), ended: make(chan error, 1)}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.cmd = exec.Command(command, args...) //nolint:gosec,noctx // a command of the bench's own; stop ends it
	for k, v := range env {
		p.cmd.Env = append(p.cmd.Env, k+"="+v)
	}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(p.cmd)
	started := make(chan error)
	go func() { // the signal of a parent's death follows the thread that started the process
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.ended <- p.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w (make build makes it)", command, err)
	}
	p.pid = p.cmd.Process.Pid
	if err := p.await(ctx); err != nil {
		return nil, errors.Join(err, p.stop(ctx))
	}
	return p, nil
}

// await looks for the line that says ready.
func (p *process) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	f, err := os.Open(p.log)
	if err != nil {
		return err
	}
	defer f.Close()
	tick := time.NewTicker(lookPause)
	defer tick.Stop()
	for {
		if p.readyIn(f) {
			return nil
		}
		select {
		case <-tick.C:
		case err := <-p.ended:
			p.ended <- err
			tail, _ := os.ReadFile(p.log)
			return fmt.Errorf("%s ended: %w\n%s", p.cmd.Path, err, tail)
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", p.cmd.Path, ctx.Err())
		}
	}
}

func (p *process) readyIn(f *os.File) bool {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false
	}
	for s := bufio.NewScanner(f); s.Scan(); {
		var l readyLine
		if json.Unmarshal(s.Bytes(), &l) == nil && l.Msg == "ready" {
			p.addr, p.private = l.Addr, l.Private
			return true
		}
	}
	return false
}

// stop asks the process to end, and ends it when ctx does; nil is stopped already.
func (p *process) stop(ctx context.Context) error {
	if p == nil {
		return nil
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended: //nolint:errcheck // that it ended is enough
		return nil
	case <-ctx.Done():
		_ = p.cmd.Process.Kill()
		return fmt.Errorf("%s did not end by itself", p.cmd.Path)
	}
}
