-- ------------------------------------------------------------------ ledger: the records behind a figure

CREATE TYPE emgov_internal.ledger_record AS (part text, record_key text, entity text, amount numeric, record jsonb);
COMMENT ON TYPE emgov_internal.ledger_record IS
    'a row of figure_rows(): a record behind a figure; sum(amount) over a part is that part: the figure''s numerator or denominator, or those of what it is made of; '
    'amount NULL: what it comes to is not known (a loss that is not assessed)';

CREATE FUNCTION emgov_internal.streak(years int[], ending int) RETURNS int
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
COMMENT ON FUNCTION emgov_internal.streak(int[], int) IS 'internal: how many years in a row, ending with a given one, are among the years given; 0 when it is not';

CREATE FUNCTION emgov_internal.hidden_behind(records text, as_of timestamptz) RETURNS text
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_hidden_behind';
COMMENT ON FUNCTION emgov_internal.hidden_behind(text, timestamptz) IS
    'internal: of what records of a relation, as of $1, are read from, the first table of which a row policy hides rows from the caller; NULL: there is none';

-- The records that the parts of an indicator are made of, in a window; what a policy leaves is not that. keys: only these, as record_key() gives
-- them; member: only those of this one in places 1 and 2 (NULL: of all, empty: of none); without: of all areas but these.
CREATE FUNCTION emgov_internal.figure_records(ledger regnamespace, i emgov_internal.indicator, period daterange, as_of timestamptz, keys text[] DEFAULT NULL,
                                      splits emgov_internal.figure_split[] DEFAULT NULL, names emgov_internal.figure_name[] DEFAULT NULL, member text[] DEFAULT NULL, without text[] DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET xmlbinary = 'base64'
AS $$
DECLARE
    from_text text;
    hidden text;
    key text;
    p record;
    of_member text[];
    split record;
BEGIN
    FOR p IN SELECT * FROM emgov_internal.indicator_parts(ledger, i) LOOP
        of_member := '{}';
        from_text := emgov_internal.source_as_of(p.relation, as_of IS NOT NULL, '$3');
        key := emgov_internal.record_key(p.relation);
        IF from_text IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
                MESSAGE = format('relation "%s" keeps no versions: its past cannot be read', p.relation),
                HINT = format('CALL emgov.keep_versions(%L), or make a function %s_as_of(timestamptz) beside a view.', p.relation, p.relation);
        END IF;
        hidden := emgov_internal.hidden_behind(emgov_internal.source_as_of(p.relation, as_of IS NOT NULL, '$1'), as_of);
        IF hidden IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('the figure "%s" cannot be computed, so there are no rows behind it', i.code),
                DETAIL = format('a row policy hides rows of %s from user "%s"', hidden, current_user),
                HINT = format('Ask as a user whom no policy on %s binds, such as its owner.', hidden);
        END IF;
        FOR split IN SELECT s.place, s.dimension, e.expression, e.reason FROM unnest(splits) AS s CROSS JOIN LATERAL emgov_internal.split_expression(splits, s.place, p.relation, p.day) AS e
                      WHERE s.relation IS NULL ORDER BY s.place LOOP
            IF split.place > 0 AND figure_records.member[split.place] IS NOT NULL THEN
                IF split.reason IS NOT NULL THEN
                    RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                        MESSAGE = format('indicator %s cannot be told by %s: %s', i.code, split.dimension, split.reason);
                END IF;
                -- what it became has the records of a member too
                of_member := of_member || format('coalesce(%s, '''') = ANY (%L::text[])', split.expression, figure_records.member[split.place] || ARRAY(
                    SELECT n.member FROM unnest(names) AS n WHERE n.place = split.place AND n.counts_as = figure_records.member[split.place]));
            -- the total of what cannot be told by areas is of all its records
            ELSIF split.dimension = 'area' AND without IS NOT NULL AND split.expression IS NOT NULL THEN
                of_member := of_member || format('coalesce(%s, '''') <> ALL (%L::text[])', split.expression,
                                                 without || ARRAY(SELECT n.member FROM unnest(names) AS n WHERE n.place = split.place AND n.counts_as = ANY (without)));
            END IF;
        END LOOP;
        RETURN QUERY EXECUTE format(
            $sql$ SELECT %1$L::text, x.key, x.entity,
                         CASE %2$L WHEN 'distinct' THEN CASE WHEN x.entity IS NOT NULL AND x.first THEN 1 ELSE 0 END
                                   WHEN 'streak' THEN CASE WHEN x.first THEN 1 ELSE 0 END
                                   WHEN 'sum' THEN x.amount
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
                WHEN 'streak' THEN format('(%1$s) > $4 - emgov_internal.streak(array_agg(%1$s) OVER (), $4) AND (%1$s) <= $4', p.measure)
                WHEN 'largest' THEN format('(%1$s) = max(%1$s) OVER ()', p.measure)
                ELSE 'true' END,
            from_text, array_to_string(p.condition || of_member, ' AND '),
            CASE WHEN keys IS NOT NULL THEN 'AND x.key = ANY ($5)' END)
        USING lower(period), upper(period), as_of, extract(year FROM upper(period) - 1)::int, keys;
    END LOOP;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('indicator %s cannot be computed: %s', i.code, coalesce(
                (SELECT min(format('"%s", which it is counted from, belongs to another user now', u.relation)) FROM pg_proc f CROSS JOIN LATERAL emgov_internal.unit(f.oid) AS u
                  WHERE f.pronamespace = emgov_internal.store(ledger) AND f.proname = format('%s v%s values', i.code, i.version)::name AND NOT emgov_internal.may_be_source(ledger, u.relation)),
                'what it is counted from was dropped, or is released for a change')),
            HINT = format('CALL emgov.make_units(%L), or correct its definition.', ledger);
    END IF;
EXCEPTION WHEN data_exception OR insufficient_privilege OR program_limit_exceeded THEN
    RAISE EXCEPTION USING ERRCODE = SQLSTATE,
        MESSAGE = format('indicator %s cannot be computed: %s', i.code, SQLERRM),
        HINT = 'Correct its definition, or leave it out: UPDATE … indicator SET active = false.';
END
$$;
COMMENT ON FUNCTION emgov_internal.figure_records(regnamespace, emgov_internal.indicator, daterange, timestamptz, text[], emgov_internal.figure_split[], emgov_internal.figure_name[],
    text[], text[]) IS
    'internal: the records behind an indicator that is counted from a source, in a window; with keys, those of them with one of these keys; of one member, or without some areas';

-- What members sent for an indicator in a window.
CREATE FUNCTION emgov_internal.sent_rows(ledger regnamespace, code text, period daterange, as_of timestamptz, member text, day date DEFAULT NULL, without text[] DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'numerator', r.member, r.member, r.value, to_jsonb(r)
      FROM emgov_internal.reported_parts(ledger, code, ARRAY[period], as_of) AS r
      LEFT JOIN emgov_internal.members_became(ledger, (SELECT min(x.dimension) FROM emgov_internal.reported_rows(ledger, code, as_of) AS x), day, as_of) AS b ON b.member = r.member
     WHERE r.reason IS NULL AND (sent_rows.member IS NULL OR coalesce(b.counts_as, r.member) = sent_rows.member) AND (coalesce(b.counts_as, r.member) = ANY (without)) IS NOT TRUE
$$;
COMMENT ON FUNCTION emgov_internal.sent_rows(regnamespace, text, daterange, timestamptz, text, date, text[]) IS
    'internal: what members, or one, sent for an indicator in a window, as rows behind a figure; day: under what they had become by then; without: of all members but these';

-- The rows of what an indicator is made of. as_part NULL: its own parts, numerator and denominator (of a
-- reduction: of and by). Else those of its value, which is a part of what is derived from it: under that
-- name, if they add up to the value; a quotient's under as_part.numerator and as_part.denominator.
-- made: figures of all that is counted, with the days that were counted.
CREATE FUNCTION emgov_internal.rows_of(ledger regnamespace, indicators emgov_internal.indicator[], comparators emgov_internal.comparator[], made emgov_internal.figure_made[], code text,
    period daterange,
                               as_of timestamptz, splits emgov_internal.figure_split[], names emgov_internal.figure_name[], member text[], as_part text,
                                   sign int, day date) RETURNS SETOF emgov_internal.ledger_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    i emgov_internal.indicator;
    m record;
    prefix text := coalesce(as_part || '.', '');
    value_of text;                  -- the part that its value is
    operand text;
    adds_up boolean;
    before daterange;
    common daterange := coalesce((SELECT x.counted FROM unnest(made) AS x
                                   WHERE (x.figure).code = rows_of.code AND (x.figure).starts_on = lower(period) AND (x.figure).ends_on = upper(period)
                                     AND (x.figure).member IS NOT DISTINCT FROM rows_of.member[1] AND (x.figure).member2 IS NOT DISTINCT FROM rows_of.member[2] LIMIT 1), period);
    area text := member[(SELECT s.place FROM unnest(splits) AS s WHERE s.dimension = 'area' AND s.place > 0 LIMIT 1)];
    quotients CONSTANT text[] := '{mean,share,completion,change,ratio,reduction,rate}';
BEGIN
    SELECT * INTO i FROM unnest(indicators) AS x WHERE x.code = rows_of.code;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    value_of := CASE WHEN as_part IS NULL OR i.kind = ANY (quotients) THEN NULL
                     WHEN i.kind = 'planned' THEN 'denominator' ELSE 'numerator' END;
    IF i.kind = 'reported' OR i.source IS NOT NULL THEN
        SELECT (x.figure).state, (x.figure).missing, x.counted INTO m FROM unnest(made) AS x
         WHERE (x.figure).code = i.code AND (x.figure).starts_on = lower(period) AND (x.figure).ends_on = upper(period)
           AND (x.figure).member IS NOT DISTINCT FROM rows_of.member[1] AND (x.figure).member2 IS NOT DISTINCT FROM rows_of.member[2];
        IF m.state = 'no_data' OR m.state IS NULL THEN
            RETURN;
        END IF;
        adds_up := i.kind IN ('count', 'sum', 'mean') OR i.aggregate IN ('count', 'sum');
        IF i.kind = 'reported' THEN
            RETURN QUERY SELECT CASE WHEN value_of IS NULL THEN prefix || r.part ELSE as_part END, r.record_key, r.entity, sign * r.amount, r.record
                           FROM emgov_internal.sent_rows(ledger, i.code, coalesce(m.counted, period), as_of, coalesce(member[1], member[2]), day,
                                                     CASE WHEN num_nonnulls(member[1], member[2]) = 0 THEN m.missing END) AS r;
        ELSE
            RETURN QUERY SELECT CASE WHEN value_of IS NULL THEN prefix || r.part ELSE as_part END, r.record_key, r.entity, sign * r.amount, r.record
                           FROM emgov_internal.figure_records(ledger, i, coalesce(m.counted, period), as_of, NULL, splits, names, member, CASE WHEN area IS NULL AND adds_up THEN m.missing END) AS r
                          WHERE value_of IS NULL OR r.part = value_of;
        END IF;
    ELSIF i.kind = 'total' THEN
        period := common;
        FOREACH operand IN ARRAY i.of_codes LOOP
            RETURN QUERY SELECT * FROM emgov_internal.rows_of(ledger, indicators, comparators, made, ltrim(operand, '-'), period, as_of, splits, names, member,
                coalesce(as_part, 'numerator') || CASE WHEN (SELECT x.kind FROM unnest(indicators) AS x WHERE x.code = ltrim(operand, '-')) = ANY (quotients)
                                                  THEN '.' || ltrim(operand, '-') ELSE '' END,
                CASE WHEN operand LIKE '-%' THEN -sign ELSE sign END, day);
        END LOOP;
    ELSE
        RETURN QUERY SELECT * FROM emgov_internal.rows_of(ledger, indicators, comparators, made, i.of_code, common, as_of, splits, names, member,
                                                  prefix || CASE i.kind WHEN 'reduction' THEN 'of' ELSE 'numerator' END, sign, day);
        IF i.kind = 'rate' THEN
            RETURN QUERY EXECUTE format($sql$
                SELECT $2, s.id::text, s.area_code, $3 * s.value, to_jsonb(s) FROM %1$s AS s
                  LEFT JOIN (SELECT x.code, x.kind = CASE WHEN bool_or(x.kind = 'province') OVER now AND count(*) FILTER (WHERE x.kind = 'city' AND x.valid_to IS NULL) OVER now > 1
                                                          THEN 'province' ELSE 'city' END AS is_whole FROM %2$s AS x WINDOW now AS ()) AS a ON a.code = s.area_code
                 WHERE s.code = $4 AND s.starts_on = lower($5) AND s.ends_on = upper($5) AND ($6 IS NULL OR s.unit = $6)
                   AND CASE WHEN $8 IS NOT NULL THEN s.area_code = $8 OR s.area_code IN (
                        SELECT b.member FROM emgov_internal.members_became($9, 'area', $10, $1) AS b
                         WHERE b.counts_as = $8 AND NOT EXISTS (SELECT FROM %1$s AS o JOIN emgov_internal.dimension_members($9, 'area', $1) AS d ON d.code = o.area_code
                                                                 WHERE (o.code, o.starts_on, o.ends_on) = (s.code, s.starts_on, s.ends_on) AND o.area_code = ANY (b.became) AND NOT d.in_force && $5))
                            WHEN $7 IS NOT NULL THEN s.area_code = $7 ELSE s.area_code IS NULL OR a.is_whole END $sql$,
                emgov_internal.kept_as_of(ledger, 'measure_series', as_of), emgov_internal.kept_as_of(ledger, 'area', as_of))
                USING as_of, prefix || 'denominator', sign, i.series_code, period, i.series_unit, i.series_area, area, ledger, day;
        ELSIF i.kind <> 'change' THEN
            RETURN QUERY SELECT * FROM emgov_internal.rows_of(ledger, indicators, comparators, made, i.by_code, common, as_of, splits, names, member,
                                                      prefix || CASE i.kind WHEN 'reduction' THEN 'by' ELSE 'denominator' END, sign, day);
        ELSIF EXISTS (SELECT FROM unnest(made) AS x WHERE (x.figure).code = i.of_code AND (x.figure).starts_on = lower(period) AND (x.figure).ends_on = upper(period)
                         AND (x.figure).comparator = emgov_internal.own_comparator(i.comparator)
                         AND (x.figure).member IS NOT DISTINCT FROM rows_of.member[1] AND (x.figure).member2 IS NOT DISTINCT FROM rows_of.member[2]
                         AND (x.figure).base IS NOT NULL AND (x.figure).base_kind <> 'published_total') THEN
            FOR before IN SELECT b.period
                  FROM emgov_internal.figure_bases(indicators, comparators, ARRAY[(i.of_code, period, emgov_internal.own_comparator(i.comparator))::emgov_internal.figure_request]) AS b LOOP
                RETURN QUERY SELECT * FROM emgov_internal.rows_of(ledger, indicators, comparators, made, i.of_code, before, as_of, splits, names, member, prefix || 'denominator', sign, day);
            END LOOP;
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.rows_of(regnamespace, emgov_internal.indicator[], emgov_internal.comparator[], emgov_internal.figure_made[], text, daterange, timestamptz,
    emgov_internal.figure_split[], emgov_internal.figure_name[],
                                        text[], text,
                                   int, date) IS
    'internal: the rows behind an indicator in a window: of its parts, or of its value as a part of what is derived from it; day: by what members had become by then';

CREATE FUNCTION emgov_internal.ledger_figure_rows(ledger regnamespace, code text, period daterange, as_of timestamptz DEFAULT NULL, by text DEFAULT NULL,
                                                  member text DEFAULT NULL, member2 text DEFAULT NULL,
                                         members text DEFAULT 'as_are')
RETURNS SETOF emgov_internal.ledger_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    indicators emgov_internal.indicator[];
    comparators emgov_internal.comparator[];
    codes text[];
    windows daterange[];
    made emgov_internal.figure_made[];
    splits emgov_internal.figure_split[];
    names emgov_internal.figure_name[];
    day date := CASE members WHEN 'as_are' THEN upper(period) - 1 END;
BEGIN
    PERFORM emgov_internal.check_period(period);
    as_of := emgov_internal.known_moment(ledger, as_of);
    IF (by IS NULL) <> (num_nonnulls(member, member2) = 0) OR member2 IS NOT NULL AND strpos(by, ',') = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'the rows of a member need both by and member',
            HINT = 'by => ''area'', member => the area''s code; by => ''area, category'', member2 => the category''s; without both, the rows of all.';
    END IF;
    indicators := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, as_of) AS i);
    comparators := ARRAY(SELECT c FROM emgov_internal.comparators(ledger, as_of) AS c);
    IF NOT EXISTS (SELECT FROM unnest(indicators) AS i WHERE i.code = ledger_figure_rows.code) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format('there is no indicator "%s"', code),
            HINT = format('SELECT code, name_zh FROM %s.indicator;', ledger);
    END IF;
    -- what it is made of, in all windows that it needs
    windows := ARRAY(SELECT DISTINCT n.period FROM emgov_internal.figure_needs(indicators, comparators, ARRAY[(code, ledger_figure_rows.period, NULL)::emgov_internal.figure_request]) AS n);
    codes := ARRAY(
        WITH RECURSIVE used (code) AS (
            SELECT ledger_figure_rows.code
            UNION
            SELECT o.code FROM used JOIN unnest(indicators) AS i ON i.code = used.code
             CROSS JOIN LATERAL (SELECT i.of_code UNION SELECT i.by_code UNION SELECT ltrim(c, '-') FROM unnest(i.of_codes) AS c) AS o (code) WHERE o.code IS NOT NULL)
        SELECT u.code FROM used AS u);
    -- each once, for the period itself may be among the windows; what changed also against what its change is
    made := ARRAY(SELECT m FROM emgov_internal.figures(ledger, ARRAY(
                SELECT DISTINCT (r.code, w, r.comparator)::emgov_internal.figure_request
                  FROM (SELECT c, NULL FROM unnest(codes) AS c
                        UNION SELECT i.of_code, emgov_internal.own_comparator(i.comparator) FROM unnest(indicators) AS i WHERE i.kind = 'change' AND i.code = ANY (codes)) AS r (code, comparator)
                 CROSS JOIN unnest(windows || period) AS w), as_of, by => by, members => members) AS m);
    -- what is made of parts that are known of different days is made of the days that they have in common
    windows := ARRAY(SELECT DISTINCT m.counted FROM unnest(made) AS m WHERE m.counted IS NOT NULL AND m.counted <> ALL (windows || period));
    IF windows <> '{}' THEN
        made := made || ARRAY(SELECT m FROM emgov_internal.figures(ledger, ARRAY(SELECT (c, w, NULL)::emgov_internal.figure_request FROM unnest(codes) AS c CROSS JOIN unnest(windows) AS w),
                                                                   as_of, by => by, members => members) AS m);
    END IF;
    splits := emgov_internal.splits(ledger, by, true, as_of);
    names := ARRAY(SELECT n FROM emgov_internal.member_names(ledger, by, day, as_of) AS n)
          || emgov_internal.covering_names(ledger, splits, day, as_of);
    RETURN QUERY SELECT * FROM emgov_internal.rows_of(ledger, indicators, comparators, made, code, period, as_of, splits, names, ARRAY[member, member2], NULL, 1, day);
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_figure_rows(regnamespace, text, daterange, timestamptz, text, text, text, text) IS
    'the very records behind a figure, or behind what it is for a member of a dimension (member; of a second one member2): part, key, entity, amount and the row; sum(amount) '
    'over a part is that part. '
    'Parts: numerator and denominator (of a reduction: of and by); where one is itself a quotient, numerator.numerator and so on; of a change against a mean of years the '
    'denominators of all these years; '
    'of a total numerator, and numerator.CODE.… of a quotient that is added';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'figure_rows(text, daterange, timestamptz, text, text, text, text)',
    '数字背后的记录；by、member 为某一成员的 | the very records behind a figure, or behind a member''s (by, member, of a second dimension '
    'member2); sum(amount) by part equals its numerator and denominator', $sql$
CREATE OR REPLACE FUNCTION @ledger@.figure_rows(code text, period daterange, as_of timestamptz DEFAULT NULL, by text DEFAULT NULL, member text DEFAULT NULL,
                                                member2 text DEFAULT NULL, members text DEFAULT 'as_are')
RETURNS SETOF emgov_internal.ledger_record
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_figure_rows('@ledger@'::regnamespace, $1, $2, $3, $4, $5, $6, $7);
END
$sql$);
