-- S22: every type of emgov in every kind of object whose definition the server prints and reads back, for
-- tests/cluster/types.sh, which dumps, restores and upgrades the database. One set of objects a type, made by one
-- template, in which ~ is a prefix of names, $type the type, $low and $high two literals, $other a third.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
-- other extensions' types beside ours: what is found by name must still be found
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION emgov;
CREATE EXTENSION postgres_fdw;
SET search_path = public, emgov;
CREATE TABLE beside (id int PRIMARY KEY, u uscc, t text, v varchar(30), ch char(18), c citext, h hstore, p ltree);
INSERT INTO beside VALUES (1, '91110000600037341L', '91110000600037341l', '91110000600037341L', '91110000600037341L', '91110000600037341l', 'a=>1', 'a.b'),
    (2, '91110000600037341L', '9144030071526726XG', '9144030071526726XG', '9144030071526726XG', '9144030071526726XG', 'a=>2', 'a.c');
CREATE VIEW beside_text AS SELECT id, u = t AS t, v = u AS v, u = ch AS ch, u = c AS c, u <> t AS not_t, u = ANY (ARRAY[t]) AS any_t, u IN (SELECT t FROM beside) AS in_t,
    u IN ('9144030071526726XG', '91110000600037341L') AS listed FROM beside;
CREATE VIEW beside_join AS SELECT a.u, b.t, b.id FROM beside a JOIN beside b ON a.u = b.t AND b.c = a.u;

CREATE TABLE used (name text PRIMARY KEY, type text NOT NULL, low text NOT NULL, high text NOT NULL, other text NOT NULL);
INSERT INTO used VALUES
    ('t_uscc', 'emgov.uscc', '91110000600037341L', '9144030071526726XG', '91350100M000100Y43'),
    ('t_severity', 'emgov.severity', 'general', 'major', 'larger'),
    ('t_outcome', 'emgov.remediation_outcome', 'pending', 'upgraded', 'exited'),
    ('t_penalty', 'emgov.penalty_kind', 'warning', 'revocation', 'fine'),
    ('t_remediation', 'emgov.remediation_summary', 'exited=1', 'exited=3 upgraded=4', 'pending=1'),
    ('t_accident', 'emgov.accident_summary', 'deaths=1 general=1', 'deaths=3 direct_loss=10.50 larger=1', 'general=1'),
    ('t_accident_pair', 'emgov.accident_comparison', 'deaths=1/2', 'deaths=4/2 direct_loss=0.50/0.00', 'deaths=1/3'),
    ('t_inspection', 'emgov.inspection_summary', 'hazards=1', 'inspections=1 hazards=7', 'rectified=1'),
    ('t_cases', 'emgov.case_summary', 'filed=1', 'filed=2 fines=3.50 fine=1', 'closed=1'),
    ('t_comparison', 'emgov.comparison', '59/65', '60/195:3', '59/65+7/30.5:3');

CREATE ROLE emgov_types_reader;
CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'emgov_types', extensions 'emgov');
CREATE USER MAPPING FOR CURRENT_USER SERVER loopback;
DO $$ BEGIN
    EXECUTE format('ALTER SERVER loopback OPTIONS (ADD host %L, ADD port %L)', split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'));
END $$;

CREATE FUNCTION make(part text) RETURNS void LANGUAGE plpgsql AS $make$
DECLARE u used;
BEGIN
    FOR u IN TABLE used LOOP
        EXECUTE replace(replace(replace(replace(replace(part, '~', u.name), '$type', u.type), '$low', quote_literal(u.low)), '$high', quote_literal(u.high)),
                        '$other', quote_literal(u.other));
    END LOOP;
END $make$;

-- tables, indexes, keys, exclusion, statistics
SELECT make($part$
CREATE TABLE ~ (id int PRIMARY KEY, k $type, a $type[], n int);
CREATE INDEX ~_btree ON ~ (k);
CREATE INDEX ~_hash ON ~ USING hash (k);
CREATE INDEX ~_case ON ~ ((CASE k WHEN $low THEN 1 WHEN $high THEN 2 ELSE 0 END), (NULLIF(k, $high)));
CREATE INDEX ~_some ON ~ (n) WHERE k IS DISTINCT FROM $low AND k IN ($low, $high);
CREATE STATISTICS ~_statistics ON (CASE k WHEN $low THEN n END), (NULLIF(k, $high)) FROM ~;
CREATE TABLE ~_known (k $type PRIMARY KEY, title text);
CREATE TABLE ~_part (k $type REFERENCES ~_known, m int, EXCLUDE USING btree (k WITH =) WHERE (k IS DISTINCT FROM $other), EXCLUDE USING hash (k WITH =) WHERE (m > 100));
$part$);

-- what is checked and computed
SELECT make($part$
CREATE DOMAIN ~_domain AS $type DEFAULT NULLIF($low::$type, $high) CHECK (VALUE IS DISTINCT FROM $other) CHECK (CASE VALUE WHEN $low THEN true WHEN $high THEN true ELSE VALUE IS NULL END);
CREATE TYPE ~_composite AS (k $type, d ~_domain);
CREATE TYPE ~_range AS RANGE (subtype = $type);
CREATE TABLE ~_checked (
    id int PRIMARY KEY, k $type DEFAULT NULLIF($high::$type, $low), d ~_domain, c ~_composite, r ~_range,
    kind int GENERATED ALWAYS AS (CASE k WHEN $low THEN 1 WHEN $high THEN 2 ELSE 0 END) STORED,
    unless_high $type GENERATED ALWAYS AS (NULLIF(k, $high)) STORED,
    differs boolean GENERATED ALWAYS AS (k IS DISTINCT FROM $low) STORED,
    CHECK (k IS DISTINCT FROM $other), CHECK (NULLIF(k, $other) = k OR k IS NULL), CHECK ((k, id) IN (($low, id), ($high, id)) OR k IS NULL),
    CHECK (CASE k WHEN $other THEN false ELSE true END), CHECK (k NOT IN ($other)), CHECK (ROW(k, id) IS DISTINCT FROM ROW($other::$type, 0)));
$part$);

-- views, functions
SELECT make($part$
CREATE VIEW ~_using AS SELECT k, a.n, b.title FROM ~ a JOIN ~_known b USING (k);
CREATE VIEW ~_natural AS SELECT * FROM ~_known NATURAL FULL JOIN (SELECT k, count(*) FROM ~ GROUP BY k) x;
CREATE VIEW ~_left AS SELECT * FROM (~ a LEFT JOIN ~_known b USING (k)) j;
CREATE VIEW ~_words AS
    SELECT id, k IS DISTINCT FROM $low AS differs, k IS NOT DISTINCT FROM $high AS same, NULLIF(k, $low) AS unless,
           CASE k WHEN $low THEN 'low' WHEN $high THEN 'high' END AS word, CASE WHEN k = $low THEN 1 END AS searched, coalesce(k, $other) AS some,
           k IN ($low, $high) AS listed, k NOT IN ($low, $other) AS unlisted, k = ANY (a) AS any_of, k <> ALL (a) AS none_of, k BETWEEN $low AND $high AS inside,
           (k, n) = ($low, 1) AS row_eq, (k, n) <> ($low, 1) AS row_ne, (k, n) IN (($low, 1), ($high, 2)) AS row_in,
           ROW(k, n) IS DISTINCT FROM ROW($low::$type, 1) AS row_differs, ROW(k, n) = ROW($high::$type, n) AS rows_eq,
           greatest(k, $low) AS top, least(k, $high) AS bottom, a = ARRAY[$low, $high]::$type[] AS arrays, a @> ARRAY[k] AS holds,
           array_position(a, k) AS position, array_remove(a, $low::$type) AS removed FROM ~;
CREATE VIEW ~_sub AS
    SELECT id, k IN (SELECT k FROM ~_known) AS known, (k, n) IN (SELECT k, m FROM ~_part) AS both_in, (n, k) NOT IN (SELECT m, k FROM ~_part) AS not_both,
           k = ANY (SELECT k FROM ~_part) AS any_of, EXISTS (SELECT FROM ~_part p WHERE p.k IS NOT DISTINCT FROM ~.k) AS found,
           (SELECT max(title) FROM ~_known x WHERE x.k = ~.k) AS title FROM ~;
CREATE VIEW ~_sets AS SELECT k FROM ~ UNION SELECT k FROM ~_known INTERSECT SELECT k FROM ~_part EXCEPT SELECT $other::$type;
CREATE VIEW ~_grouped AS
    SELECT k, count(*), count(DISTINCT k) AS one, array_agg(id ORDER BY id) FILTER (WHERE k IS DISTINCT FROM $other) AS ids
    FROM ~ GROUP BY GROUPING SETS ((k), ()) HAVING k IS DISTINCT FROM $other;
CREATE VIEW ~_ordered AS
    SELECT DISTINCT ON (k) k, n, rank() OVER (PARTITION BY k ORDER BY k DESC, n) AS rank, min(k) OVER () AS low, max(k) OVER () AS high FROM ~ ORDER BY k USING >, n;
CREATE RECURSIVE VIEW ~_recursive (k, depth) AS SELECT k, 1 FROM ~_known UNION SELECT r.k, depth + 1 FROM ~_recursive r JOIN ~ USING (k) WHERE depth < 3;
CREATE VIEW ~_option AS SELECT id, k FROM ~_checked WHERE k IS DISTINCT FROM $other WITH CHECK OPTION;
CREATE MATERIALIZED VIEW ~_materialized AS
    SELECT k, NULLIF(k, $high) AS unless, CASE k WHEN $low THEN 1 ELSE 2 END AS kind, count(*) FROM ~ JOIN ~_known USING (k) GROUP BY k;
CREATE UNIQUE INDEX ON ~_materialized (k);
CREATE FUNCTION ~_function(x $type) RETURNS bigint STABLE BEGIN ATOMIC
    SELECT count(*) FROM ~ JOIN ~_known USING (k) WHERE k IS DISTINCT FROM x AND NULLIF(k, x) IS NOT NULL AND CASE k WHEN x THEN false ELSE true END;
END;
CREATE FUNCTION ~_default(x $type DEFAULT NULLIF($low::$type, $high)) RETURNS $type IMMUTABLE RETURN NULLIF(x, $other);
$part$);

-- triggers, rules, policies
CREATE TABLE noted (line int GENERATED ALWAYS AS IDENTITY, place text, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.noted (place, what) VALUES (TG_TABLE_NAME, TG_NAME); RETURN NULL; END $$;
SELECT make($part$
CREATE TRIGGER moved AFTER UPDATE ON ~ FOR EACH ROW WHEN (OLD.k IS DISTINCT FROM NEW.k) EXECUTE FUNCTION note();
CREATE TRIGGER chosen AFTER INSERT ON ~ FOR EACH ROW WHEN (CASE NEW.k WHEN $high THEN true ELSE NULLIF(NEW.k, $low) IS NULL END) EXECUTE FUNCTION note();
CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON ~_known DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note();
CREATE RULE ruled AS ON UPDATE TO ~_part WHERE OLD.k IS DISTINCT FROM NEW.k OR CASE NEW.k WHEN $other THEN true ELSE false END
    DO ALSO INSERT INTO noted (place, what) SELECT '~_part', 'ruled' FROM ~_known JOIN (SELECT NEW.k) n USING (k);
ALTER TABLE ~_known ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON ~_known FOR SELECT USING (k IS DISTINCT FROM $high AND CASE k WHEN $other THEN false ELSE true END);
CREATE POLICY written ON ~_known FOR INSERT WITH CHECK (NULLIF(k, $other) IS NOT NULL AND k IN (SELECT k FROM ~ JOIN ~_part USING (k)));
GRANT SELECT ON ~_known TO emgov_types_reader;
$part$);

-- partitions
SELECT make($part$
CREATE TABLE ~_list (k $type, n int, CHECK (k IS DISTINCT FROM $other)) PARTITION BY LIST (k);
CREATE TABLE ~_list_low PARTITION OF ~_list FOR VALUES IN ($low);
CREATE TABLE ~_list_high PARTITION OF ~_list FOR VALUES IN ($high, NULL);
CREATE TABLE ~_range_ (k $type, n int) PARTITION BY RANGE (k);
CREATE TABLE ~_range_low PARTITION OF ~_range_ FOR VALUES FROM (MINVALUE) TO ($high);
CREATE TABLE ~_range_high PARTITION OF ~_range_ FOR VALUES FROM ($high) TO (MAXVALUE);
CREATE TABLE ~_hashed (k $type, n int) PARTITION BY HASH (k);
CREATE TABLE ~_hashed_0 PARTITION OF ~_hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE ~_hashed_1 PARTITION OF ~_hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE ~_by_case (k $type, n int) PARTITION BY LIST ((CASE k WHEN $low THEN 1 ELSE 2 END));
CREATE TABLE ~_by_case_1 PARTITION OF ~_by_case FOR VALUES IN (1);
CREATE TABLE ~_by_case_2 PARTITION OF ~_by_case FOR VALUES IN (2);
$part$);

-- a foreign table over the loopback
SELECT make($part$
CREATE FOREIGN TABLE ~_foreign (id int, k $type, a $type[], n int) SERVER loopback OPTIONS (table_name '~', schema_name 'public');
CREATE FOREIGN TABLE ~_foreign_known (k $type, title text) SERVER loopback OPTIONS (table_name '~_known', schema_name 'public');
CREATE VIEW ~_shipped AS
    SELECT id, k, a.n, title FROM ~_foreign a JOIN ~_foreign_known b USING (k)
    WHERE k IS DISTINCT FROM $other AND NULLIF(k, $other) IS NOT NULL AND CASE k WHEN $other THEN false ELSE true END AND k IN ($low, $high);
$part$);

-- rows
SELECT make($part$
INSERT INTO ~_known VALUES ($low, 'low'), ($high, 'high'), ($other, 'other');
INSERT INTO ~_part VALUES ($low, 1), ($high, 2), ($other, 3);
INSERT INTO ~ SELECT i, CASE i % 4 WHEN 0 THEN $low WHEN 1 THEN $high WHEN 2 THEN $other END::$type, 
           CASE i % 3 WHEN 0 THEN ARRAY[$low, $high]::$type[] WHEN 1 THEN ARRAY[NULL, $other]::$type[] END, i % 5 FROM generate_series(1, 40) AS i;
INSERT INTO ~_checked (id, k, d, c, r)
    VALUES (1, $low, $high, ROW($other, $low)::~_composite, ~_range($low, greatest($low::$type, $high), '[]')), (2, $high, NULL, NULL, NULL), (3, NULL, $low, NULL, NULL);
INSERT INTO ~_checked (id) VALUES (4);
INSERT INTO ~_list SELECT k, n FROM ~ WHERE k IS DISTINCT FROM $other;
INSERT INTO ~_range_ SELECT k, n FROM ~ WHERE k IS NOT NULL;
INSERT INTO ~_hashed SELECT k, n FROM ~;
INSERT INTO ~_by_case SELECT k, n FROM ~;
UPDATE ~ SET k = $low WHERE id = 1;
UPDATE ~_part SET k = k, m = 4 WHERE m = 3;
REFRESH MATERIALIZED VIEW ~_materialized;
$part$);

-- rollups by these keys, and versions of tables with these keys
SELECT make($part$
CREATE TABLE ~_fact (id int, k $type, n int);
CREATE TABLE ~_kept (k $type PRIMARY KEY, n int);
$part$);
CREATE TABLE compared (id int, area text, c comparison, s accident_summary);
DO $$
DECLARE u used;
BEGIN
    FOR u IN TABLE used LOOP
        EXECUTE format('CALL emgov.create_rollup(%L, %L)', u.name || '_rollup',
            format('SELECT k, count(*) AS n, sum(n) AS total, count(*) FILTER (WHERE k IS DISTINCT FROM %L) AS others FROM public.%I_fact GROUP BY k', u.low, u.name));
        EXECUTE format('INSERT INTO %I_fact SELECT id, k, n FROM %1$I', u.name);
        EXECUTE format('CALL emgov.keep_versions(%L)', 'public.' || u.name || '_kept');
        EXECUTE format('INSERT INTO %I_kept SELECT k, 1 FROM %1$I_known', u.name);
    END LOOP;
END $$;
CALL emgov.create_rollup('compared_rollup', 'SELECT area, sum(c) AS c, sum(s) AS s, count(*) AS n FROM public.compared GROUP BY area');
INSERT INTO compared SELECT i, 'a' || i % 3, (ARRAY['1/2:3', '-1/-2:3', '5/5', '7/30:12'])[1 + i % 4]::comparison, 'deaths=1 general=1' FROM generate_series(1, 50) i;
DO $$
DECLARE u used;
BEGIN
    FOR u IN TABLE used LOOP
        EXECUTE format('UPDATE %I_kept SET n = n + 1 WHERE k = %L', u.name, u.low);
    END LOOP;
END $$;
-- a ledger, which has its inside in a schema of its own
CALL emgov.create_ledger('ledger');
CALL ledger.load_pack('accidents');
INSERT INTO ledger.report (code, title_zh) VALUES ('r', 'r');
INSERT INTO ledger.report_figure (report, code) VALUES ('r', 'F028');
INSERT INTO ledger.area (code, name_zh, kind) VALUES ('a', '甲', 'county');
INSERT INTO ledger.accident (id, occurred_on, area_code, category_code) SELECT i, '2024-05-01', 'a', (SELECT min(code) FROM ledger.accident_category) FROM generate_series(1, 3) AS i;
UPDATE ledger.accident SET direct_loss = 5 WHERE id = 1;
CALL ledger.publish('r', emgov.year(2024), allow_gaps => true, force_reason => 'x');
UPDATE ledger.accident SET direct_loss = 6 WHERE id = 2;
