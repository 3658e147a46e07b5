#!/bin/bash
# Random transactions of three sessions, step by step in turn: what the histories say of any
# moment against a model of what was committed.
#
#   tests/client/version_random.sh [STEPS] [SEED]
#
# STEPS defaults to 400. SEED, 1 by default, so that ./check tries the same everywhere and tests/long goes on to others, makes a run again, as far as the clock lets it.
set -eu
steps=${1:-400}
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
database=emgov_version_random
echo "seed $seed"
"$here/../database" $database
psql -X -q -d "$database" -c 'CREATE EXTENSION dblink'
psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$database" -v steps="$steps" -v seed="$seed" -f "$here/version_random.sql"
psql -X -q -d postgres -c "DROP DATABASE $database"
