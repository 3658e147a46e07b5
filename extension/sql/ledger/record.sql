-- ------------------------------------------------------------------ ledger: what no record can be
-- Guards of all tables with records. What a row says by itself its table's checks hold; what
-- depends on the day, or on another row, is looked at here.

-- An identifier in its one form: half width, without blanks around it, A to Z for a to z; the year of
-- a document's number in the brackets that the standard of official documents has.
CREATE FUNCTION emgov.identifier(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.regexp_replace(pg_catalog.upper(pg_catalog.btrim(normalize(written, NFKC), E' \t\n\r') COLLATE "C"), '[\[(【［（〔]([0-9]{4})[\])】］）〕]', '〔\1〕');
COMMENT ON FUNCTION emgov.identifier(text) IS
    'An identifier in its one form: half width, capital letters, no blanks around it, 〔2024〕 for the year of a number; NULL for NULL';

CREATE FUNCTION emgov_internal.fold_identifier() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], emgov.identifier(to_jsonb(NEW)->>TG_ARGV[0])));
END
$$;
COMMENT ON FUNCTION emgov_internal.fold_identifier() IS 'trigger of a ledger''s tables: an identifier, the column that the argument names, is stored in its one form';

CREATE FUNCTION emgov_internal.check_subject() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problem text;
    guess text;
    excepted boolean;
BEGIN
    IF NEW.uscc IS NOT NULL THEN
        NEW.uscc := regexp_replace(emgov.identifier(NEW.uscc), '[[:space:]-]', '', 'g');
        problem := emgov.uscc_problem(NEW.uscc);
        IF problem IS NOT NULL THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I.uscc_exception WHERE uscc = $1)', TG_TABLE_SCHEMA) INTO excepted USING NEW.uscc;
            IF NOT excepted THEN
                -- what the type guesses, say an identity number, says more than how to except it
                BEGIN
                    PERFORM emgov.uscc(NEW.uscc);
                EXCEPTION WHEN data_exception THEN
                    GET STACKED DIAGNOSTICS guess = PG_EXCEPTION_HINT;
                END;
                RAISE EXCEPTION USING ERRCODE = 'check_violation',
                    MESSAGE = format('"%s" is no credit code: %s', left(NEW.uscc, 40), problem),
                    DETAIL = 'Some codes issued before 2016 fail their own check.',
                    HINT = CASE WHEN guess <> '' THEN guess
                                WHEN NEW.uscc ~ '^[0-9A-Z]{18}$'
                                THEN format('If it stands so on the licence, except it first: INSERT INTO %I.uscc_exception (uscc, reason) VALUES (%L, ''…'').', TG_TABLE_SCHEMA, NEW.uscc)
                                ELSE 'A credit code has 18 characters, digits and capital letters.' END;
            END IF;
        END IF;
    END IF;
    IF NEW.identifier IS NOT NULL THEN
        NEW.identifier := emgov_internal.scheme_identifier(TG_TABLE_SCHEMA, NEW.scheme, NEW.identifier);
    END IF;
    NEW.person_key := btrim(normalize(NEW.person_key, NFKC));
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_subject() IS
    'trigger of a ledger''s subjects: a credit code is stored in its one form, and must be valid or excepted, and so an identifier by another '
    'scheme; a person''s key is stored half width, without blanks around it';

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
CREATE OR REPLACE TRIGGER a_subject_check BEFORE INSERT OR UPDATE OF uscc, scheme, identifier, person_key ON @ledger@.subject FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_subject();
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF uscc ON @ledger@.uscc_exception
    FOR EACH ROW WHEN (NEW.uscc IS DISTINCT FROM emgov.identifier(NEW.uscc)) EXECUTE FUNCTION emgov_internal.fold_identifier('uscc');
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF identifier ON @ledger@.identifier_exception
    FOR EACH ROW WHEN (NEW.identifier IS DISTINCT FROM emgov.identifier(NEW.identifier)) EXECUTE FUNCTION emgov_internal.fold_identifier('identifier');
CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF gb2260 ON @ledger@.area
    FOR EACH ROW WHEN (NEW.gb2260 IS DISTINCT FROM emgov.identifier(NEW.gb2260)) EXECUTE FUNCTION emgov_internal.fold_identifier('gb2260');
DO $do$
DECLARE
    t record;
BEGIN
    -- the numbers of all records
    FOR t IN SELECT c.oid::regclass AS relation FROM emgov.ledger_part AS p
               JOIN pg_catalog.pg_class AS c ON c.oid = to_regclass(format('%s.%I', '@ledger@', p.name))
               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'number' AND a.atttypid = 'text'::regtype AND NOT a.attisdropped
              WHERE p.kind = 'table' AND p.body ~ '[@]fact@'
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER a_identifier BEFORE INSERT OR UPDATE OF number ON %s FOR EACH ROW WHEN (NEW.number IS DISTINCT FROM emgov.identifier(NEW.number)) '
                       'EXECUTE FUNCTION emgov_internal.fold_identifier(''number'')', t.relation);
    END LOOP;
END
$do$
$ddl$);

-- ------------------------------------------------------------------ what no longer counts

CREATE FUNCTION emgov_internal.refuse_groundless() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
        MESSAGE = format('a record of "%s" does not become %s without a ground', TG_TABLE_NAME, replace(NEW.status, '_', ' ')),
        DETAIL = 'What no longer counts says why in its column note.',
        HINT = format('UPDATE %I.%I SET status = %L, note = ''why'' WHERE …', TG_TABLE_SCHEMA, TG_TABLE_NAME, NEW.status);
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_groundless() IS
    'trigger of a ledger''s records: refuses to withdraw one, to mark it as a duplicate or to write it off without a note, and to empty that note';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'grounds of records', $ddl$
DO $do$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT c.oid::regclass AS relation FROM emgov.ledger_part AS p JOIN pg_catalog.pg_class AS c ON c.oid = to_regclass(format('%s.%I', '@ledger@', p.name))
              WHERE p.kind = 'table' AND p.body ~ '[@]fact@'
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER a_ground BEFORE UPDATE OF status, note ON %s FOR EACH ROW '
                       'WHEN (NEW.status IN (''withdrawn'', ''duplicate'', ''written_off'') AND coalesce(NEW.note, '''') !~ ''\S'' AND (OLD.status, OLD.note) IS DISTINCT FROM (NEW.status, NEW.note)) '
                       'EXECUTE FUNCTION emgov_internal.refuse_groundless()', t.relation);
    END LOOP;
END
$do$
$ddl$);

-- ------------------------------------------------------------------ days

-- Runs only for a row with a day that may be impossible: see the guard.
CREATE FUNCTION emgov_internal.check_days() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO'
AS $$
DECLARE
    today date := emgov_internal.day(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NULL);
    content jsonb := to_jsonb(NEW);
    name text;
    day date;
    earliest date;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        day := content->>ltrim(name, '+*');
        earliest := CASE left(name, 1) WHEN '*' THEN '1800-01-01' ELSE '1949-10-01' END;
        IF day < earliest OR NOT isfinite(day) OR day >= '2200-01-01' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s of a record of "%s" cannot be %s', ltrim(name, '+*'), TG_TABLE_NAME, day),
                DETAIL = format('A day is from %s on, and before 2200-01-01.', earliest),
                HINT = 'A day that is not known yet is NULL. Was the year mistyped?';
        ELSIF left(name, 1) NOT IN ('+', '*') AND day > today AND content->>'status' = 'valid' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('%s of a record of "%s" cannot be %s: that day is yet to come', ltrim(name, '+'), TG_TABLE_NAME, day),
                DETAIL = format('Today is %s in the ledger''s time zone.', today),
                HINT = 'Enter what has happened. Was the year mistyped?';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_days() IS
    'trigger of a ledger''s records: no infinite day, none before 1949 or after 2199, and of what happens none that is yet to come; arguments: the columns, with a plus before what '
    'may lie ahead, and an asterisk before what may also lie before 1949, back to 1800';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'days of records', $ddl$
DO $do$
DECLARE
    t record;
BEGIN
    -- what ends in _on has happened, but for what is planned; bounds and limits may lie ahead, and those of reference data and definitions far back
    FOR t IN
        SELECT c.relname, string_agg(quote_literal(d.mark || a.attname), ', ' ORDER BY a.attnum) AS columns,
               string_agg(format('NEW.%1$I < %3$L OR NEW.%1$I >= %2$s', a.attname,
                                 CASE d.mark WHEN '' THEN '(now() AT TIME ZONE ''UTC'')::date' ELSE 'date ''2200-01-01''' END,
                                 CASE d.mark WHEN '*' THEN '1800-01-01' ELSE '1949-10-01' END), ' OR ' ORDER BY a.attnum) AS odd
          FROM emgov.ledger_part AS p
          JOIN pg_catalog.pg_class AS c ON c.oid = to_regclass(format('%s.%I', '@ledger@', p.name))
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.atttypid = 'date'::regtype AND a.attnum > 0 AND NOT a.attisdropped
         CROSS JOIN LATERAL (SELECT CASE WHEN p.body !~ '[@]fact@' OR p.name IN ('reported', 'base_value') THEN '*'
                                     WHEN a.attname ~ '_on$' AND a.attname <> ALL ('{planned_on,due_on,starts_on,ends_on,in_force_on,hearing_on}') THEN '' ELSE '+' END) AS d (mark)
         WHERE p.kind = 'table' AND p.body ~ '[@](fact|known)@'
         GROUP BY c.relname
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER a_days BEFORE INSERT OR UPDATE ON %s.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION emgov_internal.check_days(%s)',
                       '@ledger@', t.relname, t.odd, t.columns);
    END LOOP;
END
$do$
$ddl$);

-- ------------------------------------------------------------------ other rows

-- What is looked up in other rows. A load asks once, by statement, of the rows that it adds; a change of
-- one of the columns asks for its row. The queries are made for each table, and their plans kept; where
-- a column got another name, records are taken with a warning until they are made anew.

CREATE FUNCTION emgov_internal.refuse_record(what text, why text, remedy text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = what, DETAIL = why, HINT = remedy;
END
$$;
COMMENT ON FUNCTION emgov_internal.refuse_record(text, text, text) IS 'internal: the error about a record that cannot be';

-- What refuses rows: queries over rows n that give what is wrong, and why; with the columns that they look at.
CREATE FUNCTION emgov_internal.record_checks(ledger regnamespace, relation regclass, OUT columns text, OUT query text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
BEGIN
    RETURN QUERY
    -- areas, organisations, categories that had ended
    SELECT format('%I, %s, status', a.attname, d.columns),
           format('SELECT format(''%1$s "%%s" (%%s) was no longer there on %%s'', x.code, x.name_zh, to_char(least(%2$s), ''YYYY-MM-DD'')) AS what, '
                  'format(''Its last day is %%s.'', to_char(x.valid_to - 1, ''YYYY-MM-DD''))%5$s AS why '
                  'FROM @rows@ AS n JOIN %4$s.%1$I AS x ON x.code = n.%3$I WHERE x.valid_to <= least(%2$s) AND n.status = ''valid'' LIMIT 1',
                  f.relname, d.days, a.attname, ledger,
                  CASE WHEN f.relname <> 'organisation' THEN
                      format(' || coalesce((SELECT format('' It became "%%s" (%%s).'', s.code, s.name_zh) FROM %s.%I AS s WHERE s.code = x.successor_code), '''')', ledger, f.relname)
                  END),
           'Name the one that took its place.'
      -- its day is the first that it must have; where it need have none of them, as a case, the earliest
      FROM (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns, string_agg(format('n.%I', attname), ', ' ORDER BY attnum) AS days
              FROM (SELECT attname, attnum, row_number() OVER (ORDER BY NOT attnotnull, attnum) AS n, bool_or(attnotnull) OVER () AS must
                      FROM pg_attribute WHERE attrelid = relation AND atttypid = 'date'::regtype AND attnum > 0 AND NOT attisdropped) AS v
             WHERE n = 1 OR NOT must HAVING count(*) > 0) AS d
      JOIN pg_constraint AS k ON k.contype = 'f' AND k.conrelid = relation
      JOIN pg_class AS f ON f.oid = k.confrelid AND f.relname IN ('area', 'organisation', 'accident_category')
      JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
    UNION ALL
    SELECT v.columns, format(v.query, ledger), v.remedy
      FROM pg_class AS c
      JOIN (VALUES
        ('accident', 'category_code, status',
         'SELECT format(''category "%%s" (%%s) is a group'', k.code, k.name_zh) AS what, format(''Such as "%%s" is below it.'', b.code) AS why
            FROM @rows@ AS n JOIN %1$s.accident_category AS k ON k.code = n.category_code
            JOIN %1$s.accident_category AS b ON b.parent_code = k.code AND daterange(b.valid_from, b.valid_to) @> n.occurred_on
           WHERE n.status = ''valid'' ORDER BY b.code LIMIT 1', 'Give the accident a category that has none below it.'),
        ('casualty', 'outcome_on, accident_id, status',
         'SELECT format(''a casualty of %%s cannot be of accident %%s, which occurred later'', to_char(n.outcome_on, ''YYYY-MM-DD''), n.accident_id) AS what,
                 format(''The casualty is %%s.'', n.id) AS why
            FROM @rows@ AS n WHERE n.status = ''valid'' AND n.outcome_on < (SELECT a.occurred_on FROM %1$s.accident AS a WHERE a.id = n.accident_id) LIMIT 1',
         'Nobody comes to harm before the accident. Correct the one day or the other.'),
        ('accident', 'occurred_on',
         'SELECT format(''accident %%s cannot have occurred on %%s: it has a casualty from before'', n.id, to_char(n.occurred_on, ''YYYY-MM-DD'')) AS what, ''See its rows in casualty.'' AS why
            FROM @rows@ AS n WHERE n.occurred_on > (SELECT min(x.outcome_on) FROM %1$s.casualty AS x WHERE x.accident_id = n.id AND x.status = ''valid'') LIMIT 1',
         'Nobody comes to harm before the accident. Correct the one day or the other.'),
        ('accident_investigation', 'opened_on, accident_id, status',
         'SELECT format(''the investigation of accident %%s cannot have been opened on %%s, before it'', n.accident_id, to_char(n.opened_on, ''YYYY-MM-DD'')) AS what,
                 format(''It occurred on %%s.'', to_char(a.occurred_on, ''YYYY-MM-DD'')) AS why
            FROM @rows@ AS n JOIN %1$s.accident AS a ON a.id = n.accident_id WHERE n.status = ''valid'' AND n.opened_on < a.occurred_on LIMIT 1',
         'Correct the one day or the other.'),
        ('enforcement_case', 'inspection_id, filed_on, decided_on, status',
         'SELECT format(''case %%s of %%s cannot come from inspection %%s, which was later'', n.id, to_char(least(n.filed_on, n.decided_on), ''YYYY-MM-DD''), i.id) AS what,
                 format(''The inspection is of %%s.'', to_char(i.inspected_on, ''YYYY-MM-DD'')) AS why
            FROM @rows@ AS n JOIN %1$s.inspection AS i ON i.id = n.inspection_id WHERE n.status = ''valid'' AND least(n.filed_on, n.decided_on) < i.inspected_on LIMIT 1',
         'Correct the one day or the other, or name another inspection.'),
        ('enforcement_case', 'outcome, status',
         'SELECT format(''case %%s cannot end as %%s: it has a penalty'', n.id, n.outcome) AS what, ''See its rows in penalty.'' AS why
            FROM @rows@ AS n
           WHERE n.status = ''valid'' AND n.outcome <> ''penalty'' AND EXISTS (SELECT FROM %1$s.penalty AS y WHERE y.enforcement_case_id = n.id AND y.status = ''valid'') LIMIT 1',
         'Withdraw the penalty first: UPDATE penalty SET status = ''withdrawn'', note = ''why''.'),
        ('penalty', 'enforcement_case_id, status',
         'SELECT format(''case %%s has no penalty: its outcome is %%s'', c.id, c.outcome) AS what, format(''The penalty is %%s.'', n.id) AS why
            FROM @rows@ AS n JOIN %1$s.enforcement_case AS c ON c.id = n.enforcement_case_id WHERE n.status = ''valid'' AND c.outcome <> ''penalty'' LIMIT 1',
         'Correct the outcome of the case first.'),
        ('penalty', 'enforcement_case_id, subject_id, kind_code, status',
         'SELECT format(''the party of case %%s has penalty %%s already'', c.id, n.kind_code) AS what,
                 format(''Once as subject %%s, once as the party of the case.'', c.subject_id) AS why
            FROM @rows@ AS n JOIN %1$s.enforcement_case AS c ON c.id = n.enforcement_case_id AND coalesce(n.subject_id, c.subject_id) = c.subject_id
            JOIN %1$s.penalty AS y ON y.enforcement_case_id = c.id AND y.kind_code = n.kind_code AND y.id <> n.id AND y.status = ''valid'' AND coalesce(y.subject_id, c.subject_id) = c.subject_id
           WHERE n.status = ''valid'' LIMIT 1', 'A kind of penalty is one row for each party of a case, with the amount of it all.'),
        ('fine_payment', 'enforcement_case_id, paid_on, status',
         'SELECT format(''nothing can be paid on %%s for case %%s, which was not decided by then'', to_char(n.paid_on, ''YYYY-MM-DD''), c.id) AS what, format(''The payment is %%s.'', n.id) AS why
            FROM @rows@ AS n JOIN %1$s.enforcement_case AS c ON c.id = n.enforcement_case_id WHERE n.status = ''valid'' AND (c.decided_on <= n.paid_on) IS NOT TRUE LIMIT 1',
         'Enter the decision first, or correct the day.'),
        ('inspection', 'inspection_task_id, subject_id, inspected_on, status',
         'SELECT format(''inspection %%s does not carry out task %%s'', n.id, t.id) AS what,
                 CASE WHEN t.subject_id <> n.subject_id THEN format(''It is of subject %%s.'', t.subject_id) ELSE format(''It was assigned on %%s.'', to_char(t.assigned_on, ''YYYY-MM-DD'')) END AS why
            FROM @rows@ AS n JOIN %1$s.inspection_task AS t ON t.id = n.inspection_task_id
           WHERE n.status = ''valid'' AND (t.subject_id <> n.subject_id OR t.assigned_on > n.inspected_on) LIMIT 1', 'Name the task of this unit, or none.'),
        ('inspection', 'inspected_on',
         'SELECT format(''inspection %%s cannot be of %%s: case %%s, which came from it, is of before'', n.id, to_char(n.inspected_on, ''YYYY-MM-DD''), c.id) AS what, ''See enforcement_case.'' AS why
            FROM @rows@ AS n JOIN %1$s.enforcement_case AS c ON c.inspection_id = n.id AND c.status = ''valid'' WHERE least(c.filed_on, c.decided_on) < n.inspected_on LIMIT 1',
         'Correct the one day or the other.'),
        ('enforcement_case', 'decided_on',
         'SELECT format(''case %%s cannot be decided on %%s: something was paid before'', n.id, coalesce(to_char(n.decided_on, ''YYYY-MM-DD''), ''no day'')) AS what,
                 format(''The payment is %%s.'', m.id) AS why
            FROM @rows@ AS n JOIN %1$s.fine_payment AS m ON m.enforcement_case_id = n.id AND m.status = ''valid'' WHERE (n.decided_on <= m.paid_on) IS NOT TRUE LIMIT 1',
         'Correct the one day or the other.'),
        ('hazard', 'level, found_on',
         'SELECT format(''hazard %%s cannot be %%s, found on %%s: it is under supervision'', n.id, n.level, to_char(n.found_on, ''YYYY-MM-DD'')) AS what,
                 format(''Since %%s, as a major one.'', to_char(v.listed_on, ''YYYY-MM-DD'')) AS why
            FROM @rows@ AS n JOIN %1$s.hazard_supervision AS v ON v.hazard_id = n.id AND v.status = ''valid'' WHERE n.level <> ''major'' OR v.listed_on < n.found_on LIMIT 1',
         'Withdraw the supervision first: UPDATE hazard_supervision SET status = ''withdrawn'', note = ''why''.'),
        ('hazard_supervision', 'hazard_id, listed_on, status',
         'SELECT format(''hazard %%s cannot be under supervision from %%s'', h.id, to_char(n.listed_on, ''YYYY-MM-DD'')) AS what,
                 CASE WHEN h.level <> ''major'' THEN ''It is not a major one.'' ELSE format(''It was found on %%s.'', to_char(h.found_on, ''YYYY-MM-DD'')) END AS why
            FROM @rows@ AS n JOIN %1$s.hazard AS h ON h.id = n.hazard_id WHERE n.status = ''valid'' AND (h.level <> ''major'' OR h.found_on > n.listed_on) LIMIT 1',
         'Only major hazards are put under supervision, once they are found: see hazard.level and found_on.')) AS v (name, columns, query, remedy) ON v.name = c.relname
     WHERE c.oid = relation;
END
$$;
COMMENT ON FUNCTION emgov_internal.record_checks(regnamespace, regclass) IS
    'internal: what is looked up in other rows before a record is taken: a query that gives what is wrong, the columns that it looks at, what to do';

CREATE PROCEDURE emgov_internal.make_record_checks(ledger regnamespace, relation regclass)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    store regnamespace := emgov_internal.store(ledger);
    name text := (SELECT relname FROM pg_class WHERE oid = relation);
    columns text;
    body text;
    way record;
BEGIN
    SELECT string_agg(DISTINCT u, ', ') INTO columns FROM emgov_internal.record_checks(ledger, relation) AS c CROSS JOIN LATERAL regexp_split_to_table(c.columns, ', ') AS u;
    IF columns IS NULL THEN
        RETURN;
    END IF;
    -- all in one query: for one record it takes longer to begin a query than to run it
    SELECT format(E'    SELECT x.* INTO wrong FROM (%s) AS x LIMIT 1;\n    IF FOUND THEN PERFORM emgov_internal.refuse_record(wrong.what, wrong.why, wrong.remedy); END IF;\n',
                  string_agg(format('(%s)', regexp_replace(c.query, ' AS why\s+', format(' AS why, %L::text AS remedy ', c.remedy))), E'\n    UNION ALL ' ORDER BY c.query))
      INTO body FROM emgov_internal.record_checks(ledger, relation) AS c;
    FOR way IN SELECT * FROM (VALUES ('added', 'added'), ('changed', '(SELECT (NEW).*)')) AS v (name, rows) LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION %s.%I() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS %L', store, name || ' ' || way.name,
                       format(E'\nDECLARE\n    wrong record;\nBEGIN\n%s    RETURN NEW;\n'
                              'EXCEPTION WHEN undefined_column OR undefined_table THEN\n'
                              '    RAISE WARNING USING MESSAGE = format(''records of "%%s" are not held against other rows: %%s'', TG_TABLE_NAME, SQLERRM),\n'
                              '        HINT = ''CALL emgov.upgrade_ledger() for this ledger.'';\n'
                              '    RETURN NEW;\nEND\n', replace(body, '@rows@', way.rows)));
        PERFORM emgov_internal.set_comment('FUNCTION', format('%s.%I()', store, name || ' ' || way.name),
                                   format('表 %1$s 的登记检查 | what a record of %1$s is held against', name));
    END LOOP;
    EXECUTE format('CREATE OR REPLACE TRIGGER a_record_added AFTER INSERT ON %s REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION %s.%I()',
                   relation, store, name || ' added');
    EXECUTE format('CREATE OR REPLACE TRIGGER a_record_changed BEFORE UPDATE OF %s ON %s FOR EACH ROW EXECUTE FUNCTION %s.%I()',
                   columns, relation, store, name || ' changed');
END
$$;
COMMENT ON PROCEDURE emgov_internal.make_record_checks(regnamespace, regclass) IS
    'internal: the triggers of a table of records that look at other rows, and their functions, in the schema of the ledger''s inside';

CREATE FUNCTION emgov_internal.check_tree() RETURNS trigger
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
COMMENT ON FUNCTION emgov_internal.check_tree() IS 'trigger of a ledger''s areas and categories: none contains itself';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'records', $ddl$
DO $do$
DECLARE
    relation regclass;
BEGIN
    FOR relation IN SELECT to_regclass(format('%s.%I', '@ledger@', p.name)) FROM emgov.ledger_part AS p
                     WHERE p.kind = 'table' AND p.body ~ '[@]fact@' AND p.name NOT IN ('reported', 'base_value', 'subject') ORDER BY p.ordinal LOOP
        CONTINUE WHEN relation IS NULL;
        CALL emgov_internal.make_record_checks('@ledger@'::regnamespace, relation);
    END LOOP;
END
$do$;
CREATE OR REPLACE TRIGGER a_tree AFTER INSERT OR UPDATE OF code, parent_code ON @ledger@.accident_category
    FOR EACH ROW WHEN (NEW.parent_code IS NOT NULL) EXECUTE FUNCTION emgov_internal.check_tree();
CREATE OR REPLACE TRIGGER a_tree AFTER INSERT OR UPDATE OF code, parent_code ON @ledger@.area
    FOR EACH ROW WHEN (NEW.parent_code IS NOT NULL) EXECUTE FUNCTION emgov_internal.check_tree();
$ddl$);
