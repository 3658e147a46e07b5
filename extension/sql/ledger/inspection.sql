-- ------------------------------------------------------------------ ledger: inspections (system H)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'inspection', '执法检查 | inspections: one object with a complete record is one', $ddl$
CREATE TABLE @ledger@.inspection (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 被检查单位 | the unit inspected
    inspected_on date NOT NULL,                         -- 检查日期 | date
    programme_code text NOT NULL REFERENCES @ledger@.programme,  -- 检查项目 | programme
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 检查机构 | inspecting organisation
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    number text,                                        -- 检查记录编号，不得重复 | number of its record: two that count cannot have one
    inspection_task_id bigint REFERENCES @ledger@.inspection_task,  -- 检查任务 | the task that it carries out
    @fact@
    UNIQUE (id, programme_code)
);
CREATE UNIQUE INDEX "inspection: a number counts once" ON @ledger@.inspection (number) WHERE status = 'valid';
CREATE INDEX ON @ledger@.inspection (inspected_on) INCLUDE (programme_code, subject_id, status);
CREATE INDEX ON @ledger@.inspection (subject_id);
CREATE INDEX ON @ledger@.inspection (inspection_task_id) WHERE inspection_task_id IS NOT NULL;
$ddl$);

-- How many enterprises were inspected, for the views for readers: an inspection counts where it is the first of its enterprise in the month, in the year;
-- in twelve months, from the first until no other has followed for twelve. Of all inspections, of those of its area, of those of its programme.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', '@store@.inspection_first',
    '检查是否为企业首次 | inspections that count, and which are the first of their enterprise', $sql$
    -- by: subject_id of subject
    -- index: subject_id
    -- index: day INCLUDE programme_code, area_code, all_month, all_year, area_month, area_year, programme_month, programme_year
    SELECT v.id, v.subject_id, v.day, v.area_code, v.programme_code, v.known_from,
           (v.all_before IS NULL OR emgov.month_of(v.all_before) < v.month)::int AS all_month,
           (v.all_before IS NULL OR extract(year FROM v.all_before - v.start) < extract(year FROM v.day - v.start))::int AS all_year,
           (v.all_before IS NULL OR emgov.month_of(v.all_before) + interval '1 year' <= v.month)::int AS all_12m,
           (v.all_after IS NULL OR emgov.month_of(v.all_after) >= v.month + interval '1 year')::int AS all_last,
           (v.area_before IS NULL OR emgov.month_of(v.area_before) < v.month)::int AS area_month,
           (v.area_before IS NULL OR extract(year FROM v.area_before - v.start) < extract(year FROM v.day - v.start))::int AS area_year,
           (v.area_before IS NULL OR emgov.month_of(v.area_before) + interval '1 year' <= v.month)::int AS area_12m,
           (v.area_after IS NULL OR emgov.month_of(v.area_after) >= v.month + interval '1 year')::int AS area_last,
           (v.programme_before IS NULL OR emgov.month_of(v.programme_before) < v.month)::int AS programme_month,
           (v.programme_before IS NULL OR extract(year FROM v.programme_before - v.start) < extract(year FROM v.day - v.start))::int AS programme_year,
           (v.programme_before IS NULL OR emgov.month_of(v.programme_before) + interval '1 year' <= v.month)::int AS programme_12m,
           (v.programme_after IS NULL OR emgov.month_of(v.programme_after) >= v.month + interval '1 year')::int AS programme_last
      FROM (SELECT i.id, i.subject_id, i.inspected_on AS day, emgov.month_of(i.inspected_on) AS month, i.area_code, i.programme_code, i.known_from, z.start,
                   lag(i.inspected_on) OVER w AS all_before, lead(i.inspected_on) OVER w AS all_after,
                   lag(i.inspected_on) OVER a AS area_before, lead(i.inspected_on) OVER a AS area_after,
                   lag(i.inspected_on) OVER p AS programme_before, lead(i.inspected_on) OVER p AS programme_after
              FROM @ledger@.inspection i
              -- years that begin within a month are not made of months
             CROSS JOIN (SELECT make_interval(months => CASE WHEN z.year_start LIKE '%-01' THEN left(z.year_start, 2)::int - 1 ELSE 0 END) AS start FROM ONLY @ledger@.ledger_setting z) z
             WHERE i.status = 'valid'
            WINDOW w AS (PARTITION BY i.subject_id ORDER BY i.inspected_on, i.id),
                   a AS (PARTITION BY i.subject_id, i.area_code ORDER BY i.inspected_on, i.id),
                   p AS (PARTITION BY i.subject_id, i.programme_code ORDER BY i.inspected_on, i.id)) v
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note)
SELECT 'column', format('inspection_first.%s_%s', v.name, w.name), format('%s%s计1 | 1: of %s, %s', v.zh, w.zh, v.en, w.en)
  FROM (VALUES ('all', '全部检查中', 'all inspections of its enterprise'), ('area', '本区域检查中', 'those in its area'),
               ('programme', '本项目检查中', 'those of its programme')) AS v (name, zh, en),
       (VALUES ('month', '当月首次', 'the first in its month'), ('year', '当年首次', 'the first in its year'), ('12m', '12个月内首次', 'with none in the eleven months before its month'),
               ('last', '其后12个月无检查', 'with none in the eleven months after its month')) AS w (name, zh, en);

-- The statutory table does not count an inspection that a penalty came of. A unit that is on the register on
-- the day is supervised; coverage is of the units of the register, so each counts once.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'inspection_fact',
    '检查：任务来源、是否监管或重点单位、是否引起处罚 | inspections: what task they carry out, whether of a supervised or a key unit, and whether a penalty came of them', $sql$
    SELECT i.id, i.subject_id, i.inspected_on, i.programme_code, i.org_code, o.kind AS org_kind, i.area_code, i.number, i.inspection_task_id,
           t.origin, t.origin <> 'plan' AS triggered, t.random_draw_id IS NOT NULL AS drawn,
           u.id IS NOT NULL AS supervised, coalesce(u.is_key, false) AS is_key, u.category_code,
           c.inspection_id IS NOT NULL AS led_to_penalty,
           i.status, i.note, i.known_from
      FROM @ledger@.inspection@as_of@ i
      LEFT JOIN @ledger@.organisation@as_of@ o ON o.code = i.org_code
      LEFT JOIN @ledger@.inspection_task@as_of@ t ON t.id = i.inspection_task_id
      LEFT JOIN @ledger@.supervised_unit@as_of@ u ON u.subject_id = i.subject_id AND u.status = 'valid'
           AND i.inspected_on >= u.listed_on AND (u.removed_on IS NULL OR i.inspected_on < u.removed_on)
      -- joined, not asked for in a subquery: units are inlined over a view without one in its list
      LEFT JOIN (SELECT DISTINCT c.inspection_id FROM @ledger@.enforcement_case@as_of@ c JOIN @ledger@.penalty@as_of@ y ON y.enforcement_case_id = c.id
                  WHERE c.inspection_id IS NOT NULL AND c.decided_on IS NOT NULL AND c.status = 'valid' AND y.status = 'valid') c ON c.inspection_id = i.id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'inspection_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.inspection_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT i.id::text FROM @ledger@.inspection_versions($1, $2) AS i
    UNION SELECT c.inspection_id::text FROM @ledger@.enforcement_case_versions($1, $2) AS c WHERE c.inspection_id IS NOT NULL
    UNION SELECT c.inspection_id::text FROM @ledger@.penalty_versions($1, $2) AS y JOIN @ledger@.enforcement_case_as_of($2) AS c ON c.id = y.enforcement_case_id
           WHERE c.inspection_id IS NOT NULL
    UNION SELECT i.id::text FROM @ledger@.supervised_unit_versions($1, $2) AS u JOIN @ledger@.inspection_as_of($2) AS i ON i.subject_id = u.subject_id
    UNION SELECT i.id::text FROM @ledger@.inspection_task_versions($1, $2) AS t JOIN @ledger@.inspection_as_of($2) AS i ON i.inspection_task_id = t.id
    UNION SELECT i.id::text FROM @ledger@.organisation_versions($1, $2) AS o JOIN @ledger@.inspection_as_of($2) AS i ON i.org_code = o.code;
END
$sql$);
