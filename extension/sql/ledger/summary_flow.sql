-- ------------------------------------------------------------------ ledger: monthly summaries of work: remediation, inspections, hazards, cases, penalties, drills
-- Each has several dates of a record, each date an event of its own; a stock is the sum of
-- its events from the first ever. See summary.sql.

-- What is counted is an enterprise in a campaign. By its last decision of each year it is done,
-- exited or upgraded, so that the months of a year add up to what the figures say of the year and
-- of any part of it that begins with it: a decision that is changed within the year is taken back
-- on the day of the new one. On the list, and done at all, it is once, in the area of its last decision.
CALL emgov_internal.define_summary(
    thing => 'remediation', note => '专项整治 | remediation', covered => 'remediation.listed_on',
    dimensions => '{area,campaign}',
    events => $sql$
    WITH f AS (SELECT coalesce(min((extract(month FROM m.period_start)::int - m.fiscal + 12) % 12), 0)::int AS months FROM month m),
    d AS (
        SELECT r.area_code, r.campaign_code, r.completed_on, p.outcome, row_number() OVER w AS n, lag(r.completed_on) OVER w AS previous, lead(r.completed_on) OVER w AS next,
               min(r.listed_on) OVER u AS listed_on, last_value(r.area_code) OVER u AS unit_area
          FROM @ledger@.remediation r
          LEFT JOIN @ledger@.disposition_policy p ON p.disposition_code = r.disposition_code AND r.completed_on >= p.valid_from AND (p.valid_to IS NULL OR r.completed_on < p.valid_to)
         WHERE r.status = 'valid'
        WINDOW w AS (PARTITION BY r.subject_id, r.campaign_code ORDER BY r.completed_on NULLS FIRST, r.id),
               u AS (PARTITION BY r.subject_id, r.campaign_code ORDER BY r.completed_on NULLS FIRST, r.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
    SELECT d.listed_on AS day, d.unit_area AS area_code, d.campaign_code, 1 AS listed, 0 AS done, 0 AS exited, 0 AS upgraded, 1 AS listed_total, 0 AS done_total, 1 AS pending
      FROM d WHERE d.n = 1
    UNION ALL
    SELECT d.completed_on, d.unit_area, d.campaign_code, 0, 0, 0, 0, 0, 1, -1 FROM d WHERE d.completed_on IS NOT NULL AND d.previous IS NULL
    UNION ALL
    SELECT d.completed_on, d.area_code, d.campaign_code, 0, 1, (d.outcome = 'exited')::int, (d.outcome = 'upgraded')::int, 0, 0, 0 FROM d WHERE d.completed_on IS NOT NULL
    UNION ALL
    SELECT d.next, d.area_code, d.campaign_code, 0, -1, -(d.outcome = 'exited')::int, -(d.outcome = 'upgraded')::int, 0, 0, 0 FROM d, f
     WHERE extract(year FROM d.next - make_interval(months => f.months)) = extract(year FROM d.completed_on - make_interval(months => f.months))
    $sql$,
    measures => '[{"name": "listed", "note": "列入清单（每专项每企业一次） | put on the list, an enterprise once in each campaign"},
                  {"name": "done", "note": "完成整治（年内以最后一次处置为准） | done, an enterprise once in a year and campaign, by its last decision"},
                  {"name": "exited", "note": "退出（年内改判的冲减） | exited; a decision changed within the year is taken back"},
                  {"name": "upgraded", "note": "提升（年内改判的冲减） | upgraded; a decision changed within the year is taken back"},
                  {"name": "listed_total", "kind": "stock", "note": "累计列入 | put on the list so far"},
                  {"name": "done_total", "kind": "stock", "note": "累计完成 | done so far, in whatever year"},
                  {"name": "pending", "kind": "stock", "note": "期末未完成 | pending at the end of the month"},
                  {"name": "completion", "kind": "pct", "of": "done_total", "per": "listed_total", "note": "累计完成率 | done so far in percent of those listed so far"}]');

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES
    ('rollup', '@store@.inspection_month', '检查按月实时汇总 | live rollup of inspections by month',
     'SELECT emgov.month_of(inspected_on) AS month, area_code, programme_code, count(*) AS records FROM @ledger@.inspection WHERE status = ''valid'' GROUP BY 1, 2, 3'),
    ('rollup', '@store@.hazard_month', '隐患按各环节月份实时汇总 | live rollup of hazards by the months of what became of them', $sql$
    SELECT emgov.month_of(found_on) AS found, emgov.month_of(rectified_on) AS rectified, emgov.month_of(closed_on) AS closed,
           emgov.month_of(CASE WHEN rectified_on <= deadline THEN NULL ELSE deadline END) AS overdue, programme_code, (level = 'major')::int AS is_major, count(*) AS records
      FROM @ledger@.hazard WHERE status = 'valid' GROUP BY 1, 2, 3, 4, 5, 6 $sql$);

CALL emgov_internal.define_summary(
    thing => 'inspection', note => '执法检查 | inspections', covered => 'inspection.inspected_on',
    dimensions => '{area,programme}',
    events => $sql$ SELECT i.inspected_on AS day, i.area_code, i.programme_code, 1 AS inspections FROM @ledger@.inspection i WHERE i.status = 'valid' $sql$,
    measures => '[{"name": "inspections", "note": "检查家次（重复检查重复计） | inspections: a second visit counts again"}]',
    monthly => '{"": "SELECT i.month AS day, i.area_code, i.programme_code, i.records AS inspections FROM @store@.inspection_month i",
                 "area": "SELECT i.month AS day, i.area_code, i.programme_code, i.records AS inspections FROM @store@.inspection_month i",
                 "programme": "SELECT i.month AS day, i.area_code, i.programme_code, i.records AS inspections FROM @store@.inspection_month i"}');

-- How many enterprises were inspected: in a month, in the year so far, in twelve months. An inspection counts where it is the first of its enterprise in the month, in the year; in
-- twelve months, from the first until no other has followed for twelve: then it is taken back. Counted within what is asked for: an enterprise in two areas counts in each.
CALL emgov_internal.define_summary(
    thing => 'inspection_enterprise', note => '受检企业 | enterprises inspected', covered => 'inspection.inspected_on',
    dimensions => '{area,programme}',
    events => $sql$
    WITH f AS (SELECT coalesce(min((extract(month FROM m.period_start)::int - m.fiscal + 12) % 12), 0)::int AS months FROM month m),
    i AS (
        SELECT v.*, lag(v.month) OVER w AS previous, lead(v.month) OVER w AS next, extract(year FROM v.day - make_interval(months => f.months)) AS year,
               extract(year FROM lag(v.day) OVER w - make_interval(months => f.months)) AS previous_year
          FROM (SELECT i.id, i.inspected_on AS day, emgov.month_of(i.inspected_on) AS month, i.subject_id, i.area_code, i.programme_code
                  FROM @ledger@.inspection i JOIN span c ON c.area_code = coalesce(i.area_code, '') AND i.inspected_on BETWEEN c.since AND c.through
                 WHERE i.status = 'valid' AND @seen(i.area_code)@) v
         CROSS JOIN f
        WINDOW w AS (PARTITION BY v.subject_id@by@ ORDER BY v.day, v.id))
    SELECT i.day, i.area_code, i.programme_code, (i.previous IS NULL OR i.previous < i.month)::int AS of_month, (i.previous_year IS NULL OR i.previous_year < i.year)::int AS of_year,
           (i.previous IS NULL OR i.previous + interval '1 year' <= i.month)::int AS of_12m
      FROM i WHERE i.previous IS NULL OR i.previous < i.month
    UNION ALL
    SELECT (i.month + interval '1 year')::date, i.area_code, i.programme_code, 0, 0, -1 FROM i WHERE i.next IS NULL OR i.next >= i.month + interval '1 year'
    $sql$,
    measures => '[{"name": "of_month", "kind": "hidden"}, {"name": "of_year", "kind": "hidden"}, {"name": "of_12m", "kind": "hidden"},
                  {"name": "enterprises_distinct", "kind": "distinct", "of": "of_month", "year": "of_year", "rolling": "of_12m",
                   "note": "受检企业数（去重） | enterprises inspected, each once in the month, in the year to date, in twelve months"}]');

-- Overdue when the deadline is over and it is not rectified: one that was in time never is. A hazard's area
-- is its inspection's, so hazard_month knows of none: it serves who sees all of them, as long as
-- they are covered alike; else, and by area, the months are added up from the hazards.
DO $do$
DECLARE
    -- of some days: looked up; of all: joined
    area text := 'coalesce((SELECT i.area_code FROM @ledger@.inspection i WHERE i.id = h.inspection_id), (SELECT s.area_code FROM @ledger@.subject s WHERE s.id = h.subject_id))';
    records text := '@ledger@.hazard h WHERE h.status = ''valid''';
    hazards text := '@ledger@.hazard h LEFT JOIN @ledger@.inspection i ON i.id = h.inspection_id LEFT JOIN @ledger@.subject s ON s.id = h.subject_id WHERE h.status = ''valid''';
    facts text := $sql$
        SELECT emgov.month_of(h.found_on) AS found, emgov.month_of(h.rectified_on) AS rectified, emgov.month_of(h.closed_on) AS closed,
               emgov.month_of(CASE WHEN h.rectified_on <= h.deadline THEN NULL ELSE h.deadline END) AS overdue, coalesce(i.area_code, s.area_code) AS area_code, h.programme_code,
               (h.level = 'major')::int AS is_major, count(*) AS n FROM $sql$ || hazards;
    alike text := $sql$ (SELECT s.everything AND NOT EXISTS (SELECT FROM @ledger@.coverage_declaration v
                                                              WHERE v.relation = '@ledger@.hazard'::regclass AND v.area_code IS NOT NULL AND v.active) FROM @store@.seen s) $sql$;
    kept text := $sql$
        SELECT h.found, h.rectified, h.closed, h.overdue, NULL::text AS area_code, h.programme_code, h.is_major, h.records AS n FROM @store@.hazard_month h WHERE $sql$ || alike;
    months text := $sql$
    SELECT h.found AS day, h.area_code, h.programme_code, h.n AS found, h.is_major * h.n AS major, 0 AS rectified, 0 AS closed, 0 AS overdue, 0 AS major_overdue,
           h.n AS found_total, 0 AS rectified_total FROM h
    UNION ALL SELECT h.rectified, h.area_code, h.programme_code, 0, 0, h.n, 0, 0, 0, 0, h.n FROM h WHERE h.rectified IS NOT NULL
    UNION ALL SELECT h.closed, h.area_code, h.programme_code, 0, 0, 0, h.n, 0, 0, 0, 0 FROM h WHERE h.closed IS NOT NULL
    UNION ALL SELECT h.overdue, h.area_code, h.programme_code, 0, 0, 0, 0, h.n, h.is_major * h.n, 0, 0 FROM h WHERE h.overdue IS NOT NULL
    UNION ALL SELECT h.rectified, h.area_code, h.programme_code, 0, 0, 0, 0, -h.n, -h.is_major * h.n, 0, 0 FROM h WHERE h.overdue IS NOT NULL AND h.rectified IS NOT NULL $sql$;
    grouped text := ' GROUP BY 1, 2, 3, 4, 5, 6, 7';
    whole text := 'WITH h AS (' || kept || ' UNION ALL ' || facts || ' AND NOT ' || alike || grouped || ')' || months;
BEGIN
    CALL emgov_internal.define_summary(
        thing => 'hazard', note => '事故隐患 | hazards', covered => 'hazard.found_on',
        dimensions => '{area,programme}',
        events => format($sql$
    SELECT h.found_on AS day, %1$s AS area_code, h.programme_code, 1 AS found, (h.level = 'major')::int AS major, 0 AS rectified, 0 AS closed,
           0 AS overdue, 0 AS major_overdue, 1 AS found_total, 0 AS rectified_total FROM %2$s
    UNION ALL SELECT h.rectified_on, %1$s, h.programme_code, 0, 0, 1, 0, 0, 0, 0, 1 FROM %2$s AND h.rectified_on IS NOT NULL
    UNION ALL SELECT h.closed_on, %1$s, h.programme_code, 0, 0, 0, 1, 0, 0, 0, 0 FROM %2$s AND h.closed_on IS NOT NULL
    UNION ALL SELECT h.deadline, %1$s, h.programme_code, 0, 0, 0, 0, 1, (h.level = 'major')::int, 0, 0 FROM %2$s AND h.deadline IS NOT NULL AND h.rectified_on IS NULL
    UNION ALL SELECT h.deadline, %1$s, h.programme_code, 0, 0, 0, 0, 1, (h.level = 'major')::int, 0, 0 FROM %2$s AND h.rectified_on > h.deadline
    UNION ALL SELECT h.rectified_on, %1$s, h.programme_code, 0, 0, 0, 0, -1, -(h.level = 'major')::int, 0, 0
      FROM %2$s AND h.rectified_on > h.deadline $sql$, area, records),
        measures => '[{"name": "found", "note": "发现隐患 | hazards found"},
                  {"name": "major", "note": "发现重大隐患 | major hazards found, among those found"},
                  {"name": "rectified", "note": "整改隐患（按整改日期） | hazards rectified, by the day rectified"},
                  {"name": "closed", "note": "销号隐患（按销号日期） | hazards closed, by the day closed"},
                  {"name": "overdue", "kind": "stock", "note": "期末逾期未整改 | past their deadline and not rectified at the end of the month"},
                  {"name": "major_overdue", "kind": "stock", "note": "期末重大逾期 | major ones among the overdue"},
                  {"name": "found_total", "kind": "hidden"}, {"name": "rectified_total", "kind": "hidden"},
                  {"name": "rectification", "kind": "pct", "of": "rectified_total", "per": "found_total", "note": "累计整改率 | rectified so far in percent of those found so far"}]',
        monthly => jsonb_build_object('', whole, 'programme', whole, 'area', 'WITH h AS (' || facts || grouped || ')' || months));
END
$do$;

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
                   "source": "fine_payment.paid_on"}]$json$);

CALL emgov_internal.define_summary(
    thing => 'penalty', note => '行政处罚 | penalties', covered => 'enforcement_case.decided_on',
    dimensions => '{kind}',
    events => $sql$
    SELECT c.decided_on AS day, c.area_code, k.code AS penalty_kind_code, 1 AS cases, y.fine AS fines
      FROM @ledger@.enforcement_case c
      JOIN (SELECT y.enforcement_case_id, max(k.weight) AS weight, sum(y.fine) AS fine
              FROM @ledger@.penalty y JOIN @ledger@.penalty_kind k ON k.code = y.kind_code WHERE y.status = 'valid' GROUP BY 1) y ON y.enforcement_case_id = c.id
      JOIN @ledger@.penalty_kind k ON k.weight = y.weight
     WHERE c.status = 'valid' AND c.decided_on IS NOT NULL
    $sql$,
    measures => $json$[{"name": "cases", "note": "处罚案件（一案计一次，按最重一种） | cases with a penalty, each once, under the heaviest, by the month of decision",
                   "known": "EXISTS (SELECT FROM @ledger@.penalty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration v WHERE v.source = 'enforcement_case' AND v.active)"},
                  {"name": "fines", "money": true, "note": "罚没金额（元） | amount decided in these cases, yuan",
                   "known": "EXISTS (SELECT FROM @ledger@.penalty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration v WHERE v.source = 'enforcement_case' AND v.active)"}]$json$);

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
REVOKE ALL ON PROCEDURE emgov_internal.define_summary(text, text, text, text, text[], jsonb, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION emgov_internal.summary_query(text, text, text, text, jsonb), emgov_internal.summary_events(text, text, text, jsonb[], boolean), emgov_internal.summary_columns(jsonb, int),
    emgov_internal.summary_note(text, text, text, boolean), emgov_internal.summary_dimensions() FROM PUBLIC;
