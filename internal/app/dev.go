package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/devstack"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

const (
	devDatabase   = "omotenashi"
	devURLFile    = "database-url"   // in the data folder: the way to the running dev server, for the other commands
	devStopTime   = 20 * time.Second // for PostgreSQL to write everything out
	devOldServer  = 15 * time.Second // for the server of a killed program to end by itself
	devRetryPause = 200 * time.Millisecond
)

// devStack is what dev brings along: a nil one brings nothing.
type devStack struct {
	data   string
	unlock func()
	server *devstack.Postgres // nil when DATABASE_URL is set
	mail   *devstack.Mail     // nil when a mail server is set
	log    *slog.Logger

	signIns []demo.Account // of the demo, when it is there
}

// Dev runs everything on an embedded default that lives in the data folder:
// PostgreSQL unless DATABASE_URL is set, a mail catcher unless a mail server is,
// the demo. It prints where to look, and stops everything when ctx ends.
func Dev(ctx context.Context, c config.Config, o Options) (err error) {
	o = o.withDefaults()
	log := newLogger(c, o)
	d, c, err := startDev(ctx, c, o, log)
	if d != nil {
		defer func() { err = errors.Join(err, d.stop(ctx)) }()
	}
	if err != nil {
		return err
	}
	ready := o.Ready
	o.Ready = func(a Addresses) {
		d.announce(o, a)
		ready(a)
	}
	return run(ctx, c, o, log, mode{site: true, work: true, dev: d})
}

// startDev locks the folder, starts the servers and completes the configuration.
func startDev(ctx context.Context, c config.Config, o Options, log *slog.Logger) (*devStack, config.Config, error) {
	data, err := filepath.Abs(c.Data)
	if err != nil {
		return nil, c, fmt.Errorf("data folder: %w", err)
	}
	c.Data = data
	d := &devStack{data: data, log: log}
	if d.unlock, err = devstack.LockFolder(ctx, data); err != nil {
		return nil, c, err
	}
	if c.DatabaseURL == "" {
		if c.DatabaseURL, c.DatabaseAdminURL, err = d.startPostgres(ctx, o); err != nil {
			return d, c, err
		}
	} else if err := Migrate(ctx, c, o); err != nil {
		return d, c, err
	}
	if c.SMTPHost == "" {
		if d.mail, err = devstack.StartMail(ctx, devstack.MailOptions{Dir: filepath.Join(data, "mail"), Clock: o.Clock, Log: log}); err != nil {
			return d, c, err
		}
		c.SMTPHost, c.SMTPPort, c.SMTPTLS = d.mail.Host(), d.mail.Port(), "none"
	}
	c.PrivateAddr = freeAddr(ctx, c.PrivateAddr)
	return d, c, nil
}

// startPostgres starts the private server and brings its database up to date.
func (d *devStack) startPostgres(ctx context.Context, o Options) (appURL, adminURL string, err error) {
	fmt.Fprintln(o.Out, both("ops.dev.starting"))
	bin, err := devstack.FindBinaries(ctx, binariesFolder(d.data), d.log)
	if err != nil {
		return "", "", err
	}
	if d.server, err = d.launch(ctx, bin); err != nil {
		return "", "", err
	}
	if adminURL, err = d.server.Database(ctx, devDatabase); err != nil {
		return "", "", err
	}
	if err := pg.Migrate(ctx, adminURL, d.log); err != nil {
		return "", "", err
	}
	password, err := pg.SetAppLogin(ctx, adminURL)
	if err != nil {
		return "", "", err
	}
	appURL = d.server.URL(pg.AppRole, password, devDatabase)
	return appURL, adminURL, os.WriteFile(filepath.Join(d.data, devURLFile), []byte(appURL+"\n"), 0o600)
}

// launch starts the server; one whose program was just killed is about to end
// by itself and is waited for.
func (d *devStack) launch(ctx context.Context, bin devstack.Binaries) (*devstack.Postgres, error) {
	wait, cancel := context.WithTimeout(ctx, devOldServer)
	defer cancel()
	tick := time.NewTicker(devRetryPause)
	defer tick.Stop()
	for {
		server, err := devstack.StartPostgres(ctx, devstack.PostgresOptions{
			Binaries: bin, DataDir: filepath.Join(d.data, "postgres"), Log: d.log, StopWithParent: true,
		})
		if _, old := errors.AsType[*devstack.RunningError](err); !old {
			return server, err
		}
		select {
		case <-wait.Done():
			return nil, err
		case <-tick.C:
		}
	}
}

// binariesFolder is where a fetched PostgreSQL is kept, for all data folders of the user.
func binariesFolder(data string) string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return filepath.Join(data, "cache", "postgres")
	}
	return filepath.Join(cache, "omotenashi", "postgres")
}

// freeAddr is the address, or one with a free port where that is taken: a
// second dev server beside the first should not fail for its metrics.
func freeAddr(ctx context.Context, addr string) string {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err == nil {
		_ = l.Close()
		return addr
	}
	host, _, splitErr := net.SplitHostPort(addr)
	if splitErr != nil {
		return addr
	}
	return net.JoinHostPort(host, "0")
}

// wrap adds what only dev shows.
func (d *devStack) wrap(h http.Handler) http.Handler {
	if d == nil || d.mail == nil {
		return h
	}
	mux := http.NewServeMux()
	page := d.mail.Handler()
	mux.Handle("/dev/mail", page)
	mux.Handle("/dev/mail.json", page)
	mux.Handle("/dev/mail/", page)
	mux.Handle("/", h)
	return mux
}

// ended is closed when the embedded PostgreSQL has ended; nil blocks for ever.
func (d *devStack) ended() <-chan struct{} {
	if d == nil || d.server == nil {
		return nil
	}
	return d.server.Done()
}

func (d *devStack) err() error { return d.server.Err() }

// stop ends the servers and lets the folder go.
func (d *devStack) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), devStopTime)
	defer cancel()
	var errs []error
	if d.mail != nil {
		errs = append(errs, d.mail.Stop(ctx))
	}
	if d.server != nil {
		errs = append(errs, d.server.Stop(ctx))
		if err := os.Remove(filepath.Join(d.data, devURLFile)); err != nil && !os.IsNotExist(err) {
			errs = append(errs, err)
		}
	}
	d.unlock()
	return errors.Join(errs...)
}
