#!/usr/bin/env bash
# check.sh: everything that is judged without running the product. Called by `make check`, which builds the tools first
# and passes their folder in TOOLS.
set -u
cd "$(dirname "$0")/.."
. scripts/steps.sh
: "${TOOLS:?run it by make check}"

format() {
  local changes
  changes=$("$TOOLS/golangci-lint" fmt --diff) || { printf '%s\n' "$changes"; return 1; }
  [ -z "$changes" ] || { printf '%s\nrun: make fmt\n' "$changes"; return 1; }
}

modules() {
  go mod tidy -diff && go mod verify
}

architecture() {
  go test -vet=off -count=1 -run '^TestArchitecture' ./internal/app
}

step format format
step lint "$TOOLS/golangci-lint" run ./...
step vet go vet ./...
step architecture architecture
step modules modules
step 'generated files' scripts/check-gen.sh
step 'vulnerability scan' scripts/vuln.sh
steps_report 'make check'
