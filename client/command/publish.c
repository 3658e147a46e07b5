/* command/publish.c: emgov publish */
#include "command/command.h"

#include "connect.h"
#include "ledger.h"
#include "say.h"
#include "table.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

static const char *as_of = NULL;
static bool allow_gaps = false;
static const char *force_reason = NULL;
static bool approve = false;

static const Option options[] = {
	{0, "as-of", OPTION_TEXT, &as_of, "TIME", {"as known at that moment, or by the end of that day (now)", "按此时点（或当日结束时）所掌握的数据；默认为此刻"}, NULL},
	OPTION_UNREACHABLE,
	{0, "allow-gaps", OPTION_FLAG, &allow_gaps, NULL, {"also figures without all their data; the publication says so", "数据不全也发布；发布中注明"}, NULL},
	{0, "force-reason", OPTION_TEXT, &force_reason, "TEXT", {"publish although checks fail, and why; the publication says so", "核对未通过仍发布的理由；发布中注明"}, NULL},
	{0, "approve", OPTION_FLAG, &approve, NULL, {"approve it, for somebody else to publish", "只作批准，由他人发布"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

/* Why nothing was published; gives the exit code. */
static int
refused(const PGresult *result, const char *report, const char *period)
{
	const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
	char	   *word[2] = {shell_word(report), shell_word(period)};
	char	   *same = same_ledger();
	int			code = EXIT_FAILED;

	if (hint && strstr(hint, "allow_gaps =>"))
	{
		code = EXIT_FOUND;
		db_say_error(result, TEXT("Enter what is missing, or publish it so, which is printed:  emgov publish %s %s --allow-gaps%s%s",
								  "请补录缺少的数据；或照此发布（发布中注明）：emgov publish %s %s --allow-gaps%s%s"), word[0], word[1],
					 db_unreachable && strcmp(db_unreachable, "missing") == 0 ? " --unreachable=missing" : "", same);
	}
	else if (hint && strstr(hint, "force_reason =>"))
	{
		code = EXIT_FOUND;
		db_say_error(result, TEXT("Correct the records or the rules (emgov check %s %s%s), or publish it in spite of them, which is printed:  --force-reason='why'",
								  "请更正记录或规则（emgov check %s %s%s）；或注明理由仍予发布：--force-reason='理由'"), word[0], word[1], same);
	}
	else if (hint && strstr(hint, ".approve("))
		db_say_error(result, TEXT("A user who has not declared what its records cover:  emgov publish %s %s --approve%s",
								  "由未申报数据范围的用户批准：emgov publish %s %s --approve%s"), word[0], word[1], same);
	else
		db_failed(result);
	free(word[0]);
	free(word[1]);
	free(same);
	return code;
}

static void
show(const char *id)
{
	static const Column columns[] = {
		{{"code", "代码"}, LEFT}, {{"figure", "指标"}, LEFT}, {{"period", "统计期"}, LEFT}, {{"said", "表述"}, LEFT}, {{"state", "状态"}, LEFT}
	};
	PGresult   *figures;
	Table	   *table;
	char	   *others;

	figures = db_query("SELECT f.code, CASE WHEN $2 = 'en' AND i.name_en IS NOT NULL THEN i.name_en ELSE f.name_zh END,"
					   " emgov.period_name(daterange(f.starts_on, f.ends_on), lang => $2), coalesce(f.phrase, '—'),"
					   " CASE WHEN f.state IN ('comparable', 'new', 'none') OR (f.state = 'no_base' AND f.definition->>'comparator' = 'none') THEN '' ELSE f.state END"
					   " FROM @ledger@.publication_figure AS f LEFT JOIN @ledger@.indicator AS i ON i.code = f.code"
					   " WHERE f.publication_id = $1::int AND f.dimension = '' ORDER BY f.code COLLATE \"C\", f.starts_on, f.ends_on", 2, id, TEXT("en", "zh"));
	put("\n");
	table = table_new(columns, 5);
	for (int row = 0; row < PQntuples(figures); row++)
		for (int i = 0; i < 5; i++)
			table_cell(table, i == 4 ? words(ledger_state(PQgetvalue(figures, row, i))) : PQgetvalue(figures, row, i));
	table_put(table);
	PQclear(figures);
	others = db_value("SELECT nullif(count(*), 0) FROM @ledger@.publication_figure WHERE publication_id = $1::int AND dimension <> ''", 1, id);
	if (others)
		put_line(PLAIN, TEXT("and %s figures of areas, categories and the like", "另有分区域、分类别等数字%s个"), others);
	free(others);
}

static int
run(int argc, char **argv)
{
	const char *report = argv[0];
	const char *period = argv[1];
	char	   *title;
	char	   *moment;
	PGresult   *result;
	PGresult   *made;
	char	   *id;
	char	   *name;

	(void) argc;
	if (force_reason && strspn(force_reason, " \t\n") == strlen(force_reason))
		return usage_error(TEXT("--force-reason: why?", "--force-reason：请写明理由"));
	db_ledger();
	title = ledger_report_title(report);
	if (approve)
	{
		db_do("CALL @ledger@.approve($1::text, $2::text)", 2, report, period);
		put_line(PLAIN, TEXT("%s (%s) for %s is approved.", "%s（%s）%s已批准。"), title, report, period);
		free(title);
		return EXIT_FINE;
	}
	moment = ledger_moment(as_of);
	result = db_try("CALL @ledger@.publish($1::text, $2::text, $3::timestamptz, $4::boolean, $5::text)", 5, report, period, moment, allow_gaps ? "true" : "false", force_reason);
	free(moment);
	if (!db_ok(result))
		return refused(result, report, period);
	id = need_copy(PQgetvalue(result, 0, 0));
	made = db_query("SELECT starts_on, ends_on, to_char(as_of, 'YYYY-MM-DD HH24:MI'), hash, array_to_string(failed_checks, ', '), force_reason,"
					" (SELECT count(*) FROM @ledger@.publication_figure AS f WHERE f.publication_id = p.id) FROM @ledger@.publication AS p WHERE id = $1::int", 1, id);
	if (PQntuples(made) != 1)
		fail(EXIT_FAILED, TEXT("publication %s cannot be read back", "无法读回第%s号发布"), id);
	name = ledger_period_name(PQgetvalue(made, 0, 0), PQgetvalue(made, 0, 1));
	put_line(BOLD, TEXT("Publication %s: %s, %s", "第%s号发布：%s，%s"), id, title, name);
	put_line(PLAIN, TEXT("as known at %s; %s figures", "数据截至%s；数字%s个"), PQgetvalue(made, 0, 2), PQgetvalue(made, 0, 6));
	put_line(PLAIN, TEXT("hash %s", "摘要 %s"), PQgetvalue(made, 0, 3));
	if (!PQgetisnull(made, 0, 4))
		put_line(YELLOW, TEXT("in spite of failed checks: %s (%s)", "核对未通过：%s（理由：%s）"), PQgetvalue(made, 0, 4), PQgetvalue(made, 0, 5));
	show(id);
	say(TEXT("Keep the hash outside the database: emgov check holds every publication against it.", "请在数据库之外保存摘要，日后据此核验。"));
	PQclear(made);
	PQclear(result);
	free(name);
	free(id);
	free(title);
	return EXIT_FINE;
}

static const char *const examples[] = {
	"emgov publish monthly-bulletin 2024-09",
	"emgov publish monthly-bulletin 2024-09 --as-of='2024-10-15 18:00' -d bureau", NULL
};

const Command command_publish = {
	.name = "publish",
	.arguments = "REPORT PERIOD",
	.summary = {"Freeze the figures and the text of a report for a period.", "发布一份报告某期的数字与正文，此后不可更改。"},
	.about = {"PERIOD is as people write it: 2024, 2024-09, 2024Q3, 2024H1, 2024-01..2024-07, 2024-01-01..12-19. "
			  "A report whose checks fail, or with figures that lack data, is not published unless told; then the exit code is 3.",
			  "统计期的写法：2024、2024-09、2024Q3、2024H1、2024-01..2024-07、2024年1—7月、2024-01-01..12-19。核对未通过或数据不全时不予发布（退出码 3），除非另行指明。"},
	.examples = examples,
	.options = options,
	.least = 2,
	.most = 2,
	.run = run
};
