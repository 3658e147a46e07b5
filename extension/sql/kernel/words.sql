-- ------------------------------------------------------------------ names of periods, numbers in words
-- Not STRICT where an argument with a default takes it when it is NULL.

CREATE FUNCTION emgov.period_name(period pg_catalog.daterange, lang pg_catalog.text DEFAULT 'zh', form pg_catalog.text DEFAULT 'name', with_year boolean DEFAULT true,
    year_start pg_catalog.text DEFAULT '01-01')
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'period_name' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.period_name(pg_catalog.daterange, pg_catalog.text, pg_catalog.text, boolean, pg_catalog.text) IS
    'What a period is called: 2024年, 上半年, 1—7月, July 2024; form name, months or days; year_start is the day on which a year begins (04-01: 2024/25); NULL if the period is';

CREATE FUNCTION emgov.numeral(number bigint, unit pg_catalog.text DEFAULT NULL, lang pg_catalog.text DEFAULT 'zh') RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_numeral' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.numeral(bigint, pg_catalog.text, pg_catalog.text) IS
    'A whole number in words: 十二, with a unit 两部 and 十二项; English has words up to ten; NULL if the number is';

CREATE FUNCTION emgov.capital_amount(yuan pg_catalog.numeric) RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'capital_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.capital_amount(pg_catalog.numeric) IS 'An amount of money in capital numerals (大写金额): 壹仟肆佰零玖元伍角; at most two decimals; NULL for NULL';

CREATE FUNCTION emgov.read_phrase(phrase pg_catalog.text, lang pg_catalog.text DEFAULT 'zh', units pg_catalog.text[] DEFAULT NULL, rounding pg_catalog.text DEFAULT 'half_up')
    RETURNS TABLE (ordinal integer, kind pg_catalog.text, words pg_catalog.text, value pg_catalog.numeric, range pg_catalog.numrange, unit pg_catalog.text, style pg_catalog.text,
        scale pg_catalog.text, comparator pg_catalog.text, direction integer, measure pg_catalog.text, alike boolean, "position" integer)
    AS 'MODULE_PATHNAME', 'read_phrase' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION emgov.read_phrase(pg_catalog.text, pg_catalog.text, pg_catalog.text[], pg_catalog.text) IS
    'The numbers, changes and dates that a text in the words of phrase() says: the value, everything that would be written so (range), unit, style, what a change is compared with; '
    'units of one''s own are taken before those that are known';
