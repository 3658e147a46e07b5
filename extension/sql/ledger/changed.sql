-- ------------------------------------------------------------------ ledger: what changed between two moments
-- A record of a source is looked at again only when something it is made of has changed.
-- Which of its keys these are, a kept table knows by its history. Beside a view stands a
-- function view_changed(since, until) that gives the keys of its rows, as text: made of
-- t_versions(since, until) of the view's tables. Without one all rows are compared.

-- A live fact is its query.
CREATE FUNCTION emgov_internal.tables_behind(relation regclass) RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp ROWS 5
AS $$
    SELECT DISTINCT coalesce(emgov_internal.kept_by(r), r) FROM unnest(emgov_internal.relations_behind(ARRAY[relation])) AS r JOIN pg_class AS c ON c.oid = r
     WHERE c.relkind <> 'v' AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = r AND t.tgname = 'emgov_live_fact_guard')
$$;
COMMENT ON FUNCTION emgov_internal.tables_behind(regclass) IS 'internal: the tables that a relation''s rows come from, itself or behind views and live facts; of a history the table that it is of';

-- A view that the extension ships says nothing but what the tables behind it say; any other is asked by its own view_changed().
CREATE FUNCTION emgov_internal.kept_behind(ledger regnamespace, relation regclass) RETURNS regclass[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(SELECT emgov_internal.tables_behind(relation))
     WHERE emgov_internal.history_of(coalesce(emgov_internal.kept_by(relation), relation)) IS NOT NULL
        OR EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN emgov.ledger_part AS p ON p.kind IN ('source', 'live') AND p.name = c.relname
                    WHERE c.oid = relation AND c.relkind = 'v' AND n.oid = ledger AND n.nspowner = c.relowner)
$$;
COMMENT ON FUNCTION emgov_internal.kept_behind(regnamespace, regclass) IS
    'internal: the tables that a source of a ledger says nothing beyond: a kept table, or those behind a view that the extension made; NULL where that is not known';

CREATE FUNCTION emgov_internal.unwritten(ledger regnamespace, sources regclass[], since timestamptz) RETURNS regclass[]
LANGUAGE c STABLE STRICT SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_unwritten';
COMMENT ON FUNCTION emgov_internal.unwritten(regnamespace, regclass[], timestamptz) IS
    'internal: of some sources of a ledger those that say what they said at a moment: no version in a table behind them began or ended since, and whoever asks may read all';

-- In plpgsql, as the next: it keeps the plan.
CREATE FUNCTION emgov_internal.key_column(relation regclass) RETURNS name
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kept CONSTANT regclass := coalesce(emgov_internal.kept_by(relation), relation);
BEGIN
    RETURN (SELECT CASE WHEN x.indrelid IS NULL THEN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = 'id' AND NOT a.attisdropped)
                        WHEN x.indnkeyatts = 1 THEN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum = x.indkey[0]) END
              FROM pg_class c LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisprimary
             WHERE c.oid = kept);
END
$$;
COMMENT ON FUNCTION emgov_internal.key_column(regclass) IS
    'internal: the column whose value is a record''s key: the primary key (of a history, its table''s), or id of a view; NULL when it has none or several';

-- The key of a record as text that no setting shapes. Several columns make an array, in
-- which no two keys are written alike.
CREATE FUNCTION emgov_internal.record_key(relation regclass) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key CONSTANT name := emgov_internal.key_column(relation);
BEGIN
    RETURN coalesce(
        (SELECT format(CASE WHEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'text'::regtype, 'varchar'::regtype, 'uuid'::regtype)
                            THEN '(emgov_record).%I::text' ELSE 'to_jsonb((emgov_record).%I)#>>''{}''' END, a.attname)
           FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = key AND a.attnum > 0),
        (SELECT format('jsonb_build_array(%s)::text', string_agg(format('(emgov_record).%I', a.attname), ', ' ORDER BY k.n))
           FROM pg_index x CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
           JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum
          WHERE x.indrelid = (SELECT coalesce(emgov_internal.kept_by(relation), relation)) AND x.indisprimary AND k.n <= x.indnkeyatts HAVING count(*) > 0),
        'md5(to_jsonb(emgov_record)::text)');
END
$$;
COMMENT ON FUNCTION emgov_internal.record_key(regclass) IS 'internal: the expression of a record''s key: the primary key, a column id, or a hash of the row';

CREATE FUNCTION emgov_internal.changed_query(relation regclass) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    live regclass := coalesce(emgov_internal.kept_by(relation), relation);
BEGIN
    IF emgov_internal.history_of(live) IS NOT NULL THEN
        RETURN (SELECT format('SELECT %s FROM %s($1, $2) AS emgov_record', emgov_internal.record_key(live), f.name)
                  FROM emgov_internal.past_functions(live) AS f WHERE f.ending = '_versions');
    END IF;
    RETURN (SELECT format('SELECT k FROM %I.%I($1, $2) AS k', n.nspname, p.proname)
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = c.relname || '_changed' AND p.proowner = c.relowner
             WHERE c.oid = relation AND p.proretset AND p.prorettype = 'text'::regtype
               AND p.proargtypes = ARRAY['timestamptz'::regtype, 'timestamptz'::regtype]::oidvector);
END
$$;
COMMENT ON FUNCTION emgov_internal.changed_query(regclass) IS
    'internal: the query that gives the keys of a source''s records that something changed of between two moments, its parameters; NULL when it is not known which they are';

CREATE FUNCTION emgov_internal.kept_query(queries text[], VARIADIC "any") RETURNS SETOF record
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_kept_query';
COMMENT ON FUNCTION emgov_internal.kept_query(text[], "any") IS
    'internal: the rows of a query that is given in several ways, with these parameters, '
    'by whichever plan costs the least, for any parameters or, where one is a long array, for these; the session keeps the plans';

CREATE FUNCTION emgov_internal.changed_keys(relation regclass, since timestamptz, until timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    query text := emgov_internal.changed_query(relation);
BEGIN
    IF query IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(SELECT DISTINCT c.k FROM emgov_internal.kept_query(ARRAY[query], since, until) AS c (k text));
END
$$;
COMMENT ON FUNCTION emgov_internal.changed_keys(regclass, timestamptz, timestamptz) IS
    'internal: the keys of a source''s records that something changed of between two moments; NULL when it is not known which they are';

-- How much has changed is asked first: by each table's index by known_from, and no further than it matters.
CREATE FUNCTION emgov_internal.few_changed(relation regclass, few int) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('SELECT CASE WHEN %s <= %s THEN ARRAY(SELECT x.k::bigint FROM (%s) AS x (k) LIMIT %s) END',
                  string_agg(format('(SELECT count(*) FROM (SELECT FROM %s($1, $2) LIMIT %s) AS v)', f.name, few + 1), ' + ' ORDER BY f.name), few,
                  emgov_internal.changed_query(relation), few + 1)
      FROM emgov_internal.tables_behind(relation) AS b (kept)
     CROSS JOIN LATERAL emgov_internal.past_functions(b.kept) AS f
     WHERE emgov_internal.history_of(b.kept) IS NOT NULL AND f.ending = '_versions'
    HAVING count(*) > 0 AND emgov_internal.changed_query(relation) IS NOT NULL
$$;
COMMENT ON FUNCTION emgov_internal.few_changed(regclass, int) IS
    'internal: the query that gives the keys, numbers, of a source''s records that something changed of between two moments, its parameters: NULL when so many versions began or ended meanwhile '
    'that few is not the word, perhaps one key more than few; NULL when it is not known which they are';

-- A source as of a moment, with its rows as emgov_record, restricted to keys (NULL: all): all of them at once, or
-- one by one, for what a view groups is not computed for some rows only if these are not known beforehand.
CREATE FUNCTION emgov_internal.keyed_sources(relation regclass, moment text, parameter text, keys text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source text := emgov_internal.source_as_of(relation, true, moment);
    key name := emgov_internal.key_column(relation);
    type text := (SELECT format_type(a.atttypid, NULL) FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = key AND a.attnum > 0);
BEGIN
    IF keys IS NULL THEN
        RETURN ARRAY[source || ' AS emgov_record'];
    END IF;
    IF key IS NULL THEN
        RETURN ARRAY[format('%s AS emgov_record WHERE %s = ANY (%s)', source, emgov_internal.record_key(relation), parameter)];
    END IF;
    RETURN ARRAY[
        format('%s AS emgov_record WHERE emgov_record.%I = ANY (%s::%s[])', source, key, parameter, type),
        format('unnest(%3$s::%4$s[]) AS k (k) CROSS JOIN LATERAL (SELECT emgov_row AS emgov_record FROM %1$s AS emgov_row WHERE emgov_row.%2$I = k.k OFFSET 0) AS l', source, key, parameter, type)];
END
$$;
COMMENT ON FUNCTION emgov_internal.keyed_sources(regclass, text, text, text[]) IS
    'internal: FROM text that gives the records of a source as emgov_record, as of the moment in one parameter, with the keys in another; one text for each way in which they can be looked up';

CREATE FUNCTION emgov_internal.rows_by_key(relation regclass, keys text[], as_of timestamptz) RETURNS TABLE (record_key text, record jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
BEGIN
    RETURN QUERY SELECT r.* FROM emgov_internal.kept_query(ARRAY(SELECT format('SELECT %s, to_jsonb(emgov_record) FROM %s', emgov_internal.record_key(relation), s)
                                                                 FROM unnest(emgov_internal.keyed_sources(relation, '$2', '$1', keys)) AS s), keys, as_of)
                                AS r (record_key text, record jsonb);
END
$$;
COMMENT ON FUNCTION emgov_internal.rows_by_key(regclass, text[], timestamptz) IS 'internal: records of a source by key, as known at a moment';
