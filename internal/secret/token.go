package secret

import (
	"encoding/base64"
	"errors"
	"strings"
)

var errToken = errors.New("not a token")

// Encode writes bytes as tokens in links and headers are written: base64url
// without padding.
func Encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Decode reads what Encode wrote, and that alone: a token has one spelling, so
// that whatever counts or forgets tokens by their text meets each but once. The
// strict decoder of the library passes over line ends.
func Decode(token string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || strings.ContainsAny(token, "\r\n") {
		return nil, errToken
	}
	return raw, nil
}
