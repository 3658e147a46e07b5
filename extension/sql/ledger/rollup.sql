-- ------------------------------------------------------------------ ledger: rollups
-- What the figures of the present can be read from instead of the facts. A rollup of the
-- ledger is keyed by day, area and codes, so it is exact for whatever period. Any rollup over
-- a source does, whoever thought of it, as long as it belongs to the source's owner. See rollup.c.

-- Those that are missing are made, with their parts in the ledger's store; whoever may read the
-- table may read its rollup, and verify it. What is left of one that emgov.rollup does not know,
-- after DROP EXTENSION … CASCADE or in a dump of a ledger's schemas, is cleared away: parts, which
-- are known by their columns, and triggers. A part's name that begins with @store@ is of a rollup that
-- views for readers are made of, and nobody else reads.
CREATE PROCEDURE emgov_internal.make_rollup(ledger text, part emgov.ledger_part)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p record;
    store regnamespace := emgov_internal.store(quote_ident(ledger)::regnamespace);
    name text := replace(part.name, '@store@.', '');
    qualified text := CASE WHEN name = part.name THEN format('%I.%I', ledger, name) ELSE format('%s.%I', store, name) END;
    total regclass := to_regclass(format('%s.%I', store, name || '_total'));
    views text;
    made emgov.rollup;
BEGIN
    IF EXISTS (SELECT FROM emgov.rollup WHERE view = to_regclass(qualified)) THEN
        RETURN;
    END IF;
    IF (SELECT bool_and(attname ~ '^(k[0-9]+|n|v[0-9]+(_[a-z]+)?)$') AND bool_or(attname = 'n')
          FROM pg_attribute WHERE attrelid = total AND attnum > 0 AND NOT attisdropped) THEN
        -- with the views for readers over it, and those in the store that they read, which are made anew; a view of the user's own stands in the way
        WITH RECURSIVE above (relation) AS (
            SELECT to_regclass(qualified)::oid
            UNION SELECT w.ev_class FROM above AS a JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.relation AND d.classid = 'pg_rewrite'::regclass
              JOIN pg_rewrite AS w ON w.oid = d.objid
        )
        SELECT string_agg(', ' || c.oid::regclass, '') INTO views FROM above AS a JOIN pg_class AS c ON c.oid = a.relation
         WHERE c.relnamespace IN (SELECT s.oid FROM emgov_internal.report_schemas(quote_ident(ledger)::regnamespace) AS r (schema) JOIN pg_namespace AS s ON s.oid = r.schema)
            OR c.relnamespace = store AND EXISTS (SELECT FROM emgov.ledger_part AS k WHERE k.name = c.relname AND emgov_internal.is_kept(k));
        EXECUTE format('DROP VIEW IF EXISTS %s, %s.%I%s', qualified, store, name || '_query', views);
        EXECUTE format('DROP TABLE IF EXISTS %1$s.%2$I, %1$s.%3$I', store, name || '_total', name || '_delta');
    END IF;
    IF to_regclass(qualified) IS NOT NULL THEN
        RAISE NOTICE USING
            MESSAGE = format('rollup "%s" was not made: there is another relation of that name', qualified),
            DETAIL = 'Figures are counted from the facts.';
        RETURN;
    END IF;

    CALL emgov.create_rollup(qualified, emgov_internal.fill(part.body, 'ledger', quote_ident(ledger), 'store', emgov_internal.store(quote_ident(ledger)::regnamespace)::text), ledger);
    SELECT * INTO made FROM emgov.rollup WHERE view = qualified::regclass;
    FOR p IN SELECT t.tgname AS name FROM pg_trigger t, substring(t.tgname FROM '^emgov_rollup_([0-9a-f]{12})_') AS rollup_id
              WHERE t.tgrelid = made.source AND rollup_id IS NOT NULL AND rollup_id NOT IN (SELECT id FROM emgov.rollup) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', p.name, made.source);
    END LOOP;
    PERFORM emgov_internal.set_comment('VIEW', made.view::text, part.note);
    PERFORM emgov_internal.set_comment('VIEW', made.query::text, replace(part.note, ' | ', '；定义查询 | ') || ': its query, computed anew');
    PERFORM emgov_internal.set_comment('TABLE', made.total::text, replace(part.note, ' | ', '；合计表 | ') || ': its sums');
    PERFORM emgov_internal.set_comment('TABLE', made.delta::text, replace(part.note, ' | ', '；待归并变更 | ') || ': changes not yet folded');
    FOR p IN SELECT v.attname AS name, coalesce((SELECT c.note FROM emgov.ledger_part AS c WHERE c.kind = 'column' AND c.name = 'rollup.' || v.attname),
                                               col_description(made.source, t.attnum), '记录数 | number of records') AS note
               FROM pg_attribute v LEFT JOIN pg_attribute t ON t.attrelid = made.source AND t.attname = v.attname
              WHERE v.attrelid = made.view AND v.attnum > 0 LOOP
        PERFORM emgov_internal.set_comment('COLUMN', format('%s.%I', made.view, p.name), p.note);
    END LOOP;
    FOR p IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS reader
               FROM pg_class t CROSS JOIN LATERAL aclexplode(t.relacl) AS a
              -- of a live fact, its view
              WHERE t.oid = (SELECT CASE WHEN c.relnamespace = store THEN to_regclass(format('%I.%I', ledger, c.relname)) ELSE c.oid END FROM pg_class c WHERE c.oid = made.source)
                AND name = part.name AND a.privilege_type = 'SELECT' AND a.grantee <> t.relowner LOOP
        EXECUTE format('GRANT SELECT ON %s, %s TO %s', made.view, made.query, p.reader);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_rollup(text, emgov.ledger_part) IS 'internal: a rollup of a ledger, unless it has it already';

-- The rollups of a ledger: over the tables that grow by daily work, by the day that the
-- report counts by, area, and the codes that indicators choose by.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES
    ('rollup', 'accident_daily', '事故按日实时汇总 | live rollup of accidents by day',
     'SELECT occurred_on, area_code, category_code, category_group, severity, status, count(*) AS records, sum(deaths) AS deaths, sum(missing) AS missing, '
     'sum(serious_injuries) AS serious_injuries, sum(minor_injuries) AS minor_injuries, sum(serious_injuries + minor_injuries) AS injured, sum(direct_loss) AS direct_loss '
     'FROM @store@.accident_fact GROUP BY 1, 2, 3, 4, 5, 6'),
    ('rollup', 'accident_deaths_daily', '事故按日、死亡人数实时汇总 | live rollup of accidents by day and number of deaths: the largest',
     'SELECT occurred_on, deaths, status, count(*) AS records, sum(deaths) AS total_deaths FROM @store@.accident_fact GROUP BY 1, 2, 3'),
    ('rollup', 'advertisement_daily', '公益广告播放按日实时汇总 | live rollup of advertisements by day',
     'SELECT played_on, window_code, status, count(*) AS records, sum(plays) AS plays FROM @ledger@.advertisement GROUP BY 1, 2, 3'),
    ('rollup', 'case_daily', '立案按日实时汇总 | live rollup of cases by the day filed',
     'SELECT filed_on, area_code, org_code, programme_code, status, count(*) AS records FROM @ledger@.enforcement_case GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'confiscation_daily', '没收按日实时汇总 | live rollup of confiscations by day',
     'SELECT confiscated_on, programme_code, goods, status, count(*) AS records, sum(quantity) AS quantity FROM @ledger@.confiscation GROUP BY 1, 2, 3, 4'),
    ('rollup', 'distribution_daily', '资料发放按日实时汇总 | live rollup of material handed out by day',
     'SELECT distributed_on, area_code, material, status, count(*) AS records, sum(copies) AS copies FROM @ledger@.distribution GROUP BY 1, 2, 3, 4'),
    ('rollup', 'document_daily', '文书按日实时汇总 | live rollup of documents by day',
     'SELECT issued_on, programme_code, kind, status, count(*) AS records FROM @store@.document_of_area GROUP BY 1, 2, 3, 4'),
    ('rollup', 'equipment_renewal_daily', '设备更新按日实时汇总 | live rollup of renewals by the days planned and completed',
     'SELECT planned_on, completed_on, campaign_code, kind, status, count(*) AS records, sum(quantity) AS quantity FROM @ledger@.equipment_renewal GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'hazard_found_daily', '隐患按发现日实时汇总 | live rollup of hazards by the day found',
     'SELECT found_on, programme_code, level, status, count(*) AS records FROM @store@.hazard_of_area GROUP BY 1, 2, 3, 4'),
    ('rollup', 'hazard_found_area_daily', '隐患按发现日、区域实时汇总 | live rollup of hazards by the day found and area',
     'SELECT found_on, area_code, programme_code, level, status, count(*) AS records FROM @store@.hazard_of_area GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'hazard_rectified_daily', '隐患按整改日实时汇总 | live rollup of hazards by the day rectified',
     'SELECT rectified_on, programme_code, level, status, count(*) AS records FROM @store@.hazard_of_area GROUP BY 1, 2, 3, 4'),
    ('rollup', 'inspection_daily', '检查按日实时汇总 | live rollup of inspections by day',
     'SELECT inspected_on, area_code, org_code, programme_code, status, count(*) AS records FROM @ledger@.inspection GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'lease_daily', '租赁按起止日实时汇总 | live rollup of leases by their first day and the first day after them',
     'SELECT valid_from, valid_to, area_code, status, count(*) AS records FROM @ledger@.lease GROUP BY 1, 2, 3, 4'),
    ('rollup', 'letter_daily', '函件按日实时汇总 | live rollup of letters by day',
     'SELECT sent_on, org_code, campaign_code, kind, status, count(*) AS records FROM @ledger@.letter GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'post_daily', '推文按日实时汇总 | live rollup of posts by day',
     'SELECT posted_on, org_code, channel, series, status, count(*) AS records FROM @ledger@.post GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'publicity_daily', '宣传活动按日实时汇总 | live rollup of publicity events by day',
     'SELECT held_on, org_code, kind, claim, status, count(*) AS records, sum(audience) AS audience, sum(online_views) AS online_views FROM @ledger@.publicity_event GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'requirement_check_daily', '专项要求落实按日实时汇总 | live rollup of requirements at enterprises by the days listed and done',
     'SELECT listed_on, done_on, campaign_code, level, applicable, status, count(*) AS records FROM @store@.requirement_check_fact GROUP BY 1, 2, 3, 4, 5, 6'),
    ('rollup', 'supervision_visit_daily', '督导核查按日实时汇总 | live rollup of supervision visits by day',
     'SELECT visited_on, area_code, org_code, campaign_code, status, count(*) AS records FROM @ledger@.supervision_visit GROUP BY 1, 2, 3, 4, 5'),
    ('rollup', 'training_attendance_daily', '培训人次按日实时汇总 | live rollup of attendances by day',
     'SELECT attended_on, org_code, status, count(*) AS records FROM @store@.training_attendance_fact GROUP BY 1, 2, 3');

-- By the month, for what readers are shown of accidents: the accidents that count.
INSERT INTO emgov.ledger_part (kind, name, note, body)
SELECT 'rollup', '@store@.accident_month_area_' || d.en, format('事故按月、区域、%s实时汇总 | live rollup of accidents by month, area and %s', d.zh, d.en),
       format('SELECT date_trunc(''month'', occurred_on::timestamp)::date AS month, area_code, %s, count(*) AS records, sum(deaths) AS deaths, '
              'sum(serious_injuries) AS serious_injuries, sum(direct_loss) AS direct_loss '
              'FROM @store@.accident_fact WHERE status = ''valid'' GROUP BY 1, 2, 3', d.name)
  FROM (VALUES ('severity', '等级', 'severity'), ('category_code', '类别', 'category'), ('industry', '行业', 'industry')) AS d (name, zh, en);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'rollup.month', '月，首日 | month, its first day'),
    ('column', 'rollup.total_deaths', '死亡总数 | dead in all'),
    ('column', 'rollup.injured', '受伤人数：重伤和轻伤 | injured, seriously or slightly');
