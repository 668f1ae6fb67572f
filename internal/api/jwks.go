package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/omotenashi-connect/omotenashi/internal/auth"
)

// mountKeys serves the keys with which anybody can check our access tokens
// (RFC 7517), outside the base path.
func (a *API) mountKeys() {
	a.Mount("GET /.well-known/jwks.json", http.HandlerFunc(a.publicKeys))
}

func (a *API) publicKeys(w http.ResponseWriter, _ *http.Request) {
	raw, err := json.Marshal(map[string][]auth.PublicKey{"keys": a.Auth.PublicKeys()})
	if err != nil {
		panic(fmt.Sprintf("api: public keys: %v", err)) // plain strings
	}
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(auth.KeysLife/time.Second)))
	w.Header().Set("Access-Control-Allow-Origin", "*")
	_, _ = w.Write(raw) // the client may be gone
}
