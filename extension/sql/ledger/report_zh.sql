-- ------------------------------------------------------------------ ledger: the readers' views in Chinese
-- <ledger>_report_zh has each view of <ledger>_report once more, named in Chinese, as are its columns: drivers of
-- spreadsheets pass no comments. The names are what the comments begin with; so the two cannot differ.
-- All of the schema is generated: what else is put there goes when it is made anew.

CREATE FUNCTION emgov_internal.chinese_name(note text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT nullif(left(replace(substring(split_part(note, '|', 1) FROM '^[^（，：；。(,:;]*'), ' ', ''), 20), '')
$$;
COMMENT ON FUNCTION emgov_internal.chinese_name(text) IS
    'internal: the name in Chinese that a comment 中文 | English begins with, up to a bracket, comma, colon or semicolon, without spaces, of at most 20 characters; NULL when there is none';

-- Where two names are the same, or there is none, the English one stands behind: reports are shown whatever a comment says.
CREATE FUNCTION emgov_internal.chinese_names(names text[], notes text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg(CASE WHEN x.zh IS NULL THEN x.name WHEN x.same > 1 THEN left(x.zh, 10) || '_' || left(x.name, 30) ELSE x.zh END ORDER BY x.n)
      FROM (SELECT u.n, u.name, emgov_internal.chinese_name(u.note) AS zh, count(*) OVER (PARTITION BY emgov_internal.chinese_name(u.note)) AS same
              FROM unnest(names, notes) WITH ORDINALITY AS u (name, note, n)) AS x
$$;
COMMENT ON FUNCTION emgov_internal.chinese_names(text[], text[]) IS 'internal: names in Chinese for objects with these names and comments, all different';

CREATE PROCEDURE emgov_internal.make_twins(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema text := ledger || '_report_zh';
    views oid[];
    names text[];
    columns text[];
    notes text[];
    twins text[];
    twin text;
    body text;
    gone regclass;
BEGIN
    CALL emgov_internal.make_schema(ledger, '_report_zh', format('台账 %1$s 的报表视图，中文名 | what readers of ledger %1$s see, named in Chinese', ledger));
    SELECT array_agg(c.oid ORDER BY c.relname), emgov_internal.chinese_names(array_agg(c.relname::text ORDER BY c.relname), array_agg(obj_description(c.oid, 'pg_class') ORDER BY c.relname))
      INTO views, names
      FROM pg_class AS c JOIN emgov.ledger_part AS p ON p.kind = 'view' AND p.name = c.relname
     WHERE c.relnamespace = quote_ident(ledger || '_report')::regnamespace AND c.relkind = 'v';
    FOR gone IN SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = quote_ident(schema)::regnamespace AND c.relkind = 'v' AND c.relname::text <> ALL (names) LOOP
        BEGIN
            EXECUTE format('DROP VIEW %s', gone);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE WARNING USING MESSAGE = format('view %s is none of the ledger''s any more, and stays: other views read it', gone), DETAIL = SQLERRM,
                HINT = 'Drop those, and CALL emgov.upgrade_ledger() again.';
        END;
    END LOOP;
    FOR i IN 1 .. coalesce(cardinality(views), 0) LOOP
        SELECT array_agg(a.attname::text ORDER BY a.attnum), array_agg(col_description(a.attrelid, a.attnum) ORDER BY a.attnum) INTO columns, notes
          FROM pg_attribute AS a WHERE a.attrelid = views[i] AND a.attnum > 0 AND NOT a.attisdropped;
        twins := emgov_internal.chinese_names(columns, notes);
        twin := format('%I.%I', schema, names[i]);
        body := (SELECT format('SELECT %s FROM %s AS v', string_agg(format('v.%I AS %I', c.name, c.zh), ', ' ORDER BY c.n), views[i]::regclass)
                   FROM unnest(columns, twins) WITH ORDINALITY AS c (name, zh, n));
        BEGIN
            CALL emgov_internal.replace_view(schema, names[i], body, 'WITH (security_barrier)');
        EXCEPTION WHEN dependent_objects_still_exist OR wrong_object_type THEN
            RAISE WARNING USING MESSAGE = format('view %s cannot be made anew, and stays as it is', twin), DETAIL = SQLERRM,
                HINT = 'Drop what reads it, and CALL emgov.upgrade_ledger() again.';
            CONTINUE;
        END;
        PERFORM emgov_internal.set_comment('VIEW', twin, obj_description(views[i], 'pg_class'));
        FOR n IN 1 .. cardinality(twins) LOOP
            PERFORM emgov_internal.set_comment('COLUMN', format('%s.%I', twin, twins[n]), notes[n]);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_twins(text) IS 'internal: the readers'' views of a ledger once more, with their names and those of their columns in Chinese, from their comments';
