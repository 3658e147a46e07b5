# tests/cluster/own.sh NAME, sourced: a cluster of the test's own, which it may stop and kill; what its tests say.
# The test removes the cluster (pg_fresh) and exits with $failed.
pg_area=${pg_area-check} pg_lane=.$1
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/pg.sh"
cd "$root" || exit 1
pg_fresh
# under ./check one that begins as the lanes' do
[ -z "${EMGOV_COPIED+set}" ] || cp -a "$pg_clusters/cluster.begun" "$pg_data"
pg_start || exit 1
emgov=${EMGOV:-$root/build/client/emgov}
failed=0
sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
is() {      # is GOT WANTED WHAT
    [ "$1" = "$2" ] && { echo "ok $3"; return; }
    echo "NOT OK $3: $1, not $2"
    failed=1
}
has() {     # has TEXT PATTERN WHAT
    [[ $1 =~ $2 ]] && { echo "ok $3"; return; }
    echo "NOT OK $3: $1"
    failed=1
}
# a database `office` with a ledger of two areas, a report `m` of each month, and accidents from 2025 on
office() {
    tests/database office ledger || exit 1
    export PGDATABASE=office
    sql -c "CALL ledger.load_pack('accidents')" >/dev/null 2>&1
    sql -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('a', '甲区', 'district'), ('b', '乙区', 'district')" \
        -c "INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('m', '月报', 'month')" \
        -c "INSERT INTO ledger.report_section (report, section, heading) VALUES ('m', 1, '一、事故')" \
        -c "INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('m', 1, 1, '发生事故{F028.phrase}，死亡{F030}。')" \
        -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) SELECT date '2025-01-01' + n * 3, substr('ab', n % 2 + 1, 1), 'road' FROM generate_series(1, 130) AS n" \
        -c "CALL ledger.entered(ARRAY['m'], through => '2026-02-28', since => '2024-01-01')" || exit 1
}
# a digest of the report tables
tables() { sql -c "SELECT md5(concat((SELECT string_agg((to_jsonb(t) - 'changed_at')::text, ',' ORDER BY report, code, comparator, period_start, place) FROM ledger_tables.figure_by_month AS t),
    (SELECT string_agg((to_jsonb(t) - 'changed_at')::text, ',' ORDER BY report, period_start, period_end, code, comparator, figure_start, figure_end, place) FROM ledger_tables.figure_by_period AS t),
    (SELECT string_agg((to_jsonb(t) - 'changed_at')::text, ',' ORDER BY report, period_start, section, ordinal) FROM ledger_tables.report_text AS t)))"; }
ready() { for i in $(seq 1 120); do "$pg_bin/pg_isready" -q && sql -d postgres -c 'SELECT 1' >/dev/null 2>&1 && return; sleep 0.5; done; echo 'NOT OK the server does not answer'; failed=1; }
# whole WHAT: every rollup equals its query, versions follow one another, publications verify and their chain holds, report tables
# are as computed anew, and indexes and tables are sound (amcheck); checksums are for whoever stops the server
whole() {
    local before
    is "$(sql -c "SELECT string_agg(DISTINCT r.rollup::text, ', ') FROM emgov.rollups AS r CROSS JOIN LATERAL emgov.verify_rollup(r.rollup::text)")" '' "$1: rollups equal their queries"
    is "$(sql -c 'SELECT count(*) FROM emgov.rollups WHERE NOT follows')" 0 "$1: rollups follow"
    is "$(sql -c 'SELECT count(*) FROM ledger_store.accident_history WHERE known_from >= known_to')" 0 "$1: each version ends after it began"
    is "$(sql -c 'SELECT count(*) FROM ledger_store.accident_history AS h JOIN ledger.accident AS a USING (id) WHERE h.known_to > a.known_from')" 0 "$1: versions do not overlap"
    is "$(sql -c 'SELECT count(*) FROM ledger.publication AS p, ledger.verify_publication(p.id)')" 0 "$1: publications verify"
    is "$(sql -c "SELECT state FROM ledger.health() WHERE what = 'chain'")" ok "$1: their chain holds"
    psql -X -q -c "CALL ledger.refresh_report_tables('m')" >/dev/null 2>&1
    before=$(tables)
    psql -X -q -c "CALL ledger.refresh_report_tables('m', whole => true)" >/dev/null 2>&1
    is "$(tables)" "$before" "$1: report tables are as computed anew"
    sql -c 'SET client_min_messages = error' -c 'CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public' || failed=1
    sql -c 'SET client_min_messages = error' -c "SELECT public.bt_index_parent_check(i.indexrelid, true) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS m ON m.oid = c.relam
        WHERE m.amname = 'btree' AND i.indisvalid AND c.relpersistence = 'p'" >/dev/null && echo "ok $1: indexes" || { echo "NOT OK $1: indexes"; failed=1; }
    is "$(sql -c "SELECT count(*) FROM pg_class AS c CROSS JOIN LATERAL public.verify_heapam(c.oid) WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p'")" 0 "$1: tables"
}
# the pages on disk have the checksums that they should have; the server is stopped for that
checksums() {
    pg_stop
    pg_run "$pg_bin/pg_checksums" --check -D "$pg_data" >"$pg_base/log/checksums" 2>&1 && echo "ok $1: checksums, $(grep -i 'blocks scanned' "$pg_base/log/checksums")" ||
        { echo "NOT OK $1: checksums: $(tail -n 3 "$pg_base/log/checksums")"; failed=1; }
}
with_checksums() {
    pg_stop
    pg_run "$pg_bin/pg_checksums" --enable -D "$pg_data" >/dev/null || exit 1
    pg_start || exit 1
}
