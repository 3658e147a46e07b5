-- ------------------------------------------------------------------ ledger: accident investigations (system E)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'accident_investigation',
    '事故调查：启动、提交报告、批复、结案、评估 | investigations of accidents, from their opening to the evaluation', $ddl$
CREATE TABLE @ledger@.accident_investigation (
    id @key@,  -- 编号 | key
    accident_id bigint NOT NULL REFERENCES @ledger@.accident,  -- 事故 | accident
    opened_on date NOT NULL,                            -- 调查组成立日期 | opened: the group was set up
    submitted_on date,                                  -- 提交调查报告日期 | the report was submitted
    approved_on date,                                   -- 批复日期 | the government replied to it: the report was approved
    published_on date,                                  -- 公布日期 | the report was made public
    closed_on date,                                     -- 结案日期 | closed: what it demands was done
    evaluated_on date,                                  -- 整改措施落实评估日期 | it was evaluated whether the measures were taken
    due_on date,                                        -- 提交期限，含批准的延期 | the report is due: with the extension that was allowed
    level text NOT NULL CHECK (level IN ('county', 'city', 'province', 'national', 'entrusted')),
        -- 调查层级：县、市、省、国家、委托单位自行调查 | whose investigation it is; entrusted: the enterprise's own, of accidents without dead or injured
    nature text CHECK (nature IN ('liability', 'non_liability', 'natural', 'criminal', 'illness')),
        -- 认定性质：责任事故、非责任事故、自然灾害、刑事案件、疾病 | what it was found to be: the last three are written off the statistics
    number text,                                        -- 批复文号，不得重复 | number of the reply: two that count cannot have one
    @fact@
    CONSTRAINT "submitted, approved, closed: in this order after opened_on" CHECK (submitted_on >= opened_on AND approved_on >= opened_on
        AND approved_on >= submitted_on AND closed_on >= opened_on AND closed_on >= approved_on AND published_on >= opened_on AND due_on >= opened_on),
    CONSTRAINT "it is closed, published, evaluated once it is approved" CHECK (approved_on IS NOT NULL OR num_nonnulls(closed_on, published_on, evaluated_on) = 0),
    CONSTRAINT "evaluated_on >= approved_on" CHECK (evaluated_on >= approved_on)
);
CREATE UNIQUE INDEX "accident_investigation: one for each accident" ON @ledger@.accident_investigation (accident_id) WHERE status = 'valid';
CREATE UNIQUE INDEX "accident_investigation: a number counts once" ON @ledger@.accident_investigation (number) WHERE status = 'valid';
CREATE INDEX ON @ledger@.accident_investigation (approved_on);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'accident_responsibility',
    '事故责任追究，一人（单位）一种一行 | who was held responsible for an accident and how: a row for each party and kind', $ddl$
CREATE TABLE @ledger@.accident_responsibility (
    id @key@,  -- 编号 | key
    accident_investigation_id bigint NOT NULL REFERENCES @ledger@.accident_investigation,  -- 调查 | investigation
    decided_on date,                                    -- 决定日期 | decided; NULL: proposed in the report only
    party text NOT NULL CHECK (party IN ('unit', 'staff', 'official', 'other')),
        -- 对象：单位、企业人员、公职人员、其他人员 | who: a unit, staff of an enterprise, a public official, somebody else
    subject_id bigint REFERENCES @ledger@.subject,      -- 主体 | the unit or person, where it is a subject of this ledger; or
    person text,                                        -- 人员（脱敏） | a pseudonym
    kind text NOT NULL CHECK (kind IN ('criminal', 'penalty', 'party_discipline', 'government_discipline', 'admonition', 'dismissal', 'internal', 'exempt', 'other')),
        -- 种类：追究刑事责任、行政处罚、党纪处分、政务处分、诫勉等组织处理、免职撤职、企业内部处理、免于追究（如已死亡）、其他
        -- | kind: criminal liability, penalty, Party discipline, government discipline, admonition, dismissal, the enterprise's own, exempt (as who died), other
    amount numeric(16,2) CHECK (amount >= 0 AND amount <> 'NaN'),  -- 罚款金额（元） | fine in yuan
    enforcement_case_id bigint REFERENCES @ledger@.enforcement_case,  -- 行政处罚案件 | the case of an administrative penalty
    @fact@
    CONSTRAINT "it is of a subject or of a person" CHECK (num_nonnulls(subject_id, person) = 1),
    CONSTRAINT "amount and case are of a penalty" CHECK (kind = 'penalty' OR num_nonnulls(amount, enforcement_case_id) = 0)
);
CREATE UNIQUE INDEX "accident_responsibility: one for each party and kind" ON @ledger@.accident_responsibility
    (accident_investigation_id, kind, (coalesce(person, subject_id::text))) WHERE status = 'valid';
CREATE INDEX ON @ledger@.accident_responsibility (subject_id);
CREATE INDEX ON @ledger@.accident_responsibility (enforcement_case_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'accident_investigation_fact',
    '事故调查及其事故、用时、追责人数 | investigations with their accident, the days they took, and how many were held responsible', $sql$
    SELECT i.id, i.accident_id, a.occurred_on, a.area_code, a.category_code, a.subject_id, i.opened_on, i.submitted_on, i.approved_on, i.published_on,
           i.closed_on, i.evaluated_on, i.due_on, i.level, i.nature, i.number, i.submitted_on - a.occurred_on AS days_to_report, r.parties, r.criminal, r.disciplined,
           CASE WHEN i.status = 'valid' THEN a.status ELSE i.status END AS status, i.note, i.known_from
      FROM @ledger@.accident_investigation@as_of@ i JOIN @ledger@.accident@as_of@ a ON a.id = i.accident_id
     CROSS JOIN LATERAL (SELECT count(DISTINCT coalesce(y.person, y.subject_id::text))::int AS parties,
                                count(DISTINCT coalesce(y.person, y.subject_id::text)) FILTER (WHERE y.kind = 'criminal')::int AS criminal,
                                count(DISTINCT coalesce(y.person, y.subject_id::text)) FILTER (WHERE y.kind IN ('party_discipline', 'government_discipline'))::int AS disciplined
                           FROM @ledger@.accident_responsibility@as_of@ y WHERE y.accident_investigation_id = i.id AND y.status = 'valid' AND y.kind <> 'exempt') r
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'accident_investigation_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.accident_investigation_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT i.id::text FROM @ledger@.accident_investigation_versions($1, $2) AS i
    UNION SELECT i.id::text FROM @ledger@.accident_versions($1, $2) AS a JOIN @ledger@.accident_investigation_as_of($2) AS i ON i.accident_id = a.id
    UNION SELECT y.accident_investigation_id::text FROM @ledger@.accident_responsibility_versions($1, $2) AS y;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'accident_responsibility_fact',
    '责任追究及其事故和调查 | who was held responsible, with the accident and the investigation', $sql$
    SELECT y.id, y.accident_investigation_id, i.accident_id, a.occurred_on, a.area_code, a.category_code, i.approved_on, i.closed_on, i.level, y.decided_on, y.party,
           coalesce(y.person, y.subject_id::text) AS responsible, y.kind, y.amount,
           CASE WHEN y.status <> 'valid' THEN y.status WHEN i.status <> 'valid' THEN i.status ELSE a.status END AS status, y.note, y.known_from
      FROM @ledger@.accident_responsibility@as_of@ y JOIN @ledger@.accident_investigation@as_of@ i ON i.id = y.accident_investigation_id
      JOIN @ledger@.accident@as_of@ a ON a.id = i.accident_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'accident_responsibility_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.accident_responsibility_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT y.id::text FROM @ledger@.accident_responsibility_versions($1, $2) AS y
    UNION SELECT y.id::text FROM @ledger@.accident_investigation_versions($1, $2) AS i JOIN @ledger@.accident_responsibility_as_of($2) AS y ON y.accident_investigation_id = i.id
    UNION SELECT y.id::text FROM @ledger@.accident_versions($1, $2) AS a JOIN @ledger@.accident_investigation_as_of($2) AS i ON i.accident_id = a.id
            JOIN @ledger@.accident_responsibility_as_of($2) AS y ON y.accident_investigation_id = i.id;
END
$sql$);
