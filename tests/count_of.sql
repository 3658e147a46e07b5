-- public.count_of(query): how many rows a query has; for tests that make queries of many relations.
CREATE FUNCTION public.count_of(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s) AS q', query) INTO n;
    RETURN n;
END $$;
