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
