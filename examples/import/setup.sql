-- What the mapping files of this folder refer to.
INSERT INTO ledger.area (code, name_zh, name_en, kind) VALUES ('US', '美国', 'United States', 'city');
INSERT INTO ledger.identifier_scheme (code, name_zh, name_en, pattern, source) VALUES ('tw_factory', '台湾工厂登记编号', 'factory registration number (Taiwan)', '^.+$', 'gcis.nat.gov.tw');
