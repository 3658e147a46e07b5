# bench/dashboard.sh, sourced after bench/common.sh: accidents, and the twelve queries of a dashboard over them: bench/dashboard.tsv,
# a line each, with its name, the query, and the same over a summary by day, `daily`.

# dashboard_rows ROWS: 6 divisions, 5 categories, 1,461 days: 43,830 groups by day, 1,440 by month
dashboard_rows() {
    psql -Xq -v ON_ERROR_STOP=1 <<SQL
CREATE TABLE accident (division int NOT NULL, category text NOT NULL, occurred_on date NOT NULL, deaths int, loss numeric(14,2));
INSERT INTO accident SELECT h % 6, (ARRAY['road', 'fire', 'fall', 'gas', 'other'])[1 + h / 6 % 5], date '2021-01-01' + (h / 30 % 1461)::int, h / 50000 % 3, h / 150000 % 1000000 / 4.0
  FROM generate_series(1, $1::bigint) AS g CROSS JOIN LATERAL (SELECT hashint8extended(g, 1) & 9007199254740991) AS r (h);
CREATE TABLE division (code int PRIMARY KEY, zone text);
INSERT INTO division SELECT g, 'zone ' || g % 2 FROM generate_series(0, 5) AS g;
VACUUM ANALYZE accident, division;
-- the session's processor time so far, ms, and that of the workers that have ended (in ticks of 10 ms)
CREATE FUNCTION cpu() RETURNS float LANGUAGE sql AS \$\$
SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float / 1e6 + 10 * (split_part(s, ' ', 16)::float + split_part(s, ' ', 17)::float)
  FROM pg_read_file('/proc/' || split_part(pg_read_file('postmaster.pid'), E'\n', 1) || '/stat') AS s \$\$;
SQL
}
# postgres_times FILE SETTING [COLUMN]: the queries with emgov.rewrite so, in one session each, the first run not counted: ms with
# planning, and of these the processor's; a line a query
postgres_times() {
    local query
    cut -f "${3:-2}" bench/dashboard.tsv | while IFS= read -r query; do
        { echo "SET emgov.rewrite = $2;"; echo '\o /dev/null'; echo "$query;"
          for ((r = 0; r < runs; r++)); do
              printf '%s\n' 'SELECT cpu() AS before \gset' '\timing on' "$query;" '\timing off' 'SELECT cpu() - :before AS cpu \gset' '\echo CPU :cpu'
          done
        } | psql -Xq -v ON_ERROR_STOP=1 >"$work/times"
        echo "$(awk '/^Time/ { print $2 }' "$work/times" | median) $(awk '/^CPU/ { print $2 }' "$work/times" | median)"
    done >"$1"
}
# duckdb COMMAND ...: bench/duckdb.js, over the rows as they are now; fails where DuckDB cannot be had (npm, @duckdb/node-api, into build/)
has_duckdb() {
    [ -d "$build/duckdb/node_modules/@duckdb/node-api" ] ||
        { mkdir -p "$build/duckdb" && npm install --silent --no-save --no-audit --no-fund --prefix "$build/duckdb" @duckdb/node-api >"$build/duckdb/npm.log" 2>&1; } ||
        { echo "without DuckDB: $(tail -n 1 "$build/duckdb/npm.log")" >&2; return 1; }
}
duckdb() { NODE_PATH=$build/duckdb/node_modules node bench/duckdb.js "$1" "$work" "${2:-}"; }
csv_rows() {
    psql -Xq -c "COPY accident TO STDOUT (FORMAT csv)" >"$work/accident.csv"
    psql -Xq -c "COPY division TO STDOUT (FORMAT csv)" >"$work/division.csv"
}
# written TABLE SECONDS: single rows into a table like `bare` by 8 clients: a line "rows a second, us of the processor each" more in $work/TABLE.rate
written() {
    local before
    printf '\\set n random(1, 1000000)\nINSERT INTO %s (division, category, occurred_on, deaths, loss) VALUES (:n %% 6, '"'road'"', date '"'2024-01-01'"' + (:n %% 366)::int, 1, 10);\n' "$1" >"$work/written.sql"
    before=$(ended)
    "$pg_bin/pgbench" -n -c 8 -j 2 -T "$2" -M prepared -f "$work/written.sql" >"$work/pgbench" 2>/dev/null
    awk -v ms="$(($(ended) - before))" '/^number of transactions actually/ { n = $NF + 0 } /^tps/ { print $3, ms * 1000 / n }' "$work/pgbench" >>"$work/$1.rate"
}
bare='(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, division int NOT NULL, category text NOT NULL, occurred_on date NOT NULL, deaths int, loss numeric(14,2))'
# rate TABLE COLUMN: the median of its turns; rate_part TABLE TABLE COLUMN: the median of the turns' ratios
rate() { cut -d ' ' -f "$2" "$work/$1.rate" | median; }
rate_part() { paste "$work/$1.rate" "$work/$2.rate" | awk -v c="$3" '{ print $c / $(c + 2) }' | median; }
