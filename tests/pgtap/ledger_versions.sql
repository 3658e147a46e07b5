-- Every version is kept: what was known at any moment is what a log of everything that
-- was done says it was; also with several transactions at once, and across publications.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION dblink;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
CREATE TABLE public.own (a int, b text, n int, PRIMARY KEY (a, b));
CALL keep_versions('public.own');
SELECT plan(37);

-- ------------------------------------------------------------------ a log of random changes
CREATE TABLE public.log (moment timestamptz, accidents jsonb, casualties jsonb, own jsonb);
CREATE FUNCTION public.rows_of(query text, OUT rows jsonb) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(x) - ''known_from'' ORDER BY to_jsonb(x)::text), ''[]'') FROM (%s) AS x', query) INTO rows;
END $$;
SELECT setseed(0.3) \gset
DO $$
DECLARE
    step int;
    k int;
BEGIN
    FOR step IN 1 .. 150 LOOP
        FOR k IN 1 .. 1 + (random() * 3)::int LOOP
            CASE (random() * 9)::int
                WHEN 0, 1, 2 THEN
                    INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-01-01'::date + step, '320412', 'chemical');
                    PERFORM pg_sleep(0.001);
                    INSERT INTO ledger.casualty (accident_id, outcome, outcome_on) SELECT max(id), 'dead', '2024-02-01'::date + step FROM ledger.accident;
                WHEN 3 THEN
                    UPDATE ledger.accident SET direct_loss = direct_loss + 1 WHERE random() < 0.3;
                WHEN 4 THEN
                    UPDATE ledger.accident SET status = 'written_off', note = 'n' || step WHERE random() < 0.1;
                    PERFORM pg_sleep(0.001);
                    UPDATE ledger.casualty SET status = 'withdrawn', note = 'x' WHERE accident_id IN (SELECT id FROM ledger.accident WHERE note = 'n' || step);
                WHEN 5 THEN
                    UPDATE ledger.casualty SET outcome_on = outcome_on WHERE random() < 0.5;   -- nothing changes
                WHEN 6 THEN
                    INSERT INTO public.own VALUES ((random() * 5)::int, 'x' || (random() * 5)::int, step)
                    ON CONFLICT (a, b) DO UPDATE SET n = excluded.n;
                WHEN 7 THEN
                    BEGIN
                        UPDATE public.own SET n = n + 1;
                        UPDATE ledger.accident SET title = 'never';
                        RAISE EXCEPTION 'undone';
                    EXCEPTION WHEN raise_exception THEN NULL;
                    END;
                WHEN 8 THEN
                    UPDATE public.own SET n = n + 1 WHERE random() < 0.5;
                    UPDATE public.own SET n = n - 1 WHERE random() < 0.5;
                ELSE
                    EXECUTE CASE WHEN current_setting('server_version_num')::int >= 150000
                        THEN $q$MERGE INTO public.own AS o USING (SELECT (random() * 5)::int AS a, 'y' AS b) AS s ON o.a = s.a AND o.b = s.b
                                WHEN MATCHED THEN UPDATE SET n = $1 WHEN NOT MATCHED THEN INSERT VALUES (s.a, s.b, 0)$q$
                        ELSE $q$INSERT INTO public.own VALUES ((random() * 5)::int, 'y', 0) ON CONFLICT (a, b) DO UPDATE SET n = $1$q$ END USING step;
            END CASE;
        END LOOP;
        COMMIT;
        INSERT INTO public.log VALUES (clock_timestamp(), public.rows_of('TABLE ledger.accident'), public.rows_of('TABLE ledger.casualty'), public.rows_of('TABLE public.own'));
        COMMIT;
    END LOOP;
END $$;
CREATE VIEW public.replayed AS
    SELECT l.moment, l.accidents = public.rows_of(format('SELECT * FROM ledger.accident_as_of(%L)', l.moment)) AS accidents,
           l.casualties = public.rows_of(format('SELECT * FROM ledger.casualty_as_of(%L)', l.moment)) AS casualties,
           l.own = public.rows_of(format('SELECT * FROM public.own_as_of(%L)', l.moment)) AS own FROM public.log AS l;
SELECT ok((SELECT count(*) FROM ledger_store.accident_history) > 100 AND (SELECT count(*) FROM public.own_history) > 100, 'there is a history');
SELECT is_empty('SELECT * FROM public.replayed WHERE NOT (accidents AND casualties AND own)', 'after each transaction: as of then is what was there then');
SELECT is_empty($$
    SELECT m FROM (SELECT min(moment) + random() * (max(moment) - min(moment)) AS m FROM public.log, generate_series(1, 300) AS i GROUP BY i) AS x,
        LATERAL (SELECT public.rows_of(format('SELECT * FROM ledger.accident_as_of(%L)', m)) AS accidents,
                        public.rows_of(format('SELECT * FROM ledger.casualty_as_of(%L)', m)) AS casualties,
                        public.rows_of(format('SELECT * FROM public.own_as_of(%L)', m)) AS own) AS r
     WHERE (accidents, casualties) NOT IN (
        (SELECT l.accidents, l.casualties FROM public.log AS l WHERE l.moment <= m ORDER BY l.moment DESC LIMIT 1)
        UNION ALL (SELECT l.accidents, l.casualties FROM public.log AS l WHERE l.moment > m ORDER BY l.moment LIMIT 1))
        OR own NOT IN (
        (SELECT l.own FROM public.log AS l WHERE l.moment <= m ORDER BY l.moment DESC LIMIT 1)
        UNION ALL (SELECT l.own FROM public.log AS l WHERE l.moment > m ORDER BY l.moment LIMIT 1))$$,
    'at random moments: what was known before a transaction or after it, never half of it');
SELECT is((SELECT count(*) FROM accident_as_of('2000-01-01')), 0::bigint, 'nothing was known before');
SELECT isnt_empty($$SELECT * FROM area_as_of('2000-01-01')$$, 'reference rows are known since ever');
SELECT is_empty($$SELECT id FROM (SELECT id, known_from, known_to, lead(known_from) OVER (PARTITION BY id ORDER BY known_from) AS next
                    FROM (SELECT id, known_from, known_to FROM ledger_store.accident_history UNION ALL SELECT id, known_from, NULL FROM accident) v) x
                  WHERE known_to IS DISTINCT FROM next$$, 'versions of a row follow one another without gap or overlap');

-- ------------------------------------------------------------------ what is refused
SELECT throws_ok('DELETE FROM accident', '23001', NULL, 'DELETE is refused');
SELECT throws_ok('TRUNCATE accident CASCADE', '23001', NULL, 'TRUNCATE is refused');
CREATE FUNCTION pg_temp.hint(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE h text;
BEGIN
    EXECUTE query;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS h = PG_EXCEPTION_HINT;
    RETURN h;
END $$;
SELECT matches(pg_temp.hint('DELETE FROM accident'), 'UPDATE ledger.accident SET status', 'with a hint at the status');
SELECT throws_ok('UPDATE ledger_store.accident_history SET direct_loss = 0', '23001', NULL, 'a history cannot be updated');
SELECT throws_ok('DELETE FROM ledger_store.accident_history', '23001', NULL, 'nor deleted from');
SELECT throws_ok('TRUNCATE ledger_store.accident_history', '23001', NULL, 'nor emptied');
SELECT throws_ok('INSERT INTO ledger_store.accident_history SELECT *, now() FROM accident', '23001', NULL, 'nor added to by hand');
SELECT throws_ok('UPDATE casualty SET id = id + 100000 WHERE id = 1', '23001', NULL, 'a key cannot be changed');
UPDATE accident SET known_from = '2001-01-01';
SELECT is_empty($$SELECT * FROM accident WHERE known_from < '2020-01-01'$$, 'known_from is not the statement''s to set');

-- ------------------------------------------------------------------ a column added
ALTER TABLE public.own ADD extra text;
SELECT lives_ok('UPDATE public.own SET extra = ''e''', 'S17: a new column is in the history at once');
INSERT INTO public.own (a, b, n, extra) VALUES (77, 'z', 0, 'first');
UPDATE public.own SET extra = 'second' WHERE a = 77;
SELECT is((SELECT extra FROM public.own_as_of((SELECT known_from FROM public.own_history WHERE a = 77)) WHERE a = 77), 'first', 'and its versions are kept too');

-- ------------------------------------------------------------------ known at an earlier time
SET emgov.known_at = '2024-03-01 12:00+08';
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss) VALUES (9001, '2024-02-28', '320412', 'chemical', 0);
SET emgov.known_at = '2024-04-01 12:00+08';
UPDATE accident SET direct_loss = 5 WHERE id = 9001;
SELECT is((SELECT array_agg(m || ' ' || coalesce((SELECT direct_loss::int FROM accident_as_of(m::timestamptz) WHERE id = 9001)::text, '-')) FROM unnest('{2024-02-29,2024-03-02,2024-04-02}'::text[]) AS m),
          '{"2024-02-29 -","2024-03-02 0","2024-04-02 5"}', 'books of the past are loaded as known then');
SET emgov.known_at = '2024-03-15 12:00+08';
SELECT throws_ok('UPDATE accident SET direct_loss = 6 WHERE id = 9001', '22023', NULL, 'a version cannot come before the present one');
SET emgov.known_at = '2124-03-15 12:00+08';
SELECT throws_ok('UPDATE accident SET direct_loss = 6 WHERE id = 9001', '22023', NULL, 'nor from the future');
SET emgov.known_at = 'nonsense';
SELECT throws_ok('UPDATE accident SET direct_loss = 6 WHERE id = 9001', '22007', NULL, 'nor from no time at all');
RESET emgov.known_at;
CREATE ROLE ledger_test_clerk;
GRANT USAGE ON SCHEMA ledger TO ledger_test_clerk;
GRANT SELECT, INSERT, UPDATE ON accident TO ledger_test_clerk;
SET ROLE ledger_test_clerk;
UPDATE accident SET direct_loss = 7 WHERE id = 9001;
SELECT is((SELECT count(*) FROM accident WHERE id = 9001 AND direct_loss = 7), 1::bigint, 'another user who may update writes versions too');
SET emgov.known_at = '2024-05-01';
SELECT throws_ok('UPDATE accident SET direct_loss = 8 WHERE id = 9001', '42501', NULL, 'but not as known at another time');
RESET emgov.known_at;
RESET ROLE;
SELECT is((SELECT array_agg(direct_loss::int ORDER BY known_from) FROM ledger_store.accident_history WHERE id = 9001), '{0,5}', 'all of it is in the history');

-- ------------------------------------------------------------------ several at once
CREATE FUNCTION pg_temp.wait_for(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE yes boolean;
BEGIN
    FOR i IN 1 .. 500 LOOP
        EXECUTE query INTO yes;
        IF yes THEN RETURN true; END IF;
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
    RETURN false;
END $$;
CREATE VIEW public.published AS SELECT p.id, p.as_of, f.value FROM publication p JOIN publication_figure f ON f.publication_id = p.id WHERE f.code = 'F028';
SELECT count(dblink_connect(c, format('dbname=%I options=-csearch_path=ledger,public,emgov', current_database()))) FROM unnest('{a,b,p}'::text[]) AS c \gset
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (9100, '2024-07-01', '320412', 'chemical');
SELECT value AS n FROM figures(year(2024)) WHERE code = 'F028' \gset

-- a writer in flight: publishing waits for it, and the next writer is dated after it
SELECT count(dblink_exec('a', q)) FROM unnest(ARRAY['BEGIN', $$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-02', '320412', 'chemical')$$]) AS q \gset
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('report');
\ir ../ledger/publishing_waits.sql
SELECT dblink_send_query('p', 'CALL publish(''report'', year(2024))') \gset
SELECT pg_temp.until_publishing_waits() \gset
SELECT is(dblink_is_busy('p'), 1, 'publishing waits for a transaction that has written');
SELECT dblink_exec('b', 'SET statement_timeout = 5000') \gset
SELECT is(dblink_exec('b', $$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-03', '320412', 'chemical')$$), 'INSERT 0 1',
          'S14: who writes meanwhile does not wait for it');
SELECT dblink_exec('a', 'COMMIT') \gset
SELECT count(*) FROM dblink_get_result('p') AS r (id int, hash text) \gset
SELECT count(*) FROM dblink_get_result('p') AS r (id int, hash text) \gset
SELECT is((SELECT value FROM public.published), :n::numeric + 1, 'the publication has the first record and not the second');
SELECT is((SELECT f.value FROM public.published p, figures(year(2024), p.as_of) f WHERE f.code = 'F028'), (SELECT value FROM public.published), 'as of the publication is the publication');
SELECT is((SELECT value FROM figures(year(2024)) WHERE code = 'F028'), :n::numeric + 2, 'now there is one more');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'all of it comes out again');

-- a savepoint gives the lock back; what is written after it is dated anew
SELECT count(dblink_exec('a', q)) FROM unnest(ARRAY['BEGIN', 'SAVEPOINT s', $$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-04', '320412', 'chemical')$$, 'ROLLBACK TO s']) AS q \gset
CALL publish('report', year(2024));
SELECT count(dblink_exec('a', q)) FROM unnest(ARRAY[$$INSERT INTO accident (occurred_on, area_code, category_code) VALUES ('2024-07-05', '320412', 'chemical')$$, 'COMMIT']) AS q \gset
SELECT is_empty('SELECT * FROM verify_publication(2)', 'written after a savepoint was rolled back: known after what was published meanwhile');

-- publishing inside a transaction that writes before and after
BEGIN;
UPDATE accident SET status = 'withdrawn', note = 'before' WHERE id = 9100;
CALL publish('report', year(2024));
UPDATE accident SET status = 'valid' WHERE id = 9100;
INSERT INTO accident (id, occurred_on, area_code, category_code) VALUES (9101, '2024-07-01', '320412', 'chemical');
COMMIT;
SELECT is_empty('SELECT * FROM verify_publication(3)', 'written by the same transaction after publishing: known after it');
SELECT is((SELECT array_agg(status ORDER BY known_from) FROM (SELECT status, known_from FROM ledger_store.accident_history WHERE id = 9100 UNION ALL SELECT status, known_from FROM accident WHERE id = 9100) v),
          '{valid,withdrawn,valid}', 'with each of its versions');

-- two writers of one row: the one who waited is dated later, though it began earlier
SELECT count(dblink_exec(c, q)) FROM unnest(ARRAY['a', 'b', 'b']) WITH ORDINALITY AS x (c, i), LATERAL (SELECT (ARRAY['BEGIN', 'BEGIN', 'UPDATE accident SET title = ''b'' WHERE id = 9101'])[i] AS q) y \gset
SELECT dblink_exec('a', 'UPDATE accident SET note = ''early'' WHERE id = 9100') \gset
SELECT dblink_send_query('a', 'UPDATE accident SET title = ''a'' WHERE id = 9101') \gset
SELECT pg_temp.wait_for($$SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted)$$) AS waits \gset
SELECT dblink_exec('b', 'COMMIT') \gset
SELECT count(*) FROM dblink_get_result('a') AS r (t text) \gset
SELECT count(*) FROM dblink_get_result('a') AS r (t text) \gset
SELECT dblink_exec('a', 'COMMIT') \gset
SELECT is((SELECT array_agg(title ORDER BY known_from) FROM (SELECT title, known_from FROM ledger_store.accident_history WHERE id = 9101 UNION ALL SELECT title, known_from FROM accident WHERE id = 9101) v),
          ARRAY[NULL, 'b', 'a'], 'versions of two writers are in the order of their locks');

-- nothing may be written as known before what is published
SELECT format('%L', as_of - interval '1 second') AS past FROM publication ORDER BY id DESC LIMIT 1 \gset
SET emgov.known_at = :past;
SELECT throws_ok('UPDATE accident SET note = ''late'' WHERE id = 9101', '55000', NULL, 'nothing is written as known before the last publication');
SELECT throws_ok('INSERT INTO accident (occurred_on, area_code, category_code) VALUES (''2024-01-01'', ''320412'', ''road'')', '55000', NULL, 'new rows neither');
RESET emgov.known_at;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT throws_ok('CALL publish(''report'', year(2024))', '25001', NULL, 'publishing needs to see what writers wrote: READ COMMITTED only');
COMMIT;
SELECT count(dblink_disconnect(c)) FROM unnest('{a,b,p}'::text[]) AS c \gset
DROP OWNED BY ledger_test_clerk;
DROP ROLE ledger_test_clerk;
SELECT * FROM finish();
