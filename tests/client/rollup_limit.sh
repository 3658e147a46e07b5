#!/usr/bin/env bash
# S43: statements with RETURNING that a limit of rows ends early, for which the server fires no statement trigger: the
# rollup counts what they wrote, each in a session of its own, which has not loaded the library; the users' triggers fire
# as without a rollup.
# Needs PGHOST, PGPORT, PGUSER of a server with emgov installed, and PG_CONFIG.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# the server, which may be another user, loads the module
work=$(mktemp -d)
chmod 755 "$work"
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d emgov_limit "$@"; }
drop() { psql -Xq -d postgres -c 'SET client_min_messages = error' -c 'DROP DATABASE IF EXISTS emgov_limit'; }
trap 'drop; rm -rf "$work"' EXIT
${CC:-cc} -O1 -g -Wall -Wextra -Werror -Wno-unused-parameter -shared -fPIC -isystem "$("$PG_CONFIG" --includedir-server)" -o "$work/rollup_limit.so" "$here/rollup_limit.c"
chmod 644 "$work/rollup_limit.so"
"$root/tests/database" emgov_limit
sql <<SQL
CREATE FUNCTION run_limited(text, bigint) RETURNS bigint LANGUAGE c AS '$work/rollup_limit.so';
CREATE TABLE s (id int, v int, UNIQUE (id)) PARTITION BY RANGE (id);
CREATE TABLE s1 PARTITION OF s FOR VALUES FROM (0) TO (100);
CREATE TABLE s2 PARTITION OF s FOR VALUES FROM (100) TO (200);
CREATE TABLE plain (id int PRIMARY KEY, v int);
CALL emgov.create_rollup('by_v', 'SELECT v % 3 AS v, count(*) AS n, sum(id) AS id FROM s GROUP BY v % 3');
CALL emgov.create_rollup('r', 'SELECT count(*) AS n, sum(v) AS v, sum(id) AS id FROM plain');
CREATE TABLE fired (n int, op text);
CREATE FUNCTION count_fired() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO fired SELECT count(*), TG_OP FROM rows; RETURN NULL; END';
CREATE TRIGGER of_users AFTER INSERT ON plain REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION count_fired();
INSERT INTO plain SELECT i, i FROM generate_series(1, 20) AS i;
INSERT INTO s SELECT i, i FROM generate_series(1, 120) AS i;
TRUNCATE fired;
SQL
checked=0
# limited LIMIT PROCESSED STATEMENT: in a session of its own, then again in one that knows rollups
limited() {
    local said
    said=$(sql -c "SELECT run_limited(\$q\$$3\$q\$, $1)" -c "SELECT count(*) FROM emgov.verify_rollup('r')" -c "SELECT count(*) FROM emgov.verify_rollup('by_v')" | tr '\n' ' ')
    [ "$said" = "$2 0 0 " ] || { echo "FAILED: $3, limit $1: $said"; exit 1; }
    checked=$((checked + 1))
}
limited 1 1 "INSERT INTO plain VALUES (101, 5) RETURNING id"
limited 2 2 "INSERT INTO plain SELECT i, i FROM generate_series(102, 110) AS i RETURNING id"
limited 3 3 "UPDATE plain SET v = v + 100, id = id + 1000 RETURNING id"
limited 3 3 "DELETE FROM plain WHERE id < 1000 RETURNING id"
limited 2 2 "INSERT INTO plain SELECT i, 7 FROM generate_series(18, 30) AS i ON CONFLICT (id) DO UPDATE SET v = plain.v - 1 RETURNING id"
limited 4 4 "INSERT INTO plain SELECT i, 7 FROM generate_series(18, 40) AS i ON CONFLICT (id) DO UPDATE SET v = plain.v - 1 RETURNING id"
limited 5 5 "INSERT INTO s SELECT i, i FROM generate_series(140, 160) AS i RETURNING id"
limited 3 3 "UPDATE s SET id = 180 + id / 10, v = v + 1 WHERE id IN (10, 20, 30, 40, 50) RETURNING id"
limited 2 2 "DELETE FROM s2 RETURNING *"
limited 1 1 "INSERT INTO s1 VALUES (10, 10), (20, 20) RETURNING *"
# with others in WITH, on the same table and another: those are run to their end
limited 1 1 "WITH a AS (INSERT INTO plain SELECT i, i FROM generate_series(301, 305) AS i), b AS (DELETE FROM s WHERE id < 3) INSERT INTO plain VALUES (306, 1), (307, 1) RETURNING id"
limited 2 2 "WITH a AS (DELETE FROM plain WHERE id > 300 RETURNING *), b AS (INSERT INTO plain SELECT id + 1000, v FROM a RETURNING *) DELETE FROM plain WHERE id < 300 RETURNING *"
# not ended early
limited 9 2 "INSERT INTO plain VALUES (501, 5), (502, 6) RETURNING id"
limited 1 2 "INSERT INTO plain VALUES (503, 5), (504, 6)"
limited 1 1 "WITH a AS (INSERT INTO plain VALUES (505, 5), (506, 6) RETURNING id) SELECT * FROM a"
if [ "$(sql -c 'SHOW server_version_num')" -ge 170000 ]; then
    limited 2 2 "MERGE INTO s USING generate_series(60, 70) AS i ON id = i WHEN MATCHED THEN UPDATE SET id = id + 100 RETURNING s.id"
fi
# the users' trigger: not for those ended early, once for each of the others, with all rows of the statement's inserts
fired=$(sql -c "SELECT string_agg(n::text, ',' ORDER BY n) FROM fired")
[ "$fired" = 2,2,2,6,9 ] || { echo "FAILED: users' triggers: $fired"; exit 1; }
# undone with the statement
sql -c "BEGIN" -c "SAVEPOINT a" -c "SELECT run_limited('DELETE FROM plain RETURNING id', 2)" -c "ROLLBACK TO a" -c "COMMIT" >"$work/said"
limited 1 1 "DELETE FROM plain RETURNING id"
echo "$checked statements that a limit of rows ends, or does not"
