-- ------------------------------------------------------------------ ledger: what no record can be
-- Guards of all tables with records. What a row says by itself its table's checks hold; what
-- depends on the day, or on another row, is looked at here.

-- An identifier in its one form: half width, without blanks around it, capital letters; the year of
-- a document's number in the brackets that the standard of official documents has.
CREATE FUNCTION emgov.identifier(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.regexp_replace(pg_catalog.upper(pg_catalog.btrim(normalize(written, NFKC), E' \t\n\r')), '[\[(【［（〔]([0-9]{4})[\])】］）〕]', '〔\1〕');
COMMENT ON FUNCTION emgov.identifier(text) IS
    'An identifier in its one form: half width, capital letters, no blanks around it, 〔2024〕 for the year of a number; NULL for NULL';

CREATE FUNCTION emgov.fold_identifier() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], emgov.identifier(to_jsonb(NEW)->>TG_ARGV[0])));
END
$$;
COMMENT ON FUNCTION emgov.fold_identifier() IS 'trigger of a ledger''s tables: an identifier, the column that the argument names, is stored in its one form';

CREATE FUNCTION emgov.check_subject() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problem text;
    excepted boolean;
BEGIN
    IF NEW.uscc IS NOT NULL THEN
        NEW.uscc := regexp_replace(emgov.identifier(NEW.uscc), '[[:space:]-]', '', 'g');
        problem := emgov.uscc_problem(NEW.uscc);
        IF problem IS NOT NULL THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I.uscc_exception WHERE uscc = $1)', TG_TABLE_SCHEMA) INTO excepted USING NEW.uscc;
            IF NOT excepted THEN
                RAISE EXCEPTION USING ERRCODE = 'check_violation',
                    MESSAGE = format('"%s" is no credit code: %s', left(NEW.uscc, 40), problem),
                    DETAIL = 'Some codes issued before 2016 fail their own check.',
                    HINT = CASE WHEN NEW.uscc ~ '^[0-9A-Z]{18}$'
                                THEN format('If it stands so on the licence, except it first: INSERT INTO %I.uscc_exception (uscc, reason) VALUES (%L, ''…'').', TG_TABLE_SCHEMA, NEW.uscc)
                                ELSE 'A credit code has 18 characters, digits and capital letters.' END;
            END IF;
        END IF;
    END IF;
    NEW.person_key := btrim(normalize(NEW.person_key, NFKC));
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_subject() IS
    'trigger of a ledger''s subjects: a credit code is stored in its one form, and must be valid or excepted; a person''s key is stored half width, without blanks around it';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'uscc_exception',
    '校验不符但确已核发的统一社会信用代码 | credit codes that fail their own check, and were issued so', $ddl$
CREATE TABLE @ledger@.uscc_exception (
    uscc text CONSTRAINT "uscc: 18 digits and capital letters" CHECK (uscc ~ '^[0-9A-Z]{18}$'),  -- 统一社会信用代码 | the code as issued
    reason text NOT NULL CONSTRAINT "reason is not blank" CHECK (reason ~ '\S'),  -- 理由，如核验的证照 | why it is taken, e.g. the licence that was seen
    @known@
    PRIMARY KEY (uscc)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'subject', $ddl$
CREATE OR REPLACE TRIGGER a_subject_check BEFORE INSERT OR UPDATE OF uscc, person_key ON @ledger@.subject FOR EACH ROW EXECUTE FUNCTION emgov.check_subject();
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF uscc ON @ledger@.uscc_exception
    FOR EACH ROW WHEN (NEW.uscc IS DISTINCT FROM emgov.identifier(NEW.uscc)) EXECUTE FUNCTION emgov.fold_identifier('uscc');
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF number ON @ledger@.accident
    FOR EACH ROW WHEN (NEW.number IS DISTINCT FROM emgov.identifier(NEW.number)) EXECUTE FUNCTION emgov.fold_identifier('number');
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF number ON @ledger@.enforcement_case
    FOR EACH ROW WHEN (NEW.number IS DISTINCT FROM emgov.identifier(NEW.number)) EXECUTE FUNCTION emgov.fold_identifier('number');
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF number ON @ledger@.inspection
    FOR EACH ROW WHEN (NEW.number IS DISTINCT FROM emgov.identifier(NEW.number)) EXECUTE FUNCTION emgov.fold_identifier('number');
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF number ON @ledger@.document
    FOR EACH ROW WHEN (NEW.number IS DISTINCT FROM emgov.identifier(NEW.number)) EXECUTE FUNCTION emgov.fold_identifier('number');
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF gb2260 ON @ledger@.area
    FOR EACH ROW WHEN (NEW.gb2260 IS DISTINCT FROM emgov.identifier(NEW.gb2260)) EXECUTE FUNCTION emgov.fold_identifier('gb2260');
$ddl$);

-- ------------------------------------------------------------------ days

-- Runs only for a row with a day that may be impossible: see the guard.
CREATE FUNCTION emgov.check_days() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$
DECLARE
    today date := emgov._day(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NULL);
    content jsonb := to_jsonb(NEW);
    name text;
    day date;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        day := content->>ltrim(name, '+');
        IF day < '1949-10-01' OR NOT isfinite(day) OR day >= '2200-01-01' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s of a record of "%s" cannot be %s', ltrim(name, '+'), TG_TABLE_NAME, day),
                DETAIL = 'A day is from 1949-10-01 on, and before 2200-01-01.',
                HINT = 'A day that is not known yet is NULL. Was the year mistyped?';
        ELSIF left(name, 1) <> '+' AND day > today AND content->>'status' = 'valid' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s of a record of "%s" cannot be %s: that day is yet to come', ltrim(name, '+'), TG_TABLE_NAME, day),
                DETAIL = format('Today is %s in the ledger''s time zone.', today),
                HINT = 'Enter what has happened. Was the year mistyped?';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_days() IS
    'trigger of a ledger''s records: no infinite day, none before 1949 or after 2199, and of what happens none that is yet to come; arguments: the columns, with a plus before what may lie ahead';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'days of records', $ddl$
DO $do$
DECLARE
    t record;
BEGIN
    -- what ends in _on has happened, but for what is planned; bounds and limits may lie ahead
    FOR t IN
        SELECT c.relname, string_agg(quote_literal(d.mark || a.attname), ', ' ORDER BY a.attnum) AS columns,
               string_agg(format('NEW.%1$I < ''1949-10-01'' OR NEW.%1$I >= %2$s', a.attname,
                                 CASE d.mark WHEN '' THEN '(now() AT TIME ZONE ''UTC'')::date' ELSE 'date ''2200-01-01''' END), ' OR ' ORDER BY a.attnum) AS odd
          FROM emgov.ledger_part AS p
          JOIN pg_catalog.pg_class AS c ON c.oid = to_regclass(format('%s.%I', '@ledger@', p.name))
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.atttypid = 'date'::regtype AND a.attnum > 0 AND NOT a.attisdropped
         CROSS JOIN LATERAL (SELECT CASE WHEN a.attname ~ '_on$' AND a.attname <> ALL ('{planned_on,due_on,starts_on,ends_on,in_force_on,hearing_on}') THEN '' ELSE '+' END) AS d (mark)
         WHERE p.kind = 'table' AND p.body ~ '[@]fact@' AND p.name NOT IN ('reported', 'base_value')
         GROUP BY c.relname
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER a_days BEFORE INSERT OR UPDATE ON %s.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION emgov.check_days(%s)',
                       '@ledger@', t.relname, t.odd, t.columns);
    END LOOP;
END
$do$
$ddl$);

-- ------------------------------------------------------------------ other rows

-- A load of many rows asks once, by statement; a change asks for its row.
CREATE FUNCTION emgov.check_validity() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$
DECLARE
    query text;
    found record;
BEGIN
    -- the day's column, then pairs of a column and the table that it names a row of
    FOR i IN 1 .. TG_NARGS - 1 BY 2 LOOP
        query := format('SELECT x.code, x.name_zh, x.valid_to, n.%1$I AS day FROM %5$s AS n JOIN %2$I.%3$I AS x ON x.code = n.%4$I
                          WHERE x.valid_to <= n.%1$I AND n.status = ''valid'' LIMIT 1',
                        TG_ARGV[0], TG_TABLE_SCHEMA, TG_ARGV[i + 1], TG_ARGV[i], CASE TG_LEVEL WHEN 'ROW' THEN '(SELECT ($1).*)' ELSE 'added' END);
        IF TG_LEVEL = 'ROW' THEN
            EXECUTE query INTO found USING NEW;
        ELSE
            EXECUTE query INTO found;
        END IF;
        IF found.code IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s "%s" (%s) was no longer there on %s', TG_ARGV[i + 1], found.code, found.name_zh, found.day),
                DETAIL = format('Its last day is %s, says %I.%I.', found.valid_to - 1, TG_TABLE_SCHEMA, TG_ARGV[i + 1]),
                HINT = 'Name the one that took its place.';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_validity() IS
    'trigger of a ledger''s records: no area, organisation or category that had ended by the record''s day; arguments: the day''s column, then pairs of a column and the table of its codes';

CREATE FUNCTION emgov.check_accident() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$
DECLARE
    query text;
    source text := CASE TG_LEVEL WHEN 'ROW' THEN '(SELECT ($1).*)' ELSE 'added' END;
    found record;
BEGIN
    query := format(CASE TG_ARGV[0]
        WHEN 'group' THEN $sql$
            SELECT format('category "%%s" (%%s) is a group', k.code, k.name_zh) AS what, format('Such as "%%s" is below it.', b.code) AS why
              FROM %2$s AS n JOIN %1$I.accident_category AS k ON k.code = n.category_code
              JOIN %1$I.accident_category AS b ON b.parent_code = k.code AND daterange(b.valid_from, b.valid_to) @> n.occurred_on
             WHERE n.status = 'valid' ORDER BY b.code LIMIT 1 $sql$
        ELSE $sql$
            SELECT format('a casualty of %%s cannot be of accident %%s, which occurred on %%s', c.outcome_on, a.id, a.occurred_on) AS what,
                   format('The casualty is %%s.', c.id) AS why
              FROM %3$s AS a JOIN %4$s AS c ON c.accident_id = a.id WHERE c.outcome_on < a.occurred_on AND c.status = 'valid' LIMIT 1 $sql$ END,
        TG_TABLE_SCHEMA, source,
        CASE TG_ARGV[0] WHEN 'accident' THEN source ELSE format('%I.accident', TG_TABLE_SCHEMA) END,
        CASE TG_ARGV[0] WHEN 'casualty' THEN source ELSE format('%I.casualty', TG_TABLE_SCHEMA) END);
    IF TG_LEVEL = 'ROW' THEN
        EXECUTE query INTO found USING NEW;
    ELSE
        EXECUTE query INTO found;
    END IF;
    IF found.what IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = found.what, DETAIL = found.why,
            HINT = CASE TG_ARGV[0] WHEN 'group' THEN 'Give the accident a category that has none below it.'
                                   ELSE 'Nobody comes to harm before the accident. Correct the one day or the other.' END;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_accident() IS
    'trigger of a ledger''s accidents and casualties; argument: group, no category that has others below it; casualty and accident, nobody comes to harm before the accident';

CREATE FUNCTION emgov.check_tree() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    again boolean;
BEGIN
    EXECUTE format('WITH RECURSIVE above AS (SELECT code, parent_code FROM %1$I.%2$I WHERE code = $1
                                             UNION SELECT x.code, x.parent_code FROM above JOIN %1$I.%2$I AS x ON x.code = above.parent_code)
                    SELECT EXISTS (SELECT FROM above WHERE code = $2)', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO again USING NEW.parent_code, NEW.code;
    IF again THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('%s "%s" cannot be below "%s"', TG_TABLE_NAME, NEW.code, NEW.parent_code),
            DETAIL = 'It contains it.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION emgov.check_tree() IS 'trigger of a ledger''s areas and categories: none contains itself';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'validity of records', $ddl$
DO $do$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT c.relname, d.day, k.columns, k.arguments
          FROM emgov.ledger_part AS p
          JOIN pg_catalog.pg_class AS c ON c.oid = to_regclass(format('%s.%I', '@ledger@', p.name))
          JOIN LATERAL (SELECT a.attname AS day FROM pg_catalog.pg_attribute AS a
                         WHERE a.attrelid = c.oid AND a.atttypid = 'date'::regtype AND a.attnotnull AND NOT a.attisdropped ORDER BY a.attnum LIMIT 1) AS d ON true
          JOIN LATERAL (SELECT string_agg(quote_ident(a.attname), ', ') AS columns, string_agg(format('%L, %L', a.attname, f.relname), ', ' ORDER BY a.attnum) AS arguments
                          FROM pg_catalog.pg_constraint AS k
                          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
                          JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid AND f.relname IN ('area', 'organisation', 'accident_category')
                         WHERE k.contype = 'f' AND k.conrelid = c.oid) AS k ON k.columns IS NOT NULL
         WHERE p.kind = 'table' AND p.body ~ '[@]fact@' AND p.name NOT IN ('reported', 'base_value', 'subject')
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER a_validity_added AFTER INSERT ON %s.%I REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION emgov.check_validity(%L, %s)',
                       '@ledger@', t.relname, t.day, t.arguments);
        EXECUTE format('CREATE OR REPLACE TRIGGER a_validity BEFORE UPDATE OF %s, %I ON %s.%I FOR EACH ROW EXECUTE FUNCTION emgov.check_validity(%L, %s)',
                       t.columns, t.day, '@ledger@', t.relname, t.day, t.arguments);
    END LOOP;
END
$do$;
CREATE OR REPLACE TRIGGER a_group_added AFTER INSERT ON @ledger@.accident REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION emgov.check_accident('group');
CREATE OR REPLACE TRIGGER a_group BEFORE UPDATE OF category_code ON @ledger@.accident FOR EACH ROW EXECUTE FUNCTION emgov.check_accident('group');
CREATE OR REPLACE TRIGGER a_casualty BEFORE UPDATE OF occurred_on ON @ledger@.accident FOR EACH ROW EXECUTE FUNCTION emgov.check_accident('accident');
CREATE OR REPLACE TRIGGER a_casualty_added AFTER INSERT ON @ledger@.casualty REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION emgov.check_accident('casualty');
CREATE OR REPLACE TRIGGER a_casualty BEFORE UPDATE OF outcome_on, accident_id, status ON @ledger@.casualty FOR EACH ROW EXECUTE FUNCTION emgov.check_accident('casualty');
CREATE OR REPLACE TRIGGER a_tree AFTER INSERT OR UPDATE OF code, parent_code ON @ledger@.accident_category
    FOR EACH ROW WHEN (NEW.parent_code IS NOT NULL) EXECUTE FUNCTION emgov.check_tree();
CREATE OR REPLACE TRIGGER a_tree AFTER INSERT OR UPDATE OF code, parent_code ON @ledger@.area
    FOR EACH ROW WHEN (NEW.parent_code IS NOT NULL) EXECUTE FUNCTION emgov.check_tree();
$ddl$);
