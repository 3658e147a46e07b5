-- ------------------------------------------------------------------ ledger: restatement of what was published

CREATE TYPE emgov.ledger_restatement AS (
    code text, name_zh text, what text, published numeric, value_now numeric, difference numeric,
    reason text, reason_zh text, record_key text, amount_then numeric, amount_now numeric, record_then jsonb, record_now jsonb);
COMMENT ON TYPE emgov.ledger_restatement IS 'a row of restatement(): a published figure that would differ now, or a record behind it that changed, and why';

CREATE FUNCTION emgov._restatement_reason(was jsonb, is_now jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN was IS NULL THEN 'late_report'
        WHEN is_now IS NULL THEN 'correction'
        WHEN was - 'known_from' = is_now - 'known_from' THEN 'counted_once'
        ELSE coalesce(nullif(concat_ws('+',
            CASE WHEN is_now->>'status' = 'written_off' AND was->>'status' IS DISTINCT FROM 'written_off' THEN 'write_off' END,
            CASE WHEN (is_now->>'deaths')::numeric > (was->>'deaths')::numeric THEN 'death_within_window' END,
            CASE WHEN (is_now->>'deaths_after_window')::numeric > (was->>'deaths_after_window')::numeric THEN 'death_after_window' END,
            CASE WHEN is_now->>'area_code' IS DISTINCT FROM was->>'area_code' THEN 'moved_area' END), ''), 'correction')
    END
$$;
COMMENT ON FUNCTION emgov._restatement_reason(jsonb, jsonb) IS
    'internal: why a record counts otherwise now, from the record then and now; several reasons are joined by +';

CREATE FUNCTION emgov._reason_zh(reasons text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(CASE reason
        WHEN 'late_report' THEN '迟报补录'
        WHEN 'write_off' THEN '统计核销'
        WHEN 'death_within_window' THEN '计入期限内死亡'
        WHEN 'death_after_window' THEN '计入期限后死亡，不计'
        WHEN 'moved_area' THEN '区域调整'
        WHEN 'correction' THEN '更正'
        WHEN 'counted_once' THEN '同一主体只计一次，记录未变'
        WHEN 'definition_change' THEN '指标定义变更'
        WHEN 'derived' THEN '由相关指标变动引起'
        WHEN 'unversioned' THEN '来源不留版本，无从说明'
        ELSE reason END, '；' ORDER BY n)
      FROM unnest(string_to_array(reasons, '+')) WITH ORDINALITY AS x (reason, n)
$$;
COMMENT ON FUNCTION emgov._reason_zh(text) IS 'internal: the reasons of a restatement in Chinese';

CREATE FUNCTION emgov._rows_by_key(relation regclass, keys text[], as_of timestamptz) RETURNS TABLE (record_key text, record jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT %1$s, to_jsonb(s) FROM %2$s AS s WHERE %1$s = ANY ($1)',
        emgov._record_key(relation), emgov._source_as_of(relation, as_of IS NOT NULL, '$2'))
    USING keys, as_of;
END
$$;
COMMENT ON FUNCTION emgov._rows_by_key(regclass, text[], timestamptz) IS 'internal: records of a source by key, live or as known at a moment';

-- The records of which one part of a figure is made otherwise at one moment than at
-- another, with what each came to in the numerator (of a planned figure: the plans).
CREATE FUNCTION emgov._moved_records(ledger regnamespace, definition jsonb, period daterange, base_period boolean,
                                     moment_then timestamptz, moment_now timestamptz)
RETURNS TABLE (record_key text, amount_then numeric, amount_now numeric, record_then jsonb, record_now jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass := emgov._source((SELECT nspname FROM pg_namespace WHERE oid = ledger), definition->>'source');
    main_part text := CASE definition->>'kind' WHEN 'planned' THEN 'denominator' ELSE 'numerator' END;
    moved jsonb;
BEGIN
    SELECT jsonb_object_agg(coalesce(w.record_key, n.record_key), jsonb_build_array(coalesce(w.amount, 0), coalesce(n.amount, 0))) INTO moved
      FROM (SELECT x.record_key, jsonb_object_agg(x.part, x.amount) AS parts, sum(x.amount) FILTER (WHERE x.part = main_part) AS amount,
                   (array_agg(x.record))[1] - 'known_from' AS record
              FROM emgov._figure_records(ledger, definition, period, moment_then, base_period) AS x GROUP BY 1) AS w
      FULL JOIN (SELECT x.record_key, jsonb_object_agg(x.part, x.amount) AS parts, sum(x.amount) FILTER (WHERE x.part = main_part) AS amount,
                   (array_agg(x.record))[1] - 'known_from' AS record
              FROM emgov._figure_records(ledger, definition, period, moment_now, base_period) AS x GROUP BY 1) AS n
        ON n.record_key = w.record_key
     WHERE w.parts IS DISTINCT FROM n.parts OR w.record IS DISTINCT FROM n.record;
    RETURN QUERY
        SELECT m.key, (m.value->>0)::numeric, (m.value->>1)::numeric, t.record, c.record
          FROM jsonb_each(moved) AS m
          LEFT JOIN emgov._rows_by_key(relation, ARRAY(SELECT jsonb_object_keys(moved)), moment_then) AS t ON t.record_key = m.key
          LEFT JOIN emgov._rows_by_key(relation, ARRAY(SELECT jsonb_object_keys(moved)), moment_now) AS c ON c.record_key = m.key
         ORDER BY m.key;
END
$$;
COMMENT ON FUNCTION emgov._moved_records(regnamespace, jsonb, daterange, boolean, timestamptz, timestamptz) IS
    'internal: the records that a figure counts otherwise at one moment than at another, with the record at both';

CREATE FUNCTION emgov.ledger_restatement(ledger regnamespace, publication int, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_restatement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p record;
    f record;
    period daterange;
    schema_name text := (SELECT nspname FROM pg_namespace WHERE oid = ledger);
    figures jsonb;
    figure jsonb;
    definitions jsonb;
    redefined boolean;
    differs boolean;
    is_base boolean;
    explained boolean;
    relation regclass;
    whole emgov.ledger_restatement;
    r emgov.ledger_restatement;
    defined text[] := '{source,kind,aggregate,date_column,until_column,measure,filter,base_filter,of_code,by_code,series_code,per,scope,cutoff}';
BEGIN
    IF as_of >= clock_timestamp() THEN
        as_of := NULL;
    END IF;
    EXECUTE format('SELECT * FROM %s.publication WHERE id = $1', ledger) INTO p USING publication;
    IF p.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no publication %s', publication),
            HINT = format('SELECT * FROM %s.publication_list;', ledger);
    END IF;
    period := daterange(p.starts_on, p.ends_on);
    SELECT jsonb_object_agg(x.code, to_jsonb(x)) INTO figures
      FROM emgov.ledger_figures(ledger, period, as_of, NULL, p.base, true, report => p.report) AS x;
    SELECT jsonb_object_agg(i->>'code', i) INTO definitions FROM emgov._indicators(ledger, as_of) AS i;

    FOR f IN EXECUTE format('SELECT * FROM %s.publication_figure WHERE publication_id = $1 ORDER BY code', ledger) USING publication LOOP
        figure := figures->(f.code);
        redefined := definitions->(f.code) IS NULL OR EXISTS (
            SELECT FROM unnest(defined) AS d WHERE f.definition->d IS DISTINCT FROM definitions->(f.code)->d);
        BEGIN
            relation := emgov._source(schema_name, f.definition->>'source');
        EXCEPTION WHEN undefined_table THEN
            relation := NULL;       -- gone since: there are no records to compare
        END;

        FOREACH is_base IN ARRAY ARRAY[false, true] LOOP
            CONTINUE WHEN is_base AND f.definition->>'kind' = 'change';
            whole := NULL;
            whole.code := f.code;
            whole.name_zh := f.name_zh;
            whole.what := CASE WHEN is_base THEN 'base' ELSE 'value' END;
            whole.published := CASE WHEN is_base THEN f.base ELSE f.value END;
            whole.value_now := round((figure->>(whole.what))::numeric, 6);
            whole.difference := whole.value_now - whole.published;
            differs := whole.value_now IS DISTINCT FROM whole.published;
            explained := NOT differs;

            IF differs AND redefined THEN
                r := whole;
                r.reason := 'definition_change';
                r.reason_zh := emgov._reason_zh(r.reason);
                RETURN NEXT r;
                explained := true;
            END IF;

            -- the records that moved it, under the definition it was published with; in the
            -- year reported on also those that changed without moving it
            IF f.definition->>'source' IS NOT NULL
               AND (differs OR NOT is_base AND (redefined OR f.record_checksum IS DISTINCT FROM coalesce((figure->>'record_checksum')::numeric, 0)))
               AND NOT (is_base AND p.base = 'first_published')
               AND emgov._source_as_of(relation, true) IS NOT NULL THEN
                r := whole;
                FOR r.record_key, r.amount_then, r.amount_now, r.record_then, r.record_now IN
                    SELECT * FROM emgov._moved_records(ledger, f.definition, period, is_base, p.as_of, as_of)
                LOOP
                    r.reason := emgov._restatement_reason(r.record_then, r.record_now);
                    r.reason_zh := emgov._reason_zh(r.reason);
                    RETURN NEXT r;
                    explained := true;
                END LOOP;
            END IF;

            IF NOT explained THEN
                r := whole;
                r.reason := CASE WHEN f.definition->>'source' IS NULL THEN 'derived'
                                 WHEN is_base AND p.base = 'first_published' THEN 'derived'
                                 ELSE 'unversioned' END;
                r.reason_zh := emgov._reason_zh(r.reason);
                RETURN NEXT r;
            END IF;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov.ledger_restatement(regnamespace, int, timestamptz) IS
    'what a publication would say otherwise now (or as of a later moment): for each figure, the published value, the value now and their difference, once for every record that changed, with '
    'its reason; what is value or base';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'restatement(int, timestamptz)',
    '已发布数字与现在的差异、原因和记录 | what a publication would say otherwise now, why, and which records moved it', $sql$
CREATE OR REPLACE FUNCTION @ledger@.restatement(publication int, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_restatement
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_restatement('@ledger@'::regnamespace, $1, $2);
END
$sql$);
