-- ------------------------------------------------------------------ live rollups
-- See docs/rollup.md. What follows are the functions behind the triggers, the
-- procedures, and the list of rollups, which a dump carries.

CREATE TABLE emgov.rollup (
    id text COLLATE pg_catalog."C" PRIMARY KEY CHECK (id OPERATOR(pg_catalog.~) '^[0-9a-f]{12}$'),
    view regclass NOT NULL UNIQUE,
    query regclass NOT NULL UNIQUE,
    total regclass NOT NULL UNIQUE,
    delta regclass NOT NULL UNIQUE,
    source regclass NOT NULL,
    ledger text,
    stale_since timestamptz,
    approved_owner name,
    approved_by name
);
CREATE INDEX rollup_source_idx ON emgov.rollup (source);
COMMENT ON TABLE emgov.rollup IS 'The live rollups of this database; changed by emgov''s procedures only, read through emgov.rollups';
COMMENT ON COLUMN emgov.rollup.id IS 'Random name of the rollup, carried by its triggers';
COMMENT ON COLUMN emgov.rollup.view IS 'The rollup as its readers know it: total + delta';
COMMENT ON COLUMN emgov.rollup.query IS 'View holding the query as it was given; computes everything anew';
COMMENT ON COLUMN emgov.rollup.total IS 'Table of the sums up to the last fold';
COMMENT ON COLUMN emgov.rollup.delta IS 'Table of signed changes since';
COMMENT ON COLUMN emgov.rollup.source IS 'The table that the query reads';
COMMENT ON COLUMN emgov.rollup.ledger IS 'Schema of the ledger that the rollup was made for; NULL for any other';
COMMENT ON COLUMN emgov.rollup.stale_since IS 'Since when its triggers may have missed writes; NULL when they have not, and after rebuild_rollup';
COMMENT ON COLUMN emgov.rollup.approved_owner IS 'The owner of the rollup whom the table''s owner lets answer queries of the table; NULL for nobody';
COMMENT ON COLUMN emgov.rollup.approved_by IS 'The table''s owner who said so';

CREATE TABLE emgov.rollup_log (
    rollup text COLLATE pg_catalog."C" NOT NULL,
    event text NOT NULL CHECK (event OPERATOR(pg_catalog.=) ANY (ARRAY['fold', 'verify', 'change'])),
    at timestamptz NOT NULL,
    number bigint NOT NULL
);
CREATE INDEX rollup_log_change_idx ON emgov.rollup_log (rollup) WHERE event OPERATOR(pg_catalog.=) 'change';
-- deletes must not fail where somebody publishes all tables
ALTER TABLE emgov.rollup_log REPLICA IDENTITY FULL;
COMMENT ON TABLE emgov.rollup_log IS 'When rollups were folded, verified and changed as a whole; read through emgov.rollups';
COMMENT ON COLUMN emgov.rollup_log.rollup IS 'id of the rollup in emgov.rollup';
COMMENT ON COLUMN emgov.rollup_log.event IS
    'fold; verify; change: rebuilt, truncated, or a partition came or went, so that a transaction that does not see this row may not see table and rollup alike';
COMMENT ON COLUMN emgov.rollup_log.at IS 'When it happened';
COMMENT ON COLUMN emgov.rollup_log.number IS 'fold: deltas folded; verify: rows that differed; change: 0';

GRANT SELECT ON emgov.rollup, emgov.rollup_log TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('emgov.rollup', '');

CREATE FUNCTION emgov_internal.rollup_write() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'rollup_write';
COMMENT ON FUNCTION emgov_internal.rollup_write() IS 'Trigger of a rollup, per statement: transition tables in, deltas out';

CREATE FUNCTION emgov_internal.rollup_write_row() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'rollup_write_row';
COMMENT ON FUNCTION emgov_internal.rollup_write_row() IS 'Trigger of a rollup, per row, for rows that replication applies: old and new row in, deltas out';

CREATE FUNCTION emgov_internal.rollup_truncate() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'rollup_truncate';
COMMENT ON FUNCTION emgov_internal.rollup_truncate() IS 'Trigger of a rollup, before TRUNCATE: takes the table''s rows out of the rollup';

CREATE FUNCTION emgov_internal.rollup_ddl_start() RETURNS event_trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'rollup_ddl_start';
COMMENT ON FUNCTION emgov_internal.rollup_ddl_start() IS 'Event trigger of rollups: partitions about to be dropped';

CREATE FUNCTION emgov_internal.rollup_ddl_end() RETURNS event_trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'rollup_ddl_end';
COMMENT ON FUNCTION emgov_internal.rollup_ddl_end() IS 'Event trigger of rollups: partitions that join or leave, alterations that are refused';

CREATE FUNCTION emgov_internal.rollup_ddl_drop() RETURNS event_trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'rollup_ddl_drop';
COMMENT ON FUNCTION emgov_internal.rollup_ddl_drop() IS 'Event trigger of rollups: a rollup goes with any of its parts';
-- only the event triggers below run them
REVOKE EXECUTE ON FUNCTION emgov_internal.rollup_ddl_start(), emgov_internal.rollup_ddl_end(), emgov_internal.rollup_ddl_drop() FROM PUBLIC;

CREATE EVENT TRIGGER emgov_rollup_ddl_start ON ddl_command_start
    WHEN TAG IN ('DROP TABLE', 'DROP VIEW', 'ALTER TABLE', 'CREATE INDEX')
    EXECUTE FUNCTION emgov_internal.rollup_ddl_start();
COMMENT ON EVENT TRIGGER emgov_rollup_ddl_start IS 'Keeps live rollups exact when a partition is dropped, or something is about to be done to their tables';

-- Event triggers fire in the order of their names. A user's own may fill a new partition: by then it must have its triggers.
CREATE EVENT TRIGGER "00_emgov_rollup_ddl_end" ON ddl_command_end
    WHEN TAG IN ('CREATE TABLE', 'CREATE FOREIGN TABLE', 'CREATE SCHEMA', 'ALTER TABLE', 'ALTER FOREIGN TABLE', 'CREATE TRIGGER', 'ALTER TRIGGER', 'CREATE VIEW', 'CREATE RULE', 'ALTER SCHEMA',
                 'ALTER VIEW', 'ALTER MATERIALIZED VIEW', 'ALTER TYPE')
    EXECUTE FUNCTION emgov_internal.rollup_ddl_end();
COMMENT ON EVENT TRIGGER "00_emgov_rollup_ddl_end" IS 'Keeps live rollups exact when partitions come and go';

CREATE EVENT TRIGGER emgov_rollup_ddl_drop ON sql_drop
    EXECUTE FUNCTION emgov_internal.rollup_ddl_drop();
COMMENT ON EVENT TRIGGER emgov_rollup_ddl_drop IS 'Drops a live rollup with its table, and nothing less than all of it';

-- In session_replication_role = replica tables change as well.
ALTER EVENT TRIGGER emgov_rollup_ddl_start ENABLE ALWAYS;
ALTER EVENT TRIGGER "00_emgov_rollup_ddl_end" ENABLE ALWAYS;
ALTER EVENT TRIGGER emgov_rollup_ddl_drop ENABLE ALWAYS;

CREATE PROCEDURE emgov.create_rollup(name text, query text, ledger text DEFAULT NULL)
LANGUAGE c AS 'MODULE_PATHNAME', 'create_rollup';
COMMENT ON PROCEDURE emgov.create_rollup(text, text, text) IS
    'Keep the result of a query over one table as view `name`, exact in every transaction: name, query and, for a rollup of a ledger, its schema in; an error says why a query cannot be kept';

CREATE PROCEDURE emgov.rebuild_rollup(name text)
LANGUAGE c AS 'MODULE_PATHNAME', 'rebuild_rollup';
COMMENT ON PROCEDURE emgov.rebuild_rollup(text) IS 'Compute a rollup anew from its table and put back its triggers; writers wait meanwhile';

CREATE PROCEDURE emgov.drop_rollup(name text)
LANGUAGE c AS 'MODULE_PATHNAME', 'drop_rollup';
COMMENT ON PROCEDURE emgov.drop_rollup(text) IS 'Drop a rollup: its views, tables and triggers';

CREATE PROCEDURE emgov.approve_rollup(name text, approved boolean DEFAULT true)
LANGUAGE c AS 'MODULE_PATHNAME', 'approve_rollup';
COMMENT ON PROCEDURE emgov.approve_rollup(text, boolean) IS
    'The table''s owner lets a rollup of another''s answer queries of the table, or no more: its name, and whether; it holds while both own what they own';

CREATE PROCEDURE emgov.fold_rollup(name text, max_rows bigint DEFAULT 1000000)
LANGUAGE c AS 'MODULE_PATHNAME', 'fold_rollup';
COMMENT ON PROCEDURE emgov.fold_rollup(text, bigint) IS 'Fold at most max_rows waiting deltas (NULL: all) into the compacted table; nobody waits for it, and a second folder returns at once';

CREATE FUNCTION emgov.verify_rollup(name text, condition text DEFAULT NULL, OUT side text, OUT record jsonb)
RETURNS SETOF record
LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'verify_rollup' COST 10000 ROWS 10;
COMMENT ON FUNCTION emgov.verify_rollup(text, text) IS
    'The rows in which a rollup differs from its query, none if it is exact: name and an optional condition over its columns in; side (rollup or query) and the row out';

CREATE FUNCTION emgov.rollup_for(query text, OUT source regclass, OUT rollup regclass, OUT answers boolean, OUT reason text, OUT proposal text)
RETURNS SETOF record
LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'rollup_for' COST 1000 ROWS 3;
COMMENT ON FUNCTION emgov.rollup_for(text) IS
    'Which rollups would answer a query, a row for each that was looked at: its table, whether it answers, if not why not, and where none does the call that makes one; the query is planned, not run';

CREATE FUNCTION emgov_internal.rewrite_preloaded() RETURNS boolean
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rewrite_preloaded';
COMMENT ON FUNCTION emgov_internal.rewrite_preloaded() IS
    'internal: do sessions such as this one load emgov at their start, so that their queries are answered from rollups?';

CREATE FUNCTION emgov_internal.rollup_follows(id text) RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_follows' COST 1000;
COMMENT ON FUNCTION emgov_internal.rollup_follows(text) IS
    'Has every table under the rollup with this id all its triggers, enabled, and did it since the rollup was made or rebuilt? NULL if there is no such rollup';

CREATE FUNCTION emgov_internal.rollup_status(id text, OUT size bigint, OUT deltas_waiting bigint, OUT follows boolean)
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_status' COST 10000;
COMMENT ON FUNCTION emgov_internal.rollup_status(text) IS
    'Bytes of the tables of the rollup with this id, changes that wait in them (both NULL while somebody locks them), and rollup_follows(id)';

CREATE VIEW emgov.rollups AS
SELECT r.view AS rollup,
       r.query,
       r.source,
       r.ledger,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       s.size,
       s.deltas_waiting,
       s.follows,
       f.at AS last_fold,
       f.number AS last_fold_deltas,
       v.at AS last_verification,
       v.number AS last_verification_differences
FROM emgov.rollup r
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) r.view
CROSS JOIN LATERAL emgov_internal.rollup_status(r.id) s
LEFT JOIN LATERAL (SELECT l.at, l.number FROM emgov.rollup_log l
                   WHERE l.rollup OPERATOR(pg_catalog.=) r.id AND l.event OPERATOR(pg_catalog.=) 'fold'
                   ORDER BY l.at DESC LIMIT 1) f ON true
LEFT JOIN LATERAL (SELECT l.at, l.number FROM emgov.rollup_log l
                   WHERE l.rollup OPERATOR(pg_catalog.=) r.id AND l.event OPERATOR(pg_catalog.=) 'verify'
                   ORDER BY l.at DESC LIMIT 1) v ON true;
GRANT SELECT ON emgov.rollups TO PUBLIC;
COMMENT ON VIEW emgov.rollups IS 'Live rollups: one row each. 实时汇总表一览';
COMMENT ON COLUMN emgov.rollups.rollup IS 'The view that readers use. 汇总视图';
COMMENT ON COLUMN emgov.rollups.query IS 'View that computes the same anew. 定义查询视图';
COMMENT ON COLUMN emgov.rollups.source IS 'The table that it sums up. 来源表';
COMMENT ON COLUMN emgov.rollups.ledger IS 'The ledger that it was made for; NULL for any other. 所属台账';
COMMENT ON COLUMN emgov.rollups.owner IS 'Whose rights the rollup''s expressions run with. 所有者';
COMMENT ON COLUMN emgov.rollups.size IS 'Bytes of its two tables with their indexes; NULL while somebody locks them. 占用字节数';
COMMENT ON COLUMN emgov.rollups.deltas_waiting IS 'Changes not yet folded; reading adds them up. NULL while somebody locks them. 待归并的变更数';
COMMENT ON COLUMN emgov.rollups.follows IS 'False if a trigger is or was missing or disabled: rebuild then. 触发器是否一直齐备';
COMMENT ON COLUMN emgov.rollups.last_fold IS 'When deltas were last folded. 最近归并时间';
COMMENT ON COLUMN emgov.rollups.last_fold_deltas IS 'How many that fold took. 最近归并的变更数';
COMMENT ON COLUMN emgov.rollups.last_verification IS 'When verify_rollup last ran. 最近核验时间';
COMMENT ON COLUMN emgov.rollups.last_verification_differences IS 'How many rows differed then. 最近核验发现的差异行数';
