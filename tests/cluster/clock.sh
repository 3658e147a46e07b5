#!/usr/bin/env bash
# A clock that jumps: back two days, ahead a month, back again, with the server running, while records are entered, corrected,
# published and refreshed. No version begins before the one that it replaces ends, or before what was published; publishing beside rows that are
# dated after the present says so; and everything verifies, whatever the clock says.
# The clock is libfaketime's (package libfaketime); where it is missing and cannot be installed it is skipped.
#
#   tests/cluster/clock.sh [JUMPS [SEED]]     6 jumps
set -u
jumps=${1:-6} seed=${2:-$RANDOM}
library=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -n 1)
[ -n "$library" ] || { apt-get -qq -y --no-install-recommends install libfaketime >/dev/null 2>&1; library=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -n 1); }
[ -n "$library" ] || { echo 'skipped: no libfaketime'; exit 77; }
clock=$(mktemp /var/tmp/emgov.clock.XXXXXX)
chmod 644 "$clock"
echo '-2592000' >"$clock"
export EMGOV_SERVER_ENV="LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$clock FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_RESET=1"
. "$(dirname "${BASH_SOURCE[0]}")/own.sh" clock
trap 'pg_fresh; rm -f "$clock"' EXIT
office
# definitions and records are known since a month
echo '+0' >"$clock"
RANDOM=$seed
echo "seed $seed"
now() { sql -c 'SELECT extract(epoch FROM clock_timestamp())::bigint'; }
# everything that is entered or corrected, published or refreshed, once
work() {
    local id=$((1 + RANDOM % 130)) ahead
    sql -c "INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES (date '2025-01-01' + $((RANDOM % 365)), 'a', 'fire')" || failed=1
    sql -c "UPDATE ledger.accident SET direct_loss = coalesce(direct_loss, 0) + 1 WHERE id = $id" -c "UPDATE ledger.accident SET direct_loss = direct_loss + 1 WHERE id = $id" || failed=1
    ahead=$(sql -c 'SELECT count(*) > 0 FROM ledger.accident WHERE known_from > clock_timestamp()')
    psql -X -q -v ON_ERROR_STOP=1 -c "CALL ledger.publish('m', '2025-$(printf %02d $((1 + RANDOM % 12)))', force_reason => 'again')" >/dev/null 2>"$pg_base/log/clock.said" ||
        { echo "NOT OK publishing: $(cat "$pg_base/log/clock.said")"; failed=1; }
    [ "$ahead" = f ] || has "$(cat "$pg_base/log/clock.said")" 'rows dated after the present' 'what is dated after the present is said'
    sql -c "UPDATE ledger.accident SET status = CASE status WHEN 'valid' THEN 'withdrawn' ELSE 'valid' END, note = 'x' WHERE id = $id" || failed=1
    psql -X -q -v ON_ERROR_STOP=1 -c "CALL ledger.refresh_report_tables('m')" >/dev/null 2>&1 || { echo 'NOT OK refreshing'; failed=1; }
}
work
whole "before the first jump"
offset=0
for ((jump = 1; jump <= jumps; jump++)); do
    before=$(now)
    case $((jump % 3)) in 1) offset=$((offset - 172800)) ;; 2) offset=$((offset + 2592000)) ;; 0) offset=$((offset - 2600000 + RANDOM)) ;; esac
    printf '%+d\n' "$offset" >"$clock"
    sleep 1
    after=$(now)
    if [ $((jump % 3)) = 2 ]; then [ "$after" -gt "$before" ]; else [ "$after" -lt "$before" ]; fi || { echo "NOT OK the clock did not jump: $before, $after"; exit 1; }
    work
    whole "jump $jump, $offset s"
done
is "$(sql -c 'SELECT count(*) FROM (SELECT lag(known_to) OVER (PARTITION BY id ORDER BY known_from) AS until, known_from FROM
    (SELECT id, known_from, known_to FROM ledger_store.accident_history UNION ALL SELECT id, known_from, NULL FROM ledger.accident) AS v) AS w WHERE until > known_from')" 0 'versions follow one another'
echo "$jumps jumps of the clock, seed $seed: $([ $failed = 0 ] && echo all verifies || echo FAILED)"
exit $failed
