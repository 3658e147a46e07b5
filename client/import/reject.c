/*
 * reject.c
 *		FILE.rejects.csv: rows that were not taken, as they were, and why.
 */
#include "reject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document/text.h"
#include "say.h"
#include "task.h"
#include "words.h"

struct RefusalSpool
{
	FILE	   *file;
	char	   *path;
	Chars		text[3];
};

RefusalSpool *
new_spool(void)
{
	static int	number;
	RefusalSpool *spool = need(sizeof *spool);
	char	   *name = need_format("refusals%d", ++number);

	spool->path = task_file(name);
	spool->file = fopen(spool->path, "w+e");
	free(name);
	return spool;
}

static void
put_string(FILE *file, const char *string)
{
	size_t		length = strlen(string);

	fwrite(&length, sizeof length, 1, file);
	fwrite(string, 1, length, file);
}

static bool
get_string(FILE *file, Chars *text)
{
	size_t		length;

	chars_reset(text);
	if (fread(&length, sizeof length, 1, file) != 1)
		return false;
	while (length > 0)
	{
		char		block[4096];
		size_t		got = fread(block, 1, length < sizeof block ? length : sizeof block, file);

		if (got == 0)
			return false;
		chars_add(text, block, got);
		length -= got;
	}
	return true;
}

void
spool_add(RefusalSpool *spool, long long number, const char *column, const char *reason, const char *likely)
{
	if (!spool->file)
		return;
	fwrite(&number, sizeof number, 1, spool->file);
	put_string(spool->file, column);
	put_string(spool->file, reason);
	put_string(spool->file, likely);
}

void
spool_rewind(RefusalSpool *spool)
{
	if (spool->file)
		rewind(spool->file);
}

bool
spool_next(RefusalSpool *spool, Refusal *refusal)
{
	if (!spool->file || fread(&refusal->number, sizeof refusal->number, 1, spool->file) != 1 || !get_string(spool->file, &spool->text[0]) ||
		!get_string(spool->file, &spool->text[1]) || !get_string(spool->file, &spool->text[2]))
		return false;
	refusal->column = spool->text[0].data;
	refusal->reason = spool->text[1].data;
	refusal->likely = spool->text[2].data;
	return true;
}

void
free_spool(RefusalSpool *spool)
{
	if (spool->file)
		fclose(spool->file);
	unlink(spool->path);
	free(spool->path);
	for (int i = 0; i < 3; i++)
		chars_free(&spool->text[i]);
	free(spool);
}

/* ------------------------------------------------------------------ the file */

struct RejectFile
{
	FILE	   *file;
	char	   *path;
	char	   *hidden;			/* its name until it is done */
};

/* What is not done is not left behind, however the program ends. */
static char *unfinished = NULL;
static bool watched = false;

static void
remove_unfinished(void)
{
	if (unfinished)
		unlink(unfinished);
}

static void
put_cell(FILE *file, const char *text)
{
	bool		formula = text_is_formula(text + strspn(text, "'"));

	if (!formula && !strpbrk(text, ",\"\r\n") && text[0] != ' ')
	{
		fputs(text, file);
		return;
	}
	fputs(formula ? "\"'" : "\"", file);
	for (; *text; text++)
	{
		if (*text == '"')
			fputc('"', file);
		fputc(*text, file);
	}
	fputc('"', file);
}

/* To be freed. */
static char *
slashes_wide(const char *text)
{
	Chars		wide = {0};

	chars_reset(&wide);
	for (; *text; text++)
		if (*text == '/')
			chars_string(&wide, "／");
		else
			chars_char(&wide, *text);
	return wide.data;
}

RejectFile *
reject_open(const char *path, const Layout *layout, char **problem)
{
	RejectFile *reject = need(sizeof *reject);
	int			file;
	mode_t		mask;

	reject->path = need_copy(path);
	reject->hidden = need_format("%s.XXXXXX", path);
	/* by a name that nobody else has made, so that no link is followed */
	file = mkstemp(reject->hidden);
	reject->file = file < 0 ? NULL : fdopen(file, "w");
	if (!reject->file)
	{
		*problem = need_format("%s: %s", path, strerror(errno));
		free(reject->path);
		free(reject->hidden);
		free(reject);
		return NULL;
	}
	if (!watched)
		atexit(remove_unfinished);
	watched = true;
	unfinished = need_copy(reject->hidden);
	mask = umask(0);
	umask(mask);
	fchmod(file, 0666 & ~mask);
	fputs("\xEF\xBB\xBF", reject->file);
	for (int c = 0; c < layout->count; c++)
	{
		char	   *heading, *unit;

		if (starts_with(layout->path[c], "#"))
			continue;
		/* "/" between levels alone: of a name and of a unit it is written wide */
		unit = slashes_wide(layout->unit[c]);
		heading = *unit ? need_format("%s(%s)", layout->path[c], unit) : need_copy(layout->path[c]);
		put_cell(reject->file, heading);
		fputc(',', reject->file);
		free(heading);
		free(unit);
	}
	fputs(TEXT("#line,#column,#reason,#likely", "#行,#列,#原因,#建议值"), reject->file);
	/* years, periods and units that the headings lack */
	if (layout->above[0])
		fputs(TEXT(",#title", ",#标题"), reject->file);
	fputs("\r\n", reject->file);
	return reject;
}

void
reject_row(RejectFile *reject, const Layout *layout, const SheetRow *row, const Refusal *refusal, long line, const char *const *texts)
{
	for (int c = 0; c < layout->count; c++)
	{
		if (starts_with(layout->path[c], "#"))
			continue;
		put_cell(reject->file, texts[c] ? texts[c] : layout_cell(layout, row, c)->text);
		fputc(',', reject->file);
	}
	fprintf(reject->file, "%ld,", line);
	put_cell(reject->file, refusal->column);
	fputc(',', reject->file);
	put_cell(reject->file, refusal->reason);
	fputc(',', reject->file);
	put_cell(reject->file, refusal->likely);
	if (layout->above[0])
	{
		fputc(',', reject->file);
		put_cell(reject->file, layout->above);
	}
	fputs("\r\n", reject->file);
}

static bool
same_contents(const char *one, const char *other)
{
	struct stat status;
	FILE	   *a = lstat(one, &status) == 0 && S_ISREG(status.st_mode) ? fopen(one, "re") : NULL, *b = fopen(other, "re");
	bool		same = a && b;

	while (same)
	{
		int			x = getc(a), y = getc(b);

		same = x == y;
		if (x == EOF)
			break;
	}
	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return same;
}

bool
reject_close(RejectFile *reject, bool whole, char **kept)
{
	bool		fine = whole && !ferror(reject->file) && fflush(reject->file) == 0 && fsync(fileno(reject->file)) == 0;
	struct stat status;
	int			error = errno;

	*kept = NULL;
	if (fclose(reject->file) != 0 && fine)
		fine = false, error = errno;
	/* somebody may have corrected what is there */
	if (fine && lstat(reject->path, &status) == 0 && !same_contents(reject->path, reject->hidden))
		for (int i = 1; !*kept && fine; i++)
		{
			char	   *name = need_format("%s.%d", reject->path, i);

			if (link(reject->path, name) == 0)
				*kept = name;
			else
			{
				fine = errno == EEXIST && i < 10000;
				error = errno;
				free(name);
			}
		}
	if (fine && rename(reject->hidden, reject->path) != 0)
		fine = false, error = errno;
	if (!fine)
		unlink(reject->hidden);
	free(unfinished);
	unfinished = NULL;
	free(reject->path);
	free(reject->hidden);
	free(reject);
	errno = error;
	return fine;
}

/* ------------------------------------------------------------------ reasons */

#define MOST_REASONS 500
#define MOST_LINES 10
#define LONGEST_REASON 240

/* Where a quoted value at the start of a text ends, with its marks; NULL: none begins there. */
static const char *
quoted_end(const char *s)
{
	static const char *const marks[][2] = {{"\"", "\""}, {"“", "”"}, {"=(", ")"}, {"line ", ""}, {"第", "行"}};

	for (int i = 0; i < 5; i++)
		if (starts_with(s, marks[i][0]))
		{
			const char *from = s + strlen(marks[i][0]), *end;

			if (i < 3)
				end = strstr(from, marks[i][1]);
			else
				end = *from >= '0' && *from <= '9' ? from + strspn(from, "0123456789") : NULL;
			if (end && starts_with(end, marks[i][1]))
				return end + strlen(marks[i][1]);
		}
	return NULL;
}

/* A reason without what is its row's own: values in quotes, lines, the server's own words. To be freed. */
static char *
kind_of_reason(const char *reason)
{
	Chars		text = {0};

	chars_reset(&text);
	for (const char *s = reason; *s && !starts_with(s, "（服务器原文");)
	{
		const char *end = quoted_end(s);

		if (end)
			chars_string(&text, *s == '"' ? "\"…\"" : starts_with(s, "“") ? "“…”" : *s == '=' ? "=(…)" : *s == 'l' ? "line …" : "第…行");
		else if (text.length > LONGEST_REASON && (*s & 0xC0) != 0x80)
		{
			chars_string(&text, "…");
			break;
		}
		else
			chars_char(&text, *s);
		s = end ? end : s + 1;
	}
	return text.data;
}

void
reasons_add(Reasons *reasons, const Refusal *refusal, long line)
{
	char	   *text = kind_of_reason(refusal->reason);
	int			at = 0;

	while (at < reasons->count && (strcmp(reasons->item[at].text, text) != 0 || strcmp(reasons->item[at].column, refusal->column) != 0))
		at++;
	if (at < reasons->count)
		reasons->item[at].count++;
	else if (at < MOST_REASONS)
	{
		reasons->item = need_more(reasons->item, (size_t) (at + 1) * sizeof *reasons->item);
		reasons->item[at] = (Reason) {need_copy(refusal->column), text, 1, line};
		reasons->count++;
		return;
	}
	else
		reasons->others++;
	free(text);
}

static int
by_count(const void *a, const void *b)
{
	const Reason *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	return one->line < other->line ? -1 : one->line > other->line;
}

void
reasons_put(Reasons *reasons)
{
	long long	others = reasons->others;
	int			listed = reasons->count <= MOST_LINES && others == 0 ? reasons->count : MOST_LINES - 1;

	qsort(reasons->item, (size_t) reasons->count, sizeof *reasons->item, by_count);
	for (int i = 0; i < reasons->count; i++)
	{
		char	   *column = harmless(reasons->item[i].column), *text = harmless(reasons->item[i].text);

		if (i < listed)
			put(TEXT("    %lld × %s%s%s (first on row %ld)\n", "    %lld行 %s%s%s（第一处在第%ld行）\n"), reasons->item[i].count, column, *column ? TEXT(": ", "：") : "", text, reasons->item[i].line);
		else
			others += reasons->item[i].count;
		free(column);
		free(text);
	}
	if (others > 0)
		put(TEXT("    %lld × other reasons\n", "    %lld行 其他原因\n"), others);
}

void
free_reasons(Reasons *reasons)
{
	for (int i = 0; i < reasons->count; i++)
	{
		free(reasons->item[i].column);
		free(reasons->item[i].text);
	}
	free(reasons->item);
}
