-- ------------------------------------------------------------------ ledger: verifying publications
-- Three things hold of a publication: it is stored as it was written (its hash), it stands
-- in the chain of all publications (each holds the hash of the one before), and its figures
-- come out again from what was known at its moment. A chain proves nothing against an
-- owner who rewrites it whole: a hash that was kept elsewhere does.

CREATE FUNCTION emgov._hash_algorithm() RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS 'SELECT 1';
COMMENT ON FUNCTION emgov._hash_algorithm() IS 'internal: the algorithm by which publications are hashed now; earlier ones stay';

-- Algorithm 1. A text is written as its length in bytes, a colon and its bytes; NULL as a
-- minus; between two a comma. So no two lists of values are written alike.
CREATE FUNCTION emgov._hash(texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT encode(sha256(convert_to(string_agg(coalesce(octet_length(t) || ':' || t, '-'), ',' ORDER BY n), 'UTF8')), 'hex')
      FROM unnest(texts) WITH ORDINALITY AS u (t, n)
$$;
COMMENT ON FUNCTION emgov._hash(text[]) IS 'internal: SHA-256 of a list of texts, in hexadecimal';

CREATE FUNCTION emgov._figures_hash(figures jsonb, algorithm int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE algorithm WHEN 1 THEN emgov._hash(ARRAY(
        SELECT f.figure->>c.name
          FROM jsonb_array_elements(figures) WITH ORDINALITY AS f (figure, n),
               unnest('{code,name_zh,value,numerator,denominator,base,change,rate,state,p_value,unit,phrase,scope,'
                      'definition_version,definition,record_count,record_checksum,base_numerator,base_denominator}'::text[])
               WITH ORDINALITY AS c (name, n)
         ORDER BY f.n, c.n)) END
$$;
COMMENT ON FUNCTION emgov._figures_hash(jsonb, int) IS 'internal: the hash of a publication''s figures, given in the order of their codes; NULL for an algorithm that is not known';

CREATE FUNCTION emgov._publication_hash(publication jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE (publication->>'algorithm')::int WHEN 1 THEN emgov._hash(ARRAY(
        SELECT publication->>c.name
          FROM unnest('{algorithm,id,report,starts_on,ends_on,as_of,live,scope,base,published_at,published_by,layout,figures_hash,previous_hash}'::text[])
               WITH ORDINALITY AS c (name, n)
         ORDER BY c.n)) END
$$;
COMMENT ON FUNCTION emgov._publication_hash(jsonb) IS 'internal: the hash of a publication, all its columns but the hash itself; NULL for an algorithm that is not known';

CREATE FUNCTION emgov._stored_figures(ledger regnamespace, publication int) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    figures jsonb;
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.code COLLATE "C"), ''[]'') FROM ONLY %s.publication_figure AS f WHERE f.publication_id = $1', ledger)
       INTO figures USING publication;
    RETURN figures;
END
$$;
COMMENT ON FUNCTION emgov._stored_figures(regnamespace, int) IS 'internal: the figures of a publication as they are stored, as JSON, in the order of their codes';

-- What is wrong with the chain, as far as a publication stands on it: itself, all before
-- it, and the one after it.
CREATE FUNCTION emgov._verify_chain(ledger regnamespace, publication int)
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
        recomputed := emgov._figures_hash(emgov._stored_figures(ledger, id), (p->>'algorithm')::int);
        IF published IS DISTINCT FROM recomputed THEN
            RETURN NEXT;
        END IF;
        what := 'hash';
        published := p->>what;
        recomputed := emgov._publication_hash(p);
        IF published IS DISTINCT FROM recomputed THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov._verify_chain(regnamespace, int) IS
    'internal: what of the stored hashes does not come out again, for a publication, all before it and the one after it; none that is missing';

CREATE FUNCTION emgov.ledger_verify_publication(ledger regnamespace, publication int, expected_hash text DEFAULT NULL)
RETURNS TABLE (code text, what text, published text, recomputed text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    p jsonb;
    last int;
BEGIN
    PERFORM emgov._refuse_row_policies(ledger);
    EXECUTE format('SELECT max(p.id) FROM ONLY %s.publication AS p', ledger) INTO last;
    EXECUTE format('SELECT to_jsonb(p) FROM ONLY %s.publication AS p WHERE p.id = $1', ledger) INTO p USING publication;
    IF p IS NULL AND (publication IS NULL OR publication < 1 OR publication > coalesce(last, 0)) THEN
        RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no publication %s', publication),
            DETAIL = format('The last one is %s.', coalesce(last, 0)),
            HINT = format('SELECT * FROM %s.publication_list;', ledger);
    END IF;
    -- stored as it was written, where it was written
    RETURN QUERY SELECT NULL::text, CASE c.id WHEN publication THEN c.what ELSE format('%s of publication %s', c.what, c.id) END, c.published, c.recomputed
                   FROM emgov._verify_chain(ledger, publication) AS c WHERE (c.id, c.what) <> (publication, 'publication');
    IF p IS NULL THEN
        RETURN QUERY SELECT NULL::text, 'publication', NULL::text, 'missing';
        RETURN;
    END IF;
    IF p->>'hash' <> expected_hash THEN
        RETURN QUERY SELECT NULL::text, 'expected_hash', p->>'hash', expected_hash;
    END IF;
    -- and coming out again: every column of every figure, and no other figures
    RETURN QUERY
        SELECT coalesce(s.f->>'code', n.f->>'code'), k.name, s.f->>k.name, n.f->>k.name
          FROM jsonb_array_elements(emgov._stored_figures(ledger, publication)) AS s (f)
          FULL JOIN jsonb_array_elements(emgov._publication_figures(ledger, publication, daterange((p->>'starts_on')::date, (p->>'ends_on')::date),
                        p->>'report', (p->>'as_of')::timestamptz, p->>'scope', p->>'base', false)) AS n (f) ON n.f->>'code' = s.f->>'code'
         CROSS JOIN LATERAL jsonb_object_keys(coalesce(n.f, s.f)) AS k (name)
         WHERE CASE WHEN s.f IS NULL OR n.f IS NULL THEN k.name = 'code'
                    -- columns that definitions have got since say nothing
                    WHEN k.name = 'definition' THEN s.f->'definition' IS DISTINCT FROM
                         (SELECT jsonb_object_agg(d.key, d.value) FROM jsonb_each(n.f->'definition') AS d WHERE s.f->'definition' ? d.key)
                    ELSE s.f->k.name IS DISTINCT FROM n.f->k.name END
         ORDER BY 1, 2;
END
$$;
COMMENT ON FUNCTION emgov.ledger_verify_publication(regnamespace, int, text) IS
    'what of a publication is not as it was published: none, unless it or history was tampered with, or a source keeps no versions. '
    'code: the figure, NULL of the publication itself; what: the column; published: as it is stored; recomputed: as it comes out again from what was known then. '
    'expected_hash: the hash that publish() gave, if it was kept';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'verify_publication(int, text)',
    '复算发布并核对摘要 | what of a publication does not come out again, or is not stored as it was published; compared with a hash that was kept elsewhere, if given', $sql$
CREATE OR REPLACE FUNCTION @ledger@.verify_publication(publication int, expected_hash text DEFAULT NULL)
RETURNS TABLE (code text, what text, published text, recomputed text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_verify_publication('@ledger@'::regnamespace, $1, $2);
END
$sql$);
