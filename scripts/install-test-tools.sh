#!/usr/bin/env bash
# Fetches what `make test` needs beside Rust and Node: a PostgreSQL server, Chromium and cargo-deny. What is there
# already is left alone. Debian packages are installed with apt where that may be done, otherwise they are named.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly cargo_deny_version=0.20.2
readonly oldest_node=20.19
readonly tools="${CARGO_TARGET_DIR:-target}/tools"

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

has_any() {
  local name
  for name in "$@"; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

# The server's programs, where with-postgres.sh looks for them: Debian keeps them outside of PATH.
has_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
    { has_any pg_config && [[ -x "$(pg_config --bindir)/initdb" ]]; }
}
has_chromium() { has_any chromium chromium-browser google-chrome; }

has_node() {
  has_any node && has_any npm &&
    [[ "$(printf '%s\n' "$oldest_node" "$(node -p process.versions.node)" | sort -V | head -n 1)" == "$oldest_node" ]]
}

missing_packages() {
  has_postgres || echo postgresql
  has_chromium || echo chromium
}

install_packages() {
  local ask="Please install the Debian packages (or what your system calls them): $*"
  has_any apt-get || die "The tests need more programs, and there is no apt-get here. $ask"
  [[ "$(id -u)" == 0 ]] || die "The tests need more programs, and only root may install them. $ask"
  export DEBIAN_FRONTEND=noninteractive
  echo "Installing $*"
  apt-get update -qq >/dev/null || die "apt-get could not read its package lists. $ask"
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null || die "apt-get could not install them. $ask"
}

install_cargo_deny() {
  local found=
  for found in "$tools/bin/cargo-deny" "$(command -v cargo-deny || true)"; do
    if [[ -x "$found" ]]; then return 0; fi
  done
  echo "Building cargo-deny $cargo_deny_version into $tools (once; it takes some minutes)"
  cargo install --quiet --locked --root "$tools" --version "$cargo_deny_version" cargo-deny
}

has_any cargo || die "Rust is missing: install rustup, then run this again."
has_node || die "Node $oldest_node or newer with npm is missing (Debian packages: nodejs npm)."
mapfile -t packages < <(missing_packages)
if ((${#packages[@]} > 0)); then
  install_packages "${packages[@]}"
fi
install_cargo_deny
