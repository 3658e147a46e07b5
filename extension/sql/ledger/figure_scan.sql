-- ------------------------------------------------------------------ ledger: what figures are made of
-- Numerators and denominators, all indicators over one source in one scan of it.

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

-- Which records the cut-off takes, as SQL over parameters: the period is $1 to $2, the base $3 to $4.
CREATE FUNCTION emgov._cutoff(cutoff text, kind text, date_column text, until_column text, base boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT replace(replace(
        CASE
            WHEN kind = 'streak' THEN format('%I < [e]', date_column)
            WHEN cutoff = 'period' THEN format('%1$I >= [s] AND %1$I < [e]', date_column)
            WHEN cutoff = 'to_date' THEN format('%I < [e]', date_column)
            ELSE format('(%1$I IS NULL OR %1$I < [e])', date_column)
        END
        || CASE WHEN until_column IS NULL OR kind IN ('completion', 'planned') THEN ''
                ELSE format(' AND (%1$I IS NULL OR %1$I >= [e])', until_column) END,
        '[s]', CASE WHEN base THEN '$3' ELSE '$1' END), '[e]', CASE WHEN base THEN '$4' ELSE '$2' END)
$$;
COMMENT ON FUNCTION emgov._cutoff(text, text, text, text, boolean) IS 'internal: the condition that an indicator''s cut-off puts on a record''s dates';

-- An indicator's two parts, as conditions and aggregates over its source.
CREATE FUNCTION emgov._parts(i jsonb, relation regclass, base boolean,
                             OUT part text, OUT condition text, OUT aggregate text, OUT measure text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind text := i->>'kind';
    made_of text := coalesce(i->>'aggregate', CASE kind WHEN 'mean' THEN 'sum' ELSE kind END);
    dates text := emgov._cutoff(i->>'cutoff', kind, i->>'date_column', i->>'until_column', base);
    filter text := coalesce(emgov.check_expression(relation, i->>'filter', 'boolean'), 'true');
    base_filter text := coalesce(emgov.check_expression(relation, i->>'base_filter', 'boolean'), 'true');
    done text := quote_ident(i->>'until_column') || CASE WHEN base THEN ' < $4' ELSE ' < $2' END;
BEGIN
    measure := emgov.check_expression(relation, i->>'measure',
                   CASE WHEN kind = 'streak' THEN 'integer'::regtype
                        WHEN kind IN ('sum', 'mean', 'largest') OR made_of = 'sum' THEN 'numeric'::regtype END);
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
COMMENT ON FUNCTION emgov._parts(jsonb, regclass, boolean) IS 'internal: numerator and denominator of an indicator, as conditions on its source''s records';

-- One aggregate over the records that meet a condition, in two steps: within a group of
-- records, and over the groups. `key` is the number of the grouping that tells entities
-- apart (0: none is needed), `groups` how many there are (0: one step is enough).
CREATE FUNCTION emgov._aggregate(aggregate text, measure text, condition text, last_year text, key int, groups int,
                                 OUT within text, OUT over text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE aggregate
               WHEN 'sum' THEN format('sum(%s) FILTER (WHERE %s)', measure, condition)
               WHEN 'largest' THEN format('max(%s) FILTER (WHERE %s)', measure, condition)
               ELSE format('count(*) FILTER (WHERE %s)', condition)
           END,
           CASE aggregate
               WHEN 'distinct' THEN format('count(key%1$s) FILTER (WHERE [within] > 0%2$s)', key, of_key)
               WHEN 'streak' THEN format('emgov._streak(array_agg(key%1$s) FILTER (WHERE [within] > 0%2$s), %3$s)', key, of_key, last_year)
               WHEN 'sum' THEN CASE groups WHEN 0 THEN 'coalesce([within], 0)' ELSE format('coalesce(sum([within])%s, 0)', of_first) END
               WHEN 'largest' THEN CASE groups WHEN 0 THEN '[within]' ELSE format('max([within])%s', of_first) END
               ELSE CASE groups WHEN 0 THEN '[within]' ELSE format('coalesce(sum([within])%s, 0)', of_first) END
           END
      FROM (SELECT CASE WHEN groups > 1 THEN format(' AND grouped = %s', key) ELSE '' END AS of_key,
                   CASE WHEN groups > 1 THEN ' FILTER (WHERE grouped = 1)' ELSE '' END AS of_first) AS x
$$;
COMMENT ON FUNCTION emgov._aggregate(text, text, text, text, int, int) IS
    'internal: the SQL of one aggregate over the records that meet a condition: within a group, and over the groups, where [within] stands for the first';

-- The query that computes all indicators over one source in one scan of it. What is
-- told apart (enterprises, persons, years) is told apart by grouping, which the server
-- can hash and share among processes, as it cannot count(DISTINCT …).
-- It gives, by code, [numerator, denominator, base numerator, base denominator, records, checksum].
CREATE FUNCTION emgov._slots_query(indicators jsonb[], relation regclass, from_text text, with_checksum boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    i jsonb;
    p record;
    a record;
    is_base boolean;
    terms jsonb[] := '{}';          -- [code, place, aggregate, measure, condition, last year]
    term jsonb;
    counted text;
    keys text[];
    within text[] := '{}';          -- the expressions of the inner query, each once
    columns text[] := '{}';
    place int;
    slot text[];
    slots jsonb := '{}';
    bound text;
    inner_query text;
BEGIN
    FOREACH i IN ARRAY indicators LOOP
        FOREACH is_base IN ARRAY ARRAY[false, true] LOOP
            FOR p IN SELECT * FROM emgov._parts(i, relation, is_base) LOOP
                terms := terms || jsonb_build_array(i->>'code',
                    (CASE p.part WHEN 'numerator' THEN 1 ELSE 2 END) + (CASE WHEN is_base THEN 2 ELSE 0 END),
                    p.aggregate, p.measure, p.condition, format('extract(year FROM %s - 1)::int', CASE WHEN is_base THEN '$4' ELSE '$2' END));
                IF NOT is_base AND (p.part = 'numerator' OR i->>'kind' IN ('planned', 'share', 'completion')) THEN
                    counted := p.condition;
                END IF;
            END LOOP;
        END LOOP;
        terms := terms || jsonb_build_array(i->>'code', 5, 'count', NULL, counted, NULL);
        IF with_checksum THEN
            terms := terms || jsonb_build_array(i->>'code', 6, 'sum', 'hashtextextended(to_jsonb(s)::text, 0)::numeric', counted, NULL);
        END IF;
    END LOOP;

    SELECT coalesce(array_agg(DISTINCT x->>3), '{}') INTO keys
      FROM unnest(terms) AS x WHERE x->>2 IN ('distinct', 'streak');
    FOREACH term IN ARRAY terms LOOP
        SELECT * INTO a FROM emgov._aggregate(term->>2, term->>3, term->>4, term->>5,
            CASE WHEN term->>2 IN ('distinct', 'streak') THEN array_position(keys, term->>3) END, cardinality(keys));
        place := array_position(within, a.within);
        IF place IS NULL THEN
            within := within || a.within;
            place := cardinality(within);
        END IF;
        slots := jsonb_set(slots, ARRAY[term->>0],
            coalesce(slots->(term->>0), '["NULL", "NULL", "NULL", "NULL", "NULL", "NULL"]'));
        slots := jsonb_set(slots, ARRAY[term->>0, ((term->>1)::int - 1)::text], to_jsonb(
            CASE (term->>1)::int WHEN 6 THEN format('mod(%s, 18446744073709551616)', replace(a.over, '[within]', 'a' || place))
                                 ELSE replace(a.over, '[within]', 'a' || place) END));
    END LOOP;

    -- records that no indicator can count are left out, by an index if there is one; the 29th of
    -- February has no day a year earlier
    SELECT string_agg(DISTINCT CASE
               WHEN x->>'cutoff' = 'period' AND x->>'kind' <> 'streak' THEN format('(s.%1$I >= LEAST($1, $3) AND s.%1$I < $2)', x->>'date_column')
               WHEN x->>'cutoff' = 'at_date' AND x->>'kind' <> 'streak' THEN format('(s.%1$I IS NULL OR s.%1$I < $2)', x->>'date_column')
               ELSE format('(s.%I < $2)', x->>'date_column') END, ' OR ')
      INTO bound FROM unnest(indicators) AS x;
    inner_query := format('SELECT %s FROM %s AS s WHERE %s %s',
        array_to_string(
            ARRAY(SELECT format('%s AS key%s', k, n) FROM unnest(keys) WITH ORDINALITY AS u (k, n) ORDER BY n)
            || CASE WHEN cardinality(keys) > 1 THEN
                   -- which of the groupings a row is of: the one whose bit is not set
                   format('CASE %s END AS grouped', (SELECT string_agg(format('WHEN grouping(%s) = 0 THEN %s', k, n), ' ' ORDER BY n)
                                                      FROM unnest(keys) WITH ORDINALITY AS u (k, n))) END
            || ARRAY(SELECT format('%s AS a%s', w, n) FROM unnest(within) WITH ORDINALITY AS u (w, n) ORDER BY n), ', '),
        from_text, bound,
        CASE cardinality(keys) WHEN 0 THEN '' WHEN 1 THEN 'GROUP BY 1'
             ELSE format('GROUP BY GROUPING SETS (%s)', (SELECT string_agg(format('(%s)', n), ', ') FROM generate_series(1, cardinality(keys)) AS n)) END);

    -- a function takes at most 100 arguments: forty indicators at a time become one object
    SELECT array_agg(format('%L, jsonb_build_array(%s)', e.key, array_to_string(ARRAY(SELECT jsonb_array_elements_text(e.value)), ', ')))
      INTO columns FROM jsonb_each(slots) AS e;
    RETURN format('SELECT %s FROM (%s) AS g',
        (SELECT string_agg(format('jsonb_build_object(%s)', piece), ' || ')
           FROM (SELECT string_agg(c, ', ') AS piece FROM unnest(columns) WITH ORDINALITY AS t (c, n) GROUP BY (n - 1) / 40) AS pieces),
        inner_query);
END
$$;
COMMENT ON FUNCTION emgov._slots_query(jsonb[], regclass, text, boolean) IS
    'internal: the query that computes all indicators over one source in one scan; over parameters $1 to $5: the period, its base, and the moment';

-- What all indicators come to, before anything is derived: one scan for each source.
-- Sources that keep no versions are left out in the past, or read as they are now.
CREATE FUNCTION emgov._slots(indicators jsonb[], ledger regnamespace, period daterange, as_of timestamptz,
                             with_checksum boolean, unversioned_now boolean)
RETURNS jsonb
-- groups are wide rows: to hand many of them from process to process costs more than the default says
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET parallel_tuple_cost = 1
AS $$
DECLARE
    base daterange := emgov.year_earlier(period);
    slots jsonb := '{}';
    schema_name text := (SELECT nspname FROM pg_namespace WHERE oid = ledger);
    source text;
    relation regclass;
    from_text text;
    i jsonb;
    result jsonb;
BEGIN
    FOR source IN SELECT DISTINCT x->>'source' FROM unnest(indicators) AS x WHERE x->>'source' IS NOT NULL ORDER BY 1 LOOP
        relation := emgov._source(schema_name, source);
        from_text := emgov._source_as_of(relation, as_of IS NOT NULL);
        IF from_text IS NULL AND unversioned_now THEN
            from_text := emgov._source_as_of(relation, false);
        END IF;
        CONTINUE WHEN from_text IS NULL;
        BEGIN
            EXECUTE emgov._slots_query(ARRAY(SELECT x FROM unnest(indicators) AS x WHERE x->>'source' = source),
                                       relation, from_text, with_checksum)
               INTO result USING lower(period), upper(period), lower(base), upper(base), as_of;
        EXCEPTION WHEN data_exception THEN
            -- which of them is it?
            FOR i IN SELECT x FROM unnest(indicators) AS x WHERE x->>'source' = source LOOP
                BEGIN
                    EXECUTE emgov._slots_query(ARRAY[i], relation, from_text, with_checksum)
                       INTO result USING lower(period), upper(period), lower(base), upper(base), as_of;
                EXCEPTION WHEN data_exception THEN
                    RAISE EXCEPTION USING ERRCODE = SQLSTATE,
                        MESSAGE = format('indicator %s cannot be computed: %s', i->>'code', SQLERRM),
                        HINT = 'Correct its definition, or leave it out: UPDATE … indicator SET active = false.';
                END;
            END LOOP;
            RAISE;
        END;
        slots := slots || result;
    END LOOP;
    RETURN slots;
END
$$;
COMMENT ON FUNCTION emgov._slots(jsonb[], regnamespace, daterange, timestamptz, boolean, boolean) IS
    'internal: what all indicators of a ledger come to in a period and in the one a year earlier, all indicators over one source in one scan';
