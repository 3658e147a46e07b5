#!/usr/bin/env bash
# The library exports only what SQL calls: every symbol beside the module's own is a
# function named in the extension's script, or that function's record.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
script=$(ls emgov--0--*.sql)
odd=$(nm -D --defined-only emgov.so | awk '{ print $3 }' | while read -r symbol; do
    case $symbol in
        Pg_magic_func | _PG_init) ;;
        *) grep -q "'${symbol#pg_finfo_}'" "$script" || echo "$symbol" ;;
    esac
done)
[ -z "$odd" ] || { echo "exported, but not called from SQL: $odd"; exit 1; }
