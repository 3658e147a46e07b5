-- ------------------------------------------------------------------ ledger: records that count otherwise
-- The records of one source that count otherwise at one moment than at another, in every
-- part of every figure given; what was counted once may be counted by another record now.
-- record_key is NULL where a record cannot be told from others. bases: the windows that each is held against.
CREATE FUNCTION emgov_internal.moved_records(ledger regnamespace, relation regclass, definitions emgov_internal.indicator[], bases emgov_internal.figure_request[], period daterange,
                                     moment_then timestamptz, moment_now timestamptz)
RETURNS TABLE (code text, what text, part text, record_key text, amount_then numeric, amount_now numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
DECLARE
    keys text[] := emgov_internal.changed_keys(relation, least(moment_then, moment_now), greatest(moment_then, moment_now));
    terms jsonb[] := '{}';
    term jsonb;
    counted text;
    moved record;
    entities text[];
    counted_then text[];
    counted_now text[];
    type regtype;
    queries text[];
BEGIN
    IF keys = '{}' THEN
        RETURN;
    END IF;
    SELECT array_agg(to_jsonb(p) || jsonb_build_object('code', i.code, 'what', w.what) ORDER BY i.code, w.n, p.part)
      INTO terms
      FROM unnest(definitions) AS i
     CROSS JOIN LATERAL (SELECT 0 AS n, 'value' AS what, '$1' AS starts, '$2' AS ends
                         UNION ALL SELECT row_number() OVER (ORDER BY b.period DESC), 'base', format('%L::date', lower(b.period)), format('%L::date', upper(b.period))
                           FROM unnest(bases) AS b WHERE b.code = i.code) AS w
     CROSS JOIN LATERAL emgov_internal.indicator_parts(ledger, i, w.starts, w.ends) AS p;

    IF terms IS NULL THEN
        RETURN;
    END IF;

    -- what a record comes to in each term: its amount, or what it is counted as; NULL if it is not counted
    SELECT format('ARRAY[%s]::text[]', string_agg(CASE t->>'aggregate' WHEN 'count' THEN format('CASE WHEN %s THEN ''1'' END', t->>'condition')
                                                       ELSE format('CASE WHEN %s THEN (%s)::text END', t->>'condition', t->>'measure') END, ', ' ORDER BY n))
      INTO counted FROM unnest(terms) WITH ORDINALITY AS u (t, n);
    -- records whose keys are known are few, and what they come to is computed once each
    SELECT array_agg(format($sql$
        WITH before AS (SELECT r.key, array_agg(r.counted) AS counted FROM (SELECT %1$s COLLATE "C" AS key, %2$s AS counted FROM %3$s %6$s) AS r
                         WHERE num_nonnulls(VARIADIC r.counted) > 0 GROUP BY r.key),
             after AS (SELECT r.key, array_agg(r.counted) AS counted FROM (SELECT %1$s COLLATE "C" AS key, %2$s AS counted FROM %4$s %6$s) AS r
                        WHERE num_nonnulls(VARIADIC r.counted) > 0 GROUP BY r.key),
             changed AS (SELECT coalesce(b.key, a.key) AS key, b.counted AS was, a.counted AS is_now,
                                greatest(array_length(b.counted, 1), array_length(a.counted, 1)) > 1 AS is_several
                           FROM before AS b FULL JOIN after AS a ON coalesce(a.key, '') = coalesce(b.key, '') AND (a.key IS NULL) = (b.key IS NULL)
                          WHERE b.counted IS DISTINCT FROM a.counted)
        SELECT t.n, t.key, t.was, t.is_now
          FROM (SELECT c.key, generate_series(1, %5$s) AS n, unnest(c.was) AS was, unnest(c.is_now) AS is_now FROM changed AS c WHERE NOT c.is_several) AS t WHERE t.was IS DISTINCT FROM t.is_now
        UNION ALL
        -- records of one key: what they come to in a term, in any order
        SELECT DISTINCT t.n, NULL::text, NULL::text, NULL::text
          FROM (SELECT u.n, array_agg(u.amount ORDER BY u.amount COLLATE "C") FILTER (WHERE NOT u.is_after) AS was,
                       array_agg(u.amount ORDER BY u.amount COLLATE "C") FILTER (WHERE u.is_after) AS is_now
                  FROM (SELECT c.key, generate_series(0, cardinality(c.was) - 1) %% %5$s + 1 AS n, unnest(c.was) AS amount, false AS is_after FROM changed AS c WHERE c.is_several
                        UNION ALL
                        SELECT c.key, generate_series(0, cardinality(c.is_now) - 1) %% %5$s + 1, unnest(c.is_now), true FROM changed AS c WHERE c.is_several) AS u
                 WHERE u.amount IS NOT NULL GROUP BY u.key, u.n) AS t
         WHERE t.was IS DISTINCT FROM t.is_now $sql$,
        emgov_internal.record_key(relation), counted, s.was, s.is_now, cardinality(terms), CASE WHEN keys IS NOT NULL THEN 'OFFSET 0' END)) INTO queries
      FROM unnest(emgov_internal.keyed_sources(relation, '$3', '$5', keys), emgov_internal.keyed_sources(relation, '$4', '$5', keys)) AS s (was, is_now);

    FOR moved IN
        SELECT c.n, bool_or(c.key IS NULL) AS has_unknown, array_agg(c.key) AS keys, array_agg(c.was) AS was, array_agg(c.is_now) AS is_now
          FROM emgov_internal.kept_query(queries, lower(period), upper(period), moment_then, moment_now, keys) AS c (n int, key text, was text, is_now text) GROUP BY c.n ORDER BY c.n
    LOOP
        term := terms[moved.n];
        code := term->>'code';
        what := term->>'what';
        part := term->>'part';
        -- not told apart by their keys
        IF moved.has_unknown THEN
            RETURN QUERY SELECT code, what, part, NULL::text, NULL::numeric, NULL::numeric;
        END IF;
        IF term->>'aggregate' IN ('count', 'sum') THEN
            RETURN QUERY SELECT code, what, part, x.key, x.was, x.is_now
                           FROM (SELECT m.key, coalesce(m.was::numeric, 0) AS was, coalesce(m.is_now::numeric, 0) AS is_now
                                   FROM unnest(moved.keys, moved.was, moved.is_now) AS m (key, was, is_now) WHERE m.key IS NOT NULL) AS x WHERE x.was <> x.is_now;
        ELSIF term->>'aggregate' = 'largest' THEN
            -- if the largest has changed, one of these was it or is it now
            RETURN QUERY SELECT code, what, part, x.key, coalesce(x.was, 0), coalesce(x.is_now, 0)
                           FROM (SELECT m.key, m.was::numeric AS was, m.is_now::numeric AS is_now, max(m.was::numeric) OVER () AS top_then, max(m.is_now::numeric) OVER () AS top_now
                                   FROM unnest(moved.keys, moved.was, moved.is_now) AS m (key, was, is_now) WHERE m.key IS NOT NULL) AS x
                          WHERE (x.was = x.top_then OR x.is_now = x.top_now) AND coalesce(x.was, 0) <> coalesce(x.is_now, 0);
        ELSE
            -- counted once: only what no record counts any more, and what none counted before
            entities := ARRAY(SELECT DISTINCT e COLLATE "C" FROM unnest(moved.keys, moved.was, moved.is_now) AS m (key, was, is_now) CROSS JOIN LATERAL unnest(ARRAY[m.was, m.is_now]) AS e
                               WHERE m.key IS NOT NULL AND e IS NOT NULL);
            CONTINUE WHEN entities = '{}';
            -- numbers are looked for as such: by an index of theirs
            EXECUTE format('SELECT pg_typeof(r.m) FROM (SELECT) AS o LEFT JOIN (SELECT (%s) AS m FROM (SELECT NULL::%s AS emgov_record) AS n LIMIT 0) AS r ON true', term->>'measure', relation)
               INTO type;
            queries := ARRAY[format('SELECT DISTINCT (%1$s)::text FROM %2$s AS emgov_record WHERE %3$s AND %4$s', term->>'measure', emgov_internal.source_as_of(relation, true, '$3'),
                                    term->>'condition', format(CASE WHEN type IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN '(%s) = ANY ($4::%s[])' ELSE '(%s)::text = ANY ($4)' END,
                                                               term->>'measure', type))];
            counted_then := ARRAY(SELECT c.e FROM emgov_internal.kept_query(queries, lower(period), upper(period), moment_then, entities) AS c (e text));
            counted_now := ARRAY(SELECT c.e FROM emgov_internal.kept_query(queries, lower(period), upper(period), moment_now, entities) AS c (e text));
            RETURN QUERY
                SELECT code, what, part, min(m.key), 1::numeric, 0::numeric FROM unnest(moved.keys, moved.was) AS m (key, was)
                 WHERE m.key IS NOT NULL AND m.was IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(counted_now) AS c WHERE c = m.was) GROUP BY m.was
                UNION ALL
                SELECT code, what, part, min(m.key), 0, 1 FROM unnest(moved.keys, moved.is_now) AS m (key, is_now)
                 WHERE m.key IS NOT NULL AND m.is_now IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(counted_then) AS c WHERE c = m.is_now) GROUP BY m.is_now;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.moved_records(regnamespace, regclass, emgov_internal.indicator[], emgov_internal.figure_request[], daterange, timestamptz, timestamptz) IS
    'internal: the records of a source that the figures defined over it count otherwise at one moment than at another, by how much; record_key is NULL where it does not tell records apart';

-- As one statement for all figures of a source; one that cannot be computed must not take the others with it.
CREATE FUNCTION emgov_internal.moved_records_each(ledger regnamespace, relation regclass, definitions emgov_internal.indicator[], bases emgov_internal.figure_request[], period daterange,
                                          moment_then timestamptz, moment_now timestamptz)
RETURNS TABLE (code text, what text, part text, record_key text, amount_then numeric, amount_now numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list emgov_internal.indicator[] := ARRAY(SELECT i FROM unnest(definitions) AS i); half int := cardinality(list) / 2;      -- a list that counts from 1
BEGIN
    RETURN QUERY SELECT * FROM emgov_internal.moved_records(ledger, relation, list, bases, period, moment_then, moment_now);
EXCEPTION WHEN OTHERS OR assert_failure THEN
    IF emgov_internal.ends_the_query(SQLSTATE) THEN
        RAISE;
    ELSIF half = 0 THEN
        RETURN QUERY SELECT (list[1]).code, w, 'numerator', NULL::text, NULL::numeric, NULL::numeric FROM unnest('{value,base}'::text[]) AS w;
    ELSE
        RETURN QUERY SELECT * FROM emgov_internal.moved_records_each(ledger, relation, list[:half], bases, period, moment_then, moment_now);
        RETURN QUERY SELECT * FROM emgov_internal.moved_records_each(ledger, relation, list[half + 1:], bases, period, moment_then, moment_now);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.moved_records_each(regnamespace, regclass, emgov_internal.indicator[], emgov_internal.figure_request[], daterange, timestamptz, timestamptz) IS
    'internal: as moved_records(); a figure of which they cannot be told has a row without a key';

-- A source that nothing was written to has nothing to tell; one that keeps no versions cannot tell.
CREATE FUNCTION emgov_internal.written_sources(ledger regnamespace, definitions emgov_internal.indicator[], since timestamptz)
RETURNS TABLE (relation regclass, definitions_over emgov_internal.indicator[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp ROWS 5
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        WITH counted AS MATERIALIZED (
            SELECT DISTINCT u.relation, i FROM unnest(definitions) AS i CROSS JOIN LATERAL emgov_internal.indicator_parts(ledger, i) AS u
        )
        SELECT c.relation, array_agg(c.i) FROM counted AS c
         -- asked once
         WHERE c.relation <> ALL ((SELECT emgov_internal.unwritten(ledger, ARRAY(SELECT DISTINCT x.relation FROM counted AS x), since))::regclass[])
         GROUP BY 1 HAVING emgov_internal.source_as_of(c.relation, true) IS NOT NULL ORDER BY min((c.i).code);
END
$$;
COMMENT ON FUNCTION emgov_internal.written_sources(regnamespace, emgov_internal.indicator[], timestamptz) IS
    'internal: the sources that keep versions and were written since a moment, each with those of some definitions that are counted from it';

-- Whether one of the first thousand records of a figure of kind largest, in a window, is as large as
-- that. If none is, all must be asked.
CREATE FUNCTION emgov_internal.is_reached(ledger regnamespace, i emgov_internal.indicator, largest numeric, period daterange, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key name;
    p record;
    reached boolean;
BEGIN
    SELECT * INTO p FROM emgov_internal.indicator_parts(ledger, i);
    key := emgov_internal.key_column(p.relation);
    IF key IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM (SELECT emgov_record.%1$I AS k FROM %2$s AS emgov_record WHERE %3$s LIMIT 1000) AS k
                                     CROSS JOIN LATERAL (SELECT emgov_row AS emgov_record FROM %2$s AS emgov_row WHERE emgov_row.%1$I = k.k OFFSET 0) AS l WHERE %4$s AND (%5$s) >= $4)',
                   key, emgov_internal.source_as_of(p.relation, true, '$3'), p.dates, p.condition, p.measure)
       INTO reached USING lower(period), upper(period), moment, largest;
    RETURN reached;
END
$$;
COMMENT ON FUNCTION emgov_internal.is_reached(regnamespace, emgov_internal.indicator, numeric, daterange, timestamptz) IS
    'internal: whether a record of a figure of kind largest is found quickly that is as large as the largest was';
