-- ------------------------------------------------------------------ ledger: the report's text

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'report_template', '报告段落模板 | templates of the report''s paragraphs, yours to edit', $ddl$
CREATE TABLE @ledger@.report_template (
    id int PRIMARY KEY,                                 -- 次序 | order in the report
    section int NOT NULL,                               -- 章节 | section
    heading text NOT NULL,                              -- 章节标题 | heading of the section
    body text NOT NULL,
        -- 正文：{代码} 为数字与单位，{代码.change} 为同比，{代码.phrase} 为两者，{代码.value} 为数字；[代码?有则|无则]、[代码=数?等于则|否则] 择一
        -- | text with {code} number and unit, {code.change} change, {code.phrase} both, {code.value} number alone, {year}, {until}; [code?text|other] by whether the figure is 0,
        -- [code=100?text|other] by its value
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: left out of the report
    @known@
    CHECK (section > 0)
);
$ddl$);

-- One paragraph from its template. First the choices, [F036?text|other] and
-- [F016=100?text|other], by a figure's value, inner ones first; then the holes, {F036} and the like. NULL
-- when a figure is not among those given and may be missing.
CREATE FUNCTION emgov._fill_template(id int, body text, figures jsonb, last_day date, may_miss boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    m text[];
    figure jsonb;
    code text;
    filling text;
BEGIN
    LOOP
        m := regexp_match(body, '(\[(\w+)(?:=(-?[0-9.]+))?\?([^][|]*)(?:\|([^][|]*))?\])');
        EXIT WHEN m IS NULL;
        figure := figures->(m[2]);
        IF figure IS NULL AND may_miss THEN
            RETURN NULL;
        ELSIF figure IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object',
                MESSAGE = format('paragraph %s asks for %s, which is no figure', id, m[2]),
                HINT = 'Write [CODE?text|other] or [CODE=100?text|other] with the code of an indicator.';
        END IF;
        body := replace(body, m[1],
            CASE WHEN coalesce((figure->>'value')::numeric, 0) = 0 AND m[3] IS NULL
                   OR (figure->>'value')::numeric IS DISTINCT FROM m[3]::numeric AND m[3] IS NOT NULL
                 THEN coalesce(m[5], '') ELSE m[4] END);
    END LOOP;
    IF body ~ '\[\w+(=-?[0-9.]+)?\?' THEN
        RAISE EXCEPTION USING ERRCODE = 'syntax_error',
            MESSAGE = format('paragraph %s has a choice that is not closed', id),
            DETAIL = format('It reads: %s', substring(body FROM '\[\w+(?:=-?[0-9.]+)?\?.{0,30}')),
            HINT = 'Write [CODE?text|other].';
    END IF;

    FOR m IN SELECT DISTINCT regexp_matches(body, '(\{(\w+)(?:\.(\w+))?\})', 'g') LOOP
        code := m[2];
        figure := figures->code;
        IF code IN ('year', 'until') AND m[3] IS NULL THEN
            filling := CASE code WHEN 'year' THEN extract(year FROM last_day)::text
                                 ELSE format('%s年%s月%s日', extract(year FROM last_day), extract(month FROM last_day), extract(day FROM last_day)) END;
        ELSIF figure IS NULL AND may_miss THEN
            RETURN NULL;
        ELSIF figure IS NULL OR coalesce(m[3], 'words') NOT IN ('words', 'phrase', 'value', 'change') THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object',
                MESSAGE = format('paragraph %s names %s, which is no figure', id, m[1]),
                HINT = 'Write {CODE}, {CODE.phrase}, {CODE.change}, {CODE.value}, {year} or {until}.';
        ELSE
            filling := CASE coalesce(m[3], 'words')
                WHEN 'words' THEN figure->>'words'
                WHEN 'phrase' THEN figure->>'phrase'
                WHEN 'value' THEN trim_scale((figure->>'value')::numeric)::text
                WHEN 'change' THEN regexp_replace(figure->>'phrase', '^[^，]*，', '')
            END;
        END IF;
        body := replace(body, m[1], coalesce(filling, '—'));
    END LOOP;
    IF body ~ '[{}]' THEN
        RAISE EXCEPTION USING ERRCODE = 'syntax_error',
            MESSAGE = format('paragraph %s has a brace that names no figure', id),
            DETAIL = format('It reads: %s', substring(body FROM '.{0,10}[{}].{0,20}')),
            HINT = 'Write {CODE}, {CODE.phrase}, {CODE.change}, {CODE.value}, {year} or {until}.';
    END IF;
    RETURN body;
END
$$;
COMMENT ON FUNCTION emgov._fill_template(int, text, jsonb, date, boolean) IS
    'internal: a paragraph''s text from its template and the figures by code; NULL when one that it names is missing and may be';

CREATE FUNCTION emgov.ledger_report_text(ledger regnamespace, period daterange, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    figures jsonb;
BEGIN
    SELECT jsonb_object_agg(f.code, to_jsonb(f)) INTO figures
      FROM emgov.ledger_figures(ledger, period, as_of, scope) AS f;
    FOR ordinal, section, heading, body IN EXECUTE format('SELECT id, section, heading, body FROM %s WHERE active ORDER BY id',
            CASE WHEN as_of IS NULL THEN format('%s.report_template', ledger)
                 ELSE format('%s.report_template_as_of($1)', ledger) END) USING as_of
    LOOP
        body := emgov._fill_template(ordinal, body, figures, upper(period) - 1, scope IS NOT NULL);
        IF body IS NOT NULL THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov.ledger_report_text(regnamespace, daterange, timestamptz, text) IS
    'the report''s paragraphs in Chinese, from the ledger''s templates and figures; with a scope, the paragraphs all of whose figures have it';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'report_text(daterange, timestamptz, text)',
    '报告正文 | the report''s paragraphs from the templates', $sql$
CREATE OR REPLACE FUNCTION @ledger@.report_text(period daterange, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_report_text('@ledger@'::regnamespace, $1, $2, $3);
END
$sql$);
