-- The monthly summaries of remediation, inspections, hazards, cases, penalties and drills against SQL that is
-- written by hand, on a hundred random contents: empty months, withdrawn rows, moved areas, 29 February, months
-- covered in part, several decisions on one enterprise, cases never filed, cases opened again. Others, and more,
-- with psql's --set first=NUMBER --set contents=NUMBER.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
SET search_path = ledger, ledger_report, public, emgov;
SET jit = off;
SET enable_nestloop = off;
SET enable_mergejoin = off;
SET work_mem = '64MB';     -- the tables were never analyzed: what is small would go to files

INSERT INTO area (code, name_zh, kind, is_block, valid_from, valid_to, successor_code) VALUES ('C', '丙区', 'district', true, '2024-03-01', NULL, NULL);
INSERT INTO area (code, name_zh, kind, is_block, valid_from, valid_to, successor_code) VALUES
    ('A', '甲区', 'district', true, NULL, NULL, NULL), ('B', '乙区', 'district', true, NULL, '2024-03-01', 'C');
INSERT INTO programme (code, name_zh, name_en, scope) VALUES ('p1', '项目一', 'one', 'city'), ('p2', '项目二', 'two', 'city'), ('p3', '项目三', 'three', 'city');
INSERT INTO campaign (code, name_zh, name_en, scope) VALUES ('c1', '专项一', 'one', 'city'), ('c2', '专项二', 'two', 'city');
INSERT INTO disposition (code, name_zh) VALUES ('stop', '停'), ('upgrade', '提'), ('merge', '并') ON CONFLICT DO NOTHING;
INSERT INTO disposition_policy (disposition_code, outcome, valid_from, valid_to)
SELECT v.* FROM (VALUES ('stop', 'exited', date '1900-01-01', NULL::date), ('upgrade', 'upgraded', '1900-01-01', NULL), ('merge', 'upgraded', '1900-01-01', '2024-01-01'), ('merge', 'exited', '2024-01-01', NULL)) AS v (d, o, f, t)
 WHERE NOT EXISTS (SELECT FROM disposition_policy);
INSERT INTO subject (id, kind, person_key, name, area_code) SELECT i, 'person', 'p' || i, '甲' || i, (ARRAY['A', 'B', 'C', NULL])[1 + i % 4] FROM generate_series(1, 12) AS i;

-- ------------------------------------------------------------------ a content
CREATE FUNCTION pg_temp.r(n bigint, salt int, k int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (abs(hashint8extended($1, $2) % $3))::int';
CREATE FUNCTION pg_temp.day(n bigint, salt int) RETURNS date LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN pg_temp.r(n, salt + 1, 9) = 0 THEN date '2024-02-29' ELSE date '2022-11-20' + pg_temp.r(n, salt, 830) END $$;
CREATE FUNCTION pg_temp.later(day date, n bigint, salt int, most int) RETURNS date LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN pg_temp.r(n, salt, 4) > 0 THEN day + pg_temp.r(n, salt + 1, most) END $$;
CREATE FUNCTION pg_temp.ok(n bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT (ARRAY['valid', 'valid', 'valid', 'valid', 'valid', 'withdrawn', 'duplicate', 'written_off'])[1 + pg_temp.r(n, salt, 8)] $$;
CREATE FUNCTION pg_temp.area(n bigint, salt int, day date) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT (ARRAY['A', 'A', CASE WHEN day < '2024-03-01' THEN 'B' ELSE 'C' END, NULL])[1 + pg_temp.r(n, salt, 4)] $$;

CREATE PROCEDURE pg_temp.fill(s int) LANGUAGE plpgsql AS $$
DECLARE
    z int := 1000 * s;
BEGIN
    INSERT INTO inspection (id, subject_id, inspected_on, programme_code, org_code, area_code, status)
    SELECT i, 1 + pg_temp.r(i, z, 6), day, 'p' || 1 + pg_temp.r(i, z + 2, 2), 'bureau', pg_temp.area(i, z + 3, day), pg_temp.ok(i, z + 4)
      FROM (SELECT i, pg_temp.day(i, z + 10) AS day FROM generate_series(1, 10 + s % 40) AS i) AS i;
    INSERT INTO hazard (subject_id, inspection_id, found_on, deadline, rectified_on, rechecked_on, closed_on, programme_code, level, status)
    SELECT 1 + pg_temp.r(h.i, z + 20, 12), n.id, h.day, pg_temp.later(h.day, h.i, z + 21, 40), h.rectified, h.rechecked, pg_temp.later(h.rechecked, h.i, z + 24, 30),
           coalesce(n.programme_code, 'p1'), CASE pg_temp.r(h.i, z + 25, 4) WHEN 0 THEN 'major' ELSE 'general' END, pg_temp.ok(h.i, z + 26)
      FROM (SELECT i, day, rectified, pg_temp.later(rectified, i, z + 23, 20) AS rechecked
              FROM (SELECT i, day, pg_temp.later(day, i, z + 22, 120) AS rectified FROM (SELECT i, pg_temp.day(i, z + 27) AS day FROM generate_series(1, s % 41) AS i) AS f) AS g) AS h
      LEFT JOIN inspection AS n ON n.id = h.i * 2 AND n.status = 'valid';
    INSERT INTO enforcement_case (id, org_code, programme_code, subject_id, area_code, procedure, filed_on, decided_on, closed_on, status)
    SELECT i, 'bureau', (ARRAY['p1', 'p3', NULL])[1 + pg_temp.r(i, z + 30, 3)], 1, pg_temp.area(i, z + 31, coalesce(filed, decided)), CASE WHEN filed IS NULL THEN 'simple' ELSE 'ordinary' END, filed, decided,
           pg_temp.later(CASE WHEN filed IS NULL THEN decided ELSE filed END, i, z + 34, 200), pg_temp.ok(i, z + 35)
      FROM (SELECT i, filed, CASE WHEN filed IS NULL THEN pg_temp.day(i, z + 40) ELSE pg_temp.later(filed, i, z + 32, 100) END AS decided
              FROM (SELECT i, CASE WHEN pg_temp.r(i, z + 36, 5) > 0 THEN pg_temp.day(i, z + 37) END AS filed FROM generate_series(1, s % 23) AS i) AS f) AS c;
    IF s % 7 > 0 THEN
        INSERT INTO penalty (enforcement_case_id, kind_code, fine, status)
        SELECT 1 + pg_temp.r(i, z + 50, s % 23), (ARRAY['warning', 'fine', 'fine', 'confiscation', 'shutdown'])[1 + pg_temp.r(i, z + 51, 5)], 100.25 * i, pg_temp.ok(i, z + 52)
          FROM generate_series(1, CASE WHEN s % 23 > 0 THEN 25 ELSE 0 END) AS i ON CONFLICT DO NOTHING;
        INSERT INTO fine_payment (enforcement_case_id, paid_on, amount, kind, number, status)
        SELECT c.id, c.decided_on + pg_temp.r(i, z + 56, 90), 10.10 * i, CASE i % 4 WHEN 0 THEN 'surcharge' ELSE 'fine' END, 10 * c.id + i, pg_temp.ok(10 * c.id + i, z + 57)
          FROM enforcement_case AS c CROSS JOIN generate_series(1, 3) AS i WHERE c.decided_on IS NOT NULL AND c.id % 2 = 0;
    END IF;
    INSERT INTO remediation (subject_id, campaign_code, area_code, listed_on, completed_on, disposition_code, status)
    SELECT 1 + pg_temp.r(i, z + 60, 7), 'c' || 1 + pg_temp.r(i, z + 61, 2), pg_temp.area(i, z + 62, listed), listed, pg_temp.later(listed, i, z + 63, 300),
           (ARRAY['stop', 'upgrade', 'merge'])[1 + pg_temp.r(i, z + 64, 3)], pg_temp.ok(i, z + 65)
      FROM (SELECT i, pg_temp.day(i, z + 66) AS listed FROM generate_series(1, s % 37) AS i) AS l ON CONFLICT DO NOTHING;
    INSERT INTO drill_plan (id, level, title, planned_on, area_code, status)
    SELECT i, (ARRAY['city', 'district'])[1 + i % 2], i, day, pg_temp.area(i, z + 71, day), pg_temp.ok(i, z + 72) FROM (SELECT i, pg_temp.day(i, z + 70) AS day FROM generate_series(1, s % 13) AS i) AS i;
    INSERT INTO drill (drill_plan_id, title, held_on, status)
    SELECT CASE WHEN i % 3 > 0 AND i <= s % 13 THEN i END, i, pg_temp.day(i, z + 75), pg_temp.ok(i, z + 76) FROM generate_series(1, s % 17) AS i;
    -- opened again; moved; corrected
    UPDATE enforcement_case SET closed_on = NULL WHERE closed_on IS NOT NULL AND pg_temp.r(id, z + 80, 5) = 0;
    UPDATE inspection SET area_code = 'A' WHERE pg_temp.r(id, z + 81, 4) = 0;
    UPDATE remediation SET area_code = 'A' WHERE pg_temp.r(id, z + 82, 9) = 0;
END $$;

-- ------------------------------------------------------------------ by hand
-- Of each measure what came before a day, {d}, of the records that {key} chooses; a flow of days is the difference of two.
CREATE TEMP TABLE oracle (thing text, name text, kind text, known text, so_far text);
INSERT INTO oracle VALUES
    ('inspection', 'inspections', 'flow', NULL, $$SELECT count(*) FROM inspection x WHERE status = 'valid' AND inspected_on < {d} AND {key}$$),
    ('inspection_enterprise', 'enterprises_distinct', 'distinct', NULL, $$SELECT count(DISTINCT subject_id) FROM inspection x WHERE status = 'valid' AND inspected_on >= {f} AND inspected_on < {d} AND {key}$$),
    ('hazard', 'found', 'flow', NULL, $$SELECT count(*) FROM hand_hazard x WHERE found_on < {d} AND {key}$$),
    ('hazard', 'major', 'flow', NULL, $$SELECT count(*) FROM hand_hazard x WHERE found_on < {d} AND level = 'major' AND {key}$$),
    ('hazard', 'rectified', 'flow', NULL, $$SELECT count(*) FROM hand_hazard x WHERE rectified_on < {d} AND {key}$$),
    ('hazard', 'closed', 'flow', NULL, $$SELECT count(*) FROM hand_hazard x WHERE closed_on < {d} AND {key}$$),
    ('hazard', 'overdue', 'stock', NULL, $$SELECT count(*) FROM hand_hazard x WHERE deadline < {d} AND (rectified_on IS NULL OR rectified_on >= {d}) AND {key}$$),
    ('hazard', 'major_overdue', 'stock', NULL, $$SELECT count(*) FROM hand_hazard x WHERE level = 'major' AND deadline < {d} AND (rectified_on IS NULL OR rectified_on >= {d}) AND {key}$$),
    ('hazard', 'rectification', 'pct', NULL, $$SELECT round(100.0 * count(*) FILTER (WHERE rectified_on < {d}) / nullif(count(*), 0), 2) FROM hand_hazard x WHERE found_on < {d} AND {key}$$),
    ('case', 'filed', 'flow', NULL, $$SELECT count(*) FROM enforcement_case x WHERE status = 'valid' AND filed_on < {d} AND {key}$$),
    ('case', 'decided', 'flow', NULL, $$SELECT count(*) FROM enforcement_case x WHERE status = 'valid' AND decided_on < {d} AND {key}$$),
    ('case', 'closed', 'flow', NULL, $$SELECT count(*) FROM enforcement_case x WHERE status = 'valid' AND closed_on < {d} AND filed_on IS NOT NULL AND {key}$$),
    ('case', 'pending', 'stock', NULL, $$SELECT count(*) FROM enforcement_case x WHERE status = 'valid' AND filed_on < {d} AND (closed_on IS NULL OR closed_on >= {d}) AND {key}$$),
    ('case', 'opening', 'opening', NULL, $$SELECT count(*) FROM enforcement_case x WHERE status = 'valid' AND filed_on < {d} AND (closed_on IS NULL OR closed_on >= {d}) AND {key}$$),
    ('case', 'fines', 'flow', $$true$$,
        $$SELECT coalesce(sum(p.fine), 0) FROM enforcement_case x, penalty p WHERE p.enforcement_case_id = x.id AND p.status = 'valid' AND x.status = 'valid' AND x.decided_on < {d} AND {key}$$),
    ('case', 'paid', 'flow', NULL,
        $$SELECT coalesce(sum(p.amount), 0) FROM enforcement_case x, fine_payment p WHERE p.enforcement_case_id = x.id AND p.kind = 'fine' AND p.status = 'valid' AND x.status = 'valid' AND p.paid_on < {d} AND {key}$$),
    ('penalty', 'cases', 'flow', NULL, $$SELECT count(*) FROM hand_penalty x WHERE decided_on < {d} AND {key}$$),
    ('penalty', 'fines', 'flow', NULL, $$SELECT coalesce(sum(fine), 0) FROM hand_penalty x WHERE decided_on < {d} AND {key}$$),
    ('remediation', 'listed', 'flow', NULL, $$SELECT count(*) FROM hand_unit x WHERE listed_on < {d} AND {key}$$),
    ('remediation', 'listed_total', 'stock', NULL, $$SELECT count(*) FROM hand_unit x WHERE listed_on < {d} AND {key}$$),
    ('remediation', 'done_total', 'stock', NULL, $$SELECT count(*) FROM hand_unit x WHERE completed_on < {d} AND {key}$$),
    ('remediation', 'pending', 'stock', NULL, $$SELECT count(*) FROM hand_unit x WHERE listed_on < {d} AND (completed_on IS NULL OR completed_on >= {d}) AND {key}$$),
    ('remediation', 'completion', 'pct', NULL, $$SELECT round(100.0 * count(*) FILTER (WHERE completed_on < {d}) / nullif(count(*), 0), 2) FROM hand_unit x WHERE listed_on < {d} AND {key}$$),
    ('remediation', 'done', 'flow', NULL, $$SELECT count(*) FROM (SELECT DISTINCT ON (campaign_code, subject_id, extract(year FROM completed_on)) *
        FROM remediation WHERE status = 'valid' AND completed_on < {d} ORDER BY campaign_code, subject_id, extract(year FROM completed_on), completed_on DESC, id DESC) x WHERE {key}$$),
    ('remediation', 'exited', 'flow', NULL, $$SELECT count(*) FROM (SELECT DISTINCT ON (campaign_code, subject_id, extract(year FROM completed_on)) *
        FROM remediation WHERE status = 'valid' AND completed_on < {d} ORDER BY campaign_code, subject_id, extract(year FROM completed_on), completed_on DESC, id DESC) x
        WHERE (disposition_code = 'stop' OR disposition_code = 'merge' AND completed_on >= '2024-01-01') AND {key}$$),
    ('remediation', 'upgraded', 'flow', NULL, $$SELECT count(*) FROM (SELECT DISTINCT ON (campaign_code, subject_id, extract(year FROM completed_on)) *
        FROM remediation WHERE status = 'valid' AND completed_on < {d} ORDER BY campaign_code, subject_id, extract(year FROM completed_on), completed_on DESC, id DESC) x
        WHERE (disposition_code = 'upgrade' OR disposition_code = 'merge' AND completed_on < '2024-01-01') AND {key}$$),
    ('drill', 'planned', 'flow', NULL, $$SELECT count(*) FROM drill_plan x WHERE status = 'valid' AND planned_on < {d} AND {key}$$),
    ('drill', 'held', 'flow', NULL, $$SELECT count(*) FROM drill h LEFT JOIN drill_plan x ON x.id = h.drill_plan_id WHERE h.status = 'valid' AND h.held_on < {d} AND {key}$$);
CREATE TEMP VIEW hazard_now AS
SELECT h.found_on, h.deadline, h.rectified_on, h.closed_on, h.level, h.programme_code,
       CASE WHEN (SELECT i.area_code FROM inspection i WHERE i.id = h.inspection_id) IS NOT NULL THEN (SELECT i.area_code FROM inspection i WHERE i.id = h.inspection_id)
            ELSE (SELECT s.area_code FROM subject s WHERE s.id = h.subject_id) END AS area_code
  FROM hazard h WHERE h.status = 'valid';
CREATE TEMP VIEW penalty_now AS
SELECT DISTINCT ON (c.id) c.decided_on, c.area_code, y.kind_code, (SELECT sum(fine) FROM penalty a WHERE a.enforcement_case_id = c.id AND a.status = 'valid') AS fine
  FROM enforcement_case c, penalty y, penalty_kind k WHERE y.enforcement_case_id = c.id AND k.code = y.kind_code AND c.status = 'valid' AND y.status = 'valid' ORDER BY c.id, k.weight DESC;
CREATE TEMP VIEW unit_now AS
SELECT u.campaign_code, u.listed_on, u.completed_on,
       (SELECT r.area_code FROM remediation r WHERE r.status = 'valid' AND (r.subject_id, r.campaign_code) = (u.subject_id, u.campaign_code) ORDER BY r.completed_on DESC NULLS LAST, r.id DESC LIMIT 1) AS area_code
  FROM (SELECT subject_id, campaign_code, min(listed_on) AS listed_on, min(completed_on) AS completed_on FROM remediation WHERE status = 'valid' GROUP BY 1, 2) u;

CREATE TEMP TABLE hand_hazard AS TABLE hazard_now;
CREATE TEMP TABLE hand_penalty AS TABLE penalty_now;
CREATE TEMP TABLE hand_unit AS TABLE unit_now;

CREATE TEMP TABLE dim (thing text, dim text, code_column text, key text, members text);
INSERT INTO dim SELECT t, NULL, NULL, 'true', $$VALUES ('')$$ FROM unnest(ARRAY['inspection', 'inspection_enterprise', 'hazard', 'case', 'penalty', 'remediation', 'drill']) AS t;
-- B has become C: C+ is C with what B had, which is what counts for C in what ends after that
INSERT INTO dim SELECT t, 'area', 'area_code', $$CASE k.code WHEN 'C+' THEN x.area_code IN ('B', 'C') ELSE coalesce(x.area_code, '') = k.code END$$, $$SELECT code FROM area UNION SELECT 'C+'$$ FROM unnest(ARRAY['inspection', 'inspection_enterprise', 'hazard', 'case', 'remediation']) AS t;
INSERT INTO dim SELECT t, 'programme', 'programme_code', $$coalesce(x.programme_code, '') = k.code$$, 'SELECT code FROM programme' FROM unnest(ARRAY['inspection', 'inspection_enterprise', 'hazard', 'case']) AS t;
INSERT INTO dim VALUES ('penalty', 'kind', 'penalty_kind_code', 'x.kind_code = k.code', 'SELECT code FROM penalty_kind'), ('drill', 'level', 'level_code', $$coalesce(x.level, '') = k.code$$, $$VALUES ('city'), ('district')$$),
    ('remediation', 'campaign', 'campaign_code', 'x.campaign_code = k.code', 'SELECT code FROM campaign');

-- what the view of a thing by a dimension should say of days from since through through, a row a month, member and measure
CREATE FUNCTION pg_temp.by_hand(d dim) RETURNS text LANGUAGE sql AS $$
    SELECT format($q$
        WITH month AS (
            SELECT g::date AS m, (g + interval '1 month')::date AS next, $1 > g AS part, $2 < (g + interval '1 month')::date - 1 AS running,
                   (g - interval '1 year')::date AS b, make_date(extract(year FROM g)::int, 1, 1) AS january
              FROM generate_series(date_trunc('month', $1::timestamp), $2, interval '1 month') AS g),
        span AS (
            SELECT *, least(next, $2 + 1) AS ends, CASE WHEN running THEN ($2 - interval '1 year')::date + 1 ELSE (b + interval '1 month')::date END AS b_ends FROM month),
        win AS (
            SELECT m, part, 'v' AS w, greatest(m, $1) AS f, ends AS t, true AS known FROM span
            UNION ALL SELECT m, part, 'base', b, b_ends, NOT part AND b >= $1 FROM span
            UNION ALL SELECT m, part, 'prev', (m - interval '1 month')::date, m, NOT part AND NOT running AND m - interval '1 month' >= $1 FROM span
            UNION ALL SELECT m, part, 'ytd', january, ends, january >= $1 FROM span
            UNION ALL SELECT m, part, 'ytd_base', (january - interval '1 year')::date, b_ends, january - interval '1 year' >= $1 FROM span
            UNION ALL SELECT m, part, 'm12', (m - interval '11 months')::date, ends, NOT running AND m - interval '11 months' >= $1 FROM span
            UNION ALL SELECT m, part, 'm12_base', (m - interval '23 months')::date, b_ends, NOT running AND m - interval '23 months' >= $1 FROM span),
        day AS (SELECT f AS d FROM win WHERE known UNION SELECT t FROM win WHERE known),
        k (code) AS (%s),
        so_far AS MATERIALIZED (%s),
        cell AS (
            -- what the first month began with nobody knows
            SELECT w.m, w.part, t.code, t.name, t.kind, w.w,
                   CASE t.kind WHEN 'flow' THEN t.n - f.n WHEN 'opening' THEN CASE WHEN date_trunc('month', w.f) > date_trunc('month', $1::timestamp) THEN f.n END ELSE t.n END AS n
              FROM win w JOIN so_far t ON t.d = w.t JOIN so_far f ON f.d = w.f AND (f.code, f.name) = (t.code, t.name) WHERE w.known AND t.kind <> 'distinct'
            UNION ALL %s),
        line AS (
            SELECT c.m, c.part, c.code, c.name, max(n) FILTER (WHERE w = 'v') AS v, max(n) FILTER (WHERE w = 'base') AS base, max(n) FILTER (WHERE w = 'prev') AS prev,
                   max(n) FILTER (WHERE w = 'ytd' AND kind IN ('flow', 'distinct')) AS ytd, max(n) FILTER (WHERE w = 'ytd_base' AND kind IN ('flow', 'distinct')) AS ytd_base,
                   max(n) FILTER (WHERE w = 'm12' AND kind IN ('flow', 'distinct')) AS m12, max(n) FILTER (WHERE w = 'm12_base' AND kind IN ('flow', 'distinct')) AS m12_base
              FROM cell c GROUP BY 1, 2, 3, 4)
        SELECT m, %s AS code, name, v, base, prev,
               CASE WHEN v IS NULL THEN 'no_data' WHEN part THEN 'part_period' WHEN base IS NULL THEN 'no_base' WHEN v = 0 AND base = 0 THEN 'none' WHEN base = 0 THEN 'new' ELSE 'comparable' END AS state,
               ytd, ytd_base, m12, m12_base FROM line WHERE %s $q$,
        -- those listed, and '' of records that name none, where the view has it
        d.members || CASE WHEN d.dim IS NULL THEN '' ELSE format(' UNION SELECT code FROM said WHERE (thing, dim) = (%L, %L)', d.thing, d.dim) END,
        (SELECT string_agg(format('SELECT day.d, k.code, %L AS name, %L AS kind, CASE WHEN %s THEN (%s)::numeric END AS n FROM day, k', o.name, o.kind, coalesce(o.known, 'true'),
                                  replace(replace(replace(o.so_far, '{d}', 'day.d'), '{key}', d.key), '{f}', '''-infinity''')), ' UNION ALL ') FROM oracle o WHERE o.thing = d.thing),
        -- distinct ones are counted in each span
        coalesce((SELECT string_agg(format('SELECT w.m, w.part, k.code, %L, %L, w.w, (%s)::numeric FROM win w, k WHERE w.known', o.name, o.kind,
                                           replace(replace(replace(o.so_far, '{f}', 'w.f'), '{d}', 'w.t'), '{key}', d.key)), ' UNION ALL ') FROM oracle o WHERE o.thing = d.thing AND o.kind = 'distinct'),
                 'SELECT m, part, NULL, NULL, NULL, NULL, NULL::numeric FROM win WHERE false'),
        CASE d.dim WHEN 'area' THEN $c$left(code, 1)$c$ ELSE 'code' END,
        CASE d.dim WHEN 'area' THEN $c$CASE WHEN m < '2024-03-01' THEN code <> 'C+' ELSE code NOT IN ('B', 'C') END$c$ ELSE 'true' END);
$$;
-- what it says
CREATE FUNCTION pg_temp.by_view(d dim) RETURNS text LANGUAGE sql AS $$
    SELECT format($q$
        SELECT r.period_start AS m, %s::text AS code, o.name, (j ->> (o.name || CASE o.kind WHEN 'pct' THEN '_pct' ELSE '' END))::numeric AS v, (j ->> (o.name || '_base'))::numeric AS base,
               (j ->> (o.name || '_previous'))::numeric AS prev, (j ->> (o.name || '_change'))::numeric AS change, (j ->> (o.name || '_pct'))::numeric AS pct, j ->> (o.name || '_state') AS state,
               (j ->> (o.name || '_ytd'))::numeric AS ytd, (j ->> (o.name || '_ytd_base'))::numeric AS ytd_base, (j ->> (o.name || '_12m'))::numeric AS m12, (j ->> (o.name || '_12m_base'))::numeric AS m12_base
          FROM ledger_report.%I AS r CROSS JOIN LATERAL to_jsonb(r) AS j JOIN oracle o ON o.thing = %L $q$,
        coalesce('r.' || quote_ident(d.code_column), $c$''$c$), d.thing || '_by_month' || coalesce('_' || d.dim, ''), d.thing);
$$;

CREATE TEMP TABLE wrong (s int, view text, m date, code text, name text, hand text, said text);
CREATE TEMP TABLE tried (s int, view text, cells int, values_known int);
CREATE TEMP TABLE hand (thing text, dim text, m date, code text, name text, v numeric, base numeric, prev numeric, change numeric, pct numeric, state text, ytd numeric, ytd_base numeric, m12 numeric, m12_base numeric);
CREATE TEMP TABLE said (LIKE hand);
-- planned once; a share has a value, its change has none
CREATE PROCEDURE pg_temp.prepare() LANGUAGE plpgsql AS $$
DECLARE
    d dim;
BEGIN
    FOR d IN SELECT * FROM dim LOOP
        EXECUTE format($q$PREPARE "hand %1$s %2$s" (date, date) AS INSERT INTO hand
            SELECT o.thing, %2$L, b.m, b.code, b.name, b.v, CASE WHEN o.kind <> 'pct' THEN b.base END, CASE WHEN o.kind <> 'pct' THEN b.prev END, CASE WHEN o.kind <> 'pct' THEN b.v - b.base END,
                   CASE WHEN o.kind = 'pct' THEN b.v WHEN b.base <> 0 THEN round(100 * (b.v - b.base) / b.base, 2) END, CASE WHEN o.kind <> 'pct' THEN b.state END, b.ytd, b.ytd_base, b.m12, b.m12_base
              FROM (%3$s) AS b JOIN oracle o ON (o.thing, o.name) = (%1$L, b.name)$q$, d.thing, d.dim, pg_temp.by_hand(d));
        EXECUTE format('PREPARE "said %1$s %2$s" AS INSERT INTO said SELECT %1$L, %2$L, b.* FROM (%3$s) AS b', d.thing, d.dim, pg_temp.by_view(d));
    END LOOP;
END $$;
CREATE PROCEDURE pg_temp.ask(since date, through date) LANGUAGE plpgsql AS $$
DECLARE
    d dim;
BEGIN
    INSERT INTO hand_hazard TABLE hazard_now;
    INSERT INTO hand_penalty TABLE penalty_now;
    INSERT INTO hand_unit TABLE unit_now;
    FOR d IN SELECT * FROM dim LOOP
        EXECUTE format('EXECUTE "said %s %s"', d.thing, d.dim);
        EXECUTE format('EXECUTE "hand %s %s" (%L, %L)', d.thing, d.dim, since, through);
    END LOOP;
END $$;
CREATE PROCEDURE pg_temp.compare(s int) LANGUAGE sql AS $$
    INSERT INTO wrong SELECT s, thing || ' ' || dim, m, code, name, to_jsonb(h)::text, to_jsonb(r)::text
      FROM (SELECT thing, coalesce(dim, '') AS dim, m, code, name, v, base, prev, change, pct, state, ytd, ytd_base, m12, m12_base FROM hand) AS h
      FULL JOIN (SELECT thing, coalesce(dim, '') AS dim, m, code, name, v, base, prev, change, pct, state, ytd, ytd_base, m12, m12_base FROM said) AS r USING (thing, dim, m, code, name)
     WHERE (h.v, h.base, h.prev, h.change, h.pct, h.state, h.ytd, h.ytd_base, h.m12, h.m12_base) IS DISTINCT FROM (r.v, r.base, r.prev, r.change, r.pct, r.state, r.ytd, r.ytd_base, r.m12, r.m12_base)
       -- an area that is not in force need not be there
       AND NOT (dim = 'area' AND r.v IS NULL AND coalesce(h.v, 0) = 0
                AND EXISTS (SELECT FROM area a WHERE a.code = h.code AND NOT daterange(a.valid_from, a.valid_to) && daterange(h.m, (h.m + interval '1 month')::date)));
    -- parts add up to the whole
    INSERT INTO wrong SELECT s, p.thing || ' by ' || p.dim, m, 'sum', name, w.v::text, p.v::text
      FROM (SELECT thing, dim, m, name, sum(v) AS v, sum(base) AS base, sum(change) AS change, sum(ytd) AS ytd, sum(m12) AS m12 FROM said WHERE dim IS NOT NULL GROUP BY 1, 2, 3, 4) AS p
      JOIN said w USING (thing, m, name) JOIN oracle o USING (thing, name)
     WHERE w.dim IS NULL AND o.kind NOT IN ('pct', 'distinct') AND (p.v, p.base, p.change, p.ytd, p.m12) IS DISTINCT FROM (w.v, w.base, w.change, w.ytd, w.m12);
    -- the months of a year to its total
    INSERT INTO wrong SELECT s, w.thing || ' ' || coalesce(w.dim, ''), w.m, w.code, w.name, w.ytd::text, w.sum::text
      FROM (SELECT *, sum(v) OVER (PARTITION BY thing, dim, code, name, extract(year FROM m) ORDER BY m) FROM said) AS w JOIN oracle o USING (thing, name) WHERE o.kind = 'flow' AND w.ytd <> w.sum
       -- of one with another merged into it the year has what that one had
       AND (w.dim, w.code) IS DISTINCT FROM ('area', 'C');
    INSERT INTO wrong SELECT s, 'case ' || coalesce(o.dim, ''), o.m, o.code, 'opening + filed - closed', o.v::text, p.v::text
      FROM said o JOIN said f USING (thing, m, code) JOIN said c USING (thing, m, code) JOIN said p USING (thing, m, code)
     WHERE (thing, o.name, f.name, c.name, p.name) = ('case', 'opening', 'filed', 'closed', 'pending') AND o.dim IS NOT DISTINCT FROM f.dim AND o.dim IS NOT DISTINCT FROM c.dim AND o.dim IS NOT DISTINCT FROM p.dim
       AND (coalesce(o.v + f.v - c.v, p.v), coalesce(o.base + f.base - c.base, p.base)) IS DISTINCT FROM (p.v, p.base);
    INSERT INTO tried SELECT s, thing || coalesce(' ' || dim, ''), count(*), count(*) FILTER (WHERE v <> 0) FROM said GROUP BY 2;
$$;
CREATE PROCEDURE pg_temp.try(s int) LANGUAGE plpgsql AS $$
DECLARE
    since date := (ARRAY[date '2023-01-01', '2022-12-01', '2023-02-10', '2023-11-01', '2024-02-29'])[1 + s % 5];
    through date := (ARRAY[date '2024-02-29', '2024-12-19', '2024-12-31', '2025-02-28', '2024-03-30', '2024-02-28', '2025-01-01'])[1 + s % 7];
    faults wrong[];
    cells tried[];
BEGIN
    IF since > through THEN
        since := '2023-01-01';
    END IF;
    BEGIN
        CALL pg_temp.fill(s);
        CALL ledger.entered(ARRAY['inspection', 'hazard', 'remediation', 'enforcement_case', 'fine_payment', 'drill', 'drill_plan'], through, since);
        CALL pg_temp.ask(since, through);
        CALL pg_temp.compare(s);
        faults := ARRAY(SELECT w FROM wrong w WHERE w.s = $1 LIMIT 20);
        cells := ARRAY(SELECT t FROM tried t WHERE t.s = $1);
        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        INSERT INTO wrong SELECT * FROM unnest(faults);
        INSERT INTO tried SELECT * FROM unnest(cells);
    END;
END $$;
SELECT plan(16);
CALL pg_temp.prepare();
\set most 100
\ir ../ledger/contents.sql
SELECT is_empty('SELECT * FROM wrong ORDER BY s, view, m LIMIT 10', 'random contents: every value, base, change, total and state as SQL written by hand has it; parts add up');
SELECT is((SELECT count(DISTINCT s)::int FROM tried), :contents, 'all of them were tried');
SELECT is_empty('SELECT view FROM tried GROUP BY view HAVING sum(values_known) < ' || :contents, 'and none of the views was empty');

-- ------------------------------------------------------------------ what is not known
INSERT INTO enforcement_case (id, org_code, subject_id, area_code, filed_on) VALUES (1000, 'bureau', 1, 'A', '2024-01-10');
SELECT results_eq($$SELECT DISTINCT fines, fines_state, fines_ytd, paid, filed_state = 'no_data' FROM ledger_report.case_by_month$$, $$VALUES (NULL::numeric, 'no_data'::varchar, NULL::numeric, NULL::numeric, false)$$,
    'no penalty was entered, nor declared: what is fined is not known');
CALL ledger.entered(ARRAY['enforcement_case'], '2024-12-31', '2024-01-01');
SELECT results_eq($$SELECT DISTINCT fines, paid FROM ledger_report.case_by_month$$, 'VALUES (0::numeric, NULL::numeric)', 'once it is declared, it is nothing');
-- what has a source of its own is known as far as that is, whatever the months are of
UPDATE enforcement_case SET decided_on = '2024-02-01' WHERE id = 1000;
INSERT INTO fine_payment (enforcement_case_id, paid_on, amount, kind) VALUES (1000, '2024-03-05', 5, 'fine');
CALL ledger.entered(ARRAY['fine_payment'], '2024-06-20', '2024-02-01');
SELECT results_eq($$SELECT month, opening, opening_state::text, pending FROM ledger_report.case_by_month WHERE month < 3 ORDER BY 1$$,
    $$VALUES (1, NULL::int, 'no_data', 1), (2, 1, 'no_base', 1)$$, 'what was pending before the first month is not known, which is not nothing');
SELECT results_eq($$SELECT month, paid, paid_previous, paid_state::text, paid_ytd, filed FROM ledger_report.case_by_month WHERE month BETWEEN 1 AND 7 ORDER BY 1$$,
    $$VALUES (1, NULL::numeric, NULL::numeric, 'no_data', NULL::numeric, 1), (2, 0, NULL, 'no_base', NULL, 0), (3, 5, 0, 'no_base', NULL, 0), (4, 0, 5, 'no_base', NULL, 0), (5, 0, 0, 'no_base', NULL, 0),
             (6, NULL, NULL, 'no_data', NULL, 0), (7, NULL, NULL, 'no_data', NULL, 0)$$, 'payments are known from February up to May');
CALL ledger.entered(ARRAY['fine_payment'], '2024-06-30', '2024-01-01');
SELECT results_eq($$SELECT month, paid, paid_ytd FROM ledger_report.case_by_month WHERE month BETWEEN 5 AND 7 ORDER BY 1$$, $$VALUES (5, 0::numeric, 5::numeric), (6, 0, 5), (7, NULL, NULL)$$, 'and up to June, the year to date');
CALL ledger.entered(ARRAY['drill_plan'], '2024-12-31', '2023-01-01');
CALL ledger.entered(ARRAY['drill'], '2024-06-30', '2023-01-01');
SELECT results_eq($$SELECT max(period_start) FILTER (WHERE held = 0), min(period_start) FILTER (WHERE held IS NULL), max(period_start), max(held_state::text) FILTER (WHERE held IS NULL) FROM ledger_report.drill_by_month$$,
    $$VALUES (date '2024-06-01', date '2024-07-01', date '2024-12-01', 'no_data'::text)$$, 'drills held are known up to June, those planned up to December');

-- ------------------------------------------------------------------ a reader of an area
SET client_min_messages = error;
DROP ROLE IF EXISTS flows_reader;
SET client_min_messages = warning;
CREATE ROLE flows_reader;
CALL ledger.grant_reader('flows_reader', 'A');
UPDATE enforcement_case SET status = 'withdrawn', note = 'test';
CALL pg_temp.fill(20);
CALL ledger.entered(ARRAY['inspection', 'hazard', 'remediation', 'enforcement_case', 'fine_payment', 'drill', 'drill_plan'], '2024-12-19', '2023-01-01');
CREATE TEMP TABLE of_a AS
SELECT 'case' AS thing, period_start, filed, pending, filed_ytd, pending_base FROM ledger_report.case_by_month_area WHERE area_code = 'A'
UNION ALL SELECT 'hazard', period_start, found, overdue, found_ytd, overdue_base FROM ledger_report.hazard_by_month_area WHERE area_code = 'A'
UNION ALL SELECT 'inspection', period_start, inspections, NULL, inspections_ytd, NULL FROM ledger_report.inspection_by_month_area WHERE area_code = 'A'
UNION ALL SELECT 'enterprise', period_start, enterprises_distinct, enterprises_distinct_12m, enterprises_distinct_ytd, enterprises_distinct_base FROM ledger_report.inspection_enterprise_by_month_area WHERE area_code = 'A'
UNION ALL SELECT 'remediation', period_start, done, pending, done_ytd, pending_base FROM ledger_report.remediation_by_month_area WHERE area_code = 'A';
CREATE TEMP TABLE for_reader (LIKE of_a);
GRANT INSERT ON for_reader TO flows_reader;
SET ROLE flows_reader;
INSERT INTO for_reader SELECT 'case' AS thing, period_start, filed, pending, filed_ytd, pending_base FROM ledger_report.case_by_month
UNION ALL SELECT 'hazard', period_start, found, overdue, found_ytd, overdue_base FROM ledger_report.hazard_by_month
UNION ALL SELECT 'inspection', period_start, inspections, NULL, inspections_ytd, NULL FROM ledger_report.inspection_by_month
UNION ALL SELECT 'enterprise', period_start, enterprises_distinct, enterprises_distinct_12m, enterprises_distinct_ytd, enterprises_distinct_base FROM ledger_report.inspection_enterprise_by_month
UNION ALL SELECT 'remediation', period_start, done, pending, done_ytd, pending_base FROM ledger_report.remediation_by_month;
RESET ROLE;
SELECT results_eq($$SELECT period_start, opening, filed, decided, closed, pending, fines FROM ledger_report.case_by_month WHERE NOT is_running ORDER BY 1$$,
    $$SELECT lower(m), CASE WHEN lower(m) > '2023-01-01' THEN opening(s)::int END, filed(s)::int, decided(s)::int, closed(s)::int, pending(s)::int, fines(s)
        FROM months('[2023-01-01,2024-12-01)'::daterange) AS m
       CROSS JOIN LATERAL (SELECT case_agg(filed_on, decided_on, closed_on, heaviest::emgov.penalty_kind, fine, m) AS s FROM case_fact WHERE status = 'valid') AS c ORDER BY 1$$, 'cases as case_agg counts them');
SELECT set_eq('TABLE for_reader', 'TABLE of_a', 'what a reader of an area sees of the whole is the area''s');
SELECT cmp_ok((SELECT count(*) FROM for_reader WHERE filed > 0), '>', 20::bigint, 'which is something');
CREATE TEMP TABLE others AS SELECT ''::varchar AS area_code WHERE false;
GRANT INSERT ON others TO flows_reader;
SET ROLE flows_reader;
INSERT INTO others SELECT area_code FROM ledger_report.case_by_month_area WHERE area_code <> 'A';
RESET ROLE;
SELECT is_empty('TABLE others', 'it sees no other area');
CALL ledger.revoke_reader('flows_reader');
DROP OWNED BY flows_reader;
DROP ROLE flows_reader;

-- ------------------------------------------------------------------ a year that begins in April
UPDATE remediation SET status = 'withdrawn', note = 'test';
INSERT INTO remediation (subject_id, campaign_code, listed_on, completed_on, disposition_code) VALUES (1, 'c1', '2024-01-05', '2024-02-10', 'stop'), (1, 'c1', '2024-01-05', '2024-05-10', 'upgrade');
SELECT results_eq($$SELECT month, done, exited, upgraded, done_ytd, pending FROM ledger_report.remediation_by_month WHERE year = 2024 AND month IN (1, 2, 5)$$,
    'VALUES (1, 0, 0, 0, 0, 1), (2, 1, 1, 0, 1, 0), (5, 0, -1, 1, 1, 0)', 'a decision is changed within the year: the exit is taken back');
UPDATE ledger_setting SET year_start = '04-01';
SELECT results_eq($$SELECT month, done, exited, upgraded, done_ytd, pending FROM ledger_report.remediation_by_month WHERE year = 2024 AND month IN (1, 2, 5)$$,
    'VALUES (1, 0, 0, 0, 0, 1), (2, 1, 1, 0, 1, 0), (5, 1, 0, 1, 1, 0)', 'of two years that begin in April, each has its own');
SELECT results_eq($$SELECT month, done_ytd::numeric FROM ledger_report.remediation_by_month_campaign WHERE campaign_code = 'c1' AND (year, month) IN ((2024, 3), (2024, 12)) ORDER BY period_start$$,
    $$SELECT m, (SELECT count(DISTINCT subject_id)::numeric FROM remediation WHERE status = 'valid' AND completed_on >= f AND completed_on < t) FROM (VALUES (3, date '2023-04-01', date '2024-04-01'), (12, '2024-04-01', '2024-12-20')) AS v (m, f, t)$$,
    'and its year to date');
SELECT * FROM finish();
