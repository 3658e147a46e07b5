/* command/restate.c: emgov restate */
#include "command/command.h"

#include "connect.h"
#include "ledger.h"
#include "progress.h"
#include "say.h"
#include "table.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

static const char *as_of = NULL;
static const char *code = NULL;
static long limit = 50;

static const Option options[] = {
	{0, "as-of", OPTION_TEXT, &as_of, "TIME", {"said with what was known at that moment, or by the end of that day (now)", "按此时点（或当日结束时）所掌握的数据；默认为此刻"}, NULL},
	OPTION_UNREACHABLE,
	{0, "code", OPTION_TEXT, &code, "CODE", {"only the records of this figure", "只列此指标的记录"}, NULL},
	{'n', "limit", OPTION_COUNT, &limit, "N", {"at most so many records; 0: all (50)", "最多列出的记录数；0 为全部（默认 50）"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

/* Every current publication, and how many lines of it would be said otherwise. */
static int
list(void)
{
	static const Column columns[] = {
		{{"no.", "编号"}, RIGHT}, {{"report", "报告"}, LEFT}, {{"period", "统计期"}, LEFT}, {{"published", "发布时间"}, LEFT}, {{"changed", "现有变动"}, RIGHT}
	};
	PGresult   *result = db_query("SELECT p.id, p.report, emgov.period_name(daterange(p.starts_on, p.ends_on), lang => $1), to_char(p.published_at, 'YYYY-MM-DD HH24:MI')"
								  " FROM @ledger@.publication_current AS c JOIN @ledger@.publication AS p ON p.id = c.publication_id ORDER BY p.id", 1, words_code());
	Table	   *table = table_new(columns, 5);
	char	   *moment = ledger_moment(as_of);

	progress_begin(TEXT("publications", "发布"), (uint64_t) PQntuples(result));
	for (int row = 0; row < PQntuples(result); row++)
	{
		char	   *lines = db_value("SELECT count(*) FROM @ledger@.restatement($1::int, $2::timestamptz)", 2, PQgetvalue(result, row, 0), moment);

		for (int i = 0; i < 4; i++)
			table_cell(table, PQgetvalue(result, row, i));
		table_cell(table, lines);
		free(lines);
		progress_at((uint64_t) row + 1, 0);
	}
	progress_end();
	if (PQntuples(result) == 0)
		say(TEXT("Nothing is published.", "尚无发布。"));
	else
		table_put(table);
	PQclear(result);
	free(moment);
	return EXIT_FINE;
}

/* A key of several columns, [1032, "2026-10-05"], without what is there for machines. */
#define KEY "CASE WHEN r.record_key ~ '^\\[.*\\]$' THEN replace(regexp_replace(substr(r.record_key, 2, length(r.record_key) - 2), '\"((?:[^\"\\\\]|\\\\.)*)\"', '\\1', 'g')," \
	" ', ', CASE $4 WHEN 'en' THEN ', ' ELSE '，' END) ELSE r.record_key END"

/* What a person knows a record by: its number, its day, its area, its enterprise, but no person's name; of one without a number its key as well. */
#define RECORD "(SELECT concat_ws(' ', x.record->>'number', x.record->>d.date_column, coalesce(CASE WHEN $4 = 'en' THEN a.name_en END, a.name_zh), s.name)" \
	" || CASE WHEN x.record->>'number' IS NULL AND (d.kind <> 'reported' OR a.code IS NULL) THEN format(' #%s', " KEY ") ELSE '' END" \
	" FROM (SELECT coalesce(r.record_now, r.record_then) AS record) AS x LEFT JOIN @ledger@.indicator AS d ON d.code = r.code" \
	" LEFT JOIN @ledger@.area AS a ON a.code = x.record->>CASE d.kind WHEN 'reported' THEN 'member' ELSE 'area_code' END LEFT JOIN @ledger@.subject AS s ON s.kind <> 'person'" \
	" AND s.id = CASE WHEN x.record->>'subject_id' ~ '^[0-9]{1,18}$' THEN (x.record->>'subject_id')::bigint END)"

/* What a member is called in place 1 or 2 of its dimensions, as they were on the last day that is spoken of; else as it was published, else its code. */
#define MEMBER(code, place, published) "CASE " code " WHEN '' THEN CASE $3 WHEN 'en' THEN 'not stated' ELSE '未注明' END ELSE coalesce((SELECT CASE WHEN $3 = 'en' THEN n.name_en ELSE n.name_zh END" \
	" FROM named AS n WHERE n.dimension = r.dimension AND n.place = " place " AND n.member = " code "), f." published ", " code ") END"

/* A base, and the unit of a number that is not in the words' scale: 万元 is said, and the number is of 元. */
#define UNIT "CASE WHEN d.scale <> 'none' THEN coalesce(CASE WHEN $3 = 'en' THEN ' ' || d.unit_en END, d.unit, '') ELSE '' END"
#define BASE(value) "coalesce(CASE $3 WHEN 'en' THEN 'base ' ELSE '基数' END || " value " || " UNIT ", '—')"

/* The records that moved the figures, each with why. */
static void
records(const char *id, const char *moment)
{
	static const Column columns[] = {
		{{"code", "代码"}, LEFT}, {{"record", "记录"}, LEFT}, {{"period", "统计期"}, LEFT}, {{"then", "当时"}, RIGHT}, {{"now", "现在"}, RIGHT}, {{"change", "变动"}, RIGHT}, {{"why", "原因"}, LEFT}
	};
	char	   *most = limit > 0 ? need_format("%ld", limit) : NULL;
	PGresult   *result = db_query("SELECT r.code || CASE WHEN r.part = 'numerator' THEN '' WHEN $4 = 'en' THEN ' ' || r.part"
								  " ELSE ' ' || replace(replace(replace(replace(r.part, 'numerator', '分子'), 'denominator', '分母'), 'base', '基数'), 'by', '比较数') END,"
								  " " RECORD ", emgov.period_name(daterange(r.starts_on, r.ends_on), lang => $4), r.amount_then, r.amount_now, r.difference, r.why,"
								  " count(*) OVER () FROM @ledger@.restatement_rows($1::int, $2::timestamptz, $3, $4) AS r LIMIT $5::bigint", 5, id, moment, code, words_code(), most);
	Table	   *table;
	long		all;

	if (PQntuples(result) > 0)
	{
		put_in(BOLD, TEXT("\nThe records\n", "\n相关记录\n"));
		table = table_new(columns, 7);
		for (int row = 0; row < PQntuples(result); row++)
			for (int i = 0; i < 7; i++)
				table_cell(table, PQgetvalue(result, row, i));
		table_put(table);
		all = strtol(PQgetvalue(result, 0, 7), NULL, 10);
		if (all > PQntuples(result))
			put_line(PLAIN, TEXT("… and %ld more; all: --limit=0", "……另有%ld条；全部列出：--limit=0"), all - PQntuples(result));
	}
	PQclear(result);
	free(most);
}

static int
run(int argc, char **argv)
{
	static const Column columns[] = {
		{{"code", "代码"}, LEFT}, {{"figure", "指标"}, LEFT}, {{"of", "范围"}, LEFT}, {{"period", "统计期"}, LEFT}, {{"published", "原表述"}, LEFT}, {{"now", "现表述"}, LEFT},
		{{"change", "变动"}, RIGHT}, {{"why", "原因"}, LEFT}
	};
	char	   *id;
	char	   *moment;
	char	   *name;
	char	   *title;
	PGresult   *result;
	PGresult   *lines;

	db_ledger();
	if (argc == 0)
		return list();
	if (argc == 1)
	{
		if (strspn(argv[0], "0123456789") != strlen(argv[0]) || strlen(argv[0]) > 9)
			return usage_error(TEXT("\"%s\" is no number of a publication; emgov restate lists them", "“%s”不是发布编号；emgov restate 可列出全部"), argv[0]);
		id = need_copy(argv[0]);
	}
	else
	{
		free(ledger_report_title(argv[0]));
		id = db_value("SELECT c.publication_id FROM @ledger@.publication_current AS c WHERE c.report = $1 AND daterange(c.period_start, c.period_end, '[]') = emgov.period($2)"
					  " OR c.report = $1 AND daterange(c.period_start, c.period_end) = emgov.period($2) ORDER BY 1 DESC LIMIT 1", 2, argv[0], argv[1]);
		if (!id)
		{
			say_error(TEXT("%s is not published for %s", "%s 的 %s 尚未发布"), argv[0], argv[1]);
			say_hint(TEXT("What is:  emgov restate%s", "已发布的：emgov restate%s"), same_ledger());
			return EXIT_FAILED;
		}
	}
	moment = ledger_moment(as_of);
	result = db_query("SELECT p.report, p.starts_on, p.ends_on, to_char(p.published_at, 'YYYY-MM-DD HH24:MI'), p.published_by FROM @ledger@.publication AS p WHERE p.id = $1::int", 1, id);
	if (PQntuples(result) == 0)
	{
		say_error(TEXT("there is no publication %s", "没有第%s号发布"), id);
		say_hint(TEXT("What is:  emgov restate%s", "已发布的：emgov restate%s"), same_ledger());
		return EXIT_FAILED;
	}
	title = ledger_report_title(PQgetvalue(result, 0, 0));
	name = ledger_period_name(PQgetvalue(result, 0, 1), PQgetvalue(result, 0, 2));
	lines = db_query("WITH r AS MATERIALIZED (SELECT * FROM @ledger@.restatement($1::int, $2::timestamptz, $3) WITH ORDINALITY),"
					 " named AS MATERIALIZED (SELECT d.dimension, n.* FROM (SELECT x.dimension, max(x.ends_on) - 1 AS day FROM r AS x WHERE x.member IS NOT NULL GROUP BY 1) AS d"
					 " CROSS JOIN LATERAL emgov_internal.member_names(@name@::regnamespace, d.dimension, d.day, $2::timestamptz) AS n)"
					 " SELECT r.code, r.name, concat_ws(' ', " MEMBER("r.member", "1", "member_name") ", " MEMBER("r.member2", "2", "member2_name") "), emgov.period_name(daterange(r.starts_on, r.ends_on), lang => $3),"
					 " CASE WHEN r.what = 'value' THEN r.phrase ELSE " BASE("r.published") " END, CASE WHEN r.what = 'value' THEN r.phrase_now ELSE " BASE("r.value_now") " END,"
					 " r.difference || " UNIT ", r.why FROM r LEFT JOIN @ledger@.indicator AS d ON d.code = r.code"
					 " LEFT JOIN @ledger@.publication_figure AS f ON r.member IS NOT NULL AND f.publication_id = $1::int AND f.code = r.code AND f.starts_on = r.starts_on AND f.ends_on = r.ends_on"
					 " AND f.comparator = r.comparator AND f.dimension = r.dimension AND f.member = r.member AND f.member2 = coalesce(r.member2, '') ORDER BY r.ordinality", 3, id, moment, words_code());
	put_line(BOLD, TEXT("Publication %s: %s, %s", "第%s号发布：%s，%s"), id, title, name);
	put_line(PLAIN, TEXT("published %s by %s; lines that would be said otherwise now: %d", "%s由%s发布；现有%d处变动"), PQgetvalue(result, 0, 3), PQgetvalue(result, 0, 4), PQntuples(lines));
	if (PQntuples(lines) > 0)
	{
		put("\n");
		table_put_result(lines, columns);
		records(id, moment);
	}
	PQclear(lines);
	PQclear(result);
	free(moment);
	free(title);
	free(name);
	free(id);
	return EXIT_FINE;
}

static const char *const examples[] = {
	"emgov restate",
	"emgov restate 1 --limit=0 -d bureau",
	"emgov restate monthly-bulletin 2024-09", NULL
};

const Command command_restate = {
	.name = "restate",
	.arguments = "[ID | REPORT PERIOD]",
	.summary = {"Say what a publication would say otherwise now, and because of which records.", "列出某次发布现在会有哪些变动，以及因哪些记录而变。"},
	.about = {"A line a figure, then the records. Without an argument: every current publication, and how much of it has changed.",
			  "先列指标，一项一行；再列记录。不带参数时，列出全部现行发布及其变动数。"},
	.examples = examples,
	.options = options,
	.most = 2,
	.run = run
};
