-- ------------------------------------------------------------------ ledger: sources
-- A source is a relation that figures are counted from: a table of the ledger, or a view
-- over several. Such a view has a twin `view_as_of(moment)` over what was known then. Both
-- are made from one part, in which @as_of@ after a table's name stands for its twin. Where the
-- two must be told apart it says @now@ … @past@ … @always@; and @query name@ for the query of a live fact of the store.

CREATE FUNCTION emgov_internal.query_now(ledger text, part emgov.ledger_part) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT emgov_internal.fill(regexp_replace(part.body, '@past@.*?@always@', '', 'g'), 'now', '', 'always', '', 'as_of', '', 'ledger', quote_ident(ledger),
                              'store', emgov_internal.store(quote_ident(ledger)::regnamespace)::text) $$;
COMMENT ON FUNCTION emgov_internal.query_now(text, emgov.ledger_part) IS 'internal: the query of a source over what is known now';

CREATE FUNCTION emgov_internal.with_queries(body text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    query text;
BEGIN
    FOR query IN SELECT m[1] FROM regexp_matches(body, '@query ([a-z_]+)@', 'g') AS m LOOP
        body := replace(body, format('@query %s@', query), (SELECT p.body FROM emgov.ledger_part AS p WHERE p.kind = 'live' AND p.name = '@store@.' || query));
    END LOOP;
    RETURN body;
END
$$;
COMMENT ON FUNCTION emgov_internal.with_queries(text) IS 'internal: the query of a source with those of live facts of the store put in';

CREATE PROCEDURE emgov_internal.make_source(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    qualified text := format('%I.%I', ledger, part.name);
    twin text := format('%I.%I', ledger, part.name || '_as_of');
BEGIN
    IF part.kind = 'source' THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', qualified, emgov_internal.query_now(ledger, part));
        PERFORM emgov_internal.set_comment('VIEW', qualified, part.note);
    END IF;
    EXECUTE format('CREATE OR REPLACE FUNCTION %s(as_of timestamptz) RETURNS SETOF %s LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000 BEGIN ATOMIC %s; END',
                   twin, qualified,
                   emgov_internal.fill(emgov_internal.with_queries(regexp_replace(part.body, '@now@.*?@past@', '', 'g')),
                                       'always', '', 'as_of', '_as_of($1)', 'ledger', quote_ident(ledger)));
    PERFORM emgov_internal.set_comment('FUNCTION', twin || '(timestamptz)', part.note || '；某一时刻所知 | as known at a moment');
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_source(text, emgov.ledger_part) IS 'internal: a view over kept tables, unless it is one of a live fact, and its twin as of a moment';

-- What a view shows as it stands in a table is said as it is there, first of the table that the view is named after; what it computes, as readers' views say it.
CREATE PROCEDURE emgov_internal.comment_sources(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT format('%I.%I.%I', ledger, v.relname, a.attname) AS name, coalesce(n.note, emgov_internal.column_note(v.relname, a.attname)) AS note
          FROM pg_class AS v JOIN pg_attribute AS a ON a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped
         CROSS JOIN LATERAL (SELECT emgov_internal.relations_behind(ARRAY[v.oid::regclass]) AS relations OFFSET 0) AS b
          LEFT JOIN LATERAL (
            SELECT col_description(t.oid, x.attnum) AS note FROM pg_class AS t JOIN pg_attribute AS x ON x.attrelid = t.oid AND x.attname = a.attname
             WHERE t.oid = ANY (b.relations) AND t.relkind = 'r' AND col_description(t.oid, x.attnum) IS NOT NULL
             ORDER BY t.relname = regexp_replace(v.relname, '_fact$', '') DESC, t.relname LIMIT 1) AS n ON true
         WHERE v.relnamespace = quote_ident(ledger)::regnamespace AND v.relkind = 'v' AND col_description(v.oid, a.attnum) IS NULL
           AND v.relname IN (SELECT s.name FROM emgov.ledger_part AS s WHERE s.kind IN ('source', 'live'))
    LOOP
        IF c.note IS NOT NULL THEN
            PERFORM emgov_internal.set_comment('COLUMN', c.name, c.note);
        END IF;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.comment_sources(text) IS 'internal: comments of the columns of a ledger''s sources that have none, from the tables that they show';

INSERT INTO emgov.ledger_part (kind, name, note)
SELECT 'column', v || '.org_kind', '执法机构类别 | kind of the authority'
  FROM unnest(ARRAY['case_fact', 'coercive_measure_fact', 'hazard_fact', 'inspection_fact', 'inspection_task_fact', 'penalty_fact']) AS v
UNION ALL SELECT 'column', v || '.triggered', '是否由计划外事由引起 | whether something other than a plan led to it' FROM unnest(ARRAY['inspection_fact', 'inspection_task_fact']) AS v
UNION ALL SELECT 'column', v || '.drawn', '是否随机抽取 | whether it was drawn at random' FROM unnest(ARRAY['inspection_fact', 'inspection_task_fact']) AS v
UNION ALL SELECT 'column', v || '.late', '是否超过期限 | whether it ended after its deadline' FROM unnest(ARRAY['coercive_measure_fact', 'hazard_supervision_fact']) AS v
UNION ALL SELECT 'column', c.name, c.note FROM (VALUES
    ('accident_responsibility_fact.responsible', '责任人，单位则为其编号 | the person, or the key of the enterprise, that is responsible'),
    ('case_fact.unit_and_person', '是否既处罚单位又处罚个人 | whether both a unit and a person were penalised'),
    ('case_fact.heaviest', '最重的处罚种类 | the heaviest kind of penalty'),
    ('coercive_measure_fact.kind_group', '强制类别：measure 强制措施、execution 强制执行、court 申请法院 | measure, execution, or court'),
    ('inspection_fact.supervised', '企业是否在监管名录 | whether the enterprise is on the list of those supervised'),
    ('legal_challenge_fact.lost', '行政行为是否被撤销、变更、确认违法或责令履行 | whether the authority lost'),
    ('penalty_fact.party_kind', '被处罚人类别 | whether an enterprise or a person'),
    ('penalty_fact.heaviest_of_party', '是否为该当事人最重的一项 | true of one row of each party of a case'),
    ('permit_fact.outcome', '办理结果 | how the application ended'),
    ('remediation_fact.first_listed_on', '首次列入日期 | when the enterprise was first listed; of one row of each'),
    ('remediation_fact.last_area_code', '最后所在区域 | the area of the enterprise''s last record'),
    ('remediation_fact.in_several', '是否涉及多个专项行动 | whether the enterprise is in more than one campaign'),
    ('remediation_fact.is_first', '是否首次完成 | whether it is the first to be completed'),
    ('remediation_fact.superseded_on', '被后一次完成取代的日期 | when a later one was completed'),
    ('sample_check_fact.cleared', '是否为已销号企业 | whether the enterprise had been cleared')) AS c (name, note);

CREATE FUNCTION emgov_internal.may_be_source(ledger regnamespace, relation regclass) RETURNS boolean
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_may_be_source';
COMMENT ON FUNCTION emgov_internal.may_be_source(regnamespace, regclass) IS 'internal: whether a relation belongs to the owner of a ledger, or to a superuser; NULL when it is gone';

CREATE FUNCTION emgov_internal.source(ledger text, source text) RETURNS regclass
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts text[] := parse_ident(source);
    found regclass;
BEGIN
    IF cardinality(parts) = 1 THEN
        found := to_regclass(format('%I.%I', ledger, parts[1]));
    ELSIF cardinality(parts) = 2 THEN
        found := to_regclass(format('%I.%I', parts[1], parts[2]));
    END IF;
    IF found IS NULL OR NOT EXISTS (SELECT FROM pg_class WHERE oid = found AND relkind IN ('r', 'v', 'm', 'p', 'f')) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table',
            MESSAGE = format('there is no table or view "%s"', source),
            HINT = format('Name a relation of ledger "%s", or another with its schema. An indicator whose source is gone is left out by active = false.', ledger);
    END IF;
    IF NOT emgov_internal.may_be_source(quote_ident(ledger)::regnamespace, found) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('"%s" cannot be a source of ledger "%s"', source, ledger),
            DETAIL = 'It belongs to another user: a view, or a policy of a table, would run that user''s code with the rights of whoever asks for figures.',
            HINT = 'Copy it, or make a view of your own over it.';
    END IF;
    RETURN found;
END
$$;
COMMENT ON FUNCTION emgov_internal.source(text, text) IS 'internal: the relation that an indicator names as its source';

-- What a relation is read from, as FROM text: live, or as known at a parameter. A history, which the
-- units of past definitions are over, stands for its table: it is read from its twin even live.
CREATE FUNCTION emgov_internal.source_as_of(relation regclass, past boolean, moment text DEFAULT '$5') RETURNS text
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_source_as_of';
COMMENT ON FUNCTION emgov_internal.source_as_of(regclass, boolean, text) IS
    'internal: what to read a source from; in the past its twin _as_of of the same owner, NULL when it keeps no versions';

CREATE FUNCTION emgov_internal.check_date_column(relation regclass, column_name text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    type regtype := (SELECT atttypid FROM pg_attribute WHERE attrelid = relation AND attname = column_name AND attnum > 0 AND NOT attisdropped);
BEGIN
    IF type IS DISTINCT FROM 'date'::regtype THEN
        RAISE EXCEPTION USING ERRCODE = CASE WHEN type IS NULL THEN 'undefined_column' ELSE 'datatype_mismatch' END,
            MESSAGE = format('relation "%s" has no column "%s" of type date', relation, column_name),
            DETAIL = CASE WHEN type IS NOT NULL THEN format('It is of type %s.', type)
                          ELSE coalesce((SELECT 'It has ' || string_agg(quote_ident(attname), ', ' ORDER BY attnum) || '.' FROM pg_attribute
                                          WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND atttypid = 'date'::regtype), 'It has none.') END,
            HINT = CASE WHEN type IN ('timestamp'::regtype, 'timestamptz'::regtype)
                        THEN format('Make a view with the day of it, such as %s AS day, and use that as the source.',
                                    CASE type WHEN 'timestamp'::regtype THEN format('%I::date', column_name)
                                              ELSE format('(%I AT TIME ZONE ''Asia/Shanghai'')::date', column_name) END)
                        ELSE 'Name a column of type date.' END;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_date_column(regclass, text) IS 'internal: an error unless the relation has that date column';
