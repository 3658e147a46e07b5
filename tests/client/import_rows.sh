#!/usr/bin/env bash
# emgov import of many rows, one in a hundred wrong in every way that is known: in + rejected = read, each of them refused
# for its own reason, nothing lost and nothing taken that is wrong, and memory that does not grow.
#
#   tests/client/import_rows.sh ROWS [PROGRAM]      needs a server with emgov installed (PGHOST, PGPORT, PGUSER)
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
rows=${1:-20000}
emgov=$(realpath "${2:-build/client/emgov}") || exit 1
work=$(mktemp -d)
base=emgov_import_rows
export LC_ALL=C.UTF-8 TMPDIR=$work ASAN_OPTIONS=detect_leaks=0 PGOPTIONS='-c client_min_messages=error'
unset PGDATABASE EMGOV_LEDGER LANG
failed=0
admin() { psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d $base "$@"; }
trap 'admin -c "DROP DATABASE IF EXISTS $base WITH (FORCE)"; rm -rf "$work"' EXIT
bad() { echo "FAILED: $*"; failed=1; }
tests/database $base ledger || exit 1
sql -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('320402', '天宁区', 'district'), ('320404', '钟楼区', 'district'), ('320412', '武进区', 'district')" \
    -c "INSERT INTO ledger.subject (kind, uscc, name) VALUES ('enterprise', '91320411608131455L', '天合光能股份有限公司')" \
    -c 'CREATE TABLE public.plain (number text PRIMARY KEY, occurred_on date NOT NULL, area text NOT NULL, dead int CHECK (dead >= 0), loss numeric(9,2) CHECK (loss >= 0), seen timestamptz, tags jsonb, name varchar(20))' || exit 1

# what is wrong, and the reason that is looked for: dates, places, categories, codes, amounts, counts, keys, quotes
awk -v rows="$rows" -v work="$work" 'BEGIN {
    n = split("no day|yet to come|must have a value|not on the list.某某|not on the list.不存在|about a number|two numbers|no whole number|out of range|break|stored as a number|check|same key|decided|cannot be read", why, "|")
    split("天宁区 钟楼区 武进区", an, " "); split("建筑业 化工和危险化学品 道路运输 工贸行业 煤矿", cn, " "); srand(11)
    print "事故编号,事故时间,事故地点,事故类别,直接经济损失（万元）,事故单位名称,统一社会信用代码,死亡人数,备注" > (work "/accident.csv")
    for (i = 1; i <= rows; i++) {
        number = sprintf("应急〔2024〕%d号", i); place = an[int(rand() * 3) + 1]; kind = cn[int(rand() * 5) + 1]; l = int(rand() * 100) / 10; unit = "企业" int(i / 50) "号"; code = ""; note = ""; dead = i % 9 == 0
        y = 2015 + int(rand() * 9); m = 1 + int(rand() * 12); d = 1 + int(rand() * 28); f = i % 5
        day = f == 0 ? sprintf("%d-%d-%d", y, m, d) : f == 1 ? sprintf("%d年%d月%d日", y, m, d) : f == 2 ? sprintf("%d.%d.%d", y, m, d) : f == 3 ? sprintf("%d%02d%02d", y, m, d) : sprintf("%d/%02d/%02d 08:30", y, m, d)
        b = i % 100 ? 0 : (i / 100 - 1) % n + 1
        if (b == 1) day = "2023-02-29"; else if (b == 2) day = "2199-01-01"; else if (b == 3) day = ""; else if (b == 4) place = "某某"; else if (b == 5) kind = "不存在"; else if (b == 6) l = "约100"
        else if (b == 7) dead = "3/1"; else if (b == 8) dead = "1.5"; else if (b == 9) dead = 999999; else if (b == 10) l = -5; else if (b == 11) { unit = ""; code = "9.1320411608131E+17" } else if (b == 12) { unit = ""; code = "91320411608131455X" }
        else if (b == 13) number = "应急〔2024〕1号"; else if (b == 14) unit = "常州天合光能公司"; else if (b == 15) note = "\"没有结束的引号"
        if (b) print i + 1 "\t" why[b] > (work "/expected")
        printf "%s,%s,%s,%s,%s,%s,%s,%s,%s\n", number, day, place, kind, l, unit, code, dead, note > (work "/accident.csv")
    }
    m = split("no day|must have a value|break|break|no number|too large|no date|json|too long|same key", how, "|")
    print "number,occurred_on,area,dead,loss,seen,tags,name" > (work "/plain.csv")
    for (i = 1; i <= rows; i++) {
        number = "K" i; day = "2024-05-06"; area = "天宁区"; dead = i % 3; l = i % 1000 ".5"; seen = "2024-05-06 10:00"; tags = "{}"; name = "甲"; b = i % 100 ? 0 : (i / 100 - 1) % m + 1
        if (b == 1) day = "2024-02-30"; else if (b == 2) area = ""; else if (b == 3) dead = -1; else if (b == 4) l = -5; else if (b == 5) l = "许多"; else if (b == 6) l = "12345678"; else if (b == 7) seen = "昨天"; else if (b == 8) tags = "{x"
        else if (b == 9) name = "一二三四五六七八九十一二三四五六七八九十一"; else if (b == 10) { number = "K1"; name = "乙" }
        if (b) print i + 1 "\t" how[b] > (work "/expected_plain")
        printf "%s,%s,%s,%s,%s,%s,%s,%s\n", number, day, area, dead, l, seen, tags, name > (work "/plain.csv")
    } }'
sed -i 's/\.某某//; s/\.不存在//' "$work/expected"
try() {     # try TABLE FILE EXPECTED COLUMNS
    local refused=$(wc -l <"$work/$3")
    "$emgov" import -d $base "$1" "$work/$2" >"$work/out" 2>"$work/err" </dev/null &
    local pid=$! most=0 now
    while now=$(sed -n 's/VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do most=$now; sleep 0.2; done
    wait $pid
    [ $? = 4 ] || bad "$1: it does not end with 4: $(cat "$work/err")"
    grep -qF "$rows read = $((rows - refused)) added + 0 changed + 0 the same + $refused rejected" "$work/out" || bad "$1: $(cat "$work/out"), not $refused rejected"
    [ "$most" -lt $((64 * 1024)) ] || [[ $emgov = *checked* ]] || bad "$1: $most kB of memory"
    # line by line: the reason is the one that is wrong there
    tail -n +2 "$work/$2.rejects.csv" | tr -d '\r' | awk -F, -v want="$work/$3" -v columns="$4" 'BEGIN { while ((getline line < want) > 0) { split(line, w, "\t"); why[w[1]] = w[2] } }
        { n = $(columns + 1); if (!(n in why)) { print "line " n " is not wrong: " $0; next }
          rest = ""; for (i = columns + 2; i <= NF; i++) rest = rest "," $i
          if (index(rest, why[n]) == 0) print "line " n ": not for " why[n] ": " rest; delete why[n] } END { for (n in why) print "line " n " is not refused for " why[n] }' >"$work/wrong"
    [ -s "$work/wrong" ] && { bad "$1: $(wc -l <"$work/wrong") reasons"; head -n 5 "$work/wrong"; }
    echo "$1: $(head -n 1 "$work/out"), $((most / 1024)) MB"
}
try accident accident.csv expected 9
[ "$(sql -c 'SELECT count(*) FROM ledger.accident')" = $((rows - $(wc -l <"$work/expected"))) ] || bad 'accidents in the table'
try public.plain plain.csv expected_plain 8
[ "$(sql -c 'SELECT count(*) FROM public.plain')" = $((rows - $(wc -l <"$work/expected_plain"))) ] || bad 'rows in the table'
exit $failed
