package ops

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/jobs"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
)

var (
	poolUsed = prometheus.NewDesc("db_client_connection_count",
		"Connections of a pool, by state.", []string{"db_client_connection_pool_name", "db_client_connection_state"}, nil)
	poolMax = prometheus.NewDesc("db_client_connection_max",
		"Connections that a pool may have.", []string{"db_client_connection_pool_name"}, nil)
	poolWaits = prometheus.NewDesc("db_client_connection_waits_total",
		"How often somebody had to wait for a connection of the pool.", []string{"db_client_connection_pool_name"}, nil)
	poolWaited = prometheus.NewDesc("db_client_connection_wait_seconds_total",
		"Time spent waiting for connections of the pool.", []string{"db_client_connection_pool_name"}, nil)
	jobCount = prometheus.NewDesc("omotenashi_jobs",
		"Jobs in the table, by queue and state; discarded ones are the dead list.", []string{"queue", "state"}, nil)
	jobLate = prometheus.NewDesc("omotenashi_jobs_oldest_seconds",
		"For how long the oldest job of the queue could have been worked on.", []string{"queue"}, nil)
)

// Pools shows a database's pools.
type Pools struct{ DB *pg.DB }

// Describe is part of prometheus.Collector.
func (p Pools) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{poolUsed, poolMax, poolWaits, poolWaited} {
		ch <- d
	}
}

// Collect is part of prometheus.Collector.
func (p Pools) Collect(ch chan<- prometheus.Metric) {
	for name, s := range p.DB.Stats() {
		ch <- prometheus.MustNewConstMetric(poolUsed, prometheus.GaugeValue, float64(s.AcquiredConns()), name, "used")
		ch <- prometheus.MustNewConstMetric(poolUsed, prometheus.GaugeValue, float64(s.IdleConns()), name, "idle")
		ch <- prometheus.MustNewConstMetric(poolMax, prometheus.GaugeValue, float64(s.MaxConns()), name)
		ch <- prometheus.MustNewConstMetric(poolWaits, prometheus.CounterValue, float64(s.EmptyAcquireCount()), name)
		ch <- prometheus.MustNewConstMetric(poolWaited, prometheus.CounterValue, s.EmptyAcquireWaitTime().Seconds(), name)
	}
}

// JobCounts shows the job queue; a database that does not answer shows nothing.
type JobCounts struct {
	DB    *pg.DB
	Clock clock.Clock
}

// Describe is part of prometheus.Collector.
func (j JobCounts) Describe(ch chan<- *prometheus.Desc) {
	ch <- jobCount
	ch <- jobLate
}

// Collect is part of prometheus.Collector.
func (j JobCounts) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := scrapeContext()
	defer cancel()
	counts, err := jobs.Count(ctx, j.DB, j.Clock.Now())
	if err != nil {
		ch <- prometheus.NewInvalidMetric(jobCount, err)
		return
	}
	for _, c := range counts {
		ch <- prometheus.MustNewConstMetric(jobCount, prometheus.GaugeValue, float64(c.Jobs), c.Queue, c.State)
		if c.State == "available" {
			ch <- prometheus.MustNewConstMetric(jobLate, prometheus.GaugeValue, c.OldestSeconds, c.Queue)
		}
	}
}

// LiveStreams shows how many consoles are kept up to date.
func LiveStreams(count func() int) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "omotenashi_live_streams", Help: "Streams by which consoles learn of changes, open now.",
	}, func() float64 { return float64(count()) })
}
