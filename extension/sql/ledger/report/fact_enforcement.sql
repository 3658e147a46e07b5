-- ------------------------------------------------------------------ report: cases, penalties, permits, what is done with them

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'enforcement_case',
    '行政处罚案件，一行一案，按最重处罚 | cases, a row each, under their heaviest penalty, with the amounts decided and paid', $sql$
    SELECT c.id::numeric(18,0) AS enforcement_case_id, c.number::varchar(200) AS number,
           emgov.month_of(coalesce(c.filed_on, c.decided_on)) AS period_start, c.filed_on, c.decided_on, c.closed_on, c.collected_on,
           c.days::int AS days_to_decide, c.org_code::varchar(64) AS organisation_code, @zh(organisation, c.org_code)@::varchar(200) AS organisation_zh,
           c.programme_code::varchar(64) AS programme_code, @zh(programme, c.programme_code)@::varchar(200) AS programme_zh, c.area_code::varchar(64) AS area_code,
           @zh(area, c.area_code)@::varchar(200) AS area_zh, c.origin::varchar(64) AS origin_code,
           (CASE c.origin WHEN 'inspection' THEN '监督检查' WHEN 'complaint' THEN '投诉举报' WHEN 'assigned' THEN '上级交办' WHEN 'transferred' THEN '移送'
                 WHEN 'accident' THEN '事故' WHEN 'other' THEN '其他' END)::varchar(40) AS origin_zh,
           c.procedure::varchar(64) AS procedure_code,
           (CASE c.procedure WHEN 'simple' THEN '简易程序' WHEN 'ordinary' THEN '普通程序' WHEN 'hearing' THEN '听证程序' END)::varchar(40) AS procedure_zh,
           c.outcome::varchar(64) AS outcome_code,
           (CASE c.outcome WHEN 'penalty' THEN '处罚' WHEN 'no_penalty' THEN '不予处罚' WHEN 'first_offence' THEN '首违不罚' WHEN 'withdrawn' THEN '撤案'
                 WHEN 'transferred' THEN '移送' END)::varchar(40) AS outcome_zh,
           c.heaviest::varchar(64) AS penalty_kind_code, @zh(penalty_kind, c.heaviest)@::varchar(200) AS penalty_kind_zh, (CASE WHEN n.penalties THEN c.fine END)::numeric(18,2) AS fine,
           (CASE WHEN n.payments THEN c.paid END)::numeric(18,2) AS paid, (CASE WHEN n.penalties THEN c.parties END)::int AS parties,
           @party_kind(e, c.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, c.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise, c.inspection_id::numeric(18,0) AS inspection_id,
           c.accident_id::numeric(18,0) AS accident_id
      FROM @ledger@.case_fact c
      CROSS JOIN (SELECT (EXISTS (SELECT FROM @ledger@.penalty) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'enforcement_case' AND d.active)) AS penalties,
                        (EXISTS (SELECT FROM @ledger@.fine_payment) OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'fine_payment' AND d.active)) AS payments OFFSET 0) n
      LEFT JOIN @ledger@.subject e ON e.id = c.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE c.status = 'valid' AND @seen(c.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'penalty',
    '行政处罚，一行一方一种 | penalties, a row for each party and kind', $sql$
    SELECT x.id::numeric(18,0) AS penalty_id, x.enforcement_case_id::numeric(18,0) AS enforcement_case_id, c.number::varchar(200) AS number, c.filed_on, c.decided_on,
           emgov.month_of(c.decided_on) AS period_start, x.kind_code::varchar(64) AS penalty_kind_code, @zh(penalty_kind, x.kind_code)@::varchar(200) AS penalty_kind_zh,
           x.fine::numeric(18,2) AS fine, c.org_code::varchar(64) AS organisation_code, @zh(organisation, c.org_code)@::varchar(200) AS organisation_zh,
           c.programme_code::varchar(64) AS programme_code, @zh(programme, c.programme_code)@::varchar(200) AS programme_zh, c.area_code::varchar(64) AS area_code,
           @zh(area, c.area_code)@::varchar(200) AS area_zh, c.origin::varchar(64) AS origin_code,
           (CASE c.origin WHEN 'inspection' THEN '监督检查' WHEN 'complaint' THEN '投诉举报' WHEN 'assigned' THEN '上级交办' WHEN 'transferred' THEN '移送'
                 WHEN 'accident' THEN '事故' WHEN 'other' THEN '其他' END)::varchar(40) AS origin_zh,
           @party_kind(e, coalesce(x.subject_id, c.subject_id))@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, coalesce(x.subject_id, c.subject_id))@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.penalty x
      JOIN @ledger@.case_fact c ON c.id = x.enforcement_case_id
      LEFT JOIN @ledger@.subject e ON e.id = coalesce(x.subject_id, c.subject_id) AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND c.status = 'valid' AND @seen(c.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'fine_payment',
    '罚没款缴纳，一行一笔 | payments of fines, a row each', $sql$
    SELECT x.id::numeric(18,0) AS fine_payment_id, x.enforcement_case_id::numeric(18,0) AS enforcement_case_id, c.number::varchar(200) AS case_number, x.paid_on,
           emgov.month_of(x.paid_on) AS period_start, x.decided_on, x.amount::numeric(18,2) AS amount, x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'fine' THEN '罚没款' WHEN 'surcharge' THEN '加处罚款' END)::varchar(40) AS kind_zh, x.org_code::varchar(64) AS organisation_code,
           @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh, x.programme_code::varchar(64) AS programme_code, @zh(programme, x.programme_code)@::varchar(200) AS programme_zh,
           x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh, @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.fine_payment_fact x
      JOIN @ledger@.enforcement_case c ON c.id = x.enforcement_case_id
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'confiscation',
    '没收物品，一行一批 | goods confiscated, a row each lot', $sql$
    SELECT x.id::numeric(18,0) AS confiscation_id, x.confiscated_on, emgov.month_of(x.confiscated_on) AS period_start,
           x.goods::varchar(200) AS goods, x.quantity, x.unit::varchar(40) AS unit, x.programme_code::varchar(64) AS programme_code,
           @zh(programme, x.programme_code)@::varchar(200) AS programme_zh, coalesce(c.area_code, s.area_code)::varchar(64) AS area_code,
           @zh(area, coalesce(c.area_code, s.area_code))@::varchar(200) AS area_zh,
           x.enforcement_case_id::numeric(18,0) AS enforcement_case_id, s.kind::varchar(64) AS party_kind_code,
           (CASE s.kind WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.confiscation x
      LEFT JOIN @ledger@.enforcement_case c ON c.id = x.enforcement_case_id
      LEFT JOIN @ledger@.subject s ON s.id = coalesce(x.subject_id, c.subject_id)
      LEFT JOIN @ledger@.subject e ON e.id = coalesce(x.subject_id, c.subject_id) AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(coalesce(c.area_code, s.area_code))@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'coercive_measure',
    '行政强制，一行一件 | coercive measures and execution, a row each', $sql$
    SELECT x.id::numeric(18,0) AS coercive_measure_id, x.number::varchar(200) AS number, x.decided_on, emgov.month_of(x.decided_on) AS period_start,
           x.deadline, x.lifted_on, x.days::int AS days, x.late AS is_late, x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'seal' THEN '查封' WHEN 'seize' THEN '扣押' WHEN 'freeze' THEN '冻结' WHEN 'other_measure' THEN '其他强制措施'
                 WHEN 'surcharge' THEN '加处罚款或滞纳金' WHEN 'transfer' THEN '划拨' WHEN 'auction' THEN '拍卖或处理' WHEN 'removal' THEN '排除妨碍'
                 WHEN 'substitute' THEN '代履行' WHEN 'other_execution' THEN '其他强制执行' WHEN 'court' THEN '申请法院执行' END)::varchar(40) AS kind_zh,
           x.kind_group::varchar(64) AS kind_group_code,
           (CASE x.kind_group WHEN 'measure' THEN '强制措施' WHEN 'execution' THEN '强制执行' WHEN 'court' THEN '申请法院执行' END)::varchar(40) AS kind_group_zh,
           x.amount::numeric(18,2) AS amount, x.org_code::varchar(64) AS organisation_code, @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh,
           x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh, @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise,
           x.enforcement_case_id::numeric(18,0) AS enforcement_case_id
      FROM @ledger@.coercive_measure_fact x
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'administrative_act',
    '其他行政行为，一行一件或一批 | other administrative acts, a row each or each batch', $sql$
    SELECT x.id::numeric(18,0) AS administrative_act_id, x.number::varchar(200) AS number, x.acted_on, emgov.month_of(x.acted_on) AS period_start,
           x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'levy' THEN '征收' WHEN 'ruling' THEN '裁决' WHEN 'confirmation' THEN '确认' WHEN 'reward' THEN '奖励' WHEN 'payment' THEN '给付'
                 WHEN 'other' THEN '其他' END)::varchar(40) AS kind_zh,
           x.quantity, x.amount::numeric(18,2) AS amount, x.org_code::varchar(64) AS organisation_code, @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh,
           x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh, @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.administrative_act x
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'legal_challenge',
    '行政复议与行政诉讼，一行一件 | reconsiderations and lawsuits, a row each proceeding', $sql$
    SELECT x.id::numeric(18,0) AS legal_challenge_id, x.number::varchar(200) AS number, x.filed_on, emgov.month_of(x.filed_on) AS period_start,
           x.accepted_on, x.decided_on, x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'reconsideration' THEN '行政复议' WHEN 'litigation' THEN '行政诉讼' END)::varchar(40) AS kind_zh,
           x.instance::varchar(64) AS instance_code,
           (CASE x.instance WHEN 'first' THEN '一审或复议' WHEN 'second' THEN '二审' WHEN 'retrial' THEN '再审' END)::varchar(40) AS instance_zh,
           x.outcome::varchar(64) AS outcome_code,
           (CASE x.outcome WHEN 'upheld' THEN '维持或驳回请求' WHEN 'dismissed' THEN '驳回申请或起诉' WHEN 'revoked' THEN '撤销' WHEN 'changed' THEN '变更'
                 WHEN 'unlawful' THEN '确认违法或无效' WHEN 'ordered' THEN '责令履行' WHEN 'withdrawn' THEN '撤回终止' WHEN 'mediated' THEN '调解'
                 WHEN 'other' THEN '其他' END)::varchar(40) AS outcome_zh,
           x.lost AS is_lost, x.org_code::varchar(64) AS organisation_code, @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh, x.area_code::varchar(64) AS area_code,
           @zh(area, x.area_code)@::varchar(200) AS area_zh, @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise,
           x.enforcement_case_id::numeric(18,0) AS enforcement_case_id, x.permit_id::numeric(18,0) AS permit_id
      FROM @ledger@.legal_challenge_fact x
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'permit',
    '行政许可，一行一件 | permits, a row each application', $sql$
    SELECT x.id::numeric(18,0) AS permit_id, x.number::varchar(200) AS number, x.kind::varchar(64) AS kind, x.applied_on,
           emgov.month_of(x.applied_on) AS period_start, x.accepted_on, x.verified_on, x.decided_on, x.issued_on, x.ended_on,
           x.days::int AS days_to_decide, x.application::varchar(64) AS application_code,
           (CASE x.application WHEN 'new' THEN '新办' WHEN 'renewal' THEN '延续' WHEN 'change' THEN '变更' END)::varchar(40) AS application_zh,
           x.verification::varchar(64) AS verification_code,
           (CASE x.verification WHEN 'onsite' THEN '现场核查' WHEN 'remote' THEN '远程核查' END)::varchar(40) AS verification_zh,
           x.workdays::numeric(8,1) AS workdays, x.outcome::varchar(64) AS outcome_code,
           (CASE x.outcome WHEN 'granted' THEN '准予' WHEN 'refused' THEN '不予许可' WHEN 'rejected' THEN '不予受理'
                 WHEN 'withdrawn' THEN '撤回' END)::varchar(40) AS outcome_zh,
           x.org_code::varchar(64) AS organisation_code, @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh, x.area_code::varchar(64) AS area_code,
           @zh(area, x.area_code)@::varchar(200) AS area_zh, @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      FROM @ledger@.permit_fact x
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'power_item',
    '权力清单事项，一行一项 | items of the list of powers, a row each', $sql$
    SELECT x.id::numeric(18,0) AS power_item_id, x.code::varchar(200) AS item_code, x.title::varchar(200) AS title, x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'penalty' THEN '行政处罚' WHEN 'licence' THEN '行政许可' WHEN 'coercion' THEN '行政强制' WHEN 'inspection' THEN '行政检查'
                 WHEN 'reward' THEN '行政奖励' WHEN 'other' THEN '其他' END)::varchar(40) AS kind_zh,
           x.valid_from, x.valid_to, emgov.month_of(x.valid_from) AS period_start, x.org_code::varchar(64) AS organisation_code,
           o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.power_item x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);
