#!/usr/bin/env bash
# Runs everything that must pass before a change lands. Called by `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."

target="${CARGO_TARGET_DIR:-$PWD/target}"
export PATH="$target/tools/bin:$PATH"

# step NAME COMMAND...: runs the command and says how long it took.
step() {
  local name="$1" begun=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if ! "$@"; then
    printf '\n== %s FAILED after %d s (%d s in all)\n' "$name" $((SECONDS - begun)) "$SECONDS" >&2
    exit 1
  fi
  printf '== %s: %d s\n' "$name" $((SECONDS - begun))
}

# The tests of the store and of the API run on SQLite and on the PostgreSQL that this starts and stops.
rust_tests() {
  if command -v cargo-nextest >/dev/null; then
    # nextest leaves the examples in documentation out.
    scripts/with-postgres.sh cargo nextest run --workspace --locked --no-fail-fast &&
      cargo test --workspace --locked --doc --quiet
  else
    scripts/with-postgres.sh cargo test --workspace --locked --no-fail-fast
  fi
}

browser_test() {
  local browser
  browser="$(command -v chromium || command -v chromium-browser || command -v google-chrome)"
  CHROMIUM="$browser" LINKYARD_BIN="$target/debug/linkyard" node --test web/e2e/*.test.mjs
}

step "Tools" scripts/install-test-tools.sh
step "Format" cargo fmt --all --check
step "Pages: packages" npm --prefix web ci --no-audit --no-fund
step "Pages: types" npm --prefix web run check
step "Pages: build and tests" npm --prefix web test
step "Walls, licences, sources" cargo deny --locked check bans licenses sources
step "Lints" cargo clippy --workspace --all-targets --locked -- -D warnings
step "Binary" cargo build --locked -p linkyard-cli
step "Tests" rust_tests
step "Test in a browser" browser_test

printf '\nAll passed in %d min %d s.\n' $((SECONDS / 60)) $((SECONDS % 60))
