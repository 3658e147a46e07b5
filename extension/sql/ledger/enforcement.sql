-- ------------------------------------------------------------------ ledger: joint enforcement, cases, confiscations (systems G and J)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'joint_action', '跨部门联合执法 | joint enforcement actions', $ddl$
CREATE TABLE @ledger@.joint_action (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 牵头机构 | lead
    held_on date NOT NULL,                              -- 日期 | date
    title text,                                         -- 名称 | title
    @fact@
    CHECK (held_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "joint_action: one for each lead, day and title" ON @ledger@.joint_action (org_code, held_on, title) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'joint_action_participant', '联合执法参加部门 | departments that took part', $ddl$
CREATE TABLE @ledger@.joint_action_participant (
    id @key@,  -- 编号 | key
    joint_action_id bigint NOT NULL REFERENCES @ledger@.joint_action,  -- 联合执法 | action
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 部门 | department
    @fact@
    UNIQUE (joint_action_id, org_code)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'enforcement_case', '行政处罚案件：立案、决定、结案、执行四个日期 | cases with their four dates: filed, decided, closed, collected', $ddl$
CREATE TABLE @ledger@.enforcement_case (
    id @key@,  -- 编号 | key
    number text,                                        -- 案号，不得重复 | case number: two that count cannot have one
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 办案机构 | organisation
    programme_code text REFERENCES @ledger@.programme,  -- 来源项目 | programme it came from
    subject_id bigint REFERENCES @ledger@.subject,      -- 当事人 | party; of several, the first
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    inspection_id bigint REFERENCES @ledger@.inspection,  -- 由哪次检查发现 | the inspection that it came from
    accident_id bigint REFERENCES @ledger@.accident,    -- 所涉事故 | the accident that it is about
    origin text NOT NULL DEFAULT 'inspection' CHECK (origin IN ('inspection', 'complaint', 'assigned', 'transferred', 'accident', 'other')),
        -- 案件来源：监督检查、投诉举报、上级交办、移送、事故、其他 | where the case came from
    procedure text NOT NULL DEFAULT 'ordinary' CHECK (procedure IN ('simple', 'ordinary', 'hearing')),  -- 程序：简易、普通、听证 | procedure
    outcome text CHECK (outcome IN ('penalty', 'no_penalty', 'first_offence', 'withdrawn', 'transferred')),
        -- 结果：处罚、不予处罚、首违不罚、撤案、移送；空为未定，有处罚决定的即处罚 | outcome; NULL: a penalty where there is one, else none yet
    filed_on date,                                      -- 立案日期，简易程序可无 | filed; NULL: simple procedure, decided on the spot
    decided_on date,                                    -- 决定日期 | decided
    closed_on date,                                     -- 结案日期 | closed
    collected_on date,                                  -- 执行到位日期 | fine collected, all of it
    @fact@
    CONSTRAINT "decided_on, closed_on, collected_on are not before filed_on" CHECK (decided_on >= filed_on AND closed_on >= filed_on AND collected_on >= filed_on),
    CONSTRAINT "only a case of simple procedure, decided, has no filed_on" CHECK (filed_on IS NOT NULL OR (procedure = 'simple' AND decided_on IS NOT NULL)),
    CONSTRAINT "what was never filed is closed and collected after decided_on" CHECK (filed_on IS NOT NULL OR (closed_on >= decided_on AND collected_on >= decided_on)),
    CONSTRAINT "a case with an outcome has decided_on" CHECK (outcome IS NULL OR decided_on IS NOT NULL)
);
CREATE INDEX ON @ledger@.enforcement_case (filed_on);
CREATE INDEX ON @ledger@.enforcement_case (decided_on);
CREATE UNIQUE INDEX "enforcement_case: a number counts once" ON @ledger@.enforcement_case (number) WHERE status = 'valid';
CREATE INDEX ON @ledger@.enforcement_case (subject_id);
CREATE INDEX ON @ledger@.enforcement_case (inspection_id) WHERE inspection_id IS NOT NULL;
CREATE INDEX ON @ledger@.enforcement_case (accident_id) WHERE accident_id IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'penalty', '处罚：一案可罚数方、各数种，统计按最重一种 | penalties: of several parties, each of several kinds; a case counts once, under the heaviest', $ddl$
CREATE TABLE @ledger@.penalty (
    id @key@,  -- 编号 | key
    enforcement_case_id bigint NOT NULL REFERENCES @ledger@.enforcement_case,  -- 案件 | case
    subject_id bigint REFERENCES @ledger@.subject,      -- 被处罚人，空为案件当事人；一案双罚各一行 | the party penalised; NULL: the case's; several parties have a row each
    kind_code text NOT NULL REFERENCES @ledger@.penalty_kind,  -- 种类 | kind
    fine numeric(16,2) NOT NULL DEFAULT 0,             -- 罚没金额（元，决定书所载） | amount in the decision, yuan
    @fact@
    CONSTRAINT "fine is an amount, not negative" CHECK (fine >= 0 AND fine <> 'NaN')
);
CREATE UNIQUE INDEX "penalty: one of a kind for each party of a case" ON @ledger@.penalty (enforcement_case_id, kind_code, (coalesce(subject_id, 0))) WHERE status = 'valid';
CREATE INDEX ON @ledger@.penalty (subject_id) WHERE subject_id IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'fine_payment', '罚没款缴纳：分期的逐笔登记 | payments of what was decided, each instalment', $ddl$
CREATE TABLE @ledger@.fine_payment (
    id @key@,  -- 编号 | key
    enforcement_case_id bigint NOT NULL REFERENCES @ledger@.enforcement_case,  -- 案件 | case
    paid_on date NOT NULL,                              -- 缴款日期 | paid on
    amount numeric(16,2) NOT NULL,                      -- 金额（元） | amount, yuan
    kind text NOT NULL DEFAULT 'fine' CHECK (kind IN ('fine', 'surcharge')),  -- 款项：罚没款、加处罚款 | what is paid: the amount decided, or what was added for delay
    subject_id bigint REFERENCES @ledger@.subject,      -- 缴款人，空为案件当事人 | who paid; NULL: the case's party
    number text,                                        -- 票据号，不得重复 | number of the receipt: two that count cannot have one
    @fact@
    CONSTRAINT "some amount is paid" CHECK (amount > 0 AND amount <> 'NaN')
);
CREATE INDEX ON @ledger@.fine_payment (paid_on);
CREATE INDEX ON @ledger@.fine_payment (enforcement_case_id);
CREATE UNIQUE INDEX "fine_payment: a number counts once" ON @ledger@.fine_payment (number) WHERE status = 'valid';
CREATE UNIQUE INDEX "fine_payment: without number, one a case, payer, day and amount" ON @ledger@.fine_payment
    (enforcement_case_id, (coalesce(subject_id, 0)), paid_on, kind, amount) WHERE number IS NULL AND status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'confiscation', '没收物品 | goods confiscated', $ddl$
CREATE TABLE @ledger@.confiscation (
    id @key@,  -- 编号 | key
    programme_code text NOT NULL REFERENCES @ledger@.programme,  -- 检查项目 | programme
    enforcement_case_id bigint REFERENCES @ledger@.enforcement_case,  -- 案件 | case
    subject_id bigint REFERENCES @ledger@.subject,      -- 当事人 | party
    confiscated_on date NOT NULL,                       -- 日期 | date
    goods text NOT NULL,                                -- 物品，如 fireworks | goods
    quantity int NOT NULL CHECK (quantity > 0),         -- 数量 | quantity
    unit text NOT NULL DEFAULT '件',                     -- 单位 | measure word
    number text,                                        -- 清单编号，同一清单每种物品一行 | number of the list of goods: a row for each kind of them
    @fact@
    CHECK (confiscated_on >= '1949-10-01')
);
CREATE INDEX ON @ledger@.confiscation (enforcement_case_id);
CREATE UNIQUE INDEX "confiscation: a number counts once for each kind of goods" ON @ledger@.confiscation (number, goods) WHERE status = 'valid' AND number IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'case_fact',
    '案件及其最重处罚、罚没金额、被罚人数、实缴 | cases with their heaviest penalty, the amount decided, the parties penalised, and what was paid', $sql$
    -- looked up: organisation
    -- looked up: penalty_kind
    -- looked up: subject
    -- index: emgov.month_of(coalesce(filed_on, decided_on)), area_code, known_from
    -- index: decided_on
    -- index: inspection_id
    -- index: emgov.month_of(decided_on)
    SELECT c.id, c.number, c.org_code, o.kind AS org_kind, c.programme_code, c.subject_id, c.area_code, c.inspection_id, c.accident_id, c.origin, c.procedure,
           coalesce(c.outcome, CASE WHEN c.decided_on IS NOT NULL AND p.heaviest IS NOT NULL THEN 'penalty' END) AS outcome,
           c.filed_on, c.decided_on, c.closed_on, c.collected_on, c.decided_on - c.filed_on AS days,
           p.heaviest, coalesce(p.fine, 0::numeric) AS fine, coalesce(p.parties, 0) AS parties, coalesce(q.units > 0 AND q.persons > 0, false) AS unit_and_person,
           coalesce(f.paid, 0::numeric) AS paid, c.status, c.note, c.known_from
      FROM @ledger@.enforcement_case@as_of@ c
      LEFT JOIN @ledger@.organisation@as_of@ o ON o.code = c.org_code
      LEFT JOIN LATERAL (SELECT sum(y.fine) AS fine, (array_agg(y.kind_code ORDER BY k.weight DESC, y.kind_code))[1] AS heaviest,
                                count(DISTINCT coalesce(y.subject_id, c.subject_id, 0))::int AS parties
                           FROM @ledger@.penalty@as_of@ y JOIN @ledger@.penalty_kind@as_of@ k ON k.code = y.kind_code
                          WHERE y.enforcement_case_id = c.id AND y.status = 'valid') p ON true
      LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE s.kind = 'person') AS persons, count(*) FILTER (WHERE s.kind <> 'person') AS units
                           FROM @ledger@.penalty@as_of@ y JOIN @ledger@.subject@as_of@ s ON s.id = coalesce(y.subject_id, c.subject_id)
                          WHERE y.enforcement_case_id = c.id AND y.status = 'valid') q ON true
      LEFT JOIN LATERAL (SELECT sum(m.amount) AS paid FROM @ledger@.fine_payment@as_of@ m
                          WHERE m.enforcement_case_id = c.id AND m.kind = 'fine' AND m.status = 'valid') f ON true
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'case_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.case_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT c.id::text FROM @ledger@.enforcement_case_versions($1, $2) AS c
    UNION SELECT y.enforcement_case_id::text FROM @ledger@.penalty_versions($1, $2) AS y
    UNION SELECT y.enforcement_case_id::text FROM @ledger@.penalty_kind_versions($1, $2) AS k JOIN @ledger@.penalty_as_of($2) AS y ON y.kind_code = k.code
    UNION SELECT m.enforcement_case_id::text FROM @ledger@.fine_payment_versions($1, $2) AS m
    UNION SELECT c.id::text FROM @ledger@.organisation_versions($1, $2) AS o JOIN @ledger@.enforcement_case_as_of($2) AS c ON c.org_code = o.code
    UNION SELECT c.id::text FROM @ledger@.subject_versions($1, $2) AS s JOIN @ledger@.enforcement_case_as_of($2) AS c ON c.subject_id = s.id
    UNION SELECT y.enforcement_case_id::text FROM @ledger@.subject_versions($1, $2) AS s JOIN @ledger@.penalty_as_of($2) AS y ON y.subject_id = s.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'penalty_fact',
    '处罚及被处罚人，每人以最重一种计 | penalties with the party penalised; heaviest_of_party is true of one row for each party of a case', $sql$
    SELECT y.id, y.enforcement_case_id, coalesce(y.subject_id, c.subject_id) AS subject_id, s.kind AS party_kind, y.kind_code, k.weight, y.fine,
           row_number() OVER (PARTITION BY y.enforcement_case_id, coalesce(y.subject_id, c.subject_id), y.status = 'valid' ORDER BY k.weight DESC, y.kind_code, y.id) = 1
               AS heaviest_of_party,
           c.org_code, o.kind AS org_kind, c.programme_code, c.area_code, c.origin, c.procedure, c.filed_on, c.decided_on,
           CASE WHEN y.status = 'valid' THEN c.status ELSE y.status END AS status, y.note, y.known_from
      FROM @ledger@.penalty@as_of@ y
      JOIN @ledger@.enforcement_case@as_of@ c ON c.id = y.enforcement_case_id
      JOIN @ledger@.penalty_kind@as_of@ k ON k.code = y.kind_code
      LEFT JOIN @ledger@.subject@as_of@ s ON s.id = coalesce(y.subject_id, c.subject_id)
      LEFT JOIN @ledger@.organisation@as_of@ o ON o.code = c.org_code
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'penalty_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.penalty_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    -- a penalty changes which of the case's others is the heaviest of a party
    SELECT y.id::text FROM (SELECT k FROM @ledger@.case_fact_changed($1, $2) AS k) AS c JOIN @ledger@.penalty_as_of($2) AS y ON y.enforcement_case_id = c.k::bigint
    UNION SELECT y.id::text FROM @ledger@.penalty_versions($1, $2) AS y;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'fine_payment_fact',
    '缴款及案件 | payments with their case', $sql$
    -- by: enforcement_case_id of enforcement_case
    -- index: enforcement_case_id
    -- index: emgov.month_of(paid_on), area_code
    SELECT m.id, m.enforcement_case_id, m.paid_on, m.amount, m.kind, coalesce(m.subject_id, c.subject_id) AS subject_id,
           c.org_code, c.programme_code, c.area_code, c.origin, c.decided_on,
           CASE WHEN m.status = 'valid' THEN c.status ELSE m.status END AS status, m.note, m.known_from
      FROM @ledger@.fine_payment@as_of@ m JOIN @ledger@.enforcement_case@as_of@ c ON c.id = m.enforcement_case_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'fine_payment_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.fine_payment_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT m.id::text FROM @ledger@.fine_payment_versions($1, $2) AS m
    UNION SELECT m.id::text FROM @ledger@.enforcement_case_versions($1, $2) AS c JOIN @ledger@.fine_payment_as_of($2) AS m ON m.enforcement_case_id = c.id;
END
$sql$);
