package api

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/business"
	"github.com/omotenashi-connect/omotenashi/internal/live"
)

// A stream that ends long after its last words ends whole: a reader that misses
// the mark of the end has been cut off, and browsers report that as an error.
func TestStream_EndsWhole_HoweverLongAfterItsLastWords(t *testing.T) {
	t.Parallel()
	hub := live.New(live.Options{
		Read: func(_ context.Context, list []business.ID) (map[business.ID]int64, error) {
			return map[business.ID]int64{list[0]: 7}, nil
		},
		Beat: time.Hour, Life: 400 * time.Millisecond,
	})
	go hub.Run(t.Context())
	a := &API{Deps: Deps{Live: hub}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watcher, err := watched(r.Context(), hub)
		if err != nil {
			t.Error(err)
			return
		}
		a.tell(watcher, &stream{w: w, control: http.NewResponseController(w), slowest: 20 * time.Millisecond}, r.Context().Done())
	}))
	t.Cleanup(server.Close)

	resp, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	words, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("the stream did not end whole: %v", err)
	}
	if !strings.Contains(string(words), "id: 7\n") {
		t.Errorf("it told %q", words)
	}
}

// watched watches a business as soon as the hub runs.
func watched(ctx context.Context, hub *live.Hub) (*live.Watcher, error) {
	for {
		w, err := hub.Watch(business.ID{1}, 0)
		if err == nil || ctx.Err() != nil {
			return w, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Millisecond):
		}
	}
}
