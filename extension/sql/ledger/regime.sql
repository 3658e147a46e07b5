-- ------------------------------------------------------------------ ledger: statistical regimes
-- What is counted by other rules is not comparable. A source whose records say by which regime they
-- were counted, in a column of that name, has no change from a period of another, unless its comparator
-- says that it has (figure_base.c).

CREATE TYPE emgov_internal.figure_regimes AS (code text, starts_on date, ends_on date, regimes text[]);
COMMENT ON TYPE emgov_internal.figure_regimes IS 'internal: by which regimes the records of an indicator''s source in a window were counted';

CREATE FUNCTION emgov_internal.may_differ_in_regime(records text, as_of timestamptz) RETURNS boolean
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_may_differ_in_regime';
COMMENT ON FUNCTION emgov_internal.may_differ_in_regime(text, timestamptz) IS
    'internal: whether records of a relation, as of $1, were counted by several regimes, or a policy hides some of them';

-- Each regime is looked for by itself: with an index over regime and day that is a step each, however many records there are.
CREATE FUNCTION emgov_internal.regimes_in(records text, condition text, date_column name, windows daterange[], as_of timestamptz) RETURNS TABLE (period daterange, regimes text[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off ROWS 40
AS $$
BEGIN
    IF emgov_internal.may_differ_in_regime(records, as_of) THEN
        RETURN QUERY EXECUTE format($sql$
            WITH RECURSIVE r AS (
                SELECT min(t.regime) AS regime FROM %1$s AS t
                UNION ALL SELECT (SELECT min(t.regime) FROM %1$s AS t WHERE t.regime > r.regime) FROM r WHERE r.regime IS NOT NULL
            )
            SELECT x, array_agg(DISTINCT r.regime ORDER BY r.regime) FROM unnest($2) AS x
              JOIN r ON EXISTS (SELECT FROM %1$s AS t WHERE t.regime = r.regime AND t.%2$I >= lower(x) AND t.%2$I < upper(x) %3$s) GROUP BY x $sql$, records, date_column, condition)
            USING as_of, windows;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.regimes_in(text, text, name, daterange[], timestamptz) IS
    'internal: by which regimes records of a relation, as of $1, were counted in each of some windows; none where all have one regime';

-- Periods with records of different regimes are not held against one another; one without records is held against any.
CREATE FUNCTION emgov_internal.is_one_regime(now text[], before text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(cardinality(now), 0) = 0 OR coalesce(cardinality(before), 0) = 0 OR (SELECT min(r) = max(r) FROM unnest(now || before) AS r) $$;
COMMENT ON FUNCTION emgov_internal.is_one_regime(text[], text[]) IS 'internal: whether what was counted by some regimes can be held against what was counted by others';

CREATE FUNCTION emgov_internal.report_regimes(ledger regnamespace, relation regclass, date_column text, windows daterange[]) RETURNS TABLE (period daterange, regimes text[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off ROWS 40
AS $$
DECLARE
    is_across boolean;
BEGIN
    IF EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = 'regime' AND a.atttypid = 'text'::regtype) THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %s.comparator AS c WHERE c.code = %L AND c.across_regimes AND c.active)', ledger, 'year_earlier') INTO is_across;
        IF NOT is_across THEN
            RETURN QUERY SELECT r.* FROM emgov_internal.regimes_in(relation::text, 'AND t.status = ''valid''', date_column, windows, NULL) AS r;
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_regimes(regnamespace, regclass, text, daterange[]) IS
    'internal: by which regimes the valid records of a table were counted in each of some windows; none where all have one, or the comparator year_earlier compares across regimes';

-- What there is to look at depends on the catalogs alone, and one plan does for all that asks.
CREATE FUNCTION emgov_internal.regime_sources(ledger regnamespace, indicators emgov_internal.indicator[], as_of timestamptz)
RETURNS TABLE (relation regclass, date_column text, codes text[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan ROWS 10
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH counted AS MATERIALIZED (
            SELECT r.relation, i.date_column, array_agg(i.code) AS codes
              FROM unnest(indicators) AS i JOIN emgov_internal.indicator_relations(ledger, indicators) AS r ON r.code = i.code GROUP BY 1, 2
        ), by_regime AS MATERIALIZED (
            SELECT coalesce(emgov_internal.kept_by(c.relation), c.relation) AS relation, c.date_column, c.codes FROM counted AS c
             WHERE (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.relation AND (a.attname = 'regime' AND a.atttypid = 'text'::regtype
                                                                                             OR a.attname = c.date_column AND a.atttypid = 'date'::regtype)) = 2
        )
        SELECT CASE WHEN t.own THEN t.tables[1] ELSE r.relation END AS relation, r.date_column, r.codes
          FROM by_regime AS r
          -- the table that a view takes both from is looked at, for it may have an index; if whoever asks may read it
         CROSS JOIN LATERAL (SELECT u.tables, cardinality(u.tables) = 1 AND u.tables = emgov_internal.column_tables(r.relation, r.date_column)
                                    AND 2 = (SELECT count(*) FROM pg_attribute AS c WHERE c.attrelid = u.tables[1] AND c.attname IN ('regime', r.date_column))
                                    AND (as_of IS NULL OR emgov_internal.source_as_of(u.tables[1], true, '$1') IS NOT NULL)
                                    AND emgov_internal.may_be_source(ledger, u.tables[1]) AND has_table_privilege(u.tables[1], 'SELECT')
                                    AND has_schema_privilege((SELECT c.relnamespace FROM pg_class AS c WHERE c.oid = u.tables[1]), 'USAGE') AS own
                               FROM emgov_internal.column_tables(r.relation, 'regime') AS u (tables)) AS t;
END
$$;
COMMENT ON FUNCTION emgov_internal.regime_sources(regnamespace, emgov_internal.indicator[], timestamptz) IS
    'internal: the relations whose records say by which regime they were counted, with the date that some indicators count them by';

CREATE FUNCTION emgov_internal.figure_regimes(ledger regnamespace, indicators emgov_internal.indicator[], windows daterange[], as_of timestamptz) RETURNS SETOF emgov_internal.figure_regimes
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    source record;
    valid text;
    records text;
BEGIN
    FOR source IN SELECT * FROM emgov_internal.regime_sources(ledger, indicators, as_of) LOOP
        records := CASE WHEN as_of IS NULL THEN emgov_internal.reachable_rows(ledger, source.relation) ELSE emgov_internal.source_as_of(source.relation, true, '$1') END;
        -- one that keeps no versions has no figure of the past
        CONTINUE WHEN records IS NULL;
        valid := CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = source.relation AND a.attname = 'status' AND a.atttypid = 'text'::regtype)
                      THEN 'AND t.status = ''valid''' ELSE '' END;
        BEGIN
            RETURN QUERY SELECT c, lower(w.period), upper(w.period), w.regimes
                           FROM emgov_internal.regimes_in(records, valid, source.date_column, windows, as_of) AS w CROSS JOIN unnest(source.codes) AS c (c);
        EXCEPTION WHEN OTHERS OR assert_failure THEN
            -- what cannot be read has no figure either, and its reason is said there
            IF emgov_internal.ends_the_query(SQLSTATE) THEN
                RAISE;
            END IF;
        END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.figure_regimes(regnamespace, emgov_internal.indicator[], daterange[], timestamptz) IS
    'internal: for indicators and windows the regimes that their records were counted by, the column of that name of their source; none where all of a source has one regime';
