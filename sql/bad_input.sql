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

CREATE TYPE pg_temp.holder AS (c comparison, u uscc, s remediation_summary);

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
    $$phrase('1/2:3'::comparison + '1/2', '起')$$, $$p_value('1/2:3'::comparison + '1/2')$$, $$'1/2+3/4'::comparison$$, $$'1/2:99999'::comparison$$,
    $$'exited=9223372036854775807'::remediation_summary + 'exited=1'$$, $$- 'exited=-9223372036854775808'::remediation_summary$$,
    $$total('exited=9223372036854775807 upgraded=1'::remediation_summary)$$, $$'exited=9223372036854775807 upgraded=1'::remediation_summary::jsonb$$,
    $$pending('opening=9223372036854775807 filed=1'::case_summary)$$, $$accidents('general=9223372036854775807/0 larger=1/0'::accident_comparison)$$,
    $$severity('huge')$$, $$severity(''::text)$$, $$severity('一')$$, $$remediation_outcome('closed')$$, $$penalty_kind('没')$$, $$penalty_kind(repeat('罚', 1000))$$,
    $$'较大'::severity$$, $$label('x'::severity)$$, $$heaviest('{x}')$$
    ]) WITH ORDINALITY AS u (q, n) ORDER BY n;

-- soft spots of the arguments: both ends, leap days, ranges that look bounded, sizes
SELECT q, refused(q) FROM unnest(ARRAY[
    $$year(0)$$, $$year(-1)$$, $$year(5874897)$$, $$year(2147483647)$$, $$year(-2147483648)$$, $$quarter(2024, 0)$$, $$quarter(2024, 5)$$,
    $$month(2024, 13)$$, $$month(2024, -2147483648)$$, $$ytd('infinity')$$, $$ytd('-infinity')$$, $$ytd('0001-12-31 BC')$$, $$ytd('5874897-12-31')$$,
    $$ytd('2023-02-29')$$, $$year_earlier('empty')$$, $$year_earlier('(,2024-01-01)')$$, $$year_earlier('[-infinity,2024-01-01)')$$,
    $$year_earlier('[2024-01-01,infinity]')$$, $$year_earlier(year(1))$$, $$previous(year(1))$$, $$previous('(,)')$$, $$month_of('4714-11-24 BC')$$,
    $$case_agg('2024-01-02', NULL, NULL, NULL, NULL, '[2024-01-01,)')$$, $$case_agg('infinity', NULL, '2024-01-01', NULL, NULL, year(2024))$$,
    $$case_agg('2024-01-02', '2024-01-02', NULL, 'fine', 1e15 * 100, year(2024))$$, $$inspection_agg(2147483647, 0, 0, -2147483648)$$,
    $$accident_agg(0, -2147483648, 0)$$, $$accident_agg(0, 0, ('0.' || repeat('0', 16000) || '1')::numeric)$$, $$accident_agg(0, 0, ('1' || repeat('0', 100000))::numeric)$$,
    $$yoy_agg(-1e-18::numeric * 1.5, '2024-01-01', year(2024))$$, $$yoy_agg((-9223372036854775808)::bigint, '2024-01-01', year(2024)) FROM generate_series(1, 2)$$,
    $$yoy_agg(1, '2024-01-01', daterange('2024-01-01', NULL))$$, $$sum(s) FROM (VALUES ('exited=9223372036854775807'::remediation_summary), ('exited=1')) v (s)$$,
    $$sum(s) FROM (VALUES ('deaths=-9223372036854775808/0'::accident_comparison), ('deaths=-1/0')) v (s)$$,
    $$jsonb_populate_record(NULL::pg_temp.holder, '{"s": {"exited": 1, "total": 2}}')$$, $$rate('59/65', -1)$$, $$rate('59/65', 19)$$, $$rate('59/65', 1, 'up')$$, $$rate('59/65', 1, '')$$,
    $$round_by(1, 2147483647)$$, $$base_candidates(-1, 0)$$, $$base_candidates(0, -100)$$, $$base_candidates(5, 'NaN')$$, $$base_candidates(5, -100)$$,
    $$base_candidates(9223372036854775807, -50)$$, $$p_value('1.5/2')$$, $$p_value('-1/2')$$, $$p_value('1/2', false, 0)$$, $$p_value('1/2', false, 'NaN')$$,
    $$p_value('1/2', false, 'Infinity')$$, $$p_value('1/2', false, 1e200, 1e-200)$$, $$ratio_interval('1/2', 0)$$, $$ratio_interval('1/2', 1)$$,
    $$ratio_interval('1/2', 'NaN')$$, $$distinguishable('1/2', -0.5)$$, $$smallest_fall(-1)$$, $$smallest_fall(9223372036854775807, 2)$$, $$poisson_interval(-1)$$,
    $$'91110000600037341N'::uscc$$, $$uscc(repeat('9', 100000))$$, $$''::uscc$$, $$uscc('x'::text)$$, $$'{"current": 59, "base": "x"}'::jsonb::comparison$$,
    $$convert_from('\xe4bd', 'UTF8')::uscc$$, $$severity(convert_from('\xff', 'UTF8'))$$, $$phrase(convert_from('\xc0af', 'UTF8'), '起')$$,
    $$jsonb_populate_record(NULL::pg_temp.holder, '{"c": "59/65:0"}')$$, $$jsonb_populate_record(NULL::pg_temp.holder, '{"c": {"current": 1}}')$$,
    $$jsonb_populate_record(NULL::pg_temp.holder, '{"u": "91110000600037341N"}')$$, $$jsonb_populate_record(NULL::pg_temp.holder, '{"s": "total=1"}')$$
    ]) WITH ORDINALITY AS u (q, n) ORDER BY n;
-- wrong binary forms: see tests/client/binary.c
