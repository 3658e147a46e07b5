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
    entered_by text NOT NULL DEFAULT session_user,      -- 录入人 | who entered it: the user who had logged in
    @fact@
    PRIMARY KEY (indicator, dimension, member, starts_on, ends_on),
    CHECK (ends_on > starts_on)
);
$ddl$);

CREATE FUNCTION emgov_internal.check_reported() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today date := emgov_internal.day(quote_ident(TG_TABLE_SCHEMA)::regnamespace, NULL);
    found record;
    other text;
BEGIN
    NEW.received := coalesce(NEW.received, today);
    NEW.entered_by := session_user;
    PERFORM emgov_internal.check_amount(NEW.value);
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
                          WHEN found.valid_from IS NULL THEN format('It was until %s.', found.valid_to - 1)
                          WHEN found.valid_to IS NULL THEN format('It is from %s on.', found.valid_from)
                          ELSE format('It is from %s until %s.', found.valid_from, found.valid_to - 1) END;
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
COMMENT ON FUNCTION emgov_internal.check_reported() IS
    'trigger of a ledger''s reported figures: a member that exists and is in force, of one dimension, none inside another; of no day to come; of what can be added up; '
    'bearing the name of the user who had logged in';

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'reported', $ddl$
CREATE OR REPLACE TRIGGER a_reported_check BEFORE INSERT OR UPDATE ON @ledger@.reported FOR EACH ROW EXECUTE FUNCTION emgov_internal.check_reported();
$ddl$);

CREATE FUNCTION emgov_internal.ledger_receive(ledger regnamespace, indicator text, member text, period daterange, value numeric, sender text, received date, dimension text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM emgov_internal.check_period(period);
    EXECUTE format($sql$
        INSERT INTO %s.reported AS r (indicator, dimension, member, starts_on, ends_on, value, sender, received) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (indicator, dimension, member, starts_on, ends_on)
        DO UPDATE SET value = excluded.value, sender = excluded.sender, received = excluded.received, status = 'valid', note = NULL $sql$, ledger)
      USING indicator, dimension, member, lower(period), upper(period), value, sender, received;
END
$$;
COMMENT ON FUNCTION emgov_internal.ledger_receive(regnamespace, text, text, daterange, numeric, text, date, text) IS
    'enter what a member sent for an indicator and a period; sent again, it takes the place of what was sent before, which its history keeps; received NULL: today';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'receive(text, text, daterange, numeric, text, date, text)',
    '登记上报数字；重报则替换并留存历史 | enter what a member sent for an indicator and a period; sent again, it takes the place of what was, which is kept', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.receive(indicator text, member text, period daterange, value numeric, sender text DEFAULT NULL, received date DEFAULT NULL,
                                             dimension text DEFAULT 'area')
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.ledger_receive('@ledger@'::regnamespace, $1, $2, $3, $4, $5, $6, $7);
END
$sql$);

-- What a window comes to is made of rows: by cut-off period, those within it; to_date, those that end by its
-- end; at_date, those that end with it.
CREATE FUNCTION emgov_internal.reported_fits(cutoff text, sent daterange, period daterange) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE cutoff WHEN 'at_date' THEN upper(sent) = upper(period) WHEN 'to_date' THEN upper(sent) <= upper(period) ELSE sent <@ period END;
COMMENT ON FUNCTION emgov_internal.reported_fits(text, daterange, daterange) IS 'internal: is what was sent of some days a part of a window, by the cut-off of its indicator';

CREATE FUNCTION emgov_internal.reported_rows(ledger regnamespace, code text, as_of timestamptz)
RETURNS TABLE (cutoff text, dimension text, member text, sent daterange, value numeric, entered_by text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT i.cutoff, r.dimension, r.member, daterange(r.starts_on, r.ends_on), r.value, r.entered_by
          FROM %s AS r JOIN %s AS i ON i.code = r.indicator WHERE r.indicator = $2 AND r.status = 'valid' $sql$,
        emgov_internal.kept_as_of(ledger, 'reported', as_of), emgov_internal.kept_as_of(ledger, 'indicator', as_of)) USING as_of, code;
END
$$;
COMMENT ON FUNCTION emgov_internal.reported_rows(regnamespace, text, timestamptz) IS 'internal: all that members sent of an indicator, as known at a moment (NULL: now), and by whom it was entered';

CREATE FUNCTION emgov_internal.dimension_members(ledger regnamespace, dimension text, as_of timestamptz)
RETURNS TABLE (code text, name_zh text, name_en text, parent_code text, in_force daterange, is_block boolean, successor_code text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT m.code, m.name_zh, m.name_en, %s, CASE WHEN m.active THEN daterange(m.valid_from, m.valid_to) ELSE 'empty' END, %s, %s FROM %s AS m $sql$,
        CASE WHEN dimension IN ('area', 'accident_category') THEN 'm.parent_code' ELSE 'NULL::text' END,
        CASE dimension WHEN 'area' THEN 'm.is_block' ELSE 'false' END, CASE WHEN dimension IN ('area', 'accident_category') THEN 'm.successor_code' ELSE 'NULL::text' END,
        emgov_internal.kept_as_of(ledger, dimension, as_of)) USING as_of;
END
$$;
COMMENT ON FUNCTION emgov_internal.dimension_members(regnamespace, text, timestamptz) IS
    'internal: the members of a dimension as known at a moment (NULL: now), with the days that each is in force (retired: none)';

-- As member_names() has it: what ended by the day counts for what it became, step by step; a circle leads nowhere.
CREATE FUNCTION emgov_internal.members_became(ledger regnamespace, dimension text, day date, as_of timestamptz) RETURNS TABLE (member text, counts_as text, became text[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off ROWS 10
AS $$
BEGIN
    IF day IS NULL OR (dimension IN ('area', 'accident_category')) IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH RECURSIVE ended AS MATERIALIZED (
            SELECT d.code, d.successor_code FROM emgov_internal.dimension_members(ledger, dimension, as_of) AS d
             WHERE d.successor_code IS NOT NULL AND NOT isempty(d.in_force) AND upper(d.in_force) <= day
        ), chain (code, now, path) AS (
            SELECT e.code, e.successor_code, ARRAY[e.successor_code] FROM ended AS e
            UNION ALL SELECT c.code, e.successor_code, c.path || e.successor_code FROM chain AS c JOIN ended AS e ON e.code = c.now WHERE e.successor_code <> ALL (c.path)
        )
        SELECT c.code, c.now, c.path FROM chain AS c WHERE NOT EXISTS (SELECT FROM ended AS e WHERE e.code = c.now);
END
$$;
COMMENT ON FUNCTION emgov_internal.members_became(regnamespace, text, date, timestamptz) IS
    'internal: the members of a dimension that had become others by a day (NULL: none had), as known at a moment: for which one each counts, and what it became, step by step';

CREATE FUNCTION emgov_internal.members_above(ledger regnamespace, dimension text, members text[], as_of timestamptz) RETURNS TABLE (member text, above text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH RECURSIVE tree AS MATERIALIZED (
        SELECT d.code, d.parent_code FROM emgov_internal.dimension_members(ledger, dimension, as_of) AS d WHERE d.parent_code IS NOT NULL
    ), found AS (
        SELECT t.code, t.parent_code FROM tree AS t WHERE t.code = ANY (members)
        UNION SELECT f.code, t.parent_code FROM found AS f JOIN tree AS t ON t.code = f.parent_code
    )
    SELECT f.code, f.parent_code FROM found AS f WHERE f.code <> f.parent_code AND f.parent_code = ANY (members)
$$;
COMMENT ON FUNCTION emgov_internal.members_above(regnamespace, text, text[], timestamptz) IS
    'internal: which of some members of a dimension contain which others of them, as known at a moment (NULL: now)';

-- What members sent for a window. A row that contains others says what they say: only the widest that fit
-- count. These must not overlap, and of two members that one contains the other only one can have sent a day:
-- the guard sees to that, but not when an area is put into another since, nor when both are entered at once.
CREATE FUNCTION emgov_internal.reported_parts(ledger regnamespace, code text, windows daterange[], as_of timestamptz, day date DEFAULT NULL)
RETURNS TABLE (starts_on date, ends_on date, member text, value numeric, covered_days int, reason text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
    WITH sent AS MATERIALIZED (
        SELECT r.*, min(r.dimension) OVER () AS by_what, min(r.dimension) OVER () <> max(r.dimension) OVER () AS mixed FROM emgov_internal.reported_rows(ledger, code, as_of) AS r
    ), fits AS MATERIALIZED (
        SELECT w.period, r.* FROM (SELECT DISTINCT x FROM unnest(windows) AS x) AS w (period) JOIN sent AS r ON emgov_internal.reported_fits(r.cutoff, r.sent, w.period)
    ), kin AS MATERIALIZED (
        SELECT k.* FROM (SELECT min(s.by_what) AS dimension, array_agg(DISTINCT s.member) AS members FROM sent AS s) AS s
         CROSS JOIN LATERAL emgov_internal.members_above(ledger, s.dimension, s.members, as_of) AS k
    ), twice AS (
        SELECT b.period, k.member, k.above FROM kin AS k JOIN fits AS b ON b.member = k.member JOIN fits AS a ON a.member = k.above AND a.period = b.period AND a.sent && b.sent
    ), widest AS (
        SELECT f.*, lag(f.sent) OVER (PARTITION BY f.period, f.member ORDER BY lower(f.sent)) AS before
          FROM fits AS f
         WHERE NOT EXISTS (SELECT FROM fits AS g WHERE g.period = f.period AND g.member = f.member AND g.sent @> f.sent AND g.sent <> f.sent)
    ), added AS (
        SELECT x.period, x.member, sum(x.value) AS value,
               sum(CASE x.cutoff WHEN 'at_date' THEN upper(x.period) - lower(x.period) ELSE coalesce(upper(x.sent * x.period) - lower(x.sent * x.period), 0) END)::int AS covered,
               CASE WHEN bool_or(x.mixed) THEN 'it is reported by several dimensions'
                    ELSE min(format('"%s" sent figures that overlap: %s to %s, and %s to %s', x.member, lower(x.before), upper(x.before) - 1, lower(x.sent), upper(x.sent) - 1))
                             FILTER (WHERE x.before && x.sent) END AS reason
          FROM widest AS x GROUP BY x.period, x.member
    ), checked AS (
        SELECT a.*, coalesce(a.reason, (SELECT min(format('"%s" contains "%s", and both sent figures of the same days', t.above, t.member))
                                          FROM twice AS t WHERE t.period = a.period AND a.member IN (t.member, t.above))) AS why
          FROM added AS a
    )
    SELECT lower(c.period), upper(c.period), m.member, CASE WHEN count(c.why) = 0 THEN sum(c.value) END, CASE count(*) WHEN 1 THEN min(c.covered) END, min(c.why)
      FROM checked AS c LEFT JOIN emgov_internal.members_became(ledger, (SELECT min(s.by_what) FROM sent AS s), day, as_of) AS b ON b.member = c.member
     CROSS JOIN LATERAL (SELECT coalesce(b.counts_as, c.member) AS member) AS m GROUP BY c.period, m.member ORDER BY c.period, m.member
$$;
COMMENT ON FUNCTION emgov_internal.reported_parts(regnamespace, text, daterange[], timestamptz, date) IS
    'internal: what members sent for an indicator, a row a window and member that sent anything within it: their sum, how many of its days it is of, or why it cannot be added up; day: '
    'under what members had become by then (how many days, of several: NULL)';

-- Who must send, for the days that it is in force: the blocks; any other area that sent of a year that the
-- window touches; of another dimension, of which no list says who must, whoever sent of such a year or the one
-- before. Not for days that one that contains it has sent of, nor one within it that is a block (or, where it is
-- no block itself, any). And whoever has sent a part of the window counts, in force or not.
CREATE FUNCTION emgov_internal.reported_members(ledger regnamespace, code text, windows daterange[], as_of timestamptz, day date DEFAULT NULL)
RETURNS TABLE (starts_on date, ends_on date, dimension text, member text, name_zh text, name_en text, open_days int, open_alone int,
               alone_in daterange, all_in daterange, all_days int, is_mixed boolean, is_cut boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
    by_what text := coalesce((SELECT min(r.dimension) FROM emgov_internal.reported_rows(ledger, code, as_of) AS r), 'area');
    cutoff text;
BEGIN
    EXECUTE format('SELECT i.cutoff FROM %s AS i WHERE i.code = $2', emgov_internal.kept_as_of(ledger, 'indicator', as_of)) INTO cutoff USING as_of, code;
    RETURN QUERY
        WITH became AS MATERIALIZED (
            SELECT b.member, b.counts_as FROM emgov_internal.members_became(ledger, by_what, day, as_of) AS b
        ), sent AS MATERIALIZED (
            SELECT r.member, coalesce(b.counts_as, r.member) AS counts_as, r.sent FROM emgov_internal.reported_rows(ledger, code, as_of) AS r LEFT JOIN became AS b ON b.member = r.member
             WHERE r.dimension = by_what
        ), members AS MATERIALIZED (
            SELECT coalesce(d.code, s.member) AS member, coalesce(d.in_force, 'empty') AS in_force, coalesce(d.is_block, false) AS is_block
              FROM emgov_internal.dimension_members(ledger, by_what, as_of) AS d FULL JOIN (SELECT DISTINCT x.member FROM sent AS x) AS s ON s.member = d.code
             WHERE s.member IS NOT NULL OR d.is_block
        ), kin AS MATERIALIZED (
            SELECT k.member, k.above FROM emgov_internal.members_above(ledger, by_what, ARRAY(SELECT m.member FROM members AS m), as_of) AS k
        ), periods AS (
            SELECT DISTINCT x AS period FROM unnest(windows) AS x
        ), days AS MATERIALIZED (
            SELECT p.period, s.member, s.counts_as, s.sent, CASE cutoff WHEN 'at_date' THEN p.period ELSE s.sent * p.period END AS days
              FROM periods AS p JOIN sent AS s ON emgov_internal.reported_fits(cutoff, s.sent, p.period)
        ), asked AS (
            SELECT p.period, m.member, coalesce(b.counts_as, m.member) AS counts_as, m.is_block, EXISTS (SELECT FROM days AS d WHERE d.period = p.period AND d.member = m.member) AS has_sent,
                   datemultirange(CASE WHEN cutoff IS DISTINCT FROM 'at_date' THEN m.in_force * p.period WHEN m.in_force @> upper(p.period) - 1 THEN p.period ELSE 'empty' END) AS in_force
              FROM periods AS p CROSS JOIN members AS m LEFT JOIN became AS b ON b.member = m.member
             WHERE m.is_block OR EXISTS (SELECT FROM sent AS s WHERE s.member = m.member AND (emgov_internal.reported_fits(cutoff, s.sent, p.period) OR
                       extract(year FROM upper(s.sent) - 1) >= extract(year FROM lower(p.period)) - CASE by_what WHEN 'area' THEN 0 ELSE 1 END AND
                       extract(year FROM lower(s.sent)) <= extract(year FROM upper(p.period) - 1)))
        ), taken AS (
            SELECT a.period, a.member, a.counts_as, a.has_sent, a.in_force - coalesce(range_agg(d.days) FILTER (WHERE d.counts_as = a.counts_as), '{}') AS alone,
                   a.in_force - coalesce(range_agg(d.days), '{}') AS open
              FROM asked AS a LEFT JOIN days AS d ON d.period = a.period AND (d.member = a.member OR EXISTS (SELECT FROM kin AS k WHERE k.member = a.member AND k.above = d.member)
                       OR EXISTS (SELECT FROM kin AS k JOIN members AS m ON m.member = k.member WHERE k.above = a.member AND k.member = d.member AND (m.is_block OR NOT a.is_block)))
             GROUP BY a.period, a.member, a.counts_as, a.has_sent, a.in_force
        ), counting AS MATERIALIZED (
            -- what others became has sent the days that each of them has
            SELECT t.period, t.counts_as AS member, bool_or(t.has_sent) AS has_sent, bool_or(t.member <> t.counts_as) AS is_merged,
                   coalesce(range_agg(r.days) FILTER (WHERE r.is_open), '{}') AS open, coalesce(range_agg(r.days) FILTER (WHERE NOT r.is_open), '{}') AS alone
              FROM taken AS t
              LEFT JOIN LATERAL (SELECT o, true FROM unnest(t.open) AS o UNION ALL SELECT o, false FROM unnest(t.alone) AS o) AS r (days, is_open) ON true
             GROUP BY t.period, t.counts_as
        ), lacking AS MATERIALIZED (
            SELECT c.period, c.member FROM counting AS c WHERE c.is_merged AND c.alone @> c.period
        ), common AS (
            -- the days that all who sent anything have sent; where these are not the same days, the first of them; and likewise of all that became another
            SELECT c.period, c.member, c.days, (SELECT r FROM unnest(c.days) AS r ORDER BY r LIMIT 1) AS first,
                   c.member IS NOT NULL AND c.days = '{}' OR EXISTS (SELECT FROM days AS d WHERE d.period = c.period AND d.counts_as = coalesce(c.member, d.counts_as) AND NOT d.days <@ c.days
                                                                      AND (c.member IS NOT NULL OR (d.period, d.counts_as) NOT IN (SELECT l.period, l.member FROM lacking AS l))) AS differ
              FROM (SELECT p.period, NULL::text AS member, datemultirange(p.period) - coalesce(range_agg(r), '{}') AS days
                      FROM periods AS p LEFT JOIN (counting AS t CROSS JOIN LATERAL unnest(t.open) AS r)
                        ON t.period = p.period AND t.has_sent AND (t.period, t.member) NOT IN (SELECT l.period, l.member FROM lacking AS l) GROUP BY p.period
                    UNION ALL
                    SELECT t.period, t.member, datemultirange(t.period) - t.alone FROM counting AS t WHERE t.is_merged) AS c
        ), cut AS (
            SELECT c.period, c.member, x.single, x.days, c.differ AND x.single IS NULL AS is_mixed, c.differ
              FROM common AS c
             CROSS JOIN LATERAL (SELECT CASE WHEN NOT c.differ THEN CASE WHEN c.days = datemultirange(c.first) THEN c.first END
                                             -- unless a row is of more days than these
                                             WHEN NOT EXISTS (SELECT FROM days AS d WHERE d.period = c.period AND d.counts_as = coalesce(c.member, d.counts_as)
                                                                 AND d.days && c.first AND NOT emgov_internal.reported_fits(cutoff, d.sent, c.first))
                                             THEN c.first END) AS s (single)
             CROSS JOIN LATERAL (SELECT s.single, coalesce(upper(s.single) - lower(s.single), (SELECT sum(upper(r) - lower(r)) FROM unnest(c.days) AS r), 0)::int AS days) AS x
        )
        SELECT lower(t.period), upper(t.period), by_what, t.member, n.name_zh, n.name_en, c.open, CASE WHEN o.period IS NULL THEN c.alone ELSE upper(t.period) - lower(t.period) - o.days END,
               CASE WHEN o.period IS NOT NULL THEN o.single WHEN datemultirange(t.period) - t.alone = datemultirange(a.first) THEN a.first END, k.single, k.days, k.is_mixed, coalesce(o.differ, false)
          FROM counting AS t CROSS JOIN LATERAL (SELECT coalesce((SELECT sum(upper(x) - lower(x)) FROM unnest(t.open) AS x), 0)::int AS open,
                                                        coalesce((SELECT sum(upper(x) - lower(x)) FROM unnest(t.alone) AS x), 0)::int AS alone) AS c
          LEFT JOIN LATERAL (SELECT r AS first FROM unnest(datemultirange(t.period) - t.alone) AS r ORDER BY r LIMIT 1) AS a ON true
          LEFT JOIN emgov_internal.dimension_members(ledger, by_what, as_of) AS n ON n.code = t.member
          LEFT JOIN cut AS o ON o.period = t.period AND o.member = t.member
          JOIN cut AS k ON k.period = t.period AND k.member IS NULL
         WHERE t.has_sent OR c.open > 0 ORDER BY t.period, t.member;
END
$$;
COMMENT ON FUNCTION emgov_internal.reported_members(regnamespace, text, daterange[], timestamptz, date) IS
    'internal: who must send an indicator of each window, or has; with the dimension, area until anything is sent; open_days: how many days that it must send are sent neither by it nor by '
    'one that contains it or is within it; open_alone: how many of its days it has not sent itself; alone_in: the days that it has, if they follow one another; '
    'all_in, all_days: the days that all have sent who sent any, if they follow one another; where these are not the same days the first of them that do; '
    'is_mixed: what was sent cannot be cut to these; day: by what members had become by then, of one that others became: the days that each has sent; is_cut: these are not the same days, and '
    'only what was sent of alone_in is of all of it';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('list', 'reported_list', '上报数字 | what members sent, by indicator and period', $sql$
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
