/* Files of office programs are zip archives of XML; by libzip. */
#ifndef EMGOV_DOCUMENT_ARCHIVE_H
#define EMGOV_DOCUMENT_ARCHIVE_H

#include "document/text.h"

#include <zip.h>

/* Open an archive; NULL with a sentence in *problem. */
extern zip_t *archive_open(const char *path, bool fresh, char **problem);

/* The content of a member, added to a text; false when there is none of that name. */
extern bool archive_read(zip_t *archive, const char *name, Text *content);

/*
 * The same of a part that is held to be edited: no larger than can be. False with a sentence in *problem; *problem stays as it is
 * when there is no such member.
 */
extern bool archive_read_xml(zip_t *archive, const char *name, Text *content, char **problem);

/* Put a member in, in place of one of that name. The text stays the caller's, and must last until the archive is closed. */
extern bool archive_write(zip_t *archive, const char *name, const Text *content);

/* Write what was put in; false with a sentence in *problem, and nothing written. */
extern bool archive_close(zip_t *archive, const char *path, char **problem);

#endif
