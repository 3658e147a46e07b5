-- Every form of a template with the words that are expected of it: figures, periods, lists,
-- members, tables, choices (T4), in both languages (T5), and of what is not known or known in part.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
CALL ledger.load_pack('accidents');
CALL ledger.load_pack('enforcement');
SET search_path = ledger, public, emgov;
-- F028: 17 accidents; F030: the dead; INJURED; SHARE: of those with dead; AVERAGE: dead an accident
INSERT INTO indicator (code, section, name_zh, name_en, kind, aggregate, source, date_column, measure, filter, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('INJURED', 4, '重伤人数', 'injured', 'sum', NULL, 'accident_fact', 'occurred_on', 'serious_injuries', $$status = 'valid'$$, 'city', 'period', '人', 'year_earlier', 'x'),
    ('SHARE', 4, '亡人事故占比', 'share', 'share', 'count', 'accident_fact', 'occurred_on', NULL, 'deaths > 0', 'city', 'period', '%', 'year_earlier', 'x'),
    ('AVERAGE', 4, '起均死亡', 'average', 'mean', NULL, 'accident_fact', 'occurred_on', 'deaths', $$status = 'valid'$$, 'city', 'period', '人', 'none', 'x');
INSERT INTO area (code, name_zh, name_en, kind, is_block, parent_code) VALUES ('c', '本市', 'the city', 'city', false, NULL),
    ('e', '东区', 'East', 'district', true, 'c'), ('n', '北区', 'North', 'district', true, 'c'), ('w', '西区', 'West', 'district', true, 'c');
INSERT INTO accident (id, occurred_on, area_code, category_code)
SELECT i, day, area, 'chemical'
FROM unnest('{2023-01-20,2023-03-02,2023-05-07,2023-06-11,2023-08-19,2023-10-10,2023-11-15,2023-12-01,
              2024-01-09,2024-02-17,2024-04-04,2024-06-21,2024-07-15,2024-08-30,2024-11-02,2024-12-12,2024-12-24}'::date[],
            '{w,n,e,w,n,n,e,w,w,e,e,w,e,e,e,w,e}'::text[]) WITH ORDINALITY AS a (day, area, i);
INSERT INTO casualty (accident_id, outcome, outcome_on)
VALUES (1, 'dead', '2023-01-20'), (2, 'serious', '2023-03-02'), (5, 'serious', '2023-08-19'),
       (11, 'dead', '2024-04-04'), (13, 'dead', '2024-07-15'), (13, 'dead', '2024-07-16'), (14, 'serious', '2024-08-30');
INSERT INTO report (code, title_zh, title_en) VALUES ('forms', '写法', 'Forms');
INSERT INTO report_section (report, section, heading) VALUES ('forms', 1, '一');
CREATE FUNCTION public.says(template text, period daterange DEFAULT year(2024)) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('forms', 1, 1, template)
    ON CONFLICT (report, section, ordinal) DO UPDATE SET body = template;
    RETURN (SELECT body FROM ledger.report_text('forms', period) AS t WHERE t.ordinal = 1);
END $$;
SELECT plan(88);
SELECT public.says('{F028.change(mean_of_5_years) of ''e'' by area}') \gset
SELECT throws_ok($$DELETE FROM comparator WHERE code = 'mean_of_5_years'$$, '23503', 'comparator mean_of_5_years cannot be taken away: report "forms" uses it', 'a comparator of members is in use');
SELECT is(public.says(template), text, 'T4: ' || template) FROM (VALUES
    ('{F028}；{F028.words}；{F028.value}；{F028.numeral}；{F028.name}', '9起；9起；9；九起；生产安全事故'),
    ('{F028.change}；{F028.rate}；{F028.amount}；{F028.both}', '同比上升12.5%；同比上升12.5%；同比增加1起；同比增加1起，上升12.5%'),
    ('{INJURED.change}；{INJURED.amount}；{F030@half.rate}；{F030@half.both}', '同比下降50%；同比减少1人；同比增加2人；同比增加2人'),
    ('{SHARE}；{SHARE.change}；{SHARE.amount}；{SHARE.rate}；{SHARE.both}', '22.2%；同比上升9.7个百分点；同比上升9.7个百分点；同比上升9.7个百分点；同比上升9.7个百分点'),
    ('{AVERAGE}；{AVERAGE.value}', '0.3人；0.333333'),
    ('{F029}；{F029.change}；{F029.phrase}；{F029.name}', '同比上升12.5%；同比上升12.5%；同比上升12.5%；事故起数同比'),
    ('{F028@month.phrase}；{F028@quarter.amount}；{F028@half}；{F028@year.both}；{F028@ytd.value}', '2起，同比上升100%；同比持平；5起；同比增加1起，上升12.5%；9'),
    ('{F028 of ''e'' by area}；{F028.phrase by area of ''n''}；{F028@half.change of ''w'' by area}；{F028.name of ''e'' by area}', '6起；未发生生产安全事故；同比持平；生产安全事故'),
    -- lists
    ('死亡、受伤{list F030,INJURED}；{list F030@half , INJURED@half}；{list F030 of ''n'' by area}', '死亡、受伤分别为3人、1人；分别为2人、1人；0人'),
    ('{list F028,F030,INJURED.change}；{list F028,F030.change}；{list F028,F030.amount}；{list F028,F030.both}', '同比分别上升12.5%、200%和下降50%；同比分别上升12.5%、200%；同比分别增加1起、2人；同比分别增加1起（12.5%）、2人（200%）'),
    ('{list F030,INJURED of ''n'' by area}；{list INJURED,INJURED.change}；{list F028,F030.name}；{list F028,F030.value}；{list F028,F030.numeral}', '均为0；同比均下降50%；生产安全事故、死亡人数；9、3；九起、三人'),
    -- members
    ('{F028 by area}；{F028.rate by area}；{F030.phrase by area}', '东区6起、北区0起、西区3起；东区上升200%、北区下降100%、西区持平；东区3人（同比增加3人）、北区0人（同比持平）、西区0人（同比下降100%）'),
    ('{top 1 F028 by area}；{top 2 F028 by area}；{top 9 F028 by area}；{top 2 F030 by area}；{top 3 F028.rate by area}；{top 3 F036 by area}', '东区6起；东区6起、西区3起；东区6起、西区3起；东区3人；东区上升200%；无'),
    ('{bottom 1 F028 by area}；{bottom 1 F030 by area}；{bottom 2 F028.amount by area}', '北区0起；北区0人、西区0人；北区减少3起、西区持平'),
    ('{F028 rank by area of ''e''}{F028 rank by area of ''w''}{F028 rank by area of ''n''}{F030 rank by area of ''n''}{F030 rank by area of ''w''}{F028.rate rank by area of ''w''}', '123222'),
    ('{F028 rose by area}；{F028 fell by area}；{F028 unchanged by area}；{F028 zero by area}；{F030 zero by area}', '1个地区上升；1个地区下降；1个地区持平；1个地区未发生生产安全事故；2个地区为0'),
    ('{count F028>=3 by area}；{count F028>100 by area}；{count F028 by area}', '2个地区；0个地区；2个地区'),
    ('{names F028>=3 by area}；{names F028>100 by area}；{names F028 by area}；{names F028 rose & F030>0 by area}；{names !F028 rose & (F030=0 || F030 fell) by area}', '东区、西区；无；东区、西区；东区；北区、西区'),
    -- choices
    ('[F036?有|无][F028?有|无][F028>9?多|少][F028>=9.0?多|少][F028=9?是|否][F028<>9?异|同]', '无有少多是同'),
    ('[F028>F030?多|少][F028@month>=F028@half?多|少][F028.rate<F030.rate?是|否][F028 of ''e'' by area > F028 of ''w'' by area?东|西]', '多少是东'),
    ('[F028.change<0 & F030.change<0?双下降|[F028.change>0 & F030.change>0?双上升|不同]]', '双上升'),
    ('[F028 rose?升][F030 fell?降|不降][F036 zero?零][F028 of ''w'' by area unchanged?平]', '升不降零平'),
    ('[!F036?无较大][!(F028>100 || F030>100)?平稳][F028>100 || F030>2 & F036?甲|乙]', '无较大平稳乙'),
    ('[F028.state=comparable?可比][F028.state<>new?非新][F028.base=8?八][F028.amount=1?一][F028.rate=12.5?对]', '可比非新八一对'),
    -- names of periods
    ('{period}；{period.full}；{period@month}；{period@month.full}；{period@quarter}；{period@half.full}；{period.months}；{period@half.days}', '全年；2024年；12月份；2024年12月；四季度；2024年下半年；1—12月；7月1日至12月31日'),
    ('{year}年{month}月，{until}，{title}', '2024年12月，2024年12月31日，写法'),
    ('\{F028\} \[F028?\] a\|b｜ \\ [1] \｛\｝\［\］', '{F028} [F028?] a|b｜ \ [1] ｛｝［］'),
    -- tables
    ('各区：{table F028 by area}。', E'各区：\n区域  生产安全事故（起）  上年   同比\n东区                   6     2   200%\n北区                   0     3  -100%\n西区                   3     3   持平\n合计                   9     8  12.5%\n。'),
    ('{table F028 show value,amount,rate(previous) by area}', E'区域  生产安全事故（起）  同比（起）   环比\n东区                   6           4   200%\n北区                   0          -3  -100%\n西区                   3        持平   持平\n合计                   9           1  12.5%'),
    ('{table F030,SHARE by area show value,rate}', E'区域  死亡人数（人）   同比  亡人事故占比（%）           同比\n东区               3      —               33.3   33.3个百分点\n北区               0      —                  —              —\n西区               0  -100%                  0  -33.3个百分点\n合计               3   200%'),
    -- against something else
    ('{F028.change(previous)}；{F028@month.phrase(previous)}；{F028@month.base(previous)}；{F028@quarter.both(previous)}；{F028.change(two_years_earlier)}', '环比上升12.5%；2起，环比上升100%；上月1起；环比增加1起，上升50%；—'),
    ('{list F028@month,F030@month.change(previous)}；[F028@month.rate(previous)>50?大|小][F028@month rose(previous)?升|不升]', '环比分别上升100%和持平；大升'),
    ('{F028@month rose(previous) by area}；{names F028@month.amount(previous)>0 by area}；{F028@month.change(previous) of ''e'' by area}；{top 1 F028@month.amount(previous) by area}', '1个地区上升；西区；环比持平；西区增加1起'),
    ('{F036.change(year_earlier)}；{F028.base}；{F028@half.base}；{list F028,F030.base}', '同比持平；上年8起；上年同期4起；分别为8起、1人'),
    ('{table AVERAGE by area}', E'区域  起均死亡（人）\n东区             0.5\n北区               —\n西区               0')
) AS v (template, text);
-- ------------------------------------------------------------------ what is not known
SELECT is(public.says(template, year(2030)), text, 'E1: nothing known: ' || template) FROM (VALUES
    ('{F028}{F028.value}{F028.phrase}{F028.change}{F028.both}{F028.base}{F028.numeral}', '———————'),
    ('{F028.name}{list F028,F030}{list F028,F030.change}{F028 of ''e'' by area}', '生产安全事故———'),
    ('{F028 by area}', '东区—、北区—、西区—'),
    ('{top 3 F028 by area}{bottom 1 F028 by area}{F028 rank by area of ''e''}{F028 rose by area}{count F028>3 by area}{names F028>3 by area}', '——————'),
    ('[F028?a|b][!F028?a|b][F028>5?a|b][F028>F030?a|b][F028 rose?a|b][F028.change<0?a|b][F028 & F030?a|b]', '———————'),
    ('[F028.known?a|b][!F028.known?a|b][F028.known & F028?a|b][F028.known || F028?a|b][F028.state=no_data?a|b]', 'bab—a'),
    ('{table F028 by area}', E'区域  生产安全事故（起）  基数  同比\n东区                   —     —     —\n北区                   —     —     —\n西区                   —     —     —\n合计                   —     —     —')
) AS v (template, text);

-- the month before may have no such day
SELECT is(public.says('{F028.change(previous)}；{F028.amount(previous)}；{F028.phrase(previous)}', p), text, format('T5: %s against the month before', p)) FROM (VALUES
    ('[2023-03-01,2023-03-30)'::daterange, '环比增加1起（上期天数较少）；环比增加1起（上期天数较少）；1起，环比增加1起（上期天数较少）'), ('[2023-03-01,2023-03-29)', '环比增加1起；环比增加1起；1起，环比增加1起'),
    (month(2023, 3), '环比增加1起；环比增加1起；1起，环比增加1起'), ('[2023-03-01,2023-03-31)', '环比增加1起（上期天数较少）；环比增加1起（上期天数较少）；1起，环比增加1起（上期天数较少）')) AS v (p, text);
SELECT is((SELECT reason FROM figures('[2023-03-01,2023-03-30)', codes => '{F028}', comparator => 'previous')), '2023-02-01 to 2023-02-28 has 28 days, 2023-03-01 to 2023-03-29 29', 'T5: and why');
-- known in part: a comparison is not known, a part that is not 0 is no whole that is 0
SELECT is(emgov_internal.template_fill(t, '{"figures": {"A": {"value": 3, "state": "part_period", "words": "3起（截至12月19日）", "unit": "起"}, "B": {"value": 2, "state": "comparable", "words": "2起", "unit": "起"},
    "A by area": [{"value": 3, "state": "part_members", "unit": "起"}, {"member": "e", "member_name": "东", "value": 3, "state": "part_period", "words": "3起（截至12月19日）", "unit": "起"}]}, "dimensions": {"area": {"unit": "个区"}}}'), text,
    'E1: known in part: ' || t) FROM (VALUES
    ('{A}{A.value}{list A,B}', '3起（截至12月19日）—分别为3起（截至12月19日）、2起'),
    ('[A?有|无][!A?无|有][A>B?多|少][A>1 || B>1?多|少][A>1 & B>5?多|少]', '有有—多少'),
    ('{A by area}；{top 1 A by area}；{count A by area}；{count A>1 by area}；{table A by area}', E'东3起（截至12月19日）；东3起（截至12月19日）；1个区；—；\narea              A（起）\n东    3起（截至12月19日）')) AS v (t, text);
-- what the figures of a text are filled with is looked at, whatever it is
SELECT is(emgov_internal.template_fill('{A}[A?x]{list A,A}{A by area}{table A by area}{period}', c::jsonb), '——————', 'filled with ' || c)
  FROM unnest('{"{}","{\"figures\": 1}","{\"figures\": {\"A\": [], \"A by area\": {}}}","{\"figures\": {\"A\": 5, \"A by area\": 7}, \"names\": []}","{\"figures\": {\"A\": {\"words\": 1, \"value\": \"x\", \"state\": []}, \"A by area\": \"x\"}, \"lang\": {}}"}'::text[]) AS c;
SELECT throws_ok($$SELECT emgov_internal.template_fill('x', '[]')$$, '22023', NULL, 'and must be an object');
-- an amount is rounded as its indicator says, and one without a unit has none in its heading
SELECT is(emgov_internal.template_fill('{A.amount};{A.both}', '{"figures": {"A": {"value": 30, "base": 10.1, "change": 19.9, "amount": 19.9, "state": "comparable", "words": "30元", "unit": "元"}},
    "definitions": {"A": {"rounding": "truncate", "value_decimals": 0}}}'), '同比增加19元;同比增加19元', 'an amount is rounded by the policy of its indicator');
SELECT is(emgov_internal.template_fill('{table A show value,amount by area}', '{"figures": {"A by area": [{"value": 3, "base": 1.1, "change": 1.9, "amount": 1.9, "state": "comparable", "words": "3", "unit": ""},
    {"member": "e", "member_name": "东", "value": 3, "base": 1.1, "change": 1.9, "amount": 1.9, "state": "comparable", "words": "3", "unit": ""}]},
    "definitions": {"A": {"rounding": "truncate", "value_decimals": 0, "adds_up": true}}}'), E'area  A  增减\n东    3     1\n合计  3     1', 'so it is in a table; a heading without a unit');

-- ------------------------------------------------------------------ published, verified, restated
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES
    ('forms', 1, 2, '{F028.phrase}；{F028@month.both(previous)}；{F028 by area}；{top 1 F028 by area}；{list F028,F030.change}；{F028 rose by area}'), ('forms', 1, 3, '{table F028,F030 by area}'),
    ('forms', 1, 4, '{F028 of ''e'' by area}{F028@month.change(previous) of ''w'' by area}[F028.rate>100?a|b]');
SELECT public.says('{F028}');
SELECT is((SELECT needs FROM report_paragraph WHERE ordinal = 4), '{F028,"F028 by area","F028@month/previous by area"}', 'what a paragraph needs: figures, periods, comparators, dimensions');
SELECT id AS id, hash AS hash FROM emgov_internal.publish_ledger('ledger', 'forms', year(2024)) \gset
SELECT is_empty('SELECT * FROM verify_publication(1)', 'a publication with members, tables and comparators comes out again');
SELECT is((SELECT string_agg(body, E'\n' ORDER BY ordinal) FROM publication_text(1)), (SELECT string_agg(body, E'\n' ORDER BY ordinal) FROM report_text('forms', year(2024))), 'its text is the report''s');
SELECT results_eq('SELECT * FROM publication_tables(1)', 'SELECT * FROM report_tables(''forms'', year(2024))', 'and so are its tables');
SELECT is((SELECT count(*) || ' ' || count(*) FILTER (WHERE dimension = 'area') || ' ' || count(DISTINCT (code, starts_on, comparator, dimension, member)) FROM publication_figure), '12 9 12', 'each figure once, members apart');
CREATE TEMP TABLE said AS SELECT * FROM publication_text(1);
SELECT is((SELECT sum(value) FROM publication_tables(1) WHERE form = 'value' AND code = 'F028' AND NOT is_total), (SELECT value FROM figures(year(2024), codes => '{F028}')), 'the members in a table come to the whole');
UPDATE accident SET area_code = 'n' WHERE id = 11;
UPDATE accident SET status = 'withdrawn', note = 'x' WHERE id = 17;
SELECT results_eq('SELECT code, comparator, dimension, member, what, published, value_now, reason FROM restatement(1) ORDER BY code COLLATE "C", starts_on, comparator, dimension NULLS FIRST, member, what DESC', $$VALUES
    ('F028', 'year_earlier', NULL, NULL, 'value', 9::numeric, 8::numeric, 'withdrawn'),
    ('F028', 'year_earlier', 'area', 'e', 'value', 6, 4, 'moved_area+withdrawn'),
    ('F028', 'year_earlier', 'area', 'n', 'value', 0, 1, 'moved_area'),
    ('F028', 'previous', NULL, NULL, 'value', 2, 1, 'withdrawn'),
    ('F028', 'previous', 'area', 'e', 'value', 1, 0, 'withdrawn'),
    ('F030', 'year_earlier', 'area', 'e', 'value', 3, 2, 'moved_area'),
    ('F030', 'year_earlier', 'area', 'n', 'value', 0, 1, 'moved_area')$$, 'what a publication would say otherwise now, by member too');
SELECT results_eq('SELECT body FROM publication_text(1) ORDER BY ordinal', 'SELECT body FROM said ORDER BY ordinal', 'the publication says what it said');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and comes out again from what was known then');
-- what lacks its data is said by figure, its members together
CREATE FUNCTION public.refused(period daterange) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM emgov_internal.publish_ledger('ledger', 'forms', period);
    RETURN 'published';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN detail;
END $$;
SELECT is(public.refused(year(2030)), 'F028 [2030-01-01,2031-01-01) (no_data), F028 of 3 members [2030-01-01,2031-01-01) (no_data), F028 [2030-12-01,2031-01-01) (no_data), '
    'F028 of 3 members [2030-12-01,2031-01-01) (no_data), F030 [2030-01-01,2031-01-01) (no_data), F030 of 3 members [2030-01-01,2031-01-01) (no_data).', 'gaps are refused, each once');
SELECT id AS gaps FROM emgov_internal.publish_ledger('ledger', 'forms', year(2030), allow_gaps => true) \gset
SELECT is((SELECT body FROM publication_text(:gaps) WHERE section IS NULL), '下列数字的数据尚不完整，仍予发布：生产安全事故、生产安全事故（东区、北区、西区）、生产安全事故、生产安全事故（东区、北区、西区）、死亡人数、死亡人数（东区、北区、西区）。', 'or printed');
SET ROLE ledger_owner;
-- ------------------------------------------------------------------ in English
UPDATE accident SET area_code = 'e' WHERE id = 11;
UPDATE accident SET status = 'valid' WHERE id = 17;
UPDATE indicator SET unit_en = 'accidents', zero_en = 'no accident' WHERE code = 'F028';
UPDATE indicator SET unit_en = 'accidents' WHERE code = 'F036';
UPDATE indicator SET unit_en = 'deaths' WHERE code = 'F030';
UPDATE indicator SET unit_en = 'people' WHERE code = 'INJURED';
UPDATE report SET lang = 'en' WHERE code = 'forms';
SELECT is(public.says(template), text, 'T5: ' || template) FROM (VALUES
    ('{F028}; {F028.value}; {F028.numeral}; {F028.name}; {F028.phrase}; {F028.base}', '9 accidents; 9; nine accidents; work-safety accidents; 9 accidents, up 12.5% year on year; 8 accidents a year earlier'),
    ('{F028.change}; {F028.amount}; {F028.both}; {F028@month.change(previous)}; {F028@month.base(previous)}',
     'up 12.5% year on year; up by 1 year on year; up by 1 (12.5%) year on year; up 100% on the previous period; 1 accident in the month before'),
    ('{F028 by area}; {F028.rate by area}; {F028 of ''n'' by area}', 'East 6 accidents, North 0 accidents and West 3 accidents; East up 200%, North down 100% and West unchanged; no accident'),
    ('Deaths and injuries were {list F030,INJURED}; {list F028,F030,INJURED.change}; {list F028,F030.name}; {list F030,INJURED of ''n'' by area}',
     'Deaths and injuries were 3 deaths and 1 person respectively; up 12.5%, 200% and down 50% respectively year on year; work-safety accidents and deaths; both 0'),
    ('{top 1 F028 by area}; {bottom 2 F030 by area}; {F028 rank by area of ''e''}; {top 3 F036 by area}', 'East 6 accidents; North 0 deaths and West 0 deaths; 1; none'),
    ('Accidents {F028 rose by area}, {F028 fell by area}, {F028 unchanged by area}, {F030 zero by area}; {count F028>=3 by area}; {names F028>=3 by area}; {names F028>99 by area}',
     'Accidents rose in 1 area, fell in 1 area, did not change in 1 area, were zero in 2 areas; 2 areas; East and West; none'),
    ('{period}; {period.full}; {period@month.full}; {period@half.full}; {month}; {until}; {title}', 'the year; 2024; December 2024; the second half of 2024; December; 31 December 2024; Forms'),
    ('{table F028 show value,base,change,amount by area}', E'area   work-safety accidents  a year earlier  year on year  year on year (accidents)\nEast                       6               2          200%                         4\n'
     'North                      0               3         -100%                        -3\nWest                       3               3     unchanged                 unchanged\n'
     'Total                      9               8         12.5%                         1')) AS v (template, text);
UPDATE indicator SET comparator = 'year_earlier' WHERE code = 'F036';
SELECT is(public.says('Accidents {F036 rose by area}'), 'Accidents rose in 0 areas', 'a number stands where it is read back');
UPDATE indicator SET comparator = 'none' WHERE code = 'F036';
SELECT is((SELECT body FROM report_text('forms', year(2024), lang => 'zh') WHERE ordinal = 2), '9起，同比上升12.5%；环比增加1起，上升100%；东区6起、北区0起、西区3起；东区6起；同比分别上升12.5%、200%；1个地区上升', 'and in the other language, where it is asked for');
SELECT throws_ok('SELECT * FROM report_text(''forms'', year(2024), lang => ''fr'')', '22023', NULL, 'there is no third');
SELECT id AS en FROM emgov_internal.publish_ledger('ledger', 'forms', year(2024)) \gset
SELECT is_empty(format('SELECT * FROM verify_publication(%s)', :en), 'an English publication comes out again');
SELECT results_eq(format('SELECT body FROM publication_text(%s) ORDER BY ordinal', :en), 'SELECT body FROM report_text(''forms'', year(2024)) ORDER BY ordinal', 'with its text');

RESET ROLE;
ALTER TABLE ledger.publication_figure DISABLE TRIGGER ALL;
UPDATE ledger.publication_figure SET words = '7起' WHERE member = 'e' AND code = 'F028';
SELECT ok((SELECT count(*) > 0 FROM verify_publication(1) WHERE what IN ('figures_hash', 'text_hash')), 'a member''s figure that was forged is found');


-- ------------------------------------------------------------------ what is too much
SELECT throws_ok(format('SELECT emgov_internal.template_fill(%L, %L)', repeat('{A}', 1000), format('{"figures": {"A": {"words": "%s"}}}', repeat('x', 100000))), '54000', NULL, 'a paragraph has a longest text');
SELECT lives_ok(format('SELECT emgov_internal.template_fill(%L, %L)', '[' || repeat('!(', 30) || 'A' || repeat(')', 30) || '?x]', '{}'), 'brackets as many as are allowed');
SELECT throws_ok(format('SELECT emgov_internal.template_fill(%L, %L)', '[' || repeat('!(', 33) || 'A' || repeat(')', 33) || '?x]', '{}'), '42601', NULL, 'and no more');
SELECT lives_ok($$SELECT emgov_internal.template_fill(repeat('{table A by area}', 3000), '{}')$$, 'many tables of nothing');
SELECT * FROM finish(true);
