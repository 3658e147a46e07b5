-- Schedules: when a job runs, what is given for systemd and cron, what is on record of runs, whether a ledger is well.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
SELECT plan(38);
CREATE FUNCTION said(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CALL emgov.create_ledger('ledger');
INSERT INTO ledger.report (code, title_zh, period_kind) VALUES ('m', '月报', 'month'), ('q', '季报', 'quarter'), ('any', '简报', 'any');

-- ------------------------------------------------------------------ times
SELECT is(said(format('SELECT ledger.schedule(%L, %L)', job, at)), wanted, format('%s at %s', job, at)) FROM (VALUES
    ('refresh', '1:00', '22023'), ('refresh', '24:00', '22023'), ('refresh', 'daily 01:60', '22023'), ('refresh', 'monthly 0 01:00', '22023'), ('refresh', 'monthly 31 01:00', '22023'),
    ('refresh', 'weekly 01:00', '22023'), ('refresh', '', '22023'), ('refresh', NULL, '22023'), ('sweep', '01:00', '22023'), ('fold m', '01:00', '22023'), ('refresh none', '01:00', '42704'),
    ('publish any', '01:00', '55000'), ('publish any week', '01:00', '42704'), ('publish m quarter', '01:00', '22023'), ('publish any quarter', '01:00', 'done'), ('publish m', 'monthly 5 02:00', 'done'), ('refresh', 'daily 01:00', 'done'), ('verify', 'monthly last 23:00', 'done')) AS t (job, at, wanted);
SELECT is(said($$SELECT ledger.schedule('fold', '01:00', 'Mars/Base')$$), '22023', 'a zone must be one');
SELECT results_eq($$SELECT job, at, zone FROM ledger.job ORDER BY job COLLATE "C"$$, $$VALUES ('publish any quarter', 'daily 01:00', 'Asia/Shanghai'), ('publish m', 'monthly 5 02:00', 'Asia/Shanghai'), ('refresh', 'daily 01:00', 'Asia/Shanghai'), ('verify', 'monthly last 23:00', 'Asia/Shanghai')$$, 'what is scheduled is listed');
SELECT results_eq($$SELECT max(m) FILTER (WHERE m <= t), min(m) FILTER (WHERE m > t) FROM (SELECT timestamptz '2024-02-29 14:59+00' AS t) AS x, emgov_internal.job_moments('monthly last 23:00', 'Asia/Shanghai', t) AS m GROUP BY t$$,
    $$VALUES (timestamptz '2024-01-31 15:00+00', timestamptz '2024-02-29 15:00+00')$$, 'the last day of a month is found, in the zone');
SELECT results_eq($$SELECT * FROM emgov_internal.cron_fields('01:00', 'Asia/Shanghai', 'GMT')$$, $$VALUES ('0 17 * * *', false)$$, 'pg_cron''s hour is another');
SELECT results_eq($$SELECT * FROM emgov_internal.cron_fields('monthly 5 02:30', 'Asia/Shanghai', 'GMT')$$, $$VALUES ('30 18 * * *', true)$$, 'a day of a month is asked for by the job itself');
SELECT results_eq($$SELECT if_due, fields ~ '^0 (0,1|1,0|0,23|23,0) ' FROM emgov_internal.cron_fields('01:00', 'Europe/London', 'GMT')$$, $$VALUES (true, true)$$, 'daylight saving has two hours');
SELECT results_eq($$SELECT emgov_internal.last_period('ledger', r, '2024-05-10') FROM unnest('{m,q,any}'::text[]) AS r$$, $$VALUES ('[2024-04-01,2024-05-01)'::daterange), ('[2024-01-01,2024-04-01)'), (NULL)$$, 'what is published is the last whole period');
SELECT results_eq($$SELECT p.* FROM unnest('{publish any month,publish any ytd,publish m,refresh any}'::text[]) AS j CROSS JOIN LATERAL emgov_internal.job_parts('ledger', j) AS p$$,
    $$VALUES ('publish', 'any', 'month'), ('publish', 'any', 'ytd'), ('publish', 'm', NULL), ('refresh', 'any', NULL)$$, 'a job names the kind of period of a report for any');
SELECT is(emgov_internal.last_period('ledger', 'any', '2024-05-10', 'half'), '[2023-07-01,2024-01-01)', 'and publishes the last whole one');
SELECT is(emgov_internal.quote_unit('a"b\c%d$e'), '"a\"b\\c%%d$$e"', 'quoted for a unit');
SELECT is(emgov_internal.quote_crontab('a''b%c'), '''a''\''''b\%c''', 'quoted for a crontab');

-- ------------------------------------------------------------------ runs
CALL ledger.run_job('verify');
CALL ledger.run_job('fold');
SELECT results_eq('SELECT job, state, ended >= started FROM ledger.job_run ORDER BY id', $$VALUES ('verify', 'done', true), ('fold', 'done', true)$$, 'runs are on record');
CALL ledger.run_job('verify', if_due => true);
SELECT is((SELECT count(*) FROM ledger.job_run), 2::bigint, 'what is not due does not run');
SET default_transaction_isolation = 'read uncommitted';
CALL ledger.run_job('fold');
SELECT is((SELECT count(*) FROM ledger.job_run), 3::bigint, 'at READ UNCOMMITTED, which is READ COMMITTED to the server, jobs run');
\set ON_ERROR_STOP 0
SET default_transaction_isolation = 'repeatable read';
CALL ledger.run_job('fold');
SET default_transaction_isolation = 'serializable';
CALL ledger.run_job('fold');
\set ON_ERROR_STOP 1
RESET default_transaction_isolation;
SELECT is((SELECT count(*) FROM ledger.job_run), 3::bigint, 'at the higher levels they are refused');
UPDATE ledger.job SET scheduled_at = now() - interval '70 days';
UPDATE ledger.job_run SET started = started - interval '60 days' WHERE job = 'verify';
SELECT is((SELECT overdue FROM ledger.job_health WHERE job = 'verify'), true, 'a month without a run is overdue');
SELECT is((SELECT state FROM ledger.health() WHERE what = 'job' AND object = 'verify'), 'fail', 'and the ledger is not well');
INSERT INTO ledger.job_run (job, process, session_start) VALUES ('refresh', 1, now() - interval '1 day');
SELECT is((SELECT last_state FROM ledger.job_health WHERE job = 'refresh'), 'killed', 'a run whose session is gone was killed');

ALTER SCHEMA ledger RENAME TO book;
CALL book.run_job('fold');
SELECT is((SELECT state FROM book.job_run ORDER BY id DESC LIMIT 1), 'done', 'jobs follow a ledger that is renamed');
SELECT is((SELECT count(*) FROM pg_class WHERE relnamespace = 'book_tables'::regnamespace AND relkind = 'r'), 3::bigint, 'so do the tables that they fill');
SELECT * FROM finish();
