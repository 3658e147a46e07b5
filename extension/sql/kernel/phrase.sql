-- ------------------------------------------------------------------ numbers and changes in words
-- Not STRICT: arguments with a default take it when they are NULL.

CREATE FUNCTION emgov.phrase(value pg_catalog.numeric, unit pg_catalog.text, style pg_catalog.text DEFAULT 'exact', grain pg_catalog.numeric DEFAULT NULL,
    scale pg_catalog.text DEFAULT 'none', decimals integer DEFAULT NULL, rounding pg_catalog.text DEFAULT 'half_up', keep_zero boolean DEFAULT false,
    lang pg_catalog.text DEFAULT 'zh')
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.phrase(pg_catalog.numeric, pg_catalog.text, pg_catalog.text, pg_catalog.numeric, pg_catalog.text, integer, pg_catalog.text, boolean, pg_catalog.text) IS
    'A number with its measure word: exact, or in one approximate style (over 余, near 近, above 超, about 约) with a power of ten as grain, in units of 1, 万 or 亿, '
    'or in words (numeral 两部); NULL if the value or the unit is';

CREATE FUNCTION emgov.phrase(c emgov.comparison, unit pg_catalog.text, decimals integer DEFAULT 1, rounding pg_catalog.text DEFAULT 'half_up', keep_zero boolean DEFAULT false,
    comparator pg_catalog.text DEFAULT NULL, lang pg_catalog.text DEFAULT 'zh', style pg_catalog.text DEFAULT 'exact',
    grain pg_catalog.numeric DEFAULT NULL, scale pg_catalog.text DEFAULT 'none', form pg_catalog.text DEFAULT 'rate', verbs pg_catalog.text DEFAULT NULL,
    value_decimals integer DEFAULT NULL)
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_comparison' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 30;
COMMENT ON FUNCTION emgov.phrase(emgov.comparison, pg_catalog.text, integer, pg_catalog.text, boolean, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.numeric, pg_catalog.text,
    pg_catalog.text, pg_catalog.text, integer) IS
    'A value with its measure word and its change: in percent, by its amount, or both; in percentage points for a unit of %; by the amount where the base gives no percentage; '
    'verbs: 上升/下降, 增加/减少, 增长/下降 or 提高/降低; NULL if the comparison or the unit is';

CREATE FUNCTION emgov.phrase(c pg_catalog.text, unit pg_catalog.text, decimals integer DEFAULT 1, rounding pg_catalog.text DEFAULT 'half_up', keep_zero boolean DEFAULT false,
    comparator pg_catalog.text DEFAULT NULL, lang pg_catalog.text DEFAULT 'zh', style pg_catalog.text DEFAULT 'exact',
    grain pg_catalog.numeric DEFAULT NULL, scale pg_catalog.text DEFAULT 'none', form pg_catalog.text DEFAULT 'rate', verbs pg_catalog.text DEFAULT NULL,
    value_decimals integer DEFAULT NULL)
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_comparison_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 30;
COMMENT ON FUNCTION emgov.phrase(pg_catalog.text, pg_catalog.text, integer, pg_catalog.text, boolean, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.numeric, pg_catalog.text,
    pg_catalog.text, pg_catalog.text, integer) IS
    'The same of a comparison written as text, as in phrase(''59/65'', ''起''): a bare literal is read so';

CREATE FUNCTION emgov.phrase(comparisons emgov.comparison[], units pg_catalog.text[] DEFAULT NULL, decimals integer DEFAULT 1, rounding pg_catalog.text DEFAULT 'half_up',
    keep_zero boolean DEFAULT false, comparator pg_catalog.text DEFAULT NULL, lang pg_catalog.text DEFAULT 'zh', scale pg_catalog.text DEFAULT 'none',
    form pg_catalog.text DEFAULT 'rate', verbs pg_catalog.text DEFAULT NULL, value_decimals integer DEFAULT NULL)
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_comparisons' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION emgov.phrase(emgov.comparison[], pg_catalog.text[], integer, pg_catalog.text, boolean, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text,
    integer) IS
    'The changes of at least two comparisons in their order, paired with what was listed before; units, one for each or one for all, go with changes said by their amount; NULL if the comparisons '
    'are';

CREATE FUNCTION emgov.phrase(s emgov.remediation_summary, unit pg_catalog.text DEFAULT NULL, lang pg_catalog.text DEFAULT 'zh') RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_remediation' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION emgov.phrase(emgov.remediation_summary, pg_catalog.text, pg_catalog.text) IS
    'What a remediation came to: how many are completed, how many of them exited and upgraded; the unit is 家 or enterprises if not given; NULL if the summary is';

CREATE FUNCTION emgov.phrase_list(names pg_catalog.text[], numbers pg_catalog.numeric[], units pg_catalog.text[] DEFAULT NULL, scale pg_catalog.text DEFAULT 'none',
    decimals integer DEFAULT NULL, rounding pg_catalog.text DEFAULT 'half_up', keep_zero boolean DEFAULT false, lang pg_catalog.text DEFAULT 'zh', pairs boolean DEFAULT false)
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_list_numbers' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION emgov.phrase_list(pg_catalog.text[], pg_catalog.numeric[], pg_catalog.text[], pg_catalog.text, integer, pg_catalog.text, boolean, pg_catalog.text, boolean) IS
    'Several values with their names: 死亡、受伤分别为20人、6人, 均为0, or as pairs 死亡20人、受伤6人; units, one for each or one for all; NULL if the numbers are';

CREATE FUNCTION emgov.phrase_list(names pg_catalog.text[], comparisons emgov.comparison[], units pg_catalog.text[] DEFAULT NULL, decimals integer DEFAULT 1,
    rounding pg_catalog.text DEFAULT 'half_up', keep_zero boolean DEFAULT false, comparator pg_catalog.text DEFAULT NULL, lang pg_catalog.text DEFAULT 'zh',
    scale pg_catalog.text DEFAULT 'none', form pg_catalog.text DEFAULT 'rate', verbs pg_catalog.text DEFAULT NULL, value_decimals integer DEFAULT NULL, pairs boolean DEFAULT false)
    RETURNS pg_catalog.text
    AS 'MODULE_PATHNAME', 'phrase_list_comparisons' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION emgov.phrase_list(pg_catalog.text[], emgov.comparison[], pg_catalog.text[], integer, pg_catalog.text, boolean, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text,
    pg_catalog.text, integer, boolean) IS
    'Several values with their names, and their changes: 起数、死亡分别为59起、43人，同比分别下降9.2%、8.5%; '
    'as pairs 起数59起（同比下降9.2%）、死亡43人（同比下降8.5%）; NULL if the comparisons are';
