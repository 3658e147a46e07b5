/*
 * stage_match.c
 *		What is in the table already.
 */
#include "stage_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "say.h"
#include "task.h"

/* Columns that tell records from one another where they have no number: what they must have, who, and what it is called. */
static bool
is_key(const Stage *stage, int i)
{
	const TargetColumn *column = &stage->target->columns[i];

	if (!stage->inserted[i])
		return false;
	if (!stage->target->in_ledger)
		return true;
	if (column->role == COLUMN_SUBJECT || column->role == COLUMN_NUMBER)
		return true;
	if (strcmp(column->name, "description") == 0 || strcmp(column->name, "title") == 0 || strcmp(column->name, "name") == 0)
		return true;
	/* a case without a number: by the days that it has */
	if (stage_taken_for((Stage *) stage, i))
		return false;
	if (strcmp(stage->target->table, "enforcement_case") == 0 && (strcmp(column->name, "filed_on") == 0 || strcmp(column->name, "decided_on") == 0 || strcmp(column->name, "note") == 0))
		return true;
	return column->not_null && !column->default_expression && strcmp(column->name, "kind") != 0 && strcmp(column->name, "value") != 0;
}

/*
 * By a unique key, through its index; else by all columns that are keys, the first of several that are alike by the first, of
 * those rows of the table that have values of the file in the columns that always have one. Of a ledger, one that counts
 * comes before those that do not, as withdrawn, written off or a duplicate: these are found as well, and have their status there.
 */
static void
match_by(Stage *stage, const bool *key, const char *only, bool unique)
{
	Chars		sql = {0}, join = {0}, names = {0}, theirs = {0}, among = {0};
	char	   *filled;

	chars_reset(&names);
	chars_reset(&theirs);
	chars_reset(&join);
	chars_reset(&among);
	for (int i = 0; i < stage->target->count; i++)
		if (key[i])
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&names, "%snew.%s", names.length ? ", " : "", name);
			chars_format(&theirs, "%sx.%s", theirs.length ? ", " : "", name);
			chars_format(&join, " AND x.%s = f.%s", name, name);
			if (stage->target->columns[i].not_null && stage->target->in_ledger)
				chars_format(&among, " AND x.%s IN (SELECT f.%s FROM f)", name, name);
			free(name);
		}
	/* who was but counted is nobody that a list names: see stage_match_roster() */
	if (is_roster(stage->target))
		chars_string(&among, " AND NOT (" COUNTED("x") ")");
	chars_reset(&sql);
	chars_format(&sql, "SELECT 1 FROM %s LIMIT 1", stage->target->quoted);
	filled = db_value(sql.data, 0);
	/* a key that stands on a row further up which is refused, for its enterprise or by a type, is no other's */
	if (unique && names.length > 0 && !stage->direct)
	{
		char	   *reason = quoted_literal(TEXT("the same key stands on line %s already, which is refused: one of the two is wrong", "第%s行已有同一编号或主键，该行被退回：两行中有一行编号有误"));

		stage_run_format(stage, "INSERT INTO pg_temp.emgov_reject SELECT DISTINCT ON (new.\"#n\") new.\"#n\", '', format(%1$s, x.\"#line\"), '' FROM (%2$s) AS new JOIN (%2$s) AS x ON (%3$s) = (%4$s)"
						 " AND x.\"#n\" < new.\"#n\" JOIN pg_temp.emgov_reject AS r ON r.n = x.\"#n\" WHERE %5$s AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS o WHERE o.n = new.\"#n\")"
						 " ORDER BY new.\"#n\", x.\"#n\"", reason, stage->rows[1].data, names.data, theirs.data, only);
		free(reason);
	}
	chars_reset(&sql);
	/* in an empty table there is nothing that they could be, but two of the file may be one */
	if (names.length > 0 && (unique || filled))
	{
		char	   *k = unique ? need_copy(names.data) : need_format("md5(ROW(%s)::text)", names.data);
		char	   *digest = unique ? need_copy("") : need_format(", %s AS \"#key\"", k);

		chars_format(&sql, "WITH f AS MATERIALIZED (SELECT new.\"#n\" AS \"#n\", %2$s%3$s, row_number() OVER w AS \"#place\", first_value(new.\"#n\") OVER w AS \"#first\" FROM (%4$s) AS new"
					 " WHERE %5$s AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\") WINDOW w AS (PARTITION BY %1$s ORDER BY new.\"#n\"))"
					 " INSERT INTO pg_temp.emgov_match SELECT f.\"#n\", f.\"#place\", ", k, names.data, digest, stage->rows[1].data, only);
		free(digest);
		if (!unique)
			chars_format(&sql, "t.rel, t.row, f.\"#first\", t.status FROM f JOIN (SELECT x.tableoid AS rel, x.ctid AS row, %3$s AS status, md5(ROW(%1$s)::text) AS key, row_number() OVER"
								" (PARTITION BY md5(ROW(%1$s)::text) ORDER BY %3$s IS NOT NULL, x.ctid) AS place"
						 " FROM %2$s AS x WHERE true%4$s) AS t ON t.key = f.\"#key\" AND t.place = f.\"#place\"", theirs.data, stage->target->quoted,
						 stage->target->has_status ? "nullif(x.status, 'valid')" : "NULL::text", among.data);
		else
			chars_format(&sql, "x.tableoid, x.ctid, f.\"#first\", NULL FROM f LEFT JOIN %s AS x ON %s%s%s WHERE x.ctid IS NOT NULL OR f.\"#place\" > 1", stage->target->quoted,
						 stage->direct ? "true" : "f.\"#place\" = 1", join.data, stage->target->has_status ? " AND x.status = 'valid'" : "");
		stage_run(stage, sql.data);
		if (unique && filled && stage->target->has_status)
		{
			/* no index has these: once through the table, and not record by record */
			chars_reset(&sql);
			chars_format(&sql, "WITH f AS MATERIALIZED (SELECT DISTINCT ON (%1$s) new.\"#n\" AS \"#n\", %1$s FROM (%2$s) AS new"
						 " WHERE %3$s AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\") ORDER BY %1$s, new.\"#n\")"
						 " INSERT INTO pg_temp.emgov_match SELECT DISTINCT ON (f.\"#n\") f.\"#n\", 1, x.tableoid, x.ctid, f.\"#n\", x.status FROM f JOIN %4$s AS x ON x.status <> 'valid'%5$s"
						 " WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = f.\"#n\") ORDER BY f.\"#n\", x.ctid DESC",
						 names.data, stage->rows[1].data, only, stage->target->quoted, join.data);
			stage_run(stage, sql.data);
		}
		free(k);
	}
	free(filled);
	chars_free(&sql);
	chars_free(&join);
	chars_free(&names);
	chars_free(&theirs);
	chars_free(&among);
}

void
stage_match_rows(Stage *stage)
{
	const Target *target = stage->target;
	bool	   *key = need((size_t) target->count * sizeof *key);
	PGresult   *result = db_query("SELECT array_to_string((i.indkey::int2[])[:i.indnkeyatts - 1], ' ')"
								  "  FROM pg_index AS i WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indexprs IS NULL AND 0 <> ALL (i.indkey::int2[])"
								  " AND (i.indpred IS NULL OR $2::boolean) ORDER BY i.indisprimary, i.indexrelid", 2, target->quoted, target->in_ledger ? "t" : "f");
	Chars		only = {0};
	bool		whole = false;

	chars_reset(&only);
	chars_string(&only, "true");
	for (int row = 0; row < PQntuples(result) && !whole; row++)
	{
		const char *columns = PQgetvalue(result, row, 0);
		bool		all = true, must = true;
		Chars		given = {0};
		int			at;

		memset(key, 0, (size_t) target->count * sizeof *key);
		chars_reset(&given);
		while (next_column(target, &columns, &at))
		{
			char	   *name;

			if (at < 0 || !stage->inserted[at])
			{
				all = false;
				continue;
			}
			key[at] = true;
			must = must && target->columns[at].not_null;
			name = quoted(target->columns[at].name);
			chars_format(&given, "%snew.%s IS NOT NULL", given.length ? " AND " : "", name);
			free(name);
		}
		if (all)
		{
			char	   *condition = need_format("%s AND %s", only.data, given.data);

			match_by(stage, key, condition, true);
			free(condition);
			if (must)
				whole = true;
			else
				chars_format(&only, " AND NOT (%s)", given.data);
		}
		chars_free(&given);
	}
	PQclear(result);
	/* where the table was empty, what is alike is of this file, and stands there as often as the file says it */
	if (!whole && !stage->direct)
	{
		for (int i = 0; i < target->count; i++)
			key[i] = is_key(stage, i);
		match_by(stage, key, only.data, false);
	}
	/* who was known by name alone, and whose code the file has */
	if (target->in_ledger && strcmp(target->table, "subject") == 0 && stage_has(stage, "uscc") && stage_has(stage, "name"))
		stage_run_format(stage, "WITH f AS (SELECT new.name, min(new.\"#n\") AS n FROM (%s) AS new WHERE new.uscc IS NOT NULL"
						 "  AND NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = new.\"#n\")"
						 "  AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\") GROUP BY new.name HAVING count(*) = 1)"
						 " INSERT INTO pg_temp.emgov_match SELECT f.n, 1, x.tableoid, x.ctid, f.n, NULL FROM f"
						 " JOIN (" UNITS("SELECT f.name FROM f") ") AS u ON u.name = f.name JOIN ONLY @ledger@.subject AS x ON x.id = u.id"
						 " WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.rel = x.tableoid AND m.row = x.ctid)", stage->rows[1].data);
	if (is_roster(target) && stage_has(stage, "accident_id") && stage_has(stage, "outcome"))
		stage_match_roster(stage);
	free(key);
	chars_free(&only);
}

void
stage_settle_duplicates(Stage *stage)
{
	Chars		differ = {0};
	char	   *reason = quoted_literal(TEXT("the same key stands on line %s already, with other values", "第%s行已有同一编号或主键，内容不同"));
	char	   *above = quoted_literal(TEXT("the same key stands further up already, with other values", "前面已有同一编号或主键，内容不同"));

	chars_reset(&differ);
	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i] || (stage->staged[i] && stage->target->columns[i].role == COLUMN_MADE && stage->target->columns[i].name[0] == '@'))
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&differ, "%sa.%s IS DISTINCT FROM b.%s", differ.length ? " OR " : "", name, name);
			free(name);
		}
	stage_run_format(stage, "INSERT INTO pg_temp.emgov_reject SELECT a.\"#n\", '', format(%1$s, b.\"#line\"), '' FROM pg_temp.emgov_match AS m JOIN (%2$s) AS a ON a.\"#n\" ="
						" m.n JOIN (%2$s) AS b ON b.\"#n\" = m.first"
			   " WHERE m.row IS NULL AND (%3$s)", reason, stage->rows[1].data, differ.data);
	if (stage->direct)
	{
		/* what they are like went in at once */
		direct_first_lines(stage->direct);
		stage_run_format(stage, "INSERT INTO pg_temp.emgov_reject SELECT a.\"#n\", '', coalesce(format(%1$s, f.line), %2$s), '' FROM pg_temp.emgov_match AS m JOIN (%3$s) AS a ON a.\"#n\" = m.n"
				   " JOIN %4$s AS b ON b.ctid = m.row AND b.tableoid = m.rel LEFT JOIN pg_temp.emgov_first AS f ON f.n = m.n WHERE %5$s",
				   reason, above, stage->rows[0].data, stage->target->quoted, differ.data);
	}
	free(reason);
	free(above);
	chars_free(&differ);
}

/* ------------------------------------------------------------------ what is said otherwise now */

/* The record's number, where the table has one, for what is said of it. */
static const char *
number_of(const Stage *stage)
{
	return stage->target->in_ledger && target_column(stage->target, "number") >= 0 ? "t.number" : "NULL::text";
}

/* Columns of records that have another value in the table: what comes after FROM has new and t. */
static void
keep_differences(Stage *stage, const char *from, const char *status)
{
	Chars		values = {0};

	chars_reset(&values);
	for (int i = 0; i < stage->target->count; i++)
	{
		const TargetColumn *column = &stage->target->columns[i];
		char	   *name, *literal;
		/* what is kept as a key is said by a name or number */
		const char *called = column->role == COLUMN_SUBJECT ? "name" : column->role == COLUMN_NUMBER ? "number" : NULL;

		if (!stage->inserted[i] || column->identity)
			continue;
		name = quoted(column->name);
		literal = quoted_literal(column->name);
		chars_format(&values, "%s(%d, %s, ", values.length ? ", " : "", i, literal);
		for (int side = 0; side < 2; side++)
			if (called)
				chars_format(&values, "(SELECT r.%s FROM ONLY %s AS r WHERE r.id = %s.%s), ", called, column->reference, side ? "new" : "t", name);
			else
				chars_format(&values, "%s.%s::text, ", side ? "new" : "t", name);
		chars_format(&values, "new.%1$s IS NOT NULL AND new.%1$s IS DISTINCT FROM t.%1$s)", name);
		free(name);
		free(literal);
	}
	if (values.length)
		stage_run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT new.\"#n\", %s, %s, v.col, v.was, v.becomes FROM (%s) AS new %s"
				   " CROSS JOIN LATERAL (VALUES %s) AS v (place, col, was, becomes, differs) WHERE v.differs ORDER BY new.\"#n\", v.place LIMIT " MOST_KEPT,
				   number_of(stage), status, stage->rows[1].data, from, values.data);
	chars_free(&values);
}

/* What is there, but counts no more: it is not touched; what the file says otherwise of it is said. */
static void
keep_dead(Stage *stage)
{
	char	   *from;

	if (stage_run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT m.n, %s, m.status FROM pg_temp.emgov_match AS m JOIN %s AS t ON t.ctid = m.row AND t.tableoid = m.rel"
				   " WHERE m.status IS NOT NULL ORDER BY m.n LIMIT " MOST_KEPT, number_of(stage), stage->target->quoted) == 0)
		return;
	from = need_format("JOIN pg_temp.emgov_match AS m ON m.n = new.\"#n\" AND m.status IS NOT NULL JOIN %s AS t ON t.ctid = m.row AND t.tableoid = m.rel", stage->target->quoted);
	keep_differences(stage, from, "m.status");
	free(from);
}

bool
stage_find_changes(Stage *stage)
{
	Chars		differ = {0};
	long long	changes;
	bool		held = true;

	if (stage->direct)
		return true;			/* the table was empty: stage_settle_duplicates() compares with what is of this file */
	chars_reset(&differ);
	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i] && !stage->target->columns[i].identity)
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&differ, "%s(new.%s IS NOT NULL AND new.%s IS DISTINCT FROM t.%s)", differ.length ? " OR " : "", name, name, name);
			free(name);
		}
	if (is_roster(stage->target))
		chars_format(&differ, "%sm.place = 0", differ.length ? " OR " : "");
	if (stage->target->has_status)
		keep_dead(stage);
	changes = stage_run_format(stage, "INSERT INTO pg_temp.emgov_change SELECT m.n, m.rel, m.row FROM pg_temp.emgov_match AS m JOIN (%s) AS new ON new.\"#n\" = m.n JOIN %s AS"
						" t ON t.ctid = m.row AND t.tableoid = m.rel"
						 " WHERE m.status IS NULL AND (%s)", stage->rows[1].data, stage->target->quoted, differ.length ? differ.data : "false");
	if (changes > 0)
	{
		char	   *may = db_value("SELECT (has_table_privilege(c, 'UPDATE') OR has_any_column_privilege(c, 'UPDATE'))::text FROM (SELECT $1::regclass::oid AS c) AS x", 1, stage->target->quoted);

		if (may && strcmp(may, "true") == 0)
			held = stage_run_format(stage, "SELECT 1 FROM pg_temp.emgov_change AS c JOIN %s AS t ON t.ctid = c.row AND t.tableoid = c.rel FOR NO KEY UPDATE OF t", stage->target->quoted) >= changes;
		free(may);
	}
	if (stage->children && held)
		held = stage_run_format(stage, "INSERT INTO pg_temp.emgov_id SELECT m.n, t.id, true FROM pg_temp.emgov_match AS m"
						  "  JOIN %s AS t ON t.ctid = m.row AND t.tableoid = m.rel WHERE m.status IS NULL", stage->target->quoted) >=
			stage_run(stage, "SELECT 1 FROM pg_temp.emgov_match WHERE row IS NOT NULL AND status IS NULL");
	if (held && changes > 0)
	{
		char	   *from = need_format("JOIN pg_temp.emgov_change AS c ON c.n = new.\"#n\" JOIN %s AS t ON t.ctid = c.row AND t.tableoid = c.rel", stage->target->quoted);

		keep_differences(stage, from, "NULL::text");
		free(from);
	}
	chars_free(&differ);
	return held;
}
