#!/usr/bin/env bash
# Rollups and the server's life: dump and restore, a crash in the midst of writes, a physical
# standby, folding a great many deltas while others write, and logical replication.
#
#   tests/cluster/rollup.sh [DELTAS]      needs a running server of tools/pg.sh (./check has one)
#
# DELTAS (or EMGOV_FOLD_DELTAS) are folded at once while 8 clients write; 100,000 by default.
# The crash and the standby happen in clusters made and thrown away here.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
deltas=${1:-${EMGOV_FOLD_DELTAS:-100000}}
bin=$("$PG_CONFIG" --bindir)
work=$(mktemp -d /var/tmp/emgov_rollup.XXXXXX)
databases="emgov_cluster emgov_restored emgov_restored2 emgov_subscriber"
pg_owner() { if [ "$(id -u)" = 0 ]; then (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/tmp "$@"); else "$@"; fi; }
chmod 755 "$work"
mkdir "$work/own"
[ "$(id -u)" = 0 ] && chown postgres: "$work/own"
main_host=$PGHOST main_port=$PGPORT
on_main() { PGHOST=$main_host PGPORT=$main_port "$@"; }
cleanup() {
    for c in standby primary; do
        # a postmaster.pid may be left behind, its number another process's by now
        [ "$(readlink "/proc/$(sed -n 1p "$work/own/$c/postmaster.pid" 2>/dev/null)/cwd")" = "$work/own/$c" ] && pg_owner "$bin/pg_ctl" -D "$work/own/$c" -s -m immediate stop
    done
    on_main psql -Xq -d emgov_subscriber -c 'DROP SUBSCRIPTION IF EXISTS emgov_rollup' >/dev/null 2>&1
    on_main psql -Xqc "SELECT pg_drop_replication_slot('emgov_rollup') FROM pg_replication_slots WHERE slot_name = 'emgov_rollup'" -d postgres >/dev/null
    for d in $databases; do on_main psql -Xq -d postgres -c "SET client_min_messages = error" -c "DROP DATABASE IF EXISTS $d"; done
    rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "FAILED: $*"; exit 1; }
# exact WHAT [ROLLUP ...]: every rollup equals its query
exact() {
    local what=$1 r n
    shift
    for r in "$@"; do
        n=$(psql -XAtc "SELECT count(*) FROM ((TABLE $r EXCEPT ALL TABLE ${r}_query) UNION ALL (TABLE ${r}_query EXCEPT ALL TABLE $r)) d") || fail "$what: $r cannot be read"
        [ "$n" = 0 ] || fail "$what: $r differs in $n rows"
    done
    echo "exact: $what"
}
rollups="stress_by_key stress_all stress_some"

# ---------------------------------------------------------------- dump and restore
for d in $databases; do psql -Xq -d postgres -c 'SET client_min_messages = error' -c "DROP DATABASE IF EXISTS $d" -c "CREATE DATABASE $d"; done
export PGDATABASE=emgov_cluster PGOPTIONS='-c client_min_messages=warning'
psql -Xq -v ON_ERROR_STOP=1 -f "$root/tests/client/rollup_stress.sql" || fail "cannot make the rollups"
psql -Xq -v ON_ERROR_STOP=1 <<'SQL' || fail "cannot fill the table"
INSERT INTO stress SELECT i, i % 5, i % 20, 'b' || i % 3, i % 9, i / 7.0, i FROM generate_series(1, 5000) i;
CALL emgov.fold_rollup('stress_by_key');
UPDATE stress SET x = x + 1 WHERE id % 3 = 0;
SQL
writes='INSERT INTO stress VALUES (900001, 1, 5, NULL, 3, 2.5, 1); INSERT INTO stress SELECT i, i % 4, 3, NULL, 1, 1, 1 FROM generate_series(910000, 910020) i;
UPDATE stress SET k = 11, p = 2 WHERE id % 100 = 1; DELETE FROM stress_3; TRUNCATE stress_1; UPDATE stress_0 SET x = 5 WHERE id % 7 = 0;'
pg_dump -Fc -f "$work/dump" || fail "pg_dump"
pg_restore --exit-on-error -d emgov_restored "$work/dump" || fail "pg_restore"
pg_dump -Fd -j2 -f "$work/dumpdir" || fail "pg_dump -j2"
pg_restore --exit-on-error -j2 -d emgov_restored2 "$work/dumpdir" || fail "pg_restore -j2"
for d in emgov_restored emgov_restored2; do
    export PGDATABASE=$d
    [ "$(psql -XAtc 'SELECT count(*) FROM emgov.rollups WHERE follows')" = 3 ] || fail "$d: a rollup is missing, or a trigger"
    psql -Xq -v ON_ERROR_STOP=1 -c "$writes" || fail "$d: cannot write"
    exact "$d after writes" $rollups
    psql -Xq -v ON_ERROR_STOP=1 -c "CALL emgov.fold_rollup('stress_by_key')" -c 'ALTER TABLE stress DETACH PARTITION stress_2' -c 'DROP TABLE stress_3' || fail "$d"
    exact "$d after folding and DETACH" $rollups
done

# ---------------------------------------------------------------- logical replication
export PGDATABASE=emgov_cluster
psql -Xq -c 'CREATE PUBLICATION emgov_rollup FOR TABLE stress' -c "SELECT pg_create_logical_replication_slot('emgov_rollup', 'pgoutput')" >/dev/null || fail publication
PGDATABASE=emgov_subscriber psql -Xq -v ON_ERROR_STOP=1 -f "$root/tests/client/rollup_stress.sql" \
    -c "CREATE SUBSCRIPTION emgov_rollup CONNECTION 'host=$PGHOST port=$PGPORT user=$PGUSER dbname=emgov_cluster' PUBLICATION emgov_rollup WITH (create_slot = false)" || fail subscription
# publisher and subscriber are one server: to apply a TRUNCATE while its table is still copied would wait in a circle
for i in $(seq 600); do
    [ "$(PGDATABASE=emgov_subscriber psql -XAtc "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'")" = 0 ] && break
    sleep 0.1
done
psql -Xq -v ON_ERROR_STOP=1 -c "$writes" || fail "cannot write"
count=$(psql -XAtc 'SELECT count(*), sum(x) FROM stress')
for i in $(seq 300); do
    [ "$(PGDATABASE=emgov_subscriber psql -XAtc 'SELECT count(*), sum(x) FROM stress')" = "$count" ] && break
    sleep 0.1
done
[ "$(PGDATABASE=emgov_subscriber psql -XAtc 'SELECT count(*), sum(x) FROM stress')" = "$count" ] || fail "the subscriber does not catch up"
PGDATABASE=emgov_subscriber exact "subscriber of logical replication, copied and applied" $rollups
PGDATABASE=emgov_subscriber psql -Xq -c 'DROP SUBSCRIPTION emgov_rollup'
psql -Xq -c 'DROP PUBLICATION emgov_rollup'

# ---------------------------------------------------------------- folding while others write
psql -Xq -v ON_ERROR_STOP=1 <<SQL || fail "cannot make the deltas"
CREATE TABLE many (id bigint GENERATED ALWAYS AS IDENTITY, k int, x int);
CALL emgov.create_rollup('per_k', 'SELECT k, count(*) AS n, sum(x) AS x FROM many GROUP BY k');
SET emgov.rollup_fold_threshold = 0;
INSERT INTO many (k, x) SELECT i, i % 7 FROM generate_series(1, $deltas) i;
SQL
[ "$(psql -XAtc 'SELECT count(*) FROM per_k_delta')" = "$deltas" ] || fail "not $deltas deltas"
cat >"$work/write.sql" <<'SQL'
\set k random(1, 2000)
INSERT INTO many (k, x) VALUES (:k, 1);
SQL
PGOPTIONS="$PGOPTIONS -c emgov.rollup_fold_threshold=0" "$bin/pgbench" -n -c 8 -j 2 -R 1000 -T 600 -P 1 -M prepared -f "$work/write.sql" >"$work/pgbench" 2>&1 &
writer=$!
sleep 2
begin=$(date +%s%N)
psql -Xq -v ON_ERROR_STOP=1 -c "CALL emgov.fold_rollup('per_k', NULL)" || fail "fold"
took=$((($(date +%s%N) - begin) / 1000000))
exact "after folding, eight clients writing" per_k
sleep 1
kill $writer
wait $writer 2>/dev/null
grep -q 'ERROR\|aborted' "$work/pgbench" && fail "a writer failed: $(grep -m1 'ERROR\|aborted' "$work/pgbench")"
slowest=$(awk '/^progress/ { print $4 }' "$work/pgbench" | sort -n | head -1)
# a machine that is busy otherwise may have a second without a write; who waits for the fold waits for most of it
still=$(awk '/^progress/ { n = $4 > 0 ? 0 : n + 1; if (n > most) most = n } END { print most + 0 }' "$work/pgbench")
[ $((still * 2000)) -le "$took" ] || fail "the writers stood still for $still s while deltas were folded in $took ms"
exact "at the end: $deltas deltas folded in $took ms, writers never under $slowest tps in any second" per_k

# ---------------------------------------------------------------- a crash, and a standby
# start CLUSTER PORT: more than once, for the children of a server that was killed end a little later
start() {
    local i
    for i in 1 2 3 4 5 6 7 8 9 10; do
        pg_owner "$bin/pg_ctl" -D "$work/own/$1" -w -s -l "$work/own/$1.log" -o "-p $2 -k $work/own -c listen_addresses=''" start 2>/dev/null && return
        sleep 0.5
    done
    fail "cannot start $1: $(tail -n 3 "$work/own/$1.log")"
}
pg_owner "$bin/initdb" -D "$work/own/primary" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null || fail initdb
pg_owner tee -a "$work/own/primary/postgresql.conf" >/dev/null <<CONF
shared_buffers = 64MB
max_prepared_transactions = 20
max_connections = 60
wal_keep_size = 512MB
timezone = 'Asia/Shanghai'
CONF
export PGHOST=$work/own PGPORT=5501 PGDATABASE=crash
start primary 5501
psql -Xq -d postgres -c 'CREATE DATABASE crash'
psql -Xq -v ON_ERROR_STOP=1 -f "$root/tests/client/rollup_stress.sql" || fail "cannot make the rollups"
${CC:-cc} -O1 -g -I"$("$PG_CONFIG" --includedir)" -o "$work/rollup_stress" "$root/tests/client/rollup_stress.c" -L"$("$PG_CONFIG" --libdir)" -lpq -lpthread || fail "cannot build the stress program"
for round in 1 2; do
    "$work/rollup_stress" -t 60 -c 10 -s $RANDOM$round -k >"$work/stress" 2>&1 &
    stress=$!
    sleep 2
    for i in $(seq 60); do
        [ "$(psql -XAtc 'SELECT count(*) FROM stress')" -gt 100 ] && break
        sleep 0.5
    done
    kill -9 "$(sed -n 1p "$work/own/primary/postmaster.pid")"
    wait $stress || fail "crash $round: $(cat "$work/stress")"
    start primary 5501
    [ "$(psql -XAtc 'SELECT count(*) FROM stress')" -gt 100 ] || fail "crash $round: nothing was written"
    for g in $(psql -XAtc 'SELECT gid FROM pg_prepared_xacts'); do psql -Xqc "COMMIT PREPARED '$g'"; done
    exact "after kill -9 and recovery, round $round" $rollups
    psql -Xq -c 'TRUNCATE stress'
done
psql -Xq -v ON_ERROR_STOP=1 -c "INSERT INTO stress SELECT i, i % 5, i % 20, 'b' || i % 3, i % 9, i / 7.0, i FROM generate_series(1, 5000) i" || fail "cannot write"
pg_owner env PGHOST="$PGHOST" PGPORT="$PGPORT" "$bin/pg_basebackup" -U postgres -D "$work/own/standby" -R -X stream --checkpoint=fast --no-sync || fail pg_basebackup
start standby 5502
psql -Xq -v ON_ERROR_STOP=1 -c "$writes" -c "CALL emgov.fold_rollup('stress_by_key')" || fail "cannot write"
lsn=$(psql -XAtc 'SELECT pg_current_wal_lsn()')
export PGPORT=5502
for i in $(seq 300); do
    [ "$(psql -XAtc "SELECT pg_last_wal_replay_lsn() >= '$lsn'")" = t ] && break
    sleep 0.1
done
exact "read on a standby" $rollups
[ "$(psql -XAtc "SELECT count(*) FROM emgov.verify_rollup('stress_by_key')")" = 0 ] || fail "verify_rollup on a standby"
[ "$(psql -XAtc 'SELECT count(*) FROM emgov.rollups WHERE follows')" = 3 ] || fail "emgov.rollups on a standby"
