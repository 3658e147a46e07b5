-- Three sessions write to two kept tables, a random step each in turn; nothing is committed
-- but by a step of its own. A session that waits for another's row is left waiting.
--
-- The model is what commits changed: an observer reads the tables before and after each
-- COMMIT, and notes for each row that became another from when it says it is known.
--
--   - no version vanishes: a row that changed has a later known_from than before;
--   - as of any moment there is, for each key, the last version known by then;
--   - at a moment when nobody is writing, as of then is what was there then, for ever, but
--     for what is entered later as known earlier;
--   - what began or ended after a moment is what the dates of all versions say;
--   - nothing is dated at or before a publication that was there when its transaction first wrote.
SET client_min_messages = warning;
CREATE SCHEMA v;
CREATE TABLE v.above (k int, n int);
CREATE TABLE v.a (k int PRIMARY KEY, n int, note text);
ALTER TABLE v.a INHERIT v.above;
CREATE TABLE v.b (x text, y int, n numeric, PRIMARY KEY (x, y));
CREATE TABLE v.publication (id serial, as_of timestamptz NOT NULL);
CREATE INDEX ON v.publication (as_of);
CALL emgov.keep_versions('v.a');
CALL emgov.keep_versions('v.b');
INSERT INTO v.a SELECT i, 0, 'first' FROM generate_series(1, 8) AS i;
INSERT INTO v.b SELECT 'x', i, 0 FROM generate_series(1, 4) AS i;

CREATE TABLE session (name text PRIMARY KEY, open boolean DEFAULT false, wrote boolean DEFAULT false, broken boolean DEFAULT false, waits boolean DEFAULT false,
                      savepoints int DEFAULT 0, known_at boolean DEFAULT false, floor timestamptz, doing text, level text);
CREATE TABLE model (tab text, key text, known_from timestamptz, content jsonb, PRIMARY KEY (tab, key, known_from));
CREATE TABLE seen (moment timestamptz, content jsonb);
CREATE TABLE tally (what text PRIMARY KEY, n int DEFAULT 1);
CREATE FUNCTION count_up(w text) RETURNS void LANGUAGE sql AS 'INSERT INTO tally VALUES (w) ON CONFLICT (what) DO UPDATE SET n = tally.n + 1';
CREATE VIEW present AS
    SELECT 'a' AS tab, k::text AS key, known_from, to_jsonb(a) - 'known_from' AS content FROM v.a
    UNION ALL SELECT 'b', x || '/' || y, known_from, to_jsonb(b) - 'known_from' FROM v.b;
CREATE VIEW replaced AS
    SELECT 'a' AS tab, k::text AS key, known_from, to_jsonb(a) - '{known_from,known_to}'::text[] AS content FROM v.a_history AS a
    UNION ALL SELECT 'b', x || '/' || y, known_from, to_jsonb(b) - '{known_from,known_to}'::text[] FROM v.b_history AS b;
CREATE FUNCTION past(m timestamptz) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(content ORDER BY tab, key), '[]') FROM (
        SELECT 'a' AS tab, k::text AS key, to_jsonb(a) - 'known_from' AS content FROM v.a_as_of(m) AS a
        UNION ALL SELECT 'b', x || '/' || y, to_jsonb(b) - 'known_from' FROM v.b_as_of(m) AS b) AS p $$;
CREATE FUNCTION modelled(m timestamptz) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(content ORDER BY tab, key), '[]')
      FROM (SELECT DISTINCT ON (tab, key) tab, key, content FROM model WHERE known_from <= m ORDER BY tab, key, known_from DESC) AS x $$;
-- versions that t_versions() gives and the dates do not, or the other way round
CREATE FUNCTION other_versions(m timestamptz) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM (SELECT to_jsonb(r) AS v FROM v.a_versions(m, NULL) AS r UNION ALL SELECT to_jsonb(r) FROM v.b_versions(m, NULL) AS r) AS given
      FULL JOIN (SELECT to_jsonb(r) AS v FROM ONLY v.a AS r WHERE known_from > m UNION ALL SELECT to_jsonb(r) - 'known_to' FROM v.a_history AS r WHERE known_to > m
                 UNION ALL SELECT to_jsonb(r) FROM v.b AS r WHERE known_from > m UNION ALL SELECT to_jsonb(r) - 'known_to' FROM v.b_history AS r WHERE known_to > m) AS dated USING (v)
     WHERE given.v IS NULL OR dated.v IS NULL $$;
CREATE FUNCTION differs(m timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF other_versions(m) <> 0 THEN
        RAISE EXCEPTION 'VERSIONS DIFFER since %', m;
    END IF;
    IF past(m) <> modelled(m) THEN
        RAISE EXCEPTION 'VERSIONS DIFFER as of %', m USING DETAIL = format('as of then: %s, committed: %s', past(m), modelled(m));
    END IF;
END $$;
INSERT INTO model SELECT * FROM present;
INSERT INTO session (name) VALUES ('s1'), ('s2'), ('s3');
SELECT count(dblink_connect(name, format('dbname=%I options=''-csearch_path=v,emgov,public -cdeadlock_timeout=20ms''', current_database()))) FROM session \g /dev/null
SELECT setseed((:seed % 1000000) / 1000000.0) \g /dev/null

CREATE FUNCTION pick(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT choices[1 + floor(random() * cardinality(choices))::int]';
CREATE FUNCTION some_statement() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    k int := 1 + floor(random() * 10)::int;
    n int := floor(random() * 5)::int;
BEGIN
    RETURN CASE floor(random() * 20)::int
        WHEN 0 THEN format('UPDATE a SET n = n + 1 WHERE k = %s', k)
        WHEN 1 THEN format('UPDATE a SET n = %s, note = %L WHERE k %% 3 = %s', n, md5(random()::text), k % 3)
        WHEN 2 THEN 'UPDATE a SET n = n'
        WHEN 3 THEN format('UPDATE a SET n = n WHERE k = %s', k)
        WHEN 4 THEN format('INSERT INTO a VALUES (%s, %s) ON CONFLICT (k) DO UPDATE SET n = excluded.n', k, n)
        WHEN 5 THEN format('INSERT INTO a SELECT i, %s, repeat(md5(i::text), 200) FROM generate_series(%s, %s) AS i ON CONFLICT DO NOTHING', n, k, k + 3)
        WHEN 6 THEN format('INSERT INTO b VALUES (%L, %s, %s) ON CONFLICT (x, y) DO UPDATE SET n = b.n + 1 WHERE b.n < 10', pick('x', 'y'), k, n)
        WHEN 7 THEN CASE WHEN current_setting('server_version_num')::int >= 150000
            THEN format('MERGE INTO b USING (VALUES (%L, %s)) AS s (x, y) ON s.x = b.x AND s.y = b.y WHEN MATCHED AND b.n > 3 THEN UPDATE SET n = 0 WHEN MATCHED THEN UPDATE SET n = b.n + 1 WHEN NOT MATCHED THEN INSERT VALUES (s.x, s.y, 1)', pick('x', 'y'), k)
            ELSE 'UPDATE b SET n = n + 1' END
        WHEN 8 THEN format('COPY b (x, y, n) FROM PROGRAM ''printf "z\t%s\t%s\n"''', floor(random() * 100000)::int, n)
        WHEN 9 THEN format('UPDATE above SET n = n + 1 WHERE k = %s', k)
        WHEN 10 THEN format('WITH w AS (UPDATE a SET n = n + 1 WHERE k = %s RETURNING k) UPDATE b SET n = n + 1 FROM w WHERE b.y = w.k', k)
        WHEN 11 THEN format('DO $do$ BEGIN UPDATE v.a SET n = 99 WHERE k = %1$s; RAISE SQLSTATE ''ZZ001''; EXCEPTION WHEN SQLSTATE ''ZZ001'' THEN UPDATE v.a SET n = %2$s WHERE k = %1$s; END $do$', k, n)
        WHEN 12 THEN format('DO $do$ BEGIN UPDATE v.b SET n = n + 1 WHERE y = %1$s; UPDATE v.b SET n = n - 1 WHERE y = %1$s; END $do$', k)
        WHEN 13 THEN 'DELETE FROM ' || pick('a', 'b', 'above', 'a_history')
        -- the observer must not wait behind it
        WHEN 14 THEN format('DO $do$ BEGIN LOCK TABLE v.%1$s IN ACCESS EXCLUSIVE MODE NOWAIT; TRUNCATE v.%1$s; END $do$', pick('a', 'b', 'a_history'))
        WHEN 15 THEN format('UPDATE a SET k = k + 1000 WHERE k = %s', k)
        WHEN 16 THEN format('UPDATE a SET known_from = %L, n = n + %s WHERE k = %s', pick('2001-01-01', 'infinity', '-infinity', 'now'), n % 2, k)
        WHEN 17 THEN 'UPDATE b SET n = n + 1'
        WHEN 18 THEN format('UPDATE a SET n = n + (SELECT 1 FROM set_config(''emgov.known_at'', clock_timestamp()::text, true)) WHERE k = %s', k)
        ELSE format('SELECT k FROM a WHERE k = %s FOR %s', k, pick('UPDATE', 'NO KEY UPDATE', 'SHARE', 'KEY SHARE')) END;
END $$;

-- one statement in a session: done, failed, or waiting for another session
CREATE FUNCTION settle(s text, patience float) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := clock_timestamp() + patience * interval '1 second';
    failed boolean := false;
BEGIN
    WHILE dblink_is_busy(s) = 1 LOOP
        IF clock_timestamp() > until THEN
            RETURN 'waits';
        END IF;
        PERFORM pg_sleep(0.0005);
    END LOOP;
    PERFORM * FROM dblink_get_result(s, false) AS r (t text);
    failed := dblink_error_message(s) <> 'OK';
    PERFORM * FROM dblink_get_result(s, false) AS r (t text);
    RETURN CASE WHEN failed THEN 'failed' ELSE 'done' END;
EXCEPTION WHEN OTHERS THEN
    RETURN 'failed';
END $$;

CREATE FUNCTION note_present() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS before (LIKE present);
    TRUNCATE before;
    INSERT INTO before SELECT * FROM present;
END $$;

-- what is there before is noted now, or has been noted
CREATE FUNCTION commit(s text, noted boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    me session;
    c record;
    earliest timestamptz;
    invalid int;
BEGIN
    SELECT * INTO me FROM session WHERE name = s;
    PERFORM note_present() WHERE NOT noted;
    PERFORM dblink_send_query(s, 'COMMIT');
    result := settle(s, 30);
    FOR c IN SELECT n.*, o.content AS was, o.known_from AS was_from FROM present AS n LEFT JOIN before AS o USING (tab, key)
              WHERE o.key IS NULL OR o.content <> n.content OR o.known_from <> n.known_from LOOP
        IF c.known_from <= c.was_from THEN
            RAISE EXCEPTION 'A VERSION VANISHED' USING DETAIL = format('%s %s: %s known from %s, then %s known from %s', c.tab, c.key, c.was, c.was_from, c.content, c.known_from);
        END IF;
        IF c.known_from <= me.floor AND NOT me.known_at THEN
            RAISE EXCEPTION 'DATED BEFORE A PUBLICATION' USING DETAIL = format('%s %s: %s', c.tab, c.key, c.known_from);
        END IF;
        INSERT INTO model VALUES (c.tab, c.key, c.known_from, c.content);
        -- a transaction that entered several moments of the past
        IF me.known_at THEN
            INSERT INTO model SELECT p.tab, p.key, p.known_from, p.content FROM replaced AS p
             WHERE p.tab = c.tab AND p.key = c.key AND p.known_from > coalesce(c.was_from, '-infinity') AND p.known_from < c.known_from;
            earliest := least(earliest, (SELECT min(m.known_from) FROM model AS m WHERE m.tab = c.tab AND m.key = c.key AND m.known_from > coalesce(c.was_from, '-infinity')));
        END IF;
        earliest := least(earliest, c.known_from);
        PERFORM count_up('versions');
    END LOOP;
    IF EXISTS (SELECT FROM before AS o LEFT JOIN present AS n USING (tab, key) WHERE n.key IS NULL) THEN
        RAISE EXCEPTION 'A ROW VANISHED';
    END IF;
    DELETE FROM seen WHERE moment >= earliest;
    GET DIAGNOSTICS invalid = ROW_COUNT;
    IF invalid > 0 AND NOT me.known_at THEN
        RAISE EXCEPTION 'WHAT WAS SEEN CHANGED' USING DETAIL = format('something is known from %s', earliest);
    END IF;
    RETURN result;
END $$;

CREATE PROCEDURE run(steps int) LANGUAGE plpgsql AS $$
DECLARE
    me session;
    sql text;
    result text;
    m timestamptz;
BEGIN
    FOR step IN 1 .. steps LOOP
        -- who waited may have been let go
        FOR me IN SELECT * FROM session WHERE waits LOOP
            result := settle(me.name, 0);
            IF result <> 'waits' THEN
                UPDATE session SET waits = false, broken = result = 'failed' WHERE name = me.name;
                PERFORM count_up('waited, then ' || result);
            END IF;
        END LOOP;
        SELECT * INTO me FROM session WHERE NOT waits ORDER BY random() LIMIT 1;
        IF me.name IS NULL THEN
            PERFORM pg_sleep(0.03);         -- a deadlock: the server ends it
            CONTINUE;
        END IF;
        sql := CASE
            WHEN NOT me.open THEN 'BEGIN ISOLATION LEVEL ' || pick('READ COMMITTED', 'READ COMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE')
            WHEN me.broken THEN CASE WHEN me.savepoints > 0 AND random() < 0.7 THEN 'ROLLBACK TO s' || me.savepoints ELSE 'ROLLBACK' END
            WHEN random() < 0.15 THEN 'COMMIT'
            WHEN random() < 0.05 THEN 'ROLLBACK'
            WHEN random() < 0.12 THEN 'SAVEPOINT s' || me.savepoints + 1
            WHEN me.savepoints > 0 AND random() < 0.15 THEN pick('ROLLBACK TO s', 'RELEASE s') || me.savepoints
            WHEN me.wrote AND random() < 0.08 THEN 'REWRITE'
            WHEN random() < 0.06 THEN format('SET LOCAL emgov.known_at = %L', (SELECT known_from + (random() * 3 - 1)::int * interval '1 microsecond' FROM model ORDER BY random() LIMIT 1))
            WHEN random() < 0.06 THEN 'RESET emgov.known_at'
            ELSE some_statement() END;
        IF sql = 'COMMIT' THEN
            result := commit(me.name);
            PERFORM count_up('COMMIT ' || result);
            UPDATE session SET open = false, wrote = false, broken = false, savepoints = 0, known_at = false, floor = NULL WHERE name = me.name;
        ELSIF sql = 'ROLLBACK' THEN
            PERFORM dblink_send_query(me.name, sql), settle(me.name, 30), count_up(sql);
            UPDATE session SET open = false, wrote = false, broken = false, savepoints = 0, known_at = false, floor = NULL WHERE name = me.name;
        ELSIF sql = 'REWRITE' THEN
            -- writes a table anew, changes rows of it, and commits at once, for nobody can read it meanwhile
            PERFORM note_present();
            COMMIT;
            PERFORM dblink_send_query(me.name, $rewrite$DO $do$BEGIN
                LOCK TABLE v.b IN ACCESS EXCLUSIVE MODE NOWAIT;
                EXECUTE 'ALTER TABLE v.b ALTER n TYPE ' || (SELECT CASE atttypmod WHEN -1 THEN 'numeric(30,0)' ELSE 'numeric' END FROM pg_attribute WHERE attrelid = 'v.b'::regclass AND attname = 'n');
                UPDATE v.b SET n = n + 1 WHERE y % 2 = 0;
            END$do$ $rewrite$);
            result := settle(me.name, 30);
            PERFORM count_up(sql || ' ' || result);
            IF result = 'done' THEN
                PERFORM count_up('COMMIT ' || commit(me.name, true));
                UPDATE session SET open = false, wrote = false, broken = false, savepoints = 0, known_at = false, floor = NULL WHERE name = me.name;
            ELSE
                UPDATE session SET broken = true WHERE name = me.name;
            END IF;
        ELSE
            PERFORM dblink_send_query(me.name, sql);
            result := settle(me.name, 0.02);
            PERFORM count_up(substring(sql FROM '^\w+') || ' ' || result);
            UPDATE session SET open = true, waits = result = 'waits', broken = result = 'failed' OR broken AND sql !~ '^ROLLBACK TO',
                   wrote = wrote OR sql !~ '^(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|SET|RESET)',
                   floor = CASE WHEN wrote OR sql ~ '^(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|SET|RESET)' THEN floor ELSE (SELECT max(as_of) FROM v.publication) END,
                   known_at = known_at OR sql ~ 'known_at',
                   savepoints = savepoints + CASE WHEN result <> 'done' THEN 0 WHEN sql ~ '^SAVEPOINT' THEN 1 WHEN sql ~ '^RELEASE' THEN -1 ELSE 0 END
             WHERE name = me.name;
        END IF;
        -- nobody is writing: what is there now is what was known now
        IF NOT EXISTS (SELECT FROM session WHERE wrote) THEN
            -- not before the clock has gone on from whatever is dated a little later
            CONTINUE WHEN (SELECT max(known_from) FROM model) >= clock_timestamp();
            m := clock_timestamp();
            INSERT INTO seen SELECT m, coalesce(jsonb_agg(content ORDER BY tab, key), '[]') FROM present;
            PERFORM count_up('moments seen');
            PERFORM pg_sleep(0.000002);
            IF random() < 0.1 THEN
                -- as if the clock were set back a little after the publication
                INSERT INTO v.publication (as_of) VALUES (clock_timestamp() + (random() * 0.002) * interval '1 second');
                COMMIT;
                PERFORM count_up('publications');
            END IF;
        END IF;
        COMMIT;
        IF step % 20 = 0 THEN
            PERFORM differs(min(known_from) + random() * (clock_timestamp() - min(known_from))) FROM model;
        END IF;
    END LOOP;
END $$;
CALL run(:steps);
SELECT dblink_disconnect(name) FROM session \g /dev/null

-- at every boundary, and on both sides of it
SELECT count(differs(known_from)), count(differs(known_from - interval '1 microsecond'))
  FROM (SELECT DISTINCT known_from FROM model ORDER BY known_from LIMIT 2000) AS m \g /dev/null
DO $$
DECLARE
    s record;
BEGIN
    FOR s IN SELECT * FROM seen LOOP
        IF past(s.moment) <> s.content THEN
            RAISE EXCEPTION 'VERSIONS DIFFER from what was seen at %', s.moment USING DETAIL = format('as of then: %s, seen: %s', past(s.moment), s.content);
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM (SELECT known_to, lead(known_from) OVER (PARTITION BY k ORDER BY known_from) AS next
                 FROM (SELECT k, known_from, known_to FROM v.a_history UNION ALL SELECT k, known_from, NULL FROM v.a) AS v) AS x WHERE known_to IS DISTINCT FROM next) THEN
        RAISE EXCEPTION 'VERSIONS OVERLAP';
    END IF;
END $$;
SELECT format('%s versions, %s transactions committed, %s moments compared, %s seen while nobody wrote: no difference',
              (SELECT count(*) FROM model), (SELECT n FROM tally WHERE what = 'COMMIT done'), 2 * (SELECT count(DISTINCT known_from) FROM model), (SELECT count(*) FROM seen));
SELECT what || ': ' || n FROM tally ORDER BY what;
