-- ------------------------------------------------------------------ ledger: powers and permits (system F)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'power_item', '权力清单事项 | items of the list of powers', $ddl$
CREATE TABLE @ledger@.power_item (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    kind text NOT NULL CHECK (kind IN ('penalty', 'licence', 'coercion', 'inspection', 'reward', 'other')),  -- 类型：行政处罚、许可、强制、检查、奖励、其他 | kind
    code text NOT NULL,                                 -- 事项编码 | code of the item
    title text NOT NULL,                                -- 名称 | title
    valid_from date NOT NULL,                           -- 生效日期 | first day of validity
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @fact@
    CONSTRAINT "power_item: valid_to is after valid_from" CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX "power_item: one for each organisation, code and day" ON @ledger@.power_item (org_code, code, valid_from) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'permit', '行政许可：申请、受理、准予或不予、撤销、注销 | permits: asked for, accepted, granted or refused, revoked, cancelled', $ddl$
CREATE TABLE @ledger@.permit (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 企业 | enterprise
    kind text NOT NULL,                                 -- 许可种类，如 hazardous_chemicals | kind of permit
    application text NOT NULL DEFAULT 'new' CHECK (application IN ('new', 'renewal', 'change')),  -- 申请类型：新办、延续、变更 | what is asked for: a new permit, its renewal, a change
    verification text CHECK (verification IN ('onsite', 'remote')),  -- 核查方式：现场、远程；空为未核查 | way of verification; NULL: not verified
    workdays numeric(6,1) CHECK (workdays >= 0 AND workdays <> 'NaN'),  -- 核查用时（工作日，一日八小时） | working days the verification took, of eight hours
    applied_on date NOT NULL,                           -- 申请（收件）日期 | date of application, when it was received
    accepted_on date,                                   -- 受理日期 | date the application was accepted
    rejected_on date,                                   -- 不予受理日期 | date it was decided not to accept it
    verified_on date,                                   -- 核查日期 | date verified
    issued_on date,                                     -- 准予许可（发证）日期 | date it was granted; NULL: it was not
    refused_on date,                                    -- 不予许可日期 | date it was refused
    withdrawn_on date,                                  -- 申请人撤回（终止办理）日期 | date the application was withdrawn
    valid_to date,                                      -- 有效期届满日（不含），空为长期 | first day after its validity; NULL: it does not end
    revoked_on date,                                    -- 撤销许可日期 | date the permit was revoked
    cancelled_on date,                                  -- 注销日期 | date it was cancelled: given up, or at an end
    number text,                                        -- 许可证号或受理号，不得重复 | number of the permit or the application: two that count cannot have one
    @fact@
    CONSTRAINT "no day of a permit is before applied_on" CHECK (least(accepted_on, rejected_on, verified_on, issued_on, refused_on, withdrawn_on) >= applied_on),
    CONSTRAINT "an application is granted, refused, rejected or withdrawn: one" CHECK (num_nonnulls(issued_on, refused_on, rejected_on, withdrawn_on) <= 1),
    CONSTRAINT "what is rejected is not accepted" CHECK (num_nonnulls(accepted_on, rejected_on) <= 1),
    CONSTRAINT "what is decided on was accepted before" CHECK (coalesce(issued_on, refused_on) >= accepted_on),
    CONSTRAINT "only a permit that was granted is revoked or cancelled, or ends" CHECK (issued_on IS NOT NULL OR num_nonnulls(revoked_on, cancelled_on, valid_to) = 0),
    CONSTRAINT "a permit is revoked or cancelled, or ends, after it is granted" CHECK (least(revoked_on, cancelled_on, valid_to) >= issued_on)
);
CREATE INDEX ON @ledger@.permit (issued_on);
CREATE INDEX ON @ledger@.permit (subject_id);
CREATE UNIQUE INDEX "permit: a number counts once" ON @ledger@.permit (number) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'permit_fact',
    '许可及其结果、办理天数、终止日期 | permits with what was decided, the days from acceptance to decision, and the end of their force', $sql$
    SELECT p.id, p.org_code, p.subject_id, s.area_code, p.kind, p.application, p.verification, p.workdays, p.number,
           p.applied_on, p.accepted_on, p.rejected_on, p.verified_on, p.issued_on, p.refused_on, p.withdrawn_on, p.valid_to, p.revoked_on, p.cancelled_on,
           coalesce(p.issued_on, p.refused_on, p.rejected_on, p.withdrawn_on) AS decided_on,
           CASE WHEN p.issued_on IS NOT NULL THEN 'granted' WHEN p.refused_on IS NOT NULL THEN 'refused'
                WHEN p.rejected_on IS NOT NULL THEN 'rejected' WHEN p.withdrawn_on IS NOT NULL THEN 'withdrawn' END AS outcome,
           coalesce(p.issued_on, p.refused_on) - p.accepted_on AS days,
           least(p.valid_to, p.revoked_on, p.cancelled_on) AS ended_on,
           p.status, p.note, p.known_from
      FROM @ledger@.permit@as_of@ p
      LEFT JOIN @ledger@.subject@as_of@ s ON s.id = p.subject_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'permit_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.permit_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT p.id::text FROM @ledger@.permit_versions($1, $2) AS p
    UNION SELECT p.id::text FROM @ledger@.subject_versions($1, $2) AS s JOIN @ledger@.permit_as_of($2) AS p ON p.subject_id = s.id;
END
$sql$);
