-- ------------------------------------------------------------------ report: publicity

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'publicity_event',
    '宣传教育活动，一行一场 | events of publicity and education, a row each', $sql$
    SELECT x.id::numeric(18,0) AS publicity_event_id, x.title::varchar(200) AS title, x.kind::varchar(64) AS kind, x.held_on,
           emgov.month_of(x.held_on) AS period_start, x.audience, x.online_views, m.enterprises AS event_enterprises, x.claim::varchar(64) AS claim,
           x.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code,
           @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.publicity_event x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
      LEFT JOIN LATERAL (SELECT count(*)::int AS enterprises FROM @ledger@.event_enterprise m
                         WHERE m.publicity_event_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.event_enterprise)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'event_enterprise' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'event_enterprise',
    '活动覆盖企业，一行一家 | enterprises that an event reached, a row each', $sql$
    SELECT x.id::numeric(18,0) AS event_enterprise_id, x.publicity_event_id::numeric(18,0) AS publicity_event_id, w.kind::varchar(64) AS kind, w.held_on,
           emgov.month_of(w.held_on) AS period_start, w.org_code::varchar(64) AS organisation_code, o.name_zh::varchar(200) AS organisation_zh,
           -- a condition on it is looked at for each event, whatever the planner thinks of how many bodies an area has
           ((SELECT jsonb_object_agg(a.code, a.area_code) FROM @ledger@.organisation a) ->> w.org_code)::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh,
           @party_kind(e, x.subject_id)@::varchar(64) AS party_kind_code,
           (CASE @party_kind(e, x.subject_id)@ WHEN 'enterprise' THEN '企业' WHEN 'person' THEN '个人' WHEN 'unit' THEN '其他单位' END)::varchar(40) AS party_kind_zh,
           e.id::numeric(18,0) AS enterprise_id, e.uscc::varchar(18) AS uscc, e.name::varchar(200) AS enterprise
      -- of few events, each with its enterprises by an index
      FROM @ledger@.publicity_event w
      JOIN @ledger@.event_enterprise x ON x.publicity_event_id = w.id
      LEFT JOIN @ledger@.organisation o ON o.code = w.org_code
      LEFT JOIN @ledger@.subject e ON e.id = x.subject_id AND e.kind <> 'person' AND e.status = 'valid'
     WHERE w.status = 'valid' AND x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'repost',
    '媒体转发，一行一次 | reposts by media, a row each', $sql$
    SELECT x.id::numeric(18,0) AS repost_id, x.publicity_event_id::numeric(18,0) AS publicity_event_id, x.outlet::varchar(200) AS outlet, x.reposted_on,
           emgov.month_of(x.reposted_on) AS period_start, o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.repost x
      LEFT JOIN @ledger@.publicity_event w ON w.id = x.publicity_event_id
      LEFT JOIN @ledger@.organisation o ON o.code = w.org_code
     WHERE x.status = 'valid' AND (w.id IS NULL OR w.status = 'valid') AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'venue',
    '安全体验馆，一行一座 | safety experience venues, a row each', $sql$
    SELECT x.id::numeric(18,0) AS venue_id, x.name::varchar(200) AS venue, x.valid_from, emgov.month_of(x.valid_from) AS period_start, x.valid_to,
           x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.venue x
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'venue_visit',
    '安全体验馆接待量，一行一日（月） | visitors of venues, a row a day or month counted', $sql$
    SELECT x.id::numeric(18,0) AS venue_visit_id, x.venue_id::numeric(18,0) AS venue_id, w.name::varchar(200) AS venue, x.visited_on,
           emgov.month_of(x.visited_on) AS period_start, x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh, x.visitors
      FROM @ledger@.venue_visit_fact x
      JOIN @ledger@.venue w ON w.id = x.venue_id
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'post',
    '新媒体发布，一行一篇，含阅读量 | posts, a row each, with their reads', $sql$
    SELECT x.id::numeric(18,0) AS post_id, x.title::varchar(200) AS title, x.channel::varchar(64) AS channel, x.series::varchar(64) AS series, x.posted_on,
           emgov.month_of(x.posted_on) AS period_start, m.reads::numeric(18,0) AS reads, x.org_code::varchar(64) AS organisation_code,
           o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.post x
      LEFT JOIN @ledger@.organisation o ON o.code = x.org_code
      LEFT JOIN LATERAL (SELECT sum(m.reads) AS reads FROM @ledger@.post_reading m
                         WHERE m.post_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.post_reading)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'post_reading' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'post_reading',
    '阅读量，一行一次统计 | reads of posts, a row each count', $sql$
    SELECT x.id::numeric(18,0) AS post_reading_id, x.post_id::numeric(18,0) AS post_id, x.channel::varchar(64) AS channel, x.series::varchar(64) AS series, x.counted_on,
           emgov.month_of(x.counted_on) AS period_start, x.reads::numeric(18,0) AS reads, w.org_code::varchar(64) AS organisation_code,
           o.name_zh::varchar(200) AS organisation_zh, o.area_code::varchar(64) AS area_code, @zh(area, o.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.post_reading_fact x
      JOIN @ledger@.post w ON w.id = x.post_id
      LEFT JOIN @ledger@.organisation o ON o.code = w.org_code
     WHERE x.status = 'valid' AND @seen(o.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'distribution',
    '宣传品发放，一行一批 | distribution of material, a row each', $sql$
    SELECT x.id::numeric(18,0) AS distribution_id, x.material::varchar(200) AS material, x.distributed_on,
           emgov.month_of(x.distributed_on) AS period_start, x.copies, x.area_code::varchar(64) AS area_code, @zh(area, x.area_code)@::varchar(200) AS area_zh
      FROM @ledger@.distribution x
     WHERE x.status = 'valid' AND @seen(x.area_code)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'periodical_issue',
    '期刊，一行一期，含投递单位数 | issues of periodicals, a row each, with the number of recipients', $sql$
    SELECT x.id::numeric(18,0) AS periodical_issue_id, x.title::varchar(200) AS title, x.number::varchar(200) AS number, x.published_on,
           emgov.month_of(x.published_on) AS period_start, x.copies, m.recipients
      FROM @ledger@.periodical_issue x
      LEFT JOIN LATERAL (SELECT count(*)::int AS recipients FROM @ledger@.issue_recipient m
                         WHERE m.periodical_issue_id = x.id AND m.status = 'valid'
                        HAVING EXISTS (SELECT FROM @ledger@.issue_recipient)
                      OR EXISTS (SELECT FROM @ledger@.coverage_declaration d WHERE d.source = 'issue_recipient' AND d.active)) m ON true
     WHERE x.status = 'valid' AND @seen(NULL::text)@
$sql$);

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('view', 'advertisement',
    '公益广告播放，一行一日 | plays of public advertisements, a row a carrier and day', $sql$
    SELECT x.id::numeric(18,0) AS advertisement_id, x.channel::varchar(64) AS channel, x.window_code::varchar(64) AS window_code, x.played_on,
           emgov.month_of(x.played_on) AS period_start, x.plays
      FROM @ledger@.advertisement x
     WHERE x.status = 'valid' AND @seen(NULL::text)@
$sql$);
