/*
 * template.c
 *		An .xlsx to be filled in for a table: headings, what is mandatory, lists to choose from, an example row.
 *
 * What it is headed by is what import knows the columns by, so that what is filled in goes in without a question. The
 * example is in a row that says so, and is left out.
 */
#include "template.h"

#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "say.h"
#include "task.h"
#include "words.h"

#define FIRST_ROW 1				/* below the headings */
#define LAST_ROW 5000
#define MOST_CHOICES 2000

typedef struct Sheet
{
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_worksheet *lists;		/* hidden: what there is to choose from */
	int			column;
	int			list_column;
	lxw_format *heading;
	lxw_format *mandatory;
	lxw_format *text;
	lxw_format *day;
	lxw_format *example;
} Sheet;

/* The Chinese or English part of a comment, up to its first mark: what a column is called. To be freed. */
static char *
called(const TargetColumn *column)
{
	static const char *const marks[] = {"：", "，", "；", "。", ":", ",", ";", "（", " (", NULL};
	const char *bar = strstr(column->comment, " | ");
	const char *from = !words_chinese && bar ? bar + 3 : column->comment;
	size_t		length = words_chinese && bar ? (size_t) (bar - from) : strlen(from);
	char	   *name;

	if (length == 0)
		return need_copy(column->name);
	for (const char *const *mark = marks; *mark; mark++)
	{
		const char *at = strstr(from, *mark);

		if (at && at > from && (size_t) (at - from) < length)
			length = (size_t) (at - from);
	}
	name = need(length + 1);
	memcpy(name, from, length);
	return name;
}

static bool
has_chinese(const char *word)
{
	for (; *word; word++)
		if ((unsigned char) *word >= 0xE3)
			return true;
	return false;
}

/* One word for each value, in the language in use where there is one. */
static int
choices_of(const TargetColumn *column, const char **list)
{
	const ValueType *type = &column->value;
	int			n = 0;

	for (int i = 0; i < type->term_count && n < MOST_CHOICES; i++)
	{
		const char *best = type->terms[i].word;
		bool		first = type->terms[i].value[0] != '\0';

		for (int j = 0; j < type->term_count && first; j++)
		{
			if (strcmp(type->terms[j].value, type->terms[i].value) != 0)
				continue;
			if (j < i)
				first = false;
			/* the longest that is no code tells most */
			else if (has_chinese(type->terms[j].word) == words_chinese &&
					 (has_chinese(best) != words_chinese || strcmp(best, type->terms[i].value) == 0 || strlen(type->terms[j].word) > strlen(best)))
				best = type->terms[j].word;
		}
		if (first)
			list[n++] = best;
	}
	return n;
}

static void
add_column(Sheet *s, const char *name, const char *unit, bool must, ValueKind kind, const char **choices, int count, const char *example)
{
	char	   *heading = need_format("%s%s%s%s%s", name, unit[0] ? "（" : "", unit, unit[0] ? "）" : "", must ? TEXT(" (required)", "（必填）") : "");
	int			c = s->column++;
	double		width = width_of(heading) + 2;

	worksheet_write_string(s->sheet, 0, (lxw_col_t) c, heading, must ? s->mandatory : s->heading);
	worksheet_set_column(s->sheet, (lxw_col_t) c, (lxw_col_t) c, width < 12 ? 12 : width, kind == VALUE_DATE ? s->day : kind == VALUE_TEXT ? s->text : NULL);
	worksheet_write_string(s->sheet, FIRST_ROW, (lxw_col_t) c, example, s->example);
	if (count > 0)
	{
		lxw_data_validation list = {.validate = LXW_VALIDATION_TYPE_LIST_FORMULA, .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING};
		const char *end = NULL;
		char		letters[8];
		char	   *to = letters + sizeof letters - 1;
		char	   *formula;

		*to = '\0';
		for (int n = s->list_column + 1; n > 0; n = (n - 1) / 26)
			*--to = (char) ('A' + (n - 1) % 26);
		end = to;
		for (int i = 0; i < count; i++)
			worksheet_write_string(s->lists, (lxw_row_t) i, (lxw_col_t) s->list_column, choices[i], NULL);
		formula = need_format("=%s!$%s$1:$%s$%d", TEXT("lists", "选项"), end, end, count);
		list.value_formula = formula;
		worksheet_data_validation_range(s->sheet, FIRST_ROW, (lxw_col_t) c, LAST_ROW, (lxw_col_t) c, &list);
		free(formula);
		s->list_column++;
	}
	free(heading);
}

static const char *
made_name(const char *name)
{
	static const struct
	{
		const char *name;
		Words		words;
	}			names[] = {
		{"@uscc", {"unified social credit code", "统一社会信用代码"}}, {"@name", {"enterprise", "企业名称"}}, {"@dead", {"deaths", "死亡人数"}}, {"@missing", {"missing", "失踪人数"}},
		{"@serious", {"seriously injured", "重伤人数"}}, {"@minor", {"slightly injured", "轻伤人数"}}, {"@penalty", {"kind of penalty", "处罚类别"}}, {"@fine", {"fine", "罚款金额"}}
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, name) == 0)
			return words(names[i].words);
	return NULL;
}

static bool
is_left_out(const TargetColumn *column)
{
	static const char *const out[] = {"id", "status", "known_from", "regime", "name_key", "decided_by", "entered_by", "person_key", "scheme", "identifier", "@dead_missing", "@confiscated", NULL};

	if (column->generated || !column->writable || column->role == COLUMN_SUBJECT)
		return true;
	for (const char *const *name = out; *name; name++)
		if (strcmp(column->name, *name) == 0)
			return true;
	return false;
}

int
write_template(const Target *target, const char *path)
{
	lxw_workbook *book = workbook_new(path);
	Sheet		s = {.book = book};
	lxw_error	error;
	const char *choices[MOST_CHOICES];

	if (!book)
		fail(EXIT_FAILED, TEXT("%s cannot be written", "无法写入 %s"), path);
	s.sheet = workbook_add_worksheet(book, target->table);
	s.lists = workbook_add_worksheet(book, TEXT("lists", "选项"));
	if (!s.sheet || !s.lists)
		fail(EXIT_FAILED, TEXT("%s cannot be written", "无法写入 %s"), path);
	worksheet_hide(s.lists);
	s.heading = workbook_add_format(book);
	format_set_bold(s.heading);
	format_set_bottom(s.heading, LXW_BORDER_THIN);
	s.mandatory = workbook_add_format(book);
	format_set_bold(s.mandatory);
	format_set_bottom(s.mandatory, LXW_BORDER_THIN);
	format_set_font_color(s.mandatory, 0xC00000);
	s.text = workbook_add_format(book);
	format_set_num_format(s.text, "@");
	s.day = workbook_add_format(book);
	format_set_num_format(s.day, "yyyy-mm-dd");
	s.example = workbook_add_format(book);
	format_set_italic(s.example);
	format_set_font_color(s.example, 0x808080);
	format_set_num_format(s.example, "@");
	add_column(&s, TEXT("no.", "序号"), "", false, VALUE_INTEGER, NULL, 0, TEXT("example (this row is left out)", "示例（本行不导入）"));
	for (int i = 0; i < target->count; i++)
	{
		const TargetColumn *column = &target->columns[i];
		const char *made = made_name(column->name);
		char	   *name = made ? need_copy(made) : called(column);
		bool		must = column->not_null && !column->default_expression && !column->identity;
		int			count = column->value.only_terms || column->value.term_count ? choices_of(column, choices) : 0;
		const char *example;

		if (is_left_out(column) || (strcmp(column->name, "kind") == 0 && strcmp(target->table, "subject") == 0 && target->in_ledger))
		{
			free(name);
			continue;
		}
		if (column->role == COLUMN_NUMBER && column->comment[0] == '\0')
		{
			free(name);
			name = need_copy(column->name);
		}
		/* an enterprise by its code or its name: the name will do */
		if (strcmp(column->name, "@name") == 0)
		{
			int			subject = target_column(target, "subject_id");

			must = subject >= 0 && target->columns[subject].not_null;
		}
		example = count > 0 ? choices[0] : column->value.kind == VALUE_DATE ? "2024-01-05" : column->value.kind == VALUE_BOOLEAN ? TEXT("yes", "是")
			: column->value.kind == VALUE_INTEGER ? "1" : column->value.kind == VALUE_NUMBER ? "10000" : strcmp(column->name, "@uscc") == 0 || strcmp(column->name, "uscc") == 0 ? "91320411608131455L"
			: column->value.kind == VALUE_TEXT ? (strcmp(column->name, "number") == 0 ? "〔2024〕1号" : "…") : "";
		add_column(&s, name, column->money ? TEXT("yuan", "元") : "", must, column->value.kind, choices, count, example);
		free(name);
	}
	worksheet_freeze_panes(s.sheet, 1, 0);
	error = workbook_close(book);
	if (error != LXW_NO_ERROR)
		fail(EXIT_FAILED, "%s: %s", path, lxw_strerror(error));
	say(TEXT("%s is written", "已写出 %s"), path);
	return EXIT_FINE;
}
