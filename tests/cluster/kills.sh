#!/usr/bin/env bash
# kill -9, again and again: of the server, of a server process, of a client, at any moment of an import, of publishing, folding,
# refreshing, and of single records that are entered and corrected. After each the server comes back, imports are whole or not at all, and in the end
# everything verifies, indexes, tables and pages too.
#
#   tests/cluster/kills.sh [KILLS [SEED]]     20 kills
set -u
kills=${1:-20} seed=${2:-$RANDOM}
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" kills
work=$(mktemp -d)
trap 'pg_fresh; rm -rf "$work"' EXIT
with_checksums
office
export TMPDIR=$work LC_ALL=C.UTF-8
unset EMGOV_LEDGER LANG
RANDOM=$seed
echo "seed $seed"
sql -c "CALL ledger.refresh_report_tables('m')" 2>/dev/null
sql -c 'CREATE TABLE public.batch (name text PRIMARY KEY)'
rows=4000 batch=0
declare -A killed
# up: the server answers again, started if it is gone; processes of one that was killed may still hold its memory
up() {
    for i in $(seq 1 60); do
        pg_running || { pg_start >"$work/start" 2>&1 || { sleep 1; continue; }; }
        export PGDATABASE=office
        sql -c 'SELECT 1' >/dev/null 2>&1 && return
        sleep 0.5
    done
    echo "NOT OK the server does not come back: $(tail -n 3 "$work/start")"
    tail -n 20 "$pg_log"
    exit 1
}
# the work: each is one program, whose process is $!
import() {
    batch=$((batch + 1))
    { echo '事故编号,事故时间,事故地点,事故类别,死亡人数'; seq $rows | awk -v b="$batch" '{ printf "%d-%d,2026-01-%02d,%s,煤矿,1\n", b, $1, 1 + $1 % 28, $1 % 2 ? "甲区" : "乙区" }'; } >"$work/sheet.csv"
    "$emgov" import accident "$work/sheet.csv" </dev/null >"$work/out" 2>&1 &
}
publish() { psql -X -q -c "CALL ledger.publish('m', '2025-$(printf %02d $((1 + RANDOM % 12)))', force_reason => 'again')" >"$work/out" 2>&1 & }
fold() { psql -X -q -At -c "SELECT format('CALL emgov.fold_rollup(%L);', view) FROM emgov.rollup" | psql -X -q >"$work/out" 2>&1 & }
refresh() { psql -X -q -c "CALL ledger.refresh_report_tables('m'$([ $((RANDOM % 3)) = 0 ] && echo ', whole => true'))" >"$work/out" 2>&1 & }
single() {
    for ((i = 0; i < 400; i++)); do
        echo "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES (date '2025-01-01' + $((RANDOM % 420)), '$([ $((RANDOM % 2)) = 0 ] && echo a || echo b)', 'fire');"
        echo "UPDATE ledger.accident SET direct_loss = $RANDOM, note = 'x' WHERE id = $((1 + RANDOM % 130));"
    done >"$work/single.sql"
    psql -X -q -f "$work/single.sql" >"$work/out" 2>&1 &
}
for ((n = 1; n <= kills; n++)); do
    whats=(import publish fold refresh single) victims=(server process client)
    what=${whats[RANDOM % 5]} victim=${victims[RANDOM % 3]}
    # beside it somebody enters records
    [ "$what" = single ] || { single; beside=$!; }
    $what
    program=$!
    sleep "0.$(printf %03d $((RANDOM % 700)))"
    case $victim in
        client) kill -9 "$program" 2>/dev/null ;;
        server) kill -9 "$(sed -n 1p "$pg_data/postmaster.pid")" 2>/dev/null ;;
        process)
            processes=($(ps -o pid= --ppid "$(sed -n 1p "$pg_data/postmaster.pid")"))
            kill -9 "${processes[RANDOM % ${#processes[@]}]}" 2>/dev/null ;;
    esac
    wait "$program" 2>/dev/null
    [ "$what" = single ] || wait "$beside" 2>/dev/null
    up
    killed[$what,$victim]=$((${killed[$what,$victim]:-0} + 1))
    # what the killed client began may still go on
    for i in $(seq 1 100); do
        [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'")" = 0 ] && break
        sleep 0.2
    done
    if [ "$what" = import ]; then
        got=$(sql -c "SELECT count(*) FROM ledger.accident WHERE number LIKE '$batch-%'")
        [ "$got" = 0 ] || [ "$got" = $rows ] || { echo "NOT OK $n: $victim killed, $got of $rows rows are imported"; failed=1; }
    fi
done
for key in "${!killed[@]}"; do echo "${killed[$key]} x ${key%,*}, ${key#*,} killed"; done | sort -k 3
whole "after $kills kills"
checksums "after $kills kills"
echo "$kills kills of server, process and client, seed $seed: $([ $failed = 0 ] && echo all verifies || echo FAILED)"
exit $failed
