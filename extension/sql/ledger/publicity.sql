-- ------------------------------------------------------------------ ledger: publicity (system M)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'award', '荣誉与入选，按年度 | awards and listings, by year', $ddl$
CREATE TABLE @ledger@.award (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | organisation
    kind text NOT NULL,                                 -- 种类，如 livelihood_project、excellent_file | kind, e.g. livelihood_project, excellent_file
    year int NOT NULL CHECK (year BETWEEN 1949 AND 9999),  -- 年度 | year it is for
    awarded_on date NOT NULL,                           -- 公布日期 | date announced
    title text,                                         -- 名称 | title
    @fact@
    UNIQUE (org_code, kind, year)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'venue', '安全体验馆 | safety experience venues', $ddl$
CREATE TABLE @ledger@.venue (
    id @key@,  -- 编号 | key
    name text NOT NULL,                                 -- 名称 | name
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    valid_from date NOT NULL,                           -- 建成日期 | opened
    valid_to date,                                      -- 关闭日期（不含） | closed
    @fact@
    CHECK (valid_to > valid_from)
);
CREATE UNIQUE INDEX "venue: one for each name and day" ON @ledger@.venue
    (name, valid_from) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'venue_visit', '体验馆接待量 | visits to a venue', $ddl$
CREATE TABLE @ledger@.venue_visit (
    id @key@,  -- 编号 | key
    venue_id bigint NOT NULL REFERENCES @ledger@.venue,  -- 体验馆 | venue
    visited_on date NOT NULL,                           -- 日期（或月初） | date, or first day of the month counted
    visitors int NOT NULL CHECK (visitors >= 0),        -- 人数 | visitors
    @fact@
    UNIQUE (venue_id, visited_on)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'post', '发布的信息、栏目文章 | posts', $ddl$
CREATE TABLE @ledger@.post (
    id @key@,  -- 编号 | key
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 发布机构 | publisher
    channel text NOT NULL,                              -- 渠道，如 wechat | channel
    series text NOT NULL,                               -- 栏目，如 case_lessons（以案释法）、law_showcase（法治阵地集锦） | series, e.g. case_lessons, law_showcase
    title text,                                         -- 标题 | title
    posted_on date NOT NULL,                            -- 发布日期 | date
    @fact@
    CHECK (posted_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "post: one for each series, channel, day and title" ON @ledger@.post
    (org_code, channel, series, posted_on, title) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'post_reading', '阅读量，按统计日增量 | reads of a post, new since the last count', $ddl$
CREATE TABLE @ledger@.post_reading (
    id @key@,  -- 编号 | key
    post_id bigint NOT NULL REFERENCES @ledger@.post,   -- 信息 | post
    counted_on date NOT NULL,                           -- 统计日期 | date counted
    reads int NOT NULL CHECK (reads >= 0),              -- 新增阅读量 | reads since the last count
    @fact@
    UNIQUE (post_id, counted_on)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'distribution', '宣传品发放 | distribution of material', $ddl$
CREATE TABLE @ledger@.distribution (
    id @key@,  -- 编号 | key
    material text NOT NULL,                             -- 宣传品，如 case_leaflet（以案释法活页） | material, e.g. case_leaflet
    distributed_on date NOT NULL,                       -- 日期 | date
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    copies int NOT NULL CHECK (copies > 0),             -- 份数 | copies
    number text,                                        -- 发放单号，不得重复 | number of the slip: two that count cannot have one
    @fact@
    CHECK (distributed_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "distribution: a number counts once" ON @ledger@.distribution (number) WHERE status = 'valid' AND number IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'periodical_issue', '期刊，按期 | issues of a periodical', $ddl$
CREATE TABLE @ledger@.periodical_issue (
    id @key@,  -- 编号 | key
    title text NOT NULL,                                -- 刊名 | title
    number text NOT NULL,                               -- 期号 | number of the issue
    published_on date NOT NULL,                         -- 出版日期 | date
    copies int NOT NULL CHECK (copies > 0),             -- 印数（册） | copies of this issue
    @fact@
    UNIQUE (title, number)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'issue_recipient', '期刊投递单位 | recipients of an issue', $ddl$
CREATE TABLE @ledger@.issue_recipient (
    id @key@,  -- 编号 | key
    periodical_issue_id bigint NOT NULL REFERENCES @ledger@.periodical_issue,  -- 期刊 | issue
    recipient text NOT NULL,                            -- 单位 | the unit that received it
    @fact@
    UNIQUE (periodical_issue_id, recipient)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'publicity_event', '宣传教育活动 | events of publicity and education', $ddl$
CREATE TABLE @ledger@.publicity_event (
    id @key@,  -- 编号 | key
    org_code text REFERENCES @ledger@.organisation,     -- 主办机构 | organiser
    kind text NOT NULL,
        -- 类型：open_day 执法开放日、disaster_day 防灾减灾日、main_venue 咨询日主会场、roadshow 普法宣讲、law_lecture 普法讲座、contest 竞赛
        -- | kind: open_day, disaster_day, main_venue, roadshow, law_lecture, contest, …
    held_on date NOT NULL,                              -- 日期 | date
    title text,                                         -- 名称 | title
    audience int NOT NULL DEFAULT 0 CHECK (audience >= 0),  -- 受众人次 | person-times present
    online_views int NOT NULL DEFAULT 0 CHECK (online_views >= 0),  -- 在线观看人次 | person-times online
    claim text CHECK (claim IN ('first_in_province', 'first_in_city', 'first_in_country')),  -- “首次”“率先”之称 | a claim to be the first
    evidence text,                                      -- 依据 | the evidence a claim needs
    number text,                                        -- 活动编号，不得重复 | number of the event: two that count cannot have one
    @fact@
    CHECK (claim IS NULL OR evidence IS NOT NULL)
);
CREATE INDEX ON @ledger@.publicity_event (kind, held_on);
-- a body may give the same lecture twice a day
CREATE UNIQUE INDEX "publicity_event: a number counts once" ON @ledger@.publicity_event (number) WHERE status = 'valid' AND number IS NOT NULL;
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'event_enterprise', '活动覆盖的企业 | enterprises an event reached', $ddl$
CREATE TABLE @ledger@.event_enterprise (
    id @key@,  -- 编号 | key
    publicity_event_id bigint NOT NULL REFERENCES @ledger@.publicity_event,  -- 活动 | event
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 企业 | enterprise
    @fact@
    UNIQUE (publicity_event_id, subject_id)
);
CREATE INDEX ON @ledger@.event_enterprise (subject_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'repost', '媒体转发 | reposts by media', $ddl$
CREATE TABLE @ledger@.repost (
    id @key@,  -- 编号 | key
    publicity_event_id bigint REFERENCES @ledger@.publicity_event,  -- 活动 | event
    outlet text NOT NULL,                               -- 媒体 | outlet
    reposted_on date NOT NULL,                          -- 日期 | date
    @fact@
    CHECK (reposted_on >= '1949-10-01')
);
CREATE UNIQUE INDEX "repost: one for each event, outlet and day" ON @ledger@.repost
    (publicity_event_id, outlet, reposted_on) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'advertisement', '公益广告播放 | plays of public advertisements', $ddl$
CREATE TABLE @ledger@.advertisement (
    id @key@,  -- 编号 | key
    channel text NOT NULL,                              -- 载体 | carrier
    window_code text NOT NULL DEFAULT 'safety_month',   -- 活动窗口，如 safety_month（安全生产月） | window, e.g. safety_month
    played_on date NOT NULL,                            -- 日期 | date
    plays int NOT NULL CHECK (plays >= 0),              -- 播放次数 | plays
    @fact@
    UNIQUE (channel, played_on)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'venue_visit_fact',
    '体验馆接待量及体验馆 | visitors with their venue', $sql$
    SELECT w.id, w.venue_id, n.area_code, w.visited_on, w.visitors,
           CASE WHEN w.status = 'valid' THEN n.status ELSE w.status END AS status, w.note, w.known_from
      FROM @ledger@.venue_visit@as_of@ w JOIN @ledger@.venue@as_of@ n ON n.id = w.venue_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'venue_visit_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.venue_visit_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT w.id::text FROM @ledger@.venue_visit_versions($1, $2) AS w
    UNION SELECT w.id::text FROM @ledger@.venue_versions($1, $2) AS n JOIN @ledger@.venue_visit_as_of($2) AS w ON w.venue_id = n.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'post_reading_fact',
    '阅读量及其栏目 | reads with their post', $sql$
    SELECT r.id, r.post_id, p.channel, p.series, r.counted_on, r.reads,
           CASE WHEN r.status = 'valid' THEN p.status ELSE r.status END AS status, r.note, r.known_from
      FROM @ledger@.post_reading@as_of@ r JOIN @ledger@.post@as_of@ p ON p.id = r.post_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'post_reading_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.post_reading_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT r.id::text FROM @ledger@.post_reading_versions($1, $2) AS r
    UNION SELECT r.id::text FROM @ledger@.post_versions($1, $2) AS p JOIN @ledger@.post_reading_as_of($2) AS r ON r.post_id = p.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('source', 'issue_recipient_fact',
    '期刊投递单位及出版日期 | recipients with their issue', $sql$
    SELECT r.id, r.periodical_issue_id, i.title, i.number, i.published_on, r.recipient,
           CASE WHEN r.status = 'valid' THEN i.status ELSE r.status END AS status, r.note, r.known_from
      FROM @ledger@.issue_recipient@as_of@ r JOIN @ledger@.periodical_issue@as_of@ i ON i.id = r.periodical_issue_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'issue_recipient_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.issue_recipient_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT r.id::text FROM @ledger@.issue_recipient_versions($1, $2) AS r
    UNION SELECT r.id::text FROM @ledger@.periodical_issue_versions($1, $2) AS i JOIN @ledger@.issue_recipient_as_of($2) AS r ON r.periodical_issue_id = i.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'event_enterprise_fact',
    '活动覆盖企业 | enterprises reached with their event', $sql$
    -- looked up: publicity_event by publicity_event_id
    -- index: held_on INCLUDE kind, subject_id, status
    SELECT e.id, e.publicity_event_id, v.kind, v.held_on, e.subject_id,
           CASE WHEN e.status = 'valid' THEN v.status ELSE e.status END AS status, e.note, e.known_from
      FROM @ledger@.event_enterprise@as_of@ e JOIN @ledger@.publicity_event@as_of@ v ON v.id = e.publicity_event_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'event_enterprise_fact_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.event_enterprise_fact_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT e.id::text FROM @ledger@.event_enterprise_versions($1, $2) AS e
    UNION SELECT e.id::text FROM @ledger@.publicity_event_versions($1, $2) AS v JOIN @ledger@.event_enterprise_as_of($2) AS e ON e.publicity_event_id = v.id;
END
$sql$);
