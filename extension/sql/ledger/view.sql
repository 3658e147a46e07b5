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
--
-- Columns get their comments from the parts `column`: one named view.column, else one named column.

-- What the current user sees is looked up once in a query: it is a view of its own, which is else planned for each mention of it.
CREATE FUNCTION emgov_internal.fill_view(ledger text, body text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
    SELECT emgov_internal.fill(CASE WHEN strpos(x.body, '@store@.seen') = 0 THEN x.body
                                    ELSE format('WITH %s seen AS MATERIALIZED (SELECT s.everything, s.areas FROM @store@.seen AS s)%s', (x.begins)[2],
                                                CASE WHEN x.begins IS NULL THEN E'\n' ELSE ',' END)
                                         || replace(CASE WHEN x.begins IS NULL THEN x.body ELSE substr(x.body, length((x.begins)[1]) + 1) END, '@store@.seen', 'seen') END,
                               'ledger', quote_ident(ledger), 'store', quote_ident(ledger || '_store'), 'report', quote_ident(ledger || '_report'),
                               'tables', quote_ident(ledger || '_tables'))
      FROM (SELECT b.body, regexp_match(b.body, '^(\s*WITH\s+(RECURSIVE\M)?)') AS begins
              FROM (SELECT regexp_replace($2, '@seen[(]([^@]*)[)]@',
                                          '((SELECT s.everything FROM @store@.seen AS s) OR \1 = ANY ((SELECT s.areas FROM @store@.seen AS s)::text[]))', 'g')) AS b (body)) AS x
$$;
COMMENT ON FUNCTION emgov_internal.fill_view(text, text) IS 'internal: the query of a view of a ledger, its names filled in';

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
DECLARE
    c record;
BEGIN
    PERFORM emgov_internal.set_comment('VIEW', qualified, part.note);
    FOR c IN SELECT DISTINCT ON (a.attnum) a.attname AS name, p.note FROM pg_attribute AS a
               JOIN emgov.ledger_part AS p ON p.kind = 'column' AND p.name IN (a.attname, part.name || '.' || a.attname)
              WHERE a.attrelid = qualified::regclass AND a.attnum > 0 ORDER BY a.attnum, strpos(p.name, '.') DESC LOOP
        PERFORM emgov_internal.set_comment('COLUMN', format('%s.%I', qualified, c.name), c.note);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.comment_view(text, emgov.ledger_part) IS 'internal: the comments of a view and its columns, in Chinese and English';

CREATE PROCEDURE emgov_internal.make_view(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CALL emgov_internal.replace_view(ledger || '_report', part.name, emgov_internal.fill_view(ledger, part.body), 'WITH (security_barrier)');
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

