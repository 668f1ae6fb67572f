package devstack

import (
	"os"
	"testing"
)

// TestMain lets the test binary play the program whose death the server must notice.
func TestMain(m *testing.M) {
	if dir := os.Getenv(envParent); dir != "" {
		os.Exit(playParent(dir))
	}
	os.Exit(m.Run())
}
