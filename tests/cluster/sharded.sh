#!/usr/bin/env bash
# examples/sharded: a coordinator and three data clusters say what the ledger says that is not sharded: figures, text,
# publication, rows behind figures. Each data cluster groups its own records, at the same time as the others. One that is down is an
# error, or its areas are said to be missing, and no figure is smaller without saying so.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" coordinator
shards='north centre south'
areas_north=320411,320481 areas_centre=320402,320404,CZEDZ areas_south=320412,320413
on() { (pg_lane=.$1; unset pg_base; shift; pg_paths; "$@"); }     # on SHARD COMMAND ...
port_of() { sed -n 4p "$pg_clusters/cluster.$1/postmaster.pid"; }
begin() { pg_start && echo "host=$PGHOST port=$PGPORT user=postgres dbname=office"; }
frozen=
trap '[ -z "$frozen" ] || kill -CONT "$frozen"; for s in $shards; do on "$s" pg_fresh; done; pg_fresh' EXIT
own_log=$pg_base/log/sharded.log
: >"$own_log"
made() { "$@" >>"$own_log" 2>&1 || { echo "NOT OK $*"; tail -n 20 "$own_log"; exit 1; }; }

there() { psql -X -q -At -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }

# one empty ledger, four clusters of it; and in the first the ledger that is not sharded
office="host=$PGHOST port=$PGPORT user=postgres dbname=office"
made tests/database office ledger
made psql -X -q -f examples/sharded/ledger.sql -d "$office"
packs() { local pack; for pack in packs/*.json; do made there "$1" "CALL ledger.load_pack('$(basename "$pack" .json)')"; done; }     # all that are shipped
packs "$office"
# a table of one's own whose records hang on cases, with columns of any name
odd="CREATE TABLE \"Follow-up, of cases\" (\"Number\" int PRIMARY KEY, \"case, followed\" bigint NOT NULL REFERENCES ledger.enforcement_case, \"it's \"\"so\"\"\" text, \"UPPER case\" int, enforcement_case_id int, \"100% %s\" text, \"a|b\" text)"
made there "$office" "$odd"
pg_stop
for s in $shards; do
    on "$s" pg_fresh
    cp -a "$pg_data" "$pg_clusters/cluster.$s"
    declare "$s=$(on "$s" begin)"
    psql -X -q -d "${!s}" -c "CREATE ROLE coordinator LOGIN PASSWORD 'shards'" || exit 1
done
pg_start
office="host=$PGHOST port=$PGPORT user=postgres dbname=office"
whole="host=$PGHOST port=$PGPORT user=postgres dbname=whole"
made tests/database whole example
packs "$whole"
made psql -X -q -1 -f tests/ledger/hanging.sql -d "$whole"
made there "$whole" "$odd; INSERT INTO \"Follow-up, of cases\" SELECT id, id, 'it''s ' || id, -id, 7, '%', E'\\\\|\\t' FROM ledger.enforcement_case WHERE id % 5 = 0"
# an area that is mistyped or forgotten is found before anything is moved
move() { examples/sharded/move "$whole" "$office" "$north" $areas_north "$centre" "$1" "$south" "$2" 2>&1 || echo "status $?"; }
moved=$(move 320402,320404,320491 $areas_south)
has "$moved" 'move: "320491" is no area of the ledger.*status 1' 'an area that there is not is refused'
has "$moved" 'move: [0-9]+ records of table accident go nowhere: area CZEDZ is given to no data cluster.*move: [0-9]+ records of table casualty go nowhere' \
    'and the records that would go nowhere are named'
has "$(move $areas_centre $areas_south,CZEDZ)" 'move: area CZEDZ is given 2 times' 'and an area that is given twice'
other_area() { made there "$whole" "UPDATE ledger.$1 AS t SET area_code = $2 WHERE id = (SELECT min(id) FROM ledger.$1 WHERE enforcement_case_id IS NOT NULL)"; }
other_area coercive_measure "CASE WHEN area_code IN ('320412', '320413') THEN '320411' ELSE '320412' END"
has "$(move $areas_centre $areas_south)" 'move: 1 records of table coercive_measure refer to records of table enforcement_case of another data cluster.*status 1' \
    'a record that refers to one of another data cluster'
other_area coercive_measure '(SELECT c.area_code FROM ledger.enforcement_case AS c WHERE c.id = t.enforcement_case_id)'
made there "$south" 'ALTER TABLE ledger.fine_payment ADD CONSTRAINT "none is taken" CHECK (false)'
has "$(move $areas_centre $areas_south)" 'violates check constraint "none is taken".*move: nothing was moved.*status 1' 'one that a data cluster takes not'
made there "$south" 'ALTER TABLE ledger.fine_payment DROP CONSTRAINT "none is taken"'
is "$(for s in $shards office; do there "${!s}" 'SELECT (SELECT count(*) FROM ledger.accident) + (SELECT count(*) FROM ledger.subject) + (SELECT count(*) FROM ledger.meeting)'; done | tr '\n' ' ')" \
    '0 0 0 0 ' 'nothing was moved then'
has "$(psql -X -q -v areas=320402,320404,320491 -f examples/sharded/shard.sql -d "$centre" 2>&1)" 'ERROR:  "320491" is no area of the ledger' 'no data cluster is given such an area'
made there "$whole" 'CREATE TABLE "x|y" (id int PRIMARY KEY, c bigint REFERENCES ledger.enforcement_case)'
has "$(move $areas_centre $areas_south)" 'public x\?y .*is not moved.*nothing was moved.*status 1' 'nor is a table of a name that cannot be written safely'
made there "$whole" 'DROP TABLE "x|y"'
made examples/sharded/move "$whole" "$office" "$north" $areas_north "$centre" $areas_centre "$south" $areas_south
has "$(move $areas_centre $areas_south)" 'move: there are records of accident,.* already in .*move: nothing was moved.*status 1' 'a second time nothing is moved'
for s in $shards office; do
    is "$(there "${!s}" "BEGIN; INSERT INTO ledger.subject (kind, name) VALUES ('unit', 'next'); INSERT INTO ledger.meeting (topic, held_on, org_code) SELECT topic, held_on, org_code FROM ledger.meeting LIMIT 1;
        INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-12-01', '320411', 'road'); SELECT 'entered'; ROLLBACK" 2>&1)" entered "numbers of $s go on after those that came"
done
hanging='casualty hazard document penalty review_item confiscation fine_payment hazard_supervision accident_investigation accident_responsibility coercive_measure legal_challenge inspection_task'
for t in $hanging; do
    is "$(for s in $shards; do there "${!s}" "SELECT count(*) FROM ledger.$t"; done | awk '{ n += $1 } END { print n }') $(there "$office" "SELECT count(*) FROM ledger.$t")" \
        "$(there "$whole" "SELECT count(*) FROM ledger.$t") 0" "records of $t went with what they belong to"
done
follow='SELECT f FROM "Follow-up, of cases" AS f ORDER BY 1'
is "$(for s in $shards office; do there "${!s}" "$follow"; done | sort)" "$(there "$whole" "$follow" | sort)" 'and those of a table with columns of any name'
for s in $shards office; do is "$(there "${!s}" "SELECT name_zh FROM ledger.organisation WHERE code = 'bureau'")" 常州市应急管理局 "what the ledger says of an organisation went to $s"; done
for s in $shards; do areas=areas_$s; made psql -X -q -v areas="${!areas}" -f examples/sharded/shard.sql -d "${!s}"; done
entered="DO \$\$ DECLARE all_of_them text[] := (SELECT array_agg(DISTINCT source) FROM ledger.indicator WHERE active AND date_column IS NOT NULL);
    BEGIN CALL ledger.entered(all_of_them, through => '2024-12-31', since => '2023-01-01'); END \$\$;"
made there "$whole" "$entered"
{
    printf '%s\n' '\set ON_ERROR_STOP on' 'CREATE EXTENSION postgres_fdw; CREATE SCHEMA shards; CREATE TABLE shards.area (area_code text PRIMARY KEY, server name NOT NULL);'
    for s in $shards; do
        areas=areas_$s
        echo "CREATE SERVER $s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '$(port_of "$s")', dbname 'office', extensions 'emgov', async_capable 'true', fdw_tuple_cost '1', connect_timeout '3', keepalives_idle '30', tcp_user_timeout '30000');
              CREATE USER MAPPING FOR CURRENT_USER SERVER $s OPTIONS (user 'coordinator', password 'shards');
              INSERT INTO shards.area SELECT a, '$s' FROM unnest(string_to_array('${!areas}', ',')) AS a;"
    done
    echo '\i examples/sharded/coordinator.sql'
    echo "$entered"
} >"$pg_base/log/sharded.sql"
# an area that is said to be elsewhere is found before anything is counted without it
has "$(sed "s/'320411', 'north'/'320411', 'south'/; s/SELECT a, 'north' FROM/SELECT a, CASE a WHEN '320411' THEN 'south' ELSE 'north' END FROM/" "$pg_base/log/sharded.sql" | psql -X -q -1 -d "$office" 2>&1)" \
    'ERROR:  server "north" has [0-9]+ records of area 320411 in shard\.' 'records where shards.area has them not are found'
has "$(sed 's/,CZEDZ/,320491/' "$pg_base/log/sharded.sql" | psql -X -q -1 -d "$office" 2>&1)" \
    'ERROR:  by shards.area server "centre" has area "320491", which is no area of the ledger' 'an area that there is not is no area of a server'
has "$(sed 's/,CZEDZ//' "$pg_base/log/sharded.sql" | psql -X -q -1 -d "$office" 2>&1)" \
    'ERROR:  no server has area "CZEDZ", which data are expected of' 'an area that data are expected of has a server'
# and a data cluster that does not show all that the others do
there "$south" 'DROP VIEW shard.document_of_area, shard.accident_fact_rollup' >>"$own_log"
has "$(psql -X -q -1 -f "$pg_base/log/sharded.sql" -d "$office" 2>&1)" 'ERROR:  server "south" does not show shard.accident_fact_rollup.*HINT:  Run shard.sql there again.' \
    'a view that one of them does not show is found'
for s in $shards; do there "${!s}" 'ALTER VIEW IF EXISTS shard.document_of_area RENAME TO another' >>"$own_log" 2>&1; done
has "$(psql -X -q -1 -f "$pg_base/log/sharded.sql" -d "$office" 2>&1)" 'ERROR:  server "[a-z]+" does not show shard.' 'and one that none shows'
for s in $shards; do
    there "${!s}" 'DROP VIEW IF EXISTS shard.another' >>"$own_log" 2>&1
    areas=areas_$s; made psql -X -q -v areas="${!areas}" -f examples/sharded/shard.sql -d "${!s}"
done
made psql -X -q -f "$pg_base/log/sharded.sql" -d "$office"
is "$(there "$office" 'SELECT * FROM shards.misplaced()')" '' 'all records are where shards.area says'
is "$(there "$office" 'SELECT * FROM shards.counted_here()')" '' 'and nothing is counted from tables that have none here'
# an indicator of one's own, from a view here of records that are there
own="CREATE VIEW own_case AS SELECT * FROM ledger.enforcement_case; INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
    VALUES ('OWN', '自设案件', 'count', 'public.own_case', 'filed_on', 'city', 'period', '宗', '自设');"
is "$(there "$office" "BEGIN; $own SELECT * FROM shards.counted_here()")" 'indicator|OWN|public.own_case|{enforcement_case}' 'an indicator of a view here is'
has "$(psql -X -q -1 -d "$office" -c "$own" -f examples/sharded/coordinator.sql 2>&1)" \
    'ERROR:  indicator OWN is counted from "public.own_case" here, and records of enforcement_case lie on the data clusters' 'and is refused'
is "$(there "$office" "BEGIN; INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('new', '新区', 'district', true);
    INSERT INTO shards.area VALUES ('none', 'south'); SELECT * FROM shards.misplaced() WHERE source IS NULL; ROLLBACK")" $'||new|\nsouth||none|' 'or which area nobody has, and which is none'
sources=$(there "$office" "SELECT count(*) FROM pg_class WHERE relnamespace = 'shards'::regnamespace AND relkind = 'p'")
# an area that a table has no partition for, on the server that has it
misplaced='SELECT server, count(DISTINCT source), area_code, sum(records) > 0 FROM shards.misplaced() WHERE source IS NOT NULL GROUP BY server, area_code ORDER BY 1, 3; ROLLBACK'
is "$(there "$office" "BEGIN; INSERT INTO shards.area VALUES ('new', 'south'), ('other', 'west'); $misplaced")" "south|$sources|new|"$'\n'"west|$sources|other|" 'or which area is in no table'
has "$(there "$office" "BEGIN; UPDATE shards.area SET server = 'north' WHERE area_code = '320412'; $misplaced")" "^north\\|$sources"$'\\|320412\\|\nsouth\\|[0-9]+\\|320412\\|t$' 'or is read from another server'
detached='ALTER TABLE shards.accident_fact DETACH PARTITION south.accident_fact;'
is "$(there "$office" "BEGIN; $detached $misplaced")" $'south|1|320412|\nsouth|1|320413|' 'or from none by a table'
is "$(there "$office" "BEGIN; $detached CREATE TABLE shards.rest PARTITION OF shards.accident_fact DEFAULT; $misplaced")" $'south|1|320412|\nsouth|1|320413|' 'or from here'
is "$(there "$office" "BEGIN; ALTER TABLE shards.hazard SET SCHEMA emgov; $misplaced" | wc -l)" "$(there "$office" 'SELECT count(*) FROM shards.area')" 'or which table there is not'
# The same of both, and neither nothing nor an error.
same() {    # same QUERY WHAT
    local one other
    one=$(there "$whole" "$1" 2>&1) && other=$(there "$office" "$1" 2>&1) || { is "${other-$one}" 'no error' "$2"; return; }
    [ -n "$one" ] || { is nothing something "$2"; return; }
    [ "$one" = "$other" ] && { echo "ok $2"; return; }
    diff <(echo "$one") <(echo "$other") | head -n 20
    is differ 'the same' "$2"
}
days="emgov.ytd('2024-12-19')"
same "SELECT code, value, numerator, denominator, base, change, rate, state, p_value, words, phrase, record_count, missing FROM ledger.figures($days) ORDER BY 1" 'figures'
# confiscations and reviews have no area there
same "SELECT f.code, f.member, f.value, f.base, f.state, f.record_count FROM ledger.indicator AS i CROSS JOIN LATERAL ledger.figures($days, codes => ARRAY[i.code], by => 'area') AS f
    WHERE i.active AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = to_regclass('ledger.' || replace(i.source, 'shards.', '')) AND a.attname = 'area_code') ORDER BY 1, 2" 'figures by area'
same "SELECT code, member, member2, value FROM ledger.figures($days, codes => ARRAY['F028', 'F030'], by => 'category, area') ORDER BY 1, 2, 3" 'figures by two dimensions'
same "SELECT code, starts_on, value FROM ledger.figure_series(ARRAY['F028', 'F030', 'F036'], emgov.year(2024), 'month') ORDER BY 1, 2" 'a series'
same "SELECT body FROM ledger.report_text('law-based-government', $days) ORDER BY ordinal" 'the text'
for d in "$whole" "$office"; do made there "$d" "CALL ledger.publish('law-based-government', $days, force_reason => 'none')"; done
same "SELECT to_jsonb(f) - ARRAY['definition', 'definition_version', 'source', 'publication_id'] FROM ledger.publication_figure AS f
    ORDER BY code, starts_on, ends_on, dimension, member, member2" 'a publication'
codes=$(there "$office" "SELECT string_agg(quote_literal(code), ', ') FROM ledger.indicator WHERE source LIKE 'shards.%'")
same "SELECT c.code, r.part, r.record_key, r.entity, r.amount, r.record - ARRAY['known_from', 'kept_since', 'area_code']
    FROM unnest(ARRAY[$codes]) AS c (code), LATERAL ledger.figure_rows(c.code, $days) AS r ORDER BY 1, 2, 3, 4, 5" 'the rows behind figures'
same "SELECT code, state, left_value, right_value FROM ledger.check_figures($days) ORDER BY 1" 'the checks'

# the past is on the data clusters: the coordinator says that it has none, and does not pass off the present as the past
at=$(there "$office" 'SELECT clock_timestamp()')
is "$(there "$office" "SELECT DISTINCT state, value FROM ledger.figures($days, '$at') WHERE code = ANY (ARRAY[$codes])")" 'unversioned|' 'of an earlier moment it has no figure of theirs'
same "SELECT code, value, state FROM ledger.figures($days, '$at') WHERE code <> ALL (ARRAY[$codes]) AND source IS NOT NULL ORDER BY 1" 'but those counted here'
is "$(there "$office" 'SELECT count(*) FROM ledger.publication AS p, ledger.verify_publication(p.id) AS v WHERE v.code IS NULL')" 0 'what its publication stores verifies'
is "$(there "$office" "SELECT DISTINCT v.recomputed FROM ledger.publication AS p, ledger.verify_publication(p.id) AS v WHERE v.what = 'state' AND v.code = ANY (ARRAY[$codes])")" unversioned \
    'figures of theirs do not come out again, and it is said why'
is "$(there "$office" 'SELECT count(*) FROM ledger.publication, ledger.restatement(id)')" 0 'and would be said so now'
there "$north" "UPDATE ledger.accident SET status = 'written_off', note = 'twice' WHERE id = (SELECT max(id) FROM ledger.accident WHERE status = 'valid' AND occurred_on BETWEEN '2024-01-01' AND '2024-12-19')" >>"$own_log"
is "$(there "$office" "SELECT difference, reason FROM ledger.publication, ledger.restatement(id) WHERE code = 'F028' AND what = 'value'")" '-1|unversioned' 'or otherwise, for a reason that lies there'
there "$north" "UPDATE ledger.accident SET status = 'valid', note = 'once' WHERE note = 'twice'" >>"$own_log"

# a data cluster takes no record of another's area
for entry in "accident (occurred_on, area_code, category_code) VALUES ('2024-12-01', '320411', 'road')" \
    "inspection (subject_id, inspected_on, org_code, area_code, programme_code) SELECT id, '2024-12-01', (SELECT min(code) FROM ledger.organisation), NULL, 'work_safety' FROM ledger.subject LIMIT 1"; do
    has "$(there "$south" "INSERT INTO ledger.$entry" 2>&1)" 'violates check constraint "area of this cluster"' 'the south refuses an area of the north, and none'
done
has "$(there "$south" "INSERT INTO ledger.hazard (subject_id, found_on, programme_code) SELECT id, '2024-12-01', 'work_safety' FROM ledger.subject WHERE area_code = '320411' LIMIT 1" 2>&1)" \
    'a record of table "hazard" is of another cluster: its enterprise is of area 320411' 'and a hazard of an enterprise there, without an inspection'

# who adds up what
has "$(there "$office" "SELECT string_agg(DISTINCT answered_by, ' ') FROM ledger.figures($days)")" 'shards.accident_fact_rollup.*shards.inspection_rollup' 'rollups of the shards answer'
plan=$(there "$office" "SET enable_partitionwise_aggregate = on; EXPLAIN (VERBOSE, COSTS off) SELECT emgov.sum(s) FROM (
    SELECT area_code, emgov.accident_agg(deaths, serious_injuries, direct_loss) AS s FROM shards.accident_fact WHERE status = 'valid' GROUP BY area_code) AS x")
has "$plan" 'Async Foreign Scan.*Remote SQL: SELECT [^;]*accident_agg\(deaths, serious_injuries, direct_loss\)[^;]*GROUP BY' 'summaries are made by the shards, at the same time'
is "$(grep -c 'Async Foreign Scan' <<<"$plan") $(grep -c 'Remote SQL.*GROUP BY' <<<"$plan")" '3 3' 'by each of them'
plans=$(psql -X -q -d "$office" -c "LOAD 'auto_explain'" -c 'SET auto_explain.log_min_duration = 0' -c 'SET auto_explain.log_nested_statements = on' -c 'SET auto_explain.log_verbose = on' \
    -c 'SET client_min_messages = log' -c "SELECT value FROM ledger.figures($days, codes => ARRAY['F063'])" 2>&1)
is "$(grep -c 'Async Foreign Scan' <<<"$plans") $(grep -c 'Remote SQL: SELECT emgov_internal.profile(.*FROM shard.inspection_rollup.*GROUP BY' <<<"$plans")" \
    '3 3' 'a figure is added up from what each groups of its rollup'


# what there is no partition for is in no figure, and none is smaller
f028="value, state, missing FROM ledger.figures($days, codes => ARRAY['F028'])"
missing='SET emgov.unreachable_shards = missing;'
is "$(there "$office" "BEGIN; ALTER TABLE shards.accident_fact_rollup DETACH PARTITION south.accident_fact_rollup; SELECT answered_by, $f028; ROLLBACK")" \
    "facts|$(there "$office" "SELECT $f028")" 'a rollup of some servers answers nothing'
is "$(there "$office" "BEGIN; ALTER TABLE shards.accident_fact_rollup DETACH PARTITION south.accident_fact_rollup; CREATE SCHEMA again;
    IMPORT FOREIGN SCHEMA shard LIMIT TO (accident_fact_rollup) FROM SERVER north INTO again; ALTER TABLE shards.accident_fact_rollup ATTACH PARTITION again.accident_fact_rollup FOR VALUES IN ('320412', '320413');
    SELECT answered_by, $f028; ROLLBACK")" \
    "facts|$(there "$office" "SELECT $f028")" 'nor does one of others'
lacks='ERROR:  "accident_fact" has no partition for area "320412", which data are expected of.*HINT:  Attach one, or SET emgov.unreachable_shards = missing'
for query in "SELECT $f028" "SELECT body FROM ledger.report_text('law-based-government', $days)" "SELECT record_key FROM ledger.figure_rows('F028', $days)" "SELECT code FROM ledger.check_figures($days)"; do
    has "$(there "$office" "BEGIN; $detached $query" 2>&1)" "$lacks" "an area without a partition is an error: $query"
done
has "$(there "$office" "$missing BEGIN; $detached SELECT $f028" 2>&1)" '^[0-9]+\|part_members\|\{320412,320413\}$' 'or is missing'
is "$(there "$office" "$missing BEGIN; $detached SELECT DISTINCT c.state FROM ledger.check_figures($days) AS c JOIN ledger.check_rule AS r USING (code) WHERE r.source = 'shards.accident_fact'" 2>&1)" \
    unknown 'also for rules'
all_gone='SET client_min_messages = error; DROP SERVER north, centre, south CASCADE;'
for query in "SELECT $f028" "SELECT body FROM ledger.report_text('law-based-government', $days)" "SELECT code FROM ledger.check_figures($days)"; do
    has "$(there "$office" "BEGIN; $all_gone $query" 2>&1)" 'ERROR:  "[a-z_]*" has no partition for area "320402"' "so are all of them: $query"
done
is "$(there "$office" "$missing BEGIN; $all_gone SELECT DISTINCT state, value FROM ledger.figures($days, codes => ARRAY['F028', 'F030'])")" 'no_data|' 'or there is no data, which is not 0'
for d in "$office" "$north"; do made there "$d" "INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('added', '新区', 'district', true)"; done
has "$(there "$office" "SELECT $f028" 2>&1)" '"accident_fact" has no partition for area "added"' 'an area is added'
made psql -X -q -v areas=$areas_north,added -f examples/sharded/shard.sql -d "$north"
made there "$office" "INSERT INTO shards.area VALUES ('added', 'north'); ALTER TABLE shards.inspection DROP COLUMN kept_since"
made psql -X -q -f examples/sharded/coordinator.sql -d "$office"
made there "$north" "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-12-01', 'added', 'road')"
by_area="SELECT member, value FROM ledger.figures($days, codes => ARRAY['F028'], by => 'area') WHERE member IN ('added', 'east') ORDER BY 1"
is "$(there "$office" "SELECT * FROM shards.misplaced(); $by_area")" 'added|1' 'by shard.sql there and coordinator.sql here, both once more'
is "$(there "$office" "SELECT count(*) FROM pg_attribute WHERE attrelid = 'shards.inspection'::regclass AND attname = 'kept_since'")" 1 'columns that came later are there too'
# a server that is added, here another database of one
east=${north/dbname=office/dbname=east}
made psql -X -q -d "$north" -c 'CREATE DATABASE east'
made psql -X -q -f examples/sharded/ledger.sql -d "$east"
packs "$east"
for d in "$office" "$east"; do made there "$d" "INSERT INTO ledger.area (code, name_zh, kind, is_block) VALUES ('east', '东区', 'district', true)"; done
made psql -X -q -v areas=east -f examples/sharded/shard.sql -d "$east"
sed -n "s/CREATE SERVER north \(.*\)dbname 'office'/CREATE SERVER east \1dbname 'east'/p; s/SERVER north OPTIONS (user/SERVER east OPTIONS (user/p" "$pg_base/log/sharded.sql" |
    cat - <(echo "INSERT INTO shards.area VALUES ('east', 'east');") <(echo '\i examples/sharded/coordinator.sql') >"$pg_base/log/east.sql"
made psql -X -q -v ON_ERROR_STOP=1 -f "$pg_base/log/east.sql" -d "$office"
made there "$east" "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-12-01', 'east', 'road'), ('2024-12-02', 'east', 'road')"
is "$(there "$office" "SELECT * FROM shards.misplaced(); $by_area")" $'added|1\neast|2' 'and so is a server'
has "$(there "$office" "SELECT string_agg(DISTINCT answered_by, ' ') FROM ledger.figures($days)")" 'shards.accident_fact_rollup.*shards.inspection_rollup' 'rollups answer as before'
# a source of one's own
view='CREATE VIEW own_case AS SELECT * FROM ledger.enforcement_case;'
for s in $shards east; do made there "${!s}" "$view CREATE VIEW shard.own_case AS SELECT * FROM own_case; GRANT SELECT ON shard.own_case TO coordinator"; done
made psql -X -q -f examples/sharded/coordinator.sql -d "$office"
made there "$whole" "$own"
made there "$office" "$(sed "s/^CREATE VIEW [^;]*;//; s/'public.own_case'/'shards.own_case'/" <<<"$own")"
made there "$whole" "CALL ledger.entered(ARRAY['public.own_case'], through => '2024-12-31', since => '2023-01-01')"
made there "$office" "CALL ledger.entered(ARRAY['shards.own_case'], through => '2024-12-31', since => '2023-01-01')"
same "SELECT value, base, state FROM ledger.figures($days, codes => ARRAY['OWN'])" 'an indicator of what each shows besides'
is "$(there "$office" 'SELECT * FROM shards.misplaced(); SELECT * FROM shards.counted_here()')" '' 'which is in order'
codes="$codes, 'OWN'"

codes="$codes, 'COST'"
# a table of one's own gets no CHECK: a record of another's area, which no longer counts then
for s in $shards east; do
    made there "${!s}" "CREATE TABLE rescue (id int PRIMARY KEY, rescued_on date, area_code text, cost int, status text NOT NULL DEFAULT 'valid'); CALL emgov.keep_versions('rescue');
        CREATE VIEW shard.rescue AS SELECT * FROM rescue; GRANT SELECT ON shard.rescue TO coordinator;
        INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, definition_zh)
        VALUES ('COST', '费用', 'sum', 'public.rescue', 'rescued_on', 'cost', \$\$status = 'valid'\$\$, 'city', 'period', '元', '费用')"
done
made there "$north" "INSERT INTO rescue VALUES (1, '2024-12-01', '320411', 5)"
made psql -X -q -f examples/sharded/coordinator.sql -d "$office"
made there "$office" "INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, definition_zh)
    VALUES ('COST', '费用', 'sum', 'shards.rescue', 'rescued_on', 'cost', \$\$status = 'valid'\$\$, 'city', 'period', '元', '费用'); CALL ledger.entered(ARRAY['shards.rescue'], through => '2024-12-31', since => '2023-01-01')"
made there "$east" "INSERT INTO rescue VALUES (4, '2024-12-01', '320411', 7)"
is "$(there "$office" 'SELECT * FROM shards.misplaced()')" 'east|rescue|320411|1' 'a record of another area'
has "$(psql -X -q -f examples/sharded/coordinator.sql -d "$office" 2>&1)" 'server "east" has 1 records of area 320411 in shard.rescue.*HINT: .*SET status = .withdrawn.' 'is refused, and it is said how to mend that'
made there "$east" "UPDATE rescue SET status = 'withdrawn'"
is "$(there "$office" 'SELECT * FROM shards.misplaced()')" '' 'and once it no longer counts it is misplaced no more'
made psql -X -q -f examples/sharded/coordinator.sql -d "$office"
# a column gets another type: on each data cluster, then by coordinator.sql, which says where it is not so
retype() { made there "$1" "BEGIN; DROP VIEW shard.rescue; CALL emgov.release_units('rescue'); ALTER TABLE rescue ALTER cost TYPE numeric(12,2); CALL emgov.make_units('ledger');
    CREATE VIEW shard.rescue AS SELECT * FROM rescue; GRANT SELECT ON shard.rescue TO coordinator; COMMIT"; }
retype "$east"
has "$(psql -X -q -f examples/sharded/coordinator.sql -d "$office" 2>&1)" 'server "centre" has column "cost" of shard.rescue as integer, and server "east" as numeric\(12,2\).*HINT: ' 'a type that one of them has is refused'
for s in $shards; do retype "${!s}"; done
made psql -X -q -f examples/sharded/coordinator.sql -d "$office"
made there "$north" "UPDATE rescue SET cost = 5.25"
is "$(there "$office" "SELECT value, state FROM ledger.figures($days, codes => ARRAY['COST'])")" '5.25|new' 'one that all have is that of the table here'
# a server that answers and does not show it
made there "$east" 'DROP VIEW shard.rescue'
is "$(there "$office" 'SELECT * FROM shards.misplaced()')" 'east|rescue|east|' 'a view that is gone is said of its server'
for mode in '' "$missing"; do
    is "$(there "$office" "$mode SELECT code, value IS NULL, state, reason FROM ledger.figures($days, codes => ARRAY['COST', 'OWN']) ORDER BY 1" 2>&1)" \
        $'COST|t|failed|server "east": relation "shard.rescue" does not exist\nOWN|f|'"$(there "$office" "SELECT state FROM ledger.figures($days, codes => ARRAY['OWN'])")|" "and only what is counted from it fails: $mode"
done
has "$(there "$office" "SELECT object, state, detail FROM ledger.health('en') WHERE what = 'server'")" 'centre\|ok\|.*east\|fail\|can be reached, but 1 sources there cannot be read: relation "shard.rescue" does not exist' 'as health says'
made there "$east" 'CREATE VIEW shard.rescue AS SELECT id, rescued_on, area_code, status FROM rescue; GRANT SELECT ON shard.rescue TO coordinator'
has "$(psql -X -q -f examples/sharded/coordinator.sql -d "$office" 2>&1)" 'server "east" does not show column "cost" of shard.rescue' 'or a column of it'
made there "$east" 'DROP VIEW shard.rescue; CREATE VIEW shard.rescue AS SELECT * FROM rescue; GRANT SELECT ON shard.rescue TO coordinator'
made psql -X -q -f examples/sharded/coordinator.sql -d "$office"
is "$(there "$office" 'SELECT * FROM shards.misplaced()')" '' 'until it is there again'

# whoever may read the tables by area, and not the foreign tables
made there "$office" "CREATE ROLE analyst; CALL ledger.grant_analyst('analyst'); GRANT USAGE ON SCHEMA shards TO analyst; GRANT SELECT ON ALL TABLES IN SCHEMA shards TO analyst"
for s in $shards east; do made there "$office" "CREATE USER MAPPING FOR analyst SERVER $s OPTIONS (user 'coordinator', password 'shards')"; done
analyst='SET ROLE analyst;'
of_analyst="code, value, state, missing FROM ledger.figures($days, codes => ARRAY['F028', 'F030', 'F036', 'F050']) ORDER BY 1"
is "$(there "$office" "$analyst $missing SELECT $of_analyst" 2>&1)" "$(there "$office" "SELECT $of_analyst")" 'an analyst has the same figures'

# the last partition goes and comes while others look: each call looks once, and finds it or not
race="host=$PGHOST port=$PGPORT user=postgres dbname=race"
made tests/database race ledger
made there "$race" "CREATE EXTENSION postgres_fdw; CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', connect_timeout '2');
    CREATE USER MAPPING FOR CURRENT_USER SERVER gone OPTIONS (user 'nobody', password 'none');
    CREATE TABLE seen (id int, area_code text, seen_on date) PARTITION BY LIST (area_code); CREATE FOREIGN TABLE part PARTITION OF seen FOR VALUES IN ('a') SERVER gone;
    CREATE TABLE seen_rollup (seen_on date, area_code text, records bigint) PARTITION BY LIST (area_code); CREATE FOREIGN TABLE rollup_part PARTITION OF seen_rollup FOR VALUES IN ('a') SERVER gone;
    UPDATE ledger.area SET is_block = false; INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
    VALUES ('SEEN', '检查', 'count', 'public.seen', 'seen_on', 'city', 'period', '次', '检查'); CALL ledger.entered(ARRAY['public.seen'], through => '2025-12-31', since => '2024-01-01')"
times() { for _ in $(seq "$1"); do echo "$2"; done; }
lines() { grep --line-buffered ''; }     # psql writes an error in pieces, between which another's line would stand
goes_and_comes="ALTER TABLE seen DETACH PARTITION part; ALTER TABLE seen ATTACH PARTITION part FOR VALUES IN ('a');
    ALTER TABLE seen_rollup DETACH PARTITION rollup_part; ALTER TABLE seen_rollup ATTACH PARTITION rollup_part FOR VALUES IN ('a');"
looks="SELECT emgov_internal.reachable_rows('ledger', 'seen');"
has_figure="SELECT value, state FROM ledger.figures('[2025-01-01,2026-01-01)', codes => ARRAY['SEEN']);"
found=$(
    times 400 "$goes_and_comes" | psql -X -q -d "$race" 2>&1 | lines &
    times 1500 "$looks" | psql -X -q -At -v VERBOSITY=terse -d "$race" 2>&1 | lines &
    times 1500 "$looks" | psql -X -q -At -v VERBOSITY=terse -d "$race" -c "$missing" -f - 2>&1 | lines &
    times 60 "$has_figure" | psql -X -q -At -v VERBOSITY=terse -d "$race" -c "$missing" -f - 2>&1 | lines &
    wait
)
is "$(grep -vE '^(public.seen|\(SELECT \* FROM public.seen AS r WHERE .*|\|no_data)$|ERROR:  ("seen" has no partition for any area|could not connect to server "gone")$' <<<"$found" | sort | uniq -c | head)" \
    '' 'a partition that is detached while figures are asked for'
has "$found" 'no_data' 'of which there are no data'

# one does not answer; from 16 on postgres_fdw does not heed connect_timeout, but can be cancelled
if [ "$pg_major" -lt 16 ]; then
    limit=0 silent='could not connect to server "south"|\|part_members\|\{320412,320413\}$'
else
    limit=10s silent='canceling statement due to statement timeout'
fi
frozen=$(sed -n 1p "$pg_clusters/cluster.south/postmaster.pid")
kill -STOP "$frozen"
for mode in '' "$missing"; do
    since=$SECONDS
    has "$(PGOPTIONS="-c statement_timeout=$limit" timeout 60 psql -X -q -At -d "$office" -c "$mode SELECT $f028" 2>&1)" "$silent" 'one that does not answer is as one that is down'
    [ $((SECONDS - since)) -lt 30 ]
    is $? 0 'and nobody waits for it for long'
done
kill -CONT "$frozen"
frozen=

# what was published while it was there
has "$(there "$office" "SELECT string_agg(DISTINCT reason, ' ') FROM ledger.publication, ledger.restatement(id)")" '^(unversioned)?$' 'nothing is restated for a server that is away'
# one is down
on south pg_run "$pg_bin/pg_ctl" -D "$pg_clusters/cluster.south" -w -s -m immediate stop
has "$(there "$office" "SELECT value FROM ledger.figures($days, codes => ARRAY['F028'])" 2>&1)" 'ERROR:  could not connect to server "south"' 'without one that is down there is no figure'
has "$(there "$office" "SELECT body FROM ledger.report_text('law-based-government', $days)" 2>&1)" 'ERROR:  could not connect to server "south"' 'nor a text'
is "$(there "$office" "SELECT object, state FROM ledger.health('en') WHERE what = 'server' ORDER BY 1" | paste -sd' ')" 'centre|ok east|ok north|ok south|fail' 'health says which server is down'
hint='HINT:  SET emgov.unreachable_shards = missing gives figures of the areas that can be reached, and says which are missing.'
for query in "SELECT value FROM ledger.figures($days, codes => ARRAY['F028'])" "SELECT value FROM ledger.figures($days, codes => ARRAY['F050'])" \
    "SELECT value FROM ledger.figure_series(ARRAY['F028', 'F030', 'F036'], emgov.year(2024), 'month')" "SELECT body FROM ledger.report_text('law-based-government', $days)" \
    "CALL ledger.publish('law-based-government', $days, allow_gaps => true)" "SELECT code FROM ledger.check_figures($days)"; do
    has "$(there "$office" "$query" 2>&1)" "$hint" "which is said to be possible: $query"
    [[ $(there "$office" "SET emgov.unreachable_shards = missing; $query" 2>&1) != *ERROR:* ]]
    is $? 0 'and is'
done
is "$(there "$office" "SET emgov.unreachable_shards = missing; SELECT DISTINCT c.state FROM ledger.check_figures($days) AS c JOIN ledger.check_rule AS r USING (code) WHERE r.source LIKE 'shards.%'")" \
    unknown 'nor do rules about records say what they cannot know'
has "$(there "$office" "CALL ledger.entered(ARRAY['shards.inspection'], NULL); SELECT value FROM ledger.figures($days, codes => ARRAY['F050'])" 2>&1)" "$hint" 'also where nothing is declared'
is "$(there "$office" "$missing SELECT state, missing, change, value = (SELECT sum(m.value) FROM ledger.figures($days, codes => ARRAY['F028'], by => 'area') AS m WHERE m.member <> '')
    FROM ledger.figures($days, codes => ARRAY['F028'])")" 'part_members|{320412,320413}||t' 'or it says which areas are missing'
# whatever days these are of, for their records count whatever these are
for of in "valid_to = '2023-12-31'" "valid_from = '2025-01-01'" "valid_to = '2024-06-30'" "valid_from = '2024-07-01'"; do
    is "$(there "$office" "$missing BEGIN; UPDATE ledger.area SET $of WHERE code IN ('320412', '320413');
        SELECT DISTINCT f.state, f.missing, f.change FROM unnest(ARRAY[$days, '[2024-07-01,2024-12-01)', '[2024-01-01,2024-06-01)']) AS p, ledger.figures(p, codes => ARRAY['F028']) AS f; ROLLBACK")" \
        'part_members|{320412,320413}|' "also with $of"
done
# a part of an area that data are expected of, or what was merged into one
for of in "is_block = false, parent_code = '320402'" "is_block = false, parent_code = NULL, valid_to = '2023-12-31', successor_code = '320402'"; do
    is "$(there "$office" "$missing BEGIN; UPDATE ledger.area SET $of WHERE code = '320413'; SELECT f.state, f.missing, f.value = (SELECT sum(m.value) FROM ledger.figures($days, codes => ARRAY['F028'], by => 'area') AS m
        WHERE m.member <> '') FROM ledger.figures($days, codes => ARRAY['F028']) AS f; ROLLBACK")" 'part_members|{320402,320412}|t' 'of an area of which a part is missing not all is known'
done
# what else belongs to it is not counted, wherever it lies: a part, what was merged into it; but an area below it that data are expected of is
counted() { there "$office" "$missing SELECT sum(value) FROM ledger.figures($days, codes => ARRAY['F028'], by => 'area') WHERE member <> '' AND member <> ALL ('{$1}')"; }
of_areas() { there "$office" "$missing BEGIN; $1 SELECT state, missing, value FROM ledger.figures($days, codes => ARRAY['F028']); ROLLBACK"; }
part="UPDATE ledger.area SET is_block = false, parent_code = '320402' WHERE code = '320413';"
is "$(of_areas "$part UPDATE ledger.area SET is_block = false, parent_code = '320402' WHERE code = '320404';")" "part_members|{320402,320412}|$(counted 320402,320404,320412,320413)" 'nor is another part of it counted'
is "$(of_areas "UPDATE ledger.area SET is_block = false, parent_code = NULL, valid_to = '2023-12-31', successor_code = '320413' WHERE code = '320404';")" \
    "part_members|{320412,320413}|$(counted 320404,320412,320413)" 'nor what was merged into an area whose server is down'
is "$(of_areas "$part UPDATE ledger.area SET parent_code = '320402' WHERE code = '320404';")" "part_members|{320402,320412}|$(counted 320402,320412,320413)" 'an area below it that data are expected of is'
[ "$(counted 320404)" != "$(counted '')" ]
is $? 0 'in which there was something'
has "$(there "$office" "$missing BEGIN; UPDATE ledger.area SET is_block = false, parent_code = NULL WHERE code = '320413'; SELECT value FROM ledger.figures($days, codes => ARRAY['F028']); ROLLBACK" 2>&1)" \
    'the server of area "320413" cannot be reached, and no figure could say that it is missing' 'what could not be said to be missing is an error'
is "$(there "$office" "$missing SELECT reason FROM ledger.figures($days, codes => ARRAY['F028'])")" 'the server of 320412, 320413 cannot be reached' 'and why'
has "$(there "$office" "$missing SELECT string_agg(DISTINCT reason, ' ') FROM ledger.publication, ledger.restatement(id)")" 'unreachable' 'that is the reason of what would be restated'
is "$(there "$office" "$missing SELECT DISTINCT reason FROM ledger.figures($days, codes => ARRAY['F028'], by => 'area') WHERE member IN ('320412', '320413')")" 'its server cannot be reached' 'also of these by themselves'
is "$(there "$office" "$missing SELECT member, state, value FROM ledger.figures($days, codes => ARRAY['F028'], by => 'area') WHERE member IN ('320412', '320413') ORDER BY 1")" $'320412|no_data|\n320413|no_data|' 'of these by themselves there is no data'
is "$(there "$office" "$missing SELECT string_agg(f.code, ' ') FROM ledger.figures($days) AS f JOIN ledger.indicator AS i USING (code)
    WHERE i.source LIKE 'shards.%' AND (CASE f.state WHEN 'undefined' THEN 'part_members' ELSE f.state END, f.missing) IS DISTINCT FROM ('part_members', '{320412,320413}')")" '' 'and so does every figure that is counted there'
is "$(there "$office" "$analyst $missing SELECT $of_analyst" 2>&1)" "$(there "$office" "$missing SELECT $of_analyst")" 'also for an analyst'
here="SELECT code, value FROM ledger.figures($days) WHERE code <> ALL (ARRAY[$codes]) AND source IS NOT NULL ORDER BY 1"
is "$(there "$office" "$missing $here")" "$(there "$whole" "$here")" 'those counted here are as before'
has "$(there "$office" "$missing CALL ledger.publish('law-based-government', $days)" 2>&1)" 'has figures without all their data' 'it is not published by mistake'
has "$(there "$office" "$missing SELECT record_key FROM ledger.figure_rows('F028', $days)" 2>&1)" 'ERROR:  could not connect to server "south"' 'the rows behind it cannot be had'
# a document of what can be had: with its figures, and without the records behind those that lack a part
document=$pg_base/log/sharded.md
said=$(PGOPTIONS='-c emgov.unreachable_shards=missing' "$emgov" report law-based-government 2024-01-01..2024-12-19 --lang=en -d "$office" -o "$document" 2>&1)
is $? 0 'a document of it can be made'
has "$said" 'the records behind .*F028.* are left out: could not connect to server "south"' 'it is said that it lists no records'
has "$(cat "$document")" 'F028' 'it has the figures'
rm -f "$document"
has "$("$emgov" report law-based-government 2024-01-01..2024-12-19 --lang=en -d "$office" -o "$document" 2>&1; ls "$document" 2>&1)" 'could not connect to server "south".*No such file' 'without the setting there is none'
for s in north centre; do on "$s" pg_run "$pg_bin/pg_ctl" -D "$pg_clusters/cluster.$s" -w -s -m immediate stop; done
is "$(there "$office" "$missing SELECT state, value FROM ledger.figures($days, codes => ARRAY['F028'])")" 'no_data|' 'without any there is no data, which is not 0'
exit $failed
