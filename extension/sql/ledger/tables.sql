-- ------------------------------------------------------------------ ledger: tables
-- The ledger's tables for the fourteen systems A to N, as text that create_ledger()
-- runs in the user's schema. The notation is plain DDL with three additions:
--
--   @.name          the table `name` of the ledger being made
--   @fact           the columns every fact has: status, note, known_from
--   @known          the column every kept row has: known_from
--   -- 中文 | English      after a column: its comment; after `CREATE TABLE … (`: the table's
--
-- In the tables that grow large, columns of fixed width come first: the report reads them
-- for every record, and so need not step over texts.
--
-- Data columns have core types only, so that DROP EXTENSION … CASCADE can never drop
-- one; only checks, functions and views depend on emgov.
CREATE FUNCTION emgov._ledger_tables() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$ SELECT $ddl$
-- ---------------------------------------------------------------- reference
CREATE TABLE @.area (  -- 区域：行政区划和板块，各有有效期 | areas: divisions and blocks, each with its validity; a block need not have a GB/T 2260 code
    code text PRIMARY KEY,                              -- 区域代码，本系统自用 | this ledger's own code of the area
    gb2260 char(6) CHECK (gb2260 ~ '^[0-9]{6}$'),       -- GB/T 2260 代码，板块可无 | GB/T 2260 code; a block need not have one
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    kind text NOT NULL CHECK (kind IN ('city', 'district', 'county_city', 'county', 'zone')),  -- 类型：设区市、区、县级市、县、功能区 | kind of area
    is_block boolean NOT NULL DEFAULT false,            -- 是否工作板块 | true for a block (板块) that tasks are assigned to
    parent_code text REFERENCES @.area,                 -- 上级区域 | the area that contains it
    valid_from date,                                    -- 生效日期 | first day of validity; NULL: not known
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds; NULL: still valid
    source text,                                        -- 依据 | where the row was verified
    @known
    UNIQUE (gb2260, valid_from),
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.organisation (  -- 机构：本局、部门、直属单位、板块机构等 | organisations: the bureau, departments, subordinate units, bodies of areas
    code text PRIMARY KEY,                              -- 机构代码，本系统自用 | this ledger's own code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    kind text NOT NULL CHECK (kind IN ('bureau', 'department', 'subordinate', 'area_body', 'court', 'media', 'other')),  -- 类型：本局、部门、直属单位、板块机构、法院、媒体、其他 | kind of organisation
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),  -- 口径：市本级、直属、全市、辖市区、省、国家 | scope its figures belong to
    area_code text REFERENCES @.area,                   -- 所属区域 | area it belongs to
    valid_from date,                                    -- 生效日期 | first day of validity
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @known
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.industry (  -- 国民经济行业门类（GB/T 4754） | sections of GB/T 4754 with their divisions
    edition int NOT NULL,                               -- 标准版本年 | edition of the standard
    section char(1) NOT NULL CHECK (section ~ '^[A-T]$'),  -- 门类字母 | letter of the section
    name_zh text NOT NULL,                              -- 门类名称 | name in Chinese
    first_division int NOT NULL,                        -- 起始大类 | first two-digit division
    last_division int NOT NULL,                         -- 终止大类 | last two-digit division
    verified boolean NOT NULL,                          -- 是否经核对 | true when the range was read in a source
    @known
    PRIMARY KEY (edition, section),
    CHECK (last_division >= first_division)
);
CREATE TABLE @.accident_category (  -- 事故类别树，有效期是数据而非枚举 | tree of accident categories: data with validity, not an enumeration
    code text PRIMARY KEY,                              -- 类别代码 | code
    parent_code text REFERENCES @.accident_category,    -- 上级类别，两层 | the group it belongs to; two levels
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    window_days int NOT NULL DEFAULT 30 CHECK (window_days > 0),  -- 伤亡计入期限（日） | deaths up to this many days after the accident count
    valid_from date,                                    -- 生效日期 | first day of validity
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    source text,                                        -- 依据 | legal or statistical source
    @known
    CHECK (valid_to > valid_from),
    CHECK (parent_code <> code)
);
CREATE TABLE @.injury_type (  -- 事故类型（GB 6441） | accident types of GB 6441
    code char(2) PRIMARY KEY,                           -- 代码 | code 01 to 20
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    @known
    CHECK (code ~ '^[0-9]{2}$')
);
CREATE TABLE @.penalty_kind (  -- 处罚种类，由轻到重 | kinds of penalty, light to heavy
    code text PRIMARY KEY,                              -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    weight int NOT NULL UNIQUE,                         -- 轻重次序，越大越重 | order: the larger, the heavier; a case counts once, under its heaviest
    source text,                                        -- 依据 | source
    @known
    CHECK (weight > 0)
);
CREATE TABLE @.disposition (  -- 处置方式：停、搬、提、并、转 | dispositions of a cleared enterprise
    code text PRIMARY KEY,                              -- 代码 | code: stop, move, upgrade, merge, transform
    name_zh text NOT NULL,                              -- 名称 | the Chinese character
    source text,                                        -- 依据 | source
    @known
    UNIQUE (name_zh)
);
CREATE TABLE @.disposition_policy (  -- 处置方式对应退出或提升的口径 | policy: which disposition is an exit and which an upgrade
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    disposition_code text NOT NULL REFERENCES @.disposition,  -- 处置方式 | disposition
    outcome text NOT NULL CHECK (outcome IN ('exited', 'upgraded')),  -- 结果：退出、提升 | what it derives to
    valid_from date NOT NULL DEFAULT '1900-01-01',      -- 生效日期 | first day of the policy
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    source text,                                        -- 依据 | source
    @known
    UNIQUE (disposition_code, valid_from),
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.time_limit (  -- 法定期限：天数及其单位属于条文，不属于数字 | statutory time limits: the unit of days belongs to the article, not to the number
    code text PRIMARY KEY,                              -- 代码 | code
    name_zh text NOT NULL,                              -- 事项 | what must be done
    name_en text NOT NULL,                              -- 英文事项 | in English
    days int NOT NULL CHECK (days > 0),                 -- 天数 | number of days
    day_unit text NOT NULL CHECK (day_unit IN ('working', 'calendar')),  -- 单位：工作日、自然日 | working or calendar days
    counted_from text NOT NULL,                         -- 起算点 | from when it is counted
    statute text NOT NULL,                              -- 法律法规 | statute
    article text NOT NULL,                              -- 条 | article
    valid_from date,                                    -- 生效日期 | first day it holds
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @known
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.programme (  -- 检查项目：检查、文书、隐患归属的计划或专项 | programmes that inspections, documents and hazards belong to
    code text PRIMARY KEY,                              -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),  -- 口径 | scope
    valid_from date,                                    -- 生效日期 | first day
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @known
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.measure_series (  -- 相对指标的分母：GDP、从业人员、车辆等，分期发布并修订 | denominators of relative indicators, each with its vintage
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    code text NOT NULL,                                 -- 序列代码 | code of the series, e.g. gdp, employed, vehicles
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    area_code text REFERENCES @.area,                   -- 区域 | area
    starts_on date NOT NULL,                            -- 期初 | first day of the period measured
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    value numeric NOT NULL CHECK (value > 0 AND value < 'Infinity'),  -- 数值 | value
    unit text NOT NULL,                                 -- 单位 | unit
    source text,                                        -- 来源 | where it was published
    @known
    UNIQUE (code, area_code, starts_on, ends_on),
    CHECK (ends_on > starts_on)
);
-- ---------------------------------------------------------------- subjects
CREATE TABLE @.subject (  -- 主体：企业、个人及其他单位 | subjects: enterprises by credit code, persons and other units
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    kind text NOT NULL CHECK (kind IN ('enterprise', 'person', 'unit')),  -- 类型：企业、个人、其他单位 | kind
    uscc char(18) UNIQUE CHECK (uscc IS NULL OR uscc::emgov.uscc IS NOT NULL),  -- 统一社会信用代码 | unified social credit code, required of an enterprise
    person_key text UNIQUE,                             -- 个人标识（脱敏） | pseudonymous key of a person; never the ID number itself
    name text NOT NULL,                                 -- 名称或姓名 | name
    area_code text REFERENCES @.area,                   -- 所在区域 | area of the site
    industry_division int CHECK (industry_division BETWEEN 1 AND 97),  -- 行业大类（GB/T 4754-2017） | division of GB/T 4754-2017
    @fact
    CHECK ((kind = 'enterprise') <= (uscc IS NOT NULL)),
    CHECK ((kind = 'person') = (person_key IS NOT NULL))
);
CREATE TABLE @.campaign (  -- 专项行动 | campaigns
    code text PRIMARY KEY,                              -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    scope text NOT NULL CHECK (scope IN ('bureau', 'subordinate', 'city', 'district', 'province', 'national')),  -- 口径 | scope
    starts_on date,                                     -- 开始日期 | first day
    ends_on date,                                       -- 结束日期（不含） | first day after it
    @fact
    CHECK (ends_on > starts_on)
);
-- ---------------------------------------------------------------- A: leadership, study, training, legal staff
CREATE TABLE @.study_event (  -- 学法活动：专题讲座、中心组学习、旁听庭审 | study events: lectures, study of the Party committee's group, court hearings attended
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    kind text NOT NULL CHECK (kind IN ('lecture', 'centre_group', 'court')),  -- 类型：讲座、中心组集体学法、旁听庭审 | kind
    held_on date NOT NULL,                              -- 日期 | date
    title text,                                         -- 题目 | title
    @fact
    CHECK (held_on >= '1949-10-01')
);
CREATE TABLE @.meeting (  -- 会议 | meetings of the leadership
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    topic text NOT NULL,                                -- 议题类别，如 rule_of_law（法治工作） | topic, e.g. rule_of_law
    held_on date NOT NULL,                              -- 日期 | date
    study_event_id bigint REFERENCES @.study_event,     -- 同时计为的学法活动 | the study event this meeting also was
    title text,                                         -- 题目 | title
    @fact
    CHECK (held_on >= '1949-10-01')
);
CREATE TABLE @.training_topic (  -- 培训专题 | topics of training taken part in
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    code text NOT NULL,                                 -- 专题代码 | code of the topic: one topic may appear again
    title text NOT NULL,                                -- 专题名称 | title
    studied_on date NOT NULL,                           -- 参加日期 | date
    @fact
    CHECK (studied_on >= '1949-10-01')
);
CREATE TABLE @.training_session (  -- 培训班，按期 | training sessions
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 举办机构 | organiser
    held_on date NOT NULL,                              -- 日期 | first day
    title text NOT NULL,                                -- 名称 | title
    @fact
    CHECK (held_on >= '1949-10-01')
);
CREATE TABLE @.training_attendance (  -- 培训人次 | attendances: a person at a session, not persons
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    training_session_id bigint NOT NULL REFERENCES @.training_session,  -- 培训班 | session
    attended_on date NOT NULL,                          -- 日期 | date
    attendee text NOT NULL,                             -- 参训人（脱敏） | pseudonym of the attendee
    @fact
    UNIQUE (training_session_id, attendee)
);
CREATE TABLE @.staff (  -- 公职律师、法律顾问等岗位人员 | staff in a role, by time of service
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    role text NOT NULL CHECK (role IN ('government_lawyer', 'legal_adviser', 'enforcement_officer', 'other')),  -- 岗位：公职律师、法律顾问、执法人员、其他 | role
    person text NOT NULL,                               -- 人员（脱敏） | pseudonym
    valid_from date NOT NULL,                           -- 任职日期 | first day in the role
    valid_to date,                                      -- 离任日期（不含） | first day no longer in it
    @fact
    CHECK (valid_to > valid_from)
);
-- ---------------------------------------------------------------- B: tasks and letters
CREATE TABLE @.campaign_task (  -- 专项行动年度任务 | tasks of a campaign, by year
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    campaign_code text NOT NULL REFERENCES @.campaign,  -- 专项行动 | campaign
    title text NOT NULL,                                -- 任务 | task
    assigned_on date NOT NULL,                          -- 下达日期 | date it was assigned
    due_on date,                                        -- 应完成日期 | due date
    done_on date,                                       -- 完成日期 | date done
    @fact
    CHECK (due_on >= assigned_on)
);
CREATE TABLE @.letter (  -- 督导函件（提示函等） | supervision letters
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 发函机构 | sender
    kind text NOT NULL CHECK (kind IN ('reminder', 'supervision', 'interview', 'other')),  -- 类型：提示函、督办函、约谈函、其他 | kind; reminder is 提示函
    number text,                                        -- 文号 | document number
    sent_on date NOT NULL,                              -- 发函日期 | date sent
    campaign_code text REFERENCES @.campaign,           -- 专项行动 | campaign
    @fact
    CHECK (sent_on >= '1949-10-01')
);
CREATE TABLE @.letter_recipient (  -- 函件受文单位：板块或部门 | recipients of a letter: an area or a department
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    letter_id bigint NOT NULL REFERENCES @.letter,      -- 函件 | letter
    area_code text REFERENCES @.area,                   -- 板块 | the area, or
    org_code text REFERENCES @.organisation,            -- 部门 | the department
    @fact
    UNIQUE (letter_id, area_code, org_code),
    CHECK (num_nonnulls(area_code, org_code) = 1)
);
-- ---------------------------------------------------------------- C: clearance
CREATE TABLE @.remediation (  -- 企业整治出清记录 | remediation: one decision on an enterprise in a campaign; the latest at the cut-off counts
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 企业 | enterprise
    listed_on date NOT NULL,                            -- 列入清单日期 | date it was put on the list
    completed_on date,                                  -- 完成日期 | date completed; NULL while pending
    campaign_code text NOT NULL REFERENCES @.campaign,  -- 专项行动 | campaign
    disposition_code text REFERENCES @.disposition,     -- 处置方式 | disposition; NULL while pending
    area_code text REFERENCES @.area,                   -- 区域 | area
    @fact
    CHECK (completed_on >= listed_on),
    CHECK ((completed_on IS NULL) OR (disposition_code IS NOT NULL))
);
CREATE TABLE @.supervision_visit (  -- 现场督导核查 | on-site supervision visits
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    campaign_code text NOT NULL REFERENCES @.campaign,  -- 专项行动 | campaign
    area_code text REFERENCES @.area,                   -- 区域 | area
    visited_on date NOT NULL,                           -- 日期 | date
    @fact
    CHECK (visited_on >= '1949-10-01')
);
CREATE TABLE @.sample_check (  -- 抽查企业及结果 | sample checks of cleared enterprises
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    supervision_visit_id bigint NOT NULL REFERENCES @.supervision_visit,  -- 督导核查 | visit
    campaign_code text NOT NULL REFERENCES @.campaign,  -- 专项行动 | campaign
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 企业 | enterprise
    checked_on date NOT NULL,                           -- 日期 | date
    passed boolean NOT NULL,                            -- 是否达到要求 | true when the requirements were met
    @fact
    UNIQUE (supervision_visit_id, subject_id)
);
-- ---------------------------------------------------------------- D: plans and drills
CREATE TABLE @.drill_plan (  -- 计划演练 | planned drills
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    level text NOT NULL CHECK (level IN ('city', 'district')),  -- 级别：市级、辖市（区）级 | level
    org_code text REFERENCES @.organisation,            -- 牵头机构 | organiser
    area_code text REFERENCES @.area,                   -- 区域 | area
    title text NOT NULL,                                -- 名称 | title
    planned_on date NOT NULL,                           -- 计划日期 | planned date
    @fact
    CHECK (planned_on >= '1949-10-01')
);
CREATE TABLE @.drill (  -- 实际举办的演练 | drills held
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    drill_plan_id bigint REFERENCES @.drill_plan,       -- 对应计划 | the plan it carries out; NULL: not planned
    title text NOT NULL,                                -- 名称 | title
    held_on date NOT NULL,                              -- 日期 | date
    participants int CHECK (participants >= 0),         -- 参演人数 | participants
    @fact
    CHECK (held_on >= '1949-10-01')
);
-- ---------------------------------------------------------------- E: accidents
CREATE TABLE @.accident (  -- 生产安全事故 | work-safety accidents
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    occurred_on date NOT NULL,                          -- 发生日期 | date of the accident
    reported_on date,                                   -- 接报日期 | date it was reported
    area_code text NOT NULL REFERENCES @.area,          -- 发生地 | area where it happened
    category_code text NOT NULL REFERENCES @.accident_category,  -- 类别 | category
    injury_type char(2) REFERENCES @.injury_type,       -- 事故类型（GB 6441） | type of GB 6441
    subject_id bigint REFERENCES @.subject,             -- 事故单位 | the unit concerned
    direct_loss numeric(16,2) NOT NULL DEFAULT 0 CHECK (direct_loss >= 0 AND direct_loss <> 'NaN'),  -- 直接经济损失（元） | direct loss in yuan
    regime text NOT NULL DEFAULT '2020',                -- 统计制度，不同制度不可比 | statistical regime; figures of different regimes are not compared
    title text,                                         -- 名称 | name of the accident
    @fact
    CHECK (reported_on >= occurred_on)
);
CREATE TABLE @.casualty (  -- 伤亡人员，逐人 | casualties, one row a person
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    accident_id bigint NOT NULL REFERENCES @.accident,  -- 事故 | accident
    person text,                                        -- 人员（脱敏） | pseudonym
    outcome text NOT NULL CHECK (outcome IN ('dead', 'missing', 'serious', 'minor')),  -- 结果：死亡、下落不明、重伤、轻伤 | outcome
    outcome_on date NOT NULL,                           -- 结果日期（死亡日期等） | date of the outcome, e.g. of death
    lost_workdays int CHECK (lost_workdays >= 0),       -- 损失工作日 | lost workdays; 105 and more is serious
    @fact
    CHECK (outcome <> 'minor' OR lost_workdays IS NULL OR lost_workdays < 105)
);
-- ---------------------------------------------------------------- F: powers and permits
CREATE TABLE @.power_item (  -- 权力清单事项 | items of the list of powers
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    kind text NOT NULL CHECK (kind IN ('penalty', 'licence', 'coercion', 'inspection', 'reward', 'other')),  -- 类型：行政处罚、许可、强制、检查、奖励、其他 | kind
    code text NOT NULL,                                 -- 事项编码 | code of the item
    title text NOT NULL,                                -- 名称 | title
    valid_from date NOT NULL,                           -- 生效日期 | first day of validity
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @fact
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.permit (  -- 行政许可 | permits
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 企业 | enterprise
    kind text NOT NULL,                                 -- 许可种类，如 hazardous_chemicals | kind of permit
    verification text NOT NULL CHECK (verification IN ('onsite', 'remote')),  -- 核查方式：现场、远程 | way of verification
    workdays numeric(6,1) CHECK (workdays >= 0 AND workdays <> 'NaN'),  -- 核查用时（工作日，一日八小时） | working days the verification took, of eight hours
    applied_on date NOT NULL,                           -- 申请日期 | date of application
    verified_on date,                                   -- 核查日期 | date verified
    issued_on date,                                     -- 发证日期 | date issued; NULL: not issued
    @fact
    CHECK (verified_on >= applied_on AND issued_on >= applied_on)
);
-- ---------------------------------------------------------------- G, H, J: inspections, documents, hazards, cases
CREATE TABLE @.joint_action (  -- 跨部门联合执法 | joint enforcement actions
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 牵头机构 | lead
    held_on date NOT NULL,                              -- 日期 | date
    title text,                                         -- 名称 | title
    @fact
    CHECK (held_on >= '1949-10-01')
);
CREATE TABLE @.joint_action_participant (  -- 联合执法参加部门 | departments that took part
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    joint_action_id bigint NOT NULL REFERENCES @.joint_action,  -- 联合执法 | action
    org_code text NOT NULL REFERENCES @.organisation,   -- 部门 | department
    @fact
    UNIQUE (joint_action_id, org_code)
);
CREATE TABLE @.inspection (  -- 执法检查 | inspections: one object with a complete record is one
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 被检查单位 | the unit inspected
    inspected_on date NOT NULL,                         -- 检查日期 | date
    programme_code text NOT NULL REFERENCES @.programme,  -- 检查项目 | programme
    org_code text NOT NULL REFERENCES @.organisation,   -- 检查机构 | inspecting organisation
    area_code text REFERENCES @.area,                   -- 区域 | area
    @fact
    UNIQUE (id, programme_code)
);
CREATE TABLE @.enforcement_case (  -- 行政处罚案件：立案、决定、结案、执行四个日期 | cases with their four dates: filed, decided, closed, collected
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    number text UNIQUE,                                 -- 案号 | case number
    org_code text NOT NULL REFERENCES @.organisation,   -- 办案机构 | organisation
    programme_code text REFERENCES @.programme,         -- 来源项目 | programme it came from
    subject_id bigint REFERENCES @.subject,             -- 当事人 | party
    area_code text REFERENCES @.area,                   -- 区域 | area
    filed_on date NOT NULL,                             -- 立案日期 | filed
    decided_on date,                                    -- 处罚决定日期 | decided
    closed_on date,                                     -- 结案日期 | closed
    collected_on date,                                  -- 执行到位日期 | fine collected
    @fact
    CHECK (decided_on >= filed_on AND closed_on >= filed_on AND collected_on >= filed_on)
);
CREATE TABLE @.penalty (  -- 处罚：一案可有数种，统计按最重一种 | penalties: several in one case count once, under the heaviest
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    enforcement_case_id bigint NOT NULL REFERENCES @.enforcement_case,  -- 案件 | case
    kind_code text NOT NULL REFERENCES @.penalty_kind,  -- 种类 | kind
    fine numeric(16,2) NOT NULL DEFAULT 0 CHECK (fine >= 0 AND fine <> 'NaN'),  -- 罚没金额（元，决定书所载） | amount in the decision, yuan
    @fact
    UNIQUE (enforcement_case_id, kind_code)
);
CREATE TABLE @.document (  -- 执法文书 | enforcement documents
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    inspection_id bigint,                               -- 检查 | the inspection it was issued in, of the same programme
    issued_on date NOT NULL,                            -- 出具日期 | date issued
    enforcement_case_id bigint REFERENCES @.enforcement_case,  -- 案件 | the case it belongs to
    programme_code text NOT NULL REFERENCES @.programme,  -- 检查项目 | programme
    kind text NOT NULL,                                 -- 文书种类，如 现场检查记录 | kind of document
    number text,                                        -- 文号 | number
    @fact
    FOREIGN KEY (inspection_id, programme_code) REFERENCES @.inspection (id, programme_code)
);
CREATE TABLE @.hazard (  -- 问题隐患及其整改过程 | hazards and their life: found, ordered, rectified, re-checked, closed
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 单位 | the unit
    inspection_id bigint,                               -- 检查 | the inspection that found it, of the same programme
    found_on date NOT NULL,                             -- 发现日期 | found
    rectified_on date,                                  -- 整改日期 | rectified
    deadline date,                                      -- 整改期限 | to be rectified by
    rechecked_on date,                                  -- 复查日期 | re-checked
    closed_on date,                                     -- 销号日期 | closed: all of it done and re-checked
    programme_code text NOT NULL REFERENCES @.programme,  -- 检查项目 | programme
    level text NOT NULL DEFAULT 'general' CHECK (level IN ('general', 'major')),  -- 等级：一般、重大 | level
    description text,                                   -- 描述 | description
    @fact
    FOREIGN KEY (inspection_id, programme_code) REFERENCES @.inspection (id, programme_code),
    CHECK (deadline >= found_on AND rectified_on >= found_on AND rechecked_on >= rectified_on),
    CHECK (rechecked_on IS NULL OR rectified_on IS NOT NULL),
    CHECK (closed_on IS NULL OR (rechecked_on IS NOT NULL AND closed_on >= rechecked_on))
);
CREATE TABLE @.confiscation (  -- 没收物品 | goods confiscated
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    programme_code text NOT NULL REFERENCES @.programme,  -- 检查项目 | programme
    enforcement_case_id bigint REFERENCES @.enforcement_case,  -- 案件 | case
    subject_id bigint REFERENCES @.subject,             -- 当事人 | party
    confiscated_on date NOT NULL,                       -- 日期 | date
    goods text NOT NULL,                                -- 物品，如 fireworks | goods
    quantity int NOT NULL CHECK (quantity > 0),         -- 数量 | quantity
    unit text NOT NULL DEFAULT '件',                     -- 单位 | measure word
    @fact
    CHECK (confiscated_on >= '1949-10-01')
);
-- ---------------------------------------------------------------- I, K: audits, renewal, requirements
CREATE TABLE @.safety_audit (  -- 安全审计 | safety audits
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 企业 | enterprise
    campaign_code text REFERENCES @.campaign,           -- 专项行动 | campaign
    started_on date NOT NULL,                           -- 启动日期 | started
    completed_on date,                                  -- 完成日期 | completed; NULL: under way
    @fact
    CHECK (completed_on >= started_on)
);
CREATE TABLE @.audit_finding (  -- 审计发现的问题 | findings of an audit
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    safety_audit_id bigint NOT NULL REFERENCES @.safety_audit,  -- 审计 | audit
    found_on date NOT NULL,                             -- 发现日期 | found
    closed_on date,                                     -- 整改完成日期 | closed
    description text,                                   -- 描述 | description
    @fact
    CHECK (closed_on >= found_on)
);
CREATE TABLE @.equipment_renewal (  -- 装置、设备更新改造 | renewal of equipment
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 企业 | enterprise
    campaign_code text REFERENCES @.campaign,           -- 专项行动 | campaign
    kind text NOT NULL CHECK (kind IN ('chemical_unit', 'wet_dust', 'other')),  -- 类型：老旧装置、湿式设备、其他 | kind
    quantity int NOT NULL DEFAULT 1 CHECK (quantity > 0),  -- 数量 | quantity
    unit text NOT NULL DEFAULT '套',                     -- 单位 | measure word
    planned_on date NOT NULL,                           -- 列入日期 | date it was put on the list
    completed_on date,                                  -- 完成日期 | completed
    @fact
    CHECK (completed_on >= planned_on)
);
CREATE TABLE @.outreach (  -- 点对点推送 | messages pushed to a responsible person
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    person_id bigint NOT NULL REFERENCES @.subject,     -- 负责人 | the person
    sent_on date NOT NULL,                              -- 推送日期 | date sent
    subject_id bigint REFERENCES @.subject,             -- 企业 | the enterprise answered for
    campaign_code text REFERENCES @.campaign,           -- 专项行动 | campaign
    title text,                                         -- 内容 | what was sent
    @fact
    CHECK (sent_on >= '1949-10-01')
);
CREATE TABLE @.requirement (  -- 专项要求（如“九个应”） | requirements of a campaign
    code text PRIMARY KEY,                              -- 代码 | code
    campaign_code text NOT NULL REFERENCES @.campaign,  -- 专项行动 | campaign
    level text NOT NULL CHECK (level IN ('national', 'province', 'city')),  -- 提出层级 | who set it
    title text NOT NULL,                                -- 内容 | the requirement
    valid_from date,                                    -- 生效日期 | first day
    valid_to date,                                      -- 失效日期（不含） | first day it no longer holds
    @fact
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.requirement_check (  -- 专项要求逐企落实情况 | each requirement at each enterprise
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 企业 | enterprise
    listed_on date NOT NULL,                            -- 列入日期 | from when it applied
    done_on date,                                       -- 落实日期 | done
    applicable boolean NOT NULL DEFAULT true,           -- 是否适用 | false: does not apply here
    requirement_code text NOT NULL REFERENCES @.requirement,  -- 要求 | requirement
    @fact
    UNIQUE (requirement_code, subject_id),
    CHECK (done_on >= listed_on)
);
-- ---------------------------------------------------------------- L: factories in factories
CREATE TABLE @.lease (  -- 厂房租赁关系 | leases of factory space
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    lessor_id bigint NOT NULL REFERENCES @.subject,     -- 出租方 | lessor
    lessee_id bigint NOT NULL REFERENCES @.subject,     -- 承租方 | lessee
    valid_from date NOT NULL,                           -- 起租日期 | first day
    valid_to date,                                      -- 终止日期（不含） | first day after it
    area_code text REFERENCES @.area,                   -- 区域 | area
    site text NOT NULL,                                 -- 厂房 | the site
    @fact
    CHECK (valid_to > valid_from),
    CHECK (lessor_id <> lessee_id)
);
-- ---------------------------------------------------------------- M: publicity
CREATE TABLE @.award (  -- 荣誉与入选，按年度 | awards and listings, by year
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    kind text NOT NULL,                                 -- 种类，如 livelihood_project、excellent_file | kind, e.g. livelihood_project, excellent_file
    year int NOT NULL CHECK (year BETWEEN 1949 AND 9999),  -- 年度 | year it is for
    awarded_on date NOT NULL,                           -- 公布日期 | date announced
    title text,                                         -- 名称 | title
    @fact
    UNIQUE (org_code, kind, year)
);
CREATE TABLE @.venue (  -- 安全体验馆 | safety experience venues
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    name text NOT NULL,                                 -- 名称 | name
    area_code text REFERENCES @.area,                   -- 区域 | area
    valid_from date NOT NULL,                           -- 建成日期 | opened
    valid_to date,                                      -- 关闭日期（不含） | closed
    @fact
    CHECK (valid_to > valid_from)
);
CREATE TABLE @.venue_visit (  -- 体验馆接待量 | visits to a venue
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    venue_id bigint NOT NULL REFERENCES @.venue,        -- 体验馆 | venue
    visited_on date NOT NULL,                           -- 日期（或月初） | date, or first day of the month counted
    visitors int NOT NULL CHECK (visitors >= 0),        -- 人数 | visitors
    @fact
    UNIQUE (venue_id, visited_on)
);
CREATE TABLE @.post (  -- 发布的信息、栏目文章 | posts
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 发布机构 | publisher
    channel text NOT NULL,                              -- 渠道，如 wechat | channel
    series text NOT NULL,                               -- 栏目，如 case_lessons（以案释法）、law_showcase（法治阵地集锦） | series, e.g. case_lessons, law_showcase
    title text,                                         -- 标题 | title
    posted_on date NOT NULL,                            -- 发布日期 | date
    @fact
    CHECK (posted_on >= '1949-10-01')
);
CREATE TABLE @.post_reading (  -- 阅读量，按统计日增量 | reads of a post, new since the last count
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    post_id bigint NOT NULL REFERENCES @.post,          -- 信息 | post
    counted_on date NOT NULL,                           -- 统计日期 | date counted
    reads int NOT NULL CHECK (reads >= 0),              -- 新增阅读量 | reads since the last count
    @fact
    UNIQUE (post_id, counted_on)
);
CREATE TABLE @.distribution (  -- 宣传品发放 | distribution of material
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    material text NOT NULL,                             -- 宣传品，如 case_leaflet（以案释法活页） | material, e.g. case_leaflet
    distributed_on date NOT NULL,                       -- 日期 | date
    area_code text REFERENCES @.area,                   -- 区域 | area
    copies int NOT NULL CHECK (copies > 0),             -- 份数 | copies
    @fact
    CHECK (distributed_on >= '1949-10-01')
);
CREATE TABLE @.periodical_issue (  -- 期刊，按期 | issues of a periodical
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    title text NOT NULL,                                -- 刊名 | title
    number text NOT NULL,                               -- 期号 | number of the issue
    published_on date NOT NULL,                         -- 出版日期 | date
    copies int NOT NULL CHECK (copies > 0),             -- 印数（册） | copies of this issue
    @fact
    UNIQUE (title, number)
);
CREATE TABLE @.issue_recipient (  -- 期刊投递单位 | recipients of an issue
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    periodical_issue_id bigint NOT NULL REFERENCES @.periodical_issue,  -- 期刊 | issue
    recipient text NOT NULL,                            -- 单位 | the unit that received it
    @fact
    UNIQUE (periodical_issue_id, recipient)
);
CREATE TABLE @.publicity_event (  -- 宣传教育活动 | events of publicity and education
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text REFERENCES @.organisation,            -- 主办机构 | organiser
    kind text NOT NULL,                                 -- 类型：open_day 执法开放日、disaster_day 防灾减灾日、main_venue 咨询日主会场、roadshow 普法宣讲、law_lecture 普法讲座、contest 竞赛 | kind: open_day, disaster_day, main_venue, roadshow, law_lecture, contest, …
    held_on date NOT NULL,                              -- 日期 | date
    title text,                                         -- 名称 | title
    audience int NOT NULL DEFAULT 0 CHECK (audience >= 0),  -- 受众人次 | person-times present
    online_views int NOT NULL DEFAULT 0 CHECK (online_views >= 0),  -- 在线观看人次 | person-times online
    claim text CHECK (claim IN ('first_in_province', 'first_in_city', 'first_in_country')),  -- “首次”“率先”之称 | a claim to be the first
    evidence text,                                      -- 依据 | the evidence a claim needs
    @fact
    CHECK (claim IS NULL OR evidence IS NOT NULL)
);
CREATE TABLE @.event_enterprise (  -- 活动覆盖的企业 | enterprises an event reached
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    publicity_event_id bigint NOT NULL REFERENCES @.publicity_event,  -- 活动 | event
    subject_id bigint NOT NULL REFERENCES @.subject,    -- 企业 | enterprise
    @fact
    UNIQUE (publicity_event_id, subject_id)
);
CREATE TABLE @.repost (  -- 媒体转发 | reposts by media
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    publicity_event_id bigint REFERENCES @.publicity_event,  -- 活动 | event
    outlet text NOT NULL,                               -- 媒体 | outlet
    reposted_on date NOT NULL,                          -- 日期 | date
    @fact
    CHECK (reposted_on >= '1949-10-01')
);
CREATE TABLE @.advertisement (  -- 公益广告播放 | plays of public advertisements
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    channel text NOT NULL,                              -- 载体 | carrier
    window_code text NOT NULL DEFAULT 'safety_month',   -- 活动窗口，如 safety_month（安全生产月） | window, e.g. safety_month
    played_on date NOT NULL,                            -- 日期 | date
    plays int NOT NULL CHECK (plays >= 0),              -- 播放次数 | plays
    @fact
    UNIQUE (channel, played_on)
);
-- ---------------------------------------------------------------- N: legislation, review, exposure
CREATE TABLE @.legislation (  -- 牵头起草的法规规章 | laws and rules drafted
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    kind text NOT NULL CHECK (kind IN ('local_regulation', 'government_rule', 'normative_document')),  -- 类型：地方性法规、政府规章、规范性文件 | kind
    title text NOT NULL,                                -- 名称 | title
    drafted_on date NOT NULL,                           -- 起草日期 | date drafted
    adopted_on date,                                    -- 通过日期 | adopted
    in_force_on date,                                   -- 施行日期 | in force
    @fact
    UNIQUE (title)
);
CREATE TABLE @.review_meeting (  -- 案件审理会 | case-review meetings
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    held_on date NOT NULL,                              -- 日期 | date
    @fact
    CHECK (held_on >= '1949-10-01')
);
CREATE TABLE @.review_item (  -- 案审会讨论的案件 | cases discussed at a review meeting
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    review_meeting_id bigint NOT NULL REFERENCES @.review_meeting,  -- 案审会 | meeting
    enforcement_case_id bigint NOT NULL REFERENCES @.enforcement_case,  -- 案件 | case
    @fact
    UNIQUE (review_meeting_id, enforcement_case_id)
);
CREATE TABLE @.exposure_batch (  -- 典型案例曝光批次 | batches of exposed cases
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    org_code text NOT NULL REFERENCES @.organisation,   -- 机构 | organisation
    released_on date NOT NULL,                          -- 曝光日期 | date
    channel text,                                       -- 媒体 | channels
    @fact
    CHECK (released_on >= '1949-10-01')
);
CREATE TABLE @.exposed_case (  -- 曝光的典型案例 | exposed cases
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,  -- 编号 | key
    exposure_batch_id bigint NOT NULL REFERENCES @.exposure_batch,  -- 批次 | batch
    enforcement_case_id bigint REFERENCES @.enforcement_case,  -- 案件 | case of this ledger, if it is one
    title text NOT NULL,                                -- 案例 | the case
    @fact
    UNIQUE (exposure_batch_id, title)
);
-- ---------------------------------------------------------------- indexes for the report's queries
CREATE INDEX ON @.subject (area_code);
CREATE INDEX ON @.letter (sent_on);
CREATE INDEX ON @.remediation (campaign_code, completed_on);
CREATE INDEX ON @.remediation (subject_id);
CREATE INDEX ON @.sample_check (checked_on);
CREATE INDEX ON @.sample_check (subject_id);
CREATE INDEX ON @.drill (drill_plan_id);
CREATE INDEX ON @.accident (occurred_on);
CREATE INDEX ON @.casualty (accident_id);
CREATE INDEX ON @.permit (issued_on);
CREATE INDEX ON @.permit (subject_id);
CREATE INDEX ON @.inspection (inspected_on) INCLUDE (programme_code, subject_id, status);
CREATE INDEX ON @.inspection (subject_id);
CREATE INDEX ON @.enforcement_case (filed_on);
CREATE INDEX ON @.enforcement_case (subject_id);
CREATE INDEX ON @.document (issued_on) INCLUDE (programme_code, status);
CREATE INDEX ON @.document (inspection_id, programme_code);
CREATE INDEX ON @.document (enforcement_case_id);
CREATE INDEX ON @.hazard (found_on);
CREATE INDEX ON @.hazard (rectified_on);
CREATE INDEX ON @.hazard (inspection_id, programme_code);
CREATE INDEX ON @.hazard (subject_id);
CREATE INDEX ON @.hazard (deadline) WHERE rectified_on IS NULL;
CREATE INDEX ON @.audit_finding (safety_audit_id);
CREATE INDEX ON @.outreach (sent_on);
CREATE INDEX ON @.requirement_check (subject_id);
CREATE INDEX ON @.lease (lessor_id);
CREATE INDEX ON @.lease (lessee_id);
CREATE INDEX ON @.publicity_event (kind, held_on);
CREATE INDEX ON @.event_enterprise (subject_id);
CREATE INDEX ON @.exposed_case (enforcement_case_id);
CREATE INDEX ON @.confiscation (enforcement_case_id);
CREATE INDEX ON @.review_item (enforcement_case_id);
CREATE INDEX ON @.repost (publicity_event_id);
$ddl$ $function$;
COMMENT ON FUNCTION emgov._ledger_tables() IS 'internal: the DDL of a ledger''s tables for the systems A to N, with its notes';
