# tests/cluster/own.sh NAME, sourced: a cluster of the test's own, which it may stop and kill; what its tests say.
# The test removes the cluster (pg_fresh) and exits with $failed.
pg_area=${pg_area-check} pg_lane=.$1
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/pg.sh"
cd "$root" || exit 1
pg_fresh
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
    sql -d postgres -c 'CREATE DATABASE office' || exit 1
    export PGDATABASE=office
    sql -c 'CREATE EXTENSION emgov' -c "CALL emgov.create_ledger('ledger')" -c "CALL ledger.load_pack('accidents')" >/dev/null 2>&1
    sql -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('a', '甲区', 'district'), ('b', '乙区', 'district')" \
        -c "INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('m', '月报', 'month')" \
        -c "INSERT INTO ledger.report_section (report, section, heading) VALUES ('m', 1, '一、事故')" \
        -c "INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('m', 1, 1, '发生事故{F028.phrase}，死亡{F030}。')" \
        -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) SELECT date '2025-01-01' + n * 3, substr('ab', n % 2 + 1, 1), 'road' FROM generate_series(1, 130) AS n" \
        -c "CALL ledger.entered(ARRAY['m'], through => '2026-02-28', since => '2024-01-01')" || exit 1
}
