package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/ops"
)

// Serve answers HTTP, and works on jobs unless the configuration says otherwise,
// until ctx ends; then it drains and answers nil when everything ended in time.
func Serve(ctx context.Context, c config.Config, o Options) error {
	o = o.withDefaults()
	log := newLogger(c, o)
	return run(ctx, c, o, log, mode{site: true, work: c.Workers})
}

// Worker works on jobs only; its private listener shows health and figures.
func Worker(ctx context.Context, c config.Config, o Options) error {
	o = o.withDefaults()
	return run(ctx, c, o, newLogger(c, o), mode{work: true})
}

// mode is what a process does.
type mode struct {
	site, work bool
	dev        *devStack // nil outside dev
}

// run starts a process, waits for the end of ctx and stops it again.
func run(ctx context.Context, c config.Config, o Options, log *slog.Logger, m mode) (err error) {
	makeHeadroom()
	r := &running{mode: m, log: log, failed: make(chan error, 4)}
	defer func() { err = errors.Join(err, r.stop(ctx, c)) }()
	if err := r.start(ctx, c, o); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		log.InfoContext(ctx, "stopping", "grace", c.ShutdownGrace.String())
		return nil
	case err := <-r.failed:
		return err
	case <-m.dev.ended():
		return m.dev.err()
	}
}

// running is what was started so far.
type running struct {
	mode
	log      *slog.Logger
	program  *program
	runner   *jobs.Runner
	site     *server
	private  *server
	unfollow func() // ends telling other processes of changes, and hearing theirs
	failed   chan error
}

func (r *running) start(ctx context.Context, c config.Config, o Options) error {
	// The site's listener comes first: links need its port, and nothing is accepted before serve.
	site, base, err := r.listenSite(ctx, c)
	if err != nil {
		return err
	}
	if r.program, err = openProgram(ctx, c, o, r.log, r.mode.dev != nil, base); err != nil {
		return err
	}
	p := r.program
	p.logStart(ctx)
	r.unfollow = p.changes.follow(ctx)
	if err := r.mode.dev.prepare(ctx, p); err != nil {
		return err
	}
	if r.work {
		if err := r.startWorkers(ctx, base); err != nil {
			return err
		}
	}
	r.private, err = listen(ctx, "private", c.PrivateAddr, ops.Private(p.metrics, p.health), r.log, profileTimeout)
	if err != nil {
		return err
	}
	go r.private.serve(r.failed)
	addresses := Addresses{Private: r.private.addr(), BaseURL: base}
	if site != nil {
		site.handle(r.mode.dev.wrap(p.handler(base)))
		addresses.Site = site.addr()
		go site.serve(r.failed)
	}
	r.log.InfoContext(ctx, "ready", "addr", addresses.Site, "private_addr", addresses.Private, "base_url", base, "workers", r.work)
	sweepStart()
	o.Ready(addresses)
	return nil
}

func (r *running) listenSite(ctx context.Context, c config.Config) (*server, string, error) {
	if !r.mode.site {
		return nil, c.BaseURL(c.Addr), nil
	}
	s, err := listen(ctx, "site", c.Addr, http.NotFoundHandler(), r.log, writeTimeout)
	if err != nil {
		return nil, "", err
	}
	r.site = s
	return s, c.BaseURL(reachable(s.addr())), nil
}

// reachable is an address that a browser on this machine can open.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return addr
}

func (r *running) startWorkers(ctx context.Context, base string) error {
	p := r.program
	var err error
	if p.jobsDB, err = p.openPool(ctx, p.config.JobConns, 1); err != nil {
		return err
	}
	if r.runner, err = p.newRunner(base); err != nil {
		return err
	}
	return r.runner.Start(ctx)
}

// stop ends what was started, in the opposite order, within the grace. It is
// called once, also after a start that went wrong halfway.
func (r *running) stop(ctx context.Context, c config.Config) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.ShutdownGrace+c.DrainDelay)
	defer cancel()
	var errs []error
	if r.program != nil {
		r.program.health.Drain()
		r.program.changes.hub.End() // or the site would wait for streams that nobody ends
	}
	if r.site != nil {
		r.site.drain(ctx, c.DrainDelay)
		errs = append(errs, r.site.stop(ctx))
	}
	if r.runner != nil {
		errs = append(errs, r.runner.Stop(ctx))
	}
	if r.private != nil {
		errs = append(errs, r.private.stop(ctx))
	}
	if r.unfollow != nil {
		r.unfollow()
	}
	if r.program != nil {
		r.program.close()
	}
	err := errors.Join(errs...)
	if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	r.log.InfoContext(ctx, "stopped")
	return nil
}
