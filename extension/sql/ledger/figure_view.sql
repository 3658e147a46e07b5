-- ------------------------------------------------------------------ ledger: figures for readers
-- What the views figure_* show is computed with the owner's rights, by <ledger>_store.report_rows() (reader.sql),
-- of these functions. Each takes the areas that the reader sees: NULL is everything, and gives the figures of the
-- whole; else the figures of these areas, a row each. What cannot be told by area is no area's, and is left out there.
-- starting: of periods that begin on these days only (NULL: of all).

-- Asked seven times a row: read when it is made, so that no setting need be pinned and the planner puts it into the query.
CREATE FUNCTION emgov_internal.bounded(value numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(value) < 1e14 - 1 THEN round(value, 4) END;
COMMENT ON FUNCTION emgov_internal.bounded(numeric) IS
    'internal: a number as readers get it, numeric(18,4); NULL for one with more than fourteen digits before the point, of which there are the words';

-- Up to which day a figure can be said: as far as all that it counts is covered, if that is a day of this year; else
-- as far as some of it is; else today.
CREATE FUNCTION emgov_internal.live_requests(ledger regnamespace, indicators emgov_internal.indicator[], coverage emgov_internal.figure_coverage[], areas text[])
RETURNS emgov_internal.figure_request[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH RECURSIVE made_of (code, part) AS (
        SELECT i.code, i.code FROM unnest(indicators) AS i
        UNION
        SELECT m.code, p.code FROM made_of AS m JOIN unnest(indicators) AS i ON i.code = m.part
         CROSS JOIN LATERAL (SELECT unnest(ARRAY[i.of_code, i.by_code]) AS code UNION ALL SELECT ltrim(o, '-') FROM unnest(i.of_codes) AS o) AS p WHERE p.code IS NOT NULL
    ), today AS MATERIALIZED (
        SELECT d.day, y.year_start, lower(emgov.ytd(d.day, y.year_start)) AS since
          FROM (SELECT emgov_internal.day(ledger, NULL) AS day) AS d, (SELECT emgov_internal.year_start(ledger) AS year_start) AS y
    ), seen AS (
        SELECT c.code, c.through FROM unnest(coverage) AS c
         WHERE c.since <= c.through AND (areas IS NULL OR c.area_code = ANY (areas)
            OR c.area_code IS NULL AND NOT EXISTS (SELECT FROM unnest(coverage) AS o WHERE o.code = c.code AND o.area_code = ANY (areas)))
    ), known AS (
        SELECT m.code, min(s.through) AS all_of_it, max(s.through) AS some_of_it FROM made_of AS m JOIN seen AS s ON s.code = m.part GROUP BY m.code
    )
    SELECT array_agg((i.code, emgov.ytd(CASE WHEN k.all_of_it >= t.since THEN least(k.all_of_it, t.day) WHEN k.some_of_it >= t.since THEN least(k.some_of_it, t.day) ELSE t.day END,
                                        t.year_start), NULL)::emgov_internal.figure_request ORDER BY i.ordinality)
      FROM unnest(indicators) WITH ORDINALITY AS i CROSS JOIN today AS t LEFT JOIN known AS k ON k.code = i.code
$$;
COMMENT ON FUNCTION emgov_internal.live_requests(regnamespace, emgov_internal.indicator[], emgov_internal.figure_coverage[], text[]) IS
    'internal: the figures of the running year to date, each up to the day up to which its sources cover it, of some areas (NULL: of all)';

CREATE FUNCTION emgov_internal.report_figure_live(ledger regnamespace, areas text[], starting daterange DEFAULT NULL) RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp ROWS 100
AS $$
DECLARE
    indicators emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, NULL) AS i);
    coverage emgov_internal.figure_coverage[] := ARRAY(SELECT c FROM emgov_internal.figure_coverage(ledger, ARRAY(SELECT i FROM unnest(indicators) AS i WHERE i.source IS NOT NULL), NULL) AS c);
BEGIN
    IF areas = '{}' OR NOT starting @> lower(emgov.ytd(emgov_internal.day(ledger, NULL), emgov_internal.year_start(ledger))) THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT (m.figure).*
          FROM emgov_internal.figures(ledger, emgov_internal.live_requests(ledger, indicators, coverage, areas), by => CASE WHEN areas IS NOT NULL THEN 'area' END,
                                      lang => emgov_internal.language(ledger, NULL), known => coverage) AS m
         WHERE areas IS NULL OR (m.figure).member = ANY (areas) AND (m.figure).state <> 'failed';
END
$$;
COMMENT ON FUNCTION emgov_internal.report_figure_live(regnamespace, text[], daterange) IS
    'internal: every figure in force of the running year to date, up to what is covered; of some areas (NULL: of the whole)';

CREATE FUNCTION emgov_internal.report_figure_monthly(ledger regnamespace, areas text[], starting daterange DEFAULT NULL) RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp ROWS 3000
AS $$
DECLARE
    dimension CONSTANT text := CASE WHEN areas IS NOT NULL THEN 'area' END;
    this_month CONSTANT date := emgov.month_of(emgov_internal.day(ledger, NULL));
    months CONSTANT daterange[] := ARRAY(SELECT m FROM emgov.months(daterange((this_month - interval '35 months')::date, (this_month + interval '1 month')::date)) AS m
                                          WHERE starting IS NULL OR starting @> lower(m));
    part daterange[];
BEGIN
    IF areas = '{}' THEN
        RETURN;
    END IF;
    -- areas are as they are at the end of each month
    FOR part IN
        SELECT array_agg(m) FROM emgov_internal.same_members(ledger, dimension, ARRAY(SELECT upper(m) - 1 FROM unnest(months) AS m)) AS s
          JOIN unnest(months) AS m ON upper(m) - 1 = s.day GROUP BY s.members
    LOOP
        RETURN QUERY
            SELECT (m.figure).* FROM emgov_internal.figures(ledger, emgov_internal.figure_requests(ledger, NULL, NULL, part, NULL, NULL), by => dimension,
                                                              lang => emgov_internal.language(ledger, NULL)) AS m
             WHERE areas IS NULL OR (m.figure).member = ANY (areas) AND (m.figure).state <> 'failed';
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_figure_monthly(regnamespace, text[], daterange) IS
    'internal: every figure in force of each of the last thirty-six months, this one included; of some areas (NULL: of the whole)';

-- The area that a published figure is of: NULL for the whole, '' for one by another dimension.
CREATE FUNCTION emgov_internal.area_of(dimension text, member text, member2 text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN split_part(dimension, ',', 1) = 'area' THEN member WHEN btrim(split_part(dimension, ',', 2)) = 'area' THEN member2 END;
COMMENT ON FUNCTION emgov_internal.area_of(text, text, text) IS 'internal: the area among the members that a published figure is of; NULL for none';

-- What figures of the whole depend on beside records, definitions, and what was sent or published elsewhere is small, and seldom written: then all may have changed.
CREATE FUNCTION emgov_internal.changed_codes(ledger regnamespace, since timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    frame CONSTANT regclass[] := ARRAY(SELECT to_regclass(format('%s.%I', ledger, t)) FROM unnest('{area,comparator,dimension,dimension_member,dimension_source,coverage_declaration}'::text[]) AS t);
    told CONSTANT regclass[] := ARRAY(SELECT to_regclass(format('%s.%I', ledger, t)) FROM unnest('{indicator,reported,base_value,measure_series}'::text[]) AS t);
    indicators emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, NULL) AS i);
    sources regclass[];
    codes text[];
    unwritten regclass[];
    changed text[];
BEGIN
    SELECT array_agg(r.relation ORDER BY r.code), array_agg(r.code ORDER BY r.code) INTO sources, codes FROM emgov_internal.indicator_relations(ledger, indicators) AS r;
    unwritten := emgov_internal.unwritten(ledger, ARRAY(SELECT DISTINCT r FROM unnest(sources || frame || told) AS r), since);
    IF NOT frame <@ unwritten THEN
        RETURN NULL;
    END IF;
    changed := ARRAY(SELECT i.code FROM unnest(indicators) AS i LEFT JOIN unnest(codes, sources) AS s (code, relation) ON s.code = i.code
                      -- what members send is known by days, too
                      WHERE i.kind = 'reported' OR i.source IS NOT NULL AND (s.relation = ANY (unwritten)) IS NOT TRUE);
    IF NOT told <@ unwritten THEN
        changed := changed || ARRAY(SELECT emgov_internal.changed_indicators(ledger, indicators, since));
    END IF;
    RETURN changed || ARRAY(SELECT m.code FROM emgov_internal.made_of(indicators) AS m WHERE m.part = ANY (changed));
END
$$;
COMMENT ON FUNCTION emgov_internal.changed_codes(regnamespace, timestamptz) IS
    'internal: the indicators whose figures of the whole may be others now than they were at a moment, for days that were over by then; NULL: any may';

CREATE FUNCTION emgov_internal.changed_since(ledger regnamespace, base text, as_of timestamptz, OUT codes text[], OUT until date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF base = 'restated' THEN
        codes := emgov_internal.changed_codes(ledger, as_of);
        until := emgov_internal.day(ledger, as_of);
        -- nor may any day of a base that is a fixed one come later
        IF EXISTS (SELECT FROM emgov_internal.comparators(ledger, NULL) AS k WHERE k.kind = 'fixed' AND (k.ends_on > until OR k.n >= extract(year FROM until) - 1)) THEN
            codes := NULL;
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.changed_since(regnamespace, text, timestamptz) IS
    'internal: of what was published of the whole, with a base and as of a moment: the codes of which figures may be others now (NULL: any), of periods that were over on the day until';

-- Of a current publication those figures are what they were that nothing has been written of since, and whose days were over. All windows of the others are computed
-- at once for each base, those of members by dimension and period: members are as they are then.
CREATE FUNCTION emgov_internal.report_figure_change(ledger regnamespace, areas text[], starting daterange DEFAULT NULL)
RETURNS TABLE (publication int, code text, name_zh text, starts_on date, ends_on date, comparator text, dimension text, member text, member_name text, member2 text, member2_name text,
               area_code text, unit text, definition_version int, version_now int, published numeric, value_now numeric, base_published numeric, base_now numeric, state text, state_now text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp ROWS 500
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH asked AS MATERIALIZED (
            SELECT f.publication_id, f.code, f.name_zh, f.starts_on, f.ends_on, f.comparator, f.dimension, f.member, f.member_name, f.member2, f.member2_name, f.unit, f.definition_version,
                   f.value, f.base, f.state, emgov_internal.area_of(f.dimension, f.member, f.member2) AS area_code, p.as_of, p.base AS base_kind,
                   CASE p.base WHEN 'first_published' THEN p.report END AS report
              FROM %1$s.publication_current AS c JOIN ONLY %1$s.publication AS p ON p.id = c.publication_id JOIN ONLY %1$s.publication_figure AS f ON f.publication_id = p.id
             WHERE ($2 IS NULL OR emgov_internal.area_of(f.dimension, f.member, f.member2) = ANY ($2)) AND ($3 IS NULL OR f.starts_on <@ $3)
        ), known AS MATERIALIZED (
            SELECT c.code FROM emgov_internal.comparators($1, NULL) AS c
        ), moment AS MATERIALIZED (
            SELECT o.base_kind, o.as_of, c.codes, c.until FROM (SELECT DISTINCT a.base_kind, a.as_of FROM asked AS a WHERE a.dimension = '') AS o
             CROSS JOIN LATERAL emgov_internal.changed_since($1, o.base_kind, o.as_of) AS c
        ), published AS MATERIALIZED (
            SELECT a.*, coalesce(a.dimension = '' AND a.ends_on <= m.until AND a.code <> ALL (m.codes), false) AS is_same
              FROM asked AS a LEFT JOIN moment AS m ON m.base_kind = a.base_kind AND m.as_of = a.as_of
        ), now AS MATERIALIZED (
            SELECT w.base_kind AS of_kind, w.report AS of_report, w.dimension AS of_dimension, (m.figure).*
              FROM (SELECT p.base_kind, p.report, p.dimension, CASE WHEN p.dimension <> '' THEN daterange(p.starts_on, p.ends_on) END AS period,
                           array_agg(DISTINCT (p.code, daterange(p.starts_on, p.ends_on), k.code)::emgov_internal.figure_request) AS requests
                      FROM published AS p JOIN emgov_internal.active_codes($1, NULL) AS i ON i.code = p.code LEFT JOIN known AS k ON k.code = p.comparator
                     WHERE NOT p.is_same GROUP BY 1, 2, 3, 4) AS w
             CROSS JOIN LATERAL emgov_internal.figures($1, w.requests, base => w.base_kind, by => nullif(w.dimension, ''), report => w.report, lang => $4) AS m
        )
        SELECT p.publication_id, p.code, p.name_zh, p.starts_on, p.ends_on, p.comparator, p.dimension, p.member, p.member_name, p.member2, p.member2_name, p.area_code, p.unit,
               p.definition_version, CASE WHEN p.is_same THEN p.definition_version ELSE n.definition_version END, p.value, CASE WHEN p.is_same THEN p.value ELSE n.value END,
               p.base, CASE WHEN p.is_same THEN p.base ELSE n.base END, p.state, CASE WHEN p.is_same THEN p.state ELSE n.state END
          FROM published AS p
          LEFT JOIN now AS n ON NOT p.is_same AND n.of_kind = p.base_kind AND n.of_report IS NOT DISTINCT FROM p.report AND n.of_dimension = p.dimension
                            AND n.code = p.code AND n.starts_on = p.starts_on AND n.ends_on = p.ends_on AND coalesce(n.comparator, '') = p.comparator
                            AND CASE p.dimension WHEN '' THEN n.member IS NULL ELSE n.member = p.member AND (p.member2 = '' AND n.member2 IS NULL OR n.member2 = p.member2) END $sql$, ledger)
        USING ledger, areas, starting, emgov_internal.language(ledger, NULL);
END
$$;
COMMENT ON FUNCTION emgov_internal.report_figure_change(regnamespace, text[], daterange) IS
    'internal: the figures of all current publications, with what they come to now, by the definitions of now; of some areas (NULL: of all)';

-- Of figures that cannot be others than they were there is nothing to be told.
CREATE FUNCTION emgov_internal.report_figure_change_reason(ledger regnamespace, areas text[], starting daterange DEFAULT NULL)
RETURNS TABLE (report text, publication int, code text, name_zh text, starts_on date, ends_on date, comparator text, dimension text, member text, member2 text, what text,
               difference numeric, reason text, reason_zh text, records bigint, phrase text, phrase_now text, area_code text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' ROWS 100
AS $$
DECLARE
    p jsonb;
    same_until date;
    codes text[];
    stored jsonb;
    of_the_whole boolean;
    of_members boolean;
    is_over boolean;
BEGIN
    PERFORM emgov_internal.refuse_row_policies(ledger);
    FOR p IN
        SELECT k.p FROM emgov_internal.kept_query(ARRAY[format($sql$
            SELECT to_jsonb(p) FROM %1$s.publication_current AS c JOIN ONLY %1$s.publication AS p ON p.id = c.publication_id
             WHERE EXISTS (SELECT FROM ONLY %1$s.publication_figure AS f WHERE f.publication_id = p.id AND ($1 IS NULL OR f.starts_on <@ $1)
                              AND ($2 IS NULL OR emgov_internal.area_of(f.dimension, f.member, f.member2) = ANY ($2))) ORDER BY p.id $sql$, ledger)], starting, areas) AS k (p jsonb)
    LOOP
        SELECT s.codes, s.until INTO codes, same_until FROM emgov_internal.changed_since(ledger, p->>'base', (p->>'as_of')::timestamptz) AS s WHERE areas IS NULL;
        SELECT k.* INTO of_the_whole, of_members, is_over
          FROM emgov_internal.kept_query(ARRAY[format($sql$
            SELECT coalesce(bool_or(f.dimension = '' AND $2 IS NULL AND ($1 IS NULL OR f.starts_on <@ $1) AND (f.ends_on <= $4 AND f.code <> ALL ($3)) IS NOT TRUE), false),
                   coalesce(bool_or(f.dimension <> ''), false), bool_and(f.ends_on <= $4) IS TRUE FROM ONLY %s.publication_figure AS f WHERE f.publication_id = $5 $sql$, ledger)],
                starting, areas, codes, same_until, (p->>'id')::int) AS k (of_the_whole boolean, of_members boolean, is_over boolean);
        IF of_the_whole THEN
            codes := CASE WHEN is_over THEN codes END;
            -- and what they are made of now
            stored := emgov_internal.stored_figures(ledger, (p->>'id')::int,
                          CASE WHEN codes IS NOT NULL THEN ARRAY(SELECT i.code FROM emgov_internal.indicators(ledger, NULL, codes) AS i UNION SELECT unnest(codes)) END);
            PERFORM emgov_internal.refuse_unreadable(ledger, emgov_internal.restated_definitions(ledger, stored, NULL, codes));
        END IF;
        RETURN QUERY
            SELECT p->>'report', (p->>'id')::int, r.code, r.name_zh, r.starts_on, r.ends_on, r.comparator, r.dimension, r.member, r.member2, r.what, r.difference, r.reason, r.reason_zh,
                   r.records, r.phrase, r.phrase_now, emgov_internal.area_of(r.dimension, r.member, r.member2)
              FROM (SELECT w.* FROM emgov_internal.publication_periods(p, stored) AS x
                     CROSS JOIN LATERAL emgov_internal.restatement(ledger, x.p, x.figures, NULL, codes) AS w
                     WHERE of_the_whole AND (starting IS NULL OR (x.p->>'starts_on')::date <@ starting)
                    UNION ALL
                    SELECT w.* FROM emgov_internal.restated_members(ledger, p, NULL) AS w WHERE of_members) AS r
             WHERE areas IS NULL OR emgov_internal.area_of(r.dimension, r.member, r.member2) = ANY (areas);
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_figure_change_reason(regnamespace, text[], daterange) IS
    'internal: what ledger_restatement() gives of all current publications; of some areas (NULL: of all)';

-- ------------------------------------------------------------------ the views
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'figure_live',
    '本年累计实时指标，截至已填报之日 | every figure of the running year to date, up to the day that its sources cover; an area''s reader sees that area''s', $sql$
    SELECT f.code::varchar(31) AS indicator_code, f.name_zh::varchar(200) AS indicator_zh, f.section, f.member::varchar(64) AS area_code, f.member_name::varchar(200) AS area_zh,
           f.starts_on AS period_start, (f.ends_on - 1) AS period_end, f.value::numeric(18,4) AS value,
           f.numerator::numeric(18,4) AS numerator, f.denominator::numeric(18,4) AS denominator, f.base::numeric(18,4) AS base_value, f.change::numeric(18,4) AS change,
           f.rate::numeric(18,4) AS rate_pct, f.state::varchar(20) AS state, f.p_value::numeric(7,6) AS p_value, f.unit::varchar(60) AS unit,
           f.words::varchar(200) AS words, f.phrase::varchar(400) AS phrase, f.comparator::varchar(64) AS comparator, f.scope::varchar(20) AS scope,
           f.coverage::varchar(20) AS coverage, f.covered_days, f.period_days, f.definition_version, f.reason::varchar(400) AS reason
      -- of all areas: up to which day a figure is said depends on them
      FROM @store@.report_rows(emgov_internal.asked_days('figure_live', 'starts_on'), (SELECT s.areas FROM @store@.seen AS s)) AS f (code text, name_zh text, section int,
           member text, member_name text, starts_on date, ends_on date, value numeric, numerator numeric, denominator numeric, base numeric, change numeric, rate numeric,
           state text, p_value numeric, unit text, words text, phrase text, comparator text, scope text, coverage text, covered_days int, period_days int, definition_version int, reason text)
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'figure_monthly',
    '近三年逐月指标 | every figure of each of the last thirty-six months; an area''s reader sees that area''s', $sql$
    SELECT f.starts_on AS period_start, extract(year FROM f.starts_on)::int AS year, extract(month FROM f.starts_on)::int AS month,
           f.code::varchar(31) AS indicator_code, f.name_zh::varchar(200) AS indicator_zh, f.section, f.member::varchar(64) AS area_code, f.member_name::varchar(200) AS area_zh,
           f.value::numeric(18,4) AS value, f.numerator::numeric(18,4) AS numerator, f.denominator::numeric(18,4) AS denominator,
           f.base::numeric(18,4) AS base_value, f.change::numeric(18,4) AS change, f.rate::numeric(18,4) AS rate_pct, f.state::varchar(20) AS state,
           f.p_value::numeric(7,6) AS p_value, f.unit::varchar(60) AS unit, f.comparator::varchar(64) AS comparator, f.scope::varchar(20) AS scope,
           f.coverage::varchar(20) AS coverage, f.covered_days, f.period_days, f.definition_version
      FROM @store@.report_rows(emgov_internal.asked_days('figure_monthly', 'starts_on'),
                               emgov_internal.asked_area((SELECT s.areas FROM @store@.seen AS s), 'member', false)) AS f (code text, name_zh text, section int, member text, member_name text,
           starts_on date, ends_on date, value numeric, numerator numeric, denominator numeric, base numeric, change numeric, rate numeric, state text, p_value numeric, unit text, words text,
           phrase text, comparator text, scope text, coverage text, covered_days int, period_days int, definition_version int, reason text)
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'figure_change',
    '发布数与现数对照 | the figures of the current publications, against what they come to now by the definitions of now', $sql$
    SELECT p.report::varchar(64) AS report, f.publication, f.code::varchar(31) AS indicator_code, f.name_zh::varchar(200) AS indicator_zh,
           f.starts_on AS period_start, (f.ends_on - 1) AS period_end, f.comparator::varchar(64) AS comparator, f.dimension::varchar(130) AS dimension,
           f.member::varchar(64) AS member_code, f.member_name::varchar(200) AS member_zh, f.member2::varchar(64) AS member2_code, f.member2_name::varchar(200) AS member2_zh,
           f.area_code::varchar(64) AS area_code, f.unit::varchar(60) AS unit,
           emgov_internal.bounded(f.published)::numeric(18,4) AS value, emgov_internal.bounded(f.value_now)::numeric(18,4) AS value_now,
           emgov_internal.bounded(f.value_now - f.published)::numeric(18,4) AS difference,
           emgov_internal.bounded(f.base_published)::numeric(18,4) AS base_value, emgov_internal.bounded(f.base_now)::numeric(18,4) AS base_now,
           emgov_internal.bounded(f.base_now - f.base_published)::numeric(18,4) AS base_difference,
           f.state::varchar(20) AS state, f.state_now::varchar(20) AS state_now, f.definition_version, f.version_now,
           (f.value_now IS DISTINCT FROM f.published OR f.base_now IS DISTINCT FROM f.base_published OR f.state_now IS DISTINCT FROM f.state) AS is_changed,
           (CASE WHEN f.value_now IS NOT DISTINCT FROM f.published AND f.base_now IS NOT DISTINCT FROM f.base_published AND f.state_now IS NOT DISTINCT FROM f.state THEN NULL
                 WHEN f.version_now IS NULL THEN 'retired' WHEN f.version_now <> f.definition_version THEN 'definition' ELSE 'records' END)::varchar(20) AS change_code,
           (CASE WHEN f.value_now IS NOT DISTINCT FROM f.published AND f.base_now IS NOT DISTINCT FROM f.base_published AND f.state_now IS NOT DISTINCT FROM f.state THEN NULL
                 WHEN f.version_now IS NULL THEN '指标停用' WHEN f.version_now <> f.definition_version THEN '指标定义变更' ELSE '数据变动' END)::varchar(20) AS change_zh
      FROM @store@.report_rows(emgov_internal.asked_days('figure_change', 'starts_on'),
                               emgov_internal.asked_area((SELECT s.areas FROM @store@.seen AS s), 'area_code', true)) AS f (publication int, code text, name_zh text, starts_on date, ends_on date,
           comparator text, dimension text, member text, member_name text, member2 text, member2_name text, area_code text, unit text, definition_version int, version_now int,
           published numeric, value_now numeric, base_published numeric, base_now numeric, state text, state_now text)
      JOIN ONLY @ledger@.publication AS p ON p.id = f.publication
$sql$);

-- Of who reads some areas those rows that are of one of them.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'figure_change_reason',
    '发布数变动原因，一行一个指标 | why figures of the current publications would be said otherwise now: a row a figure and what of it (value, base), with its records', $sql$
    SELECT f.report::varchar(64) AS report, f.publication, f.code::varchar(31) AS indicator_code, f.name_zh::varchar(200) AS indicator_zh,
           f.starts_on AS period_start, (f.ends_on - 1) AS period_end, f.comparator::varchar(64) AS comparator, f.dimension::varchar(130) AS dimension, f.member::varchar(64) AS member_code,
           f.member2::varchar(64) AS member2_code, f.area_code::varchar(64) AS area_code, f.what::varchar(20) AS what_code,
           (CASE f.what WHEN 'value' THEN '本期数' WHEN 'base' THEN '基数' END)::varchar(20) AS what_zh, emgov_internal.bounded(f.difference)::numeric(18,4) AS difference,
           f.reason::varchar(200) AS reason_code, f.reason_zh::varchar(400) AS reason_zh, f.records::int AS records, f.phrase::varchar(400) AS phrase, f.phrase_now::varchar(400) AS phrase_now
      FROM @store@.report_rows(emgov_internal.asked_days('figure_change_reason', 'starts_on'),
                              emgov_internal.asked_area((SELECT s.areas FROM @store@.seen AS s), 'area_code', true)) AS f (report text, publication int, code text, name_zh text,
           starts_on date, ends_on date, comparator text, dimension text, member text,
           member2 text, what text, difference numeric, reason text, reason_zh text, records bigint, phrase text, phrase_now text, area_code text)
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'figure_published',
    '历次发布指标 | the figures of all publications, each of its own days; a row a comparator and member; current ones are marked. '
    'An area''s reader sees what was published of that area', $sql$
    SELECT p.report::varchar(64) AS report, p.id AS publication, f.starts_on AS period_start, (f.ends_on - 1) AS period_end, (c.publication_id IS NOT NULL) AS is_current,
           p.as_of, p.published_at, f.code::varchar(31) AS indicator_code, f.name_zh::varchar(200) AS indicator_zh,
           emgov_internal.bounded(f.value)::numeric(18,4) AS value, emgov_internal.bounded(f.numerator)::numeric(18,4) AS numerator,
           emgov_internal.bounded(f.denominator)::numeric(18,4) AS denominator, f.unit::varchar(60) AS unit, emgov_internal.bounded(f.base)::numeric(18,4) AS base_value,
           emgov_internal.bounded(f.change)::numeric(18,4) AS change, emgov_internal.bounded(f.rate)::numeric(18,4) AS rate_pct,
           f.state::varchar(20) AS state, f.p_value::numeric(7,6) AS p_value, f.words::varchar(200) AS words, f.phrase::varchar(400) AS phrase, f.scope::varchar(20) AS scope,
           f.definition_version, f.dimension::varchar(130) AS dimension, f.member::varchar(64) AS member_code, f.member_name::varchar(200) AS member_zh,
           f.member2::varchar(64) AS member2_code, f.member2_name::varchar(200) AS member2_zh, emgov_internal.area_of(f.dimension, f.member, f.member2)::varchar(64) AS area_code,
           f.comparator::varchar(64) AS comparator
      FROM ONLY @ledger@.publication AS p
      JOIN ONLY @ledger@.publication_figure AS f ON f.publication_id = p.id
      LEFT JOIN @ledger@.publication_current AS c ON c.publication_id = p.id
     WHERE @seen(emgov_internal.area_of(f.dimension, f.member, f.member2))@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'publication_list',
    '发布批次清单 | all publications, and which is current', $sql$
    SELECT p.id AS publication, p.report::varchar(64) AS report, p.starts_on AS period_start, (p.ends_on - 1) AS period_end,
           p.as_of, p.scope::varchar(20) AS scope, p.base::varchar(20) AS base, p.published_at,
           p.published_by::varchar(63) AS published_by, p.hash::varchar(64) AS hash,
           p.allow_gaps, p.force_reason::varchar(1000) AS force_reason, p.approved_by::varchar(63) AS approved_by, p.approved_at,
           (c.publication_id IS NOT NULL) AS is_current
      FROM ONLY @ledger@.publication AS p LEFT JOIN @ledger@.publication_current AS c ON c.publication_id = p.id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'indicator_list',
    '指标及释义 | the indicators and what they mean', $sql$
    SELECT i.code::varchar(31) AS indicator_code, i.section, i.name_zh::varchar(200) AS indicator_zh, i.name_en::varchar(200) AS indicator_en,
           i.kind::varchar(12) AS kind, i.unit::varchar(60) AS unit, i.scope::varchar(20) AS scope, i.cutoff::varchar(10) AS cutoff,
           i.definition_zh::varchar(1000) AS definition_zh, i.definition_en::varchar(1000) AS definition_en, i.version,
           (i.approved_at IS NOT NULL) AS is_approved, i.active AS is_active
      FROM ONLY @ledger@.indicator AS i
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'figure_change.value_now', '现数 | what it comes to now'),
    ('column', 'figure_change.difference', '变动额 | value now less value published'),
    ('column', 'figure_change.base_now', '现基数 | the base now'),
    ('column', 'figure_change.base_difference', '基数变动额 | base now less base published'),
    ('column', 'figure_change.state_now', '现可比状态 | state now'),
    ('column', 'figure_change.version_now', '现定义版本 | version of the definition now'),
    ('column', 'figure_change.change_code', '变动类型代码 | records, definition or retired: what has changed since; NULL: nothing'),
    ('column', 'figure_change.change_zh', '变动类型 | the same in words'),
    ('column', 'figure_change_reason.what_code', '变动部分代码 | value or base'),
    ('column', 'figure_change_reason.what_zh', '变动部分 | the same in words'),
    ('column', 'figure_change_reason.difference', '变动额 | now less as published'),
    ('column', 'figure_change_reason.reason_code', '变动原因代码 | why; several are joined by +'),
    ('column', 'figure_change_reason.reason_zh', '变动原因 | why, in words'),
    ('column', 'figure_change_reason.records', '涉及记录数 | records that moved it'),
    ('column', 'figure_change_reason.phrase', '发布时文字表述 | as it was worded'),
    ('column', 'figure_change_reason.phrase_now', '现文字表述 | as it would be worded now'),
    ('column', 'indicator_list.indicator_en', '英文名称 | name in English'),
    ('column', 'figure_change.is_changed', '是否变动 | whether value, base or state differ'),
    ('column', 'words', '数字及单位 | number and unit as printed'),
    ('column', 'coverage', '报齐情况 | declared, undeclared: whether somebody has said what is covered'),
    ('column', 'covered_days', '已填报天数 | days covered'),
    ('column', 'period_days', '期内天数 | days of the period'),
    ('column', 'figure_live.reason', '说明 | why it is failed or undefined, or what is not known of it'),
    ('column', 'indicator_list.definition_en', '英文释义 | definition in English'),
    ('column', 'figure_change.value', '发布数 | value as published'),
    ('column', 'figure_change.base_value', '发布基数 | base as published'),
    ('column', 'figure_change.state', '发布时可比状态 | state as published');
