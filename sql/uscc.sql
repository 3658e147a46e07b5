-- The unified social credit code: what is read, what is refused and why.
SET search_path = public, emgov;
SET client_min_messages = warning;

-- real codes, of several departments
CREATE TABLE code (code uscc PRIMARY KEY);
INSERT INTO code VALUES ('914403001922038216'), ('9144030071526726XG'), ('91330100799655058B'), ('91110000100010433L'),
    ('91110108551385082Q'), ('91440300192317458F'), ('91320411608131455L'), ('91110000600037341L'), ('11330800002618736G'),
    ('11532300MB19155603'), ('114420007838798905'), ('121200004013590816'), ('91350100M000100Y43');
SELECT code, department(code), category(code), division(code), organisation(code), check_digit(code),
       department_label(code), category_label(code)
FROM code ORDER BY code;

-- what is folded
SELECT t, t::uscc FROM (VALUES (' 9144030071526726xg '), ('91440300-71526726X-G'), ('９１４４０３００７１５２６７２６ＸＧ'),
    (U&'\300091 440300 71526726XG\00A0')) AS v (t);

-- what is refused: no error, the reason
\pset format unaligned
SELECT left(t, 40) AS t, uscc_problem(t) FROM (VALUES
    (''), ('   '), ('9'), ('914403001922038217'), ('91110000600037341N'), ('A1110000600037341L'), ('9111000060003IOZSV'),
    ('91440300187O826678'), ('91350100M000100Y4Z'), ('9144030071526726XGX'), ('914403007152672－XG'), ('01440300715267264G'),
    ('91汉40300715267264G'), ('91A40300715267264G'), ('91440300715267260G'), (repeat('9', 100000)), (E'9144030071526726X\u200bG'),
    ('320402199001011234'), ('1114058101245507XU354/2024-00218'), (NULL)) AS v (t);
\pset format aligned
SELECT count(*) FILTER (WHERE uscc_problem(code::text) IS NOT NULL) AS refused, count(*) FROM code;

-- every other character at every place, and every two neighbours swapped, are refused
SELECT count(*) AS tried, count(uscc_problem(t)) AS refused
FROM code, generate_series(1, 18) AS i, regexp_split_to_table('0123456789ABCDEFGHJKLMNPQRTUWXY', '') AS c,
     overlay(code::text PLACING c FROM i FOR 1) AS t WHERE t <> code::text;
SELECT count(*) AS tried, count(uscc_problem(t)) AS refused
FROM code, generate_series(1, 17) AS i,
     overlay(code::text PLACING substr(code::text, i + 1, 1) || substr(code::text, i, 1) FROM i FOR 2) AS t WHERE t <> code::text;

-- order, hash, indexes, round trips
SELECT count(*) AS out_of_order FROM (SELECT code::text COLLATE "C" < lag(code::text COLLATE "C") OVER (ORDER BY code) AS wrong FROM code) AS o WHERE wrong;
SELECT count(DISTINCT code), count(*) FILTER (WHERE code::text::uscc = code AND to_jsonb(code) = to_jsonb(code::text)) AS back FROM code;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT FROM code WHERE code = '91110000600037341L';
SET enable_hashjoin = off;
SELECT count(*) FROM code a JOIN code b USING (code);
RESET enable_hashjoin;
SET enable_mergejoin = off;
SELECT count(*) FROM code a JOIN code b USING (code);

-- errors
SELECT '91440300187O826678'::uscc;
SELECT 'x'::text::uscc;
SELECT '320402199001011234'::uscc;
DROP TABLE code;
