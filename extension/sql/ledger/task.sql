-- ------------------------------------------------------------------ ledger: tasks and letters (system B)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'campaign_task', '专项行动年度任务 | tasks of a campaign, by year', $ddl$
CREATE TABLE @ledger@.campaign_task (
    id @key@,  -- 编号 | key
    campaign_code text NOT NULL REFERENCES @ledger@.campaign,  -- 专项行动 | campaign
    title text NOT NULL,                                -- 任务 | task
    assigned_on date NOT NULL,                          -- 下达日期 | date it was assigned
    due_on date,                                        -- 应完成日期 | due date
    done_on date,                                       -- 完成日期 | date done
    @fact@
    CHECK (due_on >= assigned_on)
);
CREATE UNIQUE INDEX "campaign_task: one for each campaign, day and title" ON @ledger@.campaign_task
    (campaign_code, assigned_on, title) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'letter', '督导函件（提示函等） | supervision letters', $ddl$
CREATE TABLE @ledger@.letter (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 发函机构 | sender
    kind text NOT NULL CHECK (kind IN ('reminder', 'supervision', 'interview', 'other')),  -- 类型：提示函、督办函、约谈函、其他 | kind; reminder is 提示函
    number text,                                        -- 文号，不得重复 | document number: two that count cannot have one
    sent_on date NOT NULL,                              -- 发函日期 | date sent
    campaign_code text REFERENCES @ledger@.campaign,    -- 专项行动 | campaign
    @fact@
    CHECK (sent_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "letter: a number counts once" ON @ledger@.letter (number) WHERE status = 'valid';
CREATE INDEX ON @ledger@.letter (sent_on);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'letter_recipient', '函件受文单位：板块或部门 | recipients of a letter: an area or a department', $ddl$
CREATE TABLE @ledger@.letter_recipient (
    id @key@,  -- 编号 | key
    letter_id bigint NOT NULL REFERENCES @ledger@.letter,  -- 函件 | letter
    area_code text REFERENCES @ledger@.area,            -- 板块 | the area, or
    org_code text REFERENCES @ledger@.organisation,     -- 部门 | the department
    @fact@
    UNIQUE (letter_id, area_code, org_code),
    CHECK (num_nonnulls(area_code, org_code) = 1)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'letter_recipient_fact',
    '函件受文单位及发函日期 | recipients with their letter', $sql$
    SELECT r.id, r.letter_id, l.kind, l.sent_on, r.area_code, r.org_code,
           CASE WHEN r.status = 'valid' THEN l.status ELSE r.status END AS status, r.note, r.known_from
      FROM @ledger@.letter_recipient@as_of@ r JOIN @ledger@.letter@as_of@ l ON l.id = r.letter_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'letter_recipient_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.letter_recipient_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT r.id::text FROM @ledger@.letter_recipient_versions($1, $2) AS r
    UNION SELECT r.id::text FROM @ledger@.letter_versions($1, $2) AS l JOIN @ledger@.letter_recipient_as_of($2) AS r ON r.letter_id = l.id;
END
$sql$);
