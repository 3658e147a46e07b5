-- ------------------------------------------------------------------ ledger: publishing and restating
CREATE FUNCTION emgov.publish_ledger(ledger regnamespace, period daterange, report text, as_of timestamptz DEFAULT NULL,
                                     scope text DEFAULT NULL, base text DEFAULT 'restated')
RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept regclass;
    moment timestamptz := as_of;
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

    -- Writers in flight finish first; a later one is dated after the moment taken here.
    FOR kept IN SELECT emgov._kept_tables((SELECT nspname FROM pg_namespace WHERE oid = ledger)) LOOP
        EXECUTE format('LOCK TABLE %s IN SHARE MODE', kept);
    END LOOP;
    moment := coalesce(moment, clock_timestamp());

    figures := ARRAY(SELECT f FROM emgov.ledger_figures(ledger, period, as_of, scope, base, true) AS f);
    SELECT jsonb_object_agg(i->>'code', i - '{known_from,approved_by,approved_at,ordinal,active}'::text[]) INTO definitions
      FROM emgov._indicators(ledger, as_of) AS i;
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
           AND (f.value IS DISTINCT FROM round(n.value, 4) OR f.record_checksum <> coalesce(n.record_checksum, 0))
         ORDER BY f.code $sql$, ledger)
      USING ledger, daterange(p.starts_on, p.ends_on), p.as_of, p.base, publication;
END
$$;
COMMENT ON FUNCTION emgov.ledger_verify_publication(regnamespace, int) IS
    'the published figures that do not come out again from what was known at the publication''s moment: none, unless history was tampered with or a source keeps no versions';

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
        WHEN is_now->>'status' IS DISTINCT FROM was->>'status' THEN
            CASE WHEN is_now->>'status' = 'written_off' THEN 'write_off' ELSE 'correction' END
        WHEN (is_now->>'deaths')::numeric > (was->>'deaths')::numeric THEN 'death_within_window'
        WHEN (is_now->>'deaths_after_window')::numeric > (was->>'deaths_after_window')::numeric THEN 'death_after_window'
        WHEN is_now->>'area_code' IS DISTINCT FROM was->>'area_code' THEN 'moved_area'
        ELSE 'correction'
    END
$$;
COMMENT ON FUNCTION emgov._restatement_reason(jsonb, jsonb) IS 'internal: why a record counts otherwise now, from the record then and now';

CREATE FUNCTION emgov._reason_zh(reason text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE reason
        WHEN 'late_report' THEN '迟报补录'
        WHEN 'write_off' THEN '统计核销'
        WHEN 'death_within_window' THEN '计入期限内死亡'
        WHEN 'death_after_window' THEN '计入期限后死亡，不计'
        WHEN 'moved_area' THEN '区域调整'
        WHEN 'correction' THEN '更正'
        WHEN 'definition_change' THEN '指标定义变更'
        WHEN 'derived' THEN '由相关指标变动引起'
        ELSE reason
    END
$$;
COMMENT ON FUNCTION emgov._reason_zh(text) IS 'internal: a reason of a restatement in Chinese';

CREATE FUNCTION emgov._rows_by_key(relation regclass, keys text[], as_of timestamptz) RETURNS TABLE (record_key text, record jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT %1$s, to_jsonb(s) FROM %2$s AS s WHERE %1$s = ANY ($1)',
        emgov._record_key(relation), replace(emgov._source_as_of(relation, as_of IS NOT NULL), '$5', '$2'))
    USING keys, as_of;
END
$$;
COMMENT ON FUNCTION emgov._rows_by_key(regclass, text[], timestamptz) IS 'internal: records of a source by key, live or as known at a moment';

CREATE FUNCTION emgov.ledger_restatement(ledger regnamespace, publication int, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_restatement
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p record;
    period daterange;
    f record;
    now_figure jsonb;
    now_figures jsonb;
    now_definition jsonb;
    definitions jsonb;
    r emgov.ledger_restatement;
    changed boolean;
    is_base boolean;
    relation regclass;
    schema_name text := (SELECT nspname FROM pg_namespace WHERE oid = ledger);
    ignored text[] := '{known_from}';
    defined text[] := '{source,kind,aggregate,date_column,until_column,measure,filter,base_filter,of_code,by_code,series_code,per,scope,cutoff}';
BEGIN
    IF as_of >= clock_timestamp() THEN
        as_of := NULL;
    END IF;
    EXECUTE format('SELECT * FROM %s.publication WHERE id = $1', ledger) INTO p USING publication;
    IF p.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no publication %s', publication);
    END IF;
    period := daterange(p.starts_on, p.ends_on);
    SELECT jsonb_object_agg(x.code, to_jsonb(x)) INTO now_figures
      FROM emgov.ledger_figures(ledger, period, as_of, NULL, p.base, true) AS x;
    SELECT jsonb_object_agg(i->>'code', i) INTO definitions FROM emgov._indicators(ledger, as_of) AS i;

    FOR f IN EXECUTE format('SELECT * FROM %s.publication_figure WHERE publication_id = $1 ORDER BY code', ledger) USING publication LOOP
        now_figure := now_figures->(f.code);
        now_definition := definitions->(f.code);
        changed := now_definition IS NULL OR EXISTS (
            SELECT FROM unnest(defined) AS d WHERE f.definition->d IS DISTINCT FROM now_definition->d);
        r := NULL;
        r.code := f.code;
        r.name_zh := f.name_zh;

        -- how the totals differ
        FOREACH is_base IN ARRAY ARRAY[false, true] LOOP
            r.what := CASE WHEN is_base THEN 'base' ELSE 'value' END;
            r.published := CASE WHEN is_base THEN f.base ELSE f.value END;
            r.value_now := round((now_figure->>(r.what))::numeric, 4);
            r.difference := r.value_now - r.published;
            r.record_key := NULL; r.amount_then := NULL; r.amount_now := NULL; r.record_then := NULL; r.record_now := NULL;
            IF f.definition->>'source' IS NULL THEN
                IF r.published IS DISTINCT FROM r.value_now THEN
                    r.reason := CASE WHEN changed THEN 'definition_change' ELSE 'derived' END;
                    r.reason_zh := emgov._reason_zh(r.reason);
                    RETURN NEXT r;
                END IF;
                CONTINUE;
            END IF;
            IF changed AND r.published IS DISTINCT FROM r.value_now THEN
                r.reason := 'definition_change';
                r.reason_zh := emgov._reason_zh(r.reason);
                RETURN NEXT r;
            END IF;
            CONTINUE WHEN NOT is_base AND NOT changed AND f.record_checksum = coalesce((now_figure->>'record_checksum')::numeric, 0)
                          AND r.published IS NOT DISTINCT FROM r.value_now;
            CONTINUE WHEN is_base AND r.published IS NOT DISTINCT FROM r.value_now;
            relation := emgov._source(schema_name, f.definition->>'source');
            CONTINUE WHEN emgov._source_as_of(relation, true) IS NULL;
            -- the records that moved it, under the definition it was published with
            FOR r.record_key, r.amount_then, r.amount_now, r.record_then, r.record_now IN
                WITH was AS (
                    SELECT x.record_key, sum(x.amount) AS amount, (array_agg(x.record))[1] AS record
                      FROM emgov._figure_records(ledger, f.definition, period, p.as_of, is_base) AS x
                     WHERE x.part = CASE f.definition->>'kind' WHEN 'planned' THEN 'denominator' ELSE 'numerator' END GROUP BY 1),
                is_now AS (
                    SELECT x.record_key, sum(x.amount) AS amount, (array_agg(x.record))[1] AS record
                      FROM emgov._figure_records(ledger, f.definition, period, as_of, is_base) AS x
                     WHERE x.part = CASE f.definition->>'kind' WHEN 'planned' THEN 'denominator' ELSE 'numerator' END GROUP BY 1),
                moved AS (
                    SELECT coalesce(w.record_key, n.record_key) AS record_key, w.amount AS amount_then, n.amount AS amount_now
                      FROM was w FULL JOIN is_now n ON n.record_key = w.record_key
                     WHERE w.amount IS DISTINCT FROM n.amount OR w.record - ignored IS DISTINCT FROM n.record - ignored),
                keys AS (SELECT array_agg(m.record_key) AS keys FROM moved m)
                SELECT m.record_key, coalesce(m.amount_then, 0), coalesce(m.amount_now, 0), then_row.record, now_row.record
                  FROM moved m
                  LEFT JOIN keys ON true
                  LEFT JOIN emgov._rows_by_key(relation, (SELECT keys.keys FROM keys), p.as_of) AS then_row ON then_row.record_key = m.record_key
                  LEFT JOIN emgov._rows_by_key(relation, (SELECT keys.keys FROM keys), as_of) AS now_row ON now_row.record_key = m.record_key
                 ORDER BY m.record_key
            LOOP
                r.reason := emgov._restatement_reason(r.record_then, r.record_now);
                r.reason_zh := emgov._reason_zh(r.reason);
                RETURN NEXT r;
            END LOOP;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov.ledger_restatement(regnamespace, int, timestamptz) IS
    'what a publication would say otherwise now (or as of a later moment): for each figure, the published value, the value now and their difference, once for every record that changed, with its reason; what is value or base';
