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
"$root/tests/database" $database
PGDATABASE=$database "$program" "${1:-3000}" "${2:-1}"

# random records, summed up by groups, there and back in binary COPY
sql() { psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'SET search_path = public, emgov' "$@"; }
sql -c "SELECT setseed(0.$((${2:-1} % 10)))" -o /dev/null -c "
    CREATE TABLE there AS
    SELECT n / 5 AS n, remediation_agg(o) AS r, -accident_agg(d, d, l) AS a, accident_yoy_agg(d, 0, l, t, year(2024)) AS y, inspection_agg(d, 9, 1, d) AS i,
           case_agg(t, t + d, t + 9, k, l, year(2024)) AS c, yoy_agg(l / 1000 - d, t, year(2024)) AS m, max(o) AS o, max(k) AS k,
           (ARRAY['91110000600037341L', '11532300MB19155603'])[1 + n / 5 % 2]::uscc AS u
    FROM (SELECT n, (random() * 40)::int AS d, (random() * 1e9)::numeric(12,2) AS l, date '2023-01-01' + (random() * 730)::int AS t,
                 (ARRAY['pending', 'exited', 'upgraded'])[1 + (random() * 2)::int]::remediation_outcome AS o,
                 (enum_range(NULL::penalty_kind))[1 + (random() * 11)::int] AS k FROM generate_series(1, 5000) AS n) AS drawn
    GROUP BY n / 5" -c 'CREATE TABLE back (LIKE there)'
sql -c 'COPY there TO STDOUT (FORMAT binary)' | sql -c 'COPY back FROM STDIN (FORMAT binary)'
lost=$(sql -At -c 'SELECT count(*) FROM (TABLE there EXCEPT ALL TABLE back) AS lost')
kept=$(sql -At -c 'SELECT count(*) FROM back')
echo "$kept rows by binary COPY, $lost changed"
[ "$lost" = 0 ] && [ "$kept" -gt 900 ]
psql -X -q -d postgres -c "DROP DATABASE $database"
