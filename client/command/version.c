/* command/version.c: emgov version */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static bool server = false;

static const Option options[] = {
	{0, "server", OPTION_FLAG, &server, NULL, {"connect, and print the versions of server, extension and ledger too", "连接服务器，同时输出服务器、扩展和台账的版本"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	put("emgov %s\n", EMGOV_VERSION);
	if (server)
	{
		PGconn	   *conn = db_connect();
		PGresult   *result;

		put("PostgreSQL %s\n", PQparameterStatus(conn, "server_version"));
		if (!db_extension())
			put(TEXT("no extension in database \"%s\"\n", "数据库“%s”中没有扩展\n"), PQdb(conn));
		else
			put(TEXT("extension %s\n", "扩展 %s\n"), db_extension());
		if (db_extension() && db_has_ledger())
		{
			/* not everybody may read it */
			result = db_try("SELECT max(layout) FROM @ledger@.ledger_version", 0);
			put(TEXT("ledger \"%s\", layout %s\n", "台账“%s”，结构版本 %s\n"), ledger_name, db_ok(result) ? PQgetvalue(result, 0, 0) : "?");
			PQclear(result);
		}
	}
	return EXIT_FINE;
}

static const char *const examples[] = {"emgov version --server -d bureau", NULL};

const Command command_version = {
	.name = "version",
	.summary = {"Print the version of the command; with --server of what it connects to.", "输出本命令的版本；加 --server 同时输出所连服务器的版本。"},
	.examples = examples,
	.options = options,
	.run = run
};
