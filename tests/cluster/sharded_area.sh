# tests/cluster/sharded_area.sh, sourced by sharded.sh: an area moves from one data cluster to another, with its past; stopped between
# its steps it goes on; and it moves back. What the coordinator says is what it said, and what the ledger says that is not sharded.
moving=320412
move_area() { examples/sharded/move_area "$@" 2>&1 || echo "status $?"; }
to_centre=("$office" $moving south "$south" centre "$centre")
back=("$office" $moving centre "$centre" south "$south")
rows_of() { there "$1" "SELECT (SELECT count(*) FROM ledger.accident WHERE area_code = '$moving') + (SELECT count(*) FROM ledger.inspection WHERE area_code = '$moving')"; }

# records of the area with a past: corrected, and withdrawn; and what is declared of it
first=$(there "$south" 'SELECT clock_timestamp()')
for d in "$whole" "$south"; do
    made there "$d" "UPDATE ledger.accident SET direct_loss = direct_loss + 7 WHERE area_code = '$moving' AND id % 2 = 0;
        UPDATE ledger.inspection SET status = 'withdrawn', note = 'no such one' WHERE id IN (SELECT min(i.id) FROM ledger.inspection AS i WHERE i.area_code = '$moving' AND i.inspected_on BETWEEN '2024-02-01' AND '2024-12-01'
            AND NOT EXISTS (SELECT FROM ledger.hazard AS h WHERE h.inspection_id = i.id) AND NOT EXISTS (SELECT FROM ledger.enforcement_case AS c WHERE c.inspection_id = i.id))"
done
second=$(there "$south" 'SELECT clock_timestamp()')
for d in "$whole" "$south"; do made there "$d" "UPDATE ledger.casualty SET note = 'looked at again' WHERE accident_id IN (SELECT id FROM ledger.accident WHERE area_code = '$moving')"; done
made there "$south" "CALL ledger.entered(ARRAY['accident', 'inspection', 'enforcement_case'], through => '2024-12-31', since => '2023-01-01', area => '$moving')"
third=$(there "$south" 'SELECT clock_timestamp()')
made there "$centre" "CALL ledger.entered(ARRAY['accident'], through => '2024-11-30', since => '2023-01-01', area => '320402')"
# what a data cluster knows of the area, now and before
known() {
    local at
    for at in "$first" "$second" "$third" infinity; do
        there "$1" "SELECT f.code, f.value, f.numerator, f.record_count FROM ledger.figures($days, CASE '$at' WHEN 'infinity' THEN NULL ELSE '$at'::timestamptz END, codes => ARRAY['F028', 'F030', 'F036', 'F050', 'F063'], by => 'area') AS f WHERE f.member = '$moving' ORDER BY 1;
            SELECT c.code, r.record_key, r.amount FROM unnest(ARRAY['F028', 'F036']) AS c (code), LATERAL ledger.figure_rows(c.code, $days, CASE '$at' WHEN 'infinity' THEN NULL ELSE '$at'::timestamptz END, 'area', '$moving') AS r ORDER BY 1, 2;
            SELECT a FROM ledger.accident_as_of('$at') AS a WHERE area_code = '$moving' ORDER BY id; SELECT a FROM ledger.inspection_as_of('$at') AS a WHERE area_code = '$moving' ORDER BY id;
            SELECT c FROM ledger.casualty_as_of('$at') AS c WHERE accident_id IN (SELECT id FROM ledger.accident WHERE area_code = '$moving') ORDER BY id;
            SELECT c.source, c.since, c.through, c.active, c.known_from, c.kept_since FROM ledger.coverage_declaration_as_of('$at') AS c WHERE area_code = '$moving' ORDER BY 1"
    done
}
# what the coordinator says
said() {
    there "$office" "SELECT code, value, numerator, denominator, base, change, rate, state, phrase, record_count, missing FROM ledger.figures($days) ORDER BY 1;
        SELECT code, member, value, base, state, record_count FROM ledger.figures($days, codes => ARRAY['F028', 'F030', 'F036', 'F050', 'F063'], by => 'area') ORDER BY 1, 2;
        SELECT body FROM ledger.report_text('law-based-government', $days) ORDER BY ordinal;
        SELECT c.code, r.record_key, r.amount, r.record FROM unnest(ARRAY[$codes]) AS c (code), LATERAL ledger.figure_rows(c.code, $days) AS r ORDER BY 1, 2, 3;
        SELECT p.id, v FROM ledger.publication AS p, ledger.verify_publication(p.id) AS v ORDER BY 1, v::text; SELECT code, state, left_value, right_value FROM ledger.check_figures($days) ORDER BY 1" 2>&1
}
unchanged() {   # unchanged WAS IS WHAT
    [ -n "$1" ] && [[ $1$2 != *ERROR:* ]] && [ "$1" = "$2" ] && { echo "ok $3"; return; }
    diff <(echo "$1") <(echo "$2") | head -n 20
    grep -m 1 ERROR: <<<"$1$2"
    is differ 'the same' "$3"
}
whole_too() {
    same "SELECT code, value, numerator, denominator, base, change, rate, state, p_value, words, phrase, record_count, missing FROM ledger.figures($days) ORDER BY 1" "$1: figures of both"
    same "SELECT body FROM ledger.report_text('law-based-government', $days) ORDER BY ordinal" "$1: the text of both"
    same "SELECT c.code, r.part, r.record_key, r.entity, r.amount, r.record - ARRAY['known_from', 'kept_since', 'area_code', 'note']
        FROM unnest(ARRAY[$codes]) AS c (code), LATERAL ledger.figure_rows(c.code, $days) AS r ORDER BY 1, 2, 3, 4, 5" "$1: the rows of both"
    is "$(there "$office" 'SELECT * FROM shards.misplaced(); SELECT * FROM shards.counted_here()')" '' "$1: all records are where shards.area says"
    for s in south centre; do
        is "$(there "${!s}" "SELECT DISTINCT r.rollup FROM emgov.rollups AS r CROSS JOIN LATERAL emgov.verify_rollup(r.rollup::text) UNION ALL SELECT rollup FROM emgov.rollups WHERE NOT follows")" '' "$1: rollups of $s equal their queries"
        is "$(there "${!s}" "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'") $(there "${!s}" "SELECT count(*) FROM pg_constraint WHERE NOT convalidated")" '0 0' "$1: and $s guards its records as ever"
    done
}
known_before=$(known "$south") said_before=$(said) had_before=$(rows_of "$south")
is "$(there "$south" "SELECT count(*) > 0 FROM ledger_store.accident_history AS h JOIN ledger.accident AS a USING (id) WHERE a.area_code = '$moving'")" t 'records of the area have a past'

# what is wrong is said, and nothing is moved
has "$(move_area "$office" 320499 south "$south" centre "$centre")" 'move_area: "320499" is no area of the ledger.*nothing was moved.*status 1' 'an area that there is not is not moved'
has "$(move_area "$office" 320402 south "$south" north "$north")" 'by shards.area server "centre" has area 320402.*status 1' 'nor one of a third server'
has "$(move_area "$office" $moving south "$south" centre "$south")" 'TO is not the database that the coordinator reads by server "centre".*status 1' 'nor to where it is'
has "$(move_area "$office" $moving south "$north" centre "$centre")" 'FROM is not the database that the coordinator reads by server "south".*status 1' 'nor from elsewhere'
made there "$south" "UPDATE ledger.coercive_measure AS t SET area_code = '320413' WHERE id = (SELECT min(id) FROM ledger.coercive_measure WHERE area_code = '$moving' AND enforcement_case_id IS NOT NULL)"
has "$(move_area "${to_centre[@]}")" 'move_area: 1 records of table coercive_measure refer to records of table enforcement_case of another data cluster.*nothing was moved.*status 1' 'nor what an area that stays refers to'
made there "$south" "UPDATE ledger.coercive_measure AS t SET area_code = '$moving' WHERE area_code = '320413' AND enforcement_case_id IN (SELECT id FROM ledger.enforcement_case WHERE area_code = '$moving')"
# an enterprise of each under one number
for s in south centre; do made there "${!s}" "INSERT INTO ledger.subject (id, kind, name) VALUES (900001, 'unit', '$s works')"; done
has "$(move_area "${to_centre[@]}")" '1 rows of table subject are not on server centre what they are on server south: id \(900001\).*nothing was moved.*status 1' 'nor to where another enterprise has the number of one'
made there "$centre" "UPDATE ledger.subject SET name = 'south works' WHERE id = 900001"
made there "$centre" "CALL ledger.entered(ARRAY['accident'], through => '2024-10-31', since => '2023-01-01', area => '$moving')"
has "$(move_area "${to_centre[@]}")" '1 records of table coverage_declaration are of these areas on server centre already.*nothing was moved.*status 1' 'nor to where something is declared of it'
made there "$centre" "SET session_replication_role = replica; DELETE FROM ledger.coverage_declaration WHERE area_code = '$moving'"
# what stays and refers to what goes
made there "$south" "INSERT INTO ledger.exposure_batch (id, org_code, released_on) SELECT 900001, min(code), '2024-12-01' FROM ledger.organisation;
    INSERT INTO ledger.exposed_case (id, exposure_batch_id, enforcement_case_id, title) SELECT 900001, 900001, min(id), 'exposed' FROM ledger.enforcement_case WHERE area_code = '$moving'"
has "$(move_area "${to_centre[@]}")" 'violates foreign key .* on table "exposed_case".*server south does not let go of the records.*nothing was moved.*status 1' 'nor what something that stays refers to'
is "$(there "$office" 'SELECT count(*) FROM shards.moving')" 0 'which is found before anything is begun'
made there "$south" 'UPDATE ledger.exposed_case SET enforcement_case_id = NULL WHERE id = 900001'
made there "$centre" 'ALTER TABLE ledger.casualty ADD CONSTRAINT "none is taken" CHECK (false) NOT VALID'
has "$(move_area "${to_centre[@]}")" 'violates check constraint "none is taken".*does not take the records.*all is as before.*nothing was moved.*status 1' 'nor what the other does not take'
made there "$centre" 'ALTER TABLE ledger.casualty DROP CONSTRAINT "none is taken"'
known_before=$(known "$south")
unchanged "$said_before" "$(said)" 'then all is as before'

# Killed between its steps. held CONNECTION LOCK: a session that stands in the way; stopped CONNECTION: the move waits for it, and is killed
held() { psql -X -q -d "$1" -c "BEGIN; $2; SELECT pg_sleep(300) /* stands in the way */" >/dev/null 2>&1 & }
let_go() { there "$1" "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%/* stands in the way */%' AND pid <> pg_backend_pid()" >/dev/null; }
stopped() {
    local pid i
    setsid examples/sharded/move_area "${to_centre[@]}" >>"$own_log" 2>&1 &
    pid=$!
    for i in $(seq 1 600); do
        [ "$(there "$1" "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'office'")" = 0 ] || break
        sleep 0.1
    done
    kill -KILL -- "-$pid"
    wait "$pid" 2>/dev/null
    let_go "$1"
    for i in $(seq 1 100); do [ "$(there "$1" "SELECT count(*) FROM pg_locks WHERE mode = 'ShareRowExclusiveLock'") $(there "$office" "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 'shards.area'::regclass")" = '0 0' ] && return; sleep 0.1; done
}
held "$office" "SELECT pg_advisory_lock('shards.area'::regclass::oid::bigint)"
for i in $(seq 1 100); do [ "$(there "$office" "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 'shards.area'::regclass")" = 0 ] || break; sleep 0.1; done
has "$(move_area "${to_centre[@]}")" 'another area is being moved.*nothing was moved.*status 1' 'one at a time'
let_go "$office"
for i in $(seq 1 100); do [ "$(there "$office" "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 'shards.area'::regclass")" != 0 ] || break; sleep 0.1; done
no_partition='has no partition for area "[0-9A-Z]+", which data are expected of'
half_way() {
    has "$(there "$office" "SELECT value FROM ledger.figures($days, codes => ARRAY['F028'])" 2>&1)" "ERROR:  .*$no_partition" "$1: a figure is an error"
    has "$(there "$office" "SELECT body FROM ledger.report_text('law-based-government', $days)" 2>&1)" "ERROR:  .*$no_partition" "$1: so is the text"
    is "$(there "$office" "SET emgov.unreachable_shards = missing; SELECT state, missing FROM ledger.figures($days, codes => ARRAY['F028'])")" 'part_members|{320402,320404,320412,320413,CZEDZ}' "$1: or it is without the areas of both, and says so"
}
held "$centre" 'LOCK TABLE ledger.accident IN ROW EXCLUSIVE MODE'
stopped "$centre"
half_way 'before the other has it'
has "$(psql -X -q -f examples/sharded/coordinator.sql -d "$office" 2>&1)" "ERROR:  areas $moving are being moved" 'coordinator.sql is refused'
has "$(move_area "$office" 320413 south "$south" centre "$centre")" "areas $moving are being moved from server \"south\" to server \"centre\": finish that first" 'and so is another move'
is "$(rows_of "$south") $(rows_of "$centre")" "$had_before 0" 'all of it is where it was'
held "$south" 'LOCK TABLE ledger.accident IN ROW EXCLUSIVE MODE'
stopped "$south"
half_way 'while both have it'
is "$(rows_of "$south") $(rows_of "$centre")" "$had_before $had_before" 'all of it is on both'
has "$(there "$centre" "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-12-01', '$moving', 'road')" 2>&1)" 'violates check constraint "area of this cluster"' 'the other takes no entries of it yet'
has "$(psql -X -q -f examples/sharded/coordinator.sql -d "$office" 2>&1)" "ERROR:  areas $moving are being moved from server \"south\" to server \"centre\".*HINT:  Finish it by the same call" 'and nobody reads it twice by mistake'
# what is entered where it was goes along
made there "$south" "INSERT INTO ledger.accident (id, occurred_on, area_code, category_code, status, note) VALUES (900001, '2022-12-01', '$moving', 'road', 'withdrawn', 'entered half-way')"
held "$office" "SELECT FROM shards.area WHERE area_code = '$moving' FOR UPDATE"
stopped "$office"
half_way 'when it was removed'
is "$(rows_of "$south") $(rows_of "$centre")" "0 $((had_before + 1))" 'all of it is on the other'
has "$(there "$south" "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-12-01', '$moving', 'road')" 2>&1)" 'violates check constraint "area of this cluster"' 'the first takes no entries of it any more'
is "$(move_area "${to_centre[@]}")" '' 'the same command ends it'

moved() {       # moved FROM TO WHAT
    is "$(there "$office" "SELECT server FROM shards.area WHERE area_code = '$moving'") $(rows_of "${!1}") $(rows_of "${!2}")" "$2 0 $((had_before + 1))" "$3: it is there"
    unchanged "$said_before" "$(said)" "$3: what the coordinator says is what it said"
    unchanged "$(grep -v 'entered half-way' <<<"$known_before")" "$(known "${!2}" | grep -v 'entered half-way')" "$3: and what was known of the area, and since when"
    is "$(there "${!1}" "SELECT count(*) FROM ledger_store.accident_history AS h WHERE area_code = '$moving'")" 0 "$3: of which nothing is left behind"
    whole_too "$3"
}
moved south centre moved
has "$(there "$centre" "BEGIN; INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-12-01', '$moving', 'road'); INSERT INTO ledger.inspection (subject_id, inspected_on, org_code, area_code, programme_code)
    SELECT id, '2024-12-01', (SELECT min(code) FROM ledger.organisation), '$moving', (SELECT min(code) FROM ledger.programme) FROM ledger.subject LIMIT 1; SELECT 'entered'; ROLLBACK" 2>&1)" '^entered$' 'numbers go on after those that came'
# a report that is being made ends as if nothing was moved
psql -X -q -At -d "$office" -c 'BEGIN' -c 'SELECT count(*) > 0 FROM shards.inspection' -c 'SELECT pg_sleep(8)' -c 'SELECT count(*) > 0 FROM shards.accident_fact' -c COMMIT >"$pg_base/log/sharded.report" 2>&1 &
report=$!
sleep 1
has "$(move_area "${back[@]}")" "^area $moving: [1-9][0-9]+ records and [1-9][0-9]* earlier versions moved from centre to south$" 'and it moves back'
wait "$report"
is "$(cat "$pg_base/log/sharded.report")" $'t\n\nt' 'a report that was being made meanwhile saw all of it'
moved centre south 'moved back'
# all that a server has; and FROM lets not go after all: a trigger of its own, of a name like the ledger's, refuses the second deletion
has "$(move_area "$office" $moving,320413 south "$south" centre "$centre")" "^area $moving,320413: [1-9][0-9]+ records" 'two areas move at once, and leave a server with none'
unchanged "$said_before" "$(said)" 'two areas: what the coordinator says is what it said'
made there "$centre" "CREATE FUNCTION public.kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF nextval(''public.times'') > 1 THEN RAISE EXCEPTION ''it stays''; END IF; RETURN NULL; END';
    CREATE SEQUENCE public.times; CREATE TRIGGER a_mine AFTER DELETE ON ledger.accident EXECUTE FUNCTION public.kept()"
has "$(move_area "$office" $moving,320413 centre "$centre" south "$south")" 'it stays.*server centre does not let go of the records.*all is as before.*nothing was moved.*status 1' 'what the first lets not go, the other has no more'
made there "$centre" 'DROP TRIGGER a_mine ON ledger.accident'
is "$(rows_of "$south") $(there "$office" "SELECT count(*) FROM shards.moving")" '0 0' 'and nothing is half-way'
unchanged "$said_before" "$(said)" 'then, too, the coordinator says what it said'
has "$(move_area "$office" $moving,320413 centre "$centre" south "$south")" "^area $moving,320413: [1-9][0-9]+ records" 'and they move back'
unchanged "$said_before" "$(said)" 'as it says'
made there "$south" "UPDATE ledger.accident SET note = 'x' WHERE area_code = '$moving' AND id = (SELECT min(id) FROM ledger.accident WHERE area_code = '$moving')"
is "$(there "$south" "SELECT count(*) > 0 FROM ledger_store.accident_history AS h JOIN ledger.accident AS a USING (id) WHERE a.note = 'x' AND h.known_to = a.known_from")" t 'its versions are kept as ever'
# who has published for themselves is asked
made there "$south" "CALL ledger.publish('law-based-government', $days, allow_gaps => true, force_reason => 'none')"
has "$(move_area "${to_centre[@]}")" '1 publications of .* would come out otherwise: --published moves the areas all the same.*nothing was moved.*status 1' 'what was published by a data cluster is not changed by mistake'
