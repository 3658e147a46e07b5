/*
 * task.h: signals, a directory for temporary files, other programs.
 */
#ifndef EMGOV_TASK_H
#define EMGOV_TASK_H

#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <libpq-fe.h>

/* The signal that came (SIGINT, SIGTERM, SIGHUP), or 0. Long loops ask it. */
extern volatile sig_atomic_t task_signal;

/* From now on these signals cancel the statement that runs on the connection, and are kept in task_signal. */
extern void task_catch(PGconn *conn);

/* End with 128 + the signal if one came, after saying so. */
extern void task_stop_if_asked(void);

/* A directory of one's own, readable by nobody else, removed at the end with all in it. */
extern const char *task_directory(void);

/* "directory/name", to be freed. */
extern char *task_file(const char *name);

/* A file in it that has no name any more, to be written and read again; NULL where it cannot be. */
extern FILE *task_stream(const char *name);

/* The path of a program in PATH, or NULL. */
extern const char *task_find(const char *program);

/*
 * Run a program, found in PATH, with these arguments (ending with NULL), its input empty, its output
 * into the file output (NULL: thrown away); what it says on standard error is kept, the end of it is
 * in task_said(). Gives its exit code, 127 if it is not there, 128 + the signal that ended it.
 */
extern int	task_run(const char *const *argv, const char *output);
extern const char *task_said(void);

/* Memory or nothing: the program ends if there is none. */
extern void *need(size_t size);
extern void *need_more(void *old, size_t size);
extern char *need_copy(const char *text);
extern char *need_format(const char *format,...) __attribute__((format(printf, 1, 2)));

/* A file of client/share where it is installed: in EMGOV_SHARE, else ../share/emgov beside the program, else as built. To be freed. */
extern char *share_file(const char *name);

#endif
