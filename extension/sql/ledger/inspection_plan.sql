-- ------------------------------------------------------------------ ledger: what is to be inspected: plans, random draws, tasks

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'inspection_plan', '检查计划：某机构在某期间按某项目检查多少家次 | inspection plans: how many visits a body is to make under a programme in a period', $ddl$
CREATE TABLE @ledger@.inspection_plan (
    id @key@,  -- 编号 | key
    starts_on date NOT NULL,                            -- 起始日期 | first day
    ends_on date NOT NULL,                              -- 终止日期（不含） | first day after it
    visits int NOT NULL,                                -- 计划检查家次 | visits planned
    programme_code text NOT NULL REFERENCES @ledger@.programme,  -- 检查项目 | programme
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 检查机构 | the body
    area_code text REFERENCES @ledger@.area,            -- 区域，空为全部 | area; NULL: all
    approved_on date,                                   -- 批准日期 | approved on
    @fact@
    CONSTRAINT "inspection_plan: ends_on is after starts_on" CHECK (ends_on > starts_on),
    CONSTRAINT "inspection_plan: some visits are planned" CHECK (visits > 0)
);
CREATE UNIQUE INDEX "inspection_plan: one a programme, body, area and first day" ON @ledger@.inspection_plan
    (programme_code, org_code, (coalesce(area_code, '')), starts_on) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'random_draw', '双随机抽取：随机抽取检查对象和执法人员，结果公开 | random draws of units to inspect and of officers who do it, made public', $ddl$
CREATE TABLE @ledger@.random_draw (
    id @key@,  -- 编号 | key
    drawn_on date NOT NULL,                             -- 抽取日期 | day of the draw
    published_on date,                                  -- 结果公开日期 | day the results were made public
    units_in_pool int,                                  -- 对象库单位数 | units drawn from
    units_drawn int NOT NULL,                           -- 抽取单位数 | units drawn
    officers_in_pool int,                               -- 人员库人数 | officers drawn from
    officers_drawn int,                                 -- 抽取执法人员数 | officers drawn
    is_joint boolean NOT NULL DEFAULT false,            -- 是否部门联合 | whether with other departments
    programme_code text NOT NULL REFERENCES @ledger@.programme,  -- 检查项目 | programme
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | the body
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    number text,                                        -- 抽查批次编号，不得重复 | number of the draw: two that count cannot have one
    @fact@
    CONSTRAINT "units drawn are none to all of the pool" CHECK (units_drawn >= 0 AND coalesce(units_in_pool, units_drawn) >= units_drawn),
    CONSTRAINT "officers drawn are none to all of the pool" CHECK (officers_drawn >= 0 AND coalesce(officers_in_pool, officers_drawn) >= officers_drawn),
    CONSTRAINT "random_draw: published_on is not before drawn_on" CHECK (published_on >= drawn_on)
);
CREATE UNIQUE INDEX "random_draw: a number counts once" ON @ledger@.random_draw (number) WHERE status = 'valid';
CREATE UNIQUE INDEX "random_draw: without number, one a body, programme and day" ON @ledger@.random_draw (org_code, programme_code, drawn_on)
    WHERE number IS NULL AND status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'inspection_task', '检查任务：计划内的单位，或因举报、交办等触发 | inspections to be made: units of a plan, or because of a complaint, an order, …', $ddl$
CREATE TABLE @ledger@.inspection_task (
    id @key@,  -- 编号 | key
    subject_id bigint REFERENCES @ledger@.subject,      -- 单位，空为未定 | the unit; NULL: not chosen yet
    assigned_on date NOT NULL,                          -- 下达日期 | day it was assigned
    due_on date,                                        -- 应完成日期 | to be done by
    random_draw_id bigint REFERENCES @ledger@.random_draw,  -- 抽取批次，空为非随机 | the draw that it comes of; NULL: not drawn at random
    origin text NOT NULL DEFAULT 'plan' CHECK (origin IN ('plan', 'complaint', 'assigned', 'transferred', 'accident', 'other')),
        -- 任务来源：计划，以及触发的投诉举报、上级交办、移送、事故、其他 | where the task comes from: the plan, or what triggered it
    programme_code text NOT NULL REFERENCES @ledger@.programme,  -- 检查项目 | programme
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 检查机构 | the body that is to inspect
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    number text,                                        -- 任务编号，不得重复 | number of the task: two that count cannot have one
    @fact@
    CONSTRAINT "inspection_task: due_on is not before assigned_on" CHECK (due_on >= assigned_on),
    CONSTRAINT "what is drawn at random is of the plan" CHECK (random_draw_id IS NULL OR origin = 'plan')
);
CREATE INDEX ON @ledger@.inspection_task (assigned_on);
CREATE INDEX ON @ledger@.inspection_task (random_draw_id) WHERE random_draw_id IS NOT NULL;
CREATE UNIQUE INDEX "inspection_task: a number counts once" ON @ledger@.inspection_task (number) WHERE status = 'valid';
CREATE UNIQUE INDEX "inspection_task: without number, one a unit, programme and day" ON @ledger@.inspection_task
    (subject_id, programme_code, org_code, assigned_on, origin) WHERE number IS NULL AND status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'inspection_task_fact',
    '检查任务及其执行 | tasks of inspection, whether triggered or drawn, and when they were carried out', $sql$
    SELECT t.id, t.subject_id, t.assigned_on, t.due_on, h.inspected_on, t.origin, t.origin <> 'plan' AS triggered, t.random_draw_id IS NOT NULL AS drawn, t.random_draw_id,
           t.programme_code, t.org_code, o.kind AS org_kind, t.area_code, t.number,
           t.status, t.note, t.known_from
      FROM @ledger@.inspection_task@as_of@ t
      LEFT JOIN @ledger@.organisation@as_of@ o ON o.code = t.org_code
      LEFT JOIN LATERAL (SELECT min(i.inspected_on) AS inspected_on FROM @ledger@.inspection@as_of@ i WHERE i.inspection_task_id = t.id AND i.status = 'valid') h ON true
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'inspection_task_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.inspection_task_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT t.id::text FROM @ledger@.inspection_task_versions($1, $2) AS t
    UNION SELECT i.inspection_task_id::text FROM @ledger@.inspection_versions($1, $2) AS i WHERE i.inspection_task_id IS NOT NULL
    UNION SELECT t.id::text FROM @ledger@.organisation_versions($1, $2) AS o JOIN @ledger@.inspection_task_as_of($2) AS t ON t.org_code = o.code;
END
$sql$);
