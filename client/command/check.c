/* command/check.c: emgov check */
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
static const char *expected = NULL;
static bool all = false;

static const Option options[] = {
	{0, "as-of", OPTION_TEXT, &as_of, "TIME", {"as known at that moment, or by the end of that day (now)", "按此时点（或当日结束时）所掌握的数据；默认为此刻"}, NULL},
	OPTION_UNREACHABLE,
	{'a', "all", OPTION_FLAG, &all, NULL, {"list what holds, too", "也列出成立的核对"}, NULL},
	{0, "hash", OPTION_TEXT, &expected, "HASH", {"of the last publication, as kept outside the database", "最近一次发布的摘要（在数据库之外保存的）"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

/* Every publication that is current: does it come out of the records and definitions that it names, is the chain of hashes whole? */
static int
publications(void)
{
	static const Column columns[] = {
		{{"no.", "编号"}, RIGHT}, {{"report", "报告"}, LEFT}, {{"code", "代码"}, LEFT}, {{"what", "项目"}, LEFT}, {{"published", "已发布"}, LEFT}, {{"recomputed", "重算"}, LEFT}
	};
	PGresult   *result = db_query("SELECT p.id, p.report, p.id = max(p.id) OVER () FROM @ledger@.publication_current AS c JOIN @ledger@.publication AS p ON p.id = c.publication_id ORDER BY p.id", 0);
	Table	   *table = table_new(columns, 6);
	int			differences = 0;

	if (PQntuples(result) == 0)
	{
		char	   *report = db_value("SELECT min(code) FROM @ledger@.report WHERE active", 0);
		char	   *month = db_value("SELECT to_char(now() - interval '1 month', 'YYYY-MM')", 0);

		if (report)
			say(TEXT("Nothing is published. Before a report is:  emgov check %s %s%s", "尚无发布。发布前请用：emgov check %s %s%s"), shell_word(report), month, same_ledger());
		else
			say(TEXT("Nothing is published, and there is no report. A first one:  emgov init --packs=accidents,enforcement%s",
					 "尚无发布，也没有报告。建立第一份：emgov init --packs=accidents,enforcement%s"), same_ledger());
		free(report);
		free(month);
		PQclear(result);
		return EXIT_FINE;
	}
	progress_begin(TEXT("publications", "发布"), (uint64_t) PQntuples(result));
	for (int row = 0; row < PQntuples(result); row++)
	{
		/* in Chinese a column is called as its comment says */
		PGresult   *found = db_query("SELECT v.code, CASE WHEN $3 = 'zh' AND c.said IS NOT NULL THEN coalesce('第' || w.part[2] || '号发布的', '') || c.said ELSE v.what END,"
									 " CASE WHEN v.published ~ $4 THEN trim_scale(v.published::numeric)::text ELSE v.published END,"
									 " CASE WHEN v.recomputed ~ $4 THEN trim_scale(v.recomputed::numeric)::text ELSE v.recomputed END,"
									 " w.part[1] = 'state' FROM @ledger@.verify_publication($1::int, $2) AS v"
									 " CROSS JOIN LATERAL regexp_match(v.what, '^(\\S+)(?: of publication ([0-9]+))?$') AS w (part)"
									 " LEFT JOIN LATERAL (SELECT split_part(col_description(a.attrelid, a.attnum), ' | ', 1) AS said"
									 " FROM pg_attribute AS a JOIN pg_class AS r ON r.oid = a.attrelid WHERE r.relnamespace = quote_ident(@name@)::regnamespace"
									 " AND r.relname = CASE WHEN v.code IS NULL THEN 'publication' ELSE 'publication_figure' END AND a.attname = w.part[1]) AS c ON true",
									 4, PQgetvalue(result, row, 0), *PQgetvalue(result, row, 2) == 't' ? expected : NULL, words_code(), "^-?[0-9]+[.][0-9]*0$");

		for (int i = 0; i < PQntuples(found); i++)
		{
			bool		states = *PQgetvalue(found, i, 4) == 't';

			table_cell(table, PQgetvalue(result, row, 0));
			table_cell(table, PQgetvalue(result, row, 1));
			table_cell(table, PQgetvalue(found, i, 0));
			table_said(table, PQgetvalue(found, i, 1));
			for (int column = 2; column < 4; column++)
				if (states)
					table_cell(table, words(ledger_state(PQgetvalue(found, i, column))));
				else
					table_said(table, PQgetvalue(found, i, column));
			differences++;
		}
		PQclear(found);
		progress_at((uint64_t) row + 1, 0);
	}
	progress_end();
	put_line(PLAIN, TEXT("publications verified: %d; values that differ: %d", "已核验%d次发布；%d处不符"), PQntuples(result), differences);
	if (differences > 0)
	{
		put("\n");
		table_put(table);
	}
	PQclear(result);
	return differences > 0 ? EXIT_FOUND : EXIT_FINE;
}

/* The checks of a period; gives whether a hard one fails. */
static bool
checks(const char *period, const char *moment)
{
	static const Column columns[] = {
		{{"check", "核对"}, LEFT}, {{"state", "结果"}, LEFT}, {{"rule", "规则"}, LEFT}, {{"left", "左"}, RIGHT}, {{"right", "右"}, RIGHT}, {{"records", "记录"}, LEFT}, {{"note", "说明"}, LEFT}
	};
	static const char *const state[] = {"holds", "warns", "fails", "unknown"};
	const Words word[] = {{"holds", "成立"}, {"warns", "提示"}, {"fails", "不成立"}, {"unknown", "无法判断"}};
	const Words many[] = {{"hold", "成立"}, {"warn", "提示"}, {"fail", "不成立"}, {"unknown", "无法判断"}};
	const Colour colour[] = {GREEN, YELLOW, RED, YELLOW};
	/* members of a dimension: in Chinese by its name */
	PGresult   *result = db_query("SELECT CASE WHEN $3 = 'zh' AND d.code IS NOT NULL THEN 'members ' || d.name_zh ELSE c.code END, c.state,"
								  " coalesce(CASE WHEN $3 = 'zh' AND d.code IS NOT NULL THEN replace(c.detail, format('members of %s ', d.code), format('members of %s ', d.name_zh))"
								  " ELSE c.detail END, ''),"
								  " c.left_value, c.right_value,"
								  " array_to_string(c.record_keys[1:5], ', ') || CASE WHEN cardinality(c.record_keys) > 5 THEN ', … ' || cardinality(c.record_keys) ELSE '' END, c.note, c.severity"
								  " FROM @ledger@.check_figures($1::text, $2::timestamptz, $3) AS c LEFT JOIN @ledger@.dimension AS d ON c.code = 'members ' || d.code"
								  " ORDER BY position(c.state IN 'fails warns unknown holds'), c.code COLLATE \"C\"",
								  3, period, moment, words_code());
	Table	   *table = table_new(columns, 7);
	int			count[4] = {0};
	bool		shown = false;
	bool		hard = false;

	for (int row = 0; row < PQntuples(result); row++)
	{
		int			kind = 0;

		while (kind < 3 && strcmp(PQgetvalue(result, row, 1), state[kind]) != 0)
			kind++;
		count[kind]++;
		if (kind == 2 && strcmp(PQgetvalue(result, row, 7), "hard") == 0)
			hard = true;
		if (kind == 0 && !all)
			continue;
		shown = true;
		for (int i = 0; i < 7; i++)
			if (i == 0 || i == 2)
				table_said(table, PQgetvalue(result, row, i));
			else
				table_cell(table, i == 1 ? words(word[kind]) : PQgetvalue(result, row, i));
	}
	put(TEXT("checks: %d", "核对%d项"), PQntuples(result));
	for (int kind = 0, said = 0; kind < 4; kind++)
		if (count[kind] > 0)
		{
			put(said++ ? TEXT(", ", "，") : TEXT("; ", "："));
			put_in(colour[kind], TEXT("%d %s", "%d项%s"), count[kind], words(count[kind] == 1 ? word[kind] : many[kind]));
		}
	put("\n");
	if (shown)
	{
		put("\n");
		table_put(table);
	}
	PQclear(result);
	return hard;
}

/* The figures of a report that have not all their data; gives whether there are any. */
static bool
gaps(const char *report, const char *period, const char *moment)
{
	static const Column columns[] = {
		{{"code", "代码"}, LEFT}, {{"figure", "指标"}, LEFT}, {{"of", "范围"}, LEFT}, {{"from", "起"}, LEFT}, {{"before", "止（不含）"}, LEFT}, {{"state", "状态"}, LEFT},
		{{"missing", "缺"}, LEFT}, {{"reason", "原因"}, LEFT}
	};
	PGresult   *result = db_query("SELECT code, name, CASE WHEN of_member THEN CASE count(*) WHEN 1 THEN min(concat_ws(' ', member_name, member2_name)) ELSE format($5, count(*)) END END,"
								  " starts_on, ends_on, state,"
								  " (SELECT string_agg(coalesce(CASE $4 WHEN 'en' THEN a.name_en END, a.name_zh, m), CASE $4 WHEN 'en' THEN ', ' ELSE '、' END ORDER BY m)"
								  " FROM unnest(missing) AS m LEFT JOIN @ledger@.area AS a ON a.code = m), reason FROM (SELECT *, num_nonnulls(member, member2) > 0 AS of_member"
								  " FROM @ledger@.report_figures($1::text, $2::text, $3::timestamptz, $4)) AS f"
								  " WHERE state IN ('no_data', 'part_period', 'part_members', 'failed') GROUP BY code, name, of_member, starts_on, ends_on, state, missing, reason"
								  " ORDER BY code COLLATE \"C\", starts_on, ends_on, of_member",
								  5, report, period, moment, words_code(), TEXT("%s members", "%s个成员"));
	bool		found = PQntuples(result) > 0;
	Table	   *table;

	if (found)
	{
		put("\n");
		put_line(RED, TEXT("figures of %s without all their data", "%s 中数据不全的数字"), report);
		table = table_new(columns, 8);
		for (int row = 0; row < PQntuples(result); row++)
			for (int i = 0; i < 8; i++)
				if (i == 7)
					table_said(table, PQgetvalue(result, row, i));
				else
					table_cell(table, i == 5 ? words(ledger_state(PQgetvalue(result, row, i))) : PQgetvalue(result, row, i));
		table_put(table);
	}
	PQclear(result);
	return found;
}

static int
run(int argc, char **argv)
{
	char	   *moment;
	bool		bad;

	db_ledger();
	if (argc == 0)
		return publications();
	if (expected)
		return usage_error(TEXT("--hash is of publications: emgov check --hash=…", "--hash 用于核验发布：emgov check --hash=…"));
	moment = ledger_moment(as_of);
	if (argc == 2)
	{
		char	   *title = ledger_report_title(argv[0]);
		char	   *period = db_value("SELECT emgov.period_name(emgov.period($1, s.year_start), lang => $2, year_start => s.year_start) FROM @ledger@.ledger_setting AS s", 2, argv[1], words_code());

		put_line(BOLD, TEXT("%s, %s", "%s，%s"), title, period ? period : argv[1]);
		free(period);
		free(title);
	}
	bad = checks(argv[argc - 1], moment);
	if (argc == 2 && gaps(argv[0], argv[1], moment))
		bad = true;
	free(moment);
	return bad ? EXIT_FOUND : EXIT_FINE;
}

static const char *const examples[] = {
	"emgov check monthly-bulletin 2024-09",
	"emgov check 2024Q3 --all",
	"emgov check --hash=6bf4560b… -d bureau", NULL
};

const Command command_check = {
	.name = "check",
	.arguments = "[[REPORT] PERIOD]",
	.summary = {"Hold the figures of a period against one another, or what is published against its records.", "核对某期各数字间的关系，或核验已发布的内容。"},
	.about = {"With a report also the figures that lack data, as publishing would refuse them. Without an argument every current publication is computed anew from what was known then, "
			  "and the chain of their hashes is followed. The exit code is 3 if a hard check fails, a figure lacks data, or a publication differs.",
			  "指定报告时，同时列出数据不全的数字（发布时会被拒绝）。不带参数时，按当时所掌握的数据重算每一次现行发布，并核验摘要链。硬性核对不成立、数据不全或发布不符时，退出码为 3。"},
	.examples = examples,
	.options = options,
	.most = 2,
	.run = run
};
