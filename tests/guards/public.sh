#!/usr/bin/env bash
# What PUBLIC may execute of the extension, one by one: a new function must be decided on.
#
#   tests/guards/public.sh            compare with public.list
#   tests/guards/public.sh --write    write it anew, to be read before it is committed
#
# Types' input and output, aggregates and the functions behind them must be executable by
# all (a distributed server checks the rights of whoever calls); so is what answers a
# question without reading a table, and what runs with the rights of whoever calls it.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
database=emgov_guard_public
"$here/../database" $database
found=$(psql -X -At -d "$database" -c "SELECT p.oid::regprocedure FROM pg_depend AS d JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'emgov') AND d.deptype = 'e'
      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
    ORDER BY p.oid::regprocedure::text COLLATE \"C\"")
unwanted=$(psql -X -At -d "$database" -c "SELECT 'an aggregate''s function that not all may execute: ' || f::regprocedure FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = aggfnoid, unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn]::oid[]) AS f
    WHERE pronamespace IN ('emgov'::regnamespace, 'emgov_internal'::regnamespace) AND f <> 0 AND NOT EXISTS (SELECT FROM pg_proc AS s, aclexplode(coalesce(s.proacl, acldefault('f', s.proowner))) AS x WHERE s.oid = f AND x.grantee = 0)")
psql -X -q -d postgres -c "DROP DATABASE $database"
if [ "${1:-}" = --write ]; then
    echo "$found" >"$here/public.list"
    exit
fi
[ -z "$unwanted" ] || { echo "$unwanted"; exit 1; }
if ! diff "$here/public.list" <(echo "$found"); then
    echo "PUBLIC may execute other functions than those listed in tests/guards/public.list: REVOKE, or list them (public.sh --write)."
    exit 1
fi
echo "$(echo "$found" | wc -l) functions are everybody's, as listed"
