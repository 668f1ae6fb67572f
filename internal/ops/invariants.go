package ops

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/omotenashi-connect/omotenashi/internal/verify"
)

var (
	invariantBreaches = prometheus.NewDesc("omotenashi_invariant_breaches",
		"Rows in breach of an invariant at the last look.", []string{"invariant"}, nil)
	invariantChecked = prometheus.NewDesc("omotenashi_invariant_checked_timestamp_seconds",
		"When the invariant was last looked at to the end.", []string{"invariant"}, nil)
)

// Invariants shows the last look at each invariant that was ever looked at. It is
// read from the table where they are kept: any process may have looked, every one
// shows the same, and a restart forgets nothing. A database that does not answer
// shows nothing.
type Invariants struct{ Verifier *verify.Verifier }

// Describe is part of prometheus.Collector.
func (i Invariants) Describe(ch chan<- *prometheus.Desc) {
	ch <- invariantBreaches
	ch <- invariantChecked
}

// Collect is part of prometheus.Collector.
func (i Invariants) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := scrapeContext()
	defer cancel()
	all, err := i.Verifier.Results(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(invariantBreaches, err)
		return
	}
	for _, r := range all {
		if r.CheckedAt.IsZero() {
			continue
		}
		ch <- prometheus.MustNewConstMetric(invariantBreaches, prometheus.GaugeValue, float64(r.Breaches), r.Name)
		ch <- prometheus.MustNewConstMetric(invariantChecked, prometheus.GaugeValue, float64(r.CheckedAt.UnixMicro())/1e6, r.Name)
	}
}
