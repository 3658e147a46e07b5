-- public.plan_of(query, options): the plan of a query as EXPLAIN prints it, a line a row of it; for tests that look at plans.
CREATE FUNCTION public.plan_of(query text, options text DEFAULT 'COSTS off') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
        plan := plan || line || E'\n';
    END LOOP;
    RETURN plan;
END $$;
