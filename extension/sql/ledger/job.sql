-- ------------------------------------------------------------------ ledger: jobs
-- What is done by night: refresh, publish, fold, verify, health. run_job() does one, and says so in job_run: that it has begun, and how
-- it ended, each committed by itself, so that a run that fails, or is killed, is on record. One run of a job goes on at a time.
--
--   refresh            the report tables of all reports in force
--   refresh REPORT     those of one
--   publish REPORT     its last whole period, once; of a report for any period with the kind of it: publish REPORT month
--   fold               what waits in the ledger's rollups
--   verify             the ledger's rollups, against their queries
--   health             nothing: fails when the ledger is not well

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'job', '作业计划 | jobs that are scheduled; written by schedule()', $ddl$
CREATE TABLE @ledger@.job (
    job text PRIMARY KEY,                               -- 作业 | the job
    at text NOT NULL,                                   -- 时间 | when: daily HH:MM, monthly DAY HH:MM, monthly last HH:MM
    zone text NOT NULL,                                 -- 时区 | time zone of that time
    scheduled_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 计划时间 | since when it is scheduled so
    scheduled_by text NOT NULL DEFAULT session_user     -- 计划人 | by whom
);
$ddl$), ('table', 'job_run', '作业运行记录 | runs of jobs; written by run_job()', $ddl$
CREATE TABLE @ledger@.job_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY CONSTRAINT "id: at most 18 digits" CHECK (id <= 999999999999999999),  -- 编号 | key
    job text NOT NULL,                                  -- 作业 | the job
    started timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 开始时间 | when it began
    ended timestamptz,                                  -- 结束时间 | when it ended; NULL while it goes on
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'skipped')),
        -- 状态：进行、完成、失败、跳过 | state; skipped: another session was at it
    rows bigint,                                        -- 行数 | rows written, or found
    message text,                                       -- 说明 | what came of it, or the error
    sqlstate text,                                      -- 错误代码 | of an error: its SQLSTATE
    definitions jsonb,                                  -- 定义版本 | of a refresh: the versions of the definitions
    run_by text NOT NULL DEFAULT session_user,          -- 运行人 | by whom
    process int NOT NULL DEFAULT pg_backend_pid(),      -- 进程号 | process of the session
    session_start timestamptz                           -- 会话开始时间 | when that session began: another one may have its number later
);
CREATE INDEX job_run_started ON @ledger@.job_run (job, started);
$ddl$);

CREATE FUNCTION emgov_internal.lock_job(ledger regnamespace, job text) RETURNS boolean
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'emgov_lock_job';
COMMENT ON FUNCTION emgov_internal.lock_job(regnamespace, text) IS
    'internal: become the one who runs a job of a ledger, until the transaction ends; false: another session is it. By the ledger''s owner';

CREATE FUNCTION emgov_internal.session_start() RETURNS timestamptz
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'emgov_session_start';
COMMENT ON FUNCTION emgov_internal.session_start() IS 'internal: when this session began';

CREATE FUNCTION emgov_internal.session_lives(process int, began timestamptz) RETURNS boolean
LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'emgov_session_lives';
COMMENT ON FUNCTION emgov_internal.session_lives(int, timestamptz) IS 'internal: whether the session that began at a moment in a process is still there; NULL on a standby: it is one of the primary';

CREATE PROCEDURE emgov_internal.need_own_transactions(what text)
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_need_own_transactions';
COMMENT ON PROCEDURE emgov_internal.need_own_transactions(text) IS 'internal: an error, of what is called, unless it may commit';

-- What a job is told by its name; report is NULL where it is of none, kind where its name says no kind of period.
CREATE FUNCTION emgov_internal.job_parts(ledger regnamespace, job text, OUT verb text, OUT report text, OUT kind text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own text;
BEGIN
    verb := split_part(job, ' ', 1);
    report := nullif(btrim(substr(job, length(verb) + 2)), '');
    own := emgov_internal.report_row(ledger, report, NULL)->>'period_kind';
    IF verb = 'publish' AND own IS NULL AND report ~ '^.+ (year|ytd|half|quarter|month)$' THEN
        kind := substring(report FROM '[a-z]+$');
        report := left(report, -length(kind) - 1);
        own := emgov_internal.report_row(ledger, report, NULL)->>'period_kind';
    END IF;
    IF job IS NULL OR verb NOT IN ('refresh', 'publish', 'fold', 'verify', 'health') OR verb = 'publish' AND report IS NULL
       OR verb IN ('fold', 'verify', 'health') AND report IS NOT NULL OR job <> concat_ws(' ', verb, report, kind) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no job %s', coalesce(format('"%s"', left(job, 100)), 'without a name')),
            HINT = 'refresh, refresh REPORT, publish REPORT, fold, verify or health, with a report''s code for REPORT.';
    ELSIF report IS NOT NULL AND own IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no report "%s"', left(report, 100)), HINT = format('SELECT code, title_zh FROM %s.report;', ledger);
    ELSIF own NOT IN ('any', kind) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('report "%s" is made for a period of kind %s, not %s', report, own, kind), HINT = format('publish %s', report);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.job_parts(regnamespace, text) IS
    'internal: what a job does, of which report, and of which kind of period, where that is said; an error when there is no such job or report';

-- The last period of a report that is over: what a job publishes.
CREATE FUNCTION emgov_internal.last_period(ledger regnamespace, report text, day date, kind text DEFAULT NULL) RETURNS daterange
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    years text := emgov_internal.year_start(ledger);
    month daterange := emgov.month(emgov.month_of(emgov.month_of(day) - 1));
    period daterange;
BEGIN
    kind := coalesce(kind, emgov_internal.report_row(ledger, report, NULL)->>'period_kind');
    IF kind = 'any' THEN
        RETURN NULL;
    END IF;
    period := emgov_internal.period_of(month, kind, years);
    RETURN CASE WHEN upper(period) <= emgov.month_of(day) THEN period ELSE emgov_internal.period_of(daterange(lower(period) - 1, lower(period)), kind, years) END;
END
$$;
COMMENT ON FUNCTION emgov_internal.last_period(regnamespace, text, date, text) IS
    'internal: the last period of a report, of its own kind or of another, that was over with the month before a day, of one up to a day up to the end of that month; NULL of one that is made for '
    'any period';

CREATE FUNCTION emgov_internal.period_to_publish(ledger regnamespace, report text, kind text) RETURNS daterange
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    period daterange := emgov_internal.last_period(ledger, report, emgov_internal.day(ledger, NULL), kind);
BEGIN
    IF period IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('report "%s" is made for any period: a job cannot tell which to publish', report),
            HINT = format('Name the kind of period: ''publish %s month'', or year, half, quarter, ytd.', report);
    END IF;
    RETURN period;
END
$$;
COMMENT ON FUNCTION emgov_internal.period_to_publish(regnamespace, text, text) IS
    'internal: the period of a report that a job publishes today, of the kind that it names (NULL: the report''s own); an error when neither says one';

CREATE FUNCTION emgov_internal.ledger_rollups(ledger regnamespace) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT x.view FROM emgov.rollup AS x JOIN pg_class AS v ON v.oid = x.view WHERE v.relnamespace IN (ledger_rollups.ledger::oid, emgov_internal.store(ledger_rollups.ledger)::oid)
     ORDER BY v.relname $$;
COMMENT ON FUNCTION emgov_internal.ledger_rollups(regnamespace) IS 'internal: the rollups that stand in the schemas of a ledger';

-- What a run comes to. An error of one report leaves the others: then error_state is its SQLSTATE, and what was done is committed.
CREATE FUNCTION emgov_internal.do_job(ledger regnamespace, job text, OUT rows bigint, OUT message text, OUT error_state text, OUT definitions jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    verb text;
    report text;
    kind text;
    one text;
    n bigint;
    period daterange;
    published record;
    summary regclass;
    problem text;
    said text[] := '{}';
BEGIN
    SELECT * INTO verb, report, kind FROM emgov_internal.job_parts(ledger, job);
    rows := 0;
    CASE verb
        WHEN 'refresh' THEN
            definitions := '{}';
            FOR one IN EXECUTE format('SELECT r.code FROM ONLY %s.report AS r WHERE CASE WHEN $1 IS NULL THEN r.active ELSE r.code = $1 END ORDER BY r.code', ledger) USING report LOOP
                BEGIN
                    n := emgov_internal.refresh_report(ledger, one);
                    rows := rows + coalesce(n, 0);
                    said := said || CASE WHEN n IS NULL THEN format('%s: another session is at it', one) ELSE format('%s: %s rows written', one, n) END;
                    EXECUTE format('SELECT $1 || s.definitions FROM %s.report_state AS s WHERE s.report = $2', emgov_internal.store(ledger)) INTO definitions USING definitions, one;
                EXCEPTION WHEN OTHERS THEN
                    IF report IS NOT NULL OR emgov_internal.ends_the_query(SQLSTATE) THEN
                        RAISE;
                    END IF;
                    GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT;
                    error_state := coalesce(error_state, SQLSTATE);
                    said := format('%s: %s', one, problem) || said;
                END;
            END LOOP;
        WHEN 'publish' THEN
            period := emgov_internal.period_to_publish(ledger, report, kind);
            -- once: what has changed since, a person publishes
            EXECUTE format('SELECT max(p.id) FROM ONLY %s.publication AS p WHERE p.report = $1 AND p.starts_on = lower($2) AND p.ends_on = upper($2)', ledger) INTO n USING report, period;
            IF n IS NOT NULL THEN
                said := ARRAY[format('%s of %s is published already, as publication %s', report, period, n)];
            ELSE
                SELECT p.id, p.hash INTO published FROM emgov_internal.publish_ledger(ledger, report, period) AS p;
                rows := 1;
                said := ARRAY[format('%s of %s is publication %s, hash %s', report, period, published.id, published.hash)];
            END IF;
        WHEN 'fold' THEN
            FOR summary IN SELECT emgov_internal.ledger_rollups(ledger) LOOP
                n := (SELECT r.deltas_waiting FROM emgov.rollups AS r WHERE r.rollup = summary);
                CALL emgov.fold_rollup(summary::text, NULL);
                rows := rows + coalesce(n - (SELECT r.deltas_waiting FROM emgov.rollups AS r WHERE r.rollup = summary), 0);
            END LOOP;
            said := ARRAY[format('%s changes folded', rows)];
        WHEN 'verify' THEN
            FOR summary IN SELECT emgov_internal.ledger_rollups(ledger) LOOP
                SELECT count(*) INTO n FROM emgov.verify_rollup(summary::text);
                rows := rows + n;
                IF n > 0 THEN
                    error_state := '55000';
                    said := said || format('%s differs from its query in %s rows: CALL emgov.rebuild_rollup(%L)', summary, n, summary);
                END IF;
            END LOOP;
            said := CASE WHEN said = '{}' THEN ARRAY['every rollup is what its query says'] ELSE said END;
        WHEN 'health' THEN
            SELECT count(*), array_agg(concat_ws(' ', h.what, h.object || ':', h.detail)) INTO n, said FROM emgov_internal.health(ledger, NULL) AS h WHERE h.state = 'fail';
            rows := n;
            IF n > 0 THEN
                error_state := '55000';
            ELSE
                said := ARRAY['well'];
            END IF;
    END CASE;
    message := array_to_string(said, '; ');
END
$$;
COMMENT ON FUNCTION emgov_internal.do_job(regnamespace, text) IS
    'internal: do what a job does, in this transaction, with the rights of the caller; how many rows, what came of it, the SQLSTATE if it failed, the versions of the definitions';

CREATE FUNCTION emgov_internal.is_due(ledger regnamespace, job text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_due boolean;
BEGIN
    IF NOT emgov_internal.is_ledger(ledger) THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT h.last_due IS NOT NULL AND (h.last_success IS NULL OR h.last_success < h.last_due) FROM %s.job_health AS h WHERE h.job = $1', ledger) INTO is_due USING job;
    RETURN coalesce(is_due, false);
END
$$;
COMMENT ON FUNCTION emgov_internal.is_due(regnamespace, text) IS 'internal: whether a time has come that a job is scheduled for, and no run has been done since';

-- Takes note that a run begins; what others left of theirs, and died, is noted as failed.
CREATE FUNCTION emgov_internal.begin_run(ledger regnamespace, job text, if_due boolean) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run bigint;
BEGIN
    PERFORM emgov_internal.must_own(format('ledger "%s"', (SELECT nspname FROM pg_namespace WHERE oid = ledger)), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    PERFORM emgov_internal.job_parts(ledger, job);
    -- what another session has just done must be seen once its lock is had
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_transaction_state', MESSAGE = format('jobs run at READ COMMITTED, not at %s', upper(current_setting('transaction_isolation'))),
            DETAIL = 'A snapshot of before would not have what another run has written.', HINT = 'SET default_transaction_isolation = ''read committed'';';
    END IF;
    PERFORM emgov_internal.bury_runs(ledger);
    IF if_due AND NOT emgov_internal.is_due(ledger, job) THEN
        RETURN NULL;
    END IF;
    EXECUTE format('INSERT INTO %s.job_run (job, session_start) VALUES ($1, emgov_internal.session_start()) RETURNING id', ledger) INTO run USING job;
    RETURN run;
END
$$;
COMMENT ON FUNCTION emgov_internal.begin_run(regnamespace, text, boolean) IS
    'internal: take note that a run of a job begins, by the ledger''s owner; its number, or NULL if the job is to run only when it is due, and is not';

CREATE FUNCTION emgov_internal.bury_runs(ledger regnamespace) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job text;
BEGIN
    FOR job IN EXECUTE format($sql$
        UPDATE %s.job_run SET state = 'failed', ended = clock_timestamp(), sqlstate = '57P02', message = format('killed: its session, process %%s, is gone', process)
         WHERE state = 'running' AND emgov_internal.session_lives(process, session_start) IS NOT TRUE RETURNING job $sql$, ledger) LOOP
        PERFORM emgov_internal.tell_of_run(ledger, job, 'failed');
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.bury_runs(regnamespace) IS 'internal: runs whose session is gone have failed';

CREATE FUNCTION emgov_internal.tell_of_run(ledger regnamespace, job text, state text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_notify('emgov_job', jsonb_build_object('ledger', (SELECT nspname FROM pg_namespace WHERE oid = ledger), 'job', job, 'state', state)::text) $$;
COMMENT ON FUNCTION emgov_internal.tell_of_run(regnamespace, text, text) IS 'internal: NOTIFY emgov_job with ledger, job and how a run ended, as JSON';

CREATE FUNCTION emgov_internal.end_run(ledger regnamespace, run bigint, state text, rows bigint, message text, error_state text, definitions jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job text;
BEGIN
    EXECUTE format('UPDATE %s.job_run SET ended = clock_timestamp(), state = $2, rows = $3, message = $4, sqlstate = $5, definitions = $6 WHERE id = $1 RETURNING job', ledger)
       INTO job USING run, state, rows, message, error_state, definitions;
    PERFORM emgov_internal.tell_of_run(ledger, job, state);
    EXECUTE format('DELETE FROM %1$s.job_run AS r USING ONLY %1$s.ledger_setting AS s WHERE r.started < clock_timestamp() - s.job_run_days * interval ''1 day'' AND r.id <> $1', ledger) USING run;
END
$$;
COMMENT ON FUNCTION emgov_internal.end_run(regnamespace, bigint, text, bigint, text, text, jsonb) IS
    'internal: take note how a run of a job ended, and tell who listens; runs older than the ledger keeps them are forgotten';

CREATE FUNCTION emgov_internal.fail_again(message text, detail text, hint text, error_state text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- an empty text would be printed
    IF detail <> '' AND hint <> '' THEN
        RAISE EXCEPTION USING ERRCODE = error_state, MESSAGE = message, DETAIL = detail, HINT = hint;
    ELSIF detail <> '' THEN
        RAISE EXCEPTION USING ERRCODE = error_state, MESSAGE = message, DETAIL = detail;
    ELSIF hint <> '' THEN
        RAISE EXCEPTION USING ERRCODE = error_state, MESSAGE = message, HINT = hint;
    END IF;
    RAISE EXCEPTION USING ERRCODE = error_state, MESSAGE = message;
END
$$;
COMMENT ON FUNCTION emgov_internal.fail_again(text, text, text, text) IS 'internal: an error once more, when it has been taken note of';

-- It commits, so it cannot pin its search_path: every name in it is written with its schema, and there is no operator in it.
CREATE PROCEDURE emgov_internal.run_job(ledger pg_catalog.regnamespace, job pg_catalog.text, if_due pg_catalog.bool DEFAULT false)
LANGUAGE plpgsql
AS $$
DECLARE
    run pg_catalog.int8;
    done pg_catalog.record;
    has_failed pg_catalog.bool DEFAULT false;
    message pg_catalog.text;
    detail pg_catalog.text DEFAULT '';
    hint pg_catalog.text DEFAULT '';
    error_state pg_catalog.text;
BEGIN
    CALL emgov_internal.need_own_transactions('a job');
    run := emgov_internal.begin_run(ledger, job, if_due);
    COMMIT;
    IF run IS NULL THEN
        RAISE NOTICE USING MESSAGE = pg_catalog.format('job "%s" is not due', job);
        RETURN;
    END IF;
    BEGIN
        IF NOT emgov_internal.lock_job(ledger, job) THEN
            message := pg_catalog.format('job "%s" is skipped: another session runs it', job);
            PERFORM emgov_internal.end_run(ledger, run, 'skipped', NULL, message, NULL, NULL);
        ELSIF if_due AND NOT emgov_internal.is_due(ledger, job) THEN
            -- one that began earlier has done it since this one asked
            message := pg_catalog.format('job "%s" is skipped: another session has just run it', job);
            PERFORM emgov_internal.end_run(ledger, run, 'skipped', NULL, message, NULL, NULL);
        ELSE
            SELECT d.rows, d.message, d.error_state, d.definitions INTO done FROM emgov_internal.do_job(ledger, job) AS d;
            message := pg_catalog.format(CASE WHEN done.error_state IS NULL THEN 'job "%s": %s' ELSE 'job "%s" failed: %s' END, job, done.message);
            error_state := done.error_state;
            has_failed := error_state IS NOT NULL;
            PERFORM emgov_internal.end_run(ledger, run, CASE WHEN has_failed THEN 'failed' ELSE 'done' END, done.rows, done.message, error_state, done.definitions);
        END IF;
    EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, error_state = RETURNED_SQLSTATE;
        has_failed := true;
        PERFORM emgov_internal.end_run(ledger, run, 'failed', NULL, message, error_state, NULL);
        message := pg_catalog.format('job "%s" failed: %s', job, message);
    END;
    COMMIT;
    IF has_failed THEN
        PERFORM emgov_internal.fail_again(message, detail, hint, error_state);
    END IF;
    RAISE NOTICE USING MESSAGE = message;
END
$$;
COMMENT ON PROCEDURE emgov_internal.run_job(regnamespace, text, boolean) IS
    'internal: run a job of a ledger, by its owner, and take note of it in job_run; if_due: only if a time has come that it is scheduled for, and no run has been done since. Not within a '
    'transaction. An error of the job is raised again when it has been noted';

CREATE PROCEDURE emgov_internal.refresh_tables(ledger pg_catalog.regnamespace, report pg_catalog.text, whole pg_catalog.bool)
LANGUAGE plpgsql
AS $$
BEGIN
    CALL emgov_internal.need_own_transactions('refresh_report_tables()');
    IF whole THEN
        PERFORM emgov_internal.refresh_anew(ledger, report);
    END IF;
    IF report IS NULL THEN
        CALL emgov_internal.run_job(ledger, 'refresh');
    ELSE
        CALL emgov_internal.run_job(ledger, pg_catalog.concat('refresh ', report));
    END IF;
END
$$;
COMMENT ON PROCEDURE emgov_internal.refresh_tables(regnamespace, text, boolean) IS
    'internal: run the job that refreshes the report tables of a report (NULL: of all); whole: computing everything anew';

CREATE FUNCTION emgov_internal.refresh_anew(ledger regnamespace, report text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format('UPDATE %s.report_state AS s SET since = NULL WHERE $1 IS NULL OR s.report = $1', emgov_internal.store(ledger)) USING report;
END
$$;
COMMENT ON FUNCTION emgov_internal.refresh_anew(regnamespace, text) IS 'internal: let the next refresh of a report (NULL: of all) compute everything';

-- These two commit, so they are no SQL functions whose body is parsed; they know their ledger by a default, which follows it when it is renamed.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'run_job(text, boolean, regnamespace)',
    '运行作业，留下记录 | run a job now and take note of it in job_run; if_due: only if it is scheduled and a time has come since its last run. Not within a transaction', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.run_job(job pg_catalog.text, if_due pg_catalog.bool DEFAULT false, ledger pg_catalog.regnamespace DEFAULT '@ledger@'::pg_catalog.regnamespace)
LANGUAGE plpgsql AS $body$
BEGIN
    CALL emgov_internal.run_job(ledger, job, if_due);
END
$body$;
ALTER PROCEDURE @ledger@.run_job(pg_catalog.text, pg_catalog.bool, pg_catalog.regnamespace) DEPENDS ON EXTENSION emgov;
$sql$), ('function', 'refresh_report_tables(text, boolean, regnamespace)',
    '刷新报表 | bring the report tables of a report (NULL: of all) forward, and take note of it in job_run; whole: compute everything anew. Not within a transaction', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.refresh_report_tables(report pg_catalog.text DEFAULT NULL, whole pg_catalog.bool DEFAULT false,
                                                           ledger pg_catalog.regnamespace DEFAULT '@ledger@'::pg_catalog.regnamespace)
LANGUAGE plpgsql AS $body$
BEGIN
    CALL emgov_internal.refresh_tables(ledger, report, whole);
END
$body$;
ALTER PROCEDURE @ledger@.refresh_report_tables(pg_catalog.text, pg_catalog.bool, pg_catalog.regnamespace) DEPENDS ON EXTENSION emgov;
$sql$);
