-- ------------------------------------------------------------------ ledger: restating
-- What a publication would say now: a line a figure that differs, and the records that moved
-- it. Only records of which something changed between the two moments are looked at (see
-- changed.sql), each once at both, for all figures of its source together.

CREATE TYPE emgov.ledger_restatement AS (
    code text, name_zh text, what text, published numeric, value_now numeric, difference numeric,
    reason text, reason_zh text, records bigint, phrase text, phrase_now text);
COMMENT ON TYPE emgov.ledger_restatement IS
    'a row of restatement(): a published figure (what: its value or its base) that would be said otherwise now, why, how many records moved it, and its words then and now';

CREATE TYPE emgov.ledger_restated_record AS (
    code text, name_zh text, what text, part text, record_key text, amount_then numeric, amount_now numeric, difference numeric,
    reason text, reason_zh text, record_then jsonb, record_now jsonb);
COMMENT ON TYPE emgov.ledger_restated_record IS
    'a row of restatement_rows(): a record that counts otherwise now in a part (numerator or denominator) of a published figure, by how much, and why';

CREATE FUNCTION emgov._restatement_reason(was jsonb, is_now jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN was IS NULL THEN 'late_report'
        WHEN is_now IS NULL THEN 'correction'
        ELSE coalesce(nullif(concat_ws('+',
            CASE WHEN is_now->>'status' = 'written_off' AND was->>'status' IS DISTINCT FROM 'written_off' THEN 'write_off' END,
            CASE WHEN (is_now->>'deaths')::numeric > (was->>'deaths')::numeric THEN 'death_within_window' END,
            CASE WHEN (is_now->>'deaths_after_window')::numeric > (was->>'deaths_after_window')::numeric THEN 'death_after_window' END,
            CASE WHEN is_now->>'area_code' IS DISTINCT FROM was->>'area_code' THEN 'moved_area' END), ''), 'correction')
    END
$$;
COMMENT ON FUNCTION emgov._restatement_reason(jsonb, jsonb) IS
    'internal: why a record counts otherwise now, from the record then and now; several reasons are joined by +';

CREATE FUNCTION emgov._reason_zh(reasons text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(CASE reason
        WHEN 'late_report' THEN '迟报补录'
        WHEN 'write_off' THEN '统计核销'
        WHEN 'death_within_window' THEN '计入期限内死亡'
        WHEN 'death_after_window' THEN '计入期限后死亡，不计'
        WHEN 'moved_area' THEN '区域调整'
        WHEN 'correction' THEN '更正'
        WHEN 'definition_change' THEN '指标定义变更'
        WHEN 'derived' THEN '由相关指标变动引起'
        WHEN 'unversioned' THEN '来源不留版本，无从说明'
        WHEN 'failed' THEN '现已无法计算'
        WHEN 'no_key' THEN '来源的记录编号为空或重复，无从说明'
        ELSE reason END, '；' ORDER BY n)
      FROM unnest(string_to_array(reasons, '+')) WITH ORDINALITY AS x (reason, n)
$$;
COMMENT ON FUNCTION emgov._reason_zh(text) IS 'internal: the reasons of a restatement in Chinese';

-- The records of one source that count otherwise at one moment than at another, in every
-- part of every figure given; what was counted once may be counted by another record now.
-- record_key is NULL where a record cannot be told from others.
CREATE FUNCTION emgov._moved_records(relation regclass, definitions jsonb[], with_base boolean, period daterange,
                                     moment_then timestamptz, moment_now timestamptz)
RETURNS TABLE (code text, what text, part text, record_key text, amount_then numeric, amount_now numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
DECLARE
    base daterange := emgov.year_earlier(period);
    keys text[] := emgov._changed_keys(relation, least(moment_then, moment_now), greatest(moment_then, moment_now));
    terms jsonb[] := '{}';
    term jsonb;
    counted text;
    moved jsonb[];
    entities text[];
    counted_then text[];
    counted_now text[];
BEGIN
    IF keys = '{}' THEN
        RETURN;
    END IF;
    SELECT array_agg(to_jsonb(p) || jsonb_build_object('code', i->>'code', 'what', CASE WHEN is_base THEN 'base' ELSE 'value' END) ORDER BY i->>'code', is_base, p.part)
      INTO terms
      FROM unnest(definitions) AS i
     CROSS JOIN unnest(ARRAY[false, true]) AS is_base
     CROSS JOIN LATERAL emgov._parts(i, is_base) AS p
     WHERE with_base OR NOT is_base;

    -- what a record comes to in each term: its amount, or what it is counted as; NULL if it is not counted
    SELECT format('ARRAY[%s]::text[]', string_agg(CASE t->>'aggregate' WHEN 'count' THEN format('CASE WHEN %s THEN ''1'' END', t->>'condition')
                                                       ELSE format('CASE WHEN %s THEN (%s)::text END', t->>'condition', t->>'measure') END, ', ' ORDER BY n))
      INTO counted FROM unnest(terms) WITH ORDINALITY AS u (t, n);
    EXECUTE format($sql$
        WITH before AS (SELECT key, array_agg(counted ORDER BY counted) AS counted FROM (SELECT %1$s AS key, %2$s AS counted FROM %3$s) AS r
                         WHERE array_remove(counted, NULL) <> '{}' GROUP BY key),
             after AS (SELECT key, array_agg(counted ORDER BY counted) AS counted FROM (SELECT %1$s AS key, %2$s AS counted FROM %4$s) AS r
                        WHERE array_remove(counted, NULL) <> '{}' GROUP BY key)
        SELECT array_agg(jsonb_build_object('term', n, 'key', CASE WHEN array_length(b.counted, 1) > 1 OR array_length(a.counted, 1) > 1 THEN NULL ELSE coalesce(b.key, a.key) END,
                                            'was', t.was[1], 'is', t.is_now[1]))
          FROM before AS b FULL JOIN after AS a ON coalesce(a.key, '') = coalesce(b.key, '') AND (a.key IS NULL) = (b.key IS NULL)
         CROSS JOIN generate_series(1, $8) AS n
         CROSS JOIN LATERAL (SELECT ARRAY(SELECT x FROM unnest(b.counted[1:][n:n]) AS x WHERE x IS NOT NULL ORDER BY x) AS was,
                                    ARRAY(SELECT x FROM unnest(a.counted[1:][n:n]) AS x WHERE x IS NOT NULL ORDER BY x) AS is_now) AS t
         WHERE b.counted IS DISTINCT FROM a.counted AND t.was <> t.is_now $sql$,
        emgov._record_key(relation), counted,
        emgov._keyed_source(relation, '$5', '$7', keys), emgov._keyed_source(relation, '$6', '$7', keys))
       INTO moved USING lower(period), upper(period), lower(base), upper(base), moment_then, moment_now, keys, cardinality(terms);

    FOR n IN 1 .. coalesce(cardinality(terms), 0) LOOP
        term := terms[n];
        code := term->>'code';
        what := term->>'what';
        part := term->>'part';
        -- not told apart by their keys
        RETURN QUERY SELECT DISTINCT code, what, part, NULL::text, NULL::numeric, NULL::numeric FROM unnest(moved) AS m WHERE (m->>'term')::int = n AND m->>'key' IS NULL;
        IF term->>'aggregate' IN ('count', 'sum') THEN
            RETURN QUERY SELECT code, what, part, m->>'key', coalesce((m->>'was')::numeric, 0), coalesce((m->>'is')::numeric, 0)
                           FROM unnest(moved) AS m WHERE (m->>'term')::int = n AND m->>'key' IS NOT NULL
                            AND coalesce((m->>'was')::numeric, 0) <> coalesce((m->>'is')::numeric, 0);
        ELSIF term->>'aggregate' = 'largest' THEN
            -- if the largest has changed, one of these was it or is it now
            RETURN QUERY SELECT code, what, part, x.key, coalesce(x.was, 0), coalesce(x.is_now, 0)
                           FROM (SELECT m->>'key' AS key, (m->>'was')::numeric AS was, (m->>'is')::numeric AS is_now,
                                        max((m->>'was')::numeric) OVER () AS top_then, max((m->>'is')::numeric) OVER () AS top_now
                                   FROM unnest(moved) AS m WHERE (m->>'term')::int = n AND m->>'key' IS NOT NULL) AS x
                          WHERE (x.was = x.top_then OR x.is_now = x.top_now) AND coalesce(x.was, 0) <> coalesce(x.is_now, 0);
        ELSE
            -- counted once: only what no record counts any more, and what none counted before
            entities := ARRAY(SELECT DISTINCT e FROM unnest(moved) AS m, unnest(ARRAY[m->>'was', m->>'is']) AS e
                               WHERE (m->>'term')::int = n AND m->>'key' IS NOT NULL AND e IS NOT NULL);
            CONTINUE WHEN entities = '{}';
            EXECUTE format('SELECT array_agg(DISTINCT (%1$s)::text) FROM %2$s AS emgov_record WHERE %3$s AND (%1$s)::text = ANY ($7)',
                           term->>'measure', emgov._source_as_of(relation, true, '$5'), term->>'condition')
               INTO counted_then USING lower(period), upper(period), lower(base), upper(base), moment_then, NULL, entities;
            EXECUTE format('SELECT array_agg(DISTINCT (%1$s)::text) FROM %2$s AS emgov_record WHERE %3$s AND (%1$s)::text = ANY ($7)',
                           term->>'measure', emgov._source_as_of(relation, true, '$5'), term->>'condition')
               INTO counted_now USING lower(period), upper(period), lower(base), upper(base), moment_now, NULL, entities;
            RETURN QUERY
                SELECT code, what, part, min(m->>'key'), 1::numeric, 0::numeric FROM unnest(moved) AS m
                 WHERE (m->>'term')::int = n AND m->>'key' IS NOT NULL AND m->>'was' IS NOT NULL AND NOT (m->>'was' = ANY (coalesce(counted_now, '{}'))) GROUP BY m->>'was'
                UNION ALL
                SELECT code, what, part, min(m->>'key'), 0, 1 FROM unnest(moved) AS m
                 WHERE (m->>'term')::int = n AND m->>'key' IS NOT NULL AND m->>'is' IS NOT NULL AND NOT (m->>'is' = ANY (coalesce(counted_then, '{}'))) GROUP BY m->>'is';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._moved_records(regclass, jsonb[], boolean, daterange, timestamptz, timestamptz) IS
    'internal: the records of a source that the figures defined over it count otherwise at one moment than at another, by how much; record_key is NULL where it does not tell records apart';

CREATE FUNCTION emgov._publication(ledger regnamespace, publication int) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p WHERE p.id = $1', ledger) INTO p USING publication;
    IF p IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no publication %s', publication),
            HINT = format('SELECT * FROM %s.publication_list;', ledger);
    END IF;
    RETURN p;
END
$$;
COMMENT ON FUNCTION emgov._publication(regnamespace, int) IS 'internal: a publication as JSON; an error when there is none of that number';

-- As one statement for all figures of a source; one that cannot be computed must not take the others with it.
CREATE FUNCTION emgov._moved_records_each(relation regclass, definitions jsonb[], with_base boolean, period daterange,
                                          moment_then timestamptz, moment_now timestamptz)
RETURNS TABLE (code text, what text, part text, record_key text, amount_then numeric, amount_now numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list jsonb[] := ARRAY(SELECT unnest(definitions)); half int := cardinality(list) / 2;      -- a list that counts from 1
BEGIN
    IF emgov._source_as_of(relation, true) IS NULL THEN RETURN; END IF;
    RETURN QUERY SELECT * FROM emgov._moved_records(relation, list, with_base, period, moment_then, moment_now);
EXCEPTION WHEN OTHERS OR assert_failure THEN
    IF emgov._ends_the_query(SQLSTATE) THEN
        RAISE;
    ELSIF half = 0 THEN
        RETURN QUERY SELECT list[1]->>'code', w, 'numerator', NULL::text, NULL::numeric, NULL::numeric FROM unnest('{value,base}'::text[]) AS w;
    ELSE
        RETURN QUERY SELECT * FROM emgov._moved_records_each(relation, list[:half], with_base, period, moment_then, moment_now);
        RETURN QUERY SELECT * FROM emgov._moved_records_each(relation, list[half + 1:], with_base, period, moment_then, moment_now);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._moved_records_each(regclass, jsonb[], boolean, daterange, timestamptz, timestamptz) IS
    'internal: as _moved_records(); a figure of which they cannot be told has a row without a key';

CREATE FUNCTION emgov.ledger_restatement_rows(ledger regnamespace, publication int, as_of timestamptz DEFAULT NULL, code text DEFAULT NULL)
RETURNS SETOF emgov.ledger_restated_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb := emgov._publication(ledger, publication);
    period daterange := daterange((p->>'starts_on')::date, (p->>'ends_on')::date);
    moment_then timestamptz := (p->>'as_of')::timestamptz;
    moment_now timestamptz := coalesce(emgov._known_moment(ledger, as_of), 'infinity');
    figures jsonb := emgov._stored_figures(ledger, publication);
    source record;
    moved emgov.ledger_restated_record[];
    keys text[];
    m emgov.ledger_restated_record;
BEGIN
    PERFORM emgov._refuse_row_policies(ledger);
    FOR source IN
        SELECT (i->>'relation')::oid::regclass AS relation, array_agg(i) AS definitions
          FROM emgov._with_units(ledger, ARRAY(SELECT f->'definition' FROM jsonb_array_elements(figures) AS f
                                                WHERE f->'definition'->>'source' IS NOT NULL AND (code IS NULL OR f->>'code' = code))) AS i
         WHERE i->>'relation' IS NOT NULL
         GROUP BY 1 ORDER BY min(i->>'code')
    LOOP
        CONTINUE WHEN emgov._source_as_of(source.relation, true) IS NULL;
        moved := ARRAY(
            SELECT (x.code, f->>'name_zh', x.what, x.part, x.record_key, x.amount_then, x.amount_now, x.amount_now - x.amount_then, NULL, NULL, NULL, NULL)::emgov.ledger_restated_record
              FROM emgov._moved_records_each(source.relation, source.definitions, p->>'base' = 'restated', period, moment_then, moment_now) AS x
              JOIN jsonb_array_elements(figures) AS f ON f->>'code' = x.code);
        CONTINUE WHEN moved = '{}';
        keys := ARRAY(SELECT DISTINCT x.record_key FROM unnest(moved) AS x WHERE x.record_key IS NOT NULL);
        FOR m.code, m.name_zh, m.what, m.part, m.record_key, m.amount_then, m.amount_now, m.difference, m.record_then, m.record_now IN
            SELECT x.code, x.name_zh, x.what, x.part, x.record_key, x.amount_then, x.amount_now, x.difference, t.record, n.record
              FROM unnest(moved) AS x
              LEFT JOIN emgov._rows_by_key(source.relation, keys, moment_then) AS t ON t.record_key = x.record_key
              LEFT JOIN emgov._rows_by_key(source.relation, keys, moment_now) AS n ON n.record_key = x.record_key
             ORDER BY x.code, x.what DESC, x.part, x.record_key
        LOOP
            m.reason := CASE WHEN m.record_key IS NULL THEN 'no_key' ELSE emgov._restatement_reason(m.record_then, m.record_now) END;
            m.reason_zh := emgov._reason_zh(m.reason);
            RETURN NEXT m;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov.ledger_restatement_rows(regnamespace, int, timestamptz, text) IS
    'the records that count otherwise now (or as of another moment) in a published figure, by the definition it was published with, one row a part of a figure: '
    'by how much, why, and the record then and now; code: of this figure only';

-- Whether one of the first thousand records of a figure of kind largest, in the period or in
-- its base, is as large as that. If none is, all must be asked.
CREATE FUNCTION emgov._is_reached(i jsonb, is_base boolean, largest numeric, period daterange, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass := (i->>'relation')::oid;
    key name := emgov._key_column(relation);
    base daterange := emgov.year_earlier(period);
    p record;
    reached boolean;
BEGIN
    IF key IS NULL THEN
        RETURN false;
    END IF;
    SELECT * INTO p FROM emgov._parts(i, is_base);
    EXECUTE format('SELECT EXISTS (SELECT FROM (SELECT emgov_record.%1$I AS k FROM %2$s AS emgov_record WHERE %3$s LIMIT 1000) AS k
                                     CROSS JOIN LATERAL (SELECT emgov_row AS emgov_record FROM %2$s AS emgov_row WHERE emgov_row.%1$I = k.k OFFSET 0) AS l WHERE %4$s AND (%5$s) >= $6)',
                   key, emgov._source_as_of(relation, true), emgov._cutoff(i->>'cutoff', i->>'kind', i->'calls'->>'date', i->'calls'->>'until', is_base),
                   p.condition, p.measure)
       INTO reached USING lower(period), upper(period), lower(base), upper(base), moment, largest;
    RETURN reached;
END
$$;
COMMENT ON FUNCTION emgov._is_reached(jsonb, boolean, numeric, daterange, timestamptz) IS
    'internal: whether a record of a figure of kind largest is found quickly that is as large as the largest was';

-- What published figures come to now, from what they came to then and the records that moved
-- them; those of which that cannot be told are counted.
CREATE FUNCTION emgov._figures_now(ledger regnamespace, p jsonb, stored jsonb, moved emgov.ledger_restated_record[], as_of timestamptz) RETURNS SETOF emgov.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    period daterange := daterange((p->>'starts_on')::date, (p->>'ends_on')::date);
    indicators jsonb[];
    counted jsonb[] := '{}';
    parts emgov.figure_parts[] := '{}';
    i jsonb;
    f jsonb;
    m record;
    n emgov.figure_parts;
BEGIN
    indicators := ARRAY(
        WITH RECURSIVE known AS (SELECT x, nth FROM emgov._indicators_json(ledger, as_of) WITH ORDINALITY AS k (x, nth)),
            needed AS (
                SELECT x->>'code' AS code FROM known WHERE EXISTS (SELECT FROM jsonb_array_elements(stored) AS s WHERE s->>'code' = x->>'code')
                UNION
                SELECT c FROM needed JOIN known ON x->>'code' = needed.code CROSS JOIN LATERAL unnest(ARRAY[x->>'of_code', x->>'by_code']) AS c WHERE c IS NOT NULL)
        SELECT x FROM known WHERE x->>'code' IN (SELECT code FROM needed) ORDER BY nth);
    FOR i IN SELECT * FROM emgov._with_units(ledger, indicators) LOOP
        CONTINUE WHEN i->>'source' IS NULL;
        f := (SELECT s FROM jsonb_array_elements(stored) AS s WHERE s->>'code' = i->>'code');
        SELECT coalesce(sum(x.difference) FILTER (WHERE x.what = 'value' AND x.part = 'numerator'), 0) AS numerator,
               coalesce(sum(x.difference) FILTER (WHERE x.what = 'value' AND x.part = 'denominator'), 0) AS denominator,
               coalesce(sum(x.difference) FILTER (WHERE x.what = 'base' AND x.part = 'numerator'), 0) AS base_numerator,
               coalesce(sum(x.difference) FILTER (WHERE x.what = 'base' AND x.part = 'denominator'), 0) AS base_denominator,
               bool_or(x.record_key IS NULL) AS unknown, count(*) AS records,
               max(x.amount_now) FILTER (WHERE x.what = 'value') AS top, max(x.amount_then) FILTER (WHERE x.what = 'value') AS top_then,
               max(x.amount_now) FILTER (WHERE x.what = 'base') AS base_top, max(x.amount_then) FILTER (WHERE x.what = 'base') AS base_top_then
          INTO m FROM unnest(moved) AS x WHERE x.code = i->>'code';
        IF f->>'definition_version' IS DISTINCT FROM i->>'version' OR f->>'state' IN ('failed', 'undefined', 'unversioned') OR i->>'relation' IS NULL
           OR m.unknown OR emgov._source_as_of((i->>'relation')::oid::regclass, true) IS NULL OR i->>'kind' = 'streak' AND m.records > 0 THEN
            counted := counted || i;
            CONTINUE;
        END IF;
        n := NULL;
        n.code := i->>'code';
        n.numerator := (f->>'numerator')::numeric;
        n.denominator := (f->>'denominator')::numeric + m.denominator;
        n.base_numerator := (f->>'base_numerator')::numeric;
        n.base_denominator := (f->>'base_denominator')::numeric + m.base_denominator;
        IF i->>'kind' = 'largest' AND m.records > 0 THEN
            -- the largest is gone, if no other record is as large
            IF n.numerator IS NULL OR n.base_numerator IS NULL
               OR m.top_then = n.numerator AND m.top < n.numerator AND NOT emgov._is_reached(i, false, n.numerator, period, coalesce(as_of, 'infinity'))
               OR m.base_top_then = n.base_numerator AND m.base_top < n.base_numerator AND NOT emgov._is_reached(i, true, n.base_numerator, period, coalesce(as_of, 'infinity')) THEN
                counted := counted || i;
                CONTINUE;
            END IF;
            n.numerator := greatest(n.numerator, m.top);
            n.base_numerator := greatest(n.base_numerator, m.base_top);
        ELSIF i->>'kind' <> 'largest' THEN
            n.numerator := n.numerator + m.numerator;
            n.base_numerator := n.base_numerator + m.base_numerator;
        END IF;
        parts := parts || n;
    END LOOP;
    parts := parts || ARRAY(SELECT x FROM emgov._figure_parts(counted, period, as_of, false, (p->>'live')::boolean) AS x);
    RETURN QUERY SELECT * FROM emgov._figures_of(ledger, ARRAY(SELECT emgov._with_units(ledger, indicators)), parts, period, as_of, p->>'base', p->>'report');
END
$$;
COMMENT ON FUNCTION emgov._figures_now(regnamespace, jsonb, jsonb, emgov.ledger_restated_record[], timestamptz) IS
    'internal: the figures of a publication as they are now, counted anew only where what moved them does not say what they come to';

CREATE FUNCTION emgov.ledger_restatement(ledger regnamespace, publication int, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_restatement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb := emgov._publication(ledger, publication);
    stored jsonb := emgov._stored_figures(ledger, publication);
    moved emgov.ledger_restated_record[];
    why jsonb;
    figures jsonb;
    f jsonb;
    figure jsonb;
    reasons jsonb;
    redefined text;
    r emgov.ledger_restatement;
BEGIN
    moved := ARRAY(SELECT m FROM emgov.ledger_restatement_rows(ledger, publication, as_of) AS m);
    SELECT jsonb_object_agg(x.code || ' ' || x.what, jsonb_build_object('reasons', x.reasons, 'records', x.records)) INTO why
      FROM (SELECT m.code, m.what, string_agg(DISTINCT u.reason, '+') AS reasons, count(DISTINCT m.record_key) AS records
              FROM unnest(moved) AS m CROSS JOIN LATERAL unnest(string_to_array(m.reason, '+')) AS u (reason)
             GROUP BY 1, 2) AS x;
    SELECT jsonb_object_agg(x.code, to_jsonb(x)) INTO figures FROM emgov._figures_now(ledger, p, stored, moved, as_of) AS x;

    FOR f IN SELECT jsonb_array_elements(stored) LOOP
        figure := figures->(f->>'code');
        redefined := CASE WHEN figure->>'definition_version' IS DISTINCT FROM f->>'definition_version' THEN 'definition_change' END;
        r.code := f->>'code';
        r.name_zh := f->>'name_zh';
        FOREACH r.what IN ARRAY '{value,base}'::text[] LOOP
            CONTINUE WHEN r.what = 'base' AND f->'definition'->>'kind' = 'change';
            r.published := (f->>r.what)::numeric;
            r.value_now := (figure->>r.what)::numeric;
            r.difference := r.value_now - r.published;
            r.phrase := CASE r.what WHEN 'value' THEN f->>'phrase' END;
            r.phrase_now := CASE r.what WHEN 'value' THEN figure->>'phrase' END;
            reasons := why->(r.code || ' ' || r.what);
            r.records := coalesce((reasons->>'records')::bigint, 0);
            IF r.value_now IS NOT DISTINCT FROM r.published AND (redefined IS NULL OR r.what = 'base')
               AND (r.records = 0 OR f->'definition'->>'kind' IN ('largest', 'streak')) THEN
                CONTINUE;
            END IF;
            r.reason := coalesce(nullif(concat_ws('+', redefined, reasons->>'reasons'), ''),
                CASE WHEN f->'definition'->>'source' IS NULL OR r.what = 'base' AND p->>'base' = 'first_published' THEN 'derived'
                     WHEN figure->>'state' = 'failed' THEN 'failed'
                     ELSE 'unversioned' END);
            r.reason_zh := emgov._reason_zh(r.reason);
            RETURN NEXT r;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov.ledger_restatement(regnamespace, int, timestamptz) IS
    'what a publication would say otherwise now (or as of another moment), a line a figure: the published value, the value now, their difference, why, and how many records moved it; '
    'also where records moved it both ways to the same value, and where its definition has changed; what is value or base';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'restatement(int, timestamptz)',
    '已发布数字与现在的差异及原因，一数一行 | what a publication would say otherwise now, a line a figure', $sql$
CREATE OR REPLACE FUNCTION @ledger@.restatement(publication int, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_restatement
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_restatement('@ledger@'::regnamespace, $1, $2);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'restatement_rows(int, timestamptz, text)',
    '使已发布数字变动的记录：变动多少、原因、前后内容 | the records that moved a publication''s figures: by how much, why, then and now', $sql$
CREATE OR REPLACE FUNCTION @ledger@.restatement_rows(publication int, as_of timestamptz DEFAULT NULL, code text DEFAULT NULL)
RETURNS SETOF emgov.ledger_restated_record
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_restatement_rows('@ledger@'::regnamespace, $1, $2, $3);
END
$sql$);
