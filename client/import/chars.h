/*
 * chars.h
 *		Growing buffers, and the forms in which texts of a sheet are compared.
 */
#ifndef EMGOV_IMPORT_CHARS_H
#define EMGOV_IMPORT_CHARS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Chars
{
	char	   *data;			/* ends with a NUL that length does not count; never NULL after text_start() */
	size_t		length;
	size_t		size;
} Chars;

extern void chars_reset(Chars *text);
extern void chars_free(Chars *text);
extern void chars_add(Chars *text, const char *bytes, size_t length);
extern void chars_string(Chars *text, const char *string);
extern void chars_char(Chars *text, char c);
extern void chars_format(Chars *text, const char *format,...) __attribute__((format(printf, 2, 3)));

/* One character of UTF-8: its length in bytes, 0 where it is none. */
extern int	utf8_length(const unsigned char *bytes, size_t left);
extern unsigned utf8_code(const unsigned char *bytes, int length);
extern void chars_utf8(Chars *text, unsigned code);

/*
 * Half width for full width (ASCII's letters, digits and marks, and the ideographic space), blanks around
 * taken off, control characters and runs of blanks to one blank. Writes into `into` and gives its data.
 */
extern const char *plain(Chars *into, const char *string);

/* The same without any blank, small letters: what headings and names are compared by. */
extern const char *squeezed(Chars *into, const char *string);

static inline bool
starts_with(const char *string, const char *start)
{
	while (*start)
		if (*string++ != *start++)
			return false;
	return true;
}

extern bool ends_with(const char *string, const char *end);

#endif
