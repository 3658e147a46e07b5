-- ------------------------------------------------------------------ ledger: restated figures
-- A line a figure of a publication that would be said otherwise now.

CREATE FUNCTION emgov_internal.restatement(ledger regnamespace, p jsonb, stored jsonb, as_of timestamptz)
RETURNS SETOF emgov_internal.ledger_restatement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    moved emgov_internal.ledger_restated_record[];
    why jsonb;
    figures jsonb;
    f jsonb;
    figure jsonb;
    reasons jsonb;
    redefined text;
    covered text;
    r emgov_internal.ledger_restatement;
BEGIN
    PERFORM emgov_internal.refuse_unreadable(ledger, ARRAY(SELECT i FROM emgov_internal.indicators(ledger, as_of) AS i WHERE i.code IN (SELECT s->>'code' FROM jsonb_array_elements(stored) AS s)));
    r.starts_on := (p->>'starts_on')::date;
    r.ends_on := (p->>'ends_on')::date;
    r.comparator := p->>'comparator';
    moved := ARRAY(SELECT m FROM emgov_internal.restatement_rows(ledger, p, stored, as_of, NULL) AS m);
    SELECT jsonb_object_agg(x.code || ' ' || x.what, jsonb_build_object('reasons', x.reasons, 'records', x.records)) INTO why
      FROM (SELECT m.code, m.what, string_agg(DISTINCT u.reason, '+') AS reasons, count(DISTINCT m.record_key) AS records
              FROM unnest(moved) AS m CROSS JOIN LATERAL unnest(string_to_array(m.reason, '+')) AS u (reason)
             GROUP BY 1, 2) AS x;
    SELECT jsonb_object_agg(x.code, to_jsonb(x)) INTO figures FROM emgov_internal.figures_now(ledger, p, stored, moved, as_of) AS x;

    FOR f IN SELECT jsonb_array_elements(stored) LOOP
        figure := figures->(f->>'code');
        redefined := CASE WHEN figure->>'definition_version' IS DISTINCT FROM f->>'definition_version' THEN 'definition_change' END;
        r.code := f->>'code';
        r.name_zh := f->>'name_zh';
        FOREACH r.what IN ARRAY '{value,base}'::text[] LOOP
            CONTINUE WHEN r.what = 'base' AND f->'definition'->>'kind' = 'change';
            r.published := (f->>r.what)::numeric;
            r.value_now := (figure->>r.what)::numeric;
            r.difference := r.value_now - r.published;
            r.phrase := CASE r.what WHEN 'value' THEN f->>'phrase' END;
            r.phrase_now := CASE r.what WHEN 'value' THEN figure->>'phrase' END;
            reasons := why->(r.code || ' ' || r.what);
            r.records := coalesce((reasons->>'records')::bigint, 0);
            IF r.value_now IS NOT DISTINCT FROM r.published AND (redefined IS NULL OR r.what = 'base')
               AND (r.records = 0 OR f->'definition'->>'kind' IN ('largest', 'streak')) THEN
                CONTINUE;
            END IF;
            -- what was not known then, or is not any longer
            covered := CASE WHEN f->'definition'->>'source' IS NULL AND f->'definition'->>'kind' <> 'reported' OR figure IS NULL OR figure->>'state' = 'failed' THEN NULL
                            WHEN r.what = 'base' AND (r.published IS NULL) <> (r.value_now IS NULL)
                              OR r.what = 'value' AND (f->'covered_days', f->'missing') IS DISTINCT FROM (figure->'covered_days', figure->'missing') THEN 'coverage' END;
            r.reason := coalesce(nullif(concat_ws('+', redefined, covered, reasons->>'reasons'), ''),
                CASE WHEN f->'definition'->>'source' IS NULL AND f->'definition'->>'kind' <> 'reported' OR r.what = 'base' AND p->>'base' = 'first_published' THEN 'derived'
                     WHEN figure->>'state' = 'failed' THEN 'failed'
                     ELSE 'unversioned' END);
            r.reason_zh := emgov_internal.reason_words(r.reason, 'zh');
            RETURN NEXT r;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.restatement(regnamespace, jsonb, jsonb, timestamptz) IS
    'internal: what ledger_restatement() gives of the figures of one period, see _publication_periods()';

-- Figures of members are made anew, all of a dimension together: records do not say of which member they were counted then.
CREATE FUNCTION emgov_internal.restated_members(ledger regnamespace, p jsonb, of_the_whole emgov_internal.ledger_restatement[], as_of timestamptz)
RETURNS SETOF emgov_internal.ledger_restatement
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH stored AS MATERIALIZED (
        SELECT f, f->>'code' AS code, (f->>'starts_on')::date AS starts_on, (f->>'ends_on')::date AS ends_on, f->>'comparator' AS comparator, f->>'dimension' AS dimension,
               f->>'member' AS member, CASE WHEN f->>'dimension' LIKE '%,%' THEN f->>'member2' END AS member2
          FROM jsonb_array_elements(emgov_internal.stored_figures(ledger, (p->>'id')::int)) AS f WHERE f->>'dimension' <> ''
    ), present AS MATERIALIZED (
        SELECT d.dimension, m.figure
          FROM (SELECT x.dimension, array_agg((x.code, daterange(x.starts_on, x.ends_on), x.comparator)::emgov_internal.figure_request) AS requests
                  FROM (SELECT DISTINCT s.dimension, s.code, s.starts_on, s.ends_on, nullif(s.comparator, emgov_internal.own_comparator(s.f->'definition'->>'comparator')) AS comparator
                          FROM stored AS s) AS x GROUP BY 1) AS d
         CROSS JOIN LATERAL emgov_internal.figures(ledger, d.requests, as_of, p->>'base', d.dimension, false, (p->>'live')::boolean, p->>'report',
                                               lang => emgov_internal.report_row(ledger, p->>'report', (p->>'as_of')::timestamptz)->>'lang') AS m
    )
    SELECT (s.code, s.f->>'name_zh', w.what, v.published, v.value_now, v.value_now - v.published, y.reason, emgov_internal.reason_words(y.reason, 'zh'), y.records,
            CASE w.what WHEN 'value' THEN s.f->>'phrase' END, CASE w.what WHEN 'value' THEN (n.figure).phrase END, s.starts_on, s.ends_on, s.comparator, s.dimension,
            s.member, s.member2, NULL, NULL)::emgov_internal.ledger_restatement
      FROM stored AS s
      LEFT JOIN present AS n ON n.dimension = s.dimension AND (n.figure).code = s.code AND (n.figure).starts_on = s.starts_on AND (n.figure).ends_on = s.ends_on
           AND (n.figure).comparator = s.comparator AND (n.figure).member = s.member AND (n.figure).member2 IS NOT DISTINCT FROM s.member2
     CROSS JOIN (VALUES ('value'), ('base')) AS w (what)
     CROSS JOIN LATERAL (SELECT (s.f->>w.what)::numeric AS published, CASE w.what WHEN 'value' THEN (n.figure).value ELSE (n.figure).base END AS value_now) AS v
      LEFT JOIN LATERAL (SELECT r.reason, r.records FROM unnest(of_the_whole) AS r
                          WHERE r.code = s.code AND r.starts_on = s.starts_on AND r.ends_on = s.ends_on AND r.comparator = s.comparator AND r.what = w.what LIMIT 1) AS t ON true
     CROSS JOIN LATERAL (SELECT CASE WHEN (n.figure).state = 'failed' THEN 'failed' WHEN (n.figure).definition_version::text <> s.f->>'definition_version' THEN 'definition_change'
                                     ELSE coalesce(t.reason, 'correction') END AS reason, coalesce(t.records, 0) AS records) AS y
     WHERE v.published IS DISTINCT FROM v.value_now AND (w.what = 'value' OR s.f->'definition'->>'kind' <> 'change')
     ORDER BY s.starts_on, s.ends_on, s.code, s.comparator, s.dimension, (s.f->>'place')::int, w.what DESC
$$;
COMMENT ON FUNCTION emgov_internal.restated_members(regnamespace, jsonb, emgov_internal.ledger_restatement[], timestamptz) IS
    'internal: what ledger_restatement() gives of the figures of members, after those of the whole, whose reasons they have';

CREATE FUNCTION emgov_internal.ledger_restatement(ledger regnamespace, publication int, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_restatement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb := emgov_internal.publication(ledger, publication);
    of_the_whole emgov_internal.ledger_restatement[];
    names jsonb;
    r emgov_internal.ledger_restatement;
BEGIN
    lang := emgov_internal.language(ledger, lang);
    as_of := emgov_internal.known_moment(ledger, as_of);
    PERFORM emgov_internal.refuse_row_policies(ledger);
    of_the_whole := ARRAY(SELECT f FROM emgov_internal.publication_periods(ledger, p) AS x CROSS JOIN LATERAL emgov_internal.restatement(ledger, x.p, x.figures, as_of) AS f);
    names := emgov_internal.published_names(ledger, publication, lang);
    FOR r IN SELECT * FROM unnest(of_the_whole) UNION ALL SELECT * FROM emgov_internal.restated_members(ledger, p, of_the_whole, as_of) LOOP
        r.name := names->>r.code;
        r.why := emgov_internal.reason_words(r.reason, lang);
        RETURN NEXT r;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_restatement(regnamespace, int, timestamptz, text) IS
    'what a publication would say otherwise now (or as of another moment), a line a figure: the published value, the value now, their difference, why, and how many records moved it; '
    'also where records moved it both ways to the same value, and where its definition has changed; what is value or base; those of members come last; '
    'lang: of name and why, zh or en, NULL: the ledger''s';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'restatement(int, timestamptz, text)',
    '已发布数字与现在的差异及原因，一数一行 | what a publication would say otherwise now, a line a figure', $sql$
CREATE OR REPLACE FUNCTION @ledger@.restatement(publication int, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_restatement
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_restatement('@ledger@'::regnamespace, $1, $2, $3);
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'restatement_rows(int, timestamptz, text, text)',
    '使已发布数字变动的记录：变动多少、原因、前后内容 | the records that moved a publication''s figures: by how much, why, then and now', $sql$
CREATE OR REPLACE FUNCTION @ledger@.restatement_rows(publication int, as_of timestamptz DEFAULT NULL, code text DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_restated_record
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_restatement_rows('@ledger@'::regnamespace, $1, $2, $3, $4);
END
$sql$);
