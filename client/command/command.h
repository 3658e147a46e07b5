/* command.h: the subcommands, each in the file of its name */
#ifndef EMGOV_COMMAND_H
#define EMGOV_COMMAND_H

#include "option.h"

extern const Command command_init;
extern const Command command_import;
extern const Command command_report;
extern const Command command_publish;
extern const Command command_restate;
extern const Command command_check;
extern const Command command_pack;
extern const Command command_rollups;
extern const Command command_schedule;
extern const Command command_health;
extern const Command command_version;

/* Can a pack be loaded by this name, or is the file there? If not, that is said. */
extern bool pack_is_there(const char *name);

/* Load a pack by its name or its file. An error is said; gives the exit code, or ends the program. */
extern int	pack_load(const char *name);

#endif
