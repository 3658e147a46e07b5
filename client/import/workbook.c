/*
 * workbook.c
 *		Workbooks: converted to XML by ssconvert or soffice, read from there row by row.
 *
 * The XML has merges and hidden rows after or far from the cells that they are about, so it is read twice: the first
 * pass learns them, the second gives the rows. Never by CSV: that loses merges, hidden rows, and whether a code
 * was a number. Only the values of formulas, which Gnumeric's XML has not, come from its CSV.
 */
#include "workbook.h"

#include "task.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_SHEETS 300
#define MOST_MERGES 1000000
#define BLOCK 65536

typedef struct Merge
{
	int			first_row, first_column, last_row, last_column;
	char	   *text;			/* of its first cell, once that has passed, while rows below need it */
	CellKind	kind;
} Merge;

typedef struct SheetInfo
{
	char	   *name;
	bool		hidden;
	bool		formulas;
	long		cells;
	long		first_row, first_column;
	Merge	   *merges;
	int			merge_count, merge_size;
	struct
	{
		long		first, count;
	}		   *hidden_rows;
	int			hidden_count;
} SheetInfo;

struct Workbook
{
	SheetReader reader;
	char	   *xml_path;
	char	   *csv_pattern;	/* where the values of formulas are, or NULL */
	bool		fods;
	SheetInfo	sheets[MOST_SHEETS];
	int			sheet_count;	/* as far as the pass has come */
	int			current;		/* that is being read, or -1 */
	int			chosen;
	bool		learning;		/* first pass */
	char	  **names;

	/* the parser of this pass */
	FILE	   *file;
	XML_Parser	xml;
	void	   *state;
	bool		ended;

	/* the row being filled and the one that was given */
	long		row;			/* -1: none yet */
	Chars		texts[2];
	Cell	   *cells[2];
	size_t	   *offsets[2];
	int			count[2];
	bool		too_long[2];	/* it has more than is read */
	int			filling;
	bool		ready;			/* the other one is complete */
	long		ready_row;
	long		repeated;		/* how often the next row that begins stands there, one below the other */
	long		filling_repeated;
	long		again;			/* how often the one that was given is still to be given */
	Cell	   *given;			/* of it: with merges and the values of formulas */
	int			next_merge;		/* merges that begin later than the row */
	int		   *open;			/* merges that rows below belong to */
	int			open_count;
	SheetReader *values;		/* of formulas */
	SheetRow	value_row;
	long		value_at;		/* row of the sheet that value_row is */
	char	  **csv_paths;
};

/* ------------------------------------------------------------------ what parsers tell */

static SheetInfo *
current(Workbook *book)
{
	return book->current >= 0 ? &book->sheets[book->current] : NULL;
}

void
workbook_begin_sheet(Workbook *book, const char *name, bool hidden)
{
	book->current = book->sheet_count < MOST_SHEETS ? book->sheet_count++ : -1;
	if (current(book) && book->learning)
	{
		current(book)->name = need_copy(name);
		current(book)->hidden = hidden;
		current(book)->first_row = current(book)->first_column = -1;
	}
}

void
workbook_hide_sheet(Workbook *book)
{
	if (current(book) && book->learning)
		current(book)->hidden = true;
}

void
workbook_rename_sheet(Workbook *book, const char *name)
{
	if (current(book) && book->learning)
	{
		free(current(book)->name);
		current(book)->name = need_copy(name);
	}
}

void
workbook_hide_rows(Workbook *book, long first, long count)
{
	SheetInfo  *sheet = current(book);

	if (!sheet || !book->learning || sheet->hidden_count >= MOST_MERGES || first < 0 || first > MOST_ROWS || count < 1 || count > MOST_ROWS)
		return;
	if (sheet->hidden_count > 0 && sheet->hidden_rows[sheet->hidden_count - 1].first + sheet->hidden_rows[sheet->hidden_count - 1].count == first)
	{
		sheet->hidden_rows[sheet->hidden_count - 1].count += count;
		return;
	}
	sheet->hidden_rows = need_more(sheet->hidden_rows, (size_t) (sheet->hidden_count + 1) * sizeof *sheet->hidden_rows);
	sheet->hidden_rows[sheet->hidden_count].first = first;
	sheet->hidden_rows[sheet->hidden_count++].count = count;
}

void
workbook_merge(Workbook *book, long first_row, long first_column, long last_row, long last_column)
{
	SheetInfo  *sheet = current(book);

	if (!sheet || !book->learning || sheet->merge_count >= MOST_MERGES || first_row < 0 || first_column < 0 || last_row < first_row || last_column < first_column ||
		first_column >= MOST_COLUMNS || last_row > MOST_ROWS)
		return;
	if (sheet->merge_count >= sheet->merge_size)
	{
		sheet->merge_size = sheet->merge_size ? sheet->merge_size * 2 : 16;
		sheet->merges = need_more(sheet->merges, (size_t) sheet->merge_size * sizeof *sheet->merges);
	}
	sheet->merges[sheet->merge_count++] = (Merge) {(int) first_row, (int) first_column, (int) last_row,
	(int) (last_column >= MOST_COLUMNS ? MOST_COLUMNS - 1 : last_column), NULL, CELL_EMPTY};
}

void
workbook_date1904(Workbook *book)
{
	book->reader.date1904 = true;
}

void
workbook_repeat(Workbook *book, long count)
{
	book->repeated = count;
}

long
bounded(const char *text, long least, long most)
{
	char	   *end;
	long		number;

	errno = 0;
	number = strtol(text, &end, 10);
	return end == text || number < least ? least : number > most ? most : number;
}

void
workbook_formula(Workbook *book, long row, long column)
{
	if (book->learning && current(book))
		current(book)->formulas = true;
	workbook_cell(book, row, column, CELL_ERROR, "=");
}

/* A number as it was written: the fewest digits that are the same double, where a converter gives more than that. */
static const char *
number_text(const char *text, char *into, size_t size)
{
	char	   *end;
	double		value = strtod(text, &end);

	if (strspn(text, "+-0123456789.eE") != strlen(text) || strlen(text) < 16 || *end || !isfinite(value))
		return text;
	snprintf(into, size, "%.15g", value);
	if (strtod(into, NULL) != value)
		snprintf(into, size, "%.17g", value);
	return into;
}

void
workbook_cell(Workbook *book, long row, long column, CellKind kind, const char *text)
{
	SheetInfo  *sheet = current(book);
	char		number[40];
	int			f;

	if (!sheet || row < 0 || row >= MOST_ROWS || column < 0)
		return;
	if (kind == CELL_NUMBER)
		text = number_text(text, number, sizeof number);
	if (book->learning)
	{
		sheet->cells++;
		if (sheet->first_row < 0 || row < sheet->first_row)
			sheet->first_row = row;
		if (sheet->first_column < 0 || column < sheet->first_column)
			sheet->first_column = column;
		return;
	}
	if (book->current != book->chosen || column >= MOST_COLUMNS)
		return;
	if (row != book->row)
	{
		if (book->row >= 0)
		{
			book->ready = true;
			book->ready_row = book->row;
			book->again = book->filling_repeated - 1;
			book->filling = !book->filling;
			XML_StopParser(book->xml, XML_TRUE);
		}
		book->row = row;
		book->filling_repeated = book->repeated;
		book->count[book->filling] = 0;
		book->too_long[book->filling] = false;
		chars_reset(&book->texts[book->filling]);
	}
	f = book->filling;
	while (book->count[f] <= column)
	{
		memset(&book->cells[f][book->count[f]], 0, sizeof(Cell));
		book->offsets[f][book->count[f]++] = (size_t) -1;
	}
	if (book->texts[f].length + strlen(text) >= MOST_RECORD)
	{
		book->too_long[f] = true;
		return;
	}
	book->cells[f][column].kind = kind;
	book->offsets[f][column] = book->texts[f].length;
	chars_add(&book->texts[f], text, strlen(text) + 1);
}

void
workbook_long_cell(Workbook *book, long row, long column)
{
	workbook_cell(book, row, column, CELL_ERROR, "");
	if (!book->learning && current(book) && book->current == book->chosen && book->row == row)
		book->too_long[book->filling] = true;
}

/* ------------------------------------------------------------------ passes */

static void
end_pass(Workbook *book)
{
	if (book->xml)
		XML_ParserFree(book->xml);
	book->xml = NULL;
	if (book->state)
		(book->fods ? fods_free : gnumeric_free) (book->state);
	book->state = NULL;
	if (book->file)
		fclose(book->file);
	book->file = NULL;
}

static bool
begin_pass(Workbook *book, bool learning)
{
	end_pass(book);
	book->file = fopen(book->xml_path, "re");
	if (!book->file)
		return false;
	book->xml = XML_ParserCreate(NULL);
	if (!book->xml)
		return false;
	book->state = book->fods ? fods_parser(book->xml, book) : gnumeric_parser(book->xml, book);
	book->learning = learning;
	book->sheet_count = 0;
	book->current = -1;
	book->row = -1;
	book->ended = book->ready = false;
	book->next_merge = book->open_count = 0;
	book->repeated = book->filling_repeated = 1;
	book->again = 0;
	book->count[0] = book->count[1] = 0;
	book->too_long[0] = book->too_long[1] = false;
	book->reader.done = 0;
	return true;
}

/* Parses until a row is ready or the file ends; false where it is no XML. */
static bool
advance(Workbook *book)
{
	XML_ParsingStatus status;

	while (!book->ready && !book->ended)
	{
		enum XML_Status result;

		task_stop_if_asked();
		XML_GetParsingStatus(book->xml, &status);
		if (status.parsing == XML_SUSPENDED)
			result = XML_ResumeParser(book->xml);
		else
		{
			void	   *block = XML_GetBuffer(book->xml, BLOCK);
			size_t		got = block ? fread(block, 1, BLOCK, book->file) : 0;

			if (status.parsing == XML_FINISHED)
			{
				book->ended = true;
				break;
			}
			book->reader.done += (long long) got;
			result = XML_ParseBuffer(book->xml, (int) got, got == 0);
			if (got == 0 && result == XML_STATUS_OK)
				book->ended = true;
		}
		if (result == XML_STATUS_ERROR)
			return false;
	}
	return true;
}

static bool
is_hidden(const SheetInfo *sheet, long row)
{
	for (int i = 0; i < sheet->hidden_count; i++)
		if (row >= sheet->hidden_rows[i].first && row < sheet->hidden_rows[i].first + sheet->hidden_rows[i].count)
			return true;
	return false;
}

static bool
next_values(Workbook *book)
{
	if (!book->values)
		return false;
	if (!book->values->next(book->values, &book->value_row))
	{
		book->values->close(book->values);
		book->values = NULL;
		return false;
	}
	book->value_at++;
	return true;
}

/* Whether a cell of the CSV is that of the sheet: texts by all that is seen, numbers by their value. */
static bool
agrees(const Cell *cell, const char *value)
{
	const char *text = cell->text;
	char	   *end;
	double		a, b;

	if (cell->kind == CELL_NUMBER && (b = strtod(text, &end), *end == '\0') && value[0] && (a = strtod(value, &end), *end == '\0'))
		return fabs(a - b) <= fabs(b) * 1e-9;
	if (cell->kind != CELL_TEXT)
		return true;
	for (;;)
	{
		while (*text && (unsigned char) *text <= ' ')
			text++;
		while (*value && (unsigned char) *value <= ' ')
			value++;
		if (*text != *value || *text == '\0')
			return *text == *value;
		text++;
		value++;
	}
}

/* Puts the values of formulas in: of the row of the CSV that this row is. Where another cell of it does not agree, false: it is some other row. */
static bool
fill_formulas(Workbook *book, const SheetInfo *sheet, long row, Cell *cells, int count)
{
	bool		any = false;

	for (int c = 0; c < count && !any; c++)
		any = cells[c].kind == CELL_ERROR && strcmp(cells[c].text, "=") == 0;
	if (!any)
		return true;
	while (book->value_at < row && next_values(book))
		;
	if (!book->values || book->value_at != row || book->value_row.broken)
		return false;
	for (int c = 0; c < count; c++)
	{
		long		at = c - sheet->first_column;

		if (cells[c].kind != CELL_EMPTY && cells[c].kind != CELL_ERROR && (at < 0 || !agrees(&cells[c], at < book->value_row.count ? book->value_row.cells[at].text : "")))
			return false;
	}
	for (int c = 0; c < count; c++)
	{
		long		at = c - sheet->first_column;

		if (cells[c].kind == CELL_ERROR && strcmp(cells[c].text, "=") == 0 && at >= 0 && at < book->value_row.count)
		{
			const char *value = book->value_row.cells[at].text;
			char	   *end;

			cells[c].text = value;
			cells[c].kind = value[0] == '\0' ? CELL_EMPTY : value[0] == '#' ? CELL_ERROR : CELL_TEXT;
			if (value[0] && (strtod(value, &end), *end == '\0'))
				cells[c].kind = CELL_NUMBER;
		}
	}
	return true;
}

static bool
workbook_next(SheetReader *reader, SheetRow *row)
{
	Workbook   *book = (Workbook *) reader;
	SheetInfo  *sheet = &book->sheets[book->chosen];
	int			f;
	Cell	   *cells;
	int			count;
	int			kept = 0;

	if (book->again > 0)
	{
		book->again--;
		book->ready_row++;
	}
	else if (!advance(book))
		return false;
	else if (!book->ready)
	{
		if (book->row < 0)
			return false;
		book->ready_row = book->row;	/* the last one */
		book->again = book->filling_repeated - 1;
		book->filling = !book->filling;
		book->row = -1;
	}
	book->ready = false;
	f = !book->filling;
	cells = book->given;
	count = book->count[f];
	memcpy(cells, book->cells[f], (size_t) count * sizeof *cells);
	memset(row, 0, sizeof *row);
	row->line = book->ready_row + 1;
	row->hidden = is_hidden(sheet, book->ready_row);
	for (int c = 0; c < count; c++)
		cells[c].text = book->offsets[f][c] == (size_t) -1 ? "" : book->texts[f].data + book->offsets[f][c];
	row->broken = book->too_long[f];
	if (!fill_formulas(book, sheet, book->ready_row, cells, count))
		row->broken = true;

	/* merges that begin here or above, and have not ended */
	for (; book->next_merge < sheet->merge_count && sheet->merges[book->next_merge].first_row <= book->ready_row; book->next_merge++)
		if (sheet->merges[book->next_merge].last_row >= book->ready_row)
			book->open[book->open_count++] = book->next_merge;
	for (int i = 0; i < book->open_count; i++)
	{
		Merge	   *merge = &sheet->merges[book->open[i]];

		if (merge->last_row < book->ready_row)
		{
			free(merge->text);
			merge->text = NULL;
			continue;
		}
		book->open[kept++] = book->open[i];
		while (count <= merge->last_column)
		{
			memset(&cells[count], 0, sizeof *cells);
			cells[count++].text = "";
		}
		if (merge->first_row == book->ready_row)
		{
			cells[merge->first_column].right = merge->last_column - merge->first_column + 1;
			cells[merge->first_column].below = merge->last_row - merge->first_row + 1;
			free(merge->text);
			merge->text = need_copy(cells[merge->first_column].text);
			merge->kind = cells[merge->first_column].kind;
		}
		for (int c = merge->first_column; c <= merge->last_column; c++)
		{
			if (c == merge->first_column && merge->first_row == book->ready_row)
				continue;
			cells[c].kind = merge->text ? merge->kind : CELL_EMPTY;
			cells[c].text = merge->text ? merge->text : "";
			cells[c].across = c > merge->first_column;
			cells[c].down = book->ready_row > merge->first_row;
		}
	}
	book->open_count = kept;
	row->cells = cells;
	row->count = count;
	return true;
}

static void
workbook_rewind(SheetReader *reader)
{
	Workbook   *book = (Workbook *) reader;
	SheetInfo  *sheet = &book->sheets[book->chosen];

	begin_pass(book, false);
	for (int i = 0; i < sheet->merge_count; i++)
	{
		free(sheet->merges[i].text);
		sheet->merges[i].text = NULL;
	}
	if (book->values)
		book->values->close(book->values);
	book->values = NULL;
	if (book->csv_pattern)
	{
		char	   *path = need_format("%s.%d", book->csv_pattern, book->chosen);
		char	   *problem = NULL;

		book->values = open_csv(path, "UTF-8", ',', &problem);
		if (book->values)
			book->values->written = true;
		book->value_at = sheet->first_row - 1;
		free(problem);
		free(path);
	}
}

static void
workbook_close(SheetReader *reader)
{
	Workbook   *book = (Workbook *) reader;

	end_pass(book);
	if (book->values)
		book->values->close(book->values);
	for (int i = 0; i < MOST_SHEETS; i++)
	{
		free(book->sheets[i].name);
		free(book->sheets[i].hidden_rows);
		for (int m = 0; m < book->sheets[i].merge_count; m++)
			free(book->sheets[i].merges[m].text);
		free(book->sheets[i].merges);
		if (book->csv_pattern)
		{
			char	   *path = need_format("%s.%d", book->csv_pattern, i);

			unlink(path);
			free(path);
		}
	}
	if (book->xml_path)
		unlink(book->xml_path);
	for (int i = 0; i < 2; i++)
	{
		chars_free(&book->texts[i]);
		free(book->cells[i]);
		free(book->offsets[i]);
	}
	free(book->given);
	free(book->open);
	free(book->xml_path);
	free(book->csv_pattern);
	free(book->names);
	free(book);
}

/* ------------------------------------------------------------------ conversion */

/* Runs a program to its end, at most 4 GB of memory, 8 GB of files and 20 minutes; true when it succeeded. */
static bool
run(char *const argv[])
{
	int			status;
	pid_t		child = fork();

	if (child == 0)
	{
		static const struct
		{
			int			what;
			rlim_t		most;
		}			limits[] = {{RLIMIT_AS, (rlim_t) 4 << 30}, {RLIMIT_FSIZE, (rlim_t) 8 << 30}, {RLIMIT_CPU, 1200}, {RLIMIT_CORE, 0}};
		int			null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		setenv("LC_ALL", "C.UTF-8", 1);
		for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
			setrlimit((__rlimit_resource_t) limits[i].what, &(struct rlimit) {limits[i].most, limits[i].most});
		execvp(argv[0], argv);
		_exit(127);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0)
	{
		if (errno != EINTR)
			return false;
		if (task_signal)
			kill(child, SIGTERM);
	}
	task_stop_if_asked();
	return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool
is_workbook(const char *path)
{
	unsigned char first[8] = {0};
	FILE	   *file = fopen(path, "re");
	size_t		got = file ? fread(first, 1, sizeof first, file) : 0;
	size_t		i = 0;

	if (file)
		fclose(file);
	if (got >= 4 && (memcmp(first, "PK\3\4", 4) == 0 || memcmp(first, "\xD0\xCF\x11\xE0", 4) == 0))
		return true;
	/* what some systems call .xls is a page of HTML, or XML */
	if (memcmp(first, "\xEF\xBB\xBF", 3) == 0)
		i = 3;
	while (i < got && (first[i] == ' ' || first[i] == '\n' || first[i] == '\r' || first[i] == '\t'))
		i++;
	return i < got && first[i] == '<' && (ends_with(path, ".xls") || ends_with(path, ".html") || ends_with(path, ".htm") || ends_with(path, ".fods") || ends_with(path, ".xml"));
}

static bool
convert(Workbook *book, const char *path, const char *scratch, char **problem)
{
	static int	number;
	bool		ok = false;
	struct stat status;
	char	   *input = path[0] == '-' ? need_format("./%s", path) : need_copy(path);

	book->xml_path = need_format("%s/workbook%d.xml", scratch, ++number);
	if (ends_with(path, ".fods"))
		book->fods = ok = true, free(book->xml_path), book->xml_path = NULL;
	if (ok)
	{
		/* it is what it would be converted to; a link, for what is ours is removed at the end */
		char	   *whole = realpath(path, NULL);

		book->xml_path = need_format("%s/workbook%d.fods", scratch, number);
		ok = whole && symlink(whole, book->xml_path) == 0;
		free(whole);
	}
	else if (task_find("ssconvert"))
		ok = run((char *[]) {"ssconvert", "-T", "Gnumeric_XmlIO:sax:0", input, book->xml_path, NULL});
	if (!ok && !book->fods && task_find("soffice"))
	{
		/* by a name of our own, for the name of what comes out is made of it */
		char	   *profile = need_format("-env:UserInstallation=file://%s/office", scratch);
		const char *dot = strrchr(path, '.');
		char	   *link = need_format("%s/office%d%s", scratch, number, dot && !strchr(dot, '/') ? dot : ".xlsx");
		char	   *whole = realpath(path, NULL);

		if (whole && symlink(whole, link) == 0)
			ok = run((char *[]) {"soffice", profile, "--headless", "--convert-to", "fods", "--outdir", (char *) scratch, link, NULL});
		free(book->xml_path);
		book->xml_path = need_format("%s/office%d.fods", scratch, number);
		book->fods = true;
		unlink(link);
		free(whole);
		free(link);
		free(profile);
	}
	if (!ok || stat(book->xml_path, &status) != 0 || status.st_size == 0)
	{
		if (!task_find("ssconvert") && !task_find("soffice"))
			*problem = need_format(TEXT("%s: workbooks are read by way of ssconvert (Debian: gnumeric) or soffice (libreoffice-calc), and neither is installed; save it as CSV, or install one",
									"%s：读取工作簿需要 ssconvert（Debian 的 gnumeric）或 soffice（libreoffice-calc），两者都没有安装；请安装其一，或另存为CSV"), path);
		else
			*problem = need_format(TEXT("%s: it could not be converted: it is no workbook, is damaged or has a password", "%s：无法转换：不是工作簿、已损坏或有密码"), path);
		free(input);
		return false;
	}
	book->reader.bytes = status.st_size;
	free(input);
	return true;
}

static int
by_first_row(const void *a, const void *b)
{
	const Merge *x = a, *y = b;

	return x->first_row != y->first_row ? (x->first_row > y->first_row) - (x->first_row < y->first_row) : x->first_column - y->first_column;
}

char **
workbook_sheets(SheetReader *reader)
{
	Workbook   *book = (Workbook *) reader;

	return book->names;
}

SheetReader *
open_workbook(const char *path, const char *sheet, const char *scratch, char **problem)
{
	Workbook   *book = need(sizeof *book);
	int			names = 0;

	book->reader.next = workbook_next;
	book->reader.rewind = workbook_rewind;
	book->reader.close = workbook_close;
	book->names = need((MOST_SHEETS + 1) * sizeof *book->names);
	book->chosen = -1;
	book->given = need((MOST_COLUMNS + 1) * sizeof *book->given);
	for (int i = 0; i < 2; i++)
	{
		book->cells[i] = need((MOST_COLUMNS + 1) * sizeof **book->cells);
		book->offsets[i] = need((MOST_COLUMNS + 1) * sizeof **book->offsets);
	}
	if (!convert(book, path, scratch, problem))
	{
		workbook_close(&book->reader);
		return NULL;
	}
	if (!begin_pass(book, true) || !advance(book))
	{
		*problem = need_format(TEXT("%s: what it was converted to cannot be read: %s", "%s：转换结果无法读取：%s"), path,
							 book->xml ? XML_ErrorString(XML_GetErrorCode(book->xml)) : strerror(errno));
		workbook_close(&book->reader);
		return NULL;
	}
	for (int i = 0; i < book->sheet_count; i++)
	{
		if (book->sheets[i].cells == 0 || (book->sheets[i].hidden && !(sheet && strcmp(sheet, book->sheets[i].name) == 0)))
			continue;
		book->names[names++] = book->sheets[i].name;
		if (book->chosen < 0 && (!sheet || strcmp(sheet, book->sheets[i].name) == 0))
			book->chosen = i;
	}
	if (book->chosen < 0)
	{
		Chars		list = {0};

		chars_reset(&list);
		for (int i = 0; i < names; i++)
			chars_format(&list, "%s%s", i ? ", " : "", book->names[i]);
		*problem = sheet ? need_format(TEXT("%s has no sheet \"%s\"; it has %s", "%s 没有工作表“%s”，只有 %s"), path, sheet, list.data)
			: need_format(TEXT("%s: nothing stands in it that can be seen", "%s：没有可见的内容"), path);
		chars_free(&list);
		workbook_close(&book->reader);
		return NULL;
	}
	book->reader.name = book->sheets[book->chosen].name;
	if (book->sheets[book->chosen].merge_count > 0)
		qsort(book->sheets[book->chosen].merges, (size_t) book->sheets[book->chosen].merge_count, sizeof(Merge), by_first_row);
	book->open = need((size_t) (book->sheets[book->chosen].merge_count + 1) * sizeof *book->open);
	if (book->sheets[book->chosen].formulas)
	{
		char	   *input = path[0] == '-' ? need_format("./%s", path) : need_copy(path);
		char	   *pattern;

		book->csv_pattern = need_format("%s.values", book->xml_path);
		pattern = need_format("%s.%%n", book->csv_pattern);
		run((char *[]) {"ssconvert", "-S", "-T", "Gnumeric_stf:stf_assistant", "-O", "format=raw", input, pattern, NULL});
		free(pattern);
		free(input);
	}
	workbook_rewind(&book->reader);
	return &book->reader;
}
