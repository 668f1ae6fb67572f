package app_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omotenashi-connect/omotenashi/internal/app"
	"github.com/omotenashi-connect/omotenashi/internal/config"
	"github.com/omotenashi-connect/omotenashi/internal/demo"
	"github.com/omotenashi-connect/omotenashi/internal/pg"
	"github.com/omotenashi-connect/omotenashi/internal/pg/pgtest"
)

// servedBefore names, for each migration, a commit of the program that served
// before it: the last one with the migrations before it only. Whoever adds a
// migration adds its line. The first five make the schema of the first release,
// and no installation takes one of them by itself. The fifth would not do: it
// keeps many busy tables in one transaction. Over 0f49c738, under this load on a
// crowded machine, 82 of 1,959 requests were answered 503.
var servedBefore = map[int64]string{
	6: "a26548ea4b3eefe75a540788e5c1815fcbe69199",
	7: "d84fba5fe1381f27eaea1f362b9a9c8bb76ecd00",
	8: "f450bf759c9783e4fb146d4d263f7c963e24c127",
	9: "349fc4aede5cd8baa59f3ebf8321c6a0c13864fd",
}

const firstServed = 6

// migrationVersions are those of the folder, ascending.
func migrationVersions(t *testing.T) []int64 {
	t.Helper()
	files, err := filepath.Glob("../pg/migrations/*.sql")
	if err != nil || len(files) < firstServed {
		t.Fatalf("%d migrations, %v", len(files), err)
	}
	var out []int64
	for _, f := range files {
		number, _, _ := strings.Cut(filepath.Base(f), "_")
		v, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

func TestMigrations_EachNamesTheProgramThatServedBefore(t *testing.T) {
	t.Parallel()
	versions := migrationVersions(t)
	for _, v := range versions {
		if commit := servedBefore[v]; v >= firstServed && len(commit) != 40 {
			t.Errorf("migration %d: add the commit whose program served before it to servedBefore", v)
		}
	}
	for v := range servedBefore {
		if !slices.Contains(versions, v) {
			t.Errorf("servedBefore names migration %d, which is not there", v)
		}
	}
}

// R28: a migration is applied under the load of the program that served before
// it. The newest with every full run, all of them in a long one.
func TestProof_R28_MigrationUnderLoadOfTheProgramOfBefore(t *testing.T) {
	t.Parallel()
	versions := migrationVersions(t)
	newest := versions[len(versions)-1]
	for _, v := range versions {
		if v < firstServed || !pgtest.Full() || v != newest && !pgtest.Long() {
			continue
		}
		t.Run(strconv.FormatInt(v, 10), func(t *testing.T) {
			t.Parallel()
			binary, err := buildPast(t, servedBefore[v])
			if errors.Is(err, errNoHistory) {
				t.Logf("R28: %v: migration %d was looked at by its rules only", err, v)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			migrateUnderLoad(t, binary, v, v == newest)
		})
	}
}

// underLoad is how many requests a second meet a migration.
const underLoad = 100

func migrateUnderLoad(t *testing.T, binary string, version int64, newest bool) {
	t.Helper()
	url := durable(t)
	p := &past{t: t, binary: binary, environ: pastEnviron(t, url)}
	p.command("migrate")
	p.command("demo")
	enlarge(t, url)
	base, stop := p.serve()
	next := demoErrands(t, base)
	watch, unwatch := watchLocks(t, url)

	traffic := newTraffic(t, base, next)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sent := make(chan int, 1)
	go func() { sent <- traffic.run(ctx, underLoad) }()
	answered := func(n int) { waitFor(t, fmt.Sprintf("%d answers", n), func() bool { return traffic.count("") >= n }) }
	answered(2 * underLoad)
	before := traffic.count("")
	if err := pg.MigrateTo(t.Context(), url, version, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	during := traffic.count("") - before
	answered(before + during + 3*underLoad) // it goes on serving on the new schema
	if newest {
		todayServesBeside(t, url, next)
	}
	cancel()
	n := <-sent
	unwatch()
	stop()
	relation, other, over := watch.longest()
	t.Logf("R28: migration %d under %d requests (%d while it was applied): %s", version, n, during, traffic.told())
	t.Logf("R28: migration %d: longest wait for a table %v (%s), for anything else %v (%s), over %v: %d", version,
		relation.longer, relation.what, other.longer, other.kind, tooLong, len(over))
	traffic.wantNoFault(t)
	for _, x := range over {
		t.Errorf("waited %s", x)
	}
	if traffic.count("POST 201") == 0 || traffic.count("GET 4") != 0 || watch.looks == 0 {
		t.Errorf("the load was none: %s", traffic.told())
	}
}

// todayServesBeside starts today's program while that of before still serves.
func todayServesBeside(t *testing.T, url string, next func(int) errand) {
	t.Helper()
	s := start(t, settings(t, map[string]string{
		"DATABASE_URL": url, "OMOTENASHI_KEY": proofKey, "OMOTENASHI_WORKERS": "false", "OMOTENASHI_LIMIT_READS": "100000000",
		"OMOTENASHI_LIMIT_WRITES": "100000000", "OMOTENASHI_LIMIT_BURST": "100000",
	}), func(ctx context.Context, c config.Config, o app.Options) error { return app.Serve(ctx, c, o) })
	traffic := newTraffic(t, "http://"+s.Site, func(i int) errand { return next(i + 1_000_000) })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		defer cancel()
		waitFor(t, "answers of today's program", func() bool { return traffic.count("") >= 2*underLoad })
	}()
	traffic.run(ctx, underLoad)
	t.Logf("R28: today's program beside it: %s", traffic.told())
	traffic.wantNoFault(t)
	if traffic.count("POST 201") == 0 {
		t.Errorf("today's program books nothing: %s", traffic.told())
	}
	if err := s.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// waitFor waits for what must come.
func waitFor(t *testing.T, what string, come func() bool) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !come() {
		select {
		case <-late:
			t.Errorf("never came: %s", what)
			return
		case <-tick.C:
		}
	}
}

// demoErrands are requests to the demo's salon, by contracts that every program
// keeps: seven of ten look, three book.
func demoErrands(t *testing.T, base string) func(i int) errand {
	t.Helper()
	const salon = "/api/v1/public/businesses/hana-salon"
	l := newTraffic(t, base, nil)
	ask := func(x errand) answer {
		t.Helper()
		a, err := l.send(x)
		if err != nil || a.status != http.StatusOK {
			t.Fatalf("%s %s: %d %s %v", x.method, x.path, a.status, a.raw, err)
		}
		return a
	}
	login := map[string]string{"email": "owner@hana-salon.example", "password": demo.Passphrase}
	bearer := "Authorization: Bearer " + ask(errand{http.MethodPost, "/api/v1/auth/login", login, nil}).text("access_token")
	bid := ask(errand{http.MethodGet, "/api/v1/businesses", nil, []string{bearer}}).text("items.0.id")
	service := ask(errand{http.MethodGet, salon + "/services", nil, nil}).text("items.0.id")
	terms := ask(errand{http.MethodGet, salon, nil, nil}).text("terms_version")
	from := time.Now().In(tokyo()) //nolint:forbidigo // the program of before goes by the machine's clock
	look := func(day int) string {
		at := from.AddDate(0, 0, day)
		return fmt.Sprintf("%s/availability?service_id=%s&from=%s&to=%s", salon, service, at.Format(time.DateOnly), at.AddDate(0, 0, 6).Format(time.DateOnly))
	}
	var starts []string
	for day := 2; day < 44; day += 7 {
		week, _ := ask(errand{http.MethodGet, look(day), nil, nil}).at("days").([]any)
		for _, d := range week {
			slots, _ := answer{body: d}.at("slots").([]any)
			for i := 0; i < len(slots); i += 2 {
				starts = append(starts, answer{body: slots[i]}.text("start"))
			}
		}
	}
	if len(starts) < 50 {
		t.Fatalf("only %d free starts", len(starts))
	}
	return func(i int) errand {
		switch i % 10 {
		case 0, 3, 6:
			return errand{http.MethodPost, salon + "/bookings", map[string]any{
				"service_id": service, "start": starts[i*7%len(starts)], "consent": map[string]any{"terms_version": terms},
				"customer": map[string]any{"family_name": "山田", "given_name": "花子", "phone": guestPhone(i % 8000)},
			}, nil}
		case 1:
			return errand{http.MethodGet, salon + "/services", nil, nil}
		case 2:
			return errand{http.MethodGet, "/api/v1/businesses/" + bid + "/ledger?date=" + from.AddDate(0, 0, i%7).Format(time.DateOnly), nil, []string{bearer}}
		case 4:
			return errand{http.MethodGet, "/api/v1/businesses/" + bid + "/bookings?from=" + from.Format(time.DateOnly) + "&to=" + from.AddDate(0, 0, 7).Format(time.DateOnly), nil, []string{bearer}}
		default:
			return errand{http.MethodGet, look(i % 40), nil, nil}
		}
	}
}

// enlarge multiplies the rows of the tables that grow, so that a migration that
// rewrites or scans one under a lock takes its time. What refers to them is left
// out: nobody asks for these rows.
func enlarge(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context())) //nolint:errcheck // it is not needed any more
	const rows = 100_000
	for table, fresh := range map[string]string{
		"bookings":        `jsonb_build_object('id', md5(n::text)::uuid, 'code', upper(md5(n::text)), 'starts_at', '2020-01-01', 'ends_at', '2020-01-02', 'business_date', '2020-01-01')`,
		"booking_history": `jsonb_build_object('booking_id', md5(n::text)::uuid)`,
		"customers":       `jsonb_build_object('id', md5(n::text)::uuid, 'identity_key', NULL)`,
		"messages":        `jsonb_build_object('id', md5(n::text)::uuid, 'status', 'sent')`,
		"audit_entries":   `jsonb_build_object('seq', -n)`,
	} {
		sql := fmt.Sprintf(`INSERT INTO %[1]s SELECT y.* FROM (SELECT * FROM %[1]s LIMIT 1) x, generate_series(1, %[3]d) n,
			LATERAL jsonb_populate_record(NULL::%[1]s, to_jsonb(x) || %[2]s) y`, table, fresh, rows)
		if _, err := conn.Exec(t.Context(), `SET session_replication_role = replica; `+sql+`; ANALYZE `+table); err != nil {
			t.Fatalf("enlarge %s: %v", table, err)
		}
	}
}
