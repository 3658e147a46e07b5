-- What a data cluster shows the coordinator: its own sources and rollups, as views of schema `shard`, each with the area
-- that the coordinator tells records apart by. The role `coordinator` may read them, and nothing else.
-- Called with the areas of this cluster, psql -v areas=320411,320481: records of others are refused from then on.
-- Called again, with all areas, where an area was added or the views are of an older release; then coordinator.sql on the coordinator.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
-- what is written here means the server's own, whoever may create functions elsewhere
SET LOCAL search_path = pg_catalog, pg_temp;
\set schema pg_temp
\ir shared.sql
-- an area that is none of the ledger's would have its records nowhere
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION USING ERRCODE = ''foreign_key_violation'', MESSAGE = %L, DETAIL = %L; END', format('"%s" is no area of the ledger', a),
              (SELECT format('Areas that data are expected of: %s.', string_agg(code, ', ' ORDER BY code)) FROM ledger.area WHERE is_block AND active)))
  FROM unnest(string_to_array(:'areas', ',')) AS a WHERE a NOT IN (SELECT code FROM ledger.area) LIMIT 1 \gexec
SELECT format('ALTER TABLE %1$s DROP CONSTRAINT IF EXISTS "area of this cluster",
    ADD CONSTRAINT "area of this cluster" CHECK (area_code IS NOT NULL AND area_code = ANY (%2$L::text[]))', relation, string_to_array(:'areas', ','))
  FROM pg_temp.shared() WHERE area = format('%I.area_code', name) \gexec
-- what an import says of a row that is refused for it
SELECT format('COMMENT ON CONSTRAINT "area of this cluster" ON %s IS %L', relation, '不属于本库管辖的区域 | this cluster keeps no records of this area')
  FROM pg_temp.shared() WHERE area = format('%I.area_code', name) \gexec
-- a record without an inspection or a case has the area of its enterprise
CREATE OR REPLACE FUNCTION ledger.area_of_this_cluster() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    area text := (SELECT area_code FROM ledger.subject WHERE id = NEW.subject_id);
BEGIN
    IF (area = ANY (string_to_array(TG_ARGV[0], ','))) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = format('a record of table "%s" is of another cluster: its enterprise is of area %s', TG_TABLE_NAME, coalesce(area, 'NULL')),
            DETAIL = format('This cluster has the areas %s.', TG_ARGV[0]), HINT = 'Enter it there.';
    END IF;
    RETURN NEW;
END
$$;
SELECT format('CREATE OR REPLACE TRIGGER area_of_this_cluster BEFORE INSERT OR UPDATE ON ledger.%I FOR EACH ROW WHEN (NEW.%I IS NULL) EXECUTE FUNCTION ledger.area_of_this_cluster(%L)', t, of, :'areas')
  FROM (VALUES ('hazard', 'inspection_id'), ('confiscation', 'enforcement_case_id')) AS x (t, of) \gexec
CREATE SCHEMA IF NOT EXISTS shard;
SELECT format('DROP VIEW IF EXISTS shard.%I', name) FROM pg_temp.shown() \gexec
DROP VIEW IF EXISTS shard.hazard, shard.confiscation, shard.review_item_fact,
    shard.accident_fact_rollup, shard.inspection_rollup, shard.hazard_of_area_rollup, shard.enforcement_case_rollup;
-- what has no area of its own has that of what it belongs to
CREATE VIEW shard.hazard AS
SELECT h.*, coalesce(i.area_code, s.area_code) AS area_code
  FROM ledger.hazard AS h LEFT JOIN ledger.inspection AS i ON i.id = h.inspection_id LEFT JOIN ledger.subject AS s ON s.id = h.subject_id;
CREATE VIEW shard.confiscation AS
SELECT d.*, coalesce(c.area_code, s.area_code) AS area_code
  FROM ledger.confiscation AS d LEFT JOIN ledger.enforcement_case AS c ON c.id = d.enforcement_case_id LEFT JOIN ledger.subject AS s ON s.id = d.subject_id;
CREATE VIEW shard.review_item_fact AS
SELECT r.*, c.area_code FROM ledger.review_item_fact AS r JOIN ledger.enforcement_case AS c ON c.id = r.enforcement_case_id;
-- all other sources that hang on records of this cluster
SELECT format('CREATE VIEW shard.%1$I AS SELECT %1$I.*%2$s FROM %3$s AS %1$I', name, ', ' || area || ' AS area_code', relation)
  FROM pg_temp.shown() WHERE to_regclass(format('shard.%I', name)) IS NULL ORDER BY name \gexec

-- Rollups by day: `records` is how many records a row stands for, sum_x the sum of their x, all else is what they have in common.
CREATE VIEW shard.accident_fact_rollup AS
SELECT occurred_on, area_code, category_code, category_group, severity, status, records, deaths AS sum_deaths, missing AS sum_missing,
       serious_injuries AS sum_serious_injuries, minor_injuries AS sum_minor_injuries, direct_loss AS sum_direct_loss
  FROM ledger.accident_daily;
CREATE VIEW shard.inspection_rollup AS SELECT inspected_on, area_code, org_code, programme_code, status, records FROM ledger.inspection_daily;
CREATE VIEW shard.hazard_of_area_rollup AS SELECT found_on, area_code, programme_code, level, status, records FROM ledger.hazard_found_area_daily;
CREATE VIEW shard.enforcement_case_rollup AS SELECT filed_on, area_code, org_code, programme_code, status, records FROM ledger.case_daily;

GRANT USAGE ON SCHEMA shard, emgov_internal TO coordinator;
GRANT SELECT ON ALL TABLES IN SCHEMA shard TO coordinator;
-- what a scan groups records by
GRANT EXECUTE ON FUNCTION emgov_internal.profile(date[], VARIADIC "any") TO coordinator;
COMMIT;
