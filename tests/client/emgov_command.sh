#!/usr/bin/env bash
# The command emgov: every subcommand, its exit codes, help in both languages, the terminal, what is hostile,
# the shell's completion and the man page.
#
#   tests/client/emgov_command.sh [PROGRAM]     needs a server with emgov installed (PGHOST, PGPORT, PGUSER);
#                                               with EMGOV_CHECKED_COMMAND the one built with sanitizers is tested
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
work=$(mktemp -d)
base=emgov_command
export LC_ALL=C.UTF-8 TMPDIR=$work ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
unset PGDATABASE EMGOV_LEDGER NO_COLOR LANG
export TERM=xterm
admin() { psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d $base "$@"; }
drop() {
    PGOPTIONS='-c client_min_messages=error' admin -c "DROP DATABASE IF EXISTS $base WITH (FORCE)" -c "DROP DATABASE IF EXISTS ${base}_2 WITH (FORCE)" -c "DROP DATABASE IF EXISTS ${base}_3 WITH (FORCE)" -c "DROP DATABASE IF EXISTS ${base}_4 WITH (FORCE)"
    PGOPTIONS='-c client_min_messages=error' admin -c 'DROP ROLE IF EXISTS emgov_command_nobody'
}
trap 'drop; rm -rf "$work"' EXIT
. tests/client/calls.sh

# run CODE ARGUMENT...: the command ends with this code; what it said lies in out and err
run() {
    local want=$1 code
    shift
    tried=$((tried + 1))
    timeout 120 "$emgov" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code = "$want" ] || bad "emgov $* ended with $code, not $want"
    sound "emgov $*"
}
silent() { [ ! -s "$work/$1" ] || bad "std$1 is not empty"; }

drop
admin -c "CREATE DATABASE $base" || exit 1

# ------------------------------------------------------------------ help, usage
commands=$("$emgov" --complete | grep -v '^-')
for command in init import report publish restate check pack rollups schedule health version; do
    grep -qx "$command" <<<"$commands" || bad "there is no command $command"
done
for command in $commands; do
    run 0 "$command" --help --lang=en
    says "emgov $command"
    says Example
    silent err
    run 0 "$command" --help --lang=zh
    says 示例
    says "emgov $command"
    [ "$(grep -cP '\p{Han}' "$work/out")" -gt 5 ] || bad "emgov $command --help is not in Chinese"
    run 0 help "$command"
    run 2 "$command" --no-such-option
    warns "emgov $command --help"
    silent out
    # each option of its table is in its help, and in the man page
    run 0 "$command" --help --lang=en
    page=$(sed -n "/^\.Ss emgov $command/,/^\.S[hs] /p" client/emgov.1)
    for option in $("$emgov" --complete "$command" | sed -n 's/^--\([a-z-]*\).*/\1/p'); do
        says "--$option"
        case $option in
            dbname | host | port | username | password | no-password | ledger | lang | quiet | help) ;;
            *) [[ $page =~ "Fl Fl $option"([^a-z-]|$) ]] ;;
        esac || bad "client/emgov.1 does not know --$option of $command"
    done
    grep -q "^\.Ss emgov $command" client/emgov.1 || bad "client/emgov.1 does not know $command"
done
run 0 --help; says Commands; says 'Exit codes'
LC_ALL=zh_CN.UTF-8 run 0 --help; says 命令
LC_ALL='' LANG=zh_CN.UTF-8 run 0 --help; says 命令
LC_ALL=C LANG=zh_CN.UTF-8 run 0 --help; says Commands
run 2; says Commands
run 2 nonsense; warns nonsense
run 2 help nonsense
run 2 publish; warns 'REPORT PERIOD'
run 2 publish one
run 2 publish one two three; warns three
run 2 health --format=xml; warns 'text|json|prometheus'
run 2 health --format; warns 'needs a value'
run 2 --lang=fr health; warns 'zh|en'
run 2 health --nonsense --lang zh; warns 没有选项
run 2 restate --limit=-1
run 2 restate -n many
run 2 health --quiet=yes; warns 'takes no value'
run 2 health -Z; warns '-Z'
run 2 pack nonsense x
run 2 pack load
run 2 rollups rebuild
run 2 rollups nonsense
run 2 schedule add refresh
run 2 schedule nonsense
run 0 version; says "emgov $(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" emgov.control)"
run 0 --version

# ------------------------------------------------------------------ connecting
run 5 health -h /nonexistent; warns 'no connection'; silent out
run 5 health -d emgov_command_none -w; warns emgov_command_none
run 5 health -d 'postgresql://127.0.0.1:1/x?connect_timeout=2'
run 5 health -d 'host='
run 1 health -d $base; warns "emgov init -d $base"
run 1 health -d $base --lang zh; warns '没有扩展'
run 0 version --server -d $base; says 'no extension'

# ------------------------------------------------------------------ init
printf '区划代码,名称\r\n# 注释\r\n320402,天宁区\r\n"320404","钟楼区"\r\n320481\t溧阳市\r\nCZEDZ，常州经济开发区\r\n\r\n' | iconv -f UTF-8 -t GB18030 >"$work/areas.csv"
run 0 init -d $base --city='320400 常州市' --areas="$work/areas.csv" --packs=accidents-bulletin,enforcement --lang=zh
says '区划：新建5个'
says '一、事故情况'
says "emgov publish first"
[ "$(sql -c "SELECT string_agg(concat_ws(' ', code, gb2260, name_zh, kind, is_block, parent_code, known_from), '; ' ORDER BY code) FROM ledger.area")" = \
    '320400 320400 常州市 city f -infinity; 320402 320402 天宁区 district t 320400 -infinity; 320404 320404 钟楼区 district t 320400 -infinity; 320481 320481 溧阳市 county_city t 320400 -infinity; CZEDZ 常州经济开发区 zone t 320400 -infinity' ] ||
    bad "areas: $(sql -c 'TABLE ledger.area')"
[ "$(sql -c "SELECT name_zh || area_code FROM ledger.organisation WHERE code = 'bureau'")" = 常州市应急管理局320400 ] || bad "the bureau's name"
# again changes nothing
run 0 init -d $base --city='320400 常州市' --area='320402 天宁区'
says 'areas: 0 made, 2 there'
run 0 init -d $base; warns 'emgov init --preload'
# sessions load the library beside what they load already
sql -c "ALTER DATABASE $base SET session_preload_libraries = 'auto_explain'"
run 0 init -d $base --preload; says session_preload_libraries
[ "$(sql -c 'SHOW session_preload_libraries')" = 'auto_explain, emgov' ] || bad "session_preload_libraries: $(sql -c 'SHOW session_preload_libraries')"
run 0 init -d $base --preload --lang=zh; silent err; ! grep -q session_preload "$work/out" || bad 'it sets what is set'
run 1 init -d $base --ledger='x"y'\''z' -y; warns 42602
run 1 init -d $base --ledger=other --areas=/nonexistent
run 1 init -d $base --areas=client/emgov.1
run 2 init -d $base --city=nonsense
head -c 3000 /dev/urandom >"$work/random"
run 1 init -d $base --areas="$work/random"
# of a province: its parts by the first two digits, each of its kind
admin -c "CREATE DATABASE ${base}_4"
printf '%s\n' '430100 长沙市' '433100 湘西土家族苗族自治州' '430181 浏阳市' '430121 长沙县' '419001 济源市' >"$work/province.txt"
run 0 init -d ${base}_4 --city='430000 湖南省' --areas="$work/province.txt" --packs=accidents-bulletin --lang=zh
[ "$(grep -c 不属于 "$work/err")" = 1 ] && warns '419001 济源市 不属于湖南省' || bad 'parts of a province'
[ "$(psql -X -At -d ${base}_4 -c "SELECT string_agg(concat_ws(' ', code, kind), '; ' ORDER BY code) FROM ledger.area")" = \
    '419001 county_city; 430000 province; 430100 city; 430121 county; 430181 county_city; 433100 city' ] || bad "kinds in a province: $(psql -X -At -d ${base}_4 -c "SELECT code, kind FROM ledger.area")"
run 0 report first 2026-01 -d ${base}_4 --lang=zh -o "$work/province.md"; grep -q '^湖南省应急管理厅，' "$work/province.md" || bad 'whose report it is'
# what its report says of all: of a province, of a district, of a county
number=0
for all in '全省 ' '全区 320402 天宁区' '全县 330122 桐庐县'; do
    number=$((number + 1)) ledger=ledger
    [ "${all#* }" = '' ] || { ledger=of_all_$number; run 0 init -d ${base}_4 --ledger=$ledger --city="${all#* }" --packs=accidents-bulletin --lang=zh; }
    [[ $(psql -X -At -d ${base}_4 -c "SELECT body FROM $ledger.report_paragraph WHERE report = 'first'") = *"${all%% *}["* ]] || bad "what the report says of all: ${all%% *}"
done
# what is wrong is found before anything is made; nothing is said where that is wished
admin -c "CREATE DATABASE ${base}_3"
run 2 init -d ${base}_3 --city='320400 常州市' --area=nonsense; warns '--area=nonsense'
run 1 init -d ${base}_3 --packs=accidents,nonsense; warns '"nonsense"'
run 1 init -d ${base}_3 --packs=./nonsense.json
[ "$(psql -X -At -d ${base}_3 -c "SELECT count(*) FROM pg_extension WHERE extname = 'emgov'")" = 0 ] || bad 'something was made'
run 0 init -d $base -q -y --area='320402 天宁区'; silent out; silent err
# the questions, on a terminal; what is no area is asked for again; a ledger's name may be any
odd='账 本 2（甲）'
admin -c "CREATE DATABASE ${base}_2"
printf '%s\n' '330100杭州市' '330102 上城区，没有代码的区' '330102 上城区，330105 拱墅区、330122,桐庐县' accidents,nonsense accidents '' |
    LC_ALL=C.UTF-8 script -qec "$emgov init -d ${base}_2 --ledger='$odd' --lang=zh" /dev/null >"$work/out" 2>"$work/err" || bad 'emgov init on a terminal'
says 1/4
says 4/4
[ "$(psql -X -At -d ${base}_2 -c 'SHOW session_preload_libraries')" = emgov ] || bad 'session_preload_libraries'
says '杭州市安全生产情况'
[ "$(psql -X -At -d ${base}_2 -c "SELECT string_agg(code || name_zh || kind, ' ' ORDER BY code) FROM \"$odd\".area")" = '330100杭州市city 330102上城区district 330105拱墅区district 330122桐庐县county' ] ||
    bad "areas by an answer: $(psql -X -At -d ${base}_2 -c "TABLE \"$odd\".area")"

# ------------------------------------------------------------------ check, publish, restate
export PGDATABASE=$base
sql <<'SQL' || bad 'records'
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code, direct_loss)
SELECT i, date '2025-01-02' + i * 7, (ARRAY['320402', '320404', '320481', 'CZEDZ'])[1 + i % 4], (ARRAY['road', 'industry_trade', 'construction'])[1 + i % 3], i * 25000
FROM generate_series(1, 25) AS i;
INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) SELECT i, 'dead', date '2025-01-02' + i * 7 FROM generate_series(1, 25, 2) AS i;
UPDATE ledger.report_paragraph SET active = false WHERE section = 2;
CALL ledger.entered('{accident}', since => '2024-01-01', through => '2025-06-30');
SQL
run 3 check first 2025-07; says F028
run 3 publish first 2025-07; warns '--allow-gaps'; silent out
run 3 publish first 2025-07 --lang=zh; warns '报告“first”有数据不全的指标'
run 0 check first 2025-06; grep -qE '^checks: [0-9]+; [0-9]+ hold(, [0-9]+ [a-z]+)*$' "$work/out" || bad 'how many checks'
run 0 check 2025-06 --all --lang=zh; grep -qE '^核对[0-9]+项：[0-9]+项成立(，[0-9]+项[^，]+)*$' "$work/out" || bad 'how many checks, in Chinese'
# why data are lacking, in Chinese
sql -c "INSERT INTO ledger.indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES ('SENT', '培训', 'reported', 'city', 'period', '人', 'none', '培训人数')" \
    -c "INSERT INTO ledger.report (code, title_zh) VALUES ('sent', '培训')" -c "INSERT INTO ledger.report_figure (report, code) VALUES ('sent', 'SENT'), ('sent', 'F028')" \
    -c "INSERT INTO ledger.reported (indicator, member, starts_on, ends_on, value) SELECT 'SENT', code, '2025-06-01', '2025-07-01', 5 FROM ledger.area WHERE is_block"
run 3 check sent 2025-06..2025-07 --lang=zh; says '仅报送 2025-06-01 至 2025-06-30'; says '来源仅有 2025-06-01 至 2025-06-30 的数据'
run 1 check nope 2025-06; warns first
run 1 check first 'not a period'; warns 22007
run 1 check first 'not a period' --lang=zh; warns '不是有效的时期：“not a period”'
run 2 check first 2025-06 --as-of=yesterday-ish; warns 2024-12-19
run 1 check first 2025-06 --as-of=2999-01-01
run 0 publish first 2025-06; says 'Publication 1'; says F028; says hash
hash=$(sql -c 'SELECT hash FROM ledger.publication WHERE id = 1')
says "$hash"
run 0 publish first 2025-06 --lang=zh; says 第1号发布; warns 'published already'
run 0 publish first 2025-05 --as-of="$(date -u +%Y-%m-%d -d yesterday)" --allow-gaps; says 'Publication 2'
sql -c "INSERT INTO ledger.check_rule (code, severity, left_side, operator, right_side, note_zh) VALUES ('Z1', 'hard', 'F028', '<=', '1', '事故不多于一起')"
run 3 check first 2025-03; says Z1
run 3 publish first 2025-03; warns '--force-reason'; silent out
run 2 publish first 2025-03 --force-reason=' '
run 0 publish first 2025-03 --force-reason='已核实'; says Z1; says 已核实
sql -c "UPDATE ledger.check_rule SET active = false WHERE code = 'Z1'"
run 1 publish nope 2025-06; warns first
run 0 restate; says first
sql -c "UPDATE ledger.accident SET status = 'written_off', note = '突发疾病' WHERE id = 22"
run 0 restate 1 --lang=zh; says '统计核销'; says 突发疾病; says '相关记录'; grep -qE "^F028 +$(sql -c "SELECT concat_ws(' ', a.number, a.occurred_on, r.name_zh) FROM ledger.accident AS a JOIN ledger.area AS r ON r.code = a.area_code WHERE a.id = 22")" "$work/out" || bad 'the record of a restatement'
run 0 restate first 2025-06 -n 1 --code=F028
run 1 restate 99; warns 'no publication'
run 2 restate nonsense
run 1 restate first 2011
run 0 check; says 'values that differ: 0'
run 0 check --hash="$(sql -c 'SELECT hash FROM ledger.publication ORDER BY id DESC LIMIT 1')"
run 3 check --hash=0000
# what differs, in Chinese: a figure's column by its name, another publication's by its number too; numbers without zeros at their end
sql -c 'CREATE TABLE public.kept AS SELECT * FROM ledger.publication_figure WHERE publication_id = 1' \
    -c "SET session_replication_role = replica; UPDATE ledger.publication_figure SET base_numerator = 7.250, amount = 8.0000 WHERE publication_id = 1 AND code = 'F028' AND dimension = ''"
run 3 check --lang=zh; says 基期分子; says '增减量（表述）'; says 第1号发布的数字摘要
! grep -qE '第号|写出的|[0-9][.][0-9]*0( |$)' "$work/out" || bad 'a publication without its number, or zeros at the end of a number'
grep -qE ' 基期分子 +7[.]25 ' "$work/out" || bad 'a number in a table of what differs'
sql -c 'SET session_replication_role = replica; DELETE FROM ledger.publication_figure WHERE publication_id = 1; INSERT INTO ledger.publication_figure SELECT * FROM public.kept; DROP TABLE public.kept'
run 0 check
# of what is not compared it is not said that it has no base
run 0 publish sent 2025-06 --lang=zh; says 'SENT'; ! grep -q 无比较基数 "$work/out" || bad 'a base is missed of what is not compared'
sql -c "UPDATE ledger.report SET needs_approval = true WHERE code = 'first'"
run 1 publish first 2025-02; warns '--approve'
sql -c "UPDATE ledger.report SET needs_approval = false WHERE code = 'first'"

# ------------------------------------------------------------------ packs
run 0 pack; says accidents-bulletin
run 0 pack list --lang=zh; says 定义包
run 1 pack load nope; warns 'Shipped are'
run 1 pack load ./nope.json
printf '{"emgov_pack": 1, ' >"$work/half.json"
run 1 pack load "$work/half.json"; warns 'no JSON'
printf '\xEF\xBB\xBF{"emgov_pack": 1, "name": "desk", "version": "1", "title_zh": "值班", "tables": {"campaign": []}}' >"$work/desk.json"
run 0 pack load "$work/desk.json"
run 0 pack; says desk
run 0 pack export first; [ "$(sql -c '\set pack `cat '"$work"'/out`' -c "SELECT 1" 2>/dev/null)" = 1 ] || bad 'export'
cp "$work/out" "$work/first.json"
run 0 pack export first -o "$work/again.json"; silent out
cmp -s "$work/first.json" "$work/again.json" || bad 'two exports differ'
run 1 pack export first -o /nonexistent/x; silent out
run 1 pack export nope
run 0 pack unload desk
run 1 pack unload desk
run 0 pack load remediation
run 0 pack unload remediation
run 0 pack load remediation --lang=zh; warns '定义包“remediation”'; warns 新增
run 1 pack unload nope --lang=zh; warns '定义包“nope”未载入'; warns 已载入

# ------------------------------------------------------------------ rollups
run 0 rollups; says ledger.accident_daily
run 0 rollups verify; says 'ledger.accident_daily agrees'
run 0 rollups verify accident_daily --lang=zh; says 相符
run 0 rollups fold ledger.accident_daily
run 0 rollups rebuild accident_daily
run 1 rollups verify nope
sql -c 'SET client_min_messages = error' -c 'CREATE TABLE public.plain (on_day date, n int)' -c "CALL emgov.create_rollup('public.plain_sum', 'SELECT on_day, count(*) AS rows, sum(n) AS n FROM public.plain GROUP BY on_day')"
run 0 rollups
! grep -q plain_sum "$work/out" || bad 'a rollup of no ledger is listed'
run 0 rollups --all; says public.plain_sum
sql -c 'SET client_min_messages = error' -c 'ALTER TABLE public.plain DISABLE TRIGGER USER' -c "INSERT INTO public.plain VALUES ('2025-01-01', 3)"
run 3 rollups -a; says NO
run 3 rollups verify public.plain_sum; says differs
run 0 rollups rebuild public.plain_sum
run 0 rollups verify -a
run 0 rollups -a

# ------------------------------------------------------------------ schedules, health
run 0 schedule
run 0 schedule add refresh 01:00; says refresh
run 1 schedule add nonsense 01:00
run 1 schedule add refresh 99:99
run 0 schedule run refresh
run 0 schedule run refresh --lang=zh; warns '作业“refresh”：first：写入'
run 1 schedule add 'publish first' 01:00 --lang=zh; warns '“publish first month”'
run 0 schedule add 'publish first month' 'monthly 5 02:00'; says 'publish first month'
run 0 schedule remove 'publish first month' --lang=zh; warns '作业“publish first month”已取消'
run 0 schedule --lang=zh
run 0 schedule remove refresh; warns crontab
run 1 schedule remove refresh
for lang in zh en; do
    timeout 60 "$emgov" health --lang=$lang >"$work/out" 2>"$work/err"
    code=$?
    case $code in 0 | 3) ;; *) bad "emgov health ended with $code" ;; esac
    grep -qE 'ok|正常' "$work/out" || bad 'emgov health'
    run $code health --format=json --lang=$lang
    [ "$(sql -v json="$(cat "$work/out")" -f - <<<"SELECT jsonb_array_length(:'json'::jsonb->'findings') > 0 AND :'json'::jsonb->>'state' IN ('ok', 'warn', 'fail')")" = t ] || bad 'health as JSON'
    run $code health --format=prometheus --lang=$lang
    # the exposition format: a HELP and a TYPE before the samples of each metric, which stand together, each of other labels
    awk '
        /^# HELP [a-z_]+ ./ { if ($3 in seen) exit 1; seen[$3] = 1; metric = $3; next }
        /^# TYPE [a-z_]+ gauge$/ { if ($3 != metric) exit 1; next }
        /^[a-z_]+\{ledger="([^"\\\n]|\\.)*",what="[a-z]+",object="([^"\\\n]|\\.)*"\} -?[0-9.e+-]+$/ { split($0, part, "{"); of = $0; sub(/ [^ ]*$/, "", of); if (part[1] != metric || (of in seen)) exit 1; seen[of] = 1; n++; next }
        { exit 1 }
        END { exit !n }' "$work/out" || bad 'health for Prometheus'
done

run 0 health --all; says ledger.accident_daily; says 'queries are answered from rollups'
sql -c "ALTER DATABASE $base RESET session_preload_libraries"
run 0 health --all; says "ALTER DATABASE $base SET session_preload_libraries = 'emgov'"; says warning
sql -c "ALTER DATABASE $base SET session_preload_libraries = emgov" -c "ALTER DATABASE $base SET emgov.rewrite = off"
run 0 health --all; says 'emgov.rewrite is off'
sql -c "ALTER DATABASE $base RESET emgov.rewrite"
sql -c 'SET client_min_messages = error' -c 'ALTER TABLE ledger.advertisement DISABLE TRIGGER USER'
run 3 health; says FAILED; says advertisement_daily; ! grep -q accident_daily "$work/out" || bad 'what is well is listed'
run 3 health --quiet; ! grep -qw ok "$work/out" || bad 'health --quiet says what is well'
run 3 health --format=json
run 3 rollups

# ------------------------------------------------------------------ in Chinese, nothing is said in codes or in English
# but names of tables, columns, reports, packs, jobs and users, codes of indicators and rules, SQL and shell to be copied, and units
chinese() {     # chinese CODE ARGUMENT...: runs it with --lang=zh
    run "$@" --lang=zh
    cat "$work/out" "$work/err" | perl -Mutf8 -CSD -ne '
        BEGIN { local @ARGV = shift; %name = map { chomp; ($_, 1) } <> }
        s/emgov [a-z][^，。；）]*//; s/(ALTER DATABASE|CALL|SELECT|UPDATE) .*//; s/不得有：.*?  //; s/allow_gaps => true//; s/\b[0-9a-f]{64}\b//;
        for my $word (/[A-Za-z][A-Za-z_]+/g) { print "$word: $_" unless $name{$word} }' "$work/names" >"$work/latin"
    [ ! -s "$work/latin" ] || bad "emgov $* --lang=zh says $(head -n 5 "$work/latin")"
}
sql <<'SQL' || bad 'a ledger with something to show'
CALL emgov.create_ledger('zh');
CALL zh.load_pack('accidents-bulletin');
CALL zh.load_pack('enforcement');
INSERT INTO zh.area (code, name_zh, kind, is_block, parent_code) VALUES ('320400', '常州市', 'city', false, NULL), ('320402', '天宁区', 'district', true, '320400'), ('320404', '钟楼区', 'district', true, '320400');
INSERT INTO zh.accident (id, occurred_on, area_code, category_code, direct_loss) SELECT i, date '2025-01-02' + i * 7, (ARRAY['320402', '320404'])[1 + i % 2], 'road', i * 10000 FROM generate_series(1, 25) AS i;
CALL zh.entered('{accident}', since => '2025-01-01', through => '2025-06-30', area => '320402');
CALL zh.entered('{accident}', since => '2025-01-01', through => '2025-03-31', area => '320404');
CALL zh.receive('F028', '320402', emgov.month(2025, 5), 77);
INSERT INTO zh.indicator (code, name_zh, kind, measure, source, date_column, filter, scope, cutoff, unit, scale, comparator, definition_zh)
VALUES ('L001', '损失', 'sum', 'direct_loss', 'accident', 'occurred_on', $$status = 'valid'$$, 'city', 'period', '元', 'wan', 'none', '直接经济损失');
INSERT INTO zh.report (code, title_zh, period_kind) VALUES ('r', '情况', 'month');
INSERT INTO zh.report_section (report, section, heading) VALUES ('r', 1, '一、事故');
INSERT INTO zh.report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '事故{F028.phrase}，死亡{F030.phrase}，{F028 by area}，损失{L001}，立案{F053}，查出{F051}。');
SQL
sql -c "SELECT nspname FROM pg_namespace UNION SELECT relname FROM pg_class UNION SELECT attname FROM pg_attribute UNION SELECT rolname FROM pg_roles" >"$work/names"
printf '%s\n' refresh publish month fold verify health accidents bulletin enforcement administrative table law based government remediation \
    kB MB bytes Asia Shanghai entered pg_cron systemd service timer crontab >>"$work/names"
chinese 3 check r 2025-05 --all --ledger=zh
for said in 部分地区未报 无数据 钟楼区 该期间数据来源未报 2025年5月 '上报数 F028' '记录数 = 上报数'; do says "$said"; done
chinese 0 check 2025-02 --all --ledger=zh
chinese 3 publish r 2025-05 --ledger=zh
warns '无数据'
chinese 0 publish r 2025-05 --allow-gaps --ledger=zh
says 部分地区未报; warns '核对提示：上报数 F028'
chinese 0 publish r 2025-02 --allow-gaps --ledger=zh
run 0 schedule add 'publish r' 'monthly 5 02:00' --ledger=zh
run 0 schedule add refresh 'monthly last 02:00' --ledger=zh
run 0 schedule add fold '01:00' --ledger=zh
for job in refresh fold verify; do chinese 0 schedule run $job --ledger=zh; done
chinese 1 schedule run 'publish r' --ledger=zh
chinese 1 schedule run health --ledger=zh
chinese 0 schedule --ledger=zh
for said in 每月5日 每月末日 每日 失败 完成 数据不全; do says "$said"; done
chinese 3 health --all --ledger=zh
for said in 数据不全 尚未发布; do says "$said"; done
sql -c "UPDATE zh.accident SET status = 'withdrawn', note = '重复' WHERE id = 20" -c "CALL zh.entered('{accident}', since => '2024-01-01', through => '2025-06-30')"
chinese 0 restate 1 --ledger=zh; says ' 370000元 '; grep -qE '— +基数0' "$work/out" || bad 'a base in Chinese'
chinese 0 restate --ledger=zh
chinese 3 check --hash=0000 --ledger=zh; says 库外保存的摘要
chinese 0 pack --ledger=zh
chinese 0 rollups --ledger=zh

# ------------------------------------------------------------------ hostile
run 0 pack -d ${base}_2 --ledger="$odd"
run 0 rollups -d ${base}_2 --ledger="$odd"; says "$odd"
EMGOV_LEDGER=$odd run 0 version -d ${base}_2 --server; says "$odd"
run 1 pack --ledger="x'; DROP TABLE y; --"; warns 'no ledger'
run 1 pack --ledger='@ledger@'
run 1 health --ledger="$(printf 'x%.0s' {1..5000})"
# a pipe that nobody reads, a full disk, no standard output
"$emgov" pack list 2>"$work/err" | : ; silent err
"$emgov" pack list >/dev/full 2>"$work/err" && bad 'a full disk is no error'
warns 'standard output'
"$emgov" pack list >&- 2>"$work/err" && bad 'no standard output is no error'
# what a terminal would obey is not printed
sql -c "UPDATE ledger.report SET title_en = E'title \\u009b31m \\u202e x' WHERE code = 'first'"
run 0 check first 2025-06
! grep -qP '\x{9b}|\x{202e}' "$work/out" || bad 'controls come through'
# a role without rights
admin -c 'CREATE ROLE emgov_command_nobody LOGIN'
run 1 publish first 2025-06 -U emgov_command_nobody -w; warns 42501
run 1 pack load accidents -U emgov_command_nobody -w
# an older ledger, in which something is not there yet
sql -c 'ALTER FUNCTION ledger.health RENAME TO health_2' 2>/dev/null
run 1 health; warns upgrade_ledger
sql -c 'ALTER FUNCTION ledger.health_2 RENAME TO health' 2>/dev/null
# while somebody holds a lock: Ctrl-C ends it at once, and the server's session too; a lost connection is said
holder() { PGAPPNAME=holder psql -X -q -d $base -c 'BEGIN' -c 'LOCK TABLE ledger.report' -c "SELECT pg_sleep(60)" >/dev/null 2>&1 & hold=$!; for i in {1..50}; do [ "$(sql -c "SELECT count(*) FROM pg_locks WHERE relation = 'ledger.report'::regclass AND mode = 'AccessExclusiveLock' AND granted")" = 1 ] && break; sleep 0.1; done; }
waiting() { for i in {1..50}; do [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'emgov' AND wait_event_type = 'Lock'")" = 1 ] && return; sleep 0.1; done; bad 'emgov does not wait'; }
holder
for signal in INT TERM; do
    env --default-signal=INT "$emgov" check first 2025-06 >"$work/out" 2>"$work/err" &
    pid=$!
    waiting
    kill -$signal $pid
    wait $pid
    code=$?
    case $signal:$code in INT:130 | TERM:143) ;; *) bad "ended with $code by $signal" ;; esac
    warns interrupted
    [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'emgov'")" = 0 ] || { sleep 0.5; [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'emgov'")" = 0 ]; } || bad 'a session is left'
done
"$emgov" check first 2025-06 >"$work/out" 2>"$work/err" &
pid=$!
waiting
sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'emgov'" >/dev/null
wait $pid
code=$?
[ $code = 5 ] || bad "a lost connection ended with $code"
warns 'connection to the server was lost'
sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'" >/dev/null
wait $hold 2>/dev/null
[ -z "$(find "$work" -name 'emgov.*')" ] || bad 'temporary files are left'

# ------------------------------------------------------------------ the terminal
"$emgov" health --help >"$work/out" 2>"$work/err"
! grep -q $'\e' "$work/out" || bad 'colours without a terminal'
script -qec "$emgov health --help" /dev/null >"$work/out"
grep -q $'\e' "$work/out" || bad 'no colours on a terminal'
NO_COLOR=1 script -qec "$emgov health --help" /dev/null >"$work/out"
! grep -q $'\e' "$work/out" || bad 'colours in spite of NO_COLOR'
# lines of help: no placeholder cut in two, none that begins with what closes
for command in import rollups report init; do
    for width in 60 80 100; do
        NO_COLOR=1 script -qec "stty cols $width; $emgov $command --help --lang=zh" /dev/null >"$work/out"
        ! grep -qP '^ *[”。，、；：）\]]|\[[^\]]*\r?$' "$work/out" || bad "emgov $command --help breaks its lines badly at $width"
    done
done
for width in 20 40 80; do
    for command in 'pack --lang=zh' 'rollups' 'restate 1 --lang=zh'; do
        [[ $command = restate* && $width != 20 ]] && continue
        NO_COLOR=1 script -qec "stty cols $width; $emgov $command" /dev/null </dev/null >"$work/out"
        widest=$(perl -CSD -ne 's/\r?\n//; my $n = length; $n++ while /\p{East_Asian_Width=W}|\p{East_Asian_Width=F}/g; $most = $n if $n > $most; END { print $most }' "$work/out")
        [ "$widest" -le $width ] || bad "emgov $command takes $widest of $width columns"
    done
done

# ------------------------------------------------------------------ completion, manual
complete() {    # complete WANTED WORD...: what the last word may become
    local got
    got=$(PATH=${emgov%/*}:$PATH bash -c '. client/emgov.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _emgov 2>/dev/null; echo "${COMPREPLY[*]}"' bash "${@:2}")
    [ "$got" = "$1" ] || { : >"$work/out"; : >"$work/err"; bad "completion of ${*:2}: $got"; }
}
complete publish emgov pu
complete "$(echo $commands)" emgov ''
complete rollups emgov -d bureau roll
complete --allow-gaps emgov publish --al
complete 'zh en' emgov health --lang =
complete prometheus emgov health --format = p
complete 'list load export unload' emgov pack ''
complete client/emgov.bash emgov init --areas = client/emgov.ba
complete client/emgov.bash emgov pack export x -o client/emgov.ba
if type -p mandoc >/dev/null; then
    mandoc -T lint -W warning client/emgov.1 >"$work/out" 2>"$work/err"
    silent out
    MANPAGER=cat mandoc -T utf8 client/emgov.1 | grep -q 'government reports' || bad 'the man page'
fi

[ $failed = 0 ] || exit 1
echo "$tried calls of emgov"
