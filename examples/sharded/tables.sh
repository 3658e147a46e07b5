# examples/sharded/tables.sh, sourced by move: which tables of the ledger $from lie where, and how their rows are copied.
# The caller has a function `cluster SQL`: the SQL of which data cluster has an area.
# what is written here means the server's own, whoever may create functions elsewhere
export PGOPTIONS="${PGOPTIONS-} -c search_path=pg_catalog,pg_temp"
shopt -s inherit_errexit
here=$(dirname "${BASH_SOURCE[0]}")
there() { psql -X -q -At -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
ask() { there "$from" "$1"; }
literal() { echo "'${1//\'/\'\'}'"; }
areas_of() { echo "SELECT a FROM unnest(string_to_array($(literal "$1"), ',')) AS a"; }

# The tables of each kind, those first that others refer to, as NAME|KIND|AREA; what the shared refer to, or their sources look up, goes everywhere.
# Names that these lines, or what is made of them, could not hold are refused.
tables=$(psql -X -q -At -v ON_ERROR_STOP=1 -v schema=pg_temp -d "$from" -f "$here/shared.sql" -c "
    WITH RECURSIVE s AS MATERIALIZED (SELECT * FROM pg_temp.shared()),
    e AS (SELECT relation::oid AS oid FROM s
          UNION SELECT b::oid FROM pg_temp.shown() AS v CROSS JOIN LATERAL emgov_internal.tables_behind(v.relation) AS b
          UNION SELECT f.confrelid FROM e JOIN pg_constraint AS f ON f.contype = 'f' AND f.conrelid = e.oid),
    t AS (SELECT c.oid, CASE WHEN s.name IS NOT NULL THEN 'shared' WHEN c.oid IN (SELECT oid FROM e) THEN 'everywhere' ELSE 'here' END AS kind, s.area
            FROM pg_class AS c LEFT JOIN s ON s.relation = c.oid
           WHERE s.name IS NOT NULL OR c.relnamespace = 'ledger'::regnamespace AND c.relname <> 'coverage_declaration'
                 AND EXISTS (SELECT FROM emgov.ledger_part AS p WHERE p.kind = 'table' AND p.name = c.relname AND p.body ~ '@(fact|known)@')),
    level AS (SELECT oid, 0 AS n FROM t
              UNION SELECT f.conrelid, l.n + 1 FROM level AS l JOIN pg_constraint AS f ON f.contype = 'f' AND f.confrelid = l.oid AND f.conrelid <> l.oid AND l.n < 20)
    SELECT CASE WHEN odd THEN regexp_replace(format('%s %s', n.nspname, c.relname), '[^[:alnum:]_ ]', '?', 'g') ELSE c.oid::regclass::text END,
           CASE WHEN odd THEN 'refused' ELSE t.kind END, CASE WHEN NOT odd THEN t.area END
      FROM (SELECT oid, max(n) AS n FROM level GROUP BY 1) AS l JOIN t USING (oid) JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL (SELECT n.nspname ~ '[][|.@\\\\[:cntrl:]]' OR c.relname ~ '[][|.@\\\\[:cntrl:]]' OR coalesce(t.area ~ '[|@\\\\[:cntrl:]]', false)) AS o (odd) ORDER BY l.n, c.relname")
of_kind() { awk -F'|' -v kind="$1" '$2 == kind { print $1 }' <<<"$tables"; }
area_of() { NAME=$1 awk -F'|' '$1 == ENVIRON["NAME"] { print $3 }' <<<"$tables"; }
refused=$(of_kind refused)
[ -z "$refused" ] || { sed 's/.*/& (?): a table or column whose name has one of |.@\\[] or the like is not moved/' <<<"$refused" >&2; echo 'nothing was moved' >&2; exit 1; }
alias_of() { echo "${1##*.}"; }     # the SQL of an area has it by the table's own name
# each KIND WORD SQL: for each table of a kind that SQL, with @table@ for the table, @text@ and @name@ for its name as SQL text, with and without its schema
each() {
    local table sql all=
    while IFS= read -r table; do
        [ -n "$table" ] || continue
        sql=${3//@table@/"$table"} sql=${sql//@text@/"$(literal "$table")"} sql=${sql//@name@/"$(literal "$(alias_of "$table")")"}
        all+="${all:+ $2 }$sql"
    done <<<"$(of_kind "$1")"
    echo "$all"
}

# What is of another data cluster than what it refers to, or than the area that its source has it by.
apart() {
    local table other joined source names pairs
    names=$(each shared , @text@::regclass)
    pairs=$(ask "SELECT f.conrelid::regclass, f.confrelid::regclass, string_agg(format('t.%I = o.%I', a.attname, b.attname), ' AND ')
        FROM pg_constraint AS f CROSS JOIN LATERAL unnest(f.conkey, f.confkey) AS u (a, b)
        JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = u.a JOIN pg_attribute AS b ON b.attrelid = f.confrelid AND b.attnum = u.b
        WHERE f.contype = 'f' AND f.conrelid IN ($names) AND f.confrelid IN ($names) AND f.conrelid <> f.confrelid GROUP BY f.oid ORDER BY 1, 2")
    while IFS='|' read -r table other joined; do
        [ -n "$table" ] || continue
        ask "SELECT format('%s records of table %s refer to records of table %s of another data cluster', count(*), $(literal "$(alias_of "$table")"), $(literal "$(alias_of "$other")"))
            FROM (SELECT $(alias_of "$table").*, $(cluster "($(area_of "$table"))") AS its_cluster FROM $table) AS t
            JOIN (SELECT $(alias_of "$other").*, $(cluster "($(area_of "$other"))") AS its_cluster FROM $other) AS o ON $joined
            WHERE t.its_cluster <> o.its_cluster HAVING count(*) > 0"
    done <<<"$pairs"
    pairs=$(ask "SELECT t.oid::regclass, v.oid::regclass FROM pg_class AS t JOIN pg_class AS v ON v.relname = t.relname || '_fact' AND v.relnamespace = t.relnamespace AND v.relkind = 'v'
        JOIN pg_attribute AS a ON a.attrelid = v.oid AND a.attname = 'area_code' WHERE t.oid IN ($names) ORDER BY 1")
    while IFS='|' read -r table source; do
        [ -n "$table" ] || continue
        ask "SELECT format('%s records of table %s have another data cluster''s area in %s', count(*), $(literal "$(alias_of "$table")"), $(literal "$(alias_of "$source")"))
            FROM (SELECT id, $(cluster "($(area_of "$table"))") AS cluster FROM $table) AS t JOIN $source AS o USING (id)
            WHERE t.cluster IS DISTINCT FROM $(cluster o.area_code) HAVING count(*) > 0"
    done <<<"$pairs"
}

# columns_of TABLE [FORMAT [COLUMN SQL]]: its columns as the format writes each; one of them as that SQL
columns_of() {
    ask "SELECT string_agg(CASE attname WHEN $(literal "${3-}") THEN $(literal "${4-}") ELSE format($(literal "${2-%I}"), attname) END, ', ' ORDER BY attnum) FROM pg_attribute
          WHERE attrelid = $(literal "$1")::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('known_from', 'kept_since')"
}
# copy TABLE [WHERE [COLUMN SQL]]: SQL that has its rows; with another value for one column
copy() {
    local columns values
    columns=$(columns_of "$1")
    values=$columns
    [ -z "${3-}" ] || values=$(columns_of "$1" %I "$3" "$4")
    echo "COPY $1 ($columns) FROM stdin;"
    ask "COPY (SELECT $values FROM $1 WHERE ${2-true}) TO stdout"
    echo '\.'
}
# incoming TABLE COLUMNS: SQL that has its rows in a temporary table
incoming() {
    printf 'CREATE TEMP TABLE incoming AS SELECT %s FROM %s WITH NO DATA; COPY pg_temp.incoming FROM stdin;\n' "$2" "$1"
    ask "COPY (SELECT $2 FROM $1) TO stdout"
    echo '\.'
}
# key_of TABLE FORMAT SEPARATOR: its primary key, each column as the format writes it
key_of() {
    ask "SELECT string_agg(format($(literal "$2"), a.attname), $(literal "$3") ORDER BY a.attnum) FROM pg_index AS x JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
          WHERE x.indrelid = $(literal "$1")::regclass AND x.indisprimary"
}
# numbered KIND: SQL by which the numbers that a ledger gives out go on after those of its tables of a kind, as far as they are of its own range
numbered() {
    echo "SELECT format('SELECT setval(%1\$L, m) FROM (SELECT max(%2\$I) AS m FROM %3\$s WHERE %2\$I BETWEEN %4\$s AND %5\$s) AS x WHERE m >= (SELECT last_value FROM %1\$s)', s, a.attname, r, q.seqmin, q.seqmax)
            FROM unnest(ARRAY[$(each "$1" , @text@)]::regclass[]) AS r JOIN pg_attribute AS a ON a.attrelid = r AND a.attnum > 0 AND NOT a.attisdropped
           CROSS JOIN LATERAL pg_get_serial_sequence(r::text, a.attname) AS s JOIN pg_sequence AS q ON q.seqrelid = s::regclass \\gexec"
}
