/* option.c: subcommands and their options, as tables */
#include "option.h"

#include "connect.h"
#include "say.h"
#include "task.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const Command *command_running = NULL;

static const char *language = NULL;
static bool help = false;

static const Option common_options[] = {
	{0, "ledger", OPTION_TEXT, &ledger_name, "NAME", {"the ledger's schema (EMGOV_LEDGER; ledger)", "台账的模式名（EMGOV_LEDGER；默认 ledger）"}, NULL},
	{0, "lang", OPTION_CHOICE, &language, "zh|en", {"the language of what is printed (by LANG)", "输出语言（默认按 LANG）"}, "zh|en"},
	{'q', "quiet", OPTION_FLAG, &say_quiet, NULL, {"say errors and warnings only", "只报错误和警告"}, NULL},
	{0, "help", OPTION_FLAG, &help, NULL, {"this page", "显示本说明"}, NULL},
	{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}
};

static const Option no_options[] = {{0, NULL, OPTION_FLAG, NULL, NULL, {NULL, NULL}, NULL}};

enum
{
	TABLES = 3, MOST_OPTIONS = 64
};

static void
tables_of(const Command *command, const Option *table[TABLES])
{
	table[0] = command->options ? command->options : no_options;
	table[1] = connect_options;
	table[2] = common_options;
}

int
usage_error(const char *format,...)
{
	va_list		arguments;
	char	   *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	say_error("%s", text ? text : "");
	free(text);
	if (command_running)
		say_hint(TEXT("See: emgov %s --help", "用法见：emgov %s --help"), command_running->name);
	else
		say_hint(TEXT("See: emgov --help", "用法见：emgov --help"));
	return EXIT_USAGE;
}

/* ------------------------------------------------------------------ reading */

static bool
one_of(const char *value, const char *choices)
{
	size_t		length = strlen(value);

	for (const char *at = choices; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
		if (length > 0 && strncmp(at, value, length) == 0 && (at[length] == '\0' || at[length] == '|'))
			return true;
	return false;
}

/* Take an option's value; false after an error. */
static bool
take(const Option *option, const char *value)
{
	switch (option->kind)
	{
		case OPTION_FLAG:
			*(bool *) option->value = true;
			break;
		case OPTION_CHOICE:
			if (!one_of(value, option->choices))
			{
				usage_error(TEXT("--%s=%s: it takes %s", "--%s=%s：可用的值是 %s"), option->name, value, option->choices);
				return false;
			}
			/* FALLTHROUGH */
		case OPTION_TEXT:
			*(const char **) option->value = value;
			break;
		case OPTION_LIST:
			{
				TextList   *list = option->value;

				list->item = need_more(list->item, sizeof *list->item * (size_t) (list->count + 1));
				list->item[list->count++] = value;
				break;
			}
		case OPTION_COUNT:
			{
				char	   *end;
				long		number;

				errno = 0;
				number = strtol(value, &end, 10);
				if (end == value || *end || errno || number < 0)
				{
					usage_error(TEXT("--%s=%s: it takes a whole number", "--%s=%s：应为非负整数"), option->name, value);
					return false;
				}
				*(long *) option->value = number;
			}
	}
	return true;
}

int
options_read(const Command *command, int argc, char **argv, int *code)
{
	const Option *table[TABLES];
	const Option *known[MOST_OPTIONS];
	struct option longs[MOST_OPTIONS + 1];
	char		letters[MOST_OPTIONS * 2 + 4];
	char	   *letter = letters;
	int			n = 0;
	int			index;
	int			c;

	tables_of(command, table);
	memset(longs, 0, sizeof longs);
	if (command->most == 0 && !command->run)
		*letter++ = '+';		/* the options before the subcommand */
	*letter++ = ':';
	for (int t = 0; t < TABLES; t++)
		for (const Option *option = table[t]; option->name; option++)
		{
			if (n == MOST_OPTIONS)
				abort();
			known[n] = option;
			longs[n].name = option->name;
			longs[n].has_arg = option->kind == OPTION_FLAG ? no_argument : required_argument;
			longs[n].val = 256 + n;
			if (option->letter)
			{
				*letter++ = option->letter;
				if (option->kind != OPTION_FLAG)
					*letter++ = ':';
			}
			n++;
		}
	*letter = '\0';

	optind = 0;					/* GNU: begin anew */
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, &index)) != -1)
	{
		const Option *option = NULL;

		*code = EXIT_USAGE;
		for (int i = 0; i < n; i++)
			if (c == 256 + i || (c < 256 && c == known[i]->letter))
			{
				option = known[i];
				break;
			}
		if (c == ':')
			usage_error(TEXT("%s needs a value", "%s 需要一个值"), argv[optind - 1]);
		else if (!option && optopt >= 256)
			usage_error(TEXT("--%s takes no value", "--%s 不带值"), known[optopt - 256]->name);
		else if (!option && optopt)
			usage_error(TEXT("there is no option -%c", "没有选项 -%c"), optopt);
		else if (!option)
			usage_error(TEXT("there is no option %s, or it means several", "没有选项 %s，或指代不明"), argv[optind - 1]);
		else if (take(option, optarg))
			continue;
		return -1;
	}
	if (language)
		words_take(language);
	if (help && command->run)
	{
		help_command(command);
		*code = EXIT_FINE;
		return -1;
	}
	if (!command->run)
	{
		*code = help ? EXIT_FINE : EXIT_USAGE;
		return help ? -1 : optind;
	}
	n = argc - optind;
	memmove(argv + 1, argv + optind, sizeof *argv * (size_t) n);
	*code = EXIT_USAGE;
	if (n < command->least)
		usage_error(TEXT("emgov %s needs %s", "emgov %s 需要 %s"), command->name, command->arguments);
	else if (command->most >= 0 && n > command->most)
		usage_error(TEXT("emgov %s: what is \"%s\" for?", "emgov %s：多余的参数“%s”"), command->name, argv[command->most + 1]);
	else
		return n;
	return -1;
}

/* ------------------------------------------------------------------ help */

static void
help_options(const char *heading, const Option *options)
{
	enum
	{
		TEXT_AT = 28
	};

	if (!options->name)
		return;
	put("\n");
	put_in(BOLD, "%s\n", heading);
	for (const Option *option = options; option->name; option++)
	{
		char	   *name = option->letter ? need_format("  -%c, --%s%s%s", option->letter, option->name, option->argument ? "=" : "", option->argument ? option->argument : "")
			: need_format("      --%s%s%s", option->name, option->argument ? "=" : "", option->argument ? option->argument : "");
		int			terminal = terminal_width(stdout);
		int			at = terminal && terminal < TEXT_AT * 2 ? 8 : TEXT_AT;

		put("%s", name);
		if (width_of(name) + 1 > at)
			put("\n%*s", at, "");
		else
			put("%*s", at - width_of(name), "");
		put_wrapped(words(option->help), at, at);
		free(name);
	}
}

void
help_command(const Command *command)
{
	char	   *line = need_format("emgov %s%s%s [%s]...", command->name, command->arguments ? " " : "", command->arguments ? command->arguments : "", TEXT("OPTION", "选项"));

	put_wrapped(words(command->summary), 0, 0);
	put("\n");
	put_in(BOLD, "%s\n", TEXT("Usage", "用法"));
	put("  ");
	put_wrapped(line, 2, 6);
	free(line);
	if (command->about.en)
	{
		put("\n");
		put_wrapped(words(command->about), 0, 0);
	}
	help_options(TEXT("Options", "选项"), command->options ? command->options : no_options);
	help_options(TEXT("Connection", "连接"), connect_options);
	help_options(TEXT("General", "通用"), common_options);
	put("\n");
	put_in(BOLD, "%s\n", TEXT("Example", "示例"));
	for (const char *const *example = command->examples; *example; example++)
		put("  %s\n", *example);
}

void
help_all(const Command *const *commands)
{
	put_wrapped(TEXT("emgov: the figures of government reports, from PostgreSQL", "emgov：政府报告的数字，出自 PostgreSQL"), 0, 0);
	put("\n");
	put_in(BOLD, "%s\n", TEXT("Usage", "用法"));
	put("  emgov %s\n", TEXT("COMMAND [ARGUMENT]... [OPTION]...", "命令 [参数]... [选项]..."));
	put("\n");
	put_in(BOLD, "%s\n", TEXT("Commands", "命令"));
	for (; *commands; commands++)
	{
		put("  %-11s", (*commands)->name);
		put_wrapped(words((*commands)->summary), 13, 13);
	}
	help_options(TEXT("Connection", "连接"), connect_options);
	help_options(TEXT("General", "通用"), common_options);
	put("\n");
	put_wrapped(TEXT("Exit codes: 0 done, 1 an error, 2 called wrongly, 3 checks failed or something is not well, 4 some rows were not taken, 5 no connection.",
					 "退出码：0 完成，1 出错，2 用法有误，3 校验未过或状况异常，4 有行未入库，5 连接失败。"), 0, 0);
	put_wrapped(TEXT("emgov COMMAND --help says more.", "各命令的说明：emgov 命令 --help"), 0, 0);
}

void
complete_command(const Command *command, const char *name)
{
	const Option *table[TABLES];

	tables_of(command, table);
	for (int t = 0; t < TABLES; t++)
		for (const Option *option = table[t]; option->name; option++)
		{
			if (!name)
				put("--%s%s\n", option->name, option->argument ? "=" : "");
			else if (strncmp(name, "--", 2) == 0 && strcmp(name + 2, option->name) == 0)
			{
				if (option->choices)
					for (const char *at = option->choices; *at; at += strcspn(at, "|") + (strchr(at, '|') != NULL))
						put("%.*s\n", (int) strcspn(at, "|"), at);
				else if (option->argument && strstr(option->argument, "FILE"))
					put("FILE\n");
			}
		}
	for (const char *const *action = command->actions; !name && action && *action; action++)
		put("%s\n", *action);
}
