package api

import "net/http"

// response is a ResponseWriter whose status goes out with the first byte of the
// body, not before: what fails until then can still become a problem document.
type response struct {
	http.ResponseWriter
	requestID string
	status    int // 0: none yet
	committed bool
	bytes     int64
}

// WriteHeader notes the status.
func (w *response) WriteHeader(status int) {
	if !w.committed {
		w.status = status
	}
}

// Write sends the status before the first byte.
func (w *response) Write(b []byte) (int, error) {
	w.commit()
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

func (w *response) commit() {
	if w.committed {
		return
	}
	w.committed = true
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.ResponseWriter.WriteHeader(w.status)
}

// FlushError sends what there is, for http.ResponseController.
func (w *response) FlushError() error {
	w.commit()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap gives http.ResponseController the writer below.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// The values of headers that are always the same. They are shared by all
// answers: who adds to one makes a new list.
var (
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"no-referrer"}
	noStore    = []string{"no-store"}
	noContent  = []string{"default-src 'none'; frame-ancestors 'none'"}
)

// begin makes the headers that every answer carries. Their names are written as
// they go out, which saves looking at each letter of them.
func (w *response) begin() {
	h := w.Header()
	h["X-Request-Id"] = []string{w.requestID}
	h["X-Content-Type-Options"] = noSniff
	h["Referrer-Policy"] = noReferrer
	h["Cache-Control"] = noStore
	h["Content-Security-Policy"] = noContent
}

// reset takes back what was meant to be answered; false when some of it went out.
func (w *response) reset() bool {
	if w.committed {
		return false
	}
	clear(w.Header())
	w.begin()
	w.status = 0
	return true
}
