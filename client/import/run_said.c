/*
 * run_said.c
 *		What an import says of the file: what was left out, its own totals, what was corrected and what was not.
 */
#include "run_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "task.h"

#define MOST_NAMED 20

void
say_left_out(Import *import)
{
	for (int kind = ROW_DATA + 1; kind < ROW_KINDS; kind++)
	{
		LeftOut    *out = &import->left_out[kind];
		Chars		list = {0};

		if (out->count == 0)
			continue;
		chars_reset(&list);
		for (long i = 0; i < out->count && i < MOST_LISTED; i++)
			chars_format(&list, "%s%ld", i ? TEXT(", ", "、") : "", out->lines[i]);
		if (out->count > MOST_LISTED)
			chars_format(&list, TEXT(" and %ld more", "等共%ld行"), out->count > MOST_LISTED && !words_chinese ? out->count - MOST_LISTED : out->count);
		say(TEXT("%s: left out: %s (row %s)", "%s：未导入：%s（第%s行）"), import->name, row_kind_name((RowKind) kind), list.data);
		chars_free(&list);
	}
	if (import->layout->helpers_from >= 0)
		say(TEXT("%s: left out: lists beside the table, from column %s", "%s：未导入：表旁的辅助列表，自%s列起"), import->name, column_letters(import->layout->helpers_from));
}

static void
say_total(Import *import, const Total *total, const char *heading, double said, const char *sum)
{
	if (fabs(strtod(sum, NULL) - said) <= fabs(said) * 1e-9 + 1e-9)
		say(TEXT("%s: the total of %s on row %ld is what went in: %s", "%s：%s 的合计（第%ld行）与导入数一致：%s"), import->name, heading, total->line, sum);
	else
		say_warning(TEXT("%s: the total of %s on row %ld is %.15g, and %s went in", "%s：%s 的合计（第%ld行）为 %.15g，导入的是 %s"), import->name, heading, total->line, said, sum);
}

/* The sheet's own totals against what went in. */
void
compare_totals(Import *import, Stage *stage)
{
	Group	   *group = &import->mapping->groups[0];

	for (int i = 0; i < (import->target->reported ? import->mapping->group_count : group->count) && import->total_count > 0; i++)
	{
		const Field *field = import->target->reported ? value_field(import, i) : &group->fields[i];
		char	   *sum = NULL;

		for (int t = 0; t < import->total_count; t++)
		{
			double		said = import->totals[t].said[i];

			if (isnan(said))
				continue;
			if (!sum)
				sum = import->target->reported ? need_format("%.15g", import->sums[i]) : stage_sum(stage, field->target);
			say_total(import, &import->totals[t], field->heading, said, sum ? sum : "0");
		}
		free(sum);
	}
}

/* The heading that a column of the target came from, or what the table calls it. To be freed. */
static char *
heading_from(const Import *import, const char *column)
{
	int			at = target_column(import->target, column);

	for (int g = 0; g < import->mapping->group_count; g++)
		for (int f = 0; f < import->mapping->groups[g].count; f++)
		{
			const Field *field = &import->mapping->groups[g].fields[f];
			const char *name = import->target->columns[field->target].name;

			if (field->column >= 0 && (strcmp(name, column) == 0 || (strcmp(column, "subject_id") == 0 && strcmp(name, "@name") == 0)))
				return need_copy(field->heading);
		}
	return at >= 0 ? column_label(&import->target->columns[at]) : need_copy(column);
}

char *
headings_from(const Import *import, const char *columns)
{
	Chars		list = {0};

	chars_reset(&list);
	while (*columns)
	{
		const char *end = strstr(columns, ", ");
		char	   *one = need_format("%.*s", (int) (end ? end - columns : (long) strlen(columns)), columns), *heading = heading_from(import, one);

		chars_format(&list, "%s%s", list.length ? TEXT(", ", "、") : "", heading);
		free(one);
		free(heading);
		columns += end ? end + 2 - columns : (long) strlen(columns);
	}
	return list.data;
}

/* Whether a word is a name of ours and not one of the language: any in Chinese, in English one with an underscore. */
static char *
word_called(const Import *import, const char *word)
{
	if (!words_chinese && !strchr(word, '_'))
		return NULL;
	if (strcmp(word, import->target->table) == 0)
		return table_label(import->target);
	return target_column(import->target, word) >= 0 ? heading_from(import, word) : NULL;
}

char *
reason_in_words(const Import *import, const char *reason)
{
	static const char *const statements[] = {"（服务器原文", "INSERT INTO", "UPDATE ", "CALL ", "SELECT ", NULL};
	const char *end = reason + strlen(reason);
	Chars		text = {0};

	/* what is to be typed, and the server's own words, stay as they are */
	for (const char *const *statement = statements; *statement; statement++)
	{
		const char *at = strstr(reason, *statement);

		if (at && at < end)
			end = at;
	}
	chars_reset(&text);
	for (const char *s = reason; *s;)
	{
		size_t		length = s < end ? strspn(s, "abcdefghijklmnopqrstuvwxyz_0123456789") : 0;
		const char *close = s < end && starts_with(s, "“") ? strstr(s, "”") : s < end && *s == '"' ? strchr(s + 1, '"') : NULL;

		if (close)
			length = (size_t) (close - s) + 1;
		if (length > 0)
		{
			char	   *word = need_format("%.*s", (int) length, s), *called = close ? NULL : word_called(import, word);

			chars_string(&text, called ? called : word);
			free(called);
			free(word);
			s += length;
		}
		else
			chars_char(&text, *s++);
	}
	return text.data;
}

/* A value as its word: one of a list, yes or no. */
static char *
value_called(const Import *import, const char *column, const char *value)
{
	int			at = target_column(import->target, column);

	if (at >= 0 && import->target->columns[at].value.kind == VALUE_BOOLEAN)
		return need_copy(strcmp(value, "true") == 0 ? TEXT("yes", "是") : TEXT("no", "否"));
	return need_copy(at >= 0 ? choice_word(&import->target->columns[at].value, value) : value);
}

/* "row 5, W-4", or without a number "row 5". */
static char *
row_called(const PGresult *result, int row, const char *comma)
{
	const char *number = PQgetvalue(result, row, 1);
	char	   *plain = harmless(number), *name = need_format(TEXT("row %s%s%s", "第%s行%s%s"), PQgetvalue(result, row, 0), *plain ? comma : "", plain);

	free(plain);
	return name;
}

static void
put_difference(const Import *import, PGresult *result, int row, bool dead)
{
	char	   *name = row_called(result, row, TEXT(", ", "，"));
	const char *column = PQgetvalue(result, row, 3);
	char	   *before = PQgetisnull(result, row, 4) ? need_copy(TEXT("empty", "空")) : value_called(import, column, PQgetvalue(result, row, 4));
	char	   *after = value_called(import, column, PQgetvalue(result, row, 5)), *called = heading_from(import, column);
	char	   *was = harmless(before), *becomes = harmless(after), *heading = harmless(called);

	if (dead)
		put(TEXT("    %s: %s is %s, the file has %s: not applied\n", "    %s：%s 现为 %s，文件中为 %s，未更正\n"), name, heading, was, becomes);
	else
		put(TEXT("    %s: %s was %s, becomes %s\n", "    %s：%s 由 %s 改为 %s\n"), name, heading, was, becomes);
	free(name);
	free(was);
	free(becomes);
	free(heading);
	free(before);
	free(after);
	free(called);
}

void
put_unsaid(const Import *import, long long added)
{
	if (import->area >= 0 && added > 0)
	{
		put(TEXT("  no column is of areas: the %lld new rows have none\n", "  表中没有区域一列：新增的%lld行没有区域\n"), added);
		if (import->area_in_title)
			say_hint(TEXT("\"%s\" stands in its title or name; --set area_code=%s gives it to every row.", "标题或文件名中有“%s”；--set area_code=%s 给每行填上。"),
					 import->area_in_title, import->area_in_title);
		else
			say_hint(TEXT("--set area_code=AREA gives every row a code or a name.", "--set area_code=区域 给每行填上区域的代码或名称。"));
	}
	if (import->area_by_address[0] + import->area_by_address[1] > 0)
		put(TEXT("  areas by the addresses: %lld rows; %lld addresses name none, or several\n", "  按地址认定区域：%lld行；另有%lld行地址中没有区域名称，或不止一个\n"),
			import->area_by_address[1], import->area_by_address[0]);
	if (import->unknown > 0)
	{
		char	   *word = harmless(import->unknown_word), *heading = harmless(import->unknown_heading);

		put(TEXT("  numbers that are not known yet, as \"%s\" (%s), read as empty: %lld\n", "  尚未确定的数（如%2$s“%1$s”）按空值处理：%3$lld处\n"), word, heading, import->unknown);
		free(word);
		free(heading);
	}
}

static const char *
status_called(const char *status)
{
	return strcmp(status, "withdrawn") == 0 ? TEXT("withdrawn", "已撤销") : strcmp(status, "written_off") == 0 ? TEXT("written off", "已核销")
		: strcmp(status, "duplicate") == 0 ? TEXT("a duplicate", "重复") : status;
}

/* Records that count no more: each with its status, and what the file would have corrected. */
void
put_dead(const Import *import, PGresult *result, long long count)
{
	long long	listed = 0;

	if (!result)
		return;
	put(TEXT("  withdrawn, written off or duplicate records are not entered again: %lld rows\n", "  已撤销、核销或重复的记录不再录入，共%lld行：\n"), count);
	for (int row = 0; row < PQntuples(result); row++)
	{
		char	   *name;

		if (!PQgetisnull(result, row, 3))
		{
			put_difference(import, result, row, true);
			continue;
		}
		if (listed == MOST_NAMED)
			break;
		listed++;
		name = row_called(result, row, TEXT(": ", "："));
		put(TEXT("    %s, %s\n", "    %s，%s\n"), name, status_called(PQgetvalue(result, row, 2)));
		free(name);
	}
	if (listed < count)
		put(TEXT("    and %lld more\n", "    另有%lld行\n"), count - listed);
	say_hint(TEXT("One that shall count again is set to status valid in the table; then a corrected file corrects it.", "确应恢复的，请在表中将其状态改为 valid，再导入更正后的文件。"));
	PQclear(result);
}

/* What was corrected, the first of it: number, column, what it was and what it is now. */
void
put_changed(const Import *import, PGresult *result)
{
	if (!result)
		return;
	if (PQntuples(result) > 0)
		put(TEXT("  corrected in the table:\n", "  对已有记录的更正：\n"));
	for (int row = 0; row < PQntuples(result) && row < MOST_NAMED; row++)
		put_difference(import, result, row, false);
	if (PQntuples(result) > MOST_NAMED)
		put(TEXT("    and more: the history of the table has all\n", "    其余更正见该表的历史记录\n"));
	PQclear(result);
}

void
put_beside(const Import *import, PGresult *result, long long filled)
{
	bool		roster = is_roster(import->target);

	if (filled > 0)
		put(TEXT("  casualties that a sheet had only counted, and that are persons of this file now: %lld\n", "  此前仅按人数计入、现由本文件逐人登记的伤亡人员：%lld人\n"), filled);
	if (PQntuples(result) > 0)
		put(roster ? TEXT("  casualties that a sheet counted and that are in no row of this file stay:\n", "  仅按人数计入、本文件中没有对应人员的，予以保留：\n")
			: TEXT("  casualties that came from elsewhere are not touched:\n", "  另行登记的伤亡人员不作更改：\n"));
	for (int row = 0; row < PQntuples(result) && row < MOST_NAMED; row++)
	{
		char	   *name = row_called(result, row, TEXT(", ", "，")), *of = roster ? value_called(import, "outcome", PQgetvalue(result, row, 2)) : heading_from(import, PQgetvalue(result, row, 2));
		char	   *heading = harmless(of);

		if (roster)
			put(TEXT("    %s: %s: %s by name, %s in all\n", "    %s：%s：逐人登记%s人，共计%s人\n"), name, heading, PQgetvalue(result, row, 3), PQgetvalue(result, row, 4));
		else
			put(TEXT("    %s: %s is %s here, and %s in the ledger\n", "    %s：%s 本文件为%s，台账为%s\n"), name, heading, PQgetvalue(result, row, 3), PQgetvalue(result, row, 4));
		free(name);
		free(of);
		free(heading);
	}
	if (PQntuples(result) > MOST_NAMED)
		put(TEXT("    and %d more\n", "    另有%d处\n"), PQntuples(result) - MOST_NAMED);
	PQclear(result);
}

/* A day that new records must have and no heading gives. */
void
say_assumed(const Import *import)
{
	for (int i = 0; i < import->target->count; i++)
	{
		const char *other = assumed_day(import->target, import->target->columns[i].name);
		bool		given = false, there = false, roster = is_day_of_accident(import->target, import->target->columns[i].name);

		for (int f = 0; (other || roster) && f < import->mapping->groups[0].count; f++)
		{
			given = given || import->mapping->groups[0].fields[f].target == i;
			there = there || !other || strcmp(import->target->columns[import->mapping->groups[0].fields[f].target].name, other) == 0;
		}
		if (roster && !given)
			say_warning(TEXT("%s: no heading has the day of death or injury: that of the accident stands in its place, so deaths after the days that count are counted",
							 "%s：没有表头对应死亡（受伤）日期：以事故发生日期代替，计入期限之后的死亡也会计入"), import->name);
		if (other && !given && there)
		{
			char	   *day = column_label(&import->target->columns[i]), *taken = heading_from(import, other);

			say(TEXT("%s: no heading has %s: of new records %s is taken for it", "%s：没有表头对应%s：新记录以%s代替"), import->name, day, taken);
			free(day);
			free(taken);
		}
	}
}

void
say_missing(const Import *import)
{
	const Mapping *mapping = import->mapping;
	const TargetColumn *columns = import->target->columns;
	Chars		said = {0};

	for (int i = 0; i < mapping->missing_count; i++)
	{
		const TargetColumn *column = &columns[mapping->missing[i]];
		char	   *label = column_label(column);

		chars_format(&said, "%s%s", i ? TEXT(", ", "、") : "", column->name);
		if (strcmp(label, column->name) != 0)
			chars_format(&said, TEXT(" (%s)", "（%s）"), label);
		free(label);
	}
	say_error(TEXT("%s: no heading goes into %s, which must have a value", "%s：没有表头对应必填列 %s"), import->name, said.data);
	/* what --set may give them */
	for (int i = 0; i < mapping->missing_count; i++)
	{
		const TargetColumn *column = &columns[mapping->missing[i]];

		chars_reset(&said);
		if (column->value.choice_count <= MOST_SHOWN)
			say_choices(&said, &column->value, "");
		if (said.length)
			say_detail("%s%s%s", column->name, TEXT(": ", " "), said.data + strlen(TEXT("; ", "；")));
	}
	chars_free(&said);
}
