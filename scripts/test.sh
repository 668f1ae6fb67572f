#!/usr/bin/env bash
# test.sh full|fast: every test, and a summary whose last line counts them. Called by `make test` and `make test-fast`,
# which build the tools first and pass their folder in TOOLS.
#
#   fast   the tests of class F (quality bar): what each change runs
#   full   the same with class C at its full number of rounds, under the race detector where there is a C compiler, the
#          TypeScript client against the API document, the console's own tests, and the journeys in a browser
#
# TESTFLAGS adds flags to go test, PKGS chooses packages (then nothing but them is tested), PARALLEL bounds the tests that run at once in one package and
# PACKAGES the packages at once: what lay best on two cores.
set -u
cd "$(dirname "$0")/.."
. scripts/steps.sh
: "${TOOLS:?run it by make test}"
mode=${1:?full or fast}
logs=.cache/test
mkdir -p "$logs"
rm -f "$logs"/*.json "$logs"/*.tap
go build -o "$logs/withpostgres" ./internal/pg/pgtest/withpostgres || exit 1

# Neither UTC nor the market's zone, and half an hour off: what forgets a time zone shows.
export TZ=America/St_Johns
unset OMOTENASHI_TEST

# Packages in which goroutines or transactions meet. The race detector costs three to ten times, so the rest goes without.
racy='/internal/(api|app|auth|availability|booking|cache|devstack|flag|idempotency|jobs|live|media|notify|ops|pg|ratelimit|tenant|web)(/|$)'

# gotest NAME FLAGS...: a run of go test with its events kept in $logs/NAME.json, its packages sharing one PostgreSQL.
gotest() {
  local name=$1
  shift
  "$logs/withpostgres" "$TOOLS/gotestsum" --format pkgname-and-test-fails --format-hide-empty-pkg --jsonfile-timing-events "$logs/$name.json" -- \
    -shuffle=on -vet=off -p "${PACKAGES:-3}" -parallel "${PARALLEL:-2}" ${TESTFLAGS:-} "$@"
}

# can_race: the race detector needs cgo, and that a C compiler with its headers.
can_race() {
  [ "$(go env CGO_ENABLED)" = 1 ] && go build -race -o /dev/null runtime/cgo 2>/dev/null
}

racing() {
  local packages
  packages=$(go list ${PKGS:-./...} | grep -E "$racy") || return 0
  # shellcheck disable=SC2086 # one word a package
  gotest race -race -timeout 15m $packages
}

all_tests() {
  # shellcheck disable=SC2086
  gotest all -timeout "$1" ${PKGS:-./...}
}

# count ACTION FILE...: how many tests (not packages) ended so.
count() {
  local action=$1
  shift
  cat "$@" 2>/dev/null | grep -cE "^\{\"Time\":\"[^\"]*\",\"Action\":\"$action\",\"Package\":\"[^\"]*\",\"Test\":" || true
}

# console_tests keep their figures in $logs/console.json.
console_tests() {
  (cd web/console && npx vitest run --passWithNoTests --reporter=default --reporter=json --outputFile.json="../../$logs/console.json")
}

# of_console FIGURE: what vitest counted, nothing where it did not run.
of_console() {
  local n
  n=$(grep -oE "\"num$1Tests\":[0-9]+" "$logs/console.json" 2>/dev/null | head -n 1)
  echo "${n##*:}"
}

# journeys go through the whole program with Chromium; their pictures are in .cache/screens.
journeys() {
  "${MAKE:-make}" --no-print-directory build && RESULTS=$PWD/$logs/journeys.tap node web/browser/run.mjs
}

# of_journeys FIGURE: what node's test runner counted, nothing where it did not run.
of_journeys() {
  sed -n "s/^# $1 \([0-9]*\)\$/\1/p" "$logs/journeys.tap" 2>/dev/null | tail -n 1
}

if [ "$mode" = full ] && [ -z "${PKGS:-}" ]; then
  step 'TypeScript client' "${MAKE:-make}" --no-print-directory test-client
  step 'console' console_tests
  step 'journeys in a browser' journeys
fi
if [ "$mode" = full ]; then
  if can_race; then
    step 'race detector, class F' racing
  else
    echo '--- race detector: not run, it needs cgo and a C compiler'
  fi
  export OMOTENASHI_TEST=full
  step 'all tests, class F and C' all_tests 30m
else
  step 'all tests, class F' all_tests 5m
fi

steps_report "make test ($mode)"
status=$?
passed=$(($(count pass "$logs/all.json") + $(of_console Passed) + $(of_journeys pass) + 0))
skipped=$(($(count skip "$logs/all.json") + $(of_console Pending) + $(of_journeys skipped) + 0))
failed=$(($(count fail "$logs"/*.json) + $(of_console Failed) + $(of_journeys fail) + 0))
# A step that fails without a failed test (it does not compile, a client that does not fit) counts as one.
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=$steps_failed
if [ "$((passed + failed))" -eq 0 ]; then
  echo 'no test ran'
  status=1
fi
printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
exit "$status"
