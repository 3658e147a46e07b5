-- What the four registers of this folder are reported by: indicators of the ledger's records, and a report of each.
CREATE TABLE public.factory (number text, name text NOT NULL, state text, closed_on date);
COMMENT ON TABLE public.factory IS 'factories of the Taiwanese register, with the day on which they closed';
INSERT INTO ledger.indicator (code, name_zh, name_en, kind, source, date_column, measure, filter, scope, cutoff, unit, decimals, comparator, definition_zh) VALUES
    ('OSHA1', '事故起数', 'accidents', 'count', 'accident_fact', 'occurred_on', NULL, $$status = 'valid'$$, 'city', 'period', '起', 0, 'year_earlier', '调查的工作场所事故'),
    ('OSHA2', '死亡人数', 'deaths', 'count', 'casualty', 'outcome_on', NULL, $$outcome = 'dead' AND status = 'valid'$$, 'city', 'period', '人', 0, 'year_earlier', '事故中死亡的人'),
    ('MADEP1', '处罚起数', 'actions', 'count', 'case_fact', 'decided_on', NULL, $$status = 'valid'$$, 'city', 'period', '起', 0, 'year_earlier', '环境执法案件'),
    ('MADEP2', '罚款金额', 'fines', 'sum', 'case_fact', 'decided_on', 'fine', $$status = 'valid'$$, 'city', 'period', '元', 2, 'year_earlier', '案件的罚款'),
    ('JP1', '公开案件数', 'cases published', 'count', 'case_fact', 'filed_on', NULL, $$status = 'valid' AND decided_on IS NULL$$, 'city', 'period', '件', 0, 'year_earlier', '首次公开的违反劳动法令案件'),
    ('TW1', '歇业工厂数', 'factories closed', 'count', 'public.factory', 'closed_on', NULL, NULL, 'city', 'period', '家', 0, 'year_earlier', '核准歇业的工厂');
INSERT INTO ledger.report (code, title_zh, title_en, lang, period_kind) VALUES
    ('osha', '工作场所事故', 'Workplace accidents', 'zh', 'year'), ('madep', '环境执法', 'Environmental enforcement', 'zh', 'year'),
    ('japan', '劳动法令违反公开案件', 'Labour law cases', 'zh', 'year'), ('taiwan', '工厂歇业', 'Factories closed', 'zh', 'year');
INSERT INTO ledger.report_section (report, section, heading) SELECT code, 1, '{year}年' || title_zh FROM ledger.report WHERE code IN ('osha', 'madep', 'japan', 'taiwan');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES
    ('osha', 1, 1, '{year}年，发生事故{OSHA1.phrase}；死亡{OSHA2.phrase}。'),
    ('madep', 1, 1, '{year}年，处罚{MADEP1.phrase}，罚款{MADEP2.phrase}。'),
    ('japan', 1, 1, '{year}年，公开案件{JP1.phrase}。'),
    ('taiwan', 1, 1, '{year}年，歇业工厂{TW1.phrase}。');
