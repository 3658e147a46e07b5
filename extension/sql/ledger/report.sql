-- ------------------------------------------------------------------ ledger: the report's text, and its checks
-- One paragraph from its template. First the choices, [F036?text|other] and
-- [F016=100?text|other], by a figure's value, inner ones first; then the holes, {F036} and the like. NULL
-- when a figure is not among those given and may be missing.
CREATE FUNCTION emgov._fill_template(id int, body text, figures jsonb, last_day date, may_miss boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
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
    FOR ordinal, section, heading, body IN EXECUTE format('SELECT id, section, heading, body FROM %s ORDER BY id',
            CASE WHEN as_of IS NULL OR as_of >= clock_timestamp() THEN format('%s.report_template', ledger)
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

CREATE TYPE emgov.ledger_check AS (
    code text, severity text, state text, left_value numeric, right_value numeric, detail text, record_keys text[], note_zh text);
COMMENT ON TYPE emgov.ledger_check IS 'a row of check_figures(): a rule, whether it holds, and what disagrees';

-- Arithmetic of a rule's side over known values; NULL when one is unknown or a divisor is 0.
CREATE FUNCTION emgov._side_value(side text, known jsonb) RETURNS numeric
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    value numeric;
BEGIN
    side := regexp_replace(emgov._check_side(side), '(?<![\w.])([0-9]+)(?![\w.])', '\1.0', 'g');
    EXECUTE 'SELECT ' || regexp_replace(side, '([A-Za-z][A-Za-z0-9_]*(?:\.base)?)', '($1->>''\1'')::numeric', 'g')
       INTO value USING known;
    RETURN value;
EXCEPTION
    WHEN division_by_zero THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION emgov._side_value(text, jsonb) IS 'internal: the value of one side of a check rule, from figures by code and their bases by code.base';

CREATE FUNCTION emgov.ledger_check_figures(ledger regnamespace, period daterange, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_check
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    figures jsonb;
    rule record;
    c emgov.ledger_check;
    relation regclass;
    from_text text;
    schema_name text := (SELECT nspname FROM pg_namespace WHERE oid = ledger);
    holds boolean;
BEGIN
    IF as_of >= clock_timestamp() THEN
        as_of := NULL;
    END IF;
    SELECT jsonb_object_agg(f.code, f.value) || jsonb_object_agg(f.code || '.base', f.base) INTO figures
      FROM emgov.ledger_figures(ledger, period, as_of) AS f;
    FOR rule IN EXECUTE format('SELECT * FROM %s.check_rule WHERE active ORDER BY code', ledger) LOOP
        c := NULL;
        c.code := rule.code;
        c.severity := rule.severity;
        c.note_zh := rule.note_zh;
        IF rule.source IS NULL THEN
            c.left_value := emgov._side_value(rule.left_side, figures);
            c.right_value := emgov._side_value(rule.right_side, figures);
            holds := CASE rule.operator
                WHEN '=' THEN c.left_value = c.right_value
                WHEN '<=' THEN c.left_value <= c.right_value
                WHEN '>=' THEN c.left_value >= c.right_value
                WHEN '<' THEN c.left_value < c.right_value
                ELSE c.left_value > c.right_value
            END;
            -- values are rounded to six decimals, so a product of two may miss by a little
            IF NOT holds AND rule.operator IN ('=', '<=', '>=') AND abs(c.left_value - c.right_value) < 0.001 THEN
                holds := true;
            END IF;
            c.detail := format('%s %s %s', rule.left_side, rule.operator, rule.right_side);
        ELSE
            relation := emgov._source(schema_name, rule.source);
            from_text := emgov._source_as_of(relation, as_of IS NOT NULL, '$1');
            c.detail := format('%s: NOT (%s)', rule.source, rule.violation);
            c.record_keys := NULL;
            IF from_text IS NULL THEN
                holds := NULL;
            ELSE
                EXECUTE format('SELECT array_agg(k ORDER BY k), count(*) FROM (SELECT %s AS k FROM %s AS s WHERE %s LIMIT 1000) AS x',
                               emgov._record_key(relation), from_text,
                               emgov.check_expression(relation, rule.violation, 'boolean'))
                   INTO c.record_keys, c.left_value USING as_of;
                c.right_value := 0;
                holds := c.left_value = 0;
            END IF;
        END IF;
        c.state := CASE WHEN holds IS NULL THEN 'unknown' WHEN holds THEN 'holds'
                        WHEN rule.severity = 'hard' THEN 'fails' ELSE 'warns' END;
        RETURN NEXT c;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov.ledger_check_figures(regnamespace, daterange, timestamptz) IS
    'every check rule of a ledger for a period: state holds, fails (hard), warns (soft) or unknown; both values, or the keys of the records that break it (at most 1000)';
