#!/bin/bash
# Random queries over random tables with random rollups, each with emgov.rewrite on and off in
# one snapshot, while others write: the same rows, as printed. Queries are made in two classes:
# those that a rollup must answer, and those that none can. Then of queries without a rollup what is proposed for them.
#
#   tests/client/rewrite_random.sh [QUERIES] [SEED]
#
# QUERIES defaults to 2000, 100 a table. SEED, 1 by default, so that ./check tries the same everywhere and tests/long goes on to others, makes the tables and queries again, though not what the
# other session writes meanwhile.
set -eu
queries=${1:-2000}
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
database=emgov_rewrite_random
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d "$database" "$@"; }
echo "seed $seed"
"$here/../database" $database
psql -X -q -d postgres -c "ALTER DATABASE $database SET session_preload_libraries = 'emgov'" -c "ALTER DATABASE $database SET search_path = rewrite_random"
sql -f "$here/rewrite_random.sql" -f "$here/rewrite_proposals.sql"
for ((world = 1; world * 100 <= queries; world++)); do
    sql -c "CALL rewrite_random.make_world($seed + $world)"
    sql -c "CALL rewrite_random.write()" &
    writer=$!
    sql -c "CALL rewrite_random.check_world(100, $seed + $world)" || { sql -c 'UPDATE rewrite_random.stop SET stop = true'; wait $writer; exit 1; }
    sql -c 'UPDATE rewrite_random.stop SET stop = true'
    wait $writer
    sql -c "CALL rewrite_random.check_proposals(10, $seed + $world)"
done
sql -c "SELECT format('%s random queries, all as the table gives them (seed $seed): of %s that a rollup must answer %s %% were, of %s others %s',
                      count(*), count(*) FILTER (WHERE must), round(100.0 * count(*) FILTER (WHERE must AND used) / nullif(count(*) FILTER (WHERE must), 0), 1),
                      count(*) FILTER (WHERE NOT must), count(*) FILTER (WHERE used AND NOT must))
          FROM rewrite_random.result"
sql -c "SELECT 'not answered: ' || query FROM rewrite_random.result WHERE must AND NOT used ORDER BY random() LIMIT 10"
sql -c "SELECT 'answered: ' || query FROM rewrite_random.result WHERE used AND NOT must LIMIT 10"
sql -c "SELECT format('%s random queries without a rollup: for %s %% what is proposed answers', count(*), round(100.0 * count(*) FILTER (WHERE made > 0) / count(*), 1)) FROM rewrite_random.proposal"
sql -c "SELECT 'nothing proposed: ' || query || ': ' || reasons FROM rewrite_random.proposal WHERE made = 0 ORDER BY random() LIMIT 5"
sql -c "DO \$\$ BEGIN
    ASSERT (SELECT count(*) FILTER (WHERE made > 0) >= 0.9 * count(*) FROM rewrite_random.proposal), 'for fewer than 90 % something was proposed';
    ASSERT (SELECT count(*) FILTER (WHERE used) >= 0.9 * count(*) FROM rewrite_random.result WHERE must), 'fewer than 90 % were answered';
    ASSERT NOT EXISTS (SELECT FROM rewrite_random.result WHERE used AND NOT must), 'what no rollup can answer was answered';
END \$\$"
psql -X -q -d postgres -c "DROP DATABASE $database"
