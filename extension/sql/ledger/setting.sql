-- ------------------------------------------------------------------ ledger: its time zone, days as moments
CREATE FUNCTION emgov.end_of(day date, zone text DEFAULT 'Asia/Shanghai') RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT timezone(zone, (day + 1)::timestamp);
END;
COMMENT ON FUNCTION emgov.end_of(date, text) IS
    'the moment after a day in a time zone: the as_of for what was known by the end of that day; NULL for NULL';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'ledger_setting', '台账设置，仅一行 | settings of the ledger, one row', $ddl$
CREATE TABLE @ledger@.ledger_setting (
    only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT "there is one row of settings" CHECK (only_row),  -- 恒为真 | always true: there is one row
    time_zone text NOT NULL DEFAULT 'Asia/Shanghai'     -- 时区 | time zone that the ledger's days are days of
        CONSTRAINT "time_zone is one that the server knows" CHECK (timezone(time_zone, '2000-01-01'::timestamp) IS NOT NULL),
    year_start text NOT NULL DEFAULT '01-01'            -- 年度起始月日，如 04-01 | day on which the years of reports begin, MM-DD
        CONSTRAINT "year_start is MM-DD, a day up to the 28th" CHECK (year_start ~ '^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$'),
    report_due_day int NOT NULL DEFAULT 8               -- 每月填报截止日，即次月几日前应报齐 | the day of the next month by which the records of a month are to be entered
        CONSTRAINT "report_due_day is 1 to 28" CHECK (report_due_day BETWEEN 1 AND 28),
    report_years int NOT NULL DEFAULT 10                -- 报表保留年数，含当年 | years that the report tables hold, this one included
        CONSTRAINT "report_years is 1 to 30" CHECK (report_years BETWEEN 1 AND 30),
    job_run_days int NOT NULL DEFAULT 400               -- 作业记录保留天数 | days for which the runs of jobs are kept
        CONSTRAINT "job_run_days is 1 to 36500" CHECK (job_run_days BETWEEN 1 AND 36500),
    lang text NOT NULL DEFAULT 'zh' CHECK (lang IN ('zh', 'en'))  -- 语言，用于未指明语言的数字与核对 | language of figures and checks where none is asked for; a report has its own
);
$ddl$);
CREATE FUNCTION emgov_internal.keep_setting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    published boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.publication)', TG_TABLE_SCHEMA) INTO published;
        IF NEW.year_start <> OLD.year_start AND published THEN
            RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
                MESSAGE = format('the years of ledger "%s" begin on %s, and keep doing so', TG_TABLE_SCHEMA, OLD.year_start),
                DETAIL = 'Something has been published; from other years it would no longer come out.',
                HINT = 'Make another ledger for other years.';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
        MESSAGE = format('%s on "%s.%s" is refused: its one row says which days a ledger''s days are', lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME),
        HINT = format('UPDATE %I.%I SET time_zone = ''Asia/Shanghai'';', TG_TABLE_SCHEMA, TG_TABLE_NAME);
END
$$;
COMMENT ON FUNCTION emgov_internal.keep_setting() IS 'trigger of a ledger''s settings: refuses to take the row away, and to change when years begin after something was published';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'ledger_setting', $ddl$
CREATE OR REPLACE TRIGGER a_setting_keep BEFORE DELETE OR TRUNCATE ON @ledger@.ledger_setting FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.keep_setting();
CREATE OR REPLACE TRIGGER a_year_start_keep BEFORE UPDATE OF year_start ON @ledger@.ledger_setting FOR EACH ROW EXECUTE FUNCTION emgov_internal.keep_setting();
$ddl$);
INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'ledger_setting', 'INSERT INTO @ledger@.ledger_setting DEFAULT VALUES');

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'end_of(date)',
    '某日结束的时刻，用作 as_of | the moment after a day of this ledger: the as_of for what was known by the end of it', $sql$
CREATE OR REPLACE FUNCTION @ledger@.end_of(day date) RETURNS timestamptz
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT emgov.end_of($1, coalesce((SELECT s.time_zone FROM ONLY @ledger@.ledger_setting AS s), 'Asia/Shanghai'));
END
$sql$);

CREATE FUNCTION emgov_internal.year_start(ledger regnamespace) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    year_start text;
BEGIN
    EXECUTE format('SELECT s.year_start FROM ONLY %s.ledger_setting AS s', ledger) INTO year_start;
    RETURN coalesce(year_start, '01-01');
END
$$;
COMMENT ON FUNCTION emgov_internal.year_start(regnamespace) IS 'internal: the day, MM-DD, on which the years of a ledger begin';

CREATE FUNCTION emgov_internal.language(ledger regnamespace, lang text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF lang IS NULL THEN
        EXECUTE format('SELECT s.lang FROM ONLY %s.ledger_setting AS s', ledger) INTO lang;
        RETURN coalesce(lang, 'zh');
    ELSIF lang NOT IN ('zh', 'en') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no language %L', left(lang, 60)),
            HINT = format('zh or en; NULL: the ledger''s own, UPDATE %s.ledger_setting SET lang = ''en'';', ledger);
    END IF;
    RETURN lang;
END
$$;
COMMENT ON FUNCTION emgov_internal.language(regnamespace, text) IS 'internal: a language that words are asked for in, zh or en; NULL: the ledger''s own; an error for any other';

-- What as_of says: nothing for NULL, else a moment that is over. A day as a moment is its
-- first one, and the entries of that day are missing; so midnight is remarked on.
CREATE FUNCTION emgov_internal.known_moment(ledger regnamespace, as_of timestamptz, remark boolean DEFAULT true) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$
DECLARE
    zone text;
    day date;
BEGIN
    IF NOT isfinite(as_of) OR as_of > clock_timestamp() THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = CASE WHEN isfinite(as_of) THEN format('nothing is known yet as of %s', as_of) ELSE format('as_of must be a moment, not %s', as_of) END,
            HINT = 'Leave as_of out for what is known now.';
    END IF;
    IF as_of IS NOT NULL AND remark THEN
        IF to_regclass(format('%s.ledger_setting', ledger)) IS NOT NULL THEN
            EXECUTE format('SELECT time_zone FROM ONLY %s.ledger_setting', ledger) INTO zone;
        END IF;
        zone := coalesce(zone, 'Asia/Shanghai');
        day := timezone(zone, as_of)::date;
        IF timezone(zone, as_of) = day::timestamp THEN
            RAISE NOTICE USING
                MESSAGE = format('as of the first moment of %s: what was known by the end of %s', day, day - 1),
                DETAIL = format('Time zone %s. What was entered on %s is not in it.', zone, day),
                HINT = format('That is %1$s.end_of(''%2$s''). If what was entered on %3$s is to be in it, write %1$s.end_of(''%3$s'').', ledger, day - 1, day);
        END IF;
    END IF;
    RETURN as_of;
END
$$;
COMMENT ON FUNCTION emgov_internal.known_moment(regnamespace, timestamptz, boolean) IS
    'internal: check a moment as of which figures are asked for; an error for one that is not over, and if asked to remark a notice for midnight in the ledger''s time zone';
