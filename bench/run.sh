#!/usr/bin/env bash
# Measures what the hub costs: one action over RPC, beside the same request sent straight to the provider and through
# nginx as a bare reverse proxy, in one run. Everything stays on loopback; each measurement lasts SECONDS_EACH.
# Needs wrk, nginx, curl and jq; see scripts/install-test-tools.sh for how packages are installed.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${SECONDS_EACH:-8}
missing=()
for tool in wrk nginx curl jq; do command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] || missing+=("$tool"); done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null
  else
    echo "The benchmark needs these Debian packages: ${missing[*]}" >&2
    exit 1
  fi
fi
nginx=$(command -v nginx || echo /usr/sbin/nginx)

cargo build --release -p linkyard-cli
folder=$(mktemp -d)
target/release/linkyard dev --port 0 --no-limits --json --data-dir "$folder/data" >"$folder/ready" &
hub=$!
proxy=
stop() {
  kill "$hub" 2>/dev/null || true
  [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT
until [ -s "$folder/ready" ]; do
  kill -0 "$hub" || { echo "the hub did not start" >&2; exit 1; }
  sleep 0.1
done

url=$(jq -r .url "$folder/ready")
key=$(jq -r .api_key "$folder/ready")
provider=$(jq -r .humaans_url "$folder/ready")
token=$(jq -r .tokens.full "$folder/ready")
post() { curl -sf -H 'content-type: application/json' "$@"; }
session=$(post -u "$key:" "$url/connect_sessions" -d '{"origin_owner_id":"bench","origin_owner_name":"Bench"}' | jq -r .token)
integration=$(curl -sf -H "x-hub-session-token: $session" "$url/hub/connectors" | jq -r '.integrations[0].integration_id')
account=$(post -H "x-hub-session-token: $session" "$url/hub/accounts" \
  -d "{\"integration_id\":\"$integration\",\"credentials\":{\"apiToken\":\"$token\"}}" | jq -r .id)
person=$(curl -sf -H "authorization: Bearer $token" "$provider/api/me" | jq -r .id)

cat >"$folder/nginx.conf" <<CONF
daemon off;
worker_processes 2;
pid $folder/nginx.pid;
error_log $folder/nginx.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path $folder/body; proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/f; uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;
  upstream provider { server ${provider#http://}; keepalive 64; }
  server {
    listen unix:$folder/nginx.sock;
    listen 127.0.0.1:${NGINX_PORT:-18747};
    location / { proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
CONF
"$nginx" -c "$folder/nginx.conf" &
proxy=$!
until curl -sf -o /dev/null -H "authorization: Bearer $token" "http://127.0.0.1:${NGINX_PORT:-18747}/api/me"; do sleep 0.1; done

cat >"$folder/get.lua" <<LUA
wrk.headers["Authorization"] = "Bearer $token"
LUA
cat >"$folder/rpc.lua" <<LUA
wrk.method = "POST"
wrk.body = '{"action":"humaans_get_person","path":{"id":"$person"}}'
wrk.headers["Authorization"] = "Basic $(printf '%s:' "$key" | base64 -w0)"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["x-account-id"] = "$account"
LUA

# Prints requests per second, p50, p99 and failed answers of one measurement.
measure() { # SCRIPT CONNECTIONS URL
  wrk -t1 -c"$2" -d"${seconds}s" --latency -s "$1" "$3" | awk '
    $1 == "50%" { p50 = $2 } $1 == "99%" { p99 = $2 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = $NF }
    END { printf "%10s %10s %10s %8d\n", rate, p50, p99, bad }'
}

printf '%-22s %5s %10s %10s %10s %8s\n' target conns req/s p50 p99 failed
for connections in 1 16 64; do
  printf '%-22s %5s ' "straight" "$connections"; measure "$folder/get.lua" "$connections" "$provider/api/people/$person"
  printf '%-22s %5s ' "nginx" "$connections"; measure "$folder/get.lua" "$connections" "http://127.0.0.1:${NGINX_PORT:-18747}/api/people/$person"
  printf '%-22s %5s ' "hub, humaans_get_person" "$connections"; measure "$folder/rpc.lua" "$connections" "$url/actions/rpc"
done
echo "resident memory of hub and sandbox in one process: $(awk '/VmRSS/ { print $2 }' "/proc/$hub/status") kB"
