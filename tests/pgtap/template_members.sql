-- Templates that name a member: one that no dimension has is refused when it is written, one that is not in
-- force in the period is a gap, which is published only where gaps are allowed. Figures that members report
-- are not broken down by another dimension than theirs, and say so.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
CALL ledger.load_pack('accidents');
SET search_path = ledger, public, emgov;
INSERT INTO area (code, name_zh, name_en, kind, is_block, parent_code, valid_from, valid_to, active) VALUES
    ('c', '本市', 'the city', 'city', false, NULL, NULL, NULL, true), ('e', '东区', 'East', 'district', true, 'c', NULL, NULL, true),
    ('o', '老区', 'Old', 'district', true, 'c', NULL, '2024-01-01', true), ('y', '新区', 'New', 'district', true, 'c', '2030-01-01', NULL, true),
    ('it''s', '某区', 'Its', 'district', true, 'c', NULL, NULL, true), ('off', '停区', 'Off', 'district', true, 'c', NULL, NULL, false);
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (1, '2023-05-01', 'e', 'chemical'), (2, '2024-05-01', 'e', 'road');
INSERT INTO report (code, title_zh, title_en) VALUES ('r', '甲', 'A');
INSERT INTO report_section (report, section, heading) VALUES ('r', 1, '一');
CREATE FUNCTION public.says(template text, period daterange DEFAULT year(2024)) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, template)
    ON CONFLICT (report, section, ordinal) DO UPDATE SET body = template;
    RETURN (SELECT body FROM ledger.report_text('r', period) AS t WHERE t.ordinal = 1);
END $$;
CREATE FUNCTION public.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', state, message, detail, hint);
END $$;
SELECT plan(37);

-- ------------------------------------------------------------------ a member that there is not
SELECT is(left(public.refused(format('SELECT public.says(%L)', template)), 5), '23503', 'refused: ' || template) FROM unnest(ARRAY[
    '{F028 of ''QQ'' by area}', '{F028 by area of ''QQ''}', '{F028@month.change(previous) of ''QQ'' by area}', '{list F028,F030 of ''QQ'' by area}', '{F028 rank by area of ''QQ''}',
    '[F028 of ''QQ'' by area > 5?a|b]', '[F028 > F030 of ''QQ'' by area?a|b]', '{F028 of ''E'' by area}', '{F028 of ''it'' by area}', '{F028 of ''13'' by month}', '{F028 of ''5'' by quarter}',
    '{F028 of ''chemicals'' by category}', '{F028 of ''chemical'' by category_group}']) AS template;
SELECT is(public.refused($$SELECT public.says('{F028 of ''东区'' by area}')$$),
    '23503 | paragraph 1 of section 1 of report "r" names "东区", which is no member of dimension area | Its members are rows of area, by their codes. | Write of ''e''.', 'a name is no code');
SELECT is(public.refused($$SELECT public.says('{F028 of ''Its'' by area}')$$),
    '23503 | paragraph 1 of section 1 of report "r" names "Its", which is no member of dimension area | Its members are rows of area, by their codes. | Write of ''it''''s''.', 'which the hint gives as it is to be written');
SELECT is(public.says('{F028 of ''it''''s'' by area}；{F028 of ''5'' by month}；{F028 of ''2'' by quarter}；{F028 of ''chemical'' by category}'), '未发生生产安全事故；1起；1起；未发生生产安全事故', 'members that there are');

-- ------------------------------------------------------------------ one that is not in force in the period
SELECT is(public.says('东区{F028 of ''e'' by area}，老区{F028 of ''o'' by area}，新区{F028 of ''y'' by area}，停区{F028 of ''off'' by area}，[F028 of ''o'' by area>5?多|少]'), '东区1起，老区—，新区—，停区—，—', 'is a gap');
SELECT is(public.says('老区{F028 of ''o'' by area}', year(2023)), '老区未发生生产安全事故', 'and is none in a period in which it was');
SELECT public.says('{F028}，{F028 of ''e'' by area}，{F028.change of ''o'' by area}，{F028@month rank by area of ''y''}') \gset
SELECT is(public.refused('CALL publish(''r'', emgov.year(2024))'),
    '55000 | report "r" has figures without all their data | F028 of o [2024-01-01,2025-01-01) (no_data), F028 of y [2024-12-01,2025-01-01) (no_data). | '
    'Enter what is missing and CALL entered(), or publish it so with allow_gaps => true, which is printed.', 'it is not published');
CALL publish('r', emgov.year(2024), allow_gaps => true) \gset
SELECT is((SELECT string_agg(body, E'\n' ORDER BY section, ordinal) FROM publication_text(:id)),
    E'1起，1起，—，—\n下列数字的数据尚不完整，仍予发布：生产安全事故（老区）、生产安全事故（新区）。', 'unless gaps are allowed, and then it is said');
SELECT is_empty(format('SELECT * FROM verify_publication(%s)', :id), 'such a publication comes out again');
UPDATE area SET name_zh = '更老区', name_en = 'Older' WHERE code = 'o';
UPDATE report SET lang = 'en';
CALL publish('r', emgov.year(2024), allow_gaps => true) \gset en_
SELECT is((SELECT body FROM publication_text(:en_id) WHERE section IS NULL), 'Published without all the data of: work-safety accidents of Older, work-safety accidents of New.', 'in either language');
SELECT is((SELECT body FROM publication_text(:id) WHERE section IS NULL), '下列数字的数据尚不完整，仍予发布：生产安全事故（老区）、生产安全事故（新区）。', 'by the names of then');
UPDATE report SET lang = 'zh';
SELECT public.says('{F028 of ''e'' by area}') \gset
CALL publish('r', emgov.year(2024)) \gset whole_
SELECT is((SELECT string_agg(body, '') FROM publication_text(:whole_id)), '1起', 'where none is missing nothing is said');

-- ------------------------------------------------------------------ what members report is by their dimension only
INSERT INTO indicator (code, section, name_zh, name_en, kind, of_codes, scope, cutoff, unit, comparator, definition_zh) VALUES
    ('CALLS', 1, '出警', 'calls', 'reported', NULL, 'city', 'period', '次', 'none', 'x'), ('NONE', 1, '无人报', 'never sent', 'reported', NULL, 'city', 'period', '次', 'none', 'x'),
    ('BOTH', 1, '合计', 'both', 'total', '{CALLS,F028}', 'city', 'period', '次', 'none', 'x');
CALL receive('CALLS', 'e', emgov.year(2024), 5);
CALL receive('CALLS', 'it''s', emgov.year(2024), 2);
SELECT is(public.says('{CALLS by area}；{CALLS of ''e'' by area}'), '东区5次、某区2次；5次', 'by its own');
SELECT is(public.says('{CALLS by quarter}；{CALLS of ''1'' by quarter}；{top 1 CALLS by category}；{count CALLS>1 by quarter}；{names CALLS>1 by quarter}'),
    '一季度—、二季度—、三季度—、四季度—；—；—；—；—', 'by another, it is a gap');
SELECT is(public.says('{NONE by quarter}；{NONE by area}'), '一季度—、二季度—、三季度—、四季度—；东区—、某区—', 'so is what nobody has sent');
SELECT is((SELECT string_agg(DISTINCT concat_ws(': ', member, state, reason), '; ') FROM figures(year(2024), codes => '{CALLS}', by => 'quarter') WHERE member = '1' OR member IS NULL),
    '1: failed: what is reported of it is not by quarter; no_base: base: nobody has sent it', 'with the reason; the whole is as it is');
SELECT is((SELECT count(*) || ' ' || string_agg(DISTINCT state, ',') FROM figures(year(2024), codes => '{BOTH}', by => 'quarter') WHERE member IS NOT NULL), '4 failed', 'and so is what is made of it');
SELECT is((SELECT string_agg(concat_ws(' ', coalesce(member, 'all'), member2, state), ', ') FROM figures(year(2024), codes => '{CALLS}', by => 'area, quarter') WHERE coalesce(member, 'e') = 'e' AND coalesce(member2, '1') = '1'),
    'all no_base, all 1 failed, e no_base, e 1 failed', 'by two dimensions too');
SELECT public.says('{CALLS by quarter}') \gset
SELECT is(left(public.refused('CALL publish(''r'', emgov.year(2024), allow_gaps => true)'), 70), '22000 | figures that cannot be computed are not published: CALLS | CAL', 'nobody publishes that');
-- a table is in the scale that its heading has, what is in percent is not
INSERT INTO indicator (code, name_zh, kind, source, date_column, filter, scope, cutoff, unit, comparator, definition_zh, scale, change_form)
VALUES ('WAN', '万起', 'count', 'accident', 'occurred_on', $$status = 'valid' AND (occurred_on < '2024-01-01' OR id > 5)$$, 'city', 'period', '起', 'year_earlier', 'x', 'wan', 'both');
SELECT is(regexp_replace(public.says('{table WAN by area}'), ' +', ' ', 'g'), E'区域 万起（万起） 上年 同比（万起） 同比\n东区 0 0.0001 -0.0001 -100%\n某区 0 0 持平 —\n合计 0 0.0001 -0.0001 -100%', 'E5: a table');
-- the first of what is known in part
CALL entered('{accident}', '2024-06-30', '2023-01-01');
SELECT is(public.says('{top 1 F028 by area}；{bottom 1 F028 by area}；{top 1 WAN by area}'), '东区1起（截至6月30日）；某区未发生生产安全事故（截至6月30日）；—', 'E1: that there is none of a part of the days says nothing');
CALL entered('{accident}', '2024-12-31', '2023-01-01', area => 'it''s');
SELECT is(public.says('{top 1 F028 by area}；{bottom 1 F028 by area}；{F028 rank by area of ''e''}'), '—；—；—', 'E1: of other days than another, it might not be the first');
CALL entered('{accident}', '2024-12-31', '2023-01-01');
SELECT is(public.says('{top 1 F028 by area}；{top 1 WAN by area}'), '东区1起；无', 'E1: of all days it is');

-- ------------------------------------------------------------------ a clause in which nothing is said is left out, with its marks; a figure never is
SELECT is((SELECT string_agg(public.says(t), E'\n' ORDER BY n) FROM unnest(ARRAY[
    '事故{F028}，[F036?较大{F036}]，[F030?死亡{F030}]。', '事故{F028}，其中：[F036?较大{F036}]。', '事故{F028}，其中：[F036?较大{F036}]，[F030?{F030}]；完。', '其中：[F036?{F036}]，事故{F028}。', '[F036?较大{F036}]，事故{F028}',
    '事故{F028}：[F036?较大{F036}]。', '事故{F028}（[F036?较大{F036}]）。', '事故{F028}（[F036?较大{F036}]，{F028}）。', '事故{F028}、[F036?较大{F036}]；完。', '事故{F028}；[F036?较大{F036}]，完。', '[F036?较大{F036}]。事故{F028}。',
    E'事故{F028}，[F036?较大]\n[F036?较大]，完', '[F036?较大|]，[F028?[F036?较大]]，事故{F028}，[F036?|没有]。', '事故[F036?较大]，1.5[F036?较大].5', '[F036>F030@month.value?x]，[F028 of ''o'' by area>5?x]，完'
  ]) WITH ORDINALITY AS u (t, n)),
    E'事故1起。\n事故1起。\n事故1起；完。\n其中：事故1起。\n事故1起\n事故1起。\n事故1起。\n事故1起（1起）。\n事故1起；完。\n事故1起；完。\n事故1起。\n事故1起\n完\n事故1起，没有。\n事故，1.5.5\n—，完', 'choices without a text');
SELECT is((SELECT string_agg(public.says(t), E'\n' ORDER BY n) FROM unnest(ARRAY[
    '事故{F028}，死亡为零的有{names F028>9 by area}。', '事故{F028}，其中：{names F028>9 by area}达10起。', '{names F028>9 by area}达10起，事故{F028}。', '{count F028>9 by area}（{names F028>9 by area}）达10起。', '达10起的地区：{names F028>9 by area}。',
    '有{names F028>9 by area}，共{count F028>9 by area}。', '有{names F028>9 by area}和{names F028>0 by area}。', '{F028}的有{names F028>9 by area}。', '有{names F028>9 by area}[F036?x]的，[F028 of ''o'' by area>5?x]'
  ]) WITH ORDINALITY AS u (t, n)),
    E'事故1起。\n事故1起。\n事故1起。\n0个地区达10起。\n达10起的地区：无。\n共0个地区。\n有无和东区。\n1起的有无。\n—', 'lists without a name');
SELECT * FROM finish(true);
