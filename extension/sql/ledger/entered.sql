-- ------------------------------------------------------------------ ledger: saying what is entered

CREATE FUNCTION emgov_internal.relation(ledger regnamespace, source text) RETURNS regclass
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts text[];
BEGIN
    parts := parse_ident(source);
    RETURN CASE cardinality(parts) WHEN 1 THEN to_regclass(format('%s.%I', ledger, parts[1])) WHEN 2 THEN to_regclass(format('%I.%I', parts[1], parts[2])) END;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.relation(regnamespace, text) IS 'internal: the relation that a ledger''s definition names as its source; NULL when there is none';

-- The active indicators of these codes (NULL: all), and those that they are derived from, with the dates that they are counted by.
CREATE FUNCTION emgov_internal.dated_sources(ledger regnamespace, codes text[]) RETURNS TABLE (code text, relation regclass, date_column text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH RECURSIVE used AS (
            SELECT i.* FROM ONLY %1$s.indicator AS i WHERE i.active AND ($1 IS NULL OR i.code = ANY ($1))
            UNION
            SELECT i.* FROM used AS u CROSS JOIN LATERAL unnest(ARRAY[u.of_code, u.by_code] || u.of_codes) AS o (code)
              JOIN ONLY %1$s.indicator AS i ON i.code = ltrim(o.code, '- ')
        )
        SELECT DISTINCT u.code, x.relation, d.date_column FROM used AS u
          CROSS JOIN LATERAL emgov_internal.relation($2, u.source) AS x (relation)
          CROSS JOIN LATERAL unnest(ARRAY[u.date_column, u.until_column]) AS d (date_column)
         WHERE x.relation IS NOT NULL AND d.date_column IS NOT NULL $sql$, ledger) USING codes, ledger;
END
$$;
COMMENT ON FUNCTION emgov_internal.dated_sources(regnamespace, text[]) IS
    'internal: what active indicators, and those that they are derived from, are counted from, and by which dates; codes NULL: all';

CREATE FUNCTION emgov_internal.declared_by(ledger regnamespace, codes text[], as_of timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    users text[];
BEGIN
    EXECUTE format($sql$
        SELECT array_agg(DISTINCT d.entered_by) FROM emgov_internal.dated_sources($3, $2) AS s
          CROSS JOIN LATERAL unnest(emgov_internal.declared_of($3, s.relation, s.date_column)) AS n (source)
          JOIN %s AS d ON coalesce(emgov_internal.source_name($3, d.relation), d.source) = n.source AND d.active $sql$,
        emgov_internal.kept_as_of(ledger, 'coverage_declaration', as_of))
       INTO users USING as_of, codes, ledger;
    RETURN coalesce(users, '{}');
END
$$;
COMMENT ON FUNCTION emgov_internal.declared_by(regnamespace, text[], timestamptz) IS
    'internal: who declared, as known at a moment (NULL: now), what is entered of the sources of these indicators; none: an empty array';

CREATE FUNCTION emgov_internal.codes_of_report(ledger regnamespace, report text) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    codes text[];
BEGIN
    IF to_regclass(format('%s.report', ledger)) IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format($sql$
        SELECT ARRAY(SELECT emgov_internal.need_code(n) FROM ONLY %1$s.report_paragraph AS p CROSS JOIN unnest(p.needs) AS n WHERE p.report = r.code AND p.active
                     UNION SELECT f.code FROM ONLY %1$s.report_figure AS f WHERE f.report = r.code)
          FROM ONLY %1$s.report AS r WHERE r.code = $1 $sql$, ledger) INTO codes USING report;
    RETURN codes;
END
$$;
COMMENT ON FUNCTION emgov_internal.codes_of_report(regnamespace, text) IS 'internal: the indicators that a report''s figures are of; NULL when there is no such report';

CREATE FUNCTION emgov_internal.declared_sources(ledger regnamespace, name text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    codes text[] := emgov_internal.codes_of_report(ledger, name);
    named regclass := emgov_internal.relation(ledger, name);
BEGIN
    IF codes IS NOT NULL AND named IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'ambiguous_alias',
            MESSAGE = format('"%s" is a report, and also a table or view', name),
            HINT = format('Write %s for the table.', named);
    ELSIF codes IS NULL AND named IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table',
            MESSAGE = format('there is no source and no report "%s"', name),
            DETAIL = (SELECT coalesce('Figures are counted from ' || string_agg(DISTINCT n.source, ', ') || '.', 'There are no definitions that are counted from anything.')
                        FROM emgov_internal.dated_sources(ledger, NULL) AS s CROSS JOIN unnest(emgov_internal.declared_of(ledger, s.relation, s.date_column)) AS n (source)),
            HINT = 'Name tables or views that indicators are counted from, with their schema when it is not the ledger''s, or reports by their codes.';
    ELSIF codes IS NOT NULL THEN
        RETURN QUERY SELECT DISTINCT n.source FROM emgov_internal.dated_sources(ledger, codes) AS s
                      CROSS JOIN unnest(emgov_internal.declared_of(ledger, s.relation, s.date_column)) AS n (source);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('report "%s" has no figure that is counted from records', name),
                HINT = 'Give it paragraphs or figures first, or name tables.';
        END IF;
    ELSE
        RETURN QUERY SELECT DISTINCT n.source
                       FROM (SELECT s.date_column FROM emgov_internal.dated_sources(ledger, NULL) AS s WHERE s.relation = named
                             UNION SELECT attname::text FROM pg_attribute
                                    WHERE attrelid = named AND atttypid = 'date'::regtype AND attnum > 0 AND NOT attisdropped
                                      AND NOT EXISTS (SELECT FROM emgov_internal.dated_sources(ledger, NULL) AS s WHERE s.relation = named)) AS d
                      CROSS JOIN unnest(emgov_internal.declared_of(ledger, named, d.date_column)) AS n (source);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
                MESSAGE = format('"%s" has no column of type date: no figure is counted from it', name),
                HINT = 'Name the table whose dates figures are counted by.';
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.declared_sources(regnamespace, text) IS
    'internal: the sources that a table''s, view''s or report''s name stands for in a declaration of coverage; an error when there is none of that name';

CREATE FUNCTION emgov_internal.note_unsaid(ledger regnamespace, sources text[], area text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    of_all text;
BEGIN
    EXECUTE format('SELECT string_agg(format(''%%s from %%s to %%s'', d.source, d.since, d.through), ''; '' ORDER BY d.source) FROM %s.coverage_declaration AS d
                     WHERE d.source = ANY ($1) AND d.area_code IS NULL AND d.active', ledger) INTO of_all USING sources;
    RAISE NOTICE USING
        MESSAGE = format('nothing was said of %s%s, so nothing is taken back', array_to_string(sources, ', '), ' of area "' || area || '" alone'),
        DETAIL = coalesce('What is said of all areas goes on to hold of it: ' || of_all || '.', 'It is covered as its records say.'),
        HINT = CASE WHEN of_all IS NULL THEN format('What was said stands in %s.coverage.', ledger)
                    ELSE format('To say less of this area than of the others, name the last day that is entered of it: CALL %s.entered(…, through => …, area => %L).', ledger, area) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.note_unsaid(regnamespace, text[], text) IS
    'internal: a notice that nothing was said of these sources, of an area alone (NULL: at all), that could be taken back, and what they are covered by';

CREATE FUNCTION emgov_internal.ledger_entered(ledger regnamespace, sources text[], through date, since date, area text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known boolean;
    declared text;
    first date;
    zone text;
    said bigint;
    unsaid text[] := '{}';
BEGIN
    IF sources IS NULL OR cardinality(sources) = 0 OR array_position(sources, NULL) IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'what is entered? no source is named',
            HINT = format('CALL %s.entered(ARRAY[''accident''], through => ''2024-12-19'').', ledger);
    ELSIF since > through OR NOT isfinite(since) OR NOT isfinite(through) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('no days lie from %s to %s', since, through),
            HINT = 'since is the first day of which all is entered, through the last.';
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.area WHERE code = $1)', ledger) INTO known USING area;
    IF area IS NOT NULL AND NOT known THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', MESSAGE = format('there is no area "%s"', area),
            DETAIL = (SELECT format('Areas that data are expected of: %s.', string_agg(a.code, ', ')) FROM emgov_internal.coverage_areas(ledger, daterange(through, NULL), NULL) AS a),
            HINT = format('Its code stands in %s.area.', ledger);
    END IF;
    EXECUTE format('SELECT coalesce(min(time_zone), ''Asia/Shanghai'') FROM ONLY %s.ledger_setting', ledger) INTO zone;
    FOR declared IN SELECT DISTINCT d FROM unnest(sources) AS s CROSS JOIN LATERAL emgov_internal.declared_sources(ledger, s) AS d ORDER BY 1 LOOP
        -- as it is called now
        EXECUTE format('UPDATE %s.coverage_declaration SET source = $1 WHERE relation = $2 AND source <> $1', ledger) USING declared, emgov_internal.relation(ledger, declared);
        IF through IS NULL OR area IS NULL THEN
            -- taken back; and what is said of all areas is said of each
            EXECUTE format($sql$ UPDATE %s.coverage_declaration SET active = false
                                  WHERE source = $1 AND active AND CASE WHEN $2 IS NULL THEN $3 IS NULL OR area_code IS NOT NULL ELSE area_code = $2 END $sql$, ledger)
              USING declared, area, through;
            GET DIAGNOSTICS said = ROW_COUNT;
            unsaid := unsaid || CASE WHEN through IS NULL AND said = 0 THEN ARRAY[declared] END;
            CONTINUE WHEN through IS NULL;
        END IF;
        first := since;
        IF first IS NULL THEN
            EXECUTE format('SELECT since FROM %s.coverage_declaration WHERE source = $1 AND area_code IS NOT DISTINCT FROM $2 AND active AND since <= $3', ledger)
               INTO first USING declared, area, through;
        END IF;
        IF first IS NULL THEN
            -- by the records of the table itself, else of the views that take their dates from it alone
            SELECT min(x.since) INTO first
              FROM (SELECT s.relation, array_agg(DISTINCT s.date_column) AS columns,
                           s.relation <> emgov_internal.relation(ledger, declared) AS is_view, bool_or(s.relation = emgov_internal.relation(ledger, declared)) OVER () AS has_table
                      FROM emgov_internal.dated_sources(ledger, NULL) AS s
                     WHERE emgov_internal.declared_of(ledger, s.relation, s.date_column) = ARRAY[declared] GROUP BY 1) AS r
             CROSS JOIN LATERAL emgov_internal.records_span(r.relation, r.columns, NULL, zone) AS x
             WHERE NOT (r.is_view AND r.has_table);
            first := least(first, date_trunc('year', through::timestamp)::date);
        END IF;
        EXECUTE format($sql$
            INSERT INTO %s.coverage_declaration AS d (source, area_code, since, through) VALUES ($1, $2, $3, $4)
            ON CONFLICT (source, (coalesce(area_code, ''))) DO UPDATE SET since = excluded.since, through = excluded.through, active = true
             WHERE (d.since, d.through, d.active) IS DISTINCT FROM (excluded.since, excluded.through, true) $sql$, ledger)
          USING declared, area, first, through;
    END LOOP;
    IF cardinality(unsaid) > 0 THEN
        PERFORM emgov_internal.note_unsaid(ledger, unsaid, area);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_entered(regnamespace, text[], date, date, text) IS
    'say that all records of sources are entered: of the days from since (NULL: as said before; at first, 1 January of the year of the earliest record) through a day '
    '(NULL: what was said is taken back), of one area (NULL: of all). A source is a table, a view, or a report''s code, which stands for all that it is counted from';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'entered(text[], date, date, text)',
    '声明数据已填报至某日 | say that all records of these sources are entered through a day, for an area (NULL: all); a report''s code stands for all its sources', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.entered(sources text[], through date, since date DEFAULT NULL, area text DEFAULT NULL)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.ledger_entered('@ledger@'::regnamespace, $1, $2, $3, $4);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('list', 'coverage',
    '各来源填报情况：已声明、未声明、上报 | what is known of each source: as declared, presumed from its records (undeclared), or as members sent it (reported)', $sql$
    SELECT c.source::varchar(130) AS source, c.date_column::varchar(63) AS date_column, c.area::varchar(20) AS area, a.name_zh::varchar(60) AS area_zh,
           c.since, c.through, c.state::varchar(10) AS state, c.entered_by::varchar(120) AS entered_by, c.entered_at, c.since AS period_start
      FROM (SELECT coalesce(emgov_internal.source_name('@ledger@'::regnamespace, d.relation), d.source) AS source,
                   NULL AS date_column, d.area_code AS area, d.since, d.through, 'declared' AS state, d.entered_by, d.known_from AS entered_at
              FROM @ledger@.coverage_declaration d WHERE d.active
            UNION ALL
            SELECT emgov_internal.source_name('@ledger@'::regnamespace, u.relation), u.date_column, NULL, s.since, s.through, 'undeclared', NULL, NULL
              FROM (SELECT DISTINCT emgov_internal.relation('@ledger@'::regnamespace, i.source) AS relation, i.date_column
                      FROM @ledger@.indicator i WHERE i.active AND i.source IS NOT NULL) u
              LEFT JOIN LATERAL emgov_internal.records_span(u.relation, ARRAY[u.date_column], NULL, (SELECT z.time_zone FROM ONLY @ledger@.ledger_setting z)) s ON true
             WHERE u.relation IS NOT NULL
               AND EXISTS (SELECT FROM unnest(emgov_internal.declared_of('@ledger@'::regnamespace, u.relation, u.date_column)) n (source)
                            WHERE NOT EXISTS (SELECT FROM @ledger@.coverage_declaration d
                                               WHERE coalesce(emgov_internal.source_name('@ledger@'::regnamespace, d.relation), d.source) = n.source AND d.active))
            UNION ALL
            SELECT r.indicator, NULL, CASE r.dimension WHEN 'area' THEN r.member END, min(r.starts_on), max(r.ends_on) - 1, 'reported',
                   (array_agg(r.sender ORDER BY r.ends_on DESC, r.starts_on DESC))[1], max(r.known_from)
              FROM @ledger@.reported r WHERE r.status = 'valid' GROUP BY r.indicator, r.dimension, r.member) c
      LEFT JOIN @ledger@.area a ON a.code = c.area
$sql$);
