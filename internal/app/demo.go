package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// Demo fills the database of DATABASE_URL (else of the dev server that runs in
// the data folder) with the three shops of the demo, or brings them up to date.
// A database with businesses of its own is refused unless forced. No worker
// should run meanwhile: it would judge the told past by today's clock.
func Demo(ctx context.Context, c config.Config, o Options, force bool) error {
	o = o.withDefaults()
	p, err := openProgram(ctx, withDevDatabase(c), o, newLogger(c, o), false, c.BaseURL(c.Addr))
	if err != nil {
		return err
	}
	defer p.close()
	return p.seedDemo(ctx, force)
}

// DemoCode prints the code that the demo's operator signs in with now. It needs
// no database: everybody knows the demo's secrets.
func DemoCode(_ context.Context, _ config.Config, o Options) error {
	o = o.withDefaults()
	code, err := demo.OperatorCode(o.Clock.Now())
	if err != nil {
		return err
	}
	fmt.Fprintln(o.Out, code)
	return nil
}

// seedDemo makes the demo or brings it up to date, and tells what it did.
func (p *program) seedDemo(ctx context.Context, force bool) error {
	r, err := demo.Seed(ctx, demo.Deps{
		DB: p.db, Ring: p.ring, Log: p.log, Now: p.o.Clock.Now(), Force: force, Changed: p.changes.schedule,
		Photos: media.NewFolder(p.config.MediaPath()),
	})
	if err != nil {
		return inWords(err)
	}
	p.log.InfoContext(ctx, "demo", "seeded", r.Seeded, "topped_up", r.ToppedUp, "bookings", r.Bookings, "customers", r.Customers)
	text := "ops.demo.fresh"
	if r.Seeded || r.ToppedUp {
		text = "ops.demo.made"
	}
	fmt.Fprintln(p.o.Out, both(text))
	return nil
}

// prepare runs in dev before workers and listeners: the demo, unless the
// database was in real use before.
func (d *devStack) prepare(ctx context.Context, p *program) error {
	if d == nil || p.o.NoDemo {
		return nil
	}
	fmt.Fprintln(p.o.Out, both("ops.dev.seeding"))
	err := p.seedDemo(ctx, false)
	if errors.Is(err, demo.ErrOtherBusinesses) {
		fmt.Fprintln(p.o.Out, err)
		return nil
	}
	d.signIns = demo.Accounts()
	return err
}
