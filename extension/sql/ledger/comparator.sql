-- ------------------------------------------------------------------ ledger: comparators
-- What a figure is held against is data: its words, and which days its base is of. Which these
-- are is found in figure_base.c, and nowhere else.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'comparator',
    '比较口径：同比、环比、与往年均值或固定时期比 | '
    'comparators: what figures are held against: the year before, the period before, a mean of years, a fixed year or period', $ddl$
CREATE TABLE @ledger@.comparator (
    code text PRIMARY KEY                               -- 代码 | code
        CONSTRAINT "a comparator's code is small letters, digits, underscores" CHECK (code ~ '^[a-z][a-z0-9_]{0,30}$' AND code NOT IN ('none', 'own')),
    ordinal int,                                        -- 排列次序 | order in lists
    kind text NOT NULL CHECK (kind IN ('year_earlier', 'previous', 'years_earlier', 'mean_of_years', 'fixed')),
        -- 种类：同比、环比、若干年前、若干年均值、固定 | kind: of years_earlier and mean_of_years n is how many years, of fixed the year, unless its days are given
    n int,                                              -- 年数；固定年份则为该年 | how many years; of a fixed one the year whose same period it is
    starts_on date,                                     -- 固定时期的期初 | of a fixed one: first day
    ends_on date,                                       -- 固定时期的期末（不含） | of a fixed one: first day after it
    words_zh text NOT NULL                              -- 增减前的词，如同比 | words before a change in Chinese
        CONSTRAINT "words_zh is a few words" CHECK (words_zh ~ '^[^[:cntrl:]]{1,40}$' AND words_zh ~ '\S'),
    words_en text NOT NULL                              -- 英文中增减后的词 | words behind a change in English
        CONSTRAINT "words_en is a few words" CHECK (words_en ~ '^[^[:cntrl:]]{1,80}$' AND words_en ~ '\S'),
    base_zh text                                        -- 基数的名称，空则按种类 | what the base is called in Chinese; NULL: made of kind and period
        CONSTRAINT "base_zh is a few words" CHECK (base_zh ~ '^[^[:cntrl:]]{1,40}$' AND base_zh ~ '\S'),
    base_en text                                        -- 基数的英文名称 | what the base is called in English, as behind "5 accidents"; NULL: likewise
        CONSTRAINT "base_en is a few words" CHECK (base_en ~ '^[^[:cntrl:]]{1,80}$' AND base_en ~ '\S'),
    across_regimes boolean NOT NULL DEFAULT false,      -- 统计口径不同时仍比较，并予注明 | true: what was counted by other rules is compared too, and the words say so
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: nothing is held against it any longer
    @known@
    CONSTRAINT "a fixed period has days, from the year 1 on" CHECK (ends_on > starts_on AND starts_on >= '0001-01-01' AND isfinite(ends_on))
);
$ddl$);

-- A row of a ledger's table comparator that is in force.
CREATE TYPE emgov_internal.comparator AS (
    code text, kind text, n int, starts_on date, ends_on date, words_zh text, words_en text, base_zh text, base_en text, across_regimes boolean);
COMMENT ON TYPE emgov_internal.comparator IS 'what figures are held against, a row of a ledger''s table comparator';

CREATE FUNCTION emgov_internal.comparators(ledger regnamespace, as_of timestamptz) RETURNS SETOF emgov_internal.comparator
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_comparators' ROWS 10;
COMMENT ON FUNCTION emgov_internal.comparators(regnamespace, timestamptz) IS 'internal: the comparators in force at a moment (NULL: now), in their order';

CREATE FUNCTION emgov_internal.own_comparator(comparator text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE comparator WHEN 'none' THEN 'year_earlier' ELSE comparator END;
COMMENT ON FUNCTION emgov_internal.own_comparator(text) IS
    'internal: what an indicator is held against if nothing else is asked for, from its column comparator; of one whose change is not printed a year earlier';

CREATE FUNCTION emgov_internal.check_comparator(ledger text, code text, what text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    there boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %I.comparator AS c WHERE c.code = $1)', ledger) INTO there USING code;
    IF there IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('%s has comparator "%s", which there is not', what, left(code, 60)),
            HINT = format('SELECT code, words_zh FROM %I.comparator; or none.', ledger);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_comparator(text, text, text) IS 'internal: an error unless a ledger has a comparator of that code; what: who names it';

CREATE FUNCTION emgov_internal.keep_comparator_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    used_by text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.code = OLD.code THEN
        RETURN NULL;
    END IF;
    EXECUTE format($sql$
        SELECT coalesce((SELECT format('indicator %%s', min(i.code)) FROM ONLY %1$I.indicator AS i WHERE i.comparator = $1 HAVING count(*) > 0),
                        (SELECT format('report "%%s"', min(p.report)) FROM ONLY %1$I.report_paragraph AS p
                          WHERE EXISTS (SELECT FROM unnest(p.needs) AS n WHERE emgov_internal.need_comparator(n) = $1) HAVING count(*) > 0),
                        (SELECT format('report "%%s"', min(f.report)) FROM ONLY %1$I.report_figure AS f WHERE f.comparator = $1 HAVING count(*) > 0)) $sql$, TG_TABLE_SCHEMA)
       INTO used_by USING OLD.code;
    IF used_by IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
            MESSAGE = format('comparator %s cannot be taken away: %s uses it', OLD.code, used_by),
            HINT = format('Nothing is held against it after UPDATE %I.comparator SET active = false WHERE code = %L.', TG_TABLE_SCHEMA, OLD.code);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.keep_comparator_in_use() IS
    'trigger of a ledger''s comparators, after one is deleted or gets another code: an error while an indicator or a report uses it';

CREATE FUNCTION emgov_internal.check_comparator() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    with_period boolean := num_nonnulls(NEW.starts_on, NEW.ends_on) > 0;
    problem text := CASE
        WHEN NEW.kind = 'years_earlier' AND (NEW.n BETWEEN 1 AND 1000) IS NOT TRUE THEN 'n: how many years, from 1 to 1000'
        WHEN NEW.kind = 'mean_of_years' AND (NEW.n BETWEEN 2 AND 30) IS NOT TRUE THEN 'n: of how many years, from 2 to 30'
        WHEN NEW.kind = 'fixed' AND NEW.n IS NULL AND num_nonnulls(NEW.starts_on, NEW.ends_on) < 2 THEN 'n, a year, or starts_on and ends_on'
        WHEN NEW.kind = 'fixed' AND NEW.n IS NOT NULL AND with_period THEN 'either n, a year, or starts_on and ends_on'
        WHEN NEW.kind = 'fixed' AND NEW.n NOT BETWEEN 1 AND 9999 THEN 'n: a year'
        WHEN NEW.kind <> 'fixed' AND with_period THEN 'no days: these are of fixed'
        WHEN NEW.kind IN ('year_earlier', 'previous') AND NEW.n IS NOT NULL THEN 'no n' END;
BEGIN
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('comparator %s of kind %s needs %s', NEW.code, NEW.kind, problem);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_comparator() IS 'trigger of a ledger''s comparators: checks that one has what its kind needs, and nothing else';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'comparator', $ddl$
CREATE OR REPLACE TRIGGER a_comparator_check BEFORE INSERT OR UPDATE ON @ledger@.comparator FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_comparator();
CREATE OR REPLACE TRIGGER a_definition_lock BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.comparator FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.write_definition();
CREATE OR REPLACE TRIGGER a_comparator_use AFTER DELETE OR UPDATE OF code ON @ledger@.comparator FOR EACH ROW EXECUTE FUNCTION emgov_internal.keep_comparator_in_use();
$ddl$);

-- Those that a new ledger starts with. A pack does not carry them.
CREATE FUNCTION emgov_internal.shipped_comparators() RETURNS TABLE (code text, ordinal int, kind text, n int, words_zh text, words_en text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    VALUES ('year_earlier', 1, 'year_earlier', NULL::int, '同比', 'year on year'),
           ('previous', 2, 'previous', NULL, '环比', 'on the previous period'),
           ('two_years_earlier', 3, 'years_earlier', 2, '比前年', 'on two years earlier'),
           ('mean_of_3_years', 4, 'mean_of_years', 3, '与前三年均值相比', 'against the mean of the 3 years before'),
           ('mean_of_5_years', 5, 'mean_of_years', 5, '与前五年均值相比', 'against the mean of the 5 years before')
$$;
COMMENT ON FUNCTION emgov_internal.shipped_comparators() IS 'internal: the comparators that a new ledger starts with';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'comparator', $ddl$
INSERT INTO @ledger@.comparator (code, ordinal, kind, n, words_zh, words_en, known_from) SELECT s.*, '-infinity' FROM emgov_internal.shipped_comparators() AS s;
$ddl$);
