-- Reports: paragraphs read when they are written (T3), each report with its own figures and
-- periods (T2), what is not known never passes for nothing (E1), approving, checks, gaps.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
\ir ../ledger/owner.sql
CREATE ROLE ledger_test_clerk LOGIN;
CREATE ROLE ledger_test_mayor LOGIN;
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
CALL emgov.create_ledger('ledger');
CALL ledger.load_pack('accidents');
CALL ledger.load_pack('enforcement');
SET search_path = ledger, public, emgov;
INSERT INTO area (code, name_zh, kind) VALUES ('east', '东区', 'district');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT i, '2023-01-05'::date + 30 * i, 'east', 'chemical' FROM generate_series(1, 8) AS i;
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 10 + i, '2024-01-05'::date + 30 * i, 'east', 'chemical' FROM generate_series(1, 9) AS i;
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (1, 'dead', '2023-02-04'), (15, 'dead', '2024-06-03'), (16, 'dead', '2024-07-03'), (16, 'dead', '2024-07-03');
INSERT INTO meeting (org_code, topic, held_on) VALUES ('bureau', 'rule_of_law', '2023-02-02');
INSERT INTO indicator (code, section, name_zh, kind, aggregate, source, date_column, filter, scope, cutoff, unit, definition_zh) VALUES
    ('SHARE', 1, '占比', 'share', 'count', 'accident_fact', 'occurred_on', 'deaths > 0', 'city', 'period', '%', 'x'),
    ('OURS', 1, '本局', 'count', NULL, 'meeting', 'held_on', NULL, 'bureau', 'period', '次', 'x');
INSERT INTO report (code, title_zh, title_en) VALUES ('year', '年度报告', 'The year');
INSERT INTO report (code, title_zh, period_kind) VALUES ('month', '月报', 'month'), ('ytd', '年初至今', 'ytd'), ('quarter', '季报', 'quarter'), ('half', '半年报', 'half'), ('annual', '年报', 'year');
INSERT INTO report_section (report, section, heading) SELECT code, 1, '一、事故' FROM report;
CALL ledger.grant_publisher('ledger_test_mayor');
CALL ledger.grant_publisher('ledger_test_clerk');
SELECT plan(146);

-- ------------------------------------------------------------------ a report in the other language: its own words where it has them, else its figures by name; never half of each
BEGIN;
INSERT INTO report (code, title_zh) VALUES ('both', '两种语言');
INSERT INTO report_section (report, section, heading, heading_en) VALUES ('both', 1, '一、事故', '1. Accidents'), ('both', 2, '二、其他', NULL);
INSERT INTO report_paragraph (report, section, ordinal, body, body_en) VALUES 
    ('both', 1, 1, '全市发生{F028}，死亡{F030@month}。', 'There were {F028}.'), ('both', 2, 1, '死亡{F030}；本月{F028@month}。{table F028 by area}', NULL);
SELECT is((SELECT string_agg(heading || ' ' || body, E'\n' ORDER BY section) FROM report_text('both', year(2024)) WHERE section = 1),
    '一、事故 全市发生9起，死亡0人。', 'in its own language');
SELECT is((SELECT heading || ' ' || body FROM report_text('both', year(2024), lang => 'en') WHERE section = 1), '1. Accidents There were 9 accidents.', 'in English by its English words');
SELECT ok(heading || replace(body, '东区', 'x') !~ '[一-龥]' AND body ~ 'deaths: 3 deaths'
    AND body ~ 'work-safety accidents: ' AND body ~ 'Total +9', 'what has none says its figures by name, and no word of Chinese: ' || body)
  FROM report_text('both', year(2024), lang => 'en') WHERE section = 2;
SELECT isnt_empty($$SELECT FROM report_tables('both', year(2024), lang => 'en') WHERE section = 2 AND is_total AND value = 9$$, 'its tables too');
SELECT throws_ok($$UPDATE report_paragraph SET body_en = 'There were {F036}.' WHERE report = 'both' AND section = 1$$, '23514',
    'paragraph 1 of section 1 of report "both" asks in English for F036, which its text does not', 'the English of a paragraph asks for no other figures');
SELECT throws_ok($$UPDATE report_paragraph SET body_en = '{F028' WHERE report = 'both' AND section = 1$$, '42601', NULL, 'and is a template');
SELECT throws_ok($$UPDATE report_section SET heading_en = '{F028}' WHERE report = 'both' AND section = 1$$, '23514', NULL, 'a heading in English names no figures');
UPDATE report SET lang = 'en' WHERE code = 'both';
SELECT ok(body ~ '死亡人数：3人', 'and the other way round: ' || body) FROM report_text('both', year(2024), lang => 'zh') WHERE section = 2;
ROLLBACK;

-- ------------------------------------------------------------------ T3: what is no template
CREATE FUNCTION public.says(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('year', 1, 99, $1);
    RAISE SQLSTATE 'ZZ001';
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
    RETURN 'taken';
WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || coalesce(nullif(detail, ''), SQLERRM);
END $$;
SELECT throws_ok($$INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('year', 1, 5, '全市发生{F028 件}')$$, '42601',
    'paragraph 5 of section 1 of report "year": syntax error in the template at character 11', 'T3: an error names the paragraph and the position');
SELECT is(public.says(body), state, 'T3: ' || body) FROM (VALUES
    ('[F028>?多|少]', '42601 Found "?多|少]", expected a number or the code of an indicator.'),
    ('[F028=>5?多|少]', '42601 Found ">5?多|少]", expected a number or the code of an indicator.'),
    ('[F028>5多|少]', '42601 Found "多|少]", expected ?, & (and) or || (or).'),
    ('[F028>5?多|少', '42601 Found the end, expected ]: see the bracket at character 1.'),
    ('甲[F028?多', '42601 Found the end, expected | or ]: see the bracket at character 2.'),
    ('[F028?a|b|c]', '42601 Found "|c]", expected ], as the choice has its other part already; \| for the character.'),
    ('[F028？多|少]', '42601 Found "？多|少]", expected ?, & (and), || (or), a comparison (= <> < <= > >=) with a number or a figure, .known, or rose, fell, unchanged, zero; \[ for the character.'),
    ('[F028|F030?多|少]', '42601 Found "|F030?多|少]", expected || for or, or ? behind the condition.'),
    ('{F028', '42601 Found the end, expected }, @ and a period, . and a form, of and a member, by and a dimension, or rose, fell, unchanged, zero, rank.'),
    ('{F028｝', '42601 Found "｝", expected }, @ and a period, . and a form, of and a member, by and a dimension, or rose, fell, unchanged, zero, rank.'),
    ('｛F028｝', '42601 Found "｛F028｝", expected { for a place; \｛ for the character.'),
    ('{F028.wrong}', '42601 Found "wrong}", expected words, value, phrase, change, amount, rate, both, base, name or numeral.'),
    ('{F028@week}', '42601 Found "week}", expected month, quarter, half, year or ytd.'),
    ('{F028.phrase@month}', '42601 Found "@month}", expected }, of and a member, or by and a dimension.'),
    ('{week}', '23503 paragraph 99 of section 1 of report "year" names week, which is no indicator'),
    ('{F999}，[F998?x]', '23503 paragraph 99 of section 1 of report "year" names F998, F999, which is no indicator'),
    ('[F999.known?x]', '23503 paragraph 99 of section 1 of report "year" names F999, which is no indicator'),
    ('{list F028,F999}', '23503 paragraph 99 of section 1 of report "year" names F999, which is no indicator'),
    ('{F036.change}', '23514 paragraph 99 of section 1 of report "year" asks for {F036.change}, and indicator F036 has no comparator'),
    ('[F036 rose?x]', '23514 paragraph 99 of section 1 of report "year" asks for {F036.words}, and indicator F036 has no comparator'),
    ('{table F028,F036 by area show rate}', '23514 paragraph 99 of section 1 of report "year" asks for {F036.rate}, and indicator F036 has no comparator'),
    ('{F029.amount}', '23514 paragraph 99 of section 1 of report "year" asks for {F029.amount}, and indicator F029 is a change itself'),
    ('a]', '42601 Found "]", expected no ] where none is open; \] for the character.'),
    ('a}', '42601 Found "}", expected no } where none is open; \} for the character.'),
    ('{}', '42601 Found "}", expected the code of an indicator; period, year, month, until or title; list, table, top, bottom, count or names; \{ for the character.'),
    ('a\b', '42601 Found "b", expected { } [ ] | or \ behind a backslash.'),
    ('[F028>' || repeat('9', 41) || '?x]', '42601 Found "999999999999999999999999", expected a number of at most 40 characters.')) AS v (body, state);
SELECT is(public.says(body), 'taken', 'T3: ' || body) FROM unnest(ARRAY['', 'text', '[1]〔2024〕', '{F028}{F028@month.change}{year}{month}{until}{title}', '[F028>5?多|少]', '[F028 <= -5.25 ?多|少]', '[F028.known?{F028}|\[无\]]',
    '{F029.change}', '[F028?[F030@ytd<>0?a|b]|{F036}]', '{list F028,F030.rate}', '{table F028,F030 by area}', '[!F028.known || F028>F030 & F030.change<0?a|b]']) AS body;
SELECT throws_ok($$INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('nosuch', 1, 1, 'x')$$, '23503', NULL, 'a paragraph of no report');
SELECT is(public.says(repeat('x', 256 * 1024 + 1)), '54000 paragraph 99 of section 1 of report "year" has 262145 bytes; a template has at most 262144', 'a template has a longest');
SELECT is(public.says(repeat('[F028?', 30000) || repeat(']', 30000)), 'taken', 'choices may stand in choices, however deep');
SELECT ok(public.says(repeat('[F028?', 30000)) LIKE '42601 Found the end%', 'and are counted as deep');
-- none of a thousand broken texts does more than be refused
SELECT is_empty($$SELECT DISTINCT left(s, 5) FROM (SELECT public.says((SELECT string_agg((ARRAY['{', '}', '[', ']', '|', '?', '\', '@', '.', 'F028', 'month', 'known', '>', '=', '<', '5', '-', ' ', '全', 'F036', 'change'])[1 + (random() * 20)::int], '')
    FROM generate_series(1, 1 + (i % 12)))) AS s FROM generate_series(1, 1000) AS i) AS x WHERE left(s, 5) NOT IN ('taken', '42601', '23503', '23514')$$, 'T3: texts at random are taken or refused');

-- ------------------------------------------------------------------ what is printed
CREATE FUNCTION public.printed(report text, body text, period daterange) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    text text;
BEGIN
    INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ($1, 1, 99, $2);
    SELECT t.body INTO text FROM ledger.report_text($1, $3) AS t WHERE t.ordinal = 99;
    RAISE SQLSTATE 'ZZ001';
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
    RETURN text;
END $$;
SELECT is(public.printed('year', template, year(2024)), text, 'T3: ' || template) FROM (VALUES
    ('{F028}；{F028.value}；{F028.phrase}；{F028.change}', '9起；9；9起，同比上升12.5%；同比上升12.5%'),
    ('[F028>5?多|少][F028>9?多|少][F028>=9?多|少][F028<9?少|多][F028<=9?少|多][F028<>9?异|同][F028=9.0?同|异]', '多少多多少同同'),
    ('{title}{year}年{month}月，截至{until}', '年度报告2024年12月，截至2024年12月31日'),
    ('{F029}{F029.change}', '同比上升12.5%同比上升12.5%'),
    ('\{F028\}\[F028?\]\|\\', '{F028}[F028?]|\'),
    ('[F036?有|[F028>5?无，但多|无]][1]', '无，但多[1]'),
    ('{F028@month}{F028@quarter}{F028@half}{F028@year}{F028@ytd}', '未发生生产安全事故1起4起9起9起')) AS v (template, text);
SELECT is(public.printed('month', '{F028}，{F028@quarter}，{F028@half}，{F028@ytd}，{F028@year}，{F028@ytd.phrase}；{year}年{month}月，截至{until}', month(2024, 7)), '1起，3起，4起，6起，9起，6起，同比持平；2024年7月，截至2024年7月31日', 'T4: several periods in one text');
SELECT is(public.printed('month', '{F030@half.change}', month(2024, 6)), '同比持平', 'the change of another period');
SELECT is(public.printed('ytd', '{F028}{F028@ytd}{until}', ytd('2024-05-20')), '4起4起2024年5月20日', 'of a year so far, its own');
SELECT is(public.printed('year', '[F036?{F036}]', year(2024)), NULL, 'T1: an empty paragraph is not printed');
-- what is not known
SELECT is(public.printed('year', template, year(2030)), text, 'E1: ' || template) FROM (VALUES
    ('{SHARE}', '—'), ('[SHARE?有|无]', '—'), ('[SHARE>5?多|少]', '—'), ('[SHARE=0?零|非零]', '—'), ('[SHARE.known?{SHARE}|没有数据]', '没有数据'), ('甲[SHARE?[F028?a|b]|c]乙', '甲—乙')) AS v (template, text);
SELECT is(emgov_internal.template_fill(t, '{"figures": {"A": {"value": 3, "state": "part_period", "words": "3起（截至12月19日）"}, "Z": {"value": 0, "state": "part_period", "words": "0起（截至12月19日）"}}}'), text, 'E1: known in part: ' || t) FROM (VALUES
    ('{A}', '3起（截至12月19日）'), ('[A?发生{A}|未发生]', '发生3起（截至12月19日）'), ('[Z?发生{Z}|未发生]', '—'), ('[Z.known?{Z}|无]', '0起（截至12月19日）'), ('[A>5?多|少]', '—'), ('[A=3?是|否]', '—'), ('{B}{A.phrase}{title}', '———')) AS v (t, text);

-- ------------------------------------------------------------------ periods
SELECT throws_ok(format('SELECT * FROM report_text(%L, %s)', r, p), '22023', NULL, format('a report of kind %s is not of %s', r, p))
  FROM (VALUES ('month', 'year(2024)'), ('month', 'daterange(''2024-07-01'', ''2024-07-31'')'), ('ytd', 'month(2024, 7)'), ('quarter', 'month(2024, 7)'), ('half', 'year(2024)'), ('annual', 'ytd(''2024-12-19'')'), ('annual', 'NULL')) AS v (r, p);
SELECT lives_ok(format('SELECT * FROM report_text(%L, %s)', r, p), format('a report of kind %s is of %s', r, p))
  FROM (VALUES ('month', 'month(2024, 2)'), ('ytd', 'ytd(''2024-12-19'')'), ('ytd', 'year(2024)'), ('quarter', 'quarter(2024, 3)'), ('half', 'daterange(''2024-07-01'', ''2025-01-01'')'), ('annual', 'year(2024)'), ('year', 'daterange(''2024-02-03'', ''2024-02-04'')')) AS v (r, p);
SELECT throws_ok('SELECT * FROM report_text(''nosuch'', year(2024))', '42704', 'there is no report "nosuch"', 'a report that there is not');
SELECT throws_like('SELECT * FROM report_text(''year'', year(2024), ''2024-12-31'')', 'there was no report "year" as of 2024-12-31%', 'or that there was not yet');
SELECT throws_ok('SELECT * FROM report_figures(NULL, year(2024))', '42704', NULL, 'or without a code');
SELECT throws_ok('CALL publish(''nosuch'', year(2024))', '42704', NULL, 'is not published');

-- ------------------------------------------------------------------ needs; scope; codes in use
INSERT INTO report_paragraph (report, section, ordinal, body, needs) VALUES ('month', 1, 1, '{F028.phrase}，{F028@ytd}，[F036?{F030}]', '{X}');
SELECT is((SELECT needs FROM report_paragraph WHERE report = 'month'), '{F028,F028@ytd,F030,F036}', 'what a paragraph needs is noted, whatever was written');
UPDATE report_paragraph SET needs = '{}' WHERE report = 'month';
SELECT is((SELECT needs FROM report_paragraph WHERE report = 'month'), '{F028,F028@ytd,F030,F036}', 'and stays right');
SELECT set_eq('SELECT code, starts_on, ends_on FROM report_figures(''month'', month(2024, 7))',
    $$VALUES ('F028', date '2024-07-01', date '2024-08-01'), ('F036', '2024-07-01', '2024-08-01'), ('F030', '2024-07-01', '2024-08-01'), ('F028', '2024-01-01', '2024-08-01')$$, 'T2: a report''s figures are those, each of its days');
SELECT set_eq('SELECT DISTINCT code FROM report_figures(''month'', month(2024, 1))', '{F028,F030,F036}'::text[], 'January so far is January');
UPDATE report SET scope = 'city' WHERE code = 'month';
SELECT throws_ok($$INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('month', 1, 2, '{OURS}')$$, '23514', 'figure OURS is of scope bureau, report "month" of scope city', 'a figure of another scope');
SELECT throws_ok($$INSERT INTO report_figure (report, code) VALUES ('month', 'OURS')$$, '23514', NULL, 'nor listed');
INSERT INTO report_figure (report, code) VALUES ('year', 'OURS'), ('year', 'F028'), ('year', 'SHARE');
SELECT throws_ok($$UPDATE report SET scope = 'city' WHERE code = 'year'$$, '23514', NULL, 'nor there already');
CREATE FUNCTION public.in_use() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL ROLE NONE;
    ALTER TABLE ledger.indicator DISABLE TRIGGER ledger_keep;
    DELETE FROM ledger.indicator WHERE code = 'F036';
    RETURN 'deleted';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT is(public.in_use(), '23503 indicator F036 is in use', 'an indicator that a paragraph names is not deleted');

-- ------------------------------------------------------------------ T2: publishing
SELECT id AS month_id, hash AS month_hash FROM emgov_internal.publish_ledger('ledger', 'month', month(2024, 7)) \gset
SELECT is(:month_id, 1, 'publish gives its number');
SELECT is(:'month_hash', (SELECT hash FROM publication WHERE id = 1), 'and its hash');
SELECT is((SELECT count(*) FROM publication_figure), 4::bigint, 'T2: what the report needs is frozen, and no more');
SELECT is((SELECT body FROM publication_text(1)), (SELECT body FROM report_text('month', month(2024, 7))), 'with its text');
CALL publish('year', year(2023));
CALL publish('year', year(2024));
SELECT is((SELECT array_agg(report || ' ' || id ORDER BY id) FROM publication), '{"month 1","year 2","year 3"}', 'several reports and periods');
SELECT is((SELECT count(*) FROM publication_current), 3::bigint, 'each is current');
UPDATE accident SET status = 'withdrawn', note = 'x' WHERE id = 16;
SELECT set_eq('SELECT code, what FROM restatement(1)', $$VALUES ('F028', 'value'), ('F030', 'value')$$, 'T2: restated apart');
SELECT is((SELECT array_agg(starts_on ORDER BY starts_on) FROM restatement(1) WHERE code = 'F028'), '{2024-01-01,2024-07-01}', 'for each period');
SELECT is_empty('SELECT * FROM restatement(2) WHERE what = ''value''', 'the year before is not concerned');
CALL publish('month', month(2024, 7));
SELECT is((SELECT array_agg(publication_id ORDER BY publication_id) FROM publication_current), '{2,3,4}', 'published anew, it replaces its own');
UPDATE report_paragraph SET body = '共{F028.phrase}，{F028@ytd}，[F036?{F030}]' WHERE report = 'month';
SELECT isnt((SELECT id FROM emgov_internal.publish_ledger('ledger', 'month', month(2024, 7))), 4, 'another text is another publication, though the figures are the same');
SELECT is_empty('SELECT p.id, v.* FROM publication AS p, verify_publication(p.id) AS v', 'all come out again');
SELECT throws_ok('CALL publish(''half'', daterange(''2024-01-01'', ''2024-07-01''))', 'P0002', 'report "half" has no figures', 'a report without figures is not published');
-- the base first published, by report
UPDATE report SET base = 'first_published' WHERE code = 'year';
SELECT is((SELECT base FROM report_figures('year', year(2024)) WHERE code = 'F028'), 8::numeric, 'against what the report first said');
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (9, '2023-12-30', 'east', 'chemical');
SELECT is((SELECT base FROM report_figures('year', year(2024)) WHERE code = 'F028'), 8::numeric, 'whatever is known now');
UPDATE report SET active = false WHERE code = 'year';
SELECT throws_ok('CALL publish(''year'', year(2024))', '55000', 'report "year" is no longer published', 'a report that is retired');
UPDATE report SET active = true WHERE code = 'year';
UPDATE indicator SET active = false WHERE code = 'OURS';
SELECT throws_ok('CALL publish(''year'', year(2024))', '22000', 'figures that cannot be computed are not published: OURS', 'a figure that is retired');
UPDATE report_figure SET active = false WHERE code = 'OURS';

-- ------------------------------------------------------------------ hard checks
INSERT INTO check_rule (code, severity, left_side, operator, right_side, note_zh) VALUES ('H1', 'hard', 'F028', '<=', '5', '不应超过5起'), ('H2', 'hard', 'F049', '>', '0', '应有检查'), ('S1', 'soft', 'F028', '=', '0', 'x');
SELECT throws_like('CALL publish(''year'', year(2024))', 'report "year" fails checks: H1', 'a hard check that fails stops it; one of other figures does not, nor a soft one');
SELECT throws_ok('CALL publish(''year'', year(2024), force_reason => '' '')', '22023', NULL, 'an empty reason is none');
SELECT id AS forced FROM emgov_internal.publish_ledger('ledger', 'year', year(2024), force_reason => '经会议研究') \gset
SELECT is((SELECT force_reason || failed_checks::text FROM publication WHERE id = :forced), '经会议研究{H1}', 'with a reason it is published, and the reason stored');
SELECT is((SELECT body FROM publication_text(:forced) WHERE heading = '说明'), '下列核对未通过，仍予发布：H1。理由：经会议研究', 'and printed');
SELECT is((SELECT force_reason::text FROM ledger_report.publication_list WHERE publication = :forced), '经会议研究', 'and listed');
UPDATE check_rule SET active = false WHERE code = 'H1';
INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES ('V1', 'hard', 'accident_fact', 'id = 12', '记录有误'), ('V2', 'hard', 'meeting', 'true', 'x');
INSERT INTO meeting (org_code, topic, held_on) VALUES ('bureau', 'safety', '2024-01-01');
SELECT throws_like('CALL publish(''year'', year(2024))', 'report "year" fails checks: V1', 'nor records that break a hard rule behind its figures');
INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES ('V3', 'hard', 'accident', 'id = 12', '记录有误');
INSERT INTO report (code, title_zh) VALUES ('derived', '导出');
INSERT INTO report_figure (report, code) VALUES ('derived', 'F029');
UPDATE check_rule SET active = true WHERE code = 'H1';
SELECT throws_like('CALL publish(''derived'', year(2024))', 'report "derived" fails checks: H1, V1, V3', 'nor what derived figures are made of, nor the tables behind a view');
UPDATE check_rule SET active = false WHERE code = 'H1';
UPDATE check_rule SET active = false WHERE code LIKE 'V%';

-- ------------------------------------------------------------------ approving
UPDATE report SET needs_approval = true WHERE code = 'year';
SELECT throws_like('CALL publish(''year'', year(2024))', '%is not approved', 'a report that needs approval');
CALL approve('year', year(2024));
SELECT lives_ok('CALL publish(''year'', year(2024))', 'is published once it is approved');
SELECT ok((SELECT approved_by IS NOT NULL AND approved_at <= published_at FROM publication ORDER BY id DESC LIMIT 1), 'by whom and when is stored');
SELECT is_empty('SELECT * FROM verify_publication((SELECT max(id) FROM publication))', 'and verified');
CREATE FUNCTION public.still_approved(change text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    said text := 'published';
BEGIN
    BEGIN
        CALL ledger.approve('year', emgov.year(2024));
        EXECUTE change;
        BEGIN
            PERFORM emgov_internal.publish_ledger('ledger', 'year', emgov.year(2024));
        EXCEPTION WHEN object_not_in_prerequisite_state THEN
            said := SQLERRM;
        END;
        RAISE SQLSTATE 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        NULL;
    END;
    RETURN said = 'published';
END $$;
SELECT is(public.still_approved(change), stays, change) FROM (VALUES
    ('SELECT', true), ('UPDATE ledger.meeting SET note = ''x''', true),
    ('UPDATE ledger.accident SET direct_loss = 5 WHERE id = 12', true), ('UPDATE ledger.accident SET status = ''withdrawn'', note = ''x'' WHERE id = 12', false), ('UPDATE ledger.accident SET occurred_on = occurred_on + 1 WHERE id = 12', false),
    ('UPDATE ledger.indicator SET filter = filter || '' AND id > 0'' WHERE code = ''F028''', false), ('UPDATE ledger.indicator SET name_zh = ''x'' WHERE code = ''F028''', false), ('UPDATE ledger.indicator SET ordinal = 99 WHERE code = ''F028''', true),
    ('INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES (''year'', 1, 1, ''x'')', false), ('INSERT INTO ledger.report_figure (report, code) VALUES (''year'', ''F030'')', false),
    ('UPDATE ledger.indicator SET name_zh = ''x'' WHERE code = ''F049''', true)) AS v (change, stays);
SELECT throws_ok('INSERT INTO approval SELECT 99, report, starts_on, ends_on, figures_hash, text_hash, ''the mayor'', approved_at FROM approval', '23001', NULL, 'an approval is not written by hand');
RESET ROLE;
-- another user than who declared what the records cover: by whom they logged in as
SELECT format('dbname=%I user=%I', current_database(), u) AS connection FROM unnest('{ledger_test_clerk}'::text[]) AS u \gset
SELECT is((SELECT array_agg(x.refused ORDER BY x.who) FROM (
    SELECT who, (SELECT EXISTS (SELECT FROM unnest(emgov_internal.declared_by('ledger', '{F028}', NULL)) AS d WHERE d = who)) AS refused FROM unnest('{a,b}'::text[]) AS who) AS x), '{f,f}', 'nobody has declared anything');
SET ROLE ledger_owner;
CALL ledger.entered('{year}', '2024-12-31', '2023-01-01');
SELECT throws_like('CALL approve(''year'', year(2024))', '%has declared what the records of report "year" cover, and so cannot approve it', 'who declared what is covered cannot approve');
SELECT throws_like('CALL publish(''year'', year(2024))', '%is approved no longer%', 'and what was approved is void: the figures are declared now');
RESET ROLE;
SELECT * FROM finish();
