package api

import (
	"strconv"
	"strings"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
)

// codeStale is answered by services; it stands here for the document.
const codeStale = "precondition.stale"

// Precondition is embedded by inputs that change a versioned resource.
type Precondition struct {
	IfMatch string `header:"If-Match" doc:"The version that was read: the ETag of its GET. Missing: 428; stale: 412" example:"\"3\""`
}

// expect is the version that the caller read. Without one it is a 428, one that
// is no ETag of ours is a 422.
func (m Precondition) expect() (int64, error) {
	if m.IfMatch == "" {
		f := fault.New(fault.NoPrecondition, "precondition.required")
		f.Fields = []fault.Field{{Location: "header.If-Match", Code: "required"}}
		return 0, f
	}
	digits, opened := strings.CutPrefix(m.IfMatch, `"`)
	digits, closed := strings.CutSuffix(digits, `"`)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !opened || !closed || err != nil || n < 1 || digits[0] == '+' || digits[0] == '0' {
		var v fault.Fields
		v.Add("header.If-Match", "format")
		return 0, v.Err()
	}
	return n, nil
}

// etag is the ETag of a version.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
