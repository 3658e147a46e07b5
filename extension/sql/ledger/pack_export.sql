-- ------------------------------------------------------------------ ledger: a report's definitions as a pack

-- A row as an export has it: numbers without trailing zeros, no NULLs where NULL is the default.
CREATE FUNCTION emgov_internal.pack_canonical(content jsonb, defaults jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(c.key, CASE jsonb_typeof(c.value) WHEN 'number' THEN to_jsonb(trim_scale(c.value::numeric)) ELSE c.value END)
      FROM jsonb_each(content) AS c WHERE c.value <> 'null' OR coalesce(defaults->c.key, 'null') <> 'null'
$$;
COMMENT ON FUNCTION emgov_internal.pack_canonical(jsonb, jsonb) IS 'internal: a row of a pack in the one form that exports give it';

CREATE FUNCTION emgov_internal.pack_export_rows(ledger regnamespace, relation text, keys text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_agg(emgov_internal.pack_canonical(x.content, d.defaults) ORDER BY x.key COLLATE "C")
      FROM emgov_internal.pack_present(ledger, relation, keys) AS x,
           (SELECT emgov_internal.pack_defaults(format('%s.%I', ledger, relation)::regclass, t.managed) AS defaults FROM emgov_internal.pack_tables() AS t WHERE t.name = relation) AS d
$$;
COMMENT ON FUNCTION emgov_internal.pack_export_rows(regnamespace, text, text[]) IS 'internal: rows of a table as an export has them; NULL when there are none';

-- What a report is made of: its own rows, the indicators that it needs and those they are derived from, the rules about
-- these, and the rows whose codes stand as constants in their expressions.
CREATE FUNCTION emgov_internal.export_pack(ledger regnamespace, report text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    header record;
    codes text[];
    rules text[];
    comparators text[];
    texts text;
    pack text;
    known record;
    rows jsonb;
    tables jsonb := '{}';
    t record;
    keys text[];
BEGIN
    EXECUTE format('SELECT code, title_zh, title_en FROM %s.report WHERE code = $1', ledger) INTO header USING report;
    IF header.code IS NULL THEN
        EXECUTE format('SELECT string_agg(code, '', '' ORDER BY code) AS codes FROM %s.report', ledger) INTO known;
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no report "%s"', left(report, 60)),
            HINT = coalesce(format('There are %s.', known.codes), 'There is none: INSERT one into table report.');
    END IF;
    EXECUTE format($sql$
        WITH RECURSIVE needed (code) AS (
            SELECT emgov_internal.need_code(n) FROM %1$s.report_paragraph AS p, unnest(p.needs) AS n WHERE p.report = $1
            UNION SELECT f.code FROM %1$s.report_figure AS f WHERE f.report = $1
            UNION SELECT o FROM needed AS n JOIN %1$s.indicator AS i ON i.code = n.code,
                         unnest(ARRAY[i.of_code, i.by_code] || ARRAY(SELECT ltrim(c, '-') FROM unnest(i.of_codes) AS c)) AS o WHERE o IS NOT NULL)
        SELECT coalesce(array_agg(i.code), '{}') FROM needed AS n JOIN %1$s.indicator AS i ON i.code = n.code $sql$, ledger)
       INTO codes USING report;
    EXECUTE format($sql$
        SELECT coalesce(array_agg(r.code), '{}') FROM %1$s.check_rule AS r
         WHERE CASE WHEN r.source IS NOT NULL THEN r.source IN (SELECT i.source FROM %1$s.indicator AS i WHERE i.code = ANY ($1))
                    ELSE (SELECT bool_and(m[1] = ANY ($1)) FROM regexp_matches(r.left_side || ' ' || r.right_side, '([A-Za-z][A-Za-z0-9_]*)(\.base)?', 'g') AS m) END $sql$, ledger)
       INTO rules USING codes;
    EXECUTE format($sql$
        SELECT string_agg(concat_ws(' ', x.filter, x.base_filter, x.measure), ' ') FROM
            (SELECT i.filter, i.base_filter, concat_ws(' ', i.measure, quote_literal(i.series_area)) AS measure FROM %1$s.indicator AS i WHERE i.code = ANY ($1)
             UNION ALL SELECT r.violation, NULL, NULL FROM %1$s.check_rule AS r WHERE r.code = ANY ($2)) AS x $sql$, ledger)
       INTO texts USING codes, rules;
    EXECUTE format('SELECT concat_ws('' '', $1, string_agg(quote_literal(o.area_code), '' '')) FROM %s.organisation AS o '
                   'WHERE o.code NOT IN (''bureau'', ''subordinate'') AND position(quote_literal(o.code) IN $1) > 0', ledger) INTO texts USING texts;

    EXECUTE format($sql$
        SELECT array_agg(c.code) FROM %1$s.comparator AS c
         WHERE c.code IN (SELECT i.comparator FROM %1$s.indicator AS i WHERE i.code = ANY ($2)
                          UNION SELECT emgov_internal.need_comparator(n) FROM %1$s.report_paragraph AS p, unnest(p.needs) AS n WHERE p.report = $1
                          UNION SELECT f.comparator FROM %1$s.report_figure AS f WHERE f.report = $1)
           AND NOT EXISTS (SELECT FROM emgov_internal.shipped_comparators() AS s WHERE to_jsonb(c) @> to_jsonb(s) AND num_nulls(c.base_zh, c.base_en) = 2 AND c.active AND NOT c.across_regimes) $sql$,
                   ledger)
       INTO comparators USING report, codes;

    FOR t IN SELECT p.name FROM emgov_internal.pack_tables() AS p ORDER BY p.ordinal LOOP
        CASE
            WHEN t.name = 'comparator' THEN keys := comparators;
            WHEN t.name = 'indicator' THEN keys := codes;
            WHEN t.name = 'check_rule' THEN keys := rules;
            WHEN t.name ~ '^report' THEN
                SELECT array_agg(x.key) INTO keys FROM emgov_internal.pack_present(ledger, t.name, NULL) AS x WHERE x.content->>CASE t.name WHEN 'report' THEN 'code' ELSE 'report' END = report;
            WHEN t.name IN ('area', 'organisation', 'accident_category', 'programme', 'campaign') THEN
                -- with what contains them; the two organisations of every ledger are its own
                WITH RECURSIVE present AS MATERIALIZED (
                    SELECT x.key, x.content FROM emgov_internal.pack_present(ledger, t.name, NULL) AS x WHERE NOT (t.name = 'organisation' AND x.key IN ('bureau', 'subordinate'))
                ), named (key) AS (
                    SELECT p.key FROM present AS p WHERE position(quote_literal(p.key) IN texts) > 0
                    UNION SELECT p.content->>'parent_code' FROM named AS n JOIN present AS p ON p.key = n.key WHERE p.content->>'parent_code' IS NOT NULL)
                SELECT array_agg(n.key) INTO keys FROM named AS n;
            WHEN t.name IN ('disposition', 'disposition_policy') THEN
                EXECUTE format('SELECT CASE WHEN count(*) > 0 THEN ARRAY(SELECT x.key FROM emgov_internal.pack_present($1, $2, NULL) AS x) END FROM %s.indicator AS i '
                               'WHERE i.code = ANY ($3) AND i.source = ''remediation_fact''', ledger) INTO keys USING ledger, t.name, codes;
            ELSE keys := NULL;
        END CASE;
        rows := CASE WHEN keys IS NOT NULL THEN emgov_internal.pack_export_rows(ledger, t.name, keys) END;
        IF rows IS NOT NULL THEN
            tables := tables || jsonb_build_object(t.name, rows);
        END IF;
    END LOOP;

    pack := coalesce(nullif(left(btrim(regexp_replace(lower(report), '[^a-z0-9_一-鿿-]+', '-', 'g'), '-_'), 60), ''), 'report');
    EXECUTE format('SELECT version FROM %s.pack WHERE name = $1', ledger) INTO known USING pack;
    RETURN jsonb_build_object('emgov_pack', 1, 'name', pack, 'version', coalesce(known.version, '1'), 'title_zh', header.title_zh, 'requires', '[]'::jsonb, 'tables', tables)
        || CASE WHEN header.title_en IS NULL THEN '{}' ELSE jsonb_build_object('title_en', header.title_en) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.export_pack(regnamespace, text) IS
    'a report''s definitions as a pack that needs no other: paragraphs, indicators, rules, and the areas, programmes, campaigns and the like that these name. The same content gives the same text';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'export_pack(text)',
    '将一个报告的定义导出为定义包 | a report''s definitions as a pack; the same content gives the same text', $sql$
CREATE OR REPLACE FUNCTION @ledger@.export_pack(report text) RETURNS jsonb
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT emgov_internal.export_pack('@ledger@'::regnamespace, $1);
END
$sql$);
