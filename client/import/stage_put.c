/*
 * stage_put.c
 *		Records go into the table.
 */
#include "stage_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "say.h"
#include "server_words.h"
#include "task.h"

/* Another sentence behind those that are there. */
static void
add_sentence(Chars *text, const char *sentence)
{
	if (!sentence)
		return;
	if (text->length)
		chars_string(text, ends_with(text->data, "。") ? "" : ends_with(text->data, ".") ? " " : words_chinese ? "。" : ". ");
	chars_string(text, sentence);
}

/* What the server refused, in Chinese: that a table has no partition for it is no rule of anybody's. */
static const char *
cause_of(const PGresult *failed)
{
	const char *message = PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY), *detail = PQresultErrorField(failed, PG_DIAG_MESSAGE_DETAIL);
	const char *value = detail ? strstr(detail, ") = (") : NULL;

	if (!words_chinese || !message || !starts_with(message, "no partition of relation"))
		return db_cause(PQresultErrorField(failed, PG_DIAG_SQLSTATE));
	value = value ? value + strlen(") = (") : "";
	return strspn(value, "0123456789") == 4 && value[4] == '-' ? "没有该日期所属的分区" : "没有这一行所属的分区";
}

/*
 * Of an area that is not in force: what it became, what it was called, its last day, whether it had ended by then; and whether the one that it became has
 * a figure itself where one of the same row would go: in the table, in this file, or of another area that became it. Then it must not take the place of that.
 */
#define SUCCESSOR \
	"SELECT b.name_zh, a.name_zh, to_char(a.valid_to - 1, 'YYYY-MM-DD'), a.valid_to <= s.starts_on::date, EXISTS (" \
	"SELECT FROM pg_temp.emgov_stage AS o WHERE o.\"#line\" = s.\"#line\" AND o.member = s.member AND (" \
	"EXISTS (SELECT FROM ONLY @ledger@.reported AS r WHERE r.indicator = o.indicator AND r.dimension = o.dimension AND r.member = b.code AND r.starts_on = o.starts_on AND r.ends_on = o.ends_on)" \
	" OR EXISTS (SELECT FROM pg_temp.emgov_stage AS w LEFT JOIN ONLY @ledger@.area AS c ON c.code = w.member WHERE w.member <> o.member AND b.code IN (w.member, c.successor_code)" \
	" AND w.indicator = o.indicator AND w.dimension = o.dimension AND w.starts_on = o.starts_on AND w.ends_on = o.ends_on)))" \
	" FROM pg_temp.emgov_stage AS s JOIN ONLY @ledger@.area AS a ON a.code = s.member LEFT JOIN ONLY @ledger@.area AS b ON b.code = a.successor_code WHERE s.\"#n\" = $1::bigint"

static void
refuse(Stage *stage, const char *number, const PGresult *failed)
{
	const char *message = PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY), *column = PQresultErrorField(failed, PG_DIAG_COLUMN_NAME),
			   *cause = cause_of(failed);
	char	   *zh = server_words(message), *detail = db_said(failed, PG_DIAG_MESSAGE_DETAIL), *hint = db_said(failed, PG_DIAG_MESSAGE_HINT);
	PGresult   *became = message && starts_with(message, "area \"") && strstr(message, "is not in force") && stage_has(stage, "member") ? db_query(SUCCESSOR, 1, number) : NULL;
	const char *likely = became && PQntuples(became) > 0 ? db_field(became, 0, 0) : NULL;
	Chars		reason = {0};

	chars_reset(&reason);
	/* whole sentences, one after the other; those of the server that nobody has put into Chinese are English */
	if (words_chinese && became && PQntuples(became) > 0 && PQgetvalue(became, 0, 3)[0] == 't')
		chars_format(&reason, "区域“%s”已于 %s 撤销%s%s%s", PQgetvalue(became, 0, 1), PQgetvalue(became, 0, 2), likely ? "，由“" : "", likely ? likely : "", likely ? "”接替" : "");
	else
	{
		if (cause && !zh)
			chars_format(&reason, "%s（服务器原文：%s", cause, message ? message : "");
		else
			chars_string(&reason, zh ? zh : message ? message : "");
		add_sentence(&reason, detail);
		add_sentence(&reason, hint);
	}
	if (cause && !zh)
		chars_string(&reason, "）");
	if (likely && PQgetvalue(became, 0, 4)[0] == 't')
	{
		char	   *sum = need_format(TEXT("\"%s\", which it became, has a figure of its own there: the two belong together in one row, added up", "接替它的“%s”同期已有数字：两数应相加后填报为一行"), likely);

		add_sentence(&reason, sum);
		free(sum);
		likely = NULL;
	}
	db_do("INSERT INTO pg_temp.emgov_reject VALUES ($1, $2, $3, coalesce($4, ''))", 4, number, column ? column : "", reason.data, likely);
	chars_free(&reason);
	free(zh);
	free(detail);
	free(hint);
	PQclear(became);
}

void
stage_fail_of_all(const PGresult *failed)
{
	static const char *const states[] = {"08", "25", "40", "42501", "53", "55P03", "57", "58", "XX", NULL};
	const char *state = PQresultErrorField(failed, PG_DIAG_SQLSTATE);

	for (const char *const *one = states; *one; one++)
		if (!state || starts_with(state, *one))
			db_failed(failed);
}

static bool
try(Stage *stage, const char *sql, PGresult **failed)
{
	PGresult   *result;

	stage_say_sql(sql);
	result = db_try(sql, 0);
	*failed = NULL;
	if (db_ok(result))
	{
		stage->touched = atoll(PQcmdTuples(result));
		PQclear(result);
		return true;
	}
	if (PQstatus(db_connect()) != CONNECTION_OK || task_signal)
		db_failed(result);
	*failed = result;
	return false;
}

/*
 * A query for the penalties that records in emgov_id say: n, id of the case, kind, fine, place. A fine and a confiscation without an amount
 * are none yet: the case is not decided, see check_penalties().
 */
static void
add_penalties(Stage *stage, Chars *sql)
{
	chars_format(sql, "SELECT i.n, i.id, k.kind, CASE k.kind WHEN 'fine' THEN %s WHEN 'confiscation' THEN %s ELSE 0 END AS fine, k.n AS place"
				 " FROM pg_temp.emgov_id AS i JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
				 " CROSS JOIN LATERAL (SELECT DISTINCT ON (v.kind) v.kind, v.n FROM (SELECT w.kind, w.n FROM unnest(string_to_array(%s, ',')) WITH ORDINALITY AS w (kind, n)",
				 stage_has(stage, "@fine") ? "s.\"@fine\"" : "NULL", stage_has(stage, "@confiscated") ? "s.\"@confiscated\"" : "NULL", stage_has(stage, "@penalty") ? "s.\"@penalty\"" : "NULL");
	if (stage_has(stage, "@fine"))
		chars_string(sql, " UNION ALL SELECT 'fine', 100 WHERE s.\"@fine\" > 0");
	if (stage_has(stage, "@confiscated"))
		chars_string(sql, " UNION ALL SELECT 'confiscation', 101 WHERE s.\"@confiscated\" > 0");
	chars_string(sql, ") AS v ORDER BY v.kind, v.n) AS k");
}

/* What is made of other columns, for the records that are in emgov_id and not old. */
static bool
insert_children(Stage *stage, const char *from, const char *to, PGresult **failed)
{
	Chars		sql = {0};
	bool		fine = true;

	chars_reset(&sql);
	if (strcmp(stage->target->table, "accident") == 0)
	{
		const char *missing = stage_has(stage, "@missing") ? "coalesce(s.\"@missing\", 0)" : "0";

		chars_string(&sql, "INSERT INTO @ledger@.casualty (accident_id, outcome, outcome_on, from_count) SELECT i.id, o.outcome, s.occurred_on, o.outcome FROM pg_temp.emgov_id AS i JOIN"
							" pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
					" CROSS JOIN LATERAL (VALUES ");
		chars_format(&sql, "('dead', coalesce(%s, greatest(%s - %s, 0)))", stage_has(stage, "@dead") ? "s.\"@dead\"" : "NULL",
					 stage_has(stage, "@dead_missing") ? "s.\"@dead_missing\"" : "0", missing);
		chars_format(&sql, ", ('missing', %s), ('serious', %s), ('minor', %s)", missing, stage_has(stage, "@serious") ? "s.\"@serious\"" : "0", stage_has(stage, "@minor") ? "s.\"@minor\"" : "0");
		chars_format(&sql, ") AS o (outcome, count) CROSS JOIN LATERAL generate_series(1, o.count) AS g WHERE NOT i.old AND i.n BETWEEN %s AND %s AND o.count > 0 ORDER BY i.id", from, to);
	}
	else
	{
		chars_string(&sql, "INSERT INTO @ledger@.penalty (enforcement_case_id, kind_code, fine) SELECT w.id, w.kind, w.fine FROM (");
		add_penalties(stage, &sql);
		chars_format(&sql, " WHERE NOT i.old AND i.n BETWEEN %s AND %s) AS w WHERE w.fine IS NOT NULL ORDER BY w.id, w.place", from, to);
	}
	fine = try(stage, sql.data, failed);
	chars_free(&sql);
	return fine;
}

/* Triggers of what follows join the rows just added: where these are many, an owner tells the planner so. */
static bool
count_anew(Stage *stage, long long rows)
{
	char	   *owner = rows < 1000 ? NULL : db_value("SELECT pg_has_role(c.relowner, 'USAGE')::text FROM pg_class AS c WHERE c.oid = $1::regclass", 1, stage->target->quoted);

	if (owner && strcmp(owner, "true") == 0)
		stage_run_format(stage, "ANALYZE %s", stage->target->quoted);
	free(owner);
	return true;
}

/* Records from one number to another that are to be added; true when all went in. */
static bool
insert_range(Stage *stage, long long from, long long to, const char *extra, PGresult **failed)
{
	Chars		sql = {0};
	char	   *a = need_format("%lld", from), *b = need_format("%lld", to);
	char	   *filter = need_format("new.\"#n\" BETWEEN %s AND %s%s", a, b, extra);
	bool		fine;
	long long	rows;

	stage_run(stage, "SAVEPOINT emgov");
	chars_reset(&sql);
	if (stage->children)
		chars_string(&sql, "WITH made AS (");
	chars_format(&sql, "INSERT INTO %s (", stage->target->quoted);
	stage_add_columns(stage, &sql, "");
	chars_string(&sql, ") SELECT ");
	stage_add_columns(stage, &sql, "new.");
	chars_format(&sql, " FROM (%s) AS new WHERE %s ORDER BY new.\"#n\"", stage->rows[0].data, filter);
	if (stage->children)
		chars_string(&sql, " RETURNING id) INSERT INTO pg_temp.emgov_made SELECT row_number() OVER (ORDER BY id), id FROM made");
	fine = try(stage, sql.data, failed);
	rows = fine ? stage->touched : 0;
	if (fine && stage->children)
	{
		chars_reset(&sql);
		if (stage_has(stage, "id"))
			chars_format(&sql, "INSERT INTO pg_temp.emgov_id SELECT new.\"#n\", m.id, false FROM (%s) AS new JOIN pg_temp.emgov_made AS m ON m.id = new.id WHERE %s", stage->rows[0].data, filter);
		else
			/* keys that are made ascend with the records, for these are given in that order */
			chars_format(&sql, "INSERT INTO pg_temp.emgov_id SELECT f.n, m.id, false FROM (SELECT new.\"#n\" AS n, row_number() OVER (ORDER BY new.\"#n\") AS place FROM"
								" pg_temp.emgov_stage AS new WHERE %s) AS f"
					" JOIN pg_temp.emgov_made AS m USING (place)", filter);
		stage_run(stage, "ANALYZE pg_temp.emgov_made");
		fine = try(stage, sql.data, failed) && try(stage, "ANALYZE pg_temp.emgov_id", failed) && count_anew(stage, rows) && insert_children(stage, a, b, failed) &&
							try(stage, "TRUNCATE pg_temp.emgov_made", failed);
	}
	/* rules that wait for the end of the transaction are asked now */
	if (fine)
		fine = try(stage, "SET CONSTRAINTS ALL IMMEDIATE", failed);
	if (fine)
	{
		stage_run(stage, "RELEASE SAVEPOINT emgov");
		stage->put_in += rows;
	}
	else
	{
		stage_run(stage, "ROLLBACK TO SAVEPOINT emgov");
		stage_run(stage, "RELEASE SAVEPOINT emgov");
	}
	free(a);
	free(b);
	free(filter);
	chars_free(&sql);
	return fine;
}

static void
insert_halving(Stage *stage, long long from, long long to, const char *extra)
{
	PGresult   *failed = NULL;

	if (insert_range(stage, from, to, extra, &failed))
		return;
	stage_fail_of_all(failed);
	if (from == to)
	{
		char	   *number = need_format("%lld", from);

		refuse(stage, number, failed);
		free(number);
		PQclear(failed);
		return;
	}
	PQclear(failed);
	insert_halving(stage, from, from + (to - from) / 2, extra);
	insert_halving(stage, from + (to - from) / 2 + 1, to, extra);
}

void
stage_insert_rows(Stage *stage)
{
	PGresult   *todo;
	char	   *skip;

	stage_run(stage, "CREATE TEMP TABLE emgov_skip ON COMMIT DROP AS SELECT n FROM pg_temp.emgov_reject UNION SELECT n FROM pg_temp.emgov_match UNION SELECT n FROM pg_temp.emgov_todo");
	stage_run(stage, "ANALYZE pg_temp.emgov_skip");
	skip = db_value("SELECT CASE WHEN EXISTS (SELECT FROM pg_temp.emgov_skip) THEN ' AND NOT EXISTS (SELECT FROM pg_temp.emgov_skip AS k WHERE k.n = new.\"#n\")' ELSE '' END", 0);
	if (stage->records > 0)
		insert_halving(stage, 1, stage->last, skip ? skip : "");
	free(skip);
	todo = db_query("SELECT DISTINCT t.n FROM pg_temp.emgov_todo AS t WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = t.n)"
					" AND NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = t.n) ORDER BY t.n", 0);
	if (PQntuples(todo) > 0)
		stage_run(stage, "CREATE INDEX ON pg_temp.emgov_stage (\"#n\")");
	for (int row = 0; row < PQntuples(todo); row++)
	{
		long long	n = atoll(PQgetvalue(todo, row, 0));

		insert_halving(stage, n, n, "");
	}
	PQclear(todo);
}

/* ------------------------------------------------------------------ corrections */

/* Behind a WITH u AS (UPDATE …: which records it was. */
#define DONE " RETURNING c.n) INSERT INTO pg_temp.emgov_done SELECT u.n FROM u"

void
stage_update_rows(Stage *stage)
{
	Chars		set = {0}, sql = {0};
	PGresult   *failed;
	PGresult   *changes;
	char	   *one;
	bool		fine;

	chars_reset(&set);
	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i] && !stage->target->columns[i].identity)
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&set, "%s%s = coalesce(new.%s, t.%s)", set.length ? ", " : "", name, name, name);
			free(name);
		}
	if (is_roster(stage->target))
		chars_string(&set, ", from_count = nullif(t.from_count, coalesce(new.outcome, t.outcome))");
	changes = db_query("SELECT n, rel, row FROM pg_temp.emgov_change ORDER BY n", 0);
	if (PQntuples(changes) > 0)
	{
		chars_reset(&sql);
		chars_format(&sql, "WITH u AS (UPDATE %s AS t SET %s FROM (%s) AS new JOIN pg_temp.emgov_change AS c ON c.n = new.\"#n\" WHERE t.ctid = c.row AND t.tableoid ="
							" c.rel", stage->target->quoted, set.data, stage->rows[1].data);
		stage_run(stage, "SAVEPOINT emgov");
		one = need_format("%s" DONE, sql.data);
		fine = try(stage, one, &failed);
		free(one);
		if (fine)
			stage_run(stage, "RELEASE SAVEPOINT emgov");
		else
		{
			stage_fail_of_all(failed);
			PQclear(failed);
			stage_run(stage, "ROLLBACK TO SAVEPOINT emgov");
			for (int row = 0; row < PQntuples(changes); row++)
			{
				one = need_format("%s AND c.n = %s" DONE, sql.data, PQgetvalue(changes, row, 0));
				if (try(stage, one, &failed))
					stage_run(stage, "RELEASE SAVEPOINT emgov");
				else
				{
					stage_fail_of_all(failed);
					stage_run(stage, "ROLLBACK TO SAVEPOINT emgov");
					stage_run(stage, "RELEASE SAVEPOINT emgov");
					refuse(stage, PQgetvalue(changes, row, 0), failed);
					PQclear(failed);
				}
				stage_run(stage, "SAVEPOINT emgov");
				free(one);
			}
			stage_run(stage, "RELEASE SAVEPOINT emgov");
		}
	}
	PQclear(changes);
	chars_free(&set);
	chars_free(&sql);
}

void
stage_update_children(Stage *stage)
{
	char	   *note = need_format(TEXT("corrected by %s", "按 %s 更正"), stage->options->file), *n = quoted_literal(note);

	if (strcmp(stage->target->table, "accident") == 0)
		stage_update_casualties(stage, n);
	else
	{
		static const char *const amounts[][2] = {{"@fine", "fine"}, {"@confiscated", "confiscation"}};
		Chars		sql = {0};

		for (int i = 0; i < 2; i++)
			if (stage_has(stage, amounts[i][0]))
			{
				stage_run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT i.n, t.number, NULL, '%1$s', y.fine::text, s.\"%1$s\"::text FROM pg_temp.emgov_id AS i"
						   " JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n JOIN @ledger@.penalty AS y ON y.enforcement_case_id = i.id JOIN ONLY @ledger@.enforcement_case AS t ON t.id = i.id"
						   " WHERE i.old AND y.subject_id IS NULL AND y.kind_code = '%2$s' AND y.status = 'valid' AND y.fine <> s.\"%1$s\" ORDER BY i.n LIMIT " MOST_KEPT,
						   amounts[i][0], amounts[i][1]);
				stage_run_format(stage, "WITH u AS (UPDATE @ledger@.penalty AS y SET fine = s.\"%1$s\" FROM pg_temp.emgov_id AS i JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
						   " WHERE i.old AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = i.n) AND y.enforcement_case_id = i.id AND y.subject_id IS NULL AND y.kind_code = '%2$s'"
						   " AND y.status = 'valid' AND s.\"%1$s\" IS NOT NULL AND y.fine <> s.\"%1$s\" RETURNING i.n) INSERT INTO pg_temp.emgov_done SELECT n FROM u", amounts[i][0], amounts[i][1]);
			}
		/* kinds that the case has not yet; what the file no longer names stays, for it may be of somebody else's file */
		add_penalties(stage, &sql);
		stage_run_format(stage, "CREATE TEMP TABLE emgov_want ON COMMIT DROP AS SELECT w.n, w.id, w.kind, w.fine, w.place FROM (%s) AS w JOIN pg_temp.emgov_id AS i ON i.n = w.n WHERE i.old"
				   " AND w.fine IS NOT NULL AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = w.n)"
				   " AND NOT EXISTS (SELECT FROM ONLY @ledger@.penalty AS y WHERE y.enforcement_case_id = w.id AND y.kind_code = w.kind AND y.status = 'valid')", sql.data);
		stage_run(stage, "INSERT INTO @ledger@.penalty (enforcement_case_id, kind_code, fine) SELECT w.id, w.kind, w.fine FROM pg_temp.emgov_want AS w ORDER BY w.id, w.place");
		stage_run(stage, "INSERT INTO pg_temp.emgov_done SELECT w.n FROM pg_temp.emgov_want AS w");
		stage_run(stage, "INSERT INTO pg_temp.emgov_said SELECT w.n, t.number, NULL, '@penalty', NULL, w.kind FROM pg_temp.emgov_want AS w JOIN ONLY @ledger@.enforcement_case AS t ON t.id = w.id"
			" ORDER BY w.n LIMIT " MOST_KEPT);
		chars_free(&sql);
	}
	free(note);
	free(n);
}
