#!/bin/bash
# Random transactions of several sessions at once on all that live facts are made of, at every isolation
# level: their rows are those of their queries, and the rollups' over them of theirs, within each transaction, for who looks on meanwhile, and in the end.
#
#   tests/client/live_fact_random.sh [TRANSACTIONS] [SEED]
#
# TRANSACTIONS of each of four sessions, 40 by default. SEED, 1 by default, so that ./check tries the same everywhere and tests/long goes on to others, makes their statements again; how they meet is up to the server.
set -eu
transactions=${1:-40}
seed=${2:-1}
sessions=4
database=emgov_live_fact_random
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "seed $seed"
export PGOPTIONS='-c client_min_messages=warning'
tests/database $database ledger
export PGDATABASE=$database
psql -Xq -v ON_ERROR_STOP=1 <<'SQL'
SET search_path = ledger, emgov;
INSERT INTO area (code, name_zh, kind) VALUES ('a1', '甲', 'county'), ('a2', '乙', 'county');
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss) SELECT i, '2024-01-02', 'a1', (ARRAY['coal', 'road', 'fire'])[1 + i % 3], i FROM generate_series(1, 12) AS i;
SELECT setval(pg_get_serial_sequence('accident', 'id'), 1000) \g /dev/null
INSERT INTO casualty (id, accident_id, outcome, outcome_on) SELECT i, 1 + i % 12, (ARRAY['dead', 'missing', 'serious', 'minor'])[1 + i % 4], '2024-01-05' FROM generate_series(1, 30) AS i;
SELECT setval(pg_get_serial_sequence('casualty', 'id'), 1000) \g /dev/null
-- enterprises with inspections, hazards, cases and remediation, some of them in several campaigns
INSERT INTO subject (id, kind, person_key, name, area_code) SELECT i, 'person', 'k' || i, 'n', (ARRAY['a1', 'a2'])[1 + i % 2] FROM generate_series(1, 5) AS i;
INSERT INTO organisation (code, name_zh, name_en, kind, scope) SELECT 'o1', '局', 'o', 'bureau', 'bureau' WHERE NOT EXISTS (SELECT FROM organisation WHERE code = 'o1');
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('p1', '项', 'p', 'bureau'), ('p2', '目', 'p', 'bureau');
INSERT INTO campaign (code, name_zh, name_en, scope) VALUES ('c1', '专', 'c', 'city'), ('c2', '项', 'c', 'city');
INSERT INTO disposition (code, name_zh, source) VALUES ('stop', '停', 'x'), ('upgrade', '提', 'x') ON CONFLICT DO NOTHING;
INSERT INTO disposition_policy (disposition_code, outcome, source) SELECT d.code, 'exited', 'x' FROM disposition AS d WHERE NOT EXISTS (SELECT FROM disposition_policy AS p WHERE p.disposition_code = d.code);
INSERT INTO inspection (id, subject_id, inspected_on, programme_code, org_code, area_code)
SELECT i, 1 + i % 5, date '2023-01-10' + 37 * i, (ARRAY['p1', 'p2'])[1 + i % 2], 'o1', (ARRAY['a1', 'a2', NULL])[1 + i % 3] FROM generate_series(1, 20) AS i;
INSERT INTO hazard (id, subject_id, inspection_id, found_on, deadline, programme_code) SELECT i, 1 + i % 5, i, date '2023-01-10' + 37 * i, date '2023-02-10' + 37 * i, (ARRAY['p1', 'p2'])[1 + i % 2] FROM generate_series(1, 20) AS i;
INSERT INTO enforcement_case (id, number, org_code, programme_code, subject_id, area_code, filed_on, decided_on) SELECT i, 'n' || i, 'o1', 'p1', 1 + i % 5, 'a1', '2024-01-03', '2024-01-05' FROM generate_series(1, 10) AS i;
INSERT INTO penalty (id, enforcement_case_id, kind_code, fine) SELECT i, i, 'warning', i FROM generate_series(1, 10) AS i;
INSERT INTO document (id, inspection_id, enforcement_case_id, issued_on, programme_code, kind)
SELECT i, CASE WHEN i % 4 > 0 THEN i END, CASE WHEN i % 3 > 0 THEN 1 + i % 10 END, '2024-01-03', (ARRAY['p1', 'p2'])[1 + i % 2], 'k' FROM generate_series(1, 20) AS i;
INSERT INTO remediation (id, subject_id, listed_on, campaign_code, area_code) SELECT i, 1 + i % 5, '2023-01-05', (ARRAY['c1', 'c2'])[1 + i % 2], 'a1' FROM generate_series(1, 10) AS i;
-- leases that overlap, attendances, requirements at enterprises, enterprises at events
INSERT INTO lease (id, site, lessor_id, lessee_id, valid_from, valid_to) SELECT i, 's' || i, 1 + i % 5, 1 + (i + 1 + i % 3) % 5, date '2024-01-01' + i * 11 % 60, CASE WHEN i % 3 > 0 THEN date '2024-01-20' + i * 11 % 60 END FROM generate_series(1, 20) AS i;
INSERT INTO training_session (id, org_code, held_on, title) SELECT i, 'o1', '2024-01-03', 't' || i FROM generate_series(1, 3) AS i;
INSERT INTO training_attendance (id, training_session_id, attended_on, attendee) SELECT i, 1 + i % 3, '2024-01-03', 'a' || i FROM generate_series(1, 20) AS i;
INSERT INTO requirement (code, campaign_code, level, title) VALUES ('q1', 'c1', 'city', 'q'), ('q2', 'c2', 'province', 'q');
INSERT INTO requirement_check (id, requirement_code, subject_id, listed_on) SELECT i, 'q' || 1 + i % 2, 1 + i / 2 % 5, '2024-01-03' FROM generate_series(0, 9) AS i;
INSERT INTO publicity_event (id, org_code, kind, held_on) SELECT i, 'o1', 'roadshow', date '2024-01-03' + i FROM generate_series(1, 3) AS i;
INSERT INTO event_enterprise (id, publicity_event_id, subject_id) SELECT i, 1 + i % 3, 1 + i / 3 FROM generate_series(0, 14) AS i;
SELECT setval(pg_get_serial_sequence(t, 'id'), 1000) FROM unnest('{lease,training_session,training_attendance,requirement_check,publicity_event,event_enterprise,inspection,document,hazard,enforcement_case,penalty,fine_payment,remediation}'::text[]) AS t \g /dev/null
-- an error unless what is kept is what its query gives
CREATE FUNCTION public.exact() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- what is read, and what it is the query of
    pairs CONSTANT text[] := '{ledger_store.accident_fact,ledger_store.accident_grading,ledger.accident_daily,ledger_store.accident_month_area_severity,'
        'ledger_store.hazard_of_area,ledger_store.document_of_area,ledger_store.inspection_first,ledger_store.case_fact,ledger_store.fine_payment_fact,ledger_store.remediation_fact,'
        'ledger_store.hazard_found_month,ledger_store.hazard_rectified_month,ledger_store.hazard_overdue_month,ledger_store.inspection_first_month,ledger_store.case_filed_month,'
        'ledger_store.case_decided_month,ledger_store.fine_paid_month,ledger_store.remediation_listed_month,ledger_store.remediation_done_month,'
        'ledger_store.lease_lessor,ledger_store.lease_lessee,ledger_store.lease_lessor_daily,ledger_store.lease_lessee_daily,ledger.lease_daily,'
        'ledger_store.training_attendance_fact,ledger_store.requirement_check_fact,ledger_store.event_enterprise_fact,ledger.training_attendance_daily,ledger.requirement_check_daily}';
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
    FOREACH name IN ARRAY '{accident_fact,case_fact,fine_payment_fact,remediation_fact,training_attendance_fact,requirement_check_fact,event_enterprise_fact}'::text[] LOOP
        EXECUTE format('SELECT count(*) FROM ((TABLE ledger.%1$s EXCEPT ALL SELECT * FROM ledger.%1$s_as_of(''infinity''))
                                    UNION ALL (SELECT * FROM ledger.%1$s_as_of(''infinity'') EXCEPT ALL TABLE ledger.%1$s)) AS d', name) INTO n;
        IF n > 0 THEN
            RAISE EXCEPTION 'NOT EXACT: % rows of %_as_of()', n, name;
        END IF;
    END LOOP;
    -- lessors and lessees on a day, each once
    FOREACH name IN ARRAY '{lessor,lessee}'::text[] LOOP
        EXECUTE format('SELECT count(*) FROM generate_series(date ''2023-12-30'', ''2024-06-01'', ''7 days'') AS d
                         WHERE (SELECT count(DISTINCT l.%1$s_id) FROM ledger.lease AS l WHERE l.status = ''valid'' AND l.valid_from <= d AND (l.valid_to IS NULL OR l.valid_to > d)) <>
                               (SELECT coalesce(sum(l.records), 0) FROM ledger_store.lease_%1$s_daily AS l WHERE l.valid_from <= d AND (l.valid_to IS NULL OR l.valid_to > d))', name) INTO n;
        IF n > 0 THEN
            RAISE EXCEPTION 'NOT EXACT: % days of %s', n, name;
        END IF;
    END LOOP;
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
    function subject() { return 1 + any(5) }
    function work(    kind, n) {
        kind = any(26)
        if (kind < 2) print "INSERT INTO inspection (subject_id, inspected_on, programme_code, org_code, area_code) VALUES (" subject() ", \x27" day() "\x27, \x27" one("p1 p2") "\x27, \x27o1\x27, \x27" one("a1 a2") "\x27);"
        else if (kind == 2) print "UPDATE inspection SET area_code = \x27" one("a1 a2") "\x27 WHERE id = " 1 + any(20) ";"
        else if (kind == 3) print "UPDATE inspection SET subject_id = " subject() ", inspected_on = \x27" day() "\x27 WHERE id IN (" 1 + any(20) ", " 1 + any(20) ");"
        else if (kind == 4) print "UPDATE inspection SET status = \x27" one("valid valid withdrawn") "\x27, note = \x27x\x27 WHERE id = " 1 + any(20) ";"
        else if (kind == 5) print "INSERT INTO hazard (subject_id, found_on, deadline, programme_code, level) VALUES (" subject() ", \x27" day() "\x27, \x272024-04-01\x27, \x27p1\x27, \x27" one("general major") "\x27);"
        else if (kind == 6) print "UPDATE hazard SET rectified_on = found_on + " any(60) ", rechecked_on = NULL, closed_on = NULL WHERE id = " 1 + any(20) ";"
        else if (kind == 7) print "UPDATE subject SET area_code = \x27" one("a1 a2") "\x27 WHERE id = " subject() ";"
        else if (kind == 8) print "UPDATE subject SET name = \x27" any(9) "\x27;"
        else if (kind == 9) print "UPDATE enforcement_case SET decided_on = filed_on + " any(60) ", area_code = \x27" one("a1 a2") "\x27 WHERE id IN (" 1 + any(10) ", " 1 + any(10) ");"
        else if (kind == 10) print "INSERT INTO fine_payment (enforcement_case_id, paid_on, amount, number) VALUES (" 1 + any(10) ", \x272024-0" 4 + any(3) "-01\x27, " 1 + any(9) ", gen_random_uuid());"
        else if (kind == 11) print "UPDATE penalty SET fine = " any(9) ", kind_code = \x27" one("warning fine") "\x27 WHERE id = " 1 + any(10) ";"
        else if (kind == 12) print "INSERT INTO remediation (subject_id, listed_on, completed_on, disposition_code, campaign_code, area_code) VALUES (" subject() ", \x272023-" 1 + any(9) "-" 1 + any(28) "\x27, \x27" day() "\x27, \x27" one("stop upgrade") "\x27, \x27" one("c1 c2") "\x27, \x27" one("a1 a2") "\x27) ON CONFLICT DO NOTHING;"
        else if (kind == 13) print "UPDATE remediation SET subject_id = " subject() ", status = \x27" one("valid withdrawn") "\x27, note = \x27x\x27, listed_on = listed_on + 1 WHERE id = " 1 + any(10) ";"
        else if (kind == 14 && any(3)) print "UPDATE disposition_policy SET outcome = \x27" one("exited upgraded") "\x27 WHERE disposition_code = \x27" one("stop upgrade") "\x27;"
        else if (kind == 14) print "UPDATE ledger_setting SET year_start = \x27" one("01-01 04-01 04-15") "\x27;"
        else if (kind == 15) print "INSERT INTO document (enforcement_case_id, issued_on, programme_code, kind) VALUES (" 1 + any(10) ", \x27" day() "\x27, \x27p1\x27, \x27k\x27);"
        else if (kind == 16) print "UPDATE document SET inspection_id = CASE WHEN id % 3 <> " any(3) " THEN id END, enforcement_case_id = " 1 + any(10) ", issued_on = \x27" day() "\x27 WHERE id IN (" 1 + any(20) ", " 1 + any(20) ");"
        else if (kind == 18) { n = subject(); print "INSERT INTO lease (site, lessor_id, lessee_id, valid_from, valid_to) VALUES (gen_random_uuid(), " n ", " 1 + (n + any(4)) % 5 ", \x27" day() "\x27, " one("NULL \x272024-03-01\x27 \x272024-04-15\x27") ");" }
        else if (kind == 19) print "UPDATE lease SET valid_to = " one("NULL valid_from+1 valid_from+40") ", status = \x27" one("valid valid withdrawn") "\x27, note = \x27x\x27 WHERE id IN (" 1 + any(20) ", " 1 + any(20) ");"
        else if (kind == 20) print "UPDATE lease SET lessor_id = lessee_id, lessee_id = lessor_id, valid_from = valid_from - " any(9) " WHERE id = " 1 + any(20) ";"
        else if (kind == 21) print "INSERT INTO training_attendance (training_session_id, attended_on, attendee) SELECT " 1 + any(3) ", \x27" day() "\x27, gen_random_uuid() FROM generate_series(1, " 1 + any(9) "); UPDATE training_attendance SET status = \x27" one("valid withdrawn") "\x27, note = \x27x\x27, attended_on = attended_on + 1 WHERE id = " 1 + any(20) ";"
        else if (kind == 22) print "INSERT INTO training_session (org_code, held_on, title) VALUES (\x27o1\x27, \x27" day() "\x27, gen_random_uuid()); UPDATE training_session SET status = \x27" one("valid withdrawn") "\x27, note = \x27x\x27 WHERE id = " 1 + any(3) ";"
        else if (kind == 23) print "UPDATE requirement_check SET done_on = listed_on + " any(60) ", applicable = " one("true false") " WHERE id = " any(10) ";" (any(3) ? "" : " UPDATE requirement SET level = \x27" one("city province") "\x27 WHERE code = \x27q1\x27;")
        else if (kind == 24) print "UPDATE event_enterprise SET status = \x27" one("valid duplicate") "\x27, note = \x27x\x27 WHERE id IN (" any(15) ", " any(15) "); UPDATE publicity_event SET held_on = held_on + 1, kind = \x27" one("roadshow open_day") "\x27 WHERE id = " 1 + any(3) ";"
        else print "SET LOCAL session_replication_role = replica; UPDATE inspection SET area_code = \x27" one("a1 a2") "\x27 WHERE id = " 1 + any(20) "; INSERT INTO hazard (subject_id, found_on, programme_code) VALUES (" subject() ", \x27" day() "\x27, \x27p2\x27); SET LOCAL session_replication_role = origin;"
    }
    function step(    kind) {
        if (any(2) == 0) { work(); return }
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
if errors | grep -Ev 'could not serialize access|deadlock detected|others are writing records|current transaction is aborted|tuple to be locked was already moved|savepoint "s" does not exist|"remediation: one for each enterprise, campaign and its days"'; then
    echo "seed $seed: what is kept differs from what its query gives, or there was another error" >&2
    exit 1
fi
[ "$(cat "$work"/*.out | grep -c '^COMMIT')" -gt "$transactions" ] || { echo 'hardly any transaction was committed' >&2; exit 1; }
psql -Xqd postgres -c "DROP DATABASE $database"
