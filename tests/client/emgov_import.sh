#!/usr/bin/env bash
# emgov import: sheets as offices have them (tests/client/sheets), values, refusals, counts, workbooks, what is
# hostile, what is interrupted.
#
#   tests/client/emgov_import.sh [PROGRAM]      needs a server with emgov installed (PGHOST, PGPORT, PGUSER);
#                                               with EMGOV_CHECKED_COMMAND the one built with sanitizers is tested
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
sheets=$PWD/tests/client/sheets
work=$(mktemp -d)
base=emgov_import
export LC_ALL=C.UTF-8 TMPDIR=$work ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
unset PGDATABASE EMGOV_LEDGER NO_COLOR LANG
. tests/client/import_calls.sh
admin() { PGOPTIONS='-c client_min_messages=error' psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
drop() { admin -c "DROP DATABASE IF EXISTS $base WITH (FORCE)" -c 'DROP ROLE IF EXISTS emgov_import_clerk'; }
trap 'drop; rm -rf "$work"' EXIT
fresh() {
    drop
    tests/database $base ledger || exit 1
    PGOPTIONS='-c client_min_messages=error' sql <<'SQL' || exit 1
CALL ledger.load_pack('remediation');
INSERT INTO ledger.area (code, name_zh, kind) VALUES ('320402', '天宁区', 'district'), ('320404', '钟楼区', 'district'), ('320412', '武进区', 'district');
INSERT INTO ledger.programme (code, name_zh, name_en, scope) VALUES ('plan', '年度计划', 'plan', 'city');
INSERT INTO ledger.indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('CHECKED', '检查企业数', 'reported', 'city', 'period', '家次', 'year_earlier', '检查企业数'), ('GENERAL', '一般隐患/排查', 'reported', 'city', 'period', '项', 'year_earlier', '排查一般隐患'),
    ('ILLEGAL', '处罚总起数/违法', 'reported', 'city', 'period', '起', 'year_earlier', '违法处罚'), ('ACCIDENT', '处罚总起数/事故', 'reported', 'city', 'period', '起', 'year_earlier', '事故处罚');
CREATE TABLE public.site (code text PRIMARY KEY, name varchar(10) NOT NULL, opened date, open boolean, price numeric(8,2) CHECK (price > 0), tags jsonb, seen timestamptz);
SQL
}
${CC:-cc} -O1 -o "$work/sheet" tests/client/sheet.c -lxlsxwriter || exit 1
sheet() { "$work/sheet" "$work/$1.xlsx"; }
fresh

# ------------------------------------------------------------------ layouts: merged in a workbook, merges lost in text
# headings TABLE FILE...: of all of them in one run; those of the n-th, from 0, are in heads.n
headings() {
    run 0 "$@" --headings
    rm -f "$work"/heads.*
    awk -F'\t' -v work="$work" '{ column = length($1) $1; if (column <= before) n++; before = column; print > (work "/heads." n + 0) }' "$work/out"
}
files=() names=()
for text in "$sheets"/*.txt; do
    name=$(basename "$text" .txt)
    sheet "$name" <"$text"
    files+=("$work/$name.xlsx") names+=("$name")
    [ "$name" = status2 ] && continue   # a heading over two columns, of which text shows one
    sed 's/\^^/\x01/g; s/\^//g; s/\x01//g; /^%/d; s/#\([0-9.-]\)/\1/g; s/@\([0-9]\)/\1/g; s/\\n//g' "$text" >"$work/$name.tsv"
    files+=("$work/$name.tsv") names+=("$name")
done
headings accident "${files[@]}"
for i in "${!files[@]}"; do
    cut -f1-3 "$work/heads.$i" | diff - "$sheets/${names[i]}.expect" >"$work/err" || bad "${files[i]##*/}: headings are not as expected"
done
# lists: all as text; as workbooks every third, or all of them
lists=$(grep -v '^#' "$sheets/lists.tsv")
awk -F'\t' -v work="$work" '{ n = split($3, c, "|"); to = work "/list." $1 ".tsv"; print "某某情况表" > to; gsub(/\|/, "\t", $3); print $3 > to
    for (r = 1; r <= 3; r++) { for (i = 1; i <= n; i++) printf "甲%d%d\t", r, i > to; print "" > to } }' <<<"$lists"
for table in $(cut -f2 <<<"$lists" | sort -u); do
    files=()
    for number in $(awk -F'\t' -v table="$table" '$2 == table { print $1 }' <<<"$lists"); do
        files+=("$work/list.$number.tsv")
        [ -n "${EMGOV_WHOLE:-}" ] || [ $((10#${number//[!0-9]/} % 3)) = 0 ] || continue
        sheet "list.$number" <"$work/list.$number.tsv"
        files+=("$work/list.$number.xlsx")
    done
    headings "$table" "${files[@]}"
    for i in "${!files[@]}"; do mv "$work/heads.$i" "${files[i]}.heads" || bad "${files[i]##*/}: no headings"; done
done
while IFS=$'\t' read -r number table list; do
    commas=${list//[!|]/}
    [ "$(wc -l <"$work/list.$number.tsv.heads")" = $((${#commas} + 1)) ] || bad "list $number: not $((${#commas} + 1)) headings"
    [ ! -e "$work/list.$number.xlsx" ] || cmp -s "$work/list.$number".{tsv,xlsx}.heads || bad "list $number: text and workbook differ"
    awk -F'\t' -v n="$number" '$4 != "-" {print n "\t" $2 "\t" $4}' "$work/list.$number.tsv.heads" >>"$work/mapped"
done <<<"$lists"
diff "$work/mapped" "$sheets/lists.expect" >"$work/out" || bad 'headings go into other columns than expected'

# ------------------------------------------------------------------ accidents: one flat row, three tables
cat >"$work/accident.csv" <<'C'
2024年生产安全事故台账,,,,,,,,
单位：起、人、万元,,,,,,,,
序号,事故时间,事故地点,事故类别,事故单位名称,统一社会信用代码,死亡人数,重伤人数,直接经济损失（万元）
1,2024-1-5,天宁区,建筑施工,天合光能股份有限公司,91320411608131455L,１,0,100.5
2,2024年2月30日,武进区,化工,某厂,,0,2,5
3,20240301,武进区湖塘镇,道路运输,某运输公司,,2,,12
4,2024/4/1,金坛,化工,/,,无,1,—
5,45400,钟楼,煤矿,,914403001922038217,1,,1
6,2199-01-01,钟楼,煤矿,,,1,,1
合计,,,,,,4,3,118.5
填表人：张三,,,,审核人：李四,,,,
C
run 4 accident "$work/accident.csv"
says '6 read = 2 added + 0 changed + 0 the same + 4 rejected'
warns 'total of 死亡人数 on row 10 is 4, and 3 went in'
warns 'left out: note or signature (row 11)'
reason "$work/accident.csv" '^2,.*,5,事故时间,.*2024年2月30日.*,,2024年生产安全事故台账 | 单位：起、人、万元.$'
reason "$work/accident.csv" '^4,.*,7,事故地点,.*金坛'
reason "$work/accident.csv" '^5,.*,8,统一社会信用代码,.*check'
reason "$work/accident.csv" '^6,.*,9,.*yet to come'
[ "$(head -c 3 "$work/accident.csv.rejects.csv" | od -An -tx1)" = ' ef bb bf' ] || bad 'rejects.csv has no BOM'
is 'SELECT count(*), sum(direct_loss), min(category_code) FROM ledger.accident' '2|1125000.00|construction'
is "SELECT string_agg(outcome || outcome_on, ',' ORDER BY id) FROM ledger.casualty" 'dead2024-01-05,dead2024-03-01,dead2024-03-01'
is "SELECT string_agg(kind || name, ',' ORDER BY id) FROM ledger.subject" 'enterprise天合光能股份有限公司,unit某运输公司'
is 'SELECT count(*) FROM ledger.import_heading' 1
run 4 accident "$work/accident.csv"
says '0 added + 0 changed + 2 the same + 4 rejected'
sed 's/,１,0,100.5/,2,1,200/' "$work/accident.csv" >"$work/corrected.csv"
run 4 accident "$work/corrected.csv"
says '0 added + 1 changed + 1 the same + 4 rejected'
is "SELECT string_agg(outcome || status, ',' ORDER BY id) FROM ledger.casualty WHERE accident_id = 1" 'deadvalid,deadvalid,seriousvalid'
is 'SELECT count(*) FROM ledger_store.accident_history' 1
run 4 accident "$work/accident.csv.rejects.csv"
says '4 read = 0 added'
run 0 --template accident -o "$work/template.xlsx"
mkdir "$work/folder.xlsx"
for write in '--template accident' '--credit penalty --period 2024-05'; do
    # shellcheck disable=SC2086
    run 1 $write -o "$work/folder.xlsx" --lang=zh
    [ "$(cat "$work/err")" = "emgov: 错误：$work/folder.xlsx: Is a directory" ] || bad "$write -o FOLDER: it is said otherwise"
done
run 0 accident "$work/template.xlsx"
says '0 read'
warns 'left out: example'

# ------------------------------------------------------------------ encodings, separators, dry runs
cat >"$work/hazard.csv" <<'C'
安全隐患整改治理台账
序号,企业名称,检查时间,检查人,隐患类别,存在隐患或问题,整改期限,整改完成时间,复查时间,复查人
1,天合光能股份有限公司,2026/3/5,李四,一般,未戴安全帽,7,2026/3/8,2026/3/9,王五
2,常州天合光能公司,2026/3/5,李四,重大隐患,"未设防护, 见图",12月31日前,,,
3,新企业有限公司,2026.3.6,李四,一般,灭火器过期,立即整改,2026/3/6,,
C
run 1 hazard "$work/hazard.csv"
warns 'no heading goes into programme_code'
warns 'programme_code: there are plan'
run 1 hazard "$work/hazard.csv" --lang zh
warns '没有表头对应必填列 programme_code（检查项目）'
warns 'programme_code 可填：年度计划'
# a total with its measure word; what is wrong with a credit code, all in Chinese; a body as everybody calls it, areas under a heading in brackets
printf '企业名称,统一社会信用代码,检查时间,隐患级别\n甲公司,重大,2026/3/5,一般\n乙公司,91320411608131455M,2026/3/5,一般\n合计2条,,,重大0条\n' >"$work/code.csv"
run 4 hazard "$work/code.csv" --set programme_code=plan --dry-run --lang zh
says '读取2行'; warns '合计行（第4行）'; says '第18位（校验码）是“…”，应为“…”'
reason "$work/code.csv" '应为18位，实为2位；第1位是“重” \(U\+91CD\)，代码中没有这个字符'
sql -c "INSERT INTO ledger.organisation (code, name_zh, kind, scope) VALUES ('own', '云河市应急管理局', 'department', 'city')"
printf '检查时间,被检查单位,检查单位,检查计划,县（区）\n2026/3/5,甲公司,云河市应急局,年度计划,武进区\n' >"$work/short.csv"
run 0 inspection "$work/short.csv" --dry-run; says '1 read = 1 added'; ! grep -q 'went in without' "$work/out" || bad 'no area'
sql -c "DELETE FROM ledger.organisation WHERE code = 'own'"
iconv -f UTF-8 -t GB18030 "$work/hazard.csv" >"$work/gb.csv"
iconv -f UTF-8 -t UTF-16 "$work/hazard.csv" | cat >"$work/utf16.csv"
sed '1s/^/\xef\xbb\xbf/' "$work/hazard.csv" >"$work/bom.csv"
for file in gb utf16 bom; do
    run 4 hazard "$work/$file.csv" --set programme_code=年度计划 --dry-run
    says '3 read = 2 added'
    is 'SELECT count(*) FROM ledger.hazard' 0
done
run 4 hazard "$work/gb.csv" --set programme_code=plan --all-or-nothing
is 'SELECT count(*) FROM ledger.hazard' 0
run 4 hazard "$work/gb.csv" --set programme_code=plan
reason "$work/gb.csv" '^2,.*,4,企业名称,.*import_pending.*,天合光能股份有限公司'
is "SELECT string_agg(concat_ws('/', level, deadline, rectified_on, rechecked_on), ',' ORDER BY id) FROM ledger.hazard" 'general/2026-03-12/2026-03-08/2026-03-09,general/2026-03-06/2026-03-06'
is 'SELECT name, candidates, decided_on FROM ledger.import_pending' '常州天合光能公司|天合光能股份有限公司|'
run 4 hazard "$work/gb.csv" --set programme_code=plan
is 'SELECT count(*) FROM ledger.import_pending' 1
sql -c "INSERT INTO ledger.subject_alias (name, subject_id) VALUES ('常州天合光能公司', 1)"
is 'SELECT decided_on IS NOT NULL FROM ledger.import_pending' t
run 0 hazard "$work/gb.csv.rejects.csv" --set programme_code=plan
says '1 read = 1 added'
is "SELECT subject_id, level, deadline, description FROM ledger.hazard ORDER BY id DESC LIMIT 1" '1|major|2026-12-31|未设防护, 见图'

# ------------------------------------------------------------------ workbooks: merges, hidden, codes cut off, formulas
sheet book <<'T'
%sheet 台账
隐患台账	^^	^^	^^
企业名称	检查时间	隐患描述	统一社会信用代码
甲化工厂	@2024-03-05	第一条	
^	@2024-03-06	第二条	
%hide
乙厂	@2024-03-07	藏着的	
丙厂	45360	码被截断	#914403001922038216
注：以上由各镇填报
%sheet 旧表
%hidden
企业名称	检查时间
丁厂	@2020-01-01
T
run 4 hazard "$work/book.xlsx" --set programme_code=plan
says '3 read = 2 added'
warns 'left out: hidden (row 5)'
warns 'left out: note or signature (row 7)'
reason "$work/book.xlsx" 'stored as a number'
is "SELECT string_agg(found_on::text, ',' ORDER BY h.id) FROM ledger.hazard AS h JOIN ledger.subject AS s ON s.id = h.subject_id WHERE s.name = '甲化工厂'" '2024-03-05,2024-03-06'
run 4 hazard "$work/book.xlsx" --set programme_code=plan --hidden=take
says '4 read = 1 added + 0 changed + 2 the same'
cp "$work/book.xlsx" "$work/really.csv"
run 4 hazard "$work/really.csv" --set programme_code=plan --dry-run
says '3 read = 0 added + 0 changed + 2 the same'
ssconvert "$work/book.xlsx" "$work/book.ods" 2>/dev/null && ssconvert "$work/book.xlsx" "$work/book.xls" 2>/dev/null
for file in ods xls; do
    run 4 hazard "$work/book.$file" --set programme_code=plan --dry-run
    says '3 read = 0 added + 0 changed + 2 the same'
done
PATH=/nowhere "$emgov" import -d $base hazard "$work/book.xlsx" --set programme_code=plan >"$work/out" 2>"$work/err" </dev/null
warns 'neither is installed'

# ------------------------------------------------------------------ counts
sheet counts <"$sheets/status1.txt"
run 0 reported "$work/counts.xlsx" --period 2024-05 --sender 市应急局
says '8 read = 8 added'
warns 'total of 检查执法情况/检查企业数 on row 8 is what went in: 101'
is "SELECT string_agg(concat_ws('/', indicator, member, starts_on, ends_on, value), ',' ORDER BY indicator, member) FROM ledger.reported WHERE indicator IN ('ILLEGAL', 'ACCIDENT')" \
    'ACCIDENT/320402/2024-05-01/2024-06-01/1,ACCIDENT/320404/2024-05-01/2024-06-01/0,ILLEGAL/320402/2024-05-01/2024-06-01/3,ILLEGAL/320404/2024-05-01/2024-06-01/1'
run 0 reported "$work/counts.xlsx" --period 2024-05 --sender 市应急局
says '8 the same'
printf '2024年检查企业数\n区域,1月,2月,合计\n天宁区,5,6,11\n武进区,7,,7\n合计,12,6,18\n' >"$work/months.csv"
run 0 reported "$work/months.csv" --indicator CHECKED
says '3 read = 3 added'
# the period is that of the title, where it tells one and no more: not the end of a range, not the month of a day, not one of several years
n=1000
while IFS=$'\t' read -r title period; do
    n=$((n + 1))
    printf '%s,\n区域,检查企业数\n天宁区,%d\n' "$title" $n >"$work/title_period.csv"
    run $([ -n "$period" ] && echo 0 || echo 1) reported "$work/title_period.csv"
    [ -n "$period" ] || warns 'no period is told'
    is "SELECT string_agg(concat_ws('/', starts_on, ends_on), ',') FROM ledger.reported WHERE value = $n" "$period"
done <<'X'
2019年5月各地检查情况	2019-05-01/2019-06-01
2019年1月至5月检查情况	2019-01-01/2019-06-01
2019年3—5月份检查情况	2019-03-01/2019-06-01
2019年一季度检查情况	2019-01-01/2019-04-01
2019年上半年检查情况	2019-01-01/2019-07-01
2019年度检查情况	2019-01-01/2020-01-01
2017—2019年检查情况
2017年至2019年检查情况
2017、2018年检查情况
2018年12月—2019年2月检查情况
2019年1月至2019年5月检查情况
2019年1月1日至5月31日检查情况
截至2019年5月31日检查情况
2019年1、2月检查情况
2019年10项指标情况
X
printf '2019年1月1日至2月28日检查企业数\n区域,1月,2月\n天宁区,5,6\n' >"$work/days.csv"
run 0 reported "$work/days.csv" --indicator CHECKED
is "SELECT string_agg(concat_ws('/', starts_on, value), ',' ORDER BY starts_on) FROM ledger.reported WHERE starts_on >= '2019-01-01' AND ends_on <= '2019-03-01' AND value < 1000" '2019-01-01/5,2019-02-01/6'
printf '区域,指标,月份,数值\n天宁区,CHECKED,2024年3月,9\n钟楼区,检查企业数,2024-03,8\n某区,CHECKED,2024-03,8\n' >"$work/long.csv"
run 4 reported "$work/long.csv"
says '3 read = 2 added + 0 changed + 0 the same + 1 rejected'

# ------------------------------------------------------------------ any table, mappings, constraints
printf '编号;名称;开业;是否;价格;标签;时间\nA1;甲;2024.1.5;√;1,234.50;{"a": 1};2024-01-05 10:00\nA2;乙;2024年1月6日;否;-5;{};2024-01-05\nA3;一个非常非常非常长的名称;;;1;;\nA4;丁;;;1;{x;\nA1;甲;2024.1.5;√;1,234.50;{"a": 1};2024-01-05 10:00\nA1;不同;;;;;\n' >"$work/site.csv"
run 0 public.site "$work/site.csv" --mapping "$work/site.map"
[ -s "$work/site.map" ] || bad 'no mapping file was written'
printf '编号\tcode\n名称\tname\n开业\topened\n是否\topen\n价格\tprice\n标签\ttags\n时间\tseen\n' >"$work/site.map"
run 4 public.site "$work/site.csv" --mapping "$work/site.map"
says '6 read = 1 added + 0 changed + 1 the same + 4 rejected'
is 'SELECT code, name, opened, open, price, tags FROM public.site' 'A1|甲|2024-01-05|t|1234.50|{"a": 1}'
for why in 'price > ' 'too long' 'json' 'the same key stands on line 2'; do reason "$work/site.csv" "$why"; done
printf 'code,name\nA1,改名\nA9,新\n' >"$work/site2.csv"
run 0 public.site "$work/site2.csv"
says '1 added + 1 changed'
is "SELECT name, opened FROM public.site WHERE code = 'A1'" '改名|2024-01-05'
{ echo code,name; for i in 1 2 3 4 5; do echo "X$i,这个名称实在是太长了不能要"; done; for i in 1 2 3; do echo "Y$i,好"; done; } >"$work/first_bad.csv"
run 4 public.site "$work/first_bad.csv"
says '8 read = 3 added + 0 changed + 0 the same + 5 rejected'
is "SELECT count(*) FROM public.site WHERE code ~ '^Y'" 3
run 1 no_such_table "$work/site2.csv"
run 2 accident
sql -c 'CREATE ROLE emgov_import_clerk LOGIN' -c "CALL ledger.grant_clerk('emgov_import_clerk')"
PGUSER=emgov_import_clerk run 4 accident "$work/corrected.csv"
says '2 the same'

# ------------------------------------------------------------------ hostile
head -c 300000 /dev/urandom >"$work/junk.csv"
run 1 accident "$work/junk.csv"
: >"$work/empty.csv"
run 1 accident "$work/empty.csv"
{ echo '事故时间,事故地点,事故类别'; printf '2024-01-05,天宁区,"'; head -c 9000000 /dev/zero | tr '\0' x; printf '\n2024-01-06,天宁区,煤矿\n2024-01-07,\0天宁区,煤矿\n2024-01-08,"天""宁区",煤矿\n'; } >"$work/quote.csv"
run 4 accident "$work/quote.csv"
says '4 read = 1 added + 0 changed + 0 the same + 3 rejected'
seq -s, 1 100000 | sed 's/^/事故时间,事故地点,/' >"$work/wide.csv"
run 1 accident "$work/wide.csv"
printf '事故时间\t事故地点\t事故类别\t名称\n2024-01-09\t天宁区\t煤矿\t\\.\\N"; DROP TABLE ledger.accident; --\n' >"$work/sql.tsv"
run 0 accident "$work/sql.tsv"
is "SELECT title FROM ledger.accident ORDER BY id DESC LIMIT 1" '\.\N"; DROP TABLE ledger.accident; --'
printf 'PK\3\4junk' >"$work/broken.xlsx"
# by ssconvert; with EMGOV_WHOLE LibreOffice is asked too, where it is
mkdir "$work/gnumeric"
ln -s "$(type -P ssconvert)" "$(type -P timeout)" "$work/gnumeric"
PATH="${EMGOV_WHOLE:+$PATH:}$work/gnumeric" run 1 accident "$work/broken.xlsx"

# ------------------------------------------------------------------ 双公示, both standards, there and back
printf '行政处罚决定书文号,处罚类别1,处罚事由,行政相对人名称,行政相对人代码_1(统一社会信用代码),行政相对人代码_2(组织机构代码),处罚决定日期,处罚机关,罚款金额（万元）\n（苏常）应急罚[2024]1号,罚款;警告,未培训,天合光能,91320411608131455L,无,2024/05/06,市应急管理局,1.5\n' >"$work/credit.csv"
run 0 enforcement_case "$work/credit.csv"
is 'SELECT c.number, c.filed_on, c.subject_id, string_agg(concat(y.kind_code, y.fine), $$,$$ ORDER BY y.id) FROM ledger.enforcement_case AS c JOIN ledger.penalty AS y ON y.enforcement_case_id = c.id GROUP BY c.id' \
    '(苏常)应急罚〔2024〕1号|2024-05-06|1|fine15000.00,warning0.00'
for kind in penalty penalty-2015; do
    run 0 --credit $kind --period 2024-05 -o "$work/$kind.xlsx"
    run 0 enforcement_case "$work/$kind.xlsx"
    says '1 read = 0 added + 0 changed + 1 the same'
done

# ------------------------------------------------------------------ what a breaker tried
fods() { cat >"$work/$1.fods" <<X
<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">
<table:table-row><table:table-cell><text:p>发生日期</text:p></table:table-cell><table:table-cell><text:p>区域</text:p></table:table-cell><table:table-cell><text:p>事故类别</text:p></table:table-cell></table:table-row>
$2
</table:table></office:spreadsheet></office:body></office:document>
X
}
cells='<table:table-cell><text:p>2024-08-01</text:p></table:table-cell><table:table-cell><text:p>武进区</text:p></table:table-cell><table:table-cell><text:p>道路运输</text:p></table:table-cell>'
fods repeated "<table:table-row table:number-rows-repeated=\"3\">$cells</table:table-row><table:table-row>${cells/08-01/08-02}</table:table-row>"
run 0 accident "$work/repeated.fods" --dry-run
says '4 read = 4 added'
fods repeated "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-spanned=\"2\"><text:p>甲</text:p></table:table-cell><table:covered-table-cell/></table:table-row><table:table-row table:number-rows-repeated=\"2\" table:visibility=\"collapse\">$cells</table:table-row>"
run 0 accident "$work/repeated.fods" --dry-run --hidden=take
warns 'note or signature (row 2, 3)'
says '2 read = 2 added'
for number in -8 -100000000 9223372036854775807 99999999999999999999 x 0; do
    for name in columns-repeated columns-spanned rows-repeated rows-spanned; do
        on="table:table-cell table:number-$name=\"$number\""
        row="<table:table-row><$on/><table:table-cell table:number-columns-spanned=\"2\" table:number-rows-spanned=\"4\"><text:p>甲</text:p></table:table-cell></table:table-row>"
        [ $name != rows-repeated ] || row="<table:table-row table:number-rows-repeated=\"$number\" table:visibility=\"collapse\"/><table:table-row><table:table-cell table:number-rows-spanned=\"3\"/></table:table-row>"
        fods "bounds-$name" "<table:table-row>$cells</table:table-row>$row$row<table:table-row>$cells</table:table-row>"
    done
    timeout 120 "$emgov" import -d $base accident "$work"/bounds-*.fods --dry-run >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [[ $code = [04] ]] && [ "$(grep -c ' read = ' "$work/out")" = 4 ] || bad "number-… $number: ended with $code"
done
# a cell without end, and many that are long: their rows cannot be read, which is said, and the others are taken
long=$(head -c 1200000 /dev/zero | tr '\0' x) half=$(head -c 900000 /dev/zero | tr '\0' y)
for row in "${cells/武进区/$long}" "$cells$(for i in 1 2 3 4 5; do printf '<table:table-cell><text:p>%s</text:p></table:table-cell>' "$half"; done)"; do
    fods long "<table:table-row>$cells</table:table-row><table:table-row>$row</table:table-row>"
    run 4 accident "$work/long.fods" --dry-run
    says '2 read = 1 added'
    reason "$work/long.fods" 'far too long'
done
# values of formulas are those of their row, whatever stands above
{ printf '发生日期\t区域\t事故类别\t标题\t直接经济损失\n2024-08-05\t武进区\t道路运输\t'; for i in $(seq 1201); do printf 'a,b,c,d,555\\n'; done; printf '\t#1\n2024-08-06\t武进区\t道路运输\t乙\t=2+2==4\n2024-08-07\t武进区\t道路运输\t丙\t=3+3==6\n'; } >"$work/lines.txt"
sheet lines <"$work/lines.txt"
run 0 accident "$work/lines.xlsx"
is "SELECT string_agg(direct_loss::text, ',' ORDER BY occurred_on) FROM ledger.accident WHERE occurred_on BETWEEN '2024-08-06' AND '2024-08-07'" '4.00,6.00'
# a name that looks like what is filled in
printf '发生日期,区域,事故类别,死亡人数,事故编号\n2024-08-08,武进区,道路运输,1,@ledger@-1\n' >"$work/a@name@b'@ledger@.csv"
run 0 accident "$work/a@name@b'@ledger@.csv"
sed -i 's/,1,@/,0,@/' "$work/a@name@b'@ledger@.csv"
run 0 accident "$work/a@name@b'@ledger@.csv"
says '1 changed'
is "SELECT c.note FROM ledger.casualty AS c JOIN ledger.accident AS a ON a.id = c.accident_id WHERE a.occurred_on = '2024-08-08'" "corrected by a@name@b'@ledger@.csv"
sql -c 'CREATE TABLE public."@ledger@" (id int PRIMARY KEY, "@name@" text DEFAULT $$@name@$$ CHECK ("@name@" <> $$@ledger@$$))'
printf 'id,@name@\n1,甲\n2,@ledger@\n3,\n' >"$work/at.csv"
run 4 public.@ledger@ "$work/at.csv"
says '3 read = 2 added + 0 changed + 0 the same + 1 rejected'
# what is rejected is not declared entered
printf '发生日期,区域,事故类别\n2024-08-09,武进区,不知何类\n2024-08-09,武进区,道路运输\n' >"$work/some.csv"
for how in --all-or-nothing --hidden=skip; do
    run 4 accident "$work/some.csv" $how --entered 2024-08-31
    warns 'is not declared'
    is "SELECT count(*) FROM ledger.coverage_declaration WHERE through = '2024-08-31'" 0
done
sed -i 2d "$work/some.csv"
run 0 accident "$work/some.csv" --entered 2024-08-31
is "SELECT count(*) FROM ledger.coverage_declaration WHERE through = '2024-08-31'" 1
# keys of the file are the keys of what is made of its rows
printf 'id,发生日期,区域,事故类别,死亡人数\n990022,2024-03-01,武进区,道路运输,3\n990021,2024-03-01,天宁区,道路运输,0\n990020,2024-03-01,钟楼区,道路运输,1\n' >"$work/keys.csv"
run 0 accident "$work/keys.csv"
is 'SELECT string_agg(accident_id::text, $$,$$ ORDER BY accident_id) FROM ledger.casualty WHERE accident_id > 990000' '990020,990022,990022,990022'
printf 'id,行政处罚决定书文号,处罚类别,行政相对人名称,处罚决定日期,处罚机关,罚款金额\n880002,ZZ-2,罚款,天合光能,2024/05/07,市应急管理局,500\n880001,ZZ-1,警告,天合光能,2024/05/07,市应急管理局,\n' >"$work/keys2.csv"
run 0 enforcement_case "$work/keys2.csv" --set org_code=bureau
is 'SELECT string_agg(concat(enforcement_case_id, kind_code, fine), $$,$$ ORDER BY enforcement_case_id) FROM ledger.penalty WHERE enforcement_case_id > 880000' '880001warning0.00,880002fine500.00'

# two imports of one file at once, and a clerk who changes what is corrected
printf '发生日期,区域,事故类别,死亡人数,事故编号\n2024-08-10,武进区,道路运输,8,T-1\n' >"$work/twice.csv"
run 0 accident "$work/twice.csv"
sed 's/,8,/,10,/' "$work/twice.csv" >"$work/twice1.csv"
printf '发生日期,区域,事故类别\n2024-08-11,武进区,道路运输\n' >"$work/new1.csv"
cp "$work/twice1.csv" "$work/twice2.csv"
cp "$work/new1.csv" "$work/new2.csv"
for file in twice new; do
    sql -c 'BEGIN; LOCK TABLE ledger.casualty, ledger.accident IN SHARE MODE; SELECT pg_sleep(3); COMMIT' >/dev/null &
    sleep 0.5
    "$emgov" import -d $base accident "$work/${file}1.csv" >/dev/null 2>&1 </dev/null &
    run 0 accident "$work/${file}2.csv"
    wait
done
is "SELECT count(*) FROM ledger.casualty AS c JOIN ledger.accident AS a ON a.id = c.accident_id WHERE a.number = 'T-1' AND c.status = 'valid'" 10
is "SELECT count(*) FROM ledger.accident WHERE occurred_on = '2024-08-11'" 1
printf '发生日期,区域,事故类别,直接经济损失,事故编号,死亡人数\n2024-08-10,武进区,道路运输,777,T-1,12\n' >"$work/late.csv"
sql -c "BEGIN; UPDATE ledger.accident SET title = '别人改的' WHERE number = 'T-1'; INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) SELECT id, 'dead', occurred_on FROM ledger.accident WHERE number = 'T-1'; SELECT pg_sleep(3); COMMIT" >/dev/null &
sleep 0.5
run 0 accident "$work/late.csv"
wait
says '1 changed'
is "SELECT direct_loss, title FROM ledger.accident WHERE number = 'T-1'" '777.00|别人改的'
is "SELECT count(*) FROM ledger.casualty AS c JOIN ledger.accident AS a ON a.id = c.accident_id WHERE a.number = 'T-1' AND c.status = 'valid'" 12
# partitions and children of a table
sql -c 'CREATE TABLE public.part (code text NOT NULL, day date, n int) PARTITION BY RANGE (day)' -c 'CREATE TABLE public.part24 PARTITION OF public.part FOR VALUES FROM ($$2024-01-01$$) TO ($$2025-01-01$$)' \
    -c 'CREATE TABLE public.part25 PARTITION OF public.part FOR VALUES FROM ($$2025-01-01$$) TO ($$2026-01-01$$)'
printf 'code,day,n\na,2024-02-01,1\nb,2025-02-01,\na,2024-02-01,1\n' >"$work/part.csv"
for said in '3 added' '3 the same'; do
    run 0 public.part "$work/part.csv"
    says "$said"
done

# the file of rejected rows: no formulas, no links, nothing of before is lost, and it is there before what went in
printf '发生日期,区域,事故类别,名称\n2024-08-12,武进区,不知何类,=cmd|/C calc!A0\n2024-08-12,武进区,也不知,@a\n2024-08-12,武进区,也不知,＝b\n2024-08-13,武进区,又不知,-5\n' >"$work/formula.csv"
run 4 accident "$work/formula.csv"
! grep -qE '(^|,|")([=@]|＝)' "$work/formula.csv.rejects.csv" || bad 'a formula stands in rejects.csv'
sed -i 's/不知何类/煤矿/; s/也不知/煤矿/' "$work/formula.csv.rejects.csv"
cp "$work/formula.csv.rejects.csv" "$work/mine.csv"
run 4 accident "$work/formula.csv"
warns 'are kept in'
cmp -s "$work/mine.csv" "$work/formula.csv.rejects.csv.1" || bad 'corrected rows are lost'
run 4 accident "$work/mine.csv"
is "SELECT string_agg(title, ',' ORDER BY title COLLATE \"C\") FROM ledger.accident WHERE occurred_on = '2024-08-12'" '=cmd|/C calc!A0,@a,＝b'
mkdir "$work/linked"
echo victim >"$work/victim.txt"
cp "$work/formula.csv" "$work/linked/f.csv"
ln -s "$work/victim.txt" "$work/linked/f.csv.rejects.csv"
timeout 60 bash -c "ln -s '$work/victim.txt' '$work/linked/f.csv.rejects.csv.'\$\$.part; exec '$emgov' import -d $base accident '$work/linked/f.csv'" >"$work/out" 2>"$work/err" </dev/null
[ "$(cat "$work/victim.txt")" = victim ] && [ ! -L "$work/linked/f.csv.rejects.csv" ] || bad 'the file of rejected rows follows a link'
mkdir "$work/dir.csv.rejects.csv"
printf '发生日期,区域,事故类别\n2024-08-14,武进区,不知何类\n2024-08-14,武进区,煤矿\n' >"$work/dir.csv"
run 1 accident "$work/dir.csv"
is "SELECT count(*) FROM ledger.accident WHERE occurred_on = '2024-08-14'" 0
# what others had headings go into: no values for every row, no personal data, and it is said whose it is
sql -c 'DO $$BEGIN IF to_regrole($r$emgov_import_clerk$r$) IS NULL THEN CREATE ROLE emgov_import_clerk LOGIN; END IF; END$$' -c "CALL ledger.grant_clerk('emgov_import_clerk')"
printf '发生日期,区域,事故类别,损失,姓名\n2024-08-15,武进区,道路运输,5,张三\n' >"$work/poison.csv"
PGUSER=emgov_import_clerk sql -c "INSERT INTO ledger.import_heading (table_name, fingerprint, headings, mapping, remembered_by) SELECT 'accident', md5(h), h, E'发生日期\toccurred_on\n区域\tarea_code\n事故类别\tcategory_code\n损失\tdirect_loss\n姓名\ttitle\n=withdrawn\tstatus\n=x\tnote\n', 'postgres' FROM (VALUES (E'发生日期\n区域\n事故类别\n损失\n姓名\n')) AS v (h)"
run 0 accident "$work/poison.csv"
warns 'emgov_import_clerk'
warns 'personal data left out: 姓名'
is "SELECT status, title, note, direct_loss FROM ledger.accident WHERE occurred_on = '2024-08-15'" 'valid|||5.00'
# fines and penalties that a corrected file brings; an alias that was withdrawn; what is no fault of a row
printf '行政处罚决定书文号,处罚类别,行政相对人名称,处罚决定日期,处罚机关,罚款金额,没收金额\nY-1,警告,天合光能,2024/05/08,市应急管理局,,\nY-2,罚款,天合光能,2024/05/08,市应急管理局,100,\n' >"$work/fine.csv"
run 0 enforcement_case "$work/fine.csv" --set org_code=bureau
sed -i 's/05.08,市应急管理局,,/05\/08,市应急管理局,5000,/' "$work/fine.csv"
run 0 enforcement_case "$work/fine.csv" --set org_code=bureau
says '2 read = 0 added + 1 changed + 1 the same'
sed -i 's/,100,/,200,/' "$work/fine.csv"
run 0 enforcement_case "$work/fine.csv" --set org_code=bureau --set note=x
is "SELECT string_agg(concat(c.number, y.kind_code, y.fine), ',' ORDER BY c.number, y.kind_code) FROM ledger.penalty AS y JOIN ledger.enforcement_case AS c ON c.id = y.enforcement_case_id WHERE c.number ~ '^Y-'" 'Y-1fine5000.00,Y-1warning0.00,Y-2fine200.00'
# an amount that nobody knows is no fine of 0: refused where the case is decided, no penalty yet where it is not
printf '行政处罚决定书文号,处罚类别,行政相对人名称,立案日期,处罚决定日期,处罚机关,罚款金额（万元）\nZF-1,罚款,天合光能,2024-05-01,2024-05-08,市应急管理局,\nZF-2,罚款;警告,天合光能,2024-05-01,2024-05-08,市应急管理局,待评估\nZF-3,罚款;警告,天合光能,2024-05-01,,市应急管理局,\nZF-4,罚款,天合光能,2024-05-01,2024-05-08,市应急管理局,0\nZF-5,没收,天合光能,2024-05-01,2024-05-08,市应急管理局,\n' >"$work/unknown.csv"
run 4 enforcement_case "$work/unknown.csv" --set org_code=bureau --lang=zh
says '读取5行 = 新增2 + 更正0 + 相同0 + 退回3'
reason "$work/unknown.csv" '^ZF-2,.*3,罚款金额,.*罚款金额不明'
reason "$work/unknown.csv" '^ZF-5,.*没收金额不明'
unknown="SELECT string_agg(concat_ws('/', c.number, y.kind_code, y.fine), ',' ORDER BY c.number, y.kind_code) FROM ledger.penalty AS y JOIN ledger.enforcement_case AS c ON c.id = y.enforcement_case_id WHERE c.number ~ '^ZF-'"
is "$unknown" 'ZF-3/warning/0.00,ZF-4/fine/0.00'
sed -i 's/05-01,,市应急管理局,/05-01,2024-05-09,市应急管理局,2/; /ZF-4/s/,0$/,/; /ZF-[125]/d' "$work/unknown.csv"
run 0 enforcement_case "$work/unknown.csv" --set org_code=bureau
is "$unknown" 'ZF-3/fine/20000.00,ZF-3/warning/0.00,ZF-4/fine/0.00'
sql -c "INSERT INTO ledger.subject (kind, name) VALUES ('unit', '别名甲')" -c "INSERT INTO ledger.subject_alias (name, subject_id) SELECT '别名乙', max(id) FROM ledger.subject" -c "UPDATE ledger.subject_alias SET status = 'withdrawn', note = '错' WHERE name = '别名乙'"
printf '企业名称,检查时间,隐患描述\n别名乙,2024-08-16,丙\n' >"$work/alias.csv"
run 0 hazard "$work/alias.csv" --set programme_code=plan
says '1 subjects made'
sql -c 'CREATE TABLE public.slow (code text)' -c 'CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(2); RETURN NEW; END$$' -c 'CREATE TRIGGER slow BEFORE INSERT ON public.slow FOR EACH ROW EXECUTE FUNCTION public.slow()'
printf 'code\na\nb\n' >"$work/slow.csv"
PGOPTIONS='-c statement_timeout=1s' run 1 public.slow "$work/slow.csv"
warns '57014'
EMGOV_LEDGER=$'\xff' run 2 accident "$work/slow.csv"

# ------------------------------------------------------------------ lists as they are kept
printf '企业名称,检查时间,隐患描述,整改完成日期,复查时间,所在区县\n甲厂,2024-09-01,一,未整改,未复查,武进区\n甲厂,2024-09-02,二,整改中,/,武进区\n甲厂,2024-09-03,三,2024-09-05,尚未复查,武进区\n甲厂,2024-09-04,四,已整改,,武进区\n' >"$work/not_yet.csv"
run 4 hazard "$work/not_yet.csv" --set programme_code=plan
says '4 read = 3 added + 0 changed + 0 the same + 1 rejected'
is "SELECT string_agg(coalesce(rectified_on::text, '-') || coalesce(rechecked_on::text, '-'), ',' ORDER BY found_on) FROM ledger.hazard WHERE found_on BETWEEN '2024-09-01' AND '2024-09-04'" '--,--,2024-09-05-'
printf '企业名称,所在区县\n城中一厂,武进区\n' >"$work/where.csv"
run 0 subject "$work/where.csv"
is "SELECT area_code FROM ledger.subject WHERE name = '城中一厂'" 320412
printf '2024年6月检查企业数\n区域,检查企业数\n天宁区,5\n武进区,7\n全市,12\n' >"$work/whole.csv"
run 0 reported "$work/whole.csv" --period 2024-06
says '2 read = 2 added'
warns 'row 5 is what went in: 12'
# days that a workbook keeps as numbers come back as days, and go in when what was wrong is mended
printf '发生日期\t区域\t事故类别\n@2024-10-05\t武进区\t不知何类\n45571\t武进区\t道路运输\n' | sheet serial
run 4 accident "$work/serial.xlsx"
reason "$work/serial.xlsx" '^2024-10-05,武进区,不知何类'
sed -i 's/不知何类/煤矿/' "$work/serial.xlsx.rejects.csv"
run 0 accident "$work/serial.xlsx.rejects.csv"
is "SELECT string_agg(category_code, ',' ORDER BY id) FROM ledger.accident WHERE occurred_on BETWEEN '2024-10-05' AND '2024-10-06'" 'road,coal'
# numbers of a workbook in a text, and in rejected rows, as they were written
printf '编号\t名称\t开业\nF1\t#33.8\t2024-01-05\nF2\t#80.35\t2024-01-05\nF3\t#0.1\t2024-02-30\nF4\t#33.3333333333333\t2024-02-30\n' | sheet float
printf '编号\tcode\n名称\tname\n开业\topened\n' >"$work/float.map"
sql -c 'CREATE TABLE public.float (code text PRIMARY KEY, name text, opened date)'
run 4 public.float "$work/float.xlsx" --mapping "$work/float.map"
is "SELECT string_agg(name, ',' ORDER BY code) FROM public.float" '33.8,80.35'
reason "$work/float.xlsx" '^F3,0.1,'
reason "$work/float.xlsx" '^F4,33.3333333333333,'
# a Chinese run says in Chinese what the server said in English
printf 'code,name,tags\nZ1,甲,{x\n' >"$work/server.csv"
run 4 public.site "$work/server.csv" --lang=zh
reason "$work/server.csv" '不是该类型的值（服务器原文：invalid input syntax'
printf 'code\na\nb\n' >"$work/slow.csv"
PGOPTIONS='-c statement_timeout=1s' run 1 public.slow "$work/slow.csv" --lang=zh
warns '语句被取消或超时 (57014)'
# a domain refuses what its base takes; checks, keys, defaults and types of a table that is empty, as of one that is not
sql -c 'CREATE DOMAIN public.share AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100)' \
    -c 'CREATE TABLE public.direct_ref (id int PRIMARY KEY)' -c 'INSERT INTO public.direct_ref SELECT generate_series(1, 10)' \
    -c 'CREATE TABLE public.direct (code text PRIMARY KEY, n int NOT NULL CHECK (n >= 0), share public.share, tags jsonb, state text DEFAULT $$new$$, ref int REFERENCES public.direct_ref)'
awk 'BEGIN { print "code,n,share,tags,state,ref"; for (i = 1; i <= 6000; i++) { c = "K" i; n = i; s = 50; t = "{}"; d = "old"; r = 1 + i % 10
    b = i % 100 ? 0 : i / 100 % 10; if (b == 1) n = -1; else if (b == 2) s = 101; else if (b == 3) t = i % 2000 == 300 ? "\"{\"\"COPY direct 2147483648\"\": x\"" : "{x"; else if (b == 4) d = ""; else if (b == 5) r = 99; else if (b == 6) c = "K1"; else if (b == 7) { c = "K1"; n = 1; r = 2 }
    else if (b == 8) n = ""; else if (b == 9) n = "3.5"; printf "%s,%s,%s,%s,%s,%s\n", c, n, s, t, d, r } }' >"$work/direct.csv"
for how in empty full; do
    sql -c 'TRUNCATE public.direct'
    [ $how = empty ] || sql -c "INSERT INTO public.direct (code, n) VALUES ('there', 1)"
    run 4 public.direct "$work/direct.csv"
    # 60 rows are odd, 6 of each kind; those without a state have the default, those that say the same twice are the same
    says '6000 read = 5952 added + 0 changed + 6 the same + 42 rejected'
    is "SELECT count(*) FROM public.direct WHERE state = 'new' AND code <> 'there'" 6
    awk -F, 'NR > 1 { print $7 "," $8 }' "$work/direct.csv.rejects.csv" >"$work/direct.$how"
done
for why in 'n >= 0|n >= ' 'share_check' 'json' 'direct_ref' 'line 2 already' 'must have a value' 'no whole number'; do [ "$(grep -cE "$why" "$work/direct.csv.rejects.csv")" = 6 ] || bad "not six rows rejected for $why"; done
cut -d, -f1 "$work/direct.empty" | diff - <(cut -d, -f1 "$work/direct.full") >"$work/err" || bad 'an empty table and another reject other rows'

# names with a comma and a blank, a key that covers another column, a reference by one column whose name another contains
sql -c 'CREATE TABLE public.comma ("a,b" text NOT NULL, "c d" int REFERENCES public.direct_ref, c int CHECK (c > 0), f text, UNIQUE ("a,b", "c d") INCLUDE (f))'
printf '"a,b",c d,c,f\nx,1,5,p\nx,1,6,p\ny,2,-1,q\nz,3,-2,q\nw,99,3,q\nv,4,7,q\nx,2,8,p\n' >"$work/comma.csv"
for how in empty full; do
    sql -c 'TRUNCATE public.comma'
    [ $how = empty ] || sql -c "INSERT INTO public.comma VALUES ('there', 1, 1, '')"
    run 4 public.comma "$work/comma.csv"
    says '7 read = 3 added + 0 changed + 0 the same + 4 rejected'
    is "SELECT string_agg(\"a,b\" || c, ',' ORDER BY c) FROM public.comma WHERE \"a,b\" <> 'there'" 'x5,v7,x8'
    for why in '^x,1,6,p,3,.*line 2 already' '^y,2,-1,q,4,c,' '^z,3,-2,q,5,c,' '^w,99,3,q,6,c d,.*direct_ref'; do reason "$work/comma.csv" "$why"; done
done
run 4 public.comma "$work/comma.csv"
says '0 added + 0 changed + 3 the same + 4 rejected'

# ------------------------------------------------------------------ withdrawn, written off, duplicate: the same sheet again revives none
printf '事故编号,事故时间,事故地点,事故类别,直接经济损失（元）,死亡人数\nW-1,2024-02-01,天宁区,煤矿,100,1\nW-2,2024-02-02,天宁区,煤矿,100,0\nW-3,2024-02-03,天宁区,煤矿,100,0\nW-4,2024-02-04,天宁区,煤矿,100,2\n' >"$work/again.csv"
run 0 accident "$work/again.csv"
says '4 added'
sql -c "UPDATE ledger.accident SET status = 'written_off', note = '核销' WHERE number = 'W-1'; UPDATE ledger.accident SET status = 'withdrawn', note = '撤销' WHERE number = 'W-2';
    UPDATE ledger.accident SET status = 'duplicate', note = '重复' WHERE number = 'W-3'; UPDATE ledger.accident SET direct_loss = 150 WHERE number = 'W-4'"
kept="SELECT string_agg(concat_ws('/', a.id, a.number, a.status, a.note, a.direct_loss, (SELECT count(*) FROM ledger.casualty AS c WHERE c.accident_id = a.id)), ',' ORDER BY a.id) FROM ledger.accident AS a WHERE a.number ~ '^W-[123]'"
were=$(sql -c "$kept")
sed 's/W-2,2024-02-02,天宁区,煤矿,100/W-2,2024-02-02,天宁区,煤矿,120/; s/W-4\(.*\),2$/W-4\1,1/' "$work/again.csv" >"$work/again2.csv"
run 0 accident "$work/again2.csv"
is "$kept" "$were"
says '4 read = 0 added + 1 changed + 0 the same + 0 rejected + 3 not entered again'
says 'row 2: W-1, written off'
says 'row 3: W-2, withdrawn'
says 'row 4: W-3, a duplicate'
says 'row 3, W-2: 直接经济损失 is 100.00, the file has 120.00: not applied'
says 'row 5, W-4: 直接经济损失 was 150.00, becomes 100.00'
says 'row 5, W-4: 死亡人数 was 2, becomes 1'
run 0 accident "$work/again2.csv" --lang=zh
says '已撤销、核销或重复的记录不再录入，共3行'
says '第2行：W-1，已核销'
says '读取4行 = 新增0 + 更正0 + 相同1 + 退回0 + 不再录入3'
is "$kept" "$were"
# one that counts beside those that do not is the one that is meant
sql -c "INSERT INTO ledger.accident (number, occurred_on, area_code, category_code, direct_loss) SELECT number, occurred_on, area_code, category_code, 120 FROM ledger.accident WHERE number = 'W-2'"
run 0 accident "$work/again2.csv"
says '4 read = 0 added + 0 changed + 2 the same + 0 rejected + 2 not entered again'
# 编号 is the record's number, unless it runs 1, 2, 3; then it is said that it was left out, and so is whatever no column is found for
sql -c "INSERT INTO ledger.organisation (code, name_zh, kind) SELECT 'bureau', '市应急管理局', 'department' WHERE NOT EXISTS (SELECT FROM ledger.organisation WHERE code = 'bureau')"
printf '编号,检查时间,企业名称,检查机构,怪列\nBH-7,2024-03-01,天合光能股份有限公司,bureau,x\nBH-9,2024-03-02,天合光能股份有限公司,bureau,x\n' >"$work/bh.csv"
run 0 inspection "$work/bh.csv" --set programme_code=plan --lang=zh
warns '（没有对应的列）：怪列'; ! grep -q 编号 "$work/err" || bad 'a number that is taken is called left out'
is "SELECT string_agg(number, ' ' ORDER BY number) FROM ledger.inspection WHERE number LIKE 'BH-%'" 'BH-7 BH-9'
printf '编号,检查时间,企业名称,隐患描述\nBH-8,2024-03-01,天合光能股份有限公司,安全出口上锁\n' >"$work/bh_hazard.csv"
run 0 hazard "$work/bh_hazard.csv" --set programme_code=plan --lang=zh
is "SELECT description FROM ledger.hazard WHERE number = 'BH-8'" 安全出口上锁
printf '编号,日期\nPJ-3,2024-03-01\nPJ-5,2024-03-02\n' >"$work/bh_any.csv"
for table in inspection hazard fine_payment permit document; do run 0 $table "$work/bh_any.csv" --headings; says $'编号\t\tnumber'; done
printf '编号,检查时间,企业名称,检查机构\n1,2024-04-01,天合光能股份有限公司,bureau\n2,2024-04-02,天合光能股份有限公司,bureau\n' >"$work/bh_running.csv"
run 0 inspection "$work/bh_running.csv" --set programme_code=plan --lang=zh; warns '未导入的序号：编号'
sed -i '1s/$/,备注/' "$work/bh_running.csv"
run 0 inspection "$work/bh_running.csv" --set programme_code=plan --lang=en; warns 'running numbers left out: 编号'
is "SELECT count(*) FROM ledger.inspection WHERE number IN ('1', '2')" 0
# beside a number of its own it is named; by an address too
printf '检查编号,编号,检查时间,企业名称,检查机构\nBH-11,XY-1,2024-04-03,天合光能股份有限公司,bureau\n' >"$work/bh_both.csv"
run 0 inspection "$work/bh_both.csv" --set programme_code=plan --lang=zh; warns '（没有对应的列）：编号'
is "SELECT count(*) FROM ledger.inspection WHERE number = 'BH-11'" 1
sql -c "UPDATE ledger.inspection SET status = 'withdrawn', note = 'x' WHERE number LIKE 'BH-%' OR inspected_on IN ('2024-04-01', '2024-04-02')" -c "UPDATE ledger.hazard SET status = 'withdrawn', note = 'x' WHERE number = 'BH-8'"
# every table with a status, by its number; without one, by what tells records apart
printf '检查编号,企业名称,检查时间,检查机构\nJ-1,天合光能股份有限公司,2024-03-01,bureau\n' >"$work/again_inspection.csv"
printf '企业名称,检查时间,存在隐患或问题\n天合光能股份有限公司,2024-03-01,配电箱未上锁\n天合光能股份有限公司,2024-03-01,配电箱未上锁\n' >"$work/again_hazard.csv"
printf '决定书文号,立案日期,企业名称,处罚种类,罚款金额\n（常）应急罚〔2024〕77号,2024-03-01,天合光能股份有限公司,罚款,500\n' >"$work/again_case.csv"
sql -c "INSERT INTO ledger.organisation (code, name_zh, kind) SELECT 'bureau', '市应急管理局', 'department' WHERE NOT EXISTS (SELECT FROM ledger.organisation WHERE code = 'bureau')"
run 0 inspection "$work/again_inspection.csv" --set programme_code=plan
run 0 hazard "$work/again_hazard.csv" --set programme_code=plan
run 0 enforcement_case "$work/again_case.csv" --set org_code=bureau
sql -c "UPDATE ledger.inspection SET status = 'withdrawn', note = '撤销' WHERE number = 'J-1'; UPDATE ledger.enforcement_case SET status = 'withdrawn', note = '撤销' WHERE number ~ '77号';
    UPDATE ledger.hazard SET status = 'duplicate', note = '重复' WHERE id = (SELECT max(id) FROM ledger.hazard WHERE description = '配电箱未上锁')"
counts="SELECT (SELECT count(*) FROM ledger.inspection), (SELECT count(*) FROM ledger.hazard), (SELECT count(*) FROM ledger.enforcement_case), (SELECT count(*) FROM ledger.penalty)"
were=$(sql -c "$counts")
run 0 inspection "$work/again_inspection.csv" --set programme_code=plan
says '1 read = 0 added + 0 changed + 0 the same + 0 rejected + 1 not entered again'
run 0 hazard "$work/again_hazard.csv" --set programme_code=plan
says '2 read = 0 added + 0 changed + 1 the same + 0 rejected + 1 not entered again'
run 0 enforcement_case "$work/again_case.csv" --set org_code=bureau
says '1 read = 0 added + 0 changed + 0 the same + 0 rejected + 1 not entered again'
is "$counts" "$were"

# ------------------------------------------------------------------ --entered with an area by its name; nothing goes in where the declaration would fail
printf '事故时间,事故地点,事故类别,事故编号\n2024-07-01,天宁区,煤矿,E-1\n' >"$work/entered.csv"
run 2 accident "$work/entered.csv" --entered=2024-07-31 --area=浔阳区
warns 'there is no area "浔阳区"'
run 1 accident "$work/entered.csv" --entered=2024-07-32
is "SELECT count(*) FROM ledger.accident WHERE number = 'E-1'" 0
run 2 accident "$work/entered.csv" --area=天宁区
run 0 accident "$work/entered.csv" --entered=2024-07-31 --area=天宁区
is "SELECT count(*) FROM ledger.accident WHERE number = 'E-1'" 1
is "SELECT area_code, through FROM ledger.coverage_declaration WHERE source = 'accident' AND active AND area_code = '320402'" '320402|2024-07-31'

# ------------------------------------------------------------------ a district's own sheet of counts has no column of areas
sql -c "INSERT INTO ledger.indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES ('DEATHS_SENT', '死亡', 'reported', 'city', 'period', '人', 'year_earlier', '死亡')"
printf '月份,检查企业数,死亡\n2024-06,5,2\n2024-07,6,3\n' >"$work/district.csv"
run 1 reported "$work/district.csv"
warns '--set member=CODE'
run 0 reported "$work/district.csv" --set=area=钟楼区
run 0 reported "$work/district.csv" --set=member=320404
says '4 read = 0 added + 0 changed + 4 the same'
is "SELECT string_agg(concat_ws('/', indicator, member, starts_on, value), ',' ORDER BY indicator, starts_on) FROM ledger.reported WHERE starts_on >= '2024-06-01' AND member = '320404'" \
    'CHECKED/320404/2024-06-01/5,CHECKED/320404/2024-07-01/6,DEATHS_SENT/320404/2024-06-01/2,DEATHS_SENT/320404/2024-07-01/3'
printf '2024年\n区域,8月,9月\n天宁区,5,6\n' >"$work/which.csv"
run 1 reported "$work/which.csv"
warns '--indicator CODE'
run 1 reported "$work/which.csv" --indicator=没有的指标
warns 'no indicator "没有的指标"'

# ------------------------------------------------------------------ a suggestion is nothing that would be refused as well: a day to come
next=$(($(date +%Y) + 1))
printf '事故时间,事故地点,事故类别\n12/6/%s,天宁区,煤矿\n3/4/2024,天宁区,煤矿\n%s-02-30,天宁区,煤矿\n2024-02-30,天宁区,煤矿\n' $next $next >"$work/likely.csv"
run 4 accident "$work/likely.csv"
! grep -q "$next-" <(sed 's/,"*'"$next"'-02-30//g' "$work/likely.csv.rejects.csv" | grep -oE "$next-(12-06|06-12|02-2[89])") || bad 'a day to come is suggested'
! grep -qE ',2024-|,[0-9]{4}-02-2[89]' "$work/likely.csv.rejects.csv" || bad 'a guess is suggested'
printf '事故时间,事故地点,事故类别\n12/6/2025,天宁区,煤矿\n7/7/2024,天宁区,煤矿\n2024-13-05,天宁区,煤矿\n' | sed "s/2025/$(date +%Y)/" >"$work/likely.csv"
run 4 accident "$work/likely.csv"
says '1 added'
reason "$work/likely.csv" '^2024-13-05,.*there is no day[^,]*,.$'
[ "$(date +%m%d)" -lt 0612 ] || [ "$(date +%m%d)" -ge 1206 ] || reason "$work/likely.csv" "^12/6/.*,$(date +%Y)-06-12"

# what is likely meant: a word with one character wrong, where one alone is so close; of an approximate number, a day to come, a code nothing is
printf '事故时间,事故地点,事故类别,直接经济损失（元）,备注\n2024-05-06,天宁区,煤矿,约100,甲\n2199-05-06,天宁区,煤矿,1,乙\n2024-05-06,天守区,煤矿,1,丙\n2024-05-06,天宁区,道路运榆,1,丁\n2024-05-06,320403,煤矿,1,戊\n' >"$work/meant.csv"
run 4 accident "$work/meant.csv"
for why in '甲,.*,\r$' '乙,.*,\r$' '丙,.*,天宁区\r$' '丁,.*,道路运输\r$' '戊,.*,\r$'; do grep -qP "$why" "$work/meant.csv.rejects.csv" || { bad "no likely value: $why"; cat "$work/meant.csv.rejects.csv"; }; done
printf '案号,决定日期,当事人名称,处罚种类,罚款金额（元）\n武应急罚〔2024〕90号,2024-05-06,某某机械厂,罚款,10000\n' >"$work/named.csv"
run 0 enforcement_case "$work/named.csv" --set org_code=bureau
is "SELECT s.name FROM ledger.enforcement_case AS c JOIN ledger.subject AS s ON s.id = c.subject_id WHERE c.number = '武应急罚〔2024〕90号'" '某某机械厂'

# ------------------------------------------------------------------ a slash in a heading: two values in a cell only where cells have them
headed() { printf '%s\n' "$1" >"$work/slash.csv"; shift; printf '%s\n' "$@" >>"$work/slash.csv"; }
hurt="SELECT string_agg(concat_ws('/', a.number, a.title, (SELECT count(*) FROM ledger.casualty AS c WHERE c.accident_id = a.id AND c.status = 'valid' AND outcome = 'dead'),
    (SELECT count(*) FROM ledger.casualty AS c WHERE c.accident_id = a.id AND c.status = 'valid' AND outcome = 'serious')), ',' ORDER BY a.number) FROM ledger.accident AS a WHERE a.number ~ "
headed 事故编号,发生日期,发生地点,事故类别,伤亡/死亡,伤亡／重伤,事故/名称 S-1,2024-03-02,天宁区,道路运输,3,2,甲事故
run 0 accident "$work/slash.csv"
is "$hurt '^S-'" 'S-1/甲事故/3/2'
# of two values, each where it belongs; of one or none refused, never taken for nothing
headed 事故编号,发生日期,发生地点,事故类别,死亡/重伤 SL-1,2024-03-02,天宁区,道路运输,3/2 SL-2,2024-03-03,天宁区,道路运输,1／0 SL-3,2024-03-04,天宁区,道路运输,5 SL-4,2024-03-05,天宁区,道路运输,1/ SL-5,2024-03-06,天宁区,道路运输,/
run 4 accident "$work/slash.csv"
is "$hurt '^SL-'" 'SL-1/3/2,SL-2/1/0,SL-5/0/0'
reason "$work/slash.csv" '^SL-3,.*two values'
reason "$work/slash.csv" '^SL-4,.*two values'
# remembered of such a sheet, one with single values has another meaning, and loses nothing
headed 事故编号,发生日期,发生地点,事故类别,死亡/重伤 U-1,2024-03-02,天宁区,道路运输,3
run 4 accident "$work/slash.csv"
reason "$work/slash.csv" '^U-1,.*two values'
headed 事故编号,发生日期,发生地点,事故类别,伤亡/死亡 U-2,2024-03-02,天宁区,道路运输,3
run 0 accident "$work/slash.csv"
sql -c "UPDATE ledger.import_heading SET mapping = replace(mapping, '@dead', E'@dead\tpart=2') WHERE headings ~ '伤亡／死亡' AND headings !~ '名称'"
sed 's/U-2/U-3/' "$work/slash.csv" >"$work/slash3.csv"
run 0 accident "$work/slash3.csv"
warns 'two values of each cell'
is "$hurt '^U-'" 'U-2/3/0,U-3/3/0'
printf '事故编号\tnumber\n发生日期\toccurred_on\n发生地点\tarea_code\n事故类别\tcategory_code\n伤亡/死亡\t@dead\tpart=2\n' >"$work/slash.map"
sed 's/U-2/U-4/' "$work/slash.csv" >"$work/slash4.csv"
run 4 accident "$work/slash4.csv" --mapping "$work/slash.map"
reason "$work/slash4.csv" '^U-4,.*two values'
# headings of several rows: their rejected rows, corrected, have lost nothing; with or without the columns that say why
sheet twice <<'T'
事故编号	发生日期	发生地点	事故类别	伤亡情况	^^	直接经济损失（万元）
^	^	^	^	死亡（人）	重伤（人）	^
V-1	2024-03-02	天宁区	道路运输	1	2	3
V-2	2024-02-30	天宁区	道路运输	3	4	5
V-3	2024-02-31	天宁区	道路运输	5	6	7
T
run 4 accident "$work/twice.xlsx"
head -n 1 "$work/twice.xlsx.rejects.csv" | grep -qF '伤亡情况/死亡(人),伤亡情况/重伤(人),直接经济损失(万元)' || bad 'rejected rows have other headings'
sed 's/2024-02-3[01]/2024-02-20/' "$work/twice.xlsx.rejects.csv" >"$work/twice.csv"
cut -d, -f1-7 "$work/twice.csv" | sed '2d' >"$work/twice3.csv"
run 0 accident "$work/twice3.csv"
run 0 accident "$work/twice.csv"
says '1 added + 0 changed + 1 the same'
is "$hurt '^V-'" 'V-1/1/2,V-2/3/4,V-3/5/6'
is "SELECT string_agg(direct_loss::text, ',' ORDER BY number) FROM ledger.accident WHERE number ~ '^V-'" '30000.00,50000.00,70000.00'
# of counts: a unit behind the slash, a part of the name, two values; and a sheet of which nothing is read is none that went well
printf '区域,检查企业数/家次,一般隐患/排查,违法／事故\n天宁区,12,3,1/2\n钟楼区,5,4,3\n' >"$work/slash_counts.csv"
sql -c "UPDATE ledger.indicator SET name_zh = '违法' WHERE code = 'ILLEGAL'; UPDATE ledger.indicator SET name_zh = '事故' WHERE code = 'ACCIDENT'"
run 4 reported "$work/slash_counts.csv" --period 2021-05
says '8 read = 6 added + 0 changed + 0 the same + 2 rejected'
is "SELECT string_agg(concat_ws('/', indicator, member, value), ',' ORDER BY indicator, member) FROM ledger.reported WHERE starts_on = '2021-05-01'" \
    'ACCIDENT/320402/2,CHECKED/320402/12,CHECKED/320404/5,GENERAL/320402/3,GENERAL/320404/4,ILLEGAL/320402/1'
sql -c "UPDATE ledger.indicator SET name_zh = '处罚总起数/违法' WHERE code = 'ILLEGAL'; UPDATE ledger.indicator SET name_zh = '处罚总起数/事故' WHERE code = 'ACCIDENT'"
printf '区域,检查企业数\n天宁区,\n钟楼区,/\n' >"$work/no_counts.csv"
run 1 reported "$work/no_counts.csv" --period 2021-06
warns 'no value in any of the columns'

# ------------------------------------------------------------------ a number used twice, its first row refused: the second is refused too, so that the first, corrected, overwrites nothing
printf '事故编号,发生日期,发生地点,事故类别,死亡人数\nDU-1,2024-02-30,天宁区,道路运输,1\nDU-1,2024-03-05,钟楼区,建筑业,2\nDU-2,2024-03-05,钟楼区,建筑业,2\nDU-1,2024-03-06,钟楼区,建筑业,3\n' >"$work/dup.csv"
run 4 accident "$work/dup.csv"
says '4 read = 1 added + 0 changed + 0 the same + 3 rejected'
reason "$work/dup.csv" '^DU-1,2024-03-05,.*line 2 already'
sed '2s/02-30/03-02/; 3s/DU-1/DU-3/; 4s/DU-1/DU-4/' "$work/dup.csv.rejects.csv" >"$work/dup_fixed.csv"
run 0 accident "$work/dup_fixed.csv"
says '3 read = 3 added'
is "$hurt '^DU-'" 'DU-1/1/0,DU-2/2/0,DU-3/2/0,DU-4/3/0'
# refused by the server for its enterprise; a key of an ordinary table; a count
sql -c "INSERT INTO ledger.subject (kind, name) VALUES ('unit', '有名机械厂')" -c "INSERT INTO ledger.organisation (code, name_zh, kind, scope) VALUES ('bureau', '市应急管理局', 'department', 'city') ON CONFLICT DO NOTHING"
printf '案号,决定日期,当事人名称,处罚种类,罚款金额（元）\n武应急罚〔2024〕91号,2024-05-06,无人知道的厂,罚款,10000\n武应急罚〔2024〕91号,2024-05-07,有名机械厂,罚款,20000\n' >"$work/dup_case.csv"
run 4 enforcement_case "$work/dup_case.csv" --set org_code=bureau --only-known
says '2 read = 0 added + 0 changed + 0 the same + 2 rejected'
reason "$work/dup_case.csv" '2024-05-07,.*line 2 already'
printf 'code,name,price\nDK,甲,x\nDK,乙,2\n' >"$work/dup_site.csv"
run 4 public.site "$work/dup_site.csv"
says '2 read = 0 added + 0 changed + 0 the same + 2 rejected'
printf '区域,指标,月份,数值\n天宁区,CHECKED,2022年3月,九\n天宁区,CHECKED,2022年3月,8\n' >"$work/dup_counts.csv"
run 4 reported "$work/dup_counts.csv"
says '2 read = 0 added + 0 changed + 0 the same + 2 rejected'
# a row of several figures that is refused is one row, with the period of the title: the file alone, corrected, says all
printf '2023年6月各地检查执法情况,,\n区域,检查企业数,一般隐患/排查\n天宁区,21,31\n不存在区,22,32\n钟楼区,二十个,三十个\n' >"$work/row_counts.csv"
run 4 reported "$work/row_counts.csv"
says '6 read = 2 added + 0 changed + 0 the same + 4 rejected'
[ "$(grep -c 区,2 "$work/row_counts.csv.rejects.csv")" = 1 ] || bad 'a row is there twice'
reason "$work/row_counts.csv" '^不存在区,22,32,4,区域,.*不存在区.*,2023年6月各地检查执法情况.$'
reason "$work/row_counts.csv" '^钟楼区,二十个,三十个,5,"检查企业数, 一般隐患／排查",.*二十个.*三十个'
sed 's/不存在区,/武进区,/; s/二十个/20/; s/三十个/30/' "$work/row_counts.csv.rejects.csv" >"$work/row_counts_fixed.csv"
run 0 reported "$work/row_counts_fixed.csv"
says '4 read = 4 added'
is "SELECT string_agg(concat_ws('/', indicator, member, ends_on, value), ',' ORDER BY indicator, member) FROM ledger.reported WHERE starts_on = '2023-06-01'" \
    'CHECKED/320402/2023-07-01/21,CHECKED/320404/2023-07-01/20,CHECKED/320412/2023-07-01/22,GENERAL/320402/2023-07-01/31,GENERAL/320404/2023-07-01/30,GENERAL/320412/2023-07-01/32'
# what a spreadsheet would take for a formula is a text there, each time anew
printf '%s\n' '-2023年6月台账-,,,' '事故编号,发生日期,事故地点,事故类别,=备注' 'FO-1,6月31日,天宁区,煤矿,' >"$work/formula.csv"
run 4 accident "$work/formula.csv"
cp "$work/formula.csv.rejects.csv" "$work/formula_again.csv"
run 4 accident "$work/formula_again.csv"
sed 's/,3,发生日期/,2,发生日期/' "$work/formula.csv.rejects.csv" | diff - "$work/formula_again.csv.rejects.csv" >"$work/err" || bad 'rejected again they are others'
# and with the year and the unit of money that stand above the headings
printf '2023年事故台账,,,,,\n单位：万元,填报日期：2024年1月5日,,,,\n事故编号,发生日期,事故地点,事故类别,死亡人数,直接经济损失\nUN-1,6月31日,天宁区,煤矿,1,12.5\n' >"$work/above.csv"
run 4 accident "$work/above.csv"
sed 's/6月31日/6月30日/' "$work/above.csv.rejects.csv" >"$work/above_fixed.csv"
run 0 accident "$work/above_fixed.csv"
is "SELECT concat_ws('/', occurred_on, direct_loss) FROM ledger.accident WHERE number = 'UN-1'" '2023-06-30/125000.00'

# the first was taken, the second is refused, for whatever reason: its reason says so, and while that stands there and the number is the same it overwrites nothing
printf '事故编号,发生日期,发生地点,事故类别,死亡人数\nDV-1,2024-11-03,天宁区,煤矿,1\nDV-1,2024-11-31,天宁区,煤矿,2\nDV-2,2024-11-05,天宁区,煤矿,2\nDV-2,2024-11-04,天宁区,煤矿,3\n' >"$work/dv.csv"
for said in '2 added + 0 changed + 0 the same' '0 added + 0 changed + 2 the same'; do
    run 4 accident "$work/dv.csv"
    says "4 read = $said + 2 rejected"
    reason "$work/dv.csv" '^DV-1,2024-11-31,.*there is no day.*line 2 as well \[DV-1\]'
    reason "$work/dv.csv" '^DV-2,2024-11-04,.*line 4 already.*\[DV-2\]'
    says '1 × 发生日期: there is no day "…" (first on row 3)'
done
sed 's/11-31/11-30/' "$work/dv.csv.rejects.csv" >"$work/dv1.csv"
run 4 accident "$work/dv1.csv"
run 4 accident "$work/dv1.csv.rejects.csv" --lang=zh
says '新增0 + 更正0 + 相同0 + 退回2'
is "$hurt '^DV-'" 'DV-1/1/0,DV-2/2/0'
sed 's/^DV-1/DV-3/; s/^\(DV-2.*\),[^,]*,$/\1,,/; s/^\(DV-2.*\),"[^"]*",.$/\1,,/' "$work/dv1.csv" >"$work/dv2.csv"
run 0 accident "$work/dv2.csv"
says '2 read = 1 added + 1 changed'
is "$hurt '^DV-'" 'DV-1/1/0,DV-2/3/0,DV-3/2/0'
printf 'code,name,price\nDW1,甲,1\nDW1,乙,x\nDW2,丙,1\nDW2,丁,-1\n' >"$work/dw.csv"
sql -c 'CREATE TABLE public.site2 (LIKE public.site INCLUDING ALL)'
for table in site site2 site2; do
    run 4 public.$table "$work/dw.csv"
    reason "$work/dw.csv" '^DW1,乙,.*\[DW1\]'
    reason "$work/dw.csv" '^DW2,丁,.*\[DW2\]'
    sed 's/,x,/,5,/; s/,-1,/,6,/' "$work/dw.csv.rejects.csv" >"$work/dw1.csv"
    run 4 public.$table "$work/dw1.csv"
    is "SELECT string_agg(name, ',' ORDER BY code) FROM public.$table WHERE code ~ '^DW'" '甲,丙'
done

# ------------------------------------------------------------------ what new users met
# headings of days, as lists have them
cat >"$work/days" <<'H'
enforcement_case 立案日期 filed_on
enforcement_case 立案时间 filed_on
enforcement_case 受理日期 filed_on
enforcement_case 处罚决定日期 decided_on
enforcement_case 结案时间 closed_on
enforcement_case 罚款缴纳日期 collected_on
inspection 检查时间 inspected_on
inspection 现场检查日期 inspected_on
hazard 排查日期 found_on
hazard 登记日期 found_on
hazard 整改期限 deadline
hazard 整改截止时间 deadline
hazard 实际整改日期 rectified_on
permit 受理日期 accepted_on
permit 申请日期 applied_on
permit 准予许可日期 issued_on
remediation 排查日期 listed_on
accident 事发时间 occurred_on
H
while read -r table heading column; do printf '企业名称,%s\n甲,2024-03-02\n乙,2024-03-03\n' "$heading" >"$work/$table-$heading.day.csv"; done <"$work/days"
for table in $(cut -d' ' -f1 "$work/days" | sort -u); do
    run 0 "$table" "$work/$table"-*.day.csv --headings
    while read -r of heading column; do [ "$of" != "$table" ] || grep -q "$heading.*	$column$" "$work/out" || bad "$table: $heading does not go into $column"; done <"$work/days"
done
printf '企业名称,受理时间,立案时间\n甲,2024-03-02,2024-03-09\n' >"$work/day.csv"
run 0 enforcement_case "$work/day.csv" --headings
grep -q '立案时间.*filed_on' "$work/out" || bad 'the day of 受理 is taken for that of 立案'
# a district's sheet: its year and its name stand in the title; numbers that are not known yet
printf '武进区2024年生产安全事故台账\n填报日期：2025年1月8日\n事故编号,发生日期,事故类别,死亡人数,直接经济损失（万元）,接报日期\nTI-1,11月3日,煤矿,1,待评估,11月4日\nTI-2,12月30日,煤矿,待核实,5,1月2日\nTI-3,%s-05-06,煤矿,1,5,\n' $((next + 1)) >"$work/title.csv"
run 1 accident "$work/title.csv" --lang=zh
warns '--set area_code=武进区'
run 4 accident "$work/title.csv" --set area_code=武进区
says '3 read = 1 added + 0 changed + 0 the same + 2 rejected'
says 'not known yet, as "待评估" (直接经济损失), read as empty: 2'
reason "$work/title.csv" '^TI-2,2024-12-30,.*,2025-01-02,武进区2024年'
reason "$work/title.csv" '^TI-3,.*,2024-05-06,武进区2024年'
is "SELECT concat_ws('/', occurred_on, reported_on, direct_loss) FROM ledger.accident WHERE number = 'TI-1'" '2024-11-03/2024-11-04'
sed '1s/2024年/2023—2024年/; s/TI-1/TI-4/' "$work/title.csv" | head -n 4 >"$work/years.csv"
run 4 accident "$work/years.csv" --set area_code=武进区
reason "$work/years.csv" "^TI-4,.*several\",,武进区"
n=0
for title in 2022/2024年 2022及2024年 '22—24年度（2024年汇总）' '自2022年起 历年' 2022年以来 2022年至今 2023、24年; do
    n=$((n + 1))
    sed "1s|2024年|$title|; s/TI-1/TY-$n/" "$work/title.csv" | head -n 4 >"$work/years$n.csv"
done
run 4 accident "$work"/years[1-7].csv --set area_code=武进区
for n in 1 2 3 4 5 6 7; do reason "$work/years$n.csv" "^TY-$n,.*several\",,武进区"; done
n=0
for title in 2024年1—11月 '2024年度检查1000家次' 2024年2000家企业; do
    n=$((n + 1))
    sed "1s|2024年|$title|; s/TI-1/TZ-1/" "$work/title.csv" | head -n 4 >"$work/year$n.csv"
done
run 0 accident "$work"/year[123].csv --set area_code=武进区 --dry-run
# a text file has no merged cells any more, which its rows alone do not tell
printf '事故编号,发生日期,事故地点,事故类别\nTX-1,2024-05-01,天宁区,煤矿\nTX-2,,,\nTX-3,,,\n' >"$work/merged.csv"
run 4 accident "$work/merged.csv"
says '2 × 发生日期: it must have a value'
warns 'has lost its merged cells'
cp "$work/merged.csv.rejects.csv" "$work/merged_again.csv"
run 4 accident "$work/merged_again.csv"
! grep -q 'merged cells' "$work/err" || bad 'rejected rows never had merged cells'
sed '/TX-3/d' "$work/merged.csv" >"$work/missing.csv"
run 4 accident "$work/missing.csv"
! grep -q 'merged cells' "$work/err" || bad 'one missing value is no merged cell'
# a day that there is not has no likely one
printf '事故编号,发生日期,发生地点,事故类别\nTM-1,2026年13月1日,天宁区,煤矿\nTM-2,2024-13-05,天宁区,煤矿\n' >"$work/months.csv"
run 4 accident "$work/months.csv"
reason "$work/months.csv" '^TM-1,.*there is no day[^,]*,.$'
reason "$work/months.csv" '^TM-2,.*there is no day[^,]*,.$'
sed '1,2d; s/TI-1/TI-5/' "$work/title.csv" | head -n 2 >"$work/years.csv"
run 4 accident "$work/years.csv" --set area_code=武进区
reason "$work/years.csv" "^TI-5,.*title says none\",.$"
printf '武进区检查台账\n检查编号,企业名称,检查时间,检查机构\nTK-1,天合光能股份有限公司,2024-03-01,bureau\n' >"$work/no_area.csv"
run 0 inspection "$work/no_area.csv" --set programme_code=plan
says 'no column is of areas: the 1 new rows have none'
warns '--set area_code=武进区'
run 0 inspection "$work/no_area.csv" --set programme_code=plan --set area_code=武进区
says '1 changed'
# the area by the address, where one alone stands in it
sql -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('320400', '常州市', 'city') ON CONFLICT DO NOTHING"
printf '检查编号,企业名称,检查时间,检查机构,地址\nAD-1,天合光能股份有限公司,2024-03-01,bureau,江苏省常州市武进区湖塘镇1号\nAD-2,天合光能股份有限公司,2024-03-01,bureau,南京市天宁区\nAD-3,天合光能股份有限公司,2024-03-02,bureau,武进区天宁区交界\n' >"$work/address.csv"
run 0 inspection "$work/address.csv" --set programme_code=plan
says 'areas by the addresses: 1 rows; 2 addresses name none, or several'
is "SELECT string_agg(number || coalesce(area_code, '-'), ',' ORDER BY number) FROM ledger.inspection WHERE number ~ '^AD-'" 'AD-1320412,AD-2-,AD-3-'
run 0 inspection "$work/address.csv" --headings
says 'area_code by=address'
# a name behind anything else is another place's
sql -c "INSERT INTO ledger.area (code, name_zh, kind, parent_code) VALUES ('3204N', '北区', 'district', '320400'), ('3204C', '城区', 'district', '320400'), ('3204K', '开发区', 'district', '320400')"
{ echo 检查编号,企业名称,检查时间,检查机构,地址; n=0; for place in 苏州市昆山开发区前进路 重庆市江北区观音桥 北京市东城区王府井 广州市天河北区间路 江苏南京武进区路 江苏省常州市北区路 常州市开发区1号 城区南路 武进区湖塘镇 江苏省武进区1号; do n=$((n + 1)); echo "AE-$n,天合光能股份有限公司,2024-03-0$((n % 9 + 1)),bureau,$place"; done; } >"$work/places.csv"
run 0 inspection "$work/places.csv" --set programme_code=plan
says 'areas by the addresses: 5 rows; 5 addresses name none, or several'
is "SELECT string_agg(substr(number, 4) || coalesce(area_code, '-'), ',' ORDER BY substr(number, 4)::int) FROM ledger.inspection WHERE number ~ '^AE-'" '1-,2-,3-,4-,5-,63204N,73204K,83204C,9320412,10320412'
printf '检查编号,企业名称,检查时间,检查机构,区域\nAF-1,天合光能股份有限公司,2024-03-01,bureau,重庆市江北区观音桥\nAF-2,天合光能股份有限公司,2024-03-01,bureau,苏州市昆山开发区\nAF-3,天合光能股份有限公司,2024-03-01,bureau,常州市开发区\n' >"$work/places.csv"
run 4 inspection "$work/places.csv" --set programme_code=plan
says '3 read = 1 added + 0 changed + 0 the same + 2 rejected'
# --set: whole values, of columns that can be set; it is said where the file has the column itself
for set in area_code=320412x "area_code=320412' ; drop" area_code=某区 known_from=2024-01-01 programme_code=nobody inspected_on=2024-02-30; do
    run 2 inspection "$work/no_area.csv" --set programme_code=plan --set "$set"
done
printf '检查编号,企业名称,检查时间,检查机构,区域\nTS-1,天合光能股份有限公司,2024-03-01,bureau,天宁区\n' >"$work/set.csv"
run 0 inspection "$work/set.csv" --set programme_code=plan --set area_code=320412 --dry-run
warns "--set area_code takes the place of the file's own column 区域"
# what is wrong with a credit code, in Chinese
{ echo 事故编号,发生日期,发生地点,事故类别,事故单位名称,统一社会信用代码; n=0; for code in 91320411608131455X 9132041160813145 91320411608131455O 0132041160813145L1 9X320411608131455L 91A20411608131455L 913204116081314X5X 91320411608131454X; do n=$((n + 1)); echo "UC-$n,2024-05-06,天宁区,煤矿,某厂,$code"; done; } >"$work/codes.csv"
run 4 accident "$work/codes.csv" --lang=zh
says '读取8行 = 新增0 + 更正0 + 相同0 + 退回8'
sed 1d "$work/codes.csv.rejects.csv" | cut -d, -f9- | grep -E '[a-z]{3}' >"$work/err" && bad 'a reason is in English'

# ------------------------------------------------------------------ interrupted, killed
{ echo '事故时间,事故地点,事故类别,事故编号'; seq 250000 | sed 's/.*/2024-05-01,天宁区,煤矿,K&/'; } >"$work/long.csv"
before=$(sql -c 'SELECT count(*) FROM ledger.accident')
for signal in INT KILL; do
    env --default-signal=INT "$emgov" import -d $base accident "$work/long.csv" >"$work/out" 2>"$work/err" </dev/null &
    pid=$!
    for i in $(seq 60); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'emgov'")" != 0 ] && break; sleep 0.1; done
    sleep 1
    kill -$signal $pid
    wait $pid
    code=$?
    [ $signal = KILL ] || [ $code = 130 ] || bad "after SIGINT it ended with $code"
    for i in $(seq 300); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'emgov'")" = 0 ] && break; sleep 0.2; done
    is 'SELECT count(*) FROM ledger.accident' "$before"
    ls "$work"/*.rejects.csv.?????? >/dev/null 2>&1 && bad 'something is left behind'
done
"$emgov" import -d $base accident "$work/long.csv" >"$work/out" 2>"$work/err" </dev/null &
pid=$!
for i in $(seq 60); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'emgov'")" != 0 ] && break; sleep 0.1; done
sleep 1
sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'emgov'" >/dev/null
wait $pid
[ $? = 5 ] || bad 'a lost connection does not end with 5'
is 'SELECT count(*) FROM ledger.accident' "$before"

# a sheet of a million headings, of which nothing comes to the server
cat >"$work/headings.fods" <<'X'
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="s"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="1600"><text:p>编号</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document>
X
timeout -s TERM -k 30 5 "$emgov" import -d $base accident "$work/headings.fods" >"$work/out" 2>"$work/err" </dev/null
[ $? = 124 ] && grep -qF interrupted "$work/err" || bad 'what only reads is not interrupted'

# a table that takes rows at once, killed in the middle: nothing half done, and it runs again
{ echo 'code,n'; seq 300000 | sed 's/.*/D&,1/'; } >"$work/rows.csv"
sql -c 'TRUNCATE public.direct'
"$emgov" import -d $base public.direct "$work/rows.csv" >"$work/out" 2>"$work/err" </dev/null &
pid=$!
for i in $(seq 100); do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'emgov' AND query ~ 'emgov_direct'")" != 0 ] && break; sleep 0.05; done
sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'emgov'" >/dev/null
wait $pid
[ $? = 5 ] || bad 'a lost connection does not end with 5'
is 'SELECT count(*) FROM public.direct' 0
# a full disk of the server, a small one as tablespace; of the client, where temporary files go
small=$work/small
chmod 755 "$work"
mkdir "$small"
if mount -t tmpfs -o size=6m tmpfs "$small" 2>/dev/null; then
    mkdir "$small/space" && chown "$(stat -c %U "$(admin -c 'SHOW data_directory')")" "$small/space"
    admin -c "DROP TABLESPACE IF EXISTS emgov_small" -c "CREATE TABLESPACE emgov_small LOCATION '$small/space'" || bad 'no tablespace'
    sql -c 'CREATE TABLE public.full (code text, n int) TABLESPACE emgov_small'
    run 1 public.full "$work/rows.csv"
    warns 53100
    is 'SELECT count(*) FROM public.full' 0
    run 1 public.full "$work/rows.csv" --lang=zh
    warns '服务器磁盘空间不足 (53100)'
    head -n 100 "$work/rows.csv" >"$work/few.csv"
    sql -c 'DROP TABLE public.full' -c 'CREATE TABLE public.full (code text, n int) TABLESPACE emgov_small'
    run 0 public.full "$work/few.csv"
    says '99 read = 99 added'
    # temporary tables of the session there
    PGOPTIONS='-c temp_tablespaces=emgov_small' run 1 accident "$work/long.csv"
    warns 53100
    is 'SELECT count(*) FROM ledger.accident' "$before"
    sql -c 'DROP TABLE public.full' && admin -c 'DROP TABLESPACE emgov_small' || bad 'the tablespace stays'
    TMPDIR=$small run 1 accident <(cat "$work/long.csv")
    warns 'No space left'
    is 'SELECT count(*) FROM ledger.accident' "$before"
    # where the file of rejected rows would be
    { cat "$work/long.csv"; seq 60000 | sed 's/.*/2024-05-01,不知何处,煤矿,X&/'; } | head -n 1 >"$small/bad.csv"
    seq 60000 | sed 's/.*/2024-05-01,某地,煤矿,X&/' >>"$small/bad.csv"
    run 1 accident "$small/bad.csv"
    warns 'must have a place to go'
    is 'SELECT count(*) FROM ledger.accident' "$before"
    ls "$small"/*.rejects.csv* >/dev/null 2>&1 && bad 'half a file of rejected rows is left'
    umount "$small"
else
    echo 'a full disk: not tried, nothing can be mounted here' >&2
fi

# ------------------------------------------------------------------ what a terminal would obey; a moment that is none; no statements unless asked for
sql -c 'TRUNCATE public.direct'
cp "$work/rows.csv" "$(printf "$work/x\033]0;title\007.csv")"
script -qec "$emgov import -d $base public.direct '$(printf "$work/x\033]0;title\007.csv")' --dry-run" /dev/null </dev/null >"$work/out" 2>"$work/err"
says ' rows, '
! grep -q "$(printf '\033]0')" "$work/out" || bad 'a name of a file changes the terminal'
printf '事故时间,事故地点,事故类别\n2024-05-01,天宁区,煤矿\n' >"$work/one.csv"
run 1 accident "$work/one.csv" --dry-run --known-at xx; warns 22007
EMGOV_SHOW_SQL='' run 0 accident "$work/one.csv" --dry-run
! grep -q BEGIN "$work/err" || bad 'it shows statements'

# ------------------------------------------------------------------ every way in which a row can be wrong, and its reason
bash tests/client/import_rows.sh 6000 "$emgov" >"$work/out" 2>"$work/err" || { cat "$work/out"; bad 'rows that are wrong'; }
tried=$((tried + 2))

[ $failed = 0 ] && echo "emgov import: $tried runs"
exit $failed
