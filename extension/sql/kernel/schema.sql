\echo Use "CREATE EXTENSION emgov" to load this file. \quit

-- ------------------------------------------------------------------ schema
-- The schema is fixed (see emgov.control).
DO $$
BEGIN
    -- Who owns a schema may replace what lies in it, so the schema must not have been
    -- waiting here in the hands of somebody else.
    IF EXISTS (
        SELECT FROM (
            SELECT nspowner AS owner FROM pg_catalog.pg_namespace WHERE nspname OPERATOR(pg_catalog.=) 'emgov'
            UNION ALL
            SELECT proowner FROM pg_catalog.pg_proc WHERE pronamespace OPERATOR(pg_catalog.=) 'emgov'::pg_catalog.regnamespace
            UNION ALL
            SELECT oprowner FROM pg_catalog.pg_operator WHERE oprnamespace OPERATOR(pg_catalog.=) 'emgov'::pg_catalog.regnamespace
            UNION ALL
            SELECT typowner FROM pg_catalog.pg_type WHERE typnamespace OPERATOR(pg_catalog.=) 'emgov'::pg_catalog.regnamespace
        ) AS found JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) found.owner
        WHERE r.rolname OPERATOR(pg_catalog.<>) CURRENT_USER AND NOT r.rolsuper
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'insufficient_privilege',
            MESSAGE = 'schema "emgov" belongs to another user, or holds objects of another user',
            DETAIL = 'Whoever owns them could change what the extension does for everybody else.',
            HINT = 'Look at what they are, then: DROP SCHEMA emgov CASCADE';
    END IF;
END
$$;

COMMENT ON SCHEMA emgov IS 'Exact, explained, reproducible figures for government reports: types, summaries, comparisons, wording';

-- Whoever may connect may use the extension, as with those that live in public.
GRANT USAGE ON SCHEMA emgov TO PUBLIC;

-- What users call stands in emgov, so that a list of it is a manual; what only the extension itself calls, here. One that
-- is there already is refused by the server: whoever owned it could put functions where everybody's are looked for.
CREATE SCHEMA emgov_internal;
COMMENT ON SCHEMA emgov_internal IS 'What emgov''s own functions, operators, types and triggers are made of; not to be called';
GRANT USAGE ON SCHEMA emgov_internal TO PUBLIC;
