/* emgov.c: the command; its subcommands are in command/ */
#include "command/command.h"
#include "say.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

static const Command *const commands[] = {
	&command_init, &command_import, &command_report, &command_publish, &command_restate, &command_check,
	&command_pack, &command_rollups, &command_schedule, &command_health, &command_version, NULL
};

static const Command *
find(const char *name)
{
	for (const Command *const *command = commands; *command; command++)
		if (strcmp((*command)->name, name) == 0)
			return *command;
	return NULL;
}

static const Command first = {.name = "emgov"};

/* emgov --complete [COMMAND [--OPTION]]: for the shell's completion */
static int
complete(const char *name, const char *option)
{
	const Command *command = name ? find(name) : NULL;

	complete_command(command ? command : &first, option);
	if (!command && !option)
		for (const Command *const *each = commands; *each; each++)
			put("%s\n", (*each)->name);
	return put_end();
}

int
main(int argc, char **argv)
{
	const Command *command;
	int			code = EXIT_USAGE;
	int			at;
	int			n;
	int			written;

	/* what is closed is taken by nothing else: a connection would be written to as the standard output */
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void) !open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);

	/* UTF-8 whatever the environment says; numbers and dates as in C */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	words_by_environment();
	/* errors in what stands before --lang are said in its language, too */
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "--lang=", 7) == 0)
			words_take(argv[i] + 7);
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			words_take(argv[i + 1]);

	if (argc > 1 && strcmp(argv[1], "--complete") == 0)
		return complete(argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL);
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		argv[1] = "version";
	if (argc > 1 && strcmp(argv[1], "help") == 0)
	{
		command = argc > 2 ? find(argv[2]) : NULL;
		if (argc > 2 && !command)
			return usage_error(TEXT("there is no command \"%s\"", "没有命令“%s”"), argv[2]);
		command ? help_command(command) : help_all(commands);
		return put_end();
	}

	/* options of the connection may stand before the subcommand */
	at = options_read(&first, argc, argv, &code);
	if (at < 0)
	{
		if (code == EXIT_FINE)
			help_all(commands);
		written = put_end();
		return code ? code : written;
	}
	if (at >= argc)
	{
		help_all(commands);
		put_end();
		return EXIT_USAGE;
	}
	command = find(argv[at]);
	if (!command)
		return usage_error(TEXT("there is no command \"%s\"", "没有命令“%s”"), argv[at]);
	command_running = command;
	n = options_read(command, argc - at, argv + at, &code);
	if (n >= 0)
		code = command->run(n, argv + at + 1);
	written = put_end();
	return code ? code : written;
}
