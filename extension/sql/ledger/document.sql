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

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('live', 'document_of_area',
    '文书及其机构、区域 | documents with their organisation and area', $sql$
    -- looked up: inspection by inspection_id
    -- looked up: enforcement_case by enforcement_case_id
    -- index: emgov.month_of(issued_on), area_code
    -- index: issued_on, programme_code, status
    SELECT d.id, d.issued_on, coalesce(i.org_code, c.org_code) AS org_code, coalesce(i.area_code, c.area_code) AS area_code, d.status,
           d.programme_code, d.kind, d.inspection_id, d.enforcement_case_id, d.note, d.known_from
      FROM @ledger@.document@as_of@ d
      LEFT JOIN @ledger@.inspection@as_of@ i ON i.id = d.inspection_id
      LEFT JOIN @ledger@.enforcement_case@as_of@ c ON c.id = d.enforcement_case_id
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'document_of_area_changed(timestamptz, timestamptz)',
    '两个时点之间可能变动的记录编号 | keys of the records of which something changed between two moments', $sql$
CREATE OR REPLACE FUNCTION @ledger@.document_of_area_changed(since timestamptz, until timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT d.id::text FROM @ledger@.document_versions($1, $2) AS d
    UNION SELECT d.id::text FROM @ledger@.inspection_versions($1, $2) AS i JOIN @ledger@.document_as_of($2) AS d ON d.inspection_id = i.id
    UNION SELECT d.id::text FROM @ledger@.enforcement_case_versions($1, $2) AS c JOIN @ledger@.document_as_of($2) AS d ON d.enforcement_case_id = c.id;
END
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note) VALUES
    ('column', 'document_of_area.org_code', '机构：检查的机构，没有的为案件的机构 | organisation of its inspection, or else of its case'),
    ('column', 'document_of_area.area_code', '区域：检查的区域，没有的为案件的区域 | area of its inspection, or else of its case');
