-- ------------------------------------------------------------------ ledger: the check rules it starts with

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'check_rule', $ddl$
INSERT INTO @ledger@.check_rule (code, severity, left_side, operator, right_side, note_zh, note_en, known_from) VALUES
    ('C01', 'hard', 'F011', '=', 'F012 + F013', '完成整治数应等于退出数加提升数', 'cleared = exited + upgraded', '-infinity'),
    ('C02', 'hard', 'F068 + F069', '=', 'F070', '省定与市定要求之和应等于全部要求', 'requirements of province and city make up all', '-infinity'),
    ('C03', 'hard', 'F041 * F039', '=', '(F039 - F040) * 100', '缩减比例应由两种方式的用时得出', 'the reduction follows from the two means', '-infinity'),
    ('C04', 'hard', 'F052', '<=', 'F051', '重大隐患不多于全部隐患', 'major hazards are hazards', '-infinity'),
    ('C05', 'hard', 'F032', '<=', 'F028', '工矿商贸事故不多于全部事故', 'accidents of the group are accidents', '-infinity'),
    ('C06', 'hard', 'F034', '<=', 'F030', '工矿商贸死亡不多于全部死亡', 'deaths of the group are deaths', '-infinity'),
    ('C07', 'hard', 'F061', '<=', 'F059', '完成审计不多于启动审计', 'audits completed were started', '-infinity'),
    ('C08', 'hard', 'F015', '<=', 'F011', '抽查企业不多于完成整治企业', 'enterprises sampled were cleared', '-infinity'),
    ('C09', 'hard', 'F032.base', '<=', 'F028.base', '上年工矿商贸事故不多于上年全部事故', 'the same a year earlier', '-infinity'),
    ('C10', 'hard', 'F034.base', '<=', 'F030.base', '上年工矿商贸死亡不多于上年全部死亡', 'the same a year earlier', '-infinity'),
    ('C11', 'hard', 'X001', '<=', 'F030', '最大一起事故的死亡不多于全部死亡', 'the largest accident''s deaths are among all', '-infinity'),
    ('C12', 'soft', 'F101', '<=', 'F053', '讨论案件多于立案时，口径或期间可能不同', 'more cases discussed than filed: scope or period may differ', '-infinity'),
    ('C13', 'soft', 'F103', '<=', 'F053', '曝光案例多于立案时，口径可能不同', 'more cases exposed than filed: scope may differ', '-infinity'),
    ('C14', 'soft', 'F008 + F009', '<=', 'F010', '受文单位多于函件份数时请核对', 'more recipients than letters: check', '-infinity'),
    ('C15', 'soft', 'F034 - X001', '>=', 'F032 - 1', '除最大一起外，死亡人数少于事故起数：有事故无人死亡，请核对等级依据',
     'but for the largest, fewer deaths than accidents: some had none, check what they were graded by', '-infinity');
INSERT INTO @ledger@.check_rule (code, severity, source, violation, note_zh, note_en, known_from) VALUES
    ('R01', 'hard', 'sample_check_fact', $$status = 'valid' AND NOT cleared$$, '被抽查企业应在完成整治企业之中', 'a sampled enterprise must have been cleared', '-infinity'),
    ('R02', 'soft', 'accident_fact', $$status = 'valid' AND severity <> 'general' AND deaths < 3$$, '较大及以上事故而死亡不足三人：由重伤或直接经济损失定级，请核对',
     'a larger accident with fewer than three deaths: graded by injuries or loss, check', '-infinity'),
    ('R03', 'hard', 'audit_finding_fact', $$status = 'valid' AND completed_on IS NOT NULL AND found_on > completed_on$$, '审计发现不晚于审计完成', 'a finding is not later than its audit',
     '-infinity'),
    ('R04', 'soft', 'accident_fact', $$status = 'valid' AND missing > 0$$, '有下落不明人员，结果未定', 'persons are missing: the outcome is open', '-infinity'),
    ('R05', 'soft', 'accident_fact', $$status = 'valid' AND deaths_after_window > 0$$, '有计入期限之后的死亡，不计入死亡人数', 'a death after the window is not counted', '-infinity'),
    ('R06', 'soft', 'hazard', $$status = 'valid' AND closed_on IS NULL AND level = 'major' AND rectified_on IS NULL AND deadline IS NULL$$, '重大隐患未定整改期限',
     'a major hazard without a deadline', '-infinity');
$ddl$);
