/* progress.c: how far a long task is */
#include "progress.h"

#include "say.h"
#include "task.h"
#include "words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool running = false;
static bool standing = false;	/* the line is on the terminal */
static char *task = NULL;
static uint64_t whole;
static double began;
static double shown;

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

void
progress_begin(const char *what, uint64_t total)
{
	progress_end();
	if (say_quiet || terminal_width(stderr) == 0)
		return;
	running = true;
	task = harmless(what);
	whole = total;
	began = shown = seconds();
}

void
progress_at(uint64_t done, uint64_t rows)
{
	double		now;
	double		spent;
	char		line[256];
	size_t		used;
	int			width;

	if (!running)
		return;
	now = seconds();
	if (now - shown < 0.2)
		return;
	shown = now;
	spent = now - began;
	if (rows > 0)
		used = (size_t) snprintf(line, sizeof line, TEXT("%llu rows, %.0f/s", "%llu行，每秒%.0f行"), (unsigned long long) rows, (double) rows / spent);
	else
		used = (size_t) snprintf(line, sizeof line, TEXT("%llu of %llu", "%llu/%llu"), (unsigned long long) done, (unsigned long long) whole);
	if (whole > 0 && done > 0)
	{
		double		part = done < whole ? (double) done / (double) whole : 1;
		long		left = (long) (spent / part - spent + 0.5);

		snprintf(line + used, sizeof line - used, TEXT(", %d %%, %ld:%02ld left", "，%d%%，还需%ld:%02ld"), (int) (part * 100), left / 60, left % 60);
	}
	width = terminal_width(stderr) - 1 - width_of(line) - 2;
	fputs("\r\033[K", stderr);
	if (width > 3)
		fprintf(stderr, "%.*s  ", (int) bytes_in(task, width), task);
	fprintf(stderr, "%.*s", (int) bytes_in(line, terminal_width(stderr) - 1), line);
	fflush(stderr);
	standing = true;
}

void
progress_clear(void)
{
	if (standing)
		fputs("\r\033[K", stderr);
	standing = false;
}

void
progress_end(void)
{
	progress_clear();
	running = false;
	free(task);
	task = NULL;
}
