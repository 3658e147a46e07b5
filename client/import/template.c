/*
 * template.c
 *		An .xlsx to be filled in for a table: headings, what is mandatory, lists to choose from, an example row.
 *
 * What it is headed by is what import knows the columns by, so that what is filled in goes in without a question. The
 * example is in a row that says so, and is left out.
 */
#include "template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "document/text.h"
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

static void
add_column(Sheet *s, const char *name, const char *unit, bool must, ValueKind kind, const Term *choices, int count, const char *example)
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
			worksheet_write_string(s->lists, (lxw_row_t) i, (lxw_col_t) s->list_column, choices[i].shown, NULL);
		formula = need_format("=%s!$%s$1:$%s$%d", TEXT("lists", "选项"), end, end, count);
		list.value_formula = formula;
		worksheet_data_validation_range(s->sheet, FIRST_ROW, (lxw_col_t) c, LAST_ROW, (lxw_col_t) c, &list);
		free(formula);
		s->list_column++;
	}
	free(heading);
}

static bool
is_left_out(const TargetColumn *column)
{
	static const char *const out[] = {"id", "status", "known_from", "kept_since", "regime", "name_key", "decided_by", "entered_by", "person_key", "scheme", "identifier", "@dead_missing", "@confiscated", NULL};

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
	char	   *made = task_file("made.xlsx");
	lxw_workbook *book = workbook_new(made);
	Sheet		s = {.book = book};
	lxw_error	error;

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
		char	   *name = column_label(column);
		bool		must = column->not_null && !column->default_expression && !column->identity;
		int			count = column->value.choice_count < MOST_CHOICES ? column->value.choice_count : MOST_CHOICES;
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
		example = count > 0 ? column->value.choices[0].shown : column->value.kind == VALUE_DATE ? "2024-01-05" : column->value.kind == VALUE_BOOLEAN ? TEXT("yes", "是")
			: column->value.kind == VALUE_INTEGER ? "1" : column->value.kind == VALUE_NUMBER ? "10000" : strcmp(column->name, "@uscc") == 0 || strcmp(column->name, "uscc") == 0 ? "91320411608131455L"
			: column->value.kind == VALUE_TEXT ? (strcmp(column->name, "number") == 0 ? "〔2024〕1号" : "…") : "";
		add_column(&s, name, column->money ? TEXT("yuan", "元") : "", must, column->value.kind, column->value.choices, count, example);
		free(name);
	}
	worksheet_freeze_panes(s.sheet, 1, 0);
	error = workbook_close(book);
	if (error != LXW_NO_ERROR)
		fail(EXIT_FAILED, "%s: %s", made, lxw_strerror(error));
	if (!text_place(made, path))
		fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
	say(TEXT("%s is written", "已写出 %s"), path);
	return EXIT_FINE;
}
