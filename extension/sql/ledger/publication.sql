-- ------------------------------------------------------------------ ledger: publications
-- A publication is what a report said: its figures, frozen, with the definitions they were
-- made by. Its tables refuse every statement; publishing writes them from C, past their
-- triggers (see publication.c). Publications of a ledger are numbered without gaps, and
-- each holds the hash of the one before (see verification.sql).

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'publication', '发布：某报告某期、某时点的全部数字 | publications: a report''s figures frozen for a period and a moment', $ddl$
CREATE TABLE @ledger@.publication (
    id int PRIMARY KEY,                                 -- 发布编号，不间断 | number, without gaps
    report text NOT NULL REFERENCES @ledger@.report,    -- 报告 | report
    starts_on date NOT NULL,                            -- 期初 | first day of the period
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    as_of timestamptz NOT NULL,                         -- 数据时点 | what was known at this moment
    live boolean NOT NULL,                              -- 是否含不留版本的来源 | whether sources that keep no versions were counted, as they were when it was published
    scope text,                                         -- 口径，空为不限 | scope of the report; NULL: any
    base text NOT NULL CHECK (base IN ('restated', 'first_published')),  -- 同比基数：最新修订、首次公布 | base of the changes
    allow_gaps boolean NOT NULL,                        -- 是否允许数据不全 | whether figures without all their data were allowed
    force_reason text,                                  -- 核对未通过仍发布的理由 | why it was published although checks failed
    failed_checks text[],                               -- 未通过的硬性核对 | the hard checks that failed; NULL: none
    approved_by text,                                   -- 批准人 | who approved it
    approved_at timestamptz,                            -- 批准时间 | when
    published_at timestamptz NOT NULL,                  -- 发布时间 | when
    published_by text NOT NULL,                         -- 发布人 | by whom: the user who had logged in
    layout int NOT NULL,                                -- 台账结构版本 | layout of the ledger
    figures_hash text NOT NULL,                         -- 数字摘要 | SHA-256 of its figures
    text_hash text NOT NULL,                            -- 正文摘要 | SHA-256 of its paragraphs
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
    starts_on date NOT NULL,                            -- 期初 | first day of the figure's period
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    name_zh text NOT NULL,                              -- 名称 | name
    value numeric,                                      -- 数值 | value
    numerator numeric,                                  -- 分子 | numerator
    denominator numeric,                                -- 分母 | denominator
    base numeric,                                       -- 基数 | base
    base_kind text,                                     -- 基数来源 | where the base is from
    change numeric,                                     -- 增减 | change
    rate numeric,                                       -- 增减百分比 | change in percent, rounded by the policy
    state text NOT NULL,                                -- 可比状态 | comparable, new, none, …
    coverage text,                                      -- 数据范围是否申报 | whether what its source covers was declared
    covered_days int,                                   -- 有数据的天数 | days of the period that are covered
    missing text[],                                     -- 缺数据的单位 | members without data
    p_value numeric,                                    -- p 值 | p-value
    dimension text NOT NULL,                            -- 维度，空为总计 | dimension of its member; empty: of the whole
    member text NOT NULL,                               -- 成员 | member of the dimension
    member2 text NOT NULL,                              -- 第二维度的成员 | of two dimensions, the member of the second
    member_name text,                                   -- 成员名称 | the member's name
    member2_name text,                                  -- 第二维度成员的名称 | that of the second
    place int NOT NULL,                                 -- 成员次序 | its place in the dimension
    unit text NOT NULL,                                 -- 单位 | unit
    words text,                                         -- 数字表述 | number and unit as printed
    phrase text,                                        -- 文字表述 | the words printed, with the change
    scope text NOT NULL,                                -- 口径 | scope
    definition_version int NOT NULL,                    -- 定义版本 | version of the definition
    definition jsonb NOT NULL,                          -- 定义与舍入口径 | definition with its rounding policy
    record_count bigint NOT NULL,                       -- 记录数 | records behind it
    record_checksum numeric NOT NULL,                   -- 记录校验和 | sum of the hashes of those records
    base_numerator numeric,                             -- 基期分子 | numerator of the base
    base_denominator numeric,                           -- 基期分母 | denominator of the base
    comparator text NOT NULL,                           -- 比较口径 | what base and change are of
    compared_with text,                                 -- 比较口径（表述） | that in words
    amount numeric,                                     -- 增减量（表述） | the change as it is said
    change_words text,                                  -- 增减表述 | the words of the change
    change_mark text,                                   -- 增减附注 | what must be said behind it
    base_name text,                                     -- 基数名称 | what the base is called
    base_words text,                                    -- 基数表述 | base and unit as printed
    PRIMARY KEY (publication_id, code, starts_on, ends_on, comparator, dimension, member, member2)
);
$ddl$);

CREATE FUNCTION emgov_internal.only_publish() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_only_publish';
COMMENT ON FUNCTION emgov_internal.only_publish() IS 'trigger of the tables of publications and approvals, for each statement and for each row: refuses whatever it is';

-- for each row too: a statement that names a parent of the table fires no statement trigger here
INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'publication', $ddl$
CREATE OR REPLACE TRIGGER ledger_keep BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @ledger@.publication FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep_row BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.publication FOR EACH ROW EXECUTE FUNCTION emgov_internal.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @ledger@.publication_figure FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep_row BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.publication_figure FOR EACH ROW EXECUTE FUNCTION emgov_internal.only_publish();
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('list', 'publication_current', '各报告各期当前的发布 | the current publication of each report and period, the newest', $sql$
    SELECT DISTINCT ON (p.report, p.starts_on, p.ends_on) p.report::varchar(60) AS report, p.starts_on AS period_start, (p.ends_on - 1) AS period_end, p.id AS publication_id,
           p.published_at AS since
      FROM ONLY @ledger@.publication p ORDER BY p.report, p.starts_on, p.ends_on, p.id DESC
$sql$);

-- The figures of a publication as its table holds them, an array of objects in the order
-- of their codes and periods; nothing in it depends on a setting.
CREATE FUNCTION emgov_internal.publication_figures(ledger regnamespace, publication int, report text, base text, period daterange, moment timestamptz, live boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET client_min_messages = warning
AS $$
DECLARE
    definitions jsonb;
BEGIN
    SELECT jsonb_object_agg(i.code, to_jsonb(i) - '{ordinal,active}'::text[]) INTO definitions
      FROM emgov_internal.indicators(ledger, moment) AS i;
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'publication_id', publication, 'code', f.code, 'starts_on', f.starts_on, 'ends_on', f.ends_on, 'name_zh', f.name_zh,
                   'dimension', coalesce(r.dimension, ''), 'member', coalesce(r.member, ''), 'member2', coalesce(r.member2, ''), 'member_name', r.member_name,
                   'member2_name', r.member2_name, 'place', CASE WHEN r.dimension IS NULL THEN 0 ELSE r.place END,
                   'value', f.value, 'numerator', f.numerator, 'denominator', f.denominator,
                   'base_numerator', f.base_numerator, 'base_denominator', f.base_denominator, 'base', f.base, 'base_kind', f.base_kind,
                   'change', f.change, 'rate', f.rate, 'state', f.state, 'coverage', f.coverage, 'covered_days', f.covered_days, 'missing', f.missing,
                   'p_value', f.p_value, 'unit', f.unit, 'words', f.words, 'phrase', f.phrase,
                   'scope', f.scope, 'definition_version', f.definition_version, 'definition', definitions->(f.code),
                   'record_count', coalesce(f.record_count, 0), 'record_checksum', coalesce(f.record_checksum, 0), 'comparator', f.comparator, 'compared_with', f.compared_with,
                   'amount', f.amount, 'change_words', f.change_words, 'change_mark', f.change_mark, 'base_name', f.base_name, 'base_words', f.base_words)
                   || CASE f.state WHEN 'failed' THEN jsonb_build_object('reason', f.reason) ELSE '{}' END
                   ORDER BY f.code COLLATE "C", f.starts_on, f.ends_on, f.comparator COLLATE "C", coalesce(r.dimension, '') COLLATE "C",
                            coalesce(r.member, '') COLLATE "C", coalesce(r.member2, '') COLLATE "C"), '[]')
          FROM emgov_internal.report_figures(ledger, report, base, period, moment, true, live) AS r CROSS JOIN LATERAL (SELECT (r.figure).*) AS f);
END
$$;
COMMENT ON FUNCTION emgov_internal.publication_figures(regnamespace, int, text, text, daterange, timestamptz, boolean) IS
    'internal: what publishing would write into publication_figure, as JSON; with the reason of a figure that cannot be computed';

CREATE FUNCTION emgov_internal.is_gap(figure jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT figure->>'state' IN ('no_data', 'part_period', 'part_members')
        OR figure->>'state' = 'undefined' AND (jsonb_typeof(figure->'missing') = 'array' OR (figure->>'covered_days')::int < (figure->>'ends_on')::date - (figure->>'starts_on')::date)
$$;
COMMENT ON FUNCTION emgov_internal.is_gap(jsonb) IS
    'internal: whether a published figure lacks some of its data, so that it must be allowed to; also one that is undefined as far as it is known';

CREATE FUNCTION emgov_internal.text_hash(ledger regnamespace, report jsonb, period daterange, moment timestamptz, figures jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT emgov_internal.hash(coalesce(array_agg(x.line ORDER BY t.section, t.ordinal, x.n), '{}'))
      FROM emgov_internal.report_text(ledger, report, period, moment, figures) AS t
     CROSS JOIN LATERAL unnest(ARRAY[t.section::text, t.ordinal::text, t.heading, t.body]) WITH ORDINALITY AS x (line, n)
$$;
COMMENT ON FUNCTION emgov_internal.text_hash(regnamespace, jsonb, daterange, timestamptz, jsonb) IS
    'internal: the hash of a report''s paragraphs, by the templates of a moment, filled with these figures';

-- What a report first said of a period, in whatever publication, as known by those who looked at a moment.
CREATE FUNCTION emgov_internal.first_published(ledger regnamespace, report text, period daterange, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reports text[];
    found jsonb;
BEGIN
    IF report IS NULL THEN
        EXECUTE format('SELECT array_agg(DISTINCT p.report) FROM ONLY %1$s.publication AS p JOIN ONLY %1$s.publication_figure AS f ON f.publication_id = p.id
                         WHERE f.starts_on = $1 AND f.ends_on = $2 AND p.published_at <= $3', ledger)
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
        SELECT coalesce(jsonb_object_agg(x.code, jsonb_build_object('value', x.value, 'lacks', x.lacks)), '{}')
          FROM (SELECT DISTINCT ON (f.code) f.code, f.value,
                       -- of a part it says nothing of the whole, as of one that is counted
                       CASE WHEN cardinality(f.missing) > 0 THEN 'no data of ' || array_to_string(f.missing, ', ')
                            WHEN f.state = 'part_members' THEN 'not of all members'
                            WHEN f.state = 'part_period' THEN format('its source covers %%s days of it', coalesce(f.covered_days, 0)) END AS lacks
                  FROM ONLY %1$s.publication AS p JOIN ONLY %1$s.publication_figure AS f ON f.publication_id = p.id
                 WHERE p.report = $1 AND f.starts_on = $2 AND f.ends_on = $3 AND f.dimension = '' AND p.published_at <= $4
                 ORDER BY f.code, p.id) AS x $sql$, ledger)
       INTO found USING report, lower(period), upper(period), coalesce(as_of, 'infinity');
    RETURN found;
END
$$;
COMMENT ON FUNCTION emgov_internal.first_published(regnamespace, text, daterange, timestamptz) IS
    'internal: what a report first published for a period, by a moment (NULL: now), by code: the value, and in words what it lacks (NULL: it is the whole); without a report, of the only one that did';
