/*
 * stage_casualty.c
 *		Casualties, of whom one sheet says how many they are and another who.
 *
 * Those that were made of a number have it in from_count: as what they were counted. Whatever becomes of them, by hand or
 * by a list of persons, they stay that; so the number sent again adds nobody, and takes nobody away of whom more is known.
 */
#include "stage_work.h"

#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "say.h"
#include "task.h"

/* The worse comes first. */
#define RANK(outcome) "array_position('{dead,missing,serious,minor}'::text[], " outcome ")"

/* Those of an accident that a number of w is about: counted as that once, or never counted and that now. */
#define OF_NUMBER "c.accident_id = w.id AND c.status = 'valid' AND (coalesce(c.from_count, c.outcome) = w.outcome OR (w.with_missing AND coalesce(c.from_count, c.outcome) = 'missing'))"

#define COUNT_THEM "(SELECT count(*)::int FROM ONLY @ledger@.casualty AS c WHERE " OF_NUMBER ")"

/*
 * Who came by a list and is worse off than he was counted, or was changed so by hand, takes the place of one that the sheet has
 * too many of there and too few of here. True where anybody was moved.
 */
static bool
move_counted(Stage *stage)
{
	return stage_run(stage, "UPDATE @ledger@.casualty AS c SET from_count = nullif(d.outcome, c.outcome)"
					 " FROM (SELECT w.id, k.id AS casualty, k.outcome, row_number() OVER (PARTITION BY w.id ORDER BY " RANK("k.outcome") ", k.id) AS place FROM pg_temp.emgov_want AS w"
					 "  CROSS JOIN LATERAL (SELECT c.id, c.outcome FROM ONLY @ledger@.casualty AS c WHERE " OF_NUMBER " AND NOT (" COUNTED("c") ") ORDER BY c.id"
					 "   LIMIT greatest(w.have - w.count, 0)) AS k) AS s"
					 " JOIN (SELECT w.id, w.outcome, row_number() OVER (PARTITION BY w.id ORDER BY " RANK("w.outcome") ") AS place FROM pg_temp.emgov_want AS w"
					 "  CROSS JOIN LATERAL generate_series(w.have + 1, w.count)) AS d ON d.id = s.id AND d.place = s.place AND " RANK("s.outcome") " <= " RANK("d.outcome")
					 " WHERE c.id = s.casualty") > 0;
}

void
stage_update_casualties(Stage *stage, const char *note)
{
	const char *missing = stage_has(stage, "@missing") ? "s.\"@missing\"" : "NULL::int", *dead = stage_has(stage, "@dead") ? "s.\"@dead\"" : "NULL::int",
			   *both = stage_has(stage, "@dead_missing") ? "s.\"@dead_missing\"" : "NULL::int";

	/* an empty cell says nothing, and is not a number of none */
	stage_run_format(stage, "CREATE TEMP TABLE emgov_want ON COMMIT DROP AS SELECT i.n, i.id, s.occurred_on, o.outcome, o.count, o.with_missing, 0 AS have, 0 AS gone"
					 " FROM pg_temp.emgov_id AS i JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
					 " CROSS JOIN LATERAL (VALUES ('dead', CASE WHEN %1$s IS NULL AND %2$s IS NULL THEN NULL ELSE coalesce(%1$s, greatest(%2$s - coalesce(%3$s, 0), 0)) END,"
					 "  %1$s IS NULL AND %3$s IS NULL),"
					 "  ('missing', %3$s, false), ('serious', %4$s, false), ('minor', %5$s, false)) AS o (outcome, count, with_missing)"
					 " WHERE i.old AND o.count IS NOT NULL AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = i.n)",
					 dead, both, missing, stage_has(stage, "@serious") ? "s.\"@serious\"" : "NULL::int", stage_has(stage, "@minor") ? "s.\"@minor\"" : "NULL::int");
	stage_run(stage, "UPDATE pg_temp.emgov_want AS w SET have = " COUNT_THEM);
	/* nobody adds a casualty to an accident that is locked so; what somebody was adding is counted now */
	if (stage_run(stage, "SELECT 1 FROM ONLY @ledger@.accident AS a WHERE a.id IN (SELECT w.id FROM pg_temp.emgov_want AS w WHERE w.have <> w.count) FOR UPDATE OF a") == 0)
		return;
	stage_run(stage, "UPDATE pg_temp.emgov_want AS w SET have = " COUNT_THEM);
	if (move_counted(stage))
		stage_run(stage, "UPDATE pg_temp.emgov_want AS w SET have = " COUNT_THEM);
	stage_run_format(stage, "WITH u AS (UPDATE @ledger@.casualty AS c SET status = 'withdrawn', note = %s FROM (SELECT w.n, w.outcome, k.id FROM pg_temp.emgov_want AS w"
					 "  CROSS JOIN LATERAL (SELECT c.id FROM ONLY @ledger@.casualty AS c WHERE " OF_NUMBER " AND " COUNTED("c") " ORDER BY c.id DESC LIMIT greatest(w.have - w.count, 0)) AS k) AS d"
					 "  WHERE d.id = c.id RETURNING d.n, d.outcome)"
					 " UPDATE pg_temp.emgov_want AS w SET gone = (SELECT count(*) FROM u WHERE u.n = w.n AND u.outcome = w.outcome) WHERE w.have > w.count", note);
	stage_run(stage, "INSERT INTO @ledger@.casualty (accident_id, outcome, outcome_on, from_count) SELECT w.id, w.outcome, w.occurred_on, w.outcome FROM pg_temp.emgov_want AS w"
			  " CROSS JOIN LATERAL generate_series(w.have + 1, w.count)");
	stage_run(stage, "INSERT INTO pg_temp.emgov_done SELECT w.n FROM pg_temp.emgov_want AS w WHERE w.have < w.count OR w.gone > 0");
	stage_run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT w.n, t.number, NULL, CASE w.outcome WHEN 'dead' THEN '%s' ELSE '@' || w.outcome END, w.have::text,"
					 " greatest(w.count, w.have - w.gone)::text"
					 " FROM pg_temp.emgov_want AS w JOIN ONLY @ledger@.accident AS t ON t.id = w.id WHERE w.have < w.count OR w.gone > 0 ORDER BY w.n LIMIT " MOST_KEPT,
					 stage_has(stage, "@dead") ? "@dead" : "@dead_missing");
	stage_run_format(stage, "INSERT INTO pg_temp.emgov_beside SELECT w.n, t.number, CASE w.outcome WHEN 'dead' THEN '%s' ELSE '@' || w.outcome END, w.count, w.have - w.gone"
					 " FROM pg_temp.emgov_want AS w JOIN ONLY @ledger@.accident AS t ON t.id = w.id WHERE w.have - w.gone > w.count ORDER BY w.n LIMIT " MOST_KEPT,
					 stage_has(stage, "@dead") ? "@dead" : "@dead_missing");
}

/* ------------------------------------------------------------------ a list of persons */

/* Rows of the file that are nobody's yet and rows of the table, one for one where they agree in `key`, each side in an order; `many` are they on a side. */
static void
fill_by(Stage *stage, const char *whom, const char *condition, const char *key, const char *on)
{
	stage_run_format(stage, "INSERT INTO pg_temp.emgov_match WITH f AS MATERIALIZED (SELECT new.\"#n\" AS n, new.accident_id, new.outcome, new.outcome_on, new.person FROM (%1$s) AS new"
					 "  WHERE %2$s AND NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = new.\"#n\") AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\")),"
					 " x AS MATERIALIZED (SELECT x.tableoid AS rel, x.ctid AS row, x.accident_id, x.outcome, x.outcome_on, (" COUNTED("x") ") AS counted FROM ONLY @ledger@.casualty AS x"
					 "  WHERE x.status = 'valid' AND x.accident_id IN (SELECT f.accident_id FROM f) AND %3$s"
					 "  AND NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.rel = x.tableoid AND m.row = x.ctid))"
					 " SELECT a.n, CASE WHEN b.counted THEN 0 ELSE 1 END, b.rel, b.row, a.n, NULL"
					 " FROM (SELECT f.*, row_number() OVER (PARTITION BY %4$s ORDER BY " RANK("f.outcome") ", f.n) AS place, count(*) OVER (PARTITION BY %4$s) AS many FROM f) AS a"
					 " JOIN (SELECT f.*, row_number() OVER (PARTITION BY %4$s ORDER BY " RANK("f.outcome") ", f.counted, f.row) AS place,"
					 "  count(*) OVER (PARTITION BY %4$s) AS many FROM x AS f) AS b USING (place, %5$s",
					 stage->rows[1].data, whom, condition, key, on);
}

void
stage_match_roster(Stage *stage)
{
	/* who was listed without a name, and has one now */
	if (stage_has(stage, "person"))
		fill_by(stage, "new.person IS NOT NULL", "x.person IS NULL", "f.accident_id, f.outcome, f.outcome_on", "accident_id, outcome, outcome_on)");
	/* who was counted as the same */
	fill_by(stage, "true", COUNTED("x"), "f.accident_id, f.outcome", "accident_id, outcome)");
	/* who is without a name, on another day: a list that has no fewer of them is not of others, its days are corrected */
	fill_by(stage, "true", "x.person IS NULL AND NOT (" COUNTED("x") ")", "f.accident_id, f.outcome", "accident_id, outcome) WHERE a.many >= b.many");
	/* who was counted, and is worse off now */
	fill_by(stage, "true", COUNTED("x"), "f.accident_id", "accident_id) WHERE " RANK("a.outcome") " < " RANK("b.outcome"));
}

/* After all went in: who was counted for these accidents, and is in no row of the file. */
void
stage_say_roster(Stage *stage)
{
	char	   *count = db_value("SELECT count(DISTINCT m.n) FROM pg_temp.emgov_match AS m WHERE m.place = 0 AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = m.n)", 0);

	stage->result.filled = count ? atoll(count) : 0;
	free(count);
	stage_run_format(stage, "INSERT INTO pg_temp.emgov_beside SELECT f.n, coalesce(a.number, a.id::text), c.outcome, count(*) FILTER (WHERE NOT (" COUNTED("c") ")), count(*)"
					 " FROM (SELECT min(new.\"#n\") AS n, new.accident_id FROM (%s) AS new WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\")"
					 "  GROUP BY new.accident_id) AS f"
					 " JOIN ONLY @ledger@.accident AS a ON a.id = f.accident_id JOIN ONLY @ledger@.casualty AS c ON c.accident_id = a.id AND c.status = 'valid'"
					 " GROUP BY f.n, a.id, a.number, c.outcome HAVING bool_or(" COUNTED("c") ") ORDER BY f.n, " RANK("c.outcome") " LIMIT " MOST_KEPT, stage->rows[1].data);
}
