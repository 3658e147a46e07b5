# What tests of the command call, read by them (.): $work is theirs, and has what the last run said in out and err.
# By bash alone: starting grep a thousand times takes longer than all that it looks for.
# shellcheck shell=bash disable=SC2154
failed=0 tried=0
bad() { echo "FAILED: $*"; sed 's/^/    /' "$work/out" "$work/err" 2>/dev/null | head -n 14; failed=1; }
holds() { local text; text=$(<"$work/$1") && [[ $text == *"$2"* ]]; }     # holds out|err TEXT
says() { holds out "$1" || bad "it does not say: $1"; }
says_not() { ! holds out "$1" || bad "it says: $1"; }
warns() { holds err "$1" || bad "it does not warn: $1"; }
sound() { ! holds err AddressSanitizer && ! holds err 'runtime error' || bad "$*: the sanitizers"; }
