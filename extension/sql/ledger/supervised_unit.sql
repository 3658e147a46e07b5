-- ------------------------------------------------------------------ ledger: the register of supervised units
-- Each unit answers to one body at a time, so an inspection is of one row of the register at most.

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'supervised_unit', '监管单位名录：列入、移出各有日期，可算覆盖率 | register of supervised units, from and until when each is on it: for coverage', $ddl$
CREATE TABLE @ledger@.supervised_unit (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 单位 | the unit
    listed_on date NOT NULL,                            -- 列入日期 | first day on the register
    removed_on date,                                    -- 移出日期（不含） | first day no longer on it, or no longer as this row says
    is_key boolean NOT NULL DEFAULT false,              -- 是否重点单位 | whether it is a key unit; when that changes this row ends and another begins
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 监管执法机构 | the body that inspects it
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    category_code text REFERENCES @ledger@.accident_category,  -- 行业领域 | line of business, a category of accidents
    @fact@
    CONSTRAINT "removed_on is after listed_on" CHECK (removed_on > listed_on),
    CONSTRAINT "supervised_unit: a unit stands in the register once at a time" EXCLUDE USING gist
        (int8range(subject_id, subject_id, '[]') WITH &&, daterange(listed_on, removed_on) WITH &&) WHERE (status = 'valid')
);
CREATE INDEX ON @ledger@.supervised_unit (subject_id);
CREATE INDEX ON @ledger@.supervised_unit (listed_on);
$ddl$);
