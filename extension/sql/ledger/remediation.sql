-- ------------------------------------------------------------------ ledger: clearance (system C)

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'remediation', '企业整治出清记录 | remediation: one decision on an enterprise in a campaign; the latest at the cut-off counts', $ddl$
CREATE TABLE @ledger@.remediation (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 企业 | enterprise
    listed_on date NOT NULL,                            -- 列入清单日期 | date it was put on the list
    completed_on date,                                  -- 完成日期 | date completed; NULL while pending
    campaign_code text NOT NULL REFERENCES @ledger@.campaign,  -- 专项行动 | campaign
    disposition_code text REFERENCES @ledger@.disposition,  -- 处置方式 | disposition; NULL while pending
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    @fact@
    CHECK (completed_on >= listed_on),
    CHECK ((completed_on IS NULL) OR (disposition_code IS NOT NULL))
);
CREATE INDEX ON @ledger@.remediation (campaign_code, completed_on);
CREATE UNIQUE INDEX "remediation: one for each enterprise, campaign and its days" ON @ledger@.remediation
    (subject_id, campaign_code, listed_on, (coalesce(completed_on, date 'infinity'))) WHERE status = 'valid';
CREATE INDEX ON @ledger@.remediation (subject_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'supervision_visit', '现场督导核查 | on-site supervision visits', $ddl$
CREATE TABLE @ledger@.supervision_visit (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    campaign_code text NOT NULL REFERENCES @ledger@.campaign,  -- 专项行动 | campaign
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    visited_on date NOT NULL,                           -- 日期 | date
    number text,                                        -- 督导编号，不得重复 | number of the visit: two that count cannot have one
    @fact@
    CHECK (visited_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "supervision_visit: a number counts once" ON @ledger@.supervision_visit (number) WHERE status = 'valid' AND number IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'sample_check', '抽查企业及结果 | sample checks of cleared enterprises', $ddl$
CREATE TABLE @ledger@.sample_check (
    id @key@,  -- 编号 | key
    supervision_visit_id bigint NOT NULL REFERENCES @ledger@.supervision_visit,  -- 督导核查 | visit
    campaign_code text NOT NULL REFERENCES @ledger@.campaign,  -- 专项行动 | campaign
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 企业 | enterprise
    checked_on date NOT NULL,                           -- 日期 | date
    passed boolean NOT NULL,                            -- 是否达到要求 | true when the requirements were met
    @fact@
    UNIQUE (supervision_visit_id, subject_id)
);
CREATE INDEX ON @ledger@.sample_check (checked_on);
CREATE INDEX ON @ledger@.sample_check (subject_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'remediation_fact',
    '企业整治处置，按口径推导退出或提升 | remediation with the outcome that the policy derives, and when a later decision took its place', $sql$
    -- by: subject_id of subject
    -- index: subject_id
    -- index: emgov.month_of(listed_on), area_code, known_from
    -- index: completed_on INCLUDE campaign_code, outcome, subject_id, superseded_on, status
    -- index: subject_id WHERE in_several
    SELECT r.id, r.campaign_code, r.subject_id, r.area_code, r.listed_on, r.disposition_code,
           CASE WHEN r.completed_on IS NULL THEN 'pending' ELSE p.outcome END AS outcome,
           r.completed_on,
           CASE WHEN r.status = 'valid' AND r.completed_on IS NOT NULL THEN
                lead(r.completed_on) OVER (PARTITION BY r.subject_id, r.campaign_code,
                                                        r.status = 'valid' AND r.completed_on IS NOT NULL
                                           ORDER BY r.completed_on, r.id) END AS superseded_on,
           r.status, r.note, r.known_from,
           -- of an enterprise in a campaign: on one of its records the day it was first listed; the area of its last decision; which decision is its first
           CASE WHEN r.status = 'valid' AND row_number() OVER w = 1 THEN min(r.listed_on) OVER u END AS first_listed_on,
           CASE WHEN r.status = 'valid' THEN last_value(r.area_code) OVER u END AS last_area_code,
           r.status = 'valid' AND r.completed_on IS NOT NULL AND lag(r.completed_on) OVER w IS NULL AS is_first,
           -- whether the enterprise is in more than one campaign
           r.status = 'valid' AND min(r.campaign_code) OVER s <> max(r.campaign_code) OVER s AS in_several
      FROM @ledger@.remediation@as_of@ r
      LEFT JOIN @ledger@.disposition_policy@as_of@ p ON p.disposition_code = r.disposition_code
           AND r.completed_on >= p.valid_from AND (p.valid_to IS NULL OR r.completed_on < p.valid_to)
    WINDOW w AS (PARTITION BY r.subject_id, r.campaign_code, r.status = 'valid' ORDER BY r.completed_on NULLS FIRST, r.id),
           u AS (PARTITION BY r.subject_id, r.campaign_code, r.status = 'valid' ORDER BY r.completed_on NULLS FIRST, r.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING),
           s AS (PARTITION BY r.subject_id, r.status = 'valid')
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'remediation_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.remediation_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    -- a decision changes what became of the others on the same enterprise in the same campaign, and whether it is in several
    SELECT r.id::text FROM @ledger@.remediation_versions($1, $2) AS r
    UNION SELECT o.id::text FROM @ledger@.remediation_versions($1, $2) AS r JOIN @ledger@.remediation_as_of($2) AS o ON o.subject_id = r.subject_id
    UNION SELECT r.id::text FROM @ledger@.disposition_policy_versions($1, $2) AS p JOIN @ledger@.remediation_as_of($2) AS r ON r.disposition_code = p.disposition_code;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'sample_check_fact',
    '抽查，及企业是否已完成整治 | sample checks, and whether the enterprise had been cleared', $sql$
    SELECT s.id, s.supervision_visit_id, s.campaign_code, s.subject_id, s.checked_on, s.passed,
           d.subject_id IS NOT NULL AS cleared,
           CASE WHEN s.status = 'valid' THEN v.status ELSE s.status END AS status, s.note, s.known_from, e.area_code
      FROM @ledger@.sample_check@as_of@ s JOIN @ledger@.supervision_visit@as_of@ v ON v.id = s.supervision_visit_id
      LEFT JOIN @ledger@.subject@as_of@ e ON e.id = s.subject_id
      -- joined, not asked for in a subquery: units are inlined over a view without one in its list
      LEFT JOIN (SELECT DISTINCT r.subject_id, r.campaign_code FROM @ledger@.remediation@as_of@ r WHERE r.status = 'valid' AND r.completed_on IS NOT NULL) d
           ON d.subject_id = s.subject_id AND d.campaign_code = s.campaign_code
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'sample_check_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.sample_check_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT s.id::text FROM @ledger@.sample_check_versions($1, $2) AS s
    UNION SELECT s.id::text FROM @ledger@.supervision_visit_versions($1, $2) AS v JOIN @ledger@.sample_check_as_of($2) AS s ON s.supervision_visit_id = v.id
    UNION SELECT s.id::text FROM @ledger@.remediation_versions($1, $2) AS r
            JOIN @ledger@.sample_check_as_of($2) AS s ON s.subject_id = r.subject_id AND s.campaign_code = r.campaign_code
    UNION SELECT s.id::text FROM @ledger@.subject_versions($1, $2) AS e JOIN @ledger@.sample_check_as_of($2) AS s ON s.subject_id = e.id;
END
$sql$);
