-- ------------------------------------------------------------------ ledger: accidents (system E)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'accident', '生产安全事故 | work-safety accidents', $ddl$
CREATE TABLE @ledger@.accident (
    id @key@,  -- 编号 | key
    occurred_on date NOT NULL,                          -- 发生日期 | date of the accident
    reported_on date,                                   -- 接报日期 | date it was reported
    area_code text NOT NULL REFERENCES @ledger@.area,   -- 发生地 | area where it happened
    category_code text NOT NULL REFERENCES @ledger@.accident_category,  -- 类别 | category
    injury_type char(2) REFERENCES @ledger@.injury_type,  -- 事故类型（GB 6441） | type of GB 6441
    industry text CONSTRAINT "industry is not blank" CHECK (industry ~ '\S'),  -- 行业门类代码 | section of its industry, a letter of GB/T 4754
    subject_id bigint REFERENCES @ledger@.subject,      -- 事故单位 | the unit concerned
    direct_loss numeric(16,2) CHECK (direct_loss >= 0 AND direct_loss <> 'NaN'),  -- 直接经济损失（元），空为尚未评估 | direct loss in yuan; NULL: not yet assessed
    regime text NOT NULL DEFAULT '2020',                -- 统计制度，不同制度不可比 | statistical regime; figures of different regimes are not compared
    number text,                                        -- 事故编号，不得重复 | number it was reported under: two records that count cannot have one
    title text,                                         -- 名称 | name of the accident
    @fact@
    CONSTRAINT "it is reported after it occurred" CHECK (reported_on >= occurred_on)
);
CREATE INDEX ON @ledger@.accident (occurred_on);
CREATE INDEX ON @ledger@.accident (regime, occurred_on);
CREATE UNIQUE INDEX "accident: a number counts once" ON @ledger@.accident (number) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'casualty', '伤亡人员，逐人 | casualties, one row a person', $ddl$
CREATE TABLE @ledger@.casualty (
    id @key@,  -- 编号 | key
    accident_id bigint NOT NULL REFERENCES @ledger@.accident,  -- 事故 | accident
    person text,                                        -- 人员（脱敏） | pseudonym
    outcome text NOT NULL CHECK (outcome IN ('dead', 'missing', 'serious', 'minor')),  -- 结果：死亡、下落不明、重伤、轻伤 | outcome
    outcome_on date NOT NULL,                           -- 结果日期（死亡日期等） | date of the outcome, e.g. of death
    lost_workdays int CHECK (lost_workdays >= 0),       -- 损失工作日 | lost workdays; 105 and more is serious
    from_count text CHECK (from_count IN ('dead', 'missing', 'serious', 'minor')),  -- 由人数生成时所计的结果，空为逐人登记 | counted as this by a sheet; NULL: a row of its own
    @fact@
    CONSTRAINT "minor: less than 105 lost_workdays" CHECK (outcome <> 'minor' OR lost_workdays IS NULL OR lost_workdays < 105)
);
-- what is counted of a casualty lies in the index: with an index in the order of accidents that is all that is read
CREATE INDEX ON @ledger@.casualty (accident_id) INCLUDE (outcome, outcome_on, status);
CREATE UNIQUE INDEX "casualty: a person counts once in an accident" ON @ledger@.casualty (accident_id, person) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'casualties of an accident in the past', $ddl$
DO $$
DECLARE
    history regclass := emgov_internal.history_of('@ledger@.casualty');
BEGIN
    IF NOT EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indrelid = history AND a.attname = 'accident_id') THEN
        EXECUTE format('CREATE INDEX ON %s (accident_id)', history);
    END IF;
END $$;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'casualty_policy', '下落不明等计入死亡的口径 | policy: which casualties count as dead', $ddl$
CREATE TABLE @ledger@.casualty_policy (
    id @key@,  -- 编号 | key
    outcome text NOT NULL CHECK (outcome IN ('missing')),  -- 结果：下落不明 | outcome of a person
    counts_as text NOT NULL CHECK (counts_as IN ('dead', 'none')),  -- 计作：死亡、不计 | what it counts as when an accident is graded
    valid_from date NOT NULL DEFAULT '1949-10-01',      -- 生效日期 | accidents from this day on
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    source text NOT NULL,                               -- 依据 | source
    @known@
    CHECK (valid_to > valid_from),
    CONSTRAINT "one policy for each outcome and day" EXCLUDE USING gist
        (int8range(hashtextextended(outcome, 0), hashtextextended(outcome, 0), '[]') WITH &&, daterange(valid_from, valid_to) WITH &&)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'casualty_policy', $ddl$
INSERT INTO @ledger@.casualty_policy (outcome, counts_as, source, known_from)
VALUES ('missing', 'dead', '应急管理部全国安全生产情况通报：死亡和下落不明合并统计', '-infinity');
$ddl$);

-- Casualties by accident. WITHIN GROUP is there for the planner, not for an order: such an aggregate is never hashed, and a join
-- that gives the accidents by their numbers and an index that gives the casualties alike make one pass over both.
CREATE FUNCTION emgov_internal.casualties_add(casualties internal, outcome text, outcome_on date, occurred_on date) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_casualties_add';
COMMENT ON FUNCTION emgov_internal.casualties_add(internal, text, date, date) IS 'internal: one more casualty of an accident; none where the outcome is NULL';

CREATE FUNCTION emgov_internal.casualties_given(casualties internal) RETURNS int[]
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_casualties_given';
COMMENT ON FUNCTION emgov_internal.casualties_given(internal) IS 'internal: the casualties gathered so far';

CREATE AGGREGATE emgov_internal.casualties(ORDER BY text, date, date) (
    SFUNC = emgov_internal.casualties_add, STYPE = internal, FINALFUNC = emgov_internal.casualties_given, PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov_internal.casualties(text, date, date) IS
    'internal: casualties of an accident, from outcome, day of the outcome, day of the accident: the missing, the seriously and the slightly injured, '
    'then for each of the dead the days after the accident';

-- They cost next to nothing, and are said to: where a view's row is dear, the planner does not look into what is asked of it.
CREATE FUNCTION emgov_internal.deaths(casualties int[], window_days int) RETURNS int
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 0.1 AS 'MODULE_PATHNAME', 'emgov_deaths';
COMMENT ON FUNCTION emgov_internal.deaths(int[], int) IS 'internal: the dead among casualties who died at most so many days after the accident';

CREATE FUNCTION emgov_internal.deaths_after_window(casualties int[], window_days int) RETURNS int
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 0.1 AS 'MODULE_PATHNAME', 'emgov_deaths_after_window';
COMMENT ON FUNCTION emgov_internal.deaths_after_window(int[], int) IS 'internal: the dead among casualties who died later';

CREATE FUNCTION emgov_internal.serious_injuries(casualties int[], window_days int) RETURNS int
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 0.1 AS 'MODULE_PATHNAME', 'emgov_serious_injuries';
COMMENT ON FUNCTION emgov_internal.serious_injuries(int[], int) IS 'internal: the seriously injured among casualties, and who died after so many days, for within them they were that';

CREATE FUNCTION emgov_internal.dead_or_missing(casualties int[], window_days int, occurred_on date, missing_dead date[]) RETURNS int
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 0.1 AS 'MODULE_PATHNAME', 'emgov_dead_or_missing';
COMMENT ON FUNCTION emgov_internal.dead_or_missing(int[], int, date, date[]) IS
    'internal: the dead among casualties who died at most so many days after the accident, and the missing if it occurred when these count as dead: dates in pairs, from and until; NULL: never';

-- What accidents of a category are counted and graded by, which is the same for all of them.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', '@store@.accident_grading',
    '事故类别的分组、计入期限与分级标准 | by category of accidents: its group, its window, and what severity is graded by', $sql$
    -- the group is the highest above, however many levels there are
    WITH RECURSIVE tree AS (
        SELECT c.code, c.window_days, c.code AS category_group, ARRAY[c.code] AS path FROM @ledger@.accident_category@as_of@ c WHERE c.parent_code IS NULL
        UNION ALL SELECT c.code, c.window_days, t.category_group, t.path || c.code FROM tree t JOIN @ledger@.accident_category@as_of@ c ON c.parent_code = t.code)
    -- with all that accidents are graded by, so that nothing more is joined to each of them
    SELECT tree.code, tree.window_days, tree.category_group, tree.path, g.levels, g.limits,
           (SELECT array_agg(ARRAY[m.valid_from, coalesce(m.valid_to, 'infinity')] ORDER BY m.valid_from) FROM @ledger@.casualty_policy@as_of@ m
             WHERE m.outcome = 'missing' AND m.counts_as = 'dead') AS missing_dead
      FROM tree
      LEFT JOIN (SELECT array_agg(ARRAY[r.severity_code, s.code, coalesce(s.regime, ''), coalesce(s.category_code, '')] ORDER BY s.code, n.lowest, l.ordinal DESC) AS levels,
                        array_agg(ARRAY[coalesce(s.valid_from - date '2000-01-01', -2147483648), coalesce(s.valid_to - date '2000-01-01', 2147483647),
                                        CASE WHEN n.lowest THEN 0 ELSE coalesce(r.dead, n.never) END,
                                        coalesce(r.serious_injuries, n.never), coalesce(r.minor_injuries, n.never), coalesce(r.injured, n.never),
                                        coalesce((r.direct_loss * 100)::bigint, n.never)] ORDER BY s.code, n.lowest, l.ordinal DESC) AS limits
                   FROM @ledger@.severity_scheme@as_of@ s
                   JOIN @ledger@.severity_threshold@as_of@ r ON r.scheme_code = s.code
                   JOIN @ledger@.severity_level@as_of@ l ON l.code = r.severity_code
                  CROSS JOIN LATERAL (SELECT 9223372036854775807 AS never, num_nonnulls(r.dead, r.serious_injuries, r.minor_injuries, r.injured, r.direct_loss) = 0 AS lowest) n
                  WHERE s.active) g ON true
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'accident_fact',
    '事故及其计入期限内的伤亡、等级 | accidents with the casualties within the window, and severity', $sql$
    -- index: occurred_on, status, severity, category_group, deaths
    -- index: emgov.month_of(occurred_on), area_code, known_from
    -- index: emgov.month_of(occurred_on), deaths
    -- index: emgov.month_of(occurred_on), dead_or_missing DESC, serious_injuries DESC, direct_loss DESC NULLS LAST, id
    SELECT a.id, a.occurred_on, a.reported_on, a.area_code, a.category_code,
           k.category_group,
           a.injury_type, a.industry, a.subject_id, a.direct_loss, a.regime, a.number, a.title,
           emgov_internal.deaths(a.casualties, k.window_days) AS deaths,
           a.casualties[1] AS missing,
           emgov_internal.serious_injuries(a.casualties, k.window_days) AS serious_injuries,
           a.casualties[3] AS minor_injuries,
           emgov_internal.deaths_after_window(a.casualties, k.window_days) AS deaths_after_window,
           -- graded by these: who is missing counts as dead where a policy says so
           emgov_internal.dead_or_missing(a.casualties, k.window_days, a.occurred_on, k.missing_dead) AS dead_or_missing,
           emgov_internal.grade(k.levels, k.limits, k.path, a.regime, a.occurred_on, emgov_internal.dead_or_missing(a.casualties, k.window_days, a.occurred_on, k.missing_dead),
                       emgov_internal.serious_injuries(a.casualties, k.window_days), a.casualties[3], a.direct_loss) AS severity,
           a.status, a.note, a.known_from
      -- now: by one pass over both tables in the order of accidents, or by an index, as the planner likes; of the versions of two tables,
      -- of which it cannot know how many belong together, by the index
      FROM @now@ (SELECT a.id, a.occurred_on, a.reported_on, a.area_code, a.category_code, a.injury_type, a.industry, a.subject_id, a.direct_loss, a.regime,
                         a.number, a.title, a.status, a.note, a.known_from,
                         emgov_internal.casualties() WITHIN GROUP (ORDER BY c.outcome, c.outcome_on, a.occurred_on) AS casualties
                    FROM @ledger@.accident a LEFT JOIN @ledger@.casualty c ON c.accident_id = a.id AND c.status = 'valid'
                   GROUP BY a.id)     -- and by no other column: what is grouped by is carried along, asked for or not
           @past@ (SELECT a.*, c.casualties
                     FROM @ledger@.accident@as_of@ a
                    CROSS JOIN LATERAL (SELECT emgov_internal.casualties() WITHIN GROUP (ORDER BY c.outcome, c.outcome_on, a.occurred_on) AS casualties
                                          FROM @ledger@.casualty@as_of@ c WHERE c.accident_id = a.id AND c.status = 'valid') c)
           @always@ a
      @now@ JOIN @store@.accident_grading k ON k.code = a.category_code
      @past@ JOIN (@query accident_grading@) k ON k.code = a.category_code @always@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'accident_fact.category_group', '类别分组 | group of its category'),
    ('column', 'accident_fact.deaths', '计入期限内死亡人数 | deaths within the window'),
    ('column', 'accident_fact.missing', '下落不明人数 | missing'),
    ('column', 'accident_fact.serious_injuries', '重伤人数 | seriously injured'),
    ('column', 'accident_fact.minor_injuries', '轻伤人数 | slightly injured'),
    ('column', 'accident_fact.deaths_after_window', '计入期限后死亡人数 | deaths after the window'),
    ('column', 'accident_fact.dead_or_missing', '死亡和计入死亡的下落不明人数 | dead, and missing where they count as dead'),
    ('column', 'accident_fact.severity', '等级 | severity'),
    ('column', 'accident_grading.category_group', '类别分组 | group of the category'),
    ('column', 'accident_grading.path', '类别路径 | the categories above, and itself'),
    ('column', 'accident_grading.levels', '分级 | levels of severity: code, scheme, regime, category'),
    ('column', 'accident_grading.limits', '分级界限 | from, until, and least numbers of each'),
    ('column', 'accident_grading.missing_dead', '下落不明计入死亡的期间 | days on which the missing count as dead, in pairs');

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'accident_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.accident_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT a.id::text FROM @ledger@.accident_versions($1, $2) AS a
    UNION SELECT c.accident_id::text FROM @ledger@.casualty_versions($1, $2) AS c
    UNION SELECT a.id::text
      FROM (WITH RECURSIVE changed AS (
                SELECT k.code FROM @ledger@.accident_category_versions($1, $2) AS k
                UNION SELECT c.code FROM changed AS k JOIN @ledger@.accident_category_as_of($2) AS c ON c.parent_code = k.code)
            SELECT code FROM changed) AS k JOIN @ledger@.accident_as_of($2) AS a ON a.category_code = k.code
    -- another grading may be of any accident
    UNION SELECT a.id::text FROM @ledger@.accident_as_of($2) AS a
           WHERE EXISTS (SELECT FROM @ledger@.severity_scheme_versions($1, $2)) OR EXISTS (SELECT FROM @ledger@.severity_threshold_versions($1, $2))
              OR EXISTS (SELECT FROM @ledger@.severity_level_versions($1, $2))
    UNION SELECT c.accident_id::text FROM @ledger@.casualty_policy_versions($1, $2) AS p JOIN @ledger@.casualty_as_of($2) AS c ON c.outcome = p.outcome;
END
$sql$);
