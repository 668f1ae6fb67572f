package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/ops"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// ErrBreaches says that an invariant does not hold.
var ErrBreaches = errors.New("invariants are in breach")

// VerifyOptions are what to look at, and how to tell it.
type VerifyOptions struct {
	Only []string // names; none: all
	JSON bool
}

// Verify looks at the invariants, prints a line for each and keeps what it found.
// It answers ErrBreaches when one does not hold, and another error when one could
// not be looked at and no other is in breach. It serves nobody, needs no keys, and
// looks at a database that cannot be written as well.
func Verify(ctx context.Context, c config.Config, o Options, v VerifyOptions) error {
	o = o.withDefaults()
	log := newLogger(c, o)
	p := &program{config: withDevDatabase(c), o: o, log: log, metrics: ops.NewMetrics(o.Version)}
	if p.config.DatabaseURL == "" {
		return errNoDatabase
	}
	var err error
	if p.db, err = p.openPool(ctx, 2, 2); err != nil {
		return err
	}
	defer p.close()
	if err := p.checkMigrated(ctx); err != nil {
		return err
	}
	verifier, at := verify.New(p.db, o.Clock), o.Clock.Now()
	results, failed := verifier.Run(ctx, v.Only...)
	if err := verifier.Keep(ctx, at, results); err != nil {
		log.WarnContext(ctx, "what was found is told here only", "error", err)
	}
	tell := printResults
	if v.JSON {
		tell = encodeResults
	}
	if err := tell(o.Out, at, results); err != nil {
		return err
	}
	for _, r := range results {
		if r.Breaches > 0 {
			return errors.Join(ErrBreaches, failed)
		}
	}
	return inWords(failed)
}

// printResults tells what was found to people.
func printResults(out io.Writer, _ time.Time, results []verify.Result) error {
	var b strings.Builder
	for _, r := range results {
		word := "ok   "
		if r.Breaches > 0 {
			word = "BREAK"
		}
		fmt.Fprintf(&b, "%s  %-4s %8d breaches in %10d rows %8d ms  %s\n", word, r.Name, r.Breaches, r.Checked, r.Took.Milliseconds(), r.What)
		for _, e := range r.Examples {
			fmt.Fprintf(&b, "            %s\n", e)
		}
		if more := r.Breaches - int64(len(r.Examples)); more > 0 {
			fmt.Fprintf(&b, "            and %d more\n", more)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// encodeResults tells what was found to programs.
func encodeResults(out io.Writer, at time.Time, results []verify.Result) error {
	type result struct {
		Name     string   `json:"name"`
		What     string   `json:"what"`
		Checked  int64    `json:"checked"`
		Breaches int64    `json:"breaches"`
		Examples []string `json:"examples"`
		TookMs   int64    `json:"took_ms"`
	}
	list := []result{}
	for _, r := range results {
		list = append(list, result{r.Name, r.What, r.Checked, r.Breaches, append([]string{}, r.Examples...), r.Took.Milliseconds()})
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"checked_at": at, "invariants": list})
}

// lookAttempts is how often a look is tried until the next hour's.
const lookAttempts = 3

// lookAt has the verifier look at one invariant, and tells the log of breaches, by ids.
func (p *program) lookAt(v *verify.Verifier) func(context.Context, verify.LookArgs) error {
	return func(ctx context.Context, a verify.LookArgs) error {
		results, err := v.Look(ctx, a.Name)
		for _, r := range results {
			if r.Breaches > 0 {
				p.log.ErrorContext(ctx, "an invariant is in breach", "invariant", r.Name, "breaches", r.Breaches, "checked", r.Checked, "examples", r.Examples)
			}
		}
		switch {
		case errors.Is(err, verify.ErrJudging):
			return jobs.Snooze(time.Minute)
		case err != nil && (jobs.AttemptOf(ctx).Number >= lookAttempts || errors.Is(err, verify.ErrUnknown)):
			return jobs.Cancel(err) // the next hour looks again
		}
		return err
	}
}

// settleMessages records the fate of messages whose jobs died with their workers.
func (p *program) settleMessages(settle func(context.Context) (int64, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		bookings, err := settle(ctx)
		mails, mailErr := p.auth.SettleMails(ctx)
		if bookings+mails > 0 {
			p.log.WarnContext(ctx, "messages of dead jobs have failed", "messages", bookings, "account_messages", mails)
		}
		return errors.Join(err, mailErr)
	}
}
