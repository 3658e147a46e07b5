#!/bin/bash
# Random transactions of several sessions at once on all that accident_fact is made of, at every isolation
# level: its rows are those of its query, within each transaction, for who looks on meanwhile, and in the end.
#
#   tests/client/live_fact_random.sh [TRANSACTIONS] [SEED]
#
# TRANSACTIONS of each of four sessions, 40 by default. SEED makes their statements again; how they meet is up to the server.
set -eu
transactions=${1:-40}
seed=${2:-$RANDOM}
sessions=4
database=emgov_live_fact_random
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "seed $seed"
export PGOPTIONS='-c client_min_messages=warning'
psql -Xq -d postgres -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
export PGDATABASE=$database
psql -Xq -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION emgov;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, emgov;
INSERT INTO area (code, name_zh, kind) VALUES ('a1', '甲', 'county'), ('a2', '乙', 'county');
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss) SELECT i, '2024-01-02', 'a1', (ARRAY['coal', 'road', 'fire'])[1 + i % 3], i FROM generate_series(1, 12) AS i;
SELECT setval(pg_get_serial_sequence('accident', 'id'), 1000) \g /dev/null
INSERT INTO casualty (id, accident_id, outcome, outcome_on) SELECT i, 1 + i % 12, (ARRAY['dead', 'missing', 'serious', 'minor'])[1 + i % 4], '2024-01-05' FROM generate_series(1, 30) AS i;
SELECT setval(pg_get_serial_sequence('casualty', 'id'), 1000) \g /dev/null
-- an error unless what is kept is what its query gives
CREATE FUNCTION public.exact() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- what is read, and what it is the query of
    pairs CONSTANT text[] := '{ledger_store.accident_fact,ledger_store.accident_grading,ledger.accident_daily,ledger_store.accident_month_area_severity}';
    name text;
    n bigint;
BEGIN
    FOREACH name IN ARRAY pairs LOOP
        EXECUTE format('SELECT count(*) FROM ((TABLE %1$s EXCEPT ALL TABLE %2$s) UNION ALL (TABLE %2$s EXCEPT ALL TABLE %1$s)) AS d', name, regexp_replace(name, '^ledger\.', 'ledger_store.') || '_query') INTO n;
        IF n > 0 THEN
            RAISE EXCEPTION 'NOT EXACT: % rows of %', n, name;
        END IF;
    END LOOP;
    -- and as it is counted as of a moment, from other tables
    SELECT count(*) INTO n FROM ((TABLE ledger.accident_fact EXCEPT ALL SELECT * FROM ledger.accident_fact_as_of('infinity'))
                      UNION ALL (SELECT * FROM ledger.accident_fact_as_of('infinity') EXCEPT ALL TABLE ledger.accident_fact)) AS d;
    IF n > 0 THEN
        RAISE EXCEPTION 'NOT EXACT: % rows of accident_fact_as_of()', n;
    END IF;
END
$$;
SQL

# the transactions of a session, as psql takes them
write() {
    awk -v seed="$((seed * 10 + $1))" -v transactions="$transactions" -v me="$1" -v merges="$(psql -XAtc 'SHOW server_version_num')" '
    function any(n) { return int(rand() * n) }
    function one(list,    parts) { return parts[1 + any(split(list, parts, " "))] }
    function accident() { return 1 + any(12) }
    function casualty() { return 1 + any(30) }
    function day() { return sprintf("2024-%02d-%02d", 1 + any(2), 10 + any(18)) }
    function outcome() { return one("dead dead missing serious minor") }
    function step(    kind) {
        kind = any(20)
        if (kind < 4) print "INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT i, \x27" outcome() "\x27, \x27" day() "\x27 FROM unnest(ARRAY[" accident() "," accident() "]) AS i;"
        else if (kind < 6) print "UPDATE casualty SET outcome = \x27" outcome() "\x27, lost_workdays = NULL, outcome_on = \x27" day() "\x27 WHERE id IN (" casualty() "," casualty() ");"
        else if (kind == 6) print "UPDATE casualty SET status = \x27" one("valid withdrawn duplicate") "\x27, note = \x27x\x27 WHERE id = " casualty() ";"
        else if (kind == 7) print "UPDATE casualty SET accident_id = " accident() " WHERE id = " casualty() ";"
        else if (kind == 8) print "UPDATE accident SET category_code = \x27" one("coal road fire") "\x27, direct_loss = " any(9) * 1e7 " WHERE id IN (" accident() "," accident() ");"
        else if (kind == 9) print "UPDATE accident SET status = \x27" one("valid valid written_off") "\x27, note = \x27x\x27, area_code = \x27" one("a1 a2") "\x27 WHERE id = " accident() ";"
        else if (kind == 10) print "INSERT INTO accident (occurred_on, area_code, category_code) SELECT \x272024-01-02\x27, \x27a2\x27, \x27road\x27 FROM generate_series(1, " 1 + any(60) ");"
        else if (kind == 11) print "WITH a AS (INSERT INTO accident (occurred_on, area_code, category_code) VALUES (\x272024-01-02\x27, \x27a1\x27, \x27fire\x27) RETURNING id) INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT id, \x27dead\x27, \x27" day() "\x27 FROM a;"
        else if (kind == 12) print "UPDATE accident_category SET window_days = " one("7 30 3") " WHERE code = \x27" one("coal road fire") "\x27;"
        else if (kind == 13) print "UPDATE severity_threshold SET dead = " one("2 3 4") " WHERE severity_code = \x27larger\x27;"
        else if (kind == 14) print "UPDATE casualty_policy SET counts_as = \x27" one("dead none") "\x27;"
        else if (kind == 15) print "INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (" accident() ", \x272024-01-02\x27, \x27a2\x27, \x27coal\x27), (" 2000 + 1000 * me + any(50) ", \x272024-01-02\x27, \x27a2\x27, \x27coal\x27) ON CONFLICT (id) DO UPDATE SET direct_loss = accident.direct_loss + 1;"
        else if (kind == 16) print "COPY casualty (accident_id, outcome, outcome_on) FROM stdin;\n" accident() "\t" outcome() "\t" day() "\n" accident() "\t" outcome() "\t" day() "\n\\."
        else if (kind == 17 && merges >= 150000) print "MERGE INTO casualty AS c USING (VALUES (" casualty() "::bigint), (-1)) AS v (id) ON c.id = v.id WHEN MATCHED THEN UPDATE SET outcome_on = \x27" day() "\x27 WHEN NOT MATCHED THEN INSERT (accident_id, outcome, outcome_on) VALUES (" accident() ", \x27dead\x27, \x27" day() "\x27);"
        else if (kind == 18) print "SAVEPOINT s; INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (" accident() ", \x27dead\x27, \x27" day() "\x27); UPDATE accident_category SET window_days = 5 WHERE code = \x27coal\x27; ROLLBACK TO s;"
        else if (any(8) == 0) print "SET LOCAL session_replication_role = replica; TRUNCATE casualty; SET LOCAL session_replication_role = origin;"
        else print "SET LOCAL session_replication_role = replica; INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (" accident() ", \x27dead\x27, \x27" day() "\x27); UPDATE accident SET direct_loss = 5 WHERE id = " accident() "; SET LOCAL session_replication_role = origin;"
        if (any(3) == 0) print "SELECT pg_sleep(0.00" any(10) ");"
        if (any(3) == 0) print "SELECT public.exact();"
    }
    BEGIN {
        srand(seed)
        print "SET search_path = ledger, emgov;\nSET deadlock_timeout = \x27100ms\x27;\nSET emgov.publish_timeout = \x27200ms\x27;\nSET emgov.rollup_fold_threshold = 20;"
        for (t = 0; t < transactions; t++) {
            print "BEGIN ISOLATION LEVEL " (any(3) ? "READ COMMITTED" : any(2) ? "REPEATABLE READ" : "SERIALIZABLE") ";"
            # a snapshot from before another TRUNCATE sees an emptied table: the way of the server, and no fault of the fact; so none comes between
            print "LOCK TABLE casualty IN ACCESS SHARE MODE;"
            for (s = any(5); s >= 0; s--) step()
            print any(6) ? "COMMIT;" : "ROLLBACK;"
            if (any(4) == 0) print "SELECT public.exact();"
        }
    }'
}
for ((s = 1; s <= sessions; s++)); do
    write "$s" >"$work/$s.sql"
    psql -X -f "$work/$s.sql" >"$work/$s.out" 2>&1 &
done
wait
psql -XAtqc 'SELECT public.exact()' >"$work/end" 2>&1 || true
errors() { grep -h ERROR: "$work"/*.out "$work/end" | sed 's/^psql:[^ ]* ERROR:  //' | sort | uniq -c | sort -rn; }
echo "$(cat "$work"/*.out | grep -c '^COMMIT') transactions committed; errors:"
errors | head -20
# what such writers may meet, and nothing else
if errors | grep -Ev 'could not serialize access|deadlock detected|others are writing records|current transaction is aborted|tuple to be locked was already moved|savepoint "s" does not exist'; then
    echo "seed $seed: what is kept differs from what its query gives, or there was another error" >&2
    exit 1
fi
[ "$(cat "$work"/*.out | grep -c '^COMMIT')" -gt "$transactions" ] || { echo 'hardly any transaction was committed' >&2; exit 1; }
psql -Xqd postgres -c "DROP DATABASE $database"
