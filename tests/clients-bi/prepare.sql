-- What the clients are shown: a ledger with the records of tests/ledger and rows that are hard to
-- carry, and a role that is its reader. In an empty database with emgov, from the root of the checkout.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
SELECT array_agg(DISTINCT source) AS sources FROM indicator WHERE active AND source IS NOT NULL \gset
CALL entered(:'sources', '2024-12-31', '2021-01-01');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('报告');

-- characters that lie outside the first plane of Unicode, and those that a text format must escape
INSERT INTO subject (id, kind, uscc, name, area_code) VALUES
    (9001, 'enterprise', pg_temp.uscc(9001), '𬭎𬀩㙦（常州）有限公司', '320411'),
    (9002, 'enterprise', pg_temp.uscc(9002), E'O''Neil \\ "引号", 100%; 换行\n制表\t完', '320412');
-- before 1970, on a leap day and the first day that is taken; the largest amount
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss) VALUES
    (9001, '1968-02-29', '320411', 'coal', 999999999999.99),
    (9002, '1949-10-01', '320412', 'fire', 0.01),
    (9003, '2024-02-29', '320411', 'road', 0);
INSERT INTO casualty (accident_id, outcome, outcome_on) VALUES (9001, 'dead', '1968-03-01'), (9001, 'dead', '1968-02-29'), (9003, 'serious', '2024-02-29');
INSERT INTO accident (id, occurred_on, area_code, category_code, direct_loss, status, note) VALUES (9005, '2024-05-05', '320411', 'road', 1, 'withdrawn', 'entered twice');
INSERT INTO remediation (campaign_code, subject_id, area_code, listed_on) VALUES ('dust', 9001, '320411', '2024-01-02'), ('dust', 9002, '320412', '1969-12-31');
CALL publish('报告', year(2024));
-- something fell since it was published
UPDATE accident SET status = 'withdrawn', note = 'no accident' WHERE id IN (SELECT min(id) FROM accident WHERE status = 'valid' AND occurred_on <@ year(2024));

CREATE ROLE clients_reader LOGIN PASSWORD 'clients_reader';
ALTER ROLE clients_reader SET default_transaction_read_only = on;
ALTER ROLE clients_reader SET statement_timeout = '30s';
ALTER ROLE clients_reader SET timezone = 'UTC';
CALL grant_reader('clients_reader');
ANALYZE;
