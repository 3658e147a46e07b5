-- ------------------------------------------------------------------ ledger: publications
-- A publication is what a report said: its figures, frozen, with the definitions they were
-- made by. Its tables refuse every statement; publishing writes them from C, past their
-- triggers (see publication.c). Publications of a ledger are numbered without gaps, and
-- each holds the hash of the one before (see verification.sql).

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'publication', '发布：某期、某时点、某口径的全部数字 | publications: figures frozen for a period, a moment and a scope', $ddl$
CREATE TABLE @ledger@.publication (
    id int PRIMARY KEY,                                 -- 发布编号，不间断 | number, without gaps
    report text NOT NULL,                               -- 报告名称 | report it belongs to
    starts_on date NOT NULL,                            -- 期初 | first day of the period
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    as_of timestamptz NOT NULL,                         -- 数据时点 | what was known at this moment
    live boolean NOT NULL,                              -- 是否含不留版本的来源 | whether sources that keep no versions were counted, as they were when it was published
    scope text,                                         -- 口径，空为全部 | scope; NULL: all
    base text NOT NULL CHECK (base IN ('restated', 'first_published')),  -- 同比基数：最新修订、首次公布 | base of the changes
    published_at timestamptz NOT NULL,                  -- 发布时间 | when
    published_by text NOT NULL,                         -- 发布人 | by whom: the user who had logged in
    layout int NOT NULL,                                -- 台账结构版本 | layout of the ledger
    figures_hash text NOT NULL,                         -- 数字摘要 | SHA-256 of its figures
    previous_hash text,                                 -- 上一发布的摘要 | hash of the publication before; NULL: there is none
    algorithm int NOT NULL,                             -- 摘要算法版本 | version of the algorithm of the hashes
    hash text NOT NULL,                                 -- 本发布的摘要 | SHA-256 of all other columns
    CHECK (ends_on > starts_on)
);
-- the last moment published is asked for by writers
CREATE INDEX ON @ledger@.publication (as_of);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'publication_figure', '已发布数字 | published figures, immutable', $ddl$
CREATE TABLE @ledger@.publication_figure (
    publication_id int NOT NULL REFERENCES @ledger@.publication,  -- 发布编号 | publication
    code text NOT NULL,                                 -- 指标代码 | indicator
    name_zh text NOT NULL,                              -- 名称 | name
    value numeric,                                      -- 数值 | value
    numerator numeric,                                  -- 分子 | numerator
    denominator numeric,                                -- 分母 | denominator
    base numeric,                                       -- 基数 | base
    change numeric,                                     -- 增减 | change
    rate numeric,                                       -- 增减百分比 | change in percent, rounded by the policy
    state text NOT NULL,                                -- 可比状态 | comparable, new, none, …
    p_value numeric,                                    -- p 值 | p-value
    unit text NOT NULL,                                 -- 单位 | unit
    phrase text,                                        -- 文字表述 | the words printed
    scope text NOT NULL,                                -- 口径 | scope
    definition_version int NOT NULL,                    -- 定义版本 | version of the definition
    definition jsonb NOT NULL,                          -- 定义与舍入口径 | definition with its rounding policy
    record_count bigint NOT NULL,                       -- 记录数 | records behind it
    record_checksum numeric NOT NULL,                   -- 记录校验和 | sum of the hashes of those records
    base_numerator numeric,                             -- 基期分子 | numerator of the base
    base_denominator numeric,                           -- 基期分母 | denominator of the base
    PRIMARY KEY (publication_id, code)
);
$ddl$);

CREATE FUNCTION emgov.only_publish() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_only_publish';
COMMENT ON FUNCTION emgov.only_publish() IS 'trigger of the publication tables, for each statement and for each row: refuses whatever it is';

-- for each row too: a statement that names a parent of the table fires no statement trigger here
INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'publication', $ddl$
CREATE OR REPLACE TRIGGER ledger_keep BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @ledger@.publication FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep_row BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.publication FOR EACH ROW EXECUTE FUNCTION emgov.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @ledger@.publication_figure FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep_row BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.publication_figure FOR EACH ROW EXECUTE FUNCTION emgov.only_publish();
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'publication_current', '各报告当前的发布 | each report''s current publication, the newest', $sql$
    SELECT DISTINCT ON (p.report) p.report::varchar(120) AS report, p.starts_on AS period_start, p.id AS publication_id, p.published_at AS since
      FROM ONLY @ledger@.publication p ORDER BY p.report, p.id DESC
$sql$);

-- The tables that a ledger's figures are read from: behind its sources, present and past,
-- through views, inlined functions and partitions, in whatever schema. What a function
-- in another language reads is not known: then every kept table may be behind it, and
-- `certain` is false.
CREATE FUNCTION emgov._source_tables(ledger regnamespace) RETURNS TABLE (relation regclass, certain boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    named regclass[];
BEGIN
    EXECUTE format($sql$
        SELECT array_agg(DISTINCT to_regclass(CASE cardinality(parse_ident(source)) WHEN 1 THEN format('%%s.%%I', $1, (parse_ident(source))[1])
                                                                               ELSE source END))
          FROM (SELECT source FROM ONLY %1$s.indicator UNION SELECT source FROM ONLY %1$s.check_rule UNION SELECT source FROM %1$s.indicator_history) AS i
         WHERE source IS NOT NULL $sql$, ledger)
       INTO named USING ledger;
    named := named || ARRAY(SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = ledger
                                 AND c.relname IN ('indicator', 'measure_series', 'area', 'coverage_declaration', 'reported', 'base_value', 'publication', 'publication_figure'));
    RETURN QUERY
        WITH RECURSIVE behind (classid, objid) AS (
            SELECT 'pg_class'::regclass::oid, n::oid FROM unnest(named) AS n WHERE n IS NOT NULL
            UNION
            SELECT next.classid, next.objid
              FROM behind b
              CROSS JOIN LATERAL (
                -- a view's query; a function's
                SELECT d.refclassid, d.refobjid FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
                 WHERE b.classid = 'pg_class'::regclass AND w.ev_class = b.objid AND w.ev_type = '1'
                UNION ALL
                SELECT d.refclassid, d.refobjid FROM pg_depend d
                 WHERE b.classid = 'pg_proc'::regclass AND d.classid = b.classid AND d.objid = b.objid AND d.deptype = 'n'
                UNION ALL
                -- the twin as of a moment
                SELECT 'pg_proc'::regclass, p.oid FROM pg_class c JOIN pg_proc p ON p.pronamespace = c.relnamespace
                 WHERE b.classid = 'pg_class'::regclass AND c.oid = b.objid AND p.prorettype = c.reltype AND p.proname = c.relname || '_as_of'
                UNION ALL
                SELECT b.classid, i.inhrelid FROM pg_inherits i WHERE b.classid = 'pg_class'::regclass AND i.inhparent = b.objid
              ) AS next (classid, objid)
             WHERE next.classid IN ('pg_class'::regclass, 'pg_proc'::regclass) AND next.objid <> b.objid
        ), dark AS (
            SELECT FROM behind b JOIN pg_proc p ON b.classid = 'pg_proc'::regclass AND p.oid = b.objid
             WHERE p.prosqlbody IS NULL AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'emgov'::regnamespace)
        )
        SELECT x.relation, bool_or(x.certain)
          FROM (SELECT c.oid::regclass AS relation, true AS certain FROM behind b JOIN pg_class c ON c.oid = b.objid
                 WHERE b.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'f')
                UNION ALL
                SELECT t.tgrelid, false FROM pg_trigger t
                 WHERE t.tgfoid = 'emgov.keep_version()'::regprocedure AND EXISTS (SELECT FROM dark)) AS x (relation, certain)
         GROUP BY x.relation;
END
$$;
COMMENT ON FUNCTION emgov._source_tables(regnamespace) IS
    'internal: the tables behind a ledger''s sources, in whatever schema; certain is false of those that may be, because a function cannot be seen through';

CREATE FUNCTION emgov._refuse_row_policies(ledger regnamespace) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    limited regclass;
BEGIN
    SELECT t.relation INTO limited FROM emgov._source_tables(ledger) AS t WHERE t.certain AND row_security_active(t.relation) ORDER BY t.relation::text LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('user "%s" may see only some of the rows of "%s"', current_user, limited),
            DETAIL = 'A row policy hides the others: figures made from it would be partial, and pass for the whole.',
            HINT = 'Let a user do it whom no policy limits, or who has BYPASSRLS.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._refuse_row_policies(regnamespace) IS
    'internal: an error when a row policy limits the current user in a table behind a ledger''s figures';

-- The figures of a publication as its table holds them, an array of objects in the order
-- of their codes; nothing in it depends on a setting.
CREATE FUNCTION emgov._publication_figures(ledger regnamespace, publication int, period daterange, report text, moment timestamptz,
                                           scope text, base text, live boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET client_min_messages = warning
AS $$
DECLARE
    definitions jsonb;
BEGIN
    SELECT jsonb_object_agg(i.code, to_jsonb(i) - '{ordinal,active}'::text[]) INTO definitions
      FROM emgov._indicators(ledger, moment) AS i;
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'publication_id', publication, 'code', f.code, 'name_zh', f.name_zh, 'value', f.value, 'numerator', f.numerator, 'denominator', f.denominator,
                   'base_numerator', f.base_numerator, 'base_denominator', f.base_denominator, 'base', f.base, 'change', f.change, 'rate', f.rate, 'state', f.state,
                   'p_value', f.p_value, 'unit', f.unit, 'phrase', f.phrase,
                   'scope', f.scope, 'definition_version', f.definition_version, 'definition', definitions->(f.code),
                   'record_count', coalesce(f.record_count, 0), 'record_checksum', coalesce(f.record_checksum, 0))
                   ORDER BY f.code COLLATE "C"), '[]')
          FROM emgov.ledger_figures(ledger, period, moment, scope, base, true, live, report) AS f);
END
$$;
COMMENT ON FUNCTION emgov._publication_figures(regnamespace, int, daterange, text, timestamptz, text, text, boolean) IS
    'internal: what publishing would write into publication_figure, as JSON';

-- The clock was set back: what is dated after the present is in no figure as of now.
CREATE FUNCTION emgov._warn_of_future(ledger regnamespace) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept regclass;
    last timestamptz;
BEGIN
    FOR kept IN SELECT t.relation FROM emgov._source_tables(ledger) AS t WHERE t.certain AND emgov._history_of(t.relation) IS NOT NULL ORDER BY t.relation::text LOOP
        EXECUTE format('SELECT max(known_from) FROM ONLY %s', kept) INTO last;
        IF last > clock_timestamp() THEN
            RAISE WARNING USING MESSAGE = format('"%s" has rows dated after the present, which are left out', kept),
                DETAIL = format('The latest is known from %s. The clock was set back.', last),
                HINT = 'Publish again when that has come, as of a moment after it.';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._warn_of_future(regnamespace) IS 'internal: a warning for each table behind a ledger''s figures that has rows dated after the present';

CREATE FUNCTION emgov._publication_draft(ledger regnamespace, period daterange, report text, moment timestamptz, scope text, base text, live boolean,
                                         OUT id int, OUT hash text, OUT publication jsonb, OUT figures jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
AS $$
DECLARE
    last jsonb;
    present jsonb;
    failed text;
    layout int;
BEGIN
    PERFORM emgov._check_period(period);
    IF report IS NULL OR report = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a publication needs the name of its report';
    END IF;
    PERFORM emgov._refuse_row_policies(ledger);
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p ORDER BY p.id DESC LIMIT 1', ledger) INTO last;
    id := coalesce((last->>'id')::int, 0) + 1;
    IF live THEN
        PERFORM emgov._warn_of_future(ledger);
    END IF;
    figures := emgov._publication_figures(ledger, id, period, report, moment, scope, base, live);
    IF figures = '[]' THEN
        RAISE EXCEPTION USING ERRCODE = 'no_data_found', MESSAGE = format('there is no figure of scope "%s"', scope);
    END IF;
    SELECT string_agg(f->>'code', ', ') INTO failed FROM jsonb_array_elements(figures) AS f WHERE f->>'state' = 'failed';
    IF failed IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'data_exception',
            MESSAGE = format('figures that cannot be computed are not published: %s', failed),
            DETAIL = (SELECT string_agg(format('%s: %s', f.code, f.reason), E'\n')
                        FROM emgov.ledger_figures(ledger, period, moment, scope, base, false, live, report) AS f WHERE f.state = 'failed'),
            HINT = format('Correct their definitions, or leave them out: UPDATE %s.indicator SET active = false WHERE code = …', ledger);
    END IF;
    EXECUTE format('SELECT max(v.layout) FROM %s.ledger_version AS v', ledger) INTO layout;
    publication := jsonb_build_object(
        'id', id, 'report', report, 'starts_on', lower(period), 'ends_on', upper(period), 'as_of', moment, 'live', live, 'scope', scope, 'base', base,
        'published_at', clock_timestamp(), 'published_by', session_user, 'layout', layout,
        'figures_hash', emgov._figures_hash(figures, emgov._hash_algorithm()), 'previous_hash', last->>'hash', 'algorithm', emgov._hash_algorithm());
    publication := publication || jsonb_build_object('hash', emgov._publication_hash(publication));
    hash := publication->>'hash';

    -- the report says this already
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p WHERE p.report = $1 ORDER BY p.id DESC LIMIT 1', ledger) INTO present USING report;
    IF (SELECT bool_and(present->k IS NOT DISTINCT FROM publication->k)
          FROM unnest('{starts_on,ends_on,scope,base,figures_hash,algorithm}'::text[]) AS k) THEN
        id := (present->>'id')::int;
        hash := present->>'hash';
        publication := NULL;
        figures := NULL;
    ELSE
        publication := jsonb_build_array(publication);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._publication_draft(regnamespace, daterange, text, timestamptz, text, text, boolean) IS
    'internal: what publishing writes, as JSON; the rows are NULL when the report says it already';

CREATE FUNCTION emgov.publish_ledger(ledger regnamespace, period daterange, report text, as_of timestamptz DEFAULT NULL,
                                     scope text DEFAULT NULL, base text DEFAULT 'restated', OUT id int, OUT hash text)
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_publish_ledger';
COMMENT ON FUNCTION emgov.publish_ledger(regnamespace, daterange, text, timestamptz, text, text) IS
    'freeze a ledger''s figures as a publication of a report, which is the current one from then on; gives its number and hash, the present one''s when it says the same. '
    'Waits for those who are writing, for emgov.publish_timeout at most, and for nobody who begins later';

-- What a report first published for a period, as known by those who looked at a moment.
CREATE FUNCTION emgov._first_published(ledger regnamespace, report text, period daterange, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reports text[];
    found jsonb;
BEGIN
    IF report IS NULL THEN
        EXECUTE format('SELECT array_agg(DISTINCT p.report) FROM ONLY %s.publication AS p WHERE p.starts_on = $1 AND p.ends_on = $2 AND p.published_at <= $3', ledger)
           INTO reports USING lower(period), upper(period), coalesce(as_of, 'infinity');
        IF cardinality(reports) > 1 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('several reports were published for %s: which of them is the base?', period),
                DETAIL = format('They are %s.', (SELECT string_agg(format('"%s"', r), ', ') FROM unnest(reports) AS r)),
                HINT = 'Name it: figures(…, base => ''first_published'', report => …).';
        END IF;
        report := reports[1];
    END IF;
    EXECUTE format($sql$
        SELECT coalesce(jsonb_object_agg(x.code, x.value), '{}')
          FROM (SELECT DISTINCT ON (f.code) f.code, f.value
                  FROM ONLY %1$s.publication AS p JOIN ONLY %1$s.publication_figure AS f ON f.publication_id = p.id
                 WHERE p.report = $1 AND p.starts_on = $2 AND p.ends_on = $3 AND p.published_at <= $4
                 ORDER BY f.code, p.id) AS x $sql$, ledger)
       INTO found USING report, lower(period), upper(period), coalesce(as_of, 'infinity');
    RETURN found;
END
$$;
COMMENT ON FUNCTION emgov._first_published(regnamespace, text, daterange, timestamptz) IS
    'internal: code and value of what a report first published for a period, by a moment (NULL: now); without a report, of the only one that did';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'publish(daterange, text, timestamptz, text, text, int, text)',
    '发布：给出编号与摘要 | freeze the figures as a publication of a report, the current one from then on; gives its number and its hash: keep that elsewhere', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.publish(period daterange, report text, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL, base text DEFAULT 'restated',
                                             INOUT id int DEFAULT NULL, INOUT hash text DEFAULT NULL)
LANGUAGE sql BEGIN ATOMIC
    SELECT p.id, p.hash FROM emgov.publish_ledger('@ledger@'::regnamespace, $1, $2, $3, $4, $5) AS p;
END
$sql$);
