/*
 * stage_party.c
 *		The enterprises that records speak of.
 */
#include "stage_work.h"

#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "say.h"
#include "words.h"

#define MOST_PAIRS 20000000LL	/* of names that are held against one another letter by letter: seconds */

/* The names of areas, and what they are without their kind, as a regular expression: what may stand before a firm's name. */
#define PLACES \
	"SELECT '^(' || string_agg(DISTINCT w.word, '|') || '|省|市)+' FROM ONLY @ledger@.area AS a CROSS JOIN LATERAL" \
	" (VALUES (regexp_replace(a.name_zh, '[^[:alnum:]]', '', 'g'))," \
	" (regexp_replace(regexp_replace(a.name_zh, '[^[:alnum:]]', '', 'g'), '(市|区|县|镇|街道|经济开发区|经开区|开发区)$', ''))) AS w (word) WHERE length(w.word) >= 2"

void
stage_find_parties(Stage *stage)
{
	const char *uscc = stage->has_uscc ? "s.\"@uscc\"" : "NULL::text", *name = stage->has_name ? "s.\"@name\"" : "NULL::text";
	int			area = target_column(stage->target, "area_code");
	const char *where = area >= 0 && stage->staged[area] ? "min(s.area_code)" : "NULL::text";

	/* a row a code, whatever its names, and a row a name without a code */
	stage_run_format(stage, "CREATE TEMP TABLE emgov_party ON COMMIT DROP AS "
			   "WITH x AS (SELECT regexp_replace(emgov.identifier(%1$s), '[[:space:]-]', '', 'g') AS uscc, %2$s AS name, min(s.\"#n\") AS n, %3$s AS area FROM pg_temp.emgov_stage AS s"
			   " WHERE coalesce(%1$s, %2$s) IS NOT NULL GROUP BY 1, 2)"
			   " SELECT x.uscc, (array_agg(x.name ORDER BY x.n) FILTER (WHERE x.name IS NOT NULL))[1] AS name, min(x.n) AS n, min(x.area) AS area, NULL::bigint AS subject_id, NULL::text AS key,"
			   " NULL::text AS likely FROM x WHERE x.uscc IS NOT NULL GROUP BY x.uscc"
			   " UNION ALL SELECT NULL, x.name, min(x.n), min(x.area), NULL, NULL, NULL FROM x WHERE x.uscc IS NULL GROUP BY x.name", uscc, name, where);
	stage_run(stage, "ANALYZE pg_temp.emgov_party");
	if (stage->has_uscc)
	{
		/* the temporary table has codes in the form that the party has */
		stage_run(stage, "UPDATE pg_temp.emgov_stage AS s SET \"@uscc\" = regexp_replace(emgov.identifier(s.\"@uscc\"), '[[:space:]-]', '', 'g')"
			" WHERE s.\"@uscc\" IS DISTINCT FROM regexp_replace(emgov.identifier(s.\"@uscc\"), '[[:space:]-]', '', 'g')");
		stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = s.id FROM ONLY @ledger@.subject AS s WHERE s.uscc = p.uscc");
		stage_run(stage, "INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", '@uscc', emgov.uscc_problem(p.uscc), '' FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@uscc\" = p.uscc"
			" WHERE p.subject_id IS NULL AND emgov.uscc_problem(p.uscc) IS NOT NULL AND NOT EXISTS (SELECT FROM ONLY @ledger@.uscc_exception AS x WHERE x.uscc = p.uscc)");
		db_do("INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", '@uscc', $1, '' FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@uscc\" = p.uscc"
			  " WHERE p.subject_id IS NULL AND p.name IS NULL AND emgov.uscc_problem(p.uscc) IS NULL", 1,
			  TEXT("no enterprise has this credit code, and the row has no name to make one", "没有此统一社会信用代码的企业，行中也没有名称可供新建"));
		/* who was known by just this name alone is given the code, where the name is of no other */
		stage->result.coded = stage_run(stage, "WITH p AS (SELECT p.name, min(p.uscc) AS uscc FROM pg_temp.emgov_party AS p WHERE p.subject_id IS NULL AND p.uscc IS NOT NULL"
										"  AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = p.n) GROUP BY p.name HAVING count(*) = 1),"
										" made AS (UPDATE ONLY @ledger@.subject AS s SET kind = 'enterprise', uscc = p.uscc FROM p"
										"  JOIN (" UNITS("SELECT p.name FROM p") ") AS u ON u.name = p.name WHERE s.id = u.id RETURNING s.id, s.uscc)"
										" UPDATE pg_temp.emgov_party AS p SET subject_id = m.id FROM made AS m WHERE m.uscc = p.uscc");
		stage->result.subjects += stage_run(stage, "WITH made AS (INSERT INTO @ledger@.subject (kind, uscc, name, area_code)"
									  " SELECT 'enterprise', p.uscc, p.name, p.area FROM pg_temp.emgov_party AS p WHERE p.subject_id IS NULL AND p.uscc IS NOT NULL AND p.name IS NOT NULL"
									  " AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = p.n) ORDER BY p.n RETURNING id, uscc)"
									  " UPDATE pg_temp.emgov_party AS p SET subject_id = m.id FROM made AS m WHERE m.uscc = p.uscc");
	}
	if (stage->has_name)
	{
		char	   *left, *known = NULL;

		stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET key = emgov.enterprise_key(p.name) WHERE p.uscc IS NULL");
		stage_run(stage, "ANALYZE pg_temp.emgov_party");
		stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = a.subject_id FROM ONLY @ledger@.subject_alias AS a WHERE p.uscc IS NULL AND a.name_key = p.key AND a.status = 'valid'");
		stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = s.id FROM (SELECT s.name, min(s.id) AS id FROM ONLY @ledger@.subject AS s"
			" WHERE s.status = 'valid' AND s.kind <> 'person' AND s.name IN (SELECT p.name FROM pg_temp.emgov_party AS p WHERE p.uscc IS NULL AND p.subject_id IS NULL)"
			" GROUP BY s.name HAVING count(*) = 1) AS s WHERE p.uscc IS NULL AND p.subject_id IS NULL AND s.name = p.name");
		left = db_value("SELECT count(*) FROM pg_temp.emgov_party AS p WHERE p.uscc IS NULL AND p.subject_id IS NULL", 0);
		if (left && atol(left) > 0)
		{
			stage_run(stage, "CREATE TEMP TABLE emgov_known ON COMMIT DROP AS SELECT s.id, s.name, s.uscc, emgov.enterprise_key(s.name) AS key, emgov.enterprise_core(s.name, (" PLACES ")) AS core"
				" FROM ONLY @ledger@.subject AS s WHERE s.status = 'valid' AND s.kind <> 'person'");
			stage_run(stage, "ANALYZE pg_temp.emgov_known");
			stage_run(stage, "ALTER TABLE pg_temp.emgov_party ADD COLUMN core text");
			stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET core = emgov.enterprise_core(p.name, (" PLACES ")) WHERE p.uscc IS NULL AND p.subject_id IS NULL");
			stage_run(stage, "ANALYZE pg_temp.emgov_party");
			stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = k.id FROM (SELECT key, min(id) AS id FROM pg_temp.emgov_known GROUP BY key HAVING count(*) = 1) AS k"
				" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND k.key = p.key");
			stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = k.id FROM (SELECT core, min(id) AS id FROM pg_temp.emgov_known GROUP BY core HAVING count(*) = 1) AS k"
				" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND k.core = p.core AND length(p.core) >= 2"
				" AND p.core IN (SELECT q.core FROM pg_temp.emgov_party AS q GROUP BY q.core HAVING count(DISTINCT q.key) = 1)");
			/* what is like it: of the same core, or of which one contains the other; not looked for where both are very many */
			stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET likely = c.names FROM (SELECT p.name, string_agg(DISTINCT k.name, '; ') AS names FROM pg_temp.emgov_party AS p"
				" JOIN pg_temp.emgov_known AS k ON k.core = p.core OR k.key = p.key WHERE p.uscc IS NULL AND p.subject_id IS NULL GROUP BY p.name) AS c"
				" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND c.name = p.name");
			known = db_value("SELECT count(*) FROM pg_temp.emgov_known", 0);
			if (known && atoll(left) * atoll(known) <= MOST_PAIRS)
				stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET likely = c.names FROM (SELECT p.name, left(string_agg(DISTINCT k.name, '; '), 300) AS names FROM pg_temp.emgov_party AS p"
					" JOIN pg_temp.emgov_known AS k ON (strpos(k.core, p.core) > 0 AND length(p.core) >= 2) OR (strpos(p.core, k.core) > 0 AND length(k.core) >= 3)"
					" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL GROUP BY p.name) AS c WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL AND c.name = p.name");
			if (!stage->options->only_known)
			{
				/* a unit a key: two spellings of one name are one; ids ascend in the order of the names */
				stage->result.units = stage_run(stage, "INSERT INTO @ledger@.subject (kind, name, area_code) SELECT 'unit', x.name, x.area FROM (SELECT DISTINCT ON (p.key) p.name, p.area, p.n"
										  " FROM pg_temp.emgov_party AS p WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL ORDER BY p.key, p.n) AS x ORDER BY x.n");
				stage->result.subjects += stage->result.units;
				stage_run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = k.id FROM (SELECT emgov.enterprise_key(s.name) AS key, max(s.id) AS id FROM ONLY @ledger@.subject AS s"
					" WHERE s.kind = 'unit' AND s.id > coalesce((SELECT max(k.id) FROM pg_temp.emgov_known AS k), 0) GROUP BY 1) AS k"
					" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL AND k.key = p.key");
			}
			/* of several that are like it, none is the likely one */
			db_do("INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", '@name', CASE WHEN p.likely LIKE '%; %' THEN format('%s: %s', $1::text, p.likely) ELSE $1::text END,"
				  " CASE WHEN p.likely NOT LIKE '%; %' THEN p.likely ELSE '' END FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@name\" = p.name"
				  " WHERE p.uscc IS NULL AND p.subject_id IS NULL", 1,
				  TEXT("which enterprise this is has to be decided: it waits in import_pending", "待确定是哪家企业：已列入 import_pending"));
		}
		free(left);
		free(known);
	}
}

void
stage_keep_pending(Stage *stage)
{
	if (!stage->has_name)
		return;
	stage->result.pending = stage_run_format(stage, "SELECT 1 FROM pg_temp.emgov_reject AS r WHERE r.col = '@name' AND EXISTS (SELECT FROM pg_temp.emgov_party AS p JOIN"
						" pg_temp.emgov_stage AS s ON s.\"@name\" = p.name"
									   " WHERE s.\"#n\" = r.n AND p.uscc IS NULL AND p.subject_id IS NULL)");
	if (stage->result.pending > 0)
		db_do("INSERT INTO @ledger@.import_pending (table_name, name, name_key, candidates, file, line, record, record_key)"
			  " SELECT $1, p.name, p.key, p.likely, $2, s.\"#line\", jsonb_strip_nulls(to_jsonb(s) - '#n' - '#line'), md5(jsonb_strip_nulls(to_jsonb(s) - '#n' - '#line')::text)"
			  "  FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@name\" = p.name WHERE p.uscc IS NULL AND p.subject_id IS NULL"
			  " ON CONFLICT (table_name, name_key, record_key) WHERE status = 'valid' AND decided_on IS NULL DO NOTHING", 2, stage->target->table, stage->options->file);
}
