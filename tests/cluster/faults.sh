#!/usr/bin/env bash
# Publishing and refreshing, and in the middle of it: the client is killed, the connection lost, the server process
# killed, the server stopped at once, the disk full. Nothing is half done, it is said, and it runs again.
# The disk is a small tmpfs where one may be mounted; else that part is left out.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" faults
small=$(mktemp -d /var/tmp/emgov.small.XXXXXX)
tidy() {
    pg_fresh
    umount "$small" 2>/dev/null
    rm -rf "$small"
}
trap tidy EXIT
office

published() { sql -c "SELECT (SELECT count(*) FROM ledger.publication), (SELECT count(DISTINCT publication_id) FROM ledger.publication_figure), (SELECT count(*) FROM ledger.publication AS p, ledger.verify_publication(p.id))"; }
# the server is stopped at once, and started again
restart() {
    pg_run "$pg_bin/pg_ctl" -D "$pg_data" -w -s -m immediate stop
    wait
    pg_start || exit 1
    export PGDATABASE=office
    ready
}
# hold TABLE: a session that lets nobody write to it, until it is let go
hold() {
    sql >/dev/null 2>&1 <<<"BEGIN; LOCK TABLE $1 IN SHARE MODE; SET application_name = 'holder'; SELECT pg_sleep(120);" &
    for i in $(seq 1 40); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder' AND query LIKE '%pg_sleep%'")" = 1 ] && break; sleep 0.25; done
}
let_go() { sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'" >/dev/null 2>&1; }
# the process of the server that waits for the holder
waiting() { for i in $(seq 1 80); do pid=$(sql -c "SELECT l.pid FROM pg_locks AS l WHERE NOT l.granted LIMIT 1"); [ -n "$pid" ] && return; sleep 0.25; done; echo "NOT OK: nobody waits at line ${BASH_LINENO[0]}"; exit 1; }
late() { sql -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2025-0$((1 + RANDOM % 9))-11', 'a', 'fire')"; }
run='SELECT state, sqlstate FROM ledger.job_run ORDER BY id DESC LIMIT 1'
refresh() { psql -X -q -c "CALL ledger.refresh_report_tables('m')" 2>&1; }
# again WHAT: the next refresh does it all; what was before it is in $was
again() {
    is "$(tables)" "$was" "$1: the tables are as they were"
    refresh >/dev/null
    is "$(sql -c "$run")" 'done|' "$1: the next one runs"
    is "$(sql -c 'SELECT count(*) FROM ledger.job_run WHERE state = '\''running'\')" 0 "$1: and nothing is said to run"
    now=$(tables)
    [ "$now" != "$was" ] && echo "ok $1: the tables are new" || { echo "NOT OK $1: the tables are new"; failed=1; }
    sql -c "CALL ledger.refresh_report_tables('m', whole => true)" 2>/dev/null
    is "$(tables)" "$now" "$1: as computed anew"
}
refresh >/dev/null

# ------------------------------------------------------------------ refreshing
# the client is killed while the server goes on: it is done, or it is not
was=$(tables) && late && hold ledger_tables.figure_by_month
psql -X -q -c "CALL ledger.refresh_report_tables('m')" >/dev/null 2>&1 &
client=$!
waiting
kill -9 "$client"; wait "$client" 2>/dev/null
let_go
for i in $(seq 1 60); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid")" = 0 ] && break; sleep 0.25; done
is "$(sql -c "$run")" 'done|' 'refresh, client killed: the server ends what it has begun'
now=$(tables)
sql -c "CALL ledger.refresh_report_tables('m', whole => true)" 2>/dev/null
is "$(tables)" "$now" 'refresh, client killed: the tables are whole'

# the connection is lost, and the server notices
was=$(tables) && late && hold ledger_tables.figure_by_month
PGOPTIONS='-c client_connection_check_interval=200ms' psql -X -q -c "CALL ledger.refresh_report_tables('m')" >/dev/null 2>&1 &
client=$!
waiting
kill -9 "$client"; wait "$client" 2>/dev/null
for i in $(seq 1 60); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid")" = 0 ] && break; sleep 0.25; done
let_go
is "$(sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'refresh m'")" killed 'refresh, connection lost: job_health says so'
again 'refresh, connection lost'
is "$(sql -c "SELECT state, sqlstate FROM ledger.job_run WHERE process = $pid AND message LIKE 'killed%'")" 'failed|57P02' 'refresh, connection lost: and job_run'

# its session is ended by an administrator
was=$(tables) && late && hold ledger_tables.figure_by_month
refresh >"$small/said" &
waiting
sql -c "SELECT pg_terminate_backend($pid)" >/dev/null
wait $!
let_go
has "$(cat "$small/said")" 'terminating connection due to administrator command' 'refresh, session ended: it is said'
again 'refresh, session ended'

# a statement is cancelled
was=$(tables) && late && hold ledger_tables.figure_by_month
refresh >"$small/said" &
waiting
sql -c "SELECT pg_cancel_backend($pid)" >/dev/null
wait $!
let_go
is "$(sql -c "$run")" 'failed|57014' 'refresh, cancelled: job_run says so'
has "$(cat "$small/said")" 'job "refresh m" failed: canceling statement' 'refresh, cancelled: it is said'
again 'refresh, cancelled'

# the server process is killed: the server restarts
was=$(tables) && late && hold ledger_tables.figure_by_month
refresh >"$small/said" &
waiting
kill -9 "$pid"
wait
ready
has "$(cat "$small/said")" 'server closed the connection|terminating connection' 'refresh, process killed: it is said'
is "$(sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'refresh m'")" killed 'refresh, process killed: job_health says so'
again 'refresh, process killed'

# the server is stopped at once, and started again
was=$(tables) && late && hold ledger_tables.figure_by_month
refresh >"$small/said" &
waiting
restart
is "$(sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'refresh m'")" killed 'refresh, server stopped: job_health says so'
is "$(sql -c "SELECT state FROM ledger.health() WHERE what = 'job' AND object = 'refresh m'")" fail 'refresh, server stopped: and health'
again 'refresh, server stopped'

# whoever wishes that all be computed anew beside a running one is skipped, and has it with the next one
hold ledger_tables.figure_by_month
late
refresh >/dev/null &
first=$!
waiting
has "$(sql -c "CALL ledger.refresh_report_tables('m', whole => true)" 2>&1)" 'is skipped: another session runs it' 'a whole refresh beside a running one is skipped'
let_go
wait $first
is "$(sql -c "SELECT since IS NULL FROM ledger_store.report_state WHERE report = 'm'")" t 'and the next one is a whole one'
sql -c "UPDATE ledger_tables.figure_by_month SET value = 99 WHERE period_start = '2025-03-01'"
refresh >/dev/null
is "$(sql -c 'SELECT count(*) FROM ledger_tables.figure_by_month WHERE value = 99')" 0 'which it is'

# ------------------------------------------------------------------ publishing
publish() { LC_ALL=C.UTF-8 "$emgov" publish m "$1" --lang=en 2>&1; echo "code $?"; }
was=$(published)
hold ledger.publication_figure
publish 2025-10 >"$small/said" &
waiting
kill -9 "$pid"
wait
ready
is "$(published)" "$was" 'publish, process killed: nothing is published'
has "$(cat "$small/said")" 'connection to the server was lost.*code 5' 'publish, process killed: it is said'
has "$(publish 2025-10)" 'code 0' 'publish, process killed: it runs again'
is "$(published)" '1|1|0' 'and is one publication, whole'

hold ledger.publication_figure
"$emgov" publish m 2025-11 >/dev/null 2>&1 &
client=$!
waiting
kill -TERM "$client"
wait "$client"
is $? 143 'publish, told to end: its code'
let_go
is "$(published)" '1|1|0' 'publish, told to end: nothing is published'

hold ledger.publication_figure
"$emgov" publish m 2025-11 >/dev/null 2>&1 &
client=$!
waiting
kill -9 "$client"; wait "$client" 2>/dev/null
let_go
for i in $(seq 1 60); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid")" = 0 ] && break; sleep 0.25; done
is "$(published)" '2|2|0' 'publish, client killed: the server ends what it has begun, whole'

hold ledger.publication_figure
publish 2025-12 >"$small/said" &
waiting
restart
is "$(published)" '2|2|0' 'publish, server stopped: nothing is published'
has "$(cat "$small/said")" 'code 5' 'publish, server stopped: it is said'
has "$(publish 2025-12)" 'code 0' 'publish, server stopped: it runs again'
is "$(published)" '3|3|0' 'and the chain goes on'
is "$(sql -c "SELECT state FROM ledger.health() WHERE what = 'chain'")" ok 'which health sees'

# a job that publishes is killed
hold ledger.publication_figure
psql -X -q -c "CALL ledger.run_job('publish m')" >/dev/null 2>&1 &
waiting
kill -9 "$pid"
wait
ready
is "$(sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'publish m'")" killed 'a job that publishes, killed: job_health says so'
is "$(published)" '3|3|0' 'and nothing is published'

# ------------------------------------------------------------------ a full disk
if mount -t tmpfs -o size=6m,mode=0777 tmpfs "$small" 2>/dev/null; then
    mkdir "$small/space" && chmod 700 "$small/space"
    [ "$(id -u)" != 0 ] || chown postgres: "$small/space"
    sql -c "CREATE TABLESPACE small LOCATION '$small/space'"
    sql -c 'ALTER TABLE ledger_tables.figure_by_period SET TABLESPACE small' -c 'ALTER TABLE ledger.publication_figure SET TABLESPACE small'
    fill() { cat /dev/zero >"$small/full" 2>/dev/null; }
    was=$(tables)
    sql -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) SELECT date '2024-01-01' + n % 700, 'b', 'fire' FROM generate_series(1, 400) AS n"
    sql -c 'VACUUM FULL ledger_tables.figure_by_period' -c 'VACUUM FULL ledger.publication_figure'
    fill
    has "$(refresh)" 'job "refresh m" failed: could not extend file|No space left' 'refresh, disk full: it is said'
    is "$(sql -c "$run")" 'failed|53100' 'refresh, disk full: job_run says so'
    said=$(publish 2026-01)
    has "$said" 'No space left|could not extend' 'publish, disk full: it is said'
    has "$said" 'code 1' 'publish, disk full: its code'
    is "$(published)" '3|3|0' 'publish, disk full: nothing is published'
    rm "$small/full"
    again 'refresh, disk full'
    has "$(publish 2026-01)" 'code 0' 'publish, disk full: it runs again'
    is "$(published)" '4|4|0' 'and the chain goes on'
    sql -c 'ALTER TABLE ledger_tables.figure_by_period SET TABLESPACE pg_default' -c 'ALTER TABLE ledger.publication_figure SET TABLESPACE pg_default' -c 'DROP TABLESPACE small'
else
    echo 'ok a full disk # skipped: no tmpfs may be mounted'
fi

# a job publishes a period once, however often it runs
sql -c "CALL ledger.entered(ARRAY['m'], through => '$(date -d "$(date +%Y-%m-01) - 1 day" +%F)')" >/dev/null 2>&1
n=$(sql -c 'SELECT count(*) FROM ledger.publication')
sql -c "CALL ledger.run_job('publish m')" 2>/dev/null
has "$(psql -X -q -c "CALL ledger.run_job('publish m')" 2>&1)" "is published already, as publication $((n + 1))" 'a period is published once'
is "$(sql -c 'SELECT count(*) FROM ledger.publication')" $((n + 1)) 'however often the job runs'
exit $failed
