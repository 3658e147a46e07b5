/* XML that is edited in place: read by expat, event by event, each with the bytes that it stands in; what changes is put into these bytes. */
#ifndef EMGOV_DOCUMENT_XML_H
#define EMGOV_DOCUMENT_XML_H

#include "document/text.h"

/* What is called as a part is read. Names are without their prefix; from and to are the bytes of the tag. */
typedef struct XmlEvents
{
	void		(*start) (void *data, const char *name, const char *const *attributes, size_t from, size_t to);
	void		(*end) (void *data, const char *name, size_t from, size_t to);	/* of an empty element both stand behind its tag */
	void		(*text) (void *data, const char *text, size_t length);	/* decoded; in pieces */
} XmlEvents;

/*
 * Read a part. False, with why in *problem, where it is not well-formed UTF-8, or has a document type, which office programs do not write
 * and which may define entities without end. The events may have been called before.
 */
extern bool xml_read(const Text *content, const XmlEvents *events, void *data, char **problem);

/* An attribute of an element by its name without prefix; NULL when it has none. */
extern const char *xml_attribute(const char *const *attributes, const char *name);

/* Changes of a part, in the order of its bytes. */
typedef struct XmlEdits
{
	struct XmlEdit
	{
		size_t		from;
		size_t		to;
		char	   *text;		/* as XML */
	}		   *edit;
	int			count;
	int			room;
} XmlEdits;

extern void xml_edit(XmlEdits *edits, size_t from, size_t to, char *text);

/* The part with its changes; false when there are none, and it stays. */
extern bool xml_apply(Text *content, const XmlEdits *edits);

#endif
