/* ledger.c: what several subcommands ask of the ledger */
#include "ledger.h"

#include "connect.h"
#include "say.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

char *
ledger_moment(const char *as_of)
{
	PGresult   *result;
	char	   *moment;
	bool		day = as_of && strspn(as_of, "0123456789-/.") == strlen(as_of) && strlen(as_of) >= 8;

	if (!as_of)
		return NULL;
	if (day)
		result = db_try("SELECT @ledger@.end_of($1::date)", 1, as_of);
	else
		result = db_try("SELECT $1::timestamptz", 1, as_of);
	if (!db_ok(result))
	{
		const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

		/* what the server cannot read is the caller's */
		if (!state || strncmp(state, "22", 2) != 0)
			db_failed(result);
		say_error(TEXT("--as-of=%s is no moment", "--as-of=%s：不是有效的时点"), as_of);
		say_hint(TEXT("A day, such as 2024-12-19, is the end of that day; or a moment: \"2024-12-19 18:00\".",
					  "可以是一天（如 2024-12-19，指当日结束时），或一个时点（如“2024-12-19 18:00”）。"));
		exit(EXIT_USAGE);
	}
	moment = need_copy(PQgetvalue(result, 0, 0));
	PQclear(result);
	return moment;
}

char *
ledger_report_title(const char *report)
{
	char	   *title = db_value(words_chinese ? "SELECT coalesce(title_zh, code) FROM @ledger@.report WHERE code = $1"
								 : "SELECT coalesce(title_en, title_zh, code) FROM @ledger@.report WHERE code = $1", 1, report);
	char	   *others;

	if (title)
		return title;
	others = db_value("SELECT string_agg(code, ', ' ORDER BY code) FROM @ledger@.report WHERE active", 0);
	say_error(TEXT("there is no report \"%s\"", "没有报告“%s”"), report);
	if (others)
		say_hint(TEXT("There is: %s", "现有报告：%s"), others);
	else
		say_hint(TEXT("There is none yet. One is made with definitions to speak of:  emgov init --packs=accidents,enforcement%s",
					  "尚无报告。载入定义包时可建立第一份：emgov init --packs=accidents,enforcement%s"),
				 same_ledger());
	exit(EXIT_FAILED);
}

char *
ledger_period_name(const char *starts_on, const char *ends_on)
{
	return db_value("SELECT emgov.period_name(daterange($1::date, $2::date), lang => $3)", 3, starts_on, ends_on, words_code());
}

Words
ledger_state(const char *state)
{
	static const struct
	{
		const char *code;
		Words		word;
	}			states[] = {
		{"comparable", {"comparable", "可比"}},
		{"new", {"new: the base is 0", "上期为零，无百分比"}},
		{"none", {"none in both periods", "两期均为零"}},
		{"undefined", {"undefined", "无法计算"}},
		{"no_data", {"no data", "无数据"}},
		{"no_base", {"no base", "无比较基数"}},
		{"not_published", {"its base was not published", "基数未曾发布"}},
		{"not_comparable", {"not comparable", "口径不同，不可比"}},
		{"part_period", {"data of a part of the period", "仅有部分日期的数据"}},
		{"part_members", {"some areas have not reported", "部分地区未报"}},
		{"unversioned", {"its source has no past", "来源没有历史版本"}},
		{"failed", {"failed", "计算失败"}}
	};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(state, states[i].code) == 0)
			return states[i].word;
	return (Words) {state, state};
}

char *
shell_word(const char *text)
{
	char	   *word;
	char	   *to;

	if (*text && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,") == strlen(text))
		return need_copy(text);
	to = word = need(strlen(text) * 4 + 3);
	*to++ = '\'';
	for (; *text; text++)
		if (*text == '\'')
			to = stpcpy(to, "'\\''");
		else
			*to++ = *text;
	*to++ = '\'';
	*to = '\0';
	return word;
}

char *
same_ledger(void)
{
	char	   *base = db_same();
	char	   *name = shell_word(ledger_name);
	bool		usual = strcmp(ledger_name, "ledger") == 0;
	char	   *result = need_format("%s%s%s", base, usual ? "" : " --ledger=", usual ? "" : name);

	free(base);
	free(name);
	return result;
}
