-- ------------------------------------------------------------------ ledger: how accidents are graded
-- A scheme says from how many dead, injured or how much loss on an accident is of a level. Order 493
-- is the one that is shipped; others are rows too. Which one grades an accident: of those in force on
-- its day, the one of its category, or of the nearest category above it, before one of no category;
-- then the one of its statistical regime before one of no regime.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'severity_level', '事故等级 | levels of severity, of all schemes', $ddl$
CREATE TABLE @ledger@.severity_level (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code, as accident_fact.severity has it
    ordinal int NOT NULL,                               -- 轻重次序，越大越重 | order: the larger, the graver
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CONSTRAINT "severity_level: one for each ordinal" UNIQUE (ordinal)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'severity_scheme',
    '事故分级标准，各有适用范围和有效期 | schemes by which accidents are graded, each for some accidents and days', $ddl$
CREATE TABLE @ledger@.severity_scheme (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    regime text,                                        -- 适用的统计制度，空为不限 | the regime whose accidents it grades; NULL: any that has no scheme of its own
    category_code text REFERENCES @ledger@.accident_category,  -- 适用的类别及其下级，空为不限 | the category that it grades, with all below; NULL: any that has none of its own
    valid_from date,                                    -- 生效日期 | accidents from this day on; NULL: since ever
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds; NULL: still valid
    source text NOT NULL,                               -- 依据 | the law or rule
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: grades nothing
    @known@
    CHECK (valid_to > valid_from),
    -- by hashes, for the server has no index of texts that would do
    CONSTRAINT "one scheme in force for each category, regime and day" EXCLUDE USING gist
        (int8range(hashtextextended(coalesce(category_code, '') || E'\n' || coalesce(regime, ''), 0),
                   hashtextextended(coalesce(category_code, '') || E'\n' || coalesce(regime, ''), 0), '[]') WITH &&,
         daterange(valid_from, valid_to) WITH &&) WHERE (active)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'severity_threshold',
    '分级标准的各级起点，达到任一项即为该级 | where a level of a scheme begins: any one criterion is enough; a level without any is the lowest', $ddl$
CREATE TABLE @ledger@.severity_threshold (
    scheme_code text NOT NULL REFERENCES @ledger@.severity_scheme,  -- 标准 | scheme
    severity_code text NOT NULL REFERENCES @ledger@.severity_level,  -- 等级 | level
    dead int CHECK (dead > 0),                          -- 死亡（含按口径计入的下落不明）人数起点 | dead, with the missing where a policy says so: from this many on
    serious_injuries int CHECK (serious_injuries > 0),  -- 重伤人数起点 | seriously injured
    minor_injuries int CHECK (minor_injuries > 0),      -- 轻伤人数起点 | slightly injured
    injured int CHECK (injured > 0),                    -- 受伤人数（重伤加轻伤）起点 | injured, seriously or slightly
    direct_loss numeric(16,2) CHECK (direct_loss > 0 AND direct_loss <> 'NaN'),  -- 直接经济损失起点（元） | direct loss in yuan
    @known@
    PRIMARY KEY (scheme_code, severity_code)
);
$ddl$);

-- the levels are those of the type; Order 493 article 3
INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'severity_level', $ddl$
INSERT INTO @ledger@.severity_level (code, ordinal, name_zh, name_en, known_from)
SELECT t.level::text, t.n, emgov.label(t.level) || '事故', t.name, '-infinity'
  FROM unnest(enum_range(NULL::emgov.severity), '{ordinary accidents,relatively serious accidents,serious accidents,extraordinarily serious accidents}'::text[]) WITH ORDINALITY AS t (level, name, n);
$ddl$);
INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'severity_scheme', $ddl$
INSERT INTO @ledger@.severity_scheme (code, name_zh, name_en, source, known_from)
VALUES ('order_493', '生产安全事故等级', 'severity of work-safety accidents', '国务院令第493号第三条', '-infinity');
$ddl$);
INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'severity_threshold', $ddl$
INSERT INTO @ledger@.severity_threshold (scheme_code, severity_code, dead, serious_injuries, direct_loss, known_from)
SELECT 'order_493', v.*, '-infinity'::timestamptz
  FROM (VALUES ('extraordinary', 30, 100, 100000000), ('major', 10, 50, 50000000), ('larger', 3, 10, 10000000), ('general', NULL, NULL, NULL)) AS v;
$ddl$);

CREATE FUNCTION emgov_internal.grade(levels text[], limits bigint[], path text[], regime text, day date, dead int, serious_injuries int, minor_injuries int, direct_loss numeric) RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_grade';
COMMENT ON FUNCTION emgov_internal.grade(text[], bigint[], text[], text, date, int, int, int, numeric) IS
    'the level of an accident of a day, a regime and a category (path: the categories from the highest to its own) by the schemes that may grade it; NULL when none does. levels: of each level, by '
    'scheme and the gravest first, its code, its scheme, and the scheme''s regime and category, empty texts for any; limits: the first day and the day after the last as days since 2000-01-01, and '
    'from where on it is reached in dead, serious_injuries, minor_injuries, injured, fen of direct_loss: any one is enough. A count or loss that is NULL is 0; without a day nothing is graded';
