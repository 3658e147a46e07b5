-- Every figure of the report against the published values; a wrong one is named.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE TEMP TABLE published (code text PRIMARY KEY, printed text NOT NULL, unit text NOT NULL, "interval" numrange NOT NULL, change numeric);
\copy published FROM 'examples/changzhou-2024/published.tsv' WITH (FORMAT csv, DELIMITER E'\t', HEADER)
CREATE TEMP TABLE figure AS SELECT * FROM ledger.figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08');

SELECT plan(13);
SELECT is((SELECT count(*) FROM published)::int, 90, 'ninety figures are published');
SELECT set_eq($$SELECT code FROM ledger.indicator WHERE code ~ '^F[0-9]+$' AND active$$, 'SELECT code FROM published', 'each has its indicator, and none has not');
SELECT results_eq($$SELECT code FROM ledger.indicator WHERE code !~ '^F[0-9]+$' AND active ORDER BY 1$$, $$VALUES ('X001'), ('X002'), ('X003'), ('X004')$$,
                  'the other indicators are derived ones of our own');
SELECT is_empty($$SELECT p.code, p.printed, f.value FROM published p LEFT JOIN figure f USING (code) WHERE (f.value <@ p."interval") IS NOT TRUE$$,
                'each value lies in its interval');
SELECT is((SELECT count(*) FROM published JOIN figure USING (code) WHERE value <@ "interval")::int, 90, 'all ninety were held against it');
SELECT is_empty($$SELECT p.code, p.unit, f.unit FROM published p LEFT JOIN figure f USING (code) WHERE f.unit IS DISTINCT FROM p.unit$$, 'units are the published ones');
SELECT results_eq($$SELECT code, rate FROM figure WHERE code IN (SELECT code FROM published WHERE change IS NOT NULL) ORDER BY 1$$,
                  $$SELECT code, change FROM published WHERE change IS NOT NULL ORDER BY 1$$, 'changes are the published ones');
SELECT results_eq($$SELECT code, base, round(p_value, 3) FROM figure WHERE p_value IS NOT NULL ORDER BY 1$$,
                  $$VALUES ('F028', 65::numeric, 0.654), ('F030', 47, 0.752), ('F032', 23, 0.337), ('F034', 21, 1.000)$$,
                  'bases and p-values of the four changes');
-- the published digits stand in the words, where they are written alike
SELECT is_empty($$SELECT p.code, p.printed, f.words FROM published p JOIN figure f USING (code)
                   WHERE strpos(f.words, p.printed) = 0 AND p.printed !~ '[六九三两一(均全缩]' AND p.code NOT IN ('F091', 'F093')$$,
                'the words have the published digits, with 余, 近, 超 and 约');
SELECT results_eq($$SELECT words FROM figure WHERE code IN ('F091', 'F093') ORDER BY code$$, $$VALUES ('超11万人次'), ('8000余家')$$,
                  'two are worded otherwise: 突破11万, 8千余');
SELECT is_empty($$SELECT code, a.value, b.value FROM figure a FULL JOIN ledger.figures(emgov.ytd('2024-12-19')) b USING (code)
                   WHERE (a.value, a.base, a.phrase) IS DISTINCT FROM (b.value, b.base, b.phrase)$$,
                'what became known after the report changes none of it');
SELECT is_empty($$SELECT code, detail, left_value, right_value FROM ledger.check_figures(emgov.ytd('2024-12-19'), '2024-12-19 18:00+08')
                   WHERE severity = 'hard' AND state <> 'holds'$$, 'every hard check holds');
SELECT is_empty($$SELECT code FROM ledger.indicator WHERE name_en IS NULL OR definition_en IS NULL OR section IS NULL$$, 'every indicator has names and definitions in both languages');
SELECT * FROM finish();
