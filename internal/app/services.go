package app

import (
	"net/http"

	"github.com/omotenashi-connect/omotenashi/internal/api"
)

// services are the domain's services of one process.
type services struct {
	api *api.API
}

// newServices wires them, lower levels first.
func newServices(p *program, baseURL string) *services {
	s := &services{}
	s.api = api.New(api.Deps{
		DB: p.db, Clock: p.o.Clock, Ring: p.ring, Log: p.log, Metrics: p.metrics, PublicURL: baseURL,
		Limits: api.LimitOptions{
			Reads: p.config.LimitReads, Writes: p.config.LimitWrites, Burst: p.config.LimitBurst, TrustedProxies: p.config.Proxies(),
		},
	})
	return s
}

// handler is everything that the public listener answers.
func (p *program) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", p.health.Live)
	mux.HandleFunc("GET /readyz", p.health.Ready)
	mux.Handle("/", p.api.Handler())
	return p.metrics.Active(mux)
}
