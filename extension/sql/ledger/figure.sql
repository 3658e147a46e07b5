-- ------------------------------------------------------------------ ledger: figures

CREATE TYPE emgov.ledger_figure AS (
    code text, name_zh text, value numeric, numerator numeric, denominator numeric,
    base numeric, change numeric, rate numeric, state text, p_value numeric,
    unit text, words text, phrase text, scope text, kind text, section int,
    base_kind text, definition_version int, source text,
    record_count bigint, record_checksum numeric, answered_by text);
COMMENT ON TYPE emgov.ledger_figure IS
    'a row of figures(): an indicator with its value, what it is made of, its base and change, and its words';

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
                                     with_checksum boolean DEFAULT false, unversioned_now boolean DEFAULT false, report text DEFAULT NULL)
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
    as_of := emgov._known_moment(ledger, as_of);
    indicators := ARRAY(SELECT emgov._indicators(ledger, as_of));
    -- a rollup knows the present only, and no records
    slots := CASE WHEN as_of IS NULL AND NOT with_checksum THEN emgov._rollup_slots(indicators, ledger, period) ELSE '{}' END;
    slots := slots || emgov._slots(ARRAY(SELECT x FROM unnest(indicators) AS x WHERE NOT slots ? (x->>'code')),
                                   ledger, period, as_of, with_checksum, unversioned_now);
    IF base = 'first_published' THEN
        first_published := emgov._first_published(ledger, report, emgov.year_earlier(period), as_of);
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
                phrases := phrases || jsonb_build_object(f.code, CASE WHEN compared IS NOT NULL THEN
                    emgov.phrase(compared, f.unit, (i->>'decimals')::int, i->>'rounding', (i->>'keep_zero')::boolean) END);
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
COMMENT ON FUNCTION emgov.ledger_figures(regnamespace, daterange, timestamptz, text, text, boolean, boolean, text) IS
    'all figures of a ledger for a period, as known at a moment (NULL: now), of one scope (NULL: all), against last year as known now or as first published; with a checksum of the records; '
    'sources that keep no versions left out in the past, or as they are now';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'figures(daterange, timestamptz, text, text, text)',
    '全部指标：数值、分子分母、基数、增减、可比状态、p 值与表述 | every indicator with value, numerator, denominator, base, change, rate, state, p-value and words, as known at a moment (NULL: '
    'now); base: restated or first_published, by the report named', $sql$
CREATE OR REPLACE FUNCTION @ledger@.figures(period daterange, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL, base text DEFAULT 'restated', report text DEFAULT NULL)
RETURNS SETOF emgov.ledger_figure
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_figures('@ledger@'::regnamespace, $1, $2, $3, $4, report => $5);
END
$sql$);
