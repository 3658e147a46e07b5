-- ------------------------------------------------------------------ ledger: legislation, review, exposure (system N)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'legislation', '牵头起草的法规规章 | laws and rules drafted', $ddl$
CREATE TABLE @ledger@.legislation (
    id @key@,  -- 编号 | key
    kind text NOT NULL CHECK (kind IN ('local_regulation', 'government_rule', 'normative_document')),  -- 类型：地方性法规、政府规章、规范性文件 | kind
    title text NOT NULL,                                -- 名称 | title
    drafted_on date NOT NULL,                           -- 起草日期 | date drafted
    adopted_on date,                                    -- 通过日期 | adopted
    in_force_on date,                                   -- 施行日期 | in force
    @fact@
    UNIQUE (title)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'review_meeting', '案件审理会 | case-review meetings', $ddl$
CREATE TABLE @ledger@.review_meeting (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    held_on date NOT NULL,                              -- 日期 | date
    number text,                                        -- 会议次号，同一机构内不得重复 | number of the meeting: two of an organisation that count cannot have one
    @fact@
    CHECK (held_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "review_meeting: a number counts once in an organisation" ON @ledger@.review_meeting (org_code, number) WHERE status = 'valid' AND number IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'review_item', '案审会讨论的案件 | cases discussed at a review meeting', $ddl$
CREATE TABLE @ledger@.review_item (
    id @key@,  -- 编号 | key
    review_meeting_id bigint NOT NULL REFERENCES @ledger@.review_meeting,  -- 案审会 | meeting
    enforcement_case_id bigint NOT NULL REFERENCES @ledger@.enforcement_case,  -- 案件 | case
    @fact@
    UNIQUE (review_meeting_id, enforcement_case_id)
);
CREATE INDEX ON @ledger@.review_item (enforcement_case_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'exposure_batch', '典型案例曝光批次 | batches of exposed cases', $ddl$
CREATE TABLE @ledger@.exposure_batch (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    released_on date NOT NULL,                          -- 曝光日期 | date
    channel text,                                       -- 媒体 | channels
    @fact@
    CHECK (released_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "exposure_batch: one for each day and channel" ON @ledger@.exposure_batch
    (org_code, released_on, channel) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'exposed_case', '曝光的典型案例 | exposed cases', $ddl$
CREATE TABLE @ledger@.exposed_case (
    id @key@,  -- 编号 | key
    exposure_batch_id bigint NOT NULL REFERENCES @ledger@.exposure_batch,  -- 批次 | batch
    enforcement_case_id bigint REFERENCES @ledger@.enforcement_case,  -- 案件 | case of this ledger, if it is one
    title text NOT NULL,                                -- 案例 | the case
    @fact@
    UNIQUE (exposure_batch_id, title)
);
CREATE INDEX ON @ledger@.exposed_case (enforcement_case_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'review_item_fact',
    '案审会讨论的案件 | cases discussed with their meeting', $sql$
    SELECT i.id, i.review_meeting_id, m.org_code, m.held_on, i.enforcement_case_id,
           CASE WHEN i.status = 'valid' THEN m.status ELSE i.status END AS status, i.note, i.known_from
      FROM @ledger@.review_item@as_of@ i JOIN @ledger@.review_meeting@as_of@ m ON m.id = i.review_meeting_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'review_item_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.review_item_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT i.id::text FROM @ledger@.review_item_versions($1, $2) AS i
    UNION SELECT i.id::text FROM @ledger@.review_meeting_versions($1, $2) AS m JOIN @ledger@.review_item_as_of($2) AS i ON i.review_meeting_id = m.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'exposed_case_fact',
    '曝光案例及批次 | exposed cases with their batch', $sql$
    SELECT c.id, c.exposure_batch_id, b.released_on, c.enforcement_case_id, c.title,
           CASE WHEN c.status = 'valid' THEN b.status ELSE c.status END AS status, c.note, c.known_from
      FROM @ledger@.exposed_case@as_of@ c JOIN @ledger@.exposure_batch@as_of@ b ON b.id = c.exposure_batch_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'exposed_case_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.exposed_case_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT c.id::text FROM @ledger@.exposed_case_versions($1, $2) AS c
    UNION SELECT c.id::text FROM @ledger@.exposure_batch_versions($1, $2) AS b JOIN @ledger@.exposed_case_as_of($2) AS c ON c.exposure_batch_id = b.id;
END
$sql$);
