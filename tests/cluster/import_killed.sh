#!/usr/bin/env bash
# emgov import beside a server that dies: a backend killed with -9, which takes the whole server through crash recovery, the
# postmaster killed with -9, and a stop in the middle. Nothing half done, said clearly, and it runs again.
set -u
pg_area=${pg_area-check} pg_lane=.killed
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/pg.sh"
cd "$root" || exit 1
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
pg_fresh
pg_start || exit 1
work=$(mktemp -d)
trap 'pg_fresh; rm -rf "$work"' EXIT
export TMPDIR=$work LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=0 PGOPTIONS='-c client_min_messages=error'
unset EMGOV_LEDGER LANG
failed=0
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d office "$@"; }
is() {      # is GOT WANTED WHAT
    [ "$1" = "$2" ] && { echo "ok $3"; return; }
    echo "NOT OK $3: $1, not $2"
    sed 's/^/    /' "$work/out" "$work/err" 2>/dev/null
    failed=1
}
psql -X -q -d postgres -c 'CREATE DATABASE office'
sql -c 'CREATE EXTENSION emgov' -c "CALL emgov.create_ledger('ledger')" \
    -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('320402', '天宁区', 'district')" -c 'CREATE TABLE public.plain (number text PRIMARY KEY, occurred_on date)' || exit 1
{ echo '事故编号,事故时间,事故地点,事故类别,死亡人数'; seq 40000 | sed 's/.*/K&,2024-05-01,天宁区,煤矿,1/'; } >"$work/accident.csv"
{ echo 'number,occurred_on'; seq 400000 | sed 's/.*/K&,2024-05-01/'; } >"$work/plain.csv"
up() { for i in $(seq 60); do sql -c 'SELECT 1' >/dev/null 2>&1 && return; sleep 1; done; echo 'NOT OK the server does not come back'; exit 1; }
begin() {   # begin TABLE: an import of it that is under way, its backend $backend
    "$emgov" import -d office "$1" "$work/${1#public.}.csv" >"$work/out" 2>"$work/err" </dev/null &
    pid=$! backend=
    for i in $(seq 200); do
        backend=$(sql -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'emgov' AND query ~ '$2'")
        [ -n "$backend" ] && break
        sleep 0.1
    done
    [ -n "$backend" ] || { echo "NOT OK no import of $1 was seen"; failed=1; }
}
after() {   # after TABLE WHAT
    wait $pid
    is $? 5 "$2: the import ends as a connection lost"
    is "$(grep -cE 'connection to the server was lost' "$work/err")" 1 "$2: it says so"
    up
    is "$(sql -c "SELECT count(*) FROM ${1/#accident/ledger.accident}")" 0 "$2: nothing is half done"
    ls "$work"/emgov* "$work"/*.rejects* >/dev/null 2>&1 && is left nothing "$2: temporary files"
}
for table in accident public.plain; do
    doing=COPY
    [ $table = accident ] && doing='INSERT INTO ledger.accident'
    begin $table "$doing"
    kill -9 "$backend"
    after $table "a backend killed, $table"
    begin $table "$doing"
    kill -9 "$(sed -n 1p "$pg_data/postmaster.pid")"
    wait $pid
    sleep 2
    pg_start || exit 1
    after $table "the postmaster killed, $table"
    begin $table "$doing"
    pg_stop
    pg_start
    after $table "the server stopped, $table"
done
# and it runs again
head -n 2000 "$work/accident.csv" >"$work/few.csv"
"$emgov" import -d office accident "$work/few.csv" >"$work/out" 2>"$work/err" </dev/null
is $? 0 'it runs again'
is "$(sql -c 'SELECT count(*) FROM ledger.accident') $(sql -c 'SELECT count(*) FROM ledger.casualty')" '1999 1999' 'with all records'
"$emgov" import -d office public.plain "$work/plain.csv" >"$work/out" 2>"$work/err" </dev/null
is "$(sql -c 'SELECT count(*) FROM public.plain')" 400000 'with all rows'
exit $failed
