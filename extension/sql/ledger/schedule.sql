-- ------------------------------------------------------------------ ledger: schedules
-- When jobs run. The time is written in one small grammar, and is one of a time zone:
--
--   01:00, daily 01:00         every day
--   monthly 5 02:00            on a day of each month, 1 to 28
--   monthly last 23:00         on the last day of each month
--
-- pg_cron reckons in one time zone, by default GMT, and knows no last day. So a time that its fields cannot say runs every day at
-- the right hour, or hours, and the job itself asks whether it is due.

CREATE FUNCTION emgov_internal.job_time(at text, OUT monthly boolean, OUT day int, OUT of_day interval)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    m text[] := regexp_match(at, '^(?:(daily) +|(monthly) +([0-9]{1,2}|last) +)?((?:[01][0-9]|2[0-3]):[0-5][0-9])$');
BEGIN
    IF m IS NULL OR m[3] <> 'last' AND m[3]::int NOT BETWEEN 1 AND 28 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s is no time of a job', coalesce(quote_literal(left(at, 60)), 'NULL')),
            DETAIL = CASE WHEN m[3] ~ '^(29|30|31)$' THEN format('Not every month has a day %s.', m[3]) ELSE 'Hours are of two digits, 00 to 23.' END,
            HINT = 'Write ''01:00'', ''daily 01:00'', ''monthly 5 02:00'' with a day from 1 to 28, or ''monthly last 23:00''.';
    END IF;
    monthly := m[2] IS NOT NULL;
    day := CASE WHEN m[3] <> 'last' THEN m[3]::int END;
    of_day := m[4]::interval;
END
$$;
COMMENT ON FUNCTION emgov_internal.job_time(text) IS
    'internal: a time of a job as it is written: whether of each month, on which day of it (NULL: the last), the time of day; an error that says how to write it';

-- The moments for which a job is scheduled, about a moment: three that are not later, three that are.
CREATE FUNCTION emgov_internal.job_moments(at text, zone text, about timestamptz) RETURNS SETOF timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp ROWS 6
AS $$
    SELECT timezone(zone, d.day + t.of_day)
      FROM emgov_internal.job_time(at) AS t CROSS JOIN (SELECT timezone(zone, about)::date::timestamp AS today) AS l CROSS JOIN generate_series(-2, 3) AS n
     CROSS JOIN LATERAL (SELECT date_trunc('month', l.today) + n * interval '1 month' AS month) AS m
     CROSS JOIN LATERAL (SELECT CASE WHEN NOT t.monthly THEN l.today + n * interval '1 day' WHEN t.day IS NULL THEN m.month + interval '1 month' - interval '1 day'
                                     ELSE m.month + (t.day - 1) * interval '1 day' END AS day) AS d
$$;
COMMENT ON FUNCTION emgov_internal.job_moments(text, text, timestamptz) IS 'internal: the moments about another one for which a job is scheduled';

-- A zone of daylight saving is at two distances from pg_cron's: then it runs at both, and the job asks whether it is due.
CREATE FUNCTION emgov_internal.cron_fields(at text, zone text, cron_zone text, OUT fields text, OUT if_due boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%s %s * * *', string_agg(DISTINCT x.minute::text, ','), string_agg(DISTINCT x.hour::text, ',')), bool_or(t.monthly) OR count(DISTINCT (x.hour, x.minute)) > 1
      FROM emgov_internal.job_time(at) AS t
     CROSS JOIN LATERAL (
        SELECT extract(hour FROM c)::int AS hour, extract(minute FROM c)::int AS minute
          FROM generate_series(0, 370) AS n CROSS JOIN LATERAL timezone(cron_zone, timezone(zone, timezone(zone, now())::date + n * interval '1 day' + t.of_day)) AS c) AS x
$$;
COMMENT ON FUNCTION emgov_internal.cron_fields(text, text, text) IS
    'internal: a time of a job in some zone as fields of cron in another, of days only; if_due: these say more times than are meant, so the job asks whether it is due';

-- Quoted for a unit file of systemd, and for a line of a crontab.
CREATE FUNCTION emgov_internal.quote_unit(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
RETURN '"' || replace(replace(replace(replace(word, '\', '\\'), '"', '\"'), '%', '%%'), '$', '$$') || '"';
COMMENT ON FUNCTION emgov_internal.quote_unit(text) IS 'internal: a word of a command in a systemd unit';

CREATE FUNCTION emgov_internal.quote_crontab(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
RETURN '''' || replace(replace(word, '''', '''\'''''), '%', '\%') || '''';
COMMENT ON FUNCTION emgov_internal.quote_crontab(text) IS 'internal: a word of a command in a line of a crontab, which a shell reads';

-- Where pg_cron is: of this database (here), or of the cluster; in which database, if that may be known.
CREATE FUNCTION emgov_internal.find_cron(OUT here boolean, OUT anywhere boolean, OUT database text, OUT zone text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- by the catalogs: whoever may not use its schema must be told so
    here := EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') AND EXISTS (SELECT FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                                                                                     WHERE n.nspname = 'cron' AND p.proname = 'schedule' AND p.pronargs = 3);
    zone := 'GMT';
    BEGIN
        database := current_setting('cron.database_name', true);
        anywhere := here OR database IS NOT NULL;
        -- newer ones have a zone of their own
        zone := coalesce(nullif(current_setting('cron.timezone', true), ''), 'GMT');
    EXCEPTION WHEN insufficient_privilege THEN
        anywhere := true;
    END;
END
$$;
COMMENT ON FUNCTION emgov_internal.find_cron() IS 'internal: whether pg_cron is in this database, or in this cluster; its database, NULL if that is not known; the time zone it reckons in';

CREATE FUNCTION emgov_internal.cron_name(ledger regnamespace, job text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$ SELECT format('emgov %s.%s %s', current_database(), (SELECT nspname FROM pg_namespace WHERE oid = ledger), job) $$;
COMMENT ON FUNCTION emgov_internal.cron_name(regnamespace, text) IS 'internal: the name of a job of a ledger in pg_cron';

CREATE FUNCTION emgov_internal.schedule(ledger regnamespace, job text, at text, zone text, host text DEFAULT NULL) RETURNS TABLE (kind text, body text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $body$
DECLARE
    part record;
    t record;
    cron record;
    fields text;
    if_due boolean;
    command text;
    command_if_due text;
    name text;
    clock text;
    port text := current_setting('port');
    known_zone text;
BEGIN
    PERFORM emgov_internal.must_own(format('ledger "%s"', (SELECT nspname FROM pg_namespace WHERE oid = ledger)), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    SELECT * INTO part FROM emgov_internal.job_parts(ledger, job);
    SELECT * INTO t FROM emgov_internal.job_time(at);
    IF part.verb = 'publish' THEN
        PERFORM emgov_internal.period_to_publish(ledger, part.report, part.kind);
    END IF;
    IF zone IS NULL THEN
        EXECUTE format('SELECT s.time_zone FROM ONLY %s.ledger_setting AS s', ledger) INTO zone;
    END IF;
    known_zone := (SELECT z.name FROM pg_timezone_names AS z WHERE lower(z.name) = lower(zone) AND z.name !~ '^(posix|right)' LIMIT 1);
    IF known_zone IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no time zone %s', coalesce(format('"%s"', left(zone, 100)), 'of the ledger')),
            HINT = 'Write one by its name, such as Asia/Shanghai: SELECT name FROM pg_timezone_names;';
    END IF;
    zone := known_zone;
    at := CASE WHEN t.monthly THEN format('monthly %s ', coalesce(t.day::text, 'last')) ELSE 'daily ' END || to_char(t.of_day, 'HH24:MI');
    EXECUTE format('INSERT INTO %s.job AS j (job, at, zone) VALUES ($1, $2, $3) ON CONFLICT (job) DO UPDATE SET (at, zone, scheduled_at, scheduled_by) = ROW($2, $3, clock_timestamp(), session_user)
                     WHERE (j.at, j.zone) IS DISTINCT FROM ($2, $3)', ledger) USING job, at, zone;

    command := format('CALL %s.run_job(%L)', ledger, job);
    command_if_due := format('CALL %s.run_job(%L, if_due => true)', ledger, job);
    name := emgov_internal.cron_name(ledger, job);
    SELECT * INTO cron FROM emgov_internal.find_cron();
    SELECT c.fields, c.if_due INTO fields, if_due FROM emgov_internal.cron_fields(at, zone, cron.zone) AS c;
    IF cron.here THEN
        BEGIN
            EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING name, fields, CASE WHEN if_due THEN command_if_due ELSE command END;
            RETURN QUERY SELECT 'installed', format('in pg_cron: job "%s", %s of %s', name, fields, cron.zone);
            RETURN;
        EXCEPTION WHEN insufficient_privilege THEN
            RETURN QUERY SELECT 'pg_cron', format('GRANT USAGE ON SCHEMA cron TO %I;', current_user);
        END;
    ELSIF cron.anywhere THEN
        -- to be run by a superuser
        RETURN QUERY SELECT 'pg_cron', format('SELECT cron.schedule_in_database(%L, %L, %L, %L, %L, true);  -- in database %s, of pg_cron', name, fields,
                                              CASE WHEN if_due THEN command_if_due ELSE command END, current_database(), current_user, coalesce(quote_ident(cron.database), 'SHOW cron.database_name'));
    END IF;
    IF concat(current_database(), current_user, command) ~ '[[:cntrl:]]' THEN
        RETURN;         -- no name for a line
    END IF;
    -- where it is reached: as it is said, by the network as now, or by the directory of its socket, if that may be known
    host := coalesce(host, host(inet_server_addr()));
    IF host IS NULL THEN
        BEGIN
            host := nullif(btrim(split_part(current_setting('unix_socket_directories'), ',', 1)), '');
        EXCEPTION WHEN insufficient_privilege THEN
            NULL;
        END;
    END IF;
    IF host ~ '[[:cntrl:]]' THEN
        host := NULL;
    END IF;
    clock := to_char(t.of_day, 'HH24:MI');
    name := format('emgov: %s of ledger %s in database %s', job, (SELECT nspname FROM pg_namespace WHERE oid = ledger), current_database());
    RETURN QUERY SELECT 'systemd_service', array_to_string(ARRAY[
        '[Unit]', 'Description=' || replace(replace(name, '\', '\\'), '%', '%%'), 'After=postgresql.service', '',
        '[Service]', 'Type=oneshot', '# User=', 'Environment=' || replace(emgov_internal.quote_unit('PGHOST=' || host), '$$', '$'),
        format('Environment=%s', replace(emgov_internal.quote_unit('PGDATABASE=' || current_database()), '$$', '$')), format('Environment=PGPORT=%s', port),
        format('Environment=%s', replace(emgov_internal.quote_unit('PGUSER=' || current_user), '$$', '$')),
        'ExecStart=/usr/bin/env psql -X -w -v ON_ERROR_STOP=1 -c ' || emgov_internal.quote_unit(command), ''], E'\n');
    RETURN QUERY SELECT 'systemd_timer', array_to_string(ARRAY[
        '[Unit]', 'Description=' || replace(replace(name, '\', '\\'), '%', '%%'), '',
        '[Timer]', format('OnCalendar=%s %s:00 %s', CASE WHEN NOT t.monthly THEN '*-*-*' WHEN t.day IS NULL THEN '*-*~01' ELSE format('*-*-%s', lpad(t.day::text, 2, '0')) END, clock, zone),
        'Persistent=true', '', '[Install]', 'WantedBy=timers.target', ''], E'\n');
    RETURN QUERY SELECT 'crontab', array_to_string(ARRAY[
        format('CRON_TZ=%s', zone),
        format('%s %s %s * * %sPGDATABASE=%s PGPORT=%s PGUSER=%s psql -X -w -v ON_ERROR_STOP=1 -c %s', extract(minute FROM t.of_day), extract(hour FROM t.of_day),
               CASE WHEN NOT t.monthly THEN '*' WHEN t.day IS NULL THEN '28-31' ELSE t.day::text END,
               'PGHOST=' || emgov_internal.quote_crontab(host) || ' ', emgov_internal.quote_crontab(current_database()), port,
               emgov_internal.quote_crontab(current_user), emgov_internal.quote_crontab(CASE WHEN t.monthly AND t.day IS NULL THEN command_if_due ELSE command END))], E'\n');
END
$body$;
COMMENT ON FUNCTION emgov_internal.schedule(regnamespace, text, text, text, text) IS
    'schedule a job of a ledger, by its owner, at a time of a time zone (NULL: the ledger''s): in pg_cron where that is in this database; else what is to be done elsewhere: a statement, units of '
    'systemd, a line of a crontab. Errors: no such job, report, time or zone';

CREATE FUNCTION emgov_internal.unschedule(ledger regnamespace, job text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    cron record;
    name text := emgov_internal.cron_name(ledger, job);
    n bigint;
BEGIN
    PERFORM emgov_internal.must_own(format('ledger "%s"', (SELECT nspname FROM pg_namespace WHERE oid = ledger)), (SELECT nspowner FROM pg_namespace WHERE oid = ledger));
    EXECUTE format('DELETE FROM %s.job AS j WHERE j.job = $1', ledger) USING job;
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('job %s is not scheduled', coalesce(format('"%s"', left(job, 100)), 'NULL')),
            HINT = format('SELECT job, at FROM %s.job;', ledger);
    END IF;
    SELECT * INTO cron FROM emgov_internal.find_cron();
    IF cron.here THEN
        BEGIN
            EXECUTE 'SELECT count(cron.unschedule(j.jobid)) FROM cron.job AS j WHERE j.jobname = $1' INTO n USING name;
            IF n > 0 THEN
                RETURN;
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN
            NULL;
        END;
    END IF;
    RAISE NOTICE USING MESSAGE = format('job "%s" is no longer expected; take it away where it was put', job),
        HINT = CASE WHEN cron.anywhere AND NOT cron.here
                    THEN format('In pg_cron''s database%s: SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = %L; else the', ' ' || quote_ident(cron.database), name)
                    ELSE 'The' END || ' units of systemd, or the line of a crontab.';
END
$$;
COMMENT ON FUNCTION emgov_internal.unschedule(regnamespace, text) IS
    'a job of a ledger is not scheduled any more, by its owner: out of pg_cron where that is in this database; an error when it was not scheduled';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'schedule(text, text, text, text)',
    '定时作业 | schedule a job (refresh, refresh REPORT, publish REPORT, fold, verify, health) at a time (01:00, monthly 5 02:00, monthly last 23:00) of a time zone (NULL: the ledger''s): in '
    'pg_cron, or gives what is to be put elsewhere; host: where the server is reached (NULL: as now)', $sql$
CREATE OR REPLACE FUNCTION @ledger@.schedule(job text, at text, zone text DEFAULT NULL, host text DEFAULT NULL) RETURNS TABLE (kind text, body text)
LANGUAGE sql BEGIN ATOMIC
    SELECT s.kind, s.body FROM emgov_internal.schedule('@ledger@'::regnamespace, $1, $2, $3, $4) AS s;
END
$sql$), ('function', 'unschedule(text)', '取消定时作业 | a job is not scheduled any more', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.unschedule(job text)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.unschedule('@ledger@'::regnamespace, $1);
END
$sql$);

-- ------------------------------------------------------------------ how jobs fare
-- One row a job that is scheduled or has run. A time that is an hour past without a run that was done since is overdue.
CREATE FUNCTION emgov_internal.job_health_query(condition text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT $sql$
    SELECT n.job::varchar(100) AS job, j.at::varchar(30) AS at, j.zone::varchar(60) AS zone,
           CASE WHEN r.state = 'running' AND NOT r.lives THEN 'killed' ELSE r.state END::varchar(10) AS last_state, r.started AS last_started, s.last_success,
           extract(epoch FROM now() - s.last_success)::int AS age_seconds, CASE WHEN j.at LIKE 'monthly %' THEN 31 WHEN j.at IS NOT NULL THEN 1 END AS expected_days,
           d.last_due, d.next_due, CASE WHEN j.at IS NOT NULL THEN coalesce(d.last_due < now() - interval '1 hour' AND (s.last_success IS NULL OR s.last_success < d.last_due)
               AND NOT (r.state = 'running' AND r.lives), false) END AS overdue,
           CASE WHEN r.state = 'running' AND NOT r.lives THEN format('killed: its session, process %s, is gone', r.process) ELSE r.message END::varchar(2000) AS message
      FROM (SELECT x.job FROM @ledger@.job AS x UNION SELECT x.job FROM @ledger@.job_run AS x) AS n
      LEFT JOIN @ledger@.job AS j ON j.job = n.job
      LEFT JOIN LATERAL (SELECT x.state, x.started, x.message, x.process, emgov_internal.session_lives(x.process, x.session_start) AS lives
                           FROM @ledger@.job_run AS x WHERE x.job = n.job AND x.state <> 'skipped' ORDER BY x.started DESC, x.id DESC LIMIT 1) AS r ON true
      LEFT JOIN LATERAL (SELECT max(x.started) AS last_success FROM @ledger@.job_run AS x WHERE x.job = n.job AND x.state = 'done') AS s ON true
      LEFT JOIN LATERAL (SELECT max(m) FILTER (WHERE m <= now() AND m > j.scheduled_at) AS last_due, min(m) FILTER (WHERE m > now()) AS next_due
                           FROM emgov_internal.job_moments(j.at, j.zone, now()) AS m WHERE j.at IS NOT NULL) AS d ON true
    $sql$ || condition
$$;
COMMENT ON FUNCTION emgov_internal.job_health_query(text) IS 'internal: the query of job_health, with a condition';

INSERT INTO emgov.ledger_part (kind, name, note, body)
SELECT x.kind, 'job_health', '作业健康状况 | how jobs fare: the last run, the last one that was done, whether one is overdue', emgov_internal.job_health_query(x.condition)
  FROM (VALUES ('list', ''), ('view', ' WHERE @seen(NULL::text)@')) AS x (kind, condition);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'job_health.job', '作业 | the job'),
    ('column', 'job_health.at', '计划时间 | when it is scheduled; NULL: it is not'),
    ('column', 'job_health.zone', '时区 | time zone of that time'),
    ('column', 'job_health.last_state', '最近状态 | how the last run fared: running, done, failed, killed'),
    ('column', 'job_health.last_started', '最近开始时间 | when the last run began'),
    ('column', 'job_health.last_success', '最近成功时间 | when the last run began that was done'),
    ('column', 'job_health.age_seconds', '距今秒数 | how long ago that was'),
    ('column', 'job_health.expected_days', '应有间隔天数 | after how many days it is to run again, at most'),
    ('column', 'job_health.last_due', '最近应运行时间 | the last time that it was to run, since it is scheduled so'),
    ('column', 'job_health.next_due', '下次应运行时间 | the next time'),
    ('column', 'job_health.overdue', '是否逾期 | whether that is an hour past, and no run was done since'),
    ('column', 'job_health.message', '说明 | what came of the last run, or its error');
