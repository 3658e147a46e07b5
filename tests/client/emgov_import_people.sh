#!/usr/bin/env bash
# emgov import: casualties of whom one sheet says how many and another who; what is said of values that are on no list, of
# areas behind other places, of columns and rules; cells that are far too long.
#
#   tests/client/emgov_import_people.sh [PROGRAM]      needs a server with emgov installed (PGHOST, PGPORT, PGUSER)
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
work=$(mktemp -d)
base=emgov_import_people
export LC_ALL=C.UTF-8 TMPDIR=$work ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 PGOPTIONS='-c client_min_messages=error'
unset PGDATABASE EMGOV_LEDGER NO_COLOR LANG
. tests/client/import_calls.sh
admin() { psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
trap 'admin -c "DROP DATABASE IF EXISTS $base WITH (FORCE)"; rm -rf "$work"' EXIT
# people ACCIDENT WANT: how many of each outcome count
people() {
    local is=$(sql -c "SELECT string_agg(n || ' ' || outcome, ', ' ORDER BY outcome) FROM (SELECT c.outcome, count(*) AS n FROM ledger.casualty AS c JOIN ledger.accident AS a ON a.id = c.accident_id
        WHERE a.number = '$1' AND c.status = 'valid' GROUP BY c.outcome) AS x")
    [ "$is" = "$2" ] || bad "$1 has $is, not $2"
}
tests/database $base ledger || exit 1
sql -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('320402', '天宁区', 'district'), ('320404', '钟楼区', 'district'), ('320412', '武进区', 'district')" \
    -c "INSERT INTO ledger.programme (code, name_zh, name_en, scope) VALUES ('plan', '年度计划', 'plan', 'city')" || exit 1

# ------------------------------------------------------------------ how many, and who
printf '事故编号,发生日期,发生地点,事故类别,死亡人数,重伤人数\nR-1,2024-01-05,天宁区,煤矿,1,2\nR-2,2024-01-06,天宁区,煤矿,3,0\n' >"$work/sheet.csv"
printf '事故编号,伤亡程度,死亡日期\nR-1,死亡,2024-01-05\nR-1,死亡,2024-01-09\nR-2,死亡,2024-01-06\nR-2,死亡,2024-01-07\n' >"$work/roster.csv"
run 0 accident "$work/sheet.csv"
run 0 casualty "$work/roster.csv"
says '4 read = 0 added + 4 changed'
says 'are persons of this file now: 4'
says 'row 2, R-1: serious: 0 by name, 1 in all'
says 'row 4, R-2: dead: 2 by name, 3 in all'
for again in 1 2; do
    people R-1 '2 dead, 1 serious'
    people R-2 '3 dead'
    run 0 accident "$work/sheet.csv"
    says '0 changed + 2 the same'
    run 0 casualty "$work/roster.csv"
    says '0 changed + 4 the same'
done
# the sheet catches up, and is sent again as it was: the one who died is one person all the time
sed 's/煤矿,1,2/煤矿,2,1/' "$work/sheet.csv" >"$work/sheet2.csv"
for sheet in sheet2 sheet; do
    run 0 accident "$work/$sheet.csv"
    people R-1 '2 dead, 1 serious'
done
# fewer than are listed: nobody who is listed is withdrawn, and it is said
sed 's/煤矿,3,0/煤矿,1,0/' "$work/sheet.csv" >"$work/fewer.csv"
run 0 accident "$work/fewer.csv" --lang=zh
people R-2 '2 dead'
says '另行登记的伤亡人员不作更改'
says '第3行，R-2：死亡人数 本文件为1，台账为2'
run 0 accident "$work/sheet.csv"
people R-2 '3 dead'
# an empty cell says nothing, nor does a sheet without the column
printf '事故编号,发生日期,发生地点,事故类别,死亡人数,重伤人数\nR-2,2024-01-06,天宁区,煤矿,,1\n' >"$work/empty.csv"
run 0 accident "$work/empty.csv"
people R-2 '3 dead, 1 serious'
cut -d, -f1-4,6 "$work/empty.csv" >"$work/without.csv"
run 0 accident "$work/without.csv"
people R-2 '3 dead, 1 serious'
# with names, and without once more
printf '事故编号,伤亡程度,死亡日期,人员\nR-1,死亡,2024-01-05,甲\nR-1,死亡,2024-01-09,乙\nR-2,死亡,2024-01-06,丙\nR-2,死亡,2024-01-07,丁\n' >"$work/named.csv"
run 0 casualty "$work/named.csv" --personal
says '4 read = 0 added + 4 changed'
run 0 casualty "$work/roster.csv"
says '4 the same'
people R-1 '2 dead, 1 serious'
people R-2 '3 dead, 1 serious'
# corrected by hand: who was counted as seriously injured has died
printf '事故编号,发生日期,发生地点,事故类别,死亡人数,重伤人数\nR-3,2024-02-05,天宁区,煤矿,1,2\n' >"$work/hand.csv"
run 0 accident "$work/hand.csv"
sql -c "UPDATE ledger.casualty SET outcome = 'dead', outcome_on = '2024-02-20' WHERE id = (SELECT max(c.id) FROM ledger.casualty AS c JOIN ledger.accident AS a ON a.id = c.accident_id WHERE a.number = 'R-3' AND c.outcome = 'serious')"
run 0 accident "$work/hand.csv"
says '1 the same'
people R-3 '2 dead, 1 serious'
sed -i 's/煤矿,1,2/煤矿,2,1/' "$work/hand.csv"
run 0 accident "$work/hand.csv"
people R-3 '2 dead, 1 serious'
# first who, then how many, with the missing among the dead
printf '事故编号,发生日期,发生地点,事故类别\nR-4,2024-03-05,天宁区,煤矿\n' >"$work/bare.csv"
run 0 accident "$work/bare.csv"
printf '事故编号,伤亡程度,结果日期\nR-4,死亡,2024-03-05\nR-4,失踪,2024-03-05\n' >"$work/first.csv"
run 0 casualty "$work/first.csv"
says '2 added'
printf '事故编号,发生日期,发生地点,事故类别,死亡人数(含失踪)\nR-4,2024-03-05,天宁区,煤矿,2\n' >"$work/both.csv"
run 0 accident "$work/both.csv"
says '1 the same'
people R-4 '1 dead, 1 missing'

# without the day: it is said; the first import left the names out, and a second one is asked for them
printf '事故编号,发生日期,发生地点,事故类别,死亡人数,重伤人数\nR-5,2024-04-05,天宁区,道路运输,1,1\n' >"$work/sheet5.csv"
run 0 accident "$work/sheet5.csv"
printf '事故编号,姓名,伤亡程度\nR-5,丁,死亡\n' >"$work/dayless.csv"
run 0 casualty "$work/dayless.csv" --lang=zh
warns '以事故发生日期代替，计入期限之后的死亡也会计入'
warns '未导入个人信息：姓名'
run 0 casualty "$work/dayless.csv" --personal
is "SELECT string_agg(c.person, ',') FROM ledger.casualty AS c JOIN ledger.accident AS a ON a.id = c.accident_id WHERE a.number = 'R-5'" 丁
is "SELECT mapping FROM ledger.import_heading WHERE file = 'dayless.csv'" $'事故编号\taccident_id\n姓名\tperson\n伤亡程度\toutcome'
run 0 casualty "$work/dayless.csv"
warns 'personal data left out: 姓名'
# a heading that ends like it stands before it
printf '事故编号,法定代表人姓名,姓名,伤亡程度\nR-5,某,丁,死亡\n' >"$work/ends.csv"
run 0 casualty "$work/ends.csv"
run 0 casualty "$work/ends.csv" --personal
is "SELECT mapping FROM ledger.import_heading WHERE file = 'ends.csv'" $'事故编号\taccident_id\n法定代表人姓名\t-\n姓名\tperson\n伤亡程度\toutcome'
# on day 20 of a road accident, by a heading with a note in it
printf '事故编号,姓名,伤亡程度,死亡（受伤）日期\nR-5,戊,死亡,2024-04-25\n' >"$work/late.csv"
run 0 casualty "$work/late.csv" --personal
! grep -qF 'stands in its place' "$work/err" || bad 'it warns of a day that is there'
is "SELECT f.deaths || '/' || f.deaths_after_window FROM ledger.accident_fact AS f JOIN ledger.accident AS a USING (id) WHERE a.number = 'R-5'" 1/1

# a list without names and days, then with the days: nobody is added, and nobody who was hurt dies of it; fewer of another day are others
printf '事故编号,发生日期,发生地点,事故类别,死亡人数,重伤人数\nR-6,2024-05-05,天宁区,煤矿,3,2\n' >"$work/sheet6.csv"
printf '事故编号,伤亡程度\nR-6,死亡\nR-6,死亡\nR-6,死亡\nR-6,重伤\n' >"$work/days.csv"
run 0 accident "$work/sheet6.csv"
run 0 casualty "$work/days.csv"
printf '事故编号,伤亡程度,死亡日期\nR-6,死亡,2024-05-05\nR-6,死亡,2024-05-07\nR-6,死亡,2024-05-12\nR-6,重伤,2024-05-05\n' >"$work/days.csv"
for changed in '2 changed + 2 the same' '0 changed + 4 the same'; do
    run 0 casualty "$work/days.csv"
    says "$changed"
    people R-6 '3 dead, 2 serious'
done
is "SELECT string_agg(c.outcome_on::text, ',' ORDER BY c.outcome_on) FROM ledger.casualty AS c JOIN ledger.accident AS a ON a.id = c.accident_id WHERE a.number = 'R-6' AND c.outcome = 'dead'" 2024-05-05,2024-05-07,2024-05-12
printf '事故编号,伤亡程度,死亡日期\nR-6,死亡,2024-05-20\n' >"$work/more.csv"
run 0 casualty "$work/more.csv"
people R-6 '4 dead, 1 serious'

# ------------------------------------------------------------------ an enterprise known by its name alone, and then by its code
printf '事故编号,发生日期,发生地点,事故类别,事故单位\nE-1,2024-05-05,天宁区,煤矿,甲一机械厂\nE-2,2024-05-05,天宁区,煤矿,甲二化工厂\n' >"$work/names.csv"
run 0 accident "$work/names.csv"
printf '企业名称,统一社会信用代码\n甲一机械厂,91320411608131455L\n' >"$work/register.csv"
run 0 subject "$work/register.csv"
says '1 read = 0 added + 1 changed'
printf '检查单号,检查日期,被检查单位,统一社会信用代码,检查机构\nI-1,2024-06-06,甲二化工厂,91339902MA2000377C,市应急管理局\n' >"$work/visits.csv"
sql -c "UPDATE ledger.organisation SET name_zh = '示例市应急管理局' WHERE code = 'bureau'"
run 0 inspection "$work/visits.csv" --set=programme_code=plan
says '1 units that were known by name alone have their credit code now'
is "SELECT string_agg(concat_ws('/', kind, name, uscc), ',' ORDER BY id) FROM ledger.subject WHERE name LIKE '甲%'" 'enterprise/甲一机械厂/91320411608131455L,enterprise/甲二化工厂/91339902MA2000377C'
is "SELECT org_code FROM ledger.inspection WHERE number = 'I-1'" bureau
run 0 accident "$work/names.csv"
says '2 the same'
# a body of whose end there are several
sql -c "INSERT INTO ledger.organisation (code, name_zh, kind, scope) VALUES ('other', '另一市应急管理局', 'area_body', 'district')"
sed -i 's/^I-1,/I-2,/' "$work/visits.csv"
run 4 inspection "$work/visits.csv" --set=programme_code=plan

# the books of an earlier year, after later ones were declared
printf '事故编号,发生日期,发生地点,事故类别\nY-1,2023-05-05,天宁区,煤矿\n' >"$work/earlier.csv"
run 0 accident "$work/earlier.csv" --entered=2024-06-30
! grep -q 'no data now' "$work/err" || bad 'it warns of nothing'
run 0 accident "$work/earlier.csv" --entered=2023-12-31 --lang=zh
warns '此前登记已录入至 2024-06-30：2023-12-31 之后的数字现按无数据处理'

# ------------------------------------------------------------------ headings that sheets have; figures that are reported go by the indicators' names
printf '企业名称,整治方式,列入日期,计划完成日期,实际完成日期\n甲厂,退出,2024-01-05,2024-12-31,2024-06-05\n' >"$work/cleared.csv"
run 0 remediation "$work/cleared.csv" --headings
says $'计划完成日期\t\t-'
says $'实际完成日期\t\tcompleted_on'
printf '案号,罚款金额（万元）,没收违法所得（万元）\nC-1,1,2\n' >"$work/taken.csv"
run 0 enforcement_case "$work/taken.csv" --headings
says $'没收违法所得\t万元\t@confiscated'
printf '区域\tmember\n' >"$work/member.tsv"
run 2 reported "$work/taken.csv" --mapping "$work/member.tsv"
warns 'not for reported figures'

# ------------------------------------------------------------------ what is on no list: what is; columns and rules by the names that people know
printf '事故编号,发生日期,发生地点,事故类别,直接经济损失（元）,接报日期\nX-1,2024-05-06,天守区,煤矿,1,\nX-2,2024-05-06,天宁区,煤炭,1,\nX-3,2024-05-06,天宁区,煤矿,-1,\nX-4,2024-05-06,天宁区,煤矿,1,2024-05-05\n' >"$work/lists.csv"
run 4 accident "$work/lists.csv" --lang=zh
reason "$work/lists.csv" '^X-1,.*,发生地点,“天守区”不在可选值中；可填：天宁区、钟楼区、武进区,天宁区'
reason "$work/lists.csv" '^X-2,.*“煤炭”不在可选值中；可填：.*煤矿、.*建筑业'
reason "$work/lists.csv" '^X-3,.*,直接经济损失,不符合规则：.*直接经济损失 >= '
reason "$work/lists.csv" '^X-4,.*接报日期不得早于发生日期'
says '不在可选值中；可填：天宁区、钟楼区、武进区'
sql -c "INSERT INTO ledger.area (code, name_zh, kind, valid_from) SELECT 'Z' || i, '第' || i || '网格', 'zone', '2000-01-01' FROM generate_series(100, 400) AS i"
run 4 accident "$work/lists.csv" --lang=zh
reason "$work/lists.csv" '^X-1,.*共304个可选值，相近的有“天宁区”、'
run 4 accident "$work/lists.csv"
reason "$work/lists.csv" '^X-1,.*of 304 the nearest are ""天宁区'
reason "$work/lists.csv" '^X-4,.*it is reported after it occurred'
printf '事故编号,发生日期,发生地点,事故类别,接报日期\nR-1,2024-01-05,天宁区,道路运输,2024-01-06\n' >"$work/changed.csv"
run 0 accident "$work/changed.csv" --lang=zh
says '对已有记录的更正'
says '第2行，R-1：事故类别 由 煤矿 改为 道路运输'
says '第2行，R-1：接报日期 由 空 改为 2024-01-06'
says_not '撤销'
printf '隐患编号,企业名称,检查时间,隐患级别,检查单号\nH-1,某某机械厂,2024-03-01,一般,无此单号1\n' >"$work/hazard.csv"
run 4 hazard "$work/hazard.csv" --set programme_code=plan --lang=zh
reason "$work/hazard.csv" ',检查单号,“[^a-z]*”中没有此编号的记录'
printf '事故编号,伤亡程度,死亡日期\nR-1,死亡,2024-01-01\n' >"$work/before.csv"
run 4 casualty "$work/before.csv" --lang=zh
says_not ' accident'

# ------------------------------------------------------------------ 南京市武进区: an area behind another place is that place's
places() { { echo 事故编号,发生日期,发生地点,事故类别; for place in 南京市武进区 常州市武进区 江苏省常州市武进区 常州武进 江苏省武进区 溧阳市武进区 武进区; do echo "Q-1,2024-05-0$((++n)),$place,煤矿"; done; } | awk -F, 'NR > 1 { $1 = "Q-" ++i } { print }' OFS=, >"$work/places.csv"; n=0; }
n=0
took() { places; run 4 accident "$work/places.csv" --dry-run; local is=$(cut -d, -f3 "$work/places.csv.rejects.csv" | sed 1d | tr '\n' ' '); [ "$is" = "$1" ] || bad "refused are $is, not $1"; }
took '南京市武进区 常州市武进区 江苏省常州市武进区 常州武进 溧阳市武进区 '
reason "$work/places.csv" '^Q-1,.*what stands before ""武进区"" is nothing that it is part of here.*,.$'
# a city of the county kind is on the list, which the others are no part of
sql -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('320481', '溧阳市', 'city')"
took '南京市武进区 常州市武进区 江苏省常州市武进区 常州武进 溧阳市武进区 '
# the city by the name of the bureau, or as an area
sql -c "INSERT INTO ledger.organisation (code, name_zh, kind, scope) VALUES ('bureau', '江苏省常州市应急管理局', 'department', 'city') ON CONFLICT (code) DO UPDATE SET name_zh = EXCLUDED.name_zh"
took '南京市武进区 溧阳市武进区 '
sql -c "UPDATE ledger.organisation SET name_zh = '市应急管理局' WHERE code = 'bureau'" -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('320400', '常州市', 'city')"
took '南京市武进区 溧阳市武进区 '

[ $failed = 0 ] && echo "emgov import: $tried runs"
exit $failed
