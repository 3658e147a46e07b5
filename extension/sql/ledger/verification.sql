-- ------------------------------------------------------------------ ledger: verifying publications
-- Three things hold of a publication: it is stored as it was written (its hash), it stands
-- in the chain of all publications (each holds the hash of the one before), and its figures
-- come out again from what was known at its moment. A chain proves nothing against an
-- owner who rewrites it whole: a hash that was kept elsewhere does.

CREATE FUNCTION emgov_internal.hash_algorithm() RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS 'SELECT 1';
COMMENT ON FUNCTION emgov_internal.hash_algorithm() IS 'internal: the algorithm by which publications are hashed now; earlier ones stay';

-- Algorithm 1. A text is written as its length in bytes, a colon and its bytes; NULL as a
-- minus; between two a comma. So no two lists of values are written alike.
CREATE FUNCTION emgov_internal.hash(texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(coalesce(octet_length(t) || ':' || t, '-'), ',' ORDER BY n), ''), 'UTF8')), 'hex')
      FROM unnest(texts) WITH ORDINALITY AS u (t, n)
$$;
COMMENT ON FUNCTION emgov_internal.hash(text[]) IS 'internal: SHA-256 of a list of texts, in hexadecimal';

CREATE FUNCTION emgov_internal.figures_hash(figures jsonb, algorithm int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE algorithm WHEN 1 THEN emgov_internal.hash(ARRAY(
        SELECT f.figure->>c.name
          FROM jsonb_array_elements(figures) WITH ORDINALITY AS f (figure, n),
               unnest('{code,starts_on,ends_on,dimension,member,member2,member_name,member2_name,place,name_zh,value,numerator,denominator,base,base_kind,change,rate,state,'
                      'coverage,covered_days,missing,p_value,unit,words,phrase,scope,definition_version,definition,record_count,record_checksum,base_numerator,base_denominator,'
                      'comparator,compared_with,amount,change_words,change_mark,base_name,base_words}'::text[])
               WITH ORDINALITY AS c (name, n)
         ORDER BY f.n, c.n)) END
$$;
COMMENT ON FUNCTION emgov_internal.figures_hash(jsonb, int) IS 'internal: the hash of a publication''s figures, given in the order of their codes and periods; NULL for an algorithm that is not known';

CREATE FUNCTION emgov_internal.publication_hash(publication jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE (publication->>'algorithm')::int WHEN 1 THEN emgov_internal.hash(ARRAY(
        SELECT publication->>c.name
          FROM unnest('{algorithm,id,report,starts_on,ends_on,as_of,live,scope,base,allow_gaps,force_reason,failed_checks,approved_by,approved_at,'
                      'published_at,published_by,layout,figures_hash,text_hash,previous_hash}'::text[])
               WITH ORDINALITY AS c (name, n)
         ORDER BY c.n)) END
$$;
COMMENT ON FUNCTION emgov_internal.publication_hash(jsonb) IS 'internal: the hash of a publication, all its columns but the hash itself; NULL for an algorithm that is not known';

CREATE FUNCTION emgov_internal.stored_figures(ledger regnamespace, publication int, codes text[] DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    figures jsonb;
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.code COLLATE "C", f.starts_on, f.ends_on, f.comparator COLLATE "C",
                                                                    f.dimension COLLATE "C", f.member COLLATE "C", f.member2 COLLATE "C"), ''[]'')
                      FROM ONLY %s.publication_figure AS f WHERE f.publication_id = $1 AND ($2 IS NULL OR f.code = ANY ($2))', ledger)
       INTO figures USING publication, codes;
    RETURN figures;
END
$$;
COMMENT ON FUNCTION emgov_internal.stored_figures(regnamespace, int, text[]) IS
    'internal: the figures of a publication, of these codes (NULL: all), as they are stored, as JSON, in the order of their codes and periods';

-- What is wrong with the chain, as far as a publication stands on it: itself, all before
-- it, and the one after it.
CREATE FUNCTION emgov_internal.verify_chain(ledger regnamespace, publication int)
RETURNS TABLE (id int, what text, published text, recomputed text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb;
    expected int := 1;
    last_hash text;
BEGIN
    FOR p IN EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p WHERE p.id <= $1 + 1 ORDER BY p.id', ledger) USING publication LOOP
        id := (p->>'id')::int;
        WHILE expected < id LOOP
            RETURN QUERY SELECT expected, 'publication', NULL::text, 'missing';
            last_hash := NULL;
            expected := expected + 1;
        END LOOP;
        what := 'previous_hash';
        published := p->>what;
        recomputed := last_hash;
        IF published IS DISTINCT FROM recomputed THEN
            RETURN NEXT;
        END IF;
        last_hash := p->>'hash';
        expected := id + 1;
        CONTINUE WHEN id > publication;

        what := 'figures_hash';
        published := p->>what;
        recomputed := emgov_internal.figures_hash(emgov_internal.stored_figures(ledger, id), (p->>'algorithm')::int);
        IF published IS DISTINCT FROM recomputed THEN
            RETURN NEXT;
        END IF;
        what := 'hash';
        published := p->>what;
        recomputed := emgov_internal.publication_hash(p);
        IF published IS DISTINCT FROM recomputed THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.verify_chain(regnamespace, int) IS
    'internal: what of the stored hashes does not come out again, for a publication, all before it and the one after it; none that is missing';

CREATE FUNCTION emgov_internal.ledger_verify_publication(ledger regnamespace, publication int, expected_hash text DEFAULT NULL)
RETURNS TABLE (code text, what text, published text, recomputed text, starts_on date, ends_on date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb;
    last int;
    stored jsonb;
    period daterange;
    text_now text;
BEGIN
    PERFORM emgov_internal.refuse_unreadable(ledger, '{}');
    stored := emgov_internal.stored_figures(ledger, publication);
    PERFORM emgov_internal.refuse_row_policies(ledger);
    EXECUTE format('SELECT max(p.id) FROM ONLY %s.publication AS p', ledger) INTO last;
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p WHERE p.id = $1', ledger) INTO p USING publication;
    IF p IS NULL AND (publication IS NULL OR publication < 1 OR publication > coalesce(last, 0)) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no publication %s', publication),
            DETAIL = format('The last one is %s.', coalesce(last, 0)),
            HINT = format('SELECT * FROM %s.publication_list;', emgov_internal.report_schema(ledger));
    END IF;
    -- stored as it was written, where it was written
    RETURN QUERY SELECT NULL::text, CASE c.id WHEN publication THEN c.what ELSE format('%s of publication %s', c.what, c.id) END, c.published, c.recomputed, NULL::date, NULL::date
                   FROM emgov_internal.verify_chain(ledger, publication) AS c WHERE (c.id, c.what) <> (publication, 'publication');
    IF p IS NULL THEN
        RETURN QUERY SELECT NULL::text, 'publication', NULL::text, 'missing', NULL::date, NULL::date;
        RETURN;
    END IF;
    PERFORM emgov_internal.refuse_unreadable(ledger, ARRAY(SELECT i FROM emgov_internal.indicators(ledger, (p->>'as_of')::timestamptz) AS i));
    IF p->>'hash' <> expected_hash THEN
        RETURN QUERY SELECT NULL::text, 'expected_hash', p->>'hash', expected_hash, NULL::date, NULL::date;
    END IF;
    period := daterange((p->>'starts_on')::date, (p->>'ends_on')::date);
    text_now := emgov_internal.text_hash(ledger, emgov_internal.report_row(ledger, p->>'report', (p->>'as_of')::timestamptz), period, (p->>'as_of')::timestamptz, stored);
    IF p->>'text_hash' IS DISTINCT FROM text_now THEN
        RETURN QUERY SELECT NULL::text, 'text_hash', p->>'text_hash', text_now, NULL::date, NULL::date;
    END IF;
    -- and coming out again: every column of every figure, and no other figures
    RETURN QUERY
        WITH now AS MATERIALIZED (
            SELECT f FROM jsonb_array_elements(emgov_internal.publication_figures(ledger, publication, p->>'report', p->>'base', period, (p->>'as_of')::timestamptz, false)) AS f)
        SELECT coalesce(s.f->>'code', n.f->>'code'), k.name, s.f->>k.name, CASE WHEN u.is_unversioned THEN 'unversioned' ELSE n.f->>k.name END,
               coalesce(s.f->>'starts_on', n.f->>'starts_on')::date, coalesce(s.f->>'ends_on', n.f->>'ends_on')::date
          FROM jsonb_array_elements(stored) AS s (f)
          FULL JOIN now AS n
            ON (n.f->>'code', n.f->>'starts_on', n.f->>'ends_on', n.f->>'comparator', n.f->>'dimension', n.f->>'member', n.f->>'member2')
             = (s.f->>'code', s.f->>'starts_on', s.f->>'ends_on', s.f->>'comparator', s.f->>'dimension', s.f->>'member', s.f->>'member2')
         -- a member that is listed for its records alone is not, where their past is not known
         CROSS JOIN LATERAL (SELECT n.f IS NULL AND EXISTS (SELECT FROM now AS m WHERE m.f->>'state' = 'unversioned'
                AND (m.f->>'code', m.f->>'starts_on', m.f->>'ends_on', m.f->>'comparator', m.f->>'dimension')
                  = (s.f->>'code', s.f->>'starts_on', s.f->>'ends_on', s.f->>'comparator', s.f->>'dimension')) AS is_unversioned) AS u
         CROSS JOIN LATERAL jsonb_object_keys(coalesce(n.f, s.f)) AS k (name)
         WHERE CASE WHEN u.is_unversioned THEN k.name = 'state'
                    WHEN s.f IS NULL OR n.f IS NULL THEN k.name = 'code'
                    -- one that cannot be computed says nothing but why
                    WHEN n.f->>'state' = 'failed' THEN k.name IN ('state', 'reason')
                    WHEN n.f->>'state' = 'unversioned' AND s.f->>'state' <> 'unversioned' THEN k.name = 'state'
                    -- columns that definitions have got since say nothing
                    WHEN k.name = 'definition' THEN s.f->'definition' IS DISTINCT FROM
                         (SELECT jsonb_object_agg(d.key, d.value) FROM jsonb_each(n.f->'definition') AS d WHERE s.f->'definition' ? d.key)
                    ELSE s.f->k.name IS DISTINCT FROM n.f->k.name END
         ORDER BY 1, 5, 6, coalesce(s.f, n.f)->>'comparator', 2;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_verify_publication(regnamespace, int, text) IS
    'what of a publication is not as it was published: none, unless it or history was tampered with, or a source keeps no versions, which its figures say by their state alone. '
    'code, starts_on, ends_on: the figure and its days, NULL of the publication itself; what: the column; published: as it is stored; recomputed: as it comes out again from what was known then. '
    'expected_hash: the hash that publish() gave, if it was kept';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'verify_publication(int, text)',
    '复算发布并核对摘要 | what of a publication does not come out again, or is not stored as it was published; compared with a hash that was kept elsewhere, if given', $sql$
CREATE OR REPLACE FUNCTION @ledger@.verify_publication(publication int, expected_hash text DEFAULT NULL)
RETURNS TABLE (code text, what text, published text, recomputed text, starts_on date, ends_on date)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_verify_publication('@ledger@'::regnamespace, $1, $2);
END
$sql$);

-- ------------------------------------------------------------------ the text of a publication

CREATE FUNCTION emgov_internal.ledger_publication_text(ledger regnamespace, publication int) RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb := emgov_internal.publication(ledger, publication);
    figures jsonb := emgov_internal.stored_figures(ledger, publication);
    report jsonb := emgov_internal.report_row(ledger, p->>'report', (p->>'as_of')::timestamptz);
    english boolean := report->>'lang' = 'en';
    gaps text;
BEGIN
    RETURN QUERY SELECT * FROM emgov_internal.report_text(ledger, report, daterange((p->>'starts_on')::date, (p->>'ends_on')::date), (p->>'as_of')::timestamptz, figures);
    heading := CASE WHEN english THEN 'Remarks' ELSE '说明' END;
    ordinal := 0;
    SELECT string_agg(x.name || CASE WHEN NOT x.of_members THEN coalesce(CASE WHEN english THEN ' (' || x.words || ')' ELSE '〔' || x.words || '〕' END, '')
                                     WHEN x.many > 10 THEN format(CASE WHEN english THEN ' of %s members' ELSE '（%s个成员）' END, x.many)
                                     ELSE format(CASE WHEN english THEN ' of %s' ELSE '（%s）' END, x.members) END,
                      CASE WHEN english THEN ', ' ELSE '、' END ORDER BY x.n) INTO gaps
      FROM (SELECT min(g.n) AS n, coalesce(CASE WHEN english THEN g.f->'definition'->>'name_en' END, g.f->>'name_zh') AS name, g.f->>'dimension' <> '' AS of_members, count(*) AS many,
                   min(g.f->>'words') AS words, string_agg(g.f->>'member_name', CASE WHEN english THEN ', ' ELSE '、' END ORDER BY (g.f->>'place')::int) AS members
              FROM jsonb_array_elements(figures || emgov_internal.missing_members(ledger, p->>'report', daterange((p->>'starts_on')::date, (p->>'ends_on')::date), (p->>'as_of')::timestamptz, figures))
                   WITH ORDINALITY AS g (f, n) WHERE emgov_internal.is_gap(g.f)
             GROUP BY 2, 3, g.f->>'code', g.f->>'starts_on', g.f->>'ends_on', g.f->>'comparator') AS x;
    IF gaps IS NOT NULL THEN
        ordinal := ordinal + 1;
        body := format(CASE WHEN english THEN 'Published without all the data of: %s.' ELSE '下列数字的数据尚不完整，仍予发布：%s。' END, gaps);
        RETURN NEXT;
    END IF;
    IF p->>'force_reason' IS NOT NULL THEN
        ordinal := ordinal + 1;
        body := format(CASE WHEN english THEN 'Published although these checks fail: %s. Reason: %s' ELSE '下列核对未通过，仍予发布：%s。理由：%s' END,
                       (SELECT string_agg(c, CASE WHEN english THEN ', ' ELSE '、' END) FROM jsonb_array_elements_text(p->'failed_checks') AS c), p->>'force_reason');
        RETURN NEXT;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_publication_text(regnamespace, int) IS
    'the paragraphs of a publication: its templates of then with its frozen figures; and, under a heading of their own and without a section, '
    'that it has gaps, or why it was published although checks failed';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'publication_text(int)',
    '已发布的正文 | the paragraphs of a publication, with its remarks', $sql$
CREATE OR REPLACE FUNCTION @ledger@.publication_text(publication int)
RETURNS TABLE (ordinal int, section int, heading text, body text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_publication_text('@ledger@'::regnamespace, $1);
END
$sql$);

CREATE FUNCTION emgov_internal.ledger_publication_tables(ledger regnamespace, publication int) RETURNS SETOF emgov_internal.report_cell
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb := emgov_internal.publication(ledger, publication);
BEGIN
    RETURN QUERY SELECT * FROM emgov_internal.report_tables(ledger, emgov_internal.report_row(ledger, p->>'report', (p->>'as_of')::timestamptz),
        daterange((p->>'starts_on')::date, (p->>'ends_on')::date), (p->>'as_of')::timestamptz, emgov_internal.stored_figures(ledger, publication));
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_publication_tables(regnamespace, int) IS
    'the tables in the paragraphs of a publication, a row a cell: by its templates of then, with its frozen figures';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'publication_tables(int)',
    '已发布正文中的表，一格一行 | the tables in the paragraphs of a publication, a row a cell', $sql$
CREATE OR REPLACE FUNCTION @ledger@.publication_tables(publication int)
RETURNS SETOF emgov_internal.report_cell
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_publication_tables('@ledger@'::regnamespace, $1);
END
$sql$);
