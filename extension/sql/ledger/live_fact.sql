-- ------------------------------------------------------------------ ledger: live facts
-- A source that joins several tables for every record is dear to read. As a part of kind `live` its
-- rows lie in a table, and triggers on all tables that its query reads keep them: see live_fact.c. For a
-- source `fact` there are
--
--   <ledger>.fact             the view that is read, with its twin fact_as_of(moment), as of any source
--   <store>.fact              the table that it shows, by its first column, id; nobody writes it
--   <store>.fact_query        the query; fact has just its rows, in every transaction
--
-- A part whose name begins with @store@ is something that other live facts or views are made of: it has no view and no twin.
--
-- The root is the table whose key is shown as id. A statement on it, or on one with a foreign key to it, has
-- the rows of these keys computed anew; one on any other table that the query reads, all that differ.
--
-- Lines of the query say more:
--
--   -- index: columns               an index of the table; with INCLUDE columns, what else is read by it; or WHERE condition
--   -- by: column of table          that table is the root; the column has its key, and rows with the same one are computed together. Of several
--                                   foreign keys to the root, a table's rows belong to it by the one of that name
--   -- looked up: table [by column] the query looks something up in that table only, by foreign keys: new rows there concern nothing. A change of
--                                   what it reads there concerns the rows of the root that have the key in that column; without one, all

CREATE FUNCTION emgov_internal.live_fact_write() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_live_fact_write';
COMMENT ON FUNCTION emgov_internal.live_fact_write() IS
    'trigger of the tables that a live fact is made of, after each statement: computes the rows that it concerns, with the rights of the fact''s owner';

CREATE FUNCTION emgov_internal.live_fact_guard() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_live_fact_guard';
COMMENT ON FUNCTION emgov_internal.live_fact_guard() IS 'trigger of a live fact''s table: nobody writes it but its triggers';

CREATE FUNCTION emgov_internal.live_fact_refresh(fact regclass) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'emgov_live_fact_refresh';
COMMENT ON FUNCTION emgov_internal.live_fact_refresh(regclass) IS 'internal: compares a live fact with its query, and writes what differs; for its owner';

-- A view that shows a live fact must not outlive the triggers: it depends on the extension by this, which the planner makes nothing of.
CREATE FUNCTION emgov_internal.is_live() RETURNS boolean
LANGUAGE sql IMMUTABLE LEAKPROOF PARALLEL SAFE RETURN true;
COMMENT ON FUNCTION emgov_internal.is_live() IS 'internal: true; in the view of a live fact, which goes with the extension whose triggers keep it';

-- Those triggers on a table of a live fact that are there and fire. looked_up: the column of the root by which something is looked up there, ''
-- where there is none; NULL: more than that is read.
CREATE FUNCTION emgov_internal.live_fact_follows(relation regclass, fact name, looked_up text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT count(*) = count(t.oid) AND count(*) = (SELECT count(*) FROM pg_trigger x WHERE x.tgrelid = relation AND x.tgfoid = 'emgov_internal.live_fact_write()'::regprocedure
                                                      AND starts_with(x.tgname, format('emgov_live_%s_', fact)) AND position('_' IN substr(x.tgname, length(fact) + 13)) = 0)
      FROM (VALUES ('update', 'O'), ('replica', 'R'), ('insert', 'O'), ('delete', 'O'), ('truncate', 'A')) AS w (what, enabled)
      LEFT JOIN pg_trigger t ON t.tgrelid = relation AND t.tgname = format('emgov_live_%s_%s', fact, w.what)::name
           AND t.tgfoid = 'emgov_internal.live_fact_write()'::regprocedure AND t.tgenabled = w.enabled::"char"
           AND t.tgargs = convert_to(fact, 'UTF8') || decode('00', 'hex') || coalesce(convert_to(looked_up, 'UTF8') || decode('00', 'hex'), '')
     WHERE looked_up IS NULL OR w.what IN ('update', 'replica')
$$;
COMMENT ON FUNCTION emgov_internal.live_fact_follows(regclass, name, text) IS
    'internal: whether a table that a live fact is made of has all the triggers that keep it, and no others, as they were made';

-- looked_up as live_fact_follows() takes it.
CREATE FUNCTION emgov_internal.live_fact_tables(ledger text, part emgov.ledger_part) RETURNS TABLE (relation regclass, looked_up text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
    SELECT DISTINCT d.refobjid::regclass,
           (SELECT coalesce(m[2], '') FROM regexp_matches(part.body, '-- looked up: (\w+)(?: by (\w+))?', 'g') AS m WHERE c.oid = to_regclass(format('%I.%I', ledger, m[1])))
      FROM pg_rewrite AS w JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
      JOIN pg_class AS c ON c.oid = d.refobjid AND c.relkind = 'r'
     WHERE w.ev_class = to_regclass(format('%s.%I', emgov_internal.store(quote_ident(ledger)::regnamespace), replace(part.name, '@store@.', '') || '_query'))
$$;
COMMENT ON FUNCTION emgov_internal.live_fact_tables(text, emgov.ledger_part) IS
    'internal: the tables that the query of a live fact reads; looked_up: the column of the root by which something is looked up there, empty where there is none; NULL: more is read';

CREATE PROCEDURE emgov_internal.make_live_fact(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    store text := emgov_internal.store(quote_ident(ledger)::regnamespace)::text;
    short text := replace(part.name, '@store@.', '');
    is_source boolean := short = part.name;
    view text := format('%I.%I', ledger, short);
    query text := format('%s.%I', store, short || '_query');
    fact text := format('%s.%I', store, short);
    root regclass[];
    grouped text[] := regexp_match(part.body, '-- by: (\w+) of (\w+)');
    is_new boolean := false;
    indexes text[] := '{}';
    t record;
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', query, emgov_internal.query_now(ledger, part));
    PERFORM emgov_internal.set_comment('VIEW', query, replace(part.note, ' | ', '；定义查询 | ') || ': the query, computed anew');
    root := CASE WHEN grouped IS NULL THEN emgov_internal.column_tables(query::regclass, 'id') ELSE ARRAY[format('%I.%I', ledger, grouped[2])::regclass] END;
    IF cardinality(root) IS DISTINCT FROM 1 THEN
        IF is_source THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_table_definition', MESSAGE = format('column id of "%s" is not of one table', query);
        END IF;
        root := NULL;
    END IF;
    IF to_regclass(fact) IS NULL THEN
        EXECUTE format('CREATE TABLE %s (LIKE %s) WITH (fillfactor = 90)', fact, query);
        EXECUTE (SELECT format('ALTER TABLE %s ADD PRIMARY KEY (%I)', fact, a.attname) FROM pg_attribute a WHERE a.attrelid = fact::regclass AND a.attnum = 1);
        is_new := true;
    ELSIF EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = query::regclass AND a.attnum > 0
                     AND NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = fact::regclass AND b.attname = a.attname AND NOT b.attisdropped)) THEN
        -- what an upgrade has added at the end of the query
        EXECUTE (SELECT format('ALTER TABLE %s %s', fact, string_agg(format('ADD COLUMN %I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum))
                   FROM pg_attribute a WHERE a.attrelid = query::regclass AND a.attnum > 0
                    AND NOT EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = fact::regclass AND b.attname = a.attname AND NOT b.attisdropped));
        is_new := true;
    END IF;
    FOR t IN SELECT m[1] AS keys, format('%s_%s', short, left(md5(m[1]), 8)) AS name FROM regexp_matches(part.body, '-- index: ([^\n]*)', 'g') AS m LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %s (%s)', t.name, fact, replace(replace(t.keys, ' INCLUDE ', ') INCLUDE ('), ' WHERE ', ') WHERE ('));
        indexes := indexes || t.name;
    END LOOP;
    -- those of an older layout; indexes that somebody else has made have other names
    EXECUTE coalesce((SELECT string_agg(format('DROP INDEX %s', i.indexrelid::regclass), '; ') FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                       WHERE i.indrelid = fact::regclass AND c.relname ~ ('^' || short || '_[0-9a-f]{8}$') AND c.relname <> ALL (indexes)), '');
    IF is_new THEN
        -- a column's comment is that of the table that it is taken from, if it has its name there
        PERFORM emgov_internal.set_comment('COLUMN', format('%s.%I', fact, a.attname),
                   coalesce(emgov_internal.column_note(short, a.attname),
                            (SELECT col_description(o, s.attnum) FROM unnest(emgov_internal.column_tables(query::regclass, a.attname)) AS o
                              JOIN pg_attribute s ON s.attrelid = o AND s.attname = a.attname
                              WHERE col_description(o, s.attnum) IS NOT NULL LIMIT 1)))
           FROM pg_attribute a WHERE a.attrelid = fact::regclass AND a.attnum > 0;
        PERFORM emgov_internal.set_comment('TABLE', fact, replace(part.note, ' | ', '；由触发器保持 | ') || ': its rows, kept by triggers');
    END IF;
    IF is_source THEN
        EXECUTE (SELECT format('CREATE OR REPLACE VIEW %s AS SELECT %s FROM %s WHERE emgov_internal.is_live()', view, string_agg(quote_ident(attname), ', ' ORDER BY attnum), fact)
                   FROM pg_attribute WHERE attrelid = fact::regclass AND attnum > 0 AND NOT attisdropped);
        PERFORM emgov_internal.set_comment('VIEW', view, part.note);
        CALL emgov_internal.make_source(ledger, part);
    END IF;

    EXECUTE format('CREATE OR REPLACE TRIGGER emgov_live_fact_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT '
                   'EXECUTE FUNCTION emgov_internal.live_fact_guard()', fact);
    -- says which table is the root (itself: there is none), by OID in the catalog and by name in a dump; it never fires
    root := coalesce(root, ARRAY[fact::regclass]);
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = fact::regclass AND tgname = 'emgov_live_fact' AND tgconstrrelid = root[1]
                      AND tgargs = coalesce(convert_to(grouped[1], 'UTF8') || decode('00', 'hex'), '')) THEN
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = fact::regclass AND tgname = 'emgov_live_fact') THEN
            EXECUTE format('DROP TRIGGER emgov_live_fact ON %s', fact);
        END IF;
        EXECUTE format('CREATE CONSTRAINT TRIGGER emgov_live_fact AFTER DELETE ON %s FROM %s NOT DEFERRABLE FOR EACH ROW WHEN (false) '
                       'EXECUTE FUNCTION emgov_internal.live_fact_guard(%s)', fact, root[1], quote_literal(grouped[1]));
    END IF;
    FOR t IN SELECT * FROM emgov_internal.live_fact_tables(ledger, part) ORDER BY relation LOOP
        CONTINUE WHEN emgov_internal.live_fact_follows(t.relation, short, t.looked_up);
        IF t.looked_up IS NOT NULL THEN
            -- of one that was followed in another way
            EXECUTE coalesce((SELECT string_agg(format('DROP TRIGGER %I ON %s', g.tgname, t.relation), '; ') FROM pg_trigger AS g JOIN unnest('{insert,delete,truncate}'::text[]) AS w
                                  ON g.tgname = format('emgov_live_%s_%s', short, w) WHERE g.tgrelid = t.relation), '');
        END IF;
        EXECUTE (SELECT string_agg(format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %s %s EXECUTE FUNCTION emgov_internal.live_fact_write(%s)',
                                          format('emgov_live_%s_%s', short, w.what), coalesce(w.event, w.what), t.relation, w.each,
                                          concat_ws(', ', quote_literal(short), quote_literal(t.looked_up))), '; ')
                   FROM (VALUES ('insert', NULL, 'REFERENCING NEW TABLE AS emgov_new_rows FOR EACH STATEMENT'),
                                ('update', NULL, 'REFERENCING OLD TABLE AS emgov_old_rows NEW TABLE AS emgov_new_rows FOR EACH STATEMENT'),
                                ('delete', NULL, 'REFERENCING OLD TABLE AS emgov_old_rows FOR EACH STATEMENT'),
                                ('truncate', NULL, 'FOR EACH STATEMENT'),
                                ('replica', 'INSERT OR UPDATE OR DELETE', 'FOR EACH ROW')) AS w (what, event, each)
                  WHERE t.looked_up IS NULL OR w.what IN ('update', 'replica'));
        EXECUTE format('ALTER TABLE %s ENABLE REPLICA TRIGGER %I%s', t.relation, format('emgov_live_%s_replica', short),
                       CASE WHEN t.looked_up IS NULL THEN format(', ENABLE ALWAYS TRIGGER %I', format('emgov_live_%s_truncate', short)) ELSE '' END);
    END LOOP;
    -- also where no trigger was missing: one may have been disabled for a while, or the query be another now
    PERFORM emgov_internal.live_fact_refresh(fact::regclass);
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_live_fact(text, emgov.ledger_part) IS
    'internal: a live fact of a ledger: its query, its table, the view that shows it, the triggers that keep it; its rows are compared with the query, and those that differ written';
