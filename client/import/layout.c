/*
 * layout.c
 *		Where in a sheet the headings are, and what each row below them is.
 *
 * By what is seen in it: merges say how high headings are; where they are lost, as in CSV, a row that fills the gaps
 * of the one above, and has no number, goes on with it.
 */
#include "layout.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "heading.h"
#include "document/text.h"
#include "task.h"
#include "value.h"
#include "words.h"

#define HEAD 60					/* rows that are looked at */
#define MOST_LEVELS 6
#define LONGEST_HEADING 600

typedef struct HeadRow
{
	long		line;
	bool		hidden;
	int			count;
	Cell	   *cells;
	int			own;			/* cells with something that do not belong to a merge from left or above */
	int			filled;			/* cells with something */
} HeadRow;

static const Cell empty_cell = {.text = ""};

const Cell *
layout_cell(const Layout *layout, const SheetRow *row, int column)
{
	return layout->first + column < row->count ? &row->cells[layout->first + column] : &empty_cell;
}

const char *
column_letters(int column)
{
	static char letters[8];
	char	   *to = letters + sizeof letters - 1;

	*to = '\0';
	for (column++; column > 0; column = (column - 1) / 26)
		*--to = (char) ('A' + (column - 1) % 26);
	return to;
}

/* ------------------------------------------------------------------ what a cell is */

static bool
is_blank(const Cell *cell)
{
	if (cell->kind == CELL_EMPTY)
		return true;
	for (const unsigned char *s = (const unsigned char *) cell->text; *s; s++)
	{
		if (*s == 0xE3 && s[1] == 0x80 && s[2] == 0x80)
			s += 2;
		else if (*s == 0xC2 && s[1] == 0xA0)
			s++;
		else if (*s > ' ')
			return false;
	}
	return true;
}

static bool
is_own(const Cell *cell)
{
	return !cell->across && !cell->down && !is_blank(cell);
}

/* A number, a date or a code: no heading. */
static bool
is_value(const Cell *cell)
{
	Chars		word = {0};
	bool		digit = false, other = false;

	if (cell->kind == CELL_NUMBER || cell->kind == CELL_ERROR)
		return true;
	squeezed(&word, cell->text);
	for (const unsigned char *s = (const unsigned char *) word.data; *s; s++)
	{
		if (isdigit(*s))
			digit = true;
		else if (!strchr(".,-/:%+", *s))
			other = true;
	}
	/* 2024年1月5日 is one too, "1月" may be a heading */
	if (digit && other && strstr(word.data, "年") && strstr(word.data, "日") && word.length < 24)
		other = false;
	chars_free(&word);
	return digit && !other;
}

/* 单位：项、万元 and its like: words before a colon, and something after it or nothing at all. */
static bool
is_label(const char *text)
{
	return (strstr(text, "：") || strchr(text, ':')) && !starts_with(text, "其中");
}

/* ------------------------------------------------------------------ the head of a sheet */

static int
read_head(SheetReader *reader, HeadRow *head)
{
	SheetRow	row;
	int			n = 0;

	reader->rewind(reader);
	while (n < HEAD && reader->next(reader, &row))
	{
		HeadRow    *h = &head[n];
		bool		any = false;

		for (int c = 0; c < row.count; c++)
			any = any || !is_blank(&row.cells[c]);
		if (!any)
			continue;
		n++;
		h->line = row.line;
		h->hidden = row.hidden;
		h->count = row.count;
		h->cells = need((size_t) row.count * sizeof *h->cells);
		h->own = h->filled = 0;
		for (int c = 0; c < row.count; c++)
		{
			size_t		length = strlen(row.cells[c].text);
			char	   *copy;

			if (length > LONGEST_HEADING)
				for (length = LONGEST_HEADING; length > 0 && (row.cells[c].text[length] & 0xC0) == 0x80;)
					length--;
			copy = need(length + 1);
			memcpy(copy, row.cells[c].text, length);
			h->cells[c] = row.cells[c];
			h->cells[c].text = copy;
			h->own += is_own(&h->cells[c]);
			h->filled += !is_blank(&h->cells[c]);
		}
	}
	return n;
}

static void
free_head(HeadRow *head, int n)
{
	for (int i = 0; i < n; i++)
	{
		for (int c = 0; c < head[i].count; c++)
			free((char *) head[i].cells[c].text);
		free(head[i].cells);
	}
}

static const Cell *
head_cell(const HeadRow *row, int column)
{
	return column < row->count ? &row->cells[column] : &empty_cell;
}

static bool
has_value(const HeadRow *row)
{
	for (int c = 0; c < row->count; c++)
		if (is_own(&row->cells[c]) && is_value(&row->cells[c]))
			return true;
	return false;
}

static bool
is_unit_row(const HeadRow *row)
{
	int			found = 0;

	for (int c = 0; c < row->count; c++)
		if (is_own(&row->cells[c]))
		{
			if (!is_unit(row->cells[c].text))
				return false;
			found++;
		}
	return found > 0;
}

/* A row of labels above the table: 单位：…, 填报日期：…; few, and most with a colon. */
static bool
is_label_row(const HeadRow *row, int widest)
{
	int			labels = 0;

	for (int c = 0; c < row->count; c++)
		if (is_own(&row->cells[c]))
			labels += is_label(row->cells[c].text);
	return labels > 0 && labels * 2 >= row->own && row->own <= (widest / 3 > 3 ? widest / 3 : 3);
}

static int
first_filled(const HeadRow *row)
{
	for (int c = 0; c < row->count; c++)
		if (!is_blank(&row->cells[c]))
			return c;
	return row->count;
}

/*
 * Whether a row without merges goes on with the headings above it, whose first column is `first`: nothing stands in that
 * column or before it, no number anywhere, and it fills gaps of the row above, or says one word under several.
 */
static bool
goes_on(const HeadRow *above, const HeadRow *row, int first)
{
	int			fills = 0;
	bool		same = true;
	const char *word = NULL;

	if (has_value(row) || row->own == 0)
		return false;
	for (int c = 0; c < row->count; c++)
	{
		if (!is_own(&row->cells[c]))
			continue;
		if (c <= first)
			return false;
		fills += is_blank(head_cell(above, c));
		same = same && (!word || strcmp(word, row->cells[c].text) == 0);
		word = row->cells[c].text;
	}
	return fills > 0 || (same && row->own >= 3);
}

static int
count_known(const HeadRow *row, KnownHeading known, void *context)
{
	int			n = 0;

	for (int c = 0; c < row->count; c++)
		if (is_own(&row->cells[c]))
			n += known(context, row->cells[c].text);
	return n;
}

static int
find_start(const HeadRow *head, int n, KnownHeading known, void *context)
{
	int			widest = 0, start = -1, best = -1, best_known = 0;

	for (int i = 0; i < n; i++)
		widest = head[i].filled > widest ? head[i].filled : widest;
	for (int i = 0; i < n; i++)
	{
		int			k = count_known(&head[i], known, context);

		if (k > best_known && k * 3 >= head[i].own)
			best_known = k, best = i;
	}
	for (int i = 0; i < n && start < 0; i++)
	{
		const HeadRow *row = &head[i];

		if (row->own < (widest > 1 ? 2 : 1) || has_value(row) || is_label_row(row, widest) || is_unit_row(row))
			continue;
		if (row->filled * 3 >= widest || (i + 1 < n && goes_on(row, &head[i + 1], first_filled(row))))
			start = i;
	}
	/* what is known for the table is better evidence than how it looks, unless it may be a lower row of the same headings */
	if (best >= 0 && (best_known >= 2 || start < 0 || widest == 1) && (start < 0 || best < start || best > start + 4 || count_known(&head[start], known, context) == 0))
	{
		int			above = best;

		if (start >= 0 && best > start && best <= start + 4)
			return start;
		while (above > 0 && head[above - 1].own >= 2 && !has_value(&head[above - 1]) && !is_label_row(&head[above - 1], widest) && goes_on(&head[above - 1],
							&head[above], first_filled(&head[above - 1])))
			above--;
		return above;
	}
	return start;
}

static int
find_end(const HeadRow *head, int n, int start)
{
	int			end = start;

	for (int i = start; i <= end && i < n && i - start < MOST_LEVELS; i++)
	{
		bool		spans = false;

		for (int c = 0; c < head[i].count; c++)
		{
			const Cell *cell = &head[i].cells[c];

			if (!is_own(cell))
				continue;
			/* merges count rows of the sheet, blank ones too */
			while (cell->below > 1 && end + 1 < n && head[end + 1].line < head[i].line + cell->below && end - start < MOST_LEVELS - 1)
				end++;
			spans = spans || cell->right > 1;
		}
		if (i < end)
			continue;
		if (i + 1 < n && (is_unit_row(&head[i + 1]) || goes_on(&head[i], &head[i + 1], first_filled(&head[start])) || (spans && head[i + 1].own > 0 && !has_value(&head[i + 1]))))
			end = i + 1;
	}
	return end < n ? end : n - 1;
}

/* 1, 2, 3, … or 甲, 乙, 1, 2, … below the headings. */
static bool
is_numbering(int count, const Cell *cells)
{
	static const char *const stems[] = {"甲", "乙", "丙", "丁", "戊"};
	int			expected = 1, n = 0, stem = 0;

	for (int c = 0; c < count; c++)
	{
		Chars		word = {0};
		bool		good;
		const char *s;

		if (is_blank(&cells[c]))
			continue;
		s = squeezed(&word, cells[c].text);
		if (*s == '(')
			s++;
		good = (stem < 5 && expected == 1 && strcmp(s, stems[stem]) == 0) ? stem++, true : atoi(s) == expected && isdigit((unsigned char) *s) && strspn(s,
							"0123456789)") == strlen(s) ? expected++, true : false;
		chars_free(&word);
		if (!good)
			return false;
		n++;
	}
	return n >= 4;
}

/* ------------------------------------------------------------------ headings */

static void
add_level(Chars *path, const char *text, char **unit)
{
	Chars		name = {0};
	const char *last;

	if (is_unit(text))
	{
		Chars		word = {0};
		size_t		length;

		squeezed(&word, text);
		length = word.length;
		free(*unit);
		*unit = need_copy(word.data[0] == '(' ? word.data + 1 : word.data);
		if (length && word.data[length - 1] == ')')
			(*unit)[strlen(*unit) - 1] = '\0';
		chars_free(&word);
		return;
	}
	heading_name(&name, text, unit);
	last = strrchr(path->data, '/');
	if (name.length && strcmp(last ? last + 1 : path->data, name.data) != 0)
	{
		if (path->length)
			chars_char(path, '/');
		/* a slash of its own name is no level */
		for (const char *s = name.data; *s; s++)
			if (*s == '/')
				chars_string(path, "／");
			else
				chars_char(path, *s);
	}
	chars_free(&name);
}

/* A heading of a file of rejected rows: its levels are joined there, see reject_open(). */
static void
add_joined_levels(Chars *path, const char *text, char **unit)
{
	char	   *copy = need_copy(text), *rest = copy, *level;

	while ((level = strsep(&rest, "/")) != NULL)
		add_level(path, level, unit);
	free(copy);
}

/* Texts of the rows of headings with the gaps of groups filled from the left. */
static char ***
fill_levels(const HeadRow *head, int start, int end, int width)
{
	int			levels = end - start + 1;
	char	 ***text = need((size_t) levels * sizeof *text);

	for (int l = 0; l < levels; l++)
	{
		const HeadRow *row = &head[start + l];

		text[l] = need((size_t) width * sizeof **text);
		for (int c = 0; c < width; c++)
		{
			const Cell *cell = head_cell(row, c);
			bool		below = false, group = false;

			if (!is_blank(cell))
			{
				text[l][c] = need_copy(cell->text);
				continue;
			}
			for (int m = l + 1; m < levels; m++)
				below = below || is_own(head_cell(&head[start + m], c));
			if (c > 0 && below && text[l][c - 1][0] && !is_unit_row(row))
			{
				/* of the same group, and that group goes down */
				bool		left_below = false;

				group = true;
				for (int m = 0; m < l; m++)
					group = group && strcmp(text[m][c], text[m][c - 1]) == 0;
				for (int m = l + 1; m < levels; m++)
					left_below = left_below || !is_blank(head_cell(&head[start + m], c - 1));
				group = group && left_below;
			}
			text[l][c] = need_copy(group ? text[l][c - 1] : "");
		}
	}
	return text;
}

static bool
has_data(const HeadRow *head, int n, int from, int column)
{
	for (int i = from; i < n; i++)
		if (!is_blank(head_cell(&head[i], column)))
			return true;
	return false;
}

/* A number that may be a year, 2024 or 24; 0: none. */
static int
year_of(const char *s, size_t digits)
{
	int			said = digits == 4 || digits == 2 ? 10 * (s[0] - '0') + s[1] - '0' : 0;

	if (digits == 4)
		said = 100 * said + 10 * (s[2] - '0') + s[3] - '0';
	else if (digits == 2)
		said += 2000;
	return said >= 1949 && said <= 2199 ? said : 0;
}

/*
 * The year that a title says, 2024年…; not that of the day it was filled in. Two numbers that may be years, a sign of a range or a list beside a year,
 * since when and 历年 are several: *year is -1.
 */
static void
note_year(const char *text, int *year)
{
	static const char *const of_another_day[] = {"填报", "填表", "制表", "报送", "上报", "打印", "更新", "截至", "截止", NULL};
	static const char *const signs[] = {"-", "—", "–", "~", "～", "至", "到", "、", "/", "，", ",", ";", "+", "&", "和", "及", "与", "或", NULL};
	static const char *const counts[] = {"家", "次", "人", "元", "万", "件", "项", "条", "个", "名", "户", "处", "吨", "号", NULL};
	Chars		squeezed_text = {0};
	const char *whole = squeezed(&squeezed_text, text);
	const char *s = whole;
	int			one = 0;		/* a number that may be a year, or -1: several */
	bool		said = false;	/* one of them is said to be a year */
	bool		whole_year = false; /* 2024, not 24 alone */

	for (const char *const *word = of_another_day; *word; word++)
		if (strstr(s, *word))
			s = "";
	if (*s && (strstr(s, "历年") || strstr(s, "年以来") || strstr(s, "年度以来") || strstr(s, "月以来") || strstr(s, "年起") || strstr(s, "年度起") || strstr(s, "月起") || strstr(s, "日起")))
		one = -1, said = true;
	while (*s)
	{
		size_t		digits = strspn(s, "0123456789");
		const char *after = s + digits;
		int			number = year_of(s, digits);
		bool		is_year = starts_with(after, "年"), beside = false, counted = false;

		if (is_year)
			after += strlen(starts_with(after, "年度") ? "年度" : "年");
		for (const char *const *count = counts; *count && !counted; count++)
			counted = !is_year && starts_with(after, *count);
		for (const char *const *sign = signs; *sign && number && !beside; sign++)
			if (starts_with(after, *sign))
			{
				const char *other = after + strlen(*sign);
				size_t		more = strspn(other, "0123456789");

				/* 2024年、…, 2022—2024, 22—24年, 2022至今; not 2024-11, nor 11-12月 */
				beside = (is_year && ((unsigned char) **sign < 0x80 || (unsigned char) **sign == 0xE2 || starts_with(*sign, "、") || starts_with(*sign, "，") || more > 0)) ||
					more == 4 || starts_with(other, "今") || (year_of(other, more) && starts_with(other + more, "年"));
			}
		if (number && (starts_with(s - (s - whole >= 3 ? 3 : 0), "自") || starts_with(s - (s - whole >= 3 ? 3 : 0), "从")))
			beside = true;
		if (number && !counted && (digits == 4 || is_year || beside))
		{
			one = beside || (one && one != number) ? -1 : number;
			said = said || is_year || beside;
			whole_year = whole_year || digits == 4;
		}
		s += digits ? digits : 1;
	}
	if (said && (one < 0 || (one > 0 && whole_year)))
		*year = *year == 0 || *year == one ? one : -1;
	chars_free(&squeezed_text);
}

#define BETWEEN_TITLES " | "

/* What stands above the headings, one text more. */
static void
note_above(Layout *layout, Chars *above, const char *text)
{
	if (above->length)
		chars_string(above, BETWEEN_TITLES);
	for (const char *s = text; *s; s++)
		chars_char(above, *s == '\n' || *s == '\r' ? ' ' : *s);
	note_year(text, &layout->year);
}

/* What a file of rejected rows has in a cell, without the apostrophe before what a spreadsheet would take for a formula. */
static const char *
unmarked(const char *text)
{
	return text[0] == '\'' && text_is_formula(text + strspn(text, "'")) ? text + 1 : text;
}

/* Whether a column has a heading that files of rejected rows have beside the sheet's own. */
static bool
is_headed(const Layout *layout, int column, const char *english, const char *chinese)
{
	const char *heading = layout->levels[0][layout->first + column];

	return strcmp(heading, english) == 0 || strcmp(heading, chinese) == 0;
}

Layout *
find_layout(SheetReader *reader, KnownHeading known, void *context, long heading_row, char **problem)
{
	HeadRow		head[HEAD];
	int			n, start = -1, end, width = 0, last;
	Layout	   *layout;
	Chars		path = {0}, above = {0};

	memset(head, 0, sizeof head);
	n = read_head(reader, head);
	if (heading_row > 0)
	{
		for (int i = 0; i < n && start < 0; i++)
			if (head[i].line == heading_row)
				start = i;
	}
	else
		start = find_start(head, n, known, context);
	if (start < 0)
	{
		*problem = need_copy(n == 0 ? TEXT("nothing stands in it", "没有内容")
							 : TEXT("no headings were found; --heading-row N says where they are", "没有找到表头；可用 --heading-row N 指明所在行"));
		free_head(head, n);
		return NULL;
	}
	end = find_end(head, n, start);
	layout = need(sizeof *layout);
	layout->reader = reader;
	layout->heading_line = head[start].line;
	layout->heading_end = head[end].line;
	layout->helpers_from = -1;
	layout->reason = -1;
	chars_reset(&above);
	for (int i = start; i <= end; i++)
		for (int c = 0; c < head[i].count; c++)
			if (!is_blank(&head[i].cells[c]) && c >= width)
				width = c + 1;
	for (int c = width - 1; c >= 0; c--)
		for (int i = start; i <= end; i++)
			if (!is_blank(head_cell(&head[i], c)))
				layout->first = c;
	layout->levels = fill_levels(head, start, end, width);
	layout->level_count = end - start + 1;
	layout->width = width;

	/* lists beside the table: past a column with nothing in it, none of them a heading that is known */
	last = width;
	for (int c = layout->first + 1; c < width; c++)
	{
		bool		gap = true, helper = true;

		for (int i = start; i <= end; i++)
			gap = gap && is_blank(head_cell(&head[i], c));
		if (!gap || has_data(head, n, start, c))
			continue;
		for (int d = c + 1; d < width; d++)
			for (int i = start; i <= end; i++)
				if (is_own(head_cell(&head[i], d)) && known(context, head_cell(&head[i], d)->text))
					helper = false;
		if (helper && c - layout->first > 1)
		{
			last = c;
			layout->helpers_from = c;
			break;
		}
	}
	layout->count = last - layout->first;
	layout->path = need((size_t) layout->count * sizeof *layout->path);
	layout->unit = need((size_t) layout->count * sizeof *layout->unit);
	for (int c = 0; c < layout->count && !layout->rejects; c++)
		layout->rejects = is_headed(layout, c, "#likely", "#建议值");
	for (int c = 0; c < layout->count && layout->rejects; c++)
		if (is_headed(layout, c, "#reason", "#原因"))
			layout->reason = c;
		else if (end + 1 < n && is_headed(layout, c, "#title", "#标题"))
		{
			char	   *texts = need_copy(unmarked(head_cell(&head[end + 1], layout->first + c)->text));

			for (char *text = texts, *next; text; text = next)
			{
				next = strstr(text, BETWEEN_TITLES);
				if (next)
				{
					*next = '\0';
					next += strlen(BETWEEN_TITLES);
				}
				note_above(layout, &above, text);
			}
			free(texts);
		}
	for (int c = 0; c < layout->count; c++)
	{
		char	   *unit = NULL;

		chars_reset(&path);
		for (int l = 0; l < layout->level_count; l++)
			if (layout->levels[l][layout->first + c][0])
			{
				if (layout->rejects)
					add_joined_levels(&path, unmarked(layout->levels[l][layout->first + c]), &unit);
				else
					add_level(&path, layout->levels[l][layout->first + c], &unit);
			}
		layout->path[c] = need_copy(path.data);
		layout->unit[c] = unit ? unit : need_copy("");
	}
	for (int i = 0; i < start; i++)
		for (int c = 0; c < head[i].count; c++)
			if (is_own(&head[i].cells[c]))
				note_above(layout, &above, head[i].cells[c].text);
	if (layout->year == 0 && reader->name)
	{
		int			year = 0;

		note_year(reader->name, &year);
		if (year != 0)
			note_above(layout, &above, reader->name);
	}
	layout->above = need_copy(above.data);
	layout->wide_money = strstr(layout->above, "单位") && strstr(layout->above, "万元");
	if (end + 1 < n && is_numbering(head[end + 1].count, head[end + 1].cells))
		layout->heading_end = head[end + 1].line;
	chars_free(&path);
	chars_free(&above);
	free_head(head, n);
	return layout;
}

void
free_layout(Layout *layout)
{
	for (int l = 0; l < layout->level_count; l++)
	{
		for (int c = 0; c < layout->width; c++)
			free(layout->levels[l][c]);
		free(layout->levels[l]);
	}
	for (int c = 0; c < layout->count; c++)
	{
		free(layout->path[c]);
		free(layout->unit[c]);
	}
	free(layout->levels);
	free(layout->path);
	free(layout->unit);
	free(layout->above);
	free(layout);
}

/* ------------------------------------------------------------------ rows */

static const char *const totals[] = {"合计", "总计", "共计", "累计", "总数", "合计:", "总计:", "total", "grandtotal", "全市合计", "全区合计", "全县合计", NULL};
static const char *const wholes[] = {"全市", "全区", "全县", "全省", "全州", "全旗", "全镇", "全国", NULL};	/* of a table by area */
static const char *const subtotals[] = {"小计", "小计:", "subtotal", "本页小计", "其中", "本月合计", "本季合计", NULL};
static const char *const notes[] = {
	"注:", "注1", "注2", "注.", "备注:", "说明", "附注", "填表说明", "填报说明", "※", "填表人", "制表人", "制表:", "填报人", "审核人", "审核:", "负责人:", "单位负责人", "统计负责人", "主管领导",
	"分管领导", "签字", "签名", "盖章", "(盖章)", "填报单位:", "填报单位(", "填表单位:", "报送单位", "填报日期", "填表日期", "制表日期", "上报日期", "报出日期",
						"联系电话:", "联系人:", "note:", "notes:", "source:",
	"数据来源", "资料来源", "以上数据", "以下空白", "此页无", NULL
};
static const char *const zeros[] = {"本月无事故", "无事故", "本季度无事故", "本年无事故", "本周无事故", "本月无", "无生产安全事故", "零报告", "未发生事故", "本月未发生事故", NULL};

static bool
is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (**list == *word && strcmp(word, *list) == 0)
			return true;
	return false;
}

static bool
starts_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (starts_with(word, *list))
			return true;
	return false;
}

/* 合计, 武进区合计, and 合计30条. */
static bool
is_total(const char *word)
{
	static const char *const before[] = {"合计", "总计", "共计", NULL};
	size_t		digits;

	if (is_one_of(word, totals) || ((ends_with(word, "合计") || ends_with(word, "总计")) && strlen(word) <= 24))
		return true;
	if (!starts_one_of(word, before))
		return false;
	word += strlen("合计");
	word += *word == ':';
	digits = strspn(word, "0123456789.,");
	return digits > 0 && strlen(word + digits) <= strlen("家次");
}

static bool
is_heading_again(const Layout *layout, const SheetRow *row)
{
	int			same = 0, other = 0;
	Chars		a = {0}, b = {0};

	for (int c = 0; c < layout->count && (same > 0 || other == 0); c++)
	{
		const Cell *cell = layout_cell(layout, row, c);
		bool		found = false;

		if (is_blank(cell))
			continue;
		squeezed(&a, cell->text);
		for (int l = 0; l < layout->level_count && !found; l++)
			found = strcmp(squeezed(&b, layout->levels[l][layout->first + c]), a.data) == 0;
		found ? same++ : other++;
	}
	chars_free(&a);
	chars_free(&b);
	return same >= 2 && same >= other * 4;
}

/* A cheap look that says of most rows that they are data. */
static bool
may_be_other(const Layout *layout, const SheetRow *row, int *filled)
{
	bool		short_text = false;

	*filled = 0;
	for (int c = 0; c < layout->count; c++)
	{
		const Cell *cell = layout_cell(layout, row, c);

		if (is_blank(cell))
			continue;
		++*filled;
		if (*filled <= 3 && cell->kind == CELL_TEXT)
			short_text = true;
	}
	return short_text || *filled <= 2;
}

/* A row of numbers behind a name: no word among them. */
static bool
is_of_numbers(const Layout *layout, const SheetRow *row, int from)
{
	int			numbers = 0;

	for (int c = from; c < layout->count; c++)
	{
		const Cell *cell = layout_cell(layout, row, c);
		double		amount;

		if (is_blank(cell) || is_nothing(cell->text))
			continue;
		if (!read_amount(cell->text, &amount))
			return false;
		numbers++;
	}
	return numbers > 0;
}

static RowKind
classify(Layout *layout, const SheetRow *row)
{
	int			filled, seen = 0, own = 0;
	Chars		word = {0};
	RowKind		kind = ROW_DATA;
	const Cell *only = NULL;

	if (!may_be_other(layout, row, &filled))
		return ROW_DATA;
	if (filled == 0)
		return ROW_HELPER;
	for (int c = 0; c < layout->count && kind == ROW_DATA && seen < 3; c++)
	{
		const Cell *cell = layout_cell(layout, row, c);
		const char *s;

		if (is_blank(cell))
			continue;
		seen++;
		if (cell->kind != CELL_TEXT || cell->across)
			continue;
		/* nothing that is looked for is long, but notes */
		if (seen > 1 && strlen(cell->text) > 60 && filled > 2)
			continue;
		s = squeezed(&word, cell->text);
		if (is_total(s))
			kind = ROW_TOTAL;
		else if (is_one_of(s, wholes) && is_of_numbers(layout, row, c + 1))
			kind = ROW_TOTAL;
		else if (is_one_of(s, subtotals) || (ends_with(s, "小计") && strlen(s) <= 24))
			kind = ROW_SUBTOTAL;
		else if (starts_with(s, "示例") || starts_with(s, "(示例") || starts_with(s, "例:") || strcmp(s, "例") == 0 || starts_with(s, "example"))
			kind = ROW_EXAMPLE;
		else if (is_one_of(s, zeros))
			kind = ROW_ZERO;
		else if ((filled * 2 <= layout->count || filled <= 2 || layout->ended) && starts_one_of(s, notes))
			kind = ROW_NOTE;
	}
	chars_free(&word);
	if (kind != ROW_DATA)
	{
		layout->ended = layout->ended || kind == ROW_NOTE;
		return kind;
	}
	if (is_heading_again(layout, row) || is_numbering(row->count, row->cells))
		return ROW_HEADING;
	for (int c = 0; c < layout->count; c++)
	{
		const Cell *cell = layout_cell(layout, row, c);

		if (!is_blank(cell) && !cell->across && !cell->down)
			own++, only = cell;
	}
	if (own == 0)
		return ROW_HELPER;		/* nothing of its own: the rest of merges */
	if (own == 1 && layout->count >= 3 && only->kind == CELL_TEXT && !is_value(only) &&
		(only->right >= layout->count / 2 + 1 || layout->ended || strstr(only->text, "：") || starts_with(only->text, "一、") || starts_with(only->text, "二、") ||
		 starts_with(only->text, "三、") || starts_with(only->text, "（一）")))
	{
		layout->ended = layout->ended || strstr(only->text, "：") != NULL;
		return ROW_NOTE;
	}
	if (layout->ended && own <= 2 && layout->count >= 5)
		return ROW_NOTE;
	return ROW_DATA;
}

void
layout_begin(Layout *layout)
{
	layout->reader->rewind(layout->reader);
	layout->ended = false;
}

bool
layout_next(Layout *layout, SheetRow *row, RowKind *kind)
{
	while (layout->reader->next(layout->reader, row))
	{
		bool		any = false;

		task_stop_if_asked();
		if (row->line <= layout->heading_end)
			continue;
		for (int c = 0; c < row->count && layout->rejects; c++)
			row->cells[c].text = unmarked(row->cells[c].text);
		for (int c = 0; c < row->count && !any; c++)
			any = !is_blank(&row->cells[c]);
		if (!any)
			continue;
		*kind = row->hidden ? ROW_HIDDEN : row->broken ? ROW_DATA : classify(layout, row);
		/* what has nothing of the table in it is not worth a word */
		if (*kind == ROW_HELPER)
			continue;
		return true;
	}
	return false;
}

const char *
row_kind_name(RowKind kind)
{
	switch (kind)
	{
		case ROW_HIDDEN:
			return TEXT("hidden", "隐藏行");
		case ROW_TOTAL:
			return TEXT("total", "合计行");
		case ROW_SUBTOTAL:
			return TEXT("subtotal", "小计行");
		case ROW_HEADING:
			return TEXT("headings again", "重复的表头");
		case ROW_NOTE:
			return TEXT("note or signature", "说明、签字");
		case ROW_EXAMPLE:
			return TEXT("example", "示例行");
		case ROW_ZERO:
			return TEXT("declared zero", "零报告");
		case ROW_HELPER:
			return TEXT("list beside the table", "表旁的辅助列表");
		default:
			return TEXT("data", "数据");
	}
}
