package sim_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// journal is what happened, in lines that hold nothing random: ids, codes and
// tokens are numbers in the order in which they were first seen.
type journal struct {
	lines []string
	names map[string]int
}

func (j *journal) add(line string) { j.lines = append(j.lines, line) }

// digest stands for the whole outcome.
func (j *journal) digest() string {
	sum := sha256.Sum256([]byte(strings.Join(j.lines, "\n")))
	return hex.EncodeToString(sum[:12])
}

// tail is the last lines, as far as anybody reads them.
func (j *journal) tail(n int) string {
	var b strings.Builder
	for _, line := range j.lines[max(0, len(j.lines)-n):] {
		b.WriteString(line[:min(len(line), 500)] + "\n")
	}
	return b.String()
}

// differs is the first line in which two journals differ.
func (j *journal) differs(o *journal) string {
	for i := range min(len(j.lines), len(o.lines)) {
		if j.lines[i] != o.lines[i] {
			return fmt.Sprintf("line %d:\n%s\n%s\nafter\n%s", i, j.lines[i], o.lines[i], strings.Join(j.lines[max(0, i-10):i], "\n"))
		}
	}
	return fmt.Sprintf("%d and %d lines", len(j.lines), len(o.lines))
}

// name is the number of something random.
func (j *journal) name(s string) string {
	if j.names == nil {
		j.names = map[string]int{}
	}
	n, known := j.names[s]
	if !known {
		n = len(j.names) + 1
		j.names[s] = n
	}
	return "#" + strconv.Itoa(n)
}

// secrets are properties of answers that are random through and through.
var secrets = []string{"request_id", "access_token", "refresh_token", "manage_token", "manage_url", "hold_token", "challenge_token", "next_cursor", "secret", "uri", "key", "hint", "recovery_codes"}

// same writes a decoded answer without what is random in it.
func (j *journal) same(b *strings.Builder, v any) {
	switch x := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if !slices.Contains(secrets, k) {
				b.WriteString(k + ":")
				j.same(b, x[k])
				b.WriteByte(' ')
			}
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for _, e := range x {
			j.same(b, e)
			b.WriteByte(' ')
		}
		b.WriteByte(']')
	case string:
		if random(x) {
			x = j.name(x)
		}
		b.WriteString(x)
	default:
		fmt.Fprint(b, x)
	}
}

// random tells ids and the codes of bookings.
func random(s string) bool {
	if len(s) == 36 {
		return s[8] == '-' && s[13] == '-' && s[14] == '7'
	}
	return len(s) == 8 && strings.Trim(s, "23456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}
