# What the tests of emgov import call, read by them (.): $emgov, $work and $base are theirs.
# shellcheck shell=bash disable=SC2154
. tests/client/calls.sh
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d $base "$@"; }
run() {                     # run CODE ARGUMENT...: emgov import ARGUMENT... ends with this code
    local want=$1 code
    shift
    tried=$((tried + 1))
    timeout 120 "$emgov" import -d $base "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code = "$want" ] || bad "import $* ended with $code, not $want"
    sound "import $*"
}
is() { [ "$(sql -c "$1")" = "$2" ] || bad "$1: $(sql -c "$1"), not $2"; }
reason() { grep -qE -- "$2" "$1.rejects.csv" || { bad "$1.rejects.csv has no $2"; cat "$1.rejects.csv"; }; }
