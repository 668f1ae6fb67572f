package api

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/media"
)

// PhotoPath is where the files of photos are served.
const PhotoPath = "GET /media/{file}"

// Photos serves the files of photos, for ever: what stands under a name never
// changes. It asks nobody who they are: the name cannot be guessed, and whoever
// knows it was shown the photo.
func Photos(photos *media.Service, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		h.Set("Referrer-Policy", "no-referrer")
		file := r.PathValue("file")
		blob, err := photos.Open(r.Context(), file)
		if err != nil {
			h.Set("Cache-Control", "no-store")
			status := http.StatusNotFound
			if !errors.Is(err, media.ErrNoBlob) {
				status = http.StatusInternalServerError
				log.ErrorContext(r.Context(), "photo", "error", err)
			}
			http.Error(w, http.StatusText(status), status)
			return
		}
		defer blob.Close() //nolint:errcheck // it was only read
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Content-Type", "image/jpeg")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin") // for the pages of shops elsewhere
		h.Set("ETag", `"`+file+`"`)
		http.ServeContent(w, r, "", time.Time{}, blob)
	})
}
