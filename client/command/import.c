/* command/import.c: emgov import */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "import");
}

static const char *const examples[] = {"emgov import", NULL};

const Command command_import = {
	.name = "import",
	.summary = {"import", "import"},
	.examples = examples,
	.most = -1,
	.run = run
};
