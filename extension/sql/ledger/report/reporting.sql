-- ------------------------------------------------------------------ report: who has reported what
-- A month is due on a day of the month after it: ledger_setting.report_due_day. It is in when it was said that all of it is
-- entered, CALL entered(…); late when that was first said after it was due; missing when it is due and that was not said; undeclared where
-- nothing was ever said of the source: what is there may be all, or not.
-- What was sent as figures, not records, is in reported_list.

-- How many records there are: of what there is much from rollups; of what there is little from the records, with when they were entered. A row a source and area, its months in
-- objects by their days since 2000: of few rows the planner would join each with each.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('kept', 'reporting_state_records', '各来源各地区逐月记录数 | records of each source and area by month', $sql$
    WITH published AS MATERIALIZED (
        SELECT max(p.as_of) AS as_of FROM ONLY @ledger@.publication p
    )
    SELECT c.source, c.area_code, jsonb_object_agg((c.m - date '2000-01-01')::text, c.records) AS records,
           jsonb_object_agg((c.m - date '2000-01-01')::text, c.last_entry) FILTER (WHERE c.last_entry IS NOT NULL) AS last_entry,
           jsonb_object_agg((c.m - date '2000-01-01')::text, c.changed) FILTER (WHERE c.changed > 0) AS changed
      FROM (SELECT 'accident' AS source, k.area_code, k.month AS m, sum(k.records) AS records, NULL::timestamptz AS last_entry, NULL::bigint AS changed
              FROM @store@.accident_month_area_severity k GROUP BY 2, 3
            UNION ALL SELECT 'enforcement_case', k.area_code, k.month, sum(k.records), NULL, NULL FROM @store@.case_filed_month k GROUP BY 2, 3
            UNION ALL SELECT 'hazard', k.area_code, k.month, sum(k.records), NULL, NULL FROM @store@.hazard_found_month k GROUP BY 2, 3
            UNION ALL SELECT 'inspection', k.area_code, k.month, sum(k.records), NULL, NULL FROM @store@.inspection_first_month k GROUP BY 2, 3
            UNION ALL SELECT 'remediation', k.area_code, k.month, sum(k.records), NULL, NULL FROM @store@.remediation_month k GROUP BY 2, 3
            UNION ALL
            SELECT x.source, x.area_code, date_trunc('month', x.day::timestamp)::date AS m, count(*) FILTER (WHERE x.status = 'valid'), max(x.known_from),
                   count(*) FILTER (WHERE x.known_from > p.as_of)
              FROM (SELECT 'coercive_measure' AS source, a.area_code, a.decided_on AS day, a.status, a.known_from FROM @ledger@.coercive_measure a
                    UNION ALL SELECT 'distribution', a.area_code, a.distributed_on, a.status, a.known_from FROM @ledger@.distribution a
                    UNION ALL SELECT 'drill_plan', a.area_code, a.planned_on, a.status, a.known_from FROM @ledger@.drill_plan a
                    UNION ALL SELECT 'inspection_task', a.area_code, a.assigned_on, a.status, a.known_from FROM @ledger@.inspection_task a
                    UNION ALL SELECT 'permit', s.area_code, a.applied_on, a.status, a.known_from FROM @ledger@.permit a LEFT JOIN @ledger@.subject s ON s.id = a.subject_id
                    UNION ALL SELECT 'supervision_visit', a.area_code, a.visited_on, a.status, a.known_from FROM @ledger@.supervision_visit a) x
             CROSS JOIN published p GROUP BY 1, 2, 3) c
     WHERE @seen(c.area_code)@ AND c.area_code IS NOT NULL AND isfinite(c.m) GROUP BY 1, 2
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'reporting_state',
    '填报情况，各地区各来源逐月：已报 in、迟报 late、未报 missing、未到期 open、未声明 undeclared；最近登记时间、发布后变动数 '
    '| whether the records of a month are in, late, missing, not yet due (open) or of a source that nobody speaks of (undeclared), by area and source; when one was last entered; '
    'how many were entered or changed since the last publication', $sql$
    WITH said AS (
        -- what was ever declared, with the day on which it was
        SELECT d.source, d.area_code, d.since, d.through, timezone(z.time_zone, d.known_from)::date AS said_on, d.is_now
          FROM (SELECT c.source, c.area_code, c.since, c.through, c.active, c.known_from, true AS is_now FROM @ledger@.coverage_declaration c
                UNION ALL SELECT h.source, h.area_code, h.since, h.through, h.active, h.known_from, false FROM @store@.coverage_declaration_history h) d
         CROSS JOIN ONLY @ledger@.ledger_setting z WHERE d.active
    ), day AS (
        SELECT timezone(z.time_zone, now())::date AS today, z.report_due_day AS due_day FROM ONLY @ledger@.ledger_setting z
    ), source AS (
        -- by area where records have one, and there are blocks
        SELECT t.source, t.by_area AND EXISTS (SELECT FROM @ledger@.area a WHERE a.is_block AND a.active) AS by_area, min(c.since) AS since,
               (SELECT split_part(split_part(d.description, ' | ', 1), '：', 1) FROM pg_class k JOIN pg_description d ON d.objoid = k.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
                 WHERE k.relnamespace = '@ledger@'::regnamespace AND k.relname = t.source::name AND k.relname::text = t.source) AS source_zh
          FROM (SELECT u.source, true AS by_area FROM (VALUES ('accident'), ('coercive_measure'), ('distribution'), ('drill_plan'), ('enforcement_case'), ('hazard'),
                                                              ('inspection'), ('inspection_task'), ('permit'), ('remediation'), ('supervision_visit')) u (source)
                UNION SELECT c.source, false FROM @ledger@.coverage_declaration c WHERE c.active
                   AND c.source NOT IN ('accident', 'coercive_measure', 'distribution', 'drill_plan', 'enforcement_case', 'hazard',
                                       'inspection', 'inspection_task', 'permit', 'remediation', 'supervision_visit')) t
          LEFT JOIN @ledger@.coverage_declaration c ON c.source = t.source AND c.active GROUP BY t.source, t.by_area
    ), member AS (
        -- what is said of each, once for all its months; what holds now is at most one line of all areas and one of the area alone
        SELECT q.source, q.source_zh, q.by_area, q.since, r.code AS area_code, r.name_zh, daterange(r.valid_from, r.valid_to) AS life,
               array_agg(s.since) AS said_since, array_agg(s.through) AS said_through, array_agg(s.said_on) AS all_said_on,
               count(*) FILTER (WHERE s.is_now) > 0 AS is_declared,
               -- what is said of an area alone holds for it, not what is said of all
               coalesce(max(s.since) FILTER (WHERE s.is_now AND s.area_code IS NOT NULL), max(s.since) FILTER (WHERE s.is_now)) AS first,
               coalesce(max(s.through) FILTER (WHERE s.is_now AND s.area_code IS NOT NULL), max(s.through) FILTER (WHERE s.is_now)) AS through
          FROM source q LEFT JOIN @ledger@.area r ON q.by_area AND r.is_block AND r.active
          LEFT JOIN said s ON s.source = q.source AND (s.area_code IS NULL OR s.area_code = r.code)
         WHERE r.code IS NOT NULL OR NOT q.by_area GROUP BY q.source, q.source_zh, q.by_area, q.since, r.code, r.name_zh, r.valid_from, r.valid_to
    ),
    cell AS (
        -- a month of which every day, or none, is yet to come is of no concern
        SELECT c.*, lower(c.g) AS m, (lower(c.g) + interval '1 month')::date AS next, (lower(c.g) + interval '1 month')::date + c.due_day - 1 AS due_on
          FROM (SELECT c.*, d.today, d.due_day, k.records, k.last_entry, k.changed,
                       emgov.months(daterange(least(coalesce(c.since, date_trunc('year', d.today::timestamp)::date), d.today), d.today, '[]')) AS g
                  FROM member c CROSS JOIN day d
                  LEFT JOIN @store@.report_rows('view reporting_state_records', (SELECT s.areas FROM @store@.seen s)) AS k (source text, area_code text, records jsonb, last_entry jsonb, changed jsonb)
                    ON k.source = c.source AND k.area_code = c.area_code) c
         WHERE c.area_code IS NULL OR c.life && c.g
    ), state AS (
        SELECT c.*, coalesce(c.first <= c.m AND c.through >= c.next - 1, false) AS is_whole, u.said_on
          FROM cell c
         CROSS JOIN LATERAL (SELECT min(w.said_on) AS said_on FROM unnest(c.said_since, c.said_through, c.all_said_on) w (since, through, said_on)
                              WHERE w.since <= c.m AND w.through >= c.next - 1) u
    ), published AS MATERIALIZED (
        SELECT max(p.as_of) AS as_of FROM ONLY @ledger@.publication p
    ), judged AS (
        SELECT s.*, CASE WHEN s.is_whole AND s.said_on > s.due_on THEN 'late' WHEN s.is_whole THEN 'in' WHEN s.today <= s.due_on THEN 'open'
                         WHEN s.is_declared THEN 'missing' ELSE 'undeclared' END AS code FROM state s
    )
    SELECT s.m AS period_start, extract(year FROM s.m)::int AS year, extract(month FROM s.m)::int AS month, s.source::varchar(130) AS source,
           (s.source_zh COLLATE "default")::varchar(200) AS source_zh, s.area_code::varchar(64) AS area_code, s.name_zh::varchar(200) AS area_zh,
           s.code::varchar(20) AS state,
           (CASE s.code WHEN 'late' THEN '迟报' WHEN 'in' THEN '已报' WHEN 'open' THEN '未到期' WHEN 'missing' THEN '未报' ELSE '未声明' END)::varchar(20) AS state_zh,
           s.due_on, (CASE WHEN s.is_whole THEN s.said_on END) AS said_on, s.is_declared,
           (CASE WHEN s.first < s.next AND s.through >= s.m THEN least(s.through, s.next - 1) END) AS covered_through,
           (CASE WHEN s.by_area THEN coalesce((s.records->>(s.m - date '2000-01-01')::text)::numeric, 0) END)::int AS records,
           coalesce(v.last_entry, (s.last_entry->>(s.m - date '2000-01-01')::text)::timestamptz) AS last_entry,
           (CASE WHEN s.by_area AND p.as_of IS NOT NULL THEN coalesce(w.changed, (s.changed->>(s.m - date '2000-01-01')::text)::bigint, 0) END)::int AS changed
      FROM judged s
     CROSS JOIN published p
      -- of what there is much, by an index; asked for only where one of these columns is
     CROSS JOIN LATERAL (SELECT CASE s.source
                        WHEN 'accident' THEN (SELECT max(a.known_from) FROM @ledger@.accident_fact a WHERE emgov.month_of(a.occurred_on) = s.m AND a.area_code = s.area_code)
                        WHEN 'enforcement_case' THEN (SELECT max(a.known_from) FROM @ledger@.case_fact a WHERE emgov.month_of(coalesce(a.filed_on, a.decided_on)) = s.m AND a.area_code = s.area_code)
                        WHEN 'hazard' THEN (SELECT max(a.known_from) FROM @store@.hazard_of_area a WHERE emgov.month_of(a.found_on) = s.m AND a.area_code = s.area_code)
                        WHEN 'inspection' THEN (SELECT max(a.known_from) FROM @ledger@.inspection a WHERE emgov.month_of(a.inspected_on) = s.m AND a.area_code = s.area_code)
                        WHEN 'remediation' THEN (SELECT max(a.known_from) FROM @ledger@.remediation_fact a WHERE emgov.month_of(a.listed_on) = s.m AND a.area_code = s.area_code)
                        END AS last_entry OFFSET 0) v
     CROSS JOIN LATERAL (SELECT CASE WHEN v.last_entry IS NULL THEN NULL WHEN v.last_entry <= p.as_of THEN 0 ELSE CASE s.source
                        WHEN 'accident' THEN (SELECT count(*) FROM @ledger@.accident_fact a WHERE emgov.month_of(a.occurred_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'enforcement_case' THEN (SELECT count(*) FROM @ledger@.case_fact a
                                                       WHERE emgov.month_of(coalesce(a.filed_on, a.decided_on)) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'hazard' THEN (SELECT count(*) FROM @store@.hazard_of_area a WHERE emgov.month_of(a.found_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'inspection' THEN (SELECT count(*) FROM @ledger@.inspection a WHERE emgov.month_of(a.inspected_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'remediation' THEN (SELECT count(*) FROM @ledger@.remediation_fact a WHERE emgov.month_of(a.listed_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        END END AS changed) w
     WHERE @seen(s.area_code)@
$sql$);
