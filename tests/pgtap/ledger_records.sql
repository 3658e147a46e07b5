-- What no record can be: identifiers in their one form (E8), missing persons, levels of categories,
-- policies, validity (E7), impossible days and the same file twice (E11), excepted codes (E13).
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(72);
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
CREATE FUNCTION public.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; hint text;
BEGIN
    EXECUTE statement;
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', message, nullif(hint, ''));
END
$$;

INSERT INTO area (code, gb2260, name_zh, kind, valid_from, valid_to) VALUES ('320404', '３２０４０４', '钟楼区', 'district', NULL, NULL), ('320405', '320405', '戚墅堰区', 'district', NULL, '2015-05-01');
INSERT INTO organisation (code, name_zh, kind, scope, valid_to) VALUES ('old', '原安监局', 'bureau', 'bureau', '2019-01-01');
INSERT INTO accident_category (code, parent_code, name_zh, name_en, valid_to) VALUES ('gone', NULL, '旧类', 'gone', '2016-01-01'), ('deep_coal', 'coal', '井工煤矿', 'deep mines', NULL);
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('plan', '计划检查', 'plan', 'bureau');

-- E8
INSERT INTO subject (id, kind, uscc, name) VALUES (101, 'enterprise', '９１３２０４１１６０８１３１４５５ｌ', '天合光能');
SELECT is((SELECT uscc FROM subject WHERE id = 101), '91320411608131455L', 'E8: a credit code is stored in its one form');
SELECT matches(said($$INSERT INTO subject (kind, uscc, name) VALUES ('enterprise', '91320411608131455l', 'x')$$), 'subject: one for each uscc', 'E8: written otherwise it is the same one');
SELECT matches(said($$INSERT INTO subject (kind, uscc, name) VALUES ('enterprise', '9132 0411-6081 3145 5L', 'x')$$), 'subject: one for each uscc', 'E8: with spaces and hyphens too');
UPDATE subject SET uscc = ' 914403001922038216 ' WHERE id = 101;
SELECT is((SELECT uscc FROM subject WHERE id = 101), '914403001922038216', 'E8: changed, too');
SELECT is((SELECT gb2260::text FROM area WHERE code = '320404'), '320404', 'E8: codes of areas');
INSERT INTO subject (kind, person_key, name) VALUES ('person', ' Ｋ7a ', '某');
SELECT is((SELECT person_key FROM subject WHERE kind = 'person'), 'K7a', 'E8: keys of persons, with their small letters');
INSERT INTO enforcement_case (number, org_code, filed_on) VALUES ('（苏常）应急罚[2024]３号', 'bureau', '2024-05-01');
SELECT is((SELECT number FROM enforcement_case), '(苏常)应急罚〔2024〕3号', 'E8: numbers of cases');
SELECT is(said($$INSERT INTO enforcement_case (number, org_code, filed_on) VALUES ('(苏常)应急罚【2024】3号', 'bureau', '2024-05-02')$$),
    'duplicate key value violates unique constraint "enforcement_case: a number counts once"', 'E8, E11: the same case, written otherwise');
SELECT is(said($$INSERT INTO enforcement_case (number, org_code, filed_on, status) VALUES ('(苏常)应急罚【2024】3号', 'bureau', '2024-05-02', 'duplicate')$$), 'taken', 'E11: a duplicate that is marked is taken');
SELECT is_empty($$ SELECT x FROM unnest(ARRAY['', 'a', ' Ａ－1', '[2024]', '（２０２４）7', '苏〔2024〕1号', E'\u3000b']) AS x WHERE identifier(identifier(x)) <> identifier(x) $$, 'E8: the one form is its own');
SELECT is(identifier('aé①'), 'Aé1', 'E8: and the same whatever the database''s locale takes for a small letter');

-- E13
SELECT matches(said($$INSERT INTO subject (kind, uscc, name) VALUES ('enterprise', '914403001922038217', 'x')$$), '"914403001922038217" is no credit code: .*check.* \| .*INSERT INTO ledger.uscc_exception', 'E13: a wrong code is refused, with the way out');
SELECT is(said($$INSERT INTO uscc_exception (uscc, reason) VALUES ('914403001922038217', ' ')$$), 'new row for relation "uscc_exception" violates check constraint "reason is not blank"', 'E13: not without a reason');
INSERT INTO uscc_exception (uscc, reason) VALUES ('914403001922038217', '2015年核发，已核对营业执照');
SELECT is(said($$INSERT INTO subject (id, kind, uscc, name) VALUES (103, 'enterprise', '９14403001922038217', 'x')$$), 'taken', 'E13: excepted, it is taken');
SELECT is((SELECT uscc FROM subject WHERE id = 103), '914403001922038217', 'E13, E8: in its one form');
SELECT matches(said($$INSERT INTO subject (kind, uscc, name) VALUES ('enterprise', '12345', 'x')$$), 'is no credit code: .* \| A credit code has 18', 'E13: what is no code at all cannot be excepted');
SELECT matches(said($$INSERT INTO subject (kind, uscc, name) VALUES ('enterprise', '11010519491231002X', 'x')$$), 'is no credit code: .* \| This is the identity number', 'E13: nor is an identity number proposed as an exception');
SELECT is(said($$INSERT INTO subject (kind, name) VALUES ('enterprise', 'x')$$), 'new row for relation "subject" violates check constraint "an enterprise has a credit code, or an identifier"', 'E11: a check says what it demands');

-- E7
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (101, '2024-03-01', '320404', 'chemical'), (102, '2024-03-02', '320404', 'deep_coal'), (103, '2024-03-03', '320404', 'road');
INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT 101, 'missing', '2024-03-01' FROM generate_series(1, 4);
SELECT results_eq('SELECT deaths, missing, dead_or_missing, severity FROM accident_fact WHERE id = 101', $$VALUES (0, 4, 4, 'larger')$$, 'E7: four missing are graded');
SELECT isnt((SELECT source FROM casualty_policy), NULL, 'E7: by a policy with its source');
UPDATE casualty_policy SET valid_to = '2024-01-01';
INSERT INTO casualty_policy (outcome, counts_as, valid_from, source) VALUES ('missing', 'none', '2024-01-01', '本市规定');
SELECT results_eq('SELECT dead_or_missing, severity FROM accident_fact WHERE id = 101', $$VALUES (0, 'general')$$, 'E7: another policy, another grade');
SELECT ok((SELECT '101' IN (SELECT accident_fact_changed('-infinity', now()))), 'E7: and a restatement finds it');
SELECT matches(said($$INSERT INTO casualty_policy (outcome, counts_as, valid_from, source) VALUES ('missing', 'dead', '2024-06-01', 'x')$$), 'one policy for each outcome and day', 'E7: policies cannot overlap');
SELECT results_eq('SELECT id::int, category_group FROM accident_fact ORDER BY 1', $$VALUES (101, 'industry_commerce'), (102, 'industry_commerce'), (103, 'road')$$, 'E7: a third level falls into its group');
INSERT INTO accident_category (code, parent_code, name_zh, name_en) VALUES ('deeper_coal', 'deep_coal', '深部', 'deeper');
UPDATE accident SET category_code = 'deeper_coal' WHERE id = 102;
SELECT is((SELECT category_group FROM accident_fact WHERE id = 102), 'industry_commerce', 'E7: and a fourth');
SELECT is((SELECT category_group FROM accident_fact_as_of(clock_timestamp()) WHERE id = 102), 'industry_commerce', 'E7: as of a moment, too');
SELECT is(said($$UPDATE accident_category SET parent_code = 'deeper_coal' WHERE code = 'coal'$$), 'accident_category "coal" cannot be below "deeper_coal"', 'E7: none contains itself');
INSERT INTO disposition (code, name_zh) VALUES ('merge', '并');
INSERT INTO disposition_policy (disposition_code, outcome, valid_from, valid_to) VALUES ('merge', 'upgraded', '2020-01-01', '2024-01-01'), ('merge', 'exited', '2024-01-01', NULL);
SELECT matches(said($$INSERT INTO disposition_policy (disposition_code, outcome, valid_from) VALUES ('merge', 'exited', '2023-01-01')$$), 'one policy for each disposition and day', 'E7: policies of a disposition cannot overlap');
SELECT is(said($$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-03-01', '320405', 'road')$$),
    'area "320405" (戚墅堰区) was no longer there on 2024-03-01 | Name the one that took its place.', 'E7: no record in an area that had ended');
SELECT is(said($$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2015-04-30', '320405', 'road')$$), 'taken', 'E7: on its last day it was there');
SELECT matches(said($$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-03-01', '320404', 'gone')$$), 'accident_category "gone" .* no longer', 'E7: nor of a category that had');
SELECT matches(said($$UPDATE accident SET area_code = '320405' WHERE id = 103$$), 'area "320405" .* no longer', 'E7: nor moved there');
SELECT matches(said($$INSERT INTO meeting (org_code, topic, held_on) VALUES ('old', 'rule_of_law', '2024-01-01')$$), 'organisation "old" .* no longer', 'E7: nor by an organisation that had');

-- E11: every column of days of every table of records, by the catalog: nothing infinite, nothing of 1024
SELECT is(said($$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2034-01-01', '320404', 'road')$$),
    'occurred_on of a record of "accident" cannot be 2034-01-01: that day is yet to come | Enter what has happened. Was the year mistyped?', 'E11: an accident of 2034');
SELECT is(said(format('INSERT INTO accident (occurred_on, area_code, category_code) VALUES (%L, ''320404'', ''road'')', d)), format('occurred_on of a record of "accident" cannot be %s | A day that is not known yet is NULL. Was the year mistyped?', d),
    'E11: ' || d) FROM unnest('{1024-01-01,infinity,-infinity}'::text[]) AS d;
SELECT is(said(format('UPDATE accident SET reported_on = %L WHERE id = 103', d)), format('reported_on of a record of "accident" cannot be %s | A day that is not known yet is NULL. Was the year mistyped?', d), 'E11: reported ' || d)
  FROM unnest('{infinity}'::text[]) AS d;
SELECT is_empty($$
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.atttypid = 'date'::regtype AND a.attnum > 0
      JOIN emgov.ledger_part p ON p.kind = 'table' AND p.name = c.relname AND p.body ~ '[@]fact@'
     WHERE c.relnamespace = 'ledger'::regnamespace AND p.name NOT IN ('reported', 'base_value')
       AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'a_days' AND encode(t.tgargs, 'escape') ~ ('(^|\+|\\000)' || a.attname || '\\000')) $$, 'E11: every day of every record is looked at');
SELECT is(said($$INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (101, 'dead', '2018-03-01')$$),
    'a casualty of 2018-03-01 cannot be of accident 101, which occurred later | Nobody comes to harm before the accident. Correct the one day or the other.', 'E11: a death years before its accident');
SELECT matches(said($$UPDATE accident SET occurred_on = '2024-04-01' WHERE id = 101$$), 'accident 101 cannot have occurred on 2024-04-01: it has a casualty from before', 'E11: nor an accident after its casualties');
SELECT matches(said($$UPDATE casualty SET outcome_on = '2024-02-01'$$), 'a casualty of 2024-02-01 cannot be', 'E11: nor a casualty that is moved before it');
SELECT is(said($$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-03-01', '320404', 'industry_commerce')$$),
    'category "industry_commerce" (工矿商贸) is a group | Give the accident a category that has none below it.', 'E11: a category that is a group');
SELECT matches(said($$UPDATE accident SET category_code = 'coal' WHERE id = 103$$), 'category "coal" \(煤矿\) is a group', 'E11: nor changed to one');
INSERT INTO accident (number, occurred_on, area_code, category_code) VALUES ('A2024-7', '2024-03-01', '320404', 'road');
SELECT matches(said($$INSERT INTO accident (number, occurred_on, area_code, category_code) VALUES ('a2024-7', '2024-03-01', '320404', 'road')$$), 'accident: a number counts once', 'E11: the same file twice');

-- E7: what was counted by another regime is not compared, now and in the past; and E5 in figures
SET emgov.known_at = '2000-01-02';
CALL load_pack('accidents');
RESET emgov.known_at;
INSERT INTO accident (occurred_on, area_code, category_code, regime) SELECT d, '320404', 'road', r
  FROM (VALUES ('2019-05-05'::date, '2015', 30), ('2020-05-05', '2020', 3), ('2021-05-05', '2020', 4), ('2021-05-06', '2015', 1), ('2022-05-05', '2020', 6)) AS v (d, r, n), generate_series(1, n);
CALL entered(ARRAY['accident'], '2022-12-31', '2015-01-01');
SELECT results_eq($$SELECT value, base, change, rate, state, phrase, reason FROM figures(year(2020), codes => '{F028}')$$,
    $$VALUES (3::numeric, 30::numeric, NULL::numeric, NULL::numeric, 'not_comparable', '3起', 'counted by regime 2020, and a year earlier by 2015')$$, 'E7: regimes are not compared');
SELECT results_eq($$SELECT state, value, words FROM figures(year(2020), codes => '{F029}')$$, $$VALUES ('not_comparable', NULL::numeric, NULL::text)$$, 'E7: nor what is derived from that');
SELECT results_eq($$SELECT state, reason FROM figures(year(2022), codes => '{F028}')$$, $$VALUES ('not_comparable', 'counted by regime 2020, and a year earlier by 2015, 2020')$$, 'E7: nor with a year of both');
SELECT is((SELECT state FROM figures(daterange('2022-05-05', '2022-05-06'), codes => '{F028}')), 'comparable', 'E7: days of one regime are');
SELECT results_eq($$SELECT f.state, (f.reason, f.base)::text FROM figures(year(2020), clock_timestamp() - interval '1 microsecond', codes => '{F028}') AS f$$, $$VALUES ('not_comparable', '("counted by regime 2020, and a year earlier by 2015",30)')$$,
    'E7: as of a moment, too');
UPDATE accident SET status = 'withdrawn', note = 'x' WHERE occurred_on = '2021-05-06';
SELECT is((SELECT state FROM figures(year(2022), codes => '{F028}')), 'comparable', 'E7: what does not count breaks nothing');
SELECT is((SELECT state FROM figures(year(2021), codes => '{F028}')), 'comparable', 'E7: years of one regime are compared');
SELECT is((SELECT state FROM figures(year(2020), codes => '{F030}')), 'not_comparable', 'E7: sums, too');
INSERT INTO accident (id, occurred_on, area_code, category_code) SELECT 1000 + n, '2018-05-05', '320404', 'road' FROM generate_series(1, 2000) AS n;
UPDATE accident SET regime = '2020' WHERE regime = '2015';
UPDATE accident SET status = 'withdrawn', note = 'x' WHERE id IN (SELECT id FROM accident WHERE occurred_on = '2019-05-05' LIMIT 29);
SELECT results_eq($$SELECT phrase, rate, state FROM figures(year(2019), codes => '{F028}')$$, $$VALUES ('1起，同比下降99.95%', -99.95, 'comparable')$$, 'E5: a figure');
SELECT results_eq($$SELECT words, value FROM figures(year(2019), codes => '{F029}')$$, $$VALUES ('同比下降99.95%', -99.95)$$, 'E5: a change');
INSERT INTO indicator (code, ordinal, name_zh, name_en, kind, source, date_column, aggregate, base_filter, filter, scope, cutoff, unit, decimals, definition_zh, definition_en, section)
VALUES ('SH', 99, '占比', 'share', 'share', 'accident', 'occurred_on', 'count', 'status = ''valid''', 'category_code = ''road''', 'city', 'period', '%', 1, 'x', 'x', 1);
UPDATE accident SET category_code = 'water' WHERE id = (SELECT min(id) FROM accident WHERE occurred_on = '2018-05-05');
SELECT results_eq($$SELECT words, value FROM figures(year(2018), codes => '{SH}')$$, $$VALUES ('99.95%', 99.95)$$, 'E5: a share');
SELECT results_eq($$SELECT words FROM figures(year(2019), codes => '{SH}')$$, $$VALUES ('100%')$$, 'E5: all is all');

-- a column that is renamed stops nobody, and is looked at again after upgrade_ledger
ALTER TABLE meeting RENAME org_code TO body_code;
SELECT is(said($$INSERT INTO meeting (body_code, topic, held_on) VALUES ('old', 'rule_of_law', '2024-01-01')$$), 'taken', 'a renamed column stops nobody');
SET client_min_messages = error;
CALL emgov.upgrade_ledger('ledger');
SELECT matches(said($$INSERT INTO meeting (body_code, topic, held_on) VALUES ('old', 'rule_of_law', '2024-01-01')$$), 'organisation "old" .* no longer', 'and is looked at again');


-- ------------------------------------------------------------------ what no longer counts says why
SELECT is(said(format('UPDATE enforcement_case SET status = %L%s', status, note)), format('a record of "enforcement_case" does not become %s without a ground | UPDATE ledger.enforcement_case SET status = %L, note = ''why'' WHERE …',
    replace(status, '_', ' '), status), 'T10: ' || status || note) FROM unnest('{withdrawn,duplicate,written_off}'::text[]) AS status, unnest(ARRAY['', ', note = NULL', ', note = E'' \t''']) AS note;
SELECT is(said($$UPDATE enforcement_case SET status = 'withdrawn', note = '误录'$$), 'taken', 'T10: with a ground it is taken');
SELECT matches(said('UPDATE enforcement_case SET note = NULL'), 'without a ground', 'T10: which stays');
SELECT is(said($$UPDATE enforcement_case SET status = 'valid', note = NULL WHERE id = (SELECT min(id) FROM enforcement_case)$$), 'taken', 'T10: as long as it does not count');
SELECT is_empty($$SELECT c.relname FROM emgov.ledger_part AS p JOIN pg_class AS c ON c.oid = to_regclass('ledger.' || p.name)
    WHERE p.kind = 'table' AND p.body ~ '[@]fact@' AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'a_ground' AND tgenabled = 'O')$$, 'T10: so it is in every table of records');
SELECT * FROM finish();
