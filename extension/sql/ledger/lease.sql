-- ------------------------------------------------------------------ ledger: factories in factories (system L)

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'lease', '厂房租赁关系 | leases of factory space', $ddl$
CREATE TABLE @ledger@.lease (
    id @key@,  -- 编号 | key
    lessor_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 出租方 | lessor
    lessee_id bigint NOT NULL REFERENCES @ledger@.subject,  -- 承租方 | lessee
    valid_from date NOT NULL,                           -- 起租日期 | first day
    valid_to date,                                      -- 终止日期（不含） | first day after it
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    site text NOT NULL,                                 -- 厂房 | the site
    @fact@
    CHECK (valid_to > valid_from),
    CHECK (lessor_id <> lessee_id)
);
CREATE UNIQUE INDEX "lease: one for each lessor, lessee, site and first day" ON @ledger@.lease (lessor_id, lessee_id, site, valid_from) WHERE status = 'valid';
CREATE INDEX ON @ledger@.lease (lessor_id);
CREATE INDEX ON @ledger@.lease (lessee_id);
$ddl$);

-- How many lessors and lessees there are on a day: of the leases of each that overlap, the days that one adds to those that began before it.
INSERT INTO emgov.ledger_part (kind, name, note, body)
SELECT 'live', '@store@.lease_' || p.en, format('%s租赁起止，重叠的只计一次 | days of leases of each %s, each day once', p.zh, p.en), format($sql$
    -- by: %1$s_id of subject
    -- index: %1$s_id
    SELECT v.id, v.%1$s_id, greatest(v.valid_from, v.covered) AS valid_from, v.valid_to
      FROM (SELECT l.id, l.%1$s_id, l.valid_from, l.valid_to, max(coalesce(l.valid_to, 'infinity')) OVER w AS covered
              FROM @ledger@.lease l WHERE l.status = 'valid'
            WINDOW w AS (PARTITION BY l.%1$s_id ORDER BY l.valid_from, l.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) v
     WHERE v.covered IS NULL OR v.covered < coalesce(v.valid_to, 'infinity')$sql$, p.en)
  FROM (VALUES ('lessor', '出租方'), ('lessee', '承租方')) AS p (en, zh);

INSERT INTO emgov.ledger_part (kind, name, note, body)
SELECT 'rollup', '@store@.lease_' || p.en || '_daily', format('%s按起止日实时汇总 | live rollup of %ss by the days of their leases', p.zh, p.en),
       format('SELECT valid_from, valid_to, count(*) AS records FROM @store@.lease_%s GROUP BY 1, 2', p.en)
  FROM (VALUES ('lessor', '出租方'), ('lessee', '承租方')) AS p (en, zh);
