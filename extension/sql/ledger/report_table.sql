-- ------------------------------------------------------------------ ledger: report tables
-- Ordinary tables in <ledger>_tables, which a job fills and tools read without any function: the figures of each report by month and
-- by its own periods, of the whole and of each area, and its text. They are the ledger owner's; readers have views over them, see
-- the end of this file. A refresh writes what has changed, and nothing else (report_change.sql), all of it in one transaction.
--
-- What is known of a refresh stands in <ledger>_store: report_state, a row a report, and report_part, the figures that a text was made of.

CREATE FUNCTION emgov_internal.tables_schema(ledger regnamespace) RETURNS name
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (l.nspname || '_tables')::name FROM pg_namespace AS l
     WHERE l.oid = ledger AND NOT EXISTS (SELECT FROM pg_namespace AS t WHERE t.nspname = l.nspname || '_tables' AND t.nspowner <> l.nspowner)
$$;
COMMENT ON FUNCTION emgov_internal.tables_schema(regnamespace) IS
    'internal: the name of the schema of a ledger''s report tables; NULL when another user has taken it: what is written there would run that user''s triggers';

-- What a figure says, in both tables.
CREATE FUNCTION emgov_internal.figure_columns() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT $columns$
    place int NOT NULL,                                 -- 次序，0 为合计 | 0: of the whole; then the areas in their order
    area_code text,                                     -- 区域，空为合计 | area; NULL: of the whole; empty: of records that name none
    area_zh text,                                       -- 区域名称 | its name
    area_en text,                                       -- 区域英文名称 | its name in English
    name_zh text NOT NULL,                              -- 指标名称 | the indicator's name
    name_en text,                                       -- 指标英文名称，英文报告才有 | its name in English, of a report that is in English
    section int,                                        -- 报告章节 | section of the report it appears in
    value numeric(18,4),                                -- 数值，空为未知 | what it comes to; NULL: not known
    numerator numeric(18,4),                            -- 分子 | numerator
    denominator numeric(18,4),                          -- 分母 | denominator
    base_value numeric(18,4),                           -- 基数 | what it is held against
    change numeric(18,4),                               -- 增减 | change, in amount
    rate_pct numeric(18,4),                             -- 增减率，百分比 | change, in percent
    state text NOT NULL,                                -- 可比状态 | comparable, or why there is no percentage
    p_value numeric(7,6),                               -- p 值 | how probable so large a change is by chance alone
    unit text,                                          -- 计量单位 | unit
    words text,                                         -- 数字表述 | number and unit as printed
    phrase text,                                        -- 数字与增减表述 | number and change as printed
    scope text,                                         -- 口径 | scope
    coverage text,                                      -- 填报情况 | declared, undeclared: whether somebody has said what is covered
    covered_days int,                                   -- 已填报天数 | days covered
    period_days int,                                    -- 期内天数 | days of the period
    definition_version int,                             -- 定义版本 | version of the definition
    reason text,                                        -- 说明 | why it is failed or undefined, or what is not known of it
    changed_at timestamptz NOT NULL DEFAULT now(),  -- 本行变动时间 | when this row last became another$columns$ $$;
COMMENT ON FUNCTION emgov_internal.figure_columns() IS 'internal: the columns of what a figure says, for the tables of a report';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('tables', 'figure_by_month', '报告指标逐月 | the figures of reports by month, of the whole and by area',
$ddl$
CREATE TABLE @ledger@.figure_by_month (
    report text NOT NULL,                               -- 报告 | report
    code text NOT NULL,                                 -- 指标代码 | indicator
    comparator text NOT NULL,                           -- 比较口径 | what it is held against
    period_start date NOT NULL,                         -- 月份首日 | first day of the month
    year int NOT NULL,                                  -- 年 | year
    month int NOT NULL,                                 -- 月 | month$ddl$ || emgov_internal.figure_columns() || $ddl$
    PRIMARY KEY (report, code, comparator, period_start, place)
);
CREATE INDEX figure_by_month_area ON @ledger@.figure_by_month (report, area_code, period_start);
$ddl$), ('tables', 'figure_by_period', '报告指标按报告期 | the figures of reports by the report''s periods, of the whole and by area',
$ddl$
CREATE TABLE @ledger@.figure_by_period (
    report text NOT NULL,                               -- 报告 | report
    period_start date NOT NULL,                         -- 报告期首日 | first day of the report's period
    period_end date NOT NULL,                           -- 报告期末日 | its last day
    code text NOT NULL,                                 -- 指标代码 | indicator
    comparator text NOT NULL,                           -- 比较口径 | what it is held against
    figure_start date NOT NULL,                         -- 指标期首日 | first day of the figure's own period
    figure_end date NOT NULL,                           -- 指标期末日 | its last day$ddl$ || emgov_internal.figure_columns() || $ddl$
    PRIMARY KEY (report, period_start, period_end, code, comparator, figure_start, figure_end, place)
);
$ddl$), ('tables', 'report_text', '报告正文 | the text of reports, a row a paragraph',
$ddl$
CREATE TABLE @ledger@.report_text (
    report text NOT NULL,                               -- 报告 | report
    period_start date NOT NULL,                         -- 报告期首日 | first day of the report's period
    period_end date NOT NULL,                           -- 报告期末日 | its last day
    section int NOT NULL,                               -- 章节序号 | number of the section
    ordinal int NOT NULL,                               -- 段落次序 | order in the section
    heading text,                                       -- 章节标题 | heading of the section
    body text NOT NULL,                                 -- 正文 | the paragraph
    changed_at timestamptz NOT NULL DEFAULT now(),  -- 本行变动时间 | when this row last became another
    PRIMARY KEY (report, period_start, period_end, section, ordinal)
);
$ddl$);

-- The first refresh after this computes all.
CREATE PROCEDURE emgov_internal.make_report_tables(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema text := ledger || '_tables';
    store text := quote_ident(ledger || '_store');
    part emgov.ledger_part;
BEGIN
    CALL emgov_internal.make_schema(ledger, '_tables', format('台账 %1$s 的报表，由作业生成 | report tables of ledger %1$s, which jobs fill', ledger));
    FOR part IN SELECT p.* FROM emgov.ledger_part AS p WHERE p.kind = 'tables' ORDER BY p.ordinal LOOP
        IF to_regclass(format('%I.%I', schema, part.name)) IS NULL THEN
            CALL emgov_internal.make_table(schema, part);
        END IF;
    END LOOP;
    IF to_regclass(store || '.report_state') IS NULL THEN
        EXECUTE format('CREATE TABLE %s.report_state (report text PRIMARY KEY, since timestamptz, until timestamptz, refreshed_at timestamptz NOT NULL, frame text, words text,
                                                      coverage jsonb, marks jsonb, definitions jsonb, scope text, splits jsonb, held bigint)', store);
        PERFORM emgov_internal.set_comment('TABLE', store || '.report_state', '报表的刷新状态 | what the report tables were made of when they were last refreshed');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.report_state.' || c.name, c.note) FROM (VALUES
            ('report', '报告 | report'), ('since', '此前的变动均已计入，空则全部重算 | up to when all was counted; NULL: the next refresh computes everything'),
            ('until', '此后的变动均未计入 | what is dated later was not counted'), ('refreshed_at', '刷新时间 | when it was refreshed'),
            ('frame', '框架散列 | a hash of what all figures depend on'), ('words', '文字散列 | a hash of what texts are made of beside figures'),
            ('coverage', '填报情况 | what was covered'), ('marks', '倒填标记 | the marks of dated_back that were seen'), ('definitions', '定义版本 | versions of the definitions'),
            ('scope', '范围散列 | a hash of which figures are wanted'), ('splits', '维度及末日 | dimensions, and until when their members count'),
            ('held', '指标数 | how many figures the tables had')) AS c (name, note);
        EXECUTE format('CREATE TABLE %s.report_part (report text, period daterange, by text, code text, during daterange, comparator text, figures jsonb NOT NULL,
                            PRIMARY KEY (report, period, by, code, during, comparator))', store);
        PERFORM emgov_internal.set_comment('TABLE', store || '.report_part', '报告正文所用指标 | the figures that texts in the report tables were made of');
        PERFORM emgov_internal.set_comment('COLUMN', store || '.report_part.' || c.name, c.note) FROM (VALUES
            ('report', '报告 | report'), ('period', '报告期 | the report''s period'), ('by', '维度，空文本为合计 | split by; empty: of the whole'), ('code', '指标代码 | indicator'),
            ('during', '指标期 | the figure''s own days'), ('comparator', '比较口径 | what it is held against'), ('figures', '指标 | the figures')) AS c (name, note);
    END IF;
    EXECUTE format('UPDATE %s.report_state SET since = NULL', store);
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_report_tables(text) IS 'internal: the report tables of a ledger, those that there are not; the next refresh of each report is a whole one';

-- ------------------------------------------------------------------ refreshing them

-- Rows of figures go into a table of them: those of figures that are not wanted, and of members that there are no more, go; what is another is written.
CREATE FUNCTION emgov_internal.write_figures(relation regclass, report jsonb, wanted emgov_internal.report_request[], changed emgov_internal.report_request[], made emgov_internal.report_made[])
RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
    by_month boolean := (SELECT c.relname = 'figure_by_month' FROM pg_class AS c WHERE c.oid = relation);
    of_request text := CASE WHEN by_month THEN 'r.period IS NULL AND r.code = t.code AND r.comparator = t.comparator AND lower(r.during) = t.period_start'
                            ELSE 'lower(r.period) = t.period_start AND upper(r.period) - 1 = t.period_end AND r.code = t.code AND r.comparator = t.comparator
                                  AND lower(r.during) = t.figure_start AND upper(r.during) - 1 = t.figure_end' END;
    of_figure text := CASE WHEN by_month THEN 'm.period IS NULL AND (m.figure).code = t.code AND m.comparator = t.comparator AND (m.figure).starts_on = t.period_start'
                           ELSE 'lower(m.period) = t.period_start AND upper(m.period) - 1 = t.period_end AND (m.figure).code = t.code AND m.comparator = t.comparator
                                 AND (m.figure).starts_on = t.figure_start AND (m.figure).ends_on - 1 = t.figure_end' END;
    key text;
    said text;
    was text;
    becomes text;
    gone bigint;
    n bigint;
BEGIN
    -- a figure of an area that cannot be told is none
    made := ARRAY(SELECT m FROM unnest(made) AS m WHERE m.by = 'area' AND (m.period IS NULL) = by_month AND (m.place = 0 OR (m.figure).state <> 'failed'));
    EXECUTE format($sql$
        DELETE FROM %s AS t WHERE t.report = $1
           AND ($2 IS NOT NULL AND NOT EXISTS (SELECT FROM unnest($2) AS r WHERE r.by = 'area' AND %2$s)
                OR EXISTS (SELECT FROM unnest($3) AS r WHERE r.by = 'area' AND %2$s) AND NOT EXISTS (SELECT FROM unnest($4) AS m WHERE m.place = t.place AND %3$s)) $sql$,
        relation, of_request, of_figure) USING report->>'code', wanted, changed, made;
    GET DIAGNOSTICS gone = ROW_COUNT;
    SELECT string_agg(quote_ident(a.attname), ', ') FILTER (WHERE a.attnum = ANY (x.indkey)), string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE NOT a.attnum = ANY (x.indkey)),
           string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE NOT a.attnum = ANY (x.indkey)),
           string_agg(format('excluded.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE NOT a.attnum = ANY (x.indkey)) INTO key, said, was, becomes
      FROM pg_index AS x JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'changed_at'
     WHERE x.indrelid = relation AND x.indisprimary;
    EXECUTE format($sql$
        INSERT INTO %s AS t (report, code, comparator, %s, place, area_code, area_zh, area_en, name_zh, name_en, section, value, numerator, denominator, base_value, change, rate_pct, state, p_value,
                             unit, words, phrase, scope, coverage, covered_days, period_days, definition_version, reason)
        SELECT $1, (m.figure).code, m.comparator, %s, m.place, (m.figure).member, (m.figure).member_name, (m.figure).member_name_en, (m.figure).name_zh,
               nullif((m.figure).name, (m.figure).name_zh), (m.figure).section, emgov_internal.bounded((m.figure).value), emgov_internal.bounded((m.figure).numerator),
               emgov_internal.bounded((m.figure).denominator),
               emgov_internal.bounded((m.figure).base), emgov_internal.bounded((m.figure).change), emgov_internal.bounded((m.figure).rate), (m.figure).state, (m.figure).p_value, (m.figure).unit,
               (m.figure).words, (m.figure).phrase, (m.figure).scope, (m.figure).coverage, (m.figure).covered_days, (m.figure).period_days, (m.figure).definition_version, (m.figure).reason
          FROM unnest($2) AS m
        ON CONFLICT (%s) DO UPDATE SET (%s, changed_at) = ROW(%s, now()) WHERE (%s) IS DISTINCT FROM (%s) $sql$, relation,
        CASE WHEN by_month THEN 'period_start, year, month' ELSE 'period_start, period_end, figure_start, figure_end' END,
        CASE WHEN by_month THEN '(m.figure).starts_on, extract(year FROM (m.figure).starts_on)::int, extract(month FROM (m.figure).starts_on)::int'
             ELSE 'lower(m.period), upper(m.period) - 1, (m.figure).starts_on, (m.figure).ends_on - 1' END,
        key, said, becomes, was, becomes) USING report->>'code', made;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN gone + n;
END
$$;
COMMENT ON FUNCTION emgov_internal.write_figures(regclass, jsonb, emgov_internal.report_request[], emgov_internal.report_request[], emgov_internal.report_made[]) IS
    'internal: write figures of a report (as report() gives it) into a table of them, where they are not there already; wanted: all that it is to have, NULL: it has no others; '
    'how many rows were written or deleted';

-- NULL: somebody else refreshes the report. The lock is held until the transaction ends; what is read is read with one snapshot, after it was taken.
CREATE FUNCTION emgov_internal.refresh_report(ledger regnamespace, report text, whole boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
    store regnamespace := emgov_internal.store(ledger);
    schema name := emgov_internal.tables_schema(ledger);
    since timestamptz;
    was_since timestamptz;
    d record;
    all_wanted emgov_internal.report_request[];
    written bigint;
    n bigint;
BEGIN
    PERFORM emgov_internal.must_own(format('ledger "%s"', (SELECT nspname FROM pg_namespace WHERE oid = ledger)), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    IF schema IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('schema "%s_tables" belongs to another user', (SELECT nspname FROM pg_namespace WHERE oid = ledger)),
            DETAIL = 'It has the name of the schema of the report tables.', HINT = 'Rename that schema, or the ledger.';
    END IF;
    IF NOT emgov_internal.lock_job(ledger, 'refresh ' || report) THEN
        RETURN NULL;
    END IF;
    since := emgov_internal.settled() - interval '1 microsecond';
    EXECUTE format('SELECT s.since FROM %s.report_state AS s WHERE s.report = $1', store) INTO was_since USING report;
    SELECT * INTO d FROM emgov_internal.report_draft(ledger, report, whole);
    all_wanted := CASE WHEN NOT d.same THEN d.wanted END;
    written := emgov_internal.write_figures(format('%I.figure_by_month', schema)::regclass, d.defined, all_wanted, d.changed, d.made)
             + emgov_internal.write_figures(format('%I.figure_by_period', schema)::regclass, d.defined, all_wanted, d.changed, d.made);
    EXECUTE format($sql$
        WITH fresh AS MATERIALIZED (
            SELECT lower(x.period) AS period_start, upper(x.period) - 1 AS period_end, x.section, x.ordinal, x.heading, x.body
              FROM jsonb_to_recordset($2) AS x (period daterange, section int, ordinal int, heading text, body text)
        ), gone AS (
            DELETE FROM %1$I.report_text AS t WHERE t.report = $1
               AND (NOT EXISTS (SELECT FROM unnest($3) AS p WHERE lower(p) = t.period_start AND upper(p) - 1 = t.period_end)
                    OR NOT EXISTS (SELECT FROM ONLY %2$s.report_paragraph AS p WHERE p.report = $1 AND p.active AND p.section = t.section AND p.ordinal = t.ordinal)
                    OR EXISTS (SELECT FROM fresh AS f WHERE (f.period_start, f.period_end, f.section, f.ordinal) = (t.period_start, t.period_end, t.section, t.ordinal) AND f.body IS NULL))
            RETURNING 1
        ), come AS (
            INSERT INTO %1$I.report_text AS t (report, period_start, period_end, section, ordinal, heading, body)
            SELECT $1, f.* FROM fresh AS f WHERE f.body IS NOT NULL
            ON CONFLICT (report, period_start, period_end, section, ordinal) DO UPDATE SET (heading, body, changed_at) = ROW(excluded.heading, excluded.body, now())
             WHERE (t.heading, t.body) IS DISTINCT FROM (excluded.heading, excluded.body)
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM come) $sql$, schema, ledger) INTO n USING report, d.texts, d.every;
    written := written + n;
    IF NOT d.same THEN
        EXECUTE format($sql$
            DELETE FROM %1$s.report_part AS s WHERE s.report = $1
               AND NOT EXISTS (SELECT FROM unnest($2) AS w WHERE w.is_text AND w.period = s.period AND coalesce(w.by, '') = s.by AND w.code = s.code AND w.during = s.during
                                                             AND w.comparator = s.comparator) $sql$, store) USING report, d.wanted;
    END IF;
    EXECUTE format('INSERT INTO %s.report_part SELECT $1, x.period, x.by, x.code, x.during, x.comparator, x.figures
                      FROM jsonb_to_recordset($2) AS x (period daterange, by text, code text, during daterange, comparator text, figures jsonb)
                    ON CONFLICT (report, period, by, code, during, comparator) DO UPDATE SET figures = excluded.figures', store) USING report, d.parts;
    -- whoever wished meanwhile that all be computed anew has it with the next one
    EXECUTE format($sql$
        INSERT INTO %s.report_state AS s SELECT $1, $2, clock_timestamp() + interval '1 millisecond', clock_timestamp(), $3->>'frame', $3->>'words', $3->'coverage', $3->'marks', $3->'definitions',
                                                $3->>'scope', $3->'splits', emgov_internal.report_held($5, $1)
        ON CONFLICT (report) DO UPDATE SET (since, until, refreshed_at, frame, words, coverage, marks, definitions, scope, splits, held)
            = ROW(CASE WHEN s.since IS NOT NULL OR $4 IS NULL THEN excluded.since END, excluded.until, excluded.refreshed_at, excluded.frame, excluded.words, excluded.coverage, excluded.marks,
                  excluded.definitions, excluded.scope, excluded.splits, excluded.held) $sql$, store)
    USING report, since, d.state, was_since, ledger;
    RETURN written;
END
$$;
COMMENT ON FUNCTION emgov_internal.refresh_report(regnamespace, text, boolean) IS
    'internal: bring the report tables of a report forward to what is known now, by the ledger''s owner; whole: compute everything anew. How many rows were written or deleted; NULL: '
    'another session is at it. Errors: no such report';

-- ------------------------------------------------------------------ what readers see of them
-- A reader of areas sees the figures of these; the whole, and texts, are for those who see everything.
INSERT INTO emgov.ledger_part (kind, name, note, body)
SELECT 'view', v.name, v.note, format($sql$
    SELECT t.report::varchar(60) AS report, %s, t.code::varchar(31) AS indicator_code, t.name_zh::varchar(200) AS indicator_zh, t.name_en::varchar(200) AS indicator_en, t.section,
           t.comparator::varchar(64) AS comparator, (t.place = 0) AS is_total, t.place AS row_order,
           t.area_code::varchar(64) AS area_code, t.area_zh::varchar(200) AS area_zh, t.area_en::varchar(200) AS area_en,
           t.value, t.numerator, t.denominator, t.base_value, t.change, t.rate_pct, t.state::varchar(20) AS state, t.p_value, t.unit::varchar(60) AS unit,
           t.words::varchar(200) AS words, t.phrase::varchar(400) AS phrase, t.scope::varchar(20) AS scope, t.coverage::varchar(20) AS coverage, t.covered_days, t.period_days,
           t.definition_version, t.reason::varchar(400) AS reason, t.changed_at
      FROM ONLY @tables@.%s AS t WHERE @seen(CASE WHEN t.place > 0 THEN t.area_code END)@ $sql$, v.columns, v.source)
  FROM (VALUES ('report_figure_by_month', 'figure_by_month', 't.period_start, t.year, t.month',
                '报告指标按月，由作业刷新；合计（is_total）与各地区同列，每种比较方式（comparator）一行，求和前先选定 | '
                'the figures of reports by month, as the last refresh left them; the total (is_total) stands beside the areas, a figure once for each comparator: '
                'choose both before adding up; an area''s reader sees that area''s'),
               ('report_figure_by_period', 'figure_by_period', 't.period_start, t.period_end, t.figure_start, t.figure_end',
                '报告指标按报告期，由作业刷新；合计（is_total）与各地区同列，每种比较方式（comparator）、'
                '每段期间（figure_start）一行，求和前先选定 | the figures of reports by the report''s periods, as the last refresh left them; '
                'the total (is_total) stands beside the areas, a figure once for each comparator and each of the page''s periods (figure_start): '
                'choose them before adding up; an area''s reader sees that area''s'))
       AS v (name, source, columns, note);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'report_text_by_period',
    '报告正文按报告期，由作业刷新 | the text of reports, a row a paragraph, as the last refresh left it; for readers of everything', $sql$
    SELECT t.report::varchar(60) AS report, t.period_start, t.period_end, t.section, t.ordinal, t.heading::varchar(1000) AS heading, t.body::varchar(1000000) AS body, t.changed_at
      FROM ONLY @tables@.report_text AS t WHERE @seen(NULL::text)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'report_text_by_period.ordinal', '段落次序 | order in the section'),
    ('column', 'report_text_by_period.heading', '章节标题 | heading of the section'),
    ('column', 'report_text_by_period.body', '正文 | the paragraph'),
    ('column', 'report_figure_by_month.indicator_en', '指标英文名称，英文报告才有 | indicator in English, of a report that is in English'),
    ('column', 'report_figure_by_period.indicator_en', '指标英文名称，英文报告才有 | indicator in English, of a report that is in English'),
    ('column', 'report_figure_by_month.reason', '说明 | why it is failed or undefined, or what is not known of it'),
    ('column', 'report_figure_by_period.reason', '说明 | why it is failed or undefined, or what is not known of it'),
    ('column', 'changed_at', '变动时间 | when this row last became another'),
    ('column', 'figure_start', '指标期首日 | first day of the figure''s own period'),
    ('column', 'figure_end', '指标期末日 | its last day');
