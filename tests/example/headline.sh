#!/usr/bin/env bash
# The headline figures from the summaries, and the printed report; they follow the records.
# Needs PGDATABASE, a database with the example, on the server of PGHOST, PGPORT, PGUSER.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../../examples/changzhou-2024"
sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
figures=$(sql -f figures.sql)
expect() { grep -qF -- "$1" <<<"$figures" || { echo "not printed: $1"; echo "$figures"; exit 1; }; }
expect '完成整治1850家，其中退出678家、提升1172家'
expect '59起，同比下降9.2%'
expect '43人，同比下降8.5%'
expect '16起，同比下降30.4%'
expect '22人，同比上升4.8%'
[ "$(grep -E '^ +225 ' <<<"$figures" | tr -d ' ')" = '225|260|1147|1060|11|17' ] || { echo "inspections differ:"; tail -n 3 <<<"$figures"; exit 1; }
# districts add up to the city
[ "$(sql -At -c "SET search_path = ledger, emgov" -c "
    SELECT sum(s) = (SELECT accident_agg(deaths, serious_injuries, direct_loss) FROM accident_fact WHERE status = 'valid')
    FROM (SELECT accident_agg(deaths, serious_injuries, direct_loss) AS s FROM accident_fact WHERE status = 'valid' GROUP BY area_code) AS d")" = t ] ||
    { echo "districts do not add up"; exit 1; }
# the report says so too, and every figure agrees with the published one
figures=$(cd ../.. && sql -f examples/changzhou-2024/report.sql)
expect '完成整治1850家，其中退出678家、提升1172家'
expect '全市发生生产安全事故59起，同比下降9.2%；死亡43人，同比下降8.5%'
expect '90项指标，与已公布数字相符90项'
[ "$(grep -c '| 相符' <<<"$figures")" = 90 ] || { echo "not ninety lines"; exit 1; }
# README.md shows what is printed
figures=$(cat ../../README.md)
lines=$(sql -c "SELECT code, value, base, round(p_value, 3) AS p, phrase FROM ledger.figures(emgov.ytd('2024-12-19')) WHERE code IN ('F012', 'F032', 'F063')" |
    sed '/rows)/d; s/ *$//; /^$/d')
[ "$(wc -l <<<"$lines")" = 5 ] || { echo "not five lines: $lines"; exit 1; }
while IFS= read -r line; do expect "$line"; done <<<"$lines"
# a record may not be deleted; withdrawn, it no longer counts
if figures=$(sql -c 'DELETE FROM ledger.accident WHERE id = 2401' 2>&1); then echo "a fact was deleted"; exit 1; fi
expect 'HINT:'
sql -c "UPDATE ledger.accident SET status = 'withdrawn', note = 'test' WHERE id = 2401" \
    -c "UPDATE ledger.remediation SET status = 'withdrawn', note = 'test' WHERE id = 1"
figures=$(sql -f figures.sql)
expect '完成整治1849家'
expect '58起，同比下降10.8%'
expect '15起，同比下降34.8%'
# a plain copy of the records, from which a row is deleted: the summaries work on any table
figures=$(sql -c "CREATE TEMP TABLE accident AS SELECT * FROM ledger.accident_fact WHERE status = 'valid'" \
    -c 'DELETE FROM accident WHERE id IN (2402, 2403)' \
    -c "SELECT emgov.phrase(emgov.accidents(emgov.accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, emgov.ytd('2024-12-19'))), '起') FROM accident")
expect '56起，同比下降13.8%'
