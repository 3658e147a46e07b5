-- ------------------------------------------------------------------ ledger: reference rows
-- Rows a new ledger starts with. They are the user's from then on, to correct and to add
-- to. They are known "since ever" (-infinity): a figure as of any moment may use them.
-- `source` says where a row was read; what was only inferred says so.

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'organisation', $ddl$
INSERT INTO @ledger@.organisation (code, name_zh, name_en, kind, scope, known_from) VALUES
    ('bureau', '市应急管理局', 'the municipal emergency management bureau', 'bureau', 'bureau', '-infinity'),
    ('subordinate', '直属单位', 'subordinate units of the bureau', 'subordinate', 'subordinate', '-infinity');
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'industry', $ddl$
INSERT INTO @ledger@.industry (edition, section, name_zh, name_en, first_division, last_division, verified, known_from)
SELECT 2017, section, name_zh, name_en, first_division, last_division, section <= 'C', '-infinity'
  FROM (VALUES
    ('A', '农、林、牧、渔业', 'agriculture, forestry, animal husbandry and fishery', 1, 5), ('B', '采矿业', 'mining', 6, 12),
    ('C', '制造业', 'manufacturing', 13, 43),
    ('D', '电力、热力、燃气及水生产和供应业', 'production and supply of electricity, heat, gas and water', 44, 46),
    ('E', '建筑业', 'construction', 47, 50), ('F', '批发和零售业', 'wholesale and retail trades', 51, 52),
    ('G', '交通运输、仓储和邮政业', 'transport, storage and post', 53, 60), ('H', '住宿和餐饮业', 'hotels and catering', 61, 62),
    ('I', '信息传输、软件和信息技术服务业', 'information transmission, software and information technology', 63, 65),
    ('J', '金融业', 'finance', 66, 69), ('K', '房地产业', 'real estate', 70, 70),
    ('L', '租赁和商务服务业', 'leasing and business services', 71, 72),
    ('M', '科学研究和技术服务业', 'scientific research and technical services', 73, 75),
    ('N', '水利、环境和公共设施管理业', 'water conservancy, environment and public facilities', 76, 79),
    ('O', '居民服务、修理和其他服务业', 'services to households, repair and other services', 80, 82),
    ('P', '教育', 'education', 83, 83), ('Q', '卫生和社会工作', 'health and social service', 84, 85),
    ('R', '文化、体育和娱乐业', 'culture, sports and entertainment', 86, 90),
    ('S', '公共管理、社会保障和社会组织', 'public management, social security and social organisations', 91, 96),
    ('T', '国际组织', 'international organisations', 97, 97)) AS v (section, name_zh, name_en, first_division, last_division);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'accident_category', $ddl$
INSERT INTO @ledger@.accident_category (code, parent_code, name_zh, name_en, ordinal, window_days, source, known_from) VALUES
    ('industry_commerce', NULL, '工矿商贸', 'industry, mining and commerce', 1, 30, '生产安全事故统计调查制度', '-infinity'),
    ('road', NULL, '道路运输', 'road transport', 2, 7, '国务院令第493号第十三条', '-infinity'),
    ('water', NULL, '水上交通', 'waterway transport', 3, 30, '生产安全事故统计调查制度', '-infinity'),
    ('railway', NULL, '铁路运输', 'railway transport', 4, 30, '生产安全事故统计调查制度', '-infinity'),
    ('aviation', NULL, '航空运输', 'air transport', 5, 30, '生产安全事故统计调查制度', '-infinity'),
    ('farm_machinery', NULL, '农业机械', 'farm machinery', 6, 30, '生产安全事故统计调查制度', '-infinity'),
    ('fishing', NULL, '渔业船舶', 'fishing vessels', 7, 30, '生产安全事故统计调查制度', '-infinity'),
    ('fire', NULL, '生产经营性火灾', 'fires in production and business', 8, 7, '国务院令第493号第十三条', '-infinity'),
    ('other', NULL, '其他', 'other', 9, 30, '生产安全事故统计调查制度', '-infinity'),
    ('coal', 'industry_commerce', '煤矿', 'coal mines', 10, 30, '生产安全事故统计调查制度', '-infinity'),
    ('mine', 'industry_commerce', '金属非金属矿山', 'metal and non-metal mines', 11, 30, '生产安全事故统计调查制度', '-infinity'),
    ('chemical', 'industry_commerce', '化工和危险化学品', 'chemical industry and hazardous chemicals', 12, 30, '生产安全事故统计调查制度', '-infinity'),
    ('fireworks', 'industry_commerce', '烟花爆竹', 'fireworks', 13, 30, '生产安全事故统计调查制度', '-infinity'),
    ('construction', 'industry_commerce', '建筑业', 'construction', 14, 30, '生产安全事故统计调查制度', '-infinity'),
    ('industry_trade', 'industry_commerce', '工贸行业', 'industry and trade', 15, 30, '生产安全事故统计调查制度', '-infinity'),
    ('other_commerce', 'industry_commerce', '工矿商贸其他', 'other industry, mining and commerce', 16, 30, '生产安全事故统计调查制度', '-infinity');
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'injury_type', $ddl$
INSERT INTO @ledger@.injury_type (code, name_zh, name_en, known_from)
SELECT code, name_zh, name_en, '-infinity'
  FROM (VALUES
    ('01', '物体打击', 'struck by an object'), ('02', '车辆伤害', 'vehicle'), ('03', '机械伤害', 'machinery'),
    ('04', '起重伤害', 'lifting'), ('05', '触电', 'electric shock'), ('06', '淹溺', 'drowning'), ('07', '灼烫', 'burns'),
    ('08', '火灾', 'fire'), ('09', '高处坠落', 'fall from height'), ('10', '坍塌', 'collapse'),
    ('11', '冒顶片帮', 'roof fall and rib spalling'), ('12', '透水', 'water inrush'), ('13', '放炮', 'blasting'),
    ('14', '火药爆炸', 'explosion of explosives'), ('15', '瓦斯爆炸', 'gas explosion'), ('16', '锅炉爆炸', 'boiler explosion'),
    ('17', '容器爆炸', 'vessel explosion'), ('18', '其他爆炸', 'other explosions'), ('19', '中毒和窒息', 'poisoning and asphyxiation'),
    ('20', '其他伤害', 'other injuries')) AS v (code, name_zh, name_en);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'penalty_kind', $ddl$
INSERT INTO @ledger@.penalty_kind (code, name_zh, name_en, weight, source, known_from)
SELECT e.kind::text, emgov.label(e.kind),
       CASE e.kind WHEN 'warning' THEN 'warnings' WHEN 'fine' THEN 'fines' WHEN 'suspension' THEN 'suspension of permits' WHEN 'downgrade' THEN 'lowering of grade'
                   WHEN 'shutdown' THEN 'orders to stop production' ELSE e.kind::text END,
       e.n, '行政处罚法第九条；年度行政执法数据表', '-infinity'
  FROM unnest(enum_range(NULL::emgov.penalty_kind)) WITH ORDINALITY AS e (kind, n);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'time_limit', $ddl$
INSERT INTO @ledger@.time_limit (code, name_zh, name_en, days, day_unit, counted_from, statute, article, known_from)
SELECT v.*, '-infinity'::timestamptz FROM (VALUES
    ('preserved_evidence', '先行登记保存的证据作出处理', 'dispose of evidence registered for preservation', 7, 'working',
        '登记保存', '行政处罚法（2021）', '第五十六条、第八十五条'),
    ('hearing_request', '当事人要求听证', 'the party asks for a hearing', 5, 'working', '被告知', '行政处罚法（2021）', '第六十四条、第八十五条'),
    ('hearing_notice', '举行听证前通知', 'notice before a hearing', 7, 'working', '举行听证', '行政处罚法（2021）', '第六十四条、第八十五条'),
    ('penalty_decision', '作出行政处罚决定', 'decide a penalty', 90, 'calendar', '立案', '行政处罚法（2021）', '第六十条'),
    ('penalty_service', '送达行政处罚决定书', 'serve the decision', 7, 'working', '宣告', '行政处罚法（2021）', '第六十一条、第八十五条'),
    ('penalty_publicity', '公开安全生产行政处罚信息', 'publish a safety penalty', 7, 'working', '决定', '安全生产法（2021）', '第七十八条'),
    ('fine_payment', '缴纳罚款', 'pay the fine', 15, 'calendar', '收到决定书', '行政处罚法（2021）', '第六十七条'),
    ('seizure', '查封、扣押', 'seal or seize', 30, 'calendar', '查封、扣押', '行政强制法（2011）', '第二十五条'),
    ('enforcement_reminder', '催告后申请强制执行', 'apply for enforcement after the reminder', 10, 'working',
        '催告书送达', '行政强制法（2011）', '第五十四条、第六十九条'),
    ('review_request', '申请行政复议', 'ask for reconsideration', 60, 'calendar', '知道该行为', '行政复议法（2023）', '第二十条'),
    ('review_decision', '作出行政复议决定', 'decide the reconsideration', 60, 'calendar', '受理', '行政复议法（2023）', '第六十二条'),
    ('review_lawsuit', '不服复议决定起诉', 'sue after the reconsideration', 15, 'calendar', '收到复议决定书', '行政诉讼法（2017）', '第四十五条'),
    ('accident_report', '提交事故调查报告', 'report of an accident investigation', 60, 'calendar', '事故发生', '国务院令第493号', '第二十九条'),
    ('accident_reply', '批复事故调查报告', 'reply to the report', 15, 'calendar', '收到报告', '国务院令第493号', '第三十二条'),
    ('accident_reply_grave', '批复特别重大事故调查报告', 'reply to the report of an extraordinary accident', 30, 'calendar', '收到报告', '国务院令第493号', '第三十二条'),
    ('information_publicity', '主动公开政府信息', 'publish government information', 20, 'working', '形成或变更', '政府信息公开条例（2019）', '第二十六条')) AS v;
$ddl$);

