-- ------------------------------------------------------------------ ledger: publications

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'publication', '发布：某期、某时点、某口径的全部数字 | publications: figures frozen for a period, a moment and a scope', $ddl$
CREATE TABLE @ledger@.publication (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,    -- 发布编号 | number of the run
    report text NOT NULL,                               -- 报告名称 | report it belongs to
    starts_on date NOT NULL,                            -- 期初 | first day of the period
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    as_of timestamptz NOT NULL,                         -- 数据时点 | what was known at this moment
    scope text,                                         -- 口径，空为全部 | scope; NULL: all
    base text NOT NULL CHECK (base IN ('restated', 'first_published')),  -- 同比基数：最新修订、首次公布 | base of the changes
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 发布时间 | when
    published_by text NOT NULL DEFAULT session_user,    -- 发布人 | by whom
    input_hash char(64) NOT NULL,                       -- 输入摘要 | SHA-256 of figures, definitions and records
    layout int NOT NULL,                                -- 台账结构版本 | layout of the ledger
    CHECK (ends_on > starts_on)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'publication_figure', '已发布数字 | published figures, immutable', $ddl$
CREATE TABLE @ledger@.publication_figure (
    publication_id int NOT NULL REFERENCES @ledger@.publication,  -- 发布编号 | publication
    code text NOT NULL,                                 -- 指标代码 | indicator
    name_zh text NOT NULL,                              -- 名称 | name
    value numeric(24,6),                                -- 数值 | value
    numerator numeric(24,6),                            -- 分子 | numerator
    denominator numeric(24,6),                          -- 分母 | denominator
    base numeric(24,6),                                 -- 基数 | base
    change numeric(24,6),                               -- 增减 | change
    rate numeric(24,6),                                 -- 增减百分比 | change in percent, rounded by the policy
    state text NOT NULL,                                -- 可比状态 | comparable, new, none, …
    p_value numeric(7,6),                               -- p 值 | p-value
    unit text NOT NULL,                                 -- 单位 | unit
    phrase text,                                        -- 文字表述 | the words printed
    scope text NOT NULL,                                -- 口径 | scope
    definition_version int NOT NULL,                    -- 定义版本 | version of the definition
    definition jsonb NOT NULL,                          -- 定义与舍入口径 | definition with its rounding policy
    record_count bigint NOT NULL,                       -- 记录数 | records behind it
    record_checksum numeric(20,0) NOT NULL,             -- 记录校验和 | sum of the hashes of those records
    PRIMARY KEY (publication_id, code)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'publication_current', '各报告当前发布的指针 | pointer to each report''s current publication', $ddl$
CREATE TABLE @ledger@.publication_current (
    report text PRIMARY KEY,                            -- 报告名称 | report
    publication_id int NOT NULL REFERENCES @ledger@.publication,  -- 当前发布 | publication in force
    since timestamptz NOT NULL DEFAULT clock_timestamp()  -- 起始时间 | since when
);
$ddl$);

CREATE FUNCTION emgov.only_publish() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_only_publish';
COMMENT ON FUNCTION emgov.only_publish() IS 'statement trigger of the publication tables: rows come from publishing only';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'publication', $ddl$
CREATE OR REPLACE TRIGGER ledger_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @ledger@.publication FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_change();
CREATE OR REPLACE TRIGGER ledger_keep_insert BEFORE INSERT ON @ledger@.publication FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON @ledger@.publication_figure FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_change();
CREATE OR REPLACE TRIGGER ledger_keep_insert BEFORE INSERT ON @ledger@.publication_figure FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep BEFORE DELETE OR TRUNCATE ON @ledger@.publication_current FOR EACH STATEMENT EXECUTE FUNCTION emgov.refuse_change();
CREATE OR REPLACE TRIGGER ledger_keep_insert BEFORE INSERT OR UPDATE ON @ledger@.publication_current FOR EACH STATEMENT EXECUTE FUNCTION emgov.only_publish();
$ddl$);

CREATE FUNCTION emgov._publish_ledger(ledger regnamespace, period daterange, report text, as_of timestamptz, scope text, base text)
RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema_name text := (SELECT nspname FROM pg_namespace WHERE oid = ledger);
    schemas regnamespace[];
    moment timestamptz;
    figures emgov.ledger_figure[];
    definitions jsonb;
    hash text;
    present int;
    made int;
BEGIN
    PERFORM emgov._check_period(period);
    IF report IS NULL OR report = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a publication needs the name of its report';
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'active_sql_transaction',
            MESSAGE = format('publishing is not possible at isolation level %s', current_setting('transaction_isolation')),
            DETAIL = 'It waits for writers to finish and must then see what they wrote.',
            HINT = 'Publish in a READ COMMITTED transaction.';
    END IF;
    IF as_of > clock_timestamp() THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('nothing is known yet as of %s', as_of);
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended(format('emgov.publish %s %s', ledger::oid, report), 0)) THEN
        RAISE NOTICE 'report "%" is being published by another session, nothing was done', report;
        RETURN NULL;
    END IF;

    -- whoever is writing finishes first; whoever writes later is dated later
    EXECUTE format($sql$
        SELECT array_agg(DISTINCT s ORDER BY s)
          FROM (SELECT $1 AS s UNION ALL
                SELECT c.relnamespace::regnamespace FROM %s.indicator i JOIN pg_class c ON c.oid = emgov._source($2, i.source)
                 WHERE i.active AND i.source IS NOT NULL) AS x $sql$, ledger)
       INTO schemas USING ledger, schema_name;
    moment := emgov._settled_moment(schemas);
    moment := coalesce(as_of, moment);

    figures := ARRAY(SELECT f FROM emgov.ledger_figures(ledger, period, moment, scope, base, true, as_of IS NULL) AS f);
    SELECT jsonb_object_agg(i->>'code', i - '{known_from,approved_by,approved_at,ordinal,active}'::text[]) INTO definitions
      FROM emgov._indicators(ledger, moment) AS i;
    SELECT encode(sha256(convert_to(string_agg(concat_ws('|', f.code, f.value, f.numerator, f.denominator, f.base, f.phrase,
                                                        f.record_count, f.record_checksum, definitions->>(f.code)), E'\n' ORDER BY f.code), 'UTF8')), 'hex')
      INTO hash FROM unnest(figures) AS f;
    IF hash IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'no_data_found', MESSAGE = format('there is no figure of scope "%s"', scope);
    END IF;

    EXECUTE format($sql$
        SELECT p.id FROM %1$s.publication_current c JOIN %1$s.publication p ON p.id = c.publication_id
         WHERE c.report = $1 AND p.input_hash = $2 AND p.starts_on = $3 AND p.ends_on = $4
           AND p.scope IS NOT DISTINCT FROM $5 AND p.base = $6 $sql$, ledger)
       INTO present USING report, hash, lower(period), upper(period), scope, base;
    IF present IS NOT NULL THEN
        RAISE NOTICE 'report "%" is published already with these figures, as publication %', report, present;
        RETURN present;
    END IF;

    EXECUTE format('INSERT INTO %1$s.publication (report, starts_on, ends_on, as_of, scope, base, input_hash, layout)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT max(layout) FROM %1$s.ledger_version)) RETURNING id', ledger)
       INTO made USING report, lower(period), upper(period), moment, scope, base, hash;
    EXECUTE format($sql$
        INSERT INTO %s.publication_figure
        SELECT $1, f.code, f.name_zh, f.value, f.numerator, f.denominator, f.base, f.change, f.rate, f.state, f.p_value, f.unit, f.phrase,
               f.scope, f.definition_version, $3->(f.code), coalesce(f.record_count, 0), coalesce(f.record_checksum, 0)
          FROM unnest($2) AS f $sql$, ledger)
      USING made, figures, definitions;
    EXECUTE format('INSERT INTO %s.publication_current AS c (report, publication_id) VALUES ($1, $2)
                    ON CONFLICT (report) DO UPDATE SET publication_id = excluded.publication_id, since = clock_timestamp()', ledger)
      USING report, made;
    RETURN made;
END
$$;
COMMENT ON FUNCTION emgov._publish_ledger(regnamespace, daterange, text, timestamptz, text, text) IS 'internal: what publish_ledger() does';

CREATE FUNCTION emgov.publish_ledger(ledger regnamespace, period daterange, report text, as_of timestamptz DEFAULT NULL,
                                     scope text DEFAULT NULL, base text DEFAULT 'restated')
RETURNS int
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_publish_ledger';
COMMENT ON FUNCTION emgov.publish_ledger(regnamespace, daterange, text, timestamptz, text, text) IS
    'freeze a ledger''s figures as a publication of a report and make it the current one; gives its number, the present one''s when nothing is new, NULL when another session is publishing';

CREATE FUNCTION emgov.ledger_verify_publication(ledger regnamespace, publication int)
RETURNS TABLE (code text, published numeric, recomputed numeric, same_records boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p record;
BEGIN
    EXECUTE format('SELECT * FROM %s.publication WHERE id = $1', ledger) INTO p USING publication;
    IF p.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no publication %s', publication);
    END IF;
    RETURN QUERY EXECUTE format($sql$
        SELECT f.code, f.value::numeric, n.value, f.record_checksum = coalesce(n.record_checksum, 0)
          FROM %s.publication_figure f
          LEFT JOIN emgov.ledger_figures($1, $2, $3, NULL, $4, true) AS n ON n.code = f.code
         WHERE f.publication_id = $5
           AND (f.value IS DISTINCT FROM round(n.value, 6) OR f.record_checksum <> coalesce(n.record_checksum, 0))
         ORDER BY f.code $sql$, ledger)
      USING ledger, daterange(p.starts_on, p.ends_on), p.as_of, p.base, publication;
END
$$;
COMMENT ON FUNCTION emgov.ledger_verify_publication(regnamespace, int) IS
    'the published figures that do not come out again from what was known at the publication''s moment: none, unless history was tampered with or a source keeps no versions';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'publish(daterange, text, timestamptz, text, text)',
    '发布 | freeze the figures as a publication of a report and make it the current one', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.publish(period daterange, report text, as_of timestamptz DEFAULT NULL, scope text DEFAULT NULL, base text DEFAULT 'restated')
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov.publish_ledger('@ledger@'::regnamespace, $1, $2, $3, $4, $5);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'verify_publication(int)',
    '复算发布 | the published figures that do not come out again from what was known then', $sql$
CREATE OR REPLACE FUNCTION @ledger@.verify_publication(publication int)
RETURNS TABLE (code text, published numeric, recomputed numeric, same_records boolean)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_verify_publication('@ledger@'::regnamespace, $1);
END
$sql$);
