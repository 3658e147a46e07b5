/*
 * csv.c
 *		Delimited text, as RFC 4180 has it and as it comes.
 *
 * Debian's libcsv was looked at: it keeps no line numbers and grows with a cell whose quote never ends, so this is
 * our own. A record is found first and then cut up where it lies. A quote that never ends costs one line,
 * not the rest of the file; so does a line longer than MOST_RECORD.
 */
#include <stdlib.h>
#include <string.h>

#include "encoding.h"
#include "sheet.h"
#include "task.h"

#define MOST_QUOTED_LINES 500
#define BLOCK 65536

typedef struct Csv
{
	SheetReader reader;
	Decoder    *decoder;
	char	   *buffer;			/* what is decoded and not given yet is from at to end */
	size_t		at;
	size_t		end;
	size_t		size;
	bool		ended;
	long long	before;			/* bytes decoded that stood before the buffer's first */
	long		line;			/* of the next record */
	Cell	   *cells;
	int			cells_size;
	bool		told;			/* its first line names the separator: "sep=;" */
} Csv;

/* Reads on; false where nothing more is, or the record is too long. */
static bool
more(Csv *csv)
{
	size_t		got;

	if (csv->ended)
		return false;
	if (csv->at > 0 && csv->size - csv->end < BLOCK)
	{
		memmove(csv->buffer, csv->buffer + csv->at, csv->end - csv->at);
		csv->before += (long long) csv->at;
		csv->end -= csv->at;
		csv->at = 0;
	}
	if (csv->size - csv->end < BLOCK)
	{
		if (csv->end - csv->at >= MOST_RECORD)
			return false;
		csv->size = csv->size * 2;
		csv->buffer = need_more(csv->buffer, csv->size + 1);
	}
	got = decode(csv->decoder, csv->buffer + csv->end, csv->size - csv->end);
	csv->ended = got == 0;
	csv->end += got;
	csv->reader.done = decoder_done(csv->decoder);
	return got > 0;
}

/*
 * Length of the record at csv->at, without its line end; *after: with it; *lines: line ends in it. -1: a quote that
 * never ends, or it is too long. `quotes` false: quotes mean nothing.
 */
static long
record_length(Csv *csv, bool quotes, char separator, size_t *after, long *lines)
{
	size_t		i = 0;
	bool		start = true;

	*lines = 0;
	for (;;)
	{
		char		c;

		if (csv->at + i >= csv->end && !more(csv))
		{
			if (!csv->ended)
				return -1;
			*after = i;
			return (long) i;
		}
		c = csv->buffer[csv->at + i];
		if (c == '"' && start && quotes)
		{
			for (i++;; i++)
			{
				if (csv->at + i >= csv->end && !more(csv))
					return -1;
				c = csv->buffer[csv->at + i];
				if (c == '\n' && ++*lines > MOST_QUOTED_LINES && !csv->reader.written)
					return -1;
				if (c != '"')
					continue;
				if (csv->at + i + 1 >= csv->end)
					more(csv);
				if (csv->at + i + 1 < csv->end && csv->buffer[csv->at + i + 1] == '"')
					i++;
				else
					break;
			}
			i++;
			start = false;
			continue;
		}
		if (c == '\n' || c == '\r')
		{
			*after = i + 1;
			if (c == '\r' && (csv->at + i + 1 < csv->end || more(csv)) && csv->buffer[csv->at + i + 1] == '\n')
				*after = i + 2;
			++*lines;
			return (long) i;
		}
		start = c == separator;
		i++;
		/* the rest of a cell without a quote */
		if (!start)
			while (csv->at + i < csv->end && (c = csv->buffer[csv->at + i]) != separator && c != '\n' && c != '\r')
				i++;
	}
}

static Cell *
new_cell(Csv *csv, int n)
{
	if (n >= csv->cells_size)
	{
		csv->cells_size = csv->cells_size ? csv->cells_size * 2 : 64;
		csv->cells = need_more(csv->cells, (size_t) csv->cells_size * sizeof *csv->cells);
	}
	memset(&csv->cells[n], 0, sizeof *csv->cells);
	return &csv->cells[n];
}

/* Cuts a record up where it lies. */
static void
cut(Csv *csv, char *record, size_t length, bool quotes, SheetRow *row)
{
	char	   *from = record, *end = record + length;
	char		separator = csv->reader.separator;
	int			n = 0;

	*end = '\0';				/* over its line end, or past the buffer's end */
	for (;;)
	{
		Cell	   *cell;
		char	   *to, *start;

		if (n >= MOST_COLUMNS)
		{
			row->broken = true;
			break;
		}
		cell = new_cell(csv, n++);
		if (quotes && from < end && *from == '"')
		{
			start = to = ++from;
			while (from < end)
			{
				if (*from == '"')
				{
					if (from + 1 >= end || from[1] != '"')
					{
						from++;
						break;
					}
					from++;
				}
				*to++ = *from++;
			}
			while (from < end && *from != separator)
				*to++ = *from++;
		}
		else
		{
			start = from;
			while (from < end && *from != separator)
				from++;
			to = from;
		}
		cell->text = start;
		cell->kind = to > start ? CELL_TEXT : CELL_EMPTY;
		if (from >= end)
		{
			*to = '\0';
			break;
		}
		from++;
		*to = '\0';
	}
	row->count = n;
	row->cells = csv->cells;
}

static bool
csv_next(SheetReader *reader, SheetRow *row)
{
	Csv		   *csv = (Csv *) reader;
	size_t		after = 0;
	long		lines, length;
	bool		quotes = true;
	size_t		start;

	memset(row, 0, sizeof *row);
	if (csv->at >= csv->end && !more(csv))
		return false;
	row->line = csv->line;
	reader->place = csv->before + (long long) csv->at;
	length = record_length(csv, true, reader->separator, &after, &lines);
	if (length < 0)
	{
		row->broken = true;
		quotes = false;
		length = record_length(csv, false, reader->separator, &after, &lines);
	}
	if (length < 0)
	{
		/* a line that is too long: its beginning is given, the rest skipped */
		size_t		kept = csv->at + 1000;

		reader->seek = NULL;	/* what is skipped is not counted */
		for (;;)
		{
			char	   *newline = memchr(csv->buffer + kept, '\n', csv->end - kept);

			if (newline)
			{
				char		saved[1000];

				memcpy(saved, csv->buffer + csv->at, sizeof saved);
				csv->at = (size_t) (newline - csv->buffer) + 1 - sizeof saved - 1;
				memmove(csv->buffer + csv->at, saved, sizeof saved);
				break;
			}
			csv->end = kept;
			csv->at = kept - 1000;
			if (csv->at > 0)
			{
				memmove(csv->buffer, csv->buffer + csv->at, 1000);
				csv->at = 0, csv->end = kept = 1000;
			}
			if (!more(csv))
				break;
		}
		length = 1000;
		after = 1001;
		lines = 1;
		while (length > 0 && (csv->buffer[csv->at + (size_t) length] & 0xC0) == 0x80)
			length--;
	}
	csv->line += lines;
	start = csv->at;
	csv->at += after;
	if (csv->at > csv->end)
		csv->at = csv->end;
	for (char *nul = csv->buffer + start; (nul = memchr(nul, '\0', (size_t) length - (size_t) (nul - csv->buffer - (long) start))) != NULL;)
	{
		*nul = ' ';
		row->broken = true;
	}
	cut(csv, csv->buffer + start, (size_t) length, quotes, row);
	return true;
}

static void
csv_rewind(SheetReader *reader)
{
	Csv		   *csv = (Csv *) reader;
	size_t		after;
	long		lines;

	rewind_decoder(csv->decoder);
	csv->at = csv->end = 0;
	csv->before = 0;
	csv->ended = false;
	csv->line = 1;
	if (csv->told && record_length(csv, false, ',', &after, &lines) >= 0)
		csv->at += after, csv->line++;
}

static void
csv_seek(SheetReader *reader, long long place, long line)
{
	Csv		   *csv = (Csv *) reader;

	if (place < csv->before + (long long) csv->at)
		csv_rewind(reader);
	while (place > csv->before + (long long) csv->end)
	{
		csv->before += (long long) csv->end;
		csv->at = csv->end = 0;
		if (!more(csv))
			return;
	}
	csv->at = (size_t) (place - csv->before);
	csv->line = line;
}

static void
csv_close(SheetReader *reader)
{
	Csv		   *csv = (Csv *) reader;

	close_decoder(csv->decoder);
	free(csv->buffer);
	free(csv->cells);
	free(csv);
}

/* The separator by which most of the first records have the same number of cells, two or more. */
static char
find_separator(Csv *csv)
{
	static const char candidates[] = ",\t;|";
	char		best = ',';
	long		best_score = 0;

	for (const char *candidate = candidates; *candidate; candidate++)
	{
		int			counts[60], n = 0;
		SheetRow	row;

		csv->reader.separator = *candidate;
		csv_rewind(&csv->reader);
		while (n < 60 && csv_next(&csv->reader, &row))
			if (row.count > 1 || row.cells[0].kind != CELL_EMPTY)
				counts[n++] = row.count;
		for (int i = 0; i < n; i++)
		{
			long		same = 0, score;

			for (int j = 0; j < n; j++)
				same += counts[j] == counts[i];
			score = counts[i] < 2 ? 0 : same * 10000 + counts[i];
			if (score > best_score)
				best_score = score, best = *candidate;
		}
	}
	return best;
}

SheetReader *
open_csv(const char *path, const char *encoding, char separator, char **problem)
{
	Decoder    *decoder = open_decoder(path, encoding, problem);
	Csv		   *csv;

	if (!decoder)
		return NULL;
	csv = need(sizeof *csv);
	csv->decoder = decoder;
	csv->size = 4 * BLOCK;
	csv->buffer = need_more(NULL, csv->size + 1);
	csv->reader.next = csv_next;
	csv->reader.rewind = csv_rewind;
	csv->reader.seek = csv_seek;
	csv->reader.close = csv_close;
	csv->reader.encoding = decoder_encoding(decoder);
	csv->reader.bytes = decoder_size(decoder);
	csv_rewind(&csv->reader);
	more(csv);
	if (csv->end - csv->at >= 5 && memcmp(csv->buffer + csv->at, "sep=", 4) == 0)
	{
		csv->told = true;
		csv->reader.separator = csv->buffer[csv->at + 4];
	}
	if (separator)
		csv->reader.separator = separator;
	else if (!csv->told)
		csv->reader.separator = find_separator(csv);
	csv_rewind(&csv->reader);
	return &csv->reader;
}
