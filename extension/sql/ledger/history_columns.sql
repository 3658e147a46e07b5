-- ------------------------------------------------------------------ ledger: the columns of a history follow those of its table
-- What happens to the columns of a kept table before and after ALTER TABLE and ALTER TYPE (history_ddl.c): a column that goes stays in
-- the history, one that comes has room there, and one that gets another type keeps its past.

CREATE FUNCTION emgov_internal.shortened(name text, bytes integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT left(name, n) FROM generate_series(least(length(name), bytes), 0, -1) AS n WHERE octet_length(left(name, n)) <= bytes LIMIT 1 $$;
COMMENT ON FUNCTION emgov_internal.shortened(text, integer) IS 'internal: the beginning of a name, of so many bytes at most, to which something is to be added';

-- A column about to come or to be renamed cannot take the name of one that only the history
-- has still: that one gets another.
CREATE FUNCTION emgov_internal.set_aside(relation regclass, name text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    history regclass := emgov_internal.history_of(relation);
    other text;
BEGIN
    PERFORM emgov_internal.must_be_kept(relation);
    SELECT x INTO other FROM (SELECT format('%s_dropped%s', emgov_internal.shortened(name, 40), nullif(i, 1)) AS x, i FROM generate_series(1, 1600) AS i) AS y
     WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid IN (history, relation) AND attname = x) ORDER BY i LIMIT 1;
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', history, name, other);
    PERFORM emgov_internal.released_column(history, name, other);
    RETURN other;
END
$$;
COMMENT ON FUNCTION emgov_internal.set_aside(regclass, text) IS 'internal: give another name to a column of a kept table''s history; gives that name';

CREATE FUNCTION emgov_internal.free_name(relation regclass, name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF name = 'known_to' THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('table "%s", which is kept, cannot have a column known_to', relation),
            DETAIL = 'Its history has one of that name: when a version was replaced.', HINT = 'Give it another name.';
    END IF;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = emgov_internal.history_of(relation) AND attname = name AND NOT attisdropped)
       AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = name AND NOT attisdropped) THEN
        PERFORM emgov_internal.released_column(relation, name, emgov_internal.set_aside(relation, name));
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.free_name(regclass, text) IS 'internal: give another name to a column that only the history has still';

-- A column gets another type only if each value that it has, or had, is the same again when it is cast back: else the past would be another.
-- Where a present one cannot be cast at all the command itself says so, and where a past one cannot, follow() leaves all of the past as it was.
-- A column whose values are computed anew is looked at once its present values are in the history.
-- Where there is no cast back nothing can be known of the values: that is refused, too, for the way that is left keeps them all. Of a history only
-- what it alone has gets another type.
CREATE FUNCTION emgov_internal.refuse_lossy(relation regclass, columns text[], types text[], computed boolean) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off
AS $$
DECLARE
    kept text;
    whole text;
    same CONSTANT text[] := ARRAY['IS DISTINCT FROM', 'OPERATOR(pg_catalog.*<>)'];
    c record;
    source regclass;
    not_same bigint;
    lost bigint;
    n bigint;
BEGIN
    SELECT format('%I.%I', n.nspname, k.relname) INTO kept FROM pg_class AS k JOIN pg_namespace AS n ON n.oid = k.relnamespace WHERE k.oid = relation;
    whole := coalesce(pg_partition_root(relation)::text, kept);
    FOR c IN SELECT a.attname AS name, a.attname = ANY (emgov_internal.key_columns(relation)) AS is_key, format_type(a.atttypid, a.atttypmod) AS was,
                    format_type(x.type[1]::oid, x.type[2]::int) AS becomes, h.oid::regclass AS history
               FROM unnest(columns, types) AS u (name, type) CROSS JOIN LATERAL (SELECT string_to_array(u.type, ' ') AS type) AS x
               JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = u.name AND a.attnum > 0 AND NOT a.attisdropped
               LEFT JOIN pg_class AS h ON h.oid = emgov_internal.history_of(relation)
              WHERE x.type[1]::oid <> 0 AND (x.type[3] = 'computed') = computed AND (a.atttypid <> x.type[1]::oid OR x.type[2]::int NOT IN (-1, a.atttypmod)) LOOP
        lost := 0;
        FOREACH source IN ARRAY CASE WHEN computed THEN ARRAY[c.history] ELSE ARRAY[relation, c.history] END LOOP
            CONTINUE WHEN NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = source AND a.attname = c.name AND NOT a.attisdropped);
            not_same := NULL;
            FOR i IN 1 .. 2 LOOP
                BEGIN
                    EXECUTE format('SELECT count(*) FROM (SELECT %5$I AS v FROM ONLY %1$s WHERE %5$I IS NOT NULL) AS x, LATERAL (SELECT x.v) AS emgov_was, '
                                   'LATERAL (SELECT (x.v::%2$s)::%3$s) AS emgov_is WHERE emgov_was %4$s emgov_is', source, c.becomes, c.was, same[i], c.name) INTO not_same;
                    EXIT;
                EXCEPTION
                    -- of a type without =
                    WHEN undefined_function THEN CONTINUE;
                    WHEN OTHERS THEN
                        IF emgov_internal.ends_the_query(SQLSTATE) THEN
                            RAISE;
                        END IF;
                        EXIT;
                END;
            END LOOP;
            IF not_same IS NULL THEN
                BEGIN
                    EXECUTE format('SELECT count(*), count(%2$I::%3$s) FROM ONLY %1$s WHERE %2$I IS NOT NULL', source, c.name, c.becomes) INTO not_same, n;
                EXCEPTION WHEN OTHERS THEN
                    IF emgov_internal.ends_the_query(SQLSTATE) THEN
                        RAISE;
                    END IF;
                    EXIT;
                END;
            END IF;
            lost := lost + not_same;
        END LOOP;
        CONTINUE WHEN lost = 0;
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = format('column %I of table %s, which is kept, cannot become %s: %s of its values, past ones among them, would not be the same', c.name, kept, c.becomes, lost),
            DETAIL = format('Cast back to %s they are others, or cannot be cast back.', c.was),
            HINT = CASE WHEN emgov_internal.kept_by(relation) IS NOT NULL THEN format('ALTER TABLE %s ALTER COLUMN %I TYPE text; keeps it as text.', kept, c.name)
                        WHEN c.is_key THEN format('Its key is what the versions of a row are told by. CALL emgov.release_versions(%L) gives them up.', whole)
                        ELSE format('ALTER TABLE %1$s ADD COLUMN %2$I %3$s; UPDATE %1$s SET %2$I = %4$I::%3$s; ALTER TABLE %1$s DROP COLUMN %4$I; keeps what was in it.',
                                    whole, emgov_internal.shortened(c.name, 50) || '_new', c.becomes, c.name) END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_lossy(regclass, text[], text[], boolean) IS
    'internal: an error when columns of a kept table, or of a history alone, '
    'are to get types in which not all values are the same that they have or had; types as OID, modifier and cast or computed; columns of the one kind or the other';

-- A history has all columns of its table. Those that the table has no longer stay.
CREATE FUNCTION emgov_internal.follow(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    history regclass := emgov_internal.history_of(relation);
    key name[] := emgov_internal.key_columns(relation);
    c record;
    free text;
BEGIN
    PERFORM emgov_internal.check_kept(relation, false);
    FOR c IN SELECT t.attname, t.atttypid, t.atttypmod, h.attname IS NULL AS is_new, h.attnotnull AND NOT t.attname = ANY (key || '{known_from,kept_since}'::name[]) AS must_free,
                    h.atttypid <> t.atttypid OR h.atttypmod <> t.atttypmod OR h.attcollation <> t.attcollation AS differs,
                    format_type(t.atttypid, t.atttypmod)
                    || coalesce((SELECT format(' COLLATE %s.%I', n.nspname, l.collname) FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
                                  WHERE l.oid = t.attcollation AND l.collname <> 'default'), '') AS type
               FROM pg_attribute t
               LEFT JOIN pg_attribute h ON h.attrelid = history AND h.attnum > 0 AND NOT h.attisdropped AND h.attname = t.attname
              WHERE t.attrelid = relation AND t.attnum > 0 AND NOT t.attisdropped ORDER BY t.attnum
    LOOP
        IF c.is_new THEN
            EXECUTE format('ALTER TABLE %s ADD %I %s', history, c.attname, c.type);
        ELSIF c.differs THEN
            BEGIN
                EXECUTE format('ALTER TABLE %s ALTER %I TYPE %s USING %2$I::%s', history, c.attname, c.type, format_type(c.atttypid, c.atttypmod));
            EXCEPTION WHEN OTHERS THEN
                IF emgov_internal.ends_the_query(SQLSTATE) THEN
                    RAISE;
                END IF;
                -- as if it had been dropped, and another had come
                RAISE WARNING USING MESSAGE = format('the past of column "%s" of "%s" cannot be given as %s', c.attname, relation, c.type),
                    DETAIL = SQLERRM,
                    HINT = format('It stays in "%s" as it was, in column "%s".', history, emgov_internal.set_aside(relation, c.attname));
                EXECUTE format('ALTER TABLE %s ADD %I %s', history, c.attname, c.type);
            END;
        END IF;
        IF c.must_free THEN
            free := concat_ws(', ', free, format('ALTER %I DROP NOT NULL', c.attname));
        END IF;
    END LOOP;
    -- what a version had is no longer the table's to demand, and what the table has not is no version's
    SELECT concat_ws(', ', free, string_agg(format('ALTER %I DROP NOT NULL', h.attname), ', ' ORDER BY h.attnum)) INTO free
      FROM pg_attribute AS h
     WHERE h.attrelid = history AND h.attnum > 0 AND NOT h.attisdropped AND h.attnotnull AND h.attname <> 'known_to'
       AND NOT EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = relation AND t.attname = h.attname AND NOT t.attisdropped);
    IF free <> '' THEN
        EXECUTE format('ALTER TABLE %s %s', history, free);
    END IF;
    PERFORM emgov_internal.make_as_of(relation);
END
$$;
COMMENT ON FUNCTION emgov_internal.follow(regclass) IS 'internal: bring the history of a kept table to the columns of the table, and make the functions anew';

CREATE FUNCTION emgov_internal.before_rename(relation regclass, was text, becomes text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.must_be_kept(relation);
    PERFORM emgov_internal.free_name(relation, becomes);
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', emgov_internal.history_of(relation), was, becomes);
    PERFORM emgov_internal.released_column(emgov_internal.history_of(relation), was, becomes);
END
$$;
COMMENT ON FUNCTION emgov_internal.before_rename(regclass, text, text) IS 'internal: a column of a kept table is about to be renamed: that of its history is';

CREATE FUNCTION emgov_internal.before_alter(relation regclass, added text[], gone text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.must_be_kept(relation);
    PERFORM emgov_internal.free_name(relation, a) FROM unnest(added) AS a;
    -- one that comes in the place of another, of the same name, in one command
    PERFORM emgov_internal.set_aside(relation, a) FROM unnest(added) AS a
      WHERE a = ANY (gone) AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = emgov_internal.history_of(relation) AND attname = a AND NOT attisdropped);
    IF cardinality(gone) > 0 THEN
        PERFORM emgov_internal.make_as_of(relation, gone);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.before_alter(regclass, text[], text[]) IS
    'internal: columns of a kept table are about to be added, or dropped or changed: the functions that read its past let go of these';
