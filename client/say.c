/* say.c: what the command prints */
#include "say.h"

#include "progress.h"
#include "task.h"
#include "words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

bool		say_quiet = false;

static int	put_problem = 0;	/* errno of the first write that failed */

/* ------------------------------------------------------------------ width */

/* The character at text, its bytes and its columns. What is no character is one byte and one column. */
static size_t
character(const char *text, wchar_t *c, int *columns)
{
	mbstate_t	state;
	size_t		bytes;

	memset(&state, 0, sizeof state);
	bytes = mbrtowc(c, text, strlen(text), &state);
	if (bytes == (size_t) -1 || bytes == (size_t) -2 || bytes == 0)
	{
		*c = 0xFFFD;
		*columns = 1;
		return *text ? 1 : 0;
	}
	*columns = wcwidth(*c);
	if (*columns < 0)
		*columns = 1;
	return bytes;
}

int
width_of(const char *text)
{
	int			width = 0;
	int			columns;
	wchar_t		c;

	while (*text)
	{
		text += character(text, &c, &columns);
		width += columns;
	}
	return width;
}

size_t
bytes_in(const char *text, int width)
{
	const char *at = text;
	int			columns;
	wchar_t		c;

	while (*at)
	{
		size_t		bytes = character(at, &c, &columns);

		if (columns > width && at > text)
			break;
		width -= columns;
		at += bytes;
	}
	return (size_t) (at - text);
}

int
terminal_width(FILE *stream)
{
	struct winsize size;

	if (!isatty(fileno(stream)))
		return 0;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

/* ------------------------------------------------------------------ writing */

/* No line may begin with these. */
static bool
clings(wchar_t c)
{
	return c && wcschr(L"，。、；：？！）》」』】〕”’％…—,.;:?!)]}%", c) != NULL;
}

/* No line may end with these. */
static bool
opens(wchar_t c)
{
	return c && wcschr(L"（“‘《「『【〔([{", c) != NULL;
}

/* May a line end between two characters, the second of so many columns? A number stays with what it is of; what is in square brackets is whole. */
static bool
parts(wchar_t before, wchar_t c, int columns, int brackets)
{
	bool		number = (before >= '0' && before <= '9') || (c >= '0' && c <= '9');

	return c == ' ' || ((columns > 1 || before > 0x2E80) && !clings(c) && !opens(before) && !number && brackets == 0);
}

char *
harmless(const char *text)
{
	char	   *result = need(strlen(text) * 3 + 1);
	char	   *to = result;

	while (*text)
	{
		int			columns;
		wchar_t		c;
		size_t		bytes = character(text, &c, &columns);

		if (c == 0xFFFD || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
		{
			memcpy(to, "\xEF\xBF\xBD", 3);
			to += 3;
		}
		else
		{
			memcpy(to, text, bytes);
			to += bytes;
		}
		text += bytes;
	}
	*to = '\0';
	return result;
}

static bool
coloured(FILE *stream)
{
	const char *term = getenv("TERM");
	const char *no = getenv("NO_COLOR");

	return isatty(fileno(stream)) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

/* Write bytes, and keep what went wrong with standard output first. */
static void
emit(FILE *stream, const char *text, size_t length)
{
	errno = 0;
	if (fwrite(text, 1, length, stream) < length && stream == stdout && !put_problem)
		put_problem = errno ? errno : EIO;
}

/* Begin or end a colour, where there are any. */
static void
paint(FILE *stream, Colour colour, bool begin)
{
	static const char *const code[] = {"", "1", "31", "32", "33", "2"};

	char		escape[8];

	if (colour == PLAIN || !coloured(stream))
		return;
	snprintf(escape, sizeof escape, "\033[%sm", begin ? code[colour] : "0");
	emit(stream, escape, strlen(escape));
}

static void
write_in(FILE *stream, Colour colour, const char *text)
{
	paint(stream, colour, true);
	emit(stream, text, strlen(text));
	paint(stream, colour, false);
}

void
write_wrapped(FILE *stream, const char *text, int start, int indent, int width)
{
	const char *line = text;

	while (*line)
	{
		const char *at = line;
		const char *last = NULL;	/* where the line may end */
		int			used = line == text ? start : indent;
		int			brackets = 0;
		wchar_t		before = 0;

		while (*at && *at != '\n')
		{
			int			columns;
			wchar_t		c;
			size_t		bytes = character(at, &c, &columns);

			if (at > line && parts(before, c, columns, brackets))
				last = at;
			brackets += (c == '[') - (c == ']' && brackets > 0);
			if (width > 0 && used + columns > width && at > line)
				break;
			used += columns;
			before = c;
			at += bytes;
		}
		if (*at && *at != '\n')
			at = last && last > line ? last : at;
		emit(stream, line, (size_t) (at - line));
		while (*at == ' ')
			at++;
		if (*at == '\n')
			at++;
		line = at;
		if (*line)
		{
			emit(stream, "\n", 1);
			for (int i = 0; i < indent; i++)
				emit(stream, " ", 1);
		}
	}
	emit(stream, "\n", 1);
}

/* See standard output through to its end, and keep what went wrong first. */
static void
written(void)
{
	errno = 0;
	if ((fflush(stdout) != 0 || ferror(stdout)) && !put_problem)
		put_problem = errno ? errno : EIO;
}

/* ------------------------------------------------------------------ messages */

static void
message(Colour colour, const char *name, const char *format, va_list arguments)
{
	char	   *text;
	char	   *safe;
	int			indent;

	if (vasprintf(&text, format, arguments) < 0)
		return;
	safe = harmless(text);
	written();
	progress_clear();
	if (name)
		write_in(stderr, colour, name);
	indent = name ? width_of(name) : 0;
	if (indent > 12)
		indent = 4;
	write_wrapped(stderr, safe, name ? width_of(name) : 0, indent, terminal_width(stderr));
	free(safe);
	free(text);
}

#define MESSAGE(colour, name) \
	do { \
		va_list arguments; \
		va_start(arguments, format); \
		message(colour, name, format, arguments); \
		va_end(arguments); \
	} while (0)

void
say_error(const char *format,...)
{
	MESSAGE(RED, TEXT("emgov: error: ", "emgov: 错误："));
}

void
say_warning(const char *format,...)
{
	MESSAGE(YELLOW, TEXT("emgov: warning: ", "emgov: 警告："));
}

void
say_detail(const char *format,...)
{
	MESSAGE(DIM, TEXT("  detail: ", "  详情："));
}

void
say_hint(const char *format,...)
{
	MESSAGE(BOLD, TEXT("  hint: ", "  提示："));
}

void
say(const char *format,...)
{
	if (!say_quiet)
		MESSAGE(PLAIN, NULL);
}

void
fail(int code, const char *format,...)
{
	MESSAGE(RED, TEXT("emgov: error: ", "emgov: 错误："));
	exit(code);
}

/* ------------------------------------------------------------------ results */

static void
put_message(Colour colour, const char *format, va_list arguments)
{
	char	   *text;
	char	   *safe;

	if (vasprintf(&text, format, arguments) < 0)
		return;
	progress_clear();
	safe = harmless(text);
	write_in(stdout, colour, safe);
	free(safe);
	free(text);
}

void
put(const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	put_message(PLAIN, format, arguments);
	va_end(arguments);
}

void
put_in(Colour colour, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	put_message(colour, format, arguments);
	va_end(arguments);
}

void
put_wrapped(const char *text, int start, int indent)
{
	int			width = terminal_width(stdout);
	char	   *safe = harmless(text);

	progress_clear();
	write_wrapped(stdout, safe, start, indent, width ? width : 100);
	free(safe);
}

void
put_line(Colour colour, const char *format,...)
{
	va_list		arguments;
	char	   *text;
	char	   *safe;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	safe = harmless(text ? text : "");
	progress_clear();
	paint(stdout, colour, true);
	write_wrapped(stdout, safe, 0, 0, terminal_width(stdout));
	paint(stdout, colour, false);
	free(safe);
	free(text);
}

int
put_end(void)
{
	written();
	if (!put_problem)
		return EXIT_FINE;
	if (put_problem != EPIPE)
		say_error(TEXT("cannot write to standard output: %s", "无法写到标准输出：%s"), strerror(put_problem));
	return EXIT_FAILED;
}
