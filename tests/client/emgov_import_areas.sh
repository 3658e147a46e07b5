#!/usr/bin/env bash
# emgov import: areas by name into tables that are none of the ledger's, with and without a reference to its areas; areas that had
# ended; values that are suggested, and those that would overwrite another; what the server refuses, in Chinese.
#
#   tests/client/emgov_import_areas.sh [PROGRAM]      needs a server with emgov installed (PGHOST, PGPORT, PGUSER)
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
emgov=$(realpath "${1:-build/client${EMGOV_CHECKED_COMMAND:+-checked}/emgov}") || exit 1
work=$(mktemp -d)
base=emgov_import_areas
export LC_ALL=C.UTF-8 TMPDIR=$work ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 PGOPTIONS='-c client_min_messages=error'
unset PGDATABASE EMGOV_LEDGER NO_COLOR LANG
. tests/client/import_calls.sh
admin() { psql -X -q -At -v ON_ERROR_STOP=1 -d postgres "$@"; }
drop() { admin -c "DROP DATABASE IF EXISTS $base WITH (FORCE)" -c 'DROP ROLE IF EXISTS emgov_import_stranger'; }
trap 'drop; rm -rf "$work"' EXIT
drop
tests/database $base ledger || exit 1
sql <<'SQL' || exit 1
INSERT INTO ledger.area (code, name_zh, kind, valid_from, valid_to, successor_code) VALUES
    ('LJ01', '东澜区', 'district', '2000-01-01', NULL, NULL), ('LJ02', '西澜区', 'district', '2000-01-01', NULL, NULL), ('LJ03', '老港区', 'district', '2000-01-01', '2026-01-01', 'LJ02'),
    ('LJ04', '盐田区', 'district', '2000-01-01', '2026-01-01', NULL);
INSERT INTO ledger.indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('CHECKED', '检查企业数', 'reported', 'city', 'period', '家次', 'year_earlier', '检查企业数'), ('FOUND', '隐患数', 'reported', 'city', 'period', '项', 'year_earlier', '隐患数');
CREATE TYPE public.fault_kind AS ENUM ('trapped', 'stopped', 'door');
CREATE TABLE public.lift_fault (area_code text, occurred_on date, n int);
CREATE TABLE public.lift_fault_of_area (area_code text REFERENCES ledger.area, known_from timestamptz NOT NULL DEFAULT now(), occurred_on date, n int);
CREATE TABLE public.area (code text PRIMARY KEY);
INSERT INTO public.area VALUES ('东澜区'), ('老港区');
CREATE TABLE public.of_another (area_code text REFERENCES public.area, occurred_on date, n int);
CREATE TABLE public.no_text (area_code int, occurred_on date, n int);
CREATE TABLE public.fault_by_year (kind public.fault_kind, area_code text, occurred_on date, CONSTRAINT "area of this cluster" CHECK (area_code <> 'LJ02')) PARTITION BY RANGE (occurred_on);
COMMENT ON CONSTRAINT "area of this cluster" ON public.fault_by_year IS '不属于本库管辖的区域 | this cluster keeps no records of this area';
CREATE TABLE public.fault_2026 PARTITION OF public.fault_by_year FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE ROLE emgov_import_stranger LOGIN;
GRANT ALL ON SCHEMA public TO emgov_import_stranger;
GRANT ALL ON public.lift_fault TO emgov_import_stranger;
SQL

# ------------------------------------------------------------------ names of areas into tables that are none of the ledger's
printf '区域\tarea_code\n发生日期\toccurred_on\n起数\tn\n' >"$work/map"
printf '区域,发生日期,起数\n东澜区,2026-10-01,1\n西澜,2026-10-02,2\nLJ01,2026-10-03,3\n老港区,2026-10-04,4\n老港区,2025-10-04,5\n北澜区,2026-10-05,6\n盐田区,2026-10-05,7\n,2026-10-05,8\n' >"$work/faults.csv"
for table in lift_fault lift_fault_of_area; do
    # into an empty table by COPY, and again where there are rows: the same
    for time in first again; do
        run 4 public.$table "$work/faults.csv" --mapping "$work/map" --lang=zh
        is "SELECT string_agg(coalesce(area_code, '-') || n, ' ' ORDER BY n) FROM public.$table" 'LJ011 LJ022 LJ013 LJ035 -8'
        reason "$work/faults.csv" '^老港区,2026-10-04,4,5,区域,区域“老港区”已于2025-12-31撤销，由“西澜区”接替,.$'
        reason "$work/faults.csv" '^盐田区,2026-10-05,7,8,区域,区域“盐田区”已于2025-12-31撤销,.$'
        reason "$work/faults.csv" '^北澜区,2026-10-05,6,7,区域,“北澜区”不在可选值中；可填：东澜区、西澜区、老港区、盐田区,.$'
        rm -f "$work"/faults.csv.rejects.csv*
    done
done
run 4 public.lift_fault "$work/faults.csv" --mapping "$work/map" --dry-run
reason "$work/faults.csv" 'area ""老港区"" was there until 2025-12-31; it became ""西澜区""'
printf '发生日期\toccurred_on\n起数\tn\n' >"$work/set.map"
printf '发生日期,起数\n2026-10-07,1\n' >"$work/set.csv"
run 0 public.lift_fault "$work/set.csv" --mapping "$work/set.map" --set area_code=东澜区
is "SELECT area_code FROM public.lift_fault WHERE occurred_on = '2026-10-07'" LJ01
run 2 public.lift_fault "$work/set.csv" --mapping "$work/set.map" --set area_code=北澜区
# a reference to another table, another type, and who may not read the ledger's areas: as it is written
run 4 public.of_another "$work/faults.csv" --mapping "$work/map"
is "SELECT string_agg(area_code || n, ' ' ORDER BY n) FROM public.of_another" '东澜区1 老港区4 老港区5'
run 4 public.no_text "$work/faults.csv" --mapping "$work/map"
is 'SELECT count(*) FROM public.no_text' 1
sql -c 'TRUNCATE public.lift_fault'
PGUSER=emgov_import_stranger run 0 public.lift_fault "$work/faults.csv" --mapping "$work/map"
is "SELECT area_code FROM public.lift_fault WHERE n = 1" 东澜区
# of the ledger's own tables
printf '事故编号,发生日期,区域,事故类别\nA-1,2026-10-01,老港区,煤矿\nA-2,2025-10-01,老港区,煤矿\nA-3,2026-10-01,盐田区,煤矿\n' >"$work/accident.csv"
run 4 accident "$work/accident.csv" --lang=zh
is "SELECT string_agg(number || area_code, ' ') FROM ledger.accident" A-2LJ03
reason "$work/accident.csv" ',区域“老港区”（LJ03）在 2026-10-01 已不存在。它已于 2025-12-31 撤销，由“西澜区”（LJ02）接替。请改填接替它的。,.$'
reason "$work/accident.csv" ',区域“盐田区”（LJ04）在 2026-10-01 已不存在。它已于 2025-12-31 撤销。请改填接替它的。,.$'

# ------------------------------------------------------------------ what an area became is suggested where that overwrites nothing
# reported PERIOD CSV LIKELY: the row of 老港区 is refused with this suggestion, or with none
reported() {
    printf '%s\n' "$2" >"$work/reported.csv"
    run 4 reported "$work/reported.csv" --period "$1" --lang=zh
    reason "$work/reported.csv" "^老港区,.*区域“老港区”已于 2025-12-31 撤销，由“西澜区”接替.*,$3.\$"
    grep -q '两数应相加后填报为一行' "$work/reported.csv.rejects.csv" && [ "$3" ] && bad 'it is said to have a figure, and suggested'
    [ "$3" ] || grep -q '两数应相加后填报为一行' "$work/reported.csv.rejects.csv" || bad 'nobody knows why there is no suggestion'
    rm -f "$work"/reported.csv.rejects.csv*
}
reported 2026-09 $'区域,检查企业数\n东澜区,5\n老港区,3' 西澜区
reported 2026-10 $'区域,检查企业数\n东澜区,5\n老港区,3\n西澜区,10' ''
is "SELECT string_agg(member || value, ' ' ORDER BY member) FROM ledger.reported WHERE starts_on = '2026-10-01'" 'LJ015 LJ0210'
reported 2026-10 $'区域,检查企业数\n老港区,3' ''
reported 2026-10 $'区域,检查企业数,隐患数\n老港区,3,4' ''
reported 2026-10 $'区域,隐患数\n老港区,3' 西澜区
sql -c "UPDATE ledger.area SET successor_code = 'LJ02' WHERE code = 'LJ04'"
reported 2026-08 $'区域,检查企业数\n老港区,3\n盐田区,4' ''

# ------------------------------------------------------------------ what is suggested is on the list that is printed, and no guess between several
printf '事故编号,发生日期,区域,事故类别\nB-1,2026-10-01,东澜区,工矿商贸\nB-2,2026-10-01,东澜区,道路运\nB-3,2026-10-01,东澜区,工商茂\nB-4,2026-10-01,东南区,煤矿\n' >"$work/kinds.csv"
run 4 accident "$work/kinds.csv" --lang=zh
reason "$work/kinds.csv" '^B-1,.*水上交通,.$'
reason "$work/kinds.csv" '^B-2,.*水上交通,道路运输.$'
reason "$work/kinds.csv" '^B-3,.*水上交通,(工贸行业)?.$'

# ------------------------------------------------------------------ what the server refuses, in Chinese
printf '种类\tkind\n区域\tarea_code\n发生日期\toccurred_on\n' >"$work/year.map"
printf '种类,区域,发生日期\ntrapped,东澜区,2026-10-01\ntraped,东澜区,2026-10-02\nDOOR,东澜区,2026-10-03\ndoor,东澜区,2027-10-03\ndoor,西澜区,2026-10-03\n' >"$work/year.csv"
run 4 public.fault_by_year "$work/year.csv" --mapping "$work/year.map" --lang=zh
is "SELECT string_agg(kind || area_code, ' ' ORDER BY kind) FROM public.fault_by_year" 'trappedLJ01 doorLJ01'
reason "$work/year.csv" '^traped,.*“traped”不在可选值中；可填：trapped、stopped、door,trapped.$'
reason "$work/year.csv" '^door,东澜区,2027-10-03,.*,"没有该日期所属的分区（服务器原文：'
reason "$work/year.csv" '^door,西澜区,2026-10-03,.*,不属于本库管辖的区域,'
! grep -q '不符合' "$work/year.csv.rejects.csv" || bad 'a rule is said to be broken'

[ $failed = 0 ] && echo "emgov import, areas: $tried runs"
exit $failed
