-- ------------------------------------------------------------------ ledger: indicators

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'indicator', '指标定义 | indicators: the definitions of all figures, as data', $ddl$
CREATE TABLE @ledger@.indicator (
    code text PRIMARY KEY CHECK (code ~ '^[A-Za-z][A-Za-z0-9_]{0,30}$'),  -- 指标代码 | code
    ordinal int,                                        -- 排列次序 | order in lists
    section int CHECK (section BETWEEN 1 AND 99),       -- 报告章节 | section of the report it appears in
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    kind text NOT NULL CHECK (kind IN ('count', 'distinct', 'sum', 'mean', 'share', 'completion', 'planned', 'stock', 'streak', 'largest',
                                       'change', 'ratio', 'reduction', 'rate', 'total', 'reported')),
        -- 种类 | kind, see docs/indicators.md
    aggregate text CHECK (aggregate IN ('count', 'distinct', 'sum')),  -- 份额、存量等按何计算：件数、去重、合计 | what share, completion, planned and stock are made of
    source text,                                        -- 来源关系 | relation: a table or view of this ledger, or schema.name
    date_column text,                                   -- 日期列 | date column that the cut-off looks at
    until_column text,                                  -- 截止列：失效、被取代或完成日期 | end of validity, date superseded; of completion and planned: date done
    measure text,                                       -- 度量表达式 | expression: what is summed, averaged, or counted once each
    filter text,                                        -- 筛选条件 | condition on a record to count
    base_filter text,                                   -- 分母条件 | condition on a record of a share's denominator
    of_code text REFERENCES @ledger@.indicator,         -- 分子指标 | of change, ratio, reduction, rate: the indicator it is of
    by_code text REFERENCES @ledger@.indicator,         -- 分母指标 | of ratio and reduction: the indicator it is held against
    of_codes text[],                                    -- 合计的指标，前加减号为减 | of total: the indicators that are added, those with a minus before the code subtracted
    series_code text,                                   -- 分母序列 | of rate: series in measure_series
    series_area text REFERENCES @ledger@.area,          -- 分母序列的区域，空为全市 | of rate: the series' area; NULL: the row without area, or of the city, or of a province of several
    series_unit text,                                   -- 分母序列的单位 | of rate: the series' unit; NULL: whatever it is
    per numeric NOT NULL DEFAULT 1 CHECK (per > 0 AND per < 'Infinity'),     -- 每多少单位 | of ratio and rate: per so many units
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),
        -- 口径：市本级、直属、全市等 | scope; figures of different scopes are not compared
    cutoff text NOT NULL CHECK (cutoff IN ('period', 'to_date', 'at_date')),
        -- 截止方式：期内、累计至期末、期末存量 | period: within it; to_date: all up to its end; at_date: valid on its last day
    unit text NOT NULL,                                 -- 计量单位 | unit and measure word
    unit_en text,                                       -- 英文单位，单复数以竖线分开 | unit in English; of irregular plural both forms, as court martial|courts martial; NULL: unit
    decimals int NOT NULL DEFAULT 1 CHECK (decimals BETWEEN 0 AND 6),  -- 小数位数 | decimals of a printed rate or mean
    rounding text NOT NULL DEFAULT 'half_up' CHECK (rounding IN ('half_up', 'half_even', 'truncate')),  -- 舍入方式 | rounding
    keep_zero boolean NOT NULL DEFAULT false,           -- 保留末尾零 | keep trailing zeros
    wording text NOT NULL DEFAULT 'exact' CHECK (wording IN ('exact', 'over', 'near', 'above', 'about', 'numeral')),  -- 措辞：准确、余、近、超、约、汉字 | how the number is printed
    grain numeric CHECK (grain > 0 AND grain < 'Infinity'),                    -- 概数的粒度 | grain of a rounded number
    scale text NOT NULL DEFAULT 'none' CHECK (scale IN ('none', 'wan', 'yi', 'wan_yi', 'million', 'billion', 'trillion', 'auto')),
        -- 万、亿、百万等，auto 为按大小 | printed in units of 1, 万, 亿, or millions and so on; auto: by its size, as is a scale that the language has no word for
    zero_zh text,                                       -- 为零时的写法 | words that replace number and unit when it is 0
    zero_en text,                                       -- 为零时的英文写法 | the same in English
    comparator text NOT NULL DEFAULT 'none',            -- 比较口径，none 为不比 | what its change, which is printed, is against: a comparator's code, or none
    change_form text NOT NULL DEFAULT 'rate' CHECK (change_form IN ('rate', 'amount', 'both')),  -- 增减写百分比、数量或两者 | its change in percent, in amount, or both
    verbs text NOT NULL DEFAULT '上升/下降'             -- 增减用词 | words of its change, in both languages
        CHECK (verbs IN ('上升/下降', '增加/减少', '增长/下降', '提高/降低', 'up/down', 'increase/decrease', 'rose/fell', 'increased/decreased')),
    value_decimals int CHECK (value_decimals BETWEEN 0 AND 6),
        -- 数值（非商）及增减量的小数位数，空为按原样 | decimals of a value that is no quotient, in its scale, and of an amount; NULL: all
    significance text NOT NULL DEFAULT 'none' CHECK (significance IN ('none', 'test', 'caution')),
        -- 显著性：不检验、检验、成簇慎用 | p-value: none, given, given with caution as the events come in clusters
    definition_zh text NOT NULL,                        -- 指标释义 | the definition in words
    definition_en text,                                 -- 英文释义 | the definition in English
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: no longer computed
    version int NOT NULL DEFAULT 1,                     -- 定义版本 | version of the definition, counted by the ledger
    approved_by text,                                   -- 批准人 | who approved this version
    approved_at timestamptz,                            -- 批准时间 | when; set by the ledger, voided by a change of the definition
    @known@
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
$ddl$);

-- A row of a ledger's table indicator, but for who approved it and since when it is known.
CREATE TYPE emgov_internal.indicator AS (
    code text, ordinal int, section int, name_zh text, name_en text, kind text, aggregate text, source text, date_column text, until_column text,
    measure text, filter text, base_filter text, of_code text, by_code text, of_codes text[], series_code text, series_area text, series_unit text, per numeric,
    scope text, cutoff text, unit text, unit_en text, decimals int, rounding text, keep_zero boolean, wording text, grain numeric, scale text, zero_zh text, zero_en text,
    comparator text, change_form text, verbs text, value_decimals int, significance text, definition_zh text, definition_en text, active boolean, version int);
COMMENT ON TYPE emgov_internal.indicator IS 'a definition of a figure, a row of the table indicator without its approval; a publication''s definition is read as one by jsonb_populate_record()';

CREATE FUNCTION emgov_internal.check_indicator() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    derived boolean := NEW.kind IN ('change', 'ratio', 'reduction', 'rate', 'total');
    counted boolean := NOT derived AND NEW.kind <> 'reported';
    needs_measure boolean := NEW.kind IN ('distinct', 'sum', 'mean', 'streak', 'largest')
                             OR coalesce(NEW.aggregate IN ('distinct', 'sum'), false);
    relation regclass;
    problem text;
    definition jsonb;
BEGIN
    problem := CASE
        WHEN NEW.kind = 'total' AND NEW.of_code IS NOT NULL THEN 'no of_code: of_codes are added up'
        WHEN NEW.kind = 'total' AND coalesce(cardinality(NEW.of_codes), 0) = 0 THEN 'of_codes: the indicators that are added, those with a minus in front subtracted'
        WHEN NEW.kind = 'total' AND array_ndims(NEW.of_codes) > 1 THEN 'of_codes in one list'
        WHEN NEW.kind = 'total' AND EXISTS (SELECT FROM unnest(NEW.of_codes) AS c GROUP BY ltrim(c, '-') HAVING bool_or(c ~ '^-?[A-Za-z][A-Za-z0-9_]*$') IS NOT TRUE OR count(*) > 1)
             THEN 'of_codes that name each indicator once'
        WHEN NEW.kind <> 'total' AND NEW.of_codes IS NOT NULL THEN 'no of_codes: they are of total'
        WHEN derived AND NEW.kind <> 'total' AND NEW.of_code IS NULL THEN 'of_code: the indicator it is of'
        WHEN NEW.kind IN ('ratio', 'reduction') AND NEW.by_code IS NULL THEN 'by_code: the indicator it is held against'
        WHEN derived AND NEW.kind NOT IN ('ratio', 'reduction') AND NEW.by_code IS NOT NULL THEN 'no by_code: it is of ratio and reduction'
        WHEN NEW.kind = 'rate' AND NEW.series_code IS NULL THEN 'series_code: the series it is held against'
        WHEN NEW.kind <> 'rate' AND num_nonnulls(NEW.series_code, NEW.series_area, NEW.series_unit) > 0 THEN 'no series: it is of rate'
        WHEN NEW.kind NOT IN ('ratio', 'rate') AND NEW.per <> 1 THEN 'per 1: only ratio and rate are per so many units'
        WHEN derived AND num_nonnulls(NEW.source, NEW.date_column, NEW.until_column, NEW.measure, NEW.filter, NEW.base_filter, NEW.aggregate) > 0
             THEN 'no source: it is derived from other indicators'
        WHEN NEW.kind = 'reported' AND num_nonnulls(NEW.source, NEW.date_column, NEW.until_column, NEW.measure, NEW.filter, NEW.base_filter, NEW.aggregate) > 0
             THEN 'no source: it is what members send'
        WHEN NOT derived AND num_nonnulls(NEW.of_code, NEW.by_code) > 0 THEN 'no of_code or by_code'
        WHEN counted AND NEW.source IS NULL THEN 'source: the relation it is counted from'
        WHEN counted AND NEW.date_column IS NULL THEN 'date_column: the date that the cut-off looks at'
        WHEN NEW.kind IN ('stock', 'completion', 'planned') AND NEW.until_column IS NULL THEN 'until_column: the end of validity, or the date done'
        WHEN NEW.kind = 'stock' AND NEW.cutoff <> 'at_date' THEN 'cutoff at_date'
        WHEN NEW.kind IN ('share', 'completion', 'planned', 'stock') AND NEW.aggregate IS NULL THEN 'aggregate: count, distinct or sum'
        WHEN NEW.kind NOT IN ('share', 'completion', 'planned', 'stock') AND NEW.aggregate IS NOT NULL THEN 'no aggregate: its kind says it'
        WHEN needs_measure AND NEW.measure IS NULL THEN 'measure: the expression that is summed, averaged or counted once each'
        WHEN NEW.kind = 'share' AND NEW.filter IS NULL THEN 'filter: which records of the denominator are the numerator'
    END;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('indicator %s of kind %s needs %s', NEW.code, NEW.kind, problem);
    END IF;

    IF NEW.comparator <> 'none' THEN
        PERFORM emgov_internal.check_comparator(TG_TABLE_SCHEMA, NEW.comparator, format('indicator %s', NEW.code));
    END IF;
    -- one that is not computed may name what is gone, so that it can be left out
    IF counted AND NEW.active THEN
        relation := emgov_internal.source(TG_TABLE_SCHEMA, NEW.source);
        PERFORM emgov_internal.check_date_column(relation, NEW.date_column);
        IF NEW.until_column IS NOT NULL THEN
            PERFORM emgov_internal.check_date_column(relation, NEW.until_column);
        END IF;
        PERFORM emgov_internal.open_source(TG_TABLE_SCHEMA, format('indicator %s', NEW.code), relation);
    END IF;

    definition := to_jsonb(NEW) - '{version,approved_by,approved_at,known_from,kept_since,active,ordinal}'::text[];
    IF TG_OP = 'INSERT' THEN
        NEW.version := 1;
        NEW.approved_at := CASE WHEN NEW.approved_by IS NOT NULL THEN clock_timestamp() END;
    ELSIF definition <> to_jsonb(OLD) - '{version,approved_by,approved_at,known_from,kept_since,active,ordinal}'::text[] THEN
        NEW.version := OLD.version + 1;
        NEW.approved_by := NULL;
        NEW.approved_at := NULL;
    ELSE
        NEW.version := OLD.version;
        NEW.approved_at := CASE WHEN NEW.approved_by IS NULL THEN NULL
                                WHEN NEW.approved_by = OLD.approved_by THEN OLD.approved_at
                                ELSE clock_timestamp() END;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_indicator() IS
    'trigger of a ledger''s indicators: checks that a definition has what its kind needs, counts its versions, and voids the approval of one that changes';

-- Looked at when a statement is over: what one row is derived from may be another row of it.
CREATE FUNCTION emgov_internal.check_indicators() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    codes text[];
    operands text[];
    stuck text[];
    fewer text[];
    missing record;
    chain text[];
BEGIN
    EXECUTE format($sql$
        SELECT array_agg(e.code), array_agg(e.operand) FROM (
            SELECT i.code, o.operand FROM ONLY %1$I.indicator AS i
             CROSS JOIN LATERAL (SELECT i.of_code WHERE i.of_code IS NOT NULL UNION SELECT i.by_code WHERE i.by_code IS NOT NULL
                                 UNION SELECT ltrim(c, '-') FROM unnest(i.of_codes) AS c) AS o (operand)) AS e $sql$,
        TG_TABLE_SCHEMA) INTO codes, operands;
    EXECUTE format('SELECT e.code, e.operand FROM unnest($1, $2) AS e (code, operand) WHERE NOT EXISTS (SELECT FROM ONLY %I.indicator AS i WHERE i.code = e.operand) ORDER BY 1, 2 LIMIT 1',
                   TG_TABLE_SCHEMA) INTO missing USING codes, operands;
    IF missing.code IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('indicator %s adds up "%s", which is no indicator', missing.code, missing.operand);
    END IF;
    -- those that are made of what is known are known; who is left waits for himself
    stuck := codes;
    LOOP
        fewer := ARRAY(SELECT DISTINCT e.code FROM unnest(codes, operands) AS e (code, operand)
                         JOIN unnest(stuck) AS s (code) ON s.code = e.code JOIN unnest(stuck) AS t (code) ON t.code = e.operand);
        EXIT WHEN cardinality(fewer) = cardinality(stuck) OR fewer = '{}';
        stuck := fewer;
    END LOOP;
    IF fewer = '{}' THEN
        RETURN NULL;
    END IF;
    chain := ARRAY[fewer[1]];
    LOOP
        chain := chain || (SELECT min(e.operand) FROM unnest(codes, operands) AS e (code, operand) WHERE e.code = chain[cardinality(chain)] AND e.operand = ANY (fewer));
        EXIT WHEN chain[cardinality(chain)] = ANY (chain[:cardinality(chain) - 1]);
    END LOOP;
    chain := chain[array_position(chain, chain[cardinality(chain)]):];
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
        MESSAGE = format('indicator %s would be derived from itself', chain[1]),
        DETAIL = format('%s.', array_to_string(chain, ' is derived from ')),
        HINT = 'Derive it from something that is counted.';
END
$$;
COMMENT ON FUNCTION emgov_internal.check_indicators() IS
    'trigger of a ledger''s indicators, after each statement: what indicators are derived from is there, and none is derived from itself, by whatever way';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'indicator', $ddl$
CREATE OR REPLACE TRIGGER a_indicator_check BEFORE INSERT OR UPDATE ON @ledger@.indicator FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_indicator();
CREATE OR REPLACE TRIGGER a_definition_lock BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.indicator FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.write_definition();
CREATE OR REPLACE TRIGGER a_indicator_order AFTER INSERT OR UPDATE OR DELETE ON @ledger@.indicator FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.check_indicators();
CREATE OR REPLACE TRIGGER a_definition_units AFTER INSERT OR UPDATE OR DELETE ON @ledger@.indicator FOR EACH ROW EXECUTE FUNCTION emgov_internal.write_definition();
$ddl$);

CREATE FUNCTION emgov_internal.indicators(ledger regnamespace, as_of timestamptz, codes text[] DEFAULT NULL) RETURNS SETOF emgov_internal.indicator
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_indicators' ROWS 100;
COMMENT ON FUNCTION emgov_internal.indicators(regnamespace, timestamptz, text[]) IS
    'internal: the definitions in force at a moment (NULL: now), in their order; only those of some codes (NULL: all), and what these are derived from';

CREATE FUNCTION emgov_internal.active_codes(ledger regnamespace, as_of timestamptz) RETURNS TABLE (code text, scope text)
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_active_codes' ROWS 100;
COMMENT ON FUNCTION emgov_internal.active_codes(regnamespace, timestamptz) IS 'internal: code and scope of the definitions in force at a moment (NULL: now), in their order';
