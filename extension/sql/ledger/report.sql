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
    heading text NOT NULL,                              -- 章节标题，可含 {period}、{year}、{month}、{until}、{title} | heading: text with {period}, {year}, {month}, {until}, {title}
    heading_en text,                                    -- 英文章节标题 | heading in English, of a report that is not
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
        -- 正文模板：{代码}、{代码@month.change(previous)}、{代码 of '某地' by area}、{list 代码,代码}、{table 代码,代码 by area}、
        -- {top 3 代码 by area}、{代码 rose by area}；[条件?文字|文字] 择一；{period}、{year}、{month}、{until}、{title}；详见 docs/templates.md
        -- | template: {code} in its forms, of members, lists, tables, ranks; [condition?text|other]; names of the period; see docs/templates.md
    body_en text,                                       -- 英文正文模板，所用指标不得多于正文 | the same in English, of a report that is not; asks of no other figures
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: left out of the report
    needs text[] NOT NULL DEFAULT '{}',                 -- 所需指标，由台账填写 | the figures that it needs, CODE[@period][/comparator][ by dimension]; written by the ledger
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

CREATE FUNCTION emgov_internal.need_code(need text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN split_part(translate(need, '/ ', '@@'), '@', 1);
COMMENT ON FUNCTION emgov_internal.need_code(text) IS 'internal: the indicator of a need of a paragraph, CODE[@period][/comparator][ by dimension]';

CREATE FUNCTION emgov_internal.need_comparator(need text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN nullif(split_part(split_part(need, ' by ', 1), '/', 2), '');
COMMENT ON FUNCTION emgov_internal.need_comparator(text) IS 'internal: the comparator of a need of a paragraph, see need_code(); NULL: the indicator''s own';

CREATE TYPE emgov_internal.template_need AS (need text, code text, period text, comparator text, "by" text, by2 text, member text, form text, asks_base boolean);
COMMENT ON TYPE emgov_internal.template_need IS
    'internal: a figure that a template needs: need as it is noted beside a paragraph; of members of one or two dimensions, or of the one that it names; asks_base: how it changed is asked';

CREATE FUNCTION emgov_internal.template_needs(body text, name text) RETURNS SETOF emgov_internal.template_need
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_template_needs';
COMMENT ON FUNCTION emgov_internal.template_needs(text, text) IS
    'internal: the figures that a template needs, a row for each place; an error says where it is no template; name: what it is of';

CREATE FUNCTION emgov_internal.template_fill(body text, context jsonb) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_template_fill';
COMMENT ON FUNCTION emgov_internal.template_fill(text, jsonb) IS
    'internal: the text of a template; context: lang, names, figures by what needs them, definitions by code, dimensions by code (see report_context()); what is not there is a gap';

CREATE FUNCTION emgov_internal.template_tables(body text, context jsonb)
RETURNS TABLE ("table" int, "row" int, "column" int, name text, heading text, code text, form text, comparator text, member text, member2 text, is_total boolean, text text, value numeric)
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_template_tables';
COMMENT ON FUNCTION emgov_internal.template_tables(text, jsonb) IS 'internal: the cells of the tables in the text of a template, by the same context';

-- ------------------------------------------------------------------ guards

CREATE FUNCTION emgov_internal.check_report_scope(ledger text, report text, codes text[]) RETURNS void
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
COMMENT ON FUNCTION emgov_internal.check_report_scope(text, text, text[]) IS 'internal: an error when one of these figures has not the scope of the report';

-- One that is retired, or not in force yet, is a member: a period may be before or after that.
CREATE FUNCTION emgov_internal.check_member(ledger text, what text, dimension text, member text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    d emgov_internal.dimension;
    named text;
BEGIN
    SELECT * INTO STRICT d FROM emgov_internal.dimensions(quote_ident(ledger)::regnamespace, dimension, NULL);
    IF EXISTS (SELECT FROM emgov_internal.member_names(quote_ident(ledger)::regnamespace, dimension, NULL, NULL) AS m WHERE m.counts_as = check_member.member) THEN
        RETURN;
    END IF;
    SELECT min(m.counts_as) INTO named FROM emgov_internal.member_names(quote_ident(ledger)::regnamespace, dimension, NULL, NULL) AS m
     WHERE check_member.member IN (m.member, m.name_zh, m.name_en);
    RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
        MESSAGE = format('%s names "%s", which is no member of dimension %s', what, member, dimension),
        DETAIL = format('Its members are rows of %s%s, by their codes.', coalesce(d.members, 'dimension_member'), CASE WHEN d.level IS NOT NULL THEN format(', %s from the top', d.level) END),
        HINT = CASE WHEN named IS NOT NULL THEN format('Write of ''%s''.', replace(named, '''', ''''''))
                    ELSE 'A member that is retired, or not in force yet, may be named; one that there is not may not.' END;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_member(text, text, text, text) IS 'internal: an error when a template (what says which) names a member that a dimension never had';

CREATE FUNCTION emgov_internal.check_needs(ledger text, what text, needs emgov_internal.template_need[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    wrong text;
    code text;
BEGIN
    EXECUTE format('SELECT string_agg(DISTINCT n.code, '', '') FROM unnest($1) AS n WHERE NOT EXISTS (SELECT FROM %I.indicator AS i WHERE i.code = n.code)', ledger) INTO wrong USING needs;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('%s names %s, which is no indicator', what, wrong),
            HINT = format('Write {CODE} with a code of table %I.indicator, or \{ for the character.', ledger);
    END IF;
    EXECUTE format('SELECT string_agg(DISTINCT d, '', '') FROM unnest($1) AS n CROSS JOIN LATERAL unnest(ARRAY[n."by", n.by2]) AS d
                     WHERE d IS NOT NULL AND NOT EXISTS (SELECT FROM %I.dimension AS x WHERE x.code = d AND x.active)', ledger) INTO wrong USING needs;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('%s names %s, which is no dimension', what, wrong),
            HINT = format('Write by area, or another code of table %I.dimension.', ledger);
    END IF;
    PERFORM emgov_internal.check_member(ledger, what, n."by", n.member)
       FROM (SELECT DISTINCT u."by", u.member FROM unnest(needs) AS u WHERE u.member IS NOT NULL ORDER BY 1, 2) AS n;
    PERFORM emgov_internal.check_comparator(ledger, n.comparator, format('%s asks for {%s.%s(%s)}, which', what, n.code, n.form, n.comparator))
       FROM unnest(needs) AS n WHERE n.comparator IS NOT NULL;
    EXECUTE format('SELECT n.code || ''.'' || n.form, n.code FROM unnest($1) AS n JOIN %I.indicator AS i ON i.code = n.code
                     WHERE n.asks_base AND n.comparator IS NULL AND i.comparator = ''none'' AND i.kind <> ''change'' ORDER BY 1 LIMIT 1', ledger)
       INTO wrong, code USING needs;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('%s asks for {%s}, and indicator %s has no comparator', what, wrong, code),
            HINT = format('Write {%s}, or UPDATE %I.indicator SET comparator = ''year_earlier'' WHERE code = ''%s''.', code, ledger, code);
    END IF;
    EXECUTE format('SELECT n.code || ''.'' || n.form, n.code FROM unnest($1) AS n JOIN %I.indicator AS i ON i.code = n.code
                     WHERE i.kind = ''change'' AND n.form NOT IN (''words'', ''value'', ''phrase'', ''change'', ''name'', ''known'', ''state'') ORDER BY 1 LIMIT 1', ledger)
       INTO wrong, code USING needs;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('%s asks for {%s}, and indicator %s is a change itself', what, wrong, code),
            HINT = format('Write {%s}.', code);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_needs(text, text, emgov_internal.template_need[]) IS
    'internal: an error when a template (what says which) needs a figure that the ledger has not, or asks of one what it does not have';

CREATE FUNCTION emgov_internal.check_report() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    what text;
    needs emgov_internal.template_need[];
    codes text[];
BEGIN
    IF TG_TABLE_NAME = 'report' THEN
        EXECUTE format('SELECT array_agg(emgov_internal.need_code(n)) FROM (SELECT unnest(needs) AS n FROM %1$I.report_paragraph WHERE report = $1
                                                                           UNION SELECT code FROM %1$I.report_figure WHERE report = $1) AS x', TG_TABLE_SCHEMA)
           INTO codes USING NEW.code;
        PERFORM emgov_internal.check_report_scope(TG_TABLE_SCHEMA, NEW.code, codes);
        RETURN NULL;
    ELSIF TG_TABLE_NAME = 'report_figure' THEN
        PERFORM emgov_internal.check_report_scope(TG_TABLE_SCHEMA, NEW.report, ARRAY[NEW.code]);
        IF NEW.comparator <> 'own' THEN
            PERFORM emgov_internal.check_comparator(TG_TABLE_SCHEMA, NEW.comparator, format('figure %s of report "%s"', NEW.code, NEW.report));
        END IF;
        RETURN NEW;
    ELSIF TG_TABLE_NAME = 'report_section' THEN
        what := format('the heading of section %s of report "%s"', NEW.section, NEW.report);
        codes := ARRAY(SELECT n.code FROM unnest(ARRAY[NEW.heading, NEW.heading_en]) AS h, emgov_internal.template_needs(h, what) AS n WHERE h IS NOT NULL);
        IF codes <> '{}' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s names figure %s', what, codes[1]),
                HINT = 'A heading is text with {period}, {year}, {month}, {until} and {title}; figures stand in paragraphs.';
        END IF;
        RETURN NEW;
    END IF;

    what := format('paragraph %s of section %s of report "%s"', NEW.ordinal, NEW.section, NEW.report);
    needs := ARRAY(SELECT n FROM emgov_internal.template_needs(NEW.body, what) AS n);
    NEW.needs := ARRAY(SELECT DISTINCT n.need COLLATE "C" FROM unnest(needs) AS n ORDER BY 1);
    PERFORM emgov_internal.check_needs(TG_TABLE_SCHEMA, what, needs);
    IF NEW.body_en IS NOT NULL THEN
        needs := ARRAY(SELECT n FROM emgov_internal.template_needs(NEW.body_en, what || ' in English') AS n);
        PERFORM emgov_internal.check_needs(TG_TABLE_SCHEMA, what || ' in English', needs);
        SELECT array_agg(n.need ORDER BY n.need COLLATE "C") INTO codes FROM unnest(needs) AS n WHERE n.need <> ALL (NEW.needs);
        IF codes IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s asks in English for %s, which its text does not', what, codes[1]),
                HINT = 'What is published is what the text asks for: the English of it says the same figures, or fewer.';
        END IF;
    END IF;
    PERFORM emgov_internal.check_report_scope(TG_TABLE_SCHEMA, NEW.report, ARRAY(SELECT DISTINCT emgov_internal.need_code(n) FROM unnest(NEW.needs) AS n));
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_report() IS
    'trigger of a ledger''s reports, their sections, paragraphs and figures: reads a template, writes what it needs beside it, and refuses one that is none or names no indicator, or another scope''s';

CREATE FUNCTION emgov_internal.keep_indicator_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    used record;
BEGIN
    FOR used IN EXECUTE format('SELECT p.report, p.section, p.ordinal FROM %I.report_paragraph AS p
                                 WHERE EXISTS (SELECT FROM unnest(p.needs) AS n WHERE emgov_internal.need_code(n) = $1) ORDER BY 1, 2, 3', TG_TABLE_SCHEMA) USING OLD.code LOOP
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
COMMENT ON FUNCTION emgov_internal.keep_indicator_in_use() IS 'trigger of a ledger''s indicators: refuses to delete or rename one that a report''s paragraph names';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'report', $ddl$
CREATE OR REPLACE TRIGGER a_report_check AFTER UPDATE OF scope ON @ledger@.report FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_report();
CREATE OR REPLACE TRIGGER a_report_check BEFORE INSERT OR UPDATE ON @ledger@.report_paragraph FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_report();
CREATE OR REPLACE TRIGGER a_definition_lock BEFORE INSERT OR UPDATE ON @ledger@.report_paragraph FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.write_definition();
CREATE OR REPLACE TRIGGER a_report_check BEFORE INSERT OR UPDATE OF heading, heading_en ON @ledger@.report_section FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_report();
CREATE OR REPLACE TRIGGER a_report_check BEFORE INSERT OR UPDATE ON @ledger@.report_figure FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_report();
CREATE OR REPLACE TRIGGER a_report_use BEFORE DELETE OR UPDATE OF code ON @ledger@.indicator FOR EACH ROW EXECUTE FUNCTION emgov_internal.keep_indicator_in_use();
$ddl$);

