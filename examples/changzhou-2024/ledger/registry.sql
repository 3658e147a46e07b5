-- Organisations and subjects, all of them registered before 2023.
INSERT INTO organisation (code, name_zh, kind, scope, area_code)
SELECT 'department_' || i, name, 'department', 'city', '320400'
  FROM unnest(ARRAY['市教育局', '市工业和信息化局', '市公安局', '市民政局', '市自然资源和规划局', '市生态环境局', '市住房和城乡建设局',
                    '市城市管理局', '市交通运输局', '市水利局', '市农业农村局', '市商务局', '市文化广电和旅游局', '市卫生健康委员会',
                    '市市场监督管理局', '市体育局', '市消防救援支队', '市财政局', '市司法局']) WITH ORDINALITY AS departments (name, i);
INSERT INTO organisation (code, name_zh, kind, scope, area_code)
SELECT 'bureau_' || code, name_zh || '应急管理局', 'area_body', 'district', code
  FROM area WHERE is_block;

-- 1 to 19000: enterprises, every ninth an individual business
INSERT INTO subject (id, kind, uscc, name, area_code, industry_division)
SELECT i, 'enterprise',
       pg_temp.credit_code(CASE WHEN i % 9 = 0 THEN '92' ELSE '91' END,
                           CASE WHEN pg_temp.area(i) = 'CZEDZ' THEN '320412' ELSE pg_temp.area(i) END, i),
       format('示例%s%s', (ARRAY['化工', '机械', '木业', '纺织', '金属', '电子', '塑料', '家具', '商贸', '建材'])[1 + i % 10],
                          to_char(i, 'FM00000') || CASE WHEN i % 9 = 0 THEN '号个体户' ELSE '有限公司' END),
       pg_temp.area(i), (ARRAY[26, 34, 20, 17, 33, 39, 29, 21, 51, 30])[1 + i % 10]
  FROM generate_series(1, 19000) AS i;
-- 20001 to 20420: village collectives, whose codes begin with N
INSERT INTO subject (id, kind, uscc, name, area_code)
SELECT 20000 + i, 'unit', pg_temp.credit_code('N2', '320412', 20000 + i), format('示例%s村股份经济合作社', to_char(i, 'FM000')), pg_temp.area(i)
  FROM generate_series(1, 420) AS i;
-- 30001 to 33000: persons who answer for an enterprise; 40001 to 40271: persons who let a building
INSERT INTO subject (id, kind, person_key, name, area_code)
SELECT i, 'person', 'P' || i, CASE WHEN i < 40000 THEN '负责人' ELSE '出租人' END || i, pg_temp.area(i)
  FROM (SELECT generate_series(30001, 33000) UNION ALL SELECT generate_series(40001, 40271)) AS persons (i);
