-- ------------------------------------------------------------------ ledger: dimensions of the records of enforcement
-- Members are the values that a column allows; tests/pgtap/ledger_enforcement.sql holds the one against the other.

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'dimension of enforcement', $ddl$
INSERT INTO @ledger@.dimension (code, ordinal, name_zh, name_en, unit_zh, unit_en, column_name, known_from)
SELECT v.*, '-infinity'::timestamptz FROM (VALUES
    ('body', 21, '机构类型', 'kind of body', '类机构', 'kinds of bodies', 'org_kind'),
    ('origin', 22, '来源', 'origin', '种来源', 'origins', 'origin'),
    ('procedure', 23, '办案程序', 'procedure', '种程序', 'procedures', 'procedure'),
    ('case_outcome', 24, '案件结果', 'outcome of a case', '种结果', 'outcomes', NULL),
    ('hazard_level', 25, '隐患等级', 'level of a hazard', '个等级', 'levels', NULL),
    ('coercion', 26, '强制种类', 'kind of coercion', '种强制', 'kinds', NULL),
    ('act', 27, '行政行为', 'kind of act', '种行为', 'kinds', NULL),
    ('permit_outcome', 28, '许可结果', 'outcome of an application', '种结果', 'outcomes', NULL),
    ('challenge_outcome', 29, '复议诉讼结果', 'outcome of a challenge', '种结果', 'outcomes', NULL)) AS v;
INSERT INTO @ledger@.dimension_source (dimension, source, column_name, known_from) VALUES
    ('penalty_kind', 'penalty_fact', 'kind_code', '-infinity'),
    ('case_outcome', 'case_fact', 'outcome', '-infinity'),
    ('hazard_level', 'hazard', 'level', '-infinity'), ('hazard_level', 'hazard_fact', 'level', '-infinity'),
    ('hazard_level', 'hazard_of_area', 'level', '-infinity'),
    ('coercion', 'coercive_measure', 'kind', '-infinity'), ('coercion', 'coercive_measure_fact', 'kind', '-infinity'),
    ('act', 'administrative_act', 'kind', '-infinity'),
    ('permit_outcome', 'permit_fact', 'outcome', '-infinity'),
    ('challenge_outcome', 'legal_challenge_fact', 'outcome', '-infinity');
INSERT INTO @ledger@.dimension_member (dimension, code, ordinal, name_zh, name_en, known_from)
SELECT v.dimension, v.code, row_number() OVER (), v.name_zh, v.name_en, '-infinity' FROM (VALUES
    ('body', 'bureau', '本局', 'the bureau'), ('body', 'department', '部门', 'departments'),
    ('body', 'subordinate', '直属单位', 'subordinate units'), ('body', 'area_body', '区域机构', 'bodies of areas'),
    ('body', 'delegate', '受委托街镇', 'delegates'), ('body', 'court', '法院', 'courts'), ('body', 'media', '媒体', 'media'),
    ('body', 'other', '其他机构', 'others'),
    ('origin', 'plan', '计划', 'plan'), ('origin', 'inspection', '监督检查', 'inspections'), ('origin', 'complaint', '投诉举报', 'complaints'),
    ('origin', 'assigned', '上级交办', 'orders from above'), ('origin', 'transferred', '移送', 'transfers'),
    ('origin', 'accident', '事故', 'accidents'), ('origin', 'other', '其他来源', 'others'),
    ('procedure', 'simple', '简易程序', 'simple'), ('procedure', 'ordinary', '普通程序', 'ordinary'),
    ('procedure', 'hearing', '听证程序', 'with a hearing'),
    ('case_outcome', 'penalty', '处罚', 'penalty'), ('case_outcome', 'no_penalty', '不予处罚', 'no penalty'),
    ('case_outcome', 'first_offence', '首违不罚', 'first offence spared'), ('case_outcome', 'withdrawn', '撤案', 'withdrawn'),
    ('case_outcome', 'transferred', '移送', 'transferred'),
    ('hazard_level', 'general', '一般隐患', 'general'), ('hazard_level', 'major', '重大隐患', 'major'),
    ('coercion', 'seal', '查封', 'sealed'), ('coercion', 'seize', '扣押', 'seized'), ('coercion', 'freeze', '冻结', 'frozen'),
    ('coercion', 'other_measure', '其他强制措施', 'other measures'), ('coercion', 'surcharge', '加处罚款或者滞纳金', 'surcharges'),
    ('coercion', 'transfer', '划拨', 'transfers of deposits'), ('coercion', 'auction', '拍卖或者处理', 'auctions or disposal'),
    ('coercion', 'removal', '排除妨碍、恢复原状', 'removal'), ('coercion', 'substitute', '代履行', 'performance by another'),
    ('coercion', 'other_execution', '其他强制执行', 'other execution'),
    ('coercion', 'court', '申请法院强制执行', 'applications to a court'),
    ('act', 'levy', '行政征收', 'levies'), ('act', 'ruling', '行政裁决', 'rulings'), ('act', 'confirmation', '行政确认', 'confirmations'),
    ('act', 'reward', '行政奖励', 'rewards'), ('act', 'payment', '行政给付', 'payments'), ('act', 'other', '其他行政行为', 'others'),
    ('permit_outcome', 'granted', '准予许可', 'granted'), ('permit_outcome', 'refused', '不予许可', 'refused'),
    ('permit_outcome', 'rejected', '不予受理', 'rejected'), ('permit_outcome', 'withdrawn', '申请人撤回', 'withdrawn'),
    ('challenge_outcome', 'upheld', '维持或者驳回请求', 'upheld'), ('challenge_outcome', 'dismissed', '驳回申请或者起诉', 'dismissed'),
    ('challenge_outcome', 'revoked', '撤销', 'revoked'), ('challenge_outcome', 'changed', '变更', 'changed'),
    ('challenge_outcome', 'unlawful', '确认违法或者无效', 'found unlawful'), ('challenge_outcome', 'ordered', '责令履行', 'ordered to act'),
    ('challenge_outcome', 'withdrawn', '撤回、终止', 'withdrawn'), ('challenge_outcome', 'mediated', '调解', 'mediated'),
    ('challenge_outcome', 'other', '其他结果', 'others')) AS v (dimension, code, name_zh, name_en);
$ddl$);
