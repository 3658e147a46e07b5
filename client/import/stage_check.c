/*
 * stage_check.c
 *		What the catalog of the server demands, asked of all records at once.
 */
#include "stage_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "say.h"
#include "server_words.h"
#include "task.h"

typedef struct Rules
{
	Chars		test;			/* WHEN … THEN number … */
	Chars		reasons;		/* (number, column, reason), … */
	int			count;
} Rules;

static void
add_rule(Rules *rules, const char *condition, const char *column, const char *reason)
{
	char	   *c = quoted_literal(column), *r = quoted_literal(reason);

	rules->count++;
	chars_format(&rules->test, " WHEN %s THEN %d", condition, rules->count);
	chars_format(&rules->reasons, "%s(%d, %s, %s)", rules->count > 1 ? ", " : "", rules->count, c, r);
	free(c);
	free(r);
}

/* An expression without the types that the server adds to it. To be freed. */
static char *
without_casts(const char *expression)
{
	Chars		text = {0};

	chars_reset(&text);
	for (const char *s = expression; *s;)
		if (starts_with(s, "::"))
		{
			s += 2 + strspn(s + 2, "abcdefghijklmnopqrstuvwxyz_ ");
			s += strspn(s, "[]");
			while (s[-1] == ' ')
				s--;
		}
		else
			chars_char(&text, *s++);
	return text.data;
}

static void
add_catalog_rules(Stage *stage, Rules *rules)
{
	PGresult   *result = db_query("SELECT k.conname, pg_get_expr(k.conbin, k.conrelid), (SELECT string_agg(a.attname, ', ') FROM pg_attribute AS a WHERE a.attrelid ="
						" k.conrelid AND a.attnum = ANY (k.conkey)),"
								  " coalesce(obj_description(k.oid, 'pg_constraint'), '')"
								  "  FROM pg_constraint AS k WHERE k.conrelid = $1::regclass AND k.contype = 'c' ORDER BY cardinality(k.conkey), k.conname", 1, stage->target->quoted);

	for (int row = 0; row < PQntuples(result); row++)
	{
		char	   *condition = need_format("NOT (%s)", PQgetvalue(result, row, 1));
		/* a name of several words says what it demands, another does not */
		const char *rule = PQgetvalue(result, row, strchr(PQgetvalue(result, row, 0), ' ') ? 0 : 1);
		char	   *zh = server_words(rule), *plain = zh ? zh : without_casts(rule);
		/* a comment on it says what is wrong */
		char	   *reason = *PQgetvalue(result, row, 3) ? comment_label(PQgetvalue(result, row, 3), plain) : need_format(TEXT("it breaks the rule: %s", "不符合规则：%s"), plain);

		add_rule(rules, condition, db_field(result, row, 2) ? PQgetvalue(result, row, 2) : "", reason);
		free(condition);
		free(reason);
		free(plain);
	}
	PQclear(result);
	result = db_query("SELECT k.confrelid::regclass::text, r.relname,"
					  " (SELECT string_agg(format('new.%I IS NOT NULL', a.attname), ' AND ') FROM unnest(k.conkey) AS u (n) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.n),"
					  " (SELECT string_agg(format('x.%I = new.%I', b.attname, a.attname), ' AND ') FROM unnest(k.conkey, k.confkey) AS u (n, m) JOIN pg_attribute AS a ON"
						" a.attrelid = k.conrelid AND a.attnum = u.n"
					  "   JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.m),"
					  " array_to_string(k.conkey, ' '),"
					  " (SELECT string_agg(a.attname, ', ' ORDER BY u.i) FROM unnest(k.conkey) WITH ORDINALITY AS u (n, i) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.n),"
					  " coalesce(obj_description(r.oid, 'pg_class'), '')"
					  "  FROM pg_constraint AS k JOIN pg_class AS r ON r.oid = k.confrelid WHERE k.conrelid = $1::regclass AND k.contype = 'f' ORDER BY k.conname", 1, stage->target->quoted);
	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *columns = PQgetvalue(result, row, 4);
		int			at, several = 0;
		const TargetColumn *column = NULL;
		char	   *condition, *reason, *called;
		bool		any = false, looked_up;

		while (next_column(stage->target, &columns, &at))
		{
			several++;
			any = any || (at >= 0 && stage->inserted[at]);
			column = at >= 0 ? &stage->target->columns[at] : NULL;
		}
		looked_up = several == 1 && column &&
			(column->looked_up || column->role == COLUMN_NUMBER || (column->role == COLUMN_SUBJECT && !stage->staged[at]));
		/* what was looked up is there; what is not given cannot be wrong */
		if (!any || looked_up)
			continue;
		condition = need_format("%s AND NOT EXISTS (SELECT FROM %s AS x WHERE %s)", PQgetvalue(result, row, 2), PQgetvalue(result, row, 0), PQgetvalue(result, row, 3));
		called = comment_label(PQgetvalue(result, row, 6), PQgetvalue(result, row, 1));
		reason = need_format(TEXT("there is no such row in %s", "“%s”中没有对应的行"), called);
		free(called);
		add_rule(rules, condition, PQgetvalue(result, row, 5), reason);
		free(condition);
		free(reason);
	}
	PQclear(result);
}

/* Rows for which a trigger that may refuse has its condition met: they are tried one by one. */
static void
find_suspicious(Stage *stage)
{
	PGresult   *result = db_query("SELECT pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid WHERE t.tgrelid = $1::regclass AND NOT t.tgisinternal"
								  " AND t.tgtype & 7 = 7 AND t.tgqual IS NOT NULL AND t.tgenabled IN ('O', 'A') AND p.proname <> 'fold_identifier' ORDER BY t.tgname", 1, stage->target->quoted);
	Chars		sql = {0};

	chars_reset(&sql);
	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *definition = PQgetvalue(result, row, 0), *when = strstr(definition, " WHEN ("), *end = when;

		for (const char *next = when; next && (next = strstr(next, ") EXECUTE ")) != NULL; next++)
			end = next;
		if (when && end > when)
			chars_format(&sql, "%s(%.*s)", sql.length ? " OR " : "", (int) (end - when - 7), when + 7);
	}
	PQclear(result);
	if (sql.length)
		stage_run_format(stage, "INSERT INTO pg_temp.emgov_todo SELECT new.\"#n\" FROM (%s) AS new WHERE (%s) AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\")",
				   stage->rows[0].data, sql.data);
	chars_free(&sql);
}

void
stage_try_casts(Stage *stage)
{
	for (int i = 0; i < stage->target->count; i++)
	{
		const TargetColumn *column = &stage->target->columns[i];
		char	   *name, *literal, *words, *body, *sql;

		if (!stage->staged[i] || !column_needs_cast(column))
			continue;
		name = quoted(column->name);
		literal = quoted_literal(column->name);
		words = quoted_literal(TEXT("%s", "不是该类型的值（服务器原文：%s）"));
		body = need_format("DECLARE r record; w text; BEGIN FOR r IN SELECT DISTINCT s.%1$s AS v FROM pg_temp.emgov_stage AS s WHERE s.%1$s IS NOT NULL LOOP BEGIN PERFORM r.v::%2$s;"
						   " EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS w = MESSAGE_TEXT;"
						   " INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", %3$s, format(%4$s, w), '' FROM pg_temp.emgov_stage AS s WHERE s.%1$s = r.v;"
						   " UPDATE pg_temp.emgov_stage AS s SET %1$s = NULL WHERE s.%1$s = r.v; END; END LOOP; END", name, column->type, literal, words);
		free(literal);
		free(words);
		literal = quoted_literal(body);
		sql = need_format("DO %s", literal);
		stage_run(stage, sql);
		free(sql);
		free(body);
		free(literal);
		free(name);
	}
}

/*
 * A decided case of which the decision is a fine or a confiscation, and nobody says of how much: a penalty must have an amount, and 0 would be
 * one. Not so where the case has that penalty already, for an empty cell says nothing.
 */
static void
check_penalties(Stage *stage)
{
	static const char *const amounts[][2] = {{"@fine", "fine"}, {"@confiscated", "confiscation"}};
	const char *reasons[] = {
		TEXT("the decision is a fine, and its amount is not known: 0 only where it says so (for every row: --set @fine=0)",
			 "处罚决定中有罚款，而罚款金额不明：决定书确为0元的请填0（整表可用 --set @fine=0）"),
		TEXT("the decision is a confiscation, and its amount is not known: 0 only where nothing of money was taken (for every row: --set @confiscated=0)",
			 "处罚决定中有没收，而没收金额不明：没收物未计金额的请填0（整表可用 --set @confiscated=0）")
	};
	bool		decided = stage_has(stage, "decided_on");

	for (int i = 0; i < 2; i++)
	{
		bool		given = stage_has(stage, amounts[i][0]);
		char	   *sql = need_format("INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", '%1$s', $1, '' FROM pg_temp.emgov_stage AS s LEFT JOIN pg_temp.emgov_id AS i ON i.n = s.\"#n\""
									  "  LEFT JOIN ONLY @ledger@.enforcement_case AS t ON t.id = i.id"
									  " WHERE '%2$s' = ANY (string_to_array(s.\"@penalty\", ',')) AND %3$s IS NULL AND %4$s IS NOT NULL"
									  " AND NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = s.\"#n\" AND m.status IS NOT NULL)"
									  " AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = s.\"#n\")"
									  " AND NOT EXISTS (SELECT FROM ONLY @ledger@.penalty AS y WHERE y.enforcement_case_id = i.id AND y.kind_code = '%2$s' AND y.status = 'valid')",
									  given ? amounts[i][0] : "", amounts[i][1], !given ? "NULL::numeric" : i == 0 ? "s.\"@fine\"" : "s.\"@confiscated\"",
									  decided ? "coalesce(s.decided_on, t.decided_on)" : "t.decided_on");

		db_do(sql, 1, reasons[i]);
		free(sql);
	}
}

void
stage_check_rows(Stage *stage)
{
	Rules		rules = {0};

	chars_reset(&rules.test);
	chars_reset(&rules.reasons);
	for (int i = 0; i < stage->target->count; i++)
	{
		const TargetColumn *column = &stage->target->columns[i];
		char	   *name = quoted(column->name);
		char	   *condition;

		if (column->role == COLUMN_NUMBER && stage->staged[i])
		{
			char	   *comment = db_value("SELECT obj_description($1::regclass, 'pg_class')", 1, column->reference), *called = comment_label(comment ? comment : "", column->reference_table);
			char	   *reason = need_format(TEXT("no record of %s has this number", "“%s”中没有此编号的记录"), called);

			condition = need_format("new.%s IS NULL AND new.\"#n\" IN (SELECT s.\"#n\" FROM pg_temp.emgov_stage AS s WHERE s.%s IS NOT NULL)", name, name);
			add_rule(&rules, condition, column->name, reason);
			free(condition);
			free(reason);
			free(comment);
			free(called);
		}
		if (column->not_null && column->role != COLUMN_MADE && !column->identity && !column->generated && (stage->inserted[i] || !column->default_expression) &&
			!(stage->target->in_ledger && strcmp(column->name, "received") == 0))
		{
			condition = need_format("new.%s IS NULL", name);
			add_rule(&rules, condition, column->role == COLUMN_SUBJECT && stage->has_name ? "@name" : column->name, MUST_HAVE_VALUE);
			free(condition);
		}
		if (stage->target->in_ledger && strcmp(stage->target->table, "subject") == 0 && strcmp(column->name, "uscc") == 0 && stage->inserted[i])
			add_rule(&rules, "emgov.uscc_problem(new.uscc) IS NOT NULL AND NOT EXISTS (SELECT FROM ONLY @ledger@.uscc_exception AS x WHERE x.uscc = new.uscc)", "uscc",
					 TEXT("it is no valid credit code", "统一社会信用代码校验不符"));
		free(name);
	}
	add_catalog_rules(stage, &rules);
	if (rules.count > 0)
		stage_run_format(stage, "INSERT INTO pg_temp.emgov_reject SELECT b.n, v.col, v.reason, '' FROM (SELECT new.\"#n\" AS n, CASE%s END AS rule FROM (%s) AS new WHERE %s) AS b"
				   " JOIN (VALUES %s) AS v (rule, col, reason) ON v.rule = b.rule WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = b.n)",
				   rules.test.data, stage->rows[0].data, "NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = new.\"#n\")", rules.reasons.data);
	chars_free(&rules.test);
	chars_free(&rules.reasons);
	if (stage->children && stage_has(stage, "@penalty"))
		check_penalties(stage);
	find_suspicious(stage);
}
