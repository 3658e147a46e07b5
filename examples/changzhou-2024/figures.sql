-- The headline figures, from the summaries over the ledger's records.
SET search_path = ledger, public, emgov;

SELECT phrase(remediation_agg(outcome::remediation_outcome)) AS "点状企业出清"
FROM remediation_fact
WHERE campaign_code = 'point_clearance' AND status = 'valid' AND completed_on <@ ytd('2024-12-19')
  AND (superseded_on IS NULL OR superseded_on > '2024-12-19');

SELECT phrase(accidents(x), '起') AS "事故起数", phrase(deaths(x), '人') AS "死亡人数",
       phrase(accidents(i), '起') AS "工矿商贸事故", phrase(deaths(i), '人') AS "工矿商贸死亡",
       current_value(larger(x)) AS "较大事故"
FROM (SELECT accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19')) AS x,
             accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19'))
                 FILTER (WHERE category_group = 'industry_commerce') AS i
      FROM accident_fact WHERE status = 'valid') AS accidents
\gx

SELECT name AS "指标", c AS "本期/同期", round(p_value(c)::numeric, 2) AS p,
       CASE WHEN distinguishable(c) THEN '可区分' ELSE '与偶然波动无法区分' END AS "结论"
FROM (SELECT accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19')) AS x,
             accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19'))
                 FILTER (WHERE category_group = 'industry_commerce') AS i
      FROM accident_fact WHERE status = 'valid') AS accidents,
     LATERAL (VALUES ('事故', accidents(x)), ('死亡', deaths(x)), ('工矿商贸事故', accidents(i)), ('工矿商贸死亡', deaths(i))) AS v(name, c);

SELECT count(DISTINCT subject_id) AS "检查企业", inspections(inspection_agg(documents, hazards, major, rectified)) AS "检查次数",
       (SELECT count(*) FROM document WHERE programme_code = 'bureau_plan' AND status = 'valid' AND issued_on <@ ytd('2024-12-19')) AS "执法文书",
       hazards(inspection_agg(documents, hazards, major, rectified)) AS "问题隐患",
       major_hazards(inspection_agg(documents, hazards, major, rectified)) AS "重大事故隐患",
       (SELECT filed(case_agg(filed_on, decided_on, closed_on, heaviest::emgov.penalty_kind, fine, ytd('2024-12-19')))
          FROM case_fact WHERE org_code = 'bureau' AND status = 'valid') AS "立案查处"
FROM (SELECT i.subject_id, h.*, (SELECT count(*)::int FROM document AS d WHERE d.inspection_id = i.id AND d.status = 'valid') AS documents
      FROM inspection AS i,
           LATERAL (SELECT count(*)::int AS hazards, (count(*) FILTER (WHERE level = 'major'))::int AS major, count(rectified_on)::int AS rectified
                    FROM hazard WHERE inspection_id = i.id AND status = 'valid') AS h
      WHERE i.programme_code = 'bureau_plan' AND i.status = 'valid' AND i.inspected_on <@ ytd('2024-12-19')) AS visits;
