#!/usr/bin/env bash
# A physical standby: readers' views, figures, texts, what verifies publications and rollups, and emgov health say there
# what they say on the primary; how far it is behind is said.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" primary
standby=$pg_clusters/cluster.standby
socket=$pg_base/socket.standby
down() { pg_run "$pg_bin/pg_ctl" -D "$standby" -w -s -m immediate stop 2>/dev/null; }
trap 'down; rm -rf "$standby"; pg_fresh' EXIT
office
sql -c 'CREATE TABLE own (id int PRIMARY KEY, day date)' -c "CALL emgov.create_rollup('own_by_day', 'SELECT day, count(*) AS n FROM own GROUP BY 1')" -c 'INSERT INTO own SELECT n FROM generate_series(1, 9) AS n' \
    -c 'CREATE TABLE kept (id int PRIMARY KEY)' -c "CALL emgov.keep_versions('kept')" -c 'CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)' -c "CALL emgov.keep_versions('parts')" || exit 1
sql -c 'CREATE ROLE reader LOGIN' -c "CALL ledger.publish('m', '2025-12')" >/dev/null || exit 1
sql -c "CALL ledger.refresh_report_tables('m')" 2>/dev/null
sql -c "CALL ledger.grant_reader('reader')"

rm -rf "$standby"
mkdir -p "$standby" "$socket" && chmod 700 "$standby"
[ "$(id -u)" != 0 ] || chown postgres: "$standby" "$socket"
pg_run "$pg_bin/pg_basebackup" -h "$PGHOST" -p "$PGPORT" -U postgres -D "$standby" -R -c fast || exit 1
port=$(pg_free_port)
pg_run "$pg_bin/pg_ctl" -D "$standby" -w -s -l "$pg_base/log/server.standby.log" -o "-p $port -k $socket -c listen_addresses=" start || exit 1
there() { PGHOST=$socket PGPORT=$port "$@"; }
is "$(there sql -c 'SELECT pg_is_in_recovery()')" t 'there is a standby'
caught_up() {
    local now
    now=$(sql -c 'SELECT pg_current_wal_lsn()')
    for i in $(seq 1 60); do [ "$(there sql -c "SELECT pg_last_wal_replay_lsn() >= '$now'")" = t ] && return; sleep 0.5; done
    echo "NOT OK the standby has not replayed $now in 30 s"
    exit 1
}
sql -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2026-01-05', 'a', 'fire')"
caught_up

# The same there as here, and neither an error.
same() {    # same QUERY WHAT
    local here standby
    here=$(sql -c "$1" 2>&1) && standby=$(there sql -c "$1" 2>&1) || { is "${standby-$here}" 'no error' "$2"; return; }
    is "$standby" "$here" "$2"
}
same "SELECT code, value, phrase, answered_by FROM ledger.figures(emgov.year(2025)) ORDER BY 1" 'figures'
same "SELECT code, member, value FROM ledger.figures(emgov.year(2026), by => 'area') ORDER BY 1, 2" 'figures by area'
same "SELECT code, starts_on, value FROM ledger.figure_series(ARRAY['F028'], emgov.year(2025), 'month') ORDER BY 1, 2" 'a series'
same "SELECT body FROM ledger.report_text('m', '2026-01')" 'a text'
same "SELECT count(*) FROM ledger.verify_publication(1)" 'a publication verified'
same "SELECT code, published, value_now FROM ledger.restatement(1) ORDER BY 1, 2, 3" 'a restatement'
same "SELECT rollup, count(*) FROM emgov.rollups AS r, LATERAL (SELECT * FROM emgov.verify_rollup(r.rollup::text)) AS v GROUP BY 1" 'rollups verified'
views=$(sql -c "SELECT format('SELECT %L, count(*) FROM ledger_report.%I;', relname, relname) FROM pg_class WHERE relnamespace = 'ledger_report'::regnamespace AND relkind = 'v' ORDER BY 1")
[ -n "$views" ] || { echo 'NOT OK there are no views'; exit 1; }
PGUSER=reader same "$views" "$(wc -l <<<"$views") views, as a reader"

# health: a run that goes on there is not held to be dead, for its session is the primary's
sql -c "INSERT INTO ledger.job_run (job, session_start) VALUES ('verify', now())"
caught_up
is "$(there sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'verify'")" running 'a run on the primary may go on'
is "$(there sql -c "SELECT state, unit FROM ledger.health('en') WHERE what = 'standby'")" 'ok|seconds' 'health says that it is a standby'
is "$(sql -c "SELECT count(*) FROM ledger.health() WHERE what = 'standby'")" 0 'and of the primary that it is none'
for format in text json prometheus; do
    there "$emgov" health --format=$format --lang=en >"$pg_base/log/health.standby" 2>&1
    code=$?
    [ $code = 0 ] || [ $code = 3 ] || { echo "NOT OK emgov health --format=$format: $code $(head -n 2 "$pg_base/log/health.standby")"; failed=1; }
    grep -q standby "$pg_base/log/health.standby" && echo "ok emgov health --format=$format" || { echo "NOT OK emgov health --format=$format"; failed=1; }
done
# Whatever writes is refused there, and in a read-only transaction of the primary: every procedure that there is.
writing="CALL emgov.create_ledger('another')
CALL emgov.create_ledger('ledger')
CALL emgov.upgrade_ledger('ledger')
CALL emgov.create_rollup('own_daily', 'SELECT day, count(*) AS n FROM own GROUP BY 1')
CALL emgov.rebuild_rollup('own_by_day')
CALL emgov.fold_rollup('own_by_day')
CALL emgov.fold_rollup('own_by_day', NULL)
CALL emgov.approve_rollup('own_by_day')
CALL emgov.drop_rollup('own_by_day')
CALL emgov.keep_versions('own')
CALL emgov.keep_versions('kept')
CALL emgov.keep_versions('parts')
CALL emgov.release_versions('kept')
CALL emgov.release_versions('parts')
CALL emgov.release_units('own')
CALL emgov.make_units('ledger')
CALL emgov.redact('ledger.casualty', 1, '{person_name}', 'asked')
CALL emgov.redact('ledger.casualty', '1', '{person_name}', 'asked')
CALL ledger.load_pack('accidents')
CALL ledger.load_pack('{}'::jsonb)
CALL ledger.unload_pack('accidents')
CALL ledger.unschedule('verify')
CALL ledger.grant_reader('reader')
CALL ledger.grant_reader('reader', 'a')
CALL ledger.grant_clerk('reader')
CALL ledger.grant_analyst('reader')
CALL ledger.grant_publisher('reader')
CALL ledger.revoke_reader('reader')
CALL ledger.revoke('reader')
CALL ledger.entered('{accident}', '2026-03-31')
CALL ledger.run_job('verify')
CALL ledger.refresh_report_tables('m')
CALL ledger.refresh_report_tables('m', whole => true)
CALL ledger.approve('m', '2026-01')
CALL ledger.approve('m', emgov.month('2026-01-01'))
CALL ledger.publish('m', '2026-01')
CALL ledger.publish('m', emgov.month('2026-01-01'))
CALL ledger.receive('R1', 'a', '2026-01', 1)
CALL ledger.receive('R1', 'a', emgov.month('2026-01-01'), 1)"
while read -r statement; do
    for where in there here; do
        if [ $where = there ]; then
            said=$(there sql -v VERBOSITY=verbose -c "$statement" 2>&1)
        else
            said=$(sql -v VERBOSITY=verbose -c 'BEGIN READ ONLY' -c "$statement" 2>&1)
        fi
        has "${said%%$'\n'*}" '^ERROR:  25006: cannot execute .* in a read-only transaction$' "$where: ${statement#CALL } is refused"
    done
done <<<"$writing"
is "$(sql -v writing="$writing" <<<"SELECT string_agg(DISTINCT p.oid::regprocedure::text, ' ') FROM pg_proc AS p WHERE p.prokind = 'p' AND p.pronamespace IN ('emgov'::regnamespace, 'ledger'::regnamespace)
    AND position(concat('CALL ', p.pronamespace::regnamespace, '.', p.proname, '(') IN :'writing') = 0")" '' 'which is every procedure'
# the primary is gone: it says so
pg_run "$pg_bin/pg_ctl" -D "$pg_data" -w -s -m immediate stop
for i in $(seq 1 40); do [ "$(there sql -c 'SELECT count(*) FROM pg_stat_wal_receiver')" = 0 ] && break; sleep 0.5; done
is "$(there sql -c "SELECT state FROM ledger.health('en') WHERE what = 'standby'")" warn 'a standby without its primary warns'
# and after it was made the primary its runs are dead
pg_run "$pg_bin/pg_ctl" -D "$standby" -w -s promote
is "$(there sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'verify'")" killed 'after a promotion the runs of the primary are dead'
there sql -c "CALL ledger.refresh_report_tables('m')" 2>/dev/null
is "$(there sql -c "SELECT state FROM ledger.job_run WHERE job = 'refresh m' ORDER BY id DESC LIMIT 1")" done 'and it refreshes'
exit $failed
