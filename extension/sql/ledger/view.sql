-- ------------------------------------------------------------------ ledger: views for readers
-- What readers see stands in <ledger>_report: views over valid records, with security_barrier, so that nothing of a
-- reader's looks at a row before the view has chosen it. Core types only, texts wide enough that nothing merges.
-- A part `view` is the query of one. In it
--
--   @ledger@     the ledger's schema, quoted if need be
--   @store@      the schema of its inside: @store@.seen
--   @report@     the schema of the views, for one over another
--   @tables@     the schema of the tables that jobs fill
--   @seen(x)@    the condition that the current user may see what belongs to area x, see reader.sql
--   @zh(t, x)@   the Chinese name that table t of the ledger has for code x, NULL when it has none. The names are put together once for a query: a join with
--                each of these small tables costs the planner more than all that is read. If there are more than a thousand, a row looks up the others by itself
--   @party_kind(e, x)@  the kind of party x, of which e is what may be named: as that says, and only of the others as looked up
--
-- Columns get their comments from the parts `column`: one named view.column, else one named column.
--
-- A long query over few rows costs more to plan than to run. As a part `kept` it is a view in the store, whose rows report_rows('view name', areas)
-- gives by a plan that the session keeps; seen is what it is asked for. What a reader's own query says of its columns does not come to it: it is for
-- what has no more than some hundreds of rows. A part `view` that begins with "-- kept" is one that readers see as it is. One that begins with
-- "-- kept, as asked" is asked only for what the reader's query asks of its columns period_start and area_code: by asked_period(), and as if the reader saw
-- that area alone. Its rows must be the same whatever else is asked for.

CREATE FUNCTION emgov_internal.asked_areas() RETURNS text[]
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'emgov_asked_areas';
COMMENT ON FUNCTION emgov_internal.asked_areas() IS 'internal: the areas that kept_rows() is asked for just now, NULL: all; empty where it is not at work';

CREATE FUNCTION emgov_internal.asked_period() RETURNS daterange
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'emgov_asked_period';
COMMENT ON FUNCTION emgov_internal.asked_period() IS 'internal: the days on which the months begin that kept_rows() is asked for just now; NULL: all';

CREATE FUNCTION emgov_internal.is_kept(part emgov.ledger_part) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT part.kind = 'kept' OR part.kind = 'view' AND split_part(part.body, chr(10), 1) IN ('-- kept', '-- kept, as asked') $$;
COMMENT ON FUNCTION emgov_internal.is_kept(emgov.ledger_part) IS 'internal: does a part of a ledger have a view in the store, of its name, whose rows kept_rows() gives?';

CREATE FUNCTION emgov_internal.kept_rows(of_view anyelement, areas text[], days daterange) RETURNS SETOF anyelement
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_kept_rows' ROWS 200;
COMMENT ON FUNCTION emgov_internal.kept_rows(anyelement, text[], daterange) IS
    'internal: the rows of a view, of which a NULL is given, for some areas and days (NULL: all), which it learns by asked_areas() and asked_period(); by a plan that the session keeps, '
    'with the rights of whoever calls';

-- What a reader asks of a view stays outside of the function that it reads, unless the view hands it on: the planner gives these the last
-- arguments, of the conditions on a column of a function in the same FROM, see asked.c. The conditions are held against the rows all the same.
CREATE FUNCTION emgov_internal.asked_support(internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT AS 'MODULE_PATHNAME', 'emgov_asked_support';
COMMENT ON FUNCTION emgov_internal.asked_support(internal) IS 'internal: gives asked_days() and asked_area() what the query that they stand in asks of a column';

CREATE FUNCTION emgov_internal.asked_days(what text, column_name text, since date DEFAULT NULL, until date DEFAULT NULL) RETURNS text
-- not immutable: it would be computed before the planner had asked its support function
LANGUAGE sql STABLE PARALLEL SAFE SUPPORT emgov_internal.asked_support SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $$
    SELECT what || coalesce(' ' || CASE WHEN since > until THEN 'empty' WHEN num_nonnulls(s, u) > 0 THEN daterange(s, u, '[]')::text END, '')
      -- a bound that no period has bounds nothing
      FROM (SELECT CASE WHEN since BETWEEN '0001-01-01' AND '9999-12-31' THEN since END AS s, CASE WHEN until BETWEEN '0001-01-01' AND '9999-12-31' THEN until END AS u) AS x
$$;
COMMENT ON FUNCTION emgov_internal.asked_days(text, text, date, date) IS
    'internal: what report_rows() is asked for, and between which days, as far as that is known from the query''s conditions on a column; since and until are filled in by the planner';

CREATE FUNCTION emgov_internal.asked_area(areas text[], column_name text, of_all boolean, area text DEFAULT NULL) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SUPPORT emgov_internal.asked_support SET search_path = pg_catalog, pg_temp
-- a text that is as long as a column of codes may be cut off there
AS $$ SELECT CASE WHEN area IS NULL OR length(area) >= 64 THEN areas WHEN CASE WHEN areas IS NULL THEN of_all ELSE area = ANY (areas) END THEN ARRAY[area] ELSE '{}' END $$;
COMMENT ON FUNCTION emgov_internal.asked_area(text[], text, boolean, text) IS
    'internal: which of the areas that a reader sees (NULL: all) the query''s condition on a column asks for; of_all: are there rows of areas for who sees all; area is filled in by the planner';

-- What the current user sees is looked up once in a query: it is a view of its own, which is else planned for each mention of it.
CREATE FUNCTION emgov_internal.fill_view(ledger text, body text, is_kept boolean DEFAULT false) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
    SELECT emgov_internal.fill(CASE WHEN strpos(x.body, '@store@.seen') = 0 THEN x.body
                                    ELSE format('WITH %s seen AS MATERIALIZED (%s)%s', (x.begins)[2],
                                                CASE WHEN is_kept THEN 'SELECT emgov_internal.asked_areas() IS NULL AS everything, emgov_internal.asked_areas() AS areas'
                                                     ELSE 'SELECT s.everything, s.areas FROM @store@.seen AS s' END,
                                                CASE WHEN x.begins IS NULL THEN E'\n' ELSE ',' END)
                                         || replace(CASE WHEN x.begins IS NULL THEN x.body ELSE substr(x.body, length((x.begins)[1]) + 1) END, '@store@.seen', 'seen') END,
                               'ledger', quote_ident(ledger), 'store', quote_ident(ledger || '_store'), 'report', quote_ident(ledger || '_report'),
                               'tables', quote_ident(ledger || '_tables'))
      FROM (SELECT b.body, regexp_match(b.body, '^(\s*WITH\s+(RECURSIVE\M)?)') AS begins
              FROM (SELECT regexp_replace(regexp_replace(regexp_replace($2, '@seen[(]([^@]*)[)]@',
                                                         '((SELECT s.everything FROM @store@.seen AS s) OR \1 = ANY ((SELECT s.areas FROM @store@.seen AS s)::text[]))', 'g'),
                                          '@zh[(]([a-z_]+), ([^@]*)[)]@',
                                          'coalesce((SELECT jsonb_object_agg(n.code, n.name_zh) FROM (SELECT m.code, m.name_zh FROM @ledger@.\1 AS m LIMIT 1000) AS n) ->> \2, '
                                          'CASE WHEN \2 IS NOT NULL THEN (SELECT emgov_name.name_zh FROM @ledger@.\1 AS emgov_name WHERE emgov_name.code = \2) END)', 'g'),
                                          '@party_kind[(]([a-z]+), ([^@]*)[)]@',
                                          '(CASE WHEN \1.id IS NULL THEN (SELECT p.kind FROM @ledger@.subject AS p WHERE p.id = \2) ELSE \1.kind END)', 'g')) AS b (body)) AS x
$$;
COMMENT ON FUNCTION emgov_internal.fill_view(text, text, boolean) IS 'internal: the query of a view of a ledger, its names filled in; is_kept: it sees what kept_rows() is asked for';

-- A view whose columns have changed is dropped and made anew, and with it those of the ledger's own
-- that read it: they are parts too, and made after it. What they were granted is in grants.
CREATE PROCEDURE emgov_internal.replace_view(schema text, name text, body text, options text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    qualified text := format('%I.%I', schema, name);
    reader regclass;
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', qualified, options, body);
EXCEPTION WHEN invalid_table_definition THEN
    FOR reader IN
        WITH RECURSIVE over AS (
            SELECT qualified::regclass::oid AS view, 0 AS depth
            UNION SELECT r.ev_class, o.depth + 1 FROM over AS o
              JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = o.view AND d.classid = 'pg_rewrite'::regclass
              JOIN pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> o.view
              JOIN pg_class AS c ON c.oid = r.ev_class
              JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname IN (schema, schema || '_zh')
              JOIN emgov.ledger_part AS p ON p.kind = 'view' AND (p.name = c.relname OR n.nspname = schema || '_zh'))
        SELECT view FROM over GROUP BY view ORDER BY max(depth) DESC
    LOOP
        EXECUTE format('DROP VIEW %s', reader);
    END LOOP;
    EXECUTE format('CREATE VIEW %s %s AS %s', qualified, options, body);
END
$$;
COMMENT ON PROCEDURE emgov_internal.replace_view(text, text, text, text) IS
    'internal: make a view anew, where its columns have changed by dropping it and the views of the schema that read it; an error when others read it';

CREATE PROCEDURE emgov_internal.comment_view(qualified text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.set_comment('VIEW', qualified, part.note);
    PERFORM emgov_internal.comment_columns(qualified, array_agg(c.name ORDER BY c.n), array_agg(c.note ORDER BY c.n))
       FROM (SELECT a.attname::text AS name, emgov_internal.column_note(part.name, a.attname) AS note, a.attnum AS n
               FROM pg_attribute AS a WHERE a.attrelid = qualified::regclass AND a.attnum > 0) AS c WHERE c.note IS NOT NULL;
END
$$;
COMMENT ON PROCEDURE emgov_internal.comment_view(text, emgov.ledger_part) IS 'internal: the comments of a view and its columns, in Chinese and English';

CREATE PROCEDURE emgov_internal.make_kept(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
BEGIN
    CALL emgov_internal.replace_view(ledger || '_store', part.name, emgov_internal.fill_view(ledger, regexp_replace(part.body, '^-- kept[^\n]*\n', ''), true), '');
    CALL emgov_internal.comment_view(format('%I.%I', ledger || '_store', part.name), part);
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_kept(text, emgov.ledger_part) IS 'internal: a view in a ledger''s store, whose rows readers are given by a plan that their session keeps';

CREATE PROCEDURE emgov_internal.make_view(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    body text := part.body;
    kept CONSTANT text := format('%I.%I', ledger || '_store', part.name);
BEGIN
    IF emgov_internal.is_kept(part) THEN
        CALL emgov_internal.make_kept(ledger, part);
        body := (SELECT format(CASE WHEN part.body ~ '^-- kept, as asked\n'
                                    THEN 'SELECT r.* FROM @store@.report_rows(emgov_internal.asked_days(%L, ''period_start''), '
                                         'emgov_internal.asked_area((SELECT s.areas FROM @store@.seen s), ''area_code'', true)) AS r (%s)'
                                    ELSE 'SELECT r.* FROM @store@.report_rows(%L, (SELECT s.areas FROM @store@.seen s)) AS r (%s)' END, 'view ' || part.name,
                               string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum))
                   FROM pg_attribute AS a WHERE a.attrelid = kept::regclass AND a.attnum > 0);
    END IF;
    CALL emgov_internal.replace_view(ledger || '_report', part.name, emgov_internal.fill_view(ledger, body), 'WITH (security_barrier)');
    CALL emgov_internal.comment_view(format('%I.%I', ledger || '_report', part.name), part);
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_view(text, emgov.ledger_part) IS 'internal: a view of a ledger for readers, with comments in Chinese and English';

CREATE PROCEDURE emgov_internal.make_list(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    qualified text := format('%I.%I', ledger, part.name);
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', qualified, emgov_internal.fill(part.body, 'ledger', quote_ident(ledger)));
    CALL emgov_internal.comment_view(qualified, part);
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_list(text, emgov.ledger_part) IS 'internal: a view in the ledger itself, for those who work with it, with comments in Chinese and English';

