-- ------------------------------------------------------------------ ledger: figures

CREATE TYPE emgov.ledger_figure AS (
    code text, name_zh text, value numeric, numerator numeric, denominator numeric,
    base numeric, change numeric, rate numeric, state text, p_value numeric,
    unit text, words text, phrase text, scope text, kind text, section int,
    base_kind text, definition_version int, source text,
    record_count bigint, record_checksum numeric, answered_by text, reason text, base_numerator numeric, base_denominator numeric,
    member text, member_name text, starts_on date, ends_on date, covered_days int, period_days int, coverage text, missing text[]);
COMMENT ON TYPE emgov.ledger_figure IS
    'a row of figures(): an indicator with its value, what it is made of, its base and change, and its words; reason says why a figure is undefined or failed';

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
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE
        WHEN kind = 'planned' THEN denominator
        WHEN kind IN ('share', 'completion', 'reduction') THEN trim_scale(round(100 * numerator / nullif(denominator, 0), places))
        WHEN kind IN ('mean', 'ratio') THEN trim_scale(round(numerator / nullif(denominator, 0), places))
        WHEN kind = 'rate' THEN trim_scale(round(per * numerator / nullif(denominator, 0), places))
        ELSE numerator
    END;
END;
COMMENT ON FUNCTION emgov._figure_value(text, numeric, numeric, numeric, int) IS 'internal: a figure''s value from its numerator and denominator, by its kind, to so many places';

CREATE TYPE emgov.figure_made AS (figure emgov.ledger_figure, exact numeric, base_exact numeric, change_words text);
COMMENT ON TYPE emgov.figure_made IS
    'internal: a figure, with what others are derived from: its value and base before they are rounded to six places, and the words of its change';

-- p: what it comes to in the period, b: in its base.
CREATE FUNCTION emgov._figure(i jsonb, p emgov.figure_parts, b emgov.figure_parts, base text, first_published numeric, change_words text) RETURNS emgov.figure_made
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made emgov.figure_made;
    f emgov.ledger_figure;
    derived boolean := i->>'kind' IN ('change', 'ratio', 'reduction', 'rate');
    per numeric := (i->>'per')::numeric;
    decimals int := (i->>'decimals')::int;
    rounding text := i->>'rounding';
    keep_zero boolean := (i->>'keep_zero')::boolean;
    compared emgov.comparison;
    limit_of_digits CONSTANT numeric := 1e18;
BEGIN
    f.code := i->>'code';
    f.name_zh := i->>'name_zh';
    f.unit := i->>'unit';
    f.scope := i->>'scope';
    f.kind := i->>'kind';
    f.section := (i->>'section')::int;
    f.source := i->>'source';
    f.definition_version := (i->>'version')::int;
    f.base_kind := base;
    f.reason := coalesce(p.reason, b.reason);
    f.answered_by := p.answered_by;
    IF f.reason IS NOT NULL OR NOT derived AND p.code IS NULL THEN
        f.state := CASE WHEN f.reason IS NOT NULL THEN 'failed' ELSE 'unversioned' END;
        made.figure := f;
        RETURN made;
    END IF;
    f.record_count := p.record_count;
    f.record_checksum := p.record_checksum;
    -- what no figure can hold: NaN, infinities, and more than 24 digits of which six are decimals
    IF greatest(abs(p.numerator), abs(p.denominator), abs(b.numerator), abs(b.denominator)) >= limit_of_digits THEN
        f.reason := format('it is made of %s', (SELECT string_agg(x::text, ', ') FROM unnest(ARRAY[p.numerator, p.denominator, b.numerator, b.denominator]) AS x
                                                 WHERE abs(x) >= limit_of_digits));
        p.numerator := CASE WHEN abs(p.numerator) < limit_of_digits THEN p.numerator END;
        p.denominator := CASE WHEN abs(p.denominator) < limit_of_digits THEN p.denominator END;
        b.numerator := CASE WHEN abs(b.numerator) < limit_of_digits THEN b.numerator END;
        b.denominator := CASE WHEN abs(b.denominator) < limit_of_digits THEN b.denominator END;
    END IF;
    f.numerator := p.numerator;
    f.denominator := p.denominator;
    f.base_numerator := b.numerator;
    f.base_denominator := b.denominator;
    IF f.kind = 'change' THEN
        compared := CASE WHEN num_nonnulls(f.numerator, f.denominator) = 2 THEN emgov.comparison(f.numerator, f.denominator) END;
        f.value := CASE WHEN compared IS NOT NULL THEN emgov.rate(compared, decimals, rounding) END;
        f.state := CASE WHEN compared IS NULL THEN 'undefined' ELSE emgov.state(compared) END;
        f.words := regexp_replace(change_words, '^[^，]*，', '');
        f.phrase := f.words;
        made.figure := f;
        RETURN made;
    END IF;

    made.exact := emgov._figure_value(f.kind, f.numerator, f.denominator, per, 18);
    made.base_exact := emgov._figure_value(f.kind, b.numerator, b.denominator, per, 18);
    f.value := emgov._figure_value(f.kind, f.numerator, f.denominator, per);
    f.base := CASE base WHEN 'first_published' THEN first_published ELSE emgov._figure_value(f.kind, b.numerator, b.denominator, per) END;
    IF greatest(abs(f.value), abs(f.base)) >= limit_of_digits THEN
        f.reason := format('it comes to %s, its base to %s', f.value, f.base);
        f.value := CASE WHEN abs(f.value) < limit_of_digits THEN f.value END;
        f.base := CASE WHEN abs(f.base) < limit_of_digits THEN f.base END;
    END IF;
    f.change := f.value - f.base;
    compared := CASE WHEN num_nonnulls(f.value, f.base) = 2 THEN emgov.comparison(f.value, f.base) END;
    f.state := CASE WHEN f.value IS NULL THEN 'undefined'
                    WHEN compared IS NULL THEN CASE base WHEN 'restated' THEN 'no_base' ELSE 'not_published' END
                    ELSE emgov.state(compared) END;
    IF compared IS NOT NULL AND f.unit <> '%' THEN
        f.rate := emgov.rate(compared, decimals, rounding);
    END IF;
    IF compared IS NOT NULL AND i->>'significance' <> 'none' AND f.value = trunc(f.value) AND f.base = trunc(f.base) THEN
        f.p_value := round(emgov.p_value(compared)::numeric, 6);
    END IF;
    f.words := CASE
        WHEN f.value = 0 AND i->>'zero_zh' IS NOT NULL THEN i->>'zero_zh'
        WHEN f.value IS NOT NULL THEN
            emgov.phrase(f.value, f.unit, i->>'wording', (i->>'grain')::numeric, i->>'scale',
                         CASE WHEN i->>'wording' = 'exact' AND f.kind IN ('mean', 'share', 'completion', 'ratio', 'reduction', 'rate') THEN decimals END,
                         rounding, keep_zero)
        END;
    f.phrase := CASE
        WHEN i->>'comparator' = 'year_earlier' AND compared IS NOT NULL AND NOT (f.value = 0 AND i->>'zero_zh' IS NOT NULL) THEN
            emgov.phrase(compared, f.unit, decimals, rounding, keep_zero, NULL, 'zh', i->>'wording', (i->>'grain')::numeric, i->>'scale')
        ELSE f.words END;
    IF compared IS NOT NULL THEN
        made.change_words := emgov.phrase(compared, f.unit, decimals, rounding, keep_zero);
    END IF;
    IF derived THEN
        f.numerator := trim_scale(round(f.numerator, 6));
        f.denominator := trim_scale(round(f.denominator, 6));
        f.base_numerator := trim_scale(round(f.base_numerator, 6));
        f.base_denominator := trim_scale(round(f.base_denominator, 6));
    END IF;
    made.figure := f;
    RETURN made;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    -- this figure alone
    f.state := 'failed';
    f.reason := SQLERRM;
    f.change := NULL;
    f.rate := NULL;
    f.words := NULL;
    f.phrase := NULL;
    made.figure := f;
    RETURN made;
END
$$;
COMMENT ON FUNCTION emgov._figure(jsonb, emgov.figure_parts, emgov.figure_parts, text, numeric, text) IS
    'internal: an indicator''s figure from its parts, its base if that was published first, and the words of the change that it is of; '
    'what it cannot say leaves it undefined or failed, with the reason';

-- made: by code, what _figure() gave.
CREATE FUNCTION emgov._derived(ledger regnamespace, i jsonb, made jsonb, period daterange, as_of timestamptz, OUT p emgov.figure_parts, OUT b emgov.figure_parts)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    of_figure jsonb := made->(i->>'of_code');
    by_figure jsonb := made->(i->>'by_code');
    base daterange := emgov.year_earlier(period);
BEGIN
    p.code := i->>'code';
    CASE i->>'kind'
        WHEN 'change' THEN
            p.numerator := of_figure->'figure'->>'value';
            p.denominator := of_figure->'figure'->>'base';
        WHEN 'ratio' THEN
            p.numerator := of_figure->>'exact';
            p.denominator := by_figure->>'exact';
            b.numerator := of_figure->>'base_exact';
            b.denominator := by_figure->>'base_exact';
        WHEN 'reduction' THEN
            p.denominator := by_figure->>'exact';
            p.numerator := p.denominator - (of_figure->>'exact')::numeric;
            b.denominator := by_figure->>'base_exact';
            b.numerator := b.denominator - (of_figure->>'base_exact')::numeric;
        WHEN 'rate' THEN
            p.numerator := of_figure->>'exact';
            b.numerator := of_figure->>'base_exact';
            EXECUTE format($sql$
                SELECT max(value) FILTER (WHERE starts_on = $2 AND ends_on = $3),
                       max(value) FILTER (WHERE starts_on = $4 AND ends_on = $6)
                  FROM %s AS s WHERE code = $1 $sql$,
                CASE WHEN as_of IS NULL THEN format('%s.measure_series', ledger) ELSE format('%s.measure_series_as_of($5)', ledger) END)
               INTO p.denominator, b.denominator
              USING i->>'series_code', lower(period), upper(period), lower(base), as_of, upper(base);
    END CASE;
END
$$;
COMMENT ON FUNCTION emgov._derived(regnamespace, jsonb, jsonb, daterange, timestamptz) IS
    'internal: what an indicator that is derived from others comes to, from what _figure() gave for those, by code';

CREATE FUNCTION emgov._figures_of(ledger regnamespace, indicators jsonb[], parts emgov.figure_parts[], period daterange, as_of timestamptz, base text, report text)
RETURNS SETOF emgov.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first_published jsonb := '{}';
    made jsonb;                         -- by code, as _figure() gives it
    added jsonb;
BEGIN
    IF base = 'first_published' THEN
        first_published := emgov._first_published(ledger, report, emgov.year_earlier(period), as_of);
    END IF;
    -- what is counted, then what is made of that, then the changes
    SELECT coalesce(jsonb_object_agg(x->>'code', to_jsonb(emgov._figure(x, p, b, base, (first_published->>(x->>'code'))::numeric, NULL))), '{}') INTO made
      FROM unnest(indicators) AS x
      LEFT JOIN unnest(parts) AS p ON p.code = x->>'code' AND p.member IS NULL AND daterange(p.starts_on, p.ends_on) = period
      LEFT JOIN unnest(parts) AS b ON b.code = x->>'code' AND b.member IS NULL AND daterange(b.starts_on, b.ends_on) = emgov.year_earlier(period)
     WHERE x->>'kind' NOT IN ('change', 'ratio', 'reduction', 'rate');
    FOR pass IN 1 .. 2 LOOP
        -- an indicator of the same kind as the one it is of sees only those before it in the alphabet
        FOR added IN SELECT x FROM unnest(indicators) AS x
                      WHERE x->>'kind' = ANY (CASE pass WHEN 1 THEN '{ratio,reduction,rate}'::text[] ELSE '{change}' END) LOOP
            made := made || jsonb_build_object(added->>'code', (
                SELECT emgov._figure(added, d.p, d.b, base, (first_published->>(added->>'code'))::numeric, made->(added->>'of_code')->>'change_words')
                  FROM emgov._derived(ledger, added, made, period, as_of) AS d));
        END LOOP;
    END LOOP;
    RETURN QUERY SELECT f.*
      FROM unnest(indicators) WITH ORDINALITY AS u (x, n)
      CROSS JOIN LATERAL jsonb_populate_record(NULL::emgov.ledger_figure, made->(x->>'code')->'figure') AS f
     ORDER BY n;
END
$$;
COMMENT ON FUNCTION emgov._figures_of(regnamespace, jsonb[], emgov.figure_parts[], daterange, timestamptz, text, text) IS
    'internal: figures from what their indicators come to, in their order; and those that are derived from them';

CREATE FUNCTION emgov.ledger_figures(ledger regnamespace, period daterange, as_of timestamptz DEFAULT NULL,
                                     scope text DEFAULT NULL, base text DEFAULT 'restated',
                                     with_checksum boolean DEFAULT false, unversioned_now boolean DEFAULT false, report text DEFAULT NULL)
RETURNS SETOF emgov.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    indicators emgov.indicator[];
    parts emgov.figure_parts[];
BEGIN
    PERFORM emgov._check_period(period);
    IF base IS NULL OR base NOT IN ('restated', 'first_published') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no base %L', coalesce(base, 'NULL')),
            HINT = 'restated: last year as it is known now; first_published: as it was first published.';
    END IF;
    -- a publication's scope, perhaps tampered with, is compared and not asked for
    IF NOT with_checksum AND scope NOT IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no scope %L', scope),
            HINT = 'bureau, subordinate, city, district, province or national; NULL for all.';
    END IF;
    as_of := emgov._known_moment(ledger, as_of);
    indicators := ARRAY(SELECT emgov._indicators(ledger, as_of));
    parts := ARRAY(SELECT p FROM emgov._scan_parts(ledger, indicators, ARRAY[period, emgov.year_earlier(period)], as_of, NULL, with_checksum, unversioned_now) AS p);
    RETURN QUERY SELECT f.*
      FROM emgov._figures_of(ledger, ARRAY(SELECT to_jsonb(x) FROM unnest(indicators) AS x), parts, period, as_of, base, report) AS f
     WHERE ledger_figures.scope IS NULL OR f.scope = ledger_figures.scope;
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
