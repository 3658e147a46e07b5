-- ------------------------------------------------------------------ ledger: reference tables

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'area', '区域：行政区划和板块，各有有效期 | areas: divisions and blocks, each with its validity; a block need not have a GB/T 2260 code', $ddl$
CREATE TABLE @ledger@.area (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 区域代码，本系统自用 | this ledger's own code of the area
    gb2260 char(6) CHECK (gb2260 ~ '^[0-9]{6}$'),       -- GB/T 2260 代码，板块可无 | GB/T 2260 code; a block need not have one
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    ordinal int,                                        -- 排列次序，空的在后，按代码 | order in lists; those without come last, by their codes
    kind text NOT NULL CHECK (kind IN ('province', 'city', 'district', 'county_city', 'county', 'zone')),  -- 类型：省、设区市、区、县级市、县、功能区 | kind of area
    is_block boolean NOT NULL DEFAULT false,            -- 是否工作板块 | true for a block (板块) that tasks are assigned to
    parent_code text REFERENCES @ledger@.area,          -- 上级区域 | the area that contains it
    valid_from date,                                    -- 生效日期 | first day of validity; NULL: not known
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds; NULL: still valid
    successor_code text REFERENCES @ledger@.area,       -- 承继区域：更名、并入的 | the area that it became, or was merged into; of one that was divided, none
    source text,                                        -- 依据 | where the row was verified
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    UNIQUE (gb2260, valid_from),
    CHECK (valid_to > valid_from),
    CONSTRAINT "what has a successor has ended" CHECK (successor_code IS NULL OR valid_to IS NOT NULL)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'organisation', '机构：本局、部门、直属单位、板块机构等 | organisations: the bureau, departments, subordinate units, bodies of areas', $ddl$
CREATE TABLE @ledger@.organisation (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 机构代码，本系统自用 | this ledger's own code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    kind text NOT NULL CHECK (kind IN ('bureau', 'department', 'subordinate', 'area_body', 'delegate', 'court', 'media', 'other')),
        -- 类型：本局、部门、直属单位、板块机构、受委托执法的街镇、法院、媒体、其他 | kind; delegate: a town or street that enforces for another
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),
        -- 口径：市本级、直属、全市、辖市区、省、国家 | scope its figures belong to
    area_code text REFERENCES @ledger@.area,            -- 所属区域 | area it belongs to
    valid_from date,                                    -- 生效日期 | first day of validity
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CHECK (valid_to > valid_from)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'industry', '国民经济行业门类（GB/T 4754） | sections of GB/T 4754 with their divisions', $ddl$
CREATE TABLE @ledger@.industry (
    edition int NOT NULL,                               -- 标准版本年 | edition of the standard
    section char(1) NOT NULL CHECK (section ~ '^[A-T]$'),  -- 门类字母 | letter of the section
    name_zh text NOT NULL,                              -- 门类名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    first_division int NOT NULL,                        -- 起始大类 | first two-digit division
    last_division int NOT NULL,                         -- 终止大类 | last two-digit division
    verified boolean NOT NULL,                          -- 是否经核对 | true when the range was read in a source
    @known@
    PRIMARY KEY (edition, section),
    CHECK (last_division >= first_division)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'accident_category', '事故类别树，有效期是数据而非枚举 | tree of accident categories: data with validity, not an enumeration', $ddl$
CREATE TABLE @ledger@.accident_category (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 类别代码 | code
    parent_code text REFERENCES @ledger@.accident_category,  -- 上级类别 | the category above it; any number of levels
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    ordinal int,                                        -- 排列次序 | order in lists
    window_days int NOT NULL DEFAULT 30 CHECK (window_days > 0),  -- 伤亡计入期限（日） | deaths up to this many days after the accident count
    valid_from date,                                    -- 生效日期 | first day of validity
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    successor_code text REFERENCES @ledger@.accident_category,  -- 承继类别 | the category that it became, or was merged into
    source text,                                        -- 依据 | legal or statistical source
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CHECK (valid_to > valid_from),
    CONSTRAINT "what has a successor has ended" CHECK (successor_code IS NULL OR valid_to IS NOT NULL),
    CONSTRAINT "a category is not below itself" CHECK (parent_code <> code)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'injury_type', '事故类型（GB 6441） | accident types of GB 6441', $ddl$
CREATE TABLE @ledger@.injury_type (
    code char(2) PRIMARY KEY,                           -- 代码 | code 01 to 20
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CHECK (code ~ '^[0-9]{2}$')
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'penalty_kind', '处罚种类，由轻到重 | kinds of penalty, light to heavy', $ddl$
CREATE TABLE @ledger@.penalty_kind (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    weight int NOT NULL UNIQUE,                         -- 轻重次序，越大越重 | order: the larger, the heavier; a case counts once, under its heaviest
    source text,                                        -- 依据 | source
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CHECK (weight > 0)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'disposition', '处置方式：停、搬、提、并、转 | dispositions of a cleared enterprise', $ddl$
CREATE TABLE @ledger@.disposition (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code: stop, move, upgrade, merge, transform
    name_zh text NOT NULL,                              -- 名称 | the Chinese character
    source text,                                        -- 依据 | source
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    UNIQUE (name_zh)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'disposition_policy', '处置方式对应退出或提升的口径 | policy: which disposition is an exit and which an upgrade', $ddl$
CREATE TABLE @ledger@.disposition_policy (
    id @key@,  -- 编号 | key
    disposition_code text NOT NULL REFERENCES @ledger@.disposition,  -- 处置方式 | disposition
    outcome text NOT NULL CHECK (outcome IN ('exited', 'upgraded')),  -- 结果：退出、提升 | what it derives to
    valid_from date NOT NULL DEFAULT '1900-01-01',      -- 生效日期 | first day of the policy
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    source text,                                        -- 依据 | source
    @known@
    CHECK (valid_to > valid_from),
    -- by a hash, for the server has no index of texts that would do
    CONSTRAINT "one policy for each disposition and day" EXCLUDE USING gist
        (int8range(hashtextextended(disposition_code, 0), hashtextextended(disposition_code, 0), '[]') WITH &&, daterange(valid_from, valid_to) WITH &&)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'time_limit', '法定期限：天数及其单位属于条文，不属于数字 | statutory time limits: the unit of days belongs to the article, not to the number', $ddl$
CREATE TABLE @ledger@.time_limit (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    name_zh text NOT NULL,                              -- 事项 | what must be done
    name_en text NOT NULL,                              -- 英文事项 | in English
    days int NOT NULL CHECK (days > 0),                 -- 天数 | number of days
    day_unit text NOT NULL CHECK (day_unit IN ('working', 'calendar')),  -- 单位：工作日、自然日 | working or calendar days
    counted_from text NOT NULL,                         -- 起算点 | from when it is counted
    statute text NOT NULL,                              -- 法律法规 | statute
    article text NOT NULL,                              -- 条 | article
    valid_from date,                                    -- 生效日期 | first day it holds
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @known@
    CHECK (valid_to > valid_from)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'programme', '检查项目：检查、文书、隐患归属的计划或专项 | programmes that inspections, documents and hazards belong to', $ddl$
CREATE TABLE @ledger@.programme (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),  -- 口径 | scope
    valid_from date,                                    -- 生效日期 | first day
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CHECK (valid_to > valid_from)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'measure_series', '相对指标的分母：GDP、从业人员、车辆等，分期发布并修订 | denominators of relative indicators, each with its vintage', $ddl$
CREATE TABLE @ledger@.measure_series (
    id @key@,  -- 编号 | key
    code text NOT NULL,                                 -- 序列代码 | code of the series, e.g. gdp, employed, vehicles
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    starts_on date NOT NULL,                            -- 期初 | first day of the period measured
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    value numeric NOT NULL CHECK (value > 0 AND value < 'Infinity'),  -- 数值 | value
    unit text NOT NULL,                                 -- 单位 | unit
    source text,                                        -- 来源 | where it was published
    @known@
    UNIQUE (code, area_code, starts_on, ends_on),
    CHECK (ends_on > starts_on)
);
$ddl$);

CREATE FUNCTION emgov_internal.check_measure_series() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.check_amount(NEW.value);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_measure_series() IS 'trigger of a ledger''s series: values that are amounts';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'measure_series', $ddl$
CREATE OR REPLACE TRIGGER a_measure_series_check BEFORE INSERT OR UPDATE ON @ledger@.measure_series FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_measure_series();
$ddl$);
