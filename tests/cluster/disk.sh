#!/usr/bin/env bash
# A disk that fills up: the whole cluster on one that is full, at other places each time, while records are imported and entered,
# rollups folded, reports published and tables refreshed. It is said, nothing is half done, and with room again the server comes
# back by itself or is started, and everything verifies. The disk is a tmpfs; where none may be mounted it is skipped.
#
#   tests/cluster/disk.sh [TURNS [SEED]]      4 turns
set -u
turns=${1:-4} seed=${2:-$RANDOM}
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" disk
small=$(mktemp -d /var/tmp/emgov.disk.XXXXXX)
tidy() {
    rm -f "$small/full"
    pg_fresh
    umount "$small" 2>/dev/null
    rm -rf "$small"
}
trap tidy EXIT
mount -t tmpfs -o size=400m,mode=0755 tmpfs "$small" 2>/dev/null || { echo 'skipped: no tmpfs may be mounted'; exit 77; }
with_checksums
office
export LC_ALL=C.UTF-8
unset EMGOV_LEDGER LANG
sql -d postgres -c "ALTER SYSTEM SET max_wal_size = '48MB'" -c "ALTER SYSTEM SET min_wal_size = '32MB'" -c "ALTER SYSTEM SET checkpoint_timeout = '30s'" -c 'ALTER SYSTEM SET wal_recycle = off'
pg_stop
mv "$pg_data" "$small/cluster" && ln -s "$small/cluster" "$pg_data"
pg_start || exit 1
export PGDATABASE=office
sql -c "CALL ledger.refresh_report_tables('m')" 2>/dev/null
RANDOM=$seed
echo "seed $seed"
rows=20000
for ((turn = 1; turn <= turns; turn++)); do
    was=$(sql -c 'SELECT count(*) FROM ledger.accident')
    { echo '事故编号,事故时间,事故地点,事故类别,死亡人数'; seq $rows | awk -v b="$turn" '{ printf "%d-%d,2026-01-%02d,%s,煤矿,1\n", b, $1, 1 + $1 % 28, $1 % 2 ? "甲区" : "乙区" }'; } >"$pg_base/log/disk.csv"
    psql -X -q -c CHECKPOINT >/dev/null 2>&1
    # so many kilobytes are left
    left=$((RANDOM % 12000))
    free=$(df --output=avail -k "$small" | tail -n 1)
    [ "$free" -le "$left" ] || head -c $(((free - left) * 1024)) /dev/zero >"$small/full"
    said=
    for i in 1 2 3 4 5 6; do
        said+=$("$emgov" import accident "$pg_base/log/disk.csv" --lang=en </dev/null 2>&1 | tail -n 3)
        said+=$(psql -X -q -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) SELECT date '2025-01-01' + n % 400, 'a', 'fire' FROM generate_series(1, 5000) AS n" 2>&1)
        said+=$(psql -X -q -c "CALL ledger.publish('m', '2025-$(printf %02d $((1 + RANDOM % 12)))', force_reason => 'again')" 2>&1)
        said+=$(psql -X -q -c "CALL ledger.refresh_report_tables('m', whole => true)" 2>&1)
        said+=$(psql -X -q -At -c "SELECT format('CALL emgov.fold_rollup(%L);', view) FROM emgov.rollup" 2>&1 | psql -X -q 2>&1)
        [[ $said =~ (No space left|could not (write|extend)|server closed the connection|the database system is|connection to server) ]] && break
    done
    has "$said" 'No space left|could not (write|extend)|server closed|the database system is|connection to' "turn $turn, $left kB left: it is said"
    rm -f "$small/full"
    for i in $(seq 1 60); do
        pg_running || pg_start >/dev/null 2>&1
        export PGDATABASE=office
        sql -c 'SELECT 1' >/dev/null 2>&1 && break
        sleep 1
    done
    ready
    got=$(sql -c "SELECT count(*) FROM ledger.accident WHERE number LIKE '$turn-%'")
    [ "$got" = 0 ] || [ "$got" = $rows ] || { echo "NOT OK turn $turn: $got of $rows rows are imported"; failed=1; }
    is "$(psql -X -q -c "CALL ledger.publish('m', '2025-06', force_reason => 'again')" 2>&1 | grep ERROR)" '' "turn $turn: with room it goes on"
done
whole "after $turns full disks"
# a part of a page at the end of a file is what a full disk leaves behind; it is nothing to the server, but pg_checksums reads it
pg_stop
find "$small/cluster/base" "$small/cluster/global" -type f -size +0 -exec sh -c 'for file; do size=$(stat -c %s "$file"); [ $((size % 8192)) = 0 ] || case ${file##*/} in [0-9]*) truncate -s $((size / 8192 * 8192)) "$file" ;; esac; done' sh {} +
checksums "after $turns full disks"
echo "$turns full disks, seed $seed: $([ $failed = 0 ] && echo all verifies || echo FAILED)"
exit $failed
