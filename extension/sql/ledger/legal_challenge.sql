-- ------------------------------------------------------------------ ledger: reconsideration and litigation
-- One row a proceeding: an appeal is a row of its own, with the instance.

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'legal_challenge', '行政复议和行政诉讼案件及结果 | reconsiderations and lawsuits against the bureau, and how they ended', $ddl$
CREATE TABLE @ledger@.legal_challenge (
    id @key@,  -- 编号 | key
    filed_on date NOT NULL,                             -- 申请或起诉日期 | asked for, or sued
    accepted_on date,                                   -- 受理或立案日期 | accepted
    decided_on date,                                    -- 决定或裁判日期 | decided
    subject_id bigint REFERENCES @ledger@.subject,      -- 申请人或原告 | who challenges
    enforcement_case_id bigint REFERENCES @ledger@.enforcement_case,  -- 所涉处罚案件 | the case challenged
    permit_id bigint REFERENCES @ledger@.permit,        -- 所涉许可 | the permit challenged
    kind text NOT NULL CHECK (kind IN ('reconsideration', 'litigation')),  -- 种类：复议、诉讼 | kind
    instance text NOT NULL DEFAULT 'first' CHECK (instance IN ('first', 'second', 'retrial')),  -- 审级：一审（复议）、二审、再审 | instance; of a reconsideration first
    outcome text CHECK (outcome IN ('upheld', 'dismissed', 'revoked', 'changed', 'unlawful', 'ordered', 'withdrawn', 'mediated', 'other')),
        -- 结果：维持或驳回请求、驳回申请或起诉、撤销、变更、确认违法或无效、责令履行、撤回终止、调解、其他 | outcome
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 被申请人或被告 | the body challenged
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    number text,                                        -- 案号，不得重复 | number of the proceeding: two that count cannot have one
    @fact@
    CONSTRAINT "a challenge is accepted and decided after it is filed" CHECK (accepted_on >= filed_on AND decided_on >= greatest(filed_on, accepted_on)),
    CONSTRAINT "a challenge has an outcome when it is decided, and not before" CHECK ((outcome IS NULL) = (decided_on IS NULL)),
    CONSTRAINT "a reconsideration is of the first instance" CHECK (kind = 'litigation' OR instance = 'first')
);
CREATE INDEX ON @ledger@.legal_challenge (filed_on);
CREATE INDEX ON @ledger@.legal_challenge (enforcement_case_id);
CREATE UNIQUE INDEX "legal_challenge: a number counts once" ON @ledger@.legal_challenge (number) WHERE status = 'valid';
CREATE UNIQUE INDEX "legal_challenge: without number, one a case, party and day" ON @ledger@.legal_challenge
    (org_code, kind, instance, subject_id, (coalesce(enforcement_case_id, 0)), filed_on) WHERE number IS NULL AND status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'legal_challenge_fact',
    '复议诉讼，及机关是否败诉（被纠错） | challenges, and whether the body lost: its act was revoked, changed, found unlawful, or it was ordered to act', $sql$
    SELECT l.id, l.filed_on, l.accepted_on, l.decided_on, l.subject_id, l.enforcement_case_id, l.permit_id, l.kind, l.instance, l.outcome,
           coalesce(l.outcome IN ('revoked', 'changed', 'unlawful', 'ordered'), false) AS lost,
           l.org_code, l.area_code, l.number, l.status, l.note, l.known_from
      FROM @ledger@.legal_challenge@as_of@ l
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'legal_challenge_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.legal_challenge_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT l.id::text FROM @ledger@.legal_challenge_versions($1, $2) AS l;
END
$sql$);
