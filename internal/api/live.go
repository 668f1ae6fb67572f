package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/omotenashi-connect/omotenashi/internal/clock"
	"github.com/omotenashi-connect/omotenashi/internal/live"
)

// This file keeps consoles up to date: a stream tells that something changed,
// and the console reads what it shows again.

const eventStream = "text/event-stream"

// slowest is how long a reader may take for what it is told, some hundred bytes.
const slowest = 10 * time.Second

func (a *API) registerLive() {
	register(a, operation{
		ID: "follow-changes", Method: http.MethodGet, Path: "/businesses/{business_id}/events", Tags: tagConsole, Authz: mayReadLedger,
		Produces: []string{eventStream}, Errors: []string{live.ErrCrowded.Code},
		Summary: "Learn at once that something of the business changed",
		Description: "Server-sent events: `event: change`, `id: 42`, `data: {\"seq\":42}`. Each says that what was read of the business before may be old, and " +
			"that what is read from now on has everything up to the write of that number. Writes that follow each other quickly are told as one, " +
			"at most ten times a second; the same number may come again. Begin with the `seq` of the ledger that is shown: " +
			"what was written since is told at once, so that nothing is missed over a break. Without a number the first change is told at once. " +
			"A comment comes every 15 seconds in which nothing happens. The stream ends by itself within half a minute, or when the server stops: " +
			"come again with the last `id`, as browsers do by themselves.",
	}, a.followChanges)
}

type followInput struct {
	InBusiness
	After       int64 `query:"after" minimum:"0" doc:"The last number that is known: seq of the ledger" example:"42"`
	LastEventID int64 `header:"Last-Event-ID" minimum:"0" doc:"The id of the last event; stronger than after"`
}

func (a *API) followChanges(ctx context.Context, in *followInput) (*huma.StreamResponse, error) {
	after := in.After
	if in.LastEventID > 0 {
		after = in.LastEventID
	}
	if a.Live == nil {
		return nil, live.ErrEnded
	}
	watcher, err := a.Live.Watch(businessID(ctx), after)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer watcher.Close()
		r, w := humago.Unwrap(h)
		s := &stream{w: w, control: http.NewResponseController(w), slowest: slowest}
		if r.Method == http.MethodHead {
			s.open()
			return
		}
		a.tell(watcher, s, callOf(ctx).gone)
	}}, nil
}

// tell is a stream from its beginning to its end.
func (a *API) tell(watcher *live.Watcher, s *stream, gone <-chan struct{}) {
	if s.open() {
		a.relay(watcher, s, gone)
		s.end()
	}
}

// relay tells what the watcher learns until one of both ends. It outlives the
// time of an operation, and holds none of the places for requests while it
// waits, nor a connection of the database at any time.
func (a *API) relay(watcher *live.Watcher, s *stream, gone <-chan struct{}) {
	for {
		a.inFlight.Add(-1)
		sign, seq := watcher.Next(gone)
		a.inFlight.Add(1)
		told := false
		switch sign {
		case live.Change:
			told = s.change(seq)
		case live.Beat:
			told = s.say(":\n\n")
		case live.Over:
		}
		if !told {
			return
		}
	}
}

// stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	slowest time.Duration // that the reader may be
}

// open sends the headers, and how soon to come again. The server's time for
// reading a request ends a connection on which nothing comes; here nothing will.
func (s *stream) open() bool {
	h := s.w.Header()
	h.Set("Content-Type", eventStream)
	h.Set("X-Accel-Buffering", "no") // of proxies that would gather it
	_ = s.control.SetReadDeadline(time.Time{})
	return s.say("retry: 500\n\n")
}

func (s *stream) change(seq int64) bool {
	n := strconv.FormatInt(seq, 10)
	return s.say(fmt.Sprintf("event: change\nid: %s\ndata: {\"seq\":%s}\n\n", n, n))
}

// say sends words at once; false when they do not reach the reader in time.
func (s *stream) say(words string) bool {
	s.allow()
	if _, err := s.w.Write([]byte(words)); err != nil {
		return false
	}
	return s.control.Flush() == nil
}

// end leaves time for the mark with which an answer ends. The time for the last
// words may be over by now, and a reader without the mark has half an answer.
func (s *stream) end() { s.allow() }

// allow gives what is written next its time.
func (s *stream) allow() {
	_ = s.control.SetWriteDeadline(clock.System{}.Now().Add(s.slowest)) // not every writer has one
}
