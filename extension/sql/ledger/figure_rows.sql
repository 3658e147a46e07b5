-- ------------------------------------------------------------------ ledger: the records behind a figure

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

-- The records that the parts of an indicator are made of, in a window; keys: only these, as _record_key() gives them.
CREATE FUNCTION emgov._figure_records(ledger regnamespace, i emgov.indicator, period daterange, as_of timestamptz, keys text[] DEFAULT NULL)
RETURNS SETOF emgov.ledger_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET xmlbinary = 'base64'
AS $$
DECLARE
    from_text text;
    key text;
    p record;
BEGIN
    FOR p IN SELECT * FROM emgov._indicator_parts(ledger, i) LOOP
        from_text := emgov._source_as_of(p.relation, as_of IS NOT NULL, '$3');
        key := emgov._record_key(p.relation);
        IF from_text IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
                MESSAGE = format('relation "%s" keeps no versions: its past cannot be read', p.relation),
                HINT = format('CALL emgov.keep_versions(%L), or make a function %s_as_of(timestamptz) beside a view.', p.relation, p.relation);
        END IF;
        RETURN QUERY EXECUTE format(
            $sql$ SELECT %1$L::text, x.key, x.entity,
                         CASE %2$L WHEN 'distinct' THEN CASE WHEN x.entity IS NOT NULL AND x.first THEN 1 ELSE 0 END
                                   WHEN 'streak' THEN CASE WHEN x.first THEN 1 ELSE 0 END
                                   WHEN 'sum' THEN coalesce(x.amount, 0)
                                   WHEN 'largest' THEN CASE WHEN x.first THEN x.amount ELSE 0 END
                                   ELSE 1 END::numeric,
                         x.record
                    FROM (SELECT %3$s AS key, %4$s AS entity, %5$s AS amount, to_jsonb(emgov_record) AS record,
                                 row_number() OVER (PARTITION BY %6$s ORDER BY %3$s) = 1 AS first,
                                 %7$s AS kept
                            FROM %8$s AS emgov_record WHERE %9$s) AS x
                   WHERE x.kept %10$s ORDER BY x.key $sql$,
            p.part, p.aggregate, key,
            CASE WHEN p.measure IS NULL THEN 'NULL::text' ELSE format('(%s)::text', p.measure) END,
            CASE WHEN p.aggregate IN ('sum', 'largest') THEN p.measure ELSE 'NULL::numeric' END,
            CASE WHEN p.aggregate IN ('distinct', 'streak', 'largest') THEN format('(%s)', p.measure) ELSE '1::int' END,
            CASE p.aggregate
                WHEN 'streak' THEN format('(%1$s) > $4 - emgov._streak(array_agg(%1$s) OVER (), $4) AND (%1$s) <= $4', p.measure)
                WHEN 'largest' THEN format('(%1$s) = max(%1$s) OVER ()', p.measure)
                ELSE 'true' END,
            from_text, p.condition, CASE WHEN keys IS NOT NULL THEN 'AND x.key = ANY ($5)' END)
        USING lower(period), upper(period), as_of, extract(year FROM upper(period) - 1)::int, keys;
    END LOOP;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('indicator %s cannot be computed: %s', i.code, coalesce(
                (SELECT min(format('"%s", which it is counted from, belongs to another user now', u.relation)) FROM pg_proc f CROSS JOIN LATERAL emgov._unit(f.oid) AS u
                  WHERE f.pronamespace = emgov._store(ledger) AND f.proname = format('%s v%s values', i.code, i.version)::name AND NOT emgov._may_be_source(ledger, u.relation)),
                'what it is counted from was dropped, or is released for a change')),
            HINT = format('CALL emgov.make_units(%L), or correct its definition.', ledger);
    END IF;
EXCEPTION WHEN data_exception OR insufficient_privilege OR program_limit_exceeded THEN
    RAISE EXCEPTION USING ERRCODE = SQLSTATE,
        MESSAGE = format('indicator %s cannot be computed: %s', i.code, SQLERRM),
        HINT = 'Correct its definition, or leave it out: UPDATE … indicator SET active = false.';
END
$$;
COMMENT ON FUNCTION emgov._figure_records(regnamespace, emgov.indicator, daterange, timestamptz, text[]) IS
    'internal: the records behind an indicator that is counted from a source, in a window; with keys, those of them with one of these keys';

CREATE FUNCTION emgov.ledger_figure_rows(ledger regnamespace, code text, period daterange, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    i emgov.indicator;
    of_indicator emgov.indicator;
    by_indicator emgov.indicator;
BEGIN
    PERFORM emgov._check_period(period);
    as_of := emgov._known_moment(ledger, as_of);
    SELECT * INTO i FROM emgov._indicators(ledger, as_of) AS x WHERE x.code = ledger_figure_rows.code;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('there is no indicator "%s"', code),
            HINT = format('SELECT code, name_zh FROM %s.indicator;', ledger);
    END IF;
    IF i.source IS NOT NULL THEN
        RETURN QUERY SELECT * FROM emgov._figure_records(ledger, i, period, as_of);
        RETURN;
    END IF;
    SELECT * INTO of_indicator FROM emgov._indicators(ledger, as_of) AS x WHERE x.code = i.of_code;
    SELECT * INTO by_indicator FROM emgov._indicators(ledger, as_of) AS x WHERE x.code = i.by_code;
    IF of_indicator.source IS NOT NULL THEN
        RETURN QUERY SELECT CASE WHEN i.kind = 'reduction' THEN 'of' ELSE 'numerator' END, r.record_key, r.entity, r.amount, r.record
                       FROM emgov._figure_records(ledger, of_indicator, period, as_of) AS r WHERE r.part = 'numerator';
    END IF;
    IF i.kind = 'change' AND of_indicator.source IS NOT NULL THEN
        RETURN QUERY SELECT 'denominator'::text, r.record_key, r.entity, r.amount, r.record
                       FROM emgov._figure_records(ledger, of_indicator, emgov.year_earlier(period), as_of) AS r WHERE r.part = 'numerator';
    ELSIF by_indicator.source IS NOT NULL THEN
        RETURN QUERY SELECT CASE WHEN i.kind = 'reduction' THEN 'by' ELSE 'denominator' END, r.record_key, r.entity, r.amount, r.record
                       FROM emgov._figure_records(ledger, by_indicator, period, as_of) AS r WHERE r.part = 'numerator';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov.ledger_figure_rows(regnamespace, text, daterange, timestamptz) IS
    'the very records behind a figure: part (numerator or denominator; of a reduction: of and by), key, entity, amount and the row; sum(amount) over a part equals the figure''s numerator or '
    'denominator';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'figure_rows(text, daterange, timestamptz)',
    '数字背后的记录 | the very records behind a figure; sum(amount) by part equals its numerator and denominator', $sql$
CREATE OR REPLACE FUNCTION @ledger@.figure_rows(code text, period daterange, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_record
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_figure_rows('@ledger@'::regnamespace, $1, $2, $3);
END
$sql$);
