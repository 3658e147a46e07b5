-- ------------------------------------------------------------------ what a report says

CREATE FUNCTION emgov_internal.report_row(ledger regnamespace, report text, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN (SELECT k.r FROM emgov_internal.kept_query(ARRAY[format('SELECT to_jsonb(r) FROM %s AS r WHERE r.code = $1',
                                                                   CASE WHEN as_of IS NULL THEN format('%s.report', ledger) ELSE format('%s.report_as_of($2)', ledger) END)],
                                                      report, as_of) AS k (r jsonb));
END
$$;
COMMENT ON FUNCTION emgov_internal.report_row(regnamespace, text, timestamptz) IS 'internal: a report as it was defined at a moment (NULL: now), as JSON; NULL when there was none';

CREATE FUNCTION emgov_internal.report(ledger regnamespace, report text, period daterange, as_of timestamptz, lang text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    r jsonb := emgov_internal.report_row(ledger, report, as_of);
    kind text := r->>'period_kind';
    years text := emgov_internal.year_start(ledger);
    whole daterange;
BEGIN
    IF r IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format(CASE WHEN emgov_internal.report_row(ledger, report, NULL) IS NULL THEN 'there is no report %1$s' ELSE 'there was no report %1$s as of %2$s' END,
                             coalesce(format('"%s"', report), 'without a code'), as_of),
            HINT = CASE WHEN emgov_internal.report_row(ledger, report, NULL) IS NULL THEN format('SELECT code, title_zh FROM %s.report; INSERT INTO that table makes one.', ledger)
                        ELSE 'Ask as of a later moment. A report that is to have been known earlier is written under SET emgov.known_at.' END;
    END IF;
    PERFORM emgov_internal.check_period(period);
    whole := CASE WHEN kind <> 'any' THEN emgov_internal.period_of(period, kind, years) END;
    IF period <> whole THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('report "%s" is made for %s, not for %s to %s', report,
                             CASE kind WHEN 'ytd' THEN 'a year up to a day' ELSE 'a whole ' || CASE kind WHEN 'half' THEN 'half of a year' ELSE kind END END,
                             to_char(lower(period), 'YYYY-MM-DD'), to_char(upper(period) - 1, 'YYYY-MM-DD')),
            HINT = format('Write ''%1$s'', or another such period; in SQL emgov.period(''%1$s'').', CASE CASE WHEN years = '01-01' OR kind = 'month' THEN kind END
                                    WHEN 'year' THEN to_char(lower(whole), 'YYYY') WHEN 'month' THEN to_char(lower(whole), 'YYYY-MM')
                                    WHEN 'quarter' THEN to_char(lower(whole), 'YYYY"Q"Q') WHEN 'half' THEN to_char(lower(whole), 'YYYY"H"') ||
                                        CASE WHEN extract(month FROM lower(whole)) < 7 THEN 1 ELSE 2 END
                                    ELSE to_char(lower(whole), 'YYYY-MM-DD') || '..' || to_char(upper(whole) - 1, 'YYYY-MM-DD') END);
    END IF;
    RETURN CASE WHEN lang IS NULL THEN r ELSE r || jsonb_build_object('lang', emgov_internal.language(ledger, lang)) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.report(regnamespace, text, daterange, timestamptz, text) IS
    'internal: a report as it was defined at a moment (NULL: now), as JSON; lang: the language in place of its own; '
    'an error when there is none, or its kind of period is another';

CREATE FUNCTION emgov_internal.report_asks(ledger regnamespace, report text, as_of timestamptz) RETURNS TABLE (need text, code text, kind text, comparator text, "by" text)
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT x, m[1], coalesce(m[2], 'own'), m[3], m[4]
          FROM %s AS p, unnest(p.needs) AS x, regexp_match(x, '^(\w+)(?:@(\w+))?(?:/(\w+))?(?: by (\w+(?:,\w+)?))?$') AS m WHERE p.report = $1 AND p.active
        UNION SELECT NULL, f.code, f.period, nullif(f.comparator, 'own'), NULL FROM %s AS f WHERE f.report = $1 AND f.active $sql$,
        CASE WHEN as_of IS NULL THEN format('%s.report_paragraph', ledger) ELSE format('%s.report_paragraph_as_of($2)', ledger) END,
        CASE WHEN as_of IS NULL THEN format('%s.report_figure', ledger) ELSE format('%s.report_figure_as_of($2)', ledger) END)
        USING report, as_of;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_asks(regnamespace, text, timestamptz) IS
    'internal: what a report asks for: needs (NULL: listed in report_figure), each with its code, kind of period (own: the report''s), comparator (NULL: the indicator''s own) and dimensions';

CREATE FUNCTION emgov_internal.report_needs(ledger regnamespace, report text, periods daterange[], as_of timestamptz)
RETURNS TABLE (period daterange, need text, code text, starts_on date, ends_on date, comparator text, asked_for text, "by" text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT u.period, n.need, n.code, lower(w.period), upper(w.period), coalesce(n.comparator, o.own), nullif(n.comparator, o.own), n.by
      FROM emgov_internal.report_asks(ledger, report, as_of) AS n
      LEFT JOIN (SELECT i.code, emgov_internal.own_comparator(i.comparator) AS own FROM emgov_internal.indicators(ledger, as_of) AS i) AS o ON o.code = n.code
     CROSS JOIN unnest(periods) AS u (period) CROSS JOIN LATERAL (SELECT emgov_internal.period_of(u.period, n.kind, (SELECT emgov_internal.year_start(ledger))) AS period) AS w
     ORDER BY 1, 4, 5, n.code COLLATE "C", 6, 2
$$;
COMMENT ON FUNCTION emgov_internal.report_needs(regnamespace, text, daterange[], timestamptz) IS
    'internal: the figures that a report needs for each of some periods, each by its need (NULL: listed in report_figure), with its days and what it is held against, and that again (asked_for) '
    'unless it is its own, and the dimensions that it is split by; one figure may be needed in several ways';

CREATE FUNCTION emgov_internal.report_needs(ledger regnamespace, report text, period daterange, as_of timestamptz)
RETURNS TABLE (need text, code text, starts_on date, ends_on date, comparator text, asked_for text, "by" text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.need, n.code, n.starts_on, n.ends_on, n.comparator, n.asked_for, n.by FROM emgov_internal.report_needs(ledger, report, ARRAY[period], as_of) AS n
$$;
COMMENT ON FUNCTION emgov_internal.report_needs(regnamespace, text, daterange, timestamptz) IS 'internal: the same for one period';

-- Figures of the whole are computed together, those of members once for each dimension. A figure of the whole, or of a member of one
-- dimension, is given once, however often it is needed: by two dimensions only what is of a member of each is theirs.
CREATE FUNCTION emgov_internal.report_figures(ledger regnamespace, report text, base text, period daterange, as_of timestamptz,
                                      with_checksum boolean DEFAULT false, unversioned_now boolean DEFAULT false, lang text DEFAULT NULL)
RETURNS TABLE (figure emgov_internal.ledger_figure, dimension text, member text, member2 text, member_name text, member2_name text, place int)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    said text := coalesce(lang, emgov_internal.report_row(ledger, report, as_of)->>'lang');
    english boolean := said = 'en';
BEGIN
    RETURN QUERY
        SELECT x.figure, x.dimension, x.member, x.member2, x.member_name, x.member2_name, x.place
          FROM (SELECT DISTINCT ON (m.code, m.starts_on, m.ends_on, m.comparator, m.dimension, m.member, m.member2) m.*
                  FROM (SELECT n.by, f.ordinality::int AS place, f.figure, (f.figure).code, (f.figure).starts_on, (f.figure).ends_on, (f.figure).comparator,
                               CASE num_nonnulls((f.figure).member, (f.figure).member2) WHEN 2 THEN n.by
                                    WHEN 1 THEN split_part(n.by, ',', CASE WHEN (f.figure).member IS NULL THEN 2 ELSE 1 END) END AS dimension,
                               coalesce((f.figure).member, (f.figure).member2) AS member, CASE WHEN (f.figure).member IS NOT NULL THEN (f.figure).member2 END AS member2,
                               CASE WHEN (f.figure).member IS NULL THEN y.name2 ELSE y.name END AS member_name, CASE WHEN (f.figure).member IS NOT NULL THEN y.name2 END AS member2_name
                          FROM (SELECT q.by, array_agg((q.code, daterange(q.starts_on, q.ends_on), q.asked_for)::emgov_internal.figure_request
                                                       ORDER BY q.starts_on, q.ends_on, q.code COLLATE "C", q.asked_for NULLS FIRST) AS requests
                                  FROM (SELECT DISTINCT r.code, r.starts_on, r.ends_on, r.asked_for, r.by FROM emgov_internal.report_needs(ledger, report, period, as_of) AS r) AS q GROUP BY q.by) AS n
                         CROSS JOIN LATERAL emgov_internal.figures(ledger, n.requests, as_of, base, n.by, with_checksum, unversioned_now, report, lang => said) WITH ORDINALITY AS f
                         CROSS JOIN LATERAL (SELECT coalesce(CASE WHEN english THEN (f.figure).member_name_en END, (f.figure).member_name) AS name,
                                                    coalesce(CASE WHEN english THEN (f.figure).member2_name_en END, (f.figure).member2_name) AS name2) AS y) AS m
                 ORDER BY m.code, m.starts_on, m.ends_on, m.comparator, m.dimension, m.member, m.member2, m.by NULLS FIRST, m.place) AS x
         ORDER BY x.starts_on, x.ends_on, x.code COLLATE "C", x.comparator COLLATE "C", x.dimension COLLATE "C" NULLS FIRST, x.place;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_figures(regnamespace, text, text, daterange, timestamptz, boolean, boolean, text) IS
    'internal: the figures that a report needs for a period, each of its own days and comparator, once each; '
    'dimension: of whose member, NULL: of the whole; names and words in a language (NULL: the report''s); '
    'place: in the order of the dimension';

CREATE FUNCTION emgov_internal.report_names(report jsonb, period daterange, year_start text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $$
    SELECT jsonb_build_object(
               'title', CASE report->>'lang' WHEN 'en' THEN coalesce(report->>'title_en', report->>'title_zh') ELSE report->>'title_zh' END,
               'year', to_char(upper(period) - 1, 'FMYYYY'),
               'month', to_char(upper(period) - 1, CASE report->>'lang' WHEN 'en' THEN 'FMMonth' ELSE 'FMMM' END),
               'until', to_char(upper(period) - 1, CASE report->>'lang' WHEN 'en' THEN 'FMDD FMMonth FMYYYY' ELSE 'FMYYYY"年"FMMM"月"FMDD"日"' END))
           || (SELECT jsonb_object_agg('period' || CASE k.kind WHEN 'own' THEN '' ELSE '@' || k.kind END || n.form,
                                       emgov.period_name(emgov_internal.period_of(period, k.kind, year_start), report->>'lang', n.name, n.with_year, year_start))
                 FROM unnest('{own,month,quarter,half,year,ytd}'::text[]) AS k (kind)
                CROSS JOIN (VALUES ('', 'name', false), ('.full', 'name', true), ('.months', 'months', false), ('.days', 'days', false)) AS n (form, name, with_year))
$$;
COMMENT ON FUNCTION emgov_internal.report_names(jsonb, daterange, text) IS 'internal: what is called by a name in a report''s templates: its period and that of each kind, its last day, its title';

CREATE FUNCTION emgov_internal.report_dimensions(ledger regnamespace, lang text, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    dimensions jsonb;
BEGIN
    EXECUTE format($sql$
        SELECT jsonb_object_agg(d.code, CASE $1 WHEN 'en' THEN jsonb_build_object('name', coalesce(d.name_en, d.name_zh), 'unit', coalesce(d.unit_en, d.name_en, d.unit_zh))
                                                ELSE jsonb_build_object('name', d.name_zh, 'unit', d.unit_zh) END) FROM %s AS d $sql$,
        CASE WHEN as_of IS NULL THEN format('%s.dimension', ledger) ELSE format('%s.dimension_as_of($2)', ledger) END) INTO dimensions USING lang, as_of;
    RETURN dimensions;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_dimensions(regnamespace, text, timestamptz) IS 'internal: the dimensions by code, with name and measure word in a language';

-- Of several periods at once: what is the same for all of them is read once.
CREATE FUNCTION emgov_internal.report_contexts(ledger regnamespace, report jsonb, periods daterange[], as_of timestamptz, figures jsonb[]) RETURNS TABLE (period daterange, context jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    indicators emgov_internal.indicator[] := ARRAY(SELECT i FROM emgov_internal.indicators(ledger, as_of) AS i);
    definitions jsonb;
    dimensions jsonb := coalesce(emgov_internal.report_dimensions(ledger, report->>'lang', as_of), '{}');
    years text := emgov_internal.year_start(ledger);
BEGIN
    SELECT jsonb_object_agg(i.code, to_jsonb(i) || jsonb_build_object('adds_up', emgov_internal.adds_up(indicators, i.code))) INTO definitions
      FROM unnest(indicators) AS i WHERE i.code IN (SELECT f->>'code' FROM unnest(figures) AS u CROSS JOIN LATERAL jsonb_array_elements(u) AS f);
    RETURN QUERY
        WITH known AS MATERIALIZED (
            SELECT p.period, u.f - '{definition,member,member2,member_name_en,member2_name_en}'::text[]
                             || CASE WHEN d.dimension IS NULL THEN '{}' ELSE jsonb_build_object('member', u.f->'member') END
                             || CASE WHEN d.dimension LIKE '%,%' THEN jsonb_build_object('member2', u.f->'member2') ELSE '{}' END AS figure,
                   u.f->>'code' AS code, (u.f->>'starts_on')::date AS starts_on, (u.f->>'ends_on')::date AS ends_on, u.f->>'comparator' AS comparator,
                   d.dimension, (u.f->>'place')::int AS place
              FROM unnest(report_contexts.periods, report_contexts.figures) AS p (period, known) CROSS JOIN LATERAL jsonb_array_elements(p.known) AS u (f)
             CROSS JOIN LATERAL (SELECT nullif(u.f->>'dimension', '') AS dimension) AS d
        ), filling AS (
            SELECT n.period, n.need, CASE WHEN n.by IS NULL THEN jsonb_agg(f.figure)->0
                                          -- by two dimensions a member of the second alone is so
                                          ELSE jsonb_agg(CASE WHEN f.dimension = nullif(split_part(n.by, ',', 2), '')
                                                              THEN f.figure || jsonb_build_object('member', NULL, 'member2', f.figure->'member', 'member2_name', f.figure->'member_name')
                                                              ELSE f.figure END
                                                         ORDER BY f.dimension = n.by NULLS FIRST, f.dimension NULLS FIRST, f.place) END AS figures
              FROM emgov_internal.report_needs(ledger, report->>'code', report_contexts.periods, as_of) AS n
              JOIN known AS f ON f.period = n.period AND f.code = n.code AND f.starts_on = n.starts_on AND f.ends_on = n.ends_on AND f.comparator = n.comparator
               AND (f.dimension IS NULL OR f.dimension = n.by OR f.dimension = ANY (string_to_array(n.by, ',')))
             WHERE n.need IS NOT NULL GROUP BY n.period, n.need, n.by
        )
        SELECT p, jsonb_build_object('lang', report->'lang', 'names', emgov_internal.report_names(report, p, years), 'figures', coalesce(f.figures, '{}'),
                                     'definitions', coalesce(definitions, '{}'), 'dimensions', dimensions)
          FROM unnest(report_contexts.periods) AS p LEFT JOIN (SELECT x.period, jsonb_object_agg(x.need, x.figures) AS figures FROM filling AS x GROUP BY x.period) AS f ON f.period = p;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_contexts(regnamespace, jsonb, daterange[], timestamptz, jsonb[]) IS
    'internal: what the templates of a report (as report() gives it) are filled with in each of some periods, from these figures of each, an array of objects with dimension, members and place';

CREATE FUNCTION emgov_internal.report_context(ledger regnamespace, report jsonb, period daterange, as_of timestamptz, figures jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.context FROM emgov_internal.report_contexts(ledger, report, ARRAY[period], as_of, ARRAY[figures]) AS c
$$;
COMMENT ON FUNCTION emgov_internal.report_context(regnamespace, jsonb, daterange, timestamptz, jsonb) IS 'internal: the same for one period';

-- A paragraph without words in the language asked for says its figures one after another, those of each period in a line, and its tables.
CREATE FUNCTION emgov_internal.figures_in_turn(needs text[], lang text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
    WITH need AS (SELECT u.need, u.n, m[1] AS code, m[2] AS kind, m[3] AS by
                    FROM unnest(needs) WITH ORDINALITY AS u (need, n), regexp_match(u.need, '^(\w+)(@\w+)?(?: by (\w+))?$') AS m)
    SELECT string_agg(x.line, E'\n' ORDER BY x.by NULLS FIRST, x.kind NULLS FIRST)
      FROM (SELECT f.by, f.kind,
                   CASE WHEN f.by IS NOT NULL THEN format('{table %s by %s}', string_agg(f.code || coalesce(f.kind, ''), ',' ORDER BY f.n), f.by)
                        WHEN lang = 'en' THEN CASE WHEN f.kind <> '' THEN format('{period%s}: ', f.kind) ELSE '' END ||
                                 string_agg(format('{%s.name}: {%s}', f.code, f.need), '; ' ORDER BY f.n) || '.'
                        ELSE CASE WHEN f.kind <> '' THEN format('{period%s}：', f.kind) ELSE '' END ||
                                 string_agg(format('{%s.name}：{%s}', f.code, f.need), '；' ORDER BY f.n) || '。' END AS line
              FROM need AS f WHERE f.code IS NOT NULL GROUP BY f.by, f.kind) AS x
$$;
COMMENT ON FUNCTION emgov_internal.figures_in_turn(text[], text) IS
    'internal: a template that says the figures of these needs by name, and those of members in tables: of a paragraph that has no words in a language';

CREATE FUNCTION emgov_internal.has_no_words(body text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$ SELECT said !~ '[A-Za-z]' AND octet_length(said) = char_length(said) FROM translate(regexp_replace(body, '\{[^{}]*\}', '', 'g'), '，。；：、（）', '') AS said $$;
COMMENT ON FUNCTION emgov_internal.has_no_words(text) IS 'internal: whether a template is of places and marks only, which are of no language';

CREATE FUNCTION emgov_internal.report_bodies(ledger regnamespace, report text, as_of timestamptz, lang text DEFAULT NULL)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT p.ordinal, p.section,
               CASE WHEN $3 IS NULL OR $3 = $4 THEN s.heading WHEN $3 = 'en' THEN coalesce(s.heading_en, 'Section ' || s.section) ELSE format('第%%s部分', s.section) END,
               CASE WHEN $3 IS NULL OR $3 = $4 OR p.body_en IS NULL AND emgov_internal.has_no_words(p.body) THEN p.body
                    ELSE coalesce(CASE $3 WHEN 'en' THEN p.body_en END, emgov_internal.figures_in_turn(p.needs, $3)) END
          FROM %s AS p JOIN %s AS s ON s.report = p.report AND s.section = p.section WHERE p.report = $1 AND p.active ORDER BY p.section, p.ordinal$sql$,
            CASE WHEN as_of IS NULL THEN format('%s.report_paragraph', ledger) ELSE format('%s.report_paragraph_as_of($2)', ledger) END,
            CASE WHEN as_of IS NULL THEN format('%s.report_section', ledger) ELSE format('%s.report_section_as_of($2)', ledger) END)
        USING report, as_of, lang, CASE WHEN lang IS NOT NULL THEN emgov_internal.report_row(ledger, report, as_of)->>'lang' END;
END
$$;
COMMENT ON FUNCTION emgov_internal.report_bodies(regnamespace, text, timestamptz, text) IS
    'internal: the paragraphs in force of a report as templates, in their order, as of a moment (NULL: now); in a language (NULL: the report''s), see figures_in_turn() where they have none';

CREATE FUNCTION emgov_internal.missing_members(ledger regnamespace, report text, period daterange, as_of timestamptz, figures jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
    SELECT coalesce(jsonb_agg(x.total || jsonb_build_object('dimension', x.by, 'member', x.member, 'place', 0, 'state', 'no_data', 'member_name', coalesce(
                        (SELECT CASE emgov_internal.report_row(ledger, missing_members.report, as_of)->>'lang' WHEN 'en' THEN m.name_en ELSE m.name_zh END
                           FROM emgov_internal.member_names(ledger, x.by, NULL, as_of) AS m WHERE m.member = x.member), x.member))
                              ORDER BY x.n, x.by COLLATE "C", x.member COLLATE "C"), '[]')
      FROM (SELECT DISTINCT f.n, f.total, t.by, t.member
              FROM emgov_internal.report_bodies(ledger, missing_members.report, as_of) AS b
             CROSS JOIN LATERAL emgov_internal.template_needs(b.body, NULL) AS t
              JOIN emgov_internal.report_needs(ledger, missing_members.report, missing_members.period, as_of) AS r ON r.need = t.need
              JOIN (SELECT u.f AS total, u.n, u.f->>'code' AS code, (u.f->>'starts_on')::date AS starts_on, (u.f->>'ends_on')::date AS ends_on, u.f->>'comparator' AS comparator
                      FROM jsonb_array_elements(figures) WITH ORDINALITY AS u (f, n) WHERE coalesce(u.f->>'dimension', '') = '') AS f
                ON f.code = r.code AND f.starts_on = r.starts_on AND f.ends_on = r.ends_on AND f.comparator = r.comparator
             WHERE t.member IS NOT NULL
               AND NOT EXISTS (SELECT FROM jsonb_array_elements(figures) AS o
                                WHERE o->>'dimension' = t.by AND o->>'member' = t.member AND o->>'code' = r.code AND o->>'comparator' = r.comparator
                                  AND (o->>'starts_on')::date = r.starts_on AND (o->>'ends_on')::date = r.ends_on)) AS x
$$;
COMMENT ON FUNCTION emgov_internal.missing_members(regnamespace, text, daterange, timestamptz, jsonb) IS
    'internal: figures of the members that a report''s paragraphs name and that there are none of among these figures, as they are not in force in the period: each as that of the whole, without data';

CREATE FUNCTION emgov_internal.report_text(ledger regnamespace, report jsonb, period daterange, as_of timestamptz, figures jsonb)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM (SELECT b.ordinal, b.section, emgov_internal.template_fill(b.heading, c) AS heading, emgov_internal.template_fill(b.body, c) AS body
                     FROM (SELECT emgov_internal.report_context(ledger, report, period, as_of, figures) AS c OFFSET 0) AS x
                    CROSS JOIN LATERAL emgov_internal.report_bodies(ledger, report->>'code', as_of, report->>'lang') AS b OFFSET 0) AS t
     WHERE t.body <> '' ORDER BY t.section, t.ordinal
$$;
COMMENT ON FUNCTION emgov_internal.report_text(regnamespace, jsonb, daterange, timestamptz, jsonb) IS
    'internal: the paragraphs of a report (as report() gives it) by the templates of a moment (NULL: now), filled with these figures, an array of objects; an empty one is left out';

CREATE TYPE emgov_internal.report_cell AS (
    ordinal int, section int, "table" int, "row" int, "column" int, name text, heading text, code text, form text, comparator text, member text, member2 text, is_total boolean,
    text text, value numeric);
COMMENT ON TYPE emgov_internal.report_cell IS
    'a row of report_tables(): a cell of a table in a paragraph; name: its row''s, heading: its column''s; what it says of which figure and member; text as printed, value where it is known';

CREATE FUNCTION emgov_internal.report_tables(ledger regnamespace, report jsonb, period daterange, as_of timestamptz, figures jsonb) RETURNS SETOF emgov_internal.report_cell
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT b.ordinal, b.section, t.*
      FROM (SELECT emgov_internal.report_context(ledger, report, period, as_of, figures) AS c OFFSET 0) AS x
     CROSS JOIN LATERAL emgov_internal.report_bodies(ledger, report->>'code', as_of, report->>'lang') AS b
     CROSS JOIN LATERAL emgov_internal.template_tables(b.body, x.c) AS t
     ORDER BY b.section, b.ordinal, t."table", t."row", t."column"
$$;
COMMENT ON FUNCTION emgov_internal.report_tables(regnamespace, jsonb, daterange, timestamptz, jsonb) IS 'internal: the cells of the tables in a report''s paragraphs, as report_text() fills them';

CREATE FUNCTION emgov_internal.figures_as_json(ledger regnamespace, report jsonb, period daterange, as_of timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(f.figure) || jsonb_build_object('dimension', f.dimension, 'member', f.member, 'member2', f.member2, 'member_name', f.member_name,
                                                                       'member2_name', f.member2_name, 'place', f.place)), '[]')
      FROM emgov_internal.report_figures(ledger, report->>'code', report->>'base', period, as_of, lang => report->>'lang') AS f
$$;
COMMENT ON FUNCTION emgov_internal.figures_as_json(regnamespace, jsonb, daterange, timestamptz) IS 'internal: the figures that a report (as report() gives it) needs, as its text takes them';

CREATE FUNCTION emgov_internal.ledger_report_figures(ledger regnamespace, report text, period daterange, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    as_of := emgov_internal.known_moment(ledger, as_of);
    RETURN QUERY SELECT (f.figure).* FROM emgov_internal.report_figures(ledger, report, emgov_internal.report(ledger, report, period, as_of)->>'base', period, as_of,
                                                                             lang => CASE WHEN lang IS NOT NULL THEN emgov_internal.language(ledger, lang) END) AS f;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_report_figures(regnamespace, text, daterange, timestamptz, text) IS
    'the figures of a ledger''s report for a period, as known at a moment (NULL: now): those that its paragraphs name and those listed for it, each of its own days; '
    'lang: of their names, units and words, zh or en, NULL: the report''s';

CREATE FUNCTION emgov_internal.ledger_report_text(ledger regnamespace, report text, period daterange, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    r jsonb;
BEGIN
    as_of := emgov_internal.known_moment(ledger, as_of);
    r := emgov_internal.report(ledger, report, period, as_of, lang);
    RETURN QUERY SELECT * FROM emgov_internal.report_text(ledger, r, period, as_of, emgov_internal.figures_as_json(ledger, r, period, as_of));
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_report_text(regnamespace, text, daterange, timestamptz, text) IS
    'the paragraphs of a ledger''s report for a period, from its templates and figures as known at a moment (NULL: now); '
    'a gap is printed as —; lang: zh or en, NULL: the report''s; a paragraph that has no words in it says its figures in turn';

CREATE FUNCTION emgov_internal.ledger_report_tables(ledger regnamespace, report text, period daterange, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.report_cell
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    r jsonb;
BEGIN
    as_of := emgov_internal.known_moment(ledger, as_of);
    r := emgov_internal.report(ledger, report, period, as_of, lang);
    RETURN QUERY SELECT * FROM emgov_internal.report_tables(ledger, r, period, as_of, emgov_internal.figures_as_json(ledger, r, period, as_of));
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_report_tables(regnamespace, text, daterange, timestamptz, text) IS
    'the tables in the paragraphs of a ledger''s report for a period, a row a cell, as known at a moment (NULL: now): '
    'the rows of a table and their columns are numbered from 1; lang as in ledger_report_text()';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'report_figures(text, daterange, timestamptz, text)',
    '一份报告的数字 | the figures of a report for a period, as known at a moment (NULL: now)', $sql$
CREATE OR REPLACE FUNCTION @ledger@.report_figures(report text, period daterange, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_figure
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_report_figures('@ledger@'::regnamespace, $1, $2, $3, $4);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'report_text(text, daterange, timestamptz, text)',
    '一份报告的正文 | the paragraphs of a report for a period, as known at a moment (NULL: now)', $sql$
CREATE OR REPLACE FUNCTION @ledger@.report_text(report text, period daterange, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_report_text('@ledger@'::regnamespace, $1, $2, $3, $4);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'report_tables(text, daterange, timestamptz, text)',
    '一份报告正文中的表，一格一行 | the tables in the paragraphs of a report for a period, a row a cell', $sql$
CREATE OR REPLACE FUNCTION @ledger@.report_tables(report text, period daterange, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.report_cell
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_report_tables('@ledger@'::regnamespace, $1, $2, $3, $4);
END
$sql$);
