/* command/publish.c: emgov publish */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "publish");
}

static const char *const examples[] = {"emgov publish", NULL};

const Command command_publish = {
	.name = "publish",
	.summary = {"publish", "publish"},
	.examples = examples,
	.most = -1,
	.run = run
};
