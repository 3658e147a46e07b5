#!/usr/bin/env bash
# Logical replication of a ledger's records: with their histories the subscriber knows what was known, and publications of its own verify
# and are restated; without them what is changed overwrites what it was, and emgov health says so.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" logical
trap 'pg_fresh' EXIT
export PGOPTIONS='-c client_min_messages=warning'
sql -d postgres -c "ALTER SYSTEM SET wal_level = logical"
pg_stop && pg_start || exit 1
for database in source whole records; do tests/database "$database" ledger || exit 1; done
source=(sql -d source) whole=(sql -d whole) records=(sql -d records)
"${source[@]}" -c "CREATE PUBLICATION records FOR TABLE ledger.area, ledger.accident" || exit 1
# as docs/ledger.md has it
"${source[@]}" -c "$(sed -n "s/^    \(SELECT format('CREATE PUBLICATION whole .*\)/\1/p" docs/ledger.md)" | "${source[@]}" -f - || exit 1
"${source[@]}" -c "SELECT pg_create_logical_replication_slot(slot, 'pgoutput') FROM unnest('{whole,records}'::text[]) AS slot" >/dev/null
"${source[@]}" -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('a', '甲区', 'district')" \
    -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2025-03-03', 'a', 'road'), ('2025-03-04', 'a', 'road')"
"${source[@]}" -c "UPDATE ledger.accident SET category_code = 'fire' WHERE occurred_on = '2025-03-03'"
for database in whole records; do
    sql -d $database -c "CREATE SUBSCRIPTION $database CONNECTION 'host=$PGHOST port=$PGPORT user=$PGUSER dbname=source' PUBLICATION $database WITH (create_slot = false)" || exit 1
done
# the same on both sides, all replicated
same() {    # same DATABASE QUERY WHAT
    for i in $(seq 1 60); do
        [ "$(sql -d "$1" -c "$2")" = "$("${source[@]}" -c "$2")" ] && break
        sleep 0.5
    done
    is "$(sql -d "$1" -c "$2")" "$("${source[@]}" -c "$2")" "$3"
}
rows='SELECT id, occurred_on, status, category_code, known_from FROM ledger.accident ORDER BY id'
versions='SELECT id, status, category_code, known_from, known_to FROM ledger_store.accident_history ORDER BY id, known_from'
same whole "$rows" 'what was there is copied'
same whole "$versions" 'with its versions'
same records "$rows" 'or without'
for database in whole records; do
    sql -d $database -c "CALL emgov.upgrade_ledger('ledger')" -c "CALL ledger.load_pack('accidents')" -c "CALL ledger.entered(ARRAY['accident', 'accident_fact'], through => '2025-12-31', since => '2024-01-01')" \
        -c "INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('r', '报告', 'year')" -c "INSERT INTO ledger.report_section (report, section, heading) VALUES ('r', 1, '一')" \
        -c "INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '{F028.phrase}。')" -c "CALL ledger.publish('r', '2025', allow_gaps => true)" >/dev/null 2>&1 || failed=1
done
is "$("${whole[@]}" -c "SELECT value FROM ledger.publication_figure WHERE code = 'F028' AND publication_id = 1")" 2 'a publication of the subscriber'
"${source[@]}" -c "UPDATE ledger.accident SET status = 'written_off', note = '另一单位已报' WHERE occurred_on = '2025-03-04'"
same whole "$rows" 'a change comes'
same whole "$versions" 'with the version that it ends'
is "$("${whole[@]}" -c 'SELECT count(*) FROM ledger.verify_publication(1)')" 0 'what was published comes out again'
is "$("${whole[@]}" -c "SELECT published, value_now, reason FROM ledger.restatement(1) WHERE code = 'F028' AND what = 'value'")" '2|1|write_off' 'and is restated'
is "$("${whole[@]}" -c "SELECT count(*) FROM ledger.health() WHERE what = 'replication'")" 0 'there is nothing to be said of it'
same records "$rows" 'without histories it comes, too'
is "$("${records[@]}" -c 'SELECT count(*) FROM ledger_store.accident_history')" 0 'and overwrites what was'
is "$("${records[@]}" -c "SELECT object, state FROM ledger.health() WHERE what = 'replication'")" $'ledger.accident|fail\nledger.area|fail' 'which health says'
has "$("${records[@]}" -c "SELECT detail FROM ledger.health('en') WHERE object = 'ledger.accident' AND what = 'replication'")" 'ledger_store.accident_history' 'and names what is missing'
for database in whole records; do sql -d $database -c "DROP SUBSCRIPTION $database" 2>/dev/null; done
exit $failed
