-- ------------------------------------------------------------------ ledger: what a violated rule says
-- Which rule a row breaks is nearly all that the server says of it: so a constraint's name is its
-- rule. Of a list of values the name has what fits; a trigger says the whole list before it comes
-- to that, and what the values mean.

CREATE FUNCTION emgov_internal.name_constraints(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET quote_all_identifiers = off
AS $$
DECLARE
    c record;
    rule text;
BEGIN
    FOR c IN SELECT k.conname, k.contype, pg_get_expr(k.conbin, k.conrelid) AS expression, r.relname, r.relnamespace, f.relname AS parent,
                    (SELECT string_agg(a.attname, ', ' ORDER BY array_position(k.conkey, a.attnum))
                       FROM pg_attribute AS a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)) AS columns
               FROM pg_constraint AS k JOIN pg_class AS r ON r.oid = k.conrelid LEFT JOIN pg_class AS f ON f.oid = k.confrelid
              WHERE k.conrelid = relation AND k.contype IN ('c', 'u', 'p', 'f') AND k.conname ~ '^[a-z0-9_]+$' ORDER BY k.conname
    LOOP
        -- without casts, quotes and the outer parentheses; a list of values is named by its values
        rule := regexp_replace(c.expression, '::"?[a-z]+( [a-z]+)?"?(\[\])?', '', 'g');
        rule := regexp_replace(regexp_replace(rule, ' \((\d+)\)', ' \1', 'g'), '^\((.*)\)$', '\1');
        rule := replace(regexp_replace(rule, ' = ANY \(\(?ARRAY\[(.*)\]\)?\)$', ': \1'), '''', '');
        rule := CASE WHEN c.contype IN ('u', 'p') THEN format('%s: one for each %s', c.relname, c.columns)
                     WHEN c.contype = 'f' THEN format('%s: one of %s', c.columns, c.parent)
                     ELSE rule END;
        IF octet_length(rule) > 63 THEN
            rule := replace(rule, ', ', '|');
        END IF;
        WHILE octet_length(rule) > 63 LOOP
            rule := left(rule, -2) || '…';
        END LOOP;
        -- an index has a name of its schema
        CONTINUE WHEN EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = relation AND k.conname = rule)
                   OR c.contype IN ('u', 'p') AND EXISTS (SELECT FROM pg_class AS k WHERE k.relnamespace = c.relnamespace AND k.relname = rule);
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', relation, c.conname, rule);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.name_constraints(regclass) IS 'internal: constraints of a table that were given no name are named by what they demand, as far as a name is long';

-- The checks that list a column's values, as they are in the catalog now: read, not run.
CREATE FUNCTION emgov.allowed_values(relation regclass, OUT column_name text, OUT allowed text[], OUT constraint_name text) RETURNS SETOF record
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
    SELECT a.attname::text, ARRAY(SELECT replace(m.m[1], '''''', '''') FROM regexp_matches(x.expression, '''((?:[^'']|'''')*)''::text', 'g') AS m (m)), k.conname::text
      FROM pg_constraint AS k
      JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum] AND a.atttypid = 'text'::regtype
     CROSS JOIN LATERAL (SELECT pg_get_expr(k.conbin, k.conrelid) AS expression) AS x
     WHERE k.conrelid = relation AND k.contype = 'c'
       AND x.expression ~ '^\(*"?\w+"? = (ANY \(+ARRAY\[)?''([^'']|'''')*''::text(, ''([^'']|'''')*''::text)*(\]\)*)?\)*$'
     ORDER BY a.attnum, k.conname
$$;
COMMENT ON FUNCTION emgov.allowed_values(regclass) IS
    'the values that a table''s checks allow in a column of texts: the column, its values, the check. Columns without such a check have no row; NULL for no table gives none';

CREATE FUNCTION emgov_internal.refuse_value() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    content jsonb := to_jsonb(NEW);
    list record;
BEGIN
    SELECT v.column_name, v.allowed, v.constraint_name, content->>v.column_name AS value, col_description(TG_RELID, a.attnum) AS meaning INTO list
      FROM emgov.allowed_values(TG_RELID) AS v JOIN pg_attribute AS a ON a.attrelid = TG_RELID AND a.attname = v.column_name
     WHERE content->>v.column_name <> ALL (v.allowed) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('%s of a record of "%s" cannot be "%s"', list.column_name, TG_TABLE_NAME, left(list.value, 100)),
            DETAIL = coalesce(list.meaning, ''),
            HINT = format('Allowed: %s.', array_to_string(list.allowed, ', ')),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = list.column_name, CONSTRAINT = list.constraint_name;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_value() IS
    'trigger of a ledger''s tables, for rows with a value that may not be allowed: says which are, before the check of that column does; what is allowed is read off the checks';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'allowed values', $ddl$
DO $do$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT c.oid::regclass AS relation, string_agg(DISTINCT format('%I', v.column_name), ', ') AS columns,
               string_agg(format('NEW.%I <> ALL (%L)', v.column_name, v.allowed), ' OR ' ORDER BY v.column_name, v.constraint_name) AS odd
          FROM emgov.ledger_part AS p
          JOIN pg_catalog.pg_class AS c ON c.oid = to_regclass(format('%s.%I', '@ledger@', p.name))
         CROSS JOIN LATERAL emgov.allowed_values(c.oid) AS v
         WHERE p.kind = 'table' AND (p.body ~ '[@](known|fact)@' OR p.name = 'ledger_setting') GROUP BY c.oid
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER a_allowed BEFORE INSERT OR UPDATE OF %s ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION emgov_internal.refuse_value()',
                       t.columns, t.relation, t.odd);
    END LOOP;
END
$do$
$ddl$);
