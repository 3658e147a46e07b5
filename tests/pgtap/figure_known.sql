-- What is known of a figure, and no more: what members sent of different days, losses that are not assessed, records that
-- name no area; what every shipped definition answers by every dimension; why a member's figure is restated.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
SELECT no_plan();
UPDATE area SET is_block = false;
INSERT INTO area (code, name_zh, name_en, kind, is_block) VALUES ('A', '甲区', 'Jia', 'district', true), ('B', '乙区', 'Yi', 'district', true);

-- ------------------------------------------------------------------ what members sent of different days
INSERT INTO indicator (code, name_zh, kind, scope, cutoff, unit, comparator, definition_zh) VALUES ('SENT', '培训', 'reported', 'city', 'period', '人', 'year_earlier', '培训人数');
CREATE FUNCTION pg_temp.said(p daterange, lang text DEFAULT 'zh') RETURNS text LANGUAGE sql AS
$$ SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), words, state, covered_days), ', ' ORDER BY member NULLS FIRST) FROM ledger.figures(p, codes => '{SENT}', by => 'area', lang => lang) $$;
CREATE FUNCTION pg_temp.rows(p daterange) RETURNS numeric LANGUAGE sql AS $$ SELECT sum(amount) FROM ledger.figure_rows('SENT', p) $$;
INSERT INTO reported (indicator, member, starts_on, ends_on, value)
SELECT 'SENT', a, m::date, (m + interval '1 month')::date, 100 FROM unnest('{A,B}'::text[]) AS a, generate_series(timestamp '2024-01-01', '2024-06-01', '1 month') AS m;
SELECT is(pg_temp.said(year(2024)), 'all 1200人（截至6月30日） part_period 182, A 600人（截至6月30日） part_period 182, B 600人（截至6月30日） part_period 182', 'six months of both: until when');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('SENT', 'A', '2024-07-01', '2024-08-01', 10), ('SENT', 'B', '2024-08-01', '2024-09-01', 11);
SELECT is(pg_temp.said(year(2024)), 'all 1200人（截至6月30日） part_period 182, A 610人（截至7月31日） part_period 213, B 611人（仅213天数据） part_period 213', 'a month more of one: the total is of the days that both have sent, and says so');
SELECT is(pg_temp.rows(year(2024)), 1200::numeric, 'its rows come to it');
SELECT is((SELECT string_agg(emgov_internal.reason_zh(reason), '；' ORDER BY member NULLS FIRST) FROM figures(year(2024), codes => '{SENT}', by => 'area')),
    '仅报送 2024-01-01 至 2024-06-30；仅报送 2024-01-01 至 2024-07-31；仅报送 213 天', 'why they are of a part, in Chinese');
SELECT is(pg_temp.said('[2024-07-01,2024-10-01)'), 'all no_data 0, A 10人（截至7月31日） part_period 31, B 11人（8月1日至8月31日） part_period 31', 'no day of both: no total');
SELECT is(pg_temp.said(ytd('2024-08-31'), 'en'), 'all 1,200 人 (up to 30 June) part_period 182, A 610 人 (up to 31 July) part_period 213, B 611 人 (data of 213 days only) part_period 213', 'in English');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('SENT', 'A', '2023-01-01', '2023-07-01', 10), ('SENT', 'B', '2023-01-01', '2023-04-01', 11);
SELECT is(pg_temp.said(year(2023)), 'all 21人（报送期不一） part_period 90, A 10人（截至6月30日） part_period 181, B 11人（截至3月31日） part_period 90', 'half a year in one row cannot be cut: it says that days differ');
SELECT is((SELECT emgov_internal.reason_zh(reason) FROM figures(year(2023), codes => '{SENT}')), '报送期不一，各单位都报送的仅 90 天', 'why, in Chinese');
SELECT is(pg_temp.rows(year(2023)), 21::numeric, 'and has all rows behind it');
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('SENT', 'A', '2022-02-01', '2022-03-01', 10), ('SENT', 'B', '2022-02-01', '2022-04-01', 11), ('SENT', 'A', '2022-06-01', '2022-07-01', 5), ('SENT', 'B', '2022-06-01', '2022-07-01', 6);
SELECT is((SELECT words FROM figures(year(2022), codes => '{SENT}')), '32人（报送期不一）', 'nor these');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE starts_on = '2022-02-01' AND member = 'B';
INSERT INTO reported (indicator, member, starts_on, ends_on, value) VALUES ('SENT', 'B', '2022-02-01', '2022-03-01', 4);
SELECT is((SELECT words FROM figures(year(2022), codes => '{SENT}')), '25人（仅58天数据）', 'days with a gap, the same of both: so many, and what was sent of them');
UPDATE indicator SET cutoff = 'to_date' WHERE code = 'SENT';
SELECT is((SELECT words FROM figures(year(2024), codes => '{SENT}')), '1246人（截至6月30日）', 'to date: with what came before');

-- ------------------------------------------------------------------ what is not assessed is not nothing
INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('LOSS', '损失', 'sum', 'accident_fact', 'occurred_on', 'direct_loss', 'city', 'period', '元', 'none', '损失'), ('MEAN', '平均', 'mean', 'accident_fact', 'occurred_on', 'direct_loss', 'city', 'period', '元', 'none', '损失');
INSERT INTO indicator (code, name_zh, kind, of_codes, scope, cutoff, unit, comparator, definition_zh) VALUES ('NET', '净', 'total', '{LOSS,-MEAN}', 'city', 'period', '元', 'none', '净');
INSERT INTO accident (id, occurred_on, reported_on, area_code, category_code, direct_loss)
SELECT n, '2024-03-01', '2024-03-01', CASE n WHEN 4 THEN 'B' ELSE 'A' END, (SELECT min(code) FROM accident_category AS c WHERE NOT EXISTS (SELECT FROM accident_category AS d WHERE d.parent_code = c.code)), l
  FROM (VALUES (1, 100), (2, NULL), (3, 0), (4, 50)) AS v (n, l);
SELECT is((SELECT string_agg(concat_ws(' ', part, record_key, coalesce(amount::text, 'unknown')), ', ' ORDER BY part DESC, record_key) FROM figure_rows('LOSS', year(2024))),
    'numerator 1 100.00, numerator 2 unknown, numerator 3 0.00, numerator 4 50.00', 'E10: a loss that is not assessed is not listed as 0, one of 0 is');
SELECT is_empty($$SELECT f.code, f.member, f.numerator, f.denominator, r.* FROM figures(year(2024), codes => '{LOSS,MEAN}', by => 'area') AS f
    CROSS JOIN LATERAL (SELECT sum(amount) FILTER (WHERE part = 'numerator') AS n, sum(amount) FILTER (WHERE part = 'denominator') AS d FROM figure_rows(f.code, year(2024), by => CASE WHEN f.member IS NOT NULL THEN 'area' END, member => f.member)) AS r
     WHERE f.numerator <> r.n OR f.denominator <> r.d OR r.n IS NULL$$, 'E10: the rows add up to each part');

-- ------------------------------------------------------------------ why a member's figure is restated
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('ACC', '事故', 'count', 'accident_fact', 'occurred_on', $$status = 'valid'$$, 'city', 'period', '起', 'year_earlier', '事故');
INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, filter, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('DEAD', '死亡', 'sum', 'accident_fact', 'occurred_on', 'deaths', $$status = 'valid'$$, 'city', 'period', '人', 'year_earlier', '死亡');
INSERT INTO indicator (code, name_zh, kind, of_code, by_code, scope, cutoff, unit, comparator, definition_zh) VALUES ('PER', '每起死亡', 'ratio', 'DEAD', 'ACC', 'city', 'period', '人', 'year_earlier', '每起死亡');
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('C', '丙区', 'district', true), ('D', '丁区', 'district', true);
INSERT INTO accident (id, occurred_on, reported_on, area_code, category_code)
SELECT 10 + n, '2024-03-01', '2024-03-01', a, (SELECT min(code) FROM accident_category AS c WHERE NOT EXISTS (SELECT FROM accident_category AS d WHERE d.parent_code = c.code))
  FROM (VALUES (1, 'A'), (2, 'B'), (3, 'C'), (4, 'D')) AS v (n, a);
CALL entered('{accident}', '2024-12-31', '2023-01-01');
CALL entered('{casualty}', '2024-12-31', '2023-01-01');
UPDATE reported SET status = 'withdrawn', note = 'x' WHERE status = 'valid';
UPDATE indicator SET cutoff = 'period' WHERE code = 'SENT';
INSERT INTO reported (indicator, member, starts_on, ends_on, value) SELECT 'SENT', a, '2024-01-01', '2025-01-01', 5 FROM unnest('{A,B,C,D}'::text[]) AS a
ON CONFLICT (indicator, dimension, member, starts_on, ends_on) DO UPDATE SET status = 'valid', note = NULL, value = 5;
INSERT INTO report (code, title_zh) VALUES ('r', '报告');
INSERT INTO report_section (report, section, heading) VALUES ('r', 1, '一');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '{ACC}{DEAD}{PER}{table ACC,DEAD,PER,SENT by area}'), ('r', 1, 2, '{table ACC by area,month}');
CALL publish('r', year(2024), allow_gaps => true, id => NULL) \gset
SELECT is((SELECT count(*) FROM restatement(:id)), 0::bigint, 'nothing is restated yet');
UPDATE accident SET area_code = 'B' WHERE id = 11;
UPDATE accident SET status = 'written_off', note = '核销' WHERE id = 13;
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (14, 'dead', '2024-03-02');
UPDATE reported SET value = 7 WHERE member = 'D' AND status = 'valid';
SELECT is((SELECT string_agg(concat_ws(' ', code, member, published, value_now, reason, records), E'\n') FROM restatement(:id) WHERE dimension = 'area' AND what = 'value'),
    E'ACC A 4 3 moved_area 1\nACC B 2 3 moved_area 1\nACC C 1 0 write_off 1\nDEAD D 0 1 death_within_window 1\nPER C 0 derived 0\nPER D 0 1 derived 0\nSENT D 5 7 correction 1', 'a member''s line has the reasons of the records that concern it, and their number');
SELECT is((SELECT string_agg(concat_ws(' ', code, published, value_now, reason, records), E'\n') FROM restatement(:id) WHERE dimension IS NULL AND what = 'value' AND code IN ('ACC', 'DEAD')), E'ACC 8 7 write_off 1\nDEAD 0 1 death_within_window 1', 'that of the whole those of all');
SELECT is((SELECT string_agg(DISTINCT concat_ws(' ', member, reason), ', ') FROM restatement(:id) WHERE dimension = 'area,month' OR dimension = 'area, month'), 'A moved_area, B moved_area, C write_off', 'by two dimensions too');

-- a record that is another member's now has a row, though the whole is what it was
UPDATE accident SET occurred_on = '2024-05-01', reported_on = '2024-05-01' WHERE id = 12;
SELECT set_eq(format('SELECT code, dimension, record_key, member_then, member_now, difference::int, why FROM restatement_rows(%s) WHERE dimension IS NOT NULL AND what = ''value''', :id),
    $$VALUES ('ACC', 'area', '11', 'A', 'B', 0, '区域更正（由甲区改为乙区）'), ('ACC', 'month', '12', '3', '5', 0, '改列分项（由3月改为5月）'),
             ('ACC', 'area,month', '11', 'A, 3', 'B, 3', 0, '区域更正（由甲区、3月改为乙区、3月）'), ('ACC', 'area,month', '12', 'B, 3', 'B, 5', 0, '改列分项（由乙区、3月改为乙区、5月）')$$,
    'which member it was of, and is of; nothing of what comes to nothing');
SELECT is((SELECT why FROM restatement_rows(:id, lang => 'en') WHERE dimension = 'area' AND code = 'ACC' AND what = 'value'), 'of another area (from Jia to Yi)', 'in English');
SELECT is((SELECT string_agg(concat_ws(' ', code, record_key, difference::int, why), ', ' ORDER BY code, record_key) FROM restatement_rows(:id) WHERE dimension IS NULL AND what = 'value'),
    'ACC 13 -1 统计核销（核销）, DEAD 14 1 计入期限内死亡, SENT D 2 更正', 'what moves the whole has its row there alone');
SELECT is((SELECT DISTINCT reason FROM restatement(:id) WHERE dimension ~ 'month' AND member = 'B' AND member2 = '5'), 'moved_member', 'the line of a member says so too');
-- what came to an area and counts nothing in a figure is no reason of it
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (12, 'dead', '2024-05-02');
SELECT is((SELECT concat_ws(' ', published, value_now, reason, records) FROM restatement(:id) WHERE dimension = 'area' AND code = 'DEAD' AND member = 'B' AND what = 'value'),
    '0 1 death_within_window 1', 'an accident without deaths that was moved is not why the deaths are others');

-- ------------------------------------------------------------------ records that name no area
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('INSP', '检查', 'count', 'inspection', 'inspected_on', $$status = 'valid'$$, 'city', 'period', '次', 'year_earlier', '检查'),
    ('CASE', '案件', 'count', 'enforcement_case', 'filed_on', $$status = 'valid'$$, 'city', 'period', '起', 'year_earlier', '案件'),
    ('HAZ', '隐患', 'count', 'hazard', 'found_on', $$status = 'valid'$$, 'city', 'period', '条', 'year_earlier', '隐患');
INSERT INTO organisation (code, name_zh, kind, scope) VALUES ('bureau', '本局', 'bureau', 'bureau') ON CONFLICT DO NOTHING;
INSERT INTO subject (id, kind, name, area_code) VALUES (1, 'unit', '甲厂', 'A'), (2, 'unit', '乙厂', 'B');
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('p', '计划', 'plan', 'city');
INSERT INTO inspection (id, subject_id, org_code, programme_code, inspected_on, area_code)
VALUES (1, 1, 'bureau', 'p', '2024-02-01', NULL), (2, 2, 'bureau', 'p', '2023-02-01', 'B'), (3, 2, 'bureau', 'p', '2023-03-01', 'A'), (4, 2, 'bureau', 'p', '2022-03-01', NULL);
INSERT INTO hazard (id, inspection_id, subject_id, programme_code, found_on) VALUES (1, 1, 1, 'p', '2024-02-01'), (2, 2, 2, 'p', '2024-03-01');
CALL entered('{inspection,hazard,enforcement_case}', '2024-12-31', '2021-01-01');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, base, state, words, phrase, reason), E'\n') FROM figures(year(2024), codes => '{INSP}', by => 'area') WHERE member IN ('A', 'B', '') OR member IS NULL),
    E'all 1 2 comparable 1次 1次，同比下降50%\nA 0 1 part_members 0次（不含未注明区域的） 0次（不含未注明区域的） records that name no area are not among it: 1\n'
    'B 0 1 part_members 0次（不含未注明区域的） 0次（不含未注明区域的） records that name no area are not among it: 1\n 1 0 new 1次 1次，同比增加1次',
    'while records name no area, no area''s figure is whole: a zero is none');
SELECT is((SELECT string_agg(concat_ws(' ', member, value, base, state, rate, phrase, reason), E'\n') FROM figures(year(2023), codes => '{INSP}', by => 'area') WHERE member = 'A'),
    'A 1 0 no_base 1次 base: records that name no area are not among it: 1', 'nor its base');
SELECT is((SELECT words FROM figures(year(2024), codes => '{INSP}', by => 'area', lang => 'en') WHERE member = 'A'), '0 次 (without those of no area)', 'in English');
SELECT is((SELECT string_agg(concat_ws(' ', member, state), ', ') FROM figures(year(2024), codes => '{CASE}', by => 'area') WHERE member IN ('A', 'B')), 'A none, B none', 'where none does, a true zero is a zero');
SELECT is((SELECT string_agg(DISTINCT concat_ws(' ', (member IS NULL)::text, state, reason), ', ') FROM figures(year(2024), codes => '{HAZ}', by => 'area')),
    'false failed "hazard" has no column "area_code" of type text, "hazard_of_area" has: count it from there, true new', 'a source without the column says what has it');
UPDATE indicator SET source = 'hazard_of_area' WHERE code = 'HAZ';
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, state), ', ') FROM figures(year(2024), codes => '{HAZ}', by => 'area') WHERE member IN ('A', 'B') OR member IS NULL),
    'all 2 new, A 1 new, B 1 new', 'and so it is');

-- ------------------------------------------------------------------ a hint that works when followed
INSERT INTO report (code, title_zh, period_kind) SELECT k, k, k FROM unnest('{year,ytd,half,quarter,month}'::text[]) AS k;
CREATE FUNCTION pg_temp.hints(kind text, p daterange) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
    PERFORM ledger.report_text(kind, p);
    RETURN NEXT 'taken';
EXCEPTION WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN QUERY SELECT (regexp_match(hint, $x$'([^']*)'$x$))[1] UNION SELECT regexp_split_to_table((regexp_match(hint, 'command line (.*)\.$'))[1], ' or ');
END $$;
SELECT is_empty($$SELECT k, p, h FROM unnest('{year,ytd,half,quarter,month}'::text[]) AS k, unnest(ARRAY[year(2025), month(2025, 3), quarter(2025, 4), '[2025-03-04,2025-03-07)']) AS p
     CROSS JOIN LATERAL (SELECT h FROM pg_temp.hints(k, p) AS h WHERE h <> 'taken') AS h (h) WHERE (SELECT count(*) FROM pg_temp.hints(k, emgov.period(h.h)) AS t WHERE t = 'taken') <> 1$$, 'a report of another kind of period: each period that the hint names is taken');
SELECT is((SELECT string_agg(h, ' ' ORDER BY h) FROM pg_temp.hints('month', '[2025-03-04,2025-03-07)') AS h), '2025-03', 'the month of some days');

-- ------------------------------------------------------------------ made of what is known of different days
CREATE TABLE public.e1 (id int PRIMARY KEY, on_day date, area_code text, amount numeric);
CREATE TABLE public.e2 (id int PRIMARY KEY, on_day date, area_code text, amount numeric);
INSERT INTO indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('E1', '一', 'count', 'public.e1', 'on_day', NULL, 'city', 'period', '起', 'none', '一'), ('E2', '二', 'sum', 'public.e2', 'on_day', 'amount', 'city', 'period', '元', 'none', '二');
INSERT INTO indicator (code, name_zh, kind, of_code, by_code, of_codes, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('ER', '比', 'ratio', 'E2', 'E1', NULL, 'city', 'period', '元', 'none', '比'), ('ET', '和', 'total', NULL, NULL, '{E1,E2}', 'city', 'period', '元', 'none', '和'), ('EN', '比和', 'ratio', 'ET', 'E1', NULL, 'city', 'period', '元', 'none', '比');
INSERT INTO public.e1 SELECT n, date '2024-01-05' + 30 * (n - 1), 'A', n FROM generate_series(1, 12) AS n;
INSERT INTO public.e2 SELECT * FROM public.e1;
CALL entered('{public.e1}', '2024-06-30', '2023-01-01');
CALL entered('{public.e2}', '2024-12-31', '2023-01-01');
SELECT is((SELECT string_agg(concat_ws(' ', code, value, words, state), E'\n') FROM figures(year(2024)) WHERE code ~ '^E.$'),
    E'E1 6 6起（截至6月30日） part_period\nE2 78 78元 new\nEN 4.5 4.5元（截至6月30日） part_period\nER 3.5 3.5元（截至6月30日） part_period\nET 27 27元（截至6月30日） part_period',
    'what is known of six months is not divided into what is known of twelve');
SELECT results_eq($$SELECT c, part, sum(amount) FROM unnest('{ER,ET}'::text[]) AS c CROSS JOIN LATERAL figure_rows(c, year(2024)) GROUP BY 1, 2 ORDER BY 1, 2$$,
    $$VALUES ('ER', 'denominator', 6::numeric), ('ER', 'numerator', 21), ('ET', 'numerator', 27)$$, 'E10: and the rows are of these six months');
CALL entered('{public.e2}', '2024-12-31', '2024-08-01');
SELECT is((SELECT string_agg(concat_ws(' ', code, value, words, state, reason), E'\n') FROM figures(year(2024), codes => '{ER,ET}')),
    E'ER undefined what it is made of is known of different days\nET undefined what it is made of is known of different days', 'nor of other days altogether');
CALL entered('{public.e1}', '2024-06-30', '2023-01-01', area => 'A');
CALL entered('{public.e1}', '2024-12-31', '2024-08-01', area => 'B');
CALL entered('{public.e1}', '2024-12-31', '2023-01-01', area => 'C');
CALL entered('{public.e1}', '2024-12-31', '2023-01-01', area => 'D');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), value, words, state), ', ') FROM figures(year(2024), codes => '{E1}', by => 'area')),
    'all no_data, A 6 6起（截至6月30日） part_period, B 0 0起（8月1日起） part_period, C 0 0起 none, D 0 0起 none', 'areas that are known of different days: no day is known of all');
CALL entered('{public.e1}', '2024-12-31', '2024-05-01', area => 'B');
INSERT INTO area (code, name_zh, kind) VALUES ('Z', '园区', 'zone');
CALL entered('{public.e1}', '2024-03-31', '2023-01-01', area => 'Z');
SELECT is((SELECT concat_ws(' ', value, words, state) FROM figures(year(2024), codes => '{E1}')), '2 2起（5月1日至6月30日） part_period', 'of the days that all have, whatever else is declared');

SELECT * FROM finish();
