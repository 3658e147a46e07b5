-- The extension's objects: all have comments, and their properties are as they should be.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SELECT plan(7);
SELECT is_empty($$
    SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
    WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
      AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'emgov')
      AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type WHERE oid = objid AND (typcategory = 'A' OR typrelid <> 0)))
      AND obj_description(objid, classid::regclass::text::name) IS NULL$$, 'every object has a comment');
SELECT isnt_empty($$SELECT FROM pg_proc WHERE pronamespace = 'emgov'::regnamespace AND prokind = 'a'$$, 'there are aggregates');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'emgov'::regnamespace AND proparallel <> 's'$$, 'every function is parallel safe');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'emgov'::regnamespace AND provolatile <> 'i'$$, 'every function of the kernel is immutable');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'emgov'::regnamespace AND prosecdef$$, 'none runs with other rights');
SELECT is_empty($$SELECT aggfnoid FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid WHERE pronamespace = 'emgov'::regnamespace
    AND (aggcombinefn = 0 OR aggminvtransfn = 0 OR agginitval IS NULL OR aggminitval IS NULL OR aggtranstype <> prorettype
         OR aggtranstype = 'internal'::regtype)$$, 'every aggregate combines, moves, starts from zero, and shows its state');
SELECT is_empty($$SELECT typname FROM pg_type WHERE typnamespace = 'emgov'::regnamespace AND typtype = 'b' AND typcategory <> 'A'
    AND (typsend = 0 OR typreceive = 0 OR NOT EXISTS (SELECT FROM pg_opclass WHERE opcintype = pg_type.oid AND opcdefault AND opcmethod = 403)
         OR NOT EXISTS (SELECT FROM pg_opclass WHERE opcintype = pg_type.oid AND opcdefault AND opcmethod = 405))$$,
    'every type has binary form, btree and hash operator classes');
SELECT * FROM finish();
