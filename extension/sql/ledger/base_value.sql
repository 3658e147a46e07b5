-- ------------------------------------------------------------------ ledger: published totals as a base
-- A bureau that starts this year has no records of the last, but what it published. Such a total is
-- the base of a change where the records do not cover the base's days, and the figure says so.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'base_value',
    '往期已公布的总数，作为同比基数 | totals published in the past, as bases where there are no records', $ddl$
CREATE TABLE @ledger@.base_value (
    id @key@,  -- 编号 | key
    starts_on date NOT NULL CHECK (isfinite(starts_on)),  -- 期初 | first day of the period
    ends_on date NOT NULL CHECK (isfinite(ends_on)),    -- 期末（不含） | first day after it
    published_on date NOT NULL CHECK (isfinite(published_on)),  -- 公布日期 | day it was published
    indicator text NOT NULL REFERENCES @ledger@.indicator,  -- 指标代码 | indicator
    area_code text REFERENCES @ledger@.area,            -- 区域，空为总数 | area it is of; NULL: the total
    value numeric NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),  -- 数值 | value as published
    source text NOT NULL CHECK (source ~ '\S'),         -- 出处 | where it was published
    @fact@
    CHECK (ends_on > starts_on)
);
-- one of each that counts
CREATE UNIQUE INDEX "base_value: one for each indicator, period and area" ON @ledger@.base_value (indicator, starts_on, ends_on, (coalesce(area_code, ''))) WHERE status = 'valid';
$ddl$);

CREATE FUNCTION emgov_internal.check_base_value() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.status = 'valid' AND NEW.published_on > emgov_internal.day(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('a total cannot have been published on %s: that day is yet to come', NEW.published_on);
    END IF;
    PERFORM emgov_internal.check_amount(NEW.value);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_base_value() IS 'trigger of a ledger''s published totals: none of days to come, and values that are amounts';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'base_value', $ddl$
CREATE OR REPLACE TRIGGER a_base_value_check BEFORE INSERT OR UPDATE ON @ledger@.base_value FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_base_value();
$ddl$);

CREATE FUNCTION emgov_internal.base_values(ledger regnamespace, windows daterange[], as_of timestamptz)
RETURNS TABLE (indicator text, starts_on date, ends_on date, area_code text, value numeric)
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_base_values' ROWS 10;
COMMENT ON FUNCTION emgov_internal.base_values(regnamespace, daterange[], timestamptz) IS
    'internal: the totals published for just these windows, as known at a moment (NULL: now); area_code: NULL of the whole';

-- What a total is published of is an area as it was then, but one that there was not yet: that is of all that became it. An area that others became has one if it is
-- known of each of them that there was.
CREATE FUNCTION emgov_internal.base_values_as_are(ledger regnamespace, windows daterange[], day date, as_of timestamptz)
RETURNS TABLE (indicator text, starts_on date, ends_on date, area_code text, value numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
BEGIN
    IF day IS NULL OR NOT EXISTS (SELECT FROM emgov_internal.base_values(ledger, windows, as_of) AS b WHERE b.area_code IS NOT NULL) THEN
        RETURN QUERY SELECT * FROM emgov_internal.base_values(ledger, windows, as_of);
        RETURN;
    END IF;
    RETURN QUERY
        WITH published AS MATERIALIZED (
            SELECT b.* FROM emgov_internal.base_values(ledger, windows, as_of) AS b
        ), became AS MATERIALIZED (
            SELECT b.* FROM emgov_internal.members_became(ledger, 'area', day, as_of) AS b
        ), part AS MATERIALIZED (
            -- each area that another became, and that one itself
            SELECT b.member, b.counts_as, b.became, d.in_force
              FROM (SELECT x.* FROM became AS x UNION ALL SELECT DISTINCT x.counts_as, x.counts_as, '{}'::text[] FROM became AS x) AS b
              JOIN emgov_internal.dimension_members(ledger, 'area', as_of) AS d ON d.code = b.member
        ), asked AS (
            SELECT DISTINCT p.indicator, p.starts_on, p.ends_on, x.counts_as FROM published AS p JOIN part AS x ON x.member = p.area_code
        ), known AS MATERIALIZED (
            SELECT a.*, x.member, x.became, p.value, x.in_force && daterange(a.starts_on, a.ends_on) AS there_was
              FROM asked AS a JOIN part AS x ON x.counts_as = a.counts_as
              LEFT JOIN published AS p ON p.indicator = a.indicator AND p.starts_on = a.starts_on AND p.ends_on = a.ends_on AND p.area_code = x.member
        )
        SELECT p.indicator, p.starts_on, p.ends_on, p.area_code, p.value FROM published AS p WHERE p.area_code IS NULL OR p.area_code NOT IN (SELECT x.member FROM part AS x)
        UNION ALL
        SELECT k.indicator, k.starts_on, k.ends_on, k.counts_as, sum(k.value) FROM known AS k
         WHERE NOT EXISTS (SELECT FROM known AS o WHERE o.indicator = k.indicator AND o.starts_on = k.starts_on AND o.ends_on = k.ends_on AND o.member = ANY (k.became)
                              AND o.value IS NOT NULL AND NOT o.there_was)
         GROUP BY k.indicator, k.starts_on, k.ends_on, k.counts_as HAVING bool_and(k.value IS NOT NULL OR NOT k.there_was);
END
$$;
COMMENT ON FUNCTION emgov_internal.base_values_as_are(regnamespace, daterange[], date, timestamptz) IS
    'internal: as base_values(), under what areas had become by a day (NULL: as they were): the sum of all that became another, none where one of them lacks';
