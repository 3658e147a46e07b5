#!/usr/bin/env bash
# S24: every type through COPY in text, csv and binary, out and in again, to another table; S25: a long list of
# comparisons is phrased within bounded memory and can be stopped at once.
# Needs PGHOST, PGPORT, PGUSER of a server with emgov installed.
set -u
work=$(mktemp -d)
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d emgov_copy "$@"; }
drop() { psql -Xq -d postgres -c 'SET client_min_messages = error' -c 'DROP DATABASE IF EXISTS emgov_copy'; }
trap 'drop; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
"$(dirname "${BASH_SOURCE[0]}")/../database" emgov_copy || fail "no database"
sql <<'SQL' || fail "no table"
SET search_path = public, emgov;
CREATE TABLE whole (n int, u uscc, s severity, o remediation_outcome, k penalty_kind, r remediation_summary, a accident_summary, p accident_comparison, i inspection_summary, m case_summary, c comparison, list comparison[]);
INSERT INTO whole SELECT i, '91110000600037341L', 'major', 'exited', 'fine', format('exited=%s upgraded=-1', i)::remediation_summary, format('deaths=%s direct_loss=%s.25', i, i)::accident_summary,
    format('deaths=%s/3 direct_loss=1.00/2.50', i)::accident_comparison, 'inspections=1 hazards=2', 'opening=1 fines=3.10', format('%s.5/7+1/2:%s', i, 1 + i)::comparison, ARRAY['1/2', '1/2+3/4:5', NULL]::comparison[]
    FROM generate_series(1, 200) i;
INSERT INTO whole (n) VALUES (0);
INSERT INTO whole VALUES (-1, NULL, NULL, NULL, NULL, '0', '0', '0', '0', '0', '0/0', '{}');
CREATE TABLE again (LIKE whole);
SQL
for format in text csv binary; do
    sql -c 'TRUNCATE again' -c "\\copy whole TO '$work/$format' (FORMAT $format)" -c "\\copy again FROM '$work/$format' (FORMAT $format)" || fail "COPY $format"
    [ "$(sql -c 'SELECT count(*) FROM ((TABLE whole EXCEPT ALL TABLE again) UNION ALL (TABLE again EXCEPT ALL TABLE whole)) d')" = 0 ] || fail "COPY $format changes rows"
    [ "$(sql -c 'SELECT count(*) FROM again')" = 202 ] || fail "COPY $format loses rows"
done

# half a million comparisons: 24 MB of array, twice while it is made; the rest must not grow with the elements
sql -c "SELECT length(emgov.phrase(array_fill('59/65'::emgov.comparison, '{500000}') || '43/47'::emgov.comparison)), substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+)')" >"$work/said" ||
    fail "a long list"
awk -F'|' '$1 < 2000000 || $2 > 300000 { print "a long list: " $1 " characters, " $2 " kB"; exit 1 }' "$work/said" || exit 1
# stopped MILLISECONDS FUNCTION LIST: it is stopped after so long, and works on for less than three seconds of the processor, whatever else the machine does;
# that takes no account of the making of the list, which is the server's and cannot be stopped
stopped() {
    sql -v ON_ERROR_STOP=0 >"$work/stopped" 2>&1 <<SQL
SELECT pg_backend_pid() AS pid \gset
\setenv PID :pid
SELECT cardinality($3);
\! awk '{ printf "made %d\n", \$1 / 1000000 }' /proc/\$PID/schedstat
SET statement_timeout = $1;
SELECT $2($3);
\! awk '{ printf "took %d\n", \$1 / 1000000 }' /proc/\$PID/schedstat
SQL
    grep -q 'statement timeout' "$work/stopped" || fail "not stopped: $2($3): $(head -c 300 "$work/stopped")"
    took=$(awk '$1 == "made" { made = $2 } $1 == "took" { print $2 - 2 * made }' "$work/stopped")
    [ "${took:-3000}" -lt 3000 ] || fail "stopped after $took ms: $2($3)"
}
stopped 300 emgov.phrase "array_fill('59/65'::emgov.comparison, '{2000000}') || '43/47'::emgov.comparison"
stopped 200 emgov.heaviest "array_fill('fine'::emgov.penalty_kind, '{60000000}')"
echo "COPY in three formats; long lists are stopped"
