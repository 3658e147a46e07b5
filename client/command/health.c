/* command/health.c: emgov health */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "health");
}

static const char *const examples[] = {"emgov health", NULL};

const Command command_health = {
	.name = "health",
	.summary = {"health", "health"},
	.examples = examples,
	.most = -1,
	.run = run
};
