/*
 * say.h: what the command prints.
 *
 * Results go to standard output, messages to standard error. Both are UTF-8
 * whatever the locale. Colours are used on a terminal only, and never where
 * NO_COLOR is set.
 */
#ifndef EMGOV_SAY_H
#define EMGOV_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define FORMATTED(text, first) __attribute__((format(printf, text, first)))

/* What main() returns; see the man page. */
enum ExitCode
{
	EXIT_FINE = 0,				/* done */
	EXIT_FAILED = 1,			/* an error */
	EXIT_USAGE = 2,				/* called wrongly */
	EXIT_FOUND = 3,				/* checks failed, or something is not well */
	EXIT_REJECTED = 4,			/* some rows were not taken */
	EXIT_CONNECTION = 5			/* no connection, or it was lost */
};

typedef enum Colour
{
	PLAIN, BOLD, RED, GREEN, YELLOW, DIM
} Colour;

/* Messages, one line or several, to standard error. */
extern void say_error(const char *format,...) FORMATTED(1, 2);
extern void say_warning(const char *format,...) FORMATTED(1, 2);
extern void say_detail(const char *format,...) FORMATTED(1, 2);
extern void say_hint(const char *format,...) FORMATTED(1, 2);
extern void say(const char *format,...) FORMATTED(1, 2);

/* Say an error and end the program. */
extern void fail(int code, const char *format,...) FORMATTED(2, 3) __attribute__((noreturn));

/* Results, to standard output. Whether they could be written is known at the end. */
extern void put(const char *format,...) FORMATTED(1, 2);
extern void put_in(Colour colour, const char *format,...) FORMATTED(2, 3);

/*
 * A text broken into lines as wide as the terminal, the first from the column start on, further ones
 * indented; Chinese punctuation begins no line. put_line is a paragraph of its own.
 */
extern void put_wrapped(const char *text, int start, int indent);
extern void put_line(Colour colour, const char *format,...) FORMATTED(2, 3);
extern void write_wrapped(FILE *stream, const char *text, int start, int indent, int width);

/* The end of results: 0, or EXIT_FAILED after saying why they could not be written (of a closed pipe nothing is said). */
extern int	put_end(void);

/* --quiet: of the messages only errors and warnings are said. */
extern bool say_quiet;

/* Columns that a UTF-8 text takes on a terminal. Bytes that are not UTF-8, and controls, count as one. */
extern int	width_of(const char *text);

/* Bytes at the start of text that take at most width columns (never half a character; at least one if there is any). */
extern size_t bytes_in(const char *text, int width);

/* Columns of the terminal behind a stream, 0 where it is none. */
extern int	terminal_width(FILE *stream);

/* A copy of a text without what a terminal would obey: controls other than the line's end and the tab. */
extern char *harmless(const char *text);

#endif
