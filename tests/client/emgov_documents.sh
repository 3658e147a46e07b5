#!/usr/bin/env bash
# emgov report: the ninety figures of the example read back out of every format, what was published, revisions, hostile
# texts, an empty ledger, a report in English, forms, programs that are missing, files that cannot be written.
#
#   tests/client/emgov_documents.sh [PROGRAM]   needs a server with emgov installed (PGHOST, PGPORT, PGUSER);
#                                               with EMGOV_CHECKED_COMMAND the one built with sanitizers is tested
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
work=$(mktemp -d)
example=emgov_documents hostile=emgov_documents_hostile part=emgov_documents_part scaled=emgov_documents_scaled two=emgov_documents_two
databases="$example $hostile $part $scaled $two" base=$example
export LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=0:intercept_strstr=0 UBSAN_OPTIONS=print_stacktrace=1
mkdir "$work/tmp"
export TMPDIR=$work/tmp PGOPTIONS='-c client_min_messages=warning'
unset PGDATABASE EMGOV_LEDGER
admin() { psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d $base "$@"; }
drop() { for name in $databases; do PGOPTIONS='-c client_min_messages=error' admin -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"; done; }
trap 'drop; rm -rf "$work"' EXIT
search=$PATH timeout=$(type -P timeout)
. tests/client/calls.sh
run() {     # run CODE ARGUMENT...: the command ends with this code
    local want=$1 code
    shift
    tried=$((tried + 1))
    env PATH="$search" "$timeout" 300 "$emgov" report -d $base "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code = "$want" ] || bad "emgov report $* ended with $code, not $want"
    sound "emgov report $*"
    [ -z "$(ls "$TMPDIR")" ] || bad "emgov report $* leaves temporary files"
}
has() { grep -qF -- "$2" "$1" || bad "$(basename "$1") does not have: $2"; }
hasnt() { ! grep -qF -- "$2" "$1" || bad "$(basename "$1") has: $2"; }
plain() { pandoc -t plain --wrap=none "$@"; }
json() { { echo "\\set json \`cat $1\`"; cat; } | sql "${@:2}"; }     # json FILE: SQL from standard input, with the file as :json
cd "$work" || exit 1
root=$OLDPWD

"$root/tests/database" $base example || exit 1
for name in $hostile $part $scaled $two; do "$root/tests/database" $name ledger || exit 1; done
as_of='2024-12-19 18:00+08'
report=law-based-government
period=2024-01-01..2024-12-19

# a small report, known early enough to be published as of then
sql <<'X' || exit 1
SET emgov.known_at = '2024-12-01 00:00+08';
INSERT INTO ledger.report (code, title_zh) VALUES ('few', '事故');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('few', 1, '一、事故');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('few', 1, 1, '事故{F028}，死亡{F030}，{F032}，{F034}，{F036}。');
X

# ------------------------------------------------------------------ the ninety figures in every format
sql -c "CALL ledger.publish('$report', emgov.ytd('2024-12-19'), '$as_of')" >/dev/null || exit 1
hash=$(sql -c 'SELECT hash FROM ledger.publication WHERE id = 1')
sql -F ' ' -c "SELECT code, trim_scale(value) FROM ledger.publication_figure WHERE publication_id = 1 AND code LIKE 'F%' AND member = '' ORDER BY code COLLATE \"C\"" >want
sql -F ' ' -c "SELECT code, CASE WHEN unit = '%' THEN rtrim(words, '%') ELSE trim_scale(value)::text END FROM ledger.publication_figure
    WHERE publication_id = 1 AND code LIKE 'F%' AND member = ''" >said
# ninety: four of them, the changes F029, F031, F033 and F035, the report says as changes of others
cut -f 1 "$root/examples/changzhou-2024/published.tsv" | sed 1d | sort >published
grep -vE 'F029|F031|F033|F035' published >codes
[ "$(wc -l <published)" = 90 ] && [ "$(wc -l <codes)" = 86 ] || bad "$(wc -l <published) published figures, not 90"
sql -c "SELECT body FROM ledger.publication_text(1) ORDER BY section, ordinal" >bodies
run 0 $report $period --as-of "$as_of" -o r.md -o r.html -o r.docx -o r.xlsx -o r.csv -o r.json
[ "$(cat out)" = "$(printf '%s\n' r.md r.html r.docx r.xlsx r.csv r.json)" ] || bad "it names other files"
figures() {     # what a format says, as "code value" a line
    case $1 in
        md) sed -n 's/^| \(F[0-9]*\) | [^|]* | \(-\{0,1\}[0-9.]*\) | .*/\1 \2/p' r.md ;;
        html) sed -n 's/.*<th scope="row">\(F[0-9]*\)<\/th><td>[^<]*<\/td><td class="n">\([−0-9.]*\)<\/td>.*/\1 \2/p' r.html | tr '−' '-' ;;
        docx) pandoc -f docx -t gfm --columns=4000 r.docx | sed -n 's/^| *\(F[0-9]*\) *| *[^|]*| *\(\\\{0,1\}-\{0,1\}[0-9.]*\) *| .*/\1 \2/p' | tr -d '\\' ;;
        xlsx) ssconvert -S r.xlsx sheet-%s.csv >/dev/null 2>&1; awk -F, '$1 ~ /^F[0-9]+$/ {print $1, $3}' sheet-指标.csv ;;
        csv) awk -F, 'NR > 1 && $1 ~ /^F/ && $3 == "" {print $1, $6}' r.csv ;;
        json) json r.json -F ' ' <<<"SELECT f->>'code', f->>'value' FROM jsonb_array_elements(:'json'::jsonb->'figures') AS f WHERE f->>'code' LIKE 'F%' AND f->>'member' IS NULL" ;;
    esac | sort -u
}
for format in md html docx xlsx csv json; do
    figures $format >got
    # for people as the text says it, 95.1; for programs in all its digits; what a spreadsheet holds may be printed with fewer zeros, never with fewer digits
    case $format in md | html | docx) from=said ;; *) from=want ;; esac
    diff <(sort $from) got >diff || { cp diff err; bad "r.$format has other figures than what was published: $(wc -l <got) of $(wc -l <want)"; }
    diff codes <(cut -d ' ' -f 1 got) >err || bad "r.$format is without figures"
done
# a cell holds all digits, 95.085714, and shows the decimals of the text
ssconvert -T Gnumeric_stf:stf_assistant -O 'format=preserve sheet=指标' r.xlsx shown.csv
[ "$(awk -F, '$1 == "F028" || $1 == "F071" { print $1, $3 }' shown.csv)" = $'F028 59\nF071 95.1' ] && grep -q '^F071,[^,]*,95.085714,' sheet-指标.csv || bad "the cells of r.xlsx show $(grep F071 shown.csv)"
for change in F028:-9.2 F030:-8.5 F032:-30.4 F034:4.8; do
    grep -q "^${change%:*}.*,${change#*:}," r.csv || bad "the change of $change in r.csv"
    grep -q "^| ${change%:*} .*| ${change#*:} |" r.md || bad "the change of $change in r.md"
    grep -q "^${change%:*}.*,${change#*:}," sheet-指标.csv || bad "the change of $change in r.xlsx"
done
grep -q '^F028,.*,可比,' r.csv && grep -q '^F012,.*,不作比较,' r.csv && grep -q '^| F012 .*| 不作比较 |' r.md || bad 'what is compared and what is not'
# the text, word for word
plain r.docx >docx.txt; plain -f html r.html >html.txt; plain -f markdown r.md >md.txt
for file in docx.txt html.txt md.txt sheet-正文.csv r.json; do
    while IFS= read -r line; do [ -z "$line" ] || has $file "$line"; done <bodies
done
for file in docx.txt html.txt md.txt r.json sheet-封面.csv; do has $file '以上为截至2024年12月19日18:00的数据（第1号发布'; done
for file in r.html r.md r.json r.csv sheet-封面.csv docx.txt; do has $file "$hash"; done
[ "$(head -c 3 r.csv | od -An -tx1 | tr -d ' ')" = efbbbf ] || bad 'r.csv has no byte order mark'
[ "$(sed 1d r.csv | grep -c $'\r$')" = "$(sql -c 'SELECT count(*) FROM ledger.publication_figure WHERE publication_id = 1')" ] || bad 'lines of r.csv'

# HTML: nothing fetched, nothing run; places of figures lead to what stands behind them
hasnt r.html '<script'
! grep -qE '(src|href)="(https?:)?//' r.html || bad 'r.html fetches'
[ "$(grep -o '<svg ' r.html | wc -l)" = 10 ] || bad "r.html has $(grep -o '<svg ' r.html | wc -l) charts"
[ "$(grep -o '<text' r.html | wc -l)" -gt 100 ] || bad 'the charts have no text'
[ "$(grep -o 'class="figure" href' r.html | wc -l)" -ge 80 ] || bad 'few figures are linked'
lost=$(comm -23 <(grep -o 'href="#[^"]*"' r.html | sed 's/href="#//; s/"//' | grep -v '^c[0-9]' | sort -u) <(grep -o 'id="[^"]*"' r.html | sed 's/id="//; s/"//' | sort -u))
[ -z "$lost" ] || bad "r.html leads to" $lost "which is not there"
[ -z "$(grep -o ' id="[^"]*"' r.html | sort | uniq -d)" ] || bad "ids twice: $(grep -o ' id="[^"]*"' r.html | sort | uniq -d | head -n 3)"
has r.html '变化在偶然范围之内'

# Word: the official page, headings by their built-in names, heads of tables that repeat, pages across
mkdir docx && (cd docx && unzip -q ../r.docx) || bad 'r.docx is no archive'
if [ -e docx/word/document.xml ]; then
    body=docx/word/document.xml
    has $body 'w:linePitch="579"'; has $body 'linesAndChars'; has $body 'w:val="Heading1"'
    for mark in 'w:orient="landscape"' '<w:tblHeader' 'w:type="even"'; do has $body "$mark"; done
    has docx/word/settings.xml evenAndOddHeaders
    has docx/word/settings.xml '<w:noLineBreaksAfter w:lang="zh-CN" w:val="0123456789.'
    [ "$(grep -o '<w:sectPr' $body | wc -l)" = "$(grep -o 'w:footerReference[^>]*w:type="even"' $body | wc -l)" ] || bad 'a section is without footers'
    [ "$(find docx/word/media -name '*.svg' | wc -l)" = "$(find docx/word/media -name '*.png' | wc -l)" ] || bad 'an SVG is without its bitmap'
fi

# ------------------------------------------------------------------ published, revised, draft
sql -c "UPDATE ledger.accident SET status = 'withdrawn', note = 'no accident' WHERE id = 2401"
run 0 --publication 1 -o p.md -o p.json
diff <(sed '/^> /d' r.md) <(sed '/^> /d' p.md) >/dev/null || bad 'what was published is printed otherwise later'
run 0 $report $period -o d.json -o d.html -o d.md
has d.json '"standing":"draft"'; has d.md '草稿：未发布；已发布的是第1号'
[ "$(json d.json <<<"SELECT f->>'value', f->>'mark', f->>'was' FROM jsonb_array_elements(:'json'::jsonb->'figures') AS f WHERE f->>'code' = 'F030'")" = '35|r|43人' ] || bad 'the revised figure is not marked'
has d.html '上次发布为43人'
sql -c "CALL ledger.publish('$report', emgov.ytd('2024-12-19'))" >/dev/null
run 0 --publication 1 --records 0 -o p.json; has p.json '"standing":"superseded"'
run 0 --publication 2 --records 0 -o p.json; has p.json '"standing":"published"'

# a day is the end of that day, and what is known in part says so
run 0 $report $period --as-of 2024-06-30 --records 0 -o m.md -o m.json
[ ! -s err ] || bad 'it chatters'
has m.md '截至3月31日'; has m.json '"mark":"p"'; hasnt m.json '"mark":"r"'; has m.md '以上为截至2024年7月1日00:00的数据（草稿，未发布）'

# a bulletin: tables stand in the text, where their paragraph has them
run 0 monthly-bulletin 2024-09 --as-of '2024-10-15 18:00+08' -o b.docx -o b.md
hasnt b.md '武进区                  '
[ "$(grep -c '^| 武进区 | 11 | 13 |' b.md)" = 1 ] || bad 'the table of the bulletin'
plain b.docx | grep -q '武进区 .*11 .*13 ' || bad 'the table of the bulletin in Word'

# a small ledger, of texts that mean something to every format
base=$hostile
sql <<'X'
CALL ledger.load_pack('accidents');
INSERT INTO ledger.area (code, name_zh, name_en, kind, is_block, parent_code) VALUES ('c', '<script>alert(1)</script>', 'the "city"', 'city', false, NULL),
    ('e', '东|区*_`&<b>', 'East & <i>West</i>', 'district', true, 'c'), ('n', E'北''区"{{F028}} 😀', 'North', 'district', true, 'c');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (1, '2023-01-20', 'e', 'road'), (2, '2024-02-20', 'n', 'road'), (3, '2024-03-20', 'e', 'chemical');
CALL ledger.entered('{accident,casualty}', '2024-12-31', '2023-01-01');
INSERT INTO ledger.report (code, title_zh, title_en) VALUES ('h', '<script>alert(1)</script> & | * _ `x` "引" 😀', 'A & B <c>');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('h', 1, '一、<b>*粗*</b> | # & 😀');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES
    ('h', 1, 1, '# 事故{F028} <img src=x onerror=alert(1)> & a|b *x* _y_ `z` \[1\] ~~d~~ $5$ ^2^ "q" ''s'' --- ``` 1. \{\{F028\}\} 😀 =1+1'),
    ('h', 1, 2, E'    四格起\n- 破折\n1. 编号\n各区：{table F028 by area}'), ('h', 1, 3, E'```\n</w:t></w:p>\\]\\]>\n```');
INSERT INTO ledger.report (code, title_zh) VALUES ('empty', '空');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('empty', 1, '一、无');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('empty', 1, 1, '事故{F028.phrase}，死亡{F030}。');
X
small='h 2024'

# ------------------------------------------------------------------ what is not known: of the year before, of a district
base=$part
sql <<'X'
CALL ledger.load_pack('accidents');
CALL ledger.load_pack('enforcement');
INSERT INTO ledger.area (code, name_zh, kind, is_block, parent_code) VALUES ('c', '九江市', 'city', false, NULL), ('a', '浔阳区', 'district', true, 'c'), ('b', '庐山市', 'district', true, 'c');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) SELECT i, date '2026-01-05' + i * 20, 'a', CASE WHEN i % 2 = 0 THEN 'road' ELSE 'chemical' END FROM generate_series(1, 6) AS i;
INSERT INTO ledger.organisation (code, name_zh, kind, scope) VALUES ('bureau', '市局', 'bureau', 'city') ON CONFLICT DO NOTHING;
INSERT INTO ledger.subject (id, kind, name, area_code) VALUES (1, 'unit', '一', 'a');
INSERT INTO ledger.enforcement_case (id, org_code, subject_id, area_code, filed_on) SELECT i, 'bureau', 1, 'a', date '2026-01-05' + i * 20 FROM generate_series(1, 3) AS i;
CALL ledger.entered('{accident,casualty}', '2026-05-31', '2026-01-01', 'a');
CALL ledger.entered('{accident,casualty}', '2026-03-31', '2026-01-01', 'b');
CALL ledger.entered('{enforcement_case}', '2026-05-31', '2026-01-01');
INSERT INTO ledger.base_value (indicator, starts_on, ends_on, value, source, published_on) VALUES ('F028', '2025-01-01', '2025-04-01', 5, '2025年公报', '2025-06-01');
INSERT INTO ledger.report (code, title_zh) VALUES ('r', '情况'), ('t', '情况');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('r', 1, '一、事故'), ('t', 1, '一、事故');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '事故{F028.phrase}，立案{F053}。'), ('t', 1, 1, E'各区：\n{table F028 by area}');
X
# a change since a beginning of the year that nobody knows is not said
run 0 r 2026-01-01..2026-03-31 -o unknown.md -o unknown.html -o unknown.docx -o unknown.xlsx -o unknown.csv
has unknown.md '期末未结3起'
for file in unknown.md unknown.html; do hasnt $file '年初'; done
# a base as it was published is marked, and the legend says what the mark is
grep -q '^| F028 | [^|]* | 4 | 起 | 5 \\\[b\\\] | -1 | -20.0 | .* | 可比（基数为已公布数） |' unknown.md || bad 'the base as published in Markdown'
grep -qF '5<sup class="mark">b</sup>' unknown.html || bad 'the base as published in HTML'
plain unknown.docx | grep -qF '5 [b]' || bad 'the base as published in Word'
unzip -p unknown.xlsx xl/styles.xml | grep -qF '[b]' || bad 'the base as published in Excel'
for file in unknown.md unknown.html; do has $file '已公布数，并非由记录统计'; done
grep -q '^F028,.*,b,\?' unknown.csv || bad 'the base as published in CSV'
# totals that lack a district are marked in every table
run 0 r 2026-05 -o lacking.md -o lacking.html -o lacking.docx -o lacking.xlsx
[ "$(grep -c '合计.* \\\[p\\\]' lacking.md)" -ge 1 ] && grep -q '^| \*\*合计\*\* | \*\*[0-9]* \\\[p\\\]\*\*' lacking.md || bad 'a total without a district in Markdown'
grep '合计' lacking.html | grep -qF '<sup class="mark">p</sup>' || bad 'a total without a district in HTML'
plain lacking.docx | grep -q '合计.*\[p\]' || bad 'a total without a district in Word'
unzip -p lacking.xlsx xl/styles.xml | grep -qF '[p]' || bad 'a total without a district in Excel'
has lacking.md 'p为初步数（缺庐山市）'
# and are rounded as those of all are
sql <<'X'
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code, direct_loss) SELECT i, date '2026-01-05' + i, 'a', 'road', 1000 * i / 9.0 FROM generate_series(11, 16) AS i;
INSERT INTO ledger.indicator (code, name_zh, kind, measure, source, date_column, filter, scope, cutoff, unit, comparator, definition_zh)
VALUES ('MEAN', '平均损失', 'mean', 'direct_loss', 'accident', 'occurred_on', $$status = 'valid'$$, 'city', 'to_date', '元', 'none', '平均直接经济损失');
INSERT INTO ledger.report (code, title_zh) VALUES ('q', '情况');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('q', 1, '一、事故');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('q', 1, 1, '平均损失{MEAN}。');
X
run 0 q 2026-05 -o part.md
grep -qE '^\| MEAN \| [^|]* \| [0-9]+(\.[0-9])? \| 元 \|' part.md || bad "a figure of a part is not rounded: $(grep MEAN part.md | head -n 1)"
sql -c "UPDATE ledger.accident SET status = 'withdrawn', note = 'for the figures above' WHERE id > 10"
run 0 t 2026-05 -o lacking.xlsx
unzip -p lacking.xlsx xl/styles.xml | grep -qF '[p]' || bad "the text's own table in Excel"
has <(unzip -p lacking.xlsx xl/sharedStrings.xml) 'p为初步数（缺庐山市）'
# of whom a document is: of the city, and of the province where there are several cities
sql -c "UPDATE ledger.organisation SET name_zh = '市局' WHERE code = 'bureau'" -c "INSERT INTO ledger.area (code, name_zh, kind) VALUES ('p', '江西省', 'province')"
run 0 r 2026-05 -o whose.md; has whose.md 九江市局
sql -c "INSERT INTO ledger.area (code, name_zh, kind, parent_code) VALUES ('d', '南昌市', 'city', 'p')" -c "UPDATE ledger.organisation SET name_zh = '省厅' WHERE code = 'bureau'"
run 0 r 2026-05 -o whose.md; has whose.md 江西省厅
[ "$(sql -c "SELECT kind_zh FROM ledger_report.dim_area WHERE area_code = 'p'")" = 省 ] || bad 'what a province is called'

# ------------------------------------------------------------------ by two dimensions: members of the second, and of both, are no totals, in a draft as in a publication
base=$two
sql <<'X'
CALL ledger.load_pack('accidents');
INSERT INTO ledger.area (code, name_zh, kind, is_block, parent_code) VALUES ('c', '九江市', 'city', false, NULL), ('a', '东区', 'district', true, 'c'), ('b', '西区', 'district', true, 'c');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code, industry)
SELECT i, date '2025-01-05' + i * 10, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END, CASE WHEN i % 2 = 0 THEN 'road' ELSE 'construction' END, CASE WHEN i % 5 = 0 THEN '物流' END FROM generate_series(1, 30) AS i;
CALL ledger.entered('{accident,casualty}', '2025-12-31', '2024-01-01');
INSERT INTO ledger.report (code, title_zh) VALUES ('r', '情况');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('r', 1, '一、事故');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '全市发生事故{F028}。'), ('r', 1, 2, E'按行业：\n{table F028 by area,category_group}'),
    ('r', 1, 3, E'按国民经济行业：\n{table F028 by industry}');
X
run 0 r 2025 -o draft.md -o draft.html -o draft.docx -o draft.xlsx -o draft.csv -o draft.json
sql -c "CALL ledger.publish('r', emgov.year(2025))" >/dev/null
run 0 --publication 1 -o final.md -o final.html -o final.docx -o final.xlsx -o final.csv -o final.json
for file in draft final; do
    grep -q '^生产安全事故30起[^；]*。$' $file.md || bad "$file.md: the finding"
    [ "$(grep -c '分月，本年与上年同月' $file.md)" = 1 ] || bad "$file.md: the data of the charts"
    [ "$(grep -c '^| 生产安全事故（起） | 2 | 3 |' $file.md)" = 1 ] || bad "$file.md: by month"
    [ "$(grep '^| 事故类别 |' $file.md)" = '| 事故类别 | 生产安全事故（起） | 上年 | 同比 |' ] || bad "$file.md: by category"
    [ "$(grep '^| F028 ' $file.md | cut -d '|' -f 4 | head -n -1)" = ' 30 ' ] || bad "$file.md: all figures"
    grep -qF '全市发生事故<a class="figure" href="#figure-F028">30起</a>。' $file.html || bad "$file.html: the figure is not linked"
    [ "$(grep -o '<details class="figure">' $file.html | wc -l)" = 1 ] || bad "$file.html: figures"
    rm -f sheet-*; ssconvert -S $file.xlsx sheet-%s.csv >/dev/null 2>&1
    [ "$(grep -c '^F028,' sheet-指标.csv)" = 1 ] || bad "$file.xlsx: figures"
    # each line is of other members: of none, of one of them, of both
    tr -d '\r' <$file.csv | awk -F, '{ print $3 "," $NF "," $6 }' >got
    [ -z "$(cut -d , -f 1,2 got | sort | uniq -d)" ] || bad "$file.csv has lines of the same members"
    for line in ',,30' '东区,,10' '西区,道路运输,10' '道路运输,,15' '未注明,,24' '物流,,6'; do grep -qxF -- "$line" got || bad "$file.csv is without $line"; done
    json $file.json -F , >got <<<"SELECT f->>'member', f->>'member_name', f->>'member2', f->>'member2_name', f->>'value' FROM jsonb_array_elements(:'json'::jsonb->'figures') AS f"
    for line in ',,,,30' 'b,西区,road,道路运输,10' 'road,道路运输,,,15' ',未注明,,,24'; do grep -qxF -- "$line" got || bad "$file.json is without $line"; done
done
same() {        # same NAME DRAFT FINAL: the same but for what says which of them it is
    diff -b <(grep -vE '草稿|已发布|以上为截至|发布号|校验值|^ *(发布|生成|数据时点) |^[ -]*$' "$2") <(grep -vE '草稿|已发布|以上为截至|发布号|校验值|^ *(发布|生成|数据时点) |^[ -]*$' "$3") >err || bad "draft and publication differ: $1"
}
same Markdown draft.md final.md
for file in draft final; do
    plain -f html $file.html >$file.html.txt; plain $file.docx >$file.docx.txt
    json $file.json >$file.json.txt <<<"SELECT f - '{reason,record_count,records}'::text[] FROM jsonb_array_elements(:'json'::jsonb->'figures') AS f"
done
for format in html docx json; do same $format draft.$format.txt final.$format.txt; done
# what is revised is marked so, of each member
sql -c "UPDATE ledger.accident SET status = 'withdrawn', note = 'no accident' WHERE id = 4"
run 0 r 2025 -o revised.csv
tr -d '\r' <revised.csv | awk -F, '$16 == "r" { print $3 "," $NF "," $6 }' | sort >got
diff <(printf '%s\n' ,,29 西区,,19 西区,道路运输,9 道路运输,,14 未注明,,23 | sort) got >err || bad 'what is revised is marked'
# and a restatement names the members of whatever dimension
for lang in zh:道路运输:未注明 en:'road transport:not stated'; do
    IFS=: read -r lang road none <<<"$lang"
    "$emgov" restate -d $two 1 --lang=$lang >out 2>err || bad 'emgov restate'
    for of in "西区 $road" "$road" "$none" 西区; do grep -q "^F028  .*  $of  " out || bad "emgov restate --lang=$lang does not name: $of"; done
done

# ------------------------------------------------------------------ one unit, and what tells the lines of one indicator apart
base=$scaled
sql <<'X'
CALL ledger.load_pack('accidents');
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, comparator, change_form, scale, value_decimals, definition_zh)
VALUES ('LOSS', 4, '直接经济损失', 'sum', 'accident_fact', 'occurred_on', 'direct_loss', $$status = 'valid'$$, 'city', 'period', '元', 'year_earlier', 'both', 'wan', 1, '损失');
INSERT INTO ledger.area (code, name_zh, kind, is_block, parent_code) VALUES ('c', '本市', 'city', false, NULL), ('e', '东区', 'district', true, 'c'), ('n', '北区', 'district', true, 'c');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code, direct_loss)
VALUES (1, '2023-03-01', 'e', 'road', 60000000.40), (2, '2024-02-01', 'e', 'road', 65943120.60), (3, '2024-03-01', 'n', 'chemical', 113192880);
CALL ledger.entered('{accident,casualty}', since => '2022-01-01', through => '2024-12-31');
INSERT INTO ledger.report (code, title_zh) VALUES ('r', '损失'), ('t', '损失');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('r', 1, '一、损失'), ('t', 1, '一、损失');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '损失{LOSS}，{LOSS.change}，{LOSS.change(previous)}。'),
    ('t', 1, 1, '损失{LOSS}。{table LOSS by area show value,base,amount,rate}');
UPDATE ledger.indicator SET name_en = 'direct loss', unit_en = 'yuan' WHERE code = 'LOSS';
INSERT INTO ledger.indicator (code, section, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, comparator, change_form, value_decimals, rounding, definition_zh)
VALUES ('RAW', 4, '损失', 'sum', 'accident_fact', 'occurred_on', 'direct_loss / 7', $$status = 'valid'$$, 'city', 'period', '元', 'year_earlier', 'both', 2, 'truncate', '损失');
INSERT INTO ledger.report (code, title_zh, lang) VALUES ('e', '损失', 'en'), ('u', '损失', 'zh');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('e', 1, 'Loss'), ('u', 1, '一、损失');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('e', 1, 1, 'Loss {LOSS}. {table LOSS by area show value,base,amount,rate}'), ('u', 1, 1, '损失{RAW}。');
X
run 0 r 2024 -o scaled.md -o scaled.xlsx -o scaled.csv
has scaled.md '损失17913.6万元，'
has scaled.md '| LOSS | 直接经济损失 | 17913.6 | 万元 | 6000 | 环比 | 11913.6 | '
has scaled.md '| LOSS | 直接经济损失 | 17913.6 | 万元 | 6000 | 同比 | 11913.6 | '
has scaled.md '| 区域 | 直接经济损失（万元） | 上年 | 同比 |'
has scaled.md '| 东区 | 6594.3 | 6000 | 9.9% |'
has scaled.md '| 直接经济损失（万元） | 0 | 6594.3 | 11319.3 | 0 |'
! grep -q '17913600\|65943' scaled.md || bad 'scaled.md has numbers in another unit'
has scaled.csv ',179136000.6,元,17913.6万元,'
rm -f sheet-*; ssconvert -S scaled.xlsx sheet-%s.csv >/dev/null 2>&1
has sheet-指标.csv 'LOSS,直接经济损失,17913.60006,万元,6000.00004,环比,'
! grep -q '[0-9]\{8\}' sheet-*损失*.csv sheet-指标.csv || bad 'scaled.xlsx has numbers in another unit'
run 0 t 2024 -o scaled.md -o scaled.xlsx
has scaled.md '| 区域 | 直接经济损失（万元） | 上年 | 同比（万元） | 同比 |'
has scaled.md '| 北区 | 11319.3 | 0 | 11319.3 | — |'
has scaled.md '| **合计** | **17913.6** | **6000** | **11913.6** | **198.6%** |'
rm -f sheet-*; ssconvert -S scaled.xlsx sheet-%s.csv >/dev/null 2>&1
has <(cat sheet-直接经济损失*) '北区,11319.288,0,11319.288,—'
# without a scale, too, value, base and change are rounded once, as the figure is
run 0 u 2024 -o scaled.md
has scaled.md "| RAW | 损失 | $(sql -F ' | ' -c "SELECT trim_scale(trunc(sum(direct_loss / 7) FILTER (WHERE occurred_on >= '2024-01-01'), 2)), '元', trim_scale(trunc(sum(direct_loss / 7) FILTER (WHERE occurred_on < '2024-01-01'), 2)),
    trim_scale(trunc(sum(CASE WHEN occurred_on < '2024-01-01' THEN -1 ELSE 1 END * direct_loss / 7), 2)) FROM ledger.accident") |"
! grep -q '[.][0-9]\{3\}' scaled.md || bad "scaled.md has more decimals than the figure: $(grep '[.][0-9]\{3\}' scaled.md)"
# 万 in English: one scale that the heading says, with the places that show as much, in tables of the text and beside it
run 0 e 2024 -o scaled.md
has scaled.md 'Loss 179.1 million yuan.'
has scaled.md '| area | direct loss (million yuan) | a year earlier | year on year (million yuan) | year on year |'
has scaled.md '| **Total** | **179.136** | **60** | **119.136** | **198.6%** |'
has scaled.md '| category of accidents | direct loss (million yuan) | a year earlier | year on year |'
has scaled.md '| road transport | 65.943 | 60 | 9.9% |'
has scaled.md '| LOSS | direct loss | 179.136 | million yuan | 60 | 119.136 | 198.6 |'
! grep '^|' scaled.md | grep -q '万\|[0-9] million' || bad 'scaled.md has another scale in a cell than in its heading'
cat >scaled.gnumeric <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"><gnm:SheetNameIndex><gnm:SheetName>汇总</gnm:SheetName></gnm:SheetNameIndex>
<gnm:Names><gnm:Name><gnm:name>emgov_LOSS_scaled_base</gnm:name><gnm:value>汇总!$B$1</gnm:value><gnm:position>A1</gnm:position></gnm:Name></gnm:Names>
<gnm:Sheets><gnm:Sheet><gnm:Name>汇总</gnm:Name><gnm:MaxCol>3</gnm:MaxCol><gnm:MaxRow>0</gnm:MaxRow><gnm:Cells>
<gnm:Cell Row="0" Col="0" ValueType="60">{{LOSS}}</gnm:Cell><gnm:Cell Row="0" Col="2" ValueType="60">{{LOSS.value}}</gnm:Cell>
<gnm:Cell Row="0" Col="3" ValueType="60">共{{LOSS}}：{{LOSS.scaled}} {{LOSS.scaled_unit}}，东区{{LOSS of e by area}}</gnm:Cell></gnm:Cells></gnm:Sheet></gnm:Sheets></gnm:Workbook>
X
ssconvert scaled.gnumeric form.xlsx 2>/dev/null
run 0 r 2024 --template form.xlsx -o filled.xlsx
ssconvert filled.xlsx filled.csv 2>/dev/null
[ "$(cat filled.csv)" = '17913.60006,6000.00004,179136000.6,"共17913.6万元：17913.6 万元，东区6594.3万元"' ] || bad "a form in 万元: $(cat filled.csv)"

# ------------------------------------------------------------------ forms
base=$example
printf '# {{title}}\n\n事故{{F028}}，{{F0**28.ra**te}}；死亡{{F030.value}}人；武进区{{F028 of 320412 by area}}；{{F999}}\n' | pandoc -o form.docx
run 1 $report $period --as-of "$as_of" --template form.docx --records 0 -o filled.docx
warns '{{F999}}'
[ "$(plain filled.docx)" = $'法治政府建设情况报告\n\n事故59起，-9.2%；死亡43人；武进区15起；{{F999}}' ] || bad "the form in Word: $(plain filled.docx)"
# an indicator that came after the publication: the form is filled all the same, and it is said
sql -c "INSERT INTO ledger.indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES ('LATER', '后来的指标', 'reported', 'city', 'period', '起', 'year_earlier', '后来的指标')"
printf '事故{{F028}}；{{LATER}}\n' | pandoc -o later.docx
run 0 --publication 1 --template later.docx --records 0 -o filled.docx
[ "$(plain filled.docx)" = '事故59起；—' ] || bad "a form of later: $(plain filled.docx)"
warns 'came later than these data are filled with —: LATER'
# a colon behind the addressee is not doubled
run 0 --publication 1 --records 0 --addressee '市政府：' -o colon.md
has colon.md '市政府：'
hasnt colon.md '：：'
hasnt r.html '<title>gnuplot_plot'
cat >form.gnumeric <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"><gnm:SheetNameIndex><gnm:SheetName>汇总</gnm:SheetName></gnm:SheetNameIndex>
<gnm:Names><gnm:Name><gnm:name>emgov_F028</gnm:name><gnm:value>汇总!$B$2</gnm:value><gnm:position>A1</gnm:position></gnm:Name>
<gnm:Name><gnm:name>emgov_F030_rate</gnm:name><gnm:value>汇总!$D$4</gnm:value><gnm:position>A1</gnm:position></gnm:Name></gnm:Names>
<gnm:Sheets><gnm:Sheet><gnm:Name>汇总</gnm:Name><gnm:MaxCol>3</gnm:MaxCol><gnm:MaxRow>3</gnm:MaxRow><gnm:Cells>
<gnm:Cell Row="0" Col="0" ValueType="60">表 {{period}}</gnm:Cell><gnm:Cell Row="1" Col="0" ValueType="60">事故</gnm:Cell><gnm:Cell Row="1" Col="2" ValueType="60">{{F030}}</gnm:Cell>
<gnm:Cell Row="2" Col="0">=B2+C2</gnm:Cell></gnm:Cells></gnm:Sheet></gnm:Sheets></gnm:Workbook>
X
ssconvert form.gnumeric form.xlsx 2>/dev/null
run 0 $report $period --as-of "$as_of" --records 0 --template form.xlsx -o filled.xlsx
ssconvert filled.xlsx filled.csv 2>/dev/null
[ "$(cat filled.csv)" = $'"表 2024年1月1日至12月19日",,,\n事故,59,43,\n102,,,\n,,,-8.5' ] || bad "the form in Excel: $(cat filled.csv)"
run 2 $report $period --template form.pdf -o x.pdf
run 2 $report $period --template form.docx -o x.xlsx
run 1 $report $period --template no-such.docx -o x.docx
# from here on forms are filled from the publication of a small report, which is read in half the time
few=$(sql -c "CALL ledger.publish('few', emgov.ytd('2024-12-19'), '$as_of')" 2>err | cut -d'|' -f1)
[ -n "$few" ] || bad 'a small report'
# of a broken form nothing is written; a value before its formula, and what is no cell, change nothing else
form() {        # form NAME SHEET [STRINGS]
    rm -rf form.d "$1.xlsx"
    mkdir -p form.d/xl/_rels form.d/xl/worksheets
    echo '<workbook><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="emgov_F030">A!$B$2</definedName><definedName name="emgov_F028">A!"&lt;/c&gt;</definedName></definedNames></workbook>' >form.d/xl/workbook.xml
    echo '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>' >form.d/xl/_rels/workbook.xml.rels
    echo "$2" >form.d/xl/worksheets/sheet1.xml
    [ $# = 2 ] || echo "$3" >form.d/xl/sharedStrings.xml
    (cd form.d && zip -q -r "../$1.xlsx" xl)
}
sheet='<worksheet xmlns:r="r"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>'
form broken1 "$sheet" '<sst><si><t {{F030}}</t></si></sst>'
form broken2 "$sheet" '<sst><si><t'
form broken3 '<worksheet><sheetData'
form broken4 "$sheet" '<!DOCTYPE sst [<!ENTITY a "{{F030}}">]><sst><si><t>&a;</t></si></sst>'
form broken5 '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></row></sheetData></worksheet>'
form broken6 "$(printf '<worksheet><sheetData><row r="1"><c r="A1"><v>\xff\xfe</v></c></row></sheetData></worksheet>')"
for broken in broken1 broken2 broken3 broken4 broken5 broken6; do
    run 1 --publication "$few" --records 0 --template $broken.xlsx -o x.xlsx
    warns 'cannot be edited'
    [ ! -e x.xlsx ] || bad "$broken: something was written"
done
form odd '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v><f>B1</f></c></row><row r="3"><c r="A3"><v>7</v></c></row></sheetData></worksheet>'
run 1 --publication "$few" --records 0 --template odd.xlsx -o odd-filled.xlsx
[ "$(unzip -p odd-filled.xlsx xl/worksheets/sheet1.xml)" = '<worksheet><sheetData><row r="1"><c r="A1"><f>B1</f></c></row><row r="2"><c r="B2"><v>43</v></c></row><row r="3"><c r="A3"><v>7</v></c></row></sheetData></worksheet>' ] ||
    bad "the odd form: $(unzip -p odd-filled.xlsx xl/worksheets/sheet1.xml)"

# what XML allows beside what office programs write: comments, CDATA, > in attributes, prefixes, cells without references, rows and sheets without cells, two names of a cell
form legal '<!-- <c r="B2"/> --><x:worksheet xmlns:x="u"><x:sheetData><x:row a=">"/><x:row><x:c t="s" s="4"><x:v>0</x:v></x:c><x:c t="inlineStr"><x:is><x:t>死亡{{F0</x:t><x:t>30}}</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>' \
    '<sst><si a=">"><t><![CDATA[{{F030}}]]></t></si><!-- <si><t>{{F028}}</t></si> --></sst>'
sed -i 's|</definedNames>|<definedName name="emgov_F034">A!$B$2</definedName><definedName name="emgov_F032">A!$C$1</definedName><definedName name="emgov_F036">A!$B$9</definedName></definedNames>|' form.d/xl/workbook.xml
(cd form.d && zip -q -r ../legal.xlsx xl)
run 1 --publication "$few" --records 0 --template legal.xlsx -o legal-filled.xlsx
[ "$(unzip -p legal-filled.xlsx xl/worksheets/sheet1.xml)" = '<!-- <c r="B2"/> --><x:worksheet xmlns:x="u"><x:sheetData><x:row a=">"><x:c r="C1"><x:v>16</x:v></x:c></x:row><x:row><x:c s="4"><x:v>43</x:v></x:c><x:c r="B2"><x:v>43</x:v></x:c></x:row><x:row r="9"><x:c r="B9"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>' ] ||
    bad "the legal form: $(unzip -p legal-filled.xlsx xl/worksheets/sheet1.xml)"
form bare '<worksheet><sheetData/></worksheet>'
run 1 --publication "$few" --records 0 --template bare.xlsx -o bare-filled.xlsx
[ "$(unzip -p bare-filled.xlsx xl/worksheets/sheet1.xml)" = '<worksheet><sheetData><row r="2"><c r="B2"><v>43</v></c></row></sheetData></worksheet>' ] || bad 'the bare form'
# any byte of a form may be wrong: it is filled or refused, and never more than that
for seed in $(seq 1 "${EMGOV_BROKEN_FORMS:-5}"); do
    /usr/bin/python3 - "$seed" legal.xlsx filled.docx <<'X'
import random, sys, zipfile
random.seed(int(sys.argv[1]))
for name in sys.argv[2:]:
    old = zipfile.ZipFile(name)
    with zipfile.ZipFile('mutant' + name[name.rindex('.'):], 'w') as new:
        for member in old.namelist():
            data = bytearray(old.read(member))
            if member.endswith(('.xml', '.rels')) and random.random() < .7:
                for _ in range(random.randint(1, 3)):
                    at = random.randrange(len(data))
                    how = random.randrange(4)
                    if how == 0: data[at] = random.choice(b'<>/"&\'{} ]![0\xff')
                    elif how == 1: del data[at:at + random.randint(1, 40)]
                    elif how == 2: data[at:at] = data[max(0, at - random.randint(1, 80)):at]
                    else: data[at:at] = random.choice([b'<c r="B2">', b'</c>', b'<row>', b'<t>{{F028', b'}}', b'<is>', b'<sheetData/>', b'<f>', b'<v/>', b'<w:p>', b'<w:t/>'])
            new.writestr(member, bytes(data))
X
    for kind in xlsx docx; do
        env PATH="$search" "$timeout" 60 "$emgov" report -d $base --publication "$few" --records 0 --template mutant.$kind -o mutant-filled.$kind >out 2>err </dev/null
        code=$?
        [ $code -le 1 ] || bad "a form broken by $seed ends with $code"
        ! grep -qE 'AddressSanitizer|runtime error' err || bad "a form broken by $seed: the sanitizers"
    done
done

# a form of many cells takes no longer for each of them; one that is too large to be held is refused
many=$(awk 'BEGIN { for (i = 2; i < 250002; i++) printf "<row r=\"%d\"><c r=\"A%d\"><v>7</v></c></row>", i, i }')
form many "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v><f>B1</f></c></row>$many</sheetData></worksheet>"
SECONDS=0
run 1 --publication "$few" --records 0 --template many.xlsx -o many-filled.xlsx
[ $SECONDS -lt 60 ] || bad "a form of 250000 cells takes $SECONDS seconds"
[ "$(unzip -p many-filled.xlsx xl/worksheets/sheet1.xml | grep -o '<c r="B2"><v>43</v></c>\|<c r="A250001"><v>7</v></c>' | tr -d '\n')" = '<c r="B2"><v>43</v></c><c r="A250001"><v>7</v></c>' ] || bad 'the form of many cells'
form large "$sheet"
(cd form.d/xl/worksheets && (echo '<worksheet>'; head -c 200M /dev/zero | tr '\0' ' '; echo '</worksheet>') >sheet2.xml && ln sheet2.xml sheet3.xml && ln sheet2.xml sheet4.xml && cd ../.. && zip -q -1 ../large.xlsx xl/worksheets/sheet[234].xml && rm xl/worksheets/sheet[234].xml)
run 1 --publication "$few" --records 0 --template large.xlsx -o x.xlsx
warns 'too large'
[ ! -e x.xlsx ] || bad 'a form that is too large: something was written'

# ------------------------------------------------------------------ what is lacking, what cannot be written
mkdir bin
search=$work/bin
run 1 $report $period --as-of "$as_of" --records 0 -o q.docx -o q.pdf -o q.html -o q.csv
search=$PATH
for word in pandoc LibreOffice gnuplot; do warns $word; done
[ "$(cat out)" = $'q.html\nq.csv' ] || bad 'the others are not written'
[ ! -e q.docx ] && [ ! -e q.pdf ] || bad 'something is half written'
has q.html '图中数据'
base=$hostile
# two PDF of one run
mkdir office
printf '%s\n' '#!/bin/sh' 'while [ "$1" != --outdir ]; do shift; done' '{ echo %PDF; head -c 200 /dev/zero; } >"$2/print.pdf"' >office/soffice
chmod +x office/soffice
search=$work/office:$PATH
run 0 $small -o one.pdf -o two.pdf
search=$PATH
[ -s one.pdf ] && [ -s two.pdf ] || bad 'of two PDF one is lacking'
run 1 $small -o no-such-directory/x.html -o no-such-directory/x.xlsx -o y.csv
[ "$(cat out)" = y.csv ] || bad 'the good file is not written'
echo before >kept.xlsx; mkdir taken.csv
run 1 $small -o taken.csv -o kept.xlsx
[ "$(head -c 2 kept.xlsx)" = PK ] && [ -z "$(ls taken.csv)" ] || bad 'a directory in the way'
[ -z "$(find . -name '*.part' -o -name '*.csv.*')" ] || bad 'pieces are left behind'
base=$example
run 2 $report $period -o x.txt
run 2 $report -o x.md
run 2 $report $period -o x.md -o x.md
run 2 $report $period --publication 1
run 1 --publication 99; warns 'no publication 99'
run 1 no-such-report 2024; warns 'no report'
run 1 $report 2024-13; warns 'month 13'
timeout -s INT 1 "$emgov" report -d $base $report $period -o z.html -o z.xlsx -o z.docx >out 2>err </dev/null
[ -z "$(ls "$TMPDIR")" ] && [ ! -e z.docx ] || bad 'interrupted, it leaves something'

# ------------------------------------------------------------------ full disks: of the documents, of temporary files, of the server under publish
disk=$work/disk
mkdir "$disk" && chmod 755 "$work"
if mount -t tmpfs -o size=64k tmpfs "$disk" 2>/dev/null; then
    trap 'umount "$disk" 2>/dev/null; drop; PGOPTIONS="-c client_min_messages=error" admin -c "DROP TABLESPACE IF EXISTS emgov_documents_disk"; rm -rf "$work"' EXIT
    echo before >"$disk/kept.html"
    run 1 $report $period --as-of "$as_of" --records 0 -o "$disk/kept.html" -o "$disk/x.md" -o "$disk/x.docx" -o "$disk/x.xlsx" -o "$disk/x.csv" -o "$disk/x.json" -o whole.csv
    for file in kept.html x.docx x.xlsx; do warns "$disk/$file: No space left on device"; done
    [ "$(cat "$disk/kept.html")" = before ] || bad 'a full disk: what was there is lost'
    [ -s whole.csv ] || bad 'a full disk: the others are not written'
    for file in "$disk"/*; do grep -qxF -e "$file" out || [ "$file" = "$disk/kept.html" ] || bad "a full disk: $file is left, and not said to be written"; done
    rm "$disk"/*
    head -c 60K /dev/zero >"$disk/fill"
    export TMPDIR=$disk
    tried=$((tried + 1))
    env "$timeout" 300 "$emgov" report -d $base $report $period --as-of "$as_of" --records 0 -o t.html -o t.docx -o t.xlsx -o t.csv >out 2>err </dev/null
    [ $? = 1 ] || bad 'a full disk of temporary files is not told'
    ! grep -qE 'AddressSanitizer|runtime error' err || bad 'a full disk of temporary files: the sanitizers'
    [ "$(grep -c 'error:\|warning:' err)" -ge 2 ] || bad 'a full disk of temporary files: it does not say which'
    for file in t.html t.docx t.xlsx t.csv; do
        if grep -qx $file out; then [ -s $file ] || bad "$file is empty"; else [ ! -e $file ] || bad "$file is half written"; fi
    done
    if [ -s t.docx ]; then plain t.docx >/dev/null || bad 't.docx is broken'; fi
    [ "$(ls "$disk")" = fill ] || bad 'a full disk of temporary files: they stay'
    export TMPDIR=$work/tmp
    umount "$disk"
    mount -t tmpfs -o size=4m tmpfs "$disk" && chmod 777 "$disk" && mkdir "$disk/space" && { chown "$(sql -c "SELECT setting FROM pg_settings WHERE name = 'data_directory'" | xargs stat -c %U)" "$disk/space"; chmod 700 "$disk/space"; }
    if admin -c "CREATE TABLESPACE emgov_documents_disk LOCATION '$disk/space'" 2>err; then
        sql -c 'ALTER TABLE ledger.publication_figure SET TABLESPACE emgov_documents_disk'
        before=$(sql -c 'SELECT count(*), (SELECT count(*) FROM ledger.publication_figure) FROM ledger.publication')
        head -c 4M /dev/zero >"$disk/fill" 2>/dev/null
        for lang in en zh; do
            tried=$((tried + 1))
            # more figures than the last page of the table has room for
            "$timeout" 300 "$emgov" publish -d $base --lang=$lang $report 2024-01-01..2024-11-30 --allow-gaps --force-reason=x >out 2>err
            [ $? = 1 ] || bad 'publish with a full disk of the server'
            warns 53100
            [ ! -s out ] || bad 'publish with a full disk says that it has published'
        done
        [ "$(sql -c 'SELECT count(*), (SELECT count(*) FROM ledger.publication_figure) FROM ledger.publication')" = "$before" ] || bad 'publish with a full disk leaves something'
        [ -z "$(sql -c 'SELECT * FROM ledger.verify_publication(1)')" ] || bad 'publish with a full disk harms what was published'
        rm "$disk/fill"
        "$timeout" 300 "$emgov" publish -d $base $report 2024-01-01..2024-11-30 --allow-gaps --force-reason=x >out 2>err || bad 'publish when there is room again'
        sql -c 'ALTER TABLE ledger.publication_figure SET TABLESPACE pg_default'
        admin -c 'DROP TABLESPACE emgov_documents_disk' || bad 'the tablespace stays'
    fi
    umount "$disk"
else
    echo 'full disks: not tried, nothing can be mounted here' >&2
fi

# ------------------------------------------------------------------ hostile texts, no data, English
base=$hostile
run 0 h 2024 -o h.md -o h.html -o h.docx -o h.xlsx -o h.csv -o h.json
hasnt h.html '<script'; hasnt h.html '<img'; hasnt h.html '<b>'
plain -f html h.html >h.html.txt; plain -s h.docx >h.docx.txt; plain -f gfm h.md >h.md.txt
for file in h.html.txt h.docx.txt h.md.txt; do
    has $file '# 事故2起 <img src=x onerror=alert(1)> & a|b *x* _y_ `z` [1] ~~d~~ $5$ ^2^ "q" '"'s'"' --- ``` 1. {{F028}} 😀 =1+1'
    has $file '<script>alert(1)</script> & | * _ `x` "引" 😀'
    has $file '东|区*_`&<b>'
    has $file '</w:t></w:p>]]>'
    has $file '- 破折'
    has $file '1. 编号'
done
[ "$(grep '^|' h.md | sed 's/\\|//g' | awk -F'|' 'NR > 1 && NF < 3')" = '' ] || bad 'a table of h.md is broken'
sql -c 'CREATE TABLE read (a text, b text, c text, d text, e text, f text, g text, h text, i text, j text, k text, l text, m text, n text, o text, p text, q text, r text, s text, t text, u text, v text, w text)' \
    -c "\\copy read FROM 'h.csv' WITH (FORMAT csv, HEADER)" || bad 'h.csv does not read'
[ "$(json h.json <<<"SELECT :'json'::jsonb->>'title'")" = '<script>alert(1)</script> & | * _ `x` "引" 😀' ] || bad 'h.json does not read'
ssconvert -S h.xlsx h-%s.csv >/dev/null 2>&1; grep -qrF '东|区*_`&<b>' h-*.csv || bad 'h.xlsx does not read'

# no data: a dash, never 0
run 0 empty 2031 -o e.md -o e.html -o e.docx -o e.xlsx -o e.csv -o e.json
has e.md '事故—，死亡—。'
grep -q '^| F028 | [^|]* | — |' e.md || bad 'a figure without data'
[ "$(json e.json <<<"SELECT count(*) FROM jsonb_array_elements(:'json'::jsonb->'figures') AS f WHERE f->>'value' IS NOT NULL")" = 0 ] || bad 'e.json has values'
hasnt e.html '<svg'
sql -c "DELETE FROM ledger.report_paragraph WHERE report = 'empty'"
run 0 empty 2031 -o e.md -o e.html -o e.docx -o e.xlsx -o e.csv -o e.json

# in English
sql -c "UPDATE ledger.report SET lang = 'en'"
run 0 h 2024 -o n.md -o n.html -o n.docx -o n.xlsx -o n.csv -o n.json --number 'No. 7 of 2024' --addressee 'The <Council>'
[ "$(head -c 4 n.csv)" = code ] || bad 'n.csv has a byte order mark'
has n.html '<html lang="en">'; has n.md 'Data as known on '; has n.md '| East \& \<i\>West\</i\> |'
! sed -n '/^## Notes/,$p' n.md | grep -qP '\p{Han}' || bad 'n.md has Chinese notes'
plain n.docx | grep -q 'The <Council>:' || bad 'the addressee'

[ $failed = 0 ] || exit 1
echo "$tried calls of emgov report, $(wc -l <want) figures in six formats"
