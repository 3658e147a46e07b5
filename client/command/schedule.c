/* command/schedule.c: emgov schedule */
#include "command/command.h"

#include "connect.h"
#include "say.h"

static int
run(int argc, char **argv)
{
	(void) argc;
	(void) argv;
	db_ledger();
	fail(EXIT_FAILED, TEXT("emgov %s is not written yet", "emgov %s 尚未实现"), "schedule");
}

static const char *const examples[] = {"emgov schedule", NULL};

const Command command_schedule = {
	.name = "schedule",
	.summary = {"schedule", "schedule"},
	.examples = examples,
	.most = -1,
	.run = run
};
