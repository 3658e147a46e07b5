-- ------------------------------------------------------------------ ledger: dimensions
-- Figures are broken down by dimensions: by area, by category, … A dimension is a name, the table
-- of its members, and the column by which a source has it: data, which a user can add to.
-- A record is of exactly one member, or of none, so that members never overlap: what adds up
-- comes to the total. In a tree of members a record counts for the one that it names; a dimension
-- with a level counts it for the one above it, so many levels from the top.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'dimension', '维度：数字按什么分项 | dimensions: what figures are broken down by', $ddl$
CREATE TABLE @ledger@.dimension (
    code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{0,30}$'),  -- 维度代码 | code, as in by => 'area'
    ordinal int,                                        -- 排列次序 | order in lists
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    unit_zh text NOT NULL DEFAULT '个',                  -- 成员的量词 | measure word of a number of its members: 个地区
    unit_en text,                                       -- 英文量词 | in English: areas
    members text,                                       -- 成员表，空为 dimension_member 中的行 | table or view of its members; NULL: its rows of dimension_member
    code_column text,                                   -- 代码列，空为 code | column of the member's code; NULL: code
    name_zh_column text,                                -- 名称列，空为 name_zh | column of its name; this and the following NULL: the column of that name, if there is one
    name_en_column text,                                -- 英文名称列，空为 name_en | of its name in English: name_en
    parent_column text,                                 -- 上级列，空为 parent_code | of the code of the member above it: parent_code
    from_column text,                                   -- 生效列，空为 valid_from | date: first day that it is in force: valid_from
    to_column text,                                     -- 失效列，空为 valid_to | date: first day that it no longer is: valid_to
    successor_column text,                              -- 承继列，空为 successor_code | of the code of the member that it became, or became a part of: successor_code
    listed_column text,                                 -- 列出列，空为最下级 | boolean: whether it is listed without records too; NULL: those with none below
    order_column text,                                  -- 次序列，空为 ordinal | number: their order in lists: ordinal, else the code
    level int CHECK (level > 0),                        -- 层级，空为记录所写的成员 | so many levels from the top records count; NULL: for the member they name
    column_name text,                                   -- 来源列 | column by which a source has it that has no row in dimension_source; NULL: none has
    date_part text CHECK (date_part IN ('month', 'quarter')),  -- 日期部分：月、季
        -- | members are these parts of a date: of the one that an indicator is counted by, unless dimension_source says otherwise
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: figures are no longer broken down by it
    @known@
    CONSTRAINT "a part of a date has no members, no level, no default column" CHECK (date_part IS NULL OR num_nonnulls(members, level, column_name) = 0)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'dimension_member', '没有自己的表的维度的成员 | members of dimensions that have no table of their own', $ddl$
CREATE TABLE @ledger@.dimension_member (
    dimension text NOT NULL REFERENCES @ledger@.dimension ON UPDATE CASCADE,  -- 维度 | dimension
    code text NOT NULL,                                 -- 代码 | code, as records have it
    ordinal int,                                        -- 排列次序 | order in lists
    name_zh text NOT NULL,                              -- 名称 | name in Chinese
    name_en text,                                       -- 英文名称 | name in English
    parent_code text,                                   -- 上级 | the member above it
    successor_code text,                                -- 承继者 | the member that it became, or became a part of
    valid_from date,                                    -- 生效日期 | first day that it is in force
    valid_to date,                                      -- 失效日期（不含） | first day that it no longer is
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: retired: what is there stays as it is, nothing new is expected of it
    @known@
    PRIMARY KEY (dimension, code),
    CHECK (valid_to > valid_from),
    CONSTRAINT "what has a successor has ended" CHECK (successor_code IS NULL OR valid_to IS NOT NULL)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'dimension_source', '来源按哪一列分项 | by which column a source has a dimension', $ddl$
CREATE TABLE @ledger@.dimension_source (
    dimension text NOT NULL REFERENCES @ledger@.dimension ON UPDATE CASCADE,  -- 维度 | dimension
    source text NOT NULL,                               -- 来源 | table or view that figures are counted from, of this ledger or schema.name
    column_name text NOT NULL,                          -- 列 | its column with the member's code; of a part of a date, a date
    relation regclass,                                  -- 来源本身，改名后仍指向它 | the relation itself, whatever it is called since
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: as if it were not there
    @known@
    PRIMARY KEY (dimension, source)
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'dimension', $ddl$
INSERT INTO @ledger@.dimension (code, ordinal, name_zh, name_en, unit_zh, unit_en, members, code_column, listed_column, order_column, level, column_name, date_part, known_from)
SELECT v.*, '-infinity'::timestamptz FROM (VALUES
    ('area', 1, '区域', 'area', '个地区', 'areas', 'area', NULL, 'is_block', NULL, NULL::int, 'area_code', NULL),
    ('category', 2, '事故类别', 'category of accidents', '个类别', 'categories', 'accident_category', NULL, NULL, NULL, NULL, 'category_code', NULL),
    ('category_group', 3, '事故大类', 'group of categories', '个大类', 'groups', 'accident_category', NULL, NULL, NULL, 1, 'category_code', NULL),
    ('industry', 4, '行业', 'industry', '个行业', 'industries', 'industry', 'section', NULL, 'edition', NULL, 'industry', NULL),
    ('severity', 5, '事故等级', 'severity', '个等级', 'grades', 'severity_level', NULL, NULL, NULL, NULL, NULL, NULL),
    ('penalty_kind', 6, '处罚种类', 'kind of penalty', '种处罚', 'kinds', 'penalty_kind', NULL, NULL, 'weight', NULL, NULL, NULL),
    ('injury_type', 7, '事故类型', 'type of accident', '类', 'types', 'injury_type', NULL, NULL, NULL, NULL, 'injury_type', NULL),
    ('organisation', 8, '机构', 'organisation', '家机构', 'organisations', 'organisation', NULL, NULL, NULL, NULL, 'org_code', NULL),
    ('programme', 9, '检查项目', 'programme', '个项目', 'programmes', 'programme', NULL, NULL, NULL, NULL, 'programme_code', NULL),
    ('month', 10, '月份', 'month', '个月', 'months', NULL, NULL, NULL, NULL, NULL, NULL, 'month'),
    ('quarter', 11, '季度', 'quarter', '个季度', 'quarters', NULL, NULL, NULL, NULL, NULL, NULL, 'quarter')) AS v;
INSERT INTO @ledger@.dimension_member (dimension, code, ordinal, name_zh, name_en, known_from)
SELECT v.*, '-infinity'::timestamptz FROM (VALUES
    ('quarter', '1', 1, '一季度', 'first quarter'), ('quarter', '2', 2, '二季度', 'second quarter'),
    ('quarter', '3', 3, '三季度', 'third quarter'), ('quarter', '4', 4, '四季度', 'fourth quarter')) AS v
UNION ALL
SELECT 'month', m.n::text, m.n, m.n || '月', m.name, '-infinity'
  FROM unnest('{January,February,March,April,May,June,July,August,September,October,November,December}'::text[]) WITH ORDINALITY AS m (name, n);
$ddl$);

-- What a column of a relation must be for what a dimension takes from it.
CREATE FUNCTION emgov_internal.check_dimension_column(relation regclass, column_name text, what text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t record;
BEGIN
    SELECT format_type(a.atttypid, NULL) AS name, y.typcategory AS category,
           a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'bool'::regtype) OR y.typtype IN ('e', 'd') AS is_code
      INTO t FROM pg_attribute AS a JOIN pg_type AS y ON y.oid = a.atttypid WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_column',
            MESSAGE = format('"%s" has no column "%s"', relation, column_name),
            HINT = (SELECT format('It has %s.', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)) FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped);
    ELSIF NOT (CASE what WHEN 'date' THEN t.name = 'date' WHEN 'boolean' THEN t.category = 'B' WHEN 'number' THEN t.category = 'N' WHEN 'code' THEN t.is_code ELSE t.category = 'S' END) THEN
        RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
            MESSAGE = format('column "%s" of "%s" is no %s', column_name, relation, what),
            DETAIL = format('It is of type %s.', t.name),
            HINT = CASE what WHEN 'code' THEN 'Codes are texts, whole numbers or values of an enumeration.' ELSE 'Name another column, or make a view with one.' END;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_dimension_column(regclass, text, text) IS 'internal: an error unless a relation has a column of that name that can be a code, text, number, boolean or date';

CREATE FUNCTION emgov_internal.check_dimension() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation regclass;
    c record;
BEGIN
    -- one that is not used may name what is gone
    IF NEW.active AND NEW.members IS NOT NULL THEN
        relation := emgov_internal.source(TG_TABLE_SCHEMA, NEW.members);
        IF relation = to_regclass(format('%I.dimension_member', TG_TABLE_SCHEMA)) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('dimension %s names dimension_member, which has the members of other dimensions too', NEW.code),
                HINT = 'Leave members NULL: without a table its members are its own rows of dimension_member.';
        END IF;
        FOR c IN SELECT * FROM (VALUES (coalesce(NEW.code_column, 'code'), 'code'), (NEW.name_zh_column, 'text'), (NEW.name_en_column, 'text'), (NEW.parent_column, 'code'), (NEW.from_column, 'date'),
                                       (NEW.to_column, 'date'), (NEW.successor_column, 'code'), (NEW.listed_column, 'boolean'), (NEW.order_column, 'number')) AS v (name, what) WHERE v.name IS NOT NULL
        LOOP
            PERFORM emgov_internal.check_dimension_column(relation, c.name, c.what);
        END LOOP;
    ELSIF NEW.members IS NULL AND num_nonnulls(NEW.code_column, NEW.name_zh_column, NEW.name_en_column, NEW.parent_column, NEW.from_column, NEW.to_column, NEW.successor_column,
                                               NEW.listed_column, NEW.order_column) > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('dimension %s names columns, but no table that has them', NEW.code),
            HINT = 'members is the table of its members; without one they are its rows of dimension_member.';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_dimension() IS 'trigger of a ledger''s dimensions: a members'' table of the ledger''s owner, with columns that can be what they are named for';

CREATE FUNCTION emgov_internal.check_dimension_source() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    part text;
BEGIN
    IF TG_OP = 'INSERT' OR NEW.source <> OLD.source OR OLD.relation IS NULL THEN
        NEW.relation := emgov_internal.relation(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NEW.source);
    ELSE
        NEW.relation := OLD.relation;
    END IF;
    IF NEW.active THEN
        NEW.relation := coalesce(NEW.relation, emgov_internal.source(TG_TABLE_SCHEMA, NEW.source));
        EXECUTE format('SELECT date_part FROM ONLY %I.dimension WHERE code = $1', TG_TABLE_SCHEMA) INTO part USING NEW.dimension;
        PERFORM emgov_internal.check_dimension_column(NEW.relation, NEW.column_name, CASE WHEN part IS NULL THEN 'code' ELSE 'date' END);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_dimension_source() IS
    'trigger of a ledger''s columns of dimensions: a relation that is there, whatever it is called later, and a column that can be a code, or a date';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'dimension', $ddl$
CREATE OR REPLACE TRIGGER a_dimension_check BEFORE INSERT OR UPDATE ON @ledger@.dimension FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_dimension();
CREATE OR REPLACE TRIGGER a_dimension_check BEFORE INSERT OR UPDATE ON @ledger@.dimension_source FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_dimension_source();
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('seed', 'dimension_source', $ddl$
INSERT INTO @ledger@.dimension_source (dimension, source, column_name, known_from) VALUES
    ('severity', 'accident_fact', 'severity', '-infinity'),
    ('penalty_kind', 'case_fact', 'heaviest', '-infinity'),
    ('penalty_kind', 'penalty', 'kind_code', '-infinity');
$ddl$);

CREATE TYPE emgov_internal.dimension AS (
    code text, ordinal int, name_zh text, name_en text, unit_zh text, unit_en text, members text, code_column text, name_zh_column text, name_en_column text, parent_column text,
    from_column text, to_column text, successor_column text, listed_column text, order_column text, level int, column_name text, date_part text, active boolean);
COMMENT ON TYPE emgov_internal.dimension IS 'a row of a ledger''s table dimension, without since when it is known';

-- The dimensions that are named, 'area' or 'area, category', in their order.
CREATE FUNCTION emgov_internal.dimensions(ledger regnamespace, by text, as_of timestamptz) RETURNS SETOF emgov_internal.dimension
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    names text[] := regexp_split_to_array(btrim(by), ' *, *');
    found emgov_internal.dimension[];
    missing text;
BEGIN
    IF by IS NULL THEN
        RETURN;
    ELSIF cardinality(names) > 2 OR names[1] = names[2] THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('figures cannot be broken down by %L', by),
            HINT = 'Name one dimension, or two different ones with a comma between: by => ''area, category''.';
    END IF;
    EXECUTE format('SELECT array_agg((%s)::emgov_internal.dimension ORDER BY array_position($2, d.code)) FROM %s AS d WHERE d.active AND d.code = ANY ($2)',
        (SELECT string_agg('d.' || a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute AS a JOIN pg_type AS t ON t.typrelid = a.attrelid WHERE t.oid = 'emgov_internal.dimension'::regtype),
        emgov_internal.kept_as_of(ledger, 'dimension', as_of)) INTO found USING as_of, names;
    missing := (SELECT n FROM unnest(names) WITH ORDINALITY AS u (n, o) WHERE n NOT IN (SELECT f.code FROM unnest(found) AS f) OR found IS NULL ORDER BY o LIMIT 1);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('there is no dimension %L', missing),
            HINT = format('SELECT code, name_zh FROM %s.dimension WHERE active;', ledger);
    END IF;
    RETURN QUERY SELECT * FROM unnest(found);
END
$$;
COMMENT ON FUNCTION emgov_internal.dimensions(regnamespace, text, timestamptz) IS
    'internal: the one or two dimensions in force at a moment (NULL: now) that are named, in that order; none for NULL; an error when there is none of that name';

-- By which columns sources have the dimensions, in places 1 and 2; with_area: and area in place 0, unless it is one of them.
CREATE FUNCTION emgov_internal.splits(ledger regnamespace, by text, with_area boolean, as_of timestamptz) RETURNS emgov_internal.figure_split[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    splits emgov_internal.figure_split[] := ARRAY(
        SELECT (d.ordinality, d.code, NULL, d.column_name, d.date_part, CASE WHEN d.level IS NULL THEN d.members END)::emgov_internal.figure_split
          FROM emgov_internal.dimensions(ledger, by, as_of) WITH ORDINALITY AS d);
    result emgov_internal.figure_split[];
BEGIN
    IF with_area AND NOT EXISTS (SELECT FROM unnest(splits) AS s WHERE s.dimension = 'area') THEN
        splits := splits || (0, 'area', NULL, 'area_code', NULL, NULL)::emgov_internal.figure_split;
    END IF;
    IF splits = '{}' THEN
        RETURN splits;
    END IF;
    EXECUTE format($sql$
        SELECT array_agg((s.place, s.dimension, r, d.column_name, s.date_part, NULL)::emgov_internal.figure_split)
          FROM unnest($2) AS s JOIN %s AS d ON d.dimension = s.dimension AND d.active
         CROSS JOIN LATERAL (SELECT coalesce(d.relation, emgov_internal.relation($3, d.source))) AS t (relation)
         -- units of past definitions are over the history of a table
         CROSS JOIN LATERAL unnest(ARRAY[t.relation, emgov_internal.history_of(t.relation)]) AS r WHERE r IS NOT NULL $sql$,
        emgov_internal.kept_as_of(ledger, 'dimension_source', as_of)) INTO result USING as_of, splits, ledger;
    RETURN splits || coalesce(result, '{}');
END
$$;
COMMENT ON FUNCTION emgov_internal.splits(regnamespace, text, boolean, timestamptz) IS
    'internal: by which columns records are told from one another, for the dimensions that are named and, with_area, for the area that covers';

CREATE FUNCTION emgov_internal.dimension_rows(ledger regnamespace, d emgov_internal.dimension, as_of timestamptz)
RETURNS TABLE (code text, name_zh text, name_en text, parent_code text, in_force daterange, successor_code text, is_listed boolean, ordinal numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    relation regclass := CASE WHEN d.members IS NULL THEN emgov_internal.relation(ledger, 'dimension_member')
                              ELSE emgov_internal.source((SELECT nspname FROM pg_namespace WHERE oid = ledger), d.members) END;
    column_texts text[];
BEGIN
    -- each column by its name, or the one of the usual name if there is one
    column_texts := ARRAY(
        SELECT CASE WHEN v.given IS NULL AND a.attname IS NULL THEN 'NULL::' || v.type ELSE format('m.%I::%s', coalesce(v.given, a.attname), v.type) END
          FROM (VALUES (1, d.name_zh_column, 'name_zh', 'S', 'text'), (2, d.name_en_column, 'name_en', 'S', 'text'), (3, d.parent_column, 'parent_code', 'S', 'text'),
                       (4, d.from_column, 'valid_from', 'D', 'date'), (5, d.to_column, 'valid_to', 'D', 'date'), (6, d.successor_column, 'successor_code', 'S', 'text'),
                       (7, d.listed_column, NULL, 'B', 'boolean'), (8, d.order_column, 'ordinal', 'N', 'numeric'), (9, NULL, 'active', 'B', 'boolean')) AS v (n, given, usual, category, type)
          LEFT JOIN (pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid) ON a.attrelid = relation AND a.attname = v.usual AND a.attnum > 0 AND NOT a.attisdropped
               AND t.typcategory = v.category
         ORDER BY v.n);
    -- of several rows of a code, as an industry has one an edition, the last is it
    RETURN QUERY EXECUTE format($sql$
        SELECT DISTINCT ON (x.code) x.code, coalesce(x.name_zh, x.code), x.name_en, x.parent_code,
               CASE WHEN x.active IS NOT FALSE AND (x.since < x.until) IS NOT FALSE THEN daterange(x.since, x.until) ELSE 'empty' END, x.successor_code, x.listed, x.ordinal
          FROM (SELECT m.%I::text, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM %s AS m WHERE %s)
               AS x (code, name_zh, name_en, parent_code, active, since, until, successor_code, listed, ordinal)
         WHERE x.code IS NOT NULL ORDER BY x.code, x.ordinal DESC NULLS LAST LIMIT 10001 $sql$,
        coalesce(d.code_column, 'code'), column_texts[1], column_texts[2], column_texts[3], column_texts[9], column_texts[4], column_texts[5], column_texts[6], column_texts[7], column_texts[8],
        CASE WHEN as_of IS NULL THEN relation::text ELSE coalesce(emgov_internal.source_as_of(relation, true, '$1'), relation::text) END,
        CASE WHEN d.members IS NULL THEN 'm.dimension = $2' ELSE 'true' END)
    USING as_of, d.code;
END
$$;
COMMENT ON FUNCTION emgov_internal.dimension_rows(regnamespace, emgov_internal.dimension, timestamptz) IS
    'internal: the members of a dimension, a row each, as its table has them, as known at a moment (NULL: now); is_listed NULL: its table does not say';

CREATE TYPE emgov_internal.figure_name AS (place int, member text, name_zh text, name_en text, ordinal int, in_force daterange, is_listed boolean, counts_as text);
COMMENT ON TYPE emgov_internal.figure_name IS
    'internal: a member of the dimension in a place: its names, its place in lists, when it is in force, whether it is listed without records too, and the member that its records count for';

-- Members as they are on a day (NULL: as they were): what ended by then is counted under what it became. A circle
-- of successors leads nowhere, and a circle of parents has no top: such members stay as they are.
CREATE FUNCTION emgov_internal.member_names(ledger regnamespace, by text, day date, as_of timestamptz) RETURNS SETOF emgov_internal.figure_name
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    d emgov_internal.dimension;
    which int := 0;
    found int;
BEGIN
    FOR d IN SELECT * FROM emgov_internal.dimensions(ledger, by, as_of) LOOP
        which := which + 1;
        RETURN QUERY
            WITH RECURSIVE m AS MATERIALIZED (
                SELECT r.*, (row_number() OVER (ORDER BY r.ordinal NULLS LAST, r.code COLLATE "C"))::int AS nth,
                       coalesce(upper(r.in_force) <= day AND NOT isempty(r.in_force) AND r.successor_code IS NOT NULL, false) AS follows
                  FROM emgov_internal.dimension_rows(ledger, d, as_of) AS r
            ), chain (code, now) AS (
                SELECT m.code, m.successor_code FROM m WHERE m.follows
                UNION SELECT c.code, m.successor_code FROM chain AS c JOIN m ON m.code = c.now WHERE m.follows
            ), became AS (
                SELECT c.code, min(c.now) AS now FROM chain AS c WHERE NOT EXISTS (SELECT FROM m WHERE m.code = c.now AND m.follows) GROUP BY c.code
            ), tree (code, above, path) AS (
                SELECT m.code, ARRAY[m.code], ARRAY[m.nth] FROM m WHERE m.parent_code IS NULL OR NOT EXISTS (SELECT FROM m AS p WHERE p.code = m.parent_code)
                UNION ALL SELECT m.code, t.above || m.code, t.path || m.nth FROM tree AS t JOIN m ON m.parent_code = t.code
            )
            SELECT which, m.code,
                   CASE WHEN x.is_inner AND d.level IS NULL AND m.is_listed IS NOT TRUE THEN m.name_zh || '（未细分）' ELSE m.name_zh END,
                   CASE WHEN x.is_inner AND d.level IS NULL AND m.is_listed IS NOT TRUE THEN coalesce(m.name_en, m.name_zh) || ' (not broken down)' ELSE coalesce(m.name_en, m.name_zh) END,
                   (row_number() OVER (ORDER BY coalesce(t.path, ARRAY[m.nth])))::int, m.in_force,
                   coalesce(m.is_listed, CASE WHEN d.level IS NULL THEN NOT x.is_inner ELSE cardinality(t.above) = d.level OR cardinality(t.above) < d.level AND NOT x.is_inner END),
                   coalesce(u.above[least(d.level, cardinality(u.above))], b.now, m.code)
              FROM m LEFT JOIN tree AS t ON t.code = m.code LEFT JOIN became AS b ON b.code = m.code
              LEFT JOIN tree AS u ON d.level IS NOT NULL AND u.code = coalesce(b.now, m.code)
             CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM m AS c WHERE c.parent_code = m.code AND c.code <> m.code)) AS x (is_inner);
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found > 10000 THEN
            RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('dimension %s has more than 10000 members', d.code),
                HINT = 'Figures are broken down by what a reader can look through; for single records there is figure_rows().';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.member_names(regnamespace, text, date, timestamptz) IS
    'internal: the members of the dimensions that are named, in places 1 and 2, and for which member the records of each count: as they are on a day, or (NULL) as they were';

-- What a member has become by a day it still is later: what holds of the first and the last day holds of those between.
CREATE FUNCTION emgov_internal.same_members(ledger regnamespace, by text, days date[]) RETURNS TABLE (day date, members text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH of_day AS (
        SELECT x.day, CASE WHEN e.differ THEN (SELECT md5(string_agg(n::text, ',' ORDER BY n.place, n.member)) FROM emgov_internal.member_names(ledger, by, x.day, NULL) AS n) ELSE '' END AS members
          FROM (SELECT DISTINCT d FROM unnest(days) AS d) AS x (day)
         CROSS JOIN (SELECT by IS NOT NULL AND EXISTS (SELECT emgov_internal.member_names(ledger, by, min(d), NULL) EXCEPT SELECT emgov_internal.member_names(ledger, by, max(d), NULL)) AS differ
                       FROM unnest(days) AS d) AS e
    )
    SELECT o.day, o.members FROM of_day AS o
$$;
COMMENT ON FUNCTION emgov_internal.same_members(regnamespace, text, date[]) IS
    'internal: which days have the same members of a dimension, or of two (NULL: of none), whatever these had become: the same text';

-- Do the members' values of an indicator add up to its total, whatever the dimension?
CREATE FUNCTION emgov_internal.adds_up(indicators emgov_internal.indicator[], code text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH RECURSIVE made_of AS (
        SELECT i.kind, i.aggregate, i.of_codes FROM unnest(indicators) AS i WHERE i.code = adds_up.code
        UNION SELECT i.kind, i.aggregate, i.of_codes FROM made_of AS m CROSS JOIN LATERAL unnest(m.of_codes) AS o JOIN unnest(indicators) AS i ON i.code = ltrim(o, '-') WHERE m.kind = 'total'
    )
    SELECT coalesce(bool_and(kind IN ('count', 'sum', 'reported', 'total') OR kind IN ('planned', 'stock') AND aggregate <> 'distinct'), false) FROM made_of
$$;
COMMENT ON FUNCTION emgov_internal.adds_up(emgov_internal.indicator[], text) IS
    'internal: whether what an indicator comes to for the members of a dimension adds up to its total: counts, sums, plans and stocks but of what counts once '
    'each, what was reported, and totals of these';
