-- ------------------------------------------------------------------ ledger: leadership, study, training, legal staff (system A)

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'study_event', '学法活动：专题讲座、中心组学习、旁听庭审 | study events: lectures, study of the Party committee''s group, court hearings attended', $ddl$
CREATE TABLE @ledger@.study_event (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    kind text NOT NULL CHECK (kind IN ('lecture', 'centre_group', 'court')),  -- 类型：讲座、中心组集体学法、旁听庭审 | kind
    held_on date NOT NULL,                              -- 日期 | date
    title text,                                         -- 题目 | title
    @fact@
    CHECK (held_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "study_event: one for each organisation, kind, day and title" ON @ledger@.study_event
    (org_code, kind, held_on, title) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'meeting', '会议 | meetings of the leadership', $ddl$
CREATE TABLE @ledger@.meeting (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    topic text NOT NULL,                                -- 议题类别，如 rule_of_law（法治工作） | topic, e.g. rule_of_law
    held_on date NOT NULL,                              -- 日期 | date
    study_event_id bigint REFERENCES @ledger@.study_event,  -- 同时计为的学法活动 | the study event this meeting also was
    title text,                                         -- 题目 | title
    @fact@
    CHECK (held_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "meeting: one for each organisation, topic, day and title" ON @ledger@.meeting
    (org_code, topic, held_on, title) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'training_topic', '培训专题 | topics of training taken part in', $ddl$
CREATE TABLE @ledger@.training_topic (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    code text NOT NULL,                                 -- 专题代码 | code of the topic: one topic may appear again
    title text NOT NULL,                                -- 专题名称 | title
    studied_on date NOT NULL,                           -- 参加日期 | date
    @fact@
    CHECK (studied_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "training_topic: one for each organisation, code and day" ON @ledger@.training_topic
    (org_code, code, studied_on) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'training_session', '培训班，按期 | training sessions', $ddl$
CREATE TABLE @ledger@.training_session (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 举办机构 | organiser
    held_on date NOT NULL,                              -- 日期 | first day
    title text NOT NULL,                                -- 名称 | title
    @fact@
    CHECK (held_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "training_session: one for each organisation, day and title" ON @ledger@.training_session
    (org_code, held_on, title) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'training_attendance', '培训人次 | attendances: a person at a session, not persons', $ddl$
CREATE TABLE @ledger@.training_attendance (
    id @key@,  -- 编号 | key
    training_session_id bigint NOT NULL REFERENCES @ledger@.training_session,  -- 培训班 | session
    attended_on date NOT NULL,                          -- 日期 | date
    attendee text NOT NULL,                             -- 参训人（脱敏） | pseudonym of the attendee
    @fact@
    UNIQUE (training_session_id, attendee)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'staff', '公职律师、法律顾问等岗位人员 | staff in a role, by time of service', $ddl$
CREATE TABLE @ledger@.staff (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    role text NOT NULL CHECK (role IN ('government_lawyer', 'legal_adviser', 'enforcement_officer', 'other')),  -- 岗位：公职律师、法律顾问、执法人员、其他 | role
    person text NOT NULL,                               -- 人员（脱敏） | pseudonym
    valid_from date NOT NULL,                           -- 任职日期 | first day in the role
    valid_to date,                                      -- 离任日期（不含） | first day no longer in it
    @fact@
    CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX "staff: one for each organisation, role, person, day" ON @ledger@.staff
    (org_code, role, person, valid_from) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'training_attendance_fact',
    '培训人次及培训班 | attendances with their session', $sql$
    -- looked up: training_session by training_session_id
    SELECT a.id, a.training_session_id, t.org_code, a.attendee, a.attended_on,
           CASE WHEN a.status = 'valid' THEN t.status ELSE a.status END AS status, a.note, a.known_from
      FROM @ledger@.training_attendance@as_of@ a JOIN @ledger@.training_session@as_of@ t ON t.id = a.training_session_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'training_attendance_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.training_attendance_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT a.id::text FROM @ledger@.training_attendance_versions($1, $2) AS a
    UNION SELECT a.id::text FROM @ledger@.training_session_versions($1, $2) AS t JOIN @ledger@.training_attendance_as_of($2) AS a ON a.training_session_id = t.id;
END
$sql$);
