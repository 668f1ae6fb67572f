package ops

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

// Verdict is the outcome of one check of the doctor.
type Verdict string

// The verdicts. With a failed check the program does not serve, or not safely.
const (
	OK   Verdict = "ok"
	Warn Verdict = "warn"
	Fail Verdict = "fail"
)

// Finding is one line of the doctor's report.
type Finding struct {
	Verdict Verdict
	Check   string
	Detail  string
}

// Doctor looks at an installation from the outside.
type Doctor struct {
	Config config.Config
	Clock  clock.Clock
	Mail   func(ctx context.Context) error // says hello to the mail server; nil when none is configured
}

// maxSkew is how far the clocks of program and database may differ: deadlines
// are computed with the one and compared in the other.
const maxSkew = 2 * time.Second

// Examine runs all checks. It changes nothing.
func (d Doctor) Examine(ctx context.Context) []Finding {
	var out []Finding
	add := func(v Verdict, check, detail string, args ...any) {
		out = append(out, Finding{v, check, fmt.Sprintf(detail, args...)})
	}
	d.settings(add)
	d.keyFile(add)
	d.database(ctx, add)
	d.mail(ctx, add)
	return out
}

type report func(v Verdict, check, detail string, args ...any)

func (d Doctor) settings(add report) {
	if len(d.Config.Unknown) > 0 {
		add(Warn, "configuration", "variables without a meaning: %s", strings.Join(d.Config.Unknown, ", "))
	} else {
		add(OK, "configuration", "all settings can be read")
	}
	switch {
	case d.Config.PublicURL == "":
		add(Warn, "public URL", "OMOTENASHI_PUBLIC_URL is not set: links in mails lead to http://%s", d.Config.Addr)
	case strings.HasPrefix(d.Config.PublicURL, "http://"):
		add(Warn, "public URL", "%s is not encrypted", d.Config.PublicURL)
	default:
		add(OK, "public URL", "%s", d.Config.PublicURL)
	}
}

func (d Doctor) keyFile(add report) {
	if d.Config.Key != "" {
		add(OK, "master key", "given by OMOTENASHI_KEY")
		return
	}
	info, err := os.Stat(d.Config.KeyPath())
	switch {
	case os.IsNotExist(err):
		add(Warn, "master key", "%s does not exist yet; the first start makes it", d.Config.KeyPath())
	case err != nil:
		add(Fail, "master key", "%s cannot be looked at", d.Config.KeyPath())
	case info.Mode().Perm()&0o077 != 0:
		add(Fail, "master key", "%s can be read by others (mode %04o): chmod 600", d.Config.KeyPath(), info.Mode().Perm())
	default:
		add(OK, "master key", "%s, mode %04o", d.Config.KeyPath(), info.Mode().Perm())
	}
}

func (d Doctor) database(ctx context.Context, add report) {
	if d.Config.DatabaseURL == "" {
		add(Fail, "database", "DATABASE_URL is not set (omotenashi dev needs none)")
		return
	}
	before := d.Clock.Now()
	facts, err := pg.Inspect(ctx, d.Config.DatabaseURL)
	if err != nil {
		add(Fail, "database", "%s", Scrub(err.Error()))
		return
	}
	after := d.Clock.Now()
	add(OK, "database", "reachable as %s", facts.User)
	d.server(facts, add)
	d.roles(facts, add)
	d.schema(ctx, facts, add)
	skew := max(before.Sub(facts.Now), facts.Now.Sub(after), 0)
	if skew > maxSkew {
		add(Fail, "clock", "differs from the database's by %s", skew.Round(time.Millisecond))
	} else {
		add(OK, "clock", "agrees with the database's")
	}
}

func (d Doctor) server(f pg.Facts, add report) {
	verdict := OK
	if f.Version < 150000 {
		verdict = Fail
	}
	add(verdict, "version", "PostgreSQL %d.%d (15 or newer is needed)", f.Version/10000, f.Version%10000)
	switch {
	case f.Fsync != "on":
		add(Fail, "durability", "fsync is %s: a crash loses bookings that were answered", f.Fsync)
	case f.SynchronousCommit == "off" || f.SynchronousCommit == "local":
		add(Warn, "durability", "synchronous_commit is %s by default; the program sets it to on for its sessions", f.SynchronousCommit)
	default:
		add(OK, "durability", "fsync on, synchronous_commit %s", f.SynchronousCommit)
	}
	need := d.Config.WriteConns + d.Config.ReadConns + d.Config.JobConns
	if need*2 > f.MaxConnections {
		add(Warn, "connections", "this process takes up to %d of the server's %d", need, f.MaxConnections)
	} else {
		add(OK, "connections", "this process takes up to %d of the server's %d", need, f.MaxConnections)
	}
}

func (d Doctor) roles(f pg.Facts, add report) {
	var missing []string
	for _, role := range []string{"omotenashi_app", "omotenashi_owner", "omotenashi_platform"} {
		if !slices.Contains(f.Roles, role) {
			missing = append(missing, role)
		}
	}
	switch {
	case len(missing) > 0:
		add(Fail, "roles", "missing: %s (omotenashi migrate makes them)", strings.Join(missing, ", "))
	case !f.MayServe:
		add(Fail, "roles", "%s is not a member of omotenashi_app", f.User)
	case f.Superuser:
		add(Warn, "roles", "%s is a superuser; the program serves under omotenashi_app, but sign in as an ordinary user", f.User)
	case !slices.Contains(f.Roles, "omotenashi_backup"):
		add(Warn, "roles", "omotenashi_backup is missing: backups need a role with BYPASSRLS")
	default:
		add(OK, "roles", "all there, %s may serve", f.User)
	}
}

func (d Doctor) schema(ctx context.Context, f pg.Facts, add report) {
	if !f.Migrated {
		add(Fail, "migrations", "the schema is not there yet: omotenashi migrate")
		return
	}
	switch {
	case len(f.Unprotected) > 0:
		add(Fail, "row-level security", "not forced on: %s", strings.Join(f.Unprotected, ", "))
	case len(f.AppOwns) > 0:
		add(Fail, "row-level security", "omotenashi_app owns and could unprotect: %s", strings.Join(f.AppOwns, ", "))
	default:
		add(OK, "row-level security", "forced on every table of a tenant")
	}
	pending, err := d.pending(ctx)
	switch {
	case err != nil:
		add(Fail, "migrations", "%s", Scrub(err.Error()))
	case pending > 0:
		add(Fail, "migrations", "%d pending: omotenashi migrate", pending)
	default:
		add(OK, "migrations", "none pending")
	}
}

func (d Doctor) pending(ctx context.Context) (int, error) {
	db, err := pg.Open(ctx, pg.Options{URL: d.Config.DatabaseURL, WriteConns: 1, ReadConns: 1, UnsafeNoSync: true})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return pg.Pending(ctx, db)
}

func (d Doctor) mail(ctx context.Context, add report) {
	if d.Mail == nil {
		add(Warn, "mail server", "OMOTENASHI_SMTP_HOST is not set: serve and worker need it")
		return
	}
	if err := d.Mail(ctx); err != nil {
		add(Fail, "mail server", "%s", Scrub(err.Error()))
		return
	}
	add(OK, "mail server", "%s:%d answers", d.Config.SMTPHost, d.Config.SMTPPort)
}

// Print writes one line a finding, and tells whether none has failed.
func Print(w io.Writer, findings []Finding) bool {
	healthy := true
	for _, f := range findings {
		fmt.Fprintf(w, "%-4s  %-18s  %s\n", f.Verdict, f.Check, f.Detail)
		healthy = healthy && f.Verdict != Fail
	}
	return healthy
}
