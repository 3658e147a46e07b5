-- ------------------------------------------------------------------ ledger: the readers' views in Chinese
-- <ledger>_report_zh has each view of <ledger>_report once more, named in Chinese, as are its columns: drivers of
-- spreadsheets pass no comments. The names are what the comments begin with; so the two cannot differ.
-- All of the schema is generated: what else is put there goes when it is made anew.

-- Of what stands in brackets a unit stays, and 去重: what must not be added up.
CREATE FUNCTION emgov_internal.chinese_name(note text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT nullif(left(replace(m[1], ' ', ''), 24) || coalesce('（' || m[2] || '）', ''), '')
      FROM regexp_match(split_part(note, '|', 1), '^([^（，：；。(,:;]*)(?:（(元|万元|%|日|天|工作日|去重)[），])?') AS m
$$;
COMMENT ON FUNCTION emgov_internal.chinese_name(text) IS
    'internal: the name in Chinese that a comment 中文 | English begins with, up to a bracket, comma, colon or semicolon, without spaces, of at most 24 characters, with its unit in brackets; '
    'NULL when there is none';

-- Where two names are the same, or there is none, the English one stands behind: reports are shown whatever a comment says.
CREATE FUNCTION emgov_internal.chinese_names(names text[], notes text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg(CASE WHEN x.zh IS NULL THEN x.name WHEN x.same > 1 THEN left(x.zh, 10) || '_' || left(x.name, 30) ELSE x.zh END ORDER BY x.n)
      FROM (SELECT u.n, u.name, emgov_internal.chinese_name(u.note) AS zh, count(*) OVER (PARTITION BY emgov_internal.chinese_name(u.note)) AS same
              FROM unnest(names, notes) WITH ORDINALITY AS u (name, note, n)) AS x
$$;
COMMENT ON FUNCTION emgov_internal.chinese_names(text[], text[]) IS 'internal: names in Chinese for objects with these names and comments, all different';

-- The words of codes that stand in a view without a column of words beside them. Codes that are none of these, a ledger's own, are shown as they are.
CREATE FUNCTION emgov_internal.code_words() RETURNS TABLE (list text, code text, zh text)
LANGUAGE sql IMMUTABLE ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$ VALUES
    ('state', 'comparable', '可比'), ('state', 'new', '上年同期为零'), ('state', 'none', '两期均为零'), ('state', 'undefined', '无法计算'),
    ('state', 'no_base', '无上年同期数'), ('state', 'no_data', '无数据'), ('state', 'part_period', '数据不满期'),
    ('state', 'part_members', '部分地区未报'), ('state', 'not_comparable', '统计制度不同，不可比'), ('state', 'not_published', '上期未发布'),
    ('state', 'unversioned', '无历史版本'), ('state', 'failed', '计算失败'), ('state', 'known', '已知'), ('scope', 'bureau', '本局'),
    ('scope', 'subordinate', '直属单位'), ('scope', 'city', '全市'), ('scope', 'district', '辖市（区）'), ('scope', 'province', '全省'),
    ('scope', 'national', '全国'), ('coverage', 'declared', '已确认报齐'), ('coverage', 'undeclared', '未确认报齐'), ('comparator', 'year_earlier', '同比'),
    ('comparator', 'previous', '环比'), ('comparator', 'two_years_earlier', '比前年'), ('comparator', 'mean_of_3_years', '与前三年均值相比'),
    ('comparator', 'mean_of_5_years', '与前五年均值相比'), ('cutoff', 'period', '报告期内'), ('cutoff', 'to_date', '期初至期末累计'),
    ('cutoff', 'at_date', '期末时点'), ('base', 'restated', '按现数重算'), ('base', 'first_published', '按首次发布数'),
    ('indicator_kind', 'count', '计数'), ('indicator_kind', 'distinct', '去重计数'), ('indicator_kind', 'sum', '合计'), ('indicator_kind', 'mean', '平均'),
    ('indicator_kind', 'share', '占比'), ('indicator_kind', 'completion', '完成率'), ('indicator_kind', 'planned', '计划数'),
    ('indicator_kind', 'stock', '期末存量'), ('indicator_kind', 'streak', '连续期数'), ('indicator_kind', 'largest', '最大值'),
    ('indicator_kind', 'reported', '上报数'), ('indicator_kind', 'total', '分项合计'), ('indicator_kind', 'ratio', '比值'),
    ('indicator_kind', 'reduction', '下降率'), ('indicator_kind', 'rate', '率'), ('indicator_kind', 'change', '增减'),
    ('claim', 'first_in_province', '全省首次'), ('claim', 'first_in_city', '全市首次'), ('claim', 'first_in_country', '全国首次'),
    ('dimension', 'area', '地区'), ('dimension', 'category', '事故类别'), ('dimension', 'category_group', '事故大类'), ('dimension', 'industry', '行业'),
    ('dimension', 'severity', '事故等级'), ('dimension', 'penalty_kind', '处罚种类'), ('dimension', 'injury_type', '事故类型'),
    ('dimension', 'organisation', '机构'), ('dimension', 'programme', '检查项目'), ('dimension', 'month', '月份'), ('dimension', 'quarter', '季度'),
    ('dimension', 'body', '机构类型'), ('dimension', 'origin', '来源'), ('dimension', 'procedure', '办案程序'), ('dimension', 'case_outcome', '案件结果'),
    ('dimension', 'hazard_level', '隐患等级'), ('dimension', 'coercion', '强制种类'), ('dimension', 'act', '行政行为'),
    ('dimension', 'permit_outcome', '许可决定'), ('dimension', 'challenge_outcome', '审理结果'),
    -- open lists: what the examples and the table's comments name
    ('channel', 'wechat', '微信公众号'), ('channel', 'weibo', '微博'), ('channel', 'website', '门户网站'), ('channel', 'video', '视频号'),
    ('channel', 'tv', '电视'), ('channel', 'radio', '广播'),
    ('channel', 'bus', '公交车载'), ('channel', 'screen', '户外屏'), ('channel', 'newspaper', '报刊'), ('series', 'case_lessons', '以案释法'),
    ('series', 'law_showcase', '法治阵地集锦'), ('series', 'news', '工作动态'), ('material', 'case_leaflet', '以案释法活页'),
    ('material', 'leaflet', '宣传单页'), ('material', 'poster', '海报'), ('material', 'booklet', '手册'), ('goods', 'fireworks', '烟花爆竹'),
    ('goods', 'sky_lanterns', '孔明灯'), ('goods', 'tools', '工具'), ('goods', 'hazardous_chemicals', '危险化学品'), ('window', 'safety_month', '安全生产月'),
    ('window', 'fire_month', '消防宣传月'), ('topic', 'rule_of_law', '法治建设'), ('topic', 'safety', '安全生产'),
    ('permit', 'hazardous_chemicals', '危险化学品'), ('permit', 'fireworks', '烟花爆竹'), ('award', 'livelihood_project', '民生实事项目'),
    ('award', 'excellent_file', '优秀案卷'), ('event', 'roadshow', '巡回宣讲'), ('event', 'main_venue', '主会场活动'), ('event', 'open_day', '开放日'),
    ('event', 'contest', '竞赛'), ('event', 'law_lecture', '法治讲座'), ('event', 'disaster_day', '防灾减灾日活动')
$$;
COMMENT ON FUNCTION emgov_internal.code_words() IS 'internal: what codes are called in Chinese, by lists';

CREATE FUNCTION emgov_internal.code_list(view text, name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN name ~ '(^|_)state(_now)?$' AND view NOT IN ('reporting_state', 'reported_against_counted') THEN 'state'
                WHEN name IN ('scope', 'coverage', 'comparator', 'cutoff', 'base', 'claim', 'dimension', 'channel', 'series', 'material', 'goods', 'topic') THEN name
                WHEN name = 'window_code' THEN 'window'
                WHEN name = 'what_zh' AND view = 'enterprise_file' THEN 'permit'
                WHEN name = 'kind' THEN CASE view WHEN 'indicator_list' THEN 'indicator_kind' WHEN 'permit' THEN 'permit' WHEN 'award' THEN 'award'
                                                  WHEN 'publicity_event' THEN 'event' WHEN 'event_enterprise' THEN 'event' END END
$$;
COMMENT ON FUNCTION emgov_internal.code_list(text, text) IS 'internal: of which list the codes in a column of a readers'' view are that has no column of words beside it; NULL: none';

-- Reasons are said in English; in Chinese those that readers meet. What a reason quotes stays.
CREATE FUNCTION emgov_internal.reason_zh(reason text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    w record;
BEGIN
    FOR w IN VALUES ('its source covers no day of it', '该期间数据来源未报'), ('its series has no value for this period', '该期间无指标值'),
                    ('its source covers (\d+) days of it', '来源仅有其中 \1 天的数据'), ('its source covers (\S+) to ([^ ;]+)', '来源仅有 \1 至 \2 的数据'),
                    ('no data of ([^;]+)', '缺 \1 的数据'),
                    ('its server cannot be reached', '所在服务器无法连接'), ('the server of ([^;]+) cannot be reached', '\1 所在服务器无法连接'),
                    ('nobody has sent it', '无人报送'), ('no day of it was sent by all who sent any', '没有一天是各单位都报送的'), ('sent of (\S+) to ([^ ;]+)', '仅报送 \1 至 \2'),
                    ('sent of different days: by all of (\d+)', '报送期不一，各单位都报送的仅 \1 天'), ('there is no such day a year earlier', '上年没有这一天'),
                    ('records that name no area are not among it: (\d+)', '不含未注明区域的记录\1条'), ('records that name no area are not among it', '不含未注明区域的记录'),
                    ('; what was counted there cannot be told from the rest', '；其中已统计的无法从合计中剔除'),
                    ('nothing to be divided by', '分母为零，无法计算'), ('there is none', '无此类记录'),
                    ('a change from 0, or below 0, has no percentage', '基数不大于零，无增减率'),
                    ('(\S+) was not published', '\1 未发布'), ('sent of (\d+) days of it', '仅报送 \1 天'), ('^base: ', '基数：'),
                    ('counted by regime (.*), and a year earlier by (.*)$', '本期按 \1 制度统计，上年同期按 \2 制度统计，不可比'),
                    ('counted by regime (.*), and its base by (.*)$', '本期按 \1 制度统计，基期按 \2 制度统计，不可比') LOOP
        reason := regexp_replace(reason, w.column1, w.column2, 'g');
    END LOOP;
    RETURN reason;
END
$$;
COMMENT ON FUNCTION emgov_internal.reason_zh(text) IS 'a reason of a figure in Chinese, as the readers'' views in Chinese show it; what is not known stays as it is, NULL is NULL';

CREATE PROCEDURE emgov_internal.make_twins(ledger text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema text := ledger || '_report_zh';
    views oid[];
    names text[];
    columns text[];
    notes text[];
    twins text[];
    twin text;
    body text;
    gone regclass;
BEGIN
    CALL emgov_internal.make_schema(ledger, '_report_zh', format('台账 %1$s 的报表视图，中文名 | what readers of ledger %1$s see, named in Chinese', ledger));
    SELECT array_agg(c.oid ORDER BY c.relname), emgov_internal.chinese_names(array_agg(c.relname::text ORDER BY c.relname), array_agg(obj_description(c.oid, 'pg_class') ORDER BY c.relname))
      INTO views, names
      FROM pg_class AS c JOIN emgov.ledger_part AS p ON p.kind = 'view' AND p.name = c.relname
     WHERE c.relnamespace = quote_ident(ledger || '_report')::regnamespace AND c.relkind = 'v';
    FOR gone IN SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = quote_ident(schema)::regnamespace AND c.relkind = 'v' AND c.relname::text <> ALL (names) LOOP
        BEGIN
            EXECUTE format('DROP VIEW %s', gone);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE WARNING USING MESSAGE = format('view %s is none of the ledger''s any more, and stays: other views read it', gone), DETAIL = SQLERRM,
                HINT = 'Drop those, and CALL emgov.upgrade_ledger() again.';
        END;
    END LOOP;
    FOR i IN 1 .. coalesce(cardinality(views), 0) LOOP
        SELECT array_agg(a.attname::text ORDER BY a.attnum), array_agg(col_description(a.attrelid, a.attnum) ORDER BY a.attnum) INTO columns, notes
          FROM pg_attribute AS a WHERE a.attrelid = views[i] AND a.attnum > 0 AND NOT a.attisdropped;
        twins := emgov_internal.chinese_names(columns, notes);
        twin := format('%I.%I', schema, names[i]);
        body := (SELECT format('SELECT %s FROM %s AS v',
                               string_agg(format(CASE WHEN w.words IS NOT NULL THEN '(CASE v.%1$I%3$s ELSE v.%1$I END)::%4$s AS %2$I'
                                                      WHEN c.name = 'reason' THEN '(emgov_internal.reason_zh(v.%1$I))::%4$s AS %2$I' ELSE 'v.%1$I AS %2$I' END,
                                                 c.name, c.zh, w.words, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY c.n), views[i]::regclass)
                   FROM unnest(columns, twins) WITH ORDINALITY AS c (name, zh, n)
                   JOIN pg_attribute AS a ON a.attrelid = views[i] AND a.attname = c.name
                   -- in words where no other column has them
                  CROSS JOIN LATERAL (SELECT emgov_internal.code_list((SELECT k.relname FROM pg_class AS k WHERE k.oid = views[i]), c.name) AS name OFFSET 0) AS l
                   LEFT JOIN (SELECT w.list, string_agg(format(' WHEN %L THEN %L', w.code, w.zh), '') AS words FROM emgov_internal.code_words() AS w GROUP BY w.list) AS w
                     ON w.list = l.name);
        BEGIN
            CALL emgov_internal.replace_view(schema, names[i], body, 'WITH (security_barrier)');
        EXCEPTION WHEN dependent_objects_still_exist OR wrong_object_type THEN
            RAISE WARNING USING MESSAGE = format('view %s cannot be made anew, and stays as it is', twin), DETAIL = SQLERRM,
                HINT = 'Drop what reads it, and CALL emgov.upgrade_ledger() again.';
            CONTINUE;
        END;
        PERFORM emgov_internal.set_comment('VIEW', twin, obj_description(views[i], 'pg_class'));
        PERFORM emgov_internal.comment_columns(twin, twins, notes);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_twins(text) IS 'internal: the readers'' views of a ledger once more, with their names and those of their columns in Chinese, from their comments';
