-- ------------------------------------------------------------------ ledger: rollups
-- What the figures of the present can be read from instead of the facts. A rollup of the
-- ledger is keyed by day, area and codes, so it is exact for whatever period. Any rollup over
-- a source does, whoever thought of it, as long as it belongs to the source's owner.

CREATE FUNCTION emgov._rollup_answers(id text, OUT records text, OUT keys text[], OUT key_names text[], OUT sums text[], OUT sum_names text[])
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_rollup_answers';
COMMENT ON FUNCTION emgov._rollup_answers(text) IS
    'internal: what a rollup can say of its table exactly: the column that counts records, the table''s columns that are keys and the expressions that are summed, each with its name in the '
    'rollup; NULL if it does not count all records';

-- A rollup that lost a trigger, or was last found to differ, answers nothing; nor does one
-- for a reader who may not read it, or from whom row-level security hides records.
CREATE FUNCTION emgov._rollups_over(relation regclass, OUT rollup regclass, OUT keys text[], OUT sums jsonb, OUT from_text text)
RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT r.view, a.keys,
           coalesce((SELECT jsonb_object_agg(s.expression, 'sum' || s.n) FROM unnest(a.sums) WITH ORDINALITY AS s (expression, n)), '{}'),
           format('(SELECT %s FROM %s AS r)',
                  concat_ws(', ', format('ROW(%s)::%s AS emgov_record', w.columns, $1), format('r.%I AS records', a.records),
                            (SELECT string_agg(format('r.%I AS sum%s', s.name, s.n), ', ') FROM unnest(a.sum_names) WITH ORDINALITY AS s (name, n))), r.view)
      FROM pg_class t
      JOIN emgov.rollup r ON r.source = t.oid
      JOIN pg_class v ON v.oid = r.view AND v.relowner = t.relowner
      CROSS JOIN LATERAL emgov._rollup_answers(r.id) AS a
      -- a record of the table, of which only the keys are known
      CROSS JOIN LATERAL (SELECT string_agg(CASE WHEN k.name IS NULL THEN 'NULL' ELSE format('r.%I', k.name) END, ', ' ORDER BY c.attnum) AS columns
                            FROM pg_attribute c LEFT JOIN unnest(a.keys, a.key_names) AS k (key, name) ON k.key = c.attname
                           WHERE c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped) AS w
     WHERE t.oid = $1 AND a.records IS NOT NULL AND cardinality(a.keys) > 0
       AND has_table_privilege(v.oid, 'SELECT') AND NOT row_security_active(t.oid)
       AND emgov.rollup_follows(r.id)
       AND 0 = coalesce((SELECT l.number FROM emgov.rollup_log l WHERE l.rollup = r.id AND l.event = 'verify' ORDER BY l.at DESC LIMIT 1), 0)
     ORDER BY cardinality(a.keys), r.view::text
$$;
COMMENT ON FUNCTION emgov._rollups_over(regclass) IS
    'internal: the rollups that may answer for a table, those with fewest keys first: the table''s columns they are keyed by, the sums (expression to column), and what to read them from: '
    'emgov_record, a record of the table with the keys in it, records and sum1, …';

-- NULL unless every part of the indicator counts or sums, by a condition on keys.
CREATE FUNCTION emgov._rollup_row(i jsonb, rollup regclass, keys text[], sums jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    term record;
    summed text;
    places jsonb := '{}';
BEGIN
    -- what decides whether a record counts; of a mean also whether there is anything to average
    IF EXISTS (SELECT FROM jsonb_each_text(i->'units') AS u (part, unit)
                WHERE (part NOT IN ('measure', 'values') OR part = 'measure' AND i->>'kind' = 'mean') AND NOT (emgov._unit(unit::oid)).columns <@ keys) THEN
        RETURN NULL;
    END IF;
    FOR term IN SELECT * FROM emgov._terms(i, NULL, false) LOOP
        summed := CASE term.aggregate WHEN 'count' THEN 'records' WHEN 'sum' THEN sums->>(i->>'measured') END;
        IF summed IS NULL THEN
            RETURN NULL;
        END IF;
        places := places || jsonb_build_object(term.place, format('coalesce(sum(%s) FILTER (WHERE %s), 0)', summed, term.condition));
    END LOOP;
    RETURN format('ROW(%L, %s, NULL, %L, NULL)::emgov.figure_parts', i->>'code', (SELECT string_agg(coalesce(places->>p, 'NULL'), ', ' ORDER BY n)
        FROM unnest('{numerator,denominator,base_numerator,base_denominator,record_count}'::text[]) WITH ORDINALITY AS u (p, n)), rollup::text);
END
$$;
COMMENT ON FUNCTION emgov._rollup_row(jsonb, regclass, text[], jsonb) IS
    'internal: a row of figure_parts for an indicator, as SQL over a rollup''s columns, without checksum; NULL when the rollup cannot say it exactly';

-- What _figure_parts() gives, for those indicators that a rollup can say, each rollup read once.
CREATE FUNCTION emgov._rollup_parts(indicators jsonb[], period daterange) RETURNS SETOF emgov.figure_parts
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    base daterange := emgov.year_earlier(period);
    source record;
    r record;
    rows_text text[];
    said text[];
    bounds text;
    result emgov.figure_parts[];
BEGIN
    FOR source IN SELECT (x->>'relation')::oid::regclass AS relation, array_agg(x) AS indicators
                    FROM unnest(indicators) AS x WHERE (x->>'relation')::oid IN (SELECT o.source FROM emgov.rollup AS o) GROUP BY 1 ORDER BY 1::text LOOP
        said := '{}';
        FOR r IN SELECT * FROM emgov._rollups_over(source.relation) LOOP
            SELECT array_agg(y.line), string_agg(DISTINCT y.bound, ' OR ') INTO rows_text, bounds
              FROM (SELECT emgov._rollup_row(x, r.rollup, r.keys, r.sums) AS line,
                           format('(%s) OR (%s)', emgov._cutoff(x->>'cutoff', x->>'kind', x->'calls'->>'date', x->'calls'->>'until', false),
                                  emgov._cutoff(x->>'cutoff', x->>'kind', x->'calls'->>'date', x->'calls'->>'until', true)) AS bound
                      FROM unnest(source.indicators) AS x WHERE x->>'code' <> ALL (said)) AS y
             WHERE y.line IS NOT NULL;
            CONTINUE WHEN rows_text IS NULL;
            BEGIN
                EXECUTE format('SELECT ARRAY[%s] FROM %s AS g WHERE %s', array_to_string(rows_text, ', '), r.from_text, bounds)
                   INTO result USING lower(period), upper(period), lower(base), upper(base);
            EXCEPTION WHEN OTHERS THEN
                IF emgov._ends_the_query(SQLSTATE) THEN
                    RAISE;
                END IF;
                CONTINUE;       -- the facts raise it again, and say which indicator it is
            END;
            said := said || ARRAY(SELECT p.code FROM unnest(result) AS p);
            RETURN QUERY SELECT * FROM unnest(result);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._rollup_parts(jsonb[], daterange) IS
    'internal: what those indicators come to now that rollups answer exactly, as _figure_parts() gives it, each with the rollup''s name';

-- Those that are missing are made; whoever may read the table may read its rollup. What is
-- left of one that emgov.rollup does not know, after DROP EXTENSION … CASCADE or in a dump of
-- one schema, is cleared away: parts, which are known by their columns, and triggers.
CREATE PROCEDURE emgov._make_rollup(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p record;
    qualified text := format('%I.%I', ledger, part.name);
    total regclass := to_regclass(format('%I.%I', ledger, part.name || '_total'));
    made emgov.rollup;
BEGIN
    IF EXISTS (SELECT FROM emgov.rollup WHERE view = to_regclass(qualified)) THEN
        RETURN;
    END IF;
    IF (SELECT bool_and(attname ~ '^(k[0-9]+|n|v[0-9]+(_[a-z]+)?)$') AND bool_or(attname = 'n')
          FROM pg_attribute WHERE attrelid = total AND attnum > 0 AND NOT attisdropped) THEN
        EXECUTE format('DROP VIEW IF EXISTS %1$I.%2$I, %1$I.%3$I', ledger, part.name, part.name || '_query');
        EXECUTE format('DROP TABLE IF EXISTS %1$I.%2$I, %1$I.%3$I', ledger, part.name || '_total', part.name || '_delta');
    END IF;
    IF to_regclass(qualified) IS NOT NULL THEN
        RAISE NOTICE USING
            MESSAGE = format('rollup "%s" was not made: there is another relation of that name', qualified),
            DETAIL = 'Figures are counted from the facts.';
        RETURN;
    END IF;

    CALL emgov.create_rollup(qualified, emgov._fill(part.body, 'ledger', quote_ident(ledger)), ledger);
    SELECT * INTO made FROM emgov.rollup WHERE view = qualified::regclass;
    FOR p IN SELECT t.tgname AS name FROM pg_trigger t, substring(t.tgname FROM '^emgov_rollup_([0-9a-f]{12})_') AS rollup_id
              WHERE t.tgrelid = made.source AND rollup_id IS NOT NULL AND rollup_id NOT IN (SELECT id FROM emgov.rollup) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', p.name, made.source);
    END LOOP;
    PERFORM emgov._set_comment('VIEW', made.view::text, part.note);
    PERFORM emgov._set_comment('VIEW', made.query::text, replace(part.note, ' | ', '；定义查询 | ') || ': its query, computed anew');
    PERFORM emgov._set_comment('TABLE', made.total::text, replace(part.note, ' | ', '；合计表 | ') || ': its sums');
    PERFORM emgov._set_comment('TABLE', made.delta::text, replace(part.note, ' | ', '；待归并变更 | ') || ': changes not yet folded');
    FOR p IN SELECT v.attname AS name, coalesce(col_description(made.source, t.attnum), '记录数 | number of records') AS note
               FROM pg_attribute v LEFT JOIN pg_attribute t ON t.attrelid = made.source AND t.attname = v.attname
              WHERE v.attrelid = made.view AND v.attnum > 0 LOOP
        PERFORM emgov._set_comment('COLUMN', format('%s.%I', made.view, p.name), p.note);
    END LOOP;
    FOR p IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS reader
               FROM pg_class t CROSS JOIN LATERAL aclexplode(t.relacl) AS a
              WHERE t.oid = made.source AND a.privilege_type = 'SELECT' AND a.grantee <> t.relowner LOOP
        EXECUTE format('GRANT SELECT ON %s TO %s', made.view, p.reader);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov._make_rollup(text, emgov.ledger_part) IS 'internal: a rollup of a ledger, unless it has it already';

-- The rollups of a ledger: over the tables that grow by daily work, by the day that the
-- report counts by, area, and the codes that indicators choose by.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES
    ('rollup', 'accident_daily', '事故按日实时汇总 | live rollup of accidents by day',
     'SELECT occurred_on, area_code, category_code, status, count(*) AS records, sum(direct_loss) AS direct_loss FROM @ledger@.accident GROUP BY 1, 2, 3, 4'),
    ('rollup', 'advertisement_daily', '公益广告播放按日实时汇总 | live rollup of advertisements by day',
     'SELECT played_on, window_code, status, count(*) AS records, sum(plays) AS plays FROM @ledger@.advertisement GROUP BY 1, 2, 3'),
    ('rollup', 'case_daily', '立案按日实时汇总 | live rollup of cases by the day filed',
     'SELECT filed_on, area_code, org_code, programme_code, status, count(*) AS records FROM @ledger@.enforcement_case GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'confiscation_daily', '没收按日实时汇总 | live rollup of confiscations by day',
     'SELECT confiscated_on, programme_code, goods, status, count(*) AS records, sum(quantity) AS quantity FROM @ledger@.confiscation GROUP BY 1, 2, 3, 4'),
    ('rollup', 'distribution_daily', '资料发放按日实时汇总 | live rollup of material handed out by day',
     'SELECT distributed_on, area_code, material, status, count(*) AS records, sum(copies) AS copies FROM @ledger@.distribution GROUP BY 1, 2, 3, 4'),
    ('rollup', 'document_daily', '文书按日实时汇总 | live rollup of documents by day',
     'SELECT issued_on, programme_code, kind, status, count(*) AS records FROM @ledger@.document GROUP BY 1, 2, 3, 4'),
    ('rollup', 'equipment_renewal_daily', '设备更新按日实时汇总 | live rollup of renewals by the days planned and completed',
     'SELECT planned_on, completed_on, campaign_code, kind, status, count(*) AS records, sum(quantity) AS quantity FROM @ledger@.equipment_renewal GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'hazard_found_daily', '隐患按发现日实时汇总 | live rollup of hazards by the day found',
     'SELECT found_on, programme_code, level, status, count(*) AS records FROM @ledger@.hazard GROUP BY 1, 2, 3, 4'),
    ('rollup', 'hazard_rectified_daily', '隐患按整改日实时汇总 | live rollup of hazards by the day rectified',
     'SELECT rectified_on, programme_code, level, status, count(*) AS records FROM @ledger@.hazard GROUP BY 1, 2, 3, 4'),
    ('rollup', 'inspection_daily', '检查按日实时汇总 | live rollup of inspections by day',
     'SELECT inspected_on, area_code, org_code, programme_code, status, count(*) AS records FROM @ledger@.inspection GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'letter_daily', '函件按日实时汇总 | live rollup of letters by day',
     'SELECT sent_on, org_code, campaign_code, kind, status, count(*) AS records FROM @ledger@.letter GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'post_daily', '推文按日实时汇总 | live rollup of posts by day',
     'SELECT posted_on, org_code, channel, series, status, count(*) AS records FROM @ledger@.post GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'publicity_daily', '宣传活动按日实时汇总 | live rollup of publicity events by day',
     'SELECT held_on, org_code, kind, claim, status, count(*) AS records, sum(audience) AS audience, sum(online_views) AS online_views FROM @ledger@.publicity_event GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'supervision_visit_daily', '督导核查按日实时汇总 | live rollup of supervision visits by day',
     'SELECT visited_on, area_code, org_code, campaign_code, status, count(*) AS records FROM @ledger@.supervision_visit GROUP BY 1, 2, 3, 4, 5');
