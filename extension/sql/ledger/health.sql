-- ------------------------------------------------------------------ ledger: is it well
-- One row a finding: what was looked at (publication, coverage, rollup, planner, job, server, standby, replication, past, chain, disk), which of them,
-- ok, warn or fail, the number behind it, and a sentence. What fails needs somebody; what warns is late.

CREATE FUNCTION emgov_internal.health(ledger regnamespace, lang text) RETURNS TABLE (what text, object text, state text, value numeric, unit text, detail text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    today date := emgov_internal.day(ledger, NULL);
    zh boolean := emgov_internal.language(ledger, lang) = 'zh';
BEGIN
    -- of each report, whether its last period is published
    RETURN QUERY EXECUTE format($sql$
        SELECT 'publication', r.code, CASE WHEN p.id IS NULL OR NOT x.is_there THEN 'warn' ELSE 'ok' END, round(extract(epoch FROM clock_timestamp() - p.published_at)),
               CASE WHEN p.id IS NOT NULL THEN 'seconds' END,
               CASE WHEN p.id IS NULL THEN CASE WHEN $3 THEN '从未发布' ELSE 'never published' END
                    WHEN NOT x.is_there THEN
                        format(CASE WHEN $3 THEN '%%s 尚未发布，最近一次发布于 %%s' ELSE '%%s is not published; the last publication was on %%s' END,
                               emgov.period_name(d.period, lang => CASE WHEN $3 THEN 'zh' ELSE 'en' END, year_start => emgov_internal.year_start($1)), p.published_at::date)
                    ELSE format(CASE WHEN $3 THEN '最近一次发布于 %%s，编号 %%s' ELSE 'last published on %%s, as publication %%s' END, p.published_at::date, p.id) END
          FROM ONLY %1$s.report AS r CROSS JOIN LATERAL emgov_internal.last_period($1, r.code, $2) AS d (period)
          LEFT JOIN LATERAL (SELECT q.id, q.published_at FROM ONLY %1$s.publication AS q WHERE q.report = r.code ORDER BY q.id DESC LIMIT 1) AS p ON true
         CROSS JOIN LATERAL (SELECT d.period IS NULL OR EXISTS (
                SELECT FROM ONLY %1$s.publication AS q WHERE q.report = r.code AND q.starts_on = lower(d.period) AND q.ends_on = upper(d.period))) AS x (is_there)
         WHERE r.active ORDER BY r.code COLLATE "C" $sql$, ledger) USING ledger, today, zh;

    -- a month is to be entered by a day of the next one
    RETURN QUERY EXECUTE format($sql$
        SELECT 'coverage', concat_ws(' ', c.source, c.area_code), CASE WHEN c.through < d.through THEN 'warn' ELSE 'ok' END, greatest(d.through - c.through, 0)::numeric, 'days',
               format(CASE WHEN $2 THEN '已填报至 %%s，应至 %%s' ELSE 'entered through %%s, due through %%s' END, c.through, d.through)
          FROM ONLY %1$s.coverage_declaration AS c CROSS JOIN ONLY %1$s.ledger_setting AS s
         CROSS JOIN LATERAL (SELECT date_trunc('month', ($1 - s.report_due_day + 1)::timestamp)::date - 1) AS d (through)
         WHERE c.active ORDER BY c.source COLLATE "C", c.area_code COLLATE "C" NULLS FIRST $sql$, ledger) USING today, zh;

    RETURN QUERY
        SELECT 'rollup', r.rollup::text, CASE WHEN NOT r.follows OR r.last_verification_differences > 0 THEN 'fail' WHEN r.deltas_waiting > 1000000 THEN 'warn' ELSE 'ok' END,
               r.deltas_waiting::numeric, CASE WHEN r.deltas_waiting IS NOT NULL THEN 'rows' END,
               CASE WHEN NOT r.follows THEN
                        format(CASE WHEN zh THEN '不再跟随来源表：CALL emgov.rebuild_rollup(%L)' ELSE 'does not follow its table: CALL emgov.rebuild_rollup(%L)' END, r.rollup)
                    WHEN r.last_verification_differences > 0 THEN format(CASE WHEN zh THEN '核验发现 %s 行不符：CALL emgov.rebuild_rollup(%L)'
                                                                              ELSE 'differed in %s rows when it was verified: CALL emgov.rebuild_rollup(%L)' END,
                                                                              r.last_verification_differences, r.rollup)
                    ELSE format(CASE WHEN zh THEN '待归并变更 %s 条' ELSE '%s changes wait to be folded' END, coalesce(r.deltas_waiting::text, '?')) END
          FROM emgov.rollups AS r WHERE r.rollup IN (SELECT emgov_internal.ledger_rollups(health.ledger)) ORDER BY r.rollup::text COLLATE "C";

    -- queries are answered from rollups in sessions that have loaded the library
    RETURN QUERY
        SELECT 'planner', NULL, CASE WHEN p.is_there AND current_setting('emgov.rewrite') <> 'off' OR NOT EXISTS (SELECT FROM emgov.rollup) THEN 'ok' ELSE 'warn' END,
               NULL::numeric, NULL,
               CASE WHEN NOT p.is_there
                    THEN format(CASE WHEN zh THEN '会话不会自动用汇总表回答查询；超级用户执行一次即可：%s'
                                     ELSE 'sessions do not answer queries from rollups; a superuser has them do so: %s' END,
                                format('ALTER DATABASE %I SET session_preload_libraries = ''emgov''', current_database()))
                    WHEN current_setting('emgov.rewrite') = 'off'
                    THEN CASE WHEN zh THEN 'emgov.rewrite 为 off，查询不使用汇总表' ELSE 'queries are not answered from rollups: emgov.rewrite is off' END
                    ELSE CASE WHEN zh THEN '查询自动使用汇总表' ELSE 'queries are answered from rollups' END END
          FROM emgov_internal.rewrite_preloaded() AS p (is_there);

    RETURN QUERY EXECUTE format($sql$
        SELECT 'job', h.job::text,
               CASE WHEN h.last_state IN ('failed', 'killed') OR h.overdue THEN 'fail' WHEN h.at IS NOT NULL AND h.last_success IS NULL AND h.last_state IS NULL THEN 'warn' ELSE 'ok' END,
               round(extract(epoch FROM clock_timestamp() - h.last_success)), CASE WHEN h.last_success IS NOT NULL THEN 'seconds' END,
               concat_ws(CASE WHEN $1 THEN '；' ELSE '; ' END,
                   CASE WHEN h.overdue THEN format(CASE WHEN $1 THEN '逾期，应于 %%s 运行' ELSE 'overdue since %%s' END, date_trunc('minute', timezone(h.zone, h.last_due))) END,
                   CASE h.last_state WHEN 'failed' THEN CASE WHEN $1 THEN '上次失败：' ELSE 'failed: ' END || coalesce(h.message, '') WHEN 'killed' THEN h.message
                                     WHEN 'running' THEN CASE WHEN $1 THEN '正在运行' ELSE 'is running' END END,
                   CASE WHEN h.last_success IS NOT NULL THEN format(CASE WHEN $1 THEN '最近成功于 %%s' ELSE 'last done at %%s' END, date_trunc('second', h.last_success))
                        ELSE CASE WHEN $1 THEN '尚未成功运行' ELSE 'never done' END END)
          FROM %1$s.job_health AS h ORDER BY h.job COLLATE "C" $sql$, ledger) USING zh;

    -- the servers that records of the definitions in force lie on
    RETURN QUERY
        SELECT 'server', s.srvname::text, CASE WHEN bool_or(p.relid = ANY (d.partitions) OR e.fault IS NOT NULL) THEN 'fail' ELSE 'ok' END, count(DISTINCT x.relation)::numeric, 'sources',
               CASE WHEN bool_or(p.relid = ANY (d.partitions))
                    THEN format(CASE WHEN zh THEN '无法连接，%s 个数据来源缺其地区' ELSE 'cannot be reached: its areas of %s sources are missing' END, count(DISTINCT x.relation))
                    WHEN bool_or(e.fault IS NOT NULL)
                    THEN format(CASE WHEN zh THEN '可连接，但其上 %s 个数据来源无法读取：%s（须在该服务器上重新运行 shard.sql，自设来源须重建视图）'
                                     ELSE 'can be reached, but %s sources there cannot be read: %s (run shard.sql there again, and make the views of sources of your own)' END,
                                count(DISTINCT x.relation) FILTER (WHERE e.fault IS NOT NULL), min(e.fault COLLATE "C"))
                    ELSE format(CASE WHEN zh THEN '可连接，其上有 %s 个数据来源' ELSE 'can be reached; %s sources lie there' END, count(DISTINCT x.relation)) END
          FROM (SELECT DISTINCT c.oid::regclass AS relation
                  FROM (SELECT DISTINCT parse_ident(i.source) AS parts FROM emgov_internal.indicators(health.ledger, NULL) AS i WHERE i.source IS NOT NULL) AS i
                  JOIN pg_class AS c ON c.relname = i.parts[cardinality(i.parts)] AND c.relkind = 'p' AND has_table_privilege(c.oid, 'SELECT')
                  JOIN pg_namespace AS n ON n.oid = c.relnamespace AND CASE cardinality(i.parts) WHEN 1 THEN n.oid = health.ledger ELSE n.nspname = i.parts[1] END) AS x
         CROSS JOIN LATERAL (SELECT emgov_internal.unreachable_partitions(x.relation)::oid[] AS partitions) AS d
         CROSS JOIN LATERAL pg_partition_tree(x.relation) AS p
          JOIN pg_foreign_table AS f ON f.ftrelid = p.relid
          JOIN pg_foreign_server AS s ON s.oid = f.ftserver
         CROSS JOIN LATERAL (SELECT emgov_internal.partition_fault(x.relation, p.relid) AS fault) AS e
         GROUP BY s.srvname ORDER BY s.srvname::text COLLATE "C";

    -- on a standby: how far it is behind, and what it has cancelled so as to go on
    IF pg_is_in_recovery() THEN
        RETURN QUERY
            SELECT 'standby', current_database()::text, CASE WHEN x.behind > 3600 OR NOT x.receives THEN 'warn' ELSE 'ok' END, x.behind, CASE WHEN x.behind IS NOT NULL THEN 'seconds' END,
                   format(CASE WHEN zh THEN '备库，数据至 %s%s；因与主库冲突取消查询 %s 次' ELSE 'a standby, as the primary was at %s%s; queries cancelled by conflicts: %s' END,
                          coalesce(date_trunc('second', x.replayed)::text, '?'), CASE WHEN x.receives THEN '' WHEN zh THEN '，未连接主库' ELSE ', not connected to it' END, x.conflicts)
              FROM (SELECT pg_last_xact_replay_timestamp() AS replayed, EXISTS (SELECT FROM pg_stat_wal_receiver) AS receives,
                           -- what has been received and replayed is all there is: then it is not behind, however long nothing was written
                           CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                                ELSE round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END AS behind,
                           (SELECT coalesce(sum(c.confl_tablespace + c.confl_lock + c.confl_snapshot + c.confl_bufferpin + c.confl_deadlock), 0)
                              FROM pg_stat_database_conflicts AS c WHERE c.datname = current_database()) AS conflicts) AS x;
    END IF;

    -- a subscription's worker fires no trigger that keeps versions: it must bring them along
    RETURN QUERY
        SELECT 'replication', k.relation::text, 'fail', NULL::numeric, NULL,
               format(CASE WHEN zh THEN '订阅直接写入该表，但未同时复制其历史表 %s：被改动的内容不留版本'
                           ELSE 'a subscription writes it without its history %s: what it changes is not kept' END,
                      k.history)
          FROM (SELECT DISTINCT t.relid AS relation, emgov_internal.history_of(t.relid) AS history
                  FROM pg_subscription_rel AS s CROSS JOIN LATERAL (SELECT s.srrelid::regclass AS relid UNION SELECT t.relid FROM pg_partition_tree(s.srrelid) AS t) AS t) AS k
         WHERE k.history NOT IN (SELECT s.srrelid FROM pg_subscription_rel AS s)
           AND ((SELECT c.relnamespace FROM pg_class AS c WHERE c.oid = k.relation) = health.ledger OR k.relation IN (SELECT t.relation FROM emgov_internal.source_tables(health.ledger) AS t))
         ORDER BY k.relation::text COLLATE "C";

    -- one that was half detached when a dump was made is a partition where that is restored, and not in the past of the whole
    RETURN QUERY
        SELECT 'past', t.relation::text, 'fail', count(*)::numeric, 'partitions',
               format(CASE WHEN zh THEN '读取该表历史的函数缺分区 %s：CALL emgov.keep_versions(%L)' ELSE 'what reads its past leaves out %s: CALL emgov.keep_versions(%L)' END,
                      string_agg(l::text, ', ' ORDER BY l::text), t.relation)
          FROM emgov_internal.source_tables(health.ledger) AS t, emgov_internal.partitions_past(t.relation) AS p, emgov_internal.leaf_partitions(t.relation) AS l
         WHERE p.ending = '_as_of'
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.signature AND d.refclassid = 'pg_proc'::regclass
                              AND d.refobjid IN (SELECT f.signature FROM emgov_internal.past_functions(l) AS f WHERE f.ending = '_as_of'))
         GROUP BY t.relation ORDER BY t.relation::text COLLATE "C";

    -- each publication holds the hash of the one before; verify_publication() computes the hashes too
    RETURN QUERY EXECUTE format($sql$
        SELECT 'chain', NULL, CASE WHEN count(*) FILTER (WHERE p.is_broken) > 0 THEN 'fail' ELSE 'ok' END, count(*)::numeric, 'publications',
               CASE WHEN count(*) FILTER (WHERE p.is_broken) > 0
                    THEN format(CASE WHEN $1 THEN '发布 %%s 与前一次不相衔接：SELECT * FROM %1$s.verify_publication(%%s)'
                                     ELSE 'publication %%s does not go on from the one before: SELECT * FROM %1$s.verify_publication(%%s)' END,
                                min(p.id) FILTER (WHERE p.is_broken), min(p.id) FILTER (WHERE p.is_broken))
                    ELSE format(CASE WHEN $1 THEN '%%s 次发布前后衔接' ELSE '%%s publications, each with the hash of the one before' END, count(*)) END
          FROM (SELECT q.id, q.previous_hash IS DISTINCT FROM lag(q.hash) OVER (ORDER BY q.id) OR q.id IS DISTINCT FROM coalesce(lag(q.id) OVER (ORDER BY q.id), 0) + 1 AS is_broken
                  FROM ONLY %1$s.publication AS q) AS p $sql$, ledger) USING zh;

    RETURN QUERY
        SELECT 'disk', NULL, 'ok', coalesce(sum(pg_total_relation_size(h.history)), 0), 'bytes',
               format(CASE WHEN zh THEN '历史版本占 %s，现行数据占 %s' ELSE 'histories take %s, what is in force %s' END,
                      pg_size_pretty(coalesce(sum(pg_total_relation_size(h.history)), 0)), pg_size_pretty(coalesce(sum(pg_total_relation_size(h.relation)), 0)))
          FROM (SELECT c.oid AS relation, emgov_internal.history_of(c.oid) AS history FROM pg_class AS c WHERE c.relnamespace = ledger AND c.relkind = 'r') AS h WHERE h.history IS NOT NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.health(regnamespace, text) IS
    'internal: how a ledger is: last publications, what is entered, rollups, jobs, servers that records lie on, the chain of publications, what histories take; '
    'a row a finding, in a language (zh, en, NULL: the ledger''s)';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'health(text)',
    '健康检查：发布、填报、汇总、作业、服务器、发布链、磁盘 | is the ledger well: a row a finding: what, which, ok, warn or fail, '
    'the number behind it, its unit, a sentence; '
    'lang: zh, en, NULL: the ledger''s', $sql$
CREATE OR REPLACE FUNCTION @ledger@.health(lang text DEFAULT NULL) RETURNS TABLE (what text, object text, state text, value numeric, unit text, detail text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT h.what, h.object, h.state, h.value, h.unit, h.detail FROM emgov_internal.health('@ledger@'::regnamespace, $1) AS h;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('list', 'health',
    '健康检查 | is the ledger well, a row a finding', $sql$
    SELECT h.what::varchar(20) AS what, h.object::varchar(200) AS object, h.state::varchar(10) AS state, h.value, h.unit::varchar(20) AS unit, h.detail::varchar(2000) AS detail
      FROM emgov_internal.health('@ledger@'::regnamespace, NULL) AS h
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'health.what', '项目 | what was looked at: publication, coverage, rollup, planner, job, server, standby, replication, past, chain, disk'),
    ('column', 'health.object', '对象 | which of them; NULL: the whole'),
    ('column', 'health.state', '状态 | ok, warn, fail'),
    ('column', 'health.value', '数值 | the number behind it'),
    ('column', 'health.unit', '单位 | its unit: seconds, days, rows, sources, partitions, bytes, publications'),
    ('column', 'health.detail', '说明 | in a sentence');
