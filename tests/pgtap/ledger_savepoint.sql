-- What a transaction writes after all it wrote was undone to a savepoint is dated from then on: until then nobody could
-- see that it writes, and what was refreshed in between has not waited for it.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CALL emgov.create_ledger('ledger');
INSERT INTO ledger.area (code, kind, name_zh, is_block) VALUES ('A', 'district', '甲区', true);
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (1, '2024-01-05', 'A', 'road');

BEGIN;
SELECT plan(2);
SAVEPOINT first;
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (2, '2024-01-06', 'A', 'road');
SELECT known_from AS undone_moment FROM ledger.accident WHERE id = 2 \gset
ROLLBACK TO first;
SELECT clock_timestamp() AS seen_by_nobody \gset
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (3, '2024-01-07', 'A', 'road');
SELECT cmp_ok(known_from, '>', :'seen_by_nobody', 'what is written next is dated anew') FROM ledger.accident WHERE id = 3;
SAVEPOINT second;
UPDATE ledger.accident SET direct_loss = 5 WHERE id = 1;
ROLLBACK TO second;
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) VALUES (4, '2024-01-08', 'A', 'road');
SELECT is((SELECT known_from FROM ledger.accident WHERE id = 4), (SELECT known_from FROM ledger.accident WHERE id = 3), 'while something written stands, the transaction has one moment');
SELECT * FROM finish();
ROLLBACK;
