/*
 * connect.h: the connection to the server, by libpq's own conventions.
 *
 * One connection a run: -d takes a name, a URI or a conninfo string, -h -p -U
 * -w -W are as of psql, and PGSERVICE, PGHOST, ~/.pgpass and the like work.
 * The session speaks UTF-8, writes ISO dates, and its search_path is
 * pg_catalog: every name in a statement has its schema before it.
 *
 * In a statement @ledger@, @ledger_report@, @ledger_store@, @ledger_tables@
 * stand for the ledger's schemas, quoted, and @name@ for its name as a
 * string. Values are parameters, always.
 *
 * Notices go to standard error. Ctrl-C cancels the statement that runs.
 */
#ifndef EMGOV_CONNECT_H
#define EMGOV_CONNECT_H

#include "option.h"

#include <libpq-fe.h>

extern const Option connect_options[];
extern const char *ledger_name; /* --ledger, EMGOV_LEDGER, or "ledger" */

/* --unreachable, of commands that compute figures: what is done about areas whose server cannot be reached; NULL: as the session has it. */
extern const char *db_unreachable;
#define OPTION_UNREACHABLE \
	{0, "unreachable", OPTION_CHOICE, &db_unreachable, "error|missing", {"what becomes of areas whose server cannot be reached: an error, or figures of the others, which name what is missing", \
		"所在服务器连不上的区域：error 报错；missing 按其余区域计算，并注明缺哪些区域"}, "error|missing"}

/* Connect. What fails is said, and the program ends with EXIT_CONNECTION. Called again, gives the same. */
extern PGconn *db_connect(void);

/* The same, and see that the extension and the ledger are there; or say which command makes them, and end with EXIT_FAILED. */
extern PGconn *db_ledger(void);

/* What another run needs to reach the same database, to be copied: " -d x -h y -p 1 -U z", those that were given. To be freed. */
extern char *db_same(void);

/* Is the extension in the database (its version, or NULL); is the ledger? */
extern const char *db_extension(void);
extern bool db_has_ledger(void);

/*
 * Run a statement with n parameters, texts or NULL (const char * each). An error is said as the
 * server tells it, with DETAIL and HINT, and the program ends: EXIT_CONNECTION if the connection is
 * lost, 128 + the signal if it was interrupted, else EXIT_FAILED. db_try gives what came instead,
 * for an error that the caller knows; db_failed says it and ends.
 */
extern PGresult *db_query(const char *sql, int n,...);
extern PGresult *db_try(const char *sql, int n,...);
extern bool db_ok(const PGresult *result);
extern bool db_state(const PGresult *result, const char *sqlstate);
extern void db_failed(const PGresult *result) __attribute__((noreturn));

/* Say an error; with a hint of one's own (a format) instead of the server's, or NULL. */
extern void db_say_error(const PGresult *result, const char *hint,...) __attribute__((format(printf, 2, 3)));

/* A field of what the server says, as PG_DIAG_MESSAGE_DETAIL, in the command's language where it can be; to be freed. NULL: there is none. */
extern char *db_said(const PGresult *result, int field);

/* What an SQLSTATE means, in Chinese: for the server's words are English. NULL in English, and where it is not known. */
extern const char *db_cause(const char *sqlstate);

/* Run a statement for its effect. */
extern void db_do(const char *sql, int n,...);

/* The first column of the first row, to be freed; NULL for NULL or no row. */
extern char *db_value(const char *sql, int n,...);

/* A statement with its schemas filled in, to be freed. */
extern char *db_fill(const char *sql);

/* A field as text, NULL for NULL. */
extern const char *db_field(const PGresult *result, int row, int column);

#endif
