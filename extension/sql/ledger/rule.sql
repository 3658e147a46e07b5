-- ------------------------------------------------------------------ ledger: check rules

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'check_rule', '核对规则 | identities and inequalities between figures, and conditions on records', $ddl$
CREATE TABLE @ledger@.check_rule (
    code text PRIMARY KEY,                              -- 代码 | code
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

CREATE FUNCTION emgov._side_names(side text) RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_side_names';
COMMENT ON FUNCTION emgov._side_names(text) IS
    'internal: the figures that one side of a check rule names, CODE or CODE.base, in their order; an error when it is no arithmetic over indicators';

CREATE FUNCTION emgov._side_value(side text, names text[], known numeric[]) RETURNS numeric
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_side_value';
COMMENT ON FUNCTION emgov._side_value(text, text[], numeric[]) IS
    'internal: what one side of a check rule comes to, from figures by name; to sixty decimals where it does not end, NULL when a figure is not known or a divisor is 0';

CREATE FUNCTION emgov.check_rule() RETURNS trigger
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
            PERFORM emgov._open_source(TG_TABLE_SCHEMA, format('rule %s', NEW.code), emgov._source(TG_TABLE_SCHEMA, NEW.source));
        END IF;
    ELSE
        EXECUTE format($sql$
            SELECT min(replace(n, '.base', '')) FROM unnest($1) AS n WHERE NOT EXISTS (SELECT FROM %I.indicator WHERE code = replace(n, '.base', '')) $sql$, TG_TABLE_SCHEMA)
           INTO missing USING emgov._side_names(NEW.left_side) || emgov._side_names(NEW.right_side);
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation',
                MESSAGE = format('rule %s names "%s", which is no indicator', NEW.code, missing);
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_rule() IS 'trigger of a ledger''s check rules: only arithmetic over indicators, or a harmless condition on a relation''s records';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'check_rule', $ddl$
CREATE OR REPLACE TRIGGER a_rule_check BEFORE INSERT OR UPDATE ON @ledger@.check_rule FOR EACH ROW EXECUTE FUNCTION emgov.check_rule();
CREATE OR REPLACE TRIGGER a_definition_lock BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.check_rule FOR EACH STATEMENT EXECUTE FUNCTION emgov.write_definition();
CREATE OR REPLACE TRIGGER a_definition_units AFTER INSERT OR UPDATE OR DELETE ON @ledger@.check_rule FOR EACH ROW EXECUTE FUNCTION emgov.write_definition();
$ddl$);

CREATE TYPE emgov.ledger_check AS (
    code text, severity text, state text, left_value numeric, right_value numeric, detail text, record_keys text[], note_zh text);
COMMENT ON TYPE emgov.ledger_check IS 'a row of check_figures(): a rule, whether it holds, and what disagrees';

-- The figures that rules name, exactly, by code and code.base. Of a part nothing follows for the whole:
-- such a figure is not known.
CREATE FUNCTION emgov._checked_figures(ledger regnamespace, sides text[], period daterange, as_of timestamptz, OUT names text[], OUT known numeric[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg(v.name), array_agg(v.value)
      FROM emgov._figures(ledger, ARRAY(
            SELECT DISTINCT (replace(n, '.base', ''), period, NULL)::emgov.figure_request FROM unnest(sides) AS s CROSS JOIN LATERAL unnest(emgov._side_names(s)) AS n), as_of) AS m
     CROSS JOIN LATERAL (VALUES ((m.figure).code, CASE WHEN (m.figure).state NOT IN ('part_period', 'part_members') THEN m.exact END),
                                ((m.figure).code || '.base', m.base_exact)) AS v (name, value)
$$;
COMMENT ON FUNCTION emgov._checked_figures(regnamespace, text[], daterange, timestamptz) IS
    'internal: the figures that the sides of rules name, exactly, and their bases as CODE.base; NULL where a figure has no value, or one of a part only';

CREATE FUNCTION emgov.ledger_check_figures(ledger regnamespace, period daterange, as_of timestamptz DEFAULT NULL, rules text[] DEFAULT NULL)
RETURNS SETOF emgov.ledger_check
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
DECLARE
    sides text[];
    figures record;
    rule record;
    c emgov.ledger_check;
    unit regprocedure;
    relation regclass;
    from_text text;
    holds boolean;
    any_record boolean;
    -- a quotient without end is cut at the sixtieth decimal
    too_small CONSTANT numeric := 1e-30;
BEGIN
    PERFORM emgov._check_period(period);
    as_of := emgov._known_moment(ledger, as_of, false);
    EXECUTE format('SELECT array_agg(s) FROM %s.check_rule CROSS JOIN LATERAL unnest(ARRAY[left_side, right_side]) AS s WHERE active AND source IS NULL AND ($1 IS NULL OR code = ANY ($1))', ledger)
       INTO sides USING rules;
    SELECT f.names, f.known INTO figures FROM emgov._checked_figures(ledger, sides, period, as_of) AS f;
    FOR rule IN EXECUTE format('SELECT * FROM %s.check_rule WHERE active AND ($1 IS NULL OR code = ANY ($1)) ORDER BY code', ledger) USING rules LOOP
        c := NULL;
        c.code := rule.code;
        c.severity := rule.severity;
        c.note_zh := rule.note_zh;
        IF rule.source IS NULL THEN
            c.left_value := emgov._side_value(rule.left_side, figures.names, figures.known);
            c.right_value := emgov._side_value(rule.right_side, figures.names, figures.known);
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
            unit := (SELECT oid FROM pg_proc WHERE pronamespace = emgov._store(ledger) AND proname = format('%s violation', rule.code)::name);
            relation := (SELECT u.relation FROM emgov._unit(unit) AS u);
            from_text := CASE WHEN emgov._may_be_source(ledger, relation) THEN emgov._source_as_of(relation, as_of IS NOT NULL, '$1') END;
            c.detail := format('%s: NOT (%s)%s', rule.source, rule.violation,
                               CASE WHEN NOT emgov._may_be_source(ledger, relation) THEN format(': "%s" belongs to another user now', relation) END);
            holds := NULL;
            IF from_text IS NOT NULL THEN
                BEGIN
                    EXECUTE format('SELECT EXISTS (SELECT FROM %s AS emgov_record)', from_text) INTO any_record USING as_of;
                    -- no record is broken where there is none; that says nothing
                    IF any_record THEN
                        EXECUTE format('SELECT array_agg(k ORDER BY k), count(*) FROM (SELECT %s AS k FROM %s AS emgov_record WHERE %s(emgov_record) LIMIT 1000) AS x',
                                       emgov._record_key(relation), from_text, unit::regproc)
                           INTO c.record_keys, c.left_value USING as_of;
                        c.right_value := 0;
                        holds := c.left_value = 0;
                    END IF;
                EXCEPTION WHEN OTHERS OR assert_failure THEN
                    IF emgov._ends_the_query(SQLSTATE) THEN
                        RAISE;
                    END IF;
                    c.record_keys := NULL;
                    c.left_value := NULL;
                    c.right_value := NULL;
                    c.detail := format('%s: %s', c.detail, SQLERRM);
                END;
            END IF;
        END IF;
        c.state := CASE WHEN holds IS NULL THEN 'unknown' WHEN holds THEN 'holds'
                        WHEN rule.severity = 'hard' THEN 'fails' ELSE 'warns' END;
        RETURN NEXT c;
    END LOOP;
    IF rules IS NULL THEN
        RETURN QUERY SELECT * FROM emgov._reported_checks(ledger, period, as_of);
    END IF;
END
$$;
COMMENT ON FUNCTION emgov.ledger_check_figures(regnamespace, daterange, timestamptz, text[]) IS
    'every check rule of a ledger, or those given, for a period: state holds, fails (hard), warns (soft), or unknown where a figure is not known or there is no record; both values, '
    'or the keys of the records that break it (at most 1000); then what members reported against what was counted';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'check_figures(daterange, timestamptz)',
    '核对 | every check rule, whether it holds, and which figures or records disagree', $sql$
CREATE OR REPLACE FUNCTION @ledger@.check_figures(period daterange, as_of timestamptz DEFAULT NULL)
RETURNS SETOF emgov.ledger_check
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM emgov.ledger_check_figures('@ledger@'::regnamespace, $1, $2);
END
$sql$);
