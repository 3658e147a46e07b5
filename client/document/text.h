/* Text that is made piece by piece, and how it is written where some characters mean something. */
#ifndef EMGOV_DOCUMENT_TEXT_H
#define EMGOV_DOCUMENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Memory of a document lasts until the program ends: a document is as large as what is printed of it. */
extern char *text_copy(const char *text);	/* NULL gives NULL */
extern char *text_slice(const char *text, size_t length);

/* A text that grows; always ends with a zero byte. {0} is an empty one. */
typedef struct Text
{
	char	   *data;
	size_t		length;
	size_t		room;
} Text;

extern void text_add(Text *text, const char *piece);	/* NULL adds nothing */
extern void text_bytes(Text *text, const char *piece, size_t length);
extern void text_format(Text *text, const char *format,...) __attribute__((format(printf, 2, 3)));

/* Adds a piece so that it means itself. Characters that the format cannot hold at all (control characters in XML) are left out. */
extern void text_xml(Text *text, const char *piece);	/* HTML and XML, text and attributes */
extern void text_json(Text *text, const char *piece);	/* with its quotes; NULL: null */
extern bool text_is_formula(const char *piece);	/* whether a spreadsheet takes it for a formula */
extern void text_csv(Text *text, const char *piece);	/* a field, quoted where needed */
extern void text_markdown(Text *text, const char *piece);	/* one line; line ends become blanks */

/* The whole text as a file of that name: written beside it, then renamed. False with errno set. */
extern bool text_save(const Text *text, const char *path);
extern bool text_read(Text *text, const char *path);	/* the content of a file, added; false with errno set */
extern bool text_place(const char *from, const char *path);	/* a file that was made elsewhere, as text_save(); it stays there */

#endif
