-- Wrong input over the types and functions: each an SQLSTATE and a message, never a crash.
SET search_path = public, emgov;
CREATE FUNCTION refused(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    EXECUTE 'SELECT ' || query;
    RETURN 'ACCEPTED';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN detail || hint = '' THEN ' (neither detail nor hint)' ELSE '' END;
END $$;

-- text forms of the summaries
SELECT t, v, refused(format('%L::%s', v, t)) FROM unnest(ARRAY['remediation_summary', 'accident_summary', 'accident_comparison',
    'inspection_summary', 'case_summary', 'comparison']) AS t,
    unnest(ARRAY['', ' ', 'x', '1', '0 0', '-', '{}', 'total=1', 'accidents=1', 'exited=1 exited=1', 'deaths=1.5', 'deaths=1e3',
                 'deaths=NaN', 'deaths=99999999999999999999', 'direct_loss=0.001', 'direct_loss=Infinity', 'pending=1;exited=2', '59', '59/', '/65',
                 '59/65:0', '59/65:x', '59/65:1001', '59/65:1.5', '1.1234567890123456789/1', '9223372036854775808/0', 'NaN/1', '1//2']) AS v
WHERE refused(format('%L::%s', v, t)) <> 'ACCEPTED' ORDER BY t COLLATE "C", v COLLATE "C";

-- arguments
SELECT q, refused(q) FROM unnest(ARRAY[
    $$accident_severity(-1, 0, 0)$$, $$accident_severity(0, -1, 0)$$, $$accident_severity(0, 0, -0.01)$$, $$accident_severity(0, 0, 'NaN')$$,
    $$accident_severity(0, 0, 'Infinity')$$, $$accident_severity(0, 0, '-Infinity')$$, $$accident_severity(0, 0, 0.001)$$, $$accident_severity(0, 0, 1e30)$$,
    $$accident_agg(-1, 0, 0)$$, $$accident_agg(0, 0, 92233720368547758.08)$$, $$accident_agg(1, 1, 92233720368547758.07) FROM generate_series(1, 2)$$,
    $$accident_yoy_agg(1, 0, 0, '2024-01-01', NULL)$$, $$accident_yoy_agg(1, 0, 0, '2024-01-01', 'empty')$$, $$accident_yoy_agg(1, 0, 0, '2024-01-01', '(,)')$$,
    $$accident_yoy_agg(1, 0, 0, '2024-01-01', '[2024-01-01,)')$$, $$accident_yoy_agg(1, 0, 0, '2024-01-01', '[2024-01-01,infinity)')$$,
    $$inspection_agg(-1, 0, 0, 0)$$, $$inspection_agg(0, 0, 0, -5)$$,
    $$case_agg('2024-01-02', NULL, '2024-01-01', NULL, NULL, year(2024))$$, $$case_agg('2024-01-02', '2024-01-02', NULL, 'fine', -1, year(2024))$$,
    $$case_agg('2024-01-02', '2024-01-02', NULL, 'fine', 0.001, year(2024))$$, $$case_agg('2024-01-02', NULL, NULL, NULL, NULL, NULL)$$,
    $$case_agg('2024-01-02', NULL, NULL, NULL, NULL, 'empty')$$, $$case_agg('2024-01-02', '2024-01-02', NULL, 'fine', 'NaN', year(2024))$$,
    $$yoy_agg(1, '2024-01-01', NULL)$$, $$yoy_agg('NaN'::numeric, '2024-01-01', year(2024))$$, $$yoy_agg(1e19::numeric, '2024-01-01', year(2024))$$,
    $$yoy_agg(1e-19::numeric, '2024-01-01', year(2024))$$, $$yoy_agg(9223372036854775807, '2024-01-01', year(2024)) FROM generate_series(1, 2)$$,
    $$comparison('NaN', 1)$$, $$comparison(1, 'Infinity')$$, $$comparison(1, 1, 0)$$, $$comparison(1, 1, -1)$$, $$comparison(1, 1, 1001)$$,
    $$comparison(1e19, 1)$$, $$comparison(1, -1e19)$$, $$comparison(1e-19, 1)$$, $$comparison(1e1000, 1)$$,
    $$'9223372036854775807/0'::comparison + '1/0'$$, $$'-9223372036854775808/0'::comparison - '1/0'$$, $$- '-9223372036854775808/0'::comparison$$,
    $$'1/2:3'::comparison + '1/2'$$, $$'1/2:3'::comparison - '1/2:2'$$, $$sum(c) FROM (VALUES ('1/2:3'::comparison), ('1/2')) v (c)$$,
    $$'exited=9223372036854775807'::remediation_summary + 'exited=1'$$, $$- 'exited=-9223372036854775808'::remediation_summary$$,
    $$total('exited=9223372036854775807 upgraded=1'::remediation_summary)$$, $$'exited=9223372036854775807 upgraded=1'::remediation_summary::jsonb$$,
    $$pending('opening=9223372036854775807 filed=1'::case_summary)$$, $$accidents('general=9223372036854775807/0 larger=1/0'::accident_comparison)$$,
    $$severity('huge')$$, $$severity(''::text)$$, $$severity('一')$$, $$remediation_outcome('closed')$$, $$penalty_kind('没')$$, $$penalty_kind(repeat('罚', 1000))$$,
    $$'较大'::severity$$, $$label('x'::severity)$$, $$heaviest('{x}')$$
    ]) WITH ORDINALITY AS u (q, n) ORDER BY n;

-- binary forms, through COPY: a header, one row of one column of n bytes, the end
CREATE FUNCTION refused_binary(type text, value bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE file text := '/tmp/emgov_bad_input'; loid oid;
BEGIN
    loid := lo_from_bytea(0, '\x5047434f50590aff0d0a000000000000000000'::bytea || int2send(1::int2) || int4send(length(value)) || value || int2send((-1)::int2));
    PERFORM lo_export(loid, file), lo_unlink(loid);
    EXECUTE format('CREATE TEMP TABLE bad_input (v %s) ON COMMIT DROP', type);
    EXECUTE format('COPY bad_input FROM %L (FORMAT binary)', file);
    DROP TABLE bad_input;
    RETURN 'ACCEPTED';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT t, refused_binary(t, v) FROM (VALUES
    ('remediation_summary', remediation_summary_send('exited=1')), ('comparison', comparison_send('1.5/2:3')), ('uscc', uscc_send('91110000600037341L')),
    ('remediation_summary', ''), ('remediation_summary', '\x00'), ('remediation_summary', '\x00020003'), ('remediation_summary', '\x00010004'),
    ('remediation_summary', '\x00010003'), ('remediation_summary', remediation_summary_send('exited=1') || '\x00'), ('remediation_summary', substr(remediation_summary_send('exited=1'), 1, 20)),
    ('remediation_summary', accident_summary_send('0')), ('comparison', set_byte(comparison_send('1/2'), 12, 255)), ('comparison', set_byte(comparison_send('1/2'), 12, 127)),
    ('comparison', set_byte(comparison_send('1/2'), 43, 0)), ('comparison', set_byte(comparison_send('1/2'), 40, 1)), ('comparison', set_byte(comparison_send('0/0'), 43, 3)),
    ('uscc', ''), ('uscc', '\x39'), ('uscc', '91110000600037341N'), ('uscc', '91110000600037341l'), ('uscc', repeat('x', 18)::bytea),
    ('uscc', '\xffffffffffffffffffffffffffffffffffff'), ('uscc', '91110000600037341LL')) AS b (t, v);
