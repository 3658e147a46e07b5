-- ------------------------------------------------------------------ ledger: other administrative acts

INSERT INTO emgov.ledger_part (kind, name, note, body)
VALUES ('table', 'administrative_act', '其他行政行为：征收、裁决、确认等 | other administrative acts: levies, rulings, confirmations, rewards, payments, others', $ddl$
CREATE TABLE @ledger@.administrative_act (
    id @key@,  -- 编号 | key
    acted_on date NOT NULL,                             -- 作出日期 | day of the act
    quantity int NOT NULL DEFAULT 1,                    -- 次数，一批可记一行 | how many acts the row stands for: a batch may be one row
    amount numeric(16,2) CONSTRAINT "amount is not negative" CHECK (amount >= 0 AND amount <> 'NaN'),  -- 金额（元） | amount in yuan, of all of them
    subject_id bigint REFERENCES @ledger@.subject,      -- 相对人 | the party
    kind text NOT NULL CHECK (kind IN ('levy', 'ruling', 'confirmation', 'reward', 'payment', 'other')),  -- 种类：征收、裁决、确认、奖励、给付、其他 | kind
    org_code text NOT NULL REFERENCES @ledger@.organisation,  -- 机构 | the body
    area_code text REFERENCES @ledger@.area,            -- 区域 | area
    title text,                                         -- 名称，其他行为须列名 | what it was; others are named
    number text,                                        -- 文号，不得重复 | number of the document: two that count cannot have one
    @fact@
    CONSTRAINT "quantity: one act or more" CHECK (quantity > 0),
    CONSTRAINT "an act of another kind has its name in title" CHECK (kind <> 'other' OR title ~ '\S')
);
CREATE INDEX ON @ledger@.administrative_act (acted_on);
CREATE UNIQUE INDEX "administrative_act: a number counts once" ON @ledger@.administrative_act (number) WHERE status = 'valid';
CREATE UNIQUE INDEX "administrative_act: without number, one a party, kind and day" ON @ledger@.administrative_act
    (org_code, kind, (coalesce(subject_id, 0)), acted_on, (coalesce(title, ''))) WHERE number IS NULL AND status = 'valid';
$ddl$);
