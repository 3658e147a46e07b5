-- What emgov.rollup_for() proposes for random queries: it runs, and the query is then answered, as the table answers it. See rewrite_random.sh.
SET search_path = rewrite_random;
CREATE TABLE proposal (query text, made int, reasons text);

-- So many queries over the table without its rollups.
CREATE PROCEDURE check_proposals(queries int, seed int) LANGUAGE plpgsql AS $$
DECLARE
    r made;
    query text;
    call text;
    calls int;
    mine text[];
    theirs text[];
    why text;
    plan text;
    source regclass;
    proposed regclass[];
    unanswered text;
BEGIN
    SET search_path = rewrite_random;
    SET jit = off;
    SET client_min_messages = warning;
    PERFORM setseed((seed % 100003) / 100003.0);
    FOR r IN SELECT * FROM made LOOP
        EXECUTE format('CALL emgov.drop_rollup(%L)', r.name);
    END LOOP;
    FOR i IN 1..queries LOOP
        SELECT * INTO r FROM made ORDER BY random() LIMIT 1;
        query := answerable(r);
        SET LOCAL emgov.rewrite = off;
        theirs := rows_of(query);
        SET LOCAL emgov.rewrite = 'force';
        calls := 0;
        proposed := '{}';
        BEGIN
            LOOP
                SELECT f.proposal, f.source INTO call, source FROM emgov.rollup_for(query) AS f WHERE f.proposal IS NOT NULL LIMIT 1;
                EXIT WHEN call IS NULL;
                IF calls = 5 THEN
                    RAISE EXCEPTION 'there is no end of proposals: %', call USING DETAIL = query;
                END IF;
                EXECUTE call;
                calls := calls + 1;
                proposed := proposed || source;
            END LOOP;
            mine := rows_of(query);
            -- of rows that are only counted the plan computes nothing, so that perhaps no rollup is in it: it is asked for a query that looks at them
            plan := public.plan_of(replace(query, '(SELECT count(*) FROM (', '(SELECT count(q) FROM ('));
            IF calls > 0 AND plan NOT LIKE '%Custom Scan (Rollup)%' AND plan NOT LIKE '%One-Time Filter: false%' THEN
                RAISE EXCEPTION 'what was proposed does not answer' USING DETAIL = format(E'%s\n%s\n%s', query, (SELECT string_agg(u::text, E'\n') FROM emgov.rollup_for(query) u), plan);
            END IF;
            SELECT string_agg(p.source::text, ', ') INTO unanswered
              FROM unnest(proposed) AS p (source) WHERE NOT EXISTS (SELECT FROM emgov.rollup_for(query) AS f WHERE f.source = p.source AND f.answers);
            IF unanswered IS NOT NULL THEN
                RAISE EXCEPTION 'what was proposed over % does not answer', unanswered USING DETAIL = format(E'%s\n%s\n%s', query, (SELECT string_agg(u::text, E'\n') FROM emgov.rollup_for(query) u), plan);
            END IF;
            IF differ(query, mine, theirs) THEN
                RAISE EXCEPTION 'what was proposed answers otherwise than the table' USING DETAIL = format(E'%s\nrollup: %s\ntable: %s', query, mine, theirs);
            END IF;
            SELECT string_agg(f.reason, '; ') INTO why FROM emgov.rollup_for(query) AS f WHERE NOT f.answers;
            RAISE EXCEPTION USING ERRCODE = 'UE000', MESSAGE = 'undo';
        EXCEPTION WHEN SQLSTATE 'UE000' THEN
        END;
        INSERT INTO proposal VALUES (query, calls, why);
        COMMIT;
    END LOOP;
END $$;
