-- ------------------------------------------------------------------ ledger: its own functions, procedures and views
-- Thin wrappers in the ledger's schema: they know which ledger they are, and are
-- parsed when they are made, so they hold whatever the search_path, and keep the
-- extension from being dropped while a ledger uses it.
CREATE PROCEDURE emgov._make_functions(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
    f record;
    this text := format('%L::regnamespace', quote_ident(ledger));
BEGIN
    FOR f IN SELECT * FROM (VALUES
        ('FUNCTION', 'figures', 'period daterange, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL, base text DEFAULT ''restated''',
         'SETOF emgov.ledger_figure', 'SELECT * FROM emgov.ledger_figures(@, $1, $2, $3, $4)', 'daterange, timestamptz, text, text',
         '全部指标：数值、分子分母、基数、增减、可比状态、p 值与表述 | every indicator with value, numerator, denominator, base, change, rate, state, p-value and words, as known at a moment (NULL: now); base: restated or first_published'),
        ('FUNCTION', 'figure_rows', 'code text, period daterange, as_of timestamptz DEFAULT NULL',
         'SETOF emgov.ledger_record', 'SELECT * FROM emgov.ledger_figure_rows(@, $1, $2, $3)', 'text, daterange, timestamptz',
         '数字背后的记录 | the very records behind a figure; sum(amount) by part equals its numerator and denominator'),
        ('FUNCTION', 'report_text', 'period daterange, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL',
         'TABLE (ordinal int, section int, heading text, body text)', 'SELECT * FROM emgov.ledger_report_text(@, $1, $2, $3)', 'daterange, timestamptz, text',
         '报告正文 | the report''s paragraphs from the templates'),
        ('FUNCTION', 'check_figures', 'period daterange, as_of timestamptz DEFAULT NULL',
         'SETOF emgov.ledger_check', 'SELECT * FROM emgov.ledger_check_figures(@, $1, $2)', 'daterange, timestamptz',
         '核对 | every check rule, whether it holds, and which figures or records disagree'),
        ('FUNCTION', 'restatement', 'publication int, as_of timestamptz DEFAULT NULL',
         'SETOF emgov.ledger_restatement', 'SELECT * FROM emgov.ledger_restatement(@, $1, $2)', 'int, timestamptz',
         '已发布数字与现在的差异、原因和记录 | what a publication would say otherwise now, why, and which records moved it'),
        ('FUNCTION', 'verify_publication', 'publication int',
         'TABLE (code text, published numeric, recomputed numeric, same_records boolean)', 'SELECT * FROM emgov.ledger_verify_publication(@, $1)', 'int',
         '复算发布 | the published figures that do not come out again from what was known then'),
        ('PROCEDURE', 'publish', 'period daterange, report text, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL, base text DEFAULT ''restated''',
         NULL, 'SELECT emgov.publish_ledger(@, $1, $2, $3, $4, $5)', 'daterange, text, timestamptz, text, text',
         '发布 | freeze the figures as a publication of a report and make it the current one'),
        ('PROCEDURE', 'grant_reader', 'role name', NULL, 'SELECT emgov.grant_ledger(@, $1, ''reader'')', 'name',
         '授予只读视图 | let a role read the views for readers, and nothing else'),
        ('PROCEDURE', 'grant_analyst', 'role name', NULL, 'SELECT emgov.grant_ledger(@, $1, ''analyst'')', 'name',
         '授予分析权限 | let a role read everything and call the figures'),
        ('PROCEDURE', 'grant_publisher', 'role name', NULL, 'SELECT emgov.grant_ledger(@, $1, ''publisher'')', 'name',
         '授予发布权限 | let a role publish')
      ) AS v (kind, name, arguments, result, body, types, note)
    LOOP
        EXECUTE format('CREATE OR REPLACE %s %I.%I(%s) %s LANGUAGE sql %s BEGIN ATOMIC %s; END',
            f.kind, ledger, f.name, f.arguments,
            coalesce('RETURNS ' || f.result, ''),
            CASE WHEN f.kind = 'FUNCTION' THEN 'STABLE' ELSE '' END,
            replace(f.body, '@', this));
        EXECUTE format('REVOKE ALL ON %s %I.%I(%s) FROM PUBLIC', f.kind, ledger, f.name, f.types);
        PERFORM emgov._set_comment(f.kind, format('%I.%I(%s)', ledger, f.name, f.types), f.note);
    END LOOP;
END
$procedure$;
COMMENT ON PROCEDURE emgov._make_functions(text) IS 'internal: a ledger''s own functions and procedures';

CREATE FUNCTION emgov.ledger_views() RETURNS TABLE (name text, note text, body text)
LANGUAGE sql IMMUTABLE
AS $function$ VALUES
    ('figure_current', '各报告当前发布的数字 | the figures of each report''s current publication', $v$
        SELECT p.report::varchar(120) AS report, p.id AS publication, p.starts_on AS period_start, (p.ends_on - 1) AS period_end,
               p.as_of, f.code::varchar(31) AS code, f.name_zh::varchar(60) AS name_zh, f.value, f.numerator, f.denominator,
               f.unit::varchar(20) AS unit, f.base AS base_value, f.change, f.rate AS rate_pct, f.state::varchar(20) AS state,
               f.p_value, f.phrase::varchar(200) AS phrase, f.scope::varchar(20) AS scope, f.definition_version
          FROM @.publication_current c
          JOIN @.publication p ON p.id = c.publication_id
          JOIN @.publication_figure f ON f.publication_id = p.id $v$),
    ('publication_list', '全部发布 | all publications, and which is current', $v$
        SELECT p.id AS publication, p.report::varchar(120) AS report, p.starts_on AS period_start, (p.ends_on - 1) AS period_end,
               p.as_of, p.scope::varchar(20) AS scope, p.base::varchar(20) AS base, p.published_at,
               p.published_by::varchar(63) AS published_by, p.input_hash::varchar(64) AS input_hash,
               (c.publication_id IS NOT NULL) AS is_current
          FROM @.publication p LEFT JOIN @.publication_current c ON c.publication_id = p.id $v$),
    ('indicator_list', '指标及释义 | the indicators and what they mean', $v$
        SELECT i.code::varchar(31) AS code, i.section, i.name_zh::varchar(60) AS name_zh, i.name_en::varchar(120) AS name_en,
               i.kind::varchar(12) AS kind, i.unit::varchar(20) AS unit, i.scope::varchar(20) AS scope, i.cutoff::varchar(10) AS cutoff,
               i.definition_zh::varchar(400) AS definition_zh, i.version, (i.approved_at IS NOT NULL) AS is_approved, i.active AS is_active
          FROM @.indicator i $v$),
    ('accident_monthly', '事故按月 | accidents by month', $v$
        SELECT date_trunc('month', a.occurred_on::timestamp)::date AS period_start, extract(year FROM a.occurred_on)::int AS year,
               extract(month FROM a.occurred_on)::int AS month, count(*)::int AS accidents, sum(a.deaths)::int AS deaths,
               sum(a.serious_injuries)::int AS serious_injuries, sum(a.direct_loss)::numeric(18,2) AS direct_loss
          FROM @.accident_fact a WHERE a.status = 'valid' GROUP BY 1, 2, 3 $v$),
    ('accident_by_area', '事故按月按区域 | accidents by month and area', $v$
        SELECT date_trunc('month', a.occurred_on::timestamp)::date AS period_start, a.area_code::varchar(20) AS area_code,
               r.name_zh::varchar(60) AS area_zh, count(*)::int AS accidents, sum(a.deaths)::int AS deaths,
               sum(a.direct_loss)::numeric(18,2) AS direct_loss
          FROM @.accident_fact a JOIN @.area r ON r.code = a.area_code WHERE a.status = 'valid' GROUP BY 1, 2, 3 $v$),
    ('accident_by_category', '事故按月按类别 | accidents by month and category', $v$
        SELECT date_trunc('month', a.occurred_on::timestamp)::date AS period_start, a.category_code::varchar(40) AS category_code,
               k.name_zh::varchar(60) AS category_zh, g.name_zh::varchar(60) AS group_zh, count(*)::int AS accidents, sum(a.deaths)::int AS deaths,
               sum(a.direct_loss)::numeric(18,2) AS direct_loss
          FROM @.accident_fact a JOIN @.accident_category k ON k.code = a.category_code
          JOIN @.accident_category g ON g.code = a.category_group WHERE a.status = 'valid' GROUP BY 1, 2, 3, 4 $v$),
    ('accident_influence', '最大一起事故对全年死亡同比的影响 | the largest accident''s weight in a year''s deaths, and the change without it', $v$
        SELECT make_date(y.year, 1, 1) AS period_start, y.year, y.accidents, y.deaths, y.largest_deaths,
               (y.deaths - y.largest_deaths) AS deaths_without_largest,
               round(100.0 * y.largest_deaths / nullif(y.deaths, 0), 2)::numeric(9,2) AS largest_share_pct,
               b.deaths AS deaths_year_before,
               round(100.0 * (y.deaths - b.deaths) / nullif(b.deaths, 0), 2)::numeric(9,2) AS deaths_yoy_pct,
               round(100.0 * (y.deaths - y.largest_deaths - b.deaths) / nullif(b.deaths, 0), 2)::numeric(9,2) AS deaths_yoy_pct_without_largest
          FROM (SELECT extract(year FROM a.occurred_on)::int AS year, count(*)::int AS accidents, sum(a.deaths)::int AS deaths,
                       max(a.deaths)::int AS largest_deaths
                  FROM @.accident_fact a WHERE a.status = 'valid' GROUP BY 1) y
          LEFT JOIN (SELECT extract(year FROM a.occurred_on)::int AS year, sum(a.deaths)::int AS deaths
                  FROM @.accident_fact a WHERE a.status = 'valid' GROUP BY 1) b ON b.year = y.year - 1 $v$),
    ('remediation_by_campaign', '整治出清按专项、月、区域 | clearance by campaign, month and area; latest decision of each enterprise', $v$
        SELECT date_trunc('month', r.completed_on::timestamp)::date AS period_start, r.campaign_code::varchar(40) AS campaign_code,
               c.name_zh::varchar(60) AS campaign_zh, r.area_code::varchar(20) AS area_code,
               count(DISTINCT r.subject_id)::int AS completed,
               (count(DISTINCT r.subject_id) FILTER (WHERE r.outcome = 'exited'))::int AS exited,
               (count(DISTINCT r.subject_id) FILTER (WHERE r.outcome = 'upgraded'))::int AS upgraded
          FROM @.remediation_fact r JOIN @.campaign c ON c.code = r.campaign_code
         WHERE r.status = 'valid' AND r.completed_on IS NOT NULL AND r.superseded_on IS NULL GROUP BY 1, 2, 3, 4 $v$),
    ('campaign_overlap', '两个专项共同涉及的企业 | enterprises that two campaigns have in common, by credit code', $v$
        SELECT a.campaign_code::varchar(40) AS campaign_code, b.campaign_code::varchar(40) AS other_campaign_code,
               min(a.period_start) AS period_start, count(*)::int AS enterprises
          FROM (SELECT r.campaign_code, r.subject_id, min(r.listed_on) AS period_start FROM @.remediation r WHERE r.status = 'valid' GROUP BY 1, 2) a
          JOIN (SELECT DISTINCT r.campaign_code, r.subject_id FROM @.remediation r WHERE r.status = 'valid') b
            ON b.subject_id = a.subject_id AND b.campaign_code > a.campaign_code GROUP BY 1, 2 $v$),
    ('enterprise_in_campaigns', '涉及多个专项的企业 | enterprises in several campaigns', $v$
        SELECT s.uscc::varchar(18) AS uscc, s.name::varchar(120) AS name, count(DISTINCT r.campaign_code)::int AS campaigns,
               string_agg(DISTINCT r.campaign_code, ',' ORDER BY r.campaign_code)::varchar(400) AS campaign_codes, min(r.listed_on) AS period_start
          FROM @.remediation r JOIN @.subject s ON s.id = r.subject_id WHERE r.status = 'valid'
         GROUP BY s.id, s.uscc, s.name HAVING count(DISTINCT r.campaign_code) > 1 $v$),
    ('case_stock', '案件按月：期初、立案、决定、结案、期末 | cases by month: opening, filed, decided, closed, pending', $v$
        SELECT m.period_start, m.year, m.month,
               (sum(m.filed - m.closed) OVER w - (m.filed - m.closed))::int AS opening, m.filed::int AS filed, m.decided::int AS decided,
               m.closed::int AS closed, (sum(m.filed - m.closed) OVER w)::int AS pending, m.fines::numeric(18,2) AS fines
          FROM (SELECT date_trunc('month', e.on_date::timestamp)::date AS period_start, extract(year FROM e.on_date)::int AS year,
                       extract(month FROM e.on_date)::int AS month, sum(e.filed) AS filed, sum(e.decided) AS decided, sum(e.closed) AS closed, sum(e.fine) AS fines
                  FROM (SELECT c.filed_on AS on_date, 1 AS filed, 0 AS decided, 0 AS closed, 0::numeric AS fine FROM @.case_fact c WHERE c.status = 'valid'
                        UNION ALL SELECT c.decided_on, 0, 1, 0, c.fine FROM @.case_fact c WHERE c.status = 'valid' AND c.decided_on IS NOT NULL
                        UNION ALL SELECT c.closed_on, 0, 0, 1, 0 FROM @.case_fact c WHERE c.status = 'valid' AND c.closed_on IS NOT NULL) e
                 GROUP BY 1, 2, 3) m
        WINDOW w AS (ORDER BY m.period_start) $v$),
    ('penalty_by_kind', '案件按决定月按最重处罚 | cases by month of decision, under their heaviest penalty', $v$
        SELECT date_trunc('month', c.decided_on::timestamp)::date AS period_start, c.heaviest::varchar(40) AS kind_code, k.name_zh::varchar(60) AS kind_zh,
               count(*)::int AS cases, sum(c.fine)::numeric(18,2) AS fines
          FROM @.case_fact c JOIN @.penalty_kind k ON k.code = c.heaviest
         WHERE c.status = 'valid' AND c.decided_on IS NOT NULL GROUP BY 1, 2, 3 $v$),
    ('inspection_monthly', '检查按月按项目 | inspections by month and programme', $v$
        SELECT date_trunc('month', i.inspected_on::timestamp)::date AS period_start, i.programme_code::varchar(40) AS programme_code,
               p.name_zh::varchar(60) AS programme_zh, count(*)::int AS visits, count(DISTINCT i.subject_id)::int AS enterprises
          FROM @.inspection i JOIN @.programme p ON p.code = i.programme_code WHERE i.status = 'valid' GROUP BY 1, 2, 3 $v$),
    ('hazard_monthly', '隐患按发现月按项目 | hazards by month found and programme, with what became of them', $v$
        SELECT date_trunc('month', h.found_on::timestamp)::date AS period_start, h.programme_code::varchar(40) AS programme_code,
               p.name_zh::varchar(60) AS programme_zh, count(*)::int AS found, (count(*) FILTER (WHERE h.level = 'major'))::int AS major,
               count(h.rectified_on)::int AS rectified, count(h.closed_on)::int AS closed,
               round(100.0 * count(h.closed_on) / count(*), 2)::numeric(9,2) AS closed_pct
          FROM @.hazard h JOIN @.programme p ON p.code = h.programme_code WHERE h.status = 'valid' GROUP BY 1, 2, 3 $v$),
    ('hazard_overdue', '逾期未整改隐患 | hazards past their deadline today', $v$
        SELECT h.id::numeric(18,0) AS hazard, h.found_on AS period_start, h.programme_code::varchar(40) AS programme_code, s.uscc::varchar(18) AS uscc,
               s.name::varchar(120) AS name, h.level::varchar(10) AS level, h.deadline, (current_date - h.deadline) AS days_overdue
          FROM @.hazard h JOIN @.subject s ON s.id = h.subject_id
         WHERE h.status = 'valid' AND h.rectified_on IS NULL AND h.deadline < current_date $v$),
    ('drill_progress', '演练计划与举办 | drills planned and held, by month', $v$
        SELECT date_trunc('month', d.planned_on::timestamp)::date AS period_start, d.level::varchar(10) AS level,
               count(*)::int AS planned, count(d.held_on)::int AS held
          FROM @.drill_plan_fact d WHERE d.status = 'valid' GROUP BY 1, 2 $v$)
$function$;
COMMENT ON FUNCTION emgov.ledger_views() IS 'the views of a ledger that readers see: name, comment and definition';

CREATE PROCEDURE emgov._make_views(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v record;
    notes jsonb := jsonb_object(ARRAY[
        'period_start', '期初日期 | first day of the period', 'period_end', '期末日期 | last day of the period', 'year', '年 | year', 'month', '月 | month',
        'report', '报告 | report', 'publication', '发布编号 | publication', 'as_of', '数据时点 | what was known at', 'code', '指标代码 | indicator',
        'name_zh', '名称 | name', 'name_en', '英文名称 | name in English', 'value', '数值 | value', 'numerator', '分子 | numerator', 'denominator', '分母 | denominator',
        'unit', '单位 | unit', 'base_value', '基数 | base', 'change', '增减 | change', 'rate_pct', '增减百分比 | change in percent', 'state', '可比状态 | state',
        'p_value', 'p 值 | p-value', 'phrase', '表述 | words', 'scope', '口径 | scope', 'definition_version', '定义版本 | version of the definition',
        'base', '同比基数 | kind of base', 'published_at', '发布时间 | published at', 'published_by', '发布人 | published by', 'input_hash', '输入摘要 | hash of the input',
        'is_current', '是否当前 | current', 'section', '章节 | section', 'kind', '种类 | kind', 'cutoff', '截止方式 | cut-off', 'definition_zh', '释义 | definition',
        'version', '版本 | version', 'is_approved', '是否批准 | approved', 'is_active', '是否启用 | active', 'accidents', '事故起数 | accidents', 'deaths', '死亡人数 | deaths',
        'serious_injuries', '重伤人数 | serious injuries', 'direct_loss', '直接经济损失（元） | direct loss in yuan', 'area_code', '区域代码 | area', 'area_zh', '区域 | area',
        'category_code', '类别代码 | category', 'category_zh', '类别 | category', 'group_zh', '大类 | group', 'largest_deaths', '最大一起死亡 | deaths in the largest accident',
        'deaths_without_largest', '除最大一起外死亡 | deaths without it', 'largest_share_pct', '最大一起占比（%） | its share in percent', 'deaths_year_before', '上年死亡 | deaths a year before',
        'deaths_yoy_pct', '死亡同比（%） | change of deaths in percent', 'deaths_yoy_pct_without_largest', '除最大一起外同比（%） | the change without it',
        'campaign_code', '专项代码 | campaign', 'campaign_zh', '专项 | campaign', 'other_campaign_code', '另一专项代码 | the other campaign', 'completed', '完成企业数 | completed',
        'exited', '退出 | exited', 'upgraded', '提升 | upgraded', 'enterprises', '企业数 | enterprises', 'uscc', '统一社会信用代码 | credit code', 'name', '名称 | name',
        'campaigns', '专项数 | campaigns', 'campaign_codes', '专项代码表 | codes of the campaigns', 'opening', '期初未结 | opening', 'filed', '立案 | filed', 'decided', '决定 | decided',
        'closed', '结案或销号 | closed', 'pending', '期末未结 | pending', 'fines', '罚没金额（元） | amount decided', 'kind_code', '种类代码 | kind', 'kind_zh', '种类 | kind', 'cases', '案件数 | cases',
        'programme_code', '项目代码 | programme', 'programme_zh', '项目 | programme', 'visits', '检查家次 | visits', 'found', '发现 | found', 'major', '重大 | major',
        'rectified', '已整改 | rectified', 'closed_pct', '销号率（%） | closed in percent', 'hazard', '隐患编号 | hazard', 'level', '等级或级别 | level', 'deadline', '期限 | deadline',
        'days_overdue', '逾期天数 | days overdue', 'planned', '计划 | planned', 'held', '已举办 | held']);
    c record;
BEGIN
    FOR v IN SELECT * FROM emgov.ledger_views() LOOP
        EXECUTE format('CREATE OR REPLACE VIEW %I.%I AS %s', ledger, v.name, replace(v.body, '@.', quote_ident(ledger) || '.'));
        PERFORM emgov._set_comment('VIEW', format('%I.%I', ledger, v.name), v.note);
        FOR c IN SELECT attname FROM pg_attribute WHERE attrelid = format('%I.%I', ledger, v.name)::regclass AND attnum > 0 LOOP
            PERFORM emgov._set_comment('COLUMN', format('%I.%I.%I', ledger, v.name, c.attname), notes->>(c.attname));
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov._make_views(text) IS 'internal: the views of a ledger for readers, with comments in Chinese and English';

CREATE FUNCTION emgov.grant_ledger(ledger regnamespace, role name, kind text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t regclass;
    f regprocedure;
BEGIN
    IF kind NOT IN ('reader', 'analyst', 'publisher') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no kind of role "%s"', kind),
            HINT = 'reader, analyst or publisher';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" does not exist', role),
            HINT = 'Roles belong to the whole server: create it first, see examples/roles.sql.';
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', ledger, role);
    FOR t IN SELECT c.oid::regclass FROM pg_class c
              WHERE c.relnamespace = ledger::oid AND c.relkind IN ('r', 'v')
                AND (kind <> 'reader' OR c.relname IN (SELECT v.name FROM emgov.ledger_views() AS v)) LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', t, role);
    END LOOP;
    IF kind = 'reader' THEN
        RETURN;
    END IF;
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
              WHERE p.pronamespace = ledger::oid AND p.prokind = 'f' AND p.proname <> 'ledger_remember' LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', f, role);
    END LOOP;
    IF kind = 'publisher' THEN
        EXECUTE format('GRANT INSERT ON %1$s.publication, %1$s.publication_figure TO %2$I', ledger, role);
        EXECUTE format('GRANT INSERT, UPDATE ON %s.publication_current TO %I', ledger, role);
        EXECUTE format('GRANT EXECUTE ON PROCEDURE %s.publish(daterange, text, timestamptz, text, text) TO %I', ledger, role);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov.grant_ledger(regnamespace, name, text) IS
    'grant a role what a reader (the views), an analyst (everything to read) or a publisher (and to publish) needs in a ledger; by its owner';

-- Triggers and checks that use the extension's functions: made anew by every upgrade,
-- so that a ledger whose extension was dropped with CASCADE gets them back.
CREATE PROCEDURE emgov._make_guards(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
    subject text := format('%I.subject', ledger);
BEGIN
    EXECUTE replace($ddl$
CREATE OR REPLACE TRIGGER a_indicator_check BEFORE INSERT OR UPDATE ON @.indicator FOR EACH ROW EXECUTE FUNCTION emgov.check_indicator();
CREATE OR REPLACE TRIGGER a_rule_check BEFORE INSERT OR UPDATE ON @.check_rule FOR EACH ROW EXECUTE FUNCTION emgov.check_rule();
CREATE OR REPLACE TRIGGER ledger_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @.publication FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_change();
CREATE OR REPLACE TRIGGER ledger_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @.publication_figure FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_change();
CREATE OR REPLACE TRIGGER ledger_keep_insert BEFORE INSERT ON @.publication FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep_insert BEFORE INSERT ON @.publication_figure FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep BEFORE DELETE OR TRUNCATE ON @.publication_current FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_change();
CREATE OR REPLACE TRIGGER ledger_keep_insert BEFORE INSERT OR UPDATE ON @.publication_current FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
    $ddl$, '@.', quote_ident(ledger) || '.');
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = subject::regclass AND conname = 'subject_uscc_check') THEN
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT subject_uscc_check CHECK (uscc IS NULL OR uscc::emgov.uscc IS NOT NULL)', subject);
    END IF;
END
$procedure$;
COMMENT ON PROCEDURE emgov._make_guards(text) IS 'internal: the triggers and checks of a ledger that use the extension';

CREATE PROCEDURE emgov._ledger_code(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CALL emgov._make_guards(ledger);
    CALL emgov._make_sources(ledger);
    CALL emgov._make_rollups(ledger);
    CALL emgov._make_functions(ledger);
    CALL emgov._make_views(ledger);
END
$$;
COMMENT ON PROCEDURE emgov._ledger_code(text) IS 'internal: make a ledger''s views and functions anew';
