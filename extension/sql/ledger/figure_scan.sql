-- ------------------------------------------------------------------ ledger: scanning the sources
-- What indicators come to in windows of time, before anything is derived. However many indicators
-- and windows there are, each source is scanned once. See scan.c, and profile.c for how.

CREATE TYPE emgov_internal.figure_parts AS (
    code text, starts_on date, ends_on date, member text, numerator numeric, denominator numeric,
    record_count bigint, record_checksum numeric, answered_by text, reason text, member2 text, area text);
COMMENT ON TYPE emgov_internal.figure_parts IS
    'what an indicator comes to in a window of time, and for a member of one dimension, of a second one, and of an area whose data are covered for themselves (NULL: of all), before anything is '
    'derived; how many records, their checksum, what answered (facts or a rollup), or the reason why nothing did';

CREATE TYPE emgov_internal.figure_split AS (place int, dimension text, relation regclass, column_name text, date_part text, reported_by text);
COMMENT ON TYPE emgov_internal.figure_split IS
    'internal: by what records are told from one another: in a place (1 and 2: the dimensions that are asked for; 0: the area that covers), by the column of a relation, or (relation NULL) of all '
    'others; date_part: of a date, by default of the one that an indicator is counted by; reported_by: what reported figures call the dimension';

CREATE TYPE emgov_internal.figure_label AS (place int, code text, member text);
COMMENT ON TYPE emgov_internal.figure_label IS 'internal: the member that records with a code count for, where it is another one than they name';

CREATE FUNCTION emgov_internal.profile(bounds date[], VARIADIC "any") RETURNS bigint
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_profile';
COMMENT ON FUNCTION emgov_internal.profile(date[], "any") IS
    'internal: what decides in which windows a record counts: for each of its days, how many of the sorted bounds are on or before it, and which of its conditions are true; NULL when none is. '
    'dates, booleans, and, for conditions that ask for texts, text[] of tests and the columns tested';

CREATE FUNCTION emgov_internal.tally_step(internal, VARIADIC "any") RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_tally_step';
CREATE FUNCTION emgov_internal.tally_combine(internal, internal) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_tally_combine';
CREATE FUNCTION emgov_internal.tally_bytes(internal) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_tally_bytes';
CREATE FUNCTION emgov_internal.tally_read(bytea, internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_tally_read';
CREATE AGGREGATE emgov_internal.tally(VARIADIC "any") (
    SFUNC = emgov_internal.tally_step, STYPE = internal, FINALFUNC = emgov_internal.tally_bytes, COMBINEFUNC = emgov_internal.tally_combine,
    SERIALFUNC = emgov_internal.tally_bytes, DESERIALFUNC = emgov_internal.tally_read, PARALLEL = SAFE);
COMMENT ON FUNCTION emgov_internal.tally_step(internal, "any") IS 'internal: adds a record to a tally';
COMMENT ON FUNCTION emgov_internal.tally_combine(internal, internal) IS 'internal: two tallies as one';
COMMENT ON FUNCTION emgov_internal.tally_bytes(internal) IS 'internal: a tally as bytes';
COMMENT ON FUNCTION emgov_internal.tally_read(bytea, internal) IS 'internal: a tally from its bytes';
COMMENT ON AGGREGATE emgov_internal.tally("any") IS
    'internal: how many records have each profile, the first argument (NULL: none), and the exact sums of the others of them, as bytes that a scan reads';

CREATE FUNCTION emgov_internal.rollup_parts(view regclass, key text, since date, before date, bounds date[]) RETURNS SETOF record
LANGUAGE c STABLE ROWS 20000 AS 'MODULE_PATHNAME', 'emgov_rollup_parts';
COMMENT ON FUNCTION emgov_internal.rollup_parts(regclass, text, date, date, date[]) IS
    'internal: the rows that a rollup is made of, to be added up, for a scan by whoever may read it: all, or those of some days of a key (NULL: no bound), '
    'those between the same two of some sorted bounds, if there are any, perhaps added up; an error for anybody else';

CREATE FUNCTION emgov_internal.values_hash(VARIADIC "any") RETURNS bigint
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_values_hash';
COMMENT ON FUNCTION emgov_internal.values_hash("any") IS
    'internal: a hash of some values, of which there must be one: whole numbers, days, booleans and texts as they are, of others their text under the settings that are in force';

CREATE FUNCTION emgov_internal.indicator_parts(ledger regnamespace, definition emgov_internal.indicator, starts text DEFAULT '$1', ends text DEFAULT '$2',
                                       OUT relation regclass, OUT part text, OUT aggregate text, OUT condition text, OUT dates text, OUT measure text, OUT day text)
RETURNS SETOF record
LANGUAGE c STABLE ROWS 2 AS 'MODULE_PATHNAME', 'emgov_indicator_parts';
COMMENT ON FUNCTION emgov_internal.indicator_parts(regnamespace, emgov_internal.indicator, text, text) IS
    'internal: numerator and denominator of an indicator as SQL over emgov_record, a record of a relation: condition, of which dates is what the cut-off asks, '
    'measure, and the date that it is counted by; '
    'starts and ends stand for the bounds of the window. No row when it is derived, or a unit of it is gone';

CREATE FUNCTION emgov_internal.indicator_relations(ledger regnamespace, indicators emgov_internal.indicator[], OUT code text, OUT relation regclass, OUT day text)
RETURNS SETOF record
LANGUAGE c STABLE ROWS 100 AS 'MODULE_PATHNAME', 'emgov_indicator_relations';
COMMENT ON FUNCTION emgov_internal.indicator_relations(regnamespace, emgov_internal.indicator[]) IS
    'internal: from which relation each indicator is counted, and the date that it is counted by, as SQL over emgov_record. No row for one that is derived, or a unit of which is gone';

CREATE FUNCTION emgov_internal.split_expression(splits emgov_internal.figure_split[], place int, relation regclass, day text, OUT expression text, OUT reason text)
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_split_expression';
COMMENT ON FUNCTION emgov_internal.split_expression(emgov_internal.figure_split[], int, regclass, text) IS
    'internal: which member a record of a relation names in a place, as SQL over emgov_record, or the reason why none; day: the date that an indicator is counted by, as such SQL';

CREATE FUNCTION emgov_internal.ends_the_query(state text) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emgov_ends_the_query';
COMMENT ON FUNCTION emgov_internal.ends_the_query(text) IS 'internal: whether an error of that SQLSTATE, met while an indicator or a rule is computed, is not that definition''s own';

CREATE FUNCTION emgov_internal.reachable_rows(ledger regnamespace, relation regclass) RETURNS text
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_reachable_rows';
COMMENT ON FUNCTION emgov_internal.reachable_rows(regnamespace, regclass) IS
    'internal: the rows of a relation as FROM text, without those of areas whose server cannot be reached, or which no server has, where emgov.unreachable_shards says so; NULL of one that is gone';

CREATE FUNCTION emgov_internal.unreachable_partitions(relation regclass) RETURNS regclass[]
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_unreachable_partitions';
COMMENT ON FUNCTION emgov_internal.unreachable_partitions(regclass) IS
    'internal: the partitions of a relation that lie on servers which cannot be reached; none of one whose records lie here';

CREATE FUNCTION emgov_internal.partition_fault(relation regclass, partition regclass) RETURNS text
LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'emgov_partition_fault';
COMMENT ON FUNCTION emgov_internal.partition_fault(regclass, regclass) IS
    'internal: why the server that a partition of a relation lies on, which can be reached, does not give its rows; NULL of one that does, or of which there is none';

-- Groups are wide rows: to hand many of them from process to process costs more than the default
-- says. What values print as, for checksums, is the same for everybody. Partitions are grouped each for itself, and by their own server.
CREATE FUNCTION emgov_internal.scan_parts(ledger regnamespace, indicators emgov_internal.indicator[], windows daterange[], as_of timestamptz, splits emgov_internal.figure_split[] DEFAULT NULL,
                                  labels emgov_internal.figure_label[] DEFAULT NULL, with_checksum boolean DEFAULT false, unversioned_now boolean DEFAULT false)
RETURNS SETOF emgov_internal.figure_parts
LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET xmlbinary = 'base64' SET parallel_tuple_cost = 0.3 SET enable_partitionwise_aggregate = on
AS 'MODULE_PATHNAME', 'emgov_scan_parts';
COMMENT ON FUNCTION emgov_internal.scan_parts(regnamespace, emgov_internal.indicator[], daterange[], timestamptz, emgov_internal.figure_split[], emgov_internal.figure_label[], boolean, boolean) IS
    'internal: what indicators that are counted from a source come to in each of some windows, as known at a moment (NULL: now): a row a code and window. With splits, also '
    'a row a member that has records (empty text: records of none, or the reason why there are no members), and those of several places. What cannot be '
    'computed has a reason, and a policy that hides rows is one; no row for one whose past is not kept, unless it is read as it is now. '
    'Of the present, without checksum, rollups answer what they can. Empty windows are left out';
