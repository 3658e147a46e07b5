#!/bin/bash
# Sixteen connections against rollups, for a minute or as long as wanted. SEED is 1 by default.
#
#   tests/client/rollup_stress.sh [SECONDS] [CONNECTIONS] [SEED]
set -eu
seconds=${1:-${EMGOV_STRESS_SECONDS:-60}}
connections=${2:-16}
seed=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$root/build/rollup_stress
mkdir -p "$root/build"
${CC:-cc} -O1 -g -Wall -Wextra -Werror -I"$("$PG_CONFIG" --includedir)" -o "$program" "$here/rollup_stress.c" \
    -L"$("$PG_CONFIG" --libdir)" -lpq -lpthread
database=emgov_rollup_stress
psql -X -q -d postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
psql -X -q -d "$database" -f "$here/rollup_stress.sql"
PGDATABASE=$database "$program" -t "$seconds" -c "$connections" -s "$seed"
psql -X -q -d postgres -c "DROP DATABASE $database"
