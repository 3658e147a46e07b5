-- ------------------------------------------------------------------ ledger: restating
-- What a publication would say now: a line a figure that differs, and the records that moved
-- it. Only records of which something changed between the two moments are looked at (see
-- changed.sql), each once at both, for all figures of its source and period together.

CREATE TYPE emgov_internal.ledger_restatement AS (
    code text, name_zh text, what text, published numeric, value_now numeric, difference numeric,
    reason text, reason_zh text, records bigint, phrase text, phrase_now text, starts_on date, ends_on date, comparator text, dimension text, member text, member2 text,
    name text, why text);
COMMENT ON TYPE emgov_internal.ledger_restatement IS
    'a row of restatement(): a published figure of its days (what: its value or its base) that would be said otherwise now, why, how many records moved it, '
    'and its words then and now; comparator: what it is held against; name, why: its name and the reasons in the language asked for';

CREATE TYPE emgov_internal.ledger_restated_record AS (
    code text, name_zh text, what text, part text, record_key text, amount_then numeric, amount_now numeric, difference numeric,
    reason text, reason_zh text, record_then jsonb, record_now jsonb, starts_on date, ends_on date, comparator text, name text, why text,
    dimension text, member_then text, member_now text);
COMMENT ON TYPE emgov_internal.ledger_restated_record IS
    'a row of restatement_rows(): a record that counts otherwise now in a part (numerator or denominator) of a published figure, by how much, and why; '
    'name, why: the figure''s name and the reasons in the language asked for; dimension: of a record that counts otherwise in figures of its members, which '
    'member it was of then and is of now (of two dimensions both, with a comma), NULL: in the figure of the whole';

-- Asked of every record that moved: read when it is made, so that no setting need be pinned and the planner puts it into the query.
CREATE FUNCTION emgov_internal.restatement_reason(was jsonb, is_now jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE
        WHEN was IS NULL THEN 'late_report'
        WHEN is_now IS NULL THEN 'correction'
        ELSE coalesce(nullif(ltrim(
            CASE WHEN is_now->>'status' IS DISTINCT FROM was->>'status' THEN
                 CASE is_now->>'status' WHEN 'written_off' THEN '+write_off' WHEN 'withdrawn' THEN '+withdrawn' WHEN 'duplicate' THEN '+duplicate' ELSE '' END ELSE '' END ||
            CASE WHEN (is_now->>'deaths')::numeric > (was->>'deaths')::numeric THEN '+death_within_window' ELSE '' END ||
            CASE WHEN (is_now->>'deaths_after_window')::numeric > (was->>'deaths_after_window')::numeric THEN '+death_after_window' ELSE '' END ||
            CASE WHEN is_now->>'area_code' IS DISTINCT FROM was->>'area_code' THEN '+moved_area' ELSE '' END, '+'), ''), 'correction')
    END;
COMMENT ON FUNCTION emgov_internal.restatement_reason(jsonb, jsonb) IS
    'internal: why a record counts otherwise now, from the record then and now; several reasons are joined by +';

CREATE FUNCTION emgov_internal.reason_words(reasons text, lang text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT string_agg(CASE lang WHEN 'en' THEN coalesce(w.en, x.reason) ELSE coalesce(w.zh, x.reason) END, CASE lang WHEN 'en' THEN '; ' ELSE '；' END ORDER BY x.n)
      FROM unnest(string_to_array(reasons, '+')) WITH ORDINALITY AS x (reason, n)
      LEFT JOIN (VALUES ('late_report', '迟报补录', 'reported late'),
                        ('write_off', '统计核销', 'written off'),
                        ('withdrawn', '撤回', 'withdrawn'),
                        ('duplicate', '重复', 'a duplicate'),
                        ('death_within_window', '计入期限内死亡', 'a death within the days that count'),
                        ('death_after_window', '计入期限后死亡，不计', 'a death after the days that count'),
                        ('moved_area', '区域更正', 'of another area'),
                        ('moved_member', '改列分项', 'counted elsewhere'),
                        ('correction', '更正', 'corrected'),
                        ('definition_change', '指标定义变更', 'defined otherwise'),
                        ('coverage', '填报范围变动', 'other data are there'),
                        ('unreachable', '所在服务器无法连接', 'its server cannot be reached'),
                        ('partitions', '来源分区有增减', 'partitions of its source came or went'),
                        ('derived', '由相关指标变动引起', 'derived from what changed'),
                        ('unversioned', '数据来源未保留历史版本，无法说明原因', 'its source keeps no versions: it cannot be told'),
                        ('failed', '现已无法计算', 'can no longer be computed'),
                        ('no_key', '数据来源的记录编号为空或重复，无法说明原因', 'the keys of its source are empty or not unique: it cannot be told'))
              AS w (reason, zh, en) ON w.reason = x.reason);
END
$$;
COMMENT ON FUNCTION emgov_internal.reason_words(text, text) IS 'internal: the reasons of a restatement in words, zh or en';

CREATE FUNCTION emgov_internal.ground(was jsonb, is_now jsonb, lang text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN is_now->>'status' <> 'valid' AND is_now->>'status' IS DISTINCT FROM was->>'status' AND is_now->>'note' ~ '\S'
            THEN format(CASE lang WHEN 'en' THEN ' (%s)' ELSE '（%s）' END, btrim(is_now->>'note')) ELSE '' END;
COMMENT ON FUNCTION emgov_internal.ground(jsonb, jsonb, text) IS 'internal: in brackets, the ground that the note of a record gives that no longer counts; empty for others';

-- Of what a member sent nothing is left: what became of it.
CREATE FUNCTION emgov_internal.taken_back(ledger regnamespace, code text, member text, period daterange, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found jsonb;
BEGIN
    EXECUTE format($sql$
        SELECT jsonb_build_object('status', r.status, 'note', r.note) FROM %s AS r JOIN %s AS i ON i.code = r.indicator
         WHERE r.indicator = $2 AND r.member = $3 AND r.status <> 'valid' AND emgov_internal.reported_fits(i.cutoff, daterange(r.starts_on, r.ends_on), $4)
         ORDER BY r.known_from DESC, r.starts_on DESC LIMIT 1 $sql$,
        emgov_internal.kept_as_of(ledger, 'reported', as_of), emgov_internal.kept_as_of(ledger, 'indicator', as_of)) INTO found USING as_of, code, member, period;
    RETURN found;
END
$$;
COMMENT ON FUNCTION emgov_internal.taken_back(regnamespace, text, text, daterange, timestamptz) IS
    'internal: status and note of what a member sent for an indicator and a window that counts no longer, the last of it; NULL: there is none';

CREATE FUNCTION emgov_internal.publication(ledger regnamespace, publication int) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb;
BEGIN
    PERFORM emgov_internal.refuse_unreadable(ledger, '{}');
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p WHERE p.id = $1', ledger) INTO p USING publication;
    IF p IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no publication %s', publication),
            HINT = format('SELECT * FROM %s.publication_list;', emgov_internal.report_schema(ledger));
    END IF;
    RETURN p;
END
$$;
COMMENT ON FUNCTION emgov_internal.publication(regnamespace, int) IS 'internal: a publication as JSON; an error when there is none of that number';

-- A publication and its figures, each period of theirs and each comparator by itself.
CREATE FUNCTION emgov_internal.publication_periods(published jsonb, stored jsonb) RETURNS TABLE (p jsonb, figures jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT published || jsonb_build_object('starts_on', f->'starts_on', 'ends_on', f->'ends_on', 'comparator', f->>'comparator'),
           jsonb_agg(f ORDER BY f->>'code' COLLATE "C")
      FROM jsonb_array_elements(stored) AS f
     WHERE f->>'dimension' = ''
     GROUP BY f->'starts_on', f->'ends_on', f->>'comparator' ORDER BY f->'starts_on', f->'ends_on', (f->>'comparator') COLLATE "C";
END
$$;
COMMENT ON FUNCTION emgov_internal.publication_periods(jsonb, jsonb) IS
    'internal: a row for each period that the figures of a publication, see publication(), are of, and each comparator: '
    'the publication as JSON, with the days of that period and the comparator, and its figures';

CREATE FUNCTION emgov_internal.published_definitions(stored jsonb, codes text[] DEFAULT NULL) RETURNS emgov_internal.indicator[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT jsonb_populate_record(NULL::emgov_internal.indicator, f->'definition') FROM jsonb_array_elements(stored) AS f
                  WHERE f->>'dimension' = '' AND (codes IS NULL OR f->>'code' = ANY (codes)));
END
$$;
COMMENT ON FUNCTION emgov_internal.published_definitions(jsonb, text[]) IS
    'internal: the definitions that figures of the whole, of these codes (NULL: all), were published with, see stored_figures()';

-- What members sent for an indicator in a window, where it is not what it was.
CREATE FUNCTION emgov_internal.sent_otherwise(ledger regnamespace, code text, period daterange, moment_then timestamptz, moment_now timestamptz)
RETURNS TABLE (member text, was numeric, is_now numeric, record_then jsonb, record_now jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(t.member, n.member), coalesce(t.amount, 0), coalesce(n.amount, 0), t.record, n.record
      FROM (SELECT s.entity AS member, s.amount, s.record FROM emgov_internal.sent_rows(ledger, code, period, moment_then, NULL) AS s) AS t
      FULL JOIN (SELECT s.entity AS member, s.amount, s.record FROM emgov_internal.sent_rows(ledger, code, period, moment_now, NULL) AS s) AS n ON n.member = t.member
     WHERE t.record IS DISTINCT FROM n.record
$$;
COMMENT ON FUNCTION emgov_internal.sent_otherwise(regnamespace, text, daterange, timestamptz, timestamptz) IS
    'internal: the members whose figures of a window are not now (or as of another moment) what they were as of a moment, with what they sent as rows behind the figure';

-- What published figures of one period are held against, by the definitions and comparators of then.
CREATE FUNCTION emgov_internal.published_bases(ledger regnamespace, p jsonb, figures jsonb) RETURNS emgov_internal.figure_request[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT b FROM emgov_internal.figure_bases(ARRAY(SELECT jsonb_populate_record(NULL::emgov_internal.indicator, f->'definition') FROM jsonb_array_elements(figures) AS f),
                                                   ARRAY(SELECT c FROM emgov_internal.comparators(ledger, (p->>'as_of')::timestamptz) AS c),
                                                   ARRAY(SELECT (f->>'code', daterange((p->>'starts_on')::date, (p->>'ends_on')::date), p->>'comparator')::emgov_internal.figure_request
                                                           FROM jsonb_array_elements(figures) AS f)) AS b);
END
$$;
COMMENT ON FUNCTION emgov_internal.published_bases(regnamespace, jsonb, jsonb) IS
    'internal: the windows that the figures of one period of a publication, see publication_periods(), are held against';

CREATE FUNCTION emgov_internal.restatement_rows(ledger regnamespace, p jsonb, figures jsonb, as_of timestamptz, code text)
RETURNS SETOF emgov_internal.ledger_restated_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    period daterange := daterange((p->>'starts_on')::date, (p->>'ends_on')::date);
    moment_then timestamptz := (p->>'as_of')::timestamptz;
    moment_now timestamptz := coalesce(as_of, 'infinity');
    source record;
    moved emgov_internal.ledger_restated_record[];
    keys text[];
    m emgov_internal.ledger_restated_record;
    bases emgov_internal.figure_request[] := CASE p->>'base' WHEN 'restated' THEN emgov_internal.published_bases(ledger, p, figures) ELSE '{}' END;
    definitions emgov_internal.indicator[] := ARRAY(SELECT jsonb_populate_record(NULL::emgov_internal.indicator, f->'definition') FROM jsonb_array_elements(figures) AS f);
BEGIN
    m.starts_on := lower(period);
    m.ends_on := upper(period);
    m.comparator := p->>'comparator';
    FOR source IN
        SELECT s.relation, s.definitions_over AS definitions
          FROM emgov_internal.written_sources(ledger, ARRAY(SELECT i FROM unnest(definitions) AS i WHERE restatement_rows.code IS NULL OR i.code = restatement_rows.code),
                                              least(moment_then, moment_now)) AS s
    LOOP
        moved := ARRAY(
            SELECT (x.code, f->>'name_zh', x.what, x.part, x.record_key, x.amount_then, x.amount_now, x.amount_now - x.amount_then,
                    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::emgov_internal.ledger_restated_record
              FROM emgov_internal.moved_records_each(ledger, source.relation, source.definitions, bases, period, moment_then, moment_now) AS x
              JOIN jsonb_array_elements(figures) AS f ON f->>'code' = x.code);
        CONTINUE WHEN moved = '{}';
        keys := ARRAY(SELECT DISTINCT x.record_key FROM unnest(moved) AS x WHERE x.record_key IS NOT NULL);
        RETURN QUERY
            WITH found AS MATERIALIZED (
                -- of several records of one key it cannot be told which
                SELECT x.*, CASE WHEN a.is_one THEN t.records[1] END AS was, CASE WHEN a.is_one THEN n.records[1] END AS is_now, a.is_one
                  FROM unnest(moved) AS x
                  -- there are no others; but a full join is hashed, however few the server thinks there are
                  FULL JOIN (SELECT r.record_key, array_agg(r.record) AS records FROM emgov_internal.rows_by_key(source.relation, keys, moment_then) AS r GROUP BY 1) AS t
                         ON t.record_key = x.record_key
                  FULL JOIN (SELECT r.record_key, array_agg(r.record) AS records FROM emgov_internal.rows_by_key(source.relation, keys, moment_now) AS r GROUP BY 1) AS n
                         ON n.record_key = x.record_key
                 CROSS JOIN LATERAL (SELECT greatest(cardinality(t.records), cardinality(n.records)) = 1 AS is_one) AS a
            ), told AS MATERIALIZED (
                SELECT f.*, CASE WHEN f.record_key IS NULL OR NOT f.is_one THEN 'no_key' ELSE emgov_internal.restatement_reason(f.was, f.is_now) END AS told FROM found AS f
            ), worded AS MATERIALIZED (
                SELECT r.told, emgov_internal.reason_words(r.told, 'zh') AS words FROM (SELECT DISTINCT t.told FROM told AS t) AS r
            )
            SELECT x.code, x.name_zh, x.what, x.part, x.record_key, x.amount_then, x.amount_now, x.difference, x.told, w.words, x.was, x.is_now,
                   m.starts_on, m.ends_on, m.comparator, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
              FROM told AS x JOIN worded AS w ON w.told = x.told
             ORDER BY x.code, x.what DESC, x.part, x.record_key;
    END LOOP;
    -- what members sent
    FOR m.code, m.name_zh, m.what, m.part, m.record_key, m.amount_then, m.amount_now, m.difference, m.record_then, m.record_now IN
        SELECT f->>'code', f->>'name_zh', w.what, 'numerator', s.member, s.was, s.is_now, s.is_now - s.was, s.record_then,
               coalesce(s.record_now, emgov_internal.taken_back(ledger, f->>'code', s.member, w.during, as_of))
          FROM jsonb_array_elements(figures) AS f
         CROSS JOIN LATERAL (SELECT 'value' AS what, period AS during UNION ALL SELECT 'base', b.period FROM unnest(bases) AS b WHERE b.code = f->>'code') AS w
         CROSS JOIN LATERAL emgov_internal.sent_otherwise(ledger, f->>'code', w.during, moment_then, as_of) AS s
         WHERE f->'definition'->>'kind' = 'reported' AND (restatement_rows.code IS NULL OR f->>'code' = restatement_rows.code)
         ORDER BY 1, 3 DESC, 5, w.during
    LOOP
        m.reason := emgov_internal.restatement_reason(m.record_then, m.record_now);
        m.reason_zh := emgov_internal.reason_words(m.reason, 'zh');
        RETURN NEXT m;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.restatement_rows(regnamespace, jsonb, jsonb, timestamptz, text) IS
    'internal: what ledger_restatement_rows() gives of the figures of one period, see publication_periods()';

-- What published figures are called.
CREATE FUNCTION emgov_internal.published_names(stored jsonb, lang text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(f->>'code', coalesce(CASE lang WHEN 'en' THEN f->'definition'->>'name_en' END, f->>'name_zh'))
      FROM jsonb_array_elements(stored) AS f
$$;
COMMENT ON FUNCTION emgov_internal.published_names(jsonb, text) IS 'internal: the names of a publication''s figures by their codes, in a language';

CREATE FUNCTION emgov_internal.ledger_restatement_rows(ledger regnamespace, publication int, as_of timestamptz DEFAULT NULL, code text DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_restated_record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb := emgov_internal.publication(ledger, publication);
    stored jsonb;
    names jsonb;
    of_the_whole emgov_internal.ledger_restated_record[];
    r emgov_internal.ledger_restated_record;
BEGIN
    lang := emgov_internal.language(ledger, lang);
    as_of := emgov_internal.known_moment(ledger, as_of);
    PERFORM emgov_internal.refuse_row_policies(ledger);
    stored := emgov_internal.stored_figures(ledger, publication);
    PERFORM emgov_internal.refuse_unreadable(ledger, emgov_internal.published_definitions(stored));
    names := emgov_internal.published_names(stored, lang);
    of_the_whole := ARRAY(SELECT m FROM emgov_internal.publication_periods(p, stored) AS x CROSS JOIN LATERAL emgov_internal.restatement_rows(ledger, x.p, x.figures, as_of, code) AS m);
    FOR r IN SELECT * FROM unnest(of_the_whole) UNION ALL SELECT * FROM emgov_internal.restated_member_rows(ledger, p, as_of, code, lang, of_the_whole) LOOP
        r.name := names->>r.code;
        r.why := coalesce(r.why, emgov_internal.reason_words(r.reason, lang) || emgov_internal.ground(r.record_then, r.record_now, lang));
        RETURN NEXT r;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_restatement_rows(regnamespace, int, timestamptz, text, text) IS
    'the records that count otherwise now (or as of another moment) in a published figure, by the definition it was published with, one row a part of a figure: '
    'by how much, why (of one that counts no longer with its note), and the record then and now; then those that count otherwise in published figures of members alone, '
    'with the member then and now: another one''s, or where the whole was not published; code: of this figure only; lang: of name and why, zh or en, NULL: the ledger''s';
