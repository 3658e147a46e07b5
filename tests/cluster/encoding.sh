#!/usr/bin/env bash
# S26: in a database of another encoding CREATE EXTENSION says what is needed, whatever the encoding can convert.
# Needs PGHOST, PGPORT, PGUSER of a server with emgov installed.
set -u
sql() { psql -X -q -At "$@"; }
drop() { sql -d postgres -c 'SET client_min_messages = error' -c 'DROP DATABASE IF EXISTS emgov_encoding'; }
trap drop EXIT
status=0
odd() { echo "$*"; status=1; }
LC_ALL=C grep -n '[^ -~]' "$(dirname "${BASH_SOURCE[0]}")/../../extension/sql/encoding.sql" && odd "the first script is not ASCII"

for encoding in LATIN1 LATIN9 EUC_CN EUC_TW EUC_JP EUC_KR WIN1251 KOI8R SQL_ASCII; do
    drop
    sql -d postgres -c "CREATE DATABASE emgov_encoding ENCODING '$encoding' LOCALE 'C' TEMPLATE template0" || odd "no database of $encoding"
    said=$(PGCLIENTENCODING=UTF8 sql -d emgov_encoding -v VERBOSITY=verbose -c 'CREATE EXTENSION emgov' 2>&1)
    for what in 'ERROR:  0A000: emgov needs a database with encoding UTF8' "DETAIL:  This database has encoding $encoding." "HINT:  Create one with: CREATE DATABASE"; do
        grep -qF "$what" <<<"$said" || odd "$encoding: $said"
    done
    [ "$(sql -d emgov_encoding -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'emgov'")" = 0 ] || odd "$encoding: a schema is left"
done

# the hint, followed; and version 0 by itself leads on
drop
sql -d postgres -c "CREATE DATABASE emgov_encoding ENCODING 'UTF8' TEMPLATE template0" && sql -d emgov_encoding -c 'CREATE EXTENSION emgov' || odd "the hint leads nowhere"
[ "$(sql -d emgov_encoding -c "SELECT (extversion = default_version)::text FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE extname = 'emgov'")" = true ] ||
    odd "not the default version"
sql -d emgov_encoding -c 'DROP EXTENSION emgov' -c "CREATE EXTENSION emgov VERSION '0'" -c 'ALTER EXTENSION emgov UPDATE' || odd "no way from version 0"
[ "$(PGCLIENTENCODING=GB18030 sql -d emgov_encoding -c "SELECT emgov.label('larger'::emgov.severity)" | iconv -f gb18030 -t utf8)" = 较大 ] || odd "a client of another encoding"
[ $status = 0 ] && echo "nine encodings refused by name, UTF8 taken"
exit $status
