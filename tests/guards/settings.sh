#!/usr/bin/env bash
# Everything means the same under every setting of a session.
#
#   tests/guards/settings.sh              all of settings.tsv, packed: as many in one session as do not meet
#   tests/guards/settings.sh each [NAME]  one by one, or those whose name contains NAME
#
# For each setting a database is written to under it and read under the server's own, and
# one that was written under the server's own is read under it; what comes out must be the
# same as without. EMGOV_KEEP=1 leaves what was read in build/guard_settings.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$root/build/guard_settings
each=${1:-} wanted=${2:-}
model=emgov_guard_model plain=emgov_guard_plain copy=emgov_guard_copy
rm -rf "$out" && mkdir -p "$out"
sql() { psql -X -q "$@"; }
fail() { echo "$*"; exit 2; }
drop() {
    for database in $copy $plain $model; do
        sql -d postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $database"
    done
    sql -d postgres -c 'SET client_min_messages = error' -c 'DROP TABLESPACE IF EXISTS emgov_guard'
}
copy_of() { sql -v ON_ERROR_STOP=1 -d postgres -c "CREATE DATABASE $1 TEMPLATE $model ${EMGOV_COPIED:-}" || fail "no database $1"; }
# write DATABASE PRELUDE; read_all DATABASE PRELUDE: a setting, if any, then the scripts
write() {
    sql -d "$1" -c 'SET ROLE guard_owner' -c "$2" -f "$here/settings_write.sql" >"$out/write.log" 2>&1
    [ "$others" = t ] && sql -d "$1" -c 'SET ROLE guard_owner' -c "$2" -f "$here/settings_other.sql" >>"$out/write.log" 2>&1
    grep ERROR: "$out/write.log" | sed 's/^psql:[^ ]* //'
}
read_all() {
    sql -d "$1" -c 'SET ROLE guard_owner' -c "$2" -f "$here/settings_read.sql" 2>&1 |
        if [[ $2 = *GB18030* ]]; then iconv -f GB18030 -t UTF-8; else cat; fi | sed 's/^psql:[^ ]* //'
    if [ "$others" = t ]; then
        for rollup in $rollups; do
            sql -At -d "$1" -c 'SET ROLE guard_owner' -c "$2" -c "SELECT '$rollup', pg_catalog.count(*) FROM emgov.verify_rollup('$rollup')" 2>&1
        done
    fi
}

drop
sql -v ON_ERROR_STOP=1 -d postgres -c "CREATE DATABASE $model" || fail 'no database'
sql -v ON_ERROR_STOP=1 -d "$model" -f "$here/settings_make.sql" >"$out/make.log" 2>&1 || fail "$(cat "$out/make.log")"
sql -v ON_ERROR_STOP=1 -d "$model" -f "$here/settings_rollups.sql" >"$out/rollups.log" 2>&1 || fail "$(cat "$out/rollups.log")"
sql -d postgres -c 'SET allow_in_place_tablespaces = on' -c "CREATE TABLESPACE emgov_guard LOCATION ''" -c 'GRANT CREATE ON TABLESPACE emgov_guard TO PUBLIC' 2>"$out/tablespace.log"
tablespace=$?
others=$(sql -At -d "$model" -c "SELECT to_regclass('own.other') IS NOT NULL")
rollups=$(sql -At -d "$model" -c "SELECT rollup FROM emgov.rollups WHERE rollup::text LIKE 'own.other%' ORDER BY rollup::text")
copy_of $plain
write $plain '' >"$out/plain.errors"
[ -z "${EMGOV_ANYWAY:-}" ] && [ -s "$out/plain.errors" ] && fail "errors without any setting: $(cat "$out/plain.errors")"
read_all $plain '' >"$out/plain"
grep -E '^own\.other.*\|[1-9]|^differs|ERROR' "$out/plain" >"$out/plain.wrong" && { cat "$out/plain.wrong"; [ -n "${EMGOV_ANYWAY:-}" ] || fail 'wrong without any setting'; }
wrong=0 tried=0
compare() {     # compare KIND NAME FILE EXPECTED
    tried=$((tried + 1))
    cmp -s "$3" "$4" && return
    wrong=$((wrong + 1))
    echo "$1 under $2:"
    diff "$4" "$3" | head -n "${EMGOV_LINES:-12}" | cut -c1-300
}

# Print the settings; packed, unless one by one: each into the first session of its kind that sets
# nothing of what it sets. Two that switch ways of planning off do not share a session:
# with none left every catalog is read through and through. Those that are only read under differ in their role too.
settings() {
    awk -F '\t' -v each="$each" -v wanted="$wanted" -v spaces="$tablespace" '
        function taken_name(text) {
            sub(/^set +/, "", text); sub(/ *=.*/, "", text); if (text !~ /^enable_partitionwise_/) sub(/^enable_.*/, "enable", text)
            return text ~ /^(reset )?role ?/ ? ($1 == "r" ? "role" : "") : text ~ /^(do|reset) / ? "" : text
        }
        /^#/ || NF < 3 || index($2, wanted) == 0 || (spaces != 0 && $3 ~ /emgov_guard/) { next }
        $1 == "l" { if (each == "") next; $1 = "b"; OFS = "\t" }
        each != "" { print; next }
        {
            count = split(tolower($3), part, /; */)
            for (s = 1; ; s++) {
                meets = 0
                for (i = 1; i <= count; i++) {
                    name = taken_name(part[i])
                    if (name != "" && ($1, s, name) in taken) meets = 1
                }
                if (!meets) break
            }
            for (i = 1; i <= count; i++) taken[$1, s, taken_name(part[i])] = 1
            title[$1, s] = title[$1, s] (title[$1, s] == "" ? "" : "; ") $2
            sql[$1, s] = sql[$1, s] (sql[$1, s] == "" ? "" : "; ") $3
            if (s > sessions[$1]) sessions[$1] = s
        }
        END { for (kind in sessions) for (s = 1; s <= sessions[kind]; s++) print kind "\t" title[kind, s] "\t" sql[kind, s] }' "$here/settings.tsv"
}
settings >"$out/list"
[ "$(sql -At -d postgres -c "SELECT current_setting('server_version_num')::int >= 160000")" = t ] && sed -i 's/force_parallel_mode = on/debug_parallel_query = on/' "$out/list"
while IFS=$'\t' read -r kind name setting; do
    # switched off methods cost so much that the server would compile everything
    [[ $setting = *'jit = '* ]] || setting="SET jit = off; $setting"
    read_all $plain "$setting" >"$out/read"
    compare read "$name" "$out/read" "$out/plain"
    [ "$kind" = b ] || continue
    copy_of $copy
    write $copy "$setting" >"$out/errors"
    compare 'errors of what was written' "$name" "$out/errors" "$out/plain.errors"
    read_all $copy '' >"$out/written"
    compare written "$name" "$out/written" "$out/plain"
    sql -d postgres -c "DROP DATABASE $copy"
done <"$out/list"
drop
echo "$(grep -vc '^[#l]' "$here/settings.tsv") settings in $(grep -c . "$out/list") sessions, $tried comparisons, $wrong differ"
[ $wrong = 0 ]
