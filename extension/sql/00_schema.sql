\echo Use "CREATE EXTENSION emgov" to load this file. \quit

-- ------------------------------------------------------------------ schema
-- The schema is fixed (see emgov.control). Texts and labels are Chinese, so the
-- database must be able to hold them.
DO $$
BEGIN
    IF pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.<>) 'UTF8' THEN
        RAISE EXCEPTION USING
            ERRCODE = 'feature_not_supported',
            MESSAGE = 'emgov needs a database with encoding UTF8',
            DETAIL = 'This database has encoding ' OPERATOR(pg_catalog.||) pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.||) '.',
            HINT = 'Create one with: CREATE DATABASE name ENCODING ''UTF8'' TEMPLATE template0';
    END IF;
END
$$;

COMMENT ON SCHEMA emgov IS 'Exact, explained, reproducible figures for government reports: types, summaries, comparisons, wording';

-- Whoever may connect may use the extension, as with those that live in public.
GRANT USAGE ON SCHEMA emgov TO PUBLIC;
