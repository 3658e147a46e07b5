-- ------------------------------------------------------------------ report: who has reported what
-- A month is due on a day of the month after it: ledger_setting.report_due_day. It is in when it was said that all of it is
-- entered, CALL entered(…); late when that was first said after it was due; missing when it is due and that was not said; undeclared where
-- nothing was ever said of the source: what is there may be all, or not.
-- What was sent as figures, not records, is in reported_list.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'reporting_state',
    '填报情况，各地区各来源逐月：已报 in、迟报 late、未报 missing、未到期 open、未声明 undeclared；最近登记时间、发布后变动数 '
    '| whether the records of a month are in, late, missing, not yet due (open) or of a source that nobody speaks of (undeclared), by area and source; when one was last entered; '
    'how many were entered or changed since the last publication', $sql$
    WITH said AS (
        -- what was ever declared, with the day on which it was
        SELECT d.source, d.area_code, d.since, d.through, d.active, timezone(z.time_zone, d.known_from)::date AS said_on
          FROM (SELECT c.source, c.area_code, c.since, c.through, c.active, c.known_from FROM @ledger@.coverage_declaration c
                UNION ALL SELECT h.source, h.area_code, h.since, h.through, h.active, h.known_from FROM @store@.coverage_declaration_history h) d
         CROSS JOIN ONLY @ledger@.ledger_setting z
    ), day AS (
        SELECT timezone(z.time_zone, now())::date AS today, z.report_due_day AS due_day FROM ONLY @ledger@.ledger_setting z
    ), asked AS (
        -- by area where records have one, and there are blocks; a month of which every day, or none, is yet to come is of no concern
        SELECT v.source, v.by_area AND EXISTS (SELECT FROM @ledger@.area a WHERE a.is_block AND a.active) AS by_area, lower(g) AS m, (lower(g) + interval '1 month')::date AS next, d.today,
               (lower(g) + interval '1 month')::date + d.due_day - 1 AS due_on
          FROM (SELECT t.source, t.by_area, date_trunc('month', min(c.since)::timestamp)::date AS since
                  FROM (SELECT u.source, true AS by_area FROM (VALUES ('accident'), ('coercive_measure'), ('distribution'), ('drill_plan'), ('enforcement_case'), ('hazard'),
                                                                      ('inspection'), ('inspection_task'), ('permit'), ('remediation'), ('supervision_visit')) u (source)
                        UNION SELECT c.source, false FROM @ledger@.coverage_declaration c WHERE c.active
                           AND c.source NOT IN ('accident', 'coercive_measure', 'distribution', 'drill_plan', 'enforcement_case', 'hazard',
                                               'inspection', 'inspection_task', 'permit', 'remediation', 'supervision_visit')) t
                  LEFT JOIN @ledger@.coverage_declaration c ON c.source = t.source AND c.active GROUP BY t.source, t.by_area) v
         CROSS JOIN day d CROSS JOIN LATERAL emgov.months(daterange(least(coalesce(v.since, date_trunc('year', d.today::timestamp)::date), d.today), d.today, '[]')) g
    ), cell AS (
        SELECT q.source, q.m, q.next, q.today, q.due_on, q.by_area, r.code AS area_code, r.name_zh
          FROM asked q LEFT JOIN @ledger@.area r ON q.by_area AND r.is_block AND r.active AND daterange(r.valid_from, r.valid_to) && daterange(q.m, q.next)
         WHERE r.code IS NOT NULL OR NOT q.by_area
    ), state AS (
        SELECT c.*, k.is_whole, k.is_declared, k.through, w.said_on
          FROM cell c
         -- once for each, not for each mention
         CROSS JOIN LATERAL (SELECT min(s.said_on) AS said_on FROM said s WHERE s.source = c.source AND (s.area_code IS NULL OR s.area_code = c.area_code)
                                AND s.active AND s.since <= c.m AND s.through >= c.next - 1) w
         CROSS JOIN LATERAL (SELECT coalesce(bool_or(v.since <= c.m AND v.through >= c.next - 1), false) AS is_whole, count(*) > 0 AS is_declared, max(v.through) AS through
                               FROM @ledger@.coverage_declaration v WHERE v.source = c.source AND v.active AND (v.area_code IS NULL OR v.area_code = c.area_code)) k
    ), published AS MATERIALIZED (
        SELECT max(p.as_of) AS as_of FROM ONLY @ledger@.publication p
    ), judged AS (
        SELECT s.*, CASE WHEN s.is_whole AND s.said_on > s.due_on THEN 'late' WHEN s.is_whole THEN 'in' WHEN s.today <= s.due_on THEN 'open'
                         WHEN s.is_declared THEN 'missing' ELSE 'undeclared' END AS code FROM state s
    )
    SELECT s.m AS period_start, extract(year FROM s.m)::int AS year, extract(month FROM s.m)::int AS month, s.source::varchar(130) AS source,
           (n.name_zh COLLATE "default")::varchar(200) AS source_zh, s.area_code::varchar(64) AS area_code, s.name_zh::varchar(200) AS area_zh,
           s.code::varchar(20) AS state,
           (CASE s.code WHEN 'late' THEN '迟报' WHEN 'in' THEN '已报' WHEN 'open' THEN '未到期' WHEN 'missing' THEN '未报' ELSE '未声明' END)::varchar(20) AS state_zh,
           s.due_on, (CASE WHEN s.is_whole THEN s.said_on END) AS said_on, s.is_declared,
           (CASE WHEN s.through >= s.m THEN least(s.through, s.next - 1) END) AS covered_through,
           (CASE WHEN s.by_area THEN coalesce((k.records->>(s.m - date '2000-01-01')::text)::numeric, e.records, 0) END)::int AS records, coalesce(v.last_entry, e.last_entry) AS last_entry,
           (CASE WHEN s.by_area AND p.as_of IS NOT NULL THEN coalesce(v.changed, e.changed, 0) END)::int AS changed
      FROM judged s
      LEFT JOIN (SELECT c.relname, split_part(split_part(obj_description(c.oid, 'pg_class'), ' | ', 1), '：', 1) AS name_zh
                   FROM pg_class c WHERE c.relnamespace = '@ledger@'::regnamespace) n ON n.relname = s.source
      -- of what there is much, by rollups and indexes; each asked for only where one of its columns is
      LEFT JOIN (SELECT c.source, c.area_code, jsonb_object_agg((c.m - date '2000-01-01')::text, c.records) AS records
                   -- of all months of an area one row, for of few rows the planner joins each with each
                   FROM (SELECT r.source, r.area_code, r.m, sum(r.records) AS records FROM (
                                SELECT 'accident' AS source, k.area_code, k.month AS m, k.records FROM @store@.accident_month_area_severity k
                                UNION ALL SELECT 'enforcement_case', k.area_code, k.month, k.records FROM @store@.case_filed_month k
                                UNION ALL SELECT 'hazard', k.area_code, k.month, k.records FROM @store@.hazard_found_month k
                                UNION ALL SELECT 'inspection', k.area_code, k.month, k.records FROM @store@.inspection_first_month k
                                UNION ALL SELECT 'remediation', k.area_code, k.month, k.records FROM @store@.remediation_month k) r
                          WHERE isfinite(r.m) GROUP BY 1, 2, 3) c
                  GROUP BY 1, 2) k ON k.source = s.source AND k.area_code = s.area_code
     CROSS JOIN published p
     CROSS JOIN LATERAL (SELECT CASE s.source
                        WHEN 'accident' THEN (SELECT max(a.known_from) FROM @ledger@.accident_fact a WHERE emgov.month_of(a.occurred_on) = s.m AND a.area_code = s.area_code)
                        WHEN 'enforcement_case' THEN (SELECT max(a.known_from) FROM @ledger@.case_fact a WHERE emgov.month_of(coalesce(a.filed_on, a.decided_on)) = s.m AND a.area_code = s.area_code)
                        WHEN 'hazard' THEN (SELECT max(a.known_from) FROM @store@.hazard_of_area a WHERE emgov.month_of(a.found_on) = s.m AND a.area_code = s.area_code)
                        WHEN 'inspection' THEN (SELECT max(a.known_from) FROM @ledger@.inspection a WHERE emgov.month_of(a.inspected_on) = s.m AND a.area_code = s.area_code)
                        WHEN 'remediation' THEN (SELECT max(a.known_from) FROM @ledger@.remediation_fact a WHERE emgov.month_of(a.listed_on) = s.m AND a.area_code = s.area_code)
                        END AS last_entry, CASE s.source
                        WHEN 'accident' THEN (SELECT count(*) FROM @ledger@.accident_fact a WHERE emgov.month_of(a.occurred_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'enforcement_case' THEN (SELECT count(*) FROM @ledger@.case_fact a
                                                       WHERE emgov.month_of(coalesce(a.filed_on, a.decided_on)) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'hazard' THEN (SELECT count(*) FROM @store@.hazard_of_area a WHERE emgov.month_of(a.found_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'inspection' THEN (SELECT count(*) FROM @ledger@.inspection a WHERE emgov.month_of(a.inspected_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        WHEN 'remediation' THEN (SELECT count(*) FROM @ledger@.remediation_fact a WHERE emgov.month_of(a.listed_on) = s.m AND a.area_code = s.area_code AND a.known_from > p.as_of)
                        END AS changed) v
      -- and of what there is little, by the records
      LEFT JOIN (SELECT x.source, x.area_code, date_trunc('month', x.day::timestamp)::date AS m, count(*) FILTER (WHERE x.status = 'valid') AS records,
                        max(x.known_from) AS last_entry,
                        count(*) FILTER (WHERE x.known_from > p.as_of) AS changed
                   FROM (
                        SELECT 'coercive_measure' AS source, a.area_code, a.decided_on AS day, a.status, a.known_from
                          FROM @ledger@.coercive_measure a
                        UNION ALL SELECT 'distribution', a.area_code, a.distributed_on, a.status, a.known_from
                          FROM @ledger@.distribution a
                        UNION ALL SELECT 'drill_plan', a.area_code, a.planned_on, a.status, a.known_from
                          FROM @ledger@.drill_plan a
                        UNION ALL SELECT 'inspection_task', a.area_code, a.assigned_on, a.status, a.known_from
                          FROM @ledger@.inspection_task a
                        UNION ALL SELECT 'permit', s.area_code, a.applied_on, a.status, a.known_from
                          FROM @ledger@.permit a LEFT JOIN @ledger@.subject s ON s.id = a.subject_id
                        UNION ALL SELECT 'supervision_visit', a.area_code, a.visited_on, a.status, a.known_from
                          FROM @ledger@.supervision_visit a
                        ) x CROSS JOIN published p GROUP BY 1, 2, 3) e
        ON e.source = s.source AND e.area_code = s.area_code AND e.m = s.m
     WHERE @seen(s.area_code)@
$sql$);
