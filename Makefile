# Needs Go and Node; everything else is fetched or built by the targets themselves.
# Settings: make run ADDR=127.0.0.1:8080 DATA=.data · make build UI=no · make test PKGS=./internal/booking · make check VULNDB=<folder>
SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

ADDR ?= 127.0.0.1:8080
DATA ?= .data
# no: a program without console and admin panel, built without Node.
UI ?= yes

GOVERSION := $(shell go env GOVERSION)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN := bin/omotenashi
WEB := web
CLIENT := web/api-client
DOCUMENT := internal/api/openapi.json
# One folder a Go version: a linter refuses code of a newer Go than its own.
TOOLS := .cache/bin/$(GOVERSION)
# What npm writes when it is done.
WEB_READY := $(WEB)/node_modules/.package-lock.json
# The console as the program embeds it, and what it is built from: folders too, so that a file that went counts.
DIST := internal/web/dist
UI_READY := $(DIST)/index.html
UI_SOURCES := $(shell find $(WEB)/console/src $(WEB)/console/public $(CLIENT)/src) $(wildcard $(WEB)/console/*.*) $(WEB)/package-lock.json

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## start everything with the demo (ADDR=127.0.0.1:8080 DATA=.data); Ctrl-C stops it
	@exec scripts/foreground.sh $(BIN) dev --addr '$(ADDR)' --data '$(DATA)'

.PHONY: build
build: $(if $(filter no,$(UI)),,ui) ## build bin/omotenashi, one static file (UI=no: without console and admin panel)
	@CGO_ENABLED=0 go build $(if $(filter no,$(UI)),-tags no_ui) -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) ./cmd/omotenashi

.PHONY: ui
ui: $(UI_READY) ## build the console and the admin panel, which the program embeds

.PHONY: test
test: $(TOOLS)/gotestsum ## every test, classes F and C, with race detector, console and journeys in a browser (PKGS=./... PACKAGES=3 PARALLEL=2)
	@TOOLS=$(TOOLS) scripts/test.sh full

.PHONY: test-fast
test-fast: $(TOOLS)/gotestsum ## the tests that each change runs, class F
	@TOOLS=$(TOOLS) scripts/test.sh fast

.PHONY: test-long
test-long: ## the longest variants of the random tests, class N, before a release (LONG='R09|R11' OMOTENASHI_HISTORY=100000 OMOTENASHI_HISTORY_SEED=<printed>)
	@mkdir -p .cache/test && go build -o .cache/test/withpostgres ./internal/pg/pgtest/withpostgres
	@TZ=America/St_Johns OMOTENASHI_TEST=long .cache/test/withpostgres go test -count=1 -v -timeout 3h -run '$(or $(LONG),R09|R11)' ./internal/app ./internal/booking

.PHONY: test-client
test-client: $(WEB_READY) $(DOCUMENT) ## generate the TypeScript client and compile it
	@cd $(CLIENT) && npm run --silent gen && npm run --silent check

.PHONY: check
check: $(TOOLS)/golangci-lint $(TOOLS)/govulncheck $(WEB_READY) ## format, lint, architecture, modules, generated files, vulnerabilities (VULNDB=<folder>)
	@TOOLS=$(TOOLS) scripts/check.sh

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## run the linters
	@$(TOOLS)/golangci-lint run ./...

.PHONY: fmt
fmt: $(TOOLS)/golangci-lint $(WEB_READY) ## format the code, and mend what linters can mend
	@$(TOOLS)/golangci-lint fmt
	@$(TOOLS)/golangci-lint run --fix --issues-exit-code 0 ./...
	@cd $(WEB) && npm run --silent fmt

.PHONY: gen
gen: $(WEB_READY) ## write the generated files: OpenAPI document, TypeScript schema
	@go generate ./...
	@go run -tags no_ui ./cmd/omotenashi openapi > $(DOCUMENT).tmp && mv $(DOCUMENT).tmp $(DOCUMENT)
	@cd $(CLIENT) && npm run --silent gen

# The public table of postal codes, as this package of npm carries it.
POSTAL := jquery-jpostal-ja@2.14.73

.PHONY: postal
postal: ## pack the public table of postal codes into the program (POSTAL=jquery-jpostal-ja@<version>)
	@rm -rf .cache/postal && mkdir -p .cache/postal
	@cd .cache/postal && tar -xzf "$$(npm pack --silent $(POSTAL))"
	@go run ./internal/jp/postalgen -in .cache/postal/package/json -out internal/jp/postal.bin

.PHONY: bench
bench: build ## print the figures of speed against their ceilings, at most 15 minutes (ONLY=<names, or parts of them>)
	@go run ./bench -program $(BIN) -only '$(ONLY)'

.PHONY: bench-quick
bench-quick: build ## the same with a small load in at most 2 minutes (ONLY=<names, or parts of them>)
	@go run ./bench -quick -program $(BIN) -only '$(ONLY)'

.PHONY: bench-go
bench-go: $(TOOLS)/benchstat ## run the benchmarks of packages (PKGS=./... BENCH=. COUNT=1 BASE=<earlier output to compare with>)
	@mkdir -p .cache
	@set -o pipefail; go test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -count $(or $(COUNT),1) $(or $(PKGS),./...) \
		| sed '/no test files/d' | tee .cache/bench.txt
	@$(TOOLS)/benchstat $(BASE) .cache/bench.txt

.PHONY: fuzz
fuzz: ## run every fuzz target, one after the other (FUZZTIME=10s TARGET=<part of a name>)
	@FUZZTIME='$(FUZZTIME)' TARGET='$(TARGET)' scripts/fuzz.sh

.PHONY: clean
clean: ## remove what was built or fetched (the data of `make run` stays)
	rm -rf bin .cache $(WEB)/node_modules $(WEB)/*/node_modules
	find $(DIST) -mindepth 1 ! -name .gitkeep -delete

# The tools are built when tools/go.mod or tools/go.sum changes, and only those that a target needs.
$(TOOLS)/golangci-lint: PACKAGE = github.com/golangci/golangci-lint/v2/cmd/golangci-lint
$(TOOLS)/govulncheck: PACKAGE = golang.org/x/vuln/cmd/govulncheck
$(TOOLS)/gotestsum: PACKAGE = gotest.tools/gotestsum
$(TOOLS)/benchstat: PACKAGE = golang.org/x/perf/cmd/benchstat
$(TOOLS)/gofumpt: PACKAGE = mvdan.cc/gofumpt
$(TOOLS)/%: tools/go.mod tools/go.sum
	@echo "building $(@F), once"
	@mkdir -p $(@D)
	@cd tools && GOWORK=off CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o ../$@ $(PACKAGE)
	@touch $@

$(WEB_READY): $(WEB)/package-lock.json $(wildcard $(WEB)/*/package.json)
	@cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(UI_READY): $(UI_SOURCES) $(WEB_READY)
	@echo 'building the console'
	@cd $(WEB) && npm run --silent build
	@touch $@

$(DOCUMENT):
	@$(MAKE) --no-print-directory gen
