-- M: publicity and education (and the contest of D, the open days of G)
INSERT INTO award (id, org_code, kind, year, awarded_on, title)
SELECT id, CASE id WHEN 109 THEN 'subordinate' ELSE 'bureau' END, kind, year, make_date(year, 11, 20), title
  FROM (SELECT year - 1900 AS id, 'excellent_file' AS kind, year, '全市优秀行政执法案卷' AS title FROM generate_series(2010, 2024) AS year
        UNION ALL SELECT 108, 'excellent_file', 2008, '全市优秀行政执法案卷'               -- 2009 is missing
        UNION ALL SELECT 109, 'excellent_file', 2009, '直属单位优秀案卷'
        UNION ALL SELECT year - 1700, 'livelihood_project', year, '为民办实事项目' FROM unnest(ARRAY[2019, 2020, 2022, 2023, 2024]) AS year) AS v, batch
 WHERE make_date(year, 11, 20) <@ days;

-- 56 venues open at the cut-off; three closed, one opens after it
INSERT INTO venue (id, name, area_code, valid_from, valid_to)
SELECT id, '示例安全体验馆' || id, pg_temp.area(id), valid_from, CASE WHEN valid_to < upper(days) THEN valid_to END
  FROM (SELECT i AS id, CASE WHEN i <= 50 THEN date '2018-06-01' + 20 * i ELSE pg_temp.day(2023, 2 * i - 100, 14) END AS valid_from, NULL::date AS valid_to
          FROM generate_series(1, 56) AS i
        UNION ALL SELECT 60 + i, '2017-05-01', date '2024-03-01' + 40 * i FROM generate_series(1, 3) AS i
        UNION ALL SELECT 70, '2024-12-28', NULL) AS v, batch
 WHERE valid_from < upper(days)
ON CONFLICT (id) DO UPDATE SET valid_to = EXCLUDED.valid_to WHERE venue.valid_to IS DISTINCT FROM EXCLUDED.valid_to;
INSERT INTO venue_visit (venue_id, visited_on, visitors)
SELECT v.id, month, 200 + (v.id::int * 17 + n * 5) % 120
  FROM venue AS v, generate_series(0, 36) AS n, LATERAL (SELECT (date '2022-01-01' + n * interval '1 month')::date) AS m (month), batch
 WHERE month <@ days AND v.valid_from <= month AND (v.valid_to IS NULL OR month < v.valid_to);

-- posts: one showcase; 126 lessons from cases since 2021, and their reads by quarter
INSERT INTO post (id, org_code, channel, series, title, posted_on)
SELECT id, 'bureau', 'wechat', series, title, posted_on
  FROM (SELECT i AS id, 'case_lessons' AS series, '以案释法第' || i || '期' AS title, date '2021-03-01' + i * 11 AS posted_on FROM generate_series(1, 126) AS i
        UNION ALL SELECT 127, 'case_lessons', '以案释法第127期', '2024-12-24'
        UNION ALL SELECT 130, 'case_lessons', '误发的一期', '2024-05-29'                -- withdrawn in November, with its reads
        UNION ALL SELECT 140, 'law_showcase', '法治阵地', '2024-08-06' UNION ALL SELECT 141, 'law_showcase', '法治阵地', '2023-08-08'
        UNION ALL SELECT 150 + i, 'news', '工作动态', pg_temp.day(2024, i, 30) FROM generate_series(1, 30) AS i) AS v, batch
 WHERE posted_on <@ days;
INSERT INTO post_reading (post_id, counted_on, reads)
SELECT p.id, p.posted_on + lag, 600 + (p.id::int * 53) % 800 + CASE lag WHEN 1 THEN 1900 WHEN 30 THEN 400 ELSE 0 END
  FROM post AS p, unnest(ARRAY[1, 30, 60]) AS lag, batch
 WHERE p.posted_on + lag <@ days;

INSERT INTO distribution (id, material, distributed_on, area_code, copies)
SELECT id, material, distributed_on, pg_temp.area(id), copies
  FROM (SELECT i AS id, 'case_leaflet' AS material, pg_temp.day(2024, i, 40) AS distributed_on, 1100 + i % 8 * 60 AS copies FROM generate_series(1, 40) AS i
        UNION ALL SELECT 50 + i, 'poster', pg_temp.day(2024, i, 20), 500 FROM generate_series(1, 20) AS i
        UNION ALL SELECT 80 + i, 'case_leaflet', pg_temp.day(2023, i, 20), 900 FROM generate_series(1, 20) AS i
        UNION ALL SELECT 110, 'case_leaflet', '2024-12-26', 8000) AS v, batch
 WHERE distributed_on <@ days;

-- six issues of 1,000 copies, to 1,256 different units
INSERT INTO periodical_issue (id, title, number, published_on, copies)
SELECT id, '示例应急期刊', number, published_on, 1000
  FROM (SELECT i AS id, format('2024年第%s期', i) AS number, make_date(2024, 2 * i - 1, 15) AS published_on FROM generate_series(1, 6) AS i
        UNION ALL SELECT 10 + i, format('2023年第%s期', i), make_date(2023, 3 * i, 15) FROM generate_series(1, 4) AS i
        UNION ALL SELECT 20, '2024年增刊', '2024-12-28') AS v, batch
 WHERE published_on <@ days;
INSERT INTO issue_recipient (periodical_issue_id, recipient)
SELECT p.id, '示例单位' || (220 * (p.id - 1) + j) % CASE WHEN p.id = 20 THEN 2000 ELSE 1256 END
  FROM periodical_issue AS p, generate_series(1, 840) AS j, batch
 WHERE p.published_on <@ days;

-- Events. Open days: 8 with 340 people; disaster day: 146 with about 430,000; talks: 528
-- with 404,448 employees; one main venue, one lecture, one contest that was a first.
INSERT INTO publicity_event (id, org_code, kind, held_on, title, audience, online_views, claim, evidence)
SELECT id, 'bureau', kind, held_on, title, audience, online_views, claim, evidence
  FROM (SELECT i AS id, 'open_day' AS kind, pg_temp.day(2024, i, 8) AS held_on, '执法开放日' AS title, 38 + i AS audience, 0 AS online_views, NULL AS claim, NULL AS evidence
          FROM generate_series(1, 8) AS i
        UNION ALL SELECT 20 + i, 'open_day', pg_temp.day(2023, i, 6), '执法开放日', 30, 0, NULL, NULL FROM generate_series(1, 6) AS i
        UNION ALL SELECT 100 + i, 'disaster_day', date '2024-05-08' + i % 10, '防灾减灾日活动', 2000 + i % 20 * 100, 0, NULL, NULL FROM generate_series(1, 146) AS i
        UNION ALL SELECT 300 + i, 'disaster_day', date '2023-05-08' + i % 10, '防灾减灾日活动', 2500, 0, NULL, NULL FROM generate_series(1, 120) AS i
        UNION ALL SELECT 500, 'main_venue', date '2024-06-16', '安全宣传咨询日主会场', 800, 113500, NULL, NULL
        UNION ALL SELECT 501, 'main_venue', '2023-06-16', '安全宣传咨询日主会场', 700, 90000, NULL, NULL
        UNION ALL SELECT 502, 'law_lecture', '2024-12-04', '法治宣传月讲座', 200, 0, NULL, NULL
        UNION ALL SELECT 503, 'contest', '2024-10-17', '社会应急力量技能竞赛', 320, 0, 'first_in_province', '示例：省级主管部门通报'
        UNION ALL SELECT 504, 'contest', '2024-07-18', '安全知识竞赛', 500, 4000, NULL, NULL
        UNION ALL SELECT 505, 'roadshow', '2024-09-03', '误录的宣讲', 9000, 0, NULL, NULL           -- withdrawn in November
        UNION ALL SELECT 506, 'law_lecture', '2024-12-26', '年末讲座', 150, 0, NULL, NULL
        UNION ALL SELECT 1000 + i, 'roadshow', pg_temp.day(2024, i, 528), '普法宣讲', 700 + i % 12 * 12, 0, NULL, NULL FROM generate_series(1, 528) AS i
        UNION ALL SELECT 2000 + i, 'roadshow', pg_temp.day(2023, i, 400), '普法宣讲', 600, 0, NULL, NULL FROM generate_series(1, 400) AS i) AS v, batch
 WHERE held_on <@ days;
-- 17 enterprises at each talk, 8,420 different ones; one at each event of the disaster day
INSERT INTO event_enterprise (publicity_event_id, subject_id)
SELECT e.id, CASE WHEN e.id = 505 THEN 10000 + j ELSE 1 + ((e.id - 1001) * 17 + j - 1) % 8420 END
  FROM publicity_event AS e, generate_series(1, 17) AS j, batch
 WHERE e.held_on <@ days AND e.kind = 'roadshow' AND e.id < 2000;
INSERT INTO event_enterprise (publicity_event_id, subject_id)
SELECT e.id, 12000 + e.id FROM publicity_event AS e, batch WHERE e.held_on <@ days AND e.kind = 'disaster_day';
INSERT INTO repost (publicity_event_id, outlet, reposted_on)
SELECT event, outlet, reposted_on
  FROM (VALUES (3, '中国应急管理报', date '2024-05-20'), (3, '常州日报', '2024-05-21'), (6, '常州日报', '2024-09-24')) AS v (event, outlet, reposted_on), batch
 WHERE reposted_on <@ days;
INSERT INTO advertisement (channel, window_code, played_on, plays)
SELECT channel, window_code, played_on, plays
  FROM (SELECT '载体' || c AS channel, 'safety_month' AS window_code, make_date(year, 6, 1) + d AS played_on,
               CASE year WHEN 2024 THEN 13000 + c * 400 + d ELSE 11000 END AS plays
          FROM generate_series(1, 8) AS c, generate_series(0, 29) AS d, unnest(ARRAY[2023, 2024]) AS year
        UNION ALL SELECT '载体1', 'fire_month', date '2024-11-01' + d, 5000 FROM generate_series(0, 29) AS d) AS v, batch
 WHERE played_on <@ days;
