-- ------------------------------------------------------------------ ledger: reported figures
-- Districts, departments and others mostly send counts, not records. Each row is what one member
-- of a dimension sent for an indicator and a period. What is sent again takes its place, and
-- what was sent before stays in its history. An indicator of kind reported adds them up; one
-- that is counted from records is held against them (reported_check.sql).

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'reported',
    '上报数字：各区域、机构等按期报送 | reported figures: what members of a dimension sent for an indicator and a period; sent again, it is an UPDATE', $ddl$
CREATE TABLE @ledger@.reported (
    starts_on date NOT NULL CHECK (isfinite(starts_on)),  -- 期初 | first day of the period
    ends_on date NOT NULL CHECK (isfinite(ends_on)),    -- 期末（不含） | first day after it
    received date NOT NULL CHECK (isfinite(received)),  -- 收到日期 | day it was received; left out: today
    indicator text NOT NULL REFERENCES @ledger@.indicator,  -- 指标代码 | indicator
    dimension text NOT NULL DEFAULT 'area' CHECK (dimension IN ('area', 'organisation', 'accident_category', 'programme')),
        -- 维度：区域、机构、事故类别、检查项目 | what it is broken down by: the table that members are rows of
    member text NOT NULL,                               -- 成员代码 | code of the member that sent it, or that it was sent of
    value numeric NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),  -- 数值 | value; 0 only where there was nothing
    sender text,                                        -- 报送人或文号 | who sent it, or the number of the sheet
    @fact@
    PRIMARY KEY (indicator, dimension, member, starts_on, ends_on),
    CHECK (ends_on > starts_on)
);
$ddl$);

CREATE FUNCTION emgov.check_reported() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today date := emgov._day(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NULL);
    found record;
    other text;
BEGIN
    NEW.received := coalesce(NEW.received, today);
    -- what is no dimension, the table's own check refuses
    IF NEW.status <> 'valid' OR NEW.dimension NOT IN ('area', 'organisation', 'accident_category', 'programme') THEN
        RETURN NEW;
    END IF;
    IF NEW.received > today OR NEW.starts_on > today THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = CASE WHEN NEW.received > today THEN format('a figure cannot have been received on %s: that day is yet to come', NEW.received)
                           ELSE format('nothing can be reported of a period that begins on %s: it is yet to come', NEW.starts_on) END,
            DETAIL = format('Today is %s in the ledger''s time zone.', today);
    END IF;
    EXECUTE format('SELECT kind FROM %I.indicator WHERE code = $1', TG_TABLE_SCHEMA) INTO other USING NEW.indicator;
    IF other NOT IN ('reported', 'count', 'distinct', 'sum', 'planned', 'stock') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('indicator %s is of kind %s: what members send of it cannot be added up', NEW.indicator, other),
            HINT = 'Report what it is made of: amounts and counts, not shares, means or rates.';
    END IF;
    EXECUTE format('SELECT code, valid_from, valid_to, active FROM %I.%I WHERE code = $1', TG_TABLE_SCHEMA, NEW.dimension) INTO found USING NEW.member;
    IF found.code IS NULL OR NOT found.active OR NOT daterange(found.valid_from, found.valid_to) && daterange(NEW.starts_on, NEW.ends_on) THEN
        RAISE EXCEPTION USING ERRCODE = CASE WHEN found.code IS NULL THEN 'foreign_key_violation' ELSE 'check_violation' END,
            MESSAGE = CASE WHEN found.code IS NULL THEN format('there is no %s "%s"', NEW.dimension, NEW.member)
                           ELSE format('%s "%s" is not in force in the period from %s to %s', NEW.dimension, NEW.member, NEW.starts_on, NEW.ends_on - 1) END,
            DETAIL = CASE WHEN found.code IS NULL THEN format('Members are rows of %I.%I, by their codes.', TG_TABLE_SCHEMA, NEW.dimension)
                          WHEN NOT found.active THEN 'It is retired: active is false.'
                          ELSE format('It is from %s until %s.', coalesce(found.valid_from::text, 'ever'), coalesce((found.valid_to - 1)::text, 'now')) END;
    END IF;
    EXECUTE format('SELECT min(dimension) FROM ONLY %I.reported WHERE indicator = $1 AND status = ''valid'' AND dimension <> $2', TG_TABLE_SCHEMA)
       INTO other USING NEW.indicator, NEW.dimension;
    IF other IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = format('indicator %s is reported by %s: by %s as well it would be added up twice', NEW.indicator, other, NEW.dimension),
            HINT = 'Make an indicator for each breakdown.';
    END IF;
    -- a city and its districts
    IF NEW.dimension IN ('area', 'accident_category') THEN
        EXECUTE format($sql$
            WITH RECURSIVE above AS (
                SELECT code, parent_code FROM %1$I.%2$I WHERE code = $1
                UNION SELECT a.code, a.parent_code FROM above JOIN %1$I.%2$I AS a ON a.code = above.parent_code
            ), below AS (
                SELECT code FROM %1$I.%2$I WHERE code = $1
                UNION SELECT a.code FROM below JOIN %1$I.%2$I AS a ON a.parent_code = below.code
            )
            SELECT min(r.member) FROM ONLY %1$I.reported AS r
             WHERE r.indicator = $2 AND r.status = 'valid' AND r.member <> $1 AND r.starts_on < $4 AND r.ends_on > $3
               AND r.member IN (SELECT code FROM above UNION SELECT code FROM below) $sql$, TG_TABLE_SCHEMA, NEW.dimension)
           INTO other USING NEW.member, NEW.indicator, NEW.starts_on, NEW.ends_on;
        IF other IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = format('"%s" and "%s", one of which contains the other, cannot both report %s of the same days', NEW.member, other, NEW.indicator),
                HINT = 'They would be added up twice. Withdraw the one, or make an indicator for it.';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION emgov.check_reported() IS
    'trigger of a ledger''s reported figures: a member that exists and is in force, of one dimension, none inside another; of no day to come; of what can be added up';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'reported', $ddl$
CREATE OR REPLACE TRIGGER a_reported_check BEFORE INSERT OR UPDATE ON @ledger@.reported FOR EACH ROW EXECUTE FUNCTION emgov.check_reported();
$ddl$);

CREATE FUNCTION emgov.ledger_receive(ledger regnamespace, indicator text, member text, period daterange, value numeric, sender text, received date, dimension text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov._check_period(period);
    EXECUTE format($sql$
        INSERT INTO %s.reported AS r (indicator, dimension, member, starts_on, ends_on, value, sender, received) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (indicator, dimension, member, starts_on, ends_on)
        DO UPDATE SET value = excluded.value, sender = excluded.sender, received = excluded.received, status = 'valid', note = NULL $sql$, ledger)
      USING indicator, dimension, member, lower(period), upper(period), value, sender, received;
END
$$;
COMMENT ON FUNCTION emgov.ledger_receive(regnamespace, text, text, daterange, numeric, text, date, text) IS
    'enter what a member sent for an indicator and a period; sent again, it takes the place of what was sent before, which its history keeps; received NULL: today';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'receive(text, text, daterange, numeric, text, date, text)',
    '登记上报数字；重报则替换并留存历史 | enter what a member sent for an indicator and a period; sent again, it takes the place of what was, which is kept', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.receive(indicator text, member text, period daterange, value numeric, sender text DEFAULT NULL, received date DEFAULT NULL,
                                             dimension text DEFAULT 'area')
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov.ledger_receive('@ledger@'::regnamespace, $1, $2, $3, $4, $5, $6, $7);
END
$sql$);

-- What members sent for a window. A row that contains others says what they say: only the widest within the
-- window count, and these must not overlap. By cut-off: period, those within the window; to_date, those that
-- end by its end; at_date, the one that ends with it.
CREATE FUNCTION emgov._reported_parts(ledger regnamespace, code text, windows daterange[], as_of timestamptz)
RETURNS TABLE (starts_on date, ends_on date, member text, value numeric, covered_days int, reason text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        WITH definition AS (
            SELECT max(i.cutoff) AS cutoff FROM %s AS i WHERE i.code = $2
        ), sent AS MATERIALIZED (
            SELECT r.dimension, r.member, r.starts_on, r.ends_on, r.value, min(r.dimension) OVER () <> max(r.dimension) OVER () AS mixed
              FROM %s AS r WHERE r.indicator = $2 AND r.status = 'valid'
        ), fits AS (
            SELECT w.s, w.e, d.cutoff, r.*
              FROM (SELECT DISTINCT lower(x) AS s, upper(x) AS e FROM unnest($3) AS x) AS w
             CROSS JOIN definition AS d
              JOIN sent AS r ON CASE d.cutoff WHEN 'at_date' THEN r.ends_on = w.e WHEN 'to_date' THEN r.ends_on <= w.e ELSE r.starts_on >= w.s AND r.ends_on <= w.e END
        ), widest AS (
            SELECT f.*, lag(f.ends_on) OVER m AS before, lag(f.starts_on) OVER m AS begun
              FROM fits AS f
             WHERE NOT EXISTS (SELECT FROM fits AS g WHERE g.s = f.s AND g.e = f.e AND g.member = f.member AND g.starts_on <= f.starts_on AND g.ends_on >= f.ends_on
                                  AND (g.starts_on, g.ends_on) <> (f.starts_on, f.ends_on))
            WINDOW m AS (PARTITION BY f.s, f.e, f.member ORDER BY f.starts_on)
        )
        SELECT x.s, x.e, x.member, CASE WHEN bool_or(x.mixed OR x.before > x.starts_on) THEN NULL ELSE sum(x.value) END,
               sum(CASE x.cutoff WHEN 'at_date' THEN x.e - x.s ELSE greatest(x.ends_on - greatest(x.starts_on, x.s), 0) END)::int,
               CASE WHEN bool_or(x.mixed) THEN 'it is reported by several dimensions'
                    ELSE min(format('"%%s" sent figures that overlap: %%s to %%s, and %%s to %%s', x.member, x.begun, x.before - 1, x.starts_on, x.ends_on - 1))
                             FILTER (WHERE x.before > x.starts_on) END
          FROM widest AS x GROUP BY x.s, x.e, x.member ORDER BY x.s, x.e, x.member $sql$,
        emgov._kept_as_of(ledger, 'indicator', as_of), emgov._kept_as_of(ledger, 'reported', as_of))
        USING as_of, code, windows;
END
$$;
COMMENT ON FUNCTION emgov._reported_parts(regnamespace, text, daterange[], timestamptz) IS
    'internal: what members sent for an indicator, a row a window and member that sent anything within it: their sum, how many of its days it is of, or why it cannot be added up';

CREATE FUNCTION emgov._reported_members(ledger regnamespace, code text, period daterange, as_of timestamptz) RETURNS TABLE (member text, name_zh text, dimension text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    by_what text;
BEGIN
    EXECUTE format('SELECT coalesce(min(r.dimension), ''area'') FROM %s AS r WHERE r.indicator = $2 AND r.status = ''valid''', emgov._kept_as_of(ledger, 'reported', as_of))
       INTO by_what USING as_of, code;
    RETURN QUERY EXECUTE format($sql$
        WITH RECURSIVE sent AS (
            SELECT r.member, bool_or(r.ends_on > lower($3) AND r.ends_on <= upper($3) AND (r.starts_on >= lower($3) OR i.cutoff <> 'period')) AS within
              FROM %1$s AS r JOIN %2$s AS i ON i.code = r.indicator WHERE r.indicator = $2 AND r.dimension = $4 AND r.status = 'valid' GROUP BY r.member
        ), members AS (SELECT m.*, to_jsonb(m)->>'parent_code' AS above FROM %3$s AS m
        ), inside (member, outer_member) AS (
            SELECT m.code, m.above FROM members AS m WHERE m.above IS NOT NULL
            UNION SELECT i.member, m.above FROM inside AS i JOIN members AS m ON m.code = i.outer_member WHERE m.above IS NOT NULL)
        SELECT coalesce(m.code, s.member), m.name_zh, $4 FROM members AS m FULL JOIN sent AS s ON s.member = m.code
         WHERE s.within OR m.active AND daterange(m.valid_from, m.valid_to) && $3 AND (%4$s OR s.member IS NOT NULL)
           -- what contains it has sent; or what is inside it, unless it must send itself
           AND NOT EXISTS (SELECT FROM inside AS i JOIN sent AS x ON x.within
                            AND (i.member = m.code AND x.member = i.outer_member OR i.outer_member = m.code AND x.member = i.member AND NOT %4$s))
         ORDER BY 1 $sql$,
        emgov._kept_as_of(ledger, 'reported', as_of), emgov._kept_as_of(ledger, 'indicator', as_of),
        emgov._kept_as_of(ledger, by_what, as_of), CASE by_what WHEN 'area' THEN 'm.is_block' ELSE 'false' END)
        USING as_of, code, period, by_what;
END
$$;
COMMENT ON FUNCTION emgov._reported_members(regnamespace, text, daterange, timestamptz) IS
    'internal: the members in force in a period that must report an indicator: blocks, and whoever has ever done so, but none of which another part or the whole has sent; '
    'and whoever has sent anything of it, retired or gone since; '
    'with the dimension, area until anything is sent';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'reported_list', '上报数字 | what members sent, by indicator and period', $sql$
    SELECT r.indicator::varchar(31) AS code, i.name_zh::varchar(60) AS name_zh, r.dimension::varchar(20) AS dimension, r.member::varchar(40) AS member,
           coalesce(a.name_zh, o.name_zh, k.name_zh, p.name_zh)::varchar(60) AS member_zh, r.starts_on AS period_start, (r.ends_on - 1) AS period_end,
           r.value::numeric(38,6) AS value, i.unit::varchar(20) AS unit, r.sender::varchar(120) AS sender, r.received
      FROM @ledger@.reported r JOIN @ledger@.indicator i ON i.code = r.indicator
      LEFT JOIN @ledger@.area a ON r.dimension = 'area' AND a.code = r.member
      LEFT JOIN @ledger@.organisation o ON r.dimension = 'organisation' AND o.code = r.member
      LEFT JOIN @ledger@.accident_category k ON r.dimension = 'accident_category' AND k.code = r.member
      LEFT JOIN @ledger@.programme p ON r.dimension = 'programme' AND p.code = r.member
     WHERE r.status = 'valid'
$sql$);
