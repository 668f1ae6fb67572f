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

# web checks form, lint and types of everything in TypeScript.
web() {
  (cd web && npx biome check --max-diagnostics=40 . && npm run --silent check --workspaces --if-present)
}

# without_ui: a program without console is the same with files left out, which the steps above never see.
without_ui() {
  go vet -tags no_ui ./internal/web ./internal/app ./cmd/omotenashi && "$TOOLS/golangci-lint" run --build-tags no_ui ./internal/web/...
}

step format format
step lint "$TOOLS/golangci-lint" run ./...
step vet go vet ./...
step 'without the console' without_ui
step architecture architecture
step web web
step modules modules
step 'generated files' scripts/check-gen.sh
step 'vulnerability scan' scripts/vuln.sh
steps_report 'make check'
