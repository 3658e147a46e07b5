/*
 * writer.c
 *		Definitions by somebody who may write those and nothing else.
 *
 *		writer [-n DEFINITIONS] [-s SEED] [-f FIRST] [-v]
 *
 * Random indicators, rules and templates, hostile ones among them, are written by a role
 * that may only do that.  After each that is taken, an analyst asks for the figures;
 * after some, for all that can be asked, and a publisher publishes.  The canary must stay
 * silent, no server process may die or raise an internal error, and a definition may
 * spoil its own figure, not the others.  The database is the one of victims.sql.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

static const char *const year = "'[2024-01-01,2025-01-01)'";

/* An expression as a literal: harmless, hostile, or none. */
static void
put_text_of(FILE *out, char kind)
{
	char	   *text = NULL;
	size_t		size = 0;
	FILE	   *inner = open_memstream(&text, &size);
	int			chosen = below(10);

	if (chosen < 6)
		put_tame(inner, kind, 3);
	else if (chosen < 9)
		put_expression(inner, 3);
	else
		fputs(hostile_text(), inner);
	fclose(inner);
	put_literal(out, text);
	free(text);
}

static void
put_definition(FILE *out)
{
	static const char *const kinds[] = {"count", "sum", "distinct", "mean", "share", "largest", "streak", "stock", "completion", "planned"};
	static const char *const sources[] = {"odd", "odd", "odd", "odd", "odd", "odd", "ledger.odd", "ledger.odd", "accident", "accident", "accident_fact", "accident", "accident_fact", "trap.v", "trap.t", "shared.open", "pg_class", "pg_authid", "pg_stat_activity", "emgov.rollup", "information_schema.columns", "\"", "a.b.c.d", "*", ""};
	static const char *const codes[] = {"", " + F028", " / 0", ".base", " * 1e", "--", "/**/", " F", "(", ")", ";", " - - 1"};
	int			what = below(20);

	if (what < 13)
	{
		const char *kind = PICK(kinds);
		const char *source = PICK(sources);
		bool		parts = strchr("scp", kind[0]) && strcmp(kind, "count") != 0 && strcmp(kind, "sum") != 0 && strcmp(kind, "streak") != 0;
		static const char *const aggregates[] = {"count", "sum", "distinct"};
		bool		measured = strcmp(kind, "count") != 0;

		fprintf(out, "INSERT INTO ledger.indicator (code, section, name_zh, kind, aggregate, source, date_column, until_column, measure, filter, base_filter, scope, cutoff, unit, definition_zh) VALUES ('G%d', 1, ", below(8));
		put_literal(out, chance(80) ? "名称" : hostile_text());
		fprintf(out, ", '%s', %s%s%s, ", kind, parts ? "'" : "", parts ? PICK(aggregates) : "NULL", parts ? "'" : "");
		put_literal(out, source);
		fprintf(out, ", '%s', %s, ", strcmp(source, "odd") == 0 || strcmp(source, "ledger.odd") == 0 ? chance(95) ? "d" : "m" : "occurred_on",
				strcmp(kind, "stock") == 0 || strcmp(kind, "completion") == 0 || strcmp(kind, "planned") == 0 ? strstr(source, "odd") ? "'d'" : "'occurred_on'" : "NULL");
		if (measured)
			put_text_of(out, chance(70) ? 'n' : 't');
		else
			fputs("NULL", out);
		fputs(", ", out);
		if (chance(80))
			put_text_of(out, 'b');
		else
			fputs(strcmp(kind, "share") == 0 ? "'true'" : "NULL", out);
		fputs(", ", out);
		if (strcmp(kind, "share") == 0 && chance(50))
			put_text_of(out, 'b');
		else
			fputs("NULL", out);
		fprintf(out, ", 'city', '%s', ", strcmp(kind, "stock") == 0 ? "at_date" : "period");
		put_literal(out, chance(80) ? "起" : hostile_text());
		fputs(", ", out);
		put_literal(out, chance(80) ? "释义" : hostile_text());
		fputs(") ON CONFLICT (code) DO UPDATE SET name_zh = excluded.name_zh, kind = excluded.kind, aggregate = excluded.aggregate, source = excluded.source, date_column = excluded.date_column, "
			  "until_column = excluded.until_column, measure = excluded.measure, filter = excluded.filter, base_filter = excluded.base_filter, cutoff = excluded.cutoff, unit = excluded.unit, active = true", out);
	}
	else if (what < 17)
	{
		bool		records = chance(50);

		fprintf(out, "INSERT INTO ledger.check_rule (code, severity, left_side, operator, right_side, source, violation, note_zh) VALUES ('S%d', 'soft', ", below(4));
		if (records)
		{
			fputs("NULL, NULL, NULL, ", out);
			put_literal(out, PICK(sources));
			fputs(", ", out);
			put_text_of(out, 'b');
		}
		else
		{
			fprintf(out, "'F028%s', '<=', ", PICK(codes));
			put_literal(out, chance(50) ? "F029 * 2 + 1" : hostile_text());
			fputs(", NULL, NULL", out);
		}
		fputs(", ", out);
		put_literal(out, hostile_text());
		fputs(") ON CONFLICT (code) DO UPDATE SET left_side = excluded.left_side, operator = excluded.operator, right_side = excluded.right_side, source = excluded.source, violation = excluded.violation, active = true", out);
	}
	else
	{
		fprintf(out, "INSERT INTO ledger.report_paragraph (report, section, ordinal, body) VALUES ('试', 1, %d, ", 9000 + below(4));
		if (chance(50))
			fprintf(out, "'{F028.phrase}' || ");
		put_literal(out, hostile_text());
		fputs(") ON CONFLICT (report, section, ordinal) DO UPDATE SET body = excluded.body", out);
	}
}

/* What the others ask; NULL where the second string is the code of an indicator. */
static const struct
{
	const char *role;
	const char *statement;
}			questions[] = {
	{"guard_analyst", "SELECT * FROM ledger.figures(%s, as_of => clock_timestamp() - interval '1 millisecond')"},
	{"guard_analyst", "SELECT f.* FROM ledger.indicator AS i, ledger.figure_rows(i.code, %s) AS f WHERE i.code ~ '^G' AND i.active"},
	{"guard_analyst", "SELECT * FROM ledger.check_figures(%s)"},
	{"guard_analyst", "SELECT * FROM ledger.report_text('试', %s)"},
	{"guard_publisher", "CALL ledger.publish(period => %s, report => '试')"},
	{"guard_owner", "SELECT * FROM ledger.verify_publication((SELECT max(id) FROM ledger.publication))"},
	{"guard_owner", "SELECT * FROM ledger.restatement((SELECT min(id) FROM ledger.publication))"},
};

#define QUESTIONS ((int) (sizeof(questions) / sizeof(questions[0])))

int
main(int argc, char **argv)
{
	Options		options = {.steps = 1500, .seed = 1};
	PGconn	   *admin;
	Session		writer = {0};
	Session		analyst = {0};
	Session		owner = {0};
	Session		publisher = {0};
	long		taken = 0;
	long		asked = 0;
	long		failed = 0;
	char		statement[1000];

	admin = guard_start(argc, argv, &options);
	/* few figures beside the hostile ones, so that each answer is quick */
	must(admin, "SET ROLE guard_owner; UPDATE ledger.indicator SET active = code IN ('F028', 'F029'); UPDATE ledger.check_rule SET active = false; RESET ROLE");
	session_open(&writer, "guard_writer");
	session_open(&analyst, "guard_analyst");
	session_open(&owner, "guard_owner");
	session_open(&publisher, "guard_publisher");

	for (uint64_t step = options.first; step < options.first + (uint64_t) options.steps; step++)
	{
		char	   *definition = NULL;
		size_t		size = 0;
		FILE	   *out = open_memstream(&definition, &size);
		Outcome		outcome;
		bool		rest;

		random_start(options.seed, step);
		put_definition(out);
		fclose(out);
		if (options.verbose)
			printf("%llu %s\n", (unsigned long long) step, definition);
		outcome = session_run(&writer, definition);
		if (options.verbose && outcome.failed)
			printf("    %s %s\n", outcome.state, outcome.message);
		judge(&writer, step, definition, &outcome);
		if (outcome.lost)
		{
			session_close(&analyst);
			session_open(&analyst, "guard_analyst");
			session_close(&owner);
			session_open(&owner, "guard_owner");
			session_close(&publisher);
			session_open(&publisher, "guard_publisher");
		}
		if (outcome.failed || outcome.lost)
		{
			free(definition);
			continue;
		}
		taken++;
		rest = taken % 10 == 0;
		/* what is published is all that there is */
		if (rest)
			must(admin, "SET ROLE guard_owner; UPDATE ledger.report_figure AS f SET active = i.active FROM ledger.indicator AS i WHERE i.code = f.code AND f.active <> i.active; "
				 "INSERT INTO ledger.report_figure (report, code) SELECT '试', code FROM ledger.indicator WHERE active ON CONFLICT DO NOTHING; RESET ROLE");
		for (int i = -1; i < (rest ? QUESTIONS : 0); i++)
		{
			Session    *asker = i < 0 ? &analyst : strcmp(questions[i].role, "guard_analyst") == 0 ? &analyst : strcmp(questions[i].role, "guard_owner") == 0 ? &owner : &publisher;
			char		told[5000];

			snprintf(statement, sizeof(statement), i < 0 ? "SELECT * FROM ledger.figures(%s)" : questions[i].statement, year);
			outcome = session_run(asker, statement);
			asked++;
			snprintf(told, sizeof(told), "%s  -- after %.3000s", statement, definition);
			/* a definition may take its time */
			if (strcmp(outcome.state, "57014") == 0 || (outcome.cpu > 2 && !outcome.failed))
				outcome.cpu = outcome.elapsed = 0;
			judge(asker, step, told, &outcome);
			/* a wrong template spoils the text, a failed figure its own rows, and both say so */
			if (outcome.failed && !outcome.lost && strcmp(outcome.state, "57014") != 0 && !strstr(outcome.message, "figures that cannot be computed are not published") &&
				!strstr(statement, "report_text") && !strstr(statement, "figure_rows"))
				finding(step, "a definition spoils what others ask", told, &outcome);
			if (outcome.failed)
			{
				failed++;
				if (strstr(statement, "report_text") || strstr(statement, "figure_rows"))
					continue;
				must(admin, "SET ROLE guard_owner; UPDATE ledger.indicator SET active = false WHERE code ~ '^G'; UPDATE ledger.check_rule SET active = false WHERE code ~ '^S'; UPDATE ledger.report_paragraph SET body = 'x' WHERE ordinal >= 9000; RESET ROLE");
				break;
			}
		}
		free(definition);
	}
	if (strcmp(ask(admin, "SELECT is_called FROM guard.sung"), "f") != 0)
		finding(options.first, "the canary was sung", "", NULL);
	printf("guard_writer: seed %llu, %ld definitions, %ld taken, %ld questions, %ld without an answer, %ld findings\n", (unsigned long long) options.seed, options.steps, taken, asked, failed, findings);
	return findings != 0;
}
