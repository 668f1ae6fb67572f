package business

import (
	"regexp"
	"strings"
	"time"
)

var zonePattern = regexp.MustCompile(`^[A-Za-z]+(?:/[A-Za-z0-9_+-]+)*$`)

// isZone tells whether the name is of an IANA zone that every machine knows:
// not the machine's own, nor the variants that some file systems keep.
func isZone(name string) bool {
	if !zonePattern.MatchString(name) || name == "Local" || strings.HasPrefix(name, "posix") || strings.HasPrefix(name, "right/") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
