package web

import (
	"bytes"
	"maps"
	"net/http"
)

// changing changes a session's cookies with the answer, whatever that is, and
// keeps it out of caches: its cookies are one person's.
type changing struct {
	http.ResponseWriter
	change func(http.ResponseWriter)
	done   bool
}

// WriteHeader is part of http.ResponseWriter.
func (w *changing) WriteHeader(status int) {
	w.alter()
	w.ResponseWriter.WriteHeader(status)
}

// Write is part of http.ResponseWriter.
func (w *changing) Write(b []byte) (int, error) {
	w.alter()
	return w.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController the writer below.
func (w *changing) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *changing) alter() {
	if w.done {
		return
	}
	w.done = true
	w.change(w.ResponseWriter)
	w.Header().Set("Cache-Control", "no-store")
}

// holding holds back an answer of 200, which has tokens in it; any other goes through.
type holding struct {
	http.ResponseWriter
	held bool
	body bytes.Buffer
}

// WriteHeader is part of http.ResponseWriter.
func (w *holding) WriteHeader(status int) {
	if w.held = status == http.StatusOK; !w.held {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write is part of http.ResponseWriter.
func (w *holding) Write(b []byte) (int, error) {
	if w.held {
		return w.body.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController the writer below.
func (w *holding) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recorder keeps the answer to a request that the program makes to itself.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

// Header is part of http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader is part of http.ResponseWriter.
func (w *recorder) WriteHeader(status int) { w.status = status }

// Write is part of http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }

// replay answers with what was kept.
func (w *recorder) replay(to http.ResponseWriter) {
	maps.Copy(to.Header(), w.header)
	to.WriteHeader(w.status)
	_, _ = to.Write(w.body.Bytes()) // the client may be gone
}
