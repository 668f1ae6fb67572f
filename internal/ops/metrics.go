package ops

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the registry of one process and everything that is counted. All
// methods are safe for concurrent use.
type Metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.HistogramVec
	active    prometheus.Gauge
	statement *prometheus.HistogramVec
	jobs      *prometheus.HistogramVec
	problems  *prometheus.CounterVec
	messages  *prometheus.CounterVec
	auth      *prometheus.CounterVec
}

var (
	requestBuckets   = []float64{.001, .0025, .005, .01, .025, .05, .1, .15, .25, .5, 1, 2, 5, 10}
	statementBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}
	jobBuckets       = []float64{.005, .01, .05, .1, .5, 1, 2, 5, 15, 30}
)

// NewMetrics makes a registry with the process's own figures in it.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_server_request_duration_seconds", Help: "Time to answer, by route pattern.", Buckets: requestBuckets,
		}, []string{"http_request_method", "http_route", "http_response_status_code"}),
		active: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "http_server_active_requests", Help: "Requests being answered now.",
		}),
		statement: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "db_client_operation_duration_seconds", Help: "Time of a statement or of a round trip of several, by registered name.",
			Buckets: statementBuckets,
		}, []string{"db_operation_name", "outcome"}),
		jobs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "omotenashi_job_duration_seconds", Help: "Time of one attempt at a job, by kind and outcome.", Buckets: jobBuckets,
		}, []string{"kind", "outcome"}),
		problems: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "omotenashi_problems_total", Help: "Problem documents answered, by code.",
		}, []string{"code"}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "omotenashi_messages_total", Help: "Messages to people, by event and outcome.",
		}, []string{"event", "outcome"}),
		auth: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "omotenashi_auth_events_total", Help: "What speaks of attacks on accounts, by event.",
		}, []string{"event"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "omotenashi_build_info", Help: "Always 1; the label tells the version.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.active, m.statement, m.jobs, m.problems, m.messages, m.auth, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Request counts an answered request. Route is the pattern, never the path:
// paths hold links and ids.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Observe(took.Seconds())
}

// knownMethod bounds the label: a client may send any word.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "_OTHER"
}

// Active wraps the whole server's handler and keeps the number of requests
// being answered.
func (m *Metrics) Active(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.active.Inc()
		defer m.active.Dec()
		next.ServeHTTP(w, r)
	})
}

// Statement counts a statement; it fits pg.Options.Observe.
func (m *Metrics) Statement(name string, took time.Duration, failed bool) {
	outcome := "ok"
	if failed {
		outcome = "error"
	}
	m.statement.WithLabelValues(name, outcome).Observe(took.Seconds())
}

// Job counts one attempt at a job; outcome is ok, error, snoozed, cancelled or panic.
func (m *Metrics) Job(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Problem counts a problem document by its code.
func (m *Metrics) Problem(code string) { m.problems.WithLabelValues(code).Inc() }

// Message counts the fate of a message: sent, failed, skipped or retry.
func (m *Metrics) Message(event, outcome string) { m.messages.WithLabelValues(event, outcome).Inc() }

// AuthEvent counts an event of signing in; it fits auth.Options.Observe.
func (m *Metrics) AuthEvent(event string) { m.auth.WithLabelValues(event).Inc() }

// Handler shows all figures in Prometheus's format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, Timeout: 10 * time.Second})
}

// Gather asks for figures when they are looked at; see Pools and Jobs.
func (m *Metrics) Gather(c prometheus.Collector) { m.registry.MustRegister(c) }

// scrapeTimeout bounds what a look at the figures may cost.
const scrapeTimeout = 2 * time.Second

func scrapeContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), scrapeTimeout)
}
