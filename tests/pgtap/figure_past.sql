-- Figures as of a moment are what they were then, whatever became of the records since: of live facts most are read as they lie in
-- their tables, and only what has changed from the histories.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
SELECT no_plan();
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
\ir ../ledger/entered.sql
CREATE TEMP TABLE live AS SELECT name FROM emgov.ledger_part WHERE kind = 'live' AND name NOT LIKE '@store@%';
-- the tables that they are made of
CREATE TEMP TABLE part AS
    SELECT DISTINCT r::regclass AS relation FROM live AS l CROSS JOIN LATERAL unnest(emgov_internal.relations_behind(ARRAY[to_regclass('ledger.' || l.name)])) AS r
     WHERE emgov_internal.history_of(r) IS NOT NULL;
SELECT ok((SELECT count(*) > 15 FROM part), 'tables that live facts are made of');
SELECT is(emgov_internal.few_changed('ledger.letter', 9) ~ 'ledger.letter_versions', true, 'a table is asked for its own versions');
CREATE VIEW mine AS SELECT * FROM letter;
SELECT is(emgov_internal.few_changed('ledger.mine', 9), NULL, 'and a view for none that does not say what has changed');
SELECT is_empty($$SELECT name FROM live WHERE emgov_internal.few_changed(('ledger.' || name)::regclass, 9) IS NULL$$, 'each live fact says what has changed');

CREATE FUNCTION pg_temp.said(as_of timestamptz) RETURNS TABLE (code text, starts_on date, member text, value numeric, numerator numeric, denominator numeric, record_count bigint, reason text)
LANGUAGE sql AS $$
    SELECT f.code, f.starts_on, f.member, f.value, f.numerator, f.denominator, f.record_count, f.reason FROM figures(year(2024), as_of, by => 'area') AS f
    UNION ALL SELECT f.code, f.starts_on, NULL, f.value, f.numerator, f.denominator, f.record_count, f.reason FROM figure_series(NULL, year(2023), 'quarter', as_of) AS f
$$;
CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT pg_sleep(0.001); SELECT clock_timestamp() $$;
-- as of a moment at which nothing has changed yet, as it is now, and with all from the histories, as it is where records are counted over for a checksum
SELECT pg_temp.now() AS moment \gset
CREATE TEMP TABLE was AS SELECT * FROM pg_temp.said(NULL);
SELECT ok((SELECT count(*) > 500 AND count(*) FILTER (WHERE value > 0) > 100 FROM was), 'figures');
SELECT set_eq(format('SELECT * FROM pg_temp.said(%L)', :'moment'), 'TABLE was', 'as of just now they are what they are');
SELECT is_empty(format($$SELECT (f.figure).code FROM emgov_internal.figures('ledger', emgov_internal.figure_requests('ledger', NULL, NULL, ARRAY[year(2024)], %1$L), %1$L, with_checksum => true) AS f
    WHERE NOT EXISTS (SELECT FROM was AS w WHERE (w.code, w.starts_on) = ((f.figure).code, (f.figure).starts_on) AND w.member IS NULL
                         AND (w.value, w.record_count) IS NOT DISTINCT FROM ((f.figure).value, (f.figure).record_count))$$, :'moment'), 'as from the histories');

-- that the fact's table is read for what has not changed is seen with a row of it made false
BEGIN;
UPDATE accident SET note = 'x' WHERE id = (SELECT max(id) FROM accident);
SET LOCAL session_replication_role = replica;
SELECT numerator AS deaths FROM figures(year(2024), :'moment', codes => '{F030}') \gset
UPDATE ledger_store.accident_fact SET deaths = deaths + 1000
 WHERE id = (SELECT min(id) FROM accident_fact WHERE occurred_on BETWEEN '2024-02-01' AND '2024-11-01' AND status = 'valid' AND id::text <> ALL (emgov_internal.changed_keys('ledger.accident_fact', :'moment', 'infinity')));
SELECT is((SELECT numerator FROM figures(year(2024), :'moment', codes => '{F030}')), :deaths + 1000::numeric, 'what has not changed is read as it lies');
ROLLBACK;

-- One change after the other, of each column that may be changed, of some records of each table, and new ones. What is refused is not changed.
CREATE PROCEDURE pg_temp.change(INOUT done int DEFAULT 0) LANGUAGE plpgsql AS $$
DECLARE
    c record;
    k text;
BEGIN
    FOR c IN SELECT p.relation, coalesce(emgov_internal.key_column(p.relation), (SELECT f.attname FROM pg_attribute AS f WHERE f.attrelid = p.relation AND f.attnum = 1)) AS key, a.attname, a.atttypid::regtype AS type, count(*) OVER (ORDER BY p.relation::text, a.attname) AS n
               FROM part AS p JOIN pg_attribute AS a ON a.attrelid = p.relation AND a.attnum > 0 AND NOT a.attisdropped
              WHERE a.attname NOT IN ('id', 'known_from', 'note') AND a.attidentity = '' ORDER BY 1, 3 LOOP
        FOR k IN EXECUTE format('SELECT %1$I::text FROM %2$s ORDER BY hashtext(%1$I::text || %3$L) LIMIT 3', c.key, c.relation, c.attname) LOOP
            BEGIN
                EXECUTE format('UPDATE %1$s AS t SET %2$I = %3$s%5$s WHERE %4$I::text = $1', c.relation, c.attname,
                    CASE WHEN c.attname = 'status' THEN '''withdrawn''' WHEN c.type = 'date'::regtype THEN format('%I + 40', c.attname) WHEN c.type = 'boolean'::regtype THEN format('NOT %I', c.attname)
                         WHEN c.type IN ('int'::regtype, 'bigint'::regtype, 'numeric'::regtype) AND c.attname !~ '_id$' THEN format('%I + 1', c.attname)
                         -- what another record has
                         ELSE format('(SELECT x.%1$I FROM %2$s AS x WHERE x.%1$I <> t.%1$I ORDER BY x.%3$I LIMIT 1)', c.attname, c.relation, c.key) END,
                    c.key, CASE WHEN EXISTS (SELECT FROM pg_attribute AS n WHERE n.attrelid = c.relation AND n.attname = 'note') THEN ', note = ''x''' ELSE '' END) USING k;
                done := done + 1;
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
        END LOOP;
        -- each a transaction: known from a moment of its own
        COMMIT;
    END LOOP;
    INSERT INTO accident (occurred_on, area_code, category_code) SELECT '2024-05-01', '320402', 'road' FROM generate_series(1, 3);
    INSERT INTO casualty (accident_id, outcome, outcome_on) SELECT max(id), 'dead', '2024-05-02' FROM accident;
    COMMIT;
END
$$;
CALL pg_temp.change() \gset
SELECT ok(:done > 300, 'changes');
SELECT isnt_empty('SELECT * FROM pg_temp.said(NULL) EXCEPT TABLE was', 'after them figures are others');
SELECT set_eq(format('SELECT * FROM pg_temp.said(%L)', :'moment'), 'TABLE was', 'and as of the moment what they were');
-- no record is missed: of those that are read as they are, each is what it was
CREATE FUNCTION pg_temp.missed(fact text, moment timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format($f$SELECT '%1$s ' || coalesce(a.id, b.id) FROM ledger.%1$I AS a FULL JOIN ledger.%2$I($1) AS b ON b.id = a.id
         WHERE to_jsonb(a) IS DISTINCT FROM to_jsonb(b) AND coalesce(a.id, b.id)::text <> ALL (emgov_internal.changed_keys('ledger.%1$I', $1, 'infinity'))$f$, fact, fact || '_as_of') USING moment;
END
$$;
SELECT is_empty(format('SELECT m FROM live AS l CROSS JOIN LATERAL pg_temp.missed(l.name, %L) AS m', :'moment'), 'none is missed among those that have changed');
SELECT ok((SELECT count(*) > 5 FROM live WHERE emgov_internal.changed_keys(('ledger.' || name)::regclass, :'moment', 'infinity') <> '{}'), 'of most facts some have');

-- more changes than are looked at one by one
INSERT INTO accident (occurred_on, area_code, category_code) SELECT '2024-06-01', '320402', 'road' FROM generate_series(1, 10100);
SELECT set_eq(format('SELECT * FROM pg_temp.said(%L)', :'moment'), 'TABLE was', 'and after very many changes');
SELECT pg_temp.now() AS moment \gset
SELECT is((SELECT numerator FROM figures(year(2024), :'moment', codes => '{F028}')), (SELECT numerator FROM figures(year(2024), codes => '{F028}')), 'as of after them');
SELECT * FROM finish();
