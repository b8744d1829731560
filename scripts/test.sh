#!/usr/bin/env bash
# Runs everything that must pass before a change lands. Called by `make test`.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

step "Format"
cargo fmt --all --check
step "Lints"
cargo clippy --workspace --all-targets -- -D warnings
step "Tests"
cargo test --workspace
