-- ------------------------------------------------------------------ uscc
CREATE TYPE emgov.uscc;
CREATE FUNCTION emgov_internal.uscc_in(pg_catalog.cstring) RETURNS emgov.uscc
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_in';
COMMENT ON FUNCTION emgov_internal.uscc_in(pg_catalog.cstring) IS 'Text to uscc: spaces and hyphens dropped, case and width folded, all else refused';
CREATE FUNCTION emgov_internal.uscc_out(emgov.uscc) RETURNS pg_catalog.cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_out';
COMMENT ON FUNCTION emgov_internal.uscc_out(emgov.uscc) IS 'uscc to its 18 characters';
CREATE FUNCTION emgov_internal.uscc_recv(pg_catalog.internal) RETURNS emgov.uscc
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_recv';
COMMENT ON FUNCTION emgov_internal.uscc_recv(pg_catalog.internal) IS 'Binary form to uscc: 18 canonical bytes, checked as strictly as text';
CREATE FUNCTION emgov_internal.uscc_send(emgov.uscc) RETURNS pg_catalog.bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_send';
COMMENT ON FUNCTION emgov_internal.uscc_send(emgov.uscc) IS 'uscc to its binary form';
CREATE TYPE emgov.uscc (
    INPUT = emgov_internal.uscc_in, OUTPUT = emgov_internal.uscc_out, RECEIVE = emgov_internal.uscc_recv, SEND = emgov_internal.uscc_send,
    INTERNALLENGTH = 18, ALIGNMENT = char, STORAGE = plain);
COMMENT ON TYPE emgov.uscc IS 'Unified social credit code (GB 32100-2015) with the organisation code (GB 11714) inside, both check characters verified; 18 characters';

CREATE FUNCTION emgov.uscc(pg_catalog.text) RETURNS emgov.uscc
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_from_text';
COMMENT ON FUNCTION emgov.uscc(pg_catalog.text) IS 'Text to uscc, as input';
CREATE FUNCTION emgov_internal.uscc_text(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_to_text';
COMMENT ON FUNCTION emgov_internal.uscc_text(emgov.uscc) IS 'The 18 characters';
CREATE FUNCTION emgov_internal.uscc_jsonb(emgov.uscc) RETURNS pg_catalog.jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_jsonb';
COMMENT ON FUNCTION emgov_internal.uscc_jsonb(emgov.uscc) IS 'The code as a JSON string';
-- Assignment, for what a driver sends as text goes into a column of codes as a literal does.
CREATE FUNCTION emgov.uscc(pg_catalog.bpchar) RETURNS emgov.uscc
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_from_text';
COMMENT ON FUNCTION emgov.uscc(pg_catalog.bpchar) IS 'Text of fixed length to uscc, as input';
CREATE CAST (pg_catalog.text AS emgov.uscc) WITH FUNCTION emgov.uscc(pg_catalog.text) AS ASSIGNMENT;
CREATE CAST (pg_catalog.varchar AS emgov.uscc) WITH FUNCTION emgov.uscc(pg_catalog.text) AS ASSIGNMENT;
CREATE CAST (pg_catalog.bpchar AS emgov.uscc) WITH FUNCTION emgov.uscc(pg_catalog.bpchar) AS ASSIGNMENT;
COMMENT ON CAST (pg_catalog.varchar AS emgov.uscc) IS 'As input; an invalid code is an error';
COMMENT ON CAST (pg_catalog.bpchar AS emgov.uscc) IS 'As input; an invalid code is an error';
CREATE CAST (emgov.uscc AS pg_catalog.text) WITH FUNCTION emgov_internal.uscc_text(emgov.uscc) AS ASSIGNMENT;
-- None to json: with it to_jsonb() and jsonb_object_agg() would no longer take a code for a scalar.
CREATE CAST (emgov.uscc AS pg_catalog.jsonb) WITH FUNCTION emgov_internal.uscc_jsonb(emgov.uscc);
COMMENT ON CAST (pg_catalog.text AS emgov.uscc) IS 'As input; an invalid code is an error';
COMMENT ON CAST (emgov.uscc AS pg_catalog.text) IS 'The 18 characters';
COMMENT ON CAST (emgov.uscc AS pg_catalog.jsonb) IS 'A JSON string';

--@ ordered_type type=uscc order='Order of the characters, as text sorts under collation C'

-- Comparison with text: what a driver sends as text is read as a code, like a literal. The server inlines these, so
-- an index of the column serves. One = more in pg_catalog, for the same reason as the others.
CREATE FUNCTION emgov_internal.uscc_eq_text(emgov.uscc, pg_catalog.text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN $1 OPERATOR(pg_catalog.=) emgov.uscc($2);
CREATE FUNCTION emgov_internal.text_eq_uscc(pg_catalog.text, emgov.uscc) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN emgov.uscc($1) OPERATOR(pg_catalog.=) $2;
COMMENT ON FUNCTION emgov_internal.uscc_eq_text(emgov.uscc, pg_catalog.text) IS 'Are they equal? The text is read as a code; an invalid one is an error';
COMMENT ON FUNCTION emgov_internal.text_eq_uscc(pg_catalog.text, emgov.uscc) IS 'Are they equal? The text is read as a code; an invalid one is an error';
CREATE FUNCTION emgov_internal.uscc_ne_text(emgov.uscc, pg_catalog.text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN $1 OPERATOR(emgov.<>) emgov.uscc($2);
CREATE FUNCTION emgov_internal.text_ne_uscc(pg_catalog.text, emgov.uscc) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN emgov.uscc($1) OPERATOR(emgov.<>) $2;
COMMENT ON FUNCTION emgov_internal.uscc_ne_text(emgov.uscc, pg_catalog.text) IS 'Do they differ? The text is read as a code; an invalid one is an error';
COMMENT ON FUNCTION emgov_internal.text_ne_uscc(pg_catalog.text, emgov.uscc) IS 'Do they differ? The text is read as a code; an invalid one is an error';
CREATE OPERATOR pg_catalog.= (LEFTARG = emgov.uscc, RIGHTARG = pg_catalog.text, FUNCTION = emgov_internal.uscc_eq_text,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(emgov.<>), RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR pg_catalog.= (LEFTARG = pg_catalog.text, RIGHTARG = emgov.uscc, FUNCTION = emgov_internal.text_eq_uscc,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(emgov.<>), RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR emgov.<> (LEFTARG = emgov.uscc, RIGHTARG = pg_catalog.text, FUNCTION = emgov_internal.uscc_ne_text,
    COMMUTATOR = OPERATOR(emgov.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR emgov.<> (LEFTARG = pg_catalog.text, RIGHTARG = emgov.uscc, FUNCTION = emgov_internal.text_ne_uscc,
    COMMUTATOR = OPERATOR(emgov.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR pg_catalog.= (emgov.uscc, pg_catalog.text) IS 'equal, the text read as a code';
COMMENT ON OPERATOR pg_catalog.= (pg_catalog.text, emgov.uscc) IS 'equal, the text read as a code';
COMMENT ON OPERATOR emgov.<> (emgov.uscc, pg_catalog.text) IS 'not equal, the text read as a code';
COMMENT ON OPERATOR emgov.<> (pg_catalog.text, emgov.uscc) IS 'not equal, the text read as a code';

CREATE FUNCTION emgov_internal.uscc_sortsupport(pg_catalog.internal) RETURNS pg_catalog.void
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_sortsupport';
COMMENT ON FUNCTION emgov_internal.uscc_sortsupport(pg_catalog.internal) IS 'Faster sorting of uscc';
ALTER OPERATOR FAMILY emgov.uscc_ops USING btree ADD FUNCTION 2 (emgov.uscc) emgov_internal.uscc_sortsupport(pg_catalog.internal);

CREATE FUNCTION emgov.department(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_department';
COMMENT ON FUNCTION emgov.department(emgov.uscc) IS 'Character 1: the registering department';
CREATE FUNCTION emgov.category(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_category';
COMMENT ON FUNCTION emgov.category(emgov.uscc) IS 'Character 2: the category of the organisation, within the department';
CREATE FUNCTION emgov.division(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_division';
COMMENT ON FUNCTION emgov.division(emgov.uscc) IS 'Characters 3 to 8: the GB/T 2260 code of the registering office, perhaps obsolete; not the site of the enterprise';
CREATE FUNCTION emgov.organisation(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_organisation';
COMMENT ON FUNCTION emgov.organisation(emgov.uscc) IS 'Characters 9 to 17: the organisation code of GB 11714';
CREATE FUNCTION emgov.check_digit(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_check_digit';
COMMENT ON FUNCTION emgov.check_digit(emgov.uscc) IS 'Character 18: the check character over the others';
CREATE FUNCTION emgov.department_label(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_department_term';
COMMENT ON FUNCTION emgov.department_label(emgov.uscc) IS 'The registering department in Chinese';
CREATE FUNCTION emgov.category_label(emgov.uscc) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_category_term';
COMMENT ON FUNCTION emgov.category_label(emgov.uscc) IS 'The category of the organisation in Chinese; NULL if the standard names none';
CREATE FUNCTION emgov.uscc_problem(pg_catalog.text) RETURNS pg_catalog.text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'uscc_problem';
COMMENT ON FUNCTION emgov.uscc_problem(pg_catalog.text) IS 'Why a text is no valid code, in one line, or NULL if it is one; for loading dirty data. Never an error';
