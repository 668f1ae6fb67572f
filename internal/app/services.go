package app

import (
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/omotenashi-connect/omotenashi/internal/api"
	"github.com/omotenashi-connect/omotenashi/internal/audit"
	"github.com/omotenashi-connect/omotenashi/internal/auth"
	"github.com/omotenashi-connect/omotenashi/internal/availability"
	"github.com/omotenashi-connect/omotenashi/internal/booking"
	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/catalog"
	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/customer"
	"github.com/omotenashi-connect/omotenashi/internal/flag"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/live"
	"github.com/omotenashi-connect/omotenashi/internal/media"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/ratelimit"
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/site"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
	"github.com/omotenashi-connect/omotenashi/internal/web"
)

// services are the domain's services of one process.
type services struct {
	auth         *auth.Service
	businesses   *business.Service
	team         *business.Team
	catalog      *catalog.Catalog
	schedule     *schedule.Service
	media        *media.Service
	holidays     *schedule.Holidays
	availability *availability.Service
	bookings     *booking.Service
	customers    *customer.Service
	flags        *flag.Service
	transfer     *transfer.Service
	verifier     *verify.Verifier
	changes      *changes
}

// newServices wires them, lower levels first. Whatever decides availability
// tells of its changes, here and in the other processes.
func newServices(db *pg.DB, clk clock.Clock, ring *secret.Ring, log *slog.Logger, watch live.Options, o auth.Options, photos media.Blobs) *services {
	s := &services{auth: auth.New(db, clk, ring, o), availability: availability.New(db, clk)}
	s.changes = newChanges(db, s.availability, s.auth, watch)
	changer := business.NewChanger(db, clk, s.changes.schedule)
	changer.Judged(booking.Judge)
	s.businesses = business.New(db, clk, changer, schedule.Complete, catalog.Complete)
	s.team = business.NewTeam(db, clk, ring, s.changes.role)
	s.catalog = catalog.New(db, changer)
	s.media = media.New(db, clk, changer, photos)
	s.schedule = schedule.New(db, changer)
	s.holidays = schedule.NewHolidays(db, clk, s.changes.holidays)
	s.bookings = booking.New(db, clk, ring, s.availability, s.changes.bookings)
	s.flags = flag.New(db, clk, log)
	s.verifier = verify.New(db, clk)
	s.customers = customer.New(db, clk, ring, booking.Records{})
	s.transfer = transfer.New(db, clk, ring, s.availability, s.customers, s.catalog, s.bookings, s.team, transfer.Options{})
	return s
}

// authOptions are the limits of signing in, and what passkeys are made for; in
// dev this machine is free of the limit by address.
func (p *program) authOptions(baseURL string) auth.Options {
	o := auth.Options{
		PublicURL:        baseURL,
		LoginsPerAccount: ratelimit.PerMinute(p.config.LimitAccount), LoginsPerAddress: ratelimit.PerMinute(p.config.LimitAddress),
		Log: p.log, Observe: p.metrics.AuthEvent, Work: p.o.UnsafeHashing,
	}
	if p.dev {
		o.Exempt = netip.Addr.IsLoopback
	}
	return o
}

// watching bounds who watches businesses for changes.
func (p *program) watching() live.Options {
	return live.Options{Log: p.log, PerProcess: p.config.LiveStreams, PerBusiness: p.config.LiveBusiness}
}

func (p *program) newAPI(baseURL string) *api.API {
	return api.New(api.Deps{
		DB: p.db, Clock: p.o.Clock, Ring: p.ring, Auth: p.auth, Log: p.log, Metrics: p.metrics, PublicURL: baseURL,
		Limits: api.LimitOptions{
			Reads: p.config.LimitReads, Writes: p.config.LimitWrites, Burst: p.config.LimitBurst,
			ExemptLoopback: p.dev, TrustedProxies: p.config.Proxies(),
		},
		Businesses: p.businesses, Team: p.team, Catalog: p.catalog, Schedule: p.schedule, Media: p.media, Holidays: p.holidays, Trail: audit.NewTrail(p.db),
		Availability: p.availability, Bookings: p.bookings, Customers: p.customers, Flags: p.flags, Transfer: p.transfer,
		DeadJobs: jobs.NewDeadList(p.db, p.o.Clock), Verifier: p.verifier, Live: p.changes.hub,
		Installation: p.installation(),
	})
}

// installation is what operators read of the program. Without a mail server of
// the configuration there is none to ask: tests bring a sender of their own.
func (p *program) installation() api.Installation {
	in := api.Installation{Version: p.o.Version, StartedAt: p.startedAt}
	if p.config.SMTPHost == "" {
		return in
	}
	if sender, err := newSender(p.config); err == nil { // a configuration that cannot be used has ended the start
		in.Mail = sender.Check
	}
	return in
}

// handler is everything that the public listener answers.
func (p *program) handler(baseURL string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", p.health.Live)
	mux.HandleFunc("GET /readyz", p.health.Ready)
	a := p.newAPI(baseURL)
	pages := site.New(p.auth, p.log)
	if web.Built() {
		pages.LinkConsole(web.ConsolePath)
	}
	pages.Mount(a.Mount)
	pages.MountInvitations(a.Mount, p.team)
	pages.MountShops(a.Mount, site.Shops{
		DB: p.db, Clock: p.o.Clock, Ring: p.ring, Businesses: p.businesses, Availability: p.availability, Bookings: p.bookings,
		PublicURL: baseURL, Guest: api.Guest,
	})
	mux.Handle(api.PhotoPath, api.Photos(p.media, p.log))
	console := web.NewConsole()
	for _, path := range web.ConsolePaths() {
		mux.Handle("GET "+path, console)
	}
	mux.Handle("/", web.NewSessions(a, p.o.Clock, baseURL))
	return p.metrics.Active(web.ByHTTPS(baseURL, mux))
}
