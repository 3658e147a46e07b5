-- Identifiers beside the credit code: schemes as rows, one form everywhere (E8), exceptions with a reason
-- (E13); days of all tables are bounded (E11); investigations of accidents.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT plan(114);
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

SELECT setval(pg_get_serial_sequence('ledger.' || t, 'id'), 1000) FROM unnest('{subject,accident_investigation}'::text[]) AS t \g /dev/null

-- ------------------------------------------------------------------ schemes
SELECT is(said($$INSERT INTO subject (id, kind, scheme, identifier, name) VALUES (1, 'enterprise', 'lei', ' ５４９３００1kjtiigc8y1r12 ', 'abroad')$$), 'taken', 'an enterprise of another country needs no credit code');
SELECT is((SELECT identifier FROM subject WHERE id = 1), '5493001KJTIIGC8Y1R12', 'E8: its identifier is stored in its one form');
SELECT matches(said($$INSERT INTO subject (kind, scheme, identifier, name) VALUES ('enterprise', 'lei', '5493-001K-JTIIGC8Y1R12', 'again')$$), 'subject: one for each scheme and identifier', 'E8: written otherwise it is the same');
SELECT matches(said($$INSERT INTO subject (kind, scheme, identifier, name) VALUES ('enterprise', 'lei', '5493001KJTIIGC8Y1R13', 'x')$$),
    '"5493001KJTIIGC8Y1R13" is no Legal Entity Identifier: its check fails \| .*INSERT INTO ledger.identifier_exception .*5493001KJTIIGC8Y1R13', 'a check that fails, with the way out');
SELECT is(said($$INSERT INTO identifier_exception (scheme, identifier, reason) VALUES ('lei', '5493001KJTIIGC8Y1R13', '  ')$$), 'new row for relation "identifier_exception" violates check constraint "reason is not blank"', 'E13: not without a reason');
INSERT INTO identifier_exception (scheme, identifier, reason) VALUES ('lei', '5493001kjtiigc8y1r13', 'seen in the register');
SELECT is(said($$INSERT INTO subject (id, kind, scheme, identifier, name) VALUES (2, 'unit', 'lei', '5493001KJTIIGC8Y1R13', 'x')$$), 'taken', 'E13: excepted, it is taken');
SELECT is(said($$INSERT INTO subject (kind, scheme, identifier, name) VALUES ('enterprise', 'gb_company', '1234', 'x')$$), '"1234" is no company number (United Kingdom) | See ledger.identifier_scheme.', 'what does not look like one cannot be excepted');
SELECT is(said($$INSERT INTO subject (kind, scheme, identifier, name) VALUES ('enterprise', 'gb_company', 'sc 123 456', 'x')$$), 'taken', 'a pattern alone');
SELECT is(said($$INSERT INTO subject (kind, scheme, identifier, name) VALUES ('enterprise', 'fr_siren', '732 829 320', 'x')$$), 'taken', 'a check digit');
SELECT matches(said($$INSERT INTO subject (kind, scheme, identifier, name) VALUES ('enterprise', 'fr_siren', '732 829 321', 'x')$$), 'its check fails', 'and a wrong one');
SELECT matches(said($$INSERT INTO subject (kind, scheme, identifier, name) VALUES ('enterprise', 'mars', '1', 'x')$$), 'scheme: one of identifier_scheme', 'no such scheme');
SELECT matches(said($$INSERT INTO subject (kind, identifier, name) VALUES ('enterprise', '1', 'x')$$), 'an identifier has its scheme', 'an identifier of no scheme');
SELECT matches(said($$INSERT INTO subject (kind, name) VALUES ('enterprise', 'x')$$), 'an enterprise has a credit code, or an identifier', 'neither');
SELECT matches(said($$INSERT INTO subject (kind, person_key, scheme, identifier, name) VALUES ('person', 'p', 'gb_company', '12345678', 'x')$$), 'a person has a person_key, and no identifier', 'persons have none');
SELECT matches(said($$UPDATE subject SET identifier = '12' WHERE id = 1$$), 'is no Legal Entity', 'changed, too');
-- of one's own
SELECT is(said($$INSERT INTO identifier_scheme (code, name_zh, name_en, pattern) VALUES ('us_ein', '美国雇主识别号', 'EIN', '^[0-9]{9}$')$$), 'taken', 'a scheme is a row');
SELECT is(said($$INSERT INTO subject (id, kind, scheme, identifier, name) VALUES (9, 'enterprise', 'us_ein', '12-3456789', 'x')$$), 'taken', 'used at once');
SELECT matches(said($$INSERT INTO identifier_scheme (code, name_zh, name_en, pattern) VALUES ('x', 'x', 'x', '[0-9]')$$), 'pattern is from \^ to \$', 'a pattern is of the whole');
SELECT matches(said($$INSERT INTO identifier_scheme (code, name_zh, name_en, pattern) VALUES ('x', 'x', 'x', '^[0-9$')$$), 'invalid regular expression', 'and one');
CREATE FUNCTION public.spy(text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''spied''; END';
SELECT matches(said(format($$INSERT INTO identifier_scheme (code, name_zh, name_en, pattern, check_function) VALUES ('x', 'x', 'x', '^.*$', %L)$$, f)), '"' || f || '" cannot check identifiers \| Such are emgov.luhn', 'no function but of emgov or the server: ' || f)
  FROM unnest('{public.spy,spy,no_such,emgov.identifier,pg_sleep}'::text[]) AS f;
SELECT is_empty($$SELECT n FROM generate_series(0, 9999) AS n WHERE (SELECT count(*) FROM generate_series(0, 9) AS d WHERE luhn(n::text || d)) <> 1$$, 'one check digit fits each number');
SELECT results_eq($$SELECT luhn(NULL), luhn(''), luhn('12a'), mod97(NULL), mod97(''), mod97('ab1'), mod97(repeat('1', 5000))$$, $$VALUES (NULL::boolean, false, false, NULL::boolean, false, false, false)$$, 'what is none');
SELECT is_empty($$SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'number' AND a.atttypid = 'text'::regtype JOIN emgov.ledger_part AS p ON p.kind = 'table' AND p.name = c.relname
                   WHERE c.relnamespace = 'ledger'::regnamespace AND p.body ~ '[@]fact@' AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = 'a_identifier')$$, 'E8: numbers of all records are in one form');

-- ------------------------------------------------------------------ days
SELECT is_empty($$
    SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.atttypid = 'date'::regtype AND a.attnum > 0 JOIN emgov.ledger_part AS p ON p.kind = 'table' AND p.name = c.relname
     WHERE c.relnamespace = 'ledger'::regnamespace AND p.name NOT IN ('publication', 'publication_figure', 'approval')   -- written by publishing alone
       AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = 'a_days' AND encode(t.tgargs, 'escape') ~ ('(^|[+*]|\\000)' || a.attname || '\\000'))$$, 'E11: every day of every table is looked at');
SELECT is(said(format('INSERT INTO area (code, name_zh, kind, valid_from) VALUES (''x'', ''x'', ''district'', %L)', d)), format('valid_from of a record of "area" cannot be %s | A day that is not known yet is NULL. Was the year mistyped?', d), 'E11: reference data, ' || d)
  FROM unnest('{1024-01-01,infinity,-infinity,20240-01-01}'::text[]) AS d;
SELECT is(said($$INSERT INTO area (code, name_zh, kind, valid_from, valid_to) VALUES ('x', 'x', 'district', '1888-01-01', '2100-01-01')$$), 'taken', 'what is long there, and will be');

-- ------------------------------------------------------------------ investigations
INSERT INTO area (code, name_zh, kind) VALUES ('a', '甲区', 'district');
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (1, '2024-01-20', 'a', 'chemical'), (2, '2024-02-20', 'a', 'road');
INSERT INTO accident_investigation (id, accident_id, opened_on, submitted_on, approved_on, due_on, level, nature, number) VALUES (1, 1, '2024-01-22', '2024-03-19', '2024-04-02', '2024-03-20', 'city', 'liability', '常政复[2024]５号');
SELECT is((SELECT number FROM accident_investigation), '常政复〔2024〕5号', 'E8: the number of the reply');
INSERT INTO accident_responsibility (accident_investigation_id, party, person, kind, decided_on, amount) VALUES
    (1, 'staff', '甲', 'criminal', '2024-05-01', NULL), (1, 'official', '乙', 'party_discipline', '2024-05-01', NULL), (1, 'official', '乙', 'government_discipline', '2024-05-01', NULL), (1, 'staff', '丙', 'exempt', NULL, NULL);
INSERT INTO accident_responsibility (accident_investigation_id, party, subject_id, kind, amount) VALUES (1, 'unit', 1, 'penalty', 1200000);
SELECT results_eq($$SELECT days_to_report, parties, criminal, disciplined, area_code FROM accident_investigation_fact$$, $$VALUES (59, 3, 1, 1, 'a')$$, 'the days it took, and who was held responsible');
SELECT is((SELECT count(DISTINCT responsible) FROM accident_responsibility_fact WHERE kind IN ('party_discipline', 'government_discipline') AND approved_on >= '2024-04-01'), 1::bigint, 'a person with two kinds is one');
SELECT matches(said($$INSERT INTO accident_responsibility (accident_investigation_id, party, person, kind) VALUES (1, 'staff', '甲', 'criminal')$$), 'one for each party and kind', 'E11: the same twice');
SELECT matches(said($$INSERT INTO accident_investigation (accident_id, opened_on, level) VALUES (1, '2024-02-01', 'province')$$), 'accident_investigation: one for each accident', 'an accident is investigated once');
SELECT matches(said($$INSERT INTO accident_investigation (accident_id, opened_on, level) VALUES (2, '2024-01-01', 'county')$$), 'the investigation of accident 2 cannot have been opened on 2024-01-01, before it', 'E11: not before it happens');
SELECT matches(said($$UPDATE accident_investigation SET approved_on = '2024-03-01'$$), 'in this order after opened_on', 'E11: nor approved before it was submitted');
SELECT matches(said($$INSERT INTO accident_investigation (accident_id, opened_on, closed_on, level) VALUES (2, '2024-03-01', '2024-05-01', 'county')$$), 'once it is approved', 'nor closed without');
UPDATE accident SET status = 'written_off', note = 'x' WHERE id = 1;
SELECT is((SELECT count(*) FROM accident_investigation_fact WHERE status = 'valid') + (SELECT count(*) FROM accident_responsibility_fact WHERE status = 'valid'), 0::bigint, 'what is of an accident that no longer counts does not count');

-- ------------------------------------------------------------------ the same file twice
-- Every table of records has a natural key; where two that are alike may be two, a number that counts once.
SELECT set_eq($$
    SELECT c.relname FROM pg_class AS c JOIN emgov.ledger_part AS p ON p.kind = 'table' AND p.name = c.relname AND p.body ~ '[@]fact@'
     WHERE c.relnamespace = 'ledger'::regnamespace AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion) AND (NOT i.indisprimary OR i.indnatts > 1 OR c.relname IN ('requirement')))$$,
    'SELECT NULL::name WHERE false', 'E11: the same record does not come in twice');
INSERT INTO subject (id, kind, name) VALUES (70, 'unit', '甲'), (71, 'unit', '乙');
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('t', '检查', 'checks', 'bureau');
INSERT INTO disposition (code, name_zh) VALUES ('stop', '关停') ON CONFLICT DO NOTHING;
INSERT INTO campaign (code, name_zh, name_en, scope) VALUES ('c', '行动', 'campaign', 'city');
INSERT INTO drill_plan (id, level, org_code, title, planned_on) VALUES (1, 'city', 'bureau', '演练', '2024-03-01');
INSERT INTO safety_audit (id, subject_id, started_on) VALUES (1, 70, '2024-01-05'), (2, 71, '2024-01-05');
-- a record, the constraint that refuses it when it comes again; another that is no duplicate of it, or of itself
CREATE TEMP TABLE twice (relation text, columns text, record text, rule text, other text, alike text);
INSERT INTO twice VALUES
    ('remediation', 'subject_id, campaign_code, listed_on, completed_on, disposition_code', $$70, 'c', '2024-01-05', '2024-02-05', 'stop'$$, 'one for each enterprise, campaign and its days', $$70, 'c', '2024-01-05', '2024-02-07', 'stop'$$, NULL),
    ('remediation', 'subject_id, campaign_code, listed_on', $$71, 'c', '2024-01-05'$$, 'one for each enterprise, campaign and its days', $$71, 'c', '2024-01-06'$$, NULL),
    ('drill', 'drill_plan_id, title, held_on', $$1, '演练', '2024-03-01'$$, 'drill: one for each plan, day and title', $$1, '演练', '2024-03-02'$$, $$NULL, '消防演练', '2024-03-01'$$),
    ('lease', 'lessor_id, lessee_id, site, valid_from', $$70, 71, '东厂房', '2024-01-01'$$, 'lease: one for each lessor, lessee, site and first day', $$70, 71, '西厂房', '2024-01-01'$$, NULL),
    ('publicity_event', 'kind, held_on, title, number', $$'law_lecture', '2024-05-06', '讲座', 'H1'$$, 'publicity_event: a number counts once', $$'law_lecture', '2024-05-06', '讲座', 'H2'$$, $$'law_lecture', '2024-05-06', '讲座', NULL$$),
    ('drill', 'drill_plan_id, title, held_on, number', $$NULL, '消防演练', '2024-03-01', 'Y1'$$, 'drill: a number counts once', $$NULL, '消防演练', '2024-03-01', 'Y2'$$, NULL),
    ('drill', 'drill_plan_id, title, held_on, number', $$1, '演练', '2024-03-01', 'Y3'$$, 'drill: a number counts once', $$1, '演练', '2024-03-01', 'Y4'$$, NULL),
    ('supervision_visit', 'org_code, campaign_code, visited_on, number', $$'bureau', 'c', '2024-03-01', '督1'$$, 'supervision_visit: a number counts once', $$'bureau', 'c', '2024-03-01', '督2'$$, $$'bureau', 'c', '2024-03-01', NULL$$),
    ('hazard', 'subject_id, programme_code, found_on, description, number', $$70, 't', '2024-03-01', '缺防护', 'Z1'$$, 'hazard: a number counts once', $$70, 't', '2024-03-01', '缺防护', 'Z2'$$, $$70, 't', '2024-03-01', '缺防护', NULL$$),
    ('confiscation', 'programme_code, confiscated_on, goods, quantity, number', $$'t', '2024-03-01', 'fireworks', 3, 'Q1'$$, 'a number counts once for each kind of goods', $$'t', '2024-03-01', 'tools', 3, 'Q1'$$, $$'t', '2024-03-01', 'tools', 3, NULL$$),
    ('audit_finding', 'safety_audit_id, found_on, number', $$1, '2024-03-01', '1'$$, 'audit_finding: a number counts once in an audit', $$2, '2024-03-01', '1'$$, $$1, '2024-03-01', NULL$$),
    ('distribution', 'material, distributed_on, copies, number', $$'poster', '2024-03-01', 5, 'F1'$$, 'distribution: a number counts once', $$'poster', '2024-03-01', 5, 'F2'$$, $$'poster', '2024-03-01', 5, NULL$$),
    ('review_meeting', 'org_code, held_on, number', $$'bureau', '2024-03-01', '3'$$, 'review_meeting: a number counts once in an organisation', $$'bureau', '2024-03-01', '4'$$, $$'bureau', '2024-03-01', NULL$$);
SELECT is(said(format('INSERT INTO %I (%s) VALUES (%s)', relation, columns, r)), 'taken', format('E11: %s %s', relation, r)) FROM twice CROSS JOIN LATERAL unnest(ARRAY[record, other, alike, alike]) AS r WHERE r IS NOT NULL;
SELECT matches(said(format('INSERT INTO %I (%s) VALUES (%s)', relation, columns, record)), rule, format('E11: %s again: %s', relation, record)) FROM twice;
SELECT is(said(format('INSERT INTO %I (%s, status, note) VALUES (%s, ''duplicate'', ''x'')', relation, columns, record)), 'taken', format('E11: %s again, as a duplicate', relation)) FROM twice;
INSERT INTO training_session (org_code, held_on, title) VALUES ('bureau', '2024-05-06', '执法业务');
SELECT matches(said($$INSERT INTO training_session (org_code, held_on, title) VALUES ('bureau', '2024-05-06', '执法业务')$$), 'training_session: one for each organisation, day and title', 'E11: refused, and said why');
SELECT is(said($$INSERT INTO training_session (org_code, held_on, title, status) VALUES ('bureau', '2024-05-06', '执法业务', 'duplicate')$$), 'taken', 'a duplicate that is marked is taken');
INSERT INTO letter (org_code, kind, number, sent_on) VALUES ('bureau', 'reminder', '苏安办（2024）３号', '2024-05-06');
SELECT matches(said($$INSERT INTO letter (org_code, kind, number, sent_on) VALUES ('bureau', 'reminder', '苏安办[2024]3号', '2024-05-06')$$), 'letter: a number counts once', 'E8, E11: a letter, written otherwise');
SELECT * FROM finish();
