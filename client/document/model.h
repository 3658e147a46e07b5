/* What the parts of the model share; see document.h. */
#ifndef EMGOV_DOCUMENT_MODEL_H
#define EMGOV_DOCUMENT_MODEL_H

#include "document/document.h"

extern char *model_value(const PGresult *result, int row, const char *column);	/* NULL of a NULL */
extern char *model_id(const char *prefix, const char *text);

#endif
