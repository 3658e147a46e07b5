-- ------------------------------------------------------------------ ledger: definitions come and go
-- The rows that packs may bring can be deleted and get another key, while nothing uses them. Their
-- past stays (see history.sql). What refers to them by a foreign key holds them; what names an indicator's
-- code otherwise is looked at here.

CREATE FUNCTION emgov_internal.number_definition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    store regnamespace := emgov_internal.store(quote_ident(TG_TABLE_SCHEMA)::regnamespace);
    versions regclass := emgov_internal.history_of(TG_RELID);
    past int;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.code = OLD.code THEN
        RETURN NEW;
    END IF;
    -- units of its past, which must not be taken for its own
    SELECT max(substring(p.proname FROM '^[^ ]+ v([0-9]{1,9}) ')::int) INTO past FROM pg_proc p
     WHERE p.pronamespace = store AND split_part(p.proname, ' ', 1) = NEW.code;
    IF has_table_privilege(versions, 'SELECT') AND has_schema_privilege((SELECT relnamespace FROM pg_class WHERE oid = versions), 'USAGE') THEN
        EXECUTE format('SELECT greatest($1, max(version)) FROM ONLY %s WHERE code = $2', versions) INTO past USING past, NEW.code;
    END IF;
    NEW.version := greatest(NEW.version, past + 1);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.number_definition() IS
    'trigger of a ledger''s indicators: a code that was deleted and comes again goes on with the number of its versions';

CREATE FUNCTION emgov_internal.check_unused() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    used_by text;
BEGIN
    EXECUTE format($sql$
        SELECT coalesce(
            (SELECT format('publication %%s', min(f.publication_id)) FROM ONLY %1$I.publication_figure AS f WHERE f.code = $1 HAVING count(*) > 0),
            (SELECT format('rule %%s', min(r.code)) FROM ONLY %1$I.check_rule AS r
              WHERE concat_ws(' ', r.left_side, r.right_side) ~ format('(^|[^A-Za-z0-9_])%%s($|[^A-Za-z0-9_])', $1) HAVING count(*) > 0),
            (SELECT format('indicator %%s', min(i.code)) FROM ONLY %1$I.indicator AS i
              WHERE EXISTS (SELECT FROM unnest(i.of_codes) AS c WHERE ltrim(c, '-') = $1) HAVING count(*) > 0))
         WHERE NOT EXISTS (SELECT FROM ONLY %1$I.indicator AS i WHERE i.code = $1) $sql$, TG_TABLE_SCHEMA)
       INTO used_by USING OLD.code;
    IF used_by IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = CASE WHEN used_by ~ '^publication' THEN 'restrict_violation' ELSE 'foreign_key_violation' END,
            MESSAGE = format('indicator %s cannot be taken away: %s uses it', OLD.code, used_by),
            HINT = format('It is no longer computed after UPDATE %I.indicator SET active = false WHERE code = %L.', TG_TABLE_SCHEMA, OLD.code);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_unused() IS
    'trigger of a ledger''s indicators, after one is deleted or gets another code: an error while a publication, a rule or a sum uses it';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'definition', $ddl$
CREATE OR REPLACE TRIGGER b_definition_number BEFORE INSERT OR UPDATE OF code ON @ledger@.indicator FOR EACH ROW EXECUTE FUNCTION emgov_internal.number_definition();
CREATE OR REPLACE TRIGGER a_definition_use AFTER DELETE OR UPDATE OF code ON @ledger@.indicator FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_unused();
$ddl$);
