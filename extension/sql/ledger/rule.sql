-- ------------------------------------------------------------------ ledger: check rules

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'check_rule', '核对规则 | identities and inequalities between figures, and conditions on records', $ddl$
CREATE TABLE @ledger@.check_rule (
    code text PRIMARY KEY CONSTRAINT "code is not blank" CHECK (code ~ '\S'),  -- 代码 | code
    severity text NOT NULL CHECK (severity IN ('hard', 'soft')),  -- 级别：硬性、提示 | hard: an error; soft: a warning
    left_side text,                                     -- 左式，如 F012 + F013 | figures, e.g. F012 + F013; F028.base is last year's
    operator text CHECK (operator IN ('=', '<=', '>=', '<', '>')),  -- 关系 | relation
    right_side text,                                    -- 右式 | figures
    source text,                                        -- 来源关系 | of a rule about records: their relation
    violation text,                                     -- 违反条件 | condition that a record must not meet
    note_zh text NOT NULL,                              -- 说明 | what it says
    note_en text,                                       -- 英文说明 | in English
    active boolean NOT NULL DEFAULT true,               -- 是否启用 | false: not checked
    @known@
    CONSTRAINT "it has left_side, operator, right_side, or source and violation"
        CHECK (num_nonnulls(left_side, operator, right_side) = 3 AND num_nonnulls(source, violation) = 0
        OR num_nonnulls(left_side, operator, right_side) = 0 AND num_nonnulls(source, violation) = 2)
);
$ddl$);

CREATE FUNCTION emgov_internal.side_names(side text) RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_side_names';
COMMENT ON FUNCTION emgov_internal.side_names(text) IS
    'internal: the figures that one side of a check rule names, CODE or CODE.base, in their order; an error when it is no arithmetic over indicators';

CREATE FUNCTION emgov_internal.side_value(side text, names text[], known numeric[]) RETURNS numeric
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_side_value';
COMMENT ON FUNCTION emgov_internal.side_value(text, text[], numeric[]) IS
    'internal: what one side of a check rule comes to, from figures by name; to sixty decimals where it does not end, NULL when a figure is not known or a divisor is 0';

CREATE FUNCTION emgov_internal.check_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
AS $$
DECLARE
    missing text;
BEGIN
    IF octet_length(NEW.code) > 50 THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('the code of a rule has at most 50 bytes, not %s', octet_length(NEW.code)),
            DETAIL = 'What the rule runs as is named after it.';
    END IF;
    IF NEW.source IS NOT NULL THEN
        IF NEW.active THEN
            PERFORM emgov_internal.open_source(TG_TABLE_SCHEMA, format('rule %s', NEW.code), emgov_internal.source(TG_TABLE_SCHEMA, NEW.source));
        END IF;
    ELSE
        EXECUTE format($sql$
            SELECT min(replace(n, '.base', '')) FROM unnest($1) AS n WHERE NOT EXISTS (SELECT FROM %I.indicator WHERE code = replace(n, '.base', '')) $sql$, TG_TABLE_SCHEMA)
           INTO missing USING emgov_internal.side_names(NEW.left_side) || emgov_internal.side_names(NEW.right_side);
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
                MESSAGE = format('rule %s names "%s", which is no indicator', NEW.code, missing);
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_rule() IS 'trigger of a ledger''s check rules: only arithmetic over indicators, or a harmless condition on a relation''s records';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'check_rule', $ddl$
CREATE OR REPLACE TRIGGER a_rule_check BEFORE INSERT OR UPDATE ON @ledger@.check_rule FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_rule();
CREATE OR REPLACE TRIGGER a_definition_lock BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.check_rule FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.write_definition();
CREATE OR REPLACE TRIGGER a_definition_units AFTER INSERT OR UPDATE OR DELETE ON @ledger@.check_rule FOR EACH ROW EXECUTE FUNCTION emgov_internal.write_definition();
$ddl$);

CREATE TYPE emgov_internal.ledger_check AS (
    code text, severity text, state text, left_value numeric, right_value numeric, detail text, record_keys text[], note_zh text, note text);
COMMENT ON TYPE emgov_internal.ledger_check IS 'a row of check_figures(): a rule, whether it holds, and what disagrees; note: what it says, in the language asked for';

-- The figures that rules name, exactly, by code and code.base. Of a part nothing follows for the whole:
-- such a figure is not known.
CREATE FUNCTION emgov_internal.checked_figures(ledger regnamespace, sides text[], period daterange, as_of timestamptz, OUT names text[], OUT known numeric[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg(v.name), array_agg(v.value)
      FROM emgov_internal.figures(ledger, ARRAY(
            SELECT DISTINCT (replace(n, '.base', ''), period, NULL)::emgov_internal.figure_request FROM unnest(sides) AS s CROSS JOIN LATERAL unnest(emgov_internal.side_names(s)) AS n), as_of) AS m
     CROSS JOIN LATERAL (VALUES ((m.figure).code, CASE WHEN (m.figure).state NOT IN ('part_period', 'part_members') THEN m.exact END),
                                ((m.figure).code || '.base', m.base_exact)) AS v (name, value)
$$;
COMMENT ON FUNCTION emgov_internal.checked_figures(regnamespace, text[], daterange, timestamptz) IS
    'internal: the figures that the sides of rules name, exactly, and their bases as CODE.base; NULL where a figure has no value, or one of a part only';

CREATE FUNCTION emgov_internal.first_keys_add(keys internal, key text) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_first_keys_add';
COMMENT ON FUNCTION emgov_internal.first_keys_add(internal, text) IS 'internal: one more key, if it is among the first';

CREATE FUNCTION emgov_internal.first_keys_given(keys internal) RETURNS text[]
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_first_keys_given';
COMMENT ON FUNCTION emgov_internal.first_keys_given(internal) IS 'internal: the keys kept, in their order';

CREATE FUNCTION emgov_internal.first_keys_number(keys internal) RETURNS bigint
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_first_keys_number';
COMMENT ON FUNCTION emgov_internal.first_keys_number(internal) IS 'internal: how many keys there were';

-- one state serves both, so that what a rule asks is asked of a record once
CREATE AGGREGATE emgov_internal.first_keys(text) (SFUNC = emgov_internal.first_keys_add, STYPE = internal, FINALFUNC = emgov_internal.first_keys_given, PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov_internal.first_keys(text) IS 'internal: the first thousand keys in the order of their bytes; NULL when there is none';

CREATE AGGREGATE emgov_internal.number_of_keys(text) (SFUNC = emgov_internal.first_keys_add, STYPE = internal, FINALFUNC = emgov_internal.first_keys_number, PARALLEL = SAFE);
COMMENT ON AGGREGATE emgov_internal.number_of_keys(text) IS 'internal: how many keys there are; 0 when there is none';

CREATE TYPE emgov_internal.broken_records AS (code text, records bigint, broken bigint, keys text[], problem text);
COMMENT ON TYPE emgov_internal.broken_records IS 'internal: of a rule about records: how many there are, how many break it, the keys of the first of these; or why that is not known';

-- Each relation is read once for all its rules. What fails is tried rule by rule, so that the others are known.
CREATE FUNCTION emgov_internal.broken_records(ledger regnamespace, as_of timestamptz, rules text[]) RETURNS SETOF emgov_internal.broken_records
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source record;
    from_text text;
    few integer;
    last integer;
BEGIN
    FOR source IN EXECUTE format($sql$
        SELECT u.relation, array_agg(r.code ORDER BY r.code) AS codes, array_agg(p.oid::regproc ORDER BY r.code) AS units
          FROM %s.check_rule AS r JOIN pg_proc AS p ON p.pronamespace = emgov_internal.store($1) AND p.proname = format('%%s violation', r.code)::name
         CROSS JOIN LATERAL emgov_internal.unit(p.oid) AS u
         WHERE r.active AND r.source IS NOT NULL AND ($2 IS NULL OR r.code = ANY ($2)) GROUP BY u.relation $sql$, ledger) USING ledger, rules LOOP
        IF NOT emgov_internal.may_be_source(ledger, source.relation) THEN
            RETURN QUERY SELECT r.code, NULL::bigint, NULL::bigint, NULL::text[], format('"%s" belongs to another user now', source.relation)
                           FROM unnest(source.codes) AS r (code);
            CONTINUE;
        END IF;
        IF as_of IS NULL AND emgov_internal.reachable_rows(ledger, source.relation) LIKE '(%' THEN
            RETURN QUERY SELECT r.code, NULL::bigint, NULL::bigint, NULL::text[], 'some of its records lie on a server that cannot be reached, or on none' FROM unnest(source.codes) AS r (code);
            CONTINUE;
        END IF;
        from_text := emgov_internal.source_as_of(source.relation, as_of IS NOT NULL, '$1');
        CONTINUE WHEN from_text IS NULL;
        few := 1;
        last := cardinality(source.codes);
        WHILE few <= cardinality(source.codes) LOOP
            BEGIN
                RETURN QUERY EXECUTE (
                    SELECT format('SELECT v.code, x.records, v.broken, v.keys, NULL FROM (SELECT count(*) AS records, %s FROM %s AS emgov_record) AS x '
                                  'CROSS JOIN LATERAL (VALUES %s) AS v (code, broken, keys)',
                               string_agg(format('emgov_internal.number_of_keys(%3$s) FILTER (WHERE %1$s(emgov_record)) AS n%2$s, '
                                                  'emgov_internal.first_keys(%3$s) FILTER (WHERE %1$s(emgov_record)) AS k%2$s',
                                                 source.units[n], n, emgov_internal.record_key(source.relation)), ', '),
                               from_text, string_agg(format('(%L, x.n%s, x.k%2$s)', source.codes[n], n), ', '))
                      FROM generate_series(few, last) AS n) USING as_of;
                few := last + 1;
            EXCEPTION WHEN OTHERS OR assert_failure THEN
                IF emgov_internal.ends_the_query(SQLSTATE) THEN
                    RAISE;
                END IF;
                IF few = last THEN
                    RETURN NEXT (source.codes[few], NULL, NULL, NULL, SQLERRM)::emgov_internal.broken_records;
                    few := few + 1;
                END IF;
            END;
            last := few;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION emgov_internal.broken_records(regnamespace, timestamptz, text[]) IS
    'internal: of the rules about records of a ledger, or those given, how many records break each; no row where a source''s past is not kept';

CREATE FUNCTION emgov_internal.ledger_check_figures(ledger regnamespace, period daterange, as_of timestamptz DEFAULT NULL, rules text[] DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_check
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
DECLARE
    sides text[];
    figures record;
    rule record;
    c emgov_internal.ledger_check;
    holds boolean;
    broken emgov_internal.broken_records[];
    b emgov_internal.broken_records;
    -- a quotient without end is cut at the sixtieth decimal
    too_small CONSTANT numeric := 1e-30;
BEGIN
    PERFORM emgov_internal.check_period(period);
    lang := emgov_internal.language(ledger, lang);
    as_of := emgov_internal.known_moment(ledger, as_of, false);
    EXECUTE format('SELECT array_agg(s) FROM %s.check_rule CROSS JOIN LATERAL unnest(ARRAY[left_side, right_side]) AS s WHERE active AND source IS NULL AND ($1 IS NULL OR code = ANY ($1))', ledger)
       INTO sides USING rules;
    SELECT f.names, f.known INTO figures FROM emgov_internal.checked_figures(ledger, sides, period, as_of) AS f;
    broken := ARRAY(SELECT r FROM emgov_internal.broken_records(ledger, as_of, rules) AS r);
    FOR rule IN EXECUTE format('SELECT * FROM %s.check_rule WHERE active AND ($1 IS NULL OR code = ANY ($1)) ORDER BY code', ledger) USING rules LOOP
        c := NULL;
        c.code := rule.code;
        c.severity := rule.severity;
        c.note_zh := rule.note_zh;
        c.note := CASE lang WHEN 'en' THEN coalesce(rule.note_en, rule.note_zh) ELSE rule.note_zh END;
        IF rule.source IS NULL THEN
            c.left_value := emgov_internal.side_value(rule.left_side, figures.names, figures.known);
            c.right_value := emgov_internal.side_value(rule.right_side, figures.names, figures.known);
            IF abs(c.left_value - c.right_value) < too_small THEN
                holds := rule.operator IN ('=', '<=', '>=');
            ELSE
                holds := CASE rule.operator
                    WHEN '=' THEN c.left_value = c.right_value
                    WHEN '<=' THEN c.left_value < c.right_value
                    WHEN '>=' THEN c.left_value > c.right_value
                    WHEN '<' THEN c.left_value < c.right_value
                    ELSE c.left_value > c.right_value
                END;
            END IF;
            c.left_value := trim_scale(round(c.left_value, 18));
            c.right_value := trim_scale(round(c.right_value, 18));
            c.detail := format('%s %s %s', rule.left_side, rule.operator, rule.right_side);
        ELSE
            b := NULL;
            SELECT x.* INTO b FROM unnest(broken) AS x WHERE x.code = rule.code;
            c.detail := format('%s: NOT (%s)%s', rule.source, rule.violation, ': ' || b.problem);
            -- no record is broken where there is none; that says nothing
            holds := CASE WHEN b.records > 0 THEN b.broken = 0 END;
            IF holds IS NOT NULL THEN
                c.record_keys := b.keys;
                c.left_value := b.broken;
                c.right_value := 0;
            END IF;
        END IF;
        c.state := CASE WHEN holds IS NULL THEN 'unknown' WHEN holds THEN 'holds'
                        WHEN rule.severity = 'hard' THEN 'fails' ELSE 'warns' END;
        RETURN NEXT c;
    END LOOP;
    IF rules IS NULL THEN
        FOR c IN SELECT * FROM emgov_internal.reported_checks(ledger, period, as_of) UNION ALL SELECT * FROM emgov_internal.dimension_checks(ledger, period, as_of) LOOP
            c.note := CASE lang WHEN 'en' THEN c.note ELSE c.note_zh END;
            RETURN NEXT c;
        END LOOP;
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_check_figures(regnamespace, daterange, timestamptz, text[], text) IS
    'every check rule of a ledger, or those given, for a period: state holds, fails (hard), warns (soft), or unknown where a figure is not known or there is no record; both values, '
    'or how many records break it and the keys of the first 1000; then what members reported against what was counted, and members against their total';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'check_figures(daterange, timestamptz, text)',
    '核对 | every check rule, whether it holds, and which figures or records disagree', $sql$
CREATE OR REPLACE FUNCTION @ledger@.check_figures(period daterange, as_of timestamptz DEFAULT NULL, lang text DEFAULT NULL)
RETURNS SETOF emgov_internal.ledger_check
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov_internal.ledger_check_figures('@ledger@'::regnamespace, $1, $2, lang => $3);
END
$sql$);
