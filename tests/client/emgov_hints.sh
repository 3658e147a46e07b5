#!/usr/bin/env bash
# Every hint and every next step that the command prints, followed as a reader would: from an empty database on, in both languages.
#
#   tests/client/emgov_hints.sh [PROGRAM]     needs a server with emgov installed (PGHOST, PGPORT, PGUSER);
#                                             with EMGOV_CHECKED_COMMAND the one built with sanitizers is tested
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
program=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
work=$(mktemp -d)
base='emgov hints'
export LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=0:intercept_strstr=0
unset PGDATABASE EMGOV_LEDGER
mkdir "$work/bin" && ln -s "$program" "$work/bin/emgov"
export PATH=$work/bin:$PATH EMGOV_SHARE=${EMGOV_SHARE:-$PWD/client/share}
admin() { PGOPTIONS='-c client_min_messages=error' psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d "$base" "$@"; }
trap 'admin -c "DROP DATABASE IF EXISTS \"$base\" WITH (FORCE)"; rm -rf "$work"' EXIT
cd "$work" || exit 1
month=$(date -d "$(date +%Y-%m-15) -1 month" +%Y-%m)
failed=0 followed=0
bad() { echo "FAILED ($lang): $*"; sed 's/^/    /' said | head -n 8; failed=1; }

# What of a run tells to run: behind a colon or in brackets, or a line of its own.
told() {
    grep -oE '(^ +|[:：] *)emgov [a-z].*$|[(（]emgov [a-z][^)）]*[)）]' said | sed -E 's/^[^e]*//; s/[)）]$//; s/[。.]$//' | grep -v -- '--help$'
}
declare -A seen
# run CODE COMMAND: it ends so; what it tells is followed, and ends well (3 where data are still missing)
run() {
    local want=$1 command=$2 code next
    bash -c "$command" >said 2>&1 </dev/null
    code=$?
    [ $code = "$want" ] || bad "$command ended with $code, not $want"
    ! grep -qE 'AddressSanitizer|runtime error' said || bad "$command: the sanitizers"
    told >"told.$BASHPID.$followed"
    while IFS= read -r next <&3; do
        [ -z "${seen[$lang $next]:-}" ] || continue
        seen[$lang $next]=1
        followed=$((followed + 1))
        case $next in
            *FILE.xlsx*) set -- $next; next=${next/FILE.xlsx/$3.csv} ;;
        esac
        [ -z "${show:-}" ] || echo "$lang: $command -> $next"
        bash -c "$next --lang=$lang" >said 2>&1 </dev/null
        code=$?
        case $next:$code in
            *:0 | 'emgov check '*:3 | 'emgov publish '*:3 | 'emgov health'*:3) ;;
            *) bad "\"$command\" says \"$next\", which ended with $code" ;;
        esac
    done 3<"told.$BASHPID.$followed"
}
q="'$base'"
printf '事故编号,发生日期,区域,事故类别,死亡人数\nA-1,%s-05,上城区,道路运输,1\nA-2,%s-09,桐庐县,建筑业,0\n' "$month" "$month" >accident.csv
printf '检查编号,检查日期,被检查单位\nJ-1,%s-05,甲公司\n' "$month" >inspection.csv
printf '企业名称,发现日期,隐患描述,隐患级别\n甲公司,%s-05,无护栏,一般\n' "$month" >hazard.csv
printf '案号,立案日期,区域\nZ-1,%s-05,上城区\n' "$month" >enforcement_case.csv
for lang in en zh; do
    admin -c "DROP DATABASE IF EXISTS \"$base\" WITH (FORCE)" -c "CREATE DATABASE \"$base\"" || exit 1
    go="-d $q --lang=$lang"
    # nothing is there: each command names the one that makes it, which is then there
    for command in "publish first $month" "check first $month" restate rollups schedule health check "import accident accident.csv" 'schedule add refresh 01:00'; do
        bash -c "emgov $command $go" >said 2>&1 </dev/null && bad "emgov $command works without a ledger"
        [ "$(told)" = "emgov init -d $q" ] || bad "emgov $command tells: $(told)"
    done
    run 1 "emgov report first $month $go"
    [ "$(sql -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'ledger'")" = 1 ] || bad 'what it says makes no ledger'
    for command in restate rollups schedule pack 'pack list' version 'version --server'; do run 0 "emgov $command $go"; done
    run 1 "emgov health $go --ledger='my ledger'"
    [ "$(sql -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'my ledger'")" = 1 ] || bad 'what it says makes no ledger "my ledger"'
    run 0 "emgov check $go --ledger='my ledger'"
    [ "$(sql -c 'SELECT code FROM "my ledger".report')" = first ] || bad 'what it says makes no report'

    # from nothing to a first publication, by what is printed
    run 0 "emgov init $go --city='330100 杭州市 Hangzhou' --area='330102 上城区 Shangcheng' --area='330122 桐庐县' --packs=accidents,enforcement"
    [ "$(sql -c "SELECT count(*) FROM ledger.publication WHERE starts_on = '$month-01'")" = 1 ] || bad 'what init says publishes nothing'
    [ -s first.docx ] || bad 'what init says writes no report'
    rm -f first.docx
    [ "$(sql -c "SELECT name_en FROM ledger.area WHERE code = '330102'")" = Shangcheng ] || bad 'an area has no English name'
    # data are missing; a period of another kind; checks that fail
    run 3 "emgov publish first 2020-01 $go"
    sql -c "INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('half', '半年', 'half'), ('year', '年', 'year'), ('quarter', '季', 'quarter'), ('month', '月', 'month'), ('ytd', '累计', 'ytd')" \
        -c "INSERT INTO ledger.report_figure (report, code) SELECT code, 'F028' FROM ledger.report WHERE code <> 'first'"
    for report in half:2024 year:2024-05 quarter:2024 month:2024 ytd:2024-02..2024-03; do
        bash -c "emgov publish ${report%%:*} ${report#*:} $go" >said 2>&1 </dev/null && bad "a period of another kind is taken: $report"
        period=$(sed -n "s/.*Write '\([^']*\)', or another such period.*/\1/p; s/.*请写“\([^”]*\)”或其他同类时期.*/\1/p" said)
        followed=$((followed + 1))
        bash -c "emgov publish ${report%%:*} '$period' --allow-gaps $go" >said 2>&1 </dev/null || bad "the period \"$period\" that it says for $report"
    done
    run 1 "emgov publish none 2024-05 $go"
    run 1 "emgov restate first 2019-05 $go"
    run 1 "emgov restate 99 $go"
    run 1 "emgov rollups verify none $go"
    run 1 "emgov pack load none $go"
    run 1 "emgov report none 2024 $go"
    run 2 "emgov check first $month --as-of=never $go"
    run 0 "emgov restate $go"
    run 0 "emgov check $go"
    # what is put into a crontab runs there, without anything of this environment
    run 0 "emgov schedule add refresh 01:00 $go"
    line=$(grep -A1 '^CRON_TZ=' said | tail -n 1 | cut -d' ' -f6- | sed 's/\\%/%/g')
    followed=$((followed + 1))
    env -i PATH="$PATH" sh -c "$line" >said 2>&1 || bad "the line of a crontab: $line"
    unit=$(bash -c "emgov schedule add refresh 01:00 $go" | sed -n 's/^Environment="\(.*\)"$/\1/p; s/^Environment=\(PGPORT=.*\)/\1/p')
    followed=$((followed + 1))
    (while IFS= read -r assignment; do export "${assignment?}"; done <<<"$unit"; env -i PATH="$PATH" PGHOST="$PGHOST" PGPORT="$PGPORT" PGUSER="$PGUSER" PGDATABASE="$PGDATABASE" psql -X -At -c 'SELECT 1') >said 2>&1 || bad "the environment of a unit: $unit"
    run 0 "emgov schedule $go"
    run 0 "emgov schedule run refresh $go"
    run 0 "emgov schedule remove refresh $go"
    # called wrongly: each says where it is described
    for command in 'report' 'publish x' 'import' 'schedule none' 'pack load' 'rollups none' 'check --hash=x a b' 'restate a' 'health x' 'init x' 'version x' 'nonsense' 'report --nonsense'; do
        bash -c "emgov $command $go" >said 2>&1 </dev/null
        [ $? = 2 ] || bad "emgov $command is not called wrongly"
        help=$(grep -oE 'emgov [a-z]* ?--help' said)
        [ -n "$help" ] || bad "emgov $command does not say where it is described"
        followed=$((followed + 1))
        bash -c "$help --lang=$lang" >said 2>&1 || bad "\"$help\""
        # examples of the help are understood: they are called rightly
        grep -E '^ +emgov ' said | sort -u >examples
        while IFS= read -r example; do
            followed=$((followed + 1))
            PGHOST=/nonexistent bash -c "${example/# */$example} --lang=$lang" >said 2>&1 </dev/null
            [ $? != 2 ] || bad "the example \"$example\" is not called rightly"
        done < <(grep -vE '\[|\.\.\.|…|\(OPTION' examples)
    done
done
[ $failed = 0 ] || exit 1
echo "$followed hints, steps and examples followed"
