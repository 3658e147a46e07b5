-- ------------------------------------------------------------------ ledger: audits, renewal, requirements (systems I and K)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'safety_audit', '安全审计 | safety audits', $ddl$
CREATE TABLE @ledger@.safety_audit (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 企业 | enterprise
    campaign_code text REFERENCES @ledger@.campaign,    -- 专项行动 | campaign
    started_on date NOT NULL,                           -- 启动日期 | started
    completed_on date,                                  -- 完成日期 | completed; NULL: under way
    @fact@
    CHECK (completed_on >= started_on)
);
CREATE UNIQUE INDEX "safety_audit: one for each enterprise, campaign and day" ON @ledger@.safety_audit
    (subject_id, started_on, (coalesce(campaign_code, ''))) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'audit_finding', '审计发现的问题 | findings of an audit', $ddl$
CREATE TABLE @ledger@.audit_finding (
    id @key@,  -- 编号 | key
    safety_audit_id bigint NOT NULL REFERENCES @ledger@.safety_audit,  -- 审计 | audit
    found_on date NOT NULL,                             -- 发现日期 | found
    closed_on date,                                     -- 整改完成日期 | closed
    description text,                                   -- 描述 | description
    number text,                                        -- 问题序号，同一审计内不得重复 | number of the finding: two of an audit that count cannot have one
    @fact@
    CHECK (closed_on >= found_on)
);
CREATE INDEX ON @ledger@.audit_finding (safety_audit_id);
CREATE UNIQUE INDEX "audit_finding: a number counts once in an audit" ON @ledger@.audit_finding (safety_audit_id, number) WHERE status = 'valid' AND number IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'equipment_renewal', '装置、设备更新改造 | renewal of equipment', $ddl$
CREATE TABLE @ledger@.equipment_renewal (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 企业 | enterprise
    campaign_code text REFERENCES @ledger@.campaign,    -- 专项行动 | campaign
    kind text NOT NULL CHECK (kind IN ('chemical_unit', 'wet_dust', 'other')),  -- 类型：老旧装置、湿式设备、其他 | kind
    quantity int NOT NULL DEFAULT 1 CHECK (quantity > 0),  -- 数量 | quantity
    unit text NOT NULL DEFAULT '套',                     -- 单位 | measure word
    planned_on date NOT NULL,                           -- 列入日期 | date it was put on the list
    completed_on date,                                  -- 完成日期 | completed
    @fact@
    CHECK (completed_on >= planned_on)
);
CREATE UNIQUE INDEX "equipment_renewal: one for each enterprise, kind, campaign, day" ON @ledger@.equipment_renewal
    (subject_id, planned_on, kind, (coalesce(campaign_code, ''))) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'outreach', '点对点推送 | messages pushed to a responsible person', $ddl$
CREATE TABLE @ledger@.outreach (
    id @key@,  -- 编号 | key
    person_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 负责人 | the person
    sent_on date NOT NULL,                              -- 推送日期 | date sent
    subject_id bigint REFERENCES @ledger@.subject,      -- 企业 | the enterprise answered for
    campaign_code text REFERENCES @ledger@.campaign,    -- 专项行动 | campaign
    title text,                                         -- 内容 | what was sent
    @fact@
    CHECK (sent_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "outreach: one for each person, day, title, enterprise" ON @ledger@.outreach
    (person_id, sent_on, title, (coalesce(subject_id, 0))) WHERE status = 'valid';
CREATE INDEX ON @ledger@.outreach (sent_on) INCLUDE (campaign_code, person_id, status);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'requirement', '专项要求（如“九个应”） | requirements of a campaign', $ddl$
CREATE TABLE @ledger@.requirement (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    campaign_code text NOT NULL REFERENCES @ledger@.campaign,  -- 专项行动 | campaign
    level text NOT NULL CHECK (level IN ('national', 'province', 'city')),  -- 提出层级 | who set it
    title text NOT NULL,                                -- 内容 | the requirement
    valid_from date,                                    -- 生效日期 | first day
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @fact@
    CHECK (valid_to > valid_from)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'requirement_check', '专项要求逐企落实情况 | each requirement at each enterprise', $ddl$
CREATE TABLE @ledger@.requirement_check (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 企业 | enterprise
    listed_on date NOT NULL,                            -- 列入日期 | from when it applied
    done_on date,                                       -- 落实日期 | done
    applicable boolean NOT NULL DEFAULT true,           -- 是否适用 | false: does not apply here
    requirement_code text NOT NULL REFERENCES @ledger@.requirement,  -- 要求 | requirement
    @fact@
    UNIQUE (requirement_code, subject_id),
    CHECK (done_on >= listed_on)
);
CREATE INDEX ON @ledger@.requirement_check (subject_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'audit_finding_fact',
    '审计发现及审计完成日期 | findings with their audit', $sql$
    SELECT f.id, f.safety_audit_id, a.subject_id, a.started_on, a.completed_on, f.found_on, f.closed_on,
           CASE WHEN f.status = 'valid' THEN a.status ELSE f.status END AS status, f.note, f.known_from, s.area_code
      FROM @ledger@.audit_finding@as_of@ f JOIN @ledger@.safety_audit@as_of@ a ON a.id = f.safety_audit_id
      LEFT JOIN @ledger@.subject@as_of@ s ON s.id = a.subject_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'audit_finding_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.audit_finding_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT f.id::text FROM @ledger@.audit_finding_versions($1, $2) AS f
    UNION SELECT f.id::text FROM @ledger@.safety_audit_versions($1, $2) AS a JOIN @ledger@.audit_finding_as_of($2) AS f ON f.safety_audit_id = a.id
    UNION SELECT f.id::text FROM @ledger@.subject_versions($1, $2) AS s
            JOIN @ledger@.safety_audit_as_of($2) AS a ON a.subject_id = s.id JOIN @ledger@.audit_finding_as_of($2) AS f ON f.safety_audit_id = a.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'requirement_check_fact',
    '专项要求逐企落实情况 | requirements at enterprises with their campaign', $sql$
    -- looked up: requirement
    SELECT c.id, c.requirement_code, q.campaign_code, q.level, c.subject_id, c.listed_on, c.applicable, c.done_on,
           CASE WHEN c.status = 'valid' THEN q.status ELSE c.status END AS status, c.note, c.known_from
      FROM @ledger@.requirement_check@as_of@ c JOIN @ledger@.requirement@as_of@ q ON q.code = c.requirement_code
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'requirement_check_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.requirement_check_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT c.id::text FROM @ledger@.requirement_check_versions($1, $2) AS c
    UNION SELECT c.id::text FROM @ledger@.requirement_versions($1, $2) AS q JOIN @ledger@.requirement_check_as_of($2) AS c ON c.requirement_code = q.code;
END
$sql$);
