-- The tables of the example: records, no figures.
CREATE SCHEMA changzhou;
COMMENT ON SCHEMA changzhou IS '示例：按公开数字重构的记录，并非真实台账 (records reconstructed from published figures, not real ones)';
SET search_path = changzhou, public, emgov;

CREATE TABLE remediation (
    enterprise   int PRIMARY KEY,
    district     varchar(12) NOT NULL,
    outcome      emgov.remediation_outcome NOT NULL,
    completed_on date,
    CHECK ((outcome = 'pending') = (completed_on IS NULL))
);
COMMENT ON TABLE remediation IS '点状问题企业整治 (enterprises told to exit or upgrade)';

CREATE TABLE accident (
    id               int PRIMARY KEY,
    occurred_on      date NOT NULL,
    district         varchar(12) NOT NULL,
    industrial       boolean NOT NULL,
    deaths           int NOT NULL,
    serious_injuries int NOT NULL,
    direct_loss      numeric(16,2) NOT NULL
);
COMMENT ON TABLE accident IS '生产安全事故 (accidents)';
COMMENT ON COLUMN accident.industrial IS '是否工矿商贸事故 (industry, mining and commerce)';

CREATE TABLE inspection (
    id            int PRIMARY KEY,
    enterprise    int NOT NULL,
    inspected_on  date NOT NULL,
    documents     int NOT NULL,
    hazards       int NOT NULL,
    major_hazards int NOT NULL CHECK (major_hazards <= hazards),
    rectified     int NOT NULL CHECK (rectified <= hazards)
);
COMMENT ON TABLE inspection IS '执法检查 (inspections; an enterprise may be visited twice)';

CREATE TABLE enforcement_case (
    id         int PRIMARY KEY,
    filed_on   date NOT NULL,
    decided_on date,
    closed_on  date,
    penalty    emgov.penalty_kind,
    fine       numeric(16,2)
);
COMMENT ON TABLE enforcement_case IS '行政处罚案件 (enforcement cases)';
