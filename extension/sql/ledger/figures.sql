-- ------------------------------------------------------------------ ledger: figures
CREATE TYPE emgov.ledger_figure AS (
    code text, name_zh text, value numeric, numerator numeric, denominator numeric,
    base numeric, change numeric, rate numeric, state text, p_value numeric,
    unit text, words text, phrase text, scope text, kind text, section int,
    base_kind text, definition_version int, source text,
    record_count bigint, record_checksum numeric, answered_by text);
COMMENT ON TYPE emgov.ledger_figure IS
    'a row of figures(): an indicator with its value, what it is made of, its base and change, and its words';

CREATE TYPE emgov.ledger_record AS (part text, record_key text, entity text, amount numeric, record jsonb);
COMMENT ON TYPE emgov.ledger_record IS
    'a row of figure_rows(): a record behind a figure; sum(amount) over a part is the figure''s numerator or denominator';

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

-- The relation a source is read from, as FROM text: live, or as known at a parameter.
CREATE FUNCTION emgov._source_as_of(relation regclass, past boolean, moment text DEFAULT '$5') RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    twin text;
BEGIN
    IF NOT past THEN
        RETURN relation::text;
    END IF;
    SELECT format('%I.%I(%s)', n.nspname, p.proname, moment) INTO twin
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = c.relname || '_as_of' AND p.proowner = c.relowner
     WHERE c.oid = relation AND p.proretset AND p.prorettype = c.reltype
       AND p.pronargs = 1 AND p.proargtypes[0] = 'timestamptz'::regtype;
    RETURN twin;
END
$$;
COMMENT ON FUNCTION emgov._source_as_of(regclass, boolean, text) IS
    'internal: what to read a source from; in the past its twin _as_of of the same owner, NULL when it keeps no versions';

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

CREATE FUNCTION emgov._indicators(ledger regnamespace, as_of timestamptz) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT to_jsonb(i) FROM %s AS i WHERE i.active ORDER BY i.section, i.ordinal, i.code',
        CASE WHEN as_of IS NULL THEN format('%s.indicator', ledger) ELSE format('%s.indicator_as_of($1)', ledger) END)
    USING as_of;
END
$$;
COMMENT ON FUNCTION emgov._indicators(regnamespace, timestamptz) IS 'internal: the definitions in force at a moment';

CREATE FUNCTION emgov._check_period(period daterange) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF period IS NULL OR isempty(period) OR lower_inf(period) OR upper_inf(period) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('a figure needs a period with a beginning and an end, not %s', coalesce(period::text, 'NULL')),
            HINT = 'Write emgov.year(2024), emgov.ytd(''2024-12-19'') or daterange(''2024-01-01'', ''2024-07-01'').';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._check_period(daterange) IS 'internal: an error unless the period is bounded and not empty';

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

CREATE FUNCTION emgov._figure_value(kind text, numerator numeric, denominator numeric, per numeric, places int DEFAULT 6) RETURNS numeric
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN kind = 'planned' THEN denominator
        WHEN kind IN ('share', 'completion', 'reduction') THEN trim_scale(round(100 * numerator / nullif(denominator, 0), places))
        WHEN kind IN ('mean', 'ratio') THEN trim_scale(round(numerator / nullif(denominator, 0), places))
        WHEN kind = 'rate' THEN trim_scale(round(per * numerator / nullif(denominator, 0), places))
        ELSE numerator
    END
$$;
COMMENT ON FUNCTION emgov._figure_value(text, numeric, numeric, numeric, int) IS 'internal: a figure''s value from its numerator and denominator, by its kind, to so many places';

CREATE FUNCTION emgov.ledger_figures(ledger regnamespace, period daterange, as_of timestamptz DEFAULT NULL,
                                     scope text DEFAULT NULL, base text DEFAULT 'restated',
                                     with_checksum boolean DEFAULT false, unversioned_now boolean DEFAULT false)
RETURNS SETOF emgov.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    indicators jsonb[];
    slots jsonb;
    slot jsonb;
    i jsonb;
    f emgov.ledger_figure;
    base_numerator numeric;
    base_denominator numeric;
    current_values jsonb := '{}';
    base_values jsonb := '{}';
    current_exact jsonb := '{}';        -- the same before they are rounded to six places
    base_exact jsonb := '{}';
    phrases jsonb := '{}';
    compared emgov.comparison;
    first_published jsonb := '{}';
    derived boolean;
    pass int;
    figures jsonb := '{}';
BEGIN
    PERFORM emgov._check_period(period);
    IF base IS NULL OR base NOT IN ('restated', 'first_published') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no base %L', coalesce(base, 'NULL')),
            HINT = 'restated: last year as it is known now; first_published: as it was first published.';
    END IF;
    IF as_of >= clock_timestamp() THEN
        as_of := NULL;
    END IF;
    indicators := ARRAY(SELECT emgov._indicators(ledger, as_of));
    -- a rollup knows the present only, and no records
    slots := CASE WHEN as_of IS NULL AND NOT with_checksum THEN emgov._rollup_slots(indicators, ledger, period) ELSE '{}' END;
    slots := slots || emgov._slots(ARRAY(SELECT x FROM unnest(indicators) AS x WHERE NOT slots ? (x->>'code')),
                                   ledger, period, as_of, with_checksum, unversioned_now);
    IF base = 'first_published' THEN
        EXECUTE format($sql$
            SELECT coalesce(jsonb_object_agg(x.code, x.value), '{}') FROM (
                SELECT DISTINCT ON (f.code) f.code, f.value
                  FROM %1$s.publication p JOIN %1$s.publication_figure f ON f.publication_id = p.id
                 WHERE p.starts_on = lower($1) AND p.ends_on = upper($1) AND p.as_of <= coalesce($2, 'infinity')
                 ORDER BY f.code, p.id) AS x $sql$, ledger)
           INTO first_published USING emgov.year_earlier(period), as_of;
    END IF;

    -- what is counted, then what is made of that, then the changes
    FOR pass IN 1 .. 3 LOOP
        FOREACH i IN ARRAY indicators LOOP
            derived := i->>'kind' IN ('change', 'ratio', 'reduction', 'rate');
            CONTINUE WHEN pass <> CASE WHEN NOT derived THEN 1 WHEN i->>'kind' = 'change' THEN 3 ELSE 2 END;
            f := NULL;
            f.code := i->>'code';
            f.name_zh := i->>'name_zh';
            f.unit := i->>'unit';
            f.scope := i->>'scope';
            f.kind := i->>'kind';
            f.section := (i->>'section')::int;
            f.source := i->>'source';
            f.definition_version := (i->>'version')::int;
            f.base_kind := base;
            base_numerator := NULL;
            base_denominator := NULL;
            slot := slots->(f.code);
            CASE f.kind
                WHEN 'change' THEN
                    f.numerator := (current_values->>(i->>'of_code'))::numeric;
                    f.denominator := (base_values->>(i->>'of_code'))::numeric;
                WHEN 'ratio' THEN
                    f.numerator := (current_exact->>(i->>'of_code'))::numeric;
                    f.denominator := (current_exact->>(i->>'by_code'))::numeric;
                    base_numerator := (base_exact->>(i->>'of_code'))::numeric;
                    base_denominator := (base_exact->>(i->>'by_code'))::numeric;
                WHEN 'reduction' THEN
                    f.denominator := (current_exact->>(i->>'by_code'))::numeric;
                    f.numerator := f.denominator - (current_exact->>(i->>'of_code'))::numeric;
                    base_denominator := (base_exact->>(i->>'by_code'))::numeric;
                    base_numerator := base_denominator - (base_exact->>(i->>'of_code'))::numeric;
                WHEN 'rate' THEN
                    f.numerator := (current_exact->>(i->>'of_code'))::numeric;
                    base_numerator := (base_exact->>(i->>'of_code'))::numeric;
                    EXECUTE format($sql$
                        SELECT max(value) FILTER (WHERE starts_on = $2 AND ends_on = $3),
                               max(value) FILTER (WHERE starts_on = $4 AND ends_on = $6)
                          FROM %s AS s WHERE code = $1 $sql$,
                        CASE WHEN as_of IS NULL THEN format('%s.measure_series', ledger)
                             ELSE format('%s.measure_series_as_of($5)', ledger) END)
                       INTO f.denominator, base_denominator
                      USING i->>'series_code', lower(period), upper(period), lower(emgov.year_earlier(period)), as_of, upper(emgov.year_earlier(period));
                ELSE
                    f.numerator := (slot->>0)::numeric;
                    f.denominator := (slot->>1)::numeric;
                    base_numerator := (slot->>2)::numeric;
                    base_denominator := (slot->>3)::numeric;
                    f.record_count := (slot->>4)::bigint;
                    f.record_checksum := (slot->>5)::numeric;
                    f.answered_by := CASE WHEN slot IS NOT NULL THEN coalesce(slot->>6, 'facts') END;
            END CASE;

            IF f.kind = 'change' THEN
                compared := CASE WHEN num_nonnulls(f.numerator, f.denominator) = 2 THEN emgov.comparison(f.numerator, f.denominator) END;
                f.value := CASE WHEN compared IS NOT NULL THEN emgov.rate(compared, (i->>'decimals')::int, i->>'rounding') END;
                f.state := CASE WHEN compared IS NULL THEN 'undefined' ELSE emgov.state(compared) END;
                f.words := regexp_replace(phrases->>(i->>'of_code'), '^[^，]*，', '');
                f.phrase := f.words;
                f.base_kind := base;
            ELSE
                f.value := emgov._figure_value(f.kind, f.numerator, f.denominator, (i->>'per')::numeric);
                f.base := emgov._figure_value(f.kind, base_numerator, base_denominator, (i->>'per')::numeric);
                IF base = 'first_published' THEN
                    f.base := (first_published->>f.code)::numeric;
                END IF;
                f.change := f.value - f.base;
                compared := CASE WHEN num_nonnulls(f.value, f.base) = 2 THEN emgov.comparison(f.value, f.base) END;
                f.state := CASE WHEN NOT derived AND slot IS NULL THEN 'unversioned'
                                WHEN f.value IS NULL THEN 'undefined'
                                WHEN compared IS NULL THEN CASE base WHEN 'restated' THEN 'no_base' ELSE 'not_published' END
                                ELSE emgov.state(compared) END;
                IF compared IS NOT NULL AND f.unit <> '%' THEN
                    f.rate := emgov.rate(compared, (i->>'decimals')::int, i->>'rounding');
                END IF;
                IF compared IS NOT NULL AND i->>'significance' <> 'none'
                   AND f.value = trunc(f.value) AND f.base = trunc(f.base) THEN
                    f.p_value := round(emgov.p_value(compared)::numeric, 6);
                END IF;
                f.words := CASE
                    WHEN f.value = 0 AND i->>'zero_zh' IS NOT NULL THEN i->>'zero_zh'
                    WHEN f.value IS NOT NULL THEN
                        emgov.phrase(f.value, f.unit, i->>'wording', (i->>'grain')::numeric, i->>'scale',
                                     CASE WHEN i->>'wording' = 'exact' AND f.kind IN ('mean', 'share', 'completion', 'ratio', 'reduction', 'rate')
                                          THEN (i->>'decimals')::int END,
                                     i->>'rounding', (i->>'keep_zero')::boolean)
                    END;
                f.phrase := CASE
                    WHEN i->>'comparator' = 'year_earlier' AND compared IS NOT NULL
                         AND NOT (f.value = 0 AND i->>'zero_zh' IS NOT NULL) THEN
                        emgov.phrase(compared, f.unit, (i->>'decimals')::int, i->>'rounding', (i->>'keep_zero')::boolean,
                                     NULL, 'zh', i->>'wording', (i->>'grain')::numeric, i->>'scale')
                    ELSE f.words END;
                current_exact := current_exact || jsonb_build_object(f.code, emgov._figure_value(f.kind, f.numerator, f.denominator, (i->>'per')::numeric, 18));
                base_exact := base_exact || jsonb_build_object(f.code, emgov._figure_value(f.kind, base_numerator, base_denominator, (i->>'per')::numeric, 18));
                IF derived THEN
                    f.numerator := trim_scale(round(f.numerator, 6));
                    f.denominator := trim_scale(round(f.denominator, 6));
                END IF;
                current_values := current_values || jsonb_build_object(f.code, f.value);
                base_values := base_values || jsonb_build_object(f.code, f.base);
                phrases := phrases || jsonb_build_object(f.code, CASE WHEN compared IS NOT NULL THEN emgov.phrase(compared, f.unit, (i->>'decimals')::int, i->>'rounding', (i->>'keep_zero')::boolean) END);
            END IF;
            figures := figures || jsonb_build_object(f.code, to_jsonb(f));
        END LOOP;
    END LOOP;

    FOREACH i IN ARRAY indicators LOOP
        IF scope IS NULL OR i->>'scope' = scope THEN
            RETURN NEXT jsonb_populate_record(NULL::emgov.ledger_figure, figures->(i->>'code'));
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov.ledger_figures(regnamespace, daterange, timestamptz, text, text, boolean, boolean) IS
    'all figures of a ledger for a period, as known at a moment (NULL: now), of one scope (NULL: all), against last year as known now or as first published; with a checksum of the records; sources that keep no versions left out in the past, or as they are now';

CREATE FUNCTION emgov._record_key(relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(
        (SELECT format('concat_ws(''/'', %s)', string_agg(format('s.%I', a.attname), ', ' ORDER BY a.attnum))
           FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
          WHERE x.indrelid = relation AND x.indisprimary HAVING count(*) > 0),
        (SELECT 's.id::text' FROM pg_attribute WHERE attrelid = relation AND attname = 'id' AND NOT attisdropped),
        'md5(to_jsonb(s)::text)')
$$;
COMMENT ON FUNCTION emgov._record_key(regclass) IS 'internal: the expression of a record''s key: the primary key, a column id, or a hash of the row';

CREATE FUNCTION emgov._figure_records(ledger regnamespace, i jsonb, period daterange, as_of timestamptz, base_period boolean)
RETURNS SETOF emgov.ledger_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    schema_name text := (SELECT nspname FROM pg_namespace WHERE oid = ledger);
    relation regclass := emgov._source(schema_name, i->>'source');
    from_text text := emgov._source_as_of(relation, as_of IS NOT NULL);
    key text := emgov._record_key(relation);
    year_end date := CASE WHEN base_period THEN upper(emgov.year_earlier(period)) ELSE upper(period) END;
    base daterange := emgov.year_earlier(period);
    p record;
BEGIN
    IF from_text IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = format('relation "%s" keeps no versions: its past cannot be read', relation),
            HINT = format('CALL emgov.keep_versions(%L), or make a function %s_as_of(timestamptz) beside a view.', relation, relation);
    END IF;
    FOR p IN SELECT * FROM emgov._parts(i, relation, base_period) LOOP
        RETURN QUERY EXECUTE format(
            $sql$ SELECT %1$L::text, x.key, x.entity,
                         CASE %2$L WHEN 'distinct' THEN CASE WHEN x.entity IS NOT NULL AND x.first THEN 1 ELSE 0 END
                                   WHEN 'streak' THEN CASE WHEN x.first THEN 1 ELSE 0 END
                                   WHEN 'sum' THEN coalesce(x.amount, 0)
                                   WHEN 'largest' THEN CASE WHEN x.first THEN x.amount ELSE 0 END
                                   ELSE 1 END::numeric,
                         x.record
                    FROM (SELECT %3$s AS key, %4$s AS entity, %5$s AS amount, to_jsonb(s) AS record,
                                 row_number() OVER (PARTITION BY %6$s ORDER BY %3$s) = 1 AS first,
                                 %7$s AS kept
                            FROM %8$s AS s WHERE %9$s) AS x
                   WHERE x.kept ORDER BY x.key $sql$,
            p.part, p.aggregate, key,
            CASE WHEN p.measure IS NULL THEN 'NULL::text' ELSE format('(%s)::text', p.measure) END,
            CASE WHEN p.aggregate IN ('sum', 'largest') THEN p.measure ELSE 'NULL::numeric' END,
            CASE WHEN p.aggregate IN ('distinct', 'streak', 'largest') THEN format('(%s)', p.measure) ELSE '1::int' END,
            CASE p.aggregate
                WHEN 'streak' THEN format('(%1$s) > $6 - emgov._streak(array_agg(%1$s) OVER (), $6) AND (%1$s) <= $6', p.measure)
                WHEN 'largest' THEN format('(%1$s) = max(%1$s) OVER ()', p.measure)
                ELSE 'true' END,
            from_text, p.condition)
        USING lower(period), upper(period), lower(base), upper(base), as_of, extract(year FROM year_end - 1)::int;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._figure_records(regnamespace, jsonb, daterange, timestamptz, boolean) IS 'internal: the records behind an indicator that is counted from a source, in the period or in its base';

CREATE FUNCTION emgov.ledger_figure_rows(ledger regnamespace, code text, period daterange, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    i jsonb;
    of_indicator jsonb;
    by_indicator jsonb;
BEGIN
    PERFORM emgov._check_period(period);
    IF as_of >= clock_timestamp() THEN
        as_of := NULL;
    END IF;
    SELECT x INTO i FROM emgov._indicators(ledger, as_of) AS x WHERE x->>'code' = code;
    IF i IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('there is no indicator "%s"', code),
            HINT = format('SELECT code, name_zh FROM %s.indicator;', ledger);
    END IF;
    IF i->>'source' IS NOT NULL THEN
        RETURN QUERY SELECT * FROM emgov._figure_records(ledger, i, period, as_of, false);
        RETURN;
    END IF;
    SELECT x INTO of_indicator FROM emgov._indicators(ledger, as_of) AS x WHERE x->>'code' = i->>'of_code';
    SELECT x INTO by_indicator FROM emgov._indicators(ledger, as_of) AS x WHERE x->>'code' = i->>'by_code';
    IF of_indicator->>'source' IS NOT NULL THEN
        RETURN QUERY SELECT CASE WHEN i->>'kind' = 'reduction' THEN 'of' ELSE 'numerator' END, r.record_key, r.entity, r.amount, r.record
                       FROM emgov._figure_records(ledger, of_indicator, period, as_of, false) AS r WHERE r.part = 'numerator';
    END IF;
    IF i->>'kind' = 'change' AND of_indicator->>'source' IS NOT NULL THEN
        RETURN QUERY SELECT 'denominator'::text, r.record_key, r.entity, r.amount, r.record
                       FROM emgov._figure_records(ledger, of_indicator, period, as_of, true) AS r WHERE r.part = 'numerator';
    ELSIF by_indicator->>'source' IS NOT NULL THEN
        RETURN QUERY SELECT CASE WHEN i->>'kind' = 'reduction' THEN 'by' ELSE 'denominator' END, r.record_key, r.entity, r.amount, r.record
                       FROM emgov._figure_records(ledger, by_indicator, period, as_of, false) AS r WHERE r.part = 'numerator';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov.ledger_figure_rows(regnamespace, text, daterange, timestamptz) IS
    'the very records behind a figure: part (numerator or denominator; of a reduction: of and by), key, entity, amount and the row; sum(amount) over a part equals the figure''s numerator or denominator';
