/*
 * A report as a workbook by libxlsxwriter: cover, notes, the text, one table a sheet from A1 on without merged
 * cells, the charts' data with native charts, and the definitions.
 */
#include "document/document.h"

#include "document/archive.h"
#include "say.h"
#include "task.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define W(zh, en) WORD(document, zh, en)

typedef struct Book
{
	const Document *document;
	lxw_workbook *book;
	lxw_format *title;
	lxw_format *note;
	lxw_format *head;
	lxw_format *head_number;
	lxw_format *text;
	lxw_format *wrapped;
	lxw_format *total;
	lxw_format *number[8][2][2][3];	/* by decimals (7: as they come), whether a percentage, whether a total, mark (none, p, b) */
	lxw_format *link;
	char	   *used[128];		/* names of sheets */
	int			sheets;
	int			charts;
	int			line[128];		/* of each chart: the series of its columns that is a line over them; -1: none is */
} Book;

/* At most this many characters of a text (Excel's limits), whole ones. */
static char *
at_most(const char *text, int characters)
{
	size_t		length = 0;

	while (text && text[length] && (characters > 0 || ((unsigned char) text[length] & 0xC0) == 0x80))
	{
		if (((unsigned char) text[length] & 0xC0) != 0x80)
			characters -= (unsigned char) text[length] >= 0xF0 ? 2 : 1;	/* as UTF-16 counts */
		if (characters < 0)
			break;
		length++;
	}
	return text_slice(text ? text : "", length);
}

/* Without characters that XML does not have, which libxlsxwriter would write as they are. */
static char *
clean(const char *text)
{
	Text		out = {0};

	text_add(&out, "");
	for (const unsigned char *c = (const unsigned char *) (text ? text : ""); *c; c++)
		if (c[0] == 0xEF && c[1] == 0xBF && (c[2] == 0xBE || c[2] == 0xBF))
			c += 2;
		else if (*c >= 0x20 || *c == '\t' || *c == '\n')
			text_bytes(&out, (const char *) c, 1);
	text_bytes(&out, "", 0);
	return at_most(out.data, 32000);
}

/* Characters as Excel counts them. */
static int
characters(const char *text)
{
	int			count = 0;

	for (const unsigned char *c = (const unsigned char *) text; *c; c++)
		count += (*c & 0xC0) == 0x80 ? 0 : *c >= 0xF0 ? 2 : 1;
	return count;
}

/* Where the part of a title begins that says by what it is split, if it is a short one; its end otherwise. */
static const char *
split_by(const char *title, int most)
{
	static const char *const words[] = {" by ", "（按", "分"};
	const char *found = title + strlen(title);

	for (size_t i = 0; i < sizeof words / sizeof *words && *found == '\0'; i++)
		for (const char *at = title; (at = strstr(at, words[i])) != NULL; at++)
			if (at > title && characters(at) <= most)
			{
				found = at;
				break;
			}
	return found;
}

/* A title of at most so many characters: its beginning, and by what it is split. No word and no bracket is cut in two where that can be. */
static char *
shortened(const char *title, int most)
{
	const char *tail = split_by(title, most / 2);
	char	   *head;
	char	   *cut = NULL;

	if (characters(title) <= most)
		return text_copy(title);
	head = at_most(text_slice(title, (size_t) (tail - title)), most - 1 - characters(tail));
	for (char *c = head; *c; c++)
		if (c > head + strlen(head) / 2 && (*c == ' ' || strncmp(c, "、", 3) == 0 || strncmp(c, "，", 3) == 0))
			cut = c;
	if (cut && head[0] > 0 && strncmp(title + strlen(head), " ", 1) == 0)
		cut = NULL;				/* it ends with a word as it is */
	for (char *c = head; *c; c++)
		if (strncmp(c, "（", 3) == 0 && strstr(c, "）") == NULL && c > head)
		{
			cut = cut && cut < c ? cut : c;
			break;
		}
	if (cut)
		*cut = '\0';
	for (size_t length = strlen(head); length > 1 && strchr(" ,", head[length - 1]); length--)
		head[length - 1] = '\0';
	return need_format("%s…%s", head, tail);
}

/* A name of a sheet that there is not yet: at most 31 characters, none of []:*?/\, no apostrophe at the ends. */
static char *
sheet_name(Book *book, const char *wanted)
{
	char	   *name = clean(wanted);
	char	   *made;
	int			n = 1;

	for (char *c = name; *c; c++)
		if (strchr("[]:*?/\\'", *c) || (unsigned char) *c < 0x20)
			*c = ' ';
	if (*name == '\0')
		name = text_copy("-");
	made = shortened(name, 31);
	for (int i = 0; i < book->sheets; i++)
		if (strcasecmp(book->used[i], made) == 0)
		{
			made = need_format("%s %d", shortened(name, 27), ++n);
			i = -1;
		}
	if (book->sheets < 128)
		book->used[book->sheets++] = made;
	return made;
}

static int
shown_width(const char *text)
{
	int			widest = 0;

	while (text && *text)
	{
		size_t		line = strcspn(text, "\n");
		int			width = width_of(text_slice(text, line));

		widest = width > widest ? width : widest;
		text += line + (text[line] == '\n');
	}
	return widest;
}

/* How many lines a text takes in a column of this width. */
static int
lines_in(const char *text, int width)
{
	int			lines = 0;

	while (text && *text)
	{
		size_t		length = strcspn(text, "\n");
		int			wide = width_of(text_slice(text, length));

		lines += wide <= width || width <= 0 ? 1 : (wide + width - 1) / width;
		text += length + (text[length] == '\n');
	}
	return lines > 0 ? lines : 1;
}

/* The height of a row whose texts wrap is said, for programs that do not measure it. */
static void
set_height(lxw_worksheet *sheet, int row, int lines)
{
	worksheet_set_row(sheet, (lxw_row_t) row, 15.75 * lines + 2 > 409 ? 409 : 15.75 * lines + 2, NULL);
}

static lxw_format *
format(Book *book, bool bold, bool wrap, bool number, const char *code)
{
	lxw_format *made = workbook_add_format(book->book);

	format_set_font_name(made, book->document->english ? "Calibri" : "等线");
	format_set_font_size(made, 11);
	format_set_align(made, LXW_ALIGN_VERTICAL_CENTER);
	if (bold)
		format_set_bold(made);
	if (wrap)
		format_set_text_wrap(made);
	if (number)
		format_set_align(made, LXW_ALIGN_RIGHT);
	if (code)
		format_set_num_format(made, code);
	return made;
}

static void
put_text(Book *book, lxw_worksheet *sheet, int row, int column, const char *text, lxw_format *form)
{
	(void) book;
	worksheet_write_string(sheet, (lxw_row_t) row, (lxw_col_t) column, clean(text), form);
}

/* How the numbers of a column are shown: with the same decimals where most have some, as percentages where their texts are. */
typedef struct Shown
{
	int			decimals;		/* 7: as they come */
	bool		percent;
} Shown;

static Shown
shown(const Grid *grid, int column)
{
	Shown		shown = {0, false};
	int			numbers = 0;
	int			broken = 0;

	for (int i = 0; i < grid->rows; i++)
	{
		const Cell *cell = grid_cell(grid, i, column);
		const char *dot = cell->number ? strchr(cell->number, '.') : NULL;
		int			decimals = dot ? (int) strlen(dot + 1) : 0;

		if (cell->number == NULL)
			continue;
		numbers++;
		broken += decimals > 0;
		shown.decimals = decimals > shown.decimals ? decimals : shown.decimals;
		shown.percent = shown.percent || (cell->text && *cell->text && cell->text[strlen(cell->text) - 1] == '%');
	}
	if (shown.decimals > 6 || broken * 3 < numbers)
		shown.decimals = 7;
	if (shown.percent)			/* percentages in one form, all over the book */
		shown.decimals = 1;
	return shown;
}

static lxw_format *
number_format(Book *book, Shown shown, bool is_total, const char *mark)
{
	lxw_format **kept = &book->number[shown.decimals][shown.percent][is_total][mark == NULL ? 0 : *mark == 'p' ? 1 : 2];

	if (*kept == NULL)
	{
		const char *digits = shown.decimals == 7 ? "General" : shown.decimals == 0 ? "0" : need_format("0.%.*s", shown.decimals, "000000");

		*kept = format(book, is_total, false, true,
					   need_format("%s%s%s", digits, shown.percent ? "\"%\"" : "", mark ? need_format("\" [%s]\"", mark) : ""));
		if (is_total)
			format_set_top(*kept, LXW_BORDER_THIN);
	}
	return *kept;
}

/* The decimals of a number as the text says it, where they are less than it has: 24.7% of 24.691358; else as it is. */
static int
said_decimals(const Cell *cell, int as_it_is)
{
	size_t		whole = cell->text ? strspn(cell->text, "-0123456789,") : 0;
	const char *dot = strchr(cell->number, '.');
	size_t		decimals = whole && cell->text[whole] == '.' ? strspn(cell->text + whole + 1, "0123456789") : 0;

	return whole > 0 && dot && strlen(dot + 1) > decimals ? (int) decimals : as_it_is;
}

/* Write a cell as a number where it is one that a spreadsheet holds exactly, or that is said rounded; else as its text. */
static void
put_cell(Book *book, lxw_worksheet *sheet, int row, int column, const Cell *cell, bool is_number, bool is_total, Shown shown)
{
	size_t		digits = cell->number ? strlen(cell->number) : 0;
	int			said = cell->number ? said_decimals(cell, -1) : -1;

	if (said >= 0 && !shown.percent && said <= 6)
		shown.decimals = said;
	if (cell->number && (digits <= 15 || said >= 0) && strspn(cell->number, "-0123456789.") == digits)
		worksheet_write_number(sheet, (lxw_row_t) row, (lxw_col_t) column, strtod(cell->number, NULL), number_format(book, shown, is_total, cell->mark));
	else
		put_text(book, sheet, row, column, cell->text ? cell_said(cell) : is_number ? "—" : "", is_number ? number_format(book, shown, is_total, NULL) : is_total ? book->total : book->wrapped);
}

/* A table on a sheet from this row on: headings, rows; gives the row of its headings. */
static void
put_grid(Book *book, lxw_worksheet *sheet, const Grid *grid, int top)
{
	int		   *lines = need(sizeof(int) * (size_t) (grid->rows + 1));	/* of each row, the headings' first */

	for (int j = 0; j < grid->columns; j++)
	{
		int			width = 4;
		Shown		how = shown(grid, j);

		put_text(book, sheet, top, j, grid->heading[j], grid->is_number[j] ? book->head_number : book->head);
		for (int i = 0; i < grid->rows; i++)
		{
			int			cell = shown_width(grid_cell(grid, i, j)->text);

			width = cell > width ? cell : width;
			put_cell(book, sheet, top + 1 + i, j, grid_cell(grid, i, j), grid->is_number[j], grid->is_total[i], how);
		}
		if (shown_width(grid->heading[j]) > width)	/* headings wrap, before their unit if they have one */
		{
			const char *unit = strstr(grid->heading[j], "（");
			int			name = unit && unit > grid->heading[j] ? width_of(text_slice(grid->heading[j], (size_t) (unit - grid->heading[j]))) : shown_width(grid->heading[j]);

			name = unit && width_of(unit) > name ? width_of(unit) : name;
			width = name > 2 * width && name > 16 ? (width > 16 ? width : 16) : name > width ? name : width;
		}
		width = width > 60 ? 60 : width;
		worksheet_set_column(sheet, (lxw_col_t) j, (lxw_col_t) j, width + 3, NULL);
		for (int i = -1; i < grid->rows; i++)
		{
			int			this = lines_in(i < 0 ? grid->heading[j] : grid_cell(grid, i, j)->text, width);

			lines[i + 1] = this > lines[i + 1] ? this : lines[i + 1];
		}
	}
	for (int i = 0; i <= grid->rows; i++)
		if (lines[i] > 1 || i == 0)
			set_height(sheet, top + i, lines[i]);
	if (grid->rows > 0)
		worksheet_autofilter(sheet, (lxw_row_t) top, 0, (lxw_row_t) (top + grid->rows), (lxw_col_t) (grid->columns - 1));
	worksheet_freeze_panes(sheet, (lxw_row_t) (top + 1), 1);
	worksheet_repeat_rows(sheet, (lxw_row_t) top, (lxw_row_t) top);
	worksheet_set_paper(sheet, 9);
	if (grid->is_wide)
		worksheet_set_landscape(sheet);
	worksheet_fit_to_pages(sheet, 1, 0);
	worksheet_set_footer(sheet, "&C— &P —");
}

/* A sheet of one table: its title in A1, how many tables, source and note below it, then the table. */
static lxw_worksheet *
table_sheet(Book *book, const Grid *grid, const char *name, int *top)
{
	const Document *document = book->document;
	lxw_worksheet *sheet = workbook_add_worksheet(book->book, sheet_name(book, grid_short_title(document, name)));
	int			row = 0;

	put_text(book, sheet, row++, 0, grid->title, book->title);
	put_text(book, sheet, row++, 0, need_format(W("本表共%d行；—为无数据。%s", "%d rows; — is no data. %s"), grid->rows, document->closing), book->note);
	if (grid->note)
		put_text(book, sheet, row++, 0, grid->note, book->note);
	*top = row;
	put_grid(book, sheet, grid, row);
	return sheet;
}

static void
line_of(lxw_chart_series *series, uint32_t colour, double width, uint8_t dash)
{
	lxw_chart_line line = {.color = colour, .width = (float) width, .dash_type = dash};

	chart_series_set_line(series, &line);
}

/* A native chart of a panel's table beside it. */
static void
put_chart(Book *book, lxw_worksheet *sheet, const Chart *chart, const Panel *panel, const char *name, int top)
{
	bool		lines = false;
	bool		bars = false;
	int			many = 0;
	lxw_chart  *drawn;
	lxw_chart_options place = {.x_scale = chart->panels == 1 || !chart->across ? 1.45 : 1.2, .y_scale = 1.5};
	int			last = top + panel->table->rows;

	for (int j = 1; j < panel->table->columns; j++)
	{
		lines = lines || panel->drawn[j] == DRAWN_NOW;
		bars = bars || panel->drawn[j] == DRAWN_BAR;
	}
	if (panel->table->rows == 0 || !(lines || bars) || book->charts >= 128)
		return;
	book->line[book->charts] = -1;
	worksheet_set_landscape(sheet);
	drawn = workbook_add_chart(book->book, chart->across ? LXW_CHART_BAR : lines ? LXW_CHART_LINE : LXW_CHART_COLUMN);
	for (int j = 1; j < panel->table->columns; j++)
	{
		lxw_chart_series *series;
		lxw_chart_fill fill = {.color = 0x2D6CB5};

		if (panel->drawn[j] == DRAWN_NOT)
			continue;
		series = chart_add_series(drawn, NULL, NULL);
		chart_series_set_categories(series, name, (lxw_row_t) (top + 1), 0, (lxw_row_t) last, 0);
		chart_series_set_values(series, name, (lxw_row_t) (top + 1), (lxw_col_t) j, (lxw_row_t) last, (lxw_col_t) j);
		chart_series_set_name(series, clean(panel->table->heading[j]));
		switch (panel->drawn[j])
		{
			case DRAWN_NOW:
				line_of(series, 0x12447F, 2.75, LXW_CHART_LINE_DASH_SOLID);
				chart_series_set_marker_type(series, LXW_CHART_MARKER_CIRCLE);
				break;
			case DRAWN_NOW_LOW:
			case DRAWN_NOW_HIGH:
				line_of(series, 0x7FA3CF, 1, LXW_CHART_LINE_DASH_ROUND_DOT);
				break;
			case DRAWN_BASE:
				line_of(series, 0x7A818B, 1.75, LXW_CHART_LINE_DASH_DASH);
				break;
			case DRAWN_BASE_LOW:
			case DRAWN_BASE_HIGH:
				line_of(series, 0xC3C7CD, 1, LXW_CHART_LINE_DASH_ROUND_DOT);
				break;
			case DRAWN_STOCK:
				line_of(series, 0xB3541E, 2.5, LXW_CHART_LINE_DASH_SOLID);
				chart_series_set_marker_type(series, LXW_CHART_MARKER_CIRCLE);
				book->line[book->charts] = many;
				break;
			default:
				if (panel->drawn[j] == DRAWN_BAR2)
					fill.color = 0xA9C4E4;
				chart_series_set_fill(series, &fill);
				if (chart->across)
					chart_series_set_labels(series);
		}
		many++;
	}
	chart_title_set_name(drawn, at_most(clean(panel->title), 250));
	{
		lxw_chart_font font = {.size = 11, .bold = LXW_TRUE};

		chart_title_set_name_font(drawn, &font);
	}
	if (chart->panels > 1)		/* compared: one scale */
	{
		lxw_chart_axis *value = chart->across ? drawn->x_axis : drawn->y_axis;	/* of lying bars they change places */

		chart_axis_set_min(value, 0);
		chart_axis_set_max(value, chart->top);
	}
	if (chart->across)
	{
		chart_axis_set_reverse(drawn->y_axis);
		chart_legend_set_position(drawn, LXW_CHART_LEGEND_NONE);
	}
	else
		chart_legend_set_position(drawn, LXW_CHART_LEGEND_BOTTOM);
	book->charts++;
	worksheet_insert_chart_opt(sheet, (lxw_row_t) top, (lxw_col_t) (panel->table->columns + 1), drawn, &place);
}

static void
pair(Book *book, lxw_worksheet *sheet, int *row, const char *name, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	put_text(book, sheet, *row, 0, name, book->text);
	put_text(book, sheet, *row, 1, text, book->wrapped);
	set_height(sheet, *row, lines_in(text, 74));
	(*row)++;
}

/* libxlsxwriter writes sixteen digits, so that -9.2 stands there as -9.199999999999999: numbers of ours have fifteen at most. */
static bool
fifteen_digits(const Text *sheet, Text *made)
{
	const char *written = sheet->data;

	for (const char *at = sheet->data; (at = strstr(at, "<v>")) != NULL; at++)
	{
		size_t		length = strcspn(at + 3, "<");

		if (length < 16)
			continue;
		text_bytes(made, written, (size_t) (at + 3 - written));
		text_format(made, "%.15g", strtod(at + 3, NULL));
		written = at + 3 + length;
	}
	if (written == sheet->data)
		return false;
	text_add(made, written);
	return true;
}

/* libxlsxwriter 1.1 does not combine kinds of charts: a series of columns becomes a line over the others, on the same axes. */
static bool
line_over_columns(const Text *chart, int number, Text *made)
{
	const char *series = strstr(chart->data, "<c:ser>");
	const char *end;
	const char *axes;
	const char *close = strstr(chart->data, "</c:barChart>");

	for (int i = 0; i < number && series; i++)
		series = strstr(series + 1, "<c:ser>");
	end = series ? strstr(series, "</c:ser>") : NULL;
	axes = end ? strstr(end, "<c:axId") : NULL;
	if (axes == NULL || close == NULL || close < axes)
		return false;
	end += strlen("</c:ser>");
	text_bytes(made, chart->data, (size_t) (series - chart->data));
	text_bytes(made, end, (size_t) (close - end));
	text_add(made, "</c:barChart><c:lineChart><c:grouping val=\"standard\"/>");
	text_bytes(made, series, (size_t) (end - series));
	text_add(made, "<c:marker val=\"1\"/>");
	text_bytes(made, axes, (size_t) (close - axes));
	text_add(made, "</c:lineChart>");
	text_add(made, close + strlen("</c:barChart>"));
	return true;
}

/* What the library has no words for is changed in what it wrote. */
static bool
finish(const Book *book, const char *path, char **problem)
{
	zip_t	   *archive = archive_open(path, false, problem);

	if (archive == NULL)
		return false;
	for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); i++)
	{
		char	   *name = text_copy(zip_get_name(archive, (zip_uint64_t) i, 0));
		Text		part = {0};
		Text	   *made = need(sizeof *made);
		int			chart;
		bool		changed = false;

		if (name == NULL || strstr(name, ".rels"))
			continue;
		if (strncmp(name, "xl/worksheets/", 14) == 0)
			changed = archive_read(archive, name, &part) && fifteen_digits(&part, made);
		else if (sscanf(name, "xl/charts/chart%d.xml", &chart) == 1 && chart >= 1 && chart <= book->charts && book->line[chart - 1] >= 0)
			changed = archive_read(archive, name, &part) && line_over_columns(&part, book->line[chart - 1], made);
		if (changed && !archive_write(archive, name, made))
		{
			*problem = need_format("%s: %s", path, zip_strerror(archive));
			zip_discard(archive);
			return false;
		}
	}
	return archive_close(archive, path, problem);
}

bool
write_xlsx(Document *document, const char *path, char **problem)
{
	char	   *made = task_file("book.xlsx");
	lxw_workbook_options options = {.constant_memory = LXW_FALSE, .tmpdir = (char *) task_directory()};
	lxw_workbook *workbook = workbook_new_opt(made, &options);
	Book		book = {.document = document, .book = workbook};
	lxw_worksheet *sheet;
	lxw_worksheet *contents;
	int			row = 0;
	int			top;
	lxw_error	error;
	lxw_doc_properties properties = {.title = clean(need_format("%s %s", document->title, document->period)), .company = clean(document->issuer), .comments = clean(document->closing)};

	book.title = format(&book, true, false, false, NULL);
	format_set_font_size(book.title, 14);
	book.note = format(&book, false, false, false, NULL);
	format_set_font_color(book.note, 0x5B6470);
	book.head = format(&book, true, true, false, NULL);
	book.head_number = format(&book, true, true, true, NULL);
	format_set_bottom(book.head, LXW_BORDER_MEDIUM);
	format_set_bottom(book.head_number, LXW_BORDER_MEDIUM);
	format_set_bg_color(book.head, 0xF0F2F5);
	format_set_bg_color(book.head_number, 0xF0F2F5);
	book.text = format(&book, false, false, false, NULL);
	book.wrapped = format(&book, false, true, false, NULL);
	book.total = format(&book, true, false, false, NULL);
	format_set_top(book.total, LXW_BORDER_THIN);
	/* a text does not touch the number before it */
	format_set_indent(book.head, 1);
	format_set_indent(book.wrapped, 1);
	format_set_indent(book.total, 1);
	book.link = format(&book, false, false, false, NULL);
	format_set_font_color(book.link, 0x12447F);
	format_set_underline(book.link, LXW_UNDERLINE_SINGLE);
	workbook_set_properties(workbook, &properties);

	/* cover */
	sheet = workbook_add_worksheet(workbook, sheet_name(&book, W("封面", "Cover")));
	worksheet_set_column(sheet, 0, 0, 16, NULL);
	worksheet_set_column(sheet, 1, 1, 78, NULL);
	put_text(&book, sheet, row++, 0, document->title, book.title);
	pair(&book, sheet, &row, W("统计期", "Period"), document->period);
	pair(&book, sheet, &row, W("编制", "Issued by"), document->issuer);
	pair(&book, sheet, &row, W("文号", "Number"), document->number);
	pair(&book, sheet, &row, W("状态", "Standing"), document->standing_words);
	pair(&book, sheet, &row, W("数据时点", "Data as known on"), document->as_of_words);
	pair(&book, sheet, &row, W("发布号", "Publication"), document->publication);
	pair(&book, sheet, &row, W("校验值", "Hash"), document->hash);
	pair(&book, sheet, &row, W("说明", "Note"), document->closing);
	pair(&book, sheet, &row, W("发布说明", "Remark"), document->remark);
	pair(&book, sheet, &row, W("生成", "Made on"), document->today_words);

	worksheet_set_paper(sheet, 9);
	worksheet_fit_to_pages(sheet, 1, 0);

	/* contents are filled when the names of all sheets are known */
	contents = workbook_add_worksheet(workbook, sheet_name(&book, W("目录", "Contents")));

	/* notes */
	sheet = workbook_add_worksheet(workbook, sheet_name(&book, W("符号与说明", "Notes")));
	worksheet_set_column(sheet, 0, 0, 16, NULL);
	worksheet_set_column(sheet, 1, 1, 78, NULL);
	worksheet_set_paper(sheet, 9);
	worksheet_fit_to_pages(sheet, 1, 0);
	row = 0;
	put_text(&book, sheet, row, 0, W("符号", "symbol"), book.head);
	put_text(&book, sheet, row++, 1, W("含义", "meaning"), book.head);
	for (int i = 0; i < document->legends; i++)
		pair(&book, sheet, &row, document->legend[i].name, document->legend[i].text);

	/* text */
	sheet = workbook_add_worksheet(workbook, sheet_name(&book, W("正文", "Text")));
	worksheet_set_column(sheet, 0, 0, 24, NULL);
	worksheet_set_column(sheet, 1, 1, 100, NULL);
	row = 0;
	put_text(&book, sheet, row, 0, W("章节", "section"), book.head);
	put_text(&book, sheet, row++, 1, W("段落", "paragraph"), book.head);
	for (int i = 0; i < document->sections; i++)
		for (int j = 0; j < document->section[i].blocks; j++)
			if (document->section[i].block[j].text)
			{
				put_text(&book, sheet, row, 0, document->section[i].heading, book.wrapped);
				set_height(sheet, row, lines_in(document->section[i].block[j].text, 96));
				put_text(&book, sheet, row++, 1, document->section[i].block[j].text, book.wrapped);
			}
	worksheet_freeze_panes(sheet, 1, 0);
	worksheet_set_landscape(sheet);
	worksheet_set_paper(sheet, 9);
	worksheet_fit_to_pages(sheet, 1, 0);

	{
		const Grid *figures = figures_table(document);
		const Grid *definitions = definitions_table(document);
		const char *titles[128] = {NULL};
		int			first = book.sheets;

		titles[book.sheets] = figures->title;
		table_sheet(&book, figures, W("指标", "Figures"), &top);
		for (int i = 0; i < document->sections; i++)
			for (int j = 0; j < document->section[i].blocks; j++)
				if (document->section[i].block[j].table && book.sheets < 100)
				{
					titles[book.sheets] = document->section[i].block[j].table->title;
					table_sheet(&book, document->section[i].block[j].table, document->section[i].block[j].table->title, &top);
				}
		for (int i = 0; i < document->tables && book.sheets < 100; i++)
		{
			titles[book.sheets] = document->table[i]->title;
			table_sheet(&book, document->table[i], document->table[i]->title, &top);
		}
		for (int i = 0; i < document->charts; i++)
			for (int p = 0; p < document->chart[i].panels && book.sheets < 120; p++)
			{
				const Panel *panel = &document->chart[i].panel[p];

				titles[book.sheets] = panel->table->title;
				sheet = table_sheet(&book, panel->table, need_format(W("图 %s", "Chart %s"), panel->table->title), &top);
				put_chart(&book, sheet, &document->chart[i], panel, book.used[book.sheets - 1], top);
			}
		titles[book.sheets] = definitions->title;
		table_sheet(&book, definitions, definitions->title, &top);

		worksheet_set_column(contents, 0, 0, 34, NULL);
		worksheet_set_column(contents, 1, 1, 70, NULL);
		worksheet_set_paper(contents, 9);
		worksheet_fit_to_pages(contents, 1, 0);
		put_text(&book, contents, 0, 0, W("工作表", "sheet"), book.head);
		put_text(&book, contents, 0, 1, W("内容", "what it holds"), book.head);
		for (int i = first; i < book.sheets; i++)
		{
			worksheet_write_url(contents, (lxw_row_t) (i - first + 1), 0, need_format("internal:'%s'!A1", book.used[i]), book.link);
			worksheet_write_string(contents, (lxw_row_t) (i - first + 1), 0, book.used[i], book.link);
			put_text(&book, contents, i - first + 1, 1, titles[i], book.wrapped);
		}
	}
	error = workbook_close(workbook);
	if (error != LXW_NO_ERROR)
	{
		*problem = need_format("%s: %s", path, lxw_strerror(error));
		return false;
	}
	if (!finish(&book, made, problem))
		return false;
	if (text_place(made, path))
		return true;
	*problem = need_format("%s: %s", path, strerror(errno));
	return false;
}
