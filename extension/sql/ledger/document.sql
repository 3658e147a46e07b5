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
