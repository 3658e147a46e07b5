#!/usr/bin/env bash
# S22: a database that uses every type of emgov in every kind of object (types.sql) goes through pg_dump and psql,
# pg_dump and pg_restore -j 2, and pg_upgrade into a new cluster of the same version, without an error; afterwards
# it says the same, row for row, and its objects still do what they are for.
# Needs PGHOST, PGPORT, PGUSER of a server with emgov installed, and the client programs of its version (PG_CONFIG).
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$("$PG_CONFIG" --bindir)
work=$(mktemp -d "${EMGOV_CLUSTERS:-/var/tmp}/emgov_types.XXXXXX")
databases="emgov_types_1 emgov_types_2"
main_host=$PGHOST main_port=$PGPORT
export PGOPTIONS='-c client_min_messages=warning'
chmod 755 "$work"
mkdir "$work/own"
[ "$(id -u)" = 0 ] && chown postgres: "$work/own"
owner() { if [ "$(id -u)" = 0 ]; then (cd "$work/own" && exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/tmp "$@"); else (cd "$work/own" && exec "$@"); fi; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
fail() { echo "FAILED: $*"; exit 1; }
# which server is spoken to: the one of the test's own, the one given
own() { export PGHOST=$work/own PGPORT=$port; }
given() { export PGHOST=$main_host PGPORT=$main_port; }
running() { [ "$(readlink "/proc/$(sed -n 1p "$work/own/$1/postmaster.pid" 2>/dev/null)/cwd")" = "$work/own/$1" ]; }
cleanup() {
    for c in old new; do running $c && owner "$bin/pg_ctl" -D "$work/own/$c" -s -m immediate stop; done
    given
    for d in $databases; do sql -d postgres -c "DROP DATABASE IF EXISTS $d"; done
    sql -d postgres -c 'DROP ROLE IF EXISTS emgov_types_reader'
    rm -rf "$work"
}
trap cleanup EXIT

# All that the database says: rows of everything that has rows, but for the moments of versions and the parts of
# rollups, and every definition, but for parentheses (the server prints some that it does not read). The hash of an enumeration's value is that of its OID, so a restored row may lie in
# another partition.
says() {
    sql -d "$1" <<'SQL' | tr -d '()' | sed -E "s/(emgov_rollup_|[a-z]')[0-9a-f]{12}/\1/g"
SET timezone = 'UTC';
SELECT format('SELECT %L, md5(string_agg(r, '','' ORDER BY r COLLATE "C")), count(*) FROM (SELECT (to_jsonb(x) - ''{known_from,known_to}''::text[])::text AS r FROM public.%I x) y', relname, relname)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT (relname ~ '_foreign|_shipped' AND current_setting('emgov_test.apart', true) = 'yes')
  AND relname !~ '_(delta|total)$|_history$|_hashed_[01]$' ORDER BY relname COLLATE "C" \gexec
SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text ~ '^(t_|beside)' ORDER BY indexrelid::regclass::text COLLATE "C";
SELECT conrelid::regclass, contypid::regtype, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY conname COLLATE "C", conrelid::regclass::text COLLATE "C";
SELECT oid::regclass, pg_get_viewdef(oid) FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace ORDER BY relname COLLATE "C";
SELECT tgrelid::regclass, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgrelid::regclass::text COLLATE "C", tgname COLLATE "C";
SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2;
SELECT rulename, definition FROM pg_rules WHERE schemaname = 'public' ORDER BY tablename COLLATE "C";
SELECT attrelid::regclass, attname, pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON (attrelid, attnum) = (adrelid, adnum) WHERE attrelid::regclass::text ~ '^t_' ORDER BY attrelid::regclass::text COLLATE "C", attnum;
SELECT oid::regprocedure, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ '^t_' AND prokind = 'f' ORDER BY oid::regprocedure::text COLLATE "C";
SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY relname COLLATE "C";
SQL
}
# The objects do what they are for: each line is a statement and whether it is to fail, and with what.
works() {
    sql -d "$1" -c 'SET search_path = public, emgov' -f "$here/types_works.sql" || fail "$1: its objects do not work"
}

# the database lies in a cluster of its own, of which the new one is made, too; it is restored into the server given
port=$((20000 + RANDOM % 12000))
owner "$bin/initdb" -D "$work/own/old" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$work/initdb" 2>&1 || { cat "$work/initdb"; fail initdb; }
printf '%s\n' fsync=off full_page_writes=off autovacuum=off "unix_socket_directories='$work/own'" "listen_addresses=''" "port=$port" | owner tee -a "$work/own/old/postgresql.conf" >/dev/null
owner cp -a "$work/own/old" "$work/own/new" || fail "cp"
start() { owner "$bin/pg_ctl" -D "$work/own/$1" -w -s -l "$work/own/$1.log" start || { tail -n 20 "$work/own/$1.log"; fail "cluster $1 does not start"; }; }
same() {    # same BEFORE DATABASE WHAT
    says "$2" >"$work/after"
    diff "$work/$1" "$work/after" >"$work/diff" || { head -n 20 "$work/diff"; fail "$3"; }
}
for d in $databases; do sql -d postgres -c "DROP DATABASE IF EXISTS $d" -c "CREATE DATABASE $d"; done
sql -d postgres -c 'DROP ROLE IF EXISTS emgov_types_reader' -c 'CREATE ROLE emgov_types_reader'
start old
own
sql -d postgres -c 'CREATE DATABASE emgov_types'
sql -d emgov_types -f "$here/types.sql" >/dev/null || fail "the objects cannot be made"
says emgov_types >"$work/before" || fail "emgov_types cannot be read"
[ "$(wc -l <"$work/before")" -gt 1500 ] || fail "too little to compare: $(wc -l <"$work/before") lines"

# ---------------------------------------------------------------- dumps
"$bin/pg_dump" emgov_types >"$work/plain" || fail "pg_dump"
"$bin/pg_dump" -Fc -f "$work/custom" emgov_types || fail "pg_dump -Fc"
given
sql -d emgov_types_1 -f "$work/plain" >/dev/null || fail "the plain dump cannot be read back"
"$bin/pg_restore" -j 2 --exit-on-error -d emgov_types_2 "$work/custom" || fail "pg_restore -j 2"
for d in $databases; do same before $d "$d differs"; done

# ---------------------------------------------------------------- upgrade
own
owner "$bin/pg_ctl" -D "$work/own/old" -w -s -m fast stop
if ! owner "$bin/pg_upgrade" -b "$bin" -B "$bin" -d "$work/own/old" -D "$work/own/new" -U postgres -p $port -P $((port + 1)) -s "$work/own" >"$work/upgrade" 2>&1; then
    tail -n 30 "$work/upgrade"
    find "$work/own/new" -name '*.log' -path '*pg_upgrade_output*' -exec grep -i -B 2 -A 5 'error' {} + | head -n 40
    fail pg_upgrade
fi
start new
same before emgov_types "the upgraded database differs"

# ---------------------------------------------------------------- and they go on
export PGOPTIONS="$PGOPTIONS -c emgov_test.apart=yes"
works emgov_types
says emgov_types >"$work/works_new"
given
works emgov_types_2
same works_new emgov_types_2 "the restored and the upgraded database differ after the same writes"
# nothing of the extension's lies in pg_catalog but operators =
[ "$(sql -d emgov_types_2 -c "SELECT count(*) FILTER (WHERE oprname = '=') > 6 AND count(*) FILTER (WHERE oprname <> '=') = 0 FROM pg_operator JOIN pg_depend ON classid = 'pg_operator'::regclass AND objid = pg_operator.oid AND deptype = 'e' WHERE oprnamespace = 'pg_catalog'::regnamespace")" = t ] || fail "operators in pg_catalog"
# and nothing is left of it
sql -d emgov_types_2 -c 'SET client_min_messages = error' -c 'DROP EXTENSION emgov CASCADE' || fail "DROP EXTENSION"
[ "$(sql -d emgov_types_2 -c "SELECT count(*) FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oid >= 16384")" = 0 ] || fail "DROP EXTENSION leaves operators"
sql -d emgov_types_2 -c 'CREATE EXTENSION emgov' || fail "CREATE EXTENSION again"
echo "same after pg_dump | psql, pg_restore -j 2 and pg_upgrade: $(wc -l <"$work/before") lines"
