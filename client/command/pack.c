/* command/pack.c: emgov pack */
#include "command/command.h"

#include "connect.h"
#include "say.h"
#include "table.h"
#include "task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *output = NULL;

static const Option options[] = {
	{'o', "output", OPTION_TEXT, &output, "FILE", {"of export: write there", "导出时写入此文件"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

enum
{
	LARGEST = 16 * 1024 * 1024	/* of a pack, as the ledger says */
};

/* Packs that are shipped or loaded. */
static int
list(void)
{
	static const Column columns[] = {
		{{"pack", "定义包"}, LEFT}, {{"shipped", "随附版本"}, LEFT}, {{"loaded", "已载入版本"}, LEFT}, {{"rows", "行数"}, RIGHT}, {{"touched", "其中改动"}, RIGHT}, {{"title", "标题"}, LEFT}
	};
	PGresult   *result = db_query("SELECT coalesce(l.name, s.name), s.document->>'version', l.version, l.rows, nullif(l.touched, 0),"
								  " CASE WHEN $1 = 'en' THEN coalesce(l.title_en, s.document->>'title_en', l.title_zh, s.document->>'title_zh') ELSE coalesce(l.title_zh, s.document->>'title_zh') END"
								  " FROM @ledger@.pack_list AS l FULL JOIN emgov.shipped_pack AS s ON s.name = l.name ORDER BY coalesce(l.name, s.name) COLLATE \"C\"", 1, words_code());

	table_put_result(result, columns);
	PQclear(result);
	return EXIT_FINE;
}

/* A file's bytes, or those of standard input for "-", to be freed. */
static char *
read_file(const char *name)
{
	FILE	   *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
	char	   *text = need(LARGEST + 2);
	size_t		length;

	if (!file)
		fail(EXIT_FAILED, TEXT("cannot open %s: %s", "无法打开%s：%s"), name, strerror(errno));
	length = fread(text, 1, LARGEST + 1, file);
	if (ferror(file))
		fail(EXIT_FAILED, TEXT("cannot read %s: %s", "无法读取%s：%s"), name, strerror(errno));
	if (file != stdin)
		fclose(file);
	if (length > LARGEST)
		fail(EXIT_FAILED, TEXT("%s is longer than a pack may be (16 MB)", "%s 超过定义包的上限（16 MB）"), name);
	if (memchr(text, '\0', length))
		fail(EXIT_FAILED, TEXT("%s is no text", "%s 不是文本文件"), name);
	/* without the mark that some editors put first */
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		memmove(text, text + 3, length - 3 + 1);
	return text;
}

/* Is a pack named by its file? */
static bool
is_file(const char *name)
{
	return strcmp(name, "-") == 0 || strchr(name, '/') || (strlen(name) > 5 && strcmp(name + strlen(name) - 5, ".json") == 0);
}

bool
pack_is_there(const char *name)
{
	char	   *shipped;

	if (is_file(name))
	{
		if (strcmp(name, "-") == 0 || access(name, R_OK) == 0)
			return true;
		say_error(TEXT("cannot open %s: %s", "无法打开%s：%s"), name, strerror(errno));
		return false;
	}
	shipped = db_value("SELECT string_agg(name, ', ' ORDER BY name COLLATE \"C\") FROM emgov.shipped_pack HAVING NOT bool_or(name = $1)", 1, name);
	if (!shipped)
		return true;
	say_error(TEXT("no pack \"%s\" is shipped", "没有随附的定义包“%s”"), name);
	say_hint(TEXT("Shipped are: %s. A file is named by its path: ./%s.json", "随附的有：%s。文件请写路径：./%s.json"), shipped, name);
	free(shipped);
	return false;
}

int
pack_load(const char *name)
{
	PGresult   *result;

	if (is_file(name))
	{
		char	   *text = read_file(name);

		result = db_try("CALL @ledger@.load_pack($1::jsonb)", 1, text);
		free(text);
		if (!db_ok(result) && db_state(result, "22P02"))
		{
			const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);

			say_error(TEXT("%s is no JSON", "%s 不是有效的 JSON"), name);
			if (detail)
				say_detail("%s", detail);
			return EXIT_FAILED;
		}
	}
	else
	{
		if (!pack_is_there(name))
			return EXIT_FAILED;
		result = db_try("CALL @ledger@.load_pack($1::text)", 1, name);
	}
	if (!db_ok(result))
		db_failed(result);
	PQclear(result);
	return EXIT_FINE;
}

static int
export(const char *report)
{
	char	   *text = db_value("SELECT jsonb_pretty(@ledger@.export_pack($1))", 1, report);
	FILE	   *file = stdout;

	if (output && strcmp(output, "-") != 0)
	{
		file = fopen(output, "wb");
		if (!file)
			fail(EXIT_FAILED, TEXT("cannot write %s: %s", "无法写入%s：%s"), output, strerror(errno));
	}
	fputs(text ? text : "null", file);
	fputc('\n', file);
	free(text);
	if (file != stdout && fclose(file) != 0)
	{
		say_error(TEXT("cannot write %s: %s", "无法写入%s：%s"), output, strerror(errno));
		unlink(output);
		return EXIT_FAILED;
	}
	return EXIT_FINE;
}

static int
run(int argc, char **argv)
{
	const char *action = argc > 0 ? argv[0] : "list";

	if (strcmp(action, "list") == 0 && argc <= 1)
	{
		db_ledger();
		return list();
	}
	if (argc != 2)
		return usage_error(TEXT("emgov pack %s: of which?", "emgov pack %s：请写明名称"), action);
	if (strcmp(action, "load") == 0)
	{
		db_ledger();
		return pack_load(argv[1]);
	}
	if (strcmp(action, "export") == 0)
	{
		db_ledger();
		return export(argv[1]);
	}
	if (strcmp(action, "unload") == 0)
	{
		db_ledger();
		db_do("CALL @ledger@.unload_pack($1::text)", 1, argv[1]);
		return EXIT_FINE;
	}
	return usage_error(TEXT("there is no \"%s\" of packs", "没有操作“%s”"), action);
}

static const char *const actions[] = {"list", "load", "export", "unload", NULL};
static const char *const examples[] = {
	"emgov pack",
	"emgov pack load accidents-bulletin -d bureau",
	"emgov pack load ./our-report.json",
	"emgov pack export monthly-bulletin -o our-report.json", NULL
};

const Command command_pack = {
	.name = "pack",
	.arguments = "[list | load NAME | load FILE.json | export REPORT | unload NAME]",
	.summary = {"List, load, export and unload packs of definitions.", "列出、载入、导出、卸载定义包（指标、规则、报告）。"},
	.about = {"A shipped pack is named; a file is given by a path, or ends in .json; - is standard input. export writes a report with all that it needs.",
			  "随附的定义包直接写名称；文件写路径，或以 .json 结尾；- 为标准输入。export 导出一份报告及其所需的全部定义。"},
	.examples = examples,
	.options = options,
	.actions = actions,
	.most = 2,
	.run = run
};
