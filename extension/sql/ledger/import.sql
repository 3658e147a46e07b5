-- ------------------------------------------------------------------ ledger: what imports remember
-- Three things that `emgov import` (client/import) asks once: which heading goes into which column, which enterprise a
-- name means, and what is still to be decided.

-- A name of an enterprise in the form that names are compared by.
CREATE FUNCTION emgov.enterprise_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.lower(pg_catalog.regexp_replace(normalize(name, NFKC), '[[:space:]\-.,''"()\[\]·•、。“”‘’《》【】〔〕*_/]', '', 'g') COLLATE "C");
COMMENT ON FUNCTION emgov.enterprise_key(text) IS
    'A name of an enterprise as names are compared: half width, small letters, without blanks, brackets and marks; NULL for NULL';

CREATE FUNCTION emgov.enterprise_core(name text, places text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.regexp_replace(pg_catalog.regexp_replace(emgov.enterprise_key(name), coalesce(nullif(places, ''), '^$'), ''),
    '(股份|有限责任|有限|集团|控股|责任|股分)*(公司|总公司|分公司|厂|co|ltd|inc|llc|corp|corporation|company)+$', '');
COMMENT ON FUNCTION emgov.enterprise_core(text, text) IS
    'The core of a name of an enterprise: without the place before it (a regular expression, NULL or empty: none) and the form of the firm after it; NULL for a name that is NULL';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'subject_alias',
    '企业别名：某个写法指的是哪个主体，一经确定不再询问 | aliases: which subject a way of writing a name means, decided once', $ddl$
CREATE TABLE @ledger@.subject_alias (
    id @key@,  -- 编号 | key
    subject_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 主体 | the subject that is meant
    name text NOT NULL CONSTRAINT "name is not blank" CHECK (name ~ '\S'),  -- 写法 | the name as it is written
    name_key text,                                      -- 比对用形式，自动填写 | the form that names are compared by, filled in by itself
    decided_by text NOT NULL DEFAULT session_user,      -- 确定人 | who decided it
    @fact@
    CONSTRAINT "name_key is not empty" CHECK (name_key <> '')
);
CREATE UNIQUE INDEX "subject_alias: a name means one subject" ON @ledger@.subject_alias (name_key) WHERE status = 'valid';
CREATE INDEX ON @ledger@.subject_alias (subject_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'import_heading',
    '导入时记住的表头对照 | headings that imports remember: which goes into which column', $ddl$
CREATE TABLE @ledger@.import_heading (
    id @key@,  -- 编号 | key
    table_name text NOT NULL,                           -- 表 | the table that rows went into
    fingerprint text NOT NULL CONSTRAINT "fingerprint is an md5" CHECK (fingerprint ~ '^[0-9a-f]{32}$'),  -- 表头指纹 | of the headings
    headings text NOT NULL,                             -- 表头，每行一个 | the headings, one a line
    mapping text NOT NULL,                              -- 对照，与对照文件相同 | the mapping, as in a mapping file
    file text,                                          -- 文件名 | the file that they were seen in
    remembered_by text NOT NULL DEFAULT session_user,   -- 登记人 | who imported it
    @fact@
    CONSTRAINT "table_name is not blank" CHECK (table_name ~ '\S')
);
CREATE UNIQUE INDEX "import_heading: one for each table and fingerprint" ON @ledger@.import_heading (table_name, fingerprint) WHERE status = 'valid';
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'import_pending',
    '待定的导入记录：企业名称尚不能确定 | rows of imports that wait: which enterprise is meant is not decided', $ddl$
CREATE TABLE @ledger@.import_pending (
    id @key@,  -- 编号 | key
    line bigint,                                        -- 行 | line of the file
    decided_on date,                                    -- 确定日期，空为待定 | day on which it was decided; NULL: it waits
    table_name text NOT NULL,                           -- 表 | the table that the row is for
    name text NOT NULL,                                 -- 名称 | the name of the enterprise as written
    name_key text NOT NULL,                             -- 比对用形式 | the form that names are compared by
    candidates text,                                    -- 相近的企业 | names that are like it
    file text,                                          -- 文件名 | the file
    record jsonb NOT NULL,                              -- 记录 | the row, as it was read
    record_key text NOT NULL,                           -- 记录指纹 | md5 of the row: the same one waits once
    @fact@
    CONSTRAINT "line is positive" CHECK (line > 0)
);
CREATE UNIQUE INDEX "import_pending: a row waits once" ON @ledger@.import_pending (table_name, name_key, record_key) WHERE status = 'valid' AND decided_on IS NULL;
$ddl$);

CREATE FUNCTION emgov_internal.lock_import(target regclass) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'emgov_lock_import';
COMMENT ON FUNCTION emgov_internal.lock_import(regclass) IS
    'internal: become the one who imports into a table, until the transaction ends; waits for another import. By who may insert into it';

-- Whose a mapping is decides whether others take constants from it: nobody says so but the server.
CREATE FUNCTION emgov_internal.fill_remembered_by() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.remembered_by := session_user;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.fill_remembered_by() IS 'trigger of a ledger''s remembered headings: remembered_by is who wrote the mapping';

CREATE FUNCTION emgov_internal.fill_name_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.name_key := emgov.enterprise_key(NEW.name);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.fill_name_key() IS 'trigger of a ledger''s aliases: name_key is made of name';

-- Whoever decides what a name means has decided it for the rows that wait.
CREATE FUNCTION emgov_internal.decide_pending() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format('UPDATE %I.import_pending SET decided_on = $2 WHERE name_key = $1 AND decided_on IS NULL AND status = ''valid''', TG_TABLE_SCHEMA)
      USING NEW.name_key, emgov_internal.day(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION emgov_internal.decide_pending() IS 'trigger of a ledger''s aliases: rows that wait for this name are decided';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'import_heading', $ddl$
CREATE OR REPLACE TRIGGER a_remembered_by BEFORE INSERT OR UPDATE OF table_name, fingerprint, headings, mapping, file, remembered_by, status ON @ledger@.import_heading
    FOR EACH ROW EXECUTE FUNCTION emgov_internal.fill_remembered_by();
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'subject_alias', $ddl$
CREATE OR REPLACE TRIGGER a_name_key BEFORE INSERT OR UPDATE OF name, name_key ON @ledger@.subject_alias FOR EACH ROW EXECUTE FUNCTION emgov_internal.fill_name_key();
CREATE OR REPLACE TRIGGER b_decide AFTER INSERT ON @ledger@.subject_alias FOR EACH ROW WHEN (NEW.status = 'valid') EXECUTE FUNCTION emgov_internal.decide_pending();
$ddl$);
