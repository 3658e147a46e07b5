#!/usr/bin/env bash
# Jobs: one that fails, one that is killed, two at once, what a crontab and systemd are given; and, where the package
# is there, pg_cron in a cluster of its own, with the ledger in another database.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" jobs
trap 'pg_fresh' EXIT
has_cron=
[ -e "$pg_system_lib/pg_cron.so" ] && has_cron=1
if [ -n "$has_cron" ]; then
    { echo "shared_preload_libraries = 'pg_cron'"; echo "cron.database_name = 'postgres'"; echo "cron.use_background_workers = on"; echo "max_worker_processes = 20"; } >>"$pg_data/postgresql.conf"
    pg_stop && pg_start || exit 1
    sql -d postgres -c 'CREATE EXTENSION pg_cron' || exit 1
fi

sql -d postgres -c 'CREATE ROLE "the owner" LOGIN' -c 'CREATE DATABASE office OWNER "the owner"'
sql -d office -c 'CREATE EXTENSION emgov' || exit 1
export PGUSER='the owner' PGDATABASE=office
sql -c "CALL emgov.create_ledger('ledger')" -c "CALL ledger.load_pack('accidents')" 2>&1 | grep ERROR
sql -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('a', '甲区', 'district')" \
    -c "INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('m', '月报', 'month')" \
    -c "INSERT INTO ledger.report_figure (report, code) VALUES ('m', 'F028')" \
    -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2026-01-05', 'a', 'road')" \
    -c "CALL ledger.entered(ARRAY['m'], through => '2026-02-28', since => '2025-01-01')" || exit 1
sum="SELECT sum(value)::int FROM ledger_tables.figure_by_month WHERE place = 0"

# a line of a crontab, and units of systemd
sql -c "SELECT body FROM ledger.schedule('refresh m', 'monthly 5 02:00', 'Asia/Shanghai') WHERE kind = 'crontab'" >"$pg_base/crontab"
is "$(sed -n 1p "$pg_base/crontab")" CRON_TZ=Asia/Shanghai 'a crontab has the zone'
is "$(sed -n 2p "$pg_base/crontab" | cut -d' ' -f1-5)" '0 2 5 * *' 'and the time'
env -u PGUSER -u PGDATABASE PATH="$pg_bin:$PATH" sh -c "$(sed -n 2p "$pg_base/crontab" | cut -d' ' -f6- | sed 's/\\%/%/g')" 2>/dev/null
is "$(sql -c "$sum")" 1 'its command fills the tables'
units=$(mktemp -d)
sql -c "SELECT body FROM ledger.schedule('refresh m', 'monthly last 23:00') WHERE kind = 'systemd_service'" >"$units/emgov.service"
sql -c "SELECT body FROM ledger.schedule('refresh m', 'monthly last 23:00') WHERE kind = 'systemd_timer'" >"$units/emgov.timer"
if type -p systemd-analyze >/dev/null; then
    is "$(systemd-analyze verify "$units/emgov.service" "$units/emgov.timer" 2>&1 | grep -c 'emgov\.')" 0 'systemd takes the units'
    systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$units/emgov.timer")" >/dev/null 2>&1
    is $? 0 'and the time'
fi
# what systemd runs, in the environment that the unit gives it
sql -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2026-02-05', 'a', 'fire')"
command=$(sed -n 's/^ExecStart=//p' "$units/emgov.service" | sed 's/%%/%/g; s/\$\$/$/g')
environment=$(sed -n 's/^Environment=//p' "$units/emgov.service" | sed 's/%%/%/g' | tr '\n' ' ')
env -u PGUSER -u PGDATABASE -u PGPORT PATH="$pg_bin:$PATH" sh -c "env $environment $command" 2>/dev/null
is "$(sql -c "SELECT state FROM ledger.job_run ORDER BY id DESC LIMIT 1")" done 'the command of a unit runs the job'
is "$(sql -c "$sum")" 2 'which fills the tables'
sql -c "UPDATE ledger.accident SET status = 'withdrawn', note = 'error' WHERE category_code = 'fire'"
sql -c "CALL ledger.refresh_report_tables('m')" 2>/dev/null
rm -rf "$units"

# one that fails
sql -c "CALL ledger.run_job('publish m')" 2>/dev/null
is "$(sql -c "SELECT state, sqlstate FROM ledger.job_run WHERE job = 'publish m'")" 'failed|55000' 'a run that fails is on record'
is "$(sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'publish m'")" failed 'and job_health says so'

# two at once, and one that is killed: the first waits within the job for a row of the tables that we hold
sql -c "UPDATE ledger.accident SET status = 'withdrawn', note = 'error' WHERE status = 'valid'"
sql >/dev/null 2>&1 <<SQL &
BEGIN; LOCK TABLE ledger_tables.figure_by_month IN SHARE MODE; SELECT pg_sleep(8); COMMIT;
SQL
sleep 1
psql -X -q -c "CALL ledger.refresh_report_tables('m')" >/dev/null 2>&1 &
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    pid=$(sql -c "SELECT process FROM ledger.job_run WHERE state = 'running'")
    waits=$(sql -c "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = ${pid:-0}")
    [ "$waits" = 1 ] && break
    sleep 0.5
done
sql -c "CALL ledger.refresh_report_tables('m')" 2>/dev/null
is "$(sql -c "SELECT state FROM ledger.job_run ORDER BY id DESC LIMIT 1")" skipped 'the second of two is skipped'
kill -9 "$pid"
wait
for i in 1 2 3 4 5 6 7 8 9 10; do "$pg_bin/pg_isready" -q && sql -c 'SELECT 1' >/dev/null 2>&1 && break; sleep 1; done
is "$(sql -c "SELECT last_state FROM ledger.job_health WHERE job = 'refresh m'")" killed 'one that was killed is seen as such'
is "$(sql -c "$sum")" 1 'and the tables are whole'
sql -c "CALL ledger.refresh_report_tables('m')" 2>/dev/null
is "$(sql -c "SELECT state FROM ledger.job_run WHERE process = $pid AND message LIKE 'killed%'")" failed 'the next run takes note of it'
is "$(sql -c "$sum")" 0 'and does what it left'

if [ -n "$has_cron" ]; then
    at=$(TZ=Asia/Shanghai date -d '+70 seconds' +%H:%M)
    statement=$(sql -c "SELECT body FROM ledger.schedule('refresh', '$at', 'Asia/Shanghai') WHERE kind = 'pg_cron'")
    sql -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2026-01-06', 'a', 'fire')"
    psql -X -q -At -U postgres -d postgres -c "$statement" >/dev/null || failed=1
    for i in $(seq 1 75); do
        [ "$(sql -c "SELECT state FROM ledger.job_run WHERE job = 'refresh' ORDER BY id DESC LIMIT 1")" = done ] && break
        sleep 2
    done
    is "$(sql -c "SELECT state, run_by FROM ledger.job_run WHERE job = 'refresh' ORDER BY id DESC LIMIT 1")" 'done|the owner' 'pg_cron runs a job in another database, as the owner'
    is "$(sql -c "$sum")" 1 'which fills the tables'
    is "$(sql -c "SELECT overdue FROM ledger.job_health WHERE job = 'refresh'")" f 'and is not overdue'

    # pg_cron in the ledger's own database
    psql -X -q -At -U postgres -d postgres -c 'DROP EXTENSION pg_cron CASCADE'
    sed -i "s/^cron.database_name.*/cron.database_name = 'office'/" "$pg_data/postgresql.conf"
    pg_stop && pg_start || exit 1
    export PGUSER='the owner' PGDATABASE=office
    psql -X -q -At -U postgres -c 'CREATE EXTENSION pg_cron' || failed=1
    is "$(sql -c "SELECT body FROM ledger.schedule('health', '01:00') WHERE kind = 'pg_cron'")" 'GRANT USAGE ON SCHEMA cron TO "the owner";' 'who may not use pg_cron is told what is missing'
    psql -X -q -At -U postgres -c 'GRANT USAGE ON SCHEMA cron TO "the owner"'
    sql -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2026-01-07', 'a', 'fire')"
    at=$(TZ=Asia/Shanghai date -d '+70 seconds' +%H:%M)
    is "$(sql -c "SELECT kind FROM ledger.schedule('refresh m', '$at', 'Asia/Shanghai')")" installed 'where pg_cron is in the same database the job is installed'
    for i in $(seq 1 75); do
        [ "$(sql -c "$sum")" = 2 ] && break
        sleep 2
    done
    is "$(sql -c "SELECT state, run_by FROM ledger.job_run WHERE job = 'refresh m' ORDER BY id DESC LIMIT 1")" 'done|the owner' 'and runs, as the owner'
    is "$(sql -c "$sum")" 2 'and fills the tables'
    is "$(sql -c "CALL ledger.unschedule('refresh m')" -c "SELECT count(*) FROM cron.job" 2>&1)" 0 'and is taken out again'
fi
exit $failed
