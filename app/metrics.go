package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// metricsTimeout bounds a question of the monitor.
const metricsTimeout = 5 * time.Second

// serveMetrics answers /metrics on an address of its own, which only the monitor reaches,
// in the text format of Prometheus.
func (a *App) serveMetrics() error {
	if a.Config.MetricsAddr == "" {
		return nil
	}
	ln, err := net.Listen("tcp", a.Config.MetricsAddr)
	if err != nil {
		return fmt.Errorf("PORTAL_METRICS_ADDR: %w", err)
	}
	set := a.gauges()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	})
	a.metrics = &http.Server{Handler: mux, ReadTimeout: metricsTimeout, WriteTimeout: metricsTimeout}
	a.goes(func() {
		if err := a.metrics.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("metrics stopped", "error", err)
		}
	})
	return nil
}

// gauges are the figures of this process that are read when the monitor asks.
func (a *App) gauges() *metrics.Set {
	set := metrics.NewSet()
	yes := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	set.NewGauge("portal_ready", func() float64 { return yes(a.Ready() == nil) })
	set.NewGauge("portal_search_up", func() float64 { return yes(a.SearchUp()) })
	set.NewGauge("portal_index_worker", func() float64 { return yes(a.Worker.Holding()) })
	set.NewGauge("portal_needs_waiting", func() float64 { return float64(a.Worker.Follower.Waiting()) })
	set.NewGauge("portal_index_drift_documents", func() float64 { return float64(a.Worker.Drift()) })
	set.NewGauge("portal_index_lag_seconds", func() float64 { return a.Worker.Lag().Seconds() })
	set.NewGauge("portal_content_generation", func() float64 { return float64(a.generation.Load()) })
	return set
}

// stopMetrics ends the answers to the monitor.
func (a *App) stopMetrics() error {
	if a.metrics == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), metricsTimeout)
	defer cancel()
	return a.metrics.Shutdown(ctx)
}
