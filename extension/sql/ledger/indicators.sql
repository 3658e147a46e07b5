-- ------------------------------------------------------------------ ledger: checking definitions
CREATE FUNCTION emgov._source(ledger text, source text) RETURNS regclass
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parts text[] := parse_ident(source);
    found regclass;
BEGIN
    IF cardinality(parts) = 1 THEN
        found := to_regclass(format('%I.%I', ledger, parts[1]));
    ELSIF cardinality(parts) = 2 THEN
        found := to_regclass(format('%I.%I', parts[1], parts[2]));
    END IF;
    IF found IS NULL OR NOT EXISTS (SELECT FROM pg_class WHERE oid = found AND relkind IN ('r', 'v', 'm', 'p', 'f')) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_table',
            MESSAGE = format('there is no table or view "%s"', source),
            HINT = format('Name a relation of ledger "%s", or another with its schema. An indicator whose source is gone is left out by active = false.', ledger);
    END IF;
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.nspname = ledger JOIN pg_roles r ON r.oid = c.relowner
                WHERE c.oid = found AND c.relowner <> n.nspowner AND NOT r.rolsuper) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('"%s" cannot be a source of ledger "%s"', source, ledger),
            DETAIL = 'It belongs to another user: a view, or a policy of a table, would run that user''s code with the rights of whoever asks for figures.',
            HINT = 'Copy it, or make a view of your own over it.';
    END IF;
    RETURN found;
END
$$;
COMMENT ON FUNCTION emgov._source(text, text) IS 'internal: the relation that an indicator names as its source';

CREATE FUNCTION emgov._check_date_column(relation regclass, column_name text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = column_name
                      AND attnum > 0 AND NOT attisdropped AND atttypid = 'date'::regtype) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_column',
            MESSAGE = format('relation "%s" has no column "%s" of type date', relation, column_name);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov._check_date_column(regclass, text) IS 'internal: an error unless the relation has that date column';

CREATE FUNCTION emgov.check_indicator() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    derived boolean := NEW.kind IN ('change', 'ratio', 'reduction', 'rate');
    needs_measure boolean := NEW.kind IN ('distinct', 'sum', 'mean', 'streak', 'largest')
                             OR coalesce(NEW.aggregate IN ('distinct', 'sum'), false);
    relation regclass;
    columns text[] := '{}';
    problem text;
    definition jsonb;
BEGIN
    problem := CASE
        WHEN derived AND NEW.of_code IS NULL THEN 'of_code: the indicator it is of'
        WHEN NEW.kind IN ('ratio', 'reduction') AND NEW.by_code IS NULL THEN 'by_code: the indicator it is held against'
        WHEN NEW.kind = 'rate' AND NEW.series_code IS NULL THEN 'series_code: the series it is held against'
        WHEN derived AND num_nonnulls(NEW.source, NEW.date_column, NEW.measure, NEW.filter, NEW.aggregate) > 0 THEN 'no source: it is derived from other indicators'
        WHEN NOT derived AND num_nonnulls(NEW.of_code, NEW.by_code, NEW.series_code) > 0 THEN 'no of_code, by_code or series_code'
        WHEN NOT derived AND NEW.source IS NULL THEN 'source: the relation it is counted from'
        WHEN NOT derived AND NEW.date_column IS NULL THEN 'date_column: the date that the cut-off looks at'
        WHEN NEW.kind IN ('stock', 'completion', 'planned') AND NEW.until_column IS NULL THEN 'until_column: the end of validity, or the date done'
        WHEN NEW.kind = 'stock' AND NEW.cutoff <> 'at_date' THEN 'cutoff at_date'
        WHEN NEW.kind IN ('share', 'completion', 'planned', 'stock') AND NEW.aggregate IS NULL THEN 'aggregate: count, distinct or sum'
        WHEN NEW.kind NOT IN ('share', 'completion', 'planned', 'stock') AND NEW.aggregate IS NOT NULL THEN 'no aggregate: its kind says it'
        WHEN needs_measure AND NEW.measure IS NULL THEN 'measure: the expression that is summed, averaged or told apart'
        WHEN NEW.kind = 'share' AND NEW.filter IS NULL THEN 'filter: which records of the denominator are the numerator'
    END;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('indicator %s of kind %s needs %s', NEW.code, NEW.kind, problem);
    END IF;

    -- one that is not computed may name what is gone, so that it can be left out
    IF NOT derived AND NEW.active THEN
        relation := emgov._source(TG_TABLE_SCHEMA, NEW.source);
        PERFORM emgov._check_date_column(relation, NEW.date_column);
        IF NEW.until_column IS NOT NULL THEN
            PERFORM emgov._check_date_column(relation, NEW.until_column);
        END IF;
        columns := ARRAY[
            emgov.check_expression(relation, NEW.filter, 'boolean'),
            emgov.check_expression(relation, NEW.base_filter, 'boolean'),
            emgov.check_expression(relation, NEW.measure,
                CASE WHEN NEW.kind = 'streak' THEN 'integer'::regtype
                     WHEN NEW.kind IN ('sum', 'mean', 'largest') OR NEW.aggregate = 'sum' THEN 'numeric'::regtype END)];
        EXECUTE format('SELECT %s FROM %s LIMIT 0',
                       coalesce(array_to_string(array_remove(columns, NULL), ', '), '1'), relation);
    END IF;

    definition := to_jsonb(NEW) - '{version,approved_by,approved_at,known_from,active,ordinal}'::text[];
    IF TG_OP = 'INSERT' THEN
        NEW.version := 1;
        NEW.approved_at := CASE WHEN NEW.approved_by IS NOT NULL THEN clock_timestamp() END;
    ELSIF definition <> to_jsonb(OLD) - '{version,approved_by,approved_at,known_from,active,ordinal}'::text[] THEN
        NEW.version := OLD.version + 1;
        NEW.approved_by := NULL;
        NEW.approved_at := NULL;
    ELSE
        NEW.version := OLD.version;
        NEW.approved_at := CASE WHEN NEW.approved_by IS NULL THEN NULL
                                WHEN NEW.approved_by = OLD.approved_by THEN OLD.approved_at
                                ELSE clock_timestamp() END;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_indicator() IS
    'trigger of a ledger''s indicators: checks a definition with the rights of whoever writes it, counts its versions, and voids the approval of one that changes';

-- A rule's side is arithmetic over indicators: codes, numbers, + - * / and brackets.
CREATE FUNCTION emgov._check_side(side text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF side !~ '^\s*(([A-Za-z][A-Za-z0-9_]*(\.base)?|[0-9]+(\.[0-9]+)?|[-+*/()])\s*)+$' OR side ~ '--|/\*|\*\*' THEN
        RAISE EXCEPTION USING ERRCODE = 'syntax_error',
            MESSAGE = format('"%s" is no arithmetic over indicators', side),
            HINT = 'Write codes of indicators, numbers, + - * / and brackets, e.g. F012 + F013; CODE.base is the base of a change.';
    END IF;
    BEGIN
        EXECUTE 'SELECT ' || regexp_replace(side, '[A-Za-z][A-Za-z0-9_]*(\.base)?', '(7::numeric)', 'g');
    EXCEPTION
        WHEN division_by_zero THEN NULL;
    END;
    RETURN side;
END
$$;
COMMENT ON FUNCTION emgov._check_side(text) IS 'internal: one side of a check rule, or an error when it is no arithmetic over indicators';

CREATE FUNCTION emgov.check_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    missing text;
BEGIN
    IF NEW.source IS NOT NULL THEN
        PERFORM emgov.check_expression(emgov._source(TG_TABLE_SCHEMA, NEW.source), NEW.violation, 'boolean');
    ELSE
        PERFORM emgov._check_side(NEW.left_side), emgov._check_side(NEW.right_side);
        EXECUTE format($sql$
            SELECT min(m[1]) FROM regexp_matches($1, '([A-Za-z][A-Za-z0-9_]*)(\.base)?', 'g') AS m
             WHERE NOT EXISTS (SELECT FROM %I.indicator WHERE code = m[1]) $sql$, TG_TABLE_SCHEMA)
           INTO missing USING NEW.left_side || ' ' || NEW.right_side;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
                MESSAGE = format('rule %s names "%s", which is no indicator', NEW.code, missing);
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_rule() IS 'trigger of a ledger''s check rules: only arithmetic over indicators, or a harmless condition on a relation''s records';

CREATE FUNCTION emgov.only_publish() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_only_publish';
COMMENT ON FUNCTION emgov.only_publish() IS 'statement trigger of the publication tables: rows come from publishing only';
