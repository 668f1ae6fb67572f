package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a migration may not do beside the program of before, as far as its text
// tells. CONTRIBUTING.md says what to do instead.
var migrationRules = []struct {
	pattern *regexp.Regexp // of a statement; the group is the table
	why     string
}{
	{regexp.MustCompile(`(?is)^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\w+ ON (?:ONLY )?(\w+)`), "locks out writers while the index is made: CREATE INDEX CONCURRENTLY"},
	{regexp.MustCompile(`(?is)^ALTER TABLE (?:ONLY )?(\w+).*\bADD CONSTRAINT\b.*\b(?:CHECK|FOREIGN KEY)\b(?:[^;]*)$`), "checks every row under a lock: NOT VALID, and VALIDATE CONSTRAINT in the next migration"},
	{regexp.MustCompile(`(?is)^ALTER TABLE (?:ONLY )?(\w+).*\bADD CONSTRAINT\b.*\b(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b\s*(?:USING gist )?\(`), "makes its index under a lock: CONCURRENTLY, then ADD CONSTRAINT … USING INDEX"},
	{regexp.MustCompile(`(?is)^ALTER TABLE (?:ONLY )?(\w+).*\bSET NOT NULL\b`), "reads every row under a lock: a CHECK that is NOT VALID, validated later"},
	{regexp.MustCompile(`(?is)^ALTER TABLE (?:ONLY )?(\w+).*\b(?:ALTER COLUMN \w+ (?:SET DATA )?TYPE)\b`), "rewrites the table: a new column"},
	{regexp.MustCompile(`(?is)^ALTER TABLE (?:ONLY )?(\w+).*\b(?:DROP COLUMN|RENAME)\b`), "the program of before still uses it: in a release after the one that stopped to"},
	{regexp.MustCompile(`(?is)^DROP TABLE (?:IF EXISTS )?(\w+)`), "the program of before still uses it: in a release after the one that stopped to"},
}

// breachesOf are the statements of a migration that break a rule. On tables that
// it makes itself everything is allowed: nobody uses them yet.
func breachesOf(sql string) []string {
	comment := regexp.MustCompile(`(?m)--.*$`)
	sql = comment.ReplaceAllString(sql, "")
	own := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?i)CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)`).FindAllStringSubmatch(sql, -1) {
		own[m[1]] = true
	}
	var out []string
	for statement := range strings.SplitSeq(sql, ";") {
		statement = strings.Join(strings.Fields(statement), " ")
		for _, rule := range migrationRules {
			m := rule.pattern.FindStringSubmatch(statement)
			if m != nil && !own[m[1]] && !strings.Contains(strings.ToUpper(statement), "NOT VALID") {
				out = append(out, fmt.Sprintf("%.100s: %s", statement, rule.why))
			}
		}
	}
	return out
}

// From the sixth on: nothing was released before.
func TestMigrations_KeepTheirRules(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../pg/migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if filepath.Base(f) < "00006" {
			continue
		}
		sql, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range breachesOf(string(sql)) {
			t.Errorf("%s: %s", f, b)
		}
	}
}

func TestMigrations_CheckerFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]int{
		"CREATE INDEX a_idx ON bookings (business_id);":                                                               1,
		"CREATE UNIQUE INDEX a_idx ON bookings (business_id);":                                                        1,
		"CREATE INDEX CONCURRENTLY a_idx ON bookings (business_id);":                                                  0,
		"CREATE TABLE a (b int); CREATE INDEX a_idx ON a (b); ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0);":          0,
		"ALTER TABLE bookings ADD COLUMN a integer;":                                                                  0,
		"ALTER TABLE bookings ADD COLUMN a integer NOT NULL DEFAULT 1 CHECK (a > 0);":                                 0,
		"ALTER TABLE bookings ADD CONSTRAINT a CHECK (total > 0);":                                                    1,
		"ALTER TABLE bookings ADD CONSTRAINT a CHECK (total > 0) NOT VALID;":                                          0,
		"ALTER TABLE bookings VALIDATE CONSTRAINT a;":                                                                 0,
		"ALTER TABLE bookings ADD CONSTRAINT a UNIQUE (business_id, code);":                                           1,
		"ALTER TABLE bookings ADD CONSTRAINT a UNIQUE USING INDEX a_idx;":                                             0,
		"ALTER TABLE bookings\n ALTER COLUMN note SET NOT NULL;":                                                      1,
		"ALTER TABLE bookings ALTER COLUMN party_size TYPE bigint;":                                                   1,
		"ALTER TABLE bookings DROP COLUMN note; -- DROP TABLE bookings":                                               1,
		"ALTER TABLE bookings RENAME COLUMN note TO notes; DROP TABLE holds;":                                         2,
		"-- CREATE INDEX a_idx ON bookings (business_id);\nCREATE OR REPLACE FUNCTION f() RETURNS int AS 'SELECT 1';": 0,
	} {
		if got := breachesOf(sql); len(got) != want {
			t.Errorf("%s: %d breaches %q, want %d", sql, len(got), got, want)
		}
	}
}
