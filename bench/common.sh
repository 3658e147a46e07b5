# bench/common.sh, sourced by the benchmarks: a server of their own with emgov as it stands here, ledgers of made-up records, and
# how time is taken.
#
#   bench_start [SETTING=VALUE ...]   builds and installs emgov and starts the server, with these settings and no others; when the
#                                     script ends it is stopped, the databases in $bench_dropped and the directory $work are gone
#   ledger_of DATABASE ROWS YEARS     a database with the records of bench/records.sql, as it was left with EMGOV_BENCH_KEEP=1
#   times STATEMENTS [BEFORE]         milliseconds in one session, medians of EMGOV_BENCH_RUNS: of the processor, on the clock
set -eu
pg_area=${EMGOV_BENCH_AREA-bench}
. "$(dirname "${BASH_SOURCE[0]}")/../tools/pg.sh"
. "$root/tools/setup.sh"
cd "$root"
# numbers are numbers: asked before anything is built or started
for variable in EMGOV_BENCH_ROWS EMGOV_BENCH_RUNS EMGOV_BENCH_SECONDS EMGOV_BENCH_COPY EMGOV_BENCH_YEARS; do
    number='[1-9][0-9]{0,11}'
    case $variable,${0##*/} in EMGOV_BENCH_ROWS,growth | EMGOV_BENCH_ROWS,refresh) number="$number( +$number)*" ;; esac
    [ -z "${!variable:-}" ] || [[ ${!variable} =~ ^$number$ ]] || { echo "$variable must be a whole number from 1 on, not \"${!variable}\"." >&2; exit 2; }
done
one_at_a_time
bench_dropped=
# what large ledgers are measured with
ledger_options='-c client_min_messages=warning -c jit=off -c work_mem=64MB -c random_page_cost=1.1 -c search_path=ledger,emgov'

bench_start() {
    local setting value
    install_packages
    pg_private
    quietly "building emgov" make -s with_llvm=no PG_CONFIG="$PG_CONFIG"
    quietly "installing emgov" make -s install with_llvm=no PG_CONFIG="$PG_CONFIG"
    work=$(mktemp -d)
    chmod 755 "$work"
    trap bench_end EXIT
    # with none of the settings of a run before
    pg_running || [ ! -e "$pg_data/postgresql.auto.conf" ] || : >"$pg_data/postgresql.auto.conf"
    pg_start
    psql -Xqd postgres -c 'ALTER SYSTEM RESET ALL'
    for setting in "$@"; do
        value=${setting#*=}
        psql -Xqd postgres -c "ALTER SYSTEM SET ${setting%%=*} = '${value//,/\', \'}'"
    done
    pg_stop
    pg_start
}
bench_end() {
    rm -rf "$work"
    for database in $bench_dropped; do psql -Xqd postgres -c "DROP DATABASE IF EXISTS $database" 2>/dev/null || :; done
    pg_stop
}
# a new and empty database, which PGDATABASE names from here on
fresh_database() {
    psql -Xqd postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1"
    export PGDATABASE=$1
}
# true where a database is there from a run before, and is to be used again
kept_database() { [ "${EMGOV_BENCH_KEEP:-}" = 1 ] && [ -n "$(psql -XAtqd postgres -c "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]; }
ledger_of() {
    if kept_database "$1"; then
        export PGDATABASE=$1
    else
        fresh_database "$1"
        psql -Xq -v ON_ERROR_STOP=1 -v rows="$2" -v years="$3" -f bench/records.sql >/dev/null
        psql -Xqc 'VACUUM (ANALYZE, FREEZE)'
    fi
}

# the report tables of a ledger_of(), by the month
bulletin() {
    psql -Xq -v ON_ERROR_STOP=1 <<'SQL' >/dev/null
\set bulletin `cat examples/changzhou-2024/bulletin.json`
CALL load_pack(:'bulletin'::jsonb);
CALL refresh_report_tables('monthly-bulletin');
SQL
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
# ratio A B: A / B; ratios FILE FILE: the median of the ratios of lines that belong together
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b == "") print "-"; else printf "%.2f", a / b }'; }
ratios() { paste "$1" "$2" | awk '{ print $1 / $2 }' | median | awk '{ printf "%.2f", $1 }'; }
# the processor time that a session's server process has had, in milliseconds: $PID is set in psql
cpu='\! awk "{ printf \"cpu %.3f\\n\", \$1 / 1e6 }" /proc/$PID/schedstat'
# the first run is left out; $workers is how many help
times() {
    {
        printf 'SELECT pg_backend_pid() AS pid \\gset\n\\setenv PID :pid\nSET max_parallel_workers_per_gather = %s;\n' "${workers:-0}"
        for ((r = 0; r <= runs; r++)); do
            printf '%s\n%s\n\\o /dev/null\n\\timing on\n%s\n\\timing off\n\\o\n%s\n' "${2:-}" "$cpu" "$1" "$cpu"
        done
    } | psql -XqAt -v ON_ERROR_STOP=1 2>/dev/null | awk '
        function median(v, n,    i, j, x) { for (i = 2; i <= n; i++) { x = v[i]; for (j = i; j > 1 && v[j - 1] > x; j--) v[j] = v[j - 1]; v[j] = x }; return v[int((n + 1) / 2)] }
        $1 == "cpu" && is_running { if (done++) { cpu[done - 1] = $2 - before; clock[done - 1] = wall }; is_running = 0; next }
        $1 == "cpu" { before = $2; wall = 0; is_running = 1 }
        /^Time:/ { wall += $2 }
        END { if (done > 1) print median(cpu, done - 1), median(clock, done - 1); else print "nan nan" }'
}
# the processor time of the server's sessions that have ended, ms, in steps of ten
ended() { awk '{ print 10 * ($16 + $17) }' "/proc/$(sed -n 1p "$pg_data/postmaster.pid")/stat"; }
load() { cut -d ' ' -f 1-3 /proc/loadavg; }
