-- The records of enforcement (issue 10, 4): what is refused and what the refusal says, the same record twice, what is derived,
-- what changed between two moments, who may read.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
SELECT * FROM no_plan();
CALL emgov.create_ledger('ledger');
SET search_path = ledger, public, emgov;
CREATE FUNCTION public.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; hint text; rule text;
BEGIN
    EXECUTE statement;
    RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, rule = CONSTRAINT_NAME;
    RETURN coalesce(nullif(rule, ''), concat_ws(' | ', message, nullif(hint, '')));
END
$$;
INSERT INTO area (code, name_zh, kind, valid_to) VALUES ('A', '甲区', 'district', NULL), ('B', '乙区', 'district', NULL), ('OLD', '旧区', 'district', '2015-05-01');
INSERT INTO organisation (code, name_zh, kind, scope) VALUES ('street', '街道', 'delegate', 'district');
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('plan', '计划', 'plan', 'bureau');
INSERT INTO subject (id, kind, name, area_code) SELECT i, 'unit', '单位' || i, CASE WHEN i % 2 = 0 THEN 'A' ELSE 'B' END FROM generate_series(1, 20) AS i;
INSERT INTO subject (id, kind, person_key, name) SELECT i, 'person', 'p' || i, '个人' || i FROM generate_series(101, 110) AS i;
CREATE TEMP TABLE refused (n serial, what text, statement text, says text);

-- ------------------------------------------------------------------ what is refused, and what the refusal says
INSERT INTO supervised_unit (subject_id, org_code, listed_on, removed_on) VALUES (1, 'bureau', '2024-01-01', '2024-07-01');
INSERT INTO random_draw (id, org_code, programme_code, drawn_on, units_drawn, number) VALUES (1, 'bureau', 'plan', '2024-02-01', 3, '抽〔2024〕1号');
INSERT INTO inspection_task (id, programme_code, org_code, subject_id, assigned_on) VALUES (1, 'plan', 'bureau', 1, '2024-02-01'), (2, 'plan', 'bureau', NULL, '2024-02-01');
INSERT INTO inspection (id, programme_code, org_code, subject_id, inspected_on) VALUES (1, 'plan', 'bureau', 1, '2024-02-05'), (5, 'plan', 'bureau', 8, '2024-01-20');
INSERT INTO enforcement_case (id, org_code, subject_id, filed_on, decided_on, outcome) VALUES (1, 'bureau', 1, '2024-02-10', '2024-03-10', NULL), (2, 'bureau', 2, '2024-02-10', '2024-03-10', 'first_offence'), (3, 'bureau', 3, '2024-02-10', NULL, NULL);
INSERT INTO penalty (id, enforcement_case_id, kind_code, fine) VALUES (1, 1, 'fine', 100);
INSERT INTO hazard (id, programme_code, subject_id, level, found_on) VALUES (1, 'plan', 1, 'major', '2024-02-05'), (2, 'plan', 1, 'general', '2024-02-05');
INSERT INTO permit (id, org_code, subject_id, kind, applied_on, issued_on, number) VALUES (1, 'bureau', 1, 'x', '2024-01-01', '2024-02-01', '证1');
INSERT INTO refused (what, statement, says) VALUES
    ('a unit twice in the register', $$INSERT INTO supervised_unit (subject_id, org_code, listed_on) VALUES (1, 'street', '2024-06-30')$$, 'supervised_unit: a unit stands in the register once at a time'),
    ('removed before it is listed', $$INSERT INTO supervised_unit (subject_id, org_code, listed_on, removed_on) VALUES (2, 'bureau', '2024-06-30', '2024-06-30')$$, 'removed_on is after listed_on'),
    ('more drawn than there are', $$INSERT INTO random_draw (org_code, programme_code, drawn_on, units_in_pool, units_drawn) VALUES ('bureau', 'plan', '2024-03-01', 2, 3)$$, 'units drawn are none to all of the pool'),
    ('more officers than there are', $$INSERT INTO random_draw (org_code, programme_code, drawn_on, units_drawn, officers_in_pool, officers_drawn) VALUES ('bureau', 'plan', '2024-03-01', 2, 3, 4)$$, 'officers drawn are none to all of the pool'),
    ('a draw made public before', $$INSERT INTO random_draw (org_code, programme_code, drawn_on, units_drawn, published_on) VALUES ('bureau', 'plan', '2024-03-01', 2, '2024-02-28')$$, 'random_draw: published_on is not before drawn_on'),
    ('a plan of no visits', $$INSERT INTO inspection_plan (org_code, programme_code, starts_on, ends_on, visits) VALUES ('bureau', 'plan', '2024-01-01', '2025-01-01', 0)$$, 'inspection_plan: some visits are planned'),
    ('a plan that ends before', $$INSERT INTO inspection_plan (org_code, programme_code, starts_on, ends_on, visits) VALUES ('bureau', 'plan', '2024-01-01', '2024-01-01', 1)$$, 'inspection_plan: ends_on is after starts_on'),
    ('a task due before', $$INSERT INTO inspection_task (org_code, programme_code, assigned_on, due_on) VALUES ('bureau', 'plan', '2024-01-02', '2024-01-01')$$, 'inspection_task: due_on is not before assigned_on'),
    ('a complaint that was drawn', $$INSERT INTO inspection_task (org_code, programme_code, assigned_on, origin, random_draw_id) VALUES ('bureau', 'plan', '2024-02-02', 'complaint', 1)$$, 'what is drawn at random is of the plan'),
    ('an inspection of another than its task', $$INSERT INTO inspection (id, programme_code, org_code, subject_id, inspected_on, inspection_task_id) VALUES (77, 'plan', 'bureau', 2, '2024-02-05', 1)$$, 'inspection 77 does not carry out task 1 | Name the task of this unit, or none.'),
    ('an inspection before its task', $$INSERT INTO inspection (id, programme_code, org_code, subject_id, inspected_on, inspection_task_id) VALUES (77, 'plan', 'bureau', 1, '2024-01-31', 1)$$, 'inspection 77 does not carry out task 1 | Name the task of this unit, or none.'),
    ('an ordinary case not filed', $$INSERT INTO enforcement_case (org_code, decided_on) VALUES ('bureau', '2024-03-01')$$, 'only a case of simple procedure, decided, has no filed_on'),
    ('a simple one neither', $$INSERT INTO enforcement_case (org_code, procedure) VALUES ('bureau', 'simple')$$, 'only a case of simple procedure, decided, has no filed_on'),
    ('decided before it is filed', $$INSERT INTO enforcement_case (org_code, filed_on, decided_on) VALUES ('bureau', '2024-03-02', '2024-03-01')$$, 'decided_on, closed_on, collected_on are not before filed_on'),
    ('closed before it is decided on the spot', $$INSERT INTO enforcement_case (org_code, procedure, decided_on, closed_on) VALUES ('bureau', 'simple', '2024-03-02', '2024-03-01')$$, 'what was never filed is closed and collected after decided_on'),
    ('an outcome without a day', $$INSERT INTO enforcement_case (org_code, filed_on, outcome) VALUES ('bureau', '2024-03-02', 'withdrawn')$$, 'a case with an outcome has decided_on'),
    ('a case before its inspection', $$INSERT INTO enforcement_case (id, org_code, filed_on, inspection_id) VALUES (77, 'bureau', '2024-02-04', 1)$$, 'case 77 of 2024-02-04 cannot come from inspection 1, which was later | Correct the one day or the other, or name another inspection.'),
    ('moved before it', $$UPDATE enforcement_case SET inspection_id = 1, filed_on = '2024-02-01' WHERE id = 3$$, 'case 3 of 2024-02-01 cannot come from inspection 1, which was later | Correct the one day or the other, or name another inspection.'),
    ('a procedure that there is not', $$INSERT INTO enforcement_case (org_code, filed_on, procedure) VALUES ('bureau', '2024-03-02', 'quick')$$, 'procedure: simple, ordinary, hearing'),
    ('a case in an area that had ended', $$INSERT INTO enforcement_case (org_code, area_code, procedure, decided_on) VALUES ('bureau', 'OLD', 'simple', '2024-03-02')$$, 'area "OLD" (旧区) was no longer there on 2024-03-02 | Name the one that took its place.'),
    ('a filed one', $$INSERT INTO enforcement_case (org_code, area_code, filed_on) VALUES ('bureau', 'OLD', '2024-03-02')$$, 'area "OLD" (旧区) was no longer there on 2024-03-02 | Name the one that took its place.'),
    ('moved there', $$UPDATE enforcement_case SET area_code = 'OLD' WHERE id = 1$$, 'area "OLD" (旧区) was no longer there on 2024-02-10 | Name the one that took its place.'),
    ('a penalty in a case spared', $$INSERT INTO penalty (id, enforcement_case_id, kind_code) VALUES (77, 2, 'warning')$$, 'case 2 has no penalty: its outcome is first_offence | Correct the outcome of the case first.'),
    ('sparing one with a penalty', $$UPDATE enforcement_case SET outcome = 'no_penalty' WHERE id = 1$$, 'case 1 cannot end as no_penalty: it has a penalty | Withdraw the penalty first: UPDATE penalty SET status = ''withdrawn'', note = ''why''.'),
    ('a kind twice', $$INSERT INTO penalty (id, enforcement_case_id, kind_code) VALUES (77, 1, 'fine')$$, 'penalty: one of a kind for each party of a case'),
    ('a kind twice, the party named', $$INSERT INTO penalty (id, enforcement_case_id, subject_id, kind_code) VALUES (77, 1, 1, 'fine')$$, 'the party of case 1 has penalty fine already | A kind of penalty is one row for each party of a case, with the amount of it all.'),
    ('both in one statement', $$INSERT INTO penalty (id, enforcement_case_id, subject_id, kind_code) VALUES (77, 3, NULL, 'fine'), (78, 3, 3, 'fine')$$, 'the party of case 3 has penalty fine already | A kind of penalty is one row for each party of a case, with the amount of it all.'),
    ('a fine below zero', $$INSERT INTO penalty (enforcement_case_id, kind_code, fine) VALUES (3, 'fine', -1)$$, 'fine is an amount, not negative'),
    ('a fine that is no number', $$INSERT INTO penalty (enforcement_case_id, kind_code, fine) VALUES (3, 'fine', 'NaN')$$, 'fine is an amount, not negative'),
    ('nothing paid', $$INSERT INTO fine_payment (enforcement_case_id, paid_on, amount) VALUES (1, '2024-04-01', 0)$$, 'some amount is paid'),
    ('paid before it is decided', $$INSERT INTO fine_payment (enforcement_case_id, paid_on, amount) VALUES (1, '2024-03-09', 1)$$, 'nothing can be paid on 2024-03-09 for case 1, which was not decided by then | Enter the decision first, or correct the day.'),
    ('paid where nothing is decided', $$INSERT INTO fine_payment (enforcement_case_id, paid_on, amount) VALUES (3, '2024-03-09', 1)$$, 'nothing can be paid on 2024-03-09 for case 3, which was not decided by then | Enter the decision first, or correct the day.'),
    ('lifted before it is decided on', $$INSERT INTO coercive_measure (org_code, kind, decided_on, lifted_on) VALUES ('bureau', 'seal', '2024-03-02', '2024-03-01')$$, 'coercive_measure: deadline and lifted_on not before decided_on'),
    ('no act', $$INSERT INTO administrative_act (org_code, kind, acted_on, quantity) VALUES ('bureau', 'levy', '2024-03-02', 0)$$, 'quantity: one act or more'),
    ('another act without a name', $$INSERT INTO administrative_act (org_code, kind, acted_on, title) VALUES ('bureau', 'other', '2024-03-02', ' ')$$, 'an act of another kind has its name in title'),
    ('decided without outcome', $$INSERT INTO legal_challenge (org_code, kind, filed_on, decided_on) VALUES ('bureau', 'litigation', '2024-03-02', '2024-04-02')$$, 'a challenge has an outcome when it is decided, and not before'),
    ('an outcome without decision', $$INSERT INTO legal_challenge (org_code, kind, filed_on, outcome) VALUES ('bureau', 'litigation', '2024-03-02', 'upheld')$$, 'a challenge has an outcome when it is decided, and not before'),
    ('decided before it is accepted', $$INSERT INTO legal_challenge (org_code, kind, filed_on, accepted_on, decided_on, outcome) VALUES ('bureau', 'litigation', '2024-03-02', '2024-03-10', '2024-03-09', 'upheld')$$, 'a challenge is accepted and decided after it is filed'),
    ('a reconsideration of second instance', $$INSERT INTO legal_challenge (org_code, kind, instance, filed_on) VALUES ('bureau', 'reconsideration', 'second', '2024-03-02')$$, 'a reconsideration is of the first instance'),
    ('supervision of a general hazard', $$INSERT INTO hazard_supervision (hazard_id, level, org_code, listed_on) VALUES (2, 'city', 'bureau', '2024-03-02')$$, 'hazard 2 cannot be under supervision from 2024-03-02 | Only major hazards are put under supervision, once they are found: see hazard.level and found_on.'),
    ('before it is found', $$INSERT INTO hazard_supervision (hazard_id, level, org_code, listed_on) VALUES (1, 'city', 'bureau', '2024-02-04')$$, 'hazard 1 cannot be under supervision from 2024-02-04 | Only major hazards are put under supervision, once they are found: see hazard.level and found_on.'),
    ('granted and refused', $$UPDATE permit SET refused_on = '2024-02-01'$$, 'an application is granted, refused, rejected or withdrawn: one'),
    ('rejected and accepted', $$INSERT INTO permit (org_code, subject_id, kind, applied_on, accepted_on, rejected_on) VALUES ('bureau', 1, 'x', '2024-01-01', '2024-01-02', '2024-01-02')$$, 'what is rejected is not accepted'),
    ('granted before it is accepted', $$INSERT INTO permit (org_code, subject_id, kind, applied_on, accepted_on, issued_on) VALUES ('bureau', 1, 'x', '2024-01-01', '2024-01-05', '2024-01-04')$$, 'what is decided on was accepted before'),
    ('accepted before it is asked for', $$INSERT INTO permit (org_code, subject_id, kind, applied_on, accepted_on) VALUES ('bureau', 1, 'x', '2024-01-02', '2024-01-01')$$, 'no day of a permit is before applied_on'),
    ('revoked without being granted', $$INSERT INTO permit (org_code, subject_id, kind, applied_on, revoked_on) VALUES ('bureau', 1, 'x', '2024-01-01', '2024-02-01')$$, 'only a permit that was granted is revoked or cancelled, or ends'),
    ('cancelled before it is granted', $$UPDATE permit SET cancelled_on = '2024-01-31'$$, 'a permit is revoked or cancelled, or ends, after it is granted');
SELECT alike(public.said(statement), replace(replace(says, '\', '\\'), '_', '\_'), what) FROM refused ORDER BY n;

-- ------------------------------------------------------------------ the same record twice
CREATE TEMP TABLE twice (relation text, columns text, record text);
INSERT INTO twice VALUES
    ('inspection_plan', 'org_code, programme_code, starts_on, ends_on, visits', $$'bureau', 'plan', '2024-01-01', '2025-01-01', 5$$),
    ('random_draw', 'org_code, programme_code, drawn_on, units_drawn', $$'bureau', 'plan', '2024-05-01', 5$$),
    ('random_draw', 'org_code, programme_code, drawn_on, units_drawn, number', $$'bureau', 'plan', '2024-05-01', 5, '抽（２０２４）2号'$$),
    ('inspection_task', 'org_code, programme_code, subject_id, assigned_on', $$'bureau', 'plan', 7, '2024-05-01'$$),
    ('inspection_task', 'org_code, programme_code, assigned_on, number', $$'bureau', 'plan', '2024-05-01', 't-1'$$),
    ('fine_payment', 'enforcement_case_id, paid_on, amount', $$1, '2024-05-01', 50$$),
    ('fine_payment', 'enforcement_case_id, paid_on, amount, number', $$1, '2024-05-01', 50, 'r1'$$),
    ('coercive_measure', 'org_code, kind, subject_id, decided_on', $$'bureau', 'seize', 1, '2024-05-01'$$),
    ('coercive_measure', 'org_code, kind, decided_on, number', $$'bureau', 'seize', '2024-05-01', '扣[2024]1号'$$),
    ('administrative_act', 'org_code, kind, acted_on', $$'bureau', 'levy', '2024-05-01'$$),
    ('administrative_act', 'org_code, kind, acted_on, number', $$'bureau', 'levy', '2024-05-01', '征1'$$),
    ('legal_challenge', 'org_code, kind, subject_id, filed_on', $$'bureau', 'litigation', 1, '2024-05-01'$$),
    ('legal_challenge', 'org_code, kind, filed_on, number', $$'bureau', 'litigation', '2024-05-01', '行初1号'$$),
    ('hazard_supervision', 'hazard_id, level, org_code, listed_on', $$1, 'city', 'bureau', '2024-05-01'$$),
    ('hazard_supervision', 'hazard_id, level, org_code, listed_on, number', $$1, 'province', 'bureau', '2024-05-01', '督1'$$),
    ('permit', 'org_code, subject_id, kind, applied_on, number', $$'bureau', 2, 'x', '2024-05-01', '证2'$$),
    ('supervised_unit', 'org_code, subject_id, listed_on', $$'bureau', 9, '2024-05-01'$$);
SELECT is(public.said(format('INSERT INTO %I (%s) VALUES (%s)', relation, columns, record)), 'taken', format('%s (%s): once', relation, columns)) FROM twice;
SELECT alike(public.said(format('INSERT INTO %I (%s) VALUES (%s)', relation, columns, record)), relation || ': %', 'not twice, and the rule says so: ' || relation) FROM twice;
SELECT is(public.said(format('INSERT INTO %I (%s, status) VALUES (%s, ''duplicate'')', relation, columns, record)), 'taken', 'a duplicate that is marked: ' || relation) FROM twice;
SELECT results_eq('SELECT number FROM random_draw WHERE number ~ ''2号'' AND status = ''valid''', $$VALUES ('抽〔2024〕2号')$$, 'E8: numbers in their one form');
-- a hazard again, after its supervision was lifted
UPDATE hazard_supervision SET lifted_on = '2024-06-01' WHERE level = 'city' AND status = 'valid';
SELECT is(public.said($$INSERT INTO hazard_supervision (hazard_id, level, org_code, listed_on) VALUES (1, 'city', 'bureau', '2024-06-01')$$), 'hazard_supervision: a hazard once at a time at each level', 'on the day it was lifted it was still there');
SELECT is(public.said($$INSERT INTO hazard_supervision (hazard_id, level, org_code, listed_on) VALUES (1, 'city', 'bureau', '2024-06-02')$$), 'taken', 'after it, again');
SELECT is(public.said($$INSERT INTO supervised_unit (subject_id, org_code, listed_on, is_key) VALUES (1, 'bureau', '2024-07-01', true)$$), 'taken', 'a unit that becomes a key unit: the next row');

-- nor by a change of the other of the two
UPDATE enforcement_case SET inspection_id = 1 WHERE id = 1;
SELECT is(public.said($$UPDATE inspection SET inspected_on = '2024-02-11' WHERE id = 1$$), 'inspection 1 cannot be of 2024-02-11: case 1, which came from it, is of before | Correct the one day or the other.', 'an inspection moved behind its case');
SELECT is(public.said($$UPDATE inspection SET inspected_on = '2024-02-10' WHERE id = 1$$), 'taken', 'on its day it may be');
SELECT is(public.said($$UPDATE enforcement_case SET decided_on = '2024-05-02' WHERE id = 1$$), 'case 1 cannot be decided on 2024-05-02: something was paid before | Correct the one day or the other.', 'a decision moved behind a payment');
SELECT is(public.said($$UPDATE enforcement_case SET decided_on = NULL WHERE id = 1$$), 'case 1 cannot be decided on no day: something was paid before | Correct the one day or the other.', 'nor taken back');
SELECT is(public.said($$UPDATE hazard SET level = 'general' WHERE id = 1$$), 'hazard 1 cannot be general, found on 2024-02-05: it is under supervision | Withdraw the supervision first: UPDATE hazard_supervision SET status = ''withdrawn'', note = ''why''.', 'a hazard under supervision stays a major one');
UPDATE inspection SET inspected_on = '2024-02-05' WHERE id = 1;

-- ------------------------------------------------------------------ what is derived
INSERT INTO penalty (id, enforcement_case_id, subject_id, kind_code, fine) VALUES (2, 1, NULL, 'shutdown', 0), (3, 1, 101, 'fine', 40), (4, 1, 102, 'warning', 0), (5, 1, 102, 'fine', 10);
INSERT INTO penalty (id, enforcement_case_id, subject_id, kind_code, fine, status) VALUES (6, 1, 103, 'detention', 0, 'withdrawn');
SELECT results_eq('SELECT heaviest, fine, parties, unit_and_person, paid, outcome, days FROM case_fact WHERE id = 1', $$VALUES ('shutdown', 150.00, 3, true, 100.00, 'penalty', 29)$$, 'a case of three parties');
SELECT results_eq('SELECT id::int, subject_id::int, party_kind, heaviest_of_party FROM penalty_fact WHERE enforcement_case_id = 1 AND status = ''valid'' ORDER BY id',
    $$VALUES (1, 1, 'unit', false), (2, 1, 'unit', true), (3, 101, 'person', true), (4, 102, 'person', false), (5, 102, 'person', true)$$, 'each party counts once, under its heaviest');
SELECT is((SELECT sum(fine) FROM penalty_fact WHERE status = 'valid'), (SELECT sum(fine) FROM case_fact WHERE status = 'valid'), 'amounts by penalty and by case');
SELECT results_eq('SELECT outcome, heaviest, parties FROM case_fact WHERE id IN (2, 3) ORDER BY id', $$VALUES ('first_offence', NULL, 0), (NULL, NULL, 0)$$, 'spared, and not decided');
UPDATE enforcement_case SET inspection_id = 1 WHERE id IN (1, 3);
INSERT INTO inspection (id, programme_code, org_code, subject_id, inspected_on, inspection_task_id) VALUES (2, 'plan', 'street', 1, '2024-07-01', 1), (3, 'plan', 'bureau', 1, '2024-06-30', NULL), (4, 'plan', 'bureau', 5, '2024-06-30', 2);
SELECT results_eq('SELECT id::int, org_kind, origin, triggered, drawn, supervised, is_key, led_to_penalty FROM inspection_fact WHERE id < 5 ORDER BY id',
    $$VALUES (1, 'bureau', NULL, NULL::boolean, false, true, false, true), (2, 'delegate', 'plan', false, false, true, true, false), (3, 'bureau', NULL, NULL, false, true, false, false), (4, 'bureau', 'plan', false, false, false, false, false)$$,
    'an inspection: its task, the register on its day, what came of it');
SELECT results_eq('SELECT id::int, inspected_on FROM inspection_task_fact WHERE id < 3 ORDER BY id', $$VALUES (1, date '2024-07-01'), (2, '2024-06-30')$$, 'tasks carried out');
SELECT results_eq('SELECT level, days, late, subject_id::int, area_code FROM hazard_supervision_fact WHERE lifted_on IS NOT NULL', $$VALUES ('city', 31, false, 1, 'B')$$, 'a supervision lifted');
UPDATE hazard SET status = 'withdrawn', note = 'x' WHERE id = 1;
SELECT is((SELECT count(*) FROM hazard_supervision_fact WHERE status = 'valid'), 0::bigint, 'with its hazard it counts no longer');
UPDATE hazard SET status = 'valid' WHERE id = 1;
UPDATE permit SET accepted_on = '2024-01-08', valid_to = '2027-02-01', revoked_on = '2024-06-01' WHERE id = 1;
SELECT results_eq('SELECT outcome, decided_on, days, ended_on, area_code FROM permit_fact WHERE id = 1', $$VALUES ('granted', date '2024-02-01', 24, date '2024-06-01', 'B')$$, 'a permit revoked');
SELECT results_eq('SELECT DISTINCT outcome FROM permit_fact WHERE id <> 1', 'VALUES (NULL::text)', 'one that is pending');
INSERT INTO legal_challenge (org_code, kind, filed_on, decided_on, outcome, number) SELECT 'bureau', 'reconsideration', '2024-03-01', '2024-04-01', o, 'n' || o
  FROM unnest('{upheld,dismissed,revoked,changed,unlawful,ordered,withdrawn,mediated,other}'::text[]) AS o;
SELECT set_eq('SELECT outcome FROM legal_challenge_fact WHERE lost', $$VALUES ('revoked'), ('changed'), ('unlawful'), ('ordered')$$, 'what is lost');
SELECT is((SELECT pending FROM ledger_report.case_by_month ORDER BY period_start DESC LIMIT 1), 3, 'pending cases');
INSERT INTO enforcement_case (id, org_code, procedure, decided_on, closed_on) VALUES (10, 'street', 'simple', '2024-03-20', '2024-03-21');
SELECT results_eq('SELECT pending, decided FROM ledger_report.case_by_month WHERE period_start = ''2024-03-01''', 'VALUES (3, 3)', 'one that was never filed is decided, and was never pending');

-- ------------------------------------------------------------------ what changed between two moments
-- every source has its twin and says which of its rows a change of any of its tables may have touched
CREATE FUNCTION public.missed(source text, change text, before timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format($f$
        SELECT format('%%s of %1$s after %%s', coalesce(a.id, b.id), %2$L)
          FROM ledger.%3$I($1) AS a FULL JOIN ledger.%3$I($2) AS b ON b.id = a.id
         WHERE (to_jsonb(a) - 'known_from') IS DISTINCT FROM (to_jsonb(b) - 'known_from') AND NOT EXISTS (SELECT FROM ledger.%4$I($1, $2) AS x WHERE x = coalesce(a.id, b.id)::text)
        UNION ALL SELECT '%1$s is not its twin' WHERE EXISTS (SELECT to_jsonb(t) FROM ledger.%1$I AS t EXCEPT SELECT to_jsonb(t) FROM ledger.%3$I($2) AS t)$f$,
        source, change, source || '_as_of', source || '_changed') USING before, clock_timestamp();
END
$$;
CREATE TEMP TABLE change (statement text);
INSERT INTO change VALUES
    ($$INSERT INTO ledger.enforcement_case (id, org_code, inspection_id, filed_on, decided_on) VALUES (11, 'bureau', 3, '2024-07-05', '2024-08-01')$$), ($$INSERT INTO ledger.penalty (id, enforcement_case_id, kind_code) VALUES (80, 11, 'warning')$$),
    ($$UPDATE ledger.penalty SET status = 'withdrawn', note = 'x' WHERE id = 80$$),
    ($$UPDATE ledger.enforcement_case SET filed_on = filed_on - 1, origin = 'complaint' WHERE id = 1$$), ($$UPDATE ledger.enforcement_case SET inspection_id = 5 WHERE id = 1$$), ($$UPDATE ledger.enforcement_case SET subject_id = 4 WHERE id = 1$$),
    ($$UPDATE ledger.enforcement_case SET status = 'withdrawn', note = 'x' WHERE id = 1$$), ($$UPDATE ledger.enforcement_case SET status = 'valid', decided_on = '2024-03-12' WHERE id = 1$$),
    ($$UPDATE ledger.penalty SET status = 'withdrawn', note = 'x' WHERE id = 2$$), ($$UPDATE ledger.penalty SET fine = 41 WHERE id = 3$$), ($$INSERT INTO ledger.penalty (id, enforcement_case_id, subject_id, kind_code) VALUES (79, 1, 101, 'detention')$$),
    ($$UPDATE ledger.penalty_kind SET weight = 20 WHERE code = 'warning'$$), ($$UPDATE ledger.fine_payment SET amount = 55 WHERE number IS NULL AND status = 'valid'$$), ($$UPDATE ledger.fine_payment SET enforcement_case_id = 10, paid_on = '2024-06-02' WHERE number = 'R1' AND status = 'valid'$$),
    ($$UPDATE ledger.subject SET area_code = 'A' WHERE id = 1$$), ($$UPDATE ledger.subject SET kind = 'unit', person_key = NULL WHERE id = 102$$),
    ($$UPDATE ledger.organisation SET kind = 'department' WHERE code = 'bureau'$$), ($$UPDATE ledger.organisation SET kind = 'area_body' WHERE code = 'street'$$),
    ($$UPDATE ledger.supervised_unit SET is_key = NOT is_key$$), ($$UPDATE ledger.supervised_unit SET removed_on = '2024-06-01' WHERE removed_on = '2024-07-01'$$), ($$INSERT INTO ledger.supervised_unit (subject_id, org_code, listed_on) VALUES (5, 'bureau', '2024-01-01')$$),
    ($$UPDATE ledger.inspection_task SET origin = 'assigned' WHERE id = 1$$), ($$UPDATE ledger.inspection_task SET random_draw_id = 1 WHERE id = 2$$), ($$UPDATE ledger.inspection SET inspection_task_id = NULL WHERE id = 4$$), ($$UPDATE ledger.inspection SET inspected_on = '2024-07-03', area_code = 'A' WHERE id = 2$$),
    ($$UPDATE ledger.hazard SET inspection_id = 1 WHERE id = 1$$), ($$UPDATE ledger.inspection SET area_code = 'B', org_code = 'street' WHERE id = 1$$), ($$UPDATE ledger.hazard SET rectified_on = '2024-08-01' WHERE id = 1$$), ($$UPDATE ledger.hazard SET status = 'withdrawn', note = 'x' WHERE id = 1$$),
    ($$UPDATE ledger.hazard_supervision SET deadline = '2024-05-02' WHERE status = 'valid' AND lifted_on IS NOT NULL$$), ($$UPDATE ledger.permit SET cancelled_on = '2024-05-01' WHERE id = 1$$), ($$UPDATE ledger.coercive_measure SET lifted_on = '2024-06-01'$$),
    ($$UPDATE ledger.legal_challenge SET outcome = 'changed' WHERE outcome = 'upheld'$$);
CREATE TEMP TABLE source AS SELECT name FROM emgov.ledger_part WHERE kind IN ('source', 'live') AND name IN ('case_fact', 'penalty_fact', 'fine_payment_fact', 'inspection_fact', 'inspection_task_fact', 'hazard_fact',
    'hazard_supervision_fact', 'permit_fact', 'coercive_measure_fact', 'legal_challenge_fact');
SELECT is((SELECT count(*) FROM source), 10::bigint, 'sources');
-- each change is a transaction of its own, and looked at in all of them
CREATE TEMP TABLE moment (before timestamptz);
SELECT format('DELETE FROM moment; INSERT INTO moment VALUES (clock_timestamp()); SELECT NULL FROM pg_sleep(0.002) WHERE false; %s; SELECT is_empty(%L, %L)', statement,
    format('SELECT m FROM source CROSS JOIN LATERAL public.missed(name, %L, (SELECT before FROM moment)) AS m', statement), 'changed: ' || regexp_replace(statement, '^.*?ledger.', '')) FROM change
\gexec
SELECT cmp_ok((SELECT count(*) FROM ledger_store.enforcement_case_history), '>=', 5::bigint, 'the changes were made');

-- ------------------------------------------------------------------ by area, coverage, rights
CALL load_pack('enforcement-bulletin');
CALL load_pack('administrative-table');
SELECT is_empty($$SELECT code, reason FROM figures(year(2024)) WHERE state = 'failed'$$, 'every shipped figure can be computed');
SELECT results_eq($$SELECT DISTINCT state FROM figures(year(2022), codes => ARRAY(SELECT code FROM indicator WHERE kind NOT IN ('stock', 'ratio')))$$, $$VALUES ('no_data')$$, 'E1: of a year that nobody entered, none');
CALL entered(ARRAY['supervised_unit', 'inspection', 'inspection_task', 'hazard', 'hazard_supervision', 'enforcement_case', 'fine_payment', 'coercive_measure', 'administrative_act', 'legal_challenge', 'permit', 'inspection_plan'],
    since => '2023-01-01', through => '2024-12-31');
SELECT is_empty($$SELECT code, state FROM figures(year(2024)) WHERE state IN ('no_data', 'part_period') OR coverage = 'undeclared'$$, 'declared, all of them are known');
SELECT is_empty($$SELECT t.code FROM figures(year(2024), by => 'area') AS t JOIN indicator AS i USING (code)
                   WHERE i.kind IN ('count', 'sum') GROUP BY t.code HAVING sum(t.value) FILTER (WHERE t.member IS NOT NULL) <> max(t.value) FILTER (WHERE t.member IS NULL)$$, 'the areas make up the total');
SELECT is_empty($$SELECT DISTINCT i.source FROM figures(year(2024), by => 'area') AS t JOIN indicator AS i USING (code) WHERE t.state = 'failed'$$, 'all of them by area');
-- dimensions: what a column allows, and nothing else
SELECT is_empty($$
    WITH used AS (
        SELECT v.dimension, unnest(a.allowed) AS code
          FROM (VALUES ('body', 'organisation', 'kind'), ('origin', 'inspection_task', 'origin'), ('origin', 'enforcement_case', 'origin'), ('procedure', 'enforcement_case', 'procedure'), ('case_outcome', 'enforcement_case', 'outcome'),
                       ('hazard_level', 'hazard', 'level'), ('coercion', 'coercive_measure', 'kind'), ('act', 'administrative_act', 'kind'), ('challenge_outcome', 'legal_challenge', 'outcome')) AS v (dimension, relation, column_name)
          JOIN LATERAL emgov.allowed_values(format('ledger.%I', v.relation)::regclass) AS a ON a.column_name = v.column_name)
    SELECT coalesce(u.dimension, m.dimension), coalesce(u.code, m.code)
      FROM (SELECT DISTINCT * FROM used) AS u
      FULL JOIN (SELECT dimension, code FROM dimension_member WHERE dimension IN (SELECT dimension FROM used)) AS m ON (m.dimension, m.code) = (u.dimension, u.code)
     WHERE u.code IS NULL OR m.code IS NULL$$, 'the members of a dimension are the values that its column allows');
SELECT results_eq($$SELECT count(DISTINCT dimension) FROM dimension_member WHERE name_en IS NOT NULL AND dimension IN ('body', 'origin', 'procedure', 'case_outcome', 'hazard_level', 'coercion', 'act', 'challenge_outcome', 'permit_outcome')$$, 'VALUES (9::bigint)', 'nine of them');
-- each of them, over all figures whose source has it, makes up the total
SELECT is_empty(format($q$SELECT t.code FROM figures(year(2024), by => %L) AS t JOIN indicator AS i USING (code) WHERE i.kind IN ('count', 'sum') AND t.state <> 'failed'
    GROUP BY t.code HAVING sum(t.value) FILTER (WHERE t.member IS NOT NULL) <> max(t.value) FILTER (WHERE t.member IS NULL)$q$, d), d || ' makes up the total')
  FROM unnest('{body,origin,procedure,case_outcome,hazard_level,coercion,act,permit_outcome,challenge_outcome,penalty_kind,organisation,category,month}'::text[]) AS d;
SELECT isnt_empty(format($q$SELECT FROM figures(year(2024), by => %L) AS t WHERE t.state <> 'failed' AND t.member <> '' AND t.value > 0$q$, d), 'and has members: ' || d)
  FROM unnest('{body,origin,procedure,case_outcome,hazard_level,coercion,act,permit_outcome,challenge_outcome,penalty_kind,organisation,month}'::text[]) AS d;
SELECT is_empty($$SELECT code FROM emgov.shipped_pack AS p, jsonb_to_recordset(p.document->'tables'->'indicator') AS i (code text, name_zh text, name_en text, definition_zh text, definition_en text)
                   WHERE p.name IN ('enforcement-bulletin', 'administrative-table') AND num_nulls(name_zh, name_en, definition_zh, definition_en) > 0$$, 'in both languages');
-- what is not inlined is computed record by record
\i tests/plan_of.sql
CREATE TEMP TABLE unit AS SELECT p.oid::regprocedure AS unit, p.oid::regproc::text AS call, u.relation FROM pg_proc p CROSS JOIN LATERAL emgov_internal.unit(p.oid) AS u
 WHERE p.pronamespace = 'ledger_store'::regnamespace AND u.relation IS NOT NULL;
SELECT is((SELECT string_agg(unit::text, ', ') FROM unit WHERE public.plan_of(format('SELECT count(*) FILTER (WHERE %s(s) IS NOT NULL) FROM %s AS s', call, relation), 'VERBOSE, COSTS off') ~ 'ledger_store\."'), NULL, 'units over all of them are inlined');
SELECT is((SELECT string_agg(unit::text, ', ') FROM unit WHERE public.plan_of(format('SELECT count(*) FILTER (WHERE %s(s) IS NOT NULL) FROM %s AS s', call, emgov_internal.source_as_of(relation, true, 'now()')), 'VERBOSE, COSTS off') ~ 'ledger_store\."'),
    NULL, 'as of a moment, too');
CREATE ROLE enforcement_reader;
CREATE ROLE enforcement_analyst;
CALL grant_reader('enforcement_reader');
CALL grant_analyst('enforcement_analyst');
SELECT is_empty($$SELECT t FROM unnest('{supervised_unit,inspection_plan,random_draw,inspection_task,fine_payment,coercive_measure,administrative_act,legal_challenge,hazard_supervision}'::text[]) AS t
                   WHERE has_table_privilege('enforcement_reader', 'ledger.' || t, 'SELECT') OR NOT has_table_privilege('enforcement_analyst', 'ledger.' || t, 'SELECT')
                      OR has_table_privilege('enforcement_analyst', 'ledger.' || t, 'INSERT, UPDATE, DELETE')
                      OR emgov_internal.history_of(('ledger.' || t)::regclass) IS NULL$$, 'readers read none of the records, analysts all, neither writes; all are kept');
SET ROLE enforcement_analyst;
SELECT is_empty($$SELECT code FROM figures(year(2024)) WHERE state = 'failed'$$, 'an analyst asks for figures');
SELECT is(public.said('DELETE FROM ledger.coercive_measure'), 'permission denied for table coercive_measure', 'and deletes nothing');
RESET ROLE;
SELECT alike(public.said('DELETE FROM ledger.coercive_measure'), 'delete on "ledger.coercive_measure" is refused%', 'nor does the owner');
SELECT * FROM finish();
