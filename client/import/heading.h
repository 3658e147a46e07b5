/*
 * heading.h
 *		Headings as they are written, and what they are taken for.
 */
#ifndef EMGOV_IMPORT_HEADING_H
#define EMGOV_IMPORT_HEADING_H

#include "chars.h"

/*
 * A heading without what is no part of its name: units in brackets (into *unit, to be freed, when there is one),
 * orders (必填, 格式为…), marks of mandatory fields, blanks and line breaks. Brackets of other words stay, half width.
 */
extern const char *heading_name(Chars *into, const char *heading, char **unit);

/* What headings are compared by: heading_name() in small letters, brackets that do not match mended. */
extern const char *heading_key(Chars *into, const char *heading);

/* Whether a text is a unit and nothing else, in brackets or not: （家）, 万元, %. */
extern bool is_unit(const char *text);

/* Words that headings and values are known by, from the files of client/share: a table "*" holds for every table. */
typedef void (*SynonymReader) (void *context, const char *table, const char *column, const char *word);
extern void read_synonyms(const char *file, SynonymReader reader, void *context);

#endif
