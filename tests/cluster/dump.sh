#!/usr/bin/env bash
# A ledger dumped and restored into a new database gives the same figures, whether by one
# process or by two, and goes on from there. Needs PGHOST, PGPORT, PGUSER of a server with
# emgov installed, and the client programs of its version (PG_CONFIG).
set -eu -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
bin=$("$PG_CONFIG" --bindir)
work=$(mktemp -d)
databases="emgov_dump emgov_dump_1 emgov_dump_2"
# the role stays where what other tests begin with is its
trap 'rm -rf "$work"; for d in $databases; do psql -Xqd postgres -c "DROP DATABASE IF EXISTS $d" 2>/dev/null; done; psql -Xqd postgres -c "DROP ROLE IF EXISTS ledger_owner" 2>/dev/null || :' EXIT
export PGOPTIONS='-c client_min_messages=warning'
sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

# ./check has a database in which a role's ledger with the example's definitions is made
begun=$(sql -d postgres -c "SELECT 'TEMPLATE begun_owned_pack ${EMGOV_COPIED:-}' FROM pg_database WHERE datname = 'begun_owned_pack'")
for d in $databases; do sql -d postgres -c "DROP DATABASE IF EXISTS $d"; done
sql -d postgres -c "CREATE DATABASE emgov_dump $begun" -c 'CREATE DATABASE emgov_dump_1' -c 'CREATE DATABASE emgov_dump_2'
{
    echo 'CREATE EXTENSION IF NOT EXISTS emgov; DROP EXTENSION IF EXISTS pgtap;'
    echo "\\i '$here/../ledger/owner.sql'"
    echo 'SET ROLE ledger_owner;'
    [ -n "$begun" ] || echo "\\i '$here/../ledger/changzhou.sql'"
    echo "CALL emgov.create_ledger('台账'); CALL 台账.load_pack('accidents');"
    echo "SET search_path = ledger, public, emgov;"
    echo "\\i '$here/../ledger/records.sql'"
    echo "CALL publish('law-based-government', ytd('2024-12-19'), force_reason => '样例');"
    # after the publication: corrections, so that there is history on both sides of it
    echo "UPDATE accident SET direct_loss = direct_loss + 1 WHERE id % 3 = 0; UPDATE accident SET status = 'written_off', note = 'x' WHERE id % 50 = 0;"
    echo "UPDATE casualty SET outcome = 'dead' WHERE outcome = 'missing'; UPDATE indicator SET filter = filter || ' AND id > 5' WHERE code = 'F010';"
    echo "INSERT INTO indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('OWN', '自有', 'count', 'accident', 'occurred_on', 'city', 'period', '起', '自有');"
    # let go of when it is dumped, with a past that names columns otherwise
    echo "CREATE SCHEMA duty AUTHORIZATION ledger_owner; CREATE TABLE duty.call (day date PRIMARY KEY, n int, extra text); ALTER TABLE duty.call DROP extra; CALL keep_versions('duty.call'); INSERT INTO duty.call VALUES ('2024-05-01', 5);"
    echo "INSERT INTO indicator (code, name_zh, kind, measure, source, date_column, scope, cutoff, unit, definition_zh) VALUES ('CALL', '值班', 'sum', 'n', 'duty.call', 'day', 'city', 'period', '次', '值班');"
    echo "INSERT INTO report (code, title_zh) VALUES ('值班', '值班'); INSERT INTO report_figure (report, code) VALUES ('值班', 'CALL'); CALL publish('值班', year(2024), force_reason => '样例'); ALTER TABLE duty.call RENAME n TO calls; UPDATE indicator SET measure = 'calls + 0' WHERE code = 'CALL';"
    echo "ALTER TABLE accident ADD extra text; CALL emgov.upgrade_ledger('ledger'); UPDATE accident SET extra = 'x' WHERE id = 1;"
    echo "CALL release_units('duty.call'); ALTER TABLE duty.call RENAME calls TO number;"
} | sql -d emgov_dump

# What a ledger says, as text; keys of rows and moments included. First what it says that is dumped alone, too.
says_alone() {
    sql -d "$1" <<'SQL'
SET search_path = ledger, public, emgov;
SET timezone = 'UTC';
SELECT * FROM figures(year(2024)) ORDER BY code;
SELECT * FROM figures(ytd('2024-12-19'), (SELECT as_of FROM publication WHERE id = 1)) ORDER BY code;
SELECT * FROM restatement(1); SELECT * FROM verify_publication(1); SELECT count(*) FROM publication_text(1);
SELECT * FROM "台账".figures(year(2024)) ORDER BY code;
SELECT c.relname, c.relkind, c.relowner::regrole, obj_description(c.oid, 'pg_class') FROM pg_class c WHERE relnamespace IN ('ledger'::regnamespace, 'ledger_store'::regnamespace) AND c.relkind <> 'i' ORDER BY c.relnamespace::regnamespace::text, 1;
SELECT c.relname, c.relkind, obj_description(c.oid, 'pg_class') FROM pg_class c WHERE relnamespace::regnamespace::text ~ '^ledger_report' ORDER BY c.relnamespace::regnamespace::text, 1;
TABLE ledger_report.hazard_by_month; TABLE ledger_report.accident_by_month;
SQL
}
says() {
    says_alone "$1" | tee "$work/alone"
    sql -d "$1" <<'SQL'
SET search_path = ledger, public, emgov;
SET timezone = 'UTC';
SELECT * FROM figures(ytd('2024-12-19'), base => 'first_published');
SELECT * FROM report_text('law-based-government', year(2024)); SELECT * FROM report_figures('law-based-government', year(2024)); TABLE report_paragraph; SELECT * FROM publication_text(1);
SELECT * FROM check_figures(year(2024));
SELECT * FROM pack_list; TABLE pack_row ORDER BY 1, 2, 3; SELECT export_pack('law-based-government');
SELECT code, (r).* FROM indicator, LATERAL figure_rows(code, year(2024)) AS r WHERE code <> 'CALL' ORDER BY 1, 2, 3;
TABLE publication; SELECT * FROM publication_figure ORDER BY 1, 2; SELECT * FROM ledger_report.figure_published WHERE is_current ORDER BY report, indicator_code;
SELECT * FROM accident ORDER BY id; SELECT * FROM ledger_store.accident_history ORDER BY id, known_from;
SELECT c.relname, c.relkind, c.relowner::regrole, obj_description(c.oid, 'pg_class') FROM pg_class c WHERE relnamespace IN ('ledger'::regnamespace, '台账'::regnamespace) ORDER BY c.relnamespace::regnamespace::text, 1;
SELECT p.oid::regprocedure, p.proowner::regrole, p.proacl, obj_description(p.oid, 'pg_proc') FROM pg_proc p WHERE pronamespace IN ('ledger'::regnamespace, '台账'::regnamespace) ORDER BY p.oid::regprocedure::text;
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2;
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'ledger'::regnamespace ORDER BY 1, 2;
SQL
}
# CALL was let go of
but_for_call() { grep -v '^CALL|' "$work/alone"; }
says emgov_dump >"$work/before"
but_for_call >"$work/before_alone"
[ "$(wc -l <"$work/before")" -gt 2000 ] || { echo "too little to compare"; exit 1; }

# by two processes here, and in check-long by one too; one process restores what is dumped alone, below
"$bin/pg_dump" -Fc -f "$work/dump" emgov_dump
"$bin/pg_restore" -j 2 -d emgov_dump_2 --exit-on-error "$work/dump"
[ -z "${EMGOV_DUMP:-}" ] || "$bin/pg_restore" -d emgov_dump_1 --exit-on-error "$work/dump"
for d in ${EMGOV_DUMP:+emgov_dump_1} emgov_dump_2; do
    says $d >"$work/after"
    diff "$work/before" "$work/after" >"$work/diff" || { echo "$d differs:"; head -n 20 "$work/diff"; exit 1; }
    # units that were let go of are made again, the past's too
    sql -d $d -c 'SET ROLE ledger_owner' -c 'ALTER TABLE duty.call ALTER number TYPE bigint' -c "CALL emgov.make_units('ledger')"
    [ "$(sql -d $d -c "SELECT value FROM ledger.figures(emgov.year(2024)) WHERE code = 'CALL'" -c 'SELECT count(*) FROM ledger.verify_publication(2)' | tr '\n' ' ')" = '5 0 ' ] || { echo "$d: what was released is not made again"; exit 1; }
    # and it goes on: guards, versions, publishing, upgrading
    sql -d $d -c 'SET ROLE ledger_owner; SET search_path = ledger, public, emgov;' -c "
        DO \$\$ BEGIN DELETE FROM accident; RAISE 'deleted'; EXCEPTION WHEN restrict_violation THEN NULL; END \$\$;
        DO \$\$ BEGIN UPDATE publication_figure SET value = 0; RAISE 'updated'; EXCEPTION WHEN restrict_violation THEN NULL; END \$\$;" \
        -c "UPDATE hazard SET status = 'withdrawn', note = 'x' WHERE id % 3 = 0;
        DO \$\$ BEGIN IF (SELECT count(*) < 20 FROM figures(year(2024)) WHERE answered_by <> 'facts') OR EXISTS (
            SELECT FROM figures(year(2024)) AS f JOIN emgov_internal.ledger_figures('ledger', year(2024), with_checksum => true) AS c USING (code)
             WHERE (f.value, f.base, f.record_count) IS DISTINCT FROM (c.value, c.base, c.record_count)) THEN RAISE 'rollups do not go on'; END IF; END \$\$;" \
        -c "UPDATE accident SET direct_loss = 0 WHERE id = 2; CALL publish('law-based-government', year(2024), force_reason => '样例');" -c "CALL emgov.upgrade_ledger('ledger');"
    [ "$(sql -d $d -c 'SELECT max(id) FROM ledger.publication' -c 'SELECT count(*) FROM ledger.verify_publication(3)' | tr '\n' ' ')" = '3 0 ' ] || { echo "$d does not go on"; exit 1; }
done

# One ledger alone: its schemas, as emgov.ledger_schemas() lists them. S42: in a database without the extension every row
# is there, and nothing is overwritten; with the extension, made before or after, it goes on
alone() { sql -d emgov_dump -c "SELECT format('-n %L', format('%I', schema)) FROM emgov.ledger_schemas('$1')"; }
[[ $(alone ledger | tr '\n' ' ') = "-n 'ledger' -n 'ledger_store' "* ]] || { echo "the schemas of the ledger:"; alone ledger; exit 1; }
# and with them what it counts from elsewhere
{ alone ledger; alone 台账; echo '-n duty'; } | xargs "$bin/pg_dump" -d emgov_dump -Fc -f "$work/dump"
for d in emgov_dump_1 emgov_dump_2; do sql -d postgres -c "DROP DATABASE $d" -c "CREATE DATABASE $d"; done
sql -d emgov_dump_2 -c 'CREATE EXTENSION emgov' -c 'GRANT CREATE ON DATABASE emgov_dump_2 TO ledger_owner'
"$bin/pg_restore" -d emgov_dump_2 --exit-on-error "$work/dump"
sql -d emgov_dump_2 -c 'SET ROLE ledger_owner' -c "CALL emgov.upgrade_ledger('ledger')" -c "CALL emgov.upgrade_ledger('台账')"
says_alone emgov_dump_2 >"$work/alone"
but_for_call >"$work/after"
diff "$work/before_alone" "$work/after" >"$work/diff" || { echo "a ledger dumped alone differs:"; head -n 20 "$work/diff"; exit 1; }
sql -d emgov_dump_2 -c 'SET ROLE ledger_owner; SET search_path = ledger, public, emgov;' -c "
    DO \$\$ BEGIN DELETE FROM accident; RAISE 'deleted'; EXCEPTION WHEN restrict_violation THEN NULL; END \$\$;
    DO \$\$ BEGIN UPDATE publication_figure SET value = 0; RAISE 'updated'; EXCEPTION WHEN restrict_violation THEN NULL; END \$\$;" \
    -c "UPDATE hazard SET status = 'withdrawn', note = 'x' WHERE id % 3 = 0; UPDATE accident SET direct_loss = 0 WHERE id = 2" \
    -c "DO \$\$ BEGIN IF (SELECT count(*) < 20 FROM figures(year(2024)) WHERE answered_by <> 'facts') OR EXISTS (SELECT FROM verify_rollup('accident_daily')) THEN RAISE 'rollups do not go on'; END IF; END \$\$;" \
    -c "CALL publish('law-based-government', year(2024), force_reason => '样例')"
[ "$(sql -d emgov_dump_2 -c 'SELECT max(id) FROM ledger.publication' -c 'SELECT count(*) FROM ledger.verify_publication(3)' | tr '\n' ' ')" = '3 0 ' ] || { echo "a ledger dumped alone does not go on"; exit 1; }

"$bin/pg_restore" -d emgov_dump_1 "$work/dump" 2>"$work/errors" || :
rows="SELECT format('SELECT %L, count(*) FROM %s;', c.relname, c.oid::regclass) FROM pg_class c WHERE c.relnamespace IN ('ledger'::regnamespace, 'ledger_store'::regnamespace) AND c.relkind = 'r'
         AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND t.typnamespace = coalesce(to_regnamespace('emgov'), 0)) ORDER BY 1"
sql -d emgov_dump -c "$rows" >"$work/counts"
sql -d emgov_dump -f "$work/counts" >"$work/before"
sql -d emgov_dump_1 -f "$work/counts" >"$work/after" || { echo "a table is missing without the extension"; grep ERROR "$work/errors" | head; exit 1; }
diff "$work/before" "$work/after" || { echo "S42: rows are missing without the extension"; exit 1; }
sql -d emgov_dump_1 -c "DO \$\$ BEGIN UPDATE ledger.accident SET direct_loss = 0; RAISE 'updated'; EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL; END \$\$;" \
    -c "DO \$\$ BEGIN DELETE FROM ledger.accident; RAISE 'deleted'; EXCEPTION WHEN restrict_violation THEN NULL; END \$\$;" \
    -c 'CREATE EXTENSION emgov' -c 'CREATE TEMP TABLE n AS SELECT count(*) AS n FROM ledger_store.accident_history' \
    -c 'UPDATE ledger.accident SET direct_loss = direct_loss + 1 WHERE id = 1' \
    -c "DO \$\$ BEGIN IF (SELECT count(*) FROM ledger_store.accident_history) <> (SELECT n + 1 FROM n) THEN RAISE 'S42: no version was kept'; END IF; END \$\$;" \
    -c 'GRANT CREATE ON DATABASE emgov_dump_1 TO ledger_owner' -c 'SET ROLE ledger_owner' -c "CALL emgov.upgrade_ledger('ledger')"
echo "same after pg_restore -j 2, a ledger alone by one process${EMGOV_DUMP:+, all by one process}"
