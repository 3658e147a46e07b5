# What the tests of emgov import call, read by them (.): $emgov, $work and $base are theirs.
# shellcheck shell=bash disable=SC2154
failed=0 tried=0
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d $base "$@"; }
bad() { echo "FAILED: $*"; sed 's/^/    /' "$work/out" "$work/err" 2>/dev/null | head -n 14; failed=1; }
run() {                     # run CODE ARGUMENT...: emgov import ARGUMENT... ends with this code
    local want=$1 code
    shift
    tried=$((tried + 1))
    timeout 120 "$emgov" import -d $base "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code = "$want" ] || bad "import $* ended with $code, not $want"
    ! grep -qE 'AddressSanitizer|runtime error' "$work/err" || bad "import $*: the sanitizers"
}
says() { grep -qF -- "$1" "$work/out" || bad "it does not say: $1"; }
says_not() { ! grep -qF -- "$1" "$work/out" || bad "it says: $1"; }
warns() { grep -qF -- "$1" "$work/err" || bad "it does not warn: $1"; }
is() { [ "$(sql -c "$1")" = "$2" ] || bad "$1: $(sql -c "$1"), not $2"; }
reason() { grep -qE -- "$2" "$1.rejects.csv" || { bad "$1.rejects.csv has no $2"; cat "$1.rejects.csv"; }; }
