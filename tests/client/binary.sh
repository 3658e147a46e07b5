#!/usr/bin/env bash
# The binary forms over the protocol: wrong ones refused, right ones kept, mutations either.
#
#   tests/client/binary.sh [MUTATIONS] [SEED]
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$root/build/binary
mkdir -p "$root/build"
${CC:-cc} -O1 -g -Wall -Wextra -Werror -I"$("$PG_CONFIG" --includedir)" -o "$program" "$here/binary.c" \
    -L"$("$PG_CONFIG" --libdir)" -lpq
database=emgov_binary
psql -X -q -d postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
psql -X -q -d "$database" -c 'CREATE EXTENSION emgov'
PGDATABASE=$database "$program" "${1:-3000}" "${2:-1}"
psql -X -q -d postgres -c "DROP DATABASE $database"
