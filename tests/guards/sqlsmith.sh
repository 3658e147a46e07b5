#!/usr/bin/env bash
# Random SQL over a database with two ledgers and rollups, by sqlsmith.
#
#   tests/guards/sqlsmith.sh [QUERIES [SEED]]      2000 queries; EMGOV_SQLSMITH_SECONDS: no more than so many seconds
#
# sqlsmith calls every function of the server too, which have faults of their own: what
# counts is a server process that dies, and an internal error raised in this extension's
# sources.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
wanted=${1:-2000}
seconds=${EMGOV_SQLSMITH_SECONDS:-86400}
seed=${2:-1}
database=emgov_guard_sqlsmith
. "$root/tools/pg.sh"
pg_paths
type -p sqlsmith >/dev/null || apt-get -qq -y --no-install-recommends install sqlsmith >/dev/null 2>&1 || { echo "no sqlsmith"; exit 77; }
psql -X -q -d postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
psql -X -q -d "$database" -f "$here/victims.sql" >/dev/null || exit 2
psql -X -q -d "$database" -c "ALTER DATABASE $database SET log_error_verbosity = verbose" -c "ALTER DATABASE $database SET statement_timeout = '5s'" \
    -c "ALTER DATABASE $database SET search_path = ledger, emgov, shared, public" -c 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA trap TO PUBLIC'
before=$(stat -c %s "$pg_log")
queries=0
began=$SECONDS
for role in guard_analyst guard_owner; do
    timeout $(((seconds + 1) / 2)) sqlsmith --target="host=$PGHOST port=$PGPORT dbname=$database user=$role" --seed="$seed" --verbose --exclude-catalog \
        --max-queries=$(((wanted + 1) / 2)) >"$root/build/log/sqlsmith.$role.log" 2>&1
    queries=$((queries + $(grep -o 'queries: [0-9]*' "$root/build/log/sqlsmith.$role.log" | tail -n 1 | tr -dc 0-9 || echo 0)))
done
tail -c +$((before + 1)) "$pg_log" >"$root/build/log/sqlsmith.server.log"
crashes=$(grep -c 'was terminated by signal' "$root/build/log/sqlsmith.server.log")
ours=$(cd "$root/extension/src" && find . -name '*.c' -printf '%f\n' | paste -sd '|')
internal=$(grep -A12 'ERROR:  XX[0-9A-Z]*:' "$root/build/log/sqlsmith.server.log" | grep -cE "LOCATION: .*, ($ours):")
if [ "$crashes" != 0 ]; then grep -A2 'was terminated by signal' "$root/build/log/sqlsmith.server.log" | cut -c1-3000 | head -n 20; fi
if [ "$internal" != 0 ]; then grep -B1 -A12 'ERROR:  XX[0-9A-Z]*:' "$root/build/log/sqlsmith.server.log" | grep -B6 -A6 -E "LOCATION: .*, ($ours):" | cut -c1-1500 | head -n 60; fi
psql -X -q -d postgres -c "DROP DATABASE $database"
echo "sqlsmith: seed $seed, $queries queries in $((SECONDS - began)) s, $crashes server processes died, $internal internal errors of the extension"
[ "$crashes" = 0 ] && [ "$internal" = 0 ] && [ "$queries" -gt 0 ]
