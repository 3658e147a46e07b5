-- ------------------------------------------------------------------ names of periods, numbers in words
-- Not STRICT where an argument with a default takes it when it is NULL.

CREATE FUNCTION emgov.period_name(period pg_catalog.daterange, lang pg_catalog.text DEFAULT 'zh', form pg_catalog.text DEFAULT 'name', with_year boolean DEFAULT true, year_start integer DEFAULT 1)
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'period_name' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.period_name(pg_catalog.daterange, pg_catalog.text, pg_catalog.text, boolean, integer) IS
    'What a period is called: 2024年, 上半年, 1—7月, July 2024; form name, months or days; year_start is the month in which a year begins (4: 2024/25); NULL if the period is';

CREATE FUNCTION emgov.numeral(number bigint, unit pg_catalog.text DEFAULT NULL, lang pg_catalog.text DEFAULT 'zh') RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_numeral' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.numeral(bigint, pg_catalog.text, pg_catalog.text) IS
    'A whole number in words: 十二, with a unit 两部 and 十二项; English has words up to ten; NULL if the number is';

CREATE FUNCTION emgov.capital_amount(yuan pg_catalog.numeric) RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'capital_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.capital_amount(pg_catalog.numeric) IS 'An amount of money in capital numerals (大写金额): 壹仟肆佰零玖元伍角; at most two decimals; NULL for NULL';
