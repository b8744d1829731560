#!/bin/sh
# Runs a command with a PostgreSQL server of its own, made for the occasion and removed afterwards:
#
#     scripts/with-postgres.sh cargo nextest run -p linkyard-store
#
# The command finds the server's superuser address in LINKYARD_TEST_POSTGRES_URL. If that is set already, the server
# it names is used. Exit code: that of the command; 69 when PostgreSQL is not installed or does not start.
set -eu

if [ "$#" -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT...]" >&2
    exit 64
fi
if [ -n "${LINKYARD_TEST_POSTGRES_URL:-}" ]; then
    exec "$@"
fi

# The newest of Debian's folders, or wherever pg_config points.
bin=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -t/ -k5 -n | tail -n 1)
bin=${bin%/initdb}
if [ -z "$bin" ] && command -v pg_config >/dev/null 2>&1; then
    bin=$(pg_config --bindir)
fi
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ] || [ ! -x "$bin/pg_ctl" ]; then
    echo "$0: PostgreSQL's server programs are not installed; on Debian: apt-get install postgresql" >&2
    exit 69
fi

# The server refuses to run as root.
as=""
owner=""
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    as="runuser -u $owner --"
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/linkyard-pg.XXXXXX")
[ -z "$owner" ] || chown "$owner" "$folder"

command_pid=""
stop() {
    code=$?
    trap - EXIT INT TERM HUP
    # shellcheck disable=SC2086 # $as is words, or nothing
    (cd "$folder" && $as "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop) >/dev/null 2>&1 || true
    rm -rf "$folder"
    exit "$code"
}
# A signal reaches the command first, then the server is stopped.
interrupted() {
    [ -z "$command_pid" ] || kill -TERM "$command_pid" 2>/dev/null || true
    exit 130
}
trap stop EXIT
trap interrupted INT TERM HUP

# Programs are started from a folder their user may enter.
cd_run() {
    # shellcheck disable=SC2086 # $as is words, or nothing
    (cd "$folder" && $as "$@")
}

if ! cd_run "$bin/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C \
    >"$folder.log" 2>&1; then
    cat "$folder.log" >&2
    rm -f "$folder.log"
    exit 69
fi
rm -f "$folder.log"

# A free port: another process may take it before the server does, so a few are tried.
free_port() {
    od -An -N2 -tu2 /dev/urandom | awk '{ print 20000 + $1 % 12000 }'
}
port=""
for _ in 1 2 3 4 5 6 7 8; do
    candidate=$(free_port)
    options="-p $candidate -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder"
    options="$options -c fsync=on -c synchronous_commit=on -c max_connections=300"
    if cd_run "$bin/pg_ctl" -D "$folder/data" -l "$folder/data/server.log" -o "$options" -w -t 60 start \
        >/dev/null 2>&1; then
        port=$candidate
        break
    fi
done
if [ -z "$port" ]; then
    tail -n 20 "$folder/data/server.log" >&2 || true
    echo "$0: the PostgreSQL server did not start" >&2
    exit 69
fi

LINKYARD_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
export LINKYARD_TEST_POSTGRES_URL
"$@" <&0 &
command_pid=$!
wait "$command_pid"
