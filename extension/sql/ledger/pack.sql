-- ------------------------------------------------------------------ ledger: packs
-- A pack is definitions as a document: indicators, rules, paragraphs, and the rows that they
-- speak of (areas, programmes, campaigns, …). The format is in docs/pack.schema.json:
--
--   {"emgov_pack": 1, "name": "accidents", "version": "1", "title_zh": …, "title_en": …,
--    "requires": [names of other packs], "tables": {"indicator": [{"code": "F028", …}, …], …}}
--
-- A row is an object by the table's columns; what is left out has the column's default. Rows
-- are written by plain INSERT and UPDATE with the rights of whoever loads, so that every guard of
-- the table holds for them; only the tables listed in pack_tables() can be written.
--
-- The ledger remembers each row as a pack brought it, in pack_row. A row that is still so
-- is untouched, and follows a newer version of its pack; one that is not is the user's.

CREATE TABLE emgov.shipped_pack (
    name text PRIMARY KEY,
    document jsonb NOT NULL
);
COMMENT ON TABLE emgov.shipped_pack IS 'Packs that come with emgov, to be loaded by name; filled by the extension''s script from the directory packs';
COMMENT ON COLUMN emgov.shipped_pack.name IS 'Name of the pack';
COMMENT ON COLUMN emgov.shipped_pack.document IS 'The pack, see docs/pack.schema.json';
-- anybody may read them, nobody may change what is shipped
GRANT SELECT ON emgov.shipped_pack TO PUBLIC;

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'pack', '已装入的定义包 | packs that were loaded', $ddl$
CREATE TABLE @ledger@.pack (
    name text PRIMARY KEY,                              -- 名称 | name of the pack
    version text NOT NULL,                              -- 版本 | its version: whole numbers with dots between
    title_zh text NOT NULL,                             -- 标题 | title in Chinese
    title_en text,                                      -- 英文标题 | title in English
    requires text[] NOT NULL,                           -- 所需的包 | packs that it needs
    hash text NOT NULL,                                 -- 文档摘要 | SHA-256 of the document
    loaded_at timestamptz NOT NULL DEFAULT now(),       -- 装入时间 | when it was loaded
    loaded_by text NOT NULL DEFAULT session_user        -- 装入人 | by whom
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'pack_row', '定义包带来的行 | rows as packs brought them', $ddl$
CREATE TABLE @ledger@.pack_row (
    pack text NOT NULL REFERENCES @ledger@.pack ON UPDATE CASCADE ON DELETE CASCADE,  -- 包 | pack
    relation text NOT NULL,                             -- 表 | table of this ledger
    key text NOT NULL,                                  -- 键；多列为 JSON 数组 | key; of several columns a JSON array
    content jsonb NOT NULL,                             -- 内容 | the row as it was when the pack had brought it
    brought boolean NOT NULL,                           -- 是否由包新增 | false: the row was there before
    PRIMARY KEY (pack, relation, key)
);
CREATE INDEX ON @ledger@.pack_row (relation, key);
$ddl$);

-- The tables that a pack may fill, in the order in which they are filled; the key by which a row is
-- told; and the columns that are the ledger's to set.
CREATE FUNCTION emgov_internal.pack_tables(OUT ordinal int, OUT name text, OUT key text[], OUT managed text[]) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT row_number() OVER ()::int, v.name, v.key::text[], v.managed::text[] || '{known_from,kept_since}'
      FROM (VALUES
        ('area', '{code}', '{}'),
        ('organisation', '{code}', '{}'),
        ('industry', '{edition,section}', '{}'),
        ('accident_category', '{code}', '{}'),
        ('severity_level', '{code}', '{}'),
        ('severity_scheme', '{code}', '{}'),
        ('severity_threshold', '{scheme_code,severity_code}', '{}'),
        ('injury_type', '{code}', '{}'),
        ('penalty_kind', '{code}', '{}'),
        ('disposition', '{code}', '{}'),
        ('disposition_policy', '{disposition_code,valid_from}', '{id}'),
        ('time_limit', '{code}', '{}'),
        ('programme', '{code}', '{}'),
        ('campaign', '{code}', '{}'),
        ('measure_series', '{code,area_code,starts_on,ends_on}', '{id}'),
        ('comparator', '{code}', '{}'),
        ('dimension', '{code}', '{}'),
        ('dimension_member', '{dimension,code}', '{}'),
        ('dimension_source', '{dimension,source}', '{relation}'),
        ('indicator', '{code}', '{version,approved_by,approved_at}'),
        ('check_rule', '{code}', '{}'),
        ('report', '{code}', '{}'),
        ('report_section', '{report,section}', '{}'),
        ('report_paragraph', '{report,section,ordinal}', '{needs}'),
        ('report_figure', '{report,code,period,comparator}', '{}')) AS v (name, key, managed)
$$;
COMMENT ON FUNCTION emgov_internal.pack_tables() IS 'internal: the tables of a ledger that a pack may fill, with the key of their rows and the columns that no pack sets';

-- A row's key as text, from an expression that gives the row as jsonb.
CREATE FUNCTION emgov_internal.pack_key(content jsonb, key text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE cardinality(key) WHEN 1 THEN content->>key[1] ELSE (SELECT jsonb_agg(content->k ORDER BY n) FROM unnest(key) WITH ORDINALITY AS u (k, n))::text END $$;
COMMENT ON FUNCTION emgov_internal.pack_key(jsonb, text[]) IS 'internal: the key of a row as pack_row has it';

-- The rows of one table that a ledger has under some keys, without what the ledger sets itself.
CREATE FUNCTION emgov_internal.pack_present(ledger regnamespace, relation text, keys text[], OUT key text, OUT content jsonb) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET timezone = 'UTC' SET extra_float_digits = 1
AS $$
DECLARE
    t record;
BEGIN
    SELECT * INTO STRICT t FROM emgov_internal.pack_tables() AS p WHERE p.name = relation;
    RETURN QUERY EXECUTE format('SELECT * FROM (SELECT emgov_internal.pack_key(to_jsonb(t), $2), to_jsonb(t) - $3 FROM ONLY %s.%I AS t) AS x (key, content) WHERE $1 IS NULL OR x.key = ANY ($1)',
                                ledger, relation) USING keys, t.key, t.managed;
END
$$;
COMMENT ON FUNCTION emgov_internal.pack_present(regnamespace, text, text[]) IS
    'internal: rows of a table that packs fill, by their keys (NULL: all), without the columns that the ledger sets';

-- What packs brought, beside what is there now. A column that the table did not have then, or has
-- no longer, says nothing.
CREATE FUNCTION emgov_internal.pack_rows(ledger regnamespace, only_pack text DEFAULT NULL, only_table text DEFAULT NULL,
                                 OUT pack text, OUT relation text, OUT key text, OUT content jsonb, OUT brought boolean, OUT present jsonb, OUT touched boolean)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT p.name FROM emgov_internal.pack_tables() AS p WHERE only_table IS NULL OR p.name = only_table ORDER BY p.ordinal LOOP
        RETURN QUERY EXECUTE format($sql$
            SELECT r.pack, r.relation, r.key, r.content, r.brought, x.content,
                   x.content IS NULL OR EXISTS (SELECT FROM jsonb_each(r.content) AS was WHERE x.content ? was.key AND x.content->was.key <> was.value)
              FROM %1$s.pack_row AS r
              LEFT JOIN emgov_internal.pack_present($1, $2, (SELECT array_agg(y.key) FROM %1$s.pack_row AS y WHERE y.relation = $2 AND ($3 IS NULL OR y.pack = $3))) AS x ON x.key = r.key
             WHERE r.relation = $2 AND ($3 IS NULL OR r.pack = $3)
             ORDER BY r.key COLLATE "C" $sql$, ledger) USING ledger, t.name, only_pack;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.pack_rows(regnamespace, text, text) IS
    'internal: the rows that packs (or one, in one table) brought: as they were, as they are (NULL: gone), and whether somebody has touched them';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'pack_list', $ddl$
CREATE OR REPLACE VIEW @ledger@.pack_list AS
    SELECT p.name, p.version, p.title_zh, p.title_en, p.loaded_at, p.loaded_by, count(r.key)::int AS rows, count(*) FILTER (WHERE r.touched)::int AS touched,
           coalesce(array_agg(r.relation || ' ' || r.key) FILTER (WHERE r.touched), '{}') AS touched_rows
      FROM @ledger@.pack AS p LEFT JOIN emgov_internal.pack_rows('@ledger@'::regnamespace) AS r ON r.pack = p.name
     GROUP BY p.name ORDER BY p.name COLLATE "C";
COMMENT ON VIEW @ledger@.pack_list IS '已装入的定义包 | the packs that were loaded, and which of their rows somebody has touched since';
COMMENT ON COLUMN @ledger@.pack_list.name IS '名称 | name of the pack';
COMMENT ON COLUMN @ledger@.pack_list.version IS '版本 | its version';
COMMENT ON COLUMN @ledger@.pack_list.title_zh IS '标题 | title in Chinese';
COMMENT ON COLUMN @ledger@.pack_list.title_en IS '英文标题 | title in English';
COMMENT ON COLUMN @ledger@.pack_list.loaded_at IS '装入时间 | when it was loaded';
COMMENT ON COLUMN @ledger@.pack_list.loaded_by IS '装入人 | by whom';
COMMENT ON COLUMN @ledger@.pack_list.rows IS '行数 | how many rows it has';
COMMENT ON COLUMN @ledger@.pack_list.touched IS '被改动的行数 | how many of them are not as it brought them';
COMMENT ON COLUMN @ledger@.pack_list.touched_rows IS '被改动的行 | which: table and key';
$ddl$);
