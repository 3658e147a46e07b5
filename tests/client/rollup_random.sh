#!/bin/bash
# Random queries and random data: rollup against recomputation.
#
#   tests/client/rollup_random.sh [CASES] [SEED]
#
# CASES defaults to 500. SEED, 1 by default, so that ./check tries the same everywhere and tests/long goes on to others, makes a run again; a failing case prints its number,
# and `rollup_random.sh 1 NUMBER-1` runs it alone.
set -eu
cases=${1:-500}
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
database=emgov_rollup_random
echo "seed $seed"
"$here/../database" $database
psql -X -q -d "$database" -v cases="$cases" -v seed="$seed" -f "$here/rollup_random.sql"
psql -X -q -d postgres -c "DROP DATABASE $database"
