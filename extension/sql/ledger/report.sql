-- ------------------------------------------------------------------ ledger: reports
-- A report is a code, a title, the kind of its period, its sections and paragraphs. A
-- paragraph is a template: read when it is written (see core/template.h); the figures that it
-- needs are noted beside it, so that a report computes these and no others.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'report', '报告 | reports', $ddl$
CREATE TABLE @ledger@.report (
    code text PRIMARY KEY CHECK (char_length(code) <= 60 AND code ~ '^[^[:cntrl:]]+$'),  -- 报告代码 | code
    title_zh text NOT NULL,                             -- 标题 | title in Chinese
    title_en text,                                      -- 英文标题 | title in English
    period_kind text NOT NULL DEFAULT 'any' CHECK (period_kind IN ('year', 'ytd', 'half', 'quarter', 'month', 'any')),
        -- 期间类型：年、年初至某日、半年、季、月、任意 | kind of its period
    scope text CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),  -- 口径，空为不限 | scope that all its figures must have; NULL: any
    base text NOT NULL DEFAULT 'restated' CHECK (base IN ('restated', 'first_published')),  -- 同比基数：最新修订、首次公布 | base of its changes
    lang text NOT NULL DEFAULT 'zh' CHECK (lang IN ('zh', 'en')),  -- 语言 | language
    needs_approval boolean NOT NULL DEFAULT false,      -- 发布前须经批准 | true: published after approve() only
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: no longer published
    @known@
    CHECK (code = btrim(code))
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'report_section', '报告章节 | sections of reports', $ddl$
CREATE TABLE @ledger@.report_section (
    report text NOT NULL REFERENCES @ledger@.report,    -- 报告 | report
    section int NOT NULL CHECK (section > 0),           -- 章节序号 | number of the section
    heading text NOT NULL,                              -- 章节标题，可含 {year}、{month}、{until}、{title} | heading: text with {year}, {month}, {until}, {title}
    @known@
    PRIMARY KEY (report, section)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'report_paragraph', '报告段落模板 | paragraphs of reports: their templates', $ddl$
CREATE TABLE @ledger@.report_paragraph (
    report text NOT NULL,                               -- 报告 | report
    section int NOT NULL,                               -- 章节序号 | section
    ordinal int NOT NULL,                               -- 次序 | order in the section
    body text NOT NULL,
        -- 正文：{代码} 为数字与单位，{代码.change} 为同比，{代码.phrase} 为两者，{代码.value} 为数字，{代码@month} 为当月的；
        -- [代码?有则|无则]、[代码>=5?则|否则]、[代码.known?已知则|否则] 择一；
        -- {year}、{month}、{until}、{title}；\{ 等为字符本身
        -- | text with {code} number and unit, {code.change} change, {code.phrase} both, {code.value} number alone, {code@month} of another period; [code?text|other] by
        -- whether the figure is 0, [code>=5?text|other] by its value, [code.known?text|other] by whether it is known; {year}, {month}, {until}, {title}; \{ and the like: the character
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: left out of the report
    needs text[] NOT NULL DEFAULT '{}',                 -- 所需指标，由台账填写 | the figures that it needs, CODE[@period][/comparator]; written by the ledger
    @known@
    PRIMARY KEY (report, section, ordinal),
    FOREIGN KEY (report, section) REFERENCES @ledger@.report_section
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'report_figure', '报告另行列出的指标 | figures published with a report beside those of its text', $ddl$
CREATE TABLE @ledger@.report_figure (
    report text NOT NULL REFERENCES @ledger@.report,    -- 报告 | report
    code text NOT NULL REFERENCES @ledger@.indicator,   -- 指标代码 | indicator
    period text NOT NULL DEFAULT 'own' CHECK (period IN ('own', 'month', 'quarter', 'half', 'year', 'ytd')),
        -- 期间：报告期或报告期末所在的月、季、半年、年、年初至今 | the report's own, or the one that its last day lies in
    comparator text NOT NULL DEFAULT 'own',             -- 比较口径，own 为指标自己的 | what it is held against: a comparator's code, or own: the indicator's
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: left out
    @known@
    PRIMARY KEY (report, code, period, comparator)
);
$ddl$);

-- ------------------------------------------------------------------ templates

CREATE FUNCTION emgov._template_uses(body text, name text) RETURNS text[]
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_template_uses';
COMMENT ON FUNCTION emgov._template_uses(text, text) IS
    'internal: the figures that a template uses, one for each place: code, period and form (of a choice: choice) with spaces between; an error says where it is none; name: what it is of';

CREATE FUNCTION emgov._template_fill(body text, figures jsonb, names jsonb) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_template_fill';
COMMENT ON FUNCTION emgov._template_fill(text, jsonb, jsonb) IS
    'internal: the text of a template; figures by CODE or CODE@period: words, value, phrase, change, number, partial; names: year, month, until, title; what is not there is a gap';

-- ------------------------------------------------------------------ guards

CREATE FUNCTION emgov._check_report_scope(ledger text, report text, codes text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong record;
BEGIN
    EXECUTE format('SELECT i.code, i.scope, r.scope AS wanted FROM %1$I.report AS r JOIN %1$I.indicator AS i ON i.code = ANY ($2) AND i.scope <> r.scope
                     WHERE r.code = $1 ORDER BY i.code LIMIT 1', ledger) INTO wrong USING report, codes;
    IF wrong.code IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('figure %s is of scope %s, report "%s" of scope %s', wrong.code, wrong.scope, report, wrong.wanted),
            HINT = format('Leave the figure out, or the report''s scope open: UPDATE %I.report SET scope = NULL WHERE code = %L;', ledger, report);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._check_report_scope(text, text, text[]) IS 'internal: an error when one of these figures has not the scope of the report';

CREATE FUNCTION emgov.check_report() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    what text;
    uses text[];
    wrong text;
BEGIN
    IF TG_TABLE_NAME = 'report' THEN
        EXECUTE format('SELECT array_agg((regexp_split_to_array(n, ''[@/]''))[1]) FROM (SELECT unnest(needs) AS n FROM %1$I.report_paragraph WHERE report = $1
                                                                         UNION SELECT code FROM %1$I.report_figure WHERE report = $1) AS x', TG_TABLE_SCHEMA)
           INTO uses USING NEW.code;
        PERFORM emgov._check_report_scope(TG_TABLE_SCHEMA, NEW.code, uses);
        RETURN NULL;
    ELSIF TG_TABLE_NAME = 'report_figure' THEN
        PERFORM emgov._check_report_scope(TG_TABLE_SCHEMA, NEW.report, ARRAY[NEW.code]);
        IF NEW.comparator <> 'own' THEN
            PERFORM emgov._check_comparator(TG_TABLE_SCHEMA, NEW.comparator, format('figure %s of report "%s"', NEW.code, NEW.report));
        END IF;
        RETURN NEW;
    ELSIF TG_TABLE_NAME = 'report_section' THEN
        what := format('the heading of section %s of report "%s"', NEW.section, NEW.report);
        uses := emgov._template_uses(NEW.heading, what);
        IF cardinality(uses) > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s names figure %s', what, split_part(uses[1], ' ', 1)),
                HINT = 'A heading is text with {year}, {month}, {until} and {title}; figures stand in paragraphs.';
        END IF;
        RETURN NEW;
    END IF;

    what := format('paragraph %s of section %s of report "%s"', NEW.ordinal, NEW.section, NEW.report);
    uses := emgov._template_uses(NEW.body, what);
    NEW.needs := ARRAY(SELECT DISTINCT (split_part(u, ' ', 1) || CASE split_part(u, ' ', 2) WHEN 'own' THEN '' ELSE '@' || split_part(u, ' ', 2) END) COLLATE "C"
                         FROM unnest(uses) AS u ORDER BY 1);
    EXECUTE format('SELECT string_agg(DISTINCT c, '', '') FROM unnest($1) AS u, split_part(u, '' '', 1) AS c
                     WHERE NOT EXISTS (SELECT FROM %I.indicator AS i WHERE i.code = c)', TG_TABLE_SCHEMA) INTO wrong USING uses;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('%s names %s, which is no indicator', what, wrong),
            HINT = format('Write {CODE} with a code of table %I.indicator, or \{ for the character.', TG_TABLE_SCHEMA);
    END IF;
    EXECUTE format('SELECT min(i.code) FROM unnest($1) AS u JOIN %I.indicator AS i ON i.code = split_part(u, '' '', 1)
                     WHERE split_part(u, '' '', 3) = ''change'' AND i.comparator = ''none'' AND i.kind <> ''change''', TG_TABLE_SCHEMA) INTO wrong USING uses;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('%s asks for {%s.change}, and indicator %s has no comparator', what, wrong, wrong),
            HINT = format('Write {%s}, or UPDATE %I.indicator SET comparator = ''year_earlier'' WHERE code = ''%s''.', wrong, TG_TABLE_SCHEMA, wrong);
    END IF;
    PERFORM emgov._check_report_scope(TG_TABLE_SCHEMA, NEW.report, ARRAY(SELECT split_part(u, ' ', 1) FROM unnest(uses) AS u));
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_report() IS
    'trigger of a ledger''s reports, their sections, paragraphs and figures: reads a template, writes what it needs beside it, and refuses one that is none or names no indicator, or another scope''s';

CREATE FUNCTION emgov.keep_indicator_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    used record;
BEGIN
    FOR used IN EXECUTE format('SELECT p.report, p.section, p.ordinal FROM %I.report_paragraph AS p
                                 WHERE EXISTS (SELECT FROM unnest(p.needs) AS n WHERE (regexp_split_to_array(n, ''[@/]''))[1] = $1) ORDER BY 1, 2, 3', TG_TABLE_SCHEMA) USING OLD.code LOOP
        IF TG_OP = 'DELETE' OR NEW.code <> OLD.code THEN
            RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
                MESSAGE = format('indicator %s is in use', OLD.code),
                DETAIL = format('Paragraph %s of section %s of report "%s" names it.', used.ordinal, used.section, used.report),
                HINT = format('Take it out of the paragraph first, or UPDATE %I.indicator SET active = false WHERE code = %L;', TG_TABLE_SCHEMA, OLD.code);
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION emgov.keep_indicator_in_use() IS 'trigger of a ledger''s indicators: refuses to delete or rename one that a report''s paragraph names';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'report', $ddl$
CREATE OR REPLACE TRIGGER a_report_check AFTER UPDATE OF scope ON @ledger@.report FOR EACH ROW EXECUTE FUNCTION emgov.check_report();
CREATE OR REPLACE TRIGGER a_report_check BEFORE INSERT OR UPDATE ON @ledger@.report_paragraph FOR EACH ROW EXECUTE FUNCTION emgov.check_report();
CREATE OR REPLACE TRIGGER a_definition_lock BEFORE INSERT OR UPDATE ON @ledger@.report_paragraph FOR EACH STATEMENT EXECUTE FUNCTION emgov.write_definition();
CREATE OR REPLACE TRIGGER a_report_check BEFORE INSERT OR UPDATE OF heading ON @ledger@.report_section FOR EACH ROW EXECUTE FUNCTION emgov.check_report();
CREATE OR REPLACE TRIGGER a_report_check BEFORE INSERT OR UPDATE ON @ledger@.report_figure FOR EACH ROW EXECUTE FUNCTION emgov.check_report();
CREATE OR REPLACE TRIGGER a_report_use BEFORE DELETE OR UPDATE OF code ON @ledger@.indicator FOR EACH ROW EXECUTE FUNCTION emgov.keep_indicator_in_use();
$ddl$);

-- ------------------------------------------------------------------ what a report says

CREATE FUNCTION emgov._report_row(ledger regnamespace, report text, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    r jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(r) FROM %s AS r WHERE r.code = $1',
                   CASE WHEN as_of IS NULL THEN format('%s.report', ledger) ELSE format('%s.report_as_of($2)', ledger) END) INTO r USING report, as_of;
    RETURN r;
END
$$;
COMMENT ON FUNCTION emgov._report_row(regnamespace, text, timestamptz) IS 'internal: a report as it was defined at a moment (NULL: now), as JSON; NULL when there was none';

CREATE FUNCTION emgov._report(ledger regnamespace, report text, period daterange, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    r jsonb := emgov._report_row(ledger, report, as_of);
    kind text := r->>'period_kind';
    years text := emgov._year_start(ledger);
    whole daterange;
BEGIN
    IF r IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object',
            MESSAGE = format(CASE WHEN emgov._report_row(ledger, report, NULL) IS NULL THEN 'there is no report %1$s' ELSE 'there was no report %1$s as of %2$s' END,
                             coalesce(format('"%s"', report), 'without a code'), as_of),
            HINT = CASE WHEN emgov._report_row(ledger, report, NULL) IS NULL THEN format('SELECT code, title_zh FROM %s.report; INSERT INTO that table makes one.', ledger)
                        ELSE 'Ask as of a later moment. A report that is to have been known earlier is written under SET emgov.known_at.' END;
    END IF;
    PERFORM emgov._check_period(period);
    whole := CASE WHEN kind <> 'any' THEN emgov._period_of(period, kind, years) END;
    IF period <> whole THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('report "%s" is made for %s, not for %s', report,
                             CASE kind WHEN 'ytd' THEN 'a year up to a day' ELSE 'a whole ' || CASE kind WHEN 'half' THEN 'half of a year' ELSE kind END END, period),
            HINT = format(CASE CASE WHEN years = '01-01' OR kind = 'month' THEN kind END
                                    WHEN 'year' THEN 'Write emgov.year(%1$s).' WHEN 'ytd' THEN 'Write emgov.ytd(%4$L).' WHEN 'month' THEN 'Write emgov.month(%1$s, %2$s).'
                                    WHEN 'quarter' THEN 'Write emgov.quarter(%1$s, %3$s).' ELSE 'Write daterange(%5$L, %6$L).' END,
                          extract(year FROM lower(whole)), extract(month FROM lower(whole)), extract(quarter FROM lower(whole)),
                          to_char(upper(whole) - 1, 'YYYY-MM-DD'), to_char(lower(whole), 'YYYY-MM-DD'), to_char(upper(whole), 'YYYY-MM-DD'));
    END IF;
    RETURN r;
END
$$;
COMMENT ON FUNCTION emgov._report(regnamespace, text, daterange, timestamptz) IS
    'internal: a report as it was defined at a moment (NULL: now), as JSON; an error when there is none, or its kind of period is another';

CREATE FUNCTION emgov._report_needs(ledger regnamespace, report text, period daterange, as_of timestamptz) RETURNS TABLE (need text, code text, starts_on date, ends_on date, comparator text, asked_for text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH n AS (
            SELECT x AS need, m[1] AS code, coalesce(m[2], 'own') AS kind, m[3] AS comparator
              FROM %s AS p, unnest(p.needs) AS x, regexp_match(x, '^([^@/]*)(?:@([^/]*))?(?:/(.*))?$') AS m WHERE p.report = $1 AND p.active
            UNION SELECT NULL, f.code, f.period, nullif(f.comparator, 'own') FROM %s AS f WHERE f.report = $1 AND f.active)
        SELECT n.need, n.code, lower(w.period), upper(w.period), coalesce(n.comparator, o.own), nullif(n.comparator, o.own)
          FROM n LEFT JOIN (SELECT i.code, emgov._own_comparator(i.comparator) AS own FROM emgov._indicators($4, $3) AS i) AS o ON o.code = n.code
         CROSS JOIN LATERAL (SELECT emgov._period_of($2, n.kind, emgov._year_start($4)) AS period) AS w
         ORDER BY 3, 4, n.code COLLATE "C", 5, 1 $sql$,
        CASE WHEN as_of IS NULL THEN format('%s.report_paragraph', ledger) ELSE format('%s.report_paragraph_as_of($3)', ledger) END,
        CASE WHEN as_of IS NULL THEN format('%s.report_figure', ledger) ELSE format('%s.report_figure_as_of($3)', ledger) END)
        USING report, period, as_of, ledger;
END
$$;
COMMENT ON FUNCTION emgov._report_needs(regnamespace, text, daterange, timestamptz) IS
    'internal: the figures that a report needs for a period, each by its need (NULL: listed in report_figure), with its days and what it is held against, and that again (asked_for) unless it is its '
    'own; one figure may be needed in several ways';

CREATE FUNCTION emgov._report_figures(ledger regnamespace, report text, base text, period daterange, as_of timestamptz,
                                      with_checksum boolean DEFAULT false, unversioned_now boolean DEFAULT false) RETURNS SETOF emgov.ledger_figure
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT m.figure
      FROM emgov._figures(ledger, ARRAY(SELECT (n.code, daterange(n.starts_on, n.ends_on), n.asked_for)::emgov.figure_request
                                          FROM (SELECT DISTINCT x.code, x.starts_on, x.ends_on, x.asked_for FROM emgov._report_needs(ledger, report, period, as_of) AS x) AS n
                                         ORDER BY n.starts_on, n.ends_on, n.code COLLATE "C", n.asked_for NULLS FIRST), as_of, base, NULL, with_checksum, unversioned_now, report) AS m
$$;
COMMENT ON FUNCTION emgov._report_figures(regnamespace, text, text, daterange, timestamptz, boolean, boolean) IS
    'internal: the figures that a report needs for a period, each of its own days';

CREATE FUNCTION emgov._report_text(ledger regnamespace, report jsonb, period daterange, as_of timestamptz, figures jsonb)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $$
DECLARE
    last date := upper(period) - 1;
    names jsonb := jsonb_build_object(
        'title', CASE report->>'lang' WHEN 'en' THEN coalesce(report->>'title_en', report->>'title_zh') ELSE report->>'title_zh' END,
        'year', to_char(last, 'FMYYYY'), 'month', to_char(last, 'FMMM'),
        'until', to_char(last, CASE report->>'lang' WHEN 'en' THEN 'FMDD FMMonth FMYYYY' ELSE 'FMYYYY"年"FMMM"月"FMDD"日"' END));
    filling jsonb;
BEGIN
    SELECT coalesce(jsonb_object_agg(n.need, jsonb_build_object(
               'words', f->>'words', 'value', CASE WHEN f->>'state' NOT IN ('part_period', 'part_members') THEN trim_scale((f->>'value')::numeric)::text END, 'phrase', f->>'phrase',
               'change', f->>'change_words',
               'number', (f->>'value')::numeric, 'partial', f->>'state' IN ('part_period', 'part_members'))), '{}') INTO filling
      FROM emgov._report_needs(ledger, report->>'code', period, as_of) AS n
      JOIN jsonb_array_elements(figures) AS f ON f->>'code' = n.code AND (f->>'starts_on')::date = n.starts_on AND (f->>'ends_on')::date = n.ends_on AND f->>'comparator' = n.comparator
     WHERE n.need IS NOT NULL;
    FOR ordinal, section, heading, body IN EXECUTE format('SELECT p.ordinal, p.section, s.heading, p.body FROM %s AS p JOIN %s AS s ON s.report = p.report AND s.section = p.section
                                                            WHERE p.report = $1 AND p.active ORDER BY p.section, p.ordinal',
            CASE WHEN as_of IS NULL THEN format('%s.report_paragraph', ledger) ELSE format('%s.report_paragraph_as_of($2)', ledger) END,
            CASE WHEN as_of IS NULL THEN format('%s.report_section', ledger) ELSE format('%s.report_section_as_of($2)', ledger) END) USING report->>'code', as_of
    LOOP
        heading := emgov._template_fill(heading, '{}', names);
        body := emgov._template_fill(body, filling, names);
        IF body <> '' THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._report_text(regnamespace, jsonb, daterange, timestamptz, jsonb) IS
    'internal: the paragraphs of a report (as _report() gives it) by the templates of a moment (NULL: now), filled with these figures, an array of objects; an empty one is left out';

CREATE FUNCTION emgov.ledger_report_figures(ledger regnamespace, report text, period daterange, as_of timestamptz DEFAULT NULL) RETURNS SETOF emgov.ledger_figure
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    as_of := emgov._known_moment(ledger, as_of);
    RETURN QUERY SELECT * FROM emgov._report_figures(ledger, report, emgov._report(ledger, report, period, as_of)->>'base', period, as_of);
END
$$;
COMMENT ON FUNCTION emgov.ledger_report_figures(regnamespace, text, daterange, timestamptz) IS
    'the figures of a ledger''s report for a period, as known at a moment (NULL: now): those that its paragraphs name and those listed for it, each of its own days';

CREATE FUNCTION emgov.ledger_report_text(ledger regnamespace, report text, period daterange, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    r jsonb;
BEGIN
    as_of := emgov._known_moment(ledger, as_of);
    r := emgov._report(ledger, report, period, as_of);
    RETURN QUERY SELECT * FROM emgov._report_text(ledger, r, period, as_of,
        (SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM emgov._report_figures(ledger, report, r->>'base', period, as_of) AS f));
END
$$;
COMMENT ON FUNCTION emgov.ledger_report_text(regnamespace, text, daterange, timestamptz) IS
    'the paragraphs of a ledger''s report for a period, from its templates and figures as known at a moment (NULL: now); a gap is printed as —';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'report_figures(text, daterange, timestamptz)',
    '一份报告的数字 | the figures of a report for a period, as known at a moment (NULL: now)', $sql$
CREATE OR REPLACE FUNCTION @ledger@.report_figures(report text, period daterange, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_figure
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_report_figures('@ledger@'::regnamespace, $1, $2, $3);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'report_text(text, daterange, timestamptz)',
    '一份报告的正文 | the paragraphs of a report for a period, as known at a moment (NULL: now)', $sql$
CREATE OR REPLACE FUNCTION @ledger@.report_text(report text, period daterange, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_report_text('@ledger@'::regnamespace, $1, $2, $3);
END
$sql$);
