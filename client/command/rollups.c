/* command/rollups.c: emgov rollups */
#include "command/command.h"

#include "connect.h"
#include "ledger.h"
#include "progress.h"
#include "say.h"
#include "table.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

static bool all = false;

static const Option options[] = {
	{'a', "all", OPTION_FLAG, &all, NULL, {"those of other ledgers, and of none, too", "包括其他台账的，以及不属于台账的"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

/* The rollups that are meant: those named, else all of the ledger (with --all, of the database). */
static TextList
chosen(int argc, char **argv)
{
	TextList	list = {0, NULL};
	PGresult   *result;

	if (argc == 0)
	{
		result = db_query("SELECT rollup::text FROM emgov.rollups WHERE $1::boolean OR ledger = @name@ ORDER BY 1", 1, all ? "true" : "false");
		list.item = need(sizeof *list.item * (size_t) (PQntuples(result) + 1));
		for (; list.count < PQntuples(result); list.count++)
			list.item[list.count] = need_copy(PQgetvalue(result, list.count, 0));
		PQclear(result);
		return list;
	}
	list.item = need(sizeof *list.item * (size_t) argc);
	for (; list.count < argc; list.count++)
	{
		/* with its schema, or without that of the ledger */
		list.item[list.count] = db_value("SELECT rollup::text FROM emgov.rollups WHERE rollup::text IN ($1, quote_ident(@name@) || '.' || $1)", 1, argv[list.count]);
		if (!list.item[list.count])
		{
			say_error(TEXT("there is no rollup \"%s\"", "没有汇总表“%s”"), argv[list.count]);
			say_hint(TEXT("What there is:  emgov rollups --all%s", "全部汇总表：emgov rollups --all%s"), same_ledger());
			exit(EXIT_FAILED);
		}
	}
	return list;
}

static int
list(void)
{
	static const Column columns[] = {
		{{"rollup", "汇总表"}, LEFT}, {{"of", "来源"}, LEFT}, {{"size", "大小"}, RIGHT}, {{"waiting", "待合并"}, RIGHT}, {{"follows", "跟随"}, LEFT}, {{"folded", "上次合并"}, LEFT},
		{{"verified", "上次核验"}, LEFT}, {{"differences", "不符"}, RIGHT}
	};
	PGresult   *result = db_query("SELECT rollup::text, source::text, pg_size_pretty(size), deltas_waiting, CASE WHEN follows THEN $2 ELSE $3 END, to_char(last_fold, 'YYYY-MM-DD HH24:MI'),"
								  " to_char(last_verification, 'YYYY-MM-DD HH24:MI'), last_verification_differences, follows AND coalesce(last_verification_differences, 0) = 0"
								  " FROM emgov.rollups WHERE $1::boolean OR ledger = @name@ ORDER BY 1", 3, all ? "true" : "false", TEXT("yes", "是"), TEXT("NO", "否"));
	Table	   *table = table_new(columns, 8);
	char	   *broken = NULL;	/* the first that is not well */

	for (int row = 0; row < PQntuples(result); row++)
	{
		for (int i = 0; i < 8; i++)
			table_cell(table, PQgetvalue(result, row, i));
		if (*PQgetvalue(result, row, 8) != 't' && !broken)
			broken = shell_word(PQgetvalue(result, row, 0));
	}
	if (PQntuples(result) == 0)
		say(TEXT("There are no rollups.", "没有汇总表。"));
	else
		table_put(table);
	PQclear(result);
	if (broken)
	{
		say_warning(TEXT("a rollup does not follow its table, or differed when it was verified last", "有汇总表未跟随来源表，或上次核验时不符"));
		say_hint(TEXT("How it differs:  emgov rollups verify %s%s", "查看差异：emgov rollups verify %s%s"), broken, same_ledger());
		say_hint(TEXT("Made anew:  emgov rollups rebuild %s%s", "重建：emgov rollups rebuild %s%s"), broken, same_ledger());
		free(broken);
		return EXIT_FOUND;
	}
	return EXIT_FINE;
}

/* What is not alike; gives whether there is any. */
static bool
differs(const char *name)
{
	PGresult   *found = db_query("SELECT side, left(record::text, 500), count(*) OVER () FROM emgov.verify_rollup($1::text) LIMIT 5", 1, name);
	bool		any = PQntuples(found) > 0;

	if (!any)
		put_line(PLAIN, TEXT("%s agrees", "%s 相符"), name);
	else
		put_line(RED, TEXT("%s differs in %s rows", "%s 有%s行不符"), name, PQgetvalue(found, 0, 2));
	for (int row = 0; row < PQntuples(found); row++)
	{
		const char *side = strcmp(PQgetvalue(found, row, 0), "rollup") == 0 ? TEXT("rollup", "汇总表") : TEXT("query", "查询");

		put("  %s  ", side);
		put_wrapped(PQgetvalue(found, row, 1), 4 + width_of(side), 4);
	}
	PQclear(found);
	return any;
}

/* Verify, fold or rebuild each. */
static int
each(const char *action, int argc, char **argv)
{
	TextList	list = chosen(argc, argv);
	int			code = EXIT_FINE;

	if (list.count == 0)
		say(TEXT("There are no rollups.", "没有汇总表。"));
	progress_begin(TEXT("rollups", "汇总表"), (uint64_t) list.count);
	for (int i = 0; i < list.count; i++)
	{
		const char *name = list.item[i];

		if (strcmp(action, "verify") == 0)
		{
			if (differs(name))
				code = EXIT_FOUND;
		}
		else if (strcmp(action, "fold") == 0)
		{
			db_do("CALL emgov.fold_rollup($1::text)", 1, name);
			put_line(PLAIN, TEXT("%s folded", "%s 已合并"), name);
		}
		else
		{
			db_do("CALL emgov.rebuild_rollup($1::text)", 1, name);
			put_line(PLAIN, TEXT("%s rebuilt", "%s 已重建"), name);
		}
		progress_at((uint64_t) i + 1, 0);
	}
	progress_end();
	return code;
}

static int
run(int argc, char **argv)
{
	const char *action = argc > 0 ? argv[0] : "list";

	if (strcmp(action, "list") == 0)
	{
		if (argc > 1)
			return usage_error(TEXT("emgov rollups list takes no names", "emgov rollups list 不带名称"));
		db_ledger();
		return list();
	}
	if (strcmp(action, "rebuild") == 0 && argc < 2 && !all)
		return usage_error(TEXT("emgov rollups rebuild: which? All of them: --all", "emgov rollups rebuild：请写明名称；全部重建：--all"));
	if (strcmp(action, "verify") != 0 && strcmp(action, "fold") != 0 && strcmp(action, "rebuild") != 0)
		return usage_error(TEXT("there is no \"%s\" of rollups", "没有操作“%s”"), action);
	db_ledger();
	return each(action, argc - 1, argv + 1);
}

static const char *const actions[] = {"list", "verify", "fold", "rebuild", NULL};
static const char *const examples[] = {
	"emgov rollups",
	"emgov rollups verify -d bureau",
	"emgov rollups rebuild ledger.accident_daily", NULL
};

const Command command_rollups = {
	.name = "rollups",
	.arguments = "[list | verify [NAME]... | fold [NAME]... | rebuild NAME...]",
	.summary = {"List live rollups; hold them against their tables, fold or rebuild them.", "列出实时汇总表；与来源表核对、合并或重建。"},
	.about = {"list shows how many changes wait to be folded, and whether each rollup follows its table. verify exits with 3 where one differs. Nobody waits while one is verified or folded.",
			  "list 显示待合并的变动数，以及是否跟随来源表。verify 发现不符时退出码为 3。核验与合并期间，他人照常读写。"},
	.examples = examples,
	.options = options,
	.actions = actions,
	.most = -1,
	.run = run
};
