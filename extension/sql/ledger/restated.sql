-- ------------------------------------------------------------------ ledger: restated figures
-- A line a figure of a publication that would be said otherwise now.

CREATE FUNCTION emgov_internal.restated_definitions(ledger regnamespace, stored jsonb, as_of timestamptz, codes text[] DEFAULT NULL) RETURNS emgov_internal.indicator[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    published CONSTANT emgov_internal.indicator[] := emgov_internal.published_definitions(stored, codes);
BEGIN
    RETURN published || ARRAY(SELECT i FROM emgov_internal.indicators(ledger, as_of, codes) AS i WHERE i.code IN (SELECT p.code FROM unnest(published) AS p));
END
$$;
COMMENT ON FUNCTION emgov_internal.restated_definitions(regnamespace, jsonb, timestamptz, text[]) IS
    'internal: the definitions of figures of the whole, of these codes (NULL: all), as they were published with, and as they are now';

-- Of a base it is not stored what it lacked: only whether it is there, and whether a published total stands in for what is not known.
CREATE FUNCTION emgov_internal.is_covered_otherwise(what text, was jsonb, is_now jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE what WHEN 'value' THEN coalesce(was->'covered_days', 'null') <> coalesce(is_now->'covered_days', 'null')
                                    OR (SELECT array_agg(m ORDER BY m) FROM jsonb_array_elements_text(nullif(was->'missing', 'null')) AS m)
                                       IS DISTINCT FROM (SELECT array_agg(m ORDER BY m) FROM jsonb_array_elements_text(nullif(is_now->'missing', 'null')) AS m)
                     ELSE (coalesce(was->>'base', '') = '') <> (coalesce(is_now->>'base', '') = '') OR (was->>'base_kind' = 'published_total') <> (is_now->>'base_kind' = 'published_total') END
$$;
COMMENT ON FUNCTION emgov_internal.is_covered_otherwise(text, jsonb, jsonb) IS
    'internal: whether more or less, or other members are known of the value or base of a figure than of the same when it was published';

CREATE FUNCTION emgov_internal.coverage_reason(reason text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN reason ~ 'server (of [^;]+ )?cannot be reached' THEN 'unreachable' ELSE 'coverage' END
$$;
COMMENT ON FUNCTION emgov_internal.coverage_reason(text) IS
    'internal: why other data are known of a figure than were, from the reason that it has now: coverage, or unreachable, where a server is away';

CREATE FUNCTION emgov_internal.restatement(ledger regnamespace, p jsonb, stored jsonb, as_of timestamptz, codes text[] DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_restatement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    asked jsonb := coalesce((SELECT jsonb_agg(s) FROM jsonb_array_elements(stored) AS s WHERE codes IS NULL OR s->>'code' = ANY (codes)), '[]');
    moved emgov_internal.figure_moves[];
    why jsonb;
    figures jsonb;
    f jsonb;
    figure jsonb;
    reasons jsonb;
    redefined text;
    covered text;
    r emgov_internal.ledger_restatement;
BEGIN
    IF asked = '[]' THEN
        RETURN;
    END IF;
    r.starts_on := (p->>'starts_on')::date;
    r.ends_on := (p->>'ends_on')::date;
    r.comparator := p->>'comparator';
    moved := ARRAY(SELECT m FROM emgov_internal.restatement_moves(ledger, p, asked, as_of) AS m);
    SELECT jsonb_object_agg(x.code || ' ' || x.what, jsonb_build_object('reasons', t.reasons, 'of_records', t.of_records, 'records', coalesce(k.records, 0), 'difference', x.difference)) INTO why
      FROM (SELECT m.code, m.what, string_agg(array_to_string(m.reasons, '+'), '+') AS told, sum(m.difference) AS difference FROM unnest(moved) AS m GROUP BY 1, 2) AS x
     CROSS JOIN LATERAL (SELECT string_agg(DISTINCT u.reason, '+') AS reasons, string_agg(DISTINCT u.reason, '+') FILTER (WHERE u.reason <> 'partitions') AS of_records
                           FROM unnest(string_to_array(x.told, '+')) AS u (reason)) AS t
      -- the parts may be of the same records
      LEFT JOIN (SELECT m.code, m.what, count(DISTINCT k COLLATE "C") AS records FROM unnest(moved) AS m CROSS JOIN LATERAL unnest(m.keys) AS k GROUP BY 1, 2) AS k
             ON k.code = x.code AND k.what = x.what;
    SELECT jsonb_object_agg(x.code, to_jsonb(x)) INTO figures FROM emgov_internal.figures_now(ledger, p, stored, moved, as_of, codes) AS x;

    FOR f IN SELECT jsonb_array_elements(asked) LOOP
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
            -- nothing is said, neither then nor now, for all the records that moved
            CONTINUE WHEN redefined IS NULL AND num_nonnulls(r.published, r.value_now) = 0
                     AND (r.what = 'base' OR (f->>'state', r.phrase) IS NOT DISTINCT FROM (figure->>'state', r.phrase_now));
            -- what was not known then, or is not any longer
            covered := CASE WHEN f->'definition'->>'source' IS NULL AND f->'definition'->>'kind' <> 'reported' OR figure IS NULL OR figure->>'state' = 'failed' THEN NULL
                            WHEN emgov_internal.is_covered_otherwise(r.what, f, figure) THEN emgov_internal.coverage_reason(figure->>'reason') END;
            -- a partition that went and came back has moved nothing: the records do account for it
            r.reason := coalesce(nullif(concat_ws('+', redefined, covered,
                                                  reasons->>CASE WHEN f->'definition'->>'kind' IN ('count', 'sum') AND r.difference = coalesce((reasons->>'difference')::numeric, 0)
                                                                 THEN 'of_records' ELSE 'reasons' END), ''),
                CASE WHEN f->'definition'->>'source' IS NULL AND f->'definition'->>'kind' <> 'reported' OR r.what = 'base' AND p->>'base' = 'first_published' THEN 'derived'
                     WHEN figure->>'state' = 'failed' THEN 'failed'
                     ELSE 'unversioned' END);
            r.reason_zh := emgov_internal.reason_words(r.reason, 'zh');
            RETURN NEXT r;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.restatement(regnamespace, jsonb, jsonb, timestamptz, text[]) IS
    'internal: what ledger_restatement() gives of the figures of one period, see publication_periods(), of these codes (NULL: all)';

-- A record moves the figure of a member if it counts otherwise there: by another amount, or because it is another member's now.
CREATE FUNCTION emgov_internal.moved_of_members(ledger regnamespace, i emgov_internal.indicator, by text, day date, period daterange, bases emgov_internal.figure_request[],
                                                moment_then timestamptz, moment_now timestamptz)
RETURNS TABLE (what text, part text, was text[], is_now text[], record_key text, amount_then numeric, amount_now numeric, reason text, record_then jsonb, record_now jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
#variable_conflict use_column
DECLARE
    upto timestamptz := coalesce(moment_now, 'infinity');
    splits emgov_internal.figure_split[] := emgov_internal.splits(ledger, by, false, moment_then);
    labels jsonb[] := ARRAY(SELECT coalesce(jsonb_object_agg(n.place || ' ' || n.member, n.counts_as) FILTER (WHERE n.place IS NOT NULL), '{}')
                               FROM unnest(ARRAY[moment_then, moment_now]) WITH ORDINALITY AS t (at, o)
                              LEFT JOIN LATERAL emgov_internal.member_names(ledger, by, day, t.at) AS n ON n.counts_as <> n.member GROUP BY t.o ORDER BY t.o);
    w record;
    p record;
    expressions text[];
    keys text[];
    queries text[];
    place int;
BEGIN
    FOR w IN SELECT 'value' AS what, period AS during UNION ALL SELECT 'base', b.period FROM unnest(bases) AS b WHERE b.code = i.code LOOP
        IF i.kind = 'reported' THEN
            place := (SELECT s.place FROM unnest(splits) AS s WHERE s.place > 0 AND s.reported_by = (SELECT min(r.dimension) FROM emgov_internal.reported_rows(ledger, i.code, moment_then) AS r));
            RETURN QUERY SELECT w.what, 'numerator', t.member, n.member, s.member, s.was, s.is_now, r.reason || CASE WHEN t.member = n.member THEN '' ELSE '+moved_member' END, s.record_then, b.record
                           FROM emgov_internal.sent_otherwise(ledger, i.code, w.during, moment_then, moment_now) AS s
                          CROSS JOIN LATERAL (SELECT coalesce(labels[1]->>(place || ' ' || s.member), s.member) AS then, coalesce(labels[2]->>(place || ' ' || s.member), s.member) AS now) AS m
                          CROSS JOIN LATERAL (SELECT ARRAY[CASE place WHEN 1 THEN m.then END, CASE place WHEN 2 THEN m.then END] AS member) AS t
                          CROSS JOIN LATERAL (SELECT ARRAY[CASE place WHEN 1 THEN m.now END, CASE place WHEN 2 THEN m.now END] AS member) AS n
                          CROSS JOIN LATERAL (SELECT coalesce(s.record_now, emgov_internal.taken_back(ledger, i.code, s.member, w.during, moment_now)) AS record) AS b
                          CROSS JOIN LATERAL (SELECT emgov_internal.restatement_reason(s.record_then, b.record) AS reason) AS r
                          WHERE place IS NOT NULL;
            CONTINUE;
        END IF;
        FOR p IN SELECT * FROM emgov_internal.indicator_parts(ledger, i) LOOP
            keys := emgov_internal.changed_keys(p.relation, least(moment_then, upto), greatest(moment_then, upto));
            CONTINUE WHEN keys = '{}' OR emgov_internal.source_as_of(p.relation, true) IS NULL;
            expressions := ARRAY(SELECT coalesce('coalesce(' || e.expression || ', '''')', 'NULL::text')
                                   FROM generate_series(1, 2) AS n LEFT JOIN LATERAL emgov_internal.split_expression(splits, n, p.relation, p.day) AS e
                                     ON EXISTS (SELECT FROM unnest(splits) AS s WHERE s.place = n) ORDER BY n);
            SELECT array_agg(format($sql$
                WITH before AS (SELECT %1$s AS key, CASE WHEN %2$s THEN ARRAY[%3$s, %4$s, (%5$s)::text] END AS counted, to_jsonb(emgov_record) AS record FROM %6$s),
                     after AS (SELECT %1$s AS key, CASE WHEN %2$s THEN ARRAY[%3$s, %4$s, (%5$s)::text] END AS counted, to_jsonb(emgov_record) AS record FROM %7$s),
                     moved AS (SELECT coalesce(b.key, a.key) AS key, b.counted[3] IS DISTINCT FROM a.counted[3] AS otherwise, b.record AS record_then, a.record AS record_now,
                                      ARRAY[coalesce($6->>('1 ' || b.counted[1]), b.counted[1]), coalesce($6->>('2 ' || b.counted[2]), b.counted[2])] AS was,
                                      ARRAY[coalesce($7->>('1 ' || a.counted[1]), a.counted[1]), coalesce($7->>('2 ' || a.counted[2]), a.counted[2])] AS is_now,
                                      -- what is counted once each is one, whatever it is
                                      CASE WHEN b.counted IS NULL THEN 0 WHEN $10 THEN coalesce(b.counted[3]::numeric, 0) ELSE 1 END AS amount_then,
                                      CASE WHEN a.counted IS NULL THEN 0 WHEN $10 THEN coalesce(a.counted[3]::numeric, 0) ELSE 1 END AS amount_now
                                 FROM before AS b FULL JOIN after AS a ON a.key = b.key WHERE b.counted IS DISTINCT FROM a.counted)
                SELECT $8, $9, m.was, m.is_now, m.key, m.amount_then, m.amount_now,
                       CASE WHEN m.was = m.is_now OR num_nonnulls(m.was[1], m.was[2]) = 0 OR num_nonnulls(m.is_now[1], m.is_now[2]) = 0 OR r.reason ~ 'moved_area' THEN r.reason
                            WHEN r.reason = 'correction' AND NOT m.otherwise THEN 'moved_member' ELSE r.reason || '+moved_member' END, m.record_then, m.record_now
                  FROM moved AS m CROSS JOIN LATERAL (SELECT emgov_internal.restatement_reason(m.record_then, m.record_now) AS reason) AS r
                 WHERE m.otherwise OR m.was IS DISTINCT FROM m.is_now $sql$,
                emgov_internal.record_key(p.relation), p.condition, expressions[1], expressions[2], CASE p.aggregate WHEN 'count' THEN '1' ELSE p.measure END, s.was, s.is_now)) INTO queries
              FROM unnest(emgov_internal.keyed_sources(p.relation, '$3', '$5', keys), emgov_internal.keyed_sources(p.relation, '$4', '$5', keys)) AS s (was, is_now);
            RETURN QUERY SELECT m.* FROM emgov_internal.kept_query(queries, lower(w.during), upper(w.during), moment_then, upto, keys, labels[1], labels[2], w.what, p.part,
                                                                 p.aggregate NOT IN ('count', 'distinct'))
                                AS m (what text, part text, was text[], is_now text[], record_key text, amount_then numeric, amount_now numeric, reason text, record_then jsonb, record_now jsonb);
        END LOOP;
    END LOOP;
EXCEPTION WHEN OTHERS OR assert_failure THEN
    -- one that cannot be computed has no reasons
    IF emgov_internal.ends_the_query(SQLSTATE) THEN
        RAISE;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.moved_of_members(regnamespace, emgov_internal.indicator, text, date, daterange, emgov_internal.figure_request[], timestamptz, timestamptz) IS
    'internal: the records that count otherwise at one moment than at another (NULL: now) in the figure of a member, a row each: the one or two members that it was and is of (as they are on '
    'a day; NULL where it is not counted), what it counted and counts, why, and the record then and now';

CREATE FUNCTION emgov_internal.stored_member_figures(ledger regnamespace, publication int)
RETURNS TABLE (f jsonb, code text, starts_on date, ends_on date, comparator text, dimension text, member text, member2 text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f, f->>'code', (f->>'starts_on')::date, (f->>'ends_on')::date, f->>'comparator', f->>'dimension', f->>'member', CASE WHEN f->>'dimension' LIKE '%,%' THEN f->>'member2' END
      FROM jsonb_array_elements(emgov_internal.stored_figures(ledger, publication)) AS f WHERE f->>'dimension' <> ''
$$;
COMMENT ON FUNCTION emgov_internal.stored_member_figures(regnamespace, int) IS 'internal: the figures of members of a publication as they are stored, with what tells them apart';

-- A record that is another member's now moves nothing of the whole; and the whole may not have been published. So these rows say of what has no row by itself
-- which member it was and is of.
CREATE FUNCTION emgov_internal.restated_member_rows(ledger regnamespace, p jsonb, as_of timestamptz, code text, lang text, given emgov_internal.ledger_restated_record[])
RETURNS SETOF emgov_internal.ledger_restated_record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH stored AS MATERIALIZED (
        SELECT s.* FROM emgov_internal.stored_member_figures(ledger, (p->>'id')::int) AS s WHERE restated_member_rows.code IS NULL OR s.code = restated_member_rows.code
    ), moved AS MATERIALIZED (
        SELECT c.*, m.*
          FROM (SELECT s.dimension, s.code, s.starts_on, s.ends_on, s.comparator, (array_agg(s.f))[1] AS f,
                       (SELECT max(x.ends_on) - 1 FROM stored AS x WHERE x.dimension = s.dimension) AS day FROM stored AS s GROUP BY 1, 2, 3, 4, 5) AS c
         CROSS JOIN LATERAL emgov_internal.moved_of_members(ledger, jsonb_populate_record(NULL::emgov_internal.indicator, c.f->'definition'), c.dimension, c.day, daterange(c.starts_on, c.ends_on),
                CASE p->>'base' WHEN 'restated' THEN emgov_internal.published_bases(ledger, p || jsonb_build_object('starts_on', c.starts_on, 'ends_on', c.ends_on, 'comparator', c.comparator),
                                                                                    jsonb_build_array(c.f)) ELSE '{}' END,
                (p->>'as_of')::timestamptz, as_of) AS m
         WHERE NOT EXISTS (SELECT FROM unnest(given) AS g WHERE g.code = c.code AND g.what = m.what AND g.part = m.part AND g.record_key = m.record_key
                              AND g.starts_on = c.starts_on AND g.ends_on = c.ends_on AND g.comparator = c.comparator)
           AND (m.amount_then <> 0 OR m.amount_now <> 0)
           -- of a member that was published; of the whole only what it comes to
           AND EXISTS (SELECT FROM stored AS s WHERE s.dimension = c.dimension AND s.code = c.code AND s.starts_on = c.starts_on AND s.ends_on = c.ends_on AND s.comparator = c.comparator
                          AND (s.member IS NULL OR s.member IN (m.was[1], m.is_now[1])) AND (s.member2 IS NULL OR s.member2 IN (m.was[2], m.is_now[2]))
                          AND (num_nonnulls(s.member, s.member2) > 0 OR m.amount_then <> m.amount_now))
    ), named AS MATERIALIZED (
        SELECT d.dimension, jsonb_object_agg(n.place || ' ' || n.member, CASE lang WHEN 'en' THEN n.name_en ELSE n.name_zh END) AS names
          FROM (SELECT DISTINCT m.dimension, m.day FROM moved AS m) AS d CROSS JOIN LATERAL emgov_internal.member_names(ledger, d.dimension, d.day, as_of) AS n GROUP BY 1
    )
    SELECT (m.code, m.f->>'name_zh', m.what, m.part, m.record_key, m.amount_then, m.amount_now, m.amount_now - m.amount_then, m.reason, emgov_internal.reason_words(m.reason, 'zh'),
            m.record_then, m.record_now, m.starts_on, m.ends_on, m.comparator, NULL,
            emgov_internal.reason_words(m.reason, lang) ||
            CASE WHEN m.was <> m.is_now AND t.was <> '' AND t.is_now <> '' THEN format(CASE lang WHEN 'en' THEN ' (from %s to %s)' ELSE '（由%s改为%s）' END, t.was, t.is_now)
                 ELSE emgov_internal.ground(m.record_then, m.record_now, lang) END,
            m.dimension, array_to_string(m.was, ', '), array_to_string(m.is_now, ', '))::emgov_internal.ledger_restated_record
      FROM moved AS m LEFT JOIN named AS n ON n.dimension = m.dimension
     CROSS JOIN LATERAL (SELECT string_agg(x.name, CASE lang WHEN 'en' THEN ', ' ELSE '、' END ORDER BY x.place) FILTER (WHERE x.side = 1) AS was,
                                string_agg(x.name, CASE lang WHEN 'en' THEN ', ' ELSE '、' END ORDER BY x.place) FILTER (WHERE x.side = 2) AS is_now
                           FROM (SELECT u.side, u.place, CASE u.member WHEN '' THEN CASE lang WHEN 'en' THEN 'not stated' ELSE '未注明' END
                                                              ELSE coalesce(n.names->>(u.place || ' ' || u.member), u.member) END AS name
                                   FROM (SELECT 1 AS side, w.* FROM unnest(m.was) WITH ORDINALITY AS w (member, place)
                                         UNION ALL SELECT 2, w.* FROM unnest(m.is_now) WITH ORDINALITY AS w (member, place)) AS u WHERE u.member IS NOT NULL) AS x) AS t
     ORDER BY m.starts_on, m.ends_on, m.code, m.comparator, m.dimension, m.what DESC, m.part, m.record_key
$$;
COMMENT ON FUNCTION emgov_internal.restated_member_rows(regnamespace, jsonb, timestamptz, text, text, emgov_internal.ledger_restated_record[]) IS
    'internal: the rows of ledger_restatement_rows() of records that count otherwise in figures of members, but for those that are given: those that are another member''s now';

-- Figures of members are made anew, all of a dimension together: records do not say of which member they were counted then.
CREATE FUNCTION emgov_internal.restated_members(ledger regnamespace, p jsonb, as_of timestamptz)
RETURNS SETOF emgov_internal.ledger_restatement
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH stored AS MATERIALIZED (
        SELECT s.* FROM emgov_internal.stored_member_figures(ledger, (p->>'id')::int) AS s
    ), present AS MATERIALIZED (
        SELECT d.dimension, m.figure
          FROM (SELECT x.dimension, array_agg((x.code, daterange(x.starts_on, x.ends_on), x.comparator)::emgov_internal.figure_request) AS requests
                  FROM (SELECT DISTINCT s.dimension, s.code, s.starts_on, s.ends_on, nullif(s.comparator, emgov_internal.own_comparator(s.f->'definition'->>'comparator')) AS comparator
                          FROM stored AS s) AS x GROUP BY 1) AS d
         CROSS JOIN LATERAL emgov_internal.figures(ledger, d.requests, as_of, p->>'base', d.dimension, false, (p->>'live')::boolean, p->>'report',
                                               lang => emgov_internal.report_row(ledger, p->>'report', (p->>'as_of')::timestamptz)->>'lang') AS m
    ), restated AS MATERIALIZED (
        SELECT s.*, w.what, v.published, v.value_now, n.figure
          FROM stored AS s
          LEFT JOIN present AS n ON n.dimension = s.dimension AND (n.figure).code = s.code AND (n.figure).starts_on = s.starts_on AND (n.figure).ends_on = s.ends_on
               AND (n.figure).comparator = s.comparator AND (n.figure).member IS NOT DISTINCT FROM s.member AND (n.figure).member2 IS NOT DISTINCT FROM s.member2
         CROSS JOIN (VALUES ('value'), ('base')) AS w (what)
         CROSS JOIN LATERAL (SELECT (s.f->>w.what)::numeric AS published, CASE w.what WHEN 'value' THEN (n.figure).value ELSE (n.figure).base END AS value_now) AS v
         WHERE v.published IS DISTINCT FROM v.value_now AND (w.what = 'value' OR s.f->'definition'->>'kind' <> 'change')
    ), moved AS MATERIALIZED (
        SELECT c.dimension, c.code, c.starts_on, c.ends_on, c.comparator, m.what, m.record_key, m.reason, o.of[1] AS member, o.of[2] AS member2, o.moved
          FROM (SELECT r.dimension, r.code, r.starts_on, r.ends_on, r.comparator, (array_agg(r.f))[1] AS f, (SELECT max(x.ends_on) - 1 FROM stored AS x WHERE x.dimension = r.dimension) AS day
                  FROM restated AS r GROUP BY 1, 2, 3, 4, 5) AS c
         CROSS JOIN LATERAL emgov_internal.moved_of_members(ledger, jsonb_populate_record(NULL::emgov_internal.indicator, c.f->'definition'), c.dimension, c.day, daterange(c.starts_on, c.ends_on),
                CASE p->>'base' WHEN 'restated' THEN emgov_internal.published_bases(ledger, p || jsonb_build_object('starts_on', c.starts_on, 'ends_on', c.ends_on, 'comparator', c.comparator),
                                                                                    jsonb_build_array(c.f)) ELSE '{}' END,
                (p->>'as_of')::timestamptz, as_of) AS m
         CROSS JOIN LATERAL (VALUES (m.was, -m.amount_then), (m.is_now, m.amount_now)) AS o (of, moved) WHERE num_nonnulls(o.of[1], o.of[2]) > 0 AND (m.amount_then <> 0 OR m.amount_now <> 0)
    )
    SELECT (r.code, r.f->>'name_zh', r.what, r.published, r.value_now, r.value_now - r.published, y.reason, emgov_internal.reason_words(y.reason, 'zh'), t.records,
            CASE r.what WHEN 'value' THEN r.f->>'phrase' END, CASE r.what WHEN 'value' THEN (r.figure).phrase END, r.starts_on, r.ends_on, r.comparator, r.dimension,
            r.member, r.member2, NULL, NULL)::emgov_internal.ledger_restatement
      FROM restated AS r
     CROSS JOIN LATERAL (SELECT string_agg(DISTINCT u.reason, '+') AS reasons, count(DISTINCT m.record_key) AS records, sum(m.moved) FILTER (WHERE u.n = 1) AS difference
                           FROM moved AS m CROSS JOIN LATERAL unnest(string_to_array(m.reason, '+')) WITH ORDINALITY AS u (reason, n)
                          WHERE m.dimension = r.dimension AND m.code = r.code AND m.starts_on = r.starts_on AND m.ends_on = r.ends_on AND m.comparator = r.comparator AND m.what = r.what
                            AND (r.member IS NULL OR m.member = r.member) AND (r.member2 IS NULL OR m.member2 = r.member2)) AS t
     CROSS JOIN LATERAL (SELECT r.f->'definition'->>'source' IS NULL AND r.f->'definition'->>'kind' <> 'reported' AS is_derived,
                                (r.figure).definition_version::text <> r.f->>'definition_version' AS is_redefined,
                                emgov_internal.is_covered_otherwise(r.what, r.f, to_jsonb(r.figure)) AS is_covered_otherwise,
                                -- where the records account for the difference, a partition that went and came back has moved nothing
                                (r.f->'definition'->>'kind' NOT IN ('count', 'sum') OR r.value_now - r.published IS DISTINCT FROM coalesce(t.difference, 0)) AND
                                (SELECT bool_or(emgov_internal.partitions_moved(u.relation, (p->>'as_of')::timestamptz))
                                   FROM emgov_internal.indicator_parts(ledger, jsonb_populate_record(NULL::emgov_internal.indicator, r.f->'definition')) AS u) AS is_partitioned_otherwise) AS x
     CROSS JOIN LATERAL (SELECT CASE WHEN (r.figure).state = 'failed' THEN 'failed'
                                     ELSE coalesce(nullif(concat_ws('+', CASE WHEN x.is_redefined THEN 'definition_change' END,
                                                                    CASE WHEN x.is_covered_otherwise AND NOT x.is_derived THEN emgov_internal.coverage_reason((r.figure).reason) END,
                                                                    CASE WHEN x.is_partitioned_otherwise THEN 'partitions' END, t.reasons), ''),
                                                   CASE WHEN x.is_derived THEN 'derived'
                                                        WHEN EXISTS (SELECT FROM emgov_internal.indicator_parts(ledger, jsonb_populate_record(NULL::emgov_internal.indicator, r.f->'definition')) AS u
                                                                      WHERE emgov_internal.source_as_of(u.relation, true) IS NULL) THEN 'unversioned'
                                                        ELSE 'correction' END) END AS reason) AS y
     ORDER BY r.starts_on, r.ends_on, r.code, r.comparator, r.dimension, (r.f->>'place')::int, r.what DESC
$$;
COMMENT ON FUNCTION emgov_internal.restated_members(regnamespace, jsonb, timestamptz) IS
    'internal: what ledger_restatement() gives of the figures of members, each with the reasons and the number of the records that concern it';

CREATE FUNCTION emgov_internal.ledger_restatement(ledger regnamespace, publication int, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_restatement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb := emgov_internal.publication(ledger, publication);
    stored jsonb;
    of_the_whole emgov_internal.ledger_restatement[];
    names jsonb;
    r emgov_internal.ledger_restatement;
BEGIN
    lang := emgov_internal.language(ledger, lang);
    as_of := emgov_internal.known_moment(ledger, as_of);
    PERFORM emgov_internal.refuse_row_policies(ledger);
    stored := emgov_internal.stored_figures(ledger, publication);
    PERFORM emgov_internal.refuse_unreadable(ledger, emgov_internal.restated_definitions(ledger, stored, as_of));
    of_the_whole := ARRAY(SELECT f FROM emgov_internal.publication_periods(p, stored) AS x CROSS JOIN LATERAL emgov_internal.restatement(ledger, x.p, x.figures, as_of) AS f);
    names := emgov_internal.published_names(stored, lang);
    FOR r IN SELECT * FROM unnest(of_the_whole) UNION ALL SELECT * FROM emgov_internal.restated_members(ledger, p, as_of) LOOP
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
