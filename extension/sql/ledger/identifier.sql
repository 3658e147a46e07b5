-- ------------------------------------------------------------------ ledger: identifiers of other countries
-- An enterprise has a credit code, or an identifier by a scheme: a row that says what such identifiers
-- look like in their one form, and which function checks them, if one does.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'identifier_scheme',
    '其他国家和地区的企业代码种类 | kinds of identifiers of enterprises beside the credit code', $ddl$
CREATE TABLE @ledger@.identifier_scheme (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text NOT NULL,                              -- 英文名称 | name in English
    pattern text NOT NULL,                              -- 格式（正则表达式），按统一格式核对
        -- | regular expression of an identifier in its one form: half width, capital letters, no blanks, hyphens, dots, slashes
    check_function text,                                -- 校验函数 | function(text) returning boolean of emgov or pg_catalog, immutable, as emgov.luhn; NULL: none
    source text,                                        -- 依据 | who issues them, by which standard
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    CONSTRAINT "pattern is from ^ to $" CHECK (pattern ~ '^\^.*\$$')
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'identifier_exception',
    '校验不符但确已核发的代码 | identifiers that fail their own check, and were issued so', $ddl$
CREATE TABLE @ledger@.identifier_exception (
    scheme text NOT NULL REFERENCES @ledger@.identifier_scheme,  -- 种类 | kind
    identifier text NOT NULL,                           -- 代码 | the identifier as issued, in its one form
    reason text NOT NULL CONSTRAINT "reason is not blank" CHECK (reason ~ '\S'),  -- 理由，如核验的证照 | why it is taken, e.g. the certificate that was seen
    @known@
    PRIMARY KEY (scheme, identifier)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'identifier_scheme', $ddl$
INSERT INTO @ledger@.identifier_scheme (code, name_zh, name_en, pattern, check_function, source, known_from) VALUES
    ('lei', '法人机构识别编码', 'Legal Entity Identifier', '^[0-9A-Z]{18}[0-9]{2}$', 'emgov.mod97', 'ISO 17442', '-infinity'),
    ('fr_siren', '法国企业代码', 'SIREN number (France)', '^[0-9]{9}$', 'emgov.luhn', 'INSEE', '-infinity'),
    ('gb_company', '英国公司注册号', 'company number (United Kingdom)', '^([0-9]{8}|[A-Z]{2}[0-9]{6})$', NULL, 'Companies House', '-infinity'),
    ('jp_corporate', '日本法人番号', 'Corporate Number (Japan)', '^[1-9][0-9]{12}$', NULL, '国税庁', '-infinity');
$ddl$);

CREATE FUNCTION emgov.luhn(digits text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN octet_length(digits) <= 1000 AND digits ~ '^[0-9]+$' AND (SELECT sum(CASE WHEN n % 2 = 0 THEN d * 2 - CASE WHEN d > 4 THEN 9 ELSE 0 END ELSE d END) % 10 = 0
    FROM (SELECT u.n, u.c::int AS d FROM regexp_split_to_table(reverse(digits), '') WITH ORDINALITY AS u (c, n)) AS x);
COMMENT ON FUNCTION emgov.luhn(text) IS 'whether a number with a check digit is right by ISO/IEC 7812 (every second digit from the right doubled); '
    'false for what is no digits or more than 1000, NULL for NULL';

CREATE FUNCTION emgov.mod97(identifier text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN identifier ~ '^[0-9A-Z]{3,100}$' AND (SELECT string_agg(CASE WHEN c <= '9' COLLATE "C" THEN c ELSE (ascii(c) - 55)::text END, '' ORDER BY n)::numeric % 97 = 1
    FROM regexp_split_to_table(left(identifier, 100), '') WITH ORDINALITY AS u (c, n));
COMMENT ON FUNCTION emgov.mod97(text) IS 'whether digits and capital letters with two check digits are right by ISO/IEC 7064, MOD 97-10 (letters as 10 to 35); '
    'false for what is neither, NULL for NULL';

CREATE FUNCTION emgov_internal.identifier_function(name text) RETURNS regprocedure
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
     WHERE p.oid = to_regprocedure(format('%s(text)', name)) AND n.nspname IN ('emgov', 'pg_catalog') AND p.provolatile = 'i' AND p.prokind = 'f' AND NOT p.proretset
       AND p.prorettype = 'boolean'::regtype
$$;
COMMENT ON FUNCTION emgov_internal.identifier_function(text) IS
    'internal: the function that a scheme''s check_function names, if it may be called: NULL for one of anybody''s, whose code would run with the rights of whoever enters '
    'records';

CREATE FUNCTION emgov_internal.check_identifier_scheme() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM '' ~ NEW.pattern;
    IF NEW.check_function IS NOT NULL AND emgov_internal.identifier_function(NEW.check_function) IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('"%s" cannot check identifiers', NEW.check_function),
            DETAIL = 'It must be an immutable function of emgov or pg_catalog that takes a text and gives a boolean.',
            HINT = 'Such are emgov.luhn and emgov.mod97. NULL: the pattern alone.';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_identifier_scheme() IS 'trigger of a ledger''s kinds of identifiers: a pattern that is one, and a function that may check';

-- An identifier by a scheme in its one form, or the error why it is none.
CREATE FUNCTION emgov_internal.scheme_identifier(ledger name, scheme text, written text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    s record;
    found text := regexp_replace(emgov.identifier(written), '[[:space:]./-]', '', 'g');
    ok boolean;
BEGIN
    EXECUTE format('SELECT x.pattern, x.name_en, x.check_function, emgov_internal.identifier_function(x.check_function) AS checked_by FROM %I.identifier_scheme AS x WHERE x.code = $1', ledger)
       INTO s USING scheme;
    IF s IS NULL OR found IS NULL THEN
        RETURN found;           -- a constraint says so
    END IF;
    ok := found ~ s.pattern;
    IF ok AND s.checked_by IS NOT NULL THEN
        EXECUTE format('SELECT %s($1)', s.checked_by::regproc) INTO ok USING found;
        IF ok IS NOT TRUE THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I.identifier_exception AS x WHERE x.scheme = $1 AND x.identifier = $2)', ledger) INTO ok USING scheme, found;
            IF NOT ok THEN
                RAISE EXCEPTION USING ERRCODE = 'check_violation',
                    MESSAGE = format('"%s" is no %s: its check fails', left(found, 60), s.name_en),
                    DETAIL = format('It is checked by %s.', s.check_function),
                    HINT = format('If it was issued so, except it first: INSERT INTO %I.identifier_exception (scheme, identifier, reason) VALUES (%L, %L, ''…'').', ledger, scheme, found);
            END IF;
        END IF;
    ELSIF NOT ok THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('"%s" is no %s', left(found, 60), s.name_en),
            DETAIL = format('It does not look like %s.', s.pattern),
            HINT = format('See %I.identifier_scheme.', ledger);
    END IF;
    RETURN found;
END
$$;
COMMENT ON FUNCTION emgov_internal.scheme_identifier(name, text, text) IS
    'internal: an identifier by a scheme of a ledger in its one form; an error when it is none and not excepted; unchanged where there is no such scheme';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'identifier_scheme', $ddl$
CREATE OR REPLACE TRIGGER a_scheme_check BEFORE INSERT OR UPDATE ON @ledger@.identifier_scheme FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_identifier_scheme();
$ddl$);
