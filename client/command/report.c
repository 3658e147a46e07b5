/* command/report.c: emgov report */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "report");
}

static const char *const examples[] = {"emgov report", NULL};

const Command command_report = {
	.name = "report",
	.summary = {"report", "report"},
	.examples = examples,
	.most = -1,
	.run = run
};
