-- Fatal road crashes of the USA, 2013 to 2015 (EMGOV_REAL_DATA): the published totals and change.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET search_path = public, emgov;
\set data `echo "$EMGOV_REAL_DATA"`
SELECT :'data' <> '' AS with_data \gset
\if :with_data
SELECT plan(5);
CREATE TABLE line (year int, cells text[]);
CREATE TABLE raw (line text);
-- only columns by name are wanted, and some cells hold commas in quotes: keep first and last columns apart
CREATE FUNCTION load(data text, file_year int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE header text;
BEGIN
    EXECUTE format('COPY raw FROM PROGRAM %L WITH (FORMAT text, DELIMITER E''\x01'', ENCODING ''LATIN1'')',
                   'xz -dc ' || data || '/us-fars/accident_' || file_year || '.csv.xz | tr -d ''\r\\''');
    SELECT raw.line INTO header FROM raw WHERE raw.line LIKE '%FATALS%';
    INSERT INTO line SELECT file_year, string_to_array(regexp_replace(raw.line, '"[^"]*"', '', 'g'), ',')
        FROM raw WHERE raw.line <> header;
    CREATE TABLE IF NOT EXISTS head (year int, cells text[]);
    INSERT INTO head VALUES (file_year, string_to_array(replace(header, '"', ''), ','));
    DELETE FROM raw;
END $$;
SELECT load(:'data', y) FROM generate_series(2013, 2015) AS y;
CREATE TABLE crash AS
SELECT make_date(y, l.cells[array_position(h.cells, 'MONTH')]::int, l.cells[array_position(h.cells, 'DAY')]::int) AS occurred_on,
       l.cells[array_position(h.cells, 'FATALS')]::int AS deaths
FROM line l JOIN head h USING (year), LATERAL (SELECT year) AS v (y);
SELECT results_eq('SELECT accidents(s), deaths(s) FROM (SELECT accident_agg(deaths, 0, 0) AS s FROM crash GROUP BY date_part(''year'', occurred_on) ORDER BY date_part(''year'', occurred_on)) x',
    'VALUES (30202::bigint, 32893::bigint), (30056, 32744), (32166, 35092)', 'crashes and deaths of three years');
SELECT is(deaths(accident_yoy_agg(deaths, 0, 0, occurred_on, year(2015)))::text, '35092/32744', 'deaths of two years in one pass') FROM crash;
SELECT is(rate(deaths(accident_yoy_agg(deaths, 0, 0, occurred_on, year(2015)))), 7.2, 'deaths rose by 7.2 %') FROM crash;
SELECT is(accidents(accident_yoy_agg(deaths, 0, 0, occurred_on, year(2014)))::text, '30056/30202', 'crashes of 2014') FROM crash;
SELECT is((SELECT sum(s) FROM (SELECT accident_agg(deaths, 0, 0) AS s FROM crash GROUP BY month_of(occurred_on)) m), accident_agg(deaths, 0, 0), 'months add up') FROM crash;
SELECT * FROM finish();
\else
SELECT '1..0 # skipped: EMGOV_REAL_DATA is not set';
\endif
