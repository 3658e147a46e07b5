#!/usr/bin/env bash
# V8: ./demo twice, the second time while a psql is open; the login that it prints reads, on localhost, and
# writes nothing; nobody comes in there without a password; ./demo stop. Not while another ./demo or ./check works.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
work=$(mktemp -d)
trap './demo stop; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
# asked how they are called, they say it and do nothing; what is unknown is refused
for script in ./demo ./check; do
    timeout 5 $script --help >"$work/help" 2>&1 || fail "$script --help ends with $?"
    grep -q "^$script " "$work/help" || fail "$script --help does not say how it is called"
    [ "$(wc -l <"$work/help")" -le 5 ] || fail "$script --help does something"
done
timeout 5 ./demo nonsense >"$work/unknown" 2>&1
[ $? = 2 ] && grep -q 'nonsense.*--help' "$work/unknown" || fail "./demo nonsense"
make -s help | grep -q '^make check-long ' || fail "make help does not name what there is"
./demo >"$work/first" 2>&1 || fail "$(tail -n 5 "$work/first")"
login=$(sed -n "s/^ *psql '\(.*\)'$/\1/p" "$work/first")
[ -n "$login" ] || fail "no login is printed"
psql -X "$login" -c 'SELECT pg_sleep(100)' >"$work/open" 2>&1 &
sleep 1
./demo >"$work/second" 2>&1 || fail "./demo again: $(tail -n 5 "$work/second")"
wait
login=$(sed -n "s/^ *psql '\(.*\)'$/\1/p" "$work/second")
ask() { psql -X -q -At "$login" -c "$1" 2>&1; }
[ "$(ask "SELECT count(*) > 0 FROM information_schema.tables WHERE table_schema = 'ledger_report'")" = t ] || fail "the login sees nothing"
[ "$(ask 'SHOW statement_timeout')" = 30s ] || fail "no timeout"
ask 'CREATE TEMP TABLE t (n int)' | grep -q 'read-only transaction' || fail "it writes"
ask 'SELECT count(*) FROM ledger.accident' | grep -q 'permission denied' || fail "it reads the ledger itself"
port=${login##*:}; port=${port%%/*}
psql -X -w -h localhost -p "$port" -U postgres -d postgres -c 'SELECT 1' >"$work/super" 2>&1 && fail "the superuser comes in without a password"
psql -X -w "postgresql://demo_reader:wrong@localhost:$port/emgov_demo" -c 'SELECT 1' >"$work/wrong" 2>&1 && fail "any password will do"
./demo stop
psql -X -w "$login" -c 'SELECT 1' >"$work/stopped" 2>&1 && fail "it was not stopped"
echo "./demo twice, its login, ./demo stop"
