#!/usr/bin/env bash
# The command on sources of one's own: with a server of theirs down, and what of it a restatement says.
#
#   tests/client/emgov_own_sources.sh [PROGRAM]      needs a server with emgov and postgres_fdw installed (PGHOST, PGPORT, PGUSER)
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
work=$(mktemp -d)
base=emgov_own_sources
export LC_ALL=C.UTF-8 TMPDIR=$work ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 PGOPTIONS='-c client_min_messages=error'
unset PGDATABASE EMGOV_LEDGER NO_COLOR LANG
. tests/client/calls.sh
admin() { psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d $base "$@"; }
trap 'admin -c "DROP DATABASE IF EXISTS $base WITH (FORCE)"; rm -rf "$work"' EXIT
# run CODE ARGUMENT...: the command ends with this code
run() {
    local want=$1 code
    shift
    tried=$((tried + 1))
    timeout 120 "$emgov" "$@" -d $base >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code = "$want" ] || bad "emgov $* ended with $code, not $want"
    sound "emgov $*"
}
tests/database $base ledger || exit 1
sql <<'SQL' || exit 1
INSERT INTO ledger.area (code, name_zh, name_en, kind, is_block) VALUES ('A', '甲区', 'Jia', 'district', true), ('B', '乙区', 'Yi', 'district', true);
CREATE TABLE fault (id int, on_day date, area_code text, status text NOT NULL DEFAULT 'valid', PRIMARY KEY (id, on_day));
CALL emgov.keep_versions('fault');
CREATE EXTENSION postgres_fdw;
CREATE SERVER south FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', connect_timeout '2');
CREATE USER MAPPING FOR CURRENT_USER SERVER south OPTIONS (user 'nobody', password 'none');
CREATE TABLE seen (id int, area_code text, seen_on date) PARTITION BY LIST (area_code);
CREATE TABLE seen_a PARTITION OF seen FOR VALUES IN ('A');
CREATE FOREIGN TABLE seen_b PARTITION OF seen FOR VALUES IN ('B') SERVER south;
INSERT INTO ledger.indicator (code, name_zh, name_en, kind, source, date_column, filter, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('FAULT', '电梯故障', 'faults', 'count', 'public.fault', 'on_day', $$status = 'valid'$$, 'city', 'period', '起', 'none', '电梯故障起数'),
    ('SEEN', '检查', 'visits', 'count', 'public.seen', 'seen_on', NULL, 'city', 'period', '次', 'none', '检查次数');
CALL ledger.entered(ARRAY['public.fault', 'public.seen'], through => '2025-12-31', since => '2024-01-01');
INSERT INTO ledger.report (code, title_zh, title_en, period_kind) VALUES ('faults', '电梯故障', 'faults', 'month'), ('visits', '检查情况', 'visits', 'month');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('faults', 1, '一、故障'), ('visits', 1, '一、检查');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('faults', 1, 1, '故障{FAULT}，今年以来{FAULT@ytd}。'), ('visits', 1, 1, '检查{SEEN}。');
INSERT INTO fault VALUES (1032, '2025-10-05', 'A'), (1033, '2025-10-06', 'B'), (1034, '2025-09-06', 'B');
INSERT INTO seen_a VALUES (1, 'A', '2025-10-02');
SQL

# ------------------------------------------------------------------ a record stands once for each period, and says which; keys without what is there for machines
run 0 publish faults 2025-10
sql -c "UPDATE fault SET status = 'withdrawn' WHERE id = 1032" -c "INSERT INTO fault VALUES (1035, '2025-10-07', 'A')"
run 0 restate 1 --lang=zh
for line in 'FAULT  2025-10-05 甲区 #1032，2025-10-05  2025年10月' 'FAULT  2025-10-05 甲区 #1032，2025-10-05  2025年1—10月' 'FAULT  2025-10-07 甲区 #1035，2025-10-07  2025年10月'; do says "$line"; done
grep -qE '^代码 +记录 +统计期 +当时 +现在 +变动 +原因$' "$work/out" || bad 'no heading of the period'
run 0 restate 1 --lang=en
says '#1032, 2025-10-05  October 2025'

# ------------------------------------------------------------------ a server that is down: the command names its own way, in the language of the run
for command in 'report visits 2025-10' 'publish visits 2025-10' 'check visits 2025-10'; do
    run 1 $command --lang=zh
    warns '连不上所引用的服务器 (08001)'
    warns '提示：加 --unreachable=missing，按连得上的区域计算，并注明缺哪些区域'
    ! holds err 'SET emgov' || bad "$command: no command takes a SET"
    run 1 $command --lang=en
    warns '--unreachable=missing gives figures of the areas that can be reached'
done
run 0 report visits 2025-10 --unreachable=missing; says '检查1次（缺乙区）'
run 1 report visits 2025-10 --unreachable=error --lang=zh; warns --unreachable=missing
run 3 check visits 2025-10 --unreachable=missing --lang=zh; says 部分地区未报
run 3 publish visits 2025-10 --unreachable=missing --lang=zh
warns "emgov publish visits 2025-10 --allow-gaps --unreachable=missing"
run 0 publish visits 2025-10 --unreachable=missing --allow-gaps --lang=zh
run 1 restate 2 --lang=zh; warns --unreachable=missing
run 0 restate 2 --unreachable=missing --lang=zh
run 0 schedule run 'refresh visits' --unreachable=missing
run 2 report visits 2025-10 --unreachable=nothing
run 2 health --unreachable=missing
sql -c 'ALTER TABLE seen DETACH PARTITION seen_b' -c "CREATE FOREIGN TABLE seen_c PARTITION OF seen FOR VALUES IN ('C') SERVER south"
run 1 report visits 2025-10 --lang=zh; warns '“seen”没有区域 B 的分区，而该区域应有数据'; warns '请为其挂接分区；或者加 --unreachable=missing'
[ "$("$emgov" --complete report --unreachable)" = $'error\nmissing' ] || bad "the values of --unreachable"

[ $failed = 0 ] && echo "emgov, sources of one's own: $tried runs"
exit $failed
