-- ------------------------------------------------------------------ report: drills, study and training, case review, exposure, awards

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'drill_plan',
    '应急演练计划，一行一项 | planned drills, a row each, and when they were held', $sql$
    SELECT x.id::numeric(18,0) AS drill_plan_id, x.title::varchar(200) AS title, x.level::varchar(64) AS level_code,
           (CASE x.level WHEN 'city' THEN '市级' WHEN 'district' THEN '辖市区级' END)::varchar(40) AS level_zh, x.planned_on,
           emgov.month_of(x.planned_on) AS period_start, x.held_on, x.org_code::varchar(64) AS organisation_code,
           @zh(organisation, x.org_code)@::varchar(200) AS organisation_zh, x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.drill_plan_fact x
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'drill',
    '应急演练，一行一次 | drills held, a row each', $sql$
    SELECT x.id::numeric(18,0) AS drill_id, x.title::varchar(200) AS title, x.held_on, emgov.month_of(x.held_on) AS period_start, x.participants,
           n.id::numeric(18,0) AS drill_plan_id, n.planned_on, n.level::varchar(64) AS level_code,
           (CASE n.level WHEN 'city' THEN '市级' WHEN 'district' THEN '辖市区级' END)::varchar(40) AS level_zh, n.org_code::varchar(64) AS organisation_code,
           @zh(organisation, n.org_code)@::varchar(200) AS organisation_zh, n.area_code::varchar(64) AS area_code, @zh(area, n.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.drill x
      LEFT JOIN @ledger@.drill_plan n ON n.id = x.drill_plan_id AND n.status = 'valid'
     WHERE x.status = 'valid' AND @seen(n.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'study_event',
    '学法活动，一行一次 | study events, a row each', $sql$
    SELECT x.id::numeric(18,0) AS study_event_id, x.title::varchar(200) AS title, x.held_on, emgov.month_of(x.held_on) AS period_start,
           x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'lecture' THEN '专题讲座' WHEN 'centre_group' THEN '中心组集体学法' WHEN 'court' THEN '旁听庭审' END)::varchar(40) AS kind_zh,
           x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code,
           @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.study_event x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'meeting',
    '领导班子会议，一行一次 | meetings of the leadership, a row each', $sql$
    SELECT x.id::numeric(18,0) AS meeting_id, x.topic::varchar(64) AS topic, x.title::varchar(200) AS title, x.held_on,
           emgov.month_of(x.held_on) AS period_start, x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh,
           o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.meeting x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'training_topic',
    '培训专题，一行一次参加 | topics of training, a row each time one was taken part in', $sql$
    SELECT x.id::numeric(18,0) AS training_topic_id, x.code::varchar(64) AS topic_code, x.title::varchar(200) AS title, x.studied_on,
           emgov.month_of(x.studied_on) AS period_start, x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh,
           o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.training_topic x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'training_session',
    '培训班，一行一期，含参训人次 | training sessions, a row each, with the attendances', $sql$
    SELECT x.id::numeric(18,0) AS training_session_id, x.title::varchar(200) AS title, x.held_on, emgov.month_of(x.held_on) AS period_start,
           x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code,
           @zh(area, o.area_code)@::varchar(200) AS area_zh, m.attendances
      FROM @ledger@.training_session x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
      LEFT JOIN LATERAL (SELECT count(*)::int AS attendances FROM @ledger@.training_attendance m
                         WHERE m.training_session_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.training_attendance)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'training_attendance' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'staff',
    '法治岗位人员，一行一任，不含姓名 | staff in a role, a row a term of service, without names', $sql$
    SELECT x.id::numeric(18,0) AS staff_id, x.role::varchar(64) AS role_code,
           (CASE x.role WHEN 'government_lawyer' THEN '公职律师' WHEN 'legal_adviser' THEN '法律顾问' WHEN 'enforcement_officer' THEN '执法人员'
                 WHEN 'other' THEN '其他' END)::varchar(40) AS role_zh,
           x.valid_from, emgov.month_of(x.valid_from) AS period_start, x.valid_to, x.org_code::varchar(64) AS organisation_code,
           o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.staff x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'award',
    '表彰与入选，一行一项 | awards and listings, a row each', $sql$
    SELECT x.id::numeric(18,0) AS award_id, x.title::varchar(200) AS title, x.kind::varchar(64) AS kind, x.year, x.awarded_on,
           emgov.month_of(x.awarded_on) AS period_start, x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh,
           o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.award x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'legislation',
    '法规规章起草，一行一部 | laws and rules drafted, a row each', $sql$
    SELECT x.id::numeric(18,0) AS legislation_id, x.title::varchar(200) AS title, x.kind::varchar(64) AS kind_code,
           (CASE x.kind WHEN 'local_regulation' THEN '地方性法规' WHEN 'government_rule' THEN '政府规章'
                 WHEN 'normative_document' THEN '规范性文件' END)::varchar(40) AS kind_zh,
           x.drafted_on, emgov.month_of(x.drafted_on) AS period_start, x.adopted_on, x.in_force_on
      FROM @ledger@.legislation x
     WHERE x.status = 'valid' AND @seen(NULL::text)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'review_meeting',
    '案件集体讨论会，一行一次 | case-review meetings, a row each', $sql$
    SELECT x.id::numeric(18,0) AS review_meeting_id, x.held_on, emgov.month_of(x.held_on) AS period_start, m.cases AS cases_discussed,
           x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code,
           @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.review_meeting x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
      LEFT JOIN LATERAL (SELECT count(*)::int AS cases FROM @ledger@.review_item m
                         WHERE m.review_meeting_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.review_item)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'review_item' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'review_item',
    '集体讨论案件，一行一件 | cases discussed at review meetings, a row each', $sql$
    SELECT x.id::numeric(18,0) AS review_item_id, x.review_meeting_id::numeric(18,0) AS review_meeting_id, x.enforcement_case_id::numeric(18,0) AS enforcement_case_id,
           x.held_on, emgov.month_of(x.held_on) AS period_start, x.org_code::varchar(64) AS organisation_code,
           o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.review_item_fact x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'exposed_case',
    '典型案例曝光，一行一件 | exposed cases, a row each', $sql$
    SELECT x.id::numeric(18,0) AS exposed_case_id, x.exposure_batch_id::numeric(18,0) AS exposure_batch_id, x.enforcement_case_id::numeric(18,0) AS enforcement_case_id,
           x.released_on, emgov.month_of(x.released_on) AS period_start, w.channel::varchar(200) AS channel,
           w.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code,
           @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.exposed_case_fact x
      JOIN @ledger@.exposure_batch w ON w.id = x.exposure_batch_id
      LEFT JOIN @ledger@.organisation o ON o.code = w.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'exposure_batch',
    '曝光批次，一行一批 | batches of exposed cases, a row each', $sql$
    SELECT x.id::numeric(18,0) AS exposure_batch_id, x.released_on, emgov.month_of(x.released_on) AS period_start,
           x.channel::varchar(200) AS channel, m.cases AS cases_exposed, x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh,
           o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.exposure_batch x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
      LEFT JOIN LATERAL (SELECT count(*)::int AS cases FROM @ledger@.exposed_case m
                         WHERE m.exposure_batch_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.exposed_case)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'exposed_case' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);
