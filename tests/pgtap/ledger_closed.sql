-- Who may not read a source's past is told so, and how to open it; sources that change hands (S6, S9, S21).
SET client_min_messages = warning;
SELECT * FROM no_plan();
\ir ../ledger/owner.sql
CREATE ROLE closed_stranger;
CREATE ROLE closed_analyst;
CREATE ROLE closed_nobody;
CREATE SCHEMA other AUTHORIZATION ledger_owner;
CREATE SCHEMA told;
GRANT USAGE ON SCHEMA told TO PUBLIC;
CREATE FUNCTION told.error_of(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
SET ROLE ledger_owner;
\ir ../ledger/changzhou.sql
\ir ../ledger/whole_report.sql
SET search_path = ledger, emgov, public;
CREATE TABLE other.duty (day date PRIMARY KEY, n int);
CREATE TABLE other.plain (id int PRIMARY KEY, day date, n int);
GRANT USAGE ON SCHEMA other TO closed_analyst;
GRANT SELECT ON other.duty TO closed_analyst;
CALL grant_publisher('closed_analyst');
RESET ROLE;
CREATE FUNCTION told.define(code text, source text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger.indicator (code, name_zh, kind, source, date_column, measure, scope, cutoff, unit, definition_zh) VALUES (code, 'x', 'sum', source, 'day', 'n', 'city', 'period', '次', 'x') $$;
SET ROLE ledger_owner;
SELECT told.define('D1', 'other.duty');
-- kept after the grant: the history is closed to the analyst
CALL emgov.keep_versions('other.duty');
INSERT INTO other.duty VALUES ('2025-01-01', 3), ('2025-02-01', 4);
CALL pg_temp.whole_report('r');
SET ROLE closed_analyst;
CALL publish('r', year(2025));
CREATE TEMP TABLE question (n int, q text);
INSERT INTO question VALUES (1, 'SELECT * FROM ledger.verify_publication(1)'), (2, 'SELECT * FROM ledger.restatement(1)'), (3, 'SELECT * FROM ledger.restatement_rows(1)');
SELECT is((SELECT array_agg(DISTINCT state) FROM question, told.error_of(q)), '{42501}', 'who may not read a history verifies nothing, and is told so');
SELECT is((SELECT string_agg(DISTINCT message || ' / ' || hint, ' | ') FROM question, told.error_of(q)),
          'permission denied for other.duty_history: user "closed_analyst" must see all that the publication was made from / GRANT SELECT ON other.duty_history TO closed_analyst;', 'the table is named, and the grant');
SELECT hint AS remedy FROM told.error_of('SELECT * FROM ledger.verify_publication(1)') \gset
SET ROLE ledger_owner;
:remedy
SET ROLE closed_analyst;
SELECT is((SELECT array_agg(DISTINCT state) FROM question, told.error_of(q)), '{NULL}', 'the hint works');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'nothing differs');
-- each right that is missing, one after another: the hint always leads on
SET ROLE ledger_owner;
GRANT USAGE ON SCHEMA ledger TO closed_nobody;
GRANT EXECUTE ON FUNCTION verify_publication, restatement, restatement_rows TO closed_nobody;
RESET ROLE;
CREATE PROCEDURE told.follow_hints(statement text, INOUT steps int DEFAULT 0) LANGUAGE plpgsql AS $$
DECLARE
    e record;
BEGIN
    LOOP
        SET LOCAL ROLE closed_nobody;
        e := told.error_of(statement);
        EXIT WHEN e.state IS DISTINCT FROM '42501' OR steps > 9 OR e.hint = '';
        SET LOCAL ROLE ledger_owner;
        EXECUTE e.hint;
        steps := steps + 1;
    END LOOP;
    RESET ROLE;
    IF e.state IS NOT NULL THEN
        RAISE EXCEPTION '% % %', e.state, e.message, e.hint;
    END IF;
END
$$;
SELECT lives_ok('CALL told.follow_hints(''SELECT * FROM ledger.verify_publication(1)'')', 'from no right at all, following the hints leads to an answer');
SELECT lives_ok(format('CALL told.follow_hints(%L)', q), q) FROM question;
SET ROLE closed_nobody;
SELECT is_empty('SELECT * FROM ledger.verify_publication(1)', 'which is the right one');
RESET ROLE;
-- every table behind the figures, taken away one at a time
CREATE FUNCTION told.without(object text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('REVOKE SELECT ON %s FROM closed_nobody', object);
    SET LOCAL ROLE closed_nobody;
    SELECT string_agg(coalesce(e.state, 'none') || CASE WHEN e.hint LIKE '%' || object || '%' THEN '' ELSE ' ' || coalesce(e.message, '') END, ',') INTO result
      FROM unnest(ARRAY['SELECT * FROM ledger.verify_publication(1)', 'SELECT * FROM ledger.restatement(1)']) AS q, told.error_of(q) AS e;
    RESET ROLE;
    EXECUTE format('GRANT SELECT ON %s TO closed_nobody', object);
    RETURN result;
END
$$;
SET search_path = public, pg_catalog;
CREATE TEMP TABLE granted AS SELECT DISTINCT c.oid::regclass::text AS object FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
 WHERE a.grantee = 'closed_nobody'::regrole AND c.relkind IN ('r', 'v') AND c.relname !~ '^(publication|publication_figure|ledger_setting)$';
SELECT ok((SELECT count(*) FROM granted) > 20, (SELECT count(*) FROM granted) || ' tables and views are behind the figures');
SELECT is((SELECT string_agg(object || ': ' || w, E'\n') FROM (SELECT object, told.without(object) AS w FROM pg_temp.granted WHERE object ~ 'other|hist|accident|_fact') AS x WHERE w <> '42501,42501'), NULL, 'the rights on them, taken away one at a time: each is named by the error: never a difference');
SET search_path = ledger, emgov, public;

-- ------------------------------------------------------------------ a figure that cannot be computed says why, in two lines
SET ROLE ledger_owner;
CALL emgov.release_units('other.duty');
SELECT results_eq('SELECT code, what, recomputed FROM verify_publication(1)', $$VALUES ('D1', 'reason', 'what it is counted from was dropped, or is released for a change'), ('D1', 'state', 'failed')$$,
                  'while units are released verifying says why a figure does not come out, and nothing else');
CALL emgov.make_units('ledger');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'and again it does');

-- ------------------------------------------------------------------ a source that changes hands (S6)
GRANT SELECT ON other.plain TO closed_analyst;
SELECT told.define('D2', 'other.plain');
CALL pg_temp.whole_report('s');
INSERT INTO check_rule (code, severity, source, violation, note_zh) VALUES ('RD', 'soft', 'other.duty', 'n > 3', 'x');
RESET ROLE;
GRANT ALL ON SCHEMA other TO closed_stranger;
ALTER TABLE other.duty OWNER TO closed_stranger;
SET ROLE closed_stranger;
CREATE OR REPLACE FUNCTION other.duty_as_of(as_of timestamptz) RETURNS SETOF other.duty LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stranger''s code run as %', current_user; END $$;
GRANT SELECT ON other.duty, other.duty_history TO closed_analyst;
SET ROLE closed_analyst;
SELECT is((SELECT concat_ws(' ', state, reason) FROM figures(year(2025)) WHERE code = 'D1'), 'failed "other.duty", which it is counted from, belongs to "closed_stranger" now, not to the owner of the ledger',
          'a source that was given away is not counted, and named');
SELECT is((SELECT concat_ws(' ', state, reason) FROM figures(year(2025), now()) WHERE code = 'D1'), (SELECT concat_ws(' ', state, reason) FROM figures(year(2025)) WHERE code = 'D1'), 'nor its past: the new owner''s functions run as nobody');
SELECT is((SELECT string_agg(code || ' ' || state, ' ' ORDER BY code) FROM figures(year(2025)) WHERE state = 'failed' OR code = 'D2'), 'D1 failed D2 none', 'the others are');
SELECT is((SELECT state FROM check_figures(year(2025)) WHERE code = 'RD'), 'unknown', 'a rule over it is unknown');
SELECT matches((SELECT detail FROM check_figures(year(2025)) WHERE code = 'RD'), 'belongs to another user', 'and says why');
SELECT matches((SELECT message FROM told.error_of('SELECT * FROM ledger.figure_rows(''D1'', emgov.year(2025))')), 'belongs to another user now', 'its records are not shown');
SELECT matches((SELECT message || detail FROM told.error_of('CALL ledger.publish(''s'', emgov.year(2025))')), 'D1.*belongs to "closed_stranger"', 'and nothing is published of it');
SELECT is((SELECT string_agg(what || ' ' || recomputed, ', ') FROM verify_publication(1)), 'reason "other.duty", which it is counted from, belongs to "closed_stranger" now, not to the owner of the ledger, state failed', 'verifying says why');
RESET ROLE;
ALTER TABLE other.duty OWNER TO ledger_owner;
SET ROLE ledger_owner;
CALL emgov.keep_versions('other.duty');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'given back it counts again');
RESET ROLE;

-- ------------------------------------------------------------------ what a definition uses
SET ROLE ledger_owner;
SELECT is((SELECT (state, hint)::text FROM told.error_of('ALTER TABLE other.duty DROP COLUMN n')),
    '(2BP01,"To change its type, CALL emgov.release_units(''other.duty'') first and emgov.make_units(''ledger'') after it. To drop it, leave out what uses it: UPDATE ledger.indicator SET active = false WHERE code IN (''D1''); '
    || 'UPDATE ledger.check_rule SET active = false WHERE code IN (''RD'').")', 'S5: the hint of a refused DROP says what to do');
SELECT is((SELECT hint FROM told.error_of('ALTER TABLE other.duty ALTER n TYPE bigint')), (SELECT hint FROM told.error_of('ALTER TABLE other.duty DROP COLUMN n')), 'S5: that of ALTER TYPE too');
UPDATE indicator SET active = false WHERE code IN ('D1');
UPDATE check_rule SET active = false WHERE code IN ('RD');
SELECT lives_ok('ALTER TABLE other.duty DROP COLUMN n', 'S5: and it works');
SELECT is_empty('SELECT * FROM verify_publication(1)', 'with the past as it was');

-- ------------------------------------------------------------------ histories
SELECT is((SELECT (state, hint)::text FROM told.error_of('DROP FUNCTION other.duty_as_of, other.duty_history_as_of, other.duty_versions; DROP TABLE other.duty_history CASCADE')),
          '(23001,"CALL emgov.release_versions(''other.duty'') first, or drop both in one command.")', 'S12: a history is not dropped from under its table');
CREATE TABLE other.gone (id int PRIMARY KEY, n int);
CALL emgov.keep_versions('other.gone');
SELECT matches((SELECT message FROM told.error_of('ALTER TABLE other.gone_history ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED')), 'deferrable', 'S18: nor has it a constraint that is checked later');
CALL emgov.release_versions('other.gone');
SELECT lives_ok('DROP TABLE other.gone_history', 'S12: released it is an ordinary table');
CREATE TABLE other.both (id int PRIMARY KEY, n int);
CALL emgov.keep_versions('other.both');
SELECT lives_ok('DROP TABLE other.both, other.both_history CASCADE', 'S12: both go together');
CREATE TABLE other.deferred (id int PRIMARY KEY, n int UNIQUE DEFERRABLE INITIALLY DEFERRED);
CALL emgov.keep_versions('other.deferred');
INSERT INTO other.deferred VALUES (1, 1), (2, 2);
SELECT lives_ok('UPDATE other.deferred SET n = 3 - n', 'S18: a deferrable constraint of the table is the server''s');
SELECT is((SELECT array_agg(n ORDER BY id) FROM other.deferred_history), '{1,2}', 'S18: and versions are kept');

-- ------------------------------------------------------------------ settings
SELECT is((SELECT (state, hint)::text FROM told.error_of('DELETE FROM ledger.ledger_setting')), '(23001,"UPDATE ledger.ledger_setting SET time_zone = ''Asia/Shanghai'';")', 'S21: the row of settings is not deleted');
SELECT is((SELECT state FROM told.error_of('TRUNCATE ledger.ledger_setting')), '23001', 'S21: nor truncated');
RESET ROLE;
CREATE FUNCTION told.known(moment text, zone text, style text) RETURNS text LANGUAGE plpgsql SET client_min_messages = warning AS $$
DECLARE
    result text;
BEGIN
    PERFORM set_config('TimeZone', zone, true), set_config('DateStyle', style, true), set_config('emgov.known_at', moment, true);
    INSERT INTO other.deferred VALUES (3, 3) RETURNING extract(epoch FROM known_from)::text INTO result;
    RAISE EXCEPTION USING MESSAGE = result;
EXCEPTION WHEN raise_exception THEN
    RETURN SQLERRM;
WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
SET ROLE ledger_owner;
SELECT is((SELECT string_agg(m || ' ' || k, ', ' ORDER BY m COLLATE "C") FROM (SELECT m, string_agg(DISTINCT told.known(m, z, s), '/') AS k
    FROM unnest('{2024-03-01 12:00+08,2024-03-01 12:00,2024-03-01,20240301,2024-03-01T04:00:00.5Z,01.03.2024,03/01/2024,now,yesterday,2024-03-01 12:00 CST,March 1 2024,1 Mar 24,240301}'::text[]) AS m,
         unnest('{UTC,Asia/Shanghai,America/New_York}'::text[]) AS z, unnest('{"ISO, MDY","ISO, DMY",German,"SQL, DMY","Postgres, MDY"}'::text[]) AS s GROUP BY m) AS x),
    '01.03.2024 22007, 03/01/2024 22007, 1 Mar 24 22007, 2024-03-01 1709222400.000000, 2024-03-01 12:00 1709265600.000000, 2024-03-01 12:00 CST 22007, '
    || '2024-03-01 12:00+08 1709265600.000000, 2024-03-01T04:00:00.5Z 1709265600.500000, 20240301 1709222400.000000, 240301 22007, March 1 2024 22007, now 22007, yesterday 22007',
    'S21: emgov.known_at means the same under every TimeZone and DateStyle, or is refused');
RESET ROLE;
SELECT * FROM finish();
