/* command/check.c: emgov check */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "check");
}

static const char *const examples[] = {"emgov check", NULL};

const Command command_check = {
	.name = "check",
	.summary = {"check", "check"},
	.examples = examples,
	.most = -1,
	.run = run
};
