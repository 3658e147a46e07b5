/* command/health.c: emgov health */
#include "command/command.h"

#include "connect.h"
#include "say.h"
#include "table.h"
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *format = "text";
static bool all = false;

static const Option options[] = {
	{0, "format", OPTION_CHOICE, &format, "FORM", {"text (for people), json or prometheus", "text（供人阅读）、json 或 prometheus"}, "text|json|prometheus"},
	{'a', "all", OPTION_FLAG, &all, NULL, {"list each thing, also where many of a kind are well", "逐项列出，即使同类的都正常"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

/* What is looked at, and its words. */
static const struct
{
	const char *what;
	Words		word;
}			subjects[] =
{
	{"publication", {"publication", "发布"}},
	{"coverage", {"coverage", "数据范围"}},
	{"rollup", {"rollup", "汇总表"}},
	{"planner", {"planner", "查询计划"}},
	{"job", {"job", "作业"}},
	{"server", {"server", "服务器"}},
	{"replication", {"replication", "复制"}},
	{"standby", {"standby", "备库"}},
	{"chain", {"chain", "摘要链"}},
	{"disk", {"disk", "磁盘"}}
};

static const char *
subject(const char *what)
{
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
		if (strcmp(subjects[i].what, what) == 0)
			return words(subjects[i].word);
	return what;
}

enum
{
	FEW = 3						/* that are well of a kind are listed each by itself */
};

/* How many of a kind are well. */
static int
wells(const PGresult *result, const char *what)
{
	int			n = 0;

	for (int row = 0; row < PQntuples(result); row++)
		if (strcmp(PQgetvalue(result, row, 0), "ok") == 0 && strcmp(PQgetvalue(result, row, 1), what) == 0)
			n++;
	return n;
}

/* For people: a line a finding, one for many of a kind that are well; with --quiet only of what is not well. Gives whether anything fails. */
static bool
as_text(void)
{
	static const Column columns[] = {{{"state", "状态"}, LEFT}, {{"what", "项目"}, LEFT}, {{"of", "对象"}, LEFT}, {{"finding", "情况"}, LEFT}};
	PGresult   *result = db_query("SELECT state, what, object, detail FROM @ledger@.health($1)", 1, words_code());
	Table	   *table = table_new(columns, 4);
	int			count[3] = {0};
	int			well;			/* of a kind */
	const char *said = NULL;	/* the kind whose line is there */

	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *state = PQgetvalue(result, row, 0);
		int			kind = strcmp(state, "ok") == 0 ? 0 : strcmp(state, "warn") == 0 ? 1 : 2;
		const Colour colour[] = {GREEN, YELLOW, RED};
		const Words word[] = {{"ok", "正常"}, {"warning", "注意"}, {"FAILED", "异常"}};

		count[kind]++;
		if (kind == 0 && say_quiet)
			continue;
		if (kind == 0 && !all && (well = wells(result, PQgetvalue(result, row, 1))) > FEW)
		{
			char	   *several;

			if (said == subject(PQgetvalue(result, row, 1)))
				continue;
			said = subject(PQgetvalue(result, row, 1));
			several = need_format(TEXT("%d of them", "%d项"), well);
			table_cell_in(table, GREEN, words(word[0]));
			table_cell(table, said);
			table_cell(table, several);
			table_cell(table, TEXT("all is well", "均正常"));
			free(several);
			continue;
		}
		table_cell_in(table, colour[kind], words(word[kind]));
		table_cell(table, subject(PQgetvalue(result, row, 1)));
		table_cell(table, PQgetvalue(result, row, 2));
		table_said(table, PQgetvalue(result, row, 3));	/* the message of a job in it is on record in English */
	}
	if (!say_quiet || count[1] + count[2] > 0)
		table_put(table);
	if (!say_quiet)
		put_line(PLAIN, TEXT("\nok %d, warnings %d, failed %d", "\n正常%d项，注意%d项，异常%d项"), count[0], count[1], count[2]);
	PQclear(result);
	return count[2] > 0;
}

static bool
as_json(void)
{
	PGresult   *result = db_query("SELECT jsonb_pretty(jsonb_build_object('ledger', @name@, 'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
								  " 'state', CASE WHEN bool_or(state = 'fail') THEN 'fail' WHEN bool_or(state = 'warn') THEN 'warn' ELSE 'ok' END,"
								  " 'findings', coalesce(jsonb_agg(to_jsonb(h)), '[]'))), coalesce(bool_or(state = 'fail'), false) FROM @ledger@.health($1) AS h", 1, words_code());
	bool		bad = *PQgetvalue(result, 0, 1) == 't';

	printf("%s\n", PQgetvalue(result, 0, 0));
	PQclear(result);
	return bad;
}

/* A label's value: \, " and the line's end are written with a backslash. */
static void
put_label(const char *text)
{
	for (; *text; text++)
		if (*text == '\n')
			fputs("\\n", stdout);
		else
		{
			if (*text == '\\' || *text == '"')
				putchar('\\');
			putchar(*text);
		}
}

/* The text format of Prometheus, version 0.0.4: a gauge a kind of value, and one of the states. */
static bool
as_prometheus(void)
{
	PGresult   *result = db_query("WITH h AS MATERIALIZED (SELECT what, coalesce(object, '') AS object, state, value, coalesce(unit, 'value') AS unit FROM @ledger@.health('en'))"
								  " SELECT 'emgov_health_state' AS metric, what, object, max(array_position('{ok,warn,fail}', state) - 1) AS number, false AS value FROM h GROUP BY what, object"
								  " UNION ALL SELECT 'emgov_' || what || '_' || unit, what, object, max(value), true FROM h WHERE value IS NOT NULL GROUP BY what, unit, object"
								  " ORDER BY value, metric, what, object", 0);
	bool		bad = false;
	const char *last = "";

	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *metric = PQgetvalue(result, row, 0);
		bool		value = *PQgetvalue(result, row, 4) == 't';

		if (!value && strcmp(PQgetvalue(result, row, 3), "2") == 0)
			bad = true;
		if (strcmp(metric, last) != 0)
		{
			if (value)
				printf("# HELP %s The number behind what emgov health says of each %s.\n", metric, PQgetvalue(result, row, 1));
			else
				printf("# HELP %s 0 where all is well, 1 where there is a warning, 2 where something failed.\n", metric);
			printf("# TYPE %s gauge\n", metric);
		}
		printf("%s{ledger=\"", metric);
		put_label(ledger_name);
		fputs("\",what=\"", stdout);
		put_label(PQgetvalue(result, row, 1));
		fputs("\",object=\"", stdout);
		put_label(PQgetvalue(result, row, 2));
		printf("\"} %s\n", PQgetvalue(result, row, 3));
		last = metric;
	}
	PQclear(result);
	return bad;
}

static int
run(int argc, char **argv)
{
	bool		bad;

	(void) argc;
	(void) argv;
	db_ledger();
	if (strcmp(format, "json") == 0)
		bad = as_json();
	else if (strcmp(format, "prometheus") == 0)
		bad = as_prometheus();
	else
		bad = as_text();
	return bad ? EXIT_FOUND : EXIT_FINE;
}

static const char *const examples[] = {
	"emgov health -d bureau",
	"emgov health --quiet || mail -s 'emgov' office@example.org",
	"emgov health --format=prometheus >/var/lib/node_exporter/emgov.prom", NULL
};

const Command command_health = {
	.name = "health",
	.summary = {"Say how the ledger fares: publications, coverage, rollups, jobs, histories.", "查看台账状况：发布、数据范围、汇总表、作业、历史占用。"},
	.about = {"The age of the last publication and whether the chain of hashes is whole; sources whose coverage is behind; rollups that are behind or do not follow; "
			  "jobs that failed or are overdue; the disk that histories take. The exit code is 3 if anything failed. The same rows in SQL: SELECT * FROM ledger.health().",
			  "包括：最近一次发布距今多久、摘要链是否完整；数据范围落后的来源；落后或未跟随的汇总表；失败或逾期的作业；历史版本占用的磁盘。"
			  "有异常时退出码为 3。SQL 中的同样内容：SELECT * FROM ledger.health()。"},
	.examples = examples,
	.options = options,
	.run = run
};
