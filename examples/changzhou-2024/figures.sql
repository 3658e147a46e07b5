-- The headline figures, counted from the records up to the day of the report.
SET search_path = changzhou, public, emgov;

SELECT phrase(remediation_agg(outcome)) AS "点状企业出清" FROM remediation;

SELECT phrase(accidents(x), '起') AS "事故起数", phrase(deaths(x), '人') AS "死亡人数",
       phrase(accidents(i), '起') AS "工矿商贸事故", phrase(deaths(i), '人') AS "工矿商贸死亡",
       current_value(larger(x)) AS "较大事故"
FROM (SELECT accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19')) AS x,
             accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19'))
                 FILTER (WHERE industrial) AS i
      FROM accident) AS accidents
\gx

SELECT name AS "指标", c AS "本期/同期", round(p_value(c)::numeric, 2) AS p,
       CASE WHEN distinguishable(c) THEN '可区分' ELSE '与偶然波动无法区分' END AS "结论"
FROM (SELECT accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19')) AS x,
             accident_yoy_agg(deaths, serious_injuries, direct_loss, occurred_on, ytd('2024-12-19'))
                 FILTER (WHERE industrial) AS i
      FROM accident) AS accidents,
     LATERAL (VALUES ('事故', accidents(x)), ('死亡', deaths(x)), ('工矿商贸事故', accidents(i)), ('工矿商贸死亡', deaths(i))) AS v(name, c);

SELECT (SELECT count(DISTINCT enterprise) FROM inspection WHERE inspected_on <@ ytd('2024-12-19')) AS "检查企业",
       documents(s) AS "执法文书", hazards(s) AS "问题隐患", major_hazards(s) AS "重大事故隐患",
       (SELECT filed(case_agg(filed_on, decided_on, closed_on, penalty, fine, ytd('2024-12-19'))) FROM enforcement_case) AS "立案查处"
FROM (SELECT inspection_agg(documents, hazards, major_hazards, rectified)
             FILTER (WHERE inspected_on <@ ytd('2024-12-19')) AS s FROM inspection) AS inspections;
