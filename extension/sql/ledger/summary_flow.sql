-- ------------------------------------------------------------------ ledger: monthly summaries of work: remediation, inspections, hazards, cases, penalties, drills
-- Each has several dates of a record, each date an event of its own; a stock is the sum of
-- its events from the first ever. See summary.sql.

-- What they are made of by the month; what has not happened yet is in none, so that a new record is written to few of them.
INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES
    ('rollup', '@store@.remediation_listed_month', '整治列入按月实时汇总 | live rollup of enterprises put on the list by month',
     'SELECT emgov.month_of(first_listed_on) AS month, last_area_code, campaign_code, count(*) AS records FROM @store@.remediation_fact WHERE first_listed_on IS NOT NULL GROUP BY 1, 2, 3'),
    ('rollup', '@store@.remediation_month', '整治按月、区域实时汇总 | live rollup of remediation by the month listed and area',
     'SELECT emgov.month_of(listed_on) AS month, area_code, count(*) AS records FROM @store@.remediation_fact WHERE status = ''valid'' GROUP BY 1, 2'),
    ('rollup', '@store@.remediation_done_month', '整治完成按月实时汇总 | live rollup of decisions on enterprises by month, and the month of the next one', $sql$
    SELECT emgov.month_of(completed_on) AS month, emgov.month_of(superseded_on) AS superseded, area_code, last_area_code, campaign_code, count(*) AS records,
           sum((outcome = 'exited')::int) AS exited, sum((outcome = 'upgraded')::int) AS upgraded, sum(is_first::int) AS firsts
      FROM @store@.remediation_fact WHERE status = 'valid' AND completed_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5 $sql$),
    ('rollup', '@store@.inspection_first_month', '检查、受检企业按月实时汇总 | live rollup of inspections, and the first ones of enterprises, by month', $sql$
    SELECT emgov.month_of(day) AS month, area_code, programme_code, count(*) AS records,
           sum(all_month) AS all_month, sum(all_year) AS all_year, sum(all_12m) AS all_12m, sum(all_last) AS all_last,
           sum(area_month) AS area_month, sum(area_year) AS area_year, sum(area_12m) AS area_12m, sum(area_last) AS area_last,
           sum(programme_month) AS programme_month, sum(programme_year) AS programme_year, sum(programme_12m) AS programme_12m, sum(programme_last) AS programme_last
      FROM @store@.inspection_first GROUP BY 1, 2, 3 $sql$),
    ('rollup', '@store@.hazard_found_month', '隐患发现按月实时汇总 | live rollup of hazards by the month found', $sql$
    SELECT emgov.month_of(found_on) AS month, area_code, programme_code, count(*) AS records, sum(major) AS major FROM @store@.hazard_of_area WHERE status = 'valid' GROUP BY 1, 2, 3 $sql$),
    ('rollup', '@store@.hazard_rectified_month', '隐患整改按月实时汇总 | live rollup of hazards by the month rectified', $sql$
    SELECT emgov.month_of(rectified_on) AS month, area_code, programme_code, count(*) AS records, sum(late) AS late, sum(late * major) AS late_major
      FROM @store@.hazard_of_area WHERE status = 'valid' AND rectified_on IS NOT NULL GROUP BY 1, 2, 3 $sql$),
    ('rollup', '@store@.hazard_closed_month', '隐患销号按月实时汇总 | live rollup of hazards by the month closed', $sql$
    SELECT emgov.month_of(closed_on) AS month, area_code, programme_code, count(*) AS records FROM @store@.hazard_of_area WHERE status = 'valid' AND closed_on IS NOT NULL GROUP BY 1, 2, 3 $sql$),
    ('rollup', '@store@.hazard_overdue_month', '隐患逾期按期限月份实时汇总 | live rollup of overdue hazards by the month of their deadline', $sql$
    SELECT emgov.month_of(deadline) AS month, area_code, programme_code, count(*) AS records, sum(major) AS major
      FROM @store@.hazard_of_area WHERE status = 'valid' AND overdue = 1 GROUP BY 1, 2, 3 $sql$),
    ('rollup', '@store@.case_filed_month', '立案按月实时汇总 | live rollup of cases by the month filed, or decided where they never were', $sql$
    SELECT emgov.month_of(coalesce(filed_on, decided_on)) AS month, area_code, programme_code, count(*) AS records, sum((filed_on IS NOT NULL)::int) AS filed
      FROM @store@.case_fact WHERE status = 'valid' GROUP BY 1, 2, 3 $sql$),
    ('rollup', '@store@.case_decided_month', '案件决定按月实时汇总 | live rollup of cases by the month decided and their heaviest penalty', $sql$
    SELECT emgov.month_of(decided_on) AS month, area_code, programme_code, heaviest, count(*) AS records, sum(fine) AS fines
      FROM @store@.case_fact WHERE status = 'valid' AND decided_on IS NOT NULL GROUP BY 1, 2, 3, 4 $sql$),
    ('rollup', '@store@.case_closed_month', '结案按月实时汇总 | live rollup of cases filed by the month closed', $sql$
    SELECT emgov.month_of(closed_on) AS month, area_code, programme_code, count(*) AS records
      FROM @store@.case_fact WHERE status = 'valid' AND filed_on IS NOT NULL AND closed_on IS NOT NULL GROUP BY 1, 2, 3 $sql$),
    ('rollup', '@store@.fine_paid_month', '罚没款缴纳按月实时汇总 | live rollup of payments of fines by month', $sql$
    SELECT emgov.month_of(paid_on) AS month, area_code, programme_code, count(*) AS records, sum(amount) AS amount
      FROM @store@.fine_payment_fact WHERE status = 'valid' AND kind = 'fine' GROUP BY 1, 2, 3 $sql$);

-- What is counted is an enterprise in a campaign. By its last decision of each year it is done,
-- exited or upgraded, so that the months of a year add up to what the figures say of the year and
-- of any part of it that begins with it: a decision that is changed within the year is taken back
-- on the day of the new one. On the list, and done at all, it is once, in the area of its last decision.
CALL emgov_internal.define_summary(
    thing => 'remediation', note => '专项整治 | remediation', covered => 'remediation.listed_on',
    dimensions => '{area,campaign}',
    events => $sql$
    SELECT r.first_listed_on AS day, r.last_area_code AS area_code, r.campaign_code, 1 AS listed, 0 AS done, 0 AS exited, 0 AS upgraded, 1 AS listed_total, 0 AS done_total, 1 AS pending
      FROM @ledger@.remediation_fact r WHERE r.first_listed_on IS NOT NULL
    UNION ALL
    SELECT r.completed_on, r.last_area_code, r.campaign_code, 0, 0, 0, 0, 0, 1, -1 FROM @ledger@.remediation_fact r WHERE r.is_first
    UNION ALL
    SELECT r.completed_on, r.area_code, r.campaign_code, 0, 1, (r.outcome = 'exited')::int, (r.outcome = 'upgraded')::int, 0, 0, 0
      FROM @ledger@.remediation_fact r WHERE r.status = 'valid' AND r.completed_on IS NOT NULL
    UNION ALL
    SELECT r.superseded_on, r.area_code, r.campaign_code, 0, -1, -(r.outcome = 'exited')::int, -(r.outcome = 'upgraded')::int, 0, 0, 0 FROM @ledger@.remediation_fact r, frame f
     WHERE r.superseded_on IS NOT NULL
       AND extract(year FROM r.superseded_on - make_interval(months => f.year_begins)) = extract(year FROM r.completed_on - make_interval(months => f.year_begins))
    $sql$,
    measures => '[{"name": "listed", "note": "列入清单（每专项每企业一次） | put on the list, an enterprise once in each campaign"},
                  {"name": "done", "note": "完成整治（年内以最后一次处置为准） | done, an enterprise once in a year and campaign, by its last decision"},
                  {"name": "exited", "note": "退出（年内改判的冲减） | exited; a decision changed within the year is taken back"},
                  {"name": "upgraded", "note": "提升（年内改判的冲减） | upgraded; a decision changed within the year is taken back"},
                  {"name": "listed_total", "kind": "stock", "note": "累计列入 | put on the list so far"},
                  {"name": "done_total", "kind": "stock", "note": "累计完成 | done so far, in whatever year"},
                  {"name": "pending", "kind": "stock", "note": "期末未完成 | pending at the end of the month"},
                  {"name": "completion", "kind": "pct", "of": "done_total", "per": "listed_total", "note": "累计完成率 | done so far in percent of those listed so far"}]',
    monthly => to_jsonb($sql$
    WITH d AS MATERIALIZED (SELECT m.* FROM @store@.remediation_done_month m)
    SELECT l.month AS day, @keys@, sum(l.records)::bigint AS listed, 0 AS done, 0 AS exited, 0 AS upgraded, sum(l.records)::bigint AS listed_total, 0 AS done_total, sum(l.records)::bigint AS pending
      FROM (SELECT m.month, m.last_area_code AS area_code, m.campaign_code, m.records FROM @store@.remediation_listed_month m) l GROUP BY month, @keys@
    UNION ALL
    SELECT l.month, @keys@, 0, 0, 0, 0, 0, sum(l.firsts)::bigint, - sum(l.firsts)::bigint
      FROM (SELECT d.month, d.last_area_code AS area_code, d.campaign_code, d.firsts FROM d) l GROUP BY month, @keys@
    UNION ALL
    SELECT d.month, @keys@, 0, sum(d.records)::bigint, sum(d.exited)::bigint, sum(d.upgraded)::bigint, 0, 0, 0 FROM d GROUP BY month, @keys@
    UNION ALL
    SELECT d.superseded, @keys@, 0, - sum(d.records)::bigint, - sum(d.exited)::bigint, - sum(d.upgraded)::bigint, 0, 0, 0 FROM d, frame f
     WHERE d.superseded IS NOT NULL AND extract(year FROM d.superseded - make_interval(months => f.year_begins)) = extract(year FROM d.month - make_interval(months => f.year_begins))
     GROUP BY d.superseded, @keys@ $sql$::text),
    ranked => '{done,listed_total,done_total,completion}');

CALL emgov_internal.define_summary(
    thing => 'inspection', note => '执法检查 | inspections', covered => 'inspection.inspected_on',
    dimensions => '{area,programme}',
    events => $sql$ SELECT i.inspected_on AS day, i.area_code, i.programme_code, 1 AS inspections FROM @ledger@.inspection i WHERE i.status = 'valid' $sql$,
    measures => '[{"name": "inspections", "note": "检查家次（重复检查重复计） | inspections: a second visit counts again"}]',
    monthly => to_jsonb('SELECT i.month AS day, i.area_code, i.programme_code, i.records AS inspections FROM @store@.inspection_first_month i'::text));

-- How many enterprises were inspected: in a month, in the year so far, in twelve months. An inspection counts where it is the first of its enterprise in the month, in the year; in
-- twelve months, from the first until no other has followed for twelve: then it is taken back. Counted within what is asked for: an enterprise in two areas counts in each.
-- inspection_first knows of all inspections, covered or not: it serves as long as the days covered are alike, and none before them is known (by area: of the area), and who sees
-- all of them. Else, and of an area with others merged into it, the inspections are gone through.
DO $do$
DECLARE
    facts text := $sql$
    WITH i AS (
        SELECT v.*, lag(v.month) OVER w AS previous, lead(v.month) OVER w AS next, extract(year FROM v.day - make_interval(months => f.year_begins)) AS year,
               extract(year FROM lag(v.day) OVER w - make_interval(months => f.year_begins)) AS previous_year
          FROM (SELECT i.id, i.inspected_on AS day, emgov.month_of(i.inspected_on) AS month, i.subject_id, i.area_code, i.programme_code@area{, h.key, h.held_since}@
                  FROM @ledger@.inspection i JOIN span c ON c.area_code = coalesce(i.area_code, '') AND i.inspected_on BETWEEN c.since AND c.through
                 @area{ JOIN held h ON h.area_code = coalesce(i.area_code, '')}@
                 WHERE i.status = 'valid' AND @seen(i.area_code)@ AND %5$s) v
         CROSS JOIN frame f
        WINDOW w AS (PARTITION BY v.subject_id@by@ ORDER BY v.day, v.id))
    SELECT %2$s AS day, i.area_code, i.programme_code, (i.previous IS NULL OR i.previous < i.month)::int AS of_month, (i.previous_year IS NULL OR i.previous_year < i.year)::int AS of_year,
           (i.previous IS NULL OR i.previous + interval '1 year' <= i.month)::int AS of_12m@area{, i.key, i.held_since}@
      FROM i WHERE i.previous IS NULL OR i.previous < i.month
    UNION ALL
    SELECT (i.month + interval '1 year')::date, i.area_code, i.programme_code, 0, 0, -1@area{, i.key, i.held_since}@ FROM i WHERE i.next IS NULL OR i.next >= i.month + interval '1 year' $sql$;
    kept text := $sql$
    UNION ALL
    SELECT i.%3$s, i.area_code, i.programme_code, i.@of@_month, i.@of@_year, i.@of@_12m@area{, h.key, h.held_since}@
      FROM @store@.%4$s i@area{ JOIN held h ON h.area_code = coalesce(i.area_code, '')}@ WHERE %1$s
    UNION ALL
    SELECT (emgov.month_of(i.%3$s) + interval '1 year')::date, i.area_code, i.programme_code, 0, 0, -i.@of@_last@area{, h.key, h.held_since}@
      FROM @store@.%4$s i@area{ JOIN held h ON h.area_code = coalesce(i.area_code, '')}@ WHERE %1$s $sql$;
    -- what is so of all, so that the one or the other is not even begun with
    alike text := $sql$ CASE '@of@' WHEN 'area' THEN NOT EXISTS (SELECT FROM span a CROSS JOIN LATERAL (SELECT i.id FROM @ledger@.inspection i WHERE i.inspected_on < a.since
                                                                    AND coalesce(i.area_code, '') = a.area_code LIMIT 1) i)
        ELSE ((SELECT s.everything FROM @store@.seen s) AND (SELECT count(DISTINCT (a.since, a.through)) = 1 FROM span a)
        AND ((SELECT min(i.inspected_on) FROM @ledger@.inspection i) < (SELECT min(a.since) FROM span a)) IS NOT TRUE
        AND NOT EXISTS (SELECT FROM @store@.inspection_first_month m WHERE coalesce(m.area_code, '') NOT IN (SELECT a.area_code FROM span a))) IS TRUE END $sql$;
    -- an area with others merged into it: inspection_first knows of each what is the first in it, not what is the first in all of them
    merged text := 'SELECT x.key, x.held_since FROM held x GROUP BY x.key, x.held_since HAVING count(*) > 1';
    is_kept text := format('(%s)@area{ AND (h.key, h.held_since) NOT IN (%s)}@', alike, merged);
    is_gone_through text := format('(NOT (%1$s)@area{ OR EXISTS (%2$s)}@) AND NOT (%3$s)', alike, merged, is_kept);
BEGIN
    CALL emgov_internal.define_summary(
        thing => 'inspection_enterprise', note => '受检企业 | enterprises inspected', covered => 'inspection.inspected_on',
        dimensions => '{area,programme}',
        events => format(facts || kept, is_kept, 'i.day', 'day', 'inspection_first', is_gone_through),
        measures => '[{"name": "of_month", "kind": "hidden"}, {"name": "of_year", "kind": "hidden"}, {"name": "of_12m", "kind": "hidden"},
                  {"name": "enterprises_distinct", "kind": "distinct", "of": "of_month", "year": "of_year", "rolling": "of_12m",
                   "note": "受检企业数（去重） | enterprises inspected, each once in the month, in the year to date, in twelve months"}]',
        monthly => to_jsonb(format(facts || kept, is_kept, 'emgov.month_of(i.day)', 'month', 'inspection_first_month', is_gone_through)));
END
$do$;

-- Overdue when the deadline is over and it is not rectified: one that was in time never is.
CALL emgov_internal.define_summary(
    thing => 'hazard', note => '事故隐患 | hazards', covered => 'hazard.found_on',
    dimensions => '{area,programme}',
    events => $sql$
    SELECT h.found_on AS day, h.area_code, h.programme_code, 1 AS found, h.major, 0 AS rectified, 0 AS closed, 0 AS overdue, 0 AS major_overdue, 1 AS found_total, 0 AS rectified_total
      FROM @store@.hazard_of_area h WHERE h.status = 'valid'
    UNION ALL SELECT h.rectified_on, h.area_code, h.programme_code, 0, 0, 1, 0, -h.late, -h.late * h.major, 0, 1 FROM @store@.hazard_of_area h WHERE h.status = 'valid' AND h.rectified_on IS NOT NULL
    UNION ALL SELECT h.closed_on, h.area_code, h.programme_code, 0, 0, 0, 1, 0, 0, 0, 0 FROM @store@.hazard_of_area h WHERE h.status = 'valid' AND h.closed_on IS NOT NULL
    UNION ALL SELECT h.deadline, h.area_code, h.programme_code, 0, 0, 0, 0, 1, h.major, 0, 0 FROM @store@.hazard_of_area h WHERE h.status = 'valid' AND h.overdue = 1 $sql$,
    measures => '[{"name": "found", "note": "发现隐患 | hazards found"},
                  {"name": "major", "note": "发现重大隐患 | major hazards found, among those found"},
                  {"name": "rectified", "note": "整改隐患（按整改日期） | hazards rectified, by the day rectified"},
                  {"name": "closed", "note": "销号隐患（按销号日期） | hazards closed, by the day closed"},
                  {"name": "overdue", "kind": "stock", "note": "期末逾期未整改 | past their deadline and not rectified at the end of the month"},
                  {"name": "major_overdue", "kind": "stock", "note": "期末重大逾期 | major ones among the overdue"},
                  {"name": "found_total", "kind": "hidden"}, {"name": "rectified_total", "kind": "hidden"},
                  {"name": "rectification", "kind": "pct", "of": "rectified_total", "per": "found_total", "note": "累计整改率 | rectified so far in percent of those found so far"}]',
    monthly => to_jsonb($sql$
    SELECT h.month AS day, @keys@, sum(h.records)::bigint AS found, sum(h.major)::bigint AS major, 0 AS rectified, 0 AS closed, 0 AS overdue, 0 AS major_overdue,
           sum(h.records)::bigint AS found_total, 0 AS rectified_total FROM @store@.hazard_found_month h GROUP BY month, @keys@
    UNION ALL SELECT h.month, @keys@, 0, 0, sum(h.records)::bigint, 0, - sum(h.late)::bigint, - sum(h.late_major)::bigint, 0, sum(h.records)::bigint
      FROM @store@.hazard_rectified_month h GROUP BY month, @keys@
    UNION ALL SELECT h.month, @keys@, 0, 0, 0, sum(h.records)::bigint, 0, 0, 0, 0 FROM @store@.hazard_closed_month h GROUP BY month, @keys@
    UNION ALL SELECT h.month, @keys@, 0, 0, 0, 0, sum(h.records)::bigint, sum(h.major)::bigint, 0, 0 FROM @store@.hazard_overdue_month h GROUP BY month, @keys@ $sql$::text),
    ranked => '{rectified,found_total,rectified_total,rectification}', ranked_monthly => $sql$
    SELECT h.month AS day, @keys@, 0 AS rectified, sum(h.records)::bigint AS found_total, 0 AS rectified_total FROM @store@.hazard_found_month h GROUP BY month, @keys@
    UNION ALL SELECT h.month, @keys@, sum(h.records)::bigint, 0, sum(h.records)::bigint FROM @store@.hazard_rectified_month h GROUP BY month, @keys@ $sql$);

-- A case that was never filed, by simple procedure, is decided, but is not in the stock.
CALL emgov_internal.define_summary(
    thing => 'case', note => '行政处罚案件 | cases', covered => 'enforcement_case.filed_on',
    dimensions => '{area,programme}',
    events => $sql$
    SELECT c.filed_on AS day, c.area_code, c.programme_code, 1 AS filed, 0 AS decided, 0 AS closed, 1 AS pending, 0::numeric AS fines, 0::numeric AS paid
      FROM @ledger@.enforcement_case c WHERE c.status = 'valid' AND c.filed_on IS NOT NULL
    UNION ALL
    SELECT c.decided_on, c.area_code, c.programme_code, 0, 1, 0, 0, 0, 0 FROM @ledger@.enforcement_case c WHERE c.status = 'valid' AND c.decided_on IS NOT NULL
    UNION ALL
    SELECT c.closed_on, c.area_code, c.programme_code, 0, 0, 1, -1, 0, 0 FROM @ledger@.enforcement_case c WHERE c.status = 'valid' AND c.filed_on IS NOT NULL AND c.closed_on IS NOT NULL
    UNION ALL
    SELECT c.decided_on, c.area_code, c.programme_code, 0, 0, 0, 0, y.fine, 0
      FROM @ledger@.penalty y JOIN @ledger@.enforcement_case c ON c.id = y.enforcement_case_id WHERE y.status = 'valid' AND c.status = 'valid' AND c.decided_on IS NOT NULL
    UNION ALL
    SELECT m.paid_on, c.area_code, c.programme_code, 0, 0, 0, 0, 0, m.amount
      FROM @ledger@.fine_payment m JOIN @ledger@.enforcement_case c ON c.id = m.enforcement_case_id WHERE m.status = 'valid' AND c.status = 'valid' AND m.kind = 'fine'
    $sql$,
    measures => $json$[{"name": "opening", "kind": "opening", "of": "pending", "in": "filed", "out": "closed",
                   "note": "期初未结 | pending when the month began; opening + filed - closed = pending"},
                  {"name": "filed", "note": "立案（各机构、各项目；指标F053只计本局） | filed, by all bodies under all programmes: the figure F053 is of the bureau alone"},
                  {"name": "decided", "note": "决定（含未立案的简易程序） | decided, with those never filed, of simple procedure"},
                  {"name": "closed", "note": "结案（不含未立案的） | closed, without those never filed"},
                  {"name": "pending", "kind": "stock", "note": "期末未结 | pending when the month ended"},
                  {"name": "fines", "money": true, "note": "罚没金额（元，按决定日期） | amount decided in yuan, by the day of decision",
                   "known": "EXISTS (SELECT FROM @ledger@.penalty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration v WHERE v.source = 'enforcement_case' AND v.active)"},
                  {"name": "paid", "money": true, "note": "实缴金额（元，按缴款日期） | amount paid in yuan, by the day paid, without what was added for delay",
                   "source": "fine_payment.paid_on"}]$json$,
    monthly => to_jsonb($sql$
    SELECT c.month AS day, @keys@, sum(c.filed)::bigint AS filed, 0 AS decided, 0 AS closed, sum(c.filed)::bigint AS pending, 0::numeric AS fines, 0::numeric AS paid
      FROM @store@.case_filed_month c GROUP BY month, @keys@
    UNION ALL SELECT c.month, @keys@, 0, sum(c.records)::bigint, 0, 0, sum(c.fines), 0 FROM @store@.case_decided_month c GROUP BY month, @keys@
    UNION ALL SELECT c.month, @keys@, 0, 0, sum(c.records)::bigint, - sum(c.records)::bigint, 0, 0 FROM @store@.case_closed_month c GROUP BY month, @keys@
    UNION ALL SELECT c.month, @keys@, 0, 0, 0, 0, 0, sum(c.amount) FROM @store@.fine_paid_month c GROUP BY month, @keys@ $sql$::text));

CALL emgov_internal.define_summary(
    thing => 'penalty', note => '行政处罚 | penalties', covered => 'enforcement_case.decided_on',
    dimensions => '{kind}',
    events => $sql$
    SELECT c.decided_on AS day, c.area_code, c.heaviest AS penalty_kind_code, 1 AS cases, c.fine AS fines
      FROM @ledger@.case_fact c WHERE c.status = 'valid' AND c.decided_on IS NOT NULL AND c.heaviest IS NOT NULL
    $sql$,
    measures => $json$[{"name": "cases", "note": "处罚案件（一案计一次，按最重一种） | cases with a penalty, each once, under the heaviest, by the month of decision",
                   "known": "EXISTS (SELECT FROM @ledger@.penalty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration v WHERE v.source = 'enforcement_case' AND v.active)"},
                  {"name": "fines", "money": true, "note": "罚没金额（元） | amount decided in these cases, yuan",
                   "known": "EXISTS (SELECT FROM @ledger@.penalty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration v WHERE v.source = 'enforcement_case' AND v.active)"}]$json$,
    monthly => to_jsonb($sql$
    SELECT c.month AS day, c.area_code, c.heaviest AS penalty_kind_code, c.records AS cases, c.fines FROM @store@.case_decided_month c WHERE c.heaviest IS NOT NULL $sql$::text));

CALL emgov_internal.define_summary(
    thing => 'drill', note => '应急演练 | drills', covered => 'drill_plan.planned_on',
    dimensions => '{level}',
    events => $sql$
    SELECT p.planned_on AS day, p.area_code, p.level AS level_code, 1 AS planned, 0 AS held FROM @ledger@.drill_plan p WHERE p.status = 'valid'
    UNION ALL
    SELECT d.held_on, p.area_code, p.level, 0, 1 FROM @ledger@.drill d LEFT JOIN @ledger@.drill_plan p ON p.id = d.drill_plan_id WHERE d.status = 'valid'
    $sql$,
    measures => $json$[{"name": "planned", "note": "计划演练 | drills planned for the month"},
                  {"name": "held", "note": "举办演练（含计划外） | drills held, planned or not",
                   "source": "drill.held_on"}]$json$);

-- What runs in this script only.
REVOKE ALL ON PROCEDURE emgov_internal.define_summary(text, text, text, text, text[], jsonb, jsonb, text[], text) FROM PUBLIC;
REVOKE ALL ON FUNCTION emgov_internal.summary_query(text, text, text, text, text, jsonb, text), emgov_internal.summary_given(text, text),
    emgov_internal.summary_events(text, text, text, jsonb[], boolean), emgov_internal.summary_columns(jsonb, int),
    emgov_internal.summary_note(text, text, text, boolean), emgov_internal.summary_dimensions() FROM PUBLIC;
