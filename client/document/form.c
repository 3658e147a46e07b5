#include "document/document.h"
#include "document/archive.h"
#include "task.h"
bool fill_docx(Document *document, const char *form, const char *path, char **problem) { (void) document; (void) form; (void) path; *problem = need_format("forms are not filled yet"); return false; }
bool fill_xlsx(Document *document, const char *form, const char *path, char **problem) { (void) document; (void) form; (void) path; *problem = need_format("forms are not filled yet"); return false; }
