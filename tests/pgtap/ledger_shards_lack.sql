-- A server that answers and has not what it is asked for (its view is gone): that is the matter of the figures that need it, whatever the
-- setting, it is said by whose fault, and no figure is smaller. The server is this one, by another name.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = error;
CALL emgov.create_ledger('ledger');
SET search_path = public, ledger, emgov;
SELECT plan(17);
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER east FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)',
              CASE WHEN current_setting('unix_socket_directories') = '' THEN 'localhost' ELSE split_part(current_setting('unix_socket_directories'), ',', 1) END,
              current_setting('port'), current_database()) \gexec
SELECT format('CREATE USER MAPPING FOR CURRENT_USER SERVER east OPTIONS (user %L)', current_user) \gexec
INSERT INTO area (code, name_zh, kind, is_block) VALUES ('a', '甲区', 'district', true), ('b', '乙区', 'district', true);
CREATE SCHEMA there;
CREATE TABLE there.kept (id int, area_code text, seen_on date, status text, cost numeric);
INSERT INTO there.kept SELECT n, 'b', '2025-03-01', 'valid', 2 FROM generate_series(1, 5) AS n;
CREATE VIEW there.seen AS SELECT * FROM there.kept;
CREATE TABLE seen (id int, area_code text, seen_on date, status text, cost numeric) PARTITION BY LIST (area_code);
CREATE TABLE seen_a PARTITION OF seen FOR VALUES IN ('a');
CREATE FOREIGN TABLE seen_b PARTITION OF seen FOR VALUES IN ('b') SERVER east OPTIONS (schema_name 'there', table_name 'seen');
CREATE TABLE here (LIKE seen);
INSERT INTO seen SELECT n, 'a', '2025-03-01', 'valid', 1 FROM generate_series(1, 3) AS n;
INSERT INTO here SELECT * FROM seen_a;
INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, scope, cutoff, unit, definition_zh)
VALUES ('SEEN', '见', 'count', 'public.seen', 'seen_on', 'city', 'period', '次', '见'), ('HERE', '此', 'count', 'public.here', 'seen_on', 'city', 'period', '次', '此');
INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh) VALUES ('COST', '费', 'sum', 'public.seen', 'seen_on', 'cost', 'city', 'period', '元', '费');
CALL ledger.entered(ARRAY['public.seen', 'public.here'], through => '2025-12-31', since => '2023-01-01');
CREATE FUNCTION said() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', f.code, f.value, f.state, f.missing, f.reason), '; ' ORDER BY f.code) FROM ledger.figures('[2025-01-01,2026-01-01)', codes => ARRAY['SEEN', 'COST', 'HERE']) AS f
$$;
SELECT is(said(), 'COST 13 new; HERE 3 new; SEEN 8 new', 'all is there');
SELECT is(state, 'ok', 'also by health()') FROM health('en') WHERE what = 'server';
INSERT INTO report (code, title_zh, period_kind) VALUES ('r', '表', 'year');
INSERT INTO report_section (report, section, heading) VALUES ('r', 1, '一');
INSERT INTO report_paragraph (report, section, ordinal, body) VALUES ('r', 1, 1, '见{SEEN}，此{HERE}，{SEEN by area}。');
CALL publish('r', '[2025-01-01,2026-01-01)', force_reason => 'none');
-- ------------------------------------------------------------------ a server that is away: its areas did report
SELECT format('ALTER SERVER east OPTIONS (SET host ''127.0.0.1'', SET port ''1'', ADD connect_timeout ''2'')') \gexec
SET emgov.unreachable_shards = missing;
SELECT is(said(), 'COST 3 part_members {b} the server of b cannot be reached; HERE 3 new; SEEN 3 part_members {b} the server of b cannot be reached', 'the reason is that its server is away');
SELECT is(string_agg(concat_ws(' ', member, value, state, reason), '; ' ORDER BY member NULLS FIRST),
    '3 part_members the server of b cannot be reached; a 3 new; b no_data its server cannot be reached', 'also of the area by itself') FROM figures('[2025-01-01,2026-01-01)', codes => '{SEEN}', by => 'area');
SELECT is(string_agg(emgov_internal.reason_zh(reason), '；' ORDER BY member NULLS FIRST), 'b 所在服务器无法连接；所在服务器无法连接', 'in Chinese')
  FROM figures('[2025-01-01,2026-01-01)', codes => '{SEEN}', by => 'area');
SELECT is(string_agg(DISTINCT concat_ws(' ', code, reason, reason_zh, why), '; '), 'SEEN unreachable 所在服务器无法连接 its server cannot be reached', 'and what was published would be otherwise for that reason') FROM restatement(1, lang => 'en');
CALL entered(ARRAY['public.seen'], NULL);
CALL entered(ARRAY['public.seen'], through => '2025-12-31', since => '2023-01-01', area => 'b');
CALL entered(ARRAY['public.seen'], through => '2024-12-31', since => '2023-01-01', area => 'a');
SELECT is(said(), 'COST no_data its source covers no day of it; HERE 3 new; SEEN no_data its source covers no day of it', 'of one area that has not reported, and one that is away, both are missing');
CALL entered(ARRAY['public.seen'], NULL);
CALL entered(ARRAY['public.seen'], through => '2025-12-31', since => '2023-01-01');
SELECT format('ALTER SERVER east OPTIONS (SET host %L, SET port %L, DROP connect_timeout)',
              CASE WHEN current_setting('unix_socket_directories') = '' THEN 'localhost' ELSE split_part(current_setting('unix_socket_directories'), ',', 1) END,
              current_setting('port')) \gexec
-- one that no server has is no server's fault
ALTER TABLE seen DETACH PARTITION seen_a;
SELECT is(said(), 'COST 10 part_members {a} no data of a; HERE 3 new; SEEN 5 part_members {a} no data of a', 'of an area that no server has there is no data');
ALTER TABLE seen ATTACH PARTITION seen_a FOR VALUES IN ('a');
RESET emgov.unreachable_shards;
-- ------------------------------------------------------------------ one that is there
DROP VIEW there.seen;
\set failed '''COST failed server "east": relation "there.seen" does not exist; HERE 3 new; SEEN failed server "east": relation "there.seen" does not exist'''
SELECT is(said(), :failed, 'without the view what is counted from it fails, for a reason that names the server, and nothing else does');
SET emgov.unreachable_shards = missing;
SELECT is(said(), :failed, 'also where figures are to be had without servers that cannot be reached');
SELECT is(state || ': ' || detail, 'fail: can be reached, but 1 sources there cannot be read: relation "there.seen" does not exist (run shard.sql there again, and make the views of sources of your own)',
    'health() says what is wrong with the server') FROM health('en') WHERE what = 'server';
SELECT is(state || ': ' || detail, 'fail: 可连接，但其上 1 个数据来源无法读取：relation "there.seen" does not exist（须在该服务器上重新运行 shard.sql，自设来源须重建视图）',
    'in both languages') FROM health('zh') WHERE what = 'server';
SELECT is((SELECT count(*) FROM health('en') WHERE what = 'chain'), 1::bigint, 'and goes on');
-- a view of an older release
CREATE VIEW there.seen AS SELECT id, area_code, seen_on, status FROM there.kept;
SELECT is(said(), 'COST failed server "east": column "cost" does not exist; HERE 3 new; SEEN 8 new',
    'a column that the view has not');
RESET emgov.unreachable_shards;
SELECT is(said(), 'COST failed server "east": column "cost" does not exist; HERE 3 new; SEEN 8 new',
    'without that setting, too');
SELECT is(state || ': ' || detail, 'fail: can be reached, but 1 sources there cannot be read: column "cost" does not exist (run shard.sql there again, and make the views of sources of your own)',
    'health() says which') FROM health('en') WHERE what = 'server';
DROP USER MAPPING FOR CURRENT_USER SERVER east;
SELECT is(state, 'fail', 'or that nobody may ask it') FROM health('en') WHERE what = 'server';
SELECT * FROM finish();
