-- ------------------------------------------------------------------ enumerations
CREATE TYPE emgov.severity AS ENUM ('general', 'larger', 'major', 'extraordinary');
COMMENT ON TYPE emgov.severity IS 'Severity of an accident, State Council Order 493 article 3, from light to grave';

CREATE TYPE emgov.remediation_outcome AS ENUM ('pending', 'exited', 'upgraded');
COMMENT ON TYPE emgov.remediation_outcome IS 'Outcome of a remediation: not finished, the enterprise exited, or it upgraded';

CREATE TYPE emgov.penalty_kind AS ENUM ('other', 'warning', 'criticism', 'fine', 'confiscation', 'suspension',
    'downgrade', 'restriction', 'shutdown', 'closure', 'revocation', 'detention');
COMMENT ON TYPE emgov.penalty_kind IS 'Kind of an administrative penalty, Law on Administrative Penalties article 9, from light to heavy; max(kind) is the heaviest';

--@ enum_functions type=severity
--@ enum_functions type=remediation_outcome
--@ enum_functions type=penalty_kind

CREATE FUNCTION emgov.heaviest(emgov.penalty_kind[]) RETURNS emgov.penalty_kind
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'penalty_kind_heaviest';
COMMENT ON FUNCTION emgov.heaviest(emgov.penalty_kind[]) IS 'The heaviest kind of a decision with several, by which it is counted; NULLs are passed over, none gives NULL';

CREATE FUNCTION emgov.accident_severity(deaths bigint, serious_injuries bigint, direct_loss pg_catalog.numeric) RETURNS emgov.severity
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'accident_severity';
COMMENT ON FUNCTION emgov.accident_severity(bigint, bigint, pg_catalog.numeric) IS
    'State Council Order 493 article 3: the gravest of three criteria (persons, persons, yuan with at most two decimals). A NULL criterion counts as nothing, three NULLs give NULL; a negative '
    'one is an error';
