/* command/rollups.c: emgov rollups */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "rollups");
}

static const char *const examples[] = {"emgov rollups", NULL};

const Command command_rollups = {
	.name = "rollups",
	.summary = {"rollups", "rollups"},
	.examples = examples,
	.most = -1,
	.run = run
};
