-- ------------------------------------------------------------------ ledger: coercive measures and execution
-- The kinds are those of the Administrative Compulsion Law, articles 9 and 12, as the statutory table lists them.

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'coercive_measure', '行政强制措施、行政强制执行、申请法院强制执行 | coercive measures, coercive execution, applications to a court for it', $ddl$
CREATE TABLE @ledger@.coercive_measure (
    id @key@,  -- 编号 | key
    decided_on date NOT NULL,                           -- 决定（申请）日期 | day it was decided on, or a court asked
    deadline date,                                      -- 期限届满日，延期的为延期后 | last day it may last, as extended
    lifted_on date,                                     -- 解除或执行完毕日期 | lifted, or carried out
    enforcement_case_id bigint REFERENCES @ledger@.enforcement_case,  -- 案件 | case
    subject_id bigint REFERENCES @ledger@.subject,      -- 当事人 | party
    amount numeric(16,2) CONSTRAINT "amount is not negative" CHECK (amount >= 0 AND amount <> 'NaN'),  -- 金额（元） | amount in yuan
    kind text NOT NULL CHECK (kind IN ('seal', 'seize', 'freeze', 'other_measure', 'surcharge', 'transfer', 'auction', 'removal', 'substitute', 'other_execution', 'court')),
        -- 种类：查封、扣押、冻结、其他措施；加处罚款或滞纳金、划拨、拍卖或处理、排除妨碍、代履行、其他执行；申请法院执行 | kind
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | the body
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    number text,                                        -- 决定书文号，不得重复 | number of the decision: two that count cannot have one
    @fact@
    CONSTRAINT "coercive_measure: deadline and lifted_on not before decided_on" CHECK (deadline >= decided_on AND lifted_on >= decided_on)
);
CREATE INDEX ON @ledger@.coercive_measure (decided_on);
CREATE INDEX ON @ledger@.coercive_measure (enforcement_case_id);
CREATE UNIQUE INDEX "coercive_measure: a number counts once for each kind" ON @ledger@.coercive_measure (number, kind) WHERE status = 'valid';
CREATE UNIQUE INDEX "coercive_measure: without number, one a body, kind, party, day" ON @ledger@.coercive_measure
    (org_code, kind, subject_id, decided_on, (coalesce(enforcement_case_id, 0))) WHERE number IS NULL AND status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'coercive_measure_fact',
    '行政强制及其类别、天数 | coercive measures with the group of their kind, and the days that they lasted', $sql$
    SELECT m.id, m.decided_on, m.deadline, m.lifted_on, m.enforcement_case_id, m.subject_id, m.amount, m.kind,
           CASE WHEN m.kind IN ('seal', 'seize', 'freeze', 'other_measure') THEN 'measure' WHEN m.kind = 'court' THEN 'court' ELSE 'execution' END AS kind_group,
           m.lifted_on - m.decided_on AS days, coalesce(m.lifted_on > m.deadline, false) AS late,
           m.org_code, o.kind AS org_kind, m.area_code, m.number, m.status, m.note, m.known_from
      FROM @ledger@.coercive_measure@as_of@ m
      LEFT JOIN @ledger@.organisation@as_of@ o ON o.code = m.org_code
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'coercive_measure_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.coercive_measure_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT m.id::text FROM @ledger@.coercive_measure_versions($1, $2) AS m
    UNION SELECT m.id::text FROM @ledger@.organisation_versions($1, $2) AS o JOIN @ledger@.coercive_measure_as_of($2) AS m ON m.org_code = o.code;
END
$sql$);
