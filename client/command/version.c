/* command/version.c: emgov version */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static bool server = false;

static const Option options[] = {
	{0, "server", OPTION_FLAG, &server, NULL, {"connect, and print the versions of server, extension and ledger too", "连接服务器，同时输出服务器、扩展和账本的版本"}, NULL},
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

		put("PostgreSQL %s\n", PQparameterStatus(conn, "server_version"));
		put(TEXT("extension %s\n", "扩展 %s\n"), db_extension() ? db_extension() : TEXT("is not in this database", "未安装在此数据库中"));
	}
	return EXIT_FINE;
}

static const char *const examples[] = {"emgov version --server -d bureau", NULL};

const Command command_version = {
	.name = "version",
	.summary = {"Print the version of the command, and of what it is connected to.", "输出本命令的版本，以及所连服务器的版本。"},
	.examples = examples,
	.options = options,
	.run = run
};
