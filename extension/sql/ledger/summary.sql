-- ------------------------------------------------------------------ ledger: monthly summaries for readers
-- A summary is a view with a row for each month that its source covers and each member of a dimension, those without records too. It is made
-- of running totals: what a month, the year to date, twelve months and their bases come to is the difference of two of them, see running_totals.c.
-- define_summary() runs in this script: it writes the views and the comments of their columns as parts.

-- The dimensions of summaries. members: code, name_zh, name_en, is_listed (without records too), and the columns of extra.
CREATE FUNCTION emgov_internal.summary_dimensions() RETURNS TABLE (name text, key text, note_zh text, note_en text, members text, extra jsonb)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ VALUES
    ('area', 'area_code', '地区', 'area',
        'SELECT a.code, a.name_zh, a.name_en, a.is_block AND a.active AS is_listed, daterange(a.valid_from, a.valid_to) AS life FROM @ledger@.area a WHERE @seen(a.code)@', NULL::jsonb),
    ('category', 'category_code', '事故类别', 'category', $sql$
        SELECT c.code, c.name_zh, c.name_en, c.active AND NOT EXISTS (SELECT FROM @ledger@.accident_category b WHERE b.parent_code = c.code AND b.active) AS is_listed,
               g.code AS group_code, g.name_zh AS group_zh, g.name_en AS group_en
          FROM (WITH RECURSIVE tree AS (
                    SELECT k.code, k.code AS top FROM @ledger@.accident_category k WHERE k.parent_code IS NULL
                    UNION ALL SELECT k.code, t.top FROM tree t JOIN @ledger@.accident_category k ON k.parent_code = t.code)
                SELECT * FROM tree) t
          JOIN @ledger@.accident_category c ON c.code = t.code JOIN @ledger@.accident_category g ON g.code = t.top $sql$,
        '[["group_code", "大类代码 | code of its group"], ["group_zh", "大类 | its group"], ["group_en", "大类英文名称 | its group in English"]]'),
    ('severity', 'severity', '事故等级', 'severity', 'SELECT l.code, l.name_zh, l.name_en, l.active AS is_listed FROM @ledger@.severity_level l', NULL),
    ('industry', 'industry', '行业', 'industry',
        'SELECT DISTINCT ON (i.section) i.section::text AS code, i.name_zh, i.name_en, true AS is_listed FROM @ledger@.industry i ORDER BY i.section, i.edition DESC', NULL),
    ('programme', 'programme_code', '检查项目', 'programme', 'SELECT p.code, p.name_zh, p.name_en, p.active AS is_listed FROM @ledger@.programme p', NULL),
    ('campaign', 'campaign_code', '专项行动', 'campaign', 'SELECT c.code, c.name_zh, c.name_en, c.active AS is_listed FROM @ledger@.campaign c', NULL),
    ('kind', 'penalty_kind_code', '处罚种类', 'kind of penalty', 'SELECT k.code, k.name_zh, k.name_en, k.active AS is_listed FROM @ledger@.penalty_kind k', NULL),
    ('level', 'level_code', '演练级别', 'level of the drill',
        $sql$ SELECT l.code, l.name_zh, l.name_en, true AS is_listed FROM (VALUES ('city', '市级', 'city'), ('district', '辖市（区）级', 'district')) l (code, name_zh, name_en) $sql$, NULL)
$$;
COMMENT ON FUNCTION emgov_internal.summary_dimensions() IS
    'internal: the dimensions of monthly summaries: name; its column in the events; names; query of its members; names and comments of further columns of theirs';

-- The comment of a column of a measure, from the measure's 直接经济损失（元） | direct loss in yuan: words after its name, and whether it may be added up.
CREATE FUNCTION emgov_internal.summary_note(note text, zh text, en text, adds_up boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT substring(note FROM '^[^（， ]*') || zh || split_part(substring(note FROM '^[^（， ]*(.*)$'), ' | ', 1) || CASE WHEN adds_up THEN '' ELSE '，不可相加' END || ' | '
           || split_part(note, ' | ', 2) || en || CASE WHEN adds_up THEN '' ELSE '; not to be added up' END
$$;
COMMENT ON FUNCTION emgov_internal.summary_note(text, text, text, boolean) IS 'internal: the comment of a column of a measure';

-- The columns of a measure: the SQL of each over m, a month of report_months(); s, the totals c1, c2, … and the amounts b1, b2, … of the days that a
-- month not yet whole is held against; and k, what is known of measures.
CREATE FUNCTION emgov_internal.summary_columns(measures jsonb, number int) RETURNS TABLE (name text, value text, note text)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    measure jsonb := measures->(number - 1);
    kind text := coalesce(measure->>'kind', 'flow');
    of_number int := (SELECT o.n FROM jsonb_array_elements(measures) WITH ORDINALITY AS o (m, n) WHERE o.m->>'name' = coalesce(measure->>'of', measure->>'name'));
    per_number int := (SELECT o.n FROM jsonb_array_elements(measures) WITH ORDINALITY AS o (m, n) WHERE o.m->>'name' = measure->>'per');
    is_money boolean := coalesce((measure->>'money')::boolean, false);
    -- what is no amount has no unit
    name_only text := substring(measure->>'note' FROM '^[^（， ]*') || ' | ' || split_part(measure->>'note', ' | ', 2);
    -- what has a source of its own is known from some day, as far as that covers what the month covers
    known text := CASE WHEN measure ? 'known' THEN format('k.k%s', number) ELSE 'true' END
                  || CASE WHEN measure ? 'source' THEN format(' AND k.since%1$s <= %%s AND k.through%1$s >= least(m.next - 1, k.last)', number) ELSE '' END;
    month CONSTANT text := 'greatest(m.period_start, k.first)';
    earlier CONSTANT text := 'm.period_start - interval ''1 year''';
    c text := 's.c' || of_number;
    base_of text := '(CASE WHEN m.state = ''running'' THEN s.c%1$s[m.place - 13] + s.b%1$s ELSE s.c%1$s[m.place - 12] END)';
    base_end text := CASE kind WHEN 'opening' THEN c || '[m.place - 13]' ELSE format(base_of, of_number) END;
    now_end text := c || CASE kind WHEN 'opening' THEN '[m.place - 1]' ELSE '[m.place]' END;
    own text := format(CASE WHEN kind IN ('flow', 'distinct') THEN '(%s - %s[m.place - 1])' ELSE '%s' END, now_end, c);
    own_base text := format(CASE WHEN kind IN ('flow', 'distinct') THEN '(%s - %s[m.place - 13])' ELSE '%s' END, base_end, c);
    previous text := format(CASE WHEN kind IN ('flow', 'distinct') THEN '%1$s[m.place - 1] - %1$s[m.place - 2]' WHEN kind = 'stock' THEN '%1$s[m.place - 1]' ELSE '%1$s[m.place - 2]' END, c);
    ytd text := format('%s - %s[m.place - m.fiscal]', now_end, c);
    ytd_base text := format('%s - %s[m.place - 12 - m.fiscal]', base_end, c);
    year text := format('%s - %s[m.place - 12]', now_end, c);
    year_base text := format('%s - %s[m.place - 24]', base_end, c);
    -- numbers of other measures that this one names
    others jsonb := (SELECT jsonb_object_agg(t.key, o.n) FROM jsonb_each_text(measure) AS t
                       JOIN jsonb_array_elements(measures) WITH ORDINALITY AS o (m, n) ON o.m->>'name' = t.value WHERE t.key <> 'name');
    compared text;
    -- what is left is that of all or not known: of who is missing it would be what was left at last
    in_all CONSTANT text := 'm.state NOT IN (''no_data'', ''part_members'')';
    -- what a month began with is known where the month before is
    base_ok CONSTANT text := 'm.base_ok' || CASE kind WHEN 'opening' THEN ' AND m.opening_ok AND m.opening_base_ok' ELSE '' END;
    previous_ok CONSTANT text := 'm.previous_ok' || CASE kind WHEN 'opening' THEN ' AND m.opening_previous_ok' ELSE '' END;
    begun CONSTANT text := CASE kind WHEN 'opening' THEN ' AND m.opening_ok' ELSE '' END;
BEGIN
    IF kind = 'opening' THEN
        -- of a month that is covered from within: what its days that count began with
        own := format('(s.c%1$s[m.place] - s.c%2$s[m.place] + s.c%2$s[m.place - 1] + s.c%3$s[m.place] - s.c%3$s[m.place - 1])', of_number, others->>'in', others->>'out');
    ELSIF kind = 'distinct' THEN
        ytd := format('s.c%1$s[m.place] - s.c%1$s[m.place - m.fiscal]', others->>'year');
        ytd_base := format(base_of || ' - s.c%1$s[m.place - 12 - m.fiscal]', others->>'year');
        year := format('s.c%s[m.place]', others->>'rolling');
        year_base := format(base_of, others->>'rolling');
    END IF;
    compared := format('emgov.comparison(%s::numeric, %s::numeric)', own, own_base);
    IF kind = 'hidden' THEN
        RETURN;
    ELSIF kind = 'pct' THEN
        RETURN QUERY SELECT (measure->>'name') || '_pct',
            format('(CASE WHEN %s AND %s AND %3$s[m.place] > 0 THEN round(100.0 * %4$s[m.place] / %3$s[m.place], 2) END)::numeric(9,2)', known, in_all, 's.c' || per_number, c),
            emgov_internal.summary_note(measure->>'note', '（%）', '', false);
        RETURN;
    END IF;
    RETURN QUERY
        SELECT (measure->>'name') || v.suffix,
               CASE WHEN v.suffix = '_state' THEN format('(CASE WHEN %s THEN %s ELSE ''no_data'' END)::varchar(20)', format(known, v.since), v.value)
                    ELSE format('(CASE WHEN %s AND %s THEN %s END)::%s', format(known, v.since), v.condition,
                                CASE WHEN v.type IS NULL AND is_money THEN format('0.01 * (%s)', v.value) ELSE v.value END,
                                coalesce(v.type, CASE WHEN is_money THEN 'numeric(18,2)' ELSE 'int' END)) END,
               emgov_internal.summary_note(CASE WHEN v.type IS NOT NULL OR v.suffix = '_state' THEN name_only ELSE measure->>'note' END, v.zh, v.en, v.adds_up)
          FROM (VALUES
            ('all', '', month, CASE WHEN kind IN ('flow', 'distinct') THEN 'm.state <> ''no_data''' ELSE in_all || begun END, own, NULL, '', '', kind = 'flow'),
            ('all', '_base', earlier, base_ok, own_base, NULL, '_上年同期', ': the same month a year earlier', kind = 'flow'),
            ('all', '_previous', 'm.period_start - interval ''1 month''', previous_ok, previous, NULL, '_上月', ': the month before', kind = 'flow'),
            ('all', '_change', earlier, base_ok || ' AND m.regime_ok', format('%s - %s', own, own_base), NULL, '_同比增减', ': change on a year earlier', kind = 'flow'),
            ('all', '_pct', earlier, base_ok || ' AND m.regime_ok' || CASE WHEN is_money THEN format(' AND %s / 100000000000000 < %s', own, own_base) ELSE '' END,
                format('emgov.rate(%s, 2)', compared), 'numeric(18,2)', '_同比增减率（%）', ': change on a year earlier in percent', false),
            ('all', '_state', month, NULL, format('CASE WHEN %s%s THEN CASE WHEN m.regime_ok THEN coalesce(emgov.state(%s), ''undefined'') ELSE ''not_comparable'' END '
                                                  '%sWHEN m.state IN (''whole'', ''running'') THEN ''no_base'' ELSE m.state END', base_ok,
                CASE WHEN measure ? 'source' THEN format(' AND k.since%s <= %s', number, earlier) ELSE '' END, compared,
                CASE kind WHEN 'opening' THEN 'WHEN m.state NOT IN (''no_data'', ''part_members'') AND NOT m.opening_ok THEN ''no_data'' ' ELSE '' END),
                NULL, '_同比状态', ': whether it can be compared, or why not', true),
            ('p', '_p', earlier, 'm.base_ok AND m.regime_ok',
                format('round(emgov.p_value(%s)::numeric, 6)', compared), 'numeric(7,6)', '_同比p值', ': how probable such a change is by chance', false),
            ('flow', '_ytd', 'm.period_start - (m.fiscal - 1) * interval ''1 month''', 'm.ytd_ok', ytd, NULL, '_本年累计', ': year to date', false),
            ('flow', '_ytd_base', 'm.period_start - (m.fiscal + 11) * interval ''1 month''', 'm.ytd_base_ok', ytd_base, NULL, '_上年同期累计', ': year to date, a year earlier', false),
            ('flow', '_12m', 'm.period_start - interval ''11 months''', 'm.year_ok', year,
                NULL, '_近12个月', ': twelve whole months up to this one; NULL in a month that is not over', false),
            ('flow', '_12m_base', 'm.period_start - interval ''23 months''', 'm.year_base_ok', year_base, NULL, '_上年同期近12个月', ': these twelve months, a year earlier', false))
            AS v (of_kind, suffix, since, condition, value, type, zh, en, adds_up)
         WHERE v.of_kind = 'all' OR v.of_kind = CASE kind WHEN 'distinct' THEN 'flow' ELSE kind END OR v.of_kind = 'p' AND (measure->>'p')::boolean;
END
$$;
COMMENT ON FUNCTION emgov_internal.summary_columns(jsonb, int) IS 'internal: the columns that a summary has of its n-th measure: name, SQL, comment';

-- What is counted, event by event: key, day, then of each measure the amount x that adds to the totals. Without a monthly rollup: of the days covered.
-- With one: of the months, less the days of them that are not covered, which mostly have no records. What the base of a month not yet whole comes to is
-- dated after all months: what is counted of its days, or, of a month of the rollup by its rest, where that has fewer, what is to be taken off.
CREATE FUNCTION emgov_internal.summary_events(events text, monthly text, key text, counted jsonb[], before boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    main text := CASE WHEN monthly IS NULL THEN 'a.since' ELSE 'a.since_month' END;
    -- by area: for which area in which months, see held; of what is counted once in an area and those merged into it, in which stretch
    by_area boolean := key = 'area_code';
    stretch text := CASE WHEN by_area AND events LIKE '%held_since%' THEN ' AND %1$s.key = e.key AND %1$s.held_since = e.held_since' ELSE '' END;
    keys text := CASE WHEN by_area THEN '%1$s.key, %1$s.held_since, %1$s.held_until' WHEN key IS NULL THEN '''''' ELSE 'coalesce(e.' || quote_ident(key) || '::text, '''')' END;
    amounts text;
    rest text;
    of_days text;
BEGIN
    SELECT string_agg(format(CASE WHEN x.is_flow AND before THEN ', CASE WHEN e.day >= %3$s THEN %1$s END AS x%2$s' ELSE ', %1$s AS x%2$s' END, x.amount, x.n, main), '' ORDER BY x.n),
           string_agg(format(', r.%3$s * %1$s AS x%2$s', x.amount, x.n, CASE WHEN x.is_flow THEN 'of_flow' ELSE 'of_stock' END), '' ORDER BY x.n)
      INTO amounts, rest
      FROM (SELECT (e.m->>'n')::int AS n, coalesce(e.m->>'kind', 'flow') = 'flow' AS is_flow,
                   format(CASE WHEN (e.m->>'money')::boolean
                               THEN '(CASE WHEN abs(e.%1$I) < 9e16 THEN 100 * e.%1$I WHEN e.%1$I IS NOT NULL THEN 9e18 END)::bigint' ELSE 'e.%I::bigint' END,
                          e.m->>'name') AS amount FROM unnest(counted) AS e (m)) AS x;
    of_days := format('SELECT %s%s, @day@ AS day%s FROM (%s) e JOIN %s a ON a.area_code = coalesce(e.area_code, '''')%s@frame@'
                      || ' WHERE e.day <= a.through%s AND @seen(e.area_code)@',
                      format(keys, 'a'), CASE WHEN by_area THEN '' ELSE ' AS key' END, amounts, coalesce(monthly, events), CASE WHEN by_area THEN 'held' ELSE 'span' END, format(stretch, 'a'),
                      CASE WHEN before THEN '' ELSE ' AND e.day >= ' || main END);
    RETURN replace(replace(of_days, '@day@', 'e.day'), '@frame@', '')
        || CASE WHEN monthly IS NULL THEN E'\n                    UNION ALL\n                    ' || replace(replace(of_days, '@day@', 'f.base_day'), '@frame@', ' CROSS JOIN frame f')
                                          || ' AND e.day >= a.base_since AND e.day < a.base_until' ELSE
            -- with bounds that are parameters, so that the planner takes them for few days
            format($q$
                    UNION ALL
                    SELECT %1$s, CASE r.kind WHEN 'base' THEN f.base_day ELSE e.day END%2$s
                      FROM (SELECT r.kind, min(r.starts_on) AS starts_on, max(r.ends_on) AS ends_on FROM cut r GROUP BY r.kind) c
                     CROSS JOIN LATERAL (SELECT * FROM (%3$s) e WHERE e.day >= c.starts_on AND e.day < c.ends_on AND @seen(e.area_code)@ OFFSET 0) e
                     CROSS JOIN frame f
                      JOIN cut r ON r.kind = c.kind AND r.area_code = coalesce(e.area_code, '') AND e.day >= r.starts_on AND e.day < r.ends_on%4$s$q$,
            format(keys, 'r'), rest, events, format(stretch, 'r')) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.summary_events(text, text, text, jsonb[], boolean) IS 'internal: the query of what a summary counts';

-- What report_rows() would give, in a view that is kept: with the owner's rights as it is, it needs no other function to have them.
CREATE FUNCTION emgov_internal.summary_given(what text, covered text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('emgov_internal.report_%s(''@ledger@''::regnamespace, ''@ledger@.%I''::regclass, %L, (SELECT s.areas FROM @store@.seen s))',
                  what, split_part(covered, '.', 1), split_part(covered, '.', 2))
$$;
COMMENT ON FUNCTION emgov_internal.summary_given(text, text) IS 'internal: the call that gives a kept summary the months or spans of a table.date_column';

-- The query of a summary. By a dimension it has two parts, so that a month or a member can be asked for without all others: the totals of each
-- member, which are kept (view.sql), and what they come to in a month. With more columns, which come first, it is one query, for another view that is kept, which
-- says what lineage is.
CREATE FUNCTION emgov_internal.summary_query(view text, covered text, events text, monthly text, dimension text, measures jsonb, more text, OUT totals text, OUT query text)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    dim record;
    counted jsonb[] := ARRAY(SELECT e.m || jsonb_build_object('n', e.n) FROM jsonb_array_elements(measures) WITH ORDINALITY AS e (m, n)
                              WHERE coalesce(e.m->>'kind', 'flow') IN ('flow', 'stock', 'hidden') ORDER BY e.n);
    -- a stock is of all that came before as well
    before boolean := EXISTS (SELECT FROM unnest(counted) AS e (m) WHERE e.m->>'kind' <> 'flow');
    known text := (SELECT string_agg(CASE WHEN e.m ? 'known' THEN format('(%s) AS k%s', e.m->>'known', e.n)
                                          ELSE format('own%1$s.since AS since%1$s, own%1$s.through AS through%1$s', e.n) END, ', ' ORDER BY e.n)
                          || CASE WHEN bool_or(e.m ? 'source') THEN ', (SELECT min(a.since) FROM span a) AS first, (SELECT max(a.through) FROM span a) AS last' ELSE '' END
                     FROM jsonb_array_elements(measures) WITH ORDINALITY AS e (m, n) WHERE e.m ?| '{known,source}');
    -- the days that a source covers in all its areas
    own text := (SELECT string_agg(format($q$(SELECT max(a.since) AS since, min(a.through) AS through FROM @store@.report_rows(%L, (SELECT s.areas FROM @store@.seen s))
               AS a (area_code text, context text, since date, through date, base_since date, base_until date)) own%s$q$, 'spans ' || (e.m->>'source'), e.n), ', ')
                   FROM jsonb_array_elements(measures) WITH ORDINALITY AS e (m, n) WHERE e.m ? 'source');
    has_records text := (SELECT string_agg(format('(0 <> ANY (s.c%s)) IS NOT FALSE', e.m->>'n'), ' OR ') FROM unnest(counted) AS e (m));
    is_apart boolean := EXISTS (SELECT FROM jsonb_array_elements(measures) AS e (m) WHERE e.m ? 'source');
    is_one CONSTANT boolean := dimension IS NULL OR more IS NOT NULL;
    month text := format($q$
    month AS MATERIALIZED (
        SELECT m.*, upper(m.days) AS next
          FROM (SELECT m.*, daterange(m.period_start, (m.period_start + interval '1 month')::date) AS days FROM %s) m)$q$,
        CASE WHEN is_one THEN emgov_internal.summary_given('months', covered) || ' m' ELSE format($q$@store@.report_rows(%L, (SELECT s.areas FROM @store@.seen s))
               AS m (context text, place int, period_start date, fiscal int, state text, is_running boolean,
                     base_ok boolean, previous_ok boolean, ytd_ok boolean, ytd_base_ok boolean, year_ok boolean, year_base_ok boolean, regime_ok boolean, ytd_regime_ok boolean,
                     opening_ok boolean, opening_previous_ok boolean, opening_base_ok boolean, until date)$q$, 'months ' || covered) END);
    of_totals text;
BEGIN
    SELECT d.*, regexp_replace(d.key, '_code$', '') AS column_name INTO dim FROM emgov_internal.summary_dimensions() AS d WHERE d.name = dimension;
    IF dimension IS NOT NULL AND dim.name IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no dimension "%s"', dimension);
    END IF;
    totals := E'\n    WITH' || CASE WHEN is_one THEN month || ',' ELSE '' END || format($q$
    span AS MATERIALIZED (
        SELECT a.*, a.since AS whole_since, emgov.month_of(a.since) AS since_month, 2 * (a.base_until - a.base_since) > (a.base_since + interval '1 month')::date - a.base_since AS by_rest
          FROM (SELECT a.area_code, a.context, a.since, a.through, %2$s
                  FROM %1$s a) a),
    -- the months of report_months(), which takes longer; the day that stands for the base of a month not yet whole; and how many months after January years begin
    frame AS MATERIALIZED (
        SELECT emgov.month_of(c.since) AS first, ((extract(year FROM c.through) - extract(year FROM c.since)) * 12 + extract(month FROM c.through) - extract(month FROM c.since))::int + 1 AS months,
               (emgov.month_of(c.through) + interval '1 month')::date AS base_day,
               CASE WHEN z.year_start LIKE '%%-01' THEN left(z.year_start, 2)::int - 1 ELSE 0 END AS year_begins
          FROM (SELECT min(a.since) AS since, max(a.through) AS through FROM span a) c CROSS JOIN ONLY @ledger@.ledger_setting z)$q$, emgov_internal.summary_given('spans', covered),
        -- the whole is held against the same days of all areas
        CASE dimension WHEN 'area' THEN 'a.base_since, a.base_until'
                       ELSE 'first_value(a.base_since) OVER (ORDER BY a.through DESC) AS base_since, first_value(a.base_until) OVER (ORDER BY a.through DESC) AS base_until' END);
    IF dimension = 'area' THEN
        -- the area that records count for, in the months that end while they do; of one with others merged into it, a stretch after each
        totals := totals || CASE WHEN is_one THEN '' ELSE $q$,
    lineage AS MATERIALIZED (
        SELECT l.* FROM emgov_internal.report_lineage('@ledger@'::regnamespace) l)$q$ END || $q$,
    held AS MATERIALIZED (
        SELECT a.area_code, a.since, a.since_month, greatest(a.since_month, k.since) AS whole_since, a.through, k.base_since, k.base_until, k.by_rest, coalesce(l.key, a.area_code) AS key,
               coalesce(l.since, '-infinity') AS held_since, coalesce(l.until, 'infinity') AS held_until
          FROM span a LEFT JOIN lineage l ON l.area_code = a.area_code LEFT JOIN span k ON k.area_code = coalesce(l.key, a.area_code))$q$;
    END IF;
    IF monthly IS NOT NULL THEN
        totals := totals || CASE dimension WHEN 'area' THEN $q$,
    cut AS MATERIALIZED (
        SELECT a.area_code, a.key, a.held_since, a.held_until, d.* FROM held a$q$ ELSE $q$,
    cut AS MATERIALIZED (
        SELECT a.area_code, d.* FROM span a$q$ END || $q$
         CROSS JOIN LATERAL (VALUES ('since', a.since_month, a.since, -1, 0),
                                    ('through', a.through + 1, (emgov.month_of(a.through) + interval '1 month')::date, -1, -1),
                                    ('base', CASE WHEN a.base_since > a.through OR a.base_since < a.whole_since THEN NULL WHEN a.by_rest THEN a.base_until ELSE a.base_since END,
                                     CASE WHEN a.by_rest THEN (a.base_since + interval '1 month')::date ELSE a.base_until END, CASE WHEN a.by_rest THEN -1 ELSE 1 END,
                                     CASE WHEN a.by_rest THEN -1 ELSE 1 END))
               AS d (kind, starts_on, ends_on, of_flow, of_stock) WHERE d.starts_on < d.ends_on)$q$;
    END IF;
    IF dimension IS NOT NULL THEN
        totals := totals || format($q$,
    member AS MATERIALIZED (%s)$q$, dim.members);
    END IF;
    -- of each member, computed once, however many months they are joined to; then of the base of a month not yet whole, the month of which is in the totals
    of_totals := format($q$WITH t AS MATERIALIZED (
                SELECT %1$s
                  FROM (%2$s%3$s) e%4$s)
            SELECT s.key%5$s%6$s, (%7$s) AS has_records%8$s
              FROM t s CROSS JOIN frame f
              LEFT JOIN LATERAL (SELECT a.by_rest, (extract(year FROM a.base_since) * 12 + extract(month FROM a.base_since) - extract(year FROM f.first) * 12 - extract(month FROM f.first))::int + 1
                                        AS place FROM span a%9$s LIMIT 1) k ON true$q$,
        (SELECT string_agg(format('%2$semgov_internal.running_totals(e.x%1$s, e.day, (SELECT f.first FROM frame f), (SELECT f.months + 1 FROM frame f)) AS c%1$s',
                                  c.m->>'n', CASE WHEN c.o > 1 THEN '' WHEN dimension IS NULL THEN ''''' AS key, '
                                                  WHEN dimension = 'area' THEN 'e.key, e.held_since, e.held_until, ' ELSE 'e.key, ' END), ', ' ORDER BY c.o)
           FROM unnest(counted) WITH ORDINALITY AS c (m, o)),
        emgov_internal.summary_events(events, monthly, dim.key, counted, before),
        -- who has no record is there too
        format($q$
                    UNION ALL
                    SELECT %s, NULL%s$q$, CASE WHEN dimension IS NULL THEN '''''' WHEN dimension = 'area' THEN 'd.code, l.since, l.until' ELSE 'd.code' END,
               repeat(', NULL', cardinality(counted)))
        || CASE WHEN dimension IS NULL THEN '' WHEN dimension = 'area' THEN ' FROM member d JOIN lineage l ON l.area_code = d.code AND l.key = d.code WHERE d.is_listed'
                ELSE ' FROM member d WHERE d.is_listed' END,
        CASE WHEN dimension IS NULL THEN '' WHEN dimension = 'area' THEN ' GROUP BY e.key, e.held_since, e.held_until' ELSE ' GROUP BY e.key' END,
        CASE dimension WHEN 'area' THEN ', s.held_since, s.held_until' ELSE '' END,
        (SELECT string_agg(format(CASE WHEN monthly IS NULL THEN ', s.c%1$s, s.c%1$s[f.months + 1] - s.c%1$s[f.months] AS b%1$s'
                                       ELSE ', s.c%1$s, CASE WHEN k.by_rest THEN s.c%1$s[k.place] - s.c%1$s[k.place - 1] ELSE 0 END + s.c%1$s[f.months + 1] - s.c%1$s[f.months] AS b%1$s' END,
                                  c.m->>'n'), '' ORDER BY c.o) FROM unnest(counted) WITH ORDINALITY AS c (m, o)),
        has_records, CASE dimension WHEN 'area' THEN ', coalesce((SELECT a.context FROM span a WHERE a.area_code = s.key), s.key) AS context' ELSE '' END,
        CASE dimension WHEN 'area' THEN ' WHERE a.area_code = s.key' ELSE '' END);
    IF is_one THEN
        query := totals;
        totals := NULL;
    ELSE
        totals := totals || format($q$
    SELECT u.* FROM (%s) u$q$, of_totals);
        of_totals := (SELECT format('SELECT r.* FROM @store@.report_rows(%L, (SELECT s.areas FROM @store@.seen s)) AS r (key text, %s%s, has_records boolean%s)', 'view ' || view || '_totals',
                                    CASE dimension WHEN 'area' THEN 'held_since date, held_until date, ' ELSE '' END,
                                    string_agg(format('c%1$s bigint[], b%1$s bigint', c.m->>'n'), ', ' ORDER BY c.o), CASE dimension WHEN 'area' THEN ', context text' ELSE '' END)
                        FROM unnest(counted) WITH ORDINALITY AS c (m, o));
        query := E'\n    WITH' || month || CASE WHEN is_apart THEN format($q$,
    span AS MATERIALIZED (
        SELECT a.since, a.through FROM @store@.report_rows(%L, (SELECT s.areas FROM @store@.seen s))
               AS a (area_code text, context text, since date, through date, base_since date, base_until date))$q$, 'spans ' || covered) ELSE '' END
        || format($q$,
    member AS MATERIALIZED (%s)$q$, dim.members);
    END IF;
    query := query || $q$
    SELECT $q$ || coalesce(more || ', ', '') || $q$m.period_start, extract(year FROM m.period_start)::int AS year, extract(month FROM m.period_start)::int AS month, m.is_running$q$;
    IF dimension IS NOT NULL THEN
        query := query || format($q$,
           s.key::varchar(64) AS %1$I, coalesce(d.name_zh, CASE s.key WHEN '' THEN '未注明' END)::varchar(200) AS %2$I,
           coalesce(d.name_en, CASE s.key WHEN '' THEN 'not stated' END)::varchar(200) AS %3$I$q$, dim.column_name || '_code', dim.column_name || '_zh', dim.column_name || '_en')
           || coalesce((SELECT string_agg(format(', d.%1$I::varchar(200) AS %1$I', x.c->>0), '' ORDER BY x.n) FROM jsonb_array_elements(dim.extra) WITH ORDINALITY AS x (c, n)), '');
    END IF;
    query := query || (SELECT string_agg(format(', %s AS %I', c.value, c.name), '' ORDER BY e.n, c.o) FROM jsonb_array_elements(measures) WITH ORDINALITY AS e (m, n)
                          CROSS JOIN LATERAL emgov_internal.summary_columns(measures, e.n::int) WITH ORDINALITY AS c (name, value, note, o))
        || format($q$
      FROM (%s) s$q$, of_totals);
    IF dimension IS NOT NULL THEN
        query := query || $q$
      LEFT JOIN member d ON d.code = s.key$q$;
    END IF;
    query := query || format($q$
      JOIN month m ON m.context %s$q$, CASE dimension WHEN 'area' THEN '= s.context
            AND m.next > s.held_since AND m.next <= s.held_until' ELSE 'IS NULL' END);
    IF known IS NOT NULL THEN
        query := query || format($q$
     CROSS JOIN (SELECT %s%s OFFSET 0) k$q$, known, ' FROM ' || own);
    END IF;
    IF dimension IS NOT NULL THEN
        query := query || format($q$
     WHERE %s OR s.has_records$q$, CASE dimension WHEN 'area' THEN 'd.is_listed AND d.life && m.days'
                                       ELSE 'd.is_listed' END);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.summary_query(text, text, text, text, text, jsonb, text) IS
    'internal: the query of a monthly summary, of the whole, or by a dimension; then from the totals, which another query gives; more: columns before the others, then it is one query';

CREATE PROCEDURE emgov_internal.define_summary(thing text, note text, covered text, events text, dimensions text[], measures jsonb, monthly jsonb DEFAULT '{}', ranked text[] DEFAULT NULL,
                                               ranked_monthly text DEFAULT NULL)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    dimension text;
    dim record;
    view text;
    grouped text;
    of_area text;
    queries text[];
    keys text;
    by_month text;
    made record;
BEGIN
    FOREACH dimension IN ARRAY NULL::text || dimensions LOOP
        view := concat_ws('_', thing, 'by_month', dimension);
        SELECT d.*, regexp_replace(d.key, '_code$', '') AS column_name INTO dim FROM emgov_internal.summary_dimensions() AS d WHERE d.name = dimension;
        grouped := CASE dimension WHEN 'area' THEN ', v.key, v.held_since' ELSE coalesce(', v.' || dim.key, '') END;
        of_area := CASE dimension WHEN 'area' THEN '\1' ELSE '' END;
        keys := 'area_code' || coalesce(', ' || nullif(dim.key, 'area_code'), '');
        by_month := CASE jsonb_typeof(monthly) WHEN 'string' THEN monthly #>> '{}' ELSE monthly->>coalesce(dimension, '') END;
        queries := ARRAY(SELECT regexp_replace(replace(replace(replace(q, '@of@', coalesce(dimension, 'all')), '@by@', grouped), '@keys@', keys), '@area[{](.*?)[}]@', of_area, 'g')
                           FROM unnest(ARRAY[events, by_month]) WITH ORDINALITY AS u (q, n) ORDER BY n);
        made := emgov_internal.summary_query(view, covered, queries[1], queries[2], dimension, measures, NULL);
        INSERT INTO emgov.ledger_part (kind, name, note, body)
        SELECT p.kind, p.name, split_part(note, ' | ', 1) || '月度' || coalesce('分' || dim.note_zh, '') || '统计' || p.zh || ' | '
                              || split_part(note, ' | ', 2) || ' by month' || coalesce(' and ' || dim.note_en, '') || p.en, p.body
          FROM (VALUES ('kept', view || '_totals', '：逐月累计', ': running totals of each member', made.totals),
                       ('view', view, '', '', CASE WHEN dimension IS NULL THEN E'-- kept\n' ELSE '' END || made.query)) AS p (kind, name, zh, en, body)
         WHERE p.body IS NOT NULL;
        INSERT INTO emgov.ledger_part (kind, name, note)
        SELECT 'column', view || '.' || c.name, c.note FROM (
            SELECT dim.column_name || '_code' AS name, dim.note_zh || '代码 | ' || dim.note_en AS note WHERE dim.name IS NOT NULL
            UNION ALL SELECT dim.column_name || '_zh', dim.note_zh || ' | ' || dim.note_en || ' in Chinese' WHERE dim.name IS NOT NULL
            UNION ALL SELECT dim.column_name || '_en', dim.note_zh || '英文名称 | ' || dim.note_en || ' in English' WHERE dim.name IS NOT NULL
            UNION ALL SELECT x.c->>0, x.c->>1 FROM jsonb_array_elements(dim.extra) AS x (c)
            UNION ALL SELECT k.name, k.note FROM generate_series(1, jsonb_array_length(measures)) AS n CROSS JOIN LATERAL emgov_internal.summary_columns(measures, n) AS k) AS c;
        -- of all areas, so without what a reader sees of them; and with what is asked for of which area, up to which day
        IF dimension = 'area' AND ranked IS NOT NULL THEN
            made := emgov_internal.summary_query(view, covered, events, replace(coalesce(ranked_monthly, by_month), '@keys@', keys), dimension,
                                                 (SELECT jsonb_agg(e.m ORDER BY e.n) FROM jsonb_array_elements(measures) WITH ORDINALITY AS e (m, n) WHERE e.m->>'name' = ANY (ranked)),
                                                 'd.is_listed AND d.life && m.days AS is_listed, m.until');
            INSERT INTO emgov.ledger_part (kind, name, note, body)
            VALUES ('query', thing || '_ranked', '排名所用：各地区逐月累计 | what areas are ranked by',
                    replace(regexp_replace(made.query, '@seen[(][^@]*[)]@', 'true', 'g'), '(SELECT s.areas FROM @store@.seen s)', 'NULL'));
        END IF;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.define_summary(text, text, text, text, text[], jsonb, jsonb, text[], text) IS
    'internal: what a ledger gets as monthly summaries of a thing: views <thing>_by_month and <thing>_by_month_<dimension>, with comments. note: 中文 | English; covered: table.date_column, whose '
    'coverage bounds the months; events: a query of day, area_code, a column a dimension and a measure, valid records only, @by@ is what it is counted once by, '
    'and what is between @area{ and }@ is for the summary by area alone; monthly: the same by the first of the month, a query a dimension ("" for '
    'the whole), or one for all, in which @keys@ are area_code and the dimension''s own, for the months that are whole; '
    'measures: [{"name", "note", "kind": flow, stock, opening, pct, distinct or hidden, "money", "p", "known", "source", "of", "per"}]; '
    'ranked: the names of those by which areas are ranked, and of those that they are made of; ranked_monthly: as monthly, of nothing else';
