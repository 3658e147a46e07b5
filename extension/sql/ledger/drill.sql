-- ------------------------------------------------------------------ ledger: plans and drills (system D)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'drill_plan', '计划演练 | planned drills', $ddl$
CREATE TABLE @ledger@.drill_plan (
    id @key@,  -- 编号 | key
    level text NOT NULL CHECK (level IN ('city', 'district')),  -- 级别：市级、辖市（区）级 | level
    org_code text REFERENCES @ledger@.organisation,     -- 牵头机构 | organiser
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    title text NOT NULL,                                -- 名称 | title
    planned_on date NOT NULL,                           -- 计划日期 | planned date
    @fact@
    CHECK (planned_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "drill_plan: one for each level, day, area and title" ON @ledger@.drill_plan
    (level, planned_on, title, (coalesce(area_code, '')), (coalesce(org_code, ''))) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'drill', '实际举办的演练 | drills held', $ddl$
CREATE TABLE @ledger@.drill (
    id @key@,  -- 编号 | key
    drill_plan_id bigint REFERENCES @ledger@.drill_plan,  -- 对应计划 | the plan it carries out; NULL: not planned
    title text NOT NULL,                                -- 名称 | title
    held_on date NOT NULL,                              -- 日期 | date
    participants int CHECK (participants >= 0),         -- 参演人数 | participants
    number text,                                        -- 演练编号，不得重复 | number of the drill: two that count cannot have one
    @fact@
    CHECK (held_on >= '1949-10-01')
);
CREATE INDEX ON @ledger@.drill (drill_plan_id);
-- those that no plan has may be alike: give them numbers
CREATE UNIQUE INDEX "drill: one for each plan, day and title" ON @ledger@.drill (drill_plan_id, held_on, title)
    WHERE number IS NULL AND drill_plan_id IS NOT NULL AND status = 'valid';
CREATE UNIQUE INDEX "drill: a number counts once" ON @ledger@.drill (number) WHERE status = 'valid' AND number IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'drill_plan_fact',
    '计划演练及举办情况 | planned drills and when they were held', $sql$
    SELECT p.id, p.level, p.org_code, p.area_code, p.title, p.planned_on, h.held_on, p.status, p.note, p.known_from
      FROM @ledger@.drill_plan@as_of@ p
     CROSS JOIN LATERAL (SELECT min(d.held_on) AS held_on FROM @ledger@.drill@as_of@ d WHERE d.drill_plan_id = p.id AND d.status = 'valid') h
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'drill_plan_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.drill_plan_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT p.id::text FROM @ledger@.drill_plan_versions($1, $2) AS p
    UNION SELECT d.drill_plan_id::text FROM @ledger@.drill_versions($1, $2) AS d WHERE d.drill_plan_id IS NOT NULL;
END
$sql$);
