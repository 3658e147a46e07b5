-- ------------------------------------------------------------------ ledger: coverage
-- What is known. A source covers the days of which its records are all entered; outside these
-- a figure has no value, and is never 0. Somebody says so: CALL entered(…). What nobody
-- says is presumed from the records, and marked as undeclared: from 1 January of the year of the
-- earliest record to the day of the latest entry.
--
-- A declaration is of a table, of all areas or of one. A view has its date from the tables that
-- the date column is taken from; when these cannot be told, it is declared itself.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'coverage_declaration',
    '数据填报截止声明 | declarations of what is entered: all records of a source, of so many days; written by entered()', $ddl$
CREATE TABLE @ledger@.coverage_declaration (
    id @key@,  -- 编号 | key
    source text NOT NULL,                               -- 来源表 | table, or a view whose tables cannot be told; with its schema when it is not of this ledger
    relation regclass,                                  -- 来源表本身，改名后仍指向它 | the relation itself, whatever it is called since
    area_code text REFERENCES @ledger@.area,            -- 区域，空为全部 | area; NULL: all
    since date NOT NULL CHECK (isfinite(since)),        -- 起始日期 | first day covered
    through date NOT NULL CHECK (isfinite(through)),    -- 截止日期（含） | last day covered
    active boolean NOT NULL DEFAULT true,               -- 是否有效 | false: taken back
    entered_by text NOT NULL DEFAULT session_user,      -- 声明人 | who said so: the user who had logged in
    @known@
    CHECK (through >= since)
);
CREATE UNIQUE INDEX "coverage_declaration: one for each source and area" ON @ledger@.coverage_declaration (source, (coalesce(area_code, '')));
$ddl$);

-- The day of a moment in a ledger's time zone; NULL: today.
CREATE FUNCTION emgov_internal.day(ledger regnamespace, moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    zone text;
BEGIN
    EXECUTE format('SELECT time_zone FROM ONLY %s.ledger_setting', ledger) INTO zone;
    RETURN timezone(coalesce(zone, 'Asia/Shanghai'), coalesce(moment, clock_timestamp()))::date;
END
$$;
COMMENT ON FUNCTION emgov_internal.day(regnamespace, timestamptz) IS 'internal: the day of a moment (NULL: the present) in a ledger''s time zone';

-- A table of a ledger, or its rows known at a moment, which is parameter $1.
CREATE FUNCTION emgov_internal.kept_as_of(ledger regnamespace, name text, as_of timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT format(CASE WHEN as_of IS NULL THEN '%s.%I' ELSE '%s.%I($1)' END, ledger, CASE WHEN as_of IS NULL THEN name ELSE name || '_as_of' END) $$;
COMMENT ON FUNCTION emgov_internal.kept_as_of(regnamespace, text, timestamptz) IS
    'internal: a kept table of a ledger as FROM text: live, or as known at a moment, to be given as parameter $1';

CREATE FUNCTION emgov_internal.column_tables(relation regclass, column_name text) RETURNS regclass[]
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_column_tables';
COMMENT ON FUNCTION emgov_internal.column_tables(regclass, text) IS
    'internal: the tables whose values a column of a view shows, through views, joins, subqueries and expressions; of a table, itself; empty when they cannot be told';

-- How the ledger writes the name of a relation: alone in its own schema, else with the schema.
CREATE FUNCTION emgov_internal.source_name(ledger regnamespace, relation regclass) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off
AS $$ SELECT CASE WHEN c.relnamespace = ledger THEN format('%I', c.relname) ELSE format('%I.%I', n.nspname, c.relname) END
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation $$;
COMMENT ON FUNCTION emgov_internal.source_name(regnamespace, regclass) IS 'internal: a relation''s name as a declaration of a ledger''s coverage has it';

-- What the coverage of a relation's date column is declared of.
CREATE FUNCTION emgov_internal.declared_of(ledger regnamespace, relation regclass, date_column text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(emgov_internal.source_name(ledger, t) ORDER BY t), ARRAY[emgov_internal.source_name(ledger, relation)])
      FROM unnest(emgov_internal.column_tables(relation, date_column)) AS t
$$;
COMMENT ON FUNCTION emgov_internal.declared_of(regnamespace, regclass, text) IS
    'internal: the sources that must be declared for a relation''s date column: its tables, or else itself';

-- What a relation's records say for themselves: from 1 January of the year of the earliest to the
-- day of the latest entry; without known_from, of the latest date. What is not valid is no record,
-- though it was an entry.
CREATE FUNCTION emgov_internal.records_span(relation regclass, date_columns text[], as_of timestamptz DEFAULT NULL, zone text DEFAULT 'Asia/Shanghai')
RETURNS TABLE (date_column text, since date, through date)
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'emgov_records_span' COST 1000 ROWS 1;
COMMENT ON FUNCTION emgov_internal.records_span(regclass, text[], timestamptz, text) IS
    'what a relation''s records cover by each of these date columns, as long as nobody has said: from 1 January of the year of the earliest valid one to the day of the latest '
    'entry, in a time zone; no row where there is none, or the caller may not read them';

CREATE FUNCTION emgov_internal.coverages(ledger regnamespace, relations regclass[], date_columns text[], as_of timestamptz)
RETURNS TABLE (relation regclass, date_column text, area_code text, since date, through date, declared boolean)
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off SET plan_cache_mode = auto AS 'MODULE_PATHNAME', 'emgov_coverages' COST 1000 ROWS 50;
COMMENT ON FUNCTION emgov_internal.coverages(regnamespace, regclass[], text[], timestamptz) IS
    'internal: the days that date columns of relations cover as known at a moment (NULL: now), by area (NULL: all): as declared, else as the records say; no row where nothing is known';

CREATE FUNCTION emgov_internal.coverage_areas(ledger regnamespace, period daterange, as_of timestamptz) RETURNS TABLE (code text, name_zh text, name_en text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT a.code, a.name_zh, a.name_en FROM %s AS a
         WHERE a.is_block AND a.active AND daterange(a.valid_from, a.valid_to) && $2 ORDER BY a.code $sql$,
        emgov_internal.kept_as_of(ledger, 'area', as_of)) USING as_of, period;
END
$$;
COMMENT ON FUNCTION emgov_internal.coverage_areas(regnamespace, daterange, timestamptz) IS
    'internal: the areas whose data a figure of the whole needs: the blocks in force on some day of a period';

-- A declaration is its author's.
CREATE FUNCTION emgov_internal.check_declaration() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today date := emgov_internal.day(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NULL);
BEGIN
    IF NEW.active AND NEW.through > today THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('"%s" cannot be entered through %s: that day is yet to come', NEW.source, NEW.through),
            DETAIL = format('Today is %s in the ledger''s time zone.', today),
            HINT = 'Name the last day of which all records are entered.';
    END IF;
    NEW.entered_by := session_user;
    -- one that was renamed is not to be found by the name that was declared
    IF TG_OP = 'INSERT' OR NEW.source <> OLD.source OR OLD.relation IS NULL THEN
        NEW.relation := emgov_internal.relation(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NEW.source);
    ELSE
        NEW.relation := OLD.relation;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_declaration() IS
    'trigger of a ledger''s declarations of coverage: none of days to come; each is of a relation, whatever it is called later, and bears the name of the user who had logged in';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'coverage_declaration', $ddl$
CREATE OR REPLACE TRIGGER a_declaration_check BEFORE INSERT OR UPDATE ON @ledger@.coverage_declaration FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_declaration();
$ddl$);
