-- What the guards attack: two ledgers of two owners, a table that others share with a
-- rollup over it, a kept table of its own, and a canary. Run by a superuser in an empty
-- database; its roles are dropped by the scripts that run it.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = warning;
CREATE EXTENSION emgov;
SELECT format('CREATE ROLE %I LOGIN', r) FROM unnest('{guard_owner,guard_other,guard_anybody,guard_writer,guard_reader,guard_analyst,guard_publisher}'::text[]) AS r
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) \gexec
SELECT format('GRANT CREATE ON DATABASE %I TO guard_owner, guard_other', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- The canary sings where somebody runs it who did not lay it out (nor is it a session that
-- attacks, which says so by guard.own); a sequence keeps count, for that is not rolled back.
CREATE SCHEMA guard;
GRANT USAGE ON SCHEMA guard TO PUBLIC;
CREATE SEQUENCE guard.sung;
GRANT USAGE ON SEQUENCE guard.sung TO PUBLIC;
CREATE SCHEMA trap AUTHORIZATION guard_anybody;
GRANT USAGE, CREATE ON SCHEMA trap TO guard_writer;
GRANT USAGE ON SCHEMA trap TO PUBLIC;
SET ROLE guard_anybody;
CREATE FUNCTION trap.spring(v anyelement) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 0.0001 AS $$
BEGIN
    IF current_user <> 'guard_anybody' AND current_user <> coalesce(current_setting('guard.own', true), '') THEN
        RAISE WARNING 'CANARY sung by %', current_user;
        PERFORM nextval('guard.sung');
    END IF;
    RETURN true;
END $$;
CREATE FUNCTION trap.spring(a anyelement, b anyelement) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN trap.spring(a); END';
CREATE FUNCTION trap.spring() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM trap.spring(1); RETURN new; END';
CREATE OPERATOR trap.= (FUNCTION = trap.spring, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE OPERATOR trap.+ (FUNCTION = trap.spring, LEFTARG = anyelement, RIGHTARG = anyelement);
CREATE DOMAIN trap.dom AS text CHECK (trap.spring(VALUE));
CREATE DOMAIN trap.ndom AS numeric CHECK (trap.spring(VALUE));
CREATE TYPE trap.comp AS (d trap.dom);
CREATE TYPE trap.drange AS RANGE (SUBTYPE = trap.ndom);
CREATE TYPE trap.mood AS ENUM ('a', 'b');
CREATE FUNCTION trap.make(text) RETURNS trap.mood LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM trap.spring($1); RETURN 'a'; END $$;
CREATE FUNCTION trap.step(state boolean, v anyelement) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN trap.spring(v); END';
CREATE AGGREGATE trap.agg (anyelement) (SFUNC = trap.step, STYPE = boolean);
CREATE TABLE trap.t (k int, n numeric, d date, c text, dm trap.dom, co trap.comp, ar trap.dom[], dr trap.drange, e trap.mood);
INSERT INTO trap.t VALUES (1, 1, '2024-02-02', 'x', '1', '(1)', '{1}', '[1,2)', 'a');
CREATE VIEW trap.v AS SELECT t.*, trap.spring(k) AS sung FROM trap.t;
GRANT SELECT ON ALL TABLES IN SCHEMA trap TO PUBLIC;
CALL emgov.create_rollup('trap.r', 'SELECT k, count(*) AS n, sum(n) AS s FROM trap.t GROUP BY k');
RESET ROLE;

SET ROLE guard_owner;
\ir ../ledger/changzhou.sql
SET search_path = ledger, public, emgov;
\ir ../ledger/records.sql
CREATE TABLE ledger.odd (id int PRIMARY KEY, d date NOT NULL, n numeric, t text, j json, p point, x xml, f float8, v varchar, b bytea, i interval, m timestamptz, a int[], r numrange, status text DEFAULT 'valid');
CALL emgov.keep_versions('ledger.odd');
INSERT INTO ledger.odd VALUES (1, '2024-02-02', 'NaN', 'x', '{}', '(1,2)', '<a/>', 'NaN', 'v', '\x00', '1 day', now(), '{1}', '[1,2)'), (2, '2024-03-03', 1e30, '', 'null', NULL, NULL, 1e308, '', '', '-1 mon', 'infinity', '{}', 'empty');
\ir ../ledger/whole_report.sql
CALL pg_temp.whole_report('年报');
CALL ledger.publish('年报', emgov.year(2024));
INSERT INTO ledger.report (code, title_zh) VALUES ('试', '试');
INSERT INTO ledger.report_section (report, section, heading) VALUES ('试', 1, '一');
INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('试', 1, 1, '{F028.phrase}');
INSERT INTO ledger.accident (occurred_on, area_code, category_code) VALUES ('2024-11-11', '320412', 'chemical');
CREATE SCHEMA shared;
GRANT USAGE ON SCHEMA shared TO PUBLIC;
CREATE TABLE shared.event (id int PRIMARY KEY, k int, n numeric(12,2), d date);
INSERT INTO shared.event SELECT i, i % 3, i / 7.0, date '2024-01-01' + i FROM generate_series(1, 200) AS i;
CALL emgov.create_rollup('shared.event_daily', 'SELECT d, k, count(*) AS records, sum(n) AS n FROM shared.event GROUP BY d, k');
INSERT INTO shared.event SELECT i, i % 3, i / 7.0, date '2024-01-01' + i FROM generate_series(201, 220) AS i;
CREATE TABLE shared.open (id int PRIMARY KEY, k int, note text, occurred_on date);
INSERT INTO shared.open SELECT i, i % 3, 'note ' || i, date '2024-01-01' + i FROM generate_series(1, 100) AS i;
CALL emgov.keep_versions('shared.open');
CALL emgov.create_rollup('shared.open_daily', 'SELECT k, count(*) AS records FROM shared.open GROUP BY k');
GRANT SELECT ON shared.open, shared.open_daily TO PUBLIC;
GRANT SELECT ON shared.open_history TO guard_analyst, guard_publisher;
CALL ledger.grant_reader('guard_reader');
CALL ledger.grant_analyst('guard_analyst');
CALL ledger.grant_publisher('guard_publisher');
GRANT USAGE ON SCHEMA ledger TO guard_writer;
GRANT SELECT, INSERT, UPDATE ON ledger.indicator, ledger.check_rule, ledger.report_paragraph TO guard_writer;
GRANT SELECT ON ledger.report, ledger.report_section TO guard_writer;
GRANT SELECT ON ledger.accident, ledger.accident_fact, ledger.odd TO guard_writer;
RESET search_path;
SET ROLE guard_other;
\set ledger 台账
\ir ../ledger/changzhou.sql
INSERT INTO "台账".accident (occurred_on, area_code, category_code) VALUES ('2024-11-11', '320412', 'chemical');
RESET ROLE;

-- Everything that belongs to others than the attackers, as one line each: what they may
-- not change. `mine` is the role that attacks.
CREATE FUNCTION guard.digest(mine name) RETURNS TABLE (what text, content text) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    own oid[] := (SELECT array_agg(oid) FROM pg_roles WHERE rolname IN (mine, 'guard_anybody'));
    r record;
BEGIN
    RETURN QUERY SELECT 'role ' || rolname, a::text FROM pg_authid AS a;
    RETURN QUERY SELECT 'membership', m::text FROM pg_auth_members AS m;
    RETURN QUERY SELECT 'database ' || datname, concat_ws(' ', datdba, datacl, datconnlimit, datallowconn) FROM pg_database;
    RETURN QUERY SELECT 'setting', s::text FROM pg_db_role_setting AS s;
    RETURN QUERY SELECT 'default', s::text FROM pg_default_acl AS s;
    RETURN QUERY SELECT 'schema ' || nspname, concat_ws(' ', nspowner, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_' AND nspowner <> ALL (own);
    RETURN QUERY SELECT 'extension', e::text FROM pg_extension AS e;
    RETURN QUERY SELECT 'event trigger', e::text FROM pg_event_trigger AS e;
    RETURN QUERY SELECT 'function ' || oid::regprocedure, concat_ws(' ', md5(f::text)) FROM pg_proc AS f WHERE proowner <> ALL (own);
    RETURN QUERY SELECT 'type ' || oid::regtype, concat_ws(' ', typname, typnamespace, typowner, typacl, typinput, typdefault) FROM pg_type WHERE typowner <> ALL (own) AND typnamespace::regnamespace::text !~ '^pg_(toast_)?temp_';
    RETURN QUERY SELECT 'operator ' || oid::regoperator, md5(o::text) FROM pg_operator AS o WHERE oprowner <> ALL (own);
    RETURN QUERY SELECT 'cast', c::text FROM pg_cast AS c;
    RETURN QUERY SELECT 'publication', p::text FROM pg_publication AS p;
    RETURN QUERY SELECT 'large object', l::text FROM pg_largeobject_metadata AS l;
    FOR r IN SELECT c.oid, c.relkind, concat_ws(' ', relname, relnamespace, relowner, relkind, relacl, reloptions, relchecks, relrowsecurity, relforcerowsecurity, relreplident, relpersistence, relhasrules, relhastriggers) AS class
               FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relowner <> ALL (own) AND relkind NOT IN ('t', 'i') AND nspname NOT IN ('pg_catalog', 'information_schema', 'guard') AND nspname !~ '^pg_(toast_)?temp_' LOOP
        what := 'relation ' || r.oid::regclass;
        content := md5(concat_ws(' ', r.class,
            (SELECT string_agg(concat_ws(' ', attname, atttypid, attnotnull, atthasdef, attisdropped, attacl), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = r.oid AND attnum > 0),
            (SELECT string_agg(concat_ws(' ', tgname, tgfoid, tgenabled, tgtype), ',' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = r.oid),
            (SELECT string_agg(concat_ws(' ', rulename, ev_type, ev_enabled, md5(ev_action::text)), ',' ORDER BY rulename) FROM pg_rewrite WHERE ev_class = r.oid),
            (SELECT string_agg(concat_ws(' ', conname, contype, convalidated), ',' ORDER BY conname) FROM pg_constraint WHERE conrelid = r.oid),
            (SELECT string_agg(p::text, ',') FROM pg_policy AS p WHERE polrelid = r.oid),
            (SELECT string_agg(i::text, ',') FROM pg_inherits AS i WHERE inhparent = r.oid OR inhrelid = r.oid),
            obj_description(r.oid, 'pg_class')));
        RETURN NEXT;
        CONTINUE WHEN r.relkind NOT IN ('r', 'S');
        what := 'content of ' || r.oid::regclass;
        IF r.oid = 'emgov.rollup'::regclass THEN
            SELECT string_agg(t::text, ',' ORDER BY t::text) INTO content FROM emgov.rollup AS t JOIN pg_class AS c ON c.oid = t.view WHERE c.relowner <> ALL (own);
        ELSIF r.oid = 'emgov.rollup_log'::regclass THEN
            SELECT string_agg(t::text, ',' ORDER BY t::text) INTO content FROM emgov.rollup_log AS t JOIN emgov.rollup AS u ON u.id = t.rollup JOIN pg_class AS c ON c.oid = u.view WHERE c.relowner <> ALL (own);
        ELSIF r.oid = 'emgov.dated_back'::regclass THEN     -- whoever dates back in a table of his leaves a mark, and sweeps those of tables that are gone
            SELECT string_agg(t::text, ',' ORDER BY t::text) INTO content FROM emgov.dated_back AS t JOIN pg_class AS c ON c.oid = t.relation WHERE c.relowner <> ALL (own);
        ELSIF r.oid = 'emgov.detached_partition'::regclass THEN
            SELECT string_agg(t::text, ',' ORDER BY t::text) INTO content FROM emgov.detached_partition AS t JOIN pg_class AS c ON c.oid = t.relation WHERE c.relowner <> ALL (own);
        ELSIF r.oid = 'emgov.dated_back_id_seq'::regclass THEN
            CONTINUE;
        ELSIF r.relkind = 'S' THEN
            EXECUTE format('SELECT last_value::text FROM %s', r.oid::regclass) INTO content;
        ELSE
            EXECUTE format('SELECT md5(string_agg(t::text, '','' ORDER BY t::text COLLATE "C")) FROM %s AS t', r.oid::regclass) INTO content;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- What reading the views that a role may read takes a lock of.
CREATE FUNCTION guard.behind_views(mine name) RETURNS TABLE (relation oid) LANGUAGE sql SET search_path = pg_catalog AS $$
    WITH RECURSIVE behind (relation) AS (
        SELECT oid FROM pg_class WHERE relkind = 'v' AND relnamespace::regnamespace::text !~ '^pg_|^information_schema$' AND has_any_column_privilege(mine, oid, 'SELECT')
        UNION
        SELECT d.refobjid FROM behind AS b JOIN pg_rewrite AS w ON w.ev_class = b.relation
          JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass)
    SELECT b.relation FROM behind AS b
$$;
-- The locks of a server process that others could have to wait for.
CREATE FUNCTION guard.locks(process int, mine name) RETURNS text LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT string_agg(concat_ws(' ', locktype, relation::regclass, classid, objid, mode), ', ')
      FROM pg_locks AS l LEFT JOIN pg_class AS c ON c.oid = relation AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     WHERE pid = process AND granted AND locktype <> 'virtualxid' AND locktype <> 'transactionid'
       AND (locktype = 'advisory'   -- what the caller's own transaction made is not seen from here
               -- whoever may insert into a table may be the one who imports into it
               AND NOT (classid = 6 AND EXISTS (SELECT FROM pg_class AS t WHERE t.oid = objid AND has_any_column_privilege(mine, t.oid, 'INSERT')))
               AND (objsubid IN (1, 2)
                    OR EXISTS (SELECT FROM pg_namespace AS n WHERE n.oid = objid AND nspname !~ '^pg_temp' AND nspname <> 'trap' AND NOT pg_has_role(mine, nspowner, 'USAGE'))
                    OR EXISTS (SELECT FROM pg_class AS t WHERE t.oid = objid AND relnamespace <> 'trap'::regnamespace AND NOT pg_has_role(mine, relowner, 'USAGE')))
            OR locktype = 'relation' AND c.oid IS NOT NULL AND relowner NOT IN (SELECT oid FROM pg_roles WHERE rolname IN (mine, 'guard_anybody'))
               AND relnamespace::regnamespace::text !~ '^pg_(catalog|toast|temp)'
               AND (mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
                    OR relkind NOT IN ('i', 'S') AND relnamespace NOT IN ('emgov'::regnamespace, 'emgov_internal'::regnamespace) AND NOT has_any_column_privilege(mine, c.oid, 'SELECT')
                       AND NOT EXISTS (SELECT FROM emgov.rollup AS r WHERE c.oid IN (r.total, r.delta) AND has_table_privilege(mine, r.view, 'SELECT'))
                       -- whoever reads a view locks what is behind it
                       AND (mode <> 'AccessShareLock' OR c.oid NOT IN (SELECT b.relation FROM guard.behind_views(mine) AS b))))
$$;
