-- ------------------------------------------------------------------ ledger: subjects and campaigns

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'subject', '主体：企业、个人及其他单位 | subjects: enterprises by credit code, persons and other units', $ddl$
CREATE TABLE @ledger@.subject (
    id @key@,  -- 编号 | key
    kind text NOT NULL CHECK (kind IN ('enterprise', 'person', 'unit')),  -- 类型：企业、个人、其他单位 | kind
    uscc text UNIQUE CONSTRAINT "uscc: 18 digits and capital letters" CHECK (uscc ~ '^[0-9A-Z]{18}$'),
        -- 统一社会信用代码 | unified social credit code, an enterprise has one, or an identifier by another scheme
    scheme text REFERENCES @ledger@.identifier_scheme,  -- 其他代码的种类 | kind of the identifier of an enterprise or unit without a credit code, as of another country
    identifier text,                                    -- 其他代码 | that identifier, stored in its one form
    person_key text UNIQUE,                             -- 个人标识（脱敏） | pseudonymous key of a person; never the ID number itself
    name text NOT NULL,                                 -- 名称或姓名 | name
    area_code text REFERENCES @ledger@.area,            -- 所在区域 | area of the site
    industry_division int CHECK (industry_division BETWEEN 1 AND 97),  -- 行业大类（GB/T 4754-2017） | division of GB/T 4754-2017
    @fact@
    CONSTRAINT "an enterprise has a credit code, or an identifier" CHECK ((kind = 'enterprise') <= (uscc IS NOT NULL OR identifier IS NOT NULL)),
    CONSTRAINT "an identifier has its scheme" CHECK ((scheme IS NULL) = (identifier IS NULL)),
    CONSTRAINT "a person has a person_key, and no identifier" CHECK (kind <> 'person' OR identifier IS NULL),
    CONSTRAINT "subject: one for each scheme and identifier" UNIQUE (scheme, identifier),
    CONSTRAINT "a person, and nobody else, has a person_key" CHECK ((kind = 'person') = (person_key IS NOT NULL))
);
CREATE INDEX ON @ledger@.subject (area_code);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'campaign', '专项行动 | campaigns', $ddl$
CREATE TABLE @ledger@.campaign (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),  -- 口径 | scope
    starts_on date,                                     -- 开始日期 | first day
    ends_on date,                                       -- 结束日期（不含） | first day after it
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CHECK (ends_on > starts_on)
);
$ddl$);
