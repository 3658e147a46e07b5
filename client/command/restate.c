/* command/restate.c: emgov restate */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "restate");
}

static const char *const examples[] = {"emgov restate", NULL};

const Command command_restate = {
	.name = "restate",
	.summary = {"restate", "restate"},
	.examples = examples,
	.most = -1,
	.run = run
};
