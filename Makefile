# The two commands that a newcomer needs are `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
export PATH := $(TARGET)/tools/bin:$(PATH)

.PHONY: help
help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: run
run: web ## Build what is missing and start hub and sandbox (more options: make run ARGS="--port 4848")
	cargo run --release --locked -p linkyard-cli --bin linkyard -- dev --data-dir data $(ARGS)

.PHONY: build
build: web ## The release binary, pages embedded
	cargo build --release --locked -p linkyard-cli
	@echo "Built $(TARGET)/release/linkyard"

.PHONY: web
web: web/node_modules/.package-lock.json ## The pages: hub and dashboard
	npm --prefix web run build

# npm writes this file last, so it is older than the lock when the packages are stale or only half there.
web/node_modules/.package-lock.json: web/package-lock.json
	@command -v npm >/dev/null || { echo "Node 20.19 or newer with npm is missing (Debian packages: nodejs npm)." >&2; exit 1; }
	npm --prefix web ci --no-audit --no-fund
	@touch $@

.PHONY: check
check: ## The quick part of `make test`: format, lints, types, docs
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

.PHONY: test
test: ## Everything that must pass before a change lands
	scripts/test.sh

.PHONY: audit
audit: ## Walls, licences and sources, and known vulnerabilities where their database can be reached
	scripts/install-test-tools.sh
	cargo deny --locked check bans licenses sources
	@if cargo deny fetch db; then cargo deny --locked check advisories; \
	else echo "The database of advisories cannot be reached from here: known vulnerabilities were NOT checked." >&2; fi

.PHONY: bench
bench: build ## Requests per second and latency of an action call, beside the same request without the hub
	bench/run.sh
