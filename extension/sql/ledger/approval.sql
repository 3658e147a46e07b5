-- ------------------------------------------------------------------ ledger: approving
-- An approval is of what a report says for a period: a hash of its figures and one of its
-- text. Publishing finds it as long as both come out again, so a change of a record, of a
-- definition or of a paragraph voids it. Written from C, as publications are.

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('table', 'approval', '批准：某报告某期的数字与正文 | approvals of a report''s figures and text for a period', $ddl$
CREATE TABLE @ledger@.approval (
    id int PRIMARY KEY,                                 -- 批准编号 | number
    report text NOT NULL REFERENCES @ledger@.report,    -- 报告 | report
    starts_on date NOT NULL,                            -- 期初 | first day of the period
    ends_on date NOT NULL,                              -- 期末（不含） | first day after it
    figures_hash text NOT NULL,                         -- 数字摘要 | SHA-256 of the figures that were approved
    text_hash text NOT NULL,                            -- 正文摘要 | SHA-256 of the paragraphs
    approved_by text NOT NULL,                          -- 批准人 | by whom: the user who had logged in
    approved_at timestamptz NOT NULL                    -- 批准时间 | when
);
$ddl$);

INSERT INTO emgov.ledger_part (kind, name, body) VALUES ('guard', 'approval', $ddl$
CREATE OR REPLACE TRIGGER ledger_keep BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON @ledger@.approval FOR EACH STATEMENT EXECUTE FUNCTION emgov_internal.only_publish();
CREATE OR REPLACE TRIGGER ledger_keep_row BEFORE INSERT OR UPDATE OR DELETE ON @ledger@.approval FOR EACH ROW EXECUTE FUNCTION emgov_internal.only_publish();
$ddl$);

CREATE FUNCTION emgov_internal.check_approver(ledger regnamespace, report text, approver text, figures jsonb, moment timestamptz) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sent record;
BEGIN
    IF approver = ANY (emgov_internal.declared_by(ledger, ARRAY(SELECT DISTINCT f->>'code' FROM jsonb_array_elements(figures) AS f), moment)) THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('user "%s" has declared what the records of report "%s" cover, and so cannot approve it', approver, report),
            HINT = 'Let another user approve it.';
    END IF;
    SELECT i.code, r.member, r.sent INTO sent
      FROM (SELECT array_agg(x) AS all_of FROM emgov_internal.indicators(ledger, moment) AS x) AS d
     CROSS JOIN LATERAL emgov_internal.figure_needs(d.all_of, ARRAY(SELECT c FROM emgov_internal.comparators(ledger, moment) AS c),
                                            ARRAY(SELECT (f->>'code', daterange((f->>'starts_on')::date, (f->>'ends_on')::date), f->>'comparator')::emgov_internal.figure_request
                                                             FROM jsonb_array_elements(figures) AS f)) AS n
      JOIN unnest(d.all_of) AS i ON i.code = n.code AND i.kind = 'reported'
     CROSS JOIN LATERAL emgov_internal.reported_rows(ledger, i.code, moment) AS r
     WHERE r.entered_by = approver AND emgov_internal.reported_fits(r.cutoff, r.sent, n.period) ORDER BY 1, 2, 3 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('user "%s" has entered reported figures of report "%s", and so cannot approve it', approver, report),
            DETAIL = format('One is %s of "%s" for the days from %s to %s.', sent.code, sent.member, lower(sent.sent), upper(sent.sent) - 1),
            HINT = 'Let another user approve it.';
    END IF;
END
$$;
COMMENT ON FUNCTION emgov_internal.check_approver(regnamespace, text, text, jsonb, timestamptz) IS
    'internal: an error when a user has declared the coverage of a source that these figures are counted from, or entered what members sent of them or their bases';

CREATE FUNCTION emgov_internal.approval_draft(ledger regnamespace, report text, period daterange, moment timestamptz) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    r jsonb := emgov_internal.report(ledger, report, period, moment);
    figures jsonb;
    id int;
BEGIN
    PERFORM emgov_internal.refuse_row_policies(ledger);
    EXECUTE format('SELECT FROM ONLY %s.report AS r WHERE r.code = $1 FOR KEY SHARE', ledger) USING report;
    figures := emgov_internal.draft_figures(ledger, 0, r, period, moment, true);
    PERFORM emgov_internal.check_approver(ledger, report, session_user, figures, moment);
    EXECUTE format('SELECT coalesce(max(a.id), 0) + 1 FROM ONLY %s.approval AS a', ledger) INTO id;
    RETURN jsonb_build_array(jsonb_build_object('id', id, 'report', report, 'starts_on', lower(period), 'ends_on', upper(period),
        'figures_hash', emgov_internal.figures_hash(figures, emgov_internal.hash_algorithm()), 'text_hash', emgov_internal.text_hash(ledger, r, period, moment, figures),
        'approved_by', session_user, 'approved_at', clock_timestamp()));
END
$$;
COMMENT ON FUNCTION emgov_internal.approval_draft(regnamespace, text, daterange, timestamptz) IS 'internal: what approving writes, as JSON';

CREATE FUNCTION emgov_internal.approve_ledger(ledger regnamespace, report text, period daterange) RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'emgov_approve_ledger';
COMMENT ON FUNCTION emgov_internal.approve_ledger(regnamespace, text, daterange) IS
    'approve what a report says for a period, as it is now: any change of its figures, their records or definitions, or its text voids that';

INSERT INTO emgov.ledger_part (kind, name, note, body) VALUES ('function', 'approve(text, daterange)',
    '批准一份报告某期的数字与正文，有变动即失效 | approve what a report says for a period; any change of it voids that', $sql$
CREATE OR REPLACE PROCEDURE @ledger@.approve(report text, period daterange)
LANGUAGE sql BEGIN ATOMIC
    SELECT emgov_internal.approve_ledger('@ledger@'::regnamespace, $1, $2);
END
$sql$);
