-- ------------------------------------------------------------------ ledger: hazards, and major ones under supervision

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'hazard', '问题隐患及其整改过程 | hazards and their life: found, ordered, rectified, re-checked, closed', $ddl$
CREATE TABLE @ledger@.hazard (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 单位 | the unit
    inspection_id bigint,                               -- 检查 | the inspection that found it, of the same programme
    found_on date NOT NULL,                             -- 发现日期 | found
    rectified_on date,                                  -- 整改日期 | rectified
    deadline date,                                      -- 整改期限 | to be rectified by
    rechecked_on date,                                  -- 复查日期 | re-checked
    closed_on date,                                     -- 销号日期 | closed: all of it done and re-checked
    programme_code text NOT NULL REFERENCES @ledger@.programme,  -- 检查项目 | programme
    level text NOT NULL DEFAULT 'general' CHECK (level IN ('general', 'major')),  -- 等级：一般、重大 | level
    description text,                                   -- 描述 | description
    number text,                                        -- 隐患编号，不得重复 | number of the hazard: two that count cannot have one
    @fact@
    FOREIGN KEY (inspection_id, programme_code) REFERENCES @ledger@.inspection (id, programme_code),
    CONSTRAINT "deadline, rectified: not before found_on; rechecked after that"
        CHECK (deadline >= found_on AND rectified_on >= found_on AND rechecked_on >= rectified_on),
    CONSTRAINT "it is rechecked after it was rectified" CHECK (rechecked_on IS NULL OR rectified_on IS NOT NULL),
    CONSTRAINT "it is closed after it was rechecked" CHECK (closed_on IS NULL OR (rechecked_on IS NOT NULL AND closed_on >= rechecked_on))
);
-- an inspection may find several that are alike
CREATE UNIQUE INDEX "hazard: a number counts once" ON @ledger@.hazard (number) WHERE status = 'valid' AND number IS NOT NULL;
CREATE INDEX ON @ledger@.hazard (found_on);
CREATE INDEX ON @ledger@.hazard (rectified_on);
CREATE INDEX ON @ledger@.hazard (inspection_id, programme_code);
CREATE INDEX ON @ledger@.hazard (subject_id);
CREATE INDEX ON @ledger@.hazard (closed_on) WHERE closed_on IS NOT NULL;
CREATE INDEX ON @ledger@.hazard (deadline) WHERE rectified_on IS NULL;
CREATE INDEX ON @ledger@.hazard (deadline) WHERE rectified_on > deadline;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'hazard_supervision', '重大事故隐患挂牌督办 | major hazards put under supervision, until that is lifted', $ddl$
CREATE TABLE @ledger@.hazard_supervision (
    id @key@,  -- 编号 | key
    hazard_id bigint NOT NULL REFERENCES @ledger@.hazard,  -- 重大隐患 | the major hazard
    listed_on date NOT NULL,                            -- 挂牌日期 | put under supervision
    deadline date,                                      -- 督办期限，延期的为延期后 | to be rectified by, as extended
    lifted_on date,                                     -- 摘牌（销号）日期 | supervision lifted; NULL: it goes on
    level text NOT NULL CHECK (level IN ('national', 'province', 'city', 'county', 'town')),  -- 督办层级：国家、省、市、县、乡镇 | level
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 督办机构 | the body that supervises
    number text,                                        -- 督办通知文号，不得重复 | number of the notice: two that count cannot have one
    @fact@
    CONSTRAINT "hazard_supervision: deadline and lifted_on not before listed_on" CHECK (deadline >= listed_on AND lifted_on >= listed_on),
    CONSTRAINT "hazard_supervision: a hazard once at a time at each level" EXCLUDE USING gist
        (int8range(hazard_id, hazard_id, '[]') WITH &&, int8range(hashtextextended(level, 0), hashtextextended(level, 0), '[]') WITH &&,
         daterange(listed_on, lifted_on, '[]') WITH &&) WHERE (status = 'valid')
);
CREATE INDEX ON @ledger@.hazard_supervision (hazard_id);
CREATE UNIQUE INDEX "hazard_supervision: a number counts once" ON @ledger@.hazard_supervision (number) WHERE status = 'valid';
$ddl$);

-- What figures and the views for readers count of a hazard. It is of its inspection's area, or else of its enterprise's.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'hazard_of_area',
    '隐患及其区域、各环节日期 | hazards with their area and the days of what became of them', $sql$
    -- looked up: inspection by inspection_id
    -- looked up: subject by subject_id
    -- index: emgov.month_of(found_on), area_code, known_from
    -- index: found_on
    -- index: rectified_on
    -- index: closed_on
    -- index: deadline
    -- index: subject_id
    -- index: (area_code::varchar(64)) WHERE rectified_on IS NULL
    SELECT h.id, h.found_on, h.deadline, h.rectified_on, h.closed_on, h.programme_code, coalesce(i.area_code, s.area_code) AS area_code, (h.level = 'major')::int AS major,
           (h.deadline IS NOT NULL AND (h.rectified_on <= h.deadline) IS NOT TRUE)::int AS overdue, coalesce(h.rectified_on > h.deadline, false)::int AS late,
           h.status, h.known_from, h.level, h.subject_id, h.note
      FROM @ledger@.hazard@as_of@ h
      LEFT JOIN @ledger@.inspection@as_of@ i ON i.id = h.inspection_id
      LEFT JOIN @ledger@.subject@as_of@ s ON s.id = h.subject_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'hazard_of_area_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.hazard_of_area_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT h.id::text FROM @ledger@.hazard_versions($1, $2) AS h
    UNION SELECT h.id::text FROM @ledger@.inspection_versions($1, $2) AS i JOIN @ledger@.hazard_as_of($2) AS h ON h.inspection_id = i.id
    UNION SELECT h.id::text FROM @ledger@.subject_versions($1, $2) AS s JOIN @ledger@.hazard_as_of($2) AS h ON h.subject_id = s.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'hazard_of_area.area_code', '区域：检查的区域，没有的为单位的区域 | area of its inspection, or else of its enterprise'),
    ('column', 'hazard_of_area.major', '重大隐患计1 | 1: a major one'),
    ('column', 'hazard_of_area.overdue', '曾逾期或逾期中计1 | 1: its deadline passed, or will, before it is rectified'),
    ('column', 'hazard_of_area.late', '逾期后整改计1 | 1: rectified after its deadline');

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'hazard_fact',
    '隐患及其检查机构、区域 | hazards with the body and the area of the inspection that found them', $sql$
    SELECT h.id, h.subject_id, h.inspection_id, h.found_on, h.deadline, h.rectified_on, h.rechecked_on, h.closed_on, h.programme_code, h.level,
           i.org_code, o.kind AS org_kind, coalesce(i.area_code, s.area_code) AS area_code, u.category_code, coalesce(u.is_key, false) AS is_key,
           h.status, h.note, h.known_from
      FROM @ledger@.hazard@as_of@ h
      LEFT JOIN @ledger@.inspection@as_of@ i ON i.id = h.inspection_id
      LEFT JOIN @ledger@.organisation@as_of@ o ON o.code = i.org_code
      LEFT JOIN @ledger@.subject@as_of@ s ON s.id = h.subject_id
      LEFT JOIN @ledger@.supervised_unit@as_of@ u ON u.subject_id = h.subject_id AND u.status = 'valid'
           AND h.found_on >= u.listed_on AND (u.removed_on IS NULL OR h.found_on < u.removed_on)
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'hazard_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.hazard_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT h.id::text FROM @ledger@.hazard_versions($1, $2) AS h
    UNION SELECT h.id::text FROM @ledger@.inspection_versions($1, $2) AS i JOIN @ledger@.hazard_as_of($2) AS h ON h.inspection_id = i.id
    UNION SELECT h.id::text FROM @ledger@.subject_versions($1, $2) AS s JOIN @ledger@.hazard_as_of($2) AS h ON h.subject_id = s.id
    UNION SELECT h.id::text FROM @ledger@.supervised_unit_versions($1, $2) AS u JOIN @ledger@.hazard_as_of($2) AS h ON h.subject_id = u.subject_id
    UNION SELECT h.id::text FROM @ledger@.organisation_versions($1, $2) AS o
            JOIN @ledger@.inspection_as_of($2) AS i ON i.org_code = o.code JOIN @ledger@.hazard_as_of($2) AS h ON h.inspection_id = i.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'hazard_supervision_fact',
    '挂牌督办及隐患 | supervisions with the hazard: its unit, area, and the days that it took', $sql$
    SELECT v.id, v.hazard_id, v.listed_on, v.deadline, v.lifted_on, v.level, v.org_code, v.number,
           h.subject_id, h.found_on, h.rectified_on, h.closed_on, h.programme_code, s.area_code,
           v.lifted_on - v.listed_on AS days, coalesce(v.lifted_on > v.deadline, false) AS late,
           CASE WHEN v.status = 'valid' THEN h.status ELSE v.status END AS status, v.note, v.known_from
      FROM @ledger@.hazard_supervision@as_of@ v
      JOIN @ledger@.hazard@as_of@ h ON h.id = v.hazard_id
      LEFT JOIN @ledger@.subject@as_of@ s ON s.id = h.subject_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'hazard_supervision_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.hazard_supervision_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.id::text FROM @ledger@.hazard_supervision_versions($1, $2) AS v
    UNION SELECT v.id::text FROM @ledger@.hazard_versions($1, $2) AS h JOIN @ledger@.hazard_supervision_as_of($2) AS v ON v.hazard_id = h.id
    UNION SELECT v.id::text FROM @ledger@.subject_versions($1, $2) AS s
            JOIN @ledger@.hazard_as_of($2) AS h ON h.subject_id = s.id JOIN @ledger@.hazard_supervision_as_of($2) AS v ON v.hazard_id = h.id;
END
$sql$);
