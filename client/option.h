/*
 * option.h: subcommands and their options, as tables.
 *
 * The table of a subcommand says all that there is to say: reading, --help,
 * errors of usage (exit code 2) and the shell's completion come from it.
 * Every subcommand also has the options of the connection, --ledger, --lang,
 * --quiet and --help.
 */
#ifndef EMGOV_OPTION_H
#define EMGOV_OPTION_H

#include "words.h"

#include <stdbool.h>

typedef enum OptionKind
{
	OPTION_FLAG,				/* bool: given or not */
	OPTION_TEXT,				/* const char *: the value; the last counts */
	OPTION_CHOICE,				/* const char *: one of choices, "a|b|c" */
	OPTION_LIST,				/* TextList: every value, in order */
	OPTION_COUNT				/* long: a whole number, not negative */
} OptionKind;

typedef struct TextList
{
	int			count;
	const char **item;
} TextList;

typedef struct Option
{
	char		letter;			/* 'o' for -o, or 0 */
	const char *name;			/* "output" for --output */
	OptionKind	kind;
	void	   *value;			/* bool, const char *, TextList or long, by kind */
	const char *argument;		/* what the value is called: "FILE" */
	Words		help;
	const char *choices;		/* of OPTION_CHOICE */
} Option;

typedef struct Command
{
	const char *name;
	const char *arguments;		/* "REPORT PERIOD" */
	Words		summary;		/* one line */
	Words		about;			/* more lines for --help, or none */
	const char *const *examples;	/* lines, ending with NULL: "emgov publish …" */
	const Option *options;		/* ending with one without a name; NULL for none */
	int			least;			/* arguments */
	int			most;			/* -1: any number */
	const char *const *actions; /* words that the first argument can be, ending with NULL; NULL for none */
	int			(*run) (int argc, char **argv);	/* the arguments without options; gives the exit code */
} Command;

/* Read the options into their values; arguments are moved to the front of argv + 1. Gives their number, or -1 with the exit code set. */
extern int	options_read(const Command *command, int argc, char **argv, int *code);

extern void help_command(const Command *command);
extern void help_all(const Command *const *commands);

/*
 * What the shell may complete, one a line: the options and actions of a command; of an option "--name"
 * the values that it takes, FILE for files, nothing where nobody knows.
 */
extern void complete_command(const Command *command, const char *option);

/* An error of usage: the message, and where help is. Gives EXIT_USAGE. */
extern int	usage_error(const char *format,...) __attribute__((format(printf, 1, 2)));

/* The command that runs, and the option tables that it has beside its own. */
extern const Command *command_running;

#endif
