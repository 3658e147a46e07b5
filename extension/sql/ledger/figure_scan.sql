-- ------------------------------------------------------------------ ledger: scanning the sources
-- What indicators come to, before anything is derived. All indicators over one source are
-- computed in one scan of it; what is counted once each (enterprises, persons, years), by
-- grouping, which the server can hash and share among processes, as it cannot
-- count(DISTINCT …): one scan for each thing that is so counted. A scan is built from the names
-- of units (unit.sql), over the parameters $1 to $5: the period, its base, and the moment. The record that
-- they are given is named emgov_record: a name that no column of a source has.

CREATE TYPE emgov.figure_parts AS (
    code text, numerator numeric, denominator numeric, base_numerator numeric, base_denominator numeric,
    record_count bigint, record_checksum numeric, answered_by text, reason text);
COMMENT ON TYPE emgov.figure_parts IS
    'what an indicator comes to in a period and in its base, before anything is derived; how many records, their checksum, what answered, or why nothing did';

CREATE FUNCTION emgov._streak(years int[], ending int) RETURNS int
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    n int := 0;
BEGIN
    WHILE ending - n = ANY (years) LOOP
        n := n + 1;
    END LOOP;
    RETURN n;
END
$$;
COMMENT ON FUNCTION emgov._streak(int[], int) IS 'internal: how many years in a row, ending with a given one, are among the years given; 0 when it is not';

-- Which records the cut-off takes; day and until are the SQL of a record's two dates.
CREATE FUNCTION emgov._cutoff(cutoff text, kind text, day text, until text, base boolean) RETURNS text
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE
               WHEN kind = 'streak' OR cutoff = 'to_date' THEN day || CASE WHEN base THEN ' < $4' ELSE ' < $2' END
               WHEN cutoff = 'period' THEN day || CASE WHEN base THEN ' >= $3 AND ' ELSE ' >= $1 AND ' END || day || CASE WHEN base THEN ' < $4' ELSE ' < $2' END
               ELSE '(' || day || ' IS NULL OR ' || day || CASE WHEN base THEN ' < $4)' ELSE ' < $2)' END
           END
           || CASE WHEN until IS NULL OR kind IN ('completion', 'planned') THEN ''
                   ELSE ' AND (' || until || ' IS NULL OR ' || until || CASE WHEN base THEN ' >= $4)' ELSE ' >= $2)' END END;
END;
COMMENT ON FUNCTION emgov._cutoff(text, text, text, text, boolean) IS 'internal: the condition that an indicator''s cut-off puts on a record''s dates';

-- An indicator's two parts, as conditions and aggregates over a record of its source.
CREATE FUNCTION emgov._parts(i jsonb, base boolean,
                             OUT part text, OUT condition text, OUT aggregate text, OUT measure text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind text := i->>'kind';
    calls jsonb := i->'calls';
    made_of text := coalesce(i->>'aggregate', CASE kind WHEN 'mean' THEN 'sum' ELSE kind END);
    dates text := emgov._cutoff(i->>'cutoff', kind, calls->>'date', calls->>'until', base);
    filter text := coalesce(calls->>'filter', 'true');
    base_filter text := coalesce(calls->>'base_filter', 'true');
    done text := (calls->>'until') || CASE WHEN base THEN ' < $4' ELSE ' < $2' END;
BEGIN
    measure := calls->>'measure';
    aggregate := made_of;
    part := 'numerator';
    condition := CASE kind
        WHEN 'share' THEN format('%s AND %s AND %s', dates, base_filter, filter)
        WHEN 'completion' THEN format('%s AND %s AND %s', dates, filter, done)
        WHEN 'planned' THEN format('%s AND %s AND %s', dates, filter, done)
        ELSE format('%s AND %s', dates, filter)
    END;
    RETURN NEXT;
    IF kind IN ('share', 'completion', 'planned', 'mean') THEN
        part := 'denominator';
        aggregate := CASE kind WHEN 'mean' THEN 'count' ELSE made_of END;
        condition := CASE kind
            WHEN 'share' THEN format('%s AND %s', dates, base_filter)
            WHEN 'mean' THEN format('%s AND %s AND %s IS NOT NULL', dates, filter, measure)
            ELSE format('%s AND %s', dates, filter)
        END;
        RETURN NEXT;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._parts(jsonb, boolean) IS
    'internal: numerator and denominator of an indicator (as _with_units() gives it), as conditions on a record, for the period or its base';

-- The values that make up a row of figure_parts: two parts, the same of the base, and the records.
CREATE FUNCTION emgov._terms(i jsonb, record_key text, with_checksum boolean,
                             OUT place text, OUT aggregate text, OUT measure text, OUT condition text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    base boolean;
    part text;
    counted text;
BEGIN
    FOREACH base IN ARRAY ARRAY[false, true] LOOP
        FOR part, aggregate, measure, condition IN SELECT p.part, p.aggregate, p.measure, p.condition FROM emgov._parts(i, base) AS p LOOP
            place := CASE WHEN base THEN 'base_' ELSE '' END || part;
            IF NOT base AND (part = 'numerator' OR i->>'kind' IN ('planned', 'share', 'completion')) THEN
                counted := condition;
            END IF;
            RETURN NEXT;
        END LOOP;
    END LOOP;
    place := 'record_count';
    aggregate := 'count';
    measure := NULL;
    condition := counted;
    RETURN NEXT;
    IF with_checksum THEN
        place := 'record_checksum';
        aggregate := 'sum';
        measure := format('hashtextextended(ROW(%s, %s)::text, 0)::numeric', record_key, i->'calls'->>'values');
        RETURN NEXT;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._terms(jsonb, text, boolean) IS
    'internal: what a row of figure_parts is made of, column by column: an aggregate of a measure over the records that meet a condition';

-- The query that computes indicators over one relation; its rows are emgov.figure_parts.
-- A scan aggregates in two steps, within a group of records and over the groups. What is counted once each
-- is a key, and up to four keys share a scan, by grouping sets: each adds to the work of the others.
-- The first scan does all else too.
CREATE FUNCTION emgov._scan_query(indicators jsonb[], from_text text, record_key text, with_checksum boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    bound text;
    scans text;
    rows_text text;
BEGIN
    IF cardinality(indicators) > 200 THEN
        RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = format('%s indicators are too many for one query', cardinality(indicators)),
            DETAIL = 'A query has at most 1664 columns: two hundred indicators at a time.';
    END IF;
    -- records that no indicator can count are left out, by an index if there is one; the 29th of
    -- February has no day a year earlier
    SELECT string_agg(DISTINCT CASE
               WHEN x->>'cutoff' = 'period' AND x->>'kind' <> 'streak' THEN format('(%1$s >= LEAST($1, $3) AND %1$s < $2)', x->'calls'->>'date')
               WHEN x->>'cutoff' = 'at_date' AND x->>'kind' <> 'streak' THEN format('(%1$s IS NULL OR %1$s < $2)', x->'calls'->>'date')
               ELSE format('(%s < $2)', x->'calls'->>'date') END, ' OR ')
      INTO bound FROM unnest(indicators) AS x;

    WITH term AS MATERIALIZED (
        SELECT i.n, t.place, t.aggregate, CASE WHEN t.aggregate IN ('distinct', 'streak') THEN t.measure END AS key,
               CASE t.aggregate WHEN 'sum' THEN format('sum(%s) FILTER (WHERE %s)', t.measure, t.condition)
                                WHEN 'largest' THEN format('max(%s) FILTER (WHERE %s)', t.measure, t.condition)
                                ELSE format('count(*) FILTER (WHERE %s)', t.condition) END AS within
          FROM unnest(indicators) WITH ORDINALITY AS i (definition, n)
          CROSS JOIN LATERAL emgov._terms(i.definition, record_key, with_checksum) AS t
    ), key AS (
        SELECT key, (row_number() OVER (ORDER BY min(n), key) - 1) / 4 + 1 AS scan, (row_number() OVER (ORDER BY min(n), key) - 1) % 4 + 1 AS k
          FROM term WHERE key IS NOT NULL GROUP BY key
    ), scan AS (
        SELECT t.scan, count(k.key) AS keys,
               string_agg(format('%s AS key%s', k.key, k.k), ', ' ORDER BY k.k) FILTER (WHERE k.key IS NOT NULL) AS columns,
               CASE count(k.key) WHEN 0 THEN '' WHEN 1 THEN 'GROUP BY 1'
                    ELSE format('GROUP BY GROUPING SETS (%s)', string_agg(format('(%s)', k.k), ', ')) END AS grouping,
               -- which of the groupings a row is of: the one whose bit is not set
               CASE WHEN count(k.key) > 1 THEN format('CASE %s END AS grouped', string_agg(format('WHEN grouping(%s) = 0 THEN %s', k.key, k.k), ' ')) END AS grouped
          FROM (SELECT 1 AS scan UNION SELECT key.scan FROM key) AS t LEFT JOIN key AS k USING (scan) GROUP BY t.scan
    ), placed AS (
        SELECT t.*, s.scan, s.keys, k.k, dense_rank() OVER (PARTITION BY s.scan ORDER BY t.within) AS a
          FROM term AS t LEFT JOIN key AS k USING (key) JOIN scan AS s ON s.scan = coalesce(k.scan, 1)
    ), value AS (
        SELECT *, CASE
                   WHEN k IS NOT NULL THEN format(CASE aggregate WHEN 'distinct' THEN 'count(key%1$s) FILTER (WHERE a%2$s > 0%3$s)'
                                                  ELSE 'emgov._streak(array_agg(key%1$s) FILTER (WHERE a%2$s > 0%3$s), extract(year FROM %4$s - 1)::int)' END,
                                                  k, a, CASE WHEN keys > 1 THEN ' AND grouped = ' || k ELSE '' END,
                                                  CASE WHEN place LIKE 'base\_%' THEN '$4' ELSE '$2' END)
                   WHEN keys = 0 THEN CASE aggregate WHEN 'largest' THEN format('a%s', a) ELSE format('coalesce(a%s, 0)', a) END
                   ELSE format(CASE aggregate WHEN 'largest' THEN 'max(a%s)%s' ELSE 'coalesce(sum(a%s)%s, 0)' END,
                               a, CASE WHEN keys > 1 THEN ' FILTER (WHERE grouped = 1)' ELSE '' END)
               END AS over
          FROM placed
    ), numbered AS (
        SELECT *, dense_rank() OVER (PARTITION BY scan ORDER BY over) AS v FROM value
    )
    SELECT (SELECT string_agg(format('(SELECT %s FROM (SELECT %s FROM %s AS emgov_record WHERE %s %s) AS g) AS s%s',
                       o.columns, concat_ws(', ', s.columns, s.grouped, w.columns), from_text, bound, s.grouping, scan), ' CROSS JOIN ' ORDER BY scan)
              FROM scan AS s
              JOIN (SELECT scan, string_agg(format('%s AS v%s', over, v), ', ') AS columns FROM (SELECT DISTINCT scan, over, v FROM numbered) AS x GROUP BY 1) AS o USING (scan)
              JOIN (SELECT scan, string_agg(format('%s AS a%s', within, a), ', ') AS columns FROM (SELECT DISTINCT scan, within, a FROM numbered) AS x GROUP BY 1) AS w USING (scan)),
           (SELECT string_agg(line, ', ') FROM (
                SELECT format('(%L, %s, %s, %s, %s, %s, mod(%s, 18446744073709551616))', indicators[n]->>'code',
                              coalesce(min(x) FILTER (WHERE place = 'numerator'), 'NULL'), coalesce(min(x) FILTER (WHERE place = 'denominator'), 'NULL'),
                              coalesce(min(x) FILTER (WHERE place = 'base_numerator'), 'NULL'), coalesce(min(x) FILTER (WHERE place = 'base_denominator'), 'NULL'),
                              coalesce(min(x) FILTER (WHERE place = 'record_count'), 'NULL'), coalesce(min(x) FILTER (WHERE place = 'record_checksum'), 'NULL')) AS line
                  FROM (SELECT n, place, format('s%s.v%s', scan, v) AS x FROM numbered) AS y GROUP BY n) AS z)
      INTO scans, rows_text;
    RETURN format('SELECT f.code, f.n::numeric, f.d::numeric, f.bn::numeric, f.bd::numeric, f.c::bigint, f.h::numeric, ''facts'', NULL '
                  'FROM %s CROSS JOIN LATERAL (VALUES %s) AS f (code, n, d, bn, bd, c, h)', scans, rows_text);
END
$$;
COMMENT ON FUNCTION emgov._scan_query(jsonb[], text, text, boolean) IS
    'internal: the query that computes indicators over one relation, read as from_text says; over parameters $1 to $5: the period, its base, and the moment';

-- An error for which no definition is to blame: a conflict with another transaction, a lock not got in
-- time, no memory or disk, a shutdown, damaged data.
CREATE FUNCTION emgov._ends_the_query(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT state ~ '^(40|53|57|58|55P03|XX001|XX002)' $$;
COMMENT ON FUNCTION emgov._ends_the_query(text) IS 'internal: whether an error of that SQLSTATE, met while an indicator or a rule is computed, is not that definition''s own';

-- Run it. What cannot be computed must not take the others with it: the list is halved until the
-- indicator stands alone, and its row says why.
CREATE FUNCTION emgov._scan(indicators jsonb[], from_text text, record_key text, with_checksum boolean, period daterange, as_of timestamptz)
RETURNS SETOF emgov.figure_parts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    base daterange := emgov.year_earlier(period);
    half int;
    result emgov.figure_parts[];
    failed emgov.figure_parts;
BEGIN
    -- halves are taken of a list that counts from 1
    indicators := ARRAY(SELECT unnest(indicators));
    half := cardinality(indicators) / 2;
    BEGIN
        EXECUTE format('SELECT array_agg(x::emgov.figure_parts) FROM (%s) AS x', emgov._scan_query(indicators, from_text, record_key, with_checksum))
           INTO result USING lower(period), upper(period), lower(base), upper(base), as_of;
    EXCEPTION
        WHEN OTHERS OR assert_failure THEN
            IF emgov._ends_the_query(SQLSTATE) THEN
                RAISE;
            ELSIF half = 0 THEN
                failed.code := indicators[1]->>'code';
                failed.reason := SQLERRM;
                result := ARRAY[failed];
            END IF;
    END;
    IF result IS NULL THEN
        RETURN QUERY SELECT * FROM emgov._scan(indicators[:half], from_text, record_key, with_checksum, period, as_of);
        RETURN QUERY SELECT * FROM emgov._scan(indicators[half + 1:], from_text, record_key, with_checksum, period, as_of);
    ELSE
        RETURN QUERY SELECT * FROM unnest(result);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._scan(jsonb[], text, text, boolean, daterange, timestamptz) IS
    'internal: what indicators over one relation come to; one that cannot be computed has a reason instead';

-- Sources that keep no versions are left out in the past, or read as they are now.
CREATE FUNCTION emgov._figure_parts(indicators jsonb[], period daterange, as_of timestamptz, with_checksum boolean, unversioned_now boolean)
RETURNS SETOF emgov.figure_parts
-- what values print as, for checksums, is the same for everybody; groups are wide rows: to hand many of
-- them from process to process costs more than the default says
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET xmlbinary = 'base64' SET parallel_tuple_cost = 1
AS $$
DECLARE
    source record;
    from_text text;
BEGIN
    RETURN QUERY SELECT x->>'code', NULL::numeric, NULL::numeric, NULL::numeric, NULL::numeric, NULL::bigint, NULL::numeric, NULL::text,
                        'what it is counted from was dropped, or is released for a change'
                   FROM unnest(indicators) AS x WHERE x->>'source' IS NOT NULL AND x->>'relation' IS NULL;
    -- a query has at most 1664 columns: two hundred indicators at a time
    FOR source IN
        SELECT relation::regclass, piece, array_agg(x) AS indicators
          FROM (SELECT x, (x->>'relation')::oid AS relation, (row_number() OVER (PARTITION BY x->>'relation' ORDER BY n) - 1) / 200 AS piece
                  FROM unnest(indicators) WITH ORDINALITY AS u (x, n) WHERE x->>'relation' IS NOT NULL) AS y
         GROUP BY 1, 2 ORDER BY 1::text, 2
    LOOP
        from_text := emgov._source_as_of(source.relation, as_of IS NOT NULL);
        IF from_text IS NULL AND unversioned_now THEN
            from_text := emgov._source_as_of(source.relation, false);
        END IF;
        CONTINUE WHEN from_text IS NULL;
        RETURN QUERY SELECT * FROM emgov._scan(source.indicators, from_text, emgov._record_key(source.relation), with_checksum, period, as_of);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._figure_parts(jsonb[], daterange, timestamptz, boolean, boolean) IS
    'internal: what indicators (as _with_units() gives them) come to in a period and in the one a year earlier; no row for one whose past is not kept';
