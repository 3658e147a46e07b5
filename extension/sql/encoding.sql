\echo Use "CREATE EXTENSION emgov" to load this file. \quit

-- Version 0: nothing but the check of the database's encoding. Texts and labels are Chinese, so the database must be
-- able to hold them. This file is ASCII, for the server converts a whole script before it runs it.
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
