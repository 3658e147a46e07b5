/* command/init.c: emgov init */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "init");
}

static const char *const examples[] = {"emgov init", NULL};

const Command command_init = {
	.name = "init",
	.summary = {"init", "init"},
	.examples = examples,
	.most = -1,
	.run = run
};
