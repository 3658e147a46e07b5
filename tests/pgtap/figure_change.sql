-- The view of published figures against those of now computes only what may have changed: whatever is written after a
-- publication, it says what figures() says.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SET jit = off;
\ir ../ledger/owner.sql
GRANT CREATE ON SCHEMA public TO ledger_owner;
SET ROLE ledger_owner;
\ir ../ledger/whole_year.sql
-- a source that keeps no versions, one that says more than its tables, what members send, a base published elsewhere, a fixed base that may not be over
CREATE TABLE ledger.loose (id int, on_day date);
INSERT INTO loose VALUES (1, '2024-03-01');
CREATE VIEW ledger.own AS SELECT id, held_on FROM meeting;
CREATE FUNCTION ledger.own_as_of(timestamptz) RETURNS SETOF ledger.own LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, held_on FROM ledger.meeting_as_of($1); END;
INSERT INTO indicator (code, section, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
VALUES ('LOOSE', 2, 'x', 'count', 'loose', 'on_day', 'city', 'period', '件', 'x'), ('OWN', 2, 'x', 'count', 'own', 'held_on', 'city', 'period', '件', 'x');
INSERT INTO indicator (code, section, name_zh, kind, scope, cutoff, unit, definition_zh) VALUES ('SENT', 2, 'x', 'reported', 'city', 'period', '件', 'x');
INSERT INTO indicator (code, section, name_zh, kind, of_codes, scope, cutoff, unit, definition_zh) VALUES ('SUM', 2, 'x', 'total', '{F028,F010}', 'city', 'period', '件', 'x');
CALL entered('{loose,own}', '2024-12-31', since => '2022-01-01');
CALL pg_temp.whole_report('报告');
CALL publish('报告', year(2024), allow_gaps => true);
CALL publish('报告', month(2024, 5), allow_gaps => true);
SELECT max(as_of) AS as_of FROM publication \gset
SELECT * FROM no_plan();

CREATE VIEW public.told AS SELECT r.publication, r.code, r.name_zh, r.starts_on, r.ends_on, r.comparator, r.dimension, r.member, r.member2, r.what, r.difference, r.reason, r.reason_zh, r.records,
                                  r.phrase, r.phrase_now FROM emgov_internal.report_figure_change_reason('ledger', NULL) AS r;
CREATE VIEW public.reasons AS SELECT p.id AS publication, r.code, r.name_zh, r.starts_on, r.ends_on, r.comparator, r.dimension, r.member, r.member2, r.what, r.difference, r.reason,
                                     r.reason_zh, r.records, r.phrase, r.phrase_now FROM publication AS p CROSS JOIN LATERAL restatement(p.id) AS r;
CREATE FUNCTION public.otherwise() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT c.code || ' ' || c.starts_on FROM emgov_internal.report_figure_change('ledger', NULL) AS c
      LEFT JOIN (SELECT f.* FROM ledger.figures(emgov.year(2024)) AS f UNION ALL SELECT f.* FROM ledger.figures(emgov.month(2024, 5)) AS f) AS n
        ON n.code = c.code AND n.starts_on = c.starts_on AND n.ends_on = c.ends_on
     WHERE (c.value_now, c.base_now, c.state_now, c.version_now) IS DISTINCT FROM (n.value, n.base, n.state, n.definition_version)
    UNION ALL
    -- and the reasons are those of all figures
    (SELECT 'told ' || r.* FROM public.told AS r EXCEPT ALL SELECT 'told ' || r.* FROM public.reasons AS r)
    UNION ALL
    (SELECT 'not told ' || r.* FROM public.reasons AS r EXCEPT ALL SELECT 'not told ' || r.* FROM public.told AS r)
$$;
SELECT isnt_empty($$SELECT * FROM emgov_internal.report_figure_change('ledger', NULL)$$, 'there are figures');
SELECT is_empty('SELECT * FROM public.otherwise()', 'nothing was written');
SELECT set_eq(format('SELECT unnest(emgov_internal.changed_codes(''ledger'', %L))', :'as_of'), '{LOOSE,OWN,SENT}'::text[], 'what cannot be told to have stayed as it was is computed, and nothing else');

-- one thing after another
UPDATE accident SET status = 'withdrawn', note = 'x' WHERE id IN (SELECT id FROM accident WHERE occurred_on BETWEEN '2024-01-01' AND '2024-12-31' AND status = 'valid' ORDER BY id LIMIT 2);
SELECT is_empty('SELECT * FROM public.otherwise()', 'a record was withdrawn');
SELECT ok('{F028,SUM,LOOSE}' <@ changed AND NOT 'F063' = ANY (changed), 'its source is computed, and what is made of that; others are not') FROM emgov_internal.changed_codes('ledger', :'as_of') AS changed;
INSERT INTO loose VALUES (2, '2024-05-01');
SELECT is_empty('SELECT * FROM public.otherwise()', 'in a table that keeps no versions');
INSERT INTO meeting (id, org_code, topic, held_on) VALUES (1000, 'bureau', 'safety', '2024-05-04');
SELECT is_empty('SELECT * FROM public.otherwise()', 'behind a view of one''s own');
INSERT INTO reported (indicator, member, starts_on, ends_on, value)
SELECT 'SENT', a.code, m::date, (m + interval '1 month')::date, 5 FROM area AS a, generate_series(timestamp '2023-01-01', '2024-12-01', interval '1 month') AS m WHERE a.is_block;
SELECT is_empty('SELECT * FROM public.otherwise()', 'members sent something');
INSERT INTO base_value (starts_on, ends_on, published_on, indicator, value, source) VALUES ('2023-01-01', '2024-01-01', '2024-02-01', 'F063', 77, 'x');
SELECT is_empty('SELECT * FROM public.otherwise()', 'a base was published elsewhere');
UPDATE indicator SET filter = format('(%s) AND false', filter) WHERE code = 'F051';
UPDATE indicator SET active = false WHERE code = 'F014';
SELECT is_empty('SELECT * FROM public.otherwise()', 'a definition was changed, another retired');
SELECT ok('{SENT,F063,F051}' <@ changed AND NOT 'F097' = ANY (changed), 'these are computed, others are not') FROM emgov_internal.changed_codes('ledger', :'as_of') AS changed;
UPDATE coverage_declaration SET through = '2024-06-30' WHERE source = 'legislation';
SELECT is_empty('SELECT * FROM public.otherwise()', 'what is covered was taken back');
SELECT is(emgov_internal.changed_codes('ledger', :'as_of'), NULL, 'that concerns all');
SELECT isnt_empty('SELECT * FROM public.told', 'there were reasons');
SELECT * FROM finish();
