-- ------------------------------------------------------------------ ledger: enforcement documents

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'document', '执法文书 | enforcement documents', $ddl$
CREATE TABLE @ledger@.document (
    id @key@,  -- 编号 | key
    inspection_id bigint,                               -- 检查 | the inspection it was issued in, of the same programme
    issued_on date NOT NULL,                            -- 出具日期 | date issued
    enforcement_case_id bigint REFERENCES @ledger@.enforcement_case,  -- 案件 | the case it belongs to
    programme_code text NOT NULL REFERENCES @ledger@.programme,  -- 检查项目 | programme
    kind text NOT NULL,                                 -- 文书种类，如 现场检查记录 | kind of document
    number text,                                        -- 文号 | number
    @fact@
    FOREIGN KEY (inspection_id, programme_code) REFERENCES @ledger@.inspection (id, programme_code)
);
CREATE UNIQUE INDEX "document: a number counts once" ON @ledger@.document (number) WHERE status = 'valid';
CREATE INDEX ON @ledger@.document (issued_on) INCLUDE (programme_code, status);
CREATE INDEX ON @ledger@.document (inspection_id, programme_code);
CREATE INDEX ON @ledger@.document (enforcement_case_id);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', '@store@.document_of_area',
    '文书及其机构、区域 | documents with their organisation and area', $sql$
    -- looked up: inspection by inspection_id
    -- looked up: enforcement_case by enforcement_case_id
    -- index: emgov.month_of(issued_on), area_code
    SELECT d.id, d.issued_on, coalesce(i.org_code, c.org_code) AS org_code, coalesce(i.area_code, c.area_code) AS area_code, d.status
      FROM @ledger@.document d
      LEFT JOIN @ledger@.inspection i ON i.id = d.inspection_id
      LEFT JOIN @ledger@.enforcement_case c ON c.id = d.enforcement_case_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'document_of_area.org_code', '机构：检查的机构，没有的为案件的机构 | organisation of its inspection, or else of its case'),
    ('column', 'document_of_area.area_code', '区域：检查的区域，没有的为案件的区域 | area of its inspection, or else of its case');
