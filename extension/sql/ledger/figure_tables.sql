-- ------------------------------------------------------------------ ledger: indicators, templates, checks, publications
CREATE FUNCTION emgov._ledger_figure_tables() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$ SELECT $ddl$
CREATE TABLE @.indicator (  -- 指标定义 | indicators: the definitions of all figures, as data
    code text PRIMARY KEY CHECK (code ~ '^[A-Za-z][A-Za-z0-9_]{0,30}$'),  -- 指标代码 | code
    ordinal int,                                        -- 排列次序 | order in lists
    section int CHECK (section BETWEEN 1 AND 99),       -- 报告章节 | section of the report it appears in
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    kind text NOT NULL CHECK (kind IN ('count', 'distinct', 'sum', 'mean', 'share', 'completion', 'planned', 'stock', 'streak', 'largest', 'change', 'ratio', 'reduction', 'rate')),  -- 种类 | kind, see docs/indicators.md
    aggregate text CHECK (aggregate IN ('count', 'distinct', 'sum')),  -- 份额、存量等按何计算：件数、去重、合计 | what share, completion, planned and stock are made of
    source text,                                        -- 来源关系 | relation: a table or view of this ledger, or schema.name
    date_column text,                                   -- 日期列 | date column that the cut-off looks at
    until_column text,                                  -- 截止列：失效、被取代或完成日期 | end of validity, date superseded; of completion and planned: date done
    measure text,                                       -- 度量表达式 | expression: what is summed, told apart, averaged
    filter text,                                        -- 筛选条件 | condition on a record to count
    base_filter text,                                   -- 分母条件 | condition on a record of a share's denominator
    of_code text REFERENCES @.indicator,                -- 分子指标 | of change, ratio, reduction, rate: the indicator it is of
    by_code text REFERENCES @.indicator,                -- 分母指标 | of ratio and reduction: the indicator it is held against
    series_code text,                                   -- 分母序列 | of rate: series in measure_series
    per numeric NOT NULL DEFAULT 1 CHECK (per > 0),     -- 每多少单位 | of rate: per so many units
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),  -- 口径：市本级、直属、全市等 | scope; figures of different scopes are not compared
    cutoff text NOT NULL CHECK (cutoff IN ('period', 'to_date', 'at_date')),  -- 截止方式：期内、累计至期末、期末存量 | period: within it; to_date: all up to its end; at_date: valid on its last day
    unit text NOT NULL,                                 -- 计量单位 | unit and measure word
    decimals int NOT NULL DEFAULT 1 CHECK (decimals BETWEEN 0 AND 6),  -- 小数位数 | decimals of a printed rate or mean
    rounding text NOT NULL DEFAULT 'half_up' CHECK (rounding IN ('half_up', 'half_even', 'truncate')),  -- 舍入方式 | rounding
    keep_zero boolean NOT NULL DEFAULT false,           -- 保留末尾零 | keep trailing zeros
    wording text NOT NULL DEFAULT 'exact' CHECK (wording IN ('exact', 'over', 'near', 'above', 'about')),  -- 措辞：准确、余、近、超、约 | how the number is printed
    grain numeric CHECK (grain > 0),                    -- 概数的粒度 | grain of a rounded number
    scale text NOT NULL DEFAULT 'none' CHECK (scale IN ('none', 'wan', 'yi', 'auto')),  -- 万、亿 | printed in units of 1, 万 or 亿
    zero_zh text,                                       -- 为零时的写法 | words that replace number and unit when it is 0
    comparator text NOT NULL DEFAULT 'none' CHECK (comparator IN ('none', 'year_earlier')),  -- 是否同比 | whether its change is printed
    significance text NOT NULL DEFAULT 'none' CHECK (significance IN ('none', 'test', 'caution')),  -- 显著性：不检验、检验、成簇慎用 | p-value: none, given, given with caution as the events come in clusters
    definition_zh text NOT NULL,                        -- 指标释义 | the definition in words
    definition_en text,                                 -- 英文释义 | the definition in English
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: no longer computed
    version int NOT NULL DEFAULT 1,                     -- 定义版本 | version of the definition, counted by the ledger
    approved_by text,                                   -- 批准人 | who approved this version
    approved_at timestamptz,                            -- 批准时间 | when; set by the ledger, voided by a change of the definition
    @known
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
CREATE TABLE @.report_template (  -- 报告段落模板 | templates of the report's paragraphs, yours to edit
    id int PRIMARY KEY,                                 -- 次序 | order in the report
    section int NOT NULL,                               -- 章节 | section
    heading text NOT NULL,                              -- 章节标题 | heading of the section
    body text NOT NULL,                                 -- 正文：{代码} 为数字与单位，{代码.change} 为同比，{代码.phrase} 为两者，{代码.value} 为数字；[代码?有则|无则]、[代码=数?等于则|否则] 择一 | text with {code} number and unit, {code.change} change, {code.phrase} both, {code.value} number alone, {year}, {until}; [code?text|other] by whether the figure is 0, [code=100?text|other] by its value
    @known
    CHECK (section > 0)
);
CREATE TABLE @.check_rule (  -- 核对规则 | identities and inequalities between figures, and conditions on records
    code text PRIMARY KEY,                              -- 代码 | code
    severity text NOT NULL CHECK (severity IN ('hard', 'soft')),  -- 级别：硬性、提示 | hard: an error; soft: a warning
    left_side text,                                     -- 左式，如 F012 + F013 | figures, e.g. F012 + F013; F028.base is last year's
    operator text CHECK (operator IN ('=', '<=', '>=', '<', '>')),  -- 关系 | relation
    right_side text,                                    -- 右式 | figures
    source text,                                        -- 来源关系 | of a rule about records: their relation
    violation text,                                     -- 违反条件 | condition that a record must not meet
    note_zh text NOT NULL,                              -- 说明 | what it says
    note_en text,                                       -- 英文说明 | in English
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: not checked
    @known
    CHECK (num_nonnulls(left_side, operator, right_side) = 3 AND num_nonnulls(source, violation) = 0
        OR num_nonnulls(left_side, operator, right_side) = 0 AND num_nonnulls(source, violation) = 2)
);
CREATE TABLE @.publication (  -- 发布：某期、某时点、某口径的全部数字 | publications: figures frozen for a period, a moment and a scope
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,    -- 发布编号 | number of the run
    report text NOT NULL,                               -- 报告名称 | report it belongs to
    starts_on date NOT NULL,                            -- 期初 | first day of the period
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    as_of timestamptz NOT NULL,                         -- 数据时点 | what was known at this moment
    scope text,                                         -- 口径，空为全部 | scope; NULL: all
    base text NOT NULL CHECK (base IN ('restated', 'first_published')),  -- 同比基数：最新修订、首次公布 | base of the changes
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 发布时间 | when
    published_by text NOT NULL DEFAULT session_user,    -- 发布人 | by whom
    input_hash char(64) NOT NULL,                       -- 输入摘要 | SHA-256 of figures, definitions and records
    layout int NOT NULL,                                -- 台账结构版本 | layout of the ledger
    CHECK (ends_on > starts_on)
);
CREATE TABLE @.publication_figure (  -- 已发布数字 | published figures, immutable
    publication_id int NOT NULL REFERENCES @.publication,  -- 发布编号 | publication
    code text NOT NULL,                                 -- 指标代码 | indicator
    name_zh text NOT NULL,                              -- 名称 | name
    value numeric(24,6),                                -- 数值 | value
    numerator numeric(24,6),                            -- 分子 | numerator
    denominator numeric(24,6),                          -- 分母 | denominator
    base numeric(24,6),                                 -- 基数 | base
    change numeric(24,6),                               -- 增减 | change
    rate numeric(24,6),                                 -- 增减百分比 | change in percent, rounded by the policy
    state text NOT NULL,                                -- 可比状态 | comparable, new, none, …
    p_value numeric(7,6),                               -- p 值 | p-value
    unit text NOT NULL,                                 -- 单位 | unit
    phrase text,                                        -- 文字表述 | the words printed
    scope text NOT NULL,                                -- 口径 | scope
    definition_version int NOT NULL,                    -- 定义版本 | version of the definition
    definition jsonb NOT NULL,                          -- 定义与舍入口径 | definition with its rounding policy
    record_count bigint NOT NULL,                       -- 记录数 | records behind it
    record_checksum numeric(20,0) NOT NULL,             -- 记录校验和 | sum of the hashes of those records
    PRIMARY KEY (publication_id, code)
);
CREATE TABLE @.publication_current (  -- 各报告当前发布的指针 | pointer to each report's current publication
    report text PRIMARY KEY,                            -- 报告名称 | report
    publication_id int NOT NULL REFERENCES @.publication,  -- 当前发布 | publication in force
    since timestamptz NOT NULL DEFAULT clock_timestamp()  -- 起始时间 | since when
);
INSERT INTO @.indicator (code, ordinal, section, kind, aggregate, source, date_column, until_column, measure, filter, base_filter, of_code, by_code,
                         scope, cutoff, unit, decimals, wording, grain, scale, zero_zh, comparator, significance, name_zh, name_en, definition_zh, definition_en, known_from)
SELECT v.code, row_number() OVER (), v.section, v.kind, v.aggregate, v.source, v.date_column, v.until_column, v.measure, v.filter, v.base_filter, v.of_code, v.by_code,
       v.scope, v.cutoff, v.unit, v.decimals, v.wording, v.grain::numeric, v.scale, v.zero_zh, v.comparator, v.significance, v.name_zh, v.name_en, v.definition_zh, v.definition_en, '-infinity'
  FROM (VALUES
    ('F001', 1, 'count', NULL, 'study_event', 'held_on', NULL, NULL, $$kind = 'lecture' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '专题讲座', 'lectures', '期内本局举办的法治专题讲座次数', 'Lectures on law held by the bureau in the period'),
    ('F002', 1, 'count', NULL, 'study_event', 'held_on', NULL, NULL, $$kind = 'centre_group' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '中心组集体学法', 'study of law by the committee''s group', '期内局党委中心组集体学法次数', 'Sessions in which the Party committee''s group studied law together'),
    ('F003', 1, 'count', NULL, 'meeting', 'held_on', NULL, NULL, $$topic = 'rule_of_law' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '研究法治工作', 'meetings on the rule of law', '期内局领导班子研究法治工作的会议次数', 'Meetings of the leadership on the rule of law'),
    ('F004', 1, 'count', NULL, 'study_event', 'held_on', NULL, NULL, $$kind = 'court' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '旁听庭审', 'court hearings attended', '期内组织旁听庭审次数', 'Court hearings attended'),
    ('F007', 1, 'count', NULL, 'campaign_task', 'assigned_on', NULL, NULL, $$campaign_code = 'root_cause' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '项', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '治本攻坚年度任务', 'tasks of the campaign', '期内下达的治本攻坚三年行动任务项数', 'Tasks of the three-year campaign on root causes assigned in the period'),
    ('F008', 1, 'distinct', NULL, 'letter_recipient_fact', 'sent_on', NULL, 'area_code', $$kind = 'reminder' AND area_code IS NOT NULL AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '个', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '收到提示函的板块', 'blocks that got a letter', '期内收到提示函的板块数，按板块去重', 'Blocks that got a letter of reminder, each once'),
    ('F009', 1, 'distinct', NULL, 'letter_recipient_fact', 'sent_on', NULL, 'org_code', $$kind = 'reminder' AND org_code IS NOT NULL AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '个', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '收到提示函的部门', 'departments that got a letter', '期内收到提示函的部门数，按部门去重', 'Departments that got a letter of reminder, each once'),
    ('F010', 1, 'count', NULL, 'letter', 'sent_on', NULL, NULL, $$kind = 'reminder' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '份', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '提示函', 'letters of reminder', '期内发出的提示函份数', 'Letters of reminder sent in the period'),
    ('F011', 1, 'distinct', NULL, 'remediation_fact', 'completed_on', 'superseded_on', 'subject_id', $$campaign_code = 'point_clearance' AND outcome IN ('exited', 'upgraded') AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '完成整治点状问题企业', 'enterprises cleared', '期内完成整治的点状问题企业数，按企业去重，以截止时最后一次处置为准', 'Enterprises whose clearance was completed in the period, each once, by the last decision at the cut-off'),
    ('F012', 1, 'distinct', NULL, 'remediation_fact', 'completed_on', 'superseded_on', 'subject_id', $$campaign_code = 'point_clearance' AND outcome = 'exited' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '其中退出', 'of them exited', '其中按处置口径为退出的企业数', 'Those whose disposition is an exit by the policy'),
    ('F013', 1, 'distinct', NULL, 'remediation_fact', 'completed_on', 'superseded_on', 'subject_id', $$campaign_code = 'point_clearance' AND outcome = 'upgraded' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '其中提升', 'of them upgraded', '其中按处置口径为提升的企业数', 'Those whose disposition is an upgrade by the policy'),
    ('F014', 1, 'count', NULL, 'supervision_visit', 'visited_on', NULL, NULL, $$campaign_code = 'point_clearance' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '现场督导核查', 'supervision visits', '期内现场督导核查次数', 'On-site supervision visits in the period'),
    ('F015', 1, 'distinct', NULL, 'sample_check_fact', 'checked_on', NULL, 'subject_id', $$campaign_code = 'point_clearance' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '被抽查企业', 'enterprises sampled', '期内被抽查的企业数，按企业去重', 'Enterprises sampled at those visits, each once'),
    ('F016', 1, 'share', 'distinct', 'sample_check_fact', 'checked_on', NULL, 'subject_id', $$passed$$, $$campaign_code = 'point_clearance' AND status = 'valid'$$, NULL, NULL, 'city', 'period', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '抽查达标率', 'share that met the requirements', '被抽查企业中达到整治要求的比例，分子分母均按企业去重', 'Share of the sampled enterprises that met the requirements; numerator and denominator count an enterprise once'),
    ('F017', 1, 'planned', 'count', 'drill_plan_fact', 'planned_on', 'held_on', NULL, $$level = 'city' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '项', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '市级计划演练', 'city drills planned', '期内计划的市级演练项数；分子为截止时已举办的', 'City drills planned for the period; the numerator is those held by its end'),
    ('F018', 1, 'planned', 'count', 'drill_plan_fact', 'planned_on', 'held_on', NULL, $$level = 'district' AND status = 'valid'$$, NULL, NULL, NULL, 'district', 'period', '项', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '辖市（区）级计划演练', 'district drills planned', '期内计划的辖市（区）级演练项数；分子为截止时已举办的', 'District drills planned for the period; the numerator is those held by its end'),
    ('F019', 1, 'count', NULL, 'publicity_event', 'held_on', NULL, NULL, $$kind = 'contest' AND claim = 'first_in_province' AND status = 'valid'$$, NULL, NULL, NULL, 'province', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '全省首次竞赛', 'contests, first in the province', '期内举办的全省首次竞赛次数，须附“首次”依据', 'Contests that were the first of their kind in the province, which needs evidence'),
    ('F022', 2, 'distinct', NULL, 'training_topic', 'studied_on', NULL, 'code', $$org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '个', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '培训专题', 'topics of training', '期内参加的法律法规知识培训专题数，按专题去重', 'Topics of legal training taken up in the period, each once'),
    ('F023', 2, 'count', NULL, 'training_session', 'held_on', NULL, NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '期', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '培训班', 'training sessions', '期内举办的各项培训期数', 'Training sessions held in the period'),
    ('F024', 2, 'count', NULL, 'training_attendance_fact', 'attended_on', NULL, NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人次', 1, 'near', 1000, 'none', NULL, 'none', 'none', '培训人次', 'attendances', '期内参加培训的人次，非人数', 'Attendances at training sessions: a person at two sessions is two'),
    ('F025', 2, 'stock', 'distinct', 'staff', 'valid_from', 'valid_to', 'person', $$role = 'government_lawyer' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'at_date', '名', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '公职律师', 'government lawyers', '截止日在任的本局公职律师人数', 'Government lawyers of the bureau in office on the last day'),
    ('F026', 2, 'stock', 'distinct', 'staff', 'valid_from', 'valid_to', 'person', $$role = 'legal_adviser' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'at_date', '名', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '法律顾问', 'legal advisers', '截止日在任的本局法律顾问人数', 'Legal advisers of the bureau in office on the last day'),
    ('F027', 2, 'stock', 'distinct', 'staff', 'valid_from', 'valid_to', 'person', $$role = 'legal_adviser' AND org_code = 'subordinate' AND status = 'valid'$$, NULL, NULL, NULL, 'subordinate', 'at_date', '名', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '直属单位法律顾问', 'legal advisers of subordinate units', '截止日在任的直属单位法律顾问人数，与本局的不重复', 'Legal advisers of subordinate units in office on the last day, who are not the bureau''s'),
    ('F028', 2, 'count', NULL, 'accident_fact', 'occurred_on', NULL, NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '起', 1, 'exact', NULL, 'none', '未发生生产安全事故', 'year_earlier', 'test', '生产安全事故', 'work-safety accidents', '期内发生的生产安全事故起数，不含已核销的', 'Accidents that occurred in the period, without those written off'),
    ('F029', 2, 'change', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'F028', NULL, 'city', 'period', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '事故起数同比', 'change of accidents', '事故起数比上年同期增减的百分比', 'Change of the number of accidents against the same period a year earlier, in percent'),
    ('F030', 2, 'sum', NULL, 'accident_fact', 'occurred_on', NULL, 'deaths', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人', 1, 'exact', NULL, 'none', NULL, 'year_earlier', 'caution', '死亡人数', 'deaths', '期内事故在计入期限（三十日，道路交通和火灾七日）内的死亡人数', 'Deaths within the window (30 days; 7 for road traffic and fire) of accidents in the period'),
    ('F031', 2, 'change', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'F030', NULL, 'city', 'period', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '死亡人数同比', 'change of deaths', '死亡人数比上年同期增减的百分比', 'Change of the deaths against the same period a year earlier, in percent'),
    ('F032', 2, 'count', NULL, 'accident_fact', 'occurred_on', NULL, NULL, $$category_group = 'industry_commerce' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '起', 1, 'exact', NULL, 'none', NULL, 'year_earlier', 'test', '工矿商贸事故', 'accidents in industry, mining and commerce', '期内工矿商贸类事故起数', 'Accidents in industry, mining and commerce'),
    ('F033', 2, 'change', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'F032', NULL, 'city', 'period', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '工矿商贸事故同比', 'change of such accidents', '工矿商贸事故起数比上年同期增减的百分比', 'Change of those accidents against the same period a year earlier, in percent'),
    ('F034', 2, 'sum', NULL, 'accident_fact', 'occurred_on', NULL, 'deaths', $$category_group = 'industry_commerce' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人', 1, 'exact', NULL, 'none', NULL, 'year_earlier', 'caution', '工矿商贸死亡人数', 'deaths in industry, mining and commerce', '期内工矿商贸类事故在计入期限内的死亡人数', 'Deaths within the window of accidents in industry, mining and commerce'),
    ('F035', 2, 'change', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'F034', NULL, 'city', 'period', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '工矿商贸死亡同比', 'change of such deaths', '工矿商贸死亡人数比上年同期增减的百分比', 'Change of those deaths against the same period a year earlier, in percent'),
    ('F036', 2, 'count', NULL, 'accident_fact', 'occurred_on', NULL, NULL, $$severity = 'larger' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '起', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '较大生产安全事故', 'larger accidents', '期内较大等级的事故起数，按死亡、重伤、直接经济损失三项从重', 'Accidents graded larger: the gravest of deaths, serious injuries and direct loss'),
    ('F037', 2, 'stock', 'distinct', 'power_item', 'valid_from', 'valid_to', 'code', $$kind = 'penalty' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'at_date', '项', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '行政处罚事项', 'penalty items of the list of powers', '截止日有效的行政处罚权力事项数', 'Penalty items of the list of powers in force on the last day'),
    ('F038', 3, 'distinct', NULL, 'permit', 'issued_on', NULL, 'subject_id', $$kind = 'hazardous_chemicals' AND verification = 'remote' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'to_date', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '远程核查领证企业', 'enterprises with a remotely verified permit', '累计通过远程核查领取危化品经营许可证的企业数，按企业去重', 'Enterprises that ever got a hazardous-chemicals permit after remote verification, each once'),
    ('F039', 3, 'mean', NULL, 'permit', 'verified_on', NULL, 'workdays', $$kind = 'hazardous_chemicals' AND verification = 'onsite' AND workdays IS NOT NULL AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'to_date', '个工作日', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '现场核查平均用时', 'mean working days on site', '累计现场核查平均用时，一个工作日按八小时', 'Mean working days of all verifications on site so far; a working day has eight hours'),
    ('F040', 3, 'mean', NULL, 'permit', 'verified_on', NULL, 'workdays', $$kind = 'hazardous_chemicals' AND verification = 'remote' AND workdays IS NOT NULL AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'to_date', '个工作日', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '远程核查平均用时', 'mean working days remotely', '累计远程核查平均用时，一个工作日按八小时', 'Mean working days of all remote verifications so far; a working day has eight hours'),
    ('F041', 3, 'reduction', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'F040', 'F039', 'bureau', 'to_date', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '核查用时缩减', 'reduction of the time', '远程核查比现场核查用时缩减的百分比；是两种方式之比，不是同比', 'By how many percent remote verification is shorter than on site: two methods compared, not two years'),
    ('F042', 3, 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$programme_code = 'joint_fire' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '联合督导检查企业', 'enterprises checked jointly', '期内与消防部门联合督导检查的企业数，按企业去重', 'Enterprises checked together with fire rescue in the period, each once'),
    ('F043', 3, 'count', NULL, 'hazard', 'found_on', NULL, NULL, $$programme_code = 'joint_fire' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '条', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '联合督导发现隐患', 'hazards found jointly', '期内联合督导检查发现的问题隐患条数', 'Hazards found at those checks'),
    ('F044', 3, 'count', NULL, 'joint_action', 'held_on', NULL, NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '跨部门联合执法', 'joint enforcement actions', '期内跨部门联合执法次数', 'Joint enforcement actions of several departments in the period'),
    ('F046', 3, 'count', NULL, 'publicity_event', 'held_on', NULL, NULL, $$kind = 'open_day' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '场次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '执法开放日', 'open days', '期内执法开放日场次', 'Open days of enforcement held in the period'),
    ('F047', 3, 'sum', NULL, 'publicity_event', 'held_on', NULL, 'audience', $$kind = 'open_day' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人', 1, 'over', 100, 'none', NULL, 'none', 'none', '执法开放日参与人数', 'people at open days', '期内执法开放日参与人数合计', 'People present at those open days'),
    ('F049', 4, 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$programme_code = 'bureau_plan' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '执法检查企业', 'enterprises inspected', '期内本局按计划执法检查的企业数，按企业去重', 'Enterprises inspected under the bureau''s plan in the period, each once'),
    ('F050', 4, 'count', NULL, 'document', 'issued_on', NULL, NULL, $$programme_code = 'bureau_plan' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '份', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '执法文书', 'enforcement documents', '期内按计划执法出具的文书份数', 'Documents issued under the plan in the period'),
    ('F051', 4, 'count', NULL, 'hazard', 'found_on', NULL, NULL, $$programme_code = 'bureau_plan' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '条', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '问题隐患', 'hazards found', '期内按计划执法发现的问题隐患条数', 'Hazards found under the plan in the period'),
    ('F052', 4, 'count', NULL, 'hazard', 'found_on', NULL, NULL, $$programme_code = 'bureau_plan' AND level = 'major' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '条', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '重大事故隐患', 'major hazards', '其中重大事故隐患条数', 'Major hazards among them'),
    ('F053', 4, 'count', NULL, 'enforcement_case', 'filed_on', NULL, NULL, $$org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '起', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '立案查处', 'cases filed', '期内本局立案的案件数，以立案日期为准', 'Cases the bureau filed in the period, by the date of filing'),
    ('F054', 4, 'distinct', NULL, 'inspection', 'inspected_on', NULL, 'subject_id', $$programme_code = 'chemical_checkup' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '深度体检化工企业', 'chemical enterprises checked up', '期内专家深度体检的园区外化工企业数，按企业去重', 'Chemical enterprises outside parks checked up by experts in the period, each once'),
    ('F056', 4, 'sum', NULL, 'equipment_renewal', 'planned_on', NULL, 'quantity', $$kind = 'chemical_unit' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '套', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '老旧装置更新改造', 'old units to renew', '期内列入更新改造的老旧装置套数', 'Old chemical units put on the list for renewal in the period'),
    ('F057', 4, 'completion', 'sum', 'equipment_renewal', 'planned_on', 'completed_on', 'quantity', $$kind = 'chemical_unit' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '老旧装置改造完成率', 'of them renewed', '列入改造的老旧装置中截止时已完成的比例', 'Share of the listed units renewed by the end of the period'),
    ('F059', 4, 'distinct', NULL, 'safety_audit', 'started_on', NULL, 'subject_id', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '启动安全审计企业', 'enterprises under audit', '累计启动安全审计的企业数，按企业去重', 'Enterprises where a safety audit has been started so far, each once'),
    ('F061', 4, 'distinct', NULL, 'safety_audit', 'completed_on', NULL, 'subject_id', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '完成安全审计企业', 'enterprises audited', '累计完成安全审计的企业数，按企业去重', 'Enterprises where a safety audit has been completed so far, each once'),
    ('F062', 4, 'count', NULL, 'audit_finding_fact', 'completed_on', NULL, NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '条', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '审计发现问题', 'findings of completed audits', '已完成的审计所发现的问题条数，未完成的不计', 'Findings of the completed audits; those still under way do not count'),
    ('F063', 4, 'count', NULL, 'inspection', 'inspected_on', NULL, NULL, $$programme_code = 'fireworks' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家次', 1, 'over', 100, 'none', NULL, 'none', 'none', '烟花爆竹检查', 'visits to fireworks sellers', '期内检查烟花爆竹批发零售单位的家次，重复检查重复计', 'Visits to fireworks sellers in the period: a second visit counts again'),
    ('F064', 4, 'count', NULL, 'hazard', 'rectified_on', NULL, NULL, $$programme_code = 'fireworks' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '条', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '烟花爆竹隐患整改', 'fireworks hazards rectified', '期内督查整改的烟花爆竹问题隐患条数，以整改日期为准', 'Fireworks hazards rectified in the period, by the date of rectification'),
    ('F065', 4, 'sum', NULL, 'confiscation', 'confiscated_on', NULL, 'quantity', $$goods = 'fireworks' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '件', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '没收烟花爆竹', 'fireworks confiscated', '期内没收烟花爆竹件数合计', 'Pieces of fireworks confiscated in the period'),
    ('F067', 4, 'distinct', NULL, 'outreach', 'sent_on', NULL, 'person_id', $$campaign_code = 'dust' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '名', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '推送企业负责人', 'heads of enterprises reached', '期内点对点推送的企业负责人数，按人去重', 'Heads of enterprises that got a message in the period, each person once'),
    ('F068', 4, 'stock', 'count', 'requirement', 'valid_from', 'valid_to', NULL, $$campaign_code = 'dust' AND level = 'province' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'at_date', '个', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '省定要求', 'requirements set by the province', '截止日有效的省定粉尘涉爆要求条数', 'Requirements set by the province for dust enterprises, in force on the last day'),
    ('F069', 4, 'stock', 'count', 'requirement', 'valid_from', 'valid_to', NULL, $$campaign_code = 'dust' AND level = 'city' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'at_date', '个', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '市定要求', 'requirements set by the city', '截止日有效的市定粉尘涉爆要求条数', 'Requirements set by the city for dust enterprises, in force on the last day'),
    ('F070', 4, 'stock', 'count', 'requirement', 'valid_from', 'valid_to', NULL, $$campaign_code = 'dust' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'at_date', '个', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '全部要求', 'requirements in all', '截止日有效的粉尘涉爆要求条数', 'All requirements for dust enterprises in force on the last day'),
    ('F071', 4, 'completion', 'count', 'requirement_check_fact', 'listed_on', 'done_on', NULL, $$campaign_code = 'dust' AND applicable AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '%', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '要求完成率', 'completion of the requirements', '适用的“要求×企业”中截止时已落实的比例（逐项合计，非各项比例之平均）', 'Share of the applicable requirements at all enterprises met by the end: over all pairs, not a mean of nine shares'),
    ('F072', 4, 'distinct', NULL, 'remediation_fact', 'completed_on', 'superseded_on', 'subject_id', $$campaign_code = 'dust' AND outcome = 'exited' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '关停出清粉尘涉爆企业', 'dust enterprises closed', '期内关停出清的粉尘涉爆企业数，按企业去重，与点状出清口径不同，不可相加', 'Dust enterprises closed in the period, each once; another campaign than clearance, not to be added to it'),
    ('F073', 4, 'sum', NULL, 'equipment_renewal', 'completed_on', NULL, 'quantity', $$kind = 'wet_dust' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '台（套）', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '更换改造湿式设备', 'wet dust equipment replaced', '期内更换改造的湿式设备台（套）数', 'Sets of wet dust equipment replaced in the period'),
    ('F075', 4, 'stock', 'distinct', 'lease', 'valid_from', 'valid_to', 'lessor_id', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'at_date', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '出租单位', 'lessors', '截止日有租赁关系的出租单位数，按主体去重', 'Lessors with a lease on the last day, each once'),
    ('F076', 4, 'stock', 'distinct', 'lease', 'valid_from', 'valid_to', 'lessee_id', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'at_date', '家', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '承租单位', 'lessees', '截止日有租赁关系的承租单位数，按主体去重', 'Lessees with a lease on the last day, each once'),
    ('F078', 5, 'streak', NULL, 'award', 'awarded_on', NULL, 'year', $$kind = 'livelihood_project' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '年', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '连续列入民办实事项目', 'years listed in a row', '截至报告年度连续列入为民办实事项目的年数', 'Years in a row, ending with the period''s, in which the project was listed'),
    ('F079', 5, 'stock', 'count', 'venue', 'valid_from', 'valid_to', NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'at_date', '家', 1, 'over', 10, 'none', NULL, 'none', 'none', '安全体验馆', 'safety venues', '截止日建成开放的安全体验馆家数', 'Safety venues open on the last day'),
    ('F080', 5, 'sum', NULL, 'venue_visit_fact', 'visited_on', NULL, 'visitors', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '人', 1, 'above', 100000, 'auto', NULL, 'none', 'none', '体验馆受益人数', 'visitors of the venues', '累计到馆人数合计', 'Visitors of the venues so far'),
    ('F081', 5, 'count', NULL, 'post', 'posted_on', NULL, NULL, $$series = 'law_showcase' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '期', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '法治阵地信息', 'showcases posted', '期内发布的法治教育阵地信息期数', 'Showcases of legal education posted in the period'),
    ('F082', 5, 'sum', NULL, 'distribution', 'distributed_on', NULL, 'copies', $$material = 'case_leaflet' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '份', 1, 'over', 10000, 'auto', NULL, 'none', 'none', '以案释法活页', 'leaflets handed out', '期内发放的以案释法宣传活页份数', 'Leaflets on cases handed out in the period'),
    ('F083', 5, 'count', NULL, 'post', 'posted_on', NULL, NULL, $$series = 'case_lessons' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '期', 1, 'over', 10, 'none', NULL, 'none', 'none', '以案释法典型案例', 'lessons from cases posted', '累计发布的以案释法典型案例期数', 'Lessons from cases posted so far'),
    ('F084', 5, 'sum', NULL, 'post_reading_fact', 'counted_on', NULL, 'reads', $$series = 'case_lessons' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'to_date', '次', 1, 'over', 100000, 'auto', NULL, 'none', 'none', '以案释法阅读量', 'reads of them', '累计阅读次数合计', 'Reads of those lessons so far'),
    ('F085', 5, 'count', NULL, 'publicity_event', 'held_on', NULL, NULL, $$kind = 'disaster_day' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '场', 1, 'over', 10, 'none', NULL, 'none', 'none', '防灾减灾日活动', 'events of the disaster day', '防灾减灾日期间宣传教育活动场数', 'Events of the disaster-prevention day in the period'),
    ('F086', 5, 'sum', NULL, 'publicity_event', 'held_on', NULL, 'audience', $$kind = 'disaster_day' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人次', 1, 'about', 10000, 'auto', NULL, 'none', 'none', '防灾减灾日受众', 'audience of those events', '防灾减灾日活动受众人次合计', 'Audience of those events, person-times'),
    ('F087', 5, 'sum', NULL, 'advertisement', 'played_on', NULL, 'plays', $$window_code = 'safety_month' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '次', 1, 'over', 10000, 'auto', NULL, 'none', 'none', '公益广告播放', 'plays of public advertisements', '安全生产月期间公益广告播放次数合计', 'Plays of public advertisements in the safety month'),
    ('F088', 5, 'count', NULL, 'periodical_issue', 'published_on', NULL, NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '期', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '期刊', 'issues of the periodical', '期内刊发的期刊期数', 'Issues of the periodical published in the period'),
    ('F089', 5, 'sum', NULL, 'periodical_issue', 'published_on', NULL, 'copies', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '册', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '期刊册数', 'copies of those issues', '期内各期印数合计（报告未言明为总数或每期，本指标取总数）', 'Copies of all those issues together'),
    ('F090', 5, 'distinct', NULL, 'issue_recipient_fact', 'published_on', NULL, 'recipient', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'over', 10, 'none', NULL, 'none', 'none', '期刊投递单位', 'recipients of the periodical', '期内投递覆盖的单位数，按单位去重', 'Units that got an issue in the period, each once'),
    ('F091', 5, 'sum', NULL, 'publicity_event', 'held_on', NULL, 'online_views', $$kind = 'main_venue' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人次', 1, 'above', 10000, 'auto', NULL, 'none', 'none', '咨询日在线观看', 'online views of the main venue', '安全宣传咨询日主会场在线观看人次合计', 'Online views of the advice day''s main venue'),
    ('F092', 5, 'count', NULL, 'publicity_event', 'held_on', NULL, NULL, $$kind = 'roadshow' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '场', 1, 'over', 100, 'none', NULL, 'none', 'none', '普法宣讲', 'law talks', '期内普法宣讲活动场数', 'Talks on law in the period'),
    ('F093', 5, 'distinct', NULL, 'event_enterprise_fact', 'held_on', NULL, 'subject_id', $$kind = 'roadshow' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '家', 1, 'over', 1000, 'none', NULL, 'none', 'none', '宣讲覆盖企业', 'enterprises reached by talks', '期内普法宣讲覆盖的企业数，按企业去重', 'Enterprises reached by those talks, each once'),
    ('F094', 5, 'sum', NULL, 'publicity_event', 'held_on', NULL, 'audience', $$kind = 'roadshow' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人次', 1, 'over', 10000, 'auto', NULL, 'none', 'none', '宣讲覆盖员工', 'employees reached by talks', '期内普法宣讲覆盖的企业员工人次合计', 'Employees present at those talks, person-times'),
    ('F096', 5, 'count', NULL, 'publicity_event', 'held_on', NULL, NULL, $$kind = 'law_lecture' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '场', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '法治宣传月讲座', 'lectures of the law month', '法治宣传月期间普法讲座场数', 'Lectures of the law month'),
    ('F097', 6, 'count', NULL, 'legislation', 'drafted_on', NULL, NULL, $$kind = 'local_regulation' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '部', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '地方性法规', 'local regulations drafted', '期内牵头起草的地方性法规部数', 'Local regulations whose drafting was led in the period'),
    ('F098', 6, 'count', NULL, 'legislation', 'drafted_on', NULL, NULL, $$kind = 'government_rule' AND status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '部', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '政府规章', 'government rules drafted', '期内牵头起草的政府规章部数', 'Government rules whose drafting was led in the period'),
    ('F100', 6, 'count', NULL, 'review_meeting', 'held_on', NULL, NULL, $$org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '案审会', 'case-review meetings', '期内组织的案件审理会次数', 'Case-review meetings in the period'),
    ('F101', 6, 'distinct', NULL, 'review_item_fact', 'held_on', NULL, 'enforcement_case_id', $$org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'period', '起', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '集体讨论案件', 'cases discussed', '期内案审会集体讨论的案件数，按案件去重', 'Cases discussed at those meetings, each once'),
    ('F102', 6, 'count', NULL, 'exposure_batch', 'released_on', NULL, NULL, $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '批次', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '曝光批次', 'batches of exposure', '期内曝光典型案例的批次数', 'Batches of exposed cases released in the period'),
    ('F103', 6, 'distinct', NULL, 'exposed_case_fact', 'released_on', NULL, 'title', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '起', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '曝光典型案例', 'cases exposed', '期内曝光的非法违法典型案例数，按案例去重', 'Cases exposed in those batches, each once'),
    ('F104', 6, 'streak', NULL, 'award', 'awarded_on', NULL, 'year', $$kind = 'excellent_file' AND org_code = 'bureau' AND status = 'valid'$$, NULL, NULL, NULL, 'bureau', 'to_date', '年', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '连续获评优秀案卷', 'years of excellent files in a row', '截至报告年度连续被评为全市优秀行政执法案卷的年数', 'Years in a row, ending with the period''s, in which the bureau''s case files were judged excellent'),
    ('X001', 2, 'largest', NULL, 'accident_fact', 'occurred_on', NULL, 'deaths', $$status = 'valid'$$, NULL, NULL, NULL, 'city', 'period', '人', 1, 'exact', NULL, 'none', NULL, 'none', 'none', '一次死亡最多的事故', 'deaths in the largest accident', '期内单起事故死亡人数的最大值', 'Deaths in the accident with the most of them'),
    ('X002', 3, 'ratio', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'F051', 'F049', 'bureau', 'period', '条', 2, 'exact', NULL, 'none', NULL, 'none', 'none', '每家企业发现隐患', 'hazards an enterprise inspected', '平均每家被检查企业发现的问题隐患条数', 'Hazards found under the plan for each enterprise inspected')
  ) AS v (code, section, kind, aggregate, source, date_column, until_column, measure, filter, base_filter, of_code, by_code, scope, cutoff, unit, decimals, wording, grain, scale, zero_zh, comparator, significance, name_zh, name_en, definition_zh, definition_en);
INSERT INTO @.indicator (code, ordinal, section, kind, of_code, series_code, per, scope, cutoff, unit, decimals, name_zh, name_en, definition_zh, definition_en, known_from) VALUES
    ('X003', 1003, 2, 'rate', 'F030', 'gdp', 1, 'city', 'period', '人/亿元', 4, '亿元GDP生产安全事故死亡率', 'deaths per 100 million yuan of GDP', '死亡人数除以同期地区生产总值（亿元）', 'Deaths for each 100 million yuan of gross domestic product of the same period', '-infinity'),
    ('X004', 1004, 2, 'rate', 'F034', 'employed', 100000, 'city', 'period', '人/10万人', 3, '工矿商贸就业人员10万人死亡率', 'deaths per 100,000 employed', '工矿商贸死亡人数除以工矿商贸就业人员数再乘以十万', 'Deaths in industry, mining and commerce for each 100,000 employed there', '-infinity');
INSERT INTO @.report_template (id, section, heading, body, known_from) VALUES
    (10, 1, '一、依法履行职能', '{year}年，领导班子带头学法用法，举办专题讲座{F001}，党委中心组集体学法{F002}，专题研究法治工作{F003}，组织旁听庭审{F004}。', '-infinity'),
    (11, 1, '一、依法履行职能', '安全生产治本攻坚三年行动本年度安排任务{F007}；向{F008}板块、{F009}部门发出提示函{F010}，督促各方落实责任。', '-infinity'),
    (12, 1, '一、依法履行职能', '点状企业出清方面，完成整治{F011}，其中退出{F012}、提升{F013}；累计现场督导核查{F014}，抽查企业{F015}，[F016=100?全部达到整治要求（达标率{F016}）|达标率{F016}]。', '-infinity'),
    (13, 1, '一、依法履行职能', '年度演练计划列入市级演练{F017}、辖市（区）级演练{F018}[F019?；举办全省首次的应急技能竞赛{F019}]。', '-infinity'),
    (20, 2, '二、健全制度体系', '干部法律知识培训覆盖专题{F022}，面向全市办班{F023}，参训{F024}；本局现有公职律师{F025}、法律顾问{F026}，直属单位另聘法律顾问{F027}。', '-infinity'),
    (21, 2, '二、健全制度体系', '截至{until}，[F028?全市发生生产安全事故{F028.phrase}；死亡{F030.phrase}。|全市未发生生产安全事故。][F032?其中，工矿商贸事故{F032.phrase}；死亡{F034.phrase}。][F036?发生较大生产安全事故{F036}。|未发生较大生产安全事故。]', '-infinity'),
    (22, 2, '二、健全制度体系', '行政权力清单动态调整，现行有效的行政处罚事项{F037}。', '-infinity'),
    (30, 3, '三、优化营商环境', '危险化学品经营许可推行远程核查，累计{F038}企业据此领证；核查平均用时由现场方式的{F039}降到远程方式的{F040}，缩减{F041}。', '-infinity'),
    (31, 3, '三、优化营商环境', '与消防救援部门联合督查企业{F042}，指出问题隐患{F043}；开展跨部门联合执法{F044}；举办执法开放日{F046}，参与群众{F047}。', '-infinity'),
    (40, 4, '四、规范行政执法', '按年度监督检查计划检查企业{F049}，制作执法文书{F050}，查出问题隐患{F051}，[F052?其中重大事故隐患{F052}|未发现重大事故隐患]；立案{F053}。', '-infinity'),
    (41, 4, '四、规范行政执法', '危险化学品领域，组织专家深度体检园区外化工企业{F054}；列入更新改造的老旧装置{F056}，[F057=100?已全部完成（完成率{F057}）|完成率{F057}]；启动安全审计企业{F059}，已完成{F061}，查出问题{F062}。', '-infinity'),
    (42, 4, '四、规范行政执法', '烟花爆竹领域，检查经营单位{F063}，督促整改问题隐患{F064}，没收烟花爆竹{F065}。', '-infinity'),
    (43, 4, '四、规范行政执法', '粉尘涉爆领域，点对点向{F067}企业负责人推送学习内容；省定要求{F068}、市定要求{F069}，合计{F070}，完成率{F071}；关停出清企业{F072}，更换改造湿式设备{F073}。', '-infinity'),
    (44, 4, '四、规范行政执法', '“厂中厂”治理方面，摸清出租单位{F075}、承租单位{F076}。', '-infinity'),
    (50, 5, '五、深化法治宣传', '安全体验馆连续{F078}列入为民办实事项目，现有{F079}，累计受益{F080}；推介法治宣传阵地{F081}；发放以案释法活页{F082}，以案释法栏目累计推出{F083}，阅读{F084}。', '-infinity'),
    (51, 5, '五、深化法治宣传', '防灾减灾日期间开展活动{F085}，受众{F086}；安全生产月期间播放公益广告{F087}，咨询日主会场在线观看{F091}；编发应急期刊{F088}，共{F089}，送达单位{F090}；普法宣讲{F092}，覆盖企业{F093}、职工{F094}；法治宣传月举办讲座{F096}。', '-infinity'),
    (60, 6, '六、加强权力监督', '牵头起草地方性法规{F097}、政府规章{F098}；召开案审会{F100}，集体讨论案件{F101}；分{F102}公布典型案例{F103}；行政执法案卷连续{F104}获评全市优秀。', '-infinity');
INSERT INTO @.check_rule (code, severity, left_side, operator, right_side, note_zh, note_en, known_from) VALUES
    ('C01', 'hard', 'F011', '=', 'F012 + F013', '完成整治数应等于退出数加提升数', 'cleared = exited + upgraded', '-infinity'),
    ('C02', 'hard', 'F068 + F069', '=', 'F070', '省定与市定要求之和应等于全部要求', 'requirements of province and city make up all', '-infinity'),
    ('C03', 'hard', 'F041 * F039', '=', '(F039 - F040) * 100', '缩减比例应由两种方式的用时得出', 'the reduction follows from the two means', '-infinity'),
    ('C04', 'hard', 'F052', '<=', 'F051', '重大隐患不多于全部隐患', 'major hazards are hazards', '-infinity'),
    ('C05', 'hard', 'F032', '<=', 'F028', '工矿商贸事故不多于全部事故', 'accidents of the group are accidents', '-infinity'),
    ('C06', 'hard', 'F034', '<=', 'F030', '工矿商贸死亡不多于全部死亡', 'deaths of the group are deaths', '-infinity'),
    ('C07', 'hard', 'F061', '<=', 'F059', '完成审计不多于启动审计', 'audits completed were started', '-infinity'),
    ('C08', 'hard', 'F015', '<=', 'F011', '抽查企业不多于完成整治企业', 'enterprises sampled were cleared', '-infinity'),
    ('C09', 'hard', 'F032.base', '<=', 'F028.base', '上年工矿商贸事故不多于上年全部事故', 'the same a year earlier', '-infinity'),
    ('C10', 'hard', 'F034.base', '<=', 'F030.base', '上年工矿商贸死亡不多于上年全部死亡', 'the same a year earlier', '-infinity'),
    ('C11', 'hard', 'X001', '<=', 'F030', '最大一起事故的死亡不多于全部死亡', 'the largest accident''s deaths are among all', '-infinity'),
    ('C12', 'soft', 'F101', '<=', 'F053', '讨论案件多于立案时，口径或期间可能不同', 'more cases discussed than filed: scope or period may differ', '-infinity'),
    ('C13', 'soft', 'F103', '<=', 'F053', '曝光案例多于立案时，口径可能不同', 'more cases exposed than filed: scope may differ', '-infinity'),
    ('C14', 'soft', 'F008 + F009', '<=', 'F010', '受文单位多于函件份数时请核对', 'more recipients than letters: check', '-infinity'),
    ('C15', 'soft', 'F034 - X001', '>=', 'F032 - 1', '除最大一起外，死亡人数少于事故起数：有事故无人死亡，请核对等级依据', 'but for the largest, fewer deaths than accidents: some had none, check what they were graded by', '-infinity');
INSERT INTO @.check_rule (code, severity, source, violation, note_zh, note_en, known_from) VALUES
    ('R01', 'hard', 'sample_check_fact', $$status = 'valid' AND NOT cleared$$, '被抽查企业应在完成整治企业之中', 'a sampled enterprise must have been cleared', '-infinity'),
    ('R02', 'soft', 'accident_fact', $$status = 'valid' AND severity <> 'general' AND deaths < 3$$, '较大及以上事故而死亡不足三人：由重伤或直接经济损失定级，请核对', 'a larger accident with fewer than three deaths: graded by injuries or loss, check', '-infinity'),
    ('R03', 'hard', 'audit_finding_fact', $$status = 'valid' AND completed_on IS NOT NULL AND found_on > completed_on$$, '审计发现不晚于审计完成', 'a finding is not later than its audit', '-infinity'),
    ('R04', 'soft', 'accident_fact', $$status = 'valid' AND missing > 0$$, '有下落不明人员，结果未定', 'persons are missing: the outcome is open', '-infinity'),
    ('R05', 'soft', 'accident_fact', $$status = 'valid' AND deaths_after_window > 0$$, '有计入期限之后的死亡，不计入死亡人数', 'a death after the window is not counted', '-infinity'),
    ('R06', 'soft', 'hazard', $$status = 'valid' AND closed_on IS NULL AND level = 'major' AND rectified_on IS NULL AND deadline IS NULL$$, '重大隐患未定整改期限', 'a major hazard without a deadline', '-infinity');
$ddl$ $function$;
COMMENT ON FUNCTION emgov._ledger_figure_tables() IS 'internal: the DDL and shipped rows of a ledger''s indicators, templates, checks and publications';
