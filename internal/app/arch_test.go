package app_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/omotenashi-connect/omotenashi/"

// The two ends of the table below.
const (
	lowest  = 0
	edge    = 6
	top     = 7
	command = 8
	outside = 9 // stands beside the program and measures all of it
)

// levels says what stands on what: a package imports lower levels only. A package that is not here fails the test, so
// that its place is a decision and not an accident.
var levels = map[string]int{
	// Words and tools that know nothing of the business; they may import each other.
	"internal/clock":     lowest,
	"internal/config":    lowest,
	"internal/fault":     lowest,
	"internal/id":        lowest,
	"internal/jp":        lowest,
	"internal/locale":    lowest,
	"internal/money":     lowest,
	"internal/pg":        lowest,
	"internal/pg/pgtest": 1, // starts a PostgreSQL by devstack; for tests only
	"internal/secret":    lowest,
	// Plays the network between program and PostgreSQL; for tests and benchmarks only.
	"internal/faultproxy": lowest,
	// Packs the public table of postal codes.
	"internal/jp/postalgen": 1, // a command, run when the table is new
	// Fills large tables, with customers as the program keeps them; for tests and the bench.
	"bench/bulk": 3,
	// Shares a pgtest server among the processes of a run.
	"internal/pg/pgtest/withpostgres": command,
	// Platform.
	"internal/audit":         1,
	"internal/auth":          1,
	"internal/auth/authtest": 1, // passkeys in software; for tests only
	"internal/cache":         1,
	"internal/devstack":      1,
	"internal/flag":          1,
	"internal/idempotency":   1,
	"internal/jobs":          1,
	"internal/outbox":        1,
	"internal/ratelimit":     1,
	"internal/tenant":        1,
	// Records.
	"internal/business": 2,
	"internal/catalog":  2,
	"internal/customer": 2,
	"internal/media":    2,
	"internal/schedule": 2,
	// Core.
	"internal/availability": 3,
	"internal/booking":      3,
	// Around the core.
	"internal/membership": 4,
	"internal/payment":    4,
	"internal/review":     4,
	"internal/waitlist":   4,
	// Listeners, and the demo, which goes through the services like any client.
	"internal/analytics":    5,
	"internal/demo":         5,
	"internal/live":         5, // tells who watches a business that something changed
	"internal/notify":       5,
	"internal/notify/email": 5,
	"internal/transfer":     5, // files in and out, by the services below
	"internal/verify":       5, // whether what all of them stored agrees with itself
	// Edges.
	"internal/api":  edge,
	"internal/ops":  edge,
	"internal/site": edge,
	// Draws pictures; knows nothing of shops.
	"internal/site/card": lowest,
	"internal/web":       edge,
	// Wiring, and the program.
	"internal/app":   top,
	"cmd/omotenashi": command,
	"bench":          outside,
	"internal/sim":   command, // plays years of the whole program; for tests only
}

// sideways lists the imports within one level that are meant. Level 0 needs no entry.
var sideways = map[string][]string{
	"internal/audit":     {"internal/tenant"},
	"internal/auth":      {"internal/audit", "internal/idempotency", "internal/jobs", "internal/ratelimit", "internal/tenant"},
	"internal/flag":      {"internal/audit", "internal/tenant"},
	"internal/jobs":      {"internal/audit", "internal/tenant"},
	"internal/outbox":    {"internal/jobs"},
	"internal/pg/pgtest": {"internal/devstack"},
	"internal/catalog":   {"internal/business", "internal/media"},
	"internal/customer":  {"internal/business"},
	"internal/media":     {"internal/business"},
	"internal/schedule":  {"internal/business", "internal/catalog"},
	"internal/booking":   {"internal/availability"},
	"internal/notify":    {"internal/notify/email"},
}

// A ban keeps foreign packages out of some of ours; tests are free of it.
type ban struct {
	applies func(pkg string, level int) bool
	imports []string // a path, or the beginning of one
	why     string
}

var bans = []ban{
	{
		applies: func(_ string, level int) bool { return level >= edge && level < outside },
		imports: []string{"github.com/jackc/pgx", "database/sql"},
		why:     "handlers and wiring hold no SQL",
	},
	{
		applies: func(_ string, level int) bool { return level == lowest },
		imports: []string{"net/http"},
		why:     "level 0 knows no HTTP",
	},
	{
		// Adapters of providers (internal/payment/stripe) speak HTTP; what decides does not.
		applies: func(pkg string, level int) bool { return level >= 2 && level <= 4 && strings.Count(pkg, "/") == 1 },
		imports: []string{"net/http"},
		why:     "services know no HTTP",
	},
	{
		applies: func(pkg string, level int) bool { return pkg != "internal/api" && pkg != "internal/app" },
		imports: []string{"github.com/danielgtaylor/huma"},
		why:     "only the API knows its HTTP framework",
	},
}

// A source is one Go file with what it imports.
type source struct {
	file    string // slash-separated, below the module's root
	imports []string
}

func (s source) pkg() string  { return path.Dir(s.file) }
func (s source) isTest() bool { return strings.HasSuffix(s.file, "_test.go") }

// isTestSupport tells packages that exist for tests, by their name or their parent's: pgtest.
func isTestSupport(pkg string) bool { return strings.Contains(pkg+"/", "test/") }

// violations tells every import, place and file that breaks the rules above, in the order of the sources.
func violations(sources []source) []string {
	var found []string
	unknown := map[string]bool{}
	for _, s := range sources {
		level, ok := levels[s.pkg()]
		if !ok {
			if !unknown[s.pkg()] {
				found = append(found, fmt.Sprintf("%s: package %s has no level in the table", s.file, s.pkg()))
			}
			unknown[s.pkg()] = true
			continue
		}
		if path.Base(s.file) == "store.go" && (level == lowest || level >= edge) {
			found = append(found, s.file+": stores belong to domain packages")
		}
		for _, imported := range s.imports {
			if why := objection(s, level, imported); why != "" {
				found = append(found, fmt.Sprintf("%s: imports %s: %s", s.file, strings.TrimPrefix(imported, module), why))
			}
		}
	}
	return found
}

// objection says why a file must not import a package, or nothing.
func objection(s source, level int, imported string) string {
	target, ours := strings.CutPrefix(imported, module)
	if !ours {
		return foreignObjection(s, level, imported)
	}
	targetLevel, ok := levels[target]
	switch {
	case !ok:
		return "it has no level in the table"
	case target == s.pkg(): // an external test package
		return ""
	case isTestSupport(target):
		if s.isTest() || isTestSupport(s.pkg()) {
			return ""
		}
		return "it is for tests only"
	case level == command && !s.isTest() && target != "internal/app" && target != "internal/config":
		return "commands import app and config only"
	case targetLevel > level:
		return fmt.Sprintf("level %d must not reach up to level %d", level, targetLevel)
	case targetLevel == level && level != lowest && !s.isTest() && !slices.Contains(sideways[s.pkg()], target):
		return fmt.Sprintf("within level %d this import is not listed", level)
	}
	return ""
}

func foreignObjection(s source, level int, imported string) string {
	if s.isTest() || isTestSupport(s.pkg()) {
		return ""
	}
	for _, b := range bans {
		banned := func(beginning string) bool {
			return imported == beginning || strings.HasPrefix(imported, beginning+"/")
		}
		if b.applies(s.pkg(), level) && slices.ContainsFunc(b.imports, banned) {
			return b.why
		}
	}
	return ""
}

// readSources parses the imports of every Go file of the module; tools/ is a module of its own.
func readSources(root string) ([]source, error) {
	var sources []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			base := entry.Name()
			hidden := below != "." && strings.HasPrefix(base, ".")
			if hidden || base == "testdata" || base == "node_modules" || below == "tools" || below == "web" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{file: filepath.ToSlash(below)}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			s.imports = append(s.imports, imported)
		}
		sources = append(sources, s)
		return nil
	})
	return sources, err
}

func TestArchitecture_ImportsPointDown(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("the module's root: %v", err)
	}
	sources, err := readSources(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 10 {
		t.Fatalf("only %d Go files found: the walk is wrong", len(sources))
	}
	for _, v := range violations(sources) {
		t.Error(v)
	}
}

// The table's listed imports must be within one level; any other needs no entry or is not allowed anyway.
func TestArchitecture_SidewaysAreWithinOneLevel(t *testing.T) {
	t.Parallel()
	for from, targets := range sideways {
		for _, to := range targets {
			fromLevel, fromKnown := levels[from]
			toLevel, toKnown := levels[to]
			if !fromKnown || !toKnown || fromLevel != toLevel {
				t.Errorf("%s → %s: levels %d and %d", from, to, fromLevel, toLevel)
			}
		}
	}
}

func TestArchitecture_CheckerFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	ours := func(pkg string) string { return module + pkg }
	tests := []struct {
		name string
		file string
		imp  string
		want string // a part of the objection; empty: allowed
	}{
		{"down", "internal/booking/create.go", ours("internal/catalog"), ""},
		{"down to the lowest", "internal/api/bookings.go", ours("internal/fault"), ""},
		{"up", "internal/catalog/service.go", ours("internal/booking"), "must not reach up"},
		{"up to the edge", "internal/booking/service.go", ours("internal/api"), "must not reach up"},
		{"up from a test", "internal/catalog/service_test.go", ours("internal/booking"), "must not reach up"},
		{"lowest among themselves", "internal/pg/errors.go", ours("internal/fault"), ""},
		{"lowest to platform", "internal/pg/pg.go", ours("internal/jobs"), "must not reach up"},
		{"sideways, listed", "internal/schedule/service.go", ours("internal/catalog"), ""},
		{"sideways, the other way", "internal/catalog/service.go", ours("internal/schedule"), "not listed"},
		{"sideways, core", "internal/availability/engine.go", ours("internal/booking"), "not listed"},
		{"sideways, in a test", "internal/catalog/service_test.go", ours("internal/schedule"), ""},
		{"own package from its external test", "internal/booking/create_test.go", ours("internal/booking"), ""},
		{"test support from a test of a lower level", "internal/pg/tx_test.go", ours("internal/pg/pgtest"), ""},
		{"test support from the program", "internal/booking/store.go", ours("internal/pg/pgtest"), "for tests only"},
		{"test support starts PostgreSQL", "internal/pg/pgtest/pgtest.go", ours("internal/devstack"), ""},
		{"unknown package", "internal/util/strings.go", "strings", "no level"},
		{"import of an unknown package", "internal/booking/create.go", ours("internal/util"), "no level"},
		{"command imports wiring", "cmd/omotenashi/main.go", ours("internal/app"), ""},
		{"command imports a domain", "cmd/omotenashi/main.go", ours("internal/booking"), "app and config only"},
		{"the bench looks inside", "bench/rig.go", ours("internal/booking"), ""},
		{"the bench loads by SQL", "bench/load.go", "github.com/jackc/pgx/v5", ""},
		{"nothing imports the command", "internal/app/app_test.go", ours("cmd/omotenashi"), "must not reach up"},
		{"SQL in a handler", "internal/api/bookings.go", "github.com/jackc/pgx/v5", "no SQL"},
		{"SQL in the site", "internal/site/pages.go", "database/sql", "no SQL"},
		{"SQL in a handler's test", "internal/api/bookings_test.go", "github.com/jackc/pgx/v5", ""},
		{"SQL in a store", "internal/booking/store.go", "github.com/jackc/pgx/v5", ""},
		{"SQL in pg", "internal/pg/pg.go", "github.com/jackc/pgx/v5/pgxpool", ""},
		{"HTTP in the error type", "internal/fault/fault.go", "net/http", "knows no HTTP"},
		{"HTTP in the clock", "internal/clock/clock.go", "net/http/httptest", "knows no HTTP"},
		{"a name that only begins alike", "internal/clock/clock.go", "net/httpx", ""},
		{"HTTP in a service", "internal/booking/create.go", "net/http", "know no HTTP"},
		{"framework in a service", "internal/customer/service.go", "github.com/danielgtaylor/huma/v2", "framework"},
		{"framework at the edge", "internal/api/api.go", "github.com/danielgtaylor/huma/v2", ""},
		{"store at the edge", "internal/api/store.go", "context", "stores belong"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(violations([]source{{file: test.file, imports: []string{test.imp}}}), "\n")
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("%s imports %s: got %q, want a mention of %q", test.file, test.imp, got, test.want)
			}
		})
	}
}
