package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

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
	"github.com/omotenashi-connect/omotenashi/internal/schedule"
	"github.com/omotenashi-connect/omotenashi/internal/secret"
	"github.com/omotenashi-connect/omotenashi/internal/transfer"
	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

// basePath leads every operation's path.
const basePath = "/api/v1"

// defaultMaxBody is how many bytes a body may have unless the operation says otherwise.
const defaultMaxBody = 1 << 20

// Deps are what the API stands on. Without services it can still describe itself.
type Deps struct {
	DB        *pg.DB
	Clock     clock.Clock
	Ring      *secret.Ring
	Auth      *auth.Service
	Log       *slog.Logger
	Metrics   Metrics // nil: none
	Limits    LimitOptions
	PublicURL string // how customers reach the site; links in answers begin with it

	Businesses   *business.Service
	Team         *business.Team
	Catalog      *catalog.Catalog
	Schedule     *schedule.Service
	Media        *media.Service
	Holidays     *schedule.Holidays
	Trail        *audit.Trail
	Availability *availability.Service
	Bookings     *booking.Service
	Customers    *customer.Service
	Flags        *flag.Service
	DeadJobs     *jobs.DeadList
	Verifier     *verify.Verifier
	Transfer     *transfer.Service
	Live         *live.Hub
	Installation Installation
}

// API is the HTTP API. It is safe for concurrent use once made.
type API struct {
	Deps
	gate       gate
	limits     *limits
	ledgers    *ledgers
	questions  *questions
	inFlight   atomic.Int64
	mux        *http.ServeMux
	huma       huma.API
	operations []*operation
}

// New makes the API with all its operations. It panics on an operation that is
// declared wrongly: a programmer's error.
func New(d Deps) *API {
	a := newAPI(d)
	a.registerAll()
	a.finish()
	return a
}

// Handler answers /api, /openapi.json, /docs and what was mounted.
func (a *API) Handler() http.Handler { return a }

// registerAll declares the operations, one function a domain.
func (a *API) registerAll() {
	a.registerAuth()
	a.registerFactors()
	a.registerDirectory()
	a.registerPostal()
	a.registerHolidays()
	a.registerBusinesses()
	a.registerKeys()
	a.registerCatalog()
	a.registerResources()
	a.registerPhotos()
	a.registerJoins()
	a.registerSchedule()
	a.registerAdmin()
	a.registerBookingSite()
	a.registerConsoleBookings()
	a.registerExplain()
	a.registerCustomers()
	a.registerImports()
	a.registerExports()
	a.registerLive()
}

// newAPI makes an API without operations.
func newAPI(d Deps) *API {
	configureFramework()
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	a := &API{Deps: d, gate: d.Auth, limits: newLimits(d.Clock, d.Limits), ledgers: newLedgers(), questions: newQuestions(), mux: http.NewServeMux()}
	a.huma = huma.NewAPI(huma.Config{
		OpenAPI:                      description(),
		Formats:                      map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}, // "json" is for problem+json
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}, adapter{a})
	return a
}

// operation declares one operation of the API.
type operation struct {
	ID          string // lower-case words with dashes, unique: "list-services"
	Method      string
	Path        string // without the base path
	Summary     string
	Description string
	Tags        []string
	Authz       Authz
	Status      int  // of success; 200, or 204 without a body
	Idempotent  bool // the input embeds Keyed
	IfMatch     bool // the input embeds Precondition
	MaxBody     int64
	BodyTime    time.Duration // in which the body must come; 5 s unless given
	Consumes    string        // the type of a body that is no JSON; the input has a RawBody
	Form        *huma.Schema  // of a body that is a form
	Produces    []string      // the types of an answer that is streamed
	Errors      []string      // codes that it may answer beside those of the edge

	pathParams []string
	repeatable []string // query parameters that may be given more than once
	hasBody    bool
}

// operationKey finds the operation in the framework's metadata.
const operationKey = "operation"

var (
	operationID = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	pathParam   = regexp.MustCompile(`\{([a-z_]+)\}`)
)

// check panics on what is declared wrongly, and fills in what follows.
func (op *operation) check(input reflect.Type) {
	wrong := func(why string) { panic(fmt.Sprintf("api: operation %s %s: %s", op.Method, op.Path, why)) }
	if !operationID.MatchString(op.ID) {
		wrong("id " + op.ID)
	}
	op.Authz.check(op)
	if !strings.HasPrefix(op.Path, "/") || len(op.Tags) == 0 || op.Summary == "" {
		wrong("needs a path, a tag and a summary")
	}
	if embeds(input, reflect.TypeFor[Keyed]()) != op.Idempotent {
		wrong("Idempotent, and an input that embeds Keyed, go together")
	}
	if embeds(input, reflect.TypeFor[Precondition]()) != op.IfMatch {
		wrong("IfMatch, and an input that embeds Precondition, go together")
	}
	if name := hiddenPart(input); name != "" {
		wrong("the framework does not see the embedded " + name + ": export it")
	}
	for _, m := range pathParam.FindAllStringSubmatch(op.Path, -1) {
		op.pathParams = append(op.pathParams, m[1])
	}
	_, op.hasBody = input.FieldByName("Body")
	_, raw := input.FieldByName("RawBody")
	if raw != (op.Consumes != "") {
		wrong("Consumes, and an input that has a RawBody, go together")
	}
	op.hasBody = op.hasBody || raw
	if op.MaxBody == 0 {
		op.MaxBody = defaultMaxBody
	}
}

// embeds tells whether the input embeds the part, at any depth.
func embeds(t, part reflect.Type) bool {
	for f := range t.Fields() {
		if f.Anonymous && (f.Type == part || f.Type.Kind() == reflect.Struct && embeds(f.Type, part)) {
			return true
		}
	}
	return false
}

// hiddenPart is an embedded struct whose type is not exported, or nothing.
func hiddenPart(t reflect.Type) string {
	for f := range t.Fields() {
		if !f.Anonymous || f.Type.Kind() != reflect.Struct {
			continue
		}
		if !f.IsExported() {
			return f.Name
		}
		if name := hiddenPart(f.Type); name != "" {
			return name
		}
	}
	return ""
}

// register declares an operation and its handler. The handler's error becomes a
// problem document; an answer's nil slices become empty ones.
func register[I, O any](a *API, op operation, handler func(ctx context.Context, in *I) (*O, error)) {
	op.check(reflect.TypeFor[I]())
	a.operations = append(a.operations, &op)
	h := op.describe()
	fill := newFiller(reflect.TypeFor[O]())
	if h.Responses == nil {
		h.Responses = map[string]*huma.Response{}
	}
	defer describeTries(reflect.TypeFor[I](), h.Responses)
	huma.Register(a.huma, h, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, callOf(ctx).refuse(err)
		}
		fill.value(reflect.ValueOf(out).Elem())
		return out, nil
	})
}
