-- ------------------------------------------------------------------ ledger: accidents by month
-- What comes from the casualties is not known as long as none was entered there, nor declared: it is not 0.

CALL emgov_internal.define_summary('accident', '事故 | accidents', 'accident.occurred_on',
    $sql$SELECT a.occurred_on AS day, a.area_code, a.category_code, a.severity, a.industry, 1 AS accidents, a.deaths, a.serious_injuries, a.direct_loss
           FROM @ledger@.accident_fact a WHERE a.status = 'valid'$sql$,
    '{area,category,severity,industry}',
    $json$[{"name": "accidents", "note": "事故起数 | accidents", "p": true},
           {"name": "deaths", "note": "死亡人数 | deaths",
            "known": "EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)"},
           {"name": "serious_injuries", "note": "重伤人数 | serious injuries",
            "known": "EXISTS (SELECT FROM @ledger@.casualty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'accident' AND d.active)"},
           {"name": "direct_loss", "note": "直接经济损失（元） | direct loss in yuan", "money": true}]$json$);
