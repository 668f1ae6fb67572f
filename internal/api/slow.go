package api

import (
	"io"
	"net/http"
	"sync/atomic"
)

// Requests count as being answered while the program works on them, not while it
// waits for their clients' networks: or some hundred clients that send or read a
// byte a second would hold every place until their time is over. What such
// clients cost is a connection, and the server's timeouts end that.

// slowBody is a request's body; its request holds no place while it is read.
type slowBody struct {
	io.ReadCloser
	places *atomic.Int64
}

// Read is part of io.Reader.
func (b slowBody) Read(p []byte) (int, error) {
	b.places.Add(-1)
	defer b.places.Add(1)
	return b.ReadCloser.Read(p)
}

// slowWriter is the way to the client; its request holds no place while it is written.
type slowWriter struct {
	http.ResponseWriter
	places *atomic.Int64
}

// Write is part of http.ResponseWriter.
func (w slowWriter) Write(p []byte) (int, error) {
	w.places.Add(-1)
	defer w.places.Add(1)
	return w.ResponseWriter.Write(p)
}

// Unwrap gives http.ResponseController the writer below.
func (w slowWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// waitOutside has the request hold no place while it waits for its client. It
// must hold one.
func (a *API) waitOutside(w *response, r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = slowBody{r.Body, &a.inFlight}
	}
	w.ResponseWriter = slowWriter{w.ResponseWriter, &a.inFlight}
}
