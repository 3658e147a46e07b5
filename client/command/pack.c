/* command/pack.c: emgov pack */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "pack");
}

static const char *const examples[] = {"emgov pack", NULL};

const Command command_pack = {
	.name = "pack",
	.summary = {"pack", "pack"},
	.examples = examples,
	.most = -1,
	.run = run
};
