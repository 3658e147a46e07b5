-- What the files of records have in common.

-- The quarter being entered: every file adds the rows that became known in it.
CREATE TEMP TABLE batch (days daterange NOT NULL);
INSERT INTO batch VALUES ('[1900-01-01,1900-01-02)');

-- The i-th of n days spread over a year, from 5 January to 17 December at the latest.
CREATE FUNCTION pg_temp.day(year int, i int, n int) RETURNS date LANGUAGE sql IMMUTABLE
    RETURN make_date(year, 1, 5) + i * 346 / n;

-- One of the seven blocks, the larger ones more often.
CREATE FUNCTION pg_temp.area(i int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN (ARRAY['320412', '320411', '320402', '320412', '320413', '320404', '320481', '320411', 'CZEDZ', '320412', '320413', '320481'])[1 + i % 12];

-- A made-up credit code that is valid in form: registering department and category, the
-- office's division, an organisation code beginning 99 with its check digit (GB 11714),
-- and the check digit of the whole (GB 32100).
CREATE FUNCTION pg_temp.credit_code(category text, office text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT code || substr(alphabet, (31 - sum((strpos(alphabet, substr(code, i::int, 1)) - 1) * weight)::int % 31) % 31 + 1, 1)
      FROM (SELECT category || office || body ||
                   (SELECT (ARRAY['0', 'X', '9', '8', '7', '6', '5', '4', '3', '2', '1'])[1 + sum(substr(body, i::int, 1)::int * w) % 11]
                      FROM unnest(ARRAY[3, 7, 9, 10, 5, 8, 4, 2]) WITH ORDINALITY AS weights (w, i)) AS code
              FROM (SELECT '99' || to_char(n, 'FM000000') AS body) AS organisation) AS first_seventeen,
           (SELECT '0123456789ABCDEFGHJKLMNPQRTUWXY' AS alphabet) AS letters,
           unnest(ARRAY[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]) WITH ORDINALITY AS weights (weight, i)
     GROUP BY code, alphabet
$$;
