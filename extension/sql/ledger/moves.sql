-- ------------------------------------------------------------------ ledger: what moved published figures
-- A line of restatement() asks of the records that moved a figure how many they are, why, and what they
-- come to, and not for each of them: they are added up as they are found.

CREATE TYPE emgov_internal.figure_moves AS (
    code text, what text, part text, difference numeric, top_then numeric, top numeric, is_unknown boolean, keys text[], reasons text[]);
COMMENT ON TYPE emgov_internal.figure_moves IS
    'internal: what moved a part (numerator or denominator) of a published figure, its value or its base: by how much, the largest of what these records came to then and come to now, '
    'whether it cannot be told of some, the keys of the others, and the reasons';

-- The reason is read from a few columns of a record, then and now; one that was not there, or is gone, needs none. What restatement_reason() looks at stands here, too.
CREATE FUNCTION emgov_internal.reasons_by_key(relation regclass, keys text[], moment_then timestamptz, moment_now timestamptz) RETURNS TABLE (record_key text, reason text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    columns name[] := ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
                               AND a.attname IN ('status', 'deaths', 'deaths_after_window', 'area_code') ORDER BY a.attname);
    fields text := coalesce((SELECT string_agg(format(', (emgov_record).%1$I AS %1$I', c), '') FROM unnest(columns) AS c), '');
BEGIN
    RETURN QUERY SELECT r.* FROM emgov_internal.kept_query(
            ARRAY(SELECT format('SELECT coalesce(b.key, a.key), CASE WHEN b.key IS NULL THEN ''late_report'' WHEN a.key IS NULL THEN ''correction''
                                                                    ELSE emgov_internal.restatement_reason(jsonb_build_object(%1$s), jsonb_build_object(%2$s)) END
                                   FROM (SELECT %3$s COLLATE "C" AS key%4$s FROM %5$s) AS b FULL JOIN (SELECT %3$s COLLATE "C" AS key%4$s FROM %6$s) AS a ON a.key = b.key',
                                 (SELECT string_agg(format('%1$L, b.%1$I', c), ', ') FROM unnest(columns) AS c), (SELECT string_agg(format('%1$L, a.%1$I', c), ', ') FROM unnest(columns) AS c),
                                 emgov_internal.record_key(relation), fields, s.was, s.is_now)
                    FROM unnest(emgov_internal.keyed_sources(relation, '$2', '$1', keys), emgov_internal.keyed_sources(relation, '$3', '$1', keys)) AS s (was, is_now)),
            keys, moment_then, moment_now) AS r (record_key text, reason text);
END
$$;
COMMENT ON FUNCTION emgov_internal.reasons_by_key(regclass, text[], timestamptz, timestamptz) IS
    'internal: why records of a source that are named by their keys count otherwise at one moment than at another, see restatement_reason()';

-- As restatement_rows(), but added up: the records themselves are neither read nor ordered.
CREATE FUNCTION emgov_internal.restatement_moves(ledger regnamespace, p jsonb, figures jsonb, as_of timestamptz) RETURNS SETOF emgov_internal.figure_moves
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    period daterange := daterange((p->>'starts_on')::date, (p->>'ends_on')::date);
    moment_then timestamptz := (p->>'as_of')::timestamptz;
    moment_now timestamptz := coalesce(as_of, 'infinity');
    source record;
    moves emgov_internal.figure_moves[];
    keys text[];
    bases emgov_internal.figure_request[] := CASE p->>'base' WHEN 'restated' THEN emgov_internal.published_bases(ledger, p, figures) ELSE '{}' END;
    definitions emgov_internal.indicator[] := ARRAY(SELECT jsonb_populate_record(NULL::emgov_internal.indicator, f->'definition') FROM jsonb_array_elements(figures) AS f);
BEGIN
    FOR source IN SELECT s.relation, s.definitions_over FROM emgov_internal.written_sources(ledger, definitions, least(moment_then, moment_now)) AS s LOOP
        moves := ARRAY(
            SELECT (x.code, x.what, x.part, sum(x.amount_now - x.amount_then), max(x.amount_then), max(x.amount_now), bool_or(x.record_key IS NULL), array_remove(array_agg(x.record_key), NULL),
                    NULL)::emgov_internal.figure_moves
              FROM emgov_internal.moved_records_each(ledger, source.relation, source.definitions_over, bases, period, moment_then, moment_now) AS x GROUP BY x.code, x.what, x.part);
        -- what came or went with a partition is in no past: the figures are counted anew
        IF emgov_internal.partitions_moved(source.relation, moment_then) THEN
            RETURN QUERY SELECT i.code, w, 'numerator', NULL::numeric, NULL::numeric, NULL::numeric, true, '{}'::text[], '{partitions}'::text[]
                           FROM unnest(source.definitions_over) AS i CROSS JOIN unnest('{value,base}'::text[]) AS w;
        END IF;
        CONTINUE WHEN moves = '{}';
        keys := ARRAY(SELECT DISTINCT k COLLATE "C" FROM unnest(moves) AS m CROSS JOIN LATERAL unnest(m.keys) AS k);
        RETURN QUERY
            WITH told AS MATERIALIZED (
                -- of several records of one key it cannot be told which
                SELECT r.record_key, CASE WHEN count(*) > 1 THEN 'no_key' ELSE min(r.reason) END AS reason
                  FROM emgov_internal.reasons_by_key(source.relation, keys, moment_then, moment_now) AS r GROUP BY r.record_key
            ), reasons AS MATERIALIZED (
                SELECT m.o, array_agg(DISTINCT t.reason) AS reasons
                  FROM unnest(moves) WITH ORDINALITY AS m (code, what, part, difference, top_then, top, is_unknown, keys, reasons, o)
                 CROSS JOIN LATERAL unnest(m.keys) AS k JOIN told AS t ON t.record_key = k GROUP BY m.o
            )
            SELECT m.code, m.what, m.part, m.difference, m.top_then, m.top, m.is_unknown, m.keys, CASE WHEN m.is_unknown THEN '{no_key}' ELSE '{}' END::text[] || coalesce(r.reasons, '{}')
              FROM unnest(moves) WITH ORDINALITY AS m (code, what, part, difference, top_then, top, is_unknown, keys, reasons, o) LEFT JOIN reasons AS r ON r.o = m.o;
    END LOOP;
    -- what members sent
    RETURN QUERY
        SELECT f->>'code', w.what, 'numerator', sum(s.is_now - s.was), max(s.was), max(s.is_now), false, array_agg(s.member),
               array_agg(DISTINCT emgov_internal.restatement_reason(s.record_then, coalesce(s.record_now, emgov_internal.taken_back(ledger, f->>'code', s.member, w.during, as_of))))
          FROM jsonb_array_elements(figures) AS f
         CROSS JOIN LATERAL (SELECT 'value' AS what, period AS during UNION ALL SELECT 'base', b.period FROM unnest(bases) AS b WHERE b.code = f->>'code') AS w
         CROSS JOIN LATERAL emgov_internal.sent_otherwise(ledger, f->>'code', w.during, moment_then, as_of) AS s
         WHERE f->'definition'->>'kind' = 'reported' GROUP BY 1, 2;
END
$$;
COMMENT ON FUNCTION emgov_internal.restatement_moves(regnamespace, jsonb, jsonb, timestamptz) IS
    'internal: what the rows of restatement_rows() come to, a row a part of a figure and source';

-- What published figures come to now, from what they came to then and the records that moved
-- them; those of which that cannot be told are counted.
CREATE FUNCTION emgov_internal.figures_now(ledger regnamespace, p jsonb, stored jsonb, moved emgov_internal.figure_moves[], as_of timestamptz,
                                           codes text[] DEFAULT NULL) RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    period daterange := daterange((p->>'starts_on')::date, (p->>'ends_on')::date);
    base daterange;
    bases emgov_internal.figure_request[];
    comparators emgov_internal.comparator[] := ARRAY(SELECT c FROM emgov_internal.comparators(ledger, as_of) AS c);
    indicators emgov_internal.indicator[] := ARRAY(SELECT x FROM emgov_internal.indicators(ledger, as_of, codes) AS x);
    requests emgov_internal.figure_request[];
    needs emgov_internal.figure_request[];
    counted emgov_internal.indicator[] := '{}';
    coverage emgov_internal.figure_coverage[];
    parts emgov_internal.figure_parts[] := '{}';
    splits emgov_internal.figure_split[];
    as_are emgov_internal.figure_name[];
    day date;
    i emgov_internal.indicator;
    m record;
    n emgov_internal.figure_parts;
    b emgov_internal.figure_parts;
BEGIN
    -- its own comparator is not asked for by name: the words of its change are its definition's affair
    requests := ARRAY(SELECT (x.code, period, nullif(p->>'comparator', emgov_internal.own_comparator(x.comparator)))::emgov_internal.figure_request FROM unnest(indicators) AS x
                       WHERE x.code IN (SELECT y->>'code' FROM jsonb_array_elements(stored) AS y) AND (codes IS NULL OR x.code = ANY (codes)));
    needs := ARRAY(SELECT x FROM emgov_internal.figure_needs(indicators, comparators, requests) AS x);
    bases := emgov_internal.published_bases(ledger, p, stored);
    FOR m IN
        WITH sums AS MATERIALIZED (
            SELECT x.code, coalesce(sum(x.difference) FILTER (WHERE x.what = 'value' AND x.part = 'numerator'), 0) AS numerator,
                   coalesce(sum(x.difference) FILTER (WHERE x.what = 'value' AND x.part = 'denominator'), 0) AS denominator,
                   coalesce(sum(x.difference) FILTER (WHERE x.what = 'base' AND x.part = 'numerator'), 0) AS base_numerator,
                   coalesce(sum(x.difference) FILTER (WHERE x.what = 'base' AND x.part = 'denominator'), 0) AS base_denominator,
                   bool_or(x.is_unknown) AS unknown, count(*) AS records,
                   max(x.top) FILTER (WHERE x.what = 'value') AS top, max(x.top_then) FILTER (WHERE x.what = 'value') AS top_then,
                   max(x.top) FILTER (WHERE x.what = 'base') AS base_top, max(x.top_then) FILTER (WHERE x.what = 'base') AS base_top_then
              FROM unnest(moved) AS x GROUP BY x.code
        ), held AS MATERIALIZED (
            -- of several, records do not say of which
            SELECT x.code, (array_agg(x.during))[1] AS base FROM unnest(bases) AS x (code, during, comparator) GROUP BY x.code HAVING count(*) = 1
        ), needed AS MATERIALIZED (
            SELECT x.code, bool_or(h.base IS NULL OR x.during NOT IN (period, h.base)) AS is_elsewhere
              FROM unnest(needs) AS x (code, during, comparator) LEFT JOIN held AS h ON h.code = x.code GROUP BY x.code
        ), counted_from AS MATERIALIZED (
            SELECT r.code, emgov_internal.source_as_of(r.relation, true) IS NOT NULL AS is_kept FROM emgov_internal.indicator_relations(ledger, indicators) AS r
        )
        SELECT y AS i, f, h.base, x.is_elsewhere OR c.is_kept IS NOT TRUE AS is_unknown, s.*
          FROM unnest(indicators) AS y JOIN needed AS x ON x.code = y.code LEFT JOIN held AS h ON h.code = y.code LEFT JOIN counted_from AS c ON c.code = y.code
          LEFT JOIN sums AS s ON s.code = y.code LEFT JOIN jsonb_array_elements(stored) AS f ON f->>'code' = y.code
         WHERE y.source IS NOT NULL
    LOOP
        i := m.i;
        base := m.base;
        IF (m.f->>'definition_version')::int IS DISTINCT FROM i.version OR m.f->>'state' IN ('failed', 'undefined', 'unversioned', 'no_data', 'part_period', 'part_members')
           OR m.is_unknown OR num_nulls(m.f->>'numerator', m.f->>'base_numerator') > 0 OR m.unknown OR i.kind = 'streak' AND m.records > 0 THEN
            counted := counted || i;
            CONTINUE;
        END IF;
        n := NULL;
        n.code := i.code;
        n.starts_on := lower(period);
        n.ends_on := upper(period);
        b := n;
        b.starts_on := lower(base);
        b.ends_on := upper(base);
        n.numerator := (m.f->>'numerator')::numeric;
        n.denominator := (m.f->>'denominator')::numeric + coalesce(m.denominator, 0);
        b.numerator := (m.f->>'base_numerator')::numeric;
        b.denominator := (m.f->>'base_denominator')::numeric + coalesce(m.base_denominator, 0);
        IF i.kind = 'largest' AND m.records > 0 THEN
            -- the largest is gone, if no other record is as large
            IF n.numerator IS NULL OR b.numerator IS NULL
               OR m.top_then = n.numerator AND m.top < n.numerator AND NOT emgov_internal.is_reached(ledger, i, n.numerator, period, coalesce(as_of, 'infinity'))
               OR m.base_top_then = b.numerator AND m.base_top < b.numerator AND NOT emgov_internal.is_reached(ledger, i, b.numerator, base, coalesce(as_of, 'infinity')) THEN
                counted := counted || i;
                CONTINUE;
            END IF;
            n.numerator := greatest(n.numerator, m.top);
            b.numerator := greatest(b.numerator, m.base_top);
        ELSIF i.kind <> 'largest' THEN
            n.numerator := n.numerator + coalesce(m.numerator, 0);
            b.numerator := b.numerator + coalesce(m.base_numerator, 0);
        END IF;
        parts := parts || n || b;
    END LOOP;
    coverage := ARRAY(SELECT c FROM emgov_internal.figure_coverage(ledger, ARRAY(SELECT x FROM unnest(indicators) AS x
                                                                          WHERE x.source IS NOT NULL AND x.code IN (SELECT y.code FROM unnest(needs) AS y)), as_of) AS c);
    splits := emgov_internal.splits(ledger, NULL, EXISTS (SELECT FROM unnest(coverage) AS c WHERE c.area_code IS NOT NULL), as_of);
    day := (SELECT max(upper(r.period)) - 1 FROM unnest(requests) AS r);
    as_are := emgov_internal.covering_names(ledger, splits, day, as_of);
    coverage := emgov_internal.coverage_as_are(coverage, splits, as_are);
    parts := parts || ARRAY(SELECT x FROM emgov_internal.counted_parts(ledger, indicators, counted, needs, coverage,
                                                               splits, as_are, as_of, false, (p->>'live')::boolean) AS x);
    RETURN QUERY SELECT (x.figure).* FROM emgov_internal.figures_of(ledger, indicators, comparators, requests, parts, as_of, p->>'base', splits, as_are, p->>'report', coverage,
                                                            emgov_internal.report_row(ledger, p->>'report', (p->>'as_of')::timestamptz)->>'lang', day) AS x;
END
$$;
COMMENT ON FUNCTION emgov_internal.figures_now(regnamespace, jsonb, jsonb, emgov_internal.figure_moves[], timestamptz, text[]) IS
    'internal: the figures of a publication, of these codes (NULL: all), as they are now, counted anew only where what moved them does not say what they come to';
