#!/usr/bin/env bash
# emgov import and report of real records: four registers of three continents, by the mapping files of examples/import.
#
#   tests/client/emgov_real.sh [PROGRAM]    needs EMGOV_REAL_DATA, and a server with emgov installed; skipped without the data
#
# Rows against the READMEs of the data; figures of reports against what awk counts in the files, by another way than the import's.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
data=${EMGOV_REAL_DATA:-}
[ -d "$data" ] || { echo 'emgov real records: skipped, EMGOV_REAL_DATA is not set'; exit 0; }
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
work=$(mktemp -d)
base=emgov_real
export LC_ALL=C.UTF-8 TMPDIR=$work ASAN_OPTIONS=detect_leaks=0:intercept_strstr=0 UBSAN_OPTIONS=print_stacktrace=1 PGOPTIONS='-c client_min_messages=error'
unset PGDATABASE EMGOV_LEDGER
maps=$PWD/examples/import
failed=0 tried=0
admin() { psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d $base "$@"; }
trap 'admin -c "DROP DATABASE IF EXISTS $base WITH (FORCE)"; rm -rf "$work"' EXIT
bad() { echo "FAILED: $*"; head -n 8 "$work/out" "$work/err" 2>/dev/null | sed 's/^/    /'; failed=1; }
run() {     # run CODE COMMAND ARGUMENT…
    local want=$1 code
    shift
    tried=$((tried + 1))
    timeout 300 "$emgov" "$1" -d $base "${@:2}" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code = "$want" ] || bad "emgov $* ended with $code, not $want"
    ! grep -qE 'AddressSanitizer|runtime error' "$work/err" || bad "emgov $*: the sanitizers"
}
says() { grep -qF -- "$1" "$work/out" || bad "it does not say: $1"; }
is() { [ "$1" = "$2" ] || bad "$3: $1, not $2"; }
unpack() { xz -dc "$data/$1" >"$work/$2"; }
unpack us-osha-accidents/accident.csv.xz accident.csv
unpack us-osha-accidents/accident_injury.csv.xz injury.csv
unpack us-madep-enforcement/MADEP_enforcement_actions.csv.xz madep.csv
unpack tw-factory-register/factories.csv.xz factories.csv
unpack jp-labor-violations/appearances.tsv.xz japan.tsv
tests/database $base ledger || exit 1
sql -f "$maps/setup.sql" -f "$maps/report.sql" || exit 1

# cells of a CSV, quotes and all, one record a line and cells parted by \x1f
cells() { awk 'BEGIN { RS = "^$" } { n = length($0); quoted = 0; out = ""
    gsub(/\r\n/, "\n"); k = split($0, c, ""); for (i = 1; i <= k; i++) { x = c[i]
        if (x == "\"") { if (quoted && c[i + 1] == "\"") { printf "\""; i++ } else quoted = !quoted }
        else if (x == "," && !quoted) printf "\x1f"; else if (x == "\n" && quoted) printf " "; else printf "%s", x } }' "$1" | sed '1s/^\xef\xbb\xbf//'; }
column() { awk -F'\x1f' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$2"; }

# ------------------------------------------------------------------ accidents of the USA: latin-1, a line an injury
cells "$work/accident.csv" >"$work/accident.cells"
cells "$work/injury.csv" >"$work/injury.cells"
run 0 import accident "$work/accident.csv" --encoding latin1 --mapping "$maps/us-osha-accident.map"
says '9216 read = 8492 added + 0 changed + 724 the same + 0 rejected'
run 4 import casualty "$work/injury.csv" --encoding latin1 --mapping "$maps/us-osha-injury.map"
says '9216 read = 9014 added + 0 changed + 0 the same + 202 rejected'
is "$(tail -n +2 "$work/injury.csv.rejects.csv" | wc -l)" 202 'rows in rejects'
is "$(sql -c "SELECT string_agg(n::text, ',' ORDER BY y) FROM (SELECT extract(year FROM outcome_on)::int AS y, count(*) AS n FROM ledger.casualty WHERE outcome = 'dead' GROUP BY 1) AS x")" 18,1460,815,570,13 'deaths of 2010 to 2014, as the README has them'

# ------------------------------------------------------------------ enforcement of Massachusetts
cells "$work/madep.csv" >"$work/madep.cells"
run 4 import enforcement_case "$work/madep.csv" --mapping "$maps/us-madep.map"
says '4348 read = '
is "$(tail -n +2 "$work/madep.csv.rejects.csv" | grep -c .)" "$(awk 'END { print '"$(sed -n 's/.* + \([0-9]*\) rejected.*/\1/p' "$work/out")"' }' </dev/null)" 'rows in rejects'
grep -q '3/14/30' "$work/madep.csv.rejects.csv" || bad 'a day of 2030 went in'
# the README adds up by column Year; one action of 2014, of 500, has the date 3/14/30, and is refused
year() { paste -d' ' <(column "$1" "$work/madep.cells") <(column Fine "$work/madep.cells") | awk -v y="$2" '{ d = $1; sub(/.*\//, "", d); if (d == y || d == "20" y || $1 == "20" y) s += $2 } END { printf "%.2f", s }'; }
is "$(year Year 14)" 8068927.25 'fines of 2014 by column Year, by awk'
is "$(year Date 14)" 8068427.25 'fines of 2014 by date, by awk'

# ------------------------------------------------------------------ factories of Taiwan, cases of Japan
cells "$work/factories.csv" >"$work/factories.cells"
run 4 import subject "$work/factories.csv" --mapping "$maps/tw-factory.map"
says '34053 read = 34051 added'
run 4 import public.factory "$work/factories.csv" --mapping "$maps/tw-closure.map"
says '34053 read = '
run 0 import enforcement_case "$work/japan.tsv" --mapping "$maps/jp-labor.map"
says '3780 read = 3780 added'
run 0 import enforcement_case "$work/japan.tsv" --mapping "$maps/jp-labor.map"
says '3780 the same'

# ------------------------------------------------------------------ a report of each, its figures read back and counted again
sql -c "INSERT INTO ledger.coverage_declaration (source, since, through) SELECT s, '1900-01-01', '2026-01-31' FROM unnest('{accident,casualty,enforcement_case,penalty,public.factory}'::text[]) AS s" 2>"$work/err" || bad 'coverage'
figure() { sed -n "s/^| $1 | [^|]* | \(-\{0,1\}[0-9.]*\) | .*/\1/p" "$work/$2.md" | head -n 1; }
report() {  # report NAME YEAR: in three formats
    run 0 report "$1" "$2" --lang=zh -o "$work/$1.md" -o "$work/$1.html" -o "$work/$1.docx"
    for format in html docx; do pandoc -t plain --wrap=none "$work/$1.$format" -o "$work/$1.$format.txt" || bad "$1.$format cannot be read"; done
}
agree() {   # agree REPORT CODE WHAT-WAS-COUNTED
    is "$(figure "$2" "$1")" "$3" "figure $2 in $1.md"
    for format in html docx; do grep -qE "(^|[^0-9])$3([^0-9]|\$)" "$work/$1.$format.txt" || bad "$1.$format has no $3"; done
}
report osha 2011
agree osha OSHA1 "$(paste -d'|' <(column summary_nr "$work/accident.cells") <(column event_date "$work/accident.cells") | awk -F'|' '!seen[$1]++ && $2 ~ /2011/' | wc -l)"
agree osha OSHA2 1460
report madep 2014
agree madep MADEP1 "$(column Date "$work/madep.cells" | grep -c '/14$')"
agree madep MADEP2 8068427.25
report japan 2020
agree japan JP1 "$(cut -f 4 "$work/japan.tsv" | grep -c '^2020')"
report taiwan 2010
agree taiwan TW1 "$(column 工廠登記歇業核准日期 "$work/factories.cells" | grep -cE '^0?99(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$')"

[ $failed = 0 ] && echo "emgov real records: $tried runs"
exit $failed
